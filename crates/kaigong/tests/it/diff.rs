//! Two packs side by side: every kind of difference is named, and every verdict that flips has its cause.

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
  day: {type: date}
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
    let (diff, _) = diff_packs(&old, new, inputs.as_deref(), &ReadOptions::default(), &options).unwrap();
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

/// One change of a key, and the section it is told under.
const CHANGES: [(&str, &str, &str); 24] = [
    ("title: {zh: 地方, en: Local}", "title: {zh: 别处, en: Local}", "pack"),
    ("roles: {name: name}", "roles: {name: name, owner: name}", "pack"),
    ("area: {type: area, unit: mu,", "area: {type: area, unit: ha,", "facts"),
    ("range: [0 mu, 100 mu]", "range: [0 mu, 101 mu]", "facts"),
    ("visit: {type: document, blank: no}", "visit: {type: document, blank: presume_no}", "facts"),
    ("visit: {type: document, blank: no}", "visit: {type: document, blank: no, valid: 2 years}", "facts"),
    ("visit: {type: document, blank: no}", "visit: {type: document, blank: no, used_by: [permit]}", "facts"),
    ("visit: {type: document, blank: no}", "visit: {type: document, blank: no, columns: [踏勘单]}", "facts"),
    ("visit: {type: document, blank: no}", "visit: {type: document, blank: no, ask: office}", "facts"),
    ("day: {type: date}", "day: {type: date, is: plan}", "facts"),
    ("value: 10 mu", "value: 11 mu", "parameters"),
    ("values: [{value: 10 mu,", "values: [{from: 2020-01-01, value: 10 mu,", "parameters"),
    ("severity: notice", "severity: warning", "alerts"),
    ("when: area > 90 mu", "when: area > 91 mu", "alerts"),
    ("met_when: issued(permit)", "met_when: issued(permit) and issued(visit)", "requirements"),
    ("applies_when: area > param.least", "applies_when: area >= param.least", "requirements"),
    ("article: 第一条", "article: 第三条", "requirements"),
    ("takes: {statutory: 7 workdays}", "takes: {typical: 7 workdays}", "requirements"),
    ("needs: [permit-step, visit-step]", "needs: [permit-step, {step: visit-step, kind: customary}]", "requirements"),
    ("needs: [permit-step, visit-step]", "needs: [{any: [permit-step, visit-step]}]", "requirements"),
    ("title: {zh: 踏勘, en: Visit}", "title: {zh: 踏勘, en: Visit}, kind: judgement", "requirements"),
    ("title: {zh: 踏勘, en: Visit}", "title: {zh: 踏勘, en: Visit}, evidenced_by: [permit]", "requirements"),
    ("title: {zh: 踏勘, en: Visit}", "title: {zh: 踏勘, en: Visit}, governed_by: day", "requirements"),
    ("requirement: start}}", "requirement: start, started_when: recorded(day)}}", "goals"),
];

#[test]
fn a_change_of_any_key_is_a_difference() {
    let old = pack(OLD);
    for (from, to, section) in CHANGES {
        let new = changed(&[(from, to)]);
        let (diff, _) =
            diff_packs(&old, &new, None, &ReadOptions::default(), &CheckOptions::on(Date::new(2026, 1, 1).unwrap()))
                .unwrap();
        let sections: Vec<&str> = diff.items.iter().map(|item| item.section).collect();
        assert_eq!(sections, [section], "{from} -> {to}");
    }
}

#[test]
fn a_flip_by_what_counts_as_started_names_the_goal() {
    let new = changed(&[("requirement: start}}", "requirement: start, started_when: recorded(day)}}")]);
    let (screen, json) = screens(&new, Some("id,area,permit,visit,day\nP-1,20 mu,2025-01-01,2025-01-01,2025-06-01\n"));
    assert_eq!(json["flips"][0]["new"], "started");
    assert!(screen.contains("started_when"), "{screen}");
}

#[test]
fn a_large_pack_is_compared_in_the_time_of_reading_it() {
    let values: Vec<String> = (0..20_000).map(|at| format!("v{at}: [w{at}]")).collect();
    let large = OLD.replace(
        "  name: {type: text}",
        &format!("  name: {{type: text}}\n  kind: {{type: enum, values: {{{}}}}}", values.join(", ")),
    );
    let (old, new) = (pack(&large), pack(&large.replace("v7: [w7]", "v7: [other]")));
    let (diff, _) =
        diff_packs(&old, &new, None, &ReadOptions::default(), &CheckOptions::on(Date::new(2026, 1, 1).unwrap()))
            .unwrap();
    assert_eq!(diff.items.len(), 1);
    assert_eq!(diff.items[0].lines.len(), 1);
}
