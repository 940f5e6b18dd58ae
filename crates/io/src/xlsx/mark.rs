//! A copy of a workbook with what was said of its cells written into them: coloured, with a note, and listed.
//!
//! Values, merged cells and what is hidden are kept; formulas (their values stay), formats, charts, drop-downs and hidden
//! sheets are not. Every text is written as text: nothing in a cell of the copy can act.

use std::collections::BTreeMap;

use kaigong_model::{Date, Diagnostic, Lang, Place, Severity, Words, limits};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, Workbook as Writer, Worksheet,
    XlsxError,
};

use super::{half_widths, words};
use crate::{
    codes,
    input::{Input, Kind},
    workbook::{CellKind, Grid, parse},
};

/// Rows and columns a sheet of the copy has.
const COLUMNS: u32 = 16_384;
/// A4 in landscape is what a desk printer takes.
const A4: u8 = 9;
/// Narrowest and widest column, characters; a Chinese one counts two.
const NARROWEST: usize = 8;
const WIDEST: usize = 48;
/// Longest note that spreadsheets keep, characters; the list has the rest.
const LONGEST_NOTE: usize = 8_000;

/// What is said of cells, by sheet, row (from 1) and column.
type Marks<'d> = BTreeMap<(&'d str, u32, u32), Vec<&'d Diagnostic>>;

/// A copy of the one workbook among the inputs, with what was said of its cells.
///
/// # Errors
/// That there is none, or several; or that it cannot be read or written.
pub fn mark_workbook(inputs: &[Input], diagnostics: &[Diagnostic], lang: Lang) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let books: Vec<&Input> = inputs.iter().filter(|input| input.kind() == Kind::Workbook).collect();
    let [book] = books.as_slice() else { return Err(vec![not_one(books.len())]) };
    let read = parse(&book.bytes).map_err(|fault| vec![fault.diagnostic(&book.name)])?;
    let marks = marks(&book.name, diagnostics);
    write(&read.sheets, &marks, diagnostics, lang).map_err(|error| vec![not_written(&book.name, &error)])
}

fn not_one(count: usize) -> Diagnostic {
    Diagnostic::error(
        codes::NOT_ONE_TO_MARK,
        format!("--mark 要一个工作簿，给出了 {count} 个"),
        format!("--mark takes one workbook; {count} were given"),
    )
    .help("一次标注一个工作簿", "mark one workbook at a time")
}

fn not_written(file: &str, error: &XlsxError) -> Diagnostic {
    let (zh, en) = (format!("标注不了：{error}"), format!("cannot be marked: {error}"));
    Diagnostic::error(codes::NOT_ONE_TO_MARK, zh, en).at(Place::File(file.to_owned()))
}

fn marks<'d>(file: &str, diagnostics: &'d [Diagnostic]) -> Marks<'d> {
    let mut marks = Marks::new();
    for diagnostic in diagnostics {
        for label in &diagnostic.labels {
            if let Place::Sheet { file: at, sheet, row: Some(row), column } = &label.place
                && at == file
            {
                marks.entry((sheet, *row, column.unwrap_or(0))).or_default().push(diagnostic);
            }
        }
    }
    marks
}

fn write(sheets: &[Grid], marks: &Marks<'_>, diagnostics: &[Diagnostic], lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut writer = Writer::new();
    // The same faults are the same bytes, whenever they are written.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    writer.set_properties(&DocProperties::new().set_creation_datetime(&made));
    for grid in sheets.iter().filter(|grid| !grid.hidden) {
        copy(writer.add_worksheet(), grid, marks, lang)?;
    }
    let taken = |name: &str| sheets.iter().any(|grid| grid.name == name);
    let mut name = Words::new("核查意见", "findings").get(lang).to_owned();
    while taken(&name) {
        name.push('+');
    }
    list(writer.add_worksheet().set_name(&name)?, diagnostics, lang)?;
    writer.save_to_buffer()
}

/// Copies the cells of a sheet, those marked with their colour and note.
fn copy(page: &mut Worksheet, grid: &Grid, marks: &Marks<'_>, lang: Lang) -> Result<(), XlsxError> {
    page.set_name(&grid.name)?;
    page.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    let mut room = limits::WORKBOOK_MERGED as u64;
    for merge in grid.merges.iter().filter(|merge| merge.last.1 < COLUMNS && merge.first != merge.last) {
        let (first, last) = (merge.first, merge.last);
        // Each cell of a merge is written: what merges half a sheet is left apart, as are merges that overlap.
        let area = u64::from(last.0 - first.0 + 1) * u64::from(last.1 - first.1 + 1);
        let Some(left) = room.checked_sub(area) else { continue };
        room = left;
        let _ = page.merge_range(first.0 - 1, first.1 as u16, last.0 - 1, last.1 as u16, "", &Format::new());
    }
    for row in grid.rows() {
        for (column, kind, text) in grid.cells(row) {
            let said = marks.get(&(grid.name.as_str(), row.number, column));
            put(page, (row.number, column), kind, text, &format(kind, said.map(Vec::as_slice)))?;
        }
        if row.hidden {
            page.set_row_hidden(row.number - 1)?;
        }
    }
    for (&(_, row, column), said) in marks.iter().filter(|((sheet, ..), _)| *sheet == grid.name) {
        let (row_at, column_at) = (row - 1, column as u16);
        if grid.at(row, column).is_none() {
            page.write_blank(row_at, column_at, &format(CellKind::Text, Some(said)))?;
        }
        let text = said.iter().map(|diagnostic| told(diagnostic, lang)).collect::<Vec<_>>().join("\n");
        let text: String = text.chars().take(LONGEST_NOTE).collect();
        page.insert_note(
            row_at,
            column_at,
            &Note::new(text).set_author("kaigong").add_author_prefix(false).set_width(320).set_height(120),
        )?;
    }
    set_widths(page, grid.rows().iter().flat_map(|row| grid.cells(row)).map(|(column, _, text)| (column, text)))?;
    for &column in &grid.hidden_columns {
        page.set_column_hidden(column as u16)?;
    }
    Ok(())
}

/// Makes columns wide enough for most of what stands in them.
fn set_widths<'t>(page: &mut Worksheet, cells: impl Iterator<Item = (u32, &'t str)>) -> Result<(), XlsxError> {
    let mut widths: BTreeMap<u32, usize> = BTreeMap::new();
    for (column, text) in cells {
        let known = widths.entry(column).or_insert(NARROWEST);
        *known = (*known).max(half_widths(text).saturating_add(1).min(WIDEST));
    }
    for (column, width) in widths {
        page.set_column_width(column as u16, width as u32)?;
    }
    Ok(())
}

fn put(
    page: &mut Worksheet,
    (row, column): (u32, u32),
    kind: CellKind,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    let (row, column) = (row - 1, column as u16);
    match (kind, text.parse::<f64>(), Date::parse(text)) {
        (CellKind::Number, Ok(number), _) => page.write_number_with_format(row, column, number, format)?,
        (CellKind::Date, _, Some(day)) => {
            let (year, month, day) = day.ymd();
            let day = ExcelDateTime::from_ymd(year as u16, month as u8, day as u8)?;
            page.write_datetime_with_format(row, column, &day, format)?
        }
        (CellKind::Bool, ..) => page.write_boolean_with_format(row, column, text == "TRUE", format)?,
        _ => return words(page, row, column, text, format),
    };
    Ok(())
}

/// The look of a cell: its kind, and the colour of the worst that is said of it.
fn format(kind: CellKind, said: Option<&[&Diagnostic]>) -> Format {
    let format = Format::new().set_align(FormatAlign::VerticalCenter);
    let format = if kind == CellKind::Date { format.set_num_format("yyyy-mm-dd") } else { format };
    match said.and_then(|said| said.iter().map(|diagnostic| diagnostic.severity).min()) {
        Some(severity) => format.set_background_color(color(severity)).set_border(FormatBorder::Thin),
        None => format,
    }
}

fn color(severity: Severity) -> Color {
    Color::RGB(match severity {
        Severity::Error => 0x00FF_C7CE,
        Severity::Warning => 0x00FF_EB9C,
        Severity::Notice => 0x00DD_EBF7,
    })
}

fn severity_words(severity: Severity) -> Words {
    match severity {
        Severity::Error => Words::new("错误", "error"),
        Severity::Warning => Words::new("警告", "warning"),
        Severity::Notice => Words::new("提示", "notice"),
    }
}

/// `错误 KG-L030 ...`, with its help below.
fn told(diagnostic: &Diagnostic, lang: Lang) -> String {
    let word = severity_words(diagnostic.severity);
    let help = diagnostic.help.as_ref().map(|help| format!("\n{}", help.get(lang))).unwrap_or_default();
    format!("{} {} {}{help}", word.get(lang), diagnostic.code.0, diagnostic.message.get(lang))
}

/// Everything that was said, one line each, those without a cell too.
fn list(page: &mut Worksheet, diagnostics: &[Diagnostic], lang: Lang) -> Result<(), XlsxError> {
    let heads = [
        Words::new("级别", "severity"),
        Words::new("代码", "code"),
        Words::new("位置", "place"),
        Words::new("内容", "what"),
        Words::new("办法", "how to mend it"),
    ];
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (column, head) in (0..).zip(&heads) {
        page.write_string_with_format(0, column, head.get(lang), &bold)?;
    }
    for (row, diagnostic) in (1..).zip(diagnostics) {
        let look = Format::new().set_background_color(color(diagnostic.severity)).set_align(FormatAlign::Top);
        let place = diagnostic.labels.first().map(|label| label.place.short()).unwrap_or_default();
        let help = diagnostic.help.as_ref().map_or("", |help| help.get(lang));
        // Not every program finds the height of wrapped texts by itself.
        let lines = [diagnostic.message.get(lang), help].map(|text| half_widths(text).div_ceil(WIDEST - 2));
        page.set_row_height(row, 15 * lines.into_iter().max().unwrap_or(1).clamp(1, 20) as u32)?;
        page.write_string_with_format(row, 0, severity_words(diagnostic.severity).get(lang), &look)?;
        for (column, text) in (1..).zip([diagnostic.code.0, &place, diagnostic.message.get(lang), help]) {
            words(page, row, column, text, &wrapped)?;
        }
    }
    page.set_freeze_panes(1, 0)?;
    page.set_repeat_rows(0, 0)?;
    page.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    let shown = diagnostics.iter().flat_map(|diagnostic| {
        let place = diagnostic.labels.first().map(|label| label.place.short()).unwrap_or_default();
        let help = diagnostic.help.as_ref().map_or("", |help| help.get(lang));
        [(2, place), (3, diagnostic.message.get(lang).to_owned()), (4, help.to_owned())]
    });
    let shown: Vec<(u32, String)> = shown.collect();
    set_widths(page, shown.iter().map(|(column, text)| (*column, text.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        input::ReadOptions,
        read::read,
        testing::{codes_of, schema},
    };

    fn fixture(name: &str) -> Input {
        let path = format!("{}/../../fixtures/ledgers/{name}", env!("CARGO_MANIFEST_DIR"));
        Input { name: name.to_owned(), ..crate::read_input(&path).unwrap() }
    }

    /// What a reader makes of a workbook: cells of every sheet but the list, and what is merged and hidden.
    fn shape(bytes: &[u8], but: &str) -> Vec<String> {
        let sheets = parse(bytes).unwrap().sheets;
        let kept = sheets.iter().filter(|grid| !grid.hidden && grid.name != but);
        kept.flat_map(|grid| {
            let cells = grid.rows().iter().flat_map(|row| {
                grid.cells(row).map(move |cell| format!("{} {} {cell:?} {}", grid.name, row.number, row.hidden))
            });
            let merges = grid.merges.iter().map(|merge| format!("{merge:?}"));
            cells.chain(merges).chain([format!("{:?}", grid.hidden_columns)]).collect::<Vec<_>>()
        })
        .collect()
    }

    #[test]
    fn a_marked_copy_keeps_values_merges_and_what_is_hidden() {
        let names = ["01-标题与单位.xlsx", "06-多张表.xlsx", "07-日期.xlsx", "12-惠城区上报.xls", "13-惠东县上报.ods"];
        for name in names {
            let input = fixture(name);
            let said = read(&schema(), std::slice::from_ref(&input), &ReadOptions::default());
            let said = said.map_or_else(|faults| faults, |ledger| ledger.notices);
            let marked = mark_workbook(std::slice::from_ref(&input), &said, Lang::Zh).unwrap();
            assert_eq!(shape(&marked, "核查意见"), shape(&input.bytes, ""), "{name}");
            assert_eq!(mark_workbook(&[input], &said, Lang::Zh).unwrap(), marked, "{name}: the same bytes");
        }
    }

    #[test]
    fn what_is_said_stands_in_notes_and_in_the_list() {
        let input = fixture("15-错误.xlsx");
        let faults = read(&schema(), std::slice::from_ref(&input), &ReadOptions::default()).unwrap_err();
        assert!(codes_of(&faults).contains(&"KG-L015"));
        let marked = mark_workbook(&[input], &faults, Lang::Zh).unwrap();
        let sheets = parse(&marked).unwrap().sheets;
        let listed = sheets.iter().find(|grid| grid.name == "核查意见").unwrap();
        assert_eq!(listed.rows().len(), faults.len() + 1);
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(marked)).unwrap();
        let mut part = archive.by_name("xl/comments1.xml").unwrap();
        let mut notes = String::new();
        std::io::Read::read_to_string(&mut part, &mut notes).unwrap();
        assert!(notes.contains("错误 KG-L015") && notes.contains("ref=\"A5\""), "{notes}");
    }

    #[test]
    fn one_workbook_is_marked_at_a_time() {
        let two = [fixture("07-日期.xlsx"), fixture("08-单位.xlsx")];
        for inputs in [&two[..], &[]] {
            assert_eq!(codes_of(&mark_workbook(inputs, &[], Lang::En).unwrap_err()), ["KG-L101"]);
        }
    }
}
