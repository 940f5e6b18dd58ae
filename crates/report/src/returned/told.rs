//! Lists handed back as a screen, as JSON, as a table.

use std::fmt::Write as _;

use kaigong_model::{Align, Lang, Table};
use serde_json::{Value, json};

use super::{Bearing, Item, Returned};
use crate::phrase::{header, number, plain, say, some};

/// Items listed of a kind where not all are asked for.
const LISTED: usize = 10;

/// What the screen shows.
#[derive(Clone, Debug)]
pub struct ReturnedScreen {
    /// Language.
    pub lang: Lang,
    /// The ledger as the user named it.
    pub data: String,
    /// The lists as the user named them.
    pub lists: String,
    /// List everything.
    pub all: bool,
}

/// The screen.
pub fn lists_screen(returned: &Returned<'_, '_>, screen: &ReturnedScreen) -> String {
    let lang = screen.lang;
    let evaluation = &returned.assessment.evaluation;
    let count = |standing| returned.items.iter().filter(|item| item.bearing == standing).count();
    let filled = returned.items.iter().filter(|item| item.is_filled()).count();
    let done = returned.items.iter().filter(|item| item.is_done()).count();
    let (confirmed, contradicted) = (count(Bearing::Confirmed), count(Bearing::Contradicted));
    let mut out = match lang {
        Lang::Zh => format!(
            "清单回填：{} 条，填了内容的 {filled} 条；填已办结 {done} 条，其中台账相符 {confirmed} 条，台账仍未见 {contradicted} 条\n",
            returned.items.len()
        ),
        Lang::En => format!(
            "lists handed back: {}, {} filled in; {} marked done, of which the ledger bears out {} and contradicts {}\n",
            some(returned.items.len(), "item"),
            number(filled, lang),
            number(done, lang),
            number(confirmed, lang),
            number(contradicted, lang)
        ),
    };
    let _ = writeln!(out, "{}", header(evaluation.pack, evaluation.options.as_of, lang));
    for standing in Bearing::ALL {
        // What is open and nobody said anything of is the work list.
        let shows = |item: &&Item| item.bearing == standing && (standing != Bearing::Open || item.is_filled());
        let items: Vec<&Item> = returned.items.iter().filter(shows).collect();
        push_group(returned, standing, &items, screen, &mut out);
    }
    push_fresh(returned, screen, &mut out);
    let (data, lists) = (&screen.data, &screen.lists);
    let given = if lists.is_empty() { String::new() } else { format!(" --lists {lists}") };
    let next = say(lang, "下月清单.xlsx", "next.xlsx");
    let _ = match lang {
        Lang::Zh => writeln!(out, "\n办理情况带到下一期：kaigong report {data}{given} --out {next}"),
        Lang::En => writeln!(out, "\ncarry remarks into the next lists: kaigong report {data}{given} --out {next}"),
    };
    out
}

fn title(standing: Bearing, lang: Lang) -> &'static str {
    match standing {
        Bearing::Contradicted => say(lang, "填了已办结，台账仍未见", "marked done, the ledger does not bear it out"),
        Bearing::Unproven => say(lang, "填了已办结，台账资料不足，还不能认定", "marked done, the ledger does not tell"),
        Bearing::Confirmed => say(lang, "填了已办结，台账相符", "marked done, and so says the ledger"),
        Bearing::Settled => say(lang, "台账已不是堵点，清单未填办结", "not marked done, but done by the ledger"),
        Bearing::Open => say(lang, "未办结，有办理情况", "not done, with what was said"),
        Bearing::Unknown => say(lang, "键对不上", "keys of nobody"),
    }
}

fn push_group(
    returned: &Returned<'_, '_>,
    standing: Bearing,
    items: &[&Item],
    screen: &ReturnedScreen,
    out: &mut String,
) {
    if items.is_empty() {
        return;
    }
    let lang = screen.lang;
    let shown = if screen.all { items.len() } else { items.len().min(LISTED) };
    let _ = match lang {
        Lang::Zh => writeln!(out, "\n{}（{} 条）", title(standing, lang), items.len()),
        Lang::En => writeln!(out, "\n{} ({})", title(standing, lang), number(items.len(), lang)),
    };
    let facts = matches!(standing, Bearing::Contradicted | Bearing::Unproven);
    let last = if facts { say(lang, "台账", "ledger") } else { say(lang, "办理情况", "remark") };
    let mut table = Table::new([
        (say(lang, "项目", "project"), Align::Left),
        (say(lang, "堵点", "blocker"), Align::Left),
        (say(lang, "办结情况", "state"), Align::Left),
        (say(lang, "办结日期", "done on"), Align::Left),
        (say(lang, "填在", "cell"), Align::Left),
        (last, Align::Left),
    ]);
    for item in &items[..shown] {
        let told = if facts { returned.facts_say(item, lang) } else { note(item) };
        let [project, short] = names(returned, item, lang);
        table.push([project, short, state(item, lang), day(item), item.place().short(), plain(&told)]);
    }
    push_table(&table, out);
    push_cut(items.len() - shown, lang, out);
}

fn push_table(table: &Table, out: &mut String) {
    for line in table.lines() {
        out.extend([line.as_str(), "\n"]);
    }
}

fn push_cut(left: usize, lang: Lang, out: &mut String) {
    if left > 0 {
        let _ = match lang {
            Lang::Zh => writeln!(out, "（另有 {left} 条，--all 看全部）"),
            Lang::En => writeln!(out, "({} more; --all lists them)", number(left, lang)),
        };
    }
}

/// The project's id and name, and the requirement's short name; an unknown key as it stands.
fn names(returned: &Returned<'_, '_>, item: &Item, lang: Lang) -> [String; 2] {
    match item.of {
        Some((row, requirement)) => named(returned, row, requirement, lang),
        None => [plain(&item.row.key.is), String::new()],
    }
}

fn named(returned: &Returned<'_, '_>, row: u32, requirement: kaigong_rules::RequirementIdx, lang: Lang) -> [String; 2] {
    let (assessment, evaluation) = (returned.assessment, &returned.assessment.evaluation);
    let name = assessment.role_text(evaluation.pack.roles.name, row).unwrap_or_default();
    let project = format!("{} {}", &evaluation.portfolio.ids[row as usize], plain(&name));
    [project.trim().to_owned(), evaluation.body_today(requirement).short.get(lang).to_owned()]
}

fn state(item: &Item, lang: Lang) -> String {
    let said = item.row.state.as_ref().map(|state| state.is.words().get(lang).to_owned());
    said.unwrap_or_else(|| "-".to_owned())
}

fn day(item: &Item) -> String {
    item.row.done_on.as_ref().map_or_else(|| "-".to_owned(), |day| day.is.to_string())
}

/// What was written of an item.
fn note(item: &Item) -> String {
    let notes = [&item.row.note, &item.row.remark].into_iter().flatten().map(|note| note.is.as_str());
    notes.collect::<Vec<_>>().join("；")
}

fn push_fresh(returned: &Returned<'_, '_>, screen: &ReturnedScreen, out: &mut String) {
    let (lang, count) = (screen.lang, returned.fresh.len());
    if count == 0 || returned.items.is_empty() {
        return;
    }
    let _ = match lang {
        Lang::Zh => writeln!(out, "\n清单里没有的新堵点（{count} 条）"),
        Lang::En => writeln!(out, "\nblockers that no list has ({})", number(count, lang)),
    };
    let mut table =
        Table::new([(say(lang, "项目", "project"), Align::Left), (say(lang, "堵点", "blocker"), Align::Left)]);
    let shown = if screen.all { count } else { count.min(LISTED) };
    for &(row, requirement) in &returned.fresh[..shown] {
        table.push(named(returned, row, requirement, lang));
    }
    push_table(&table, out);
    push_cut(count - shown, lang, out);
}

/// One row an item.
pub fn lists_table(returned: &Returned<'_, '_>, lang: Lang) -> Table {
    let mut table = Table::new([
        (say(lang, "键", "key"), Align::Left),
        (say(lang, "项目", "project"), Align::Left),
        (say(lang, "堵点", "blocker"), Align::Left),
        (say(lang, "核对", "standing"), Align::Left),
        (say(lang, "办结情况", "state"), Align::Left),
        (say(lang, "办结日期", "done on"), Align::Left),
        (say(lang, "办理情况", "remark"), Align::Left),
        (say(lang, "填在", "cell"), Align::Left),
    ]);
    for item in &returned.items {
        let [project, short] = names(returned, item, lang);
        let done_on = item.row.done_on.as_ref().map(|day| day.is.to_string()).unwrap_or_default();
        let state = item.row.state.as_ref().map(|state| state.is.words().get(lang).to_owned()).unwrap_or_default();
        let standing = title(item.bearing, lang).to_owned();
        let standing = if item.bearing == Bearing::Open && !item.is_filled() { String::new() } else { standing };
        table.push([
            item.row.key.is.clone(),
            project,
            short,
            standing,
            state,
            done_on,
            note(item),
            item.place().short(),
        ]);
    }
    table
}

/// Lists handed back as JSON, schema `kaigong.lists/1`.
pub fn lists_json(returned: &Returned<'_, '_>) -> Value {
    let evaluation = &returned.assessment.evaluation;
    let pack = evaluation.pack;
    let id = |row: u32| evaluation.portfolio.ids[row as usize].to_string();
    let item = |item: &Item| {
        let row = &item.row;
        json!({
            "key": row.key.is,
            "project": item.of.map(|(row, _)| id(row)),
            "requirement": item.of.map(|(_, requirement)| pack[requirement].id.clone()),
            "standing": item.bearing.name(),
            "state": row.state.as_ref().map(|state| state.is.name()),
            "done_on": row.done_on.as_ref().map(|day| day.is.to_string()),
            "due": row.due.as_ref().map(|day| day.is.to_string()),
            "note": row.note.as_ref().map(|note| note.is.clone()),
            "remark": row.remark.as_ref().map(|note| note.is.clone()),
            "cell": item.place().short(),
        })
    };
    let mut summary = serde_json::Map::new();
    for standing in Bearing::ALL {
        let count = returned.items.iter().filter(|item| item.bearing == standing).count();
        summary.insert(standing.name().to_owned(), json!(count));
    }
    summary.insert("items".to_owned(), json!(returned.items.len()));
    summary.insert("filled".to_owned(), json!(returned.items.iter().filter(|item| item.is_filled()).count()));
    summary.insert("done".to_owned(), json!(returned.items.iter().filter(|item| item.is_done()).count()));
    let fresh = |&(row, requirement): &(u32, kaigong_rules::RequirementIdx)| json!({"project": id(row), "requirement": pack[requirement].id});
    json!({
        "schema": "kaigong.lists/1",
        "as_of": evaluation.options.as_of.to_string(),
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[evaluation.options.goal].id,
        "summary": summary,
        "items": returned.items.iter().map(item).collect::<Vec<_>>(),
        "fresh": returned.fresh.iter().map(fresh).collect::<Vec<_>>(),
    })
}
