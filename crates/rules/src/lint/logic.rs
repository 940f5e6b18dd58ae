//! Conditions that come out the same whatever the facts say.

use std::collections::BTreeMap;

use super::{Findings, warn};
use crate::expression::{Condition, Written};
use crate::pack::Requirement;

/// Most distinct leaves a condition is tried out with.
const LEAVES: usize = 12;

/// Conditions that are always or never true, by trying every value of their distinct leaves.
pub(super) fn decided<'p>(requirement: &'p Requirement, found: &mut Findings<'p>) {
    for body in requirement.bodies() {
        let whens = body.needs.iter().filter_map(|need| need.edge.when.as_ref());
        for written in [&body.applies_when, &body.met_when].into_iter().flatten().chain(whens) {
            let Some(value) = constant(written) else { continue };
            let (id, text) = (&requirement.id, &written.text);
            let (zh, en) = if value { ("总是", "always") } else { ("从不", "never") };
            warn(
                found,
                "KG-R115",
                id,
                &requirement.place,
                format!("「{id}」的条件{zh}成立：{text}"),
                format!("a condition of `{id}` is {en} true: {text}"),
            );
        }
    }
}

/// The value a condition has for every assignment of its leaves, if it is always the same.
fn constant(written: &Written<Condition>) -> Option<bool> {
    let mut leaves: BTreeMap<String, usize> = BTreeMap::new();
    for leaf in written.tree.leaves() {
        let next = leaves.len();
        leaves.entry(format!("{leaf:?}")).or_insert(next);
    }
    if leaves.len() > LEAVES {
        return None;
    }
    let first = value(&written.tree, &leaves, 0);
    (1..1u32 << leaves.len()).all(|bits| value(&written.tree, &leaves, bits) == first).then_some(first)
}

fn value(condition: &Condition, leaves: &BTreeMap<String, usize>, bits: u32) -> bool {
    match condition {
        Condition::Const(value) => *value,
        Condition::Not(inner) => !value(inner, leaves, bits),
        Condition::And(parts) => parts.iter().all(|part| value(part, leaves, bits)),
        Condition::Or(parts) => parts.iter().any(|part| value(part, leaves, bits)),
        leaf => leaves.get(&format!("{leaf:?}")).is_some_and(|at| bits >> at & 1 == 1),
    }
}
