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

#[test]
fn what_cannot_be_told_in_blocks_is_read_whole_or_refused() {
    let rest = projects(3);
    let text = format!("\u{feff}项目编号,project.packaged_into,项目名称\nP-1,,\nP-2,P-1,\n{rest}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("linked.csv");
    std::fs::write(&path, &text).unwrap();
    let asked = [&["--format", "json", "--summary-only", "--rules", "cn", "--memory", "1"][..], &DAY].concat();
    let (code, output, said) = run(&[&["check", path.to_str().unwrap()][..], &asked].concat(), b"");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("projects are linked to others: the ledger is read whole"), "{said}");
    assert!(output.contains("\"projects\": 899"), "{output}");
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
