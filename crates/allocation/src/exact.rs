//! Solves of problems of a county's size to the end, by whoever can: one trait, several solvers, one judge.
//!
//! ```text
//! Task (problem, start, work) --Exact::solve--> choice, what is said of it --integers--> Answer (plan, value, Claim)
//! ```
//! What a solver in floating point says is never taken as it is: its choice is put together again in integers, and what
//! does not fit is worth nothing. A claim says who proved what, so that nobody takes one sort for another.

#[cfg(feature = "highs")]
mod highs;
#[cfg(feature = "microlp")]
mod micro;
mod own;
#[cfg(any(feature = "microlp", feature = "highs"))]
mod rows;

#[cfg(feature = "highs")]
pub use self::highs::Highs;
#[cfg(feature = "microlp")]
pub use micro::Micro;
pub use own::Own;

use crate::problem::{Certificate, Plan, Problem, Split};

/// What is to be solved: the first goal of a problem, everything else of it kept.
#[derive(Clone, Copy, Debug)]
pub struct Task<'t> {
    /// Candidates with their sources, pools, needs, locks, floors.
    pub problem: &'t Problem,
    /// A plan to begin with.
    pub start: Option<&'t Plan>,
    /// Units of work at most, as of [`crate::Stop`]; a node of a solver that counts nodes is [`NODE`] of them.
    pub work: u64,
}

/// Units of work a node of another solver counts as.
pub const NODE: u64 = 1_000;

impl Task<'_> {
    /// Nodes at most.
    pub fn nodes(&self) -> u64 {
        self.work / NODE
    }

    /// What to begin with, if it belongs to the problem.
    fn begin(&self) -> Option<&[Option<usize>]> {
        let chosen = &self.start?.chosen;
        let all = &self.problem.candidates;
        let sources = chosen.iter().zip(all).all(|(source, of)| source.is_none_or(|source| source < of.sources.len()));
        (chosen.len() == all.len() && sources).then_some(chosen)
    }
}

/// What is said of a plan, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// No plan is worth more than the bound: anyone can compute it again from the certificate, in integers.
    Certified {
        /// The bound.
        bound: i128,
        /// What it follows from.
        certificate: Box<Certificate>,
        /// What it follows from where that is cases.
        split: Option<Box<Split>>,
    },
    /// No plan is worth more than this one: a search of ours went through everything, cutting in integers only.
    Searched,
    /// No plan is worth more than this one: a solver in floating point says so.
    Solver {
        /// Which one.
        name: &'static str,
    },
    /// Nothing.
    Nothing,
}

/// What came of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A lawful plan.
    Plan {
        /// The plan.
        plan: Plan,
        /// What it is worth.
        value: i128,
        /// What is said of it.
        claim: Claim,
    },
    /// Locks and floors cannot all hold; found by our own search through everything.
    Infeasible,
    /// No plan was found.
    NotFound,
}

impl Answer {
    /// The least that is proven no plan exceeds, by anyone.
    pub fn bound(&self) -> Option<i128> {
        match self {
            Self::Plan { claim: Claim::Certified { bound, .. }, .. } => Some(*bound),
            Self::Plan { value, claim: Claim::Searched | Claim::Solver { .. }, .. } => Some(*value),
            _ => None,
        }
    }

    /// Whether it is said that no plan is worth more.
    pub fn proven(&self) -> bool {
        matches!(self, Self::Plan { value, .. } if self.bound() == Some(*value))
    }
}

/// Who solves tasks.
pub trait Exact: Sync {
    /// What it is called.
    fn name(&self) -> &'static str;

    /// Solves a task as far as its work goes. The same task has the same answer each time.
    fn solve(&self, task: &Task<'_>) -> Answer;
}
