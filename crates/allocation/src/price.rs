//! Prices of what is scarce: multipliers of the pools, and the bound they prove.
//!
//! Every amount is charged a price instead of being limited; each candidate then decides for itself. What that comes
//! to, plus the worth of the supply at those prices, is a bound for every plan (Lagrangian relaxation). The worst
//! prices are sought by subgradient steps. Floats only guide that search: the bound itself is computed in integers
//! from prices rounded to 2^-shift, and anyone can compute it again ([`Certificate`]).
//!
//! ```text
//! city pool --cap x max(0, county price - city price)--> county price --> class price = least of its ways
//! ```

use std::collections::BTreeMap;

use crate::problem::{Candidate, CandidateIdx, Certificate, KindIdx, Lock, PoolIdx, Problem, Via};
use crate::supply::Supply;

/// Sums that must be reached while a tier is solved: floors and what earlier tiers keep.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    /// Candidates that count, with their weight.
    pub(crate) weights: Vec<(CandidateIdx, i64)>,
    pub(crate) at_least: i128,
}

/// A tier as one goal.
#[derive(Clone, Debug)]
pub(crate) struct Goal<'p> {
    pub(crate) problem: &'p Problem,
    pub(crate) supply: &'p Supply,
    pub(crate) tier: usize,
    pub(crate) reaches: Vec<Reach>,
    /// Locks, spread along needs.
    pub(crate) locks: Vec<Locked>,
    /// Dependents before what they need; needs that would close a circle left out.
    order: Vec<CandidateIdx>,
    needs: Vec<Vec<usize>>,
    /// Per candidate: the sums it counts in, with its weight.
    counts: Vec<Vec<(usize, i64)>>,
}

/// A county and a kind, where unfenced pools meet.
#[derive(Clone, Debug)]
struct Node {
    own: f64,
    pools: Vec<PoolIdx>,
}

/// A capped or open way into a node.
#[derive(Clone, Copy, Debug)]
struct Arc {
    from: usize,
    to: usize,
    cap: Option<f64>,
    via: Via,
    pool: PoolIdx,
    county: Option<usize>,
}

/// The rows that carry a price: nodes, city pools, fenced pools, gates of fenced pools.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    nodes: Vec<Node>,
    supply: Vec<f64>,
    arcs: Vec<Arc>,
    /// Row of each pool of no county and of each fenced pool.
    of_pool: BTreeMap<PoolIdx, usize>,
    /// Row of each capped fenced pool of no county, per county.
    of_gate: BTreeMap<(PoolIdx, Option<usize>), usize>,
    /// Per class: rows of which it pays the least; each a row and perhaps a gate on top.
    ways: Vec<Vec<(usize, Option<usize>)>>,
}

impl Rows {
    pub(crate) fn new(problem: &Problem, supply: &Supply) -> Self {
        let mut rows = Self {
            nodes: Vec::new(),
            supply: Vec::new(),
            arcs: Vec::new(),
            of_pool: BTreeMap::new(),
            of_gate: BTreeMap::new(),
            ways: Vec::new(),
        };
        let mut of_node: BTreeMap<(Option<usize>, KindIdx), usize> = BTreeMap::new();
        let counties = std::iter::once(None).chain((0..problem.counties.len()).map(Some));
        for county in counties {
            for kind in 0..problem.kinds.len() {
                let own = |pool: &PoolIdx| {
                    let spec = &problem.pools[*pool];
                    spec.kind == kind && county.is_some() && spec.county == county && spec.fence.is_none()
                };
                let pools: Vec<PoolIdx> = (0..problem.pools.len()).filter(own).collect();
                let free = pools.iter().map(|&pool| problem.pools[pool].free() as f64).sum();
                of_node.insert((county, kind), rows.nodes.len());
                rows.nodes.push(Node { own: free, pools });
                rows.supply.push(free);
            }
        }
        for (pool, spec) in problem.pools.iter().enumerate() {
            if spec.county.is_none() || spec.fence.is_some() {
                rows.of_pool.insert(pool, rows.supply.len());
                rows.supply.push(spec.free() as f64);
            }
        }
        rows.arcs_of(problem, &of_node);
        rows.ways_of(problem, supply, &of_node);
        rows
    }

    fn arcs_of(&mut self, problem: &Problem, of_node: &BTreeMap<(Option<usize>, KindIdx), usize>) {
        for (pool, spec) in problem.pools.iter().enumerate() {
            if spec.county.is_some() || spec.fence.is_some() || spec.free() == 0 {
                continue;
            }
            for (&(county, kind), &to) in of_node {
                if kind == spec.kind {
                    let cap = spec.draw_at_most.map(|cap| cap.min(spec.free()) as f64);
                    self.arcs.push(Arc { from: self.of_pool[&pool], to, cap, via: Via::Drawn, pool, county });
                }
            }
        }
        for (at, transfer) in problem.transfers.iter().enumerate() {
            let (from, to) =
                (of_node[&(Some(transfer.from), transfer.kind)], of_node[&(Some(transfer.to), transfer.kind)]);
            if self.nodes[from].own > 0.0 && from != to {
                let cap = Some(transfer.at_most as f64);
                self.arcs.push(Arc { from, to, cap, via: Via::Transferred(at), pool: 0, county: Some(transfer.to) });
            }
        }
    }

    fn ways_of(&mut self, problem: &Problem, supply: &Supply, of_node: &BTreeMap<(Option<usize>, KindIdx), usize>) {
        for class in &supply.classes {
            let county = class.county;
            let mut ways = Vec::new();
            for channel in &class.channels {
                let spec = &problem.pools[channel.pool];
                let way = if spec.fence.is_none() {
                    (of_node[&(county, spec.kind)], None)
                } else {
                    let gate = channel.gate.map(|_| {
                        let next = self.supply.len();
                        let row = *self.of_gate.entry((channel.pool, county)).or_insert(next);
                        if row == next {
                            self.supply.push(spec.draw_at_most.unwrap_or(0) as f64);
                        }
                        row
                    });
                    (self.of_pool[&channel.pool], gate)
                };
                if !ways.contains(&way) {
                    ways.push(way);
                }
            }
            self.ways.push(ways);
        }
    }

    /// No node may cost more than what flows into it freely.
    fn settle(&self, prices: &mut [f64]) {
        for arc in self.arcs.iter().filter(|arc| arc.cap.is_none()) {
            prices[arc.to] = prices[arc.to].min(prices[arc.from]);
        }
    }

    fn class_price(&self, prices: &[f64], class: usize) -> (f64, usize) {
        let cost = |&(row, gate): &(usize, Option<usize>)| prices[row] + gate.map_or(0.0, |gate| prices[gate]);
        let mut best = (f64::INFINITY, 0);
        for (at, way) in self.ways[class].iter().enumerate() {
            let price = cost(way);
            if price < best.0 {
                best = (price, at);
            }
        }
        best
    }
}

/// Prices in search of the least bound.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    pub(crate) prices: Vec<f64>,
    /// One price per sum that must be reached.
    reach: Vec<f64>,
    pub(crate) best: f64,
    best_prices: Vec<f64>,
    best_reach: Vec<f64>,
    direction: Vec<f64>,
    direction_reach: Vec<f64>,
    theta: f64,
    idle: u32,
    /// What the candidates would choose at the last prices.
    pub(crate) picked: Vec<Option<usize>>,
}

/// Rounds without a better bound after which steps shrink.
const PATIENCE: u32 = 30;
/// What they shrink to (allocation.md §1 found slow decay to pay).
const DECAY: f64 = 0.85;
/// Share of the last direction kept in the next.
const MEMORY: f64 = 0.5;

impl<'p> Goal<'p> {
    pub(crate) fn new(
        problem: &'p Problem,
        supply: &'p Supply,
        tier: usize,
        reaches: Vec<Reach>,
        locks: Vec<Locked>,
    ) -> Self {
        let mut counts = vec![Vec::new(); problem.candidates.len()];
        for (at, reach) in reaches.iter().enumerate() {
            reach.weights.iter().for_each(|&(candidate, weight)| counts[candidate].push((at, weight)));
        }
        let (order, needs) = dependents_first(problem);
        Self { problem, supply, tier, reaches, locks, order, needs, counts }
    }

    pub(crate) fn worth(&self, candidate: CandidateIdx) -> i64 {
        self.problem.candidates[candidate].values[self.tier]
    }

    pub(crate) fn counts(&self, candidate: CandidateIdx) -> &[(usize, i64)] {
        &self.counts[candidate]
    }

    /// Prices of nothing.
    pub(crate) fn search(&self, rows: &Rows) -> Search {
        let none = vec![0.0; rows.supply.len()];
        let reach = vec![0.0; self.reaches.len()];
        Search {
            prices: none.clone(),
            reach: reach.clone(),
            best: f64::INFINITY,
            best_prices: none.clone(),
            best_reach: reach.clone(),
            direction: none,
            direction_reach: reach,
            theta: 1.0,
            idle: 0,
            picked: vec![None; self.problem.candidates.len()],
        }
    }

    /// One round: every candidate decides, prices move. `known` is the worth of the best plan so far.
    pub(crate) fn round(&self, rows: &Rows, search: &mut Search, known: f64) {
        rows.settle(&mut search.prices);
        let class_prices: Vec<(f64, usize)> =
            (0..rows.ways.len()).map(|class| rows.class_price(&search.prices, class)).collect();
        let mut bound = self.decide(&class_prices, search);
        let mut slope = rows.supply.clone();
        for (row, supply) in rows.supply.iter().enumerate() {
            bound += search.prices[row] * supply;
        }
        for arc in &rows.arcs {
            let Some(cap) = arc.cap else { continue };
            let gain = search.prices[arc.to] - search.prices[arc.from];
            if gain > 0.0 {
                bound += gain * cap;
                slope[arc.to] += cap;
                slope[arc.from] -= cap;
            }
        }
        let mut used = vec![0.0; rows.ways.len()];
        let mut slope_reach: Vec<f64> = self.reaches.iter().map(|reach| -(reach.at_least as f64)).collect();
        for (at, source) in search.picked.iter().enumerate() {
            let Some(source) = source else { continue };
            for take in self.supply.takes[at][*source].iter().flatten() {
                used[take.class] += take.amount as f64;
            }
            self.counts[at].iter().for_each(|&(reach, weight)| slope_reach[reach] += weight as f64);
        }
        for (class, used) in used.iter().enumerate() {
            if let Some(&(row, gate)) = rows.ways[class].get(class_prices[class].1) {
                slope[row] -= used;
                gate.into_iter().for_each(|gate| slope[gate] -= used);
            }
        }
        // What a node takes from an open way is taken from where it comes.
        for arc in rows.arcs.iter().filter(|arc| arc.cap.is_none()) {
            if slope[arc.to] < 0.0 && search.prices[arc.to] >= search.prices[arc.from] {
                slope[arc.from] += slope[arc.to];
                slope[arc.to] = 0.0;
            }
        }
        bound -=
            search.reach.iter().zip(&self.reaches).map(|(price, reach)| price * reach.at_least as f64).sum::<f64>();
        search.note(bound);
        search.step(bound, known, rows, &slope, &slope_reach, &self.reaches);
    }

    /// What every candidate gains at these prices, dependents first; the sum of what is gained.
    fn decide(&self, class_prices: &[(f64, usize)], search: &mut Search) -> f64 {
        let mut bonus = vec![0.0; self.problem.candidates.len()];
        let mut wants = vec![None; self.problem.candidates.len()];
        let mut total = 0.0;
        for &at in &self.order {
            let mut best: Option<(f64, usize)> = None;
            if self.locks[at].to != Lock::Out {
                for (source, takes) in self.supply.takes[at].iter().enumerate() {
                    let Some(takes) = takes else { continue };
                    let cost: f64 = takes.iter().map(|take| take.amount as f64 * class_prices[take.class].0).sum();
                    if best.is_none_or(|(least, _)| cost < least) {
                        best = Some((cost, source));
                    }
                }
            }
            let Some((cost, source)) = best else { continue };
            let reached: f64 = self.counts[at].iter().map(|&(reach, weight)| search.reach[reach] * weight as f64).sum();
            let gain = self.worth(at) as f64 - cost + reached + bonus[at];
            if self.locks[at].to == Lock::In {
                total += gain;
                wants[at] = Some(source);
            } else if gain > 0.0 {
                wants[at] = Some(source);
                let needs = &self.needs[at];
                if needs.is_empty() {
                    total += gain;
                } else {
                    needs.iter().for_each(|&need| {
                        bonus[self.problem.candidates[at].needs[need]] += gain / needs.len() as f64;
                    });
                }
            }
        }
        for &at in self.order.iter().rev() {
            let needs = &self.problem.candidates[at].needs;
            let whole = self.needs[at].iter().all(|&need| search.picked[needs[need]].is_some());
            search.picked[at] = wants[at].filter(|_| whole || self.locks[at].to == Lock::In);
        }
        total
    }
}

impl Search {
    fn note(&mut self, bound: f64) {
        if bound < self.best {
            if bound < self.best - self.best.abs() * 1e-7 || self.best.is_infinite() {
                self.idle = 0;
            }
            self.best = bound;
            self.best_prices.clone_from(&self.prices);
            self.best_reach.clone_from(&self.reach);
        } else {
            self.idle += 1;
        }
        if self.idle > PATIENCE {
            self.idle = 0;
            self.theta *= DECAY;
            self.prices.clone_from(&self.best_prices);
            self.reach.clone_from(&self.best_reach);
        }
    }

    fn step(&mut self, bound: f64, known: f64, rows: &Rows, slope: &[f64], slope_reach: &[f64], reaches: &[Reach]) {
        let scale = |row: usize| rows.supply[row].max(1.0) + rows.nodes.get(row).map_or(0.0, |node| node.own);
        let scale_reach = |at: usize| (reaches[at].at_least as f64).max(1.0);
        let mut norm = 0.0;
        for (row, slope) in slope.iter().enumerate() {
            let scaled = slope / scale(row);
            self.direction[row] = MEMORY * self.direction[row] + scaled;
            // A price of nothing cannot fall.
            if self.prices[row] <= 0.0 && self.direction[row] > 0.0 {
                self.direction[row] = 0.0;
            }
            norm += self.direction[row] * self.direction[row];
        }
        for (at, slope) in slope_reach.iter().enumerate() {
            let scaled = slope / scale_reach(at);
            self.direction_reach[at] = MEMORY * self.direction_reach[at] + scaled;
            if self.reach[at] <= 0.0 && self.direction_reach[at] > 0.0 {
                self.direction_reach[at] = 0.0;
            }
            norm += self.direction_reach[at] * self.direction_reach[at];
        }
        if norm <= 0.0 {
            return;
        }
        let step = self.theta * (bound - known).abs().max(bound.abs() * 1e-6).max(1e-9) / norm;
        for row in 0..self.prices.len() {
            self.prices[row] = (self.prices[row] - step * self.direction[row] / scale(row)).max(0.0);
        }
        for at in 0..self.reach.len() {
            self.reach[at] = (self.reach[at] - step * self.direction_reach[at] / scale_reach(at)).max(0.0);
        }
    }

    /// Whether steps have become too small to matter.
    pub(crate) fn settled(&self) -> bool {
        self.theta < 1e-4
    }
}

/// The bound of rounded prices, and what every choice gives away against it. In worth times 2^shift.
#[derive(Clone, Debug)]
pub(crate) struct Proof {
    pub(crate) certificate: Certificate,
    /// The bound before it is divided.
    pub(crate) total: i128,
    /// Per candidate and source: what it gains; `None` where the source cannot be had.
    pub(crate) gains: Vec<Vec<Option<i128>>>,
}

impl Proof {
    /// What choosing a source, or none, gives away.
    pub(crate) fn loss(&self, candidate: CandidateIdx, source: Option<usize>, lock: Lock) -> Option<i128> {
        let best = self.best(candidate);
        let best = match lock {
            Lock::In => best?,
            Lock::Free => best.unwrap_or(0).max(0),
            Lock::Out => 0,
        };
        Some(best - source.map_or(Some(0), |source| self.gains[candidate][source])?)
    }

    pub(crate) fn best(&self, candidate: CandidateIdx) -> Option<i128> {
        self.gains[candidate].iter().flatten().max().copied()
    }

    /// The bound, rounded down.
    pub(crate) fn bound(&self) -> i128 {
        self.total >> self.certificate.shift
    }
}

/// A price above every other, for pools that hold nothing.
const DEAR: i64 = i64::MAX >> 2;

impl Goal<'_> {
    /// The bound of the best prices found, in integers. `None` where numbers grow too large.
    pub(crate) fn prove(&self, rows: &Rows, search: &Search) -> Option<Proof> {
        let mut prices = search.best_prices.clone();
        rows.settle(&mut prices);
        let largest = prices.iter().chain(&search.best_reach).fold(0.0f64, |most, price| most.max(*price));
        // As many binary places as leave the dearest price within 2^50.
        let mut shift = 50u32;
        let mut room = largest.max(1e-12);
        while room > 1.0 && shift > 0 {
            room /= 2.0;
            shift -= 1;
        }
        let unit = (1u64 << shift) as f64;
        let whole = |price: f64| ((price * unit) as i64).clamp(0, DEAR);
        let prices: Vec<i64> = prices.into_iter().map(whole).collect();
        let reach: Vec<i64> = search.best_reach.iter().map(|&price| whole(price)).collect();
        let certificate = self.certificate(rows, &prices, &reach, shift);
        self.proof(certificate)
    }

    fn certificate(&self, rows: &Rows, prices: &[i64], reach: &[i64], shift: u32) -> Certificate {
        let problem = self.problem;
        let mut certificate = Certificate {
            shift,
            pools: vec![DEAR; problem.pools.len()],
            drawn: vec![Vec::new(); problem.pools.len()],
            transfers: vec![0; problem.transfers.len()],
            needs: problem.candidates.iter().map(|candidate| vec![0; candidate.needs.len()]).collect(),
            floors: reach[..problem.floors.len()].to_vec(),
            kept: reach[problem.floors.len()..].to_vec(),
        };
        let places = problem.counties.len();
        for (node, price) in rows.nodes.iter().zip(prices) {
            node.pools.iter().filter(|&&pool| problem.pools[pool].free() > 0).for_each(|&pool| {
                certificate.pools[pool] = *price;
            });
        }
        for (&pool, &row) in &rows.of_pool {
            if problem.pools[pool].free() > 0 {
                certificate.pools[pool] = prices[row];
            }
        }
        for (pool, spec) in problem.pools.iter().enumerate() {
            if spec.county.is_none() && spec.draw_at_most.is_some() {
                certificate.drawn[pool] = vec![0; places + 1];
            }
        }
        for arc in rows.arcs.iter().filter(|arc| arc.cap.is_some()) {
            let gain = (prices[arc.to] - prices[arc.from]).max(0);
            match arc.via {
                Via::Transferred(at) => certificate.transfers[at] = gain,
                _ => certificate.drawn[arc.pool][arc.county.unwrap_or(places)] = gain,
            }
        }
        for (&(pool, county), &row) in &rows.of_gate {
            certificate.drawn[pool][county.unwrap_or(places)] = prices[row];
        }
        certificate
    }

    /// What the multipliers prove, the prices of needs filled in.
    fn proof(&self, mut certificate: Certificate) -> Option<Proof> {
        let problem = self.problem;
        let places = problem.counties.len();
        let shifted = |amount: i128, price: i64| amount.checked_mul(i128::from(price));
        let mut total = 0i128;
        for (pool, spec) in problem.pools.iter().enumerate() {
            total = total.checked_add(shifted(spec.free().into(), certificate.pools[pool])?)?;
            for &price in &certificate.drawn[pool] {
                total = total.checked_add(shifted(spec.draw_at_most?.into(), price)?)?;
            }
        }
        for (transfer, &price) in problem.transfers.iter().zip(&certificate.transfers) {
            total = total.checked_add(shifted(transfer.at_most.into(), price)?)?;
        }
        let reach: Vec<i64> = certificate.floors.iter().chain(&certificate.kept).copied().collect();
        for (sum, &price) in self.reaches.iter().zip(&reach) {
            total = total.checked_sub(shifted(sum.at_least, price)?)?;
        }
        let class_prices: Vec<i64> = (0..self.supply.classes.len())
            .map(|class| {
                let ways = self.supply.classes[class].channels.iter();
                ways.map(|channel| {
                    let on_top = match channel.via {
                        Via::Own => 0,
                        Via::Transferred(at) => certificate.transfers[at],
                        Via::Drawn if channel.gate.is_none() => 0,
                        Via::Drawn => {
                            certificate.drawn[channel.pool][self.supply.classes[class].county.unwrap_or(places)]
                        }
                    };
                    certificate.pools[channel.pool] + on_top
                })
                .min()
                .unwrap_or(DEAR)
            })
            .collect();
        let mut bonus = vec![0i128; problem.candidates.len()];
        let mut gains: Vec<Vec<Option<i128>>> = vec![Vec::new(); problem.candidates.len()];
        for &at in &self.order {
            let mut plus = bonus[at].checked_add(i128::from(self.worth(at)) << certificate.shift)?;
            for &(sum, weight) in &self.counts[at] {
                plus = plus.checked_add(shifted(weight.into(), reach[sum])?)?;
            }
            for takes in &self.supply.takes[at] {
                let gain = match takes {
                    None => None,
                    Some(takes) => {
                        let cost = takes.iter().try_fold(0i128, |sum, take| {
                            sum.checked_add(shifted(take.amount.into(), class_prices[take.class])?)
                        })?;
                        Some(plus.checked_sub(cost)?)
                    }
                };
                gains[at].push(gain);
            }
            let best = gains[at].iter().flatten().max().copied().unwrap_or(0);
            if self.locks[at].to == Lock::Free && best > 0 && !self.needs[at].is_empty() {
                // What it gains is given to what it needs.
                let share = best / self.needs[at].len() as i128;
                for &need in &self.needs[at] {
                    let price = i64::try_from(share).unwrap_or(i64::MAX);
                    certificate.needs[at][need] = price;
                    bonus[problem.candidates[at].needs[need]] += i128::from(price);
                    gains[at].iter_mut().flatten().for_each(|gain| *gain -= i128::from(price));
                }
            }
        }
        for at in 0..problem.candidates.len() {
            self.pass_on(at, &mut gains, &mut certificate);
        }
        for (candidate, gains) in problem.candidates.iter().zip(&gains) {
            let best = gains.iter().flatten().max().copied();
            total = total.checked_add(match candidate.lock {
                Lock::In => best?,
                Lock::Out => 0,
                Lock::Free => best.unwrap_or(0).max(0),
            })?;
        }
        Some(Proof { certificate, total, gains })
    }

    /// Passes what a candidate gains, or lacks, on to the lock that decides about it.
    fn pass_on(&self, at: CandidateIdx, gains: &mut [Vec<Option<i128>>], certificate: &mut Certificate) {
        let candidates = &self.problem.candidates;
        let best = gains[at].iter().flatten().max().copied().unwrap_or(0);
        let to = self.locks[at].to;
        let amount = match to {
            Lock::In => -best,
            Lock::Out => best,
            Lock::Free => return,
        };
        let amount = i64::try_from(amount).unwrap_or(0);
        if amount <= 0 {
            return;
        }
        let mut next = at;
        while candidates[next].lock == Lock::Free {
            let Some((needing, need)) = self.locks[next].by else { return };
            let needed = candidates[needing].needs[need];
            certificate.needs[needing][need] = certificate.needs[needing][need].saturating_add(amount);
            gains[needing].iter_mut().flatten().for_each(|gain| *gain -= i128::from(amount));
            gains[needed].iter_mut().flatten().for_each(|gain| *gain += i128::from(amount));
            next = if to == Lock::In { needing } else { needed };
        }
    }
}

/// A lock and where it comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Locked {
    pub(crate) to: Lock,
    /// The need along which it was spread: who needs, and which of its needs.
    pub(crate) by: Option<(CandidateIdx, usize)>,
}

/// Locks spread along needs: what is in brings in what it needs, what is out keeps out what needs it. `None` if
/// someone would be both.
pub(crate) fn spread_locks(problem: &Problem) -> Option<Vec<Locked>> {
    let own = |candidate: &Candidate| Locked { to: candidate.lock, by: None };
    let mut locks: Vec<Locked> = problem.candidates.iter().map(own).collect();
    loop {
        let mut moved = false;
        for (at, candidate) in problem.candidates.iter().enumerate() {
            for (place, &need) in candidate.needs.iter().enumerate() {
                let by = Some((at, place));
                match (locks[at].to, locks[need].to) {
                    (Lock::In, Lock::Out) => return None,
                    (Lock::In, Lock::Free) => locks[need] = Locked { to: Lock::In, by },
                    (Lock::Free, Lock::Out) => locks[at] = Locked { to: Lock::Out, by },
                    _ => continue,
                }
                moved = true;
            }
        }
        if !moved {
            return Some(locks);
        }
    }
}

/// Candidates with dependents before what they need; per candidate the needs that close no circle.
fn dependents_first(problem: &Problem) -> (Vec<CandidateIdx>, Vec<Vec<usize>>) {
    let count = problem.candidates.len();
    let mut needs = vec![Vec::new(); count];
    let (mut state, mut order) = (vec![0u8; count], Vec::with_capacity(count));
    for start in 0..count {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut stack = vec![(start, 0usize)];
        while let Some((at, next)) = stack.last_mut() {
            let at = *at;
            match problem.candidates[at].needs.get(*next) {
                Some(&need) => {
                    if state[need] != 1 {
                        needs[at].push(*next);
                    }
                    *next += 1;
                    if state[need] == 0 {
                        state[need] = 1;
                        stack.push((need, 0));
                    }
                }
                None => {
                    state[at] = 2;
                    order.push(at);
                    stack.pop();
                }
            }
        }
    }
    order.reverse();
    (order, needs)
}
