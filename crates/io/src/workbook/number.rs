//! Numbers and days of spreadsheets as exact text.

use kaigong_model::Date;

use super::CellKind;

/// Day number of 1899-12-30, from which spreadsheets count.
const EPOCH: i32 = -25_569;
/// Days between the two ways of counting.
const SINCE_1904: i32 = 1_462;

/// The shortest decimal that names a double: what was typed, unless a formula made it.
pub(super) fn decimal(value: f64) -> String {
    // `Display` of a float is the shortest decimal that reads back as it, without an exponent.
    value.to_string()
}

/// The day of a serial number of a spreadsheet; a time of day is left off.
pub(crate) fn serial_day(serial: &str, is_1904: bool) -> Option<Date> {
    let whole = serial.split('.').next()?.parse::<i32>().ok()?;
    let days = whole.checked_add(if is_1904 { SINCE_1904 } else { 0 })?;
    // Day 60 is 29 February 1900, which never was; nothing a ledger speaks of is that old.
    let date = (days > 60).then(|| Date(EPOCH.saturating_add(days)))?;
    let (year, month, day) = date.ymd();
    Date::new(year, month, day)
}

/// A number in a cell that is formatted as a day: the day, else the number.
pub(super) fn date_or_number(value: f64, is_1904: bool) -> (CellKind, String) {
    let serial = decimal(value);
    match serial_day(&serial, is_1904) {
        Some(day) => (CellKind::Date, day.to_string()),
        None => (CellKind::Number, serial),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_days() {
        let day = |serial, is_1904| serial_day(serial, is_1904).map(|day| day.to_string()).unwrap_or_default();
        assert_eq!(day("46295", false), "2026-09-30");
        assert_eq!(day("46295.75", false), "2026-09-30");
        assert_eq!(day("44833", true), "2026-09-30");
        assert_eq!(day("61", false), "1900-03-01");
        assert_eq!(day("60", false), "");
        assert_eq!(day("-1", false), "");
        assert_eq!(day("99999999", false), "");
        assert_eq!(day("99999999999999999999", false), "");
    }

    #[test]
    fn doubles_are_named_by_their_shortest_decimal() {
        let typed = ["0.1", "12.5", "380", "0.000001", "123456789012345", "1234.56"];
        for text in typed {
            assert_eq!(decimal(text.parse().unwrap()), text);
        }
    }
}
