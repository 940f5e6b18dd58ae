//! Requirements: what they need, draw on, take and cost, in each version of the law.

use kaigong_model::{Date, Duration, FactIdx, Place, Words};

use super::{Citation, Period, RequirementIdx};
use crate::expression::{Condition, PoolIdx, Reading, Use, Value, Written};

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
