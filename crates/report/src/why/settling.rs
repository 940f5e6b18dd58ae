//! What answers could settle an undetermined verdict.

use std::fmt::Write as _;

use kaigong_model::Lang;
use kaigong_solver::Answers;

use super::Context;
use crate::phrase::inline;

/// Sets of answers named on a screen.
const NAMED: usize = 3;

/// The smallest sets of answers either way, a line each; nothing for a verdict that stands.
pub(super) fn lines(context: &Context<'_, '_>) -> String {
    let mut out = String::new();
    let Some(settling) = &context.explanation.settling else { return out };
    let heads = match context.lang {
        Lang::Zh => ["答复都有利，即可开工：", "答复都不利，即受阻："],
        Lang::En => ["ready if the answers are all favourable: ", "blocked if the answers are all unfavourable: "],
    };
    for (head, answers) in heads.into_iter().zip([&settling.ready, &settling.blocked]) {
        if answers.count > 0 {
            let _ = writeln!(out, "{head}{}", sets(context, answers));
        }
    }
    out
}

fn sets(context: &Context<'_, '_>, answers: &Answers) -> String {
    let title = |fact: &kaigong_model::FactIdx| inline(&context.evaluation.pack.schema[*fact].title, context.lang);
    let shown = if context.options.full { usize::MAX } else { NAMED };
    let sets: Vec<String> =
        answers.sets.iter().take(shown).map(|set| set.iter().map(title).collect::<Vec<_>>().join(" + ")).collect();
    let more = answers.count.saturating_sub(sets.len() as u128);
    let mut text = sets.join(context.say(" 或 ", ", or "));
    if more > 0 {
        let _ = match context.lang {
            Lang::Zh => write!(text, " 等，另 {more} 种"),
            Lang::En => write!(text, ", and {more} more"),
        };
    }
    text
}
