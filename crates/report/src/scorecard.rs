//! Scorecards: how many have started, by each of the three usual denominators; landing; the year's plan; lights.
//!
//! | rate | numerator | denominator |
//! |---|---|---|
//! | annual | of those, started | planned to start this year, not started before it |
//! | listed | started | every project |
//! | on time | of those, started by the planned day | planned to have started by the as-of date |
//! | landing | of those, landed by the pack's `landed_when` | signed by the as-of date |
//! | completion | investment done this year | investment planned for the year, where both are recorded |

mod told;

use std::collections::BTreeMap;

use kaigong_model::{Cell, Date, FactIdx};
use kaigong_rules::Pack;
use kaigong_solver::{ProjectResult, Verdict};

use crate::assessment::{Assessment, Sum};

pub use told::{ScorecardScreen, scorecard_json, scorecard_screen, scorecard_table};

/// What projects are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// County.
    County,
    /// The unit responsible for progress, else the owner.
    Department,
    /// Service officer.
    Officer,
    /// Sector.
    Sector,
}

impl Grouping {
    /// Every grouping with its name.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("county", Self::County),
        ("department", Self::Department),
        ("officer", Self::Officer),
        ("sector", Self::Sector),
    ];

    /// The name outputs use.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, grouping)| *grouping == self).map_or("county", |(name, _)| name)
    }

    /// The group a project belongs to.
    fn of(self, assessment: &Assessment<'_>, row: u32) -> Option<String> {
        let roles = &assessment.evaluation.pack.roles;
        match self {
            Self::County => assessment.role_text(roles.county, row),
            Self::Department => assessment.responsible_unit(row),
            Self::Officer => assessment.role_text(roles.officer, row),
            Self::Sector => assessment.role_text(roles.sector, row),
        }
    }
}

/// A share as two whole numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// Those counted.
    pub part: i128,
    /// Out of these.
    pub of: i128,
}

impl Rate {
    /// Thousandths, rounded half up; none out of nothing.
    pub fn permille(self) -> Option<i128> {
        (self.of > 0).then(|| (self.part * 2_000 + self.of).div_euclid(self.of * 2))
    }

    fn count(&mut self, within: bool, counted: bool) {
        self.of += i128::from(within);
        self.part += i128::from(within && counted);
    }
}

/// The figures of a group of projects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// Projects and their investment.
    pub(crate) all: Sum,
    /// Those that have started.
    pub(crate) started: Sum,
    /// Start rate of the year's new starts.
    pub annual: Rate,
    /// Start rate of all that are listed.
    pub listed: Rate,
    /// Starts by the planned day, of those due.
    pub on_time: Rate,
    /// Landing rate of those signed.
    pub landed: Rate,
    /// Fen done this year, of fen planned.
    pub done: Rate,
    /// Projects by light, in the order of the pack's rules; the last without one.
    pub lights: Vec<u64>,
}

/// A portfolio's figures, whole and by group.
#[derive(Debug)]
pub struct Scorecard<'b, 'a> {
    /// The check.
    pub assessment: &'b Assessment<'a>,
    /// All projects.
    pub whole: Card,
    /// By grouping; projects of which the fact is blank together as `None`.
    pub groups: Vec<(Grouping, BTreeMap<Option<String>, Card>)>,
}

/// The days a year is measured by: of the as-of date's year, how many have gone, out of how many.
pub(crate) fn elapsed(as_of: Date) -> Rate {
    let (year, ..) = as_of.ymd();
    let first = |year| Date::new(year, 1, 1).unwrap_or(as_of);
    let (from, to) = (first(year), first(year + 1));
    Rate { part: i128::from(as_of.0 - from.0 + 1), of: i128::from(to.0 - from.0) }
}

impl<'b, 'a> Scorecard<'b, 'a> {
    /// Counts. `landed` are the rows on which the pack's `landed_when` holds, in order.
    pub fn new(assessment: &'b Assessment<'a>, landed: &[u32]) -> Self {
        let evaluation = &assessment.evaluation;
        let mut whole = Card::new(evaluation.pack);
        let mut groups: Vec<(Grouping, BTreeMap<Option<String>, Card>)> =
            Grouping::NAMES.iter().map(|(_, grouping)| (*grouping, BTreeMap::new())).collect();
        for (project, light) in assessment.results.projects.iter().zip(&assessment.lights) {
            let one = Standing::of(assessment, project, *light, landed);
            whole.add(&one);
            for (grouping, cards) in &mut groups {
                let key = grouping.of(assessment, project.row);
                cards.entry(key).or_insert_with(|| Card::new(evaluation.pack)).add(&one);
            }
        }
        Self { assessment, whole, groups }
    }

    /// The groups of one grouping.
    pub(crate) fn by(&self, grouping: Grouping) -> impl Iterator<Item = (&Option<String>, &Card)> {
        self.groups.iter().filter(move |(known, _)| *known == grouping).flat_map(|(_, cards)| cards)
    }
}

/// What is counted of one project.
struct Standing {
    fen: i128,
    started: bool,
    /// Planned to start this year and not started before it.
    annual: bool,
    due: bool,
    on_time: bool,
    signed: bool,
    landed: bool,
    /// Done and planned this year, where both are recorded.
    year: Option<(i128, i128)>,
    light: Option<usize>,
}

impl Standing {
    fn of(assessment: &Assessment<'_>, project: &ProjectResult, light: Option<usize>, landed: &[u32]) -> Self {
        let (row, evaluation) = (project.row, &assessment.evaluation);
        let (roles, as_of) = (&evaluation.pack.roles, evaluation.options.as_of);
        let cell = |role: Option<FactIdx>| role.map(|fact| evaluation.facts().cell(fact, row, as_of));
        let day = |role| match cell(role) {
            Some(Cell::Date(day)) => Some(day),
            _ => None,
        };
        let fen = |role| match cell(role) {
            Some(Cell::Quantity(fen)) => Some(i128::from(fen)),
            _ => None,
        };
        let (planned, begun) = (day(roles.planned_start), day(roles.started_on).filter(|begun| *begun <= as_of));
        let year = as_of.ymd().0;
        Self {
            fen: assessment.fen(row),
            started: project.verdict == Verdict::Started,
            annual: planned.is_some_and(|day| day.ymd().0 == year) && begun.is_none_or(|day| day.ymd().0 >= year),
            due: planned.is_some_and(|day| day <= as_of),
            on_time: begun.zip(planned).is_some_and(|(begun, planned)| begun <= planned),
            signed: day(roles.signed_on).is_some_and(|day| day <= as_of),
            landed: landed.binary_search(&row).is_ok(),
            year: fen(roles.done_year).zip(fen(roles.annual_plan)),
            light,
        }
    }
}

impl Card {
    fn new(pack: &Pack) -> Self {
        Self { lights: vec![0; pack.lights.len() + 1], ..Self::default() }
    }

    fn add(&mut self, one: &Standing) {
        self.all.add(one.fen);
        if one.started {
            self.started.add(one.fen);
        }
        self.annual.count(one.annual, one.started);
        self.listed.count(true, one.started);
        self.on_time.count(one.due, one.on_time);
        self.landed.count(one.signed, one.landed);
        if let Some((done, planned)) = one.year {
            self.done.part += done;
            self.done.of += planned;
        }
        let last = self.lights.len() - 1;
        self.lights[one.light.unwrap_or(last)] += 1;
    }
}
