//! Whether vectors have the lengths they must have and indices lead somewhere: nothing else is judged before.

use super::{chosen_source, draw_cap};
use crate::problem::{Candidate, Certificate, CountyIdx, Entry, KindIdx, Plan, Pool, Problem, Via};

pub(super) fn problem_in_shape(problem: &Problem) -> bool {
    let people = problem.candidates.len();
    let kind = |kind: KindIdx| kind < problem.kinds.len();
    let county = |county: CountyIdx| county < problem.counties.len();
    let pool = |pool: &Pool| {
        let fenced = pool.fence.iter().flatten().all(|&candidate| candidate < people);
        kind(pool.kind) && pool.county.is_none_or(county) && fenced
    };
    let candidate = |candidate: &Candidate| {
        let mut draws = candidate.sources.iter().flat_map(|source| &source.draws);
        candidate.county.is_none_or(county)
            && candidate.values.len() == problem.tiers.len()
            && candidate.needs.iter().all(|&need| need < people)
            && draws.all(|draw| draw.kinds.iter().copied().all(kind))
    };
    problem.pools.iter().all(pool)
        && problem.transfers.iter().all(|transfer| kind(transfer.kind) && county(transfer.from) && county(transfer.to))
        && problem.candidates.iter().all(candidate)
        && problem.floors.iter().flat_map(|floor| &floor.weights).all(|&(candidate, _)| candidate < people)
}

pub(super) fn plan_in_shape(problem: &Problem, plan: &Plan) -> bool {
    let source_exists = |(source, candidate): (&Option<usize>, &Candidate)| {
        source.is_none_or(|source| source < candidate.sources.len())
    };
    plan.chosen.len() == problem.candidates.len()
        && plan.chosen.iter().zip(&problem.candidates).all(source_exists)
        && plan.ledger.iter().all(|entry| entry_in_shape(problem, plan, entry))
}

fn entry_in_shape(problem: &Problem, plan: &Plan, entry: &Entry) -> bool {
    let way_exists = match entry.via {
        Via::Own | Via::Drawn => true,
        Via::Transferred(transfer) => transfer < problem.transfers.len(),
    };
    let inside = entry.candidate < problem.candidates.len() && entry.pool < problem.pools.len();
    inside && way_exists && entry.amount > 0 && draw_exists(problem, plan, entry)
}

/// An entry of a candidate that has no source is for draw 0.
fn draw_exists(problem: &Problem, plan: &Plan, entry: &Entry) -> bool {
    match chosen_source(problem, plan, entry.candidate) {
        Some(source) => entry.draw < source.draws.len(),
        None => entry.draw == 0,
    }
}

pub(super) fn certificate_in_shape(problem: &Problem, tier: usize, certificate: &Certificate) -> bool {
    let drawn = |(prices, pool): (&Vec<i64>, &Pool)| {
        prices.len() == if draw_cap(pool).is_some() { problem.counties.len() + 1 } else { 0 }
    };
    certificate.pools.len() == problem.pools.len()
        && certificate.drawn.len() == problem.pools.len()
        && certificate.drawn.iter().zip(&problem.pools).all(drawn)
        && certificate.transfers.len() == problem.transfers.len()
        && certificate.needs.len() == problem.candidates.len()
        && certificate.needs.iter().zip(&problem.candidates).all(|(prices, who)| prices.len() == who.needs.len())
        && certificate.floors.len() == problem.floors.len()
        && certificate.kept.len() == tier
}

/// Whether no multiplier is negative and they have at most 60 binary places.
pub(super) fn in_range(certificate: &Certificate) -> bool {
    let flat = [&certificate.pools, &certificate.transfers, &certificate.floors, &certificate.kept];
    let nested = certificate.drawn.iter().chain(&certificate.needs);
    certificate.shift <= 60 && flat.into_iter().chain(nested).flatten().all(|&multiplier| multiplier >= 0)
}
