//! What the tests that hold the solver to the oracle share.

use kaigong_oracle::Blanks;
use kaigong_oracle::generate::Case;
use kaigong_solver::{BlankMode, Options};

/// The options of a case, as the solver takes them.
pub(crate) fn options(case: &Case) -> Options {
    let blanks = match case.options.blanks {
        Blanks::Pack => BlankMode::Pack,
        Blanks::No => BlankMode::PresumeNo,
        Blanks::Unknown => BlankMode::Unknown,
    };
    Options {
        goal: case.options.goal,
        as_of: case.options.as_of,
        known_by: case.options.known_by,
        law_as_of: None,
        cheapest: kaigong_solver::CostKind::Days,
        ledger_date: case.options.ledger_date,
        blanks,
        plan: case.options.plan,
    }
}
