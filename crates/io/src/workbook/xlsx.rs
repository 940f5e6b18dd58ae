//! Workbooks of Excel since 2007: `calamine` reads the values; what it does not tell (hidden rows and columns) and
//! what it takes on trust (counts, references) is looked at in the same parts before. Sheets that are written as
//! programs write them, which large ones are, are read faster by `cells`, to the same values.

use std::{collections::BTreeMap, io::Cursor};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use kaigong_model::limits;
use memchr::memmem;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    CellKind, Fault, Grid, Merge, Workbook,
    archive::{Archive, attribute, attributes},
    cells,
    fault::Damage,
    guarded,
    number::{date_or_number, decimal},
    skeleton::{self, Skeleton},
};

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

/// The folder of sheets.
const SHEETS: &str = "xl/worksheets/sheet";

/// Reads every sheet that is not hidden.
pub(super) fn read(bytes: &[u8], archive: &mut Archive<'_>) -> Result<Workbook, Fault> {
    read_by(bytes, archive, skeleton::of)
}

/// The same, with what is told of a workbook before its cells are read.
pub(super) fn read_by(
    bytes: &[u8],
    archive: &mut Archive<'_>,
    skeleton: impl Fn(&mut Archive<'_>, &BTreeMap<String, String>) -> Result<Option<Skeleton>, Fault>,
) -> Result<Workbook, Fault> {
    // Sheets and shared texts are measured when they are unpacked; their places are told by parts that are measured here.
    let is_late = |name: &str| name.starts_with(SHEETS) || name == skeleton::TEXTS;
    archive.measure(|name| !is_late(name))?;
    check_strings(archive)?;
    let paths = sheet_paths(archive)?;
    archive.measure(|name| name.starts_with(SHEETS) && paths.values().all(|path| path != name))?;
    let linked = archive.names().iter().any(|name| name.starts_with("xl/externalLinks/"));
    guarded(|| {
        let known = skeleton(archive, &paths)?;
        let mut book = Lazy { bytes, book: None };
        let (sheets, is_1904) = match &known {
            Some(known) => (known.sheets.clone(), known.is_1904),
            None => (skeleton::sheets(book.open()?), book.open()?.has_1904_epoch()),
        };
        if sheets.len() > limits::WORKBOOK_SHEETS {
            return Err(Fault::sheets());
        }
        let mut workbook = Workbook { sheets: Vec::new(), linked };
        for (name, hidden) in sheets {
            let mut grid = Grid::new(&name, hidden, is_1904);
            if !hidden {
                read_sheet(&mut grid, archive, paths.get(&name), known.as_ref(), &mut book)
                    .map_err(|fault| fault.of(&name))?;
            }
            workbook.sheets.push(grid);
        }
        Ok(workbook)
    })
}

fn read_sheet(
    grid: &mut Grid,
    archive: &mut Archive<'_>,
    path: Option<&String>,
    known: Option<&Skeleton>,
    book: &mut Lazy<'_>,
) -> Result<(), Fault> {
    let sheet = path.map(|path| archive.bytes(path)).transpose()?.flatten();
    if let Some(sheet) = &sheet {
        scan(sheet, grid)?;
    }
    let plain = known.zip(sheet.and_then(|sheet| String::from_utf8(sheet).ok()));
    if plain.is_none_or(|(known, sheet)| cells::read(sheet, &known.common, grid).is_err()) {
        fill(book.open()?, grid)?;
    }
    grid.finish()
}

/// The workbook as `calamine` reads it, opened where that is needed.
struct Lazy<'b> {
    bytes: &'b [u8],
    book: Option<Book<'b>>,
}

impl<'b> Lazy<'b> {
    fn open(&mut self) -> Result<&mut Book<'b>, Fault> {
        let book = match self.book.take() {
            Some(book) => book,
            None => Xlsx::new(Cursor::new(self.bytes)).map_err(|error| fault(&error))?,
        };
        Ok(self.book.insert(book))
    }
}

fn fault(error: &XlsxError) -> Fault {
    let damage = match error {
        XlsxError::Password => return Fault::Encrypted,
        XlsxError::Io(_) | XlsxError::Zip(_) => Damage::Container,
        XlsxError::Xml(_) | XlsxError::XmlAttr(_) | XlsxError::Encoding(_) => Damage::Xml,
        XlsxError::XmlEof(inside) => return Fault::Broken(Damage::Cut, (*inside).to_owned()),
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound | XlsxError::WorksheetNotFound(_) => {
            Damage::Missing
        }
        XlsxError::Alphanumeric(_)
        | XlsxError::NumericColumn(_)
        | XlsxError::RangeWithoutColumnComponent
        | XlsxError::RangeWithoutRowComponent
        | XlsxError::ColumnNumberOverflow
        | XlsxError::RowNumberOverflow
        | XlsxError::DimensionCount(_) => Damage::Address,
        XlsxError::Unexpected(said) if said.contains("shared strings") => {
            return Fault::Broken(Damage::Text, String::new());
        }
        _ => Damage::Value,
    };
    Fault::Broken(damage, error.to_string())
}

/// Room is made for as many shared texts as a part says it has: it may not say more than it can hold.
fn check_strings(archive: &mut Archive<'_>) -> Result<(), Fault> {
    for name in archive.names().into_iter().filter(|name| name.to_ascii_lowercase().ends_with("sharedstrings.xml")) {
        let Some(mut xml) = archive.xml(&name)? else { continue };
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(Fault::xml)? {
                Event::Start(element) if element.local_name().as_ref() == "sst" => {
                    // Any that is called so: which one the parser takes is its own affair.
                    let counts = attributes(&element, "uniqueCount");
                    let is_more = |count: &str| {
                        count.len() > 8 || count.parse::<usize>().is_ok_and(|count| count > limits::WORKBOOK_CELLS)
                    };
                    if counts.iter().any(|count| is_more(count)) {
                        return Err(Fault::texts());
                    }
                    break;
                }
                Event::Eof => break,
                _ => {}
            }
        }
    }
    Ok(())
}

/// The part of each sheet, by the sheet's name.
fn sheet_paths(archive: &mut Archive<'_>) -> Result<BTreeMap<String, String>, Fault> {
    let mut targets = BTreeMap::new();
    each_element(archive, "xl/_rels/workbook.xml.rels", "Relationship", |element| {
        if let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target")) {
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            targets.insert(id, path);
        }
    })?;
    let mut paths = BTreeMap::new();
    each_element(archive, "xl/workbook.xml", "sheet", |element| {
        if let (Some(name), Some(id)) = (attribute(element, "name"), attribute(element, "id"))
            && let Some(path) = targets.get(&id)
        {
            paths.insert(name, path.clone());
        }
    })?;
    Ok(paths)
}

fn each_element(
    archive: &mut Archive<'_>,
    part: &str,
    name: &str,
    mut take: impl FnMut(&BytesStart<'_>),
) -> Result<(), Fault> {
    let Some(mut xml) = archive.xml(part)? else { return Ok(()) };
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(Fault::xml)? {
            Event::Start(element) if element.local_name().as_ref() == name => take(&element),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Finds what is hidden and what is merged.
///
/// Cells are most of a sheet and are not looked at here: what stands before and after them is read as XML, and among them
/// only the beginnings of rows are searched for.
fn scan(bytes: &[u8], grid: &mut Grid) -> Result<(), Fault> {
    let (begin, end) = (memmem::find(bytes, b"sheetData"), memmem::rfind(bytes, b"sheetData"));
    let (begin, end) = (begin.unwrap_or(bytes.len()), end.unwrap_or(bytes.len()));
    scan_around(&bytes[..begin], grid)?;
    scan_around(&bytes[end..], grid)?;
    scan_rows(&bytes[begin..end], grid)
}

/// Columns before the cells, merges after them; both stretches of XML are cut off at one end.
fn scan_around(bytes: &[u8], grid: &mut Grid) -> Result<(), Fault> {
    let mut xml = Reader::from_reader(bytes);
    let config = xml.config_mut();
    (config.check_end_names, config.allow_unmatched_ends, config.expand_empty_elements) = (false, true, true);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let element = match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(element)) => element,
            Ok(Event::Eof) | Err(_) => return Ok(()),
            Ok(_) => continue,
        };
        let area = || attribute(&element, "ref").unwrap_or_default();
        match element.local_name().as_ref() {
            "col" if is_hidden(&element) => hide_columns(&element, grid),
            "mergeCell" => {
                let area = area();
                grid.merge(merge(&area).ok_or_else(|| Fault::address(&area))?)?;
            }
            "dimension" => {
                let area = area();
                merge(&area).ok_or_else(|| Fault::address(&area))?;
            }
            _ => {}
        }
    }
}

/// Hidden rows among the cells, whatever prefix the names have.
fn scan_rows(bytes: &[u8], grid: &mut Grid) -> Result<(), Fault> {
    let mut row = 0u32;
    for at in memmem::find_iter(bytes, b"row ") {
        if !matches!(bytes[..at].last(), Some(b'<' | b':')) {
            continue;
        }
        let after = memchr::memchr(b'>', &bytes[at..]).map_or(bytes.len(), |length| at + length);
        let Ok(tag) = std::str::from_utf8(&bytes[at..after]) else { continue };
        let element = BytesStart::from_content(tag.trim_end_matches('/'), 3);
        row = attribute(&element, "r").and_then(|number| number.parse().ok()).unwrap_or(row + 1);
        if row > limits::SHEET_ROWS {
            return Err(Fault::rows());
        }
        if is_hidden(&element) {
            grid.hide_rows(row, row);
        }
    }
    Ok(())
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    matches!(attribute(element, "hidden").as_deref(), Some("1" | "true"))
}

fn hide_columns(element: &BytesStart<'_>, grid: &mut Grid) {
    let number = |name| attribute(element, name).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
    grid.hide_columns(number("min").max(1) - 1..number("max"));
}

/// `B2:D5`, or one cell.
fn merge(area: &str) -> Option<Merge> {
    let (first, last) = area.split_once(':').unwrap_or((area, area));
    let (first, last) = (reference(first)?, reference(last)?);
    (first.0 <= last.0 && first.1 <= last.1).then_some(Merge { first, last })
}

/// `B2` as row 2, column 1.
fn reference(text: &str) -> Option<(u32, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    if !(1..=3).contains(&letters) || text.len() - letters > 7 {
        return None;
    }
    let column = text.bytes().take(letters).fold(0, |sum, c| sum * 26 + u32::from(c.to_ascii_uppercase() - b'A') + 1);
    let row = text[letters..].parse().ok().filter(|&row| row > 0)?;
    Some((row, column - 1))
}

fn fill(book: &mut Book<'_>, grid: &mut Grid) -> Result<(), Fault> {
    let is_1904 = grid.is_1904;
    let name = grid.name.clone();
    let mut cells = match book.worksheet_cells_reader(&name) {
        Ok(cells) => cells,
        // A chart on a sheet of its own holds no cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
        Err(error) => return Err(fault(&error)),
    };
    while let Some(cell) = cells.next_cell().map_err(|error| fault(&error))? {
        let (row, column) = cell.get_position();
        let row = row.saturating_add(1);
        match cell.get_value() {
            DataRef::Empty => {}
            DataRef::SharedString(text) => grid.push(row, column, CellKind::Text, text)?,
            DataRef::String(text) | DataRef::DurationIso(text) => grid.push(row, column, CellKind::Text, text)?,
            DataRef::DateTimeIso(text) => {
                let day = text.split('T').next().unwrap_or_default();
                grid.push(row, column, CellKind::Date, day)?;
            }
            DataRef::Int(number) => grid.push(row, column, CellKind::Number, &number.to_string())?,
            DataRef::Float(number) => grid.push(row, column, CellKind::Number, &decimal(*number))?,
            DataRef::Bool(value) => {
                grid.push(row, column, CellKind::Bool, if *value { "TRUE" } else { "FALSE" })?;
            }
            DataRef::DateTime(serial) => {
                let (kind, text) = date_or_number(serial.as_f64(), is_1904);
                grid.push(row, column, kind, &text)?;
            }
            DataRef::Error(error) => grid.push(row, column, CellKind::Error, &error.to_string())?,
        }
    }
    Ok(())
}
