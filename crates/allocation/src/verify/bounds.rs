//! What a certificate proves, computed again.

use std::collections::BTreeMap;

use super::shape::{certificate_in_shape, in_range, problem_in_shape};
use super::{draw_cap, free};
use crate::problem::{Candidate, CandidateIdx, Certificate, CountyIdx, Draw, KindIdx, Lock, PoolIdx, Problem, Source};

/// The bound a certificate proves for a tier, recomputed as the doc of [`Certificate`] says; `kept` is what each of
/// the tiers before it keeps.
///
/// Nothing where the certificate proves nothing: a vector has the wrong length, a multiplier is negative or has more
/// than 60 binary places, a sum leaves `i128`, or a candidate is locked in that no source can serve, so that there is no plan to bound. A capped
/// pool of no county has a drawing price per county and a last one for candidates without a county; drawing from any
/// other pool is free and has none. A cap below 0 counts as 0.
pub fn verify_bound(problem: &Problem, tier: usize, kept: &[i128], certificate: &Certificate) -> Option<i128> {
    let in_shape = problem_in_shape(problem) && tier < problem.tiers.len() && kept.len() == tier;
    if !in_shape || !certificate_in_shape(problem, tier, certificate) || !in_range(certificate) {
        return None;
    }
    let mut total =
        worth_of_limits(problem, certificate)?.checked_sub(worth_of_promises(problem, kept, certificate)?)?;
    let prices = Prices::of(problem, certificate);
    let extras = extras(problem, certificate)?;
    for (index, extra) in extras.into_iter().enumerate() {
        let all = vec![true; problem.candidates[index].sources.len()];
        let gains = prices.gains(problem, tier, index, extra, &all)?;
        total = total.checked_add(share(&problem.candidates[index], &gains)?)?;
    }
    Some(total.div_euclid(1 << certificate.shift))
}

/// A sum of products; nothing if it leaves `i128`.
fn dot(mut pairs: impl Iterator<Item = (i128, i64)>) -> Option<i128> {
    pairs.try_fold(0_i128, |sum, (amount, price)| sum.checked_add(amount.checked_mul(i128::from(price))?))
}

/// What all that can be given, drawn and moved would cost.
pub(super) fn worth_of_limits(problem: &Problem, certificate: &Certificate) -> Option<i128> {
    let pools = problem.pools.iter().map(free).zip(certificate.pools.iter().copied());
    let caps = problem.pools.iter().map(|pool| draw_cap(pool).unwrap_or(0)).zip(&certificate.drawn);
    let caps = caps.flat_map(|(cap, prices)| prices.iter().map(move |&price| (cap, price)));
    let transfers =
        problem.transfers.iter().map(|transfer| transfer.at_most).zip(certificate.transfers.iter().copied());
    dot(pools.chain(caps).chain(transfers).map(|(amount, price)| (i128::from(amount.max(0)), price)))
}

/// What the floors and the earlier tiers are sure to bring in.
pub(super) fn worth_of_promises(problem: &Problem, kept: &[i128], certificate: &Certificate) -> Option<i128> {
    let floors = problem.floors.iter().map(|floor| floor.at_least).zip(certificate.floors.iter().copied());
    dot(floors.chain(kept.iter().copied().zip(certificate.kept.iter().copied())))
}

/// What each candidate gains for being in besides its own worth: from its needs, floors and earlier tiers.
pub(super) fn extras(problem: &Problem, certificate: &Certificate) -> Option<Vec<i128>> {
    let earlier = |candidate: &Candidate| {
        dot(candidate.values.iter().map(|&value| i128::from(value)).zip(certificate.kept.iter().copied()))
    };
    let mut extras: Vec<i128> = problem.candidates.iter().map(earlier).collect::<Option<_>>()?;
    let mut add = |candidate: CandidateIdx, gain: i128| -> Option<()> {
        extras[candidate] = extras[candidate].checked_add(gain)?;
        Some(())
    };
    for (index, candidate) in problem.candidates.iter().enumerate() {
        for (&need, &price) in candidate.needs.iter().zip(&certificate.needs[index]) {
            add(index, -i128::from(price))?;
            add(need, i128::from(price))?;
        }
    }
    for (floor, &price) in problem.floors.iter().zip(&certificate.floors) {
        for &(candidate, weight) in &floor.weights {
            add(candidate, i128::from(weight) * i128::from(price))?;
        }
    }
    Some(extras)
}

/// What a candidate adds to the bound, given what it gains from each source that can serve it.
fn share(candidate: &Candidate, gains: &[i128]) -> Option<i128> {
    let best = gains.iter().copied().max();
    match candidate.lock {
        Lock::In => best,
        Lock::Out => Some(0),
        Lock::Free => Some(best.unwrap_or(0).max(0)),
    }
}

/// The cheapest an atom can be had for.
pub(super) struct Prices {
    /// Binary places of the prices.
    shift: u32,
    /// From pools without a fence, by kind and county.
    open: BTreeMap<(KindIdx, Option<CountyIdx>), i128>,
    /// From fenced pools, by kind and candidate.
    fenced: BTreeMap<(KindIdx, CandidateIdx), i128>,
}

impl Prices {
    pub(super) fn of(problem: &Problem, certificate: &Certificate) -> Self {
        let mut prices = Self { shift: certificate.shift, open: BTreeMap::new(), fenced: BTreeMap::new() };
        for (index, pool) in problem.pools.iter().enumerate() {
            let reached = prices_of_pool(problem, certificate, index);
            let Some(fence) = &pool.fence else {
                reached.into_iter().for_each(|(county, price)| lower(&mut prices.open, (pool.kind, county), price));
                continue;
            };
            for &candidate in fence {
                if let Some(&price) = reached.get(&problem.candidates[candidate].county) {
                    lower(&mut prices.fenced, (pool.kind, candidate), price);
                }
            }
        }
        prices
    }

    /// What a candidate gains from each source that is open and can serve it; nothing if a sum leaves `i128`.
    pub(super) fn gains(
        &self,
        problem: &Problem,
        tier: usize,
        index: CandidateIdx,
        extra: i128,
        open: &[bool],
    ) -> Option<Vec<i128>> {
        let candidate = &problem.candidates[index];
        let gain = (i128::from(candidate.values[tier]) << self.shift).checked_add(extra)?;
        let sources = candidate.sources.iter().zip(open).filter(|(_, open)| **open).map(|(source, _)| source);
        let costs = sources.filter_map(|source| self.costs(index, candidate.county, source));
        costs.map(|costs| costs.into_iter().try_fold(gain, i128::checked_sub)).collect()
    }

    /// What each draw of a source costs; nothing if one of them can be had from no pool.
    fn costs(&self, index: CandidateIdx, county: Option<CountyIdx>, source: &Source) -> Option<Vec<i128>> {
        let draws = source.draws.iter().filter(|draw| draw.amount != 0);
        let cost = |draw: &Draw| {
            let open = draw.kinds.iter().filter_map(|&kind| self.open.get(&(kind, county)));
            let fenced = draw.kinds.iter().filter_map(|&kind| self.fenced.get(&(kind, index)));
            // A price is at most two multipliers, so that the product stays within i128.
            open.chain(fenced).min().map(|price| price * i128::from(draw.amount))
        };
        draws.map(cost).collect()
    }
}

/// The cheapest an atom of a pool can be had for in each county it reaches.
fn prices_of_pool(problem: &Problem, certificate: &Certificate, index: PoolIdx) -> BTreeMap<Option<CountyIdx>, i128> {
    let pool = &problem.pools[index];
    let own = i128::from(certificate.pools[index]);
    let Some(county) = pool.county else {
        let counties = (0..problem.counties.len()).map(Some).chain([None]).enumerate();
        let drawn = |slot: usize| certificate.drawn[index].get(slot).map_or(0, |&price| i128::from(price));
        return counties.map(|(slot, county)| (county, own + drawn(slot))).collect();
    };
    let mut reached = BTreeMap::from([(Some(county), own)]);
    for (transfer, &price) in problem.transfers.iter().zip(&certificate.transfers) {
        if pool.fence.is_none() && transfer.kind == pool.kind && transfer.from == county {
            lower(&mut reached, Some(transfer.to), own + i128::from(price));
        }
    }
    reached
}

fn lower<K: Ord>(prices: &mut BTreeMap<K, i128>, key: K, price: i128) {
    let least = prices.entry(key).or_insert(price);
    *least = price.min(*least);
}
