//! An audit finds what was put into a ledger on purpose, and counts what the check counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kaigong::io::{Input, ReadOptions, table_csv};
use kaigong::model::{Date, Lang};
use kaigong::packs::{Layer, Pack, load};
use kaigong::report::{Audit, AuditScreen, audit_json, audit_screen, audit_table, check_json};
use kaigong::{CheckOptions, audit, check, load_rules, read_ledger};
use serde_json::{Value, json};

const NOVEMBER: &str = "2026-11-20";

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn city_csv() -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/city/projects.csv")).unwrap()
}

/// The city with some cells replaced, by id and header.
fn changed(changes: &[(&str, &str, String)]) -> Vec<u8> {
    let bytes = city_csv();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().unwrap().clone();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).unwrap();
    for record in reader.records() {
        let mut row: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
        for (id, name, text) in changes {
            if row[0] == *id {
                row[header.iter().position(|known| known == *name).unwrap()].clone_from(text);
            }
        }
        writer.write_record(&row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// One column of the city, by id.
fn column(name: &str) -> BTreeMap<String, String> {
    let bytes = city_csv();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let at = reader.headers().unwrap().iter().position(|known| known == name).unwrap();
    reader.records().map(Result::unwrap).map(|row| (row[0].to_owned(), row[at].to_owned())).collect()
}

/// The audit of a ledger under a pack, and its check.
fn audited(pack: &Pack, bytes: Vec<u8>, read: impl Fn(&Audit<'_, '_>, &Value)) {
    let ledger = read_ledger(pack, &[Input { name: "projects.csv".into(), bytes }], &ReadOptions::default()).unwrap();
    let assessment = check(pack, &ledger, &CheckOptions::on(day(NOVEMBER)), None).unwrap();
    read(&audit(&assessment, None), &check_json(&assessment, false));
}

fn huizhou() -> Pack {
    load_rules("cn-gd-huizhou").unwrap().pack
}

fn found<'v>(json: &'v Value, kind: &str) -> Vec<&'v Value> {
    json["findings"].as_array().unwrap().iter().filter(|finding| finding["kind"] == kind).collect()
}

#[test]
fn alerts_and_fines_equal_a_recount_from_the_check_and_the_file() {
    audited(&huizhou(), city_csv(), |audit, check| {
        let json = audit_json(audit);
        let mut alerts: BTreeMap<&str, (u64, BTreeSet<&str>)> = BTreeMap::new();
        let mut out_of_order = 0;
        for project in check["projects"].as_array().unwrap() {
            for alert in project["alerts"].as_array().unwrap() {
                let (count, projects) = alerts.entry(alert["severity"].as_str().unwrap()).or_default();
                *count += 1;
                projects.insert(project["id"].as_str().unwrap());
            }
            out_of_order += project["out_of_order"].as_array().unwrap().len();
        }
        let (count, projects) = &alerts["violation"];
        assert_eq!(json["summary"]["violation"], json!({"findings": count, "projects": projects.len()}));
        let all: u64 = alerts.values().map(|(count, _)| count).sum();
        assert_eq!(json["kinds"]["alert"], all);
        let early = found(&json, "out_of_order").len();
        assert!(0 < early && early <= out_of_order, "{early} of {out_of_order}");
        // One to two hundredths of the price in the file, which is in whole wan.
        let permits: Vec<&Value> =
            found(&json, "alert").into_iter().filter(|found| found["alert"] == "started-without-permit").collect();
        assert!(permits.len() > 10);
        let prices = column("施工合同价(万元)");
        for finding in permits {
            let wan = prices[finding["projects"][0].as_str().unwrap()].parse::<u64>();
            let range = |wan: u64| json!({"from": format!("{} yuan", wan * 100), "to": format!("{} yuan", wan * 200)});
            let expected = wan.map_or(Value::Null, range);
            assert_eq!(finding["fine"], expected);
        }
        let first: Vec<&str> =
            json["findings"].as_array().unwrap().iter().map(|found| found["severity"].as_str().unwrap()).collect();
        let worst_first = ["violation", "warning", "notice"];
        assert!(first.is_sorted_by_key(|severity| worst_first.iter().position(|known| known == severity)));
    });
}

#[test]
fn the_made_up_city_has_no_amount_out_of_proportion() {
    audited(&huizhou(), city_csv(), |audit, _| {
        let json = audit_json(audit);
        assert!(found(&json, "misread_unit").is_empty(), "{:?}", found(&json, "misread_unit"));
        assert!(found(&json, "total").is_empty(), "{:?}", found(&json, "total"));
        assert!(found(&json, "same_code").is_empty());
    });
}

#[test]
fn slips_of_unit_put_into_the_city_are_found_and_mended() {
    let times = |id: &str, header: &str, num: u64, den: u64| {
        let cell = column(header)[id].clone();
        let (whole, rest) = cell.split_once('.').unwrap_or((&cell, "0"));
        let tenths = whole.parse::<u64>().unwrap() * 10 + rest.parse::<u64>().unwrap();
        let scaled = tenths * num * 10_000 / den;
        format!("{}.{:05}", scaled / 100_000, scaled % 100_000)
    };
    let slips = [
        // 公顷 in a column of 亩.
        ("HZ-00001", "用地面积(亩)", times("HZ-00001", "用地面积(亩)", 1, 15), "land.total", "ha"),
        ("HZ-00002", "其中农用地(亩)", times("HZ-00002", "其中农用地(亩)", 1, 15), "land.agri", "ha"),
        // 元 in columns of 万元.
        ("HZ-00003", "总投资(万元)", times("HZ-00003", "总投资(万元)", 10_000, 1), "project.total_investment", "yuan"),
        (
            "HZ-00006",
            "年度计划投资(万元)",
            times("HZ-00006", "年度计划投资(万元)", 10_000, 1),
            "project.annual_plan",
            "yuan",
        ),
        // 平方米 in a column of 亩.
        ("HZ-00007", "用地面积(亩)", times("HZ-00007", "用地面积(亩)", 2_000, 3), "land.total", "m2"),
    ];
    let changes: Vec<(&str, &str, String)> =
        slips.iter().map(|(id, header, text, ..)| (*id, *header, text.clone())).collect();
    audited(&huizhou(), changed(&changes), |audit, _| {
        let json = audit_json(audit);
        let told: BTreeSet<(String, String, String)> = found(&json, "misread_unit")
            .into_iter()
            .map(|finding| {
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                (text(&finding["projects"][0]), text(&finding["mend"]["fact"]), text(&finding["mend"]["meant_in"]))
            })
            .collect();
        let expected =
            slips.iter().map(|(id, _, _, fact, unit)| ((*id).to_owned(), (*fact).to_owned(), (*unit).to_owned()));
        assert_eq!(told, expected.collect());
    });
}

const PACK: &str = "
id: local
version: '1'
goals: {start: {requirement: start, started_when: recorded(begun)}}
roles: {name: name, county: county, owner: owner, investment: money, land: land}
facts:
  name: {type: text, title: {zh: 名称, en: name}}
  county: {type: text, title: {zh: 县区, en: county}}
  owner: {type: text, title: {zh: 单位, en: owner}}
  money: {type: money, unit: wan, title: {zh: 总投资, en: total investment}}
  price: {type: money, unit: wan, title: {zh: 合同价, en: contract price}}
  land: {type: area, unit: mu, title: {zh: 用地, en: land}}
  farm: {type: area, unit: mu, title: {zh: 农用地, en: farm land}}
  begun: {type: date, title: {zh: 开工日, en: start}}
  permit: {type: document, title: {zh: 许可证, en: permit}, blank: no}
  survey: {type: document, title: {zh: 勘察, en: survey}, blank: no}
totals: {farm: {whole: land, parts: [farm]}}
requirements:
  survey: {title: {zh: 勘察报告, en: Survey report}, met_when: issued(survey), cite: [{law: x, status: verified}]}
  permit: {title: {zh: 施工许可, en: Permit}, needs: [survey], met_when: issued(permit), cite: [{law: x, status: verified}]}
  start: {title: {zh: 开工, en: Start}, needs: [permit], cite: [{law: x, status: verified}]}
alerts:
  early: {title: {zh: 未批先建, en: Started too early}, when: recorded(begun) and not issued(permit), severity: violation, fine: {of: price, from: 1%, to: 2%}, cite: [{law: 建筑法, article: 第七条, status: verified}]}
";

/// A has started without its permit; B has a permit and no survey; C's permit is dated before its survey; D and E are
/// one, G almost; F has more farm land than land.
const LEDGER: &str = "id,name,county,owner,money,price,land,farm,begun,permit,survey
A,城北路,东县,甲公司,1000,333.33,30,20,2026-06-01,,2026-01-01
B,城南路,东县,甲公司,1000,300,30,20,,2026-02-01,无
C,城西路,东县,甲公司,1000,300,30,20,,2026-02-01,2026-03-01
D,滨江新城生活污水处理厂工程,东县,乙公司,1000,300,30,20,,,
E,滨江新城生活污水处理厂,东县,乙公司,1000,300,30,20,,,
G,滨江新城生活污水处理站,东县,乙公司,1000,300,30,20,,,
F,城东路,东县,甲公司,1000,300,30,45,,,
";

#[test]
fn every_kind_is_told_in_both_languages() {
    let layer = Layer { name: "p".into(), files: vec![("pack.yaml".into(), PACK.as_bytes().to_vec())] };
    let pack = load(&[layer]).unwrap().0;
    audited(&pack, LEDGER.as_bytes().to_vec(), |audit, _| {
        let screens = [Lang::Zh, Lang::En]
            .map(|lang| audit_screen(audit, &AuditScreen { lang, data: "projects.csv".into(), all: false }));
        insta::assert_snapshot!("screens", screens.join("\n"));
        let csv = [Lang::Zh, Lang::En].map(|lang| table_csv(&audit_table(audit, lang)));
        insta::assert_snapshot!("list", String::from_utf8(csv.concat()).unwrap());
        // The least is rounded up to the fen, the most down: 333.33 wan at 1 and 2 %.
        assert_eq!(audit_json(audit)["findings"][0]["fine"], json!({"from": "33333 yuan", "to": "66666 yuan"}));
    });
}
