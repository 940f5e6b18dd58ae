//! A session that is edited says, bit by bit, what a full evaluation of the edited facts, law and day says.
//!
//! `KAIGONG_ORACLE_CASES` sets how many sessions are tried.

use crate::common::options;
use kaigong_model::{Cell, Date, FactIdx, FactSpec, FactType, Grant, Issue, Portfolio, ProjectIds};
use kaigong_oracle::generate::{Knobs, Random, case};
use kaigong_rules::expression::{ParameterIdx, PoolIdx};
use kaigong_rules::{Pack, ParameterValue, Scalar};
use kaigong_solver::{BlankMode, Durations, Options, ResultOptions, Session, evaluate, results};

/// Many rows over several words, and so few that often no project waits for another.
const ROWS: [usize; 2] = [90, 2];
const EDITS: usize = 12;
const EVERYTHING: ResultOptions = ResultOptions { projects: true, since: true, durations: Durations::Statutory };

fn cases() -> u64 {
    std::env::var("KAIGONG_ORACLE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(120)
}

fn day(random: &mut Random) -> Date {
    Date(17_900 + random.below(2_000) as i32)
}

fn cell(spec: &FactSpec, ids: &ProjectIds, random: &mut Random) -> Cell {
    match random.below(6) {
        0 => return Cell::Blank,
        1 => return Cell::No,
        2 => return Cell::Conflicting,
        _ => {}
    }
    match spec.kind {
        FactType::Bool => Cell::Bool(random.chance(50)),
        FactType::Quantity(_) => {
            Cell::Quantity([0, 1, 40, 70_000, 5_000_000, 1 << 40][random.below(6)] + random.below(100) as i64)
        }
        FactType::Date => Cell::Date(day(random)),
        FactType::Enum => Cell::Enum(random.below(spec.values.len()) as u16),
        FactType::Text => Cell::Text(["甲", "乙"][random.below(2)].to_owned()),
        FactType::Document if random.chance(60) => {
            Cell::Document(vec![Issue { issued_on: Some(day(random)), ..Issue::default() }])
        }
        FactType::Document => Cell::Document(vec![
            Issue { issued_on: Some(day(random)), number: Some("7".to_owned()), ..Issue::default() },
            Issue { accepted_on: Some(day(random)), expires_on: Some(day(random)), ..Issue::default() },
        ]),
        FactType::Projects => {
            let picked = (0..=random.below(2)).map(|_| ids[random.below(ids.len())].to_string());
            Cell::Projects(picked.collect())
        }
    }
}

/// Changes the values of a parameter.
fn revalue(values: &mut [ParameterValue]) {
    for value in values {
        match &mut value.value {
            Some(Scalar::Bool(value)) => *value = !*value,
            Some(Scalar::Date(day)) => day.0 += 200,
            Some(Scalar::Number(number)) if number.num < 1 << 40 => number.num += number.den,
            _ => value.value = None,
        }
    }
}

/// Grants out of a pool: some of those there were, and some others.
fn grants(pack: &Pack, portfolio: &Portfolio, pool: PoolIdx, random: &mut Random) -> Vec<Grant> {
    let id = &pack.schema.pools[pool.0 as usize].id;
    let had = portfolio.grants.iter().filter(|grant| grant.pool == *id && random.chance(70)).cloned();
    let mut grants: Vec<Grant> = had.collect();
    for _ in 0..random.below(4) {
        let granted_on = random.chance(70).then(|| day(random));
        let (row, amount) = (random.below(portfolio.len()) as u32, [0, 70_000, 5_000_000, 1 << 40][random.below(4)]);
        grants.push(Grant { row, pool: id.clone(), amount, granted_on, document: None });
    }
    grants.extend(grants.first().filter(|_| random.chance(20)).cloned());
    grants
}

/// Changes a parameter, a requirement's condition, or an edge.
fn change(pack: &mut Pack, random: &mut Random) {
    let at = random.below(pack.requirements.len());
    match random.below(3) {
        0 if !pack.parameters.is_empty() => {
            let parameter = random.below(pack.parameters.len());
            revalue(&mut pack.parameters[parameter].values);
        }
        1 => {
            let other = pack.requirements[random.below(at + 1)].base.met_when.clone();
            pack.requirements[at].base.met_when = other;
        }
        _ => drop(pack.requirements[at].base.needs.pop()),
    }
}

fn assert_same(session: &Session, seed: u64, yaml: &str) {
    let (kept, full) = (session.evaluation(), evaluate(session.pack(), session.portfolio(), session.options()));
    if kept.checksum() == full.checksum() {
        return;
    }
    for (idx, requirement) in session.pack().iter() {
        for row in 0..session.portfolio().len() as u32 {
            let told = [&kept, &full].map(|of| {
                (of.applies(idx, row), of.met(idx, row), of.needs(idx, row), of.cleared(idx, row), of.verdict(row))
            });
            assert_eq!(told[0], told[1], "seed {seed}, {} of row {row}\n{yaml}", requirement.id);
        }
    }
    panic!("seed {seed}: checksums differ");
}

#[test]
fn an_edited_session_is_a_full_evaluation() {
    let mut tried = [0; 6];
    for seed in 0..cases() {
        let rows = ROWS[seed as usize % ROWS.len()];
        let Some(case) = case(seed, Knobs { requirements: 14, rows, plain: false }) else { continue };
        let random = &mut Random::new(seed ^ 0x5e55);
        let asked = options(&case);
        let mut session = Session::new(case.pack, case.portfolio, asked);
        for _ in 0..EDITS {
            let parameters = session.pack().parameters.len();
            let pools = session.pack().schema.pools.len();
            let kind = match () {
                () if parameters > 0 && random.chance(25) => 4,
                () if pools > 0 && random.chance(15) => 5,
                () => random.below(8).min(3),
            };
            tried[kind] += 1;
            match kind {
                0 => session.change_law(|pack| change(pack, random)),
                1 => session.ask(Options { as_of: day(random), ..session.options() }),
                2 => {
                    let blanks = [BlankMode::Pack, BlankMode::PresumeNo, BlankMode::Unknown][random.below(3)];
                    session.ask(Options { blanks, ..session.options() });
                }
                4 => {
                    let parameter = ParameterIdx(random.below(parameters) as u32);
                    session.change_parameter(parameter, |values| revalue(values));
                }
                5 => {
                    let pool = PoolIdx(random.below(pools) as u32);
                    let grants = grants(session.pack(), session.portfolio(), pool, random);
                    session.set_grants(pool, grants);
                }
                _ => {
                    let (row, fact, cell) = edit(session.portfolio(), random);
                    session.set(row, fact, cell);
                }
            }
            assert_same(&session, seed, &case.yaml);
        }
        let full = evaluate(session.pack(), session.portfolio(), session.options());
        let told = [session.evaluation(), full].map(|of| format!("{:?}", results(&of, EVERYTHING, None).projects));
        assert!(told[0] == told[1], "seed {seed}: reasons differ\n{}\n{}\n{}", told[0], told[1], case.yaml);
    }
    assert!(tried.iter().all(|&count| count > 20), "every kind of edit is tried: {tried:?}");
}

fn edit(portfolio: &Portfolio, random: &mut Random) -> (u32, FactIdx, Cell) {
    let fact = FactIdx(random.below(portfolio.schema.len()) as u32);
    let row = random.below(portfolio.len()) as u32;
    (row, fact, cell(&portfolio.schema[fact], &portfolio.ids, random))
}
