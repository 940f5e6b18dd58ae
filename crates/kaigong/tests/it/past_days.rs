//! A past day: another day's law over its facts, and what was recorded only after it.

use kaigong::io::{Input, ReadOptions};
use kaigong::model::{Date, Lang};
use kaigong::packs::{Layer, Pack, load};
use kaigong::report::{WhyOptions, check_json, why, why_json};
use kaigong::{CheckOptions, check, explain_one, read_ledger};
use serde_json::{Value, json};

const PACK: &str = "
id: local
version: '1'
goals: {start: {title: {zh: 开工, en: Start}, requirement: start}}
facts:
  accepted: {type: date, is: event}
  area: {type: area, unit: mu}
  survey: {type: document, title: {zh: 勘测报告, en: Survey report}, blank: no}
  permit: {type: document, title: {zh: 许可证, en: Permit}, blank: no}
parameters:
  least: {title: {zh: 起点, en: Least}, values: [{from: 2000-01-01, to: 2019-12-31, value: 10 mu, cite: [{law: 旧法, status: verified}]}, {from: 2020-01-01, value: 5 mu, cite: [{law: 新法, status: verified}]}]}
requirements:
  survey: {title: {zh: 勘测, en: Survey}, applies_when: area > param.least, met_when: issued(survey), cite: [{law: 法, status: verified}]}
  permit:
    title: {zh: 许可, en: Permit}
    governed_by: accepted
    cite: [{law: 旧法, version: 2000-01-01, status: verified}]
    versions: [{from: 2020-01-01, met_when: issued(permit), cite: [{law: 新法, version: 2020-01-01, status: verified}]}]
  start: {title: {zh: 开工, en: Start}, needs: [survey, permit], cite: [{law: 法, status: verified}]}
";

const PROJECTS: &str =
    "id,area,survey,permit,accepted\nA,8,,,2021-03-01\nB,8,,,2019-03-01\nC,20,无,2021-01-01,2021-03-01\n";
const CHANGES: &str = "project,fact,from,value,recorded_on\nC,survey,2021-05-01,2021-05-01,2021-09-01\n";

fn pack() -> Pack {
    load(&[Layer { name: "p".into(), files: vec![("pack.yaml".into(), PACK.as_bytes().to_vec())] }]).unwrap().0
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn inputs() -> [Input; 2] {
    [("projects.csv", PROJECTS), ("changes.csv", CHANGES)]
        .map(|(name, text)| Input { name: name.into(), bytes: text.as_bytes().to_vec() })
}

/// Blockers of a project under the law of a day, facts as of the middle of 2021.
fn blockers(id: &str, law: Option<&str>) -> Value {
    let pack = pack();
    let ledger = read_ledger(&pack, &inputs(), &ReadOptions::default()).unwrap();
    let options = CheckOptions { law_as_of: law.map(day), ..CheckOptions::on(day("2021-06-30")) };
    let json = check_json(&check(&pack, &ledger, &options, None).unwrap(), false);
    assert_eq!(json.get("law_as_of"), law.map(|law| json!(law)).as_ref());
    let projects = json["projects"].as_array().unwrap();
    let project = projects.iter().find(|project| project["id"] == id).unwrap();
    project["blockers"].as_array().unwrap().iter().map(|blocker| blocker["requirement"].clone()).collect()
}

#[test]
fn the_law_of_a_day_is_applied_to_the_facts_of_another() {
    // Accepted in 2021: under the law of 2018 there is neither a survey of 8 mu nor a permit.
    assert_eq!(blockers("A", None), json!(["permit", "survey"]));
    assert_eq!(blockers("A", Some("2018-01-01")), json!([]));
    // Accepted in 2019: the law of 2021 itself leaves it to the old text; the parameter is that of the law's day.
    assert_eq!(blockers("B", Some("2021-06-30")), json!(["survey"]));
    assert_eq!(blockers("B", Some("2030-01-01")), json!(["survey"]));
}

#[test]
fn what_was_recorded_after_the_fact_is_told() {
    let pack = pack();
    let ledger = read_ledger(&pack, &inputs(), &ReadOptions::default()).unwrap();
    let on = |as_of: &str, known_by: Option<&str>| {
        let options = CheckOptions { known_by: known_by.map(day), ..CheckOptions::on(day(as_of)) };
        let (evaluation, explanation) = explain_one(&pack, &ledger, &options, "C").unwrap();
        let screens = [Lang::Zh, Lang::En]
            .map(|lang| why(&evaluation, &explanation, None, &WhyOptions { lang, full: false, hectares: false }));
        (why_json(&evaluation, &explanation), screens)
    };
    let (json, screens) = on("2021-06-30", None);
    assert_eq!(json["project"]["verdict"], "ready");
    assert_eq!(json["recorded_late"], json!([{"fact": "survey", "from": "2021-05-01", "recorded_on": "2021-09-01"}]));
    insta::assert_snapshot!("recorded_late", screens.join("\n"));
    let (json, _) = on("2021-06-30", Some("2021-06-30"));
    assert_eq!((&json["project"]["verdict"], &json["recorded_late"]), (&json!("blocked"), &json!([])));
    let (json, _) = on("2021-09-01", None);
    assert_eq!(json["recorded_late"], json!([]), "by then it was recorded");
}
