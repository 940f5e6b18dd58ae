//! Machine output: the schemas `kaigong.check/1` and `kaigong.why/1`. Keys come out sorted, projects in input order.

use kaigong_model::{Date, Dimension, Truth, format_exact};
use kaigong_rules::{Pack, RequirementIdx, citable};
use kaigong_solver::{
    Blocker, Choice, Completeness, Evaluation, Explanation, Menu, ProjectResult, Question, RequirementCounts, Way,
};
use serde_json::{Map, Value, json};

use crate::assessment::{Assessment, Cheapest, Sum, body};
use crate::cost::{provisional_json, way_json};
use crate::tally::Tally;

/// A day, or null.
pub(crate) fn date(day: Option<Date>) -> Value {
    day.map_or(Value::Null, |day| Value::String(day.to_string()))
}

/// Names the day whose law was applied, where it is not the as-of date.
pub(crate) fn with_law(mut told: Value, evaluation: &Evaluation<'_>) -> Value {
    if let Some(law) = evaluation.options.law_as_of {
        told["law_as_of"] = law.to_string().into();
    }
    told
}

/// Money in wan, exact.
pub(crate) fn wan(fen: i128) -> String {
    format!("{} wan", format_exact(fen, Dimension::Money.standard_unit()))
}

/// Projects and their investment.
pub(crate) fn sum(sum: Sum) -> Value {
    json!({"projects": sum.projects, "investment": wan(sum.fen)})
}

pub(crate) fn ids(pack: &Pack, requirements: &[RequirementIdx]) -> Vec<String> {
    requirements.iter().map(|&idx| pack[idx].id.clone()).collect()
}

/// The check as `kaigong.check/1`; without projects where the results hold none but the portfolio does.
pub fn check_json(assessment: &Assessment<'_>, summary_only: bool) -> Value {
    let mut out = summary_json(assessment, assessment.results.verdicts, &assessment.results.requirements);
    if !summary_only {
        let projects = assessment.results.projects.iter();
        out["projects"] = projects.map(|project| with_cheapest(assessment, project)).collect();
    }
    out
}

/// The check as `kaigong.check/1` without projects, summed up in blocks; `last` is any of them.
pub fn tally_json(last: &Assessment<'_>, tally: &Tally) -> Value {
    summary_json(last, tally.verdicts, &tally.requirements)
}

fn summary_json(assessment: &Assessment<'_>, verdicts: [u64; 4], counted: &[RequirementCounts]) -> Value {
    let evaluation = &assessment.evaluation;
    let pack = evaluation.pack;
    let [started, ready, blocked, undetermined] = verdicts;
    let mut requirements = Map::new();
    for ((_, requirement), counts) in pack.iter().zip(counted) {
        requirements.insert(requirement.id.clone(), counts_json(counts));
    }
    let out = json!({
        "schema": "kaigong.check/1",
        "as_of": evaluation.options.as_of.to_string(),
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[evaluation.options.goal].id,
        "summary": {
            "projects": started + ready + blocked + undetermined,
            "started": started,
            "ready": ready,
            "blocked": blocked,
            "undetermined": undetermined,
        },
        "requirements": requirements,
    });
    with_law(out, evaluation)
}

/// One project of a check as `kaigong.project/1`, on a line of its own.
pub fn project_line(assessment: &Assessment<'_>, at: usize) -> String {
    let evaluation = &assessment.evaluation;
    let pack = evaluation.pack;
    let mut told = with_cheapest(assessment, &assessment.results.projects[at]);
    told["schema"] = "kaigong.project/1".into();
    told["as_of"] = evaluation.options.as_of.to_string().into();
    told["goal"] = pack.goals[evaluation.options.goal].id.as_str().into();
    told["light"] = assessment.lights[at].map(|light| pack.lights[light].light.as_str()).into();
    with_law(told, evaluation).to_string()
}

fn counts_json(counts: &RequirementCounts) -> Value {
    json!({
        "not_applicable": counts.not_applicable,
        "met": counts.met,
        "open": counts.open,
        "waiting": counts.waiting,
        "undetermined": counts.undetermined,
        "out_of_order": counts.out_of_order,
        "blocks": counts.blocks,
        "blocks_alone": counts.blocks_alone,
        "investment_blocked": wan(counts.investment_blocked),
    })
}

/// One project, with the cheapest way to start it where that was asked for.
fn with_cheapest(assessment: &Assessment<'_>, project: &ProjectResult) -> Value {
    let mut told = project_json(&assessment.evaluation, project);
    if let Some(cheapest) = &assessment.cheapest {
        let pack = assessment.evaluation.pack;
        told["cheapest"] = cheapest.get(&project.row).map_or(Value::Null, |Cheapest { way, bound }| {
            let mut found = way_json(way, json!({"steps": ids(pack, &way.steps)}));
            let by = assessment.evaluation.options.cheapest;
            found["by"] = by.name().into();
            found["proven"] = (way.cost(by) == *bound).into();
            found
        });
    }
    told
}

/// One project, as it stands in the check's list.
fn project_json(evaluation: &Evaluation<'_>, project: &ProjectResult) -> Value {
    let pack = evaluation.pack;
    let blockers = project.blockers.iter().zip(&project.since);
    let alerts = project.alerts.iter().map(|at| {
        let alert = &pack.alerts[*at];
        json!({"id": alert.id, "severity": alert.severity.name(), "certain": !project.presumed_alerts.contains(at)})
    });
    let mut presumed: Vec<String> = project.presumed.iter().map(|&fact| pack.schema[fact].id.clone()).collect();
    presumed.extend(ids(pack, &project.by_evidence));
    presumed.sort();
    json!({
        "id": &evaluation.portfolio.ids[project.row as usize],
        "verdict": project.verdict.name(),
        "readiness": project.readiness.name(),
        "earliest_start": date(project.earliest.date),
        "earliest_start_provisional": project.earliest.is_provisional(),
        "earliest_start_provisional_because": provisional_json(&project.earliest),
        "blockers": blockers.map(|(blocker, since)| blocker_json(evaluation, project.row, blocker, *since)).collect::<Vec<_>>(),
        "questions": project.questions.iter().map(|question| question_json(pack, question)).collect::<Vec<_>>(),
        "alerts": alerts.collect::<Vec<_>>(),
        "out_of_order": ids(pack, &project.out_of_order),
        "presumed": presumed,
    })
}

fn blocker_json(evaluation: &Evaluation<'_>, row: u32, blocker: &Blocker, since: Option<Date>) -> Value {
    let requirement = &evaluation.pack[blocker.requirement];
    let body = body(evaluation, blocker.requirement, row);
    json!({
        "requirement": requirement.id,
        "kind": blocker.kind.name(),
        "certain": blocker.certain,
        "owner": body.owner,
        "group": blocker.group.as_ref().map(|choice| choice_json(evaluation.pack, choice)),
        "since": date(since),
    })
}

fn choice_json(pack: &Pack, choice: &Choice) -> Value {
    json!({"id": choice.id, "choose": choice.choose, "alternative": pack[choice.alternative].id})
}

pub(crate) fn question_json(pack: &Pack, question: &Question) -> Value {
    let fact = &pack.schema[question.fact];
    json!({
        "fact": fact.id,
        "requirement": pack[question.requirement].id,
        "ask": fact.ask,
        "decides": question.decides.name(),
    })
}

fn earliest_json(pack: &Pack, explanation: &Explanation) -> Value {
    let earliest = &explanation.result.earliest;
    let slack = explanation.slack.iter().map(|(idx, days)| (pack[*idx].id.clone(), json!(days)));
    json!({
        "slack": slack.collect::<serde_json::Map<_, _>>(),
        "date": date(earliest.date),
        "provisional": earliest.is_provisional(),
        "provisional_because": provisional_json(earliest),
        "chain": ids(pack, &earliest.chain),
        "without_duration": ids(pack, &earliest.without_duration),
    })
}

/// One project's reasons as `kaigong.why/1`.
pub fn why_json(evaluation: &Evaluation<'_>, explanation: &Explanation) -> Value {
    let pack = evaluation.pack;
    let nodes: Vec<Value> = explanation
        .steps
        .iter()
        .map(|step| {
            let truth = |at: usize| format!("{:?}", step.truths[at]).to_lowercase();
            json!({
                "requirement": pack[step.requirement].id,
                "state": step.state.name(),
                "applies": truth(0),
                "met": truth(1),
                "needs": truth(2),
                "dated_before_need": step.dated_before.map(|need| pack[need].id.clone()),
            })
        })
        .collect();
    let mut edges = Vec::new();
    for step in &explanation.steps {
        let body = evaluation.body(step.requirement, explanation.result.row);
        for (need, contribution) in &step.needs {
            let target = &body.needs[*need].target;
            edges.push(json!({
                "from": pack[step.requirement].id,
                "to": ids(pack, target.requirements()),
                "choose": match target {
                    kaigong_rules::Target::Step(_) => Value::Null,
                    kaigong_rules::Target::Group { choose, .. } => json!(choose),
                },
                "contribution": format!("{contribution:?}").to_lowercase(),
            }));
        }
    }
    let reasons: Vec<Value> = explanation.reasons.iter().map(|reason| reason_json(evaluation, reason)).collect();
    let names =
        |rows: &[u32]| rows.iter().map(|&row| evaluation.portfolio.ids[row as usize].to_string()).collect::<Vec<_>>();
    let told = json!({
        "schema": "kaigong.why/1",
        "as_of": evaluation.options.as_of.to_string(),
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[evaluation.options.goal].id,
        "project": project_json(evaluation, &explanation.result),
        "reasons": reasons,
        "graph": {"nodes": nodes, "edges": edges},
        "cited": explanation.cited.iter().map(|&fact| pack.schema[fact].id.clone()).collect::<Vec<_>>(),
        "earliest": earliest_json(pack, explanation),
        "ways": ways_json(evaluation, explanation),
        "settles": explanation.settling.as_ref().map(|settling| json!({
            "ready": answers(pack, &settling.ready),
            "blocked": answers(pack, &settling.blocked),
        })),
        "recorded_late": explanation.recorded_late.iter().map(|record| json!({
            "fact": pack.schema[record.fact].id,
            "from": record.from.to_string(),
            "recorded_on": record.recorded_on.to_string(),
        })).collect::<Vec<_>>(),
        "promises": explanation.promises.iter().map(|promise| json!({
            "fact": pack.schema[promise.fact].id,
            "until": promise.until.to_string(),
            "overdue": promise.overdue,
        })).collect::<Vec<_>>(),
        "deadlock": explanation.deadlock.as_ref().map(|rows| names(rows)),
    });
    with_law(told, evaluation)
}

fn ways_json(evaluation: &Evaluation<'_>, explanation: &Explanation) -> Value {
    let (pack, ways, row) = (evaluation.pack, &explanation.ways, explanation.result.row);
    let way = |way: &Way| {
        let today = |idx: &RequirementIdx| evaluation.needs(*idx, row) != Truth::No;
        let (now, then): (Vec<RequirementIdx>, Vec<RequirementIdx>) = way.steps.iter().copied().partition(today);
        way_json(way, json!({"now": ids(pack, &now), "then": ids(pack, &then)}))
    };
    let menu = |menu: &Menu| {
        let alternatives: Vec<Vec<String>> = menu.alternatives.iter().map(|steps| ids(pack, steps)).collect();
        json!({"count": count(menu.count), "alternatives": alternatives})
    };
    let at_least = match ways.completeness {
        Completeness::Complete => None,
        Completeness::Bounded(bounds) => Some(bounds),
    };
    json!({
        "complete": at_least.is_none(),
        "at_least": at_least.map(|bounds| json!({
            "steps": bounds.steps,
            "days_of_work": bounds.days,
            "money": wan(i128::from(bounds.money)),
            "offices": bounds.offices,
        })),
        "count": count(ways.count),
        "always": ids(pack, &ways.always),
        "choices": ways.menus.iter().map(menu).collect::<Vec<_>>(),
        "fewest": ways.fewest.as_ref().map(way),
        "least_work": ways.least_work.as_ref().map(way),
        "least_money": ways.least_money.as_ref().map(way),
        "least_money_priced": ways.least_money_priced.as_ref().map(way),
        "fewest_offices": ways.fewest_offices.as_ref().map(way),
        "fastest": ways.fastest.as_ref().map(way),
        "cost_against_time": {
            "by": ways.by.name(),
            "complete": ways.frontier_complete,
            "ways": ways.frontier.iter().map(way).collect::<Vec<_>>(),
        },
        "provided": ids(pack, &ways.provided),
        "barred": ids(pack, &ways.barred),
    })
}

fn answers(pack: &Pack, answers: &kaigong_solver::Answers) -> Value {
    let facts = |set: &Vec<kaigong_model::FactIdx>| set.iter().map(|&fact| pack.schema[fact].id.as_str()).collect();
    let sets: Vec<Vec<&str>> = answers.sets.iter().map(facts).collect();
    json!({"count": count(answers.count), "sets": sets})
}

/// A count that may be past what a number of JSON holds exactly: the largest such number stands for it.
fn count(count: u128) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX).min((1 << 53) - 1)
}

fn reason_json(evaluation: &Evaluation<'_>, reason: &kaigong_solver::Reason) -> Value {
    let pack = evaluation.pack;
    let body = evaluation.body_today(reason.blocker.requirement);
    let portfolio = evaluation.portfolio;
    json!({
        "requirement": pack[reason.blocker.requirement].id,
        "facts": reason.facts.iter().map(|read| json!({
            "fact": pack.schema[read.fact].id,
            "presumed": read.presumed,
        })).collect::<Vec<_>>(),
        "draws": reason.draws.iter().map(|draw| {
            let spec = &pack.schema.pools[draw.pool.0 as usize];
            let amount = |atoms: i128| format!("{} {}", format_exact(atoms, spec.unit), spec.unit.name);
            let mut told = json!({"pool": spec.id, "needed": draw.needed.map(amount), "granted": amount(draw.granted)});
            if !draw.mixed.is_empty() {
                let others = draw.mixed.iter().map(|pool| &*pack.schema.pools[pool.0 as usize].id);
                told["or"] = json!(others.collect::<Vec<_>>());
            }
            told
        }).collect::<Vec<_>>(),
        "upstream": reason.upstream.iter().map(|&row| &portfolio.ids[row as usize]).collect::<Vec<_>>(),
        "holds": ids(pack, &reason.holds),
        "cite": citable(&body.cite, evaluation.options.law()).into_iter().map(|cite| json!({
            "law": cite.law,
            "article": cite.article,
            "version": date(cite.version),
            "status": cite.status.name(),
        })).collect::<Vec<_>>(),
    })
}

/// JSON Schema of `kaigong.check/1`.
pub fn check_schema() -> &'static str {
    include_str!("../schema/check.json")
}

/// JSON Schema of `kaigong.project/1`, a line of `check --format jsonl`.
pub fn project_schema() -> &'static str {
    include_str!("../schema/project.json")
}

/// JSON Schema of `kaigong.ask/1`.
pub fn ask_schema() -> &'static str {
    include_str!("../schema/ask.json")
}

/// JSON Schema of `kaigong.allocate/1`.
pub fn allocate_schema() -> &'static str {
    include_str!("../schema/allocate.json")
}

/// JSON Schema of `kaigong.leverage/1`.
pub fn leverage_schema() -> &'static str {
    include_str!("../schema/leverage.json")
}

/// JSON Schema of `kaigong.audit/1`.
pub fn audit_schema() -> &'static str {
    include_str!("../schema/audit.json")
}

/// JSON Schema of `kaigong.diff/1`.
pub fn between_schema() -> &'static str {
    include_str!("../schema/diff.json")
}

/// JSON Schema of `kaigong.rules-diff/1`.
pub fn diff_schema() -> &'static str {
    include_str!("../schema/rules-diff.json")
}

/// JSON Schema of `kaigong.delays/1`.
pub fn delays_schema() -> &'static str {
    include_str!("../schema/delays.json")
}

/// JSON Schema of `kaigong.flip/1`.
pub fn flip_schema() -> &'static str {
    include_str!("../schema/flip.json")
}

/// JSON Schema of `kaigong.timeline/1`.
pub fn timeline_schema() -> &'static str {
    include_str!("../schema/timeline.json")
}

/// JSON Schema of `kaigong.scorecard/1`.
pub fn scorecard_schema() -> &'static str {
    include_str!("../schema/scorecard.json")
}

/// JSON Schema of `kaigong.lists/1`.
pub fn lists_schema() -> &'static str {
    include_str!("../schema/lists.json")
}

/// JSON Schema of `kaigong.worklist/1`.
pub fn worklist_schema() -> &'static str {
    include_str!("../schema/worklist.json")
}

/// JSON Schema of `kaigong.why/1`.
pub fn why_schema() -> &'static str {
    include_str!("../schema/why.json")
}
