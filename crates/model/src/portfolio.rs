//! The portfolio: projects as rows, facts as typed columns, each cell with its state.
//!
//! ```text
//! states:  [Recorded, Blank, No, ...]          one byte a row
//! values:  [380_000_000, 0, 0, ...]            typed, narrow; meaningless unless Recorded
//! changes: row -> [(from, recorded_on, cell)]  sparse; overrides from its day on
//! ```

mod append;
mod builder;
mod column;
mod ids;

use std::sync::Arc;

pub use self::append::Rows;
pub use self::builder::PortfolioBuilder;
pub use self::column::{CellState, Change, Column, Paper, Papers, StateWord, Values};
pub use self::ids::{ProjectIds, id_hash};
use crate::{
    cell::{Cell, Part},
    date::Date,
    diagnostic::Place,
    fact::{FactIdx, Schema},
};

/// The row of a project that is not in the portfolio.
pub const NO_ROW: u32 = u32::MAX;

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
    pub ids: ProjectIds,
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
        self.ids.iter().position(|known| known == id).map(|at| at as u32)
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

    /// The same rows and, below them, some of another portfolio of the same facts; links lead to rows of either. Ids must
    /// differ. Grants and prices are those of this portfolio alone, and so are its sources, whose lines go on.
    #[must_use]
    pub fn with_rows(self, other: &Self, rows: &[u32]) -> Self {
        let (first, mut below) = (self.len() as u32, other.select(rows));
        let mut builder = PortfolioBuilder::of(self);
        below.ids.iter().for_each(|id| {
            builder.add(id);
        });
        for (source, below) in builder.portfolio.sources.iter_mut().zip(&mut below.sources) {
            source.lines.append(&mut below.lines);
        }
        builder.append(vec![Rows { first, count: rows.len(), columns: below.columns }]);
        builder.finish().0
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cell::Issue,
        fact::{FactSpec, FactType},
    };

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
    fn rows_put_below_others_are_linked_to_by_either() {
        let schema = schema();
        let [permit, after] = ["permit", "after"].map(|id| schema.find(id).unwrap());
        let numbered = |text: &str| Cell::Document(vec![Issue { number: Some(text.into()), ..Issue::default() }]);
        let portfolio = |ids: &[(&str, &str)]| {
            let mut builder = PortfolioBuilder::new(Arc::clone(&schema));
            for (id, other) in ids {
                let row = builder.add(id);
                builder.put(row, permit, numbered(id));
                if !other.is_empty() {
                    builder.put(row, after, Cell::Projects(vec![(*other).to_owned()]));
                }
            }
            let lines = (2..).take(ids.len()).collect();
            builder.source(Source { name: "a.csv".to_owned(), lines, ..Source::default() });
            builder.finish().0
        };
        let below = portfolio(&[("X", ""), ("C", "A"), ("D", "Z")]);
        let joined = portfolio(&[("A", "D"), ("B", "")]).with_rows(&below, &[2, 1]);
        assert_eq!(joined.ids.iter().collect::<Vec<_>>(), ["A", "B", "D", "C"]);
        assert_eq!(joined.sources[0].lines, [2, 3, 4, 3]);
        for (row, id) in (0..4).zip(["A", "B", "D", "C"]) {
            assert_eq!(joined.column(permit).unwrap().base_cell(row), numbered(id));
        }
        let Some(Values::Projects { rows, .. }) = joined.column(after).map(|c| &c.values) else { panic!() };
        assert_eq!(rows.iter().map(|(row, to)| (*row, to[0])).collect::<Vec<_>>(), [(0, 2), (2, NO_ROW), (3, 0)]);
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
