//! States between two: some changes made, the others not; many of them as the rows of one portfolio.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kaigong_model::{Cell, Date, DateKind, FactIdx, FactSpec, Grant, Issue, Portfolio, PortfolioBuilder, Schema, Stop};
use kaigong_rules::Pack;
use kaigong_rules::expression::PoolIdx;
use rayon::prelude::*;

use super::law::Laws;
use super::{Side, Switch};
use crate::evaluate::{Evaluation, Options, Verdict, evaluate_program};
use crate::facts::Facts;
use crate::past::ever_linked;
use crate::program::{Node, Program};

/// A project as a side knows it on its day.
#[derive(Clone, Default, PartialEq, Eq)]
struct Known {
    cells: BTreeMap<FactIdx, Cell>,
    grants: Vec<Grant>,
}

/// A project that is waited for; unknown to a side that does not have it.
struct Other {
    id: String,
    sides: [Option<Known>; 2],
    /// Its switch, if it changed.
    switch: Option<usize>,
}

/// The states between two sides.
pub(super) struct Hybrids<'a> {
    pub(super) pack: &'a Pack,
    sides: [Side<'a>; 2],
    id: String,
    main: [Known; 2],
    others: Vec<Other>,
    pub(super) switches: Vec<Switch>,
    /// The fact that picks the law of a text, and its switch where a verdict could rest on it.
    pub(super) laws: Vec<(FactIdx, Option<usize>)>,
    schema: Arc<Schema>,
    /// Of either side's day, under both laws.
    programs: [Arc<Program>; 2],
}

impl<'a> Hybrids<'a> {
    pub(super) fn new(pack: &'a Pack, sides: [Side<'a>; 2]) -> Self {
        let laws = Laws::new(pack, sides);
        let programs = [0, 1].map(|day| Arc::new(laws.program(pack, day)));
        let read = read(pack, &programs);
        let id = sides[0].portfolio.ids[sides[0].row as usize].to_string();
        let main = sides.map(|side| known(side, side.row, &read.facts));
        let schema = Arc::clone(&laws.schema);
        let (others, switches) = (Vec::new(), Vec::new());
        let mut hybrids = Self { pack, sides, id, main, others, switches, laws: Vec::new(), schema, programs };
        hybrids.find_switches(&read);
        hybrids.find_laws(&laws);
        hybrids
    }

    fn find_switches(&mut self, read: &Read) {
        let blank = Cell::Blank;
        for &fact in &read.facts {
            let cells = [0, 1].map(|side: usize| self.main[side].cells.get(&fact).unwrap_or(&blank).clone());
            if cells[0] != cells[1] {
                self.switches.push(Switch::Fact(fact, cells));
            }
        }
        for (at, pool) in self.pack.schema.pools.iter().enumerate() {
            let of = |side: usize| self.main[side].grants.iter().filter(|grant| grant.pool == pool.id);
            let granted = [0, 1].map(|side| of(side).map(|grant| i128::from(grant.amount)).sum());
            if of(0).ne(of(1)) {
                self.switches.push(Switch::Pool(PoolIdx(at as u32), granted));
            }
        }
        for id in waited_for(self.sides, &self.id, &read.links) {
            let side = |side: Side<'_>| side.portfolio.row(&id).map(|row| known(side, row, &read.facts));
            let sides = self.sides.map(side);
            let changed = sides[0] != sides[1];
            let switch = changed.then_some(self.switches.len());
            if changed {
                self.switches.push(Switch::Project(id.clone()));
            }
            self.others.push(Other { id, sides, switch });
        }
        let [before, after] = self.sides.map(|side| side.options);
        if before.as_of != after.as_of {
            self.switches.push(Switch::Calendar);
        }
    }

    /// The texts of the law that a verdict could rest on.
    fn find_laws(&mut self, laws: &Laws) {
        let deciding: BTreeSet<FactIdx> = self.programs.iter().flat_map(|program| program.deciding_bools()).collect();
        for (&fact, &text) in &laws.texts {
            let switch = deciding.contains(&fact).then_some(self.switches.len());
            if switch.is_some() {
                self.switches.push(Switch::Law(text));
            }
            self.laws.push((fact, switch));
        }
    }

    /// Rows that one state takes.
    pub(super) fn rows(&self) -> u64 {
        self.others.len() as u64 + 1
    }

    /// The verdict with some changes made.
    pub(super) fn verdict(&self, set: &[usize]) -> Verdict {
        let [verdict] = self.under(&[set]).try_into().unwrap_or([Verdict::Undetermined]);
        verdict
    }

    /// The same for many sets.
    pub(super) fn verdicts(&self, sets: &[Vec<usize>]) -> Vec<Verdict> {
        // States of one day are evaluated together.
        let mut kinds: [Vec<usize>; 2] = Default::default();
        sets.iter().enumerate().for_each(|(at, set)| kinds[self.day(set)].push(at));
        let chunks: Vec<&[usize]> = kinds.iter().flat_map(|of| of.chunks(512)).collect();
        let told: Vec<Vec<Verdict>> = chunks
            .par_iter()
            .map(|chunk| self.under(&chunk.iter().map(|&at| sets[at].as_slice()).collect::<Vec<_>>()))
            .collect();
        let mut verdicts = vec![Verdict::Undetermined; sets.len()];
        for (at, verdict) in chunks.iter().zip(told).flat_map(|(chunk, told)| chunk.iter().zip(told)) {
            verdicts[*at] = verdict;
        }
        verdicts
    }

    /// Which side's day.
    fn day(&self, set: &[usize]) -> usize {
        let calendar = self.switches.iter().position(|switch| *switch == Switch::Calendar);
        usize::from(calendar.is_some_and(|at| set.contains(&at)))
    }

    /// The verdicts of states of one day.
    fn under(&self, sets: &[&[usize]]) -> Vec<Verdict> {
        let Some(first) = sets.first() else { return Vec::new() };
        let day = self.day(first);
        let options = self.options(day);
        let (portfolio, rows) = self.portfolio(sets, options.as_of);
        let evaluation = evaluate_program(self.pack, &portfolio, options, Arc::clone(&self.programs[day]));
        rows.into_iter().map(|row| evaluation.verdict(row)).collect()
    }

    /// The days there may be.
    pub(super) fn days(&self) -> std::ops::Range<usize> {
        0..1 + usize::from(self.switches.contains(&Switch::Calendar))
    }

    /// How states of one day are read.
    pub(super) fn options(&self, day: usize) -> Options {
        Options { known_by: None, ..self.sides[day].options }
    }

    /// The pack on one day, under both laws.
    pub(super) fn program(&self, day: usize) -> &Program {
        &self.programs[day]
    }

    /// States of one day as a portfolio, and the project's row in each.
    pub(super) fn portfolio(&self, sets: &[&[usize]], day: Date) -> (Portfolio, Vec<u32>) {
        let mut builder = PortfolioBuilder::new(Arc::clone(&self.schema));
        let put = |(at, set): (usize, &&[usize])| self.put(&mut builder, at, set, day);
        let rows = sets.iter().enumerate().map(put).collect();
        (builder.finish().0, rows)
    }

    /// Adds one state: the project and those it waits for, under names of its own; the row of the project.
    fn put(&self, builder: &mut PortfolioBuilder, at: usize, set: &[usize], day: Date) -> u32 {
        let (mut main, mut laws) = (self.main[0].clone(), BTreeMap::new());
        for &switch in set {
            match &self.switches[switch] {
                Switch::Fact(fact, [_, after]) => {
                    main.cells.insert(*fact, self.by(*fact, after, day));
                }
                Switch::Pool(pool, _) => {
                    let id = &self.pack.schema.pools[pool.0 as usize].id;
                    main.grants.retain(|grant| grant.pool != *id);
                    let made = self.main[1].grants.iter().filter(|grant| grant.pool == *id);
                    main.grants.extend(made.map(|grant| granted_by(grant, day)));
                }
                Switch::Project(_) | Switch::Calendar | Switch::Law(_) => {}
            }
        }
        for &(fact, switch) in &self.laws {
            laws.insert(fact, Cell::Bool(switch.is_some_and(|switch| set.contains(&switch))));
        }
        let row = add(builder, at, &self.id, &main, &laws);
        for other in &self.others {
            match &other.sides {
                [_, Some(after)] if other.switch.is_some_and(|switch| set.contains(&switch)) => {
                    let cells = after.cells.iter().map(|(&fact, cell)| (fact, self.by(fact, cell, day)));
                    let grants = after.grants.iter().map(|grant| granted_by(grant, day));
                    let known = Known { cells: cells.collect(), grants: grants.collect() };
                    add(builder, at, &other.id, &known, &laws);
                }
                [Some(before), _] if other.switch.is_none_or(|switch| !set.contains(&switch)) => {
                    add(builder, at, &other.id, before, &laws);
                }
                _ => {}
            }
        }
        row
    }

    /// A cell of the second side on a day: what that side knows, and dates later than the day, dated on it.
    fn by(&self, fact: FactIdx, cell: &Cell, day: Date) -> Cell {
        let known = self.sides[1].options.as_of;
        let by = |date: Date| if date <= known { date.min(day) } else { date };
        match cell {
            Cell::Date(date) if self.pack.schema[fact].date_kind == DateKind::Event => Cell::Date(by(*date)),
            Cell::Document(issues) => {
                let dated = |issue: &Issue| Issue {
                    issued_on: issue.issued_on.map(by),
                    accepted_on: issue.accepted_on.map(by),
                    submitted_on: issue.submitted_on.map(by),
                    stops: stopped_by(&issue.stops, day),
                    ..issue.clone()
                };
                Cell::Document(issues.iter().map(dated).collect())
            }
            cell => cell.clone(),
        }
    }
}

/// Adds a project of one state; its row.
fn add(builder: &mut PortfolioBuilder, at: usize, id: &str, known: &Known, laws: &BTreeMap<FactIdx, Cell>) -> u32 {
    let row = builder.add(&name(at, id));
    for (&fact, cell) in known.cells.iter().chain(laws) {
        let cell = match cell {
            Cell::Projects(ids) => Cell::Projects(ids.iter().map(|id| name(at, id)).collect()),
            cell => cell.clone(),
        };
        builder.put(row, fact, cell);
    }
    for grant in &known.grants {
        builder.grant(Grant { row, ..grant.clone() });
    }
    row
}

/// A project's id in one state.
fn name(at: usize, id: &str) -> String {
    format!("{at}/{id}")
}

/// What verdicts read under either law.
struct Read {
    facts: BTreeSet<FactIdx>,
    /// Those of them that link projects.
    links: BTreeSet<FactIdx>,
}

fn read(pack: &Pack, programs: &[Arc<Program>; 2]) -> Read {
    let mut read = Read { facts: BTreeSet::new(), links: BTreeSet::new() };
    for program in programs {
        for node in program.core() {
            match node {
                Node::Test(test) => test.facts(&program.slots, &mut |fact| {
                    read.facts.insert(fact);
                }),
                Node::Governed(governed) => {
                    read.facts.insert(governed.reading.fact());
                }
                _ => {}
            }
        }
        read.links.extend(program.slots.iter().map(|slot| slot.links));
    }
    // Those that pick a law are no facts of the ledger.
    read.facts.retain(|fact| (fact.0 as usize) < pack.schema.len());
    // What used a document decides when its expiry is judged.
    let judges: Vec<FactIdx> = read.facts.iter().flat_map(|&fact| pack.schema.judges(fact).iter().copied()).collect();
    read.facts.extend(judges);
    read
}

/// The projects waited for on either side, directly or not, on any day; in order of id.
fn waited_for(sides: [Side<'_>; 2], id: &str, links: &BTreeSet<FactIdx>) -> BTreeSet<String> {
    let facts = sides.map(|side| Evaluation::reading(side.portfolio, &side.options));
    let linked = |facts: &Facts<'_>, id: &str| -> Vec<String> {
        let portfolio = facts.portfolio;
        let Some(row) = portfolio.row(id) else { return Vec::new() };
        let rows = links.iter().flat_map(|&fact| ever_linked(facts, fact, row));
        rows.map(|other| portfolio.ids[other as usize].to_string()).collect()
    };
    let mut found = BTreeSet::new();
    let mut todo = vec![id.to_owned()];
    while let Some(id) = todo.pop() {
        let next = facts.iter().flat_map(|facts| linked(facts, &id));
        todo.extend(next.filter(|other| found.insert(other.clone())));
    }
    found.remove(id);
    found
}

/// A project's facts and grants as its side's ledger knew them on its day.
fn known(side: Side<'_>, row: u32, facts: &BTreeSet<FactIdx>) -> Known {
    let (portfolio, options) = (side.portfolio, side.options);
    let schema: &Schema = &portfolio.schema;
    let cell = |fact: FactIdx| {
        let cell = portfolio.cell(fact, row, options.as_of, options.known_by);
        seen(&schema[fact], cell, options.as_of)
    };
    let cells = facts.iter().map(|&fact| (fact, cell(fact))).filter(|(_, cell)| *cell != Cell::Blank);
    let granted = |grant: &&Grant| grant.row == row && grant.granted_on.is_none_or(|day| day <= options.as_of);
    let grants = portfolio.grants.iter().filter(granted).map(|grant| Grant { row: 0, ..grant.clone() });
    Known { cells: cells.collect(), grants: grants.collect() }
}

/// A cell as it was known on a day: what is dated later is not there.
fn seen(spec: &FactSpec, cell: Cell, day: Date) -> Cell {
    match cell {
        Cell::Date(date) if spec.date_kind == DateKind::Event && date > day => Cell::No,
        Cell::Document(issues) => {
            let known: Vec<Issue> = issues.into_iter().filter_map(|issue| seen_issue(issue, day)).collect();
            if known.is_empty() { Cell::No } else { Cell::Document(known) }
        }
        cell => cell,
    }
}

fn seen_issue(issue: Issue, day: Date) -> Option<Issue> {
    let later = |date: Option<Date>| date.is_some_and(|date| date > day);
    let first = [issue.issued_on, issue.accepted_on, issue.submitted_on].into_iter().flatten().min();
    let all_later = later(first) && (issue.number.is_none() || issue.issued_on.is_some());
    let stops = stopped_by(&issue.stops, day);
    if !later(issue.issued_on) && !all_later {
        return Some(Issue { stops, ..issue });
    }
    let filed = |date: Option<Date>| date.filter(|_| !all_later);
    let known = Issue {
        accepted_on: filed(issue.accepted_on),
        submitted_on: filed(issue.submitted_on),
        waived_until: issue.waived_until,
        stops: if all_later { Vec::new() } else { stops },
        ..Issue::default()
    };
    (known != Issue::default()).then_some(known)
}

/// Stops as they were known on a day.
fn stopped_by(stops: &[Stop], day: Date) -> Vec<Stop> {
    let known = stops.iter().filter(|stop| stop.from <= day);
    known.map(|stop| Stop { to: stop.to.filter(|to| *to <= day), ..stop.clone() }).collect()
}

fn granted_by(grant: &Grant, day: Date) -> Grant {
    Grant { granted_on: grant.granted_on.map(|granted| granted.min(day)), ..grant.clone() }
}
