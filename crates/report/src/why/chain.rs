//! 且 and 故: what the blockers hold up, nearest first, and what follows for the project.

use std::fmt::Write as _;

use kaigong_model::Lang;
use kaigong_rules::RequirementIdx;
use kaigong_solver::Verdict;

use super::{Class, Context};
use crate::phrase::{list, list_some};

/// Lines of consequences; the tree below says the rest.
const LINES: usize = 8;
/// Steps named on the way to the goal.
const NAMED: usize = 3;

/// Writes consequences and conclusion.
pub(super) fn push(context: &Context<'_, '_>, out: &mut String) {
    let (mut lines, left) = consequences(context);
    if left > 0 {
        lines.push(match context.lang {
            Lang::Zh => format!("另有 {left} 组见下图"),
            Lang::En => format!("{left} more groups: see below"),
        });
    }
    for (at, line) in lines.iter().enumerate() {
        let lead = match (at, context.lang) {
            (0, Lang::Zh) => "且 ",
            (0, Lang::En) => "and ",
            (_, Lang::Zh) => "   ",
            (_, Lang::En) => "    ",
        };
        let _ = writeln!(out, "{lead}{line}");
    }
    let _ = writeln!(out, "{} {}", context.say("故", "therefore"), conclusion(context));
}

/// What the blockers hold up, a line a group, and how many groups are left where not all are told.
pub(super) fn consequences(context: &Context<'_, '_>) -> (Vec<String>, usize) {
    let groups = groups(context);
    let shown = if context.options.full { groups.len() } else { LINES.min(groups.len()) };
    let told = groups.iter().take(shown).map(|(numbers, holds)| consequence(context, numbers, holds));
    (told.collect(), groups.len() - shown)
}

/// Blockers that hold up the same step, in order of their numbers.
fn groups<'c>(context: &Context<'c, '_>) -> Vec<(Vec<usize>, &'c [RequirementIdx])> {
    let mut groups: Vec<(Vec<usize>, &[RequirementIdx])> = Vec::new();
    for (at, (reason, _)) in context.reasons.iter().enumerate() {
        match groups.iter_mut().find(|(_, holds)| *holds == reason.holds.as_slice()) {
            Some((numbers, _)) => numbers.push(at + 1),
            None => groups.push((vec![at + 1], &reason.holds)),
        }
    }
    groups
}

fn consequence(context: &Context<'_, '_>, numbers: &[usize], holds: &[RequirementIdx]) -> String {
    let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
    let numbers = list(&numbers, context.lang);
    let goal = context.goal_title();
    let quoted = |idx: &RequirementIdx| match context.lang {
        Lang::Zh => format!("「{}」", context.short(*idx)),
        Lang::En => context.short(*idx),
    };
    let steps: Vec<String> = holds.iter().filter(|&&idx| idx != context.goal()).map(quoted).collect();
    match (steps.split_first(), context.lang) {
        (None, Lang::Zh) => format!("{numbers} 未解决，不得{goal}"),
        (None, Lang::En) => format!("{numbers} forbid{} the {goal}", if numbers.contains(',') { "" } else { "s" }),
        (Some((first, [])), Lang::Zh) => format!("{numbers} 未解决，{first}办不成，不得{goal}"),
        (Some((first, rest)), Lang::Zh) => {
            format!("{numbers} 未解决，{first}办不成，进而{}办不成，不得{goal}", list_some(rest, NAMED, context.lang))
        }
        (Some((first, rest)), Lang::En) => {
            let mut text = format!("{numbers} hold{} up {first}", if numbers.contains(',') { "" } else { "s" });
            for step in rest.iter().take(NAMED) {
                let _ = write!(text, ", hence {step}");
            }
            if rest.len() > NAMED {
                let _ = write!(text, " and {} more", rest.len() - NAMED);
            }
            format!("{text}, hence the {goal}")
        }
    }
}

/// What follows for the project.
pub(super) fn conclusion(context: &Context<'_, '_>) -> String {
    let result = &context.explanation.result;
    let goal = context.goal_title();
    let certain = context.reasons.iter().any(|(_, class)| *class == Class::Certain);
    let text = match (result.verdict, result.readiness, context.lang) {
        (Verdict::Started, Verdict::Blocked, Lang::Zh) => format!("已{goal}，但{goal}手续不全，须补办"),
        (Verdict::Started, Verdict::Blocked, Lang::En) => {
            "the project has started, but not every prerequisite is there".to_owned()
        }
        (Verdict::Started, Verdict::Undetermined, Lang::Zh) => format!("已{goal}，手续是否齐全待核实"),
        (Verdict::Started, Verdict::Undetermined, Lang::En) => {
            "the project has started; whether every prerequisite is there is not known".to_owned()
        }
        (Verdict::Started, _, Lang::Zh) => format!("已{goal}，手续齐全"),
        (Verdict::Started, _, Lang::En) => "the project has started, with every prerequisite".to_owned(),
        (_, Verdict::Blocked, Lang::Zh) => format!("不具备{goal}条件"),
        (_, Verdict::Blocked, Lang::En) => "the project may not ".to_owned() + &goal,
        (_, Verdict::Undetermined, Lang::Zh) => format!("资料补齐前，不能断定是否具备{goal}条件"),
        (_, Verdict::Undetermined, Lang::En) => {
            format!("whether the project may {goal} cannot be told until they are filled in")
        }
        (_, _, Lang::Zh) => format!("具备{goal}条件"),
        (_, _, Lang::En) => format!("the project may {goal}"),
    };
    if result.verdict == Verdict::Ready && !result.presumed.is_empty() {
        return text + context.say("（依据推定，见下）", " (on presumption, see below)");
    }
    if result.readiness == Verdict::Blocked && !certain {
        let more = context.say(
            "（全部堵点均属推定或待定，核实后结论可能改变）",
            " (every blocker is presumed or unsettled; facts may change the verdict)",
        );
        return text + more;
    }
    text
}
