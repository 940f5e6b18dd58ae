//! `changes.csv`: what a fact of a project is from a day on.

use std::sync::Arc;

use kaigong_model::{
    Cell, Change, Date, Diagnostic, FactIdx, FactSpec, FactType, Issue, Part, Place, Schema, parse_cell, parse_part,
};
use kaigong_yaml::Kind;

use super::{Faulty, Given, Known, Long, Need, PROJECTS, day, needed, optional, unknown_fact};
use crate::{
    codes,
    draft::Draft,
    header::{Meaning, Slot},
    paper::Paper,
    table::Row,
};

pub(super) const NAMES: [Known; 6] = [
    needed("project", PROJECTS),
    needed("fact", &["事项", "填报项"]),
    Known { is_date: true, ..needed("from", &["自何时起", "生效日期", "起始日期"]) },
    Known { need: Need::Column, ..optional("value", &["内容", "变更后"]) },
    day("recorded_on", &["登记日期", "记录日期"]),
    // Who says so: kept in the table for people, not read.
    optional("source", &["来源"]),
];
const PROJECT: usize = 0;
const FACT: usize = 1;
const FROM: usize = 2;
const VALUE: usize = 3;
const RECORDED_ON: usize = 4;

/// Changes read but not yet applied: a change of one part builds on those before it.
#[derive(Default)]
pub(super) struct Changes(Vec<Pending>);

struct Pending {
    row: u32,
    fact: FactIdx,
    from: Date,
    recorded_on: Option<Date>,
    edit: Edit,
    place: Place,
}

/// What a change says.
enum Edit {
    /// The cell as a whole.
    Whole(Cell),
    /// One part of a document; an issue without that part clears it.
    Part(Part, Issue),
}

impl Changes {
    /// Reads a table.
    pub(super) fn read(&mut self, draft: &mut Draft, given: Given<'_>) {
        let Some(mut long) = Long::open(draft, given.lines, &NAMES) else { return };
        let schema = Arc::clone(&draft.schema);
        while let Some(row) = long.next(&mut draft.log) {
            match read_row(draft, &schema, &long, row) {
                Ok(pending) => self.0.push(pending),
                Err(Faulty) => {
                    draft.log.leave_out();
                }
            }
        }
    }

    /// Puts every change into the portfolio, in order of its day within a cell.
    pub(super) fn apply(mut self, draft: &mut Draft) {
        self.0.sort_by_key(|change| (change.row, change.fact, change.from, change.recorded_on));
        let mut current: Option<(u32, FactIdx, Cell)> = None;
        for Pending { row, fact, from, recorded_on, edit, place } in self.0 {
            let before = match current.take() {
                Some((known_row, known_fact, cell)) if (known_row, known_fact) == (row, fact) => cell,
                _ => draft.builder.get(row, fact),
            };
            let cell = match edit {
                Edit::Whole(cell) => cell,
                Edit::Part(part, issue) => {
                    if matches!(&before, Cell::Document(issues) if issues.len() > 1) {
                        draft.log.row_fault(|_| several_issues().at(place));
                        draft.log.leave_out();
                        current = Some((row, fact, before));
                        continue;
                    }
                    with_part(&before, part, &issue)
                }
            };
            draft.builder.change(row, fact, Change { from, recorded_on, cell: cell.clone() });
            current = Some((row, fact, cell));
        }
    }
}

/// A document cell with one part replaced; blank where nothing is left of it.
fn with_part(before: &Cell, part: Part, new: &Issue) -> Cell {
    let mut issue = match before {
        Cell::Document(issues) => issues.first().cloned().unwrap_or_default(),
        _ => Issue::default(),
    };
    match part {
        Part::IssuedOn => issue.issued_on = new.issued_on,
        Part::Number => issue.number.clone_from(&new.number),
        Part::AcceptedOn => issue.accepted_on = new.accepted_on,
        Part::SubmittedOn => issue.submitted_on = new.submitted_on,
        Part::ExpiresOn => issue.expires_on = new.expires_on,
        Part::Area => issue.area = new.area,
        Part::WaivedUntil => issue.waived_until = new.waived_until,
        Part::Stops => issue.stops.clone_from(&new.stops),
    }
    if issue == Issue::default() { Cell::Blank } else { Cell::Document(vec![issue]) }
}

fn read_row(draft: &mut Draft, schema: &Schema, long: &Long, row: Row) -> Result<Pending, Faulty> {
    // Every cell is looked at before a fault of the row stops it.
    let project = long.project(draft, row, PROJECT);
    let slot = slot(draft, schema, long, row);
    let from = long.date(draft, row, FROM);
    let recorded_on = long.date(draft, row, RECORDED_ON);
    let slot = slot?;
    let edit = edit(draft, schema, long, row, slot);
    let (edit, recorded_on) = (edit?, recorded_on?);
    let from = from?.ok_or(Faulty)?;
    Ok(Pending { row: project?, fact: slot.fact, from, recorded_on, edit, place: long.place(row, VALUE) })
}

fn slot(draft: &mut Draft, schema: &Schema, long: &Long, row: Row) -> Result<Slot, Faulty> {
    let name = long.cell(FACT);
    let Meaning::Slot(slot) = draft.headers.meaning(name) else {
        let headers = &draft.headers;
        draft.log.row_fault(|near| {
            let fault = match name.rsplit_once('.').and_then(|(base, part)| Some((headers.fact(base)?, part))) {
                Some((fact, part)) if Part::parse(part).is_some() => {
                    unknown_fact(&schema[fact].id, "不是批文证照", "is not a document")
                }
                _ => unknown_fact(name, "不是已知的事实", "is not a known fact"),
            };
            fault.suggest(near.find(name, headers.names())).at(long.place(row, FACT))
        });
        return Err(Faulty);
    };
    Ok(slot)
}

fn edit(draft: &mut Draft, schema: &Schema, long: &Long, row: Row, slot: Slot) -> Result<Edit, Faulty> {
    let (spec, text) = (&schema[slot.fact], long.cell(VALUE));
    let place = || long.place(row, VALUE);
    let Some(part) = slot.part else {
        if spec.kind == FactType::Document && text.starts_with("[{") {
            return issues(draft, spec, text, place).map(|issues| Edit::Whole(Cell::Document(issues)));
        }
        let cell = parse_cell(spec, slot.unit, text).map_err(|fault| {
            draft.cell_fault(spec, slot.unit, &fault, text, place);
            Faulty
        })?;
        return check_links(draft, &cell, place).map(|()| Edit::Whole(cell));
    };
    let mut paper = Paper::default();
    if let Err(fault) = paper.part(spec, part, slot.unit, text) {
        draft.part_fault(part, slot.unit, &fault, text, place);
        return Err(Faulty);
    }
    Ok(match paper.close() {
        Cell::Document(issues) => Edit::Part(part, issues.into_iter().next().unwrap_or_default()),
        Cell::Blank => Edit::Part(part, Issue::default()),
        word => Edit::Whole(word),
    })
}

/// A document of several issues, as `history export` writes them: `[{issued_on: 2020-01-01, number: 甲1号}, {…}]`, a list
/// of issues by part.
fn issues(draft: &mut Draft, spec: &FactSpec, text: &str, place: impl Fn() -> Place) -> Result<Vec<Issue>, Faulty> {
    let not_issues = |draft: &mut Draft| {
        draft.log.row_fault(|_| not_issues().at(place()));
        Faulty
    };
    let Ok(document) = kaigong_yaml::parse("changes", text) else { return Err(not_issues(draft)) };
    let Kind::Sequence(items) = &document.root.kind else { return Err(not_issues(draft)) };
    let mut found = Vec::new();
    for item in items {
        let Kind::Mapping(entries) = &item.kind else { return Err(not_issues(draft)) };
        let mut issue = Issue::default();
        for (key, value) in entries {
            let (Some(part), Some(text)) = (key.text().and_then(Part::parse), value.text()) else {
                return Err(not_issues(draft));
            };
            if let Err(fault) = parse_part(&mut issue, spec, part, None, text) {
                draft.part_fault(part, None, &fault, text, &place);
                return Err(Faulty);
            }
        }
        if issue == Issue::default() {
            return Err(not_issues(draft));
        }
        found.push(issue);
    }
    if found.is_empty() { Err(not_issues(draft)) } else { Ok(found) }
}

fn not_issues() -> Diagnostic {
    Diagnostic::error(codes::NOT_ISSUES, "不是多次签发的写法", "this is no list of issues").help(
        "写 [{\"issued_on\": \"2020-01-01\", \"number\": \"甲1号\"}, {\"issued_on\": \"2026-01-01\"}]",
        "write [{\"issued_on\": \"2020-01-01\", \"number\": \"甲1号\"}, {\"issued_on\": \"2026-01-01\"}]",
    )
}

fn check_links(draft: &mut Draft, cell: &Cell, place: impl Fn() -> Place) -> Result<(), Faulty> {
    let Cell::Projects(ids) = cell else { return Ok(()) };
    let known = ids.iter().filter(|id| draft.project(id, &place).is_some()).count();
    if known == ids.len() { Ok(()) } else { Err(Faulty) }
}

fn several_issues() -> Diagnostic {
    Diagnostic::error(
        codes::SEVERAL_ISSUES,
        "该批文有多次签发，不能只改其中一项",
        "the document has several issues; a change of one part cannot say of which",
    )
    .help("写进 documents.csv 的那一行", "write it in that issue's row of documents.csv")
}
