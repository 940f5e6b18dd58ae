//! The author's guide does what it says: its files, in a folder, through its commands.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The part of the guide about a local rule.
fn walk() -> String {
    let guide = std::fs::read_to_string(root().join("rules/README.md")).unwrap();
    let from = guide.split_once("## Fifteen minutes").unwrap().1;
    from.split_once("\n## ").unwrap().0.to_owned()
}

/// Fenced blocks of a kind.
fn blocks(text: &str, kind: &str) -> Vec<String> {
    let mut open: Option<(String, Vec<&str>)> = None;
    let mut found = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some((known, lines))) if known == kind => found.push(lines.join("\n")),
            (Some(_), Some(_)) => {}
            (Some(known), None) => open = Some((known.to_owned(), Vec::new())),
            (None, Some((known, mut lines))) => {
                lines.push(line);
                open = Some((known, lines));
            }
            (None, None) => {}
        }
    }
    found
}

#[test]
fn the_local_rule_of_the_guide_is_written_checked_tested_and_felt() {
    let text = walk();
    let folder = tempfile::tempdir().unwrap();
    for block in blocks(&text, "yaml") {
        let name = block.lines().next().unwrap().strip_prefix("# ").unwrap();
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &block).unwrap();
    }
    std::fs::create_dir(folder.path().join("fixtures")).unwrap();
    let city = folder.path().join("fixtures/city");
    std::fs::create_dir(&city).unwrap();
    for name in ["projects.csv", "portfolio.yaml"] {
        std::fs::copy(root().join("fixtures/city").join(name), city.join(name)).unwrap();
    }
    let run = |command: &str| {
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        let output = Command::new(env!("CARGO_BIN_EXE_kaigong"))
            .args(words)
            .args(["--lang", "en"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let faults = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && faults.is_empty(), "{command}: {faults}");
        String::from_utf8(output.stdout).unwrap()
    };
    let commands: Vec<String> = blocks(&text, "")
        .iter()
        .flat_map(|block| block.lines())
        .filter(|line| line.starts_with("kaigong "))
        .map(str::to_owned)
        .collect();
    assert_eq!(commands.len(), 5);
    let screens: Vec<String> = commands.iter().map(|command| run(command)).collect();
    assert!(screens[1].contains("tests passed"), "{}", screens[1]);
    assert!(screens[2].contains("nothing to remark"), "{}", screens[2]);
    assert!(screens[3].contains("+ old-trees") && screens[3].contains("no verdict"), "{}", screens[3]);
    // With the column in a ledger, the step holds a project up.
    let one = "项目编号,是否涉及古树名木\nT-1,是\n";
    std::fs::write(folder.path().join("one.csv"), one).unwrap();
    let why = run("kaigong why T-1 one.csv --rules old-trees --as-of 2026-11-20");
    assert!(why.contains("opinion on old trees"), "{why}");
}
