//! The resolved pack: every name an index, every expression typed.

mod alert;
mod requirement;

use std::collections::BTreeMap;
use std::sync::Arc;

use kaigong_model::{Code, Date, FactIdx, Place, Schema, Words};

use crate::expression::{Condition, Fraction, ParameterIdx, Type, Written};

pub use self::alert::{Alert, AlertTest, Fine, Light, Severity};
pub use self::requirement::{
    Body, Cost, Draw, Edge, Expectation, Need, Requirement, RequirementKind, RequirementTest, Takes, Target, Version,
};

/// Dense index of a requirement in its pack; requirements stand in order of id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequirementIdx(pub u32);

/// A stretch of days, both ends included; open where `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
}

impl Period {
    /// The days that both have.
    pub(crate) fn within(self, other: Self) -> Self {
        let ends = [self.to, other.to];
        Self { from: self.from.max(other.from), to: ends.into_iter().flatten().min() }
    }

    /// Whether a day lies within.
    pub fn contains(self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date) && self.to.is_none_or(|to| date <= to)
    }
}

/// How surely the source of a citation has been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CitationStatus {
    /// Seen in the text of the law.
    Verified,
    /// Seen in a secondary text.
    Secondary,
    /// General knowledge, high confidence.
    GeneralHigh,
    /// General knowledge, medium confidence; advises only.
    GeneralMedium,
    /// General knowledge, low confidence; advises only.
    GeneralLow,
    /// Not found; advises only.
    Open,
}

impl CitationStatus {
    /// Every status with its name.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("verified", Self::Verified),
        ("secondary", Self::Secondary),
        ("general-high", Self::GeneralHigh),
        ("general-medium", Self::GeneralMedium),
        ("general-low", Self::GeneralLow),
        ("open", Self::Open),
    ];

    /// Whether a rule resting on it alone may block.
    pub fn may_block(self) -> bool {
        self <= Self::GeneralHigh
    }

    /// The name packs use.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, status)| *status == self).map_or("open", |(name, _)| name)
    }
}

/// A source of law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Title of the law or document.
    pub law: String,
    /// Article.
    pub article: Option<String>,
    /// The text's version date.
    pub version: Option<Date>,
    /// How sure.
    pub status: CitationStatus,
    /// A remark.
    pub note: Option<String>,
}

/// The citations that can be given for a day: texts passed later are left out, unless none is left.
pub fn citable(cites: &[Citation], day: Date) -> Vec<&Citation> {
    let passed: Vec<&Citation> = cites.iter().filter(|cite| cite.version.is_none_or(|text| text <= day)).collect();
    if passed.is_empty() { cites.iter().collect() } else { passed }
}

/// A goal that projects are asked about.
#[derive(Clone, Debug)]
pub struct Goal {
    /// Stable id.
    pub id: String,
    /// Title.
    pub title: Words,
    /// The requirement at the end of the chain.
    pub requirement: RequirementIdx,
    /// When the project has passed it.
    pub started_when: Option<Written<Condition>>,
    /// When a signed project counts as landed (落地), by local custom; decides no verdict.
    pub landed_when: Option<Written<Condition>>,
}

/// Which facts play which part on screens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// Names a project.
    pub id: Option<FactIdx>,
    /// Its name.
    pub name: Option<FactIdx>,
    /// Its county.
    pub county: Option<FactIdx>,
    /// Total investment.
    pub investment: Option<FactIdx>,
    /// Who builds.
    pub owner: Option<FactIdx>,
    /// Who answers for it.
    pub officer: Option<FactIdx>,
    /// Planned start.
    pub planned_start: Option<FactIdx>,
    /// Actual start.
    pub started_on: Option<FactIdx>,
    /// Investment planned this year.
    pub annual_plan: Option<FactIdx>,
    /// Unit responsible for progress.
    pub lead_unit: Option<FactIdx>,
    /// Area of the site.
    pub land: Option<FactIdx>,
    /// Trade or section of the list.
    pub sector: Option<FactIdx>,
    /// When the investment was agreed.
    pub signed_on: Option<FactIdx>,
    /// Investment done this year.
    pub done_year: Option<FactIdx>,
}

impl Roles {
    /// Every role by its name.
    pub fn named(&self) -> [(&'static str, Option<FactIdx>); 14] {
        [
            ("id", self.id),
            ("name", self.name),
            ("county", self.county),
            ("investment", self.investment),
            ("owner", self.owner),
            ("officer", self.officer),
            ("planned_start", self.planned_start),
            ("started_on", self.started_on),
            ("annual_plan", self.annual_plan),
            ("lead_unit", self.lead_unit),
            ("land", self.land),
            ("sector", self.sector),
            ("signed_on", self.signed_on),
            ("done_year", self.done_year),
        ]
    }
}

/// A parameter's value from a day on.
#[derive(Clone, Debug)]
pub struct ParameterValue {
    /// The days it holds.
    pub period: Period,
    /// The value; `None` where the law is not settled.
    pub value: Option<Scalar>,
    /// Its text, as written.
    pub text: String,
    /// Sources.
    pub cite: Vec<Citation>,
}

/// A constant of any type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// Atoms, or a plain fraction, or a count of days, months or years.
    Number(Fraction),
    /// A day.
    Date(Date),
    /// Yes or no.
    Bool(bool),
    /// A text, or an enum value's id.
    Text(String),
}

/// A dated figure of the law.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Stable name.
    pub id: String,
    /// Title.
    pub title: Words,
    /// Type of its values.
    pub kind: Type,
    /// Values in order of their first day.
    pub values: Vec<ParameterValue>,
    /// Where it is written.
    pub place: Place,
}

impl Parameter {
    /// The value on a day.
    pub fn at(&self, date: Date) -> Option<&ParameterValue> {
        self.values.iter().find(|value| value.period.contains(date))
    }
}

/// A department under one of its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepartmentName {
    /// The name.
    pub name: Words,
    /// The days it was called that.
    pub period: Period,
}

/// A department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// Its names over time.
    pub names: Vec<DepartmentName>,
}

impl Department {
    /// Its name on a day; the last one where no period holds.
    pub fn name(&self, date: Date) -> Option<&Words> {
        let held = self.names.iter().find(|name| name.period.contains(date));
        held.or(self.names.last()).map(|name| &name.name)
    }
}

/// A stage of the way to start; blockers are counted by it.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Stable id.
    pub id: String,
    /// Title.
    pub title: Words,
    /// Lead department.
    pub lead: Option<String>,
}

/// A kind of scarce pool.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Stable id; its index is that in the schema's pools.
    pub id: String,
    /// Title.
    pub title: Words,
    /// Scope: county, city, province …
    pub scope: String,
    /// Where to draw next.
    pub then: Vec<String>,
    /// Whether one need may be covered from several sources.
    pub mix: bool,
}

/// Amounts that are parts of another: none of them, nor their sum, may exceed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// Stable id.
    pub id: String,
    /// The whole.
    pub whole: FactIdx,
    /// Its parts, of the same dimension; they do not overlap.
    pub parts: Vec<FactIdx>,
    /// Whether there are no other parts, so that together they are the whole.
    pub exact: bool,
}

/// Days that the limits of some documents do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopRule {
    /// Stable id.
    pub id: String,
    /// Title.
    pub title: Words,
    /// Ids of the causes.
    pub causes: Vec<String>,
    /// Ids of the documents.
    pub documents: Vec<String>,
    /// When the law says so, by the first day of a stop.
    pub period: Period,
    /// The law.
    pub cite: Vec<Citation>,
}

/// A rule pack, layers merged, resolved and checked.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Stable id.
    pub id: String,
    /// Title.
    pub title: Words,
    /// Version.
    pub version: String,
    /// Facts and pools.
    pub schema: Arc<Schema>,
    /// Goals, in order of id.
    pub goals: Vec<Goal>,
    /// Index of the goal asked where none is named.
    pub default_goal: usize,
    /// Parts facts play.
    pub roles: Roles,
    /// Parameters, in order of id.
    pub parameters: Vec<Parameter>,
    /// Departments.
    pub departments: BTreeMap<String, Department>,
    /// Stages, in display order.
    pub stages: Vec<Stage>,
    /// Requirements, in order of id.
    pub requirements: Vec<Requirement>,
    /// An order in which every need stands before what needs it.
    pub order: Vec<RequirementIdx>,
    /// Alerts, in order of id.
    pub alerts: Vec<Alert>,
    /// Lights, in the order they are tried.
    pub lights: Vec<Light>,
    /// Pool kinds, in order of id.
    pub pools: Vec<Pool>,
    /// Amounts that are parts of others, in order of id.
    pub totals: Vec<Total>,
    /// When limits stop, in order of id.
    pub stops: Vec<StopRule>,
    /// The date tests are judged at where they give none.
    pub test_date: Option<Date>,
    /// Remarks of lint that the author lets stand.
    pub exceptions: Vec<Exception>,
}

/// A remark of lint that the pack's author has looked at and lets stand.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The id of the entry it is written in.
    pub id: String,
    /// The remark's code.
    pub code: Code,
    /// The id of what it is about.
    pub subject: String,
    /// Why it stands.
    pub because: Words,
    /// Whether the topmost pack says so, not one below.
    pub own: bool,
    /// Where it is written.
    pub place: Place,
}

impl Exception {
    /// Code and subject.
    pub(crate) fn key(&self) -> (&str, &str) {
        (self.code.0, &self.subject)
    }
}

impl Pack {
    /// The requirement of an id.
    pub fn find(&self, id: &str) -> Option<RequirementIdx> {
        self.requirements.binary_search_by(|r| r.id.as_str().cmp(id)).ok().map(|at| RequirementIdx(at as u32))
    }

    /// Requirements with their indices, in order of id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (RequirementIdx, &Requirement)> {
        self.requirements.iter().enumerate().map(|(at, r)| (RequirementIdx(at as u32), r))
    }

    /// The goal of an id.
    pub fn goal(&self, id: &str) -> Option<usize> {
        self.goals.iter().position(|goal| goal.id == id)
    }

    /// A department's name on a day; its id where it has none.
    pub fn department(&self, id: &str, date: Date) -> Words {
        self.departments.get(id).and_then(|d| d.name(date)).cloned().unwrap_or_else(|| Words::same(id))
    }

    /// A parameter's value on a day.
    pub fn parameter(&self, parameter: ParameterIdx, date: Date) -> Option<&Scalar> {
        self.parameters[parameter.0 as usize].at(date).and_then(|value| value.value.as_ref())
    }
}

impl std::ops::Index<RequirementIdx> for Pack {
    type Output = Requirement;

    fn index(&self, idx: RequirementIdx) -> &Requirement {
        &self.requirements[idx.0 as usize]
    }
}
