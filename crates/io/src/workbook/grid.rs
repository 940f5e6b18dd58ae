//! A sheet as a sparse grid of texts in one piece of memory.

use kaigong_model::limits;

use super::Fault;

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

/// A cell that holds something.
#[derive(Clone, Copy, Debug)]
struct GridCell {
    column: u32,
    start: u32,
    length: u32,
    kind: CellKind,
}

/// A row that holds something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GridRow {
    /// Its number, counting from 1.
    pub(crate) number: u32,
    /// Whether it is hidden.
    pub(crate) hidden: bool,
    first: usize,
    after: usize,
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
    /// Merged cells.
    pub(crate) merges: Vec<Merge>,
    /// Hidden columns.
    pub(crate) hidden_columns: Vec<u32>,
    text: String,
    cells: Vec<GridCell>,
    rows: Vec<GridRow>,
    hidden_rows: Vec<(u32, u32)>,
    width: u32,
}

impl Grid {
    /// An empty sheet.
    pub(crate) fn new(name: &str, hidden: bool, is_1904: bool) -> Self {
        Self { name: name.to_owned(), hidden, is_1904, ..Self::default() }
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
        let (start, length) = (self.text.len(), text.len());
        if start + length > limits::WORKBOOK_TEXT || self.cells.len() >= limits::WORKBOOK_CELLS {
            return Err(Fault::unpacked());
        }
        self.text.push_str(text);
        match self.rows.last_mut().filter(|last| last.number == row) {
            Some(last) => last.after += 1,
            None => {
                let at = self.cells.len();
                self.rows.push(GridRow { number: row, hidden: false, first: at, after: at + 1 });
            }
        }
        self.width = self.width.max(column + 1);
        self.cells.push(GridCell { column, start: start as u32, length: length as u32, kind });
        Ok(())
    }

    /// Notes that a stretch of rows is hidden.
    pub(crate) fn hide_rows(&mut self, first: u32, last: u32) {
        self.hidden_rows.push((first, last));
    }

    /// Puts rows and cells in order, once all are there.
    pub(crate) fn finish(&mut self) -> Result<(), Fault> {
        self.rows.sort_by_key(|row| row.number);
        for row in &self.rows {
            self.cells[row.first..row.after].sort_by_key(|cell| cell.column);
        }
        if self.rows.windows(2).any(|pair| pair[0].number == pair[1].number) {
            return Err(Fault::Broken("a row stands twice".to_owned()));
        }
        self.hidden_rows.sort_unstable();
        let mut hidden = self.hidden_rows.iter().peekable();
        for row in &mut self.rows {
            while hidden.next_if(|stretch| stretch.1 < row.number).is_some() {}
            row.hidden = hidden.peek().is_some_and(|stretch| stretch.0 <= row.number);
        }
        self.merges.sort_by_key(|merge| (merge.first, merge.last));
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
        self.cells[row.first..row.after].iter().map(|cell| (cell.column, cell.kind, self.text_of(cell)))
    }

    /// A cell of a row.
    pub(crate) fn cell(&self, row: &GridRow, column: u32) -> Option<(CellKind, &str)> {
        let cells = &self.cells[row.first..row.after];
        let at = cells.binary_search_by_key(&column, |cell| cell.column).ok()?;
        Some((cells[at].kind, self.text_of(&cells[at])))
    }

    /// A cell by its place.
    pub(crate) fn at(&self, row: u32, column: u32) -> Option<(CellKind, &str)> {
        self.row(row).and_then(|row| self.cell(row, column))
    }

    /// How many columns reach as far as any cell does.
    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    fn text_of(&self, cell: &GridCell) -> &str {
        &self.text[cell.start as usize..(cell.start + cell.length) as usize]
    }
}
