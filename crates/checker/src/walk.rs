//! Blockers: from the goal along needs that contribute no.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{NO_ROW, Truth};
use kaigong_rules::expression::Condition;
use kaigong_rules::{Body, RequirementIdx, Target};

use crate::interpret::{Interpreter, Step};

/// Why a requirement blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Projects wait for one another.
    Deadlock,
    /// No alternative can apply.
    NoWay,
    /// Another project stands in the way.
    Upstream,
    /// A draw is not covered.
    Resource,
    /// Someone has to act.
    Action,
}

/// The choice a blocker stands under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// `<requirement>/<n>`.
    pub id: String,
    /// The member on the way.
    pub alternative: RequirementIdx,
    /// How many are needed.
    pub choose: u32,
}

/// A root cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocker {
    /// The requirement.
    pub requirement: RequirementIdx,
    /// Why.
    pub kind: Kind,
    /// Whether nothing unknown or presumed is behind it.
    pub certain: bool,
    /// The choice, if every path leads through one.
    pub group: Option<Group>,
}

/// Links between projects that still decide, and those of them that lie on a cycle.
#[derive(Debug, Default)]
pub(crate) struct Cycles {
    edges: Vec<(u32, RequirementIdx, u32)>,
    on_cycle: BTreeSet<(u32, RequirementIdx)>,
}

/// One step down: the requirement, and the choice taken if any.
type Down = (RequirementIdx, Option<Group>);

struct Walk<'w, 'a> {
    of: &'w Interpreter<'a>,
    row: u32,
    steps: &'w [Step],
    done: Vec<Option<Step>>,
    /// Whether a blocker lies at or below a requirement, in order of requirement.
    leads: Vec<bool>,
}

impl<'w, 'a> Walk<'w, 'a> {
    fn new(of: &'w Interpreter<'a>, row: u32, steps: &'w [Step]) -> Self {
        let done = steps.iter().copied().map(Some).collect();
        let mut walk = Self { of, row, steps, done, leads: vec![false; steps.len()] };
        for &idx in &of.pack.order {
            let below = |(_, to): &(bool, Vec<Down>)| to.iter().any(|(step, _)| walk.leads[step.0 as usize]);
            walk.leads[idx.0 as usize] = walk.acts(idx) || walk.no_way(idx) || walk.down(idx).iter().any(below);
        }
        walk
    }

    fn step(&self, idx: RequirementIdx) -> Step {
        self.steps[idx.0 as usize]
    }

    /// Where the walk goes from a requirement; a list per need that contributes no.
    fn down(&self, idx: RequirementIdx) -> Vec<(bool, Vec<Down>)> {
        let (body, law) = self.of.body(idx, self.row);
        let mut found = Vec::new();
        let mut groups = 0;
        for need in &body.needs {
            let group = matches!(need.target, Target::Group { .. });
            groups += u32::from(group);
            if self.of.contribution(need, self.row, law, &self.done) != Truth::No {
                continue;
            }
            let id = format!("{}/{groups}", self.of.pack[idx].id);
            let to = match &need.target {
                Target::Step(step) => vec![(*step, None)],
                Target::Group { choose, members } => members
                    .iter()
                    .filter(|member| self.step(**member).applies != Truth::No)
                    .map(|&member| (member, Some(Group { id: id.clone(), alternative: member, choose: *choose })))
                    .collect(),
            };
            found.push((group, to));
        }
        found
    }

    fn acts(&self, idx: RequirementIdx) -> bool {
        let step = self.step(idx);
        step.met == Truth::No && step.needs != Truth::No && step.applies != Truth::No
    }

    fn no_way(&self, idx: RequirementIdx) -> bool {
        self.down(idx).iter().any(|(group, to)| *group && !to.iter().any(|(member, _)| self.leads[member.0 as usize]))
    }

    /// Every (requirement, innermost choice) the walk reaches.
    fn reached(&self) -> BTreeSet<(RequirementIdx, Option<Group>)> {
        let goal = self.of.pack.goals[self.of.options.goal].requirement;
        let mut seen = BTreeSet::new();
        if self.step(goal).cleared != Truth::No {
            return seen;
        }
        let mut todo = vec![(goal, None)];
        while let Some((idx, group)) = todo.pop() {
            if !seen.insert((idx, group.clone())) {
                continue;
            }
            for (_, to) in self.down(idx) {
                todo.extend(to.into_iter().map(|(step, own)| (step, own.or_else(|| group.clone()))));
            }
        }
        seen
    }

    /// The `completed()` facts of a requirement's `met_when` that are no.
    fn waits_for(&self, idx: RequirementIdx) -> Vec<kaigong_model::FactIdx> {
        let (body, _) = self.of.body(idx, self.row);
        let leaves = body.met_when.as_ref().map(|when| when.tree.leaves()).unwrap_or_default();
        let completed = leaves.into_iter().filter_map(|leaf| match leaf {
            Condition::Completed(links) => Some(*links),
            _ => None,
        });
        completed.filter(|links| self.of.completed(*links, self.row) == Truth::No).collect()
    }

    fn is_short(&self, body: &Body, law: kaigong_model::Date) -> bool {
        body.draws.iter().any(|draw| {
            let when = draw.when.as_ref().map_or(Truth::Yes, |when| self.of.truth(&when.tree, self.row, law));
            let granted: i128 = draw.pools().map(|pool| self.of.granted(pool, self.row)).sum();
            let short = |amount| amount > granted;
            when != Truth::No && self.of.amount(draw, self.row, law).is_some_and(short)
        })
    }
}

impl Cycles {
    /// The blockers whose links lie on a cycle of links that still decide.
    pub(crate) fn find(of: &Interpreter<'_>, steps: &BTreeMap<u32, Vec<Step>>) -> Self {
        let mut edges: Vec<(u32, RequirementIdx, u32)> = Vec::new();
        for (&row, own) in steps {
            let walk = Walk::new(of, row, own);
            let on_walk: BTreeSet<RequirementIdx> = walk.reached().into_iter().map(|(idx, _)| idx).collect();
            for idx in on_walk.into_iter().filter(|idx| walk.acts(*idx)) {
                for links in walk.waits_for(idx) {
                    let goal = of.link_goal(links);
                    let held = of.links(links, row).into_iter().filter(|&other| other != NO_ROW);
                    let held = held.filter(|&other| steps[&other][goal.0 as usize].cleared == Truth::No);
                    edges.extend(held.map(|other| (row, idx, other)));
                }
            }
        }
        let mut cycles = Self { edges, on_cycle: BTreeSet::new() };
        let closing = cycles.edges.iter().filter(|(row, _, other)| cycles.reaches(*other, *row));
        cycles.on_cycle = closing.map(|(row, idx, _)| (*row, *idx)).collect();
        cycles
    }

    fn reaches(&self, from: u32, to: u32) -> bool {
        let mut seen = BTreeSet::new();
        let mut todo = vec![from];
        while let Some(row) = todo.pop() {
            if row == to {
                return true;
            }
            if seen.insert(row) {
                todo.extend(self.edges.iter().filter(|(start, ..)| *start == row).map(|(.., end)| *end));
            }
        }
        false
    }

    /// The rows that wait for a row and it for them, itself among them; none where it is on no cycle.
    pub(crate) fn mutual(&self, row: u32) -> BTreeSet<u32> {
        let onward = self.edges.iter().filter(|(start, ..)| *start == row).map(|(.., end)| *end);
        if !onward.into_iter().any(|other| self.reaches(other, row)) {
            return BTreeSet::new();
        }
        let ends = self.edges.iter().flat_map(|(start, _, end)| [*start, *end]);
        ends.filter(|&other| self.reaches(row, other) && self.reaches(other, row)).collect()
    }
}

/// The blockers of a row, in order of requirement.
pub(crate) fn blockers(
    of: &Interpreter<'_>,
    row: u32,
    steps: &[Step],
    strict: &[Step],
    cycles: &Cycles,
) -> Vec<Blocker> {
    let walk = Walk::new(of, row, steps);
    let reached = walk.reached();
    let requirements: BTreeSet<RequirementIdx> = reached.iter().map(|(idx, _)| *idx).collect();
    let mut found = Vec::new();
    for idx in requirements {
        let (acts, no_way) = (walk.acts(idx), walk.no_way(idx));
        if !acts && !no_way {
            continue;
        }
        let step = walk.step(idx);
        let (body, law) = of.body(idx, row);
        let kind = if cycles.on_cycle.contains(&(row, idx)) {
            Kind::Deadlock
        } else if no_way {
            Kind::NoWay
        } else if !walk.waits_for(idx).is_empty() {
            Kind::Upstream
        } else if walk.is_short(body, law) {
            Kind::Resource
        } else {
            Kind::Action
        };
        let recorded = strict[idx.0 as usize].met == Truth::No;
        let certain = step.applies == Truth::Yes && (no_way || (step.needs == Truth::Yes && recorded));
        let choices: Vec<&Option<Group>> =
            reached.iter().filter(|(on, _)| *on == idx).map(|(_, group)| group).collect();
        let group = if choices.iter().any(|group| group.is_none()) {
            None
        } else {
            choices.into_iter().flatten().min().cloned()
        };
        found.push(Blocker { requirement: idx, kind, certain, group });
    }
    found
}
