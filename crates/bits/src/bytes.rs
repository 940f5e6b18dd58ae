//! Which of many bytes are one of four, 64 answers a word: where cells and records of a text may end.

use crate::word::{LANES, gathered};

/// One word for every 64 bytes: bit `i % 64` of word `i / 64` says whether byte `i` is one of those wanted.
///
/// Lanes past the last byte are clear.
pub fn bytes_among(bytes: &[u8], wanted: [u8; 4]) -> Vec<u64> {
    let (whole, rest) = bytes.as_chunks::<LANES>();
    let mut words = Vec::with_capacity(bytes.len().div_ceil(LANES));
    masks(whole, wanted, &mut words);
    if !rest.is_empty() {
        let found = rest.iter().enumerate().map(|(at, byte)| u64::from(wanted.contains(byte)) << at);
        words.push(found.fold(0, |mask, bit| mask | bit));
    }
    words
}

#[cfg(target_arch = "x86_64")]
fn masks(blocks: &[[u8; LANES]], wanted: [u8; 4], out: &mut Vec<u64>) {
    match pulp::x86::V3::try_new() {
        Some(avx2) => avx2.vectorize(avx2::Among { avx2, blocks, wanted, out }),
        None => plain_masks(blocks, wanted, out),
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn masks(blocks: &[[u8; LANES]], wanted: [u8; 4], out: &mut Vec<u64>) {
    plain_masks(blocks, wanted, out);
}

/// All compared first, then gathered.
fn plain_masks(blocks: &[[u8; LANES]], [a, b, c, d]: [u8; 4], out: &mut Vec<u64>) {
    out.extend(blocks.iter().map(|block| {
        let hits =
            block.map(|byte| u8::from(byte == a) | u8::from(byte == b) | u8::from(byte == c) | u8::from(byte == d));
        hits.as_chunks().0.iter().enumerate().fold(0, |mask, (at, &eight)| mask | gathered(eight) << (8 * at))
    }));
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    #![allow(
        clippy::inline_always,
        reason = "intrinsics are instructions only where they are inlined into a caller that has them"
    )]

    use pulp::NullaryFnOnce;
    use pulp::x86::V3;

    /// Blocks of 64 bytes, and where their masks go.
    pub(super) struct Among<'b> {
        pub(super) avx2: V3,
        pub(super) blocks: &'b [[u8; 64]],
        pub(super) wanted: [u8; 4],
        pub(super) out: &'b mut Vec<u64>,
    }

    impl NullaryFnOnce for Among<'_> {
        type Output = ();

        #[inline(always)]
        fn call(self) {
            let v = self.avx2;
            let [a, b, c, d] = self.wanted.map(|byte| v.avx._mm256_set1_epi8(byte.cast_signed()));
            for block in self.blocks {
                let mut mask = 0;
                for (at, &part) in block.as_chunks::<32>().0.iter().enumerate() {
                    let part = pulp::cast(part);
                    let ab =
                        v.avx2._mm256_or_si256(v.avx2._mm256_cmpeq_epi8(part, a), v.avx2._mm256_cmpeq_epi8(part, b));
                    let cd =
                        v.avx2._mm256_or_si256(v.avx2._mm256_cmpeq_epi8(part, c), v.avx2._mm256_cmpeq_epi8(part, d));
                    let bits = v.avx2._mm256_movemask_epi8(v.avx2._mm256_or_si256(ab, cd)).cast_unsigned();
                    mask |= u64::from(bits) << (32 * at);
                }
                self.out.push(mask);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_marked_as_byte_by_byte() {
        let bytes: Vec<u8> = (0..400u32).map(|at| b",\"\n\rab\xe6\x00"[((at * at + at / 7) % 8) as usize]).collect();
        let wanted = [b',', b'"', b'\n', b'\r'];
        for length in 0..bytes.len() {
            let mut naive = vec![0u64; length.div_ceil(LANES)];
            let found = bytes[..length].iter().enumerate().filter(|(_, byte)| wanted.contains(byte));
            found.for_each(|(at, _)| naive[at / LANES] |= 1 << (at % LANES));
            assert_eq!(bytes_among(&bytes[..length], wanted), naive, "{length}");
            let mut plain = Vec::new();
            plain_masks(bytes[..length].as_chunks().0, wanted, &mut plain);
            assert_eq!(plain, naive[..length / LANES], "{length}");
        }
    }
}
