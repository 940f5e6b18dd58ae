//! Counts of a block of rows, a run of words at a time: states by population count, blockers by a walk over the block.
//!
//! What an evaluation keeps is not run again; only what the walk reads beside it is, gates for the most part.

use kaigong_bits::{Word3, lanes, low_lanes};
use kaigong_rules::{Pack, RequirementIdx};

use super::{RequirementCounts, investment};
use crate::evaluate::Evaluation;
use crate::facts::{Block, Lanes};
use crate::program::{NodeIdx, Program, Segment};
use crate::registers::{MOST_WORDS, Registers, Rows};
use crate::slice::Slice;
use crate::tally::{StateLanes, counted, verdict_lanes};
use crate::walk::{Ground, Walk};

/// Counts blocks of an evaluation.
pub(super) struct Counter<'e, 'a> {
    pub(super) evaluation: &'e Evaluation<'a>,
    /// What is run beside what is kept.
    slice: Slice,
    /// Where the slice has each node that it runs.
    places: Vec<Option<NodeIdx>>,
}

impl<'e, 'a> Counter<'e, 'a> {
    pub(super) fn new(evaluation: &'e Evaluation<'a>) -> Self {
        let program = &evaluation.program;
        let segments = program.requirements.iter().flat_map(|nodes| &nodes.segments);
        let mut wanted: Vec<NodeIdx> =
            segments.flat_map(|segment| &segment.each).map(|need| need.contribution).collect();
        wanted.retain(|&node| !evaluation.kept.holds(node));
        let slice = Slice::of(program, &evaluation.kept, &wanted);
        let mut places = vec![None; program.nodes.len()];
        slice.wanted.iter().for_each(|&(node, at)| places[node.0 as usize] = Some(at));
        Self { evaluation, slice, places }
    }

    /// Counts the lanes of some words from `first` on, which lie in one block of what is kept: every requirement, and
    /// projects per verdict.
    pub(super) fn count(&self, first: usize, masks: &[u64]) -> (Vec<RequirementCounts>, [u64; 4]) {
        let ground = self.ground(first, masks.len());
        let evaluation = self.evaluation;
        let program = &evaluation.program;
        let ((started, _), goal) =
            (ground.planes(program.started), program.requirements[program.goal.0 as usize].cleared);
        let goal = ground.planes(goal);
        let verdicts = counted(masks, |at| verdict_lanes(started[at], word(goal, at)));
        let walk = Walk::from_goal(&ground);
        // Lanes blocked by anything, and by two things or more.
        let (mut once, mut again) = ([0u64; MOST_WORDS], [0u64; MOST_WORDS]);
        for idx in (0..program.requirements.len()).map(|at| RequirementIdx(at as u32)) {
            for word in 0..masks.len() {
                let blocks = walk.blocks(idx, word);
                (once[word], again[word]) = (once[word] | blocks, again[word] | once[word] & blocks);
            }
        }
        let mut money: Vec<Option<i128>> = vec![None; masks.len() * 64];
        let requirement = |(at, nodes): (usize, &crate::program::RequirementNodes)| {
            let idx = RequirementIdx(at as u32);
            let planes = [nodes.applies, nodes.met, nodes.needs, nodes.cleared].map(|node| ground.planes(node));
            let [applies, met, needs, cleared] = planes;
            let [not_applicable, is_met, open, waiting, undetermined, out_of_order] = counted(masks, |at| {
                let lanes = StateLanes::of(word(applies, at), word(needs, at), word(cleared, at));
                let early = applies.0[at] & met.0[at] & needs.1[at];
                [lanes.not_applicable, lanes.met, lanes.open, lanes.waiting, lanes.undetermined, early]
            });
            let blocks = |word: usize| walk.blocks(idx, word) & !started[word] & masks[word];
            let [held, alone] = counted(masks, |at| [blocks(at), blocks(at) & !again[at]]);
            let mut investment_blocked = 0;
            for lane in (0..masks.len()).flat_map(|word| lanes(blocks(word)).map(move |lane| word * 64 + lane)) {
                let row = (first * 64 + lane) as u32;
                investment_blocked += *money[lane].get_or_insert_with(|| investment(evaluation, row));
            }
            RequirementCounts {
                not_applicable,
                met: is_met,
                open,
                waiting,
                undetermined,
                out_of_order,
                blocks: held,
                blocks_alone: alone,
                investment_blocked,
            }
        };
        (program.requirements.iter().enumerate().map(requirement).collect(), verdicts)
    }

    fn ground(&self, first: usize, words: usize) -> KeptBlock<'_> {
        let (evaluation, slice) = (self.evaluation, &self.slice);
        let block = evaluation.block(first, words);
        let mut registers = Registers::new(&slice.nodes, words);
        for (at, &node) in slice.loads.iter().enumerate() {
            let planes = evaluation.kept.planes(node, first, words).unwrap_or_default();
            registers.put(NodeIdx(at as u32), planes);
        }
        let completed = |slot, word| evaluation.upstream.completed(slot, first + word);
        registers.run_after(slice.loads.len(), &slice.nodes, &evaluation.facts, Rows::Block(block), completed);
        KeptBlock { counter: self, registers, block }
    }
}

fn word((yes, no): (&[u64], &[u64]), at: usize) -> Word3 {
    Word3 { yes: yes[at], no: no[at] }
}

/// A block of what an evaluation keeps, and what was run beside it.
struct KeptBlock<'c> {
    counter: &'c Counter<'c, 'c>,
    registers: Registers,
    block: Block,
}

impl Ground for KeptBlock<'_> {
    fn pack(&self) -> &Pack {
        self.counter.evaluation.pack
    }

    fn program(&self) -> &Program {
        &self.counter.evaluation.program
    }

    fn words(&self) -> usize {
        self.block.words()
    }

    fn lanes(&self, word: usize) -> u64 {
        low_lanes(self.block.span(word).len)
    }

    /// # Panics
    /// For a node that is neither kept nor read by a walk.
    fn planes(&self, node: NodeIdx) -> (&[u64], &[u64]) {
        match self.counter.places[node.0 as usize] {
            Some(at) => self.registers.planes(at, 0..self.words()),
            None => match self.counter.evaluation.kept.planes(node, self.block.first, self.words()) {
                Some(planes) => planes,
                None => unreachable!("only what is kept or needed by a walk is asked for"),
            },
        }
    }

    fn segment_of(&self, idx: RequirementIdx, word: usize, lane: usize) -> &Segment {
        let (evaluation, span) = (self.counter.evaluation, self.block.span(word));
        evaluation.program.segment(idx, &evaluation.facts, span.row(lane), span.as_of)
    }
}
