//! What turned a verdict: sufficient, and of the least size, held against every subset of the changes, tried on ledgers
//! put together cell by cell.
//!
//! `KAIGONG_ORACLE_CASES` sets how many pairs are tried.

use std::sync::Arc;

use kaigong_model::{Cell, Date, DateKind, Grant, Issue, Portfolio, PortfolioBuilder};
use kaigong_oracle::generate::{Case, Knobs, Random, case};
use kaigong_oracle::ledger_on;
use kaigong_rules::expression::{ParameterIdx, Use};
use kaigong_rules::{Pack, Period, Requirement, RequirementIdx};
use kaigong_solver::{FLIP_BUDGET, Flip, LawText, Options, Side, Switch, Verdict, evaluate, flip};
use rayon::prelude::*;

const KNOBS: Knobs = Knobs { requirements: 12, rows: 6, plain: false };
/// Changes of which every subset is tried.
const MOST: usize = 9;

/// Two days of one ledger.
struct Pair<'c> {
    case: &'c Case,
    days: [Date; 2],
    /// The ledger as it stood on each.
    cuts: [Portfolio; 2],
}

impl Pair<'_> {
    fn options(&self, side: usize) -> Options {
        Options { as_of: self.days[side], ..crate::common::options(self.case) }
    }

    /// A cell of the ledger as it stood, with what the second side knows and dates after a day dated on it.
    fn cell(&self, side: usize, fact: kaigong_model::FactIdx, row: u32, day: Date) -> Cell {
        let known = |date: Date| side == 1 && date <= self.days[1];
        let by = |date: Option<Date>| date.map(|date| if known(date) { date.min(day) } else { date });
        let cell = self.cuts[side].cell(fact, row, self.days[side], self.case.options.known_by);
        match cell {
            Cell::Date(date) if self.case.pack.schema[fact].date_kind == DateKind::Event => Cell::Date(date.min(day)),
            Cell::Document(issues) => {
                let dated = |issue: &Issue| Issue {
                    issued_on: by(issue.issued_on),
                    accepted_on: by(issue.accepted_on),
                    submitted_on: by(issue.submitted_on),
                    stops: kaigong_oracle::stops_on(issue, day),
                    ..issue.clone()
                };
                Cell::Document(issues.iter().map(dated).collect())
            }
            cell => cell,
        }
    }

    /// The verdict of a row with some of the changes made; `None` where the law cannot be put together here.
    fn verdict(&self, row: u32, made: &[&Switch]) -> Option<Verdict> {
        let side = |wanted: bool| usize::from(wanted);
        let day = side(made.contains(&&Switch::Calendar));
        let pack = self.pack(made, day)?;
        let options = Options { known_by: None, ..self.options(day) };
        let ids = &self.case.portfolio.ids;
        let mut builder = PortfolioBuilder::new(Arc::clone(&self.case.portfolio.schema));
        ids.iter().for_each(|id| {
            builder.add(id);
        });
        for at in 0..ids.len() as u32 {
            let whole = made.iter().any(|switch| matches!(switch, Switch::Project(id) if **id == ids[at as usize]));
            for (fact, _) in self.case.pack.schema.iter() {
                let own = made.iter().any(|switch| matches!(switch, Switch::Fact(changed, _) if *changed == fact));
                let from = side(if at == row { own } else { whole });
                builder.put(at, fact, self.cell(from, fact, at, options.as_of));
            }
            for (pool, spec) in self.case.pack.schema.pools.iter().enumerate() {
                let own =
                    made.iter().any(|switch| matches!(switch, Switch::Pool(changed, _) if changed.0 as usize == pool));
                let from = side(if at == row { own } else { whole });
                let of = self.cuts[from].grants.iter().filter(|grant| grant.row == at && grant.pool == spec.id);
                of.for_each(|grant| {
                    let granted_on = grant.granted_on.map(|granted| granted.min(options.as_of));
                    builder.grant(Grant { granted_on, ..grant.clone() });
                });
            }
        }
        let portfolio = builder.finish().0;
        Some(evaluate(&pack, &portfolio, options).verdict(row))
    }

    /// Whether a period begins or ends between the days.
    fn turns(&self, period: Period) -> bool {
        let [from, to] = self.days;
        let between = |day: Date| from < day && day <= to;
        period.from.is_some_and(between) || period.to.is_some_and(|last| between(Date(last.0 + 1)))
    }

    /// The pack as it reads on one side's day with some of its texts as of the other's: those frozen as they read then.
    ///
    /// `None` where a governing date would have to pick among laws that one pack cannot hold side by side.
    fn pack(&self, made: &[&Switch], day: usize) -> Option<Pack> {
        let mut pack = self.case.pack.clone();
        let off = |text: LawText| usize::from(made.contains(&&Switch::Law(text))) != day;
        let then = self.days[1 - day];
        for at in 0..pack.parameters.len() {
            let idx = ParameterIdx(at as u32);
            if !self.case.pack.parameters[at].values.iter().any(|value| self.turns(value.period)) {
                continue;
            }
            // Of a governed requirement its own text decides, for each alike.
            let governed: Vec<LawText> = pack
                .iter()
                .filter(|(_, r)| r.governed_by.is_some() && reads(r, idx))
                .map(|(r, _)| LawText::Requirement(r))
                .collect();
            let plain = pack.iter().any(|(_, r)| r.governed_by.is_none() && reads(r, idx))
                || pack.goals.iter().any(|goal| goal.started_when.is_some());
            let mut wanted: Vec<bool> = governed.iter().map(|text| off(*text)).collect();
            wanted.extend(plain.then(|| off(LawText::Parameter(idx))));
            if wanted.windows(2).any(|pair| pair[0] != pair[1]) {
                return None;
            }
            if wanted.first() == Some(&true) {
                let values = &mut pack.parameters[at].values;
                if governed.is_empty() {
                    values.retain(|value| value.period.contains(then));
                    values.iter_mut().for_each(|value| value.period = Period::default());
                } else {
                    if day == 0 || plain {
                        return None;
                    }
                    values.retain(|value| value.period.from.is_none_or(|from| from <= then));
                    values.iter_mut().for_each(|value| value.period = until(value.period, then));
                }
            }
        }
        for at in 0..pack.requirements.len() {
            let idx = RequirementIdx(at as u32);
            let turned = &self.case.pack[idx];
            let numbers = turned.governed_by.is_some()
                && self.case.pack.parameters.iter().enumerate().any(|(at, parameter)| {
                    reads(turned, ParameterIdx(at as u32))
                        && parameter.values.iter().any(|value| self.turns(value.period))
                });
            let edges = turned.bodies().flat_map(|body| &body.needs).any(|need| self.turns(need.edge.period));
            let texts = turned.versions.iter().any(|version| self.turns(version.period));
            if !(self.turns(turned.period) || edges || texts || numbers) || !off(LawText::Requirement(idx)) {
                continue;
            }
            freeze(&mut pack.requirements[at], then, day)?;
        }
        Some(pack)
    }

    fn flip(&self, row: u32, budget: u64) -> Flip {
        let side = |at: usize| Side { portfolio: &self.case.portfolio, row, options: self.options(at) };
        flip(&self.case.pack, [side(0), side(1)], budget)
    }
}

fn reads(requirement: &Requirement, idx: ParameterIdx) -> bool {
    let mut found = false;
    requirement.uses(&mut |used| found |= used == Use::Parameter(idx));
    found
}

/// A period as far as it was known on a day: what held then holds on.
fn until(period: Period, then: Date) -> Period {
    if period.contains(then) { Period { to: None, ..period } } else { period }
}

/// A requirement as it read on a day.
fn freeze(requirement: &mut Requirement, then: Date, day: usize) -> Option<()> {
    let never = Period { from: None, to: Some(Date(-100_000)) };
    let held = |period: Period| if period.contains(then) { Period::default() } else { never };
    requirement.period = held(requirement.period);
    if requirement.governed_by.is_none() {
        requirement.base = requirement.body(then).clone();
        requirement.versions.clear();
    } else {
        // Where no date governs yet the day looked at does, and that lies before the texts it should see.
        if day == 0 {
            return None;
        }
        requirement.versions.retain(|version| version.period.from.is_none_or(|from| from <= then));
        requirement.versions.iter_mut().for_each(|version| version.period = until(version.period, then));
    }
    let bodies = requirement.versions.iter_mut().map(|version| &mut version.body).chain([&mut requirement.base]);
    bodies.flat_map(|body| &mut body.needs).for_each(|need| need.edge.period = held(need.edge.period));
    Some(())
}

fn made<'f>(flip: &'f Flip, set: &[usize]) -> Vec<&'f Switch> {
    set.iter().map(|&at| &flip.switches[at]).collect()
}

/// How many flips of a case were explained, how many by one change out of several, how many sets could not be put
/// together here, and how many flips a text of the law turned, one of several that changed.
fn explained(seed: u64) -> [usize; 4] {
    let Some(case) = case(seed, KNOBS) else { return [0; 4] };
    let mut random = Random::new(seed);
    let last = case.options.as_of;
    let days = [Date(last.0 - 30 - random.below(900) as i32), last];
    let pair = Pair { cuts: days.map(|day| ledger_on(&case.portfolio, day)), case: &case, days };
    let mut told = [0; 4];
    for row in 0..case.portfolio.len() as u32 {
        let flip = pair.flip(row, FLIP_BUDGET);
        let place = || format!("seed {seed} row {row} {days:?} {flip:?}\n{}", case.yaml);
        let real = [0, 1].map(|side| evaluate(&case.pack, &case.portfolio, pair.options(side)).verdict(row));
        assert_eq!(flip.verdicts, real, "{}", place());
        if real[0] == real[1] {
            assert!(flip.sets.is_empty(), "{}", place());
            continue;
        }
        assert!(!flip.sets.is_empty(), "{}", place());
        for set in &flip.sets {
            let verdict = pair.verdict(row, &made(&flip, set));
            told[2] += usize::from(verdict.is_none());
            assert!(verdict.is_none_or(|verdict| verdict == real[1]), "sufficient: {verdict:?} {}", place());
        }
        let size = flip.sets[0].len();
        if flip.switches.len() <= MOST {
            assert!(flip.proven, "{}", place());
            least(&pair, row, &flip);
        }
        thin(&pair, row, real[1]);
        told[0] += 1;
        told[1] += usize::from(size == 1 && flip.switches.len() > 2);
        let by_law = flip.sets[0].iter().any(|at| matches!(flip.switches[*at], Switch::Law(_)));
        let laws = flip.switches.iter().filter(|switch| matches!(switch, Switch::Law(_))).count();
        told[3] += usize::from(by_law && laws > 1);
    }
    told
}

/// No smaller set of changes gives the verdict.
fn least(pair: &Pair<'_>, row: u32, flip: &Flip) {
    let all = 0..1u32 << flip.switches.len();
    for set in all.filter(|set| (set.count_ones() as usize) < flip.sets[0].len()) {
        let set: Vec<usize> = (0..flip.switches.len()).filter(|at| set >> at & 1 == 1).collect();
        let verdict = pair.verdict(row, &made(flip, &set));
        assert_ne!(verdict, Some(flip.verdicts[1]), "least, but {set:?}: row {row} {flip:?}\n{}", pair.case.yaml);
    }
}

/// With no budget: one sufficient set, nothing of which can be left out, and the least where that is claimed.
fn thin(pair: &Pair<'_>, row: u32, wanted: Verdict) {
    let flip = pair.flip(row, 0);
    let [set] = flip.sets.as_slice() else { panic!("{flip:?}") };
    assert!(pair.verdict(row, &made(&flip, set)).is_none_or(|verdict| verdict == wanted), "{flip:?}");
    assert!(flip.proven || set.len() > 1);
    if flip.proven && flip.switches.len() <= MOST {
        least(pair, row, &flip);
    }
    for left in set {
        let less: Vec<usize> = set.iter().copied().filter(|at| at != left).collect();
        assert_ne!(pair.verdict(row, &made(&flip, &less)), Some(wanted), "{left} can be left out of {flip:?}");
    }
}

#[test]
fn what_turned_a_verdict_is_sufficient_and_least() {
    let cases = std::env::var("KAIGONG_ORACLE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(400u64);
    let told: Vec<[usize; 4]> = (0..cases).into_par_iter().map(explained).collect();
    let sum = |at: usize| told.iter().map(|told| told[at]).sum::<usize>();
    let all = [sum(0), sum(1), sum(2), sum(3)];
    assert!(all[0] > 50 && all[1] > 20 && all[2] * 5 < all[0] && all[3] > 5, "{all:?}");
}
