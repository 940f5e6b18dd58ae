//! Working days: Monday to Friday, less the State Council's holidays, plus its make-up workdays.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::date::Date;

/// A calendar of working days.
///
/// Years without a published holiday notice count Monday to Friday; dates that rest on
/// such a year are provisional.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Day to "is a working day", where it differs from Monday to Friday.
    exceptions: BTreeMap<Date, bool>,
    /// Every working day of [`crate::limits::YEARS`], in order.
    workdays: Vec<Date>,
}

/// First and last day of [`crate::limits::YEARS`].
const FIRST: Date = Date(-25_567);
const LAST: Date = Date(84_005);

static OFFICIAL: LazyLock<Calendar> = LazyLock::new(|| Calendar::from_csv(include_str!("../data/workdays.csv")));

impl Calendar {
    /// The yearly notices of the General Office of the State Council, 2017 on
    /// (`data/workdays.csv`).
    pub fn official() -> &'static Self {
        &OFFICIAL
    }

    /// Reads `date,kind,name` lines, kind `holiday` or `workday`; other lines are skipped.
    fn from_csv(text: &str) -> Self {
        let exceptions: BTreeMap<Date, bool> = text
            .lines()
            .filter_map(|line| {
                let mut fields = line.split(',');
                let date = Date::parse(fields.next()?)?;
                Some((date, fields.next()? == "workday"))
            })
            .collect();
        let mut calendar = Self { exceptions, workdays: Vec::new() };
        calendar.workdays = (FIRST.0..=LAST.0).map(Date).filter(|&day| calendar.is_workday(day)).collect();
        calendar
    }

    /// How many working days lie before a day.
    fn rank(&self, date: Date) -> usize {
        self.workdays.partition_point(|&workday| workday < date)
    }

    /// Whether offices work on this day.
    pub fn is_workday(&self, date: Date) -> bool {
        self.exceptions.get(&date).copied().unwrap_or(date.weekday() <= 5)
    }

    /// Whether the holiday notice of this day's year is known.
    pub fn is_published(&self, date: Date) -> bool {
        self.exceptions.keys().next_back().is_some_and(|last| date.ymd().0 <= last.ymd().0)
    }

    /// The first year among the days after `from` up to and including `to` whose holiday notice is not known.
    pub fn unpublished(&self, from: Date, to: Date) -> Option<i16> {
        let known = self.exceptions.keys().next_back().map_or(i16::MIN, |last| last.ymd().0);
        let first = Date(from.0.saturating_add(1)).ymd().0.max(known.saturating_add(1));
        (to > from && first <= to.ymd().0).then_some(first)
    }

    /// The `count`-th working day after `from` (before it for a negative count); `from` itself is not counted.
    ///
    /// `None` past the years the crate knows.
    pub fn add_workdays(&self, from: Date, count: i32) -> Option<Date> {
        if count == 0 {
            return Some(from);
        }
        if !(FIRST..=LAST).contains(&from) {
            return None;
        }
        // The first working day after `from`, or the one after the last before it.
        let next = self.rank(Date(from.0 + i32::from(count > 0)));
        let at = if count > 0 { next as i64 + i64::from(count) - 1 } else { next as i64 + i64::from(count) };
        self.workdays.get(usize::try_from(at).ok()?).copied()
    }

    /// Working days after `from` up to and including `to`; 0 if `to` is not later.
    pub fn workdays_between(&self, from: Date, to: Date) -> i32 {
        let count = self.rank(Date(to.0.saturating_add(1))) as i32 - self.rank(Date(from.0.saturating_add(1))) as i32;
        count.max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn day_zero_is_not_counted_and_holidays_are_skipped() {
        let calendar = Calendar::official();
        // 2026-10-01 to 10-07 are holidays, Saturday 10-10 is a make-up workday.
        assert_eq!(calendar.add_workdays(day("2026-09-30"), 1), Some(day("2026-10-08")));
        assert_eq!(calendar.add_workdays(day("2026-10-08"), 2), Some(day("2026-10-10")));
        assert_eq!(calendar.add_workdays(day("2026-10-08"), -1), Some(day("2026-09-30")));
        assert_eq!(calendar.add_workdays(day("2026-09-30"), 0), Some(day("2026-09-30")));
    }

    #[test]
    fn between_inverts_add() {
        let calendar = Calendar::official();
        let from = day("2018-02-10");
        for count in 0..60 {
            let to = calendar.add_workdays(from, count).unwrap();
            assert_eq!(calendar.workdays_between(from, to), count);
        }
    }

    #[test]
    fn counting_agrees_with_walking_day_by_day() {
        let calendar = Calendar::official();
        for start in (17_000..21_000).step_by(13) {
            for count in [-40, -3, -1, 1, 2, 7, 45] {
                let (mut date, mut left) = (Date(start), i32::abs(count));
                while left > 0 {
                    date = Date(date.0 + i32::signum(count));
                    left -= i32::from(calendar.is_workday(date));
                }
                assert_eq!(calendar.add_workdays(Date(start), count), Some(date));
            }
        }
    }

    #[test]
    fn years_past_the_last_notice_are_provisional() {
        assert!(Calendar::official().is_published(day("2026-12-31")));
        assert!(!Calendar::official().is_published(day("2027-01-01")));
        let unpublished = |from, to| Calendar::official().unpublished(day(from), day(to));
        assert_eq!(unpublished("2026-12-30", "2026-12-31"), None);
        assert_eq!(unpublished("2026-12-31", "2026-12-31"), None);
        assert_eq!(unpublished("2026-12-31", "2027-01-01"), Some(2027));
        assert_eq!(unpublished("2026-06-01", "2028-01-01"), Some(2027));
        assert_eq!(unpublished("2027-12-31", "2028-01-03"), Some(2028));
    }
}
