//! Maps of columns: written, read back, and what is wrong with one.

use std::sync::Arc;

use super::*;
use crate::{
    input::ReadOptions,
    read::{read, read_columns},
    testing::{input, lines_of, schema},
};

/// A workbook of one sheet, as text in the cells of an OpenDocument.
fn book(sheet: &str, rows: &[&[&str]]) -> Input {
    use std::io::{Cursor, Write};
    let cell = |text: &&str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let row =
        |row: &&[&str]| format!("<table:table-row>{}</table:table-row>", row.iter().map(cell).collect::<String>());
    let rows: String = rows.iter().map(row).collect();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
    write!(zip, "<office:d><table:table table:name=\"{sheet}\">{rows}</table:table></office:d>").unwrap();
    Input { name: "台账.ods".into(), bytes: zip.finish().unwrap().into_inner() }
}

const ROWS: [&[&str]; 2] =
    [&["编码", "项目名称", "占了多少耕地", "总投资(万元)", "备注"], &["P-1", "甲", "2", "5", "x"]];
const MAP: &str = "sheets:\n  十月:\n    编码: id\n    占了多少耕地: land.farmland (公顷)\n    \"备注\": skip\n";

fn options(map: &str) -> ReadOptions {
    ReadOptions { map: Some(input("map.yaml", map)), ..ReadOptions::default() }
}

#[test]
fn what_a_map_says_is_read_next_month() {
    let ledger = read(&schema(), &[book("十一月", &ROWS)], &options(MAP)).unwrap();
    assert_eq!(lines_of(&ledger.notices), Vec::<String>::new());
    let farmland = crate::testing::cell(&ledger.portfolio, "P-1", "land.farmland");
    assert_eq!(farmland, kaigong_model::Cell::Quantity(30_000_000));
}

#[test]
fn a_map_written_says_what_was_found() {
    let (sheets, _) = read_columns(&schema(), &[book("十月", &ROWS)], &options(MAP)).unwrap();
    let text = write_map(&sheets, &schema());
    assert_eq!(
        text.lines().skip(2).collect::<Vec<_>>(),
        [
            "sheets:",
            "  十月:",
            "    编码: id",
            "    项目名称: project.name",
            "    占了多少耕地: \"land.farmland (公顷)\"",
            "    总投资(万元): invest",
            "    备注: skip"
        ]
    );
    let twice = [sheets.clone(), sheets].concat();
    assert_eq!(write_map(&twice, &schema()), text);
    let (again, _) = read_columns(&schema(), &[book("十月", &ROWS)], &options(&text)).unwrap();
    assert_eq!(write_map(&again, &schema()), text);
}

#[test]
fn every_fault_of_a_map_is_told_in_its_place() {
    let map = "sheet: {}\nsheets:\n  十月: {a: land.frmland, b: [x], c: invest (亩)}\ncolumns: [1]\n";
    let faults = read_columns(&schema(), &[book("十月", &ROWS)], &options(map)).unwrap_err();
    let places: Vec<String> =
        faults.iter().map(|fault| format!("{} {}", fault.labels[0].place.short(), fault.code.0)).collect();
    assert_eq!(
        places,
        [
            "map.yaml:1:1 KG-L051",
            "map.yaml:3:11 KG-L019",
            "map.yaml:3:28 KG-L050",
            "map.yaml:3:36 KG-L012",
            "map.yaml:4:10 KG-L050"
        ]
    );
    assert!(faults[1].help.as_ref().unwrap().en.contains("land.farmland"));
    let schema: Arc<Schema> = schema();
    let faults = read_columns(&schema, &[input("a.csv", "id\n")], &ReadOptions::default()).unwrap_err();
    assert_eq!(faults[0].code.0, "KG-L080");
}
