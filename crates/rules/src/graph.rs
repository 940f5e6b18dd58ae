//! The requirement graph over all versions and conditions: order, cycles, group members.

use kaigong_model::{Code, Diagnostic, Place, Words};
use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

use crate::decode::Faults;
use crate::pack::{Requirement, RequirementIdx, RequirementKind, Target};

/// An order in which needs stand before what needs them; `None` and a fault per cycle where there is none.
///
/// # Complexity
/// Linear in requirements and edges, plus a breadth-first search per requirement on a cycle.
pub(crate) fn order(requirements: &[Requirement], faults: &mut Faults) -> Option<Vec<RequirementIdx>> {
    // An edge runs from the need to what needs it; its weight is where it is written.
    let mut graph: DiGraph<(), &Place> = DiGraph::new();
    let nodes: Vec<NodeIndex> = requirements.iter().map(|_| graph.add_node(())).collect();
    for (at, requirement) in requirements.iter().enumerate() {
        for need in requirement.bodies().flat_map(|body| &body.needs) {
            for step in need.target.requirements() {
                graph.add_edge(nodes[step.0 as usize], nodes[at], &need.edge.place);
            }
        }
    }
    if let Ok(order) = toposort(&graph, None) {
        return Some(order.into_iter().map(|node| RequirementIdx(node.index() as u32)).collect());
    }
    for component in tarjan_scc(&graph) {
        if let Some(cycle) = shortest_cycle(&graph, &component) {
            faults.push(cycle_fault(requirements, &graph, &cycle));
        }
    }
    None
}

/// The shortest cycle within a strong component, beginning at its least node; each node needs the next.
fn shortest_cycle(graph: &DiGraph<(), &Place>, component: &[NodeIndex]) -> Option<Vec<NodeIndex>> {
    let mut starts = component.to_vec();
    starts.sort();
    let cycles = starts.iter().filter_map(|&start| cycle_through(graph, start));
    cycles.min_by_key(Vec::len)
}

/// The shortest way from a node back to itself along needs.
fn cycle_through(graph: &DiGraph<(), &Place>, start: NodeIndex) -> Option<Vec<NodeIndex>> {
    let mut from: Vec<Option<NodeIndex>> = vec![None; graph.node_count()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        let mut needs: Vec<NodeIndex> = graph.neighbors_directed(node, petgraph::Incoming).collect();
        needs.sort();
        for need in needs {
            if need == start {
                let mut path = vec![node];
                let mut at = node;
                while at != start {
                    at = from[at.index()]?;
                    path.push(at);
                }
                path.reverse();
                return Some(path);
            }
            if from[need.index()].is_none() {
                from[need.index()] = Some(node);
                queue.push_back(need);
            }
        }
    }
    None
}

fn cycle_fault(requirements: &[Requirement], graph: &DiGraph<(), &Place>, cycle: &[NodeIndex]) -> Diagnostic {
    let id = |node: NodeIndex| requirements[node.index()].id.as_str();
    let mut chain: Vec<&str> = cycle.iter().map(|&node| id(node)).collect();
    chain.extend(cycle.first().map(|&node| id(node)));
    let mut fault = Diagnostic::error(
        Code("KG-R019"),
        format!("前置要件互相等待：{}", chain.join(" 需要 ")),
        format!("requirements wait for one another: {}", chain.join(" needs ")),
    );
    for (at, &node) in cycle.iter().enumerate() {
        let need = cycle[(at + 1) % cycle.len()];
        if let Some(edge) = graph.find_edge(need, node) {
            let words =
                Words::new(format!("{} 需要 {}", id(node), id(need)), format!("{} needs {}", id(node), id(need)));
            fault = fault.label(graph[edge].clone(), words);
        }
    }
    fault.help(
        "法规先后颠倒时，写成两个各有起止日期的前置要件",
        "where the law reversed an order, write two requirements with dates",
    )
}

/// A member of a group must be able to block, in every version.
pub(crate) fn check_members(requirements: &[Requirement], faults: &mut Faults) {
    for need in requirements.iter().flat_map(super::pack::Requirement::bodies).flat_map(|body| &body.needs) {
        let Target::Group { members, .. } = &need.target else { continue };
        for member in members {
            let member = &requirements[member.0 as usize];
            if member.bodies().any(|body| body.kind == RequirementKind::Customary) {
                faults.push(
                    Diagnostic::error(
                        Code("KG-R023"),
                        format!("「{}」是惯例，不能作为可选项之一", member.id),
                        format!("`{}` is customary and cannot be a choice of a group", member.id),
                    )
                    .at(need.edge.place.clone())
                    .label(member.place.clone(), Words::new("定义在此", "defined here")),
                );
            }
        }
    }
}
