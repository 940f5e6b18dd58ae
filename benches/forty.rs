//! Forty requirements over 34 facts: the evaluator beside straight-line code generated from the same pack.
//!
//! One thread. What is timed is everything from columns in memory to the counts of verdicts and states.
#![allow(clippy::inline_always, reason = "generated code is one function only where its pieces are inlined")]

use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime};
use kaigong::model::Portfolio;
use kaigong::packs::Pack;
use kaigong::solver::{Options, tally};
use kaigong_benches::straight::{Columns, Sum, count};
use kaigong_benches::{AS_OF, forty};
use rayon::{ThreadPool, ThreadPoolBuilder};

fn compare(criterion: &mut Criterion) {
    let Some(pack) = forty() else { return };
    let Ok(one) = ThreadPoolBuilder::new().num_threads(1).build() else { return };
    for rows in [10_000, 1_000_000] {
        for blank in [0, 5] {
            let portfolio = kaigong_benches::portfolio(&pack, rows, blank, 7);
            let mut group = criterion.benchmark_group(format!("forty/{rows}/{blank}%-blank"));
            group.throughput(Throughput::Elements(u64::from(rows))).sample_size(20);
            side_by_side(&mut group, &pack, &portfolio, &one);
            group.finish();
        }
    }
}

fn side_by_side(group: &mut BenchmarkGroup<'_, WallTime>, pack: &Pack, portfolio: &Portfolio, one: &ThreadPool) {
    let options = Options::on(pack.default_goal, AS_OF);
    group.bench_function("kaigong", |bench| bench.iter(|| one.install(|| tally(pack, black_box(portfolio), options))));
    let (Some(columns), requirements) = (Columns::of(portfolio), pack.requirements.len()) else { return };
    group.bench_function("generated, portable", |bench| {
        bench.iter(|| count(black_box(&columns), requirements, kaigong_benches::forty::word));
    });
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = pulp::x86::V3::try_new() {
        group.bench_function("generated, AVX2", |bench| {
            bench.iter(|| avx2.vectorize(Whole { columns: black_box(&columns), requirements }));
        });
    }
}

/// The whole count, inlined into a caller that has the instructions.
#[cfg(target_arch = "x86_64")]
struct Whole<'c> {
    columns: &'c Columns,
    requirements: usize,
}

#[cfg(target_arch = "x86_64")]
impl pulp::NullaryFnOnce for Whole<'_> {
    type Output = Sum;

    #[inline(always)]
    fn call(self) -> Sum {
        count(self.columns, self.requirements, kaigong_benches::forty::word)
    }
}

criterion_group!(benches, compare);
criterion_main!(benches);
