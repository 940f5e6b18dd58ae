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
    replaced(&fixture(name), part, bytes)
}

fn replaced(whole: &[u8], part: &str, bytes: &[u8]) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(Cursor::new(whole)).unwrap();
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
    part_of(&fixture(name), part)
}

fn part_of(whole: &[u8], part: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = zip::ZipArchive::new(Cursor::new(whole)).unwrap();
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

/// An exported workbook: facts, documents, changes, grants, and a list that was filled in.
fn exported() -> Vec<u8> {
    use kaigong_io::{Input, ReadOptions, portfolio_sheets, read, workbook_xlsx};
    use kaigong_model::{Date, Lang, Sheet, Value, Workbook, WrittenColumn};
    let input = |name: &str, text: &str| Input { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
    let inputs = [
        input("projects.csv", targets::LEDGER),
        input(
            "documents.csv",
            "project,document,issued_on,area\nP-2,permit,2020-01-01,3 mu\nP-2,permit,2021-01-01,4 mu\n",
        ),
        input("changes.csv", "project,fact,from,value\nP-1,ok,2020-01-01,否\n"),
    ];
    let ledger = read(&targets::schema(), &inputs, &ReadOptions::default()).unwrap();
    let mut sheets = portfolio_sheets(&ledger.portfolio, &ledger.supplies, Lang::Zh);
    let headers = ["键", "项目编号", "堵点", "完成时限", "办结情况", "办结日期", "办理情况"];
    let columns = headers.map(|header| WrittenColumn { header: header.to_owned(), ..WrittenColumn::default() });
    let day = Value::Day(Date::new(2026, 11, 3).unwrap());
    let row = |cells: [&str; 3]| {
        let [key, state, note] = cells.map(Value::text);
        vec![key, Value::text("P-1"), Value::text("证"), day.clone(), state, day.clone(), note]
    };
    let rows = vec![row(["P-1/permit", "已办结", "x"]), row(["P-2/permit", "在办", ""])];
    sheets.push(Sheet { name: "任务清单".to_owned(), columns: columns.into(), rows, ..Sheet::default() });
    let as_of = Date::new(2026, 11, 20).unwrap();
    workbook_xlsx(&Workbook { title: "t".to_owned(), as_of, sheets }).unwrap()
}

#[test]
fn exported_workbooks_and_filled_lists() {
    let whole = exported();
    let read =
        kaigong_io::read_lists(&[kaigong_io::Input { name: "x.xlsx".to_owned(), bytes: whole.clone() }]).unwrap();
    assert_eq!(read.0.len(), 2);
    mutation::run(std::slice::from_ref(&whole), &["PK\u{3}\u{4}"], mutation::rounds(300), targets::workbook);
    // Words of cells are shared by all sheets: with them mutated, headers, keys and days turn into one another.
    for part in ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet4.xml"] {
        let bytes = part_of(&whole, part);
        let target = |bytes: &[u8]| targets::workbook(&replaced(&whole, part, bytes));
        mutation::run(&[bytes], &["键", "堵点", "P-1/", "已办结", "<v>1e9</v>", "</c>"], mutation::rounds(200), target);
    }
}
