//! Every broken pack, ledger and scenario of `fixtures/broken`, one trap each: exit code 2 and the exact words in both languages.

use std::path::{Path, PathBuf};
use std::process::Command;

fn broken() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/broken")
}

/// Names in a folder of `fixtures/broken`, in order.
fn names(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(broken().join(folder)).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// What the command says of one trap in one language; it must refuse.
fn refusal(arguments: &[&str], lang: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kaigong"))
        .args(arguments)
        .args(["--lang", lang])
        .current_dir(broken())
        .output()
        .unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?} was not refused: {words}");
    assert!(output.stdout.is_empty(), "{arguments:?} wrote a result");
    words
}

fn record(folder: &str, name: &str, arguments: &[&str]) {
    let both = format!("{}\n{}", refusal(arguments, "zh"), refusal(arguments, "en"));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(broken().join("messages").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name.rsplit_once('.').map_or(name, |(stem, _)| stem), both));
}

#[test]
fn every_broken_pack_is_refused_in_words() {
    let packs = names("packs");
    assert!(packs.len() >= 30, "{} broken packs", packs.len());
    // `lower` is sound: traps extend it.
    for name in packs.into_iter().filter(|name| name != "lower") {
        record("packs", &name, &["rules", "check", &format!("packs/{name}")]);
    }
}

#[test]
fn every_broken_ledger_is_refused_in_words() {
    let ledgers = names("ledgers");
    assert!(ledgers.len() >= 25, "{} broken ledgers", ledgers.len());
    for name in ledgers {
        let path = format!("ledgers/{name}");
        record("ledgers", &name, &["check", &path, "--rules", "rules", "--as-of", "2026-11-20"]);
    }
}

#[test]
fn every_broken_scenario_is_refused_in_words() {
    let scenarios = names("scenarios");
    assert!(scenarios.len() >= 30, "{} broken scenarios", scenarios.len());
    for name in scenarios {
        let path = format!("scenarios/{name}");
        // A folder holds scenarios that are sound one by one.
        let files = match Path::new(&name).extension() {
            Some(_) => vec![path],
            None => names(&path).into_iter().map(|file| format!("{path}/{file}")).collect(),
        };
        let mut arguments = vec!["allocate", "../demo", "--as-of", "2026-11-20"];
        files.iter().for_each(|file| arguments.extend(["--scenario", file]));
        record("scenarios", &name, &arguments);
    }
}

#[test]
fn the_page_has_a_row_for_every_scenario_and_no_other() {
    let page = std::fs::read_to_string(broken().join("README.md")).unwrap();
    let (_, table) = page.split_once("## Scenarios").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" |")).map(|(name, _)| name);
    let written: Vec<&str> = rows.filter(|name| *name != "name").collect();
    assert_eq!(written, names("scenarios"));
}
