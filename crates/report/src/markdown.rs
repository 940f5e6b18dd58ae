//! One project as Markdown for chats: headings, bold, lists, and nothing that only some programs draw.

use std::fmt::Write as _;

use kaigong_model::Lang;

use crate::html::Report;
use crate::phrase::{header, light_words, say, verdict_words};
use crate::why::{Account, Blockers, Context, Pieces, pieces};

/// The projects of a report, one after another.
pub fn brief_markdown(report: &Report<'_, '_>) -> String {
    let mut out = String::new();
    for (place, explanation) in report.explanations.iter().enumerate() {
        let context = report.context(explanation);
        let light = report.assessment.lights[place];
        if place > 0 {
            out.push('\n');
        }
        let pieces = pieces(&context);
        push_head(report, &context, &pieces, light, &mut out);
        push_facts(&context, &pieces, &mut out);
        push_why(&context, &pieces, &mut out);
        push_list(say(report.lang, "怎么办", "Ways out"), &pieces.forward, &mut out);
        push_questions(&context, &pieces, &mut out);
        push_list(say(report.lang, "怎样可以断定", "What would settle it"), &pieces.settling, &mut out);
        push_list(say(report.lang, "另须注意", "Besides"), &pieces.notes, &mut out);
    }
    out
}

fn push_head(
    report: &Report<'_, '_>,
    context: &Context<'_, '_>,
    pieces: &Pieces,
    light: Option<usize>,
    out: &mut String,
) {
    let verdict = verdict_words(context.explanation.result.verdict);
    let light = light.map(|at| light_words(&context.evaluation.pack.lights[at].light));
    let light = light.map_or_else(String::new, |light| match context.lang {
        Lang::Zh => format!("（{}灯）", light.zh),
        Lang::En => format!(" ({})", light.en),
    });
    let _ = writeln!(out, "### {}\n", inert(&context.project(context.row)));
    let _ = writeln!(out, "**{}{}**{}\n", verdict.get(context.lang), inert(&light), inert(&pieces.count));
    let _ = writeln!(out, "{}\n", inert(&header(context.evaluation.pack, context.as_of, context.lang)));
    for note in &report.notes {
        let _ = writeln!(out, "{}\n", inert(note.trim()));
    }
}

fn push_facts(context: &Context<'_, '_>, pieces: &Pieces, out: &mut String) {
    let facts: Vec<String> =
        pieces.responsible.iter().map(|(label, text)| format!("{label} {text}").trim_start().to_owned()).collect();
    if !facts.is_empty() {
        let _ = writeln!(out, "{}\n", inert(&facts.join(context.say("，", ", "))));
    }
}

fn push_why(context: &Context<'_, '_>, pieces: &Pieces, out: &mut String) {
    for Blockers { heading, accounts, .. } in &pieces.reasons {
        let _ = writeln!(out, "**{}**\n", inert(heading));
        for (number, account) in accounts {
            push_account(context, *number, account, out);
        }
        out.push('\n');
    }
    let conclusion = format!("{} {}", context.say("故", "therefore"), pieces.conclusion);
    let lines: Vec<String> =
        pieces.consequences_within(usize::MAX, context.lang).into_iter().chain([conclusion]).collect();
    lines.iter().for_each(|line| {
        let _ = writeln!(out, "{}  ", inert(line));
    });
    out.push('\n');
}

fn push_account(context: &Context<'_, '_>, number: usize, account: &Account, out: &mut String) {
    let colon = context.say("：", ": ");
    let _ = writeln!(out, "{number}. **{}**{colon}{}", inert(&account.title), inert(&account.head));
    let told = account.footing(context);
    for line in account.more.iter().chain([&told]).filter(|line| !line.is_empty()) {
        let _ = writeln!(out, "   - {}", inert(line));
    }
}

fn push_questions(context: &Context<'_, '_>, pieces: &Pieces, out: &mut String) {
    let (table, all) = &pieces.questions;
    let mut lines: Vec<String> = table.rows.iter().map(|row| row.join(context.say("，", ", "))).collect();
    lines.extend(crate::phrase::more_entries(all - lines.len(), context.lang));
    push_list(context.say("待核实", "To be found out"), &lines, out);
}

fn push_list(title: &str, lines: &[String], out: &mut String) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "**{title}**\n");
    lines.iter().for_each(|line| {
        let _ = writeln!(out, "- {}", inert(line));
    });
    out.push('\n');
}

/// A text in which nothing is markup, on one line. Within a word an underscore is none.
fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let within = c == '_' && before.is_alphanumeric() && rest.peek().is_some_and(|next| next.is_alphanumeric());
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '#' | '~' if !within => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn markup_in_a_name_is_text() {
        assert_eq!(inert("[x](javascript:1)<b>\n# 1"), "\\[x\\](javascript:1)\\<b> \\# 1");
        assert_eq!(inert("accepted_on _so_ **x** > 1"), "accepted_on \\_so\\_ \\*\\*x\\*\\* > 1");
    }
}
