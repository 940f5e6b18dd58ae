//! What a plan comes to: by county and by sector, what blocks next, what lies idle behind what.

use std::collections::BTreeMap;

use kaigong_model::{Cell, FactIdx};
use kaigong_rules::RequirementIdx;
use kaigong_solver::Claim;

use super::{Bar, DryRun, Trial, fen};
use crate::assessment::{Sum, role_text};

/// The id of the sector value that counts as industry.
const INDUSTRY: &str = "industry";

/// What becomes of a group of candidates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    /// Those that take part.
    pub(super) asking: Sum,
    /// Those released.
    pub(super) released: Sum,
    /// Those released that are industry.
    pub(super) industry: Sum,
    /// Fen of this year's plan of those released.
    pub(super) planned: i128,
    /// Those released whose plan of the year is not recorded.
    pub(super) unplanned: u64,
    /// Per kind of the problem: atoms given without effect.
    pub(super) idle: Vec<i128>,
}

/// A group, `None` where the fact is blank.
type Name = Option<String>;

/// What a plan comes to.
#[derive(Debug, Default)]
pub(super) struct Consequences {
    pub(super) whole: Effect,
    /// By county and sector; blanks first.
    pub(super) cells: BTreeMap<(Name, Name), Effect>,
    /// What those released have to do next: projects and their investment, the most first.
    pub(super) next: Vec<(RequirementIdx, Sum)>,
    /// Those released that may start at once.
    pub(super) ready: Sum,
    /// Atoms given without effect by kind and by what holds those projects up: atoms, projects; the most first. A
    /// project held by several stands under each.
    pub(super) idle: Vec<(usize, Behind, i128, u64)>,
}

/// What holds up a project that is given something and not released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Behind {
    /// A blocker that no amount meets.
    Step(RequirementIdx),
    /// It is given too little out of a pool kind of the pack.
    Short(usize),
    /// It would start too late for the horizon.
    Late,
    /// Projects it waits for are not released.
    Upstream,
}

impl Behind {
    /// All that holds up a candidate, given something out of each kind.
    fn of(run: &DryRun<'_>, trial: &Trial, at: usize, given: &[i128]) -> Vec<Self> {
        match &trial.barred[at] {
            Some(Bar::Others(others)) => others.iter().map(|&other| Self::Step(other)).collect(),
            Some(Bar::Late(_)) => vec![Self::Late],
            None => {
                let claim = &run.claims[trial.claim_of[at]];
                let short = short_of(trial, claim, given);
                if short.is_empty() {
                    return vec![Self::Upstream];
                }
                short.into_iter().map(|(pools, _)| Self::Short(pools[0])).collect()
            }
        }
    }
}

/// Of the first source of a claim: the kinds that a draw names and what it lacks of them beside what is given.
pub(super) fn short_of(trial: &Trial, claim: &Claim, given: &[i128]) -> Vec<(Vec<usize>, i128)> {
    let draws = claim.sources.first().map(|source| claim.draws(source)).unwrap_or_default();
    let short = draws.into_iter().filter_map(|(pools, asked)| {
        let kinds = trial.pool_of.iter().zip(given).filter(|(pool, _)| pools.contains(pool));
        let left = asked - kinds.map(|(_, atoms)| atoms).sum::<i128>();
        (left > 0).then_some((pools, left))
    });
    short.collect()
}

impl Effect {
    fn add(&mut self, other: &Self) {
        for (sum, part) in [
            (&mut self.asking, other.asking),
            (&mut self.released, other.released),
            (&mut self.industry, other.industry),
        ] {
            sum.projects += part.projects;
            sum.fen += part.fen;
        }
        self.planned += other.planned;
        self.unplanned += other.unplanned;
        self.idle.resize(self.idle.len().max(other.idle.len()), 0);
        self.idle.iter_mut().zip(&other.idle).for_each(|(sum, part)| *sum += part);
    }

    /// The share of industry in the investment released, in tenths of a percent, rounded half up; none out of nothing.
    pub(super) fn industrial_permille(&self) -> Option<i128> {
        let of = self.released.fen;
        (of > 0).then(|| (self.industry.fen * 2_000 + of).div_euclid(of * 2))
    }
}

/// A part of an amount as percent with one decimal.
pub(super) fn percent(permille: i128) -> String {
    let (sign, permille) = if permille < 0 { ("-", -permille) } else { ("", permille) };
    format!("{sign}{}.{}%", permille / 10, permille % 10)
}

impl Consequences {
    pub(super) fn of(run: &DryRun<'_>, trial: &Trial) -> Self {
        let mut all = Self::default();
        let given = trial.given();
        let mut next: BTreeMap<RequirementIdx, Sum> = BTreeMap::new();
        let mut idle: BTreeMap<(usize, Behind), (i128, u64)> = BTreeMap::new();
        for (at, given) in given.iter().enumerate() {
            let row = run.claims[trial.claim_of[at]].row;
            let fen = fen(run, row);
            let effect = effect(run, trial, at, given);
            all.whole.add(&effect);
            let county = trial.problem.candidates[at].county.map(|county| trial.problem.counties[county].clone());
            let sector = role_text(&run.evaluation, run.evaluation.pack.roles.sector, row);
            all.cells.entry((county, sector)).or_default().add(&effect);
            if let Some(after) = &trial.after[at] {
                if after.ready {
                    all.ready.add(fen);
                }
                after.next.iter().for_each(|&step| next.entry(step).or_default().add(fen));
            }
            if trial.releases(at) || given.iter().all(|atoms| *atoms == 0) {
                continue;
            }
            let behind = Behind::of(run, trial, at, given);
            for (kind, &atoms) in given.iter().enumerate().filter(|(_, atoms)| **atoms > 0) {
                for &held in &behind {
                    let (sum, projects) = idle.entry((kind, held)).or_default();
                    *sum += atoms;
                    *projects += 1;
                }
            }
        }
        all.next = next.into_iter().collect();
        all.next.sort_by_key(|(step, sum)| (std::cmp::Reverse(*sum), *step));
        all.idle = idle.into_iter().map(|((kind, step), (atoms, projects))| (kind, step, atoms, projects)).collect();
        all.idle.sort_by_key(|&(kind, step, atoms, _)| (kind, std::cmp::Reverse(atoms), step));
        all
    }

    /// What becomes of each county.
    pub(super) fn counties(&self) -> BTreeMap<Name, Effect> {
        self.grouped(|(county, _)| county.clone())
    }

    /// What becomes of each sector.
    pub(super) fn sectors(&self) -> BTreeMap<Name, Effect> {
        self.grouped(|(_, sector)| sector.clone())
    }

    fn grouped(&self, name: impl Fn(&(Name, Name)) -> Name) -> BTreeMap<Name, Effect> {
        let mut groups: BTreeMap<Name, Effect> = BTreeMap::new();
        self.cells.iter().for_each(|(key, effect)| groups.entry(name(key)).or_default().add(effect));
        groups
    }
}

fn effect(run: &DryRun<'_>, trial: &Trial, at: usize, given: &[i128]) -> Effect {
    let row = run.claims[trial.claim_of[at]].row;
    let fen = fen(run, row);
    let mut effect = Effect { idle: vec![0; given.len()], ..Effect::default() };
    effect.asking.add(fen);
    if !trial.releases(at) {
        effect.idle = given.to_vec();
        return effect;
    }
    effect.released.add(fen);
    if is_industry(run, row) {
        effect.industry.add(fen);
    }
    match planned(run, row) {
        Some(fen) => effect.planned = fen,
        None => effect.unplanned = 1,
    }
    effect
}

fn cell(run: &DryRun<'_>, role: Option<FactIdx>, row: u32) -> Option<Cell> {
    Some(run.evaluation.facts().cell(role?, row, run.evaluation.options.as_of))
}

/// The plan of the year of a project, fen.
pub(super) fn planned(run: &DryRun<'_>, row: u32) -> Option<i128> {
    match cell(run, run.evaluation.pack.roles.annual_plan, row)? {
        Cell::Quantity(fen) => Some(fen.into()),
        _ => None,
    }
}

fn is_industry(run: &DryRun<'_>, row: u32) -> bool {
    let Some(fact) = run.evaluation.pack.roles.sector else { return false };
    match cell(run, Some(fact), row) {
        Some(Cell::Enum(code)) => {
            let values = &run.evaluation.pack.schema[fact].values;
            values.get(usize::from(code)).is_some_and(|value| value.id == INDUSTRY)
        }
        _ => false,
    }
}

/// Whether the pack tells industry from other sectors.
pub(super) fn tells_industry(run: &DryRun<'_>) -> bool {
    let sector = run.evaluation.pack.roles.sector.map(|fact| &run.evaluation.pack.schema[fact]);
    sector.is_some_and(|spec| spec.values.iter().any(|value| value.id == INDUSTRY))
}
