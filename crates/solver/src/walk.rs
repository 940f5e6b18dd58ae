//! From the goal down: what blocks one project, what would have to be known, what was presumed.
//!
//! The requirement graph is walked in topological order, consumers first, so each requirement is
//! looked at once however many paths lead to it.

use kaigong_bits::Word3;
use kaigong_model::{FactIdx, Truth};
use kaigong_rules::{Body, RequirementIdx, Target};

use crate::evaluate::View;
use crate::facts::{Day, Picked, round_up};
use crate::program::{NodeIdx, Segment};
use crate::terms::{Test, Tree};
use crate::upstream::linked_rows;

/// Why a requirement blocks, first that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlockerKind {
    /// Projects wait for one another.
    Deadlock,
    /// No alternative can apply.
    NoWay,
    /// Another project stands in the way.
    Upstream,
    /// Quota or funds are short.
    Resource,
    /// Someone has to act.
    Action,
}

impl BlockerKind {
    /// The name outputs use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Deadlock => "deadlock",
            Self::NoWay => "no_way",
            Self::Upstream => "upstream",
            Self::Resource => "resource",
            Self::Action => "action",
        }
    }
}

/// The choice a blocker stands under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// `<requirement>/<n>`: the n-th group of that requirement.
    pub id: String,
    /// The member on the way to the blocker.
    pub alternative: RequirementIdx,
    /// How many members are needed.
    pub choose: u32,
}

/// A root cause: someone can act on it, and until then the project is blocked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocker {
    /// The requirement.
    pub requirement: RequirementIdx,
    /// Why.
    pub kind: BlockerKind,
    /// False where it rests on something unknown or presumed.
    pub certain: bool,
    /// The choice it stands under; `None` where some path to it is plain.
    pub group: Option<Choice>,
}

/// What an answer would change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decides {
    /// The verdict.
    Verdict,
    /// The list of blockers.
    Blockers,
    /// Nothing today.
    Nothing,
}

impl Decides {
    /// The name outputs use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::Blockers => "blockers",
            Self::Nothing => "nothing",
        }
    }
}

/// A missing fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// The requirement that reads it.
    pub requirement: RequirementIdx,
    /// The fact.
    pub fact: FactIdx,
    /// What the answer would change.
    pub decides: Decides,
}

/// A walk along needs that contribute no, from the goal, for the 64 rows of a word at once.
///
/// Masks are indexed by requirement; a lane is set where the statement holds for its row.
pub(crate) struct Walk {
    /// Where it begins.
    goal: RequirementIdx,
    /// On the walk.
    visited: Vec<u64>,
    /// Reached by some path without a choice.
    plain: Vec<u64>,
    /// Unmet, with nothing before it certainly missing: someone can act on it.
    acts: Vec<u64>,
    /// A choice leads to nothing that could be done.
    no_way: Vec<u64>,
}

impl Walk {
    /// Walks from the goal; nothing is visited where the goal is not held up.
    pub(crate) fn from_goal(view: &View<'_, '_>) -> Self {
        Self::from(view, view.program.goal)
    }

    /// Walks from any requirement.
    pub(crate) fn from(view: &View<'_, '_>, goal: RequirementIdx) -> Self {
        let masks = || vec![0; view.program.requirements.len()];
        let mut walk = Self { goal, visited: masks(), plain: masks(), acts: masks(), no_way: masks() };
        let goal = goal.0 as usize;
        let held = view.word(view.program.requirements[goal].cleared).no & view.mask();
        (walk.visited[goal], walk.plain[goal]) = (held, held);
        if held != 0 {
            view.pack.order.iter().rev().for_each(|&idx| walk.descend(view, idx));
            let mut leads = masks();
            view.pack.order.iter().for_each(|&idx| walk.ascend(view, idx, &mut leads));
        }
        walk
    }

    /// Where it begins.
    pub(crate) fn goal(&self) -> RequirementIdx {
        self.goal
    }

    fn descend(&mut self, view: &View<'_, '_>, idx: RequirementIdx) {
        let (visited, plain) = (self.visited[idx.0 as usize], self.plain[idx.0 as usize]);
        for (segment, body, lanes) in view.segments(idx, visited) {
            for need in &segment.each {
                let held = view.word(need.contribution).no & lanes;
                if held == 0 {
                    continue;
                }
                match &body.needs[need.need].target {
                    Target::Step(step) => {
                        self.visited[step.0 as usize] |= held;
                        self.plain[step.0 as usize] |= held & plain;
                    }
                    Target::Group { members, .. } => {
                        for member in members {
                            self.visited[member.0 as usize] |= held & view.may_apply(*member);
                        }
                    }
                }
            }
        }
    }

    /// Whether a blocker lies at or below each requirement; a group that leads to none leaves its holder no way.
    fn ascend(&mut self, view: &View<'_, '_>, idx: RequirementIdx, leads: &mut [u64]) {
        let at = idx.0 as usize;
        let visited = self.visited[at];
        if visited == 0 {
            return;
        }
        let nodes = &view.program.requirements[at];
        let (met, needs) = (view.word(nodes.met), view.word(nodes.needs));
        self.acts[at] = visited & met.no & !needs.no & view.may_apply(idx);
        let (mut below, mut no_way) = (self.acts[at], 0u64);
        for (segment, body, lanes) in view.segments(idx, visited) {
            for need in &segment.each {
                let held = view.word(need.contribution).no & lanes;
                if held == 0 {
                    continue;
                }
                match &body.needs[need.need].target {
                    Target::Step(step) => below |= held & leads[step.0 as usize],
                    Target::Group { members, .. } => {
                        let open = |member: &RequirementIdx| leads[member.0 as usize] & view.may_apply(*member);
                        let reached = members.iter().map(open).fold(0, |all, member| all | member);
                        below |= held & reached;
                        no_way |= held & !reached;
                    }
                }
            }
        }
        self.no_way[at] = no_way;
        leads[at] = below | no_way;
    }

    /// Lanes on which a requirement is a blocker.
    pub(crate) fn blocks(&self, idx: RequirementIdx) -> u64 {
        self.acts[idx.0 as usize] | self.no_way[idx.0 as usize]
    }

    /// Whether a requirement is on the walk of a row.
    pub(crate) fn contains(&self, idx: RequirementIdx, lane: usize) -> bool {
        self.visited[idx.0 as usize] >> lane & 1 == 1
    }

    /// The requirements on the walk of a row, in order of index.
    pub(crate) fn visited(&self, lane: usize) -> impl Iterator<Item = RequirementIdx> {
        let on = move |(_, mask): &(usize, &u64)| **mask >> lane & 1 == 1;
        self.visited.iter().enumerate().filter(on).map(|(at, _)| RequirementIdx(at as u32))
    }

    /// The blockers of a row, in order of requirement. `strict` is the same word with nothing presumed.
    pub(crate) fn blockers(&self, view: &View<'_, '_>, strict: Option<&View<'_, '_>>, lane: usize) -> Vec<Blocker> {
        let found: Vec<RequirementIdx> = self.visited(lane).filter(|&idx| self.blocks(idx) >> lane & 1 == 1).collect();
        let plain = |idx: RequirementIdx| self.plain[idx.0 as usize] >> lane & 1 == 1;
        let mut choices = if found.iter().all(|&idx| plain(idx)) { Vec::new() } else { self.choices(view, lane) };
        let blocker = |idx: RequirementIdx| {
            let group = if plain(idx) { None } else { choices[idx.0 as usize].take() };
            self.blocker(view, strict, lane, idx, group)
        };
        found.into_iter().map(blocker).collect()
    }

    fn blocker(
        &self,
        view: &View<'_, '_>,
        strict: Option<&View<'_, '_>>,
        lane: usize,
        idx: RequirementIdx,
        group: Option<Choice>,
    ) -> Blocker {
        let no_way = self.no_way[idx.0 as usize] >> lane & 1 == 1;
        let acts = self.acts[idx.0 as usize] >> lane & 1 == 1;
        let applies = view.applies(idx, lane) == Truth::Yes;
        let recorded = || strict.is_none_or(|strict| strict.met(idx, lane) == Truth::No);
        let certain = applies && (no_way || (view.needs(idx, lane) == Truth::Yes && recorded()));
        Blocker { requirement: idx, kind: kind(view, lane, idx, acts, no_way), certain, group }
    }

    /// The innermost choice on the way to each requirement of a row's walk, the least where there are several.
    fn choices(&self, view: &View<'_, '_>, lane: usize) -> Vec<Option<Choice>> {
        let mut choices: Vec<Option<Choice>> = vec![None; self.visited.len()];
        for &idx in view.pack.order.iter().rev() {
            if !self.contains(idx, lane) {
                continue;
            }
            let here = choices[idx.0 as usize].clone().filter(|_| self.plain[idx.0 as usize] >> lane & 1 == 0);
            let (segment, body) = view.segment(idx, lane);
            for need in segment.each.iter().filter(|need| view.truth(need.contribution, lane) == Truth::No) {
                match &body.needs[need.need].target {
                    Target::Step(step) => {
                        if let Some(choice) = &here {
                            offer(&mut choices[step.0 as usize], choice.clone());
                        }
                    }
                    Target::Group { choose, members } => {
                        let id = group_id(view, idx, body, need.need);
                        for &member in members.iter().filter(|&&member| view.applies(member, lane) != Truth::No) {
                            let choice = Choice { id: id.clone(), alternative: member, choose: *choose };
                            offer(&mut choices[member.0 as usize], choice);
                        }
                    }
                }
            }
        }
        choices
    }
}

/// The first kind that fits. Only what can be acted on still waits for another project: a blocker
/// that is held by its own needs is no part of a mutual wait.
fn kind(view: &View<'_, '_>, lane: usize, idx: RequirementIdx, acts: bool, no_way: bool) -> BlockerKind {
    let links = if acts { upstream_links(view, idx, lane) } else { Vec::new() };
    let deadlock = view.evaluation.and_then(|evaluation| evaluation.upstream.deadlock_of(view.row(lane)));
    if deadlock.is_some_and(|cycle| links.iter().any(|other| cycle.binary_search(other).is_ok())) {
        BlockerKind::Deadlock
    } else if no_way {
        BlockerKind::NoWay
    } else if !failed_slots(view, idx, lane).is_empty() {
        BlockerKind::Upstream
    } else if !view.outstanding(idx, lane).is_empty() {
        BlockerKind::Resource
    } else {
        BlockerKind::Action
    }
}

fn offer(slot: &mut Option<Choice>, choice: Choice) {
    if slot.as_ref().is_none_or(|known| choice < *known) {
        *slot = Some(choice);
    }
}

fn group_id(view: &View<'_, '_>, holder: RequirementIdx, body: &Body, need: usize) -> String {
    let groups = body.needs[..=need].iter().filter(|need| matches!(need.target, Target::Group { .. }));
    format!("{}/{}", view.pack[holder].id, groups.count())
}

/// The `completed()` tests of a requirement's `met_when` that are no.
fn failed_slots(view: &View<'_, '_>, idx: RequirementIdx, lane: usize) -> Vec<u32> {
    let (segment, _) = view.segment(idx, lane);
    let mut slots = Vec::new();
    segment.met_tree.tests(&mut |test| {
        if let Test::Completed(slot) = test
            && view.slot(*slot, lane) == Truth::No
        {
            slots.push(*slot);
        }
    });
    slots
}

/// The linked projects that hold up a requirement.
pub(crate) fn upstream_links(view: &View<'_, '_>, idx: RequirementIdx, lane: usize) -> Vec<u32> {
    let Some(evaluation) = view.evaluation else { return Vec::new() };
    let held = held_by(view, idx, lane, |requirement, other| evaluation.cleared(requirement, other));
    let mut rows: Vec<u32> = held.into_iter().map(|(other, _)| other).collect();
    rows.dedup();
    rows
}

/// The same with what each of them has not cleared, in order of row, given what the linked projects have cleared.
pub(crate) fn held_by(
    view: &View<'_, '_>,
    idx: RequirementIdx,
    lane: usize,
    cleared: impl Fn(RequirementIdx, u32) -> Truth,
) -> Vec<(u32, RequirementIdx)> {
    let mut held = linked_with(view, lane, &failed_slots(view, idx, lane));
    held.retain(|&(other, requirement)| cleared(requirement, other) == Truth::No);
    held
}

/// The projects that slots of a row link to, and what each would have to clear; in order of row.
pub(crate) fn linked_with(view: &View<'_, '_>, lane: usize, slots: &[u32]) -> Vec<(u32, RequirementIdx)> {
    let (row, as_of) = (view.row(lane), view.as_of(lane));
    let mut found: Vec<(u32, RequirementIdx)> = Vec::new();
    for &slot in slots {
        let slot = view.program.slots[slot as usize];
        let linked = linked_rows(view.facts, slot.links, row, as_of).into_iter();
        found.extend(linked.filter(|&other| other != kaigong_model::NO_ROW).map(|other| (other, slot.requirement)));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// For each blocker of a row that rests on other projects: the requirement and a project that holds it.
pub(crate) fn deciding_links(view: &View<'_, '_>, lane: usize) -> Vec<(RequirementIdx, u32)> {
    let walk = Walk::from_goal(view);
    walk.visited(lane)
        .filter(|&idx| walk.acts[idx.0 as usize] >> lane & 1 == 1)
        .flat_map(|idx| upstream_links(view, idx, lane).into_iter().map(move |other| (idx, other)))
        .collect()
}

impl<'a> View<'_, 'a> {
    /// Whether a requirement applies.
    pub fn applies(&self, idx: RequirementIdx, lane: usize) -> Truth {
        self.truth(self.program.requirements[idx.0 as usize].applies, lane)
    }

    /// Whether it is met.
    pub fn met(&self, idx: RequirementIdx, lane: usize) -> Truth {
        self.truth(self.program.requirements[idx.0 as usize].met, lane)
    }

    /// Whether its needs are there.
    pub fn needs(&self, idx: RequirementIdx, lane: usize) -> Truth {
        self.truth(self.program.requirements[idx.0 as usize].needs, lane)
    }

    /// Whether it stands in nobody's way.
    pub fn cleared(&self, idx: RequirementIdx, lane: usize) -> Truth {
        self.truth(self.program.requirements[idx.0 as usize].cleared, lane)
    }

    /// What the law says of a requirement for this row: picked by its governing date, else by the as-of date.
    pub(crate) fn segment(&self, idx: RequirementIdx, lane: usize) -> (&Segment, &'a Body) {
        let segment = self.program.segment(idx, self.facts, self.row(lane), self.as_of(lane));
        (segment, segment.body_of(&self.pack[idx]))
    }

    /// Every stretch of law that may govern a requirement for this row: one, unless its governing date is unknown.
    pub(crate) fn stretches(&self, idx: RequirementIdx, lane: usize) -> Vec<(&Segment, &'a Body)> {
        let nodes = &self.program.requirements[idx.0 as usize];
        let (row, as_of) = (self.row(lane), self.as_of(lane));
        let unknown = |reading| self.facts.day(reading, row, as_of) == Day::Unknown;
        if nodes.segments.len() < 2 || !nodes.governed_by.is_some_and(unknown) {
            return vec![self.segment(idx, lane)];
        }
        let requirement = &self.pack[idx];
        let stretches = nodes.segments.iter().filter(|segment| segment.from <= as_of);
        stretches.map(|segment| (segment, segment.body_of(requirement))).collect()
    }

    /// The word of a node.
    pub(crate) fn word(&self, node: NodeIdx) -> Word3 {
        self.registers.word(node, self.at)
    }

    /// Lanes on which a requirement is not certainly inapplicable.
    fn may_apply(&self, idx: RequirementIdx) -> u64 {
        !self.word(self.program.requirements[idx.0 as usize].applies).no
    }

    /// What the law says of a requirement for some lanes: each version with the lanes it holds for.
    pub(crate) fn segments(&self, idx: RequirementIdx, lanes: u64) -> Vec<(&Segment, &'a Body, u64)> {
        self.by_segment(idx, lanes, |lane| vec![self.segment(idx, lane)])
    }

    /// What the law may say: where the governing date is unknown, every version with such a lane.
    pub(crate) fn possible_segments(&self, idx: RequirementIdx, lanes: u64) -> Vec<(&Segment, &'a Body, u64)> {
        self.by_segment(idx, lanes, |lane| self.stretches(idx, lane))
    }

    fn by_segment<'s>(
        &'s self,
        idx: RequirementIdx,
        lanes: u64,
        of: impl Fn(usize) -> Vec<(&'s Segment, &'a Body)>,
    ) -> Vec<(&'s Segment, &'a Body, u64)> {
        let nodes = &self.program.requirements[idx.0 as usize];
        let Some(first) = kaigong_bits::lanes(lanes).next() else { return Vec::new() };
        if nodes.segments.len() == 1 {
            let (segment, body) = self.segment(idx, first);
            return vec![(segment, body, lanes)];
        }
        let mut found: Vec<(&Segment, &'a Body, u64)> = Vec::new();
        for lane in kaigong_bits::lanes(lanes) {
            for (segment, body) in of(lane) {
                match found.iter_mut().find(|(known, ..)| std::ptr::eq(*known, segment)) {
                    Some((_, _, mask)) => *mask |= 1 << lane,
                    None => found.push((segment, body, 1 << lane)),
                }
            }
        }
        found
    }

    /// What a requirement draws and has not been granted: draw, atoms; unknown amounts left out.
    pub(crate) fn outstanding(&self, idx: RequirementIdx, lane: usize) -> Vec<(usize, i128)> {
        let (row, as_of) = (self.row(lane), self.as_of(lane));
        let (segment, body) = self.segment(idx, lane);
        let mut short = Vec::new();
        for draw in &segment.draws {
            if self.truth(draw.when, lane) == Truth::No {
                continue;
            }
            let Some(amount) = self.facts.number(&draw.amount, row, as_of) else { continue };
            let left = round_up(amount) - self.facts.granted_of(body.draws[draw.draw].pools(), row, as_of);
            if left > 0 {
                short.push((draw.draw, left));
            }
        }
        short
    }

    /// The truth of a test for one row.
    pub(crate) fn test(&self, test: &Test, lane: usize) -> Truth {
        if let Test::Completed(slot) = test {
            return self.slot(*slot, lane);
        }
        let lanes = [(self.row(lane), self.as_of(lane))];
        let word = self.facts.test(test, Picked { lanes: &lanes }, |_| Word3::UNKNOWN);
        match (word.yes & 1, word.no & 1) {
            (1, _) => Truth::Yes,
            (_, 1) => Truth::No,
            _ => Truth::Unknown,
        }
    }

    /// The truth of a tree for one row.
    pub(crate) fn tree(&self, tree: &Tree, lane: usize) -> Truth {
        match tree {
            Tree::Const(value) => (*value).into(),
            Tree::Test(test) => self.test(test, lane),
            Tree::Not(inner) => self.tree(inner, lane).negated(),
            Tree::And(parts) => parts.iter().fold(Truth::Yes, |truth, part| truth.and(self.tree(part, lane))),
            Tree::Or(parts) => parts.iter().fold(Truth::No, |truth, part| truth.or(self.tree(part, lane))),
        }
    }

    /// The missing facts, and the projects not settled, that leave a tree unknown.
    pub(crate) fn missing(&self, tree: &Tree, lane: usize, found: &mut Missing) {
        if self.tree(tree, lane) != Truth::Unknown {
            return;
        }
        match tree {
            Tree::Const(_) => {}
            Tree::Not(inner) => self.missing(inner, lane, found),
            Tree::And(parts) | Tree::Or(parts) => parts.iter().for_each(|part| self.missing(part, lane, found)),
            Tree::Test(test) => {
                let (row, as_of) = (self.row(lane), self.as_of(lane));
                test.facts(&self.program.slots, &mut |fact| {
                    if self.facts.is_missing(fact, row, as_of) {
                        found.facts.push(fact);
                    }
                });
                if let Test::Completed(slot) = test {
                    found.slots.push(*slot);
                }
            }
        }
    }
}

/// What leaves a condition unknown.
#[derive(Default)]
pub(crate) struct Missing {
    pub(crate) facts: Vec<FactIdx>,
    /// Upstream slots: whether the projects behind them are complete is unknown, or their links are.
    slots: Vec<u32>,
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
