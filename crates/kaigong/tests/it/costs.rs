//! Costs from the rules and from a table: who is asked what price, what is refused, and what a certificate says of it.

use kaigong::io::{Input, ReadOptions};
use kaigong::model::{Date, Lang};
use kaigong::packs::{Layer, Pack, load};
use kaigong::report::check_json;
use kaigong::solver::CostKind;
use kaigong::{CheckOptions, Ledger, Refused, check, find_cheapest, read_ledger};
use serde_json::Value;

const PACK: &str = "
id: sites
version: '1'
goals: {start: {title: {zh: 开工, en: Start}, requirement: start}}
roles: {county: county}
facts:
  county: {type: enum, values: {east: [东区], west: [西区]}}
  tender: {type: bool, blank: no}
  agreement: {type: bool, blank: no}
  permit: {type: bool, blank: no}
requirements:
  start: {title: {zh: 开工条件, en: Start}, needs: [permit, {any: [tender, agreement]}], cite: [{law: x, status: verified}]}
  permit: {title: {zh: 施工许可, en: Permit}, met_when: permit, cost: {money: 1 wan, cite: [{law: x, status: verified}]}, cite: [{law: x, status: verified}]}
  tender: {title: {zh: 招标出让, en: Tender}, met_when: tender, takes: {statutory: 40 days}, cite: [{law: x, status: verified}]}
  agreement: {title: {zh: 协议出让, en: Agreement}, met_when: agreement, takes: {statutory: 60 days}, cite: [{law: x, status: verified}]}
";
const PROJECTS: &str = "id,county\nE,东区\nW,西区\n";
/// By tender cheaper, but not in the west.
const COSTS: &str = "前置要件,费用(万元),天数,县区\n招标出让,20,,\ntender,50,,西区\nAgreement,30,,\n";

fn pack() -> Pack {
    load(&[Layer { name: "p".into(), files: vec![("pack.yaml".into(), PACK.as_bytes().to_vec())] }]).unwrap().0
}

fn input(name: &str, text: &str) -> Input {
    Input { name: name.into(), bytes: text.as_bytes().to_vec() }
}

fn ledger(pack: &Pack, costs: Option<&str>) -> Result<Ledger, Refused> {
    let costs = costs.map(|text| input("费用.csv", text));
    read_ledger(pack, &[input("projects.csv", PROJECTS)], &ReadOptions { costs, ..ReadOptions::default() })
}

fn options(cheapest: CostKind) -> CheckOptions {
    CheckOptions { cheapest, ..CheckOptions::on(Date::new(2026, 1, 5).unwrap()) }
}

/// The cheapest way of each project.
fn cheapest(pack: &Pack, ledger: &Ledger, by: CostKind) -> Vec<Value> {
    let options = options(by);
    let mut assessment = check(pack, ledger, &options, None).unwrap();
    find_cheapest(&mut assessment, options.durations);
    let told = check_json(&assessment, false);
    told["projects"].as_array().unwrap().iter().map(|project| project["cheapest"].clone()).collect()
}

#[test]
fn a_county_has_its_own_price_and_names_stand_for_ids() {
    let pack = pack();
    let ledger = ledger(&pack, Some(COSTS)).unwrap();
    assert!(ledger.notices.is_empty(), "{:?}", ledger.notices);
    let found = cheapest(&pack, &ledger, CostKind::Money);
    let told =
        |at: usize| (found[at]["steps"].to_string(), found[at]["money"].clone(), found[at]["without_price"].clone());
    assert_eq!((told(0).1, told(0).2), ("21 wan".into(), 0.into()));
    assert_eq!((told(1).1, told(1).2), ("31 wan".into(), 0.into()));
    assert!(told(0).0.contains("tender") && told(1).0.contains("agreement"), "{found:?}");
    let days = cheapest(&pack, &ledger, CostKind::Days);
    assert!(days[1]["steps"].to_string().contains("tender"), "{days:?}");
    assert_eq!((&days[1]["days_of_work"], &days[1]["without_days"]), (&40.into(), &1.into()));
}

#[test]
fn what_has_no_price_is_counted_and_not_taken_for_nothing() {
    let pack = pack();
    let found = cheapest(&pack, &ledger(&pack, None).unwrap(), CostKind::Money);
    assert_eq!((&found[0]["money"], &found[0]["without_price"]), (&"1 wan".into(), &1.into()));
}

#[test]
fn names_that_mean_nothing_or_much_are_refused_with_their_place() {
    let pack = pack();
    let refused = ledger(&pack, Some("requirement,money(wan)\ntender,3\n招标出让,4\nagrement,5\n")).unwrap_err();
    let told: Vec<String> = refused.diagnostics.iter().map(|fault| fault.one_line(Lang::En)).collect();
    assert!(told.iter().any(|line| line.contains("KG-L026") && line.contains("费用.csv:3")), "{told:#?}");
    assert!(told.iter().any(|line| line.contains("KG-L024") && line.contains("费用.csv:4")), "{told:#?}");
    let lost = ledger(&pack, Some("requirement,money(wan),county\ntender,3,南区\n")).unwrap();
    let told: Vec<String> = lost.notices.iter().map(|notice| notice.one_line(Lang::En)).collect();
    assert!(told.len() == 1 && told[0].contains("KG-L027"), "{told:#?}");
}

#[test]
fn a_certificate_stands_by_its_own_table_only() {
    let pack = pack();
    let priced = ledger(&pack, Some(COSTS)).unwrap();
    let asked = options(CostKind::Money);
    let assessment = check(&pack, &priced, &asked, None).unwrap();
    let text = kaigong::certificate(&assessment.evaluation, &[0, 1], asked.durations);
    let objections = |ledger: &Ledger| {
        let input = input("c.json", &text);
        kaigong::verify_certificate(&pack, ledger, &input).unwrap().objections
    };
    assert_eq!(objections(&priced), []);
    let dearer = ledger(&pack, Some(&COSTS.replace(",20,", ",21,"))).unwrap();
    assert!(objections(&dearer).iter().any(|objection| objection.item == "ways.least_money.cost"));
    assert!(objections(&ledger(&pack, None).unwrap()).iter().any(|objection| objection.item == "costs"));
}
