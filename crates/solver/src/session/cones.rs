//! What rests on a fact of a row, or on its grants.

use kaigong_model::{FactIdx, Schema};
use kaigong_rules::expression::PoolIdx;

use crate::program::{Node, NodeIdx, Program};

/// Which of some nodes may come out otherwise when a fact of a row changes.
pub(super) fn resting_on_fact(
    program: &Program,
    schema: &Schema,
    fact: FactIdx,
    of: impl Iterator<Item = NodeIdx>,
) -> Vec<NodeIdx> {
    // A document is tested on the days of the facts that judge its expiry.
    let reads = |read: FactIdx| read == fact || schema.judges(read).contains(&fact);
    let itself = |node: &Node| match node {
        Node::Test(test) => {
            let mut found = false;
            test.facts(&program.slots, &mut |read| found |= reads(read));
            found
        }
        Node::Governed(governed) => reads(governed.reading.fact()),
        _ => false,
    };
    resting_on(program, itself, of)
}

/// Which of some nodes may come out otherwise when the grants of a row out of a pool change.
pub(super) fn resting_on_pool(program: &Program, pool: PoolIdx, of: impl Iterator<Item = NodeIdx>) -> Vec<NodeIdx> {
    let itself = |node: &Node| match node {
        Node::Test(test) => {
            let mut found = false;
            test.pools(&mut |read| found |= read == pool);
            found
        }
        _ => false,
    };
    resting_on(program, itself, of)
}

fn resting_on(program: &Program, itself: impl Fn(&Node) -> bool, of: impl Iterator<Item = NodeIdx>) -> Vec<NodeIdx> {
    let mut rests: Vec<bool> = Vec::with_capacity(program.nodes.len());
    for node in &program.nodes {
        rests.push(itself(node) || node.inputs().iter().any(|input| rests[input.0 as usize]));
    }
    of.filter(|node| rests[node.0 as usize]).collect()
}
