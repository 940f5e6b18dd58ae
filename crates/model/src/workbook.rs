//! A workbook as plain data, on its way to a file: what stands in which cell, and what a sheet offers the reader.
//!
//! ```text
//! heading   a line or two above the table
//! bands     offices over groups of columns, where there are any
//! columns   the header
//! rows      one a record
//! totals    sums under columns that ask for one
//! ```

use crate::Date;

/// Sheets in order.
#[derive(Clone, Debug)]
pub struct Workbook {
    /// What the workbook is called.
    pub title: String,
    /// The day it tells of.
    pub as_of: Date,
    /// Its sheets, with different names.
    pub sheets: Vec<Sheet>,
}

/// One table on a sheet of its own.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// The tab's name.
    pub name: String,
    /// Lines above the table.
    pub heading: Vec<String>,
    /// The columns.
    pub columns: Vec<WrittenColumn>,
    /// Rows of cells, as many as there are columns.
    pub rows: Vec<Vec<Value>>,
    /// Columns at the left that stay in sight.
    pub frozen: usize,
    /// Whether columns can be filtered.
    pub filtered: bool,
    /// What the line of totals is called; no such line where `None`.
    pub totals: Option<String>,
    /// Charts below the table.
    pub charts: Vec<Chart>,
    /// Empty rows below the header that offer what their columns do: a form to be filled in.
    pub form: usize,
}

/// A column of a sheet.
#[derive(Clone, Debug, Default)]
pub struct WrittenColumn {
    /// Its header.
    pub header: String,
    /// What stands over it and its neighbours; nothing where empty.
    pub band: String,
    /// Width in half-widths.
    pub width: u16,
    /// Decimals of its numbers.
    pub places: u8,
    /// Whether the line of totals sums it.
    pub summed: bool,
    /// What its cells may say, as a drop-down; anything where empty.
    pub choices: Vec<String>,
    /// Whether its cells are days.
    pub dated: bool,
    /// A remark on the header.
    pub note: String,
    /// Words that are shown in a colour of their own.
    pub tones: Vec<(String, Tone)>,
    /// Whether people fill it in.
    pub open: bool,
    /// Whether its numbers show every digit, instead of so many decimals.
    pub exact: bool,
}

/// A colour with a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Well.
    Good,
    /// Nearly.
    Near,
    /// Badly.
    Bad,
    /// Not known.
    Unknown,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Blank,
    /// Words, whatever they look like.
    Text(String),
    /// A number, as an exact decimal without separators.
    Number(String),
    /// A day.
    Day(Date),
    /// A sum or count over a column of another sheet where one of its columns says a word, with what it comes to.
    Over {
        /// The other sheet.
        sheet: String,
        /// Its column that is compared.
        by: usize,
        /// The word.
        word: String,
        /// Its column that is summed; rows are counted where `None`.
        sum: Option<usize>,
        /// The outcome, as an exact decimal.
        is: String,
    },
}

/// A chart of columns of its sheet.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Its title.
    pub title: String,
    /// The column with labels.
    pub labels: usize,
    /// Columns drawn; headers name them.
    pub values: Vec<usize>,
    /// Rows drawn: first, and how many.
    pub rows: (usize, usize),
    /// Whether bars lie instead of standing.
    pub lying: bool,
}

impl Value {
    /// Words, or nothing where there are none.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Blank } else { Self::Text(text) }
    }

    /// A count.
    pub fn count(count: impl std::fmt::Display) -> Self {
        Self::Number(count.to_string())
    }

    /// A day, or nothing.
    pub fn day(day: Option<Date>) -> Self {
        day.map_or(Self::Blank, Self::Day)
    }
}
