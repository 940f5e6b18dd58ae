//! Ways to start: every minimal set of unmet steps that clears the goal, once met.
//!
//! Needs are conjunctions, groups are choices; both are monotone, so the ways are the minimal sets of a
//! monotone condition over "this step is met". They are kept as one decision diagram, whatever their number.

mod deadline;
pub(crate) mod family;
pub(crate) mod formula;
mod proof;

use kaigong_model::{Date, Truth};
use kaigong_rules::RequirementIdx;

use crate::earliest::{Durations, Outlook};
use crate::evaluate::{Evaluation, View};
use crate::walk::Blocker;
use family::{Diagram, Family, NONE, Spent, UNIT};
use formula::Formula;

pub use proof::{Cut, PROOF_BUDGET, Proof, Proven};

/// Nodes a diagram may have before the search for all ways is given up.
pub const WAYS_BUDGET: usize = 1 << 18;

/// How complete the ways are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// All of them.
    Complete,
    /// The diagram grew past its budget: one way is given, and no way has fewer steps than the bound.
    Bounded {
        /// Steps that every way has.
        at_least: usize,
    },
}

/// One way: steps in an order in which they can be met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The steps.
    pub steps: Vec<RequirementIdx>,
    /// What it costs, in the unit asked for.
    pub cost: i64,
    /// When the goal is cleared at the earliest, if these steps and no others are taken.
    pub date: Option<Date>,
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
    /// The way of fewest steps.
    pub fewest: Option<Way>,
    /// The way of least cost.
    pub cheapest: Option<Way>,
    /// The way that needs the fewest offices, and of those the cheapest.
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
    /// The cost of meeting a step, at least 0.
    pub cost: &'c dyn Fn(RequirementIdx) -> i64,
    /// The office that sees to a step.
    pub office: &'c dyn Fn(RequirementIdx) -> Option<u32>,
    /// How long steps take.
    pub durations: Durations,
    /// Alternatives listed of a menu.
    pub listed: usize,
    /// Points of the frontier.
    pub points: usize,
    /// Nodes of the diagram.
    pub budget: usize,
}

impl Evaluation<'_> {
    /// The ways of one project to the goal; none but the empty one where it is cleared.
    pub fn ways(&self, row: u32, blockers: &[Blocker], options: &WaysOptions<'_>) -> Ways {
        self.view(row as usize / 64).ways(row as usize % 64, blockers, options)
    }

    /// By each of some costs the way of least cost, with a proof that there is no cheaper one; `None` where nothing
    /// clears the goal.
    pub fn proven<const N: usize>(
        &self,
        row: u32,
        blockers: &[Blocker],
        costs: [&dyn Fn(RequirementIdx) -> i64; N],
    ) -> [Option<Proven>; N] {
        let view = self.view(row as usize / 64);
        let formula = Formula::new(&view, row as usize % 64, blockers);
        costs.map(|cost| proof::cheapest(&formula, cost, proof::PROOF_BUDGET))
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

/// Sets of offices looked through for the smallest.
const OFFICE_SETS: usize = 256;

/// More than any way costs.
const OUT_OF_REACH: i64 = i64::MAX / 4;

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
        let cheapest = self.cheapest(diagram, family);
        let (frontier, frontier_complete) = self.frontier(cheapest.clone());
        Ok(Ways {
            fastest: self.fastest(&frontier),
            completeness: Completeness::Complete,
            count: diagram.count(family),
            always: self.formula.steps(&every),
            menus,
            fewest: self.lightest(diagram, family, |_| 1),
            fewest_offices: self.fewest_offices(diagram, family),
            cheapest,
            frontier,
            frontier_complete,
            provided: self.formula.steps(&some).into_iter().filter(|&idx| self.may_fall_away(idx)).collect(),
            barred: if family == NONE { self.barred(families) } else { Vec::new() },
        })
    }

    fn cost(&self, item: u32) -> i64 {
        (self.options.cost)(self.formula.step(item))
    }

    fn way(&self, steps: Vec<RequirementIdx>) -> Way {
        let cost = steps.iter().map(|&step| (self.options.cost)(step)).sum();
        Way { cost, date: self.outlook.date(&steps), steps }
    }

    fn lightest(&self, diagram: &Diagram, family: Family, weight: impl Fn(u32) -> i64) -> Option<Way> {
        diagram.lightest(family, weight).map(|(_, items)| self.way(self.formula.steps(&items)))
    }

    /// The cheapest way, and of several that cost the same the one of fewest steps.
    fn cheapest(&self, diagram: &Diagram, family: Family) -> Option<Way> {
        self.lightest(diagram, family, |item| self.cost(item).saturating_mul(1 << 16).saturating_add(1))
    }

    fn fewest_offices(&self, diagram: &Diagram, family: Family) -> Option<Way> {
        let office = |item: u32| (self.options.office)(self.formula.step(item));
        let mut offices = Diagram::new(self.options.budget);
        let families = self.formula.families(&mut offices, office).ok()?;
        let sets = offices.sets(*families.last()?, OFFICE_SETS);
        let few = sets.iter().map(Vec::len).min()?;
        let within = sets.iter().filter(|set| set.len() == few).filter_map(|set| {
            self.lightest(diagram, family, |item| match office(item) {
                Some(office) if !set.contains(&office) => OUT_OF_REACH,
                _ => self.cost(item).saturating_mul(1 << 16).saturating_add(1),
            })
        });
        within.min_by_key(|way| (way.cost, way.steps.len()))
    }

    /// From the cheapest way to one that starts as early as any, each next the cheapest that starts before the last.
    fn frontier(&self, cheapest: Option<Way>) -> (Vec<Way>, bool) {
        let Some(earliest) = self.outlook.earliest() else { return (cheapest.into_iter().collect(), true) };
        let mut found: Vec<Way> = cheapest.into_iter().collect();
        while let Some(day) = found.last().and_then(|way| way.date).filter(|&day| day > earliest) {
            // The last point is kept for the earliest start.
            let last = found.len() + 1 >= self.options.points;
            let by = if last { earliest } else { Date(day.0 - 1) };
            let mut diagram = Diagram::new(self.options.budget);
            let Ok(family) = deadline::done_by(&self.formula, &self.outlook, by, &mut diagram) else {
                return (found, false);
            };
            let Some(way) = self.cheapest(&diagram, family) else { return (found, false) };
            // Of ways that cost the same, the later one is of no use.
            found.retain(|earlier| earlier.cost < way.cost);
            found.push(way);
            if last {
                return (found, false);
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

    /// One way and a bound, where diagrams grow too large.
    fn bounded(&self) -> Ways {
        let proven = |cost: &dyn Fn(RequirementIdx) -> i64| proof::cheapest(&self.formula, cost, proof::PROOF_BUDGET);
        let fewest = proven(&|_| 1);
        let cheapest = proven(self.options.cost);
        let at_least = fewest.as_ref().map_or(0, |found| usize::try_from(found.bound).unwrap_or(0));
        let fewest = fewest.map(|found| self.way(found.steps));
        let cheapest = cheapest.map(|found| self.way(found.steps));
        let provided = fewest.iter().flat_map(|way| &way.steps).copied().filter(|&idx| self.may_fall_away(idx));
        let (frontier, frontier_complete) = self.frontier(cheapest.clone());
        Ways {
            fastest: self.fastest(&frontier),
            completeness: Completeness::Bounded { at_least },
            count: u128::from(fewest.is_some()),
            always: self.always(),
            menus: Vec::new(),
            provided: provided.collect(),
            fewest,
            cheapest,
            fewest_offices: None,
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
