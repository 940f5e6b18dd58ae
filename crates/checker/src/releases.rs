//! What a certificate says of ways to start, tried out: sufficient, minimal, no cheaper one.

use std::collections::BTreeSet;

use kaigong_model::{Date, Duration, Truth};
use kaigong_rules::RequirementIdx;

use crate::certificate::{Cut, Dated, Optimum, Proof, Ways};
use crate::interpret::{Interpreter, Outcome, Verdict};
use crate::verify::Check;
use crate::walk::Kind;

type Steps = BTreeSet<RequirementIdx>;

/// A project, and the steps that could be met.
pub(crate) struct Releases<'r, 'a> {
    of: &'r Interpreter<'a>,
    row: u32,
    outcome: &'r Outcome,
    open: Steps,
}

/// What a branch of a proof takes as settled.
#[derive(Clone, Default)]
struct Settled {
    done: Steps,
    never: Steps,
}

impl<'r, 'a> Releases<'r, 'a> {
    pub(crate) fn new(of: &'r Interpreter<'a>, row: u32, outcome: &'r Outcome) -> Self {
        let stuck = outcome.blockers.iter().filter(|blocker| blocker.kind == Kind::Deadlock);
        let stuck: Steps = stuck.map(|blocker| blocker.requirement).collect();
        let open = of.pack.iter().map(|(idx, _)| idx).filter(|idx| {
            let step = outcome.steps[idx.0 as usize];
            step.applies != Truth::No && (step.met != Truth::Yes || step.applies == Truth::Unknown)
        });
        Self { of, row, outcome, open: open.filter(|idx| !stuck.contains(idx)).collect() }
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
        self.menus(check, ways);
        self.optimum(check, "ways.fewest", ways.fewest.as_ref(), |_| 1);
        self.optimum(check, "ways.least_work", ways.least_work.as_ref(), |step| self.work(step));
        self.earliest(check, ways.earliest.as_ref());
    }

    /// Whether steps, once they apply and are met, clear the goal.
    fn clears(&self, steps: &Steps) -> bool {
        let supposing = self.of.supposing(steps.clone());
        let goal = self.of.pack.goals[self.of.options.goal].requirement;
        supposing.steps(self.row)[goal.0 as usize].cleared == Truth::Yes
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

    /// Told where the steps do not clear the goal, or one of them is not needed.
    fn minimal(&self, check: &mut Check, item: &str, steps: &Steps) {
        check.findings.ways += 1;
        if !self.clears(steps) {
            return check.object(item, &self.told(steps), "");
        }
        let needed = |step: &RequirementIdx| !self.clears(&without(steps, *step));
        let needed: Steps = steps.iter().copied().filter(needed).collect();
        if needed.len() != steps.len() {
            check.object(item, &self.told(steps), &self.told(&needed));
        }
    }

    fn told(&self, steps: &Steps) -> String {
        steps.iter().map(|&step| self.of.pack[step].id.as_str()).collect::<Vec<_>>().join(" + ")
    }

    /// Each alternative of each choice, with the first of the others.
    fn menus(&self, check: &mut Check, ways: &Ways) {
        let Some(always) = self.steps(check, "ways.always", &ways.always) else { return };
        if ways.fewest.is_none() {
            return;
        }
        let mut menus: Vec<Vec<Steps>> = Vec::new();
        for choice in &ways.choices {
            let read = choice.iter().map(|steps| self.steps(check, "ways.choices", steps)).collect::<Option<Vec<_>>>();
            let Some(read) = read.filter(|read| !read.is_empty()) else { return };
            menus.push(read);
        }
        for step in always.iter().filter(|&&step| self.clears(&without(&self.open, step))) {
            check.object("ways.always", &self.of.pack[*step].id, "");
        }
        let first = |except: usize| menus.iter().enumerate().filter(move |(at, _)| *at != except).map(|(_, m)| &m[0]);
        for (at, menu) in menus.iter().enumerate() {
            for alternative in menu {
                let others: Steps = first(at).flatten().copied().collect();
                let way: Steps = always.iter().chain(alternative).chain(&others).copied().collect();
                self.minimal(check, "ways.choices", &way);
            }
        }
    }

    /// Calendar days of work.
    fn work(&self, step: RequirementIdx) -> i64 {
        let (body, _) = self.of.body(step, self.row);
        let takes = if self.of.options.typical { body.takes.typical } else { body.takes.statutory };
        takes.map_or(0, Duration::calendar_days)
    }

    fn optimum(&self, check: &mut Check, item: &str, stated: Option<&Optimum>, cost: impl Fn(RequirementIdx) -> i64) {
        let Some(stated) = stated else {
            // "Nothing would do" is true only if everything together would not.
            if self.clears(&self.open) {
                check.object(item, "", &self.told(&self.open));
            }
            return;
        };
        let Some(steps) = self.steps(check, item, &stated.steps) else { return };
        self.minimal(check, item, &steps);
        let total: i64 = steps.iter().map(|&step| cost(step)).sum();
        check.same(&format!("{item}.cost"), &stated.cost.to_string(), &total.to_string());
        if stated.bound > total {
            check.object(&format!("{item}.bound"), &stated.bound.to_string(), &total.to_string());
        }
        check.findings.proofs += 1;
        if let Err(fault) = self.proves(&stated.proof, stated.bound, &Settled::default(), &cost) {
            check.object(&format!("{item}.proof"), &stated.bound.to_string(), &fault);
        }
    }

    /// Whether a proof shows that every way under what is settled costs at least the bound; else what is wrong with it.
    fn proves(
        &self,
        proof: &Proof,
        bound: i64,
        settled: &Settled,
        cost: &impl Fn(RequirementIdx) -> i64,
    ) -> Result<(), String> {
        match proof {
            Proof::Closed {} => {
                let rest: Steps = self.open.difference(&settled.never).copied().collect();
                if self.clears(&rest) { Err(self.told(&rest)) } else { Ok(()) }
            }
            Proof::Cuts(cuts) => self.cuts(cuts, bound, settled, cost),
            Proof::Branch { step, met, unmet } => {
                let idx = self.of.pack.find(step).filter(|step| self.open.contains(step)).ok_or(step.clone())?;
                if settled.done.contains(&idx) || settled.never.contains(&idx) {
                    return Err(step.clone());
                }
                let (mut done, mut never) = (settled.clone(), settled.clone());
                done.done.insert(idx);
                never.never.insert(idx);
                self.proves(met, bound, &done, cost)?;
                self.proves(unmet, bound, &never, cost)
            }
        }
    }

    fn cuts(
        &self,
        cuts: &[Cut],
        bound: i64,
        settled: &Settled,
        cost: &impl Fn(RequirementIdx) -> i64,
    ) -> Result<(), String> {
        let mut left: std::collections::BTreeMap<RequirementIdx, i64> =
            self.open.iter().map(|&step| (step, cost(step))).collect();
        let mut sum: i64 = settled.done.iter().map(|&step| cost(step)).sum();
        let owed = (bound - sum).max(0);
        sum = 0;
        for cut in cuts {
            let mut rest: Steps = self.open.difference(&settled.never).copied().collect();
            for id in &cut.steps {
                let step = self.of.pack.find(id).filter(|step| rest.remove(step)).ok_or(id.clone())?;
                let left = left.entry(step).or_insert(0);
                *left -= cut.weight;
                // A step taken as done is paid for already.
                if *left < 0 || settled.done.contains(&step) {
                    return Err(id.clone());
                }
            }
            if cut.weight <= 0 || self.clears(&rest) {
                return Err(cut.steps.join(" + "));
            }
            // A step that the cut could do without has no business in it.
            for id in &cut.steps {
                let with = self.of.pack.find(id).into_iter().chain(rest.iter().copied()).collect();
                if !self.clears(&with) {
                    return Err(id.clone());
                }
            }
            sum = sum.saturating_add(cut.weight);
        }
        if sum == owed { Ok(()) } else { Err(format!("{sum} != {owed}")) }
    }

    fn earliest(&self, check: &mut Check, stated: Option<&Dated>) {
        let item = "ways.earliest";
        let Some(stated) = stated else {
            if let Some(start) = self.outcome.earliest_start.filter(|_| self.clears(&self.open)) {
                check.object(item, "", &start.to_string());
            }
            return;
        };
        let Some(steps) = self.steps(check, item, &stated.steps) else { return };
        check.findings.ways += 1;
        let day = |day: Option<Date>| day.map_or(String::new(), |day| day.to_string());
        let by = |steps: &Steps| self.of.start_by(self.row, self.outcome, steps);
        let date = by(&steps);
        check.same(&format!("{item}.date"), &stated.date, &day(date));
        if date.is_none() || date != self.outcome.earliest_start || !self.clears(&steps) {
            check.object(item, &day(date), &day(self.outcome.earliest_start));
        }
        let needed = |step: &RequirementIdx| {
            let rest = without(&steps, *step);
            by(&rest) != date || !self.clears(&rest)
        };
        for step in steps.iter().filter(|step| !needed(step)) {
            check.object(item, &self.of.pack[*step].id, "");
        }
    }
}

fn without(steps: &Steps, step: RequirementIdx) -> Steps {
    steps.iter().copied().filter(|&other| other != step).collect()
}
