//! States between two: some changes made, the others not; many of them as the rows of one portfolio.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kaigong_model::{Cell, Date, DateKind, FactIdx, FactSpec, Grant, Issue, Portfolio, PortfolioBuilder, Schema};
use kaigong_rules::Pack;
use kaigong_rules::expression::PoolIdx;
use rayon::prelude::*;

use super::{Side, Switch};
use crate::evaluate::{Evaluation, Options, Verdict, evaluate};
use crate::facts::Facts;
use crate::past::ever_linked;
use crate::program::{Node, law_days};

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
}

impl<'a> Hybrids<'a> {
    pub(super) fn new(pack: &'a Pack, sides: [Side<'a>; 2]) -> Self {
        let read = read(pack, sides);
        let id = sides[0].portfolio.ids[sides[0].row as usize].to_string();
        let main = sides.map(|side| known(side, side.row, &read.facts));
        let mut hybrids = Self { pack, sides, id, main, others: Vec::new(), switches: Vec::new() };
        hybrids.find_switches(&read);
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
        if law_days(self.pack).into_iter().any(|day| (before.law() < day) != (after.law() < day)) {
            self.switches.push(Switch::Law);
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
        // States of one day and one law are evaluated together.
        let mut kinds: BTreeMap<[usize; 2], Vec<usize>> = BTreeMap::new();
        for (at, set) in sets.iter().enumerate() {
            kinds.entry(self.day_and_law(set)).or_default().push(at);
        }
        let chunks: Vec<&[usize]> = kinds.values().flat_map(|of| of.chunks(512)).collect();
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

    /// Which side's day, and which side's law.
    fn day_and_law(&self, set: &[usize]) -> [usize; 2] {
        let side = |wanted: &Switch| {
            let at = self.switches.iter().position(|switch| switch == wanted);
            at.map(|at| usize::from(set.contains(&at)))
        };
        let day = side(&Switch::Calendar).unwrap_or(0);
        // Where the law does not differ it is that of the day.
        [day, side(&Switch::Law).unwrap_or(day)]
    }

    /// The verdicts of states of one day and one law.
    fn under(&self, sets: &[&[usize]]) -> Vec<Verdict> {
        let Some(first) = sets.first() else { return Vec::new() };
        let options = self.options(self.day_and_law(first));
        let (portfolio, rows) = self.portfolio(sets, options.as_of);
        let evaluation = evaluate(self.pack, &portfolio, options);
        rows.into_iter().map(|row| evaluation.verdict(row)).collect()
    }

    /// The days and laws there may be.
    pub(super) fn kinds(&self) -> BTreeSet<[usize; 2]> {
        let place = |wanted: &Switch| self.switches.iter().position(|switch| switch == wanted);
        let switches: Vec<usize> = [Switch::Calendar, Switch::Law].iter().filter_map(place).collect();
        let masks = 0..1usize << switches.len();
        let chosen = |mask: usize| switches.iter().enumerate().filter(move |(at, _)| mask >> at & 1 == 1);
        masks.map(|mask| self.day_and_law(&chosen(mask).map(|(_, &switch)| switch).collect::<Vec<_>>())).collect()
    }

    /// How states of one day and one law are read.
    pub(super) fn options(&self, [day, law]: [usize; 2]) -> Options {
        let options = self.sides[day].options;
        let law_as_of = if law == day { options.law_as_of } else { Some(self.sides[law].options.law()) };
        Options { known_by: None, law_as_of, ..options }
    }

    /// States of one day as a portfolio, and the project's row in each.
    pub(super) fn portfolio(&self, sets: &[&[usize]], day: Date) -> (Portfolio, Vec<u32>) {
        let mut builder = PortfolioBuilder::new(Arc::clone(&self.pack.schema));
        let put = |(at, set): (usize, &&[usize])| self.put(&mut builder, at, set, day);
        let rows = sets.iter().enumerate().map(put).collect();
        (builder.finish().0, rows)
    }

    /// Adds one state: the project and those it waits for, under names of its own; the row of the project.
    fn put(&self, builder: &mut PortfolioBuilder, at: usize, set: &[usize], day: Date) -> u32 {
        let mut main = self.main[0].clone();
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
                Switch::Project(_) | Switch::Calendar | Switch::Law => {}
            }
        }
        let row = add(builder, at, &self.id, &main);
        for other in &self.others {
            match &other.sides {
                [_, Some(after)] if other.switch.is_some_and(|switch| set.contains(&switch)) => {
                    let cells = after.cells.iter().map(|(&fact, cell)| (fact, self.by(fact, cell, day)));
                    let grants = after.grants.iter().map(|grant| granted_by(grant, day));
                    let known = Known { cells: cells.collect(), grants: grants.collect() };
                    add(builder, at, &other.id, &known);
                }
                [Some(before), _] if other.switch.is_none_or(|switch| !set.contains(&switch)) => {
                    add(builder, at, &other.id, before);
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
                    ..issue.clone()
                };
                Cell::Document(issues.iter().map(dated).collect())
            }
            cell => cell.clone(),
        }
    }
}

/// Adds a project of one state; its row.
fn add(builder: &mut PortfolioBuilder, at: usize, id: &str, known: &Known) -> u32 {
    let row = builder.add(&name(at, id));
    for (&fact, cell) in &known.cells {
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

fn read(pack: &Pack, sides: [Side<'_>; 2]) -> Read {
    let mut read = Read { facts: BTreeSet::new(), links: BTreeSet::new() };
    for options in sides.map(|side| side.options) {
        let program = options.program(pack, options.as_of);
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
    // What used a document decides when its expiry is judged.
    let judges = read.facts.iter().flat_map(|&fact| pack.schema[fact].used_by.iter());
    let judges: Vec<FactIdx> = judges.filter_map(|id| pack.schema.find(id)).collect();
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
    if !later(issue.issued_on) && !all_later {
        return Some(issue);
    }
    let filed = |date: Option<Date>| date.filter(|_| !all_later);
    let known = Issue {
        accepted_on: filed(issue.accepted_on),
        submitted_on: filed(issue.submitted_on),
        waived_until: issue.waived_until,
        ..Issue::default()
    };
    (known != Issue::default()).then_some(known)
}

fn granted_by(grant: &Grant, day: Date) -> Grant {
    Grant { granted_on: grant.granted_on.map(|granted| granted.min(day)), ..grant.clone() }
}
