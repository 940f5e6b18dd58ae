//! Hashes of the ids that have gone by, each with its line.

/// A hash of every id so far: twelve bytes an id, and eight for each place of a table that is never fuller than two
/// thirds.
///
/// ```text
/// hashes: [h0, h1, ..]    lines: [2, 3, ..]    slots: [0, (h1 low | 2), 0, (h0 low | 1), ..]
/// ```
/// A slot holds the low half of a hash, and one more than its number; it stands where the high bits of the hash point, or
/// in the first free slot after that (linear probing). No table in memory of this size is in the cache, so what costs
/// time is waiting for slots: those of some ids ahead are looked at together, and the waits overlap.
#[derive(Default)]
pub(super) struct Seen {
    hashes: Vec<u64>,
    lines: Vec<u32>,
    slots: Vec<u64>,
}

/// Ids whose slots are fetched at a time.
const AHEAD: usize = 64;
/// Slots of the smallest table.
const LEAST: usize = 1 << 10;

impl Seen {
    /// Makes room for so many more.
    #[cfg(any(test, feature = "parquet"))]
    pub(super) fn reserve(&mut self, more: usize) {
        self.hashes.reserve(more);
        self.lines.reserve(more);
        self.widen(self.hashes.len() + more);
    }

    /// Adds hashes with their lines; of each that was there before, tells its number and the line of the first.
    pub(super) fn add(&mut self, hashes: &[u64], lines: &[u32], mut before: impl FnMut(usize, u32)) {
        self.widen(self.hashes.len() + hashes.len());
        let slots = self.slots.as_mut_slice();
        for (at, (hashes, lines)) in hashes.chunks(AHEAD).zip(lines.chunks(AHEAD)).enumerate() {
            // Brings the slots into the cache.
            std::hint::black_box(hashes.iter().fold(0, |sum, &hash| sum ^ slots[place(hash, slots.len())]));
            for (lane, (&hash, &line)) in hashes.iter().zip(lines).enumerate() {
                match find(slots, &self.hashes, hash) {
                    Found::Free(slot) => {
                        self.hashes.push(hash);
                        self.lines.push(line);
                        slots[slot] = slot_of(hash, self.hashes.len());
                    }
                    Found::Known(number) => before(at * AHEAD + lane, self.lines[number]),
                }
            }
        }
    }

    /// Makes the table anew where it would be more than two thirds full.
    fn widen(&mut self, most: usize) {
        if most.saturating_mul(3) <= self.slots.len() * 2 {
            return;
        }
        let size = (most + most / 2 + 1).next_power_of_two().max(LEAST);
        // The old table goes before the new one is made.
        self.slots = Vec::new();
        self.slots.resize(size, 0);
        for (number, &hash) in self.hashes.iter().enumerate() {
            if let Found::Free(slot) = find(&self.slots, &self.hashes, hash) {
                self.slots[slot] = slot_of(hash, number + 1);
            }
        }
    }
}

const LOW: u64 = u32::MAX as u64;

/// Where a hash is, or may be put.
enum Found {
    Free(usize),
    /// By its number.
    Known(usize),
}

#[inline]
fn find(slots: &[u64], hashes: &[u64], hash: u64) -> Found {
    let mut at = place(hash, slots.len());
    loop {
        let slot = slots[at];
        if slot == 0 {
            return Found::Free(at);
        }
        let number = (slot & LOW) as usize - 1;
        if slot >> 32 == hash & LOW && hashes[number] == hash {
            return Found::Known(number);
        }
        at = (at + 1) & (slots.len() - 1);
    }
}

/// Where the search for a hash begins in a table of a power of two slots.
fn place(hash: u64, slots: usize) -> usize {
    (hash >> (64 - slots.trailing_zeros())) as usize
}

/// INVARIANT: no ledger has more rows than a line number holds.
fn slot_of(hash: u64, count: usize) -> u64 {
    hash << 32 | count as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_hash_that_was_there_is_told_with_the_line_of_the_first() {
        // Hashes that crowd at a few places of the table, at its end, and such as differ in one half only.
        let mut state = 7u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..30 {
            let hashes: Vec<u64> = (0..3_000)
                .map(|_| match next(4) {
                    0 => !0 - next(40),
                    1 => next(50) << 32 | 5,
                    2 => next(3) << 62 | next(900),
                    _ => next(1 << 30) << 34 | next(1 << 30),
                })
                .collect();
            let lines: Vec<u32> = (2..).take(hashes.len()).collect();
            let (mut known, mut expect) = (HashMap::new(), Vec::new());
            for (at, (&hash, &line)) in hashes.iter().zip(&lines).enumerate() {
                match known.get(&hash) {
                    Some(&first) => expect.push((at, first)),
                    None => drop(known.insert(hash, line)),
                }
            }
            let (mut seen, mut told, mut at) = (Seen::default(), Vec::new(), 0);
            if next(2) == 0 {
                seen.reserve(next(5_000) as usize);
            }
            while at < hashes.len() {
                let end = hashes.len().min(at + next(500) as usize);
                seen.add(&hashes[at..end], &lines[at..end], |row, first| told.push((at + row, first)));
                at = end;
            }
            assert_eq!(told, expect);
        }
    }
}
