//! A check carried out: what every screen and file of it is made from.

use std::collections::BTreeMap;

use kaigong_model::{Cell, FactIdx, Lang, Words};
use kaigong_rules::{Body, RequirementIdx};
use kaigong_solver::{Evaluation, LightRule, Results, Way};

use crate::phrase::plain;

/// A portfolio checked against a pack for one goal on one day.
#[derive(Debug)]
pub struct Assessment<'a> {
    /// The pack evaluated over the portfolio.
    pub evaluation: Evaluation<'a>,
    /// Counts and, unless only the summary was asked, every project.
    pub results: Results,
    /// The light of each project, as an index into the pack's light rules.
    pub lights: Vec<Option<usize>>,
    /// What the portfolio is called.
    pub title: Option<Words>,
    /// The cheapest way to start each project, by row, where that was asked for.
    pub cheapest: Option<BTreeMap<u32, Cheapest>>,
}

/// The cheapest way found, and what every way costs at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cheapest {
    /// The way.
    pub way: Way,
    /// By what was asked for; the cost of the way, unless the search was given up before.
    pub bound: i64,
}

/// Projects and their recorded investment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sum {
    pub(crate) projects: u64,
    /// Fen.
    pub(crate) fen: i128,
}

impl Sum {
    /// Adds a project of this investment.
    pub(crate) fn add(&mut self, fen: i128) {
        self.projects += 1;
        self.fen += fen;
    }
}

impl<'a> Assessment<'a> {
    /// Adds lights to results.
    pub fn new(evaluation: Evaluation<'a>, results: Results, title: Option<Words>) -> Self {
        let rules = LightRule::new(evaluation.pack, evaluation.options.law());
        let lights = results.projects.iter().map(|project| rules.light(&evaluation, project)).collect();
        Self { evaluation, results, lights, title, cheapest: None }
    }

    /// A project's recorded total investment, fen.
    pub fn investment(&self, row: u32) -> Option<i64> {
        investment(&self.evaluation, row)
    }

    /// The same as part of a sum: nothing where it is not recorded.
    pub(crate) fn fen(&self, row: u32) -> i128 {
        self.investment(row).map_or(0, i128::from)
    }

    /// The unit that answers for a project.
    pub(crate) fn responsible_unit(&self, row: u32) -> Option<String> {
        responsible_unit(&self.evaluation, row)
    }

    /// The text of a role's fact for a project; an enum's first word in the ledger's language.
    pub fn role_text(&self, role: Option<FactIdx>, row: u32) -> Option<String> {
        role_text(&self.evaluation, role, row)
    }
}

/// The unit that answers for a project: the responsible unit where one is recorded, else its owner.
pub(crate) fn responsible_unit(evaluation: &Evaluation<'_>, row: u32) -> Option<String> {
    let roles = &evaluation.pack.roles;
    let named = role_text(evaluation, roles.lead_unit, row).filter(|unit| !unit.is_empty());
    named.or_else(|| role_text(evaluation, roles.owner, row))
}

/// What a requirement says of a project: on the as-of date, unless a date of the project's own picks the version.
pub(crate) fn body<'a>(evaluation: &Evaluation<'a>, idx: RequirementIdx, row: u32) -> &'a Body {
    let requirement = &evaluation.pack[idx];
    match requirement.governed_by {
        Some(_) if !requirement.versions.is_empty() => evaluation.body(idx, row),
        _ => evaluation.body_today(idx),
    }
}

/// A project's recorded total investment, fen.
pub(crate) fn investment(evaluation: &Evaluation<'_>, row: u32) -> Option<i64> {
    match evaluation.facts().cell(evaluation.pack.roles.investment?, row, evaluation.options.as_of) {
        Cell::Quantity(fen) => Some(fen),
        _ => None,
    }
}

/// What a group of projects is called, by what a fact says of them: in English the id of a sector, which is a word; names
/// of places and persons stand as the ledger has them.
pub(crate) fn group_word(evaluation: &Evaluation<'_>, fact: Option<FactIdx>, name: &str, lang: Lang) -> String {
    let pack = evaluation.pack;
    let sector = fact.filter(|_| lang == Lang::En && fact == pack.roles.sector);
    let value = sector.and_then(|fact| pack.schema[fact].values.iter().find(|value| value.word() == name));
    value.map_or_else(|| plain(name), |value| value.id.replace('_', " "))
}

/// The text of a role's fact for a project; an enum's first word in the ledger's language.
pub(crate) fn role_text(evaluation: &Evaluation<'_>, role: Option<FactIdx>, row: u32) -> Option<String> {
    let fact = role?;
    evaluation.pack.schema.text(fact, &evaluation.facts().cell(fact, row, evaluation.options.as_of))
}
