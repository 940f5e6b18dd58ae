//! Leverage: which projects would clear the goal if one step, or two together, were met in them.
//!
//! Needs are conjunctions, groups are choices, so a project is released by a set of steps exactly if the gates,
//! run again with those steps as met, clear its goal. They are run for the 64 rows of a word at once. A pair is
//! tried only where every step that no release can do without is in it, so few of all pairs are ever run.

use kaigong_bits::lanes;
use kaigong_rules::{RequirementIdx, Target};
use rayon::prelude::*;

use crate::evaluate::{Evaluation, View};
use crate::summary::row_mask;
use crate::walk::{BlockerKind, Walk};

/// Steps that someone could see to: one requirement, or all that one office answers for.
pub type Lever = Vec<RequirementIdx>;

/// What releases a blocked project: the least sets of at most two levers, as indices into their family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// Levers each of which does.
    pub alone: Vec<usize>,
    /// Pairs that do, neither lever of which does alone.
    pub pairs: Vec<(usize, usize)>,
}

/// A blocked project that has not started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its row.
    pub row: u32,
    /// Its root causes, in order of requirement.
    pub blockers: Vec<RequirementIdx>,
    /// In order of the families.
    pub released: Vec<Released>,
}

/// Every blocked project that has not started, in order of row; over `rows` only, where given (in order of row).
///
/// The levers of a family have no requirement in common. Every project is looked at by itself: what it would
/// release in turn, over its links, is not followed.
///
/// # Complexity
/// For each 64 rows and family: levers × requirements word operations, and as much again for each pair tried.
pub fn leverage(evaluation: &Evaluation<'_>, families: &[Vec<Lever>], rows: Option<&[u32]>) -> Vec<Held> {
    (0..evaluation.portfolio.len().div_ceil(64))
        .into_par_iter()
        .flat_map_iter(|word| match row_mask(rows, word) {
            0 => Vec::new(),
            mask => word_of(evaluation, word, mask, families),
        })
        .collect()
}

fn word_of(evaluation: &Evaluation<'_>, word: usize, mask: u64, families: &[Vec<Lever>]) -> Vec<Held> {
    let view = evaluation.view(word);
    let goal = evaluation.program.requirements[evaluation.program.goal.0 as usize].cleared;
    let held = view.word(goal).no & view.mask() & mask & !evaluation.started.words[word].yes;
    if held == 0 {
        return Vec::new();
    }
    let walk = Walk::from_goal(&view);
    let mut gates = Gates::new(&view, &walk, held);
    let mut released: Vec<Vec<Released>> =
        families.iter().map(|family| gates.released(family, held).into_iter().collect()).collect();
    let blockers = |lane: usize| {
        let blocks = |&idx: &RequirementIdx| walk.blocks(idx) >> lane & 1 == 1;
        view.pack.iter().map(|(idx, _)| idx).filter(blocks).collect()
    };
    let mut told = |lane: usize| Held {
        row: view.row(lane),
        blockers: blockers(lane),
        released: released.iter_mut().map(|family| std::mem::take(&mut family[lane])).collect(),
    };
    lanes(held).map(&mut told).collect()
}

/// A need that is not there yet on some lanes.
struct Need<'p> {
    lanes: u64,
    /// Lanes on which it holds whatever is done.
    there: u64,
    target: &'p Target,
}

/// A requirement that stands between some lanes and the goal.
struct Gate<'p> {
    at: usize,
    lanes: u64,
    applies: u64,
    /// Lanes on which it may or may not apply: as an alternative it counts there only if it is done.
    may_apply: u64,
    met: u64,
    /// Lanes on which someone can meet it.
    open: u64,
    needs: Vec<Need<'p>>,
}

/// The gates of a word between its lanes and the goal, needs first.
struct Gates<'p> {
    between: Vec<Gate<'p>>,
    goal: usize,
    /// Per requirement: lanes on which it stands in nobody's way, as it is and as of the last run.
    cleared: Vec<u64>,
    cleared_now: Vec<u64>,
    /// Per requirement: lanes on which it counts as an alternative, as it is and as of the last run.
    satisfied: Vec<u64>,
    satisfied_now: Vec<u64>,
    /// Per requirement: whether it is taken as met.
    forced: Vec<bool>,
}

impl<'p> Gates<'p> {
    fn new(view: &View<'_, 'p>, walk: &Walk, held: u64) -> Self {
        let nodes = &view.program.requirements;
        let cleared: Vec<u64> = nodes.iter().map(|nodes| view.word(nodes.cleared).yes).collect();
        let satisfied: Vec<u64> = nodes.iter().map(|nodes| view.word(nodes.satisfied).yes).collect();
        let goal = view.program.goal.0 as usize;
        let mut reached = vec![0u64; nodes.len()];
        reached[goal] = held;
        let locked = locked(view, walk, held);
        let mut gates = Vec::new();
        for &idx in view.pack.order.iter().rev() {
            let at = idx.0 as usize;
            let applies = view.word(nodes[at].applies);
            let lanes = reached[at] & !applies.no & !satisfied[at];
            if lanes == 0 {
                continue;
            }
            let mut needs = Vec::new();
            for (segment, body, lanes) in view.segments(idx, lanes) {
                for need in &segment.each {
                    let there = view.word(need.contribution).yes;
                    let pending = lanes & !there;
                    if pending == 0 {
                        continue;
                    }
                    let target = &body.needs[need.need].target;
                    target.requirements().iter().for_each(|step| reached[step.0 as usize] |= pending);
                    needs.push(Need { lanes, there, target });
                }
            }
            let (may_apply, met, open) = (applies.unknown(), view.word(nodes[at].met).yes, !locked[at]);
            gates.push(Gate { at, lanes, applies: applies.yes, may_apply, met, open, needs });
        }
        gates.reverse();
        let forced = vec![false; nodes.len()];
        let (cleared_now, satisfied_now) = (cleared.clone(), satisfied.clone());
        Self { between: gates, goal, cleared, cleared_now, satisfied, satisfied_now, forced }
    }

    /// Lanes on which the goal is cleared with what is forced.
    fn run(&mut self) -> u64 {
        for gate in &self.between {
            let at = gate.at;
            let done = if self.forced[at] { gate.open } else { 0 };
            let needs = gate.needs.iter().fold(gate.lanes, |all, need| {
                let target = match need.target {
                    Target::Step(step) => self.cleared_now[step.0 as usize],
                    Target::Group { choose, members } => enough(*choose as usize, members, &self.satisfied_now),
                };
                all & (!need.lanes | need.there | target)
            });
            self.cleared_now[at] = self.cleared[at] | needs & (gate.met | done);
            let counts = gate.applies & (gate.met | done) | gate.may_apply & done;
            self.satisfied_now[at] = self.satisfied[at] | needs & counts;
        }
        self.cleared_now[self.goal]
    }

    fn force(&mut self, lever: &[RequirementIdx], value: bool) {
        lever.iter().for_each(|idx| self.forced[idx.0 as usize] = value);
    }

    /// What releases each lane, of one family.
    fn released(&mut self, family: &[Lever], held: u64) -> [Released; 64] {
        let mut found = std::array::from_fn(|_| Released::default());
        let stands = |gate: &Gate<'_>, lever: &Lever| lever.contains(&RequirementIdx(gate.at as u32));
        let levers: Vec<usize> =
            (0..family.len()).filter(|&at| self.between.iter().any(|gate| stands(gate, &family[at]))).collect();
        levers.iter().for_each(|&at| self.force(&family[at], true));
        let open = self.run() & held;
        // Lanes on which no release can do without the lever, and how many such levers a lane has.
        let mut needed = vec![0u64; family.len()];
        let (mut one, mut two, mut more) = (0u64, 0u64, 0u64);
        for &at in &levers {
            self.force(&family[at], false);
            needed[at] = open & !self.run();
            self.force(&family[at], true);
            more |= two & needed[at];
            two |= one & needed[at];
            one |= needed[at];
        }
        levers.iter().for_each(|&at| self.force(&family[at], false));
        let mut alone = vec![0u64; family.len()];
        for &at in &levers {
            let tried = open & !two & (!one | needed[at]);
            if tried != 0 {
                self.force(&family[at], true);
                alone[at] = tried & self.run();
                self.force(&family[at], false);
                lanes(alone[at]).for_each(|lane| found[lane].alone.push(at));
            }
        }
        for (place, &a) in levers.iter().enumerate() {
            for &b in &levers[place + 1..] {
                let fits = two & needed[a] & needed[b] | !two & (!one | needed[a] | needed[b]);
                let tried = open & !more & !alone[a] & !alone[b] & fits;
                if tried != 0 {
                    self.force(&family[a], true);
                    self.force(&family[b], true);
                    lanes(tried & self.run()).for_each(|lane| found[lane].pairs.push((a, b)));
                    self.force(&family[a], false);
                    self.force(&family[b], false);
                }
            }
        }
        found
    }
}

/// Lanes on which at least `choose` members count.
fn enough(choose: usize, members: &[RequirementIdx], satisfied: &[u64]) -> u64 {
    let mut reached = vec![0u64; choose + 1];
    reached[0] = !0;
    for member in members {
        for k in (1..=choose).rev() {
            reached[k] |= reached[k - 1] & satisfied[member.0 as usize];
        }
    }
    reached[choose]
}

/// Per requirement: lanes on which no one can meet it, since projects wait for one another.
fn locked(view: &View<'_, '_>, walk: &Walk, held: u64) -> Vec<u64> {
    let mut locked = vec![0u64; view.program.requirements.len()];
    let Some(evaluation) = view.evaluation else { return locked };
    for lane in lanes(held).filter(|&lane| evaluation.upstream.deadlock_of(view.row(lane)).is_some()) {
        let blockers = walk.blockers(view, None, lane);
        for blocker in blockers.iter().filter(|blocker| blocker.kind == BlockerKind::Deadlock) {
            locked[blocker.requirement.0 as usize] |= 1 << lane;
        }
    }
    locked
}
