//! Scenarios good and bad; what is said of a bad one is held to the letter.

use std::sync::Arc;

use kaigong_model::{Dimension, PoolSpec, Unit, Words};

use super::*;
use crate::testing::{input, lines_of, schema};

mod refused;

/// The pools of the examples: an area, a weight, a count.
fn pools() -> Schema {
    let pool = |id: &str, dimension: Dimension, unit: Option<Unit>| PoolSpec {
        id: id.into(),
        dimension,
        unit: unit.unwrap_or(dimension.standard_unit()),
        title: Words::same(id),
    };
    let mut schema = Arc::unwrap_or_clone(schema());
    schema.pools = vec![
        pool("land.quota", Dimension::Area, Unit::parse("mu")),
        pool("carbon", Dimension::CoalEquivalent, Unit::parse("tce")),
        pool("posts", Dimension::Count, None),
    ];
    schema
}

fn good(text: &str) -> Scenario {
    let read = read_scenario(&pools(), &input("s.yaml", text));
    read.unwrap_or_else(|faults| panic!("{text}: {:#?}", lines_of(&faults)))
}

/// Faults of a text; each has words in both languages, and help too unless it is one of YAML itself.
fn faults(text: &str) -> Vec<Diagnostic> {
    let faults = read_scenario(&pools(), &input("s.yaml", text)).expect_err(text);
    let both = |words: &Words| !words.zh.is_empty() && !words.en.is_empty();
    for fault in &faults {
        let of_yaml = fault.code.0.starts_with("KG-Y");
        assert!(both(&fault.message) && (of_yaml || fault.help.as_ref().is_some_and(both)), "{fault:?}");
    }
    faults
}

fn bad(text: &str, expect: &[&str]) {
    assert_eq!(lines_of(&faults(text)), expect, "{text}");
}

const SUPPLY: &str = "supply: [{pool: land.quota, amount: 1}]\n";

/// Faults of a text after a line of good supply.
fn bad_beside(text: &str, expect: &[&str]) {
    bad(&format!("{SUPPLY}{text}"), expect);
}

fn texts(said: &[Said]) -> Vec<&str> {
    said.iter().map(|said| said.text.as_str()).collect()
}

fn text(said: Option<&Said>) -> Option<&str> {
    said.map(|said| said.text.as_str())
}

fn at(place: &Place) -> String {
    place.short()
}

/// The example of `semantics.md` §6, to the letter.
const WHOLE: &str = "\
scenario: 2018-q2               # only `supply` is obligatory; the shape of these keys is MUST
goal: start
horizon: 120 workdays           # omitted: no time test
period: 2018
supply:
  - {pool: land.quota, county: 惠阳, amount: 800 mu}
  - {pool: land.quota, amount: 500 mu, hold_back: 5%, draw: {at_most: 180 mu}}   # no county: the city's own
  - {pool: land.quota, county: 龙门, amount: 60 mu, fence: sector == rural}       # only these projects
transfers: [{pool: land.quota, from: 惠城, to: 博罗, at_most: 100 mu}]
carry: {land.quota: 20%}
candidates: project.total_investment >= 1 yi      # default: not started, with a resource blocker
locks: [{project: P-011, in: true, by: 市政府, why: 会议纪要 2018-31}]
floors: [{by: county, of: project.total_investment, share: 60%}]       # of the sum over that county's candidates
objective:                      # ordered tiers
  - {maximise: project.total_investment, where: sector == industry, keep: 95%}
  - {maximise: count}           # reserved word: projects released
plan: optimal                   # grants | order | pro-rata | greedy | optimal
grants: [{project: P-003, pool: land.quota, amount: 320 mu}]           # for plan: grants
order: [P-003, P-007]           # for plan: order (or by: FACT)
stop: {gap: 0.1%, work: 2000000}                  # work units, never seconds
";

#[test]
fn the_whole_format_is_read() {
    let scenario = good(WHOLE);
    assert_eq!((scenario.name.text.as_str(), at(&scenario.name.place)), ("2018-q2", "s.yaml:1:11".to_owned()));
    assert_eq!((text(scenario.goal.as_ref()), scenario.file.as_str()), (Some("start"), "s.yaml"));
    assert_eq!(scenario.horizon, Some(Horizon { days: 120, working: true }));
    assert_eq!(scenario.period.as_deref(), Some("2018"));

    let [county, city, fenced] = &*scenario.supply else { panic!("{:?}", scenario.supply) };
    assert_eq!(
        (county.pool.as_str(), text(county.county.as_ref()), county.amount),
        ("land.quota", Some("惠阳"), 800_000_000)
    );
    assert_eq!((county.hold_back, county.draw_at_most, &county.fence), (0, None, &None));
    assert_eq!((&city.county, city.amount, city.hold_back), (&None, 500_000_000, 25_000_000));
    assert_eq!((city.draw_at_most, at(&city.place)), (Some(180_000_000), "s.yaml:7:5".to_owned()));
    assert_eq!(text(fenced.fence.as_ref()), Some("sector == rural"));
    assert_eq!(at(&fenced.fence.as_ref().unwrap().place), "s.yaml:8:58");

    let [transfer] = &*scenario.transfers else { panic!("{:?}", scenario.transfers) };
    assert_eq!((transfer.from.text.as_str(), transfer.to.text.as_str()), ("惠城", "博罗"));
    assert_eq!((transfer.at_most, at(&transfer.place)), (100_000_000, "s.yaml:9:13".to_owned()));
    let carried: Vec<(&str, Share)> = scenario.carry.iter().map(|said| (&*said.pool, said.share)).collect();
    assert_eq!(carried, [("land.quota", Share(200_000))]);
    assert_eq!(text(scenario.candidates.as_ref()), Some("project.total_investment >= 1 yi"));

    let [lock] = &*scenario.locks else { panic!("{:?}", scenario.locks) };
    assert_eq!((lock.project.text.as_str(), lock.within), ("P-011", true));
    assert_eq!((lock.by.as_deref(), lock.why.as_deref()), (Some("市政府"), Some("会议纪要 2018-31")));
    let [floor] = &*scenario.floors else { panic!("{:?}", scenario.floors) };
    assert_eq!((floor.by.text.as_str(), floor.of.text.as_str()), ("county", "project.total_investment"));
    assert_eq!((floor.share, at(&floor.place)), (Share(600_000), "s.yaml:13:10".to_owned()));
    let [first, count] = &*scenario.objective else { panic!("{:?}", scenario.objective) };
    assert_eq!(
        (first.maximise.text.as_str(), text(first.filter.as_ref())),
        ("project.total_investment", Some("sector == industry"))
    );
    assert_eq!((first.keep, count.maximise.text.as_str(), count.keep), (Some(Share(950_000)), "count", None));
    assert_eq!(scenario.plan, PlanKind::Optimal);
    let [grant] = &*scenario.grants else { panic!("{:?}", scenario.grants) };
    assert_eq!((grant.project.text.as_str(), grant.pool.as_str(), grant.amount), ("P-003", "land.quota", 320_000_000));
    assert_eq!((texts(&scenario.order), &scenario.by), (vec!["P-003", "P-007"], &None));
    assert_eq!((scenario.stop_gap, scenario.stop_work), (Some(Share(1_000)), Some(2_000_000)));
}

#[test]
fn the_scenarios_of_the_demo_are_read() {
    let order = good(include_str!("../../../../fixtures/demo/scenario-order.yaml"));
    assert_eq!((order.name.text.as_str(), order.plan, order.order.len()), ("2026-order", PlanKind::Order, 8));
    assert_eq!((order.period.as_deref(), order.supply[0].amount), (Some("2026"), 1_200_000_000));
    let greedy = good(include_str!("../../../../fixtures/demo/scenario-greedy.yaml"));
    assert_eq!((greedy.name.text.as_str(), greedy.plan, greedy.objective.len()), ("2026-greedy", PlanKind::Greedy, 1));
}

#[test]
fn only_supply_is_obligatory() {
    let scenario =
        read_scenario(&pools(), &input("d/e.f/a.b.yaml", "supply: []\ngoal:\nstop: {}\nlocks: ~\n")).unwrap();
    assert_eq!(scenario.name, Said { text: "a.b".into(), place: Place::File("d/e.f/a.b.yaml".into()) });
    assert_eq!((scenario.plan.name(), scenario.goal, scenario.stop_work), ("optimal", None, None));
    assert!(scenario.supply.is_empty() && scenario.locks.is_empty() && scenario.objective.is_empty());
    for (file, name) in [("-", "-"), ("d\\x.yml", "x"), (".yaml", ".yaml"), ("x", "x")] {
        assert_eq!(read_scenario(&pools(), &input(file, "supply: []")).unwrap().name.text, name);
    }
}

#[test]
fn every_plan_has_a_name() {
    for (name, plan) in PlanKind::NAMES {
        let beside = "grants: []\norder: [P-1]";
        assert_eq!(good(&format!("{SUPPLY}plan: {name}\n{beside}")).plan, plan);
        assert_eq!(plan.name(), name);
    }
    let scenario = good(&format!("{SUPPLY}plan: order\nby: invest\n"));
    assert_eq!((text(scenario.by.as_ref()), scenario.order), (Some("invest"), Vec::new()));
}

#[test]
fn held_back_rounds_up_and_caps_round_down() {
    let one = |row: &str| good(&format!("supply: [{{{row}}}]")).supply.remove(0);
    let posts = one("pool: posts, amount: 7, hold_back: 50%, draw: {at_most: 50%}");
    assert_eq!((posts.amount, posts.hold_back, posts.draw_at_most), (7, 4, Some(3)));
    let posts = one("pool: posts, amount: 7, hold_back: 0.0001%, draw: {at_most: 99.9999%}");
    assert_eq!((posts.hold_back, posts.draw_at_most), (1, Some(6)));
    let posts = one("pool: posts, amount: 7, hold_back: 100%, draw: {at_most: 0‰}");
    assert_eq!((posts.hold_back, posts.draw_at_most), (7, Some(0)));
    // Without a sign of a share it is an amount, in the pool's unit where there is none.
    let land = one("pool: land.quota, amount: 2公顷, hold_back: 0.5, draw: {at_most: 60}");
    assert_eq!((land.amount, land.hold_back, land.draw_at_most), (30_000_000, 500_000, Some(60_000_000)));
    let largest = one("pool: posts, amount: 9223372036854775807, hold_back: 100%, draw: {at_most: 100%}");
    assert_eq!((largest.hold_back, largest.draw_at_most), (i64::MAX, Some(i64::MAX)));
    let largest = one("pool: posts, amount: 9223372036854775807, hold_back: 50%, draw: {at_most: 50%}");
    assert_eq!((largest.hold_back, largest.draw_at_most), (1 << 62, Some((1 << 62) - 1)));
}

#[test]
fn shares_are_exact() {
    let share = |text: &str| good(&format!("supply: []\nstop: {{gap: {text}}}")).stop_gap;
    for (text, millionths) in [
        ("60%", 600_000),
        ("0.6", 600_000),
        ("60 %", 600_000),
        ("33.3333%", 333_333),
        ("0.000001", 1),
        ("1", 1_000_000),
        ("100.0000%", 1_000_000),
        ("0", 0),
        ("15‰", 15_000),
        ("5％", 50_000),
    ] {
        assert_eq!(share(text), Some(Share(millionths)), "{text}");
    }
}

#[test]
fn what_is_left_as_written_keeps_its_place() {
    let scenario = good(
        "supply: [{pool: land.quota, amount: 1, county: ' 惠 阳 '}]\ncandidates: >\n  a > 1\n  and b\nlocks:\n- {project: 007, in: 否}\n- {project: true, in: false}\n",
    );
    assert_eq!(text(scenario.supply[0].county.as_ref()), Some("惠 阳"));
    assert_eq!(text(scenario.candidates.as_ref()), Some("a > 1 and b"));
    let locks: Vec<_> = scenario.locks.iter().map(|lock| (lock.project.text.as_str(), lock.within)).collect();
    assert_eq!(locks, [("007", false), ("true", false)]);
    assert_eq!(at(&scenario.locks[0].project.place), "s.yaml:6:13");
}

#[test]
fn other_encodings_are_read() {
    let (bytes, ..) = encoding_rs::GB18030.encode("scenario: 方案\nsupply: []\n");
    let scenario = read_scenario(&pools(), &Input { name: "s.yaml".into(), bytes: bytes.into_owned() }).unwrap();
    assert_eq!(scenario.name.text, "方案");
}

#[test]
fn a_supply_has_a_level_a_last_day_and_a_share_that_goes_on() {
    let scenario = good(
        "period: 2026\nsupply:\n  - {pool: land.quota, amount: 1, county: 惠阳, expires_on: 2026-06-30, carry: 12.5%, document: 〔2026〕3号}\n  \
         - {pool: land.quota, amount: 1, scope: 省级}\n  - {pool: land.quota, amount: 1, scope: city}\n  - {pool: land.quota, amount: 1, scope: county, county: 惠阳}\n",
    );
    let levels: Vec<&str> = scenario.supply.iter().map(|pool| pool.level.name()).collect();
    assert_eq!(levels, ["county", "province", "city", "county"]);
    let first = &scenario.supply[0];
    assert_eq!(first.expires_on, Date::parse("2026-06-30"));
    assert_eq!((first.carry, first.document.as_deref()), (Some(Share(125_000)), Some("〔2026〕3号")));
}

#[test]
fn a_supply_that_ends_before_it_begins_or_is_nobody_s_is_refused() {
    bad(
        "period: 2026\nsupply:\n  - {pool: land.quota, amount: 1, expires_on: 2025-12-31}\n  - {pool: land.quota, amount: 1, expires_on: 2026-02-30}\n  \
         - {pool: land.quota, amount: 1, scope: provinse}\n  - {pool: land.quota, amount: 1, scope: city, county: 惠阳}\n  - {pool: land.quota, amount: 1, carry: 101%}\n",
        &[
            "s.yaml:3:47: KG-L077: it expires on 2025-12-31, before its period begins on 2026-01-01 (look into the period and the day; the day itself still counts)",
            "s.yaml:4:47: KG-L035: `2026-02-30` is not a day of the calendar (write YYYY-MM-DD, for example expires_on: 2018-12-31)",
            "s.yaml:5:42: KG-L078: `provinse` is not a known level (did you mean `province`?)",
            "s.yaml:6:42: KG-L078: a pool of the city belongs to no county (leave the county out, or the level)",
            "s.yaml:7:42: KG-L034: `101%` is out of range (write 0% to 100%, for example carry: 20%)",
        ],
    );
    bad(
        "supply: [{pool: land.quota, amount: 1, carry: 20%}]\n",
        &[
            "s.yaml:1:47: KG-L079: without a period there is no next one to carry into (write the period, such as 2026, or leave the share out)",
        ],
    );
}
