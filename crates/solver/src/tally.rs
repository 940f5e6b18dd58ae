//! Only the counts of a portfolio: verdicts, and the states of every requirement, by population count, nothing kept.

use std::sync::Arc;

use kaigong_bits::{Word3, low_lanes};
use kaigong_model::Portfolio;
use kaigong_rules::Pack;
use rayon::prelude::*;

use crate::evaluate::{Evaluation, Options, evaluate};
use crate::program::{NodeIdx, Program};
use crate::registers::{Registers, Rows, block_words};

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
    let program = Arc::new(options.program(pack, options.as_of));
    if program.slots.iter().any(|slot| portfolio.column(slot.links).is_some()) {
        return evaluate(pack, portfolio, options).tally();
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
        for word in 0..block.words() {
            let lanes = low_lanes(block.span(word).len);
            sum.count(&evaluation.program, lanes, |node| registers.word(node, word));
        }
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
        for word in 0..self.words() {
            sum.count(&self.program, low_lanes(self.span(word).len), |node| self.kept.word(node, word));
        }
        sum
    }
}

impl Tally {
    fn none(program: &Program) -> Self {
        Self { verdicts: [0; 4], states: vec![StateCounts::default(); program.requirements.len()] }
    }

    /// Adds some lanes of a word.
    fn count(&mut self, program: &Program, lanes: u64, word: impl Fn(NodeIdx) -> Word3) {
        let ones = |bits: u64| u64::from((bits & lanes).count_ones());
        let (started, goal) = (word(program.started).yes, word(program.requirements[program.goal.0 as usize].cleared));
        let verdicts = verdict_lanes(started, goal);
        self.verdicts.iter_mut().zip(verdicts).for_each(|(sum, verdict)| *sum += ones(verdict));
        for (sum, nodes) in self.states.iter_mut().zip(&program.requirements) {
            let lanes = StateLanes::of(word(nodes.applies), word(nodes.needs), word(nodes.cleared));
            sum.not_applicable += ones(lanes.not_applicable);
            sum.met += ones(lanes.met);
            sum.open += ones(lanes.open);
            sum.waiting += ones(lanes.waiting);
            sum.undetermined += ones(lanes.undetermined);
        }
    }

    fn with(mut self, other: Self) -> Self {
        self.verdicts.iter_mut().zip(other.verdicts).for_each(|(sum, add)| *sum += add);
        for (sum, add) in self.states.iter_mut().zip(other.states) {
            sum.not_applicable += add.not_applicable;
            sum.met += add.met;
            sum.open += add.open;
            sum.waiting += add.waiting;
            sum.undetermined += add.undetermined;
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
