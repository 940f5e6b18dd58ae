//! The critical path as a timeline: each step with its span from the day looked at to the earliest start.

use std::fmt::Write as _;

use kaigong_model::{Cell, Date, Lang, escaped};

use super::charts::{self, WHOLE};
use crate::why::Context;

/// Writes the timeline of a project that could start some day after the day looked at.
pub(super) fn push(context: &Context<'_, '_>, out: &mut String) {
    let earliest = &context.explanation.result.earliest;
    let Some(start) = earliest.date.filter(|start| *start > context.as_of) else { return };
    let planned = context.evaluation.pack.roles.planned_start.map(|fact| context.cell(fact));
    let planned = match planned {
        Some(Cell::Date(day)) if day > context.as_of => Some(day),
        _ => None,
    };
    let last = planned.map_or(start, |planned| planned.max(start));
    let days = i128::from(last.0 - context.as_of.0).max(1);
    let place = |day: Date| i128::from(day.0 - context.as_of.0).clamp(0, days) * WHOLE / days;
    let heads = match context.lang {
        Lang::Zh => ["关键线路", "起", "止", "牵头单位"],
        Lang::En => ["Critical path", "From", "To", "Lead unit"],
    };
    let _ = writeln!(out, "<h4>{}</h4>", context.say("时间线", "Timeline"));
    let _ = writeln!(
        out,
        "<div class=\"scroll\"><table class=\"bars line\"><thead><tr><th>{}<th>{}<th>{}<th class=\"bar\"><th>{}</thead><tbody>",
        heads[0], heads[1], heads[2], heads[3]
    );
    let mut from = context.as_of;
    for (idx, end) in earliest.chain.iter().zip(&earliest.done) {
        let body = context.body(*idx);
        // A gathering node is nothing anyone does.
        if body.met_when.is_none() {
            continue;
        }
        let lead = body.owner.as_deref().map(|owner| context.department(owner)).unwrap_or_default();
        let open = earliest.without_duration.contains(idx);
        let begins = if open { context.say("未规定时限", "no limit given").to_owned() } else { from.to_string() };
        let span = charts::span(place(from), place(*end), if open { "f-pale" } else { "f-bar" });
        push_row(&context.short(*idx), &begins, *end, &span, &lead, out);
        from = *end;
    }
    push_row(
        if earliest.is_provisional() {
            context.say("最早开工（暂定）", "earliest start (provisional)")
        } else {
            context.say("最早开工", "earliest start")
        },
        "",
        start,
        &charts::span(place(start), place(start), "f-ink"),
        "",
        out,
    );
    if let Some(planned) = planned {
        let span = charts::span(place(planned), place(planned), "f-pale");
        push_row(context.say("计划开工", "planned start"), "", planned, &span, "", out);
    }
    out.push_str("</tbody></table></div>\n");
}

fn push_row(name: &str, from: &str, to: Date, span: &str, lead: &str, out: &mut String) {
    let _ = writeln!(out, "<tr><td>{}<td>{from}<td>{to}<td class=\"bar\">{span}<td>{}", escaped(name), escaped(lead));
}
