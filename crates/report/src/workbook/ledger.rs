//! 台账: one row a project, with its light, what blocks it, and how far each blocker has come.

use kaigong_model::{Cell, FactIdx, Sheet, Value, WrittenColumn};
use kaigong_solver::ProjectResult;

use super::{Entry, column, dated, list, money, open, serial, tones, wan};
use crate::digest::planned;
use crate::html::Report;
use crate::phrase::{light_words, say, verdict_words};

/// Places of columns that other sheets count by.
pub(super) const COUNTY: usize = 3;
pub(super) const INVESTMENT: usize = 5;
pub(super) const LIGHT: usize = 8;

/// The sheet.
pub(super) fn sheet(report: &Report<'_, '_>, entries: &[Entry]) -> Sheet {
    let projects = report.assessment.projects().enumerate();
    let rows = projects.map(|(place, (project, light))| row(report, entries, place, project, light)).collect();
    let sheet = list(report, "ledger", columns(report), rows, 3);
    Sheet { totals: Some(say(report.lang, "合计", "Total").to_owned()), ..sheet }
}

fn columns(report: &Report<'_, '_>) -> Vec<WrittenColumn> {
    let lang = report.lang;
    vec![
        serial(lang),
        column(lang, ("项目编号", "id"), 12),
        column(lang, ("项目名称", "Project"), 26),
        column(lang, ("县(区)", "County"), 10),
        column(lang, ("建设单位", "Owner"), 20),
        money(lang, ("总投资(万元)", "Total investment (wan)")),
        money(lang, ("年度计划投资(万元)", "Planned this year (wan)")),
        dated(lang, ("计划开工", "Planned start")),
        WrittenColumn { tones: tones(report), ..column(lang, ("灯", "Light"), 6) },
        column(lang, ("结论", "Verdict"), 9),
        column(lang, ("堵点", "Blockers"), 28),
        column(lang, ("责任单位", "Responsible"), 20),
        column(lang, ("责任人", "Contact"), 10),
        due(report),
        open(lang, ("办理情况", "State of play"), 44),
        dated(lang, ("最早开工", "Earliest start")),
        column(lang, ("暂定", "Provisional"), 24),
    ]
}

/// The column of limits, which says where they come from.
pub(super) fn due(report: &Report<'_, '_>) -> WrittenColumn {
    let note = say(
        report.lang,
        "已受理的为法定时限届满之日；其余为不误计划开工的最后一日。两者都推算不出的留空，由责任单位填写。",
        "Where papers were accepted, the last day of the law's limit; else the last day that keeps the planned start. Blank where neither can be told; the responsible unit fills it in.",
    );
    WrittenColumn { open: true, note: note.to_owned(), ..dated(report.lang, ("完成时限", "Due")) }
}

fn row(
    report: &Report<'_, '_>,
    entries: &[Entry],
    place: usize,
    project: &ProjectResult,
    light: Option<usize>,
) -> Vec<Value> {
    let (assessment, lang, row) = (report.assessment, report.lang, project.row);
    let (evaluation, roles) = (&assessment.evaluation, &assessment.evaluation.pack.roles);
    let text = |role: Option<FactIdx>| Value::text(assessment.role_text(role, row).unwrap_or_default());
    let amount =
        |role: Option<FactIdx>| match role.map(|fact| evaluation.facts().cell(fact, row, evaluation.options.as_of)) {
            Some(Cell::Quantity(fen)) => wan(fen.into()),
            _ => Value::Blank,
        };
    let light = light.map(|at| light_words(&evaluation.pack.lights[at].light).get(lang).to_owned());
    let first = entries.partition_point(|entry| entry.project < place);
    let own: Vec<&Entry> = entries[first..].iter().take_while(|entry| entry.project == place).collect();
    let state: Vec<String> =
        own.iter().map(|entry| format!("{}{}{}", entry.short, say(lang, "：", ": "), entry.account.head)).collect();
    let known: Option<Vec<_>> = own.iter().map(|entry| entry.due).collect();
    vec![
        Value::count(place + 1),
        Value::text(&evaluation.portfolio.ids[row as usize]),
        text(roles.name),
        text(roles.county),
        text(roles.owner),
        amount(roles.investment),
        amount(roles.annual_plan),
        Value::day(planned(assessment, row)),
        Value::text(light.unwrap_or_default()),
        Value::text(verdict_words(project.verdict).get(lang)),
        Value::text(assessment.blocker_names(project, lang).join(say(lang, "、", ", "))),
        Value::text(assessment.responsible_unit(row).unwrap_or_default()),
        text(roles.officer),
        Value::day(known.and_then(|days| days.into_iter().max())),
        Value::text(state.join(say(lang, "；", "; "))),
        Value::day(project.earliest.date),
        Value::text(crate::cost::provisional(&project.earliest, lang).unwrap_or_default()),
    ]
}
