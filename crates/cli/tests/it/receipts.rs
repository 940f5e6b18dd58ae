//! Receipts: a run is done again to the byte, and whatever differs is named.

use crate::desk::Desk;

impl Desk {
    /// One with the sample in it.
    fn with_sample() -> Self {
        let desk = Self::new();
        assert!(desk.run(&["demo", "demo"]).status.success());
        desk
    }

    /// A check of the sample with a receipt.
    fn checked(&self) -> Vec<u8> {
        let output = self.run(&["check", "demo", "--as-of", "2026-11-20", "--receipt", "r.json"]);
        assert!(output.status.success());
        output.stdout
    }

    /// What replay says, and its exit code.
    fn replay(&self, more: &[&str]) -> (String, i32) {
        let output = self.run(&[&["replay", "r.json"], more].concat());
        (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
    }

    fn append(&self, name: &str, text: &str) {
        let path = self.path(name);
        let before = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, before + text).unwrap();
    }
}

#[test]
fn the_same_bytes_come_out_again() {
    let desk = Desk::with_sample();
    let result = desk.checked();
    let (told, code) = desk.replay(&["--out", "again.txt"]);
    assert_eq!(code, 0, "{told}");
    assert!(told.starts_with("reproduced: "), "{told}");
    assert_eq!(std::fs::read(desk.path("again.txt")).unwrap(), result);
}

#[test]
fn every_command_on_a_ledger_can_be_done_again() {
    let desk = Desk::with_sample();
    for words in [
        &["why", "P-017", "demo", "--graph", "why.svg"][..],
        &["ask", "demo", "--format", "csv"],
        &["leverage", "demo", "--format", "json"],
        &["allocate", "demo", "--compare", "order,greedy", "--out", "grants.csv"],
        &["audit", "demo", "--fail-on", "notice"],
        &["diff", "demo", "demo", "--as-of-a", "2026-05-20", "--as-of-b", "2026-11-20"],
        // Without a day the day of the run counts, also when it is done again.
        &["check", "demo", "--format", "json"],
    ] {
        let output = desk.run(&[words, &["--receipt=r.json"]].concat());
        assert!(output.status.code() < Some(2), "{words:?}");
        let (told, code) = desk.replay(&[]);
        assert_eq!(code, 0, "{words:?}: {told}");
    }
}

#[test]
fn a_run_done_again_writes_nothing() {
    let desk = Desk::with_sample();
    desk.run(&["why", "P-017", "demo", "--graph", "why.svg", "--receipt", "r.json"]);
    std::fs::remove_file(desk.path("why.svg")).unwrap();
    assert_eq!(desk.replay(&[]).1, 0);
    assert!(!desk.path("why.svg").exists());
}

#[test]
fn a_changed_input_is_named() {
    let desk = Desk::with_sample();
    desk.checked();
    desk.append("demo/pools.csv", "land.quota,,2027,1亩,x\n");
    let (told, code) = desk.replay(&[]);
    assert_eq!(code, 1);
    assert!(told.contains("input demo/pools.csv: changed") && !told.contains("projects.csv"), "{told}");
    assert!(told.contains("the result is still the same to the byte"), "{told}");
}

/// A project costs more than it did: the result is another one, and both languages say why.
#[test]
fn an_altered_ledger_gives_another_result_and_both_languages_name_the_file() {
    let desk = Desk::with_sample();
    desk.checked();
    let path = desk.path("demo/projects.csv");
    let before = std::fs::read_to_string(&path).unwrap();
    let altered = before.replace(",152000,36000,", ",252000,36000,");
    assert_ne!(altered, before);
    std::fs::write(&path, altered).unwrap();
    let replayed = |lang: &str| {
        let (told, code) = desk.replay(&["--lang", lang, "--out", "again.txt"]);
        assert_eq!(code, 1, "{told}");
        assert!(!std::fs::read_to_string(desk.path("again.txt")).unwrap().is_empty());
        // What a hash is, the file says; that it differs, the screen.
        let hashes = told
            .split([' ', '，', '）', ')', ','])
            .filter(|word| word.len() == 12 && word.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_eq!(hashes.collect::<std::collections::BTreeSet<_>>().len(), 2, "{told}");
        told
    };
    for (lang, said) in [
        ("zh", ["重算不一致：2 处不同", "输入文件 demo/projects.csv：内容已变（SHA-256 当时 ", "结果不同"]),
        ("en", ["not reproduced: 2 differences", "input demo/projects.csv: changed (SHA-256 ", "the result differs"]),
    ] {
        let told = replayed(lang);
        assert!(said.iter().all(|said| told.contains(said)), "{told}");
    }
    // As it was, it gives what it gave.
    std::fs::write(&path, before).unwrap();
    for (lang, said) in [("zh", "重算一致："), ("en", "reproduced: ")] {
        let (told, code) = desk.replay(&["--lang", lang]);
        assert!(code == 0 && told.starts_with(said), "{told}");
    }
}

#[test]
fn inputs_that_came_and_went_are_named() {
    let desk = Desk::with_sample();
    desk.checked();
    std::fs::write(desk.path("demo/grants.csv"), "project,pool,amount\n").unwrap();
    std::fs::remove_file(desk.path("demo/documents.csv")).unwrap();
    let (told, code) = desk.replay(&[]);
    assert_eq!(code, 1);
    assert!(told.contains("input demo/documents.csv: was there, is gone"), "{told}");
    assert!(told.contains("input demo/grants.csv: was not there"), "{told}");
    // The workbook of the sample would stand in for its file.
    std::fs::remove_file(desk.path("demo/项目台账.xlsx")).unwrap();
    std::fs::remove_file(desk.path("demo/projects.csv")).unwrap();
    let (told, _) = desk.replay(&[]);
    assert!(told.contains("demo/projects.csv: was there, is gone") && !told.contains("rule file"), "{told}");
    assert!(told.contains("exit code: 0 then, 2 now"), "{told}");
}

#[test]
fn a_changed_rule_file_is_named() {
    let desk = Desk::with_sample();
    std::fs::create_dir(desk.path("mine")).unwrap();
    std::fs::write(desk.path("mine/pack.yaml"), "id: mine\nversion: '1'\nextends: cn-gd\n").unwrap();
    desk.run(&["check", "demo", "--rules", "mine", "--receipt", "r.json"]);
    assert_eq!(desk.replay(&[]).1, 0);
    desk.append("mine/pack.yaml", "# a remark\n");
    let (told, code) = desk.replay(&[]);
    assert_eq!(code, 1);
    assert!(told.contains("rule file mine/pack.yaml: changed"), "{told}");
}

#[test]
fn an_altered_receipt_is_named_and_a_stranger_is_refused() {
    let desk = Desk::with_sample();
    desk.checked();
    let text = std::fs::read_to_string(desk.path("r.json")).unwrap();
    std::fs::write(desk.path("r.json"), text.replace("\"exit\": 0", "\"exit\": 1")).unwrap();
    let output = desk.run(&["replay", "r.json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("KG-C041"));
    std::fs::write(desk.path("r.json"), "{}").unwrap();
    assert_eq!(desk.run(&["replay", "r.json"]).status.code(), Some(2));
}

#[test]
fn what_reads_no_ledger_gives_no_receipt() {
    let desk = Desk::with_sample();
    let output = desk.run(&["facts", "--receipt", "r.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("KG-C042"));
    assert!(!desk.path("r.json").exists());
}
