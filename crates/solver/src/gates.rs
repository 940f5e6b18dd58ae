//! The gates of 64 rows between what is unmet and the goal, run again with steps taken as met.

use kaigong_bits::lanes;
use kaigong_rules::{RequirementIdx, Target};

use crate::view::View;
use crate::walk::{BlockerKind, Walk};

/// A need that is not there yet on some lanes.
pub(crate) struct Need<'p> {
    lanes: u64,
    /// Lanes on which it holds whatever is done.
    there: u64,
    target: &'p Target,
}

/// A requirement that stands between some lanes and the goal.
pub(crate) struct Gate<'p> {
    pub(crate) at: usize,
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
pub(crate) struct Gates<'p> {
    pub(crate) between: Vec<Gate<'p>>,
    goal: usize,
    /// Per requirement: lanes on which it stands in nobody's way, as it is and as of the last run.
    cleared: Vec<u64>,
    cleared_now: Vec<u64>,
    /// Per requirement: lanes on which it counts as an alternative, as it is and as of the last run.
    satisfied: Vec<u64>,
    satisfied_now: Vec<u64>,
    /// Per requirement: lanes on which it is taken as met.
    forced: Vec<u64>,
}

impl<'p> Gates<'p> {
    pub(crate) fn new(view: &View<'_, 'p>, walk: &Walk, held: u64) -> Self {
        Self::with(view, walk, held, false)
    }

    /// The same, with needs that are unknown taken as there: what is no blocker today does not count.
    pub(crate) fn of_blockers(view: &View<'_, 'p>, walk: &Walk, held: u64) -> Self {
        Self::with(view, walk, held, true)
    }

    fn with(view: &View<'_, 'p>, walk: &Walk, held: u64, doubt: bool) -> Self {
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
            for (segment, body, lanes) in view.possible_segments(idx, lanes) {
                for need in &segment.each {
                    let word = view.word(need.contribution);
                    let there = if doubt { !word.no } else { word.yes };
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
        let forced = vec![0; nodes.len()];
        let (cleared_now, satisfied_now) = (cleared.clone(), satisfied.clone());
        Self { between: gates, goal, cleared, cleared_now, satisfied, satisfied_now, forced }
    }

    /// Lanes on which the goal is cleared with what is forced.
    pub(crate) fn run(&mut self) -> u64 {
        for place in 0..self.between.len() {
            let gate = &self.between[place];
            let at = gate.at;
            let done = self.forced[at] & gate.open;
            let needs = self.needs_now(gate);
            self.cleared_now[at] = self.cleared[at] | needs & (gate.met | done);
            let counts = gate.applies & (gate.met | done) | gate.may_apply & done;
            self.satisfied_now[at] = self.satisfied[at] | needs & counts;
        }
        self.cleared_now[self.goal]
    }

    /// Lanes on which a gate has all it needs, as of this run.
    fn needs_now(&self, gate: &Gate<'_>) -> u64 {
        gate.needs.iter().fold(gate.lanes, |all, need| {
            let target = match need.target {
                Target::Step(step) => self.cleared_now[step.0 as usize],
                Target::Group { choose, members } => enough(*choose as usize, members, &self.satisfied_now),
            };
            all & (!need.lanes | need.there | target)
        })
    }

    /// Sets the lanes on which a requirement is taken as met.
    pub(crate) fn set(&mut self, idx: RequirementIdx, lanes: u64) {
        self.forced[idx.0 as usize] = lanes;
    }

    /// The requirements between the lanes and their goal, needs first.
    pub(crate) fn steps(&self) -> impl Iterator<Item = RequirementIdx> + '_ {
        self.between.iter().map(|gate| RequirementIdx(gate.at as u32))
    }

    /// Per requirement: lanes on which, as of the last run, something on the way to the goal still lacks it. The members of a
    /// choice that is made are lacked by nobody.
    pub(crate) fn wanted_now(&self) -> Vec<u64> {
        let mut wanted = vec![0u64; self.cleared_now.len()];
        wanted[self.goal] = !self.cleared_now[self.goal];
        for gate in self.between.iter().rev() {
            let lanes = wanted[gate.at] & gate.lanes;
            for need in &gate.needs {
                let lacks = lanes & need.lanes & !need.there;
                match need.target {
                    Target::Step(step) => wanted[step.0 as usize] |= lacks & !self.cleared_now[step.0 as usize],
                    Target::Group { choose, members } => {
                        let lacks = lacks & !enough(*choose as usize, members, &self.satisfied_now);
                        members.iter().for_each(|step| wanted[step.0 as usize] |= lacks);
                    }
                }
            }
        }
        wanted
    }

    /// Lanes on which, as of the last run, a requirement is not met but has all it needs.
    pub(crate) fn open_now(&self, idx: RequirementIdx) -> u64 {
        let Some(gate) = self.between.iter().find(|gate| gate.at == idx.0 as usize) else { return 0 };
        gate.lanes & self.needs_now(gate) & !gate.met & !self.forced[gate.at] & !self.cleared_now[gate.at]
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
