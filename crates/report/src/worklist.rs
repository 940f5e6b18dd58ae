//! Work lists: what is whose to do, by when, what is overdue; and who could take over what.
//!
//! A task is a blocker of a project whose verdict is blocked. Where its papers are accepted, the law's limit for the
//! office is its day; else the last day on which it may end so that the project can still start as planned.
//! What nobody can act on before it is recorded is no task, but stands beside them by who has to record it.

mod load;
mod records;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::Date;
use kaigong_rules::RequirementIdx;
use kaigong_solver::Deadline;

use crate::assessment::{Assessment, Sum};

pub use load::{Handover, Load};
pub use told::{WorklistScreen, worklist_json, worklist_screen, worklist_table};

/// Days ahead that count as soon.
pub(crate) const SOON: i32 = 30;

/// Whose lists they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The office that acts.
    Department,
    /// The service officer of the project.
    Officer,
    /// The county of the project.
    County,
}

impl By {
    /// The name outputs use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Department => "department",
            Self::Officer => "officer",
            Self::County => "county",
        }
    }
}

/// Where a task's day comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The law's limit, from the day of acceptance.
    Statutory,
    /// The planned start, less what follows the task.
    Plan,
}

/// Something that is somebody's to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The project.
    pub row: u32,
    /// The requirement.
    pub requirement: RequirementIdx,
    /// The office that acts, by id.
    pub department: Option<String>,
    /// Whether nothing is presumed or unknown about it.
    pub certain: bool,
    /// Its days.
    pub deadline: Deadline,
}

impl Task {
    /// The day it has to be done, and where the day comes from.
    pub fn due(&self) -> Option<(Date, Basis)> {
        let statutory = self.deadline.limit.map(|day| (day, Basis::Statutory));
        statutory.or(self.deadline.planned.map(|day| (day, Basis::Plan)))
    }
}

/// The tasks of a portfolio.
#[derive(Debug)]
pub struct Worklist<'b, 'a> {
    /// The check.
    pub assessment: &'b Assessment<'a>,
    /// In order of row, then of blocker.
    pub tasks: Vec<Task>,
}

/// The tasks of one group in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) tasks: u64,
    /// Each project once, with its investment.
    pub(crate) projects: Sum,
    pub(crate) overdue: u64,
    pub(crate) soon: u64,
    /// Tasks without a day.
    pub(crate) undated: u64,
    /// The earliest day of all.
    pub(crate) first: Option<Date>,
}

impl<'b, 'a> Worklist<'b, 'a> {
    /// The tasks of a check; `deadlines` stand beside its projects, a deadline per blocker.
    pub fn new(assessment: &'b Assessment<'a>, deadlines: Vec<Vec<Deadline>>) -> Self {
        let offices = offices(assessment);
        let mut tasks = Vec::new();
        for (project, deadlines) in assessment.results.projects.iter().zip(deadlines) {
            for (blocker, deadline) in project.blockers.iter().zip(deadlines) {
                let owner = deadline.owner.as_ref();
                tasks.push(Task {
                    row: project.row,
                    requirement: blocker.requirement,
                    department: owner.map(|id| offices.get(id).unwrap_or(id).clone()),
                    certain: blocker.certain,
                    deadline,
                });
            }
        }
        Self { assessment, tasks }
    }

    fn as_of(&self) -> Date {
        self.assessment.evaluation.options.as_of
    }

    /// Days a task is past its day.
    pub(crate) fn overdue(&self, task: &Task) -> Option<i32> {
        task.due().map(|(day, _)| self.as_of().0 - day.0).filter(|days| *days > 0)
    }

    /// Whose a task is: an office by id, an officer or county by name; `None` where nobody is named.
    pub(crate) fn key(&self, task: &Task, by: By) -> Option<String> {
        let roles = &self.assessment.evaluation.pack.roles;
        match by {
            By::Department => task.department.clone(),
            By::Officer => self.assessment.role_text(roles.officer, task.row),
            By::County => self.assessment.role_text(roles.county, task.row),
        }
    }

    /// Tasks by whose they are.
    pub(crate) fn groups(&self, by: By) -> BTreeMap<Option<String>, Vec<&Task>> {
        let mut groups: BTreeMap<Option<String>, Vec<&Task>> = BTreeMap::new();
        self.tasks.iter().for_each(|task| groups.entry(self.key(task, by)).or_default().push(task));
        groups
    }

    /// Some tasks in numbers.
    pub(crate) fn tally<'t>(&self, tasks: impl Iterator<Item = &'t Task>) -> Tally {
        let mut tally = Tally::default();
        let mut rows = BTreeSet::new();
        for task in tasks {
            tally.tasks += 1;
            if rows.insert(task.row) {
                tally.projects.add(self.assessment.fen(task.row));
            }
            let Some((day, _)) = task.due() else {
                tally.undated += 1;
                continue;
            };
            let left = day.0 - self.as_of().0;
            tally.overdue += u64::from(left < 0);
            tally.soon += u64::from((0..=SOON).contains(&left));
            tally.first = Some(tally.first.map_or(day, |first| first.min(day)));
        }
        tally
    }
}

/// Offices of one name on the day are one: the first of their ids stands for them.
fn offices(assessment: &Assessment<'_>) -> BTreeMap<String, String> {
    let (pack, as_of) = (assessment.evaluation.pack, assessment.evaluation.options.as_of);
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    let ids = pack.departments.keys();
    ids.map(|id| (id.clone(), first.entry(pack.department(id, as_of).zh).or_insert_with(|| id.clone()).clone()))
        .collect()
}
