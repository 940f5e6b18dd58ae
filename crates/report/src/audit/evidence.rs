//! The cells a finding rests on.

use kaigong_model::{Calendar, Cell, FactIdx, Issue, Lang, Part};
use kaigong_rules::expression::Use;

use super::{Finding, Matter};
use crate::assessment::{Assessment, body};
use crate::phrase::{aside, fact_amount, list_some, plain, say};
use crate::rules::condition::Wording;

/// Ids of linked projects named.
const LINKS: usize = 3;

/// A cell of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Evidence {
    pub(crate) row: u32,
    pub(crate) fact: FactIdx,
}

/// The cells, in order of row and fact; cells of columns that the ledger does not have are left out.
pub(crate) fn evidence(assessment: &Assessment<'_>, finding: &Finding) -> Vec<Evidence> {
    let evaluation = &assessment.evaluation;
    let mut cells: Vec<Evidence> = Vec::new();
    for &row in finding.rows() {
        cells.extend(facts(assessment, finding, row).into_iter().map(|fact| Evidence { row, fact }));
    }
    cells.sort_unstable();
    cells.dedup();
    let named = |cell: &Evidence| {
        let written = evaluation.portfolio.place(cell.fact, cell.row).is_some();
        written || evaluation.facts().cell(cell.fact, cell.row, evaluation.options.as_of) != Cell::Blank
    };
    cells.retain(named);
    cells
}

fn facts(assessment: &Assessment<'_>, finding: &Finding, row: u32) -> Vec<FactIdx> {
    let evaluation = &assessment.evaluation;
    let pack = evaluation.pack;
    let mut facts = Vec::new();
    let mut see = |item| {
        if let Use::Fact(fact) = item {
            facts.push(fact);
        }
    };
    match &finding.matter {
        Matter::Alert(at, _) => {
            pack.alerts[*at].when.tree.uses(&mut see);
            facts.extend(pack.alerts[*at].fine.as_ref().and_then(|fine| fine.of));
        }
        Matter::OutOfOrder(idx) => papers(assessment, *idx, row, &mut facts),
        Matter::DatedBefore(later, need) => {
            papers(assessment, *later, row, &mut facts);
            papers(assessment, *need, row, &mut facts);
        }
        Matter::Conflict(fact) => facts.push(*fact),
        Matter::Twins(_) => {
            let roles = &pack.roles;
            facts.extend([roles.name, roles.owner, roles.county, roles.investment].into_iter().flatten());
        }
        Matter::Misread(found) => facts.push(found.fact),
        Matter::Total(found) => {
            facts.push(pack.totals[found.total].whole);
            facts.extend(found.parts.iter().map(|(fact, _)| *fact));
        }
    }
    facts
}

/// What a requirement is met by.
fn papers(assessment: &Assessment<'_>, idx: kaigong_rules::RequirementIdx, row: u32, facts: &mut Vec<FactIdx>) {
    let Some(met) = &body(&assessment.evaluation, idx, row).met_when else { return };
    met.tree.uses(&mut |item| {
        if let Use::Fact(fact) = item {
            facts.push(fact);
        }
    });
}

/// The last valid day of a paper that has lapsed, as written or by the pack's validity.
fn lapsed(assessment: &Assessment<'_>, fact: FactIdx, issues: &[Issue], lang: Lang) -> String {
    let evaluation = &assessment.evaluation;
    let valid = evaluation.pack.schema[fact].valid;
    let by_law = |issue: &Issue| issue.issued_on?.plus(valid?, Calendar::official());
    let until = issues.iter().filter_map(|issue| issue.expires_on.or_else(|| by_law(issue))).max();
    match until.filter(|day| *day < evaluation.options.as_of) {
        Some(day) => aside(&format!("{} {day}", say(lang, "有效期至", "valid until")), lang),
        None => String::new(),
    }
}

/// What a cell says.
pub(crate) fn value(assessment: &Assessment<'_>, cell: Evidence, lang: Lang) -> String {
    let evaluation = &assessment.evaluation;
    match evaluation.facts().cell(cell.fact, cell.row, evaluation.options.as_of) {
        Cell::Blank => say(lang, "未填", "blank").to_owned(),
        Cell::No => say(lang, "无", "none").to_owned(),
        Cell::InHand => say(lang, "办理中", "in hand").to_owned(),
        Cell::Conflicting => say(lang, "两处来源不一致", "two sources differ").to_owned(),
        Cell::Bool(true) => say(lang, "是", "yes").to_owned(),
        Cell::Bool(false) => say(lang, "否", "no").to_owned(),
        Cell::Quantity(atoms) => fact_amount(evaluation.pack, cell.fact, i128::from(atoms), lang),
        Cell::Projects(ids) => list_some(&ids, LINKS, lang),
        Cell::Document(issues) => {
            let days = issues.iter().filter_map(|issue| {
                [Part::IssuedOn, Part::AcceptedOn, Part::SubmittedOn].iter().find_map(|&part| issue.date(part))
            });
            let number = issues.iter().find_map(|issue| issue.number.clone());
            let told = days.max().map(|day| day.to_string()).or(number).map_or_else(String::new, |text| plain(&text));
            told + &lapsed(assessment, cell.fact, &issues, lang)
        }
        // Names of places are told as the ledger has them.
        Cell::Enum(code) if lang == Lang::En && evaluation.pack.roles.county != Some(cell.fact) => {
            Wording { pack: evaluation.pack, as_of: evaluation.options.as_of, lang }.value_word(cell.fact, code)
        }
        cell_text => plain(&evaluation.pack.schema.text(cell.fact, &cell_text).unwrap_or_default()),
    }
}
