//! What a plan comes to, as JSON.

use serde_json::{Value, json};

use super::super::consequences::{Behind, Consequences, Effect, percent};
use super::super::{DryRun, Trial, quantity};
use crate::assessment::Sum;
use crate::json::wan;

pub(super) fn consequences_json(run: &DryRun<'_>, trial: &Trial) -> Value {
    let found = Consequences::of(run, trial);
    let pack = run.evaluation.pack;
    let effect = |effect: &Effect| effect_json(run, trial, effect);
    let group = |name: &'static str| move |(of, value): (Option<String>, Effect)| (name, of, value);
    let grouped = |(name, of, value): (&'static str, Option<String>, Effect)| {
        let mut told = effect(&value);
        told[name] = json!(of);
        told
    };
    let crossed = found.cells.iter().map(|((county, sector), value)| {
        let mut told = effect(value);
        told["county"] = json!(county);
        told["sector"] = json!(sector);
        told
    });
    let sum = |sum: Sum| json!({"projects": sum.projects, "investment": wan(sum.fen)});
    let next = found.next.iter().map(|&(step, of)| {
        let mut told = sum(of);
        told["requirement"] = json!(pack[step].id);
        told
    });
    let (mut behind, mut otherwise) = (Vec::new(), Vec::new());
    for &(kind, held, atoms, projects) in &found.idle {
        let mut told = json!({
            "pool": trial.problem.kinds[kind],
            "amount": quantity(run, trial, kind, atoms),
            "projects": projects,
        });
        let why = match held {
            Behind::Step(step) => {
                told["requirement"] = json!(pack[step].id);
                behind.push(told);
                continue;
            }
            Behind::Short(pool) => {
                told["of"] = json!(pack.pools[pool].id);
                "short"
            }
            Behind::Late => "late",
            Behind::Upstream => "upstream",
        };
        told["why"] = json!(why);
        otherwise.push(told);
    }
    json!({
        "all": effect(&found.whole),
        "by_county": found.counties().into_iter().map(group("county")).map(grouped).collect::<Vec<_>>(),
        "by_sector": found.sectors().into_iter().map(group("sector")).map(grouped).collect::<Vec<_>>(),
        "by_county_and_sector": crossed.collect::<Vec<_>>(),
        "ready_at_once": sum(found.ready),
        "next": next.collect::<Vec<_>>(),
        "idle_behind": behind,
        "idle_otherwise": otherwise,
    })
}

fn effect_json(run: &DryRun<'_>, trial: &Trial, effect: &Effect) -> Value {
    let idle =
        effect.idle.iter().enumerate().filter(|(_, atoms)| **atoms > 0).map(
            |(kind, &atoms)| json!({"pool": trial.problem.kinds[kind], "amount": quantity(run, trial, kind, atoms)}),
        );
    json!({
        "asking": effect.asking.projects,
        "investment_asking": wan(effect.asking.fen),
        "released": effect.released.projects,
        "investment_released": wan(effect.released.fen),
        "industry_released": effect.industry.projects,
        "industry_investment": wan(effect.industry.fen),
        "industrial_share": effect.industrial_permille().map(percent),
        "annual_plan_released": wan(effect.planned),
        "annual_plan_unrecorded": effect.unplanned,
        "idle": idle.collect::<Vec<_>>(),
    })
}
