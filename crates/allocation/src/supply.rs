//! Whether amounts fit: draws become *classes* that may use the same pools, and each class flows to its pools.
//!
//! ```text
//! class --(own county)-----> pool      class = county x kinds x fences that serve it
//! class --> gate (a cap) --> pool      gate  = what one county may draw of a pool, or a transfer
//! ```
//! Kinds that some draw may mix belong to one *family*; families do not touch. A family in which every class has
//! pools of its own and at most one shared pool behind a gate is judged by sums; any other by a maximum flow.

mod limits;

use std::collections::BTreeMap;

use crate::flow::Flow;
use crate::problem::{CandidateIdx, CountyIdx, Draw, Entry, KindIdx, Plan, PoolIdx, Problem, Source, Via};
pub(crate) use limits::{Brought, Origin};

/// A way from a class to a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Channel {
    pub(crate) via: Via,
    pub(crate) pool: PoolIdx,
    /// Index of its gate, if the way is capped.
    pub(crate) gate: Option<usize>,
}

/// Draws that may use the same pools.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    family: usize,
    /// Place among the classes of its family.
    within: usize,
    /// The county whose draws these are.
    pub(crate) county: Option<CountyIdx>,
    pub(crate) channels: Vec<Channel>,
}

#[derive(Clone, Debug)]
struct Family {
    classes: Vec<usize>,
    shape: Shape,
}

#[derive(Clone, Debug)]
enum Shape {
    /// Per class: atoms of its own, atoms it may draw. And the atoms all of them may draw together.
    Sums { own: Vec<i64>, cap: Vec<i64>, shared: i64 },
    /// Anything else.
    Flow(Flow),
}

/// The pools of a problem as its draws see them.
#[derive(Clone, Debug)]
pub(crate) struct Supply {
    pub(crate) classes: Vec<Class>,
    families: Vec<Family>,
    /// What may pass each gate at most.
    gates: Vec<i64>,
    /// What may be given out of each pool.
    free: Vec<i64>,
    /// Per candidate and source: class and amount of each draw above 0; `None` where a draw has no pool.
    pub(crate) takes: Vec<Vec<Option<Vec<Take>>>>,
    /// Per candidate, source and draw: its class, if any pool serves it.
    draws: Vec<Vec<Vec<Option<usize>>>>,
}

/// What one draw takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Take {
    pub(crate) draw: usize,
    pub(crate) class: usize,
    pub(crate) amount: i64,
}

/// What tells the ways of draws apart: the county, the kinds, the fenced pools that serve.
type Alike = (Option<CountyIdx>, Vec<KindIdx>, Vec<PoolIdx>);

impl Supply {
    pub(crate) fn new(problem: &Problem) -> Self {
        let mut gates = Gates::default();
        let mut index: BTreeMap<(Option<CountyIdx>, Vec<Channel>), usize> = BTreeMap::new();
        let mut channels: Vec<(Option<CountyIdx>, Vec<Channel>)> = Vec::new();
        let fenced: Vec<PoolIdx> =
            (0..problem.pools.len()).filter(|&pool| problem.pools[pool].fence.is_some()).collect();
        let mut known: BTreeMap<Alike, Option<usize>> = BTreeMap::new();
        let mut takes = Vec::new();
        let mut draws = Vec::new();
        for (at, candidate) in problem.candidates.iter().enumerate() {
            let mut class_of = |draw: &Draw| {
                if draw.amount <= 0 {
                    return None;
                }
                // Draws alike in all that tells their ways apart share a class: looked up, not made again.
                let fences: Vec<PoolIdx> =
                    fenced.iter().copied().filter(|&pool| problem.pools[pool].serves(at)).collect();
                let alike = (candidate.county, draw.kinds.clone(), fences);
                *known.entry(alike).or_insert_with(|| {
                    let ways = gates.channels(problem, at, draw);
                    (!ways.is_empty()).then(|| {
                        *index.entry((candidate.county, ways)).or_insert_with_key(|key| {
                            channels.push(key.clone());
                            channels.len() - 1
                        })
                    })
                })
            };
            let of: Vec<Vec<Option<usize>>> =
                candidate.sources.iter().map(|source| source.draws.iter().map(&mut class_of).collect()).collect();
            takes.push(candidate.sources.iter().zip(&of).map(|(source, classes)| whole(source, classes)).collect());
            draws.push(of);
        }
        let free = problem.pools.iter().map(crate::problem::Pool::free).collect();
        let mut supply = Self { classes: Vec::new(), families: Vec::new(), gates: gates.caps, free, takes, draws };
        supply.divide(problem, channels);
        supply
    }

    /// Divides the classes into families, by the pools they share.
    fn divide(&mut self, problem: &Problem, channels: Vec<(Option<CountyIdx>, Vec<Channel>)>) {
        let mut root: Vec<usize> = (0..problem.pools.len()).collect();
        for (_, ways) in &channels {
            for pair in ways.windows(2) {
                let (a, b) = (find(&mut root, pair[0].pool), find(&mut root, pair[1].pool));
                root[a.max(b)] = a.min(b);
            }
        }
        let mut of_root: BTreeMap<usize, usize> = BTreeMap::new();
        for (class, (county, ways)) in channels.into_iter().enumerate() {
            let top = find(&mut root, ways[0].pool);
            let family = *of_root.entry(top).or_insert_with(|| {
                self.families.push(Family {
                    classes: Vec::new(),
                    shape: Shape::Sums { own: Vec::new(), cap: Vec::new(), shared: 0 },
                });
                self.families.len() - 1
            });
            let members = &mut self.families[family].classes;
            self.classes.push(Class { family, within: members.len(), county, channels: ways });
            members.push(class);
        }
        for family in &mut self.families {
            let ways: Vec<&[Channel]> = family.classes.iter().map(|&class| &*self.classes[class].channels).collect();
            family.shape =
                sums(problem, &ways, &self.gates).unwrap_or_else(|| Shape::Flow(flow(problem, &ways, &self.gates)));
        }
    }

    /// The class of a draw, if any pool serves it.
    pub(crate) fn class(&self, candidate: CandidateIdx, source: usize, draw: usize) -> Option<usize> {
        self.draws[candidate][source][draw]
    }

    /// What may be given out of a pool.
    #[cfg(any(feature = "microlp", feature = "highs"))]
    pub(crate) fn free(&self, pool: PoolIdx) -> i64 {
        self.free[pool]
    }

    /// What may pass a gate.
    #[cfg(any(feature = "microlp", feature = "highs"))]
    pub(crate) fn gate(&self, gate: usize) -> i64 {
        self.gates[gate]
    }

    /// The class of each draw of a candidate that any pool serves, whether or not the rest of its source can be had.
    pub(crate) fn classes_of(&self, candidate: CandidateIdx) -> impl Iterator<Item = usize> + '_ {
        self.draws[candidate].iter().flatten().flatten().copied()
    }

    /// Nothing used yet.
    pub(crate) fn room(&self) -> Room<'_> {
        let flow = |family: &Family| match &family.shape {
            Shape::Sums { .. } => None,
            Shape::Flow(flow) => Some(flow.clone()),
        };
        let flows = self.families.iter().map(flow).collect();
        Room { supply: self, used: vec![0; self.classes.len()], drawn: vec![0; self.families.len()], flows }
    }

    /// What a plan gives to whom out of which pool. INVARIANT: what is chosen fits.
    pub(crate) fn ledger(&self, problem: &Problem, chosen: &[Option<usize>]) -> Vec<Entry> {
        let mut asked: Vec<Vec<(CandidateIdx, usize, i64)>> = vec![Vec::new(); self.classes.len()];
        for (at, source) in chosen.iter().enumerate() {
            let takes = source.and_then(|source| self.takes[at][source].as_ref());
            takes.into_iter().flatten().for_each(|take| asked[take.class].push((at, take.draw, take.amount)));
        }
        let mut ledger = Vec::new();
        for family in &self.families {
            let ways: Vec<&[Channel]> = family.classes.iter().map(|&class| &*self.classes[class].channels).collect();
            let mut flow = flow(problem, &ways, &self.gates);
            let used: Vec<i64> =
                family.classes.iter().map(|&class| asked[class].iter().map(|(_, _, amount)| amount).sum()).collect();
            flow.saturate(&used);
            for (within, &class) in family.classes.iter().enumerate() {
                deal(&asked[class], &self.classes[class].channels, &flow.sent(within), &mut ledger);
            }
        }
        ledger.sort_unstable();
        ledger
    }

    /// A plan of what is chosen. INVARIANT: it fits.
    pub(crate) fn plan(&self, problem: &Problem, chosen: &[Option<usize>]) -> Plan {
        Plan { chosen: chosen.to_vec(), ledger: self.ledger(problem, chosen) }
    }
}

/// The first of those joined with one.
fn find(root: &mut [usize], mut at: usize) -> usize {
    while root[at] != at {
        root[at] = root[root[at]];
        at = root[at];
    }
    at
}

/// What a source takes, if pools serve all of its draws.
fn whole(source: &Source, classes: &[Option<usize>]) -> Option<Vec<Take>> {
    let asked = source.draws.iter().enumerate().filter(|(_, draw)| draw.amount > 0);
    asked.map(|(draw, spec)| Some(Take { draw, class: classes[draw]?, amount: spec.amount })).collect()
}

/// Deals the amounts a class sends through its channels to those who ask, both in order.
fn deal(asked: &[(CandidateIdx, usize, i64)], channels: &[Channel], sent: &[i64], ledger: &mut Vec<Entry>) {
    let mut left: Vec<(Channel, i64)> = channels.iter().copied().zip(sent.iter().copied()).rev().collect();
    for &(candidate, draw, mut amount) in asked {
        while amount > 0 {
            let Some((channel, there)) = left.last_mut() else { return };
            let given = amount.min(*there);
            if given > 0 {
                ledger.push(Entry { candidate, draw, pool: channel.pool, via: channel.via, amount: given });
            }
            amount -= given;
            *there -= given;
            if *there == 0 {
                left.pop();
            }
        }
    }
}

/// Gates met so far: what one county may draw of a pool, and transfers.
#[derive(Default)]
struct Gates {
    index: BTreeMap<(Via, PoolIdx, Option<usize>), usize>,
    caps: Vec<i64>,
}

impl Gates {
    fn gate(&mut self, key: (Via, PoolIdx, Option<usize>), cap: i64) -> usize {
        *self.index.entry(key).or_insert_with(|| {
            self.caps.push(cap);
            self.caps.len() - 1
        })
    }

    /// The ways of a draw, those of its own county first.
    fn channels(&mut self, problem: &Problem, candidate: CandidateIdx, draw: &Draw) -> Vec<Channel> {
        let county = problem.candidates[candidate].county;
        let mut ways = Vec::new();
        for (pool, spec) in problem.pools.iter().enumerate() {
            if !draw.kinds.contains(&spec.kind) || !spec.serves(candidate) || spec.free() == 0 {
                continue;
            }
            match (spec.county, spec.draw_at_most) {
                (None, None) => ways.push(Channel { via: Via::Drawn, pool, gate: None }),
                (None, Some(cap)) => {
                    let gate = Some(self.gate((Via::Drawn, pool, county), cap));
                    ways.push(Channel { via: Via::Drawn, pool, gate });
                }
                (own, _) if own == county => ways.push(Channel { via: Via::Own, pool, gate: None }),
                _ => {}
            }
            for (at, transfer) in problem.transfers.iter().enumerate() {
                let fits = transfer.kind == spec.kind && Some(transfer.from) == spec.county;
                if fits && Some(transfer.to) == county && spec.fence.is_none() {
                    // One cap over all pools of the county that gives: only its whole is a gate.
                    let via = Via::Transferred(at);
                    let gate = Some(self.gate((via, usize::MAX, None), transfer.at_most));
                    ways.push(Channel { via, pool, gate });
                }
            }
        }
        ways.sort_unstable();
        ways
    }
}

/// A family judged by sums, if it has that shape.
fn sums(problem: &Problem, ways: &[&[Channel]], gates: &[i64]) -> Option<Shape> {
    let mut shared = None;
    let mut owner: BTreeMap<PoolIdx, usize> = BTreeMap::new();
    let (mut own, mut cap) = (vec![0i64; ways.len()], vec![0i64; ways.len()]);
    let mut seen_gate: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, channels) in ways.iter().enumerate() {
        for channel in *channels {
            match channel.via {
                Via::Own => {
                    if *owner.entry(channel.pool).or_insert(at) != at {
                        return None;
                    }
                    own[at] = own[at].checked_add(problem.pools[channel.pool].free())?;
                }
                Via::Drawn => {
                    if *shared.get_or_insert(channel.pool) != channel.pool {
                        return None;
                    }
                    if let Some(gate) = channel.gate
                        && *seen_gate.entry(gate).or_insert(at) != at
                    {
                        return None;
                    }
                    cap[at] = channel.gate.map_or(i64::MAX, |gate| gates[gate]);
                }
                Via::Transferred(_) => return None,
            }
        }
    }
    Some(Shape::Sums { own, cap, shared: shared.map_or(0, |pool| problem.pools[pool].free()) })
}

fn flow(problem: &Problem, ways: &[&[Channel]], gates: &[i64]) -> Flow {
    let mut flow = Flow::new(ways.len());
    let mut of_pool: BTreeMap<PoolIdx, usize> = BTreeMap::new();
    let mut of_gate: BTreeMap<(usize, PoolIdx), usize> = BTreeMap::new();
    let mut of_whole: BTreeMap<usize, usize> = BTreeMap::new();
    for (class, channels) in ways.iter().enumerate() {
        for channel in *channels {
            let pool = *of_pool.entry(channel.pool).or_insert_with(|| flow.pool(problem.pools[channel.pool].free()));
            let to = match channel.gate {
                None => pool,
                Some(gate) => {
                    let whole = *of_whole.entry(gate).or_insert_with(|| flow.gate(gates[gate]));
                    of_gate.entry((gate, channel.pool)).or_insert_with(|| flow.link(whole, pool));
                    whole
                }
            };
            flow.way(class, to, pool);
        }
    }
    flow
}

/// What is used so far.
#[derive(Clone, Debug)]
pub(crate) struct Room<'s> {
    supply: &'s Supply,
    used: Vec<i64>,
    /// Per family judged by sums: what its classes draw together.
    drawn: Vec<i64>,
    /// Per family judged by a flow: what its classes send.
    flows: Vec<Option<Flow>>,
}

impl Room<'_> {
    /// Takes what a source takes, if it fits.
    pub(crate) fn take(&mut self, candidate: CandidateIdx, source: usize) -> bool {
        let Some(takes) = &self.supply.takes[candidate][source] else { return false };
        for (done, take) in takes.iter().enumerate() {
            if !self.add(take.class, take.amount) {
                takes[..done].iter().for_each(|take| self.give(take.class, take.amount));
                return false;
            }
        }
        true
    }

    /// Gives back what a source takes.
    pub(crate) fn give_back(&mut self, candidate: CandidateIdx, source: usize) {
        for take in self.supply.takes[candidate][source].iter().flatten() {
            self.give(take.class, take.amount);
        }
    }

    /// Takes an amount for a class, if it fits.
    pub(crate) fn add(&mut self, class: usize, amount: i64) -> bool {
        let Class { family, within, .. } = self.supply.classes[class];
        let Some(used) = self.used[class].checked_add(amount) else { return false };
        match &self.supply.families[family].shape {
            Shape::Sums { own, cap, shared } => {
                let (before, after) = ((self.used[class] - own[within]).max(0), (used - own[within]).max(0));
                let drawn = i128::from(self.drawn[family]) + i128::from(after - before);
                if after > cap[within] || drawn > i128::from(*shared) {
                    return false;
                }
                self.drawn[family] = drawn as i64;
                self.used[class] = used;
                true
            }
            Shape::Flow(_) => {
                let fits = self.flows[family].as_mut().is_some_and(|flow| flow.send(within, amount));
                if fits {
                    self.used[class] = used;
                }
                fits
            }
        }
    }

    fn give(&mut self, class: usize, amount: i64) {
        let Class { family, within, .. } = self.supply.classes[class];
        if let Shape::Sums { own, .. } = &self.supply.families[family].shape {
            let before = (self.used[class] - own[within]).max(0);
            let after = (self.used[class] - amount - own[within]).max(0);
            self.drawn[family] -= before - after;
        }
        if let Some(flow) = &mut self.flows[family] {
            flow.take_back(within, amount);
        }
        self.used[class] -= amount;
    }

    /// What the classes of a family judged by sums draw together.
    pub(crate) fn drawn(&self, family: usize) -> i64 {
        self.drawn[family]
    }

    /// Atoms of a class still to be had, at most.
    pub(crate) fn left(&self, class: usize) -> i64 {
        let mut tried = self.clone();
        let (mut low, mut high) = (0i64, 1i64);
        let mut fits = |amount: i64| {
            let fits = tried.add(class, amount);
            if fits {
                tried.give(class, amount);
            }
            fits
        };
        while high < i64::MAX / 4 && fits(high) {
            low = high;
            high *= 2;
        }
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if fits(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }
}
