//! What could settle an undetermined verdict, against all answers to all sets of missing facts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kaigong_model::{Cell, Date, FactIdx, Portfolio, PortfolioBuilder};
use kaigong_oracle::generate::choices;
use kaigong_oracle::{Options, Verdict, interpret};
use kaigong_rules::Pack;
use kaigong_solver::{Answers, Durations, evaluate};

/// All answers are tried of so many missing facts.
const MOST: usize = 6;

type Sets = BTreeSet<BTreeSet<FactIdx>>;

/// A portfolio of one row, with some answers filled in.
fn filled(pack: &Pack, portfolio: &Portfolio, row: u32, answers: &[(FactIdx, bool)], as_of: Date) -> Portfolio {
    let mut builder = PortfolioBuilder::new(Arc::clone(&pack.schema));
    let new = builder.add("P");
    for fact in (0..pack.schema.len() as u32).map(FactIdx) {
        let answer = answers.iter().find(|(known, _)| *known == fact);
        let written = portfolio.cell(fact, row, as_of, None);
        builder.put(new, fact, answer.map_or(written, |(_, yes)| if *yes { Cell::Bool(true) } else { Cell::No }));
    }
    builder.finish().0
}

/// The minimal sets of facts some answers to which give the verdict.
fn brute(pack: &Pack, portfolio: &Portfolio, row: u32, missing: &[FactIdx], wanted: Verdict, as_of: Date) -> Sets {
    let mut found = Sets::new();
    let mut subsets: Vec<u32> = (0..1u32 << missing.len()).collect();
    subsets.sort_by_key(|bits| bits.count_ones());
    for bits in subsets {
        let set: Vec<FactIdx> =
            missing.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, &fact)| fact).collect();
        let as_set: BTreeSet<FactIdx> = set.iter().copied().collect();
        if found.iter().any(|smaller| smaller.is_subset(&as_set)) {
            continue;
        }
        let settles = (0..1u32 << set.len()).any(|answers| {
            let answers: Vec<(FactIdx, bool)> =
                set.iter().enumerate().map(|(at, &fact)| (fact, answers >> at & 1 == 1)).collect();
            let portfolio = filled(pack, portfolio, row, &answers, as_of);
            interpret(pack, &portfolio, &Options::on(0, as_of))[0].readiness == wanted
        });
        if settles {
            found.insert(as_set);
        }
    }
    found
}

/// The sets told are the smallest of those there are.
fn compare(told: &Answers, wanted: &Sets, name: &str) {
    assert_eq!(told.count, wanted.len() as u128, "{name}: {told:?} {wanted:?}");
    let mut sizes: Vec<usize> = wanted.iter().map(BTreeSet::len).collect();
    sizes.sort_unstable();
    sizes.truncate(told.sets.len());
    assert_eq!(told.sets.iter().map(Vec::len).collect::<Vec<_>>(), sizes, "{name}");
    for set in &told.sets {
        assert!(wanted.contains(&set.iter().copied().collect()), "{name}: {set:?}");
    }
}

#[test]
fn what_could_settle_a_verdict_is_every_minimal_set_that_some_answers_settle() {
    let as_of = Date::new(2026, 1, 1).unwrap();
    let mut reached: BTreeMap<usize, u64> = BTreeMap::new();
    for seed in 0..400 {
        let (pack, portfolio) = choices(seed).unwrap();
        let evaluation = evaluate(&pack, &portfolio, kaigong_solver::Options::on(0, as_of));
        for row in 0..portfolio.len() as u32 {
            let explanation = evaluation.explain(row, Durations::Statutory);
            let undetermined = explanation.result.readiness == kaigong_solver::Verdict::Undetermined;
            assert!(undetermined || explanation.settling.is_none());
            let Some(settling) = explanation.settling else { continue };
            let asked: BTreeSet<FactIdx> = explanation.result.questions.iter().map(|question| question.fact).collect();
            let missing: Vec<FactIdx> = (0..pack.schema.len() as u32)
                .map(FactIdx)
                .filter(|fact| portfolio.cell(*fact, row, as_of, None) == Cell::Blank && asked.contains(fact))
                .collect();
            if missing.len() > MOST {
                continue;
            }
            let name = format!("seed {seed} row {row}");
            compare(&settling.ready, &brute(&pack, &portfolio, row, &missing, Verdict::Ready, as_of), &name);
            compare(&settling.blocked, &brute(&pack, &portfolio, row, &missing, Verdict::Blocked, as_of), &name);
            *reached.entry(missing.len()).or_default() += 1;
        }
    }
    assert!(reached.len() == MOST && reached.values().sum::<u64>() > 150, "{reached:?}");
}
