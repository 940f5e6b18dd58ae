//! Two packs side by side: every kind of difference is named, and every verdict that flips has its cause.
#![allow(clippy::unwrap_used, reason = "an integration test stops at the first surprise")]

use kaigong::io::{Input, ReadOptions};
use kaigong::model::{Date, Lang};
use kaigong::packs::{Layer, Pack, load};
use kaigong::report::{diff_json, diff_screen};
use kaigong::{CheckOptions, diff_packs};

const OLD: &str = "
id: local
title: {zh: 地方, en: Local}
version: '1'
goals: {start: {title: {zh: 开工, en: Start}, requirement: start}}
roles: {name: name}
facts:
  name: {type: text}
  area: {type: area, unit: mu, range: [0 mu, 100 mu]}
  permit: {type: document, blank: no}
  visit: {type: document, blank: no}
parameters:
  least: {title: {zh: 起算面积, en: Least area}, values: [{value: 10 mu, cite: [{law: 甲办法, status: verified}]}]}
alerts: {late: {title: {zh: 逾期, en: Late}, when: area > 90 mu, severity: notice, cite: [{law: 甲办法, status: verified}]}}
requirements:
  permit-step:
    title: {zh: 许可, en: Permit}
    applies_when: area > param.least
    met_when: issued(permit)
    cite: [{law: 甲办法, article: 第一条, status: verified}]
    versions: [{from: 2020-01-01, takes: {statutory: 7 workdays}, cite: [{law: 甲办法, article: 第二条, status: verified}]}]
  visit-step: {title: {zh: 踏勘, en: Visit}, met_when: issued(visit), cite: [{law: 甲办法, status: verified}]}
  start: {title: {zh: 可以开工, en: May start}, needs: [permit-step, visit-step], cite: [{law: 甲办法, status: verified}]}
";

fn pack(text: &str) -> Pack {
    load(&[Layer { name: "p".into(), files: vec![("p/pack.yaml".into(), text.as_bytes().to_vec())] }]).unwrap().0
}

/// The old pack with texts replaced.
fn changed(changes: &[(&str, &str)]) -> Pack {
    let text = changes.iter().fold(OLD.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    pack(&text)
}

fn screens(new: &Pack, ledger: Option<&str>) -> (String, serde_json::Value) {
    let old = pack(OLD);
    let inputs: Option<Vec<Input>> =
        ledger.map(|text| vec![Input { name: "projects.csv".into(), bytes: text.as_bytes().to_vec() }]);
    let options = CheckOptions::on(Date::new(2026, 1, 1).unwrap());
    let diff = diff_packs(&old, new, inputs.as_deref(), &ReadOptions::default(), &options).unwrap();
    (format!("{}\n{}", diff_screen(&diff, Lang::Zh), diff_screen(&diff, Lang::En)), diff_json(&diff))
}

#[test]
fn a_pack_does_not_differ_from_itself() {
    let (screen, json) = screens(&pack(OLD), Some("id,area\nP-1,20 mu\n"));
    insta::assert_snapshot!(screen);
    assert_eq!(json["items"], serde_json::json!([]));
    assert_eq!(json["flips"], serde_json::json!([]));
}

#[test]
fn every_difference_and_every_flip_is_told_with_its_cause() {
    let new = changed(&[
        ("version: '1'", "version: '2'"),
        ("value: 10 mu", "value: 30 mu"),
        ("statutory: 7 workdays", "statutory: 5 workdays"),
        ("range: [0 mu, 100 mu]", "range: [0 mu, 200 mu]"),
        (
            "  visit-step: {title: {zh: 踏勘, en: Visit}, met_when: issued(visit), cite: [{law: 甲办法, status: verified}]}\n",
            "",
        ),
        ("needs: [permit-step, visit-step]", "needs: [{step: permit-step, from: 2019-01-01}]"),
        ("alerts: {late:", "alerts: {over:"),
    ]);
    // P-1 is freed by the threshold, P-2 by the visit that went, P-3 stays blocked, P-4 stays undetermined.
    let ledger = "id,name,area,permit,visit\nP-1,甲,20 mu,,2025-01-01\nP-2,乙,40 mu,2025-01-01,\n\
                  P-3,丙,40 mu,,\nP-4,丁,,,2025-01-01\n";
    let (screen, json) = screens(&new, Some(ledger));
    insta::assert_snapshot!(screen);
    let causes: Vec<(&str, &str)> = json["flips"]
        .as_array()
        .unwrap()
        .iter()
        .map(|flip| (flip["id"].as_str().unwrap(), flip["causes"][0]["requirement"].as_str().unwrap()))
        .collect();
    assert_eq!(causes, [("P-1", "permit-step"), ("P-2", "visit-step")]);
    // Neither the shorter time of the step nor the wider range of the fact has a part in it.
    assert_eq!(json["flips"][0]["causes"][0]["by"], serde_json::json!([{"section": "parameters", "id": "least"}]));
    assert_eq!(json["flips"][1]["causes"][0]["new"], serde_json::Value::Null);
}
