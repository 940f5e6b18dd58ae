//! The judge of plans: whether a [`Plan`] is lawful, and whether what is claimed of its worth is proven.
//!
//! ```text
//! Problem x Plan x kept        --verify-->        violations
//! Problem x Certificate x kept --verify_bound-->  a bound no plan exceeds
//! Problem x Plan x TierResults --verify_tiers-->  violations
//! ```
//! Nothing here is shared with what makes plans: only the nouns are, and every sum is made anew.

use std::collections::{BTreeMap, BTreeSet};

use crate::problem::{
    Candidate, CandidateIdx, Certificate, CountyIdx, Draw, Entry, KindIdx, Lock, Plan, Pool, PoolIdx, Problem, Source,
    TierResult, Via,
};

/// One thing unlawful in a plan, or untrue in what is claimed of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// A vector of the wrong length, an index out of range or an amount not above 0; nothing else was judged.
    Shape,
    /// A pool gives more than is free.
    Overdrawn {
        /// The pool.
        pool: PoolIdx,
        /// Atoms the plan gives out of it.
        given: i128,
        /// Atoms that may be given.
        free: i64,
    },
    /// The candidates of one county draw more than their share of a pool of no county.
    OverDrawCap {
        /// The pool.
        pool: PoolIdx,
        /// Who draws; candidates without a county count as one county of their own.
        county: Option<CountyIdx>,
        /// Atoms the plan lets them draw.
        given: i128,
        /// Atoms they may draw.
        at_most: i64,
    },
    /// More is moved than may be.
    OverTransfer {
        /// Index into [`Problem::transfers`].
        transfer: usize,
        /// Atoms the plan moves.
        given: i128,
        /// Atoms that may be moved.
        at_most: i64,
    },
    /// A fenced pool serves somebody outside its fence.
    Fence {
        /// Who is served.
        candidate: CandidateIdx,
        /// The fenced pool.
        pool: PoolIdx,
    },
    /// An amount cannot get from its pool to its candidate in the way stated.
    WrongPool {
        /// Who is served.
        candidate: CandidateIdx,
        /// The pool.
        pool: PoolIdx,
    },
    /// A draw of a chosen source is served from a pool of a kind that does not cover it.
    WrongKind {
        /// Who is served.
        candidate: CandidateIdx,
        /// The draw of its chosen source.
        draw: usize,
        /// The pool.
        pool: PoolIdx,
    },
    /// A draw of a chosen source is not given exactly its amount.
    NotCovered {
        /// Who is served.
        candidate: CandidateIdx,
        /// The draw of its chosen source.
        draw: usize,
        /// Atoms the plan gives for it.
        given: i128,
        /// Atoms it takes.
        needed: i64,
    },
    /// A candidate is in while one it needs is out.
    Need {
        /// Who is in.
        candidate: CandidateIdx,
        /// Who is out.
        needs: CandidateIdx,
    },
    /// A candidate is out though locked in, or in though locked out.
    Lock {
        /// The candidate.
        candidate: CandidateIdx,
    },
    /// A floor is not reached.
    Floor {
        /// Index into [`Problem::floors`].
        floor: usize,
        /// What the plan reaches.
        reached: i128,
        /// What it had to reach.
        at_least: i128,
    },
    /// A tier is worth less than it had to be left.
    Kept {
        /// The tier.
        tier: usize,
        /// What it is worth in the plan.
        value: i128,
        /// What it had to be left.
        kept: i128,
    },
    /// A number stated of a tier is not what it has to be.
    Bound {
        /// The tier.
        tier: usize,
        /// The number it had to agree with; `i128::MAX` where the certificate proves no bound at all.
        recomputed: i128,
        /// The number stated.
        stated: i128,
    },
}

/// Everything unlawful in a plan; nothing if it is lawful.
///
/// `kept` is what the plan must be worth in each tier from the first; it may be shorter than the tiers. A candidate
/// that is not chosen may still be given something: its entries are held to pools, caps, transfers and fences only.
pub fn verify(problem: &Problem, plan: &Plan, kept: &[i128]) -> Vec<Violation> {
    if !problem_in_shape(problem) || !plan_in_shape(problem, plan) || kept.len() > problem.tiers.len() {
        return vec![Violation::Shape];
    }
    let mut found = Vec::new();
    judge_entries(problem, plan, &mut found);
    judge_amounts(problem, plan, &mut found);
    judge_candidates(problem, plan, &mut found);
    judge_floors(problem, plan, &mut found);
    judge_kept(problem, plan, kept, &mut found);
    found
}

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
        total = total.checked_add(share(&problem.candidates[index], &prices.gains(problem, tier, index, extra)?)?)?;
    }
    Some(total.div_euclid(1 << certificate.shift))
}

/// Everything untrue in what is stated of the tiers of a plan.
///
/// Each tier is worth what is stated, at least what is kept and at most its bound; what is kept is no less than the
/// tier's share of its best; the certificate proves what is stated, and the bound is that, or no more and the best if
/// a search found none better. That the search was complete is taken on trust.
pub fn verify_tiers(problem: &Problem, plan: &Plan, tiers: &[TierResult]) -> Vec<Violation> {
    if !problem_in_shape(problem) || !plan_in_shape(problem, plan) || tiers.len() != problem.tiers.len() {
        return vec![Violation::Shape];
    }
    let kept: Vec<i128> = tiers.iter().map(|result| result.kept).collect();
    let mut found = Vec::new();
    judge_kept(problem, plan, &kept, &mut found);
    for (tier, result) in tiers.iter().enumerate() {
        judge_statements(problem, plan, tier, result, &mut found);
        judge_proof(tier, result, verify_bound(problem, tier, &kept[..tier], &result.certificate), &mut found);
    }
    found
}

// ---- shape ----

fn problem_in_shape(problem: &Problem) -> bool {
    let people = problem.candidates.len();
    let kind = |kind: KindIdx| kind < problem.kinds.len();
    let county = |county: CountyIdx| county < problem.counties.len();
    let pool = |pool: &Pool| {
        let fenced = pool.fence.iter().flatten().all(|&candidate| candidate < people);
        kind(pool.kind) && pool.county.is_none_or(county) && fenced
    };
    let candidate = |candidate: &Candidate| {
        let mut draws = candidate.sources.iter().flat_map(|source| &source.draws);
        candidate.county.is_none_or(county)
            && candidate.values.len() == problem.tiers.len()
            && candidate.needs.iter().all(|&need| need < people)
            && draws.all(|draw| draw.kinds.iter().copied().all(kind))
    };
    problem.pools.iter().all(pool)
        && problem.transfers.iter().all(|transfer| kind(transfer.kind) && county(transfer.from) && county(transfer.to))
        && problem.candidates.iter().all(candidate)
        && problem.floors.iter().flat_map(|floor| &floor.weights).all(|&(candidate, _)| candidate < people)
}

fn plan_in_shape(problem: &Problem, plan: &Plan) -> bool {
    let source_exists = |(source, candidate): (&Option<usize>, &Candidate)| {
        source.is_none_or(|source| source < candidate.sources.len())
    };
    plan.chosen.len() == problem.candidates.len()
        && plan.chosen.iter().zip(&problem.candidates).all(source_exists)
        && plan.ledger.iter().all(|entry| entry_in_shape(problem, plan, entry))
}

fn entry_in_shape(problem: &Problem, plan: &Plan, entry: &Entry) -> bool {
    let way_exists = match entry.via {
        Via::Own | Via::Drawn => true,
        Via::Transferred(transfer) => transfer < problem.transfers.len(),
    };
    let inside = entry.candidate < problem.candidates.len() && entry.pool < problem.pools.len();
    inside && way_exists && entry.amount > 0 && draw_exists(problem, plan, entry)
}

/// An entry of a candidate that has no source is for draw 0.
fn draw_exists(problem: &Problem, plan: &Plan, entry: &Entry) -> bool {
    match chosen_source(problem, plan, entry.candidate) {
        Some(source) => entry.draw < source.draws.len(),
        None => entry.draw == 0,
    }
}

fn certificate_in_shape(problem: &Problem, tier: usize, certificate: &Certificate) -> bool {
    let drawn = |(prices, pool): (&Vec<i64>, &Pool)| {
        prices.len() == if draw_cap(pool).is_some() { problem.counties.len() + 1 } else { 0 }
    };
    certificate.pools.len() == problem.pools.len()
        && certificate.drawn.len() == problem.pools.len()
        && certificate.drawn.iter().zip(&problem.pools).all(drawn)
        && certificate.transfers.len() == problem.transfers.len()
        && certificate.needs.len() == problem.candidates.len()
        && certificate.needs.iter().zip(&problem.candidates).all(|(prices, who)| prices.len() == who.needs.len())
        && certificate.floors.len() == problem.floors.len()
        && certificate.kept.len() == tier
}

/// Whether no multiplier is negative and they have at most 60 binary places.
fn in_range(certificate: &Certificate) -> bool {
    let flat = [&certificate.pools, &certificate.transfers, &certificate.floors, &certificate.kept];
    let nested = certificate.drawn.iter().chain(&certificate.needs);
    certificate.shift <= 60 && flat.into_iter().chain(nested).flatten().all(|&multiplier| multiplier >= 0)
}

// ---- lawfulness ----

fn judge_entries(problem: &Problem, plan: &Plan, found: &mut Vec<Violation>) {
    let insiders = insiders(problem);
    for &Entry { candidate, draw, pool, via, .. } in &plan.ledger {
        if problem.pools[pool].fence.is_some() && !insiders.contains(&(pool, candidate)) {
            found.push(Violation::Fence { candidate, pool });
        }
        if !way_leads(problem, pool, via, candidate) {
            found.push(Violation::WrongPool { candidate, pool });
        }
        let source = chosen_source(problem, plan, candidate);
        if source.is_some_and(|source| !source.draws[draw].kinds.contains(&problem.pools[pool].kind)) {
            found.push(Violation::WrongKind { candidate, draw, pool });
        }
    }
}

/// Whom each fenced pool serves.
fn insiders(problem: &Problem) -> BTreeSet<(PoolIdx, CandidateIdx)> {
    let fences = problem.pools.iter().enumerate().map(|(index, pool)| (index, pool.fence.iter().flatten()));
    fences.flat_map(|(index, fence)| fence.map(move |&candidate| (index, candidate))).collect()
}

fn way_leads(problem: &Problem, pool: PoolIdx, via: Via, candidate: CandidateIdx) -> bool {
    let pool = &problem.pools[pool];
    let county = problem.candidates[candidate].county;
    match via {
        Via::Own => pool.county.is_some() && pool.county == county,
        Via::Drawn => pool.county.is_none(),
        Via::Transferred(transfer) => {
            let transfer = &problem.transfers[transfer];
            let ends_meet = pool.county == Some(transfer.from) && county == Some(transfer.to);
            pool.fence.is_none() && pool.kind == transfer.kind && ends_meet
        }
    }
}

fn judge_amounts(problem: &Problem, plan: &Plan, found: &mut Vec<Violation>) {
    for (pool, given) in sums(plan, |entry| Some(entry.pool)) {
        let free = free(&problem.pools[pool]);
        if given > i128::from(free) {
            found.push(Violation::Overdrawn { pool, given, free });
        }
    }
    for ((pool, county), given) in sums(plan, |entry| Some((entry.pool, problem.candidates[entry.candidate].county))) {
        if let Some(at_most) = draw_cap(&problem.pools[pool]).filter(|&cap| given > i128::from(cap)) {
            found.push(Violation::OverDrawCap { pool, county, given, at_most });
        }
    }
    for (transfer, given) in sums(plan, transfer_used) {
        let at_most = problem.transfers[transfer].at_most;
        if given > i128::from(at_most) {
            found.push(Violation::OverTransfer { transfer, given, at_most });
        }
    }
}

fn transfer_used(entry: &Entry) -> Option<usize> {
    match entry.via {
        Via::Transferred(transfer) => Some(transfer),
        Via::Own | Via::Drawn => None,
    }
}

/// What the ledger gives under each key; entries without a key do not count.
fn sums<K: Ord>(plan: &Plan, key: impl Fn(&Entry) -> Option<K>) -> BTreeMap<K, i128> {
    let mut sums = BTreeMap::new();
    for entry in &plan.ledger {
        if let Some(key) = key(entry) {
            // A ledger of i64 amounts that fits in memory cannot leave i128.
            *sums.entry(key).or_insert(0) += i128::from(entry.amount);
        }
    }
    sums
}

fn judge_candidates(problem: &Problem, plan: &Plan, found: &mut Vec<Violation>) {
    let given = sums(plan, |entry| Some((entry.candidate, entry.draw)));
    for (index, candidate) in problem.candidates.iter().enumerate() {
        let source = chosen_source(problem, plan, index);
        if let Some(source) = source {
            judge_cover(index, source, &given, found);
            let out = candidate.needs.iter().filter(|&&needs| plan.chosen[needs].is_none());
            found.extend(out.map(|&needs| Violation::Need { candidate: index, needs }));
        }
        let broken = match candidate.lock {
            Lock::Free => false,
            Lock::In => source.is_none(),
            Lock::Out => source.is_some(),
        };
        if broken {
            found.push(Violation::Lock { candidate: index });
        }
    }
}

fn judge_cover(
    candidate: CandidateIdx,
    source: &Source,
    given: &BTreeMap<(CandidateIdx, usize), i128>,
    found: &mut Vec<Violation>,
) {
    for (draw, wanted) in source.draws.iter().enumerate() {
        let given = given.get(&(candidate, draw)).copied().unwrap_or(0);
        if given != i128::from(wanted.amount) {
            found.push(Violation::NotCovered { candidate, draw, given, needed: wanted.amount });
        }
    }
}

fn judge_floors(problem: &Problem, plan: &Plan, found: &mut Vec<Violation>) {
    for (floor, wanted) in problem.floors.iter().enumerate() {
        let counted = wanted.weights.iter().filter(|&&(candidate, _)| plan.chosen[candidate].is_some());
        let reached = counted.map(|&(_, weight)| i128::from(weight)).sum();
        if reached < wanted.at_least {
            found.push(Violation::Floor { floor, reached, at_least: wanted.at_least });
        }
    }
}

fn judge_kept(problem: &Problem, plan: &Plan, kept: &[i128], found: &mut Vec<Violation>) {
    for (tier, &kept) in kept.iter().enumerate() {
        let value = worth(problem, plan, tier);
        if value < kept {
            found.push(Violation::Kept { tier, value, kept });
        }
    }
}

fn chosen_source<'a>(problem: &'a Problem, plan: &Plan, candidate: CandidateIdx) -> Option<&'a Source> {
    plan.chosen[candidate].map(|source| &problem.candidates[candidate].sources[source])
}

fn worth(problem: &Problem, plan: &Plan, tier: usize) -> i128 {
    let pairs = plan.chosen.iter().zip(&problem.candidates);
    pairs.filter(|(source, _)| source.is_some()).map(|(_, candidate)| i128::from(candidate.values[tier])).sum()
}

fn free(pool: &Pool) -> i64 {
    pool.amount.saturating_sub(pool.hold_back).max(0)
}

/// What each county may draw of a pool, if it may be drawn from and there is a limit.
fn draw_cap(pool: &Pool) -> Option<i64> {
    pool.draw_at_most.filter(|_| pool.county.is_none())
}

// ---- bounds ----

/// A sum of products; nothing if it leaves `i128`.
fn dot(mut pairs: impl Iterator<Item = (i128, i64)>) -> Option<i128> {
    pairs.try_fold(0_i128, |sum, (amount, price)| sum.checked_add(amount.checked_mul(i128::from(price))?))
}

/// What all that can be given, drawn and moved would cost.
fn worth_of_limits(problem: &Problem, certificate: &Certificate) -> Option<i128> {
    let pools = problem.pools.iter().map(free).zip(certificate.pools.iter().copied());
    let caps = problem.pools.iter().map(|pool| draw_cap(pool).unwrap_or(0)).zip(&certificate.drawn);
    let caps = caps.flat_map(|(cap, prices)| prices.iter().map(move |&price| (cap, price)));
    let transfers =
        problem.transfers.iter().map(|transfer| transfer.at_most).zip(certificate.transfers.iter().copied());
    dot(pools.chain(caps).chain(transfers).map(|(amount, price)| (i128::from(amount.max(0)), price)))
}

/// What the floors and the earlier tiers are sure to bring in.
fn worth_of_promises(problem: &Problem, kept: &[i128], certificate: &Certificate) -> Option<i128> {
    let floors = problem.floors.iter().map(|floor| floor.at_least).zip(certificate.floors.iter().copied());
    dot(floors.chain(kept.iter().copied().zip(certificate.kept.iter().copied())))
}

/// What each candidate gains for being in besides its own worth: from its needs, floors and earlier tiers.
fn extras(problem: &Problem, certificate: &Certificate) -> Option<Vec<i128>> {
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
struct Prices {
    /// Binary places of the prices.
    shift: u32,
    /// From pools without a fence, by kind and county.
    open: BTreeMap<(KindIdx, Option<CountyIdx>), i128>,
    /// From fenced pools, by kind and candidate.
    fenced: BTreeMap<(KindIdx, CandidateIdx), i128>,
}

impl Prices {
    fn of(problem: &Problem, certificate: &Certificate) -> Self {
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

    /// What a candidate gains from each source that can serve it; nothing if a sum leaves `i128`.
    fn gains(&self, problem: &Problem, tier: usize, index: CandidateIdx, extra: i128) -> Option<Vec<i128>> {
        let candidate = &problem.candidates[index];
        let gain = (i128::from(candidate.values[tier]) << self.shift).checked_add(extra)?;
        let costs = candidate.sources.iter().filter_map(|source| self.costs(index, candidate.county, source));
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

// ---- what is stated of a tier ----

fn judge_statements(problem: &Problem, plan: &Plan, tier: usize, result: &TierResult, found: &mut Vec<Violation>) {
    let mut wrong = |recomputed, stated| found.push(Violation::Bound { tier, recomputed, stated });
    let value = worth(problem, plan, tier);
    if result.value != value {
        wrong(value, result.value);
    }
    if value > result.bound {
        wrong(value, result.bound);
    }
    if result.best > result.bound || (result.searched && result.best != result.bound) {
        wrong(result.best, result.bound);
    }
    let least = least_kept(result.best, problem.tiers[tier].keep).unwrap_or(i128::MAX);
    if result.kept < least {
        wrong(least, result.kept);
    }
}

fn judge_proof(tier: usize, result: &TierResult, recomputed: Option<i128>, found: &mut Vec<Violation>) {
    let mut wrong = |recomputed, stated| found.push(Violation::Bound { tier, recomputed, stated });
    if recomputed != Some(result.proved) {
        wrong(recomputed.unwrap_or(i128::MAX), result.proved);
    }
    if result.bound > result.proved || (!result.searched && result.bound != result.proved) {
        wrong(result.proved, result.bound);
    }
}

/// A share of a best, in millionths, rounded up.
fn least_kept(best: i128, keep: u32) -> Option<i128> {
    let millionths = best.checked_mul(i128::from(keep))?;
    Some(millionths.div_euclid(1_000_000) + i128::from(millionths.rem_euclid(1_000_000) > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Floor, Tier, Transfer};

    const SHIFT: u32 = 20;
    const ONE: i64 = 1 << SHIFT;
    const LAND: KindIdx = 0;
    const WOOD: KindIdx = 1;
    const EAST: Option<CountyIdx> = Some(0);
    const WEST: Option<CountyIdx> = Some(1);

    /// What makes a lawful thing unlawful in one place.
    type Spoil<T> = fn(&mut Problem, &mut T);

    fn pool(kind: KindIdx, county: Option<CountyIdx>, amount: i64) -> Pool {
        Pool { kind, county, amount, hold_back: 0, draw_at_most: None, fence: None }
    }

    fn candidate(id: &str, county: Option<CountyIdx>, kinds: &[KindIdx], amount: i64, values: [i64; 2]) -> Candidate {
        let sources = vec![Source { draws: vec![Draw { kinds: kinds.to_vec(), amount }] }];
        Candidate { id: id.to_owned(), county, sources, values: values.to_vec(), ..Candidate::default() }
    }

    /// Pools 0 land of east, 1 land of west, 2 land of the city, 3 land of east for `b` only, 4 wood of east.
    fn problem() -> Problem {
        Problem {
            kinds: vec!["land".to_owned(), "wood".to_owned()],
            counties: vec!["east".to_owned(), "west".to_owned()],
            pools: vec![
                Pool { hold_back: 2, ..pool(LAND, EAST, 10) },
                pool(LAND, WEST, 20),
                Pool { draw_at_most: Some(4), ..pool(LAND, None, 12) },
                Pool { fence: Some(vec![1]), ..pool(LAND, EAST, 6) },
                pool(WOOD, EAST, 5),
            ],
            transfers: vec![Transfer { kind: LAND, from: 1, to: 0, at_most: 3 }],
            candidates: vec![
                candidate("a", EAST, &[LAND], 10, [5, 1]),
                Candidate { needs: vec![0], ..candidate("b", EAST, &[LAND], 5, [4, 2]) },
                Candidate { lock: Lock::In, ..candidate("c", WEST, &[LAND, WOOD], 6, [3, 3]) },
                candidate("d", None, &[LAND], 4, [2, 4]),
                Candidate { lock: Lock::Out, ..candidate("e", EAST, &[LAND], 9, [1, 9]) },
            ],
            floors: vec![Floor { label: "jobs".to_owned(), weights: vec![(0, 1), (1, 1)], at_least: 2 }],
            tiers: vec![Tier { keep: 1_000_000 }, Tier { keep: 500_000 }],
        }
    }

    fn entry(candidate: CandidateIdx, pool: PoolIdx, via: Via, amount: i64) -> Entry {
        Entry { candidate, draw: 0, pool, via, amount }
    }

    /// Everybody but `e`, which is given one atom of nine.
    fn plan() -> Plan {
        Plan {
            chosen: vec![Some(0), Some(0), Some(0), Some(0), None],
            ledger: vec![
                entry(0, 0, Via::Own, 5),
                entry(0, 1, Via::Transferred(0), 3),
                entry(0, 2, Via::Drawn, 2),
                entry(1, 3, Via::Own, 5),
                entry(2, 1, Via::Own, 4),
                entry(2, 2, Via::Drawn, 2),
                entry(3, 2, Via::Drawn, 4),
                entry(4, 0, Via::Own, 1),
            ],
        }
    }

    fn check(name: &str, spoil: impl Fn(&mut Problem, &mut Plan), expect: &[Violation]) {
        let (mut problem, mut plan) = (problem(), plan());
        spoil(&mut problem, &mut plan);
        assert_eq!(verify(&problem, &plan, &[14, 10]), expect, "{name}");
    }

    #[test]
    fn a_lawful_plan_passes() {
        check("untouched", |_, _| (), &[]);
        check("nobody decided", |problem, _| problem.candidates[4].lock = Lock::Free, &[]);
        check("a draw of nothing", |problem, _| problem.candidates[0].sources[0].draws.push(draw_of(WOOD, 0)), &[]);
        check("a cap on a county's own pool", |problem, _| problem.pools[0].draw_at_most = Some(0), &[]);
    }

    fn draw_of(kind: KindIdx, amount: i64) -> Draw {
        Draw { kinds: vec![kind], amount }
    }

    /// What `e`, who is out, is given besides.
    fn gift(pool: PoolIdx, via: Via, amount: i64) -> impl Fn(&mut Problem, &mut Plan) {
        move |_, plan| plan.ledger.push(entry(4, pool, via, amount))
    }

    #[test]
    fn limits_hold() {
        check("free", gift(0, Via::Own, 3), &[Violation::Overdrawn { pool: 0, given: 9, free: 8 }]);
        let held = |problem: &mut Problem, _: &mut Plan| problem.pools[0].hold_back = 99;
        check("held back", held, &[Violation::Overdrawn { pool: 0, given: 6, free: 0 }]);
        let over = |county, given, at_most| Violation::OverDrawCap { pool: 2, county, given, at_most };
        check("east draws", gift(2, Via::Drawn, 3), &[over(EAST, 5, 4)]);
        let tight = |problem: &mut Problem, _: &mut Plan| problem.pools[2].draw_at_most = Some(3);
        check("those of no county draw", tight, &[over(None, 4, 3)]);
        let moved = Violation::OverTransfer { transfer: 0, given: 4, at_most: 3 };
        check("moved", gift(1, Via::Transferred(0), 1), &[moved]);
    }

    #[test]
    fn ways_lead_where_they_lead() {
        let wrong = |pool| [Violation::WrongPool { candidate: 4, pool }];
        check("fence", gift(3, Via::Own, 1), &[Violation::Fence { candidate: 4, pool: 3 }]);
        check("own, of another county", gift(1, Via::Own, 1), &wrong(1));
        check("own, of the city", gift(2, Via::Own, 1), &wrong(2));
        check("drawn from a county", gift(0, Via::Drawn, 1), &wrong(0));
        let widen = |problem: &mut Problem, _: &mut Plan| problem.transfers[0].at_most = 9;
        let and = |pool, via| {
            move |problem: &mut Problem, plan: &mut Plan| {
                widen(problem, plan);
                gift(pool, via, 1)(problem, plan);
            }
        };
        check("moved from elsewhere", and(0, Via::Transferred(0)), &wrong(0));
        check("moved from the city", and(2, Via::Transferred(0)), &wrong(2));
        let wood = |problem: &mut Problem, plan: &mut Plan| {
            problem.pools[4].county = WEST;
            and(4, Via::Transferred(0))(problem, plan);
        };
        check("moved, of another kind", wood, &wrong(4));
        let home = |_: &mut Problem, plan: &mut Plan| plan.ledger[1].candidate = 2;
        let short = |candidate, given, needed| Violation::NotCovered { candidate, draw: 0, given, needed };
        let astray = Violation::WrongPool { candidate: 2, pool: 1 };
        check("moved to elsewhere", home, &[astray, short(0, 7, 10), short(2, 9, 6)]);
        let fenced = |problem: &mut Problem, _: &mut Plan| problem.pools[1].fence = Some(vec![0, 2]);
        check("moved out of a fence", fenced, &[Violation::WrongPool { candidate: 0, pool: 1 }]);
        let homeless = |_: &mut Problem, plan: &mut Plan| plan.ledger[6].via = Via::Own;
        check("own, of nobody", homeless, &[Violation::WrongPool { candidate: 3, pool: 2 }]);
    }

    #[test]
    fn who_is_in_is_served_whole() {
        let wood = |_: &mut Problem, plan: &mut Plan| plan.ledger[0].pool = 4;
        check("kind", wood, &[Violation::WrongKind { candidate: 0, draw: 0, pool: 4 }]);
        let given = |amount| move |_: &mut Problem, plan: &mut Plan| plan.ledger[0].amount = amount;
        let cover = |given| [Violation::NotCovered { candidate: 0, draw: 0, given, needed: 10 }];
        check("too little", given(4), &cover(9));
        check("too much", given(6), &cover(11));
        let second = |problem: &mut Problem, _: &mut Plan| {
            problem.candidates[3].sources[0].draws.push(draw_of(WOOD, 1));
        };
        check("second draw", second, &[Violation::NotCovered { candidate: 3, draw: 1, given: 0, needed: 1 }]);
    }

    #[test]
    fn decisions_hold() {
        let without_a = [
            Violation::Need { candidate: 1, needs: 0 },
            Violation::Floor { floor: 0, reached: 1, at_least: 2 },
            Violation::Kept { tier: 0, value: 9, kept: 14 },
            Violation::Kept { tier: 1, value: 9, kept: 10 },
        ];
        check("a need is out", |_, plan| plan.chosen[0] = None, &without_a);
        let shut = |problem: &mut Problem, _: &mut Plan| problem.candidates[3].lock = Lock::Out;
        check("locked out", shut, &[Violation::Lock { candidate: 3 }]);
        let pinned = |problem: &mut Problem, _: &mut Plan| problem.candidates[4].lock = Lock::In;
        check("locked in", pinned, &[Violation::Lock { candidate: 4 }]);
        let raised = |problem: &mut Problem, _: &mut Plan| problem.floors[0].at_least = 3;
        check("floor", raised, &[Violation::Floor { floor: 0, reached: 2, at_least: 3 }]);
        let poorer = |problem: &mut Problem, _: &mut Plan| problem.candidates[0].values[0] = 4;
        check("kept", poorer, &[Violation::Kept { tier: 0, value: 13, kept: 14 }]);
    }

    #[test]
    fn bad_shapes_are_refused() {
        let spoilings: [(&str, Spoil<Plan>); 19] = [
            ("chosen too short", |_, plan| _ = plan.chosen.pop()),
            ("no such source", |_, plan| plan.chosen[0] = Some(1)),
            ("no such candidate", |_, plan| plan.ledger[0].candidate = 5),
            ("no such pool", |_, plan| plan.ledger[0].pool = 5),
            ("no such draw", |_, plan| plan.ledger[0].draw = 1),
            ("a draw of who is out", |_, plan| plan.ledger[7].draw = 1),
            ("no such transfer", |_, plan| plan.ledger[1].via = Via::Transferred(1)),
            ("nothing given", |_, plan| plan.ledger[7].amount = 0),
            ("less than nothing given", |_, plan| plan.ledger[7].amount = -1),
            ("kind of a pool", |problem, _| problem.pools[0].kind = 2),
            ("county of a pool", |problem, _| problem.pools[0].county = Some(2)),
            ("fence", |problem, _| problem.pools[3].fence = Some(vec![5])),
            ("transfer", |problem, _| problem.transfers[0].to = 2),
            ("county of a candidate", |problem, _| problem.candidates[0].county = Some(2)),
            ("values", |problem, _| _ = problem.candidates[0].values.pop()),
            ("needs", |problem, _| problem.candidates[0].needs.push(5)),
            ("kinds of a draw", |problem, _| problem.candidates[0].sources[0].draws[0].kinds.push(2)),
            ("floor", |problem, _| problem.floors[0].weights.push((5, 1))),
            ("more kept than tiers", |problem, _| {
                problem.tiers.pop();
                problem.candidates.iter_mut().for_each(|candidate| candidate.values.truncate(1));
            }),
        ];
        for (name, spoil) in spoilings {
            check(name, spoil, &[Violation::Shape]);
        }
    }

    /// Zero multipliers everywhere.
    fn certificate(problem: &Problem, tier: usize) -> Certificate {
        let drawn = |pool: &Pool| vec![0; if pool.county.is_none() && pool.draw_at_most.is_some() { 3 } else { 0 }];
        Certificate {
            shift: SHIFT,
            pools: vec![0; problem.pools.len()],
            drawn: problem.pools.iter().map(drawn).collect(),
            transfers: vec![0; problem.transfers.len()],
            needs: problem.candidates.iter().map(|candidate| vec![0; candidate.needs.len()]).collect(),
            floors: vec![0; problem.floors.len()],
            kept: vec![0; tier],
        }
    }

    #[test]
    fn a_knapsack_is_bounded_by_hand() {
        let candidates = vec![candidate("a", EAST, &[LAND], 6, [3, 0]), candidate("b", EAST, &[LAND], 6, [2, 0])];
        let pools = vec![pool(LAND, EAST, 10)];
        let problem = Problem { pools, candidates, transfers: vec![], floors: vec![], ..problem() };
        let mut prices = certificate(&problem, 0);
        assert_eq!(verify_bound(&problem, 0, &[], &prices), Some(5));
        // A third each: 10/3 for the pool, 3 - 2 for the first, 2 - 2 for the second; 4 1/3 in all.
        prices.pools[0] = ONE / 3;
        assert_eq!(verify_bound(&problem, 0, &[], &prices), Some(4));
        prices.pools[0] = -1;
        assert_eq!(verify_bound(&problem, 0, &[], &prices), None);
    }

    /// Multipliers in whole units, all different from nothing.
    fn rich_certificate(problem: &Problem) -> Certificate {
        let mut prices = certificate(problem, 1);
        prices.pools = [2, 1, 0, 1, 5].map(|price| price * ONE).to_vec();
        prices.drawn[2] = [3, 1, 1].map(|price| price * ONE).to_vec();
        prices.transfers[0] = 2 * ONE;
        prices.needs[1][0] = 4 * ONE;
        prices.floors[0] = 3 * ONE;
        prices.kept[0] = 2 * ONE;
        prices
    }

    #[test]
    fn every_term_of_a_bound_counts() {
        let problem = problem();
        // Pools 8x2 + 20x1 + 0 + 6x1 + 5x5 = 67; draws 4x(3+1+1) = 20; transfer 3x2 = 6; floor -2x3; kept -14x2.
        // a: 1 - 10x2 + 4 + 3 + 2x5 = -2, so 0.    b: 2 - 5x1 - 4 + 3 + 2x4 = 4.    c: 3 - 6x1 + 2x3 = 3, locked in.
        // d: 4 - 4x1 + 2x2 = 4.    e is out.    Altogether 93 - 34 + 11.
        let prices = rich_certificate(&problem);
        assert_eq!(verify_bound(&problem, 1, &[14], &prices), Some(70));
        // Moving for nothing: -6 for the transfer, and a is 1 - 10x1 + 4 + 3 + 2x5 = 8.
        let mut moved = prices.clone();
        moved.transfers[0] = 0;
        assert_eq!(verify_bound(&problem, 1, &[14], &moved), Some(70 - 6 + 8));
        // But not out of a fence, nor another kind, nor from elsewhere.
        let spoilings: [Spoil<Certificate>; 3] = [
            |problem, _| problem.pools[1].fence = Some(vec![0, 2]),
            |problem, _| problem.transfers[0].kind = WOOD,
            |problem, _| problem.transfers[0].from = 0,
        ];
        for spoil in spoilings {
            let mut stuck = problem.clone();
            spoil(&mut stuck, &mut moved);
            assert_eq!(verify_bound(&stuck, 1, &[14], &moved), Some(70 - 6));
        }
        // Drawing for nothing in the east: -12 for the draws, a is 18, and b is 5 more.
        let mut drawn = prices.clone();
        drawn.drawn[2][0] = 0;
        assert_eq!(verify_bound(&problem, 1, &[14], &drawn), Some(70 - 12 + 18 + 5));
        let mut dry = problem.clone();
        dry.pools[2].draw_at_most = Some(-5);
        assert_eq!(verify_bound(&dry, 1, &[14], &prices), Some(70 - 20));
        // Below nothing too, the bound is rounded down.
        let mut less = problem.clone();
        less.floors[0].at_least = 1_000;
        let mut finer = prices.clone();
        finer.floors[0] += 1;
        assert_eq!(verify_bound(&less, 1, &[14], &prices), Some(70 + 6 - 3_000));
        assert_eq!(verify_bound(&less, 1, &[14], &finer), Some(70 + 6 - 3_000 - 1));
    }

    #[test]
    fn a_certificate_that_proves_nothing_is_refused() {
        let base = problem();
        let spoilings: [(&str, Spoil<Certificate>); 14] = [
            ("pools", |_, prices| prices.pools.push(0)),
            ("drawn", |_, prices| _ = prices.drawn.pop()),
            ("drawn, by county", |_, prices| _ = prices.drawn[2].pop()),
            ("drawn, of an own pool", |_, prices| prices.drawn[0].push(0)),
            ("transfers", |_, prices| prices.transfers.clear()),
            ("needs", |_, prices| prices.needs[0].push(0)),
            ("floors", |_, prices| prices.floors.clear()),
            ("kept", |_, prices| prices.kept.clear()),
            ("negative draw", |_, prices| prices.drawn[2][1] = -1),
            ("negative need", |_, prices| prices.needs[1][0] = -1),
            ("negative kept", |_, prices| prices.kept[0] = -1),
            ("too fine", |_, prices| prices.shift = 61),
            ("overflow", |problem, _| problem.floors[0].at_least = i128::MIN),
            ("locked in without a source", |problem, _| problem.candidates[2].sources.clear()),
        ];
        for (name, spoil) in spoilings {
            let (mut problem, mut prices) = (base.clone(), rich_certificate(&base));
            spoil(&mut problem, &mut prices);
            assert_eq!(verify_bound(&problem, 1, &[14], &prices), None, "{name}");
        }
        assert_eq!(verify_bound(&base, 1, &[], &rich_certificate(&base)), None);
        assert_eq!(verify_bound(&base, 2, &[14, 10], &certificate(&base, 2)), None);
    }

    #[test]
    fn a_draw_no_pool_serves_makes_no_source() {
        let mut problem = problem();
        let prices = certificate(&problem, 0);
        assert_eq!(verify_bound(&problem, 0, &[], &prices), Some(14));
        problem.candidates[3].sources[0].draws.push(draw_of(WOOD, 0));
        assert_eq!(verify_bound(&problem, 0, &[], &prices), Some(14));
        problem.candidates[3].sources[0].draws.push(draw_of(WOOD, 1));
        assert_eq!(verify_bound(&problem, 0, &[], &prices), Some(12));
    }

    #[test]
    fn no_multipliers_bound_a_lawful_plan_below_its_worth() {
        let (problem, plan) = (problem(), plan());
        let mut seed = 7_u64;
        let mut next = move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 42) as i64 * i64::from(seed >> 33 & 3 != 0)
        };
        for _ in 0..2_000 {
            let mut prices = certificate(&problem, 1);
            let flat = [&mut prices.pools, &mut prices.transfers, &mut prices.floors, &mut prices.kept];
            let nested = prices.drawn.iter_mut().chain(&mut prices.needs);
            flat.into_iter().chain(nested).flatten().for_each(|multiplier| *multiplier = next());
            let bound = verify_bound(&problem, 1, &[14], &prices).unwrap();
            assert!(bound >= worth(&problem, &plan, 1), "{prices:?}");
        }
    }

    fn tiers(problem: &Problem) -> Vec<TierResult> {
        let tier = |tier: usize, best: i128, kept: i128| TierResult {
            best,
            kept,
            value: best,
            bound: best,
            searched: false,
            certificate: certificate(problem, tier),
            proved: best,
        };
        vec![tier(0, 14, 14), tier(1, 10, 5)]
    }

    #[test]
    fn statements_about_tiers_are_recomputed() {
        type Case = (&'static str, Spoil<Vec<TierResult>>, Vec<Violation>);
        let bound = |tier, recomputed, stated| Violation::Bound { tier, recomputed, stated };
        let spoilings: [Case; 12] = [
            ("untouched", |_, _| (), vec![]),
            ("value", |_, tiers| tiers[0].value = 15, vec![bound(0, 14, 15)]),
            ("proved", |_, tiers| tiers[1].proved = 11, vec![bound(1, 10, 11), bound(1, 11, 10)]),
            ("searched below what is proved", |_, tiers| tiers[1].searched = true, vec![]),
            ("bound above what is proved", |_, tiers| tiers[1].bound = 11, vec![bound(1, 10, 11)]),
            (
                "bound below the value",
                |_, tiers| (tiers[1].searched, tiers[1].best, tiers[1].bound) = (true, 9, 9),
                vec![bound(1, 10, 9)],
            ),
            (
                "searched, and the best is not the bound",
                |_, tiers| (tiers[1].searched, tiers[1].best) = (true, 9),
                vec![bound(1, 9, 10)],
            ),
            ("a best above the bound", |_, tiers| (tiers[1].best, tiers[1].kept) = (11, 6), vec![bound(1, 11, 10)]),
            (
                "searched, and above what is proved",
                |_, tiers| (tiers[1].searched, tiers[1].best, tiers[1].bound, tiers[1].kept) = (true, 11, 11, 6),
                vec![bound(1, 10, 11)],
            ),
            ("kept too little", |_, tiers| tiers[1].kept = 4, vec![bound(1, 5, 4)]),
            ("kept too much", |_, tiers| tiers[1].kept = 11, vec![Violation::Kept { tier: 1, value: 10, kept: 11 }]),
            ("no proof", |_, tiers| tiers[1].certificate.pools[0] = -1, vec![bound(1, i128::MAX, 10)]),
        ];
        for (name, spoil, expect) in spoilings {
            let (mut problem, mut tiers) = (problem(), tiers(&problem()));
            spoil(&mut problem, &mut tiers);
            assert_eq!(verify_tiers(&problem, &plan(), &tiers), expect, "{name}");
        }
        assert_eq!(verify_tiers(&problem(), &plan(), &[]), [Violation::Shape]);
    }

    #[test]
    fn a_share_is_rounded_up() {
        assert_eq!(least_kept(3, 500_000), Some(2));
        assert_eq!(least_kept(10, 950_000), Some(10));
        assert_eq!(least_kept(7, 1_000_000), Some(7));
        assert_eq!(least_kept(i128::MAX, 2), None);
    }
}
