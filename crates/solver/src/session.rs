//! A portfolio that stays evaluated while its facts, its law or its day change.
//!
//! A changed fact runs the program again for its row. A changed law or day is compiled anew and held against the program
//! before it: nodes that are the same over inputs that are the same keep their words; only the others, and what they
//! need that was not kept, are run. Either way the words are those of a full evaluation, bit by bit.

use std::collections::HashMap;
use std::sync::Arc;

mod cones;

use kaigong_model::{Cell, Date, FactIdx, FactType, Grant, Portfolio, Truth, Values};
use kaigong_rules::expression::{ParameterIdx, PoolIdx};
use kaigong_rules::{Pack, ParameterValue};
use rayon::prelude::*;

use crate::evaluate::{Evaluation, Options, evaluate, truth_at};
use crate::facts::Facts;
use crate::kept::Kept;
use crate::program::{Node, NodeIdx, Program};
use crate::registers::{Registers, Rows};
use crate::slice::Slice;
use crate::terms::Test;
use crate::upstream::{self, Upstream, rows_with_links};
use cones::{resting_on_fact, resting_on_pool};

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
    /// How many nodes the program had when it was compiled whole.
    compiled: usize,
    /// What of the program rests on something a row has; by what was changed once.
    cones: HashMap<Had, Arc<Slice>>,
}

/// Something a row has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Had {
    Fact(FactIdx),
    /// Grants out of a pool.
    Granted(PoolIdx),
}

impl Session {
    /// Evaluates a pack over a portfolio, and keeps both.
    pub fn new(pack: Pack, portfolio: Portfolio, options: Options) -> Self {
        let Evaluation { program, kept, upstream, .. } = evaluate(&pack, &portfolio, options);
        let compiled = program.nodes.len();
        Self { pack, portfolio, options, program, kept, upstream, compiled, cones: HashMap::new() }
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
    /// One run, over a word, of what rests on the fact, which is looked up the first time a fact is changed; where
    /// projects wait for the row, every row with links once more.
    pub fn set(&mut self, row: u32, fact: FactIdx, cell: Cell) {
        self.portfolio.set(row, fact, cell);
        let links = self.pack.schema[fact].kind == FactType::Projects;
        let cone = self.cone(Had::Fact(fact));
        self.update(|evaluation| evaluation.refresh(&[row], &cone, links));
    }

    /// Sets what has been granted out of a pool: these grants take the place of all there were out of it.
    ///
    /// # Panics
    /// Where a grant is to a row that the portfolio does not have, or out of another pool.
    ///
    /// # Complexity
    /// One run, over each 64 of the rows whose grants differ, of what rests on the pool, which is looked up the first
    /// time its grants are changed; where projects wait for such a row, every row with links once more.
    pub fn set_grants(&mut self, pool: PoolIdx, grants: Vec<Grant>) {
        let (id, rows) = (&self.pack.schema.pools[pool.0 as usize].id, self.portfolio.len());
        assert!(grants.iter().all(|grant| grant.pool == *id && (grant.row as usize) < rows), "grants out of the pool");
        let (before, mut all): (Vec<Grant>, Vec<Grant>) =
            std::mem::take(&mut self.portfolio.grants).into_iter().partition(|grant| grant.pool == *id);
        let differ = rows_that_differ(&before, &grants);
        all.extend(grants);
        all.sort_by_key(|grant| grant.row);
        self.portfolio.grants = all;
        let cone = self.cone(Had::Granted(pool));
        self.update(|evaluation| evaluation.refresh(&differ, &cone, false));
    }

    /// What rests on something a row has.
    fn cone(&mut self, had: Had) -> Arc<Slice> {
        let cone = self.cones.entry(had).or_insert_with(|| {
            let (program, schema) = (&self.program, &self.pack.schema);
            let wanted = match had {
                Had::Fact(fact) => resting_on_fact(program, schema, fact, self.kept.nodes()),
                Had::Granted(pool) => resting_on_pool(program, pool, self.kept.nodes()),
            };
            Arc::new(Slice::of(program, &self.kept, &wanted))
        });
        Arc::clone(cone)
    }

    /// Changes the law: parameters, requirements, alerts. The facts and pools of the pack stay as they are.
    ///
    /// # Complexity
    /// Rows × (changed nodes and what they need that is not kept) / 64 word operations, after compiling the pack.
    pub fn change_law(&mut self, change: impl FnOnce(&mut Pack)) {
        change(&mut self.pack);
        self.advance(self.options);
    }

    /// Changes the values of a parameter, which keep their type.
    ///
    /// # Panics
    /// Where the pack has no such parameter.
    ///
    /// # Complexity
    /// What rests on the parameter is compiled and run again, nothing else.
    pub fn change_parameter(&mut self, parameter: ParameterIdx, change: impl FnOnce(&mut Vec<ParameterValue>)) {
        change(&mut self.pack.parameters[parameter.0 as usize].values);
        if self.program.nodes.len() > 2 * self.compiled {
            // Too many nodes that nothing reads any more have gathered.
            self.advance(self.options);
            return;
        }
        self.cones.clear();
        let asked = self.options.compile(self.options.as_of);
        self.update(|evaluation| {
            let before = Arc::unwrap_or_clone(std::mem::take(&mut evaluation.program));
            let nodes = before.nodes.len();
            let program = before.with_parameter(evaluation.pack, asked, parameter);
            let same: Vec<Option<NodeIdx>> =
                (0..program.nodes.len()).map(|at| (at < nodes).then_some(NodeIdx(at as u32))).collect();
            evaluation.advance(program, &same);
        });
    }

    /// Asks for another day, goal, or reading.
    pub fn ask(&mut self, options: Options) {
        self.advance(options);
    }

    /// Works on an evaluation that borrows what the session holds.
    fn update(&mut self, work: impl FnOnce(&mut Evaluation<'_>)) {
        let (kept, upstream) = (std::mem::take(&mut self.kept), std::mem::take(&mut self.upstream));
        let program = std::mem::take(&mut self.program);
        let mut evaluation = Evaluation::of(&self.pack, &self.portfolio, self.options, program, kept, upstream);
        work(&mut evaluation);
        let Evaluation { program, kept, upstream, .. } = evaluation;
        (self.program, self.kept, self.upstream) = (program, kept, upstream);
    }

    fn advance(&mut self, options: Options) {
        self.cones.clear();
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
        self.compiled = self.program.nodes.len();
    }
}

/// The rows to which two lists of grants give something else, in order.
fn rows_that_differ(before: &[Grant], after: &[Grant]) -> Vec<u32> {
    let told = |grant: &Grant, count: i64| ((grant.row, grant.granted_on, grant.amount), count);
    let mut all: Vec<_> = before.iter().map(|grant| told(grant, 1)).collect();
    all.extend(after.iter().map(|grant| told(grant, -1)));
    all.sort_unstable();
    let alike = all.chunk_by(|(one, _), (other, _)| one == other);
    let differ = alike.filter(|alike| alike.iter().map(|(_, count)| count).sum::<i64>() != 0);
    let mut rows: Vec<u32> = differ.map(|alike| alike[0].0.0).collect();
    rows.dedup();
    rows
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

impl Evaluation<'_> {
    /// Runs again, for some rows, what rests on something of theirs that has changed.
    fn refresh(&mut self, rows: &[u32], cone: &Slice, links: bool) {
        let linked = self.has_links();
        let seen = |evaluation: &Self| -> Option<Vec<Vec<Truth>>> {
            linked.then(|| rows.iter().map(|&row| evaluation.cleared_for_others(row)).collect())
        };
        let before = seen(self);
        rows.chunks(64).for_each(|rows| self.run_slice(cone, rows));
        if links || linked && (rows.iter().any(|&row| self.links_others(row)) || before != seen(self)) {
            self.settle_links();
            self.relink(rows);
        }
    }

    /// Runs a slice over up to 64 rows, each in a lane of a word.
    fn run_slice(&mut self, slice: &Slice, rows: &[u32]) {
        let mut registers = Registers::new(&slice.nodes, 1);
        for (at, &node) in slice.loads.iter().enumerate() {
            let (mut yes, mut no) = (0, 0);
            for (lane, &row) in rows.iter().enumerate() {
                let value = self.kept.word(node, row as usize / 64);
                yes |= (value.yes >> (row % 64) & 1) << lane;
                no |= (value.no >> (row % 64) & 1) << lane;
            }
            registers.put(NodeIdx(at as u32), (&[yes], &[no]));
        }
        let picked: Vec<(u32, Date)> = rows.iter().map(|&row| (row, self.options.as_of)).collect();
        let completed = self.upstream.completed_rows(rows);
        registers
            .run_after(slice.loads.len(), &slice.nodes, &self.facts, Rows::Picked(&picked), |slot, _| completed[slot]);
        let kept = Arc::make_mut(&mut self.kept);
        for &(node, at) in &slice.wanted {
            for (lane, &row) in rows.iter().enumerate() {
                kept.set(node, row, truth_at(registers.word(at, 0), lane));
            }
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
                        values.put(run, registers.planes(node, 0..block.words()));
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
