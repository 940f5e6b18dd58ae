//! A better bound where candidates are few and large: each county decides by itself at the prices of what is shared, and
//! what it decides is divided into cases until the best of them is whole.
//!
//! ```text
//! prices of shared pools, floors, needs across counties: stand still (Lagrangian relaxation)
//! county --best case first--> linear program --multipliers, rounded--> bound of the case (integers) --fork--> cases
//! ```
//! The bound of all is what the shared supply is worth plus, of each county, the most of its cases: anyone can compute it
//! again from the cases ([`Split`]). It closes what linear programs leave open within a county; what a choice of one
//! county takes from another stays priced.

mod county;

use crate::price::{Goal, Proof};
use crate::problem::{CandidateIdx, Certificate, Split};
use county::County;

/// Cases of a county, at most.
const CASES: usize = 4_000;
/// Candidates of a county, at most, so that its cases are soon through.
const SMALL: usize = 50;
/// Rounds of prices of what is shared, at most.
const ROUNDS: usize = 300;
/// Rounds without a better bound after which steps shrink.
const PATIENCE: u32 = 8;
/// Share of the last direction kept in the next.
const MEMORY: f64 = 0.5;
/// The share of a full step below which steps no longer matter.
const SETTLED: f64 = 0.003;

/// Whether counties are so small that cases tell more than prices.
pub(crate) fn worth_dividing(goal: &Goal<'_>) -> bool {
    let mut of = vec![0usize; goal.problem.counties.len() + 1];
    for candidate in &goal.problem.candidates {
        of[candidate.county.unwrap_or(goal.problem.counties.len())] += 1;
    }
    of.into_iter().max().unwrap_or(0) <= SMALL
}

/// A bound and what it follows from.
pub(crate) struct Divided {
    /// The bound, times 2^shift.
    pub(crate) total: i128,
    pub(crate) split: Split,
}

impl Divided {
    pub(crate) fn bound(&self) -> i128 {
        self.total >> self.split.shared.shift
    }
}

/// The best bound found by cases; `None` where numbers grow too large. `known` is the worth of a plan: a bound as low as
/// that is enough.
pub(crate) fn divide(goal: &Goal<'_>, proof: &Proof, known: i128, work: &mut u64) -> Option<Divided> {
    let owners = Owners::new(goal);
    let (mut best, found) = once(goal, &owners, &proof.certificate, work)?;
    let mut slope = slopes(goal, &owners, &found);
    let mut at = best.split.shared.clone();
    let mut direction = vec![0.0; slope.len()];
    let (mut theta, mut idle, mut from) = (1.0, 0, slope.clone());
    for _ in 0..ROUNDS {
        if *work == 0 || best.bound() <= known || theta < SETTLED {
            break;
        }
        direction.iter_mut().zip(&slope).for_each(|(direction, slope)| *direction = MEMORY * *direction + slope);
        if !step(goal, &owners, &mut at, &direction, theta, best.bound() - known) {
            break;
        }
        let Some((divided, asked)) = once(goal, &owners, &at, work) else { break };
        slope = slopes(goal, &owners, &asked);
        if divided.total < best.total {
            (best, idle) = (divided, 0);
            from.clone_from(&slope);
            continue;
        }
        idle += 1;
        if idle > PATIENCE {
            (theta, idle) = (theta / 2.0, 0);
            at.clone_from(&best.split.shared);
            slope.clone_from(&from);
            direction.fill(0.0);
        }
    }
    Some(best)
}

/// Who may use what: what one county alone may use is its own.
struct Owners {
    /// The counties, each with its candidates.
    groups: Vec<Vec<CandidateIdx>>,
    group_of: Vec<usize>,
    /// Per pool: the only group that can use it; `None` where several can.
    pools: Vec<Option<usize>>,
    used: Vec<bool>,
}

impl Owners {
    fn new(goal: &Goal<'_>) -> Self {
        let problem = goal.problem;
        let places = problem.counties.len();
        let mut groups = vec![Vec::new(); places + 1];
        for (at, candidate) in problem.candidates.iter().enumerate() {
            groups[candidate.county.unwrap_or(places)].push(at);
        }
        groups.retain(|group| !group.is_empty());
        let mut group_of = vec![0; problem.candidates.len()];
        groups.iter().enumerate().for_each(|(group, all)| all.iter().for_each(|&at| group_of[at] = group));
        let mut pools = vec![None; problem.pools.len()];
        let (mut used, mut several) = (vec![false; pools.len()], vec![false; pools.len()]);
        for (at, &group) in group_of.iter().enumerate() {
            for class in goal.supply.classes_of(at) {
                for channel in &goal.supply.classes[class].channels {
                    used[channel.pool] = true;
                    several[channel.pool] |= pools[channel.pool].is_some_and(|other| other != group);
                    pools[channel.pool] = Some(group);
                }
            }
        }
        several.iter().enumerate().filter(|(_, several)| **several).for_each(|(pool, _)| pools[pool] = None);
        Self { groups, group_of, pools, used }
    }
}

/// The bound at one set of shared prices, and per county what its best case asks of each pool.
fn once(goal: &Goal<'_>, owners: &Owners, shared: &Certificate, work: &mut u64) -> Option<(Divided, Vec<Vec<f64>>)> {
    let problem = goal.problem;
    let mut shared = shared.clone();
    // What has an owner counts with the owner's cases.
    for (pool, owner) in owners.pools.iter().enumerate() {
        if owner.is_some() {
            shared.pools[pool] = 0;
        }
    }
    shared.drawn.iter_mut().flatten().for_each(|price| *price = 0);
    shared.transfers.iter_mut().for_each(|price| *price = 0);
    for (at, prices) in shared.needs.iter_mut().enumerate() {
        for (need, price) in problem.candidates[at].needs.iter().zip(prices) {
            if owners.group_of[*need] == owners.group_of[at] {
                *price = 0;
            }
        }
    }
    let mut total = 0i128;
    for (pool, &price) in problem.pools.iter().zip(&shared.pools) {
        total = total.checked_add(i128::from(pool.free()).checked_mul(i128::from(price))?)?;
    }
    for (sum, &price) in goal.reaches.iter().zip(shared.floors.iter().chain(&shared.kept)) {
        total = total.checked_sub(sum.at_least.checked_mul(i128::from(price))?)?;
    }
    let (mut parts, mut wanted) = (Vec::new(), Vec::new());
    for group in 0..owners.groups.len() {
        let mut county = County::new(goal, owners, &shared, group)?;
        let cases = county.divide(CASES, work)?;
        total = total.checked_add(cases.most)?;
        wanted.push(cases.asked);
        parts.push(county.part(cases.tree));
    }
    Some((Divided { total, split: Split { shared, parts } }, wanted))
}

/// Per shared pool: what is left of it if every county takes what its best case asks.
#[expect(clippy::cast_precision_loss, reason = "floats only guide; integers decide")]
fn slopes(goal: &Goal<'_>, owners: &Owners, wanted: &[Vec<f64>]) -> Vec<f64> {
    let left = |pool: usize| {
        let asked: f64 = wanted.iter().map(|asked| asked[pool]).sum();
        goal.problem.pools[pool].free() as f64 - asked
    };
    (0..owners.pools.len())
        .map(|pool| if owners.used[pool] && owners.pools[pool].is_none() { left(pool) } else { 0.0 })
        .collect()
}

/// Moves the prices of shared pools down a slope, by a share of what would bring the bound down to what is known were the
/// slope the same all along; false where there is no slope.
#[expect(clippy::cast_precision_loss, reason = "floats only guide; integers decide")]
fn step(
    goal: &Goal<'_>,
    owners: &Owners,
    shared: &mut Certificate,
    direction: &[f64],
    theta: f64,
    above: i128,
) -> bool {
    let scale = |pool: usize| (goal.problem.pools[pool].free() as f64).max(1.0);
    // A price of nothing cannot fall.
    let moves = |pool: &usize| {
        owners.used[*pool] && owners.pools[*pool].is_none() && (direction[*pool] < 0.0 || shared.pools[*pool] > 0)
    };
    let moving: Vec<usize> = (0..direction.len()).filter(moves).collect();
    let norm: f64 = moving.iter().map(|&pool| (direction[pool] / scale(pool)).powi(2)).sum();
    if norm < 1e-12 {
        return false;
    }
    let by = theta * above as f64 / norm * (1u64 << shared.shift) as f64;
    for pool in moving {
        let moved = shared.pools[pool] as f64 - by * direction[pool] / scale(pool).powi(2);
        shared.pools[pool] = moved.clamp(0.0, DEAR) as i64;
    }
    true
}

/// A multiplier no larger than this keeps sums within 128 bits.
const DEAR: f64 = 1_152_921_504_606_846_976.0;
