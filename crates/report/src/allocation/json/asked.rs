//! What was asked besides the plan, as JSON: more supply, the price of rules, sensitivity, why not.

use kaigong_allocation::{Alone, Deal, Forced, Kept, Purchase, Rule, RulePrice, Rung, Shift, Standing, Swing};
use serde_json::{Value, json};

use super::super::{DryRun, Sensitivity, Trial, WhyNot, quantity, share_text};
use super::{ids_json, lacks_json, number_json, place_json};
use crate::json::wan;

pub(super) fn rule_json(trial: &Trial, price: &RulePrice) -> Value {
    let rule = match price.rule {
        Rule::HoldBack | Rule::HoldBackOf(_) => "hold_back",
        Rule::LockedIn => "locks_in",
        Rule::LockedOut => "locks_out",
        Rule::Lock(_) => "lock",
        Rule::Floors => "floors",
        Rule::Floor(_) => "floor",
        Rule::TiersBefore(_) => "tiers_before",
    };
    let mut told = json!({
        "rule": rule,
        "tier": price.tier + 1,
        "with": number_json(price.with),
        "without": number_json(price.without),
        "without_at_most": number_json(price.without_at_most),
    });
    match price.rule {
        Rule::HoldBackOf(pool) => {
            let spec = &trial.problem.pools[pool];
            told["pool"] = json!(trial.problem.kinds[spec.kind]);
            told["county"] = json!(place_json(trial, spec.county));
            told["scope"] = json!(trial.level(pool).name());
        }
        Rule::Lock(at) => told["project"] = json!(trial.problem.candidates[at].id),
        Rule::Floor(at) => told["group"] = json!(trial.problem.floors[at].label),
        _ => {}
    }
    told
}

pub(super) fn ladder_json(run: &DryRun<'_>, trial: &Trial) -> Vec<Value> {
    let problem = &trial.problem;
    let rung = |rung: &Rung| {
        let pool = &problem.pools[rung.pool];
        json!({
            "pool": problem.kinds[pool.kind],
            "county": place_json(trial, pool.county),
            "scope": trial.level(rung.pool).name(),
            "more": quantity(run, trial, pool.kind, rung.more.into()),
            "added": ids_json(trial, &rung.added),
            "added_worth": number_json(rung.added_worth),
            "enter": ids_json(trial, &rung.enter),
            "leave": ids_json(trial, &rung.leave),
            "gained": number_json(rung.gained),
            "gained_at_most": number_json(rung.gained_at_most),
        })
    };
    trial.ladder.iter().map(rung).collect()
}

fn interval(value: (i128, i128)) -> Value {
    json!({"value": number_json(value.0), "bound": number_json(value.1.max(value.0))})
}

pub(super) fn sensitivity_json(run: &DryRun<'_>, trial: &Trial) -> Value {
    let Some(found) = &trial.sensitivity else { return Value::Null };
    let problem = &trial.problem;
    let swing = |swing: &Swing| {
        let pool = &problem.pools[swing.pool];
        json!({
            "pool": problem.kinds[pool.kind],
            "county": place_json(trial, pool.county),
            "scope": trial.level(swing.pool).name(),
            "step": quantity(run, trial, pool.kind, swing.step.into()),
            "less": interval(swing.less),
            "more": interval(swing.more),
        })
    };
    let shift = |shift: &Shift| {
        json!({
            "from": problem.counties[shift.from],
            "to": problem.counties[shift.to],
            "value": number_json(shift.value.0),
            "bound": number_json(shift.value.1.max(shift.value.0)),
        })
    };
    let kept = |kept: &Kept| {
        let values: Vec<Value> = kept.values.iter().map(|&value| number_json(value)).collect();
        json!({"keep": share_text(kept.keep), "values": values})
    };
    let alone = |alone: &Alone| {
        let proof = match (alone.best >= alone.bound, alone.searched) {
            (true, true) => "search",
            (true, false) => "certificate",
            (false, _) => "gap",
        };
        json!({
            "county": place_json(trial, alone.county),
            "candidates": alone.candidates,
            "value": number_json(alone.value),
            "best": number_json(alone.best),
            "bound": number_json(alone.bound),
            "proof": proof,
        })
    };
    json!({
        "swing": share_text(found.swung),
        "pools": found.swings.iter().map(swing).collect::<Vec<_>>(),
        "moved": found.moved.map(|(kind, atoms)| {
            json!({"pool": problem.kinds[kind], "amount": quantity(run, trial, kind, atoms.into())})
        }),
        "counties": found.shifts.iter().map(shift).collect::<Vec<_>>(),
        "keep": found.kept.iter().map(kept).collect::<Vec<_>>(),
        "near": near_json(trial, found),
        "rules": found.rules.iter().map(|price| rule_json(trial, price)).collect::<Vec<_>>(),
        "counties_alone": found.alone.iter().map(alone).collect::<Vec<_>>(),
    })
}

fn near_json(trial: &Trial, found: &Sensitivity) -> Value {
    let (mut always, mut unknown, mut otherwise) = (Vec::new(), Vec::new(), Vec::new());
    for (at, standing) in &found.standings {
        match standing {
            Standing::Always => always.push(*at),
            Standing::Unknown => unknown.push(*at),
            Standing::Otherwise { enter, leave, value } => otherwise.push(json!({
                "project": trial.problem.candidates[*at].id,
                "enter": ids_json(trial, enter),
                "leave": ids_json(trial, leave),
                "value": number_json(*value),
            })),
        }
    }
    json!({
        "share": share_text(found.near),
        "always": ids_json(trial, &always),
        "otherwise": otherwise,
        "unknown": ids_json(trial, &unknown),
    })
}

pub(super) fn why_not_json(run: &DryRun<'_>, trial: &Trial, at: usize, told: &WhyNot) -> Value {
    let status = if trial.releases(at) {
        "released"
    } else if trial.barred[at].is_some() {
        "blocked"
    } else {
        match told.forced {
            Some(Forced::Plan { .. }) => "possible",
            Some(Forced::Never) => "never",
            Some(Forced::Unknown) => "unknown",
            None => "not_forced",
        }
    };
    let mut out = json!({"project": trial.problem.candidates[at].id, "status": status});
    if trial.releases(at) || trial.barred[at].is_some() {
        return out;
    }
    out["lacks"] = json!(lacks_json(run, trial, at, &trial.shortages[at]));
    out["lacks_alone"] = json!(lacks_json(run, trial, at, &told.alone));
    if let Some(Forced::Plan { enter, leave, lost }) = &told.forced {
        out["enter"] = json!(ids_json(trial, enter));
        out["leave"] = json!(ids_json(trial, leave));
        out["lost"] = lost.iter().map(|&lost| number_json(lost)).collect();
    }
    if let Some(purchase) = &told.purchase {
        out["purchase"] = purchase_json(run, trial, purchase);
    }
    out
}

fn purchase_json(run: &DryRun<'_>, trial: &Trial, purchase: &Purchase) -> Value {
    let problem = &trial.problem;
    let id = |at: &usize| &problem.candidates[*at].id;
    match purchase {
        Purchase::Locked(at) => json!({"status": "locked", "project": id(at)}),
        Purchase::Unserved(at) => json!({"status": "blocked", "project": id(at)}),
        Purchase::NotForSale => json!({"status": "not_for_sale"}),
        Purchase::TooMany => json!({"status": "too_many"}),
        Purchase::Deal(deal) => deal_json(run, trial, deal),
    }
}

fn deal_json(run: &DryRun<'_>, trial: &Trial, deal: &Deal) -> Value {
    let problem = &trial.problem;
    let of = |kind: usize, atoms: i64| quantity(run, trial, kind, atoms.into());
    let pool = |pool: usize, atoms: i64| {
        let spec = &problem.pools[pool];
        json!({
            "pool": problem.kinds[spec.kind],
            "county": place_json(trial, spec.county),
            "scope": trial.level(pool).name(),
            "amount": of(spec.kind, atoms),
        })
    };
    let bought = deal.bought.iter().map(|&(kind, county, atoms)| {
        json!({"pool": problem.kinds[kind], "county": place_json(trial, county), "amount": of(kind, atoms)})
    });
    let moved = deal.moved.iter().map(|&(kind, from, to, atoms)| {
        json!({
            "pool": problem.kinds[kind],
            "from": problem.counties[from],
            "to": problem.counties[to],
            "amount": of(kind, atoms),
        })
    });
    let lifted = deal.lifted.iter().map(|&(at, county, atoms)| {
        let mut told = pool(at, atoms);
        told["draws"] = json!(place_json(trial, county));
        told
    });
    json!({
        "status": "deal",
        "enter": ids_json(trial, &deal.enter.iter().map(|(at, _)| *at).collect::<Vec<_>>()),
        "bought": bought.collect::<Vec<_>>(),
        "moved": moved.collect::<Vec<_>>(),
        "caps_lifted": lifted.collect::<Vec<_>>(),
        "reserves_released": deal.released.iter().map(|&(at, atoms)| pool(at, atoms)).collect::<Vec<_>>(),
        "price": trial.price(deal).map(wan),
    })
}
