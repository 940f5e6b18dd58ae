//! Long tables that stand on sheets of a workbook: known by the sheet's name and its columns.

use kaigong_model::Place;

use super::{Given, KINDS, Lines, Need, columns, known_column};
use crate::{
    header::{Headers, normal},
    input::Kind,
    log::Log,
    sheet::{Want, formula_error, tidy},
    table::Row,
    workbook::{CellKind, Grid},
};

/// Rows in which a header is looked for.
const SEARCHED: usize = 30;
/// Columns of a header that are looked at.
const WIDEST: usize = 64;

/// A long table on a sheet.
pub(crate) struct LongSheet {
    pub(super) kind: Kind,
    file: String,
    grid: Grid,
    header: u32,
}

/// What a sheet is called that holds a kind of long table.
fn sheet_names(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Documents => &["documents", "批文", "批文证照", "批文明细"],
        Kind::Changes => &["changes", "变更", "变更记录"],
        Kind::Pools => &["pools", "指标池"],
        _ => &["grants", "指标配给", "配给"],
    }
}

/// The long table that a sheet holds, if its columns are those of one, and its name or every column says so.
pub(crate) fn long_sheet(file: &str, grid: Grid, headers: &Headers) -> Result<LongSheet, Box<Grid>> {
    let name = grid.name.trim().to_lowercase();
    let found = grid.rows().iter().take(SEARCHED).find_map(|row| {
        let texts: Vec<String> = grid.cells(row).take(WIDEST).map(|(_, _, text)| normal(text)).collect();
        let kinds = KINDS.into_iter().filter_map(|kind| {
            let names = columns(kind);
            let column = |at: usize| texts.iter().find(|text| known_column(names, headers, text).0 == Some(at));
            let needed: Vec<usize> = (0..names.len()).filter(|&at| names[at].need != Need::None).collect();
            let is_named = sheet_names(kind).contains(&name.as_str());
            // The names that CSV has are nobody's by chance.
            let has = |&at: &usize| column(at).is_some_and(|text| is_named || text.starts_with(names[at].name));
            needed.iter().all(has).then_some((is_named, needed.len(), kind))
        });
        // Grants name a document too: of several kinds, the one that asks for most columns.
        kinds.max_by_key(|(is_named, needed, _)| (*is_named, *needed)).map(|(_, _, kind)| (kind, row.number))
    });
    match found {
        Some((kind, header)) => Ok(LongSheet { kind, file: file.to_owned(), grid, header }),
        None => Err(Box::new(grid)),
    }
}

impl LongSheet {
    /// What it holds.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(super) fn given(&self) -> Given<'_> {
        let width = self.grid.width() as usize;
        let header = |at: usize| self.grid.at(self.header, at as u32).map_or("", |(_, text)| text).to_owned();
        let lines = SheetLines {
            sheet: self,
            headers: (0..width).map(header).collect(),
            dated: vec![false; width],
            next: self.grid.rows().partition_point(|row| row.number <= self.header),
            cells: vec![String::new(); width],
        };
        Given { name: &self.file, sheet: Some(&self.grid.name), lines: Box::new(lines) }
    }
}

/// The lines of a sheet.
struct SheetLines<'s> {
    sheet: &'s LongSheet,
    headers: Vec<String>,
    dated: Vec<bool>,
    next: usize,
    cells: Vec<String>,
}

impl Lines for SheetLines<'_> {
    fn headers(&self) -> Vec<&str> {
        self.headers.iter().map(String::as_str).collect()
    }

    fn dates(&mut self, columns: &[usize]) {
        for &at in columns {
            self.dated[at] = true;
        }
    }

    fn next(&mut self, log: &mut Log) -> Option<Row> {
        let grid = &self.sheet.grid;
        let row = grid.rows().get(self.next)?;
        self.next += 1;
        self.cells.iter_mut().for_each(String::clear);
        let mut sound = true;
        for (at, kind, text) in grid.cells(row) {
            if kind == CellKind::Error {
                log.row_fault(|_| formula_error(text).at(self.place(row.number, at as usize)));
                sound = false;
                continue;
            }
            let cell = &mut self.cells[at as usize];
            if self.dated[at as usize] {
                cell.push_str(&tidy(Want::Date, kind, text, grid.is_1904).text);
            } else {
                cell.push_str(text);
            }
        }
        Some(Row { line: row.number, sound })
    }

    fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    fn place(&self, line: u32, column: usize) -> Place {
        let column = (column < self.headers.len()).then_some(column as u32);
        Place::Sheet { file: self.sheet.file.clone(), sheet: self.sheet.grid.name.clone(), row: Some(line), column }
    }

    fn header_place(&self, column: usize) -> Place {
        self.place(self.sheet.header, column)
    }
}
