//! `kaigong bench`: its stages, its checksum, and what it is held against. No time is asserted.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn bench(folder: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kaigong"))
        .args(["bench", "--runs", "1", "--lang", "en"])
        .args(more)
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn stages_are_timed_and_verdicts_summed_up() {
    let folder = tempfile::tempdir().unwrap();
    let first = bench(folder.path(), &["--projects", "300", "--format", "json", "--save", "first.json"]);
    assert_eq!(first.status.code(), Some(0), "{}", String::from_utf8_lossy(&first.stderr));
    let json: Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!(json["schema"], "kaigong.bench/1");
    assert_eq!(json["same_on_all_threads"], true);
    let kept: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("first.json")).unwrap()).unwrap();
    assert_eq!(kept, json);
    let names: Vec<&str> =
        json["stages"].as_array().unwrap().iter().map(|stage| stage["name"].as_str().unwrap()).collect();
    for name in ["compile", "read", "evaluate_1", "check", "leverage", "write"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let again = bench(folder.path(), &["--projects", "300", "--format", "json"]);
    let again: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(again["checksum"], json["checksum"]);
    let other = bench(folder.path(), &["--projects", "300", "--seed", "8", "--format", "json"]);
    let other: Value = serde_json::from_slice(&other.stdout).unwrap();
    assert_ne!(other["checksum"], json["checksum"]);
}

#[test]
fn a_run_is_held_against_one_of_its_size() {
    let folder = tempfile::tempdir().unwrap();
    let saved = bench(folder.path(), &["--projects", "50", "--format", "json", "--save", "first.json"]);
    let mut json: Value = serde_json::from_slice(&saved.stdout).unwrap();
    // Nothing is faster than no time at all, and nothing slower than an age.
    for (micros, code, words) in [(0u64, 1, "slower: "), (u64::MAX / 200, 0, "no stage is slower")] {
        for stage in json["stages"].as_array_mut().unwrap() {
            stage["micros"] = micros.into();
        }
        std::fs::write(folder.path().join("before.json"), json.to_string()).unwrap();
        let held = bench(folder.path(), &["--projects", "50", "--against", "before.json"]);
        assert_eq!(held.status.code(), Some(code));
        let text = String::from_utf8(held.stdout).unwrap();
        assert!(text.contains(words) && text.contains("threads: yes"), "{text}");
    }
    for (file, text) in [("no.json", None), ("bad.json", Some("{}")), ("before.json", None)] {
        if let Some(text) = text {
            std::fs::write(folder.path().join(file), text).unwrap();
        }
        let refused = bench(folder.path(), &["--projects", "51", "--against", file]);
        assert_eq!(refused.status.code(), Some(2), "{file}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("KG-C007"), "{file}");
    }
}

#[test]
fn a_check_writes_how_long_its_stages_took() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.json");
    let check = |timings: &Path| {
        Command::new(env!("CARGO_BIN_EXE_kaigong"))
            .args(["check", "--as-of", "2026-11-20", "--format", "csv", "--lang", "en", "--timings"])
            .args([timings, &demo])
            .output()
            .unwrap()
    };
    let done = check(&file);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(!done.stdout.is_empty());
    let json: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!((&json["schema"], &json["rows"]), (&"kaigong.timings/1".into(), &24.into()));
    assert!(json["threads"].as_u64().unwrap() > 0);
    for stage in ["read_ms", "compile_ms", "evaluate_ms", "summarise_ms", "write_ms"] {
        assert!(json[stage].as_f64().unwrap() > 0.0, "{stage}");
    }
    let nowhere = check(&folder.path().join("no/such/folder.json"));
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(String::from_utf8(nowhere.stderr).unwrap().contains("KG-C001"));
}
