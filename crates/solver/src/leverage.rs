//! Leverage: which projects would clear the goal if one step, or two together, were met in them.
//!
//! Needs are conjunctions, groups are choices, so a project is released by a set of steps exactly if the gates,
//! run again with those steps as met, clear its goal. They are run for the 64 rows of a word at once. A pair is
//! tried only where every step that no release can do without is in it, so few of all pairs are ever run.

use kaigong_bits::lanes;
use kaigong_rules::RequirementIdx;
use rayon::prelude::*;

use crate::evaluate::Evaluation;
use crate::gates::{Gate, Gates};
use crate::summary::row_mask;
use crate::walk::Walk;

/// Steps that someone could see to: one requirement, or all that one office answers for.
pub type Lever = Vec<RequirementIdx>;

/// What releases a blocked project: the least sets of at most two levers, as indices into their family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// Levers each of which does.
    pub alone: Vec<usize>,
    /// Pairs that do, neither lever of which does alone.
    pub pairs: Vec<(usize, usize)>,
}

/// A blocked project that has not started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its row.
    pub row: u32,
    /// Its root causes, in order of requirement.
    pub blockers: Vec<RequirementIdx>,
    /// In order of the families.
    pub released: Vec<Released>,
}

/// Every blocked project that has not started, in order of row; over `rows` only, where given (in order of row).
///
/// The levers of a family have no requirement in common. Every project is looked at by itself: what it would
/// release in turn, over its links, is not followed.
///
/// # Complexity
/// For each 64 rows and family: levers × requirements word operations, and as much again for each pair tried.
pub fn leverage(evaluation: &Evaluation<'_>, families: &[Vec<Lever>], rows: Option<&[u32]>) -> Vec<Held> {
    (0..evaluation.portfolio.len().div_ceil(64))
        .into_par_iter()
        .flat_map_iter(|word| match row_mask(rows, word) {
            0 => Vec::new(),
            mask => word_of(evaluation, word, mask, families),
        })
        .collect()
}

fn word_of(evaluation: &Evaluation<'_>, word: usize, mask: u64, families: &[Vec<Lever>]) -> Vec<Held> {
    let view = evaluation.view(word);
    let goal = evaluation.program.requirements[evaluation.program.goal.0 as usize].cleared;
    let held = view.word(goal).no & view.mask() & mask & !evaluation.started_word(word).yes;
    if held == 0 {
        return Vec::new();
    }
    let walk = Walk::from_goal(&view);
    let mut gates = Gates::new(&view, &walk, held);
    let mut released: Vec<Vec<Released>> =
        families.iter().map(|family| gates.released(family, held).into_iter().collect()).collect();
    let blockers = |lane: usize| {
        let blocks = |&idx: &RequirementIdx| walk.is_blocker(idx, lane);
        view.pack.iter().map(|(idx, _)| idx).filter(blocks).collect()
    };
    let mut told = |lane: usize| Held {
        row: view.row(lane),
        blockers: blockers(lane),
        released: released.iter_mut().map(|family| std::mem::take(&mut family[lane])).collect(),
    };
    lanes(held).map(&mut told).collect()
}

impl Gates<'_> {
    fn force(&mut self, lever: &[RequirementIdx], value: bool) {
        lever.iter().for_each(|&idx| self.set(idx, if value { !0 } else { 0 }));
    }

    /// What releases each lane, of one family.
    fn released(&mut self, family: &[Lever], held: u64) -> [Released; 64] {
        let mut found = std::array::from_fn(|_| Released::default());
        let stands = |gate: &Gate<'_>, lever: &Lever| lever.contains(&RequirementIdx(gate.at as u32));
        let levers: Vec<usize> =
            (0..family.len()).filter(|&at| self.between.iter().any(|gate| stands(gate, &family[at]))).collect();
        levers.iter().for_each(|&at| self.force(&family[at], true));
        let open = self.run() & held;
        // Lanes on which no release can do without the lever, and how many such levers a lane has.
        let mut needed = vec![0u64; family.len()];
        let (mut one, mut two, mut more) = (0u64, 0u64, 0u64);
        for &at in &levers {
            self.force(&family[at], false);
            needed[at] = open & !self.run();
            self.force(&family[at], true);
            more |= two & needed[at];
            two |= one & needed[at];
            one |= needed[at];
        }
        levers.iter().for_each(|&at| self.force(&family[at], false));
        let mut alone = vec![0u64; family.len()];
        for &at in &levers {
            let tried = open & !two & (!one | needed[at]);
            if tried != 0 {
                self.force(&family[at], true);
                alone[at] = tried & self.run();
                self.force(&family[at], false);
                lanes(alone[at]).for_each(|lane| found[lane].alone.push(at));
            }
        }
        for (place, &a) in levers.iter().enumerate() {
            for &b in &levers[place + 1..] {
                let fits = two & needed[a] & needed[b] | !two & (!one | needed[a] | needed[b]);
                let tried = open & !more & !alone[a] & !alone[b] & fits;
                if tried != 0 {
                    self.force(&family[a], true);
                    self.force(&family[b], true);
                    lanes(tried & self.run()).for_each(|lane| found[lane].pairs.push((a, b)));
                    self.force(&family[a], false);
                    self.force(&family[b], false);
                }
            }
        }
        found
    }
}
