//! Two packs side by side, over a ledger or alone.

use kaigong_io::{Input, ReadOptions};
use kaigong_model::{Diagnostic, Words};
use kaigong_report::{LedgerDiff, PackDiff, flips};
use kaigong_rules::{Pack, diff};

use crate::check::{CheckOptions, Ledger, check, read_ledger};
use crate::rules::Refused;

/// What two packs say differently; with a ledger, also the projects whose verdict differs and why. Beside it, what
/// reading the ledger had to say, of each pack in its turn.
///
/// # Errors
/// Every fault of the ledger under either pack, or a goal that one of them does not have; each names the pack.
pub fn diff_packs<'a>(
    old: &'a Pack,
    new: &'a Pack,
    ledger: Option<&[Input]>,
    reading: &ReadOptions,
    options: &CheckOptions,
) -> Result<(PackDiff<'a>, Vec<Diagnostic>), Refused> {
    let items = diff(old, new);
    let Some(inputs) = ledger else { return Ok((PackDiff { old, new, items, on: None }, Vec::new())) };
    let sides = [(old, Words::new("旧规则包", "old pack")), (new, Words::new("新规则包", "new pack"))];
    let mut ledgers: Vec<Ledger> = Vec::new();
    let mut notices = Vec::new();
    for (pack, side) in &sides {
        let mut ledger = read_ledger(pack, inputs, reading).map_err(|refused| of(side, refused))?;
        notices.extend(ledger.notices.drain(..).map(|notice| told_of(side, notice)));
        ledgers.push(ledger);
    }
    let before = check(old, &ledgers[0], options, None).map_err(|refused| of(&sides[0].1, refused))?;
    let after = check(new, &ledgers[1], options, None).map_err(|refused| of(&sides[1].1, refused))?;
    let goal = new.goals[after.evaluation.options.goal].id.clone();
    let on = LedgerDiff { as_of: options.as_of, goal, flips: flips(&before, &after, &items) };
    Ok((PackDiff { old, new, items, on: Some(on) }, notices))
}

fn of(side: &Words, mut refused: Refused) -> Refused {
    refused.diagnostics = refused.diagnostics.into_iter().map(|fault| told_of(side, fault)).collect();
    refused
}

fn told_of(side: &Words, mut told: Diagnostic) -> Diagnostic {
    told.message = Words::new(format!("{}：{}", side.zh, told.message.zh), format!("{}: {}", side.en, told.message.en));
    told
}
