//! A ledger in CSV: its header says which fact, part and unit each column holds.
//!
//! ```text
//! bytes --cut between records--> pieces --each on a thread--> typed columns, ids, faults --in order--> draft
//! ```
//! What comes out does not depend on where the text is cut.

pub(crate) mod chunk;
mod scan;
pub(crate) mod split;
pub(crate) mod stitch;
pub(crate) mod typed;

use std::{borrow::Cow, sync::Arc};

use kaigong_model::{Cell, FactIdx, Place, Words};
use rayon::prelude::*;

use self::{
    chunk::{Chunk, Plan},
    split::Survey,
    stitch::Stitch,
};
use crate::{
    draft::Draft,
    header::{Meaning, normal},
    input::Input,
    log::Log,
    table::{Heads, Row, Table, delimiter},
    text::{decode, utf8_body},
    wide::{self, Layout, Rows, bad_unit, no_id_column, no_rows, two_columns, unknown_column},
};

/// Bytes of a piece: some thousand rows, whose columns stay within the second-level cache.
pub(crate) const PIECE: usize = 1 << 20;

/// Reads a ledger into the draft.
pub(crate) fn read(draft: &mut Draft, input: &Input) {
    read_in_pieces(draft, input, PIECE);
}

/// The same, in pieces of about as many bytes.
pub(crate) fn read_in_pieces(draft: &mut Draft, input: &Input, size: usize) {
    if let Some(pieces) = utf8_pieces(input, size) {
        return read_pieces(draft, &input.name, &pieces);
    }
    match decode(input, &mut draft.log) {
        Some(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let cut = cut(text.as_bytes(), &split::survey(text.as_bytes()), size);
            let pieces: Vec<&str> = cut.into_iter().map(|range| &text[range]).collect();
            read_pieces(draft, &input.name, &pieces);
        }
        None => draft.incomplete = true,
    }
}

/// The pieces of a text in UTF-8 that needs no mending, each validated on a thread of its own; `None` for any other.
fn utf8_pieces(input: &Input, size: usize) -> Option<Vec<&str>> {
    let body = utf8_body(input)?;
    // The `csv` crate passes over a second mark too.
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let survey = split::survey(body);
    if survey.nul || survey.only_returns {
        return None;
    }
    let pieces: Vec<_> = cut(body, &survey, size);
    pieces.into_par_iter().map(|range| simdutf8::basic::from_utf8(&body[range]).ok()).collect()
}

/// Cuts between records; the header is in the first piece, whatever stands before it.
fn cut(bytes: &[u8], survey: &Survey, size: usize) -> Vec<std::ops::Range<usize>> {
    let (delimiter, header) = delimiter(bytes);
    split::pieces(bytes, survey, delimiter, header, size)
}

/// Reads pieces of a text that were cut between records.
fn read_pieces(draft: &mut Draft, name: &str, pieces: &[&str]) {
    if !draft.builder.is_empty() {
        // Rows that join others cell by cell, with a word about each that differs, go one by one.
        let whole: Cow<'_, str> = if let [one] = pieces { (*one).into() } else { pieces.concat().into() };
        return read_one_by_one(draft, name, &whole);
    }
    let Some((table, id, layout)) = open(draft, name, pieces[0]) else {
        draft.incomplete = true;
        return;
    };
    let source = draft.open_source(name, None, layout.facts.clone());
    let schema = Arc::clone(&draft.schema);
    let heads = table.heads();
    let plan = Plan::new(&schema, &layout, id, heads);
    let mut stitch = Stitch::new(draft, heads, source, id);
    // As many pieces at a time as keep every thread busy, while those before are moved to their place.
    let mut read: Vec<Chunk> = Vec::new();
    for (number, wave) in pieces.chunks(4 * rayon::current_num_threads()).enumerate() {
        let next = || wave.par_iter().enumerate().map(|(at, text)| plan.read(text, number == 0 && at == 0)).collect();
        let before = std::mem::take(&mut read);
        (read, ()) = rayon::join(next, || stitch.place(before));
    }
    stitch.place(read);
    let broken = stitch.broken;
    if draft.sources[source].lines.is_empty() && !broken {
        draft.log.note(|_| no_rows().at(heads.header_place(id)));
    }
    draft.incomplete |= broken;
}

/// Reads a ledger into the draft row by row.
pub(crate) fn read_one_by_one(draft: &mut Draft, name: &str, text: &str) {
    let Some((table, id, layout)) = open(draft, name, text) else {
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

/// The table of a text, its column of ids, and what its other columns hold.
pub(crate) fn open<'t>(draft: &mut Draft, name: &'t str, text: &'t str) -> Option<(Table<'t>, usize, Layout)> {
    let table = Table::open(name, text, &mut draft.log)?;
    let (id, layout) = layout(draft, table.heads())?;
    Some((table, id, layout))
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

/// The column of ids and what the other columns hold, by their headers.
pub(crate) fn layout(draft: &mut Draft, heads: &Heads) -> Option<(usize, Layout)> {
    let headers = heads.headers();
    let id = draft.headers.id_column(&headers);
    let mut layout = Layout::default();
    for (at, &header) in headers.iter().enumerate() {
        let slot = match draft.headers.meaning(header) {
            Meaning::Slot(slot) => slot,
            Meaning::BadUnit(slot, unit) => {
                let example = draft.headers.dimension(slot).map_or("", |dimension| dimension.standard_unit().name);
                draft.log.fault(|_| bad_unit(header, &unit, example).at(heads.header_place(at)));
                continue;
            }
            Meaning::Unknown => {
                match id {
                    Some(id) if id == at => {}
                    Some(id) if normal(headers[id]) == normal(header) => same_column(draft, heads, id, at),
                    _ => note_unknown(draft, heads, at, header),
                }
                continue;
            }
        };
        if let Err(first) = layout.add(&draft.schema, at, slot, header) {
            same_column(draft, heads, first, at);
        }
    }
    if id.is_none() {
        draft.log.fault(|_| no_id_column(draft.headers.id_names()).at(heads.header_place(usize::MAX)));
    }
    id.map(|id| (id, layout))
}

fn same_column(draft: &mut Draft, heads: &Heads, first: usize, second: usize) {
    let headers = heads.headers();
    draft.log.fault(|_| {
        two_columns(headers[first], headers[second])
            .at(heads.header_place(second))
            .label(heads.header_place(first), Words::new("另一列", "the other"))
    });
}

fn note_unknown(draft: &mut Draft, heads: &Heads, at: usize, header: &str) {
    let names = &draft.headers;
    let numbered = format!("#{}", at + 1);
    let header = if header.is_empty() { &numbered } else { header };
    draft.log.note(|near| unknown_column(header).suggest(near.find(header, names.names())).at(heads.header_place(at)));
}

#[cfg(test)]
pub(crate) mod tests;
