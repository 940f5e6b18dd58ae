//! Columns of three-valued truths: words side by side, and gates over them.

use crate::word::Word3;

/// A column of truths, 64 rows a word.
///
/// Lanes past the last row hold whatever the gates left there; readers mask them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planes {
    /// The words, row `r` in word `r / 64`, lane `r % 64`.
    pub words: Vec<Word3>,
}

impl Planes {
    /// A column of `words` unknown words.
    pub fn unknown(words: usize) -> Self {
        Self { words: vec![Word3::UNKNOWN; words] }
    }

    /// The truth of one row: `Some(true)` yes, `Some(false)` no, `None` unknown.
    #[inline]
    pub fn get(&self, row: usize) -> Option<bool> {
        let word = self.words[row / 64];
        let bit = 1u64 << (row % 64);
        if word.yes & bit != 0 {
            Some(true)
        } else if word.no & bit != 0 {
            Some(false)
        } else {
            None
        }
    }

    /// Sets one row to a definite truth or to unknown.
    #[inline]
    pub fn set(&mut self, row: usize, value: Option<bool>) {
        let word = &mut self.words[row / 64];
        let bit = 1u64 << (row % 64);
        word.yes &= !bit;
        word.no &= !bit;
        match value {
            Some(true) => word.yes |= bit,
            Some(false) => word.no |= bit,
            None => {}
        }
    }
}

/// `one & other` into `out`, word by word.
pub fn both(out: &mut [u64], one: &[u64], other: &[u64]) {
    for ((word, one), other) in out.iter_mut().zip(one).zip(other) {
        *word = one & other;
    }
}

/// `one | other` into `out`, word by word.
pub fn either(out: &mut [u64], one: &[u64], other: &[u64]) {
    for ((word, one), other) in out.iter_mut().zip(one).zip(other) {
        *word = one | other;
    }
}

/// `out & input`, word by word.
pub fn and_into(out: &mut [u64], input: &[u64]) {
    for (word, input) in out.iter_mut().zip(input) {
        *word &= input;
    }
}

/// `out | input`, word by word.
pub fn or_into(out: &mut [u64], input: &[u64]) {
    for (word, input) in out.iter_mut().zip(input) {
        *word |= input;
    }
}

/// Writes into `out` the lanes set in at least `k` of the inputs, `k >= 1`.
///
/// Of three-valued inputs, "at least k" is yes where k are yes, and no where one more than the others are no.
///
/// # Complexity
/// inputs × k word operations.
pub fn at_least_into(out: &mut [u64], inputs: &[&[u64]], k: usize) {
    let mut reached = vec![0u64; k];
    for (at, word) in out.iter_mut().enumerate() {
        reached.fill(0);
        for input in inputs {
            raise(&mut reached, input[at]);
        }
        *word = reached[k - 1];
    }
}

/// Counts one more input per lane: `counts[j]` holds the lanes that have seen more than `j`.
fn raise(counts: &mut [u64], mask: u64) {
    for j in (1..counts.len()).rev() {
        counts[j] |= counts[j - 1] & mask;
    }
    counts[0] |= mask;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_least_counts_lanes_like_a_naive_count() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for inputs in 1..=7usize {
            for k in 1..=inputs {
                let columns: Vec<[Vec<u64>; 2]> = (0..inputs)
                    .map(|_| {
                        let yes: Vec<u64> = (0..3).map(|_| next()).collect();
                        let no = yes.iter().map(|yes| next() & !yes).collect();
                        [yes, no]
                    })
                    .collect();
                let side = |side: usize| columns.iter().map(|column| column[side].as_slice()).collect::<Vec<_>>();
                let (mut yes, mut no) = (vec![0; 3], vec![0; 3]);
                at_least_into(&mut yes, &side(0), k);
                at_least_into(&mut no, &side(1), inputs + 1 - k);
                for row in 0..192 {
                    let (w, b) = (row / 64, row % 64);
                    let count = |side: usize| columns.iter().filter(|column| column[side][w] >> b & 1 == 1).count();
                    assert_eq!(yes[w] >> b & 1 == 1, count(0) >= k);
                    assert_eq!(no[w] >> b & 1 == 1, inputs - count(1) < k);
                }
            }
        }
    }

    #[test]
    fn set_then_get_returns_each_truth() {
        let mut planes = Planes::unknown(2);
        for (row, value) in [(0, Some(true)), (63, Some(false)), (64, None), (127, Some(true))] {
            planes.set(row, value);
            assert_eq!(planes.get(row), value);
        }
        planes.set(0, None);
        assert_eq!(planes.get(0), None);
    }
}
