//! Compiling a pack: the law of a day folded in, requirements in order, needs first.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{Date, FactIdx};
use kaigong_rules::expression::{Condition, ParameterIdx, Reading, Use, Written};
use kaigong_rules::{Body, Need, Pack, Requirement, RequirementIdx, RequirementKind, Target};

use super::{DrawNodes, Governed, Known, NeedNodes, Node, NodeIdx, Program, RequirementNodes, Segment};
use crate::terms::{Choices, Lowering, Slot, Test, Tree};

mod anew;

/// What a pack is compiled for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compile {
    /// Index of the goal.
    pub(crate) goal: usize,
    /// The day whose law is taken.
    pub(crate) law: Date,
    /// Whether that law is applied on other days too: nothing that begins later is known of.
    pub(crate) fixed: bool,
    /// Whether grants alone meet what draws on pools, as under a plan.
    pub(crate) plan: bool,
}

const FIRST_DAY: Date = Date(i32::MIN);

/// A pack under two states of the law at once: a bool fact of each row picks which of them holds for each of some texts.
#[derive(Clone, Debug)]
pub(crate) struct Split {
    /// The two laws: a day, and whether that law is applied on other days too.
    pub(crate) laws: [(Date, bool); 2],
    /// Requirements, and the facts that pick.
    pub(crate) requirements: BTreeMap<RequirementIdx, FactIdx>,
    /// Parameters, and the facts that pick; of a requirement that a date governs, its own fact picks those too.
    pub(crate) parameters: BTreeMap<ParameterIdx, FactIdx>,
}

impl Split {
    /// Two laws, between which rows pick in no text yet.
    pub(crate) fn between(laws: [(Date, bool); 2]) -> Self {
        Self { laws, requirements: BTreeMap::new(), parameters: BTreeMap::new() }
    }
}

/// Compiles a pack for the law of `law` and a goal.
///
/// # Complexity
/// Linear in the expressions of the pack times the law's changes that governed requirements see.
pub(crate) fn compile(pack: &Pack, goal: usize, law: Date) -> Program {
    compile_for(pack, Compile { goal, law, fixed: false, plan: false })
}

/// The same, for all that may be asked.
pub(crate) fn compile_for(pack: &Pack, asked: Compile) -> Program {
    compile_split(pack, asked, Split::between([(asked.law, asked.fixed); 2]))
}

/// The same, where rows pick between two laws.
pub(crate) fn compile_split(pack: &Pack, asked: Compile, split: Split) -> Program {
    let mut compiler = Compiler::new(pack, asked, split);
    compiler.done.resize_with(pack.requirements.len(), || None);
    for &idx in &pack.order {
        let nodes = match compiler.split.requirements.get(&idx) {
            Some(&fact) => compiler.either(idx, fact),
            None => compiler.requirement(&pack[idx]),
        };
        compiler.done[idx.0 as usize] = Some(nodes);
    }
    let started = compiler.started();
    let core = compiler.nodes.len();
    let mut alerts = Vec::new();
    for (at, alert) in pack.alerts.iter().enumerate() {
        if alert.period.contains(asked.law) {
            let node = compiler.condition(&alert.when, asked.law).0;
            alerts.push((at, node));
        }
    }
    compiler.finish(started, core, alerts)
}

/// Every day on which something in the pack's law changes, in order: the first day of each new state.
pub(crate) fn law_days(pack: &Pack) -> Vec<Date> {
    let mut days = BTreeSet::new();
    let mut add = |period: kaigong_rules::Period| {
        days.extend(period.from);
        days.extend(period.to.map(|to| Date(to.0 + 1)));
    };
    for parameter in &pack.parameters {
        parameter.values.iter().for_each(|value| add(value.period));
    }
    for requirement in &pack.requirements {
        add(requirement.period);
        requirement.versions.iter().for_each(|version| add(version.period));
        requirement.bodies().flat_map(|body| &body.needs).for_each(|need| add(need.edge.period));
    }
    pack.alerts.iter().for_each(|alert| add(alert.period));
    days.into_iter().collect()
}

struct Compiler<'a> {
    pack: &'a Pack,
    goal: usize,
    law: Date,
    /// Whether it is the law of every day.
    fixed: bool,
    /// Whether grants alone meet what draws on pools.
    plan: bool,
    nodes: Vec<Node>,
    known: Known,
    slots: Vec<Slot>,
    done: Vec<Option<RequirementNodes>>,
    split: Split,
    /// The parameters whose law rows pick.
    choices: Choices,
    no_choices: Choices,
    /// Whether a requirement is compiled that a date governs: its date picks its parameters.
    governed: bool,
    /// Steps of which rows pick the law, as their consumers see them.
    bindings: BTreeMap<RequirementIdx, NodeIdx>,
}

impl<'a> Compiler<'a> {
    fn new(pack: &'a Pack, asked: Compile, split: Split) -> Self {
        let Compile { goal, law, fixed, plan } = asked;
        let laws = split.laws.map(|(day, _)| day);
        let choices = split.parameters.iter().map(|(&parameter, &fact)| (parameter, (fact, laws))).collect();
        Self {
            pack,
            goal,
            law,
            fixed,
            plan,
            nodes: Vec::new(),
            known: Known::default(),
            slots: Vec::new(),
            done: Vec::new(),
            split,
            choices,
            no_choices: Choices::new(),
            governed: false,
            bindings: BTreeMap::new(),
        }
    }

    /// When a project has started.
    fn started(&mut self) -> NodeIdx {
        match &self.pack.goals[self.goal].started_when {
            Some(when) => self.condition(when, self.law).0,
            None => self.add(Node::Const(false)),
        }
    }

    fn finish(self, started: NodeIdx, core: usize, alerts: Vec<(usize, NodeIdx)>) -> Program {
        Program {
            nodes: self.nodes,
            known: self.known,
            requirements: self.done.into_iter().flatten().collect(),
            goal: self.pack.goals[self.goal].requirement,
            started,
            core,
            alerts,
            slots: self.slots,
        }
    }

    fn add(&mut self, node: Node) -> NodeIdx {
        if let Some(&found) = self.known.get(&node) {
            return found;
        }
        let idx = NodeIdx(self.nodes.len() as u32);
        self.nodes.push(node.clone());
        self.known.insert(node, idx);
        idx
    }

    fn constant(&self, node: NodeIdx) -> Option<bool> {
        match self.nodes[node.0 as usize] {
            Node::Const(value) => Some(value),
            _ => None,
        }
    }

    fn not(&mut self, input: NodeIdx) -> NodeIdx {
        match self.nodes[input.0 as usize] {
            Node::Const(value) => self.add(Node::Const(!value)),
            Node::Not(inner) => inner,
            _ => self.add(Node::Not(input)),
        }
    }

    /// And (`unit` true) or or (`unit` false): constants folded, repeats dropped.
    fn gate(&mut self, unit: bool, inputs: impl IntoIterator<Item = NodeIdx>) -> NodeIdx {
        let mut kept: Vec<NodeIdx> = Vec::new();
        for input in inputs {
            match self.constant(input) {
                Some(value) if value == unit => {}
                Some(_) => return input,
                None => kept.push(input),
            }
        }
        kept.sort_unstable();
        kept.dedup();
        match kept.as_slice() {
            [] => self.add(Node::Const(unit)),
            [single] => *single,
            _ => self.add(if unit { Node::And(kept) } else { Node::Or(kept) }),
        }
    }

    fn tree(&mut self, tree: &Tree) -> NodeIdx {
        match tree {
            Tree::Const(value) => self.add(Node::Const(*value)),
            Tree::Test(test) => self.add(Node::Test(test.clone())),
            Tree::Not(inner) => {
                let inner = self.tree(inner);
                self.not(inner)
            }
            Tree::And(parts) | Tree::Or(parts) => {
                let inputs: Vec<NodeIdx> = parts.iter().map(|part| self.tree(part)).collect();
                self.gate(matches!(tree, Tree::And(_)), inputs)
            }
        }
    }

    fn lowering(&mut self, law: Date) -> Lowering<'_> {
        let split = if self.governed { &self.no_choices } else { &self.choices };
        Lowering { pack: self.pack, law, goal: self.goal, slots: &mut self.slots, split, picked: BTreeMap::new() }
    }

    fn condition(&mut self, condition: &Written<Condition>, law: Date) -> (NodeIdx, Tree) {
        let tree = self.lowering(law).tree(&condition.tree);
        (self.tree(&tree), tree)
    }

    /// A requirement under both laws, of which each row picks one.
    fn either(&mut self, idx: RequirementIdx, fact: FactIdx) -> RequirementNodes {
        let own = (self.law, self.fixed);
        let [(before, unbound), (after, bound)] = self.split.laws.map(|law| {
            (self.law, self.fixed) = law;
            let nodes = self.requirement(&self.pack[idx]);
            self.done[idx.0 as usize] = Some(nodes.clone());
            let binding = if self.is_customary(idx) { self.add(Node::Const(true)) } else { self.binding_step(idx) };
            (nodes, binding)
        });
        (self.law, self.fixed) = own;
        let binding = self.picks(fact, unbound, bound);
        let applies = self.picks(fact, before.applies, after.applies);
        let met = self.picks(fact, before.met, after.met);
        let needs = self.picks(fact, before.needs, after.needs);
        let cleared = self.picks(fact, before.cleared, after.cleared);
        let satisfied = self.picks(fact, before.satisfied, after.satisfied);
        self.bindings.insert(idx, binding);
        RequirementNodes { applies, met, needs, cleared, satisfied, ..after }
    }

    /// One node where a fact is no, another where it is yes.
    fn picks(&mut self, fact: FactIdx, no: NodeIdx, yes: NodeIdx) -> NodeIdx {
        if no == yes {
            return no;
        }
        let chosen = self.add(Node::Test(Test::Bool(fact)));
        let not = self.not(chosen);
        let (no, yes) = (self.gate(true, [not, no]), self.gate(true, [chosen, yes]));
        self.gate(false, [no, yes])
    }

    fn requirement(&mut self, requirement: &Requirement) -> RequirementNodes {
        self.governed = requirement.governed_by.is_some();
        let nodes = self.nodes_of(requirement);
        self.governed = false;
        nodes
    }

    fn nodes_of(&mut self, requirement: &Requirement) -> RequirementNodes {
        let starts = self.segment_starts(requirement);
        let segments: Vec<Segment> = starts.iter().map(|&(from, law)| self.segment(requirement, from, law)).collect();
        let current = segments.iter().rposition(|segment| segment.from <= self.law).unwrap_or(0);
        let governed_by = requirement.governed_by;
        let applies = self.pick(governed_by, &segments, |segment| segment.applies);
        let met = self.pick(governed_by, &segments, |segment| segment.met);
        let needs = self.pick(governed_by, &segments, |segment| segment.needs);
        let not_applies = self.not(applies);
        let done = self.gate(true, [met, needs]);
        let cleared = self.gate(false, [not_applies, done]);
        let satisfied = self.gate(true, [applies, met, needs]);
        RequirementNodes { segments, current, governed_by, applies, met, needs, cleared, satisfied }
    }

    /// First day of each stretch, and a day within it to take the law at.
    fn segment_starts(&self, requirement: &Requirement) -> Vec<(Date, Date)> {
        if requirement.governed_by.is_none() {
            return vec![(FIRST_DAY, self.law)];
        }
        let mut days = BTreeSet::from([FIRST_DAY]);
        let mut add = |period: kaigong_rules::Period| {
            days.extend(period.from);
            days.extend(period.to.map(|to| Date(to.0 + 1)));
        };
        requirement.versions.iter().for_each(|version| add(version.period));
        for body in requirement.bodies() {
            body.uses(&mut |used| {
                if let Use::Parameter(parameter) = used {
                    self.pack.parameters[parameter.0 as usize].values.iter().for_each(|value| add(value.period));
                }
            });
        }
        days.retain(|day| !self.fixed || *day <= self.law);
        days.into_iter().map(|day| (day, day)).collect()
    }

    fn governed(&self, reading: Reading, options: Vec<(Date, NodeIdx)>) -> Node {
        Node::Governed(Governed { reading, options, law: self.fixed.then_some(self.law) })
    }

    fn pick(&mut self, by: Option<Reading>, segments: &[Segment], node: impl Fn(&Segment) -> NodeIdx) -> NodeIdx {
        let first = node(&segments[0]);
        match by {
            Some(reading) if segments.iter().any(|segment| node(segment) != first) => {
                let options = segments.iter().map(|segment| (segment.from, node(segment))).collect();
                self.add(self.governed(reading, options))
            }
            _ => first,
        }
    }

    fn segment(&mut self, requirement: &Requirement, from: Date, law: Date) -> Segment {
        let version = requirement.versions.iter().position(|version| version.period.contains(law));
        let body = version.map_or(&requirement.base, |at| &requirement.versions[at].body);
        let (applies, applies_tree) = self.applies(requirement, body, law);
        let (met_when, met_tree) = match &body.met_when {
            Some(condition) => self.condition(condition, law),
            None => (self.add(Node::Const(true)), Tree::Const(true)),
        };
        let evidence: Vec<NodeIdx> =
            body.evidenced_by.iter().map(|&fact| self.add(Node::Test(Test::Issued(fact)))).collect();
        let covered = (self.plan && !body.draws.is_empty()).then(|| self.covered(body, law));
        let met = self.gate(false, evidence.into_iter().chain([met_when]).chain(covered));
        let (mut each, mut when_trees) = (Vec::new(), Vec::new());
        for (at, need) in body.needs.iter().enumerate() {
            let (nodes, tree) = self.need(at, need, law);
            each.push(nodes);
            when_trees.push(tree);
        }
        let needs = self.gate(true, each.iter().map(|need| need.contribution).collect::<Vec<_>>());
        let draws = self.draws(body, law);
        let body = version.map_or(0, |at| at + 1);
        Segment { from, body, applies, met, met_when, needs, each, draws, applies_tree, met_tree, when_trees }
    }

    fn applies(&mut self, requirement: &Requirement, body: &Body, law: Date) -> (NodeIdx, Tree) {
        if !requirement.period.contains(self.law) {
            return (self.add(Node::Const(false)), Tree::Const(false));
        }
        match &body.applies_when {
            Some(condition) => self.condition(condition, law),
            None => (self.add(Node::Const(true)), Tree::Const(true)),
        }
    }

    fn need(&mut self, at: usize, need: &Need, law: Date) -> (NeedNodes, Option<Tree>) {
        let target = match &need.target {
            Target::Step(step) => self.step(*step),
            Target::Group { choose, members } => self.group(*choose, members),
        };
        let in_period = need.edge.period.contains(self.law);
        let advisory = match &need.target {
            Target::Step(step) => !self.bindings.contains_key(step) && self.is_customary(*step),
            Target::Group { .. } => false,
        };
        let binds = in_period && !need.edge.customary && !advisory;
        let (when, tree) = match &need.edge.when {
            Some(condition) => {
                let (node, tree) = self.condition(condition, law);
                (Some(node), Some(tree))
            }
            None => (None, None),
        };
        let contribution = if binds {
            let exempt = when.map(|when| self.not(when));
            let binding = match &need.target {
                Target::Step(step) => match self.bindings.get(step) {
                    Some(&binding) => binding,
                    None => self.binding_step(*step),
                },
                Target::Group { .. } => target,
            };
            self.gate(false, exempt.into_iter().chain([binding]))
        } else {
            self.add(Node::Const(true))
        };
        (NeedNodes { need: at, contribution, when, target, binds, in_period }, tree)
    }

    fn step(&self, step: RequirementIdx) -> NodeIdx {
        // INVARIANT: requirements are compiled in `pack.order`, needs first.
        self.done[step.0 as usize].as_ref().map_or(NodeIdx(0), |nodes| nodes.cleared)
    }

    /// Whether a step is customary under every law that may govern it.
    fn is_customary(&self, step: RequirementIdx) -> bool {
        let requirement = &self.pack[step];
        match requirement.governed_by {
            None => requirement.body(self.law).kind == RequirementKind::Customary,
            Some(_) => requirement.bodies().all(|body| body.kind == RequirementKind::Customary),
        }
    }

    /// A step as its consumers see it: in periods in which it is customary by its own governing date, it binds nobody.
    fn binding_step(&mut self, step: RequirementIdx) -> NodeIdx {
        let cleared = self.step(step);
        let requirement = &self.pack[step];
        let Some(reading) = requirement.governed_by else { return cleared };
        let starts: Vec<(Date, usize)> = match &self.done[step.0 as usize] {
            Some(nodes) => nodes.segments.iter().map(|segment| (segment.from, segment.body)).collect(),
            None => return cleared,
        };
        let customary = |body: usize| {
            let body = if body == 0 { &requirement.base } else { &requirement.versions[body - 1].body };
            body.kind == RequirementKind::Customary
        };
        let free = self.add(Node::Const(true));
        if starts.iter().all(|(_, body)| customary(*body) == customary(starts[0].1)) {
            // A later text may bind where the law in question knows none that does.
            return if customary(starts[0].1) { free } else { cleared };
        }
        let options = starts.into_iter().map(|(from, body)| (from, if customary(body) { free } else { cleared }));
        let options = options.collect();
        self.add(self.governed(reading, options))
    }

    fn group(&mut self, choose: u32, members: &[RequirementIdx]) -> NodeIdx {
        let inputs: Vec<NodeIdx> = members
            .iter()
            .filter_map(|member| self.done[member.0 as usize].as_ref().map(|nodes| nodes.satisfied))
            .collect();
        if choose == 1 {
            return self.gate(false, inputs);
        }
        if inputs.len() < choose as usize {
            return self.add(Node::Const(false));
        }
        self.add(Node::AtLeast(choose, inputs))
    }

    /// Whether grants cover every draw that applies.
    fn covered(&mut self, body: &Body, law: Date) -> NodeIdx {
        let mut draws = Vec::new();
        for draw in &body.draws {
            let when = draw.when.as_ref().map(|when| self.lowering(law).tree(&when.tree));
            draws.push((when, self.lowering(law).term(&draw.amount.tree), draw.pools().collect()));
        }
        self.add(Node::Test(Test::Granted(draws)))
    }

    fn draws(&mut self, body: &Body, law: Date) -> Vec<DrawNodes> {
        let mut draws = Vec::new();
        for (draw, written) in body.draws.iter().enumerate() {
            let amount = self.lowering(law).term(&written.amount.tree);
            let when = match &written.when {
                Some(condition) => self.condition(condition, law).0,
                None => self.add(Node::Const(true)),
            };
            draws.push(DrawNodes { draw, amount, when });
        }
        draws
    }
}
