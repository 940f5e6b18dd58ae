//! By when the blockers of a portfolio have to be cleared.

use kaigong_model::{Cell, Date};
use rayon::prelude::*;

use crate::earliest::{Deadline, Durations, deadlines as of_row};
use crate::evaluate::{Evaluation, Verdict};
use crate::summary::ProjectResult;

/// The deadlines of every project's blockers, in their order; none for projects that are not blocked.
///
/// # Complexity
/// One evaluation of the rows, and per blocker at most 17 forecasts of its project.
pub fn deadlines(evaluation: &Evaluation<'_>, projects: &[ProjectResult], durations: Durations) -> Vec<Vec<Deadline>> {
    let blocks: Vec<Vec<Vec<Deadline>>> = projects
        .chunk_by(|one, other| one.row / 64 == other.row / 64)
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|word| {
            let view = evaluation.view(word[0].row as usize / 64);
            let of = |project: &ProjectResult| match project.verdict {
                Verdict::Blocked => {
                    let planned = planned(evaluation, project.row);
                    of_row(&view, project.row as usize % 64, &project.blockers, durations, planned)
                }
                _ => Vec::new(),
            };
            word.iter().map(of).collect()
        })
        .collect();
    blocks.into_iter().flatten().collect()
}

fn planned(evaluation: &Evaluation<'_>, row: u32) -> Option<Date> {
    match evaluation.facts().cell(evaluation.pack.roles.planned_start?, row, evaluation.options.as_of) {
        Cell::Date(day) => Some(day),
        _ => None,
    }
}
