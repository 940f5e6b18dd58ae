//! Registers: the values of every node over a block of rows, yes and no each in a run of words.

use std::ops::Range;

use kaigong_bits::{Word3, and_into, at_least_into, both, either, lanes, or_into};
use kaigong_model::Date;

use crate::facts::{Block, Day, Facts, Lanes, Out, Picked};
use crate::program::{Governed, Node, NodeIdx};

/// Most words a block has; as many rows as a zone of a column.
pub(crate) const MOST_WORDS: usize = 64;

/// Bytes of registers that stay within the second-level cache, facts beside them.
const CACHED: usize = 384 * 1024;

/// Words a block has for a program of so many nodes: a power of two, so that blocks never cross a zone.
pub(crate) fn block_words(nodes: usize) -> usize {
    let fitting = CACHED / (nodes.max(1) * 2 * size_of::<u64>());
    (1 << fitting.max(1).ilog2()).clamp(8, MOST_WORDS)
}

/// The rows that registers are filled for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rows<'p> {
    /// Neighbouring rows on one day.
    Block(Block),
    /// Up to 64 rows, each on its own day.
    Picked(&'p [(u32, Date)]),
}

impl Rows<'_> {
    fn words(self) -> usize {
        match self {
            Self::Block(block) => block.words(),
            Self::Picked(_) => 1,
        }
    }
}

/// The values of every node over some words.
#[derive(Debug)]
pub(crate) struct Registers {
    /// Room for so many words a node.
    stride: usize,
    yes: Vec<u64>,
    no: Vec<u64>,
}

impl Registers {
    /// Room for the nodes over so many words.
    pub(crate) fn new(nodes: &[Node], words: usize) -> Self {
        Self { stride: words, yes: vec![0; nodes.len() * words], no: vec![0; nodes.len() * words] }
    }

    /// One word of a node.
    #[inline]
    pub(crate) fn word(&self, node: NodeIdx, word: usize) -> Word3 {
        let at = node.0 as usize * self.stride + word;
        Word3 { yes: self.yes[at], no: self.no[at] }
    }

    /// The words of a node in which lanes are yes, and those in which they are no.
    #[inline]
    pub(crate) fn planes(&self, node: NodeIdx, words: Range<usize>) -> (&[u64], &[u64]) {
        let first = node.0 as usize * self.stride;
        let at = first + words.start..first + words.end;
        (&self.yes[at.clone()], &self.no[at])
    }

    /// Sets the words of a node.
    pub(crate) fn put(&mut self, node: NodeIdx, (yes, no): (&[u64], &[u64])) {
        let at = node.0 as usize * self.stride;
        self.yes[at..at + yes.len()].copy_from_slice(yes);
        self.no[at..at + no.len()].copy_from_slice(no);
    }

    /// Runs the program; `completed(slot, word)` are the upstream slots of a word.
    pub(crate) fn run(
        &mut self,
        nodes: &[Node],
        facts: &Facts<'_>,
        rows: Rows<'_>,
        completed: impl Fn(usize, usize) -> Word3,
    ) {
        self.run_after(0, nodes, facts, rows, completed);
    }

    /// The same, the first nodes being set already.
    pub(crate) fn run_after(
        &mut self,
        set: usize,
        nodes: &[Node],
        facts: &Facts<'_>,
        rows: Rows<'_>,
        completed: impl Fn(usize, usize) -> Word3,
    ) {
        let (stride, words) = (self.stride, rows.words());
        for (at, node) in nodes.iter().enumerate().skip(set) {
            let (yes_before, yes) = self.yes.split_at_mut(at * stride);
            let (no_before, no) = self.no.split_at_mut(at * stride);
            let mut out = Out { yes: &mut yes[..words], no: &mut no[..words] };
            let yes_of = |node: NodeIdx| &yes_before[node.0 as usize * stride..][..words];
            let no_of = |node: NodeIdx| &no_before[node.0 as usize * stride..][..words];
            match node {
                Node::Const(value) => out.fill(if *value { Word3::YES } else { Word3::NO }),
                Node::Test(test) => match rows {
                    Rows::Block(block) => facts.test_block(test, block, &mut out, &completed),
                    Rows::Picked(lanes) => out.set(0, facts.test(test, Picked { lanes }, |slot| completed(slot, 0))),
                },
                Node::Not(inner) => {
                    out.yes.copy_from_slice(no_of(*inner));
                    out.no.copy_from_slice(yes_of(*inner));
                }
                Node::And(parts) => {
                    fold(out.yes, parts, yes_of, (both, and_into));
                    fold(out.no, parts, no_of, (either, or_into));
                }
                Node::Or(parts) => {
                    fold(out.yes, parts, yes_of, (either, or_into));
                    fold(out.no, parts, no_of, (both, and_into));
                }
                Node::AtLeast(k, parts) => {
                    let (k, all) = (*k as usize, parts.len());
                    at_least_into(out.yes, &parts.iter().map(|&part| yes_of(part)).collect::<Vec<_>>(), k);
                    at_least_into(out.no, &parts.iter().map(|&part| no_of(part)).collect::<Vec<_>>(), all + 1 - k);
                }
                Node::Governed(governed) => {
                    let value = |node: NodeIdx, word: usize| Word3 { yes: yes_of(node)[word], no: no_of(node)[word] };
                    match rows {
                        Rows::Block(block) => pick_block(facts, governed, block, &mut out, value),
                        Rows::Picked(lanes) => {
                            let picks = Picks::of(facts, governed, Picked { lanes }, !0);
                            out.set(0, picks.apply(governed, |node| value(node, 0)));
                        }
                    }
                }
            }
        }
    }
}

/// A gate of two inputs, and the same with one more.
type Gate = (fn(&mut [u64], &[u64], &[u64]), fn(&mut [u64], &[u64]));

/// A gate over inputs, of which there are at least two.
fn fold<'i>(out: &mut [u64], parts: &[NodeIdx], input: impl Fn(NodeIdx) -> &'i [u64], (two, more): Gate) {
    match *parts {
        [] => {}
        [only] => out.copy_from_slice(input(only)),
        [first, second, ref rest @ ..] => {
            two(out, input(first), input(second));
            rest.iter().for_each(|&part| more(out, input(part)));
        }
    }
}

/// Which option each lane of a word takes.
struct Picks {
    /// Per option: lanes that take it.
    alone: Vec<u64>,
    /// Per option: lanes that take what all options up to it share.
    shared: Vec<u64>,
}

impl Picks {
    fn none(governed: &Governed) -> Self {
        Self { alone: vec![0; governed.options.len()], shared: vec![0; governed.options.len()] }
    }

    /// The picks of some lanes, looked at one by one.
    fn of<L: Lanes>(facts: &Facts<'_>, governed: &Governed, lanes_of: L, wanted: u64) -> Self {
        let mut picks = Self::none(governed);
        picks.look(facts, governed, lanes_of, wanted);
        picks
    }

    fn look<L: Lanes>(&mut self, facts: &Facts<'_>, governed: &Governed, lanes_of: L, wanted: u64) {
        for lane in lanes(wanted & kaigong_bits::low_lanes(lanes_of.len())) {
            let as_of = lanes_of.as_of(lane);
            let today = governed.option_on(governed.law.unwrap_or(as_of));
            match facts.day(governed.reading, lanes_of.row(lane), as_of) {
                Day::Known(day) => self.alone[governed.option_on(day)] |= 1 << lane,
                Day::None => self.alone[today] |= 1 << lane,
                Day::Unknown => self.shared[today] |= 1 << lane,
            }
        }
    }

    fn apply(&self, governed: &Governed, value: impl Fn(NodeIdx) -> Word3) -> Word3 {
        let mut out = Word3::UNKNOWN;
        for (at, &(_, node)) in governed.options.iter().enumerate() {
            if self.alone[at] != 0 {
                out = value(node).select(self.alone[at], out);
            }
            if self.shared[at] != 0 {
                let all = governed.options[..=at].iter().map(|&(_, node)| value(node)).reduce(Word3::shared);
                out = all.unwrap_or_default().select(self.shared[at], out);
            }
        }
        out
    }
}

impl Governed {
    /// The last option that begins by a day.
    fn option_on(&self, day: Date) -> usize {
        self.options.iter().rposition(|(from, _)| *from <= day).unwrap_or(0)
    }
}

/// Picks each row's version by its governing date: whole words by intervals of days, what is left one by one.
fn pick_block(
    facts: &Facts<'_>,
    governed: &Governed,
    block: Block,
    out: &mut Out<'_>,
    value: impl Fn(NodeIdx, usize) -> Word3,
) {
    let today = governed.option_on(governed.law.unwrap_or(block.as_of));
    let days = facts.days_block(governed.reading, block);
    let mut taken: Vec<[u64; MOST_WORDS]> = Vec::new();
    if let Some(days) = &days {
        let starts = governed.options.iter().map(|(from, _)| *from);
        let ends = starts.clone().skip(1).map(|next| Date(next.0 - 1)).chain([Date(i32::MAX)]);
        for (at, (from, to)) in starts.zip(ends).enumerate() {
            let from = if at == 0 { Date(i32::MIN) } else { from };
            let mut words = [0; MOST_WORDS];
            days.between(from, to, &mut words);
            taken.push(words);
        }
    }
    for word in 0..block.words() {
        let mut picks = Picks::none(governed);
        let slow = match &days {
            Some(days) => {
                for (at, words) in taken.iter().enumerate() {
                    picks.alone[at] = words[word] & days.known[word];
                }
                picks.alone[today] |= days.none[word];
                picks.shared[today] = days.unknown[word];
                !(days.known[word] | days.none[word] | days.unknown[word])
            }
            None => !0,
        };
        picks.look(facts, governed, block.span(word), slow);
        out.set(word, picks.apply(governed, |node| value(node, word)));
    }
}
