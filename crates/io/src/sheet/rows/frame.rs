//! What all rows of a sheet share: its columns, and what a row is by its words.

use std::{borrow::Cow, collections::BTreeMap};

use kaigong_model::{Cell, Decimal, Diagnostic, FactIdx, FactType, Part, Place, Schema, parse_cell};

use super::labels::{
    begins_with_ordinal, group_name, is_chinese_ordinal, is_footnote, is_numbering, is_ordinal, is_total, project_name,
};
use crate::{
    header::Slot,
    sheet::{
        header::Plan,
        remarks::Remarks,
        tidy::{Remark, Want, paper_year, tidy},
        words,
    },
    workbook::{CellKind, Grid, GridRow},
};

/// How a row's project is known.
#[derive(Debug)]
pub(in crate::sheet) enum Ids {
    /// By the id in a column.
    Column(u32),
    /// By its name, which is its id.
    Name(u32),
    /// By its name: the project of that name in sheets that give ids.
    Joined(u32, BTreeMap<String, Option<String>>),
}

impl Ids {
    pub(in crate::sheet) fn column(&self) -> u32 {
        match self {
            Self::Column(at) | Self::Name(at) | Self::Joined(at, _) => *at,
        }
    }
}

/// A column that is read.
#[derive(Debug)]
pub(in crate::sheet) struct Wanted {
    /// Which, counting from 0.
    pub(in crate::sheet) at: u32,
    /// What it holds.
    pub(in crate::sheet) slot: Slot,
    want: Want,
    /// Whether a bare number takes the unit of the pack, because no header names one.
    unit_assumed: bool,
    /// Where the number of a paper goes that stands beside its day; past the last column of the sheet.
    pub(in crate::sheet) number_at: Option<usize>,
    /// Where the number stands by which the year of a paper's day is looked at.
    year_at: Option<usize>,
}

/// A sheet and its columns.
pub(in crate::sheet) struct Frame<'g> {
    pub(in crate::sheet) file: &'g str,
    pub(in crate::sheet) grid: &'g Grid,
    pub(in crate::sheet) schema: &'g Schema,
    pub(in crate::sheet) plan: &'g Plan,
    pub(in crate::sheet) ids: Ids,
    pub(in crate::sheet) wanted: Vec<Wanted>,
    /// Columns of the sheet, and after them those for numbers of papers.
    pub(in crate::sheet) width: usize,
    merges: BTreeMap<u32, Vec<usize>>,
}

/// The cells of a row as they are read, by column, and what is worth saying of those so far.
#[derive(Debug, Default)]
pub(in crate::sheet) struct Filled<'g> {
    pub(in crate::sheet) cells: Vec<Cow<'g, str>>,
    pub(in crate::sheet) remarks: Remarks,
}

/// What something that is said of a row makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sheet) enum Weight {
    /// A fault of the row.
    Fault,
    /// A warning or a notice.
    Notice,
}

/// Takes what is to be said of a row; it is put into words only if it will be listed.
pub(in crate::sheet) type Say<'s> = &'s mut dyn FnMut(Weight, &dyn Fn() -> Diagnostic);

impl<'g> Frame<'g> {
    pub(in crate::sheet) fn new(
        file: &'g str,
        grid: &'g Grid,
        schema: &'g Schema,
        plan: &'g Plan,
        ids: Ids,
        slots: &[(u32, Slot)],
    ) -> Self {
        let sheet_width = grid.width() as usize;
        let number = |fact: FactIdx| {
            slots.iter().find(|(_, slot)| slot.fact == fact && slot.part == Some(Part::Number)).map(|(at, _)| *at)
        };
        let mut width = sheet_width;
        let wanted = slots.iter().map(|&(at, slot)| {
            let is_paper = schema[slot.fact].kind == FactType::Document && slot.part.is_none();
            let number = number(slot.fact).map(|at| at as usize);
            let number_at = (is_paper && number.is_none()).then(|| {
                width += 1;
                width - 1
            });
            let want = Want::of(&schema[slot.fact], slot);
            let needs_unit = matches!(want, Want::Quantity(dimension, _) if dimension.bare_atoms().is_none());
            let has_year = want == Want::Paper || is_issue_day(slot);
            let year_at = number_at.or(number).filter(|_| has_year);
            Wanted { at, slot, want, unit_assumed: needs_unit && slot.unit.is_none(), number_at, year_at }
        });
        let wanted: Vec<Wanted> = wanted.collect();
        let mut merges: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (index, merge) in grid.merges.iter().enumerate() {
            if merge.last.0 > plan.last && merge.last.0 > merge.first.0 {
                for at in merge.first.1..=merge.last.1.min(sheet_width as u32) {
                    merges.entry(at).or_default().push(index);
                }
            }
        }
        Self { file, grid, schema, plan, ids, wanted, width, merges }
    }

    /// The place of a cell, a row, a column or the sheet.
    pub(in crate::sheet) fn place_at(&self, row: Option<u32>, column: Option<u32>) -> Place {
        Place::Sheet { file: self.file.to_owned(), sheet: self.grid.name.clone(), row, column }
    }

    /// The column of the sheet that a column of the cells read is.
    pub(in crate::sheet) fn column_of(&self, column: usize) -> u32 {
        let real = self.wanted.iter().find(|wanted| wanted.number_at == Some(column)).map(|wanted| wanted.at);
        real.unwrap_or(column as u32)
    }

    /// The rows below the header.
    pub(in crate::sheet) fn rows(&self) -> &'g [GridRow] {
        let rows = self.grid.rows();
        &rows[rows.partition_point(|row| row.number <= self.plan.last)..]
    }

    /// What a row is, apart from blank.
    pub(in crate::sheet) fn kind(&self, row: &GridRow) -> RowKind {
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
        let spans = self.grid.merges_at((row.number, at)).iter().any(|merge| merge.last.1 > at);
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
    pub(in crate::sheet) fn group(&self, label: &str) -> Option<(FactIdx, Cell)> {
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

    /// The words of a cell that say what a row is.
    pub(in crate::sheet) fn label(&self, row: &GridRow, at: u32) -> &'g str {
        self.grid.cell(row, at).map_or("", |(_, text)| text)
    }

    /// The id of a row's project, where the row gives it.
    pub(in crate::sheet) fn own_id(&self, row: &GridRow) -> Cow<'g, str> {
        let text = self.shown(row, self.ids.column()).map_or("", |(_, text, _)| text);
        match &self.ids {
            Ids::Name(_) => project_name(text).into(),
            Ids::Column(_) | Ids::Joined(..) => text.into(),
        }
    }

    /// Reads the cells of a row that are wanted; false if one of them cannot be used.
    pub(in crate::sheet) fn fill(&self, row: &GridRow, filled: &mut Filled<'g>, say: Say<'_>) -> bool {
        let Filled { cells, remarks } = filled;
        cells.clear();
        cells.resize(self.width, Cow::Borrowed(""));
        let mut sound = true;
        for wanted in &self.wanted {
            let Wanted { at, want, unit_assumed, number_at, .. } = *wanted;
            let Some((kind, text, merged)) = self.shown(row, at) else { continue };
            let place = || self.place_at(Some(row.number), Some(at));
            if kind == CellKind::Error {
                say(Weight::Fault, &|| words::formula_error(text).at(place()));
                sound = false;
                continue;
            }
            if merged && matches!(want, Want::Quantity(..)) {
                // One amount for several projects: nobody knows how much is whose.
                if self.grid.cell(row, at).is_some() {
                    say(Weight::Notice, &|| words::merged_amount().at(place()));
                }
                continue;
            }
            if self.plan.is_own && (want == Want::Words || CONFLICTING.contains(&text)) {
                cells[at as usize] = text.into();
                continue;
            }
            let tidied = tidy(want, kind, text, self.grid.is_1904);
            if tidied.remark == Some(Remark::Prose) {
                say(Weight::Fault, &|| words::prose(text).at(place()));
                sound = false;
                continue;
            }
            if let (Some(number), Some(spare)) = (tidied.number, number_at) {
                cells[spare] = number.into();
            }
            let cell = &mut cells[at as usize];
            *cell = if self.plan.name == Some(at) { project_name(&tidied.text).into() } else { tidied.text };
            if let Some(remark) = tidied.remark {
                remarks.add(at, remark, row.number, text, cell);
            }
            if unit_assumed
                && let Want::Quantity(_, Some(unit)) = want
                && is_bare_number(cell)
            {
                remarks.add_with(at, Remark::Unit, row.number, text, || format!("{cell}{}", unit.words().zh));
            }
        }
        self.check_years(row, cells, say);
        sound
    }

    /// A cell of a row, or what the cells above that it is merged with say; whether it is merged so.
    pub(in crate::sheet) fn shown(&self, row: &GridRow, at: u32) -> Option<(CellKind, &'g str, bool)> {
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
    fn check_years(&self, row: &GridRow, cells: &[Cow<'_, str>], say: Say<'_>) {
        for wanted in &self.wanted {
            let Some(number) = wanted.year_at.map(|at| &*cells[at]).filter(|number| !number.is_empty()) else {
                continue;
            };
            let day = &cells[wanted.at as usize];
            let (Some(year), Some(day)) = (paper_year(number), kaigong_model::Date::parse(day)) else { continue };
            // A paper numbered at the end of a year may be signed in the next.
            if !(0..=1).contains(&(day.ymd().0 - year)) {
                let place = || self.place_at(Some(row.number), Some(wanted.at));
                say(Weight::Notice, &|| words::other_year(number, day).at(place()));
            }
        }
    }

    /// Whether a cell read says that two sources differed.
    pub(in crate::sheet) fn is_conflicting(&self, cell: &str) -> bool {
        self.plan.is_own && CONFLICTING.contains(&cell)
    }
}

/// What a sheet of facts says of a cell that two sources gave different values.
pub(crate) const CONFLICTING: [&str; 2] = ["（两处所填不同）", "(two sources differ)"];

/// What a row of a sheet is; groups and totals with the column of their label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sheet) enum RowKind {
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
