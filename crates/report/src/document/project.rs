//! One project in a paper: who and when, why, what to do; as a section, or as a paper of its own.

use kaigong_model::{Align, Block, Lang};

use super::Paper;
use crate::html::Report;
use crate::html::capital;
use crate::phrase::{light_words, say, verdict_words};
use crate::why::{Account, Context, Pieces, pieces};

/// Writes a project as a section of the report.
pub(super) fn push_section(report: &Report<'_, '_>, place: usize, paper: &mut Paper) {
    let Some(explanation) = report.explanations.get(place) else { return };
    let context = report.context(explanation);
    let pieces = pieces(&context);
    paper.heading(2, &context.project(context.row));
    push_answer(report, &context, &pieces, place, paper);
    push_why(&context, &pieces, false, paper);
    if let Some(first) = pieces.forward.first() {
        let first = ended(first, paper.lang);
        paper.blocks.push(Block::led(say(paper.lang, "怎么办：", "What to do: "), first));
    }
}

/// Writes a project as a paper.
pub(super) fn push_brief(report: &Report<'_, '_>, place: usize, paper: &mut Paper) {
    let context = report.context(&report.explanations[place]);
    let pieces = pieces(&context);
    let lang = paper.lang;
    paper.heading(1, say(lang, "结论", "the answer"));
    push_answer(report, &context, &pieces, place, paper);
    if !pieces.reasons.is_empty() {
        paper.heading(1, say(lang, "缘由", "why"));
        push_why(&context, &pieces, true, paper);
        pieces.consequences.iter().for_each(|line| paper.blocks.push(Block::plain(ended(line, lang))));
    }
    push_lines(("怎么办", "what to do"), &pieces.forward, paper);
    push_questions(&pieces, paper);
    push_lines(("怎样可以断定", "what would settle it"), &pieces.settling, paper);
    push_lines(("另须注意", "besides"), &pieces.notes, paper);
}

fn push_answer(report: &Report<'_, '_>, context: &Context<'_, '_>, pieces: &Pieces, place: usize, paper: &mut Paper) {
    let lang = paper.lang;
    let verdict = capital(verdict_words(context.explanation.result.verdict).get(lang));
    let light = report.assessment.lights.get(place).copied().flatten().map(|at| {
        let light = light_words(&context.evaluation.pack.lights[at].light);
        match lang {
            Lang::Zh => format!("（{}灯）", light.zh),
            Lang::En => format!(" ({})", light.en),
        }
    });
    let told = format!("{}{}", light.unwrap_or_default(), pieces.count);
    let conclusion = capital(&pieces.conclusion);
    paper.blocks.push(Block::led(verdict, ended(&format!("{told}{}{conclusion}", say(lang, "。", ". ")), lang)));
    let facts: Vec<String> =
        pieces.responsible.iter().map(|(label, text)| format!("{label} {text}").trim_start().to_owned()).collect();
    let result = &context.explanation.result.earliest;
    let doubt = if result.is_provisional() { say(lang, "（暂定）", " (provisional)") } else { "" };
    let earliest = result.date.map(|day| format!("{} {day}{doubt}", say(lang, "最早开工", "earliest start")));
    let facts: Vec<String> = facts.into_iter().chain(earliest).collect();
    if !facts.is_empty() {
        paper.blocks.push(Block::plain(ended(&capital(&facts.join(say(lang, "，", ", "))), lang)));
    }
}

/// The blockers; `whole` with the facts and cells they rest on, which a report leaves to the brief of a project.
fn push_why(context: &Context<'_, '_>, pieces: &Pieces, whole: bool, paper: &mut Paper) {
    for blockers in &pieces.reasons {
        if pieces.reasons.len() > 1 {
            paper.blocks.push(Block::led(capital(blockers.heading), ""));
        }
        for (number, account) in &blockers.accounts {
            push_account(context, *number, account, whole, paper);
        }
    }
}

fn push_account(context: &Context<'_, '_>, number: usize, account: &Account, whole: bool, paper: &mut Paper) {
    let (lang, colon) = (paper.lang, context.say("：", ": "));
    let footing = account.footing(context);
    let more: Vec<&str> = std::iter::once(account.head.as_str())
        .chain(account.more.iter().filter(|_| whole).map(String::as_str))
        .chain([footing.as_str()])
        .filter(|line| !line.is_empty())
        .collect();
    let text = ended(&more.join(say(lang, "；", "; ")), lang);
    paper.blocks.push(Block::led(format!("{number}. {}{colon}", capital(&account.title)), text));
}

fn push_questions(pieces: &Pieces, paper: &mut Paper) {
    let (table, all) = &pieces.questions;
    if *all == 0 {
        return;
    }
    let lang = paper.lang;
    paper.heading(1, say(lang, "待核实", "to be found out"));
    let share = |at: usize| if at == 0 { 40 } else { 30 };
    let columns: Vec<(String, Align, u16)> =
        table.columns.iter().enumerate().map(|(at, (name, align))| (capital(name), *align, share(at))).collect();
    paper.blocks.push(Block::Table(kaigong_model::PrintedTable { columns, rows: table.rows.clone() }));
    let left = all - table.rows.len();
    if left > 0 {
        paper.blocks.push(Block::Note(match lang {
            Lang::Zh => format!("另有 {left} 项。"),
            Lang::En => format!("And {} more.", crate::phrase::number(left, lang)),
        }));
    }
}

fn push_lines(title: (&str, &str), lines: &[String], paper: &mut Paper) {
    if lines.is_empty() {
        return;
    }
    let lang = paper.lang;
    paper.heading(1, say(lang, title.0, title.1));
    for line in lines {
        paper.blocks.push(Block::plain(ended(&capital(line), lang)));
    }
}

/// A sentence that ends.
fn ended(text: &str, lang: Lang) -> String {
    let text = text.trim_end();
    let aside = text.starts_with(['(', '（']) && text.ends_with([')', '）']);
    if aside || text.is_empty() || text.ends_with(['。', '.', '！', '？', '：', ':', '?', '!']) {
        return text.to_owned();
    }
    format!("{text}{}", say(lang, "。", "."))
}
