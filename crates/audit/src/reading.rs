//! A ledger as it stands on a day.

use kaigong_model::{Cell, Date, Dimension, FactIdx, FactType, Portfolio, Unit};
use kaigong_rules::Pack;

/// A portfolio read on a day, as known by a day.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The pack: roles and totals.
    pub pack: &'a Pack,
    /// The projects.
    pub portfolio: &'a Portfolio,
    /// The day.
    pub as_of: Date,
    /// Only what had been recorded by this day.
    pub known_by: Option<Date>,
}

impl Reading<'_> {
    /// The cell of a row.
    pub(crate) fn cell(&self, fact: FactIdx, row: u32) -> Cell {
        self.portfolio.cell(fact, row, self.as_of, self.known_by)
    }

    /// Every row.
    pub(crate) fn rows(&self) -> std::ops::Range<u32> {
        0..self.portfolio.len() as u32
    }

    /// An amount, if one is recorded.
    pub(crate) fn amount(&self, fact: FactIdx, row: u32) -> Option<i64> {
        match self.cell(fact, row) {
            Cell::Quantity(atoms) => Some(atoms),
            _ => None,
        }
    }

    /// The amounts of a column that are above nothing, by row.
    pub(crate) fn column(&self, fact: FactIdx) -> Vec<(u32, i64)> {
        if self.portfolio.column(fact).is_none() {
            return Vec::new();
        }
        self.rows().filter_map(|row| Some((row, self.amount(fact, row).filter(|atoms| *atoms > 0)?))).collect()
    }

    /// A text, or the word of a choice, if one is recorded.
    pub(crate) fn text(&self, fact: Option<FactIdx>, row: u32) -> Option<String> {
        let fact = fact?;
        self.pack.schema.text(fact, &self.cell(fact, row))
    }

    /// What a fact measures, where it is an amount.
    pub(crate) fn dimension(&self, fact: FactIdx) -> Option<Dimension> {
        match self.pack.schema[fact].kind {
            FactType::Quantity(dimension) => Some(dimension),
            _ => None,
        }
    }

    /// The unit bare numbers of a row's cell are read in: the header's, else the fact's.
    pub(crate) fn unit(&self, fact: FactIdx, row: u32) -> Option<Unit> {
        let dimension = self.dimension(fact)?;
        let spec = &self.pack.schema[fact];
        let named = self.portfolio.header(fact, row).and_then(unit_of);
        let fits = |unit: &Unit| unit.dimension == dimension;
        Some(named.filter(fits).or(spec.unit).unwrap_or(dimension.standard_unit()))
    }

    /// Cells in which two sources differ.
    pub(crate) fn conflicts(&self) -> Vec<(u32, FactIdx)> {
        let facts =
            || self.pack.schema.iter().map(|(fact, _)| fact).filter(|&fact| self.portfolio.column(fact).is_some());
        let conflicting = |row: u32, fact: FactIdx| {
            let column = self.portfolio.column(fact);
            let base = column.map(|column| column.state(row));
            base == Some(kaigong_model::CellState::Conflicting) && self.cell(fact, row) == Cell::Conflicting
        };
        self.rows()
            .flat_map(|row| facts().filter(move |&fact| conflicting(row, fact)).map(move |fact| (row, fact)))
            .collect()
    }
}

/// The unit in the brackets a header ends with.
fn unit_of(header: &str) -> Option<Unit> {
    let inner = header.trim_end().strip_suffix([')', '）'])?;
    let (_, name) = inner.rsplit_once(['(', '（'])?;
    Unit::parse(name.trim())
}
