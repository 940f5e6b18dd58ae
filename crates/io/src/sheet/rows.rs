//! The rows of a sheet as rows of a ledger: titles, groups, totals and notes told apart from projects.

use std::borrow::Cow;

use kaigong_model::{Cell, FactIdx, Place};

mod frame;
mod labels;

pub(crate) use self::frame::CONFLICTING;
pub(super) use self::{
    frame::{Filled, Frame, Ids, RowKind, Wanted, Weight},
    labels::name_key,
};

use super::{totals::Totals, words};
use crate::{log::Log, table::Row, wide::Rows, workbook::GridRow};

/// A row that is a project.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProjectRow {
    pub(super) row: GridRow,
    /// The group it belongs to: its place among [`Walk::contexts`].
    pub(super) context: usize,
}

/// A walk down the rows of a sheet from project to project.
pub(super) struct Walk<'g> {
    /// The next row.
    next: usize,
    rows: &'g [GridRow],
    /// What groups say of the rows below them; the last holds now.
    pub(super) contexts: Vec<Vec<(FactIdx, Cell)>>,
    pub(super) totals: Totals,
    /// Projects met.
    pub(super) count: usize,
}

impl<'g> Walk<'g> {
    pub(super) fn new(frame: &Frame<'g>) -> Self {
        let totals = Totals::new(&frame.wanted, frame.schema);
        Self { next: 0, rows: frame.rows(), contexts: vec![Vec::new()], totals, count: 0 }
    }

    /// The next project, as `kind` tells rows apart by their place below the header.
    pub(super) fn next(
        &mut self,
        frame: &Frame<'g>,
        filled: &mut Filled<'g>,
        kind: impl Fn(usize, &GridRow) -> RowKind,
    ) -> Option<ProjectRow> {
        loop {
            let row = *self.rows.get(self.next)?;
            self.next += 1;
            match kind(self.next - 1, &row) {
                RowKind::Numbering | RowKind::Footnote => {}
                RowKind::Note(at) => {
                    // What the groups above said does not hold for one that nobody knows.
                    self.contexts.push(Vec::new());
                    filled.remarks.note_row(row.number, frame.label(&row, at));
                    self.totals.mark(frame.grid, &row, None);
                }
                RowKind::Total(at) => {
                    let label = frame.label(&row, at);
                    // A subtotal above its rows begins their group.
                    if self.totals.stands_above(label) {
                        self.contexts.push(frame.group(label).into_iter().collect());
                    }
                    self.totals.mark(frame.grid, &row, Some(label));
                }
                RowKind::Group(at) => {
                    self.contexts.push(frame.group(frame.label(&row, at)).into_iter().collect());
                    self.totals.mark(frame.grid, &row, None);
                }
                RowKind::Project => {
                    if row.hidden {
                        filled.remarks.hidden_rows.push(row.number);
                    }
                    self.count += 1;
                    self.totals.meet();
                    return Some(ProjectRow { row, context: self.contexts.len() - 1 });
                }
            }
        }
    }
}

/// A sheet being read row by row.
pub(super) struct SheetRows<'g> {
    pub(super) frame: Frame<'g>,
    pub(super) walk: Walk<'g>,
    /// The row held.
    pub(super) filled: Filled<'g>,
    id: Cow<'g, str>,
}

impl<'g> SheetRows<'g> {
    pub(super) fn new(frame: Frame<'g>) -> Self {
        Self { walk: Walk::new(&frame), frame, filled: Filled::default(), id: Cow::Borrowed("") }
    }

    /// Whose row it is: false if nobody is found.
    fn identify(&mut self, row: &GridRow, log: &mut Log) -> bool {
        let Ids::Joined(at, names) = &self.frame.ids else {
            self.id = self.frame.own_id(row);
            return true;
        };
        let text = self.frame.shown(row, *at).map_or("", |(_, text, _)| text);
        let known = names.get(&name_key(text));
        if let Some(Some(id)) = known {
            self.id = id.clone().into();
            return true;
        }
        let place = || self.frame.place_at(Some(row.number), Some(*at));
        let is_shared = known.is_some();
        log.row_fault(|near| {
            let near = near.list(&name_key(text), names.keys().map(String::as_str));
            words::nobody(text, is_shared, &near).at(place())
        });
        false
    }
}

impl Rows for SheetRows<'_> {
    fn next(&mut self, log: &mut Log) -> Option<Row> {
        loop {
            let Self { frame, walk, filled, .. } = self;
            let project = walk.next(frame, filled, |_, row| frame.kind(row))?;
            if !self.identify(&project.row, log) {
                self.walk.totals.unknown();
                log.leave_out();
                continue;
            }
            let sound = self.frame.fill(&project.row, &mut self.filled, &mut |weight, make| match weight {
                Weight::Fault => log.row_fault(|_| make()),
                Weight::Notice => log.note(|_| make()),
            });
            self.walk.totals.add(&self.filled.cells);
            return Some(Row { line: project.row.number, sound });
        }
    }

    fn cell(&self, column: usize) -> &str {
        &self.filled.cells[column]
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn context(&self) -> &[(FactIdx, Cell)] {
        self.walk.contexts.last().map_or(&[], Vec::as_slice)
    }

    fn place(&self, line: u32, column: usize) -> Place {
        self.frame.place_at(Some(line), Some(self.frame.column_of(column)))
    }

    fn id_place(&self, line: u32) -> Place {
        self.frame.place_at(Some(line), Some(self.frame.ids.column()))
    }

    fn is_broken(&self) -> bool {
        false
    }

    fn is_conflicting(&self, column: usize) -> bool {
        self.frame.is_conflicting(&self.filled.cells[column])
    }
}
