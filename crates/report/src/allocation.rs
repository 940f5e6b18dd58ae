//! Dry runs of allocations: scenarios side by side, what each releases, what it leaves idle and whom it leaves out.

mod accounts;
mod alone;
mod book;
mod chart;
mod consequences;
mod effects;
mod json;
mod notes;
mod screen;
mod sensitivity;
mod story;
mod tables;
mod tornado;
mod why_not;

use kaigong_allocation::{
    Alone, ByItself, Deal, Entry, Forced, Kept, KindIdx, Limit, Plan, Problem, Purchase, RulePrice, Rung, Shift,
    Standing, Stop, Swing, TierResult,
};

use crate::assessment::investment;
use kaigong_model::{Date, FactIdx, Level, Place, Unit, Words, format_exact};
use kaigong_rules::RequirementIdx;
use kaigong_solver::{After, Claim, Evaluation};

pub use book::plan_workbook;
pub use chart::allocation_svg;
pub use json::allocation_json;
pub use screen::allocation_screen;
pub use tables::{allocation_table, plan_table};

/// What came of one scenario.
#[derive(Debug)]
pub enum Outcome {
    /// A plan that the verifier found lawful.
    Plan(Plan),
    /// Locks and floors cannot all hold: the smallest sets to lift.
    Infeasible(Vec<Vec<Limit>>),
    /// The work allowed found no plan and ruled none out.
    NotFound,
}

/// One scenario tried.
#[derive(Debug)]
pub struct Trial {
    /// What it is called.
    pub name: String,
    /// How the plan was made: `grants`, `order`, `pro-rata`, `greedy`, `optimal`.
    pub kind: &'static str,
    /// Whether it names the order in which projects are served.
    pub listed: bool,
    /// The period its supply is of.
    pub period: Option<String>,
    /// What is shared out; candidates in order of id.
    pub problem: Problem,
    /// Per pool of the problem: whose it is and where it comes from.
    pub supplies: Vec<SupplyNote>,
    /// The lines of the ledger's pools that the supply rests on, and what became of them.
    pub lines: Vec<PoolLine>,
    /// Per candidate: its claim, as an index into [`DryRun::claims`].
    pub claim_of: Vec<usize>,
    /// Per kind of the problem: the pool kind of the pack.
    pub pool_of: Vec<usize>,
    /// Per candidate and source: the requirements it covers.
    pub covers: Vec<Vec<Vec<RequirementIdx>>>,
    /// Per candidate: why nothing given to it would release it.
    pub barred: Vec<Option<Bar>>,
    /// What came of it.
    pub outcome: Outcome,
    /// What each goal came to, where the plan is an optimal one.
    pub tiers: Vec<TierResult>,
    /// The goals.
    pub goals: Vec<Goal>,
    /// Per floor of the problem: the fact that tells its groups apart.
    pub floors_by: Vec<FactIdx>,
    /// Per candidate that is released: where it stands then.
    pub after: Vec<Option<After>>,
    /// Per candidate and source: atoms each draw lacks beside the plan; empty for those released.
    pub shortages: Vec<Vec<Vec<i64>>>,
    /// What each rule costs, where the plan is an optimal one.
    pub rule_prices: Vec<RulePrice>,
    /// What more supply would be worth, where that was asked.
    pub ladder: Vec<Rung>,
    /// What more or less supply would release, where that was asked; in order of percent.
    pub frontier: Vec<FrontierPoint>,
    /// Why candidates are left out, where that was asked.
    pub why_not: Vec<(usize, WhyNot)>,
    /// What hangs on pools, rules and grants, where that was asked.
    pub sensitivity: Option<Sensitivity>,
    /// Each county by itself on its own pools, where that was asked.
    pub counties: Vec<ByItself>,
    /// What more of each pool kind costs.
    pub prices: Prices,
    /// When to stop where something about it is solved again.
    pub again: Stop,
    /// Grants asked for that no pool covers: candidate, kind, atoms.
    pub refused: Vec<(usize, usize, i64)>,
}

/// Whose a pool of a problem is, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupplyNote {
    /// Whose it is.
    pub level: Level,
    /// Number of the paper that gives it.
    pub document: Option<String>,
    /// Where it was written.
    pub place: Place,
    /// The last day it may be granted.
    pub expires_on: Option<Date>,
    /// Atoms that lapsed before they could be shared out.
    pub lapsed: i64,
    /// Millionths of what is left that go on to the next period; the rest lapses.
    pub carry: Option<u32>,
    /// The period it was carried over from.
    pub carried_from: Option<String>,
}

/// A line of the ledger's pools, and what became of it.
///
/// INVARIANT: `amount` is `granted` + `lapsed` + `carried` + `left`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolLine {
    /// The pool kind of the pack.
    pub pool: usize,
    /// Whose it is.
    pub level: Level,
    /// The county, where it is one's.
    pub county: Option<String>,
    /// The period it is for.
    pub period: Option<String>,
    /// Number of the paper that gives it.
    pub document: Option<String>,
    /// The last day it may be granted.
    pub expires_on: Option<Date>,
    /// Millionths of what is left at its end that go on to the next period.
    pub carry: u32,
    /// Where it was written.
    pub place: Place,
    /// Atoms there were.
    pub amount: i64,
    /// Atoms granted out of it.
    pub granted: i64,
    /// Atoms lapsed.
    pub lapsed: i64,
    /// Atoms that went on to the next period and are not granted there yet.
    pub carried: i64,
    /// Atoms still to be had.
    pub left: i64,
}

/// One thing a plan is after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// What it is called.
    pub title: Words,
    /// What its worth is counted in; plain numbers where `None`.
    pub unit: Option<Unit>,
}

/// Why a candidate is left out, and what would let it in.
#[derive(Clone, Debug, Default)]
pub struct WhyNot {
    /// Per source: atoms each draw lacks though everybody else left.
    pub alone: Vec<Vec<i64>>,
    /// What letting it in would cost others, where that was solved.
    pub forced: Option<Forced>,
    /// The cheapest purchase that lets it in, nobody leaving.
    pub purchase: Option<Purchase>,
}

/// Prices of more supply.
#[derive(Clone, Debug, Default)]
pub struct Prices {
    /// Per kind of the problem: the price of an atom; `None` is not for sale.
    pub atoms: Vec<Option<i64>>,
    /// How many of these prices make one fen; `None` where no money is named and every unit counts one.
    pub of_a_fen: Option<i64>,
}

/// What hangs on pools, counties, rules and grants; all of it solved again.
#[derive(Clone, Debug, Default)]
pub struct Sensitivity {
    /// Millionths by which pools were made smaller and larger.
    pub swung: u32,
    /// Pools a little smaller and larger, those that matter most first.
    pub swings: Vec<Swing>,
    /// What was moved from county to county: its kind and atoms.
    pub moved: Option<(KindIdx, i64)>,
    /// What each move does.
    pub shifts: Vec<Shift>,
    /// All goals, with less and less kept of the first; where there are several.
    pub kept: Vec<Kept>,
    /// Millionths of this plan's worth that a plan about as good has at least.
    pub near: u32,
    /// What this plan is worth in the first goal.
    pub value: i128,
    /// Of those released: whether they are in every plan about as good.
    pub standings: Vec<(usize, Standing)>,
    /// The price of each rule.
    pub rules: Vec<RulePrice>,
    /// Each county by itself.
    pub alone: Vec<Alone>,
}

/// The best plan were there so much of every pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrontierPoint {
    /// Percent of what there is.
    pub percent: u32,
    /// What the first goal comes to.
    pub value: i128,
    /// No plan exceeds it.
    pub bound: i128,
}

/// Why no amount releases a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bar {
    /// Other blockers stand.
    Others(Vec<RequirementIdx>),
    /// It would start too late for the horizon.
    Late(kaigong_solver::EarliestStart),
}

/// Scenarios tried on one portfolio.
#[derive(Debug)]
pub struct DryRun<'a> {
    /// The portfolio as it is.
    pub evaluation: Evaluation<'a>,
    /// Every blocked project that asks something of a pool, in order of row.
    pub claims: Vec<Claim>,
    /// The scenarios, in the order given.
    pub trials: Vec<Trial>,
}

impl Trial {
    /// The plan, if there is one.
    pub fn plan(&self) -> Option<&Plan> {
        match &self.outcome {
            Outcome::Plan(plan) => Some(plan),
            Outcome::Infeasible(_) | Outcome::NotFound => None,
        }
    }

    /// What a purchase costs, fen, rounded up; `None` where no prices are named.
    pub fn price(&self, deal: &Deal) -> Option<i128> {
        let of = i128::from(self.prices.of_a_fen?.max(1));
        Some((deal.price + of - 1).div_euclid(of))
    }

    /// Whether a candidate is released.
    fn releases(&self, candidate: usize) -> bool {
        self.plan().is_some_and(|plan| plan.chosen[candidate].is_some())
    }

    /// Atoms given, per candidate and kind.
    fn given(&self) -> Vec<Vec<i128>> {
        let mut given = vec![vec![0; self.problem.kinds.len()]; self.problem.candidates.len()];
        for entry in self.ledger() {
            given[entry.candidate][self.problem.pools[entry.pool].kind] += i128::from(entry.amount);
        }
        given
    }

    /// Every amount given.
    fn ledger(&self) -> &[Entry] {
        self.plan().map_or(&[], |plan| &plan.ledger)
    }

    /// Atoms of a kind there are to give, given, and given without effect.
    fn balance(&self, kind: usize) -> Balance {
        let mut balance = Balance::default();
        for pool in self.problem.pools.iter().filter(|pool| pool.kind == kind) {
            balance.there += i128::from(pool.amount);
        }
        for entry in self.ledger() {
            if self.problem.pools[entry.pool].kind == kind {
                balance.used += i128::from(entry.amount);
                if !self.releases(entry.candidate) {
                    balance.idle += i128::from(entry.amount);
                }
            }
        }
        balance
    }
}

/// What became of the atoms of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Balance {
    there: i128,
    used: i128,
    idle: i128,
}

impl Balance {
    fn left(self) -> i128 {
        self.there - self.used
    }
}

/// A project's investment as part of a sum, fen: nothing where it is not recorded.
fn fen(run: &DryRun<'_>, row: u32) -> i128 {
    investment(&run.evaluation, row).map_or(0, i128::from)
}

/// The candidates a trial releases.
fn released(trial: &Trial) -> impl Iterator<Item = usize> + '_ {
    (0..trial.claim_of.len()).filter(|&at| trial.releases(at))
}

/// What became of the atoms of a pool kind of the pack.
fn balance(trial: &Trial, pool: usize) -> Balance {
    let kind = trial.pool_of.iter().position(|&other| other == pool);
    kind.map_or_else(Balance::default, |kind| trial.balance(kind))
}

/// The gap in percent, rounded up to a thousandth.
fn gap(value: i128, bound: i128) -> String {
    if bound <= value || bound <= 0 {
        return "0%".to_owned();
    }
    let thousandths = ((bound - value) * 100_000 + bound - 1) / bound;
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Millionths as percent, exact.
fn share_text(millionths: u32) -> String {
    let text = format!("{}.{:04}", millionths / 10_000, millionths % 10_000);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Atoms of a kind as machines read them.
fn quantity(run: &DryRun<'_>, trial: &Trial, kind: usize, atoms: i128) -> String {
    let spec = &run.evaluation.pack.schema.pools[trial.pool_of[kind]];
    let unit = spec.dimension.standard_unit();
    format!("{} {}", format_exact(atoms, unit), unit.name)
}
