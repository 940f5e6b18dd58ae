//! Plans as offices make them: in the order of a list, pro rata to counties, by density, or as someone has decided.

use crate::draft::Draft;
use crate::price::{Goal, spread_locks};
use crate::problem::{Candidate, CandidateIdx, Draw, Lock, Plan, Pool, Problem, Source, Via};
use crate::supply::{Room, Supply, Take};

/// An amount someone decided to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gift {
    /// To whom.
    pub candidate: CandidateIdx,
    /// Of which kind.
    pub kind: usize,
    /// Atoms.
    pub amount: i64,
}

/// Gives each candidate what it asks, in the order given: a source whole, else each draw of what it asks by itself.
/// What does not fit any more gets nothing.
///
/// `asks` is what a candidate asks whether or not that would release it, per candidate.
pub fn by_order(problem: &Problem, asks: &[Source], order: &[CandidateIdx]) -> Plan {
    let mut asking = problem.clone();
    let mut own: Vec<usize> = Vec::new();
    for (candidate, ask) in asking.candidates.iter_mut().zip(asks) {
        own.push(candidate.sources.len());
        candidate.sources.extend(ask.draws.iter().map(|draw| Source { draws: vec![draw.clone()] }));
    }
    let parts: Vec<usize> = asking.candidates.iter().map(|candidate| candidate.sources.len()).collect();
    for candidate in &mut asking.candidates {
        // What several kinds may cover is given kind by kind.
        let mixed = |draw: &&Draw| draw.kinds.len() > 1;
        let draws: Vec<Draw> =
            candidate.sources.iter().flat_map(|source| &source.draws).filter(mixed).cloned().collect();
        for Draw { kinds, amount } in draws {
            let single = |kind: usize| Source { draws: vec![Draw { kinds: vec![kind], amount }] };
            candidate.sources.extend(kinds.into_iter().map(single));
        }
    }
    let supply = Supply::new(&asking);
    let mut room = supply.room();
    let mut gifts = Vec::new();
    let mut give = |room: &mut Room<'_>, candidate: usize, source: usize| {
        let sources = &asking.candidates[candidate].sources;
        let mixed = sources[source].draws.iter().any(|draw| draw.kinds.len() > 1);
        if mixed {
            room.give_back(candidate, source);
        }
        // Kinds by themselves first: what is mixed fits beside them, as the whole did.
        let mut draws: Vec<&Draw> = sources[source].draws.iter().collect();
        draws.sort_by_key(|draw| draw.kinds.len() > 1);
        for draw in draws {
            let mut left = draw.amount;
            for &kind in &draw.kinds {
                let alone =
                    |other: &Source| matches!(&other.draws[..], [one] if one.kinds == [kind] && one.amount >= left);
                let class = sources.iter().position(alone).and_then(|place| supply.class(candidate, place, 0));
                let given = match (draw.kinds.len(), class) {
                    (1, _) => left,
                    (_, Some(class)) => room.left(class).min(left),
                    (_, None) => 0,
                };
                if let Some(class) = class.filter(|_| mixed && given > 0) {
                    room.add(class, given);
                }
                if given > 0 {
                    gifts.push(Gift { candidate, kind, amount: given });
                }
                left -= given;
            }
        }
    };
    for &at in order.iter().filter(|&&at| problem.candidates[at].lock != Lock::Out) {
        if let Some(whole) = (0..own[at]).find(|&source| room.take(at, source)) {
            give(&mut room, at, whole);
            continue;
        }
        for part in own[at]..parts[at] {
            if room.take(at, part) {
                give(&mut room, at, part);
            }
        }
    }
    granted(problem, &gifts).0
}

/// Takes back, as chosen, whoever needs someone that is not: what it was given stays with it, idle.
fn whole(problem: &Problem, mut chosen: Vec<Option<usize>>) -> Vec<Option<usize>> {
    loop {
        let stands = |at: usize| problem.candidates[at].needs.iter().all(|&need| chosen[need].is_some());
        let Some(falls) = (0..chosen.len()).find(|&at| chosen[at].is_some() && !stands(at)) else { return chosen };
        chosen[falls] = None;
    }
}

/// Gives what someone decided, gift after gift; the gifts that the pools do not cover are given back as indices.
pub fn granted(problem: &Problem, gifts: &[Gift]) -> (Plan, Vec<usize>) {
    let mut giving = problem.clone();
    for candidate in &mut giving.candidates {
        candidate.sources = Vec::new();
    }
    for gift in gifts {
        let draws = vec![Draw { kinds: vec![gift.kind], amount: gift.amount }];
        giving.candidates[gift.candidate].sources.push(Source { draws });
    }
    let supply = Supply::new(&giving);
    let mut room = supply.room();
    let mut next = vec![0; giving.candidates.len()];
    let (mut fits, mut unfit) = (Vec::new(), Vec::new());
    for (at, gift) in gifts.iter().enumerate() {
        let source = next[gift.candidate];
        next[gift.candidate] += 1;
        if room.take(gift.candidate, source) { fits.push(*gift) } else { unfit.push(at) }
    }
    // All that fits, as one source for each candidate.
    for candidate in &mut giving.candidates {
        candidate.sources = vec![Source::default()];
    }
    for gift in &fits {
        giving.candidates[gift.candidate].sources[0].draws.push(Draw { kinds: vec![gift.kind], amount: gift.amount });
    }
    let supply = Supply::new(&giving);
    let all = vec![Some(0); giving.candidates.len()];
    let mut ledger = supply.ledger(&giving, &all);
    let chosen = whole(problem, covered(problem, &fits));
    for entry in &mut ledger {
        let gift = &giving.candidates[entry.candidate].sources[0].draws[entry.draw];
        let source = chosen[entry.candidate].map(|source| &problem.candidates[entry.candidate].sources[source]);
        // Draws that take something are of kinds of their own, as `covered` has it.
        let takes = |draw: &Draw| draw.amount > 0 && draw.kinds.contains(&gift.kinds[0]);
        let draw = source.and_then(|source| source.draws.iter().position(takes));
        entry.draw = draw.unwrap_or(0);
    }
    ledger.sort_unstable();
    (Plan { chosen, ledger }, unfit)
}

/// The first source of each candidate that gifts cover exactly.
fn covered(problem: &Problem, gifts: &[Gift]) -> Vec<Option<usize>> {
    let exact = |at: usize, source: &Source| {
        let mut given: Vec<(usize, i64)> =
            gifts.iter().filter(|gift| gift.candidate == at).map(|gift| (gift.kind, gift.amount)).collect();
        given.sort_unstable();
        let mut sums: Vec<(usize, i64)> = Vec::new();
        for (kind, amount) in given {
            match sums.last_mut() {
                Some((last, sum)) if *last == kind => *sum += amount,
                _ => sums.push((kind, amount)),
            }
        }
        sums.retain(|(_, amount)| *amount > 0);
        // Draws of kinds of their own: what is given of those is what each asks, and nothing else is given.
        let asked: Vec<&Draw> = source.draws.iter().filter(|draw| draw.amount > 0).collect();
        let mut kinds: Vec<usize> = asked.iter().flat_map(|draw| draw.kinds.iter().copied()).collect();
        let count = kinds.len();
        kinds.sort_unstable();
        kinds.dedup();
        let is_met = |draw: &&Draw| {
            let of = sums.iter().filter(|(kind, _)| draw.kinds.contains(kind));
            of.map(|(_, amount)| i128::from(*amount)).sum::<i128>() == i128::from(draw.amount)
        };
        kinds.len() == count && sums.iter().all(|(kind, _)| kinds.contains(kind)) && asked.iter().all(is_met)
    };
    let first = |at: usize| {
        let sources = problem.candidates[at].sources.iter();
        sources.enumerate().find(|(_, source)| exact(at, source)).map(|(place, _)| place)
    };
    (0..problem.candidates.len()).map(first).collect()
}

/// Serves those who are worth most for the share of the pools they take, whole or not at all.
///
/// The worth is that of the first tier, ties go to the second, and so on.
pub fn greedy(problem: &Problem) -> Plan {
    let supply = Supply::new(problem);
    let Some(locks) = spread_locks(problem) else { return Plan::empty(problem) };
    let goal = Goal::new(problem, &supply, 0, Vec::new(), locks);
    let free = free_by_kind(problem);
    // Sources are tried cheapest first, by their share of the pools.
    let gains_of = |(candidate, takes): (&Candidate, &Vec<Option<Vec<Take>>>)| -> Vec<Option<i128>> {
        let sources = candidate.sources.iter().zip(takes);
        sources.map(|(source, takes)| takes.as_ref().map(|_| -share(source, &free))).collect()
    };
    let gains: Vec<Vec<Option<i128>>> = problem.candidates.iter().zip(&supply.takes).map(gains_of).collect();
    let mut draft = Draft::new(&goal);
    let locked = (0..problem.candidates.len()).filter(|&at| goal.locks[at].to == Lock::In).collect::<Vec<_>>();
    draft.fill(&locked, &gains);
    draft.fill(&by_density(problem, &free), &gains);
    supply.plan(problem, &draft.chosen)
}

/// Atoms that may be given out, per kind.
fn free_by_kind(problem: &Problem) -> Vec<i128> {
    let mut free = vec![0i128; problem.kinds.len()];
    problem.pools.iter().for_each(|pool| free[pool.kind] += i128::from(pool.free()));
    free
}

/// The share of all pools a source takes, in 10^-12.
fn share(source: &Source, free: &[i128]) -> i128 {
    let of = |draw: &Draw| {
        let there: i128 = draw.kinds.iter().map(|&kind| free[kind]).sum();
        i128::from(draw.amount) * 1_000_000_000_000 / there.max(1)
    };
    source.draws.iter().map(of).sum()
}

/// Candidates by worth for the share they take, the best first.
fn by_density(problem: &Problem, free: &[i128]) -> Vec<CandidateIdx> {
    let density = |at: CandidateIdx| -> Option<Vec<i128>> {
        let candidate = &problem.candidates[at];
        let least = candidate.sources.iter().map(|source| share(source, free)).min()?;
        let of = |&worth: &i64| i128::from(worth) * 1_000_000_000_000 / least.max(1);
        Some(candidate.values.iter().map(of).collect())
    };
    let mut order: Vec<(Vec<i128>, CandidateIdx)> =
        (0..problem.candidates.len()).filter_map(|at| Some((density(at)?, at))).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    order.into_iter().filter(|(density, _)| density.iter().any(|&worth| worth > 0)).map(|(_, at)| at).collect()
}

/// Deals the pools of no county out to the counties in proportion to what their candidates ask, rounded down; within
/// each county those who are worth most for their share come first.
pub fn pro_rata(problem: &Problem, asks: &[Source]) -> Plan {
    let mut dealt = problem.clone();
    let mut origin: Vec<usize> = (0..problem.pools.len()).collect();
    for (at, pool) in problem.pools.iter().enumerate() {
        if pool.county.is_some() {
            continue;
        }
        let asked = asked_by_county(problem, asks, pool);
        let all: i128 = asked.iter().sum();
        dealt.pools[at].amount = 0;
        dealt.pools[at].hold_back = 0;
        for (county, asked) in asked.into_iter().enumerate().filter(|(_, asked)| *asked > 0) {
            let part = (i128::from(pool.free()) * asked / all) as i64;
            let amount = pool.draw_at_most.map_or(part, |cap| part.min(cap));
            origin.push(at);
            let fence = pool.fence.clone();
            dealt.pools.push(Pool {
                kind: pool.kind,
                county: Some(county),
                amount,
                hold_back: 0,
                draw_at_most: None,
                fence,
            });
        }
    }
    // What one county was dealt goes to no other.
    dealt.transfers.clear();
    let mut plan = greedy(&dealt);
    for entry in &mut plan.ledger {
        if entry.pool >= problem.pools.len() {
            (entry.pool, entry.via) = (origin[entry.pool], Via::Drawn);
        }
    }
    plan.ledger.sort_unstable();
    plan
}

fn asked_by_county(problem: &Problem, asks: &[Source], pool: &Pool) -> Vec<i128> {
    let mut asked = vec![0i128; problem.counties.len()];
    for (at, (candidate, ask)) in problem.candidates.iter().zip(asks).enumerate() {
        let (Some(county), true) = (candidate.county, pool.serves(at)) else { continue };
        let source = candidate.sources.first().unwrap_or(ask);
        let of = source.draws.iter().filter(|draw| draw.kinds.contains(&pool.kind));
        asked[county] += of.map(|draw| i128::from(draw.amount)).sum::<i128>();
    }
    asked
}

/// What would let each candidate in that a plan leaves out, nobody leaving: per candidate and source, the atoms each
/// draw lacks. Empty for those that are in.
///
/// A draw that fits lacks nothing. Each draw is looked at after those before it.
pub fn shortages(problem: &Problem, plan: &Plan) -> Vec<Vec<Vec<i64>>> {
    let mut holding = problem.clone();
    let mut held: Vec<Option<usize>> = plan.chosen.clone();
    for entry in plan.ledger.iter().filter(|entry| plan.chosen[entry.candidate].is_none()) {
        // What is given in part is held as a source of its own.
        let candidate = &mut holding.candidates[entry.candidate];
        let own = problem.candidates[entry.candidate].sources.len();
        if held[entry.candidate].is_none() {
            candidate.sources.push(Source::default());
            held[entry.candidate] = Some(own);
        }
        let draw = Draw { kinds: vec![problem.pools[entry.pool].kind], amount: entry.amount };
        candidate.sources[own].draws.push(draw);
    }
    let supply = Supply::new(&holding);
    let mut room = supply.room();
    for (at, source) in held.iter().enumerate() {
        if let Some(source) = source {
            let fits = room.take(at, *source);
            debug_assert!(fits, "a plan fits");
        }
    }
    let lacks = |at: usize, source: usize| {
        let mut room = room.clone();
        if let Some(part) = held[at] {
            room.give_back(at, part);
        }
        let draws = &problem.candidates[at].sources[source].draws;
        let mut short = vec![0; draws.len()];
        for (place, draw) in draws.iter().enumerate().filter(|(_, draw)| draw.amount > 0) {
            let class = supply.class(at, source, place);
            let had = class.map_or(0, |class| room.left(class).min(draw.amount));
            if let Some(class) = class {
                room.add(class, had);
            }
            short[place] = draw.amount - had;
        }
        short
    };
    let of = |at: usize| -> Vec<Vec<i64>> {
        let sources = 0..problem.candidates[at].sources.len();
        let out = plan.chosen[at].is_none();
        if out { sources.map(|source| lacks(at, source)).collect() } else { Vec::new() }
    };
    (0..problem.candidates.len()).map(of).collect()
}
