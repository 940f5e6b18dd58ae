//! Calendar days as day numbers, and lengths of time in the law's four units.

use std::fmt;

use crate::{calendar::Calendar, limits};

/// A calendar day: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

impl Date {
    /// The day of a year, month and day, if there is one within [`limits::YEARS`].
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        if !limits::YEARS.contains(&year) {
            return None;
        }
        let real = (1..=12).contains(&month)
            && (1..=days_in_month(i32::from(year), i32::from(month))).contains(&i32::from(day));
        real.then(|| Self::of(i32::from(year), i32::from(month), i32::from(day)))
    }

    /// Reads `YYYY-MM-DD`, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let digits = |range: std::ops::Range<usize>| -> Option<i16> {
            bytes[range].iter().try_fold(0i16, |acc, b| b.is_ascii_digit().then(|| acc * 10 + i16::from(b - b'0')))
        };
        Self::new(digits(0..4)?, digits(5..7)? as i8, digits(8..10)? as i8)
    }

    /// Year, month, day.
    ///
    /// Days are counted in eras of 400 years that begin on 1 March, so that leap days end a year
    /// (H. Hinnant, "chrono-compatible low-level date algorithms", 2021).
    pub fn ymd(self) -> (i16, i8, i8) {
        let shifted = i64::from(self.0) + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year as i16, month as i8, day as i8)
    }

    fn of(year: i32, month: i32, day: i32) -> Self {
        let year = i64::from(year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted_month = i64::from((month + 9) % 12);
        let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self((era * 146_097 + day_of_era - 719_468) as i32)
    }

    /// Monday is 1, Sunday 7.
    pub fn weekday(self) -> i32 {
        (self.0 + 3).rem_euclid(7) + 1
    }

    /// This day moved by a length of time; months and years clip to the month's end.
    ///
    /// `None` where the result leaves [`limits::YEARS`].
    pub fn plus(self, duration: Duration, calendar: &Calendar) -> Option<Self> {
        let moved = match duration.unit {
            DurationUnit::Days => Self(self.0.checked_add(duration.count)?),
            DurationUnit::Workdays => return calendar.add_workdays(self, duration.count),
            DurationUnit::Months => self.plus_months(duration.count)?,
            DurationUnit::Years => self.plus_months(duration.count.checked_mul(12)?)?,
        };
        moved.in_limits().then_some(moved)
    }

    fn plus_months(self, months: i32) -> Option<Self> {
        let (year, month, day) = self.ymd();
        let ahead = (i32::from(year) * 12 + i32::from(month) - 1).checked_add(months)?;
        let (year, month) = (ahead.div_euclid(12), ahead.rem_euclid(12) + 1);
        if !(1..=9_999).contains(&year) {
            return None;
        }
        Some(Self::of(year, month, i32::from(day).min(days_in_month(year, month))))
    }

    fn in_limits(self) -> bool {
        (-25_567..84_006).contains(&self.0)
    }
}

fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// The unit of a [`Duration`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DurationUnit {
    /// Calendar days, 日.
    Days,
    /// Working days, 工作日.
    Workdays,
    /// Calendar months, 月.
    Months,
    /// Years, 年.
    Years,
}

impl DurationUnit {
    /// The unit of a name as written in packs.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "day" | "days" | "日" | "天" => Self::Days,
            "workday" | "workdays" | "工作日" | "个工作日" => Self::Workdays,
            "month" | "months" | "月" | "个月" => Self::Months,
            "year" | "years" | "年" => Self::Years,
            _ => return None,
        })
    }
}

/// A length of time, such as 20 workdays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Duration {
    /// How many.
    pub count: i32,
    /// Of what.
    pub unit: DurationUnit,
}

impl Duration {
    /// Reads `20 workdays`, `30日`, `3 years`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (count, unit) = text.split_at(split);
        let count: i32 = count.parse().ok().filter(|&n| n <= 100_000)?;
        Some(Self { count, unit: DurationUnit::parse(unit.trim())? })
    }
}

impl Duration {
    /// About how many calendar days: a working week is five of seven, a month thirty, a year 365.
    pub fn calendar_days(self) -> i64 {
        let count = i64::from(self.count);
        match self.unit {
            DurationUnit::Days => count,
            DurationUnit::Workdays => (count * 7 + 4) / 5,
            DurationUnit::Months => count * 30,
            DurationUnit::Years => count * 365,
        }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.unit {
            DurationUnit::Days => "days",
            DurationUnit::Workdays => "workdays",
            DurationUnit::Months => "months",
            DurationUnit::Years => "years",
        };
        write!(f, "{} {name}", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn only_real_days_in_iso_form_are_read() {
        assert_eq!(day("1970-01-01").0, 0);
        assert_eq!(day("2026-11-20").to_string(), "2026-11-20");
        for bad in ["2026-02-30", "2026-13-01", "2026-1-1", "20260101", "1899-12-31", "２０２６-01-01", ""] {
            assert_eq!(Date::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn months_clip_to_the_month_end() {
        let calendar = Calendar::official();
        let plus =
            |from: &str, text: &str| day(from).plus(Duration::parse(text).unwrap(), calendar).map(|d| d.to_string());
        assert_eq!(plus("2020-01-31", "1 months").as_deref(), Some("2020-02-29"));
        assert_eq!(plus("2020-02-29", "1 years").as_deref(), Some("2021-02-28"));
        assert_eq!(plus("2026-11-05", "30 days").as_deref(), Some("2026-12-05"));
        assert_eq!(plus("2199-12-31", "1 days"), None);
    }

    #[test]
    fn every_day_and_month_agrees_with_jiff() {
        let epoch = jiff::civil::date(1970, 1, 1);
        for number in -25_567..84_006 {
            let date = Date(number);
            let civil = epoch.saturating_add(jiff::Span::new().days(number));
            assert_eq!(date.ymd(), (civil.year(), civil.month(), civil.day()));
            assert_eq!(Date::new(civil.year(), civil.month(), civil.day()), Some(date));
            if number % 97 == 0 {
                for months in [-25, -1, 1, 6, 11, 36] {
                    let moved = civil.saturating_add(jiff::Span::new().months(months));
                    let ours = date.plus_months(months).map(Date::ymd);
                    assert_eq!(ours, Some((moved.year(), moved.month(), moved.day())), "{date} {months}");
                }
            }
        }
    }

    #[test]
    fn weekday_of_known_days() {
        assert_eq!(day("2026-11-20").weekday(), 5);
        assert_eq!(day("1969-12-28").weekday(), 7);
    }
}
