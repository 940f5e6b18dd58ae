//! Ways to start against all subsets: complete, sufficient, minimal, and the least of them the least.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::common::options;
use kaigong_model::{Cell, Date, FactIdx, PortfolioBuilder};
use kaigong_oracle::generate::{Case, Knobs, case, choices};
use kaigong_oracle::{Set, Subsets, interpret};
use kaigong_rules::{Layer, Pack, RequirementIdx, load};
use kaigong_solver::{
    Completeness, CostKind, Dated, Durations, Evaluation, Held, Lever, Prices, ProjectResult, Proof, Proven,
    ResultOptions, Verdict, Ways, WaysOptions, evaluate, leverage, results,
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

/// Days of work; 0 for some.
fn days(idx: RequirementIdx) -> i64 {
    i64::from(idx.0 * 7 % 5)
}

/// Money; every third step has no price.
fn money(idx: RequirementIdx) -> Option<i64> {
    (!idx.0.is_multiple_of(3)).then_some(i64::from(idx.0 * 11 % 7))
}

/// Three offices, and steps that need none.
fn office(idx: RequirementIdx) -> Option<u32> {
    (idx.0 % 4 < 3).then_some(idx.0 % 4)
}

fn prices(pack: &Pack) -> Prices {
    let each = || pack.iter().map(|(idx, _)| idx);
    Prices {
        days: each().map(|idx| Some(days(idx))).collect(),
        money: each().map(money).collect(),
        office: each().map(office).collect(),
        offices: ["0", "1", "2"].map(str::to_owned).to_vec(),
    }
}

/// What is weighed against time in a case.
fn chosen(seed: u64) -> CostKind {
    [CostKind::Days, CostKind::Money, CostKind::Offices][(seed % 3) as usize]
}

/// What a set costs, as far as that is known.
fn price(set: &Set, by: CostKind) -> i64 {
    match by {
        CostKind::Days => set.iter().map(|&idx| days(idx)).sum(),
        CostKind::Money => set.iter().filter_map(|&idx| money(idx)).sum(),
        CostKind::Offices => set.iter().filter_map(|&idx| office(idx)).collect::<BTreeSet<u32>>().len() as i64,
    }
}

fn options_of(prices: &Prices, by: CostKind, budget: usize) -> WaysOptions<'_> {
    WaysOptions { prices, by, durations: Durations::Statutory, listed: usize::MAX, points: usize::MAX, budget }
}

fn solved(evaluation: &Evaluation<'_>, project: &ProjectResult, by: CostKind, budget: usize) -> Ways {
    evaluation.ways(project.row, &project.blockers, &options_of(&prices(evaluation.pack), by, budget))
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

/// The cheapest ways by cuts are the cheapest there are, and every way pays for the cuts of their proofs.
fn proofs(evaluation: &Evaluation<'_>, project: &ProjectResult, found: &Ways, wanted: &Sets, name: &str) {
    let prices = prices(evaluation.pack);
    let proofs = evaluation.proofs(project.row, &project.blockers, found, &options_of(&prices, found.by, 1 << 16));
    let priced: Sets = wanted.iter().filter(|set| set.iter().all(|&idx| money(idx).is_some())).cloned().collect();
    let one = |_: &RequirementIdx| 1;
    let work = |&idx: &RequirementIdx| days(idx);
    let fen = |&idx: &RequirementIdx| money(idx).unwrap_or(0);
    least(proofs.fewest.as_ref(), wanted, one, name);
    least(proofs.least_work.as_ref(), wanted, work, name);
    least(proofs.least_money.as_ref(), wanted, fen, name);
    if found.least_money_priced.is_some() {
        least(proofs.least_money_priced.as_ref(), &priced, fen, name);
    }
    let named = |set: &Set| set.iter().filter_map(|&idx| office(idx)).map(|office| office.to_string()).collect();
    let offices: BTreeSet<BTreeSet<String>> = wanted.iter().map(named).collect();
    least(proofs.fewest_offices.as_ref(), &offices, |_| 1, name);
    assert_eq!(proofs.frontier.len() + 1, found.frontier.len().max(1), "{name}");
    for ((_, proof), way) in proofs.frontier.iter().zip(found.frontier.iter().skip(1)) {
        let (cost, bound) = match proof {
            Dated::Steps(found) => (found.cost, found.bound),
            Dated::Offices(found) => (found.cost, found.bound),
        };
        assert_eq!((cost, bound), (way.cost(found.by), way.cost(found.by)), "{name}: {way:?}");
    }
}

fn least<T: Ord + std::fmt::Debug + Clone>(
    proven: Option<&Proven<T>>,
    wanted: &BTreeSet<BTreeSet<T>>,
    cost: impl Fn(&T) -> i64,
    name: &str,
) {
    let cheapest = wanted.iter().map(|set| set.iter().map(&cost).sum::<i64>()).min();
    assert_eq!(proven.map(|found| found.cost), cheapest, "{name}");
    let Some(proven) = proven else { return };
    assert!(wanted.contains(&proven.steps.iter().cloned().collect()), "{name}: {proven:?}");
    assert_eq!(proven.bound, proven.cost, "{name}: {proven:?}");
    for way in wanted {
        assert!(pays(&proven.proof, way, proven.bound, &cost, &mut BTreeSet::new()), "{name}: {way:?} {proven:?}");
    }
}

/// The least by money as far as it is known, and the least that is known throughout.
fn money_needed(found: &Ways, wanted: &Sets, name: &str) {
    let unknown = |set: &Set| set.iter().filter(|&&idx| money(idx).is_none()).count();
    let cheapest = wanted.iter().map(|set| (price(set, CostKind::Money), unknown(set))).min();
    let told = found.least_money.as_ref().map(|way| (way.money.known, way.money.unknown));
    assert_eq!(told, cheapest, "{name}");
    let doubtful = cheapest.is_some_and(|(_, unknown)| unknown > 0);
    let priced = wanted.iter().filter(|set| unknown(set) == 0).map(|set| price(set, CostKind::Money)).min();
    let told = found.least_money_priced.as_ref().map(|way| (way.money.known, way.money.unknown));
    assert_eq!(told, priced.filter(|_| doubtful).map(|cost| (cost, 0)), "{name}");
}

/// The way of fewest offices, and of those the one of least work.
fn offices_needed(found: &Ways, wanted: &Sets, name: &str) {
    let few = wanted.iter().map(|set| (price(set, CostKind::Offices), price(set, CostKind::Days))).min();
    let told = found.fewest_offices.as_ref().map(|way| (way.offices as i64, way.days.known));
    assert_eq!(told, few, "{name}");
}

/// Whether a proof shows that a way costs the bound: down the branches it takes, its cuts are all hit.
fn pays<T: Ord + Clone>(
    proof: &Proof<T>,
    way: &BTreeSet<T>,
    bound: i64,
    cost: &impl Fn(&T) -> i64,
    done: &mut BTreeSet<T>,
) -> bool {
    match proof {
        Proof::Closed => false,
        Proof::Branch { step, met, unmet } => {
            if way.contains(step) {
                done.insert(step.clone());
                pays(met, way, bound, cost, done)
            } else {
                pays(unmet, way, bound, cost, done)
            }
        }
        Proof::Cuts(cuts) => {
            let paid: i64 = done.iter().map(cost).sum();
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
    let all: BTreeSet<(i64, Date)> = dated.iter().map(|(set, day)| (price(set, found.by), *day)).collect();
    let better = |one: &(i64, Date), other: &(i64, Date)| one != other && one.0 <= other.0 && one.1 <= other.1;
    let mut best: Vec<(i64, Date)> =
        all.iter().copied().filter(|point| !all.iter().any(|other| better(other, point))).collect();
    best.sort_unstable();
    let told: Vec<(i64, Date)> =
        found.frontier.iter().filter_map(|way| Some((way.cost(found.by), way.date?))).collect();
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
        let found = solved(&evaluation, &projects[row as usize], chosen(seed), 1 << 16);
        assert_eq!(found.completeness, Completeness::Complete);
        assert_eq!(spelled(&found), wanted, "seed {seed} row {row}");
        assert_eq!(found.count, wanted.len() as u128, "seed {seed} row {row}");
        let least = wanted.iter().map(BTreeSet::len).min();
        assert_eq!(found.fewest.as_ref().map(|way| way.steps.len()), least, "seed {seed} row {row}");
        let name = format!("seed {seed} row {row}");
        let cheapest = |by| wanted.iter().map(|set| price(set, by)).min();
        assert_eq!(found.least_work.as_ref().map(|way| way.days.known), cheapest(CostKind::Days), "{name}");
        money_needed(&found, &wanted, &name);
        offices_needed(&found, &wanted, &name);
        // Proofs of dates ask for many of them.
        let dated = subsets.steps.len() <= MOST_DATED;
        let frontier =
            if dated { found.frontier.clone() } else { found.frontier.first().cloned().into_iter().collect() };
        proofs(&evaluation, project, &Ways { frontier, ..found.clone() }, &wanted, &name);
        let costs = prices(&case.pack);
        let alone = evaluation.cheapest_way(row, &project.blockers, &options_of(&costs, found.by, 1 << 16));
        let alone = alone.map(|(way, bound)| (way.cost(found.by), bound));
        assert_eq!(alone, cheapest(found.by).map(|cost| (cost, cost)), "{name}");
        if subsets.steps.len() <= MOST_DATED && project.verdict != Verdict::Started {
            times(&found, project, &subsets, &format!("seed {seed} row {row}"), reached);
        }
        let best = [&found.fewest, &found.least_work, &found.least_money, &found.fewest_offices];
        for way in best.into_iter().flatten() {
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
        let bounded = solved(&evaluation, &projects[row as usize], chosen(seed), 3);
        if let Completeness::Bounded(bounds) = bounded.completeness {
            assert!(least.is_none_or(|least| bounds.steps <= least as i64), "{name}: {bounds:?}");
            for by in [CostKind::Days, CostKind::Money, CostKind::Offices] {
                assert!(cheapest(by).is_none_or(|least| bounds.cost(by) <= least), "{name}: {bounds:?}");
            }
            let found = [&bounded.least_work, &bounded.least_money, &bounded.fewest_offices];
            for way in found.into_iter().chain([&bounded.fewest]).flatten() {
                let set: BTreeSet<RequirementIdx> = way.steps.iter().copied().collect();
                assert!(wanted.contains(&set), "{name}: {set:?}");
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
