//! Whether what is stated of each tier agrees with the plan and with its certificate.

use super::lawful::judge_kept;
use super::shape::{plan_in_shape, problem_in_shape};
use super::{Violation, verify_bound, verify_split, worth};
use crate::problem::{Plan, Problem, TierResult};

/// Everything untrue in what is stated of the tiers of a plan.
///
/// Each tier is worth what is stated, at least what is kept and at most its bound; what is kept is no less than the
/// tier's share of its best; the certificate proves what is stated, and the bound is that, or no more and the best if
/// a search found none better. That the search was complete is taken on trust.
pub fn verify_tiers(problem: &Problem, plan: &Plan, tiers: &[TierResult]) -> Vec<Violation> {
    if !problem_in_shape(problem) || !plan_in_shape(problem, plan) || tiers.len() != problem.tiers.len() {
        return vec![Violation::Shape];
    }
    let kept: Vec<i128> = tiers.iter().map(|result| result.kept).collect();
    let mut found = Vec::new();
    judge_kept(problem, plan, &kept, &mut found);
    for (tier, result) in tiers.iter().enumerate() {
        judge_statements(problem, plan, tier, result, &mut found);
        let proved = match &result.split {
            Some(split) => verify_split(problem, tier, &kept[..tier], split),
            None => verify_bound(problem, tier, &kept[..tier], &result.certificate),
        };
        judge_proof(tier, result, proved, &mut found);
    }
    found
}

fn judge_statements(problem: &Problem, plan: &Plan, tier: usize, result: &TierResult, found: &mut Vec<Violation>) {
    let mut wrong = |recomputed, stated| found.push(Violation::Bound { tier, recomputed, stated });
    let value = worth(problem, plan, tier);
    if result.value != value {
        wrong(value, result.value);
    }
    if value > result.bound {
        wrong(value, result.bound);
    }
    if result.best > result.bound || (result.searched && result.best != result.bound) {
        wrong(result.best, result.bound);
    }
    let least = least_kept(result.best, problem.tiers[tier].keep).unwrap_or(i128::MAX);
    if result.kept < least {
        wrong(least, result.kept);
    }
}

fn judge_proof(tier: usize, result: &TierResult, recomputed: Option<i128>, found: &mut Vec<Violation>) {
    let mut wrong = |recomputed, stated| found.push(Violation::Bound { tier, recomputed, stated });
    if recomputed != Some(result.proved) {
        wrong(recomputed.unwrap_or(i128::MAX), result.proved);
    }
    if result.bound > result.proved || (!result.searched && result.bound != result.proved) {
        wrong(result.proved, result.bound);
    }
}

/// A share of a best, in millionths, rounded up.
pub(super) fn least_kept(best: i128, keep: u32) -> Option<i128> {
    let millionths = best.checked_mul(i128::from(keep))?;
    Some(millionths.div_euclid(1_000_000) + i128::from(millionths.rem_euclid(1_000_000) > 0))
}
