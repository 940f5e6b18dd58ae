//! Whose a pool is, and the days of the period it is for.

use crate::date::Date;

/// Whose a pool is; a project draws on its county's, then the city's, then the province's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// One county's.
    County,
    /// The city's own.
    #[default]
    City,
    /// The province's, for its cities to draw on.
    Province,
}

impl Level {
    /// All of them, the nearest first.
    pub const ALL: [Self; 3] = [Self::County, Self::City, Self::Province];

    /// The name, as packs and scenarios write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::County => "county",
            Self::City => "city",
            Self::Province => "province",
        }
    }

    /// A level by its name, or what offices call it.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "county" | "县" | "区" | "县区" | "县(区)" | "县（区）" | "县级" => Some(Self::County),
            "city" | "市" | "市级" | "市本级" => Some(Self::City),
            "province" | "省" | "省级" => Some(Self::Province),
            _ => None,
        }
    }
}

/// The first and the last day of a period: a year, half, quarter or month; `None` for any other text.
///
/// # Example
/// ```
/// # use kaigong_model::{Date, period_days};
/// let day = |text| Date::parse(text).unwrap();
/// assert_eq!(period_days("2026"), Some((day("2026-01-01"), day("2026-12-31"))));
/// assert_eq!(period_days("2026-q2"), Some((day("2026-04-01"), day("2026-06-30"))));
/// assert_eq!(period_days("2026年下半年"), Some((day("2026-07-01"), day("2026-12-31"))));
/// assert_eq!(period_days("第二批"), None);
/// ```
pub fn period_days(text: &str) -> Option<(Date, Date)> {
    let (year, rest) = text.split_at_checked(4)?;
    let year: i16 = year.bytes().all(|byte| byte.is_ascii_digit()).then(|| year.parse().ok())??;
    let rest = rest.trim_start_matches(['年', '-', ' ']);
    let (first, months) = match rest {
        "" | "度" => (1, 12),
        "h1" | "H1" | "上半年" => (1, 6),
        "h2" | "H2" | "下半年" => (7, 6),
        _ => match quarter(rest) {
            Some(quarter) => (3 * quarter - 2, 3),
            None => (month(rest)?, 1),
        },
    };
    let after = if first + months > 12 { (year + 1, first + months - 12) } else { (year, first + months) };
    let next = Date::new(after.0, after.1, 1)?;
    Some((Date::new(year, first, 1)?, Date(next.0 - 1)))
}

fn quarter(text: &str) -> Option<i8> {
    let text = text.strip_prefix('第').unwrap_or(text);
    let number = text.strip_prefix(['q', 'Q']).or_else(|| text.strip_suffix("季度"))?;
    match number {
        "1" | "一" => Some(1),
        "2" | "二" => Some(2),
        "3" | "三" => Some(3),
        "4" | "四" => Some(4),
        _ => None,
    }
}

fn month(text: &str) -> Option<i8> {
    let digits = text.strip_suffix('月').unwrap_or(text);
    let is_month = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_month.then(|| digits.parse().ok())?.filter(|month| (1..=12).contains(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let told = period_days(text).map_or_else(|| "-".to_owned(), |(from, to)| format!("{from} {to}"));
        assert_eq!(told, expect, "{text}");
    }

    #[test]
    fn periods_are_read_as_offices_write_them() {
        for text in ["2026", "2026年", "2026年度"] {
            check(text, "2026-01-01 2026-12-31");
        }
        for text in ["2026-h1", "2026H1", "2026年上半年"] {
            check(text, "2026-01-01 2026-06-30");
        }
        for text in ["2026-q4", "2026Q4", "2026年第四季度", "2026年4季度"] {
            check(text, "2026-10-01 2026-12-31");
        }
        for text in ["2028-02", "2028-2", "2028年2月"] {
            check(text, "2028-02-01 2028-02-29");
        }
        for text in ["", "26", "二〇二六", "2026-13", "2026-0", "2026-q5", "2026-1-1", "2026 batch 2", "年2026", "+202"]
        {
            check(text, "-");
        }
    }

    #[test]
    fn a_level_is_read_by_its_own_name() {
        for level in Level::ALL {
            assert_eq!(Level::parse(level.name()), Some(level));
        }
        assert_eq!(Level::parse("省级"), Some(Level::Province));
        assert_eq!(Level::parse("prov"), None);
    }
}
