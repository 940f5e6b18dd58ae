//! A ledger as it stood on a past day, made cell by cell: every document and event dated later replaced by no.

use std::sync::Arc;

use kaigong_model::{Cell, Change, Date, DateKind, FactIdx, Issue, Portfolio, PortfolioBuilder, Schema, Stop};

/// Stops as they were known on a day: what ended later still lasts.
pub fn stops_on(issue: &Issue, day: Date) -> Vec<Stop> {
    let mut known = Vec::new();
    for stop in &issue.stops {
        if stop.from <= day {
            let over = stop.to.is_some_and(|to| to <= day);
            known.push(Stop { to: if over { stop.to } else { None }, ..stop.clone() });
        }
    }
    known
}

/// An issue as it was known on a day: its paper where it was made by then, else that it was filed or waived, if it was.
fn issue_on(issue: &Issue, day: Date) -> Option<Issue> {
    let later = |date: Option<Date>| date.is_some_and(|date| date > day);
    let dated = issue.number.is_none() || issue.issued_on.is_some();
    let first = [issue.issued_on, issue.accepted_on, issue.submitted_on].into_iter().flatten().min();
    let stops = stops_on(issue, day);
    let filed =
        Issue { stops: stops.clone(), issued_on: None, number: None, area: None, expires_on: None, ..issue.clone() };
    match issue.waived_until {
        None if dated && later(first) => None,
        Some(_) if dated && later(first) => {
            Some(Issue { accepted_on: None, submitted_on: None, stops: Vec::new(), ..filed })
        }
        _ if later(issue.issued_on) => Some(filed),
        _ => Some(Issue { stops, ..issue.clone() }),
    }
}

/// A cell as it was written on a day: what came later is not there.
fn cell_on(schema: &Schema, fact: FactIdx, cell: Cell, day: Date) -> Cell {
    match cell {
        Cell::Date(date) if schema[fact].date_kind == DateKind::Event && date > day => Cell::No,
        Cell::Document(issues) => {
            let known: Vec<Issue> = issues.iter().filter_map(|issue| issue_on(issue, day)).collect();
            if known.is_empty() { Cell::No } else { Cell::Document(known) }
        }
        cell => cell,
    }
}

/// The ledger as it stood on a day.
pub fn ledger_on(portfolio: &Portfolio, day: Date) -> Portfolio {
    let schema = &portfolio.schema;
    let mut builder = PortfolioBuilder::new(Arc::clone(schema));
    portfolio.ids.iter().for_each(|id| {
        builder.add(id);
    });
    for (fact, _) in schema.iter() {
        let Some(column) = portfolio.column(fact) else { continue };
        for row in 0..portfolio.len() as u32 {
            builder.put(row, fact, cell_on(schema, fact, column.base_cell(row), day));
            for change in column.changes.get(&row).into_iter().flatten().filter(|change| change.from <= day) {
                let cell = cell_on(schema, fact, change.cell.clone(), day);
                builder.change(row, fact, Change { cell, ..change.clone() });
            }
        }
    }
    let granted = portfolio.grants.iter().filter(|grant| grant.granted_on.is_none_or(|granted| granted <= day));
    granted.for_each(|grant| builder.grant(grant.clone()));
    builder.finish().0
}
