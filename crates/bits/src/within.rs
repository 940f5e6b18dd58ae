//! Which of many whole numbers lie in an interval, 64 answers a word.
//!
//! Every comparison of a number with a constant is one interval or its complement, so this one kernel is all that typed
//! columns need. It is written twice: plainly, and for AVX2, chosen when the program runs.

#[cfg(target_arch = "x86_64")]
mod avx2;

use crate::word::{LANES, gathered};

/// An unsigned width that a column may be kept in.
pub trait Width: Copy + Default + sealed::Sealed {
    /// Whether a value lies at most `reach` above `low`.
    fn within(self, low: Self, reach: Self) -> bool;

    /// The low bits of a number.
    fn cut(number: u64) -> Self;
}

mod sealed {
    /// Only the widths named here have kernels.
    pub trait Sealed: Sized {
        /// The mask of 64 values that lie at most `reach` above `low`.
        #[cfg(target_arch = "x86_64")]
        fn mask(avx2: pulp::x86::V3, values: &[Self; 64], low: Self, reach: Self) -> u64;
    }
}

macro_rules! width {
    ($($width:ty),*) => {$(
        impl Width for $width {
            #[inline]
            fn within(self, low: Self, reach: Self) -> bool {
                self.wrapping_sub(low) <= reach
            }

            #[inline]
            fn cut(number: u64) -> Self {
                number as Self
            }
        }
    )*};
}
width!(u8, u16, u32, u64);

/// Writes into `out` which values lie in `low ..= low + reach`, value `i` in lane `i % 64` of word `i / 64`.
///
/// Lanes past the last value are left clear. `low + reach` must not pass the width.
///
/// # Panics
/// Where `out` is not exactly as many words as the values need.
pub fn within<T: Width>(values: &[T], low: T, reach: T, out: &mut [u64]) {
    assert_eq!(out.len(), values.len().div_ceil(LANES), "a word for every 64 values");
    let (whole, rest) = values.as_chunks::<LANES>();
    let (words, last) = out.split_at_mut(whole.len());
    masks(whole, low, reach, words);
    if let Some(last) = last.first_mut() {
        *last = plain(rest, low, reach);
    }
}

#[cfg(target_arch = "x86_64")]
fn masks<T: Width>(values: &[[T; LANES]], low: T, reach: T, out: &mut [u64]) {
    match pulp::x86::V3::try_new() {
        Some(avx2) => avx2.vectorize(avx2::Masks { avx2, values, low, reach, out }),
        None => plain_masks(values, low, reach, out),
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn masks<T: Width>(values: &[[T; LANES]], low: T, reach: T, out: &mut [u64]) {
    plain_masks(values, low, reach, out);
}

fn plain_masks<T: Width>(values: &[[T; LANES]], low: T, reach: T, out: &mut [u64]) {
    for (word, values) in out.iter_mut().zip(values) {
        *word = plain(values, low, reach);
    }
}

/// Up to 64 values, eight at a time.
fn plain<T: Width>(values: &[T], low: T, reach: T) -> u64 {
    let mut mask = 0;
    for (at, values) in values.chunks(8).enumerate() {
        let mut bytes = [0u8; 8];
        for (byte, value) in bytes.iter_mut().zip(values) {
            *byte = u8::from(value.within(low, reach));
        }
        mask |= gathered(bytes) << (8 * at);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look like anything (splitmix64).
    fn numbers(seed: u64) -> impl FnMut() -> u64 {
        let mut state = seed;
        move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        }
    }

    fn agrees<T: Width + TryFrom<u64>>(most: u64) {
        let to = |value: u64| T::try_from(value).ok().unwrap();
        let mut next = numbers(most);
        for count in (0..=4usize).flat_map(|words| (0..=2).map(move |more| (words * 64 + more).saturating_sub(1))) {
            for _ in 0..40 {
                let low = next() % (most / 2 + 1);
                let reach = [0, 1, next() % (most - low), most - low][next() as usize % 4];
                let near =
                    [low.wrapping_sub(1) & most, low, low + reach, (low + reach).min(most - 1) + 1, next() & most];
                let values: Vec<u64> = (0..count).map(|_| near[next() as usize % near.len()] & most).collect();
                let narrow: Vec<T> = values.iter().map(|&value| to(value)).collect();
                let mut out = vec![!0; count.div_ceil(64)];
                within(&narrow, to(low), to(reach), &mut out);
                for (at, &value) in values.iter().enumerate() {
                    let is = (low..=low + reach).contains(&value);
                    assert_eq!(out[at / 64] >> (at % 64) & 1 == 1, is, "{value} in {low} + {reach}, lane {at}");
                }
                if let (Some(last), true) = (out.last(), count % 64 != 0) {
                    assert_eq!(last >> (count % 64), 0, "lanes past the last value are clear");
                }
                let plainly: Vec<u64> = narrow.chunks(64).map(|values| plain(values, to(low), to(reach))).collect();
                assert_eq!(out, plainly);
            }
        }
    }

    #[test]
    fn every_width_at_every_length_around_a_word_agrees_with_a_plain_comparison() {
        agrees::<u8>(u8::MAX.into());
        agrees::<u16>(u16::MAX.into());
        agrees::<u32>(u32::MAX.into());
        agrees::<u64>(u64::MAX);
    }
}
