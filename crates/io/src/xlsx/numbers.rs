//! Exact decimals: summed as whole numbers, turned into what a spreadsheet holds at the very end.

/// The sum of exact decimals, as one.
pub(super) fn sum<'t>(numbers: impl Iterator<Item = &'t str> + Clone) -> String {
    let places = numbers.clone().map(|text| text.split_once('.').map_or(0, |(_, rest)| rest.len())).max().unwrap_or(0);
    let sum: i128 = numbers.filter_map(|text| scaled(text, places)).sum();
    let sign = if sum < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", sum.unsigned_abs(), width = places + 1);
    let (whole, rest) = digits.split_at(digits.len() - places);
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// A decimal as a whole number of its last place; `None` where it is none.
fn scaled(text: &str, places: usize) -> Option<i128> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{rest:0<places$}").parse().ok()
}

/// What a cell holds of an exact decimal: the nearest number there is.
pub(super) fn value(text: &str) -> f64 {
    text.trim_start_matches('~').parse().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact() {
        let check = |numbers: &[&str], expect| assert_eq!(sum(numbers.iter().copied()), expect);
        check(&["0.1", "0.2"], "0.3");
        check(&["152000", "0.01", "-1"], "151999.01");
        check(&["-0.5", "0.25"], "-0.25");
        check(&[], "0");
        check(&["9007199254740993", "1"], "9007199254740994");
    }
}
