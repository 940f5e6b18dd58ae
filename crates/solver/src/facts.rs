//! Reading a portfolio: cells become truths, exact numbers and days; tests become words of truths.

use std::collections::BTreeSet;
use std::sync::Mutex;

use kaigong_bits::Word3;
use kaigong_model::{BlankRule, Cell, Date, DateKind, FactIdx, FactSpec, FactType, Portfolio, Schema, Truth};

mod block;
mod documents;
mod kernels;
mod numbers;
mod values;

pub(crate) use block::{Block, Out};
pub(crate) use values::{compare, round_up};

use crate::paper::PaperState;

/// How blanks read, over the rules of the pack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BlankMode {
    /// As each fact's `blank` says.
    #[default]
    Pack,
    /// Unknown blanks of documents, bools, projects and quantities are presumed no.
    PresumeNo,
    /// Nothing is presumed.
    Unknown,
}

/// Arithmetic that could not be done in a row: division by zero, or past 128 bits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DataFault {
    /// The project.
    pub row: u32,
    /// A fact that took part.
    pub fact: Option<FactIdx>,
    /// Division by zero, else overflow.
    pub division: bool,
}

/// A portfolio under a way of reading it.
#[derive(Debug)]
pub struct Facts<'a> {
    pub(crate) portfolio: &'a Portfolio,
    pub(crate) schema: &'a Schema,
    blanks: BlankMode,
    pub(crate) known_by: Option<Date>,
    pub(crate) ledger_date: Date,
    faults: Mutex<BTreeSet<DataFault>>,
}

/// Rows and the day each is looked at.
pub(crate) trait Lanes: Copy {
    fn len(self) -> usize;
    fn row(self, lane: usize) -> u32;
    fn as_of(self, lane: usize) -> Date;
}

/// Neighbouring rows on one day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) first: u32,
    pub(crate) len: usize,
    pub(crate) as_of: Date,
}

impl Lanes for Span {
    fn len(self) -> usize {
        self.len
    }
    fn row(self, lane: usize) -> u32 {
        self.first + lane as u32
    }
    fn as_of(self, _: usize) -> Date {
        self.as_of
    }
}

/// Any rows, each on its own day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Picked<'p> {
    pub(crate) lanes: &'p [(u32, Date)],
}

impl Lanes for Picked<'_> {
    fn len(self) -> usize {
        self.lanes.len()
    }
    fn row(self, lane: usize) -> u32 {
        self.lanes[lane].0
    }
    fn as_of(self, lane: usize) -> Date {
        self.lanes[lane].1
    }
}

/// A word of truths, one per lane.
fn word<L: Lanes>(lanes: L, truth: impl Fn(usize) -> Truth) -> Word3 {
    let mut out = Word3::UNKNOWN;
    for lane in 0..lanes.len() {
        match truth(lane) {
            Truth::Yes => out.yes |= 1 << lane,
            Truth::No => out.no |= 1 << lane,
            Truth::Unknown => {}
        }
    }
    out
}

/// The truth of the first lane of a word.
fn truth_word(word: Word3) -> Truth {
    match (word.yes & 1, word.no & 1) {
        (1, _) => Truth::Yes,
        (_, 1) => Truth::No,
        _ => Truth::Unknown,
    }
}

impl<'a> Facts<'a> {
    /// Reads a portfolio under a blank mode; `ledger_date` is when undated document numbers count from.
    pub fn new(portfolio: &'a Portfolio, blanks: BlankMode, known_by: Option<Date>, ledger_date: Date) -> Self {
        let schema: &Schema = &portfolio.schema;
        Self { portfolio, schema, blanks, known_by, ledger_date, faults: Mutex::default() }
    }

    /// The arithmetic faults met so far, in order.
    pub fn faults(&self) -> Vec<DataFault> {
        self.faults.lock().map(|faults| faults.iter().cloned().collect()).unwrap_or_default()
    }

    /// The facts whose dates decide when a document's expiry is judged.
    pub(crate) fn judges(&self, document: FactIdx) -> &[FactIdx] {
        self.schema.judges(document)
    }

    /// Whether a blank of this fact reads as no.
    pub(crate) fn reads_blank_as_no(&self, fact: FactIdx) -> bool {
        blank_is_no(&self.schema[fact], self.blanks)
    }

    /// The cell of a row on a day.
    pub fn cell(&self, fact: FactIdx, row: u32, as_of: Date) -> Cell {
        self.portfolio.cell(fact, row, as_of, self.known_by)
    }

    /// The cell, with a blank that reads as no turned into no.
    fn read(&self, fact: FactIdx, row: u32, as_of: Date) -> Cell {
        match self.cell(fact, row, as_of) {
            Cell::Blank if self.reads_blank_as_no(fact) => Cell::No,
            cell => cell,
        }
    }

    /// Whether the fact's cell tells nothing: what a question would ask for.
    pub(crate) fn is_missing(&self, fact: FactIdx, row: u32, as_of: Date) -> bool {
        let spec = &self.schema[fact];
        match self.read(fact, row, as_of) {
            Cell::Blank | Cell::Conflicting => true,
            Cell::InHand => spec.kind != FactType::Document,
            Cell::No => matches!(spec.kind, FactType::Date | FactType::Enum | FactType::Text),
            Cell::Date(day) => spec.date_kind == DateKind::Event && day > as_of,
            Cell::Document(_) => {
                self.with_issues(fact, row, as_of, |seen, issues| seen.issued(issues.iter())) != Some(Truth::Yes)
            }
            _ => false,
        }
    }

    /// What a screen says of a document's cell.
    pub(crate) fn paper_state(&self, fact: FactIdx, row: u32, as_of: Date) -> PaperState {
        let cell = self.cell(fact, row, as_of);
        self.seen(fact, row, as_of).state(&cell)
    }
}

/// A day that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    /// Recorded.
    Known(Date),
    /// Certainly not there yet.
    None,
    /// Not recorded.
    Unknown,
}

impl Day {
    fn known(self) -> Option<Date> {
        match self {
            Self::Known(day) => Some(day),
            _ => None,
        }
    }
}

fn blank_is_no(spec: &FactSpec, blanks: BlankMode) -> bool {
    let presumable =
        matches!(spec.kind, FactType::Document | FactType::Bool | FactType::Projects | FactType::Quantity(_));
    match (spec.blank, blanks) {
        (BlankRule::No, _) => true,
        (BlankRule::PresumeNo, BlankMode::Unknown) => false,
        (BlankRule::PresumeNo, _) => true,
        (BlankRule::Unknown, BlankMode::PresumeNo) => presumable,
        (BlankRule::Unknown, _) => false,
    }
}
