//! Numbers from a seed: SplitMix64 (Steele, Lea and Flood, 2014), mapped to ranges with integers only.

/// A stream of draws.
#[derive(Clone, Debug)]
pub(crate) struct Draw(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Draw {
    /// The stream of one project, for one purpose.
    pub(crate) fn new(seed: u64, index: u32, purpose: u64) -> Self {
        Self(mix(mix(seed ^ mix(purpose)).wrapping_add(STEP.wrapping_mul(u64::from(index) + 1))))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// Less than `limit`, each number as likely as the next.
    pub(crate) fn below(&mut self, limit: i64) -> i64 {
        ((u128::from(self.next()) * limit.max(1) as u128) >> 64) as i64
    }

    /// From `least` to `most`, both included.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(most - least + 1)
    }

    /// Whether a thing happens that happens so many times in a thousand.
    pub(crate) fn chance(&mut self, per_mille: i64) -> bool {
        self.below(1000) < per_mille
    }

    /// A place in a list of weights, each as likely as its weight.
    pub(crate) fn place(&mut self, weights: impl Iterator<Item = i64> + Clone) -> usize {
        let mut left = self.below(weights.clone().sum());
        let found = weights.into_iter().position(|weight| {
            left -= weight;
            left < 0
        });
        found.unwrap_or_default()
    }

    /// One of several things, each with its weight.
    pub(crate) fn pick<'t, T>(&mut self, things: &'t [(T, i64)]) -> &'t T {
        &things[self.place(things.iter().map(|(_, weight)| *weight))].0
    }

    /// One of several things, all alike.
    pub(crate) fn any<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.below(things.len() as i64) as usize]
    }

    /// From `least` up, each doubling with its weight: small ones many, large ones few.
    pub(crate) fn doubling(&mut self, least: i64, weights: &[(i64, i64)]) -> i64 {
        let from = least << self.pick(weights);
        self.between(from, 2 * from - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_stay_in_their_range_and_reach_all_of_it() {
        let mut draw = Draw::new(7, 0, 0);
        let mut seen = [0; 6];
        for _ in 0..6_000 {
            let value = draw.between(-2, 3);
            seen[(value + 2) as usize] += 1;
        }
        assert!(seen.iter().all(|count| (850..1150).contains(count)), "{seen:?}");
        assert!((0..2_000).filter(|_| draw.chance(250)).count().abs_diff(500) < 80);
        assert_eq!(draw.below(1), 0);
    }

    #[test]
    fn weights_are_kept() {
        let mut draw = Draw::new(1, 2, 3);
        let picked = (0..4_000).filter(|_| *draw.pick(&[("a", 3), ("b", 1)]) == "a").count();
        assert!(picked.abs_diff(3_000) < 120, "{picked}");
        assert!((0..500).all(|_| (40..160).contains(&draw.doubling(40, &[(0, 1), (1, 1)]))));
    }

    #[test]
    fn streams_of_neighbours_differ() {
        let first = |seed, index, purpose| Draw::new(seed, index, purpose).below(1 << 40);
        let all = [first(1, 0, 0), first(1, 1, 0), first(2, 0, 0), first(1, 0, 1)];
        assert_eq!(std::collections::BTreeSet::from(all).len(), 4);
    }
}
