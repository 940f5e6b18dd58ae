//! What to lift when no plan can keep all locks and floors.

use super::{Attempt, Limit, Memory, Stop, tiers};
use crate::problem::{Lock, Problem};
use crate::supply::Supply;

/// Locks and floors looked at together, at most, when none can hold.
const LIFTED_MAX: usize = 3;

/// The smallest sets of locks and floors without which the others can hold.
pub(super) fn to_lift(problem: &Problem, stop: Stop) -> Vec<Vec<Limit>> {
    let locks = problem.candidates.iter().enumerate().filter(|(_, candidate)| candidate.lock != Lock::Free);
    let floors = (0..problem.floors.len()).map(Limit::Floor);
    let limits: Vec<Limit> = locks.map(|(at, _)| Limit::Lock(at)).chain(floors).collect();
    for size in 1..=limits.len().min(LIFTED_MAX) {
        let mut found = Vec::new();
        let mut chosen: Vec<usize> = (0..size).collect();
        loop {
            let set: Vec<Limit> = chosen.iter().map(|&at| limits[at]).collect();
            if holds_without(problem, &set, stop) {
                found.push(set);
            }
            let Some(turn) = (0..size).rev().find(|&at| chosen[at] < limits.len() - (size - at)) else { break };
            chosen[turn] += 1;
            for at in turn + 1..size {
                chosen[at] = chosen[at - 1] + 1;
            }
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn holds_without(problem: &Problem, lifted: &[Limit], stop: Stop) -> bool {
    let mut eased = problem.clone();
    eased.tiers.truncate(1);
    for limit in lifted {
        match limit {
            Limit::Lock(at) => eased.candidates[*at].lock = Lock::Free,
            Limit::Floor(at) => eased.floors[*at].at_least = 0,
        }
    }
    let supply = Supply::new(&eased);
    let quick = Stop { gap: 1_000_000, work: stop.work.min(200_000) };
    matches!(tiers(&eased, &supply, None, quick, &mut Memory::default(), &mut |_, _, _| {}), Attempt::Plan(..))
}
