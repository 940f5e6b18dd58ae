//! What a report is made of: every project of a check explained.

use kaigong_io::portfolio_sheets;
use kaigong_model::Workbook;
use kaigong_report::{Assessment, Report, Returned, report_workbook};
use kaigong_solver::{Durations, Explanation, deadlines};

use crate::check::Ledger;

/// Explains every project of a check that was asked since when blockers block, in its order.
pub fn explain_all(assessment: &Assessment<'_>, durations: Durations) -> Vec<Explanation> {
    assessment.evaluation.explain_results(&assessment.results.projects, durations)
}

/// The reasons alone, which is all that a workbook tells of each project.
pub fn explain_reasons(assessment: &Assessment<'_>) -> Vec<Explanation> {
    assessment.evaluation.explain_reasons(&assessment.results.projects)
}

/// A report as a workbook: with the day by which each blocker has to be cleared, what lists handed back said, and the
/// facts themselves, so that the workbook is a ledger again. With `facts` left out it cannot be read back.
pub fn workbook(
    report: &Report<'_, '_>,
    durations: Durations,
    returned: Option<&Returned<'_, '_>>,
    facts: Option<&Ledger>,
) -> Workbook {
    let assessment = report.assessment;
    let days = deadlines(&assessment.evaluation, &assessment.results.projects, durations);
    let mut book = report_workbook(report, &days, returned);
    if let Some(ledger) = facts {
        book.sheets.extend(portfolio_sheets(&ledger.portfolio, &ledger.supplies, report.lang));
    }
    book
}
