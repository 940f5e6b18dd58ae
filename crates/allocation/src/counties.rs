//! Each county by itself: its own pools, nothing drawn from the city, nothing moved in or out.

use crate::exact::{Answer, Exact, Task};
use crate::problem::{CandidateIdx, CountyIdx, Lock, Plan, Problem, Tier};

/// What a county comes to by itself, in the first goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByItself {
    /// The county.
    pub county: CountyIdx,
    /// Its candidates, in order.
    pub candidates: Vec<CandidateIdx>,
    /// Those of them that need one elsewhere, so that they cannot be in.
    pub elsewhere: Vec<CandidateIdx>,
    /// Its problem: these candidates and its own pools.
    pub problem: Problem,
    /// The best plan for it, and who says so; `plan.chosen` is in the order of `candidates`.
    pub answer: Answer,
}

impl ByItself {
    /// Those that are in.
    pub fn chosen(&self) -> Vec<CandidateIdx> {
        let Answer::Plan { plan, .. } = &self.answer else { return Vec::new() };
        let both = self.candidates.iter().zip(&plan.chosen);
        both.filter(|(_, source)| source.is_some()).map(|(at, _)| *at).collect()
    }

    /// What a plan for all makes of it.
    pub fn within(&self, problem: &Problem, plan: &Plan) -> i128 {
        let taken = self.candidates.iter().filter(|at| plan.chosen[**at].is_some());
        taken.filter_map(|at| problem.candidates[*at].values.first()).map(|&value| i128::from(value)).sum()
    }
}

/// Solves a county by itself: by the first solver that proves its plan, each going on from the best plan known.
/// `None` where the county has no candidates, or there is no goal.
pub fn by_itself(problem: &Problem, county: CountyIdx, solvers: &[&dyn Exact], work: u64) -> Option<ByItself> {
    let candidates: Vec<CandidateIdx> =
        (0..problem.candidates.len()).filter(|&at| problem.candidates[at].county == Some(county)).collect();
    if candidates.is_empty() || problem.tiers.is_empty() {
        return None;
    }
    let (own, elsewhere) = cut_out(problem, county, &candidates);
    let mut answer = Answer::NotFound;
    for solver in solvers {
        let start = match &answer {
            Answer::Plan { plan, .. } => Some(plan),
            _ => None,
        };
        let told = solver.solve(&Task { problem: &own, start, work });
        if better(&told, &answer) {
            answer = told;
        }
        if answer.proven() || answer == Answer::Infeasible {
            break;
        }
    }
    Some(ByItself { county, candidates, elsewhere, problem: own, answer })
}

/// Whether an answer says more than the one before it.
fn better(told: &Answer, before: &Answer) -> bool {
    match (told, before) {
        (Answer::NotFound, _) => false,
        (Answer::Infeasible, _) | (_, Answer::NotFound | Answer::Infeasible) => true,
        (Answer::Plan { value: told_value, .. }, Answer::Plan { value, .. }) => {
            told_value > value || told_value == value && told.proven()
        }
    }
}

/// The county as a problem of its own, and its candidates that need one elsewhere.
fn cut_out(problem: &Problem, county: CountyIdx, candidates: &[CandidateIdx]) -> (Problem, Vec<CandidateIdx>) {
    let mut place = vec![None; problem.candidates.len()];
    candidates.iter().enumerate().for_each(|(next, &at)| place[at] = Some(next));
    let mut elsewhere = Vec::new();
    let of = |&at: &CandidateIdx| {
        let mut candidate = problem.candidates[at].clone();
        candidate.values.truncate(1);
        if candidate.needs.iter().any(|&need| place[need].is_none()) {
            elsewhere.push(at);
            candidate.sources.clear();
            if candidate.lock == Lock::Free {
                candidate.lock = Lock::Out;
            }
        }
        candidate.needs = candidate.needs.iter().filter_map(|&need| place[need]).collect();
        candidate
    };
    let own = Problem {
        kinds: problem.kinds.clone(),
        counties: problem.counties.clone(),
        candidates: candidates.iter().map(of).collect(),
        pools: problem
            .pools
            .iter()
            .filter(|pool| pool.county == Some(county))
            .map(|pool| {
                let mut pool = pool.clone();
                pool.fence = pool.fence.map(|fence| fence.iter().filter_map(|&at| place[at]).collect());
                pool
            })
            .collect(),
        transfers: Vec::new(),
        // A floor over several counties is no floor of one of them.
        floors: problem
            .floors
            .iter()
            .filter(|floor| floor.weights.iter().all(|(at, _)| place[*at].is_some()))
            .map(|floor| {
                let mut floor = floor.clone();
                floor.weights = floor.weights.iter().filter_map(|&(at, weight)| Some((place[at]?, weight))).collect();
                floor
            })
            .collect(),
        tiers: vec![Tier { keep: 1_000_000 }],
    };
    (own, elsewhere)
}
