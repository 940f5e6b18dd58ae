//! Days lost over a portfolio, counted by hand: what waits for another project goes to that project's blockers. On the
//! city, days are counted again from a check of each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kaigong::io::{Input, ReadOptions, table_csv};
use kaigong::model::{Date, Lang};
use kaigong::packs::{Layer, Pack, load};
use kaigong::report::{DelayReport, check_json, delays_json, delays_screen, delays_table};
use kaigong::{CheckOptions, check, delays, load_rules, read_ledger};
use serde_json::{Value, json};

const PACK: &str = "
id: local
version: '1'
goals: {start: {title: {zh: 开工, en: Start}, requirement: start, started_when: recorded(begun)}}
roles: {name: name, county: county, officer: officer, sector: sector, investment: money, started_on: begun}
departments:
  land: {names: [{zh: 国土局, en: land office, to: 2018-12-31}, {zh: 自然资源局, en: natural resources, from: 2019-01-01}]}
  plan: {names: [{zh: 规划局, en: planning office, to: 2018-12-31}, {zh: 自然资源局, en: natural resources, from: 2019-01-01}]}
  eco: {names: [{zh: 生态环境局, en: ecology}]}
facts:
  name: {type: text}
  county: {type: text, title: {zh: 县区, en: county}}
  officer: {type: text, title: {zh: 服务官, en: officer}}
  sector: {type: text, title: {zh: 行业, en: sector}}
  money: {type: money, unit: wan}
  signed: {type: date, is: event}
  farmland: {type: area, unit: mu, title: {zh: 占用耕地, en: Farmland}, ask: land}
  quota: {type: document, blank: no}
  plan: {type: document, blank: no}
  eia: {type: document, blank: no}
  road: {type: projects, blank: no}
  begun: {type: date, is: event}
requirements:
  quota: {title: {zh: 用地指标, en: Land quota}, owner: land, applies_when: farmland > 0 mu, met_when: issued(quota), cite: [{law: 法, status: verified}]}
  plan: {title: {zh: 规划许可, en: Planning permit}, owner: plan, met_when: issued(plan), cite: [{law: 法, status: verified}]}
  eia: {title: {zh: 环评, en: EIA}, owner: eco, met_when: issued(eia), cite: [{law: 法, status: verified}]}
  road: {title: {zh: 进场道路, en: Access road}, met_when: completed(road), cite: [{law: 法, status: verified}]}
  start: {title: {zh: 开工, en: Start}, needs: [quota, plan, eia, road], cite: [{law: 法, status: verified}]}
";

/// In April 2026 (30 days): A waits ten days for quota, plan and EIA, ten for plan and EIA, five for EIA, and starts on
/// the 26th. B, signed on the 11th, waits for the EIA and for A, and from the 26th for the EIA alone. C and D wait for
/// one another and nothing else. E is not known to take farmland. F has been ready all along.
const LEDGER: &str = "id,name,county,officer,sector,money,signed,farmland,quota,plan,eia,road,begun
A,甲,东县,王,路桥,10000,2026-01-01,10,2026-04-11,2026-04-21,2026-04-26,,2026-04-26
B,乙,东县,李,工业,20000,2026-04-11,0,,2026-04-11,,A,
C,丙,西县,李,工业,30000,2026-01-01,0,,2026-01-01,2026-01-01,D,
D,丁,西县,王,路桥,,2026-01-01,0,,2026-01-01,2026-01-01,C,
E,戊,,,,40000,2026-01-01,,,2026-01-01,2026-01-01,,
F,己,西县,王,工业,50000,2026-01-01,0,,2026-01-01,2026-01-01,,
";

fn pack() -> Pack {
    load(&[Layer { name: "p".into(), files: vec![("pack.yaml".into(), PACK.as_bytes().to_vec())] }]).unwrap().0
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn told<T>(tell: impl Fn(&DelayReport<'_>) -> T) -> T {
    let pack = pack();
    let inputs = [Input { name: "projects.csv".into(), bytes: LEDGER.as_bytes().to_vec() }];
    let ledger = read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap();
    let days = (day("2026-04-01"), Some(day("2026-04-30")));
    tell(&delays(&pack, &ledger, &CheckOptions::on(day("2026-04-30")), None, days).unwrap())
}

fn find<'v>(list: &'v Value, key: &str, name: &Value) -> &'v Value {
    &list.as_array().unwrap().iter().find(|item| item[key] == *name).unwrap()["lost"]
}

#[test]
fn each_day_goes_to_what_held_the_project_that_day() {
    let json = told(delays_json);
    // A 25, B 20 from the day it was signed, C, D and E 30 each.
    assert_eq!(
        (json["whole"]["days_full"].as_i64(), json["whole"]["days_undetermined"].as_i64()),
        (Some(135), Some(30))
    );
    assert_eq!(
        json["whole"]["wan_days_full"],
        json!((25 * 10_000 + 20 * 20_000 + 30 * 30_000 + 30 * 40_000).to_string())
    );
    let of = |id: &str| find(&json["requirements"], "requirement", &json!(id));
    let days = |id: &str| (of(id)["days_split"].as_str().unwrap().to_owned(), of(id)["days_full"].as_i64().unwrap());
    // The quota: a third of ten days of A; all thirty of E, which is asked about it.
    assert_eq!(days("quota"), ("100/3".to_owned(), 40));
    // A's plan: ten thirds and ten halves; B's wait for A from the 11th to the 20th: a third, beside two EIAs.
    assert_eq!(days("plan"), ("35/3".to_owned(), 30));
    // EIA: A 10/3 + 5 + 5; B 20/3 to the 20th, then 5 and 5 days of EIAs alone.
    assert_eq!(days("eia"), ("30".to_owned(), 45));
    // Two projects that wait for one another and nothing else.
    assert_eq!(days("road"), ("60".to_owned(), 60));
    let land = find(&json["departments"], "department", &json!("land"));
    assert_eq!(
        (land["days_split"].as_str(), land["days_full"].as_i64()),
        (Some("45"), Some(60)),
        "one name, one office"
    );
    let nobody = find(&json["departments"], "department", &Value::Null);
    assert_eq!(nobody["days_split"], "60");
    let east = find(&json["counties"], "name", &json!("东县"));
    assert_eq!((east["days_split"].as_str(), east["projects"].as_i64()), (Some("45"), Some(2)));
    assert_eq!(find(&json["projects"], "project", &json!("B"))["days_full"], 20);
    assert!(json["projects"].as_array().unwrap().iter().all(|project| project["project"] != "F"));
}

#[test]
fn the_screens_and_the_table() {
    for (lang, name) in [(Lang::Zh, "zh"), (Lang::En, "en")] {
        let text = told(|report| delays_screen(report, "ledger --from 2026-04-01 --to 2026-04-30", lang));
        insta::assert_snapshot!(format!("screen_{name}"), text);
    }
    let csv = told(|report| table_csv(&delays_table(report, Lang::En)));
    insta::assert_snapshot!("table", String::from_utf8(csv).unwrap());
}

/// The least common multiple of 1 to 20: shares of a day in whole parts.
const PARTS: i128 = 232_792_560;

/// A sum of fractions as outputs write it, in parts.
fn parts(text: &Value) -> i128 {
    let term = |term: &str| {
        let (num, den) = term.split_once('/').unwrap_or((term, "1"));
        num.parse::<i128>().unwrap() * (PARTS / den.parse::<i128>().unwrap())
    };
    text.as_str().unwrap().split(" + ").map(term).sum()
}

/// What one cause lost: parts of days, whole days, project-days undetermined, projects.
#[derive(Debug, Default, PartialEq)]
struct Recount {
    split: i128,
    full: i64,
    asked: i64,
    projects: BTreeSet<String>,
}

impl Recount {
    fn add(&mut self, id: &str, among: usize, asked: bool) {
        self.split += PARTS / among as i128;
        self.full += 1;
        self.asked += i64::from(asked);
        self.projects.insert(id.to_owned());
    }

    fn is(&self, lost: &Value) -> bool {
        let told = [&lost["days_full"], &lost["days_undetermined"], &lost["projects"]];
        parts(&lost["days_split"]) == self.split
            && told == [&json!(self.full), &json!(self.asked), &json!(self.projects.len())]
    }
}

/// The first day that a row of the city's file has, plans left out.
fn first_days(bytes: &[u8], until: Date) -> BTreeMap<String, Date> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().unwrap().clone();
    let row = |row: csv::StringRecord| {
        let said = header.iter().zip(row.iter()).filter(|(name, _)| !name.starts_with("计划开工"));
        let days = said.filter_map(|(_, cell)| Date::parse(cell)).filter(|day| *day <= until);
        Some((row[0].to_owned(), days.min()?))
    };
    reader.records().filter_map(|record| row(record.unwrap())).collect()
}

#[test]
fn days_the_city_lost_equal_a_recount_from_a_check_of_each_day() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/city");
    let read = |name: &str| Input { name: name.into(), bytes: std::fs::read(folder.join(name)).unwrap() };
    let pack = load_rules("cn-gd-huizhou").unwrap().pack;
    let inputs = [read("projects.csv")];
    let ledger = read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap();
    let (from, to) = (day("2026-11-16"), day("2026-11-20"));
    let first = first_days(&inputs[0].bytes, to);
    let mut steps: BTreeMap<String, Recount> = BTreeMap::new();
    let (mut whole, mut projects) = (Recount::default(), BTreeMap::<String, i64>::new());
    for now in (from.0..=to.0).map(Date) {
        // As of the last day a paper without a day counts from then.
        let options = CheckOptions { ledger_date: Some(to), ..CheckOptions::on(now) };
        let checked = check_json(&check(&pack, &ledger, &options, None).unwrap(), false);
        for project in checked["projects"].as_array().unwrap() {
            let id = project["id"].as_str().unwrap();
            if first.get(id).is_none_or(|first| now < *first) {
                continue;
            }
            let asked = project["verdict"] == "undetermined";
            // A cause is a step and the office that acts on it, or is asked.
            let causes: BTreeSet<[&str; 2]> = match project["verdict"].as_str().unwrap() {
                "blocked" => project["blockers"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|it| [&it["requirement"], &it["owner"]])
                    .map(texts)
                    .collect(),
                "undetermined" => project["questions"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter(|it| it["decides"] == "verdict")
                    .map(|it| [&it["requirement"], &it["ask"]])
                    .map(texts)
                    .collect(),
                _ => continue,
            };
            whole.add(id, 1, asked);
            *projects.entry(id.to_owned()).or_default() += 1;
            let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
            causes.iter().for_each(|[step, _]| *seen.entry(step).or_default() += 1);
            for (step, count) in seen {
                let lost = steps.entry(step.to_owned()).or_default();
                lost.add(id, causes.len(), asked);
                // Several offices asked about one step have a share each, and the step its day once.
                lost.split += PARTS / causes.len() as i128 * (count as i128 - 1);
            }
        }
    }
    let report = delays(&pack, &ledger, &CheckOptions::on(to), None, (from, Some(to))).unwrap();
    let json = delays_json(&report);
    assert!(whole.is(&json["whole"]), "{whole:?}\n{}", json["whole"]);
    assert!(whole.full > 4_000 && whole.asked > 0);
    let told = json["requirements"].as_array().unwrap();
    assert_eq!(told.len(), steps.len());
    for item in told {
        let lost = &steps[item["requirement"].as_str().unwrap()];
        assert!(lost.is(&item["lost"]), "{lost:?}\n{item}");
    }
    let sum = |list: &str| -> i128 {
        json[list].as_array().unwrap().iter().map(|item| parts(&item["lost"]["days_split"])).sum()
    };
    for list in ["requirements", "departments", "counties", "officers", "sectors", "projects"] {
        assert_eq!(sum(list), i128::from(whole.full) * PARTS, "{list} adds up to the days that were lost");
    }
    for item in json["projects"].as_array().unwrap() {
        assert_eq!(item["lost"]["days_full"], json!(projects[item["project"].as_str().unwrap()]));
    }
}

fn texts(of: [&Value; 2]) -> [&str; 2] {
    of.map(|value| value.as_str().unwrap_or_default())
}
