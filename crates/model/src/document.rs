//! A paper as plain data, on its way to a file: headings, paragraphs, tables.
//!
//! Headings are numbered by whoever writes them, since offices count 一、 and （一） and others 1 and 1.1.

use crate::{Align, Date, Lang};

/// A paper.
#[derive(Clone, Debug)]
pub struct Document {
    /// What it is called.
    pub title: String,
    /// Lines under the title: the day, the rules.
    pub lines: Vec<String>,
    /// The day it tells of.
    pub as_of: Date,
    /// The language it is in.
    pub lang: Lang,
    /// Whether it is set small, to stay on a page or two.
    pub is_brief: bool,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A piece of a paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading: its level, 1 to 3, and its words.
    Heading(u8, String),
    /// A paragraph, as runs of plain and bold words.
    Paragraph(Vec<Run>),
    /// A remark in small print.
    Note(String),
    /// A table.
    Table(PrintedTable),
}

/// Words in one hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The words.
    pub text: String,
    /// Whether they are bold.
    pub bold: bool,
}

/// A table on paper; its header stands again on each page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrintedTable {
    /// Header, alignment and share of the width of each column.
    pub columns: Vec<(String, Align, u16)>,
    /// Rows of cells, as many as there are columns.
    pub rows: Vec<Vec<String>>,
}

impl Block {
    /// A paragraph of plain words.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::Paragraph(vec![Run { text: text.into(), bold: false }])
    }

    /// A paragraph that begins with bold words.
    pub fn led(bold: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Paragraph(vec![Run { text: bold.into(), bold: true }, Run { text: text.into(), bold: false }])
    }
}
