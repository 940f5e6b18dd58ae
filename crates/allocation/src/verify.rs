//! The judge of plans: whether a [`Plan`] is lawful, and whether what is claimed of its worth is proven.
//!
//! ```text
//! Problem x Plan x kept        --verify-->        violations
//! Problem x Certificate x kept --verify_bound-->  a bound no plan exceeds
//! Problem x Plan x TierResults --verify_tiers-->  violations
//! ```
//! Nothing here is shared with what makes plans: only the nouns are, and every sum is made anew.

mod bounds;
mod lawful;
mod shape;
mod split;
#[cfg(test)]
mod tests;
mod tiers;

use crate::problem::{CandidateIdx, CountyIdx, Plan, Pool, PoolIdx, Problem, Source};

pub use bounds::verify_bound;
use lawful::{judge_amounts, judge_candidates, judge_entries, judge_floors, judge_kept};
use shape::{plan_in_shape, problem_in_shape};
pub use split::verify_split;
pub use tiers::verify_tiers;

/// One thing unlawful in a plan, or untrue in what is claimed of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// A vector of the wrong length, an index out of range or an amount not above 0; nothing else was judged.
    Shape,
    /// A pool gives more than is free.
    Overdrawn {
        /// The pool.
        pool: PoolIdx,
        /// Atoms the plan gives out of it.
        given: i128,
        /// Atoms that may be given.
        free: i64,
    },
    /// The candidates of one county draw more than their share of a pool of no county.
    OverDrawCap {
        /// The pool.
        pool: PoolIdx,
        /// Who draws; candidates without a county count as one county of their own.
        county: Option<CountyIdx>,
        /// Atoms the plan lets them draw.
        given: i128,
        /// Atoms they may draw.
        at_most: i64,
    },
    /// More is moved than may be.
    OverTransfer {
        /// Index into [`Problem::transfers`].
        transfer: usize,
        /// Atoms the plan moves.
        given: i128,
        /// Atoms that may be moved.
        at_most: i64,
    },
    /// A fenced pool serves somebody outside its fence.
    Fence {
        /// Who is served.
        candidate: CandidateIdx,
        /// The fenced pool.
        pool: PoolIdx,
    },
    /// An amount cannot get from its pool to its candidate in the way stated.
    WrongPool {
        /// Who is served.
        candidate: CandidateIdx,
        /// The pool.
        pool: PoolIdx,
    },
    /// A draw of a chosen source is served from a pool of a kind that does not cover it.
    WrongKind {
        /// Who is served.
        candidate: CandidateIdx,
        /// The draw of its chosen source.
        draw: usize,
        /// The pool.
        pool: PoolIdx,
    },
    /// A draw of a chosen source is not given exactly its amount.
    NotCovered {
        /// Who is served.
        candidate: CandidateIdx,
        /// The draw of its chosen source.
        draw: usize,
        /// Atoms the plan gives for it.
        given: i128,
        /// Atoms it takes.
        needed: i64,
    },
    /// A candidate is in while one it needs is out.
    Need {
        /// Who is in.
        candidate: CandidateIdx,
        /// Who is out.
        needs: CandidateIdx,
    },
    /// A candidate is out though locked in, or in though locked out.
    Lock {
        /// The candidate.
        candidate: CandidateIdx,
    },
    /// A floor is not reached.
    Floor {
        /// Index into [`Problem::floors`].
        floor: usize,
        /// What the plan reaches.
        reached: i128,
        /// What it had to reach.
        at_least: i128,
    },
    /// A tier is worth less than it had to be left.
    Kept {
        /// The tier.
        tier: usize,
        /// What it is worth in the plan.
        value: i128,
        /// What it had to be left.
        kept: i128,
    },
    /// A number stated of a tier is not what it has to be.
    Bound {
        /// The tier.
        tier: usize,
        /// The number it had to agree with; `i128::MAX` where the certificate proves no bound at all.
        recomputed: i128,
        /// The number stated.
        stated: i128,
    },
}

/// Everything unlawful in a plan; nothing if it is lawful.
///
/// `kept` is what the plan must be worth in each tier from the first; it may be shorter than the tiers. A candidate
/// that is not chosen may still be given something: its entries are held to pools, caps, transfers and fences only.
pub fn verify(problem: &Problem, plan: &Plan, kept: &[i128]) -> Vec<Violation> {
    if !problem_in_shape(problem) || !plan_in_shape(problem, plan) || kept.len() > problem.tiers.len() {
        return vec![Violation::Shape];
    }
    let mut found = Vec::new();
    judge_entries(problem, plan, &mut found);
    judge_amounts(problem, plan, &mut found);
    judge_candidates(problem, plan, &mut found);
    judge_floors(problem, plan, &mut found);
    judge_kept(problem, plan, kept, &mut found);
    found
}

fn chosen_source<'a>(problem: &'a Problem, plan: &Plan, candidate: CandidateIdx) -> Option<&'a Source> {
    plan.chosen[candidate].map(|source| &problem.candidates[candidate].sources[source])
}

fn worth(problem: &Problem, plan: &Plan, tier: usize) -> i128 {
    let pairs = plan.chosen.iter().zip(&problem.candidates);
    pairs.filter(|(source, _)| source.is_some()).map(|(_, candidate)| i128::from(candidate.values[tier])).sum()
}

fn free(pool: &Pool) -> i64 {
    pool.amount.saturating_sub(pool.hold_back).max(0)
}

/// What each county may draw of a pool, if it may be drawn from and there is a limit.
fn draw_cap(pool: &Pool) -> Option<i64> {
    pool.draw_at_most.filter(|_| pool.county.is_none())
}
