//! The paper's first sections: the answer, what blocks, how far projects have come, alerts; and its list of projects.

use kaigong_model::{Align, Block, Dimension, Lang};
use kaigong_rules::Severity;
use kaigong_solver::{ProjectResult, Verdict};

use super::Paper;
use crate::assessment::{Assessment, Sum};
use crate::check::{headline, in_yi};
use crate::digest;
use crate::html::Report;
use crate::html::capital;
use crate::phrase::{
    amount, citations, days, inline, light_words, list_some, number, plain, say, severity_words, sources, verdict_words,
};

use Align::{Left, Right};

/// Requirements in the table of blockers.
const REQUIREMENTS: usize = 15;
/// Blockers named of a project.
const NAMED: usize = 4;

pub(super) fn push(report: &Report<'_, '_>, paper: &mut Paper) {
    let assessment = report.assessment;
    push_overall(assessment, paper);
    push_blockers(assessment, paper);
    push_flow(assessment, paper);
    push_alerts(assessment, paper);
}

fn push_overall(assessment: &Assessment<'_>, paper: &mut Paper) {
    let lang = paper.lang;
    paper.heading(1, say(lang, "总体情况", "the portfolio"));
    let answer = headline(assessment, lang).join(say(lang, "；", "; "));
    paper.blocks.push(Block::plain(format!("{}{}{}", capital(&answer), stop(lang), verdicts(assessment, lang))));
    let rows = digest::lights(assessment).into_iter().map(|light| {
        vec![
            light.words.get(lang).to_owned(),
            number(light.sum.projects, lang),
            in_yi(light.sum.fen, lang),
            inline(&light.meaning, lang),
        ]
    });
    let rows = rows.collect();
    let first = if assessment.evaluation.pack.lights.is_empty() { ("结论", "Verdict") } else { ("灯", "Light") };
    paper.table(
        &[
            (first, Left, 14),
            (("项目(个)", "Projects"), Right, 14),
            (("总投资(亿元)", "CNY 100m"), Right, 18),
            (("含义", "Meaning"), Left, 54),
        ],
        rows,
    );
    let missing = digest::without_investment(assessment);
    if missing > 0 {
        let missing = number(missing, lang);
        paper.blocks.push(Block::Note(match lang {
            Lang::Zh => format!("{missing} 个项目未填总投资，未计入金额。"),
            Lang::En => format!("Without a total investment, and so not in the sums: {missing}."),
        }));
    }
}

fn stop(lang: Lang) -> &'static str {
    say(lang, "。", ". ")
}

/// Verdicts in a sentence.
fn verdicts(assessment: &Assessment<'_>, lang: Lang) -> String {
    let all = [Verdict::Started, Verdict::Ready, Verdict::Blocked, Verdict::Undetermined];
    let told = all.into_iter().filter_map(|verdict| {
        let mut sum = Sum::default();
        let of = assessment.projects().filter(|(project, _)| project.verdict == verdict);
        of.for_each(|(project, _)| sum.add(assessment.fen(project.row)));
        let word = verdict_words(verdict);
        (sum.projects > 0).then(|| match lang {
            Lang::Zh => format!("{} {} 个，总投资 {} 亿元", word.zh, sum.projects, in_yi(sum.fen, lang)),
            Lang::En => {
                let money = amount(sum.fen, Dimension::Money.standard_unit(), lang);
                format!("{}: {} ({money})", capital(&word.en), number(sum.projects, lang))
            }
        })
    });
    let told: Vec<String> = told.collect();
    format!("{}{}", told.join(say(lang, "；", "; ")), stop(lang).trim_end())
}

fn push_blockers(assessment: &Assessment<'_>, paper: &mut Paper) {
    let lang = paper.lang;
    let counties = digest::counties(assessment);
    let blocking = digest::blocking(assessment, &counties);
    paper.heading(1, say(lang, "主要堵点", "what blocks"));
    if blocking.is_empty() {
        return paper.blocks.push(Block::plain(say(lang, "没有受阻的项目。", "No project is blocked.")));
    }
    paper.heading(2, say(lang, "按前置要件", "by requirement"));
    let evaluation = &assessment.evaluation;
    let rows = blocking.iter().take(REQUIREMENTS).map(|blocking| {
        let body = evaluation.body_today(blocking.requirement);
        vec![
            inline(&body.short, lang),
            number(blocking.sum.projects, lang),
            in_yi(blocking.sum.fen, lang),
            number(blocking.alone.projects, lang),
            assessment.department(body.owner.as_deref(), lang),
        ]
    });
    let rows = rows.collect();
    paper.table(
        &[
            (("前置要件", "Requirement"), Left, 34),
            (("堵住项目(个)", "Blocks"), Right, 14),
            (("投资(亿元)", "CNY 100m"), Right, 14),
            (("只差此项(个)", "Nothing else"), Right, 14),
            (("牵头单位", "Lead unit"), Left, 24),
        ],
        rows,
    );
    let left = blocking.len().saturating_sub(REQUIREMENTS);
    if left > 0 {
        paper.blocks.push(Block::Note(match lang {
            Lang::Zh => format!("另有 {left} 项堵住的项目更少，未列。"),
            Lang::En => format!("{left} more, which block fewer projects, are not listed."),
        }));
    }
    push_counties(assessment, &counties, paper);
    paper.blocks.push(Block::Note(
        say(
            lang,
            "一个项目可有多个堵点。推定的堵点：台账该格空白，按规则包读作「无」，填上即可核实。",
            "A project may have several blockers. Some are presumed: a blank cell that the rule pack reads as no.",
        )
        .to_owned(),
    ));
}

fn push_counties(assessment: &Assessment<'_>, counties: &[Option<String>], paper: &mut Paper) {
    let lang = paper.lang;
    if counties.iter().flatten().count() < 2 {
        return;
    }
    paper.heading(2, say(lang, "按县（区）", "by county"));
    let role = assessment.evaluation.pack.roles.county;
    let rows = counties.iter().map(|county| {
        let (mut all, mut blocked) = (Sum::default(), Sum::default());
        for (project, _) in assessment.projects() {
            if assessment.role_text(role, project.row) == *county {
                all.add(assessment.fen(project.row));
                if project.verdict == Verdict::Blocked {
                    blocked.add(assessment.fen(project.row));
                }
            }
        }
        let name = county.clone().unwrap_or_else(|| say(lang, "未填", "not given").to_owned());
        let told = |sum: Sum| [number(sum.projects, lang), in_yi(sum.fen, lang)];
        std::iter::once(name).chain(told(all)).chain(told(blocked)).collect()
    });
    let rows = rows.collect();
    paper.table(
        &[
            (("县（区）", "County"), Left, 28),
            (("项目(个)", "Projects"), Right, 16),
            (("总投资(亿元)", "CNY 100m"), Right, 20),
            (("受阻(个)", "Blocked"), Right, 16),
            (("受阻投资(亿元)", "Blocked, CNY 100m"), Right, 20),
        ],
        rows,
    );
}

fn push_flow(assessment: &Assessment<'_>, paper: &mut Paper) {
    let lang = paper.lang;
    paper.heading(1, say(lang, "进展与预测", "pipeline and forecast"));
    let rows: Vec<Vec<String>> = digest::pipeline(assessment)
        .into_iter()
        .map(|stage| {
            let (title, lead) = assessment.stage_words(stage.stage, lang);
            let (passed, stuck) = (number(stage.sum.projects, lang), number(stage.stuck, lang));
            vec![title, passed, stuck, in_yi(stage.sum.fen, lang), lead]
        })
        .collect();
    if !rows.is_empty() {
        paper.heading(2, say(lang, "走到哪个阶段", "how far projects have come"));
    }
    paper.table(
        &[
            (("阶段", "Stage"), Left, 30),
            (("通过(个)", "Passed"), Right, 14),
            (("卡在此阶段(个)", "Held up here"), Right, 16),
            (("通过的投资(亿元)", "Passed, CNY 100m"), Right, 18),
            (("牵头单位", "Lead unit"), Left, 22),
        ],
        rows,
    );
    let forecast = digest::forecast(assessment);
    paper.heading(2, say(lang, "何时能开工", "when projects could start"));
    let rows = forecast.months.iter().map(|month| {
        let label = match month.of {
            Some((year, month)) => format!("{year}-{month:02}"),
            None => say(lang, "其后", "later").to_owned(),
        };
        let cells = [month.forecast.projects, month.provisional, month.planned];
        std::iter::once(label).chain(cells.map(|count| number(count, lang))).collect()
    });
    let rows = rows.collect();
    paper.table(
        &[
            (("月份", "Month"), Left, 25),
            (("最早开工(个)", "Earliest start"), Right, 25),
            (("其中暂定(个)", "Of them provisional"), Right, 25),
            (("计划开工(个)", "Planned"), Right, 25),
        ],
        rows,
    );
    paper.blocks.push(Block::Note(match lang {
        Lang::Zh => format!(
            "未开工项目：推算不出最早开工的 {} 个，计划开工日已过的 {} 个。最早开工按法定时限连续推算，不含等待和返工；暂定：不明各项按未办计。",
            number(forecast.never, lang),
            number(forecast.overdue, lang)
        ),
        Lang::En => format!(
            "Of projects not started: {} for which no day can be told, {} past their planned start. The earliest start counts limits of law one after another, without waiting or rework; provisional: unknown facts count as still to do.",
            number(forecast.never, lang),
            number(forecast.overdue, lang)
        ),
    }));
}

fn push_alerts(assessment: &Assessment<'_>, paper: &mut Paper) {
    let lang = paper.lang;
    let (pack, as_of) = (assessment.evaluation.pack, assessment.evaluation.options.as_of);
    let mut alerts = digest::alerts(assessment);
    paper.heading(1, say(lang, "违规与预警", "violations and warnings"));
    if alerts.is_empty() {
        return paper.blocks.push(Block::plain(say(lang, "没有告警。", "There are none.")));
    }
    alerts.sort_by_key(|(at, count, _)| (pack.alerts[*at].severity, std::cmp::Reverse(*count), *at));
    let rows = alerts.into_iter().map(|(at, count, presumed)| {
        let alert = &pack.alerts[at];
        let mark = if alert.severity == Severity::Violation { "! " } else { "" };
        vec![
            format!("{mark}{}", severity_words(alert.severity).get(lang)),
            plain(alert.title.get(lang)),
            number(count, lang),
            number(presumed, lang),
            sources(&citations(&alert.cite, as_of, lang), 2, lang),
        ]
    });
    let rows = rows.collect();
    paper.table(
        &[
            (("程度", "Severity"), Left, 13),
            (("告警", "Alert"), Left, 30),
            (("项目(个)", "Projects"), Right, 13),
            (("其中推定", "Presumed"), Right, 14),
            (("依据", "Law"), Left, 30),
        ],
        rows,
    );
}

/// Writes every project in the ledger's order, where there are not too many for a paper.
pub(super) fn push_list(report: &Report<'_, '_>, most: usize, paper: &mut Paper) {
    let (assessment, lang) = (report.assessment, report.lang);
    paper.heading(1, say(lang, "项目一览", "all projects"));
    let projects: Vec<_> = assessment.projects().collect();
    if projects.len() > most {
        return paper.blocks.push(Block::plain(match lang {
            Lang::Zh => format!("共 {} 个项目，逐个情况见同一次核查的工作簿（.xlsx）或网页（.html）。", projects.len()),
            Lang::En => format!(
                "There are {} projects; the workbook (.xlsx) or page (.html) of the same check tells of each.",
                number(projects.len(), lang)
            ),
        }));
    }
    let rows: Vec<Vec<String>> =
        projects.iter().map(|(project, light)| row(assessment, project, *light, lang)).collect();
    let doubted = rows.iter().flatten().any(|cell| cell.ends_with('?'));
    paper.table(
        &[
            // Shares are millimetres: ids, days and the words of lights stand on one line.
            (("编号", "Id"), Left, 20),
            (("项目", "Project"), Left, 23),
            (("县区", "County"), Left, 15),
            (("亿元", "CNY 100m"), Right, 13),
            (("灯", "Light"), Left, 15),
            (("堵点", "Blockers"), Left, 23),
            (("计划开工", "Planned"), Left, 24),
            (("最早开工", "Earliest"), Left, 23),
        ],
        rows,
    );
    if doubted {
        paper.blocks.push(Block::Note(
            say(
                lang,
                "最早开工后的问号：暂定，不明各项按未办计，或所跨年份的放假安排尚未公布。",
                "A question mark: provisional, unknown facts count as still to do, or the holidays of a year are not published yet.",
            )
            .to_owned(),
        ));
    }
}

fn row(assessment: &Assessment<'_>, project: &ProjectResult, light: Option<usize>, lang: Lang) -> Vec<String> {
    let (pack, row) = (assessment.evaluation.pack, project.row);
    let text = |role| assessment.role_text(role, row).unwrap_or_default();
    let light = match light {
        Some(at) => light_words(&pack.lights[at].light),
        None => verdict_words(project.verdict),
    };
    let late = assessment.overdue(project).map(|late| match lang {
        Lang::Zh => format!("\n已过 {}", days(late, lang)),
        Lang::En => format!("\n{} late", days(late, lang)),
    });
    let earliest = project.earliest.date.map(|day| day.to_string()).unwrap_or_default();
    let provisional = if project.earliest.is_provisional() && !earliest.is_empty() { "?" } else { "" };
    vec![
        assessment.evaluation.portfolio.ids[row as usize].to_string(),
        text(pack.roles.name),
        text(pack.roles.county),
        assessment.investment(row).map(|fen| in_yi(fen.into(), lang)).unwrap_or_default(),
        light.get(lang).to_owned(),
        list_some(&assessment.blocker_names(project, lang), NAMED, lang),
        format!("{}{}", text(pack.roles.planned_start), late.unwrap_or_default()),
        format!("{earliest}{provisional}"),
    ]
}
