//! Workbooks of Excel 97 to 2003: `calamine` reads the values.
//!
//! It makes room for whatever area a sheet's cells and records span, so the records are walked before: too wide an
//! area is refused. It is handed a container that holds only the stream that was walked.

use std::io::{Cursor, Read};

use calamine::{Data, Reader as _, SheetVisible, Xls, XlsError};
use kaigong_model::limits;

use super::{
    CellKind, Fault, Grid, Merge, Workbook, guarded,
    number::{date_or_number, decimal},
};

/// Columns and rows the format can have.
const COLUMNS: u32 = 256;
const ROWS: u32 = 65_536;

/// Reads every sheet that is not hidden.
pub(super) fn read(bytes: &[u8]) -> Result<Workbook, Fault> {
    let stream = stream(bytes)?;
    let sheets = walk(&stream)?;
    let container = container(&stream)?;
    guarded(|| {
        let mut book = Xls::new(Cursor::new(container)).map_err(fault)?;
        let known: Vec<(String, bool)> = book
            .sheets_metadata()
            .iter()
            .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
            .collect();
        let mut workbook = Workbook::default();
        for (at, (name, hidden)) in known.into_iter().enumerate() {
            let mut grid = Grid::new(&name, hidden, book.has_1904_epoch());
            if !hidden {
                for &row in sheets.get(at).into_iter().flatten() {
                    grid.hide_rows(row, row);
                }
                fill(&mut book, &mut grid).map_err(|fault| fault.of(&name))?;
            }
            workbook.sheets.push(grid);
        }
        Ok(workbook)
    })
}

fn fault(error: XlsError) -> Fault {
    match error {
        XlsError::Password => Fault::Encrypted,
        other => Fault::value(other.to_string()),
    }
}

/// The stream of records; a locked workbook of a later Excel wears the same container.
fn stream(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut container = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(Fault::container)?;
    if container.exists("/EncryptedPackage") {
        return Err(Fault::Encrypted);
    }
    let name = ["/Workbook", "/Book"].into_iter().find(|name| container.is_stream(name)).ok_or(Fault::NotOne)?;
    let mut stream = Vec::new();
    let opened = container.open_stream(name).map_err(Fault::container)?;
    opened.take(bytes.len() as u64).read_to_end(&mut stream).map_err(Fault::container)?;
    Ok(stream)
}

fn container(stream: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut container =
        cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).map_err(Fault::container)?;
    let mut out = container.create_stream("/Workbook").map_err(Fault::container)?;
    std::io::Write::write_all(&mut out, stream).map_err(Fault::container)?;
    drop(out);
    container.flush().map_err(Fault::container)?;
    Ok(container.into_inner().into_inner())
}

/// The area a sheet spans.
#[derive(Default)]
struct Area {
    rows: Option<(u32, u32)>,
    columns: Option<(u32, u32)>,
}

impl Area {
    fn add(&mut self, row: u32, column: u32) -> Result<(), Fault> {
        if row >= ROWS {
            return Err(Fault::rows());
        }
        if column >= COLUMNS {
            return Err(Fault::columns());
        }
        let grow = |known: Option<(u32, u32)>, at: u32| known.map_or((at, at), |(a, b)| (a.min(at), b.max(at)));
        (self.rows, self.columns) = (Some(grow(self.rows, row)), Some(grow(self.columns, column)));
        Ok(())
    }

    fn cells(&self) -> usize {
        let span = |ends: Option<(u32, u32)>| ends.map_or(0, |(first, last)| (last - first + 1) as usize);
        span(self.rows) * span(self.columns)
    }
}

/// Walks the records of every sheet: the hidden rows of each, or the limit it is past.
fn walk(stream: &[u8]) -> Result<Vec<Vec<u32>>, Fault> {
    let mut sheets = Vec::new();
    let mut cells = 0;
    for at in sheet_offsets(stream)? {
        let (mut area, mut hidden, mut depth) = (Area::default(), Vec::new(), 0);
        for (kind, data) in Records(stream.get(at..).unwrap_or_default()) {
            // Charts inside a sheet have records of their own between marks of begin and end.
            match kind {
                0x0809 => depth += 1,
                0x000a if depth <= 1 => break,
                0x000a => depth -= 1,
                _ => {}
            }
            if depth > 1 {
                continue;
            }
            match (kind, data.len()) {
                // A row: hidden if a bit says so.
                (0x0208, 13..) if data[12] & 0x20 != 0 => hidden.push(u32::from(word(data, 0)) + 1),
                (0x0200, _) => said_area(data, &mut area)?,
                (0x0203 | 0x0204 | 0x00d6 | 0x0205 | 0x027e | 0x00fd | 0x0006, 4..) => {
                    area.add(word(data, 0).into(), word(data, 2).into())?;
                }
                (0x00bd, 6..) => area.add(word(data, 0).into(), word(data, data.len() - 2).into())?,
                _ => {}
            }
        }
        cells += area.cells();
        if cells > limits::WORKBOOK_CELLS {
            return Err(Fault::unpacked());
        }
        sheets.push(hidden);
    }
    Ok(sheets)
}

/// The area a sheet says it spans: room is made for all of it.
fn said_area(data: &[u8], area: &mut Area) -> Result<(), Fault> {
    let (first, after, columns) = match data.len() {
        10 => (word(data, 0).into(), word(data, 2).into(), word(data, 6)),
        14.. => (long(data, 0), long(data, 4), word(data, 10)),
        _ => return Err(Fault::value("dimensions")),
    };
    if after == 0 || columns == 0 {
        return Ok(());
    }
    if first >= after {
        return Err(Fault::value("dimensions"));
    }
    area.add(first, 0)?;
    area.add(after - 1, u32::from(columns - 1))
}

/// Where each sheet begins.
fn sheet_offsets(stream: &[u8]) -> Result<Vec<usize>, Fault> {
    let mut offsets = Vec::new();
    for (kind, data) in Records(stream) {
        match kind {
            0x000a => break,
            0x002f => return Err(Fault::Encrypted),
            0x0085 if data.len() >= 4 => offsets.push(long(data, 0) as usize),
            _ => {}
        }
    }
    if offsets.len() > limits::WORKBOOK_SHEETS {
        return Err(Fault::Limit("表数", "number of sheets", limits::WORKBOOK_SHEETS.to_string()));
    }
    if offsets.iter().any(|&at| at >= stream.len()) {
        return Err(Fault::cut());
    }
    Ok(offsets)
}

/// Records one after another: kind and data.
struct Records<'s>(&'s [u8]);

impl<'s> Iterator for Records<'s> {
    type Item = (u16, &'s [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.0.split_at_checked(4)?;
        let (data, rest) = rest.split_at_checked(usize::from(word(head, 2)))?;
        self.0 = rest;
        Some((word(head, 0), data))
    }
}

fn word(data: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([data[at], data[at + 1]])
}

fn long(data: &[u8], at: usize) -> u32 {
    u32::from(word(data, at)) | u32::from(word(data, at + 2)) << 16
}

fn fill(book: &mut Xls<Cursor<Vec<u8>>>, grid: &mut Grid) -> Result<(), Fault> {
    let name = grid.name.clone();
    let range = book.worksheet_range(&name).map_err(fault)?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        let (row, column) = (first_row + row as u32 + 1, first_column + column as u32);
        push(grid, row, column, value)?;
    }
    for area in book.merge_cells_by_sheet_name(&name).map_err(fault)? {
        let (first, last) = (area.start, area.end);
        if first.0 <= last.0 && first.1 <= last.1 {
            grid.merge(Merge { first: (first.0 + 1, first.1), last: (last.0 + 1, last.1) })?;
        }
    }
    grid.finish()
}

fn push(grid: &mut Grid, row: u32, column: u32, value: &Data) -> Result<(), Fault> {
    match value {
        Data::Empty => Ok(()),
        Data::String(text) | Data::DurationIso(text) => grid.push(row, column, CellKind::Text, text),
        Data::DateTimeIso(text) => grid.push(row, column, CellKind::Date, text),
        Data::Int(number) => grid.push(row, column, CellKind::Number, &number.to_string()),
        Data::Float(number) => grid.push(row, column, CellKind::Number, &decimal(*number)),
        Data::Bool(value) => grid.push(row, column, CellKind::Bool, if *value { "TRUE" } else { "FALSE" }),
        Data::DateTime(serial) => {
            let (kind, text) = date_or_number(serial.as_f64(), grid.is_1904);
            grid.push(row, column, kind, &text)
        }
        Data::Error(error) => grid.push(row, column, CellKind::Error, &error.to_string()),
    }
}
