//! From the goal down: what blocks one project, what would have to be known, what was presumed.
//!
//! The requirement graph is walked in topological order, consumers first, so each requirement is
//! looked at once however many paths lead to it.

use std::borrow::Cow;

use kaigong_model::{FactIdx, Truth};
use kaigong_rules::{Body, Pack, RequirementIdx, Target};

use crate::program::{NodeIdx, Program, Segment};
use crate::terms::Test;
use crate::upstream::linked_rows;
use crate::view::View;

mod asked;

pub(crate) use asked::{Missing, asked, presumed, questions};

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

/// Words of truths that a walk goes over: those of one view, or of a whole block.
pub(crate) trait Ground {
    fn pack(&self) -> &Pack;
    fn program(&self) -> &Program;
    /// How many words.
    fn words(&self) -> usize;
    /// The rows that exist in a word.
    fn lanes(&self, word: usize) -> u64;
    /// The words in which lanes of a node are yes, and those in which they are no.
    fn planes(&self, node: NodeIdx) -> (&[u64], &[u64]);
    /// What the law says of a requirement for a row, where that is not the same for all.
    fn segment_of(&self, idx: RequirementIdx, word: usize, lane: usize) -> &Segment;
}

/// A walk along needs that contribute no, from the goal, for the rows of some words at once.
///
/// Masks are indexed by requirement, the words of each side by side; a lane is set where the statement holds for its row.
/// Lanes are counted through all words: lane `l` is lane `l % 64` of word `l / 64`.
pub(crate) struct Walk {
    /// Where it begins.
    goal: RequirementIdx,
    words: usize,
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
    pub(crate) fn from_goal(ground: &impl Ground) -> Self {
        Self::from(ground, ground.program().goal)
    }

    /// Walks from any requirement.
    pub(crate) fn from(ground: &impl Ground, goal: RequirementIdx) -> Self {
        let words = ground.words();
        let masks = || vec![0; ground.program().requirements.len() * words];
        let mut walk = Self { goal, words, visited: masks(), plain: masks(), acts: masks(), no_way: masks() };
        let (_, no) = ground.planes(ground.program().requirements[goal.0 as usize].cleared);
        let held: Vec<u64> = no.iter().enumerate().map(|(word, no)| no & ground.lanes(word)).collect();
        let at = walk.range(goal);
        walk.visited[at.clone()].copy_from_slice(&held);
        walk.plain[at].copy_from_slice(&held);
        if held.iter().any(|&word| word != 0) {
            let order = &ground.pack().order;
            order.iter().rev().for_each(|&idx| walk.descend(ground, idx));
            let mut leads = masks();
            order.iter().for_each(|&idx| walk.ascend(ground, idx, &mut leads));
        }
        walk
    }

    /// Where it begins.
    pub(crate) fn goal(&self) -> RequirementIdx {
        self.goal
    }

    fn range(&self, idx: RequirementIdx) -> std::ops::Range<usize> {
        let first = idx.0 as usize * self.words;
        first..first + self.words
    }

    /// Every need that contributes no on lanes of the walk: what it points at, and the lanes.
    fn held<'g, G: Ground>(
        ground: &'g G,
        idx: RequirementIdx,
        visited: &[u64],
        mut see: impl FnMut(&'g Target, &[u64]),
    ) {
        let mut held = vec![0; visited.len()];
        for (segment, lanes) in by_segment(ground, idx, visited) {
            let body = segment.body_of(&ground.pack()[idx]);
            for need in &segment.each {
                let (_, no) = ground.planes(need.contribution);
                let mut any = 0;
                for ((held, no), lanes) in held.iter_mut().zip(no).zip(&*lanes) {
                    *held = no & lanes;
                    any |= *held;
                }
                if any != 0 {
                    see(&body.needs[need.need].target, &held);
                }
            }
        }
    }

    fn descend(&mut self, ground: &impl Ground, idx: RequirementIdx) {
        let at = self.range(idx);
        if self.visited[at.clone()].iter().all(|&word| word == 0) {
            return;
        }
        let (visited, plain) = (self.visited[at.clone()].to_vec(), self.plain[at].to_vec());
        Self::held(ground, idx, &visited, |target, held| match target {
            Target::Step(step) => {
                let at = self.range(*step);
                add(&mut self.visited[at.clone()], held, |held, _| held);
                add(&mut self.plain[at], held, |held, word| held & plain[word]);
            }
            Target::Group { members, .. } => {
                for &member in members {
                    let unfit = unfit(ground, member);
                    let at = self.range(member);
                    add(&mut self.visited[at], held, |held, word| held & !unfit[word]);
                }
            }
        });
    }

    /// Whether a blocker lies at or below each requirement; a group that leads to none leaves its holder no way.
    fn ascend(&mut self, ground: &impl Ground, idx: RequirementIdx, leads: &mut [u64]) {
        let at = self.range(idx);
        let visited = self.visited[at.clone()].to_vec();
        if visited.iter().all(|&word| word == 0) {
            return;
        }
        let nodes = &ground.program().requirements[idx.0 as usize];
        let ((_, unmet), (_, waits)) = (ground.planes(nodes.met), ground.planes(nodes.needs));
        let not_at_all = unfit(ground, idx);
        let acts = &mut self.acts[at.clone()];
        add(acts, &visited, |visited, word| visited & unmet[word] & !waits[word] & !not_at_all[word]);
        let (mut below, mut no_way) = (acts.to_vec(), vec![0; self.words]);
        Self::held(ground, idx, &visited, |target, held| match target {
            Target::Step(step) => {
                let led = &leads[self.range(*step)];
                add(&mut below, held, |held, word| held & led[word]);
            }
            Target::Group { members, .. } => {
                let mut reached = vec![0; held.len()];
                for &member in members {
                    let unfit = unfit(ground, member);
                    add(&mut reached, &leads[self.range(member)], |led, word| led & !unfit[word]);
                }
                add(&mut below, held, |held, word| held & reached[word]);
                add(&mut no_way, held, |held, word| held & !reached[word]);
            }
        });
        add(&mut below, &no_way, |no_way, _| no_way);
        leads[at.clone()].copy_from_slice(&below);
        self.no_way[at].copy_from_slice(&no_way);
    }

    /// Lanes of a word on which a requirement is a blocker.
    pub(crate) fn blocks(&self, idx: RequirementIdx, word: usize) -> u64 {
        let at = idx.0 as usize * self.words + word;
        self.acts[at] | self.no_way[at]
    }

    /// Whether a requirement is a blocker of a row.
    pub(crate) fn is_blocker(&self, idx: RequirementIdx, lane: usize) -> bool {
        self.has(&self.acts, idx, lane) || self.has(&self.no_way, idx, lane)
    }

    fn has(&self, masks: &[u64], idx: RequirementIdx, lane: usize) -> bool {
        masks[idx.0 as usize * self.words + lane / 64] >> (lane % 64) & 1 == 1
    }

    /// Whether a requirement is on the walk of a row.
    pub(crate) fn contains(&self, idx: RequirementIdx, lane: usize) -> bool {
        self.has(&self.visited, idx, lane)
    }

    /// The requirements on the walk of a row, in order of index.
    pub(crate) fn visited(&self, lane: usize) -> impl Iterator<Item = RequirementIdx> {
        let all = (0..self.visited.len() / self.words).map(|at| RequirementIdx(at as u32));
        all.filter(move |&idx| self.contains(idx, lane))
    }

    /// The blockers of a row, in order of requirement. `strict` is the same word with nothing presumed.
    pub(crate) fn blockers(&self, view: &View<'_, '_>, strict: Option<&View<'_, '_>>, lane: usize) -> Vec<Blocker> {
        let found: Vec<RequirementIdx> = self.visited(lane).filter(|&idx| self.is_blocker(idx, lane)).collect();
        let plain = |idx: RequirementIdx| self.has(&self.plain, idx, lane);
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
        let (no_way, acts) = (self.has(&self.no_way, idx, lane), self.has(&self.acts, idx, lane));
        let applies = view.applies(idx, lane) == Truth::Yes;
        let recorded = || strict.is_none_or(|strict| strict.met(idx, lane) == Truth::No);
        let certain = applies && (no_way || (view.needs(idx, lane) == Truth::Yes && recorded()));
        Blocker { requirement: idx, kind: kind(view, lane, idx, acts, no_way), certain, group }
    }

    /// The innermost choice on the way to each requirement of a row's walk, the least where there are several.
    fn choices(&self, view: &View<'_, '_>, lane: usize) -> Vec<Option<Choice>> {
        let mut choices: Vec<Option<Choice>> = vec![None; view.program.requirements.len()];
        for &idx in view.pack.order.iter().rev() {
            if !self.contains(idx, lane) {
                continue;
            }
            let here = choices[idx.0 as usize].clone().filter(|_| !self.has(&self.plain, idx, lane));
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

/// Lanes on which a requirement certainly does not apply.
fn unfit<G: Ground>(ground: &G, idx: RequirementIdx) -> &[u64] {
    ground.planes(ground.program().requirements[idx.0 as usize].applies).1
}

/// Adds to masks what is made of others, word by word.
fn add(masks: &mut [u64], others: &[u64], of: impl Fn(u64, usize) -> u64) {
    for (word, (mask, &other)) in masks.iter_mut().zip(others).enumerate() {
        *mask |= of(other, word);
    }
}

/// What the law says of a requirement: each version with those of the lanes it holds for.
fn by_segment<'g, 'l, G: Ground>(
    ground: &'g G,
    idx: RequirementIdx,
    lanes: &'l [u64],
) -> Vec<(&'g Segment, Cow<'l, [u64]>)> {
    if lanes.iter().all(|&word| word == 0) {
        return Vec::new();
    }
    let nodes = &ground.program().requirements[idx.0 as usize];
    if nodes.governed_by.is_none() || nodes.segments.len() == 1 {
        return vec![(&nodes.segments[nodes.current], Cow::Borrowed(lanes))];
    }
    let mut found: Vec<(&Segment, Cow<'l, [u64]>)> = Vec::new();
    for (word, &mask) in lanes.iter().enumerate() {
        for lane in kaigong_bits::lanes(mask) {
            let segment = ground.segment_of(idx, word, lane);
            let at = found.iter().position(|(known, _)| std::ptr::eq(*known, segment)).unwrap_or_else(|| {
                found.push((segment, Cow::Owned(vec![0; lanes.len()])));
                found.len() - 1
            });
            found[at].1.to_mut()[word] |= 1 << lane;
        }
    }
    found
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
        .filter(|&idx| walk.has(&walk.acts, idx, lane))
        .flat_map(|idx| upstream_links(view, idx, lane).into_iter().map(move |other| (idx, other)))
        .collect()
}
