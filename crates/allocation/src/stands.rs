//! Which choices of a plan stand in every plan about as good, and which can be had otherwise.
//!
//! ```text
//! certificate --what a choice gives away--> out costs more than is allowed: stands     (integers, no search)
//!                                           else solved again with it turned round --> stands, or another plan
//! ```
//! Of the first goal only: later goals choose among plans that are about as good in it.

use crate::optimal::{Optimum, Stop, optimal};
use crate::price::{Goal, Reach, spread_locks};
use crate::problem::{CandidateIdx, Certificate, Lock, Plan, Problem, TierResult};
use crate::supply::Supply;

/// What becomes of a choice in plans about as good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Every such plan has it so: in where it is in, out where it is out. Proven.
    Always,
    /// This plan is about as good and has it the other way: who comes in and who leaves, and what it is worth.
    Otherwise {
        /// They come in.
        enter: Vec<CandidateIdx>,
        /// They leave.
        leave: Vec<CandidateIdx>,
        /// What the first goal comes to.
        value: i128,
    },
    /// The work allowed did not tell.
    Unknown,
}

/// Plans about as good as one: what they are worth at least, and what prices prove about them.
#[derive(Debug)]
pub struct Near<'p> {
    problem: Problem,
    plan: &'p Plan,
    /// What a plan about as good is worth at least.
    pub least: i128,
    /// Per candidate: what no plan exceeds that has it the other way.
    turned: Vec<i128>,
}

impl<'p> Near<'p> {
    /// Plans worth at least so many millionths of what the plan is worth in the first tier.
    pub fn new(problem: &Problem, plan: &'p Plan, tiers: &[TierResult], share: u32) -> Self {
        let mut first = problem.clone();
        first.tiers.truncate(1);
        first.candidates.iter_mut().for_each(|candidate| candidate.values.truncate(1));
        let value = plan.value(problem, 0);
        let least = (value * i128::from(share) + 999_999).div_euclid(1_000_000);
        let turned = tiers.first().and_then(|tier| turned(&first, plan, &tier.certificate));
        let turned = turned.unwrap_or_else(|| vec![i128::MAX; problem.candidates.len()]);
        Self { problem: first, plan, least, turned }
    }

    /// Whether the prices alone prove that a choice stands.
    pub fn proven(&self, candidate: CandidateIdx) -> bool {
        self.turned[candidate] < self.least
    }

    /// What becomes of one choice: by the prices where they tell, else solved again with it turned round.
    pub fn standing(&self, candidate: CandidateIdx, stop: Stop) -> Standing {
        let spec = &self.problem.candidates[candidate];
        let within = self.plan.chosen[candidate].is_some();
        if self.proven(candidate) || spec.lock != Lock::Free || !within && spec.sources.is_empty() {
            return Standing::Always;
        }
        let mut turned = self.problem.clone();
        turned.candidates[candidate].lock = if within { Lock::Out } else { Lock::In };
        match optimal(&turned, stop, &mut |_, _, _| {}) {
            Optimum::Plan(other, tiers) => {
                let value = other.value(&turned, 0);
                if value >= self.least {
                    let moved = |from: &Plan, to: &Plan| -> Vec<CandidateIdx> {
                        let both = from.chosen.iter().zip(&to.chosen).enumerate();
                        both.filter(|(_, (a, b))| a.is_some() && b.is_none()).map(|(at, _)| at).collect()
                    };
                    Standing::Otherwise { enter: moved(&other, self.plan), leave: moved(self.plan, &other), value }
                } else if tiers.first().is_some_and(|tier| tier.bound < self.least) {
                    Standing::Always
                } else {
                    Standing::Unknown
                }
            }
            Optimum::Infeasible(_) => Standing::Always,
            Optimum::NotFound => Standing::Unknown,
        }
    }
}

/// Per candidate: the bound of a certificate once its choice is turned round.
fn turned(problem: &Problem, plan: &Plan, certificate: &Certificate) -> Option<Vec<i128>> {
    let supply = Supply::new(problem);
    let locks = spread_locks(problem)?;
    let reach = |floor: &crate::problem::Floor| Reach { weights: floor.weights.clone(), at_least: floor.at_least };
    let goal = Goal::new(problem, &supply, 0, problem.floors.iter().map(reach).collect(), locks);
    let mut bare = certificate.clone();
    bare.needs.iter_mut().flatten().for_each(|price| *price = 0);
    let proof = goal.proof(bare)?;
    let of = |at: CandidateIdx| {
        if problem.candidates[at].lock != Lock::Free {
            return i128::MAX;
        }
        let best = proof.best(at);
        let without = proof.total - best.unwrap_or(0).max(0);
        let total = if plan.chosen[at].is_some() { Some(without) } else { best.map(|best| without + best) };
        // Nothing serves it: no plan has it in.
        total.map_or(i128::MIN, |total| total >> proof.certificate.shift)
    };
    Some((0..problem.candidates.len()).map(of).collect())
}
