//! Everything unlawful that was put into a plan on purpose is named.

mod bounds;
mod split;

use super::{Violation, verify};
use crate::problem::{
    Candidate, CandidateIdx, CountyIdx, Draw, Entry, Floor, KindIdx, Lock, Plan, Pool, PoolIdx, Problem, Source, Tier,
    Transfer, Via,
};

const SHIFT: u32 = 20;
const LAND: KindIdx = 0;
const WOOD: KindIdx = 1;
const EAST: Option<CountyIdx> = Some(0);
const WEST: Option<CountyIdx> = Some(1);

/// What makes a lawful thing unlawful in one place.
type Spoil<T> = fn(&mut Problem, &mut T);

fn pool(kind: KindIdx, county: Option<CountyIdx>, amount: i64) -> Pool {
    Pool { kind, county, amount, hold_back: 0, draw_at_most: None, fence: None }
}

fn candidate(id: &str, county: Option<CountyIdx>, kinds: &[KindIdx], amount: i64, values: [i64; 2]) -> Candidate {
    let sources = vec![Source { draws: vec![Draw { kinds: kinds.to_vec(), amount }] }];
    Candidate { id: id.to_owned(), county, sources, values: values.to_vec(), ..Candidate::default() }
}

/// Pools 0 land of east, 1 land of west, 2 land of the city, 3 land of east for `b` only, 4 wood of east.
fn problem() -> Problem {
    Problem {
        kinds: vec!["land".to_owned(), "wood".to_owned()],
        counties: vec!["east".to_owned(), "west".to_owned()],
        pools: vec![
            Pool { hold_back: 2, ..pool(LAND, EAST, 10) },
            pool(LAND, WEST, 20),
            Pool { draw_at_most: Some(4), ..pool(LAND, None, 12) },
            Pool { fence: Some(vec![1]), ..pool(LAND, EAST, 6) },
            pool(WOOD, EAST, 5),
        ],
        transfers: vec![Transfer { kind: LAND, from: 1, to: 0, at_most: 3 }],
        candidates: vec![
            candidate("a", EAST, &[LAND], 10, [5, 1]),
            Candidate { needs: vec![0], ..candidate("b", EAST, &[LAND], 5, [4, 2]) },
            Candidate { lock: Lock::In, ..candidate("c", WEST, &[LAND, WOOD], 6, [3, 3]) },
            candidate("d", None, &[LAND], 4, [2, 4]),
            Candidate { lock: Lock::Out, ..candidate("e", EAST, &[LAND], 9, [1, 9]) },
        ],
        floors: vec![Floor { label: "jobs".to_owned(), weights: vec![(0, 1), (1, 1)], at_least: 2 }],
        tiers: vec![Tier { keep: 1_000_000 }, Tier { keep: 500_000 }],
    }
}

fn entry(candidate: CandidateIdx, pool: PoolIdx, via: Via, amount: i64) -> Entry {
    Entry { candidate, draw: 0, pool, via, amount }
}

/// Everybody but `e`, which is given one atom of nine.
fn plan() -> Plan {
    Plan {
        chosen: vec![Some(0), Some(0), Some(0), Some(0), None],
        ledger: vec![
            entry(0, 0, Via::Own, 5),
            entry(0, 1, Via::Transferred(0), 3),
            entry(0, 2, Via::Drawn, 2),
            entry(1, 3, Via::Own, 5),
            entry(2, 1, Via::Own, 4),
            entry(2, 2, Via::Drawn, 2),
            entry(3, 2, Via::Drawn, 4),
            entry(4, 0, Via::Own, 1),
        ],
    }
}

fn check(name: &str, spoil: impl Fn(&mut Problem, &mut Plan), expect: &[Violation]) {
    let (mut problem, mut plan) = (problem(), plan());
    spoil(&mut problem, &mut plan);
    assert_eq!(verify(&problem, &plan, &[14, 10]), expect, "{name}");
}

#[test]
fn a_lawful_plan_passes() {
    check("untouched", |_, _| (), &[]);
    check("nobody decided", |problem, _| problem.candidates[4].lock = Lock::Free, &[]);
    check("a draw of nothing", |problem, _| problem.candidates[0].sources[0].draws.push(draw_of(WOOD, 0)), &[]);
    check("a cap on a county's own pool", |problem, _| problem.pools[0].draw_at_most = Some(0), &[]);
}

fn draw_of(kind: KindIdx, amount: i64) -> Draw {
    Draw { kinds: vec![kind], amount }
}

/// What `e`, who is out, is given besides.
fn gift(pool: PoolIdx, via: Via, amount: i64) -> impl Fn(&mut Problem, &mut Plan) {
    move |_, plan| plan.ledger.push(entry(4, pool, via, amount))
}

#[test]
fn limits_hold() {
    check("free", gift(0, Via::Own, 3), &[Violation::Overdrawn { pool: 0, given: 9, free: 8 }]);
    let held = |problem: &mut Problem, _: &mut Plan| problem.pools[0].hold_back = 99;
    check("held back", held, &[Violation::Overdrawn { pool: 0, given: 6, free: 0 }]);
    let over = |county, given, at_most| Violation::OverDrawCap { pool: 2, county, given, at_most };
    check("east draws", gift(2, Via::Drawn, 3), &[over(EAST, 5, 4)]);
    let tight = |problem: &mut Problem, _: &mut Plan| problem.pools[2].draw_at_most = Some(3);
    check("those of no county draw", tight, &[over(None, 4, 3)]);
    let moved = Violation::OverTransfer { transfer: 0, given: 4, at_most: 3 };
    check("moved", gift(1, Via::Transferred(0), 1), &[moved]);
}

#[test]
fn ways_lead_where_they_lead() {
    let wrong = |pool| [Violation::WrongPool { candidate: 4, pool }];
    check("fence", gift(3, Via::Own, 1), &[Violation::Fence { candidate: 4, pool: 3 }]);
    check("own, of another county", gift(1, Via::Own, 1), &wrong(1));
    check("own, of the city", gift(2, Via::Own, 1), &wrong(2));
    check("drawn from a county", gift(0, Via::Drawn, 1), &wrong(0));
    let widen = |problem: &mut Problem, _: &mut Plan| problem.transfers[0].at_most = 9;
    let and = |pool, via| {
        move |problem: &mut Problem, plan: &mut Plan| {
            widen(problem, plan);
            gift(pool, via, 1)(problem, plan);
        }
    };
    check("moved from elsewhere", and(0, Via::Transferred(0)), &wrong(0));
    check("moved from the city", and(2, Via::Transferred(0)), &wrong(2));
    let wood = |problem: &mut Problem, plan: &mut Plan| {
        problem.pools[4].county = WEST;
        and(4, Via::Transferred(0))(problem, plan);
    };
    check("moved, of another kind", wood, &wrong(4));
    let home = |_: &mut Problem, plan: &mut Plan| plan.ledger[1].candidate = 2;
    let short = |candidate, given, needed| Violation::NotCovered { candidate, draw: 0, given, needed };
    let astray = Violation::WrongPool { candidate: 2, pool: 1 };
    check("moved to elsewhere", home, &[astray, short(0, 7, 10), short(2, 9, 6)]);
    let fenced = |problem: &mut Problem, _: &mut Plan| problem.pools[1].fence = Some(vec![0, 2]);
    check("moved out of a fence", fenced, &[Violation::WrongPool { candidate: 0, pool: 1 }]);
    let homeless = |_: &mut Problem, plan: &mut Plan| plan.ledger[6].via = Via::Own;
    check("own, of nobody", homeless, &[Violation::WrongPool { candidate: 3, pool: 2 }]);
}

#[test]
fn who_is_in_is_served_whole() {
    let wood = |_: &mut Problem, plan: &mut Plan| plan.ledger[0].pool = 4;
    check("kind", wood, &[Violation::WrongKind { candidate: 0, draw: 0, pool: 4 }]);
    let given = |amount| move |_: &mut Problem, plan: &mut Plan| plan.ledger[0].amount = amount;
    let cover = |given| [Violation::NotCovered { candidate: 0, draw: 0, given, needed: 10 }];
    check("too little", given(4), &cover(9));
    check("too much", given(6), &cover(11));
    let second = |problem: &mut Problem, _: &mut Plan| {
        problem.candidates[3].sources[0].draws.push(draw_of(WOOD, 1));
    };
    check("second draw", second, &[Violation::NotCovered { candidate: 3, draw: 1, given: 0, needed: 1 }]);
}

#[test]
fn decisions_hold() {
    let without_a = [
        Violation::Need { candidate: 1, needs: 0 },
        Violation::Floor { floor: 0, reached: 1, at_least: 2 },
        Violation::Kept { tier: 0, value: 9, kept: 14 },
        Violation::Kept { tier: 1, value: 9, kept: 10 },
    ];
    check("a need is out", |_, plan| plan.chosen[0] = None, &without_a);
    let shut = |problem: &mut Problem, _: &mut Plan| problem.candidates[3].lock = Lock::Out;
    check("locked out", shut, &[Violation::Lock { candidate: 3 }]);
    let pinned = |problem: &mut Problem, _: &mut Plan| problem.candidates[4].lock = Lock::In;
    check("locked in", pinned, &[Violation::Lock { candidate: 4 }]);
    let raised = |problem: &mut Problem, _: &mut Plan| problem.floors[0].at_least = 3;
    check("floor", raised, &[Violation::Floor { floor: 0, reached: 2, at_least: 3 }]);
    let poorer = |problem: &mut Problem, _: &mut Plan| problem.candidates[0].values[0] = 4;
    check("kept", poorer, &[Violation::Kept { tier: 0, value: 13, kept: 14 }]);
}

#[test]
fn bad_shapes_are_refused() {
    let spoilings: [(&str, Spoil<Plan>); 19] = [
        ("chosen too short", |_, plan| _ = plan.chosen.pop()),
        ("no such source", |_, plan| plan.chosen[0] = Some(1)),
        ("no such candidate", |_, plan| plan.ledger[0].candidate = 5),
        ("no such pool", |_, plan| plan.ledger[0].pool = 5),
        ("no such draw", |_, plan| plan.ledger[0].draw = 1),
        ("a draw of who is out", |_, plan| plan.ledger[7].draw = 1),
        ("no such transfer", |_, plan| plan.ledger[1].via = Via::Transferred(1)),
        ("nothing given", |_, plan| plan.ledger[7].amount = 0),
        ("less than nothing given", |_, plan| plan.ledger[7].amount = -1),
        ("kind of a pool", |problem, _| problem.pools[0].kind = 2),
        ("county of a pool", |problem, _| problem.pools[0].county = Some(2)),
        ("fence", |problem, _| problem.pools[3].fence = Some(vec![5])),
        ("transfer", |problem, _| problem.transfers[0].to = 2),
        ("county of a candidate", |problem, _| problem.candidates[0].county = Some(2)),
        ("values", |problem, _| _ = problem.candidates[0].values.pop()),
        ("needs", |problem, _| problem.candidates[0].needs.push(5)),
        ("kinds of a draw", |problem, _| problem.candidates[0].sources[0].draws[0].kinds.push(2)),
        ("floor", |problem, _| problem.floors[0].weights.push((5, 1))),
        ("more kept than tiers", |problem, _| {
            problem.tiers.pop();
            problem.candidates.iter_mut().for_each(|candidate| candidate.values.truncate(1));
        }),
    ];
    for (name, spoil) in spoilings {
        check(name, spoil, &[Violation::Shape]);
    }
}
