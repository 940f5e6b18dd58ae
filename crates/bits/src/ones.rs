//! How many lanes are set in a run of words.

/// Counts the set bits of all words together; by the machine's own instruction where it has one.
pub fn count_ones(words: &[u64]) -> u64 {
    #[cfg(target_arch = "x86_64")]
    if let Some(v2) = pulp::x86::V2::try_new() {
        return v2.vectorize(Counted { words });
    }
    plain(words)
}

#[inline(always)]
#[allow(clippy::inline_always, reason = "the instruction is used only where this is inlined into a caller that has it")]
fn plain(words: &[u64]) -> u64 {
    let mut sum = 0;
    for word in words {
        sum += u64::from(word.count_ones());
    }
    sum
}

#[cfg(target_arch = "x86_64")]
struct Counted<'w> {
    words: &'w [u64],
}

#[cfg(target_arch = "x86_64")]
impl pulp::NullaryFnOnce for Counted<'_> {
    type Output = u64;

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "as above")]
    fn call(self) -> u64 {
        plain(self.words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_counts_as_lane_by_lane() {
        let words: Vec<u64> = (0..130u64).map(|at| at.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (at << 57)).collect();
        for len in 0..words.len() {
            let naive: usize = words[..len].iter().map(|&word| crate::lanes(word).count()).sum();
            assert_eq!(count_ones(&words[..len]), naive as u64);
            assert_eq!(plain(&words[..len]), naive as u64);
        }
    }
}
