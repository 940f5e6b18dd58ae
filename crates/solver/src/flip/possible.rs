//! Changes that no sufficient set can do without: with one of them left out, whatever the others do, the verdict stays
//! out of reach.
//!
//! Every leaf condition is tried under each choice of the few changes it reads; from there on a node holds the set of
//! truths it might have, as if its inputs had nothing in common. That set may be too large and is never too small.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{Date, FactIdx, Truth};

use super::Switch;
use super::hybrid::Hybrids;
use crate::evaluate::{Evaluation, Verdict, truth_at};
use crate::facts::{Day, Facts};
use crate::program::{Governed, Node, Program};
use crate::registers::{Registers, Rows};
use crate::since::completed;
use crate::terms::Test;

/// Changes that one leaf may read before every truth is taken as possible.
const READ: usize = 4;

/// A set of truths, a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Truths(u8);

impl Truths {
    const NONE: Self = Self(0);
    const ANY: Self = Self(7);

    fn only(truth: Truth) -> Self {
        Self(match truth {
            Truth::No => 1,
            Truth::Unknown => 2,
            Truth::Yes => 4,
        })
    }

    fn has(self, truth: Truth) -> bool {
        self.0 & Self::only(truth).0 != 0
    }

    fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn negated(self) -> Self {
        Self(self.0 & 2 | self.0 << 2 & 4 | self.0 >> 2)
    }

    fn and(self, other: Self) -> Self {
        let unknown = (self.has(Truth::Unknown) && other.0 & 6 != 0) || (other.has(Truth::Unknown) && self.0 & 6 != 0);
        Self((self.0 | other.0) & 1 | self.0 & other.0 & 4 | u8::from(unknown) << 1)
    }

    fn at_least(least: usize, parts: &[Self]) -> Self {
        let certain = |truth| parts.iter().filter(|part| **part == Self::only(truth)).count();
        let perhaps = |truth| parts.iter().filter(|part| part.has(truth)).count();
        let (yes, no) = (perhaps(Truth::Yes) >= least, parts.len() - perhaps(Truth::No) < least);
        let settled = certain(Truth::Yes) >= least || parts.len() - certain(Truth::No) < least;
        Self(u8::from(no) | u8::from(!settled) << 1 | u8::from(yes) << 2)
    }
}

/// What a leaf comes out as under each choice of the changes it reads; `None` where it reads too many.
type Leaf<T> = Option<Vec<(Vec<usize>, T)>>;

/// What a governing date picks: one option, or what all up to one share.
#[derive(Clone, Copy)]
enum Pick {
    One(usize),
    Shared(usize),
}

/// One day.
struct Stage<'h> {
    day: usize,
    program: &'h Program,
    tests: BTreeMap<usize, Leaf<Truth>>,
    picks: BTreeMap<usize, Leaf<Pick>>,
}

/// The switches without which the verdict cannot be reached, in order.
pub(super) fn necessary(hybrids: &Hybrids<'_>, wanted: Verdict) -> Vec<usize> {
    let stages: Vec<Stage<'_>> = hybrids.days().map(|day| Stage::new(hybrids, day)).collect();
    let reached = |off: usize| {
        let mut open = stages.iter().filter(|stage| match hybrids.switches[off] {
            Switch::Calendar => stage.day == 0,
            _ => true,
        });
        open.any(|stage| stage.reaches(off, wanted))
    };
    (0..hybrids.switches.len()).filter(|&off| !reached(off)).collect()
}

/// The changes a leaf reads.
struct Reader<'r> {
    facts: BTreeMap<FactIdx, usize>,
    pools: BTreeMap<u32, usize>,
    hybrids: &'r Hybrids<'r>,
}

impl<'r> Reader<'r> {
    fn new(hybrids: &'r Hybrids<'r>) -> Self {
        let mut reader = Self { facts: BTreeMap::new(), pools: BTreeMap::new(), hybrids };
        for (at, switch) in hybrids.switches.iter().enumerate() {
            match switch {
                Switch::Fact(fact, _) => drop(reader.facts.insert(*fact, at)),
                Switch::Pool(pool, _) => drop(reader.pools.insert(pool.0, at)),
                Switch::Project(_) | Switch::Calendar | Switch::Law(_) => {}
            }
        }
        reader.facts.extend(hybrids.laws.iter().filter_map(|&(fact, switch)| Some((fact, switch?))));
        reader
    }

    /// Every choice of the changes that a test reads; `None` where they are too many, or lie with other projects.
    fn choices(&self, program: &Program, test: &Test) -> Option<Vec<Vec<usize>>> {
        if matches!(test, Test::Completed(_)) && self.hybrids.rows() > 1 {
            return None;
        }
        let mut read = BTreeSet::new();
        test.facts(&program.slots, &mut |fact| read.extend(self.of_fact(fact)));
        test.pools(&mut |pool| read.extend(self.pools.get(&pool.0)));
        subsets(&read.into_iter().collect::<Vec<_>>())
    }

    /// The changes that a fact stands for: its own, and those of the papers that end the test of its validity.
    fn of_fact(&self, fact: FactIdx) -> Vec<usize> {
        let schema = &self.hybrids.pack.schema;
        let judges = if (fact.0 as usize) < schema.len() { schema.judges(fact) } else { &[] };
        judges.iter().copied().chain([fact]).filter_map(|fact| self.facts.get(&fact).copied()).collect()
    }
}

/// Every subset of a few.
fn subsets(of: &[usize]) -> Option<Vec<Vec<usize>>> {
    if of.len() > READ {
        return None;
    }
    let subset = |mask: usize| of.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|(_, &s)| s).collect();
    Some((0..1 << of.len()).map(subset).collect())
}

impl<'h> Stage<'h> {
    fn new(hybrids: &'h Hybrids<'_>, day: usize) -> Self {
        let (options, program) = (hybrids.options(day), hybrids.program(day));
        let reader = Reader::new(hybrids);
        let mut choices: BTreeMap<usize, Option<Vec<Vec<usize>>>> = BTreeMap::new();
        for (at, node) in program.core().iter().enumerate() {
            match node {
                Node::Test(test) => drop(choices.insert(at, reader.choices(program, test))),
                Node::Governed(governed) => {
                    drop(choices.insert(at, subsets(&reader.of_fact(governed.reading.fact()))));
                }
                _ => {}
            }
        }
        let sets: BTreeSet<&Vec<usize>> = choices.values().flatten().flatten().collect();
        let sets: Vec<&[usize]> = sets.into_iter().map(Vec::as_slice).collect();
        let (portfolio, rows) = hybrids.portfolio(&sets, options.as_of);
        let facts = Evaluation::reading(&portfolio, &options);
        let lanes: Vec<(u32, Date)> = rows.into_iter().map(|row| (row, options.as_of)).collect();
        let truths = truths(program, &facts, &lanes);
        let lane = |set: &Vec<usize>| sets.binary_search(&set.as_slice()).unwrap_or_default();
        let (mut tests, mut picks) = (BTreeMap::new(), BTreeMap::new());
        for (&at, choices) in &choices {
            if let Node::Governed(governed) = &program.core()[at] {
                picks.insert(at, leaf(choices.as_deref(), |set| pick(&facts, governed, lanes[lane(set)])));
            } else {
                tests.insert(at, leaf(choices.as_deref(), |set| truths(lane(set), at)));
            }
        }
        Self { day, program, tests, picks }
    }

    /// Whether a verdict may be had without one of the changes.
    fn reaches(&self, off: usize, wanted: Verdict) -> bool {
        let mut sets: Vec<Truths> = Vec::with_capacity(self.program.core().len());
        for (at, node) in self.program.core().iter().enumerate() {
            let of = |node: &crate::program::NodeIdx| sets[node.0 as usize];
            let set = match node {
                Node::Const(value) => Truths::only((*value).into()),
                Node::Test(_) => open(self.tests.get(&at), off, |truth| Truths::only(*truth)),
                Node::Not(inner) => of(inner).negated(),
                Node::And(parts) => parts.iter().map(of).fold(Truths::only(Truth::Yes), Truths::and),
                Node::Or(parts) => {
                    let parts = parts.iter().map(|part| of(part).negated());
                    parts.fold(Truths::only(Truth::Yes), Truths::and).negated()
                }
                Node::AtLeast(least, parts) => {
                    Truths::at_least(*least as usize, &parts.iter().map(of).collect::<Vec<_>>())
                }
                Node::Governed(governed) => open(self.picks.get(&at), off, |pick| match *pick {
                    Pick::One(option) => of(&governed.options[option].1),
                    Pick::Shared(last) => {
                        let shared = governed.options[..=last].iter().map(|(_, node)| of(node));
                        shared.fold(Truths::only(Truth::Unknown), Truths::with)
                    }
                }),
            };
            sets.push(set);
        }
        let goal = self.program.requirements[self.program.goal.0 as usize].cleared;
        let (goal, started) = (sets[goal.0 as usize], sets[self.program.started.0 as usize]);
        match wanted {
            Verdict::Started => started.has(Truth::Yes),
            _ if started == Truths::only(Truth::Yes) => false,
            Verdict::Ready => goal.has(Truth::Yes),
            Verdict::Blocked => goal.has(Truth::No),
            Verdict::Undetermined => goal.has(Truth::Unknown),
        }
    }
}

fn leaf<T>(choices: Option<&[Vec<usize>]>, value: impl Fn(&Vec<usize>) -> T) -> Leaf<T> {
    choices.map(|choices| choices.iter().map(|set| (set.clone(), value(set))).collect())
}

/// What a leaf may come out as without one of the changes.
fn open<T>(leaf: Option<&Leaf<T>>, off: usize, truths: impl Fn(&T) -> Truths) -> Truths {
    let Some(Some(choices)) = leaf else { return Truths::ANY };
    let left = choices.iter().filter(|(set, _)| !set.contains(&off));
    left.map(|(_, value)| truths(value)).fold(Truths::NONE, Truths::with)
}

/// The truth of each node on each lane.
fn truths(program: &Program, facts: &Facts<'_>, lanes: &[(u32, Date)]) -> impl Fn(usize, usize) -> Truth + use<> {
    let slots = completed(facts, program, lanes);
    let words: Vec<Registers> = lanes
        .chunks(64)
        .enumerate()
        .map(|(word, chunk)| {
            let completed: Vec<_> = slots.iter().map(|planes| planes.words[word]).collect();
            let mut registers = Registers::new(program.core(), 1);
            registers.run(program.core(), facts, Rows::Picked(chunk), |slot, _| completed[slot]);
            registers
        })
        .collect();
    move |lane, node| truth_at(words[lane / 64].word(crate::program::NodeIdx(node as u32), 0), lane % 64).into()
}

fn pick(facts: &Facts<'_>, governed: &Governed, (row, as_of): (u32, Date)) -> Pick {
    let last = |day: Date| governed.options.iter().rposition(|(from, _)| *from <= day).unwrap_or(0);
    let today = last(governed.law.unwrap_or(as_of));
    match facts.day(governed.reading, row, as_of) {
        Day::Known(day) => Pick::One(last(day)),
        Day::None => Pick::One(today),
        Day::Unknown => Pick::Shared(today),
    }
}
