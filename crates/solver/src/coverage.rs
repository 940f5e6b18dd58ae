//! What a pack's tests have shown: for every leaf condition, whether some test had it decide its condition
//! each way (masking MC/DC: with the other leaves as they are, turning this one over turns the condition over).

use std::collections::BTreeMap;

use kaigong_model::Truth;
use kaigong_rules::{Pack, RequirementIdx};

use crate::pack_tests::look;
use crate::program::{Segment, compile};
use crate::terms::{Term, Test, Tree};
use crate::view::View;

/// Which condition of a requirement a leaf stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// `applies_when`.
    Applies,
    /// `met_when`.
    Met,
    /// `when` of the n-th need.
    When(usize),
}

/// One leaf condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafCoverage {
    /// The requirement.
    pub requirement: RequirementIdx,
    /// 0 is the base, `n` the n-th version.
    pub body: usize,
    /// Which condition.
    pub site: Site,
    /// Position among the condition's leaves.
    pub leaf: usize,
    /// Whether a test had it decide as yes, and as no.
    pub decided: [bool; 2],
    /// Whether it reads a parameter that the law leaves without a value.
    pub open: bool,
}

/// Coverage of every leaf of a pack, in order of requirement, body, condition and leaf.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// The leaves.
    pub leaves: Vec<LeafCoverage>,
}

impl Coverage {
    /// Leaves decided both ways, and leaves there are; open ones left out.
    pub fn counts(&self) -> (usize, usize) {
        let closed = self.leaves.iter().filter(|leaf| !leaf.open);
        (closed.clone().filter(|leaf| leaf.decided == [true, true]).count(), closed.count())
    }
}

type Key = (RequirementIdx, usize, Site, usize);

/// Runs the tests of a pack and watches every leaf.
pub fn coverage(pack: &Pack) -> Coverage {
    let mut seen: BTreeMap<Key, LeafCoverage> = BTreeMap::new();
    let mut programs = BTreeMap::new();
    for (idx, requirement) in pack.iter() {
        for test in &requirement.tests {
            let program = programs.entry(test.as_of).or_insert_with(|| compile(pack, pack.default_goal, test.as_of));
            look(pack, program, test.as_of, &test.given, |view| watch(view, idx, &mut seen));
        }
        register_unvisited(pack, idx, &mut seen);
    }
    Coverage { leaves: seen.into_values().collect() }
}

fn sites(segment: &Segment) -> impl Iterator<Item = (Site, &Tree)> {
    let whens = segment.when_trees.iter().enumerate().filter_map(|(at, tree)| Some((Site::When(at), tree.as_ref()?)));
    [(Site::Applies, &segment.applies_tree), (Site::Met, &segment.met_tree)].into_iter().chain(whens)
}

fn watch(view: &View<'_, '_>, idx: RequirementIdx, seen: &mut BTreeMap<Key, LeafCoverage>) {
    let (segment, _) = view.segment(idx, 0);
    for (site, tree) in sites(segment) {
        let mut leaves = Vec::new();
        tree.tests(&mut |test| leaves.push(test));
        for (at, test) in leaves.iter().enumerate() {
            let leaf = entry(seen, (idx, segment.body, site, at), test);
            let forced = |value| force(view, tree, &mut 0, at, value);
            if forced(Truth::Yes) != forced(Truth::No) {
                match view.test(test, 0) {
                    Truth::Yes => leaf.decided[0] = true,
                    Truth::No => leaf.decided[1] = true,
                    Truth::Unknown => {}
                }
            }
        }
    }
}

/// Bodies no test has looked at: their leaves count as never decided.
fn register_unvisited(pack: &Pack, idx: RequirementIdx, seen: &mut BTreeMap<Key, LeafCoverage>) {
    let requirement = &pack[idx];
    let days = requirement.versions.iter().filter_map(|version| version.period.from);
    let days = days.chain(requirement.period.from).chain(requirement.period.to).chain(pack.test_date);
    for day in days {
        let program = compile(pack, pack.default_goal, day);
        let nodes = &program.requirements[idx.0 as usize];
        let segment = &nodes.segments[nodes.current];
        for (site, tree) in sites(segment) {
            let mut at = 0;
            tree.tests(&mut |test| {
                entry(seen, (idx, segment.body, site, at), test);
                at += 1;
            });
        }
    }
}

fn entry<'s>(seen: &'s mut BTreeMap<Key, LeafCoverage>, key: Key, test: &Test) -> &'s mut LeafCoverage {
    let (requirement, body, site, leaf) = key;
    let open = is_open(test);
    let found = seen.entry(key).or_insert(LeafCoverage { requirement, body, site, leaf, decided: [false; 2], open });
    found.open &= open;
    found
}

/// The tree's value with one leaf set and the others as they are.
fn force(view: &View<'_, '_>, tree: &Tree, at: &mut usize, leaf: usize, value: Truth) -> Truth {
    match tree {
        Tree::Const(value) => (*value).into(),
        Tree::Test(test) => {
            *at += 1;
            if *at - 1 == leaf { value } else { view.test(test, 0) }
        }
        Tree::Not(inner) => force(view, inner, at, leaf, value).negated(),
        Tree::And(parts) => parts.iter().fold(Truth::Yes, |truth, part| truth.and(force(view, part, at, leaf, value))),
        Tree::Or(parts) => parts.iter().fold(Truth::No, |truth, part| truth.or(force(view, part, at, leaf, value))),
    }
}

fn is_open(test: &Test) -> bool {
    fn missing(term: &Term) -> bool {
        match term {
            Term::Missing => true,
            Term::Arithmetic(_, left, right) | Term::DaysBetween(left, right) => missing(left) || missing(right),
            Term::Shift { date, amount, .. } => missing(date) || missing(amount),
            Term::Min(parts) | Term::Max(parts) => parts.iter().any(missing),
            _ => false,
        }
    }
    match test {
        Test::Unknown => true,
        Test::Numbers(_, left, right) | Test::Dates(_, left, right) => missing(left) || missing(right),
        _ => false,
    }
}
