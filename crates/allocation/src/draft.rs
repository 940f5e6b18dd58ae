//! A plan in the making: what is chosen, what room is left, what sums are reached.

use crate::price::Goal;
use crate::problem::{CandidateIdx, Lock};
use crate::supply::Room;

/// What each source of each candidate gains; `None` where the source cannot be had.
pub(crate) type Gains = [Vec<Option<i128>>];

/// A lawful choice, floors perhaps not reached yet.
#[derive(Clone, Debug)]
pub(crate) struct Draft<'g> {
    goal: &'g Goal<'g>,
    room: Room<'g>,
    pub(crate) chosen: Vec<Option<usize>>,
    pub(crate) sums: Vec<i128>,
    pub(crate) value: i128,
}

/// Per candidate: those that need it.
pub(crate) fn dependents(goal: &Goal<'_>) -> Vec<Vec<CandidateIdx>> {
    let mut dependents = vec![Vec::new(); goal.problem.candidates.len()];
    for (at, candidate) in goal.problem.candidates.iter().enumerate() {
        candidate.needs.iter().for_each(|&need| dependents[need].push(at));
    }
    dependents
}

impl<'g> Draft<'g> {
    /// Nobody chosen.
    pub(crate) fn new(goal: &'g Goal<'g>) -> Self {
        Self {
            goal,
            room: goal.supply.room(),
            chosen: vec![None; goal.problem.candidates.len()],
            sums: vec![0; goal.reaches.len()],
            value: 0,
        }
    }

    /// What is chosen already, if it fits.
    pub(crate) fn of(goal: &'g Goal<'g>, chosen: &[Option<usize>]) -> Option<Self> {
        let mut draft = Self::new(goal);
        for (at, source) in chosen.iter().enumerate() {
            if let Some(source) = source
                && !draft.put(at, *source)
            {
                return None;
            }
        }
        draft.stands().then_some(draft)
    }

    /// Whether every need of what is chosen is chosen, and locks are kept.
    fn stands(&self) -> bool {
        let problem = self.goal.problem;
        self.chosen.iter().enumerate().all(|(at, source)| match source {
            Some(_) => {
                self.goal.locks[at].to != Lock::Out
                    && problem.candidates[at].needs.iter().all(|&need| self.chosen[need].is_some())
            }
            None => self.goal.locks[at].to != Lock::In,
        })
    }

    /// Whether every sum is reached.
    pub(crate) fn reaches(&self) -> bool {
        self.sums.iter().zip(&self.goal.reaches).all(|(sum, reach)| *sum >= reach.at_least)
    }

    /// What the classes of a family judged by sums draw together.
    pub(crate) fn drawn(&self, family: usize) -> i64 {
        self.room.drawn(family)
    }

    fn count(&mut self, at: CandidateIdx, sign: i128) {
        self.value += sign * i128::from(self.goal.worth(at));
        for &(sum, weight) in self.goal.counts(at) {
            self.sums[sum] += sign * i128::from(weight);
        }
    }

    /// Chooses a source, needs not looked at.
    pub(crate) fn put(&mut self, at: CandidateIdx, source: usize) -> bool {
        let fits = self.room.take(at, source);
        if fits {
            self.chosen[at] = Some(source);
            self.count(at, 1);
        }
        fits
    }

    /// Takes a candidate out, dependents not looked at: the source it had.
    pub(crate) fn drop(&mut self, at: CandidateIdx) -> Option<usize> {
        let source = self.chosen[at].take()?;
        self.room.give_back(at, source);
        self.count(at, -1);
        Some(source)
    }

    /// Brings a candidate in together with all it needs, from the best sources that fit, if all of them fit.
    pub(crate) fn bring(&mut self, at: CandidateIdx, gains: &Gains) {
        let mut wanted = vec![at];
        let mut next = 0;
        while next < wanted.len() {
            let candidate = wanted[next];
            if self.goal.locks[candidate].to == Lock::Out || self.chosen[candidate].is_some() && next == 0 {
                return;
            }
            for &need in &self.goal.problem.candidates[candidate].needs {
                if self.chosen[need].is_none() && !wanted.contains(&need) {
                    wanted.push(need);
                }
            }
            next += 1;
        }
        for (done, &candidate) in wanted.iter().enumerate() {
            if !sources_by_gain(&gains[candidate]).into_iter().any(|source| self.put(candidate, source)) {
                wanted[..done].iter().for_each(|&candidate| {
                    self.drop(candidate);
                });
                return;
            }
        }
    }

    /// Brings in whom it can from the sources given, in that order; with all they need where that is not in yet.
    pub(crate) fn fill_from(&mut self, sources: &[(CandidateIdx, usize)], gains: &Gains) {
        for &(at, source) in sources {
            if self.chosen[at].is_some() || self.goal.locks[at].to == Lock::Out {
                continue;
            }
            let needs = &self.goal.problem.candidates[at].needs;
            if needs.iter().all(|&need| self.chosen[need].is_some()) {
                self.put(at, source);
            } else {
                self.bring(at, gains);
            }
        }
    }

    /// Brings in whom it can, in the order given.
    pub(crate) fn fill(&mut self, order: &[CandidateIdx], gains: &Gains) {
        for &at in order {
            if self.chosen[at].is_none() {
                self.bring(at, gains);
            }
        }
    }
}

/// The sources of a candidate that can be had, the best first.
fn sources_by_gain(gains: &[Option<i128>]) -> Vec<usize> {
    let mut sources: Vec<usize> = (0..gains.len()).filter(|&source| gains[source].is_some()).collect();
    sources.sort_by_key(|&source| (std::cmp::Reverse(gains[source]), source));
    sources
}
