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

use std::collections::BTreeSet;

use kaigong_io::Scenario;
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
use crate::check::{CheckOptions, Ledger, evaluated};
use crate::rules::Refused;

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
    let goals: BTreeSet<&str> =
        scenarios.iter().filter_map(|scenario| scenario.goal.as_ref()).map(|goal| goal.text.as_str()).collect();
    let mut goals = goals.into_iter();
    if let Some(goal) = goals.next() {
        options.goal = Some(goal.to_owned());
    }
    if let Some(other) = goals.next() {
        let fault = Diagnostic::error(
            Code("KG-C021"),
            format!("一起比较的方案目标不同：「{other}」"),
            format!("scenarios that are compared have different goals: `{other}`"),
        );
        return Err(vec![fault].into());
    }
    let evaluation = evaluated(pack, ledger, &options)?;
    let claims = claims(&evaluation, None);
    let mut faults = Vec::new();
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
