//! What would let the project start: the way of fewest steps, and where the ways part.

use std::fmt::Write as _;

use kaigong_model::{Lang, Truth};
use kaigong_rules::RequirementIdx;
use kaigong_solver::{Bounds, Completeness, CostKind, Durations, Verdict, Way};

use super::Context;
use crate::cost;
use crate::phrase::{list, list_some, number, some};

/// Steps named of a long way.
const STEPS: usize = 6;
/// Alternatives named of a long menu.
const ALTERNATIVES: usize = 4;

/// Writes the ways under what is to be cleared today.
pub(super) fn push(context: &Context<'_, '_>, out: &mut String) {
    if context.explanation.result.readiness == Verdict::Ready {
        return;
    }
    let ways = &context.explanation.ways;
    if ways.count == 0 {
        let barred: Vec<String> = ways.barred.iter().map(|&idx| context.short(idx)).collect();
        let _ = match context.lang {
            Lang::Zh => writeln!(out, "无论补什么都不能开工：{} 没有可走的路", list(&barred, context.lang)),
            Lang::En => {
                writeln!(out, "nothing that could be done releases it: no way through {}", list(&barred, context.lang))
            }
        };
        return;
    }
    let Some(way) = &ways.fewest else { return };
    head(context, way, out);
    for (at, menu) in ways.menus.iter().enumerate() {
        let named = if context.options.full { usize::MAX } else { ALTERNATIVES };
        let chains: Vec<String> = menu.alternatives.iter().take(named).map(|steps| chain(context, steps)).collect();
        let more = menu.count.saturating_sub(chains.len() as u128);
        let _ = match context.lang {
            Lang::Zh => write!(out, "  选择 {}：{}", at + 1, chains.join(" 或 ")),
            Lang::En => write!(out, "  choice {}: {}", at + 1, chains.join(", or ")),
        };
        if more > 0 {
            let _ = match context.lang {
                Lang::Zh => write!(out, " 等，另 {more} 种"),
                Lang::En => write!(out, ", and {} more", number(more, context.lang)),
            };
        }
        out.push('\n');
    }
    trade(context, out);
    if let Completeness::Bounded(bounds) = ways.completeness {
        bounded(context, bounds, out);
    }
}

/// What every way comes to at the least, where not all are known.
fn bounded(context: &Context<'_, '_>, bounds: Bounds, out: &mut String) {
    let (ways, lang) = (&context.explanation.ways, context.lang);
    let mut parts = vec![cost::known(CostKind::Days, bounds.days, lang)];
    if ways.least_money.is_some() {
        parts.push(cost::known(CostKind::Money, bounds.money, lang));
    }
    parts.push(cost::known(CostKind::Offices, bounds.offices, lang));
    let (steps, parts) = (bounds.steps, parts.join(context.say("、", ", ")));
    let _ = match lang {
        Lang::Zh => writeln!(out, "  方案过多未能列全；任何方案至少 {steps} 步、{parts}"),
        Lang::En => {
            writeln!(out, "  too many ways to list them all; every one takes at least {}, {parts}", some(steps, "step"))
        }
    };
}

/// Cost against time, where the cheaper start later; then what is cheapest by money, and by offices where the way of
/// least work needs more of them.
fn trade(context: &Context<'_, '_>, out: &mut String) {
    let ways = &context.explanation.ways;
    let (lang, by) = (context.lang, ways.by);
    if ways.frontier.len() > 1 {
        let _ = match (lang, by) {
            (Lang::Zh, CostKind::Days) => writeln!(out, "  工作量与时间，可取其一："),
            (Lang::Zh, CostKind::Money) => writeln!(out, "  费用与时间，可取其一："),
            (Lang::Zh, CostKind::Offices) => writeln!(out, "  牵涉单位与时间，可取其一："),
            (Lang::En, CostKind::Days) => writeln!(out, "  work against time:"),
            (Lang::En, CostKind::Money) => writeln!(out, "  money against time:"),
            (Lang::En, CostKind::Offices) => writeln!(out, "  offices against time:"),
        };
        for way in &ways.frontier {
            let (cost, start) = (cost::total(way, by, lang), cost::day(way, lang));
            let (steps, gap) = (chain(context, &own(context, way)), if start.ends_with('）') { "" } else { " " });
            let _ = match lang {
                Lang::Zh => writeln!(out, "    {cost}，最早 {start}{gap}开工：{steps}"),
                Lang::En => writeln!(out, "    {cost}, start {start} at the earliest: {steps}"),
            };
        }
        if !ways.frontier_complete {
            out.push_str(context.say("    （其间还有，未列全）\n", "    (there are more between)\n"));
        }
    }
    let shown = ways.frontier.len() > 1;
    if !(by == CostKind::Money && shown) {
        line(context, ("费用最省", "least money:"), ways.least_money.as_ref(), CostKind::Money, out);
    }
    let priced = ("单价齐全的方案中，费用最省", "least money of the ways priced throughout:");
    line(context, priced, ways.least_money_priced.as_ref(), CostKind::Money, out);
    if let Some(way) = ways.least_money.as_ref().filter(|way| way.money.unknown > 0) {
        unpriced(context, way, out);
    }
    let needs_more = ways.least_work.as_ref().zip(ways.fewest_offices.as_ref());
    let asked = by == CostKind::Offices && !shown;
    if asked || needs_more.is_some_and(|(least, few)| few.offices < least.offices) && by != CostKind::Offices {
        fewest_offices(context, out);
    }
}

/// The steps of a way that not every way has.
fn own(context: &Context<'_, '_>, way: &Way) -> Vec<RequirementIdx> {
    let always = &context.explanation.ways.always;
    way.steps.iter().copied().filter(|step| !always.contains(step)).collect()
}

/// A way of least cost on a line of its own.
fn line(context: &Context<'_, '_>, head: (&str, &str), way: Option<&Way>, by: CostKind, out: &mut String) {
    let Some(way) = way else { return };
    let (head, cost) = (context.say(head.0, head.1), cost::told(way, by, context.lang));
    let steps = chain(context, &own(context, way));
    let gap = if cost.starts_with(|c: char| c.is_ascii_digit()) { " " } else { "" };
    let _ = match (context.lang, steps.is_empty()) {
        (Lang::Zh, true) => writeln!(out, "  {head}{gap}{cost}"),
        (Lang::En, true) => writeln!(out, "  {head} {cost}"),
        (Lang::Zh, _) => writeln!(out, "  {head}{gap}{cost}：{steps}"),
        (Lang::En, _) => writeln!(out, "  {head} {cost}: {steps}"),
    };
}

/// Which steps of the cheapest way have no price, and what its sum therefore means.
fn unpriced(context: &Context<'_, '_>, way: &Way, out: &mut String) {
    let prices = context.evaluation.prices(context.explanation.result.row, Durations::default());
    let without = |idx: &&RequirementIdx| prices.money.get(idx.0 as usize).copied().flatten().is_none();
    let names: Vec<String> = way.steps.iter().filter(without).map(|&idx| context.short(idx)).collect();
    let shown = if context.options.full { usize::MAX } else { STEPS };
    let names = list_some(&names, shown, context.lang);
    let _ = match context.lang {
        Lang::Zh => writeln!(out, "    没有单价、合计里未计：{names}；实际费用只会更多"),
        Lang::En => writeln!(out, "    without a price and not in the sum: {names}; the real cost can only be more"),
    };
}

fn fewest_offices(context: &Context<'_, '_>, out: &mut String) {
    let Some(few) = &context.explanation.ways.fewest_offices else { return };
    let (count, steps) = (few.offices, chain(context, &own(context, few)));
    let _ = match (context.lang, steps.is_empty()) {
        (Lang::Zh, true) => writeln!(out, "  牵涉单位最少：{count} 家"),
        (Lang::En, true) => writeln!(out, "  fewest offices: {count}"),
        (Lang::Zh, _) => writeln!(out, "  牵涉单位最少（{count} 家）：{steps}"),
        (Lang::En, _) => writeln!(out, "  fewest offices ({count}): {steps}"),
    };
}

/// The way of fewest steps: what can be done today by its number, then what follows, in order; apart from them
/// the steps that what is still to be asked may spare.
fn head(context: &Context<'_, '_>, way: &Way, out: &mut String) {
    let evaluation = context.evaluation;
    let (row, ways) = (context.explanation.result.row, &context.explanation.ways);
    let spared = |idx: &RequirementIdx| ways.provided.contains(idx) && context.number(*idx).is_none();
    let (open, sure): (Vec<RequirementIdx>, Vec<RequirementIdx>) = way.steps.iter().copied().partition(spared);
    let today = |idx: &RequirementIdx| evaluation.needs(*idx, row) != Truth::No;
    let (now, then): (Vec<RequirementIdx>, Vec<RequirementIdx>) = sure.iter().copied().partition(today);
    let mut parts = Vec::new();
    if !now.is_empty() {
        let mut first: Vec<(usize, String)> = now
            .iter()
            .map(|&idx| match context.number(idx) {
                Some(number) => (number, number.to_string()),
                None => (usize::MAX, context.short(idx)),
            })
            .collect();
        first.sort();
        let first: Vec<String> = first.into_iter().map(|(_, name)| name).collect();
        parts.push(format!("{}{}", context.say("先 ", "first "), first.join(" + ")));
    }
    if !then.is_empty() {
        parts.push(format!("{}{}", context.say("随后 ", "then "), chain(context, &then)));
    }
    if !open.is_empty() {
        let names: Vec<String> = open.iter().map(|&idx| context.short(idx)).collect();
        let shown = if context.options.full { usize::MAX } else { STEPS };
        let names = list_some(&names, shown, context.lang);
        parts.push(format!("{}{names}", context.say("视核实结果 ", "depending on the answers: ")));
    }
    let steps = sure.len();
    let _ = match (context.lang, ways.count, steps) {
        (_, 1, 0) => write!(out, "{}", context.say("补齐：", "to the start: ")),
        (Lang::Zh, 1, _) => write!(out, "补齐共 {steps} 步："),
        (Lang::En, 1, _) => write!(out, "{} to the start: ", some(steps, "step")),
        (Lang::Zh, count, _) => write!(out, "补齐方案 {count} 种，最少 {steps} 步："),
        (Lang::En, count, _) => {
            write!(out, "{} ways to the start, {} at the least: ", number(count, context.lang), some(steps, "step"))
        }
    };
    let _ = writeln!(out, "{}", parts.join(context.say("；", "; ")));
}

/// Steps in their order, the middle of a long chain left out.
fn chain(context: &Context<'_, '_>, steps: &[RequirementIdx]) -> String {
    let names: Vec<String> = steps.iter().map(|&idx| context.short(idx)).collect();
    if names.len() <= STEPS || context.options.full {
        return names.join(" > ");
    }
    let (head, tail) = (&names[..STEPS - 2], &names[names.len() - 1..]);
    let left = names.len() - head.len() - tail.len();
    let gap = match context.lang {
        Lang::Zh => format!("（略 {left} 步）"),
        Lang::En => format!("({} more)", number(left, context.lang)),
    };
    format!("{} > {gap} > {}", head.join(" > "), tail.join(" > "))
}
