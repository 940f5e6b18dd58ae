//! The solver against the oracle on generated packs and portfolios: every state, verdict, blocker, date.
//!
//! `KAIGONG_ORACLE_CASES` sets how many pairs are tried.

use std::collections::BTreeMap;

use crate::common::options;
use kaigong_oracle::generate::{Case, Knobs, case};
use kaigong_oracle::{Kind, Outcome, Verdict, interpret};
use kaigong_solver::{BlockerKind, Durations, Evaluation, ResultOptions, Results, evaluate, results};
use rayon::prelude::*;

const KNOBS: Knobs = Knobs { requirements: 14, rows: 8, plain: false };

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn cases() -> u64 {
    setting("KAIGONG_ORACLE_CASES", 1_500)
}

/// The size of a case; `KAIGONG_ORACLE_REQUIREMENTS` and `KAIGONG_ORACLE_ROWS` make it larger.
fn knobs() -> Knobs {
    let requirements = setting("KAIGONG_ORACLE_REQUIREMENTS", KNOBS.requirements as u64) as usize;
    Knobs { requirements, rows: setting("KAIGONG_ORACLE_ROWS", KNOBS.rows as u64) as usize, ..KNOBS }
}

fn durations(case: &Case) -> Durations {
    if case.options.typical { Durations::Typical } else { Durations::Statutory }
}

/// A case; one in eight under a plan, one in four by what steps usually take.
fn varied(seed: u64) -> Option<Case> {
    let mut case = case(seed, knobs())?;
    (case.options.plan, case.options.typical) = (seed % 8 == 1, seed % 4 == 2);
    Some(case)
}

fn solve(case: &Case) -> (Evaluation<'_>, Results) {
    let evaluation = evaluate(&case.pack, &case.portfolio, options(case));
    let asked = ResultOptions { projects: true, since: true, durations: durations(case) };
    let results = results(&evaluation, asked, None);
    (evaluation, results)
}

fn kind(kind: BlockerKind) -> Kind {
    match kind {
        BlockerKind::Deadlock => Kind::Deadlock,
        BlockerKind::NoWay => Kind::NoWay,
        BlockerKind::Upstream => Kind::Upstream,
        BlockerKind::Resource => Kind::Resource,
        BlockerKind::Action => Kind::Action,
    }
}

fn verdict(verdict: kaigong_solver::Verdict) -> Verdict {
    match verdict {
        kaigong_solver::Verdict::Started => Verdict::Started,
        kaigong_solver::Verdict::Ready => Verdict::Ready,
        kaigong_solver::Verdict::Blocked => Verdict::Blocked,
        kaigong_solver::Verdict::Undetermined => Verdict::Undetermined,
    }
}

/// The first difference between solver and oracle on a case, told so that it can be found again.
fn difference(seed: u64, case: &Case) -> Option<String> {
    let expected = interpret(&case.pack, &case.portfolio, &case.options);
    let (evaluation, results) = solve(case);
    let tell = |row: usize, what: String| Some(format!("seed {seed} row {row}: {what}\n{:?}", case.options));
    for (row, outcome) in expected.iter().enumerate() {
        for (idx, requirement) in case.pack.iter() {
            let row_idx = row as u32;
            let step = outcome.steps[idx.0 as usize];
            let got = (
                evaluation.applies(idx, row_idx),
                evaluation.met(idx, row_idx),
                evaluation.needs(idx, row_idx),
                evaluation.state(idx, row_idx),
            );
            if got != (step.applies, step.met, step.needs, step.state) {
                return tell(row, format!("{}: got {got:?}, expected {step:?}", requirement.id));
            }
        }
        let project = &results.projects[row];
        let got = (verdict(project.verdict), verdict(project.readiness));
        if got != (outcome.verdict, outcome.readiness) {
            return tell(row, format!("verdict {got:?}, expected {:?}", (outcome.verdict, outcome.readiness)));
        }
        let blockers: Vec<_> = project
            .blockers
            .iter()
            .map(|b| kaigong_oracle::Blocker {
                requirement: b.requirement,
                kind: kind(b.kind),
                certain: b.certain,
                group: b.group.as_ref().map(|g| kaigong_oracle::Group {
                    id: g.id.clone(),
                    alternative: g.alternative,
                    choose: g.choose,
                }),
            })
            .collect();
        if blockers != outcome.blockers {
            return tell(row, format!("blockers {blockers:?}\nexpected {:?}", outcome.blockers));
        }
        let rest = (&project.out_of_order, &project.alerts, project.earliest.date, project.earliest.provisional);
        let want = (&outcome.out_of_order, &outcome.alerts, outcome.earliest_start, outcome.provisional);
        if rest != want {
            return tell(row, format!("out of order, alerts, earliest: {rest:?}, expected {want:?}"));
        }
    }
    None
}

#[test]
fn solver_equals_oracle() {
    let found = (0..cases()).into_par_iter().find_map_first(|seed| difference(seed, &varied(seed)?));
    if let Some(found) = found {
        panic!("{found}");
    }
}

/// How often the generator reaches what must be reached.
fn reached(outcomes: &[Outcome], counts: &mut BTreeMap<String, u64>) {
    for outcome in outcomes {
        *counts.entry(format!("verdict {:?}", outcome.verdict)).or_default() += 1;
        for step in &outcome.steps {
            *counts.entry(format!("state {:?}", step.state)).or_default() += 1;
        }
        for blocker in &outcome.blockers {
            *counts.entry(format!("kind {:?}", blocker.kind)).or_default() += 1;
            *counts.entry(format!("certain {}", blocker.certain)).or_default() += 1;
            *counts.entry(format!("group {}", blocker.group.is_some())).or_default() += 1;
        }
        *counts.entry(format!("out of order {}", !outcome.out_of_order.is_empty())).or_default() += 1;
        *counts.entry(format!("provisional {}", outcome.provisional)).or_default() += 1;
        *counts.entry(format!("alerts {}", !outcome.alerts.is_empty())).or_default() += 1;
    }
}

#[test]
fn the_generator_reaches_every_state_verdict_and_kind() {
    let mut counts = BTreeMap::new();
    let (mut refused, mut deepest) = (0, 0);
    for seed in 0..1_500 {
        let Some(case) = case(seed, KNOBS) else {
            refused += 1;
            continue;
        };
        let mut depth = vec![0usize; case.pack.requirements.len()];
        for &idx in &case.pack.order {
            let needs = case.pack[idx].base.needs.iter().flat_map(|need| need.target.requirements().to_vec());
            depth[idx.0 as usize] = needs.map(|step| depth[step.0 as usize] + 1).max().unwrap_or(0);
        }
        deepest = deepest.max(depth.into_iter().max().unwrap_or(0));
        reached(&interpret(&case.pack, &case.portfolio, &case.options), &mut counts);
    }
    assert!(refused < 600, "{refused} of 1500 packs were refused");
    assert!(deepest >= 8, "deepest chain {deepest}");
    for wanted in [
        "verdict Started",
        "verdict Ready",
        "verdict Blocked",
        "verdict Undetermined",
        "state NotApplicable",
        "state Met",
        "state Open",
        "state Waiting",
        "state Undetermined",
        "kind Deadlock",
        "kind NoWay",
        "kind Upstream",
        "kind Resource",
        "kind Action",
        "certain true",
        "certain false",
        "group true",
        "group false",
        "out of order true",
        "provisional true",
        "alerts true",
    ] {
        assert!(counts.get(wanted).is_some_and(|count| *count >= 10), "{wanted}: {counts:#?}");
    }
}

#[test]
fn every_blocked_project_has_a_blocker() {
    for seed in 0..cases() {
        let Some(case) = case(seed, KNOBS) else { continue };
        let (_, results) = solve(&case);
        for project in &results.projects {
            let blocked = project.readiness == kaigong_solver::Verdict::Blocked;
            assert_eq!(blocked, !project.blockers.is_empty(), "seed {seed} row {}", project.row);
        }
    }
}
