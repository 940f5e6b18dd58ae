//! What candidates ask, in plain arrays: one round of prices is one pass through them.
#![expect(clippy::cast_precision_loss, reason = "floats only guide; integers decide")]

use super::Locked;
use crate::problem::{CandidateIdx, Lock, Problem};
use crate::supply::Supply;

/// Candidates in an order that has dependents before what they need.
#[derive(Clone, Debug)]
pub(super) struct Flat {
    who: Vec<Who>,
    sources: Vec<Source>,
    takes: Vec<(u32, f64)>,
    counts: Vec<(u32, f64)>,
    needs: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Who {
    at: u32,
    lock: Lock,
    /// Whether others need it.
    needed: bool,
    worth: f64,
    /// Where its sources, sums and needs end; they start where those of the one before end.
    sources: u32,
    counts: u32,
    needs: u32,
}

#[derive(Clone, Copy, Debug)]
struct Source {
    number: u32,
    takes: u32,
}

/// What candidates would choose, and what that takes.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    pub(super) gained: f64,
    /// Per class: atoms.
    pub(super) used: Vec<f64>,
    /// Per sum: what counts in it.
    pub(super) sums: Vec<f64>,
    bonus: Vec<f64>,
    /// Per place: the source wanted, and where its takes start and end.
    wants: Vec<Option<(u32, u32, u32)>>,
}

impl Flat {
    pub(super) fn new(
        problem: &Problem,
        supply: &Supply,
        tier: usize,
        locks: &[Locked],
        order: &[CandidateIdx],
        needs: &[Vec<usize>],
        counts: &[Vec<(usize, i64)>],
    ) -> Self {
        let mut flat =
            Self { who: Vec::new(), sources: Vec::new(), takes: Vec::new(), counts: Vec::new(), needs: Vec::new() };
        let mut needed = vec![false; problem.candidates.len()];
        for (candidate, needs) in problem.candidates.iter().zip(needs) {
            needs.iter().for_each(|&need| needed[candidate.needs[need]] = true);
        }
        for &at in order {
            for (number, takes) in supply.takes[at].iter().enumerate() {
                let Some(takes) = takes else { continue };
                flat.takes.extend(takes.iter().map(|take| (take.class as u32, take.amount as f64)));
                flat.sources.push(Source { number: number as u32, takes: flat.takes.len() as u32 });
            }
            flat.counts.extend(counts[at].iter().map(|&(sum, weight)| (sum as u32, weight as f64)));
            let candidate = &problem.candidates[at];
            flat.needs.extend(needs[at].iter().map(|&need| candidate.needs[need] as u32));
            flat.who.push(Who {
                at: at as u32,
                lock: locks[at].to,
                needed: needed[at],
                worth: candidate.values[tier] as f64,
                sources: flat.sources.len() as u32,
                counts: flat.counts.len() as u32,
                needs: flat.needs.len() as u32,
            });
        }
        flat
    }

    /// What every candidate gains at these prices, dependents first, and what it takes.
    pub(super) fn decide(
        &self,
        prices: &[(f64, usize)],
        reach: &[f64],
        picked: &mut [Option<usize>],
        taken: &mut Taken,
    ) {
        taken.gained = 0.0;
        taken.used.clear();
        taken.used.resize(prices.len(), 0.0);
        taken.sums.clear();
        taken.sums.resize(reach.len(), 0.0);
        taken.bonus.clear();
        taken.bonus.resize(picked.len(), 0.0);
        taken.wants.clear();
        self.want(prices, reach, taken);
        self.pick(picked, taken);
    }

    fn want(&self, prices: &[(f64, usize)], reach: &[f64], taken: &mut Taken) {
        let (mut source, mut take, mut count, mut need) = (0usize, 0usize, 0usize, 0usize);
        for who in &self.who {
            let mut best = (f64::INFINITY, None);
            while source < who.sources as usize {
                let Source { number, takes } = self.sources[source];
                let of = &self.takes[take..takes as usize];
                let cost: f64 = of.iter().map(|&(class, amount)| amount * prices[class as usize].0).sum();
                if cost < best.0 && who.lock != Lock::Out {
                    best = (cost, Some((number, take as u32, takes)));
                }
                (source, take) = (source + 1, takes as usize);
            }
            let sums = &self.counts[count..who.counts as usize];
            let bonus = if who.needed { taken.bonus[who.at as usize] } else { 0.0 };
            let plus: f64 = sums.iter().map(|&(sum, weight)| reach[sum as usize] * weight).sum();
            let gain = who.worth + bonus + plus - best.0;
            let needs = &self.needs[need..who.needs as usize];
            if who.lock != Lock::In && gain <= 0.0 {
                best.1 = None;
            } else if best.1.is_some() {
                if needs.is_empty() || who.lock == Lock::In {
                    taken.gained += gain;
                } else {
                    let share = gain / needs.len() as f64;
                    needs.iter().for_each(|&need| taken.bonus[need as usize] += share);
                }
            }
            taken.wants.push(best.1);
            (count, need) = (who.counts as usize, who.needs as usize);
        }
    }

    /// Who wants in and has all it needs; what they take.
    fn pick(&self, picked: &mut [Option<usize>], taken: &mut Taken) {
        for place in (0..self.who.len()).rev() {
            let who = &self.who[place];
            let (counts, needs) = match place.checked_sub(1) {
                Some(before) => (self.who[before].counts as usize, self.who[before].needs as usize),
                None => (0, 0),
            };
            let needs = &self.needs[needs..who.needs as usize];
            let whole = who.lock == Lock::In || needs.iter().all(|&need| picked[need as usize].is_some());
            let want = taken.wants[place].filter(|_| whole);
            picked[who.at as usize] = want.map(|(number, _, _)| number as usize);
            let Some((_, start, end)) = want else { continue };
            for &(class, amount) in &self.takes[start as usize..end as usize] {
                taken.used[class as usize] += amount;
            }
            for &(sum, weight) in &self.counts[counts..who.counts as usize] {
                taken.sums[sum as usize] += weight;
            }
        }
    }
}
