//! What a certificate says: `kaigong.certificate/1`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The name of the format.
pub const SCHEMA: &str = "kaigong.certificate/1";

/// What was said of projects, and on what terms.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of the engine that said it.
    pub engine: String,
    /// The rule pack.
    pub pack: PackName,
    /// The goal, by id.
    pub goal: String,
    /// The day looked at.
    pub as_of: String,
    /// Only what was recorded by this day.
    pub known_by: Option<String>,
    /// When undated numbers count from.
    pub ledger_date: Option<String>,
    /// How blanks read: `pack`, `no` or `unknown`.
    pub blanks: String,
    /// Which durations count: `statutory` or `typical`.
    pub durations: String,
    /// Whether grants alone meet what draws on pools.
    pub plan: bool,
    /// Whether a table of costs stood over the prices of the rules.
    pub costs: bool,
    /// What the frontiers weigh against time: `days`, `money` or `offices`.
    pub cheapest: String,
    /// One account a project.
    pub projects: Vec<Account>,
}

/// A rule pack by name.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct PackName {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
}

/// What was said of one project.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The project.
    pub id: String,
    /// The verdict.
    pub verdict: String,
    /// The verdict by law alone.
    pub readiness: String,
    /// The facts it rests on, as the ledger has them.
    pub facts: BTreeMap<String, String>,
    /// Applies, met, needs of every requirement: three letters of y, n, u.
    pub states: BTreeMap<String, String>,
    /// The root causes.
    pub blockers: Vec<Cause>,
    /// The projects of a mutual wait that the project is on.
    pub deadlock: Option<Vec<String>>,
    /// When it could start.
    pub earliest_start: Option<String>,
    /// Whether unknown facts were counted as still to do.
    pub provisional: bool,
    /// The first year whose holidays are not published and that the day rests on.
    pub holiday_notice: Option<i16>,
    /// The steps that drive the date, first to last.
    pub chain: Vec<Stop>,
    /// How it could be released; absent where nothing needs to be.
    pub ways: Option<Ways>,
}

/// A root cause.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// The requirement.
    pub requirement: String,
    /// Why.
    pub kind: String,
    /// Whether nothing unknown or presumed is behind it.
    pub certain: bool,
    /// The choice it stands under, by id.
    pub group: Option<String>,
}

/// A step on the chain that drives the date.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// The requirement.
    pub requirement: String,
    /// When it is done at the earliest.
    pub done: String,
}

/// How a project could be released.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ways {
    /// How many ways there are; the choices spell out that many, or fewer where that is too many. `None` where ways were
    /// not counted.
    pub count: Option<String>,
    /// Steps of every way.
    pub always: Vec<String>,
    /// Independent choices: the alternatives of each.
    pub choices: Vec<Vec<Vec<String>>>,
    /// The way of fewest steps; `None` where nothing would do.
    pub fewest: Option<Optimum>,
    /// The way of least work, in calendar days.
    pub least_work: Option<Optimum>,
    /// The way of least money, fen, as far as prices are known; `None` where no step has a price.
    pub least_money: Option<Optimum>,
    /// The same of the ways whose every step has a price, where the one above has steps without.
    pub least_money_priced: Option<Optimum>,
    /// The way of fewest offices; its proof speaks of offices.
    pub fewest_offices: Option<Optimum>,
    /// Cost against time, from the cheapest way on.
    pub frontier: Vec<Point>,
    /// Whether the frontier leaves nothing out.
    pub frontier_complete: bool,
    /// Steps that make the earliest start.
    pub earliest: Option<Dated>,
}

/// A way of least cost.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Optimum {
    /// Its steps.
    pub steps: Vec<String>,
    /// What they cost, as far as that is known.
    pub cost: i64,
    /// Steps whose cost is not known.
    pub unknown: usize,
    /// What every way costs at least.
    pub bound: i64,
    /// Why.
    pub proof: Proof,
}

/// A way of the frontier: the cheapest of those that start before a day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Its steps.
    pub steps: Vec<String>,
    /// What they cost, as far as that is known.
    pub cost: i64,
    /// Steps whose cost is not known.
    pub unknown: usize,
    /// The day; `None` for the cheapest of all.
    pub before: Option<String>,
    /// When these steps lead to the start.
    pub date: Option<String>,
    /// What every way that starts before the day costs at least.
    pub bound: i64,
    /// Why.
    pub proof: Proof,
}

/// Why no way costs less.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Proof {
    /// Sets of which every way holds a step, with weights.
    Cuts(Vec<Cut>),
    /// Nothing clears the goal without the steps taken as never done.
    Closed {},
    /// Either the step is done or not.
    Branch {
        /// The step.
        step: String,
        /// The proof where it is done.
        met: Box<Proof>,
        /// The proof where it never is.
        unmet: Box<Proof>,
    },
}

/// Steps of which every way holds one, and how much of their cost the bound takes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// The steps.
    pub steps: Vec<String>,
    /// The weight, more than 0.
    pub weight: i64,
}

/// Steps that clear the goal by a day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dated {
    /// The steps.
    pub steps: Vec<String>,
    /// The day.
    pub date: String,
}
