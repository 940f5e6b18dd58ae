//! The rows of a sheet read in pieces on all threads, straight into typed columns.
//!
//! ```text
//! rows --told apart--> projects --in pieces, each on a thread--> typed columns, ids, faults --in order--> draft
//! ```
//! What comes out is what reading row by row gives: a sheet that joins another goes row by row.

use kaigong_model::{Cell, CellState, Column, Schema};
use rayon::prelude::*;

use super::{
    remarks::Remarks,
    rows::{Filled, Frame, ProjectRow, RowKind, Walk, Weight},
    totals::Sum,
};
use crate::{
    csv_ledger::{
        chunk::{Chunk, Said, What, column_of, read_paper},
        stitch::Stitch,
        typed::Plain,
    },
    draft::Draft,
    table::Heads,
    wide::{Layout, PaperColumns},
};

/// Projects of a piece: their columns stay within the second-level cache.
pub(super) const PIECE: usize = 512;

/// Reads the projects of a sheet into an empty draft; what was met on the way, for the rest to be told.
pub(super) fn read<'g>(
    draft: &mut Draft,
    source: usize,
    layout: &Layout,
    frame: &Frame<'g>,
    size: usize,
) -> (Walk<'g>, Remarks) {
    let kinds: Vec<RowKind> = frame.rows().par_iter().map(|row| frame.kind(row)).collect();
    let (mut walk, mut above) = (Walk::new(frame), Filled::default());
    let (mut projects, mut blocks) = (Vec::new(), Vec::new());
    while let Some(project) = walk.next(frame, &mut above, |at, _| kinds[at]) {
        projects.push(project);
        blocks.push(walk.totals.block());
    }
    let columns = (0..frame.width).map(|column| frame.column_of(column)).collect();
    let heads = Heads::of_sheet(frame.file, &frame.grid.name, columns);
    let plan = Plan::new(frame, layout, &walk);
    let mut remarks = above.remarks;
    let mut stitch = Stitch::new(draft, &heads, source, frame.ids.column() as usize);
    stitch.lines = 0;
    // As many pieces at a time as keep every thread busy; then their columns are moved to their place.
    let wave = 4 * rayon::current_num_threads() * size;
    let mut sums: Vec<(usize, Vec<Sum>)> = Vec::new();
    for (projects, blocks) in projects.chunks(wave).zip(blocks.chunks(wave)) {
        let pieces = projects.par_chunks(size).zip(blocks.par_chunks(size));
        let read: Vec<Piece> = pieces.map(|(projects, blocks)| plan.read(projects, blocks)).collect();
        for piece in read {
            stitch.add(piece.chunk);
            remarks.join(piece.remarks);
            sums.extend(piece.sums);
        }
        stitch.flush();
    }
    for (block, sums) in sums {
        walk.totals.join(block, &sums);
    }
    (walk, remarks)
}

/// Some projects, read.
struct Piece {
    chunk: Chunk,
    remarks: Remarks,
    /// Sums of the blocks of totals they belong to.
    sums: Vec<(usize, Vec<Sum>)>,
}

/// What is read out of each row; shared by all pieces.
struct Plan<'p, 'g> {
    frame: &'p Frame<'g>,
    schema: &'p Schema,
    walk: &'p Walk<'g>,
    plain: Vec<Plain<'p>>,
    papers: Vec<&'p PaperColumns>,
}

impl<'p, 'g> Plan<'p, 'g> {
    fn new(frame: &'p Frame<'g>, layout: &'p Layout, walk: &'p Walk<'g>) -> Self {
        let (plain, papers) = layout.by_columns(frame.schema);
        Self { frame, schema: frame.schema, walk, plain, papers }
    }

    fn read(&self, projects: &[ProjectRow], blocks: &[usize]) -> Piece {
        let mut chunk = Chunk::default();
        chunk.columns.resize_with(self.schema.len(), || None);
        let (mut said, mut filled) = (Said::default(), Filled::default());
        let mut sums: Vec<(usize, Vec<Sum>)> = Vec::new();
        for (at, (project, &block)) in projects.iter().zip(blocks).enumerate() {
            let mut sound = self.frame.fill(&project.row, &mut filled, &mut |weight, make| match weight {
                Weight::Fault => said.fault(at, || What::Told { diagnostic: make(), is_fault: true }),
                Weight::Notice => said.notice(at, || What::Told { diagnostic: make(), is_fault: false }),
            });
            if sums.last().is_none_or(|(known, _)| *known != block) {
                sums.push((block, Vec::new()));
            }
            if let Some((_, sums)) = sums.last_mut() {
                self.walk.totals.add_to(sums, &filled.cells);
            }
            sound &= self.row(&mut chunk.columns, &mut said, &filled, at, projects.len());
            self.context(&mut chunk.columns, project, at, projects.len());
            chunk.push(&self.frame.own_id(&project.row), project.row.number, sound);
        }
        (chunk.events, chunk.more) = (said.events, said.more);
        Piece { chunk, remarks: filled.remarks, sums }
    }

    /// Reads the cells of a row into its place of so many; false if one of them has a fault.
    fn row(
        &self,
        columns: &mut [Option<Column>],
        said: &mut Said,
        filled: &Filled<'_>,
        at: usize,
        rows: usize,
    ) -> bool {
        let mut sound = true;
        for plain in &self.plain {
            let (text, fact) = (&*filled.cells[plain.at], plain.slot.fact);
            if text.is_empty() {
                continue;
            }
            let column = column_of(&mut columns[fact.0 as usize], plain.spec.kind, rows);
            if self.frame.is_conflicting(text) {
                said.notice(at, || What::Conflict { at: plain.at, fact });
                column.set(at as u32, Cell::Conflicting);
            } else if let Err(fault) = plain.read(column, at, text) {
                sound = false;
                said.fault(at, || plain.what(fault, text));
            }
        }
        for paper in &self.papers {
            let (spec, column) = (&self.schema[paper.fact], &mut columns[paper.fact.0 as usize]);
            if let Some(bare) = paper.bare.filter(|&bare| self.frame.is_conflicting(&filled.cells[bare])) {
                said.notice(at, || What::Conflict { at: bare, fact: paper.fact });
                column_of(column, spec.kind, rows).set(at as u32, Cell::Conflicting);
                continue;
            }
            sound &= read_paper(spec, paper, at, |cell| &*filled.cells[cell], said, column, rows);
        }
        sound
    }

    /// Adds what rows above say of a row where it does not say so itself.
    fn context(&self, columns: &mut [Option<Column>], project: &ProjectRow, at: usize, rows: usize) {
        for (fact, cell) in &self.walk.contexts[project.context] {
            let column = column_of(&mut columns[fact.0 as usize], self.schema[*fact].kind, rows);
            if column.state(at as u32) == CellState::Blank {
                column.set(at as u32, cell.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests;
