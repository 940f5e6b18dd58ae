//! Projects of a ledger in blocks that are linked to others: held apart, so that each block can be checked with those it
//! rests on.
//!
//! ```text
//! first reading   --> hashes of linked projects and of those they are linked to
//! second reading  --> these projects, whole, in one portfolio
//! third reading   --> each block, and below its rows those of the portfolio that they rest on
//! ```

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use kaigong_model::{NO_ROW, Portfolio, PortfolioBuilder, Rows, Schema, Source, Values, id_hash};
use rustc_hash::FxBuildHasher;

/// Hashes of the ids of projects that are linked to others, and of those others.
#[derive(Clone, Debug, Default)]
pub struct Linked {
    hashes: HashSet<u64, FxBuildHasher>,
}

impl Linked {
    /// How many projects there may be.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether no project is linked to another.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    pub(super) fn look_at(&mut self, block: &Portfolio) {
        for column in block.columns.iter().flatten() {
            let Values::Projects { ids, .. } = &column.values else { continue };
            for (&row, others) in ids.iter().filter(|(_, others)| !others.is_empty()) {
                self.hashes.insert(id_hash(&block.ids[row as usize]));
                self.hashes.extend(others.iter().map(|id| id_hash(id)));
            }
        }
    }

    /// The rows of a block that are among them; a row too many where hashes meet.
    fn rows_of(&self, block: &Portfolio) -> Vec<u32> {
        let ids = block.ids.iter().enumerate();
        ids.filter(|(_, id)| self.hashes.contains(&id_hash(id))).map(|(row, _)| row as u32).collect()
    }
}

/// The linked projects of a ledger, in one portfolio: no link of any leads out of it.
#[derive(Debug)]
pub struct Knot {
    linked: Linked,
    portfolio: Portfolio,
    /// Rows of the portfolio in order of id.
    by_id: Vec<u32>,
}

impl Knot {
    /// Gathers the linked projects out of all blocks of a ledger; none where one is linked to a project that is not
    /// there.
    pub fn gather(schema: &Arc<Schema>, linked: Linked, blocks: impl Iterator<Item = Portfolio>) -> Option<Self> {
        let mut builder = PortfolioBuilder::new(Arc::clone(schema));
        let mut origin: Option<Source> = None;
        for block in blocks {
            let rows = linked.rows_of(&block);
            if rows.is_empty() {
                continue;
            }
            let (first, part) = (builder.len() as u32, block.select(&rows));
            part.ids.iter().for_each(|id| {
                builder.add(id);
            });
            for source in part.sources {
                match &mut origin {
                    Some(origin) => origin.lines.extend(source.lines),
                    None => origin = Some(source),
                }
            }
            builder.append(vec![Rows { first, count: rows.len(), columns: part.columns }]);
        }
        origin.into_iter().for_each(|source| builder.source(source));
        let (portfolio, strangers) = builder.finish();
        let mut by_id: Vec<u32> = (0..portfolio.len() as u32).collect();
        by_id.sort_unstable_by_key(|&row| &portfolio.ids[row as usize]);
        strangers.is_empty().then_some(Self { linked, portfolio, by_id })
    }

    /// A block, and below its rows all that they rest on and that is not among them.
    pub fn tie(&self, block: Portfolio) -> Portfolio {
        let here: BTreeSet<u32> =
            self.linked.rows_of(&block).into_iter().filter_map(|row| self.find(&block.ids[row as usize])).collect();
        let mut reached = here.clone();
        let mut todo: Vec<u32> = here.iter().copied().collect();
        while let Some(row) = todo.pop() {
            todo.extend(self.links_of(row).filter(|&other| reached.insert(other)));
        }
        let below: Vec<u32> = reached.difference(&here).copied().collect();
        // Links within the block alone are to be found too.
        if here.is_empty() { block } else { block.with_rows(&self.portfolio, &below) }
    }

    fn find(&self, id: &str) -> Option<u32> {
        let at = self.by_id.binary_search_by_key(&id, |&row| &self.portfolio.ids[row as usize]).ok()?;
        Some(self.by_id[at])
    }

    /// The rows a row is linked to.
    fn links_of(&self, row: u32) -> impl Iterator<Item = u32> {
        let links = self.portfolio.columns.iter().flatten().filter_map(move |column| match &column.values {
            Values::Projects { rows, .. } => rows.get(&row),
            _ => None,
        });
        links.flatten().copied().filter(|&other| other != NO_ROW)
    }
}
