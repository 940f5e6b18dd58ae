//! What prices prove, in integers.
#![expect(clippy::cast_precision_loss, reason = "floats only guide; integers decide")]

use super::{Goal, Rows, Search};
use crate::problem::{CandidateIdx, Certificate, Lock, Via};
use crate::supply::Channel;

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
        // And a candidate's worth, which is what a need may cost, within 2^60.
        let worth = (0..self.problem.candidates.len()).map(|at| self.worth(at)).max().unwrap_or(0).max(1);
        let mut shift = 50u32.min(worth.leading_zeros().saturating_sub(4));
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

    /// What an atom costs on top of its pool, on one of the ways of a class.
    pub(crate) fn on_top(&self, certificate: &Certificate, class: usize, channel: &Channel) -> i64 {
        let county = self.supply.classes[class].county.unwrap_or(self.problem.counties.len());
        match channel.via {
            Via::Transferred(at) => certificate.transfers[at],
            Via::Drawn if channel.gate.is_some() => certificate.drawn[channel.pool][county],
            _ => 0,
        }
    }

    /// What an atom costs a class.
    pub(crate) fn class_price(&self, certificate: &Certificate, class: usize) -> i64 {
        let ways = self.supply.classes[class].channels.iter();
        let price = |way: &Channel| certificate.pools[way.pool] + self.on_top(certificate, class, way);
        ways.map(price).min().unwrap_or(DEAR)
    }

    /// What the multipliers prove, the prices of needs filled in.
    pub(crate) fn proof(&self, mut certificate: Certificate) -> Option<Proof> {
        let problem = self.problem;
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
        let class_prices: Vec<i64> =
            (0..self.supply.classes.len()).map(|class| self.class_price(&certificate, class)).collect();
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
