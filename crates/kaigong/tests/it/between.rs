//! Two ledgers of different months: every count is that of an independent recount.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use kaigong::io::{Input, ReadOptions, table_csv};
use kaigong::model::{Date, Lang};
use kaigong::packs::{Layer, Pack, load};
use kaigong::report::{Between, BetweenScreen, between_json, between_screen, between_table, check_json};
use kaigong::{CheckOptions, check, load_rules, read_ledger};
use serde_json::{Value, json};

const MAY: &str = "2026-05-20";
const NOVEMBER: &str = "2026-11-20";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// A ledger as header and rows.
fn rows(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
    (header, rows)
}

/// The ledger of November as it might have stood in May, by the rules of its README.
fn in_may(november: &[u8]) -> Vec<u8> {
    let (header, rows) = rows(november);
    let column = |name: &str| header.iter().position(|known| known == name).unwrap();
    let [planned, started, signed] = ["计划开工日期", "实际开工日期", "签约日期"].map(column);
    let [officer, name, quota] = ["首席服务官/项目联络员", "项目名称", "已落实用地指标(亩)"].map(column);
    let accounts =
        [("征地补偿费预存到位", "征地补偿费预存(万元)"), ("被征地农民社会保障费审核与预存", "社保费预存(万元)")];
    let accounts = accounts.map(|(paper, sum)| (column(paper), column(sum)));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).unwrap();
    for (at, row) in rows.iter().enumerate() {
        let number = at + 1;
        let mut row = row.clone();
        if Date::parse(&row[signed]).is_some_and(|signed| signed > day(MAY)) {
            continue;
        }
        for (paper, sum) in accounts {
            if Date::parse(&row[paper]).is_some_and(|dated| dated > day(MAY)) && !row[sum].is_empty() {
                row[sum] = String::from("0");
            }
        }
        for (place, cell) in row.iter_mut().enumerate() {
            if place != planned && Date::parse(cell).is_some_and(|dated| dated > day(MAY)) {
                *cell = if place == started { String::new() } else { "无".to_owned() };
            }
        }
        if let (0, Some(day)) = (number % 13, Date::parse(&row[planned])) {
            row[planned] = Date(day.0 - 90).to_string();
        }
        if number % 50 == 0 {
            row[officer].clone_from(&rows[at - 1][officer]);
        }
        if number % 70 == 0 && rows[at][started].is_empty() {
            row[started] = String::from("2026-05-01");
        }
        if number % 9 == 0 && !row[quota].is_empty() {
            row[quota] = String::from("0");
        }
        writer.write_record(&row).unwrap();
        if number % 200 == 0 {
            row[0] = format!("HZ-9{number:04}");
            row[name].push_str("已撤销");
            writer.write_record(&row).unwrap();
        }
    }
    writer.into_inner().unwrap()
}

#[test]
fn the_city_of_may_is_what_its_page_says() {
    let made = in_may(&std::fs::read(fixtures().join("city/projects.csv")).unwrap());
    let path = fixtures().join("city-2026-05/projects.csv");
    if std::env::var_os("KAIGONG_FIXTURES").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    assert!(std::fs::read(path).unwrap_or_default() == made, "stale: KAIGONG_FIXTURES=1 writes it anew");
}

/// Both months of the city: the diff, and what `check` says of each alone.
fn city() -> (Value, [Value; 2]) {
    let pack = load_rules("cn-gd-huizhou").unwrap().pack;
    let read = |folder: &str| {
        let bytes = std::fs::read(fixtures().join(folder).join("projects.csv")).unwrap();
        read_ledger(&pack, &[Input { name: "projects.csv".into(), bytes }], &ReadOptions::default()).unwrap()
    };
    let (may, november) = (read("city-2026-05"), read("city"));
    let before = check(&pack, &may, &CheckOptions::on(day(MAY)), None).unwrap();
    let after = check(&pack, &november, &CheckOptions::on(day(NOVEMBER)), None).unwrap();
    let checks = [&before, &after].map(|assessment| check_json(assessment, false));
    (between_json(&Between::new(&before, &after)), checks)
}

/// Projects of a check by id.
fn by_id(check: &Value) -> BTreeMap<&str, &Value> {
    check["projects"].as_array().unwrap().iter().map(|project| (project["id"].as_str().unwrap(), project)).collect()
}

/// Ids of blockers, where the verdict is blocked, or of alerts.
fn names<'v>(project: &'v Value, list: &str) -> BTreeSet<&'v str> {
    let key = if list == "blockers" { "requirement" } else { "id" };
    let counted = list == "alerts" || project["verdict"] == "blocked";
    project[list].as_array().unwrap().iter().filter(|_| counted).map(|item| item[key].as_str().unwrap()).collect()
}

/// Total investment in fen and planned start of every project, read from the file alone.
fn written(folder: &str) -> BTreeMap<String, (i128, Option<Date>)> {
    let (header, rows) = rows(&std::fs::read(fixtures().join(folder).join("projects.csv")).unwrap());
    let column = |name: &str| header.iter().position(|known| known == name).unwrap();
    let (money, planned) = (column("总投资(万元)"), column("计划开工日期"));
    let fen = |text: &str| text.parse::<i128>().unwrap_or_default() * 1_000_000;
    rows.into_iter().map(|row| (row[0].clone(), (fen(&row[money]), Date::parse(&row[planned])))).collect()
}

#[test]
fn counts_and_sums_equal_a_recount_from_the_two_checks() {
    let (diff, [before, after]) = city();
    let (earlier, later) = (by_id(&before), by_id(&after));
    let files = [written("city-2026-05"), written("city")];
    let ids: BTreeSet<&str> = earlier.keys().chain(later.keys()).copied().collect();
    let fen = |id: &str| files[1].get(id).or(files[0].get(id)).unwrap().0;
    let late = |project: Option<&&Value>, file: usize, id: &str, as_of: &str| {
        let waits = project.is_some_and(|project| project["verdict"] != "started");
        waits && files[file][id].1.is_some_and(|planned| planned < day(as_of))
    };
    let mut sums: BTreeMap<String, (u64, i128)> = BTreeMap::new();
    for &id in &ids {
        let (old, new) = (earlier.get(id), later.get(id));
        let mut count = |what: &str, of: &str| {
            let sum = sums.entry(format!("{what} {of}")).or_default();
            *sum = (sum.0 + 1, sum.1 + fen(id));
        };
        match (old.map(|old| old["verdict"].as_str().unwrap()), new.map(|new| new["verdict"].as_str().unwrap())) {
            (None, _) => count("move", "appeared"),
            (_, None) => count("move", "vanished"),
            (old, new) if old == new => {}
            (_, Some("started")) => count("move", "started"),
            (Some("blocked"), Some("ready")) => count("move", "released"),
            (_, Some(other)) => count("move", &format!("newly_{other}")),
        }
        if old.is_some() && new.is_some() {
            let [was, is] = [late(old, 0, id, MAY), late(new, 1, id, NOVEMBER)];
            match (was, is) {
                (false, true) => count("newly_overdue", ""),
                (true, false) => count("no_longer_overdue", ""),
                _ => {}
            }
        }
        for list in ["blockers", "alerts"] {
            let [had, has] = [old, new].map(|project| project.map(|project| names(project, list)).unwrap_or_default());
            had.iter().for_each(|name| count(list, &format!("{name} before")));
            has.iter().for_each(|name| count(list, &format!("{name} after")));
            had.difference(&has).for_each(|name| count(list, &format!("{name} gone")));
            has.difference(&had).for_each(|name| count(list, &format!("{name} new")));
        }
    }
    let told = |key: &str| {
        let (projects, fen) = sums.get(key).copied().unwrap_or_default();
        json!({"projects": projects, "investment": format!("{} wan", fen / 1_000_000)})
    };
    for (name, sum) in diff["moves"].as_object().unwrap() {
        assert_eq!(sum, &told(&format!("move {name}")), "{name}");
    }
    for name in ["newly_overdue", "no_longer_overdue"] {
        assert_eq!(diff[name], told(&format!("{name} ")), "{name}");
    }
    for (list, key) in [("blockers", "requirement"), ("alerts", "alert")] {
        let flows = diff[list].as_array().unwrap();
        let told_of: usize = sums.keys().filter(|known| known.starts_with(&format!("{list} "))).count();
        let mut seen = 0;
        for flow in flows {
            for side in ["before", "gone", "new", "after"] {
                let name = format!("{list} {} {side}", flow[key].as_str().unwrap());
                assert_eq!(flow[side], told(&name), "{name}");
                seen += usize::from(sums.contains_key(&name));
            }
        }
        assert_eq!(seen, told_of, "{list}");
    }
    for name in ["started", "released", "newly_blocked", "appeared", "vanished"] {
        assert!(diff["moves"][name]["projects"].as_u64() > Some(0), "the fixtures show no project {name}");
    }
}

#[test]
fn flows_and_verdicts_add_up_to_the_check() {
    let (diff, checks) = city();
    for (side, check) in ["before", "after"].into_iter().zip(&checks) {
        for verdict in ["started", "ready", "blocked", "undetermined"] {
            assert_eq!(diff[side]["verdicts"][verdict]["projects"], check["summary"][verdict], "{side} {verdict}");
        }
        for flow in diff["blockers"].as_array().unwrap() {
            let id = flow["requirement"].as_str().unwrap();
            assert_eq!(flow[side]["projects"], check["requirements"][id]["blocks"], "{side} {id}");
        }
    }
    for flow in diff["blockers"].as_array().unwrap().iter().chain(diff["alerts"].as_array().unwrap()) {
        let [before, gone, new, after] =
            ["before", "gone", "new", "after"].map(|key| flow[key]["projects"].as_i64().unwrap());
        assert_eq!(before - gone + new, after, "{flow}");
    }
}

const PACK: &str = "
id: local
version: '1'
goals: {start: {requirement: start, started_when: recorded(begun)}}
roles: {name: name, investment: money, planned_start: planned, started_on: begun}
facts:
  name: {type: text}
  money: {type: money, unit: wan}
  planned: {type: date, is: plan}
  begun: {type: date}
  land: {type: document, blank: no}
  permit: {type: document, blank: no}
  survey: {type: document}
requirements:
  land: {title: {zh: 用地, en: Land}, met_when: issued(land), cite: [{law: x, status: verified}]}
  permit: {title: {zh: 许可, en: Permit}, met_when: issued(permit), cite: [{law: x, status: verified}]}
  survey: {title: {zh: 勘察, en: Survey}, met_when: issued(survey), cite: [{law: x, status: verified}]}
  start: {title: {zh: 开工, en: Start}, needs: [land, permit, survey], cite: [{law: x, status: verified}]}
alerts:
  early: {title: {zh: 未批先建, en: Started too early}, when: recorded(begun) and not issued(permit), severity: violation, cite: [{law: x, status: verified}]}
";

/// A: released. B: started without its permit. C: its permit has been revoked. D: overdue. E: given up. G: planned anew.
const EARLIER: &str = "id,name,money,planned,begun,land,permit,survey
A,甲,10000,2026-12-01,,2026-01-01,,2026-01-01
B,乙,20000,2026-04-01,,2026-01-01,,2026-01-01
C,丙,30000,2026-12-01,,2026-01-01,2026-02-01,2026-01-01
D,丁,40000,2026-08-01,,,,2026-01-01
E,戊,50000,2026-12-01,,,,
G,庚,5000,2026-03-01,,,2026-02-01,2026-01-01
";
const LATER: &str = "id,name,money,planned,begun,land,permit,survey
F,己,60000,2027-01-01,,,2026-06-01,2026-06-01
A,甲,10000,2026-12-01,,2026-01-01,2026-06-01,2026-01-01
B,乙,20000,2026-04-01,2026-07-01,2026-01-01,,2026-01-01
C,丙,30000,2026-12-01,,2026-01-01,无,2026-01-01
D,丁,41000,2026-08-01,,2026-07-01,,2026-01-01
G,庚,5000,2027-03-01,,,2026-02-01,2026-01-01
";

fn small(tell: impl Fn(&Between<'_, '_>)) {
    let layer = Layer { name: "p".into(), files: vec![("pack.yaml".into(), PACK.as_bytes().to_vec())] };
    let pack: Pack = load(&[layer]).unwrap().0;
    let read = |text: &str| {
        let input = Input { name: "projects.csv".into(), bytes: text.as_bytes().to_vec() };
        read_ledger(&pack, &[input], &ReadOptions::default()).unwrap()
    };
    let (earlier, later) = (read(EARLIER), read(LATER));
    let before = check(&pack, &earlier, &CheckOptions::on(day(MAY)), None).unwrap();
    let after = check(&pack, &later, &CheckOptions::on(day(NOVEMBER)), None).unwrap();
    tell(&Between::new(&before, &after));
}

#[test]
fn every_kind_of_change_is_told() {
    small(|between| {
        let json = between_json(between);
        let moves: BTreeMap<&str, &str> = json["projects"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|project| Some((project["id"].as_str()?, project["move"].as_str()?)))
            .collect();
        let expected =
            [("A", "released"), ("B", "started"), ("C", "newly_blocked"), ("E", "vanished"), ("F", "appeared")];
        assert_eq!(moves, BTreeMap::from(expected));
        let screens = [Lang::Zh, Lang::En].map(|lang| {
            let screen = BetweenScreen { lang, command: "kaigong diff a b".into(), data: "b".into(), all: false };
            between_screen(between, &screen)
        });
        insta::assert_snapshot!("screens", screens.join("\n"));
        let csv = [Lang::Zh, Lang::En].map(|lang| table_csv(&between_table(between, lang)));
        insta::assert_snapshot!("list", String::from_utf8(csv.concat()).unwrap());
    });
}

#[test]
fn a_ledger_does_not_differ_from_itself() {
    small(|between| {
        let same = Between::new(between.after, between.after);
        assert!(same.projects.iter().all(|pair| !pair.differs()));
        assert!(between_table(&same, Lang::Zh).rows.is_empty());
    });
}
