//! Conditions that change from one day to the next though no fact does: those that read the as-of date.

use std::collections::BTreeSet;
use std::ops::Range;

use kaigong_model::{Date, Truth};

use crate::evaluate::truth_at;
use crate::facts::{Facts, Picked};
use crate::program::{Node, Program};
use crate::terms::{Term, Test};

/// Adds the days within `days` on which such a condition of a row changes, the facts and the law staying as they are.
pub(super) fn days(facts: &Facts<'_>, moving: &[Test], row: u32, days: Range<Date>, found: &mut BTreeSet<Date>) {
    for test in moving {
        match test {
            Test::Dates(_, Term::AsOf, term) | Test::Dates(_, term, Term::AsOf) if !term.moves() => {
                // The order of a fixed day and the as-of date changes on that day and on the next.
                if let Some(day) = facts.date(term, row, days.start) {
                    let around = [day, Date(day.0.saturating_add(1))];
                    found.extend(around.into_iter().filter(|day| days.start < *day && *day < days.end));
                }
            }
            test => each_day(facts, test, row, &days, found),
        }
    }
}

/// The conditions of verdicts that read the as-of date.
pub(super) fn tests(program: &Program) -> Vec<Test> {
    let moving = |node: &Node| match node {
        Node::Test(test) if test.moves() => Some(test.clone()),
        _ => None,
    };
    program.core().iter().filter_map(moving).collect()
}

/// A condition on every day, 64 days a word.
fn each_day(facts: &Facts<'_>, test: &Test, row: u32, days: &Range<Date>, found: &mut BTreeSet<Date>) {
    let lanes: Vec<(u32, Date)> = (days.start.0..days.end.0).map(|day| (row, Date(day))).collect();
    let mut last: Option<Truth> = None;
    for chunk in lanes.chunks(64) {
        let word = facts.test(test, Picked { lanes: chunk }, |_| kaigong_bits::Word3::UNKNOWN);
        for (lane, &(_, day)) in chunk.iter().enumerate() {
            let truth = Truth::from(truth_at(word, lane));
            if last.is_some_and(|last| last != truth) {
                found.insert(day);
            }
            last = Some(truth);
        }
    }
}
