//! Plans met on the way of a search, and what they are worth.
#![expect(clippy::cast_possible_truncation, reason = "a share of one in millionths")]

use super::Search;
use super::model::{Model, Who, toll_of};
use crate::draft::Draft;
use crate::price::{Goal, Proof};

/// Per family that shares a pool: what an atom drawn of it is charged.
pub(super) fn tolls(goal: &Goal<'_>, proof: &Proof, toll: i64) -> Vec<(usize, i64)> {
    let all = goal.supply.shared_pools();
    all.map(|(family, pool)| (family, toll_of(&proof.certificate, pool, toll))).collect()
}

/// What is charged for all that is drafted.
fn charged(draft: &Draft<'_>, tolls: &[(usize, i64)], shift: u32) -> i128 {
    tolls.iter().map(|&(family, price)| i128::from(draft.drawn(family)) * i128::from(price)).sum::<i128>() >> shift
}

/// What a plan is worth less what it is charged; `None` if it is none.
pub(crate) fn net(goal: &Goal<'_>, proof: &Proof, chosen: &[Option<usize>], toll: i64) -> Option<i128> {
    let draft = Draft::of(goal, chosen)?;
    Some(draft.value - charged(&draft, &tolls(goal, proof, toll), proof.certificate.shift))
}

impl Search<'_, '_> {
    /// Takes what the linear program takes whole, fills up, and keeps it if it is better.
    pub(super) fn attempt(&mut self) {
        let mut rest: Vec<(i64, usize)> = Vec::new();
        for who in 0..self.model.who.len() {
            let cols = self.model.who[who].cols.clone();
            let taken = cols.clone().find(|&col| self.simplex.value(col) > 1.0 - 1e-6);
            let at = self.model.who[who].at;
            match taken {
                Some(col) => {
                    if !self.draft.put(at, self.model.cols[col].source) {
                        rest.push((i64::MIN, who));
                    }
                }
                None => {
                    let share: f64 = cols.map(|col| self.simplex.value(col)).sum();
                    rest.push(((-share * 1e6) as i64, who));
                }
            }
        }
        self.drop_unserved();
        rest.sort_by_key(|&(share, who)| {
            let gain = self.model.who[who].cols.clone().filter_map(|col| self.weighed.gains.get(col)).max();
            (share, std::cmp::Reverse(gain.copied().unwrap_or(0)), who)
        });
        for (_, who) in rest {
            let Model { who: all, .. } = &self.model;
            if !all[who].cols.is_empty() && self.draft.chosen[all[who].at].is_none() {
                self.draft.bring(all[who].at, &self.proof.gains);
            }
        }
        self.keep();
    }

    /// Takes out whose needs are not in.
    fn drop_unserved(&mut self) {
        loop {
            let unserved = |who: &Who| {
                self.draft.chosen[who.at].is_some()
                    && who.needs.iter().any(|&need| self.draft.chosen[self.model.who[need].at].is_none())
            };
            let Some(at) = self.model.who.iter().find(|who| unserved(who)).map(|who| who.at) else { return };
            self.draft.drop(at);
        }
    }

    /// Looks at the one choice left to everyone.
    pub(super) fn leaf(&mut self) {
        let taken = (0..self.model.cols.len()).filter(|&col| self.open[col]).collect::<Vec<_>>();
        taken.into_iter().all(|col| {
            let col = &self.model.cols[col];
            self.draft.put(self.model.who[col.who].at, col.source)
        });
        // What did not fit may leave others without those they need.
        self.drop_unserved();
        self.keep();
    }

    /// Keeps what is drafted if it is lawful and better; then clears it.
    fn keep(&mut self) {
        let chosen = |who: &usize| self.draft.chosen[self.model.who[*who].at].is_some();
        let all = self.model.who.iter();
        let lawful = all.clone().enumerate().all(|(at, who)| !who.must || chosen(&at)) && self.draft.reaches();
        let worth = self.draft.value - charged(&self.draft, &self.tolls, self.model.shift);
        if lawful && worth >= self.wanted {
            self.wanted = worth + 1;
            self.best = Some(self.draft.chosen.clone());
        }
        for who in &self.model.who {
            self.draft.drop(who.at);
        }
        debug_assert!(self.goal.problem.candidates.len() == self.draft.chosen.len(), "one choice each");
    }
}
