//! Sheets as offices fill them in: a header somewhere, groups, totals, and rows of projects between.
//!
//! ```text
//! grid -> header, columns -> rows of projects -> the draft      as a ledger in CSV
//! ```
//!
//! Sheets that give ids are read where they stand; sheets that give only names are read after all ledgers, since a
//! name may be that of a project whose id another sheet gives.

mod columns;
mod header;
mod lists;
mod map;
mod pieces;
mod remarks;
mod roles;
mod rows;
mod tidy;
mod totals;
mod words;

use std::{collections::BTreeMap, sync::Arc};

use kaigong_model::{
    Cell, ColumnUse, Diagnostic, ListRow, Part, Place, Schema, SheetColumn, SheetColumns, Sureness, Words,
};

pub use self::map::write_map;

pub(crate) use self::columns::{Names, PART_HEADERS, squeeze};
pub(crate) use self::map::ColumnMap;
pub(crate) use self::roles::OWN;
pub(crate) use self::rows::CONFLICTING;
pub(crate) use self::tidy::{Want, tidy};
pub(crate) use self::words::formula_error;

use self::{
    header::{Column, Plan},
    map::unit_of,
    roles::Role,
    rows::{Frame, Ids, SheetRows, name_key},
};
use crate::{
    draft::Draft,
    header::Slot,
    input::{Input, Kind},
    log::Log,
    long::{LongSheet, long_sheet},
    wide::{self, Layout, bad_unit, no_rows, two_columns, unknown_column},
    workbook::{self, Grid},
};

/// A sheet whose projects are known by their names only.
pub(crate) struct Unnumbered {
    file: String,
    grid: Grid,
    plan: Plan,
}

/// What of the workbooks is read once all ledgers are.
#[derive(Default)]
pub(crate) struct Later {
    /// Sheets whose projects are known by their names.
    pub(crate) unnumbered: Vec<Unnumbered>,
    /// Long tables.
    pub(crate) long: Vec<LongSheet>,
    /// Rows of lists.
    pub(crate) lists: Vec<ListRow>,
    /// Whether some sheet was a ledger.
    pub(crate) has_ledger: bool,
}

/// Reads the sheets of a workbook that give ids, and puts aside those that come later.
pub(crate) fn read(draft: &mut Draft, input: &Input, map: &ColumnMap, later: &mut Later) {
    match workbook::open(input, &mut draft.log) {
        Some(book) => read_grids(draft, &input.name, book.sheets, map, later),
        None => draft.incomplete = true,
    }
}

fn read_grids(draft: &mut Draft, file: &str, grids: Vec<Grid>, map: &ColumnMap, later: &mut Later) {
    let schema = Arc::clone(&draft.schema);
    let names = Names::new(&schema);
    let mut read = false;
    let known = later.long.len() + later.lists.len();
    let has_facts = grids.iter().any(|grid| !grid.hidden && roles::role(grid) == Role::Facts);
    for grid in grids {
        let whole = place(file, &grid, None, None);
        if grid.hidden {
            draft.log.note(|_| words::hidden_sheet().at(whole));
            continue;
        }
        let role = roles::role(&grid);
        match role {
            _ if grid.rows().is_empty() => continue,
            Role::List(header) => {
                lists::read(file, &grid, header, &mut draft.log, &mut later.lists);
                continue;
            }
            Role::View if has_facts => {
                draft.log.note(|_| words::view_unread().at(whole));
                continue;
            }
            Role::Figures => continue,
            _ => {}
        }
        let grid = match long_sheet(file, grid, &draft.headers) {
            Ok(sheet) => {
                later.long.push(sheet);
                continue;
            }
            Err(grid) => *grid,
        };
        let is_own = role == Role::Facts;
        let map = map.of(&grid.name);
        let Some(plan) = header::plan(&grid, &schema, &draft.headers, &names, &map, is_own) else {
            draft.log.note(|_| words::no_header().at(whole));
            continue;
        };
        read = true;
        match plan.id {
            Some(id) => read_sheet(draft, file, &grid, &plan, Ids::Column(id)),
            None => later.unnumbered.push(Unnumbered { file: file.to_owned(), grid, plan }),
        }
    }
    later.has_ledger |= read;
    // Long tables and lists may stand in a workbook of their own, beside a ledger.
    if !read && later.long.len() + later.lists.len() == known {
        draft.incomplete = true;
        draft.log.fault(|_| words::no_sheet().at(Place::File(file.to_owned())));
    }
}

/// Puts aside the grants of a plan's workbook; one without any is a fault.
pub(crate) fn read_plan(draft: &mut Draft, input: &Input, later: &mut Later) {
    let Some(book) = workbook::open(input, &mut draft.log) else { return };
    let known = later.long.len();
    for grid in book.sheets.into_iter().filter(|grid| !grid.hidden) {
        if let Ok(sheet) = long_sheet(&input.name, grid, &draft.headers)
            && sheet.kind() == Kind::Grants
        {
            later.long.push(sheet);
        }
    }
    if later.long.len() == known {
        draft.log.fault(|_| words::no_grants().at(Place::File(input.name.clone())));
    }
}

/// Reads the lists of a workbook; false where it has none.
pub(crate) fn read_lists(input: &Input, log: &mut Log, rows: &mut Vec<ListRow>) -> bool {
    // What cannot be opened is a fault already.
    let Some(book) = workbook::open(input, log) else { return true };
    let mut found = false;
    for grid in book.sheets.iter().filter(|grid| !grid.hidden) {
        if let Role::List(header) = roles::role(grid) {
            found = true;
            lists::read(&input.name, grid, header, log, rows);
        }
    }
    found
}

/// What the columns of a workbook's sheets are taken for; nothing is read into a draft.
pub(crate) fn columns(draft: &mut Draft, input: &Input, map: &ColumnMap) -> Vec<SheetColumns> {
    let Some(book) = workbook::open(input, &mut draft.log) else { return Vec::new() };
    let schema = Arc::clone(&draft.schema);
    let names = Names::new(&schema);
    let shown = book.sheets.into_iter().filter(|grid| grid.hidden || !grid.rows().is_empty()).map(|grid| {
        let role = roles::role(&grid);
        let plan = match role {
            Role::List(_) | Role::Figures => None,
            _ => header::plan(&grid, &schema, &draft.headers, &names, &map.of(&grid.name), role == Role::Facts),
        };
        let tell = |plan: &Plan| plan.columns.iter().map(|column| told(draft, &schema, plan, column)).collect();
        let columns = plan.as_ref().map(tell).unwrap_or_default();
        SheetColumns {
            file: input.name.clone(),
            header: plan.as_ref().map(|plan| (plan.first, plan.last)),
            hidden: grid.hidden,
            columns,
            sheet: grid.name,
        }
    });
    shown.collect()
}

fn told(draft: &mut Draft, schema: &Schema, plan: &Plan, column: &Column) -> SheetColumn {
    let is_id = plan.id == Some(column.at);
    let used = match column.found {
        Some(found) => ColumnUse::Fact { fact: found.slot.fact, part: found.slot.part, sure: found.sure },
        None if is_id => ColumnUse::Id,
        None if column.skipped => ColumnUse::Skipped,
        None => ColumnUse::Unknown,
    };
    let near = match used {
        ColumnUse::Unknown => draft.log.near_names(&column.header, draft.headers.names()),
        _ => Vec::new(),
    };
    SheetColumn {
        column: column.at,
        header: column.header.split_whitespace().collect::<Vec<_>>().join(" "),
        used,
        is_id,
        unit: column.found.and_then(|found| unit_of(schema, found.slot, column.unit_from)),
        read: column.read,
        near,
    }
}

/// Reads a sheet whose projects are known by their names: those that ledgers before gave ids, or new ones.
pub(crate) fn read_by_name(draft: &mut Draft, sheet: &Unnumbered, has_ids: bool) {
    let Some(at) = sheet.plan.name else { return };
    let ids = if has_ids {
        Ids::Joined(at, ids_by_name(draft))
    } else {
        let header = place(&sheet.file, &sheet.grid, Some(sheet.plan.last), Some(at));
        draft.log.note(|_| words::names_are_ids().at(header));
        Ids::Name(at)
    };
    read_sheet(draft, &sheet.file, &sheet.grid, &sheet.plan, ids);
}

/// The id of each name; none where several projects share it.
fn ids_by_name(draft: &Draft) -> BTreeMap<String, Option<String>> {
    let mut ids: BTreeMap<String, Option<String>> = BTreeMap::new();
    let Some(fact) = draft.schema.name_fact else { return ids };
    for (row, id) in draft.builder.ids().iter().enumerate() {
        if let Cell::Text(name) = draft.builder.get(row as u32, fact) {
            ids.entry(name_key(&name)).and_modify(|known| *known = None).or_insert_with(|| Some(id.to_string()));
        }
    }
    ids
}

fn place(file: &str, grid: &Grid, row: Option<u32>, column: Option<u32>) -> Place {
    Place::Sheet { file: file.to_owned(), sheet: grid.name.clone(), row, column }
}

fn read_sheet(draft: &mut Draft, file: &str, grid: &Grid, plan: &Plan, ids: Ids) {
    // Rows that join others cell by cell, with a word about each that differs, go one by one.
    let one_by_one = matches!(ids, Ids::Joined(..)) || !draft.builder.is_empty();
    read_sheet_in(draft, file, grid, plan, ids, (!one_by_one).then_some(pieces::PIECE));
}

/// The same, in pieces of so many projects, or one after another.
fn read_sheet_in(draft: &mut Draft, file: &str, grid: &Grid, plan: &Plan, ids: Ids, size: Option<usize>) {
    let schema = Arc::clone(&draft.schema);
    let (mut layout, mut slots) = (Layout::default(), Vec::new());
    for column in &plan.columns {
        let header_place = place(file, grid, Some(plan.last), Some(column.at));
        // A name that says which project a row is of is not told again: it may be spaced differently.
        if matches!(ids, Ids::Joined(at, _) if at == column.at) {
            continue;
        }
        if let Some(slot) = usable(draft, plan, column, &header_place) {
            match layout.add(&schema, column.at as usize, slot, &column.header) {
                Ok(()) => slots.push((column.at, slot)),
                Err(first) => same_column(draft, plan, column, first, &header_place, &|at| {
                    place(file, grid, Some(plan.last), Some(at))
                }),
            }
        }
    }
    tell_columns(draft, file, grid, plan, &slots);
    let is_named = matches!(ids, Ids::Name(_));
    let known = draft.builder.len();
    let frame = Frame::new(file, grid, &schema, plan, ids, &slots);
    for wanted in &frame.wanted {
        if let Some(at) = wanted.number_at {
            let slot = Slot { part: Some(Part::Number), unit: None, ..wanted.slot };
            // INVARIANT: no column of the sheet holds the number, or there would be no spare one for it.
            let _ = layout.add(&schema, at, slot, "");
        }
    }
    let facts = layout.facts.iter().filter(|fact| fact.column < grid.width()).cloned().collect();
    let source = draft.open_source(file, Some(&grid.name), facts);
    let (frame, walk, remarks) = match size {
        Some(size) => {
            let (walk, remarks) = pieces::read(draft, source, &layout, &frame, size);
            (frame, walk, remarks)
        }
        None => {
            let mut rows = SheetRows::new(frame);
            wide::read(draft, source, &layout, &mut rows);
            (rows.frame, rows.walk, rows.filled.remarks)
        }
    };
    walk.totals.check(&mut draft.log, &|row, column| frame.place_at(Some(row), Some(column)));
    remarks.tell(&mut draft.log, &|row, column| frame.place_at(row, column));
    if walk.count == 0 {
        draft.log.note(|_| no_rows().at(frame.place_at(Some(plan.last), None)));
    }
    if is_named {
        tell_near_names(draft, source, known);
    }
}

/// The slot of a column that can be read; a unit that cannot be is a fault.
fn usable(draft: &mut Draft, plan: &Plan, column: &Column, place: &Place) -> Option<Slot> {
    let Some(found) = column.found else {
        if plan.id != Some(column.at) && !column.skipped {
            let (names, header) = (&draft.headers, &column.header);
            let unknown = |near: Option<&str>| unknown_column(header).suggest(near).at(place.clone());
            draft.log.note(|near| unknown(near.find(header, names.names())));
        }
        return None;
    };
    if found.bad_unit {
        let example = draft.headers.dimension(found.slot).map_or("", |dimension| dimension.standard_unit().name);
        let unit = column.header.rsplit(['(', '（', '/']).next().unwrap_or_default().trim_end_matches([')', '）']);
        draft.log.fault(|_| bad_unit(&column.header, unit, example).at(place.clone()));
        return None;
    }
    Some(found.slot)
}

fn same_column(
    draft: &mut Draft,
    plan: &Plan,
    column: &Column,
    first: usize,
    second: &Place,
    at: &dyn Fn(u32) -> Place,
) {
    let other = plan.columns.iter().find(|column| column.at as usize == first);
    let other = other.map_or("", |column| column.header.as_str());
    draft.log.fault(|_| {
        two_columns(other, &column.header).at(second.clone()).label(at(first as u32), Words::new("另一列", "the other"))
    });
}

/// Says which columns are guesses and which are hidden.
fn tell_columns(draft: &mut Draft, file: &str, grid: &Grid, plan: &Plan, slots: &[(u32, Slot)]) {
    for column in &plan.columns {
        let Some((_, slot)) = slots.iter().find(|(at, _)| *at == column.at) else { continue };
        let here = || place(file, grid, Some(plan.last), Some(column.at));
        if column.found.is_some_and(|found| found.sure == Sureness::Guess) {
            let title = draft.schema[slot.fact].title.clone();
            draft.log.note(|_| words::guessed(&column.header, &title.zh, &title.en).at(here()));
        }
        if grid.hidden_columns.contains(&column.at) {
            draft.log.note(|_| words::hidden_column(&column.header).at(here()));
        }
    }
}

/// Names that are nearly those of projects read before are told, never joined.
fn tell_near_names(draft: &mut Draft, source: usize, known: usize) {
    let ids = draft.builder.ids().clone();
    let before = || ids.iter().take(known);
    if known == 0 {
        return;
    }
    for (row, name) in (0u32..).zip(ids.iter()).skip(known) {
        let line = draft.sources[source].lines.get(row as usize).copied().unwrap_or(0);
        let place = draft.sources[source].place(line, None);
        draft.log.note_some(|near| {
            let near = near.list(name, before());
            (!near.is_empty()).then(|| -> Diagnostic { words::near_name(name, &near).at(place) })
        });
    }
}

#[cfg(test)]
mod tests;
