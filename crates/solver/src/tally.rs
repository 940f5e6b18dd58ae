//! Only the counts of a portfolio: verdicts, and the states of every requirement, by population count, nothing kept.

use std::sync::Arc;

use kaigong_bits::{Word3, count_ones, low_lanes};
use kaigong_model::Portfolio;
use kaigong_rules::Pack;
use rayon::prelude::*;

use crate::evaluate::{Evaluation, Options, evaluate_program};
use crate::facts::Block;
use crate::program::{NodeIdx, Program};
use crate::registers::{MOST_WORDS, Registers, Rows, block_words};

/// How many projects a requirement is in each state for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateCounts {
    /// Does not apply.
    pub not_applicable: u64,
    /// Cleared.
    pub met: u64,
    /// Someone can act.
    pub open: u64,
    /// Held by what it needs.
    pub waiting: u64,
    /// Missing facts decide.
    pub undetermined: u64,
}

impl StateCounts {
    fn add(&mut self, other: Self) {
        self.not_applicable += other.not_applicable;
        self.met += other.met;
        self.open += other.open;
        self.waiting += other.waiting;
        self.undetermined += other.undetermined;
    }
}

/// How many of the lanes asked for each of some masks has, the masks given word by word.
pub(crate) fn counted<const N: usize>(asked: &[u64], masks: impl Fn(usize) -> [u64; N]) -> [u64; N] {
    let mut planes = [[0; MOST_WORDS]; N];
    for (word, &asked) in asked.iter().enumerate() {
        for (plane, mask) in planes.iter_mut().zip(masks(word)) {
            plane[word] = mask & asked;
        }
    }
    planes.map(|plane| count_ones(&plane[..asked.len()]))
}

/// Counts over a portfolio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Projects per verdict: started, ready, blocked, undetermined.
    pub verdicts: [u64; 4],
    /// In order of requirement index.
    pub states: Vec<StateCounts>,
}

/// Counts what an evaluation would say, and keeps nothing of it.
///
/// Where projects wait for projects the whole has to be evaluated first.
///
/// # Complexity
/// Rows × nodes / 64 word operations; memory does not grow with the rows.
pub fn tally(pack: &Pack, portfolio: &Portfolio, options: Options) -> Tally {
    tally_program(pack, portfolio, options, Arc::new(options.program(pack, options.as_of)))
}

/// The same by a program at hand.
pub(crate) fn tally_program(pack: &Pack, portfolio: &Portfolio, options: Options, program: Arc<Program>) -> Tally {
    if program.slots.iter().any(|slot| portfolio.column(slot.links).is_some()) {
        return evaluate_program(pack, portfolio, options, program).tally();
    }
    let mut evaluation = Evaluation::of(pack, portfolio, options, program, Arc::default(), Arc::default());
    evaluation.settle_links();
    let core = evaluation.program.core();
    let (size, words) = (block_words(core.len()), evaluation.words());
    let tally_of = |registers: &mut Registers, at: usize| {
        let block = evaluation.block(at * size, size);
        let completed = |slot, word| evaluation.upstream.completed(slot, block.first + word);
        registers.run(core, &evaluation.facts, Rows::Block(block), completed);
        let mut sum = Tally::none(&evaluation.program);
        sum.count(&evaluation.program, block, |node, word| registers.word(node, word));
        sum
    };
    let blocks = (0..words.div_ceil(size)).into_par_iter();
    let sums = blocks.map_init(|| Registers::new(core, size), tally_of);
    sums.reduce(|| Tally::none(&evaluation.program), Tally::with)
}

impl Evaluation<'_> {
    /// The counts of what it says.
    pub fn tally(&self) -> Tally {
        let mut sum = Tally::none(&self.program);
        for first in (0..self.words()).step_by(MOST_WORDS) {
            let block = self.block(first, MOST_WORDS);
            sum.count(&self.program, block, |node, word| self.kept.word(node, first + word));
        }
        sum
    }
}

impl Tally {
    fn none(program: &Program) -> Self {
        Self { verdicts: [0; 4], states: vec![StateCounts::default(); program.requirements.len()] }
    }

    /// Adds the rows of a block.
    fn count(&mut self, program: &Program, block: Block, word: impl Fn(NodeIdx, usize) -> Word3) {
        let asked: Vec<u64> = (0..block.words()).map(|word| low_lanes(block.span(word).len)).collect();
        let goal = program.requirements[program.goal.0 as usize].cleared;
        let verdicts = counted(&asked, |at| verdict_lanes(word(program.started, at).yes, word(goal, at)));
        self.verdicts.iter_mut().zip(verdicts).for_each(|(sum, verdict)| *sum += verdict);
        for (sum, nodes) in self.states.iter_mut().zip(&program.requirements) {
            let counts = counted(&asked, |at| {
                let lanes = StateLanes::of(word(nodes.applies, at), word(nodes.needs, at), word(nodes.cleared, at));
                [lanes.not_applicable, lanes.met, lanes.open, lanes.waiting, lanes.undetermined]
            });
            let [not_applicable, met, open, waiting, undetermined] = counts;
            sum.add(StateCounts { not_applicable, met, open, waiting, undetermined });
        }
    }

    fn with(mut self, other: Self) -> Self {
        self.verdicts.iter_mut().zip(other.verdicts).for_each(|(sum, add)| *sum += add);
        for (sum, add) in self.states.iter_mut().zip(other.states) {
            sum.add(add);
        }
        self
    }
}

/// Lanes per verdict: started, ready, blocked, undetermined.
pub(crate) fn verdict_lanes(started: u64, goal: Word3) -> [u64; 4] {
    [started, !started & goal.yes, !started & goal.no, !started & goal.unknown()]
}

/// Lanes per state of a requirement.
pub(crate) struct StateLanes {
    pub(crate) not_applicable: u64,
    pub(crate) met: u64,
    pub(crate) open: u64,
    pub(crate) waiting: u64,
    pub(crate) undetermined: u64,
}

impl StateLanes {
    pub(crate) fn of(applies: Word3, needs: Word3, cleared: Word3) -> Self {
        let may = !applies.no;
        let stuck = may & cleared.no;
        Self {
            not_applicable: applies.no,
            met: may & cleared.yes,
            open: stuck & !needs.no,
            waiting: stuck & needs.no,
            undetermined: may & cleared.unknown(),
        }
    }
}
