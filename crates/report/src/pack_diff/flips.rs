//! Projects whose verdict two packs do not share, and the requirements that bring it about.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::Words;
use kaigong_rules::{ItemDiff, Pack, RequirementIdx, reached};
use kaigong_solver::{ProjectResult, State, Verdict};

use crate::assessment::Assessment;

/// A project whose verdict differs.
#[derive(Clone, Debug)]
pub struct Flip {
    /// Its id.
    pub id: String,
    /// Its name, where recorded.
    pub name: Option<String>,
    /// The verdict under the old pack.
    pub old: Verdict,
    /// The verdict under the new pack.
    pub new: Verdict,
    /// What brings it about, in order of id.
    pub causes: Vec<Cause>,
}

/// A requirement whose state differs.
#[derive(Clone, Debug)]
pub struct Cause {
    /// Its id.
    pub requirement: String,
    /// Its title.
    pub title: Words,
    /// Its state under the old pack; `None` where that has no such requirement.
    pub old: Option<State>,
    /// Its state under the new pack.
    pub new: Option<State>,
    /// The differences that reach it, as indices into those given; empty where it only follows others.
    pub by: Vec<usize>,
}

/// Projects whose verdict differs, in order of the ledger. Both assessments are of the same ledger and day.
///
/// A cause is a requirement whose state differs, which a difference of the packs reaches and which one of the
/// two verdicts names as blocker or question; where none is all of that, the conditions fall away from the last.
pub fn flips(old: &Assessment<'_>, new: &Assessment<'_>, differences: &[ItemDiff]) -> Vec<Flip> {
    let sides = [Side::new(old, differences), Side::new(new, differences)];
    let mut found = Vec::new();
    for (before, after) in old.results.projects.iter().zip(&new.results.projects) {
        if before.verdict == after.verdict {
            continue;
        }
        found.push(Flip {
            id: new.evaluation.portfolio.ids[after.row as usize].to_string(),
            name: new.role_text(new.evaluation.pack.roles.name, after.row),
            old: before.verdict,
            new: after.verdict,
            causes: causes(&sides, [before, after]),
        });
    }
    found
}

/// One pack's view.
struct Side<'a, 'p> {
    assessment: &'a Assessment<'p>,
    reached: BTreeMap<RequirementIdx, Vec<usize>>,
}

impl<'a, 'p> Side<'a, 'p> {
    fn new(assessment: &'a Assessment<'p>, differences: &[ItemDiff]) -> Self {
        Self { assessment, reached: reached(assessment.evaluation.pack, differences) }
    }

    fn pack(&self) -> &'p Pack {
        self.assessment.evaluation.pack
    }

    fn state(&self, id: &str, row: u32) -> Option<State> {
        self.pack().find(id).map(|idx| self.assessment.evaluation.state(idx, row))
    }

    fn reached_by(&self, id: &str) -> impl Iterator<Item = usize> {
        let at = self.pack().find(id).and_then(|idx| self.reached.get(&idx));
        at.into_iter().flatten().copied()
    }

    fn named<'s>(&'s self, project: &'s ProjectResult) -> impl Iterator<Item = &'s str> {
        let blockers = project.blockers.iter().map(|blocker| blocker.requirement);
        let asked = project.questions.iter().map(|question| question.requirement);
        blockers.chain(asked).map(|idx| self.pack()[idx].id.as_str())
    }
}

fn causes(sides: &[Side<'_, '_>; 2], projects: [&ProjectResult; 2]) -> Vec<Cause> {
    let ids: BTreeSet<&str> =
        sides.iter().flat_map(|side| side.pack().requirements.iter().map(|r| r.id.as_str())).collect();
    let named: BTreeSet<&str> = sides.iter().zip(projects).flat_map(|(side, project)| side.named(project)).collect();
    let mut differ = Vec::new();
    for id in ids {
        let [old, new] = [0, 1].map(|at| sides[at].state(id, projects[at].row));
        if old != new {
            let by: BTreeSet<usize> = sides.iter().flat_map(|side| side.reached_by(id)).collect();
            let title = sides.iter().rev().find_map(|side| Some(side.pack()[side.pack().find(id)?].base.title.clone()));
            differ.push(Cause {
                requirement: id.to_owned(),
                title: title.unwrap_or_default(),
                old,
                new,
                by: by.into_iter().collect(),
            });
        }
    }
    let touched = |cause: &Cause| !cause.by.is_empty();
    let told = |cause: &Cause| named.contains(cause.requirement.as_str());
    let kept: Vec<Cause> = differ.iter().filter(|cause| touched(cause) && told(cause)).cloned().collect();
    if !kept.is_empty() {
        return kept;
    }
    let kept: Vec<Cause> = differ.iter().filter(|cause| touched(cause)).cloned().collect();
    if kept.is_empty() { differ } else { kept }
}
