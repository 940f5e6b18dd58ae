//! Dry runs as tables: project by project, and as a ledger of grants.

use kaigong_model::{Align, Dimension, Lang, Table, format_exact};

use super::consequences::planned;
use super::screen::Writer;
use super::{DryRun, quantity};
use crate::assessment::{group_word, investment, role_text};
use crate::phrase::{say, unit_name};

/// Every grant of every trial, one a row.
pub fn allocation_table(run: &DryRun<'_>, lang: Lang) -> Table {
    let writer = Writer::new(run, lang);
    let titles = [
        (say(lang, "方案", "scenario"), Align::Left),
        (say(lang, "项目", "project"), Align::Left),
        (say(lang, "县(区)", "county"), Align::Left),
        (say(lang, "类别", "sector"), Align::Left),
        (say(lang, "总投资(万元)", "investment(CNY 10,000)"), Align::Right),
        (say(lang, "年度计划投资(万元)", "plan of the year(CNY 10,000)"), Align::Right),
        (say(lang, "指标", "pool"), Align::Left),
        (say(lang, "需要", "needs"), Align::Right),
        (say(lang, "配给", "given"), Align::Right),
        (say(lang, "单位", "unit"), Align::Left),
        (say(lang, "堵点清零", "released"), Align::Left),
        (say(lang, "下一步", "next"), Align::Left),
        (say(lang, "说明", "note"), Align::Left),
    ];
    let mut table = Table::new(titles);
    let sector = run.evaluation.pack.roles.sector;
    for (of, (trial, given)) in run.trials.iter().zip(&writer.given).enumerate() {
        for at in 0..trial.claim_of.len() {
            let claim = trial.claim_of[at];
            let row = run.claims[claim].row;
            let place = trial.problem.candidates[at].county;
            let of_project = [
                place.map_or_else(String::new, |county| trial.problem.counties[county].clone()),
                role_text(&run.evaluation, sector, row)
                    .map_or_else(String::new, |name| group_word(&run.evaluation, sector, &name, lang)),
                investment(&run.evaluation, row).map_or_else(String::new, |fen| in_wan(fen.into())),
                planned(run, row).map_or_else(String::new, in_wan),
            ];
            let next = trial.after[at].as_ref().map_or_else(String::new, |after| {
                let names = after.next.iter().map(|&step| writer.steps(&[step], 1));
                names.collect::<Vec<_>>().join(";")
            });
            let note = if trial.releases(at) { String::new() } else { writer.held_in(of, claim) };
            for (kind, &pool) in trial.pool_of.iter().enumerate() {
                let asked = run.claims[claim].asked(pool);
                let given = given[at][kind];
                if asked == 0 && given == 0 {
                    continue;
                }
                let unit = writer.pack().schema.pools[pool].unit;
                let [county, sector, invested, planned] = of_project.clone();
                table.push([
                    trial.name.clone(),
                    trial.problem.candidates[at].id.clone(),
                    county,
                    sector,
                    invested,
                    planned,
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
                    next.clone(),
                    note.clone(),
                ]);
            }
        }
    }
    table
}

/// Fen in 10,000 yuan, exact.
fn in_wan(fen: i128) -> String {
    format_exact(fen, Dimension::Money.standard_unit())
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
