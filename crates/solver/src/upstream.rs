//! Projects waiting on projects: the least fixpoint of `completed()` over links, level by level, and deadlocks.

use std::sync::Arc;

use kaigong_bits::{Planes, Word3};
use kaigong_model::{Cell, Date, NO_ROW, StateWord, Truth, Values};
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::evaluate::Evaluation;
use crate::facts::Facts;
use crate::program::Program;
use crate::terms::Slot;

/// The state of `completed()` per slot and row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upstream {
    /// A plane per slot.
    planes: Vec<Planes>,
    /// Rows on a mutual wait, each cycle in order of row; filled in after settling.
    pub(crate) deadlocks: Vec<Vec<u32>>,
}

impl Upstream {
    /// Links that are not there, or not known, decide at once; every other link begins at no.
    pub(crate) fn start(program: &Program, facts: &Facts<'_>, rows: usize, as_of: Date) -> Self {
        let plane = |slot: &Slot| {
            let blank = if facts.reads_blank_as_no(slot.links) { Word3::YES } else { Word3::UNKNOWN };
            let words = rows.div_ceil(64);
            let Some(column) = facts.portfolio.column(slot.links) else { return Planes { words: vec![blank; words] } };
            let word = |states: &StateWord| Word3 { yes: states.no | states.blank & blank.yes, no: states.recorded };
            let mut planes = Planes { words: column.words.iter().map(word).collect() };
            for &row in column.changes.keys() {
                planes.set(row as usize, without_links(facts, slot.links, row, as_of));
            }
            planes
        };
        let planes = program.slots.iter().map(plane).collect();
        Self { planes, deadlocks: Vec::new() }
    }

    /// A slot of one word of rows.
    pub(crate) fn completed(&self, slot: usize, word: usize) -> Word3 {
        self.planes[slot].words[word]
    }

    /// What a slot says of each of some rows, lane by lane.
    pub(crate) fn completed_rows(&self, rows: &[u32]) -> Vec<Word3> {
        let pick = |planes: &Planes| {
            let mut word = Planes::unknown(1);
            rows.iter().enumerate().for_each(|(lane, &row)| word.set(lane, planes.get(row as usize)));
            word.words[0]
        };
        self.planes.iter().map(pick).collect()
    }
}

/// `completed()` before any linked project is looked at.
pub(crate) fn without_links(facts: &Facts<'_>, links: kaigong_model::FactIdx, row: u32, as_of: Date) -> Option<bool> {
    match facts.cell(links, row, as_of) {
        Cell::Projects(_) => Some(false),
        Cell::No => Some(true),
        Cell::Blank if facts.reads_blank_as_no(links) => Some(true),
        _ => None,
    }
}

/// The linked rows of a row on a day; [`NO_ROW`] for a project that is not in the portfolio.
pub(crate) fn linked_rows(facts: &Facts<'_>, links: kaigong_model::FactIdx, row: u32, as_of: Date) -> Vec<u32> {
    let Some(column) = facts.portfolio.column(links) else { return Vec::new() };
    match column.change_at(row, as_of, facts.known_by) {
        Some(change) => match &change.cell {
            Cell::Projects(ids) => ids.iter().map(|id| facts.portfolio.row(id).unwrap_or(NO_ROW)).collect(),
            _ => Vec::new(),
        },
        None => match &column.values {
            Values::Projects { rows, .. } => rows.get(&row).cloned().unwrap_or_default(),
            _ => Vec::new(),
        },
    }
}

/// Rows with links, in the order of the portfolio.
pub(crate) fn rows_with_links(program: &Program, facts: &Facts<'_>) -> Vec<u32> {
    let mut rows: Vec<u32> = Vec::new();
    for slot in &program.slots {
        let Some(column) = facts.portfolio.column(slot.links) else { continue };
        if let Values::Projects { rows: linked, .. } = &column.values {
            rows.extend(linked.keys());
        }
        rows.extend(column.changes.keys());
    }
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// Carries `completed()` from project to project until nothing changes.
///
/// The links form a digraph over rows. Its strong components come in an order in which linked
/// projects stand first, so that each row outside a cycle is evaluated once more; rows on a
/// cycle begin at no and are repeated until they stay as they are, which gives the least fixpoint.
pub(crate) fn settle(evaluation: &mut Evaluation<'_>) {
    let rows = rows_with_links(&evaluation.program, &evaluation.facts);
    if rows.is_empty() {
        return;
    }
    for level in levels(evaluation, &rows) {
        // A row outside a cycle settles in one pass; a cycle of n rows in at most n.
        loop {
            let changed: Vec<u32> = level.iter().copied().filter(|&row| refresh(evaluation, row)).collect();
            if changed.is_empty() {
                break;
            }
            evaluation.rerun(&changed);
        }
    }
}

/// Sets the slots of a row from the rows it links to; whether one of them changed.
fn refresh(evaluation: &mut Evaluation<'_>, row: u32) -> bool {
    let as_of = evaluation.options.as_of;
    let mut changed = false;
    for at in 0..evaluation.program.slots.len() {
        let slot = evaluation.program.slots[at];
        let linked = linked_rows(&evaluation.facts, slot.links, row, as_of);
        if linked.is_empty() {
            continue;
        }
        let truth = linked.iter().fold(Truth::Yes, |truth, &other| {
            truth.and(if other == NO_ROW { Truth::Unknown } else { evaluation.cleared(slot.requirement, other) })
        });
        let value = match truth {
            Truth::Yes => Some(true),
            Truth::No => Some(false),
            Truth::Unknown => None,
        };
        let planes = &mut Arc::make_mut(&mut evaluation.upstream).planes[at];
        if planes.get(row as usize) != value {
            planes.set(row as usize, value);
            changed = true;
        }
    }
    changed
}

/// Rows with links in levels: each level links to earlier levels, or within its own cycles, only.
fn levels(evaluation: &Evaluation<'_>, rows: &[u32]) -> Vec<Vec<u32>> {
    let as_of = evaluation.options.as_of;
    let mut graph: DiGraph<u32, ()> = DiGraph::new();
    let mut node_of: std::collections::BTreeMap<u32, NodeIndex> = std::collections::BTreeMap::new();
    for &row in rows {
        node_of.insert(row, graph.add_node(row));
    }
    for &row in rows {
        for slot in &evaluation.program.slots {
            for other in linked_rows(&evaluation.facts, slot.links, row, as_of) {
                if let Some(&to) = node_of.get(&other) {
                    graph.update_edge(node_of[&row], to, ());
                }
            }
        }
    }
    let mut level = vec![0usize; graph.node_count()];
    let mut levels: Vec<Vec<u32>> = Vec::new();
    for component in tarjan_scc(&graph) {
        let inside: std::collections::BTreeSet<NodeIndex> = component.iter().copied().collect();
        let below = component
            .iter()
            .flat_map(|&node| graph.neighbors(node))
            .filter(|node| !inside.contains(node))
            .map(|node| level[node.index()] + 1)
            .max()
            .unwrap_or(0);
        if levels.len() <= below {
            levels.resize_with(below + 1, Vec::new);
        }
        for node in component {
            level[node.index()] = below;
            levels[below].push(graph[node]);
        }
    }
    levels.iter_mut().for_each(|level| level.sort_unstable());
    levels
}

/// Finds the projects that wait for one another by links that still decide.
pub(crate) fn find_deadlocks(evaluation: &mut Evaluation<'_>) {
    let rows = rows_with_links(&evaluation.program, &evaluation.facts);
    let mut edges = Vec::new();
    for row in rows {
        if evaluation.cleared(evaluation.program.goal, row) != Truth::No {
            continue;
        }
        let view = evaluation.view(row as usize / 64);
        edges.extend(crate::walk::deciding_links(&view, row as usize % 64).into_iter().map(|(_, other)| (row, other)));
    }
    Arc::make_mut(&mut evaluation.upstream).deadlocks = cycles(&edges);
}

impl Upstream {
    /// The mutual wait a row is on, if any.
    pub(crate) fn deadlock_of(&self, row: u32) -> Option<&[u32]> {
        self.deadlocks.iter().find(|cycle| cycle.binary_search(&row).is_ok()).map(Vec::as_slice)
    }
}

/// The strong components of a digraph over rows that hold a cycle, each in order of row.
pub(crate) fn cycles(edges: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut graph: DiGraph<u32, ()> = DiGraph::new();
    let mut node_of: std::collections::BTreeMap<u32, NodeIndex> = std::collections::BTreeMap::new();
    for &(from, to) in edges {
        let from = *node_of.entry(from).or_insert_with(|| graph.add_node(from));
        let to = *node_of.entry(to).or_insert_with(|| graph.add_node(to));
        graph.update_edge(from, to, ());
    }
    let mut found: Vec<Vec<u32>> = tarjan_scc(&graph)
        .into_iter()
        .filter(|nodes| nodes.len() > 1 || graph.contains_edge(nodes[0], nodes[0]))
        .map(|nodes| {
            let mut rows: Vec<u32> = nodes.into_iter().map(|node| graph[node]).collect();
            rows.sort_unstable();
            rows
        })
        .collect();
    found.sort();
    found
}
