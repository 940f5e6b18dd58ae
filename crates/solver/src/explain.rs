//! Why: one project re-walked, its reasons as a graph of ids and values, worded elsewhere.

use kaigong_model::{Cell, Date, FactIdx, FactType, Truth};
use kaigong_rules::expression::{PoolIdx, Reading, Use};
use kaigong_rules::{Body, RequirementIdx, Target};
use rayon::prelude::*;

use crate::earliest::{Durations, slack};
use crate::evaluate::{Evaluation, State, Verdict, state_of};
use crate::facts::{Day, Facts, round_up};
use crate::paper::PaperState;
use crate::settling::{Settling, settling};
use crate::since::since;
use crate::summary::{ProjectResult, project, row_mask};
use crate::terms::{Test, Tree};
use crate::view::View;
use crate::walk::{Blocker, Walk, upstream_links};
use crate::ways::{CostKind, Prices, Proofs, WAYS_BUDGET, Way, Ways, WaysOptions};

/// A fact as the reason read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRead {
    /// The fact.
    pub fact: FactIdx,
    /// Its cell on the as-of date.
    pub cell: Cell,
    /// What a document's cell says.
    pub paper: Option<PaperState>,
    /// Whether a blank was presumed no.
    pub presumed: bool,
}

/// What a requirement draws on a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// The pool kind; the first of several.
    pub pool: PoolIdx,
    /// Further kinds that may cover it in part.
    pub mixed: Vec<PoolIdx>,
    /// Needed, atoms; `None` where a fact is missing.
    pub needed: Option<i128>,
    /// Granted out of all of them, atoms.
    pub granted: i128,
}

impl Shortage {
    /// The kinds that may cover it together, in order.
    pub fn pools(&self) -> impl Iterator<Item = PoolIdx> + '_ {
        std::iter::once(self.pool).chain(self.mixed.iter().copied())
    }

    /// Atoms still to be granted; 0 where the need is not known.
    pub fn outstanding(&self) -> i128 {
        self.needed.map_or(0, |needed| (needed - self.granted).max(0))
    }
}

/// One blocker and what stands behind it.
#[derive(Clone, Debug)]
pub struct Reason {
    /// The blocker.
    pub blocker: Blocker,
    /// Since when it blocks.
    pub since: Option<Date>,
    /// The facts that make it unmet.
    pub facts: Vec<FactRead>,
    /// What it draws.
    pub draws: Vec<Shortage>,
    /// Projects that hold it up.
    pub upstream: Vec<u32>,
    /// What it holds up, nearest first, up to the goal.
    pub holds: Vec<RequirementIdx>,
}

/// A requirement in the project's graph.
#[derive(Clone, Debug)]
pub struct StepState {
    /// The requirement.
    pub requirement: RequirementIdx,
    /// Its state.
    pub state: State,
    /// Whether it applies, is met, and has what it needs.
    pub truths: [Truth; 3],
    /// The needs in force for this project: index in its body, what each contributes.
    pub needs: Vec<(usize, Truth)>,
    /// Whether its document is dated before that of a hard need: the need.
    pub dated_before: Option<RequirementIdx>,
}

/// A paper put off with leave: what is promised instead of it (告知承诺, 容缺).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The document.
    pub fact: FactIdx,
    /// The day by which it is due.
    pub until: Date,
    /// Whether that day has passed.
    pub overdue: bool,
}

/// A change that was in force on the day looked at and recorded only after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateRecord {
    /// The fact.
    pub fact: FactIdx,
    /// The day it holds from.
    pub from: Date,
    /// The day it was recorded.
    pub recorded_on: Date,
}

/// Why one project stands where it stands.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The results, as the check has them.
    pub result: ProjectResult,
    /// A reason per blocker, in order of requirement.
    pub reasons: Vec<Reason>,
    /// Every requirement of the goal's graph, the goal first, needs after what needs them.
    pub steps: Vec<StepState>,
    /// The facts the verdict rests on; with every other fact forgotten it stands.
    pub cited: Vec<FactIdx>,
    /// Those of them that nobody could have read in the ledger that day, in order of fact.
    pub recorded_late: Vec<LateRecord>,
    /// The projects of a mutual wait, if the project is on one.
    pub deadlock: Option<Vec<u32>>,
    /// Papers put off with leave and not there yet, in order of fact.
    pub promises: Vec<Promise>,
    /// How many days later each step may end without moving the earliest start; `None` where no delay of it does.
    pub slack: Vec<(RequirementIdx, Option<i32>)>,
    /// What answers could settle the verdict, where it is undetermined.
    pub settling: Option<Settling>,
    /// Every minimal way to the goal.
    pub ways: Ways,
    /// The first day on which anything was recorded of the project. A blocker older than that is
    /// only as old as the law: the project itself came later.
    pub first_record: Option<Date>,
}

/// Explains one row.
fn explain(evaluation: &Evaluation<'_>, row: u32, durations: Durations) -> Explanation {
    let (word, lane) = (row as usize / 64, row as usize % 64);
    let view = evaluation.view(word);
    let strict = evaluation.strict_view(word);
    let walk = Walk::from_goal(&view);
    let mut result = project(evaluation, &view, strict.as_ref(), &walk, lane, durations);
    let blockers = result.blockers.iter().map(|blocker| blocker.requirement).collect();
    result.since = since(evaluation, &[(row, blockers)]).pop().unwrap_or_default();
    explain_result(evaluation, &view, &walk, result, durations)
}

/// Explains a row whose results are known, by a view of its word.
fn explain_result(
    evaluation: &Evaluation<'_>,
    view: &View<'_, '_>,
    walk: &Walk,
    result: ProjectResult,
    durations: Durations,
) -> Explanation {
    let row = result.row;
    let lane = row as usize % 64;
    let reasons = reasons(view, walk, &result);
    let deadlock = evaluation.upstream.deadlock_of(row).map(<[u32]>::to_vec);
    let cited = cited(view, walk, lane, &result);
    let recorded_late = cited.iter().filter_map(|&fact| evaluation.recorded_late(fact, row)).collect();
    let first_record = evaluation.first_record(row);
    let ways = ways(evaluation, view, lane, &result.blockers, durations);
    let promises = promises(&evaluation.facts, row, evaluation.options.as_of);
    let slack = match result.verdict {
        Verdict::Started => Vec::new(),
        _ => slack(view, lane, &result.blockers, durations),
    };
    let settling = settling(view, lane);
    Explanation {
        settling,
        result,
        reasons,
        steps: steps(view, lane),
        cited,
        recorded_late,
        deadlock,
        promises,
        slack,
        ways,
        first_record,
    }
}

fn reasons(view: &View<'_, '_>, walk: &Walk, result: &ProjectResult) -> Vec<Reason> {
    let since = |at: usize| result.since.get(at).copied().flatten();
    let blockers = result.blockers.iter().enumerate();
    blockers.map(|(at, blocker)| reason(view, walk, result.row as usize % 64, blocker, since(at))).collect()
}

fn promises(facts: &Facts<'_>, row: u32, as_of: Date) -> Vec<Promise> {
    let documents = facts.schema.iter().filter(|(_, spec)| spec.kind == FactType::Document);
    let promise = |fact: FactIdx| {
        let Cell::Document(issues) = facts.cell(fact, row, as_of) else { return None };
        let until = issues.iter().filter_map(|issue| issue.waived_until).max()?;
        match facts.paper_state(fact, row, as_of) {
            PaperState::Waived => Some(Promise { fact, until, overdue: false }),
            PaperState::Overdue => Some(Promise { fact, until, overdue: true }),
            _ => None,
        }
    };
    documents.filter_map(|(fact, _)| promise(fact)).collect()
}

/// Alternatives listed of a choice.
const WAYS_LISTED: usize = 64;
/// Points of the frontier of cost against time.
const WAYS_POINTS: usize = 8;

/// What is asked of ways.
fn asked(prices: &Prices, by: CostKind, durations: Durations) -> WaysOptions<'_> {
    WaysOptions { prices, by, durations, listed: WAYS_LISTED, points: WAYS_POINTS, budget: WAYS_BUDGET }
}

/// The ways of a row.
fn ways(
    evaluation: &Evaluation<'_>,
    view: &View<'_, '_>,
    lane: usize,
    blockers: &[Blocker],
    durations: Durations,
) -> Ways {
    let prices = view.prices(lane, durations);
    view.ways(lane, blockers, &asked(&prices, evaluation.options.cheapest, durations))
}

fn reason(view: &View<'_, '_>, walk: &Walk, lane: usize, blocker: &Blocker, since: Option<Date>) -> Reason {
    let idx = blocker.requirement;
    let (segment, body) = view.segment(idx, lane);
    let mut facts = Vec::new();
    support(view, &segment.met_tree, lane, Truth::No, &mut facts);
    dedup(&mut facts);
    let (row, as_of) = (view.row(lane), view.as_of(lane));
    let in_force = segment.draws.iter().filter(|draw| view.truth(draw.when, lane) != Truth::No);
    let draws = in_force.map(|draw| {
        let written = &body.draws[draw.draw];
        let needed = view.facts.number(&draw.amount, row, as_of).map(round_up);
        let granted = view.facts.granted_of(written.pools(), row, as_of);
        Shortage { pool: written.pool, mixed: written.mixed.clone(), needed, granted }
    });
    Reason {
        blocker: blocker.clone(),
        since,
        facts: facts.into_iter().map(|fact| view.read(fact, lane)).collect(),
        draws: draws.collect(),
        upstream: upstream_links(view, idx, lane),
        holds: holds(view, walk, lane, idx),
    }
}

fn dedup(facts: &mut Vec<FactIdx>) {
    let mut seen = std::collections::BTreeSet::new();
    facts.retain(|fact| seen.insert(*fact));
}

/// The shortest way from a requirement up to the goal along the walk.
fn holds(view: &View<'_, '_>, walk: &Walk, lane: usize, from: RequirementIdx) -> Vec<RequirementIdx> {
    // Breadth first from the goal; each requirement remembers who reached it first.
    let mut above: Vec<Option<RequirementIdx>> = vec![None; view.program.requirements.len()];
    let mut queue = std::collections::VecDeque::from([view.program.goal]);
    while let Some(idx) = queue.pop_front() {
        if idx == from {
            break;
        }
        let (segment, body) = view.segment(idx, lane);
        let held = segment.each.iter().filter(|need| view.truth(need.contribution, lane) == Truth::No);
        for step in held.flat_map(|need| body.needs[need.need].target.requirements()) {
            let fresh = above[step.0 as usize].is_none() && *step != view.program.goal;
            if fresh && walk.contains(*step, lane) {
                above[step.0 as usize] = Some(idx);
                queue.push_back(*step);
            }
        }
    }
    std::iter::successors(above[from.0 as usize], |idx| above[idx.0 as usize]).collect()
}

/// The facts that together give a tree its value; where one branch is enough, the first such branch.
fn support(view: &View<'_, '_>, tree: &Tree, lane: usize, value: Truth, found: &mut Vec<FactIdx>) {
    match tree {
        Tree::Const(_) => {}
        Tree::Not(inner) => support(view, inner, lane, value.negated(), found),
        Tree::Test(test) => test.facts(&view.program.slots, &mut |fact| found.push(fact)),
        Tree::And(parts) | Tree::Or(parts) => {
            let decisive = if matches!(tree, Tree::And(_)) { Truth::No } else { Truth::Yes };
            if value == decisive {
                if let Some(part) = parts.iter().find(|part| view.tree(part, lane) == decisive) {
                    support(view, part, lane, decisive, found);
                }
            } else {
                parts.iter().for_each(|part| support(view, part, lane, view.tree(part, lane), found));
            }
        }
    }
}

/// The facts a verdict rests on.
fn cited(view: &View<'_, '_>, walk: &Walk, lane: usize, result: &ProjectResult) -> Vec<FactIdx> {
    let mut facts = Vec::new();
    let goal = view.program.goal;
    let mut within = vec![false; view.program.requirements.len()];
    let blocked = view.cleared(goal, lane) == Truth::No;
    within[goal.0 as usize] = !blocked;
    for &idx in view.pack.order.iter().rev() {
        if within[idx.0 as usize] {
            cite(view, lane, idx, false, &mut facts, &mut within);
        } else if blocked && walk.contains(idx, lane) {
            let mut ignored = vec![false; within.len()];
            cite(view, lane, idx, true, &mut facts, &mut ignored);
        } else {
            continue;
        }
        cite_other_versions(view, lane, idx, &mut facts, &mut within);
    }
    facts.extend(result.questions.iter().map(|question| question.fact));
    // What used a document decides when its expiry is judged.
    let judged: Vec<FactIdx> = facts.iter().flat_map(|&fact| view.facts.judges(fact).to_vec()).collect();
    facts.extend(judged);
    facts.sort_unstable();
    facts.dedup();
    facts
}

fn cite(
    view: &View<'_, '_>,
    lane: usize,
    idx: RequirementIdx,
    blocked: bool,
    facts: &mut Vec<FactIdx>,
    within: &mut [bool],
) {
    let nodes = &view.program.requirements[idx.0 as usize];
    let (segment, body) = view.segment(idx, lane);
    let (applies, met) = (view.applies(idx, lane), view.met(idx, lane));
    facts.extend(nodes.governed_by.filter(|_| nodes.segments.len() > 1).map(Reading::fact));
    support(view, &segment.applies_tree, lane, applies, facts);
    if applies == Truth::No {
        return;
    }
    // Met by its own record, or by later documents alone; not met needs both to be read.
    let by_record = view.truth(segment.met_when, lane);
    if by_record == met || met != Truth::Yes {
        support(view, &segment.met_tree, lane, by_record, facts);
    }
    if by_record != met || met != Truth::Yes {
        facts.extend(&body.evidenced_by);
        cite_draws(view, body, facts);
    }
    for (need, tree) in segment.each.iter().zip(&segment.when_trees) {
        let contribution = view.truth(need.contribution, lane);
        if !need.binds || (blocked && contribution != Truth::No) {
            continue;
        }
        let when = need.when.map_or(Truth::Yes, |when| view.truth(when, lane));
        if let Some(tree) = tree {
            support(view, tree, lane, when, facts);
        }
        if when == Truth::No {
            continue;
        }
        for &step in body.needs[need.need].target.requirements() {
            within[step.0 as usize] = true;
            let out = blocked && matches!(body.needs[need.need].target, Target::Group { .. });
            if out && view.applies(step, lane) == Truth::No {
                let nodes = &view.program.requirements[step.0 as usize];
                let (segment, _) = view.segment(step, lane);
                facts.extend(nodes.governed_by.filter(|_| nodes.segments.len() > 1).map(Reading::fact));
                support(view, &segment.applies_tree, lane, Truth::No, facts);
                cite_other_versions(view, lane, step, facts, within);
            }
        }
    }
}

/// Under a plan, what a requirement draws decides whether grants cover it.
fn cite_draws(view: &View<'_, '_>, body: &Body, facts: &mut Vec<FactIdx>) {
    if view.evaluation.is_some_and(|evaluation| evaluation.options.plan) {
        let mut read = |used| facts.extend(if let Use::Fact(fact) = used { Some(fact) } else { None });
        body.draws.iter().for_each(|draw| draw.uses(&mut read));
    }
}

/// Where the governing date is not recorded, the verdict rests on what all versions up to the day share.
fn cite_other_versions(
    view: &View<'_, '_>,
    lane: usize,
    idx: RequirementIdx,
    facts: &mut Vec<FactIdx>,
    within: &mut [bool],
) {
    let stretches = view.stretches(idx, lane);
    if stretches.len() < 2 {
        return;
    }
    for (segment, body) in stretches {
        facts.extend(&body.evidenced_by);
        cite_draws(view, body, facts);
        let trees = [&segment.applies_tree, &segment.met_tree].into_iter().chain(segment.when_trees.iter().flatten());
        for tree in trees {
            tree.tests(&mut |test| test.facts(&view.program.slots, &mut |fact| facts.push(fact)));
        }
        for need in segment.each.iter().filter(|need| need.binds) {
            body.needs[need.need].target.requirements().iter().for_each(|step| within[step.0 as usize] = true);
        }
    }
}

fn steps(view: &View<'_, '_>, lane: usize) -> Vec<StepState> {
    let mut within = vec![false; view.program.requirements.len()];
    within[view.program.goal.0 as usize] = true;
    let mut steps = Vec::new();
    for &idx in view.pack.order.iter().rev() {
        if !within[idx.0 as usize] {
            continue;
        }
        let (segment, body) = view.segment(idx, lane);
        let mut needs = Vec::new();
        let mut dated_before = None;
        for need in segment.each.iter().filter(|need| need.in_period) {
            if need.when.is_some_and(|when| view.truth(when, lane) == Truth::No) {
                continue;
            }
            needs.push((need.need, view.truth(need.contribution, lane)));
            for step in body.needs[need.need].target.requirements() {
                within[step.0 as usize] = true;
                if need.binds && dated_before.is_none() && is_dated_before(view, lane, idx, *step) {
                    dated_before = Some(*step);
                }
            }
        }
        let truths = [view.applies(idx, lane), view.met(idx, lane), view.needs(idx, lane)];
        let state = state_of(truths[0], truths[2], view.cleared(idx, lane));
        steps.push(StepState { requirement: idx, state, truths, needs, dated_before });
    }
    steps
}

/// Every row whose documents are dated in another order than they are needed: the row, the requirement, the first of
/// its needs dated after it. In order of row, the goal's graph from the goal on; over `rows` only, where given.
pub fn dated_before(evaluation: &Evaluation<'_>, rows: Option<&[u32]>) -> Vec<(u32, RequirementIdx, RequirementIdx)> {
    let words = 0..evaluation.portfolio.len().div_ceil(64);
    let of_word = |word: usize| {
        let view = evaluation.view(word);
        let asked = kaigong_bits::lanes(row_mask(rows, word) & view.mask());
        let of_lane = |lane| {
            let early = |step: StepState| Some((view.row(lane), step.requirement, step.dated_before?));
            steps(&view, lane).into_iter().filter_map(early).collect::<Vec<_>>()
        };
        asked.flat_map(of_lane).collect::<Vec<_>>()
    };
    words.into_par_iter().filter(|&word| row_mask(rows, word) != 0).flat_map_iter(of_word).collect()
}

/// Whether a requirement's document was issued before that of something it needs.
fn is_dated_before(view: &View<'_, '_>, lane: usize, later: RequirementIdx, earlier: RequirementIdx) -> bool {
    if view.applies(earlier, lane) == Truth::No {
        return false;
    }
    let issued = |idx| view.issued_on(idx, lane);
    matches!((issued(later), issued(earlier)), (Some(later), Some(earlier)) if later < earlier)
}

impl View<'_, '_> {
    /// The first day of issue of the documents a requirement asks for.
    fn issued_on(&self, idx: RequirementIdx, lane: usize) -> Option<Date> {
        let (segment, _) = self.segment(idx, lane);
        let mut first: Option<Date> = None;
        segment.met_tree.tests(&mut |test| {
            if let Test::Issued(fact) = test {
                let reading = Reading::Part(*fact, kaigong_model::Part::IssuedOn);
                if let Day::Known(day) = self.facts.day(reading, self.row(lane), self.as_of(lane)) {
                    first = Some(first.map_or(day, |known| known.min(day)));
                }
            }
        });
        first
    }

    /// A fact as this row has it.
    fn read(&self, fact: FactIdx, lane: usize) -> FactRead {
        let (row, as_of) = (self.row(lane), self.as_of(lane));
        let cell = self.facts.cell(fact, row, as_of);
        let paper =
            (self.facts.schema[fact].kind == FactType::Document).then(|| self.facts.paper_state(fact, row, as_of));
        let presumed = cell == Cell::Blank && self.facts.reads_blank_as_no(fact);
        FactRead { fact, cell, paper, presumed }
    }
}

impl<'a> Evaluation<'a> {
    /// Why one project stands where it stands.
    pub fn explain(&self, row: u32, durations: Durations) -> Explanation {
        explain(self, row, durations)
    }

    /// Proofs of what an explanation says of ways.
    pub fn prove(&self, explanation: &Explanation, durations: Durations) -> Proofs {
        let (row, blockers) = (explanation.result.row, &explanation.result.blockers);
        let prices = self.prices(row, durations);
        self.proofs(row, blockers, &explanation.ways, &asked(&prices, self.options.cheapest, durations))
    }

    /// The cheapest way of a project by what the check asks for, and what every way costs at least; `None` where nothing
    /// clears the goal.
    pub fn cheapest(&self, row: u32, blockers: &[Blocker], durations: Durations) -> Option<(Way, i64)> {
        let prices = self.prices(row, durations);
        self.cheapest_way(row, blockers, &asked(&prices, self.options.cheapest, durations))
    }

    /// The same for projects whose results are known, in order of row; since when blockers block is told where the
    /// results do.
    ///
    /// # Complexity
    /// One run of the program per word of rows; rayon across words.
    pub fn explain_results(&self, results: &[ProjectResult], durations: Durations) -> Vec<Explanation> {
        self.by_word(results, |view, walk, result| explain_result(self, view, walk, result, durations))
    }

    /// The reasons of projects whose results are known, in order of row, and the steps they stand among: what lists of
    /// blockers tell. What [`Explanation`] has besides is left empty.
    ///
    /// # Complexity
    /// One run of the program per word of rows; rayon across words. Ways, which take most of an explanation, are not
    /// looked for.
    pub fn explain_reasons(&self, results: &[ProjectResult]) -> Vec<Explanation> {
        self.by_word(results, |view, walk, result| Explanation {
            reasons: reasons(view, walk, &result),
            steps: steps(view, result.row as usize % 64),
            deadlock: self.upstream.deadlock_of(result.row).map(<[u32]>::to_vec),
            first_record: self.first_record(result.row),
            cited: Vec::new(),
            recorded_late: Vec::new(),
            promises: Vec::new(),
            slack: Vec::new(),
            settling: None,
            ways: Ways::none(self.options.cheapest),
            result,
        })
    }

    /// Each result with a view of its word, in order of row.
    fn by_word(
        &self,
        results: &[ProjectResult],
        explain: impl Fn(&View<'_, '_>, &Walk, ProjectResult) -> Explanation + Sync,
    ) -> Vec<Explanation> {
        let words: Vec<&[ProjectResult]> = results.chunk_by(|one, other| one.row / 64 == other.row / 64).collect();
        let explain = &explain;
        let explained = words.par_iter().flat_map_iter(|results| {
            let view = self.view(results.first().map_or(0, |result| result.row as usize / 64));
            let walk = Walk::from_goal(&view);
            results.iter().map(move |result| explain(&view, &walk, result.clone()))
        });
        explained.collect()
    }

    /// The binding needs of a requirement that a project does not have, each as the requirements of which it asks:
    /// one, or the members of a choice.
    pub fn lacking(&self, requirement: RequirementIdx, row: u32) -> Vec<Vec<RequirementIdx>> {
        let (view, lane) = (self.view(row as usize / 64), row as usize % 64);
        let (segment, body) = view.segment(requirement, lane);
        let is_open = |need: &&crate::program::NeedNodes| {
            need.in_period && need.binds && view.truth(need.contribution, lane) == Truth::No
        };
        let applies = |step: &&RequirementIdx| view.applies(**step, lane) != Truth::No;
        let targets = segment.each.iter().filter(is_open).map(|need| body.needs[need.need].target.requirements());
        targets.map(|steps| steps.iter().filter(applies).copied().collect()).collect()
    }

    /// What a requirement says for a row: the version its governing date picks.
    pub fn body(&self, requirement: RequirementIdx, row: u32) -> &'a Body {
        self.program.segment(requirement, &self.facts, row, self.options.as_of).body_of(&self.pack[requirement])
    }

    /// What a requirement says on the as-of date.
    pub fn body_today(&self, requirement: RequirementIdx) -> &'a Body {
        self.pack[requirement].body(self.options.law())
    }

    /// The change that a fact of a row rests on, if it was recorded after the day looked at.
    fn recorded_late(&self, fact: FactIdx, row: u32) -> Option<LateRecord> {
        let change = self.portfolio.column(fact)?.change_at(row, self.options.as_of, self.options.known_by)?;
        let recorded_on = change.recorded_on.filter(|day| *day > self.options.as_of)?;
        Some(LateRecord { fact, from: change.from, recorded_on })
    }

    /// The linked projects that hold up the blockers of a row, in order of blocker.
    pub fn held_up_by(&self, row: u32) -> Vec<u32> {
        let (view, lane) = (self.view(row as usize / 64), row as usize % 64);
        let blockers = Walk::from_goal(&view).blockers(&view, None, lane);
        blockers.iter().flat_map(|blocker| upstream_links(&view, blocker.requirement, lane)).collect()
    }

    /// The mutual waits among the projects, each in order of row.
    pub fn deadlocks(&self) -> &[Vec<u32>] {
        &self.upstream.deadlocks
    }
}
