//! Parts of a program: what has to be run again, and no more.

use crate::kept::Kept;
use crate::program::{Node, NodeIdx, Program};

/// Part of a program: what is loaded, then what is run.
#[derive(Debug)]
pub(crate) struct Slice {
    /// Nodes of the whole program whose words are kept, in order of the slice.
    pub(crate) loads: Vec<NodeIdx>,
    pub(crate) nodes: Vec<Node>,
    /// Wanted nodes of the whole program, and where the slice has them.
    pub(crate) wanted: Vec<(NodeIdx, NodeIdx)>,
}

impl Slice {
    pub(crate) fn of(program: &Program, kept: &Kept, wanted: &[NodeIdx]) -> Self {
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
