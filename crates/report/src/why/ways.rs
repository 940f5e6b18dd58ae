//! What would let the project start: the way of fewest steps, and where the ways part.

use std::fmt::Write as _;

use kaigong_model::{Date, Lang, Truth};
use kaigong_rules::RequirementIdx;
use kaigong_solver::{Completeness, Verdict, Way};

use super::Context;
use crate::phrase::{list, list_some};

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
                Lang::En => write!(out, ", and {more} more"),
            };
        }
        out.push('\n');
    }
    trade(context, out);
    if let Completeness::Bounded { at_least } = ways.completeness {
        let _ = match context.lang {
            Lang::Zh => writeln!(out, "  方案过多未能列全；任何方案不少于 {at_least} 步"),
            Lang::En => writeln!(out, "  too many ways to list them all; none has fewer than {at_least} steps"),
        };
    }
}

/// Work against time, where less work means a later start; and the way that needs the fewest offices, where the one of
/// least work needs more.
fn trade(context: &Context<'_, '_>, out: &mut String) {
    let ways = &context.explanation.ways;
    let lang = context.lang;
    let own = |way: &Way| -> Vec<RequirementIdx> {
        way.steps.iter().copied().filter(|step| !ways.always.contains(step)).collect()
    };
    if ways.frontier.len() > 1 {
        out.push_str(context.say("  工作量与时间，可取其一：\n", "  work against time:\n"));
        for way in &ways.frontier {
            let (start, steps) = (day(way.date), chain(context, &own(way)));
            let _ = match lang {
                Lang::Zh => writeln!(out, "    工作量合计 {} 日，最早 {start} 开工：{steps}", way.cost),
                Lang::En => writeln!(out, "    {} days of work, start {start} at the earliest: {steps}", way.cost),
            };
        }
        if !ways.frontier_complete {
            out.push_str(context.say("    （其间还有，未列全）\n", "    (there are more between)\n"));
        }
    }
    let offices = |way: &Way| -> std::collections::BTreeSet<&str> {
        way.steps
            .iter()
            .filter_map(|&step| context.evaluation.body(step, context.explanation.result.row).owner.as_deref())
            .collect()
    };
    if let (Some(least), Some(few)) = (&ways.cheapest, &ways.fewest_offices)
        && offices(few).len() < offices(least).len()
    {
        let (count, steps) = (offices(few).len(), chain(context, &own(few)));
        let _ = match lang {
            Lang::Zh => writeln!(out, "  牵涉单位最少（{count} 家）：{steps}"),
            Lang::En => writeln!(out, "  fewest offices ({count}): {steps}"),
        };
    }
}

fn day(day: Option<Date>) -> String {
    day.map_or_else(|| "-".to_owned(), |day| day.to_string())
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
        parts.push(format!("{}{names}", context.say("视核实结果 ", "depending on the answers ")));
    }
    let steps = sure.len();
    let _ = match (context.lang, ways.count, steps) {
        (_, 1, 0) => write!(out, "{}", context.say("补齐：", "to the start: ")),
        (Lang::Zh, 1, _) => write!(out, "补齐共 {steps} 步："),
        (Lang::En, 1, 1) => write!(out, "1 step to the start: "),
        (Lang::En, 1, _) => write!(out, "{steps} steps to the start: "),
        (Lang::Zh, count, _) => write!(out, "补齐方案 {count} 种，最少 {steps} 步："),
        (Lang::En, count, _) => write!(out, "{count} ways to the start, {steps} steps at the least: "),
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
        Lang::En => format!("({left} more)"),
    };
    format!("{} > {gap} > {}", head.join(" > "), tail.join(" > "))
}
