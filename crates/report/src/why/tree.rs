//! The unmet branches from the goal as a tree of plain characters, each requirement once.
//!
//! An explicit stack walks the graph; a branch deeper than [`DEPTH`] goes on as a tree of its own below.

use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write as _;

use kaigong_model::Truth;
use kaigong_model::{Lang, Words};
use kaigong_rules::RequirementIdx;
use kaigong_solver::{State, Verdict};

use super::{Child, Context, because};
use crate::phrase::{pad, state_words, width};

/// Levels drawn before a branch goes on below.
const DEPTH: usize = 10;
/// Lines drawn where not everything is asked for.
const LINES: usize = 150;
/// Lines drawn of a tree of unknowns: the questions below say what to do about it.
const UNKNOWN: usize = 40;
/// The widest first column, terminal cells.
const COLUMN: usize = 52;

/// One line of the tree.
struct Line {
    left: String,
    state: String,
    tag: String,
}

/// A branch still to be drawn.
struct Branch {
    /// What stands before the name.
    lead: String,
    /// What stands before the names below.
    below: String,
    depth: usize,
    what: Child,
}

/// Writes the tree and counts what is not in it.
pub(super) fn push(context: &Context<'_, '_>, out: &mut String) {
    let nothing = context.children(context.goal()).is_empty();
    if nothing && context.number(context.goal()).is_none() {
        return rest(context, &BTreeSet::new(), out);
    }
    let mut walk = Walk { context, lines: Vec::new(), seen: BTreeSet::new(), later: VecDeque::new(), queued: 0 };
    walk.root(context.goal(), context.goal_title());
    while let Some((idx, name)) = walk.later.pop_front() {
        walk.root(idx, name);
    }
    let column = walk.lines.iter().map(|line| width(&line.left)).filter(|cells| *cells <= COLUMN).max().unwrap_or(0);
    let states =
        walk.lines.iter().filter(|line| !line.tag.is_empty()).map(|line| width(&line.state)).max().unwrap_or(0);
    out.push('\n');
    for line in &walk.lines {
        let text = format!("{}  {}  {}", pad(&line.left, column), pad(&line.state, states), line.tag);
        let _ = writeln!(out, "{}", text.trim_end());
    }
    if walk.is_full() {
        let limit = walk.limit();
        let _ = match context.lang {
            Lang::Zh => writeln!(out, "（只画前 {limit} 行，--full 全部画出）"),
            Lang::En => writeln!(out, "(the first {limit} lines; --full draws all)"),
        };
    }
    rest(context, &walk.seen, out);
}

struct Walk<'w, 'c, 'a> {
    context: &'w Context<'c, 'a>,
    lines: Vec<Line>,
    seen: BTreeSet<RequirementIdx>,
    /// Branches that go on below, with the name they go by.
    later: VecDeque<(RequirementIdx, String)>,
    queued: usize,
}

impl Walk<'_, '_, '_> {
    fn is_full(&self) -> bool {
        !self.context.options.full && self.lines.len() >= self.limit()
    }

    fn limit(&self) -> usize {
        if self.context.blocked() { LINES } else { UNKNOWN }
    }

    /// Draws a tree of its own.
    fn root(&mut self, idx: RequirementIdx, name: String) {
        if self.is_full() {
            return;
        }
        let (state, tag) = if self.seen.insert(idx) && self.context.number(idx).is_some() {
            self.state(idx)
        } else {
            (String::new(), String::new())
        };
        self.lines.push(Line { left: name, state, tag });
        let mut stack = Vec::new();
        self.grow(idx, "", 0, &mut stack);
        while let Some(branch) = stack.pop() {
            if self.is_full() {
                return;
            }
            self.draw(branch, &mut stack);
        }
    }

    /// Puts what a requirement needs on the stack, the first on top.
    fn grow(&self, idx: RequirementIdx, below: &str, depth: usize, stack: &mut Vec<Branch>) {
        spread(self.context.children(idx), below, depth, stack);
    }

    fn draw(&mut self, branch: Branch, stack: &mut Vec<Branch>) {
        match branch.what {
            Child::Group { choose, open, members } => {
                let left = format!("{}{}", branch.lead, self.context.choice(choose, open));
                self.lines.push(Line { left, state: String::new(), tag: String::new() });
                let members = members.into_iter().map(Child::Step).collect();
                spread(members, &branch.below, branch.depth, stack);
            }
            Child::Step(idx) => {
                let left = format!("{}{}", branch.lead, self.context.short(idx));
                let (state, mut tag) = self.state(idx);
                let known = !self.seen.insert(idx);
                let more = !known && branch.depth >= DEPTH && !self.context.children(idx).is_empty();
                if known && tag.is_empty() {
                    self.context.say("见上", "see above").clone_into(&mut tag);
                } else if more {
                    self.queued += 1;
                    let name = format!("{}{}", self.context.say("续 ", "part "), self.queued);
                    tag = format!(
                        "{tag}{}{}{name}",
                        if tag.is_empty() { "" } else { "  " },
                        self.context.say("见", "see ")
                    );
                    self.later.push_back((idx, format!("{name} {}", self.context.short(idx))));
                }
                self.lines.push(Line { left, state, tag });
                if !known && !more {
                    self.grow(idx, &branch.below, branch.depth + 1, stack);
                }
            }
        }
    }

    /// A requirement's state, and the blocker it is.
    fn state(&self, idx: RequirementIdx) -> (String, String) {
        let context = self.context;
        if let Some(number) = context.number(idx) {
            let gap = context.reasons.get(number - 1).map(|(reason, _)| because::gap(context, reason));
            return (gap.unwrap_or_default(), format!("{} {number}", context.say("堵点", "blocker")));
        }
        let Some(step) = context.steps.get(&idx) else { return (String::new(), String::new()) };
        let early =
            step.state == State::Waiting && step.truths[1] == Truth::Yes && context.body(idx).met_when.is_some();
        let words = if early {
            context.say("已办，前置未齐", "done early").to_owned()
        } else {
            state_words(step.state).get(context.lang).to_owned()
        };
        (words, String::new())
    }
}

/// Puts branches on the stack, the first on top.
fn spread(children: Vec<Child>, below: &str, depth: usize, stack: &mut Vec<Branch>) {
    let last = children.len().saturating_sub(1);
    for (at, what) in children.into_iter().enumerate().rev() {
        let (corner, rail) = if at == last { ("`- ", "   ") } else { ("|- ", "|  ") };
        stack.push(Branch { lead: format!("{below}{corner}"), below: format!("{below}{rail}"), depth, what });
    }
}

/// Counts the requirements the tree does not show.
fn rest(context: &Context<'_, '_>, seen: &BTreeSet<RequirementIdx>, out: &mut String) {
    let relevant = context.relevant();
    let left: Vec<State> = context
        .explanation
        .steps
        .iter()
        .filter(|step| !seen.contains(&step.requirement) && step.requirement != context.goal())
        .map(|step| if relevant.contains(&step.requirement) { step.state } else { State::NotApplicable })
        .collect();
    if left.is_empty() || (seen.is_empty() && context.explanation.result.readiness == Verdict::Ready) {
        return;
    }
    let count = |states: &[State]| left.iter().filter(|known| states.contains(known)).count();
    let unmet = Words::new(
        "未具备而未列为堵点（惯例，或是否需要待核实）",
        "not met, not counted as blockers (customary, or not known to be needed)",
    );
    let groups = [
        (count(&[State::Met]), state_words(State::Met)),
        (count(&[State::NotApplicable]), state_words(State::NotApplicable)),
        (count(&[State::Undetermined]), state_words(State::Undetermined)),
        (count(&[State::Open, State::Waiting]), unmet),
    ];
    let parts: Vec<String> = groups
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| match context.lang {
            Lang::Zh => match words.zh.split_once('（') {
                Some((name, aside)) => format!("{name} {count}（{aside}"),
                None => format!("{} {count}", words.zh),
            },
            Lang::En => format!("{count} {}", words.en),
        })
        .collect();
    let parts = parts.join(context.say("，", ", "));
    let hint = if context.options.full { "" } else { context.say("（--full 展开）", " (--full unfolds them)") };
    let _ = match context.lang {
        Lang::Zh => writeln!(out, "其余 {} 项：{parts}{hint}", left.len()),
        Lang::En => writeln!(out, "the other {}: {parts}{hint}", left.len()),
    };
}
