//! Lint: what a pack says that is allowed but probably not meant. Every finding is a warning with its place.

mod logic;
mod shape;

use std::collections::BTreeSet;

use kaigong_model::{Code, Diagnostic, FactIdx, Place};

use crate::expression::{Comparison, Condition, ParameterIdx, Use, Value};
use crate::pack::{Body, Citation, Pack, Requirement};

/// Lints a pack, in order of place.
///
/// # Complexity
/// Linear, but for redundant needs (requirements × needs) and conditions (two to the number of
/// their distinct leaves, at most twelve; larger ones are left alone).
pub fn lint(pack: &Pack) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    unused(pack, &mut found);
    gaps(pack, &mut found);
    for requirement in &pack.requirements {
        thresholds(requirement, &mut found);
        weak_citations(requirement, &mut found);
        temporal_closure(pack, requirement, &mut found);
        logic::decided(requirement, &mut found);
    }
    shape::dead_alternatives(pack, &mut found);
    shape::redundant_needs(pack, &mut found);
    shape::behind_custom(pack, &mut found);
    Diagnostic::sort(&mut found);
    found.dedup();
    found
}

fn warn(found: &mut Vec<Diagnostic>, code: &'static str, place: &Place, zh: String, en: String) {
    found.push(Diagnostic::warning(Code(code), zh, en).at(place.clone()));
}

/// Everything the pack's expressions, roles and goals read.
fn uses(pack: &Pack) -> BTreeSet<Use> {
    let mut used = BTreeSet::new();
    let mut see = |item| {
        used.insert(item);
    };
    for requirement in &pack.requirements {
        requirement.bodies().for_each(|body| body.uses(&mut see));
        requirement.governed_by.iter().for_each(|reading| see(Use::Fact(reading.fact())));
    }
    pack.alerts.iter().for_each(|alert| alert.when.tree.uses(&mut see));
    pack.alerts.iter().filter_map(|alert| alert.fine.as_ref()?.of).for_each(|fact| see(Use::Fact(fact)));
    pack.lights.iter().for_each(|light| light.when.tree.uses(&mut see));
    pack.goals.iter().filter_map(|goal| goal.started_when.as_ref()).for_each(|when| when.tree.uses(&mut see));
    for (_, spec) in pack.schema.iter() {
        spec.used_by.iter().filter_map(|id| pack.schema.find(id)).for_each(|fact| see(Use::Fact(fact)));
    }
    for body in pack.requirements.iter().flat_map(Requirement::bodies) {
        body.draws.iter().for_each(|draw| see(Use::Pool(draw.pool)));
    }
    used
}

/// Parameters and pools nobody reads. Facts are counted, not listed: a pack may name more than it asks today.
fn unused(pack: &Pack, found: &mut Vec<Diagnostic>) {
    let used = uses(pack);
    for (at, parameter) in pack.parameters.iter().enumerate() {
        if !used.contains(&Use::Parameter(ParameterIdx(at as u32))) {
            let id = &parameter.id;
            warn(
                found,
                "KG-R110",
                &parameter.place,
                format!("参数「{id}」没有用到"),
                format!("parameter `{id}` is not used"),
            );
        }
    }
}

/// The facts of a pack that nothing reads, in order of id.
pub fn unused_facts(pack: &Pack) -> Vec<FactIdx> {
    let used = uses(pack);
    let roles = &pack.roles;
    let played = [
        roles.id,
        roles.name,
        roles.county,
        roles.investment,
        roles.owner,
        roles.officer,
        roles.planned_start,
        roles.started_on,
        roles.annual_plan,
        roles.lead_unit,
    ];
    let needed = |fact: &FactIdx| used.contains(&Use::Fact(*fact)) || played.contains(&Some(*fact));
    pack.schema.iter().map(|(fact, _)| fact).filter(|fact| !needed(fact)).collect()
}

/// Days between two values of a parameter on which it has none.
fn gaps(pack: &Pack, found: &mut Vec<Diagnostic>) {
    for parameter in &pack.parameters {
        for pair in parameter.values.windows(2) {
            let (Some(to), Some(from)) = (pair[0].period.to, pair[1].period.from) else { continue };
            if to.0 + 1 < from.0 {
                let id = &parameter.id;
                warn(
                    found,
                    "KG-R111",
                    &parameter.place,
                    format!("参数「{id}」在 {to} 之后、{from} 之前没有值"),
                    format!("parameter `{id}` has no value after {to} and before {from}"),
                );
            }
        }
    }
}

/// Amounts other than 0 and 1 written into a condition.
fn thresholds(requirement: &Requirement, found: &mut Vec<Diagnostic>) {
    for body in requirement.bodies() {
        let whens = body.needs.iter().filter_map(|need| need.edge.when.as_ref());
        let conditions = [&body.applies_when, &body.met_when].into_iter().flatten().chain(whens);
        for written in conditions {
            for leaf in written.tree.leaves() {
                if let Condition::Compare(comparison, left, right) = leaf
                    && (is_threshold(*comparison, left) || is_threshold(*comparison, right))
                {
                    let (id, text) = (&requirement.id, &written.text);
                    warn(
                        found,
                        "KG-R112",
                        &requirement.place,
                        format!("「{id}」的条件里直接写了数值，法定数值应放在 parameters：{text}"),
                        format!("`{id}` has a figure in its condition; figures of law belong in parameters: {text}"),
                    );
                }
            }
        }
    }
}

fn is_threshold(comparison: Comparison, value: &Value) -> bool {
    let ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    match value {
        Value::Number(fraction) => ordered && fraction.num != 0 && fraction.num != fraction.den,
        Value::Shift { amount, .. } => matches!(**amount, Value::Number(_)),
        _ => false,
    }
}

fn all_weak(cite: &[Citation]) -> bool {
    !cite.is_empty() && cite.iter().all(|cite| !cite.status.may_block())
}

/// Hard rules whose every citation is general knowledge: true, perhaps, but not seen.
fn weak_citations(requirement: &Requirement, found: &mut Vec<Diagnostic>) {
    for body in requirement.bodies() {
        let unseen = body.cite.iter().all(|cite| cite.status > crate::pack::CitationStatus::Secondary);
        if unseen && !body.cite.is_empty() && !body.weak && body.kind != crate::pack::RequirementKind::Customary {
            let id = &requirement.id;
            warn(
                found,
                "KG-R113",
                &requirement.place,
                format!("「{id}」可以阻断，但依据都未经查证"),
                format!("`{id}` may block, but none of its sources has been seen"),
            );
            return;
        }
    }
    for need in requirement.bodies().flat_map(|body| &body.needs).filter(|need| all_weak(&need.edge.cite)) {
        let id = &requirement.id;
        warn(
            found,
            "KG-R102",
            &need.edge.place,
            format!("「{id}」的这条依赖依据不足，只作提示"),
            format!("this need of `{id}` rests on weak sources and only advises"),
        );
    }
}

/// A rule of one date reading a parameter of several.
fn temporal_closure(pack: &Pack, requirement: &Requirement, found: &mut Vec<Diagnostic>) {
    let dated = |body: &Body| {
        let mut names = Vec::new();
        body.uses(&mut |used| {
            if let Use::Parameter(parameter) = used {
                let parameter = &pack.parameters[parameter.0 as usize];
                if parameter.values.len() > 1 {
                    names.push(parameter.id.clone());
                }
            }
        });
        names
    };
    let cited_once = requirement.versions.is_empty() && requirement.base.cite.len() < 2;
    for name in dated(&requirement.base).into_iter().filter(|_| cited_once) {
        let id = &requirement.id;
        warn(
            found,
            "KG-R114",
            &requirement.place,
            format!("「{id}」读取的参数「{name}」随时间变化，要件本身只有一条依据、没有分期"),
            format!("`{id}` reads `{name}`, which changes over time, but has a single citation and no versions"),
        );
    }
}
