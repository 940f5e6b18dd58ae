//! Claims on pools: what amounts would clear a blocked project, and what stands in its way afterwards.
//!
//! A plan *releases* a project when every blocker it had is met under the plan; steps that were waiting and become
//! open do not count. So everything that is no blocker today is taken as met, the gates are run, and the least sets of
//! covered requirements are sought that clear the goal.

use std::collections::BTreeMap;

use kaigong_bits::lanes;
use kaigong_model::Truth;
use kaigong_rules::RequirementIdx;
use rayon::prelude::*;

use crate::earliest::{Durations, EarliestStart, earliest_with};
use crate::evaluate::Evaluation;
use crate::explain::Shortage;
use crate::facts::round_up;
use crate::gates::Gates;
use crate::summary::row_mask;
use crate::view::View;
use crate::walk::{Blocker, BlockerKind, Walk, upstream_links};

/// A blocker that amounts out of pools would meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The requirement.
    pub requirement: RequirementIdx,
    /// What it draws; every amount is known.
    pub draws: Vec<Shortage>,
}

/// What a blocked project that has not started asks of pools.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its row.
    pub row: u32,
    /// Its root causes.
    pub blockers: Vec<Blocker>,
    /// Those that amounts would meet.
    pub covers: Vec<Cover>,
    /// The least sets of covers, as indices, that leave no blocker but `others` and `upstream`; none where the goal
    /// cannot be cleared whatever is met.
    pub sources: Vec<Vec<usize>>,
    /// Blockers that no amount meets and that stand whatever is covered, in order.
    pub others: Vec<RequirementIdx>,
    /// Projects that must clear the goal first, where nothing but those and amounts is missing.
    pub upstream: Vec<u32>,
}

impl Claim {
    /// What it asks of a pool kind, as the first of its sources has it; atoms.
    ///
    /// Grants of a kind count for every requirement that draws on it, so of several draws the largest counts.
    pub fn asked(&self, pool: usize) -> i128 {
        self.sources.first().map_or(0, |source| self.asked_by(source, pool))
    }

    /// The same for one of its sources. What several kinds may cover together is asked of the first of them.
    pub fn asked_by(&self, source: &[usize], pool: usize) -> i128 {
        let draws = self.draws(source);
        draws.iter().filter(|(pools, _)| pools[0] == pool).map(|(_, amount)| amount).sum()
    }

    /// What one of its sources asks: kinds that may cover an amount together, and the atoms, above 0; first what one kind
    /// alone must cover, in order.
    ///
    /// What a kind is granted for itself also counts for what it may cover with others.
    pub fn draws(&self, source: &[usize]) -> Vec<(Vec<usize>, i128)> {
        let mut most: BTreeMap<(bool, Vec<usize>), i128> = BTreeMap::new();
        for draw in source.iter().flat_map(|&cover| &self.covers[cover].draws) {
            let pools: Vec<usize> = draw.pools().map(|pool| pool.0 as usize).collect();
            let known = most.entry((pools.len() > 1, pools)).or_default();
            *known = (*known).max(draw.outstanding());
        }
        let alone = |pool: &usize| most.get(&(false, vec![*pool])).copied().unwrap_or(0);
        let left = |((is_mixed, pools), amount): (&(bool, Vec<usize>), &i128)| {
            let counted: i128 = if *is_mixed { pools.iter().map(alone).sum() } else { 0 };
            (pools.clone(), amount - counted)
        };
        most.iter().map(left).filter(|(_, amount)| *amount > 0).collect()
    }

    /// The pool kinds its covers draw on, in order.
    pub fn pools(&self) -> Vec<usize> {
        let draws = self.covers.iter().flat_map(|cover| &cover.draws);
        let mut pools: Vec<usize> =
            draws.filter(|draw| draw.outstanding() > 0).flat_map(Shortage::pools).map(|pool| pool.0 as usize).collect();
        pools.sort_unstable();
        pools.dedup();
        pools
    }
}

/// Covers looked at in every combination, at most; past it one least set is given.
const TRIED_MAX: usize = 10;

/// The claims of all blocked projects that draw on some pool, in order of row; of `rows` only, where given.
///
/// # Complexity
/// For each 64 rows: 2^(covers in a choice) × requirements word operations.
pub fn claims(evaluation: &Evaluation<'_>, rows: Option<&[u32]>) -> Vec<Claim> {
    (0..evaluation.portfolio.len().div_ceil(64))
        .into_par_iter()
        .flat_map_iter(|word| match row_mask(rows, word) {
            0 => Vec::new(),
            mask => word_of(evaluation, word, mask),
        })
        .collect()
}

fn held(evaluation: &Evaluation<'_>, view: &View<'_, '_>, word: usize, mask: u64) -> u64 {
    let goal = evaluation.program.requirements[evaluation.program.goal.0 as usize].cleared;
    view.word(goal).no & view.mask() & mask & !evaluation.started_word(word).yes
}

fn word_of(evaluation: &Evaluation<'_>, word: usize, mask: u64) -> Vec<Claim> {
    let view = evaluation.view(word);
    let held = held(evaluation, &view, word, mask);
    if held == 0 {
        return Vec::new();
    }
    let strict = evaluation.strict_view(word);
    let walk = Walk::from_goal(&view);
    let mut gates = Gates::of_blockers(&view, &walk, held);
    let claim = |lane| {
        let blockers = walk.blockers(&view, strict.as_ref(), lane);
        let covers: Vec<Cover> = blockers.iter().filter_map(|blocker| cover(&view, lane, blocker)).collect();
        (!covers.is_empty()).then_some((lane, blockers, covers))
    };
    let asked: Vec<(usize, Vec<Blocker>, Vec<Cover>)> = lanes(held).filter_map(claim).collect();
    asked.into_iter().map(|(lane, blockers, covers)| sought(&view, &mut gates, lane, blockers, covers)).collect()
}

/// What would cover a blocker, if amounts alone do; nothing more where what was granted covers it already.
fn cover(view: &View<'_, '_>, lane: usize, blocker: &Blocker) -> Option<Cover> {
    if !matches!(blocker.kind, BlockerKind::Resource | BlockerKind::Action) {
        return None;
    }
    let (segment, body) = view.segment(blocker.requirement, lane);
    let (row, as_of) = (view.row(lane), view.as_of(lane));
    let in_force = segment.draws.iter().filter(|draw| view.truth(draw.when, lane) != Truth::No);
    let draws = in_force.map(|draw| {
        let written = &body.draws[draw.draw];
        let needed = view.facts.number(&draw.amount, row, as_of).map(round_up)?;
        let granted = view.facts.granted_of(written.pools(), row, as_of);
        Some(Shortage { pool: written.pool, mixed: written.mixed.clone(), needed: Some(needed), granted })
    });
    let draws = draws.collect::<Option<Vec<_>>>()?;
    (!draws.is_empty()).then_some(Cover { requirement: blocker.requirement, draws })
}

/// The least sets of covers of one lane.
fn sought(
    view: &View<'_, '_>,
    gates: &mut Gates<'_>,
    lane: usize,
    blockers: Vec<Blocker>,
    covers: Vec<Cover>,
) -> Claim {
    let bit = 1u64 << lane;
    let is_cover = |idx: RequirementIdx| covers.iter().any(|cover| cover.requirement == idx);
    let upstream = |blocker: &&Blocker| blocker.kind == BlockerKind::Upstream;
    let steps: Vec<RequirementIdx> = gates.steps().collect();
    for &step in &steps {
        let blocks = blockers.iter().any(|blocker| blocker.requirement == step);
        gates.set(step, if blocks { 0 } else { bit });
    }
    let clears = |gates: &mut Gates<'_>, covered: &[usize]| {
        (0..covers.len()).for_each(|at| gates.set(covers[at].requirement, 0));
        covered.iter().for_each(|&at| gates.set(covers[at].requirement, bit));
        gates.run() & bit != 0
    };
    let all: Vec<usize> = (0..covers.len()).collect();
    let mut others: Vec<RequirementIdx> = Vec::new();
    let mut links = Vec::new();
    if !clears(gates, &all) {
        for blocker in blockers.iter().filter(upstream) {
            links.extend(upstream_links(view, blocker.requirement, lane));
            gates.set(blocker.requirement, bit);
        }
        if !clears(gates, &all) {
            links.clear();
            // Of what is left, that stands whatever is covered without which nothing clears; else, a choice, all of it.
            let left: Vec<RequirementIdx> =
                blockers.iter().map(|blocker| blocker.requirement).filter(|&idx| !is_cover(idx)).collect();
            left.iter().for_each(|&idx| gates.set(idx, bit));
            let mut stands = |idx: RequirementIdx| {
                gates.set(idx, 0);
                let stands = !clears(gates, &all);
                gates.set(idx, bit);
                stands
            };
            others = left.iter().copied().filter(|&idx| stands(idx)).collect();
            if others.is_empty() {
                others.clone_from(&left);
            }
            let besides = left.iter().filter(|idx| !others.contains(idx));
            besides.clone().for_each(|&idx| gates.set(idx, 0));
            if !clears(gates, &all) {
                besides.for_each(|&idx| gates.set(idx, bit));
            }
        }
    }
    links.sort_unstable();
    links.dedup();
    let sources = least_sets(covers.len(), |covered| clears(gates, covered));
    if sources.is_empty() {
        // A choice that too few members can satisfy: whatever is met, the goal is not cleared.
        others = blockers.iter().map(|blocker| blocker.requirement).collect();
    }
    steps.iter().for_each(|&step| gates.set(step, 0));
    Claim { row: view.row(lane), blockers, covers, sources, others, upstream: links }
}

/// The least sets of `count` things for which a monotone question is answered yes.
fn least_sets(count: usize, mut enough: impl FnMut(&[usize]) -> bool) -> Vec<Vec<usize>> {
    let all: Vec<usize> = (0..count).collect();
    if !enough(&all) {
        return Vec::new();
    }
    let without = |at: usize| all.iter().copied().filter(|&other| other != at).collect::<Vec<_>>();
    let needed: Vec<usize> = all.iter().copied().filter(|&at| !enough(&without(at))).collect();
    if enough(&needed) {
        return vec![needed];
    }
    let rest: Vec<usize> = all.iter().copied().filter(|at| !needed.contains(at)).collect();
    if rest.len() > TRIED_MAX {
        let mut left = all.clone();
        for at in rest {
            let fewer: Vec<usize> = left.iter().copied().filter(|&other| other != at).collect();
            if enough(&fewer) {
                left = fewer;
            }
        }
        return vec![left];
    }
    let mut masks: Vec<u32> = (1..1u32 << rest.len()).collect();
    masks.sort_by_key(|mask| (mask.count_ones(), *mask));
    let mut found: Vec<u32> = Vec::new();
    for mask in masks {
        if found.iter().any(|least| least & mask == *least) {
            continue;
        }
        if enough(&with(&needed, &rest, mask)) {
            found.push(mask);
        }
    }
    found.into_iter().map(|mask| with(&needed, &rest, mask)).collect()
}

fn with(needed: &[usize], rest: &[usize], mask: u32) -> Vec<usize> {
    let picked = rest.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|(_, &which)| which);
    let mut set: Vec<usize> = needed.iter().copied().chain(picked).collect();
    set.sort_unstable();
    set
}

/// Where a project stands once some of its requirements are covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// Whether it may start at once.
    pub ready: bool,
    /// The steps someone can act on then, in order.
    pub next: Vec<RequirementIdx>,
    /// When it can start at the earliest.
    pub earliest: EarliestStart,
}

/// Where each project would stand if some of its requirements were covered.
///
/// INVARIANT: each row is blocked and has not started.
pub fn after(evaluation: &Evaluation<'_>, row: u32, covered: &[RequirementIdx], durations: Durations) -> After {
    let (word, lane) = (row as usize / 64, row as usize % 64);
    let view = evaluation.view(word);
    let walk = Walk::from_goal(&view);
    let bit = 1u64 << lane;
    let mut gates = Gates::new(&view, &walk, bit);
    covered.iter().for_each(|&idx| gates.set(idx, bit));
    let ready = gates.run() & bit != 0;
    let wanted = gates.wanted_now();
    let acts = |idx: &RequirementIdx| {
        let open = gates.open_now(*idx) & wanted[idx.0 as usize] & bit != 0;
        open && view.segment(*idx, lane).1.met_when.is_some()
    };
    let next = if ready { Vec::new() } else { view.pack.order.iter().copied().filter(acts).collect() };
    let blockers = walk.blockers(&view, None, lane);
    let earliest = earliest_with(&view, lane, &blockers, durations, covered);
    After { ready, next, earliest }
}
