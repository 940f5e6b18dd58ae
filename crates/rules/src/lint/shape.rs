//! Needs that cannot matter: alternatives that never apply, needs implied by others, hard steps behind custom.

use std::collections::BTreeSet;

use super::{Findings, warn};
use crate::pack::{Need, Pack, Period, Requirement, RequirementIdx, RequirementKind, Target};

fn meets(a: Period, b: Period) -> bool {
    let before = |x: Period, y: Period| matches!((x.to, y.from), (Some(to), Some(from)) if to < from);
    !before(a, b) && !before(b, a)
}

/// Alternatives whose days never meet those of the choice they stand in.
pub(super) fn dead_alternatives<'p>(pack: &'p Pack, found: &mut Findings<'p>) {
    for requirement in &pack.requirements {
        for need in requirement.bodies().flat_map(|body| &body.needs) {
            let Target::Group { members, .. } = &need.target else { continue };
            for &member in members {
                let period = pack[member].period;
                if !meets(period, need.edge.period) || !meets(period, requirement.period) {
                    let id = &pack[member].id;
                    warn(
                        found,
                        "KG-R116",
                        id,
                        &need.edge.place,
                        format!("可选项「{id}」的施行期与此处不相交，永远用不上"),
                        format!("alternative `{id}` is never in force when it could be chosen"),
                    );
                }
            }
        }
    }
}

/// A need without condition, period or citation of its own.
fn plain(need: &Need) -> Option<RequirementIdx> {
    let edge = &need.edge;
    let free = edge.when.is_none() && edge.period == Period::default() && !edge.customary && edge.cite.is_empty();
    match need.target {
        Target::Step(step) if free => Some(step),
        _ => None,
    }
}

fn always_applies(requirement: &Requirement) -> bool {
    requirement.period == Period::default()
        && requirement.bodies().all(|body| body.applies_when.is_none() && body.kind != RequirementKind::Customary)
}

/// What a requirement certainly needs through requirements that always apply.
fn implied(pack: &Pack, from: RequirementIdx) -> BTreeSet<RequirementIdx> {
    let mut found = BTreeSet::new();
    let mut todo = vec![from];
    while let Some(idx) = todo.pop() {
        if !pack[idx].versions.is_empty() || !always_applies(&pack[idx]) {
            continue;
        }
        for step in pack[idx].base.needs.iter().filter_map(plain) {
            if found.insert(step) {
                todo.push(step);
            }
        }
    }
    found
}

/// Plain needs that another plain need already brings with it.
pub(super) fn redundant_needs<'p>(pack: &'p Pack, found: &mut Findings<'p>) {
    for requirement in pack.requirements.iter().filter(|requirement| requirement.versions.is_empty()) {
        let steps: Vec<(RequirementIdx, &Need)> =
            requirement.base.needs.iter().filter_map(|need| Some((plain(need)?, need))).collect();
        for &(step, need) in &steps {
            let by = steps.iter().find(|(other, _)| *other != step && implied(pack, *other).contains(&step));
            if let Some((by, _)) = by {
                let (id, by) = (&pack[step].id, &pack[*by].id);
                warn(
                    found,
                    "KG-R117",
                    id,
                    &need.edge.place,
                    format!("「{by}」已经需要「{id}」，这一条多余"),
                    format!("`{by}` already needs `{id}`; this need is redundant"),
                );
            }
        }
    }
}

/// Hard requirements that a goal reaches only through customary ones: they can never block it.
pub(super) fn behind_custom<'p>(pack: &'p Pack, found: &mut Findings<'p>) {
    let reached = |through_custom: bool| {
        let mut seen: BTreeSet<RequirementIdx> = pack.goals.iter().map(|goal| goal.requirement).collect();
        let mut todo: Vec<RequirementIdx> = seen.iter().copied().collect();
        while let Some(idx) = todo.pop() {
            for need in pack[idx].bodies().flat_map(|body| &body.needs) {
                for &step in need.target.requirements() {
                    let custom =
                        need.edge.customary || pack[step].bodies().all(|body| body.kind == RequirementKind::Customary);
                    if (through_custom || !custom) && seen.insert(step) {
                        todo.push(step);
                    }
                }
            }
        }
        seen
    };
    let (all, hard) = (reached(true), reached(false));
    for &idx in all.difference(&hard) {
        let requirement = &pack[idx];
        if requirement.bodies().any(|body| body.kind != RequirementKind::Customary) {
            let id = &requirement.id;
            warn(
                found,
                "KG-R118",
                id,
                &requirement.place,
                format!("「{id}」是法定要件，但只经由惯例才到得了目标，永远不会阻断"),
                format!("`{id}` is hard, but a goal reaches it only through custom: it can never block"),
            );
        }
    }
}
