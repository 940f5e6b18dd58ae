//! Exact sums of equal shares: so many n-ths, kept apart by n, so that nothing is rounded and nothing overflows.

/// A sum of fractions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// Numerators by denominator, the first of denominator one; without trailing zeros.
    parts: Vec<i128>,
}

impl Shares {
    /// A whole amount.
    pub fn whole(amount: i128) -> Self {
        let mut shares = Self::default();
        shares.put(0, amount);
        shares
    }

    /// Adds one of `of` equal shares of an amount.
    ///
    /// INVARIANT: `of` is at least one.
    pub(crate) fn add(&mut self, amount: i128, of: usize) {
        self.put(of - 1, amount);
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        other.parts.iter().enumerate().for_each(|(at, &amount)| self.put(at, amount));
    }

    fn put(&mut self, at: usize, amount: i128) {
        if amount == 0 {
            return;
        }
        if self.parts.len() <= at {
            self.parts.resize(at + 1, 0);
        }
        self.parts[at] += amount;
        while self.parts.last() == Some(&0) {
            self.parts.pop();
        }
    }

    /// The sum in units of `unit`, as few fractions in lowest terms, numerator and denominator: one, unless its
    /// denominator would pass 128 bits. The whole sum is that of all of them.
    pub fn terms(&self, unit: i128) -> Vec<(i128, i128)> {
        let mut terms: Vec<(i128, i128)> = vec![(0, 1)];
        for (at, &num) in self.parts.iter().enumerate() {
            let part = reduced(num, (at as i128 + 1) * unit);
            let last = terms.len() - 1;
            match sum(terms[last], part) {
                Some(sum) => terms[last] = sum,
                None => terms.push(part),
            }
        }
        terms
    }

    /// The sum in units of `unit`, to the nearest tenth, in tenths; halves up.
    pub fn tenths(&self, unit: i128) -> i128 {
        // Whole tenths and what is left of each part in n-ths of a tenth; the rest is summed to a millionth.
        const FINE: i128 = 1_000_000;
        let (mut tenths, mut rest) = (0i128, 0i128);
        for (at, &num) in self.parts.iter().enumerate() {
            let den = (at as i128 + 1) * unit;
            tenths += (num * 10).div_euclid(den);
            rest += (num * 10).rem_euclid(den) * FINE / den;
        }
        tenths + (rest + FINE / 2).div_euclid(FINE)
    }
}

fn sum(left: (i128, i128), right: (i128, i128)) -> Option<(i128, i128)> {
    let common = divisor(left.1, right.1);
    let (up, down) = (right.1 / common, left.1 / common);
    let num = left.0.checked_mul(up)?.checked_add(right.0.checked_mul(down)?)?;
    Some(reduced(num, left.1.checked_mul(up)?))
}

fn reduced(num: i128, den: i128) -> (i128, i128) {
    let common = divisor(num, den).max(1);
    (num / common, den / common)
}

fn divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_whole_add_up_to_it() {
        let mut sum = Shares::default();
        for of in 1..=60 {
            (0..of).for_each(|_| sum.add(7, of));
        }
        assert_eq!(sum.terms(1), [(420, 1)]);
        assert_eq!((sum.tenths(1), sum.tenths(1000)), (4200, 4));
    }

    #[test]
    fn a_sum_is_one_fraction_as_long_as_it_fits() {
        let mut sum = Shares::default();
        [(1, 2), (1, 3), (5, 7)].into_iter().for_each(|(amount, of)| sum.add(amount, of));
        assert_eq!((sum.terms(1), sum.tenths(1)), (vec![(65, 42)], 15));
        (1..=113).for_each(|of| sum.add(1, of));
        let terms = sum.terms(1);
        assert!(terms.len() > 1, "the least common multiple of 1 to 113 passes 128 bits");
        // Long denominators are cut to a thousand parts; short ones are multiplied.
        let thousandths =
            |&(num, den): &(i128, i128)| if den > 1_000_000 { num / (den / 1_000) } else { num * 1_000 / den };
        let told: i128 = terms.iter().map(thousandths).sum();
        assert!((told - sum.tenths(1) * 100).abs() < 100);
    }
}
