//! The rows that carry a price, and the ways between them.
#![expect(clippy::cast_precision_loss, reason = "floats only guide; integers decide")]

use std::collections::BTreeMap;

use crate::problem::{KindIdx, PoolIdx, Problem, Via};
use crate::supply::Supply;

/// A county and a kind, where unfenced pools meet.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) own: f64,
    pub(super) pools: Vec<PoolIdx>,
}

/// A capped or open way into a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arc {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) cap: Option<f64>,
    pub(super) via: Via,
    pub(super) pool: PoolIdx,
    pub(super) county: Option<usize>,
}

/// The rows that carry a price: nodes, city pools, fenced pools, gates of fenced pools.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(super) nodes: Vec<Node>,
    pub(super) supply: Vec<f64>,
    pub(super) arcs: Vec<Arc>,
    /// Per row: the first way into it from a city pool.
    pub(super) anchor: Vec<Option<usize>>,
    /// Per row: what passes through it, about.
    pub(super) scale: Vec<f64>,
    /// Row of each pool of no county and of each fenced pool.
    pub(super) of_pool: BTreeMap<PoolIdx, usize>,
    /// Row of each capped fenced pool of no county, per county.
    pub(super) of_gate: BTreeMap<(PoolIdx, Option<usize>), usize>,
    /// Per class: rows of which it pays the least; each a row and perhaps a gate on top.
    pub(super) ways: Vec<Vec<(usize, Option<usize>)>>,
}

impl Rows {
    pub(crate) fn new(problem: &Problem, supply: &Supply) -> Self {
        let mut rows = Self {
            nodes: Vec::new(),
            supply: Vec::new(),
            arcs: Vec::new(),
            anchor: Vec::new(),
            scale: Vec::new(),
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
        rows.measure();
        rows
    }

    fn measure(&mut self) {
        self.anchor = vec![None; self.supply.len()];
        self.scale = self.supply.clone();
        for (at, arc) in self.arcs.iter().enumerate() {
            let cap = arc.cap.unwrap_or(f64::INFINITY).min(self.supply[arc.from]);
            self.scale[arc.to] += cap;
            if matches!(arc.via, Via::Drawn) && self.anchor[arc.to].is_none() {
                self.anchor[arc.to] = Some(at);
                self.scale[arc.from] += self.supply[arc.to];
            }
        }
        self.scale.iter_mut().for_each(|scale| *scale = scale.max(1.0));
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
    pub(super) fn settle(&self, prices: &mut [f64]) {
        for arc in self.arcs.iter().filter(|arc| arc.cap.is_none()) {
            prices[arc.to] = prices[arc.to].min(prices[arc.from]);
        }
    }

    pub(super) fn class_price(&self, prices: &[f64], class: usize) -> (f64, usize) {
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
