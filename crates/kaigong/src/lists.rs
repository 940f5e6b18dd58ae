//! Work lists and scorecards of a check.

use kaigong_report::{Assessment, Scorecard, Worklist};
use kaigong_solver::{Durations, Filter, deadlines};

/// What is whose to do, and by when.
pub fn worklist<'b, 'a>(assessment: &'b Assessment<'a>, durations: Durations) -> Worklist<'b, 'a> {
    let days = deadlines(&assessment.evaluation, &assessment.results.projects, durations);
    Worklist::new(assessment, days)
}

/// How many have started, landed and done their year's plan, and their lights.
pub fn scorecard<'b, 'a>(assessment: &'b Assessment<'a>) -> Scorecard<'b, 'a> {
    let evaluation = &assessment.evaluation;
    let (pack, as_of) = (evaluation.pack, evaluation.options.as_of);
    let landed_when = pack.goals[evaluation.options.goal].landed_when.as_ref();
    let landed = landed_when.map(|when| Filter::new(pack, when, as_of).rows(evaluation.facts(), as_of));
    Scorecard::new(assessment, &landed.unwrap_or_default())
}
