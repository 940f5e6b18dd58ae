//! Ledgers and results as rows: JSON lines in and out, the tidy table, standard input, and large ledgers in blocks.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Exit code, output, what was said; `input` goes to standard input.
fn run(arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kaigong"))
        .args(arguments)
        .args(["--lang", "en"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A run that refuses early does not read to the end.
    let feeding = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feeding.join().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

const DAY: [&str; 2] = ["--as-of", "2026-11-20"];

/// The head of the city's ledger: a little more than is read whole within 1 MiB.
fn city() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/city/projects.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let head: String = text.split_inclusive('\n').take(171).collect();
    assert!(head.len() > 1 << 17 && head.ends_with('\n'));
    head.into_bytes()
}

#[test]
fn a_ledger_in_blocks_says_what_the_whole_says() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("projects.csv"), city()).unwrap();
    std::fs::write(folder.path().join("portfolio.yaml"), "title: {zh: 市, en: City}\n").unwrap();
    let path = folder.path().to_str().unwrap();
    for (data, asked) in [
        (path, &["--group-by", "project.county", "--fail-on", "red"][..]),
        (path, &["--format", "csv", "--where", "project.total_investment >= 5 yi"]),
        ("-", &["--format", "json", "--summary-only"]),
        ("-", &["--format", "jsonl"]),
    ] {
        let with = |memory: &'static str| {
            let rules = ["--rules", "cn-gd-huizhou", "--memory", memory];
            run(&[&["check", data][..], asked, &DAY, &rules].concat(), &city())
        };
        let (code, output, said) = with("1");
        assert!(!output.is_empty(), "{said}");
        assert_eq!((code, output, said), with("512"), "{data} {asked:?}");
    }
}

/// Projects up to the 900th, with names so long that they are not read whole within 1 MiB.
fn projects(first: u32) -> String {
    let row = |row: u32| [format!("P-{row},,"), "名".repeat(60), "\n".to_owned()].concat();
    (first..900).map(row).collect()
}

/// A ledger of projects that wait for others: chains that lead far up and down, some of them long, projects that wait for
/// one another, and many that wait for nothing.
fn linked(rows: usize) -> String {
    let link = |row: usize| match row % 10 {
        0 => format!("P-{}", (row * 7 + 13) % rows),
        3 => format!("P-{};P-{}", row - 3, rows - 1 - row),
        5 => format!("P-{}", (row + 40) % rows / 10 * 10 + 5),
        _ => String::new(),
    };
    let done = |row: usize| ["2024-05-06", "无", "2025-01-02", ""][row * row % 7 % 4];
    let row = |row: usize| format!("P-{row},{},{},{},{}\n", link(row), done(row), row % 50, "名".repeat(200));
    let head = "code,after,permit,money,name\n";
    std::iter::once(head.to_owned()).chain((0..rows).map(row)).collect()
}

/// Rules under which each project waits for those it is linked to.
const WAITS: &str = "\
id: waits
title: {zh: 等待, en: Waits}
version: \"1\"
goals: {start: {title: {zh: 开工, en: Start}, requirement: construction-start, started_when: recorded(day)}}
roles: {id: code, investment: money}
facts:
  code: {type: text, title: {zh: 项目编号, en: Project code}}
  name: {type: text, title: {zh: 项目名称, en: Project name}}
  money: {type: money, unit: wan, title: {zh: 总投资, en: Total investment}}
  day: {type: date, is: event, title: {zh: 实际开工, en: Started on}}
  permit: {type: document, title: {zh: 施工许可证, en: Construction permit}}
  after: {type: projects, title: {zh: 前置项目, en: Comes after}}
requirements:
  construction-permit:
    title: {zh: 施工许可, en: Construction permit}
    kind: hard
    met_when: issued(permit)
    cite: [{law: 建筑法, article: 第七条, version: \"2019-04-23\", status: verified}]
  construction-start:
    title: {zh: 可以开工, en: May start}
    kind: hard
    met_when: completed(after)
    needs: [construction-permit]
    cite: [{law: 建筑法, article: 第七条, version: \"2019-04-23\", status: verified}]
";

#[test]
fn linked_projects_in_blocks_say_what_the_whole_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    path("rules/pack.yaml", WAITS);
    let data = path("linked.csv", &linked(3_000));
    let rules = folder.path().join("rules").to_str().unwrap().to_owned();
    for asked in [
        &["--format", "json", "--summary-only"][..],
        &[],
        &["--format", "csv"],
        &["--format", "jsonl", "--where", "money >= 20 wan"],
        &["--format", "tidy"],
    ] {
        let with = |memory: &'static str| {
            run(&[&["check", &data][..], asked, &DAY, &["--rules", &rules, "--memory", memory]].concat(), b"")
        };
        let (code, output, said) = with("12");
        assert!(output.contains("P-") || output.contains("\"projects\": 3000"), "{said}{output}");
        assert!(!said.contains("read whole"), "{said}");
        assert_eq!((code, output, said), with("512"), "{asked:?}");
    }
    // So little memory does not hold the whole: a pipe, which cannot be read again, is refused.
    let asked = [&["check", "-", "--rules", &rules, "--memory", "12"][..], &DAY].concat();
    assert!(run(&asked, &std::fs::read(&data).unwrap()).2.contains("KG-L046"));
}

#[test]
fn what_cannot_be_told_in_blocks_is_read_whole_or_refused() {
    let rest = projects(3);
    let folder = tempfile::tempdir().unwrap();
    let asked = [&["--format", "json", "--summary-only", "--rules", "cn", "--memory", "1"][..], &DAY].concat();
    let path = folder.path().join("linked.csv");
    let path = path.to_str().unwrap();
    // Linked projects that do not fit the memory.
    std::fs::write(
        path,
        linked(900).replace("code,after,permit,money", "项目编号,project.packaged_into,land.approval,总投资(万元)"),
    )
    .unwrap();
    let (code, output, said) = run(&[&["check", path][..], &asked].concat(), b"");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("the ledger is read whole"), "{said}");
    assert!(output.contains("\"projects\": 900"), "{output}");
    // A project that is not there.
    let text = format!("\u{feff}项目编号,project.packaged_into,项目名称\nP-1,,\nP-2,P-9999,\n{rest}");
    std::fs::write(path, &text).unwrap();
    let (code, output, said) = run(&[&["check", path][..], &asked].concat(), b"");
    assert_eq!((code, output.as_str()), (2, ""));
    assert!(said.contains("P-9999") && said.contains("linked.csv:3"), "{said}");
    let (code, output, said) = run(&[&["check", "-"][..], &asked].concat(), text.as_bytes());
    assert_eq!((code, output.as_str()), (2, ""));
    assert!(said.contains("KG-L046") && said.contains("--memory"), "{said}");
}

#[test]
fn a_fault_gives_no_rows_of_a_file_and_is_told_after_those_of_a_pipe() {
    let rows = projects(0);
    let text = format!("项目编号,总投资(万元),项目名称\n{rows}P-7,q,\n");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("faulty.csv");
    std::fs::write(&path, &text).unwrap();
    let asked = [&["--format", "csv", "--rules", "cn", "--memory", "1"][..], &DAY].concat();
    let (code, output, said) = run(&[&["check", path.to_str().unwrap()][..], &asked].concat(), b"");
    assert_eq!((code, output.as_str()), (2, ""));
    assert!(said.contains("KG-L030") && said.contains("project id `P-7` is used twice, first on line 9"), "{said}");
    let (code, output, said) = run(&[&["check", "-"][..], &asked].concat(), text.as_bytes());
    assert_eq!(code, 2);
    assert!(output.lines().count() > 500);
    assert!(said.contains("the output is not complete") && said.contains("KG-L047"), "{said}");
}

#[test]
fn json_lines_are_told_from_csv_or_named() {
    let line = "{\"id\": \"P-1\", \"project.total_investment\": \"12 yi\"}\n";
    let asked = [&["check", "-", "--rules", "cn", "--format", "csv"][..], &DAY].concat();
    for more in [&[][..], &["--input-format", "jsonl"]] {
        let (code, output, said) = run(&[&asked[..], more].concat(), line.as_bytes());
        assert_eq!(code, 0, "{said}");
        assert!(output.contains("P-1,") && output.contains(",120000,"), "{output}");
    }
    let (code, _, said) = run(&[&asked[..], &["--input-format", "yaml"]].concat(), b"- {id: P-1}\n");
    assert_eq!(code, 0, "{said}");
    let (code, _, said) = run(&[&asked[..], &["--input-format", "jsonl"]].concat(), b"id\nP-1\n");
    assert_eq!(code, 2);
    assert!(said.contains("KG-L044"), "{said}");
}

#[test]
fn a_made_up_ledger_can_be_piped_into_a_check() {
    let (code, ledger, said) = run(&["synth", "-", "--projects", "300", "--seed", "7"], b"");
    assert_eq!(code, 0, "{said}");
    assert_eq!(ledger.lines().count(), 301);
    let (code, output, said) =
        run(&[&["check", "-", "--rules", "cn-gd-huizhou"][..], &DAY].concat(), ledger.as_bytes());
    assert_eq!(code, 0, "{said}");
    assert!(output.contains("of 300 are ready"), "{output}");
}

#[cfg(not(feature = "parquet"))]
#[test]
fn typed_columns_are_refused_with_how_to_build_them_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.parquet");
    std::fs::write(&path, b"PAR1 and so on PAR1").unwrap();
    let (code, output, said) = run(&["check", path.to_str().unwrap(), "--rules", "cn"], b"");
    assert_eq!((code, output.as_str()), (2, ""));
    assert!(said.contains("KG-L064") && said.contains("--features parquet"), "{said}");
    let (code, _, said) = run(&["check", "-", "--rules", "cn", "--input-format", "arrow"], b"x");
    assert_eq!(code, 2);
    assert!(said.contains("KG-L064"), "{said}");
}
