//! What a claim says would release a project does so when the grants are made, and less does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::options;
use kaigong_model::{Grant, Portfolio};
use kaigong_oracle::generate::{Case, Knobs, case};
use kaigong_rules::RequirementIdx;
use kaigong_solver::{Claim, Durations, Options, ResultOptions, claims, evaluate, results};

const KNOBS: Knobs = Knobs { requirements: 12, rows: 6, plain: false };

fn cases() -> u64 {
    std::env::var("KAIGONG_ORACLE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(4_000)
}

/// The blockers of a row, under a plan that grants it so much of each pool kind.
fn blockers(case: &Case, row: u32, grants: &BTreeMap<usize, i128>) -> BTreeSet<RequirementIdx> {
    let mut portfolio: Portfolio = case.portfolio.clone();
    for (&pool, &amount) in grants {
        let grant = Grant {
            row,
            pool: case.pack.pools[pool].id.clone(),
            amount: i64::try_from(amount).unwrap(),
            granted_on: Some(case.options.as_of),
            document: None,
        };
        portfolio.grants.push(grant);
    }
    portfolio.grants.sort_by_key(|grant| grant.row);
    let evaluation = evaluate(&case.pack, &portfolio, Options { plan: true, ..options(case) });
    let wanted = ResultOptions { projects: true, since: false, durations: Durations::Statutory };
    let found = results(&evaluation, wanted, None);
    found.projects[row as usize].blockers.iter().map(|blocker| blocker.requirement).collect()
}

fn amounts(claim: &Claim, source: &[usize]) -> BTreeMap<usize, i128> {
    let pools = claim.pools().into_iter().map(|pool| (pool, claim.asked_by(source, pool)));
    pools.filter(|(_, amount)| *amount > 0).collect()
}

/// The same, of what several kinds may cover all out of the last.
fn out_of_the_last(claim: &Claim, source: &[usize]) -> BTreeMap<usize, i128> {
    let mut amounts = BTreeMap::new();
    for (pools, amount) in claim.draws(source) {
        *amounts.entry(*pools.last().unwrap()).or_insert(0) += amount;
    }
    amounts
}

/// What several kinds may cover in halves, the larger out of the first.
fn in_halves(claim: &Claim, source: &[usize]) -> BTreeMap<usize, i128> {
    let mut amounts = BTreeMap::new();
    for (pools, amount) in claim.draws(source) {
        *amounts.entry(pools[0]).or_insert(0) += amount - amount / 2;
        *amounts.entry(*pools.last().unwrap()).or_insert(0) += amount / 2;
    }
    amounts.retain(|_, amount| *amount > 0);
    amounts
}

#[test]
fn a_source_releases_its_project_and_nothing_less_does() {
    let (mut released, mut held, mut least, mut mixed) = (0, 0, 0, 0);
    for seed in 0..cases() {
        let Some(case) = case(seed, KNOBS) else { continue };
        let evaluation = evaluate(&case.pack, &case.portfolio, options(&case));
        for claim in claims(&evaluation, None) {
            let before: BTreeSet<RequirementIdx> = claim.blockers.iter().map(|blocker| blocker.requirement).collect();
            let stands = |grants: &BTreeMap<usize, i128>| {
                let after = blockers(&case, claim.row, grants);
                before.intersection(&after).next().is_some()
            };
            let all: Vec<usize> = (0..claim.covers.len()).collect();
            // What is not certain to block may cease to, or stay, when its neighbour is met.
            if !claim.blockers.iter().all(|blocker| blocker.certain) {
                continue;
            }
            if claim.sources.is_empty() {
                assert!(!claim.others.is_empty(), "seed {seed}: {claim:?}");
                continue;
            }
            // What reads what was granted, a condition or the case of a draw, may turn with the grant itself.
            if case.yaml.contains("granted(") {
                continue;
            }
            if !claim.others.is_empty() {
                assert!(stands(&amounts(&claim, &all)), "seed {seed}, row {}: {claim:?}", claim.row);
                held += 1;
                continue;
            }
            if !claim.upstream.is_empty() {
                continue;
            }
            for source in &claim.sources {
                let full = amounts(&claim, source);
                let after = blockers(&case, claim.row, &full);
                assert!(
                    source.iter().all(|&cover| !after.contains(&claim.covers[cover].requirement)),
                    "seed {seed}: {claim:?}"
                );
                // Of a choice, the other alternatives may go on to block until the one covered is finished.
                if claim.blockers.iter().any(|blocker| blocker.group.is_some()) {
                    continue;
                }
                assert!(!stands(&full), "seed {seed}, row {}: {claim:?}", claim.row);
                let mixes = claim.draws(source).iter().any(|(pools, _)| pools.len() > 1);
                for amounts in [full, out_of_the_last(&claim, source), in_halves(&claim, source)] {
                    assert!(!stands(&amounts), "seed {seed}, row {}: {amounts:?} {claim:?}", claim.row);
                    for pool in amounts.keys() {
                        let mut less = amounts.clone();
                        *less.get_mut(pool).unwrap() -= 1;
                        assert!(stands(&less), "seed {seed}, row {}, pool {pool}: {claim:?}", claim.row);
                        least += 1;
                    }
                }
                mixed += usize::from(mixes);
                released += 1;
            }
        }
    }
    assert!(released >= 25 && held >= 1 && least >= 15 && mixed >= 5, "{released} {held} {least} {mixed}");
}
