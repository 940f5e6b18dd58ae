//! Lists of the report: alerts, the projects that matter most, and every project in the ledger's order.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kaigong_model::{Align, Lang, Table, escaped};
use kaigong_rules::Severity;
use kaigong_solver::ProjectResult;

use super::{DRAWN, Report, page};
use crate::assessment::Assessment;
use crate::check::in_yi;
use crate::digest;
use crate::phrase::{
    citations, days, light_words, list_some, number, plain, say, severity_words, sources, verdict_words,
};

/// Projects listed as the worst.
const WORST: usize = 20;
/// Blockers named in a row.
const NAMED: usize = 4;

/// Rows of the blocked projects that are drawn: the largest of the worst light, then those of others.
pub(super) fn drawn(assessment: &Assessment<'_>) -> BTreeSet<u32> {
    digest::worst(assessment).1.iter().take(DRAWN).map(|(project, _)| project.row).collect()
}

/// Writes the alerts, violations first.
pub(super) fn push_alerts(assessment: &Assessment<'_>, lang: Lang, out: &mut String) {
    page::heading("alerts", say(lang, "告警", "alerts"), out);
    let (pack, as_of) = (assessment.evaluation.pack, assessment.evaluation.options.as_of);
    let mut alerts = digest::alerts(assessment);
    if alerts.is_empty() {
        return page::paragraph("", say(lang, "没有告警。", "There are none."), out);
    }
    alerts.sort_by_key(|(at, count, _)| (pack.alerts[*at].severity, std::cmp::Reverse(*count), *at));
    let heads = match lang {
        Lang::Zh => ["程度", "告警", "项目", "其中推定", "依据"],
        Lang::En => ["Severity", "Alert", "Projects", "Presumed", "Law"],
    };
    let aligns = [Align::Left, Align::Left, Align::Right, Align::Right, Align::Left];
    let mut table = Table { columns: Vec::new(), rows: Vec::new() };
    table.columns = heads.iter().zip(aligns).map(|(head, align)| ((*head).to_owned(), align)).collect();
    for (at, count, presumed) in alerts {
        let alert = &pack.alerts[at];
        let mark = if alert.severity == Severity::Violation { "! " } else { "" };
        table.rows.push(vec![
            format!("{mark}{}", severity_words(alert.severity).get(lang)),
            plain(alert.title.get(lang)),
            number(count, lang),
            number(presumed, lang),
            sources(&citations(&alert.cite, as_of, lang), 2, lang),
        ]);
    }
    page::table("alerts", &table, out);
}

/// Writes the projects of the first light that has blocked ones, the largest investment first.
pub(super) fn push_worst(report: &Report<'_, '_>, out: &mut String) {
    let (assessment, lang) = (report.assessment, report.lang);
    page::heading("worst", say(lang, "最要紧的项目", "worst projects"), out);
    let (light, projects) = digest::worst(assessment);
    if projects.is_empty() {
        return page::paragraph("", say(lang, "没有受阻的项目。", "No project is blocked."), out);
    }
    let shown = projects.len().min(WORST);
    let pack = assessment.evaluation.pack;
    let light = light.map(|at| light_words(&pack.lights[at].light).get(lang).to_owned());
    let light = match (&light, lang) {
        (Some(light), Lang::Zh) => format!("{light}灯项目"),
        (Some(light), Lang::En) => format!("{} blocked projects", page::capital(light)),
        (None, Lang::Zh) => "受阻项目".to_owned(),
        (None, Lang::En) => "Blocked projects".to_owned(),
    };
    page::note(
        &match lang {
            Lang::Zh => format!("{light}，投资额前 {shown} 个（共 {} 个）。", projects.len()),
            Lang::En => format!("{light}, the largest {shown} of {} by investment.", number(projects.len(), lang)),
        },
        out,
    );
    push_rows(report, &projects[..shown], "worst", out);
}

/// Writes every project, in the ledger's order.
pub(super) fn push_register(report: &Report<'_, '_>, out: &mut String) {
    page::heading("all", say(report.lang, "项目一览", "all projects"), out);
    let _ = writeln!(
        out,
        "<p class=\"find\" hidden><label>{} <input type=\"search\" id=\"q\"></label> <span id=\"hits\"></span></p>",
        say(report.lang, "查找", "Find")
    );
    let projects: Vec<_> = report.assessment.projects().collect();
    push_rows(report, &projects, "register", out);
    let told = say(
        report.lang,
        "按台账顺序。最早开工后的问号：暂定，不明各项按未办计，或所跨年份的放假安排尚未公布。",
        "In the ledger's order. A question mark: provisional, unknown facts count as still to do, or the holidays of a year are not published yet.",
    );
    page::note(told, out);
}

fn push_rows(report: &Report<'_, '_>, projects: &[(&ProjectResult, Option<usize>)], class: &str, out: &mut String) {
    let lang = report.lang;
    let heads = match lang {
        Lang::Zh => ["编号", "项目", "县（区）", "亿元", "灯", "堵点", "责任单位", "计划开工", "已过", "最早开工"],
        Lang::En => {
            ["Id", "Project", "County", "CNY 100m", "Light", "Blockers", "Responsible", "Planned", "Late", "Earliest"]
        }
    };
    let numeric = |at: usize| if matches!(at, 3 | 8) { " class=\"n\"" } else { "" };
    let _ = write!(out, "<div class=\"scroll\"><table class=\"rows {class}\"><thead><tr>");
    for (at, head) in heads.iter().enumerate() {
        let _ = write!(out, "<th{}>{head}", numeric(at));
    }
    out.push_str("</thead><tbody>\n");
    for (project, light) in projects {
        push_row(report, project, *light, out);
    }
    out.push_str("</tbody></table></div>\n");
}

fn push_row(report: &Report<'_, '_>, project: &ProjectResult, light: Option<usize>, out: &mut String) {
    let (assessment, lang) = (report.assessment, report.lang);
    let (pack, row) = (assessment.evaluation.pack, project.row);
    let text = |role| escaped(&assessment.role_text(role, row).unwrap_or_default());
    let id = escaped(&assessment.evaluation.portfolio.ids[row as usize]);
    let id = if report.explanations.is_empty() { id } else { format!("<a href=\"#p{row}\">{id}</a>") };
    let money = assessment.investment(row).map(|fen| in_yi(fen.into(), lang)).unwrap_or_default();
    let names = assessment.blocker_names(project, lang);
    let names = escaped(&list_some(&names, NAMED, lang));
    let late = assessment.overdue(project).map(|late| days(late, lang)).unwrap_or_default();
    let earliest = project.earliest.date.map(|day| day.to_string()).unwrap_or_default();
    let provisional = if project.earliest.is_provisional() { "?" } else { "" };
    let _ = writeln!(
        out,
        "<tr><td>{id}<td>{}<td>{}<td class=\"n\">{money}<td>{}<td>{names}<td>{}<td>{}<td class=\"n\">{late}<td>{earliest}{provisional}</tr>",
        text(pack.roles.name),
        text(pack.roles.county),
        light_badge(assessment, project, light, lang),
        escaped(&assessment.responsible_unit(row).unwrap_or_default()),
        text(pack.roles.planned_start),
    );
}

/// The light's badge; the verdict's word where the pack has no lights.
pub(super) fn light_badge(
    assessment: &Assessment<'_>,
    project: &ProjectResult,
    light: Option<usize>,
    lang: Lang,
) -> String {
    match light {
        Some(at) => {
            let id = &assessment.evaluation.pack.lights[at].light;
            page::light(id, light_words(id).get(lang))
        }
        None => page::light("", verdict_words(project.verdict).get(lang)),
    }
}
