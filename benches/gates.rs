//! How many instructions the hot paths take, and how many they may: run by Valgrind, so the same on every machine of one
//! instruction set. The limits are a tenth above what AVX2 takes.
//!
//! `cargo install gungraun-runner --version 0.20.0 --locked`, then `cargo bench -p kaigong-benches --features gates --bench
//! gates`; a path that takes more than its limit ends the run with an error.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::needless_pass_by_value,
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the macros write modules and functions"
)]

use std::hint::black_box;

use gungraun::prelude::*;
use gungraun::{Callgrind, EventKind, LibraryBenchmarkConfig};
use kaigong::io::{Input, ReadOptions};
use kaigong::model::Portfolio;
use kaigong::packs::Pack;
use kaigong::solver::{Compiled, Durations, Evaluation, Options, Tally};
use kaigong_benches::peers::ledger;
use kaigong_benches::{AS_OF, forty_pack, portfolio};

/// Projects of each ledger: two whole blocks of rows, and a part of one.
const ROWS: u32 = 10_000;

/// Everything runs on the thread that is counted.
fn alone() {
    let _ = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global();
}

/// The forty rules, compiled, and a ledger of which so many cells in a hundred are blank.
fn evaluation(blank: u64) -> Option<(&'static Pack, Compiled<'static>, Portfolio)> {
    alone();
    let pack: &'static Pack = Box::leak(Box::new(forty_pack()?));
    let compiled = Compiled::new(pack, Options::on(pack.default_goal, AS_OF));
    let portfolio = portfolio(pack, ROWS, blank, 7);
    // What is looked up once is not counted.
    let _ = compiled.tally(&portfolio);
    Some((pack, compiled, portfolio))
}

type Ready = Option<(&'static Pack, Compiled<'static>, Portfolio)>;

#[library_benchmark(config = at_most(2_600_000))]
#[bench::recorded(args = (0), setup = evaluation)]
#[bench::blank(args = (5), setup = evaluation)]
fn tally(ready: Ready) -> Option<Tally> {
    ready.map(|(_, compiled, portfolio)| black_box(compiled.tally(&portfolio)))
}

/// A ledger as CSV.
fn written(blank: u64) -> Option<(Pack, Vec<u8>)> {
    alone();
    let (pack, mut bytes) = (forty_pack()?, Vec::new());
    ledger(&portfolio(&pack, ROWS, blank, 7), &mut bytes).ok()?;
    Some((pack, bytes))
}

#[library_benchmark(config = at_most(115_000_000))]
#[bench::blank(args = (5), setup = written)]
fn read_csv(ready: Option<(Pack, Vec<u8>)>) -> usize {
    let Some((pack, bytes)) = ready else { return 0 };
    let input = Input { name: "projects.csv".to_owned(), bytes };
    let read = kaigong::io::read(&pack.schema, &[input], &ReadOptions::default());
    black_box(read.map_or(0, |ledger| ledger.portfolio.len()))
}

/// An evaluation of which one project is explained.
fn evaluated(blank: u64) -> Option<Evaluation<'static>> {
    let (_, compiled, portfolio) = evaluation(blank)?;
    Some(compiled.evaluate(Box::leak(Box::new(portfolio))))
}

#[library_benchmark(config = at_most(1_400_000))]
#[bench::blank(args = (5), setup = evaluated)]
fn explain(ready: Option<Evaluation<'static>>) -> usize {
    ready.map_or(0, |evaluation| black_box(evaluation.explain(4_321, Durations::default())).result.blockers.len())
}

#[library_benchmark(config = at_most(33_000_000))]
fn load_pack() -> bool {
    black_box(forty_pack()).is_some()
}

/// A limit of instructions.
fn at_most(instructions: u64) -> LibraryBenchmarkConfig {
    LibraryBenchmarkConfig::default().tool(Callgrind::default().hard_limits([(EventKind::Ir, instructions)])).clone()
}

library_benchmark_group!(name = paths, benchmarks = [tally, read_csv, explain, load_pack]);
main!(library_benchmark_groups = paths);
