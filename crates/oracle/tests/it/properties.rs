//! What must hold of every answer: reasons are grounded, knowledge is monotone, order and threads do not matter.
//!
//! `KAIGONG_ORACLE_CASES` sets how many pairs are tried.

use std::sync::Arc;

use kaigong_model::{Cell, Date, FactIdx, FactType, Issue, Portfolio, PortfolioBuilder};
use kaigong_oracle::generate::{Case, Knobs, Random, case};
use kaigong_solver::{BlankMode, Durations, Options, ResultOptions, Verdict, evaluate, results};

const KNOBS: Knobs = Knobs { requirements: 14, rows: 8, plain: false };

fn cases() -> u64 {
    std::env::var("KAIGONG_ORACLE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(400)
}

fn options(case: &Case) -> Options {
    Options { blanks: BlankMode::Pack, ..crate::common::options(case) }
}

/// The portfolio with some cells replaced; dated changes of replaced cells are dropped.
fn edited(portfolio: &Portfolio, edit: impl Fn(u32, FactIdx) -> Option<Cell>) -> Portfolio {
    let mut builder = PortfolioBuilder::new(Arc::clone(&portfolio.schema));
    portfolio.ids.iter().for_each(|id| {
        builder.add(id);
    });
    for (fact, _) in portfolio.schema.iter() {
        let Some(column) = portfolio.column(fact) else { continue };
        for row in 0..portfolio.len() as u32 {
            if let Some(cell) = edit(row, fact) {
                builder.put(row, fact, cell);
            } else {
                builder.put(row, fact, column.base_cell(row));
                for change in column.changes.get(&row).into_iter().flatten() {
                    builder.change(row, fact, change.clone());
                }
            }
        }
    }
    portfolio.grants.iter().for_each(|grant| builder.grant(grant.clone()));
    builder.finish().0
}

fn is_linked_to(case: &Case, row: u32) -> bool {
    let id = &case.portfolio.ids[row as usize];
    let names = |cell: &Cell| matches!(cell, Cell::Projects(ids) if ids.iter().any(|other| other == id));
    case.portfolio.columns.iter().flatten().any(|column| {
        let changes = column.changes.values().flatten().any(|change| names(&change.cell));
        changes || (0..case.portfolio.len() as u32).any(|at| names(&column.base_cell(at)))
    })
}

#[test]
fn a_verdict_stands_when_every_uncited_fact_is_forgotten() {
    for seed in 0..cases() {
        let Some(case) = case(seed, KNOBS) else { continue };
        let evaluation = evaluate(&case.pack, &case.portfolio, options(&case));
        for row in 0..case.portfolio.len() as u32 {
            // A project that others link to may stand behind its own verdict by way of theirs.
            if is_linked_to(&case, row) {
                continue;
            }
            let cited = evaluation.explain(row, Durations::Statutory).cited;
            let forgotten =
                edited(&case.portfolio, |at, fact| (at == row && !cited.contains(&fact)).then_some(Cell::Blank));
            let again = evaluate(&case.pack, &forgotten, options(&case));
            let ids: Vec<&str> = cited.iter().map(|&fact| case.pack.schema[fact].id.as_str()).collect();
            assert_eq!(
                again.readiness(row),
                evaluation.readiness(row),
                "seed {seed} row {row}, cited {ids:?}\n{}",
                case.yaml
            );
        }
    }
}

fn some_value(random: &mut Random, kind: FactType) -> Cell {
    let day = |random: &mut Random| Date(16_500 + random.below(4_000) as i32);
    match kind {
        FactType::Bool => Cell::Bool(random.chance(50)),
        FactType::Quantity(_) => Cell::Quantity(random.below(20) as i64 * 1_000_000),
        FactType::Date => Cell::Date(day(random)),
        FactType::Enum => Cell::Enum(random.below(3) as u16),
        FactType::Text => Cell::Text("甲".to_owned()),
        FactType::Document => Cell::Document(vec![Issue { issued_on: Some(day(random)), ..Issue::default() }]),
        FactType::Projects => Cell::No,
    }
}

#[test]
fn learning_a_blank_fact_never_turns_yes_into_no_or_back() {
    let plain = Knobs { plain: true, ..KNOBS };
    let mut learned = 0;
    for seed in 0..cases() * 2 {
        let Some(case) = case(seed, plain) else { continue };
        let mut random = Random::new(seed);
        let before = evaluate(&case.pack, &case.portfolio, options(&case));
        for (fact, spec) in case.pack.schema.iter() {
            let cell = some_value(&mut random, spec.kind);
            let column = case.portfolio.column(fact);
            let blank = |row: u32| {
                column.is_none_or(|column| column.base_cell(row) == Cell::Blank && !column.changes.contains_key(&row))
            };
            if column.is_none() {
                continue;
            }
            let richer = edited(&case.portfolio, |row, at| (at == fact && blank(row)).then(|| cell.clone()));
            let after = evaluate(&case.pack, &richer, options(&case));
            for row in 0..case.portfolio.len() as u32 {
                let (was, is) = (before.readiness(row), after.readiness(row));
                learned += u64::from(was != is);
                let kept = was == Verdict::Undetermined || was == is;
                assert!(kept, "seed {seed} row {row} learning {}: {was:?} became {is:?}\n{}", spec.id, case.yaml);
            }
        }
    }
    assert!(learned > 100, "only {learned} verdicts were settled by learning");
}

fn told(case: &Case, portfolio: &Portfolio) -> Vec<(String, String)> {
    let evaluation = evaluate(&case.pack, portfolio, options(case));
    let asked = ResultOptions { projects: true, since: true, durations: Durations::Statutory };
    let results = results(&evaluation, asked, None);
    let mut told: Vec<(String, String)> = results
        .projects
        .iter()
        .map(|project| {
            let row_free = kaigong_solver::ProjectResult { row: 0, ..project.clone() };
            (portfolio.ids[project.row as usize].to_string(), format!("{row_free:?}"))
        })
        .collect();
    told.sort();
    told
}

#[test]
fn the_order_of_rows_does_not_matter() {
    for seed in 0..cases() {
        let Some(case) = case(seed, KNOBS) else { continue };
        let mut rows: Vec<u32> = (0..case.portfolio.len() as u32).collect();
        let mut random = Random::new(seed);
        for at in (1..rows.len()).rev() {
            rows.swap(at, random.below(at + 1));
        }
        assert_eq!(told(&case, &case.portfolio), told(&case, &case.portfolio.select(&rows)), "seed {seed}");
    }
}

#[test]
fn one_thread_and_two_say_the_same() {
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let (one, two) = (pool(1), pool(2));
    let large = Knobs { rows: 150, ..KNOBS };
    for seed in 0..cases() / 10 {
        let Some(case) = case(seed, large) else { continue };
        let first = one.install(|| told(&case, &case.portfolio));
        assert_eq!(first, two.install(|| told(&case, &case.portfolio)), "seed {seed}");
    }
}
