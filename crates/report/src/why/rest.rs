//! After the tree: what is to be cleared, the earliest start, questions, presumptions, alerts, order of papers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kaigong_model::{Align, FactIdx, Lang, Table, Truth};
use kaigong_rules::RequirementIdx;
use kaigong_solver::{Choice, Decides, Verdict};

use super::{Child, Class, Context, settling, ways};
use crate::audit::fine::words;
use crate::cost;
use crate::phrase::{aside, citations, inline, list, list_some, number, place, plain, severity_words, some, sources};

/// Facts listed of a long list.
const LISTED: usize = 6;
/// Questions listed of a long list.
const QUESTIONS: usize = 12;
/// Steps named of a long chain.
const CHAIN: usize = 8;

/// Writes the rest of the screen.
pub(super) fn push(context: &Context<'_, '_>, out: &mut String) {
    let parts = forward(context);
    if !parts.is_empty() {
        let _ = write!(out, "\n{parts}");
    }
    push_questions(context, out);
    out.push_str(&settling::lines(context));
    let notes = notes(context);
    if !notes.is_empty() {
        let _ = write!(out, "\n{notes}");
    }
}

/// What is to be cleared, the ways to start, and when that could be; a line each.
fn forward(context: &Context<'_, '_>) -> String {
    ways_out(context) + &when(context)
}

/// What is to be cleared, and the ways to start.
pub(super) fn ways_out(context: &Context<'_, '_>) -> String {
    let mut parts = to_clear(context);
    ways::push(context, &mut parts);
    parts
}

/// When the project could start, the path that decides it, and what has no limit of time.
pub(super) fn when(context: &Context<'_, '_>) -> String {
    let mut parts = String::new();
    earliest(context, &mut parts);
    parts
}

/// Presumptions, papers out of order, promises, alerts; a line each.
pub(super) fn notes(context: &Context<'_, '_>) -> String {
    let mut notes = String::new();
    presumed(context, &mut notes);
    order(context, &mut notes);
    promises(context, &mut notes);
    recorded_late(context, &mut notes);
    alerts(context, &mut notes);
    notes
}

/// Today's blockers as a sum, choices in brackets.
pub(super) fn to_clear(context: &Context<'_, '_>) -> String {
    let mut out = String::new();
    let numbers = |wanted: bool| {
        let of = context.reasons.iter().enumerate().filter(|(_, (_, class))| (*class == Class::Certain) == wanted);
        of.map(|(at, (reason, _))| (at + 1, reason.blocker.group.as_ref())).collect::<Vec<_>>()
    };
    let (certain, open) = (sum(context, &numbers(true)), sum(context, &numbers(false)));
    if !certain.is_empty() {
        let _ = writeln!(out, "{}{certain}", context.say("须补齐：", "to be cleared: "));
    }
    if !open.is_empty() {
        let _ = writeln!(
            out,
            "{}{open}",
            if certain.is_empty() {
                context.say("如核实属实，须补齐：", "to be cleared, if the facts confirm it: ")
            } else {
                context.say("如核实属实，还须补齐：", "to be cleared as well, if the facts confirm it: ")
            }
        );
    }
    out
}

fn sum(context: &Context<'_, '_>, blockers: &[(usize, Option<&Choice>)]) -> String {
    let mut terms: Vec<String> = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for (number, choice) in blockers {
        let Some(choice) = choice else {
            terms.push(number.to_string());
            continue;
        };
        if told.contains(&choice.id.as_str()) {
            continue;
        }
        told.push(&choice.id);
        let mut ways: BTreeMap<RequirementIdx, Vec<String>> = BTreeMap::new();
        for (number, other) in blockers {
            if let Some(other) = other.filter(|other| other.id == choice.id) {
                ways.entry(other.alternative).or_default().push(number.to_string());
            }
        }
        let mut ways: Vec<String> = ways.into_values().map(|numbers| numbers.join(" + ")).collect();
        ways.sort();
        terms.push(match (choice.choose, ways.len(), context.lang) {
            (_, 1, _) => ways.remove(0),
            (1, _, _) => format!("({})", ways.join(context.say(" 或 ", " or "))),
            (k, _, Lang::Zh) => format!("({} 中 {k} 项)", list(&ways, context.lang)),
            (k, _, Lang::En) => format!("({k} of {})", list(&ways, context.lang)),
        });
    }
    terms.join(" + ")
}

fn earliest(context: &Context<'_, '_>, out: &mut String) {
    let result = &context.explanation.result;
    if matches!(result.verdict, Verdict::Started | Verdict::Ready) {
        return;
    }
    let earliest = &result.earliest;
    let Some(date) = earliest.date else {
        let _ = writeln!(
            out,
            "{}",
            context.say("最早开工：推算不出，有堵点无从办结", "earliest start: none, some blocker cannot end")
        );
        return;
    };
    let provisional = match (cost::provisional(earliest, context.lang), context.lang) {
        (None, _) => String::new(),
        (Some(why), Lang::Zh) => format!("（暂定：{why}）"),
        (Some(why), Lang::En) => format!(" (provisional: {why})"),
    };
    let _ = writeln!(out, "{} {date}{provisional}", context.say("最早开工", "earliest start"));
    let chain: Vec<String> = earliest.chain.iter().map(|&idx| context.short(idx)).collect();
    if chain.len() > 1 {
        let _ = writeln!(out, "{}{}", context.say("关键线路 ", "critical path: "), path(context, &chain));
    }
    let loose: Vec<String> = context.explanation.slack.iter().filter_map(|step| slack(context, *step)).collect();
    if context.options.full && !loose.is_empty() {
        let title =
            context.say("机动时间（晚办结若干日而不误最早开工）：", "slack, days later without moving the start: ");
        let _ = writeln!(out, "{title}{}", list(&loose, context.lang));
    }
    if !earliest.without_duration.is_empty() {
        let names: Vec<String> = earliest.without_duration.iter().map(|&idx| context.short(idx)).collect();
        let shown = if context.options.full { usize::MAX } else { LISTED };
        let names = list_some(&names, shown, context.lang);
        let _ = match context.lang {
            Lang::Zh => writeln!(out, "未规定时限、按 0 日计：{names}"),
            Lang::En => writeln!(out, "no time limit given, counted as 0 days: {names}"),
        };
    }
}

/// A step with days to spare, in words.
fn slack(context: &Context<'_, '_>, (idx, days): (RequirementIdx, Option<i32>)) -> Option<String> {
    let spare = match days {
        Some(0) => return None,
        Some(days) => number(days, context.lang),
        None => context.say("不限（有替代）", "any (another way stands in)").to_owned(),
    };
    let name = context.short(idx);
    Some(match (context.lang, days) {
        (Lang::Zh, Some(_)) => format!("{name} {spare} 日"),
        _ => format!("{name} {spare}"),
    })
}

/// Steps one after another; the middle of a long chain is counted.
fn path(context: &Context<'_, '_>, chain: &[String]) -> String {
    if chain.len() <= CHAIN || context.options.full {
        return chain.join(" > ");
    }
    let left = chain.len() - 6;
    let middle = match context.lang {
        Lang::Zh => format!("（略 {left} 步）"),
        Lang::En => format!("({})", some(left, "step")),
    };
    format!("{} > {middle} > {}", chain[..3].join(" > "), chain[chain.len() - 3..].join(" > "))
}

/// Facts that are asked for, each with the strongest of what its answer would change; decisive ones first.
fn asked(context: &Context<'_, '_>) -> Vec<(FactIdx, Decides)> {
    let mut asked: BTreeMap<FactIdx, Decides> = BTreeMap::new();
    for question in &context.explanation.result.questions {
        let known = asked.entry(question.fact).or_insert(question.decides);
        *known = (*known).min(question.decides);
    }
    let schema = &context.evaluation.pack.schema;
    let mut asked: Vec<(FactIdx, Decides)> = asked.into_iter().collect();
    asked.sort_by_key(|(fact, decides)| (*decides, schema[*fact].ask.clone(), *fact));
    asked
}

/// Whom is asked what, the first few of a long list, and how many there are.
pub(super) fn questions(context: &Context<'_, '_>) -> (Table, usize) {
    let asked = asked(context);
    let shown = if context.options.full { asked.len() } else { QUESTIONS.min(asked.len()) };
    let columns = match context.lang {
        Lang::Zh => ["请谁填", "填什么", "填在哪里", "影响"],
        Lang::En => ["who", "what", "where", "decides"],
    };
    let mut table = Table::new(columns.map(|name| (name, Align::Left)));
    asked[..shown].iter().for_each(|&(fact, decides)| table.push(question(context, fact, decides)));
    (table, asked.len())
}

fn push_questions(context: &Context<'_, '_>, out: &mut String) {
    let (table, all) = questions(context);
    if all == 0 {
        return;
    }
    let _ = match context.lang {
        Lang::Zh => writeln!(out, "\n待核实 {all} 项"),
        Lang::En => writeln!(out, "\nundetermined, {}", number(all, context.lang)),
    };
    for line in table.lines() {
        let _ = writeln!(out, "  {line}");
    }
    if all > table.rows.len() {
        let left = all - table.rows.len();
        let _ = match context.lang {
            Lang::Zh => writeln!(out, "  另有 {left} 项（--full 全部列出）"),
            Lang::En => writeln!(out, "  and {} more (--full lists them)", number(left, context.lang)),
        };
    }
}

fn question(context: &Context<'_, '_>, fact: FactIdx, decides: Decides) -> [String; 4] {
    let spec = &context.evaluation.pack.schema[fact];
    let who = spec.ask.as_deref().map_or_else(|| "-".to_owned(), |id| context.department(id));
    let place = place(context.evaluation.portfolio, fact, context.row).unwrap_or_else(|| {
        let header = spec.columns.first().unwrap_or(&spec.id);
        match context.lang {
            Lang::Zh => format!("加列「{header}」"),
            Lang::En => format!("add column {header}"),
        }
    });
    let decides = match decides {
        Decides::Verdict => context.say("结论", "verdict"),
        Decides::Blockers => context.say("堵点", "blockers"),
        Decides::Nothing => context.say("不影响结论", "nothing today"),
    };
    [who, context.fact_title(fact), plain(&place), decides.to_owned()]
}

fn presumed(context: &Context<'_, '_>, out: &mut String) {
    let result = &context.explanation.result;
    let shown = if context.options.full { usize::MAX } else { LISTED };
    if !result.presumed.is_empty() {
        let titles: Vec<String> = result.presumed.iter().map(|&fact| context.fact_title(fact)).collect();
        let _ = writeln!(
            out,
            "{}{}",
            context.say("结论依据推定（空白读作无）：", "rests on presumption (blank read as no): "),
            list_some(&titles, shown, context.lang)
        );
    }
    if !result.by_evidence.is_empty() {
        let titles: Vec<String> = result.by_evidence.iter().map(|&idx| by_evidence(context, idx)).collect();
        let _ = writeln!(
            out,
            "{}{}",
            context.say("由后续批文推定已具备：", "met by a later document only: "),
            list_some(&titles, shown, context.lang)
        );
    }
}

/// A requirement and the later documents that presume it.
fn by_evidence(context: &Context<'_, '_>, idx: RequirementIdx) -> String {
    let there = |fact: &&FactIdx| !matches!(context.cell(**fact), kaigong_model::Cell::Blank | kaigong_model::Cell::No);
    let papers: Vec<String> =
        context.body(idx).evidenced_by.iter().filter(there).map(|&fact| context.fact_title(fact)).collect();
    let short = context.short(idx);
    if papers.is_empty() { short } else { format!("{short}{}", aside(&list(&papers, context.lang), context.lang)) }
}

/// Papers obtained before what they need, or dated before it.
fn order(context: &Context<'_, '_>, out: &mut String) {
    // A gathering node is nothing anyone could do early.
    let acts = |idx: &&RequirementIdx| context.body(**idx).met_when.is_some();
    for &idx in context.explanation.result.out_of_order.iter().filter(acts) {
        let missing: Vec<String> = missing(context, idx);
        let (title, names) = (context.short(idx), list_some(&missing, LISTED, context.lang));
        let _ = match (missing.is_empty(), context.lang) {
            (true, Lang::Zh) => writeln!(out, "次序颠倒：{title}已办，前置未齐"),
            (true, Lang::En) => writeln!(out, "out of order: {title} is there, what it needs is not"),
            (false, Lang::Zh) => writeln!(out, "次序颠倒：{title}已办，前置{names}未具备"),
            (false, Lang::En) => writeln!(out, "out of order: {title} is there, {names} is not"),
        };
    }
    for step in &context.explanation.steps {
        let Some(need) = step.dated_before else { continue };
        let (later, earlier) = (context.short(step.requirement), context.short(need));
        let _ = match context.lang {
            Lang::Zh => writeln!(out, "日期次序：{later}的日期早于其前置{earlier}"),
            Lang::En => writeln!(out, "dates: {later} is dated before {earlier}, which it needs"),
        };
    }
}

/// What an early requirement lacks.
fn missing(context: &Context<'_, '_>, idx: RequirementIdx) -> Vec<String> {
    let Some(step) = context.steps.get(&idx) else { return Vec::new() };
    let body = context.body(idx);
    let unmet = step.needs.iter().filter(|(_, truth)| *truth == Truth::No);
    let children = unmet.filter_map(|(need, _)| body.needs.get(*need)).flat_map(|need| context.targets(&need.target));
    children
        .map(|child| match child {
            Child::Step(step) => context.short(step),
            Child::Group { members, .. } => {
                let names: Vec<String> = members.iter().map(|&member| context.short(member)).collect();
                names.join(context.say(" 或 ", " or "))
            }
        })
        .collect()
}

/// Papers put off with leave, and when they are due.
fn promises(context: &Context<'_, '_>, out: &mut String) {
    for promise in &context.explanation.promises {
        let (title, until) = (context.fact_title(promise.fact), promise.until);
        let _ = match (promise.overdue, context.lang) {
            (false, Lang::Zh) => writeln!(out, "承诺（容缺）在效：{title}，应于 {until} 前补齐"),
            (false, Lang::En) => writeln!(out, "promised and not overdue: {title}, due by {until}"),
            (true, Lang::Zh) => writeln!(out, "承诺（容缺）逾期：{title}，应于 {until} 前补齐，重新成为前置"),
            (true, Lang::En) => writeln!(out, "promise overdue: {title} was due by {until} and is asked for again"),
        };
    }
}

/// What the ledger says of the day but did not say on it.
fn recorded_late(context: &Context<'_, '_>, out: &mut String) {
    for record in &context.explanation.recorded_late {
        let (title, from, recorded) = (context.fact_title(record.fact), record.from, record.recorded_on);
        let _ = match context.lang {
            Lang::Zh => writeln!(out, "事后补记：{title}，{from} 起，{recorded} 才记载"),
            Lang::En => writeln!(out, "recorded after the fact: {title}, from {from}, recorded only on {recorded}"),
        };
    }
    if !context.explanation.recorded_late.is_empty() {
        let day = context.as_of;
        let _ = match context.lang {
            Lang::Zh => writeln!(out, "只按当时台账所载核查：加 --known-by {day}"),
            Lang::En => writeln!(out, "by what the ledger said that day: add --known-by {day}"),
        };
    }
}

fn alerts(context: &Context<'_, '_>, out: &mut String) {
    let pack = context.evaluation.pack;
    let result = &context.explanation.result;
    let mut alerts: Vec<usize> = result.alerts.clone();
    alerts.sort_by_key(|&at| pack.alerts[at].severity);
    for at in alerts {
        let alert = &pack.alerts[at];
        let severity = severity_words(alert.severity);
        let _ = write!(
            out,
            "{}{}{}",
            severity.get(context.lang),
            context.say("：", ": "),
            inline(&alert.title, context.lang)
        );
        if result.presumed_alerts.contains(&at) {
            out.push_str(context.say("（推定：空白读作无）", " (presumed: blanks read as no)"));
        }
        if let Some(fine) = &alert.fine {
            let of = fine.of.map(|fact| context.fact_title(fact));
            let _ = write!(out, "{}{}", context.say("；", "; "), words(fine, of.as_deref(), context.lang));
        }
        if !alert.cite.is_empty() {
            let cites = citations(&alert.cite, context.evaluation.options.law(), context.lang);
            let _ = write!(out, "{}{}", context.say("；依据 ", "; law: "), sources(&cites, 3, context.lang));
        }
        out.push('\n');
    }
}
