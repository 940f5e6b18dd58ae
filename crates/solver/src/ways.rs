//! Ways to start: every minimal set of unmet steps that clears the goal, once met.
//!
//! Needs are conjunctions, groups are choices; both are monotone, so the ways are the minimal sets of a
//! monotone condition over "this step is met". They are kept as one decision diagram, whatever their number.

mod certain;
mod deadline;
pub(crate) mod family;
pub(crate) mod formula;
mod price;
mod proof;

use kaigong_model::{Date, Truth};
use kaigong_rules::RequirementIdx;

use crate::earliest::{Durations, Outlook};
use crate::evaluate::Evaluation;
use crate::view::View;
use crate::walk::Blocker;
use family::{Diagram, Family, NONE, Spent, UNIT};
use formula::Formula;

pub use certain::{Dated, Proofs};
pub use price::{CostKind, Prices, Sum, Way};
pub use proof::{Cut, PROOF_BUDGET, Proof, Proven};

/// Nodes a diagram may have before the search for all ways is given up.
pub const WAYS_BUDGET: usize = 1 << 18;

/// How complete the ways are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// All of them.
    Complete,
    /// The diagram grew past its budget: one way of each kind is given, and no way is less than the bounds.
    Bounded(Bounds),
}

/// What every way has or costs at least; what a way comes to is proven the least where it equals its bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Steps.
    pub steps: i64,
    /// Calendar days of work.
    pub days: i64,
    /// Fen.
    pub money: i64,
    /// Offices.
    pub offices: i64,
}

impl Bounds {
    /// What every way costs at least.
    pub fn cost(&self, by: CostKind) -> i64 {
        match by {
            CostKind::Days => self.days,
            CostKind::Money => self.money,
            CostKind::Offices => self.offices,
        }
    }
}

/// A choice that does not depend on the others: one of these sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    /// The first alternatives, at most as many as were asked for; each in an order in which they can be met.
    pub alternatives: Vec<Vec<RequirementIdx>>,
    /// How many alternatives there are.
    pub count: u128,
}

/// The ways of one project to the goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ways {
    /// Whether these are all.
    pub completeness: Completeness,
    /// How many there are; 0 says that nothing would do.
    pub count: u128,
    /// Steps of every way.
    pub always: Vec<RequirementIdx>,
    /// Independent choices: a way is `always` and one alternative of each.
    pub menus: Vec<Menu>,
    /// What makes one way cheaper than another.
    pub by: CostKind,
    /// The way of fewest steps.
    pub fewest: Option<Way>,
    /// The way of least work.
    pub least_work: Option<Way>,
    /// The way of least money, as far as prices are known; `None` where no step of any way has a price.
    pub least_money: Option<Way>,
    /// The way of least money of those whose every step has a price, where the one above has steps without.
    pub least_money_priced: Option<Way>,
    /// The way that needs the fewest offices, and of those the one of least work.
    pub fewest_offices: Option<Way>,
    /// Steps that together start as early as any, and none of them can be left out; where the frontier is complete, the
    /// cheapest such steps.
    pub fastest: Option<Way>,
    /// Cost against time: from the cheapest way on, each next one costs more and starts earlier; the last starts as
    /// early as any. A step that only makes it earlier is part of such a way.
    pub frontier: Vec<Way>,
    /// Whether the frontier leaves nothing out.
    pub frontier_complete: bool,
    /// Steps that may turn out to be met or not needed: what is asked decides.
    pub provided: Vec<RequirementIdx>,
    /// What no step can mend, where nothing would do.
    pub barred: Vec<RequirementIdx>,
}

/// What to count.
pub struct WaysOptions<'c> {
    /// What steps cost.
    pub prices: &'c Prices,
    /// What makes one way cheaper than another.
    pub by: CostKind,
    /// How long steps take.
    pub durations: Durations,
    /// Alternatives listed of a menu.
    pub listed: usize,
    /// Points of the frontier.
    pub points: usize,
    /// Nodes of the diagram.
    pub budget: usize,
}

impl Ways {
    /// None, of a project whose ways were not looked for.
    pub(crate) fn none(by: CostKind) -> Self {
        Self {
            completeness: Completeness::Complete,
            count: 0,
            always: Vec::new(),
            menus: Vec::new(),
            by,
            fewest: None,
            least_work: None,
            least_money: None,
            least_money_priced: None,
            fewest_offices: None,
            fastest: None,
            frontier: Vec::new(),
            frontier_complete: true,
            provided: Vec::new(),
            barred: Vec::new(),
        }
    }
}

impl Evaluation<'_> {
    /// The ways of one project to the goal; none but the empty one where it is cleared.
    pub fn ways(&self, row: u32, blockers: &[Blocker], options: &WaysOptions<'_>) -> Ways {
        self.view(row as usize / 64).ways(row as usize % 64, blockers, options)
    }

    /// The cheapest way of one project, or as cheap as the search finds, and what every way costs at least; `None` where
    /// nothing clears the goal.
    ///
    /// # Complexity
    /// One decision diagram; past its budget, branch and bound.
    pub fn cheapest_way(&self, row: u32, blockers: &[Blocker], options: &WaysOptions<'_>) -> Option<(Way, i64)> {
        let view = self.view(row as usize / 64);
        let search = Search::new(&view, row as usize % 64, blockers, options);
        let mut diagram = Diagram::new(options.budget);
        match search.best(options.by, &mut diagram, &|diagram, counts_as| search.all(diagram, counts_as)) {
            Ok(way) => way.map(|way| (way.cost(options.by), way)).map(|(bound, way)| (way, bound)),
            Err(Spent) => search.proven(options.by),
        }
    }
}

impl View<'_, '_> {
    /// [`Evaluation::ways`] of the project in a lane.
    pub(crate) fn ways(&self, lane: usize, blockers: &[Blocker], options: &WaysOptions<'_>) -> Ways {
        Search::new(self, lane, blockers, options).ways()
    }
}

struct Search<'s, 'v, 'a> {
    view: &'s View<'v, 'a>,
    lane: usize,
    formula: Formula,
    outlook: Outlook<'s, 'v, 'a>,
    options: &'s WaysOptions<'s>,
}

/// Sets of offices looked through for the one of least work.
const OFFICE_SETS: usize = 256;

/// How ways are built up: all of them, or those done by a day. What a step counts as is given by its item.
type Build<'b> = &'b dyn Fn(&mut Diagram, &dyn Fn(u32) -> Option<u32>) -> Result<Family, Spent>;

impl<'s, 'v, 'a> Search<'s, 'v, 'a> {
    fn new(view: &'s View<'v, 'a>, lane: usize, blockers: &'s [Blocker], options: &'s WaysOptions<'s>) -> Self {
        let formula = Formula::new(view, lane, blockers);
        let outlook = Outlook::new(view, lane, blockers, options.durations);
        Self { view, lane, formula, outlook, options }
    }

    fn ways(&self) -> Ways {
        let mut diagram = Diagram::new(self.options.budget);
        match self.formula.families(&mut diagram, Some).and_then(|families| self.told(&mut diagram, &families)) {
            Ok(ways) => ways,
            Err(Spent) => self.bounded(),
        }
    }

    fn told(&self, diagram: &mut Diagram, families: &[Family]) -> Result<Ways, Spent> {
        let family = families.last().copied().unwrap_or(UNIT);
        let (every, some) = diagram.items(family);
        let rest = diagram.without(family, &every)?;
        let menus = self.menus(diagram, rest)?;
        let fewest_offices = self.fewest_offices(diagram, family, &|diagram, counts_as| self.all(diagram, counts_as));
        let (least_work, least_money) =
            (self.least(diagram, family, CostKind::Days), self.least(diagram, family, CostKind::Money));
        let fewest_offices = fewest_offices.unwrap_or_else(|Spent| self.proven(CostKind::Offices).map(|(way, _)| way));
        let cheapest = match self.options.by {
            CostKind::Days => &least_work,
            CostKind::Money => &least_money,
            CostKind::Offices => &fewest_offices,
        };
        let (frontier, frontier_complete) = self.frontier(cheapest.clone());
        let priced = |way: &Way| way.money.unknown == 0;
        let least_money_priced = match &least_money {
            Some(way) if !priced(way) => {
                self.lightest(diagram, family, |item| Some(weight(Some(self.price(CostKind::Money, item)?))))
            }
            _ => None,
        };
        Ok(Ways {
            fastest: self.fastest(&frontier),
            completeness: Completeness::Complete,
            count: diagram.count(family),
            always: self.formula.steps(&every),
            menus,
            by: self.options.by,
            fewest: self.lightest(diagram, family, |_| Some(1)),
            least_money: least_money.filter(|_| self.is_priced()),
            least_money_priced: least_money_priced.filter(|_| self.is_priced()),
            fewest_offices,
            least_work,
            frontier,
            frontier_complete,
            provided: self.formula.steps(&some).into_iter().filter(|&idx| self.may_fall_away(idx)).collect(),
            barred: if family == NONE { self.barred(families) } else { Vec::new() },
        })
    }

    /// The minimal sets that clear the goal.
    fn all(&self, diagram: &mut Diagram, counts_as: &dyn Fn(u32) -> Option<u32>) -> Result<Family, Spent> {
        Ok(self.formula.families(diagram, counts_as)?.last().copied().unwrap_or(UNIT))
    }

    /// What an item costs, where that is known.
    fn price(&self, by: CostKind, item: u32) -> Option<i64> {
        let at = self.formula.step(item).0 as usize;
        match by {
            CostKind::Days => self.options.prices.days.get(at).copied().flatten(),
            CostKind::Money => self.options.prices.money.get(at).copied().flatten(),
            CostKind::Offices => Some(0),
        }
    }

    /// Whether any step has a price in money.
    fn is_priced(&self) -> bool {
        self.options.prices.money.iter().any(Option::is_some)
    }

    fn way(&self, steps: Vec<RequirementIdx>) -> Way {
        let (prices, start) = (self.options.prices, self.outlook.start(&steps));
        Way {
            days: Prices::sum(&prices.days, &steps),
            money: Prices::sum(&prices.money, &steps),
            offices: prices.offices(&steps),
            date: start.date,
            unpublished: start.unpublished,
            steps,
        }
    }

    fn lightest(&self, diagram: &Diagram, family: Family, weight: impl Fn(u32) -> Option<i128>) -> Option<Way> {
        diagram.lightest(family, weight).map(|(_, items)| self.way(self.formula.steps(&items)))
    }

    /// The way that costs least, of several the one about which most is known, then the one of fewest steps.
    fn least(&self, diagram: &Diagram, family: Family, by: CostKind) -> Option<Way> {
        self.lightest(diagram, family, |item| Some(weight(self.price(by, item))))
    }

    /// The cheapest of the ways that are built up.
    fn best(&self, by: CostKind, diagram: &mut Diagram, build: Build<'_>) -> Result<Option<Way>, Spent> {
        let family = build(diagram, &Some)?;
        match by {
            CostKind::Offices => self.fewest_offices(diagram, family, build),
            by => Ok(self.least(diagram, family, by)),
        }
    }

    fn fewest_offices(&self, diagram: &Diagram, family: Family, build: Build<'_>) -> Result<Option<Way>, Spent> {
        let office = |item: u32| self.options.prices.office(self.formula.step(item));
        let mut offices = Diagram::new(self.options.budget);
        let needed = build(&mut offices, &office)?;
        let within = offices.smallest(needed, OFFICE_SETS).into_iter().filter_map(|set| {
            self.lightest(diagram, family, |item| match office(item) {
                Some(office) if !set.contains(&office) => None,
                _ => Some(weight(self.price(CostKind::Days, item))),
            })
        });
        Ok(within.min_by_key(|way| (way.offices, way.days.known, way.steps.len())))
    }

    /// From the cheapest way to one that starts as early as any, each next the cheapest that starts before the last.
    fn frontier(&self, cheapest: Option<Way>) -> (Vec<Way>, bool) {
        let Some(earliest) = self.outlook.earliest() else { return (cheapest.into_iter().collect(), true) };
        let by = self.options.by;
        let mut found: Vec<Way> = cheapest.into_iter().collect();
        while let Some(day) = found.last().and_then(|way| way.date).filter(|&day| day > earliest) {
            // The last point is kept for the earliest start.
            let last = found.len() + 1 >= self.options.points;
            let end = if last { earliest } else { Date(day.0 - 1) };
            let mut diagram = Diagram::new(self.options.budget);
            let way = self.best(by, &mut diagram, &|diagram, counts_as| {
                deadline::done_by(&self.formula, &self.outlook, end, diagram, counts_as)
            });
            let Ok(Some(way)) = way else { return (found, false) };
            // Of ways that cost the same, the later one is of no use.
            found.retain(|earlier| earlier.cost(by) < way.cost(by));
            found.push(way);
            if last {
                return (found, end.0 == day.0 - 1);
            }
        }
        (found, true)
    }

    /// The last of the frontier; where it does not reach the earliest start, whatever steps do, less those it can do
    /// without.
    fn fastest(&self, frontier: &[Way]) -> Option<Way> {
        let earliest = self.outlook.earliest()?;
        if let Some(last) = frontier.last().filter(|way| way.date == Some(earliest)) {
            return Some(last.clone());
        }
        let mut steps = self.formula.steps(&self.formula.items());
        if !self.formula.clears(&steps) {
            return None;
        }
        for step in steps.clone() {
            let rest: Vec<RequirementIdx> = steps.iter().copied().filter(|&other| other != step).collect();
            if self.outlook.date(&rest) == Some(earliest) && self.formula.clears(&rest) {
                steps = rest;
            }
        }
        Some(self.way(steps))
    }

    /// Whether what is not known could make the step met or not needed.
    fn may_fall_away(&self, idx: RequirementIdx) -> bool {
        self.view.applies(idx, self.lane) != Truth::Yes || self.view.met(idx, self.lane) == Truth::Unknown
    }

    /// Splits the choices into menus that do not depend on one another.
    fn menus(&self, diagram: &mut Diagram, rest: Family) -> Result<Vec<Menu>, Spent> {
        let (_, mut left) = diagram.items(rest);
        let mut menus = Vec::new();
        let mut family = rest;
        while let Some(&first) = left.first() {
            let items = independent(diagram, family, first, &left)?;
            let menu = diagram.only(family, &items)?;
            left.retain(|item| !items.contains(item));
            family = diagram.only(family, &left)?;
            let alternatives = diagram.sets(menu, self.options.listed);
            let alternatives = alternatives.iter().map(|set| self.formula.steps(set)).collect();
            menus.push(Menu { alternatives, count: diagram.count(menu) });
        }
        Ok(menus)
    }

    /// Requirements that nothing clears, and nothing below them is to blame.
    fn barred(&self, families: &[Family]) -> Vec<RequirementIdx> {
        let mut barred: Vec<RequirementIdx> = Vec::new();
        for (node, _) in self.formula.nodes.iter().zip(families).filter(|(_, family)| **family == NONE) {
            let below = node.needs.iter().flat_map(|need| &need.members).any(|&member| families[member] == NONE);
            barred.extend(node.requirement.filter(|_| !below));
        }
        barred.dedup();
        barred
    }

    /// One way of each kind and bounds, where diagrams grow too large.
    fn bounded(&self) -> Ways {
        let fewest = self.proof(&|_| Some(1)).map(|found| (self.way(self.formula.steps(&found.steps)), found.bound));
        let least_work = self.proven(CostKind::Days);
        let least_money = self.proven(CostKind::Money);
        let fewest_offices = self.proven(CostKind::Offices);
        let bound = |found: &Option<(Way, i64)>| found.as_ref().map_or(0, |(_, bound)| *bound);
        let bounds = Bounds {
            steps: bound(&fewest),
            days: bound(&least_work),
            money: bound(&least_money),
            offices: bound(&fewest_offices),
        };
        let way = |found: Option<(Way, i64)>| found.map(|(way, _)| way);
        let (fewest, least_work) = (way(fewest), way(least_work));
        let (least_money, fewest_offices) = (way(least_money), way(fewest_offices));
        let doubtful = least_money.as_ref().is_some_and(|way| way.money.unknown > 0);
        let least_money_priced = if doubtful { self.proof(&|item| self.price(CostKind::Money, item)) } else { None };
        let least_money_priced = least_money_priced.map(|found| self.way(self.formula.steps(&found.steps)));
        let cheapest = match self.options.by {
            CostKind::Days => &least_work,
            CostKind::Money => &least_money,
            CostKind::Offices => &fewest_offices,
        };
        let provided = fewest.iter().flat_map(|way| &way.steps).copied().filter(|&idx| self.may_fall_away(idx));
        let (frontier, frontier_complete) = self.frontier(cheapest.clone());
        Ways {
            fastest: self.fastest(&frontier),
            completeness: Completeness::Bounded(bounds),
            count: u128::from(fewest.is_some()),
            always: self.always(),
            menus: Vec::new(),
            provided: provided.collect(),
            by: self.options.by,
            fewest,
            least_work,
            least_money: least_money.filter(|_| self.is_priced()),
            least_money_priced: least_money_priced.filter(|_| self.is_priced()),
            fewest_offices,
            frontier,
            frontier_complete,
            barred: Vec::new(),
        }
    }

    /// The steps without which nothing clears the goal.
    fn always(&self) -> Vec<RequirementIdx> {
        let items = self.formula.items();
        let mut met = vec![true; self.formula.steps.len()];
        let mut needed = |item: u32| {
            met[item as usize] = false;
            let needed = !self.formula.holds(&met);
            met[item as usize] = true;
            needed
        };
        let always: Vec<u32> = items.into_iter().filter(|&item| needed(item)).collect();
        self.formula.steps(&always)
    }
}

/// Weighs a step: what it costs, then whether that is unknown, then that it is one step more. An unknown cost counts as
/// nothing, so that the sum is the least it can be.
fn weight(price: Option<i64>) -> i128 {
    i128::from(price.unwrap_or(0)) << 40 | i128::from(price.is_none()) << 20 | 1
}

/// The items that vary together with the first: the family is the join of its cuts to them and to the others.
fn independent(diagram: &mut Diagram, family: Family, first: u32, all: &[u32]) -> Result<Vec<u32>, Spent> {
    let mut together = vec![first];
    loop {
        let apart: Vec<u32> = all.iter().copied().filter(|item| !together.contains(item)).collect();
        let (mine, theirs) = (diagram.only(family, &together)?, diagram.only(family, &apart)?);
        if diagram.both(mine, theirs)? == family {
            return Ok(together);
        }
        // The item whose leaving the others still does not free is tied in; one at a time, in order.
        let mut tied = None;
        for &item in &apart {
            let pair = [together.as_slice(), &[item]].concat();
            let (a, b, ab) =
                (diagram.only(family, &together)?, diagram.only(family, &[item])?, diagram.only(family, &pair)?);
            if diagram.both(a, b)? != ab {
                tied = Some(item);
                break;
            }
        }
        match tied {
            Some(item) => together.push(item),
            // Only several items together depend on these: they stay in one menu.
            None => together.extend(apart),
        }
        together.sort_unstable();
    }
}
