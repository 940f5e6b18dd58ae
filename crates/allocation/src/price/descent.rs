//! Steps towards the worst prices: a subgradient of the bound, its length set by the best plan known.
#![expect(clippy::cast_precision_loss, reason = "floats only guide; integers decide")]

use super::flat::Taken;
use super::{Goal, Reach, Rows};
use crate::problem::CandidateIdx;

/// Prices in search of the least bound.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    pub(crate) prices: Vec<f64>,
    /// One price per sum that must be reached.
    reach: Vec<f64>,
    pub(crate) best: f64,
    pub(super) best_prices: Vec<f64>,
    pub(super) best_reach: Vec<f64>,
    direction: Vec<f64>,
    direction_reach: Vec<f64>,
    theta: f64,
    idle: u32,
    /// What the candidates would choose at the last prices.
    pub(crate) picked: Vec<Option<usize>>,
    /// Per candidate and source: how often it was picked, the last rounds most; near what a linear program would take.
    shares: Vec<Vec<f64>>,
    rounds: f64,
    taken: Taken,
    class_prices: Vec<(f64, usize)>,
    slope: Vec<f64>,
    /// Rows that move with their city pool.
    joined: Vec<bool>,
}

/// Prices to begin with.
#[derive(Clone, Debug)]
pub(crate) struct Warm {
    prices: Vec<f64>,
    reach: Vec<f64>,
    shares: Vec<Vec<f64>>,
}

/// Rounds without a better bound after which steps shrink.
const PATIENCE: u32 = 10;
/// What they shrink to.
const DECAY: f64 = 0.5;
/// Share of the last direction kept in the next.
const MEMORY: f64 = 0.5;
/// What the last round counts for among all.
const RECENT: f64 = 0.03;
/// What is picked more seldom is left to the rest.
const SELDOM: f64 = 1e-3;
/// The share of a full step from prices that were good before.
const AGAIN: f64 = 0.05;
/// The share of a full step below which steps no longer matter.
const SETTLED: f64 = 3e-5;

impl Goal<'_> {
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
            shares: self.problem.candidates.iter().map(|candidate| vec![0.0; candidate.sources.len()]).collect(),
            rounds: 0.0,
            taken: Taken::default(),
            class_prices: Vec::new(),
            slope: Vec::new(),
            joined: vec![false; rows.supply.len()],
        }
    }

    /// One round: every candidate decides, prices move. `known` is the worth of the best plan so far.
    pub(crate) fn round(&self, rows: &Rows, search: &mut Search, known: f64) {
        rows.settle(&mut search.prices);
        search.class_prices.clear();
        search.class_prices.extend((0..rows.ways.len()).map(|class| rows.class_price(&search.prices, class)));
        self.flat.decide(&search.class_prices, &search.reach, &mut search.picked, &mut search.taken);
        search.average();
        let mut slope = std::mem::take(&mut search.slope);
        slope.clone_from(&rows.supply);
        let mut bound = search.taken.gained;
        bound += search.prices.iter().zip(&rows.supply).map(|(price, supply)| price * supply).sum::<f64>();
        for (at, arc) in rows.arcs.iter().enumerate() {
            let Some(cap) = arc.cap else { continue };
            let gain = search.prices[arc.to] - search.prices[arc.from];
            if gain > 0.0 {
                bound += gain * cap;
                if rows.anchor[arc.to] != Some(at) {
                    slope[arc.to] += cap;
                    slope[arc.from] -= cap;
                }
            }
        }
        for (class, used) in search.taken.used.iter().enumerate() {
            if let Some(&(row, gate)) = rows.ways[class].get(search.class_prices[class].1) {
                slope[row] -= used;
                gate.into_iter().for_each(|gate| slope[gate] -= used);
            }
        }
        search.join(rows, &mut slope);
        let sums = search.taken.sums.iter().zip(&self.reaches);
        let slope_reach: Vec<f64> = sums.map(|(sum, reach)| sum - reach.at_least as f64).collect();
        bound -=
            search.reach.iter().zip(&self.reaches).map(|(price, reach)| price * reach.at_least as f64).sum::<f64>();
        search.note(bound);
        search.step(bound, known, rows, &slope, &slope_reach, &self.reaches);
        search.slope = slope;
    }
}

impl Search {
    /// Nodes that cost what their city pool costs move with it, as long as what they lack can be drawn.
    ///
    /// There the bound has a kink: stepping across it to and fro would get nowhere.
    fn join(&mut self, rows: &Rows, slope: &mut [f64]) {
        for (to, anchor) in rows.anchor.iter().enumerate() {
            self.joined[to] = false;
            let Some(arc) = anchor.map(|anchor| rows.arcs[anchor]) else { continue };
            let cap = arc.cap.unwrap_or(f64::INFINITY);
            let above = self.prices[to] - self.prices[arc.from];
            let lacks = -slope[to];
            if above == 0.0 && lacks >= 0.0 && lacks <= cap {
                slope[arc.from] -= lacks;
                slope[to] = 0.0;
                self.joined[to] = true;
            } else if cap.is_finite() && (above > 0.0 || above == 0.0 && lacks > cap) {
                slope[to] += cap;
                slope[arc.from] -= cap;
            }
        }
    }

    /// Counts what was picked in with what was picked before.
    fn average(&mut self) {
        self.rounds += 1.0;
        let part = (1.0 / self.rounds).max(RECENT);
        for (shares, picked) in self.shares.iter_mut().zip(&self.picked) {
            shares.iter_mut().for_each(|share| *share *= 1.0 - part);
            if let Some(source) = picked {
                shares[*source] += part;
            }
        }
    }

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
        let scale = |row: usize| rows.scale[row];
        let scale_reach = |at: usize| (reaches[at].at_least as f64).max(1.0);
        let mut norm = 0.0;
        for (row, slope) in slope.iter().enumerate() {
            let scaled = slope / scale(row);
            self.direction[row] = MEMORY * self.direction[row] + scaled;
            // A price of nothing cannot fall.
            if self.joined[row] || self.prices[row] <= 0.0 && self.direction[row] > 0.0 {
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
        let before = std::mem::take(&mut self.prices);
        let moved = |row: usize| (before[row] - step * self.direction[row] / scale(row)).max(0.0);
        let mut prices: Vec<f64> = (0..before.len()).map(moved).collect();
        for (to, anchor) in rows.anchor.iter().enumerate() {
            let Some(arc) = anchor.map(|anchor| rows.arcs[anchor]) else { continue };
            // Nobody steps across a kink: it stops there first.
            let crossed = (before[to] - before[arc.from]) * (prices[to] - prices[arc.from]) < 0.0;
            if self.joined[to] || crossed || arc.cap.is_none() && prices[to] > prices[arc.from] {
                prices[to] = prices[arc.from];
            }
        }
        self.prices = prices;
        for at in 0..self.reach.len() {
            self.reach[at] = (self.reach[at] - step * self.direction_reach[at] / scale_reach(at)).max(0.0);
        }
    }

    /// Sources by how often they were picked, the oftenest first.
    #[expect(clippy::cast_sign_loss, reason = "shares lie between 0 and 1")]
    pub(crate) fn by_share(&self) -> Vec<(CandidateIdx, usize)> {
        let mut order: Vec<(u64, CandidateIdx, usize)> = Vec::new();
        for (at, shares) in self.shares.iter().enumerate() {
            let some = shares.iter().enumerate().filter(|(_, share)| **share > SELDOM);
            order.extend(some.map(|(source, share)| (((2.0 - share) * 1e6) as u64, at, source)));
        }
        order.sort_unstable();
        order.into_iter().map(|(_, at, source)| (at, source)).collect()
    }

    /// Begins at prices that were good for a problem much like this one; whether they have the same rows.
    pub(crate) fn warm(&mut self, warm: &Warm) -> bool {
        let fits = warm.prices.len() == self.prices.len()
            && warm.reach.len() == self.reach.len()
            && warm.shares.len() == self.shares.len()
            && warm.shares.iter().zip(&self.shares).all(|(warm, own)| warm.len() == own.len());
        if fits {
            self.prices.clone_from(&warm.prices);
            self.best_prices.clone_from(&warm.prices);
            self.reach.clone_from(&warm.reach);
            self.best_reach.clone_from(&warm.reach);
            self.shares.clone_from(&warm.shares);
            self.rounds = 1.0 / RECENT;
            self.theta = AGAIN;
        }
        fits
    }

    /// The best prices, to begin with again.
    pub(crate) fn kept(self) -> Warm {
        Warm { prices: self.best_prices, reach: self.best_reach, shares: self.shares }
    }

    /// Whether steps have become too small to matter.
    pub(crate) fn settled(&self) -> bool {
        self.theta < SETTLED
    }
}
