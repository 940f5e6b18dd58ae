//! Two packs side by side, over a ledger or alone.

use kaigong_io::{Input, ReadOptions};
use kaigong_report::{PackDiff, flips};
use kaigong_rules::{Pack, diff};

use crate::check::{CheckOptions, check, read_ledger};
use crate::rules::Refused;

/// What two packs say differently; with a ledger, also the projects whose verdict differs and why.
///
/// # Errors
/// Every fault of the ledger under either pack, or a goal that one of them does not have.
pub fn diff_packs<'a>(
    old: &'a Pack,
    new: &'a Pack,
    ledger: Option<&[Input]>,
    reading: &ReadOptions,
    options: &CheckOptions,
) -> Result<PackDiff<'a>, Refused> {
    let items = diff(old, new);
    let Some(inputs) = ledger else { return Ok(PackDiff { old, new, items, flips: None }) };
    let ledgers = [read_ledger(old, inputs, reading)?, read_ledger(new, inputs, reading)?];
    let before = check(old, &ledgers[0], options, None)?;
    let after = check(new, &ledgers[1], options, None)?;
    let flips = flips(&before, &after, &items);
    Ok(PackDiff { old, new, items, flips: Some(flips) })
}
