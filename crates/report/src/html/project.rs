//! One project: facts, why, what it holds up, ways out, questions, law; as a section of the report or a sheet of its own.

use std::fmt::Write as _;

use kaigong_model::{Cell, FactIdx, Lang, escaped};

use super::{Report, lists, page, timeline};
use crate::assessment::role_text;
use crate::graph::embedded;
use crate::phrase::{header, more_entries, number, say, verdict_words};
use crate::why::{Account, Blockers, Class, Context, Pieces, pieces};

/// How much of a project is told.
#[derive(Clone, Copy)]
struct Told {
    timeline: bool,
    /// Blockers that are not certain take a line each; then all of them do.
    short: Short,
    /// Questions named.
    asked: usize,
    /// Ways and consequences told.
    lines: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Short {
    None,
    Uncertain,
    All,
}

/// All of it.
const WHOLE: Told = Told { timeline: true, short: Short::None, asked: usize::MAX, lines: usize::MAX };
/// What a sheet tells, from all to the least: the first that fits.
const SHEETS: [Told; 6] = [
    WHOLE,
    Told { timeline: false, ..WHOLE },
    Told { timeline: false, short: Short::Uncertain, ..WHOLE },
    Told { timeline: false, short: Short::All, ..WHOLE },
    Told { timeline: false, short: Short::All, asked: 5, lines: 6 },
    Told { timeline: false, short: Short::All, asked: 2, lines: 3 },
];
/// Lines of a sheet of A4, and the half-widths of a line, as printed.
const LINES: usize = 60;
const WIDE: usize = 112;

/// Writes a project's section of the report.
pub(super) fn push_section(
    report: &Report<'_, '_>,
    context: &Context<'_, '_>,
    light: Option<usize>,
    pictures: bool,
    out: &mut String,
) {
    let _ = writeln!(out, "<article id=\"p{}\">", context.row);
    push_name(report, context, light, "h3", out);
    let pieces = pieces(context);
    push_answer(context, &pieces, out);
    push_facts(context, &pieces, out);
    push_why(context, &pieces, WHOLE, out);
    push_forward(context, &pieces, WHOLE, out);
    if pictures {
        timeline::push(context, out);
        push_graph(context, out);
    }
    out.push_str("</article>\n");
}

/// Writes a project on a sheet: the same, with its timeline and without the graph, which would not fit; as much of it
/// as one sheet holds.
pub(super) fn push_brief(report: &Report<'_, '_>, context: &Context<'_, '_>, light: Option<usize>, out: &mut String) {
    let pieces = pieces(context);
    let mut sheet = String::new();
    for told in SHEETS {
        sheet.clear();
        push_sheet(report, context, light, &pieces, told, &mut sheet);
        if lines(&sheet) <= LINES {
            break;
        }
    }
    out.push_str(&sheet);
}

fn push_sheet(
    report: &Report<'_, '_>,
    context: &Context<'_, '_>,
    light: Option<usize>,
    pieces: &Pieces,
    told: Told,
    out: &mut String,
) {
    let _ = writeln!(out, "<article>\n<p class=\"title\">{}</p>", say(context.lang, "一项目一策", "Project brief"));
    push_name(report, context, light, "h1", out);
    push_answer(context, pieces, out);
    page::paragraph("meta", &header(context.evaluation.pack, context.as_of, context.lang), out);
    report.notes.iter().for_each(|note| page::note(note.trim(), out));
    push_facts(context, pieces, out);
    push_why(context, pieces, told, out);
    push_forward(context, pieces, told, out);
    if told.timeline {
        timeline::push(context, out);
    }
    out.push_str("</article>\n");
}

/// The lines that a sheet's elements take in print, about: headings take more, four facts stand side by side.
fn lines(html: &str) -> usize {
    let (mut tenths, mut wide, mut facts) = (0, 0, 0);
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let name = tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap_or_default();
        let (begins, above) = match name {
            "h1" => (true, 12),
            "h4" => (true, 6),
            "p" | "li" => (true, 3),
            "tr" => (true, 4),
            "br" | "ol" | "ul" | "dl" => (true, 0),
            _ => (false, 0),
        };
        if name == "dt" {
            facts += 1;
        }
        if begins {
            tenths += 10 * usize::div_ceil(wide, WIDE) + if tag.starts_with('/') { 0 } else { above };
            wide = 0;
        }
        if !matches!(name, "dt" | "dd") {
            wide += crate::phrase::width(text.trim());
        }
    }
    tenths += 10 * usize::div_ceil(wide, WIDE) + 24 * usize::div_ceil(facts, 4);
    tenths.div_ceil(10)
}

fn push_name(report: &Report<'_, '_>, context: &Context<'_, '_>, light: Option<usize>, tag: &str, out: &mut String) {
    let badge = lists::light_badge(report.assessment, &context.explanation.result, light, context.lang);
    let id = &context.evaluation.portfolio.ids[context.row as usize];
    let name = context.role_of(context.evaluation.pack.roles.name, context.row).unwrap_or_default();
    let _ = writeln!(out, "<{tag}>{badge} <span class=\"id\">{}</span> {}</{tag}>", escaped(id), escaped(&name));
}

fn push_answer(context: &Context<'_, '_>, pieces: &Pieces, out: &mut String) {
    let verdict = page::capital(verdict_words(context.explanation.result.verdict).get(context.lang));
    let stop = context.say("。", ". ");
    let conclusion = page::capital(&pieces.conclusion);
    let _ = writeln!(
        out,
        "<p class=\"answer\"><b>{verdict}</b>{}{stop}{}{}</p>",
        escaped(&pieces.count),
        escaped(&conclusion),
        stop.trim_end()
    );
}

fn push_facts(context: &Context<'_, '_>, pieces: &Pieces, out: &mut String) {
    let roles = &context.evaluation.pack.roles;
    let mut facts: Vec<(&str, String)> = Vec::new();
    // Names of places stand as in the tables, as the ledger has them.
    let county = role_text(context.evaluation, roles.county, context.row);
    facts.extend(county.map(|county| (context.say("县（区）", "county"), county)));
    let money = |role: Option<FactIdx>| {
        let fact = role?;
        let Cell::Quantity(atoms) = context.cell(fact) else { return None };
        Some(context.fact_amount(fact, atoms))
    };
    facts.extend(money(roles.investment).map(|text| (context.say("总投资", "total investment"), text)));
    facts.extend(money(roles.annual_plan).map(|text| (context.say("年度计划投资", "planned this year"), text)));
    for (label, text) in &pieces.responsible {
        match (label.is_empty(), facts.last_mut()) {
            // A remark on what stands before it.
            (true, Some((_, before))) => {
                let _ = write!(before, "{}{text}", context.say("，", ", "));
            }
            (true, None) => {}
            (false, _) => facts.push((label, text.clone())),
        }
    }
    let earliest = &context.explanation.result.earliest;
    let doubt = if earliest.is_provisional() { context.say("（暂定）", " (provisional)") } else { "" };
    let earliest = earliest.date.map(|day| format!("{day}{doubt}"));
    facts.extend(earliest.map(|day| (context.say("最早开工", "earliest start"), day)));
    out.push_str("<dl class=\"facts\">");
    for (label, text) in facts {
        let _ = write!(out, "<div><dt>{}<dd>{}</div>", escaped(&page::capital(label)), escaped(&text));
    }
    out.push_str("</dl>\n");
}

/// The blockers.
fn push_why(context: &Context<'_, '_>, pieces: &Pieces, told: Told, out: &mut String) {
    for Blockers { class, heading, accounts } in &pieces.reasons {
        let _ = writeln!(out, "<h4>{}</h4>\n<ol>", escaped(&page::capital(heading)));
        for (number, account) in accounts {
            let short = match told.short {
                Short::None => false,
                Short::Uncertain => *class != Class::Certain,
                Short::All => true,
            };
            push_account(context, *number, account, short, out);
        }
        out.push_str("</ol>\n");
    }
    let consequences = pieces.consequences_within(told.lines, context.lang);
    if !consequences.is_empty() {
        out.push_str("<ul class=\"plain\">");
        consequences.iter().for_each(|line| {
            let _ = write!(out, "<li>{}", escaped(line));
        });
        out.push_str("</ul>\n");
    }
}

fn push_account(context: &Context<'_, '_>, number: usize, account: &Account, short: bool, out: &mut String) {
    let _ = write!(
        out,
        "<li value=\"{number}\"><b>{}</b>{}{}",
        escaped(&page::capital(&account.title)),
        context.say("：", ": "),
        escaped(&account.head)
    );
    if short {
        if !account.lead.is_empty() {
            let _ = write!(out, "{}{}", context.say("；牵头 ", "; lead: "), escaped(&account.lead));
        }
        return out.push('\n');
    }
    for line in &account.more {
        let _ = write!(out, "<br>{}", escaped(line));
    }
    let told = account.footing(context);
    if !told.is_empty() {
        let _ = write!(out, "<br><small>{}</small>", escaped(&told));
    }
    out.push('\n');
}

fn push_forward(context: &Context<'_, '_>, pieces: &Pieces, told: Told, out: &mut String) {
    let forward = pieces.forward_within(told.lines, context.lang);
    push_lines(context.say("怎么办", "ways out"), &forward, out);
    let (questions, all) = &pieces.questions;
    if *all > 0 {
        let title = match context.lang {
            Lang::Zh => format!("待核实 {all} 项"),
            Lang::En => format!("To be found out: {}", number(all, context.lang)),
        };
        let _ = writeln!(out, "<h4>{}</h4>", escaped(&title));
        let mut questions = questions.clone();
        questions.rows.truncate(told.asked);
        page::table("asks", &questions, out);
        if let Some(more) = more_entries(all - questions.rows.len(), context.lang) {
            page::note(&page::capital(&format!("{more}{}", context.say("。", "."))), out);
        }
    }
    pieces.settling.iter().for_each(|line| page::note(line, out));
    push_lines(context.say("另须注意", "besides"), &pieces.notes, out);
}

fn push_lines(title: &str, lines: &[String], out: &mut String) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(out, "<h4>{}</h4>\n<ul>", escaped(&page::capital(title)));
    lines.iter().for_each(|line| {
        let _ = write!(out, "<li>{}", escaped(line));
    });
    out.push_str("</ul>\n");
}

fn push_graph(context: &Context<'_, '_>, out: &mut String) {
    let (picture, down) = embedded(context.evaluation, context.explanation, context.lang);
    let title = if down {
        context.say("缘由图：上为目标，下为它所需", "Why, drawn: the goal at the top, what it needs below")
    } else {
        context.say("缘由图：左为目标，右为它所需", "Why, drawn: the goal at the left, what it needs to the right")
    };
    let _ = writeln!(
        out,
        "<figure class=\"why\"><figcaption>{title}</figcaption><div class=\"scroll\">{picture}</div></figure>"
    );
}
