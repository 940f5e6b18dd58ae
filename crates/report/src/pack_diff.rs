//! What two packs say differently, and what that does to a ledger: as a screen and as JSON.

mod flips;

use std::fmt::Write as _;

use kaigong_model::{Date, Lang, Words};
use kaigong_rules::{Change, ItemDiff, LineDiff, Pack};
use kaigong_solver::State;
use serde_json::{Value, json};

use crate::phrase::{inline, list, plain, say, some, state_words, verdict_words};

pub use flips::{Cause, Flip, flips};

/// Two packs side by side.
#[derive(Debug)]
pub struct PackDiff<'a> {
    /// The old pack.
    pub old: &'a Pack,
    /// The new pack.
    pub new: &'a Pack,
    /// Items that differ.
    pub items: Vec<ItemDiff>,
    /// What the ledger says, where one was given.
    pub on: Option<LedgerDiff>,
}

/// One ledger under both packs.
#[derive(Debug)]
pub struct LedgerDiff {
    /// The day looked at.
    pub as_of: Date,
    /// The goal asked of the new pack.
    pub goal: String,
    /// Projects whose verdict differs.
    pub flips: Vec<Flip>,
}

/// The screen of a diff.
pub fn diff_screen(diff: &PackDiff<'_>, lang: Lang) -> String {
    let (old, new) = (diff.old, diff.new);
    let mut out = match lang {
        Lang::Zh => format!("规则包 {} {} → {} {}：", old.id, old.version, new.id, new.version),
        Lang::En => format!("rule pack {} {} → {} {}: ", old.id, old.version, new.id, new.version),
    };
    let _ = match (lang, diff.items.len()) {
        (Lang::Zh, 0) => writeln!(out, "没有不同"),
        (Lang::En, 0) => writeln!(out, "no difference"),
        (Lang::Zh, count) => writeln!(out, "{count} 项不同"),
        (Lang::En, count) => writeln!(out, "{} differ{}", some(count, "item"), if count == 1 { "s" } else { "" }),
    };
    for section in diff.items.chunk_by(|one, other| one.section == other.section) {
        let _ = writeln!(out, "\n{}", section_words(section[0].section).get(lang));
        section.iter().for_each(|item| push_item(item, lang, &mut out));
    }
    if let Some(on) = &diff.on {
        push_flips(diff, on, lang, &mut out);
    }
    out
}

fn push_item(item: &ItemDiff, lang: Lang, out: &mut String) {
    let mark = match item.change {
        Change::Added => "+",
        Change::Removed => "-",
        Change::Changed => "~",
    };
    let title = plain(item.title.get(lang));
    let _ = writeln!(out, "  {}", format!("{mark} {} {title}", item.id).trim_end());
    for line in &item.lines {
        let _ = match (&line.old, &line.new) {
            (Some(old), Some(new)) => {
                writeln!(out, "      {}\n        - {}\n        + {}", line.key, plain(old), plain(new))
            }
            (Some(old), None) => writeln!(out, "      - {}: {}", line.key, plain(old)),
            (None, new) => writeln!(out, "      + {}: {}", line.key, plain(new.as_deref().unwrap_or_default())),
        };
    }
}

fn section_words(section: &str) -> Words {
    match section {
        "pack" => Words::new("规则包", "pack"),
        "requirements" => Words::new("前置要件", "requirements"),
        "parameters" => Words::new("参数", "parameters"),
        "facts" => Words::new("事实", "facts"),
        "alerts" => Words::new("预警", "alerts"),
        "goals" => Words::new("目标", "goals"),
        "pools" => Words::new("指标池", "pools"),
        "totals" => Words::new("合计", "totals"),
        "stops" => Words::new("停计", "clock stops"),
        "departments" => Words::new("部门", "departments"),
        "stages" => Words::new("阶段", "stages"),
        "lights" => Words::new("灯", "lights"),
        other => Words::same(other),
    }
}

/// One item of a section.
fn item_words(section: &str) -> Words {
    match section {
        "parameters" => Words::new("参数", "parameter"),
        "facts" => Words::new("事实", "fact"),
        "pools" => Words::new("指标池", "pool"),
        other => section_words(other),
    }
}

fn push_flips(diff: &PackDiff<'_>, on: &LedgerDiff, lang: Lang, out: &mut String) {
    let LedgerDiff { as_of, goal, flips } = on;
    let _ = match (lang, flips.len()) {
        (Lang::Zh, 0) => writeln!(out, "\n台账上没有项目的结论因此改变（核查基准日 {as_of}，目标 {goal}）"),
        (Lang::En, 0) => writeln!(out, "\nno verdict of the ledger changes (as of {as_of}, goal {goal})"),
        (Lang::Zh, count) => writeln!(out, "\n台账上 {count} 个项目的结论改变（核查基准日 {as_of}，目标 {goal}）"),
        (Lang::En, count) => {
            writeln!(out, "\nthe verdict of {} changes (as of {as_of}, goal {goal})", some(count, "project"))
        }
    };
    for flip in flips {
        let verdict = |verdict| verdict_words(verdict).get(lang).to_owned();
        let name = flip.name.as_deref().map(|name| format!(" {}", plain(name))).unwrap_or_default();
        let _ = writeln!(out, "  {}{name}  {} → {}", plain(&flip.id), verdict(flip.old), verdict(flip.new));
        for cause in &flip.causes {
            // Neighbours of one section share its name.
            let items: Vec<&ItemDiff> =
                cause.by.iter().map(|&at| &diff.items[at]).filter(|item| item.section != "requirements").collect();
            let names: Vec<String> = items
                .chunk_by(|one, other| one.section == other.section)
                .map(|chunk| {
                    let ids: Vec<&str> = chunk.iter().map(|item| item.id.as_str()).collect();
                    format!("{} {}", item_words(chunk[0].section).get(lang), list(&ids, lang))
                })
                .collect();
            let by = match (names.is_empty(), lang) {
                (true, _) => String::new(),
                (false, Lang::Zh) => format!("（{}）", list(&names, lang)),
                (false, Lang::En) => format!(" ({})", list(&names, lang)),
            };
            let title = inline(&cause.title, lang);
            let _ = writeln!(
                out,
                "    {} {title}{}{} → {}{by}",
                cause.requirement,
                say(lang, "：", ": "),
                state(cause.old, lang),
                state(cause.new, lang)
            );
        }
    }
}

fn state(state: Option<State>, lang: Lang) -> String {
    state.map_or_else(|| say(lang, "没有此项", "not there").to_owned(), |state| state_words(state).get(lang).to_owned())
}

/// The diff as JSON, schema `kaigong.rules-diff/1`.
pub fn diff_json(diff: &PackDiff<'_>) -> Value {
    let pack = |pack: &Pack| json!({"id": pack.id, "version": pack.version});
    let mut out = json!({
        "schema": "kaigong.rules-diff/1",
        "old": pack(diff.old),
        "new": pack(diff.new),
        "items": diff.items.iter().map(item_json).collect::<Vec<_>>(),
    });
    if let Some(on) = &diff.on {
        out["as_of"] = json!(on.as_of.to_string());
        out["goal"] = json!(on.goal);
        out["flips"] = on.flips.iter().map(|flip| flip_json(diff, flip)).collect();
    }
    out
}

fn item_json(item: &ItemDiff) -> Value {
    let change = match item.change {
        Change::Added => "added",
        Change::Removed => "removed",
        Change::Changed => "changed",
    };
    let line = |line: &LineDiff| json!({"key": line.key, "old": line.old, "new": line.new});
    json!({
        "section": item.section,
        "id": item.id,
        "change": change,
        "lines": item.lines.iter().map(line).collect::<Vec<_>>(),
    })
}

fn flip_json(diff: &PackDiff<'_>, flip: &Flip) -> Value {
    let cause = |cause: &Cause| {
        let by: Vec<Value> =
            cause.by.iter().map(|&at| json!({"section": diff.items[at].section, "id": diff.items[at].id})).collect();
        json!({
            "requirement": cause.requirement,
            "old": cause.old.map(State::name),
            "new": cause.new.map(State::name),
            "by": by,
        })
    };
    json!({
        "id": flip.id,
        "old": flip.old.name(),
        "new": flip.new.name(),
        "causes": flip.causes.iter().map(cause).collect::<Vec<_>>(),
    })
}
