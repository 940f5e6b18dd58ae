//! A ledger read, checked, explained.

use kaigong_io::{GrantLine, Input, ReadOptions, Supply};
use kaigong_model::{Code, Date, Diagnostic, ListRow, Place, Portfolio, SheetColumns, Words, nearest};
use kaigong_report::{Assessment, Cheapest, Leverage, families};
use kaigong_rules::{Pack, parse_where};
use kaigong_solver::{
    BlankMode, Compiled, CostKind, DataFault, Durations, Evaluation, Explanation, Filter, LightRule, Options,
    ProjectResult, ResultOptions, Verdict, evaluate, results,
};
use rayon::prelude::*;

use crate::costs::settle_prices;
use crate::rules::Refused;

/// A portfolio and what its reading had to say.
#[derive(Debug)]
pub struct Ledger {
    /// The projects.
    pub portfolio: Portfolio,
    /// Notices and warnings.
    pub notices: Vec<Diagnostic>,
    /// Pools as `pools.csv` gives them.
    pub supplies: Vec<Supply>,
    /// Grants as `grants.csv` gives them, with their lines.
    pub grants: Vec<GrantLine>,
    /// What the portfolio is called.
    pub title: Option<Words>,
    /// Rows of lists that were handed back with it.
    pub lists: Vec<ListRow>,
}

/// What a check asks.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// Goal by id; the pack's default where `None`.
    pub goal: Option<String>,
    /// The day looked at.
    pub as_of: Date,
    /// Only what had been recorded by this day.
    pub known_by: Option<Date>,
    /// The day whose law is applied; as-of where `None`.
    pub law_as_of: Option<Date>,
    /// The day undated document numbers count from.
    pub ledger_date: Option<Date>,
    /// How blanks read.
    pub blanks: BlankMode,
    /// Which durations count.
    pub durations: Durations,
    /// Leave single projects out.
    pub summary_only: bool,
    /// Say since when each blocker blocks.
    pub since: bool,
    /// Whether grants alone meet what draws on pools, as under a plan.
    pub plan: bool,
    /// What makes one way cheaper than another.
    pub cheapest: CostKind,
}

impl CheckOptions {
    /// Everything at its default, on a day.
    pub fn on(as_of: Date) -> Self {
        Self {
            goal: None,
            as_of,
            known_by: None,
            law_as_of: None,
            ledger_date: None,
            blanks: BlankMode::Pack,
            durations: Durations::Statutory,
            summary_only: false,
            since: false,
            plan: false,
            cheapest: CostKind::Days,
        }
    }
}

/// Reads a ledger for a pack.
///
/// # Errors
/// Every fault of every file.
pub fn read_ledger(pack: &Pack, inputs: &[Input], options: &ReadOptions) -> Result<Ledger, Refused> {
    let mut ledger = kaigong_io::read(&pack.schema, inputs, options)?;
    ledger.notices.extend(settle_prices(pack, &mut ledger.portfolio)?);
    let title = ledger.meta.map(|meta| meta.title).filter(|title| !title.is_empty());
    Ok(Ledger {
        portfolio: ledger.portfolio,
        notices: ledger.notices,
        supplies: ledger.supplies,
        grants: ledger.grants,
        title,
        lists: ledger.lists,
    })
}

/// What the columns of workbooks are taken for, and what is to say of that.
///
/// # Errors
/// A workbook that cannot be opened, an input that is none, or a fault of the map.
pub fn read_columns(
    pack: &Pack,
    inputs: &[Input],
    options: &ReadOptions,
) -> Result<(Vec<SheetColumns>, Vec<Diagnostic>), Refused> {
    Ok(kaigong_io::read_columns(&pack.schema, inputs, options)?)
}

/// A goal by its id, or the pack's default.
///
/// # Errors
/// A goal the pack does not have.
pub fn goal(pack: &Pack, name: Option<&str>) -> Result<usize, Refused> {
    let Some(name) = name else { return Ok(pack.default_goal) };
    pack.goal(name).ok_or_else(|| vec![unknown_goal(pack, name, Place::File("--goal".to_owned()))].into())
}

/// A goal that the pack does not have.
pub(crate) fn unknown_goal(pack: &Pack, name: &str, place: Place) -> Diagnostic {
    let all = pack.goals.iter().map(|goal| goal.id.as_str()).collect::<Vec<_>>();
    let fault = Diagnostic::error(
        Code("KG-C002"),
        format!("没有目标「{name}」；可用 {}", all.join("、")),
        format!("no goal `{name}`; there are {}", all.join(", ")),
    );
    fault.at(place).suggest(nearest(name, all))
}

pub(crate) fn solver_options(pack: &Pack, options: &CheckOptions) -> Result<Options, Refused> {
    Ok(Options {
        goal: goal(pack, options.goal.as_deref())?,
        as_of: options.as_of,
        known_by: options.known_by,
        law_as_of: options.law_as_of,
        ledger_date: options.ledger_date,
        blanks: options.blanks,
        plan: options.plan,
        cheapest: options.cheapest,
    })
}

impl Ledger {
    /// The rows on which a condition is yes, in order.
    ///
    /// # Errors
    /// Every fault of the condition.
    pub fn rows_where(&self, pack: &Pack, condition: &str, options: &CheckOptions) -> Result<Vec<u32>, Refused> {
        let condition = parse_where(pack, "--where", condition).map_err(|diagnostics| Refused {
            diagnostics,
            sources: [("--where".to_owned(), condition.to_owned())].into(),
        })?;
        let ledger_date = options.ledger_date.unwrap_or(options.as_of);
        let facts = kaigong_solver::Facts::new(&self.portfolio, options.blanks, options.known_by, ledger_date);
        Ok(Filter::new(pack, &condition, options.law_as_of.unwrap_or(options.as_of)).rows(&facts, options.as_of))
    }
}

/// Checks a portfolio; with `rows`, only those projects are told of and counted, the others still
/// stand behind their links.
///
/// # Errors
/// A goal the pack does not have.
pub fn check<'a>(
    pack: &'a Pack,
    ledger: &'a Ledger,
    options: &CheckOptions,
    rows: Option<&[u32]>,
) -> Result<Assessment<'a>, Refused> {
    Ok(assess(evaluated(pack, ledger, options)?, ledger, options, rows))
}

/// What a check says of a portfolio evaluated.
pub fn assess<'a>(
    evaluation: Evaluation<'a>,
    ledger: &Ledger,
    options: &CheckOptions,
    rows: Option<&[u32]>,
) -> Assessment<'a> {
    let asked = ResultOptions { projects: !options.summary_only, since: options.since, durations: options.durations };
    let results = results(&evaluation, asked, rows);
    Assessment::new(evaluation, results, ledger.title.clone())
}

/// Adds the cheapest way to start each project that has not started and may not yet, by what the check asks for.
pub fn find_cheapest(assessment: &mut Assessment<'_>, durations: Durations) {
    let evaluation = &assessment.evaluation;
    let waits = |project: &&ProjectResult| project.verdict != Verdict::Started && project.readiness != Verdict::Ready;
    let waiting: Vec<&ProjectResult> = assessment.results.projects.iter().filter(waits).collect();
    let cheapest = waiting.into_par_iter().filter_map(|project| {
        let (way, bound) = evaluation.cheapest(project.row, &project.blockers, durations)?;
        Some((project.row, Cheapest { way, bound }))
    });
    assessment.cheapest = Some(cheapest.collect());
}

/// What would release the blocked projects of a check: single steps, pairs of them, and offices.
pub fn leverage<'l, 'a>(assessment: &'l Assessment<'a>, rows: Option<&[u32]>) -> Leverage<'l, 'a> {
    let offices = Leverage::offices(assessment);
    let held = kaigong_solver::leverage(&assessment.evaluation, &families(assessment, &offices), rows);
    Leverage { assessment, offices, held }
}

/// Evaluates a portfolio, and no more.
///
/// # Errors
/// A goal the pack does not have.
pub fn evaluated<'a>(pack: &'a Pack, ledger: &'a Ledger, options: &CheckOptions) -> Result<Evaluation<'a>, Refused> {
    Ok(evaluate(pack, &ledger.portfolio, solver_options(pack, options)?))
}

/// A pack compiled for what a check asks, to evaluate any number of portfolios.
///
/// # Errors
/// A goal the pack does not have.
pub fn compiled<'p>(pack: &'p Pack, options: &CheckOptions) -> Result<Compiled<'p>, Refused> {
    Ok(Compiled::new(pack, solver_options(pack, options)?))
}

/// How many threads work is spread over.
pub fn threads() -> usize {
    rayon::current_num_threads()
}

/// Does work on a number of threads; on all there are where so many cannot be had.
pub fn on_threads<T: Send>(count: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(count).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// Does two pieces of work beside each other, where a thread is free for the second.
pub fn beside<A: Send, B: Send>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(first, second)
}

/// Evaluates a portfolio and explains one project.
///
/// # Errors
/// A goal the pack does not have, or a project the ledger does not have, with near misses.
pub fn explain_one<'a>(
    pack: &'a Pack,
    ledger: &'a Ledger,
    options: &CheckOptions,
    id: &str,
) -> Result<(Evaluation<'a>, Explanation), Refused> {
    let solver = solver_options(pack, options)?;
    let row = row_of(ledger, id)?;
    let evaluation = evaluate(pack, &ledger.portfolio, solver);
    let explanation = evaluation.explain(row, options.durations);
    Ok((evaluation, explanation))
}

/// The row of a project.
///
/// # Errors
/// A project the ledger does not have, with near misses.
pub fn row_of(ledger: &Ledger, id: &str) -> Result<u32, Refused> {
    ledger.portfolio.row(id).ok_or_else(|| vec![no_project(&ledger.portfolio, id)].into())
}

/// A project the ledger does not have, with a near miss.
pub(crate) fn no_project(portfolio: &Portfolio, id: &str) -> Diagnostic {
    let fault = Diagnostic::error(
        Code("KG-C003"),
        format!("台账里没有项目「{id}」"),
        format!("the ledger has no project `{id}`"),
    );
    fault.suggest(nearest(id, portfolio.ids.iter()))
}

/// Arithmetic of the check that could not be done in some row, as warnings.
pub fn data_faults(assessment: &Assessment<'_>) -> Vec<Diagnostic> {
    data_faults_before(assessment, u32::MAX)
}

/// The same of the rows before one.
pub fn data_faults_before(assessment: &Assessment<'_>, end: u32) -> Vec<Diagnostic> {
    let evaluation = &assessment.evaluation;
    let faults = evaluation.facts().faults();
    faults.iter().filter(|fault| fault.row < end).map(|fault| data_fault(evaluation, fault)).collect()
}

fn data_fault(evaluation: &Evaluation<'_>, fault: &DataFault) -> Diagnostic {
    let id = &evaluation.portfolio.ids[fault.row as usize];
    let (zh, en) =
        if fault.division { ("除数为零", "division by zero") } else { ("数值过大", "a number is too large") };
    let warning = Diagnostic::warning(
        Code("KG-D001"),
        format!("项目「{id}」：{zh}，该条件按不明处理"),
        format!("project `{id}`: {en}; the condition is unknown"),
    );
    match fault.fact.and_then(|fact| evaluation.portfolio.place(fact, fault.row)) {
        Some(place) => warning.at(place),
        None => warning,
    }
}

/// The light of one project, as an index into the pack's light rules.
pub fn light_of(evaluation: &Evaluation<'_>, project: &ProjectResult) -> Option<usize> {
    LightRule::new(evaluation.pack, evaluation.options.law()).light(evaluation, project)
}
