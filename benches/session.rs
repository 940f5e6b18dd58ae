//! What one change costs a session that keeps 100,000 projects evaluated: a fact, a parameter of the pack, grants out of a pool, the day.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use kaigong::DEFAULT_RULES;
use kaigong::model::{Cell, Date, FactIdx, FactType, Grant, Portfolio};
use kaigong::packs::expression::{Fraction, ParameterIdx, PoolIdx};
use kaigong::packs::{Pack, ParameterValue, Scalar};
use kaigong::solver::{Options, Session};
use kaigong_benches::{AS_OF, forty_pack};

const ROWS: u32 = 100_000;

fn sessions(criterion: &mut Criterion) {
    let shipped = kaigong::load_rules(DEFAULT_RULES).ok().map(|rules| rules.pack);
    for (name, pack) in [("forty", forty_pack()), ("shipped", shipped)] {
        let Some(pack) = pack else { continue };
        let portfolio = kaigong_benches::portfolio(&pack, ROWS, 5, 7);
        one_change(criterion, name, pack, portfolio);
    }
}

fn one_change(criterion: &mut Criterion, name: &str, pack: Pack, portfolio: Portfolio) {
    let bools: Vec<FactIdx> =
        pack.schema.iter().filter(|(_, spec)| spec.kind == FactType::Bool).map(|(fact, _)| fact).collect();
    let options = Options::on(pack.default_goal, AS_OF);
    let mut session = Session::new(pack, portfolio, options);
    let mut group = criterion.benchmark_group(format!("session/{name}"));
    group.sample_size(30);
    let mut at = 0usize;
    group.bench_function("a fact", |bench| {
        bench.iter(|| {
            at += 1;
            let row = (at as u32).wrapping_mul(7_919) % ROWS;
            session.set(row, bools[at % bools.len()], Cell::Bool(at.is_multiple_of(2)));
            black_box(session.evaluation().verdict(row))
        });
    });
    if let Some(parameter) = (0..session.pack().parameters.len()).find(|&at| amount(session.pack(), at).is_some()) {
        group.bench_function(format!("a parameter: {}", session.pack().parameters[parameter].id), |bench| {
            bench.iter(|| {
                at += 1;
                session.change_parameter(ParameterIdx(parameter as u32), |values| raise(values, at.is_multiple_of(2)));
            });
        });
    }
    if let Some(pool) = session.pack().schema.pools.first().map(|pool| pool.id.clone()) {
        let grant = |row: u32, amount| Grant { row, pool: pool.clone(), amount, granted_on: None, document: None };
        group.bench_function(format!("a grant out of {pool}, of 1,000"), |bench| {
            bench.iter(|| {
                at += 1;
                let one = (at as u32).wrapping_mul(7_919) % 1_000;
                let amount = |nth: u32| if nth == one { 1 } else { 500_000_000 };
                session.set_grants(PoolIdx(0), (0..1_000).map(|nth| grant(nth * 97, amount(nth))).collect());
            });
        });
    }
    group.bench_function("the day", |bench| {
        bench.iter(|| {
            at += 1;
            session.ask(Options { as_of: Date(AS_OF.0 + (at % 2) as i32), ..options });
        });
    });
    group.finish();
}

/// The first value of a parameter that is an amount.
fn amount(pack: &Pack, parameter: usize) -> Option<Fraction> {
    match pack.parameters[parameter].values.last()?.value.as_ref()? {
        Scalar::Number(number) => Some(*number),
        _ => None,
    }
}

/// Raises every value of a parameter a little, or lowers it again.
fn raise(values: &mut [ParameterValue], up: bool) {
    for value in values {
        if let Some(Scalar::Number(number)) = &mut value.value {
            number.num += if up { number.den } else { -number.den };
        }
    }
}

criterion_group!(benches, sessions);
criterion_main!(benches);
