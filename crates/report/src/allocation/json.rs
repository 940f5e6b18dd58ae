//! Dry runs as `kaigong.allocate/1`.

mod alone;
mod asked;
mod effects;

use kaigong_allocation::{Entry, Limit, Pool, Via};
use serde_json::{Map, Value, json};

use super::accounts::{lines_json, note_json};
use super::{Bar, DryRun, Outcome, Trial, fen, gap, quantity, released};
use crate::json::wan;
use alone::counties_json;
use asked::{ladder_json, rule_json, sensitivity_json, why_not_json};
use effects::consequences_json;

/// The dry run as `kaigong.allocate/1`: of one scenario, or `scenarios` where several were compared.
pub fn allocation_json(run: &DryRun<'_>) -> Value {
    let pack = run.evaluation.pack;
    let mut out = json!({
        "schema": "kaigong.allocate/1",
        "as_of": run.evaluation.options.as_of.to_string(),
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[run.evaluation.options.goal].id,
    });
    match &run.trials[..] {
        [trial] => {
            if let Value::Object(fields) = trial_json(run, trial) {
                fields.into_iter().for_each(|(key, value)| out[key] = value);
            }
        }
        trials => out["scenarios"] = trials.iter().map(|trial| trial_json(run, trial)).collect(),
    }
    out
}

fn trial_json(run: &DryRun<'_>, trial: &Trial) -> Value {
    let problem = &trial.problem;
    let status = match &trial.outcome {
        Outcome::Plan(_) if trial.tiers.iter().any(|tier| tier.best < tier.bound) => "feasible",
        Outcome::Plan(_) if trial.kind == "optimal" => "optimal",
        Outcome::Plan(_) => "feasible",
        Outcome::Infeasible(_) => "infeasible",
        Outcome::NotFound => "not_found",
    };
    let ids = |candidates: &mut dyn Iterator<Item = usize>| -> Vec<String> {
        candidates.map(|at| problem.candidates[at].id.clone()).collect()
    };
    let objective: Vec<Value> = trial
        .tiers
        .iter()
        .enumerate()
        .map(|(at, tier)| {
            json!({
                "tier": at + 1,
                "value": number_json(tier.value),
                "best": number_json(tier.best),
                "bound": number_json(tier.bound),
                "gap": gap(tier.best, tier.bound),
                "proof": if tier.searched { "search" } else { "certificate" },
                "certificate_bound": number_json(tier.proved),
            })
        })
        .collect();
    let fen: i128 = released(trial).map(|at| fen(run, run.claims[trial.claim_of[at]].row)).sum();
    let mut out = json!({
        "scenario": trial.name,
        "plan": trial.kind,
        "period": trial.period,
        "status": status,
        "objective": objective,
        "candidates": problem.candidates.len(),
        "released": ids(&mut released(trial)),
        "investment_released": wan(fen),
        "grants": grants_json(run, trial),
        "after": after_json(run, trial),
        "consequences": consequences_json(run, trial),
        "left_out": left_out_json(run, trial),
        "pools": pools_json(run, trial),
        "ledger": lines_json(run, trial),
        "lift": lift_json(trial),
        "rules_cost": trial.rule_prices.iter().map(|price| rule_json(trial, price)).collect::<Vec<_>>(),
        "frontier": trial.frontier.iter().map(|point| json!({
            "supply": format!("{}%", point.percent),
            "value": number_json(point.value),
            "bound": number_json(point.bound),
        })).collect::<Vec<_>>(),
        "more_supply": ladder_json(run, trial),
        "sensitivity": sensitivity_json(run, trial),
        "why_not": trial.why_not.iter().map(|(at, told)| why_not_json(run, trial, *at, told)).collect::<Vec<_>>(),
        "refused": trial.refused.iter().map(|&(at, kind, atoms)| {
            json!({"project": problem.candidates[at].id, "pool": problem.kinds[kind], "amount": quantity(run, trial, kind, atoms.into())})
        }).collect::<Vec<_>>(),
    });
    if !trial.counties.is_empty() {
        out["counties_alone"] = json!(counties_json(trial));
    }
    out
}

/// Where each project that is released stands then.
fn after_json(run: &DryRun<'_>, trial: &Trial) -> Vec<Value> {
    let pack = run.evaluation.pack;
    let told = |at: usize| {
        let after = trial.after[at].as_ref()?;
        Some(json!({
            "project": trial.problem.candidates[at].id,
            "ready": after.ready,
            "next": after.next.iter().map(|&idx| pack[idx].id.as_str()).collect::<Vec<_>>(),
            "earliest_start": after.earliest.date.map(|day| day.to_string()),
            "earliest_start_provisional": after.earliest.is_provisional(),
        }))
    };
    released(trial).filter_map(told).collect()
}

fn number_json(value: i128) -> Value {
    i64::try_from(value).map_or_else(|_| Value::String(value.to_string()), Value::from)
}

fn grants_json(run: &DryRun<'_>, trial: &Trial) -> Vec<Value> {
    let Some(plan) = trial.plan() else { return Vec::new() };
    let problem = &trial.problem;
    let grant = |entry: &Entry| {
        let pool = &problem.pools[entry.pool];
        let via = match entry.via {
            Via::Own => "own",
            Via::Drawn => "drawn",
            Via::Transferred(_) => "transferred",
        };
        json!({
            "project": problem.candidates[entry.candidate].id,
            "pool": problem.kinds[pool.kind],
            "county": pool.county.map(|county| problem.counties[county].clone()),
            "scope": trial.level(entry.pool).name(),
            "via": via,
            "amount": quantity(run, trial, pool.kind, entry.amount.into()),
            "idle": !trial.releases(entry.candidate),
        })
    };
    plan.ledger.iter().map(grant).collect()
}

fn left_out_json(run: &DryRun<'_>, trial: &Trial) -> Vec<Value> {
    let pack = run.evaluation.pack;
    let problem = &trial.problem;
    let mut out = Vec::new();
    for at in (0..problem.candidates.len()).filter(|&at| !trial.releases(at)) {
        let mut entry = Map::new();
        entry.insert("project".to_owned(), json!(problem.candidates[at].id));
        match &trial.barred[at] {
            Some(Bar::Others(others)) => {
                entry.insert("reason".to_owned(), json!("blocked"));
                let others: Vec<&str> = others.iter().map(|&idx| pack[idx].id.as_str()).collect();
                entry.insert("blockers".to_owned(), json!(others));
            }
            Some(Bar::Late(earliest)) => {
                entry.insert("reason".to_owned(), json!("late"));
                entry.insert("earliest_start".to_owned(), json!(earliest.date.map(|day| day.to_string())));
                entry.insert("earliest_start_provisional".to_owned(), json!(earliest.is_provisional()));
            }
            None => {
                entry.insert("reason".to_owned(), json!("supply"));
                let sources = lacks_json(run, trial, at, &trial.shortages[at]);
                entry.insert("sources".to_owned(), json!(sources));
            }
        }
        out.push(Value::Object(entry));
    }
    out
}

/// Per source of a candidate: what it covers, and what each draw lacks.
fn lacks_json(run: &DryRun<'_>, trial: &Trial, at: usize, shortages: &[Vec<i64>]) -> Vec<Value> {
    let (pack, problem) = (run.evaluation.pack, &trial.problem);
    let sources = shortages.iter().zip(&problem.candidates[at].sources).zip(&trial.covers[at]);
    let told = sources.map(|((short, source), covers)| {
        let lacking = short.iter().zip(&source.draws).filter(|(short, _)| **short > 0);
        let lacks = lacking.map(|(&short, draw)| {
            let kind = draw.kinds[0];
            let mut told = json!({"pool": problem.kinds[kind], "amount": quantity(run, trial, kind, short.into())});
            if let [_, others @ ..] = &draw.kinds[..]
                && !others.is_empty()
            {
                told["or"] = others.iter().map(|&kind| problem.kinds[kind].clone()).collect();
            }
            told
        });
        let covers: Vec<&str> = covers.iter().map(|&idx| pack[idx].id.as_str()).collect();
        json!({"covers": covers, "lacks": lacks.collect::<Vec<_>>()})
    });
    told.collect()
}

/// Ids of candidates.
fn ids_json(trial: &Trial, candidates: &[usize]) -> Vec<String> {
    candidates.iter().map(|&at| trial.problem.candidates[at].id.clone()).collect()
}

/// The name of a county; null for the city.
fn place_json(trial: &Trial, county: Option<usize>) -> Option<String> {
    county.map(|county| trial.problem.counties[county].clone())
}

fn pools_json(run: &DryRun<'_>, trial: &Trial) -> Vec<Value> {
    let problem = &trial.problem;
    let ledger = trial.ledger();
    let of = |(at, pool): (usize, &Pool)| {
        let given: i128 = ledger.iter().filter(|entry| entry.pool == at).map(|entry| i128::from(entry.amount)).sum();
        let amount = |atoms: i128| quantity(run, trial, pool.kind, atoms);
        let mut told = json!({
            "pool": problem.kinds[pool.kind],
            "county": pool.county.map(|county| problem.counties[county].clone()),
            "amount": amount(pool.amount.into()),
            "held_back": amount(i128::from(pool.amount - pool.free())),
            "given": amount(given),
            "left": amount(i128::from(pool.amount) - given),
        });
        if let Value::Object(fields) = note_json(run, trial, at) {
            fields.into_iter().for_each(|(key, value)| told[key] = value);
        }
        told
    };
    problem.pools.iter().enumerate().map(of).collect()
}

fn lift_json(trial: &Trial) -> Value {
    let Outcome::Infeasible(sets) = &trial.outcome else { return json!([]) };
    let name = |limit: &Limit| match limit {
        Limit::Lock(at) => json!({"lock": trial.problem.candidates[*at].id}),
        Limit::Floor(at) => json!({"floor": trial.problem.floors[*at].label}),
    };
    sets.iter().map(|set| set.iter().map(name).collect::<Value>()).collect()
}
