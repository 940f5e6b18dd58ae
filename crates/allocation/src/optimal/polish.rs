//! From a good plan to a better one: everything searched where that is in reach, else window after window.
//!
//! A window opens the choices of those whom the prices leave in doubt, in one county, two, or all; the others stay.
//! Windows grow while they are searched to the end and shrink where they are not.

use crate::price::{Goal, Proof};
use crate::problem::{CandidateIdx, Lock};
use crate::search::{Ask, Found, search};

/// Candidates over which the whole is searched at once, at most.
const WHOLE: usize = 600;
/// Work for a first look at the whole.
const FIRST: u64 = 2_000_000;
/// Work for one window.
const WINDOW_WORK: u64 = 40_000;
/// Candidates in a window at first, at least and at most.
const SIZE: (usize, usize, usize) = (150, 12, 400);
/// Windows in a row that may find nothing.
const IDLE: usize = 400;

/// A plan being made better.
pub(super) struct Polish<'p, 'g> {
    goal: &'g Goal<'g>,
    dependents: &'g [Vec<CandidateIdx>],
    proof: &'p Proof,
    /// The best plan and its worth.
    pub(super) best: Option<(i128, Vec<Option<usize>>)>,
    work: u64,
    gap: u32,
    dice: u64,
}

/// Where a window lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    County(usize),
    Counties(usize, usize),
    City,
}

impl<'p, 'g> Polish<'p, 'g> {
    pub(super) fn new(
        goal: &'g Goal<'g>,
        dependents: &'g [Vec<CandidateIdx>],
        proof: &'p Proof,
        best: Option<(i128, Vec<Option<usize>>)>,
        work: u64,
        gap: u32,
    ) -> Self {
        Self { goal, dependents, proof, best, work, gap, dice: 0x9e37_79b9_7f4a_7c15 }
    }

    /// Whether everything was searched.
    pub(super) fn run(&mut self, progress: &mut dyn FnMut(i128, i128)) -> bool {
        let small = self.goal.problem.candidates.len() <= WHOLE;
        if small && self.whole((self.work / 4).min(FIRST)) {
            return true;
        }
        let most = if small { self.work / 2 } else { self.work };
        let left = self.work - most;
        self.work = most;
        self.windows(progress);
        self.work += left;
        small && !self.enough() && self.whole(self.work)
    }

    fn enough(&self) -> bool {
        let bound = self.proof.bound();
        let enough = |value: i128| (bound - value) * 1_000_000 <= bound.max(0) * i128::from(self.gap);
        self.best.as_ref().is_some_and(|(value, _)| enough(*value))
    }

    /// Searches through everything.
    fn whole(&mut self, mut share: u64) -> bool {
        let had = share;
        let all: Vec<CandidateIdx> = (0..self.goal.problem.candidates.len()).collect();
        let beat = self.best.as_ref().map(|(value, _)| *value);
        let nobody = vec![None; all.len()];
        let found = search(self.goal, self.dependents, self.proof, &nobody, &all, Ask { beat, share: 0 }, &mut share);
        self.work -= had - share;
        self.take(found)
    }

    /// Keeps what was found; whether the search was whole.
    fn take(&mut self, found: Found) -> bool {
        if let Some(chosen) = found.better {
            let picked = (0..chosen.len()).filter(|&at| chosen[at].is_some());
            let value = picked.map(|at| i128::from(self.goal.worth(at))).sum();
            self.best = Some((value, chosen));
        }
        found.whole
    }

    fn windows(&mut self, progress: &mut dyn FnMut(i128, i128)) {
        let counties = self.goal.problem.counties.len();
        let mut places = vec![Place::City];
        places.extend((0..counties).map(Place::County));
        for one in 0..counties {
            places.extend((one + 1..counties).map(|other| Place::Counties(one, other)));
        }
        let sizes = vec![SIZE.0; places.len()];
        let mut shares = vec![512i128; places.len()];
        let (mut idle, mut turn) = (0, 0);
        while self.work > 0 && !self.enough() && idle < IDLE {
            let Some((before, chosen)) = self.best.clone() else { return };
            // Counties in turn first, then places by lot.
            let at = if turn < 2 * (counties + 1) { (turn + 1) % (counties + 1) } else { self.roll(places.len()) };
            let spread = if turn < 2 * (counties + 1) { 1 } else { 1 + self.roll(4) };
            turn += 1;
            let window = self.window(places[at], sizes[at], spread, &chosen);
            let cost = (chosen.len() / 4) as u64;
            let ask = Ask { beat: Some(before), share: shares[at] };
            let mut share = WINDOW_WORK.min(self.work);
            let had = share;
            let found = search(self.goal, self.dependents, self.proof, &chosen, &window, ask, &mut share);
            self.work = self.work.saturating_sub(had - share + cost);
            let found_some = found.better.is_some();
            shares[at] = match (found_some, found.whole) {
                (true, _) => shares[at],
                (false, true) => shares[at] * 3 / 4,
                (false, false) => shares[at] + (1024 - shares[at]) / 4,
            };
            self.take(found);
            let better = self.best.as_ref().is_some_and(|(value, _)| *value > before);
            idle = if better { 0 } else { idle + 1 };
            if let Some((value, _)) = self.best.as_ref().filter(|_| better) {
                progress(*value, self.proof.bound());
            }
        }
    }

    /// A number below `end`.
    fn roll(&mut self, end: usize) -> usize {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.dice >> 33) % end.max(1) as u64) as usize
    }

    /// So many of those most in doubt at a place; with a spread, by lot among so many times as many.
    fn window(&mut self, place: Place, size: usize, spread: usize, chosen: &[Option<usize>]) -> Vec<CandidateIdx> {
        let here = |at: usize| match (place, self.goal.problem.candidates[at].county) {
            (Place::City, _) => true,
            (Place::County(one), county) => county == Some(one),
            (Place::Counties(one, other), county) => county == Some(one) || county == Some(other),
        };
        let mut order: Vec<(i128, CandidateIdx)> =
            (0..chosen.len()).filter(|&at| here(at)).filter_map(|at| Some((self.doubt(at, chosen)?, at))).collect();
        let pool = (size * spread).min(order.len());
        if pool < order.len() && pool > 0 {
            order.select_nth_unstable(pool);
            order.truncate(pool);
        }
        order.sort_unstable();
        let mut open: Vec<CandidateIdx> = order.into_iter().map(|(_, at)| at).collect();
        while open.len() > size {
            let out = self.roll(open.len());
            open.swap_remove(out);
        }
        open.sort_unstable();
        open
    }

    /// How little a change of a choice would give away; `None` where there is nothing to choose.
    fn doubt(&self, at: CandidateIdx, chosen: &[Option<usize>]) -> Option<i128> {
        let (proof, lock) = (self.proof, self.goal.locks[at].to);
        let needs = &self.goal.problem.candidates[at].needs;
        // What it passes on to those it needs is its own as long as they are in.
        let passed: i128 = proof.certificate.needs[at].iter().map(|&price| i128::from(price)).sum();
        let alone = needs.iter().all(|&need| chosen[need].is_some());
        let bring: i128 = if alone { 0 } else { needs.iter().map(|&need| self.to_bring(need, chosen)).sum() };
        let passed = if alone { passed } else { -bring };
        let gain = |choice: Option<usize>| match choice {
            Some(source) => proof.gains[at][source].map(|gain| gain + passed),
            None => Some(0),
        };
        let present = gain(chosen[at])?;
        let sources = (0..proof.gains[at].len()).map(Some).filter(|_| lock != Lock::Out);
        let none = std::iter::once(None).filter(|_| lock != Lock::In);
        let others = sources.chain(none).filter(|&choice| choice != chosen[at]);
        others.filter_map(gain).map(|gain| (present - gain).max(0)).min()
    }

    /// What bringing in a candidate that is out would give away.
    fn to_bring(&self, at: CandidateIdx, chosen: &[Option<usize>]) -> i128 {
        let best = self.proof.best(at).unwrap_or(0);
        if chosen[at].is_some() { 0 } else { (-best).max(0) }
    }
}
