use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::workbook::{
    Workbook, archive,
    tests::{xlsx, xlsx_of},
    xlsx as reader,
};

/// Every cell, what is hidden and what is merged.
fn told(workbook: Result<Workbook, super::super::Fault>) -> Result<Vec<String>, String> {
    let workbook = workbook.map_err(|fault| format!("{fault:?}"))?;
    let sheet = |grid: &Grid| {
        let rows = grid.rows().iter().map(|row| {
            let cells: Vec<_> = grid.cells(row).collect();
            format!("{} {} {} {cells:?}", grid.name, row.number, row.hidden)
        });
        let about = format!("{} {} {:?} {:?}", grid.width(), grid.is_1904, grid.merges, grid.hidden_columns);
        std::iter::once(about).chain(rows).collect::<Vec<_>>()
    };
    Ok(workbook.sheets.iter().flat_map(sheet).collect())
}

/// Reads a workbook both ways; whether the fast way was taken for every sheet that is shown.
fn check(bytes: &[u8]) -> bool {
    let slow = reader::read_by(bytes, &mut archive::open(bytes).unwrap(), |_, _| Ok(None));
    let fast = reader::read(bytes, &mut archive::open(bytes).unwrap());
    let taken = fast.as_ref().is_ok_and(|book| book.sheets.iter().all(|grid| grid.hidden || grid.is_taken()));
    assert_eq!(told(fast), told(slow));
    taken
}

fn check_cells(cells: &str) -> bool {
    check(&xlsx(&format!("<sheetData><row r=\"1\">{cells}</row></sheetData>"), &[]))
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads the fixtures")]
fn workbooks_of_offices_are_read_alike() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut count = 0;
    for name in ["ledgers", "demo"] {
        for file in std::fs::read_dir(folder.join(name)).unwrap().flatten() {
            if file.path().extension().is_some_and(|ending| ending == "xlsx") {
                count += 1;
                check(&std::fs::read(file.path()).unwrap());
            }
        }
    }
    assert!(count >= 10, "{count} workbooks");
}

#[test]
fn what_programs_write_is_read_fast() {
    for cells in [
        "<c r=\"A1\"><v>380</v></c><c r=\"B1\" t=\"n\"><v>12.5</v></c><c r=\"C1\" s=\"3\"/>",
        "<c r=\"A1\" t=\"inlineStr\"><is><t> 城北 &amp; 城南 </t></is></c>",
        "<c r=\"A1\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> 城北\n</t></is></c>",
        "<c r=\"A1\" t=\"str\"><f>\"x\"&amp;\"y\"</f><v>xy</v></c><c r=\"B1\"><f>1+1</f><v>2</v></c>",
        "<c r=\"A1\" t=\"b\"><v>0</v></c><c r=\"B1\" t=\"b\"><v>1</v></c><c r=\"C1\" t=\"e\"><v>#REF!</v></c>",
        "<c r=\"A1\"><v>12.300000000000001</v></c><c r=\"B1\"><v>1E-7</v></c><c r=\"C1\"><v>0.10</v></c>",
        "<c r=\"A1\"><v>-0.5</v></c><c r=\"B1\"><v>-0</v></c><c r=\"C1\"><v>00</v></c><c r=\"D1\"><v>1.</v></c>",
        "<c r=\"A1\"><v>123456789012345678</v></c><c r=\"B1\"><v>0</v></c><c r=\"C1\"><v>1e300</v></c>",
        "<c r=\"A1\"></c><c r=\"B1\"><v/></c><c r=\"C1\"><v></v></c><c r=\"D1\"><f>1</f></c>",
    ] {
        assert!(check_cells(cells), "{cells}");
    }
}

#[test]
fn what_else_xml_allows_is_left_to_the_parser() {
    for cells in [
        "<c><v>380</v></c>",
        "<c r='A1'><v>380</v></c>",
        "<c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>2</v></c>",
        "<c r=\"A2\"><v>1</v></c>",
        "<c r=\"A1\"><!-- --><v>1</v></c>",
        "<c r=\"A1\" t=\"d\"><v>2026-09-30</v></c>",
        "<c r=\"A1\"><v> 1 </v></c>",
        "<c r=\"A1\"><v>nan</v></c>",
        "<c r=\"A1\"><v>一</v></c>",
        "<c r=\"A1\" t=\"s\"><v>0</v></c>",
        "<c r=\"A1\" t=\"str\"><v>a_x000D_b</v></c>",
        "<c r=\"A1\" t=\"str\"><v>&#65;</v></c>",
        "<c r=\"A1\" t=\"inlineStr\"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>",
        "<c r=\"A1\" t=\"b\"><v>2</v></c>",
        "<c r=\"A1\" t=\"e\"><v>#NO!</v></c>",
        "<c r=\"AAAA1\"><v>1</v></c>",
        "<c r=\"XFD1\"><v>1</v></c>",
        "<c r=\"A1\"><v>1</v></c></row><row r=\"1\"><c r=\"B1\"><v>1</v></c>",
        "<c r=\"A1\"><v>1</v>",
        "<x r=\"A1\"/>",
    ] {
        assert!(!check_cells(cells), "{cells}");
    }
}

#[test]
fn days_and_shared_texts_are_what_the_parser_says() {
    let styles = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/></numFmts>\
        <cellStyleXfs><xf numFmtId=\"0\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>\
        <xf numFmtId=\"164\"/><xf numFmtId=\"46\"/></cellXfs></styleSheet>";
    let texts = "<?xml version=\"1.0\"?><sst uniqueCount=\"7\"><si><t>城北</t></si>\n<si><t xml:space=\"preserve\"> 城南 </t></si>\
        <si><r><t>甲</t></r><r><rPr/><t>乙</t></r></si><si><t>一&#10;二&lt;</t></si>\
        <si><t>项目</t><phoneticPr fontId=\"1\" type=\"noConversion\"/></si><si><t>a_x0041_b</t></si><si/></sst>";
    let row: Vec<String> =
        (0..7).map(|text| format!("<c r=\"{}1\" t=\"s\"><v>{text}</v></c>", (b'A' + text) as char)).collect();
    let days: Vec<String> =
        (0..5).map(|style| format!("<c r=\"{}2\" s=\"{style}\"><v>46295.5</v></c>", (b'A' + style) as char)).collect();
    let sheet = format!(
        "<sheetData><row r=\"1\">{}</row><row r=\"2\" hidden=\"1\">{}</row></sheetData>",
        row.concat(),
        days.concat()
    );
    let bytes = xlsx(&sheet, &[("xl/styles.xml", styles), ("xl/sharedStrings.xml", texts)]);
    assert!(!check(&bytes), "an empty element of a text is not plain");
    let texts = texts.replace("<si/>", "<si></si>");
    assert!(check(&xlsx(&sheet, &[("xl/styles.xml", styles), ("xl/sharedStrings.xml", &texts)])));
    let told = told(super::super::parse(&bytes)).unwrap();
    assert!(told[1].contains("甲乙") && told[2].contains("Date, \"2026-09-30\""), "{told:?}");
}

#[test]
fn where_a_sheet_is_cut_does_not_matter() {
    let rows: Vec<String> = (1..200)
        .map(|row| format!("<row r=\"{row}\" spans=\"1:2\"><c r=\"A{row}\"><v>{row}</v></c>\n<c r=\"C{row}\"><v>0.{row}0</v></c></row>\n"))
        .collect();
    let sheet = format!("<worksheet><sheetData>{}</sheetData></worksheet>", rows.concat());
    let common = Common { text: Arc::from(""), spans: Vec::new(), is_day: Vec::new() };
    let told = |size| {
        let (blocks, rows) = blocks(&sheet, &common, false, size).unwrap();
        let mut grid = Grid::new("表", false, false);
        grid.take(blocks, rows, sheet.clone(), Arc::from(""));
        told(Ok(Workbook { sheets: vec![grid], linked: false })).unwrap()
    };
    let whole = told(1 << 20);
    assert_eq!(whole.len(), 200);
    for size in [0, 1, 50, 97, 1_000] {
        assert_eq!(told(size), whole);
    }
}

/// A text, as XML or as it may stand there by somebody's mistake.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z0-9._ -]{0,6}",
        "\\PC{0,4}".prop_map(|text| text.replace(['<', '&'], "")),
        prop::sample::select(vec!["城北", "&amp;", "&lt;", "&#65;", "_x0041_", "_x", "\n", "\r\n", "\u{3000}", " "])
            .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn any_number() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?[0-9]{0,18}(\\.[0-9]{0,18})?([eE][+-]?[0-9]{1,3})?",
        any::<f64>().prop_map(|number| number.to_string()),
        (0..80_000u32).prop_map(|day| day.to_string()),
    ]
}

fn any_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => (any_number(), 0..6u32).prop_map(|(number, style)| format!(" s=\"{style}\"><v>{number}</v>")),
        2 => any_number().prop_map(|number| format!("><v>{number}</v>")),
        2 => (0..6u32).prop_map(|text| format!(" t=\"s\"><v>{text}</v>")),
        1 => any_text().prop_map(|text| format!(" t=\"str\"><f>1</f><v>{text}</v>")),
        1 => any_text().prop_map(|text| format!(" t=\"inlineStr\"><is><t>{text}</t></is>")),
        1 => any::<bool>().prop_map(|yes| format!(" t=\"b\"><v>{}</v>", u8::from(yes))),
        1 => Just(" s=\"1\">".to_owned()),
    ]
}

proptest! {
    #[test]
    fn any_sheet_is_read_alike(
        rows in prop::collection::vec((1..3u32, prop::collection::vec((1..3u16, any_cell()), 0..6)), 0..5),
        texts in prop::collection::vec(any_text(), 0..6),
        is_1904 in any::<bool>(),
    ) {
        let (mut sheet, mut row) = (String::new(), 0);
        for (step, cells) in rows {
            row += step;
            let mut column = 0;
            write!(sheet, "<row r=\"{row}\">").unwrap();
            for (step, cell) in cells {
                column += step;
                let letter = char::from(b'A' + column as u8 - 1);
                write!(sheet, "<c r=\"{letter}{row}\"{cell}</c>").unwrap();
            }
            sheet += "</row>";
        }
        let texts: Vec<String> = texts.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
        let texts = format!("<sst>{}</sst>", texts.concat());
        let styles = "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"2\"/>\
            <xf numFmtId=\"22\"/></cellXfs></styleSheet>";
        let parts = [("xl/styles.xml", styles), ("xl/sharedStrings.xml", texts.as_str())];
        check(&xlsx_of(&format!("<sheetData>{sheet}</sheetData>"), is_1904, &parts));
    }
}
