//! Counties by themselves, and whoever solves them.

use crate::cities::{city, few_large};
use crate::clock::Clock;
use kaigong_allocation::{
    Answer, Claim, Exact, Lock, Own, Problem, Task, by_itself, verify, verify_bound, verify_split,
};
#[cfg(any(feature = "microlp", feature = "highs"))]
use kaigong_allocation::{Draw, Source};

/// What an answer says has to be so, as far as integers tell.
fn judged(problem: &Problem, answer: &Answer) -> i128 {
    let Answer::Plan { plan, value, claim } = answer else { panic!("a city without locks has a plan: {answer:?}") };
    assert_eq!(verify(problem, plan, &[]), []);
    assert_eq!(plan.value(problem, 0), *value);
    if let Claim::Certified { bound, certificate, split } = claim {
        let proved = match split {
            Some(split) => verify_split(problem, 0, &[], split),
            None => verify_bound(problem, 0, &[], certificate),
        };
        assert_eq!(proved, Some(*bound));
        assert!(bound >= value);
    }
    *value
}

fn label(answer: &Answer) -> &'static str {
    match answer {
        Answer::Plan { claim: Claim::Certified { .. }, .. } if answer.proven() => "certified",
        Answer::Plan { claim: Claim::Certified { .. }, .. } => "gap",
        Answer::Plan { claim: Claim::Searched, .. } => "searched",
        Answer::Plan { claim: Claim::Solver { .. }, .. } => "solver",
        Answer::Plan { claim: Claim::Nothing, .. } => "nothing",
        Answer::Infeasible => "infeasible",
        Answer::NotFound => "not found",
    }
}

/// The seeds of made-up cities; those of `KAIGONG_SEEDS` where it is set.
fn seeds() -> Vec<u64> {
    let named = std::env::var("KAIGONG_SEEDS").unwrap_or_else(|_| "1,2,3,4,5".to_owned());
    named.split(',').map(|seed| seed.parse().unwrap()).collect()
}

fn solvers() -> Vec<&'static dyn Exact> {
    vec![
        &Own,
        #[cfg(feature = "microlp")]
        &kaigong_allocation::Micro,
        #[cfg(feature = "highs")]
        &kaigong_allocation::Highs,
    ]
}

#[test]
#[ignore = "prints who proves which county by itself, and how soon; takes minutes"]
fn who_proves_counties_by_themselves() {
    let work = std::env::var("KAIGONG_WORK").ok().and_then(|work| work.parse().ok()).unwrap_or(20_000_000);
    for seed in seeds() {
        let problem = city(seed, 2_000);
        for county in 0..problem.counties.len() {
            for solver in solvers() {
                if std::env::var("KAIGONG_SOLVER").is_ok_and(|wanted| !solver.name().contains(&wanted)) {
                    continue;
                }
                let start = Clock::start();
                let own = by_itself(&problem, county, &[solver], work).unwrap();
                let seconds = start.seconds();
                let found = matches!(own.answer, Answer::Plan { .. });
                let value = if found { judged(&own.problem, &own.answer) } else { 0 };
                let (name, bound) = (solver.name(), own.answer.bound());
                println!(
                    "seed {seed}, county {county}: {name} {} {value} {bound:?}, {seconds:.2} s",
                    label(&own.answer)
                );
            }
        }
    }
}

#[test]
#[ignore = "prints what solvers come to where candidates are few and large; takes minutes"]
fn who_solves_few_large_candidates() {
    let work = std::env::var("KAIGONG_WORK").ok().and_then(|work| work.parse().ok()).unwrap_or(20_000_000);
    for (count, seed) in [60, 120].into_iter().flat_map(|count| seeds().into_iter().map(move |seed| (count, seed))) {
        let problem = few_large(seed, count);
        for solver in solvers() {
            if std::env::var("KAIGONG_SOLVER").is_ok_and(|wanted| !solver.name().contains(&wanted)) {
                continue;
            }
            let start = Clock::start();
            let answer = solver.solve(&Task { problem: &problem, start: None, work });
            let seconds = start.seconds();
            let found = matches!(answer, Answer::Plan { .. });
            let (value, bound) = (if found { judged(&problem, &answer) } else { 0 }, answer.bound());
            let (name, label) = (solver.name(), label(&answer));
            println!("few large {count}, seed {seed}: {name} {label} {value} {bound:?}, {seconds:.2} s");
        }
    }
}

/// Per instance: what our own solver comes to, and what the others say of it.
#[cfg(any(feature = "microlp", feature = "highs"))]
#[test]
fn solvers_agree() {
    let others: Vec<&dyn Exact> = solvers().into_iter().skip(1).collect();
    let (mut solved, mut proven) = (0, 0);
    for seed in 0..600 {
        let mut problem = crate::brute::problem(seed);
        problem.tiers.truncate(1);
        problem.candidates.iter_mut().for_each(|candidate| candidate.values.truncate(1));
        let task = Task { problem: &problem, start: None, work: 1_000_000 };
        let own = Own.solve(&task);
        for solver in &others {
            let told = solver.solve(&task);
            assert_eq!(solver.solve(&task), told, "seed {seed}: another answer the second time");
            match (&own, &told) {
                (Answer::Plan { value: best, .. }, Answer::Plan { value, .. }) => {
                    judged(&problem, &own);
                    judged(&problem, &told);
                    assert!(own.proven() && value <= best, "seed {seed}");
                    assert!(!told.proven() || value == best, "seed {seed}: {} says {value} is the best", solver.name());
                    solved += 1;
                    proven += usize::from(told.proven());
                }
                (Answer::Infeasible | Answer::Plan { .. }, Answer::NotFound) => {}
                (own, told) => panic!("seed {seed}: {own:?} against {told:?}"),
            }
        }
    }
    assert!(solved > 400 * others.len() && proven * 10 > solved * 9, "{proven} of {solved}");
}

/// A dozen large amounts that have to come to a sum exactly, or nearly: branch and bound gets nowhere.
#[cfg(any(feature = "microlp", feature = "highs"))]
fn stubborn() -> Problem {
    let mut dice = crate::dice::Dice(5);
    let mut problem = city(1, 60);
    problem.pools.truncate(2);
    for candidate in &mut problem.candidates {
        let amount = 1_000_000 + 2 * dice.below(1_000_000) as i64;
        candidate.sources = vec![Source { draws: vec![Draw { kinds: vec![0], amount }] }];
        candidate.values = vec![amount];
        candidate.needs.clear();
    }
    let asked: i64 = problem.candidates.iter().map(|candidate| candidate.values[0]).sum();
    (problem.pools[0].amount, problem.pools[1].amount) = ((asked / 2) | 1, 0);
    problem
}

#[cfg(any(feature = "microlp", feature = "highs"))]
#[test]
fn a_solver_that_does_not_come_to_an_end_is_stopped_and_ours_goes_on() {
    let problem = stubborn();
    for solver in solvers().into_iter().skip(1) {
        let told = solver.solve(&Task { problem: &problem, start: None, work: 200_000 });
        assert!(!told.proven(), "{}: nobody is done after so few nodes", solver.name());
        // From there our own goes on, and never ends with less.
        let both = by_itself(&problem, 0, &[solver, &Own], 200_000).unwrap();
        let ours = judged(&both.problem, &both.answer);
        assert!(matches!(both.answer, Answer::Plan { claim: Claim::Certified { .. } | Claim::Searched, .. }));
        if matches!(told, Answer::Plan { .. }) {
            assert!(ours >= judged(&problem, &told), "{}", solver.name());
        }
    }
}

#[test]
fn a_county_by_itself_uses_its_own_alone_and_is_proven() {
    let mut elsewhere = 0;
    for seed in 0..400 {
        let mut problem = crate::brute::problem(seed);
        problem.candidates.iter_mut().for_each(|candidate| candidate.lock = Lock::Free);
        for county in 0..problem.counties.len() {
            let Some(own) = by_itself(&problem, county, &[&Own], 1_000_000) else {
                assert!(problem.candidates.iter().all(|candidate| candidate.county != Some(county)));
                continue;
            };
            if own.answer == Answer::Infeasible {
                assert!(!own.problem.floors.is_empty(), "seed {seed}: nothing to break");
                continue;
            }
            let best = judged(&own.problem, &own.answer);
            assert!(own.answer.proven(), "seed {seed}: small enough to know");
            // The whole problem without anything of the city or of others, and without those of other counties.
            let mut whole = problem.clone();
            whole.transfers.clear();
            whole.floors.clear();
            whole.tiers.truncate(1);
            whole.pools.iter_mut().filter(|pool| pool.county != Some(county)).for_each(|pool| pool.amount = 0);
            whole.pools.iter_mut().for_each(|pool| pool.hold_back = pool.hold_back.min(pool.amount));
            for candidate in &mut whole.candidates {
                candidate.values.truncate(1);
                candidate.lock = if candidate.county == Some(county) { Lock::Free } else { Lock::Out };
            }
            if own.problem.floors.is_empty() {
                let known = Own.solve(&Task { problem: &whole, start: None, work: 1_000_000 });
                assert_eq!(judged(&whole, &known), best, "seed {seed}, county {county}: {problem:#?}");
            }
            let chosen = own.chosen();
            assert!(chosen.iter().all(|at| problem.candidates[*at].county == Some(county)));
            assert!(chosen.iter().all(|at| !own.elsewhere.contains(at)));
            elsewhere += own.elsewhere.len();
        }
    }
    assert!(elsewhere > 100, "{elsewhere}");
}

#[test]
fn every_county_of_a_city_of_two_thousand_is_proven_by_itself() {
    let problem = city(1, 2_000);
    let mut all = 0;
    for county in 0..problem.counties.len() {
        let own = by_itself(&problem, county, &[&Own], 100_000_000).unwrap();
        judged(&own.problem, &own.answer);
        assert!(own.answer.proven(), "county {county}: {}", label(&own.answer));
        all += own.candidates.len();
    }
    assert_eq!((problem.counties.len(), all), (8, 2_000));
}

#[test]
fn locks_that_a_county_cannot_keep_by_itself_are_told() {
    let mut problem = city(1, 200);
    problem.candidates[0].lock = Lock::In;
    problem.candidates[0].sources.clear();
    assert_eq!(by_itself(&problem, 0, &[&Own], 100_000).unwrap().answer, Answer::Infeasible);
    assert_eq!(by_itself(&problem, 7, &[&Own], 100_000), None, "there is no such county");
}
