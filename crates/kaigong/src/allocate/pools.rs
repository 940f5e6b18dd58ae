//! The pools of a ledger as supply: what a period has left, and what earlier ones carry over.

use std::collections::BTreeSet;

use kaigong_io::{Carried, PlanKind, Said, Scenario, ScenarioPool, Share, Supply};
use kaigong_model::{Code, Diagnostic, Place, Words};
use kaigong_report::PoolLine;
use kaigong_rules::Pack;

use super::books::{Books, books};
use crate::check::{CheckOptions, Ledger};
use crate::rules::Refused;

/// The supply of a period as `pools.csv` has it, less what was granted in that period, shared out by a kind of plan;
/// and a warning for every grant that its pools do not cover.
///
/// Without a period the latest one counts. Grants are taken from their county's pool first, then from those of the city
/// and the province; what lines before the period still have, or carry over into it, is supply too.
///
/// # Errors
/// No pools of that period.
pub fn scenario_of_pools(
    ledger: &Ledger,
    pack: &Pack,
    options: &CheckOptions,
    period: Option<&str>,
    kind: PlanKind,
) -> Result<(Scenario, Vec<Diagnostic>), Refused> {
    let periods: BTreeSet<&str> = ledger.supplies.iter().filter_map(|supply| supply.period.as_deref()).collect();
    let period = period.or_else(|| periods.last().copied());
    let books = books(ledger, pack, options, period, &|_| 0);
    let supply = supply_of(ledger, &books, period);
    if supply.is_empty() {
        return Err(vec![no_pools(period, &periods.into_iter().collect::<Vec<_>>())].into());
    }
    let scenario = Scenario {
        name: Said { text: kind.name().to_owned(), place: Place::File("pools.csv".to_owned()) },
        file: "pools.csv".to_owned(),
        goal: None,
        horizon: None,
        period: period.map(str::to_owned),
        supply,
        transfers: Vec::new(),
        carry: Vec::new(),
        prices: Vec::new(),
        candidates: None,
        locks: Vec::new(),
        floors: Vec::new(),
        objective: Vec::new(),
        plan: kind,
        grants: Vec::new(),
        order: Vec::new(),
        by: None,
        stop_gap: None,
        stop_work: None,
    };
    Ok((scenario, books.warnings))
}

fn no_pools(period: Option<&str>, known: &[&str]) -> Diagnostic {
    let (zh, en) = period.map_or_else(Default::default, |period| (format!(" {period} "), format!(" of {period}")));
    let fault = Diagnostic::error(
        Code("KG-C020"),
        format!("台账没有{zh}的指标池（pools.csv）"),
        format!("the ledger has no pools{en} (pools.csv)"),
    );
    if known.is_empty() {
        fault.help("用 --scenario 给出方案文件", "name a scenario with --scenario")
    } else {
        fault.help(format!("有 {}", known.join("、")), format!("there are {}", known.join(", ")))
    }
}

/// What the lines of a period have left, and what those before it still have or carry over.
fn supply_of(ledger: &Ledger, books: &Books, period: Option<&str>) -> Vec<ScenarioPool> {
    let lines = books.lines.iter().filter(|(_, line)| {
        let own = line.period.as_deref() == period || line.period.is_none();
        own || Books::usable(line, period) > 0
    });
    lines.map(|(at, line)| supply_line(ledger, *at, line, period)).collect()
}

fn supply_line(ledger: &Ledger, at: usize, line: &PoolLine, period: Option<&str>) -> ScenarioPool {
    let supply = &ledger.supplies[at];
    let was_carried = Books::was_carried(line, period);
    ScenarioPool {
        pool: supply.pool.clone(),
        level: supply.level,
        county: supply.county.clone().map(|text| Said { text, place: supply.place.line() }),
        amount: Books::usable(line, period),
        hold_back: 0,
        draw_at_most: None,
        fence: None,
        // What was carried over is good for the period it was carried into, and carried no further.
        expires_on: supply.expires_on.filter(|_| !was_carried),
        carry: supply.carry.filter(|_| !was_carried),
        document: supply.document.clone(),
        line: Some(at),
        carried_from: if was_carried { supply.period.clone() } else { None },
        place: supply.place.clone(),
    }
}

/// What earlier supply carries over: of the last period before the scenario's, the share that the scenario says.
///
/// # Errors
/// A share that the ledger's own line gives otherwise.
pub(super) fn carried(
    ledger: &Ledger,
    pack: &Pack,
    options: &CheckOptions,
    scenario: &Scenario,
) -> Result<Vec<ScenarioPool>, Vec<Diagnostic>> {
    let Some(period) = scenario.period.as_deref().filter(|_| !scenario.carry.is_empty()) else { return Ok(Vec::new()) };
    let books = books_of(ledger, pack, options, scenario);
    let named = |id: &str| scenario.carry.iter().find(|carried| carried.pool == id);
    let mut faults = Vec::new();
    let mut supply = Vec::new();
    for (at, line) in &books.lines {
        let own = &ledger.supplies[*at];
        let Some(said) = named(&own.pool).filter(|_| line.carried > 0 && own.period.as_deref() != Some(period)) else {
            continue;
        };
        if own.carry.is_some_and(|share| share != said.share) {
            faults.push(carried_twice(said, own));
        }
        supply.push(supply_line(ledger, *at, line, Some(period)));
    }
    if faults.is_empty() { Ok(supply) } else { Err(faults) }
}

/// The books that a scenario's supply rests on.
pub(super) fn books_of(ledger: &Ledger, pack: &Pack, options: &CheckOptions, scenario: &Scenario) -> Books {
    let share = |id: &str| scenario.carry.iter().find(|carried| carried.pool == id).map_or(0, |said| said.share.0);
    books(ledger, pack, options, scenario.period.as_deref(), &share)
}

fn carried_twice(said: &Carried, own: &Supply) -> Diagnostic {
    let (share, theirs) = (said.share.text(), own.carry.map(Share::text).unwrap_or_default());
    let (pool, at) = (&said.pool, own.place.short());
    Diagnostic::error(
        Code("KG-C028"),
        format!("{pool} 的结转比例写了两次：这里 {share}，{at} 写的是 {theirs}"),
        format!("what is carried of {pool} is given twice: {share} here, {theirs} at {at}"),
    )
    .at(said.place.clone())
    .label(own.place.clone(), Words::new("台账所写", "what the ledger says"))
    .help("两处写成一样，或只留一处", "write the same share in both, or leave one out")
}
