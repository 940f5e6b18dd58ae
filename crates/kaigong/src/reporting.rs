//! What a report is made of: every project of a check explained.

use kaigong_model::Workbook;
use kaigong_report::{Assessment, Report, report_workbook};
use kaigong_solver::{Durations, Explanation, deadlines};

/// Explains every project of a check that was asked since when blockers block, in its order.
pub fn explain_all(assessment: &Assessment<'_>, durations: Durations) -> Vec<Explanation> {
    assessment.evaluation.explain_results(&assessment.results.projects, durations)
}

/// A report as a workbook, with the day by which each blocker has to be cleared.
pub fn workbook(report: &Report<'_, '_>, durations: Durations) -> Workbook {
    let assessment = report.assessment;
    report_workbook(report, &deadlines(&assessment.evaluation, &assessment.results.projects, durations))
}
