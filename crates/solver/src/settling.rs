//! Which answers could settle an undetermined verdict: the minimal sets of missing facts that, all answered one way,
//! clear the goal, and those that, all answered the other way, block it.
//!
//! A condition that is unknown for want of facts could turn out either way once they are there; conjunctions are
//! made by all of their unknown parts and broken by any. So both families are built up from the leaves, like ways
//! to start are from steps. Each test is taken to be able to turn out as wished, whatever the others are.

use kaigong_model::{FactIdx, Truth};
use kaigong_rules::{RequirementIdx, Target};

use crate::facts::Day;
use crate::program::{NeedNodes, Segment};
use crate::terms::{Test, Tree};
use crate::view::View;
use crate::walk::Missing;
use crate::ways::family::{Diagram, Family, NONE, Spent, UNIT};
use crate::ways::formula::choose;

/// Minimal sets of missing facts that could settle a verdict one way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// How many there are; 0 says that no answers could.
    pub count: u128,
    /// A few of them, the smallest first.
    pub sets: Vec<Vec<FactIdx>>,
}

/// What could settle an undetermined verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settling {
    /// Answers after which the goal is cleared.
    pub ready: Answers,
    /// Answers after which it is blocked.
    pub blocked: Answers,
}

/// Sets given of each kind.
const SETS: usize = 8;
/// Sets looked through for the smallest.
const LOOKED_THROUGH: usize = 4_096;
/// Nodes of the diagram.
const BUDGET: usize = 1 << 16;

/// Sets that turn a truth into yes, and into no.
#[derive(Clone, Copy)]
struct Either {
    yes: Family,
    no: Family,
}

const YES: Either = Either { yes: UNIT, no: NONE };
const NO: Either = Either { yes: NONE, no: UNIT };

struct Search<'s, 'v, 'a> {
    view: &'s View<'v, 'a>,
    lane: usize,
    diagram: Diagram,
    /// Per requirement: whether it stands in nobody's way, and whether it counts as an alternative.
    cleared: Vec<Either>,
    satisfied: Vec<Either>,
}

/// What could settle the goal of a row; `None` where it is settled, or the sets are too many to tell.
pub(crate) fn settling(view: &View<'_, '_>, lane: usize) -> Option<Settling> {
    let goal = view.program.goal;
    if view.cleared(goal, lane) != Truth::Unknown {
        return None;
    }
    let count = view.program.requirements.len();
    let (diagram, cleared, satisfied) = (Diagram::new(BUDGET), vec![YES; count], vec![YES; count]);
    let mut search = Search { view, lane, diagram, cleared, satisfied };
    for &idx in &view.pack.order {
        search.requirement(idx).ok()?;
    }
    let both = search.cleared[goal.0 as usize];
    Some(Settling { ready: search.answers(both.yes), blocked: search.answers(both.no) })
}

impl Search<'_, '_, '_> {
    fn answers(&self, family: Family) -> Answers {
        let sets = self.diagram.sets(family, LOOKED_THROUGH);
        let mut sets: Vec<Vec<FactIdx>> = sets.into_iter().map(|set| set.into_iter().map(FactIdx).collect()).collect();
        sets.sort_by_key(|set| (set.len(), set.clone()));
        sets.truncate(SETS);
        Answers { count: self.diagram.count(family), sets }
    }

    fn requirement(&mut self, idx: RequirementIdx) -> Result<(), Spent> {
        let (view, lane, at) = (self.view, self.lane, idx.0 as usize);
        let cleared = known(view.cleared(idx, lane));
        let satisfied = known(view.truth(view.program.requirements[at].satisfied, lane));
        if let (Some(cleared), Some(satisfied)) = (cleared, satisfied) {
            (self.cleared[at], self.satisfied[at]) = (cleared, satisfied);
            return Ok(());
        }
        let (segment, body) = view.segment(idx, lane);
        let applies = self.settled(view.applies(idx, lane), |search| search.tree(&segment.applies_tree))?;
        let met = self.settled(view.met(idx, lane), |search| search.met(segment, &body.evidenced_by))?;
        let needs = self.settled(view.needs(idx, lane), |search| search.needs(idx, segment))?;
        let done = self.and(met, needs)?;
        let (cleared_now, satisfied_now) = (self.or(swap(applies), done)?, self.and(applies, done)?);
        let law = self.law(idx)?;
        self.cleared[at] = cleared.map_or_else(|| self.under(law, cleared_now), Ok)?;
        self.satisfied[at] = satisfied.map_or_else(|| self.under(law, satisfied_now), Ok)?;
        Ok(())
    }

    /// What is known as it is; what is not, as it could turn out.
    fn settled(
        &mut self,
        truth: Truth,
        open: impl FnOnce(&mut Self) -> Result<Either, Spent>,
    ) -> Result<Either, Spent> {
        known(truth).map_or_else(|| open(self), Ok)
    }

    /// The governing date, where it has to be known to tell which law holds.
    fn law(&mut self, idx: RequirementIdx) -> Result<Family, Spent> {
        let nodes = &self.view.program.requirements[idx.0 as usize];
        let (row, as_of) = (self.view.row(self.lane), self.view.as_of(self.lane));
        match nodes.governed_by.filter(|_| nodes.segments.len() > 1) {
            Some(reading) if self.view.facts.day(reading, row, as_of) == Day::Unknown => {
                self.diagram.single(reading.fact().0)
            }
            _ => Ok(UNIT),
        }
    }

    fn under(&mut self, law: Family, either: Either) -> Result<Either, Spent> {
        Ok(Either { yes: self.diagram.both(law, either.yes)?, no: self.diagram.both(law, either.no)? })
    }

    fn met(&mut self, segment: &Segment, evidence: &[FactIdx]) -> Result<Either, Spent> {
        let mut met = self.tree(&segment.met_tree)?;
        for &document in evidence {
            let issued = self.tree(&Tree::Test(Test::Issued(document)))?;
            met = self.or(met, issued)?;
        }
        Ok(met)
    }

    fn needs(&mut self, idx: RequirementIdx, segment: &Segment) -> Result<Either, Spent> {
        let mut all = YES;
        for (need, when) in segment.each.iter().zip(&segment.when_trees) {
            let one = self.settled(self.view.truth(need.contribution, self.lane), |search| {
                search.need(idx, need, when.as_ref())
            })?;
            all = self.and(all, one)?;
        }
        Ok(all)
    }

    fn need(&mut self, idx: RequirementIdx, need: &NeedNodes, when: Option<&Tree>) -> Result<Either, Spent> {
        let (_, body) = self.view.segment(idx, self.lane);
        let target = match &body.needs[need.need].target {
            Target::Step(step) => self.cleared[step.0 as usize],
            Target::Group { choose: least, members } => {
                let members: Vec<Either> = members.iter().map(|member| self.satisfied[member.0 as usize]).collect();
                let least = *least as usize;
                let yes = choose(&mut self.diagram, least, members.iter().map(|member| member.yes))?;
                // Too few are left once so many are out.
                let out = (members.len() + 1).saturating_sub(least);
                let no = choose(&mut self.diagram, out, members.iter().map(|member| member.no))?;
                Either { yes, no }
            }
        };
        match when {
            Some(when) => {
                let when = self.tree(when)?;
                self.or(swap(when), target)
            }
            None => Ok(target),
        }
    }

    fn tree(&mut self, tree: &Tree) -> Result<Either, Spent> {
        if let Some(settled) = known(self.view.tree(tree, self.lane)) {
            return Ok(settled);
        }
        match tree {
            Tree::Const(value) => Ok(if *value { YES } else { NO }),
            Tree::Not(inner) => Ok(swap(self.tree(inner)?)),
            Tree::And(parts) => parts.iter().try_fold(YES, |all, part| {
                let part = self.tree(part)?;
                self.and(all, part)
            }),
            Tree::Or(parts) => parts.iter().try_fold(NO, |any, part| {
                let part = self.tree(part)?;
                self.or(any, part)
            }),
            Tree::Test(_) => self.test(tree),
        }
    }

    /// A test turns out either way once everything it lacks is there; one that lacks nothing never will.
    fn test(&mut self, tree: &Tree) -> Result<Either, Spent> {
        let mut missing = Missing::default();
        self.view.missing(tree, self.lane, &mut missing);
        if missing.facts.is_empty() {
            return Ok(Either { yes: NONE, no: NONE });
        }
        let mut all = UNIT;
        for fact in missing.facts {
            let one = self.diagram.single(fact.0)?;
            all = self.diagram.both(all, one)?;
        }
        Ok(Either { yes: all, no: all })
    }

    fn and(&mut self, one: Either, other: Either) -> Result<Either, Spent> {
        Ok(Either { yes: self.diagram.both(one.yes, other.yes)?, no: self.diagram.either(one.no, other.no)? })
    }

    fn or(&mut self, one: Either, other: Either) -> Result<Either, Spent> {
        self.and(swap(one), swap(other)).map(swap)
    }
}

fn known(truth: Truth) -> Option<Either> {
    match truth {
        Truth::Yes => Some(YES),
        Truth::No => Some(NO),
        Truth::Unknown => None,
    }
}

fn swap(either: Either) -> Either {
    Either { yes: either.no, no: either.yes }
}
