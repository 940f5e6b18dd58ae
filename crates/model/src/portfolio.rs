//! The portfolio: projects as rows, facts as typed columns, each cell with its state.
//!
//! ```text
//! states:  [Recorded, Blank, No, ...]          one byte a row
//! values:  [380_000_000, 0, 0, ...]            typed, dense; meaningless unless Recorded
//! changes: row -> [(from, recorded_on, cell)]  sparse; overrides from its day on
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{
    cell::{Cell, Issue, Part},
    date::Date,
    diagnostic::Place,
    fact::{FactIdx, FactSpec, FactType, Schema},
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

/// The values of a column; dense vectors may be shorter than the portfolio, the rest is blank.
#[derive(Clone, Debug)]
pub enum Values {
    /// Yes or no.
    Bool(Vec<bool>),
    /// Atoms.
    Quantity(Vec<i64>),
    /// Day numbers.
    Date(Vec<i32>),
    /// Codes.
    Enum(Vec<u16>),
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

/// A column of documents, four bytes a row where a row holds nothing but a day of issue.
///
/// ```text
/// days:   [17500, FULL - 0, 17800, FULL - 1, ...]   a day number, or which list of `issues`
/// issues: [[..two issues..], [..number and dates..]]
/// ```
#[derive(Clone, Debug, Default)]
pub struct Papers {
    days: Vec<i32>,
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

/// Days at or below this name a list of issues: `FULL - index`. No calendar day is that low.
const FULL: i32 = -1_000_000_000;

impl Papers {
    /// The days of neighbouring rows, as [`Papers::is_plain`] reads them.
    pub fn days(&self) -> &[i32] {
        &self.days
    }

    /// Whether a day of [`Papers::days`] is a day of issue, and the only thing its row holds.
    #[inline]
    pub fn is_plain(day: i32) -> bool {
        day > FULL
    }

    /// What a row holds; meaningless unless the row is recorded.
    #[inline]
    pub fn get(&self, row: u32) -> Paper<'_> {
        let day = self.days[row as usize];
        if day > FULL { Paper::IssuedOn(Date(day)) } else { Paper::Issues(&self.issues[(FULL - day) as usize]) }
    }

    fn put(&mut self, at: usize, issues: Vec<Issue>) {
        if let [Issue { issued_on: Some(day), number: None, .. }] = issues.as_slice()
            && issues[0] == (Issue { issued_on: Some(*day), ..Issue::default() })
        {
            self.days[at] = day.0;
            return;
        }
        if self.days[at] <= FULL {
            self.issues[(FULL - self.days[at]) as usize] = issues;
        } else {
            self.days[at] = FULL - self.issues.len() as i32;
            self.issues.push(issues);
        }
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
            FactType::Quantity(_) => Values::Quantity(Vec::new()),
            FactType::Date => Values::Date(Vec::new()),
            FactType::Enum => Values::Enum(Vec::new()),
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
            (CellState::Recorded, Values::Bool(values)) => Cell::Bool(values[at]),
            (CellState::Recorded, Values::Quantity(values)) => Cell::Quantity(values[at]),
            (CellState::Recorded, Values::Date(values)) => Cell::Date(Date(values[at])),
            (CellState::Recorded, Values::Enum(values)) => Cell::Enum(values[at]),
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
            let mask = |wanted| {
                states.iter().enumerate().fold(0u64, |mask, (lane, state)| mask | u64::from(*state == wanted) << lane)
            };
            StateWord { recorded: mask(CellState::Recorded), no: mask(CellState::No), blank: mask(CellState::Blank) }
        };
        self.words = self.states.chunks(64).map(word).collect();
    }

    fn grow(&mut self, rows: usize) {
        if self.states.len() >= rows {
            return;
        }
        self.states.resize(rows, CellState::Blank);
        match &mut self.values {
            Values::Bool(values) => values.resize(rows, false),
            Values::Quantity(values) => values.resize(rows, 0),
            Values::Date(values) => values.resize(rows, 0),
            Values::Enum(values) => values.resize(rows, 0),
            Values::Text(values) => values.resize(rows, Box::from("")),
            Values::Document(papers) => papers.days.resize(rows, 0),
            Values::Projects { .. } => {}
        }
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
                values[at] = value;
                CellState::Recorded
            }
            (Cell::Quantity(value), Values::Quantity(values)) => {
                values[at] = value;
                CellState::Recorded
            }
            (Cell::Date(value), Values::Date(values)) => {
                values[at] = value.0;
                CellState::Recorded
            }
            (Cell::Enum(value), Values::Enum(values)) => {
                values[at] = value;
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
    rows: std::collections::HashMap<Box<str>, u32>,
}

impl PortfolioBuilder {
    /// An empty portfolio of these facts.
    pub fn new(schema: Arc<Schema>) -> Self {
        let columns = (0..schema.len()).map(|_| None).collect();
        let portfolio = Portfolio { schema, ids: Vec::new(), columns, grants: Vec::new(), sources: Vec::new() };
        Self { portfolio, rows: std::collections::HashMap::new() }
    }

    /// The row of an id, added if new.
    pub fn add(&mut self, id: &str) -> u32 {
        if let Some(&row) = self.rows.get(id) {
            return row;
        }
        let row = self.portfolio.ids.len() as u32;
        self.portfolio.ids.push(id.into());
        self.rows.insert(id.into(), row);
        row
    }

    /// The row of an id, if it has been added.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.rows.get(id).copied()
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
        for (at, column) in self.portfolio.columns.iter_mut().enumerate() {
            let Some(column) = column else { continue };
            column.grow(self.portfolio.ids.len());
            column.make_words();
            if let Values::Projects { ids, rows } = &mut column.values {
                for (&row, written) in &*ids {
                    let found = written.iter().map(|id| {
                        self.rows.get(id.as_str()).copied().unwrap_or_else(|| {
                            unknown.push((row, FactIdx(at as u32), id.clone()));
                            NO_ROW
                        })
                    });
                    rows.insert(row, found.collect());
                }
            }
        }
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
