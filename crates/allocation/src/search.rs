//! Search through choices, deepest first: a linear program at every node guides it, integers cut it off.
//!
//! ```text
//! model (integers) --simplex (floats)--> multipliers --rounded--> bound and gains (integers)
//!     bound too low: cut off       choice that gives away too much: removed       else: branch
//! ```

mod model;
mod plans;
mod simplex;
mod weigh;

use crate::draft::Draft;
use crate::price::{Goal, Proof};
use crate::problem::CandidateIdx;
use model::{Model, Shut};
pub(crate) use plans::net;
pub(crate) use simplex::{End, Simplex};
use weigh::{Scales, Weighed};

/// Searches over some candidates, the others fixed as they are.
struct Search<'s, 'g> {
    goal: &'g Goal<'g>,
    proof: &'s Proof,
    model: Model,
    scales: Scales,
    simplex: Simplex,
    /// Per open candidate: the row that allows it one source, if it has several.
    choice_row: Vec<Option<usize>>,
    /// What is fixed.
    draft: Draft<'g>,
    /// Choices still open: columns, then for each candidate to stay out.
    open: Vec<bool>,
    /// Choices removed, in order.
    trail: Vec<usize>,
    weighed: Weighed,
    /// What a better plan must be worth at least.
    wanted: i128,
    /// Of what the linear program promises, the share asked for, in 1024ths.
    share: i128,
    best: Option<Vec<Option<usize>>>,
    /// Per family that is charged for what it draws: the charge for an atom.
    tolls: Vec<(usize, i64)>,
    work: &'s mut u64,
}

/// What a search found.
pub(crate) struct Found {
    /// A plan worth more than was asked to beat, if there is one.
    pub(crate) better: Option<Vec<Option<usize>>>,
    /// Whether everything was looked at.
    pub(crate) whole: bool,
}

/// How much better than what is known a plan must be to be looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    /// What it must be worth more than.
    pub(crate) beat: Option<i128>,
    /// The share of what the linear program promises beyond that, in 1024ths. The more is asked, the sooner a search
    /// is at its end.
    pub(crate) share: i128,
    /// What is drawn of shared pools is charged so many thousandths of its price.
    pub(crate) toll: i64,
}

/// Looks for a plan as good as is asked that differs from `from` in the choices of `open` only.
pub(crate) fn search<'g>(
    goal: &'g Goal<'g>,
    dependents: &'g [Vec<CandidateIdx>],
    proof: &Proof,
    from: &[Option<usize>],
    open: &[CandidateIdx],
    ask: Ask,
    work: &mut u64,
) -> Found {
    // No plan is worth less than nothing.
    let mut wanted = ask.beat.map_or(0, |beat| beat + 1);
    let mut from = from.to_vec();
    let mut open = open.to_vec();
    let mut share = ask.share;
    let mut priced = true;
    let mut shut = Shut::default();
    loop {
        let Some(mut search) = Search::new(goal, dependents, proof, &from, (&open, &shut), (wanted, ask.toll), work)
        else {
            return Found { better: None, whole: true };
        };
        search.share = share;
        if !search.start() || !(if priced { search.priced() } else { search.root() }) {
            return Found { better: search.best, whole: true };
        }
        if priced {
            priced = false;
            if search.dwindled() {
                (wanted, share) = (search.wanted, search.share);
                open = search.decided(&mut from, &mut shut);
                continue;
            }
            if !search.root() {
                return Found { better: search.best, whole: true };
            }
        }
        wanted = search.wanted;
        if search.best.is_some() || !search.dwindled() {
            let whole = search.node();
            return Found { better: search.best, whole };
        }
        // What is decided need not be carried along, nor what is ruled out.
        open = search.decided(&mut from, &mut shut);
        share = 0;
    }
}

impl<'s, 'g> Search<'s, 'g> {
    /// `None` if what is fixed does not fit.
    fn new(
        goal: &'g Goal<'g>,
        dependents: &'g [Vec<CandidateIdx>],
        proof: &'s Proof,
        from: &[Option<usize>],
        (open, shut): (&[CandidateIdx], &Shut),
        (wanted, toll): (i128, i64),
        work: &'s mut u64,
    ) -> Option<Self> {
        let model = Model::new(goal, dependents, &proof.certificate, from, open, shut, toll);
        let mut is_open = vec![false; from.len()];
        open.iter().for_each(|&at| is_open[at] = true);
        let mut draft = Draft::new(goal);
        for at in (0..from.len()).filter(|&at| !is_open[at]) {
            if let Some(source) = from[at]
                && !draft.put(at, source)
            {
                return None;
            }
        }
        let mut next = model.right.len();
        let several = |who: &model::Who| {
            (who.cols.len() > 1).then(|| {
                next += 1;
                next - 1
            })
        };
        let choice_row: Vec<Option<usize>> = model.who.iter().map(several).collect();
        let scales = Scales::new(&model);
        let tolls = if toll > 0 { plans::tolls(goal, proof, toll) } else { Vec::new() };
        let simplex = Simplex::default();
        let open = vec![true; model.cols.len() + model.who.len()];
        Some(Self {
            goal,
            proof,
            scales,
            simplex,
            choice_row,
            draft,
            open,
            trail: Vec::new(),
            weighed: Weighed::default(),
            wanted,
            share: 0,
            best: None,
            tolls,
            work,
            model,
        })
    }

    /// Asks for a share of what the prices promise, and removes what cannot reach it by them. False if nothing can.
    fn priced(&mut self) -> bool {
        let prices = std::mem::take(&mut self.model.prices);
        let known = self.weighed.at(&self.model, &prices, self.proof.certificate.shift).is_some();
        !known || {
            self.ask();
            self.rule_out()
        }
    }

    /// Asks for a share of what is promised.
    fn ask(&mut self) {
        if self.share > 0
            && let Some(total) = self.total()
        {
            let promised = (total >> self.weighed.shift) - self.wanted;
            self.wanted += promised.max(0) * self.share / 1024;
        }
        self.share = 0;
    }

    /// The linear program of everything open: sets what is wanted, and removes what cannot reach it. False if
    /// nothing can.
    fn root(&mut self) -> bool {
        self.simplex = self.scales.simplex(&self.model, &self.choice_row);
        (0..self.model.who.len()).for_each(|who| self.bounds(who));
        let enough = self.scales.worth(self.wanted - self.model.base);
        let end = self.simplex.run(enough - 1e-9 * enough.abs());
        let multipliers = self.simplex.multipliers(end, enough);
        if self.weighed.of(&self.model, &self.scales, &multipliers).is_none() {
            return true;
        }
        if !self.rule_out() {
            return false;
        }
        if end == End::Best {
            self.attempt();
        }
        self.rule_out()
    }

    /// How many choices are left to a candidate.
    fn left(&self, who: usize) -> usize {
        let cols = self.model.who[who].cols.clone().filter(|&col| self.open[col]).count();
        cols + usize::from(self.open[self.model.cols.len() + who])
    }

    /// Whether so few choices are left that they are worth a table of their own.
    fn dwindled(&self) -> bool {
        let left = (0..self.model.who.len()).map(|who| self.left(who)).filter(|left| *left > 1).sum::<usize>();
        let out = self.model.who.iter().filter(|who| !who.must).count();
        left * 4 < (self.model.cols.len() + out) * 3
    }

    /// Writes down who has one choice left, and what others do not have any more; those with several.
    fn decided(&self, from: &mut [Option<usize>], shut: &mut Shut) -> Vec<CandidateIdx> {
        let mut undecided = Vec::new();
        for (who, spec) in self.model.who.iter().enumerate() {
            let mut cols = spec.cols.clone().filter(|&col| self.open[col]);
            if self.left(who) > 1 {
                let shut_cols = spec.cols.clone().filter(|&col| !self.open[col]);
                shut.choices.extend(shut_cols.map(|col| (spec.at, Some(self.model.cols[col].source))));
                shut.choices.extend((!self.open[self.model.cols.len() + who]).then_some((spec.at, None)));
                undecided.push(spec.at);
            } else {
                from[spec.at] = cols.next().map(|col| self.model.cols[col].source);
            }
        }
        undecided
    }
}

impl Search<'_, '_> {
    /// Removes what cannot be from the outset; whether anything is left.
    fn start(&mut self) -> bool {
        (0..self.model.who.len()).all(|who| {
            let none = self.model.cols.len() + who;
            let must = !self.model.who[who].must || !self.open[none] || self.remove(none);
            must && (!self.model.who[who].cols.is_empty() || self.spread(who))
        })
    }

    fn who_of(&self, choice: usize) -> usize {
        self.model.cols.get(choice).map_or_else(|| choice - self.model.cols.len(), |col| col.who)
    }

    /// Whether a candidate may still be in, and still stay out.
    fn may(&self, who: usize) -> (bool, bool) {
        let cols = self.model.who[who].cols.clone();
        (cols.into_iter().any(|col| self.open[col]), self.open[self.model.cols.len() + who])
    }

    /// Removes a choice and what follows along needs. False if someone is left without any.
    fn remove(&mut self, choice: usize) -> bool {
        if !self.open[choice] {
            return true;
        }
        self.open[choice] = false;
        self.trail.push(choice);
        let who = self.who_of(choice);
        self.bounds(who);
        self.spread(who)
    }

    /// Removes what follows along needs from what is left of a candidate.
    fn spread(&mut self, who: usize) -> bool {
        match self.may(who) {
            (false, false) => false,
            (false, true) => (0..self.model.who[who].needed_by.len()).all(|at| {
                let other = self.model.who[who].needed_by[at];
                self.model.who[other].cols.clone().all(|col| self.remove(col))
            }),
            (true, false) => (0..self.model.who[who].needs.len()).all(|at| {
                let other = self.model.who[who].needs[at];
                self.remove(self.model.cols.len() + other)
            }),
            (true, true) => true,
        }
    }

    /// Tells the linear program what is open to a candidate.
    fn bounds(&mut self, who: usize) {
        if self.simplex.is_empty() {
            return;
        }
        let cols = self.model.who[who].cols.clone();
        let out = self.open[self.model.cols.len() + who];
        let several = cols.clone().filter(|&col| self.open[col]).count() > 1;
        for col in cols {
            let low = if self.open[col] && !out && !several { 1.0 } else { 0.0 };
            self.simplex.bound(col, low, if self.open[col] { 1.0 } else { 0.0 });
        }
        if let Some(row) = self.choice_row[who] {
            let slack = self.simplex.slack(row);
            let most = if out { self.simplex.most_left(row) } else { 0.0 };
            self.simplex.bound(slack, 0.0, most);
        }
    }

    /// Opens again what was removed since.
    fn undo(&mut self, to: usize) {
        while self.trail.len() > to
            && let Some(choice) = self.trail.pop()
        {
            self.open[choice] = true;
            self.bounds(self.who_of(choice));
        }
    }

    /// Looks at what is open; whether all of it was tried or ruled out.
    fn node(&mut self) -> bool {
        let spent = self.simplex.effort + self.model.cols.len() as u64 / 8 + 1;
        self.simplex.effort = 0;
        if *self.work < spent {
            *self.work = 0;
            return false;
        }
        *self.work -= spent;
        let enough = self.scales.worth(self.wanted - self.model.base);
        let end = self.simplex.run(enough - 1e-9 * enough.abs());
        let multipliers = self.simplex.multipliers(end, enough);
        let known = self.weighed.of(&self.model, &self.scales, &multipliers).is_some();
        let mark = self.trail.len();
        if known && !self.rule_out() {
            self.undo(mark);
            return true;
        }
        if end == End::Best {
            self.attempt();
            if known && !self.rule_out() {
                self.undo(mark);
                return true;
            }
        }
        let whole = match self.branch(end) {
            Some(choice) => self.children(choice, end),
            None => {
                self.leaf();
                true
            }
        };
        self.undo(mark);
        whole
    }

    /// Removes choices that give too much away; false if nothing better is left.
    fn rule_out(&mut self) -> bool {
        let cols = self.model.cols.len();
        let Some(total) = self.total() else { return true };
        let Some(wanted) = self.wanted.checked_mul(1 << self.weighed.shift) else { return true };
        if total < wanted {
            return false;
        }
        for who in 0..self.model.who.len() {
            let Some(best) = self.best_gain(who) else { continue };
            if self.open[cols + who] && total - best < wanted && !self.remove(cols + who) {
                return false;
            }
            for col in self.model.who[who].cols.clone() {
                let gives = best - self.weighed.gains[col];
                if self.open[col] && total - gives < wanted && !self.remove(col) {
                    return false;
                }
            }
        }
        true
    }

    /// The bound, times 2^shift.
    fn total(&self) -> Option<i128> {
        let gains = (0..self.model.who.len()).map(|who| self.best_gain(who));
        gains.into_iter().try_fold(self.weighed.total, |total, gain| total.checked_add(gain?))
    }

    /// The most a candidate gains by what is open to it.
    fn best_gain(&self, who: usize) -> Option<i128> {
        let cols = self.model.who[who].cols.clone().filter(|&col| self.open[col]);
        let out = self.open[self.model.cols.len() + who].then_some(0);
        cols.map(|col| self.weighed.gains[col]).chain(out).max()
    }

    /// The choice to decide next; `None` if all are decided.
    fn branch(&self, end: End) -> Option<usize> {
        let fractional = || self.simplex.divides_most((0..self.model.cols.len()).filter(|&col| self.open[col]));
        let best = (end == End::Best).then(fractional).flatten();
        let any = || {
            let who = (0..self.model.who.len()).find(|&who| self.left(who) > 1)?;
            let mut cols = self.model.who[who].cols.clone().filter(|&col| self.open[col]);
            cols.next()
        };
        best.or_else(any)
    }

    /// Tries a choice made, and removed; the likelier first.
    fn children(&mut self, choice: usize, end: End) -> bool {
        let made_first = end != End::Best || self.simplex.value(choice) > 0.5;
        for made in [made_first, !made_first] {
            let mark = self.trail.len();
            let possible = if made { self.fix(choice) } else { self.remove(choice) };
            let whole = !possible || self.node();
            self.undo(mark);
            if !whole {
                return false;
            }
        }
        true
    }

    /// Removes every other choice of a candidate.
    fn fix(&mut self, choice: usize) -> bool {
        let who = self.who_of(choice);
        let others = self.model.who[who].cols.clone().chain([self.model.cols.len() + who]);
        others.into_iter().filter(|&other| other != choice).all(|other| self.remove(other))
    }
}
