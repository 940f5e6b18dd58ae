//! The cheapest way to start, exactly, on generated packs of 100 requirements with 30 choices over shared steps.
//!
//! Prints the median and the 99th percentile over all packs, each the best of several runs, and how many searches ended
//! with a bound instead of a proof; criterion times a few of the packs by themselves.
#![expect(clippy::print_stdout, clippy::disallowed_types, reason = "a bench measures time and tells what it measured")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use kaigong::model::Date;
use kaigong::packs::{Layer, Pack, load};
use kaigong::solver::{
    CostKind, Durations, Evaluation, Options, Prices, ResultOptions, WAYS_BUDGET, WaysOptions, evaluate, results,
};
use kaigong_benches::{choices, nothing_done};

/// Packs measured, each with a project that has done nothing and one that has done a third.
const PACKS: u64 = 500;
/// Runs of each; the best counts, for the machine may have other things to do.
const RUNS: u32 = 5;
const BY: [CostKind; 3] = [CostKind::Days, CostKind::Money, CostKind::Offices];

fn pack(seed: u64) -> Pack {
    let layer = Layer { name: "bench".into(), files: vec![("pack.yaml".into(), choices(seed).into_bytes())] };
    match load(&[layer]) {
        Ok((pack, _)) => pack,
        Err(faults) => unreachable!("a generated pack is sound: {faults:?}"),
    }
}

fn asked(prices: &Prices, by: CostKind) -> WaysOptions<'_> {
    WaysOptions { prices, by, durations: Durations::Statutory, listed: 64, points: 8, budget: WAYS_BUDGET }
}

/// What one search took, and whether it ended with a proof.
struct Measured {
    took: Duration,
    proven: bool,
}

fn measure(evaluation: &Evaluation<'_>, by: CostKind, measured: &mut Vec<Measured>) {
    let told = ResultOptions { projects: true, since: false, durations: Durations::Statutory };
    for project in results(evaluation, told, None).projects {
        let prices = evaluation.prices(project.row, Durations::Statutory);
        let mut best: Option<Measured> = None;
        for _ in 0..RUNS {
            let begun = Instant::now();
            let found = evaluation.cheapest_way(project.row, &project.blockers, &asked(&prices, by));
            let took = black_box(begun).elapsed();
            let proven = found.is_none_or(|(way, bound)| way.cost(by) == bound);
            if best.as_ref().is_none_or(|best| took < best.took) {
                best = Some(Measured { took, proven });
            }
        }
        measured.extend(best);
    }
}

fn percentiles() {
    let as_of = Date(20_777);
    let mut by_kind = BY.map(|_| Vec::new());
    let mut alternatives = 0;
    for seed in 0..PACKS {
        let pack = pack(seed);
        alternatives +=
            pack.requirements.iter().flat_map(|r| &r.base.needs).filter(|n| n.target.requirements().len() > 1).count();
        let portfolio = nothing_done(&pack, seed);
        let evaluation = evaluate(&pack, &portfolio, Options::on(0, as_of));
        for (by, measured) in BY.into_iter().zip(&mut by_kind) {
            measure(&evaluation, by, measured);
        }
    }
    println!("{PACKS} packs of 100 requirements, {alternatives} choices in all, two projects each");
    for (by, measured) in BY.into_iter().zip(&mut by_kind) {
        measured.sort_by_key(|measured| measured.took);
        let at = |percent: usize| measured[(measured.len() * percent / 100).min(measured.len() - 1)].took;
        let bounds = measured.iter().filter(|measured| !measured.proven).count();
        println!(
            "cheapest by {}: p50 {:?}, p90 {:?}, p99 {:?}, longest {:?}; with a bound only: {bounds} of {}",
            by.name(),
            at(50),
            at(90),
            at(99),
            at(100),
            measured.len()
        );
    }
}

fn ways(criterion: &mut Criterion) {
    percentiles();
    let mut group = criterion.benchmark_group("ways");
    group.sample_size(20);
    for seed in [1, 2, 3] {
        let pack = pack(seed);
        let portfolio = nothing_done(&pack, seed);
        let evaluation = evaluate(&pack, &portfolio, Options::on(0, Date(20_777)));
        let told = ResultOptions { projects: true, since: false, durations: Durations::Statutory };
        let projects = results(&evaluation, told, None).projects;
        let prices = evaluation.prices(0, Durations::Statutory);
        group.bench_function(format!("cheapest/{seed}"), |bench| {
            bench.iter(|| evaluation.cheapest_way(0, &projects[0].blockers, &asked(&prices, CostKind::Days)));
        });
        group.bench_function(format!("all/{seed}"), |bench| {
            bench.iter(|| evaluation.ways(0, &projects[0].blockers, &asked(&prices, CostKind::Days)));
        });
    }
    group.finish();
}

criterion_group!(benches, ways);
criterion_main!(benches);
