//! Lint: what a pack says that is allowed but probably not meant. Every finding is a warning with its place.

mod logic;
mod shape;

use std::collections::BTreeSet;

use kaigong_model::{Code, Diagnostic, FactIdx, Place};

use crate::expression::{Comparison, Condition, ParameterIdx, Use, Value};
use crate::pack::{Body, CitationStatus, Exception, Pack, Period, Requirement, RequirementKind};

/// The codes an exception may name.
pub(crate) const CODES: [&str; 12] = [
    "KG-R110", "KG-R111", "KG-R112", "KG-R113", "KG-R114", "KG-R115", "KG-R116", "KG-R117", "KG-R118", "KG-R120",
    "KG-R911", "KG-R912",
];

/// A remark, and the id of what it is about.
struct Finding<'p> {
    subject: &'p str,
    remark: Diagnostic,
}

type Findings<'p> = Vec<Finding<'p>>;

/// What lint has to say of a pack.
#[derive(Debug, Default)]
pub struct Lint<'p> {
    /// Remarks, in order of place.
    pub remarks: Vec<Diagnostic>,
    /// Exceptions of the pack that each kept a remark back.
    pub accepted: Vec<&'p Exception>,
}

/// Lints a pack. What its exceptions name is kept back; an exception that names nothing is a remark itself,
/// unless a pack below wrote it.
///
/// # Complexity
/// Linear, but for redundant needs (requirements × needs) and conditions (two to the number of
/// their distinct leaves, at most twelve; larger ones are left alone).
pub fn lint(pack: &Pack) -> Lint<'_> {
    let mut found = Vec::new();
    unused(pack, &mut found);
    gaps(pack, &mut found);
    for requirement in &pack.requirements {
        thresholds(requirement, &mut found);
        weak_citations(requirement, &mut found);
        mixed_unread(pack, requirement, &mut found);
        temporal_closure(pack, requirement, &mut found);
        beyond_values(pack, requirement, &mut found);
        logic::decided(requirement, &mut found);
        prices(requirement, &mut found);
    }
    shape::dead_alternatives(pack, &mut found);
    shape::redundant_needs(pack, &mut found);
    shape::behind_custom(pack, &mut found);
    let mut lint = Lint::default();
    let mut kept: BTreeSet<(&str, &str)> = BTreeSet::new();
    let named: BTreeSet<(&str, &str)> = pack.exceptions.iter().map(Exception::key).collect();
    for finding in found {
        let key = (finding.remark.code.0, finding.subject);
        if named.contains(&key) {
            kept.insert(key);
        } else {
            lint.remarks.push(finding.remark);
        }
    }
    for exception in &pack.exceptions {
        if kept.contains(&exception.key()) {
            lint.accepted.push(exception);
        } else if exception.own {
            lint.remarks.push(idle(exception));
        }
    }
    Diagnostic::sort(&mut lint.remarks);
    lint.remarks.dedup();
    lint
}

fn idle(exception: &Exception) -> Diagnostic {
    let (id, (code, subject)) = (&exception.id, exception.key());
    Diagnostic::warning(
        Code("KG-R119"),
        format!("例外「{id}」多余：「{subject}」没有 {code} 的提醒"),
        format!("exception `{id}` is idle: there is no {code} of `{subject}`"),
    )
    .at(exception.place.clone())
}

fn warn<'p>(found: &mut Findings<'p>, code: &'static str, subject: &'p str, place: &Place, zh: String, en: String) {
    found.push(Finding { subject, remark: Diagnostic::warning(Code(code), zh, en).at(place.clone()) });
}

/// Everything the pack's expressions, roles and goals read.
fn uses(pack: &Pack) -> BTreeSet<Use> {
    let mut used = BTreeSet::new();
    let mut see = |item| {
        used.insert(item);
    };
    for requirement in &pack.requirements {
        requirement.uses(&mut see);
    }
    pack.alerts.iter().for_each(|alert| alert.when.tree.uses(&mut see));
    pack.alerts.iter().filter_map(|alert| alert.fine.as_ref()?.of).for_each(|fact| see(Use::Fact(fact)));
    pack.lights.iter().for_each(|light| light.when.tree.uses(&mut see));
    let conditions = pack.goals.iter().flat_map(|goal| [&goal.started_when, &goal.landed_when]).flatten();
    conditions.for_each(|when| when.tree.uses(&mut see));
    for (_, spec) in pack.schema.iter() {
        spec.used_by.iter().filter_map(|id| pack.schema.find(id)).for_each(|fact| see(Use::Fact(fact)));
    }
    used
}

/// Parameters and pools nobody reads. Facts are counted, not listed: a pack may name more than it asks today.
fn unused<'p>(pack: &'p Pack, found: &mut Findings<'p>) {
    let used = uses(pack);
    for (at, parameter) in pack.parameters.iter().enumerate() {
        if !used.contains(&Use::Parameter(ParameterIdx(at as u32))) {
            let id = &parameter.id;
            warn(
                found,
                "KG-R110",
                id,
                &parameter.place,
                format!("参数「{id}」没有用到"),
                format!("parameter `{id}` is not used"),
            );
        }
    }
}

/// Prices that nobody can look up, and prices of what nobody does.
fn prices<'p>(requirement: &'p Requirement, found: &mut Findings<'p>) {
    let id = &requirement.id;
    for body in requirement.bodies() {
        let Some(cost) = &body.cost else { continue };
        if cost.cite.is_empty() {
            warn(
                found,
                "KG-R911",
                id,
                &requirement.place,
                format!("「{id}」的费用没有依据（cost.cite）"),
                format!("the price of `{id}` has no source (`cost.cite`)"),
            );
        }
        if body.met_when.is_none() {
            warn(
                found,
                "KG-R912",
                id,
                &requirement.place,
                format!("「{id}」没有自己的办理条件（met_when），费用永远不计"),
                format!("`{id}` has nothing of its own to be done (no `met_when`), so its price never counts"),
            );
        }
    }
}

/// The facts of a pack that nothing reads, in order of id.
pub fn unused_facts(pack: &Pack) -> Vec<FactIdx> {
    let used = uses(pack);
    let played = pack.roles.named().map(|(_, fact)| fact);
    let needed = |fact: &FactIdx| used.contains(&Use::Fact(*fact)) || played.contains(&Some(*fact));
    pack.schema.iter().map(|(fact, _)| fact).filter(|fact| !needed(fact)).collect()
}

/// Days between two values of a parameter on which it has none.
fn gaps<'p>(pack: &'p Pack, found: &mut Findings<'p>) {
    for parameter in &pack.parameters {
        for pair in parameter.values.windows(2) {
            let (Some(to), Some(from)) = (pair[0].period.to, pair[1].period.from) else { continue };
            if to.0 + 1 < from.0 {
                let id = &parameter.id;
                warn(
                    found,
                    "KG-R111",
                    id,
                    &parameter.place,
                    format!("参数「{id}」在 {to} 之后、{from} 之前没有值"),
                    format!("parameter `{id}` has no value after {to} and before {from}"),
                );
            }
        }
    }
}

/// Amounts other than 0 and 1 written into a condition.
fn thresholds<'p>(requirement: &'p Requirement, found: &mut Findings<'p>) {
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
                        id,
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

/// Needs that several pools cover together, of which `met_when` does not read each: granted, they would not count.
fn mixed_unread<'p>(pack: &'p Pack, requirement: &'p Requirement, found: &mut Findings<'p>) {
    for body in requirement.bodies() {
        let mut read = BTreeSet::new();
        body.met_when.iter().for_each(|when| {
            when.tree.uses(&mut |item| {
                read.insert(item);
            });
        });
        let mixed = body.draws.iter().filter(|draw| !draw.mixed.is_empty()).flat_map(crate::Draw::pools);
        for pool in mixed.filter(|pool| !read.contains(&Use::Pool(*pool))) {
            let (id, pool) = (&requirement.id, &pack.pools[pool.0 as usize].id);
            warn(
                found,
                "KG-R120",
                id,
                &requirement.place,
                format!("「{id}」可由 {pool} 落实一部分，met_when 却没有读 granted({pool})"),
                format!("`{id}` may be covered in part from {pool}, and its `met_when` does not read granted({pool})"),
            );
        }
    }
}

/// Hard rules whose every citation is general knowledge: true, perhaps, but not seen.
fn weak_citations<'p>(requirement: &'p Requirement, found: &mut Findings<'p>) {
    for body in requirement.bodies() {
        let unseen = body.cite.iter().all(|cite| cite.status > CitationStatus::Secondary);
        if unseen && !body.cite.is_empty() && !body.weak && body.kind != RequirementKind::Customary {
            let id = &requirement.id;
            warn(
                found,
                "KG-R113",
                id,
                &requirement.place,
                format!("「{id}」可以阻断，但依据都未经查证"),
                format!("`{id}` may block, but none of its sources has been seen"),
            );
            return;
        }
    }
}

/// Days on which a rule is in force and reads a parameter that has no value yet, or no longer.
fn beyond_values<'p>(pack: &'p Pack, requirement: &'p Requirement, found: &mut Findings<'p>) {
    let stretches = std::iter::once((&requirement.base, Period::default()))
        .chain(requirement.versions.iter().map(|version| (&version.body, version.period)));
    let mut told = BTreeSet::new();
    for (body, period) in stretches {
        let within = period.within(requirement.period);
        body.uses(&mut |used| {
            let Use::Parameter(parameter) = used else { return };
            let parameter = &pack.parameters[parameter.0 as usize];
            let (Some(first), Some(last)) = (parameter.values.first(), parameter.values.last()) else { return };
            let early = within.from.zip(first.period.from).is_some_and(|(rule, value)| rule < value);
            let late = last.period.to.is_some_and(|value| within.to.is_none_or(|rule| value < rule));
            if (early || late) && told.insert(parameter.id.clone()) {
                let (id, name) = (&requirement.id, &parameter.id);
                warn(
                    found,
                    "KG-R111",
                    id,
                    &requirement.place,
                    format!("「{id}」施行时，参数「{name}」有的日子没有值"),
                    format!("`{id}` is in force on days on which parameter `{name}` has no value"),
                );
            }
        });
    }
}

/// A rule of one date reading a parameter of several.
fn temporal_closure<'p>(pack: &Pack, requirement: &'p Requirement, found: &mut Findings<'p>) {
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
            id,
            &requirement.place,
            format!("「{id}」读取的参数「{name}」随时间变化，要件本身只有一条依据、没有分期"),
            format!("`{id}` reads `{name}`, which changes over time, but has a single citation and no versions"),
        );
    }
}

#[cfg(test)]
mod tests;
