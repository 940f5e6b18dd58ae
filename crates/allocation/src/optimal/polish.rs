//! From a good plan to a better one: everything searched where that is in reach, else window after window.
//!
//! A window opens the choices of those whom the prices leave in doubt, in one county, two, or all; the others stay
//! (large-neighbourhood search, Shaw 1998; those in doubt are the core of kernel search, Angelelli, Mansini and Speranza
//! 2010). Windows grow while they are searched to the end and shrink where they are not.

use crate::price::{Goal, Proof};
use crate::problem::{CandidateIdx, CountyIdx, Lock};
use crate::search::{Ask, Found, net, search};

/// Candidates over which the whole is searched at once, at most.
const WHOLE: usize = 600;
/// Work for a first look at the whole.
const FIRST: u64 = 2_000_000;
/// Work for one window.
const WINDOW_WORK: u64 = 100_000;
/// Candidates in a window at first, for one descent after another.
const SIZES: [usize; 4] = [400, 300, 250, 350];
/// Candidates in a window, at least and at most.
const LIMITS: (usize, usize) = (12, 600);
/// Candidates in a window at first, from a plan that was made to give back.
const KICKED: usize = 300;
/// Work for a county that gives back before the first descent.
const FIRST_LOOK: u64 = 30_000;
/// Counties made to give back before a later one.
const SELLING: usize = 2;
/// What they are charged for what they draw, in thousandths of its price, and by how much that is drawn by lot.
const TOLL: i64 = 1_000;
const TOLL_WIDTH: i64 = 40;
/// Windows in a row that may find nothing before a descent ends.
const IDLE: usize = 60;
/// Candidates in doubt that are looked at together with those in which two plans differ.
const CROSSED: usize = 150;
/// The share asked for at first, in 1024ths.
const SHARE: i128 = 512;

/// A plan and its worth.
type Valued = (i128, Vec<Option<usize>>);

/// A plan being made better.
pub(super) struct Polish<'p, 'g> {
    goal: &'g Goal<'g>,
    dependents: &'g [Vec<CandidateIdx>],
    proof: &'p Proof,
    /// No plan is worth more.
    bound: i128,
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

/// How a place is searched.
#[derive(Clone, Copy, Debug)]
struct Scope {
    place: Place,
    /// Candidates in a window.
    size: usize,
    /// The share of what is promised that is asked for, in 1024ths.
    share: i128,
}

/// The city, each county, each pair of counties.
fn scopes(counties: usize, size: usize) -> Vec<Scope> {
    let pairs = (0..counties).flat_map(|one| (one + 1..counties).map(move |other| Place::Counties(one, other)));
    let places = std::iter::once(Place::City).chain((0..counties).map(Place::County)).chain(pairs);
    places.map(|place| Scope { place, size, share: SHARE }).collect()
}

impl<'p, 'g> Polish<'p, 'g> {
    pub(super) fn new(
        goal: &'g Goal<'g>,
        dependents: &'g [Vec<CandidateIdx>],
        proof: &'p Proof,
        bound: i128,
        best: Option<(i128, Vec<Option<usize>>)>,
        work: u64,
        gap: u32,
    ) -> Self {
        Self { goal, dependents, proof, bound, best, work, gap, dice: 0x9e37_79b9_7f4a_7c15 }
    }

    /// Whether everything was searched.
    pub(super) fn run(&mut self, progress: &mut dyn FnMut(i128, i128)) -> bool {
        let small = self.goal.problem.candidates.len() <= WHOLE;
        if small && self.whole(FIRST.min(self.work / 4)) {
            return true;
        }
        if small {
            // Some windows for a better start, then everything again.
            let kept = self.work.saturating_sub(FIRST.min(self.work / 3));
            self.work -= kept;
            self.windows(progress);
            self.work += kept;
            return !self.enough() && self.whole(self.work);
        }
        self.windows(progress);
        false
    }

    fn enough(&self) -> bool {
        let bound = self.bound;
        let enough = |value: i128| (bound - value) * 1_000_000 <= bound.max(0) * i128::from(self.gap);
        self.best.as_ref().is_some_and(|(value, _)| enough(*value))
    }

    /// Searches through everything; whether it came to the end.
    fn whole(&mut self, most: u64) -> bool {
        let all: Vec<CandidateIdx> = (0..self.goal.problem.candidates.len()).collect();
        let ask = Ask { beat: self.best.as_ref().map(|(value, _)| *value), share: 0, toll: 0 };
        let found = self.search(&vec![None; all.len()], &all, ask, most);
        if let Some(chosen) = found.better {
            self.best = Some((self.value(&chosen), chosen));
        }
        found.whole
    }

    /// Windows after windows; where they find nothing more, again from where some counties gave back what they draw, or,
    /// where nothing is drawn from a common pool, from the start with windows of another size.
    fn windows(&mut self, progress: &mut dyn FnMut(i128, i128)) {
        let Some(start) = self.best.clone() else { return };
        let charged = self.goal.supply.shared_pools().next().is_some();
        // Of few candidates a window leaves half where they are.
        let most = (start.1.len() / 2).max(LIMITS.0);
        for (turn, size) in SIZES.into_iter().cycle().enumerate() {
            let counties = self.goal.problem.counties.len();
            let (from, size) = match turn {
                _ if !charged => (start.clone(), size),
                0 => (self.sold((0..counties).map(|county| (county, TOLL)).collect(), FIRST_LOOK), size),
                _ => {
                    let by_lot =
                        |_| (self.roll(counties), TOLL - TOLL_WIDTH / 2 + self.roll(TOLL_WIDTH as usize) as i64);
                    let lots = (0..SELLING).map(by_lot).collect();
                    (self.sold(lots, WINDOW_WORK), KICKED)
                }
            };
            let end = self.descend(from, size.min(most), progress);
            if self.best.as_ref().is_some_and(|(value, _)| end.0 < *value) {
                self.cross(&end, progress);
            }
            if self.work == 0 || self.enough() {
                return;
            }
        }
    }

    /// Windows from a plan on, until so many in a row find nothing: the plan they lead to.
    fn descend(&mut self, start: Valued, size: usize, progress: &mut dyn FnMut(i128, i128)) -> Valued {
        let counties = self.goal.problem.counties.len();
        let mut scopes = scopes(counties, size);
        let (mut at, mut idle, mut turn) = (start, 0, 0);
        while self.work > 0 && !self.enough() && idle < IDLE {
            // Counties in turn first, then places by lot.
            let first = turn < 2 * (counties + 1);
            let scope = match self.roll(4) {
                _ if first => (turn + 1) % (counties + 1),
                0 | 1 => 0,
                2 => 1 + self.roll(counties),
                _ => 1 + counties + self.roll(scopes.len().saturating_sub(1 + counties)),
            };
            let scope = scope.min(scopes.len() - 1);
            let spread = if first { 1 } else { 1 + self.roll(4) };
            turn += 1;
            idle += 1;
            if let Some(found) = self.look(&mut scopes[scope], spread, &at) {
                at = found;
                idle = 0;
                self.keep(&at, progress);
            }
        }
        at
    }

    /// A plan near the best that need not be as good: some counties choose anew as if what they draw were bought, each at
    /// so many thousandths of its price, so that what is worth more elsewhere is left there.
    ///
    /// A descent ends where no window does better with what others leave it. What is worth its price to nobody here
    /// makes room for a window elsewhere (iterated local search, Lourenço, Martin and Stützle 2003, where Lagrangian
    /// prices do the perturbing): five made-up cities of 2,000 come as near their bound in 2 s as in 14 s without.
    fn sold(&mut self, lots: Vec<(CountyIdx, i64)>, most: u64) -> Valued {
        let Some((_, mut chosen)) = self.best.clone() else { return (0, Vec::new()) };
        for (county, toll) in lots {
            let Some(net) = net(self.goal, self.proof, &chosen, toll) else { break };
            let window = self.window(Place::County(county), LIMITS.1, 1, &chosen);
            let ask = Ask { beat: Some(net), share: 0, toll };
            if let Some(found) = self.search(&chosen, &window, ask, most).better {
                chosen = found;
            }
        }
        (self.value(&chosen), chosen)
    }

    /// Keeps a plan if it is the best so far.
    fn keep(&mut self, at: &Valued, progress: &mut dyn FnMut(i128, i128)) {
        if self.best.as_ref().is_none_or(|best| at.0 > best.0) {
            self.best = Some(at.clone());
            progress(at.0, self.bound);
        }
    }

    /// Looks among plans between another and the best: where they differ, and where doubt is most.
    fn cross(&mut self, other: &Valued, progress: &mut dyn FnMut(i128, i128)) {
        for share in [SHARE, SHARE / 4, SHARE / 16, 0] {
            let Some(best) = self.best.clone() else { return };
            let mut window = self.window(Place::City, CROSSED, 1, &best.1);
            window.extend((0..best.1.len()).filter(|&at| best.1[at] != other.1[at]));
            window.sort_unstable();
            window.dedup();
            let ask = Ask { beat: Some(best.0), share, toll: 0 };
            if let Some(chosen) = self.search(&best.1, &window, ask, 2 * WINDOW_WORK).better {
                let found = (self.value(&chosen), chosen);
                self.keep(&found, progress);
            }
        }
    }

    /// A plan better than the one given, by another choice of some at a place.
    fn look(&mut self, scope: &mut Scope, spread: usize, at: &Valued) -> Option<Valued> {
        let window = self.window(scope.place, scope.size, spread, &at.1);
        let ask = Ask { beat: Some(at.0), share: scope.share, toll: 0 };
        let found = self.search(&at.1, &window, ask, WINDOW_WORK);
        if found.whole && scope.share < 64 {
            scope.size = (scope.size * 5 / 4).min(LIMITS.1);
            scope.share = SHARE;
        } else if !found.whole && scope.share > 960 {
            scope.size = (scope.size * 4 / 5).max(LIMITS.0);
        }
        scope.share = match (found.better.is_some(), found.whole) {
            (true, _) => scope.share,
            (false, true) => scope.share * 3 / 4,
            (false, false) => scope.share + (1024 - scope.share) / 4,
        };
        found.better.map(|chosen| (self.value(&chosen), chosen))
    }

    fn search(&mut self, from: &[Option<usize>], open: &[CandidateIdx], ask: Ask, most: u64) -> Found {
        let mut share = most.min(self.work);
        let had = share;
        let found = search(self.goal, self.dependents, self.proof, from, open, ask, &mut share);
        self.work = self.work.saturating_sub(had - share + (from.len() / 4) as u64 + 1);
        found
    }

    fn value(&self, chosen: &[Option<usize>]) -> i128 {
        let picked = (0..chosen.len()).filter(|&at| chosen[at].is_some());
        picked.map(|at| i128::from(self.goal.worth(at))).sum()
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
