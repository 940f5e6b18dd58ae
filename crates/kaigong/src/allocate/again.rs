//! Solving again: with more supply, with less and more of everything.

use kaigong_allocation::{self as allocation, Optimum, Stop};
use kaigong_io::PlanKind;
use kaigong_report::{DryRun, FrontierPoint, Outcome};
use rayon::prelude::*;

/// Steps of more supply that are tried, in units of the pool.
const STEPS: [i64; 3] = [10, 50, 100];

/// Solves every optimal plan again with 10, 50 and 100 units more of each unfenced pool.
pub fn more_supply(run: &mut DryRun<'_>) {
    let pack = run.evaluation.pack;
    for trial in run.trials.iter_mut().filter(|trial| trial.kind == PlanKind::Optimal.name()) {
        let Outcome::Plan(plan) = &trial.outcome else { continue };
        let asked = |kind: usize| {
            trial
                .problem
                .candidates
                .iter()
                .flat_map(|candidate| &candidate.sources)
                .flat_map(|source| &source.draws)
                .any(|draw| draw.kinds.contains(&kind))
        };
        let mut steps = Vec::new();
        for (at, pool) in trial.problem.pools.iter().enumerate() {
            if pool.fence.is_none() && asked(pool.kind) {
                let unit = pack.schema.pools[trial.pool_of[pool.kind]].unit.atoms;
                steps.extend(STEPS.map(|step| (at, step.saturating_mul(unit))));
            }
        }
        let rung = |&(pool, more): &(usize, i64)| allocation::rung(&trial.problem, plan, pool, more, QUICK);
        trial.ladder = steps.par_iter().filter_map(rung).collect();
    }
}

/// Shares of today's supply that a frontier tries, percent.
const SHARES: std::ops::RangeInclusive<u32> = 0..=20;

/// Solves the first goal of every optimal plan again for less and more of every pool: from nothing to twice as much.
pub fn frontier(run: &mut DryRun<'_>) {
    for trial in run.trials.iter_mut().filter(|trial| trial.kind == PlanKind::Optimal.name()) {
        let point = |tenth: u32| {
            let mut problem = trial.problem.clone();
            problem.tiers.truncate(1);
            for pool in &mut problem.pools {
                let scaled = |atoms: i64| i64::try_from(i128::from(atoms) * i128::from(tenth) / 10).unwrap_or(i64::MAX);
                (pool.amount, pool.hold_back) = (scaled(pool.amount), scaled(pool.hold_back));
                pool.draw_at_most = pool.draw_at_most.map(scaled);
            }
            match allocation::optimal(&problem, QUICK, &mut |_, _, _| {}) {
                Optimum::Plan(_, tiers) => {
                    tiers.first().map(|tier| FrontierPoint { percent: tenth * 10, value: tier.best, bound: tier.bound })
                }
                Optimum::Infeasible(_) | Optimum::NotFound => None,
            }
        };
        let points: Vec<u32> = SHARES.collect();
        trial.frontier = points.into_par_iter().filter_map(point).collect();
        // What was found for less is a plan for more as well, and the plan shown is one for all there is.
        let mut known = 0;
        for point in &mut trial.frontier {
            if point.percent >= 100 {
                known = known.max(trial.tiers.first().map_or(0, |tier| tier.best));
            }
            known = known.max(point.value);
            point.value = known;
        }
        // And what more cannot do, less cannot.
        let mut at_most = i128::MAX;
        for point in trial.frontier.iter_mut().rev() {
            at_most = at_most.min(point.bound);
            point.bound = at_most;
        }
    }
}

/// The work of a plan that is solved again to compare with another.
pub(super) const QUICK: Stop = Stop { gap: 0, work: 2_000_000 };
