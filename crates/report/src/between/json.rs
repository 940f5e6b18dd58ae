//! What changed between two ledgers as `kaigong.diff/1`.

use kaigong_solver::Verdict;
use serde_json::{Map, Value, json};

use super::{Between, Flow, Move, Pair, Standing};
use crate::json::{ids, sum, wan};

/// The diff of two ledgers as JSON, schema `kaigong.diff/1`: sums, and every project that changed.
pub fn between_json(between: &Between<'_, '_>) -> Value {
    let evaluation = &between.after.evaluation;
    let pack = evaluation.pack;
    let count = |kind: Move| (kind.name().to_owned(), sum(between.sum(|pair| pair.moved() == Some(kind))));
    let blockers = between.blocker_flows().into_iter().map(|(idx, of)| flow("requirement", &pack[idx].id, of));
    let alerts = between.alert_flows().into_iter().map(|(at, of)| flow("alert", &pack.alerts[at].id, of));
    let projects = between.those(Pair::differs).into_iter().map(|pair| project(between, pair));
    json!({
        "schema": "kaigong.diff/1",
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[evaluation.options.goal].id,
        "before": side(between, 0),
        "after": side(between, 1),
        "moves": Move::ALL.into_iter().map(count).collect::<Map<_, _>>(),
        "newly_overdue": sum(between.sum(Pair::newly_overdue)),
        "no_longer_overdue": sum(between.sum(Pair::no_longer_overdue)),
        "blockers": blockers.collect::<Vec<_>>(),
        "alerts": alerts.collect::<Vec<_>>(),
        "projects": projects.collect::<Vec<_>>(),
    })
}

/// One of the two ledgers.
fn side(between: &Between<'_, '_>, at: usize) -> Value {
    let assessment = [between.before, between.after][at];
    let verdicts = [Verdict::Started, Verdict::Ready, Verdict::Blocked, Verdict::Undetermined];
    let count = |verdict: Verdict| (verdict.name().to_owned(), sum(between.verdict(verdict)[at]));
    json!({
        "as_of": assessment.evaluation.options.as_of.to_string(),
        "projects": assessment.results.projects.len(),
        "verdicts": verdicts.into_iter().map(count).collect::<Map<_, _>>(),
    })
}

fn flow(key: &str, id: &str, flow: Flow) -> Value {
    json!({
        key: id,
        "before": sum(flow.before),
        "gone": sum(flow.lost),
        "new": sum(flow.gained),
        "after": sum(flow.after),
    })
}

fn project(between: &Between<'_, '_>, pair: &Pair) -> Value {
    let pack = between.after.evaluation.pack;
    let (assessment, row) = between.told_by(pair);
    let alerts = |list: Vec<usize>| list.iter().map(|&at| pack.alerts[at].id.clone()).collect::<Vec<_>>();
    json!({
        "id": between.id(pair),
        "move": pair.moved().map(Move::name),
        "before": pair.before.as_ref().map(standing),
        "after": pair.after.as_ref().map(standing),
        "investment": assessment.investment(row).map(|fen| wan(i128::from(fen))),
        "blockers_gone": ids(pack, &pair.lost()),
        "blockers_new": ids(pack, &pair.gained()),
        "alerts_closed": alerts(pair.closed()),
        "alerts_opened": alerts(pair.opened()),
        "newly_overdue": pair.newly_overdue(),
        "no_longer_overdue": pair.no_longer_overdue(),
    })
}

fn standing(standing: &Standing) -> Value {
    json!({
        "verdict": standing.verdict.name(),
        "readiness": standing.readiness.name(),
        "days_late": standing.overdue,
    })
}
