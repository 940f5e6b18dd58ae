//! One machine word of 64 three-valued lanes and its Kleene gates.

/// Lanes in a word.
pub const LANES: usize = 64;

/// Sixty-four three-valued truths.
///
/// INVARIANT: `yes & no == 0`; a lane in neither mask is unknown.
///
/// | a       | b       | and     | or      |
/// |---------|---------|---------|---------|
/// | yes     | unknown | unknown | yes     |
/// | no      | unknown | no      | unknown |
/// | unknown | unknown | unknown | unknown |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word3 {
    /// Lanes that are yes.
    pub yes: u64,
    /// Lanes that are no.
    pub no: u64,
}

impl Word3 {
    /// Every lane yes.
    pub const YES: Self = Self { yes: !0, no: 0 };
    /// Every lane no.
    pub const NO: Self = Self { yes: 0, no: !0 };
    /// Every lane unknown.
    pub const UNKNOWN: Self = Self { yes: 0, no: 0 };

    /// Kleene conjunction: `(yes & yes, no | no)`.
    #[inline]
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { yes: self.yes & other.yes, no: self.no | other.no }
    }

    /// Kleene disjunction: `(yes | yes, no & no)`.
    #[inline]
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self { yes: self.yes | other.yes, no: self.no & other.no }
    }

    /// Kleene negation: the masks change places.
    #[inline]
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }

    /// Lanes that are neither yes nor no.
    #[inline]
    pub const fn unknown(self) -> u64 {
        !(self.yes | self.no)
    }

    /// `self` where `mask` is set, `other` elsewhere.
    #[inline]
    #[must_use]
    pub const fn select(self, mask: u64, other: Self) -> Self {
        Self { yes: (self.yes & mask) | (other.yes & !mask), no: (self.no & mask) | (other.no & !mask) }
    }

    /// The value where both agree, unknown where they differ.
    #[inline]
    #[must_use]
    pub const fn shared(self, other: Self) -> Self {
        Self { yes: self.yes & other.yes, no: self.no & other.no }
    }
}

/// A mask of the lowest `count` lanes, `count <= 64`.
#[inline]
pub const fn low_lanes(count: usize) -> u64 {
    if count >= LANES { !0 } else { (1 << count) - 1 }
}

/// The set lanes of a mask, lowest first.
pub fn lanes(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if mask == 0 {
            return None;
        }
        let lane = mask.trailing_zeros() as usize;
        mask &= mask - 1;
        Some(lane)
    })
}

/// Eight bytes of 0 and 1 as eight bits, by one multiplication: it brings byte `i` to bit `56 + i`, and no two products
/// meet in one bit.
#[inline]
pub(crate) fn gathered(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(values: [Option<bool>; 9], lane: usize) -> Option<bool> {
        values[lane]
    }

    fn pack(values: &[Option<bool>]) -> Word3 {
        let mut out = Word3::UNKNOWN;
        for (lane, value) in values.iter().enumerate() {
            match value {
                Some(true) => out.yes |= 1 << lane,
                Some(false) => out.no |= 1 << lane,
                None => {}
            }
        }
        out
    }

    fn read(w: Word3, lane: usize) -> Option<bool> {
        match (w.yes >> lane & 1, w.no >> lane & 1) {
            (1, 0) => Some(true),
            (0, 1) => Some(false),
            (0, 0) => None,
            _ => panic!("yes and no at once"),
        }
    }

    #[test]
    fn gates_follow_the_kleene_tables() {
        let (t, f, u) = (Some(true), Some(false), None);
        let a = [t, t, t, f, f, f, u, u, u];
        let b = [t, f, u, t, f, u, t, f, u];
        let (pa, pb) = (pack(&a), pack(&b));
        for lane in 0..9 {
            let (x, y) = (word(a, lane), word(b, lane));
            let and = if x == f || y == f {
                f
            } else if x == t && y == t {
                t
            } else {
                u
            };
            let or = if x == t || y == t {
                t
            } else if x == f && y == f {
                f
            } else {
                u
            };
            assert_eq!(read(pa.and(pb), lane), and);
            assert_eq!(read(pa.or(pb), lane), or);
            assert_eq!(read(pa.negated(), lane), x.map(|v| !v));
            assert_eq!(read(pa.shared(pb), lane), if x == y { x } else { u });
        }
    }

    #[test]
    fn low_lanes_covers_every_width() {
        assert_eq!(low_lanes(0), 0);
        assert_eq!(low_lanes(1), 1);
        assert_eq!(low_lanes(63), u64::MAX >> 1);
        assert_eq!(low_lanes(64), u64::MAX);
        assert_eq!(lanes(0b1010_0001).collect::<Vec<_>>(), [0, 5, 7]);
    }
}
