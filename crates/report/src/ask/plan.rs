//! What to ask first: facts in an order in which few records decide many undetermined projects.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use kaigong_model::{Align, FactIdx, Lang, Table};
use kaigong_solver::{Decides, Verdict};
use serde_json::{Value, json};

use super::office;
use crate::assessment::Assessment;
use crate::phrase::{inline, list, number, say, some};

/// Facts asked together, and what that decides.
pub(super) struct Round {
    facts: Vec<FactIdx>,
    /// Undetermined projects that lack one of them: cells to fill in.
    records: usize,
    /// Projects decided by them and by all before.
    decides: usize,
    records_so_far: usize,
    decides_so_far: usize,
}

/// Rounds named on a screen.
const NAMED: usize = 8;

/// Rounds until every project is decided, each the one that decides the most for its records: whatever the answers,
/// a project is decided once everything is there that bears on its verdict.
pub(super) fn plan(assessment: &Assessment<'_>) -> Vec<Round> {
    let mut open: BTreeMap<BTreeSet<FactIdx>, usize> = BTreeMap::new();
    for project in assessment.results.projects.iter().filter(|project| project.verdict == Verdict::Undetermined) {
        let deciding = project.questions.iter().filter(|question| question.decides == Decides::Verdict);
        let lacks: BTreeSet<FactIdx> = deciding.map(|question| question.fact).collect();
        if !lacks.is_empty() {
            *open.entry(lacks).or_default() += 1;
        }
    }
    let mut rounds: Vec<Round> = Vec::new();
    while let Some(mut round) = best(&open) {
        let (records, decides) = rounds.last().map_or((0, 0), |last| (last.records_so_far, last.decides_so_far));
        (round.records_so_far, round.decides_so_far) = (records + round.records, decides + round.decides);
        open = left(&open, &round.facts);
        rounds.push(round);
    }
    rounds
}

/// What projects still lack once facts are there.
fn left(open: &BTreeMap<BTreeSet<FactIdx>, usize>, there: &[FactIdx]) -> BTreeMap<BTreeSet<FactIdx>, usize> {
    let mut left: BTreeMap<BTreeSet<FactIdx>, usize> = BTreeMap::new();
    for (lacks, projects) in open {
        let lacks: BTreeSet<FactIdx> = lacks.iter().copied().filter(|fact| !there.contains(fact)).collect();
        if !lacks.is_empty() {
            *left.entry(lacks).or_default() += projects;
        }
    }
    left
}

/// All that some projects lack: of these sets the one with most projects decided a record, then with most projects.
fn best(open: &BTreeMap<BTreeSet<FactIdx>, usize>) -> Option<Round> {
    let rounds = open.keys().map(|facts| {
        let cells = |(lacks, projects): (&BTreeSet<FactIdx>, &usize)| lacks.intersection(facts).count() * projects;
        let decided = open.iter().filter(|(lacks, _)| lacks.is_subset(facts)).map(|(_, projects)| projects);
        Round {
            facts: facts.iter().copied().collect(),
            records: open.iter().map(cells).sum(),
            decides: decided.sum(),
            records_so_far: 0,
            decides_so_far: 0,
        }
    });
    rounds.reduce(|best, round| {
        let gain = (round.decides * best.records).cmp(&(best.decides * round.records));
        if gain.then(round.decides.cmp(&best.decides)).is_gt() { round } else { best }
    })
}

/// The table of rounds; empty where nothing is undetermined.
pub(super) fn screen(assessment: &Assessment<'_>, lang: Lang) -> String {
    let (rounds, pack) = (plan(assessment), assessment.evaluation.pack);
    let Some(last) = rounds.last() else { return String::new() };
    let mut out = match lang {
        Lang::Zh => {
            format!("\n不能断定的项目，先问这些（共 {} 处，可断定 {} 个）\n", last.records_so_far, last.decides_so_far)
        }
        Lang::En => format!(
            "\nwhat to ask first of undetermined projects ({} decide{} {})\n",
            some(last.records_so_far, "record"),
            if last.records_so_far == 1 { "s" } else { "" },
            number(last.decides_so_far, lang)
        ),
    };
    let heads = match lang {
        Lang::Zh => ["处", "断定项目", "累计", "请谁填", "填什么"],
        Lang::En => ["records", "decide", "in all", "who", "what"],
    };
    let aligns = [Align::Right, Align::Right, Align::Right, Align::Left, Align::Left];
    let mut table = Table { columns: Vec::new(), rows: Vec::new() };
    table.columns = heads.iter().zip(aligns).map(|(head, align)| ((*head).to_owned(), align)).collect();
    for round in rounds.iter().take(NAMED) {
        let who: BTreeSet<&str> = round.facts.iter().map(|&fact| office(assessment, fact)).collect();
        let who: Vec<String> = who.into_iter().map(|id| super::who(assessment, id, lang)).collect();
        let what: Vec<String> = round.facts.iter().map(|&fact| inline(&pack.schema[fact].title, lang)).collect();
        table.rows.push(vec![
            number(round.records, lang),
            number(round.decides, lang),
            number(round.decides_so_far, lang),
            list(&who, lang),
            list(&what, lang),
        ]);
    }
    out.push_str(&table.lines().join("\n"));
    out.push('\n');
    let more = rounds.len().saturating_sub(NAMED);
    if more > 0 {
        let _ = match lang {
            Lang::Zh => writeln!(out, "另有 {more} 组，--format json 看全部"),
            Lang::En => writeln!(out, "{} more; --format json lists them all", number(more, lang)),
        };
    }
    out.push_str(say(
        lang,
        "（按每处资料断定的项目数排先后；断定：不论怎么答，结论都定下来）\n",
        "(most projects decided a record first; decided: whatever the answers, the verdict is settled)\n",
    ));
    out
}

/// The rounds as JSON.
pub(super) fn rounds_json(assessment: &Assessment<'_>) -> Vec<Value> {
    let schema = &assessment.evaluation.pack.schema;
    let rounds = plan(assessment).into_iter().map(|round| {
        let offices: BTreeSet<Option<&str>> = round.facts.iter().map(|&fact| schema[fact].ask.as_deref()).collect();
        json!({
            "facts": round.facts.iter().map(|&fact| schema[fact].id.as_str()).collect::<Vec<_>>(),
            "offices": offices.into_iter().flatten().collect::<Vec<_>>(),
            "records": round.records,
            "decides": round.decides,
            "records_so_far": round.records_so_far,
            "decides_so_far": round.decides_so_far,
        })
    });
    rounds.collect()
}
