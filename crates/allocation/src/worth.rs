//! What a little more supply would be worth, and what letting someone in would cost: always solved again, since prices
//! mislead where projects are large (allocation.md §1).

use crate::optimal::{Optimum, Stop, optimal, optimal_from};
use crate::problem::{CandidateIdx, Lock, Plan, PoolIdx, Problem, TierResult};

/// What some more of one pool would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Which pool.
    pub pool: PoolIdx,
    /// Atoms more.
    pub more: i64,
    /// Those who come in if nobody leaves.
    pub added: Vec<CandidateIdx>,
    /// Worth of the first tier that adds.
    pub added_worth: i128,
    /// Those who come in if everything is chosen anew.
    pub enter: Vec<CandidateIdx>,
    /// Those who leave then.
    pub leave: Vec<CandidateIdx>,
    /// Worth of the first tier that gains.
    pub gained: i128,
    /// No plan gains more.
    pub gained_at_most: i128,
}

/// Solves again with more of one pool; `None` where no plan was found.
pub fn rung(problem: &Problem, plan: &Plan, pool: PoolIdx, more: i64, stop: Stop) -> Option<Rung> {
    let mut larger = problem.clone();
    larger.pools[pool].amount = larger.pools[pool].amount.checked_add(more)?;
    larger.tiers.truncate(1);
    let before = plan.value(problem, 0);
    let (anew, bound) = solved(&larger, stop)?;
    let mut fixed = larger.clone();
    for (candidate, source) in fixed.candidates.iter_mut().zip(&plan.chosen) {
        if let Some(source) = source {
            // Whoever is in stays in, from the source it has.
            candidate.sources = vec![candidate.sources[*source].clone()];
            candidate.lock = Lock::In;
        }
    }
    let added = solved(&fixed, stop).map(|(plan, _)| plan);
    let worth = |plan: &Plan| plan.value(&larger, 0);
    // What keeps everybody in is a choice too.
    let anew = match &added {
        Some(added) if worth(added) > worth(&anew) => added.clone(),
        _ if worth(&anew) < before => plan.clone(),
        _ => anew,
    };
    let entering = |after: &Plan| -> Vec<CandidateIdx> {
        let both = plan.chosen.iter().zip(&after.chosen).enumerate();
        both.filter(|(_, (before, after))| before.is_none() && after.is_some()).map(|(at, _)| at).collect()
    };
    let leave = plan.chosen.iter().zip(&anew.chosen).enumerate();
    let leave = leave.filter(|(_, (before, after))| before.is_some() && after.is_none()).map(|(at, _)| at).collect();
    Some(Rung {
        pool,
        more,
        added_worth: added.as_ref().map_or(0, |added| added.value(&larger, 0) - before),
        added: added.as_ref().map(entering).unwrap_or_default(),
        enter: entering(&anew),
        leave,
        gained: anew.value(&larger, 0) - before,
        gained_at_most: bound - before,
    })
}

/// A plan of one goal, and its bound.
fn solved(problem: &Problem, stop: Stop) -> Option<(Plan, i128)> {
    match optimal(problem, stop, &mut |_, _, _| {}) {
        Optimum::Plan(plan, tiers) => {
            let bound = tiers.first().map_or(0, |tier| tier.bound);
            Some((plan, bound))
        }
        Optimum::Infeasible(_) | Optimum::NotFound => None,
    }
}

/// What letting someone in that is out would cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forced {
    /// Those who come in with it and those who leave, and what each tier loses (a gain is below 0).
    Plan {
        /// They come in, itself among them.
        enter: Vec<CandidateIdx>,
        /// They leave.
        leave: Vec<CandidateIdx>,
        /// Worth lost, per tier.
        lost: Vec<i128>,
    },
    /// It cannot be let in, whoever leaves.
    Never,
    /// The work allowed did not tell.
    Unknown,
}

/// Solves again with one candidate locked in, from the plan as far as it still fits.
pub fn forced(problem: &Problem, plan: &Plan, candidate: CandidateIdx, stop: Stop) -> Forced {
    let mut with = problem.clone();
    with.candidates[candidate].lock = Lock::In;
    match optimal_from(&with, Some(&plan.chosen), stop, &mut |_, _, _| {}) {
        Optimum::Plan(after, _) => {
            let both = || plan.chosen.iter().zip(&after.chosen).enumerate();
            Forced::Plan {
                enter: both().filter(|(_, (a, b))| a.is_none() && b.is_some()).map(|(at, _)| at).collect(),
                leave: both().filter(|(_, (a, b))| a.is_some() && b.is_none()).map(|(at, _)| at).collect(),
                lost: (0..problem.tiers.len()).map(|t| plan.value(problem, t) - after.value(problem, t)).collect(),
            }
        }
        Optimum::Infeasible(_) => Forced::Never,
        Optimum::NotFound => Forced::Unknown,
    }
}

/// A rule that a plan has to keep and that costs something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// What is held back of the pools.
    HoldBack,
    /// Those locked in.
    LockedIn,
    /// Those locked out.
    LockedOut,
    /// The floors.
    Floors,
    /// What the tiers before this one keep.
    TiersBefore(usize),
    /// What is held back of one pool.
    HoldBackOf(PoolIdx),
    /// The lock of one candidate.
    Lock(CandidateIdx),
    /// One floor.
    Floor(usize),
}

/// What a goal could come to without one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePrice {
    /// The rule left out.
    pub rule: Rule,
    /// The goal: the first, or the one that earlier goals hold down.
    pub tier: usize,
    /// Its best under the rule.
    pub with: i128,
    /// Its best without.
    pub without: i128,
    /// Without the rule, no plan is worth more.
    pub without_at_most: i128,
}

/// The price of one rule: solved again without it. `None` where it is not there, or no plan was found.
pub fn rule_price(problem: &Problem, tiers: &[TierResult], rule: Rule, stop: Stop) -> Option<RulePrice> {
    let tier = if let Rule::TiersBefore(tier) = rule { tier } else { 0 };
    let mut eased = one_goal(problem, tier)?;
    match rule {
        Rule::HoldBack => eased.pools.iter_mut().for_each(|pool| pool.hold_back = 0),
        Rule::HoldBackOf(pool) => eased.pools.get_mut(pool)?.hold_back = 0,
        Rule::LockedIn | Rule::LockedOut => {
            let lock = if rule == Rule::LockedIn { Lock::In } else { Lock::Out };
            let locked = eased.candidates.iter_mut().filter(|candidate| candidate.lock == lock);
            locked.for_each(|candidate| candidate.lock = Lock::Free);
        }
        Rule::Lock(candidate) => eased.candidates.get_mut(candidate)?.lock = Lock::Free,
        Rule::Floors => eased.floors.clear(),
        Rule::Floor(floor) => eased.floors.get_mut(floor)?.at_least = 0,
        Rule::TiersBefore(_) => {}
    }
    let (plan, bound) = solved(&eased, stop)?;
    let (with, found) = (tiers.get(tier)?.best, plan.value(&eased, 0));
    // What keeps the rule is a plan without it too.
    Some(RulePrice { rule, tier, with, without: found.max(with), without_at_most: bound })
}

/// A problem with one of its goals only.
fn one_goal(problem: &Problem, tier: usize) -> Option<Problem> {
    let mut eased = problem.clone();
    eased.tiers = vec![*problem.tiers.get(tier)?];
    eased.candidates.iter_mut().for_each(|candidate| candidate.values = vec![candidate.values[tier]]);
    Some(eased)
}

/// The rules that are there, all of a sort together; and one by one where there are several of a sort.
pub fn rules(problem: &Problem, each: bool) -> Vec<Rule> {
    let mut rules = Vec::new();
    let mut sort = |whole: Rule, parts: Vec<Rule>| match parts.len() {
        0 => {}
        1 => rules.push(if each { parts[0] } else { whole }),
        _ => {
            rules.push(whole);
            rules.extend(parts.into_iter().filter(|_| each));
        }
    };
    let held = (0..problem.pools.len()).filter(|&pool| problem.pools[pool].hold_back > 0);
    sort(Rule::HoldBack, held.map(Rule::HoldBackOf).collect());
    for (whole, lock) in [(Rule::LockedIn, Lock::In), (Rule::LockedOut, Lock::Out)] {
        let locked = (0..problem.candidates.len()).filter(|&at| problem.candidates[at].lock == lock);
        sort(whole, locked.map(Rule::Lock).collect());
    }
    let floors = (0..problem.floors.len()).filter(|&floor| problem.floors[floor].at_least > 0);
    sort(Rule::Floors, floors.map(Rule::Floor).collect());
    rules.extend((1..problem.tiers.len()).map(Rule::TiersBefore));
    rules
}

/// What each rule costs, all of a sort together; rules that are not there are left out.
pub fn rule_prices(problem: &Problem, tiers: &[TierResult], stop: Stop) -> Vec<RulePrice> {
    rules(problem, false).into_iter().filter_map(|rule| rule_price(problem, tiers, rule, stop)).collect()
}
