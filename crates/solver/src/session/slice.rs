//! Parts of a program: what has to be run again, and no more.

use kaigong_model::{FactIdx, Schema};
use kaigong_rules::expression::PoolIdx;

use crate::kept::Kept;
use crate::program::{Node, NodeIdx, Program};

/// Part of a program: what is loaded, then what is run.
#[derive(Debug)]
pub(super) struct Slice {
    /// Nodes of the whole program whose words are kept, in order of the slice.
    pub(super) loads: Vec<NodeIdx>,
    pub(super) nodes: Vec<Node>,
    /// Wanted nodes of the whole program, and where the slice has them.
    pub(super) wanted: Vec<(NodeIdx, NodeIdx)>,
}

impl Slice {
    pub(super) fn of(program: &Program, kept: &Kept, wanted: &[NodeIdx]) -> Self {
        let mut needed = vec![false; program.nodes.len()];
        let (mut loads, mut run) = (Vec::new(), Vec::new());
        wanted.iter().for_each(|node| needed[node.0 as usize] = true);
        let fresh = needed.clone();
        for at in (0..program.nodes.len()).rev() {
            if !needed[at] {
                continue;
            }
            let node = NodeIdx(at as u32);
            if !fresh[at] && kept.run(node).is_some() {
                loads.push(node);
                continue;
            }
            run.push(node);
            program.nodes[at].inputs().iter().for_each(|input| needed[input.0 as usize] = true);
        }
        loads.reverse();
        run.reverse();
        let mut place = vec![NodeIdx(0); program.nodes.len()];
        for (at, node) in loads.iter().chain(&run).enumerate() {
            place[node.0 as usize] = NodeIdx(at as u32);
        }
        let moved = |node: &NodeIdx| program.nodes[node.0 as usize].over(|input| Some(place[input.0 as usize]));
        let nodes = loads.iter().map(|_| Some(Node::Const(false))).chain(run.iter().map(moved)).flatten().collect();
        let wanted = wanted.iter().map(|&node| (node, place[node.0 as usize])).collect();
        Self { loads, nodes, wanted }
    }
}

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
