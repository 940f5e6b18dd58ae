//! What an alert may cost, in yuan, where the pack and the ledger let it be said.

use kaigong_model::{Cell, Dimension, parse_quantity};
use kaigong_rules::Fine;
use kaigong_solver::Evaluation;

/// One whole, in atoms of a ratio.
const WHOLE: i128 = 1_000_000;

/// Least and most, fen; none where the base is not recorded or the range is no amount.
pub(crate) fn range(evaluation: &Evaluation<'_>, fine: &Fine, row: u32) -> Option<(i128, i128)> {
    let Some(of) = fine.of else { return Some((money(&fine.from)?, money(&fine.to)?)) };
    let Cell::Quantity(base) = evaluation.facts().cell(of, row, evaluation.options.as_of) else { return None };
    let (base, from, to) = (i128::from(base), share(&fine.from)?, share(&fine.to)?);
    // The least is rounded up and the most down, so that both can be asked for.
    Some(((base * from + WHOLE - 1).div_euclid(WHOLE), (base * to).div_euclid(WHOLE)))
}

fn money(text: &str) -> Option<i128> {
    parse_quantity(text, Dimension::Money, None).ok().map(i128::from)
}

fn share(text: &str) -> Option<i128> {
    parse_quantity(text, Dimension::Ratio, None).ok().map(i128::from)
}
