//! Mutated ledgers: whatever comes, faults are listed and nothing panics.
//!
//! The target is that of `crates/io/fuzz`. `KAIGONG_FUZZ_ROUNDS` sets how many mutations are tried.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "an integration test: it may read fixtures and stop at the first surprise"
)]

use std::io::{Cursor, Read, Write};

#[path = "../../rules/fuzz/mutation.rs"]
mod mutation;
#[path = "../fuzz/targets.rs"]
mod targets;

const WORDS: [&str; 20] = [
    ",",
    "\"",
    "\n",
    "\r\n",
    "P-1",
    "亩",
    "公顷",
    "万元",
    "%",
    "是",
    "无",
    "办理中",
    "2026-02-30",
    "NaN",
    "-",
    "；",
    "\u{feff}",
    "\0",
    "permit.area",
    "- id: x\n",
];

#[test]
fn ledgers() {
    let documents = "\u{2}project,document,issued_on,area\nP-1,permit,2020-01-01,3 mu\n";
    let changes = "\u{3}project,fact,from,value\nP-1,ok,2020-01-01,否\n";
    let yaml = "\u{1}- {id: P-1, area: 3 mu, permit: [{issued_on: 2020-01-01}], after: [P-2]}\n- {id: P-2, ok: true}\n";
    let seeds: Vec<Vec<u8>> = [targets::LEDGER, documents, changes, yaml].map(|text| text.as_bytes().to_vec()).to_vec();
    mutation::run(&seeds, &WORDS, mutation::rounds(20_000), targets::ledger);
}

const LEDGERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/ledgers");

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{LEDGERS}/{name}")).unwrap()
}

#[test]
fn workbooks() {
    let names = std::fs::read_dir(LEDGERS).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(|c: char| c.is_ascii_digit())).collect();
    names.sort();
    assert!(names.len() >= 12);
    let seeds: Vec<Vec<u8>> = names.iter().map(|name| fixture(name)).collect();
    mutation::run(&seeds, &["PK\u{3}\u{4}", "\0\0\0\0"], mutation::rounds(1_000), targets::workbook);
    mutation::run(&[fixture("12-惠城区上报.xls")], &["\0\0", "\u{85}\0"], mutation::rounds(1_000), targets::workbook);
}

/// A workbook with one of its parts replaced: what stands inside an archive is mutated before it is packed.
fn with_part(name: &str, part: &str, bytes: &[u8]) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(Cursor::new(fixture(name))).unwrap();
    let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let other = old.by_index_raw(at).unwrap();
        if other.name().unwrap() != part {
            new.raw_copy_file(other).unwrap();
        }
    }
    new.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
    new.write_all(bytes).unwrap();
    new.finish().unwrap().into_inner()
}

fn part(name: &str, part: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = zip::ZipArchive::new(Cursor::new(fixture(name))).unwrap();
    archive.by_name(part).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

const SHEET: (&str, &str) = ("04-分组与小计.xlsx", "xl/worksheets/sheet1.xml");
const STYLES: (&str, &str) = ("07-日期.xlsx", "xl/styles.xml");
const CONTENT: (&str, &str) = ("13-惠东县上报.ods", "content.xml");
const XML: [&str; 9] = [
    "<c r=\"A1\">",
    "<v>1e308</v>",
    "</row>",
    "hidden=\"1\"",
    "<mergeCell ref=\"A1:XFD9\"/>",
    "&#0;",
    "&x;",
    "\"",
    "<",
];

#[test]
fn parts_of_workbooks() {
    let rounds = mutation::rounds(500);
    for ((name, path), target) in [
        (SHEET, (|bytes| targets::workbook(&with_part(SHEET.0, SHEET.1, bytes))) as fn(&[u8])),
        (STYLES, |bytes| targets::workbook(&with_part(STYLES.0, STYLES.1, bytes))),
        (CONTENT, |bytes| targets::workbook(&with_part(CONTENT.0, CONTENT.1, bytes))),
    ] {
        mutation::run(&[part(name, path)], &XML, rounds, target);
    }
}
