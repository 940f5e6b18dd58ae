//! Made-up cities: candidates in up to eight counties that compete for five kinds of pools.
//!
//! Every county has a pool of each kind; the city has one more of each kind, of which a county may draw a part.
//! Areas are in 0.0001 mu, money in 10,000 yuan.

use kaigong_allocation::{Candidate, Draw, Lock, Pool, Problem, Source, Tier, Transfer};

use crate::dice::Dice;

const COUNTIES: usize = 8;
/// Candidates a county has at least.
const PLACES: usize = 200;
const KINDS: usize = 5;

/// A city of so many candidates.
pub(crate) fn city(seed: u64, count: usize) -> Problem {
    let dice = &mut Dice(seed);
    let counties = (count / PLACES).clamp(1, COUNTIES);
    let mut candidates: Vec<Candidate> = (0..count).map(|at| candidate(dice, counties, at)).collect();
    needs(dice, &mut candidates);
    let pools = pools(dice, counties, &candidates);
    Problem {
        kinds: (0..KINDS).map(|kind| format!("kind-{kind}")).collect(),
        counties: (0..counties).map(|county| format!("county-{county}")).collect(),
        pools,
        transfers: Vec::new(),
        candidates,
        floors: Vec::new(),
        tiers: vec![Tier { keep: 1_000_000 }],
    }
}

/// Few large, many small; larger ones are worth more, but not by the mu.
fn candidate(dice: &mut Dice, counties: usize, at: usize) -> Candidate {
    let largest = [40, 40, 120, 120, 400, 1_500][dice.below(6)];
    let mu = 5 + dice.below(largest) as i64;
    let area = mu * 10_000 + dice.below(10_000) as i64;
    let worth = mu * (20 + dice.below(180) as i64) + dice.below(400) as i64;
    let sources = (0..=dice.below(3)).map(|_| source(dice, area)).collect();
    Candidate {
        id: format!("P-{at:06}"),
        county: Some(dice.below(counties)),
        sources,
        values: vec![worth],
        needs: Vec::new(),
        lock: Lock::Free,
    }
}

/// Land that takes the whole area of one kind, and parts of it of others.
fn source(dice: &mut Dice, area: i64) -> Source {
    let first = dice.below(KINDS);
    let mut draws = vec![Draw { kinds: vec![first], amount: area }];
    for kind in 0..KINDS {
        if kind != first && dice.one_in(2) {
            draws.push(Draw { kinds: vec![kind], amount: area * (20 + dice.below(80) as i64) / 100 });
        }
    }
    Source { draws }
}

/// One in ten needs another of its county.
fn needs(dice: &mut Dice, candidates: &mut [Candidate]) {
    for at in 1..candidates.len() {
        let other = dice.below(at);
        if dice.one_in(10) {
            let county = candidates[at].county;
            let near = (0..at).map(|step| (other + step) % at).find(|&other| candidates[other].county == county);
            candidates[at].needs.extend(near);
        }
    }
}

/// A third to a half of what the first sources ask stands in the county, a tenth in the city.
fn pools(dice: &mut Dice, counties: usize, candidates: &[Candidate]) -> Vec<Pool> {
    let asked = |kind: usize, county: Option<usize>| -> i64 {
        let of = candidates.iter().filter(|candidate| county.is_none() || candidate.county == county);
        let draws = of.flat_map(|candidate| &candidate.sources[0].draws);
        draws.filter(|draw| draw.kinds == [kind]).map(|draw| draw.amount).sum()
    };
    let mut pools = Vec::new();
    for kind in 0..KINDS {
        for county in 0..counties {
            let amount = asked(kind, Some(county)) * (30 + dice.below(20) as i64) / 100;
            pools.push(Pool { kind, county: Some(county), amount, hold_back: 0, draw_at_most: None, fence: None });
        }
        let amount = asked(kind, None) / 10;
        let draw_at_most = Some(amount / 4);
        pools.push(Pool { kind, county: None, amount, hold_back: 0, draw_at_most, fence: None });
    }
    pools
}

/// Few large candidates over eight counties: fenced pools, caps on what a county may draw, transfers.
pub(crate) fn few_large(seed: u64, count: usize) -> Problem {
    let dice = &mut Dice(seed);
    let mut candidates: Vec<Candidate> = (0..count).map(|at| candidate(dice, COUNTIES, at)).collect();
    for candidate in &mut candidates {
        let mu = 300 + dice.below(1_200) as i64;
        let area = mu * 10_000 + dice.below(10_000) as i64;
        candidate.sources = (0..=dice.below(3)).map(|_| source(dice, area)).collect();
        candidate.values = vec![mu * (20 + dice.below(180) as i64) + dice.below(400) as i64];
    }
    needs(dice, &mut candidates);
    let mut pools = pools(dice, COUNTIES, &candidates);
    for pool in &mut pools {
        // A third of what there is serves some only.
        let part = pool.amount / 3;
        if dice.one_in(3) {
            pool.amount -= part;
        }
    }
    for kind in 0..KINDS {
        for county in [None, Some(dice.below(COUNTIES)), Some(dice.below(COUNTIES))] {
            let of = pools.iter().find(|pool| pool.kind == kind && pool.county == county);
            let amount = of.map_or(0, |pool| pool.amount) / 3;
            let fence = (0..count).filter(|_| dice.one_in(3)).collect();
            pools.push(Pool { kind, county, amount, hold_back: 0, draw_at_most: None, fence: Some(fence) });
        }
    }
    let transfers = (0..12)
        .map(|_| {
            let (kind, from) = (dice.below(KINDS), dice.below(COUNTIES));
            let to = (from + 1 + dice.below(COUNTIES - 1)) % COUNTIES;
            let of = pools.iter().find(|pool| pool.kind == kind && pool.county == Some(from));
            Transfer { kind, from, to, at_most: of.map_or(0, |pool| pool.amount) / 4 }
        })
        .collect();
    Problem {
        kinds: (0..KINDS).map(|kind| format!("kind-{kind}")).collect(),
        counties: (0..COUNTIES).map(|county| format!("county-{county}")).collect(),
        pools,
        transfers,
        candidates,
        floors: Vec::new(),
        tiers: vec![Tier { keep: 1_000_000 }],
    }
}
