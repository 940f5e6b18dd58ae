//! Limits counted day by day, without the days on which the law stops the clock.

use kaigong_model::{Calendar, Date, Duration, DurationUnit, FactSpec, Issue};

/// Days on which a clock stands still, first and last of each stretch.
pub(crate) type Stood = Vec<(Date, Date)>;

/// The stretches of some issues as seen on a day.
pub(crate) fn stood<'i>(spec: &FactSpec, issues: impl Iterator<Item = &'i Issue>, as_of: Date) -> Stood {
    let mut found = Vec::new();
    for stop in issues.flat_map(|issue| &issue.stops) {
        let cause = spec.causes.iter().find(|cause| cause.id == stop.cause);
        let by_law = cause.is_some_and(|cause| {
            cause
                .counts_not
                .iter()
                .any(|&(from, to)| from.is_none_or(|from| stop.from >= from) && to.is_none_or(|to| stop.from <= to))
        });
        if by_law && stop.from <= as_of {
            found.push((stop.from, stop.to.filter(|to| *to < as_of).unwrap_or(as_of)));
        }
    }
    found
}

/// Whether the clock stands still on a day.
pub(crate) fn stands(stood: &Stood, day: Date) -> bool {
    stood.iter().any(|(from, to)| *from <= day && day <= *to)
}

/// Days after one day up to another on which the clock stands still; working days only, or all.
pub(crate) fn lost(stood: &Stood, from: Date, to: Date, workdays: bool) -> i32 {
    let days = (from.0 + 1..=to.0).map(Date).filter(|day| stands(stood, *day));
    days.filter(|day| !workdays || Calendar::official().is_workday(*day)).count() as i32
}

/// The last day of a limit that runs from a day.
pub(crate) fn ends(stood: &Stood, from: Date, limit: Duration) -> Option<Date> {
    let mut last = from.plus(limit, Calendar::official())?;
    if limit.count <= 0 || stood.is_empty() {
        return Some(last);
    }
    let mut day = from;
    match limit.unit {
        DurationUnit::Months | DurationUnit::Years => {
            while day < last {
                day = Date(day.0 + 1);
                last.0 += i32::from(stands(stood, day));
            }
        }
        DurationUnit::Days | DurationUnit::Workdays => {
            let mut left = limit.count;
            while left > 0 {
                day = Date(day.0 + 1);
                let counts = limit.unit == DurationUnit::Days || Calendar::official().is_workday(day);
                left -= i32::from(counts && !stands(stood, day));
            }
        }
    }
    Some(day)
}
