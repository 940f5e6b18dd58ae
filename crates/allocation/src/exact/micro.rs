//! `microlp`: branch and bound in floating point, pure Rust.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::rows::{Found, Table, solved};
use super::{Answer, Exact, Task};
use microlp::{ComparisonOp, OptimizationDirection, SolutionStatus, SolveOptions, SolveOutcome, Variable};

/// The solver `microlp`.
///
/// Its nodes are limited, and within a node its own count of pivots without progress ends a program that goes round in
/// circles; no clock is asked. Whatever it gives up on, the start stands with no claim.
#[derive(Clone, Copy, Debug, Default)]
pub struct Micro;

const NAME: &str = "microlp 0.7.0";

impl Exact for Micro {
    fn name(&self) -> &'static str {
        NAME
    }

    fn solve(&self, task: &Task<'_>) -> Answer {
        // A fault of the solver is no fault of the task.
        solved(NAME, task, |table, task| catch_unwind(AssertUnwindSafe(|| run(table, task))).ok().flatten())
    }
}

fn run(table: &Table, task: &Task<'_>) -> Option<Found> {
    let mut model = microlp::Problem::new(OptimizationDirection::Maximize);
    let variables: Vec<Variable> = table
        .cols
        .iter()
        .map(|col| match (col.whole, col.high > 0.0) {
            (true, true) => model.add_binary_var(col.worth),
            _ => model.add_var(col.worth, (col.low, col.high)),
        })
        .collect();
    for row in &table.rows {
        let entries: Vec<(Variable, f64)> = row.entries.iter().map(|&(col, entry)| (variables[col], entry)).collect();
        if row.low.is_finite() {
            model.add_constraint(entries.as_slice(), ComparisonOp::Ge, row.low);
        }
        if row.high.is_finite() {
            model.add_constraint(entries.as_slice(), ComparisonOp::Le, row.high);
        }
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(task.nodes());
    let start = task.begin().map(|chosen| table.hint(chosen));
    options.warm_start = start.map(|hint| hint.into_iter().map(|(col, value)| (variables[col], value)).collect());
    let SolveOutcome::Solution(solution) = model.solve_with(options).ok()? else { return None };
    let values = variables.iter().map(|&variable| solution.var_value(variable)).collect();
    let optimal = (solution.status() == SolutionStatus::Optimal).then(|| solution.objective());
    Some((values, optimal))
}
