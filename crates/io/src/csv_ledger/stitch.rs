//! Pieces back in order: ids checked, faults told with their lines, columns put below one another.

use kaigong_model::{CellState, Rows};

use super::chunk::{Chunk, Event, What};
use crate::{
    draft::{Draft, Record},
    table::{Heads, long_cell},
};

/// A draft that pieces are added to.
pub(crate) struct Stitch<'d> {
    pub(crate) draft: &'d mut Draft,
    pub(crate) heads: &'d Heads,
    pub(crate) source: usize,
    /// Which column is the project id.
    pub(crate) id: usize,
    /// The line the next piece begins on.
    pub(crate) lines: u32,
    /// Rows whose ids are in, and whose columns are not yet.
    pub(crate) parts: Vec<Rows>,
    /// Whether the text broke off in a quote, so that rows are missing.
    pub(crate) broken: bool,
}

impl<'d> Stitch<'d> {
    pub(crate) fn new(draft: &'d mut Draft, heads: &'d Heads, source: usize, id: usize) -> Self {
        Self { draft, heads, source, id, lines: 1, parts: Vec::new(), broken: false }
    }

    /// Adds the next pieces, and puts their columns in their place.
    pub(crate) fn place(&mut self, chunks: Vec<Chunk>) {
        chunks.into_iter().for_each(|chunk| self.add(chunk));
        self.flush();
    }

    /// Adds the next piece; its columns are kept until [`Stitch::flush`].
    pub(crate) fn add(&mut self, mut chunk: Chunk) {
        let before = self.lines;
        let first = self.draft.builder.len() as u32;
        let good = self.take_good(&chunk);
        let mut events = std::mem::take(&mut chunk.events).into_iter().peekable();
        while let Some(event) = events.next_if(|event| event.row < good) {
            self.tell(before + chunk.rows[event.row].line, event);
        }
        if good < chunk.rows.len() {
            // What is before the first row with a fault is in; from there on rows go one by one.
            let columns = chunk.columns.clone();
            self.parts.push(Rows { first, count: good, columns });
            self.flush();
            for row in good..chunk.rows.len() {
                while let Some(event) = events.next_if(|event| event.row == row) {
                    self.tell(before + chunk.rows[row].line, event);
                }
                self.add_row(before, &chunk, row);
            }
        } else {
            self.parts.push(Rows { first, count: good, columns: chunk.columns });
        }
        self.draft.log.more(chunk.more.faults, chunk.more.conflicts);
        if let Some(lines) = chunk.unclosed {
            self.broken = true;
            self.draft.log.fault(|_| self.heads.unclosed(before + lines));
        }
        self.lines = before + chunk.lines;
    }

    /// Puts the columns of the pieces added in their place.
    pub(crate) fn flush(&mut self) {
        self.draft.builder.append(std::mem::take(&mut self.parts));
    }

    /// Takes in the ids of the leading rows that are sound and new; how many they are.
    fn take_good(&mut self, chunk: &Chunk) -> usize {
        let rows = &chunk.rows;
        let sound = rows.iter().take_while(|row| row.sound && !row.bad_id).count();
        let builder = &mut self.draft.builder;
        builder.reserve(rows.len());
        let good = builder.take_all_new(&chunk.ids, rows.iter().map(|row| row.hash), sound);
        let lines = rows[..good].iter().map(|row| self.lines + row.line);
        self.draft.sources[self.source].lines.extend(lines);
        good
    }

    /// Adds one row, whatever is wrong with it.
    fn add_row(&mut self, before: u32, chunk: &Chunk, at: usize) {
        let row = &chunk.rows[at];
        let line = before + row.line;
        let held = chunk.columns.iter().enumerate();
        let held = held.filter_map(|(fact, column)| Some((fact as u32, column.as_ref()?)));
        let written = held.filter(|(_, column)| column.state(at as u32) != CellState::Blank);
        let mut cells =
            written.map(|(fact, column)| (kaigong_model::FactIdx(fact), column.base_cell(at as u32))).collect();
        let record = Record { source: self.source, line, id: &chunk.ids[at], sound: row.sound };
        let (heads, id) = (self.heads, self.id);
        self.draft.commit(record, || heads.place(line, id), &mut cells);
    }

    /// Says what was met on a line.
    fn tell(&mut self, line: u32, event: Event) {
        let (draft, heads) = (&mut *self.draft, self.heads);
        match event.what {
            What::Ragged { have } => draft.log.row_fault(|_| heads.ragged(line, have)),
            What::Long { at } => draft.log.row_fault(|_| long_cell().at(heads.place(line, at))),
            What::Cell { at, fact, unit, fault, text } => {
                let schema = std::sync::Arc::clone(&draft.schema);
                draft.cell_fault(&schema[fact], unit, &fault, &text, || heads.place(line, at));
            }
            What::Part { at, part, unit, fault, text } => {
                draft.part_fault(part, unit, &fault, &text, || heads.place(line, at));
            }
            What::Told { diagnostic, is_fault: true } => draft.log.row_fault(|_| diagnostic),
            What::Told { diagnostic, is_fault: false } => draft.log.note(|_| diagnostic),
            What::Conflict { at, fact } => draft.warn_conflict(fact, || heads.place(line, at), None),
        }
    }
}
