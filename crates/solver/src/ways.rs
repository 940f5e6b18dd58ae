//! Ways to start: every minimal set of unmet steps that clears the goal, once met.
//!
//! Needs are conjunctions, groups are choices; both are monotone, so the ways are the minimal sets of a
//! monotone condition over "this step is met". They are kept as one decision diagram, whatever their number.

pub(crate) mod family;

use kaigong_model::Truth;
use kaigong_rules::{RequirementIdx, Target};

use crate::evaluate::{Evaluation, View};
use crate::walk::{Blocker, BlockerKind};
use family::{Diagram, Family, NONE, Spent, UNIT};

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
    /// Steps that may turn out to be met or not needed: what is asked decides.
    pub provided: Vec<RequirementIdx>,
    /// What no step can mend, where nothing would do.
    pub barred: Vec<RequirementIdx>,
}

/// What to count.
pub struct WaysOptions<'c> {
    /// The cost of meeting a step.
    pub cost: &'c dyn Fn(RequirementIdx) -> i64,
    /// Alternatives listed of a menu.
    pub listed: usize,
    /// Nodes of the diagram.
    pub budget: usize,
}

impl Evaluation<'_> {
    /// The ways of one project to the goal; none but the empty one where it is cleared.
    pub fn ways(&self, row: u32, blockers: &[Blocker], options: &WaysOptions<'_>) -> Ways {
        let view = self.view(row as usize / 64);
        let search = Search::new(&view, row as usize % 64, blockers);
        search.ways(options)
    }
}

struct Search<'s, 'v, 'a> {
    view: &'s View<'v, 'a>,
    lane: usize,
    /// Place of each requirement in an order with needs last: the items of the diagram. What is put together in the
    /// walk then stands above what it is put to, and the diagram is seldom descended far.
    place: Vec<u32>,
    /// Steps that no one can meet: they wait for one another.
    locked: Vec<RequirementIdx>,
}

impl<'s, 'v, 'a> Search<'s, 'v, 'a> {
    fn new(view: &'s View<'v, 'a>, lane: usize, blockers: &[Blocker]) -> Self {
        let mut place = vec![0; view.pack.requirements.len()];
        for (at, idx) in view.pack.order.iter().enumerate() {
            place[idx.0 as usize] = (view.pack.order.len() - 1 - at) as u32;
        }
        let stuck = blockers.iter().filter(|blocker| blocker.kind == BlockerKind::Deadlock);
        Self { view, lane, place, locked: stuck.map(|blocker| blocker.requirement).collect() }
    }

    fn ways(&self, options: &WaysOptions<'_>) -> Ways {
        let mut diagram = Diagram::new(options.budget);
        match self.family(&mut diagram).and_then(|family| self.told(&mut diagram, family, options)) {
            Ok(ways) => ways,
            Err(Spent) => self.bounded(options),
        }
    }

    /// The minimal sets that clear the goal.
    fn family(&self, diagram: &mut Diagram) -> Result<Family, Spent> {
        let mut clear = vec![UNIT; self.place.len()];
        for &idx in &self.view.pack.order {
            clear[idx.0 as usize] = self.clear(idx, &clear, diagram)?;
        }
        Ok(clear[self.view.program.goal.0 as usize])
    }

    fn clear(&self, idx: RequirementIdx, clear: &[Family], diagram: &mut Diagram) -> Result<Family, Spent> {
        let (view, lane) = (self.view, self.lane);
        if view.truth(view.program.requirements[idx.0 as usize].cleared, lane) == Truth::Yes {
            return Ok(UNIT);
        }
        let own = match view.met(idx, lane) {
            Truth::Yes => UNIT,
            _ if self.locked.contains(&idx) => NONE,
            _ => diagram.single(self.place[idx.0 as usize])?,
        };
        self.with_needs(idx, own, clear, diagram)
    }

    /// A family put together with what every need asks that is not there yet.
    fn with_needs(
        &self,
        idx: RequirementIdx,
        own: Family,
        clear: &[Family],
        diagram: &mut Diagram,
    ) -> Result<Family, Spent> {
        let mut family = own;
        let (segment, body) = self.view.segment(idx, self.lane);
        for need in segment.each.iter().filter(|need| self.view.truth(need.contribution, self.lane) != Truth::Yes) {
            let needed = match &body.needs[need.need].target {
                Target::Step(step) => clear[step.0 as usize],
                Target::Group { choose, members } => self.choose(*choose as usize, members, clear, diagram)?,
            };
            family = diagram.both(family, needed)?;
        }
        Ok(family)
    }

    /// The minimal sets that satisfy `choose` of the members.
    fn choose(
        &self,
        choose: usize,
        members: &[RequirementIdx],
        clear: &[Family],
        diagram: &mut Diagram,
    ) -> Result<Family, Spent> {
        // `reached[k]` satisfies k of the members looked at.
        let mut reached = vec![NONE; choose + 1];
        reached[0] = UNIT;
        for &member in members {
            let satisfied = self.satisfied(member, clear, diagram)?;
            for k in (1..=choose).rev() {
                let one_more = diagram.both(reached[k - 1], satisfied)?;
                reached[k] = diagram.either(reached[k], one_more)?;
            }
        }
        Ok(reached[choose])
    }

    /// A member counts only if it applies. One that may apply counts provided that it does: it is a step of the way.
    fn satisfied(&self, member: RequirementIdx, clear: &[Family], diagram: &mut Diagram) -> Result<Family, Spent> {
        match self.view.applies(member, self.lane) {
            Truth::No => Ok(NONE),
            Truth::Yes => Ok(clear[member.0 as usize]),
            Truth::Unknown if self.locked.contains(&member) => Ok(NONE),
            Truth::Unknown => {
                let own = diagram.single(self.place[member.0 as usize])?;
                self.with_needs(member, own, clear, diagram)
            }
        }
    }

    fn step(&self, item: u32) -> RequirementIdx {
        self.view.pack.order[self.place.len() - 1 - item as usize]
    }

    /// Steps of ordered items, needs first.
    fn steps(&self, items: &[u32]) -> Vec<RequirementIdx> {
        items.iter().rev().map(|&item| self.step(item)).collect()
    }

    fn told(&self, diagram: &mut Diagram, family: Family, options: &WaysOptions<'_>) -> Result<Ways, Spent> {
        let (every, some) = diagram.items(family);
        let rest = diagram.without(family, &every)?;
        let menus = self.menus(diagram, rest, options)?;
        let cost = |item: u32| (options.cost)(self.step(item));
        let way = |found: Option<(i64, Vec<u32>)>| {
            found.map(|(_, items)| Way { cost: items.iter().map(|&item| cost(item)).sum(), steps: self.steps(&items) })
        };
        Ok(Ways {
            completeness: Completeness::Complete,
            count: diagram.count(family),
            always: self.steps(&every),
            menus,
            fewest: way(diagram.lightest(family, |_| 1)),
            // Of several that cost the same, the one of fewest steps.
            cheapest: way(diagram.lightest(family, |item| cost(item).saturating_mul(1 << 16).saturating_add(1))),
            provided: self.steps(&some).into_iter().filter(|&idx| self.may_fall_away(idx)).collect(),
            barred: if family == NONE { self.barred() } else { Vec::new() },
        })
    }

    /// Whether what is not known could make the step met or not needed.
    fn may_fall_away(&self, idx: RequirementIdx) -> bool {
        self.view.applies(idx, self.lane) != Truth::Yes || self.view.met(idx, self.lane) == Truth::Unknown
    }

    /// Splits the choices into menus that do not depend on one another.
    fn menus(&self, diagram: &mut Diagram, rest: Family, options: &WaysOptions<'_>) -> Result<Vec<Menu>, Spent> {
        let (_, mut left) = diagram.items(rest);
        let mut menus = Vec::new();
        let mut family = rest;
        while let Some(&first) = left.first() {
            let items = independent(diagram, family, first, &left)?;
            let menu = diagram.only(family, &items)?;
            left.retain(|item| !items.contains(item));
            family = diagram.only(family, &left)?;
            let alternatives = diagram.sets(menu, options.listed);
            let alternatives = alternatives.iter().map(|set| self.steps(set)).collect();
            menus.push(Menu { alternatives, count: diagram.count(menu) });
        }
        Ok(menus)
    }

    /// Steps that are held up by what no step can mend.
    fn barred(&self) -> Vec<RequirementIdx> {
        let mut diagram = Diagram::new(WAYS_BUDGET);
        let mut clear = vec![UNIT; self.place.len()];
        let mut barred = Vec::new();
        for &idx in &self.view.pack.order {
            let Ok(family) = self.clear(idx, &clear, &mut diagram) else { return barred };
            clear[idx.0 as usize] = family;
            let (segment, body) = self.view.segment(idx, self.lane);
            let below = segment
                .each
                .iter()
                .filter(|need| self.view.truth(need.contribution, self.lane) != Truth::Yes)
                .flat_map(|need| body.needs[need.need].target.requirements())
                .any(|step| clear[step.0 as usize] == NONE);
            if family == NONE && !below {
                barred.push(idx);
            }
        }
        barred
    }

    /// One way and a bound, where the diagram grew too large: of each choice the members with fewest steps.
    fn bounded(&self, options: &WaysOptions<'_>) -> Ways {
        let mut sets: Vec<Option<Vec<u32>>> = vec![Some(Vec::new()); self.place.len()];
        let mut forced: Vec<Vec<u32>> = vec![Vec::new(); self.place.len()];
        for &idx in &self.view.pack.order {
            let (set, every) = self.narrow(idx, &sets, &forced);
            sets[idx.0 as usize] = set;
            forced[idx.0 as usize] = every;
        }
        let goal = self.view.program.goal.0 as usize;
        let way = sets[goal].as_ref().map(|items| {
            let steps = self.steps(items);
            Way { cost: steps.iter().map(|&idx| (options.cost)(idx)).sum(), steps }
        });
        Ways {
            completeness: Completeness::Bounded { at_least: forced[goal].len() },
            count: u128::from(way.is_some()),
            always: self.steps(&forced[goal]),
            menus: Vec::new(),
            provided: way.iter().flat_map(|way| &way.steps).copied().filter(|&idx| self.may_fall_away(idx)).collect(),
            fewest: way.clone(),
            cheapest: way,
            barred: Vec::new(),
        }
    }

    /// A set that clears a requirement, and steps that every such set has.
    fn narrow(
        &self,
        idx: RequirementIdx,
        sets: &[Option<Vec<u32>>],
        forced: &[Vec<u32>],
    ) -> (Option<Vec<u32>>, Vec<u32>) {
        let (view, lane) = (self.view, self.lane);
        if view.truth(view.program.requirements[idx.0 as usize].cleared, lane) == Truth::Yes {
            return (Some(Vec::new()), Vec::new());
        }
        let own: Vec<u32> =
            if view.met(idx, lane) == Truth::Yes { Vec::new() } else { vec![self.place[idx.0 as usize]] };
        let mut set = if self.locked.contains(&idx) { None } else { Some(own.clone()) };
        let mut every = own;
        let (segment, body) = view.segment(idx, lane);
        for need in segment.each.iter().filter(|need| view.truth(need.contribution, lane) != Truth::Yes) {
            let added = match &body.needs[need.need].target {
                Target::Step(step) => {
                    every.extend(&forced[step.0 as usize]);
                    sets[step.0 as usize].clone()
                }
                Target::Group { choose, members } => {
                    let open = members.iter().filter(|&&member| view.applies(member, lane) != Truth::No);
                    let mut ranked: Vec<(usize, u32, Vec<u32>)> = open
                        .filter_map(|&member| {
                            let mut set = sets[member.0 as usize].clone()?;
                            if view.applies(member, lane) == Truth::Unknown {
                                set.push(self.place[member.0 as usize]);
                            }
                            Some((set.len(), self.place[member.0 as usize], set))
                        })
                        .collect();
                    ranked.sort();
                    let enough = ranked.len() >= *choose as usize;
                    let taken = ranked.into_iter().take(*choose as usize).flat_map(|(.., set)| set);
                    enough.then(|| taken.collect())
                }
            };
            set = set.zip(added).map(|(mut set, added)| {
                set.extend(added);
                set.sort_unstable();
                set.dedup();
                set
            });
        }
        every.sort_unstable();
        every.dedup();
        (set, every)
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
