//! A portfolio over a stretch of time: one project's history, what turned its verdict, and the days all of them lost.

use kaigong_model::{Code, Date, Diagnostic, Place};
use kaigong_report::{DelayReport, FlipReport};
use kaigong_rules::Pack;
use kaigong_solver::{Evaluation, Side, Stretch, Timeline};

use crate::check::{CheckOptions, Ledger, evaluated, no_project, solver_options};
use crate::rules::Refused;

/// The days asked about: from the first to the last; to the as-of date where no last day is named.
///
/// # Errors
/// A first day after the last, or a last day after the as-of date.
fn stretch(from: Date, to: Option<Date>, as_of: Date) -> Result<Stretch, Refused> {
    let to = to.unwrap_or(as_of);
    let fault = |zh: String, en: String| -> Refused {
        vec![Diagnostic::error(Code("KG-C060"), zh, en).at(Place::File("--from --to".to_owned()))].into()
    };
    if from > to {
        return Err(fault(format!("起日 {from} 晚于止日 {to}"), format!("{from} is after {to}")));
    }
    if to > as_of {
        return Err(fault(
            format!("止日 {to} 晚于核查基准日 {as_of}：之后的事台账还不能说"),
            format!("{to} is after the as-of date {as_of}: a ledger cannot tell of days to come"),
        ));
    }
    Ok(Stretch { from, to })
}

/// Follows one project; from its first record on where `from` is not given.
///
/// # Errors
/// A goal the pack does not have, a project the ledger does not have, or days that do not follow one another.
pub fn timeline<'a>(
    pack: &'a Pack,
    ledger: &'a Ledger,
    options: &CheckOptions,
    id: &str,
    days: (Option<Date>, Option<Date>),
) -> Result<(Evaluation<'a>, Timeline), Refused> {
    let Some(row) = ledger.portfolio.row(id) else {
        return Err(vec![no_project(&ledger.portfolio, id)].into());
    };
    let evaluation = evaluated(pack, ledger, options)?;
    let to = days.1.unwrap_or(options.as_of);
    let from = days.0.unwrap_or_else(|| evaluation.first_record(row).map_or(to, |first| first.min(to)));
    let timeline = evaluation.timeline(row, stretch(from, Some(to), options.as_of)?);
    Ok((evaluation, timeline))
}

/// Attributes the days on which projects were not ready to what held them; over `rows` only, where given, in order.
///
/// # Errors
/// A goal the pack does not have, or days that do not follow one another.
pub fn delays<'a>(
    pack: &'a Pack,
    ledger: &'a Ledger,
    options: &CheckOptions,
    rows: Option<&[u32]>,
    days: (Date, Option<Date>),
) -> Result<DelayReport<'a>, Refused> {
    let period = stretch(days.0, days.1, options.as_of)?;
    let evaluation = evaluated(pack, ledger, options)?;
    let all: Vec<u32> = (0..ledger.portfolio.len() as u32).collect();
    let delays = evaluation.delays(rows.unwrap_or(&all), period);
    Ok(DelayReport { evaluation, delays })
}

/// What alone turned a project's verdict from the first ledger and day to the second; they may be one ledger.
///
/// # Errors
/// A goal the pack does not have, a project that either ledger does not have, or a first day after the second.
pub fn flip<'a>(
    pack: &'a Pack,
    sides: [(&'a Ledger, &CheckOptions); 2],
    id: &str,
    budget: u64,
) -> Result<FlipReport<'a>, Refused> {
    let [before, after] = sides.map(|(ledger, options)| {
        let Some(row) = ledger.portfolio.row(id) else {
            return Err(Refused::from(vec![no_project(&ledger.portfolio, id)]));
        };
        Ok(Side { portfolio: &ledger.portfolio, row, options: solver_options(pack, options)? })
    });
    let sides = [before?, after?];
    let [from, to] = sides.map(|side| side.options.as_of);
    stretch(from, Some(to), to)?;
    Ok(FlipReport { pack, flip: kaigong_solver::flip(pack, sides, budget), sides })
}
