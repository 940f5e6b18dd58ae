//! Each county by itself, on its own pools.

use kaigong_allocation::{self as allocation, Exact, Own};
use kaigong_io::PlanKind;
use kaigong_report::DryRun;
use rayon::prelude::*;

/// Times the work of a plan solved again that one county is allowed.
const COUNTY: u64 = 50;

/// Solves every county of every optimal plan by itself: nothing drawn from the city, nothing moved in or out.
pub fn counties_alone(run: &mut DryRun<'_>) {
    let solvers: [&dyn Exact; 1] = [&Own];
    for trial in run.trials.iter_mut().filter(|trial| trial.kind == PlanKind::Optimal.name()) {
        let work = trial.again.work.saturating_mul(COUNTY);
        let counties: Vec<usize> = (0..trial.problem.counties.len()).collect();
        let alone = |&county: &usize| allocation::by_itself(&trial.problem, county, &solvers, work);
        trial.counties = counties.par_iter().filter_map(alone).collect();
    }
}
