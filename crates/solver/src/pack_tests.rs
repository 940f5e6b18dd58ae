//! The tests a pack carries: each requirement judged by itself, its needs met unless the test says otherwise.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use kaigong_bits::Word3;
use kaigong_model::{
    Cell, Date, FactIdx, FactType, Grant, Issue, Part, Place, PortfolioBuilder, Truth, parse_cell, parse_part,
    parse_quantity,
};
use kaigong_rules::{Expectation, Pack, RequirementIdx, RequirementTest, Target};

use crate::evaluate::state_of;
use crate::facts::{BlankMode, Facts};
use crate::program::{Program, Segment, compile};
use crate::registers::{Registers, Rows};
use crate::upstream::without_links;
use crate::view::{LaneRows, View};

/// What a test is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A requirement.
    Requirement(RequirementIdx),
    /// The n-th alert.
    Alert(usize),
}

/// How a test came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestOutcome {
    /// The state of a requirement.
    State(Expectation),
    /// Whether an alert fires.
    Alert(Truth),
}

impl TestOutcome {
    /// The word a pack writes for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::State(state) => state.name(),
            Self::Alert(Truth::Yes) => "fires",
            Self::Alert(Truth::No) => "silent",
            Self::Alert(Truth::Unknown) => "unknown",
        }
    }
}

/// A test that did not come out as written.
#[derive(Clone, Debug)]
pub struct TestFailure {
    /// What it is of.
    pub subject: Subject,
    /// Index of the test.
    pub test: usize,
    /// What was expected.
    pub expected: TestOutcome,
    /// What came out.
    pub got: TestOutcome,
    /// Reasons the test names that were not among those found.
    pub missing_reasons: Vec<String>,
    /// The reasons found.
    pub reasons: Vec<String>,
    /// Where the test is written.
    pub place: Place,
}

/// Runs the tests of every requirement and alert; how many ran, and the failures in that order.
pub fn run_tests(pack: &Pack) -> (usize, Vec<TestFailure>) {
    let mut failures = Vec::new();
    let mut count = 0;
    let mut programs = BTreeMap::new();
    let mut program = |day: Date| -> Rc<Program> {
        Rc::clone(programs.entry(day).or_insert_with(|| Rc::new(compile(pack, pack.default_goal, day))))
    };
    for (idx, requirement) in pack.iter() {
        for (at, test) in requirement.tests.iter().enumerate() {
            count += 1;
            let program = program(test.as_of);
            failures.extend(look(pack, &program, test.as_of, &test.given, |view| judge(view, idx, at, test)));
        }
    }
    for (alert, spec) in pack.alerts.iter().enumerate() {
        for (at, test) in spec.tests.iter().enumerate() {
            count += 1;
            let program = program(test.as_of);
            let got = look(pack, &program, test.as_of, &test.given, |view| fires(view, alert));
            if got != test.expect {
                failures.push(TestFailure {
                    subject: Subject::Alert(alert),
                    test: at,
                    expected: TestOutcome::Alert(test.expect),
                    got: TestOutcome::Alert(got),
                    missing_reasons: Vec::new(),
                    reasons: Vec::new(),
                    place: test.place.clone(),
                });
            }
        }
    }
    (count, failures)
}

/// Whether an alert fires; one that is not in force does not.
fn fires(view: &View<'_, '_>, alert: usize) -> Truth {
    let node = view.program.alerts.iter().find(|(at, _)| *at == alert);
    node.map_or(Truth::No, |&(_, node)| view.truth(node, 0))
}

/// Sets up the one project a test describes and looks at it.
pub(crate) fn look<T>(
    pack: &Pack,
    program: &Program,
    as_of: Date,
    known: &[(String, String)],
    see: impl FnOnce(&View<'_, '_>) -> T,
) -> T {
    let portfolio = given(pack, as_of, known);
    let facts = Facts::new(&portfolio, BlankMode::Pack, None, as_of);
    let lanes = vec![(0u32, as_of)];
    let completed: Vec<Word3> = program
        .slots
        .iter()
        .map(|slot| match without_links(&facts, slot.links, 0, as_of) {
            // A linked project is not part of the test: it counts as cleared.
            Some(_) => Word3::YES,
            None => Word3::UNKNOWN,
        })
        .collect();
    let mut registers = Registers::new(&program.nodes, 1);
    registers.run(&program.nodes, &facts, Rows::Picked(&lanes), |slot, _| completed[slot]);
    let lanes = LaneRows::Picked(lanes);
    see(&View {
        pack,
        evaluation: None,
        program,
        facts: &facts,
        registers: Arc::new(registers),
        at: 0,
        completed,
        lanes,
    })
}

fn judge(view: &View<'_, '_>, idx: RequirementIdx, at: usize, test: &RequirementTest) -> Option<TestFailure> {
    let (segment, body) = view.segment(idx, 0);
    let needs = segment.each.iter().fold(Truth::Yes, |truth, need| {
        truth.and(contribution(view, segment, need.need, &body.needs[need.need].target, test))
    });
    let (applies, met) = (view.applies(idx, 0), view.met(idx, 0));
    let cleared = applies.negated().or(met.and(needs));
    let got = state_of(applies, needs, cleared);
    let reasons = reasons(view, segment, test);
    let missing_reasons: Vec<String> =
        test.because.iter().filter(|reason| !reasons.contains(reason)).cloned().collect();
    let failed = got != test.expect || !missing_reasons.is_empty();
    failed.then(|| TestFailure {
        subject: Subject::Requirement(idx),
        test: at,
        expected: TestOutcome::State(test.expect),
        got: TestOutcome::State(got),
        missing_reasons,
        reasons,
        place: test.place.clone(),
    })
}

/// What a need contributes: met unless the test gives the state of what it points at.
fn contribution(view: &View<'_, '_>, segment: &Segment, need: usize, target: &Target, test: &RequirementTest) -> Truth {
    let nodes = &segment.each[need];
    if !nodes.binds {
        return Truth::Yes;
    }
    let state =
        |step: &RequirementIdx| test.given_needs.iter().find(|(given, _)| given == step).map(|(_, state)| *state);
    let found = match target {
        Target::Step(step) => state(step).map_or(Truth::Yes, cleared),
        Target::Group { choose, members } => {
            let named = members.iter().any(|member| state(member).is_some());
            let satisfied = |member: &RequirementIdx| match state(member) {
                Some(state) => satisfied(state),
                None => Truth::No,
            };
            let truths: Vec<Truth> = members.iter().map(satisfied).collect();
            let count = |truth| truths.iter().filter(|known| **known == truth).count();
            match () {
                () if !named || count(Truth::Yes) >= *choose as usize => Truth::Yes,
                () if members.len() - count(Truth::No) < *choose as usize => Truth::No,
                () => Truth::Unknown,
            }
        }
    };
    nodes.when.map_or(Truth::Yes, |when| view.truth(when, 0)).negated().or(found)
}

fn cleared(state: Expectation) -> Truth {
    match state {
        Expectation::NotApplicable | Expectation::Met => Truth::Yes,
        Expectation::Open | Expectation::Waiting => Truth::No,
        Expectation::Undetermined => Truth::Unknown,
    }
}

fn satisfied(state: Expectation) -> Truth {
    if state == Expectation::NotApplicable { Truth::No } else { cleared(state) }
}

/// Every fact the requirement's conditions read, and every need the test holds open.
fn reasons(view: &View<'_, '_>, segment: &Segment, test: &RequirementTest) -> Vec<String> {
    let mut facts: Vec<FactIdx> = Vec::new();
    let trees = [&segment.applies_tree, &segment.met_tree].into_iter().chain(segment.when_trees.iter().flatten());
    for tree in trees {
        tree.tests(&mut |found| found.facts(&view.program.slots, &mut |fact| facts.push(fact)));
    }
    facts.sort_unstable();
    facts.dedup();
    let facts = facts.into_iter().map(|fact| view.facts.schema[fact].id.clone());
    let needs = test.given_needs.iter().map(|(need, _)| view.pack[*need].id.clone());
    facts.chain(needs).collect()
}

/// A portfolio of one project with the facts the test gives; they were checked when the pack was loaded.
fn given(pack: &Pack, as_of: Date, known: &[(String, String)]) -> kaigong_model::Portfolio {
    let mut builder = PortfolioBuilder::new(Arc::clone(&pack.schema));
    let row = builder.add("test");
    for (name, text) in known {
        if let Some(fact) = pack.schema.find(name) {
            if let Ok(cell) = parse_cell(&pack.schema[fact], None, text) {
                builder.put(row, fact, cell);
            }
            continue;
        }
        if let Some(pool) = pack.schema.pools.iter().find(|pool| pool.id == *name) {
            if let Ok(amount) = parse_quantity(text, pool.dimension, Some(pool.unit)) {
                let pool = pool.id.clone();
                builder.grant(Grant { row, pool, amount, granted_on: Some(as_of), document: None });
            }
            continue;
        }
        let Some((document, part)) = name.rsplit_once('.') else { continue };
        let (Some(fact), Some(part)) = (pack.schema.find(document), Part::parse(part)) else { continue };
        if pack.schema[fact].kind != FactType::Document {
            continue;
        }
        let mut issue = match builder.get(row, fact) {
            Cell::Document(mut issues) => issues.pop().unwrap_or_default(),
            _ => Issue::default(),
        };
        if parse_part(&mut issue, &pack.schema[fact], part, None, text).is_ok() {
            builder.put(row, fact, Cell::Document(vec![issue]));
        }
    }
    builder.finish().0
}
