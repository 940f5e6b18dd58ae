//! Why did it flip: the smallest set of changes that alone turns a project's verdict from one into another.
//!
//! ```text
//! two sides (ledger, day, law) --what differs--> switches --subsets, many a portfolio--> verdicts
//! ```
//! Every change is a switch: a fact of the project as its side's ledger knew it on that side's day, the grants out of a
//! pool, a project it waits for, the calendar (limits that run out, papers that lapse) and every text of the law that
//! reads otherwise: a requirement with its versions and edges, a parameter (`law.rs`). With none of them
//! the verdict is the first, with all of them the second. A set is *sufficient* if it alone, everything else left as it
//! was, gives the second verdict. Changes that no sufficient set can do without are found first (`possible.rs`), so that
//! only sets of them and some others are tried. What is dated after the calendar's day counts as of that day.

mod hybrid;
mod law;
mod possible;

use kaigong_model::{Cell, FactIdx, Portfolio};
use kaigong_rules::expression::{ParameterIdx, PoolIdx};
use kaigong_rules::{Pack, RequirementIdx};

use crate::evaluate::{Options, Verdict};
use hybrid::Hybrids;
pub use law::law_changes;
use possible::necessary;

/// One of the two states compared.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The ledger.
    pub portfolio: &'a Portfolio,
    /// The project's row in it.
    pub row: u32,
    /// Day, law and how the ledger is read.
    pub options: Options,
}

/// Something that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Switch {
    /// A fact of the project: its cell before and after.
    Fact(FactIdx, [Cell; 2]),
    /// What the project was granted out of a pool kind, atoms before and after.
    Pool(PoolIdx, [i128; 2]),
    /// A project that it waits for, by id.
    Project(String),
    /// Time went by.
    Calendar,
    /// A text of the law changed.
    Law(LawText),
}

/// A text of the law that changes on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LawText {
    /// A requirement: its period, versions and edges; where a date governs it, its parameters too.
    Requirement(RequirementIdx),
    /// A parameter, in every requirement that no date governs.
    Parameter(ParameterIdx),
}

/// How a verdict flipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flip {
    /// Before and after.
    pub verdicts: [Verdict; 2],
    /// Everything that changed and that a verdict could rest on.
    pub switches: Vec<Switch>,
    /// Sufficient sets, as indices of switches: all of the least size where `proven`, at most [`LISTED`]; else one that
    /// holds nothing to spare. None where the verdict did not flip.
    pub sets: Vec<Vec<usize>>,
    /// How many sets of the least size there are, where that is known.
    pub count: Option<u64>,
    /// Whether no smaller set is sufficient.
    pub proven: bool,
}

/// Sets listed of one size.
pub const LISTED: usize = 8;

/// Rows evaluated in search of a least set before one that holds nothing to spare has to do.
pub const FLIP_BUDGET: u64 = 200_000;

/// Finds what turned a project's verdict.
///
/// # Complexity
/// Subsets tried × projects waited for, at most `budget` rows beyond those that thin out one set.
pub fn flip(pack: &Pack, sides: [Side<'_>; 2], budget: u64) -> Flip {
    let hybrids = Hybrids::new(pack, sides);
    let all: Vec<usize> = (0..hybrids.switches.len()).collect();
    let verdicts = [hybrids.verdict(&[]), hybrids.verdict(&all)];
    let mut found = Flip { verdicts, switches: Vec::new(), sets: Vec::new(), count: None, proven: true };
    if verdicts[0] != verdicts[1] {
        search(&hybrids, all, verdicts[1], budget, &mut found);
    }
    found.switches = hybrids.switches;
    found
}

fn search(hybrids: &Hybrids<'_>, all: Vec<usize>, wanted: Verdict, budget: u64, found: &mut Flip) {
    let necessary = necessary(hybrids, wanted);
    let optional: Vec<usize> = all.iter().copied().filter(|switch| !necessary.contains(switch)).collect();
    let thin = thinned(hybrids, all, wanted);
    let mut left = budget / hybrids.rows();
    for more in 0..=thin.len() - necessary.len() {
        let subsets = choose(optional.len(), more);
        if subsets > u128::from(left) {
            // No smaller set is sufficient where all of them have been tried.
            found.proven = thin.len() == necessary.len() + more || thin.len() == 1;
            break;
        }
        left -= subsets as u64;
        let sufficient = sufficient(hybrids, &necessary, &optional, more, wanted);
        if !sufficient.is_empty() {
            found.count = Some(sufficient.len() as u64);
            found.sets = sufficient.into_iter().take(LISTED).collect();
            return;
        }
    }
    found.sets = vec![thin];
}

/// A sufficient set from which nothing can be left out.
fn thinned(hybrids: &Hybrids<'_>, mut set: Vec<usize>, wanted: Verdict) -> Vec<usize> {
    loop {
        let before = set.len();
        for at in (0..set.len()).rev() {
            let less: Vec<usize> = set.iter().copied().filter(|&switch| switch != set[at]).collect();
            if hybrids.verdict(&less) == wanted {
                set = less;
            }
        }
        // Leaving one out may let another go that could not before.
        if set.len() == before {
            return set;
        }
    }
}

/// Sets tried at a time.
const BATCH: usize = 4_096;

/// Every sufficient set of the necessary changes and so many more, in order.
fn sufficient(
    hybrids: &Hybrids<'_>,
    necessary: &[usize],
    optional: &[usize],
    more: usize,
    wanted: Verdict,
) -> Vec<Vec<usize>> {
    let set = |chosen: &[usize]| {
        let mut set: Vec<usize> = chosen.iter().map(|&at| optional[at]).chain(necessary.iter().copied()).collect();
        set.sort_unstable();
        set
    };
    let mut found = Vec::new();
    let mut next: Option<Vec<usize>> = Some((0..more).collect());
    while next.is_some() {
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(chosen) = next.take() {
            next = after(&chosen, optional.len());
            batch.push(set(&chosen));
            if batch.len() == BATCH {
                break;
            }
        }
        let verdicts = hybrids.verdicts(&batch);
        found.extend(batch.into_iter().zip(verdicts).filter(|(_, verdict)| *verdict == wanted).map(|(set, _)| set));
    }
    found.sort();
    found
}

/// The set of the same size that follows, in lexical order.
fn after(set: &[usize], count: usize) -> Option<Vec<usize>> {
    let size = set.len();
    let at = (0..size).rev().find(|&at| set[at] < count - size + at)?;
    let mut next = set.to_vec();
    next[at] += 1;
    (at + 1..size).for_each(|later| next[later] = next[later - 1] + 1);
    Some(next)
}

/// How many sets of a size there are; the largest number where they are more.
fn choose(count: usize, size: usize) -> u128 {
    let mut sets = 1u128;
    for taken in 0..size {
        match sets.checked_mul((count - taken) as u128) {
            Some(product) => sets = product / (taken as u128 + 1),
            None => return u128::MAX,
        }
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_of_a_size_come_once_each() {
        for (count, size) in [(5, 1), (6, 3), (7, 7), (9, 4)] {
            let mut sets: Vec<Vec<usize>> = vec![(0..size).collect()];
            while let Some(next) = sets.last().and_then(|last| after(last, count)) {
                sets.push(next);
            }
            assert!(sets.is_sorted());
            sets.dedup();
            assert_eq!(sets.len() as u128, choose(count, size));
        }
        assert_eq!(choose(400, 200), u128::MAX);
    }
}
