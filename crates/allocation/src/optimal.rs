//! The best plan there is, as far as the work allows: tier after tier, each with a bound.
//!
//! ```text
//! prices (bound) -> picks that fit, filled up, exchanged -> search over what prices leave open -> next tier
//! ```
//! Everything is counted in units of work, never in seconds, so that the same input gives the same plan anywhere.
#![expect(clippy::cast_precision_loss, reason = "floats only guide; integers decide")]

mod lift;
mod polish;
mod session;

use crate::draft::{Draft, dependents};
use crate::price::{Goal, Proof, Reach, Rows, Search, Warm, spread_locks};
use crate::problem::{CandidateIdx, Lock, Plan, Problem, TierResult};
use crate::split::{Divided, divide, worth_dividing};
use crate::supply::Supply;
pub use session::Session;

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Enough if no plan is better by more than so many millionths.
    pub gap: u32,
    /// Units of work at most, for each tier: a candidate looked at in a round of prices, or a choice tried.
    pub work: u64,
}

impl Default for Stop {
    fn default() -> Self {
        Self { gap: 0, work: 20_000_000 }
    }
}

/// What is known of the best plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Optimum {
    /// A plan, and what each tier came to.
    Plan(Plan, Vec<TierResult>),
    /// No plan can keep all locks and floors.
    Infeasible(Vec<Vec<Limit>>),
    /// No plan was found, and none was ruled out.
    NotFound,
}

/// Something that was asked to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// The lock of a candidate.
    Lock(CandidateIdx),
    /// A floor.
    Floor(usize),
}

/// Finds the best plan, tier after tier. `progress` hears the tier, its value and its bound as they move.
pub fn optimal(problem: &Problem, stop: Stop, progress: &mut dyn FnMut(usize, i128, i128)) -> Optimum {
    optimal_from(problem, None, stop, progress)
}

/// The same with a choice to begin with, which need not fit.
pub(crate) fn optimal_from(
    problem: &Problem,
    start: Option<&[Option<usize>]>,
    stop: Stop,
    progress: &mut dyn FnMut(usize, i128, i128),
) -> Optimum {
    let supply = Supply::new(problem);
    match tiers(problem, &supply, start, stop, &mut Memory::default(), progress) {
        Attempt::Plan(chosen, tiers) => Optimum::Plan(supply.plan(problem, &chosen), tiers),
        Attempt::NotFound => Optimum::NotFound,
        Attempt::Infeasible => Optimum::Infeasible(lift::to_lift(problem, stop)),
    }
}

enum Attempt {
    Plan(Vec<Option<usize>>, Vec<TierResult>),
    Infeasible,
    NotFound,
}

fn tiers(
    problem: &Problem,
    supply: &Supply,
    start: Option<&[Option<usize>]>,
    stop: Stop,
    memory: &mut Memory,
    progress: &mut dyn FnMut(usize, i128, i128),
) -> Attempt {
    let Some(locks) = spread_locks(problem) else { return Attempt::Infeasible };
    let served = |at: usize| supply.takes[at].iter().any(Option::is_some);
    if (0..locks.len()).any(|at| locks[at].to == Lock::In && !served(at)) {
        return Attempt::Infeasible;
    }
    let rows = Rows::new(problem, supply);
    let mut reaches: Vec<Reach> =
        problem.floors.iter().map(|floor| Reach { weights: floor.weights.clone(), at_least: floor.at_least }).collect();
    let mut results: Vec<TierResult> = Vec::new();
    let mut start = start.map(<[_]>::to_vec);
    memory.prices.resize(problem.tiers.len(), None);
    for (tier, asked) in problem.tiers.iter().enumerate() {
        let goal = Goal::new(problem, supply, tier, reaches.clone(), locks.clone());
        let known = Known { start: start.as_deref(), before: &memory.chosen, prices: memory.prices[tier].as_ref() };
        let mut best = match one_tier(&goal, &rows, known, stop, &mut |value, bound| progress(tier, value, bound)) {
            Ok(best) => best,
            Err(attempt) => return attempt,
        };
        memory.prices[tier] = Some(best.prices);
        let kept = keep(best.value, asked.keep);
        let worth = |candidate: &crate::problem::Candidate| candidate.values[tier];
        let weights = problem.candidates.iter().map(worth).enumerate().filter(|(_, worth)| *worth != 0).collect();
        reaches.push(Reach { weights, at_least: kept });
        results.push(TierResult {
            best: best.value,
            kept,
            value: best.value,
            bound: best.bound,
            searched: best.searched,
            proved: best.divided.as_ref().map_or_else(|| best.proof.bound(), Divided::bound),
            split: best.divided.map(|divided| divided.split),
            certificate: std::mem::take(&mut best.proof.certificate),
        });
        start = Some(best.chosen);
    }
    let Some(chosen) = start else { return Attempt::Plan(vec![None; problem.candidates.len()], results) };
    memory.chosen.truncate(1);
    memory.chosen.push(chosen.clone());
    for (tier, result) in results.iter_mut().enumerate() {
        let picked = chosen.iter().zip(&problem.candidates).filter(|(source, _)| source.is_some());
        result.value = picked.map(|(_, candidate)| i128::from(candidate.values[tier])).sum();
    }
    Attempt::Plan(chosen, results)
}

/// The share of a best value that must be kept, rounded up.
fn keep(best: i128, keep: u32) -> i128 {
    (best * i128::from(keep) + 999_999).div_euclid(1_000_000)
}

/// What a problem much like this one came to before: a place to begin, never a claim.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    /// The plan of the first time, and that of the last.
    chosen: Vec<Vec<Option<usize>>>,
    /// Per tier: the prices.
    prices: Vec<Option<Warm>>,
}

/// What is known when a tier's turn comes.
#[derive(Clone, Copy)]
struct Known<'k> {
    /// The plan of the tier before.
    start: Option<&'k [Option<usize>]>,
    /// Plans of problems much like this one.
    before: &'k [Vec<Option<usize>>],
    /// Its prices.
    prices: Option<&'k Warm>,
}

/// A plan and its worth.
type Valued = (i128, Vec<Option<usize>>);

struct Best {
    chosen: Vec<Option<usize>>,
    prices: Warm,
    value: i128,
    bound: i128,
    searched: bool,
    proof: Proof,
    divided: Option<Divided>,
}

/// Price rounds between two plans made from prices.
const ROUNDS: usize = 40;
/// The part of the work that cases of counties may take.
const DIVIDING: u64 = 4;
/// Price rounds at most.
const ROUNDS_MAX: usize = 10_000;

fn one_tier(
    goal: &Goal<'_>,
    rows: &Rows,
    known: Known<'_>,
    stop: Stop,
    progress: &mut dyn FnMut(i128, i128),
) -> Result<Best, Attempt> {
    let dependents = dependents(goal);
    let count = goal.problem.candidates.len();
    let mut work = stop.work;
    let mut prices = goal.search(rows);
    let warm = known.prices.is_some_and(|warm| prices.warm(warm));
    let mut best: Option<Valued> = known.start.and_then(|chosen| {
        let draft = Draft::of(goal, chosen)?;
        draft.reaches().then(|| (draft.value, draft.chosen.clone()))
    });
    // A start that is no plan here is one as far as it fits.
    let mut unfit = known.start.filter(|_| best.is_none());
    let enough = |best: &Option<Valued>, bound: i128| {
        let Some((value, _)) = best else { return false };
        (bound - value) * 1_000_000 <= bound.max(0) * i128::from(stop.gap) || *value >= bound
    };
    let mut proof = goal.prove(rows, &prices).ok_or(Attempt::NotFound);
    if let (true, Ok(proof)) = (warm, &proof) {
        known.before.iter().for_each(|before| plan_again(goal, proof, before, &mut best));
    }
    let mut round = 0;
    while round < ROUNDS_MAX && work > 0 && !prices.settled() {
        // From prices that were good before, a few rounds tell whether they still are.
        for _ in 0..if warm && round == 0 { ROUNDS / 4 } else { ROUNDS } {
            let known = best.as_ref().map_or(0.0, |(value, _)| *value as f64);
            goal.round(rows, &mut prices, known);
            work = work.saturating_sub(count as u64 / 16 + 1);
            round += 1;
        }
        let Some(now) = goal.prove(rows, &prices) else { break };
        plan_from(goal, &now, &prices, &mut best, &mut work);
        if let Some(start) = unfit.take() {
            plan_again(goal, &now, start, &mut best);
        }
        let bound = now.bound();
        progress(best.as_ref().map_or(0, |(value, _)| *value), bound);
        let better = proof
            .as_ref()
            .map_or(true, |proof| now.total <= proof.total || proof.certificate.shift != now.certificate.shift);
        if better {
            proof = Ok(now);
        }
        if enough(&best, bound) {
            break;
        }
    }
    let proof = proof?;
    let mut bound = proof.bound();
    let mut divided = None;
    if !enough(&best, bound) && worth_dividing(goal) {
        let mut share = work / DIVIDING;
        let had = share;
        let known = best.as_ref().map_or(0, |(value, _)| *value);
        divided = divide(goal, &proof, known, &mut share).filter(|divided| divided.bound() < bound);
        work -= had - share;
        bound = divided.as_ref().map_or(bound, Divided::bound);
        progress(known, bound);
    }
    let mut searched = false;
    if !enough(&best, bound) {
        let mut polish = polish::Polish::new(goal, &dependents, &proof, bound, best.take(), work, stop.gap);
        searched = polish.run(progress);
        best = polish.best;
    }
    match best {
        Some((value, chosen)) => {
            let bound = if searched { value } else { bound };
            Ok(Best { chosen, prices: prices.kept(), value, bound, searched, proof, divided })
        }
        None if searched => Err(Attempt::Infeasible),
        None => Err(Attempt::NotFound),
    }
}

/// Plans from prices, two of them: the sources picked oftenest first, and what was picked last, the surest first; then
/// whatever fits. The better one counts.
///
/// Picks averaged over the rounds come near what a linear program would take (the volume algorithm, Barahona and Anbil
/// 2000): of five made-up cities of 2,000 all were within half a percent by the fourth plan, of which two were before.
fn plan_from(goal: &Goal<'_>, proof: &Proof, prices: &Search, best: &mut Option<Valued>, work: &mut u64) {
    let order = by_gain(goal, proof);
    let locked: Vec<CandidateIdx> = (0..order.len()).filter(|&at| goal.locks[at].to == Lock::In).collect();
    let sure: Vec<CandidateIdx> = order.iter().copied().filter(|&at| prices.picked[at].is_some()).collect();
    let wanted: Vec<CandidateIdx> =
        order.iter().copied().filter(|&at| goal.worth(at) > 0 || !goal.counts(at).is_empty()).collect();
    for often in [true, false] {
        let mut draft = Draft::new(goal);
        draft.fill(&locked, &proof.gains);
        if often {
            draft.fill_from(&prices.by_share(), &proof.gains);
        } else {
            draft.fill(&sure, &proof.gains);
        }
        draft.fill(&wanted, &proof.gains);
        *work = work.saturating_sub(order.len() as u64);
        let lawful = locked.iter().all(|&at| draft.chosen[at].is_some()) && draft.reaches();
        if lawful && best.as_ref().is_none_or(|(value, _)| draft.value > *value) {
            *best = Some((draft.value, draft.chosen));
        }
    }
}

/// What was chosen before, as far as it still fits, the surest first; then whatever fits.
fn plan_again(goal: &Goal<'_>, proof: &Proof, before: &[Option<usize>], best: &mut Option<Valued>) {
    let order = by_gain(goal, proof);
    let locked: Vec<CandidateIdx> = (0..order.len()).filter(|&at| goal.locks[at].to == Lock::In).collect();
    let again: Vec<(CandidateIdx, usize)> = order.iter().filter_map(|&at| Some((at, before[at]?))).collect();
    let mut draft = Draft::new(goal);
    draft.fill(&locked, &proof.gains);
    draft.fill_from(&again, &proof.gains);
    draft.fill(&order, &proof.gains);
    let lawful = locked.iter().all(|&at| draft.chosen[at].is_some()) && draft.reaches();
    if lawful && best.as_ref().is_none_or(|(value, _)| draft.value > *value) {
        *best = Some((draft.value, draft.chosen));
    }
}

/// Candidates by what they gain for their worth, the surest first.
fn by_gain(goal: &Goal<'_>, proof: &Proof) -> Vec<CandidateIdx> {
    let share = |at: CandidateIdx| {
        let gain = proof.best(at).unwrap_or(i128::MIN >> 30);
        (gain >> 10) / (i128::from(goal.worth(at)) + 1)
    };
    let mut order: Vec<(std::cmp::Reverse<i128>, CandidateIdx)> =
        (0..goal.problem.candidates.len()).map(|at| (std::cmp::Reverse(share(at)), at)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, at)| at).collect()
}
