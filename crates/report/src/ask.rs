//! Questions over a portfolio: which records are missing, whose they are, and what they would decide.

mod plan;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use kaigong_model::{Align, FactIdx, Lang, Table};
use kaigong_rules::RequirementIdx;
use kaigong_solver::{Decides, Verdict};
use serde_json::{Value, json};

use crate::assessment::Assessment;
use crate::json::with_law;
use crate::phrase::{header, inline, list, number, place, plain, say, some};

/// Facts named of an office's long list.
const NAMED: usize = 3;

/// A cell that someone should fill in.
pub(crate) struct Record {
    pub(crate) row: u32,
    pub(crate) fact: FactIdx,
    /// The strongest of what the answer would change.
    pub(crate) decides: Decides,
    /// The requirements that read it.
    requirements: BTreeSet<RequirementIdx>,
}

/// What one office is asked.
#[derive(Default)]
struct Office {
    records: u64,
    projects: BTreeSet<u32>,
    /// Undetermined projects for which nobody else's answer is needed.
    settles: u64,
    facts: BTreeMap<FactIdx, u64>,
}

/// Every cell asked for, in order of project and fact; those that would change nothing today are left out.
pub(crate) fn records(assessment: &Assessment<'_>) -> Vec<Record> {
    let mut found = Vec::new();
    for project in &assessment.results.projects {
        let mut cells: BTreeMap<FactIdx, Record> = BTreeMap::new();
        for question in project.questions.iter().filter(|question| question.decides != Decides::Nothing) {
            let record = cells.entry(question.fact).or_insert_with(|| Record {
                row: project.row,
                fact: question.fact,
                decides: question.decides,
                requirements: BTreeSet::new(),
            });
            record.decides = record.decides.min(question.decides);
            record.requirements.insert(question.requirement);
        }
        found.extend(cells.into_values());
    }
    found
}

fn office<'a>(assessment: &Assessment<'a>, fact: FactIdx) -> &'a str {
    assessment.evaluation.pack.schema[fact].ask.as_deref().unwrap_or("-")
}

/// What an office is called, by the key of [`office`].
fn who(assessment: &Assessment<'_>, id: &str, lang: Lang) -> String {
    if id == "-" { id.to_owned() } else { assessment.department(Some(id), lang) }
}

/// Offices by id; the key `-` stands for facts that no office is named for.
fn offices<'a>(assessment: &Assessment<'a>, records: &[Record]) -> BTreeMap<&'a str, Office> {
    let mut offices: BTreeMap<&str, Office> = BTreeMap::new();
    for record in records {
        let office = offices.entry(office(assessment, record.fact)).or_default();
        office.records += 1;
        office.projects.insert(record.row);
        *office.facts.entry(record.fact).or_default() += 1;
    }
    let undetermined = assessment.results.projects.iter().filter(|project| project.verdict == Verdict::Undetermined);
    for project in undetermined {
        let deciding = project.questions.iter().filter(|question| question.decides == Decides::Verdict);
        let mut asked: Vec<&str> = deciding.map(|question| office(assessment, question.fact)).collect();
        asked.sort_unstable();
        asked.dedup();
        if let [only] = asked.as_slice()
            && let Some(found) = offices.get_mut(only)
        {
            found.settles += 1;
        }
    }
    offices
}

/// The screen of `ask`: an office a line, the most asked first.
pub fn ask_screen(assessment: &Assessment<'_>, data: &str, lang: Lang) -> String {
    let evaluation = &assessment.evaluation;
    let (pack, as_of) = (evaluation.pack, evaluation.options.as_of);
    let records = records(assessment);
    let offices = offices(assessment, &records);
    let projects: BTreeSet<u32> = records.iter().map(|record| record.row).collect();
    let undetermined = assessment.results.verdicts[3];
    let (count, projects) = (records.len(), projects.len());
    let mut out = match lang {
        Lang::Zh => format!("待核实 {count} 处，涉及 {projects} 个项目，其中 {undetermined} 个因此不能断定\n"),
        Lang::En => format!(
            "{} to fill in, of {}; {} of them {} undetermined for want of them\n",
            some(count, "record"),
            some(projects, "project"),
            number(undetermined, lang),
            if undetermined == 1 { "is" } else { "are" }
        ),
    };
    let _ = writeln!(out, "{}", header(pack, as_of, lang));
    if records.is_empty() {
        return out;
    }
    let mut ranked: Vec<(&str, &Office)> = offices.iter().map(|(id, office)| (*id, office)).collect();
    ranked.sort_by_key(|(id, office)| (std::cmp::Reverse(office.records), *id));
    let heads = match lang {
        Lang::Zh => ["请谁填", "处", "项目", "单独可定", "最常问"],
        Lang::En => ["who", "records", "projects", "settles alone", "asked most"],
    };
    let aligns = [Align::Left, Align::Right, Align::Right, Align::Right, Align::Left];
    let mut table = Table { columns: Vec::new(), rows: Vec::new() };
    table.columns = heads.iter().zip(aligns).map(|(head, align)| ((*head).to_owned(), align)).collect();
    for (id, office) in ranked {
        let mut facts: Vec<(&FactIdx, &u64)> = office.facts.iter().collect();
        facts.sort_by_key(|(fact, count)| (std::cmp::Reverse(**count), **fact));
        let named: Vec<String> = facts
            .iter()
            .take(NAMED)
            .map(|(fact, count)| format!("{} {}", inline(&pack.schema[**fact].title, lang), number(count, lang)))
            .collect();
        let who = who(assessment, id, lang);
        table.rows.push(vec![
            who,
            number(office.records, lang),
            number(office.projects.len(), lang),
            number(office.settles, lang),
            list(&named, lang),
        ]);
    }
    let _ = write!(out, "\n{}\n", table.lines().join("\n"));
    out.push_str(say(
        lang,
        "（单独可定：不能断定的项目里，只等这一家的资料就能断定的）\n",
        "(settles alone: undetermined projects that wait for this office's records and no others)\n",
    ));
    out.push_str(&plan::screen(assessment, lang));
    let _ = match lang {
        Lang::Zh => writeln!(out, "\n逐条清单：kaigong ask {data} --format csv"),
        Lang::En => writeln!(out, "\nthe list itself: kaigong ask {data} --format csv"),
    };
    out
}

/// One row a record, for the offices to fill in.
pub fn ask_table(assessment: &Assessment<'_>, lang: Lang) -> Table {
    let evaluation = &assessment.evaluation;
    let pack = evaluation.pack;
    let heads = match lang {
        Lang::Zh => ["请谁填", "编号", "项目名称", "填什么", "填在哪里", "影响", "用于"],
        Lang::En => ["who", "id", "project", "what", "where", "decides", "for"],
    };
    let mut table = Table::new(heads.map(|head| (head, Align::Left)));
    let mut records = records(assessment);
    records.sort_by_key(|record| (office(assessment, record.fact), record.decides, record.row, record.fact));
    for record in records {
        let spec = &pack.schema[record.fact];
        let header = spec.columns.first().unwrap_or(&spec.id);
        let add = || format!("{}{header}", say(lang, "加列 ", "add column "));
        let decides = match record.decides {
            Decides::Verdict => say(lang, "结论", "verdict"),
            Decides::Blockers => say(lang, "堵点", "blockers"),
            Decides::Nothing => say(lang, "不影响结论", "nothing today"),
        };
        let needed: Vec<String> = record.requirements.iter().map(|&idx| inline(&pack[idx].base.title, lang)).collect();
        table.push([
            who(assessment, office(assessment, record.fact), lang),
            evaluation.portfolio.ids[record.row as usize].to_string(),
            assessment.role_text(pack.roles.name, record.row).unwrap_or_default(),
            inline(&spec.title, lang),
            plain(&place(evaluation.portfolio, record.fact, record.row).unwrap_or_else(add)),
            decides.to_owned(),
            list(&needed, lang),
        ]);
    }
    table
}

/// Offices and records as `kaigong.ask/1`.
pub fn ask_json(assessment: &Assessment<'_>) -> Value {
    let evaluation = &assessment.evaluation;
    let pack = evaluation.pack;
    let records = records(assessment);
    let offices: Vec<Value> = offices(assessment, &records)
        .iter()
        .map(|(id, office)| {
            let facts = office.facts.iter().map(|(fact, count)| (pack.schema[*fact].id.clone(), json!(count)));
            json!({
                "office": (*id != "-").then_some(id),
                "records": office.records,
                "projects": office.projects.len(),
                "settles_alone": office.settles,
                "facts": facts.collect::<serde_json::Map<_, _>>(),
            })
        })
        .collect();
    let list: Vec<Value> = records
        .iter()
        .map(|record| {
            let needed: Vec<&str> = record.requirements.iter().map(|&idx| pack[idx].id.as_str()).collect();
            json!({
                "project": &evaluation.portfolio.ids[record.row as usize],
                "fact": pack.schema[record.fact].id,
                "office": pack.schema[record.fact].ask,
                "decides": record.decides.name(),
                "requirements": needed,
            })
        })
        .collect();
    let told = json!({
        "schema": "kaigong.ask/1",
        "as_of": evaluation.options.as_of.to_string(),
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[evaluation.options.goal].id,
        "offices": offices,
        "rounds": plan::rounds_json(assessment),
        "records": list,
    });
    with_law(told, evaluation)
}
