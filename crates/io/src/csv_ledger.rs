//! A ledger in CSV: its header says which fact, part and unit each column holds.

use kaigong_model::{Cell, FactIdx, Place, Words};

use crate::{
    draft::Draft,
    header::{Meaning, normal},
    log::Log,
    table::{Row, Table},
    wide::{self, Layout, Rows, bad_unit, no_id_column, no_rows, two_columns, unknown_column},
};

/// Reads a ledger into the draft.
pub(crate) fn read(draft: &mut Draft, name: &str, text: &str) {
    let opened = Table::open(name, text, &mut draft.log);
    let laid_out = opened.and_then(|table| layout(draft, &table).map(|(id, layout)| (table, id, layout)));
    let Some((table, id, layout)) = laid_out else {
        draft.incomplete = true;
        return;
    };
    let source = draft.open_source(name, None, layout.facts.clone());
    let mut rows = CsvRows { table, id };
    wide::read(draft, source, &layout, &mut rows);
    if draft.sources[source].lines.is_empty() && !rows.table.broken {
        draft.log.note(|_| no_rows().at(rows.table.header_place(id)));
    }
}

/// A table whose column of project ids is known.
struct CsvRows<'t> {
    table: Table<'t>,
    id: usize,
}

impl Rows for CsvRows<'_> {
    fn next(&mut self, log: &mut Log) -> Option<Row> {
        self.table.next(log)
    }

    fn cell(&self, column: usize) -> &str {
        self.table.cell(column)
    }

    fn id(&self) -> &str {
        self.table.cell(self.id)
    }

    fn context(&self) -> &[(FactIdx, Cell)] {
        &[]
    }

    fn place(&self, line: u32, column: usize) -> Place {
        self.table.place(line, column)
    }

    fn id_place(&self, line: u32) -> Place {
        self.table.place(line, self.id)
    }

    fn is_broken(&self) -> bool {
        self.table.broken
    }
}

fn layout(draft: &mut Draft, table: &Table) -> Option<(usize, Layout)> {
    let headers = table.headers();
    let id = draft.headers.id_column(&headers);
    let mut layout = Layout::default();
    for (at, &header) in headers.iter().enumerate() {
        let slot = match draft.headers.meaning(header) {
            Meaning::Slot(slot) => slot,
            Meaning::BadUnit(slot, unit) => {
                let example = draft.headers.dimension(slot).map_or("", |dimension| dimension.standard_unit().name);
                draft.log.fault(|_| bad_unit(header, &unit, example).at(table.header_place(at)));
                continue;
            }
            Meaning::Unknown => {
                match id {
                    Some(id) if id == at => {}
                    Some(id) if normal(headers[id]) == normal(header) => same_column(draft, table, id, at),
                    _ => note_unknown(draft, table, at, header),
                }
                continue;
            }
        };
        if let Err(first) = layout.add(&draft.schema, at, slot, header) {
            same_column(draft, table, first, at);
        }
    }
    if id.is_none() {
        draft.log.fault(|_| no_id_column(draft.headers.id_names()).at(table.header_place(usize::MAX)));
    }
    id.map(|id| (id, layout))
}

fn same_column(draft: &mut Draft, table: &Table, first: usize, second: usize) {
    let headers = table.headers();
    draft.log.fault(|_| {
        two_columns(headers[first], headers[second])
            .at(table.header_place(second))
            .label(table.header_place(first), Words::new("另一列", "the other"))
    });
}

fn note_unknown(draft: &mut Draft, table: &Table, at: usize, header: &str) {
    let names = &draft.headers;
    let numbered = format!("#{}", at + 1);
    let header = if header.is_empty() { &numbered } else { header };
    draft.log.note(|near| unknown_column(header).suggest(near.find(header, names.names())).at(table.header_place(at)));
}

#[cfg(test)]
mod tests;
