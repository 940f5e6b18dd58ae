//! What a pack compiles to: a flat list of nodes, inputs before what reads them, equal nodes made once.

use std::collections::{BTreeSet, HashMap};

use kaigong_model::{Date, FactIdx};
use kaigong_rules::expression::Reading;
use kaigong_rules::{Body, Requirement, RequirementIdx};
use rustc_hash::FxBuildHasher;

use crate::facts::{Day, Facts};
use crate::terms::{Slot, Term, Test, Tree};

mod compiler;

pub(crate) use compiler::{Compile, Split, compile, compile_for, compile_split, law_days};

/// Index of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeIdx(pub(crate) u32);

/// One step of the program; every input stands before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    Const(bool),
    Test(Test),
    Not(NodeIdx),
    And(Vec<NodeIdx>),
    Or(Vec<NodeIdx>),
    AtLeast(u32, Vec<NodeIdx>),
    /// One of several, picked per row by a date.
    Governed(Governed),
}

impl Node {
    /// The same step over other inputs; `None` where one of them has no counterpart.
    pub(crate) fn over(&self, input: impl Fn(NodeIdx) -> Option<NodeIdx>) -> Option<Self> {
        let all = |parts: &[NodeIdx]| {
            let mut mapped: Vec<NodeIdx> = parts.iter().map(|&part| input(part)).collect::<Option<_>>()?;
            mapped.sort_unstable();
            Some(mapped)
        };
        Some(match self {
            Self::Const(_) | Self::Test(_) => self.clone(),
            Self::Not(inner) => Self::Not(input(*inner)?),
            Self::And(parts) => Self::And(all(parts)?),
            Self::Or(parts) => Self::Or(all(parts)?),
            // Members are kept in the order of their group, so that a member may count twice.
            Self::AtLeast(k, parts) => Self::AtLeast(*k, parts.iter().map(|&part| input(part)).collect::<Option<_>>()?),
            Self::Governed(governed) => {
                let option = |&(from, node): &(Date, NodeIdx)| Some((from, input(node)?));
                let options = governed.options.iter().map(option).collect::<Option<_>>()?;
                Self::Governed(Governed { options, ..governed.clone() })
            }
        })
    }

    /// The nodes it reads.
    pub(crate) fn inputs(&self) -> Vec<NodeIdx> {
        match self {
            Self::Const(_) | Self::Test(_) => Vec::new(),
            Self::Not(inner) => vec![*inner],
            Self::And(parts) | Self::Or(parts) | Self::AtLeast(_, parts) => parts.clone(),
            Self::Governed(governed) => governed.options.iter().map(|&(_, node)| node).collect(),
        }
    }
}

/// What a date of its own picks: the last option that begins by it; where the date is unknown, what the options that
/// begin by the law's day share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Governed {
    pub(crate) reading: Reading,
    pub(crate) options: Vec<(Date, NodeIdx)>,
    /// The law's day, where it is not the as-of date.
    pub(crate) law: Option<Date>,
}

/// A need in one segment of the law.
#[derive(Clone, Debug)]
pub(crate) struct NeedNodes {
    /// Index of the need in its body.
    pub(crate) need: usize,
    /// What it contributes.
    pub(crate) contribution: NodeIdx,
    /// Its condition, if it has one.
    pub(crate) when: Option<NodeIdx>,
    /// What it points at, before its condition.
    pub(crate) target: NodeIdx,
    /// Whether it can block: not customary, and in its period.
    pub(crate) binds: bool,
    /// Whether it is in its period.
    pub(crate) in_period: bool,
}

/// A draw in one segment.
#[derive(Clone, Debug)]
pub(crate) struct DrawNodes {
    pub(crate) draw: usize,
    pub(crate) amount: Term,
    pub(crate) when: NodeIdx,
}

/// What a requirement says between two days on which nothing of it changes.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    /// First day.
    pub(crate) from: Date,
    /// 0 is the base, `n` the n-th version.
    pub(crate) body: usize,
    pub(crate) applies: NodeIdx,
    pub(crate) met: NodeIdx,
    /// `met_when` alone, without evidence from later documents.
    pub(crate) met_when: NodeIdx,
    pub(crate) needs: NodeIdx,
    pub(crate) each: Vec<NeedNodes>,
    pub(crate) draws: Vec<DrawNodes>,
    pub(crate) applies_tree: Tree,
    pub(crate) met_tree: Tree,
    pub(crate) when_trees: Vec<Option<Tree>>,
}

/// The nodes of a requirement.
#[derive(Clone, Debug)]
pub(crate) struct RequirementNodes {
    pub(crate) segments: Vec<Segment>,
    /// The segment of the as-of date.
    pub(crate) current: usize,
    pub(crate) governed_by: Option<Reading>,
    pub(crate) applies: NodeIdx,
    pub(crate) met: NodeIdx,
    pub(crate) needs: NodeIdx,
    pub(crate) cleared: NodeIdx,
    pub(crate) satisfied: NodeIdx,
}

/// Where each node stands.
type Known = HashMap<Node, NodeIdx, FxBuildHasher>;

/// A pack under the law of one day.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub(crate) nodes: Vec<Node>,
    /// Where each node stands.
    pub(crate) known: Known,
    /// In order of requirement index.
    pub(crate) requirements: Vec<RequirementNodes>,
    /// The requirement of the goal asked.
    pub(crate) goal: RequirementIdx,
    pub(crate) started: NodeIdx,
    /// How many nodes, from the first, requirements and `started` take; what only alerts read comes after.
    pub(crate) core: usize,
    /// Alerts in force on the day: index in the pack, node.
    pub(crate) alerts: Vec<(usize, NodeIdx)>,
    pub(crate) slots: Vec<Slot>,
}

impl Program {
    /// The bool facts that a verdict can rest on.
    pub(crate) fn deciding_bools(&self) -> BTreeSet<FactIdx> {
        let cleared = |idx: RequirementIdx| self.requirements[idx.0 as usize].cleared;
        let slots = self.slots.iter().map(|slot| cleared(slot.requirement));
        let mut todo: Vec<NodeIdx> = slots.chain([cleared(self.goal), self.started]).collect();
        let (mut seen, mut found) = (vec![false; self.nodes.len()], BTreeSet::new());
        while let Some(node) = todo.pop() {
            if std::mem::replace(&mut seen[node.0 as usize], true) {
                continue;
            }
            match &self.nodes[node.0 as usize] {
                Node::Test(Test::Bool(fact)) => drop(found.insert(*fact)),
                Node::Const(_) | Node::Test(_) => {}
                Node::Not(inner) => todo.push(*inner),
                Node::And(parts) | Node::Or(parts) | Node::AtLeast(_, parts) => todo.extend(parts),
                Node::Governed(governed) => todo.extend(governed.options.iter().map(|(_, node)| *node)),
            }
        }
        found
    }

    /// The nodes that verdicts rest on, without those of alerts.
    pub(crate) fn core(&self) -> &[Node] {
        &self.nodes[..self.core]
    }

    /// What the law says of a requirement for a row: picked by its governing date, else by the as-of date.
    pub(crate) fn segment(&self, idx: RequirementIdx, facts: &Facts<'_>, row: u32, as_of: Date) -> &Segment {
        let nodes = &self.requirements[idx.0 as usize];
        let at = match nodes.governed_by.map(|reading| facts.day(reading, row, as_of)) {
            Some(Day::Known(day)) => nodes.segments.iter().rposition(|segment| segment.from <= day),
            _ => None,
        };
        &nodes.segments[at.unwrap_or(nodes.current)]
    }
}

impl Segment {
    /// The keys of the requirement that hold in it.
    pub(crate) fn body_of<'r>(&self, requirement: &'r Requirement) -> &'r Body {
        match self.body {
            0 => &requirement.base,
            version => &requirement.versions[version - 1].body,
        }
    }
}
