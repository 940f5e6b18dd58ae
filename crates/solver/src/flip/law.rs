//! The texts of the law that read otherwise on two days, and a program under both laws at once.
//!
//! Each text is a bool fact of its own, beside those of the pack: no for the first law, yes for the second. So states of
//! any mixture of laws are rows of one portfolio.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kaigong_model::{Date, FactIdx, FactSpec, FactType, Schema};
use kaigong_rules::expression::{ParameterIdx, Use};
use kaigong_rules::{Pack, Parameter, Period, Requirement, RequirementIdx};

use super::{LawText, Side};
use crate::evaluate::Options;
use crate::program::{Compile, Program, Split, compile_split};

/// Sorts after every id a pack can hold.
const LAST: char = char::MAX;

/// The first days of what changes in a text between two days, in order; none where it reads the same throughout.
pub fn law_changes(pack: &Pack, text: LawText, days: [Date; 2]) -> Vec<Date> {
    let found: BTreeSet<Date> = match text {
        LawText::Requirement(idx) => of_requirement(pack, &pack[idx]),
        LawText::Parameter(idx) => of_parameter(&pack.parameters[idx.0 as usize]).collect(),
    };
    let [from, to] = [days[0].min(days[1]), days[0].max(days[1])];
    found.into_iter().filter(|day| from < *day && *day <= to).collect()
}

fn begins(period: Period) -> impl Iterator<Item = Date> {
    period.from.into_iter().chain(period.to.map(|to| Date(to.0 + 1)))
}

fn of_parameter(parameter: &Parameter) -> impl Iterator<Item = Date> {
    parameter.values.iter().flat_map(|value| begins(value.period))
}

fn of_requirement(pack: &Pack, requirement: &Requirement) -> BTreeSet<Date> {
    let mut days: BTreeSet<Date> = begins(requirement.period).collect();
    days.extend(requirement.versions.iter().flat_map(|version| begins(version.period)));
    let edges = requirement.bodies().flat_map(|body| &body.needs);
    days.extend(edges.flat_map(|need| begins(need.edge.period)));
    if requirement.governed_by.is_some() {
        requirement.uses(&mut |used| {
            if let Use::Parameter(idx) = used {
                days.extend(of_parameter(&pack.parameters[idx.0 as usize]));
            }
        });
    }
    days
}

/// The texts that change between the sides' laws, each with the fact that picks its law, and the facts with them.
pub(super) struct Laws {
    pub(super) schema: Arc<Schema>,
    pub(super) texts: BTreeMap<FactIdx, LawText>,
    sides: [Options; 2],
}

impl Laws {
    pub(super) fn new(pack: &Pack, sides: [Side<'_>; 2]) -> Self {
        let sides = sides.map(|side| side.options);
        let days = sides.map(|options| options.law());
        let requirements = (0..pack.requirements.len() as u32).map(|at| LawText::Requirement(RequirementIdx(at)));
        let parameters = (0..pack.parameters.len() as u32).map(|at| LawText::Parameter(ParameterIdx(at)));
        let texts: Vec<LawText> =
            requirements.chain(parameters).filter(|text| !law_changes(pack, *text, days).is_empty()).collect();
        let first = pack.schema.len() as u32;
        let own = pack.schema.iter().map(|(_, spec)| spec.clone());
        let picks = (0..texts.len()).map(|at| FactSpec::new(format!("{LAST}{at:08}"), FactType::Bool));
        let mut schema = Schema::new(own.chain(picks).collect());
        schema.pools.clone_from(&pack.schema.pools);
        (schema.id_fact, schema.name_fact, schema.county_fact) =
            (pack.schema.id_fact, pack.schema.name_fact, pack.schema.county_fact);
        let texts = texts.into_iter().enumerate().map(|(at, text)| (FactIdx(first + at as u32), text)).collect();
        Self { schema: Arc::new(schema), texts, sides }
    }

    /// The pack on a side's day, under either law.
    pub(super) fn program(&self, pack: &Pack, day: usize) -> Program {
        let options = self.sides[day];
        // The law of another day than the one looked at is applied on every day.
        let law = |side: usize| (self.sides[side].law(), side != day || self.sides[side].law_as_of.is_some());
        let mut split = Split::between([law(0), law(1)]);
        for (&fact, text) in &self.texts {
            match text {
                LawText::Requirement(idx) => drop(split.requirements.insert(*idx, fact)),
                LawText::Parameter(idx) => drop(split.parameters.insert(*idx, fact)),
            }
        }
        let Options { goal, plan, .. } = options;
        let asked = Compile { goal, law: options.law(), fixed: options.law_as_of.is_some(), plan };
        compile_split(pack, asked, split)
    }
}
