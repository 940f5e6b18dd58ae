//! What changed between two ledgers: verdicts, blockers, alerts and overdue starts, project by project and in sums.
//!
//! Both ledgers are checked by one pack for one goal, each on its own day. A project is known by its id.
//! A project has blockers here while its verdict is `blocked`, as `check` counts them.

mod json;
mod told;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kaigong_rules::RequirementIdx;
use kaigong_solver::{ProjectResult, Verdict};

use crate::assessment::{Assessment, Sum};

pub use json::between_json;
pub use told::{BetweenScreen, between_screen, between_table};

/// Two ledgers of one pack and goal.
#[derive(Debug)]
pub struct Between<'b, 'a> {
    /// The earlier ledger.
    pub before: &'b Assessment<'a>,
    /// The later one.
    pub after: &'b Assessment<'a>,
    /// Every project of either: those of the later ledger in its order, then those that are gone.
    pub projects: Vec<Pair>,
}

/// What became of a project. The verdict and whether it is listed at all give one of these, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Move {
    /// It has started and had not.
    Started,
    /// It was blocked and is ready.
    Released,
    /// It is blocked and was not.
    Blocked,
    /// It is ready; before, it was undetermined or had started.
    Ready,
    /// It is undetermined and was not.
    Undetermined,
    /// Only the later ledger has it.
    Appeared,
    /// Only the earlier ledger has it.
    Vanished,
}

impl Move {
    /// Every move, in the order screens list them.
    pub const ALL: [Self; 7] =
        [Self::Started, Self::Released, Self::Blocked, Self::Ready, Self::Undetermined, Self::Appeared, Self::Vanished];

    /// The name outputs use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Released => "released",
            Self::Blocked => "newly_blocked",
            Self::Ready => "newly_ready",
            Self::Undetermined => "newly_undetermined",
            Self::Appeared => "appeared",
            Self::Vanished => "vanished",
        }
    }
}

/// A project as one ledger shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its row there.
    pub row: u32,
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict by law alone.
    pub readiness: Verdict,
    /// What blocks it; nothing unless the verdict is blocked.
    pub blockers: BTreeSet<RequirementIdx>,
    /// Alerts that fire, as indices into the pack's.
    pub alerts: BTreeSet<usize>,
    /// Days it is past its planned start without having started.
    pub overdue: Option<i32>,
}

/// A project in both ledgers, or in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// As the earlier ledger shows it.
    pub before: Option<Standing>,
    /// As the later one does.
    pub after: Option<Standing>,
}

/// Projects that had something, lost it, gained it and have it: `before - lost + gained = after`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flow {
    pub(crate) before: Sum,
    pub(crate) lost: Sum,
    pub(crate) gained: Sum,
    pub(crate) after: Sum,
}

impl Pair {
    /// What became of it.
    pub fn moved(&self) -> Option<Move> {
        let (before, after) = match (&self.before, &self.after) {
            (Some(before), Some(after)) => (before.verdict, after.verdict),
            (None, _) => return Some(Move::Appeared),
            (_, None) => return Some(Move::Vanished),
        };
        match (before, after) {
            _ if before == after => None,
            (_, Verdict::Started) => Some(Move::Started),
            (Verdict::Blocked, Verdict::Ready) => Some(Move::Released),
            (_, Verdict::Blocked) => Some(Move::Blocked),
            (_, Verdict::Ready) => Some(Move::Ready),
            (_, Verdict::Undetermined) => Some(Move::Undetermined),
        }
    }

    /// Blockers it has now and had not; all of them where only the later ledger has it.
    pub fn gained(&self) -> Vec<RequirementIdx> {
        self.only_after(|standing| &standing.blockers)
    }

    /// Blockers it had and has no more; all of them where only the earlier ledger has it.
    pub fn lost(&self) -> Vec<RequirementIdx> {
        self.only_before(|standing| &standing.blockers)
    }

    /// Alerts that fire now and did not.
    pub fn opened(&self) -> Vec<usize> {
        self.only_after(|standing| &standing.alerts)
    }

    /// Alerts that fired and do no more.
    pub fn closed(&self) -> Vec<usize> {
        self.only_before(|standing| &standing.alerts)
    }

    /// Past its planned start now, and not before; in both ledgers.
    pub fn newly_overdue(&self) -> bool {
        matches!((&self.before, &self.after), (Some(before), Some(after)) if before.overdue.is_none() && after.overdue.is_some())
    }

    /// Past its planned start before, and not now: started, or planned anew.
    pub fn no_longer_overdue(&self) -> bool {
        matches!((&self.before, &self.after), (Some(before), Some(after)) if before.overdue.is_some() && after.overdue.is_none())
    }

    /// Whether anything told of it differs.
    pub fn differs(&self) -> bool {
        self.moved().is_some()
            || self.newly_overdue()
            || self.no_longer_overdue()
            || matches!((&self.before, &self.after), (Some(before), Some(after))
                if before.blockers != after.blockers || before.alerts != after.alerts)
    }

    fn only_after<T: Ord + Copy>(&self, of: impl Fn(&Standing) -> &BTreeSet<T>) -> Vec<T> {
        only(self.after.as_ref().map(&of), self.before.as_ref().map(&of))
    }

    fn only_before<T: Ord + Copy>(&self, of: impl Fn(&Standing) -> &BTreeSet<T>) -> Vec<T> {
        only(self.before.as_ref().map(&of), self.after.as_ref().map(&of))
    }
}

impl<'b, 'a> Between<'b, 'a> {
    /// Sets two checks side by side.
    ///
    /// INVARIANT: both are of the same pack and goal, so that requirements and alerts go by the same indices.
    pub fn new(before: &'b Assessment<'a>, after: &'b Assessment<'a>) -> Self {
        let mut earlier = standings(before);
        let mut projects: Vec<Pair> = after
            .results
            .projects
            .iter()
            .map(|project| Pair {
                before: earlier.remove(id(after, project.row)),
                after: Some(standing(after, project)),
            })
            .collect();
        let mut gone: Vec<Standing> = earlier.into_values().collect();
        gone.sort_by_key(|standing| standing.row);
        projects.extend(gone.into_iter().map(|standing| Pair { before: Some(standing), after: None }));
        Self { before, after, projects }
    }

    /// The id of a project.
    pub(crate) fn id(&self, pair: &Pair) -> &str {
        let (assessment, row) = self.told_by(pair);
        id(assessment, row)
    }

    /// The ledger that tells of a project, and its row there: the later one that has it.
    pub(crate) fn told_by(&self, pair: &Pair) -> (&'b Assessment<'a>, u32) {
        match (&pair.before, &pair.after) {
            (_, Some(after)) => (self.after, after.row),
            (Some(before), None) => (self.before, before.row),
            // INVARIANT: a pair holds at least one standing; `new` makes no other.
            (None, None) => (self.after, 0),
        }
    }

    /// Its recorded investment, fen, as the later ledger that has it says; 0 where it says nothing.
    pub(crate) fn fen(&self, pair: &Pair) -> i128 {
        let (assessment, row) = self.told_by(pair);
        assessment.fen(row)
    }

    /// Projects of which something holds, in order.
    pub(crate) fn those(&self, holds: impl Fn(&Pair) -> bool) -> Vec<&Pair> {
        self.projects.iter().filter(|pair| holds(pair)).collect()
    }

    /// How many those are, and their investment.
    pub(crate) fn sum(&self, holds: impl Fn(&Pair) -> bool) -> Sum {
        let mut sum = Sum::default();
        self.projects.iter().filter(|pair| holds(pair)).for_each(|pair| sum.add(self.fen(pair)));
        sum
    }

    /// Projects of a verdict before and after, each side by its own ledger's investment.
    pub(crate) fn verdict(&self, verdict: Verdict) -> [Sum; 2] {
        let mut sums = [Sum::default(); 2];
        for pair in &self.projects {
            let sides = [(&pair.before, self.before), (&pair.after, self.after)];
            for (sum, (standing, assessment)) in sums.iter_mut().zip(sides) {
                if let Some(standing) = standing.as_ref().filter(|standing| standing.verdict == verdict) {
                    sum.add(assessment.fen(standing.row));
                }
            }
        }
        sums
    }

    /// Blockers by requirement; projects that appeared or vanished count among gained and lost.
    pub(crate) fn blocker_flows(&self) -> BTreeMap<RequirementIdx, Flow> {
        self.flows(|standing| &standing.blockers)
    }

    /// Alerts likewise.
    pub(crate) fn alert_flows(&self) -> BTreeMap<usize, Flow> {
        self.flows(|standing| &standing.alerts)
    }

    fn flows<T: Ord + Copy>(&self, of: impl Fn(&Standing) -> &BTreeSet<T>) -> BTreeMap<T, Flow> {
        let mut flows: BTreeMap<T, Flow> = BTreeMap::new();
        let none = BTreeSet::new();
        for pair in &self.projects {
            let (before, after) = (pair.before.as_ref().map_or(&none, &of), pair.after.as_ref().map_or(&none, &of));
            let fen = self.fen(pair);
            for &item in before.union(after) {
                let flow = flows.entry(item).or_default();
                flow.add(before.contains(&item), after.contains(&item), fen);
            }
        }
        flows
    }
}

impl Flow {
    /// How many projects came and went.
    pub(crate) fn turnover(&self) -> u64 {
        self.lost.projects + self.gained.projects
    }

    /// INVARIANT: one amount of money goes into all four, so that they add up.
    fn add(&mut self, had: bool, has: bool, fen: i128) {
        if had {
            self.before.add(fen);
        }
        if has {
            self.after.add(fen);
        }
        match (had, has) {
            (true, false) => self.lost.add(fen),
            (false, true) => self.gained.add(fen),
            _ => {}
        }
    }
}

/// What one side has and the other has not.
fn only<T: Ord + Copy>(one: Option<&BTreeSet<T>>, other: Option<&BTreeSet<T>>) -> Vec<T> {
    let lacks = |item: &&T| !other.is_some_and(|other| other.contains(item));
    one.into_iter().flatten().filter(lacks).copied().collect()
}

fn id<'e>(assessment: &'e Assessment<'_>, row: u32) -> &'e str {
    &assessment.evaluation.portfolio.ids[row as usize]
}

fn standings<'e>(assessment: &'e Assessment<'_>) -> HashMap<&'e str, Standing> {
    let projects = assessment.results.projects.iter();
    projects.map(|project| (id(assessment, project.row), standing(assessment, project))).collect()
}

fn standing(assessment: &Assessment<'_>, project: &ProjectResult) -> Standing {
    let blocked = project.verdict == Verdict::Blocked;
    let waits = project.verdict != Verdict::Started;
    let late = || assessment.evaluation.days_late(project.row).filter(|days| *days > 0);
    Standing {
        row: project.row,
        verdict: project.verdict,
        readiness: project.readiness,
        blockers: project.blockers.iter().filter(|_| blocked).map(|blocker| blocker.requirement).collect(),
        alerts: project.alerts.iter().copied().collect(),
        overdue: waits.then(late).flatten(),
    }
}
