//! What a little more supply would be worth, and what letting someone in would cost: always solved again, since prices
//! mislead where projects are large (allocation.md §1).

use crate::optimal::{Optimum, Stop, optimal};
use crate::problem::{CandidateIdx, Lock, Plan, PoolIdx, Problem};

/// What some more of one pool would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Which pool.
    pub pool: PoolIdx,
    /// Atoms more.
    pub more: i64,
    /// Those who come in if nobody leaves.
    pub added: Vec<CandidateIdx>,
    /// Worth of the first tier that adds.
    pub added_worth: i128,
    /// Those who come in if everything is chosen anew.
    pub enter: Vec<CandidateIdx>,
    /// Those who leave then.
    pub leave: Vec<CandidateIdx>,
    /// Worth of the first tier that gains.
    pub gained: i128,
    /// No plan gains more.
    pub gained_at_most: i128,
}

/// Solves again with more of one pool; `None` where no plan was found.
pub fn rung(problem: &Problem, plan: &Plan, pool: PoolIdx, more: i64, stop: Stop) -> Option<Rung> {
    let mut larger = problem.clone();
    larger.pools[pool].amount = larger.pools[pool].amount.checked_add(more)?;
    larger.tiers.truncate(1);
    let before = plan.value(problem, 0);
    let (anew, bound) = solved(&larger, stop)?;
    let mut fixed = larger.clone();
    for (candidate, source) in fixed.candidates.iter_mut().zip(&plan.chosen) {
        if let Some(source) = source {
            // Whoever is in stays in, from the source it has.
            candidate.sources = vec![candidate.sources[*source].clone()];
            candidate.lock = Lock::In;
        }
    }
    let added = solved(&fixed, stop).map(|(plan, _)| plan);
    let entering = |after: &Plan| -> Vec<CandidateIdx> {
        let both = plan.chosen.iter().zip(&after.chosen).enumerate();
        both.filter(|(_, (before, after))| before.is_none() && after.is_some()).map(|(at, _)| at).collect()
    };
    let leave = plan.chosen.iter().zip(&anew.chosen).enumerate();
    let leave = leave.filter(|(_, (before, after))| before.is_some() && after.is_none()).map(|(at, _)| at).collect();
    Some(Rung {
        pool,
        more,
        added_worth: added.as_ref().map_or(0, |added| added.value(&larger, 0) - before),
        added: added.as_ref().map(entering).unwrap_or_default(),
        enter: entering(&anew),
        leave,
        gained: anew.value(&larger, 0) - before,
        gained_at_most: bound - before,
    })
}

/// A plan of one goal, and its bound.
fn solved(problem: &Problem, stop: Stop) -> Option<(Plan, i128)> {
    match optimal(problem, stop, &mut |_, _, _| {}) {
        Optimum::Plan(plan, tiers) => {
            let bound = tiers.first().map_or(0, |tier| tier.bound);
            Some((plan, bound))
        }
        Optimum::Infeasible(_) | Optimum::NotFound => None,
    }
}

/// What letting someone in that is out would cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forced {
    /// Those who come in with it and those who leave, and what each tier loses (a gain is below 0).
    Plan {
        /// They come in, itself among them.
        enter: Vec<CandidateIdx>,
        /// They leave.
        leave: Vec<CandidateIdx>,
        /// Worth lost, per tier.
        lost: Vec<i128>,
    },
    /// It cannot be let in, whoever leaves.
    Never,
    /// The work allowed did not tell.
    Unknown,
}

/// Solves again with one candidate locked in.
pub fn forced(problem: &Problem, plan: &Plan, candidate: CandidateIdx, stop: Stop) -> Forced {
    let mut with = problem.clone();
    with.candidates[candidate].lock = Lock::In;
    match optimal(&with, stop, &mut |_, _, _| {}) {
        Optimum::Plan(after, _) => {
            let both = || plan.chosen.iter().zip(&after.chosen).enumerate();
            Forced::Plan {
                enter: both().filter(|(_, (a, b))| a.is_none() && b.is_some()).map(|(at, _)| at).collect(),
                leave: both().filter(|(_, (a, b))| a.is_some() && b.is_none()).map(|(at, _)| at).collect(),
                lost: (0..problem.tiers.len()).map(|t| plan.value(problem, t) - after.value(problem, t)).collect(),
            }
        }
        Optimum::Infeasible(_) => Forced::Never,
        Optimum::NotFound => Forced::Unknown,
    }
}
