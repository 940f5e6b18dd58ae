//! A dry run: scenarios put to the projects of a ledger, nothing written anywhere.
//!
//! ```text
//! Evaluation --claims--> who asks what --Scenario--> Problem in integers --plan--> verify --> Trial
//! ```

mod again;
mod alone;
mod books;
mod counties;
mod nearest;
mod pools;
mod sensitivity;
mod setting;
mod why_not;

use kaigong_io::{Said, Scenario};
use kaigong_model::{Code, Diagnostic};
use kaigong_report::DryRun;
use kaigong_rules::Pack;
use kaigong_solver::claims;

pub(crate) use counties::word_of;

pub use again::{frontier, more_supply};
pub use alone::counties_alone;
pub use pools::scenario_of_pools;
pub use sensitivity::sensitivity;
pub use why_not::why_not;

use self::books::Books;
use self::pools::{books_of, carried};
use self::setting::Setting;
use crate::check::{CheckOptions, Ledger, evaluated, unknown_goal};
use crate::rules::Refused;

/// Faults of the goals that scenarios name: those the pack does not have, and those that are not the first one's.
fn goals(pack: &Pack, scenarios: &[Scenario]) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let mut first: Option<&Said> = None;
    for goal in scenarios.iter().filter_map(|scenario| scenario.goal.as_ref()) {
        if pack.goal(&goal.text).is_none() {
            faults.push(unknown_goal(pack, &goal.text, goal.place.clone()));
        }
        let first = *first.get_or_insert(goal);
        if first.text != goal.text {
            let fault = Diagnostic::error(
                Code("KG-C021"),
                format!("一起比较的方案目标不同：「{}」与「{}」", first.text, goal.text),
                format!("scenarios that are compared have different goals: `{}` and `{}`", first.text, goal.text),
            );
            let fault = fault.at(goal.place.clone());
            faults.push(fault.help("分开试算，或写同一目标", "try them one by one, or write one goal"));
        }
    }
    faults
}

/// Tries scenarios on a ledger. All of them must have one goal.
///
/// `progress` hears the scenario, the tier, its value and its bound while an optimal plan is sought.
///
/// # Errors
/// Every fault of the scenarios: names, projects, counties, expressions.
pub fn allocate<'a>(
    pack: &'a Pack,
    ledger: &'a Ledger,
    options: &CheckOptions,
    scenarios: &[Scenario],
    progress: &mut dyn FnMut(&str, usize, i128, i128),
) -> Result<DryRun<'a>, Refused> {
    let mut options = options.clone();
    let mut faults = goals(pack, scenarios);
    // The names of one goal are looked up all the same, so that all faults are told at once.
    let mut known = scenarios.iter().filter_map(|scenario| scenario.goal.as_ref());
    if let Some(goal) = known.find(|goal| pack.goal(&goal.text).is_some()) {
        options.goal = Some(goal.text.clone());
    }
    let evaluation = evaluated(pack, ledger, &options)?;
    let claims = claims(&evaluation, None);
    let mut trials = Vec::new();
    for scenario in scenarios {
        let mut scenario = scenario.clone();
        match carried(ledger, pack, &options, &scenario) {
            Ok(supply) => scenario.supply.extend(supply),
            Err(twice) => faults.extend(twice),
        }
        let scenario = &scenario;
        let rests_on_ledger = scenario.supply.iter().any(|supply| supply.line.is_some());
        let books = if rests_on_ledger { books_of(ledger, pack, &options, scenario) } else { Books::default() };
        let lines = books.lines.into_iter().map(|(_, line)| line).collect();
        let mut setting = Setting {
            evaluation: &evaluation,
            claims: &claims,
            scenario,
            options: &options,
            lines,
            faults: Vec::new(),
        };
        let trial = setting.trial(&mut |tier, value, bound| progress(&scenario.name.text, tier, value, bound));
        faults.append(&mut setting.faults);
        trials.extend(trial);
    }
    if faults.is_empty() {
        return Ok(DryRun { evaluation, claims, trials });
    }
    Diagnostic::sort(&mut faults);
    // Scenarios on one supply share its faults.
    faults.dedup();
    Err(faults.into())
}
