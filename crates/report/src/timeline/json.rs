//! One project over time as `kaigong.timeline/1`.

use kaigong_rules::RequirementIdx;
use kaigong_solver::{Evaluation, Paper, Span, State, Timeline};
use serde_json::{Value, json};

use super::divided;
use crate::json::{date, ids, question_json, with_law};

/// Everything of a timeline.
pub fn timeline_json(evaluation: &Evaluation<'_>, timeline: &Timeline) -> Value {
    let pack = evaluation.pack;
    let [started, ready, blocked, undetermined] = divided(timeline);
    let told = json!({
        "schema": "kaigong.timeline/1",
        "as_of": evaluation.options.as_of.to_string(),
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[evaluation.options.goal].id,
        "project": &evaluation.portfolio.ids[timeline.row as usize],
        "from": timeline.period.from.to_string(),
        "to": timeline.period.to.to_string(),
        "days": {"started": started, "ready": ready, "blocked": blocked, "undetermined": undetermined},
        "spans": timeline.spans.iter().map(|span| span_json(evaluation, span)).collect::<Vec<_>>(),
        "papers": timeline.papers.iter().map(|paper| paper_json(evaluation, paper)).collect::<Vec<_>>(),
    });
    with_law(told, evaluation)
}

fn span_json(evaluation: &Evaluation<'_>, span: &Span) -> Value {
    let pack = evaluation.pack;
    let blockers = span.obstacles.iter().map(|obstacle| {
        json!({
            "requirement": pack[obstacle.blocker.requirement].id,
            "kind": obstacle.blocker.kind.name(),
            "owner": obstacle.owner,
            "hand": obstacle.hand.name(),
            "upstream": obstacle.upstream.iter().map(|&row| &evaluation.portfolio.ids[row as usize]).collect::<Vec<_>>(),
        })
    });
    let of = |state: State| {
        let found = span.states.iter().enumerate().filter(|(_, known)| **known == state);
        ids(pack, &found.map(|(at, _)| RequirementIdx(at as u32)).collect::<Vec<_>>())
    };
    json!({
        "from": span.days.from.to_string(),
        "to": span.days.to.to_string(),
        "days": span.days.days(),
        "verdict": span.verdict.name(),
        "readiness": span.readiness.name(),
        "blockers": blockers.collect::<Vec<_>>(),
        "open": of(State::Open),
        "waiting": of(State::Waiting),
        "undetermined": of(State::Undetermined),
        "questions": span.questions.iter().map(|question| question_json(pack, question)).collect::<Vec<_>>(),
    })
}

fn paper_json(evaluation: &Evaluation<'_>, paper: &Paper) -> Value {
    let pack = evaluation.pack;
    json!({
        "requirement": pack[paper.requirement].id,
        "fact": pack.schema[paper.fact].id,
        "owner": paper.owner,
        "open_from": date(paper.open_from),
        "submitted_on": date(paper.submitted),
        "accepted_on": date(paper.accepted),
        "decided_on": date(paper.decided),
        "limit": paper.limit.map(|limit| limit.to_string()),
        "due": date(paper.due),
        "stopped": paper.stopped,
        "stops": paper.stops.iter().map(|(stop, holds)| json!({
            "cause": stop.cause,
            "from": stop.from.to_string(),
            "to": date(stop.to),
            "counts": !holds,
        })).collect::<Vec<_>>(),
        "used": paper.used,
        "days_over": paper.over,
        "days_unfiled": paper.unfiled,
        "late": paper.late.map(kaigong_solver::Late::name),
    })
}
