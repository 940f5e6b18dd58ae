//! Parts that are more than their whole, or do not make it up.

use kaigong_model::FactIdx;
use kaigong_rules::Total;

use crate::reading::Reading;

/// Parts may exceed a whole by this share of it, in thousandths: rounding.
const SLACK_PERMILLE: i128 = 5;
/// Each summand may besides be off by this part of the standard unit: amounts are kept to one place.
const SLACK_OF_UNIT: i128 = 20;

/// A whole and its parts that do not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The project.
    pub row: u32,
    /// Index of the total in the pack.
    pub total: usize,
    /// What the whole is written as, atoms.
    pub whole: i64,
    /// The recorded parts.
    pub parts: Vec<(FactIdx, i64)>,
}

impl Mismatch {
    /// The sum of the recorded parts, atoms.
    pub fn sum(&self) -> i128 {
        self.parts.iter().map(|(_, atoms)| i128::from(*atoms)).sum()
    }
}

/// Every total that does not hold, in order of row and total.
pub fn mismatches(reading: &Reading<'_>) -> Vec<Mismatch> {
    let mut found = Vec::new();
    let totals: Vec<(usize, &Total)> = reading
        .pack
        .totals
        .iter()
        .enumerate()
        .filter(|(_, total)| reading.portfolio.column(total.whole).is_some())
        .collect();
    for row in reading.rows() {
        for &(at, total) in &totals {
            let Some(whole) = reading.amount(total.whole, row) else { continue };
            let recorded = |&fact: &FactIdx| Some((fact, reading.amount(fact, row)?));
            let parts: Vec<(FactIdx, i64)> = total.parts.iter().filter_map(recorded).collect();
            let mismatch = Mismatch { row, total: at, whole, parts };
            if !agrees(reading, total, mismatch.whole, &mismatch.parts) {
                found.push(mismatch);
            }
        }
    }
    found
}

/// Whether the parts fit the whole, rounding aside; a whole that is made up of its parts must be all of them.
pub(crate) fn agrees(reading: &Reading<'_>, total: &Total, whole: i64, parts: &[(FactIdx, i64)]) -> bool {
    let unit = reading.dimension(total.whole).map_or(1, |dimension| i128::from(dimension.standard_unit().atoms));
    let whole = i128::from(whole);
    let slack = (whole * SLACK_PERMILLE / 1000).max(unit * parts.len() as i128 / SLACK_OF_UNIT);
    let sum: i128 = parts.iter().map(|(_, atoms)| i128::from(*atoms)).sum();
    let all = total.exact && parts.len() == total.parts.len();
    sum <= whole + slack && (!all || sum >= whole - slack)
}
