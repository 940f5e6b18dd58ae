//! The first lines: the answer, who answers for the project, the day and the pack.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kaigong_model::{Cell, Lang};
use kaigong_solver::{Decides, Verdict};

use super::{Class, Context};
use crate::phrase::{days, header, light_words, number, some, verdict_words};

/// Writes the first lines.
pub(super) fn push(context: &Context<'_, '_>, light: Option<usize>, out: &mut String) {
    let verdict = verdict_words(context.explanation.result.verdict);
    let project = context.project(context.row);
    let light = light_text(context, light);
    let more = more(context);
    let _ = match context.lang {
        Lang::Zh => writeln!(out, "{project}：{}{light}{more}", verdict.zh),
        Lang::En => writeln!(out, "{project}: {}{light}{more}", verdict.en),
    };
    let responsible = responsible(context);
    if !responsible.is_empty() {
        let parts: Vec<String> =
            responsible.iter().map(|(label, text)| format!("{label} {text}").trim_start().to_owned()).collect();
        let _ = writeln!(out, "{}", parts.join(context.say("，", ", ")));
    }
    let pack = context.evaluation.pack;
    let _ = writeln!(out, "{}", header(pack, context.as_of, context.lang));
}

fn light_text(context: &Context<'_, '_>, light: Option<usize>) -> String {
    let Some(light) = light.and_then(|at| context.evaluation.pack.lights.get(at)) else { return String::new() };
    let words = light_words(&light.light);
    match context.lang {
        Lang::Zh => format!("（{}灯）", words.zh),
        Lang::En => format!(" ({})", words.en),
    }
}

/// How many blockers or missing facts, behind the verdict.
pub(super) fn more(context: &Context<'_, '_>) -> String {
    let result = &context.explanation.result;
    let mut text = match result.readiness {
        Verdict::Blocked => blockers(context),
        Verdict::Undetermined => missing(context),
        Verdict::Ready | Verdict::Started => String::new(),
    };
    if result.verdict == Verdict::Started && !text.is_empty() {
        text = match context.lang {
            Lang::Zh => text.replacen('，', "，按法定前置要件核对仍有 ", 1),
            Lang::En => text.replacen(", ", ", but by law still ", 1),
        };
    }
    text
}

fn blockers(context: &Context<'_, '_>) -> String {
    let all = context.reasons.len();
    let of = |class| context.reasons.iter().filter(|(_, known)| *known == class).count();
    let mut parts = Vec::new();
    for (class, zh, en) in [(Class::Presumed, "推定", "presumed"), (Class::Unsettled, "待定", "unsettled")] {
        let count = of(class);
        if count > 0 {
            parts.push(match context.lang {
                Lang::Zh => format!("{zh} {count} 个"),
                Lang::En => format!("{} {en}", number(count, context.lang)),
            });
        }
    }
    let of_them = if parts.is_empty() {
        String::new()
    } else {
        match context.lang {
            Lang::Zh => format!("，其中{}", parts.join("、")),
            Lang::En => format!(" ({})", parts.join(", ")),
        }
    };
    match context.lang {
        Lang::Zh => format!("，{all} 个堵点{of_them}"),
        Lang::En => format!(", {}{of_them}", some(all, "blocker")),
    }
}

fn missing(context: &Context<'_, '_>) -> String {
    let questions = context.explanation.result.questions.iter().filter(|q| q.decides == Decides::Verdict);
    let count = questions.map(|question| question.fact).collect::<BTreeSet<_>>().len();
    match context.lang {
        Lang::Zh => format!("，{count} 项资料待填"),
        Lang::En => format!(", {} missing", some(count, "fact")),
    }
}

/// Who answers for the project and when it was to start: what each text is, and the text.
pub(super) fn responsible(context: &Context<'_, '_>) -> Vec<(&'static str, String)> {
    let roles = &context.evaluation.pack.roles;
    let role = |fact| context.role_of(fact, context.row);
    let (owner, lead) = (role(roles.owner), role(roles.lead_unit));
    let mut parts = Vec::new();
    let mut part = |zh: &'static str, en: &'static str, text: Option<String>| {
        parts.extend(text.map(|text| (context.say(zh, en), text)));
    };
    if lead.is_some() {
        part("建设单位", "owner", owner);
        part("责任单位", "responsible", lead);
    } else {
        part("责任单位", "responsible", owner);
    }
    part("责任人", "contact", role(roles.officer));
    part("计划开工", "planned start", role(roles.planned_start));
    if context.explanation.result.verdict == Verdict::Started {
        part("实际开工", "started on", role(roles.started_on));
    } else {
        parts.extend(late(context).map(|text| ("", text)));
    }
    parts
}

fn late(context: &Context<'_, '_>) -> Option<String> {
    let planned = context.evaluation.pack.roles.planned_start?;
    let Cell::Date(_) = context.cell(planned) else { return None };
    let late = context.evaluation.days_late(context.row)?;
    Some(match context.lang {
        Lang::Zh if late > 0 => format!("已过 {}", days(late, context.lang)),
        Lang::Zh => format!("还有 {}", days(-late, context.lang)),
        Lang::En if late > 0 => format!("{} late", days(late, context.lang)),
        Lang::En => format!("{} to go", days(-late, context.lang)),
    })
}
