//! Where the header of a sheet stands, and what its columns hold.

use std::collections::HashMap;

use kaigong_model::{FactType, Schema, Sureness, Unit, UnitSource, parse_cell, parse_part};

use super::{
    columns::{Found, Names, part_at_end, squeeze, title_units},
    map::{Meaning, SheetMap},
    tidy::{Want, tidy},
};
use crate::{
    header::{Headers, Slot},
    workbook::{CellKind, Grid, GridRow},
};

/// Rows in which a header is looked for.
const SEARCHED: usize = 30;
/// Lines a header may have.
const DEEPEST: usize = 3;
/// Cells that a guess is tried on, and rows in which they are looked for.
const TRIED: usize = 50;
const LOOKED_AT: usize = 1_000;
/// Columns to the left from which an unmerged header above several columns is taken.
const SPREAD: u32 = 16;

/// A column of a sheet.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Which, counting from 0.
    pub(crate) at: u32,
    /// Its header, the lines joined.
    pub(crate) header: String,
    /// What it is taken for.
    pub(crate) found: Option<Found>,
    /// Whether the map leaves it aside.
    pub(crate) skipped: bool,
    /// Where its unit is from.
    pub(crate) unit_from: UnitSource,
    /// How many of its first cells can be read as what it is taken for, and how many were tried.
    pub(crate) read: (usize, usize),
}

/// What a sheet is taken for.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// First row of the header.
    pub(crate) first: u32,
    /// Last row of the header.
    pub(crate) last: u32,
    /// Every column that has a header.
    pub(crate) columns: Vec<Column>,
    /// The column of project ids.
    pub(crate) id: Option<u32>,
    /// The column of project names.
    pub(crate) name: Option<u32>,
    /// Whether the sheet is one of facts that kaigong wrote, so that its cells are read to the letter.
    pub(crate) is_own: bool,
}

/// Finds the header whose columns say most; none where no column names a project.
pub(crate) fn plan(
    grid: &Grid,
    schema: &Schema,
    headers: &Headers,
    names: &Names<'_>,
    map: &SheetMap<'_>,
    is_own: bool,
) -> Option<Plan> {
    let rows = &grid.rows()[..grid.rows().len().min(SEARCHED)];
    let merged = Merged::of(grid, rows.last()?.number + DEEPEST as u32);
    let mut search = Search { grid, schema, headers, names, map, merged, seen: HashMap::new() };
    let mut best: Option<(usize, Plan)> = None;
    for depth in 1..=if is_own { 1 } else { DEEPEST } {
        for row in rows {
            let last = row.number + depth as u32 - 1;
            if !(row.number..=last).all(|row| grid.row(row).is_some_and(|row| may_be_header(grid, row))) {
                continue;
            }
            let plan = search.at(row.number, last);
            let worth = worth(&plan);
            // As good with one more line above: the line says what the columns have in common, such as a unit.
            let is_deeper = depth > 1 && may_be_above(grid, row);
            let least = best.as_ref().map_or(1, |(most, _)| most + usize::from(!is_deeper));
            if worth >= least {
                best = Some((worth, plan));
            }
        }
    }
    let (_, mut plan) = best?;
    plan.is_own = is_own;
    let units = units_above(grid, plan.first);
    settle(&mut plan, grid, schema, &units);
    let known = plan.columns.iter().filter(|column| column.found.is_some()).count();
    // Of projects of which nothing is known, a sheet of facts has the ids alone.
    let least = if is_own { 1 } else { 2 };
    let is_table = (plan.id.is_some() || plan.name.is_some()) && known + usize::from(plan.id.is_some()) >= least;
    is_table.then_some(plan)
}

/// Whether a row says several things of the columns below it, rather than being a title or a line to fill in.
fn may_be_above(grid: &Grid, row: &GridRow) -> bool {
    let (mut texts, mut lines_to_fill) = (Vec::new(), 0);
    for (_, _, text) in grid.cells(row) {
        lines_to_fill += usize::from(text.trim_end_matches([':', '：']).contains([':', '：']));
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.len() > 1 && lines_to_fill == 0
}

/// Headers are words; a row of amounts is none.
fn may_be_header(grid: &Grid, row: &GridRow) -> bool {
    let (mut words, mut others) = (0, 0);
    for (_, kind, _) in grid.cells(row) {
        *(if kind == CellKind::Text { &mut words } else { &mut others }) += 1;
    }
    words > 0 && words >= others
}

/// What a search for the header needs; a header met again is not looked up again.
struct Search<'s> {
    grid: &'s Grid,
    schema: &'s Schema,
    headers: &'s Headers,
    names: &'s Names<'s>,
    map: &'s SheetMap<'s>,
    merged: Merged,
    seen: HashMap<Vec<String>, Vec<Found>>,
}

impl Search<'_> {
    /// The plan where some rows are the header.
    fn at(&mut self, first: u32, last: u32) -> Plan {
        let mut plan = Plan { first, last, columns: Vec::new(), id: None, name: None, is_own: false };
        for at in 0..self.grid.width() {
            let lines = lines(self.grid, &self.merged, (first, last), at);
            if lines.is_empty() {
                continue;
            }
            let header = lines.join("/");
            let mapped = self.map.find(&lines);
            let found = match mapped {
                Some(meaning) => meaning.found(self.schema, self.names, &lines),
                None => self.guessed(lines, last, at),
            };
            let skipped = mapped.is_some_and(Meaning::is_skip);
            if mapped.is_some_and(Meaning::is_id) {
                plan.id = Some(at);
            }
            plan.columns.push(Column { at, header, found, skipped, unit_from: UnitSource::Pack, read: (0, 0) });
        }
        plan.id = plan.id.or_else(|| id_column(&plan.columns, self.headers));
        plan
    }

    fn guessed(&mut self, lines: Vec<String>, last: u32, at: u32) -> Option<Found> {
        let found = self.seen.entry(lines).or_insert_with_key(|lines| self.names.find(lines));
        match found.as_slice() {
            [one] => Some(*one),
            many => many.iter().copied().find(|found| fits(self.grid, last, at, *found, self.schema)),
        }
    }
}

/// Which column names the project.
fn id_column(columns: &[Column], headers: &Headers) -> Option<u32> {
    let names: Vec<(String, u32)> = columns
        .iter()
        .map(|column| (squeeze(column.header.rsplit('/').next().unwrap_or_default()), column.at))
        .collect();
    headers.id_names().find_map(|id| names.iter().find(|(name, _)| *name == squeeze(id)).map(|(_, at)| *at))
}

/// The lines of a column's header, from above to below; what merged cells repeat is told once.
fn lines(grid: &Grid, merged: &Merged, (first, last): (u32, u32), column: u32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for row in first..=last {
        let mut text = merged.text(grid, row, column);
        if text.is_empty() && row < last {
            text = spread_text(grid, row, last, column);
        }
        if !text.is_empty() && lines.last().is_none_or(|above| above != text) {
            lines.push(text.to_owned());
        }
    }
    lines
}

/// Cells of the first rows that are merged with others, and where the text of each stands.
struct Merged(HashMap<(u32, u32), (u32, u32)>);

impl Merged {
    /// Most cells looked at; no header is that large.
    const MOST: usize = 1 << 20;

    fn of(grid: &Grid, last: u32) -> Self {
        let width = grid.width();
        let merges = grid.merges.iter().filter(|merge| merge.first.0 <= last);
        let cells = merges.flat_map(|merge| {
            let columns = merge.first.1..=merge.last.1.min(width.saturating_sub(1));
            let rows = merge.first.0..=merge.last.0.min(last);
            rows.flat_map(move |row| columns.clone().map(move |column| ((row, column), merge.first)))
        });
        Self(cells.take(Self::MOST).collect())
    }

    /// What a cell shows: its own text, or that of the merged cells it is part of.
    fn text<'g>(&self, grid: &'g Grid, row: u32, column: u32) -> &'g str {
        let own = grid.at(row, column);
        let shown = own.or_else(|| self.0.get(&(row, column)).and_then(|&(row, column)| grid.at(row, column)));
        shown.map_or("", |(_, text)| text)
    }
}

/// A header that stands once above several columns without being merged over them.
fn spread_text(grid: &Grid, row: u32, last: u32, column: u32) -> &str {
    if grid.at(last, column).is_none() {
        return "";
    }
    for left in (column.saturating_sub(SPREAD)..column).rev() {
        if grid.at(last, left).is_none() {
            return "";
        }
        if let Some((_, text)) = grid.at(row, left) {
            return text;
        }
    }
    ""
}

fn worth(plan: &Plan) -> usize {
    let of = |column: &Column| match column.found.map(|found| found.sure) {
        Some(Sureness::Guess) => 1,
        Some(_) => 3,
        None => 0,
    };
    plan.columns.iter().map(of).sum::<usize>() + if plan.id.is_some() { 3 } else { 0 }
}

/// Units that rows above the table name.
fn units_above(grid: &Grid, first: u32) -> Vec<Unit> {
    let above = grid.rows().iter().take_while(|row| row.number < first);
    above.flat_map(|row| grid.cells(row).flat_map(|(_, _, text)| title_units(text)).collect::<Vec<_>>()).collect()
}

/// Units from above the table, guesses held against what the columns hold, and the column of names.
fn settle(plan: &mut Plan, grid: &Grid, schema: &Schema, units: &[Unit]) {
    let last = plan.last;
    for column in &mut plan.columns {
        let Some(found) = &mut column.found else { continue };
        let want = Want::of(&schema[found.slot.fact], found.slot);
        match (want, found.slot.unit) {
            (Want::Quantity(dimension, _), None) => {
                let mut of = units.iter().filter(|unit| unit.dimension == dimension);
                if let (Some(unit), None) = (of.next(), of.next()) {
                    found.slot.unit = Some(*unit);
                    column.unit_from = UnitSource::Title;
                }
            }
            (_, Some(_)) => {
                column.unit_from = if found.unit_mapped { UnitSource::Map } else { UnitSource::Header };
            }
            _ => {}
        }
        column.read = tried(grid, last, column.at, *found, schema);
        if found.sure == Sureness::Guess && !fits(grid, last, column.at, *found, schema) {
            column.found = None;
        }
    }
    tell_parts_apart(plan, schema);
    plan.name = schema.name_fact.and_then(|name| {
        // 名称 alone, which is a guess, may be that of anything.
        let is_name = |column: &&Column| {
            column.found.is_some_and(|found| found.slot.fact == name && found.sure > Sureness::Guess)
        };
        plan.columns.iter().find(is_name).map(|column| column.at)
    });
}

/// Two columns of one document whose headers end in words for different parts hold those parts.
fn tell_parts_apart(plan: &mut Plan, schema: &Schema) {
    let whole = |column: &Column| {
        let slot = column.found.filter(|found| found.sure == Sureness::Certain)?.slot;
        (schema[slot.fact].kind == FactType::Document && slot.part.is_none()).then_some(slot.fact)
    };
    let facts: Vec<_> = plan.columns.iter().map(whole).collect();
    let parts: Vec<_> = plan.columns.iter().map(|column| part_at_end(&column.header)).collect();
    for at in 0..facts.len() {
        let Some(fact) = facts[at] else { continue };
        let rivals = (0..facts.len()).filter(|&other| other != at && facts[other] == Some(fact));
        let mut rivals = rivals.peekable();
        if rivals.peek().is_some()
            && parts[at].is_some()
            && rivals.all(|other| parts[other] != parts[at])
            && let Some(found) = &mut plan.columns[at].found
        {
            (found.slot.part, found.sure) = (parts[at], Sureness::Likely);
        }
    }
}

/// Whether four in five of the first cells below a header can be read as what it is taken for.
fn fits(grid: &Grid, last: u32, column: u32, found: Found, schema: &Schema) -> bool {
    let (read, tried) = tried(grid, last, column, found, schema);
    // Words fit anything: a guess at a text needs no more, any other must be borne out.
    read * 5 >= tried * 4 && (tried > 0 || schema[found.slot.fact].kind == FactType::Text)
}

/// How many of the first cells below a header can be read as what it is taken for, and how many were tried.
fn tried(grid: &Grid, last: u32, column: u32, found: Found, schema: &Schema) -> (usize, usize) {
    let spec = &schema[found.slot.fact];
    let below = grid.rows().partition_point(|row| row.number <= last);
    let rows = grid.rows()[below..].iter().take(LOOKED_AT);
    let (mut read, mut tried) = (0, 0);
    for (kind, text) in rows.filter_map(|row| grid.cell(row, column)).take(TRIED) {
        tried += 1;
        // Anything reads as words; a guess at words is borne out by words alone, or a column of counts called 项目
        // would be one of names.
        let is_strange = found.sure == Sureness::Guess && spec.kind == FactType::Text && kind != CellKind::Text;
        read += usize::from(!is_strange && reads(spec, found.slot, kind, text, grid.is_1904));
    }
    (read, tried)
}

fn reads(spec: &kaigong_model::FactSpec, slot: Slot, kind: CellKind, text: &str, is_1904: bool) -> bool {
    let tidied = tidy(Want::of(spec, slot), kind, text, is_1904);
    match slot.part {
        None => parse_cell(spec, slot.unit, &tidied.text).is_ok(),
        Some(part) => parse_part(&mut kaigong_model::Issue::default(), spec, part, slot.unit, &tidied.text).is_ok(),
    }
}
