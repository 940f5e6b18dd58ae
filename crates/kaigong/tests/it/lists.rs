//! Work lists and scorecards: every number is that of an independent recount, and numbers add up.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kaigong::io::{Input, ReadOptions, table_csv};
use kaigong::model::{Date, Lang};
use kaigong::packs::{Layer, Pack, load};
use kaigong::report::{
    Assessment, By, Grouping, ScorecardScreen, WorklistScreen, check_json, scorecard_json, scorecard_screen,
    scorecard_table, worklist_json, worklist_screen, worklist_table,
};
use kaigong::solver::Durations;
use kaigong::{CheckOptions, check, load_rules, read_ledger, scorecard, worklist};
use serde_json::{Value, json};

const NOVEMBER: &str = "2026-11-20";
const APPROVAL: &str = "建设用地批准手续(转用征收批复 + 划拨决定书或出让合同)";

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn checked(pack: &Pack, bytes: Vec<u8>, read: impl Fn(&Assessment<'_>)) {
    let ledger = read_ledger(pack, &[Input { name: "projects.csv".into(), bytes }], &ReadOptions::default()).unwrap();
    read(&check(pack, &ledger, &CheckOptions::on(day(NOVEMBER)), None).unwrap());
}

fn city_csv() -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/city/projects.csv")).unwrap()
}

/// The city as its file has it: cells by header, by id.
fn written() -> BTreeMap<String, BTreeMap<String, String>> {
    let bytes = city_csv();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().unwrap().clone();
    let row = |row: csv::StringRecord| {
        let cells = header.iter().zip(row.iter()).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect();
        (row[0].to_owned(), cells)
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn huizhou() -> Pack {
    load_rules("cn-gd-huizhou").unwrap().pack
}

fn list<'v>(value: &'v Value, key: &str) -> &'v Vec<Value> {
    value[key].as_array().unwrap()
}

#[test]
fn the_tasks_of_the_city_are_the_blockers_of_its_check_and_add_up() {
    checked(&huizhou(), city_csv(), |assessment| {
        let check = check_json(assessment, false);
        let mut expected = BTreeSet::new();
        for project in list(&check, "projects").iter().filter(|project| project["verdict"] == "blocked") {
            for blocker in list(project, "blockers") {
                expected.insert((project["id"].to_string(), blocker["requirement"].to_string()));
            }
        }
        let tasks = worklist(assessment, Durations::Statutory);
        let files = written();
        for by in [By::Department, By::Officer, By::County] {
            let json = worklist_json(&tasks, by);
            let found: BTreeSet<_> = list(&json, "tasks")
                .iter()
                .map(|task| (task["project"].to_string(), task["requirement"].to_string()))
                .collect();
            assert_eq!(found, expected);
            assert_eq!(list(&json, "tasks").len(), expected.len());
            for key in ["tasks", "overdue", "due_soon", "undated"] {
                let sum: u64 = list(&json, "groups").iter().map(|group| group[key].as_u64().unwrap()).sum();
                assert_eq!(json["all"][key], sum, "{key}");
            }
            // What a group is told is what its tasks say.
            let field = by.name();
            for group in list(&json, "groups") {
                let of: Vec<&Value> = list(&json, "tasks").iter().filter(|task| task[field] == group["name"]).collect();
                let overdue = of.iter().filter(|task| task["due"].as_str().is_some_and(|due| due < NOVEMBER)).count();
                let projects: BTreeSet<&str> = of.iter().map(|task| task["project"].as_str().unwrap()).collect();
                let wan: u64 =
                    projects.iter().map(|id| files[*id]["总投资(万元)"].parse::<u64>().unwrap_or_default()).sum();
                let sum = json!({"projects": projects.len(), "investment": format!("{wan} wan")});
                assert_eq!((&group["tasks"], &group["overdue"]), (&json!(of.len()), &json!(overdue)));
                assert_eq!(group["projects"], sum, "{}", group["name"]);
            }
        }
    });
}

#[test]
fn the_rates_of_the_city_equal_a_recount_from_its_file() {
    checked(&huizhou(), city_csv(), |assessment| {
        let json = scorecard_json(&scorecard(assessment));
        let check = check_json(assessment, false);
        let verdicts: BTreeMap<&str, &str> = list(&check, "projects")
            .iter()
            .map(|project| (project["id"].as_str().unwrap(), project["verdict"].as_str().unwrap()))
            .collect();
        // By county: all, annual, listed, on time, landed; part and whole of each.
        let mut counts: BTreeMap<String, [[u64; 2]; 5]> = BTreeMap::new();
        for (id, cells) in written() {
            let started = verdicts[id.as_str()] == "started";
            let date = |name: &str| Date::parse(&cells[name]);
            let (planned, begun) = (date("计划开工日期"), date("实际开工日期"));
            let this_year = |day: Option<Date>| day.is_some_and(|day| day.ymd().0 == 2026);
            // A number without a date is a paper too.
            let there = |name: &str| !["", "无", "办理中"].contains(&cells[name].as_str());
            let papers = ["国有建设用地划拨决定书", "国有建设用地使用权出让合同(含租赁、作价出资)", APPROVAL];
            let land = papers.iter().any(|name| there(name));
            let rates = [
                (true, true),
                (this_year(planned) && (begun.is_none() || this_year(begun)), started),
                (true, started),
                (
                    planned.is_some_and(|day| day <= self::day(NOVEMBER)),
                    begun.zip(planned).is_some_and(|(b, p)| b <= p),
                ),
                (date("签约日期").is_some(), begun.is_some() || land),
            ];
            for key in ["all", &cells["所在县(区)"]] {
                let counted = counts.entry(key.to_owned()).or_default();
                for (rate, (within, part)) in counted.iter_mut().zip(rates) {
                    rate[1] += u64::from(within);
                    rate[0] += u64::from(within && part);
                }
            }
        }
        let told = |card: &Value| {
            let rate = |rate: &Value| [rate["part"].as_u64().unwrap(), rate["of"].as_u64().unwrap()];
            let start = &card["start_rate"];
            let all = card["projects"]["projects"].as_u64().unwrap();
            [
                [all, all],
                rate(&start["annual"]),
                rate(&start["listed"]),
                rate(&start["on_time"]),
                rate(&card["landing_rate"]),
            ]
        };
        assert_eq!(told(&json["all"]), counts["all"]);
        for card in list(&json["groups"], "county") {
            // The ledger writes the county in full, the pack's first word for it is shorter.
            let name = card["name"].as_str().unwrap();
            let (_, counted) = counts.iter().find(|(county, _)| county.starts_with(name)).unwrap();
            assert_eq!(told(card), *counted, "{name}");
        }
    });
}

#[test]
fn every_dimension_adds_up_to_the_whole_and_lights_are_those_of_their_rules() {
    checked(&huizhou(), city_csv(), |assessment| {
        let json = scorecard_json(&scorecard(assessment));
        for (name, _) in Grouping::NAMES {
            for pointer in [
                "/projects/projects",
                "/started/projects",
                "/start_rate/annual/of",
                "/landing_rate/part",
                "/lights/0",
                "/lights/3",
            ] {
                let sum: u64 = list(&json["groups"], name)
                    .iter()
                    .map(|card| card.pointer(pointer).unwrap().as_u64().unwrap())
                    .sum();
                assert_eq!(json["all"].pointer(pointer), Some(&json!(sum)), "{name} {pointer}");
            }
        }
        for (at, rule) in list(&json, "light_rules").iter().enumerate() {
            let of = list(&json, "projects").iter().filter(|project| project["rule"] == at);
            let of: Vec<&Value> = of.collect();
            assert!(of.iter().all(|project| project["light"] == rule["light"]));
            assert_eq!(json["all"]["lights"][at], of.len());
        }
    });
}

const PACK: &str = "
id: local
version: '1'
goals:
  start: {title: {zh: 开工, en: Start}, requirement: start, started_when: recorded(begun), landed_when: issued(land)}
roles: {name: name, county: county, officer: officer, investment: money, planned_start: planned, started_on: begun, annual_plan: plan, done_year: done, signed_on: signed, sector: sector}
departments:
  land: {names: [{zh: 自然资源局, en: natural resources}]}
  works: {names: [{zh: 住建局, en: housing}]}
facts:
  name: {type: text}
  county: {type: text}
  sector: {type: text}
  officer: {type: text}
  money: {type: money, unit: wan}
  plan: {type: money, unit: wan}
  done: {type: money, unit: wan}
  planned: {type: date, is: plan}
  begun: {type: date}
  signed: {type: date}
  land: {type: document, blank: no}
  permit: {type: document, blank: no}
lights: [{light: red, when: blocked and days_late > 0, meaning: {zh: 逾期, en: late}}, {light: yellow, when: blocked, meaning: {zh: 受阻, en: blocked}}, {light: green, when: ready or started, meaning: {zh: 正常, en: fine}}]
requirements:
  land: {title: {zh: 用地, en: Land}, owner: land, takes: {statutory: 20 days}, met_when: issued(land), cite: [{law: x, status: verified}]}
  permit: {title: {zh: 许可, en: Permit}, owner: works, needs: [land], takes: {statutory: 10 days}, met_when: issued(permit), cite: [{law: x, status: verified}]}
  start: {title: {zh: 开工, en: Start}, needs: [permit], cite: [{law: x, status: verified}]}
";

/// A has time, B's land is under way, C is just in time, D late and nobody's, E has no plan, F has started.
const LEDGER: &str = "id,name,county,sector,officer,money,plan,done,planned,begun,signed,land,land.accepted_on,permit
A,甲,东县,产业,王,1000,100,80,2027-01-31,,2026-01-01,,,
B,乙,东县,产业,王,2000,200,,2027-01-31,,2026-01-01,,2026-11-01,
C,丙,西县,产业,李,3000,,,2026-12-01,,2026-01-01,,,
D,丁,西县,民生,,4000,100,50,2026-11-10,,,,,
E,戊,西县,民生,孙,5000,,,,,,2026-10-01,,
F,己,东县,产业,赵,6000,600,540,2026-06-01,2026-05-20,2026-01-01,2026-03-01,,2026-05-01
";

fn small(read: impl Fn(&Assessment<'_>)) {
    let layer = Layer { name: "p".into(), files: vec![("pack.yaml".into(), PACK.as_bytes().to_vec())] };
    checked(&load(&[layer]).unwrap().0, LEDGER.as_bytes().to_vec(), read);
}

#[test]
fn days_come_from_the_law_or_back_from_the_plan() {
    small(|assessment| {
        let json = worklist_json(&worklist(assessment, Durations::Statutory), By::Officer);
        let due: Vec<(&str, &str, Option<&str>, Option<i64>)> = list(&json, "tasks")
            .iter()
            .map(|task| {
                let text = |key: &str| task[key].as_str().unwrap();
                (text("project"), text("requirement"), task["due"].as_str(), task["days_overdue"].as_i64())
            })
            .collect();
        assert_eq!(
            due,
            [
                // The permit takes ten days after it.
                ("A", "land", Some("2027-01-21"), None),
                // Twenty days from acceptance end on a Saturday: the Monday after.
                ("B", "land", Some("2026-11-23"), None),
                // The start can be on 12-20 only, nineteen days late: the land should come by 11-21, not 12-10.
                ("C", "land", Some("2026-11-21"), None),
                ("D", "land", Some("2026-10-31"), Some(20)),
                ("E", "permit", None, None),
            ]
        );
        // D is late and nobody's; of the two of 王 the smaller is offered, and nobody is left for it.
        let expected = json!([{"project": "D", "from": null, "to": "赵"}, {"project": "A", "from": "王", "to": null}]);
        assert_eq!(json["handovers"], expected);
    });
}

#[test]
fn screens_and_lists_in_both_languages() {
    small(|assessment| {
        let tasks = worklist(assessment, Durations::Statutory);
        let card = scorecard(assessment);
        let mut screens = Vec::new();
        for lang in [Lang::Zh, Lang::En] {
            for by in [By::Department, By::Officer] {
                screens.push(worklist_screen(
                    &tasks,
                    &WorklistScreen { lang, by, data: "projects.csv".into(), all: false },
                ));
            }
            let screen = ScorecardScreen { lang, by: Grouping::County, data: "projects.csv".into(), all: false };
            screens.push(scorecard_screen(&card, &screen));
        }
        insta::assert_snapshot!("screens", screens.join("\n"));
        let csv = [Lang::Zh, Lang::En].map(|lang| {
            let tables = [worklist_table(&tasks, By::County, lang), scorecard_table(&card, Grouping::Sector, lang)];
            tables.map(|table| table_csv(&table)).concat()
        });
        insta::assert_snapshot!("lists", String::from_utf8(csv.concat()).unwrap());
    });
}
