//! Dry runs as tables: project by project, and as a ledger of grants.

use kaigong_model::{Align, Lang, Table, format_exact};

use super::screen::Writer;
use super::{DryRun, quantity};
use crate::phrase::{say, unit_name};

/// Every grant of every trial, one a row.
pub fn allocation_table(run: &DryRun<'_>, lang: Lang) -> Table {
    let writer = Writer::new(run, lang);
    let titles = [
        (say(lang, "方案", "scenario"), Align::Left),
        (say(lang, "项目", "project"), Align::Left),
        (say(lang, "指标", "pool"), Align::Left),
        (say(lang, "需要", "needs"), Align::Right),
        (say(lang, "配给", "given"), Align::Right),
        (say(lang, "单位", "unit"), Align::Left),
        (say(lang, "堵点清零", "released"), Align::Left),
        (say(lang, "说明", "note"), Align::Left),
    ];
    let mut table = Table::new(titles);
    for (trial, given) in run.trials.iter().zip(&writer.given) {
        for at in 0..trial.claim_of.len() {
            let claim = trial.claim_of[at];
            let note = if trial.releases(at) { String::new() } else { writer.held(claim) };
            for (kind, &pool) in trial.pool_of.iter().enumerate() {
                let asked = run.claims[claim].asked(pool);
                let given = given[at][kind];
                if asked == 0 && given == 0 {
                    continue;
                }
                let unit = writer.pack().schema.pools[pool].unit;
                table.push([
                    trial.name.clone(),
                    trial.problem.candidates[at].id.clone(),
                    writer.pack().pools[pool].id.clone(),
                    format_exact(asked, unit),
                    format_exact(given, unit),
                    unit_name(unit, lang),
                    say(
                        lang,
                        if trial.releases(at) { "是" } else { "否" },
                        if trial.releases(at) { "yes" } else { "no" },
                    )
                    .to_owned(),
                    note.clone(),
                ]);
            }
        }
    }
    table
}

/// The first scenario's plan as a ledger of grants, as `grants.csv` has them.
pub fn plan_table(run: &DryRun<'_>) -> Table {
    let titles = ["project", "pool", "amount", "document"].map(|title| (title, Align::Left));
    let mut table = Table::new(titles);
    if let Some(trial) = run.trials.first() {
        for (at, given) in trial.given().into_iter().enumerate() {
            for (kind, atoms) in given.into_iter().enumerate().filter(|(_, atoms)| *atoms > 0) {
                table.push([
                    trial.problem.candidates[at].id.clone(),
                    trial.problem.kinds[kind].clone(),
                    quantity(run, trial, kind, atoms),
                    format!("plan {}", trial.name),
                ]);
            }
        }
    }
    table
}
