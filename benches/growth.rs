//! How the cost of counting verdicts and states grows: with rows, requirements, missing facts and threads, each by itself.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kaigong::packs::Pack;
use kaigong::solver::{Compiled, Options};
use kaigong_benches::{AS_OF, copies, portfolio};
use rayon::ThreadPoolBuilder;

/// What is left as it is while something else grows.
const ROWS: u32 = 100_000;
const COPIES: usize = 1;
const BLANK: u64 = 5;
const THREADS: usize = 1;

fn growth(criterion: &mut Criterion) {
    for rows in [1_000, 10_000, 100_000, 1_000_000] {
        measure(criterion, &format!("rows/{rows}"), COPIES, rows, BLANK, THREADS);
    }
    for count in [1, 2, 4, 8] {
        measure(criterion, &format!("requirements/{}", 40 * count), count, ROWS, BLANK, THREADS);
    }
    for blank in [0, 5, 20, 60, 95] {
        measure(criterion, &format!("blank/{blank}%"), COPIES, ROWS, blank, THREADS);
    }
    for threads in [1, 2] {
        measure(criterion, &format!("threads/{threads}"), 8, ROWS, BLANK, threads);
    }
}

fn measure(criterion: &mut Criterion, name: &str, count: usize, rows: u32, blank: u64, threads: usize) {
    let (Some(pack), Ok(pool)) = (copies(count), ThreadPoolBuilder::new().num_threads(threads).build()) else { return };
    let pack: Pack = pack;
    let portfolio = portfolio(&pack, rows, blank, 7);
    let compiled = Compiled::new(&pack, Options::on(pack.default_goal, AS_OF));
    let mut group = criterion.benchmark_group("growth");
    group.throughput(Throughput::Elements(u64::from(rows))).sample_size(20);
    group.bench_function(name, |bench| pool.install(|| bench.iter(|| compiled.tally(black_box(&portfolio)))));
    group.finish();
}

criterion_group!(benches, growth);
criterion_main!(benches);
