//! Amounts out of all proportion, and the unit they were probably meant in.
//!
//! A cell is suspected on one or more grounds: beside the other rows of its column, beside the investment per area of
//! the others, or because its whole or parts agree once it is mended. A mend must bring the amount into the middle nine
//! tenths of what it is held against.

mod band;
mod grounds;

use std::collections::BTreeMap;

use kaigong_model::FactIdx;

use crate::reading::Reading;
use crate::slip::Slip;
use crate::totals::Mismatch;

/// Why a cell is suspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// The other rows of its column.
    Column,
    /// Investment per area, beside that of the other projects.
    Density,
    /// A total of the pack, by its index, that holds once the cell is mended.
    Total(usize),
}

/// An amount that was probably written in another unit than it was read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// The project.
    pub row: u32,
    /// The fact.
    pub fact: FactIdx,
    /// What it was read as, atoms.
    pub atoms: i64,
    /// The units.
    pub slip: Slip,
    /// What it would be, atoms.
    pub mended: i64,
    /// Why, each once, in order.
    pub grounds: Vec<Ground>,
}

impl Misread {
    /// Whether the mend settles a mismatch.
    pub(crate) fn explains(&self, mismatch: &Mismatch) -> bool {
        self.row == mismatch.row && self.grounds.contains(&Ground::Total(mismatch.total))
    }
}

/// Suspicions against one cell, by the unit it may have been meant in.
type Suspects = BTreeMap<(u32, FactIdx), Vec<(Slip, Vec<Ground>)>>;

/// Every amount that is suspected, in order of row and fact.
pub fn misread(reading: &Reading<'_>, mismatches: &[Mismatch]) -> Vec<Misread> {
    let mut suspects = Suspects::new();
    grounds::columns(reading, &mut suspects);
    grounds::densities(reading, &mut suspects);
    // Unusual, but exactly what makes up its whole: it is as it should be.
    suspects.retain(|&(row, fact), _| !grounds::confirmed(reading, fact, row));
    // A total that is exact says most surely which cell is wrong, and so comes first.
    let (exact, loose): (Vec<&Mismatch>, Vec<&Mismatch>) =
        mismatches.iter().partition(|mismatch| reading.pack.totals[mismatch.total].exact);
    exact.into_iter().chain(loose).for_each(|mismatch| grounds::totals(reading, mismatch, &mut suspects));
    suspects.into_iter().filter_map(|((row, fact), slips)| told(reading, row, fact, slips)).collect()
}

fn suspect(suspects: &mut Suspects, cell: (u32, FactIdx), slip: Slip, ground: Ground) {
    let slips = suspects.entry(cell).or_default();
    match slips.iter_mut().find(|(known, _)| *known == slip) {
        Some((_, grounds)) => grounds.push(ground),
        None => slips.push((slip, vec![ground])),
    }
}

/// Of several units the one with most grounds, the first of those alike.
fn told(reading: &Reading<'_>, row: u32, fact: FactIdx, slips: Vec<(Slip, Vec<Ground>)>) -> Option<Misread> {
    let atoms = reading.amount(fact, row)?;
    let most = slips.iter().map(|(_, grounds)| grounds.len()).max()?;
    let (slip, mut grounds) = slips.into_iter().find(|(_, grounds)| grounds.len() == most)?;
    grounds.sort_unstable();
    Some(Misread { row, fact, atoms, slip, mended: slip.mend(atoms)?, grounds })
}

#[cfg(test)]
mod tests;
