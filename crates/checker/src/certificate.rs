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
    /// Steps of every way.
    pub always: Vec<String>,
    /// Independent choices: the alternatives of each.
    pub choices: Vec<Vec<Vec<String>>>,
    /// The way of fewest steps; `None` where nothing would do.
    pub fewest: Option<Optimum>,
    /// The way of least work, in calendar days.
    pub least_work: Option<Optimum>,
    /// Steps that make the earliest start.
    pub earliest: Option<Dated>,
}

/// A way of least cost.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Optimum {
    /// Its steps.
    pub steps: Vec<String>,
    /// What they cost.
    pub cost: i64,
    /// What every way costs at least.
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
