//! Ledgers of two months go into a store and come out as one that gives the same verdicts on both days.

mod recount;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::desk::Desk;

impl Desk {
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn import(&self, ledger: &str, day: &str) -> Output {
        let rules = ["--rules", "cn-gd-huizhou", "--store", "city.db"];
        self.run(&[&["history", "import", ledger, "--recorded-on", day][..], &rules].concat())
    }
}

fn fixture(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name).display().to_string()
}

/// What a check says of each project: verdict, light, investment, blockers, questions, earliest start, alerts.
fn verdicts(desk: &Desk, data: &str, day: &str, known_by: bool) -> BTreeMap<String, String> {
    let mut words = vec!["check", data, "--rules", "cn-gd-huizhou", "--as-of", day, "--format", "csv"];
    if known_by {
        words.extend(["--known-by", day]);
    }
    let csv = desk.done(&words);
    csv.lines().skip(1).map(|line| (line.split(',').next().unwrap().to_owned(), line.to_owned())).collect()
}

const MONTHS: [(&str, &str); 2] = [("city-2026-05", "2026-05-20"), ("city", "2026-11-20")];

#[test]
fn both_months_come_out_as_they_went_in() {
    let desk = Desk::new();
    for (ledger, day) in MONTHS {
        let output = desk.import(&fixture(ledger), day);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    for (ledger, day) in MONTHS {
        let folder = format!("as-of-{day}");
        desk.done(&[
            "history",
            "export",
            &folder,
            "--store",
            "city.db",
            "--rules",
            "cn-gd-huizhou",
            "--listed-on",
            day,
        ]);
        let (kept, was) = (verdicts(&desk, &folder, day, true), verdicts(&desk, &fixture(ledger), day, false));
        assert_eq!(kept.len(), was.len());
        for (id, told) in &was {
            assert_eq!(&kept[id], told, "{id} on {day}");
        }
        // To the byte: every blocker, question, date, count and alert. Of November the store knows what May said, so that
        // a blocker may be known to have begun between the two: all but that is the same.
        let json = |data: &str, known: &[&str]| {
            let words = ["check", data, "--rules", "cn-gd-huizhou", "--as-of", day, "--format", "json"];
            desk.done(&[&words[..], known].concat())
        };
        let (kept, was) = (json(&folder, &["--known-by", day]), json(&fixture(ledger), &[]));
        if day == MONTHS[0].1 {
            assert!(kept == was, "{day}: the JSON of the export differs");
        } else {
            let [kept, was] = [kept, was].map(|text| {
                let timeless = text.lines().filter(|line| !line.trim_start().starts_with("\"since\":"));
                timeless.map(str::to_owned).collect::<Vec<_>>()
            });
            assert!(kept == was, "{day}: the JSON of the export differs beyond since when");
        }
    }
}

const PACK: &str = "
id: mine
version: '1'
goals: {start: {requirement: start}}
facts: {permit: {type: document, blank: no}}
requirements: {start: {title: {zh: 开工, en: Start}, met_when: issued(permit), cite: [{law: x, status: verified}]}}
";

#[test]
fn what_was_recorded_later_is_told_apart() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("mine")).unwrap();
    std::fs::write(desk.path("mine/pack.yaml"), PACK).unwrap();
    for (month, day, permit) in [("may.csv", "2026-05-20", "无"), ("november.csv", "2026-11-20", "2026-08-03")] {
        std::fs::write(desk.path(month), format!("id,permit\nP-1,{permit}\n")).unwrap();
        desk.done(&["history", "import", month, "--store", "s.db", "--recorded-on", day, "--rules", "mine"]);
    }
    desk.done(&["history", "export", "out", "--store", "s.db", "--rules", "mine"]);
    let changes = std::fs::read_to_string(desk.path("out/changes.csv")).unwrap();
    let expected = "P-1,permit,1900-01-01,无,2026-05-20,may.csv:2 permit\n\
                    P-1,permit.issued_on,2026-08-03,2026-08-03,2026-11-20,november.csv:2 permit\n";
    assert!(changes.ends_with(expected), "{changes}");
    let verdict = |day: &str, more: &[&str]| {
        let words = ["check", "out", "--rules", "mine", "--as-of", day, "--format", "json"];
        let check: Value = serde_json::from_str(&desk.done(&[&words[..], more].concat())).unwrap();
        check["projects"][0]["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict("2026-08-02", &[]), "blocked");
    // In the world the permit was there in September; on the desk it was not.
    assert_eq!(verdict("2026-09-01", &[]), "ready");
    assert_eq!(verdict("2026-09-01", &["--known-by", "2026-09-01"]), "blocked");
}

#[test]
fn imports_are_listed_and_receipts_kept() {
    let desk = Desk::new();
    desk.done(&["demo", "demo"]);
    let words = ["history", "import", "demo", "--store", "s.db", "--recorded-on", "2026-11-20", "--person", "王某"];
    let told = desk.done(&words);
    assert!(told.starts_with("imported the ledger of 2026-11-20 (number 1): 24 projects"), "{told}");
    desk.done(&["check", "demo", "--receipt", "r.json"]);
    assert!(desk.done(&["history", "keep", "r.json", "--store", "s.db"]).contains("is kept"));
    assert!(desk.done(&["history", "keep", "r.json", "--store", "s.db"]).contains("there already"));
    let listed = desk.done(&["history", "list", "--store", "s.db"]);
    assert!(listed.starts_with("the store: 1 import, 1 receipt\n") && listed.contains("王某"), "{listed}");
    assert!(desk.done(&["history", "check", "--store", "s.db"]).starts_with("the store is sound"));
    let again = desk.done(&words);
    assert!(again.contains("0 cells changed"), "{again}");
}

#[test]
fn faults_are_told_and_nothing_is_written() {
    let desk = Desk::new();
    desk.done(&["demo", "demo"]);
    let fails = |words: &[&str], code: &str| {
        let output = desk.run(words);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{words:?}: {told}");
        assert!(told.contains(code), "{words:?}: {told}");
    };
    let import = |store: &'static str, day: &'static str| {
        vec!["history", "import", "demo", "--store", store, "--recorded-on", day]
    };
    desk.done(&import("s.db", "2026-11-20"));
    fails(&import("s.db", "2026-10-20"), "KG-H003");
    fails(&import("demo/projects.csv", "2026-11-20"), "KG-H001");
    fails(&["history", "list", "--store", "none.db"], "KG-H005");
    assert!(!desk.path("none.db").exists());
    fails(&["history", "export", "demo", "--store", "s.db"], "KG-C004");
    assert_eq!(desk.done(&["history", "list", "--store", "s.db"]).lines().count(), 4);
}
