//! What ways cost, in words and in machine output; what is not known of it is said.

use kaigong_model::{Dimension, Lang, Words};
use kaigong_solver::{CostKind, EarliestStart, Sum, Way};
use serde_json::{Value, json};

use crate::json::{date, wan};
use crate::phrase::{amount, shown_unit, some};

/// Money in words.
pub(crate) fn money(fen: i64, lang: Lang) -> String {
    amount(i128::from(fen), shown_unit(Dimension::Money, None), lang)
}

/// A cost that is known, in words: 70 日, CNY 120,000, 2 offices.
pub(crate) fn known(by: CostKind, cost: i64, lang: Lang) -> String {
    match (by, lang) {
        (CostKind::Money, _) => money(cost, lang),
        (CostKind::Days, Lang::Zh) => format!("{cost} 日"),
        (CostKind::Days, Lang::En) => format!("{} of work", some(cost, "day")),
        (CostKind::Offices, Lang::Zh) => format!("{cost} 家"),
        (CostKind::Offices, Lang::En) => some(cost, "office"),
    }
}

/// What a way costs, in words: 70 days of work; at least so much where the cost of a step is not known.
pub(crate) fn told(way: &Way, by: CostKind, lang: Lang) -> String {
    let (cost, unknown) = (way.cost(by), way.unknown(by));
    let without = unpriced(by, unknown).get(lang).to_owned();
    match (lang, unknown) {
        (_, 0) => known(by, cost, lang),
        (Lang::Zh, _) if unknown == way.steps.len() => format!("未知（{without}）"),
        (Lang::En, _) if unknown == way.steps.len() => format!("unknown ({without})"),
        (Lang::Zh, _) => format!("至少 {}（{without}）", known(by, cost, lang)),
        (Lang::En, _) => format!("at least {} ({without})", known(by, cost, lang)),
    }
}

/// The same with what it is a sum of, for a list of its own.
pub(crate) fn total(way: &Way, by: CostKind, lang: Lang) -> String {
    let told = told(way, by, lang);
    match (by, lang) {
        (CostKind::Days, Lang::Zh) if told.starts_with(|c: char| c.is_ascii_digit()) => format!("工作量合计 {told}"),
        (CostKind::Days, Lang::Zh) => format!("工作量合计{told}"),
        (CostKind::Money, Lang::Zh) if told.starts_with(|c: char| c.is_ascii_digit()) => format!("费用合计 {told}"),
        (CostKind::Money, Lang::Zh) => format!("费用合计{told}"),
        (CostKind::Offices, Lang::Zh) => format!("牵涉单位 {told}"),
        (_, Lang::En) => told,
    }
}

/// What a way costs in few words, for a table: 12 万元 +2 where two steps are not in the sum.
pub(crate) fn brief(way: &Way, by: CostKind, lang: Lang) -> String {
    match (way.unknown(by), way.cost(by)) {
        (0, cost) => known(by, cost, lang),
        (unknown, 0) if unknown == way.steps.len() => format!("+{unknown}"),
        (unknown, cost) => format!("{} +{unknown}", known(by, cost, lang)),
    }
}

/// The day on which a way leads to the start, marked where it may yet move.
pub(crate) fn day(way: &Way, lang: Lang) -> String {
    let Some(day) = way.date else { return "-".to_owned() };
    match (way.unpublished, lang) {
        (None, _) => day.to_string(),
        (Some(_), Lang::Zh) => format!("{day}（暂定）"),
        (Some(_), Lang::En) => format!("{day} (provisional)"),
    }
}

/// How many steps have no known cost.
fn unpriced(by: CostKind, count: usize) -> Words {
    let steps = some(count, "step");
    match by {
        CostKind::Money => Words::new(format!("{count} 步没有单价"), format!("{steps} without a price")),
        _ => Words::new(format!("{count} 步未定时限"), format!("{steps} without a time limit")),
    }
}

/// Why a day may yet move, in words; nothing where it stands.
pub(crate) fn provisional(earliest: &EarliestStart, lang: Lang) -> Option<String> {
    let mut why = Vec::new();
    if earliest.date.is_some() && earliest.provisional {
        why.push(match lang {
            Lang::Zh => "不明各项按未办计".to_owned(),
            Lang::En => "unknown facts count as still to do".to_owned(),
        });
    }
    if let Some(year) = earliest.unpublished.filter(|_| earliest.date.is_some()) {
        why.push(match lang {
            Lang::Zh => format!("{year} 年放假安排尚未公布"),
            Lang::En => format!("the holidays of {year} are not published yet"),
        });
    }
    (!why.is_empty()).then(|| why.join(if lang == Lang::Zh { "；" } else { "; " }))
}

/// Why a day may yet move, for machines; null where it stands.
pub(crate) fn provisional_json(earliest: &EarliestStart) -> Value {
    if !earliest.is_provisional() {
        return Value::Null;
    }
    json!({"unknown_facts": earliest.provisional, "holiday_notice": earliest.unpublished})
}

/// What a sum comes to, for machines: null where nothing is known of it.
pub(crate) fn sum_json(sum: Sum, steps: usize, write: impl Fn(i64) -> Value) -> Value {
    if sum.unknown == steps && steps > 0 { Value::Null } else { write(sum.known) }
}

/// The costs and the day of a way, for machines, in an object that holds its steps.
pub(crate) fn way_json(way: &Way, mut steps: Value) -> Value {
    let count = way.steps.len();
    steps["days_of_work"] = way.days.known.into();
    steps["without_days"] = way.days.unknown.into();
    steps["money"] = sum_json(way.money, count, |fen| Value::String(wan(i128::from(fen))));
    steps["without_price"] = way.money.unknown.into();
    steps["offices"] = way.offices.into();
    steps["start"] = date(way.date);
    steps["start_awaits_notice"] = way.unpublished.filter(|_| way.date.is_some()).into();
    steps
}
