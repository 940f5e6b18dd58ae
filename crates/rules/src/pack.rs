//! The resolved pack: every name an index, every expression typed.

use std::collections::BTreeMap;
use std::sync::Arc;

use kaigong_model::{Code, Date, Duration, FactIdx, Place, Schema, Truth, Words};

use crate::expression::{Condition, Fraction, ParameterIdx, PoolIdx, Reading, Type, Use, Value, Written};

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

/// Whether a requirement may block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequirementKind {
    /// The law forbids the later act without it.
    Hard,
    /// Practice; advises, never blocks.
    Customary,
    /// Hard, but met only by a recorded answer.
    Judgement,
}

impl RequirementKind {
    /// Names, as packs write them.
    pub const NAMES: [(&'static str, Self); 3] =
        [("hard", Self::Hard), ("customary", Self::Customary), ("judgement", Self::Judgement)];

    /// The name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map_or("hard", |(name, _)| name)
    }
}

/// What a need points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// One requirement.
    Step(RequirementIdx),
    /// At least so many of these; `any` is one.
    Group {
        /// How many.
        choose: u32,
        /// Of which.
        members: Vec<RequirementIdx>,
    },
}

impl Target {
    /// The requirements it points at.
    pub fn requirements(&self) -> &[RequirementIdx] {
        match self {
            Self::Step(step) => std::slice::from_ref(step),
            Self::Group { members, .. } => members,
        }
    }
}

/// One need of a requirement.
#[derive(Clone, Debug)]
pub struct Need {
    /// What is needed.
    pub target: Target,
    /// Terms of the need.
    pub edge: Edge,
}

/// The terms on which something is needed.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Needed only when this holds.
    pub when: Option<Written<Condition>>,
    /// Practice only: never blocks.
    pub customary: bool,
    /// Needed on these days only.
    pub period: Period,
    /// Sources.
    pub cite: Vec<Citation>,
    /// Where it is written.
    pub place: Place,
}

/// A draw on a pool.
#[derive(Clone, Debug)]
pub struct Draw {
    /// The pool kind; the first of several.
    pub pool: PoolIdx,
    /// Further kinds that may cover it in part, in order; all of them say that they mix.
    pub mixed: Vec<PoolIdx>,
    /// How much.
    pub amount: Written<Value>,
    /// Only when this holds.
    pub when: Option<Written<Condition>>,
}

impl Draw {
    /// The kinds that may cover it together, in order.
    pub fn pools(&self) -> impl Iterator<Item = PoolIdx> + '_ {
        std::iter::once(self.pool).chain(self.mixed.iter().copied())
    }

    /// Everything its amount and its condition read.
    pub fn uses(&self, see: &mut impl FnMut(Use)) {
        self.when.iter().for_each(|when| when.tree.uses(see));
        self.amount.tree.uses(see);
    }
}

/// How long a step takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Takes {
    /// The law's limit.
    pub statutory: Option<Duration>,
    /// What it usually takes.
    pub typical: Option<Duration>,
}

/// What a step costs whoever has it done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Fen.
    pub money: i64,
    /// Where that stands.
    pub cite: Vec<Citation>,
}

/// What a requirement says in one period.
#[derive(Clone, Debug)]
pub struct Body {
    /// Title.
    pub title: Words,
    /// A name of a few characters, for tables.
    pub short: Words,
    /// Hard, customary or judgement.
    pub kind: RequirementKind,
    /// Loaded as customary only because every citation is weak.
    pub weak: bool,
    /// When it applies; always where `None`.
    pub applies_when: Option<Written<Condition>>,
    /// When it is met; a gathering node where `None`.
    pub met_when: Option<Written<Condition>>,
    /// Later documents that presume it.
    pub evidenced_by: Vec<FactIdx>,
    /// What it needs.
    pub needs: Vec<Need>,
    /// What it draws.
    pub draws: Vec<Draw>,
    /// Department that acts.
    pub owner: Option<String>,
    /// Time limits.
    pub takes: Takes,
    /// What it costs, where that is given.
    pub cost: Option<Cost>,
    /// What to do.
    pub remedy: Words,
    /// Sources.
    pub cite: Vec<Citation>,
}

impl Body {
    /// Everything its conditions, needs and draws read.
    pub fn uses(&self, see: &mut impl FnMut(Use)) {
        let conditions = [&self.applies_when, &self.met_when].into_iter().flatten();
        let edges = self.needs.iter().filter_map(|need| need.edge.when.as_ref());
        conditions.chain(edges).for_each(|condition| condition.tree.uses(see));
        self.draws.iter().for_each(|draw| draw.uses(see));
        self.evidenced_by.iter().for_each(|&fact| see(Use::Fact(fact)));
    }
}

/// What a requirement says from one day to another.
#[derive(Clone, Debug)]
pub struct Version {
    /// The days it holds.
    pub period: Period,
    /// What it says, base keys filled in.
    pub body: Body,
    /// Where it is written.
    pub place: Place,
}

/// A test of one requirement.
#[derive(Clone, Debug)]
pub struct RequirementTest {
    /// As of when.
    pub as_of: Date,
    /// Facts given: id (or `doc.part`) and text.
    pub given: Vec<(String, String)>,
    /// Needs whose state is given.
    pub given_needs: Vec<(RequirementIdx, Expectation)>,
    /// The state expected.
    pub expect: Expectation,
    /// Facts or requirements that must be among the reasons.
    pub because: Vec<String>,
    /// Where it is written.
    pub place: Place,
}

/// A state as tests name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// Does not apply.
    NotApplicable,
    /// Cleared.
    Met,
    /// Someone can act on it.
    Open,
    /// Held by what it needs.
    Waiting,
    /// Missing facts decide.
    Undetermined,
}

impl Expectation {
    /// Every state with its name.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("not_applicable", Self::NotApplicable),
        ("met", Self::Met),
        ("open", Self::Open),
        ("waiting", Self::Waiting),
        ("undetermined", Self::Undetermined),
    ];

    /// The name packs and outputs use.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, state)| *state == self).map_or("undetermined", |(name, _)| name)
    }
}

/// A prerequisite of starting.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Stable id.
    pub id: String,
    /// Index of its stage.
    pub stage: Option<usize>,
    /// The days it exists.
    pub period: Period,
    /// What it says outside its versions.
    pub base: Body,
    /// What it says in their periods; they do not overlap, and stand in order.
    pub versions: Vec<Version>,
    /// The date that picks the version and the parameters; as-of where `None`.
    pub governed_by: Option<Reading>,
    /// Its tests.
    pub tests: Vec<RequirementTest>,
    /// Where it is written.
    pub place: Place,
}

impl Requirement {
    /// What it says on a day.
    pub fn body(&self, date: Date) -> &Body {
        self.versions.iter().find(|version| version.period.contains(date)).map_or(&self.base, |version| &version.body)
    }

    /// Calls `see` for everything its bodies read, and for what picks its version.
    pub fn uses(&self, see: &mut impl FnMut(Use)) {
        self.bodies().for_each(|body| body.uses(see));
        self.governed_by.iter().for_each(|reading| see(Use::Fact(reading.fact())));
        self.bodies().flat_map(|body| &body.draws).flat_map(Draw::pools).for_each(|pool| see(Use::Pool(pool)));
    }

    /// Base and every version.
    pub fn bodies(&self) -> impl Iterator<Item = &Body> {
        std::iter::once(&self.base).chain(self.versions.iter().map(|version| &version.body))
    }
}

/// How bad an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The law is broken.
    Violation,
    /// It may be.
    Warning,
    /// Worth knowing.
    Notice,
}

impl Severity {
    /// Every severity with its name.
    pub const NAMES: [(&'static str, Self); 3] =
        [("violation", Self::Violation), ("warning", Self::Warning), ("notice", Self::Notice)];

    /// The name packs and outputs use.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, severity)| *severity == self).map_or("notice", |(name, _)| name)
    }
}

/// Something that should not be.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Stable id.
    pub id: String,
    /// Title.
    pub title: Words,
    /// Fires only on yes.
    pub when: Written<Condition>,
    /// How bad.
    pub severity: Severity,
    /// The fine, as text ranges: fact the range is a share of, least, most.
    pub fine: Option<Fine>,
    /// Sources.
    pub cite: Vec<Citation>,
    /// The days it exists.
    pub period: Period,
    /// Where it is written.
    pub place: Place,
    /// Tests.
    pub tests: Vec<AlertTest>,
}

/// A test of an alert: whether it fires on a project of which only this is known.
#[derive(Clone, Debug)]
pub struct AlertTest {
    /// As of when.
    pub as_of: Date,
    /// Facts given: id (or `doc.part`) and text.
    pub given: Vec<(String, String)>,
    /// Whether it fires; unknown where that is not known.
    pub expect: Truth,
    /// Where it is written.
    pub place: Place,
}

/// A range of fines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fine {
    /// The money fact it is a share of; plain amounts where `None`.
    pub of: Option<FactIdx>,
    /// Least, as written.
    pub from: String,
    /// Most, as written.
    pub to: String,
    /// What each amount is for, where it is not for the whole: a square metre.
    pub per: Option<Words>,
    /// What both are multiples of, where that is no fact: a fee.
    pub times: Option<Words>,
}

/// A local policy light.
#[derive(Clone, Debug)]
pub struct Light {
    /// Its name: red, yellow, grey, green or another.
    pub light: String,
    /// When it holds; the first that holds is shown.
    pub when: Written<Condition>,
    /// What it means.
    pub meaning: Words,
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
