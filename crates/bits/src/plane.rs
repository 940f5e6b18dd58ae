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

/// Writes "at least `k` of the inputs" into `out`, word by word.
///
/// Yes when the yes inputs number `k` or more; no when yes and unknown together
/// stay below `k`; else unknown. `k >= 1`.
///
/// # Complexity
/// inputs × k word operations.
pub fn at_least_into(out: &mut [Word3], inputs: &[&[Word3]], k: usize) {
    let mut reached = vec![0u64; k];
    let mut possible = vec![0u64; k];
    for (i, slot) in out.iter_mut().enumerate() {
        reached.fill(0);
        possible.fill(0);
        for input in inputs {
            let word = input[i];
            raise(&mut reached, word.yes);
            raise(&mut possible, !word.no);
        }
        *slot = Word3 { yes: reached[k - 1], no: !possible[k - 1] };
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
                let columns: Vec<Vec<Word3>> = (0..inputs)
                    .map(|_| {
                        (0..3)
                            .map(|_| {
                                let yes = next();
                                Word3 { yes, no: next() & !yes }
                            })
                            .collect()
                    })
                    .collect();
                let views: Vec<&[Word3]> = columns.iter().map(Vec::as_slice).collect();
                let mut out = vec![Word3::UNKNOWN; 3];
                at_least_into(&mut out, &views, k);
                for row in 0..192 {
                    let (w, b) = (row / 64, row % 64);
                    let yes = columns.iter().filter(|c| c[w].yes >> b & 1 == 1).count();
                    let no = columns.iter().filter(|c| c[w].no >> b & 1 == 1).count();
                    let want = if yes >= k {
                        Some(true)
                    } else if inputs - no < k {
                        Some(false)
                    } else {
                        None
                    };
                    assert_eq!(Planes { words: out.clone() }.get(row), want);
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
