//! What is open in a search, as rows and columns in integers: what is fixed has taken its part of the right sides.

use std::collections::BTreeSet;

use crate::price::Goal;
use crate::problem::{CandidateIdx, Certificate, Lock, PoolIdx};
use crate::supply::{Brought, Origin};

/// Taking one source for one of the open candidates.
#[derive(Clone, Debug)]
pub(crate) struct Col {
    /// Place among the open.
    pub(crate) who: usize,
    pub(crate) source: usize,
    pub(crate) value: i64,
    pub(crate) entries: Vec<(usize, i64)>,
}

/// A way of supply: atoms from a shared pool to a class.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) cap: i64,
    /// What an atom is charged, in worth times 2^shift.
    pub(crate) toll: i64,
    /// What an atom adds to rows.
    pub(crate) entries: Vec<(usize, i64)>,
}

/// An open candidate.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub(crate) at: CandidateIdx,
    pub(crate) cols: std::ops::Range<usize>,
    /// It is locked in, or someone fixed needs it.
    pub(crate) must: bool,
    /// Places of the open candidates it needs.
    pub(crate) needs: Vec<usize>,
    /// Places of the open candidates that need it.
    pub(crate) needed_by: Vec<usize>,
}

/// What an atom drawn of a pool is charged: so many thousandths of its price.
pub(crate) fn toll_of(certificate: &Certificate, pool: PoolIdx, toll: i64) -> i64 {
    (i128::from(certificate.pools[pool]) * i128::from(toll) / 1_000) as i64
}

/// Choices that need not be looked at any more: a source of a candidate, or to stay out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shut {
    pub(crate) choices: BTreeSet<(CandidateIdx, Option<usize>)>,
}

impl Shut {
    fn has(&self, at: CandidateIdx, choice: Option<usize>) -> bool {
        self.choices.contains(&(at, choice))
    }
}

/// Maximise the value of the columns taken; each row's entries add up to its right side at most.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    /// What the fixed are worth, less what they are charged.
    pub(crate) base: i128,
    /// Binary places of what is charged.
    pub(crate) shift: u32,
    pub(crate) right: Vec<i128>,
    /// What each row costs under the prices known.
    pub(crate) prices: Vec<i64>,
    pub(crate) cols: Vec<Col>,
    pub(crate) ways: Vec<Way>,
    pub(crate) who: Vec<Who>,
}

impl Model {
    /// A model of the choices of `open`, all others as in `from`.
    pub(crate) fn new(
        goal: &Goal<'_>,
        dependents: &[Vec<CandidateIdx>],
        certificate: &Certificate,
        from: &[Option<usize>],
        open: &[CandidateIdx],
        shut: &Shut,
        toll: i64,
    ) -> Self {
        let mut place = vec![None; from.len()];
        open.iter().enumerate().for_each(|(at, &candidate)| place[candidate] = Some(at));
        let mut model = Self {
            base: 0,
            shift: certificate.shift,
            right: Vec::new(),
            prices: Vec::new(),
            cols: Vec::new(),
            ways: Vec::new(),
            who: Vec::new(),
        };
        let class_row = model.supply_rows(goal, certificate, from, &place, toll);
        let sums = certificate.floors.iter().chain(&certificate.kept);
        model.prices.extend(sums);
        let first_sum = model.sum_rows(goal, from, &place);
        for &at in open {
            model.candidate(goal, dependents, from, &place, at, (&class_row, first_sum), shut);
        }
        model.need_rows(goal, certificate);
        model.drop_loose_rows();
        model
    }

    /// Rows and ways of supply; the row of each class.
    fn supply_rows(
        &mut self,
        goal: &Goal<'_>,
        certificate: &Certificate,
        from: &[Option<usize>],
        place: &[Option<usize>],
        toll: i64,
    ) -> Vec<Option<usize>> {
        let supply = goal.supply;
        let mut used = vec![0i64; supply.classes.len()];
        let mut open = vec![false; supply.classes.len()];
        for at in 0..from.len() {
            if place[at].is_some() {
                let takes = supply.takes[at].iter().flatten().flatten();
                takes.for_each(|take| open[take.class] = true);
            } else if let Some(source) = from[at] {
                let takes = supply.takes[at][source].iter().flatten();
                takes.for_each(|take| used[take.class] += take.amount);
            }
        }
        let limits = supply.limits(&used, &open, toll > 0);
        self.right = limits.right;
        let price = |origin: &Origin| match *origin {
            Origin::Class(class) => goal.class_price(certificate, class),
            Origin::Pool(pool) => certificate.pools[pool],
            Origin::Gate(class, way) => goal.on_top(certificate, class, &supply.classes[class].channels[way]),
        };
        self.prices = limits.origin.iter().map(price).collect();
        let charge = |pool: usize| toll_of(certificate, pool, toll);
        let way = |way: Brought| Way { cap: way.cap, toll: way.charged.map_or(0, charge), entries: way.entries };
        self.ways = limits.ways.into_iter().map(way).collect();
        let paid = limits.drawn.iter().map(|&(pool, atoms)| atoms * i128::from(charge(pool)));
        self.base -= paid.sum::<i128>() >> self.shift;
        limits.class_row
    }

    /// Rows of the sums that must be reached; the first of them.
    fn sum_rows(&mut self, goal: &Goal<'_>, from: &[Option<usize>], place: &[Option<usize>]) -> usize {
        let first = self.right.len();
        for reach in &goal.reaches {
            let fixed = reach.weights.iter().filter(|(at, _)| place[*at].is_none() && from[*at].is_some());
            let fixed: i128 = fixed.map(|(_, weight)| i128::from(*weight)).sum();
            self.right.push(fixed - reach.at_least);
        }
        let fixed = (0..from.len()).filter(|&at| place[at].is_none() && from[at].is_some());
        self.base += fixed.map(|at| i128::from(goal.worth(at))).sum::<i128>();
        first
    }

    #[expect(clippy::too_many_arguments, reason = "what a candidate is made of")]
    fn candidate(
        &mut self,
        goal: &Goal<'_>,
        dependents: &[Vec<CandidateIdx>],
        from: &[Option<usize>],
        place: &[Option<usize>],
        at: CandidateIdx,
        (class_row, first_sum): (&[Option<usize>], usize),
        shut: &Shut,
    ) {
        let candidate = &goal.problem.candidates[at];
        let fixed_in = |other: &CandidateIdx| place[*other].is_none() && from[*other].is_some();
        let fixed_out = |other: &CandidateIdx| place[*other].is_none() && from[*other].is_none();
        let may = goal.locks[at].to != Lock::Out && !candidate.needs.iter().any(fixed_out);
        let start = self.cols.len();
        for (source, takes) in goal.supply.takes[at].iter().enumerate().filter(|_| may) {
            let Some(takes) = takes.as_ref().filter(|_| !shut.has(at, Some(source))) else { continue };
            let mut entries: Vec<(usize, i64)> = Vec::new();
            for take in takes {
                let Some(row) = class_row[take.class] else { continue };
                match entries.iter_mut().find(|entry| entry.0 == row) {
                    Some(entry) => entry.1 = entry.1.saturating_add(take.amount),
                    None => entries.push((row, take.amount)),
                }
            }
            entries.extend(goal.counts(at).iter().map(|&(sum, weight)| (first_sum + sum, -weight)));
            self.cols.push(Col { who: self.who.len(), source, value: goal.worth(at), entries });
        }
        let open = |others: &[CandidateIdx]| others.iter().filter_map(|&other| place[other]).collect();
        self.who.push(Who {
            at,
            cols: start..self.cols.len(),
            must: goal.locks[at].to == Lock::In || shut.has(at, None) || dependents[at].iter().any(fixed_in),
            needs: open(&candidate.needs),
            needed_by: open(&dependents[at]),
        });
    }

    /// A row for each need among the open.
    fn need_rows(&mut self, goal: &Goal<'_>, certificate: &Certificate) {
        for at in 0..self.who.len() {
            for need in self.who[at].needs.clone() {
                if need == at {
                    continue;
                }
                let row = self.right.len();
                self.right.push(0);
                let (from, to) = (self.who[at].at, self.who[need].at);
                let place = goal.problem.candidates[from].needs.iter().position(|&other| other == to);
                self.prices.push(place.map_or(0, |place| certificate.needs[from][place]));
                self.who[at].cols.clone().for_each(|col| self.cols[col].entries.push((row, 1)));
                self.who[need].cols.clone().for_each(|col| self.cols[col].entries.push((row, -1)));
            }
        }
    }

    /// Leaves out rows that hold whatever is chosen.
    fn drop_loose_rows(&mut self) {
        let mut most = vec![0i128; self.right.len()];
        let mut of_one = vec![0i64; self.right.len()];
        for who in &self.who {
            let entries = || self.cols[who.cols.clone()].iter().flat_map(|col| &col.entries);
            entries().for_each(|&(row, amount)| of_one[row] = of_one[row].max(amount));
            entries().for_each(|&(row, _)| most[row] += i128::from(std::mem::take(&mut of_one[row])));
        }
        for way in &self.ways {
            for &(row, sign) in way.entries.iter().filter(|(_, sign)| *sign > 0) {
                most[row] += i128::from(way.cap) * i128::from(sign);
            }
        }
        let mut number = vec![None; self.right.len()];
        let mut right = Vec::new();
        for (row, &limit) in self.right.iter().enumerate() {
            if most[row] > limit {
                number[row] = Some(right.len());
                right.push(limit);
            }
        }
        let keep = |entries: &mut Vec<(usize, i64)>| {
            *entries = entries.iter().filter_map(|&(row, amount)| Some((number[row]?, amount))).collect();
        };
        self.cols.iter_mut().for_each(|col| keep(&mut col.entries));
        self.ways.iter_mut().for_each(|way| keep(&mut way.entries));
        self.ways.retain(|way| !way.entries.is_empty());
        self.right = right;
        let mut kept = number.iter().map(Option::is_some);
        self.prices.retain(|_| kept.next().unwrap_or(false));
    }
}
