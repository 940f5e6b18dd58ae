//! How much each service officer has in hand, and who could take over what once a project has started.
//!
//! One project, one officer. An officer all of whose projects have started is free. Projects that nobody has, and those
//! that an officer has beyond one, are offered to free officers: the latest project first, an officer of its county
//! before others, each officer one.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_solver::Verdict;

use super::Worklist;

/// What one officer has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Rows of projects that have not started, the latest first.
    pub open: Vec<u32>,
    /// How many have started.
    pub started: u64,
    /// Counties of all of them.
    pub counties: BTreeSet<String>,
}

/// A project that could go to another officer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// The project.
    pub row: u32,
    /// Who has it; `None` where nobody does.
    pub from: Option<String>,
    /// Who could take it; `None` where nobody is free.
    pub to: Option<String>,
}

impl Worklist<'_, '_> {
    /// Officers by name, and the rows of projects that nobody has and that have not started.
    pub fn loads(&self) -> (BTreeMap<String, Load>, Vec<u32>) {
        let assessment = self.assessment;
        let roles = &assessment.evaluation.pack.roles;
        let mut loads: BTreeMap<String, Load> = BTreeMap::new();
        let mut nobody = Vec::new();
        for project in &assessment.results.projects {
            let started = project.verdict == Verdict::Started;
            let Some(officer) = assessment.role_text(roles.officer, project.row) else {
                nobody.extend(Some(project.row).filter(|_| !started));
                continue;
            };
            let load = loads.entry(officer).or_default();
            load.counties.extend(assessment.role_text(roles.county, project.row));
            if started {
                load.started += 1;
            } else {
                load.open.push(project.row);
            }
        }
        loads.values_mut().for_each(|load| load.open.sort_by_key(|&row| self.urgency(row)));
        nobody.sort_by_key(|&row| self.urgency(row));
        (loads, nobody)
    }

    /// Latest first, then the largest investment, then the ledger's order.
    fn urgency(&self, row: u32) -> (std::cmp::Reverse<Option<i32>>, std::cmp::Reverse<i128>, u32) {
        let late = self.assessment.evaluation.days_late(row);
        (std::cmp::Reverse(late), std::cmp::Reverse(self.assessment.fen(row)), row)
    }

    /// What could go to whom.
    pub fn handovers(&self) -> Vec<Handover> {
        let (loads, nobody) = self.loads();
        let mut free: Vec<(&String, &Load)> = loads.iter().filter(|(_, load)| load.open.is_empty()).collect();
        let mut offered: Vec<(u32, Option<&String>)> = nobody.into_iter().map(|row| (row, None)).collect();
        for (officer, load) in &loads {
            offered.extend(load.open.iter().skip(1).map(|&row| (row, Some(officer))));
        }
        offered.sort_by_key(|&(row, _)| self.urgency(row));
        let county = |row| self.assessment.role_text(self.assessment.evaluation.pack.roles.county, row);
        let mut handovers = Vec::new();
        for (row, from) in offered {
            let near = county(row).and_then(|county| free.iter().position(|(_, load)| load.counties.contains(&county)));
            let at = near.or(if free.is_empty() { None } else { Some(0) });
            let to = at.map(|at| free.remove(at).0.clone());
            handovers.push(Handover { row, from: from.cloned(), to });
        }
        handovers
    }
}
