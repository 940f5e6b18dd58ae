//! Who draws on the province's pools: only what county and city do not have.
//!
//! A plan that fits says who is served; out of which of several pools is left to it. Here what was taken of the province
//! goes back to it wherever a nearer pool still has as much, within fences and caps.

use std::collections::BTreeMap;

use kaigong_allocation::{CountyIdx, Entry, Plan, PoolIdx, Problem, Via};
use kaigong_model::Level;
use kaigong_report::SupplyNote;

/// Gives back to the province what nearer pools can serve.
pub(super) fn nearest_first(problem: &Problem, supplies: &[SupplyNote], plan: &mut Plan) {
    let is_far = |pool: PoolIdx| supplies[pool].level == Level::Province;
    if !(0..problem.pools.len()).any(is_far) {
        return;
    }
    let mut room = Room::new(problem, plan);
    let mut ledger: BTreeMap<(usize, usize, PoolIdx, Via), i64> = BTreeMap::new();
    for Entry { candidate, draw, pool, via, amount } in std::mem::take(&mut plan.ledger) {
        let mut left = amount;
        if is_far(pool) {
            for (near, how) in nearer(problem, candidate, pool, &is_far) {
                let moved = left.min(room.of(problem, candidate, near));
                if moved > 0 {
                    room.take(problem, candidate, near, moved);
                    room.take(problem, candidate, pool, -moved);
                    *ledger.entry((candidate, draw, near, how)).or_default() += moved;
                    left -= moved;
                }
            }
        }
        if left > 0 {
            *ledger.entry((candidate, draw, pool, via)).or_default() += left;
        }
    }
    let entry = |((candidate, draw, pool, via), amount)| Entry { candidate, draw, pool, via, amount };
    plan.ledger = ledger.into_iter().map(entry).collect();
    plan.ledger.sort_unstable();
}

/// The pools of the same kind that may serve a candidate before the province's: its county's own, then the city's.
fn nearer(problem: &Problem, candidate: usize, far: PoolIdx, is_far: &dyn Fn(PoolIdx) -> bool) -> Vec<(PoolIdx, Via)> {
    let county = problem.candidates[candidate].county;
    let kind = problem.pools[far].kind;
    let serves = |pool: PoolIdx| problem.pools[pool].kind == kind && problem.pools[pool].serves(candidate);
    let near = (0..problem.pools.len()).filter(|&pool| serves(pool) && !is_far(pool));
    let (mut own, mut drawn) = (Vec::new(), Vec::new());
    for pool in near {
        match problem.pools[pool].county {
            None => drawn.push((pool, Via::Drawn)),
            some if some == county => own.push((pool, Via::Own)),
            Some(_) => {}
        }
    }
    own.extend(drawn);
    own
}

/// What pools still have, and what each county has drawn of them.
struct Room {
    free: Vec<i64>,
    drawn: BTreeMap<(PoolIdx, Option<CountyIdx>), i64>,
}

impl Room {
    fn new(problem: &Problem, plan: &Plan) -> Self {
        let free = problem.pools.iter().map(kaigong_allocation::Pool::free).collect();
        let mut room = Self { free, drawn: BTreeMap::new() };
        plan.ledger.iter().for_each(|entry| room.take(problem, entry.candidate, entry.pool, entry.amount));
        room
    }

    fn of(&self, problem: &Problem, candidate: usize, pool: PoolIdx) -> i64 {
        let spec = &problem.pools[pool];
        let drawn = self.drawn.get(&(pool, problem.candidates[candidate].county)).copied().unwrap_or(0);
        let cap = spec.draw_at_most.filter(|_| spec.county.is_none()).map_or(i64::MAX, |cap| (cap - drawn).max(0));
        self.free[pool].min(cap).max(0)
    }

    fn take(&mut self, problem: &Problem, candidate: usize, pool: PoolIdx, amount: i64) {
        self.free[pool] -= amount;
        *self.drawn.entry((pool, problem.candidates[candidate].county)).or_default() += amount;
    }
}
