//! Evaluation of the shipped pack over 100,000 generated projects; data is made outside the timed part.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use kaigong::DEFAULT_RULES;
use kaigong::model::Date;
use kaigong::solver::{Durations, Options, ResultOptions, evaluate, results};

const ROWS: u32 = 100_000;

fn evaluation(criterion: &mut Criterion) {
    let Ok(rules) = kaigong::load_rules(DEFAULT_RULES) else { return };
    let pack = &rules.pack;
    let as_of = Date(20_777);
    let options = Options::on(pack.default_goal, as_of);
    let mut group = criterion.benchmark_group("evaluation");
    group.throughput(Throughput::Elements(u64::from(ROWS))).sample_size(10);
    for blank in [0, 5, 60] {
        let portfolio = kaigong_benches::portfolio(pack, ROWS, blank, 7);
        group.bench_function(format!("states/{blank}%-blank"), |bench| {
            bench.iter_batched(|| (), |()| evaluate(pack, &portfolio, options), BatchSize::PerIteration);
        });
        let evaluation = evaluate(pack, &portfolio, options);
        let asked = ResultOptions { projects: false, since: false, durations: Durations::Statutory };
        group.bench_function(format!("summary/{blank}%-blank"), |bench| {
            bench.iter(|| results(&evaluation, asked, None));
        });
    }
    group.finish();
}

criterion_group!(benches, evaluation);
criterion_main!(benches);
