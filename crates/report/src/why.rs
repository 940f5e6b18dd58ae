//! Why a project stands where it stands: one explanation in, a screen of text out.
//!
//! ```text
//! headline, responsible, as-of and pack
//! because   numbered blockers, certain ones first     why/because.rs, why/fact.rs
//! and       what they hold up, and what follows        why/chain.rs
//! tree      unmet branches from the goal               why/tree.rs
//! rest      to clear, earliest start, questions, notes why/rest.rs
//! ```

mod because;
mod chain;
mod fact;
mod headline;
mod pieces;
mod rest;
mod settling;
mod tree;
mod ways;

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::Truth;
use kaigong_model::{Cell, Date, Dimension, FactIdx, FactType, Lang, Unit};
use kaigong_rules::{Body, RequirementIdx, Target};
use kaigong_solver::{Evaluation, Explanation, Reason, State, StepState, Verdict};

pub(crate) use self::because::Account;
pub(crate) use self::pieces::{Blockers, Pieces, pieces, reasons};
use crate::assessment::body;
use crate::phrase::{inline, shown_unit};
use crate::rules::condition::Wording;

/// How the why screen is written.
#[derive(Clone, Copy, Debug)]
pub struct WhyOptions {
    /// Language.
    pub lang: Lang,
    /// Unfold every requirement and every list.
    pub full: bool,
    /// Land areas in hectares instead of mu.
    pub hectares: bool,
}

/// Why one project stands where it stands, as text; `light` is an index into the pack's lights.
///
/// # Complexity
/// Linear in the requirements and needs of the goal's graph; nothing recurses over requirements.
pub fn why(
    evaluation: &Evaluation<'_>,
    explanation: &Explanation,
    light: Option<usize>,
    options: &WhyOptions,
) -> String {
    let context = Context::new(evaluation, explanation, *options);
    let mut out = String::new();
    headline::push(&context, light, &mut out);
    because::push(&context, &mut out);
    chain::push(&context, &mut out);
    tree::push(&context, &mut out);
    rest::push(&context, &mut out);
    out
}

/// How sure a blocker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// It blocks.
    Certain,
    /// It blocks as long as a blank reads as no.
    Presumed,
    /// Whether it applies, or what it needs, is not known.
    Unsettled,
}

/// What every part of the screen, and the picture, looks things up in.
pub(crate) struct Context<'c, 'a> {
    pub(crate) evaluation: &'c Evaluation<'a>,
    pub(crate) explanation: &'c Explanation,
    pub(crate) options: WhyOptions,
    pub(crate) lang: Lang,
    pub(crate) row: u32,
    pub(crate) as_of: Date,
    pub(crate) steps: BTreeMap<RequirementIdx, &'c StepState>,
    bodies: BTreeMap<RequirementIdx, &'a Body>,
    /// Blockers as they are numbered: certain ones first, then by stage, then by what comes before what.
    pub(crate) reasons: Vec<(&'c Reason, Class)>,
    numbers: BTreeMap<RequirementIdx, usize>,
    /// Whether facts are told with the cells they stand in.
    pub(crate) places: bool,
}

/// Something a requirement needs, as the tree and the picture show it.
pub(crate) enum Child {
    /// One requirement.
    Step(RequirementIdx),
    /// A choice.
    Group {
        /// How many are needed.
        choose: u32,
        /// How many there are to choose from.
        open: usize,
        /// Those shown.
        members: Vec<RequirementIdx>,
    },
}

impl<'c, 'a> Context<'c, 'a> {
    pub(crate) fn new(evaluation: &'c Evaluation<'a>, explanation: &'c Explanation, options: WhyOptions) -> Self {
        let row = explanation.result.row;
        let steps: BTreeMap<_, _> = explanation.steps.iter().map(|step| (step.requirement, step)).collect();
        let reasons = explanation.reasons.iter().map(|reason| reason.blocker.requirement);
        let bodies = steps.keys().copied().chain(reasons).map(|idx| (idx, body(evaluation, idx, row))).collect();
        let mut context = Self {
            evaluation,
            explanation,
            options,
            lang: options.lang,
            row,
            as_of: evaluation.options.as_of,
            steps,
            bodies,
            reasons: Vec::new(),
            numbers: BTreeMap::new(),
            places: true,
        };
        context.number_reasons();
        context
    }

    fn number_reasons(&mut self) {
        let pack = self.evaluation.pack;
        let mut place = vec![0usize; pack.requirements.len()];
        pack.order.iter().enumerate().for_each(|(at, idx)| place[idx.0 as usize] = at);
        let mut reasons: Vec<_> = self.explanation.reasons.iter().map(|reason| (reason, self.class(reason))).collect();
        reasons.sort_by_key(|(reason, class)| {
            let idx = reason.blocker.requirement;
            (*class, pack[idx].stage.unwrap_or(usize::MAX), place[idx.0 as usize])
        });
        self.numbers =
            reasons.iter().enumerate().map(|(at, (reason, _))| (reason.blocker.requirement, at + 1)).collect();
        self.reasons = reasons;
    }

    fn class(&self, reason: &Reason) -> Class {
        if reason.blocker.certain {
            return Class::Certain;
        }
        match self.steps.get(&reason.blocker.requirement).map(|step| step.truths) {
            Some([Truth::Yes, _, Truth::Yes]) => Class::Presumed,
            _ => Class::Unsettled,
        }
    }

    /// One of two texts.
    pub(crate) fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        crate::phrase::say(self.lang, zh, en)
    }

    /// Conditions in words.
    pub(crate) fn wording(&self) -> Wording<'a> {
        Wording { pack: self.evaluation.pack, as_of: self.as_of, lang: self.lang }
    }

    /// The number a blocker goes by.
    pub(crate) fn number(&self, idx: RequirementIdx) -> Option<usize> {
        self.numbers.get(&idx).copied()
    }

    /// What the law says of a requirement for this project.
    pub(crate) fn body(&self, idx: RequirementIdx) -> &'a Body {
        self.bodies.get(&idx).copied().unwrap_or_else(|| self.evaluation.body_today(idx))
    }

    /// A requirement's title.
    pub(crate) fn title(&self, idx: RequirementIdx) -> String {
        inline(&self.body(idx).title, self.lang)
    }

    /// A requirement's short name.
    pub(crate) fn short(&self, idx: RequirementIdx) -> String {
        let body = self.body(idx);
        inline(if body.short.is_empty() { &body.title } else { &body.short }, self.lang)
    }

    /// A fact's title.
    pub(crate) fn fact_title(&self, fact: FactIdx) -> String {
        inline(&self.evaluation.pack.schema[fact].title, self.lang)
    }

    /// The goal's title.
    pub(crate) fn goal_title(&self) -> String {
        inline(&self.evaluation.pack.goals[self.evaluation.options.goal].title, self.lang)
    }

    /// The goal's requirement.
    pub(crate) fn goal(&self) -> RequirementIdx {
        self.evaluation.pack.goals[self.evaluation.options.goal].requirement
    }

    /// A department's name on the day.
    pub(crate) fn department(&self, id: &str) -> String {
        self.evaluation.pack.department(id, self.as_of).get(self.lang).to_owned()
    }

    /// A cell of the project on the day.
    pub(crate) fn cell(&self, fact: FactIdx) -> Cell {
        self.evaluation.facts().cell(fact, self.row, self.as_of)
    }

    /// A project's id, and its name where it has one.
    pub(crate) fn project(&self, row: u32) -> String {
        let id = &self.evaluation.portfolio.ids[row as usize];
        match self.role_of(self.evaluation.pack.roles.name, row) {
            Some(name) => format!("{id} {name}"),
            None => id.to_string(),
        }
    }

    /// The text of a role for a project.
    pub(crate) fn role_of(&self, role: Option<FactIdx>, row: u32) -> Option<String> {
        let fact = role?;
        match self.evaluation.facts().cell(fact, row, self.as_of) {
            Cell::Text(text) => Some(text),
            Cell::Date(day) => Some(day.to_string()),
            Cell::Enum(code) => Some(self.wording().value_word(fact, code)),
            _ => None,
        }
    }

    /// An amount in the unit this screen uses.
    pub(crate) fn amount(&self, atoms: i128, dimension: Dimension, written: Option<Unit>) -> String {
        let usual = shown_unit(dimension, written);
        let hectares = self.options.hectares && usual == Dimension::Area.standard_unit();
        let unit = if hectares { Unit::parse("ha").unwrap_or(usual) } else { usual };
        crate::phrase::amount(atoms, unit, self.lang)
    }

    /// An amount of a fact.
    pub(crate) fn fact_amount(&self, fact: FactIdx, atoms: i64) -> String {
        let spec = &self.evaluation.pack.schema[fact];
        let FactType::Quantity(dimension) = spec.kind else { return atoms.to_string() };
        self.amount(i128::from(atoms), dimension, spec.unit)
    }

    /// Whether the law alone blocks the project.
    pub(crate) fn blocked(&self) -> bool {
        self.explanation.result.readiness == Verdict::Blocked
    }

    /// Requirements that matter: reached from the goal without passing one that does not apply.
    pub(crate) fn relevant(&self) -> BTreeSet<RequirementIdx> {
        let mut relevant = BTreeSet::from([self.goal()]);
        // Steps stand after what needs them, so one pass reaches everything.
        for step in &self.explanation.steps {
            if step.state == State::NotApplicable || !relevant.contains(&step.requirement) {
                continue;
            }
            let body = self.body(step.requirement);
            let needs = step.needs.iter().filter_map(|(need, _)| body.needs.get(*need));
            relevant.extend(needs.flat_map(|need| need.target.requirements()));
        }
        relevant
    }

    /// What a requirement needs that is not there, in the order the pack writes it; with `full`, all it needs.
    pub(crate) fn children(&self, idx: RequirementIdx) -> Vec<Child> {
        let Some(step) = self.steps.get(&idx) else { return Vec::new() };
        let body = self.body(idx);
        let shown =
            |truth: Truth| self.options.full || if self.blocked() { truth == Truth::No } else { truth != Truth::Yes };
        if step.state == State::NotApplicable {
            // What it would need does not matter.
            return Vec::new();
        }
        let needs = step.needs.iter().filter(|(_, truth)| shown(*truth));
        needs.filter_map(|(need, _)| body.needs.get(*need)).flat_map(|need| self.targets(&need.target)).collect()
    }

    /// What a need points at; a choice that leaves no choice is its members.
    pub(crate) fn targets(&self, target: &Target) -> Vec<Child> {
        let (choose, members) = match target {
            Target::Step(step) => return vec![Child::Step(*step)],
            Target::Group { choose, members } => (*choose, members),
        };
        let state = |member: &RequirementIdx| self.steps.get(member).map(|step| step.state);
        let open: Vec<RequirementIdx> =
            members.iter().filter(|member| state(member) != Some(State::NotApplicable)).copied().collect();
        if self.options.full {
            return vec![Child::Group { choose, open: members.len(), members: members.clone() }];
        }
        if !open.is_empty() && open.len() <= choose as usize {
            return open.into_iter().map(Child::Step).collect();
        }
        let members = open.iter().filter(|member| state(member) != Some(State::Met)).copied().collect();
        vec![Child::Group { choose, open: open.len(), members }]
    }

    /// A choice in words: 2 选 1.
    pub(crate) fn choice(&self, choose: u32, open: usize) -> String {
        match self.lang {
            Lang::Zh => format!("{open} 选 {choose}"),
            Lang::En => format!("{choose} of {open}"),
        }
    }
}

/// The body in force for a row; looked up by row only where a date of the project picks the version.
#[cfg(test)]
pub(crate) mod tests;
