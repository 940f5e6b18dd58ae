//! What clears the goal of one project, as a monotone formula over the steps that are still unmet.

use kaigong_model::Truth;
use kaigong_rules::{RequirementIdx, Target};

use super::family::{Diagram, Family, NONE, Spent, UNIT};
use crate::view::View;
use crate::walk::{Blocker, BlockerKind};

/// Whether what a requirement itself asks for is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    /// It is.
    Met,
    /// It is this step, by its item.
    Step(u32),
    /// It never can be: projects wait for one another.
    Never,
}

/// So many of these nodes.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) choose: usize,
    pub(crate) members: Vec<usize>,
}

/// A requirement that is not cleared: its own step, and every choice.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The requirement; `None` for whatever is cleared already.
    pub(crate) requirement: Option<RequirementIdx>,
    pub(crate) own: Own,
    pub(crate) needs: Vec<Choice>,
    /// Whether it takes no time: it is done, if only it is known to apply.
    pub(crate) at_once: bool,
}

/// Nodes with needs first; the goal is the last.
///
/// Items number the steps in an order with needs last: what is put together on the way up then stands above what
/// it is put to, and diagrams over the items are seldom descended far.
#[derive(Clone, Debug)]
pub(crate) struct Formula {
    pub(crate) nodes: Vec<Node>,
    /// The step of each item.
    pub(crate) steps: Vec<RequirementIdx>,
}

/// The node of everything that is cleared already.
const CLEARED: usize = 0;

struct Builder<'b, 'v, 'a> {
    view: &'b View<'v, 'a>,
    lane: usize,
    /// Steps that no one can meet.
    locked: Vec<RequirementIdx>,
    /// The node of each requirement, once it is made; and of one that may apply, taken as a step.
    clear: Vec<usize>,
    satisfied: Vec<Option<usize>>,
    formula: Formula,
    items: Vec<u32>,
}

impl Formula {
    /// The formula of a row.
    pub(crate) fn new(view: &View<'_, '_>, lane: usize, blockers: &[Blocker]) -> Self {
        let stuck = blockers.iter().filter(|blocker| blocker.kind == BlockerKind::Deadlock);
        let count = view.pack.requirements.len();
        let steps: Vec<RequirementIdx> = view.pack.order.iter().rev().copied().collect();
        let mut items = vec![0; count];
        steps.iter().enumerate().for_each(|(item, idx)| items[idx.0 as usize] = item as u32);
        let cleared = Node { requirement: None, own: Own::Met, needs: Vec::new(), at_once: true };
        let mut builder = Builder {
            view,
            lane,
            locked: stuck.map(|blocker| blocker.requirement).collect(),
            clear: vec![CLEARED; count],
            satisfied: vec![None; count],
            formula: Self { nodes: vec![cleared], steps },
            items,
        };
        let below = builder.below_goal();
        for &idx in view.pack.order.iter().filter(|idx| below[idx.0 as usize]) {
            builder.clear[idx.0 as usize] = builder.clear(idx);
        }
        // The goal is needed by nothing below it, so it was made last; unless it is cleared.
        builder.formula
    }

    pub(crate) fn step(&self, item: u32) -> RequirementIdx {
        self.steps[item as usize]
    }

    /// Steps of ordered items, needs first.
    pub(crate) fn steps(&self, items: &[u32]) -> Vec<RequirementIdx> {
        items.iter().rev().map(|&item| self.step(item)).collect()
    }

    /// The items that some node asks for, in order.
    pub(crate) fn items(&self) -> Vec<u32> {
        let own = |node: &Node| match node.own {
            Own::Step(item) => Some(item),
            Own::Met | Own::Never => None,
        };
        let mut items: Vec<u32> = self.nodes.iter().filter_map(own).collect();
        items.sort_unstable();
        items.dedup();
        items
    }

    /// Whether steps, by item, clear the goal.
    pub(crate) fn holds(&self, met: &[bool]) -> bool {
        let mut holds = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let own = match node.own {
                Own::Met => true,
                Own::Step(item) => met[item as usize],
                Own::Never => false,
            };
            let enough = |need: &Choice| need.members.iter().filter(|&&at| holds[at]).count() >= need.choose;
            holds.push(own && node.needs.iter().all(enough));
        }
        holds.last() == Some(&true)
    }

    /// The same of steps by name.
    pub(crate) fn clears(&self, steps: &[RequirementIdx]) -> bool {
        let met: Vec<bool> = self.steps.iter().map(|step| steps.contains(step)).collect();
        self.holds(&met)
    }

    /// The minimal sets that clear each node. What a step counts as is given by its item: itself, or its office;
    /// what counts as nothing is free.
    pub(crate) fn families(
        &self,
        diagram: &mut Diagram,
        counts_as: impl Fn(u32) -> Option<u32>,
    ) -> Result<Vec<Family>, Spent> {
        let mut families = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let mut family = match node.own {
                Own::Met => UNIT,
                Own::Step(item) => counts_as(item).map_or(Ok(UNIT), |item| diagram.single(item))?,
                Own::Never => NONE,
            };
            for need in &node.needs {
                let needed = choose(diagram, need.choose, need.members.iter().map(|&at| families[at]))?;
                family = diagram.both(family, needed)?;
            }
            families.push(family);
        }
        Ok(families)
    }
}

/// The minimal sets that satisfy `choose` of the members.
pub(crate) fn choose(
    diagram: &mut Diagram,
    choose: usize,
    members: impl Iterator<Item = Family>,
) -> Result<Family, Spent> {
    // `reached[k]` satisfies k of the members looked at.
    let mut reached = vec![NONE; choose + 1];
    reached[0] = UNIT;
    for member in members {
        for k in (1..=choose).rev() {
            let one_more = diagram.both(reached[k - 1], member)?;
            reached[k] = diagram.either(reached[k], one_more)?;
        }
    }
    Ok(reached[choose])
}

impl Builder<'_, '_, '_> {
    fn is_cleared(&self, idx: RequirementIdx) -> bool {
        self.view.truth(self.view.program.requirements[idx.0 as usize].cleared, self.lane) == Truth::Yes
    }

    /// The requirements that something at the goal or below still asks for.
    fn below_goal(&self) -> Vec<bool> {
        let mut below = vec![false; self.clear.len()];
        let goal = self.view.program.goal;
        below[goal.0 as usize] = !self.is_cleared(goal);
        for &idx in self.view.pack.order.iter().rev() {
            if below[idx.0 as usize] {
                for (_, members) in self.needs(idx) {
                    for member in members.iter().filter(|&&member| self.asked(member)) {
                        below[member.0 as usize] = true;
                    }
                }
            }
        }
        below
    }

    /// Whether there is something to do about a member.
    fn asked(&self, member: RequirementIdx) -> bool {
        !self.is_cleared(member) || self.view.applies(member, self.lane) == Truth::Unknown
    }

    /// Needs that are not there yet, under every law that may govern: how many, of which; 0 stands for a plain step.
    fn needs(&self, idx: RequirementIdx) -> Vec<(usize, &[RequirementIdx])> {
        let mut needs = Vec::new();
        for (segment, body) in self.view.stretches(idx, self.lane) {
            let open = segment.each.iter().filter(|need| self.view.truth(need.contribution, self.lane) != Truth::Yes);
            needs.extend(open.map(|need| match &body.needs[need.need].target {
                Target::Step(step) => (0, std::slice::from_ref(step)),
                Target::Group { choose, members } => (*choose as usize, members.as_slice()),
            }));
        }
        needs
    }

    fn clear(&mut self, idx: RequirementIdx) -> usize {
        if self.is_cleared(idx) {
            return CLEARED;
        }
        let own = match self.view.met(idx, self.lane) {
            Truth::Yes => Own::Met,
            _ => self.own(idx),
        };
        self.node(idx, own)
    }

    fn own(&self, idx: RequirementIdx) -> Own {
        if self.locked.contains(&idx) { Own::Never } else { Own::Step(self.items[idx.0 as usize]) }
    }

    fn node(&mut self, idx: RequirementIdx, own: Own) -> usize {
        let wanted: Vec<(usize, Vec<RequirementIdx>)> =
            self.needs(idx).into_iter().map(|(choose, members)| (choose, members.to_vec())).collect();
        let mut needs = Vec::new();
        for (choose, members) in wanted {
            needs.push(match choose {
                0 => Choice { choose: 1, members: vec![self.clear[members[0].0 as usize]] },
                _ => Choice { choose, members: members.iter().filter_map(|&member| self.satisfied(member)).collect() },
            });
        }
        let at_once = self.is_cleared(idx);
        self.formula.nodes.push(Node { requirement: Some(idx), own, needs, at_once });
        self.formula.nodes.len() - 1
    }

    /// A member counts only if it applies. One that may apply counts provided that it does: it is a step of the way.
    fn satisfied(&mut self, member: RequirementIdx) -> Option<usize> {
        let at = member.0 as usize;
        match self.view.applies(member, self.lane) {
            Truth::No => None,
            Truth::Yes => Some(self.clear[at]),
            Truth::Unknown => {
                let known = self.satisfied[at].unwrap_or_else(|| self.node(member, self.own(member)));
                self.satisfied[at] = Some(known);
                Some(known)
            }
        }
    }
}
