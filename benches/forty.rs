//! Forty requirements over 34 facts: the evaluator beside straight-line code generated from the same pack.
//!
//! What is timed is everything from columns in memory to the counts of verdicts and states, the pack being compiled, as
//! the generated code is. One thread, unless two are named.
#![allow(clippy::inline_always, reason = "generated code is one function only where its pieces are inlined")]

use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime};
use kaigong::model::Portfolio;
use kaigong::packs::Pack;
use kaigong::solver::{Compiled, Options};
use kaigong_benches::straight::{Columns, Kernel, Portable, Sum, count};
use kaigong_benches::{AS_OF, forty, forty_pack};
use rayon::{ThreadPool, ThreadPoolBuilder};

fn compare(criterion: &mut Criterion) {
    let Some(pack) = forty_pack() else { return };
    let threads = |count| ThreadPoolBuilder::new().num_threads(count).build();
    let (Ok(one), Ok(two)) = (threads(1), threads(2)) else { return };
    for rows in [10_000, 100_000, 1_000_000] {
        for blank in [0, 5] {
            let portfolio = kaigong_benches::portfolio(&pack, rows, blank, 7);
            let mut group = criterion.benchmark_group(format!("forty/{rows}/{blank}%-blank"));
            group.throughput(Throughput::Elements(u64::from(rows))).sample_size(20);
            side_by_side(&mut group, &pack, &portfolio, (&one, &two));
            group.finish();
        }
    }
}

fn side_by_side(
    group: &mut BenchmarkGroup<'_, WallTime>,
    pack: &Pack,
    portfolio: &Portfolio,
    (one, two): (&ThreadPool, &ThreadPool),
) {
    let options = Options::on(pack.default_goal, AS_OF);
    let compiled = Compiled::new(pack, options);
    // On a thread of the pool, so that waking it is not timed: the generated text is on its own thread too.
    group.bench_function("kaigong", |bench| one.install(|| bench.iter(|| compiled.tally(black_box(portfolio)))));
    group.bench_function("kaigong, two threads", |bench| {
        two.install(|| bench.iter(|| compiled.tally(black_box(portfolio))));
    });
    let (Some(columns), requirements) = (Columns::of(portfolio), pack.requirements.len()) else { return };
    group.bench_function("generated, portable", |bench| {
        bench.iter(|| count::<forty::Pack, _>(black_box(&columns), Portable, requirements));
    });
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = pulp::x86::V3::try_new() {
        group.bench_function("generated, AVX2", |bench| {
            bench.iter(|| avx2.vectorize(Whole { kernel: avx2, columns: black_box(&columns), requirements }));
        });
    }
    #[cfg(all(target_arch = "x86_64", feature = "avx512"))]
    if let Some(avx512) = pulp::x86::V4::try_new() {
        group.bench_function("generated, AVX-512", |bench| {
            bench.iter(|| avx512.vectorize(Whole { kernel: avx512, columns: black_box(&columns), requirements }));
        });
    }
}

/// The whole count, inlined into a caller that has the instructions.
#[cfg(target_arch = "x86_64")]
struct Whole<'c, K> {
    kernel: K,
    columns: &'c Columns,
    requirements: usize,
}

#[cfg(target_arch = "x86_64")]
impl<K: Kernel> pulp::NullaryFnOnce for Whole<'_, K> {
    type Output = Sum;

    #[inline(always)]
    fn call(self) -> Sum {
        count::<forty::Pack, _>(self.columns, self.kernel, self.requirements)
    }
}

criterion_group!(benches, compare);
criterion_main!(benches);
