//! Search through choices, deepest first, cut off by what prices prove.
//!
//! A plan is worth the bound less what its choices give away against it ([`Proof::loss`]) less what supply it leaves
//! unused, at its price. So a branch that has given away more than the gap to the best plan known holds no better one.

use crate::draft::Draft;
use crate::price::{Goal, Proof};
use crate::problem::{CandidateIdx, Lock};

/// A choice that may be made for one candidate and what it gives away.
type Choice = (i128, Option<usize>);

/// Searches over some candidates, the others fixed as they are.
pub(crate) struct Search<'s, 'g> {
    goal: &'g Goal<'g>,
    draft: Draft<'g>,
    /// Whose choice is open, those with most to lose first.
    open: Vec<(CandidateIdx, Vec<Choice>)>,
    /// Per candidate: its place in `open`, or past the end.
    place: Vec<usize>,
    dependents: &'g [Vec<CandidateIdx>],
    /// Per place and sum: what the rest can still add.
    ahead: Vec<Vec<i128>>,
    total: i128,
    shift: u32,
    /// What a better plan must be worth at least.
    wanted: i128,
    best: Option<Vec<Option<usize>>>,
    work: &'s mut u64,
}

/// What a search found.
pub(crate) struct Found {
    /// A plan worth more than was asked to beat, if there is one.
    pub(crate) better: Option<Vec<Option<usize>>>,
    /// Whether everything was looked at.
    pub(crate) whole: bool,
}

/// Looks for a plan worth more than `beat` that differs from `from` in the choices of `open` only.
pub(crate) fn search<'g>(
    goal: &'g Goal<'g>,
    dependents: &'g [Vec<CandidateIdx>],
    proof: &Proof,
    from: &[Option<usize>],
    open: &[CandidateIdx],
    beat: Option<i128>,
    work: &mut u64,
) -> Found {
    let count = goal.problem.candidates.len();
    let mut fixed = vec![true; count];
    open.iter().for_each(|&at| fixed[at] = false);
    let mut draft = Draft::new(goal, dependents);
    let mut total = proof.total;
    for at in (0..count).filter(|&at| fixed[at]) {
        let Some(loss) = proof.loss(at, from[at], goal.locks[at].to) else {
            return Found { better: None, whole: true };
        };
        total -= loss;
        if let Some(source) = from[at] {
            let fits = draft.put(at, source);
            debug_assert!(fits, "what stays fits without the rest");
        }
    }
    let mut choices: Vec<(CandidateIdx, Vec<Choice>)> =
        open.iter().map(|&at| (at, choices(proof, at, goal.locks[at].to))).collect();
    let regret = |choices: &[Choice]| choices.get(1).map_or(i128::MAX, |choice| choice.0);
    choices.sort_by(|a, b| regret(&b.1).cmp(&regret(&a.1)).then(a.0.cmp(&b.0)));
    let mut place = vec![usize::MAX; count];
    choices.iter().enumerate().for_each(|(at, (candidate, _))| place[*candidate] = at);
    let mut ahead = vec![vec![0i128; goal.reaches.len()]; choices.len() + 1];
    for at in (0..choices.len()).rev() {
        ahead[at] = ahead[at + 1].clone();
        let (candidate, choices) = &choices[at];
        if choices.iter().any(|choice| choice.1.is_some()) {
            goal.counts(*candidate).iter().for_each(|&(sum, weight)| ahead[at][sum] += i128::from(weight));
        }
    }
    let wanted = beat.map_or(i128::MIN, |beat| beat + 1);
    let shift = proof.certificate.shift;
    let mut search =
        Search { goal, draft, open: choices, place, dependents, ahead, total, shift, wanted, best: None, work };
    let whole = search.node(0, 0);
    Found { better: search.best, whole }
}

fn choices(proof: &Proof, at: CandidateIdx, lock: Lock) -> Vec<Choice> {
    let sources = (0..proof.gains[at].len()).map(Some).filter(|_| lock != Lock::Out);
    let none = std::iter::once(None).filter(|_| lock != Lock::In);
    let mut choices: Vec<Choice> =
        sources.chain(none).filter_map(|source| Some((proof.loss(at, source, lock)?, source))).collect();
    choices.sort_unstable_by_key(|&(loss, source)| (loss, source.is_none(), source));
    choices
}

impl Search<'_, '_> {
    /// Tries every choice from a place on; whether all of them were tried or ruled out.
    fn node(&mut self, at: usize, given: i128) -> bool {
        if *self.work == 0 {
            return false;
        }
        *self.work -= 1;
        let short = self.goal.reaches.iter().zip(&self.draft.sums).zip(&self.ahead[at]);
        if short.into_iter().any(|((reach, sum), ahead)| sum + ahead < reach.at_least) {
            return true;
        }
        let Some((candidate, choices)) = self.open.get(at) else {
            if self.draft.value >= self.wanted {
                self.wanted = self.draft.value + 1;
                self.best = Some(self.draft.chosen.clone());
            }
            return true;
        };
        let (candidate, choices) = (*candidate, choices.clone());
        let mut whole = true;
        for (loss, source) in choices {
            if (self.total - given - loss) >> self.shift < self.wanted {
                break;
            }
            if !self.allowed(candidate, source, at) {
                continue;
            }
            match source {
                None => whole &= self.node(at + 1, given + loss),
                Some(source) => {
                    if self.draft.put(candidate, source) {
                        whole &= self.node(at + 1, given + loss);
                        self.draft.drop(candidate);
                    }
                }
            }
            if !whole {
                return false;
            }
        }
        whole
    }

    /// Whether a choice agrees with what was decided before it about needs.
    fn allowed(&self, candidate: CandidateIdx, source: Option<usize>, at: usize) -> bool {
        let decided = |other: usize| self.place[other] == usize::MAX || self.place[other] < at;
        let chosen = |other: usize| self.draft.chosen[other].is_some();
        if source.is_some() {
            let needs = &self.goal.problem.candidates[candidate].needs;
            needs.iter().all(|&need| need == candidate || !decided(need) || chosen(need))
        } else {
            let dependents = &self.dependents[candidate];
            dependents.iter().all(|&dependent| dependent == candidate || !decided(dependent) || !chosen(dependent))
        }
    }
}
