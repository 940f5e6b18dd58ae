//! Results over the whole portfolio: what the check prints.

mod count;

use std::ops::Range;

use kaigong_bits::lanes;
use kaigong_model::{Cell, FactIdx, Truth};
use kaigong_rules::RequirementIdx;
use rayon::prelude::*;

use self::count::Counter;
use crate::earliest::{Durations, EarliestStart, earliest};
use crate::evaluate::{Evaluation, State, Verdict};
use crate::since::since;
use crate::view::View;
use crate::walk::{Blocker, Question, Walk, presumed, questions};

/// What is said of one project.
#[derive(Clone, Debug)]
pub struct ProjectResult {
    /// Its row.
    pub row: u32,
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict by law alone.
    pub readiness: Verdict,
    /// Root causes, in order of requirement.
    pub blockers: Vec<Blocker>,
    /// Since when each blocks, in the same order.
    pub since: Vec<Option<kaigong_model::Date>>,
    /// Missing facts.
    pub questions: Vec<Question>,
    /// Indices of alerts that fire.
    pub alerts: Vec<usize>,
    /// Those of them that would not, were nothing presumed.
    pub presumed_alerts: Vec<usize>,
    /// Requirements met before what they need.
    pub out_of_order: Vec<RequirementIdx>,
    /// Facts presumed no on which the verdict rests.
    pub presumed: Vec<FactIdx>,
    /// Requirements met by a later document only.
    pub by_evidence: Vec<RequirementIdx>,
    /// When it could start.
    pub earliest: EarliestStart,
}

/// Counts of one requirement over the portfolio.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequirementCounts {
    /// Does not apply.
    pub not_applicable: u64,
    /// Cleared.
    pub met: u64,
    /// Someone can act.
    pub open: u64,
    /// Held by what it needs.
    pub waiting: u64,
    /// Missing facts decide.
    pub undetermined: u64,
    /// Met before what it needs.
    pub out_of_order: u64,
    /// Projects with verdict blocked that it blocks.
    pub blocks: u64,
    /// … that it alone blocks.
    pub blocks_alone: u64,
    /// Total investment of the projects it blocks, fen; unknown investments left out.
    pub investment_blocked: i128,
}

/// Everything a check says.
#[derive(Debug)]
pub struct Results {
    /// In order of requirement index.
    pub requirements: Vec<RequirementCounts>,
    /// In order of the input; empty where only the summary was asked.
    pub projects: Vec<ProjectResult>,
    /// Projects per verdict: started, ready, blocked, undetermined.
    pub verdicts: [u64; 4],
}

/// How much is asked of the results.
#[derive(Clone, Copy, Debug)]
pub struct ResultOptions {
    /// Every project's reasons, not only the counts.
    pub projects: bool,
    /// Since when each blocker blocks: an evaluation per day on which something changed.
    pub since: bool,
    /// Which durations count.
    pub durations: Durations,
}

/// What a block of rows adds.
struct Part {
    requirements: Vec<RequirementCounts>,
    projects: Vec<ProjectResult>,
    verdicts: [u64; 4],
}

/// Counts, and every project's reasons where asked; over `rows` only, where given (in order of row).
pub fn results(evaluation: &Evaluation<'_>, asked: ResultOptions, rows: Option<&[u32]>) -> Results {
    let words = evaluation.portfolio.len().div_ceil(64);
    // Within one block of what is kept, which another program may have cut.
    let size = evaluation.block_words().min(evaluation.kept.block_words());
    let blocks = (0..words.div_ceil(size)).into_par_iter().map(|at| at * size..words.min((at + 1) * size));
    let counter = Counter::new(evaluation);
    let parts: Vec<Part> = blocks
        .filter(|block| block.clone().any(|word| row_mask(rows, word) != 0))
        .map(|block| part(&counter, block, rows, asked))
        .collect();
    let mut results = Results {
        requirements: vec![RequirementCounts::default(); evaluation.pack.requirements.len()],
        projects: Vec::new(),
        verdicts: [0; 4],
    };
    for part in parts {
        for (sum, add) in results.requirements.iter_mut().zip(part.requirements) {
            sum.add(&add);
        }
        results.verdicts.iter_mut().zip(part.verdicts).for_each(|(sum, add)| *sum += add);
        results.projects.extend(part.projects);
    }
    if asked.projects && asked.since {
        fill_since(evaluation, &mut results.projects);
    }
    results
}

/// The lanes of a word that are asked for; `rows` in order, all where `None`.
pub(crate) fn row_mask(rows: Option<&[u32]>, word: usize) -> u64 {
    let Some(rows) = rows else { return !0 };
    let first = rows.partition_point(|&row| (row as usize) < word * 64);
    rows[first..].iter().take_while(|&&row| row as usize / 64 == word).fold(0, |mask, row| mask | 1u64 << (row % 64))
}

fn fill_since(evaluation: &Evaluation<'_>, projects: &mut [ProjectResult]) {
    let rows: Vec<(u32, Vec<RequirementIdx>)> = projects
        .iter()
        .filter(|project| !project.blockers.is_empty())
        .map(|project| (project.row, project.blockers.iter().map(|blocker| blocker.requirement).collect()))
        .collect();
    let mut found = since(evaluation, &rows).into_iter();
    for project in projects.iter_mut().filter(|project| !project.blockers.is_empty()) {
        project.since = found.next().unwrap_or_default();
    }
}

impl RequirementCounts {
    /// Adds those of other projects.
    pub fn add(&mut self, other: &Self) {
        self.not_applicable += other.not_applicable;
        self.met += other.met;
        self.open += other.open;
        self.waiting += other.waiting;
        self.undetermined += other.undetermined;
        self.out_of_order += other.out_of_order;
        self.blocks += other.blocks;
        self.blocks_alone += other.blocks_alone;
        self.investment_blocked += other.investment_blocked;
    }
}

fn part(counter: &Counter<'_, '_>, block: Range<usize>, rows: Option<&[u32]>, asked: ResultOptions) -> Part {
    let evaluation = counter.evaluation;
    let masks: Vec<u64> =
        block.clone().map(|word| row_mask(rows, word) & kaigong_bits::low_lanes(evaluation.span(word).len)).collect();
    let (requirements, verdicts) = counter.count(block.start, &masks);
    let mut part = Part { requirements, projects: Vec::new(), verdicts };
    if asked.projects {
        let views = evaluation.views(block.start, block.len(), &evaluation.facts);
        let strict = evaluation.strict.as_ref();
        let strict = strict.map(|facts| evaluation.views(block.start, block.len(), facts));
        for ((at, view), &mask) in views.iter().enumerate().zip(&masks).filter(|(_, mask)| **mask != 0) {
            let walk = Walk::from_goal(view);
            let strict = strict.as_ref().map(|views| &views[at]);
            let told = |lane| project(evaluation, view, strict, &walk, lane, asked.durations);
            part.projects.extend(lanes(mask).map(told));
        }
    }
    part
}

/// A project's total investment, fen; 0 where it is not recorded.
pub(crate) fn investment(evaluation: &Evaluation<'_>, row: u32) -> i128 {
    let Some(fact) = evaluation.pack.roles.investment else { return 0 };
    match evaluation.facts.cell(fact, row, evaluation.options.as_of) {
        Cell::Quantity(fen) => i128::from(fen),
        _ => 0,
    }
}

pub(crate) fn project(
    evaluation: &Evaluation<'_>,
    view: &View<'_, '_>,
    strict: Option<&View<'_, '_>>,
    walk: &Walk,
    lane: usize,
    durations: Durations,
) -> ProjectResult {
    let row = view.row(lane);
    let (verdict, readiness) = (evaluation.verdict(row), evaluation.readiness(row));
    let blockers = walk.blockers(view, strict, lane);
    let (presumed, by_evidence) = presumed(view, strict, lane, walk);
    let asks = readiness != Verdict::Ready;
    let questions = if asks { questions(view, lane, walk) } else { Vec::new() };
    let alerts = view.alerts(lane);
    let earliest = match verdict {
        Verdict::Started => EarliestStart::default(),
        _ => earliest(view, lane, &blockers, durations),
    };
    ProjectResult {
        row,
        verdict,
        readiness,
        since: vec![None; blockers.len()],
        blockers,
        questions,
        presumed_alerts: strict.map(|strict| presumed_alerts(&alerts, strict, lane)).unwrap_or_default(),
        alerts,
        out_of_order: out_of_order(evaluation, row),
        presumed,
        by_evidence,
        earliest,
    }
}

fn presumed_alerts(alerts: &[usize], strict: &View<'_, '_>, lane: usize) -> Vec<usize> {
    let certain = strict.alerts(lane);
    alerts.iter().copied().filter(|alert| !certain.contains(alert)).collect()
}

fn out_of_order(evaluation: &Evaluation<'_>, row: u32) -> Vec<RequirementIdx> {
    let early = |&(idx, _): &(RequirementIdx, &kaigong_rules::Requirement)| {
        evaluation.applies(idx, row) == Truth::Yes
            && evaluation.met(idx, row) == Truth::Yes
            && evaluation.needs(idx, row) == Truth::No
    };
    evaluation.pack.iter().filter(early).map(|(idx, _)| idx).collect()
}

impl ProjectResult {
    /// The states of every requirement for this project.
    pub fn states(&self, evaluation: &Evaluation<'_>) -> Vec<State> {
        evaluation.pack.iter().map(|(idx, _)| evaluation.state(idx, self.row)).collect()
    }
}
