//! The pools of a ledger as supply: what a period has left, and what earlier ones carry over.

use std::collections::BTreeSet;

use kaigong_io::{PlanKind, Said, Scenario, ScenarioPool, Supply};
use kaigong_model::{Code, Diagnostic, Grant, Place, format_exact};
use kaigong_rules::Pack;

use super::counties::{text_of, word_of};
use crate::check::Ledger;
use crate::rules::Refused;

/// The supply of a period as `pools.csv` has it, less what was granted in that period, shared out by a kind of plan;
/// and a warning for every grant that its pools do not cover.
///
/// Without a period the latest one counts. Grants are taken from their county's pool first, then from that of the city.
///
/// # Errors
/// No pools of that period.
pub fn scenario_of_pools(
    ledger: &Ledger,
    pack: &Pack,
    period: Option<&str>,
    kind: PlanKind,
) -> Result<(Scenario, Vec<Diagnostic>), Refused> {
    let periods: BTreeSet<&str> = ledger.supplies.iter().filter_map(|supply| supply.period.as_deref()).collect();
    let period = period.or_else(|| periods.last().copied());
    let mut warnings = Vec::new();
    let supply = supply_of(ledger, pack, period, &mut warnings);
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
    Ok((scenario, warnings))
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

/// The pools of a period less what was granted in it.
fn supply_of(ledger: &Ledger, pack: &Pack, period: Option<&str>, warnings: &mut Vec<Diagnostic>) -> Vec<ScenarioPool> {
    let of_period = ledger.supplies.iter().filter(|supply| supply.period.as_deref() == period);
    let pool = |supply: &Supply| ScenarioPool {
        pool: supply.pool.clone(),
        county: supply.county.clone().map(|text| Said { text, place: supply.place.clone() }),
        amount: supply.amount,
        hold_back: 0,
        draw_at_most: None,
        fence: None,
        place: supply.place.clone(),
    };
    let mut supply: Vec<ScenarioPool> = of_period.map(pool).collect();
    take_grants(ledger, pack, period, &mut supply, warnings);
    supply
}

/// Takes what was granted in a period out of its pools: the county's own first, then the city's.
fn take_grants(
    ledger: &Ledger,
    pack: &Pack,
    period: Option<&str>,
    supply: &mut [ScenarioPool],
    warnings: &mut Vec<Diagnostic>,
) {
    let Some(period) = period else { return };
    for grant in &ledger.portfolio.grants {
        let told = supply.iter().any(|pool| pool.pool == grant.pool);
        if !told || grant.granted_on.is_none_or(|day| !day.to_string().starts_with(period)) {
            continue;
        }
        let county = county_cell(ledger, pack, grant.row);
        let mut left = grant.amount;
        for own in [true, false] {
            for pool in supply.iter_mut().filter(|pool| pool.pool == grant.pool) {
                let fits = pool.county.as_ref().is_some_and(|said| Some(word_of(pack, &said.text)) == county);
                if if own { fits } else { pool.county.is_none() } {
                    let taken = left.min(pool.amount);
                    pool.amount -= taken;
                    left -= taken;
                }
            }
        }
        if left > 0 {
            warnings.push(overdrawn(ledger, pack, grant, left));
        }
    }
}

fn overdrawn(ledger: &Ledger, pack: &Pack, grant: &Grant, left: i64) -> Diagnostic {
    let id = &ledger.portfolio.ids[grant.row as usize];
    let unit = pack.schema.pools.iter().find(|pool| pool.id == grant.pool).map(|pool| pool.unit);
    let amount =
        unit.map_or_else(|| left.to_string(), |unit| format!("{} {}", format_exact(left.into(), unit), unit.name));
    let paper = grant.document.as_deref().map_or_else(String::new, |paper| format!("（{paper}）"));
    Diagnostic::warning(
        Code("KG-C027"),
        format!("项目「{id}」已配的 {}{paper} 有 {amount} 超出指标池", grant.pool),
        format!("of {} granted to `{id}`{paper}, {amount} exceed the pools", grant.pool),
    )
    .at(Place::File("grants.csv".to_owned()))
}

/// What earlier supply carries over: of the last period before the scenario's, the share that the scenario says.
pub(super) fn carried(ledger: &Ledger, pack: &Pack, scenario: &Scenario) -> Vec<ScenarioPool> {
    let Some(period) = scenario.period.as_deref() else { return Vec::new() };
    let before = ledger.supplies.iter().filter_map(|supply| supply.period.as_deref()).filter(|other| *other < period);
    let Some(last) = before.max() else { return Vec::new() };
    let mut supply = supply_of(ledger, pack, Some(last), &mut Vec::new());
    supply.retain_mut(|pool| {
        let share = scenario.carry.iter().find(|(id, _)| *id == pool.pool).map_or(0, |(_, share)| share.0);
        pool.amount = (i128::from(pool.amount) * i128::from(share) / 1_000_000) as i64;
        pool.amount > 0
    });
    supply
}

fn county_cell(ledger: &Ledger, pack: &Pack, row: u32) -> Option<String> {
    let fact = pack.roles.county?;
    let column = ledger.portfolio.column(fact)?;
    text_of(pack, fact, &column.base_cell(row))
}
