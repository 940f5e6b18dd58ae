//! States and verdicts by plain recursion, repeated over the portfolio until links settle.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kaigong_model::{Cell, Date, FactIdx, NO_ROW, Portfolio, Truth};
use kaigong_rules::{Body, Draw, Expectation, Need, Pack, RequirementIdx, RequirementKind, Target};

use crate::earliest::{Forecast, earliest};
use crate::reading::{Governing, all, any, law_days};
use crate::walk::{Blocker, Cycles, blockers};

/// How blanks read, over the rules of the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blanks {
    /// As each fact says.
    Pack,
    /// Unknown blanks of documents, bools, projects and quantities are no.
    No,
    /// Nothing is presumed.
    Unknown,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Index of the goal.
    pub goal: usize,
    /// The day looked at.
    pub as_of: Date,
    /// Only what was recorded by this day.
    pub known_by: Option<Date>,
    /// When undated numbers count from.
    pub ledger_date: Option<Date>,
    /// How blanks read.
    pub blanks: Blanks,
    /// Whether steps take what they usually take instead of what the law allows.
    pub typical: bool,
    /// Whether grants alone meet what draws on pools, as under a plan.
    pub plan: bool,
}

/// The answer for a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Has started.
    Started,
    /// May start.
    Ready,
    /// May not.
    Blocked,
    /// Cannot be told.
    Undetermined,
}

/// A requirement for a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// A
    pub applies: Truth,
    /// M
    pub met: Truth,
    /// N
    pub needs: Truth,
    /// not A or (M and N)
    pub cleared: Truth,
    /// The state.
    pub state: Expectation,
}

/// Everything said of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// In order of requirement.
    pub steps: Vec<Step>,
    /// The verdict.
    pub verdict: Verdict,
    /// By law alone.
    pub readiness: Verdict,
    /// In order of requirement.
    pub blockers: Vec<Blocker>,
    /// A, M yes and N no.
    pub out_of_order: Vec<RequirementIdx>,
    /// Alerts that fire.
    pub alerts: Vec<usize>,
    /// When it could start.
    pub earliest_start: Option<Date>,
    /// Whether something unknown was counted as to do.
    pub provisional: bool,
    /// The first year whose holidays are not published and in which working days were counted.
    pub unpublished: Option<i16>,
}

/// A pack and a portfolio under options, and what is supposed of them.
#[derive(Clone, Debug)]
pub struct Interpreter<'a> {
    /// The rules.
    pub pack: &'a Pack,
    /// The ledger.
    pub portfolio: &'a Portfolio,
    /// What is asked.
    pub options: Options,
    /// Steps taken as applying and met, whatever the facts say.
    supposed: BTreeSet<RequirementIdx>,
    /// Facts of one row taken as blank, whatever the ledger says.
    pub(crate) forgotten: Option<(u32, BTreeSet<FactIdx>)>,
    /// `completed()` per projects fact and row, as far as it has settled.
    completed: Arc<BTreeMap<(FactIdx, u32), Truth>>,
}

/// Interprets every row.
pub fn interpret(pack: &Pack, portfolio: &Portfolio, options: &Options) -> Vec<Outcome> {
    let rows: Vec<u32> = (0..portfolio.len() as u32).collect();
    Interpreter::settled(pack, portfolio, *options, &rows).outcomes(&rows)
}

impl Options {
    /// The ledger as it stands on a day, by the pack's own presumptions and the law's time limits.
    pub fn on(goal: usize, as_of: Date) -> Self {
        Self { goal, as_of, known_by: None, ledger_date: None, blanks: Blanks::Pack, typical: false, plan: false }
    }
}

impl<'a> Interpreter<'a> {
    /// Links that decide at once do; every other link of the rows begins at no and is recomputed until nothing
    /// changes. The rows must hold every row that one of them links to.
    pub fn settled(pack: &'a Pack, portfolio: &'a Portfolio, options: Options, rows: &[u32]) -> Self {
        let mut this =
            Self { pack, portfolio, options, supposed: BTreeSet::new(), forgotten: None, completed: Arc::default() };
        let linked = pack.schema.iter().filter(|(_, spec)| spec.kind == kaigong_model::FactType::Projects);
        let linked: Vec<FactIdx> = linked.map(|(fact, _)| fact).collect();
        loop {
            let cleared: BTreeMap<u32, Vec<Truth>> =
                rows.iter().map(|&row| (row, this.steps(row).iter().map(|step| step.cleared).collect())).collect();
            let each = linked.iter().flat_map(|&fact| rows.iter().map(move |&row| (fact, row)));
            let next: BTreeMap<_, _> =
                each.map(|(fact, row)| ((fact, row), this.links_cleared(fact, row, &cleared))).collect();
            if next == *this.completed {
                return this;
            }
            this.completed = Arc::new(next);
        }
    }

    /// A row and every row it links to, however far.
    pub fn with_links(pack: &Pack, portfolio: &Portfolio, options: Options, row: u32) -> Vec<u32> {
        let bare = Interpreter::settled(pack, portfolio, options, &[]);
        let mut found = BTreeSet::new();
        let mut todo = vec![row];
        while let Some(row) = todo.pop() {
            if row == NO_ROW || !found.insert(row) {
                continue;
            }
            let facts = pack.schema.iter().filter(|(_, spec)| spec.kind == kaigong_model::FactType::Projects);
            todo.extend(facts.flat_map(|(fact, _)| bare.links(fact, row)));
        }
        found.into_iter().collect()
    }

    /// The same, some steps taken as applying and met.
    #[must_use]
    pub fn supposing(&self, steps: BTreeSet<RequirementIdx>) -> Self {
        Self { supposed: steps, ..self.clone() }
    }

    /// The same, some facts of one row taken as blank; what it says of links stands.
    #[must_use]
    pub fn forgetting(&self, row: u32, facts: BTreeSet<FactIdx>) -> Self {
        Self { forgotten: Some((row, facts)), ..self.clone() }
    }

    /// When a row could start if these steps and no other unmet ones are done; `None` where they do not do.
    pub fn start_by(&self, row: u32, outcome: &Outcome, steps: &BTreeSet<RequirementIdx>) -> Option<Date> {
        let goal = self.pack.goals[self.options.goal].requirement;
        Forecast::new(self, row, &outcome.steps, &outcome.blockers, Some(steps)).finish(goal)
    }

    /// Everything said of rows that are settled.
    pub fn outcomes(&self, rows: &[u32]) -> Vec<Outcome> {
        let (strict, (steps, cycles)) = (self.strict(), self.waits(rows));
        rows.iter().map(|&row| self.outcome(row, &steps[&row], &strict.steps(row), &cycles)).collect()
    }

    /// Everything said of one of the settled rows, and the rows that it waits for and that wait for it, in order; none
    /// where it is on no mutual wait.
    pub(crate) fn outcome_of(&self, rows: &[u32], row: u32) -> (Outcome, Vec<u32>) {
        let (steps, cycles) = self.waits(rows);
        let outcome = self.outcome(row, &steps[&row], &self.strict().steps(row), &cycles);
        (outcome, cycles.mutual(row).into_iter().collect())
    }

    /// The same, nothing presumed.
    fn strict(&self) -> Self {
        Self { options: Options { blanks: Blanks::Unknown, ..self.options }, ..self.clone() }
    }

    /// The steps of settled rows, and which of them wait for one another.
    fn waits(&self, rows: &[u32]) -> (BTreeMap<u32, Vec<Step>>, Cycles) {
        let steps = rows.iter().map(|&row| (row, self.steps(row))).collect();
        let cycles = Cycles::find(self, &steps);
        (steps, cycles)
    }

    /// The requirement a linked project must clear.
    pub(crate) fn link_goal(&self, links: FactIdx) -> RequirementIdx {
        let named = self.pack.schema[links].goal.as_deref().and_then(|id| self.pack.goal(id));
        self.pack.goals[named.unwrap_or(self.options.goal)].requirement
    }

    /// The rows a row links to; [`NO_ROW`] for strangers.
    pub(crate) fn links(&self, links: FactIdx, row: u32) -> Vec<u32> {
        match self.written(links, row) {
            Cell::Projects(ids) => ids.iter().map(|id| self.portfolio.row(id).unwrap_or(NO_ROW)).collect(),
            _ => Vec::new(),
        }
    }

    fn links_cleared(&self, links: FactIdx, row: u32, cleared: &BTreeMap<u32, Vec<Truth>>) -> Truth {
        let goal = self.link_goal(links);
        match self.cell(links, row) {
            Cell::No => Truth::Yes,
            Cell::Projects(_) => all(self.links(links, row).into_iter().map(|other| match other {
                NO_ROW => Truth::Unknown,
                other => cleared[&other][goal.0 as usize],
            })),
            _ => Truth::Unknown,
        }
    }

    pub(crate) fn completed(&self, links: FactIdx, row: u32) -> Truth {
        if let Some(known) = self.completed.get(&(links, row)) {
            return *known;
        }
        match self.cell(links, row) {
            Cell::No => Truth::Yes,
            Cell::Projects(_) => Truth::No,
            _ => Truth::Unknown,
        }
    }

    /// The date that picks a requirement's version for a row: certain, or unknown.
    pub(crate) fn law(&self, idx: RequirementIdx, row: u32) -> Option<Date> {
        match self.pack[idx].governed_by.map(|reading| self.governing(reading, row)) {
            Some(Governing::Day(day)) => Some(day),
            Some(Governing::Unknown) => None,
            Some(Governing::AsOf) | None => Some(self.options.as_of),
        }
    }

    /// The body a walk follows: where the date is unknown, that of the as-of date; and the date.
    pub(crate) fn body(&self, idx: RequirementIdx, row: u32) -> (&'a Body, Date) {
        let law = self.law(idx, row).unwrap_or(self.options.as_of);
        (self.pack[idx].body(law), law)
    }

    /// Every requirement of a row, in order of requirement.
    pub fn steps(&self, row: u32) -> Vec<Step> {
        let mut done: Vec<Option<Step>> = vec![None; self.pack.requirements.len()];
        for &idx in &self.pack.order {
            done[idx.0 as usize] = Some(self.step(idx, row, &done));
        }
        done.into_iter().flatten().collect()
    }

    /// A day in each stretch of law that may govern a requirement for a row.
    fn laws(&self, idx: RequirementIdx, row: u32) -> Vec<Date> {
        if let Some(day) = self.law(idx, row) {
            return vec![day];
        }
        let as_of = self.options.as_of;
        let days = law_days(self.pack, &self.pack[idx]);
        let before = days.first().map(|first| Date(first.0 - 1));
        let mut laws: Vec<Date> = before.into_iter().chain(days).filter(|day| *day <= as_of).collect();
        laws.push(as_of);
        laws
    }

    fn step(&self, idx: RequirementIdx, row: u32, done: &[Option<Step>]) -> Step {
        let laws = self.laws(idx, row);
        let each: Vec<[Truth; 3]> = laws.iter().map(|law| self.under(idx, row, *law, done)).collect();
        let shared = |at: usize| {
            let first = each[0][at];
            if each.iter().all(|truths| truths[at] == first) { first } else { Truth::Unknown }
        };
        let (mut applies, mut met, needs) = (shared(0), shared(1), shared(2));
        if self.supposed.contains(&idx) {
            (applies, met) = (Truth::Yes, Truth::Yes);
        }
        let cleared = any([applies.negated(), all([met, needs].into_iter())].into_iter());
        let state = match (applies, cleared, needs) {
            (Truth::No, ..) => Expectation::NotApplicable,
            (_, Truth::Yes, _) => Expectation::Met,
            (_, Truth::Unknown, _) => Expectation::Undetermined,
            (_, Truth::No, Truth::No) => Expectation::Waiting,
            (_, Truth::No, _) => Expectation::Open,
        };
        Step { applies, met, needs, cleared, state }
    }

    /// A, M and N under the law of a day.
    fn under(&self, idx: RequirementIdx, row: u32, law: Date, done: &[Option<Step>]) -> [Truth; 3] {
        let requirement = &self.pack[idx];
        let body = requirement.body(law);
        let applies = if requirement.period.contains(self.options.as_of) {
            body.applies_when.as_ref().map_or(Truth::Yes, |when| self.truth(&when.tree, row, law))
        } else {
            Truth::No
        };
        let met = body.met_when.as_ref().map_or(Truth::Yes, |when| self.truth(&when.tree, row, law));
        let evidence = body.evidenced_by.iter().map(|document| self.issued(*document, row));
        let covered = (self.options.plan && !body.draws.is_empty()).then(|| self.covers(body, row, law).into());
        let met = any(evidence.chain([met]).chain(covered));
        let needs = all(body.needs.iter().map(|need| self.contribution(need, row, law, done)));
        [applies, met, needs]
    }

    /// Whether some draw may apply and grants cover every one that does.
    fn covers(&self, body: &Body, row: u32, law: Date) -> bool {
        let may_apply =
            |draw: &&Draw| draw.when.as_ref().is_none_or(|when| self.truth(&when.tree, row, law) != Truth::No);
        let mut applying = body.draws.iter().filter(may_apply).peekable();
        let covered = |draw: &Draw| {
            let granted: i128 = draw.pools().map(|pool| self.granted(pool, row)).sum();
            self.amount(draw, row, law).is_some_and(|amount| amount <= granted)
        };
        applying.peek().is_some() && applying.all(covered)
    }

    /// Whether a step binds what needs it: not where it is customary under the law that governs it.
    fn binding(&self, step: RequirementIdx, row: u32, cleared: Truth) -> Truth {
        let under = |law: Date| {
            if self.pack[step].body(law).kind == RequirementKind::Customary { Truth::Yes } else { cleared }
        };
        let laws = self.laws(step, row);
        let first = under(laws[0]);
        if laws.iter().all(|law| under(*law) == first) { first } else { Truth::Unknown }
    }

    /// What a need contributes.
    pub(crate) fn contribution(&self, need: &Need, row: u32, law: Date, done: &[Option<Step>]) -> Truth {
        if need.edge.customary || !need.edge.period.contains(self.options.as_of) {
            return Truth::Yes;
        }
        let target = self.target(&need.target, done);
        let target = match need.target {
            Target::Step(step) => self.binding(step, row, target),
            Target::Group { .. } => target,
        };
        match &need.edge.when {
            Some(when) => any([self.truth(&when.tree, row, law).negated(), target].into_iter()),
            None => target,
        }
    }

    /// Whether what a need points at is there, its terms left aside.
    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    pub(crate) fn target(&self, target: &Target, done: &[Option<Step>]) -> Truth {
        let step = |idx: &RequirementIdx| done[idx.0 as usize];
        match target {
            Target::Step(idx) => step(idx).map_or(Truth::Unknown, |step| step.cleared),
            Target::Group { choose, members } => {
                let satisfied: Vec<Truth> = members
                    .iter()
                    .filter_map(step)
                    .map(|step| all([step.applies, step.met, step.needs].into_iter()))
                    .collect();
                let yes = satisfied.iter().filter(|truth| **truth == Truth::Yes).count();
                let no = satisfied.iter().filter(|truth| **truth == Truth::No).count();
                if yes >= *choose as usize {
                    Truth::Yes
                } else if satisfied.len() - no < *choose as usize {
                    Truth::No
                } else {
                    Truth::Unknown
                }
            }
        }
    }

    fn outcome(&self, row: u32, steps: &[Step], strict: &[Step], cycles: &Cycles) -> Outcome {
        let goal = &self.pack.goals[self.options.goal];
        let readiness = match steps[goal.requirement.0 as usize].cleared {
            Truth::Yes => Verdict::Ready,
            Truth::No => Verdict::Blocked,
            Truth::Unknown => Verdict::Undetermined,
        };
        let as_of = self.options.as_of;
        let started = goal.started_when.as_ref().map_or(Truth::No, |when| self.truth(&when.tree, row, as_of));
        let verdict = if started == Truth::Yes { Verdict::Started } else { readiness };
        let blockers = blockers(self, row, steps, strict, cycles);
        let early = |step: &Step| step.applies == Truth::Yes && step.met == Truth::Yes && step.needs == Truth::No;
        let out_of_order =
            (0..steps.len()).filter(|at| early(&steps[*at])).map(|at| RequirementIdx(at as u32)).collect();
        let fires = |alert: &kaigong_rules::Alert| {
            alert.period.contains(as_of) && self.truth(&alert.when.tree, row, as_of) == Truth::Yes
        };
        let alerts = (0..self.pack.alerts.len()).filter(|at| fires(&self.pack.alerts[*at])).collect();
        let (earliest_start, provisional, unpublished) = if verdict == Verdict::Started {
            (None, false, None)
        } else {
            let (date, forecast) = earliest(self, row, steps, &blockers);
            // No holiday of a later year than the start's moves it.
            let rests = |first: &i16| date.is_some_and(|day| *first <= day.ymd().0);
            (date, forecast.provisional, forecast.unpublished.filter(rests))
        };
        Outcome {
            steps: steps.to_vec(),
            verdict,
            readiness,
            blockers,
            out_of_order,
            alerts,
            earliest_start,
            provisional,
            unpublished,
        }
    }
}
