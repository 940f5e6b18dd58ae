//! `documents.csv`: one row an issue of a document, for what one cell of a ledger cannot hold.

use std::{collections::HashSet, sync::Arc};

use kaigong_model::{Cell, Diagnostic, Dimension, FactIdx, FactType, Issue, LedgerFact, Part, Schema};

use super::{Faulty, Given, HeaderUnit, Known, Long, PROJECTS, day, needed, optional, unknown_fact};
use crate::{codes, draft::Draft, paper::Paper, table::Row};

pub(super) const NAMES: [Known; 10] = [
    needed("project", PROJECTS),
    needed("document", &["批文", "批文证照", "证照"]),
    day("issued_on", &["签发日期", "批复日期", "发证日期", "批复时间"]),
    optional("number", &["文号", "批复文号", "证号", "编号"]),
    day("accepted_on", &["受理日期", "受理时间"]),
    day("submitted_on", &["申报日期", "申报时间", "报批时间"]),
    day("expires_on", &["有效期至", "到期日期"]),
    Known { unit: HeaderUnit::Of(Dimension::Area), ..optional("area", &["面积", "批准面积", "批复面积"]) },
    day("waived_until", &["承诺补齐期限", "容缺期限"]),
    optional("stops", &["中止", "中止期间", "不计期限"]),
];
const PROJECT: usize = 0;
const DOCUMENT: usize = 1;

/// Reads the table into the draft.
pub(super) fn read(draft: &mut Draft, given: Given<'_>) {
    let Given { name, sheet, lines } = given;
    let Some(mut long) = Long::open(draft, lines, &NAMES) else { return };
    let schema = Arc::clone(&draft.schema);
    let source = draft.open_source(name, sheet, Vec::new());
    let column = long.columns[DOCUMENT].map_or(0, |column| column.at as u32);
    let mut seen = HashSet::new();
    while let Some(row) = long.next(&mut draft.log) {
        let Ok((project, fact, cell)) = read_row(draft, &schema, &long, row) else {
            draft.log.leave_out();
            continue;
        };
        let facts = &mut draft.sources[source].facts;
        if !facts.iter().any(|known| known.fact == fact) {
            facts.push(LedgerFact { fact, part: None, header: NAMES[DOCUMENT].name.to_owned(), column });
        }
        draft.see(source, project, row.line);
        let is_first = seen.insert((project, fact));
        match cell {
            Cell::Document(issues) if !must_join(draft, project, fact, &issues, is_first) => {
                for issue in issues {
                    draft.builder.add_issue(project, fact, issue);
                }
            }
            cell => draft.join(source, project, fact, cell, Some(&|| long.place(row, DOCUMENT))),
        }
    }
}

/// Whether an issue says more of what a ledger already says, rather than being one more.
///
/// A ledger's plain no is contradicted by it; a ledger's issue of the same day or number is completed by
/// the first row that fits it, so that its area is not counted twice.
fn must_join(draft: &Draft, row: u32, fact: FactIdx, issues: &[Issue], is_first: bool) -> bool {
    match (draft.builder.get(row, fact), issues) {
        (Cell::No, _) => true,
        (Cell::Document(mut mine), [issue]) if mine.len() == 1 && is_first => {
            let same = (mine[0].number.is_some() && mine[0].number == issue.number)
                || [Part::IssuedOn, Part::AcceptedOn, Part::SubmittedOn]
                    .into_iter()
                    .any(|part| issue.date(part).is_some() && issue.date(part) == mine[0].date(part));
            same && mine[0].merge(issue)
        }
        _ => false,
    }
}

fn read_row(draft: &mut Draft, schema: &Schema, long: &Long, row: Row) -> Result<(u32, FactIdx, Cell), Faulty> {
    // Every cell is looked at before a fault of the row stops it.
    let project = long.project(draft, row, PROJECT);
    let fact = document(draft, schema, long, row);
    let (mut paper, mut sound) = (Paper::default(), true);
    let spec = fact.as_ref().map_or_else(|_| None, |&fact| Some(&schema[fact]));
    if let Some(spec) = spec {
        for (at, part) in (0..NAMES.len()).filter_map(|at| Some((at, Part::parse(NAMES[at].name)?))) {
            if let Err(fault) = paper.part(spec, part, long.unit(at), long.cell(at)) {
                sound = false;
                draft.part_fault(part, long.unit(at), &fault, long.cell(at), || long.place(row, at));
            }
        }
    }
    let (project, fact) = (project?, fact?);
    let cell = paper.close();
    if sound && cell == Cell::Blank {
        draft.log.row_fault(|_| no_part().at(long.place(row, DOCUMENT)));
        sound = false;
    }
    if sound { Ok((project, fact, cell)) } else { Err(Faulty) }
}

fn document(draft: &mut Draft, schema: &Schema, long: &Long, row: Row) -> Result<FactIdx, Faulty> {
    let name = long.cell(DOCUMENT);
    let fact = draft.headers.fact(name);
    if let Some(fact) = fact.filter(|&fact| schema[fact].kind == FactType::Document) {
        return Ok(fact);
    }
    let headers = &draft.headers;
    draft.log.row_fault(|near| {
        let fault = match fact {
            Some(_) => unknown_fact(name, "不是批文证照", "is not a document"),
            None => unknown_fact(name, "不是已知的批文证照", "is not a known document"),
        };
        fault.suggest(near.find(name, headers.document_names())).at(long.place(row, DOCUMENT))
    });
    Err(Faulty)
}

fn no_part() -> Diagnostic {
    Diagnostic::error(codes::NO_PART, "这一行没有填批文的任何内容", "this row gives no part of the document")
        .help("至少填签发日期或文号", "give at least the day of issue or the number")
}
