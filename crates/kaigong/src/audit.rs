//! A check audited: its alerts, its papers out of order, and the ledger itself.

use kaigong_audit::Reading;
use kaigong_report::{Assessment, Audit};

/// Everything an auditor would ask about; over `rows` only, where given, each held against the whole ledger.
pub fn audit<'b, 'a>(assessment: &'b Assessment<'a>, rows: Option<&[u32]>) -> Audit<'b, 'a> {
    let evaluation = &assessment.evaluation;
    let reading = Reading {
        pack: evaluation.pack,
        portfolio: evaluation.portfolio,
        as_of: evaluation.options.as_of,
        known_by: evaluation.options.known_by,
    };
    let early = kaigong_solver::dated_before(evaluation, rows);
    Audit::new(assessment, &early, kaigong_audit::audit(&reading))
}
