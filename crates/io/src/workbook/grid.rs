//! A sheet as a sparse grid of texts in few pieces of memory.

use std::sync::Arc;

use kaigong_model::limits;

use super::{Fault, fault::Damage};

/// What a cell was before it became text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellKind {
    /// Words, or a number typed as text.
    Text,
    /// A number: the shortest decimal of its double.
    Number,
    /// A day, as YYYY-MM-DD.
    Date,
    /// TRUE or FALSE.
    Bool,
    /// What a formula failed with, such as #REF!.
    Error,
}

/// Where the text of a cell stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// In a text made for its block of cells.
    Made,
    /// In the sheet's own XML.
    Sheet,
    /// Among the texts that sheets share.
    Shared,
}

/// A cell that holds something.
#[derive(Clone, Copy, Debug)]
pub(super) struct GridCell {
    pub(super) start: u32,
    pub(super) length: u32,
    /// INVARIANT: below [`limits::LEDGER_COLUMNS`].
    pub(super) column: u16,
    pub(super) kind: CellKind,
    pub(super) stands: Stands,
}

/// A row that holds something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GridRow {
    /// Its number, counting from 1.
    pub(crate) number: u32,
    /// Whether it is hidden.
    pub(crate) hidden: bool,
    /// Its block, and its cells there.
    pub(super) block: u32,
    pub(super) first: u32,
    pub(super) after: u32,
}

/// Cells of some rows, with the texts made for them.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) made: String,
    pub(super) cells: Vec<GridCell>,
}

/// Cells merged into one; rows count from 1, columns from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Merge {
    /// Row and column of the cell that holds the text.
    pub(crate) first: (u32, u32),
    /// Row and column of the last cell.
    pub(crate) last: (u32, u32),
}

impl Merge {
    /// Whether a cell is part of it.
    pub(crate) fn holds(&self, row: u32, column: u32) -> bool {
        (self.first.0..=self.last.0).contains(&row) && (self.first.1..=self.last.1).contains(&column)
    }
}

/// A sheet.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    /// Its name.
    pub(crate) name: String,
    /// Whether it is hidden.
    pub(crate) hidden: bool,
    /// Whether its days count from 1904.
    pub(crate) is_1904: bool,
    /// Merged cells, in order.
    pub(crate) merges: Vec<Merge>,
    /// Hidden columns, in order, each once.
    pub(crate) hidden_columns: Vec<u32>,
    blocks: Vec<Block>,
    sheet: String,
    shared: Arc<str>,
    rows: Vec<GridRow>,
    hidden_rows: Vec<(u32, u32)>,
    /// By column: stretches of hidden ones that begin there, less those that ended before it.
    hiding: Vec<i64>,
    width: u32,
}

impl Grid {
    /// An empty sheet.
    pub(crate) fn new(name: &str, hidden: bool, is_1904: bool) -> Self {
        Self { name: name.to_owned(), hidden, is_1904, blocks: vec![Block::default()], ..Self::default() }
    }

    /// Takes in a sheet whose cells stand in its XML and in shared texts.
    ///
    /// INVARIANT: rows and their cells are in order, no row stands twice, and all is within the limits.
    pub(super) fn take(&mut self, blocks: Vec<Block>, rows: Vec<GridRow>, sheet: String, shared: Arc<str>) {
        let last = |row: &GridRow| blocks[row.block as usize].cells[row.after as usize - 1].column;
        self.width = rows.iter().map(|row| u32::from(last(row)) + 1).max().unwrap_or(0);
        (self.blocks, self.rows, self.sheet, self.shared) = (blocks, rows, sheet, shared);
    }

    /// Whether its cells were taken in as they stand.
    #[cfg(test)]
    pub(super) fn is_taken(&self) -> bool {
        !self.sheet.is_empty()
    }

    /// Adds a cell; those of a row must come together. Blank text is no cell.
    pub(crate) fn push(&mut self, row: u32, column: u32, kind: CellKind, text: &str) -> Result<(), Fault> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        if column as usize >= limits::LEDGER_COLUMNS {
            return Err(Fault::columns());
        }
        if row > limits::SHEET_ROWS {
            return Err(Fault::rows());
        }
        if text.len() > limits::CELL_BYTES {
            return Err(Fault::cell());
        }
        let Some(block) = self.blocks.first_mut() else { return Ok(()) };
        let (start, length) = (block.made.len(), text.len());
        if block.cells.len() >= limits::WORKBOOK_CELLS {
            return Err(Fault::cells());
        }
        if start + length > limits::WORKBOOK_TEXT {
            return Err(Fault::unpacked());
        }
        block.made.push_str(text);
        match self.rows.last_mut().filter(|last| last.number == row) {
            Some(last) => last.after += 1,
            None => {
                let first = block.cells.len() as u32;
                self.rows.push(GridRow { number: row, hidden: false, block: 0, first, after: first + 1 });
            }
        }
        self.width = self.width.max(column + 1);
        let (start, length, column) = (start as u32, length as u32, column as u16);
        block.cells.push(GridCell { start, length, column, kind, stands: Stands::Made });
        Ok(())
    }

    /// Notes that a stretch of rows is hidden.
    pub(crate) fn hide_rows(&mut self, first: u32, last: u32) {
        self.hidden_rows.push((first, last));
    }

    /// Notes that a stretch of columns is hidden, as often as a file says so.
    pub(crate) fn hide_columns(&mut self, columns: std::ops::Range<u32>) {
        let most = limits::LEDGER_COLUMNS as u32;
        let (first, after) = (columns.start.min(most) as usize, columns.end.min(most) as usize);
        if first < after {
            self.hiding.resize(limits::LEDGER_COLUMNS + 1, 0);
            self.hiding[first] += 1;
            self.hiding[after] -= 1;
        }
    }

    /// Notes merged cells.
    pub(crate) fn merge(&mut self, merge: Merge) -> Result<(), Fault> {
        if self.merges.len() >= limits::WORKBOOK_MERGED {
            return Err(Fault::merged());
        }
        self.merges.push(merge);
        Ok(())
    }

    /// Puts rows and cells in order, once all are there.
    pub(crate) fn finish(&mut self) -> Result<(), Fault> {
        self.rows.sort_by_key(|row| row.number);
        for row in &self.rows {
            let cells = &mut self.blocks[row.block as usize].cells[row.first as usize..row.after as usize];
            if !cells.is_sorted_by_key(|cell| cell.column) {
                cells.sort_by_key(|cell| cell.column);
            }
        }
        if let Some(pair) = self.rows.windows(2).find(|pair| pair[0].number == pair[1].number) {
            return Err(Fault::Broken(Damage::Row, pair[0].number.to_string()));
        }
        self.hidden_rows.sort_unstable();
        let mut hidden = self.hidden_rows.iter().peekable();
        for row in &mut self.rows {
            while hidden.next_if(|stretch| stretch.1 < row.number).is_some() {}
            row.hidden = hidden.peek().is_some_and(|stretch| stretch.0 <= row.number);
        }
        self.merges.sort_by_key(|merge| (merge.first, merge.last));
        let columns = |merge: &Merge| (merge.first.1..self.width.min(merge.last.1.saturating_add(1))).len();
        if self.merges.iter().map(columns).sum::<usize>() > limits::WORKBOOK_MERGED {
            return Err(Fault::merged());
        }
        let mut open = 0;
        for (column, change) in (0..).zip(&self.hiding) {
            open += change;
            if open > 0 {
                self.hidden_columns.push(column);
            }
        }
        Ok(())
    }

    /// Rows that hold something, in order.
    pub(crate) fn rows(&self) -> &[GridRow] {
        &self.rows
    }

    /// The row of a number.
    pub(crate) fn row(&self, number: u32) -> Option<&GridRow> {
        self.rows.binary_search_by_key(&number, |row| row.number).ok().map(|at| &self.rows[at])
    }

    /// The cells of a row, in order: column, kind, text.
    pub(crate) fn cells(&self, row: &GridRow) -> impl DoubleEndedIterator<Item = (u32, CellKind, &str)> {
        let (block, cells) = self.cells_of(row);
        cells.iter().map(|cell| (cell.column.into(), cell.kind, self.text_of(block, cell)))
    }

    /// A cell of a row.
    pub(crate) fn cell(&self, row: &GridRow, column: u32) -> Option<(CellKind, &str)> {
        let (block, cells) = self.cells_of(row);
        let at = cells.binary_search_by_key(&column, |cell| cell.column.into()).ok()?;
        Some((cells[at].kind, self.text_of(block, &cells[at])))
    }

    /// A cell by its place.
    pub(crate) fn at(&self, row: u32, column: u32) -> Option<(CellKind, &str)> {
        self.row(row).and_then(|row| self.cell(row, column))
    }

    /// Merged cells whose text stands in a cell.
    pub(crate) fn merges_at(&self, first: (u32, u32)) -> &[Merge] {
        let from = self.merges.partition_point(|merge| merge.first < first);
        let after = self.merges.partition_point(|merge| merge.first <= first);
        &self.merges[from..after]
    }

    /// How many columns reach as far as any cell does.
    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    fn cells_of(&self, row: &GridRow) -> (&Block, &[GridCell]) {
        let block = &self.blocks[row.block as usize];
        (block, &block.cells[row.first as usize..row.after as usize])
    }

    fn text_of<'g>(&'g self, block: &'g Block, cell: &GridCell) -> &'g str {
        let text = match cell.stands {
            Stands::Made => &block.made,
            Stands::Sheet => &self.sheet,
            Stands::Shared => &*self.shared,
        };
        &text[cell.start as usize..cell.start as usize + cell.length as usize]
    }
}
