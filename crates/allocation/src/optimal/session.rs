//! One problem planned again and again while its amounts change, each time from the prices and the plan before.

use super::{Attempt, Memory, Optimum, Stop, lift, tiers};
use crate::problem::{PoolIdx, Problem};
use crate::supply::Supply;

/// A problem and what is known of it.
///
/// A plan made after a change may differ from the one a fresh start would find: both are lawful, both come with a bound
/// and its certificate, and the same changes in the same order give the same plan anywhere. The same amounts set anew
/// without another change between give the plan there is.
#[derive(Clone, Debug)]
pub struct Session {
    problem: Problem,
    /// When to stop after a change.
    again: Stop,
    memory: Memory,
    last: Optimum,
}

impl Session {
    /// Work after a change: some rounds of prices and the plans they lead to, no search to speak of.
    pub const AGAIN: Stop = Stop { gap: 5_000, work: 36_000 };

    /// Plans a problem for the first time, and says when to stop after a change.
    pub fn new(problem: Problem, stop: Stop, again: Stop) -> Self {
        let mut session = Self { problem, again, memory: Memory::default(), last: Optimum::NotFound };
        session.plan(stop);
        session
    }

    /// The problem as it is now.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The plan as it is now.
    pub fn last(&self) -> &Optimum {
        &self.last
    }

    /// Sets the amount of one pool, and plans again.
    pub fn set_amount(&mut self, pool: PoolIdx, amount: i64) -> &Optimum {
        if self.problem.pools[pool].amount != amount {
            self.problem.pools[pool].amount = amount;
            self.plan(self.again);
        }
        &self.last
    }

    fn plan(&mut self, stop: Stop) {
        let supply = Supply::new(&self.problem);
        self.last = match tiers(&self.problem, &supply, None, stop, &mut self.memory, &mut |_, _, _| {}) {
            Attempt::Plan(chosen, found) => Optimum::Plan(supply.plan(&self.problem, &chosen), found),
            Attempt::NotFound => Optimum::NotFound,
            Attempt::Infeasible => Optimum::Infeasible(lift::to_lift(&self.problem, stop)),
        };
    }
}
