//! A portfolio while it is gathered, row by row and cell by cell.

use std::sync::Arc;

use rayon::prelude::*;

use super::ids::{Ids, ProjectIds, id_hash};
use super::{Change, Column, Grant, NO_ROW, Portfolio, Price, Source, Values};
use crate::{
    cell::{Cell, Issue},
    fact::{FactIdx, Schema},
};

/// Builds a portfolio cell by cell.
#[derive(Debug)]
pub struct PortfolioBuilder {
    pub(super) portfolio: Portfolio,
    pub(super) index: Index,
}

/// By what rows are found.
#[derive(Debug)]
pub(super) enum Index {
    /// Their ids.
    Ids(Ids),
    /// Nothing; the hashes of their ids are kept in order.
    Hashes(Vec<u64>),
}

impl Index {
    pub(super) fn find(&self, ids: &ProjectIds, id: &str) -> Option<u32> {
        match self {
            Self::Ids(rows) => rows.find(ids, id, id_hash(id)),
            Self::Hashes(_) => None,
        }
    }
}

impl PortfolioBuilder {
    /// An empty portfolio of these facts.
    pub fn new(schema: Arc<Schema>) -> Self {
        Self::with(schema, Index::Ids(Ids::default()))
    }

    /// An empty portfolio whose rows are not found by their ids: each id is new, and each link is to an unknown project.
    /// Whoever keeps the hashes of ids looks for those that are not new.
    pub fn unindexed(schema: Arc<Schema>) -> Self {
        Self::with(schema, Index::Hashes(Vec::new()))
    }

    fn with(schema: Arc<Schema>, index: Index) -> Self {
        let columns = (0..schema.len()).map(|_| None).collect();
        let portfolio = Portfolio {
            schema,
            ids: ProjectIds::default(),
            columns,
            grants: Vec::new(),
            prices: Vec::new(),
            sources: Vec::new(),
        };
        Self { portfolio, index }
    }

    /// A portfolio to which more is added.
    pub(super) fn of(mut portfolio: Portfolio) -> Self {
        let ids = std::mem::take(&mut portfolio.ids);
        let mut builder = Self { portfolio, index: Index::Ids(Ids::default()) };
        builder.reserve(ids.len());
        // INVARIANT: no two rows of a portfolio have one id.
        ids.iter().for_each(|id| {
            builder.add(id);
        });
        builder
    }

    /// The row of an id, added if new.
    pub fn add(&mut self, id: &str) -> u32 {
        self.take_new(id, id_hash(id)).unwrap_or_else(|row| row)
    }

    /// The row of an id, if it has been added.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.index.find(&self.portfolio.ids, id)
    }

    /// Ids of the rows so far, in order.
    pub fn ids(&self) -> &ProjectIds {
        &self.portfolio.ids
    }

    /// The hash of each id in order, where ids are [not indexed](Self::unindexed).
    pub fn hashes(&self) -> &[u64] {
        match &self.index {
            Index::Ids(_) => &[],
            Index::Hashes(hashes) => hashes,
        }
    }

    /// How many rows so far.
    pub fn len(&self) -> usize {
        self.portfolio.ids.len()
    }

    /// Whether there are no rows yet.
    pub fn is_empty(&self) -> bool {
        self.portfolio.ids.is_empty()
    }

    pub(super) fn column(&mut self, fact: FactIdx) -> &mut Column {
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
                        self.index.find(&ids, id).unwrap_or_else(|| {
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
