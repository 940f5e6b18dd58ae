//! What is usual among many amounts.

/// Rows a column must have before anything in it counts as unusual.
const ROWS: usize = 20;
/// Hundredths of the rows left out at either end of what is usual.
const TAIL: usize = 5;

/// The middle nine tenths of some amounts, and their median.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Band {
    pub(super) low: i128,
    pub(super) median: i128,
    pub(super) high: i128,
}

impl Band {
    /// The band of some amounts above nothing; none where they are few.
    pub(super) fn of(mut amounts: Vec<i128>) -> Option<Self> {
        if amounts.len() < ROWS {
            return None;
        }
        amounts.sort_unstable();
        let (last, tail) = (amounts.len() - 1, amounts.len() * TAIL / 100);
        Some(Self {
            low: amounts[tail].max(1),
            median: amounts[amounts.len() / 2].max(1),
            high: amounts[last - tail].max(1),
        })
    }

    /// Whether an amount lies outside by more than so many times.
    pub(super) fn far_from(self, amount: i128, times: i128) -> bool {
        amount > self.high * times || amount * times < self.low
    }

    /// Whether an amount is usual.
    pub(super) fn holds(self, amount: i128) -> bool {
        (self.low..=self.high).contains(&amount)
    }

    /// Whether one amount is nearer to the median than another, as a ratio.
    pub(super) fn nearer(self, one: i128, other: i128) -> bool {
        let (up, down) = self.off(one);
        let (other_up, other_down) = self.off(other);
        // INVARIANT: amounts are below 2^63 and densities below 2^84; the bands they are held in keep products in range.
        up.saturating_mul(other_down) < other_up.saturating_mul(down)
    }

    /// How many times off the median, as a fraction of at least one.
    fn off(self, amount: i128) -> (i128, i128) {
        (amount.max(self.median), amount.min(self.median).max(1))
    }
}
