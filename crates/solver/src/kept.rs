//! What an evaluation keeps: the words of some nodes, block by block, so that each block is written by one thread.

use kaigong_bits::Word3;
use rayon::prelude::*;

use crate::program::{Node, NodeIdx};
use crate::registers::{MOST_WORDS, Registers};

/// Where the words of a node are.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// Nobody asked.
    Absent,
    /// Every lane the same.
    Const(bool),
    /// Kept, and in which run of a block.
    Run(u32),
}

/// The words of the nodes that verdicts and states are read from.
///
/// ```text
/// block 0: node a yes, yes, .. no, no, .. | node b yes, .. no, .. | ...    block 1: ...
/// ```
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    /// By node.
    places: Vec<Place>,
    /// The node of each run; none where a run is free.
    runs: Vec<Option<NodeIdx>>,
    block_words: usize,
    values: Vec<u64>,
}

/// The values of one block.
pub(crate) struct BlockValues<'k> {
    runs: &'k [Option<NodeIdx>],
    block_words: usize,
    values: &'k mut [u64],
}

impl Kept {
    /// Room for nodes over so many words; equal and constant nodes take none of their own.
    pub(crate) fn new(nodes: &[Node], wanted: impl Iterator<Item = NodeIdx>, words: usize, block_words: usize) -> Self {
        let (mut places, mut runs) = (vec![Place::Absent; nodes.len()], Vec::new());
        for node in wanted {
            let place = &mut places[node.0 as usize];
            match (*place, &nodes[node.0 as usize]) {
                (Place::Absent, Node::Const(value)) => *place = Place::Const(*value),
                (Place::Absent, _) => {
                    *place = Place::Run(runs.len() as u32);
                    runs.push(Some(node));
                }
                _ => {}
            }
        }
        let values = vec![0; words.div_ceil(block_words) * runs.len() * 2 * block_words];
        Self { places, runs, block_words, values }
    }

    pub(crate) fn block_words(&self) -> usize {
        self.block_words
    }

    /// The nodes that are kept.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = NodeIdx> + '_ {
        self.runs.iter().filter_map(|node| *node)
    }

    /// The same values for another program: what a node of it has in common with one of the old stays where it is.
    ///
    /// Returns it with the nodes that are still to be filled.
    pub(crate) fn carried(
        mut self,
        nodes: &[Node],
        wanted: impl Iterator<Item = NodeIdx>,
        same: &[Option<NodeIdx>],
    ) -> (Self, Vec<NodeIdx>) {
        let (mut places, mut fresh) = (vec![Place::Absent; nodes.len()], Vec::new());
        let mut runs: Vec<Option<NodeIdx>> = vec![None; self.runs.len()];
        for node in wanted {
            let at = node.0 as usize;
            if !matches!(places[at], Place::Absent) {
                continue;
            }
            let old = same[at].map(|old| self.places[old.0 as usize]);
            places[at] = match (&nodes[at], old) {
                (Node::Const(value), _) => Place::Const(*value),
                (_, Some(Place::Run(run))) => {
                    runs[run as usize] = Some(node);
                    Place::Run(run)
                }
                _ => {
                    fresh.push(node);
                    Place::Run(u32::MAX)
                }
            };
        }
        let mut free: Vec<usize> = (0..runs.len()).rev().filter(|&run| runs[run].is_none()).collect();
        for &node in &fresh {
            let run = free.pop().unwrap_or_else(|| {
                runs.push(None);
                runs.len() - 1
            });
            (runs[run], places[node.0 as usize]) = (Some(node), Place::Run(run as u32));
        }
        if runs.len() > self.runs.len() {
            let (old, new) = (self.runs.len() * 2 * self.block_words, runs.len() * 2 * self.block_words);
            let mut values = vec![0; self.values.len() / old.max(1) * new];
            for (to, from) in values.chunks_mut(new).zip(self.values.chunks(old.max(1))) {
                to[..from.len()].copy_from_slice(from);
            }
            self.values = values;
        }
        (Self { places, runs, ..self }, fresh)
    }

    /// The run of a node within a block, where it is kept.
    pub(crate) fn run(&self, node: NodeIdx) -> Option<usize> {
        match self.places[node.0 as usize] {
            Place::Run(run) => Some(run as usize),
            _ => None,
        }
    }

    /// Every block, to be filled.
    pub(crate) fn blocks_mut(&mut self) -> impl IndexedParallelIterator<Item = BlockValues<'_>> {
        let (runs, block_words) = (self.runs.as_slice(), self.block_words);
        // A pack whose every word is constant keeps nothing.
        let stride = (runs.len() * 2 * block_words).max(1);
        self.values.par_chunks_mut(stride).map(move |values| BlockValues { runs, block_words, values })
    }

    /// Where the yes and the no of a node's word stand.
    fn at(&self, run: u32, word: usize) -> (usize, usize) {
        let (block, word) = (word / self.block_words, word % self.block_words);
        let yes = (block * self.runs.len() + run as usize) * 2 * self.block_words + word;
        (yes, yes + self.block_words)
    }

    /// A word of a node.
    ///
    /// # Panics
    /// Where the node is not kept.
    pub(crate) fn word(&self, node: NodeIdx, word: usize) -> Word3 {
        match self.places[node.0 as usize] {
            Place::Const(true) => Word3::YES,
            Place::Const(false) => Word3::NO,
            Place::Run(run) => {
                let (yes, no) = self.at(run, word);
                Word3 { yes: self.values[yes], no: self.values[no] }
            }
            Place::Absent => unreachable!("only nodes that are kept are asked for"),
        }
    }

    /// Whether the words of a node are known.
    pub(crate) fn holds(&self, node: NodeIdx) -> bool {
        !matches!(self.places[node.0 as usize], Place::Absent)
    }

    /// The words of a node within one block from a word on, where it is kept: lanes that are yes, and lanes that are no.
    pub(crate) fn planes(&self, node: NodeIdx, first: usize, words: usize) -> Option<(&[u64], &[u64])> {
        const ALL: [u64; MOST_WORDS] = [!0; MOST_WORDS];
        const NONE: [u64; MOST_WORDS] = [0; MOST_WORDS];
        match self.places[node.0 as usize] {
            Place::Const(true) => Some((&ALL[..words], &NONE[..words])),
            Place::Const(false) => Some((&NONE[..words], &ALL[..words])),
            Place::Run(run) => {
                let (yes, no) = self.at(run, first);
                Some((&self.values[yes..yes + words], &self.values[no..no + words]))
            }
            Place::Absent => None,
        }
    }

    /// Sets one row of a node that is kept.
    pub(crate) fn set(&mut self, node: NodeIdx, row: u32, value: Option<bool>) {
        let Place::Run(run) = self.places[node.0 as usize] else { return };
        let (yes, no) = self.at(run, row as usize / 64);
        let bit = 1u64 << (row % 64);
        for (at, is) in [(yes, value == Some(true)), (no, value == Some(false))] {
            self.values[at] = if is { self.values[at] | bit } else { self.values[at] & !bit };
        }
    }
}

impl BlockValues<'_> {
    /// Takes the words of every kept node.
    pub(crate) fn fill(&mut self, registers: &Registers, words: usize) {
        for run in 0..self.runs.len() {
            if let Some(node) = self.runs[run] {
                self.put(run, registers.planes(node, 0..words));
            }
        }
    }

    /// Takes the words of one run.
    pub(crate) fn put(&mut self, run: usize, (yes, no): (&[u64], &[u64])) {
        let at = run * 2 * self.block_words;
        self.values[at..at + yes.len()].copy_from_slice(yes);
        self.values[at + self.block_words..][..no.len()].copy_from_slice(no);
    }

    /// The words of one run.
    pub(crate) fn get(&self, run: usize, words: usize) -> (&[u64], &[u64]) {
        let at = run * 2 * self.block_words;
        (&self.values[at..at + words], &self.values[at + self.block_words..][..words])
    }
}
