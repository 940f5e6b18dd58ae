//! One sheet: heading, bands, header, rows, totals, and what it offers beside them.

use kaigong_model::{Chart, Sheet, Value, Workbook, WrittenColumn};
use rust_xlsxwriter::{
    ChartDataLabel, ChartType, ConditionalFormatText, ConditionalFormatTextRule, DataValidation, Format, FormatAlign,
    Formula, Note, Worksheet, XlsxError,
};

use super::{CELL, Styles, colours, date_time, half_widths, numbers, rows, short, words};
use crate::output::acts;

/// Characters side by side that can still be read when they are shrunk to the width of a page.
const WIDEST: u32 = 600;
/// The paper: A3.
const A3: u8 = 8;
/// The pixels that columns have of its width. Between the margins are 1,490; where the font is missing, another takes its
/// place whose columns are wider by up to four tenths.
const PAGE: u32 = 1_060;
/// Characters of a drop-down list that are written into it; longer ones are left to the remark.
const CHOICES: usize = 255;
/// The least a chart takes, pixels; what a lying bar and the columns of a label need of it; its title and axis.
const CHART: (u32, u32) = (640, 310);
const BAR: u32 = 22;
const COLUMN: u32 = 50;
const AROUND: u32 = 90;
/// Pixels of a row of one line.
const ROW: u32 = 21;
/// The height of a line, points, and the lines of a row at most.
const LINE: u16 = 16;
const LINES: usize = 12;

/// A sheet on its way into a file.
pub(super) struct Drawing<'d> {
    pub(super) book: &'d Workbook,
    pub(super) names: &'d [String],
    pub(super) sheet: &'d Sheet,
    pub(super) name: &'d str,
    pub(super) styles: &'d Styles,
    /// Samples of styles in place of the rows, which are put in later.
    pub(super) samples: bool,
}

/// Where the parts of a sheet stand, rows from 0.
struct Places {
    header: u32,
    first: u32,
    /// The last row with a record, or that offers to hold one.
    last: u32,
}

impl Places {
    fn of(sheet: &Sheet) -> Self {
        let banded = sheet.columns.iter().any(|column| !column.band.is_empty());
        let header = sheet.heading.len() as u32 + u32::from(banded);
        let rows = sheet.rows.len().max(sheet.form) as u32;
        Self { header, first: header + 1, last: header + rows.max(1) }
    }
}

impl Drawing<'_> {
    pub(super) fn draw(&self, tab: &mut Worksheet) -> Result<(), XlsxError> {
        let places = Places::of(self.sheet);
        self.heading(tab)?;
        self.bands(tab, &places)?;
        tab.set_row_height(
            places.header,
            points(self.sheet.columns.iter().map(|column| header_lines(&column.header, column))),
        )?;
        for (at, column) in self.sheet.columns.iter().enumerate() {
            self.column(tab, at as u16, column, &places)?;
        }
        if self.samples {
            rows::samples(tab, self.styles, places.first)?;
        } else {
            self.rows(tab, &places)?;
        }
        self.totals(tab, &places)?;
        self.offers(tab, &places)?;
        self.charts(tab, &places)?;
        self.paper(tab, &places)
    }

    fn rows(&self, tab: &mut Worksheet, places: &Places) -> Result<(), XlsxError> {
        for (at, row) in self.sheet.rows.iter().enumerate() {
            let at = places.first + at as u32;
            tab.set_row_height(at, height(self.sheet, row))?;
            for (cell, column) in row.iter().zip(0..) {
                self.cell(tab, at, column, cell)?;
            }
        }
        Ok(())
    }

    /// The lines above the table. Of a form each page repeats the columns at the left, so that the lines are wrapped into
    /// those; of another wide sheet they begin behind them.
    fn heading(&self, tab: &mut Worksheet) -> Result<(), XlsxError> {
        let frozen = self.sheet.frozen.min(self.sheet.columns.len());
        let wide: u16 = self.sheet.columns[..frozen].iter().map(|column| column.width).sum();
        for (line, row) in self.sheet.heading.iter().zip(0..) {
            let format = if row == 0 { &self.styles.heading } else { &self.styles.remark };
            if self.sheet.form == 0 || frozen < 2 {
                words(tab, row, u16::from(self.is_wide()), line, format)?;
                continue;
            }
            let format = format.clone().set_text_wrap().set_align(FormatAlign::Top);
            tab.merge_range(row, 0, row, frozen as u16 - 1, "", &format)?;
            words(tab, row, 0, line, &format)?;
            // The first line is half as large again.
            let (times, high) = if row == 0 { (3, LINE * 3 / 2) } else { (2, LINE) };
            tab.set_row_height(row, (half_widths(line) * times / 2).div_ceil(usize::from(wide) - 1) as u16 * high)?;
        }
        Ok(())
    }

    /// Bands over neighbouring columns, merged as far as a page of a wide sheet reaches, so that each page names its own.
    fn bands(&self, tab: &mut Worksheet, places: &Places) -> Result<(), XlsxError> {
        let breaks = self.breaks();
        let page = |at: usize| breaks.partition_point(|first| *first as usize <= at);
        let mut at = 0;
        let columns: Vec<(usize, &WrittenColumn)> = self.sheet.columns.iter().enumerate().collect();
        for group in
            columns.chunk_by(|(one, left), (other, right)| left.band == right.band && page(*one) == page(*other))
        {
            let (first, last) = (at as u16, (at + group.len() - 1) as u16);
            at += group.len();
            let band = group.first().map_or("", |(_, column)| column.band.as_str());
            if band.is_empty() {
                continue;
            }
            let row = places.header - 1;
            if first < last {
                tab.merge_range(row, first, row, last, "", &self.styles.band)?;
            }
            words(tab, row, first, band, &self.styles.band)?;
        }
        Ok(())
    }

    /// The columns of a wide sheet that begin a page, after those that each page repeats.
    fn breaks(&self) -> Vec<u32> {
        let pixels = |column: &WrittenColumn| u32::from(wide(column)) * 7 + 5;
        let repeated = if self.sheet.form > 0 { self.sheet.frozen } else { 1 };
        if !self.is_wide() || self.sheet.columns.len() <= repeated {
            return Vec::new();
        }
        let room = PAGE.saturating_sub(self.sheet.columns[..repeated].iter().map(pixels).sum());
        let (mut breaks, mut used) = (Vec::new(), 0);
        for (column, at) in self.sheet.columns.iter().zip(0..).skip(repeated) {
            used += pixels(column);
            // A column wider than a page still takes one of its own.
            if used > room && at as usize > repeated {
                breaks.push(at);
                used = pixels(column);
            }
        }
        breaks
    }

    fn column(&self, tab: &mut Worksheet, at: u16, column: &WrittenColumn, places: &Places) -> Result<(), XlsxError> {
        let format = if column.open { &self.styles.open_header } else { &self.styles.header };
        words(tab, places.header, at, &column.header, format)?;
        tab.set_column_width(at, wide(column))?;
        if column.dated && self.sheet.form > 0 {
            tab.set_column_format(at, &self.styles.written_day)?;
        }
        if !column.note.is_empty() {
            let note = Note::new(short(&column.note, CELL)).set_author("kaigong").set_width(360).set_height(160);
            tab.insert_note(places.header, at, &note)?;
        }
        for (word, tone) in &column.tones {
            let (paper, ink) = colours(*tone);
            let format = Format::new().set_background_color(paper).set_font_color(ink).set_bold();
            let rule = ConditionalFormatText::new()
                .set_rule(ConditionalFormatTextRule::Contains(word.clone()))
                .set_format(format);
            tab.add_conditional_format(places.first, at, places.last, at, &rule)?;
        }
        choices(tab, at, column, places)
    }

    fn cell(&self, tab: &mut Worksheet, row: u32, column: u16, cell: &Value) -> Result<(), XlsxError> {
        let known = self.sheet.columns.get(usize::from(column));
        let places = known.map_or(0, |column| column.places);
        let is_exact = known.is_some_and(|column| column.exact);
        match cell {
            Value::Blank => tab.write_blank(row, column, &self.styles.text)?,
            Value::Text(text) => {
                let format = if acts(text) { &self.styles.quoted } else { &self.styles.text };
                return words(tab, row, column, text, format);
            }
            Value::Number(number) if is_exact => {
                tab.write_number_with_format(row, column, numbers::value(number), &self.styles.exact)?
            }
            Value::Number(number) => {
                tab.write_number_with_format(row, column, numbers::value(number), self.styles.number(places))?
            }
            Value::Day(day) => match date_time(*day) {
                Ok(day) => tab.write_datetime_with_format(row, column, &day, &self.styles.day)?,
                // A day that no spreadsheet has is still a word.
                Err(_) => tab.write_string_with_format(row, column, day.to_string(), &self.styles.text)?,
            },
            Value::Over { sheet, by, word, sum, is } => {
                let formula = self.over(sheet, *by, word, *sum).set_result(is);
                tab.write_formula_with_format(row, column, formula, self.styles.number(places))?
            }
        };
        Ok(())
    }

    /// Counts or sums over another sheet's rows that say a word.
    fn over(&self, sheet: &str, by: usize, word: &str, sum: Option<usize>) -> Formula {
        let found = self.book.sheets.iter().zip(self.names).find(|(known, _)| known.name == sheet);
        let Some((other, name)) = found else { return Formula::new("0") };
        let places = Places::of(other);
        let range = |column: usize| {
            let letters = rust_xlsxwriter::utility::column_number_to_name(column as u16);
            let name = name.replace('\'', "''");
            format!("'{name}'!${letters}${}:${letters}${}", places.first + 1, places.last + 1)
        };
        let word = criterion(word);
        Formula::new(match sum {
            None => format!("COUNTIF({},\"{word}\")", range(by)),
            Some(sum) => format!("SUMIF({},\"{word}\",{})", range(by), range(sum)),
        })
    }

    /// Live sums under the table: of what a filter leaves in sight.
    fn totals(&self, tab: &mut Worksheet, places: &Places) -> Result<(), XlsxError> {
        let Some(word) = self.sheet.totals.as_ref().filter(|_| !self.sheet.rows.is_empty()) else { return Ok(()) };
        let row = places.last + 1;
        for (column, at) in self.sheet.columns.iter().zip(0_u16..) {
            if !column.summed {
                tab.write_blank(row, at, &self.styles.total)?;
                continue;
            }
            let cells = self.sheet.rows.iter().filter_map(|cells| match cells.get(usize::from(at)) {
                Some(Value::Number(number) | Value::Over { is: number, .. }) => Some(number.as_str()),
                _ => None,
            });
            let letters = rust_xlsxwriter::utility::column_number_to_name(at);
            let formula = format!("SUBTOTAL(109,{letters}{}:{letters}{})", places.first + 1, places.last + 1);
            let format = self.styles.number(column.places).clone().set_bold();
            tab.write_formula_with_format(row, at, Formula::new(formula).set_result(numbers::sum(cells)), &format)?;
        }
        words(tab, row, 0, word, &self.styles.total)
    }

    /// What stays in sight, and what can be filtered.
    fn offers(&self, tab: &mut Worksheet, places: &Places) -> Result<(), XlsxError> {
        let columns = self.sheet.columns.len() as u16;
        tab.set_freeze_panes(places.first, self.sheet.frozen as u16)?;
        if self.sheet.filtered && columns > 0 {
            tab.autofilter(places.header, 0, places.last, columns - 1)?;
        }
        Ok(())
    }

    /// A3 across, the header on each page; a list is as wide as a page, a form and a sheet of many columns as many
    /// pages as these take.
    fn paper(&self, tab: &mut Worksheet, places: &Places) -> Result<(), XlsxError> {
        tab.set_paper_size(A3).set_landscape();
        tab.set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
        tab.set_footer("&L&A&R&P / &N");
        tab.set_vertical_page_breaks(&self.breaks())?;
        // What stands over the table begins in its first column, and would be cut where that alone is repeated.
        let banded = self.sheet.columns.iter().any(|column| !column.band.is_empty());
        tab.set_repeat_rows(if self.is_wide() { places.header - u32::from(banded) } else { 0 }, places.header)?;
        match self.sheet.frozen.checked_sub(1).filter(|_| self.sheet.form > 0) {
            Some(last) => {
                tab.set_repeat_columns(0, last as u16)?;
            }
            // Charts stand beside their rows and are not cut.
            None if !self.sheet.charts.is_empty() => {
                tab.set_print_fit_to_pages(1, 1);
            }
            None if !self.is_wide() => {
                tab.set_print_fit_to_pages(1, 0);
            }
            None => {
                tab.set_repeat_columns(0, 0)?;
            }
        }
        Ok(())
    }

    /// Whether the columns stand side by side on several pages.
    fn is_wide(&self) -> bool {
        self.sheet.form > 0 || self.sheet.columns.iter().map(|column| u32::from(column.width)).sum::<u32>() > WIDEST
    }

    /// Charts one under another, at the right of the table.
    fn charts(&self, tab: &mut Worksheet, places: &Places) -> Result<(), XlsxError> {
        let mut row = places.first;
        for chart in &self.sheet.charts {
            let beside = self.sheet.columns.len() as u16;
            let (wide, tall) = size(chart);
            tab.insert_chart_with_offset(
                row,
                beside,
                self.chart(chart, places).set_width(wide).set_height(tall),
                24,
                4,
            )?;
            row += (tall + ROW).div_ceil(ROW);
        }
        Ok(())
    }

    fn chart(&self, chart: &Chart, places: &Places) -> rust_xlsxwriter::Chart {
        let kind = if chart.lying { ChartType::Bar } else { ChartType::Column };
        let mut drawn = rust_xlsxwriter::Chart::new(kind);
        drawn.title().set_name(&chart.title);
        let (first, last) =
            (places.first + chart.rows.0 as u32, places.first + (chart.rows.0 + chart.rows.1) as u32 - 1);
        let span = |column: usize| (self.name, first, column as u16, last, column as u16);
        for &value in &chart.values {
            let series = drawn.add_series();
            series.set_categories(span(chart.labels)).set_values(span(value));
            series.set_name((self.name, places.header, value as u16));
            series.set_data_label(ChartDataLabel::new().show_value());
        }
        // Every label stands, however many there are.
        drawn.x_axis().set_label_interval(1);
        if chart.lying {
            drawn.y_axis().set_reverse();
        }
        if chart.values.len() == 1 {
            drawn.legend().set_hidden();
        }
        drawn
    }
}

/// The width a column is given, characters.
fn wide(column: &WrittenColumn) -> u16 {
    column.width.clamp(4, 80)
}

/// Width and height of a chart, pixels: as large as its labels and numbers need to stand apart.
fn size(chart: &Chart) -> (u32, u32) {
    let many = chart.rows.1 as u32;
    if chart.lying { (CHART.0, CHART.1.max(AROUND + BAR * many)) } else { (CHART.0.max(COLUMN * many), CHART.1) }
}

/// A drop-down of what a column's cells may say.
fn choices(tab: &mut Worksheet, at: u16, column: &WrittenColumn, places: &Places) -> Result<(), XlsxError> {
    let written: usize = column.choices.iter().map(|choice| choice.encode_utf16().count() + 1).sum();
    let plain = column.choices.iter().all(|choice| !choice.contains([',', '"']));
    if column.choices.is_empty() || written > CHOICES || !plain {
        return Ok(());
    }
    let list = DataValidation::new().allow_list_strings(&column.choices)?;
    tab.add_data_validation(places.first, at, places.last, at, &list)?;
    Ok(())
}

/// The row of the first record, from 0.
pub(super) fn first_row(sheet: &Sheet) -> usize {
    Places::of(sheet).first as usize
}

/// The height that the longest of a row's wrapped texts takes, points: not every program finds it by itself.
pub(super) fn height(sheet: &Sheet, row: &[Value]) -> u16 {
    let lines = row.iter().zip(&sheet.columns).map(|(cell, column)| match cell {
        Value::Text(text) => lines(text, column),
        _ => 1,
    });
    points(lines)
}

/// The lines a text takes in a column: a word that does not fit ends one early.
fn lines(text: &str, column: &WrittenColumn) -> usize {
    half_widths(text).div_ceil(usize::from(column.width.max(5)) - 1)
}

/// The lines a header takes: words stay whole where they fit, and bold ones are a little wider.
fn header_lines(text: &str, column: &WrittenColumn) -> usize {
    let wide = usize::from(column.width.max(5)) - 2;
    let (mut all, mut used) = (1, 0);
    for word in text.split(' ') {
        let word = half_widths(word);
        if used > 0 && used + 1 + word > wide {
            (all, used) = (all + 1, 0);
        }
        used += word + usize::from(used > 0);
        all += used.saturating_sub(1) / wide;
        used -= used.saturating_sub(1) / wide * wide;
    }
    all
}

/// The height of a row whose cells take so many lines.
fn points(lines: impl Iterator<Item = usize>) -> u16 {
    lines.max().unwrap_or(1).clamp(1, LINES) as u16 * LINE
}

/// What matches a word and nothing else, within the quotes of a formula.
pub(super) fn criterion(word: &str) -> String {
    let mut out = String::from("=");
    for c in word.chars() {
        match c {
            '*' | '?' | '~' => out.extend(['~', c]),
            '"' => out.push_str("\"\""),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_as_tall_as_its_words_need() {
        let column = |width| WrittenColumn { width, ..WrittenColumn::default() };
        for (header, width, expected) in [
            ("", 14, 1),
            ("County", 14, 1),
            ("Total investment (wan)", 14, 3),
            ("Total investment (wan)", 30, 1),
            ("总投资(万元)", 14, 1),
            ("年度计划投资(万元)", 14, 2),
            ("投资项目统一代码(项目代码)", 14, 3),
        ] {
            assert_eq!(header_lines(header, &column(width)), expected, "{header} {width}");
        }
    }
}
