//! Seeds cut up and spliced, for the bounded tests that run where libFuzzer does not.

/// A small deterministic generator (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }
}

/// A seed cut up, doubled, spliced with another and sprinkled with bytes.
fn mutate(random: &mut Random, seeds: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        match random.below(6) {
            0 => bytes.truncate(at),
            1 => {
                let end = (at + random.below(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 => bytes.insert(at, random.below(256) as u8),
            3 => {
                let word = words[random.below(words.len())];
                bytes.splice(at..at, word.bytes());
            }
            4 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let to = (from + random.below(200)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
        }
    }
    bytes
}

/// How many mutations to try.
pub(crate) fn rounds(default: usize) -> usize {
    std::env::var("KAIGONG_FUZZ_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Runs a target over so many mutations of the seeds.
pub(crate) fn run(seeds: &[Vec<u8>], words: &[&str], rounds: usize, target: impl Fn(&[u8])) {
    let mut random = Random(20_261_124);
    for _ in 0..rounds {
        target(&mutate(&mut random, seeds, words));
    }
}
