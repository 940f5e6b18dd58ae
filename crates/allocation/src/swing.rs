//! What hangs on each rule and amount, always solved again: pools a little smaller and larger, amounts moved from one
//! county to another, what the first goal is to keep.

use crate::optimal::{Optimum, Stop, optimal};
use crate::problem::{CountyIdx, KindIdx, Plan, PoolIdx, Problem, Tier};

/// What the first goal comes to with less and with more of one pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swing {
    /// Which pool.
    pub pool: PoolIdx,
    /// Atoms less, and more.
    pub step: i64,
    /// What it comes to with less: found, and at most.
    pub less: (i128, i128),
    /// What it comes to with more: found, and at most.
    pub more: (i128, i128),
}

impl Swing {
    /// What lies between less and more.
    pub fn width(&self) -> i128 {
        self.more.0 - self.less.0
    }
}

/// The first goal solved with so many millionths of a pool less, and more; `None` where there is nothing to take.
///
/// A plan found for more is never said to be worth less than the plan known, nor one for less to be worth more.
pub fn swing(problem: &Problem, known: (i128, i128), pool: PoolIdx, share: u32, stop: Stop) -> Option<Swing> {
    let amount = problem.pools[pool].amount;
    let step = i64::try_from(i128::from(amount) * i128::from(share) / 1_000_000).ok().filter(|&step| step > 0)?;
    let with = |amount: i64| {
        let mut other = first_goal(problem);
        other.pools[pool].amount = amount;
        best(&other, stop)
    };
    let less = with(amount - step)?;
    let more = with(amount.checked_add(step)?)?;
    // What fits into less fits into what there is, and that into more.
    let less = (less.0, less.1.min(known.1));
    let more = (more.0.max(known.0), more.1);
    Some(Swing { pool, step, less, more })
}

/// What moving an amount of a kind from one county to another does to the first goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Of what.
    pub kind: KindIdx,
    /// County that gives.
    pub from: CountyIdx,
    /// County that receives.
    pub to: CountyIdx,
    /// What the first goal comes to: found, and at most.
    pub value: (i128, i128),
}

/// The first goal solved with an amount moved; `None` where the county that gives has too little.
pub fn shift(
    problem: &Problem,
    kind: KindIdx,
    from: CountyIdx,
    to: CountyIdx,
    atoms: i64,
    stop: Stop,
) -> Option<Shift> {
    let mut other = first_goal(problem);
    let at = |county: CountyIdx| {
        let of = |pool: &&PoolIdx| {
            let spec = &problem.pools[**pool];
            spec.kind == kind && spec.county == Some(county) && spec.fence.is_none()
        };
        (0..problem.pools.len()).collect::<Vec<_>>().iter().find(of).copied()
    };
    let (giving, receiving) = (at(from)?, at(to)?);
    if problem.pools[giving].free() < atoms {
        return None;
    }
    other.pools[giving].amount -= atoms;
    other.pools[receiving].amount = other.pools[receiving].amount.checked_add(atoms)?;
    Some(Shift { kind, from, to, value: best(&other, stop)? })
}

/// What every goal comes to when the first has to be left so much of its best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Millionths of its best.
    pub keep: u32,
    /// Per goal: what it comes to.
    pub values: Vec<i128>,
}

/// All goals solved with another share kept of the first.
pub fn kept(problem: &Problem, keep: u32, stop: Stop) -> Option<Kept> {
    let mut other = problem.clone();
    *other.tiers.first_mut()? = Tier { keep };
    match optimal(&other, stop, &mut |_, _, _| {}) {
        Optimum::Plan(plan, _) => {
            let values = (0..other.tiers.len()).map(|tier| plan.value(&other, tier)).collect();
            Some(Kept { keep, values })
        }
        Optimum::Infeasible(_) | Optimum::NotFound => None,
    }
}

/// What a county comes to by itself, with what a plan gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alone {
    /// The county; `None` for those of no county.
    pub county: Option<CountyIdx>,
    /// Its candidates.
    pub candidates: usize,
    /// What the plan makes of it, in the first goal.
    pub value: i128,
    /// The best found for it by itself.
    pub best: i128,
    /// No choice of its own exceeds it.
    pub bound: i128,
    /// Whether a search through everything says so, not a certificate.
    pub searched: bool,
}

/// Solves one county by itself: its own pools, and what the plan lets it draw or receive, to the atom.
pub fn alone(problem: &Problem, plan: &Plan, county: Option<CountyIdx>, stop: Stop) -> Option<Alone> {
    let within: Vec<usize> =
        (0..problem.candidates.len()).filter(|&at| problem.candidates[at].county == county).collect();
    let mut own = first_goal(problem);
    let mut place = vec![None; problem.candidates.len()];
    within.iter().enumerate().for_each(|(next, &at)| place[at] = Some(next));
    // What others use of each pool is gone.
    for (at, pool) in own.pools.iter_mut().enumerate() {
        let others = plan.ledger.iter().filter(|entry| entry.pool == at && place[entry.candidate].is_none());
        let used: i64 = others.map(|entry| entry.amount).sum();
        let here = plan.ledger.iter().filter(|entry| entry.pool == at && place[entry.candidate].is_some());
        let given: i64 = here.map(|entry| entry.amount).sum();
        let free = pool.free();
        pool.hold_back = 0;
        pool.amount = if pool.county.is_some() && pool.county == county { free - used } else { given };
        pool.draw_at_most = None;
        if let Some(fence) = &mut pool.fence {
            *fence = fence.iter().filter_map(|&at| place[at]).collect();
        }
    }
    for (at, transfer) in own.transfers.iter_mut().enumerate() {
        let moved = plan.ledger.iter().filter(|entry| entry.via == crate::problem::Via::Transferred(at));
        transfer.at_most = moved.map(|entry| entry.amount).sum();
    }
    let value = |at: &usize| i128::from(problem.candidates[*at].values[0]);
    let worth = within.iter().filter(|at| plan.chosen[**at].is_some()).map(value).sum();
    // Needs outside are as the plan has them; who is needed from outside has to stay.
    let mut candidates = Vec::new();
    for &at in &within {
        let mut candidate = own.candidates[at].clone();
        let outside = candidate.needs.iter().any(|&need| place[need].is_none() && plan.chosen[need].is_none());
        candidate.needs = candidate.needs.iter().filter_map(|&need| place[need]).collect();
        if outside && candidate.lock == crate::problem::Lock::Free {
            candidate.lock = crate::problem::Lock::Out;
        }
        candidates.push(candidate);
    }
    for (at, candidate) in problem.candidates.iter().enumerate() {
        if place[at].is_none() && plan.chosen[at].is_some() {
            for need in candidate.needs.iter().filter_map(|&need| place[need]) {
                candidates[need].lock = crate::problem::Lock::In;
            }
        }
    }
    own.candidates = candidates;
    for floor in &mut own.floors {
        let here = |&(at, weight): &(usize, i64)| Some((place[at]?, weight));
        let outside = floor.weights.iter().filter(|(at, _)| place[*at].is_none() && plan.chosen[*at].is_some());
        floor.at_least -= outside.map(|(_, weight)| i128::from(*weight)).sum::<i128>();
        floor.weights = floor.weights.iter().filter_map(here).collect();
    }
    match optimal(&own, stop, &mut |_, _, _| {}) {
        Optimum::Plan(_, tiers) => tiers.first().map(|tier| Alone {
            county,
            candidates: within.len(),
            value: worth,
            best: tier.best.max(worth),
            bound: tier.bound,
            searched: tier.searched,
        }),
        Optimum::Infeasible(_) | Optimum::NotFound => None,
    }
}

/// The problem with its first goal only.
fn first_goal(problem: &Problem) -> Problem {
    let mut first = problem.clone();
    first.tiers = vec![Tier { keep: 1_000_000 }; problem.tiers.len().min(1)];
    first.candidates.iter_mut().for_each(|candidate| candidate.values.truncate(1));
    first
}

/// The best of one goal: found, and at most.
fn best(problem: &Problem, stop: Stop) -> Option<(i128, i128)> {
    match optimal(problem, stop, &mut |_, _, _| {}) {
        Optimum::Plan(_, tiers) => tiers.first().map(|tier| (tier.best, tier.bound)),
        Optimum::Infeasible(_) | Optimum::NotFound => None,
    }
}
