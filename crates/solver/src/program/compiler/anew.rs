//! A program after a parameter of its pack has changed: what does not rest on it is not compiled again.

use kaigong_rules::Pack;
use kaigong_rules::expression::{ParameterIdx, Use};

use super::{Compile, Compiler, Program, RequirementNodes, Split};

impl Program {
    /// The program of a pack of which only the values of a parameter have changed since this one was compiled for the
    /// same. Nodes keep their index; those that nothing reads any more stay, and new ones come after them.
    pub(crate) fn with_parameter(self, pack: &Pack, asked: Compile, parameter: ParameterIdx) -> Self {
        let read = |used: Use| used == Use::Parameter(parameter);
        let mut compiler = Compiler::new(pack, asked, Split::between([(asked.law, asked.fixed); 2]));
        (compiler.nodes, compiler.known, compiler.slots) = (self.nodes, self.known, self.slots);
        compiler.done = self.requirements.into_iter().map(Some).collect();
        let mut moved = vec![false; pack.requirements.len()];
        for &idx in &pack.order {
            let requirement = &pack[idx];
            let mut stale = false;
            requirement.uses(&mut |used| stale |= read(used));
            let mut needs = requirement.bodies().flat_map(|body| &body.needs);
            stale |= needs.any(|need| need.target.requirements().iter().any(|of| moved[of.0 as usize]));
            if stale {
                let nodes = compiler.requirement(requirement);
                let before = compiler.done[idx.0 as usize].as_ref();
                moved[idx.0 as usize] = before.is_none_or(|before| !before.same_for_others(&nodes));
                compiler.done[idx.0 as usize] = Some(nodes);
            }
        }
        let started = compiler.started();
        let mut alerts = self.alerts;
        for (at, node) in &mut alerts {
            let when = &pack.alerts[*at].when;
            let mut stale = false;
            when.tree.uses(&mut |used| stale |= read(used));
            if stale {
                *node = compiler.condition(when, asked.law).0;
            }
        }
        // Nodes of alerts stand among the others now.
        let core = compiler.nodes.len();
        compiler.finish(started, core, alerts)
    }
}

impl RequirementNodes {
    /// Whether requirements that need it see the same in both.
    fn same_for_others(&self, other: &Self) -> bool {
        let stretches =
            |nodes: &Self| nodes.segments.iter().map(|segment| (segment.from, segment.body)).collect::<Vec<_>>();
        (self.cleared, self.satisfied) == (other.cleared, other.satisfied) && stretches(self) == stretches(other)
    }
}
