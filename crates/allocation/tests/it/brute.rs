//! The best plan against all plans, on small problems with everything in them.

use crate::dice::Dice;
use kaigong_allocation::{
    Candidate, Deal, Draw, Floor, Lock, Market, Near, Optimum, Plan, Pool, Problem, Purchase, Session, Source,
    Standing, Stop, Tier, TierResult, Transfer, alone, optimal, verify, verify_tiers,
};

pub(crate) fn problem(seed: u64) -> Problem {
    let dice = &mut Dice(seed);
    let (kinds, counties, count) = (1 + dice.below(3), 1 + dice.below(3), 1 + dice.below(6));
    let mut pools = Vec::new();
    for kind in 0..kinds {
        for county in 0..counties {
            if !dice.one_in(4) {
                let amount = dice.below(30) as i64;
                let hold_back = if dice.one_in(4) { amount / 5 } else { 0 };
                let fence = dice.one_in(5).then(|| (0..count).filter(|_| dice.one_in(2)).collect());
                pools.push(Pool { kind, county: Some(county), amount, hold_back, draw_at_most: None, fence });
            }
        }
        for _ in 0..[0, 1, 1, 2][dice.below(4)] {
            let amount = dice.below(40) as i64;
            let draw_at_most = dice.one_in(2).then(|| dice.below(20) as i64);
            let fence = dice.one_in(5).then(|| (0..count).filter(|_| dice.one_in(2)).collect());
            pools.push(Pool { kind, county: None, amount, hold_back: 0, draw_at_most, fence });
        }
    }
    let mut transfers = Vec::new();
    if counties > 1 && dice.one_in(2) {
        for _ in 0..=dice.below(2) {
            let from = dice.below(counties);
            let to = (from + 1 + dice.below(counties - 1)) % counties;
            transfers.push(Transfer { kind: dice.below(kinds), from, to, at_most: dice.below(20) as i64 });
        }
    }
    let tiers = 1 + dice.below(3);
    let candidates: Vec<Candidate> = (0..count)
        .map(|at| {
            let source = |dice: &mut Dice| {
                let draws = (0..=dice.below(2)).map(|_| {
                    let mut of = vec![dice.below(kinds)];
                    if kinds > 1 && dice.one_in(4) {
                        of.push((of[0] + 1) % kinds);
                        of.sort_unstable();
                    }
                    Draw { kinds: of, amount: dice.below(25) as i64 }
                });
                Source { draws: draws.collect() }
            };
            let sources = (0..[1, 1, 2, 3, 0][dice.below(5)]).map(|_| source(dice)).collect();
            let needs = (0..count).filter(|&other| other != at && dice.one_in(8)).collect();
            let lock = [Lock::In, Lock::Out, Lock::Free, Lock::Free, Lock::Free, Lock::Free][dice.below(6)];
            let lock = if dice.one_in(2) { Lock::Free } else { lock };
            let county = (!dice.one_in(8)).then(|| dice.below(counties));
            let values = (0..tiers).map(|_| dice.below(100) as i64).collect();
            Candidate { id: format!("P-{at}"), county, sources, values, needs, lock }
        })
        .collect();
    let mut floors = Vec::new();
    if dice.one_in(3) {
        let weights: Vec<(usize, i64)> =
            (0..count).filter(|_| dice.one_in(2)).map(|at| (at, candidates[at].values[0])).collect();
        let all: i128 = weights.iter().map(|(_, weight)| i128::from(*weight)).sum();
        floors.push(Floor { label: "floor".to_owned(), weights, at_least: all * (dice.below(70) as i128) / 100 });
    }
    let tiers = (0..tiers).map(|_| Tier { keep: [1_000_000, 900_000, 500_000, 0][dice.below(4)] }).collect();
    let (kinds, counties) = (0..kinds, 0..counties);
    Problem {
        kinds: kinds.map(|kind| format!("kind-{kind}")).collect(),
        counties: counties.map(|county| format!("county-{county}")).collect(),
        pools,
        transfers,
        candidates,
        floors,
        tiers,
    }
}

/// Whether the draws of a choice can be covered: a flow unit by unit, draw by draw, in a plain matrix.
fn fits(problem: &Problem, chosen: &[Option<usize>]) -> bool {
    let mut draws = Vec::new();
    for (at, source) in chosen.iter().enumerate() {
        if let Some(source) = source {
            draws.extend(problem.candidates[at].sources[*source].draws.iter().map(|draw| (at, draw)));
        }
    }
    // Nodes: source, sink, draws, gates (two each), pools.
    let (pools, places) = (problem.pools.len(), problem.counties.len() + 1);
    let gates = pools * places + problem.transfers.len();
    let size = 2 + draws.len() + 2 * gates + pools;
    let gate = |at: usize| 2 + draws.len() + 2 * at;
    let pool_node = |at: usize| 2 + draws.len() + 2 * gates + at;
    let mut cap = vec![vec![0i64; size]; size];
    let most = 1 << 40;
    for (at, pool) in problem.pools.iter().enumerate() {
        cap[pool_node(at)][1] = pool.amount - pool.hold_back;
    }
    for (node, (candidate, draw)) in draws.iter().enumerate() {
        let node = 2 + node;
        cap[0][node] = draw.amount;
        let county = problem.candidates[*candidate].county;
        for (at, pool) in problem.pools.iter().enumerate() {
            let serves = pool.fence.as_ref().is_none_or(|fence| fence.contains(candidate));
            if !draw.kinds.contains(&pool.kind) || !serves {
                continue;
            }
            match (pool.county, pool.draw_at_most) {
                (None, None) => cap[node][pool_node(at)] = most,
                (None, Some(most_drawn)) => {
                    let gate = gate(at * places + county.unwrap_or(places - 1));
                    cap[node][gate] = most;
                    cap[gate][gate + 1] = most_drawn;
                    cap[gate + 1][pool_node(at)] = most;
                }
                (own, _) if own == county => cap[node][pool_node(at)] = most,
                _ => {}
            }
            for (number, transfer) in problem.transfers.iter().enumerate() {
                let fits = transfer.kind == pool.kind && pool.county == Some(transfer.from);
                if fits && county == Some(transfer.to) && pool.fence.is_none() {
                    let gate = gate(pools * places + number);
                    cap[node][gate] = most;
                    cap[gate][gate + 1] = transfer.at_most;
                    cap[gate + 1][pool_node(at)] = most;
                }
            }
        }
    }
    let wanted: i64 = draws.iter().map(|(_, draw)| draw.amount).sum();
    let mut sent = 0;
    loop {
        let mut seen = vec![false; size];
        let amount = push(&mut cap, &mut seen, 0, most);
        if amount == 0 {
            return sent == wanted;
        }
        sent += amount;
    }
}

fn push(cap: &mut [Vec<i64>], seen: &mut [bool], at: usize, amount: i64) -> i64 {
    if at == 1 {
        return amount;
    }
    seen[at] = true;
    for to in 0..cap.len() {
        if !seen[to] && cap[at][to] > 0 {
            let sent = push(cap, seen, to, amount.min(cap[at][to]));
            if sent > 0 {
                cap[at][to] -= sent;
                cap[to][at] += sent;
                return sent;
            }
        }
    }
    0
}

fn all_plans(problem: &Problem) -> Vec<Vec<Option<usize>>> {
    let mut plans = vec![Vec::new()];
    for candidate in &problem.candidates {
        let options: Vec<Option<usize>> = std::iter::once(None)
            .filter(|_| candidate.lock != Lock::In)
            .chain((0..candidate.sources.len()).map(Some).filter(|_| candidate.lock != Lock::Out))
            .collect();
        let longer = |plan: &Vec<Option<usize>>| {
            let plan = plan.clone();
            options.iter().map(move |option| [&plan[..], &[*option]].concat()).collect::<Vec<_>>()
        };
        plans = plans.iter().flat_map(longer).collect();
    }
    let whole = |plan: &Vec<Option<usize>>| {
        let needs = plan.iter().zip(&problem.candidates);
        needs
            .into_iter()
            .all(|(source, candidate)| source.is_none() || candidate.needs.iter().all(|&need| plan[need].is_some()))
    };
    let floors = |plan: &Vec<Option<usize>>| {
        problem.floors.iter().all(|floor| {
            let reached: i128 =
                floor.weights.iter().filter(|(at, _)| plan[*at].is_some()).map(|(_, weight)| i128::from(*weight)).sum();
            reached >= floor.at_least
        })
    };
    plans.into_iter().filter(|plan| whole(plan) && floors(plan) && fits(problem, plan)).collect()
}

/// The best of each tier in turn, what it keeps taken into account; `None` if there is no plan.
fn best(problem: &Problem) -> Option<Vec<i128>> {
    let mut plans = all_plans(problem);
    let value = |plan: &Vec<Option<usize>>, tier: usize| -> i128 {
        let chosen = plan.iter().zip(&problem.candidates).filter(|(source, _)| source.is_some());
        chosen.map(|(_, candidate)| i128::from(candidate.values[tier])).sum()
    };
    let mut bests = Vec::new();
    for (tier, asked) in problem.tiers.iter().enumerate() {
        let best = plans.iter().map(|plan| value(plan, tier)).max()?;
        plans.retain(|plan| value(plan, tier) * 1_000_000 >= best * i128::from(asked.keep));
        bests.push(best);
    }
    Some(bests)
}

fn cases() -> u64 {
    std::env::var("KAIGONG_ALLOCATION_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(3_000)
}

#[test]
fn the_best_plan_is_the_best_of_all_plans() {
    let (mut solved, mut none, mut full) = (0, 0, 0);
    for seed in 0..cases() {
        let problem = problem(seed);
        let expect = best(&problem);
        match (optimal(&problem, Stop::default(), &mut |_, _, _| {}), expect) {
            (Optimum::Plan(plan, tiers), Some(expect)) => {
                let kept: Vec<i128> = tiers.iter().map(|tier| tier.kept).collect();
                assert_eq!(verify(&problem, &plan, &kept), [], "seed {seed}");
                assert_eq!(verify_tiers(&problem, &plan, &tiers), [], "seed {seed}");
                let found: Vec<i128> = tiers.iter().map(|tier| tier.best).collect();
                assert_eq!(found, expect, "seed {seed}: {problem:#?}");
                assert!(tiers.iter().all(|tier| tier.bound == tier.best), "seed {seed}");
                solved += 1;
                full += usize::from(plan.chosen.iter().flatten().count() > 2);
            }
            (Optimum::Infeasible(lift), None) => {
                none += 1;
                assert!(!lift.is_empty() || problem.candidates.len() > 3, "seed {seed}");
            }
            (got, expect) => panic!("seed {seed}: {got:?} against {expect:?}"),
        }
    }
    assert!(solved > cases() / 2 && none > cases() / 100 && full as u64 > cases() / 10, "{solved} {none} {full}");
}

#[test]
fn with_one_goal_more_supply_is_never_worse() {
    for seed in 0..cases() / 4 {
        let mut problem = problem(seed);
        problem.tiers.truncate(1);
        problem.floors.clear();
        problem.candidates.iter_mut().for_each(|candidate| candidate.lock = Lock::Free);
        let value = |problem: &Problem| match optimal(problem, Stop::default(), &mut |_, _, _| {}) {
            Optimum::Plan(plan, _) => plan.value(problem, 0),
            other => panic!("seed {seed}: {other:?}"),
        };
        let before = value(&problem);
        for at in 0..problem.pools.len() {
            problem.pools[at].amount += 7;
            let after = value(&problem);
            assert!(after >= before, "seed {seed}, pool {at}: {after} < {before}");
            problem.pools[at].amount -= 7;
        }
    }
}

fn planned(problem: &Problem) -> Option<(Plan, Vec<TierResult>)> {
    match optimal(problem, Stop::default(), &mut |_, _, _| {}) {
        Optimum::Plan(plan, tiers) => Some((plan, tiers)),
        _ => None,
    }
}

/// The problem once a deal is done, and the plan with those who come in.
fn done(problem: &Problem, plan: &Plan, deal: &Deal) -> (Problem, Vec<Option<usize>>) {
    let (mut other, mut chosen) = (problem.clone(), plan.chosen.clone());
    let pool = |kind, county, amount| Pool { kind, county, amount, hold_back: 0, draw_at_most: None, fence: None };
    other.pools.extend(deal.bought.iter().map(|&(kind, county, amount)| pool(kind, county, amount)));
    let moved = |&(kind, from, to, at_most): &(usize, usize, usize, i64)| Transfer { kind, from, to, at_most };
    other.transfers.extend(deal.moved.iter().map(moved));
    deal.released.iter().for_each(|&(pool, atoms)| other.pools[pool].hold_back -= atoms);
    deal.enter.iter().for_each(|&(at, source)| chosen[at] = Some(source));
    (other, chosen)
}

/// The least amount of the only kind that lets a candidate in, were reserves, caps and counties no matter.
fn least_bought(problem: &Problem, plan: &Plan, candidate: usize) -> i64 {
    let mut enter = vec![candidate];
    let mut next = 0;
    while next < enter.len() {
        let needs = problem.candidates[enter[next]].needs.iter();
        let out: Vec<usize> =
            needs.copied().filter(|need| plan.chosen[*need].is_none() && !enter.contains(need)).collect();
        enter.extend(out);
        next += 1;
    }
    let mut free = problem.clone();
    free.pools.iter_mut().for_each(|pool| (pool.hold_back, pool.draw_at_most) = (0, None));
    let places = problem.counties.len();
    let all = (0..places).flat_map(|from| (0..places).map(move |to| (from, to))).filter(|(from, to)| from != to);
    free.transfers = all.map(|(from, to)| Transfer { kind: 0, from, to, at_most: 1_000 }).collect();
    let all: Vec<Option<usize>> = (0..places).map(Some).chain([None]).collect();
    (0..1_000)
        .find(|&bought| {
            all.iter().any(|&county| {
                let mut larger = free.clone();
                let pool = Pool { kind: 0, county, amount: bought, hold_back: 0, draw_at_most: None, fence: None };
                larger.pools.push(pool);
                let mut ways = vec![plan.chosen.clone()];
                for &at in &enter {
                    let sources = 0..problem.candidates[at].sources.len();
                    let with = |way: &Vec<Option<usize>>| {
                        let mut way = way.clone();
                        sources.clone().map(move |source| {
                            way[at] = Some(source);
                            way.clone()
                        })
                    };
                    ways = ways.iter().flat_map(with).collect();
                }
                ways.iter().any(|way| fits(&larger, way))
            })
        })
        .unwrap_or(1_000)
}

#[test]
fn a_purchase_lets_in_and_nothing_less_does() {
    let (mut deals, mut bought, mut moved) = (0, 0, 0);
    for seed in 0..cases() / 2 {
        let mut problem = problem(seed);
        problem.tiers.truncate(1);
        let Some((plan, _)) = planned(&problem) else { continue };
        let prices = vec![Some(1); problem.kinds.len()];
        let market = Market::new(&problem, &plan, &prices);
        for at in (0..problem.candidates.len()).filter(|&at| plan.chosen[at].is_none()) {
            let Purchase::Deal(deal) = market.purchase(&plan, at) else { continue };
            deals += 1;
            bought += usize::from(deal.price > 0);
            moved += usize::from(!deal.moved.is_empty() || !deal.lifted.is_empty() || !deal.released.is_empty());
            // Draws of a kind within a county are judged by sums, so that a cap is lifted by what is said.
            let (mut with, chosen) = done(&problem, &plan, &deal);
            let mut lifted = deal.lifted.clone();
            lifted.sort_unstable();
            if lifted.windows(2).all(|pair| pair[0].0 != pair[1].0) {
                for &(pool, county, atoms) in &lifted {
                    let Some(cap) = with.pools[pool].draw_at_most else { panic!("seed {seed}: no cap to lift") };
                    // For this county alone: what it may draw beyond the cap stands in a pool of its own.
                    let mut own = with.pools[pool].clone();
                    assert!(atoms > 0 && cap >= 0);
                    own.county = county;
                    own.amount = atoms;
                    (own.hold_back, own.draw_at_most) = (0, None);
                    with.pools[pool].amount -= atoms;
                    if county.is_some() {
                        with.pools.push(own);
                    } else {
                        with.pools[pool].amount += atoms;
                        with.pools[pool].draw_at_most = Some(cap + atoms);
                    }
                }
                assert!(fits(&with, &chosen), "seed {seed}, candidate {at}: {deal:?} {problem:#?}");
            }
            if problem.kinds.len() == 1 && problem.candidates.iter().all(|candidate| candidate.county.is_some()) {
                let least = least_bought(&problem, &plan, at);
                assert_eq!(deal.price, i128::from(least), "seed {seed}, candidate {at}: {deal:?} {problem:#?}");
            }
        }
    }
    assert!(deals > 300 && bought > 100 && moved > 100, "{deals} {bought} {moved}");
}

#[test]
fn what_stands_in_every_near_plan_does() {
    let (mut always, mut otherwise) = (0, 0);
    for seed in 0..cases() / 4 {
        let mut problem = problem(seed);
        problem.tiers.truncate(1);
        problem.candidates.iter_mut().for_each(|candidate| candidate.values.truncate(1));
        let Some((plan, tiers)) = planned(&problem) else { continue };
        let near = Near::new(&problem, &plan, &tiers, 900_000);
        let worth = |plan: &Vec<Option<usize>>| -> i128 {
            let chosen = plan.iter().zip(&problem.candidates).filter(|(source, _)| source.is_some());
            chosen.map(|(_, candidate)| i128::from(candidate.values[0])).sum()
        };
        let plans: Vec<Vec<Option<usize>>> =
            all_plans(&problem).into_iter().filter(|plan| worth(plan) >= near.least).collect();
        for at in 0..problem.candidates.len() {
            let turned = plans.iter().any(|other| other[at].is_some() != plan.chosen[at].is_some());
            match near.standing(at, Stop::default()) {
                Standing::Always => {
                    assert!(!turned, "seed {seed}, candidate {at}");
                    always += 1;
                }
                Standing::Otherwise { value, .. } => {
                    assert!(turned && value >= near.least, "seed {seed}, candidate {at}");
                    otherwise += 1;
                }
                Standing::Unknown => panic!("seed {seed}, candidate {at}: small enough to know"),
            }
            assert!(!near.proven(at) || !turned, "seed {seed}, candidate {at}: prices proved what is not so");
        }
    }
    assert!(always > 200 && otherwise > 50, "{always} {otherwise}");
}

#[test]
fn a_county_alone_does_no_better_than_the_best_plan_lets_it() {
    for seed in 0..cases() / 4 {
        let mut problem = problem(seed);
        problem.tiers.truncate(1);
        problem.candidates.iter_mut().for_each(|candidate| candidate.values.truncate(1));
        let Some((plan, _)) = planned(&problem) else { continue };
        for county in (0..problem.counties.len()).map(Some).chain([None]) {
            if problem.candidates.iter().any(|candidate| candidate.county == county) {
                let Some(own) = alone(&problem, &plan, county, Stop::default()) else {
                    panic!("seed {seed}, {county:?}: what it has is a plan")
                };
                assert_eq!((own.value, own.bound), (own.best, own.best), "seed {seed}, {county:?}: {problem:#?}");
            }
        }
    }
}

#[test]
fn a_session_finds_what_a_fresh_start_finds() {
    for seed in 0..cases() / 10 {
        let problem = problem(seed);
        if problem.pools.is_empty() {
            continue;
        }
        let again = || {
            let mut session = Session::new(problem.clone(), Stop::default(), Stop::default());
            let told: Vec<Optimum> = [(0, 17), (problem.pools.len() - 1, 3), (0, 40), (0, problem.pools[0].amount)]
                .into_iter()
                .map(|(pool, amount)| {
                    let last = session.set_amount(pool, amount.max(problem.pools[pool].hold_back)).clone();
                    let fresh = optimal(session.problem(), Stop::default(), &mut |_, _, _| {});
                    match (&last, &fresh) {
                        (Optimum::Plan(plan, tiers), Optimum::Plan(_, known)) => {
                            let kept: Vec<i128> = tiers.iter().map(|tier| tier.kept).collect();
                            assert_eq!(verify(session.problem(), plan, &kept), [], "seed {seed}");
                            assert_eq!(verify_tiers(session.problem(), plan, tiers), [], "seed {seed}");
                            let best = |tiers: &[TierResult]| tiers.iter().map(|tier| tier.best).collect::<Vec<_>>();
                            assert_eq!(best(tiers), best(known), "seed {seed}");
                        }
                        (Optimum::Infeasible(_), Optimum::Infeasible(_)) => {}
                        (last, fresh) => panic!("seed {seed}: {last:?} against {fresh:?}"),
                    }
                    last
                })
                .collect();
            told
        };
        assert_eq!(again(), again(), "seed {seed}: the same changes, another plan");
    }
}
