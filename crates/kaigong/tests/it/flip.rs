//! What turned a verdict: a paper, a grant, a day that passed, a text of law, another project, another ledger.

use kaigong::io::{Input, ReadOptions};
use kaigong::model::{Date, Lang};
use kaigong::packs::{Layer, Pack, load};
use kaigong::report::{FlipReport, flip_json, flip_screen};
use kaigong::solver::FLIP_BUDGET;
use kaigong::{CheckOptions, Ledger, flip, read_ledger};
use serde_json::{Value, json};

const PACK: &str = "
id: local
version: '1'
goals: {start: {title: {zh: 开工, en: Start}, requirement: start}}
facts:
  area: {type: area, unit: mu}
  eia: {type: document, title: {zh: 环评批复, en: EIA approval}, blank: no}
  plan: {type: document, title: {zh: 规划许可, en: Planning permit}, blank: no}
  other: {type: document, title: {zh: 选址意见书, en: Site opinion}, blank: no}
  notice: {type: document, title: {zh: 公告, en: Notice}, blank: no}
  road: {type: projects, blank: no}
pools: {quota: {type: area, title: {zh: 用地指标, en: Land quota}}}
parameters:
  running: {title: {zh: 公告期, en: Notice period}, values: [{value: 30 days, cite: [{law: 法, status: verified}]}]}
requirements:
  quota: {title: {zh: 用地指标, en: Land quota}, met_when: granted(quota) >= area, cite: [{law: 法, status: verified}]}
  eia: {title: {zh: 环评, en: EIA}, met_when: issued(eia), to: 2022-06-30, cite: [{law: 法, status: verified}]}
  permit: {title: {zh: 规划, en: Planning}, met_when: issued(plan) or issued(other) or issued(eia), cite: [{law: 法, status: verified}]}
  notice: {title: {zh: 公告, en: Notice}, met_when: issued(notice) and notice.issued_on + param.running <= as_of, cite: [{law: 法, status: verified}]}
  road: {title: {zh: 道路, en: Road}, met_when: completed(road), cite: [{law: 法, status: verified}]}
  start: {title: {zh: 开工, en: Start}, needs: [quota, eia, permit, notice, road], cite: [{law: 法, status: verified}]}
";

/// A waits for its quota; B for its EIA, which serves the planning step as well; C for the notice to have run; D for the
/// law to let go of the EIA; E for F, which waits for its EIA; G for the law and either of two papers.
const PROJECTS: &str = "id,area,eia,plan,notice,road,other
A,10,2022-01-01,2022-03-01,2022-01-01,,
B,0,2022-03-10,2022-03-01,2022-01-01,,
C,0,2022-01-01,,2022-03-01,,
D,0,,2022-01-01,2022-01-01,,
E,0,2022-01-01,,2022-01-01,F,
F,0,2022-03-05,,2022-01-01,,
G,0,,2022-03-01,2022-01-01,,2022-03-02
";
const GRANTS: &str = "project,pool,amount,granted_on\nA,quota,4 mu,2022-03-01\nA,quota,6 mu,2022-03-02\n";

fn pack() -> Pack {
    load(&[Layer { name: "p".into(), files: vec![("pack.yaml".into(), PACK.as_bytes().to_vec())] }]).unwrap().0
}

fn ledger(pack: &Pack, projects: &str) -> Ledger {
    let inputs = [("projects.csv", projects), ("grants.csv", GRANTS)]
        .map(|(name, text)| Input { name: name.into(), bytes: text.as_bytes().to_vec() });
    read_ledger(pack, &inputs, &ReadOptions::default()).unwrap()
}

fn on(day: &str) -> CheckOptions {
    CheckOptions::on(Date::parse(day).unwrap())
}

fn told<T>(id: &str, days: [&str; 2], budget: u64, tell: impl Fn(&FlipReport<'_>) -> T) -> T {
    let pack = pack();
    let ledger = ledger(&pack, PROJECTS);
    let [before, after] = days.map(on);
    tell(&flip(&pack, [(&ledger, &before), (&ledger, &after)], id, budget).unwrap())
}

/// The changes of the least sets, by kind and id.
fn least(json: &Value) -> Vec<Vec<String>> {
    let name = |at: &Value| {
        let change = &json["changes"][usize::try_from(at.as_u64().unwrap()).unwrap()];
        format!("{} {}", change["kind"], change["id"]).replace('"', "")
    };
    let sets = json["sets"].as_array().unwrap();
    sets.iter().map(|set| set.as_array().unwrap().iter().map(name).collect()).collect()
}

#[test]
fn each_kind_of_change_is_found() {
    let days = ["2022-02-20", "2022-07-15"];
    for (id, expect) in [
        ("A", vec![vec!["pool quota"]]),
        ("B", vec![vec!["fact eia"]]),
        ("D", vec![vec!["law eia"]]),
        ("E", vec![vec!["project F"]]),
    ] {
        let json = told(id, days, FLIP_BUDGET, flip_json);
        assert_eq!((&json["flipped"], &json["proven_least"]), (&json!(true), &json!(true)), "{id}");
        assert_eq!(least(&json), expect, "{id}");
    }
    // The notice of March 1 has run by March 31, and no day before.
    let json = told("C", ["2022-03-30", "2022-03-31"], FLIP_BUDGET, flip_json);
    assert_eq!(least(&json), [["calendar null"]]);
}

#[test]
fn two_changes_that_only_do_together_are_told_together() {
    let json = told("C", ["2022-02-20", "2022-03-31"], FLIP_BUDGET, flip_json);
    assert_eq!(
        (least(&json), &json["sets_of_that_size"]),
        (vec![vec!["fact notice".into(), "calendar null".into()]], &json!(1))
    );
    let json = told("G", ["2022-02-20", "2022-07-15"], FLIP_BUDGET, flip_json);
    assert_eq!(least(&json), [["fact other", "law eia"], ["fact plan", "law eia"]]);
    // Without a budget: neither part of C's set can be done without, so that it is the least; of G's that is not known.
    for (id, proven) in [("C", true), ("G", false)] {
        let json = told(id, ["2022-02-20", "2022-07-15"], 0, flip_json);
        assert_eq!((least(&json)[0].len(), &json["proven_least"]), (2, &json!(proven)), "{id}");
    }
}

#[test]
fn the_screens() {
    let mut screens = String::new();
    for lang in [Lang::Zh, Lang::En] {
        for (id, days, budget) in [
            ("A", ["2022-02-20", "2022-07-15"], FLIP_BUDGET),
            ("C", ["2022-02-20", "2022-07-15"], FLIP_BUDGET),
            ("G", ["2022-02-20", "2022-07-15"], FLIP_BUDGET),
            ("G", ["2022-02-20", "2022-07-15"], 0),
            ("D", ["2022-02-20", "2022-07-15"], FLIP_BUDGET),
            ("E", ["2022-02-20", "2022-07-15"], FLIP_BUDGET),
            ("A", ["2022-03-01", "2022-03-01"], FLIP_BUDGET),
        ] {
            screens += &told(id, days, budget, |report| flip_screen(report, &format!("{id} ledger"), lang));
            screens += "----\n";
        }
    }
    insta::assert_snapshot!("screens", screens);
}

#[test]
fn two_ledgers_of_one_day() {
    let pack = pack();
    let (old, new) = (ledger(&pack, &PROJECTS.replace("C,0,2022-01-01", "C,0,无")), ledger(&pack, PROJECTS));
    let day = on("2022-05-01");
    let report = flip(&pack, [(&old, &day), (&new, &day)], "C", FLIP_BUDGET).unwrap();
    let json = flip_json(&report);
    assert_eq!((least(&json), json["changes"].as_array().unwrap().len()), (vec![vec!["fact eia".to_owned()]], 1));
    assert_eq!(
        json["changes"][0],
        json!({"kind": "fact", "id": "eia", "before": "no", "after": json["changes"][0]["after"]})
    );
    let refused = flip(&pack, [(&old, &on("2022-05-02")), (&new, &day)], "C", FLIP_BUDGET).unwrap_err();
    assert_eq!(refused.diagnostics[0].code.0, "KG-C060");
    assert_eq!(flip(&pack, [(&old, &day), (&new, &day)], "Z", 0).unwrap_err().diagnostics[0].code.0, "KG-C003");
}
