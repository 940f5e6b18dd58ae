//! Calendar days as day numbers, and lengths of time in the law's four units.

use std::fmt;

use crate::{calendar::Calendar, limits};

/// A calendar day: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// The first day of a year.
#[derive(Clone, Copy)]
struct NewYear {
    /// Days since 1970-01-01.
    day: i32,
    /// Whether the year has 366 days.
    is_leap: bool,
}

/// The first days of all years of [`limits::YEARS`].
static YEARS: [NewYear; years()] = {
    let mut table = [NewYear { day: 0, is_leap: false }; years()];
    let mut at = 0;
    while at < table.len() {
        let year = *limits::YEARS.start() as i32 + at as i32;
        let before = year - 1;
        let day =
            365 * (year - 1970) + (before / 4 - before / 100 + before / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400);
        table[at] = NewYear { day, is_leap: is_leap(year) };
        at += 1;
    }
    table
};

/// Days of a year before each month, and all of them; in a leap year second.
static MONTHS: [[i32; 13]; 2] = [
    [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365],
    [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366],
];

const fn years() -> usize {
    (*limits::YEARS.end() - *limits::YEARS.start()) as usize + 1
}

const fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

impl Date {
    /// The day of a year, month and day, if there is one within [`limits::YEARS`].
    #[inline]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        let first = *YEARS.get(usize::try_from(i32::from(year) - i32::from(*limits::YEARS.start())).ok()?)?;
        let month = usize::try_from(month - 1).ok()?;
        let before = MONTHS[usize::from(first.is_leap)];
        let length = before.get(month + 1)? - before[month];
        (1..=length).contains(&i32::from(day)).then(|| Self(first.day + before[month] + i32::from(day) - 1))
    }

    /// Reads `YYYY-MM-DD`, and nothing else.
    #[inline]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
        let (head, tail) = bytes.split_first_chunk::<8>()?;
        // Eight bytes at once, each as its distance from what it may be at least: a digit stays below 10, a dash is 0.
        let head = u64::from_le_bytes(*head) ^ u64::from_le_bytes(*b"0000-00-");
        let past = head.wrapping_add(u64::from_le_bytes([0x76, 0x76, 0x76, 0x76, 0x7f, 0x76, 0x76, 0x7f]));
        if (head | past) & 0x8080_8080_8080_8080 != 0 || !tail.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let [a, b, c, d, _, e, f, _] = head.to_le_bytes().map(i16::from);
        let [g, h] = [tail[0], tail[1]].map(|digit| (digit - b'0') as i8);
        Self::new(a * 1_000 + b * 100 + c * 10 + d, (e * 10 + f) as i8, g * 10 + h)
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
    let before = MONTHS[usize::from(is_leap(year))];
    before[month as usize] - before[month as usize - 1]
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
    fn a_day_with_any_byte_changed_is_read_as_digit_by_digit() {
        let naive = |text: &str| {
            let bytes = text.as_bytes();
            let digits =
                |from: usize, to: usize| text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
            if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
                return None;
            }
            let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
            Date::new(year.parse().unwrap(), month.parse().unwrap(), day.parse().unwrap())
        };
        for text in ["2024-02-29", "1999-12-31", "2026-10-09"] {
            for at in 0..10 {
                for byte in 0..=255u8 {
                    let mut bytes = text.as_bytes().to_vec();
                    bytes[at] = byte;
                    let Ok(text) = String::from_utf8(bytes) else { continue };
                    assert_eq!(Date::parse(&text), naive(&text), "{text:?}");
                }
                let wide = format!("{}é{}", &text[..at], text.get(at + 2..).unwrap_or_default());
                assert_eq!(Date::parse(&wide), None, "{wide}");
            }
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
