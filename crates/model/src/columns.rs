//! What the columns of a sheet are taken for, and how sure that is.

use crate::{cell::Part, fact::FactIdx, unit::Unit};

/// How sure it is that a column holds a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sureness {
    /// Only words that do not tell facts apart differ.
    Guess,
    /// A word of an office names a part of a document.
    Likely,
    /// Its id, one of its columns or its title.
    Certain,
    /// The map says so.
    Mapped,
}

impl Sureness {
    /// The name, as JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Guess => "guess",
            Self::Likely => "likely",
            Self::Certain => "certain",
            Self::Mapped => "mapped",
        }
    }
}

/// Where the unit of a bare number is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitSource {
    /// The header of the column, or one above it.
    Header,
    /// A line above the table.
    Title,
    /// The map.
    Map,
    /// Nobody named one: the pack's is taken.
    Pack,
}

impl UnitSource {
    /// The name, as JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Title => "title",
            Self::Map => "map",
            Self::Pack => "pack",
        }
    }
}

/// What a column is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnUse {
    /// A fact, or a part of a document.
    Fact {
        /// The fact.
        fact: FactIdx,
        /// The part, if the column holds one.
        part: Option<Part>,
        /// How sure that is.
        sure: Sureness,
    },
    /// The id of the project, and no fact.
    Id,
    /// Left aside, as the map says.
    Skipped,
    /// Nobody knows.
    Unknown,
}

/// A column of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetColumn {
    /// Which, counting from 0.
    pub column: u32,
    /// Its header on one line, the lines of a deep one joined.
    pub header: String,
    /// What it is used for.
    pub used: ColumnUse,
    /// Whether it says which project a row is of.
    pub is_id: bool,
    /// The unit of a bare number, and where it is from, for amounts.
    pub unit: Option<(Unit, UnitSource)>,
    /// How many of the first cells can be read as what it is taken for, and how many were tried.
    pub read: (usize, usize),
    /// Names that are near to an unknown header.
    pub near: Vec<String>,
}

/// A sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetColumns {
    /// File as the user named it.
    pub file: String,
    /// Name of the sheet.
    pub sheet: String,
    /// First and last row of the header; none where no header names projects.
    pub header: Option<(u32, u32)>,
    /// Whether the sheet is hidden, and so not read.
    pub hidden: bool,
    /// Its columns.
    pub columns: Vec<SheetColumn>,
}
