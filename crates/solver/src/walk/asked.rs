//! What would have to be known about a row, and what its verdict rests on without a record.

use kaigong_model::{FactIdx, Truth};
use kaigong_rules::RequirementIdx;

use super::{Decides, Question, Walk};
use crate::facts::Day;
use crate::terms::Tree;
use crate::view::View;

/// What leaves a condition unknown.
#[derive(Default)]
pub(crate) struct Missing {
    pub(crate) facts: Vec<FactIdx>,
    /// Upstream slots: whether the projects behind them are complete is unknown, or their links are.
    pub(crate) slots: Vec<u32>,
}

/// Missing facts, each once per requirement, the weightiest reason kept; and upstream slots that are not settled.
#[derive(Default)]
struct Asked {
    facts: std::collections::BTreeMap<(RequirementIdx, FactIdx), Decides>,
    slots: Vec<u32>,
}

impl Asked {
    fn add(&mut self, requirement: RequirementIdx, missing: Missing, decides: Decides) {
        for fact in missing.facts {
            let known = self.facts.entry((requirement, fact)).or_insert(decides);
            *known = (*known).min(decides);
        }
        self.slots.extend(missing.slots);
    }
}

/// What would have to be known about a row, in order of requirement and fact.
pub(crate) fn questions(view: &View<'_, '_>, lane: usize, walk: &Walk) -> Vec<Question> {
    asked(view, lane, walk).0
}

/// The same, and the upstream slots that are not settled.
pub(crate) fn asked(view: &View<'_, '_>, lane: usize, walk: &Walk) -> (Vec<Question>, Vec<u32>) {
    let mut asked = Asked::default();
    let mut unknown = vec![false; view.program.requirements.len()];
    let goal = walk.goal;
    let undetermined = view.cleared(goal, lane) == Truth::Unknown;
    unknown[goal.0 as usize] = undetermined;
    let weight = if undetermined { Decides::Verdict } else { Decides::Blockers };
    for &idx in view.pack.order.iter().rev() {
        let on_walk = walk.contains(idx, lane);
        if !on_walk && !unknown[idx.0 as usize] {
            continue;
        }
        ask_of(view, lane, idx, weight, &mut asked);
        let (segment, body) = view.segment(idx, lane);
        for (need, tree) in segment.each.iter().zip(&segment.when_trees) {
            if view.truth(need.contribution, lane) != Truth::Unknown {
                continue;
            }
            if let Some(tree) = tree {
                let mut missing = Missing::default();
                view.missing(tree, lane, &mut missing);
                asked.add(idx, missing, weight);
            }
            if view.truth(need.target, lane) != Truth::Unknown {
                // The condition alone is open: what lies behind it is known to be missing.
                continue;
            }
            for step in body.needs[need.need].target.requirements() {
                let open = view.cleared(*step, lane) == Truth::Unknown || view.applies(*step, lane) == Truth::Unknown;
                unknown[step.0 as usize] |= open;
            }
        }
    }
    let questions = asked.facts.into_iter();
    let questions = questions.map(|((requirement, fact), decides)| Question { requirement, fact, decides });
    (questions.collect(), asked.slots)
}

/// The facts missing in a requirement's own conditions.
fn ask_of(view: &View<'_, '_>, lane: usize, idx: RequirementIdx, weight: Decides, asked: &mut Asked) {
    let (segment, _) = view.segment(idx, lane);
    let nodes = &view.program.requirements[idx.0 as usize];
    let (applies, met) = (view.applies(idx, lane), view.met(idx, lane));
    if applies == Truth::Unknown {
        let mut missing = Missing::default();
        view.missing(&segment.applies_tree, lane, &mut missing);
        asked.add(idx, missing, weight);
    }
    if met == Truth::Unknown {
        let mut missing = Missing::default();
        view.missing(&segment.met_tree, lane, &mut missing);
        let held = weight == Decides::Blockers && view.needs(idx, lane) == Truth::No;
        asked.add(idx, missing, if held { Decides::Nothing } else { weight });
    }
    let open = applies == Truth::Unknown || met == Truth::Unknown || view.needs(idx, lane) == Truth::Unknown;
    if let (true, Some(reading)) = (open, nodes.governed_by) {
        let day = view.facts.day(reading, view.row(lane), view.as_of(lane));
        if day == Day::Unknown && nodes.segments.len() > 1 {
            asked.add(idx, Missing { facts: vec![reading.fact()], slots: Vec::new() }, weight);
        }
    }
}

/// What a verdict rests on without a record: facts presumed no, and requirements met by a later document only.
pub(crate) fn presumed(
    view: &View<'_, '_>,
    strict: Option<&View<'_, '_>>,
    lane: usize,
    walk: &Walk,
) -> (Vec<FactIdx>, Vec<RequirementIdx>) {
    let mut facts = Vec::new();
    let mut by_evidence = Vec::new();
    let blocked = view.cleared(view.program.goal, lane) == Truth::No;
    let mut within = vec![false; view.program.requirements.len()];
    within[view.program.goal.0 as usize] = true;
    for &idx in view.pack.order.iter().rev() {
        let relevant = if blocked { walk.contains(idx, lane) } else { within[idx.0 as usize] };
        if !relevant {
            continue;
        }
        let (segment, body) = view.segment(idx, lane);
        if let Some(strict) = strict {
            differing(view, strict, &segment.applies_tree, lane, &mut facts);
            if view.applies(idx, lane) != Truth::No {
                differing(view, strict, &segment.met_tree, lane, &mut facts);
            }
            for tree in segment.when_trees.iter().flatten() {
                differing(view, strict, tree, lane, &mut facts);
            }
        }
        if view.applies(idx, lane) == Truth::No {
            continue;
        }
        if view.met(idx, lane) == Truth::Yes && view.truth(segment.met_when, lane) != Truth::Yes {
            by_evidence.push(idx);
        }
        for need in segment.each.iter().filter(|need| need.binds) {
            if need.when.is_some_and(|when| view.truth(when, lane) == Truth::No) {
                continue;
            }
            body.needs[need.need].target.requirements().iter().for_each(|step| within[step.0 as usize] = true);
        }
    }
    facts.sort_unstable();
    facts.dedup();
    by_evidence.sort_unstable();
    (facts, by_evidence)
}

/// The facts whose presumption makes a tree certain.
fn differing(view: &View<'_, '_>, strict: &View<'_, '_>, tree: &Tree, lane: usize, found: &mut Vec<FactIdx>) {
    if view.tree(tree, lane) == strict.tree(tree, lane) {
        return;
    }
    match tree {
        Tree::Const(_) => {}
        Tree::Not(inner) => differing(view, strict, inner, lane, found),
        Tree::And(parts) | Tree::Or(parts) => parts.iter().for_each(|part| differing(view, strict, part, lane, found)),
        Tree::Test(test) => {
            let (row, as_of) = (view.row(lane), view.as_of(lane));
            test.facts(&view.program.slots, &mut |fact| {
                let presumed = view.facts.reads_blank_as_no(fact) && !strict.facts.reads_blank_as_no(fact);
                if presumed && view.facts.cell(fact, row, as_of) == kaigong_model::Cell::Blank {
                    found.push(fact);
                }
            });
        }
    }
}
