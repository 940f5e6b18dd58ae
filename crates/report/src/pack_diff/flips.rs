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

/// Projects whose verdict differs, in order of the new ledger. Both assessments are of the same files and day; a
/// project is known by its id, and one that only one of the packs finds is left out.
///
/// A cause is a requirement whose state differs, which a difference of the packs reaches and which one of the
/// two verdicts names as blocker or question; where none is all of that, the conditions fall away from the last,
/// but for that it lies on the way to the goal.
pub fn flips(old: &Assessment<'_>, new: &Assessment<'_>, differences: &[ItemDiff]) -> Vec<Flip> {
    let sides = [Side::new(old, differences), Side::new(new, differences)];
    let id_of = |side: &Assessment<'_>, row: u32| side.evaluation.portfolio.ids[row as usize].to_string();
    let before: BTreeMap<String, &ProjectResult> =
        old.results.projects.iter().map(|project| (id_of(old, project.row), project)).collect();
    let mut found = Vec::new();
    for after in &new.results.projects {
        let id = id_of(new, after.row);
        let Some(before) = before.get(&id).filter(|before| before.verdict != after.verdict) else { continue };
        found.push(Flip {
            id,
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
    /// What lies on the way to the goal.
    on_the_way: BTreeSet<RequirementIdx>,
}

impl<'a, 'p> Side<'a, 'p> {
    fn new(assessment: &'a Assessment<'p>, differences: &[ItemDiff]) -> Self {
        let evaluation = &assessment.evaluation;
        let pack = evaluation.pack;
        let goal = pack.goals[evaluation.options.goal].requirement;
        let mut on_the_way = BTreeSet::from([goal]);
        let mut todo = vec![goal];
        while let Some(idx) = todo.pop() {
            let needs = pack[idx].bodies().flat_map(|body| &body.needs);
            let steps = needs.flat_map(|need| need.target.requirements().iter().copied());
            todo.extend(steps.filter(|&step| on_the_way.insert(step)));
        }
        Self { assessment, reached: reached(pack, differences), on_the_way }
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
    let near = |cause: &Cause| {
        sides.iter().any(|side| side.pack().find(&cause.requirement).is_some_and(|idx| side.on_the_way.contains(&idx)))
    };
    differ.retain(near);
    let told = |cause: &Cause| named.contains(cause.requirement.as_str());
    let kept: Vec<Cause> = differ.iter().filter(|cause| touched(cause) && told(cause)).cloned().collect();
    if !kept.is_empty() {
        return kept;
    }
    let kept: Vec<Cause> = differ.iter().filter(|cause| touched(cause)).cloned().collect();
    if kept.is_empty() { differ } else { kept }
}
