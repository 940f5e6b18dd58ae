//! What is worth saying of a sheet, told once a column instead of once a cell.

use std::collections::BTreeMap;

use kaigong_model::Place;

use super::{tidy::Remark, words};
use crate::log::Log;

/// Cells of one column about which the same is said.
#[derive(Debug)]
pub(super) struct Told {
    /// How many.
    pub(super) count: usize,
    /// Row of the first.
    pub(super) row: u32,
    /// What stands in the first.
    pub(super) written: String,
    /// What it is read as.
    pub(super) read: String,
}

/// Remarks of a sheet.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    told: BTreeMap<(u32, Remark), Told>,
    /// Rows with projects that are hidden.
    pub(super) hidden_rows: Vec<u32>,
    /// Rows that are neither projects nor groups: number and words.
    notes: Vec<(u32, String)>,
}

impl Remarks {
    pub(super) fn add(&mut self, column: u32, remark: Remark, row: u32, written: &str, read: &str) {
        self.add_with(column, remark, row, written, || read.to_owned());
    }

    /// The same, with what is read made only for the first.
    pub(super) fn add_with(
        &mut self,
        column: u32,
        remark: Remark,
        row: u32,
        written: &str,
        read: impl FnOnce() -> String,
    ) {
        let first = || Told { count: 0, row, written: written.to_owned(), read: read() };
        self.told.entry((column, remark)).or_insert_with(first).count += 1;
    }

    /// Adds what is said of rows further down.
    pub(super) fn join(&mut self, later: Self) {
        for (key, told) in later.told {
            self.told.entry(key).and_modify(|known| known.count += told.count).or_insert(told);
        }
        self.hidden_rows.extend(later.hidden_rows);
        self.notes.extend(later.notes);
    }

    pub(super) fn note_row(&mut self, row: u32, words: &str) {
        self.notes.push((row, words.to_owned()));
    }

    /// Says everything.
    pub(super) fn tell(&self, log: &mut Log, place: &dyn Fn(Option<u32>, Option<u32>) -> Place) {
        for ((column, remark), told) in &self.told {
            log.note(|_| words::remark(*remark, told).at(place(Some(told.row), Some(*column))));
        }
        if let Some(&first) = self.hidden_rows.first() {
            log.note(|_| words::hidden_rows(&self.hidden_rows).at(place(Some(first), None)));
        }
        for (row, said) in &self.notes {
            log.note(|_| words::unknown_row(said).at(place(Some(*row), None)));
        }
    }
}
