//! What hangs on pools, counties, rules and grants: every figure is solved again, none is a price.

use kaigong_allocation::{self as allocation, KindIdx, Near, Plan, Stop};
use kaigong_io::PlanKind;
use kaigong_report::{DryRun, Outcome, Sensitivity, Trial};
use rayon::prelude::*;

/// Millionths by which pools are made smaller and larger.
const SWUNG: u32 = 200_000;
/// Millionths of the worth of a plan that others about as good have at least.
const NEAR: u32 = 995_000;
/// Shares kept of the first goal that are tried, millionths.
const KEPT: [u32; 7] = [1_000_000, 990_000, 980_000, 950_000, 900_000, 800_000, 0];
/// Work for one question about one grant, at most.
const GRANT: u64 = 300_000;
/// Times the work of a plan solved again that one county by itself is allowed.
const COUNTY: u64 = 10;

/// Solves every optimal plan again for what hangs on what.
pub fn sensitivity(run: &mut DryRun<'_>) {
    let pack = run.evaluation.pack;
    for trial in run.trials.iter_mut().filter(|trial| trial.kind == PlanKind::Optimal.name()) {
        let Outcome::Plan(plan) = &trial.outcome else { continue };
        let units: Vec<i64> = trial.pool_of.iter().map(|&pool| pack.schema.pools[pool].unit.atoms).collect();
        trial.sensitivity = found(trial, plan, &units);
    }
}

fn found(trial: &Trial, plan: &Plan, units: &[i64]) -> Option<Sensitivity> {
    let problem = &trial.problem;
    let first = trial.tiers.first()?;
    let asked = |kind: KindIdx| {
        let sources = problem.candidates.iter().flat_map(|candidate| &candidate.sources);
        sources.flat_map(|source| &source.draws).filter(|draw| draw.kinds.contains(&kind)).count()
    };
    let pools: Vec<usize> = (0..problem.pools.len()).filter(|&pool| asked(problem.pools[pool].kind) > 0).collect();
    let known = (first.best, first.bound);
    let again = trial.again;
    let grant = Stop { work: again.work.min(GRANT), ..again };
    let by_itself = Stop { work: again.work.saturating_mul(COUNTY), ..again };
    let swing = |&pool: &usize| allocation::swing(problem, known, pool, SWUNG, again);
    let mut swings: Vec<allocation::Swing> = pools.par_iter().filter_map(swing).collect();
    swings.sort_by_key(|swing| (std::cmp::Reverse(swing.width()), swing.pool));
    let kind = (0..problem.kinds.len()).max_by_key(|&kind| (asked(kind), std::cmp::Reverse(kind)));
    let (moved, shifts) = kind.map_or_else(Default::default, |kind| shifts(problem, kind, units[kind], again));
    let several = problem.tiers.len() > 1;
    let kept = |keep: &u32| allocation::kept(problem, *keep, again);
    let near = Near::new(problem, plan, &trial.tiers, NEAR);
    let chosen: Vec<usize> = (0..plan.chosen.len()).filter(|&at| plan.chosen[at].is_some()).collect();
    let counties: Vec<Option<usize>> = (0..problem.counties.len()).map(Some).chain([None]).collect();
    let alone = |county: &Option<usize>| {
        let some = problem.candidates.iter().any(|candidate| candidate.county == *county);
        some.then(|| allocation::alone(problem, plan, *county, by_itself)).flatten()
    };
    let rules = allocation::rules(problem, true);
    Some(Sensitivity {
        swung: SWUNG,
        swings,
        moved,
        shifts,
        kept: if several { KEPT.par_iter().filter_map(kept).collect() } else { Vec::new() },
        near: NEAR,
        value: plan.value(problem, 0),
        standings: chosen.par_iter().map(|&at| (at, near.standing(at, grant))).collect(),
        rules: rules
            .par_iter()
            .filter_map(|&rule| allocation::rule_price(problem, &trial.tiers, rule, again))
            .collect(),
        alone: counties.par_iter().filter_map(alone).collect(),
    })
}

/// A tenth of what a county has on the average, in whole units, moved between every two counties.
fn shifts(
    problem: &allocation::Problem,
    kind: KindIdx,
    unit: i64,
    again: Stop,
) -> (Option<(KindIdx, i64)>, Vec<allocation::Shift>) {
    let own = |pool: &&allocation::Pool| pool.kind == kind && pool.county.is_some() && pool.fence.is_none();
    let pools: Vec<&allocation::Pool> = problem.pools.iter().filter(own).collect();
    if pools.len() < 2 {
        return (None, Vec::new());
    }
    let all: i128 = pools.iter().map(|pool| i128::from(pool.free())).sum();
    let tenth = all / pools.len() as i128 / 10 / i128::from(unit) * i128::from(unit);
    let atoms = i64::try_from(tenth).unwrap_or(i64::MAX).max(unit);
    let mut counties: Vec<usize> = pools.iter().filter_map(|pool| pool.county).collect();
    counties.sort_unstable();
    counties.dedup();
    let pairs: Vec<(usize, usize)> = counties
        .iter()
        .flat_map(|&from| counties.iter().filter(move |&&to| to != from).map(move |&to| (from, to)))
        .collect();
    let shift = |&(from, to): &(usize, usize)| allocation::shift(problem, kind, from, to, atoms, again);
    (Some((kind, atoms)), pairs.par_iter().filter_map(shift).collect())
}
