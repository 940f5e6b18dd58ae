//! What steps cost: by the table of costs, else by the rules.

use kaigong_model::{Duration, Price};
use kaigong_rules::RequirementIdx;

use crate::interpret::Interpreter;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cost {
    Steps,
    Days,
    Money,
    Offices,
}

impl Cost {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "days" => Some(Self::Days),
            "money" => Some(Self::Money),
            "offices" => Some(Self::Offices),
            _ => None,
        }
    }
}

impl Interpreter<'_> {
    /// What a step costs by itself, where that is known: offices are counted together, not step by step.
    pub(crate) fn cost(&self, by: Cost, step: RequirementIdx, row: u32) -> Option<i64> {
        let (body, _) = self.body(step, row);
        match by {
            Cost::Steps => Some(1),
            Cost::Offices => Some(0),
            Cost::Days => self.priced(step, row, |price| price.days).or_else(|| {
                let takes = if self.options.typical { body.takes.typical } else { body.takes.statutory };
                takes.map(Duration::calendar_days)
            }),
            Cost::Money => {
                let money = self.priced(step, row, |price| price.money);
                money.or_else(|| body.cost.as_ref().map(|cost| cost.money))
            }
        }
    }

    /// The office that sees to a step.
    pub(crate) fn office(&self, step: RequirementIdx, row: u32) -> Option<&str> {
        self.body(step, row).0.owner.as_deref()
    }

    /// What the table of costs says of a step: for the project's county, else for all.
    fn priced(&self, step: RequirementIdx, row: u32, what: impl Fn(&Price) -> Option<i64>) -> Option<i64> {
        let fact = self.pack.roles.county;
        let county = fact.and_then(|fact| self.pack.schema.text(fact, &self.written(fact, row)));
        let of = |county: Option<&str>| {
            let rows = self.portfolio.prices.iter();
            let mut mine =
                rows.filter(|price| price.requirement == self.pack[step].id && price.county.as_deref() == county);
            mine.find_map(&what)
        };
        county.as_deref().and_then(|county| of(Some(county))).or_else(|| of(None))
    }
}
