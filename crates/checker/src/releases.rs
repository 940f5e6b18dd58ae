//! What a certificate says of ways to start, tried out: sufficient, minimal, all of them, no cheaper one.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{Date, Truth};
use kaigong_rules::RequirementIdx;

use crate::certificate::{Cut, Dated, Optimum, Point, Proof, Ways};
use crate::costs::Cost;
use crate::interpret::{Interpreter, Outcome, Verdict};
use crate::verify::Check;
use crate::walk::Kind;

type Steps = BTreeSet<RequirementIdx>;

/// Ways that are tried one by one; of more, each alternative of each choice once.
const TRIED: usize = 100;
/// Sets of steps left out, one of each alternative of a choice, that are tried for there being other ways.
const LEFT_OUT: usize = 200;

/// A project, and the steps that could be met.
pub(crate) struct Releases<'r, 'a> {
    of: &'r Interpreter<'a>,
    row: u32,
    outcome: &'r Outcome,
    by: Cost,
    open: Steps,
    /// Whether steps clear the goal, of those that were tried.
    tried: RefCell<BTreeMap<Steps, bool>>,
    /// When steps lead to the start, of those that were tried.
    starts: RefCell<BTreeMap<Steps, Option<Date>>>,
}

/// What a proof counts, each by name: steps one by one, or the offices that see to them.
struct Items<'i> {
    /// The steps of each, and what it costs.
    each: BTreeMap<&'i str, (Steps, i64)>,
    /// Steps that are of none.
    free: Steps,
    /// Whether steps are enough.
    holds: &'i dyn Fn(&Steps) -> bool,
}

/// Items that a branch of a proof takes as settled.
#[derive(Clone, Default)]
struct Settled<'p> {
    done: BTreeSet<&'p str>,
    never: BTreeSet<&'p str>,
}

impl<'r, 'a> Releases<'r, 'a> {
    pub(crate) fn new(of: &'r Interpreter<'a>, row: u32, outcome: &'r Outcome, by: Cost) -> Self {
        let stuck = outcome.blockers.iter().filter(|blocker| blocker.kind == Kind::Deadlock);
        let stuck: Steps = stuck.map(|blocker| blocker.requirement).collect();
        let open = of.pack.iter().map(|(idx, _)| idx).filter(|idx| {
            let step = outcome.steps[idx.0 as usize];
            step.applies != Truth::No && (step.met != Truth::Yes || step.applies == Truth::Unknown)
        });
        let open = open.filter(|idx| !stuck.contains(idx)).collect();
        Self { of, row, outcome, by, open, tried: RefCell::default(), starts: RefCell::default() }
    }

    pub(crate) fn check(&self, check: &mut Check, ways: Option<&Ways>) {
        let wanted = self.outcome.readiness != Verdict::Ready && self.outcome.verdict != Verdict::Started;
        match ways {
            None if wanted => check.object("ways", "", "blocked"),
            None => {}
            Some(ways) => self.ways(check, ways),
        }
    }

    fn ways(&self, check: &mut Check, ways: &Ways) {
        self.choices(check, ways);
        let priced: Steps =
            self.open.iter().copied().filter(|&step| self.of.cost(Cost::Money, step, self.row).is_some()).collect();
        let no_price = self.of.pack.iter().all(|(step, _)| self.of.cost(Cost::Money, step, self.row).is_none());
        let none = Steps::new();
        for (item, stated, by, among) in [
            ("ways.fewest", &ways.fewest, Cost::Steps, &self.open),
            ("ways.least_work", &ways.least_work, Cost::Days, &self.open),
            ("ways.least_money", &ways.least_money, Cost::Money, if no_price { &none } else { &self.open }),
            ("ways.fewest_offices", &ways.fewest_offices, Cost::Offices, &self.open),
            ("ways.least_money_priced", &ways.least_money_priced, Cost::Money, &priced),
        ] {
            let needless = item.ends_with("priced") && ways.least_money.as_ref().is_none_or(|way| way.unknown == 0);
            match stated {
                Some(stated) => self.optimum(check, item, stated, by, among),
                // "Nothing would do" is true only if everything together would not.
                None if !needless && self.clears(among) => check.object(item, "", &self.told(among)),
                None => {}
            }
        }
        self.frontier(check, ways);
        self.earliest(check, ways.earliest.as_ref());
    }

    /// Whether steps, once they apply and are met, clear the goal.
    fn clears(&self, steps: &Steps) -> bool {
        let goal = self.of.pack.goals[self.of.options.goal].requirement;
        let try_out = || self.of.supposing(steps.clone()).steps(self.row)[goal.0 as usize].cleared == Truth::Yes;
        *self.tried.borrow_mut().entry(steps.clone()).or_insert_with(try_out)
    }

    /// Whether steps clear the goal by a day.
    fn clears_by(&self, steps: &Steps, last: Date) -> bool {
        self.clears(steps) && self.start(steps).is_some_and(|day| day <= last)
    }

    /// When steps lead to the start.
    fn start(&self, steps: &Steps) -> Option<Date> {
        let find = || self.of.start_by(self.row, self.outcome, steps);
        *self.starts.borrow_mut().entry(steps.clone()).or_insert_with(find)
    }

    /// Steps by id; those that do not exist, or are not to be done, are told.
    fn steps(&self, check: &mut Check, item: &str, ids: &[String]) -> Option<Steps> {
        let mut steps = Steps::new();
        for id in ids {
            match self.of.pack.find(id).filter(|step| self.open.contains(step)) {
                Some(step) if steps.insert(step) => {}
                _ => {
                    check.object(item, id, "");
                    return None;
                }
            }
        }
        Some(steps)
    }

    /// Told where steps are not enough, or one of them is not needed.
    fn minimal(&self, check: &mut Check, item: &str, steps: &Steps, holds: impl Fn(&Steps) -> bool) {
        check.findings.ways += 1;
        if !holds(steps) {
            return check.object(item, &self.told(steps), "");
        }
        let needed: Steps = steps.iter().copied().filter(|&step| !holds(&without(steps, step))).collect();
        if needed.len() != steps.len() {
            check.object(item, &self.told(steps), &self.told(&needed));
        }
    }

    fn told(&self, steps: &Steps) -> String {
        steps.iter().map(|&step| self.of.pack[step].id.as_str()).collect::<Vec<_>>().join(" + ")
    }

    /// The steps of every way, and the alternatives of each choice.
    fn choices(&self, check: &mut Check, ways: &Ways) {
        check.findings.blocked += 1;
        let Some(always) = self.steps(check, "ways.always", &ways.always) else { return };
        let mut choices: Vec<Vec<Steps>> = Vec::new();
        for choice in &ways.choices {
            let read = choice.iter().map(|steps| self.steps(check, "ways.choices", steps)).collect::<Option<Vec<_>>>();
            let Some(read) = read.filter(|read| !read.is_empty()) else { return };
            choices.push(read);
        }
        let product = choices.iter().fold(1u128, |product, choice| product.saturating_mul(choice.len() as u128));
        let listed = if ways.fewest.is_some() { product } else { 0 };
        let count = ways.count.as_ref().map(|count| count.parse::<u128>().ok());
        if count.is_some_and(|count| count.is_none_or(|count| count < listed)) {
            check.object("ways.count", ways.count.as_deref().unwrap_or(""), &listed.to_string());
        }
        check.findings.told = check.findings.told.saturating_add(count.flatten().unwrap_or(listed));
        if ways.fewest.is_none() {
            check.findings.whole += 1;
            return;
        }
        for step in always.iter().filter(|&&step| self.clears(&without(&self.open, step))) {
            check.object("ways.always", &self.of.pack[*step].id, "");
        }
        // Where ways were not counted no choices are told, and the steps of every way alone need not be enough.
        if count.is_none() {
            return;
        }
        let each = Self::combined(&always, &choices);
        for way in &each {
            self.minimal(check, "ways.choices", way, |steps| self.clears(steps));
        }
        check.findings.tried += each.len();
        let left_out = choices.iter().map(|choice| left_out(choice)).collect::<Option<Vec<_>>>();
        match left_out.filter(|_| each.len() as u128 == product) {
            // Where fewer are listed than there are, others clear the goal too.
            Some(left_out) if count == Some(Some(product)) => {
                check.findings.whole += 1;
                self.no_others(check, &left_out.concat());
            }
            Some(left_out) if left_out.concat().iter().all(|steps| !self.clears(&(&self.open - steps))) => {
                check.object("ways.count", ways.count.as_deref().unwrap_or(""), &product.to_string());
            }
            Some(_) | None => {}
        }
    }

    /// Every way that the choices spell out; where that is too many, each alternative with the first of the others.
    fn combined(always: &Steps, choices: &[Vec<Steps>]) -> BTreeSet<Steps> {
        let mut ways = BTreeSet::from([always.clone()]);
        for choice in choices {
            let with = |way: &Steps| choice.iter().map(|more| way | more).collect::<Vec<_>>();
            ways = ways.iter().flat_map(with).collect();
            if ways.len() > TRIED {
                let first = |except: usize| {
                    let others = choices.iter().enumerate().filter(move |(at, _)| *at != except);
                    others.flat_map(|(_, choice)| choice[0].iter().copied()).chain(always.iter().copied())
                };
                let each = choices.iter().enumerate().flat_map(|(at, choice)| {
                    choice.iter().map(move |steps| first(at).chain(steps.iter().copied()).collect())
                });
                return each.collect();
            }
        }
        ways
    }

    /// A way that is none of those told lacks a step of every alternative of some choice; so there is none where, with
    /// one step of each left out, nothing clears the goal.
    fn no_others(&self, check: &mut Check, left_out: &[Steps]) {
        for steps in left_out {
            let rest = &self.open - steps;
            if self.clears(&rest) {
                check.object("ways.choices", "", &self.told(&rest));
            }
        }
    }

    /// What steps cost, and of how many that is not known.
    fn cost(&self, by: Cost, steps: &Steps) -> (i64, usize) {
        if by == Cost::Offices {
            let offices: BTreeSet<&str> = steps.iter().filter_map(|&step| self.of.office(step, self.row)).collect();
            return (offices.len() as i64, 0);
        }
        let known: Vec<i64> = steps.iter().filter_map(|&step| self.of.cost(by, step, self.row)).collect();
        (known.iter().fold(0, |sum: i64, cost| sum.saturating_add(*cost)), steps.len() - known.len())
    }

    fn costs(&self, check: &mut Check, item: &str, by: Cost, steps: &Steps, stated: (i64, usize)) {
        let found = self.cost(by, steps);
        check.same(&format!("{item}.cost"), &stated.0.to_string(), &found.0.to_string());
        check.same(&format!("{item}.unknown"), &stated.1.to_string(), &found.1.to_string());
    }

    fn optimum(&self, check: &mut Check, item: &str, stated: &Optimum, by: Cost, among: &Steps) {
        let Some(steps) = self.steps(check, item, &stated.steps) else { return };
        if !steps.is_subset(among) {
            check.object(item, &self.told(&steps), &self.told(&(&steps & among)));
        }
        self.minimal(check, item, &steps, |steps| self.clears(steps));
        self.costs(check, item, by, &steps, (stated.cost, stated.unknown));
        let holds = |steps: &Steps| self.clears(steps);
        let items = self.items(by, among, &holds);
        Self::bound(check, item, &items, (&stated.proof, stated.bound, stated.cost));
    }

    fn bound(check: &mut Check, item: &str, items: &Items<'_>, stated: (&Proof, i64, i64)) {
        let (proof, bound, cost) = stated;
        if bound > cost {
            check.object(&format!("{item}.bound"), &bound.to_string(), &cost.to_string());
        }
        check.findings.proofs += 1;
        if let Err(fault) = items.proves(proof, bound, &Settled::default()) {
            check.object(&format!("{item}.proof"), &bound.to_string(), &fault);
        }
    }

    /// What a proof counts of some steps.
    fn items<'i>(&'i self, by: Cost, among: &Steps, holds: &'i dyn Fn(&Steps) -> bool) -> Items<'i> {
        let mut items = Items { each: BTreeMap::new(), free: Steps::new(), holds };
        for &step in among {
            let name = if by == Cost::Offices { self.of.office(step, self.row) } else { Some(&*self.of.pack[step].id) };
            let cost = if by == Cost::Offices { 1 } else { self.of.cost(by, step, self.row).unwrap_or(0) };
            match name {
                Some(name) => items.each.entry(name).or_insert((Steps::new(), cost)).0.insert(step),
                None => items.free.insert(step),
            };
        }
        items
    }

    /// Each point is the cheapest that starts before the last one did, and the last one starts as early as any.
    fn frontier(&self, check: &mut Check, ways: &Ways) {
        let mut last: Option<(i64, Option<Date>)> = None;
        let mut skipped = false;
        for (at, point) in ways.frontier.iter().enumerate() {
            let item = format!("ways.frontier.{at}");
            let (Some(steps), day) = (self.steps(check, &item, &point.steps), text_of(last.and_then(|last| last.1)))
            else {
                return;
            };
            let date = self.start(&steps);
            check.same(&format!("{item}.date"), point.date.as_deref().unwrap_or(""), &text_of(date));
            self.costs(check, &item, self.by, &steps, (point.cost, point.unknown));
            let before = point.before.as_deref().and_then(Date::parse);
            let fits = match (last, before) {
                (None, None) => point.before.is_none(),
                (Some((cost, Some(day))), Some(before)) => {
                    // Points may be left out before the last one only: it is the cheapest of those as early as it is.
                    skipped = before < day;
                    let skips = at + 1 == ways.frontier.len() && date.is_some_and(|date| date.0 + 1 == before.0);
                    cost < point.cost && (before == day || skipped && skips)
                }
                _ => false,
            };
            if !fits || before.is_some_and(|before| date.is_none_or(|date| date >= before)) {
                check.object(&format!("{item}.before"), point.before.as_deref().unwrap_or(""), &day);
                return;
            }
            self.point(check, &item, point, &steps, (before, date));
            last = Some((point.cost, date));
        }
        let start = self.outcome.earliest_start.filter(|_| self.clears(&self.open));
        let ends = last.and_then(|last| last.1);
        let complete = ends.is_none() || ends == start && !skipped;
        if last.is_none() && ways.fewest.is_some() || ways.frontier_complete != complete {
            check.object("ways.frontier", &text_of(ends), &text_of(start));
        }
    }

    fn point(
        &self,
        check: &mut Check,
        item: &str,
        point: &Point,
        steps: &Steps,
        (before, date): (Option<Date>, Option<Date>),
    ) {
        let in_time =
            |steps: &Steps| before.map_or_else(|| self.clears(steps), |day| self.clears_by(steps, Date(day.0 - 1)));
        // A step that costs nothing may be there only to make it earlier.
        self.minimal(check, item, steps, |steps| match date {
            Some(date) => self.clears_by(steps, date),
            None => self.clears(steps),
        });
        let items = self.items(self.by, &self.open, &in_time);
        Self::bound(check, item, &items, (&point.proof, point.bound, point.cost));
    }

    fn earliest(&self, check: &mut Check, stated: Option<&Dated>) {
        let item = "ways.earliest";
        let start = self.outcome.earliest_start;
        let Some(stated) = stated else {
            if let Some(start) = start.filter(|_| self.clears(&self.open)) {
                check.object(item, "", &start.to_string());
            }
            return;
        };
        let Some(steps) = self.steps(check, item, &stated.steps) else { return };
        let date = self.start(&steps);
        check.same(&format!("{item}.date"), &stated.date, &text_of(date));
        if date != start {
            check.object(item, &text_of(date), &text_of(start));
        }
        self.minimal(check, item, &steps, |steps| start.is_some_and(|start| self.clears_by(steps, start)));
    }
}

impl<'i> Items<'i> {
    /// Whether everything but some items is enough.
    fn enough(&self, without: &BTreeSet<&str>) -> bool {
        let rest = self.each.iter().filter(|(name, _)| !without.contains(*name));
        (self.holds)(&rest.flat_map(|(_, (steps, _))| steps).chain(&self.free).copied().collect())
    }

    fn find(&self, name: &str) -> Result<(&'i str, i64), String> {
        self.each.get_key_value(name).map(|(name, (_, cost))| (*name, *cost)).ok_or(name.to_owned())
    }

    /// Whether a proof shows that everything under what is settled costs at least the bound; else what is wrong with it.
    fn proves(&self, proof: &Proof, bound: i64, settled: &Settled<'i>) -> Result<(), String> {
        match proof {
            Proof::Closed {} if self.enough(&settled.never) => Err("closed".to_owned()),
            Proof::Closed {} => Ok(()),
            Proof::Cuts(cuts) => self.cuts(cuts, bound, settled),
            Proof::Branch { step, met, unmet } => {
                let (name, _) = self.find(step)?;
                let (mut done, mut never) = (settled.clone(), settled.clone());
                if !done.done.insert(name) || !never.never.insert(name) || done.never.contains(name) {
                    return Err(step.clone());
                }
                self.proves(met, bound, &done)?;
                self.proves(unmet, bound, &never)
            }
        }
    }

    fn cuts(&self, cuts: &[Cut], bound: i64, settled: &Settled<'i>) -> Result<(), String> {
        let mut left: BTreeMap<&str, i64> = self.each.iter().map(|(name, (_, cost))| (*name, *cost)).collect();
        let paid: i64 = settled.done.iter().filter_map(|name| left.get(name)).sum();
        let mut sum = 0i64;
        for cut in cuts {
            let mut without = settled.never.clone();
            for step in &cut.steps {
                let (name, _) = self.find(step)?;
                let left = left.entry(name).or_insert(0);
                *left -= cut.weight;
                // An item taken as done is paid for already.
                if *left < 0 || settled.done.contains(name) || !without.insert(name) {
                    return Err(step.clone());
                }
            }
            if cut.weight <= 0 || self.enough(&without) {
                return Err(cut.steps.join(" + "));
            }
            // An item that the cut could do without has no business in it.
            for step in &cut.steps {
                without.remove(step.as_str());
                if !self.enough(&without) {
                    return Err(step.clone());
                }
                without.insert(step);
            }
            sum = sum.saturating_add(cut.weight);
        }
        let owed = bound.saturating_sub(paid).max(0);
        if sum == owed { Ok(()) } else { Err(format!("{sum} != {owed}")) }
    }
}

/// Every least set that has a step of each of some sets; `None` where there are too many.
fn left_out(sets: &[Steps]) -> Option<Vec<Steps>> {
    let mut found = BTreeSet::from([Steps::new()]);
    for set in sets {
        let mut next = BTreeSet::new();
        for known in found {
            if known.is_disjoint(set) {
                next.extend(set.iter().map(|&step| known.iter().copied().chain([step]).collect::<Steps>()));
            } else {
                next.insert(known);
            }
        }
        found =
            next.iter().filter(|set| !next.iter().any(|less| less != *set && less.is_subset(set))).cloned().collect();
        if found.len() > LEFT_OUT {
            return None;
        }
    }
    Some(found.into_iter().collect())
}

fn without(steps: &Steps, step: RequirementIdx) -> Steps {
    steps.iter().copied().filter(|&other| other != step).collect()
}

fn text_of(day: Option<Date>) -> String {
    day.map_or(String::new(), |day| day.to_string())
}
