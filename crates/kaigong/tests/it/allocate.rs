//! What a dry run says of projects holds when the evaluator itself is given the grants.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kaigong::io::{Input, PlanKind, ReadOptions, table_csv};
use kaigong::model::{Date, format_exact};
use kaigong::packs::{Pack, RequirementIdx};
use kaigong::report::{Bar, DryRun, plan_table};
use kaigong::solver::{Claim, Cover};
use kaigong::{CheckOptions, Ledger, allocate, check, load_rules, read_ledger, scenario_of_pools};

fn pack() -> Pack {
    load_rules("cn-gd-huizhou").unwrap().pack
}

fn as_of() -> Date {
    Date::new(2026, 11, 20).unwrap()
}

/// The shipped city, with grants beside it.
fn city(pack: &Pack, grants: Option<Vec<u8>>) -> Ledger {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/city");
    let read = |name: &str| Input { name: name.to_owned(), bytes: std::fs::read(folder.join(name)).unwrap() };
    let mut inputs = vec![read("projects.csv"), read("pools.csv")];
    inputs.extend(grants.map(|bytes| Input { name: "grants.csv".to_owned(), bytes }));
    read_ledger(pack, &inputs, &ReadOptions::default()).unwrap()
}

/// The best plan on the city's own pools.
fn best<'a>(pack: &'a Pack, ledger: &'a Ledger) -> DryRun<'a> {
    let (scenario, warnings) =
        scenario_of_pools(ledger, pack, &CheckOptions::on(as_of()), None, PlanKind::Optimal).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    allocate(pack, ledger, &CheckOptions::on(as_of()), &[scenario], &mut |_, _, _, _| {}).unwrap()
}

/// What blocks each project of a ledger once grants count as under a plan, by id.
fn blockers(pack: &Pack, ledger: &Ledger, plan: bool) -> BTreeMap<String, BTreeSet<RequirementIdx>> {
    let assessment = check(pack, ledger, &CheckOptions { plan, ..CheckOptions::on(as_of()) }, None).unwrap();
    let of = |project: &kaigong::solver::ProjectResult| {
        let id = ledger.portfolio.ids[project.row as usize].to_string();
        (id, project.blockers.iter().map(|blocker| blocker.requirement).collect())
    };
    assessment.results.projects.iter().map(of).collect()
}

/// All that a claim asks, as rows of `grants.csv`.
fn in_full(pack: &Pack, id: &str, claim: &Claim) -> String {
    let covers: Vec<usize> = (0..claim.covers.len()).collect();
    let row = |pool: usize| {
        let unit = pack.schema.pools[pool].dimension.standard_unit();
        let amount = format_exact(claim.asked_by(&covers, pool), unit);
        format!("{id},{},{amount} {}\n", pack.schema.pools[pool].id, unit.name)
    };
    claim.pools().into_iter().map(row).collect()
}

/// Per candidate of the only trial that `picked` picks: its id and its claim.
fn left_out<'r>(run: &'r DryRun<'_>, picked: impl Fn(Option<&Bar>) -> bool) -> Vec<(&'r str, &'r Claim)> {
    let trial = &run.trials[0];
    let chosen = &trial.plan().unwrap().chosen;
    (0..chosen.len())
        .filter(|&at| chosen[at].is_none() && picked(trial.barred[at].as_ref()))
        .map(|at| (trial.problem.candidates[at].id.as_str(), &run.claims[trial.claim_of[at]]))
        .collect()
}

/// The blockers of a project that stand under no choice: of a choice, the other alternatives may go on to block until
/// the one covered is finished.
fn plain(run: &DryRun<'_>, id: &str) -> BTreeSet<RequirementIdx> {
    let row = run.evaluation.portfolio.row(id).unwrap();
    let claim = run.claims.iter().find(|claim| claim.row == row).unwrap();
    let plain = claim.blockers.iter().filter(|blocker| blocker.group.is_none());
    plain.map(|blocker| blocker.requirement).collect()
}

/// The city with every one of some claims granted in full.
fn granted(pack: &Pack, claims: &[(&str, &Claim)]) -> BTreeMap<String, BTreeSet<RequirementIdx>> {
    let rows: String = claims.iter().map(|(id, claim)| in_full(pack, id, claim)).collect();
    blockers(pack, &city(pack, Some(format!("project,pool,amount\n{rows}").into_bytes())), true)
}

#[test]
fn no_former_blocker_of_a_released_project_blocks_it_under_the_plan() {
    let pack = pack();
    let ledger = city(&pack, None);
    let run = best(&pack, &ledger);
    let trial = &run.trials[0];
    let before = blockers(&pack, &ledger, false);
    let nothing = blockers(&pack, &ledger, true);
    let under = blockers(&pack, &city(&pack, Some(table_csv(&plan_table(&run)))), true);
    let mut released = 0;
    for (candidate, source) in trial.problem.candidates.iter().zip(&trial.plan().unwrap().chosen) {
        let (former, now) = (&before[&candidate.id], &under[&candidate.id]);
        assert!(!former.is_empty(), "{} was not blocked", candidate.id);
        if source.is_some() {
            released += 1;
            let plain = plain(&run, &candidate.id);
            let left = former.intersection(now).filter(|&idx| plain.contains(idx));
            let left: Vec<&str> = left.map(|&idx| pack[idx].id.as_str()).collect();
            assert!(left.is_empty(), "{} is called released, but {left:?} still block", candidate.id);
        } else {
            assert_eq!(&nothing[&candidate.id], now, "{} was given nothing", candidate.id);
        }
    }
    assert!(released > 40, "{released} released");
}

#[test]
fn a_project_that_others_hold_up_stays_blocked_under_all_it_asks() {
    let pack = pack();
    let ledger = city(&pack, None);
    let run = best(&pack, &ledger);
    let before = blockers(&pack, &ledger, false);
    let nothing = blockers(&pack, &ledger, true);
    let held = left_out(&run, |bar| matches!(bar, Some(Bar::Others(_))));
    let under = granted(&pack, &held);
    assert!(held.len() > 100, "{} held", held.len());
    for (id, claim) in held {
        let left = before[id].intersection(&under[id]).count();
        assert!(left > 0, "{id} is released by its grants alone");
        assert!(!claim.others.is_empty() || !claim.upstream.is_empty(), "{id} is held by nothing");
        for other in &claim.others {
            assert!(under[id].contains(other) || !nothing[id].contains(other), "{id}: {}", pack[*other].id);
        }
    }
}

#[test]
fn a_project_left_out_for_want_of_supply_alone_is_released_by_all_it_asks() {
    let pack = pack();
    let ledger = city(&pack, None);
    let run = best(&pack, &ledger);
    let before = blockers(&pack, &ledger, false);
    let short = left_out(&run, |bar| bar.is_none());
    let under = granted(&pack, &short);
    assert!(short.len() > 10, "{} short", short.len());
    for (id, _) in short {
        let plain = plain(&run, id);
        let left = before[id].intersection(&under[id]).filter(|&idx| plain.contains(idx));
        let left: Vec<&str> = left.map(|&idx| pack[idx].id.as_str()).collect();
        assert!(left.is_empty(), "{id}: {left:?} still block");
    }
}

#[test]
fn a_plan_of_nothing_changes_only_what_lacks_nothing() {
    let pack = pack();
    let ledger = city(&pack, None);
    let run = best(&pack, &ledger);
    let (before, nothing) = (blockers(&pack, &ledger, false), blockers(&pack, &ledger, true));
    for (id, former) in before.iter().filter(|(id, former)| nothing[*id] != **former) {
        let row = run.evaluation.portfolio.row(id).unwrap();
        let claim = run.claims.iter().find(|claim| claim.row == row).unwrap();
        let lacks_nothing = |cover: &Cover| cover.draws.iter().all(|draw| draw.outstanding() == 0);
        let met = claim.covers.iter().filter(|cover| lacks_nothing(cover)).map(|cover| cover.requirement);
        let met: BTreeSet<RequirementIdx> = met.collect();
        assert!(!met.is_empty() && met.is_subset(former), "{id}: {:?}", pack[*former.first().unwrap()].id);
    }
}
