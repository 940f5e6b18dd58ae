//! What is to be recorded: blanks that a verdict or a blocker turns on, by whose they are to fill in.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_solver::Decides;
use serde_json::{Value, json};

use super::{By, Worklist, offices};
use crate::ask::{Record, records};

/// Blanks of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ToRecord {
    /// Cells to fill in.
    pub(crate) records: u64,
    /// Those of them that a verdict waits for.
    pub(crate) deciding: u64,
    /// The projects they are of.
    pub(crate) projects: BTreeSet<u32>,
}

impl ToRecord {
    fn add(&mut self, record: &Record) {
        self.records += 1;
        self.deciding += u64::from(record.decides == Decides::Verdict);
        self.projects.insert(record.row);
    }

    fn json(&self) -> Value {
        json!({"records": self.records, "deciding": self.deciding, "projects": self.projects.len()})
    }
}

impl Worklist<'_, '_> {
    /// Blanks by whose they are: of an office, what it is asked; of an officer or a county, those of their projects.
    /// And all of them together.
    pub(crate) fn to_record(&self, by: By) -> (BTreeMap<Option<String>, ToRecord>, ToRecord) {
        let pack = self.assessment.evaluation.pack;
        let offices = offices(self.assessment);
        let (mut groups, mut all) = (BTreeMap::<_, ToRecord>::new(), ToRecord::default());
        for record in records(self.assessment) {
            let key = match by {
                By::Department => pack.schema[record.fact].ask.as_ref().map(|id| offices.get(id).unwrap_or(id).clone()),
                By::Officer => self.assessment.role_text(pack.roles.officer, record.row),
                By::County => self.assessment.role_text(pack.roles.county, record.row),
            };
            groups.entry(key).or_default().add(&record);
            all.add(&record);
        }
        (groups, all)
    }

    /// The same as JSON.
    pub(crate) fn to_record_json(&self, by: By) -> Value {
        let (groups, all) = self.to_record(by);
        let group = |(name, found): (Option<String>, ToRecord)| {
            let mut told = found.json();
            told["name"] = json!(name);
            told
        };
        json!({"all": all.json(), "groups": groups.into_iter().map(group).collect::<Vec<_>>()})
    }
}
