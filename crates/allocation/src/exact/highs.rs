//! `HiGHS`: branch and cut in floating point, a library in C++.

use super::rows::{Found, Table, solved};
use super::{Answer, Exact, Task};
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
        solved(NAME, task, run)
    }
}

fn run(table: &Table, task: &Task<'_>) -> Option<Found> {
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
