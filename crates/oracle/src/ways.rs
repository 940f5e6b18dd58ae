//! Ways to start by trying all subsets.

use std::collections::BTreeSet;

use kaigong_checker::{Interpreter, Kind, Options, Outcome};
use kaigong_model::{Portfolio, Truth};
use kaigong_rules::{Pack, RequirementIdx};

/// Every minimal set of steps that, once they apply and are met, clears the goal of a row for certain; by trying
/// all subsets. `None` where that is more than two to the `most`.
pub fn ways(
    pack: &Pack,
    portfolio: &Portfolio,
    options: &Options,
    row: u32,
    outcome: &Outcome,
    most: usize,
) -> Option<BTreeSet<BTreeSet<RequirementIdx>>> {
    let rows: Vec<u32> = (0..portfolio.len() as u32).collect();
    let plain = Interpreter::settled(pack, portfolio, *options, &rows);
    let stuck = |idx: RequirementIdx| {
        outcome.blockers.iter().any(|blocker| blocker.requirement == idx && blocker.kind == Kind::Deadlock)
    };
    let open = |idx: RequirementIdx| {
        let step = outcome.steps[idx.0 as usize];
        step.applies != Truth::No && (step.met != Truth::Yes || step.applies == Truth::Unknown) && !stuck(idx)
    };
    let steps: Vec<RequirementIdx> = pack.iter().map(|(idx, _)| idx).filter(|&idx| open(idx)).collect();
    if steps.len() > most {
        return None;
    }
    let goal = pack.goals[options.goal].requirement;
    let mut found: BTreeSet<BTreeSet<RequirementIdx>> = BTreeSet::new();
    let mut subsets: Vec<u32> = (0..1u32 << steps.len()).collect();
    subsets.sort_by_key(|bits| bits.count_ones());
    for bits in subsets {
        let set: BTreeSet<RequirementIdx> =
            steps.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, &idx)| idx).collect();
        if found.iter().any(|smaller| smaller.is_subset(&set)) {
            continue;
        }
        if plain.supposing(set.clone()).steps(row)[goal.0 as usize].cleared == Truth::Yes {
            found.insert(set);
        }
    }
    Some(found)
}
