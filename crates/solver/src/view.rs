//! Every node of a program for up to 64 rows, and what the law says of each row.

use std::sync::Arc;

use kaigong_bits::{Word3, low_lanes};
use kaigong_model::{Date, Truth};
use kaigong_rules::{Body, Pack, RequirementIdx};

use crate::evaluate::{Evaluation, truth_at};
use crate::facts::{Day, Facts, Lanes, Picked, Span, round_up};
use crate::program::{NodeIdx, Program, Segment};
use crate::registers::Registers;
use crate::terms::{Test, Tree};
use crate::walk::{Ground, Missing};

/// The rows a view looks at.
#[derive(Debug)]
pub(crate) enum LaneRows {
    Span(Span),
    Picked(Vec<(u32, Date)>),
}

/// Every node of the program for up to 64 rows.
pub struct View<'e, 'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// The evaluation looked into; none for rows picked on days of their own.
    pub(crate) evaluation: Option<&'e Evaluation<'a>>,
    pub(crate) program: &'e Program,
    pub(crate) facts: &'e Facts<'a>,
    pub(crate) registers: Arc<Registers>,
    /// Which word of the registers.
    pub(crate) at: usize,
    /// A word per upstream slot.
    pub(crate) completed: Vec<Word3>,
    pub(crate) lanes: LaneRows,
}

impl View<'_, '_> {
    pub(crate) fn truth(&self, node: NodeIdx, lane: usize) -> Truth {
        truth_at(self.word(node), lane).into()
    }

    /// Indices of the alerts that fire.
    pub(crate) fn alerts(&self, lane: usize) -> Vec<usize> {
        let fires = |&&(_, node): &&(usize, NodeIdx)| self.truth(node, lane) == Truth::Yes;
        self.program.alerts.iter().filter(fires).map(|&(at, _)| at).collect()
    }

    pub(crate) fn row(&self, lane: usize) -> u32 {
        match &self.lanes {
            LaneRows::Span(span) => span.row(lane),
            LaneRows::Picked(lanes) => lanes[lane].0,
        }
    }

    pub(crate) fn as_of(&self, lane: usize) -> Date {
        match &self.lanes {
            LaneRows::Span(span) => span.as_of,
            LaneRows::Picked(lanes) => lanes[lane].1,
        }
    }

    /// The truth of an upstream slot.
    pub(crate) fn slot(&self, slot: u32, lane: usize) -> Truth {
        truth_at(self.completed[slot as usize], lane).into()
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        match &self.lanes {
            LaneRows::Span(span) => span.len,
            LaneRows::Picked(lanes) => lanes.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A mask of the rows that exist.
    pub fn mask(&self) -> u64 {
        low_lanes(self.len())
    }
}

impl<'a> View<'_, 'a> {
    /// Whether a requirement applies.
    pub fn applies(&self, idx: RequirementIdx, lane: usize) -> Truth {
        self.truth(self.program.requirements[idx.0 as usize].applies, lane)
    }

    /// Whether it is met.
    pub fn met(&self, idx: RequirementIdx, lane: usize) -> Truth {
        self.truth(self.program.requirements[idx.0 as usize].met, lane)
    }

    /// Whether its needs are there.
    pub fn needs(&self, idx: RequirementIdx, lane: usize) -> Truth {
        self.truth(self.program.requirements[idx.0 as usize].needs, lane)
    }

    /// Whether it stands in nobody's way.
    pub fn cleared(&self, idx: RequirementIdx, lane: usize) -> Truth {
        self.truth(self.program.requirements[idx.0 as usize].cleared, lane)
    }

    /// What the law says of a requirement for this row: picked by its governing date, else by the as-of date.
    pub(crate) fn segment(&self, idx: RequirementIdx, lane: usize) -> (&Segment, &'a Body) {
        let segment = self.program.segment(idx, self.facts, self.row(lane), self.as_of(lane));
        (segment, segment.body_of(&self.pack[idx]))
    }

    /// Every stretch of law that may govern a requirement for this row: one, unless its governing date is unknown.
    pub(crate) fn stretches(&self, idx: RequirementIdx, lane: usize) -> Vec<(&Segment, &'a Body)> {
        let nodes = &self.program.requirements[idx.0 as usize];
        let (row, as_of) = (self.row(lane), self.as_of(lane));
        let unknown = |reading| self.facts.day(reading, row, as_of) == Day::Unknown;
        if nodes.segments.len() < 2 || !nodes.governed_by.is_some_and(unknown) {
            return vec![self.segment(idx, lane)];
        }
        let requirement = &self.pack[idx];
        let stretches = nodes.segments.iter().filter(|segment| segment.from <= as_of);
        stretches.map(|segment| (segment, segment.body_of(requirement))).collect()
    }

    /// The word of a node.
    pub(crate) fn word(&self, node: NodeIdx) -> Word3 {
        self.registers.word(node, self.at)
    }

    /// What the law may say of a requirement for some lanes: each version with the lanes it may hold for.
    pub(crate) fn possible_segments(&self, idx: RequirementIdx, lanes: u64) -> Vec<(&Segment, &'a Body, u64)> {
        let nodes = &self.program.requirements[idx.0 as usize];
        let Some(first) = kaigong_bits::lanes(lanes).next() else { return Vec::new() };
        if nodes.segments.len() == 1 {
            let (segment, body) = self.segment(idx, first);
            return vec![(segment, body, lanes)];
        }
        let mut found: Vec<(&Segment, &'a Body, u64)> = Vec::new();
        for lane in kaigong_bits::lanes(lanes) {
            for (segment, body) in self.stretches(idx, lane) {
                match found.iter_mut().find(|(known, ..)| std::ptr::eq(*known, segment)) {
                    Some((_, _, mask)) => *mask |= 1 << lane,
                    None => found.push((segment, body, 1 << lane)),
                }
            }
        }
        found
    }

    /// What a requirement draws and has not been granted: draw, atoms; unknown amounts left out.
    pub(crate) fn outstanding(&self, idx: RequirementIdx, lane: usize) -> Vec<(usize, i128)> {
        let (row, as_of) = (self.row(lane), self.as_of(lane));
        let (segment, body) = self.segment(idx, lane);
        let mut short = Vec::new();
        for draw in &segment.draws {
            if self.truth(draw.when, lane) == Truth::No {
                continue;
            }
            let Some(amount) = self.facts.number(&draw.amount, row, as_of) else { continue };
            let left = round_up(amount) - self.facts.granted_of(body.draws[draw.draw].pools(), row, as_of);
            if left > 0 {
                short.push((draw.draw, left));
            }
        }
        short
    }

    /// The truth of a test for one row.
    pub(crate) fn test(&self, test: &Test, lane: usize) -> Truth {
        if let Test::Completed(slot) = test {
            return self.slot(*slot, lane);
        }
        let lanes = [(self.row(lane), self.as_of(lane))];
        let word = self.facts.test(test, Picked { lanes: &lanes }, |_| Word3::UNKNOWN);
        match (word.yes & 1, word.no & 1) {
            (1, _) => Truth::Yes,
            (_, 1) => Truth::No,
            _ => Truth::Unknown,
        }
    }

    /// The truth of a tree for one row.
    pub(crate) fn tree(&self, tree: &Tree, lane: usize) -> Truth {
        match tree {
            Tree::Const(value) => (*value).into(),
            Tree::Test(test) => self.test(test, lane),
            Tree::Not(inner) => self.tree(inner, lane).negated(),
            Tree::And(parts) => parts.iter().fold(Truth::Yes, |truth, part| truth.and(self.tree(part, lane))),
            Tree::Or(parts) => parts.iter().fold(Truth::No, |truth, part| truth.or(self.tree(part, lane))),
        }
    }

    /// The missing facts, and the projects not settled, that leave a tree unknown.
    pub(crate) fn missing(&self, tree: &Tree, lane: usize, found: &mut Missing) {
        if self.tree(tree, lane) != Truth::Unknown {
            return;
        }
        match tree {
            Tree::Const(_) => {}
            Tree::Not(inner) => self.missing(inner, lane, found),
            Tree::And(parts) | Tree::Or(parts) => parts.iter().for_each(|part| self.missing(part, lane, found)),
            Tree::Test(test) => {
                let (row, as_of) = (self.row(lane), self.as_of(lane));
                test.facts(&self.program.slots, &mut |fact| {
                    if self.facts.is_missing(fact, row, as_of) {
                        found.facts.push(fact);
                    }
                });
                if let Test::Completed(slot) = test {
                    found.slots.push(*slot);
                }
            }
        }
    }
}

impl Ground for View<'_, '_> {
    fn pack(&self) -> &Pack {
        self.pack
    }

    fn program(&self) -> &Program {
        self.program
    }

    fn words(&self) -> usize {
        1
    }

    fn lanes(&self, _: usize) -> u64 {
        self.mask()
    }

    fn planes(&self, node: NodeIdx) -> (&[u64], &[u64]) {
        self.registers.planes(node, self.at..self.at + 1)
    }

    fn segment_of(&self, idx: RequirementIdx, _: usize, lane: usize) -> &Segment {
        self.segment(idx, lane).0
    }
}
