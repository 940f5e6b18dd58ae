//! Ways to start by trying all subsets.

use std::collections::BTreeSet;

use kaigong_checker::{Interpreter, Kind, Options, Outcome};
use kaigong_model::{Date, Portfolio, Truth};
use kaigong_rules::{Pack, RequirementIdx};

/// Steps.
pub type Set = BTreeSet<RequirementIdx>;

/// One row, all of whose subsets of open steps can be tried.
#[derive(Debug)]
pub struct Subsets<'a> {
    of: Interpreter<'a>,
    row: u32,
    outcome: &'a Outcome,
    /// The steps that could be met.
    pub steps: Vec<RequirementIdx>,
}

impl<'a> Subsets<'a> {
    /// The open steps of a row.
    pub fn new(pack: &'a Pack, portfolio: &'a Portfolio, options: &Options, row: u32, outcome: &'a Outcome) -> Self {
        let rows: Vec<u32> = (0..portfolio.len() as u32).collect();
        let stuck = |idx: RequirementIdx| {
            outcome.blockers.iter().any(|blocker| blocker.requirement == idx && blocker.kind == Kind::Deadlock)
        };
        let open = |idx: &RequirementIdx| {
            let step = outcome.steps[idx.0 as usize];
            step.applies != Truth::No && (step.met != Truth::Yes || step.applies == Truth::Unknown) && !stuck(*idx)
        };
        let steps = pack.iter().map(|(idx, _)| idx).filter(open).collect();
        Self { of: Interpreter::settled(pack, portfolio, *options, &rows), row, outcome, steps }
    }

    fn all(&self) -> impl Iterator<Item = Set> + '_ {
        let mut subsets: Vec<u32> = (0..1u32 << self.steps.len()).collect();
        subsets.sort_by_key(|bits| bits.count_ones());
        subsets.into_iter().map(|bits| {
            self.steps.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, &idx)| idx).collect()
        })
    }

    fn clears(&self, set: &Set) -> bool {
        let goal = self.of.pack.goals[self.of.options.goal].requirement;
        self.of.supposing(set.clone()).steps(self.row)[goal.0 as usize].cleared == Truth::Yes
    }

    /// Every minimal set of steps that, once they apply and are met, clears the goal for certain.
    pub fn ways(&self) -> BTreeSet<Set> {
        let mut found: BTreeSet<Set> = BTreeSet::new();
        for set in self.all() {
            if !found.iter().any(|smaller| smaller.is_subset(&set)) && self.clears(&set) {
                found.insert(set);
            }
        }
        found
    }

    /// Every set that clears the goal, with the day on which it does.
    pub fn dated(&self) -> Vec<(Set, Date)> {
        let date = |set: Set| Some((set.clone(), self.of.start_by(self.row, self.outcome, &set)?));
        self.all().filter(|set| self.clears(set)).filter_map(date).collect()
    }
}
