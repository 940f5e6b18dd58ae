//! "Did you mean": the nearest known name.

/// The candidate nearest to `name`, if it is near enough to be a slip of the pen.
///
/// Near enough means at most a third of its characters differ, or the last two are missing, by
/// Damerau–Levenshtein distance; ties go to the first in order.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A word of two characters is a different word when one differs.
    let allowed = name.chars().count() / 3;
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|&(distance, candidate)| distance <= allowed || (distance <= 2 && candidate.starts_with(name)))
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_mended_and_a_stranger_is_not() {
        assert_eq!(nearest("land.frmland", ["land.farmland", "land.total"]), Some("land.farmland"));
        assert_eq!(nearest("sector", ["land.farmland", "land.total"]), None);
        assert_eq!(nearest("占用农地", ["占用耕地", "总投资"]), Some("占用耕地"));
    }
}
