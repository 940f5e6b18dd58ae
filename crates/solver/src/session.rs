//! A portfolio that stays evaluated while its facts, its law or its day change.
//!
//! A changed fact runs the program again for its row. A changed law or day is compiled anew and held against the program
//! before it: nodes that are the same over inputs that are the same keep their words; only the others, and what they
//! need that was not kept, are run. Either way the words are those of a full evaluation, bit by bit.

use std::sync::Arc;

use kaigong_model::{Cell, FactIdx, FactType, Portfolio, Truth, Values};
use kaigong_rules::Pack;
use rayon::prelude::*;

use crate::evaluate::{Evaluation, Options, evaluate};
use crate::facts::Facts;
use crate::kept::Kept;
use crate::program::{Node, NodeIdx, Program};
use crate::registers::{Registers, Rows};
use crate::terms::Test;
use crate::upstream::{self, Upstream, rows_with_links};

/// A pack and a portfolio, evaluated and kept so.
///
/// # Examples
/// ```ignore
/// let mut session = Session::new(pack, portfolio, Options::on(goal, as_of));
/// session.set(row, permit, Cell::No);
/// assert_eq!(session.evaluation().verdict(row), Verdict::Blocked);
/// ```
#[derive(Debug)]
pub struct Session {
    pack: Pack,
    portfolio: Portfolio,
    options: Options,
    program: Arc<Program>,
    kept: Arc<Kept>,
    upstream: Arc<Upstream>,
}

impl Session {
    /// Evaluates a pack over a portfolio, and keeps both.
    pub fn new(pack: Pack, portfolio: Portfolio, options: Options) -> Self {
        let Evaluation { program, kept, upstream, .. } = evaluate(&pack, &portfolio, options);
        Self { pack, portfolio, options, program, kept, upstream }
    }

    /// The pack as it is now.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// The portfolio as it is now.
    pub fn portfolio(&self) -> &Portfolio {
        &self.portfolio
    }

    /// What is asked now.
    pub fn options(&self) -> Options {
        self.options
    }

    /// Everything that can be asked of an evaluation. Nothing is evaluated for it.
    pub fn evaluation(&self) -> Evaluation<'_> {
        let (kept, upstream) = (Arc::clone(&self.kept), Arc::clone(&self.upstream));
        Evaluation::of(&self.pack, &self.portfolio, self.options, Arc::clone(&self.program), kept, upstream)
    }

    /// Sets what a cell holds.
    ///
    /// # Panics
    /// Where the portfolio has no such row.
    ///
    /// # Complexity
    /// One run of the program over a word; where projects wait for the row, every row with links once more.
    pub fn set(&mut self, row: u32, fact: FactIdx, cell: Cell) {
        self.portfolio.set(row, fact, cell);
        let links = self.pack.schema[fact].kind == FactType::Projects;
        self.update(|evaluation| evaluation.refresh_row(row, links));
    }

    /// Changes the law: parameters, requirements, alerts. The facts and pools of the pack stay as they are.
    ///
    /// # Complexity
    /// Rows × (changed nodes and what they need that is not kept) / 64 word operations, after compiling the pack.
    pub fn change_law(&mut self, change: impl FnOnce(&mut Pack)) {
        change(&mut self.pack);
        self.advance(self.options);
    }

    /// Asks for another day, goal, or reading.
    pub fn ask(&mut self, options: Options) {
        self.advance(options);
    }

    /// Works on an evaluation that borrows what the session holds.
    fn update(&mut self, work: impl FnOnce(&mut Evaluation<'_>)) {
        let (kept, upstream) = (std::mem::take(&mut self.kept), std::mem::take(&mut self.upstream));
        let program = Arc::clone(&self.program);
        let mut evaluation = Evaluation::of(&self.pack, &self.portfolio, self.options, program, kept, upstream);
        work(&mut evaluation);
        let Evaluation { program, kept, upstream, .. } = evaluation;
        (self.program, self.kept, self.upstream) = (program, kept, upstream);
    }

    fn advance(&mut self, options: Options) {
        let before = std::mem::replace(&mut self.options, options);
        let read_alike = (before.known_by, before.blanks) == (options.known_by, options.blanks)
            && before.ledger_date.unwrap_or(before.as_of) == options.ledger_date.unwrap_or(options.as_of);
        let same_day = before.as_of == options.as_of;
        self.update(|evaluation| {
            let program = options.program(evaluation.pack, options.as_of);
            let slots_stay = evaluation.program.slots == program.slots;
            let stays = |node: &Node| match node {
                _ if !read_alike => false,
                Node::Test(Test::Completed(_)) => slots_stay,
                Node::Test(test) => same_day || !depends_on_day(test, &evaluation.facts),
                Node::Governed(_) => same_day,
                _ => true,
            };
            let same = counterparts(&evaluation.program, &program, stays);
            evaluation.advance(program, &same);
        });
    }
}

/// Whether a test may come out otherwise on another day though no fact changes.
fn depends_on_day(test: &Test, facts: &Facts<'_>) -> bool {
    match test {
        Test::Bool(fact) | Test::Quantity(fact, ..) | Test::Codes(fact, _) => {
            facts.portfolio.column(*fact).is_some_and(|column| !column.changes.is_empty())
        }
        _ => true,
    }
}

/// For each node of a program, the node of another that comes out the same.
fn counterparts(old: &Program, new: &Program, stays: impl Fn(&Node) -> bool) -> Vec<Option<NodeIdx>> {
    let mut same: Vec<Option<NodeIdx>> = Vec::with_capacity(new.nodes.len());
    for node in &new.nodes {
        let moved = node.over(|input| same[input.0 as usize]).filter(|_| stays(node));
        same.push(moved.and_then(|moved| old.known.get(&moved).copied()));
    }
    same
}

/// Part of a program: what is loaded, then what is run.
struct Slice {
    /// Nodes of the whole program whose words are kept, in order of the slice.
    loads: Vec<NodeIdx>,
    nodes: Vec<Node>,
    /// Wanted nodes of the whole program, and where the slice has them.
    wanted: Vec<(NodeIdx, NodeIdx)>,
}

impl Slice {
    fn of(program: &Program, kept: &Kept, wanted: &[NodeIdx]) -> Self {
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

impl Evaluation<'_> {
    /// Runs the program again for a row whose facts have changed.
    fn refresh_row(&mut self, row: u32, links: bool) {
        let linked = self.has_links();
        let before = linked.then(|| self.cleared_for_others(row));
        self.rerun(&[row]);
        if links || linked && (self.links_others(row) || before != Some(self.cleared_for_others(row))) {
            self.settle_links();
            self.relink(&[row]);
        }
    }

    /// Whether any project waits for another.
    fn has_links(&self) -> bool {
        let column = |links| self.portfolio.column(links);
        self.program.slots.iter().filter_map(|slot| column(slot.links)).any(|column| {
            !column.changes.is_empty() || matches!(&column.values, Values::Projects { rows, .. } if !rows.is_empty())
        })
    }

    /// Whether a row waits for others.
    fn links_others(&self, row: u32) -> bool {
        let column = |links| self.portfolio.column(links);
        self.program.slots.iter().filter_map(|slot| column(slot.links)).any(|column| {
            column.changes.contains_key(&row)
                || matches!(&column.values, Values::Projects { rows, .. } if rows.contains_key(&row))
        })
    }

    /// What projects that wait for a row see of it.
    fn cleared_for_others(&self, row: u32) -> Vec<Truth> {
        self.program.slots.iter().map(|slot| self.cleared(slot.requirement, row)).collect()
    }

    /// Follows the links between projects from where [`Evaluation::settle_links`] leaves them; `rows` are those whose
    /// own links may have changed.
    fn relink(&mut self, rows: &[u32]) {
        let mut all = rows_with_links(&self.program, &self.facts);
        all.extend(rows);
        all.sort_unstable();
        all.dedup();
        self.rerun(&all);
        upstream::settle(self);
        upstream::find_deadlocks(self);
    }

    /// Takes another program; what has a counterpart in the one before keeps its words.
    fn advance(&mut self, program: Program, same: &[Option<NodeIdx>]) {
        self.program = Arc::new(program);
        let program = Arc::clone(&self.program);
        let kept = Arc::unwrap_or_clone(std::mem::take(&mut self.kept));
        let (mut kept, fresh) = kept.carried(&program.nodes, self.kept_nodes(), same);
        // Also where no project waits for another: how a blank link reads may have changed.
        self.settle_links();
        let slice = Slice::of(&program, &kept, &fresh);
        let loads: Vec<usize> = slice.loads.iter().filter_map(|&node| kept.run(node)).collect();
        let stores: Vec<(usize, NodeIdx)> =
            slice.wanted.iter().filter_map(|&(node, at)| Some((kept.run(node)?, at))).collect();
        let words = kept.block_words();
        if !fresh.is_empty() {
            kept.blocks_mut().enumerate().for_each_init(
                || Registers::new(&slice.nodes, words),
                |registers, (at, mut values)| {
                    let block = self.block(at * words, words);
                    for (load, &run) in loads.iter().enumerate() {
                        registers.put(NodeIdx(load as u32), values.get(run, block.words()));
                    }
                    let completed = |slot, word| self.upstream.completed(slot, block.first + word);
                    registers.run_after(loads.len(), &slice.nodes, &self.facts, Rows::Block(block), completed);
                    for &(run, node) in &stores {
                        values.put(run, registers.planes(node, block.words()));
                    }
                },
            );
        }
        self.kept = Arc::new(kept);
        if self.has_links() {
            self.relink(&[]);
        }
    }
}
