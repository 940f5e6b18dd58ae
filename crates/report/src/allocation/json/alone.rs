//! Counties by themselves, as JSON.

use kaigong_allocation::{Answer, ByItself, Claim};
use serde_json::{Value, json};

use super::super::Trial;
use super::{ids_json, number_json};

pub(super) fn counties_json(trial: &Trial) -> Vec<Value> {
    let told = |own: &ByItself| {
        let (status, proof) = match &own.answer {
            Answer::Plan { claim, .. } => ("plan", claim_json(claim, own.answer.proven())),
            Answer::Infeasible => ("infeasible", "search"),
            Answer::NotFound => ("not_found", "none"),
        };
        let best = match &own.answer {
            Answer::Plan { value, .. } => number_json(*value),
            Answer::Infeasible | Answer::NotFound => Value::Null,
        };
        json!({
            "county": trial.problem.counties[own.county],
            "candidates": own.candidates.len(),
            "elsewhere": ids_json(trial, &own.elsewhere),
            "status": status,
            "best": best,
            "bound": own.answer.bound().map(number_json),
            "proof": proof,
            "value": number_json(trial.plan().map_or(0, |plan| own.within(&trial.problem, plan))),
            "released": ids_json(trial, &own.chosen()),
        })
    };
    trial.counties.iter().map(told).collect()
}

fn claim_json(claim: &Claim, proven: bool) -> &'static str {
    match (claim, proven) {
        (Claim::Certified { .. }, true) => "certificate",
        (Claim::Certified { .. }, false) => "gap",
        (Claim::Searched, _) => "search",
        (Claim::Solver { .. }, _) => "solver",
        (Claim::Nothing, _) => "none",
    }
}
