//! Our own search: prices, plans, and a search through everything.

use super::{Answer, Claim, Exact, Task};
use crate::optimal::{Optimum, Stop, optimal_from};
use crate::problem::{Problem, Tier};

/// The solver of this crate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Own;

impl Exact for Own {
    fn name(&self) -> &'static str {
        "kaigong"
    }

    fn solve(&self, task: &Task<'_>) -> Answer {
        let problem = first_goal(task.problem);
        let stop = Stop { gap: 0, work: task.work };
        match optimal_from(&problem, task.begin(), stop, &mut |_, _, _| {}) {
            Optimum::Plan(plan, tiers) => {
                let Some(tier) = tiers.into_iter().next() else { return Answer::NotFound };
                let claim = if tier.searched && tier.best < tier.proved {
                    Claim::Searched
                } else {
                    Claim::Certified {
                        bound: tier.proved,
                        certificate: Box::new(tier.certificate),
                        split: tier.split.map(Box::new),
                    }
                };
                Answer::Plan { plan, value: tier.best, claim }
            }
            Optimum::Infeasible(_) => Answer::Infeasible,
            Optimum::NotFound => Answer::NotFound,
        }
    }
}

/// The problem with its first goal only.
pub(super) fn first_goal(problem: &Problem) -> Problem {
    let mut first = problem.clone();
    first.tiers = vec![Tier { keep: 1_000_000 }];
    first.candidates.iter_mut().for_each(|candidate| candidate.values.truncate(1));
    first
}
