//! Prices of what is scarce: multipliers of the pools, and the bound they prove.
//!
//! Every amount is charged a price instead of being limited; each candidate then decides for itself. What that comes
//! to, plus the worth of the supply at those prices, is a bound for every plan (Lagrangian relaxation). The worst
//! prices are sought by subgradient steps. Floats only guide that search: the bound itself is computed in integers
//! from prices rounded to 2^-shift, and anyone can compute it again ([`Certificate`]).
//!
//! ```text
//! city pool --cap x max(0, county price - city price)--> county price --> class price = least of its ways
//! ```

mod descent;
mod flat;
mod proof;
mod rows;

use crate::problem::{Candidate, CandidateIdx, Lock, Problem};
use crate::supply::Supply;
pub(crate) use descent::{Search, Warm};
use flat::Flat;
pub(crate) use proof::Proof;
pub(crate) use rows::Rows;

/// Sums that must be reached while a tier is solved: floors and what earlier tiers keep.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    /// Candidates that count, with their weight.
    pub(crate) weights: Vec<(CandidateIdx, i64)>,
    pub(crate) at_least: i128,
}

/// A tier as one goal.
#[derive(Clone, Debug)]
pub(crate) struct Goal<'p> {
    pub(crate) problem: &'p Problem,
    pub(crate) supply: &'p Supply,
    pub(crate) tier: usize,
    pub(crate) reaches: Vec<Reach>,
    /// Locks, spread along needs.
    pub(crate) locks: Vec<Locked>,
    /// Dependents before what they need; needs that would close a circle left out.
    order: Vec<CandidateIdx>,
    needs: Vec<Vec<usize>>,
    /// Per candidate: the sums it counts in, with its weight.
    counts: Vec<Vec<(usize, i64)>>,
    flat: Flat,
}

impl<'p> Goal<'p> {
    pub(crate) fn new(
        problem: &'p Problem,
        supply: &'p Supply,
        tier: usize,
        reaches: Vec<Reach>,
        locks: Vec<Locked>,
    ) -> Self {
        let mut counts = vec![Vec::new(); problem.candidates.len()];
        for (at, reach) in reaches.iter().enumerate() {
            reach.weights.iter().for_each(|&(candidate, weight)| counts[candidate].push((at, weight)));
        }
        let (order, needs) = dependents_first(problem);
        let flat = Flat::new(problem, supply, tier, &locks, &order, &needs, &counts);
        Self { problem, supply, tier, reaches, locks, order, needs, counts, flat }
    }

    pub(crate) fn worth(&self, candidate: CandidateIdx) -> i64 {
        self.problem.candidates[candidate].values[self.tier]
    }

    pub(crate) fn counts(&self, candidate: CandidateIdx) -> &[(usize, i64)] {
        &self.counts[candidate]
    }
}

/// A lock and where it comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Locked {
    pub(crate) to: Lock,
    /// The need along which it was spread: who needs, and which of its needs.
    pub(crate) by: Option<(CandidateIdx, usize)>,
}

/// Locks spread along needs: what is in brings in what it needs, what is out keeps out what needs it. `None` if
/// someone would be both.
pub(crate) fn spread_locks(problem: &Problem) -> Option<Vec<Locked>> {
    let own = |candidate: &Candidate| Locked { to: candidate.lock, by: None };
    let mut locks: Vec<Locked> = problem.candidates.iter().map(own).collect();
    loop {
        let mut moved = false;
        for (at, candidate) in problem.candidates.iter().enumerate() {
            for (place, &need) in candidate.needs.iter().enumerate() {
                let by = Some((at, place));
                match (locks[at].to, locks[need].to) {
                    (Lock::In, Lock::Out) => return None,
                    (Lock::In, Lock::Free) => locks[need] = Locked { to: Lock::In, by },
                    (Lock::Free, Lock::Out) => locks[at] = Locked { to: Lock::Out, by },
                    _ => continue,
                }
                moved = true;
            }
        }
        if !moved {
            return Some(locks);
        }
    }
}

/// Candidates with dependents before what they need; per candidate the needs that close no circle.
fn dependents_first(problem: &Problem) -> (Vec<CandidateIdx>, Vec<Vec<usize>>) {
    let count = problem.candidates.len();
    let mut needs = vec![Vec::new(); count];
    let (mut state, mut order) = (vec![0u8; count], Vec::with_capacity(count));
    for start in 0..count {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut stack = vec![(start, 0usize)];
        while let Some((at, next)) = stack.last_mut() {
            let at = *at;
            match problem.candidates[at].needs.get(*next) {
                Some(&need) => {
                    if state[need] != 1 {
                        needs[at].push(*next);
                    }
                    *next += 1;
                    if state[need] == 0 {
                        state[need] = 1;
                        stack.push((need, 0));
                    }
                }
                None => {
                    state[at] = 2;
                    order.push(at);
                    stack.pop();
                }
            }
        }
    }
    order.reverse();
    (order, needs)
}
