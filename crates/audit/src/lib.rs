//! What in a ledger cannot be as it is written: the same project twice, parts larger than their whole, units mixed up.
//!
//! A pack and a portfolio go in, findings come out, as rows, facts and amounts. Nothing here knows the law: a finding
//! changes no verdict. Every rule is one of whole numbers, its thresholds are constants with a name.
#![deny(clippy::disallowed_types, clippy::disallowed_methods, clippy::float_arithmetic)]

mod reading;
mod scale;
mod slip;
#[cfg(test)]
mod testing;
mod totals;
mod twins;

pub use reading::Reading;
pub use scale::{Ground, Misread, misread};
pub use slip::Slip;
pub use totals::{Mismatch, mismatches};
pub use twins::{Twins, TwinsBy, twins};

/// Everything found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Cells in which two sources differ, in order of row and fact.
    pub conflicts: Vec<(u32, kaigong_model::FactIdx)>,
    /// Projects that may be one and the same.
    pub twins: Vec<Twins>,
    /// Amounts that were probably written in another unit.
    pub misread: Vec<Misread>,
    /// Wholes and parts that do not agree, and that no unit explains.
    pub mismatches: Vec<Mismatch>,
}

/// Looks through a ledger.
pub fn audit(reading: &Reading<'_>) -> Findings {
    let mismatches = totals::mismatches(reading);
    let misread = scale::misread(reading, &mismatches);
    let explained = |mismatch: &Mismatch| misread.iter().any(|found| found.explains(mismatch));
    Findings {
        conflicts: reading.conflicts(),
        twins: twins::twins(reading),
        mismatches: mismatches.iter().filter(|mismatch| !explained(mismatch)).cloned().collect(),
        misread,
    }
}
