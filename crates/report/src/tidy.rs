//! The tidy table: one row a project and requirement, for whoever counts and plots with tools of their own.
//!
//! Its columns and words are ids, the same in every language, as those of the long tables a ledger may have.

use kaigong_rules::RequirementIdx;
use kaigong_solver::{Blocker, State};

use crate::assessment::{Assessment, body};

/// Columns of the tidy table.
///
/// `state` is that of the requirement; `blocker` the kind of blocker it is, blank where it is none; `certain` whether
/// it blocks by what is recorded (yes) or also by presumption (no); `since` the first day of the last unbroken run as a
/// blocker, blank where that has no dated beginning; `owner` the department that answers for the requirement.
pub const TIDY_COLUMNS: [&str; 7] = ["project", "requirement", "state", "blocker", "certain", "since", "owner"];

/// The rows of one project of a check, in order of requirement.
pub fn tidy_rows(assessment: &Assessment<'_>, at: usize) -> Vec<[String; TIDY_COLUMNS.len()]> {
    let evaluation = &assessment.evaluation;
    let project = &assessment.results.projects[at];
    let id = &evaluation.portfolio.ids[project.row as usize];
    let rows = evaluation.pack.iter().map(|(idx, requirement)| {
        let state: State = evaluation.state(idx, project.row);
        let blocker = blocker(&project.blockers, idx);
        let since = blocker.and_then(|(nth, _)| project.since[nth]);
        let yes_no = |yes: bool| if yes { "yes" } else { "no" };
        [
            id.to_owned(),
            requirement.id.clone(),
            state.name().to_owned(),
            blocker.map_or("", |(_, blocker)| blocker.kind.name()).to_owned(),
            blocker.map_or("", |(_, blocker)| yes_no(blocker.certain)).to_owned(),
            since.map(|day| day.to_string()).unwrap_or_default(),
            body(evaluation, idx, project.row).owner.clone().unwrap_or_default(),
        ]
    });
    rows.collect()
}

fn blocker(blockers: &[Blocker], idx: RequirementIdx) -> Option<(usize, &Blocker)> {
    blockers.iter().enumerate().find(|(_, blocker)| blocker.requirement == idx)
}
