//! The audit as `kaigong.audit/1`.

use kaigong_audit::Ground;
use kaigong_model::{Lang, format_exact};
use kaigong_rules::{Severity, citable};
use serde_json::{Map, Value, json};

use super::list::yuan;
use super::screen::Writer;
use super::{Audit, Finding, Matter, evidence};
use crate::json::date;

/// The audit as JSON, schema `kaigong.audit/1`.
pub fn audit_json(audit: &Audit<'_, '_>) -> Value {
    let evaluation = &audit.assessment.evaluation;
    let pack = evaluation.pack;
    let count = |severity: Severity| {
        let (findings, projects) = audit.count(severity);
        (severity.name().to_owned(), json!({"findings": findings, "projects": projects}))
    };
    let kinds = Matter::KINDS.iter().map(|kind| {
        let found = audit.findings.iter().filter(|finding| finding.matter.kind() == *kind).count();
        ((*kind).to_owned(), json!(found))
    });
    json!({
        "schema": "kaigong.audit/1",
        "as_of": evaluation.options.as_of.to_string(),
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[evaluation.options.goal].id,
        "summary": Severity::NAMES.map(|(_, severity)| count(severity)).into_iter().collect::<Map<_, _>>(),
        "kinds": kinds.collect::<Map<_, _>>(),
        "findings": audit.findings.iter().map(|found| finding(audit, found)).collect::<Vec<_>>(),
    })
}

fn finding(audit: &Audit<'_, '_>, finding: &Finding) -> Value {
    let evaluation = &audit.assessment.evaluation;
    let pack = evaluation.pack;
    // Sums are the same in either language.
    let fine = Writer { audit, lang: Lang::En }.fine(finding);
    let alert = match &finding.matter {
        Matter::Alert(at, certain) => Some((&pack.alerts[*at], *certain)),
        _ => None,
    };
    let law = citable(Writer { audit, lang: Lang::En }.cites(finding), evaluation.options.as_of);
    let projects = finding.rows().iter().map(|&row| evaluation.portfolio.ids[row as usize].to_string());
    json!({
        "severity": finding.severity.name(),
        "kind": finding.matter.kind(),
        "projects": projects.collect::<Vec<_>>(),
        "alert": alert.map(|(alert, _)| alert.id.clone()),
        "certain": alert.is_none_or(|(_, certain)| certain),
        "fine": fine.map(|(from, to)| json!({"from": format!("{} yuan", yuan(from)), "to": format!("{} yuan", yuan(to))})),
        "law": law.into_iter().map(|cite| json!({
            "law": cite.law,
            "article": cite.article,
            "version": date(cite.version),
            "status": cite.status.name(),
        })).collect::<Vec<_>>(),
        "requirements": requirements(audit, finding),
        "mend": mend(audit, finding),
        "total": if let Matter::Total(found) = &finding.matter { json!(pack.totals[found.total].id) } else { Value::Null },
        "evidence": cells(audit, finding),
    })
}

/// The requirement done too early, then what it needs.
fn requirements(audit: &Audit<'_, '_>, finding: &Finding) -> Vec<String> {
    let pack = audit.assessment.evaluation.pack;
    match finding.matter {
        Matter::OutOfOrder(idx) => {
            let lacking = audit.assessment.evaluation.lacking(idx, finding.row);
            std::iter::once(idx).chain(lacking.into_iter().flatten()).map(|idx| pack[idx].id.clone()).collect()
        }
        Matter::DatedBefore(later, need) => vec![pack[later].id.clone(), pack[need].id.clone()],
        _ => Vec::new(),
    }
}

fn mend(audit: &Audit<'_, '_>, finding: &Finding) -> Value {
    let Matter::Misread(found) = &finding.matter else { return Value::Null };
    let pack = audit.assessment.evaluation.pack;
    let amount = |atoms: i64| {
        let unit = found.slip.read.dimension.standard_unit();
        format!("{} {}", format_exact(i128::from(atoms), unit), unit.name).trim_end().to_owned()
    };
    let ground = |ground: &Ground| match ground {
        Ground::Column => "column".to_owned(),
        Ground::Density => "investment_per_area".to_owned(),
        Ground::Total(at) => format!("total:{}", pack.totals[*at].id),
    };
    json!({
        "fact": pack.schema[found.fact].id,
        "read_in": found.slip.read.name,
        "meant_in": found.slip.meant.name,
        "value": amount(found.atoms),
        "mended": amount(found.mended),
        "grounds": found.grounds.iter().map(ground).collect::<Vec<_>>(),
    })
}

fn cells(audit: &Audit<'_, '_>, finding: &Finding) -> Vec<Value> {
    let assessment = audit.assessment;
    let portfolio = assessment.evaluation.portfolio;
    let cell = |cell: evidence::Evidence| {
        let place = portfolio.place(cell.fact, cell.row);
        json!({
            "project": &portfolio.ids[cell.row as usize],
            "fact": portfolio.schema[cell.fact].id,
            "value": evidence::value(assessment, cell, Lang::En),
            "place": place.map(|place| place.short()),
            "column": portfolio.header(cell.fact, cell.row),
        })
    };
    evidence::evidence(assessment, finding).into_iter().map(cell).collect()
}
