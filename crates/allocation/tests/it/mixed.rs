//! Needs that several kinds cover together, served as offices do it: in the order of a list.

use kaigong_allocation::{Draw, Plan, Problem, Source, Violation, by_order, greedy, pro_rata, verify};

use crate::brute::problem;

/// What each candidate asks: its first source.
fn asks(problem: &Problem) -> Vec<Source> {
    problem.candidates.iter().map(|candidate| candidate.sources.first().cloned().unwrap_or_default()).collect()
}

/// Faults of a plan, but for locks and floors, which offices' ways do not keep.
fn unlawful(problem: &Problem, plan: &Plan) -> Vec<Violation> {
    let mut found = verify(problem, plan, &[]);
    found.retain(|violation| !matches!(violation, Violation::Lock { .. } | Violation::Floor { .. }));
    found
}

/// Whether a need of a candidate that is served comes out of more than one kind.
fn is_mixed(problem: &Problem, plan: &Plan, candidate: usize) -> bool {
    let entries = plan.ledger.iter().filter(|entry| entry.candidate == candidate);
    let kinds: Vec<(usize, usize)> = entries.map(|entry| (entry.draw, problem.pools[entry.pool].kind)).collect();
    kinds.iter().any(|(draw, kind)| kinds.iter().any(|(other, another)| draw == other && kind != another))
}

#[test]
fn the_ways_of_offices_mix_lawfully() {
    let (mut served, mut mixed) = (0, 0);
    for seed in 0..2_000 {
        let problem = problem(seed);
        let order: Vec<usize> = (0..problem.candidates.len()).collect();
        let asks = asks(&problem);
        for (way, plan) in [
            ("order", by_order(&problem, &asks, &order)),
            ("pro rata", pro_rata(&problem, &asks)),
            ("greedy", greedy(&problem)),
        ] {
            assert_eq!(unlawful(&problem, &plan), [], "seed {seed}, {way}: {plan:?} {problem:#?}");
            for at in (0..problem.candidates.len()).filter(|&at| plan.chosen[at].is_some()) {
                served += 1;
                mixed += usize::from(way == "order" && is_mixed(&problem, &plan, at));
            }
        }
    }
    assert!(served > 2_000 && mixed > 50, "{served} {mixed}");
}

#[test]
fn who_comes_first_is_served_out_of_both_kinds_to_the_atom() {
    for seed in 0..400 {
        // The first candidate with two kinds alone: what fits as a whole is given as a whole.
        let mut problem = problem(seed);
        let of_two = |source: &Source| source.draws.len() == 1 && source.draws[0].kinds.len() > 1;
        let Some(at) = problem.candidates.iter().position(|candidate| candidate.sources.iter().any(of_two)) else {
            continue;
        };
        let candidate = &mut problem.candidates[at];
        candidate.needs.clear();
        candidate.lock = kaigong_allocation::Lock::Free;
        candidate.sources.retain(of_two);
        candidate.sources.truncate(1);
        let there = |problem: &Problem, amount: i64| {
            let mut asking = problem.clone();
            asking.candidates[at].sources[0].draws[0].amount = amount;
            let plan = by_order(&asking, &asks(&asking), &[at]);
            assert_eq!(unlawful(&asking, &plan), [], "seed {seed}");
            plan.chosen[at].is_some()
        };
        // The most that fits, found by trying: one atom more does not.
        let Draw { kinds, .. } = problem.candidates[at].sources[0].draws[0].clone();
        let pools = problem.pools.iter().filter(|pool| kinds.contains(&pool.kind));
        let all: i64 = pools.map(kaigong_allocation::Pool::free).sum();
        let most = (1..=all).rev().find(|&amount| there(&problem, amount)).unwrap_or(0);
        assert!((1..=most).all(|amount| there(&problem, amount)), "seed {seed}: less fits where more does");
    }
}
