//! An audit of a portfolio: alerts, papers out of order, and what in the ledger cannot be as it is written.
//!
//! ```text
//! alerts of the pack, with fine and evidence      audit/fine.rs, audit/evidence.rs
//! papers out of order                             solver
//! duplicates, totals, units                       kaigong-audit
//! all as findings of one list                     audit/screen.rs, audit/list.rs, audit/json.rs
//! ```

mod evidence;
pub(crate) mod fine;
mod json;
mod list;
mod screen;

use std::collections::BTreeSet;

use kaigong_audit::{Findings, Mismatch, Misread, Twins, TwinsBy};
use kaigong_model::FactIdx;
use kaigong_rules::{RequirementIdx, Severity};

use crate::assessment::Assessment;

pub use json::audit_json;
pub use list::audit_table;
pub use screen::{AuditScreen, audit_screen};

/// A portfolio audited.
#[derive(Debug)]
pub struct Audit<'b, 'a> {
    /// The check.
    pub assessment: &'b Assessment<'a>,
    /// Findings by severity, kind and row.
    pub findings: Vec<Finding>,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// The project; the first of several.
    pub row: u32,
    /// What.
    pub matter: Matter,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    /// An alert of the pack, by index; whether it fires though nothing is presumed.
    Alert(usize, bool),
    /// A requirement met while what it needs is not.
    OutOfOrder(RequirementIdx),
    /// A requirement's document is dated before that of something it needs.
    DatedBefore(RequirementIdx, RequirementIdx),
    /// Two sources differ.
    Conflict(FactIdx),
    /// Projects that may be one.
    Twins(Twins),
    /// An amount probably written in another unit.
    Misread(Misread),
    /// Parts and whole do not agree.
    Total(Mismatch),
}

impl Matter {
    /// Every kind, in the order screens list them.
    pub const KINDS: [&'static str; 9] = [
        "alert",
        "out_of_order",
        "dated_before_need",
        "same_code",
        "same_name",
        "similar_name",
        "misread_unit",
        "total",
        "conflict",
    ];

    /// The name outputs use.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Alert(..) => "alert",
            Self::OutOfOrder(_) => "out_of_order",
            Self::DatedBefore(..) => "dated_before_need",
            Self::Twins(Twins { by: TwinsBy::Code, .. }) => "same_code",
            Self::Twins(Twins { by: TwinsBy::Name, .. }) => "same_name",
            Self::Twins(Twins { by: TwinsBy::Similar(_), .. }) => "similar_name",
            Self::Misread(_) => "misread_unit",
            Self::Total(_) => "total",
            Self::Conflict(_) => "conflict",
        }
    }

    /// Findings of one line of the summary share this: kind, then alert.
    fn line(&self) -> (usize, usize) {
        let kind = Self::KINDS.iter().position(|kind| *kind == self.kind()).unwrap_or_default();
        (kind, if let Self::Alert(at, _) = self { *at } else { 0 })
    }
}

impl Finding {
    /// The projects it is about.
    pub fn rows(&self) -> &[u32] {
        match &self.matter {
            Matter::Twins(twins) => &twins.rows,
            _ => std::slice::from_ref(&self.row),
        }
    }

    fn key(&self) -> (Severity, (usize, usize), u32) {
        (self.severity, self.matter.line(), self.row)
    }
}

impl<'b, 'a> Audit<'b, 'a> {
    /// Gathers what was found. `early` are documents dated before what they need, as the solver lists them.
    pub fn new(
        assessment: &'b Assessment<'a>,
        early: &[(u32, RequirementIdx, RequirementIdx)],
        ledger: Findings,
    ) -> Self {
        let told: BTreeSet<u32> = assessment.results.projects.iter().map(|project| project.row).collect();
        let mut findings = of_check(assessment);
        let warning = |row, matter| Finding { severity: Severity::Warning, row, matter };
        findings.extend(early.iter().map(|&(row, later, need)| warning(row, Matter::DatedBefore(later, need))));
        findings.extend(ledger.conflicts.into_iter().map(|(row, fact)| warning(row, Matter::Conflict(fact))));
        findings.extend(ledger.misread.into_iter().map(|found| warning(found.row, Matter::Misread(found))));
        findings.extend(ledger.mismatches.into_iter().map(|found| warning(found.row, Matter::Total(found))));
        findings.extend(ledger.twins.into_iter().filter_map(|twins| {
            let severity = if twins.by == TwinsBy::Code { Severity::Warning } else { Severity::Notice };
            Some(Finding { severity, row: *twins.rows.first()?, matter: Matter::Twins(twins) })
        }));
        findings.retain(|finding| finding.rows().iter().any(|row| told.contains(row)));
        findings.sort_by_key(Finding::key);
        Self { assessment, findings }
    }

    /// The findings of a severity.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.severity == severity)
    }

    /// How many findings of a severity, and of how many projects.
    pub(crate) fn count(&self, severity: Severity) -> (usize, usize) {
        let rows: BTreeSet<u32> = self.of(severity).flat_map(|finding| finding.rows().iter().copied()).collect();
        (self.of(severity).count(), rows.len())
    }

    /// Findings by line of the summary.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &[Finding]> {
        self.findings.chunk_by(|one, other| (one.severity, one.matter.line()) == (other.severity, other.matter.line()))
    }
}

/// Alerts, and requirements met before what they need.
fn of_check(assessment: &Assessment<'_>) -> Vec<Finding> {
    let pack = assessment.evaluation.pack;
    let mut findings = Vec::new();
    for project in &assessment.results.projects {
        let row = project.row;
        findings.extend(project.alerts.iter().map(|&at| Finding {
            severity: pack.alerts[at].severity,
            row,
            matter: Matter::Alert(at, !project.presumed_alerts.contains(&at)),
        }));
        // What only gathers others is met by nothing of its own, so nothing was done too early there.
        let done = |idx: &&RequirementIdx| pack[**idx].bodies().any(|body| body.met_when.is_some());
        let early = project.out_of_order.iter().filter(done).map(|&idx| Matter::OutOfOrder(idx));
        findings.extend(early.map(|matter| Finding { severity: Severity::Warning, row, matter }));
    }
    findings
}
