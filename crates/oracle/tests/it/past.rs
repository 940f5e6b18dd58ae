//! A stretch of time, cut where something changes, says of every day what an evaluation of that day says; and a day's
//! evaluation is that of the ledger as it stood on that day.
//!
//! `KAIGONG_ORACLE_CASES` sets how many pairs are tried.

use kaigong_model::Date;
use kaigong_oracle::generate::{Case, Knobs, Random, case};
use kaigong_oracle::ledger_on;
use kaigong_rules::{Pack, Period, RequirementIdx};
use kaigong_solver::{
    Decides, Durations, Evaluation, Lost, Options, ProjectResult, Question, ResultOptions, RowDelay, Span, Stretch,
    Verdict, evaluate, results,
};
use rayon::prelude::*;

const KNOBS: Knobs = Knobs { requirements: 12, rows: 6, plain: false };

fn cases(default: u64) -> u64 {
    std::env::var("KAIGONG_ORACLE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// The options of a case on another day. The day undated numbers count from stays.
fn on(case: &Case, day: Date) -> Options {
    let options = crate::common::options(case);
    Options { as_of: day, ledger_date: options.ledger_date.or(Some(options.as_of)), ..options }
}

fn projects(evaluation: &Evaluation<'_>) -> Vec<ProjectResult> {
    let asked = ResultOptions { projects: true, since: false, durations: Durations::Statutory };
    results(evaluation, asked, None).projects
}

/// What a day's evaluation and a span both say, as text.
fn told(evaluation: &Evaluation<'_>, project: &ProjectResult) -> String {
    let blockers: Vec<_> = project.blockers.iter().map(|blocker| blocker.requirement).collect();
    let said = (project.verdict, project.readiness, blockers, &project.questions, project.states(evaluation));
    format!("{said:?}")
}

fn told_of(span: &Span) -> String {
    let blockers: Vec<_> = span.obstacles.iter().map(|obstacle| obstacle.blocker.requirement).collect();
    format!("{:?}", (span.verdict, span.readiness, blockers, &span.questions, &span.states))
}

#[test]
fn a_timeline_says_of_every_day_what_that_day_says() {
    let changes: usize = (0..cases(300)).into_par_iter().map(timelines_agree).sum();
    assert!(changes > 300, "only {changes} changes were seen");
}

/// How many changes the timelines of a case hold; each day near one, and some of the others, is checked.
fn timelines_agree(seed: u64) -> usize {
    let Some(case) = case(seed, KNOBS) else { return 0 };
    let last = case.options.as_of;
    let period = Stretch { from: Date(last.0 - 400), to: last };
    let end = evaluate(&case.pack, &case.portfolio, on(&case, last));
    let timelines: Vec<_> = (0..case.portfolio.len() as u32).map(|row| end.timeline(row, period)).collect();
    let mut random = Random::new(seed);
    for day in (period.from.0..=period.to.0).map(Date) {
        let edge = |span: &Span| span.days.from == day || span.days.to == day;
        if !timelines.iter().any(|timeline| timeline.spans.iter().any(edge)) && !random.chance(10) {
            continue;
        }
        let evaluation = evaluate(&case.pack, &case.portfolio, on(&case, day));
        for (project, timeline) in projects(&evaluation).iter().zip(&timelines) {
            let holds = |span: &&Span| span.days.from <= day && day <= span.days.to;
            let spans: Vec<&Span> = timeline.spans.iter().filter(holds).collect();
            assert_eq!(spans.len(), 1, "seed {seed} row {} {day}", project.row);
            let place = || format!("seed {seed} row {} {day}\n{}", project.row, case.yaml);
            assert_eq!(told_of(spans[0]), told(&evaluation, project), "{}", place());
        }
    }
    timelines.iter().map(|timeline| timeline.spans.len() - 1).sum()
}

/// The least common multiple of 1 to 40: shares of a day in whole parts.
const PARTS: i128 = 5_342_931_457_063_200;

/// Days lost, counted day by day: project-days, and by requirement its shares in parts and its whole days.
fn recounted(case: &Case, period: Stretch) -> (i64, Vec<(i128, i64)>) {
    let end = evaluate(&case.pack, &case.portfolio, on(case, period.to));
    let mut lost = vec![(0, 0); case.pack.requirements.len()];
    let mut total = 0;
    for day in (period.from.0..=period.to.0).map(Date) {
        let evaluation = evaluate(&case.pack, &case.portfolio, on(case, day));
        for project in projects(&evaluation) {
            let early = end.first_record(project.row).is_some_and(|first| day < first);
            if early || matches!(project.verdict, Verdict::Started | Verdict::Ready) {
                continue;
            }
            total += 1;
            let acts = |idx: RequirementIdx| (idx, evaluation.body(idx, project.row).owner.clone());
            let asks = |q: &Question| (q.requirement, case.pack.schema[q.fact].ask.clone());
            let mut causes: Vec<(RequirementIdx, Option<String>)> = match project.verdict {
                Verdict::Blocked => project.blockers.iter().map(|blocker| acts(blocker.requirement)).collect(),
                _ => project.questions.iter().filter(|q| q.decides == Decides::Verdict).map(asks).collect(),
            };
            if causes.is_empty() {
                // What the law leaves open is nobody's to answer.
                causes.push((case.pack.goals[case.options.goal].requirement, None));
            }
            causes.sort();
            causes.dedup();
            causes.iter().for_each(|(idx, _)| lost[idx.0 as usize].0 += PARTS / causes.len() as i128);
            causes.dedup_by_key(|(idx, _)| *idx);
            causes.iter().for_each(|(idx, _)| lost[idx.0 as usize].1 += 1);
        }
    }
    (total, lost)
}

/// A sum of shares in parts.
fn parts<'l>(lost: impl Iterator<Item = &'l Lost>) -> i128 {
    lost.flat_map(|lost| lost.split.terms(1)).map(|(num, den)| num * (PARTS / den)).sum()
}

#[test]
fn days_lost_are_those_of_a_recount_day_by_day() {
    let plain = Knobs { plain: true, ..KNOBS };
    let days = |knobs| (0..cases(80)).into_par_iter().map(|seed| delays_agree(seed, knobs)).sum::<i64>();
    let (days, more) = (days(plain), days(KNOBS));
    assert!(days > 5_000 && more > 0, "only {days} and {more} days were lost");
}

/// How many project-days a case without links lost. What waits for other projects goes to them; the recount follows no links, so
/// that it is held to shares only where there are none.
fn delays_agree(seed: u64, knobs: Knobs) -> i64 {
    let Some(case) = case(seed, knobs) else { return 0 };
    let last = case.options.as_of;
    let period = Stretch { from: Date(last.0 - 120), to: last };
    let end = evaluate(&case.pack, &case.portfolio, on(&case, last));
    let rows: Vec<u32> = (0..case.portfolio.len() as u32).collect();
    let delays = end.delays(&rows, period);
    let (total, lost) = recounted(&case, period);
    let place = || format!("seed {seed}\n{}", case.yaml);
    assert_eq!(delays.rows.iter().map(RowDelay::days).sum::<i64>(), total, "{}", place());
    assert_eq!(parts(delays.requirements.iter()), i128::from(total) * PARTS, "{}", place());
    assert_eq!(parts(delays.departments.iter().map(|(_, lost)| lost)), i128::from(total) * PARTS, "{}", place());
    if case.yaml.contains("completed(") {
        return 0;
    }
    let told = delays.requirements.iter().map(|lost| (parts(std::iter::once(lost)), lost.full));
    assert_eq!(told.collect::<Vec<_>>(), lost, "{}", place());
    total
}

/// The pack as it was on a day: one text of each requirement, one value of each parameter, and nothing that had passed
/// or was to come.
fn frozen(pack: &Pack, day: Date) -> Pack {
    let mut frozen = pack.clone();
    let never = Period { from: Some(Date(i32::MAX)), to: None };
    let held = |period: Period| if period.contains(day) { Period::default() } else { never };
    for requirement in &mut frozen.requirements {
        requirement.base = requirement.body(day).clone();
        requirement.versions.clear();
        requirement.period = held(requirement.period);
        requirement.base.needs.iter_mut().for_each(|need| need.edge.period = held(need.edge.period));
    }
    for parameter in &mut frozen.parameters {
        parameter.values.retain(|value| value.period.contains(day));
        parameter.values.iter_mut().for_each(|value| value.period = Period::default());
    }
    frozen.alerts.iter_mut().for_each(|alert| alert.period = held(alert.period));
    frozen
}

#[test]
fn the_law_of_another_day_is_that_of_a_pack_that_has_no_other() {
    let (mut differ, mut seen) = (0, 0);
    for seed in 0..cases(600) {
        let Some(case) = case(seed, KNOBS).filter(|case| !case.yaml.contains("governed_by")) else { continue };
        let mut random = Random::new(seed);
        let law = Date(16_500 + random.below(4_000) as i32);
        let asked = on(&case, case.options.as_of);
        let past = evaluate(&case.pack, &case.portfolio, Options { law_as_of: Some(law), ..asked });
        let pack = frozen(&case.pack, law);
        let held = evaluate(&pack, &case.portfolio, asked);
        let today = evaluate(&case.pack, &case.portfolio, asked);
        for (one, two) in projects(&past).iter().zip(projects(&held)) {
            assert_eq!(told(&past, one), told(&held, &two), "seed {seed} row {} law {law}\n{}", two.row, case.yaml);
            assert_eq!((&one.alerts, &one.earliest), (&two.alerts, &two.earliest), "seed {seed} row {}", two.row);
            differ += u64::from(told(&past, one) != told(&today, &projects(&today)[two.row as usize]));
            seen += 1;
        }
    }
    assert!(differ * 10 > seen && seen > 300, "{differ} of {seen} differ from the law of the day");
}

#[test]
fn a_past_day_is_the_ledger_without_what_came_later() {
    let differ: u64 = (0..cases(60)).into_par_iter().map(past_days_agree).sum();
    assert!(differ > 1_000, "only {differ} days differ from the last");
}

/// On how many days of a year a project's verdict was another than on the last; each day is checked.
fn past_days_agree(seed: u64) -> u64 {
    let Some(case) = case(seed, KNOBS) else { return 0 };
    let last = case.options.as_of;
    let today = evaluate(&case.pack, &case.portfolio, on(&case, last));
    let mut differ = 0;
    for day in (last.0 - 364..=last.0).map(Date) {
        let whole = evaluate(&case.pack, &case.portfolio, on(&case, day));
        let cut = ledger_on(&case.portfolio, day);
        let past = evaluate(&case.pack, &cut, on(&case, day));
        for row in 0..case.portfolio.len() as u32 {
            for (idx, requirement) in case.pack.iter() {
                let truths = |e: &Evaluation<'_>| (e.applies(idx, row), e.met(idx, row), e.needs(idx, row));
                let place = || format!("seed {seed} row {row} {day} {}\n{}", requirement.id, case.yaml);
                assert_eq!(truths(&whole), truths(&past), "{}", place());
            }
            assert_eq!(whole.verdict(row), past.verdict(row), "seed {seed} row {row} {day}");
            differ += u64::from(whole.verdict(row) != today.verdict(row));
        }
    }
    differ
}
