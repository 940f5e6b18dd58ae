//! The multidimensional knapsacks of the OR-Library, read from a folder that is not part of the project.

use crate::clock::Clock;
use kaigong_allocation::{
    Candidate, Draw, Lock, Optimum, Pool, Problem, Source, Stop, Tier, TierResult, optimal, verify, verify_tiers,
};

/// Best known values of mknapcb1 (Chu and Beasley 1998), 29 of them proven elsewhere.
const KNOWN: [i128; 30] = [
    24381, 24274, 23551, 23534, 23991, 24613, 25591, 23410, 24216, 24411, 42757, 42545, 41968, 45090, 42218, 42927,
    42009, 45020, 43441, 44554, 59822, 62081, 59802, 60479, 61091, 58959, 61538, 61520, 59453, 59965,
];

/// Decimals have one place at most.
const SCALE: i128 = 10;

/// The instances of a file and the optima it states, 0 where it states none.
fn instances(file: &str) -> Vec<(Problem, i128)> {
    let folder = std::env::var("KAIGONG_ORLIB").unwrap();
    let text = std::fs::read_to_string(std::path::Path::new(&folder).join(file)).unwrap();
    let mut numbers = text.split_whitespace().map(tenths);
    let mut next = || numbers.next().unwrap();
    let count = next() / 10;
    (0..count)
        .map(|_| {
            let (items, rows, optimum) = (next() / 10, next() / 10, next());
            (knapsack(items as usize, rows as usize, &mut next), i128::from(optimum))
        })
        .collect()
}

/// A decimal number times ten.
fn tenths(number: &str) -> i64 {
    let (whole, tenth) = number.split_once('.').unwrap_or((number, "0"));
    assert_eq!(tenth.len(), 1, "{number} has one decimal place");
    whole.parse::<i64>().unwrap() * 10 + tenth.parse::<i64>().unwrap()
}

/// A pool for each row, a source for each item.
fn knapsack(items: usize, rows: usize, next: &mut dyn FnMut() -> i64) -> Problem {
    let mut many = |count: usize| -> Vec<i64> { (0..count).map(|_| next()).collect() };
    let values = many(items);
    let weights: Vec<Vec<i64>> = (0..rows).map(|_| many(items)).collect();
    let amounts = many(rows);
    let pool = |(kind, amount)| Pool { kind, county: None, amount, hold_back: 0, draw_at_most: None, fence: None };
    let candidate = |(item, value): (usize, i64)| {
        let draw = |row: usize| Draw { kinds: vec![row], amount: weights[row][item] };
        Candidate {
            id: format!("P-{item:04}"),
            county: None,
            sources: vec![Source { draws: (0..rows).map(draw).collect() }],
            values: vec![value],
            needs: Vec::new(),
            lock: Lock::Free,
        }
    };
    Problem {
        kinds: (0..rows).map(|row| format!("row-{row}")).collect(),
        counties: Vec::new(),
        pools: amounts.into_iter().enumerate().map(pool).collect(),
        transfers: Vec::new(),
        candidates: values.into_iter().enumerate().map(candidate).collect(),
        floors: Vec::new(),
        tiers: vec![Tier { keep: 1_000_000 }],
    }
}

/// Solves one, judges the plan and prints what came of it.
#[expect(clippy::print_stdout, reason = "the figures are what this test is run for")]
fn solve(name: &str, problem: &Problem) -> TierResult {
    let start = Clock::start();
    let found = optimal(problem, Stop { gap: 0, work: 200_000_000 }, &mut |_, _, _| {});
    let seconds = start.seconds();
    let Optimum::Plan(plan, tiers) = found else { panic!("{name}: nothing found") };
    assert_eq!(verify(problem, &plan, &[]), [], "{name}");
    assert_eq!(verify_tiers(problem, &plan, &tiers), [], "{name}");
    let tier = tiers.into_iter().next().unwrap();
    let (value, bound, searched) = (tier.value, tier.bound, tier.searched);
    println!("{name}: {value} at most {bound} (tenths), searched {searched}, {seconds:.3} s");
    tier
}

#[test]
#[ignore = "reads the OR-Library instances in the folder KAIGONG_ORLIB names"]
fn petersens_seven_are_proven_optimal() {
    let instances = instances("mknap1.txt");
    assert_eq!(instances.len(), 7);
    for (at, (problem, optimum)) in instances.into_iter().enumerate() {
        let tier = solve(&format!("mknap1 {at}"), &problem);
        assert_eq!((tier.value, tier.bound), (optimum, optimum), "instance {at}");
    }
}

#[test]
#[ignore = "reads the OR-Library instances in the folder KAIGONG_ORLIB names"]
fn chu_and_beasleys_thirty_equal_the_best_known() {
    let instances = instances("mknapcb1.txt");
    assert_eq!(instances.len(), KNOWN.len());
    let mut equal = 0;
    for (at, ((problem, _), known)) in instances.into_iter().zip(KNOWN).enumerate() {
        let tier = solve(&format!("mknapcb1 {at}"), &problem);
        assert!(tier.bound >= known * SCALE, "instance {at}: a plan better than the bound is known");
        equal += usize::from(tier.value == known * SCALE);
    }
    assert!(equal >= 29, "{equal} of 30");
}
