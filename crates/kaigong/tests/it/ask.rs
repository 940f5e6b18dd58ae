//! Questions by office: counted, ranked, and who alone would settle how many projects.

use kaigong::io::{Input, ReadOptions, table_csv};
use kaigong::model::{Date, Lang};
use kaigong::packs::{Layer, load};
use kaigong::report::{ask_json, ask_screen, ask_table};
use kaigong::{CheckOptions, check, read_ledger};

const PACK: &str = "
id: local
version: '1'
goals: {start: {requirement: start}}
roles: {name: name}
departments:
  land: {names: [{zh: 自然资源局, en: land office}]}
  eco: {names: [{zh: 生态环境局, en: ecology office}]}
facts:
  name: {type: text}
  area: {type: area, unit: mu, title: {zh: 占用耕地, en: Farmland used}, columns: [占用耕地], ask: land}
  paddy: {type: area, unit: mu, title: {zh: 占用水田, en: Paddy used}, columns: [占用水田], ask: land}
  class: {type: enum, title: {zh: 环评类别, en: EIA class}, values: {book: [报告书], none: [豁免]}, ask: eco}
  permit: {type: document, title: {zh: 许可证, en: Permit}, blank: no}
requirements:
  offset: {title: {zh: 占补平衡, en: Offset}, applies_when: area > 0 mu or paddy > 0 mu, met_when: issued(permit), cite: [{law: x, status: verified}]}
  eia: {title: {zh: 环评, en: EIA}, applies_when: class == book, met_when: issued(permit), cite: [{law: x, status: verified}]}
  start: {title: {zh: 开工, en: Start}, needs: [offset, eia], cite: [{law: x, status: verified}]}
";

/// A: the land office alone; B: both; C: ecology alone; D: blocked, ecology would add a blocker; E: ready.
const LEDGER: &str = "id,name,占用耕地,占用水田,class,permit
A,甲,,0,豁免,
B,乙,,,,
C,丙,0,0,,
D,丁,3,0,,
E,戊,0,0,豁免,
";

#[test]
fn records_are_told_by_office_and_by_what_they_decide() {
    let layer = Layer { name: "p".into(), files: vec![("pack.yaml".into(), PACK.as_bytes().to_vec())] };
    let pack = load(&[layer]).unwrap().0;
    let inputs = [Input { name: "projects.csv".into(), bytes: LEDGER.as_bytes().to_vec() }];
    let ledger = read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap();
    let assessment = check(&pack, &ledger, &CheckOptions::on(Date::new(2026, 1, 1).unwrap()), None).unwrap();
    let screens = [Lang::Zh, Lang::En].map(|lang| ask_screen(&assessment, "projects.csv", lang)).join("\n");
    insta::assert_snapshot!("screens", screens);
    let csv = [Lang::Zh, Lang::En]
        .map(|lang| String::from_utf8(table_csv(&ask_table(&assessment, lang))).unwrap())
        .join("\n");
    insta::assert_snapshot!("list", csv);
    let json = ask_json(&assessment);
    let office =
        |id: &str| json["offices"].as_array().unwrap().iter().find(|office| office["office"] == id).unwrap().clone();
    // A waits for the land office alone; B for both; C for ecology alone.
    assert_eq!((&office("land")["settles_alone"], &office("eco")["settles_alone"]), (&1.into(), &1.into()));
    assert_eq!(office("land")["records"], 3);
    assert_eq!(office("eco")["projects"], 3);
    let decides: Vec<(&str, &str)> = json["records"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|record| record["fact"] == "class")
        .map(|record| (record["project"].as_str().unwrap(), record["decides"].as_str().unwrap()))
        .collect();
    assert_eq!(decides, [("B", "verdict"), ("C", "verdict"), ("D", "blockers")]);
}

#[test]
fn nothing_is_asked_where_everything_is_known() {
    let layer = Layer { name: "p".into(), files: vec![("pack.yaml".into(), PACK.as_bytes().to_vec())] };
    let pack = load(&[layer]).unwrap().0;
    let inputs = [Input { name: "p.csv".into(), bytes: b"id,area,paddy,class\nE,0,0,none\n".to_vec() }];
    let ledger = read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap();
    let assessment = check(&pack, &ledger, &CheckOptions::on(Date::new(2026, 1, 1).unwrap()), None).unwrap();
    assert_eq!(ask_screen(&assessment, "p.csv", Lang::En).lines().count(), 2);
    assert!(ask_table(&assessment, Lang::Zh).rows.is_empty());
}
