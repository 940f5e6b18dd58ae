//! Certificates: what was said of projects, with what it takes to check it without this engine; and what came of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kaigong_checker::Findings;
use kaigong_model::{Lang, Truth};
use kaigong_rules::RequirementIdx;
use kaigong_solver::{
    BlankMode, Completeness, CostKind, Dated, Durations, Evaluation, Explanation, Proof, Proofs, Proven, Verdict, Way,
    Ways,
};
use serde_json::{Map, Value, json};

use crate::phrase::{number, some};

/// An explanation, and the proofs of what it says of ways.
#[derive(Clone, Debug)]
pub struct Proved {
    /// The explanation.
    pub explanation: Explanation,
    /// What shows that no way is cheaper.
    pub proofs: Proofs,
}

/// The certificate of explained projects, as `kaigong.certificate/1`; `engine` is the version that says so.
pub fn certificate_json(evaluation: &Evaluation<'_>, durations: Durations, proved: &[Proved], engine: &str) -> Value {
    let (pack, options) = (evaluation.pack, &evaluation.options);
    let day = |day: Option<kaigong_model::Date>| day.map(|day| day.to_string());
    json!({
        "schema": "kaigong.certificate/1",
        "engine": engine,
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[options.goal].id,
        "as_of": options.as_of.to_string(),
        "known_by": day(options.known_by),
        "ledger_date": day(options.ledger_date),
        "blanks": match options.blanks {
            BlankMode::Pack => "pack",
            BlankMode::PresumeNo => "no",
            BlankMode::Unknown => "unknown",
        },
        "durations": match durations {
            Durations::Statutory => "statutory",
            Durations::Typical => "typical",
        },
        "plan": options.plan,
        "costs": !evaluation.portfolio.prices.is_empty(),
        "cheapest": options.cheapest.name(),
        "projects": proved.iter().map(|proved| account(evaluation, proved)).collect::<Vec<_>>(),
    })
}

fn account(evaluation: &Evaluation<'_>, proved: &Proved) -> Value {
    let (pack, portfolio, explanation) = (evaluation.pack, evaluation.portfolio, &proved.explanation);
    let (row, options, result) = (explanation.result.row, &evaluation.options, &explanation.result);
    let facts: BTreeMap<&str, String> = explanation
        .cited
        .iter()
        .map(|&fact| {
            let cell = portfolio.cell(fact, row, options.as_of, options.known_by);
            (pack.schema[fact].id.as_str(), cell.exact(&pack.schema[fact]))
        })
        .collect();
    let blockers = result.blockers.iter().map(|blocker| {
        json!({
            "requirement": pack[blocker.requirement].id,
            "kind": blocker.kind.name(),
            "certain": blocker.certain,
            "group": blocker.group.as_ref().map(|group| &group.id),
        })
    });
    let chain = result.earliest.chain.iter().zip(&result.earliest.done);
    let deadlock = explanation.deadlock.as_ref();
    json!({
        "id": &portfolio.ids[row as usize],
        "verdict": result.verdict.name(),
        "readiness": result.readiness.name(),
        "facts": facts,
        "states": states(evaluation, row),
        "blockers": blockers.collect::<Vec<_>>(),
        "deadlock": deadlock.map(|rows| rows.iter().map(|&row| &portfolio.ids[row as usize]).collect::<Vec<_>>()),
        "earliest_start": result.earliest.date.map(|day| day.to_string()),
        "provisional": result.earliest.provisional,
        "holiday_notice": result.earliest.unpublished.filter(|_| result.earliest.date.is_some()),
        "chain": chain.map(|(idx, day)| json!({"requirement": pack[*idx].id, "done": day.to_string()})).collect::<Vec<_>>(),
        "ways": wanted(explanation).then(|| ways(evaluation, proved)),
    })
}

/// Whether there is anything to release.
fn wanted(explanation: &Explanation) -> bool {
    explanation.result.readiness != Verdict::Ready && explanation.result.verdict != Verdict::Started
}

/// Applies, met and needs of every requirement, a letter each.
fn states(evaluation: &Evaluation<'_>, row: u32) -> Map<String, Value> {
    let letter = |truth| match truth {
        Truth::Yes => 'y',
        Truth::No => 'n',
        Truth::Unknown => 'u',
    };
    let state = |idx| [evaluation.applies(idx, row), evaluation.met(idx, row), evaluation.needs(idx, row)];
    let requirements = evaluation.pack.iter();
    requirements
        .map(|(idx, requirement)| (requirement.id.clone(), Value::String(state(idx).into_iter().map(letter).collect())))
        .collect()
}

fn ways(evaluation: &Evaluation<'_>, proved: &Proved) -> Value {
    let ways = &proved.explanation.ways;
    let ids = |steps: &[RequirementIdx]| -> Vec<&str> {
        steps.iter().map(|&step| evaluation.pack[step].id.as_str()).collect()
    };
    let menus = ways.menus.iter().map(|menu| menu.alternatives.iter().map(|steps| ids(steps)).collect::<Vec<_>>());
    let proofs = &proved.proofs;
    let step = |step: &RequirementIdx| evaluation.pack[*step].id.clone();
    let optimum = |way: &Option<Way>, proven: &Option<Proven>, cost: fn(&Way) -> (i64, usize)| -> Value {
        let (Some(way), Some(proven)) = (way, proven) else { return Value::Null };
        stated(&ids(&way.steps), cost(way), proven, &step)
    };
    let fewest_offices = match (&ways.fewest_offices, &proofs.fewest_offices) {
        (Some(way), Some(proven)) => stated(&ids(&way.steps), (way.offices as i64, 0), proven, &String::clone),
        _ => Value::Null,
    };
    let money = |way: &Way| (way.money.known, way.money.unknown);
    let fastest = ways.fastest.as_ref();
    json!({
        "count": (ways.completeness == Completeness::Complete).then(|| ways.count.to_string()),
        "always": ids(&ways.always),
        "choices": menus.collect::<Vec<_>>(),
        "fewest": optimum(&ways.fewest, &proofs.fewest, |way| (way.steps.len() as i64, 0)),
        "least_work": optimum(&ways.least_work, &proofs.least_work, |way| (way.days.known, way.days.unknown)),
        "least_money": optimum(&ways.least_money, &proofs.least_money, money),
        "least_money_priced": optimum(&ways.least_money_priced, &proofs.least_money_priced, money),
        "fewest_offices": fewest_offices,
        "frontier": frontier(evaluation, ways, proofs),
        "frontier_complete": ways.frontier_complete,
        "earliest": fastest.and_then(|way| Some(json!({"steps": ids(&way.steps), "date": way.date?.to_string()}))),
    })
}

/// A way, what it costs, and why none is cheaper.
fn stated<T>(steps: &[&str], (cost, unknown): (i64, usize), proven: &Proven<T>, name: &impl Fn(&T) -> String) -> Value {
    json!({
        "steps": steps,
        "cost": cost,
        "unknown": unknown,
        "bound": proven.bound,
        "proof": proof(&proven.proof, name),
    })
}

/// Cost against time, each point with the reason why nothing that starts before the last one is cheaper.
fn frontier(evaluation: &Evaluation<'_>, ways: &Ways, proofs: &Proofs) -> Vec<Value> {
    let step = |step: &RequirementIdx| evaluation.pack[*step].id.clone();
    let undated = match ways.by {
        CostKind::Days => proofs.least_work.clone().map(Dated::Steps),
        CostKind::Money => proofs.least_money.clone().map(Dated::Steps),
        CostKind::Offices => proofs.fewest_offices.clone().map(Dated::Offices),
    };
    let undated = undated.map(|proof| (None, proof));
    let dated = proofs.frontier.iter().map(|(before, proof)| (Some(*before), proof.clone()));
    let points = ways.frontier.iter().zip(undated.into_iter().chain(dated));
    let told = points.map(|(way, (before, proof))| {
        let steps: Vec<&str> = way.steps.iter().map(|&step| evaluation.pack[step].id.as_str()).collect();
        let cost = (way.cost(ways.by), way.unknown(ways.by));
        let mut point = match &proof {
            Dated::Steps(proven) => stated(&steps, cost, proven, &step),
            Dated::Offices(proven) => stated(&steps, cost, proven, &String::clone),
        };
        point["before"] = before.map(|day| day.to_string()).into();
        point["date"] = way.date.map(|day| day.to_string()).into();
        point
    });
    told.collect()
}

fn proof<T>(told: &Proof<T>, name: &impl Fn(&T) -> String) -> Value {
    match told {
        Proof::Closed => json!({"closed": {}}),
        Proof::Cuts(cuts) => {
            let cut = |cut: &kaigong_solver::Cut<T>| json!({"steps": cut.steps.iter().map(name).collect::<Vec<_>>(), "weight": cut.weight});
            json!({"cuts": cuts.iter().map(cut).collect::<Vec<_>>()})
        }
        Proof::Branch { step, met, unmet } => {
            let (met, unmet) = (proof(met, name), proof(unmet, name));
            json!({"branch": {"step": name(step), "met": met, "unmet": unmet}})
        }
    }
}

/// JSON Schema of `kaigong.certificate/1`.
pub fn certificate_schema() -> &'static str {
    include_str!("../schema/certificate.json")
}

/// What re-verifying a certificate came to, for people; `name` is what the certificate is called.
pub fn verify_screen(findings: &Findings, name: &str, lang: Lang) -> String {
    let Findings { objections, projects, facts, states, ways, proofs, .. } = findings;
    let mut out = match (lang, objections.len()) {
        (Lang::Zh, 0) => format!("凭证成立：{name}\n"),
        (Lang::En, 0) => format!("the certificate holds: {name}\n"),
        (Lang::Zh, count) => format!("凭证不成立：{name}，{count} 处与规则或台账不符\n"),
        (Lang::En, count) => {
            let (statements, differ) = (some(count, "statement"), if count == 1 { "differs" } else { "differ" });
            format!("the certificate does not hold: {name}; {statements} {differ} from rules or ledger\n")
        }
    };
    let _ = match lang {
        Lang::Zh => writeln!(
            out,
            "复核（不用核查引擎）：项目 {projects} 个，事实 {facts} 条，要件状态 {states} 个，补齐方案 {ways} 个，最优证明 {proofs} 个"
        ),
        Lang::En => writeln!(
            out,
            "worked out again without the engine: {}, {}, {}, {}, {}",
            some(projects, "project"),
            some(facts, "fact"),
            some(states, "state"),
            some(ways, "way"),
            some(proofs, "proof")
        ),
    };
    out.push_str(&completeness(findings, lang));
    for objection in objections.iter().take(OBJECTIONS) {
        let project = objection.project.as_deref().unwrap_or("-");
        let (item, stated, found) = (&objection.item, said(&objection.stated, lang), said(&objection.found, lang));
        let _ = match lang {
            Lang::Zh => writeln!(out, "  {project} {item}：凭证写 {stated}，复核为 {found}"),
            Lang::En => writeln!(out, "  {project} {item}: the certificate says {stated}, found {found}"),
        };
    }
    let more = objections.len().saturating_sub(OBJECTIONS);
    if more > 0 {
        let _ = match lang {
            Lang::Zh => writeln!(out, "  另有 {more} 处，--format json 看全部"),
            Lang::En => writeln!(out, "  {} more; --format json lists them all", number(more, lang)),
        };
    }
    out
}

/// How many of the ways that are told of were tried, and for how many projects it was shown that there are no others.
fn completeness(findings: &Findings, lang: Lang) -> String {
    let Findings { told, tried, blocked, whole, .. } = findings;
    if *blocked == 0 {
        return String::new();
    }
    let part = *whole < *blocked;
    let mut out = match lang {
        Lang::Zh => {
            format!("补齐方案：所称 {told} 种，逐一复核 {tried} 种；{blocked} 个项目中，{whole} 个证明别无他法")
        }
        Lang::En => format!(
            "ways to start: {} told of, {} tried one by one; for {} of {} it is shown that there are no others",
            number(told, lang),
            number(tried, lang),
            number(whole, lang),
            some(blocked, "project")
        ),
    };
    if part {
        out.push_str(match lang {
            Lang::Zh => "（其余的方案太多，或凭证未列全，未逐一复核）",
            Lang::En => " (the others have too many to try, or the certificate does not list them all)",
        });
    }
    out.push('\n');
    out
}

/// Objections told on a screen.
const OBJECTIONS: usize = 20;

fn said(text: &str, lang: Lang) -> String {
    match (text, lang) {
        ("", Lang::Zh) => "无".to_owned(),
        ("", Lang::En) => "nothing".to_owned(),
        (text, Lang::Zh) => format!("「{text}」"),
        (text, Lang::En) => format!("`{text}`"),
    }
}

/// What re-verifying a certificate came to, as `kaigong.verify/1`.
pub fn verify_json(findings: &Findings) -> Value {
    let objections = findings.objections.iter().map(|objection| {
        json!({
            "project": objection.project,
            "item": objection.item,
            "stated": objection.stated,
            "found": objection.found,
        })
    });
    json!({
        "schema": "kaigong.verify/1",
        "holds": findings.objections.is_empty(),
        "projects": findings.projects,
        "facts": findings.facts,
        "states": findings.states,
        "ways": findings.ways,
        "ways_told": u64::try_from(findings.told).unwrap_or(u64::MAX).min((1 << 53) - 1),
        "ways_tried": findings.tried,
        "projects_with_ways": findings.blocked,
        "projects_with_all_ways_shown": findings.whole,
        "proofs": findings.proofs,
        "objections": objections.collect::<Vec<_>>(),
    })
}

/// JSON Schema of `kaigong.verify/1`.
pub fn verify_schema() -> &'static str {
    include_str!("../schema/verify.json")
}
