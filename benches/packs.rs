//! Loading and compiling the shipped packs.

use criterion::{Criterion, criterion_group, criterion_main};

fn packs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("packs");
    for name in kaigong::shipped_rules() {
        group.bench_function(format!("load/{name}"), |bench| bench.iter(|| kaigong::load_rules(&name).is_ok()));
    }
    group.finish();
}

criterion_group!(benches, packs);
criterion_main!(benches);
