//! What a division into cases proves, computed again.

use std::collections::BTreeMap;

use super::bounds::{Prices, extras, worth_of_limits, worth_of_promises};
use super::shape::{certificate_in_shape, in_range, problem_in_shape};
use super::{draw_cap, free};
use crate::problem::{CandidateIdx, Certificate, CountyIdx, Lock, Part, Problem, Split, Step};

/// The bound a division into cases proves for a tier, recomputed as the doc of [`Split`] says; `kept` is what each of the
/// tiers before it keeps.
///
/// Nothing where it proves nothing: as of [`super::verify_bound`], and where parts do not divide the candidates, a part
/// owns what others can use, or a tree of cases is not whole.
pub fn verify_split(problem: &Problem, tier: usize, kept: &[i128], split: &Split) -> Option<i128> {
    let shared = &split.shared;
    let in_shape = problem_in_shape(problem) && tier < problem.tiers.len() && kept.len() == tier;
    if !in_shape || !certificate_in_shape(problem, tier, shared) || !in_range(shared) {
        return None;
    }
    let part_of = part_of(problem, split)?;
    if !(0..split.parts.len()).all(|part| owns_its_own(problem, split, &part_of, part)) {
        return None;
    }
    let mut total = worth_of_limits(problem, shared)?.checked_sub(worth_of_promises(problem, kept, shared)?)?;
    for part in &split.parts {
        // A part that can choose nothing at all leaves no plan to bound.
        total = total.checked_add(most(problem, tier, shared, part)??)?;
    }
    Some(total.div_euclid(1 << shared.shift))
}

/// The part of each candidate; nothing if one stands in none or in two.
fn part_of(problem: &Problem, split: &Split) -> Option<Vec<usize>> {
    let mut of = vec![None; problem.candidates.len()];
    for (part, spec) in split.parts.iter().enumerate() {
        for &candidate in &spec.candidates {
            let place = of.get_mut(candidate)?;
            if place.replace(part).is_some() {
                return None;
            }
        }
    }
    of.into_iter().collect()
}

/// Whether nobody outside a part can use what it owns.
fn owns_its_own(problem: &Problem, split: &Split, part_of: &[usize], part: usize) -> bool {
    let spec = &split.parts[part];
    let others = || (0..problem.candidates.len()).filter(|&candidate| part_of[candidate] != part);
    let nobody_of = |county: Option<CountyIdx>| others().all(|other| problem.candidates[other].county != county);
    let county_of = |place: usize| (place < problem.counties.len()).then_some(place);
    let pool = |&index: &usize| index < problem.pools.len() && others().all(|other| !can_use(problem, other, index));
    let drawn = |&(index, place): &(usize, usize)| {
        problem.pools.get(index).and_then(draw_cap).is_some()
            && place <= problem.counties.len()
            && nobody_of(county_of(place))
    };
    let transfer = |&index: &usize| problem.transfers.get(index).is_some_and(|spec| nobody_of(Some(spec.to)));
    let need = |&(index, which): &(CandidateIdx, usize)| {
        let to = problem.candidates.get(index).and_then(|candidate| candidate.needs.get(which));
        to.is_some_and(|&to| part_of[index] == part && part_of[to] == part)
    };
    spec.pools.iter().all(pool)
        && spec.drawn.iter().all(drawn)
        && spec.transfers.iter().all(transfer)
        && spec.needs.iter().all(need)
}

/// Whether any atom of a pool can get to a candidate that asks for its kind.
fn can_use(problem: &Problem, candidate: CandidateIdx, index: usize) -> bool {
    let (pool, spec) = (&problem.pools[index], &problem.candidates[candidate]);
    let mut draws = spec.sources.iter().flat_map(|source| &source.draws);
    let moved = || {
        let mut transfers = problem.transfers.iter();
        transfers.any(|by| by.kind == pool.kind && Some(by.from) == pool.county && Some(by.to) == spec.county)
    };
    let fenced_out = pool.fence.as_ref().is_some_and(|fence| !fence.contains(&candidate));
    !fenced_out
        && draws.any(|draw| draw.amount != 0 && draw.kinds.contains(&pool.kind))
        && (pool.county.is_none() || pool.county == spec.county || pool.fence.is_none() && moved())
}

/// What a candidate may still choose: each source, and to stay out.
type Open = BTreeMap<CandidateIdx, (Vec<bool>, bool)>;

/// The most any case of a part comes to; nothing within if none leaves everyone a choice, nothing at all if the tree is
/// not whole or a number leaves its range.
#[expect(clippy::option_option, reason = "no case is another thing than no proof")]
fn most(problem: &Problem, tier: usize, shared: &Certificate, part: &Part) -> Option<Option<i128>> {
    let whole = |&index: &CandidateIdx| {
        let candidate = &problem.candidates[index];
        let sources = vec![candidate.lock != Lock::Out; candidate.sources.len()];
        (index, (sources, candidate.lock != Lock::In))
    };
    let mut stack: Vec<Open> = vec![part.candidates.iter().map(whole).collect()];
    let mut most = None;
    for step in &part.tree {
        let open = stack.pop()?;
        match step {
            Step::Fork(candidate, choice) => {
                let (made, ruled_out) = forked(&open, *candidate, *choice)?;
                stack.extend([ruled_out, made]);
            }
            Step::Case(prices) => most = most.max(case(problem, tier, shared, part, prices, &open)?),
        }
    }
    stack.is_empty().then_some(most)
}

/// What is open where a choice is made, and where it is ruled out.
fn forked(open: &Open, candidate: CandidateIdx, choice: Option<usize>) -> Option<(Open, Open)> {
    let (mut made, mut ruled_out) = (open.clone(), open.clone());
    let (sources, out) = made.get_mut(&candidate)?;
    sources.iter_mut().enumerate().filter(|(source, _)| Some(*source) != choice).for_each(|(_, open)| *open = false);
    *out &= choice.is_none();
    let (sources, out) = ruled_out.get_mut(&candidate)?;
    match choice {
        Some(source) => *sources.get_mut(source)? = false,
        None => *out = false,
    }
    Some((made, ruled_out))
}

/// What one case comes to; nothing within if it leaves someone no choice.
#[expect(clippy::option_option, reason = "no case is another thing than no proof")]
fn case(
    problem: &Problem,
    tier: usize,
    shared: &Certificate,
    part: &Part,
    prices: &[i64],
    open: &Open,
) -> Option<Option<i128>> {
    let owned = part.pools.len() + part.drawn.len() + part.transfers.len() + part.needs.len();
    if prices.len() != owned || prices.iter().any(|&price| price < 0) {
        return None;
    }
    let mut here = shared.clone();
    let mut next = prices.iter().copied();
    let mut total = 0_i128;
    let mut charge = |amount: i64, price: i64| -> Option<()> {
        total = total.checked_add(i128::from(amount.max(0)).checked_mul(i128::from(price))?)?;
        Some(())
    };
    for (&pool, price) in part.pools.iter().zip(&mut next) {
        here.pools[pool] = price;
        charge(free(&problem.pools[pool]), price)?;
    }
    for (&(pool, place), price) in part.drawn.iter().zip(&mut next) {
        here.drawn[pool][place] = price;
        charge(draw_cap(&problem.pools[pool])?, price)?;
    }
    for (&transfer, price) in part.transfers.iter().zip(&mut next) {
        here.transfers[transfer] = price;
        charge(problem.transfers[transfer].at_most, price)?;
    }
    for (&(candidate, which), price) in part.needs.iter().zip(&mut next) {
        here.needs[candidate][which] = price;
    }
    let at = Prices::of(problem, &here);
    let extras = extras(problem, &here)?;
    for (&candidate, (sources, out)) in open {
        let gains = at.gains(problem, tier, candidate, extras[candidate], sources)?;
        let Some(best) = gains.into_iter().chain(out.then_some(0)).max() else { return Some(None) };
        total = total.checked_add(best)?;
    }
    Some(Some(total))
}
