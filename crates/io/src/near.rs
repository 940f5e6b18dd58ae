//! "Did you mean" within a budget: a ledger full of unknown names must not cost minutes.

use kaigong_model::nearest;

/// Names longer than this are no slip of the pen, characters.
const LONGEST: usize = 100;
/// Pairs of characters compared in one reading; about half a second.
const BUDGET: usize = 50_000_000;

/// Names of fewer characters are part of too many others.
const SHORT_NAME: usize = 4;
/// Near misses that are listed.
const LISTED: usize = 3;

/// Finds near misses until its budget is spent; the same input spends it alike.
#[derive(Debug)]
pub(crate) struct Near {
    left: usize,
}

impl Near {
    pub(crate) fn new() -> Self {
        Self { left: BUDGET }
    }

    /// The candidate nearest to `name`, if one is near and the budget reaches.
    pub(crate) fn find<'a>(&mut self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let length = name.chars().count();
        if length > LONGEST {
            return None;
        }
        // Names whose lengths differ by more than may differ at all need no closer look.
        let alike = candidates.into_iter().filter(|candidate| {
            candidate.len() <= LONGEST * 8 && candidate.chars().count().abs_diff(length) <= (length / 3).max(1)
        });
        let affordable = alike.take_while(|_| {
            let cost = (length + 8) * (length + 8);
            let enough = self.left >= cost;
            self.left = self.left.saturating_sub(cost);
            enough
        });
        nearest(name, affordable)
    }

    /// Candidates that are near to `name`, hold it or are held by it: a few, in their order.
    pub(crate) fn list<'a>(&mut self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let is_long = |text: &str| text.chars().take(SHORT_NAME).count() == SHORT_NAME;
        let holds = |a: &str, b: &str| is_long(b) && a.contains(b);
        let near = candidates.into_iter().filter(|&candidate| {
            candidate != name
                && (holds(candidate, name) || holds(name, candidate) || self.find(name, [candidate]).is_some())
        });
        near.take(LISTED).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spent_budget_suggests_nothing() {
        let mut near = Near::new();
        assert_eq!(near.find("P-01", ["P-001", "Q"]), Some("P-001"));
        assert_eq!(near.find(&"长".repeat(1_000_000), ["P-001"]), None);
        let names = ["第三中学扩建", "惠城区第三中学扩建工程", "惠城区第二中学扩建", "水厂"];
        assert_eq!(near.list("惠城区第三中学扩建", names), &names[..3]);
        near.left = 10;
        assert_eq!(near.find("P-01", ["P-001"]), None);
    }
}
