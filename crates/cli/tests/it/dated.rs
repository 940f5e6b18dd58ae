//! One project on four days: the law alone changes the answer, and the screen says by which text.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const DAYS: [&str; 4] = ["2018-02-15", "2020-02-15", "2022-02-15", "2026-11-20"];

fn why(day: &str, more: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kaigong"))
        .args(["why", "D-1", "fixtures/dated", "--as-of", day, "--ledger-date", "2026-11-20"])
        .args(more)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_screens_of_four_days() {
    for day in DAYS {
        for lang in ["zh", "en"] {
            insta::assert_snapshot!(format!("{day}_{lang}"), why(day, &["--lang", lang]));
        }
    }
}

#[test]
fn four_days_give_four_answers_by_the_texts_of_their_day() {
    let mut blockers = BTreeSet::new();
    let mut texts = BTreeSet::new();
    for day in DAYS {
        let json: serde_json::Value = serde_json::from_str(&why(day, &["--format", "json"])).unwrap();
        let reasons = json["reasons"].as_array().unwrap();
        let ids: Vec<String> = reasons.iter().map(|reason| reason["requirement"].to_string()).collect();
        let cites: Vec<&serde_json::Value> =
            reasons.iter().flat_map(|reason| reason["cite"].as_array().unwrap()).collect();
        for reason in reasons {
            let cites = reason["cite"].as_array().unwrap();
            let later = |cite: &&serde_json::Value| cite["version"].as_str().is_some_and(|version| version > day);
            let mixed = cites.iter().any(|cite| later(&cite)) && !cites.iter().all(|cite| later(&cite));
            assert!(!mixed, "as of {day} a text of the future stands beside one of its day: {reason}");
        }
        blockers.insert(ids);
        texts.insert(cites.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
    assert_eq!((blockers.len(), texts.len()), (4, 4));
}
