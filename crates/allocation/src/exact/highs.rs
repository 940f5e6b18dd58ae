//! `HiGHS`: branch and cut in floating point, a library in C++.

use super::own::first_goal;
use super::rows::Table;
use super::{Answer, Exact, Task};
use crate::supply::Supply;
use highs::{HighsModelStatus, RowProblem, Sense};

/// The solver `HiGHS`, on one thread, limited by nodes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Highs;

const NAME: &str = "HiGHS";

impl Exact for Highs {
    fn name(&self) -> &'static str {
        NAME
    }

    fn solve(&self, task: &Task<'_>) -> Answer {
        let problem = first_goal(task.problem);
        let supply = Supply::new(&problem);
        let task = Task { problem: &problem, ..*task };
        let Some(table) = Table::new(&problem, &supply) else { return Answer::NotFound };
        let told = run(&table, &task);
        let Some((values, optimal)) = told else { return table.answer(NAME, &task, &supply, None, None) };
        table.answer(NAME, &task, &supply, Some(&|col| values[col]), optimal)
    }
}

/// The values of the columns, and the worth if it is said to be the most.
fn run(table: &Table, task: &Task<'_>) -> Option<(Vec<f64>, Option<f64>)> {
    let mut model = RowProblem::default();
    let cols: Vec<_> = table
        .cols
        .iter()
        .map(|col| match col.whole {
            true => model.add_integer_column(col.worth, col.low..=col.high),
            false => model.add_column(col.worth, col.low..=col.high),
        })
        .collect();
    for row in &table.rows {
        let entries: Vec<_> = row.entries.iter().map(|&(col, entry)| (cols[col], entry)).collect();
        model.add_row(row.low..=row.high, &entries);
    }
    let mut model = model.try_optimise(Sense::Maximise).ok()?;
    model.make_quiet();
    model.set_option("threads", 1);
    model.set_option("random_seed", 0);
    model.set_option("mip_rel_gap", 0.0);
    model.set_option("mip_abs_gap", 0.5);
    model.set_option("mip_max_nodes", i32::try_from(task.nodes()).unwrap_or(i32::MAX));
    let solved = model.try_solve().ok()?;
    let values = solved.get_solution().columns().to_vec();
    let optimal = (solved.status() == HighsModelStatus::Optimal).then(|| solved.objective_value());
    (values.len() == table.cols.len()).then_some((values, optimal))
}
