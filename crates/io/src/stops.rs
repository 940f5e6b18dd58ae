//! Stops held against the days between which the office has the paper: acceptance and decision.

use kaigong_model::{Cell, CellState, Diagnostic, FactIdx, FactSpec, FactType, Issue, Place, Portfolio, Stop, Values};

use crate::{codes, log::Log};

/// Warns of stops that no limit runs through.
pub(crate) fn check(portfolio: &Portfolio, log: &mut Log) {
    for (fact, spec) in portfolio.schema.iter().filter(|(_, spec)| spec.kind == FactType::Document) {
        let Some(column) = portfolio.column(fact) else { continue };
        let Values::Document(papers) = &column.values else { continue };
        // A day alone, as most papers have it, has no stops.
        if !papers.has_lists() && column.changes.is_empty() {
            continue;
        }
        for row in 0..portfolio.len() as u32 {
            // A change repeats the stops it leaves as they are: each is told once.
            let mut told: Vec<Stop> = Vec::new();
            let mut look = |issues: &[Issue]| {
                for issue in issues {
                    for stop in issue.stops.iter().filter(|stop| is_outside(issue, stop)) {
                        if !told.contains(stop) {
                            log.note(|_| outside(spec, issue, stop).at(place(portfolio, fact, row)));
                            told.push(stop.clone());
                        }
                    }
                }
            };
            if column.states[row as usize] == CellState::Recorded && papers.is_listed(row) {
                papers.get(row).with(&mut look);
            }
            for change in column.changes.get(&row).into_iter().flatten() {
                if let Cell::Document(issues) = &change.cell {
                    look(issues);
                }
            }
        }
    }
}

fn is_outside(issue: &Issue, stop: &Stop) -> bool {
    let last = stop.to.unwrap_or(stop.from);
    issue.accepted_on.is_none_or(|accepted| stop.from < accepted) || issue.issued_on.is_some_and(|issued| last > issued)
}

fn place(portfolio: &Portfolio, fact: FactIdx, row: u32) -> Place {
    portfolio.place(fact, row).unwrap_or_else(|| Place::File(portfolio.ids[row as usize].to_string()))
}

fn outside(spec: &FactSpec, issue: &Issue, stop: &Stop) -> Diagnostic {
    let title = &spec.title;
    let words = spec.causes.iter().find(|cause| cause.id == stop.cause).map(|cause| &cause.words);
    let (zh, en) = words.map_or((stop.cause.as_str(), stop.cause.as_str()), |words| (&words.zh, &words.en));
    let from = stop.from;
    let (why_zh, why_en) = match (issue.accepted_on, issue.issued_on) {
        (None, _) => {
            ("没有受理日期，时限还没有起算".to_owned(), "no acceptance is recorded, so no limit runs".to_owned())
        }
        (Some(day), _) if from < day => (format!("早于 {day} 的受理"), format!("it begins before acceptance on {day}")),
        (_, Some(day)) => (format!("晚于 {day} 的批准"), format!("it reaches past the decision on {day}")),
        _ => (String::new(), String::new()),
    };
    Diagnostic::warning(
        codes::STOP_OUTSIDE,
        format!("「{}」的停计（{zh}，{from} 起）不在受理和批准之间：{why_zh}", title.zh),
        format!(
            "the stop of `{}` ({en}, from {from}) does not lie between acceptance and decision: {why_en}",
            title.en
        ),
    )
    .help(
        "核对受理、停计和批准的日期；受理至批准以外的日子本来就不计",
        "check the three dates; days outside acceptance and decision do not count anyway",
    )
}
