//! The first commands a newcomer types, on the sample, in both languages; and the README's own words.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn kaigong(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kaigong")).args(arguments).current_dir(root()).output().unwrap()
}

fn screen(arguments: &[&str]) -> String {
    let output = kaigong(arguments);
    let faults = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {faults}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_check_of_the_sample_says_what_the_sample_holds() {
    for lang in ["zh", "en"] {
        let text =
            screen(&["check", "fixtures/demo", "--as-of", "2026-11-20", "--ledger-date", "2026-11-20", "--lang", lang]);
        insta::assert_snapshot!(format!("check_{lang}"), text);
    }
}

#[test]
fn the_why_of_the_metro_depot_names_three_blockers() {
    for lang in ["zh", "en"] {
        let text = screen(&[
            "why",
            "P-017",
            "fixtures/demo",
            "--as-of",
            "2026-11-20",
            "--ledger-date",
            "2026-11-20",
            "--lang",
            lang,
        ]);
        insta::assert_snapshot!(format!("why_{lang}"), text);
    }
}

#[test]
fn json_has_the_keys_of_the_contract() {
    let text = screen(&["check", "fixtures/demo", "--as-of", "2026-11-20", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["schema"], "kaigong.check/1");
    assert_eq!(json["summary"]["ready"], 7);
    assert_eq!(json["requirements"]["land-quota"]["blocks"], 8);
    assert_eq!(json["requirements"]["land-quota"]["investment_blocked"], "1040000 wan");
    let depot = json["projects"].as_array().unwrap().iter().find(|project| project["id"] == "P-017").unwrap();
    let blockers: Vec<&str> =
        depot["blockers"].as_array().unwrap().iter().map(|b| b["requirement"].as_str().unwrap()).collect();
    assert_eq!(blockers, ["eia-approval", "land-quota", "req-comp-notice"]);
    assert_eq!(text, screen(&["check", "fixtures/demo", "--as-of", "2026-11-20", "--format", "json"]));
}

#[test]
fn csv_where_group_by_and_fail_on_do_what_they_say() {
    let csv = screen(&["check", "fixtures/demo", "--as-of", "2026-11-20", "--format", "csv", "--lang", "en"]);
    assert!(csv.starts_with("\u{feff}id,project,verdict"), "{csv}");
    assert_eq!(csv.lines().count(), 25);
    let some = screen(&[
        "check",
        "fixtures/demo",
        "--as-of",
        "2026-11-20",
        "--where",
        "project.county == \"临湖区\"",
        "--group-by",
        "所在县区",
        "--lang",
        "en",
    ]);
    assert!(some.contains("1 of 4"), "{some}");
    let failed = kaigong(&["check", "fixtures/demo", "--as-of", "2026-11-20", "--fail-on", "blocked"]);
    assert_eq!(failed.status.code(), Some(1));
    let unknown = kaigong(&["check", "fixtures/demo", "--fail-on", "blokced", "--lang", "en"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("did you mean `blocked`?"));
}

#[test]
fn demo_writes_the_sample_and_never_over_anything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kaigong-demo").display().to_string();
    let written = screen(&["demo", &path, "--lang", "en"]);
    assert!(written.contains("wrote the sample"), "{written}");
    screen(&["check", &path, "--as-of", "2026-11-20"]);
    assert_eq!(kaigong(&["demo", &path]).status.code(), Some(2));
}

#[test]
fn pictures_schemas_completions_and_explanations_come_out() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["why.svg", "why.dot"] {
        let path = folder.path().join(name).display().to_string();
        screen(&["why", "P-017", "fixtures/demo", "--as-of", "2026-11-20", "--graph", &path]);
        assert!(std::fs::read_to_string(&path).unwrap().contains("用地指标"));
    }
    for name in ["pack", "check", "why"] {
        let _: serde_json::Value = serde_json::from_str(&screen(&["schema", name])).unwrap();
    }
    assert!(screen(&["completions", "bash"]).contains("kaigong"));
    assert!(screen(&["explain", "KG-R012", "--lang", "en"]).contains("no such fact"));
    assert!(screen(&["explain", "farmland-offset", "--lang", "zh"]).contains("占补平衡"));
    assert_eq!(kaigong(&["explain", "farmland-ofset"]).status.code(), Some(2));
    for command in ["check", "list", "test"] {
        screen(&["rules", command, "cn-gd"]);
    }
}

/// The blocks of the README fenced as `console`: a command after `$ `, then its screen.
#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let mut shown = 0;
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let (command, expected) = block.split_once('\n').unwrap();
        let words: Vec<&str> = command.strip_prefix("$ kaigong ").unwrap().split_whitespace().collect();
        let printed = screen(&words);
        for line in expected.lines().filter(|line| *line != "...") {
            assert!(printed.lines().any(|known| known == line), "{command} does not print:\n{line}\nbut:\n{printed}");
        }
        shown += 1;
    }
    assert!(shown >= 2, "the README shows {shown} screens");
}

#[test]
fn the_scenario_of_the_readme_can_be_tried() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let yaml = readme.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scenario-readme.yaml");
    std::fs::write(&file, yaml).unwrap();
    let file = file.to_str().unwrap();
    let text = screen(&["allocate", "fixtures/city", "--scenario", file, "--as-of", "2026-11-20", "--lang", "en"]);
    assert!(text.contains("projects released"), "{text}");
}
