//! The kernel for AVX2: 32 bytes at a time, lane masks gathered by `movemask`.

#![allow(
    clippy::inline_always,
    reason = "intrinsics are instructions only where they are inlined into a caller that has them"
)]

use std::arch::x86_64::__m256i;

use pulp::NullaryFnOnce;
use pulp::x86::V3;

use super::Width;
use super::sealed::Sealed;

/// Words of 64 values each, and where their masks go.
pub(super) struct Masks<'v, T> {
    pub(super) avx2: V3,
    pub(super) values: &'v [[T; 64]],
    pub(super) low: T,
    pub(super) reach: T,
    pub(super) out: &'v mut [u64],
}

impl<T: Width> NullaryFnOnce for Masks<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (word, values) in self.out.iter_mut().zip(self.values) {
            *word = T::mask(self.avx2, values, self.low, self.reach);
        }
    }
}

impl Sealed for u8 {
    #[inline(always)]
    fn mask(v: V3, values: &[Self; 64], low: Self, reach: Self) -> u64 {
        let low = v.avx._mm256_set1_epi8(low.cast_signed());
        let reach = v.avx._mm256_set1_epi8(reach.cast_signed());
        let mut mask = 0;
        for (at, part) in values.as_chunks::<32>().0.iter().enumerate() {
            let above = v.avx2._mm256_sub_epi8(pulp::cast(*part), low);
            let inside = v.avx2._mm256_cmpeq_epi8(v.avx2._mm256_min_epu8(above, reach), above);
            mask |= bits(v, inside) << (32 * at);
        }
        mask
    }
}

impl Sealed for u16 {
    #[inline(always)]
    fn mask(v: V3, values: &[Self; 64], low: Self, reach: Self) -> u64 {
        let low = v.avx._mm256_set1_epi16(low.cast_signed());
        let reach = v.avx._mm256_set1_epi16(reach.cast_signed());
        let inside = |part: [u16; 16]| {
            let above = v.avx2._mm256_sub_epi16(pulp::cast(part), low);
            v.avx2._mm256_cmpeq_epi16(v.avx2._mm256_min_epu16(above, reach), above)
        };
        let mut mask = 0;
        for (at, [first, second]) in values.as_chunks::<16>().0.as_chunks::<2>().0.iter().enumerate() {
            // Packing works on each half apart: its quarters come out as 0, 2, 1, 3.
            let packed = v.avx2._mm256_packs_epi16(inside(*first), inside(*second));
            mask |= bits(v, v.avx2._mm256_permute4x64_epi64::<0b11_01_10_00>(packed)) << (32 * at);
        }
        mask
    }
}

impl Sealed for u32 {
    #[inline(always)]
    fn mask(v: V3, values: &[Self; 64], low: Self, reach: Self) -> u64 {
        let low = v.avx._mm256_set1_epi32(low.cast_signed());
        let reach = v.avx._mm256_set1_epi32(reach.cast_signed());
        let mut mask = 0;
        for (at, part) in values.as_chunks::<8>().0.iter().enumerate() {
            let above = v.avx2._mm256_sub_epi32(pulp::cast(*part), low);
            let inside = v.avx2._mm256_cmpeq_epi32(v.avx2._mm256_min_epu32(above, reach), above);
            let bits = v.avx._mm256_movemask_ps(v.avx._mm256_castsi256_ps(inside));
            mask |= u64::from(bits.cast_unsigned()) << (8 * at);
        }
        mask
    }
}

impl Sealed for u64 {
    #[inline(always)]
    fn mask(v: V3, values: &[Self; 64], low: Self, reach: Self) -> u64 {
        // Only a signed comparison exists: both sides move by half the range.
        const HALF: u64 = 1 << 63;
        let half = v.avx._mm256_set1_epi64x(HALF.cast_signed());
        let low = v.avx._mm256_set1_epi64x(low.cast_signed());
        let reach = v.avx._mm256_set1_epi64x((reach ^ HALF).cast_signed());
        let mut mask = 0;
        for (at, part) in values.as_chunks::<4>().0.iter().enumerate() {
            let above = v.avx2._mm256_xor_si256(v.avx2._mm256_sub_epi64(pulp::cast(*part), low), half);
            let outside = v.avx2._mm256_cmpgt_epi64(above, reach);
            let bits = v.avx._mm256_movemask_pd(v.avx._mm256_castsi256_pd(outside));
            mask |= u64::from(!bits.cast_unsigned() & 0b1111) << (4 * at);
        }
        mask
    }
}

/// The highest bit of each of 32 bytes.
#[inline(always)]
fn bits(v: V3, bytes: __m256i) -> u64 {
    u64::from(v.avx2._mm256_movemask_epi8(bytes).cast_unsigned())
}
