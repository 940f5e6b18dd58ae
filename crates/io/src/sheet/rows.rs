//! The rows of a sheet as rows of a ledger: titles, groups, totals and notes told apart from projects.

use std::collections::BTreeMap;

use kaigong_model::{Cell, Decimal, FactIdx, FactType, Part, Place, Schema, parse_cell};

mod labels;

pub(super) use self::labels::name_key;

use self::labels::{
    begins_with_ordinal, group_name, is_chinese_ordinal, is_footnote, is_numbering, is_ordinal, is_total, project_name,
};
use super::{
    header::Plan,
    remarks::Remarks,
    tidy::{Remark, Want, paper_year, tidy},
    totals::Totals,
    words,
};
use crate::{
    header::Slot,
    log::Log,
    table::Row,
    wide::Rows,
    workbook::{CellKind, Grid, GridRow},
};

/// How a row's project is known.
#[derive(Debug)]
pub(super) enum Ids {
    /// By the id in a column.
    Column(u32),
    /// By its name, which is its id.
    Name(u32),
    /// By its name: the project of that name in sheets that give ids.
    Joined(u32, BTreeMap<String, Option<String>>),
}

impl Ids {
    fn column(&self) -> u32 {
        match self {
            Self::Column(at) | Self::Name(at) | Self::Joined(at, _) => *at,
        }
    }
}

/// A column that is read.
#[derive(Debug)]
pub(super) struct Wanted {
    /// Which, counting from 0.
    pub(super) at: u32,
    /// What it holds.
    pub(super) slot: Slot,
    want: Want,
    /// Whether a bare number takes the unit of the pack, because no header names one.
    unit_assumed: bool,
    /// Where the number of a paper goes that stands beside its day; past the last column of the sheet.
    pub(super) number_at: Option<usize>,
}

/// A sheet being read.
pub(super) struct SheetRows<'g> {
    file: &'g str,
    grid: &'g Grid,
    schema: &'g Schema,
    plan: &'g Plan,
    ids: Ids,
    wanted: Vec<Wanted>,
    /// The next row of the grid.
    next: usize,
    /// Cells of the row held, by column.
    cells: Vec<String>,
    id: String,
    context: Vec<(FactIdx, Cell)>,
    merges: BTreeMap<u32, Vec<usize>>,
    pub(super) remarks: Remarks,
    pub(super) totals: Totals,
    /// Projects met.
    pub(super) count: usize,
}

impl<'g> SheetRows<'g> {
    pub(super) fn new(
        file: &'g str,
        grid: &'g Grid,
        schema: &'g Schema,
        plan: &'g Plan,
        ids: Ids,
        slots: &[(u32, Slot)],
    ) -> Self {
        let width = grid.width() as usize;
        let has_number =
            |fact: FactIdx| slots.iter().any(|(_, slot)| slot.fact == fact && slot.part == Some(Part::Number));
        let mut spare = width;
        let wanted = slots.iter().map(|&(at, slot)| {
            let is_paper = schema[slot.fact].kind == FactType::Document && slot.part.is_none();
            let number_at = (is_paper && !has_number(slot.fact)).then(|| {
                spare += 1;
                spare - 1
            });
            let want = Want::of(&schema[slot.fact], slot);
            let needs_unit = matches!(want, Want::Quantity(dimension, _) if dimension.bare_atoms().is_none());
            Wanted { at, slot, want, unit_assumed: needs_unit && slot.unit.is_none(), number_at }
        });
        let wanted: Vec<Wanted> = wanted.collect();
        let mut merges: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (index, merge) in grid.merges.iter().enumerate() {
            if merge.last.0 > plan.last && merge.last.0 > merge.first.0 {
                for at in merge.first.1..=merge.last.1.min(width as u32) {
                    merges.entry(at).or_default().push(index);
                }
            }
        }
        let first = grid.rows().partition_point(|row| row.number <= plan.last);
        Self {
            file,
            grid,
            schema,
            plan,
            ids,
            next: first,
            cells: vec![String::new(); spare],
            id: String::new(),
            context: Vec::new(),
            merges,
            remarks: Remarks::default(),
            totals: Totals::new(&wanted, schema),
            wanted,
            count: 0,
        }
    }

    /// Columns that are read.
    pub(super) fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// The place of a cell, a row, a column or the sheet.
    pub(super) fn place_at(&self, row: Option<u32>, column: Option<u32>) -> Place {
        Place::Sheet { file: self.file.to_owned(), sheet: self.grid.name.clone(), row, column }
    }

    /// What a row is, apart from blank.
    fn kind(&self, row: &GridRow) -> RowKind {
        if self.plan.is_own {
            let is_project = self.grid.cell(row, self.ids.column()).is_some();
            return if is_project { RowKind::Project } else { RowKind::Note(0) };
        }
        let cells: Vec<(u32, CellKind, &str)> = self.grid.cells(row).take(HEAD_CELLS).collect();
        if row.number <= self.plan.last + 2 && is_numbering(&cells) {
            return RowKind::Numbering;
        }
        let id = self.grid.cell(row, self.ids.column()).map(|(_, text)| text);
        let label = cells.iter().take(3).filter(|cell| cell.1 == CellKind::Text).find(|cell| !is_ordinal(cell.2));
        let Some(&(at, _, label)) = label else {
            return if id.is_none() && cells.len() == 1 { RowKind::Note(0) } else { RowKind::Project };
        };
        if is_footnote(label) && (id.is_none() || at <= self.ids.column()) {
            return RowKind::Footnote;
        }
        if id.is_some_and(|id| id != label) && !self.cells_before_are_ordinal(&cells, at) {
            return RowKind::Project;
        }
        let names_project = id.is_some() && at == self.ids.column();
        let rest_are_amounts = cells.iter().filter(|cell| cell.0 > at).all(|cell| cell.1 == CellKind::Number);
        if is_total(label) && (id.is_none() || names_project) {
            return RowKind::Total(at);
        }
        if !rest_are_amounts || (id.is_some() && !names_project) {
            return RowKind::Project;
        }
        let spans = self.grid.merges.iter().any(|merge| merge.first == (row.number, at) && merge.last.1 > at);
        let numbered = begins_with_ordinal(label)
            || cells.iter().take_while(|cell| cell.0 < at).any(|cell| is_chinese_ordinal(cell.2));
        let is_known = self.group(label).is_some();
        match (names_project, cells.len()) {
            // A project of which nothing but its name is known.
            (true, _) if !(is_known || spans || numbered) => RowKind::Project,
            _ if is_known => RowKind::Group(at),
            (_, 1) | (true, _) => RowKind::Note(at),
            _ if numbered => RowKind::Note(at),
            _ => RowKind::Project,
        }
    }

    fn cells_before_are_ordinal(&self, cells: &[(u32, CellKind, &str)], at: u32) -> bool {
        let id_at = self.ids.column();
        id_at < at && cells.iter().any(|cell| cell.0 == id_at && is_chinese_ordinal(cell.2))
    }

    /// The fact a group's label gives to the rows below it.
    fn group(&self, label: &str) -> Option<(FactIdx, Cell)> {
        let label = group_name(label);
        let has_column = |fact: FactIdx| self.wanted.iter().any(|wanted| wanted.slot.fact == fact);
        if let Some(county) = self.schema.county_fact {
            let spec = &self.schema[county];
            let is_county = spec.kind == FactType::Enum || label.ends_with(['区', '县', '市']);
            if let (true, Ok(cell)) = (is_county && !label.is_empty(), parse_cell(spec, None, label)) {
                return Some((county, cell));
            }
        }
        let enums = self.schema.iter().filter(|(fact, spec)| spec.kind == FactType::Enum && !has_column(*fact));
        let mut found = enums.filter_map(|(fact, spec)| {
            let bare = label.strip_suffix("项目").unwrap_or(label);
            let code = spec.value_code(label).or_else(|| spec.value_code(bare))?;
            Some((fact, Cell::Enum(code)))
        });
        found.next().filter(|_| found.next().is_none())
    }

    fn begin_group(&mut self, row: &GridRow, at: u32) {
        let label = self.grid.cell(row, at).map_or("", |(_, text)| text);
        self.context.clear();
        self.context.extend(self.group(label));
    }

    /// Reads the cells of a row that are wanted; false if one of them cannot be used.
    fn fill(&mut self, row: &GridRow, log: &mut Log) -> bool {
        for cell in &mut self.cells {
            cell.clear();
        }
        let mut sound = true;
        for index in 0..self.wanted.len() {
            let Wanted { at, want, unit_assumed, number_at, .. } = self.wanted[index];
            let Some((kind, text, merged)) = self.shown(row, at) else { continue };
            let place = || self.place_at(Some(row.number), Some(at));
            if kind == CellKind::Error {
                log.row_fault(|_| words::formula_error(text).at(place()));
                sound = false;
                continue;
            }
            if merged && matches!(want, Want::Quantity(..)) {
                // One amount for several projects: nobody knows how much is whose.
                if self.grid.cell(row, at).is_some() {
                    log.note(|_| words::merged_amount().at(place()));
                }
                continue;
            }
            if self.plan.is_own && (want == Want::Words || CONFLICTING.contains(&text)) {
                self.cells[at as usize].push_str(text);
                continue;
            }
            let tidied = tidy(want, kind, text, self.grid.is_1904);
            if tidied.remark == Some(Remark::Prose) {
                log.row_fault(|_| words::prose(text).at(place()));
                sound = false;
                continue;
            }
            if let (Some(number), Some(spare)) = (&tidied.number, number_at) {
                number.clone_into(&mut self.cells[spare]);
            }
            let cell = &mut self.cells[at as usize];
            if self.plan.name == Some(at) {
                cell.push_str(&project_name(&tidied.text));
            } else {
                cell.push_str(&tidied.text);
            }
            if let Some(remark) = tidied.remark {
                self.remarks.add(at, remark, row.number, text, cell);
            }
            if unit_assumed
                && let Want::Quantity(_, Some(unit)) = want
                && is_bare_number(cell)
            {
                self.remarks.add(at, Remark::Unit, row.number, text, &format!("{cell}{}", unit.words().zh));
            }
        }
        self.check_years(row, log);
        sound
    }

    /// A cell of a row, or what the cells above that it is merged with say; whether it is merged so.
    fn shown(&self, row: &GridRow, at: u32) -> Option<(CellKind, &'g str, bool)> {
        let merge = self.merges.get(&at).and_then(|merges| {
            // Merges of a column are in order and do not overlap: the last that begins here or above.
            let after = merges.partition_point(|&index| self.grid.merges[index].first.0 <= row.number);
            let merge = self.grid.merges[*merges.get(after.checked_sub(1)?)?];
            merge.holds(row.number, at).then_some(merge)
        });
        let cell = match merge {
            Some(merge) => self.grid.at(merge.first.0, merge.first.1),
            None => self.grid.cell(row, at),
        };
        cell.map(|(kind, text)| (kind, text, merge.is_some()))
    }

    /// A number of a paper that names another year than the paper's day is a slip in one of them.
    fn check_years(&self, row: &GridRow, log: &mut Log) {
        for wanted in self.wanted.iter().filter(|wanted| wanted.want == Want::Paper || is_issue_day(wanted.slot)) {
            let day = &self.cells[wanted.at as usize];
            let number_at = wanted.number_at.or_else(|| {
                let is_number =
                    |other: &&Wanted| other.slot.fact == wanted.slot.fact && other.slot.part == Some(Part::Number);
                self.wanted.iter().find(is_number).map(|other| other.at as usize)
            });
            let number = number_at.map_or("", |at| self.cells[at].as_str());
            let (Some(year), Some(day)) = (paper_year(number), kaigong_model::Date::parse(day)) else { continue };
            // A paper numbered at the end of a year may be signed in the next.
            if !(0..=1).contains(&(day.ymd().0 - year)) {
                log.note(|_| words::other_year(number, day).at(self.place_at(Some(row.number), Some(wanted.at))));
            }
        }
    }

    /// Whose row it is: false if nobody is found.
    fn identify(&mut self, row: &GridRow, log: &mut Log) -> bool {
        let at = self.ids.column();
        let text = self.shown(row, at).map_or("", |(_, text, _)| text);
        self.id = match &self.ids {
            Ids::Column(_) => text.to_owned(),
            Ids::Name(_) => project_name(text),
            Ids::Joined(_, names) => match names.get(&name_key(text)) {
                Some(Some(id)) => id.clone(),
                known => {
                    let is_shared = known.is_some();
                    log.row_fault(|near| {
                        words::nobody(text, is_shared, &near.list(&name_key(text), names.keys().map(String::as_str)))
                            .at(self.place_at(Some(row.number), Some(at)))
                    });
                    return false;
                }
            },
        };
        true
    }
}

impl Rows for SheetRows<'_> {
    fn next(&mut self, log: &mut Log) -> Option<Row> {
        loop {
            let row = *self.grid.rows().get(self.next)?;
            self.next += 1;
            match self.kind(&row) {
                RowKind::Numbering | RowKind::Footnote => {}
                RowKind::Note(at) => {
                    // What the groups above said does not hold for one that nobody knows.
                    self.context.clear();
                    self.remarks.note_row(row.number, self.grid.cell(&row, at).map_or("", |(_, text)| text));
                    self.totals.mark(self.grid, &row, None);
                }
                RowKind::Total(at) => {
                    let label = self.grid.cell(&row, at).map_or("", |(_, text)| text);
                    // A subtotal above its rows begins their group.
                    if self.totals.stands_above(label) {
                        self.begin_group(&row, at);
                    }
                    self.totals.mark(self.grid, &row, Some(label));
                }
                RowKind::Group(at) => {
                    self.begin_group(&row, at);
                    self.totals.mark(self.grid, &row, None);
                }
                RowKind::Project => {
                    if row.hidden {
                        self.remarks.hidden_rows.push(row.number);
                    }
                    self.count += 1;
                    if !self.identify(&row, log) {
                        self.totals.unknown();
                        log.leave_out();
                        continue;
                    }
                    let sound = self.fill(&row, log);
                    self.totals.add(&self.cells);
                    return Some(Row { line: row.number, sound });
                }
            }
        }
    }

    fn cell(&self, column: usize) -> &str {
        &self.cells[column]
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn context(&self) -> &[(FactIdx, Cell)] {
        &self.context
    }

    fn place(&self, line: u32, column: usize) -> Place {
        let real = self.wanted.iter().find(|wanted| wanted.number_at == Some(column)).map(|wanted| wanted.at);
        self.place_at(Some(line), Some(real.unwrap_or(column as u32)))
    }

    fn id_place(&self, line: u32) -> Place {
        self.place_at(Some(line), Some(self.ids.column()))
    }

    fn is_broken(&self) -> bool {
        false
    }

    fn is_conflicting(&self, column: usize) -> bool {
        self.plan.is_own && CONFLICTING.contains(&self.cells[column].as_str())
    }
}

/// What a sheet of facts says of a cell that two sources gave different values.
pub(crate) const CONFLICTING: [&str; 2] = ["（两处所填不同）", "(two sources differ)"];

/// What a row of a sheet is; groups and totals with the column of their label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RowKind {
    Project,
    Group(u32),
    Total(u32),
    /// Words of which nobody knows what they group.
    Note(u32),
    /// What stands below a table: who filled it in, what to mind.
    Footnote,
    /// 1, 2, 3 below the headers.
    Numbering,
}

/// Cells of a row that are looked at to tell what it is.
const HEAD_CELLS: usize = 64;

/// A number, and nothing after it; zero is zero in any unit.
fn is_bare_number(text: &str) -> bool {
    Decimal::prefix(text).is_some_and(|(number, length)| length == text.len() && number.mantissa != 0)
}

fn is_issue_day(slot: Slot) -> bool {
    slot.part == Some(Part::IssuedOn)
}
