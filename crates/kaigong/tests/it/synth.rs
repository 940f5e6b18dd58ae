//! Made-up ledgers: the same seed is the same ledger, and the sample city is what its page says.

use std::path::Path;

use kaigong::io::{Input, ReadOptions};
use kaigong::model::Date;
use kaigong::packs::Pack;
use kaigong::synth::{City, Grant, SynthOptions, Wants};
use kaigong::{CheckOptions, load_rules};

fn as_of() -> Date {
    Date::new(2026, 11, 20).unwrap()
}

fn pack() -> Pack {
    load_rules("cn-gd-huizhou").unwrap().pack
}

fn rows(city: &City<'_>, rows: std::ops::Range<u32>) -> (Vec<u8>, Wants, Vec<Grant>) {
    let (mut bytes, mut wants, mut grants) = (Vec::new(), Wants::default(), Vec::new());
    for block in city.blocks(rows).unwrap() {
        bytes.extend(block.csv);
        wants.add(&block.wants);
        grants.extend(block.grants);
    }
    (bytes, wants, grants)
}

#[test]
fn a_project_depends_on_the_seed_and_its_own_place_alone() {
    let pack = pack();
    let small = City::new(&pack, SynthOptions { projects: 600, seed: 5, as_of: as_of() });
    let large = City::new(&pack, SynthOptions { projects: 9_000, seed: 5, as_of: as_of() });
    let other = City::new(&pack, SynthOptions { projects: 600, seed: 6, as_of: as_of() });
    let all = rows(&small, 0..600).0;
    assert_eq!(all, rows(&large, 0..600).0);
    assert_eq!(all, [rows(&small, 0..1).0, rows(&small, 1..257).0, rows(&small, 257..600).0].concat());
    let far = rows(&large, 0..9_000).0;
    let lines: Vec<&[u8]> = far.split_inclusive(|&byte| byte == b'\n').collect();
    assert_eq!(lines.len(), 9_000);
    for from in [4_090, 8_190, 8_990] {
        let part = rows(&large, from..from + 10).0;
        assert_eq!(part, lines[from as usize..from as usize + 10].concat(), "blocks are put together in order");
    }
    assert_ne!(all, rows(&other, 0..600).0);
}

#[test]
fn a_ledger_of_any_year_and_pack_is_read_back_without_a_word() {
    for name in ["cn", "cn-gd", "cn-gd-huizhou"] {
        let pack = load_rules(name).unwrap().pack;
        for day in ["2018-01-02", "2019-12-31", "2021-09-01", "2023-06-13", "2026-11-20", "2190-12-31"] {
            let as_of = Date::parse(day).unwrap();
            let city = City::new(&pack, SynthOptions { projects: 200, seed: 3, as_of });
            let ledger = [city.header().into_bytes(), rows(&city, 0..200).0].concat();
            let inputs = [Input { name: "projects.csv".into(), bytes: ledger }];
            let ledger = kaigong::read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap();
            assert!(ledger.notices.is_empty(), "{name} {day}: {:?}", ledger.notices);
            assert_eq!(ledger.portfolio.len(), 200, "{name} {day}");
        }
    }
}

/// Sums are whole, reckoned before they lie anywhere, and short only until the case is filed; what the funds have and
/// have paid in adds up over the counties.
#[test]
fn money_is_reckoned_paid_in_and_short_as_the_ledger_says() {
    let pack = pack();
    let city = City::new(&pack, SynthOptions { projects: 6_000, seed: 9, as_of: as_of() });
    let (bytes, wants, grants) = rows(&city, 0..6_000);
    let ledger = [city.header().into_bytes(), bytes].concat();
    let table = |bytes: &[u8]| -> Vec<std::collections::BTreeMap<String, String>> {
        csv::Reader::from_reader(bytes).deserialize().map(|row| row.unwrap()).collect()
    };
    let (projects, pools) = (table(&ledger), table(city.pools(&wants).as_bytes()));
    let paid = table(city.grants(&grants).as_bytes());
    let kinds = [
        ("acquisition.funds", "征地补偿费测算额(万元)", "征地补偿费预存(万元)"),
        ("social.funds", "社保费测算额(万元)", "社保费预存(万元)"),
    ];
    let wan = |text: &str| text.trim_end_matches("万元").parse::<i64>().unwrap();
    for (pool, needed, deposit) in kinds {
        let grants: std::collections::BTreeMap<&str, i64> = paid
            .iter()
            .filter(|grant| grant["pool"] == pool)
            .map(|grant| (grant["project"].as_str(), wan(&grant["amount"])))
            .collect();
        let mut wanted: std::collections::BTreeMap<&str, i64> = std::collections::BTreeMap::new();
        let (mut reckoned, mut short) = (0, 0);
        for project in &projects {
            let paid = grants.get(project["项目编号"].as_str()).copied();
            if project[needed].is_empty() {
                assert!(project[deposit].is_empty() && paid.is_none(), "{pool} {}", project["项目编号"]);
                continue;
            }
            reckoned += 1;
            let sum = wan(&project[needed]);
            let held = if project[deposit].is_empty() { sum } else { wan(&project[deposit]) };
            assert!(0 < sum && (0..=sum).contains(&held), "{pool} {}", project["项目编号"]);
            assert!(paid.is_none_or(|paid| 0 < paid && paid < sum - held), "{pool} {}", project["项目编号"]);
            let filed = Date::parse(&project["农用地转用(征收)批复文号"]).is_some();
            assert!(!(filed && held < sum), "{pool} {}: filed, and short", project["项目编号"]);
            // The review of social security comes before its money.
            let review = &project["被征地农民社会保障费审核与预存"];
            let reviewed = Date::parse(review).is_some() || review.starts_with("惠市函");
            if held < sum && (pool == "acquisition.funds" || reviewed) {
                short += 1;
                *wanted.entry(&project["所在县(区)"]).or_default() += sum - held - paid.unwrap_or(0);
            }
        }
        assert!(reckoned > 1_000 && short > 60 && grants.len() > 15, "{pool}: {reckoned} {short} {}", grants.len());
        // A county's fund is what it has paid in and a quarter to two thirds of what is still wanted.
        for county in pools.iter().filter(|row| row["pool"] == pool && !row["county"].is_empty()) {
            let of = |project: &&std::collections::BTreeMap<String, String>| project["所在县(区)"] == county["county"];
            let ids = projects.iter().filter(of).map(|project| project["项目编号"].as_str());
            let given: i64 = ids.filter_map(|id| grants.get(id)).sum();
            let left = wan(&county["amount"]) - given;
            let wanted = wanted.get(county["county"].as_str()).copied().unwrap_or(0);
            assert!(
                left * 100 >= wanted * 20 && left * 100 <= wanted * 66,
                "{pool} {}: {left} of {wanted}",
                county["county"]
            );
        }
    }
}

/// Where a paper is enough by itself, no sum is short beside it.
#[test]
fn money_is_short_beside_a_paper_only_where_the_law_asks_for_both() {
    for (name, day, asks) in
        [("cn", "2026-11-20", false), ("cn-gd", "2026-11-20", true), ("cn-gd", "2022-07-31", false)]
    {
        let pack = load_rules(name).unwrap().pack;
        let city = City::new(&pack, SynthOptions { projects: 2_000, seed: 4, as_of: Date::parse(day).unwrap() });
        let (bytes, ..) = rows(&city, 0..2_000);
        let ledger = [city.header().into_bytes(), bytes].concat();
        let mut short = 0;
        for row in csv::Reader::from_reader(&ledger[..]).deserialize::<std::collections::BTreeMap<String, String>>() {
            let row = row.unwrap();
            let [needed, held] =
                ["征地补偿费测算额(万元)", "征地补偿费预存(万元)"].map(|name| row[name].parse::<i64>().ok());
            let paper = Date::parse(&row["征地补偿费预存到位"]).is_some();
            short += usize::from(paper && needed.zip(held).is_some_and(|(needed, held)| held < needed));
        }
        assert_eq!(short > 5, asks, "{name} {day}: {short}");
        assert!(asks || short == 0, "{name} {day}: {short}");
    }
}

#[test]
fn a_pack_that_refuses_what_is_drawn_says_so() {
    let narrow =
        "id: narrow\nversion: '1'\nextends: cn-gd-huizhou\nfacts: {land.existing_built: {range: [0 mu, 3 mu]}}\n";
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pack.yaml"), narrow).unwrap();
    let pack = load_rules(&folder.path().display().to_string()).unwrap().pack;
    let city = City::new(&pack, SynthOptions { projects: 50, seed: 1, as_of: as_of() });
    let faults = city.blocks(0..50).unwrap_err();
    assert!(faults.iter().any(|fault| fault.code.0 == "KG-L034"), "{faults:?}");
}

#[test]
fn the_sample_city_is_what_its_page_says() {
    let pack = pack();
    let options = SynthOptions { projects: 1_300, seed: 2018, as_of: as_of() };
    let city = City::new(&pack, options);
    let (ledger, wants, grants) = rows(&city, 0..1_300);
    let ledger = [city.header().into_bytes(), ledger].concat();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/city");
    let kept = |name: &str| std::fs::read(folder.join(name)).unwrap_or_default();
    let stale = "fixtures/city is not what the packs make: remove it but for its README, then \
                 `kaigong synth`, and move the four files there";
    assert!(kept("projects.csv") == ledger, "{stale}");
    assert!(kept("pools.csv") == city.pools(&wants).into_bytes(), "{stale}");
    assert!(kept("grants.csv") == city.grants(&grants).into_bytes(), "{stale}");
    assert!(kept("portfolio.yaml") == city.portfolio(Some("cn-gd-huizhou")).into_bytes(), "{stale}");

    let inputs = [Input { name: "projects.csv".into(), bytes: ledger }];
    let ledger = kaigong::read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap();
    assert!(ledger.notices.is_empty(), "{:?}", ledger.notices);
    let options = CheckOptions { ledger_date: Some(as_of()), ..CheckOptions::on(as_of()) };
    let assessment = kaigong::check(&pack, &ledger, &options, None).unwrap();
    let [started, ready, blocked, undetermined] = assessment.results.verdicts;
    assert_eq!(started + ready + blocked + undetermined, 1_300);
    let page = String::from_utf8(kept("README.md")).unwrap();
    for (name, count) in [("started", started), ("ready", ready), ("blocked", blocked), ("undetermined", undetermined)]
    {
        assert!(page.contains(&format!("| {name} | {count} |")), "fixtures/city/README.md: {name} is {count}");
    }
    assert!(started > 200 && ready > 3 && blocked > 700 && undetermined > 0, "{:?}", assessment.results.verdicts);
    // 10,000 yuan to a unit of 100 fen each: 450 billion yuan wait to land, a tenth more or less.
    let waiting: i64 = assessment
        .results
        .projects
        .iter()
        .filter(|project| project.verdict != kaigong::solver::Verdict::Started)
        .filter_map(|project| assessment.investment(project.row))
        .sum();
    assert!((405..495).contains(&(waiting / 100 / 1_000_000_000)), "{waiting} fen");
    // Every kind of trouble the meeting names holds some project up for certain.
    for id in ["land-quota", "offset-area", "req-agreement", "land-handover", "eia-form", "funds"] {
        let idx = pack.find(id).unwrap();
        let held = |certain: bool| {
            assessment.results.projects.iter().any(|project| {
                project.blockers.iter().any(|blocker| blocker.requirement == idx && (blocker.certain || !certain))
            })
        };
        assert!(held(true), "{id} holds nobody up for certain");
    }
}
