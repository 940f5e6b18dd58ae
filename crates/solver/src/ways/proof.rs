//! The cheapest way by cuts, with a proof that anyone can check: what remains where diagrams grow too large, and
//! what certificates carry.
//!
//! A *cut* is a set of steps of which every way holds at least one: with all steps but those met, the goal is still
//! not cleared. Cuts with weights, such that no step bears more than it costs, bound the cost of every way from
//! below (the dual of the hitting-set problem; Chandrasekaran, Karp, Moreno-Centeno, Vempala, SODA 2011). Where the
//! best weights leave a gap, a step is taken as done or as never done, and each half is bounded by itself.

use kaigong_rules::RequirementIdx;

/// Steps of which every way holds one, and how much of their cost the bound takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut<T = RequirementIdx> {
    /// The steps.
    pub steps: Vec<T>,
    /// The weight.
    pub weight: i64,
}

/// Why no way costs less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof<T = RequirementIdx> {
    /// The weights of the cuts, and what the steps taken as done cost, add up to the bound.
    Cuts(Vec<Cut<T>>),
    /// Without the steps taken as never done nothing clears the goal.
    Closed,
    /// Either the step is done or it is not.
    Branch {
        /// The step.
        step: T,
        /// The proof where it is done.
        met: Box<Proof<T>>,
        /// The proof where it never is.
        unmet: Box<Proof<T>>,
    },
}

/// The cheapest way found, and how surely.
///
/// Its steps are requirements, or the offices that see to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven<T = RequirementIdx> {
    /// Steps of the way, in an order in which they can be met.
    pub steps: Vec<T>,
    /// What they cost.
    pub cost: i64,
    /// What every way costs at least; the cost, where the search came to its end.
    pub bound: i64,
    /// Why.
    pub proof: Proof<T>,
}

/// Branches before the search is given up.
pub const PROOF_BUDGET: usize = 4_096;

/// What is asked of items: which of them are enough, and what they cost.
pub(crate) struct Question<'q> {
    /// Whether items, where met, are enough; more of them are never less.
    pub(crate) holds: &'q dyn Fn(&[bool]) -> bool,
    /// The items there are, in order.
    pub(crate) items: Vec<u32>,
    /// The cost of each item.
    pub(crate) cost: Vec<i64>,
}

struct Search<'q> {
    question: &'q Question<'q>,
    best: Option<(i64, Vec<u32>)>,
    left: usize,
}

/// What is settled in a branch, by item.
#[derive(Clone)]
struct Settled {
    done: Vec<bool>,
    never: Vec<bool>,
    /// What the steps taken as done cost.
    paid: i64,
}

/// A bound, its cuts, and a set that clears the goal.
struct Bounded {
    value: i64,
    cuts: Vec<(Vec<u32>, i64)>,
    set: Vec<u32>,
}

/// The items of least cost that are enough, and a proof; `None` where all together are not.
///
/// # Complexity
/// At most `budget` branches; a branch asks once for each item and cut.
pub(crate) fn cheapest(question: &Question<'_>, budget: usize) -> Option<Proven<u32>> {
    let mut search = Search { question, best: None, left: budget };
    let none = vec![false; question.cost.len()];
    let open = Settled { done: none.clone(), never: none, paid: 0 };
    let first = search.bound(&open)?;
    let proof = search.close(&open, &first);
    let (cost, steps) = search.best?;
    Some(match proof {
        Some(proof) => Proven { steps, cost, bound: cost, proof: trimmed(proof, cost, &question.cost) },
        None => Proven { steps, cost, bound: first.value, proof: told(first.cuts) },
    })
}

/// A proof's cuts with weights that add up to the bound and no further.
fn trimmed(proof: Proof<u32>, bound: i64, cost: &[i64]) -> Proof<u32> {
    match proof {
        Proof::Closed => Proof::Closed,
        Proof::Cuts(cuts) => {
            let mut left = bound;
            let taken = cuts.into_iter().map(|cut| {
                let weight = cut.weight.min(left);
                left -= weight;
                Cut { weight, ..cut }
            });
            Proof::Cuts(taken.filter(|cut| cut.weight > 0).collect())
        }
        Proof::Branch { step, met, unmet } => {
            let met = trimmed(*met, (bound - cost[step as usize]).max(0), cost);
            let unmet = trimmed(*unmet, bound, cost);
            Proof::Branch { step, met: Box::new(met), unmet: Box::new(unmet) }
        }
    }
}

fn told(cuts: Vec<(Vec<u32>, i64)>) -> Proof<u32> {
    Proof::Cuts(cuts.into_iter().map(|(steps, weight)| Cut { steps, weight }).collect())
}

impl Proven<u32> {
    /// The same of what items stand for, lists of items in the order in which they are to be told.
    pub(crate) fn named<T>(self, name: &impl Fn(&[u32]) -> Vec<T>) -> Proven<T> {
        Proven { steps: name(&self.steps), cost: self.cost, bound: self.bound, proof: self.proof.named(name) }
    }
}

impl Proof<u32> {
    fn named<T>(self, name: &impl Fn(&[u32]) -> Vec<T>) -> Proof<T> {
        match self {
            Self::Closed => Proof::Closed,
            Self::Cuts(cuts) => {
                Proof::Cuts(cuts.into_iter().map(|cut| Cut { steps: name(&cut.steps), weight: cut.weight }).collect())
            }
            Self::Branch { step, met, unmet } => match name(&[step]).pop() {
                Some(step) => {
                    Proof::Branch { step, met: Box::new(met.named(name)), unmet: Box::new(unmet.named(name)) }
                }
                // INVARIANT: one item has one name.
                None => Proof::Closed,
            },
        }
    }
}

impl Search<'_> {
    /// Proves that nothing under what is settled is cheaper than the best way found; `None` where the budget ended.
    fn branch(&mut self, settled: &Settled) -> Option<Proof<u32>> {
        match self.bound(settled) {
            Some(bounded) => self.close(settled, &bounded),
            None => Some(Proof::Closed),
        }
    }

    /// The same, where the bound is known.
    fn close(&mut self, settled: &Settled, bounded: &Bounded) -> Option<Proof<u32>> {
        self.offer(settled, &bounded.set);
        if self.best.as_ref().is_some_and(|(best, _)| bounded.value >= *best) {
            return Some(told(bounded.cuts.clone()));
        }
        self.left = self.left.checked_sub(1)?;
        // INVARIANT: a set dearer than its bound holds a step that several cuts share, or one that no cut bears in full.
        let item = self.doubtful(settled, bounded)?;
        let with = |done: bool| {
            let mut next = settled.clone();
            if done {
                next.done[item as usize] = true;
                next.paid += self.question.cost[item as usize];
            } else {
                next.never[item as usize] = true;
            }
            next
        };
        let (done, never) = (with(true), with(false));
        let met = Box::new(self.branch(&done)?);
        let unmet = Box::new(self.branch(&never)?);
        Some(Proof::Branch { step: item, met, unmet })
    }

    /// The step of the set that most weight goes through more than once; the dearest of the others.
    fn doubtful(&self, settled: &Settled, bounded: &Bounded) -> Option<u32> {
        let open = bounded.set.iter().copied().filter(|&item| !settled.done[item as usize]);
        let weight = |item: u32| -> (i64, i64, u32) {
            let shared = bounded.cuts.iter().filter(|(cut, _)| {
                cut.contains(&item) && cut.iter().filter(|other| bounded.set.contains(other)).count() > 1
            });
            (shared.map(|(_, weight)| weight).sum(), self.question.cost[item as usize], item)
        };
        open.max_by_key(|&item| weight(item))
    }

    /// Weighs cuts until what they leave free is enough; `None` where nothing does.
    fn bound(&self, settled: &Settled) -> Option<Bounded> {
        let open: Vec<u32> = self
            .question
            .items
            .iter()
            .copied()
            .filter(|&i| !settled.done[i as usize] && !settled.never[i as usize])
            .collect();
        let mut left = self.question.cost.clone();
        let (mut value, mut cuts) = (settled.paid, Vec::new());
        loop {
            let mut met = settled.done.clone();
            open.iter().filter(|&&item| left[item as usize] == 0).for_each(|&item| met[item as usize] = true);
            if (self.question.holds)(&met) {
                let set = self.least(settled, &open, met);
                return Some(Bounded { value, cuts, set });
            }
            let cut = self.cut(&open, &left, met);
            // Nothing is left to do, and the goal is not cleared.
            let weight = cut.iter().map(|&item| left[item as usize]).min()?;
            cut.iter().for_each(|&item| left[item as usize] -= weight);
            value += weight;
            cuts.push((cut, weight));
        }
    }

    /// A cut that no step can be taken out of: steps are added to what is met, cheap ones first, as long as the goal is
    /// not cleared.
    fn cut(&self, open: &[u32], left: &[i64], mut met: Vec<bool>) -> Vec<u32> {
        let mut order: Vec<u32> = open.iter().copied().filter(|&item| !met[item as usize]).collect();
        order.sort_by_key(|&item| (left[item as usize], item));
        let mut cut = Vec::new();
        for item in order {
            met[item as usize] = true;
            if (self.question.holds)(&met) {
                met[item as usize] = false;
                cut.push(item);
            }
        }
        cut.sort_unstable();
        cut
    }

    /// A minimal set out of what is met, dear steps left out first; steps taken as done stay.
    fn least(&self, settled: &Settled, open: &[u32], mut met: Vec<bool>) -> Vec<u32> {
        let mut order: Vec<u32> = open.iter().copied().filter(|&item| met[item as usize]).collect();
        order.sort_by_key(|&item| (std::cmp::Reverse(self.question.cost[item as usize]), item));
        for item in order {
            met[item as usize] = false;
            if !(self.question.holds)(&met) {
                met[item as usize] = true;
            }
        }
        let taken = |&item: &u32| met[item as usize] || settled.done[item as usize];
        self.question.items.iter().copied().filter(taken).collect()
    }

    /// Keeps a set if it is the best so far, without what it can do without.
    fn offer(&mut self, settled: &Settled, set: &[u32]) {
        let mut met = vec![false; self.question.cost.len()];
        set.iter().for_each(|&item| met[item as usize] = true);
        for (item, _) in settled.done.iter().enumerate().filter(|(_, done)| **done) {
            met[item] = false;
            if !(self.question.holds)(&met) {
                met[item] = true;
            }
        }
        let set: Vec<u32> = set.iter().copied().filter(|&item| met[item as usize]).collect();
        let cost = set.iter().map(|&item| self.question.cost[item as usize]).sum();
        if self.best.as_ref().is_none_or(|(best, _)| cost < *best) {
            self.best = Some((cost, set));
        }
    }
}
