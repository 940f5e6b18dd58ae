//! Why projects are left out: held by something else, too large for any pool, short beside the plan; who would go for
//! them, and the cheapest purchase that lets them in.

use kaigong_allocation::{self as allocation, Forced, Market, Plan};
use kaigong_io::PlanKind;
use kaigong_model::Place;
use kaigong_report::{DryRun, Outcome, Trial, WhyNot};

use super::again::QUICK;
use super::setting::asks_nothing;
use crate::check::no_project;
use crate::rules::Refused;

/// The word for every project left out, none of them forced in.
const ALL: &str = "all";

/// Tells of each project named why a plan leaves it out. With `all`, of every project left out for want of supply;
/// only those named are also forced into optimal plans.
///
/// # Errors
/// Projects the ledger does not have, or that ask nothing of the pools.
pub fn why_not(run: &mut DryRun<'_>, ids: &[String]) -> Result<(), Refused> {
    let mut faults = Vec::new();
    for id in ids.iter().filter(|id| *id != ALL) {
        let known = run.trials.iter().any(|trial| trial.problem.candidates.iter().any(|candidate| candidate.id == *id));
        if !known {
            let there = run.evaluation.portfolio.row(id).is_some();
            faults.push(
                if there { asks_nothing(id) } else { no_project(run.evaluation.portfolio, id) }
                    .at(Place::File("--why-not".to_owned())),
            );
        }
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    for trial in &mut run.trials {
        let Outcome::Plan(plan) = &trial.outcome else { continue };
        let asked = asked(trial, plan, ids);
        trial.why_not = told(trial, plan, &asked);
    }
    Ok(())
}

/// Who is asked about, and whether by name.
fn asked(trial: &Trial, plan: &Plan, ids: &[String]) -> Vec<(usize, bool)> {
    let place = |id: &String| trial.problem.candidates.iter().position(|candidate| candidate.id == *id);
    let mut asked: Vec<(usize, bool)> = ids.iter().filter_map(place).map(|at| (at, true)).collect();
    if ids.iter().any(|id| id == ALL) {
        let left_out = |at: &usize| plan.chosen[*at].is_none() && trial.barred[*at].is_none();
        let named: Vec<usize> = asked.iter().map(|(at, _)| *at).collect();
        let rest = (0..trial.claim_of.len()).filter(left_out).filter(|at| !named.contains(at));
        asked.extend(rest.map(|at| (at, false)));
    }
    asked
}

fn told(trial: &Trial, plan: &Plan, asked: &[(usize, bool)]) -> Vec<(usize, WhyNot)> {
    if asked.is_empty() {
        return Vec::new();
    }
    let market = Market::new(&trial.problem, plan, &trial.prices.atoms);
    let alone = allocation::shortages(&trial.problem, &Plan::empty(&trial.problem));
    let tell = |&(at, named): &(usize, bool)| {
        if plan.chosen[at].is_some() || trial.barred[at].is_some() {
            return (at, WhyNot::default());
        }
        let forces = named && trial.kind == PlanKind::Optimal.name();
        let forced: Option<Forced> = forces.then(|| allocation::forced(&trial.problem, plan, at, QUICK));
        let purchase = Some(market.purchase(plan, at));
        (at, WhyNot { alone: alone[at].clone(), forced, purchase })
    };
    asked.iter().map(tell).collect()
}
