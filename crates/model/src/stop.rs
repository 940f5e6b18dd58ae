//! Days on which the clock of a legal limit stands still.
//!
//! ```text
//! ledger: 专家评审 2026-06-01/2026-06-20; 听证 2026-07-01/   --as seen on a day--> Halts --> used, last day
//! ```
//! A stop is written on a document's issue with its cause. The pack says for which causes the limit of which document
//! stops; days of any other cause count.

use crate::{
    calendar::Calendar,
    cell::{CellFault, Issue},
    date::{Date, Duration, DurationUnit},
    fact::FactSpec,
    words::Words,
};

/// Days that an issue's limit may not count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stop {
    /// The first of them.
    pub from: Date,
    /// The last of them; none while it lasts.
    pub to: Option<Date>,
    /// Id of its cause.
    pub cause: String,
}

/// A cause for which a document's limit may stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopCause {
    /// Stable id, such as `expert-review`.
    pub id: String,
    /// What ledgers and screens call it.
    pub words: Words,
    /// When the law stopped this document's limit for it, by the first day of the stop; both ends included.
    pub counts_not: Vec<(Option<Date>, Option<Date>)>,
}

impl StopCause {
    /// Whether the limit stops for it where the stop begins on a day.
    pub fn stops_on(&self, day: Date) -> bool {
        let holds = |(from, to): &(Option<Date>, Option<Date>)| {
            from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
        };
        self.counts_not.iter().any(holds)
    }
}

/// Reads stops: cause, first day and last day of each, `CAUSE FROM/TO; CAUSE FROM/`; in order of day.
///
/// # Errors
/// That one is not of this form, names no cause of the pack, ends before it begins, or overlaps another.
pub fn parse_stops(spec: &FactSpec, text: &str) -> Result<Vec<Stop>, CellFault> {
    let parts = text.split([';', '；', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let mut stops = parts.map(|part| parse_stop(spec, part)).collect::<Result<Vec<_>, _>>()?;
    stops.sort();
    let overlap = |pair: &[Stop]| pair[0].to.is_none_or(|to| to >= pair[1].from);
    if stops.windows(2).any(overlap) {
        return Err(CellFault::StopsOverlap);
    }
    Ok(stops)
}

fn parse_stop(spec: &FactSpec, text: &str) -> Result<Stop, CellFault> {
    let days = text.find(|c: char| c.is_ascii_digit()).ok_or(CellFault::NotAStop)?;
    let (cause, days) = (text[..days].trim_end_matches([' ', '\u{3000}', ':', '：']).trim(), &text[days..]);
    let (from, to) = days.split_once(['/', '至', '~']).unwrap_or((days, ""));
    let day = |text: &str| Date::parse(text.trim()).ok_or(CellFault::NotAStop);
    let from = day(from)?;
    let to = Some(to).filter(|to| !to.trim().is_empty()).map(day).transpose()?;
    if cause.is_empty() {
        return Err(CellFault::NotAStop);
    }
    let named =
        |known: &&StopCause| known.id == cause || known.words.zh == cause || known.words.en.eq_ignore_ascii_case(cause);
    let known = spec.causes.iter().find(named).ok_or_else(|| CellFault::UnknownCause(cause.to_owned()))?;
    if to.is_some_and(|to| to < from) {
        return Err(CellFault::StopBackwards);
    }
    Ok(Stop { from, to, cause: known.id.clone() })
}

/// Stops as [`parse_stops`] reads them.
pub fn stops_text(stops: &[Stop]) -> String {
    let one =
        |stop: &Stop| format!("{} {}/{}", stop.cause, stop.from, stop.to.map(|to| to.to_string()).unwrap_or_default());
    stops.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The days on which a document's limit stood still, as seen on a day: what lasts beyond it goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Halts {
    /// First and last days, in order, apart from one another.
    spans: Vec<(Date, Date)>,
    /// Whether it stands still on the day looked at.
    pub running: bool,
}

impl Halts {
    /// Of some issues, as seen on a day.
    pub fn of<'i>(spec: &FactSpec, issues: impl Iterator<Item = &'i Issue>, as_of: Date) -> Self {
        let stops = |stop: &&Stop| {
            stop.from <= as_of && spec.causes.iter().any(|c| c.id == stop.cause && c.stops_on(stop.from))
        };
        let mut spans: Vec<(Date, Date)> = issues
            .flat_map(|issue| issue.stops.iter().filter(stops))
            .map(|stop| (stop.from, stop.to.map_or(as_of, |to| to.min(as_of))))
            .collect();
        spans.sort_unstable();
        spans.dedup_by(|next, span| {
            let joined = next.0 <= span.1;
            if joined {
                span.1 = span.1.max(next.1);
            }
            joined
        });
        let running = spans.last().is_some_and(|span| span.1 >= as_of);
        Self { spans, running }
    }

    /// Whether the clock never stood still.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    fn holds(&self, day: Date) -> bool {
        self.spans.iter().any(|(from, to)| (*from..=*to).contains(&day))
    }

    /// Days of a unit after `from` up to and including `to` on which it stood still; months and years count days.
    pub fn halted(&self, from: Date, to: Date, unit: DurationUnit) -> i32 {
        let within = self.spans.iter().map(|span| (Date(span.0.0 - 1).max(from), span.1.min(to)));
        within.filter(|(from, to)| from < to).map(|(from, to)| counted(from, to, unit)).sum()
    }

    /// Days of a unit after `from` up to and including `to` that count; months and years count days.
    pub fn used(&self, from: Date, to: Date, unit: DurationUnit) -> i32 {
        counted(from, to, unit) - self.halted(from, to, unit)
    }

    /// By what two clocks are told apart on a day: the later accepted, then the one that stood still on more days, then
    /// on more working days, ends last.
    pub fn age(&self, accepted: Date, as_of: Date) -> (Date, i32, i32) {
        let halted = |unit| self.halted(accepted, as_of, unit);
        (accepted, halted(DurationUnit::Days), halted(DurationUnit::Workdays))
    }

    /// The last day of a limit that runs from a day, which is not counted itself; months and years end as many days
    /// later as the clock stood still.
    ///
    /// `None` past the years the calendar knows.
    pub fn last_day(&self, from: Date, limit: Duration) -> Option<Date> {
        let calendar = Calendar::official();
        let mut last = from.plus(limit, calendar)?;
        if limit.count <= 0 {
            return Some(last);
        }
        // Each round adds the days of stops reached so far, so that it ends on the first day that counts enough.
        loop {
            let halted = self.halted(from, last, limit.unit);
            let next = match limit.unit {
                DurationUnit::Days | DurationUnit::Workdays => {
                    from.plus(Duration { count: limit.count.checked_add(halted)?, ..limit }, calendar)?
                }
                DurationUnit::Months | DurationUnit::Years => Date(from.plus(limit, calendar)?.0.checked_add(halted)?),
            };
            if next == last {
                return Some(last);
            }
            last = next;
        }
    }

    /// The same; a limit that would end on a holiday ends on the next working day that counts (Civil Code art. 203).
    pub fn last_workday(&self, from: Date, limit: Duration) -> Option<Date> {
        let calendar = Calendar::official();
        let mut last = self.last_day(from, limit)?;
        while !calendar.is_workday(last) || self.holds(last) {
            last = calendar.add_workdays(last, 1)?;
        }
        Some(last)
    }
}

fn counted(from: Date, to: Date, unit: DurationUnit) -> i32 {
    match unit {
        DurationUnit::Workdays => Calendar::official().workdays_between(from, to),
        _ => (to.0 - from.0).max(0),
    }
}

#[cfg(test)]
#[path = "stop/tests.rs"]
mod tests;
