//! The cheapest purchase that lets someone in beside a plan, nobody leaving: more of a kind, amounts moved from where
//! they lie unused, caps lifted, reserves released.
//!
//! ```text
//! demands of the plan + those of the newcomer --min-cost flow--> pools, at nothing as far as rules and amounts allow
//!                                                                reserves, moves, lifted caps: an atom each
//!                                                                bought: its price
//! ```
//! Whoever is in stays in, from the source it has; which pool serves whom is dealt anew. Least money comes first, then
//! the fewest atoms by which other rules have to give way. Both are integers, so the answer is exact.

mod flow;

use std::collections::{BTreeMap, BTreeSet};

use crate::problem::{CandidateIdx, CountyIdx, KindIdx, Lock, Plan, Pool, PoolIdx, Problem, Source, Transfer, Via};
use crate::supply::{Supply, Take};
use flow::{Cost, Flow};

/// What is asked to let someone in: exact, or what stands in the way of any purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purchase {
    /// The cheapest.
    Deal(Box<Deal>),
    /// Someone it needs is locked out, or it is.
    Locked(CandidateIdx),
    /// No amount would serve it, or one it needs: it has no source.
    Unserved(CandidateIdx),
    /// What it lacks has no price.
    NotForSale,
    /// Together with those it needs there are too many ways to look at all of them.
    TooMany,
}

/// What has to be had, and what has to give way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deal {
    /// Who comes in, itself first, from which source.
    pub enter: Vec<(CandidateIdx, usize)>,
    /// Atoms to add: kind, county (`None` for the city's own).
    pub bought: Vec<(KindIdx, Option<CountyIdx>, i64)>,
    /// Atoms to move beyond the transfers there are: kind, from, to.
    pub moved: Vec<(KindIdx, CountyIdx, CountyIdx, i64)>,
    /// Atoms a county draws beyond its cap.
    pub lifted: Vec<(PoolIdx, Option<CountyIdx>, i64)>,
    /// Atoms of what is held back.
    pub released: Vec<(PoolIdx, i64)>,
    /// Price of what is bought, in the unit of the prices.
    pub price: i128,
}

/// Ways of sources that are looked at for one purchase, at most.
const WAYS_MAX: usize = 4_096;

/// Looks for purchases beside one plan.
#[derive(Debug)]
pub struct Market<'p> {
    problem: &'p Problem,
    chosen: &'p [Option<usize>],
    /// Per candidate: whether the plan gives it part of what it asks.
    partly: BTreeSet<CandidateIdx>,
    supply: Supply,
    net: Net,
    /// The flow of everything the plan gives.
    base: Flow,
}

/// What the arcs of a flow stand for.
#[derive(Debug, Default)]
struct Net {
    class: Vec<usize>,
    bought: Vec<(usize, KindIdx, Option<CountyIdx>)>,
    moved: Vec<(usize, usize)>,
    lifted: Vec<(usize, PoolIdx, Option<CountyIdx>)>,
    released: Vec<(usize, PoolIdx)>,
    /// Transfers that may be bought: kind, from, to.
    moves: Vec<(KindIdx, CountyIdx, CountyIdx)>,
}

impl<'p> Market<'p> {
    /// Purchases beside a plan at a price for an atom of each kind; `None` is not for sale.
    ///
    /// # Complexity
    /// Pools × counties once; each purchase then is a few shortest paths through as many arcs.
    pub fn new(problem: &'p Problem, plan: &'p Plan, prices: &[Option<i64>]) -> Self {
        let (open, moves) = opened(problem, plan, prices);
        let supply = Supply::new(&open);
        let mut market = Self {
            problem,
            chosen: &plan.chosen,
            partly: plan.ledger.iter().map(|entry| entry.candidate).filter(|&at| plan.chosen[at].is_none()).collect(),
            supply,
            net: Net { moves, ..Net::default() },
            base: Flow::default(),
        };
        market.build(&open, prices);
        let base = market.flow_of(plan, None);
        market.base = base;
        market
    }

    /// The cheapest purchase that lets a candidate in that is out.
    pub fn purchase(&self, plan: &Plan, candidate: CandidateIdx) -> Purchase {
        let enter = match self.entering(candidate) {
            Ok(enter) => enter,
            Err(refused) => return refused,
        };
        let sources = |at: &CandidateIdx| -> Vec<usize> {
            (0..self.problem.candidates[*at].sources.len())
                .filter(|&source| self.takes(*at, source).is_some())
                .collect()
        };
        let choices: Vec<Vec<usize>> = enter.iter().map(sources).collect();
        if choices.iter().any(Vec::is_empty) {
            return Purchase::NotForSale;
        }
        let ways =
            choices.iter().try_fold(1usize, |ways, of| ways.checked_mul(of.len()).filter(|&ways| ways <= WAYS_MAX));
        let Some(ways) = ways else { return Purchase::TooMany };
        // What was given in part to those who come in is theirs anew.
        let again = enter.iter().any(|at| self.partly.contains(at)).then(|| self.flow_of(plan, Some(&enter)));
        let base = again.as_ref().unwrap_or(&self.base);
        let mut best: Option<(Cost, Deal)> = None;
        for way in 0..ways {
            let picked = pick(&choices, way);
            let mut flow = base.clone();
            let mut asked = BTreeMap::new();
            for (&at, &source) in enter.iter().zip(&picked) {
                for take in self.takes(at, source).into_iter().flatten() {
                    *asked.entry(take.class).or_insert(0i64) += take.amount;
                }
            }
            let sent = asked.iter().all(|(&class, &amount)| flow.send(self.net.class[class], amount));
            let cost = flow.cost();
            if sent && best.as_ref().is_none_or(|(least, _)| cost < *least) {
                let enter = enter.iter().copied().zip(picked).collect();
                best = Some((cost, self.deal(&flow, enter, cost)));
            }
        }
        best.map_or(Purchase::NotForSale, |(_, deal)| Purchase::Deal(Box::new(deal)))
    }

    fn takes(&self, at: CandidateIdx, source: usize) -> Option<&Vec<Take>> {
        self.supply.takes[at][source].as_ref()
    }

    /// A candidate and all it needs that is out; or why that cannot be.
    fn entering(&self, candidate: CandidateIdx) -> Result<Vec<CandidateIdx>, Purchase> {
        let mut enter = vec![candidate];
        let mut next = 0;
        while next < enter.len() {
            let spec = &self.problem.candidates[enter[next]];
            if spec.lock == Lock::Out {
                return Err(Purchase::Locked(enter[next]));
            }
            if spec.sources.is_empty() {
                return Err(Purchase::Unserved(enter[next]));
            }
            for &need in spec.needs.iter().filter(|&&need| self.chosen[need].is_none()) {
                if !enter.contains(&need) {
                    enter.push(need);
                }
            }
            next += 1;
        }
        Ok(enter)
    }

    /// Nodes and arcs of everything that can be had.
    fn build(&mut self, open: &Problem, prices: &[Option<i64>]) {
        let mut flow = Flow::new();
        let (own, old) = (self.problem.pools.len(), self.problem.transfers.len());
        let mut of_pool = BTreeMap::new();
        let mut of_gate: BTreeMap<(usize, PoolIdx), usize> = BTreeMap::new();
        for (pool, spec) in open.pools.iter().enumerate() {
            let node = flow.node();
            of_pool.insert(pool, node);
            if let Some(known) = self.problem.pools.get(pool) {
                flow.drain(node, known.free(), (0, 0));
                if known.hold_back > 0 {
                    let held = known.amount.saturating_sub(known.free());
                    self.net.released.push((flow.drain(node, held, (0, 1)), pool));
                }
            } else if let Some(price) = prices[spec.kind] {
                let arc = flow.drain(node, i64::MAX, (i128::from(price), 0));
                self.net.bought.push((arc, spec.kind, spec.county));
            }
        }
        let mut gates: BTreeMap<usize, usize> = BTreeMap::new();
        for class in &self.supply.classes {
            let node = flow.node();
            self.net.class.push(node);
            for channel in &class.channels {
                let pool = of_pool[&channel.pool];
                let Some(gate) = channel.gate else {
                    flow.arc(node, pool, i64::MAX, (0, 0));
                    continue;
                };
                let front = *gates.entry(gate).or_insert_with(|| {
                    let (front, back) = (flow.node(), flow.node());
                    match channel.via {
                        Via::Transferred(at) if at >= old => {
                            self.net.moved.push((flow.arc(front, back, i64::MAX, (0, 1)), at - old));
                        }
                        Via::Transferred(at) => {
                            flow.arc(front, back, open.transfers[at].at_most, (0, 0));
                        }
                        _ => {
                            let cap = open.pools[channel.pool].draw_at_most.unwrap_or(i64::MAX);
                            flow.arc(front, back, cap, (0, 0));
                            let lifted = flow.arc(front, back, i64::MAX, (0, 1));
                            self.net.lifted.push((lifted, channel.pool, class.county));
                        }
                    }
                    front
                });
                flow.once(node, front);
                of_gate.entry((gate, channel.pool)).or_insert_with(|| flow.arc(front + 1, pool, i64::MAX, (0, 0)));
            }
        }
        debug_assert!(of_pool.len() >= own, "every pool has a node");
        self.base = flow;
    }

    /// Everything a plan gives, sent; what it gives to `but` left out.
    fn flow_of(&self, plan: &Plan, but: Option<&[CandidateIdx]>) -> Flow {
        let mut flow = self.base.clone();
        flow.empty();
        let mut asked = vec![0i64; self.supply.classes.len()];
        for (at, source) in plan.chosen.iter().enumerate() {
            for take in source.and_then(|source| self.takes(at, source)).into_iter().flatten() {
                asked[take.class] += take.amount;
            }
        }
        let own = |at: usize| self.problem.candidates[at].sources.len();
        let parts = self.partly.iter().filter(|at| but.is_none_or(|but| !but.contains(at)));
        for take in parts.flat_map(|&at| self.takes(at, own(at)).into_iter().flatten()) {
            asked[take.class] += take.amount;
        }
        for (class, &amount) in asked.iter().enumerate() {
            let sent = flow.send(self.net.class[class], amount);
            debug_assert!(sent, "what a plan gives can be sent");
        }
        flow
    }

    fn deal(&self, flow: &Flow, enter: Vec<(CandidateIdx, usize)>, cost: Cost) -> Deal {
        let mut deal = Deal { enter, price: cost.0, ..Deal::default() };
        let some = |arc: usize| Some(flow.sent(arc)).filter(|&atoms| atoms > 0);
        let net = &self.net;
        deal.bought.extend(net.bought.iter().filter_map(|&(arc, kind, county)| Some((kind, county, some(arc)?))));
        for &(arc, at) in &net.moved {
            let (kind, from, to) = net.moves[at];
            deal.moved.extend(some(arc).map(|atoms| (kind, from, to, atoms)));
        }
        deal.lifted.extend(net.lifted.iter().filter_map(|&(arc, pool, county)| Some((pool, county, some(arc)?))));
        deal.released.extend(net.released.iter().filter_map(|&(arc, pool)| Some((pool, some(arc)?))));
        deal.bought.sort_unstable();
        deal.moved.sort_unstable();
        deal
    }
}

/// The problem with everything that could be had: reserves, a pool to buy into for each county and kind, transfers
/// between all counties; and those transfers. What is given in part is a source of its own, the last.
fn opened(problem: &Problem, plan: &Plan, prices: &[Option<i64>]) -> (Problem, Vec<(KindIdx, CountyIdx, CountyIdx)>) {
    let mut open = problem.clone();
    open.pools.iter_mut().for_each(|pool| pool.hold_back = 0);
    let mut parts: BTreeMap<CandidateIdx, Source> = BTreeMap::new();
    for entry in plan.ledger.iter().filter(|entry| plan.chosen[entry.candidate].is_none()) {
        let draw = crate::problem::Draw { kinds: vec![problem.pools[entry.pool].kind], amount: entry.amount };
        parts.entry(entry.candidate).or_default().draws.push(draw);
    }
    parts.into_iter().for_each(|(at, source)| open.candidates[at].sources.push(source));
    let places: BTreeSet<Option<CountyIdx>> = problem.candidates.iter().map(|candidate| candidate.county).collect();
    let mut moves = Vec::new();
    for kind in 0..problem.kinds.len() {
        let holds: BTreeSet<CountyIdx> = problem
            .pools
            .iter()
            .filter(|pool| pool.kind == kind && pool.fence.is_none() && pool.amount > 0)
            .filter_map(|pool| pool.county)
            .collect();
        for to in places.iter().flatten() {
            moves.extend(holds.iter().filter(|from| *from != to).map(|&from| (kind, from, *to)));
        }
        if prices.get(kind).copied().flatten().is_some() {
            let bought = |&county: &Option<CountyIdx>| Pool {
                kind,
                county,
                amount: i64::MAX,
                hold_back: 0,
                draw_at_most: None,
                fence: (county.is_none()).then(|| {
                    (0..problem.candidates.len()).filter(|&at| problem.candidates[at].county.is_none()).collect()
                }),
            };
            open.pools.extend(places.iter().map(bought));
        }
    }
    let transfer = |&(kind, from, to): &(KindIdx, CountyIdx, CountyIdx)| Transfer { kind, from, to, at_most: i64::MAX };
    open.transfers.extend(moves.iter().map(transfer));
    (open, moves)
}

/// One of the ways to pick one of each.
fn pick(choices: &[Vec<usize>], mut way: usize) -> Vec<usize> {
    let picked = choices.iter().map(|of| {
        let at = way % of.len();
        way /= of.len();
        of[at]
    });
    picked.collect()
}
