//! A flow of least cost over a few hundred nodes: one shortest path after another.

use std::collections::VecDeque;

/// What something costs: money first, then rules that give way.
pub(super) type Cost = (i128, i128);

/// Places that keep the two parts of a path's cost apart in one number: no path gives way to 2^31 rules.
const PLACES: u32 = 32;

/// Nodes, arcs and what passes through them; node 0 takes all in.
#[derive(Clone, Debug, Default)]
pub(super) struct Flow {
    /// Per node: its arcs. Shared between copies, which differ in what passes only.
    arcs: std::sync::Arc<Vec<Vec<usize>>>,
    /// Where each arc leads and what an atom costs; its reverse stands at the index with the last bit turned.
    to: std::sync::Arc<Vec<(usize, i128)>>,
    left: Vec<i64>,
    cost: Cost,
}

const SINK: usize = 0;

impl Flow {
    pub(super) fn new() -> Self {
        let mut flow = Self::default();
        flow.node();
        flow
    }

    pub(super) fn node(&mut self) -> usize {
        let arcs = std::sync::Arc::make_mut(&mut self.arcs);
        arcs.push(Vec::new());
        arcs.len() - 1
    }

    pub(super) fn arc(&mut self, from: usize, to: usize, cap: i64, cost: Cost) -> usize {
        let at = self.left.len();
        let cost = (cost.0 << PLACES) + cost.1;
        std::sync::Arc::make_mut(&mut self.to).extend([(to, cost), (from, -cost)]);
        let arcs = std::sync::Arc::make_mut(&mut self.arcs);
        arcs[from].push(at);
        arcs[to].push(at + 1);
        self.left.extend([cap.max(0), 0]);
        at
    }

    pub(super) fn drain(&mut self, from: usize, cap: i64, cost: Cost) -> usize {
        self.arc(from, SINK, cap, cost)
    }

    /// A free arc, unless there is one.
    pub(super) fn once(&mut self, from: usize, to: usize) {
        let known = self.arcs[from].iter().any(|&arc| arc % 2 == 0 && self.to[arc].0 == to);
        if !known {
            self.arc(from, to, i64::MAX, (0, 0));
        }
    }

    /// Takes everything back that was sent.
    pub(super) fn empty(&mut self) {
        for arc in (0..self.left.len()).step_by(2) {
            self.left[arc] = self.left[arc].saturating_add(self.left[arc + 1]);
            self.left[arc + 1] = 0;
        }
        self.cost = (0, 0);
    }

    /// What an arc carries.
    pub(super) fn sent(&self, arc: usize) -> i64 {
        self.left[arc + 1]
    }

    pub(super) fn cost(&self) -> Cost {
        self.cost
    }

    /// Sends an amount from a node, at the least cost there is beside what was sent before; whether all of it arrives.
    pub(super) fn send(&mut self, from: usize, mut amount: i64) -> bool {
        let mut search = Search::new(self.arcs.len());
        while amount > 0 {
            let Some(cost) = self.cheapest(from, &mut search) else { return false };
            let by = &search.by;
            let back = |at: usize| self.to[by[at] ^ 1].0;
            let path = || std::iter::successors(Some(SINK), |&at| Some(back(at)).filter(|&before| before != from));
            let part = path().map(|at| self.left[by[at]]).min().unwrap_or(0).min(amount);
            let arcs: Vec<usize> = path().map(|at| by[at]).collect();
            for arc in arcs {
                if self.left[arc] < i64::MAX {
                    self.left[arc] -= part;
                }
                if self.left[arc ^ 1] < i64::MAX {
                    self.left[arc ^ 1] += part;
                }
            }
            let (money, wide) = ((cost + (1 << (PLACES - 1))) >> PLACES, i128::from(part));
            self.cost.0 = self.cost.0.saturating_add(money.saturating_mul(wide));
            self.cost.1 = self.cost.1.saturating_add((cost - (money << PLACES)).saturating_mul(wide));
            amount -= part;
        }
        true
    }

    /// The cheapest path to the sink, arcs in the order they were made: its cost; the search knows the arcs.
    fn cheapest(&self, from: usize, search: &mut Search) -> Option<i128> {
        search.best.fill(NEVER);
        search.best[from] = 0;
        search.queue.push_back(from);
        while let Some(at) = search.queue.pop_front() {
            search.waits[at] = false;
            let here = search.best[at];
            for &arc in &self.arcs[at] {
                let (to, cost) = self.to[arc];
                if self.left[arc] == 0 || here + cost >= search.best[to] {
                    continue;
                }
                search.best[to] = here + cost;
                search.by[to] = arc;
                if !search.waits[to] && to != SINK {
                    search.waits[to] = true;
                    search.queue.push_back(to);
                }
            }
        }
        Some(search.best[SINK]).filter(|&cost| cost < NEVER)
    }
}

/// Above what any path costs.
const NEVER: i128 = i128::MAX >> 1;

/// Per node: the least cost so far, the arc that brings it, whether it waits to be looked at.
struct Search {
    best: Vec<i128>,
    by: Vec<usize>,
    waits: Vec<bool>,
    queue: VecDeque<usize>,
}

impl Search {
    fn new(nodes: usize) -> Self {
        Self { best: vec![NEVER; nodes], by: vec![0; nodes], waits: vec![false; nodes], queue: VecDeque::new() }
    }
}
