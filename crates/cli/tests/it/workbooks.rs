//! Workbooks on the command line: columns saved and used again, faults marked in a copy.

use std::path::Path;
use std::process::{Command, Output};

fn kaigong(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kaigong"))
        .args(arguments)
        .args(["--lang", "en", "--rules", "cn-gd-huizhou"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/ledgers"))
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A path inside a folder.
fn inside(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

#[test]
fn a_map_that_was_saved_takes_the_place_of_guesses() {
    let folder = tempfile::tempdir().unwrap();
    let map = inside(&folder, "map.yaml");
    let guessed = kaigong(&["check", "14-自拟表头.xlsx"]);
    assert!(said(&guessed).contains("KG-L084"));
    assert!(kaigong(&["columns", "14-自拟表头.xlsx", "--save", &map]).status.success());
    let mapped = kaigong(&["check", "14-自拟表头.xlsx", "--map", &map]);
    assert!(mapped.status.success() && said(&mapped).is_empty(), "{}", said(&mapped));
}

#[test]
fn faults_are_written_into_a_copy() {
    let folder = tempfile::tempdir().unwrap();
    let marked = inside(&folder, "marked.xlsx");
    let refused = kaigong(&["check", "15-错误.xlsx", "--mark", &marked]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("18 faults") && Path::new(&marked).exists());
    let again = kaigong(&["columns", &marked]);
    assert!(again.status.success());
    for other in ["15-错误.xlsx", "copy.csv"] {
        let refused = kaigong(&["check", "15-错误.xlsx", "--mark", other]);
        assert!(refused.status.code() == Some(2) && said(&refused).contains("KG-C045"), "{}", said(&refused));
    }
}

#[test]
fn a_folder_of_workbooks_is_a_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/ledgers");
    for name in ["07-日期.xlsx", "12-惠城区上报.xls", "13-惠东县上报.ods"] {
        std::fs::copy(from.join(name), folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("~$07-日期.xlsx"), "lock").unwrap();
    let checked =
        kaigong(&["check", &folder.path().display().to_string(), "--format", "json", "--as-of", "2026-11-20"]);
    let text = String::from_utf8(checked.stdout).unwrap();
    assert!(
        text.contains("\"projects\": 14,") && text.contains("HD-83"),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
}
