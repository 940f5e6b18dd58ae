//! What turned a verdict: sufficient, and of the least size, held against every subset of the changes, tried on ledgers
//! put together cell by cell.
//!
//! `KAIGONG_ORACLE_CASES` sets how many pairs are tried.

use std::sync::Arc;

use kaigong_model::{Cell, Date, DateKind, Grant, Issue, Portfolio, PortfolioBuilder};
use kaigong_oracle::generate::{Case, Knobs, Random, case};
use kaigong_oracle::ledger_on;
use kaigong_solver::{FLIP_BUDGET, Flip, Options, Side, Switch, Verdict, evaluate, flip};
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
                    ..issue.clone()
                };
                Cell::Document(issues.iter().map(dated).collect())
            }
            cell => cell,
        }
    }

    /// The verdict of a row with some of the changes made.
    fn verdict(&self, row: u32, made: &[&Switch]) -> Verdict {
        let side = |wanted: bool| usize::from(wanted);
        let day = side(made.contains(&&Switch::Calendar));
        let law = if self.law_changed() { side(made.contains(&&Switch::Law)) } else { day };
        let law_as_of = (law != day).then_some(self.days[law]);
        let options = Options { known_by: None, law_as_of, ..self.options(day) };
        let ids = &self.case.portfolio.ids;
        let mut builder = PortfolioBuilder::new(Arc::clone(&self.case.portfolio.schema));
        ids.iter().for_each(|id| {
            builder.add(id);
        });
        for at in 0..ids.len() as u32 {
            let whole = made.iter().any(|switch| matches!(switch, Switch::Project(id) if **id == *ids[at as usize]));
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
        evaluate(&self.case.pack, &portfolio, options).verdict(row)
    }

    /// Whether a text or a number of the law begins or ends between the days.
    fn law_changed(&self) -> bool {
        let [from, to] = self.days;
        let between = |day: Date| from < day && day <= to;
        let period = |period: kaigong_rules::Period| {
            period.from.is_some_and(between) || period.to.is_some_and(|last| between(Date(last.0 + 1)))
        };
        let pack = &self.case.pack;
        pack.parameters.iter().flat_map(|parameter| &parameter.values).any(|value| period(value.period))
            || pack.alerts.iter().any(|alert| period(alert.period))
            || pack.requirements.iter().any(|requirement| {
                let needs = requirement.bodies().flat_map(|body| &body.needs);
                period(requirement.period)
                    || requirement.versions.iter().any(|version| period(version.period))
                    || needs.map(|need| need.edge.period).any(period)
            })
    }

    fn flip(&self, row: u32, budget: u64) -> Flip {
        let side = |at: usize| Side { portfolio: &self.case.portfolio, row, options: self.options(at) };
        flip(&self.case.pack, [side(0), side(1)], budget)
    }
}

fn made<'f>(flip: &'f Flip, set: &[usize]) -> Vec<&'f Switch> {
    set.iter().map(|&at| &flip.switches[at]).collect()
}

/// How many flips of a case were explained, and how many by one change out of several.
fn explained(seed: u64) -> [usize; 2] {
    let Some(case) = case(seed, KNOBS) else { return [0, 0] };
    let mut random = Random::new(seed);
    let last = case.options.as_of;
    let days = [Date(last.0 - 30 - random.below(900) as i32), last];
    let pair = Pair { cuts: days.map(|day| ledger_on(&case.portfolio, day)), case: &case, days };
    let mut told = [0, 0];
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
            assert_eq!(pair.verdict(row, &made(&flip, set)), real[1], "sufficient: {}", place());
        }
        let size = flip.sets[0].len();
        if flip.switches.len() <= MOST {
            assert!(flip.proven, "{}", place());
            least(&pair, row, &flip);
        }
        thin(&pair, row, real[1]);
        told[0] += 1;
        told[1] += usize::from(size == 1 && flip.switches.len() > 2);
    }
    told
}

/// No smaller set of changes gives the verdict.
fn least(pair: &Pair<'_>, row: u32, flip: &Flip) {
    let all = 0..1u32 << flip.switches.len();
    for set in all.filter(|set| (set.count_ones() as usize) < flip.sets[0].len()) {
        let set: Vec<usize> = (0..flip.switches.len()).filter(|at| set >> at & 1 == 1).collect();
        let verdict = pair.verdict(row, &made(flip, &set));
        assert_ne!(verdict, flip.verdicts[1], "least, but {set:?}: row {row} {flip:?}\n{}", pair.case.yaml);
    }
}

/// With no budget: one sufficient set, nothing of which can be left out, and the least where that is claimed.
fn thin(pair: &Pair<'_>, row: u32, wanted: Verdict) {
    let flip = pair.flip(row, 0);
    let [set] = flip.sets.as_slice() else { panic!("{flip:?}") };
    assert_eq!(pair.verdict(row, &made(&flip, set)), wanted);
    assert!(flip.proven || set.len() > 1);
    if flip.proven && flip.switches.len() <= MOST {
        least(pair, row, &flip);
    }
    for left in set {
        let less: Vec<usize> = set.iter().copied().filter(|at| at != left).collect();
        assert_ne!(pair.verdict(row, &made(&flip, &less)), wanted, "{left} can be left out of {flip:?}");
    }
}

#[test]
fn what_turned_a_verdict_is_sufficient_and_least() {
    let cases = std::env::var("KAIGONG_ORACLE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(400u64);
    let told: Vec<[usize; 2]> = (0..cases).into_par_iter().map(explained).collect();
    let sum = |at: usize| told.iter().map(|told| told[at]).sum::<usize>();
    assert!(sum(0) > 50 && sum(1) > 20, "{} flips, {} by one change of several", sum(0), sum(1));
}
