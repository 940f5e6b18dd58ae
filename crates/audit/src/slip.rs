//! Numbers written in one unit and read in another.

use kaigong_model::{Dimension, Unit};

/// Units that ledgers mix up, by what they measure.
const MIXED: &[(Dimension, &[&str])] = &[
    (Dimension::Area, &["亩", "公顷", "平方米"]),
    (Dimension::Money, &["元", "万元", "亿元"]),
    (Dimension::Mass, &["公斤", "吨", "万吨"]),
    (Dimension::CoalEquivalent, &["kgce", "吨标准煤", "万吨标准煤"]),
    (Dimension::Energy, &["千瓦时", "万千瓦时", "亿千瓦时"]),
    (Dimension::Volume, &["立方米", "万立方米"]),
    (Dimension::Length, &["米", "公里"]),
];

/// A number in one unit, read as if in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slip {
    /// The unit it was read in.
    pub read: Unit,
    /// The unit it was probably meant in.
    pub meant: Unit,
}

impl Slip {
    /// The slips that a column read in a unit may hold.
    pub(crate) fn of(read: Unit) -> impl Iterator<Item = Self> {
        let units =
            MIXED.iter().find(|(dimension, _)| *dimension == read.dimension).map_or(&[][..], |(_, units)| units);
        let meant = units.iter().filter_map(|name| Unit::parse(name)).filter(move |meant| meant.atoms != read.atoms);
        meant.map(move |meant| Self { read, meant })
    }

    /// What the number says in the unit it was meant in, rounded half up; nothing past 64 bits.
    pub fn mend(self, atoms: i64) -> Option<i64> {
        let (read, meant) = (i128::from(self.read.atoms), i128::from(self.meant.atoms));
        let doubled = i128::from(atoms) * meant * 2 + read;
        i64::try_from(doubled.div_euclid(read * 2)).ok()
    }

    /// How many times too large the reading is, or too small: the larger of the two units in the smaller.
    pub fn fold(self) -> (i64, i64) {
        let (read, meant) = (self.read.atoms, self.meant.atoms);
        (read.max(meant), read.min(meant))
    }

    /// Whether the reading is too large.
    pub fn too_large(self) -> bool {
        self.read.atoms > self.meant.atoms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(name: &str) -> Unit {
        Unit::parse(name).unwrap()
    }

    #[test]
    fn mu_read_as_hectares_are_a_fifteenth() {
        let slip = Slip { read: unit("公顷"), meant: unit("亩") };
        assert_eq!(slip.mend(15_000_000 * 30), Some(1_000_000 * 30));
        assert!(slip.too_large());
        assert_eq!(slip.fold(), (15_000_000, 1_000_000));
    }

    #[test]
    fn a_column_in_wan_may_hold_yuan_or_yi() {
        let meant: Vec<&str> = Slip::of(unit("万元")).map(|slip| slip.meant.name).collect();
        assert_eq!(meant, ["yuan", "yi"]);
    }

    #[test]
    fn past_64_bits_is_nothing() {
        let slip = Slip { read: unit("元"), meant: unit("亿元") };
        assert_eq!(slip.mend(i64::MAX), None);
    }
}
