//! Workbooks to xlsx, the one module that knows `rust_xlsxwriter`.
//!
//! Words are written as words whatever they begin with, and stay words when someone edits the cell; no cell is a
//! link. Formulas are ours alone, and each is written with its outcome, so that a reader that does not calculate
//! shows the same. The bytes depend on nothing but the data.

mod draw;
mod mark;
mod numbers;
mod rows;

pub use self::mark::mark_workbook;

use kaigong_model::{Date, Diagnostic, Sheet, Tone, Workbook};
use rayon::prelude::*;
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use crate::codes;

/// Half-widths of a cell's text that are written; a spreadsheet holds no more.
const CELL: usize = 32_767;
/// Decimals that a column of numbers may show, and none.
const PLACES: usize = 10;
/// Characters of a sheet's name.
const NAME: usize = 31;

/// A workbook as xlsx.
///
/// # Errors
/// More rows or columns than a sheet holds.
pub fn workbook_xlsx(book: &Workbook) -> Result<Vec<u8>, Vec<Diagnostic>> {
    written(book).map_err(|error| {
        vec![Diagnostic::error(
            codes::UNWRITABLE,
            format!("写不成工作簿：{error}"),
            format!("the workbook cannot be written: {error}"),
        )]
    })
}

fn written(book: &Workbook) -> Result<Vec<u8>, XlsxError> {
    let mut file = rust_xlsxwriter::Workbook::new();
    let properties = DocProperties::new().set_title(&book.title).set_author("kaigong");
    file.set_properties(&properties.set_creation_datetime(&date_time(book.as_of)?));
    let styles = Styles::new();
    let names = sheet_names(&book.sheets);
    let drawn = book.sheets.par_iter().zip(&names).map(|(sheet, name)| {
        let mut tab = Worksheet::new();
        tab.set_name(name)?;
        let samples = rows::is_long(sheet);
        draw::Drawing { book, names: &names, sheet, name, styles: &styles, samples }.draw(&mut tab)?;
        Ok(tab)
    });
    let drawn: Vec<Result<Worksheet, XlsxError>> = drawn.collect();
    // The first sheet that cannot be written is told, on any number of threads.
    for tab in drawn {
        file.push_worksheet(tab?);
    }
    rows::filled(file.save_to_buffer()?, book)
}

/// Words in a cell, as words. What looks like the library's own runs it takes for runs, and writes as it stands; such
/// words are handed to it as a run.
fn words(tab: &mut Worksheet, row: u32, column: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
    /// Units of words in a run, which takes more room than they do.
    const RUN: usize = CELL / 8;
    let text = short(text, CELL);
    if text.starts_with("<r>") && text.ends_with("</r>") {
        tab.write_rich_string_with_format(row, column, &[(&Format::default(), &short(&text, RUN))], format)?;
    } else {
        tab.write_string_with_format(row, column, text, format)?;
    }
    Ok(())
}

fn date_time(day: Date) -> Result<ExcelDateTime, XlsxError> {
    // A year before 1900 is no number of 16 bits, and no year of a spreadsheet.
    let (year, month, day) = day.ymd();
    ExcelDateTime::from_ymd(u16::try_from(year).unwrap_or(0), month as u8, day as u8)
}

/// How cells look.
struct Styles {
    heading: Format,
    remark: Format,
    band: Format,
    header: Format,
    open_header: Format,
    text: Format,
    /// Words that would act in a cell without their mark.
    quoted: Format,
    day: Format,
    /// A day that someone writes.
    written_day: Format,
    total: Format,
    /// A number with all its digits.
    exact: Format,
    /// Numbers with so many decimals.
    numbers: [Format; PLACES],
}

impl Styles {
    fn new() -> Self {
        let cell = || lined(Format::new().set_align(FormatAlign::Top).set_text_wrap());
        let header = || {
            let format = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::VerticalCenter);
            lined(format.set_align(FormatAlign::Center))
        };
        Self {
            heading: Format::new().set_bold().set_font_size(16),
            remark: Format::new().set_font_color(Color::RGB(0x0059_646E)),
            band: header().set_background_color(Color::RGB(0x00DC_E6EE)),
            header: header().set_background_color(Color::RGB(0x00EE_F2F5)),
            open_header: header().set_background_color(Color::RGB(0x00FF_F4D6)),
            text: cell(),
            quoted: cell().set_quote_prefix(),
            day: away().set_num_format("yyyy-mm-dd"),
            written_day: Format::new().set_num_format("yyyy-mm-dd"),
            total: cell().set_bold(),
            exact: away(),
            numbers: std::array::from_fn(|places| away().set_num_format(number_format(places))),
        }
    }

    /// A number with so many decimals, as far as they are shown.
    fn number(&self, places: u8) -> &Format {
        &self.numbers[usize::from(places).min(PLACES - 1)]
    }
}

/// A number's or a day's: at the right of its cell, a little away from what stands in the next. It is not wrapped, for
/// which LibreOffice takes the room away again.
fn away() -> Format {
    lined(Format::new().set_align(FormatAlign::Top).set_align(FormatAlign::Right).set_indent(1))
}

/// A format with thin grey lines around the cell.
fn lined(format: Format) -> Format {
    format.set_border(FormatBorder::Thin).set_border_color(Color::RGB(0x00B8_C0C8))
}

fn number_format(places: usize) -> String {
    let decimals = if places == 0 { String::new() } else { format!(".{}", "0".repeat(places)) };
    format!("#,##0{decimals}")
}

/// The background and the ink of a tone.
fn colours(tone: Tone) -> (Color, Color) {
    match tone {
        Tone::Good => (Color::RGB(0x00E3_F1E4), Color::RGB(0x001B_5E20)),
        Tone::Near => (Color::RGB(0x00FF_F0C9), Color::RGB(0x007A_4B00)),
        Tone::Bad => (Color::RGB(0x00F8_D7D4), Color::RGB(0x0093_1A12)),
        Tone::Unknown => (Color::RGB(0x00E6_E9EC), Color::RGB(0x0046_4F58)),
    }
}

/// The names of sheets: what a spreadsheet refuses replaced, no longer than it takes, each once.
fn sheet_names(sheets: &[Sheet]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for sheet in sheets {
        let clean: String = sheet.name.chars().map(|c| if refused(c) { ' ' } else { c }).collect();
        let clean = clean.trim_matches(['\'', ' ']);
        let clean = if clean.is_empty() { "Sheet" } else { clean };
        let mut name = short(clean, NAME);
        let mut again = 1;
        while names.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
            again += 1;
            let tail = format!(" {again}");
            name = format!("{}{tail}", short(clean, NAME - tail.len()));
        }
        names.push(name);
    }
    names
}

fn refused(c: char) -> bool {
    matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') || c.is_control()
}

/// The half-widths a text takes; Chinese takes two each.
fn half_widths(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// The first so many UTF-16 units of a text, as spreadsheets count; characters XML has no place for become spaces.
fn short(text: &str, units: usize) -> String {
    let mut used = 0;
    let fits = |c: &char| {
        used += c.len_utf16();
        used <= units
    };
    let held = |c| if matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c };
    text.chars().take_while(fits).map(held).collect()
}

#[cfg(test)]
mod tests;
