//! Bounds by hand, and everything untrue in what is stated of tiers.

use super::{EAST, LAND, SHIFT, Spoil, WOOD, candidate, draw_of, plan, pool, problem};
use crate::problem::{Certificate, Pool, Problem, TierResult};
use crate::verify::tiers::least_kept;
use crate::verify::{Violation, verify_bound, verify_tiers, worth};

const ONE: i64 = 1 << SHIFT;

/// Zero multipliers everywhere.
fn certificate(problem: &Problem, tier: usize) -> Certificate {
    let drawn = |pool: &Pool| vec![0; if pool.county.is_none() && pool.draw_at_most.is_some() { 3 } else { 0 }];
    Certificate {
        shift: SHIFT,
        pools: vec![0; problem.pools.len()],
        drawn: problem.pools.iter().map(drawn).collect(),
        transfers: vec![0; problem.transfers.len()],
        needs: problem.candidates.iter().map(|candidate| vec![0; candidate.needs.len()]).collect(),
        floors: vec![0; problem.floors.len()],
        kept: vec![0; tier],
    }
}

#[test]
fn a_knapsack_is_bounded_by_hand() {
    let candidates = vec![candidate("a", EAST, &[LAND], 6, [3, 0]), candidate("b", EAST, &[LAND], 6, [2, 0])];
    let pools = vec![pool(LAND, EAST, 10)];
    let problem = Problem { pools, candidates, transfers: vec![], floors: vec![], ..problem() };
    let mut prices = certificate(&problem, 0);
    assert_eq!(verify_bound(&problem, 0, &[], &prices), Some(5));
    // A third each: 10/3 for the pool, 3 - 2 for the first, 2 - 2 for the second; 4 1/3 in all.
    prices.pools[0] = ONE / 3;
    assert_eq!(verify_bound(&problem, 0, &[], &prices), Some(4));
    prices.pools[0] = -1;
    assert_eq!(verify_bound(&problem, 0, &[], &prices), None);
}

/// Multipliers in whole units, all different from nothing.
fn rich_certificate(problem: &Problem) -> Certificate {
    let mut prices = certificate(problem, 1);
    prices.pools = [2, 1, 0, 1, 5].map(|price| price * ONE).to_vec();
    prices.drawn[2] = [3, 1, 1].map(|price| price * ONE).to_vec();
    prices.transfers[0] = 2 * ONE;
    prices.needs[1][0] = 4 * ONE;
    prices.floors[0] = 3 * ONE;
    prices.kept[0] = 2 * ONE;
    prices
}

#[test]
fn every_term_of_a_bound_counts() {
    let problem = problem();
    // Pools 8x2 + 20x1 + 0 + 6x1 + 5x5 = 67; draws 4x(3+1+1) = 20; transfer 3x2 = 6; floor -2x3; kept -14x2.
    // a: 1 - 10x2 + 4 + 3 + 2x5 = -2, so 0.    b: 2 - 5x1 - 4 + 3 + 2x4 = 4.    c: 3 - 6x1 + 2x3 = 3, locked in.
    // d: 4 - 4x1 + 2x2 = 4.    e is out.    Altogether 93 - 34 + 11.
    let prices = rich_certificate(&problem);
    assert_eq!(verify_bound(&problem, 1, &[14], &prices), Some(70));
    // Moving for nothing: -6 for the transfer, and a is 1 - 10x1 + 4 + 3 + 2x5 = 8.
    let mut moved = prices.clone();
    moved.transfers[0] = 0;
    assert_eq!(verify_bound(&problem, 1, &[14], &moved), Some(70 - 6 + 8));
    // But not out of a fence, nor another kind, nor from elsewhere.
    let spoilings: [Spoil<Certificate>; 3] = [
        |problem, _| problem.pools[1].fence = Some(vec![0, 2]),
        |problem, _| problem.transfers[0].kind = WOOD,
        |problem, _| problem.transfers[0].from = 0,
    ];
    for spoil in spoilings {
        let mut stuck = problem.clone();
        spoil(&mut stuck, &mut moved);
        assert_eq!(verify_bound(&stuck, 1, &[14], &moved), Some(70 - 6));
    }
    // Drawing for nothing in the east: -12 for the draws, a is 18, and b is 5 more.
    let mut drawn = prices.clone();
    drawn.drawn[2][0] = 0;
    assert_eq!(verify_bound(&problem, 1, &[14], &drawn), Some(70 - 12 + 18 + 5));
    let mut dry = problem.clone();
    dry.pools[2].draw_at_most = Some(-5);
    assert_eq!(verify_bound(&dry, 1, &[14], &prices), Some(70 - 20));
    // Below nothing too, the bound is rounded down.
    let mut less = problem.clone();
    less.floors[0].at_least = 1_000;
    let mut finer = prices.clone();
    finer.floors[0] += 1;
    assert_eq!(verify_bound(&less, 1, &[14], &prices), Some(70 + 6 - 3_000));
    assert_eq!(verify_bound(&less, 1, &[14], &finer), Some(70 + 6 - 3_000 - 1));
}

#[test]
fn a_certificate_that_proves_nothing_is_refused() {
    let base = problem();
    let spoilings: [(&str, Spoil<Certificate>); 14] = [
        ("pools", |_, prices| prices.pools.push(0)),
        ("drawn", |_, prices| _ = prices.drawn.pop()),
        ("drawn, by county", |_, prices| _ = prices.drawn[2].pop()),
        ("drawn, of an own pool", |_, prices| prices.drawn[0].push(0)),
        ("transfers", |_, prices| prices.transfers.clear()),
        ("needs", |_, prices| prices.needs[0].push(0)),
        ("floors", |_, prices| prices.floors.clear()),
        ("kept", |_, prices| prices.kept.clear()),
        ("negative draw", |_, prices| prices.drawn[2][1] = -1),
        ("negative need", |_, prices| prices.needs[1][0] = -1),
        ("negative kept", |_, prices| prices.kept[0] = -1),
        ("too fine", |_, prices| prices.shift = 61),
        ("overflow", |problem, _| problem.floors[0].at_least = i128::MIN),
        ("locked in without a source", |problem, _| problem.candidates[2].sources.clear()),
    ];
    for (name, spoil) in spoilings {
        let (mut problem, mut prices) = (base.clone(), rich_certificate(&base));
        spoil(&mut problem, &mut prices);
        assert_eq!(verify_bound(&problem, 1, &[14], &prices), None, "{name}");
    }
    assert_eq!(verify_bound(&base, 1, &[], &rich_certificate(&base)), None);
    assert_eq!(verify_bound(&base, 2, &[14, 10], &certificate(&base, 2)), None);
}

#[test]
fn a_draw_no_pool_serves_makes_no_source() {
    let mut problem = problem();
    let prices = certificate(&problem, 0);
    assert_eq!(verify_bound(&problem, 0, &[], &prices), Some(14));
    problem.candidates[3].sources[0].draws.push(draw_of(WOOD, 0));
    assert_eq!(verify_bound(&problem, 0, &[], &prices), Some(14));
    problem.candidates[3].sources[0].draws.push(draw_of(WOOD, 1));
    assert_eq!(verify_bound(&problem, 0, &[], &prices), Some(12));
}

#[test]
fn no_multipliers_bound_a_lawful_plan_below_its_worth() {
    let (problem, plan) = (problem(), plan());
    let mut seed = 7_u64;
    let mut next = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 42) as i64 * i64::from(seed >> 33 & 3 != 0)
    };
    for _ in 0..2_000 {
        let mut prices = certificate(&problem, 1);
        let flat = [&mut prices.pools, &mut prices.transfers, &mut prices.floors, &mut prices.kept];
        let nested = prices.drawn.iter_mut().chain(&mut prices.needs);
        flat.into_iter().chain(nested).flatten().for_each(|multiplier| *multiplier = next());
        let bound = verify_bound(&problem, 1, &[14], &prices).unwrap();
        assert!(bound >= worth(&problem, &plan, 1), "{prices:?}");
    }
}

fn tiers(problem: &Problem) -> Vec<TierResult> {
    let tier = |tier: usize, best: i128, kept: i128| TierResult {
        best,
        kept,
        value: best,
        bound: best,
        searched: false,
        split: None,
        certificate: certificate(problem, tier),
        proved: best,
    };
    vec![tier(0, 14, 14), tier(1, 10, 5)]
}

#[test]
fn statements_about_tiers_are_recomputed() {
    type Case = (&'static str, Spoil<Vec<TierResult>>, Vec<Violation>);
    let bound = |tier, recomputed, stated| Violation::Bound { tier, recomputed, stated };
    let spoilings: [Case; 12] = [
        ("untouched", |_, _| (), vec![]),
        ("value", |_, tiers| tiers[0].value = 15, vec![bound(0, 14, 15)]),
        ("proved", |_, tiers| tiers[1].proved = 11, vec![bound(1, 10, 11), bound(1, 11, 10)]),
        ("searched below what is proved", |_, tiers| tiers[1].searched = true, vec![]),
        ("bound above what is proved", |_, tiers| tiers[1].bound = 11, vec![bound(1, 10, 11)]),
        (
            "bound below the value",
            |_, tiers| (tiers[1].searched, tiers[1].best, tiers[1].bound) = (true, 9, 9),
            vec![bound(1, 10, 9)],
        ),
        (
            "searched, and the best is not the bound",
            |_, tiers| (tiers[1].searched, tiers[1].best) = (true, 9),
            vec![bound(1, 9, 10)],
        ),
        ("a best above the bound", |_, tiers| (tiers[1].best, tiers[1].kept) = (11, 6), vec![bound(1, 11, 10)]),
        (
            "searched, and above what is proved",
            |_, tiers| (tiers[1].searched, tiers[1].best, tiers[1].bound, tiers[1].kept) = (true, 11, 11, 6),
            vec![bound(1, 10, 11)],
        ),
        ("kept too little", |_, tiers| tiers[1].kept = 4, vec![bound(1, 5, 4)]),
        ("kept too much", |_, tiers| tiers[1].kept = 11, vec![Violation::Kept { tier: 1, value: 10, kept: 11 }]),
        ("no proof", |_, tiers| tiers[1].certificate.pools[0] = -1, vec![bound(1, i128::MAX, 10)]),
    ];
    for (name, spoil, expect) in spoilings {
        let (mut problem, mut tiers) = (problem(), tiers(&problem()));
        spoil(&mut problem, &mut tiers);
        assert_eq!(verify_tiers(&problem, &plan(), &tiers), expect, "{name}");
    }
    assert_eq!(verify_tiers(&problem(), &plan(), &[]), [Violation::Shape]);
}

#[test]
fn a_share_is_rounded_up() {
    assert_eq!(least_kept(3, 500_000), Some(2));
    assert_eq!(least_kept(10, 950_000), Some(10));
    assert_eq!(least_kept(7, 1_000_000), Some(7));
    assert_eq!(least_kept(i128::MAX, 2), None);
}
