//! Ways to start against all subsets: complete, sufficient, minimal, and the least of them the least.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::common::options;
use kaigong_model::{Cell, Date, FactIdx, PortfolioBuilder};
use kaigong_oracle::generate::{Case, Knobs, case, choices};
use kaigong_oracle::{Set, Subsets, interpret};
use kaigong_rules::{Layer, Pack, RequirementIdx, load};
use kaigong_solver::{
    Completeness, Durations, Evaluation, Held, Lever, ProjectResult, Proof, ResultOptions, Verdict, Ways, WaysOptions,
    evaluate, leverage, results,
};

const KNOBS: Knobs = Knobs { requirements: 12, rows: 6, plain: false };

/// All subsets are tried of so many steps; with a day for each, of so many.
const MOST: u64 = 11;
const MOST_DATED: usize = 7;

type Sets = BTreeSet<Set>;

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn cases() -> u64 {
    setting("KAIGONG_ORACLE_CASES", 400)
}

fn cost(idx: RequirementIdx) -> i64 {
    i64::from(idx.0 * 7 % 5)
}

/// Three offices, and steps that need none.
fn office(idx: RequirementIdx) -> Option<u32> {
    (idx.0 % 4 < 3).then_some(idx.0 % 4)
}

fn solved(evaluation: &Evaluation<'_>, project: &ProjectResult, budget: usize) -> Ways {
    let options = WaysOptions {
        cost: &cost,
        office: &office,
        durations: Durations::Statutory,
        listed: usize::MAX,
        points: usize::MAX,
        budget,
    };
    evaluation.ways(project.row, &project.blockers, &options)
}

/// Every way that the menus spell out.
fn spelled(ways: &Ways) -> Sets {
    if ways.count == 0 {
        return Sets::new();
    }
    let first: BTreeSet<RequirementIdx> = ways.always.iter().copied().collect();
    ways.menus.iter().fold(Sets::from([first]), |sets, menu| {
        let with = |set: &BTreeSet<RequirementIdx>, more: &[RequirementIdx]| set.iter().chain(more).copied().collect();
        sets.iter().flat_map(|set| menu.alternatives.iter().map(move |more| with(set, more))).collect()
    })
}

#[test]
fn choices_upon_choices_are_spelled_out() {
    let mut reached: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 0..cases() {
        let (pack, portfolio) = choices(seed).unwrap();
        let as_of = Date::new(2026, 1, 1).unwrap();
        let plain = kaigong_oracle::Options::on(0, as_of);
        let case = Case { yaml: String::new(), pack, portfolio, options: plain };
        compare(seed, &case, &mut reached);
    }
    for wanted in [
        "ways 0",
        "ways 1",
        "ways 2",
        "ways many",
        "menus 0",
        "menus 1",
        "provided true",
        "bounded",
        "few 0",
        "few 1",
        "few 2",
        "few 3",
        "frontier 1",
        "frontier 2",
    ] {
        assert!(reached.get(wanted).is_some_and(|count| *count >= 3), "{wanted} was not reached: {reached:?}");
    }
}

#[test]
fn the_ways_are_all_minimal_sets_that_clear_the_goal() {
    let mut reached: BTreeMap<String, u64> = BTreeMap::new();
    for seed in 0..cases() {
        let Some(case) = case(seed, KNOBS) else { continue };
        compare(seed, &case, &mut reached);
    }
    assert!(reached.get("ways 1").is_some_and(|count| *count > 100), "{reached:?}");
}

/// The cheapest way by cuts is the cheapest there is, and every way pays for the cuts of its proof.
fn proofs(evaluation: &Evaluation<'_>, project: &ProjectResult, wanted: &Sets, name: &str) {
    let [proven] = evaluation.proven(project.row, &project.blockers, [&cost]);
    let price = |set: &Set| set.iter().map(|&idx| cost(idx)).sum::<i64>();
    let cheapest = wanted.iter().map(price).min();
    assert_eq!(proven.as_ref().map(|found| found.cost), cheapest, "{name}");
    let Some(proven) = proven else { return };
    assert!(wanted.contains(&proven.steps.iter().copied().collect()), "{name}: {proven:?}");
    assert_eq!(proven.bound, proven.cost, "{name}: {proven:?}");
    for way in wanted {
        assert!(pays(&proven.proof, way, proven.bound, &mut Set::new()), "{name}: {way:?} {proven:?}");
    }
}

/// The way of fewest offices, and of those the cheapest.
fn offices_needed(found: &Ways, wanted: &Sets, name: &str) {
    let offices = |set: &Set| set.iter().filter_map(|&idx| office(idx)).collect::<BTreeSet<u32>>().len();
    let price = |set: &Set| set.iter().map(|&idx| cost(idx)).sum::<i64>();
    let few = wanted.iter().map(|set| (offices(set), price(set))).min();
    let told = found.fewest_offices.as_ref().map(|way| (offices(&way.steps.iter().copied().collect()), way.cost));
    assert_eq!(told, few, "{name}");
}

/// Whether a proof shows that a way costs the bound: down the branches it takes, its cuts are all hit.
fn pays(proof: &Proof, way: &Set, bound: i64, done: &mut Set) -> bool {
    match proof {
        Proof::Closed => false,
        Proof::Branch { step, met, unmet } => {
            if way.contains(step) {
                done.insert(*step);
                pays(met, way, bound, done)
            } else {
                pays(unmet, way, bound, done)
            }
        }
        Proof::Cuts(cuts) => {
            let paid: i64 = done.iter().map(|&idx| cost(idx)).sum();
            let hit = cuts.iter().all(|cut| cut.steps.iter().any(|step| way.contains(step)));
            hit && paid + cuts.iter().map(|cut| cut.weight).sum::<i64>() >= bound
        }
    }
}

/// The frontier is that of all sets that clear the goal, and ends on the earliest start.
fn times(
    found: &Ways,
    project: &ProjectResult,
    subsets: &Subsets<'_>,
    name: &str,
    reached: &mut BTreeMap<String, u64>,
) {
    let dated = subsets.dated();
    let price = |set: &Set| set.iter().map(|&idx| cost(idx)).sum::<i64>();
    let all: BTreeSet<(i64, Date)> = dated.iter().map(|(set, day)| (price(set), *day)).collect();
    let better = |one: &(i64, Date), other: &(i64, Date)| one != other && one.0 <= other.0 && one.1 <= other.1;
    let mut best: Vec<(i64, Date)> =
        all.iter().copied().filter(|point| !all.iter().any(|other| better(other, point))).collect();
    best.sort_unstable();
    let told: Vec<(i64, Date)> = found.frontier.iter().filter_map(|way| Some((way.cost, way.date?))).collect();
    if found.frontier_complete {
        assert_eq!(told, best, "{name}");
    }
    for way in found.frontier.iter().chain(&found.fastest) {
        let set: Set = way.steps.iter().copied().collect();
        let day = dated.iter().find(|(known, _)| *known == set).map(|(_, day)| *day);
        assert_eq!(day, way.date, "{name}: {way:?}");
    }
    // The law of the day says when; where another one may govern, what it asks for too must be cleared.
    let start = project.earliest.date.filter(|_| !dated.is_empty());
    assert_eq!(found.fastest.as_ref().and_then(|way| way.date), start, "{name}");
    *reached.entry(format!("frontier {}", told.len().min(3))).or_default() += 1;
}

/// The sets of at most two that leverage found, of a family of single requirements.
fn told(held: &Held) -> Sets {
    let set = |steps: &[usize]| steps.iter().map(|&at| RequirementIdx(at as u32)).collect();
    let released = &held.released[0];
    let alone = released.alone.iter().map(|&at| set(&[at]));
    alone.chain(released.pairs.iter().map(|&(a, b)| set(&[a, b]))).collect()
}

/// Two steps an office: office `n` answers for requirements `2n` and `2n + 1`.
fn offices(pack: &Pack) -> Vec<Lever> {
    pack.requirements
        .chunks(2)
        .scan(0, |at, chunk| {
            let first = *at;
            *at += chunk.len() as u32;
            Some((first..*at).map(RequirementIdx).collect())
        })
        .collect()
}

/// What releases a project of sets of at most two offices, from all of its ways.
fn of_offices(wanted: &Sets) -> Sets {
    let offices: Sets = wanted.iter().map(|set| set.iter().map(|idx| RequirementIdx(idx.0 / 2)).collect()).collect();
    let least = |set: &&BTreeSet<RequirementIdx>| !offices.iter().any(|other| other != *set && other.is_subset(set));
    offices.iter().filter(least).filter(|set| set.len() <= 2).cloned().collect()
}

/// Every row of a case whose subsets can be tried out.
fn compare(seed: u64, case: &Case, reached: &mut BTreeMap<String, u64>) {
    let outcomes = interpret(&case.pack, &case.portfolio, &case.options);
    let evaluation = evaluate(&case.pack, &case.portfolio, options(case));
    let asked = ResultOptions { projects: true, since: false, durations: Durations::Statutory };
    let projects = results(&evaluation, asked, None).projects;
    let steps = (0..case.pack.requirements.len() as u32).map(|at| vec![RequirementIdx(at)]).collect();
    let mut held = leverage(&evaluation, &[steps, offices(&case.pack)], None).into_iter().peekable();
    for (row, outcome) in outcomes.iter().enumerate() {
        let row = row as u32;
        let held = held.next_if(|held| held.row == row);
        let project = &projects[row as usize];
        assert_eq!(held.is_some(), project.verdict == Verdict::Blocked, "seed {seed} row {row}");
        let subsets = Subsets::new(&case.pack, &case.portfolio, &case.options, row, outcome);
        if subsets.steps.len() as u64 > setting("KAIGONG_ORACLE_LEAVES", MOST) {
            continue;
        }
        let wanted = subsets.ways();
        let found = solved(&evaluation, &projects[row as usize], 1 << 16);
        assert_eq!(found.completeness, Completeness::Complete);
        assert_eq!(spelled(&found), wanted, "seed {seed} row {row}");
        assert_eq!(found.count, wanted.len() as u128, "seed {seed} row {row}");
        let least = wanted.iter().map(BTreeSet::len).min();
        assert_eq!(found.fewest.as_ref().map(|way| way.steps.len()), least, "seed {seed} row {row}");
        let price = |set: &BTreeSet<RequirementIdx>| set.iter().map(|&idx| cost(idx)).sum::<i64>();
        let cheapest = wanted.iter().map(price).min();
        assert_eq!(found.cheapest.as_ref().map(|way| way.cost), cheapest, "seed {seed} row {row}");
        offices_needed(&found, &wanted, &format!("seed {seed} row {row}"));
        proofs(&evaluation, project, &wanted, &format!("seed {seed} row {row}"));
        if subsets.steps.len() <= MOST_DATED && project.verdict != Verdict::Started {
            times(&found, project, &subsets, &format!("seed {seed} row {row}"), reached);
        }
        for way in [&found.fewest, &found.cheapest, &found.fewest_offices].into_iter().flatten() {
            assert!(wanted.contains(&way.steps.iter().copied().collect()), "seed {seed} row {row}: {way:?}");
            let place = |idx: &RequirementIdx| case.pack.order.iter().position(|known| known == idx);
            assert!(way.steps.is_sorted_by_key(place), "seed {seed} row {row}: {way:?} is not in order");
        }
        if let Some(held) = held {
            let few = wanted.iter().filter(|set| set.len() <= 2).cloned().collect();
            assert_eq!(told(&held), few, "seed {seed} row {row}: {held:?}");
            let offices = Held { released: held.released[1..].to_vec(), ..held.clone() };
            assert_eq!(told(&offices), of_offices(&wanted), "seed {seed} row {row}: {held:?}");
            let blockers: Vec<RequirementIdx> = project.blockers.iter().map(|blocker| blocker.requirement).collect();
            assert_eq!(held.blockers, blockers, "seed {seed} row {row}");
            *reached.entry(format!("few {}", few.len().min(3))).or_default() += 1;
        }
        assert_eq!(found.barred.is_empty(), found.count > 0, "seed {seed} row {row}: {:?}", found.barred);
        let bounded = solved(&evaluation, &projects[row as usize], 3);
        if let Completeness::Bounded { at_least } = bounded.completeness {
            assert!(least.is_none_or(|least| at_least <= least), "seed {seed} row {row}: bound {at_least}");
            if let Some(way) = &bounded.fewest {
                let set: BTreeSet<RequirementIdx> = way.steps.iter().copied().collect();
                assert!(wanted.iter().any(|minimal| minimal.is_subset(&set)), "seed {seed} row {row}: {set:?}");
            }
            *reached.entry("bounded".into()).or_default() += 1;
        }
        let size = if found.count > 3 { "many".into() } else { found.count.to_string() };
        *reached.entry(format!("ways {size}")).or_default() += 1;
        *reached.entry(format!("menus {}", found.menus.len().min(2))).or_default() += 1;
        *reached.entry(format!("provided {}", !found.provided.is_empty())).or_default() += 1;
    }
}

#[test]
fn choices_that_do_not_touch_are_menus_of_their_own() {
    let step = |id: &str| format!("  {id}: {{met_when: f, cite: [{{law: x, status: verified}}]}}\n");
    let steps: String = ["a", "b", "c", "d", "e", "s"].map(step).concat();
    let text = format!(
        "id: t\nversion: '1'\ngoals: {{start: {{requirement: g}}}}\nfacts: {{f: {{type: bool}}}}\nrequirements:\n{steps}  \
         g: {{needs: [s, {{any: [a, b]}}, {{at_least: 2, of: [c, d, e]}}], cite: [{{law: x, status: verified}}]}}\n"
    );
    let layer = Layer { name: "t".into(), files: vec![("pack.yaml".into(), text.into_bytes())] };
    let pack = load(&[layer]).unwrap().0;
    let mut builder = PortfolioBuilder::new(Arc::clone(&pack.schema));
    let row = builder.add("P-1");
    builder.put(row, FactIdx(0), Cell::No);
    let portfolio = builder.finish().0;
    let as_of = Date::new(2026, 1, 1).unwrap();
    let plain = kaigong_oracle::Options::on(0, as_of);
    let case = Case { yaml: String::new(), pack, portfolio, options: plain };
    let mut reached = BTreeMap::new();
    compare(0, &case, &mut reached);
    assert_eq!((reached["ways many"], reached["menus 2"]), (1, 1));
}
