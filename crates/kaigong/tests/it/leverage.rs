//! What to see to first: counted by step, office, county and officer, on projects counted by hand.

use std::path::Path;

use kaigong::io::{Input, ReadOptions, table_csv};
use kaigong::model::{Date, Lang};
use kaigong::packs::{Layer, Pack, load};
use kaigong::report::{leverage_json, leverage_screen, leverage_table};
use kaigong::{CheckOptions, check, leverage, load_rules, read_ledger};
use serde_json::{Value, json};

const PACK: &str = "
id: local
version: '1'
goals: {start: {requirement: start}}
roles: {name: name, county: county, officer: officer, investment: money}
departments:
  land: {names: [{zh: 国土局, en: land office, to: 2018-12-31}, {zh: 自然资源局, en: natural resources, from: 2019-01-01}]}
  plan: {names: [{zh: 规划局, en: planning office, to: 2018-12-31}, {zh: 自然资源局, en: natural resources, from: 2019-01-01}]}
  eco: {names: [{zh: 生态环境局, en: ecology}]}
facts:
  name: {type: text}
  county: {type: text, title: {zh: 县区, en: county}}
  officer: {type: text, title: {zh: 服务官, en: officer}}
  money: {type: money, unit: wan}
  quota: {type: bool, blank: no}
  stock: {type: bool, blank: no}
  plan: {type: bool, blank: no}
  eia: {type: bool, blank: no}
  works: {type: bool, blank: no}
requirements:
  quota: {title: {zh: 用地指标, en: Land quota}, owner: land, met_when: quota, cite: [{law: x, status: verified}]}
  stock: {title: {zh: 存量用地, en: Stock land}, owner: land, met_when: stock, cite: [{law: x, status: verified}]}
  plan: {title: {zh: 规划许可, en: Planning permit}, owner: plan, met_when: plan, cite: [{law: x, status: verified}]}
  eia: {title: {zh: 环评, en: EIA}, owner: eco, met_when: eia, cite: [{law: x, status: verified}]}
  works: {title: {zh: 三通一平, en: Site works}, needs: [eia], met_when: works, cite: [{law: x, status: verified}]}
  start: {title: {zh: 开工, en: Start}, needs: [{any: [quota, stock]}, plan, works], cite: [{law: x, status: verified}]}
";

/// A: either kind of land. B: the planning permit. C: EIA, and then the works. D: land and permit. E: three steps.
/// F: ready.
const LEDGER: &str = "id,name,county,officer,money,quota,stock,plan,eia,works
A,甲,东县,王,10000,,,是,是,是
B,乙,东县,王,20000,是,,,是,是
C,丙,东县,李,30000,是,,是,,
D,丁,西县,李,40000,,,,是,是
E,戊,西县,李,50000,是,,,,
F,己,西县,李,60000,是,,是,是,是
";

fn pack() -> Pack {
    let layer = Layer { name: "p".into(), files: vec![("pack.yaml".into(), PACK.as_bytes().to_vec())] };
    load(&[layer]).unwrap().0
}

fn told(as_of: Date, read: impl Fn(&kaigong::report::Leverage<'_, '_>)) {
    let pack = pack();
    let inputs = [Input { name: "projects.csv".into(), bytes: LEDGER.as_bytes().to_vec() }];
    let ledger = read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap();
    let options = CheckOptions { summary_only: true, ..CheckOptions::on(as_of) };
    let assessment = check(&pack, &ledger, &options, None).unwrap();
    read(&leverage(&assessment, None));
}

fn find<'v>(list: &'v Value, key: &str, name: &str) -> &'v Value {
    list.as_array().unwrap().iter().find(|item| item[key] == name).unwrap()
}

#[test]
fn steps_offices_counties_and_officers_are_counted() {
    told(Date::new(2026, 1, 1).unwrap(), |leverage| {
        let json = leverage_json(leverage);
        let sum = |projects: u64, wan: u64| json!({"projects": projects, "investment": format!("{wan} wan")});
        assert_eq!(json["blocked"], sum(5, 150_000));
        let step = |name: &str| find(&json["requirements"], "requirement", name);
        assert_eq!(step("quota")["blocks"], sum(2, 50_000));
        assert_eq!(step("quota")["blocks_alone"], sum(0, 0), "stock land stands beside it");
        assert_eq!(step("quota")["releases"], sum(1, 10_000));
        assert_eq!(step("eia")["blocks_alone"], sum(1, 30_000), "the works only wait");
        assert_eq!(step("eia")["releases"], sum(0, 0), "the works are still to do");
        assert_eq!(step("plan")["releases"], sum(1, 20_000));
        let pairs = json["pairs"].as_array().unwrap();
        let pair = |a: &str, b: &str| {
            let both = |pair: &&Value| pair["requirements"] == json!([a, b]) || pair["requirements"] == json!([b, a]);
            pairs.iter().find(both).unwrap()
        };
        assert_eq!(pair("works", "eia")["requirements"], json!(["eia", "works"]), "needs stand first");
        assert_eq!(pair("quota", "plan")["releases"], sum(1, 40_000));
        assert_eq!(pair("eia", "works")["releases"], sum(1, 30_000));
        assert_eq!(pairs.len(), 3, "{pairs:?}");
        // From 2019 on land and planning are one office.
        let office = find(&json["offices"], "office", "land");
        assert_eq!(office["releases"], sum(3, 70_000));
        assert_eq!(office["blocks_alone"], sum(3, 70_000));
        let east = find(&json["counties"], "name", "东县");
        assert_eq!((&east["one_step"], &east["two_steps"]), (&sum(2, 30_000), &sum(3, 60_000)));
        assert_eq!(east["first"]["requirements"], json!(["quota", "plan"]));
        assert_eq!(east["first"]["releases"], sum(2, 30_000));
        let project = |name: &str| &find(&json["projects"], "project", name)["ways"];
        assert_eq!(project("A"), &json!([["quota"], ["stock"]]));
        assert_eq!(project("D"), &json!([["quota", "plan"], ["stock", "plan"]]));
        assert_eq!(project("E"), &json!([]));
        let screens = [Lang::Zh, Lang::En].map(|lang| leverage_screen(leverage, "projects.csv", lang)).join("\n");
        insta::assert_snapshot!("screens", screens);
        let csv = [Lang::Zh, Lang::En].map(|lang| table_csv(&leverage_table(leverage, lang)));
        insta::assert_snapshot!("list", String::from_utf8(csv.concat()).unwrap());
    });
}

#[test]
fn before_the_reform_land_and_planning_were_two_offices() {
    told(Date::new(2018, 6, 1).unwrap(), |leverage| {
        let json = leverage_json(leverage);
        assert_eq!(find(&json["offices"], "office", "land")["releases"]["projects"], 1);
        assert_eq!(find(&json["offices"], "office", "plan")["releases"]["projects"], 1);
        let pairs: Vec<&Value> = json["office_pairs"].as_array().unwrap().iter().map(|pair| &pair["offices"]).collect();
        assert_eq!(pairs, [&json!(["land", "plan"]), &json!([null, "eco"])], "the works are nobody's");
        let screen = leverage_screen(leverage, "projects.csv", Lang::Zh);
        assert!(screen.contains("国土局 + 规划局"), "{screen}");
    });
}

#[test]
fn the_counts_are_those_of_the_check_and_one_row_is_that_row() {
    let pack = load_rules("cn-gd-huizhou").unwrap().pack;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/city/projects.csv");
    let inputs = [Input { name: "projects.csv".into(), bytes: std::fs::read(path).unwrap() }];
    let ledger = read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap();
    let as_of = Date::new(2026, 11, 20).unwrap();
    let options = CheckOptions { summary_only: true, ..CheckOptions::on(as_of) };
    let assessment = check(&pack, &ledger, &options, None).unwrap();
    let whole = leverage(&assessment, None);
    assert_eq!(whole.held.len() as u64, assessment.results.verdicts[2]);
    let json = leverage_json(&whole);
    for (idx, requirement) in pack.iter() {
        let counts = &assessment.results.requirements[idx.0 as usize];
        let told = find(&json["requirements"], "requirement", &requirement.id);
        assert_eq!(told["blocks"]["projects"], counts.blocks, "{}", requirement.id);
        assert_eq!(told["blocks_alone"]["projects"], counts.blocks_alone, "{}", requirement.id);
    }
    let held = &whole.held[whole.held.len() / 2];
    let one = leverage(&assessment, Some(&[held.row]));
    assert_eq!(one.held.iter().collect::<Vec<_>>(), [held]);
    let few = kaigong::on_threads(1, || leverage(&assessment, None));
    assert_eq!(few.held, whole.held);
}

#[test]
fn nothing_blocked_is_three_lines() {
    let pack = pack();
    let inputs = [Input { name: "p.csv".into(), bytes: b"id,quota,plan,works,eia\nF,yes,yes,yes,yes\n".to_vec() }];
    let ledger = read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap();
    let assessment = check(&pack, &ledger, &CheckOptions::on(Date::new(2026, 1, 1).unwrap()), None).unwrap();
    let leverage = leverage(&assessment, None);
    assert_eq!(leverage_screen(&leverage, "p.csv", Lang::En).lines().count(), 3);
    assert!(leverage_table(&leverage, Lang::Zh).rows.is_empty());
}
