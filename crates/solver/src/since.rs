//! Since when a requirement has been a blocker: evaluation at the days on which anything dated changed.
//!
//! Rows and days are packed 64 a word, whatever the row and whatever the day, one program per state of the law.

pub(crate) mod linked;

use std::sync::Arc;

use std::collections::{BTreeMap, BTreeSet};

use kaigong_bits::Planes;
use kaigong_model::{Calendar, Cell, Date, DateKind, FactIdx, FactType, Issue, Part};
use kaigong_rules::RequirementIdx;
use rayon::prelude::*;

use crate::evaluate::Evaluation;
use crate::facts::Facts;
use crate::program::{Program, law_days};
use crate::registers::{Registers, Rows};
use crate::terms::Slot;
use crate::upstream::{linked_rows, without_links};
use crate::view::{LaneRows, View};
use crate::walk::Walk;

/// The days on which a row's facts change, up to the as-of date.
pub(crate) fn fact_days(facts: &Facts<'_>, row: u32, as_of: Date, days: &mut BTreeSet<Date>) {
    let schema = &facts.portfolio.schema;
    for (fact, spec) in schema.iter() {
        let Some(column) = facts.portfolio.column(fact) else { continue };
        if column.changes.is_empty() && !matches!(spec.kind, FactType::Date | FactType::Document) {
            continue;
        }
        let changes = column.changes.get(&row).map_or(&[][..], Vec::as_slice);
        let cells = std::iter::once(column.base_cell(row)).chain(changes.iter().map(|change| change.cell.clone()));
        for cell in cells {
            match cell {
                Cell::Date(day) if spec.date_kind == DateKind::Event => days.extend([day]),
                Cell::Document(issues) => issues.iter().for_each(|issue| issue_days(facts, fact, issue, days)),
                _ => {}
            }
        }
        days.extend(changes.iter().map(|change| change.from));
    }
    let grants = &facts.portfolio.grants;
    let first = grants.partition_point(|grant| grant.row < row);
    let granted = grants[first..].iter().take_while(|grant| grant.row == row);
    days.extend(granted.map(|grant| grant.granted_on.unwrap_or(facts.ledger_date)));
    days.retain(|day| *day <= as_of);
}

impl Evaluation<'_> {
    /// The days on which the law applied changes, in order; none where one law is applied on every day.
    pub(crate) fn law_days(&self) -> impl Iterator<Item = Date> {
        let days = if self.options.law_as_of.is_some() { Vec::new() } else { law_days(self.pack) };
        days.into_iter()
    }

    /// The first day on which anything was recorded of a row, up to the as-of date.
    pub fn first_record(&self, row: u32) -> Option<Date> {
        let mut days = BTreeSet::new();
        fact_days(&self.facts, row, self.options.as_of, &mut days);
        days.first().copied()
    }
}

fn issue_days(facts: &Facts<'_>, fact: FactIdx, issue: &Issue, days: &mut BTreeSet<Date>) {
    let after = |day: Date| Date(day.0 + 1);
    let begins = [Part::IssuedOn, Part::AcceptedOn, Part::SubmittedOn];
    days.extend(begins.into_iter().filter_map(|part| issue.date(part)));
    days.extend([issue.expires_on, issue.waived_until].into_iter().flatten().map(after));
    for stop in &issue.stops {
        days.insert(stop.from);
        days.extend(stop.to.map(after));
    }
    let valid = facts.portfolio.schema[fact].valid;
    if let (Some(issued), Some(valid), None) = (issue.issued_on, valid, issue.expires_on) {
        days.extend(issued.plus(valid, Calendar::official()).map(after));
    }
    if issue.number.is_some() && issue.issued_on.is_none() {
        days.insert(facts.ledger_date);
    }
}

/// For each row and its blockers: since when, in the same order.
///
/// # Complexity
/// Rows × event days / 64 runs of the program, without the days of laws before the one under which the last run of a
/// row was broken. Projects that wait for one another are evaluated together, day by day backwards, until every run has
/// been broken.
pub(crate) fn since(evaluation: &Evaluation<'_>, rows: &[(u32, Vec<RequirementIdx>)]) -> Vec<Vec<Option<Date>>> {
    let as_of = evaluation.options.as_of;
    let law: Vec<Date> = evaluation.law_days().filter(|day| *day <= as_of).collect();
    let linked: BTreeSet<u32> =
        crate::upstream::rows_with_links(&evaluation.program, &evaluation.facts).into_iter().collect();
    let days: Vec<Vec<Date>> = rows.par_iter().map(|(row, _)| event_days(evaluation, &linked, *row, &law)).collect();
    let stretch = |day: Date| law.partition_point(|begin| *begin <= day);
    // Lanes by state of the law: index of the row in `rows`, index of the day in its days.
    let mut lanes: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for (at, days) in days.iter().enumerate().filter(|(at, _)| !linked.contains(&rows[*at].0)) {
        for (which, &day) in days.iter().enumerate() {
            lanes.entry(stretch(day)).or_default().push((at, which));
        }
    }
    let mut blocked: Vec<Vec<Vec<bool>>> =
        rows.iter().zip(&days).map(|((_, blockers), days)| vec![vec![false; blockers.len()]; days.len()]).collect();
    // The latest law first: a row whose every run has been broken needs no earlier day.
    let mut unbroken: Vec<Vec<bool>> = rows.iter().map(|(_, blockers)| vec![true; blockers.len()]).collect();
    for mut lanes in lanes.into_values().rev() {
        lanes.retain(|(at, _)| unbroken[*at].contains(&true));
        let Some(&(at, which)) = lanes.first() else { continue };
        let program = evaluation.program_on(days[at][which]);
        let found: Vec<Vec<Vec<bool>>> =
            lanes.par_chunks(64).map(|chunk| run(evaluation, &program, rows, &days, chunk)).collect();
        for ((at, which), blockers) in lanes.iter().zip(found.into_iter().flatten()) {
            unbroken[*at].iter_mut().zip(&blockers).for_each(|(unbroken, blocks)| *unbroken &= *blocks);
            blocked[*at][*which] = blockers;
        }
    }
    let mut found: Vec<Vec<Option<Date>>> = rows
        .iter()
        .zip(&days)
        .zip(&blocked)
        .map(|(((_, blockers), days), blocked)| begin(blockers.len(), days, blocked))
        .collect();
    let groups = linked::groups(evaluation, &linked, rows);
    let settled: Vec<Vec<(usize, Vec<Option<Date>>)>> =
        groups.par_iter().map(|group| linked::since(evaluation, group, rows, &days, &law)).collect();
    for (at, since) in settled.into_iter().flatten() {
        found[at] = since;
    }
    found
}

/// The first day of each blocker's last unbroken run; `None` where the run reaches back before every event.
fn begin(blockers: usize, days: &[Date], blocked: &[Vec<bool>]) -> Vec<Option<Date>> {
    (0..blockers)
        .map(|at| {
            let broken = blocked.iter().rposition(|blockers| !blockers[at])?;
            days.get(broken + 1).copied()
        })
        .collect()
}

/// Event days of a row and of the projects it waits for, and the day before the first of them.
fn event_days(evaluation: &Evaluation<'_>, linked: &BTreeSet<u32>, row: u32, law: &[Date]) -> Vec<Date> {
    let as_of = evaluation.options.as_of;
    let mut days: BTreeSet<Date> = law.iter().copied().collect();
    for row in closure(evaluation, linked, row) {
        fact_days(&evaluation.facts, row, as_of, &mut days);
    }
    if let Some(first) = days.first().copied() {
        days.insert(Date(first.0 - 1));
    }
    days.into_iter().collect()
}

/// A row and every project it waits for, directly or not.
fn closure(evaluation: &Evaluation<'_>, linked: &BTreeSet<u32>, row: u32) -> Vec<u32> {
    let mut found = BTreeSet::from([row]);
    let mut todo = vec![row];
    while let Some(row) = todo.pop() {
        if !linked.contains(&row) {
            continue;
        }
        for slot in &evaluation.program.slots {
            for other in linked_rows(&evaluation.facts, slot.links, row, evaluation.options.as_of) {
                if other != kaigong_model::NO_ROW && found.insert(other) {
                    todo.push(other);
                }
            }
        }
    }
    found.into_iter().collect()
}

/// Which of each lane's blockers block on its day, for rows without links.
fn run(
    evaluation: &Evaluation<'_>,
    program: &Program,
    rows: &[(u32, Vec<RequirementIdx>)],
    days: &[Vec<Date>],
    chunk: &[(usize, usize)],
) -> Vec<Vec<bool>> {
    let lanes: Vec<(u32, Date)> = chunk.iter().map(|&(at, which)| (rows[at].0, days[at][which])).collect();
    let view = alone(evaluation, program, lanes);
    let walk = Walk::from_goal(&view);
    let blocks =
        |(lane, &(at, _)): (usize, &(usize, usize))| rows[at].1.iter().map(|&idx| walk.is_blocker(idx, lane)).collect();
    chunk.iter().enumerate().map(blocks).collect()
}

/// Rows without links, each on a day of its own.
pub(crate) fn alone<'e, 'a>(
    evaluation: &'e Evaluation<'a>,
    program: &'e Program,
    lanes: Vec<(u32, Date)>,
) -> View<'e, 'a> {
    let completed = completed(&evaluation.facts, program, &lanes);
    let words = completed.iter().map(|planes| planes.words[0]).collect();
    picked(evaluation, program, lanes, words)
}

/// `completed()` of rows on days before any linked project is looked at, a plane a slot.
pub(crate) fn completed(facts: &Facts<'_>, program: &Program, lanes: &[(u32, Date)]) -> Vec<Planes> {
    let slot = |slot: &Slot| {
        let mut planes = Planes::unknown(lanes.len().div_ceil(64));
        for (at, &(row, day)) in lanes.iter().enumerate() {
            planes.set(at, without_links(facts, slot.links, row, day));
        }
        planes
    };
    program.slots.iter().map(slot).collect()
}

fn picked<'e, 'a>(
    evaluation: &'e Evaluation<'a>,
    program: &'e Program,
    lanes: Vec<(u32, Date)>,
    completed: Vec<kaigong_bits::Word3>,
) -> View<'e, 'a> {
    let mut registers = Registers::new(program.core(), 1);
    registers.run(program.core(), &evaluation.facts, Rows::Picked(&lanes), |slot, _| completed[slot]);
    View {
        pack: evaluation.pack,
        evaluation: None,
        program,
        facts: &evaluation.facts,
        registers: Arc::new(registers),
        at: 0,
        completed,
        lanes: LaneRows::Picked(lanes),
    }
}
