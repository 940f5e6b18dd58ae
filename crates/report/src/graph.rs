//! Pictures of requirement graphs: an explanation or a pack in, Graphviz DOT or SVG out.
//!
//! ```text
//! Explanation | Pack -> Drawing (nodes, edges) -> dot text
//!                                              -> layout (layers, order, places) -> svg text
//! ```
//! The goal stands at the left, what it needs to the right of it; arrows run from a need to what it holds up.
//! Every state has a mark, a border and a colour, so a print without colour says the same.

mod layout;
mod svg;

use std::collections::BTreeMap;
use std::fmt::Write as _;
pub(crate) use svg::{FONTS, TIP};

use kaigong_model::{Date, Lang};
use kaigong_rules::{Pack, RequirementIdx, RequirementKind, Target};
use kaigong_solver::{Evaluation, Explanation, State};

use crate::phrase::{header, inline, plain, say, state_words, verdict_words};
use crate::why::{Child, Class, Context, WhyOptions};

/// How a picture of an explanation is drawn.
#[derive(Clone, Copy, Debug)]
pub struct GraphOptions {
    /// Language.
    pub lang: Lang,
    /// Everything the goal rests on, not only what is unmet.
    pub full: bool,
}

/// Why one project stands where it stands, as Graphviz DOT.
pub fn dot(evaluation: &Evaluation<'_>, explanation: &Explanation, options: &GraphOptions) -> String {
    dot_text(&explained(evaluation, explanation, *options))
}

/// Why one project stands where it stands, as an SVG picture.
///
/// # Complexity
/// Linear in nodes and edges, and in the layers that edges cross, up to a limit.
pub fn svg(evaluation: &Evaluation<'_>, explanation: &Explanation, options: &GraphOptions) -> String {
    svg::text(&explained(evaluation, explanation, *options), options.lang)
}

/// [`svg`] as a part of a page that has a title and the marker [`TIP`] of its own; whether the goal stands at the top, as
/// it does where the layers are too many to stand side by side.
pub(crate) fn embedded(evaluation: &Evaluation<'_>, explanation: &Explanation, lang: Lang) -> (String, bool) {
    svg::embedded(&explained(evaluation, explanation, GraphOptions { lang, full: false }), lang)
}

/// A pack's requirements on a day, or those of one stage with what they touch, as Graphviz DOT.
pub fn pack_dot(pack: &Pack, as_of: Date, stage: Option<&str>, lang: Lang) -> String {
    dot_text(&of_pack(pack, as_of, stage, lang))
}

/// A pack's requirements on a day, or those of one stage with what they touch, as an SVG picture.
pub fn pack_svg(pack: &Pack, as_of: Date, stage: Option<&str>, lang: Lang) -> String {
    svg::text(&of_pack(pack, as_of, stage, lang), lang)
}

/// What a node looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    Blocker,
    Uncertain,
    Waiting,
    Undetermined,
    Met,
    NotApplicable,
    Hard,
    Judgement,
    Customary,
    Outside,
    Choice,
}

/// How a look is drawn.
struct Style {
    mark: &'static str,
    fill: &'static str,
    stroke: &'static str,
    /// Width of the border, tenths of a pixel.
    border: u32,
    /// Dashes of the border; solid where empty.
    dashes: &'static str,
}

impl Look {
    fn style(self) -> Style {
        let style = |mark, fill, stroke, border, dashes| Style { mark, fill, stroke, border, dashes };
        match self {
            Self::Blocker => style("×", "#fdecea", "#b71c1c", 30, ""),
            Self::Uncertain => style("×?", "#fff3e0", "#e65100", 20, "9 3"),
            Self::Waiting => style("…", "#f5f5f5", "#616161", 12, "6 4"),
            Self::Undetermined => style("?", "#e3f2fd", "#1565c0", 15, "2 3"),
            Self::Met => style("√", "#e8f5e9", "#2e7d32", 10, ""),
            Self::NotApplicable => style("-", "#ffffff", "#757575", 8, "1 3"),
            Self::Hard => style("", "#ffffff", "#263238", 15, ""),
            Self::Judgement => style("!", "#fff8e1", "#5d4037", 25, ""),
            Self::Customary => style("~", "#f5f5f5", "#757575", 10, "2 3"),
            Self::Outside => style("", "#fafafa", "#bdbdbd", 8, "6 4"),
            Self::Choice => style("", "#ffffff", "#263238", 10, ""),
        }
    }

    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Blocker => say(lang, "堵点", "blocker"),
            Self::Uncertain => say(lang, "堵点（推定或待定）", "blocker, presumed or unsettled"),
            Self::Waiting => say(lang, "待前置", "waiting"),
            Self::Undetermined => say(lang, "待核实", "undetermined"),
            Self::Met => say(lang, "具备", "met"),
            Self::NotApplicable => say(lang, "不适用", "not applicable"),
            Self::Hard => say(lang, "法定", "hard"),
            Self::Judgement => say(lang, "须认定", "judgement"),
            Self::Customary => say(lang, "惯例", "customary"),
            Self::Outside => say(lang, "其他阶段", "another stage"),
            Self::Choice => say(lang, "择一或择几", "choice"),
        }
    }
}

/// What an edge looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Line {
    Plain,
    Conditional,
    Customary,
}

impl Line {
    fn dashes(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Conditional => "7 4",
            Self::Customary => "2 4",
        }
    }

    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Plain => say(lang, "前置", "need"),
            Self::Conditional => say(lang, "有条件的前置", "need under a condition"),
            Self::Customary => say(lang, "惯例前置", "customary need"),
        }
    }
}

struct Node {
    title: String,
    note: String,
    look: Look,
}

/// An edge from what needs to what is needed.
struct Edge {
    holder: usize,
    need: usize,
    line: Line,
}

/// A graph to be drawn.
struct Drawing {
    title: String,
    subtitle: String,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

impl Drawing {
    fn add(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn join(&mut self, holder: usize, need: usize, line: Line) {
        self.edges.push(Edge { holder, need, line });
    }
}

/// The graph of an explanation.
fn explained(evaluation: &Evaluation<'_>, explanation: &Explanation, options: GraphOptions) -> Drawing {
    let lang = options.lang;
    let context = Context::new(evaluation, explanation, WhyOptions { lang, full: options.full, hectares: false });
    let verdict = verdict_words(explanation.result.verdict);
    let separator = say(lang, "：", ": ");
    let mut drawing = Drawing {
        title: format!("{}{separator}{}", context.project(context.row), verdict.get(lang)),
        subtitle: header(evaluation.pack, context.as_of, lang),
        nodes: Vec::new(),
        edges: Vec::new(),
    };
    let mut known: BTreeMap<RequirementIdx, usize> = BTreeMap::new();
    let mut stack = Vec::new();
    let mut reach = |drawing: &mut Drawing, idx: RequirementIdx, stack: &mut Vec<RequirementIdx>| {
        *known.entry(idx).or_insert_with(|| {
            stack.push(idx);
            drawing.add(step_node(&context, idx))
        })
    };
    reach(&mut drawing, context.goal(), &mut stack);
    while let Some(idx) = stack.pop() {
        let holder = reach(&mut drawing, idx, &mut stack);
        for child in context.children(idx) {
            match child {
                Child::Step(step) => {
                    let need = reach(&mut drawing, step, &mut stack);
                    drawing.join(holder, need, Line::Plain);
                }
                Child::Group { choose, open, members } => {
                    let title = context.choice(choose, open);
                    let choice = drawing.add(Node { title, note: String::new(), look: Look::Choice });
                    drawing.join(holder, choice, Line::Plain);
                    for member in members {
                        let need = reach(&mut drawing, member, &mut stack);
                        drawing.join(choice, need, Line::Plain);
                    }
                }
            }
        }
    }
    drawing
}

fn step_node(context: &Context<'_, '_>, idx: RequirementIdx) -> Node {
    let title = if idx == context.goal() { context.goal_title() } else { context.short(idx) };
    if let Some(number) = context.number(idx) {
        let class = context.reasons.get(number - 1).map(|(_, class)| *class);
        let look = if class == Some(Class::Certain) { Look::Blocker } else { Look::Uncertain };
        return Node { title, note: format!("{} {number}", context.say("堵点", "blocker")), look };
    }
    let state = context.steps.get(&idx).map_or(State::Undetermined, |step| step.state);
    let look = match state {
        State::NotApplicable => Look::NotApplicable,
        State::Met => Look::Met,
        State::Open | State::Waiting => Look::Waiting,
        State::Undetermined => Look::Undetermined,
    };
    Node { title, note: state_words(state).get(context.lang).to_owned(), look }
}

/// The graph of a pack on a day.
fn of_pack(pack: &Pack, as_of: Date, stage: Option<&str>, lang: Lang) -> Drawing {
    let chosen = stage.and_then(|id| pack.stages.iter().position(|stage| stage.id == id));
    let title = match chosen {
        Some(at) => {
            format!("{}{}{}", plain(pack.title.get(lang)), say(lang, "：", ": "), pack.stages[at].title.get(lang))
        }
        None => plain(pack.title.get(lang)),
    };
    let mut drawing = Drawing { title, subtitle: header(pack, as_of, lang), nodes: Vec::new(), edges: Vec::new() };
    let inside = |idx: RequirementIdx| stage.is_none() || (chosen.is_some() && pack[idx].stage == chosen);
    let mut known: BTreeMap<RequirementIdx, usize> = BTreeMap::new();
    let mut reach = |drawing: &mut Drawing, idx: RequirementIdx| {
        *known.entry(idx).or_insert_with(|| drawing.add(pack_node(pack, idx, as_of, inside(idx), lang)))
    };
    for &idx in pack.order.iter().rev().filter(|idx| pack[**idx].period.contains(as_of)) {
        if inside(idx) {
            reach(&mut drawing, idx);
        }
        for need in pack[idx].body(as_of).needs.iter().filter(|need| need.edge.period.contains(as_of)) {
            let there = |step: &&RequirementIdx| pack[**step].period.contains(as_of) && (inside(idx) || inside(**step));
            let steps: Vec<RequirementIdx> = need.target.requirements().iter().filter(there).copied().collect();
            if steps.is_empty() {
                continue;
            }
            let line = match (need.edge.customary, &need.edge.when) {
                (true, _) => Line::Customary,
                (false, Some(_)) => Line::Conditional,
                (false, None) => Line::Plain,
            };
            let mut holder = reach(&mut drawing, idx);
            if let Target::Group { choose, members } = &need.target {
                let title = match lang {
                    Lang::Zh => format!("{} 选 {choose}", members.len()),
                    Lang::En => format!("{choose} of {}", members.len()),
                };
                let choice = drawing.add(Node { title, note: String::new(), look: Look::Choice });
                drawing.join(holder, choice, line);
                holder = choice;
            }
            for step in steps {
                let need = reach(&mut drawing, step);
                drawing.join(holder, need, line);
            }
        }
    }
    drawing
}

fn pack_node(pack: &Pack, idx: RequirementIdx, as_of: Date, inside: bool, lang: Lang) -> Node {
    let body = pack[idx].body(as_of);
    let words = if body.short.is_empty() { &body.title } else { &body.short };
    let owner = body.owner.as_deref().map(|id| pack.department(id, as_of).get(lang).to_owned());
    let look = match body.kind {
        _ if !inside => Look::Outside,
        RequirementKind::Hard => Look::Hard,
        RequirementKind::Judgement => Look::Judgement,
        RequirementKind::Customary => Look::Customary,
    };
    Node { title: inline(words, lang), note: owner.unwrap_or_default(), look }
}

fn dot_text(drawing: &Drawing) -> String {
    let mut out = String::from("digraph kaigong {\n  rankdir=RL;\n");
    let label = format!("{}\n{}", drawing.title, drawing.subtitle);
    let _ = writeln!(out, "  label={}; labelloc=t; labeljust=l;", quoted(&label));
    out.push_str("  node [shape=box, fontsize=11, margin=\"0.12,0.06\"];\n");
    for (at, node) in drawing.nodes.iter().enumerate() {
        let style = node.look.style();
        let border = match (style.border, style.dashes) {
            (_, "") => "solid",
            (_, dashes) if dashes.starts_with(['1', '2']) => "dotted",
            _ => "dashed",
        };
        let shape = if node.look == Look::Choice { ", shape=ellipse" } else { "" };
        let _ = writeln!(
            out,
            "  n{at} [label={}, style=\"filled,{border}\", penwidth={}.{}, color=\"{}\", fillcolor=\"{}\"{shape}];",
            quoted(&label_of(node)),
            style.border / 10,
            style.border % 10,
            style.stroke,
            style.fill
        );
    }
    for edge in &drawing.edges {
        let style = match edge.line {
            Line::Plain => "",
            Line::Conditional => " [style=dashed]",
            Line::Customary => " [style=dotted]",
        };
        let _ = writeln!(out, "  n{} -> n{}{style};", edge.need, edge.holder);
    }
    out.push_str("}\n");
    out
}

fn label_of(node: &Node) -> String {
    let mark = node.look.style().mark;
    let first = if mark.is_empty() { node.title.clone() } else { format!("{mark} {}", node.title) };
    if node.note.is_empty() { first } else { format!("{first}\n{}", node.note) }
}

/// A DOT string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests;
