//! The portfolio: projects as rows, facts as typed columns, each cell with its state.
//!
//! ```text
//! states:  [Recorded, Blank, No, ...]          one byte a row
//! values:  [380_000_000, 0, 0, ...]            typed, narrow; meaningless unless Recorded
//! changes: row -> [(from, recorded_on, cell)]  sparse; overrides from its day on
//! ```

mod append;
mod ids;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

pub use self::append::Rows;
use self::ids::Ids;
pub use self::ids::{ByHash, id_hash};
use crate::{
    cell::{Cell, Issue, Part},
    date::Date,
    diagnostic::Place,
    fact::{FactIdx, FactSpec, FactType, Schema},
    numbers::Numbers,
};

/// The row of a project that is not in the portfolio.
pub const NO_ROW: u32 = u32::MAX;

/// What a cell says about itself, apart from its value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CellState {
    /// Nothing written.
    #[default]
    Blank,
    /// A value is written.
    Recorded,
    /// Written as not there.
    No,
    /// Under way.
    InHand,
    /// Two sources differ.
    Conflicting,
}

/// The values of a column.
#[derive(Clone, Debug)]
pub enum Values {
    /// Yes or no, 64 rows a word.
    Bool(Vec<u64>),
    /// Atoms.
    Quantity(Numbers),
    /// Day numbers.
    Date(Numbers),
    /// Codes.
    Enum(Numbers),
    /// Texts.
    Text(Vec<Box<str>>),
    /// Issues of a document.
    Document(Papers),
    /// Linked projects, sparse.
    Projects {
        /// Ids as written.
        ids: BTreeMap<u32, Vec<String>>,
        /// The same as rows, [`NO_ROW`] where the id is unknown.
        rows: BTreeMap<u32, Vec<u32>>,
    },
}

/// A column of documents: days of issue, and lists where a row holds more.
///
/// ```text
/// days:   [17500, 0, 17800, 0, ...]      narrow; meaningless where a list is kept
/// listed: [0b1010, ...]                  which rows keep a list
/// lists:  [0, 0, 0, 1, ...]              which list, where any row keeps one
/// issues: [[..two issues..], [..number and dates..]]
/// ```
#[derive(Clone, Debug, Default)]
pub struct Papers {
    days: Numbers,
    listed: Vec<u64>,
    lists: Vec<u32>,
    issues: Vec<Vec<Issue>>,
}

/// What a row of [`Papers`] holds.
#[derive(Clone, Copy, Debug)]
pub enum Paper<'p> {
    /// One issue with a day of issue and nothing else.
    IssuedOn(Date),
    /// Any other issues.
    Issues(&'p [Issue]),
}

impl Papers {
    /// The days of issue of the rows that keep no list.
    pub fn days(&self) -> &Numbers {
        &self.days
    }

    /// Which of 64 neighbouring rows keep a list.
    #[inline]
    pub fn listed(&self, word: usize) -> u64 {
        self.listed.get(word).copied().unwrap_or(0)
    }

    /// Whether a row keeps a list: it holds more than one day of issue.
    #[inline]
    pub fn is_listed(&self, row: u32) -> bool {
        self.listed(row as usize / 64) >> (row % 64) & 1 == 1
    }

    /// What a row holds; meaningless unless the row is recorded.
    #[inline]
    pub fn get(&self, row: u32) -> Paper<'_> {
        let listed = self.is_listed(row);
        let row = row as usize;
        if listed {
            Paper::Issues(&self.issues[self.lists[row] as usize])
        } else {
            Paper::IssuedOn(Date(self.days.get(row) as i32))
        }
    }

    fn put(&mut self, at: usize, issues: Vec<Issue>) {
        if let [Issue { issued_on: Some(day), number: None, .. }] = issues.as_slice()
            && issues[0] == (Issue { issued_on: Some(*day), ..Issue::default() })
        {
            self.days.put(at, i64::from(day.0));
            if let Some(word) = self.listed.get_mut(at / 64) {
                *word &= !(1 << (at % 64));
            }
            return;
        }
        if self.listed.len() <= at / 64 {
            self.listed.resize(at / 64 + 1, 0);
        }
        if self.lists.len() <= at {
            self.lists.resize(at + 1, 0);
        }
        if self.listed[at / 64] >> (at % 64) & 1 == 1 {
            self.issues[self.lists[at] as usize] = issues;
            return;
        }
        self.listed[at / 64] |= 1 << (at % 64);
        self.lists[at] = self.issues.len() as u32;
        self.issues.push(issues);
    }
}

impl Paper<'_> {
    /// The issues as they are.
    pub fn to_issues(self) -> Vec<Issue> {
        match self {
            Self::IssuedOn(day) => vec![Issue { issued_on: Some(day), ..Issue::default() }],
            Self::Issues(issues) => issues.to_vec(),
        }
    }

    /// Runs something over the issues without copying them.
    #[inline]
    pub fn with<T>(self, run: impl FnOnce(&[Issue]) -> T) -> T {
        match self {
            Self::IssuedOn(day) => run(&[Issue { issued_on: Some(day), ..Issue::default() }]),
            Self::Issues(issues) => run(issues),
        }
    }
}

/// A dated change of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The day it holds from.
    pub from: Date,
    /// The day it was recorded, if said.
    pub recorded_on: Option<Date>,
    /// The value from that day on.
    pub cell: Cell,
}

/// The states of 64 neighbouring rows as masks; a lane in none of them is conflicting or in hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateWord {
    /// Rows with a value.
    pub recorded: u64,
    /// Rows said not to be there.
    pub no: u64,
    /// Rows with nothing written.
    pub blank: u64,
}

/// One fact over all rows.
#[derive(Clone, Debug)]
pub struct Column {
    /// State of each row; shorter than the portfolio where the rest is blank.
    pub states: Vec<CellState>,
    /// The same, 64 rows a word; made when the portfolio is finished.
    pub words: Vec<StateWord>,
    /// Value of each row.
    pub values: Values,
    /// Dated changes, in order of `from`.
    pub changes: BTreeMap<u32, Vec<Change>>,
}

impl Column {
    fn new(kind: FactType) -> Self {
        let values = match kind {
            FactType::Bool => Values::Bool(Vec::new()),
            FactType::Quantity(_) => Values::Quantity(Numbers::default()),
            FactType::Date => Values::Date(Numbers::default()),
            FactType::Enum => Values::Enum(Numbers::default()),
            FactType::Text => Values::Text(Vec::new()),
            FactType::Document => Values::Document(Papers::default()),
            FactType::Projects => Values::Projects { ids: BTreeMap::new(), rows: BTreeMap::new() },
        };
        Self { states: Vec::new(), words: Vec::new(), values, changes: BTreeMap::new() }
    }

    /// The state of a row, dated changes left aside.
    #[inline]
    pub fn state(&self, row: u32) -> CellState {
        self.states.get(row as usize).copied().unwrap_or_default()
    }

    /// The cell of a row, dated changes left aside.
    pub fn base_cell(&self, row: u32) -> Cell {
        let at = row as usize;
        match (self.state(row), &self.values) {
            (CellState::Blank, _) => Cell::Blank,
            (CellState::No, _) => Cell::No,
            (CellState::InHand, _) => Cell::InHand,
            (CellState::Conflicting, _) => Cell::Conflicting,
            (CellState::Recorded, Values::Bool(values)) => Cell::Bool(values[at / 64] >> (at % 64) & 1 == 1),
            (CellState::Recorded, Values::Quantity(values)) => Cell::Quantity(values.get(at)),
            (CellState::Recorded, Values::Date(values)) => Cell::Date(Date(values.get(at) as i32)),
            (CellState::Recorded, Values::Enum(values)) => Cell::Enum(values.get(at) as u16),
            (CellState::Recorded, Values::Text(values)) => Cell::Text(values[at].to_string()),
            (CellState::Recorded, Values::Document(papers)) => Cell::Document(papers.get(row).to_issues()),
            (CellState::Recorded, Values::Projects { ids, .. }) => {
                Cell::Projects(ids.get(&row).cloned().unwrap_or_default())
            }
        }
    }

    /// The change in force for a row on a day, as known by a day.
    pub fn change_at(&self, row: u32, as_of: Date, known_by: Option<Date>) -> Option<&Change> {
        self.changes.get(&row)?.iter().rev().find(|change| {
            change.from <= as_of && known_by.is_none_or(|known| change.recorded_on.is_none_or(|day| day <= known))
        })
    }

    fn make_words(&mut self) {
        let word = |states: &[CellState]| {
            let mask = |wanted| mask_of(states, wanted);
            StateWord { recorded: mask(CellState::Recorded), no: mask(CellState::No), blank: mask(CellState::Blank) }
        };
        self.words = self.states.chunks(64).map(word).collect();
    }

    /// Sets a cell, whatever it held; `cell` must be of the column's type.
    pub fn set(&mut self, row: u32, cell: Cell) {
        self.put(row, cell);
        let Some(word) = self.words.get_mut(row as usize / 64) else { return };
        let (state, bit) = (self.states[row as usize], 1u64 << (row % 64));
        for (mask, wanted) in [
            (&mut word.recorded, CellState::Recorded),
            (&mut word.no, CellState::No),
            (&mut word.blank, CellState::Blank),
        ] {
            *mask = if state == wanted { *mask | bit } else { *mask & !bit };
        }
        if let (Values::Projects { ids, rows }, true) = (&mut self.values, state != CellState::Recorded) {
            ids.remove(&row);
            rows.remove(&row);
        }
    }

    /// Makes the column as quick to write to as it was.
    fn open(&mut self) {
        match &mut self.values {
            Values::Quantity(values) | Values::Date(values) | Values::Enum(values) => values.open(),
            Values::Document(papers) => papers.days.open(),
            Values::Bool(_) | Values::Text(_) | Values::Projects { .. } => {}
        }
    }

    /// Makes the column as narrow and as quick to read as it will be.
    fn close(&mut self) {
        self.make_words();
        let words = &self.words;
        let recorded = |word: usize| words.get(word).map_or(0, |states| states.recorded);
        match &mut self.values {
            Values::Quantity(values) | Values::Date(values) | Values::Enum(values) => values.close(recorded),
            Values::Document(papers) => {
                let Papers { days, listed, .. } = papers;
                days.close(|word| recorded(word) & !listed.get(word).copied().unwrap_or(0));
            }
            Values::Bool(_) | Values::Text(_) | Values::Projects { .. } => {}
        }
    }

    fn grow(&mut self, rows: usize) {
        if self.states.len() >= rows {
            return;
        }
        self.states.resize(rows, CellState::Blank);
        match &mut self.values {
            Values::Bool(values) => values.resize(rows.div_ceil(64), 0),
            Values::Quantity(values) | Values::Date(values) | Values::Enum(values) => values.grow(rows),
            Values::Text(values) => values.resize(rows, Box::from("")),
            Values::Document(papers) => papers.days.grow(rows),
            Values::Projects { .. } => {}
        }
    }

    /// Puts what is known by a day and has held on every day into the values themselves.
    fn settle(&mut self, known_by: Option<Date>, first: Date) {
        // Links stand in two forms, which are made together.
        if matches!(self.values, Values::Projects { .. }) {
            return;
        }
        self.open();
        let rows: Vec<u32> = self.changes.keys().copied().collect();
        for row in rows {
            let Some(changes) = self.changes.get_mut(&row) else { continue };
            let always = changes.partition_point(|change| change.from <= first);
            let known = |change: &Change| known_by.is_none_or(|by| change.recorded_on.is_none_or(|day| day <= by));
            let last = changes.drain(..always).rfind(known);
            if changes.is_empty() {
                self.changes.remove(&row);
            }
            if let Some(change) = last {
                self.put(row, change.cell);
            }
        }
        self.close();
    }

    /// INVARIANT: `cell` is of the column's type; the ledger reader and `parse_cell` see to it.
    fn put(&mut self, row: u32, cell: Cell) {
        self.grow(row as usize + 1);
        let at = row as usize;
        self.states[at] = match (cell, &mut self.values) {
            (Cell::Blank, _) => CellState::Blank,
            (Cell::No, _) => CellState::No,
            (Cell::InHand, _) => CellState::InHand,
            (Cell::Bool(value), Values::Bool(values)) => {
                values[at / 64] = values[at / 64] & !(1 << (at % 64)) | u64::from(value) << (at % 64);
                CellState::Recorded
            }
            (Cell::Quantity(value), Values::Quantity(values)) => {
                values.put(at, value);
                CellState::Recorded
            }
            (Cell::Date(value), Values::Date(values)) => {
                values.put(at, i64::from(value.0));
                CellState::Recorded
            }
            (Cell::Enum(value), Values::Enum(values)) => {
                values.put(at, i64::from(value));
                CellState::Recorded
            }
            (Cell::Text(value), Values::Text(values)) => {
                values[at] = value.into_boxed_str();
                CellState::Recorded
            }
            (Cell::Document(issues), Values::Document(papers)) => {
                papers.put(at, issues);
                CellState::Recorded
            }
            (Cell::Projects(written), Values::Projects { ids, .. }) => {
                ids.insert(row, written);
                CellState::Recorded
            }
            _ => CellState::Conflicting,
        };
    }
}

/// Which of up to 64 states are the one wanted.
///
/// Eight lanes at a time: bytes of 0 and 1 times this constant bring lane `j` to bit `56 + j`, and no two products
/// meet in one bit.
fn mask_of(states: &[CellState], wanted: CellState) -> u64 {
    let mut hits = [0u8; 64];
    hits.iter_mut().zip(states).for_each(|(hit, state)| *hit = u8::from(*state == wanted));
    let eight =
        |at: usize, lanes: &[u8; 8]| (u64::from_le_bytes(*lanes).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    hits.as_chunks().0.iter().enumerate().fold(0, |mask, (at, lanes)| mask | eight(at, lanes))
}

/// Quota granted to a project out of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The project.
    pub row: u32,
    /// Pool kind.
    pub pool: String,
    /// Atoms of the pool's dimension.
    pub amount: i64,
    /// Day of the grant; taken as granted from the ledger's date on where blank.
    pub granted_on: Option<Date>,
    /// Number of the paper.
    pub document: Option<String>,
}

/// A column of a source: which fact, which part, under which header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerFact {
    /// The fact.
    pub fact: FactIdx,
    /// The part of a document, if the column holds one.
    pub part: Option<Part>,
    /// Header as written.
    pub header: String,
    /// Which column it is, counting from 0.
    pub column: u32,
}

/// A file, or a sheet of one, that the portfolio was read from.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// File as the user named it.
    pub name: String,
    /// The sheet, where the file is a workbook.
    pub sheet: Option<String>,
    /// Its columns.
    pub facts: Vec<LedgerFact>,
    /// Line of each row, 0 where the row is not in this file.
    pub lines: Vec<u32>,
}

impl Source {
    /// The place of a line, or of a column on it.
    pub fn place(&self, line: u32, column: Option<&LedgerFact>) -> Place {
        match &self.sheet {
            Some(sheet) => Place::Sheet {
                file: self.name.clone(),
                sheet: sheet.clone(),
                row: Some(line),
                column: column.map(|column| column.column),
            },
            None => Place::Cell {
                file: self.name.clone(),
                line,
                column: column.map(|column| column.header.clone()).unwrap_or_default(),
            },
        }
    }

    /// Where a fact of a row was written, if it was written here.
    pub fn place_of(&self, fact: FactIdx, row: u32) -> Option<Place> {
        let line = self.lines.get(row as usize).copied().filter(|&line| line > 0)?;
        let column = self.facts.iter().find(|column| column.fact == fact)?;
        Some(self.place(line, Some(column)))
    }
}

/// What a step costs, by a table of costs: for every project, or for those of one county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The step: the id of a requirement, once the table has been held against a pack; as written before.
    pub requirement: String,
    /// The county it is the price of; of all where `None`.
    pub county: Option<String>,
    /// Fen; `None` where the table does not say.
    pub money: Option<i64>,
    /// Calendar days of work; `None` where the table does not say.
    pub days: Option<i64>,
    /// Where it was written.
    pub place: Place,
}

/// Projects as rows, facts as columns.
#[derive(Clone, Debug)]
pub struct Portfolio {
    /// The facts.
    pub schema: Arc<Schema>,
    /// Id of each row, in the order of the input.
    pub ids: Vec<Box<str>>,
    /// A column per fact; `None` where no row has one.
    pub columns: Vec<Option<Column>>,
    /// Grants, in order of row.
    pub grants: Vec<Grant>,
    /// Prices of steps, in the order written.
    pub prices: Vec<Price>,
    /// Where rows came from.
    pub sources: Vec<Source>,
}

impl Portfolio {
    /// How many projects.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The column of a fact, if any row has one.
    #[inline]
    pub fn column(&self, fact: FactIdx) -> Option<&Column> {
        self.columns[fact.0 as usize].as_ref()
    }

    /// Puts changes that hold from the first day of all on, as exports of a store have them for every cell, into the
    /// cells themselves, where they are read faster. Every day reads as before to whoever asks what was known by the
    /// same day, and to nobody else.
    pub fn settle(&mut self, known_by: Option<Date>) {
        let Some(first) = Date::new(*crate::limits::YEARS.start(), 1, 1) else { return };
        let changed = self.columns.iter_mut().flatten().filter(|column| !column.changes.is_empty());
        changed.for_each(|column| column.settle(known_by, first));
    }

    /// One cell on a day.
    pub fn cell(&self, fact: FactIdx, row: u32, as_of: Date, known_by: Option<Date>) -> Cell {
        match self.column(fact) {
            None => Cell::Blank,
            Some(column) => column
                .change_at(row, as_of, known_by)
                .map_or_else(|| column.base_cell(row), |change| change.cell.clone()),
        }
    }

    /// The row of a project id.
    ///
    /// # Complexity
    /// Linear; for a face that asks once.
    pub fn row(&self, id: &str) -> Option<u32> {
        self.ids.iter().position(|known| &**known == id).map(|at| at as u32)
    }

    /// Where a fact of a row was written: in the first source that has it.
    pub fn place(&self, fact: FactIdx, row: u32) -> Option<Place> {
        self.sources.iter().find_map(|source| source.place_of(fact, row))
    }

    /// The header under which a fact of a row was written: in the first source that has it.
    pub fn header(&self, fact: FactIdx, row: u32) -> Option<&str> {
        let written = self.sources.iter().filter(|source| source.lines.get(row as usize).is_some_and(|&line| line > 0));
        let mut columns = written.flat_map(|source| &source.facts).filter(|column| column.fact == fact);
        columns.next().map(|column| column.header.as_str())
    }

    /// Rewrites every text; what was blank stays blank.
    pub fn rewrite_texts(&mut self, rewrite: &dyn Fn(FactIdx, u32, &str) -> String) {
        for (at, column) in self.columns.iter_mut().enumerate() {
            let Some(Column { values: Values::Text(texts), changes, .. }) = column else { continue };
            let fact = FactIdx(at as u32);
            for (row, text) in texts.iter_mut().enumerate().filter(|(_, text)| !text.is_empty()) {
                *text = rewrite(fact, row as u32, text).into();
            }
            for (row, change) in changes.iter_mut().flat_map(|(row, list)| list.iter_mut().map(move |one| (*row, one)))
            {
                if let Cell::Text(text) = &mut change.cell {
                    *text = rewrite(fact, row, text);
                }
            }
        }
    }

    /// Sets what a cell holds, whatever it held; its dated changes stay.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn set(&mut self, row: u32, fact: FactIdx, cell: Cell) {
        assert!((row as usize) < self.len(), "a row of the portfolio");
        let linked: Option<Vec<u32>> = match &cell {
            Cell::Projects(ids) => Some(ids.iter().map(|id| self.row(id).unwrap_or(NO_ROW)).collect()),
            _ => None,
        };
        let (kind, rows) = (self.schema[fact].kind, self.len());
        let column = self.columns[fact.0 as usize].get_or_insert_with(|| {
            let mut column = Column::new(kind);
            column.grow(rows);
            column.close();
            column
        });
        column.set(row, cell);
        if let (Values::Projects { rows, .. }, Some(linked)) = (&mut column.values, linked) {
            rows.insert(row, linked);
        }
    }

    /// A portfolio of some rows, in the order given; links to rows left out keep their ids.
    ///
    /// Used to forget facts or projects in tests and to filter.
    #[must_use]
    pub fn select(&self, rows: &[u32]) -> Self {
        let mut builder = PortfolioBuilder::new(Arc::clone(&self.schema));
        for &row in rows {
            builder.add(&self.ids[row as usize]);
        }
        for (fact, _) in self.schema.iter() {
            let Some(column) = self.column(fact) else {
                continue;
            };
            for (new, &old) in rows.iter().enumerate() {
                let cell = column.base_cell(old);
                if cell != Cell::Blank {
                    builder.put(new as u32, fact, cell);
                }
                for change in column.changes.get(&old).into_iter().flatten() {
                    builder.change(new as u32, fact, change.clone());
                }
            }
        }
        for grant in &self.grants {
            if let Some(new) = rows.iter().position(|&row| row == grant.row) {
                builder.grant(Grant { row: new as u32, ..grant.clone() });
            }
        }
        builder.portfolio.prices.clone_from(&self.prices);
        for source in &self.sources {
            let lines = rows.iter().map(|&row| source.lines.get(row as usize).copied().unwrap_or(0)).collect();
            builder.source(Source { lines, ..source.clone() });
        }
        builder.finish().0
    }
}

/// Builds a portfolio cell by cell.
#[derive(Debug)]
pub struct PortfolioBuilder {
    portfolio: Portfolio,
    rows: Ids,
}

impl PortfolioBuilder {
    /// An empty portfolio of these facts.
    pub fn new(schema: Arc<Schema>) -> Self {
        let columns = (0..schema.len()).map(|_| None).collect();
        let portfolio =
            Portfolio { schema, ids: Vec::new(), columns, grants: Vec::new(), prices: Vec::new(), sources: Vec::new() };
        Self { portfolio, rows: Ids::default() }
    }

    /// The row of an id, added if new.
    pub fn add(&mut self, id: &str) -> u32 {
        self.add_new(id, id_hash(id)).unwrap_or_else(|row| row)
    }

    /// The row of an id, if it has been added.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.rows.find(&self.portfolio.ids, id, id_hash(id))
    }

    /// Ids of the rows so far, in order.
    pub fn ids(&self) -> &[Box<str>] {
        &self.portfolio.ids
    }

    /// How many rows so far.
    pub fn len(&self) -> usize {
        self.portfolio.ids.len()
    }

    /// Whether there are no rows yet.
    pub fn is_empty(&self) -> bool {
        self.portfolio.ids.is_empty()
    }

    fn column(&mut self, fact: FactIdx) -> &mut Column {
        let kind = self.portfolio.schema[fact].kind;
        self.portfolio.columns[fact.0 as usize].get_or_insert_with(|| Column::new(kind))
    }

    /// Sets a cell, whatever it held.
    pub fn put(&mut self, row: u32, fact: FactIdx, cell: Cell) {
        self.column(fact).put(row, cell);
    }

    /// What a cell holds now.
    pub fn get(&self, row: u32, fact: FactIdx) -> Cell {
        self.portfolio.column(fact).map_or(Cell::Blank, |column| column.base_cell(row))
    }

    /// Adds what another source says: a blank is filled, the same again is nothing new,
    /// a different value makes the cell conflicting. Document parts are merged.
    pub fn join(&mut self, row: u32, fact: FactIdx, cell: Cell) {
        let merged = match (self.get(row, fact), cell) {
            (_, Cell::Blank) => return,
            (Cell::Blank, cell) => cell,
            (Cell::Document(mut mine), Cell::Document(theirs)) if mine.len() == 1 && theirs.len() == 1 => {
                if mine[0].merge(&theirs[0]) { Cell::Document(mine) } else { Cell::Conflicting }
            }
            (mine, cell) if mine == cell => return,
            _ => Cell::Conflicting,
        };
        self.put(row, fact, merged);
    }

    /// Adds an issue to a document; the same issue again is nothing new.
    pub fn add_issue(&mut self, row: u32, fact: FactIdx, issue: Issue) {
        let cell = match self.get(row, fact) {
            Cell::Document(mut issues) => {
                if !issues.contains(&issue) {
                    issues.push(issue);
                }
                Cell::Document(issues)
            }
            Cell::Conflicting => return,
            _ => Cell::Document(vec![issue]),
        };
        self.put(row, fact, cell);
    }

    /// Adds a dated change.
    pub fn change(&mut self, row: u32, fact: FactIdx, change: Change) {
        let column = self.column(fact);
        column.grow(row as usize + 1);
        let changes = column.changes.entry(row).or_default();
        let at = changes.partition_point(|known| (known.from, known.recorded_on) <= (change.from, change.recorded_on));
        changes.insert(at, change);
    }

    /// Adds a grant.
    pub fn grant(&mut self, grant: Grant) {
        self.portfolio.grants.push(grant);
    }

    /// Adds a price.
    pub fn price(&mut self, price: Price) {
        self.portfolio.prices.push(price);
    }

    /// Adds a source.
    pub fn source(&mut self, source: Source) {
        self.portfolio.sources.push(source);
    }

    /// The schema the portfolio is built on.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.portfolio.schema
    }

    /// The portfolio, and every link to a project that is not in it: row, fact, id.
    pub fn finish(mut self) -> (Portfolio, Vec<(u32, FactIdx, String)>) {
        let mut unknown = Vec::new();
        let ids = std::mem::take(&mut self.portfolio.ids);
        self.portfolio.columns.par_iter_mut().flatten().for_each(|column| {
            column.grow(ids.len());
            column.close();
        });
        for (at, column) in self.portfolio.columns.iter_mut().enumerate() {
            let Some(column) = column else { continue };
            if let Values::Projects { ids: links, rows } = &mut column.values {
                for (&row, written) in &*links {
                    let found = written.iter().map(|id| {
                        self.rows.find(&ids, id, id_hash(id)).unwrap_or_else(|| {
                            unknown.push((row, FactIdx(at as u32), id.clone()));
                            NO_ROW
                        })
                    });
                    rows.insert(row, found.collect());
                }
            }
        }
        self.portfolio.ids = ids;
        self.portfolio.grants.sort_by_key(|grant| grant.row);
        (self.portfolio, unknown)
    }
}

/// The kind of value a spec's cells hold, for callers that fill cells by hand.
impl From<&FactSpec> for Column {
    fn from(spec: &FactSpec) -> Self {
        Self::new(spec.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Arc<Schema> {
        Arc::new(Schema::new(vec![
            FactSpec::new("permit", FactType::Document),
            FactSpec::new("after", FactType::Projects),
            FactSpec::new("ok", FactType::Bool),
        ]))
    }

    #[test]
    fn a_settled_portfolio_reads_the_same_on_every_day() {
        let schema = schema();
        let facts = ["permit", "after", "ok"].map(|id| schema.find(id).unwrap());
        let day = |text: &str| Date::parse(text).unwrap();
        let mut builder = PortfolioBuilder::new(Arc::clone(&schema));
        let paper = |text: &str| Cell::Document(vec![Issue { issued_on: Date::parse(text), ..Issue::default() }]);
        let cells = [
            [paper("2020-01-01"), paper("2021-01-01"), Cell::Blank],
            [Cell::Projects(vec!["P-1".into()]), Cell::No, Cell::Projects(vec!["P-0".into()])],
            [Cell::Bool(true), Cell::Blank, Cell::Bool(false)],
        ];
        for row in 0..2 {
            builder.add(&format!("P-{row}"));
            for (&fact, cells) in facts.iter().zip(&cells) {
                let from = ["1900-01-01", "1900-01-01", "2021-05-05"];
                let recorded = [Some("2020-06-01"), Some("2021-06-01"), None];
                for (at, cell) in cells.iter().enumerate().filter(|(at, _)| *at > 0 || row == 0) {
                    let recorded_on = recorded[at].and_then(Date::parse);
                    builder.change(row, fact, Change { from: day(from[at]), recorded_on, cell: cell.clone() });
                }
            }
        }
        let portfolio = builder.finish().0;
        for known_by in [None, Some("2020-05-31"), Some("2020-06-01"), Some("2021-06-01")] {
            let known_by = known_by.map(day);
            let mut settled = portfolio.clone();
            settled.settle(known_by);
            for as_of in ["1900-01-01", "2020-06-01", "2021-05-04", "2021-05-05", "2026-01-01"].map(day) {
                for (row, fact) in (0..2).flat_map(|row| facts.map(|fact| (row, fact))) {
                    let was = portfolio.cell(fact, row, as_of, known_by);
                    assert_eq!(settled.cell(fact, row, as_of, known_by), was, "{as_of} {row} {fact:?} {known_by:?}");
                }
            }
        }
    }

    #[test]
    fn two_sources_that_differ_conflict_and_parts_merge() {
        let schema = schema();
        let (permit, ok) = (schema.find("permit").unwrap(), schema.find("ok").unwrap());
        let mut builder = PortfolioBuilder::new(schema);
        let row = builder.add("P-1");
        builder.join(row, ok, Cell::Bool(true));
        builder.join(row, ok, Cell::Blank);
        assert_eq!(builder.get(row, ok), Cell::Bool(true));
        builder.join(row, ok, Cell::Bool(false));
        assert_eq!(builder.get(row, ok), Cell::Conflicting);
        let dated = Issue { issued_on: Date::parse("2020-01-01"), ..Issue::default() };
        let numbered = Issue { number: Some("12".into()), ..Issue::default() };
        builder.join(row, permit, Cell::Document(vec![dated.clone()]));
        builder.join(row, permit, Cell::Document(vec![numbered]));
        assert_eq!(builder.get(row, permit), Cell::Document(vec![Issue { number: Some("12".into()), ..dated }]));
    }

    #[test]
    fn links_resolve_and_strangers_are_named() {
        let schema = schema();
        let after = schema.find("after").unwrap();
        let mut builder = PortfolioBuilder::new(schema);
        let (first, second) = (builder.add("A"), builder.add("B"));
        builder.put(first, after, Cell::Projects(vec!["B".into(), "Z".into()]));
        let (portfolio, unknown) = builder.finish();
        assert_eq!(unknown, [(first, after, "Z".to_owned())]);
        let Some(Values::Projects { rows, .. }) = portfolio.column(after).map(|c| &c.values) else { panic!() };
        assert_eq!(rows[&first], [second, NO_ROW]);
    }

    #[test]
    fn masks_of_states_are_those_of_each_lane() {
        let all = [CellState::Blank, CellState::Recorded, CellState::No, CellState::InHand, CellState::Conflicting];
        for length in [0, 1, 7, 8, 9, 63, 64] {
            let states: Vec<CellState> = (0..length).map(|at| all[(at * at + at / 3) % 5]).collect();
            for wanted in all {
                let lanes = states.iter().enumerate();
                let naive = lanes.fold(0u64, |mask, (lane, state)| mask | u64::from(*state == wanted) << lane);
                assert_eq!(mask_of(&states, wanted), naive, "{length} {wanted:?}");
            }
        }
    }

    #[test]
    fn the_latest_change_known_by_then_holds() {
        let schema = schema();
        let ok = schema.find("ok").unwrap();
        let mut builder = PortfolioBuilder::new(schema);
        let row = builder.add("A");
        let day = |text: &str| Date::parse(text).unwrap();
        let change = |from, recorded, value| Change {
            from: day(from),
            recorded_on: Some(day(recorded)),
            cell: Cell::Bool(value),
        };
        builder.put(row, ok, Cell::Bool(false));
        builder.change(row, ok, change("2020-03-01", "2020-06-01", false));
        builder.change(row, ok, change("2020-02-01", "2020-02-01", true));
        let (portfolio, _) = builder.finish();
        let at = |as_of: &str, known: Option<&str>| portfolio.cell(ok, row, day(as_of), known.and_then(Date::parse));
        assert_eq!(at("2020-01-31", None), Cell::Bool(false));
        assert_eq!(at("2020-02-01", None), Cell::Bool(true));
        assert_eq!(at("2020-03-01", None), Cell::Bool(false));
        assert_eq!(at("2020-03-01", Some("2020-05-31")), Cell::Bool(true));
    }
}
