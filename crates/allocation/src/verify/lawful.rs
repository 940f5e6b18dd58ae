//! Whether a plan gives no more than there is, in ways that lead to those served, and keeps what was decided.

use std::collections::{BTreeMap, BTreeSet};

use super::{Violation, chosen_source, draw_cap, free, worth};
use crate::problem::{CandidateIdx, Entry, Lock, Plan, PoolIdx, Problem, Source, Via};

pub(super) fn judge_entries(problem: &Problem, plan: &Plan, found: &mut Vec<Violation>) {
    let insiders = insiders(problem);
    for &Entry { candidate, draw, pool, via, .. } in &plan.ledger {
        if problem.pools[pool].fence.is_some() && !insiders.contains(&(pool, candidate)) {
            found.push(Violation::Fence { candidate, pool });
        }
        if !way_leads(problem, pool, via, candidate) {
            found.push(Violation::WrongPool { candidate, pool });
        }
        let source = chosen_source(problem, plan, candidate);
        if source.is_some_and(|source| !source.draws[draw].kinds.contains(&problem.pools[pool].kind)) {
            found.push(Violation::WrongKind { candidate, draw, pool });
        }
    }
}

/// Whom each fenced pool serves.
fn insiders(problem: &Problem) -> BTreeSet<(PoolIdx, CandidateIdx)> {
    let fences = problem.pools.iter().enumerate().map(|(index, pool)| (index, pool.fence.iter().flatten()));
    fences.flat_map(|(index, fence)| fence.map(move |&candidate| (index, candidate))).collect()
}

fn way_leads(problem: &Problem, pool: PoolIdx, via: Via, candidate: CandidateIdx) -> bool {
    let pool = &problem.pools[pool];
    let county = problem.candidates[candidate].county;
    match via {
        Via::Own => pool.county.is_some() && pool.county == county,
        Via::Drawn => pool.county.is_none(),
        Via::Transferred(transfer) => {
            let transfer = &problem.transfers[transfer];
            let ends_meet = pool.county == Some(transfer.from) && county == Some(transfer.to);
            pool.fence.is_none() && pool.kind == transfer.kind && ends_meet
        }
    }
}

pub(super) fn judge_amounts(problem: &Problem, plan: &Plan, found: &mut Vec<Violation>) {
    for (pool, given) in sums(plan, |entry| Some(entry.pool)) {
        let free = free(&problem.pools[pool]);
        if given > i128::from(free) {
            found.push(Violation::Overdrawn { pool, given, free });
        }
    }
    for ((pool, county), given) in sums(plan, |entry| Some((entry.pool, problem.candidates[entry.candidate].county))) {
        if let Some(at_most) = draw_cap(&problem.pools[pool]).filter(|&cap| given > i128::from(cap)) {
            found.push(Violation::OverDrawCap { pool, county, given, at_most });
        }
    }
    for (transfer, given) in sums(plan, transfer_used) {
        let at_most = problem.transfers[transfer].at_most;
        if given > i128::from(at_most) {
            found.push(Violation::OverTransfer { transfer, given, at_most });
        }
    }
}

fn transfer_used(entry: &Entry) -> Option<usize> {
    match entry.via {
        Via::Transferred(transfer) => Some(transfer),
        Via::Own | Via::Drawn => None,
    }
}

/// What the ledger gives under each key; entries without a key do not count.
fn sums<K: Ord>(plan: &Plan, key: impl Fn(&Entry) -> Option<K>) -> BTreeMap<K, i128> {
    let mut sums = BTreeMap::new();
    for entry in &plan.ledger {
        if let Some(key) = key(entry) {
            // A ledger of i64 amounts that fits in memory cannot leave i128.
            *sums.entry(key).or_insert(0) += i128::from(entry.amount);
        }
    }
    sums
}

pub(super) fn judge_candidates(problem: &Problem, plan: &Plan, found: &mut Vec<Violation>) {
    let given = sums(plan, |entry| Some((entry.candidate, entry.draw)));
    for (index, candidate) in problem.candidates.iter().enumerate() {
        let source = chosen_source(problem, plan, index);
        if let Some(source) = source {
            judge_cover(index, source, &given, found);
            let out = candidate.needs.iter().filter(|&&needs| plan.chosen[needs].is_none());
            found.extend(out.map(|&needs| Violation::Need { candidate: index, needs }));
        }
        let broken = match candidate.lock {
            Lock::Free => false,
            Lock::In => source.is_none(),
            Lock::Out => source.is_some(),
        };
        if broken {
            found.push(Violation::Lock { candidate: index });
        }
    }
}

fn judge_cover(
    candidate: CandidateIdx,
    source: &Source,
    given: &BTreeMap<(CandidateIdx, usize), i128>,
    found: &mut Vec<Violation>,
) {
    for (draw, wanted) in source.draws.iter().enumerate() {
        let given = given.get(&(candidate, draw)).copied().unwrap_or(0);
        if given != i128::from(wanted.amount) {
            found.push(Violation::NotCovered { candidate, draw, given, needed: wanted.amount });
        }
    }
}

pub(super) fn judge_floors(problem: &Problem, plan: &Plan, found: &mut Vec<Violation>) {
    for (floor, wanted) in problem.floors.iter().enumerate() {
        let counted = wanted.weights.iter().filter(|&&(candidate, _)| plan.chosen[candidate].is_some());
        let reached = counted.map(|&(_, weight)| i128::from(weight)).sum();
        if reached < wanted.at_least {
            found.push(Violation::Floor { floor, reached, at_least: wanted.at_least });
        }
    }
}

pub(super) fn judge_kept(problem: &Problem, plan: &Plan, kept: &[i128], found: &mut Vec<Violation>) {
    for (tier, &kept) in kept.iter().enumerate() {
        let value = worth(problem, plan, tier);
        if value < kept {
            found.push(Violation::Kept { tier, value, kept });
        }
    }
}
