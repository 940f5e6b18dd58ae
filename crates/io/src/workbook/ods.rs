//! Workbooks of OpenDocument, read here: merges and hidden rows matter, and repeats must not be unfolded blindly.

use kaigong_model::limits;
use quick_xml::events::{BytesStart, Event};

use super::{
    CellKind, Fault, Grid, Merge, Workbook,
    archive::{Archive, Xml, attribute},
    number::decimal,
};

/// Times a row that holds something may be repeated; blank rows are repeated to the end of the sheet.
const REPEATS: u32 = 1 << 16;

/// Reads every sheet that is not hidden.
pub(super) fn read(archive: &mut Archive<'_>) -> Result<Workbook, Fault> {
    archive.measure(|_| true)?;
    if is_encrypted(archive)? {
        return Err(Fault::Encrypted);
    }
    let xml = archive.xml("content.xml")?.ok_or(Fault::NotOne)?;
    Reading { xml, workbook: Workbook::default(), hidden_styles: Vec::new(), style: None }.run()
}

fn is_encrypted(archive: &mut Archive<'_>) -> Result<bool, Fault> {
    let Some(mut xml) = archive.xml("META-INF/manifest.xml")? else { return Ok(false) };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(Fault::xml)? {
            Event::Start(element) if element.local_name().as_ref() == "encryption-data" => return Ok(true),
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

struct Reading<'a> {
    xml: Xml<'a>,
    workbook: Workbook,
    /// Styles of sheets that are not shown.
    hidden_styles: Vec<String>,
    style: Option<String>,
}

/// A cell being read.
#[derive(Default)]
struct OdsCell {
    /// Its value as the format writes it, apart from words.
    value: Option<(CellKind, String)>,
    words: String,
    columns: u32,
    spans: (u32, u32),
}

impl Reading<'_> {
    fn run(mut self) -> Result<Workbook, Fault> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match self.xml.read_event_into(&mut buffer).map_err(Fault::xml)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "style" => self.style = attribute(&element, "name"),
                    "table-properties" if attribute(&element, "display").as_deref() == Some("false") => {
                        self.hidden_styles.extend(self.style.clone());
                    }
                    "table" => {
                        let grid = self.grid(&element);
                        let name = grid.name.clone();
                        self.table(grid).map_err(|fault| fault.of(&name))?;
                    }
                    _ => {}
                },
                Event::Eof => return Ok(self.workbook),
                _ => {}
            }
        }
    }

    fn grid(&self, element: &BytesStart<'_>) -> Grid {
        let hidden = attribute(element, "style-name").is_some_and(|style| self.hidden_styles.contains(&style));
        Grid::new(&attribute(element, "name").unwrap_or_default(), hidden, false)
    }

    fn table(&mut self, mut grid: Grid) -> Result<(), Fault> {
        let (mut buffer, mut row, mut column) = (Vec::new(), 0u32, 0u32);
        loop {
            buffer.clear();
            match self.xml.read_event_into(&mut buffer).map_err(Fault::xml)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "table-column" => {
                        let repeats = repeats(&element, "number-columns-repeated")?;
                        if is_hidden(&element) {
                            grid.hide_columns(column..column.saturating_add(repeats));
                        }
                        column = column.saturating_add(repeats);
                    }
                    "table-row" => {
                        let repeats = repeats(&element, "number-rows-repeated")?;
                        let hidden = is_hidden(&element);
                        let cells = self.row()?;
                        place(&mut grid, row + 1, repeats, hidden, &cells)?;
                        row = row.saturating_add(repeats).min(limits::SHEET_ROWS + 1);
                    }
                    _ => {}
                },
                Event::End(element) if element.local_name().as_ref() == "table" => break,
                Event::Eof => return Err(Fault::cut()),
                _ => {}
            }
        }
        grid.finish()?;
        self.workbook.sheets.push(grid);
        if self.workbook.sheets.len() > limits::WORKBOOK_SHEETS {
            return Err(Fault::sheets());
        }
        Ok(())
    }

    fn row(&mut self) -> Result<Vec<OdsCell>, Fault> {
        let (mut buffer, mut cells) = (Vec::new(), Vec::new());
        loop {
            buffer.clear();
            match self.xml.read_event_into(&mut buffer).map_err(Fault::xml)? {
                Event::Start(element) if element.local_name().as_ref().ends_with("table-cell") => {
                    let mut cell = open(&element)?;
                    self.words(&mut cell)?;
                    cells.push(cell);
                }
                Event::End(element) if element.local_name().as_ref() == "table-row" => return Ok(cells),
                Event::Eof => return Err(Fault::cut()),
                _ => {}
            }
        }
    }

    /// Reads the paragraphs of a cell, remarks left aside, up to its end.
    fn words(&mut self, cell: &mut OdsCell) -> Result<(), Fault> {
        let (mut buffer, mut inside_remark) = (Vec::new(), 0usize);
        loop {
            buffer.clear();
            match self.xml.read_event_into(&mut buffer).map_err(Fault::xml)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "annotation" => inside_remark += 1,
                    "p" if inside_remark == 0 && !cell.words.is_empty() => cell.words.push('\n'),
                    "s" if inside_remark == 0 => cell.words.push(' '),
                    _ => {}
                },
                Event::Text(text) if inside_remark == 0 => cell.words.push_str(&text.xml10_content()),
                Event::GeneralRef(name) if inside_remark == 0 => {
                    let known = quick_xml::escape::resolve_predefined_entity(&name);
                    let char = name.resolve_char_ref().ok().flatten();
                    if known.is_none() && char.is_none() {
                        return Err(Fault::xml(format!("&{};", &*name)));
                    }
                    cell.words.push_str(known.unwrap_or_default());
                    cell.words.extend(char);
                }
                Event::End(element) => match element.local_name().as_ref() {
                    "annotation" => inside_remark = inside_remark.saturating_sub(1),
                    name if name.ends_with("table-cell") => return Ok(()),
                    _ => {}
                },
                Event::Eof => return Err(Fault::cut()),
                _ => {}
            }
        }
    }
}

fn repeats(element: &BytesStart<'_>, name: &str) -> Result<u32, Fault> {
    match attribute(element, name) {
        Some(text) => text.parse().map_err(|_| Fault::value(format!("{name} `{text}`"))),
        None => Ok(1),
    }
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    matches!(attribute(element, "visibility").as_deref(), Some("collapse" | "filter"))
}

fn open(element: &BytesStart<'_>) -> Result<OdsCell, Fault> {
    let of = |name| attribute(element, name);
    let value = match of("value-type").as_deref() {
        Some("float" | "currency" | "percentage") => {
            let text = of("value").unwrap_or_default();
            let number = text.parse().map_err(|_| Fault::value(format!("value `{text}`")))?;
            Some((CellKind::Number, decimal(number)))
        }
        Some("date") => of("date-value").map(|day| (CellKind::Date, day.split('T').next().unwrap_or("").to_owned())),
        Some("boolean") => of("boolean-value").map(|value| (CellKind::Bool, value.to_ascii_uppercase())),
        _ => of("string-value").map(|text| (CellKind::Text, text)),
    };
    let covered = element.local_name().as_ref().starts_with("covered");
    let span = |name| if covered { Ok(1) } else { repeats(element, name) };
    Ok(OdsCell {
        value,
        words: String::new(),
        columns: repeats(element, "number-columns-repeated")?,
        spans: (span("number-rows-spanned")?, span("number-columns-spanned")?),
    })
}

/// Puts the cells of a row into the grid, as often as the row is repeated.
fn place(grid: &mut Grid, first: u32, repeats: u32, hidden: bool, cells: &[OdsCell]) -> Result<(), Fault> {
    if hidden {
        grid.hide_rows(first, first.saturating_add(repeats - 1));
    }
    let is_blank = cells.iter().all(|cell| text(cell).1.is_empty());
    if is_blank {
        return Ok(());
    }
    if repeats > REPEATS {
        return Err(Fault::rows());
    }
    for row in first..first + repeats {
        let mut column = 0u32;
        for cell in cells {
            let (kind, text) = text(cell);
            let after = column.saturating_add(cell.columns);
            if !text.is_empty() {
                for column in column..after {
                    grid.push(row, column, kind, text)?;
                }
            }
            if cell.spans != (1, 1) {
                let last = (row.saturating_add(cell.spans.0 - 1), column.saturating_add(cell.spans.1 - 1));
                grid.merge(Merge { first: (row, column), last })?;
            }
            column = after;
        }
    }
    Ok(())
}

fn text(cell: &OdsCell) -> (CellKind, &str) {
    let (kind, text) = cell.value.as_ref().map_or((CellKind::Text, cell.words.as_str()), |(kind, text)| (*kind, text));
    let text = text.trim();
    // What a formula failed with stands as words that begin so.
    if kind == CellKind::Text && is_error(text) {
        return (CellKind::Error, text);
    }
    (kind, text)
}

fn is_error(text: &str) -> bool {
    text.starts_with("Err:") || ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"].contains(&text)
}
