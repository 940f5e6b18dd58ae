//! Every JSON the command prints is of the shape that `kaigong schema` says.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn kaigong(arguments: &[&str]) -> Value {
    serde_json::from_str(&text_of(arguments)).unwrap()
}

fn text_of(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kaigong"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The first place where a value is not of its schema; the words of JSON Schema that ours use, and no others.
fn misfit(root: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    for (word, says) in schema.as_object().unwrap() {
        let found = match word.as_str() {
            "$schema" | "$defs" | "title" | "description" | "format" | "pattern" => None,
            "$ref" => {
                let name = says.as_str().unwrap().strip_prefix("#").unwrap();
                misfit(root, root.pointer(name).unwrap(), value, at)
            }
            "const" => (says != value).then(|| format!("{at}: {value} is not {says}")),
            "enum" => (!says.as_array().unwrap().contains(value)).then(|| format!("{at}: {value} is none of {says}")),
            "type" => {
                let kind = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "integer",
                    Value::String(_) => "string",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                };
                let is = says == kind || says.as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind));
                (!is).then(|| format!("{at}: {kind} instead of {says}"))
            }
            "minimum" => (value.as_i64() < says.as_i64()).then(|| format!("{at}: {value} is below {says}")),
            "anyOf" => {
                let fits = says.as_array().unwrap().iter().any(|one| misfit(root, one, value, at).is_none());
                (!fits).then(|| format!("{at}: {value} fits none of {says}"))
            }
            "items" => value
                .as_array()
                .into_iter()
                .flatten()
                .enumerate()
                .find_map(|(n, item)| misfit(root, says, item, &format!("{at}[{n}]"))),
            "properties" => value
                .as_object()
                .into_iter()
                .flatten()
                .find_map(|(key, item)| misfit(root, says.get(key)?, item, &format!("{at}.{key}"))),
            "required" => {
                let missing = says.as_array().unwrap().iter().find(|key| value.get(key.as_str().unwrap()).is_none());
                missing.map(|key| format!("{at}: {key} is missing"))
            }
            "additionalProperties" => value.as_object().into_iter().flatten().find_map(|(key, item)| {
                if schema.get("properties").is_some_and(|known| known.get(key).is_some()) {
                    return None;
                }
                match says {
                    Value::Bool(false) => Some(format!("{at}: `{key}` is not known")),
                    Value::Bool(true) => None,
                    more => misfit(root, more, item, &format!("{at}.{key}")),
                }
            }),
            other => panic!("{at}: this test does not know `{other}`"),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

#[test]
fn what_is_printed_is_of_its_schema() {
    let day = ["--as-of", "2026-11-20", "--format", "json"];
    let with = |words: &[&'static str]| [words, &day].concat();
    for (schema, arguments) in [
        ("check", with(&["check", "fixtures/demo"])),
        ("check", with(&["check", "fixtures/city", "--summary-only"])),
        ("check", with(&["check", "fixtures/real"])),
        ("why", with(&["why", "P-017", "fixtures/demo"])),
        ("why", with(&["why", "P-023", "fixtures/demo"])),
        ("why", with(&["why", "HZ-00021", "fixtures/city"])),
        ("ask", with(&["ask", "fixtures/real"])),
        ("leverage", with(&["leverage", "fixtures/city"])),
        ("allocate", with(&["allocate", "fixtures/demo"])),
        (
            "allocate",
            with(&["allocate", "fixtures/demo", "--compare", "optimal", "--next", "--why-not", "all", "--sensitivity"]),
        ),
        ("allocate", with(&["allocate", "fixtures/demo", "--compare", "optimal", "--counties"])),
        ("allocate", with(&["allocate", "fixtures/city", "--compare", "order"])),
        ("allocate", with(&["allocate", "fixtures/pools", "--rules", "fixtures/pools/rules"])),
        (
            "allocate",
            with(&[
                "allocate",
                "fixtures/pools",
                "--rules",
                "fixtures/pools/rules",
                "--scenario",
                "fixtures/pools/scenario-2027.yaml",
                "--next",
                "--sensitivity",
            ]),
        ),
        ("allocate", with(&["allocate", "fixtures/city", "--scenario", "fixtures/city/scenario-infeasible.yaml"])),
        ("allocate", with(&["allocate", "fixtures/city", "--scenario", "fixtures/city/scenario-grants.yaml"])),
        ("flip", with(&["flip", "P-001", "fixtures/demo", "--from", "2026-10-01"])),
        ("flip", with(&["flip", "P-017", "fixtures/demo", "--against", "fixtures/demo"])),
        ("delays", with(&["delays", "fixtures/demo", "--from", "2026-06-01"])),
        ("delays", with(&["delays", "fixtures/city", "--from", "2025-11-21", "--where", "project.class == transport"])),
        ("timeline", with(&["timeline", "P-017", "fixtures/demo"])),
        ("timeline", with(&["timeline", "HZ-00021", "fixtures/city", "--from", "2018-01-01"])),
        ("worklist", with(&["worklist", "fixtures/city"])),
        ("worklist", with(&["worklist", "fixtures/demo", "--by", "officer"])),
        ("scorecard", with(&["scorecard", "fixtures/city"])),
        ("audit", with(&["audit", "fixtures/city"])),
        ("diff", with(&["diff", "fixtures/city-2026-05", "fixtures/city", "--as-of-a", "2026-05-20"])),
        ("columns", vec!["columns", "fixtures/ledgers/06-多张表.xlsx", "--format", "json"]),
        ("columns", vec!["columns", "fixtures/ledgers/14-自拟表头.xlsx", "--format", "json"]),
        ("rules-diff", with(&["rules", "diff", "cn", "cn-gd", "--on", "fixtures/demo"])),
        ("rules-diff", vec!["rules", "diff", "cn", "cn-gd", "--format", "json"]),
    ] {
        let root = kaigong(&["schema", schema]);
        if let Some(found) = misfit(&root, &root, &kaigong(&arguments), schema) {
            panic!("{arguments:?}: {found}");
        }
    }
}

#[test]
fn every_line_is_of_its_schema() {
    let root = kaigong(&["schema", "project"]);
    for ledger in ["fixtures/demo", "fixtures/city", "fixtures/real"] {
        let text = text_of(&["check", ledger, "--as-of", "2026-11-20", "--format", "jsonl"]);
        let whole = kaigong(&["check", ledger, "--as-of", "2026-11-20", "--format", "json"]);
        let projects = whole["projects"].as_array().unwrap();
        assert_eq!(text.lines().count(), projects.len());
        for (line, project) in text.lines().zip(projects) {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(misfit(&root, &root, &line, "project"), None);
            // What the whole says of a project, its line says too.
            project.as_object().unwrap().iter().for_each(|(key, value)| assert_eq!(&line[key], value, "{key}"));
        }
    }
}

#[test]
fn a_misfit_is_found() {
    let root = kaigong(&["schema", "ask"]);
    let good = kaigong(&["ask", "fixtures/demo", "--as-of", "2026-11-20", "--format", "json"]);
    for (pointer, value) in
        [("/as_of", Value::Null), ("/offices/0/records", (-1).into()), ("/records/0/decides", "all".into())]
    {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert!(misfit(&root, &root, &bad, "ask").is_some(), "{pointer}");
    }
}

#[test]
fn lists_handed_back_are_of_their_schema() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("清单.xlsx");
    let path = path.to_str().unwrap();
    let demo = ["fixtures/demo", "--as-of", "2026-11-20"];
    let report = Command::new(env!("CARGO_BIN_EXE_kaigong"))
        .arg("report")
        .args(demo)
        .args(["--out", path])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .status()
        .unwrap();
    assert!(report.success());
    let given = [&["worklist"], &demo[..], &["--lists", path, "--format", "json"]].concat();
    let (root, told) = (kaigong(&["schema", "lists"]), kaigong(&given));
    assert_eq!(misfit(&root, &root, &told, "lists"), None);
    assert!(told["summary"]["items"].as_u64() > Some(20) && told["summary"]["filled"] == 0);
}

#[test]
fn a_receipt_is_of_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("receipt.json");
    kaigong(&["check", "fixtures/demo", "--format", "json", "--receipt", path.to_str().unwrap()]);
    let root = kaigong(&["schema", "receipt"]);
    let receipt: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(misfit(&root, &root, &receipt, "receipt"), None);
}
