//! One fact in words: what its cell says, and where it is written.

use kaigong_model::{BlankRule, Calendar, Cell, Date, Duration, FactIdx, FactSpec, FactType, Halts, Issue, Lang, Part};
use kaigong_rules::expression::{Comparison, Condition, ParameterIdx, Reading, Type, Value};
use kaigong_rules::{Body, Scalar};
use kaigong_solver::{FactRead, PaperState};

use super::Context;
use crate::phrase::{aside, days, duration, place, plain};
use crate::rules::condition::whole;

/// What a fact's cell says, without its title.
pub(super) fn value(context: &Context<'_, '_>, read: &FactRead, body: &Body) -> String {
    if let Some(state) = read.paper {
        return document(context, read, state, body);
    }
    let spec = &context.evaluation.pack.schema[read.fact];
    match &read.cell {
        Cell::Blank => blank(context, read),
        Cell::No if spec.kind == FactType::Bool => context.say("否", "no").to_owned(),
        Cell::No => context.say("无", "none").to_owned(),
        Cell::InHand => context.say("办理中", "in hand").to_owned(),
        Cell::Conflicting => context.say("两处来源不一致", "two sources differ").to_owned(),
        Cell::Bool(true) => context.say("是", "yes").to_owned(),
        Cell::Bool(false) => context.say("否", "no").to_owned(),
        Cell::Quantity(atoms) => context.fact_amount(read.fact, *atoms),
        Cell::Date(day) if *day > context.as_of && spec.date_kind == kaigong_model::DateKind::Event => {
            format!("{day}{}", context.say("，尚未到", ", not yet come"))
        }
        Cell::Date(day) => day.to_string(),
        Cell::Enum(code) => context.wording().value_word(read.fact, *code),
        Cell::Text(text) => plain(text),
        Cell::Projects(ids) => crate::phrase::list_some(ids, 6, context.lang),
        Cell::Document(_) => String::new(),
    }
}

/// A blank, and what is made of it.
fn blank(context: &Context<'_, '_>, read: &FactRead) -> String {
    let spec = &context.evaluation.pack.schema[read.fact];
    let rule = spec.blank;
    let column = spec.columns.first().unwrap_or(&spec.id);
    let first = match (place(context.evaluation.portfolio, read.fact, context.row), context.lang) {
        (Some(_), Lang::Zh) => "未填".to_owned(),
        (Some(_), Lang::En) => "blank".to_owned(),
        (None, Lang::Zh) => format!("台账无「{}」列", plain(column)),
        (None, Lang::En) => format!("no column {}", plain(column)),
    };
    let then = match (read.presumed, rule) {
        (true, BlankRule::No) => context.say("，即为无", ", which means no"),
        (true, _) => context.say("，按无推定", ", presumed no"),
        (false, _) => "",
    };
    format!("{first}{then}")
}

fn document(context: &Context<'_, '_>, read: &FactRead, state: PaperState, body: &Body) -> String {
    let none = Vec::new();
    let issues = if let Cell::Document(issues) = &read.cell { issues } else { &none };
    match state {
        PaperState::No => context.say("未取得", "not obtained").to_owned(),
        PaperState::Unrecorded => blank(context, read),
        PaperState::Issued => issued(context, issues),
        PaperState::InHand => in_hand(context, &context.evaluation.pack.schema[read.fact], issues, body),
        PaperState::Expired => expired(context, read.fact, issues),
        PaperState::Waived => {
            dated(context, issues, Part::WaivedUntil, ["容缺办理至", "waived until"], "容缺", "waived")
        }
        PaperState::Overdue => dated(
            context,
            issues,
            Part::WaivedUntil,
            ["承诺补齐的期限", "promised by"],
            "承诺逾期未补",
            "the promise is overdue",
        ),
        PaperState::NotYet => not_yet(context, issues),
        PaperState::Unclear => unclear(context, &read.cell),
    }
}

fn last(issues: &[Issue], part: Part, until: Option<Date>) -> Option<Date> {
    issues.iter().filter_map(|issue| issue.date(part)).filter(|day| until.is_none_or(|until| *day <= until)).max()
}

fn dated(context: &Context<'_, '_>, issues: &[Issue], part: Part, words: [&str; 2], zh: &str, en: &str) -> String {
    match last(issues, part, None) {
        Some(day) => format!("{} {day}", context.say(words[0], words[1])),
        None => context.say(zh, en).to_owned(),
    }
}

fn issued(context: &Context<'_, '_>, issues: &[Issue]) -> String {
    let number = issues.iter().find_map(|issue| issue.number.as_deref());
    match (last(issues, Part::IssuedOn, Some(context.as_of)), number, context.lang) {
        (Some(day), _, Lang::Zh) => format!("{day} 取得"),
        (Some(day), _, Lang::En) => format!("issued {day}"),
        (None, Some(number), Lang::Zh) => format!("已取得（{}）", plain(number)),
        (None, Some(number), Lang::En) => format!("issued ({})", plain(number)),
        (None, None, _) => context.say("已取得", "issued").to_owned(),
    }
}

/// Under way: since when, and until when the law gives it.
fn in_hand(context: &Context<'_, '_>, spec: &FactSpec, issues: &[Issue], body: &Body) -> String {
    if let Some(accepted) = last(issues, Part::AcceptedOn, Some(context.as_of)) {
        let since = match context.lang {
            Lang::Zh => format!("{accepted} 受理"),
            Lang::En => format!("accepted {accepted}"),
        };
        let latest = issues.iter().filter(|issue| issue.accepted_on == Some(accepted));
        let halts = Halts::of(spec, latest, context.as_of);
        return format!("{since}{}", limit(context, accepted, &halts, body));
    }
    match (last(issues, Part::SubmittedOn, Some(context.as_of)), context.lang) {
        (Some(day), Lang::Zh) => format!("{day} 申报，尚未受理"),
        (Some(day), Lang::En) => format!("submitted {day}, not yet accepted"),
        (None, _) => context.say("办理中，未填受理日期", "in hand, no day of acceptance").to_owned(),
    }
}

fn limit(context: &Context<'_, '_>, accepted: Date, halts: &Halts, body: &Body) -> String {
    let Some(statutory) = body.takes.statutory else { return String::new() };
    let Some(until) = halts.last_day(accepted, statutory) else { return String::new() };
    let length = duration(statutory, context.lang);
    let over = context.as_of.0 - until.0;
    let over = match context.lang {
        _ if over <= 0 => String::new(),
        Lang::Zh => format!("，已超 {}", days(over, context.lang)),
        Lang::En => format!(", {} over", days(over, context.lang)),
    };
    let halted = halts.halted(accepted, context.as_of, kaigong_model::DurationUnit::Days);
    let halted = match context.lang {
        _ if halted == 0 => String::new(),
        Lang::Zh => format!("，停计 {}", days(halted, context.lang)),
        Lang::En => format!(", stopped for {}", days(halted, context.lang)),
    };
    match context.lang {
        Lang::Zh if halts.running && over.is_empty() => format!("，法定 {length}{halted}，仍停计"),
        Lang::En if halts.running && over.is_empty() => format!(", {length} by law{halted} and still standing still"),
        Lang::Zh if halted.is_empty() => format!("，法定 {length}至 {until}{over}"),
        Lang::Zh => format!("，法定 {length}{halted}，至 {until}{over}"),
        Lang::En => format!(", {length} by law{halted} until {until}{over}"),
    }
}

fn expired(context: &Context<'_, '_>, fact: FactIdx, issues: &[Issue]) -> String {
    let valid = context.evaluation.pack.schema[fact].valid;
    let by_law = |issue: &Issue| issue.issued_on?.plus(valid?, Calendar::official());
    let until = issues.iter().filter_map(|issue| issue.expires_on.or_else(|| by_law(issue))).max();
    match (until, context.lang) {
        (Some(day), Lang::Zh) => format!("有效期至 {day}，已失效"),
        (Some(day), Lang::En) => format!("expired, last valid day {day}"),
        (None, _) => context.say("已失效", "expired").to_owned(),
    }
}

fn not_yet(context: &Context<'_, '_>, issues: &[Issue]) -> String {
    let parts = [Part::IssuedOn, Part::AcceptedOn, Part::SubmittedOn];
    let day = parts.iter().find_map(|&part| last(issues, part, None));
    match (day, context.lang) {
        (Some(day), Lang::Zh) => format!("日期 {day}，晚于核查基准日"),
        (Some(day), Lang::En) => format!("dated {day}, after the as-of date"),
        (None, _) => context.say("尚未取得", "not yet issued").to_owned(),
    }
}

fn unclear(context: &Context<'_, '_>, cell: &Cell) -> String {
    let numbered = matches!(cell, Cell::Document(issues) if issues.iter().any(|issue| issue.number.is_some()));
    match cell {
        Cell::Conflicting => context.say("两处来源不一致", "two sources differ"),
        _ if numbered => context.say("有文号而无日期", "a number without a date"),
        _ => context.say("没有文号和日期", "neither number nor date"),
    }
    .to_owned()
}

/// Where the fact is written, in brackets; nothing where the ledger has no such column.
///
/// Of a document's columns the one that holds what the reader is told of.
pub(super) fn at(context: &Context<'_, '_>, read: &FactRead) -> String {
    if !context.places {
        return String::new();
    }
    let part = match read.paper {
        Some(PaperState::InHand) => Some(Part::AcceptedOn),
        Some(PaperState::Expired) => Some(Part::ExpiresOn),
        Some(PaperState::Waived) => Some(Part::WaivedUntil),
        _ => None,
    };
    let portfolio = context.evaluation.portfolio;
    let of_part = portfolio.sources.iter().find_map(|source| {
        let line = source.lines.get(context.row as usize).copied().filter(|&line| line > 0)?;
        let column = source.facts.iter().find(|column| column.fact == read.fact && column.part == part)?;
        Some(format!("{}:{line} {}", source.name, column.header))
    });
    let found = of_part.or_else(|| place(portfolio, read.fact, context.row));
    found.map(|text| aside(&text, context.lang)).unwrap_or_default()
}

/// A notice or publication that has to run on: since when, and until when.
pub(super) fn running(context: &Context<'_, '_>, body: &Body) -> Option<(FactIdx, String)> {
    let met = body.met_when.as_ref()?;
    met.tree.leaves().into_iter().find_map(|leaf| {
        let Condition::Compare(op, left, right) = leaf else { return None };
        let (shifted, as_of) = match op {
            Comparison::Less | Comparison::LessOrEqual => (left, right),
            Comparison::Greater | Comparison::GreaterOrEqual => (right, left),
            Comparison::Equal | Comparison::NotEqual => return None,
        };
        let (Value::Shift { date, amount, unit, back: false }, Value::AsOf) = (shifted, as_of) else { return None };
        let Value::Read(reading) = &**date else { return None };
        let length = Duration { count: count(context, amount)?, unit: *unit };
        let from = day(context, *reading).filter(|from| *from <= context.as_of)?;
        let until = from.plus(length, Calendar::official()).filter(|until| *until > context.as_of)?;
        Some((reading.fact(), run_on(context, from, length, until)))
    })
}

fn run_on(context: &Context<'_, '_>, from: Date, length: Duration, until: Date) -> String {
    let (left, length) = (days(until.0 - context.as_of.0, context.lang), duration(length, context.lang));
    match context.lang {
        Lang::Zh => format!("{from} 起满 {length}为 {until}，还差 {left}"),
        Lang::En => format!("{from} + {length} = {until}, {left} to go"),
    }
}

fn day(context: &Context<'_, '_>, reading: Reading) -> Option<Date> {
    match (reading, context.cell(reading.fact())) {
        (Reading::Fact(_), Cell::Date(day)) => Some(day),
        (Reading::Part(_, part), Cell::Document(issues)) => {
            issues.iter().filter_map(|issue| issue.date(part)).filter(|day| *day <= context.as_of).min()
        }
        _ => None,
    }
}

fn count(context: &Context<'_, '_>, amount: &Value) -> Option<i32> {
    let parameter = |idx: &ParameterIdx| match (
        context.evaluation.pack.parameter(*idx, context.as_of)?,
        context.evaluation.pack.parameters[idx.0 as usize].kind,
    ) {
        (Scalar::Number(number), Type::Quantity(_) | Type::Number | Type::Duration(_)) => {
            i32::try_from(whole(*number)).ok()
        }
        _ => None,
    };
    match amount {
        Value::Number(number) => i32::try_from(whole(*number)).ok(),
        Value::Parameter(idx) => parameter(idx),
        _ => None,
    }
}
