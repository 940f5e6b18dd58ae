//! What steps cost: days of work, money, offices; and what is not known of it.

use kaigong_model::{Date, Duration};
use kaigong_rules::RequirementIdx;

use crate::earliest::Durations;
use crate::evaluate::Evaluation;
use crate::view::View;

/// What makes one way cheaper than another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CostKind {
    /// Calendar days of work, one step after another.
    #[default]
    Days,
    /// Money.
    Money,
    /// How many offices have to act.
    Offices,
}

impl CostKind {
    /// The name outputs use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Money => "money",
            Self::Offices => "offices",
        }
    }
}

/// What steps come to: the sum of what is known, which is the least it can be, and how many are not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The sum over the steps whose cost is known.
    pub known: i64,
    /// Steps whose cost is not known.
    pub unknown: usize,
}

/// What each requirement costs for one project, by its index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    /// Calendar days of work; `None` where no time is given.
    pub days: Vec<Option<i64>>,
    /// Fen; `None` where no price is given.
    pub money: Vec<Option<i64>>,
    /// The office that sees to it, as an index into `offices`.
    pub office: Vec<Option<u32>>,
    /// Ids of the offices, in order.
    pub offices: Vec<String>,
}

impl Prices {
    /// What steps come to, by days or by money.
    pub fn sum(prices: &[Option<i64>], steps: &[RequirementIdx]) -> Sum {
        steps.iter().fold(Sum::default(), |sum, step| match prices.get(step.0 as usize).copied().flatten() {
            Some(price) => Sum { known: sum.known.saturating_add(price), ..sum },
            None => Sum { unknown: sum.unknown + 1, ..sum },
        })
    }

    /// The office of a step.
    pub(crate) fn office(&self, step: RequirementIdx) -> Option<u32> {
        self.office.get(step.0 as usize).copied().flatten()
    }

    /// How many offices steps take.
    pub fn offices(&self, steps: &[RequirementIdx]) -> usize {
        let mut offices: Vec<u32> = steps.iter().filter_map(|&step| self.office(step)).collect();
        offices.sort_unstable();
        offices.dedup();
        offices.len()
    }
}

/// One way: steps in an order in which they can be met, what they cost, and when they lead to the goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The steps.
    pub steps: Vec<RequirementIdx>,
    /// Calendar days of work, one step after another.
    pub days: Sum,
    /// Fen.
    pub money: Sum,
    /// Offices that have to act.
    pub offices: usize,
    /// When the goal is cleared at the earliest, if these steps and no others are taken.
    pub date: Option<Date>,
    /// The first year whose holidays are not published and that the day rests on.
    pub unpublished: Option<i16>,
}

impl Way {
    /// What it costs at the least.
    pub fn cost(&self, by: CostKind) -> i64 {
        match by {
            CostKind::Days => self.days.known,
            CostKind::Money => self.money.known,
            CostKind::Offices => self.offices as i64,
        }
    }

    /// Steps whose cost is not known, so that it may cost more.
    pub fn unknown(&self, by: CostKind) -> usize {
        match by {
            CostKind::Days => self.days.unknown,
            CostKind::Money => self.money.unknown,
            CostKind::Offices => 0,
        }
    }
}

impl View<'_, '_> {
    /// What each requirement costs for the project in a lane: by the table of costs its county's price before that of
    /// all, else by the pack.
    pub(crate) fn prices(&self, lane: usize, durations: Durations) -> Prices {
        let bodies: Vec<_> = self.pack.iter().map(|(idx, _)| self.segment(idx, lane).1).collect();
        let mut offices: Vec<&str> = bodies.iter().filter_map(|body| body.owner.as_deref()).collect();
        offices.sort_unstable();
        offices.dedup();
        let office = |owner: &str| offices.binary_search(&owner).ok().map(|at| at as u32);
        let mut prices = Prices {
            days: bodies.iter().map(|body| durations.of(body).map(Duration::calendar_days)).collect(),
            money: bodies.iter().map(|body| body.cost.as_ref().map(|cost| cost.money)).collect(),
            office: bodies.iter().map(|body| body.owner.as_deref().and_then(office)).collect(),
            offices: Vec::new(),
        };
        prices.offices = offices.into_iter().map(str::to_owned).collect();
        self.overrule(lane, &mut prices);
        prices
    }

    /// Puts the prices of the table of costs over those of the pack.
    fn overrule(&self, lane: usize, prices: &mut Prices) {
        let table = &self.facts.portfolio.prices;
        if table.is_empty() {
            return;
        }
        let county = self
            .pack
            .roles
            .county
            .and_then(|fact| self.pack.schema.text(fact, &self.facts.cell(fact, self.row(lane), self.as_of(lane))));
        // Those of all counties first: a county's own stand over them.
        for own in [false, true] {
            for price in table.iter().filter(|price| price.county.is_some() == own) {
                let Some(idx) = self.pack.find(&price.requirement) else { continue };
                if own && price.county != county {
                    continue;
                }
                let at = idx.0 as usize;
                prices.days[at] = price.days.or(prices.days[at]);
                prices.money[at] = price.money.or(prices.money[at]);
            }
        }
    }
}

impl Evaluation<'_> {
    /// What each requirement costs for a project.
    pub fn prices(&self, row: u32, durations: Durations) -> Prices {
        self.view(row as usize / 64).prices(row as usize % 64, durations)
    }
}
