//! One project in a paper: who and when, why, what to do; as a section, or as a paper of its own.

use kaigong_model::{Align, Block, Lang};

use super::Paper;
use crate::html::Report;
use crate::html::capital;
use crate::phrase::{light_words, more_entries, say, verdict_words, width};
use crate::why::{self, Context, Pieces, pieces};

/// How much of a project a brief tells.
#[derive(Clone, Copy)]
struct Told {
    account: Account,
    /// Whether the cells of facts are named.
    places: bool,
    /// Questions named.
    asked: usize,
    /// Ways and consequences told.
    lines: usize,
}

/// How a blocker is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Account {
    /// With the facts and cells it rests on.
    Whole,
    /// Where it stands, the remedy and the law.
    Plain,
    /// Where it stands and who leads.
    Short,
}

const WHOLE: Told = Told { account: Account::Whole, places: true, asked: usize::MAX, lines: usize::MAX };
const SHORT: Told = Told { account: Account::Short, ..WHOLE };
/// What a sheet tells, from all to the least: the first that fits.
const SHEETS: [Told; 6] = [
    WHOLE,
    Told { account: Account::Plain, ..WHOLE },
    SHORT,
    Told { asked: 5, lines: 6, ..SHORT },
    Told { asked: 5, lines: 6, places: false, ..SHORT },
    Told { asked: 2, lines: 3, places: false, ..SHORT },
];
/// Points of a sheet of A4 below the title and what stands under it.
pub(super) const SHEET: usize = 620;

/// Writes a project as a section of the report.
pub(super) fn push_section(report: &Report<'_, '_>, place: usize, paper: &mut Paper) {
    let Some(explanation) = report.explanations.get(place) else { return };
    let context = report.context(explanation);
    let pieces = pieces(&context);
    paper.heading(2, &context.project(context.row));
    push_answer(report, &context, &pieces, place, paper);
    push_why(&context, &pieces, Account::Plain, paper);
    push_first(&pieces, paper);
}

/// What is to be cleared; where nothing is, the first of what can be done.
fn push_first(pieces: &Pieces, paper: &mut Paper) {
    let lang = paper.lang;
    let colon = say(lang, "：", ": ");
    let first = pieces.to_clear().join(say(lang, "；", "; "));
    let first = if first.is_empty() { pieces.forward.first().cloned().unwrap_or_default() } else { first };
    if let Some((lead, text)) = first.split_once(colon) {
        paper.blocks.push(Block::led(capital(&format!("{lead}{colon}")), ended(text, lang)));
    } else if !first.is_empty() {
        paper.blocks.push(Block::led(say(lang, "怎么办：", "What to do: "), ended(&first, lang)));
    }
}

/// Writes a project as a paper, as much of it as one sheet holds.
pub(super) fn push_brief(report: &Report<'_, '_>, place: usize, paper: &mut Paper) {
    let mut context = report.context(&report.explanations[place]);
    let mut parts = pieces(&context);
    let (before, counted) = (paper.blocks.len(), paper.counted);
    for told in SHEETS {
        paper.blocks.truncate(before);
        paper.counted = counted;
        if context.places != told.places {
            context.places = told.places;
            parts = pieces(&context);
        }
        push_sheet(report, &context, &parts, (place, told), paper);
        if points(&paper.blocks[before..], paper.lang) <= SHEET {
            break;
        }
    }
}

fn push_sheet(
    report: &Report<'_, '_>,
    context: &Context<'_, '_>,
    pieces: &Pieces,
    (place, told): (usize, Told),
    paper: &mut Paper,
) {
    let lang = paper.lang;
    paper.heading(1, say(lang, "结论", "the answer"));
    push_answer(report, context, pieces, place, paper);
    if !pieces.reasons.is_empty() {
        paper.heading(1, say(lang, "缘由", "why"));
        push_why(context, pieces, told.account, paper);
        let consequences = pieces.consequences_within(told.lines, lang);
        consequences.iter().for_each(|line| paper.blocks.push(Block::plain(ended(&capital(line), lang))));
    }
    let forward = pieces.forward_within(told.lines, lang);
    push_lines(("怎么办", "what to do"), &forward, paper);
    push_questions(pieces, told.asked, paper);
    push_lines(("怎样可以断定", "what would settle it"), &pieces.settling, paper);
    push_lines(("另须注意", "besides"), &pieces.notes, paper);
}

/// The height that blocks of a brief take in print, points, about: as its styles set them.
pub(super) fn points(blocks: &[Block], lang: Lang) -> usize {
    // Half-widths of a line, its height, and the room between paragraphs.
    let (wide, line, room) = match lang {
        Lang::Zh => (80, 16, 0),
        Lang::En => (94, 13, 3),
    };
    let lines = |text: &str, wide: usize| -> usize {
        text.split('\n').map(|line| width(line).div_ceil(wide).max(1)).sum::<usize>()
    };
    let cells = |cells: &[&String], shares: &[u16]| -> usize {
        let all: usize = shares.iter().map(|share| usize::from(*share)).sum::<usize>().max(1);
        let of = |(text, share): (&&String, &u16)| lines(text, (wide * usize::from(*share) / all).max(3) - 2);
        14 * cells.iter().zip(shares).map(of).max().unwrap_or(1) + 4
    };
    let height = |block: &Block| match block {
        Block::Heading(..) => line + 3 * room,
        Block::Paragraph(runs) => {
            let text: String = runs.iter().map(|run| run.text.as_str()).collect();
            let indent = if lang == Lang::Zh { 4 } else { 0 };
            line * (width(&text) + indent).div_ceil(wide).max(1) + room
        }
        Block::Note(text) => 14 * lines(text, wide) + 4,
        Block::Table(table) => {
            let shares: Vec<u16> = table.columns.iter().map(|(.., share)| *share).collect();
            let heads: Vec<&String> = table.columns.iter().map(|(name, ..)| name).collect();
            let rows = table.rows.iter().map(|row| cells(&row.iter().collect::<Vec<_>>(), &shares));
            12 + cells(&heads, &shares) + rows.sum::<usize>()
        }
    };
    blocks.iter().map(height).sum()
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

/// The blockers; a report leaves the facts and cells they rest on to the brief of a project.
fn push_why(context: &Context<'_, '_>, pieces: &Pieces, how: Account, paper: &mut Paper) {
    for blockers in &pieces.reasons {
        if pieces.reasons.len() > 1 {
            paper.blocks.push(Block::led(capital(blockers.heading), ""));
        }
        for (number, account) in &blockers.accounts {
            push_account(context, *number, account, how, paper);
        }
    }
}

fn push_account(context: &Context<'_, '_>, number: usize, account: &why::Account, how: Account, paper: &mut Paper) {
    let (lang, colon) = (paper.lang, context.say("：", ": "));
    let footing = match how {
        Account::Short if account.lead.is_empty() => String::new(),
        Account::Short => format!("{}{}", context.say("牵头 ", "lead: "), account.lead),
        Account::Plain | Account::Whole => account.footing(context),
    };
    let more: Vec<&str> = std::iter::once(account.head.as_str())
        .chain(account.more.iter().filter(|_| how == Account::Whole).map(String::as_str))
        .chain([footing.as_str()])
        .filter(|line| !line.is_empty())
        .collect();
    let text = ended(&more.join(say(lang, "；", "; ")), lang);
    paper.blocks.push(Block::led(format!("{number}. {}{colon}", capital(&account.title)), text));
}

fn push_questions(pieces: &Pieces, most: usize, paper: &mut Paper) {
    let (table, all) = &pieces.questions;
    if *all == 0 {
        return;
    }
    let lang = paper.lang;
    paper.heading(1, say(lang, "待核实", "to be found out"));
    let share = |at: usize| if at == 0 { 40 } else { 30 };
    let columns: Vec<(String, Align, u16)> =
        table.columns.iter().enumerate().map(|(at, (name, align))| (capital(name), *align, share(at))).collect();
    paper.blocks.push(Block::Table(kaigong_model::PrintedTable {
        columns,
        rows: table.rows.iter().take(most).cloned().collect(),
    }));
    if let Some(more) = more_entries(all - table.rows.len().min(most), lang) {
        paper.blocks.push(Block::Note(ended(&capital(&more), lang)));
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
