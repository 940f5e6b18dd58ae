//! What a report is made of: every project of a check explained.

use kaigong_report::Assessment;
use kaigong_solver::{Durations, Explanation};

/// Explains every project of a check that was asked since when blockers block, in its order.
pub fn explain_all(assessment: &Assessment<'_>, durations: Durations) -> Vec<Explanation> {
    assessment.evaluation.explain_results(&assessment.results.projects, durations)
}
