//! The grounds a cell may be suspected on.

use kaigong_model::FactIdx;
use kaigong_rules::Total;

use super::band::Band;
use super::{Ground, Suspects, suspect};
use crate::reading::Reading;
use crate::slip::Slip;
use crate::totals::{Mismatch, agrees};

/// An amount must lie so many times outside the usual of its column.
const COLUMN_GAP: i128 = 10;
/// Investment per area must lie so many times outside the usual.
const DENSITY_GAP: i128 = 3;
/// Parts must be so many times their whole before a unit is blamed where others could be missing.
const TOTAL_GAP: i128 = 2;
/// Atoms of area that investment is divided by: one mu.
const MU: i128 = 1_000_000;

/// Cells far from the other rows of their column.
pub(super) fn columns(reading: &Reading<'_>, suspects: &mut Suspects) {
    for (fact, _) in reading.pack.schema.iter().filter(|(fact, _)| reading.dimension(*fact).is_some()) {
        let column = reading.column(fact);
        let Some(band) = Band::of(column.iter().map(|(_, atoms)| i128::from(*atoms)).collect()) else { continue };
        for (row, atoms) in column {
            if band.far_from(i128::from(atoms), COLUMN_GAP) {
                let mends = mends(reading, fact, row, atoms).map(|(slip, mended)| (slip, i128::from(mended)));
                if let Some(slip) = nearest(band, mends) {
                    suspect(suspects, (row, fact), slip, Ground::Column);
                }
            }
        }
    }
}

/// Cells that make investment per area far from that of other projects.
pub(super) fn densities(reading: &Reading<'_>, suspects: &mut Suspects) {
    let roles = &reading.pack.roles;
    let (Some(money), Some(land)) = (roles.investment, roles.land) else { return };
    let per_mu = |fen: i64, atoms: i64| i128::from(fen) * MU / i128::from(atoms.max(1));
    let both: Vec<(u32, i64, i64)> = reading
        .column(money)
        .into_iter()
        .filter_map(|(row, fen)| Some((row, fen, reading.amount(land, row).filter(|atoms| *atoms > 0)?)))
        .collect();
    let Some(band) = Band::of(both.iter().map(|&(_, fen, atoms)| per_mu(fen, atoms)).collect()) else { return };
    for (row, fen, atoms) in both {
        if !band.far_from(per_mu(fen, atoms), DENSITY_GAP) {
            continue;
        }
        let of_money = mends(reading, money, row, fen).map(|(slip, mended)| ((money, slip), per_mu(mended, atoms)));
        let of_land = mends(reading, land, row, atoms).map(|(slip, mended)| ((land, slip), per_mu(fen, mended)));
        // A cell that is out of its column as well is the one to blame.
        let known = |fact| suspects.contains_key(&(row, fact));
        let (blame_money, blame_land) = (known(money), known(land));
        let candidates = of_money.chain(of_land).filter(|((fact, _), _)| match (blame_money, blame_land) {
            (true, false) => *fact == money,
            (false, true) => *fact == land,
            _ => true,
        });
        if let Some((fact, slip)) = nearest(band, candidates) {
            suspect(suspects, (row, fact), slip, Ground::Density);
        }
    }
}

/// Whether a cell is one of those that make up a whole exactly, all of them recorded.
pub(super) fn confirmed(reading: &Reading<'_>, fact: FactIdx, row: u32) -> bool {
    let within = |total: &&Total| total.exact && (total.whole == fact || total.parts.contains(&fact));
    reading.pack.totals.iter().filter(within).any(|total| {
        let recorded = |&fact: &FactIdx| Some((fact, reading.amount(fact, row)?));
        let parts: Option<Vec<(FactIdx, i64)>> = total.parts.iter().map(recorded).collect();
        let (Some(parts), Some(whole)) = (parts, reading.amount(total.whole, row)) else { return false };
        agrees(reading, total, whole, &parts)
    })
}

/// Cells whose mend makes a total hold: one suspected already, else of an exact total whichever does, else the largest part.
pub(super) fn totals(reading: &Reading<'_>, mismatch: &Mismatch, suspects: &mut Suspects) {
    let total = &reading.pack.totals[mismatch.total];
    let settles = |fact: FactIdx, mended: i64| {
        let swap = |(known, atoms): &(FactIdx, i64)| (*known, if *known == fact { mended } else { *atoms });
        let whole = if fact == total.whole { mended } else { mismatch.whole };
        agrees(reading, total, whole, &mismatch.parts.iter().map(swap).collect::<Vec<_>>())
    };
    let far = mismatch.sum() > i128::from(mismatch.whole) * TOTAL_GAP;
    let exact = total.exact && mismatch.parts.len() == total.parts.len();
    if !far && !exact {
        return;
    }
    let mut cells = vec![(total.whole, mismatch.whole)];
    cells.extend(&mismatch.parts);
    let candidates: Vec<(FactIdx, Slip)> = cells
        .into_iter()
        .flat_map(|(fact, atoms)| {
            let mends = mends(reading, fact, mismatch.row, atoms);
            mends.filter(move |(_, mended)| settles(fact, *mended)).map(move |(slip, _)| (fact, slip))
        })
        .collect();
    let suspected = |(fact, slip): &&(FactIdx, Slip)| {
        let slips = suspects.get(&(mismatch.row, *fact));
        slips.is_some_and(|slips| slips.iter().any(|(known, _)| known == slip))
    };
    let largest = mismatch.parts.iter().max_by_key(|(_, atoms)| *atoms).map(|(fact, _)| *fact);
    let usual = |(fact, _): &&(FactIdx, Slip)| exact || Some(*fact) == largest;
    let blamed = candidates.iter().find(suspected).or_else(|| candidates.iter().find(usual));
    if let Some(&(fact, slip)) = blamed {
        suspect(suspects, (mismatch.row, fact), slip, Ground::Total(mismatch.total));
    }
}

/// Every slip a cell may hold, and what it would be.
fn mends<'r>(reading: &'r Reading<'_>, fact: FactIdx, row: u32, atoms: i64) -> impl Iterator<Item = (Slip, i64)> + 'r {
    let slips = reading.unit(fact, row).into_iter().flat_map(Slip::of);
    slips.filter_map(move |slip| Some((slip, slip.mend(atoms).filter(|mended| *mended > 0)?)))
}

/// Of mends into the usual the one nearest to the median; the first of those alike.
fn nearest<T>(band: Band, mends: impl Iterator<Item = (T, i128)>) -> Option<T> {
    let usual = mends.filter(|(_, mended)| band.holds(*mended));
    usual.reduce(|best, other| if band.nearer(other.1, best.1) { other } else { best }).map(|(slip, _)| slip)
}
