//! Leverage over a portfolio: what to see to first, and how many projects may start once it is done.

mod told;

use std::collections::BTreeMap;

use kaigong_model::FactIdx;
use kaigong_rules::RequirementIdx;
use kaigong_solver::{Held, Lever};

use crate::assessment::{Assessment, Sum};

pub(crate) use told::brief;
pub use told::{leverage_json, leverage_screen, leverage_table};

/// The families of levers, by their place in [`Held::released`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Every requirement by itself.
    Steps = 0,
    /// All that one office answers for.
    Offices = 1,
}

/// Blocked projects with what would release them.
#[derive(Debug)]
pub struct Leverage<'l, 'a> {
    /// The portfolio checked.
    pub assessment: &'l Assessment<'a>,
    /// Offices, in order of id; `None` stands for requirements that no office answers for.
    pub offices: Vec<(Option<String>, Lever)>,
    /// Blocked projects, in order of row.
    pub held: Vec<Held>,
}

/// What one lever holds up and releases.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pull {
    /// Projects it blocks.
    pub(crate) blocks: Sum,
    /// … in which nothing else blocks today.
    pub(crate) alone: Sum,
    /// Projects that clear the goal once it is done, with nothing else.
    pub(crate) releases: Sum,
}

/// Projects with something in common: a county, an officer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) blocked: Sum,
    /// Projects that one step releases.
    pub(crate) one: Sum,
    /// … that one or two release.
    pub(crate) two: Sum,
    /// The one or two steps that release most, and what they release.
    pub(crate) first: Option<(Vec<usize>, Sum)>,
}

impl Leverage<'_, '_> {
    /// The offices of a pack's requirements as they stand on the day looked at; those of one name
    /// that day are one, under the first of their ids.
    pub fn offices(assessment: &Assessment<'_>) -> Vec<(Option<String>, Lever)> {
        let (evaluation, pack) = (&assessment.evaluation, assessment.evaluation.pack);
        let name = |id: &str| pack.department(id, evaluation.options.as_of);
        let mut owned: BTreeMap<Option<&str>, Lever> = BTreeMap::new();
        for (idx, _) in pack.iter() {
            owned.entry(evaluation.body_today(idx).owner.as_deref()).or_default().push(idx);
        }
        let mut offices: Vec<(Option<String>, Lever)> = Vec::new();
        for (owner, lever) in owned {
            match offices.iter_mut().find(|(known, _)| known.as_deref().map(name) == owner.map(name)) {
                Some((_, known)) => known.extend(lever),
                None => offices.push((owner.map(str::to_owned), lever)),
            }
        }
        offices
    }

    /// Steps in an order in which they can be met.
    pub(crate) fn in_order(&self, steps: &[usize]) -> Vec<usize> {
        let order = &self.assessment.evaluation.pack.order;
        let mut steps = steps.to_vec();
        steps.sort_by_key(|&at| order.iter().position(|idx| idx.0 as usize == at));
        steps
    }

    /// The lever of a family that a requirement belongs to.
    fn lever_of(&self, family: Family) -> Vec<usize> {
        match family {
            Family::Steps => (0..self.assessment.evaluation.pack.requirements.len()).collect(),
            Family::Offices => {
                let mut of = vec![0; self.assessment.evaluation.pack.requirements.len()];
                for (at, (_, lever)) in self.offices.iter().enumerate() {
                    lever.iter().for_each(|idx| of[idx.0 as usize] = at);
                }
                of
            }
        }
    }

    /// Every lever of a family, in order.
    pub(crate) fn pulls(&self, family: Family) -> Vec<Pull> {
        let of = self.lever_of(family);
        let count = of.iter().max().map_or(0, |last| last + 1);
        let mut pulls = vec![Pull::default(); count];
        for held in &self.held {
            let fen = self.assessment.fen(held.row);
            let mut blocking: Vec<usize> = held.blockers.iter().map(|idx| of[idx.0 as usize]).collect();
            blocking.sort_unstable();
            blocking.dedup();
            blocking.iter().for_each(|&at| pulls[at].blocks.add(fen));
            if let [only] = blocking.as_slice() {
                pulls[*only].alone.add(fen);
            }
            held.released[family as usize].alone.iter().for_each(|&at| pulls[at].releases.add(fen));
        }
        pulls
    }

    /// Pairs that release projects which neither of them releases alone, the most projects first.
    pub(crate) fn pairs(&self, family: Family) -> Vec<((usize, usize), Sum)> {
        let mut pairs: BTreeMap<(usize, usize), Sum> = BTreeMap::new();
        for held in &self.held {
            let fen = self.assessment.fen(held.row);
            held.released[family as usize].pairs.iter().for_each(|&pair| pairs.entry(pair).or_default().add(fen));
        }
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        pairs.sort_by_key(|&(pair, sum)| (std::cmp::Reverse(sum), pair));
        pairs
    }

    /// Blocked projects by the text of a fact, blanks together as `None`; first where two steps release most.
    pub(crate) fn groups(&self, fact: Option<FactIdx>) -> Vec<(Option<String>, Group)> {
        let Some(fact) = fact else { return Vec::new() };
        let mut members: BTreeMap<Option<String>, Vec<&Held>> = BTreeMap::new();
        for held in &self.held {
            members.entry(self.assessment.role_text(Some(fact), held.row)).or_default().push(held);
        }
        let mut groups: Vec<_> = members.into_iter().map(|(name, held)| (name, self.group(&held))).collect();
        groups.sort_by(|(a, x), (b, y)| (y.two, y.blocked, a).cmp(&(x.two, x.blocked, b)));
        groups
    }

    /// All blocked projects as one group.
    pub(crate) fn whole(&self) -> Group {
        self.group(&self.held.iter().collect::<Vec<_>>())
    }

    fn group(&self, members: &[&Held]) -> Group {
        let mut group = Group::default();
        let mut alone: BTreeMap<usize, Sum> = BTreeMap::new();
        // What a pair releases beyond what its members release apart, and what both would: counted once.
        let mut joint: BTreeMap<(usize, usize), Sum> = BTreeMap::new();
        let mut both: BTreeMap<(usize, usize), Sum> = BTreeMap::new();
        for held in members {
            let (fen, released) = (self.assessment.fen(held.row), &held.released[Family::Steps as usize]);
            group.blocked.add(fen);
            if !released.alone.is_empty() {
                group.one.add(fen);
            }
            if !released.alone.is_empty() || !released.pairs.is_empty() {
                group.two.add(fen);
            }
            for (place, &a) in released.alone.iter().enumerate() {
                alone.entry(a).or_default().add(fen);
                released.alone[place + 1..].iter().for_each(|&b| both.entry((a, b)).or_default().add(fen));
            }
            released.pairs.iter().for_each(|&pair| joint.entry(pair).or_default().add(fen));
        }
        let of = |sums: &BTreeMap<(usize, usize), Sum>, pair| sums.get(&pair).copied().unwrap_or_default();
        let single = |at: usize| alone.get(&at).copied().unwrap_or_default();
        let singles: Vec<usize> = alone.keys().copied().collect();
        let apart = singles.iter().enumerate().flat_map(|(at, &a)| singles[at + 1..].iter().map(move |&b| (a, b)));
        let pairs = joint.keys().copied().chain(apart).map(|(a, b)| {
            let (a_sum, b_sum, more, twice) = (single(a), single(b), of(&joint, (a, b)), of(&both, (a, b)));
            let projects = a_sum.projects + b_sum.projects + more.projects - twice.projects;
            (vec![a, b], Sum { projects, fen: a_sum.fen + b_sum.fen + more.fen - twice.fen })
        });
        let ones = alone.iter().map(|(&at, &sum)| (vec![at], sum));
        // Of those that release as much, the fewest steps, then the first by index.
        group.first =
            ones.chain(pairs).min_by_key(|(steps, sum)| (std::cmp::Reverse(*sum), steps.len(), steps.clone()));
        group
    }
}

/// The families of levers: every requirement by itself, and all that each office answers for.
pub fn families(assessment: &Assessment<'_>, offices: &[(Option<String>, Lever)]) -> [Vec<Lever>; 2] {
    let steps = assessment.evaluation.pack.iter().map(|(idx, _): (RequirementIdx, _)| vec![idx]).collect();
    [steps, offices.iter().map(|(_, lever)| lever.clone()).collect()]
}
