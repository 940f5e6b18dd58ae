//! Long tables, known by their names: documents, dated changes, pools, grants, and what steps cost; files in CSV, or
//! sheets of a workbook.

mod changes;
mod costs;
mod documents;
mod pools;
mod sheet;

use kaigong_model::{
    Cell, CellFault, Date, Diagnostic, Dimension, FactSpec, FactType, Part, Place, Unit, Words, parse_cell,
};

pub(crate) use self::sheet::{LongSheet, long_sheet};

use crate::{
    codes,
    draft::Draft,
    header::{Headers, normal, split_unit},
    input::{GrantLine, Input, Kind, Supply},
    log::Log,
    table::{Row, Table},
    text::decode,
    wide::{bad_unit, two_columns, unknown_column},
};

/// Reads every long table into the draft, documents first: changes build on them. Sheets come after files; costs given
/// apart stand in for those among the inputs.
pub(crate) fn read(
    draft: &mut Draft,
    inputs: &[Input],
    sheets: &[LongSheet],
    costs: Option<&Input>,
) -> (Vec<Supply>, Vec<GrantLine>) {
    let mut amounts = Amounts::default();
    let mut changes = changes::Changes::default();
    for wanted in KINDS {
        for input in inputs.iter().filter(|input| input.kind() == wanted) {
            let Some(text) = decode(input, &mut draft.log) else { continue };
            let Some(table) = Table::open(&input.name, &text, &mut draft.log) else { continue };
            let given = Given { name: &input.name, sheet: None, lines: Box::new(table) };
            read_one(draft, wanted, given, &mut changes, &mut amounts);
        }
        for sheet in sheets.iter().filter(|sheet| sheet.kind == wanted) {
            read_one(draft, wanted, sheet.given(), &mut changes, &mut amounts);
        }
    }
    let among = inputs.iter().filter(|input| costs.is_none() && input.kind() == Kind::Costs);
    for input in among.chain(costs) {
        let Some(text) = decode(input, &mut draft.log) else { continue };
        let Some(table) = Table::open(&input.name, &text, &mut draft.log) else { continue };
        costs::read(draft, Given { name: &input.name, sheet: None, lines: Box::new(table) });
    }
    changes.apply(draft);
    (amounts.supplies, amounts.grants)
}

/// What pools and grants say.
#[derive(Default)]
struct Amounts {
    supplies: Vec<Supply>,
    grants: Vec<GrantLine>,
}

/// The kinds of long tables, in the order they are read.
const KINDS: [Kind; 4] = [Kind::Documents, Kind::Changes, Kind::Pools, Kind::Grants];

fn read_one(draft: &mut Draft, kind: Kind, given: Given<'_>, changes: &mut changes::Changes, amounts: &mut Amounts) {
    match kind {
        Kind::Documents => documents::read(draft, given),
        Kind::Changes => changes.read(draft, given),
        Kind::Pools => pools::read_supplies(draft, given, &mut amounts.supplies),
        _ => pools::read_grants(draft, given, &mut amounts.grants),
    }
}

/// The columns of a kind.
fn columns(kind: Kind) -> &'static [Known] {
    match kind {
        Kind::Documents => &documents::NAMES,
        Kind::Changes => &changes::NAMES,
        Kind::Pools => &pools::SUPPLIES,
        _ => &pools::GRANTS,
    }
}

/// The columns of a kind by their names, first the one in Chinese, and then the name that CSV has.
pub(crate) fn column_names(kind: Kind) -> impl Iterator<Item = (&'static str, &'static str)> {
    columns(kind).iter().map(|known| (known.zh.first().copied().unwrap_or(known.name), known.name))
}

/// Lines of a long table, read one after another.
trait Lines {
    /// Headers as written.
    fn headers(&self) -> Vec<&str>;
    /// Which columns hold days; offices write those in forms of their own.
    fn dates(&mut self, columns: &[usize]);
    /// Goes on to the next line that holds anything; its faults as a line go to the log.
    fn next(&mut self, log: &mut Log) -> Option<Row>;
    /// A cell of the line held, trimmed.
    fn cell(&self, column: usize) -> &str;
    /// The place of a cell.
    fn place(&self, line: u32, column: usize) -> Place;
    /// The place of a header.
    fn header_place(&self, column: usize) -> Place;
}

impl Lines for Table<'_> {
    fn headers(&self) -> Vec<&str> {
        Table::headers(self)
    }

    fn dates(&mut self, _: &[usize]) {}

    fn next(&mut self, log: &mut Log) -> Option<Row> {
        Table::next(self, log)
    }

    fn cell(&self, column: usize) -> &str {
        Table::cell(self, column)
    }

    fn place(&self, line: u32, column: usize) -> Place {
        Table::place(self, line, column)
    }

    fn header_place(&self, column: usize) -> Place {
        Table::header_place(self, column)
    }
}

/// A long table that was found: the file, the sheet of a workbook, the lines.
struct Given<'t> {
    name: &'t str,
    sheet: Option<&'t str>,
    lines: Box<dyn Lines + 't>,
}

/// A column a long table may have.
struct Known {
    name: &'static str,
    /// What offices call it.
    zh: &'static [&'static str],
    /// Whether it holds days.
    is_date: bool,
    /// How much it is needed.
    need: Need,
    /// The unit its header may name.
    unit: HeaderUnit,
}

#[derive(Clone, Copy)]
enum HeaderUnit {
    No,
    /// Of whatever the row's pool measures.
    Any,
    Of(Dimension),
}

impl HeaderUnit {
    fn takes(self, unit: Unit) -> bool {
        match self {
            Self::No => false,
            Self::Any => true,
            Self::Of(dimension) => unit.dimension == dimension,
        }
    }

    /// A unit to name instead; empty where there is none.
    fn example(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Any => "mu",
            Self::Of(dimension) => dimension.standard_unit().name,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// The table may do without.
    None,
    /// The column must be there, its cells may be blank.
    Column,
    /// No cell may be blank.
    Cell,
}

type Names = &'static [&'static str];

const fn needed(name: &'static str, zh: Names) -> Known {
    Known { name, zh, is_date: false, need: Need::Cell, unit: HeaderUnit::No }
}

const fn optional(name: &'static str, zh: Names) -> Known {
    Known { name, zh, is_date: false, need: Need::None, unit: HeaderUnit::No }
}

const fn day(name: &'static str, zh: Names) -> Known {
    Known { name, zh, is_date: true, need: Need::None, unit: HeaderUnit::No }
}

/// What offices call the column of projects.
const PROJECTS: Names = &["项目编号", "项目代码"];

/// Which of some columns a header names, and the unit it gives; the column of projects may have any name of an id column.
fn known_column<'h>(names: &[Known], headers: &Headers, header: &'h str) -> (Option<usize>, Option<&'h str>) {
    let (base, unit) = split_unit(header).map_or((header, None), |(base, unit)| (base, Some(unit)));
    let called = |text: &str| names.iter().position(|known| known.name == text || known.zh.contains(&text));
    if let Some(at) = called(header) {
        return (Some(at), None);
    }
    let is_id = headers.id_names().any(|name| name == header);
    (called(base).or_else(|| (is_id && names[0].name == "project").then_some(0)), unit)
}

/// A long table being read. Its columns are named by their index in `names`.
struct Long<'t> {
    table: Box<dyn Lines + 't>,
    names: &'static [Known],
    columns: Vec<Option<Column>>,
}

#[derive(Clone, Copy)]
struct Column {
    at: usize,
    unit: Option<Unit>,
}

/// A row with a fault, which is in the log already.
struct Faulty;

impl<'t> Long<'t> {
    fn open(draft: &mut Draft, table: Box<dyn Lines + 't>, names: &'static [Known]) -> Option<Self> {
        let mut long = Self { table, names, columns: vec![None; names.len()] };
        for at in 0..long.table.headers().len() {
            long.place_column(draft, at);
        }
        let missing =
            names.iter().zip(&long.columns).filter(|(name, column)| name.need != Need::None && column.is_none());
        let missing: Vec<&str> = missing.map(|(name, _)| name.name).collect();
        for name in &missing {
            draft.log.fault(|_| no_column(name, names).at(long.table.header_place(usize::MAX)));
        }
        let dated = names.iter().zip(&long.columns).filter(|(known, _)| known.is_date);
        let dated: Vec<usize> = dated.filter_map(|(_, column)| Some((*column)?.at)).collect();
        long.table.dates(&dated);
        missing.is_empty().then_some(long)
    }

    /// Finds what the column at `at` is.
    fn place_column(&mut self, draft: &mut Draft, at: usize) {
        let written = self.table.headers()[at].to_owned();
        let header = normal(&written);
        if header.is_empty() {
            return;
        }
        let (known, unit) = known_column(self.names, &draft.headers, &header);
        let Some(known) = known else {
            let names = self.names.iter().map(|name| name.name);
            draft.log.note(|near| {
                unknown_column(&written).suggest(near.find(&header, names)).at(self.table.header_place(at))
            });
            return;
        };
        let allowed = self.names[known].unit;
        let parsed = unit.and_then(Unit::parse).filter(|unit| allowed.takes(*unit));
        if let (Some(unit), None) = (unit, parsed) {
            draft.log.fault(|_| bad_unit(&written, unit, allowed.example()).at(self.table.header_place(at)));
        }
        if let Some(first) = self.columns[known] {
            let there = self.table.header_place(first.at);
            draft.log.fault(|_| {
                let first = self.table.headers()[first.at];
                two_columns(first, &written).at(self.table.header_place(at)).label(there, Words::default())
            });
            return;
        }
        self.columns[known] = Some(Column { at, unit: parsed });
    }

    /// Goes on to the next row without a fault of its own.
    fn next(&mut self, log: &mut Log) -> Option<Row> {
        loop {
            let row = self.table.next(log)?;
            let blank: Vec<usize> = (0..self.names.len())
                .filter(|&name| self.names[name].need == Need::Cell && self.cell(name).is_empty())
                .collect();
            if row.sound && blank.is_empty() {
                return Some(row);
            }
            for name in blank {
                log.row_fault(|_| blank_cell().at(self.place(row, name)));
            }
            log.leave_out();
        }
    }

    fn cell(&self, name: usize) -> &str {
        self.columns[name].map_or("", |column| self.table.cell(column.at))
    }

    fn unit(&self, name: usize) -> Option<Unit> {
        self.columns[name].and_then(|column| column.unit)
    }

    fn place(&self, row: Row, name: usize) -> Place {
        self.table.place(row.line, self.columns[name].map_or(usize::MAX, |column| column.at))
    }

    /// The project of a row.
    fn project(&self, draft: &mut Draft, row: Row, name: usize) -> Result<u32, Faulty> {
        draft.project(self.cell(name), || self.place(row, name)).ok_or(Faulty)
    }

    /// A day, if one is written.
    fn date(&self, draft: &mut Draft, row: Row, name: usize) -> Result<Option<Date>, Faulty> {
        let text = self.cell(name);
        let date = Date::parse(text);
        if date.is_none() && !text.is_empty() {
            draft.part_fault(Part::IssuedOn, None, &CellFault::NotADate, text, || self.place(row, name));
            return Err(Faulty);
        }
        Ok(date)
    }

    /// A text, if one is written.
    fn text(&self, draft: &mut Draft, row: Row, name: usize) -> Result<Option<String>, Faulty> {
        let (spec, text) = (FactSpec::new(self.names[name].name, FactType::Text), self.cell(name));
        match parse_cell(&spec, None, text) {
            Ok(Cell::Text(text)) => Ok(Some(text)),
            Ok(_) => Ok(None),
            Err(fault) => {
                draft.cell_fault(&spec, None, &fault, text, || self.place(row, name));
                Err(Faulty)
            }
        }
    }
}

fn no_column(name: &str, names: &[Known]) -> Diagnostic {
    let all: Vec<&str> = names.iter().map(|name| name.name).collect();
    Diagnostic::error(codes::NO_COLUMN, format!("缺少列「{name}」"), format!("the column `{name}` is missing"))
        .help(format!("此表的列：{}", all.join("、")), format!("the columns of this table: {}", all.join(", ")))
}

fn blank_cell() -> Diagnostic {
    Diagnostic::error(codes::BLANK_CELL, "此格不能空", "this cell may not be blank")
        .help("填上，或删去这一行", "fill it in or remove the row")
}

/// A fact or document that no pack has.
fn unknown_fact(name: &str, zh: &str, en: &str) -> Diagnostic {
    let name = crate::words::shown(name);
    Diagnostic::error(codes::UNKNOWN_FACT, format!("「{name}」{zh}"), format!("`{name}` {en}"))
        .help("写事实的编号或列名", "write the id of a fact or one of its columns")
}

#[cfg(test)]
mod tests;
