//! A task as rows and columns for solvers in floating point, and their answers back in integers.
#![expect(clippy::cast_precision_loss, reason = "floats only guide; integers decide")]

use std::collections::BTreeMap;

use super::own::first_goal;
use super::{Answer, Claim, Task};
use crate::draft::Draft;
use crate::price::{Goal, Reach, spread_locks};
use crate::problem::{CandidateIdx, Lock, Pool, Problem};
use crate::supply::Supply;

/// A column: what one of it is worth, its bounds, whether it is whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Col {
    pub(super) worth: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) whole: bool,
}

/// A row: what its entries add up to, at least and at most.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) entries: Vec<(usize, f64)>,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// A task in floats: sources first, then the ways from classes to pools.
///
/// Every row is divided by a power of two and every way counted in one, so that the largest entries lie between a half
/// and one: nothing is rounded that an integer of 53 bits holds.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) cols: Vec<Col>,
    pub(super) rows: Vec<Row>,
    /// Per column of a source: whose it is, and which.
    pub(super) sources: Vec<(CandidateIdx, usize)>,
}

/// The largest sum that floats may hold to the last unit (allocation.md, exactness).
const EXACT: i128 = 1 << 52;
/// By how much the least and the largest entry of a row may differ before what a solver says of it counts for nothing.
const SPREAD: f64 = 1e6;

/// A power of two no less than a number.
fn power(amount: i64) -> f64 {
    (amount.max(1) as u64).next_power_of_two() as f64
}

/// The values of a table's columns, and the worth if it is said to be the most.
pub(super) type Found = (Vec<f64>, Option<f64>);

/// Has a solver in floating point look for the most of a task's first goal; its choice counts for what it comes to in
/// integers, and where it gives up the start stands.
pub(super) fn solved(
    name: &'static str,
    task: &Task<'_>,
    run: impl FnOnce(&Table, &Task<'_>) -> Option<Found>,
) -> Answer {
    let problem = first_goal(task.problem);
    let supply = Supply::new(&problem);
    let task = Task { problem: &problem, ..*task };
    let Some(table) = Table::new(&problem, &supply) else { return Answer::NotFound };
    match run(&table, &task) {
        Some((values, optimal)) => table.answer(name, &task, &supply, Some(&|col| values[col]), optimal),
        None => table.answer(name, &task, &supply, None, None),
    }
}

impl Table {
    /// `None` where sums are too large for floats.
    pub(super) fn new(problem: &Problem, supply: &Supply) -> Option<Self> {
        let sum = |amounts: &mut dyn Iterator<Item = i64>| amounts.map(i128::from).sum::<i128>() < EXACT;
        let amounts = supply.takes.iter().flatten().flatten().flatten().map(|take| take.amount);
        let values = problem.candidates.iter().map(|candidate| candidate.values[0]);
        if !sum(&mut amounts.chain(problem.pools.iter().map(Pool::free))) || !sum(&mut values.into_iter()) {
            return None;
        }
        let mut table = Self { cols: Vec::new(), rows: Vec::new(), sources: Vec::new() };
        let mut of_class: Vec<Vec<(usize, i64)>> = vec![Vec::new(); supply.classes.len()];
        let mut of_candidate: Vec<Vec<usize>> = Vec::new();
        for (at, candidate) in problem.candidates.iter().enumerate() {
            let mut cols = Vec::new();
            for (source, takes) in supply.takes[at].iter().enumerate() {
                let Some(takes) = takes else { continue };
                let col = table.cols.len();
                let mut asked: BTreeMap<usize, i64> = BTreeMap::new();
                takes.iter().for_each(|take| *asked.entry(take.class).or_default() += take.amount);
                asked.into_iter().for_each(|(class, amount)| of_class[class].push((col, amount)));
                let high = f64::from(u8::from(candidate.lock != Lock::Out));
                table.cols.push(Col { worth: candidate.values[0] as f64, low: 0.0, high, whole: true });
                table.sources.push((at, source));
                cols.push(col);
            }
            of_candidate.push(cols);
        }
        table.supply(supply, &of_class);
        table.choices(problem, &of_candidate);
        Some(table)
    }

    fn supply(&mut self, supply: &Supply, of_class: &[Vec<(usize, i64)>]) {
        let mut of_pool: BTreeMap<usize, Vec<(usize, f64)>> = BTreeMap::new();
        let mut of_gate: BTreeMap<usize, Vec<(usize, f64)>> = BTreeMap::new();
        for (class, cols) in supply.classes.iter().zip(of_class) {
            let unit = power(cols.iter().map(|(_, amount)| *amount).max().unwrap_or(1));
            let mut entries: Vec<(usize, f64)> =
                cols.iter().map(|&(col, amount)| (col, amount as f64 / unit)).collect();
            for channel in &class.channels {
                let col = self.cols.len();
                let high = supply.free(channel.pool) as f64 / unit;
                self.cols.push(Col { worth: 0.0, low: 0.0, high, whole: false });
                entries.push((col, -1.0));
                of_pool.entry(channel.pool).or_default().push((col, unit));
                if let Some(gate) = channel.gate {
                    of_gate.entry(gate).or_default().push((col, unit));
                }
            }
            self.rows.push(Row { entries, low: f64::NEG_INFINITY, high: 0.0 });
        }
        let limited = of_pool.into_iter().map(|(pool, entries)| (supply.free(pool), entries));
        let gated = of_gate.into_iter().map(|(gate, entries)| (supply.gate(gate), entries));
        for (limit, mut entries) in limited.chain(gated) {
            let unit = entries.iter().fold(1.0f64, |most, (_, unit)| most.max(*unit));
            entries.iter_mut().for_each(|(_, own)| *own /= unit);
            self.rows.push(Row { entries, low: f64::NEG_INFINITY, high: limit as f64 / unit });
        }
    }

    fn choices(&mut self, problem: &Problem, of_candidate: &[Vec<usize>]) {
        let all = |cols: &[usize], by: f64| cols.iter().map(move |&col| (col, by)).collect::<Vec<_>>();
        for (at, candidate) in problem.candidates.iter().enumerate() {
            let low = f64::from(u8::from(candidate.lock == Lock::In));
            if of_candidate[at].len() > 1 || low > 0.0 {
                self.rows.push(Row { entries: all(&of_candidate[at], 1.0), low, high: 1.0 });
            }
            for &need in candidate.needs.iter().filter(|&&need| need != at) {
                let mut entries = all(&of_candidate[at], 1.0);
                entries.extend(all(&of_candidate[need], -1.0));
                self.rows.push(Row { entries, low: f64::NEG_INFINITY, high: 0.0 });
            }
        }
        for floor in problem.floors.iter().filter(|floor| floor.at_least > 0) {
            let unit = power(floor.weights.iter().map(|(_, weight)| *weight).max().unwrap_or(1));
            let mut of: BTreeMap<usize, i64> = BTreeMap::new();
            for &(at, weight) in &floor.weights {
                of_candidate[at].iter().for_each(|&col| *of.entry(col).or_default() += weight);
            }
            let entries = of.into_iter().map(|(col, weight)| (col, weight as f64 / unit)).collect();
            self.rows.push(Row { entries, low: floor.at_least as f64 / unit, high: f64::INFINITY });
        }
    }

    /// Whether the entries of every row are so alike that a tolerance in one of them tells.
    fn even(&self) -> bool {
        self.rows.iter().all(|row| {
            let sizes = || row.entries.iter().map(|(_, entry)| entry.abs()).filter(|size| *size > 0.0);
            sizes().fold(0.0, f64::max) <= SPREAD * sizes().fold(f64::INFINITY, f64::min)
        })
    }

    /// Values of the columns of a choice that fits; what ways bring is left to the solver.
    #[cfg(feature = "microlp")]
    pub(super) fn hint(&self, chosen: &[Option<usize>]) -> Vec<(usize, f64)> {
        let taken = |&(at, source): &(usize, usize)| f64::from(u8::from(chosen[at] == Some(source)));
        self.sources.iter().map(taken).enumerate().collect()
    }

    /// What a solver's choice comes to in integers: the answer it counts for, or the start.
    ///
    /// `optimal` is the worth that the solver says no plan exceeds.
    pub(super) fn answer(
        &self,
        name: &'static str,
        task: &Task<'_>,
        supply: &Supply,
        values: Option<&dyn Fn(usize) -> f64>,
        optimal: Option<f64>,
    ) -> Answer {
        let problem = task.problem;
        let Some(locks) = spread_locks(problem) else { return Answer::NotFound };
        let reach = |floor: &crate::problem::Floor| Reach { weights: floor.weights.clone(), at_least: floor.at_least };
        let goal = Goal::new(problem, supply, 0, problem.floors.iter().map(reach).collect(), locks);
        let valued = |chosen: &[Option<usize>]| {
            let draft = Draft::of(&goal, chosen).filter(Draft::reaches)?;
            Some((draft.value, draft.chosen))
        };
        let told = values.and_then(|value| {
            let mut chosen = vec![None; problem.candidates.len()];
            for (col, &(at, source)) in self.sources.iter().enumerate() {
                if value(col) > 0.5 {
                    chosen[at] = Some(source);
                }
            }
            valued(&chosen)
        });
        let start = task.begin().and_then(valued);
        let start_is_better = |start: &(i128, _)| told.as_ref().is_none_or(|told| start.0 > told.0);
        let Some((value, chosen)) = start.filter(start_is_better).or(told) else { return Answer::NotFound };
        // What is said to be the best has to be what the integers come to.
        let agrees = optimal.is_some_and(|most| (most - value as f64).abs() < 0.5);
        let claim = if agrees && self.even() { Claim::Solver { name } } else { Claim::Nothing };
        Answer::Plan { plan: supply.plan(problem, &chosen), value, claim }
    }
}
