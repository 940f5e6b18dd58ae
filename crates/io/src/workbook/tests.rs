//! Workbooks made here part by part: what is read of them, and what crafted ones end in.

use std::io::{Cursor, Write};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of one sheet, with parts added or replaced.
pub(super) fn xlsx(sheet: &str, more: &[(&str, &str)]) -> Vec<u8> {
    xlsx_of(sheet, false, more)
}

/// The same, with days that count from 1900 or from 1904.
pub(super) fn xlsx_of(sheet: &str, is_1904: bool, more: &[(&str, &str)]) -> Vec<u8> {
    let relation = |id: &str, kind: &str, target: &str| {
        let kind = format!("http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}");
        format!("<Relationships><Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"/></Relationships>")
    };
    let top = relation("rId1", "officeDocument", "xl/workbook.xml");
    let sheets = relation("rId1", "worksheet", "worksheets/sheet1.xml");
    let sheet = format!("<worksheet>{sheet}</worksheet>");
    let is_1904 = u8::from(is_1904);
    let book = format!(
        "<workbook><workbookPr date1904=\"{is_1904}\"/><sheets><sheet name=\"表\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let mut parts = vec![
        ("_rels/.rels", top.as_str()),
        ("xl/workbook.xml", book.as_str()),
        ("xl/_rels/workbook.xml.rels", sheets.as_str()),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
    ];
    parts.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    parts.extend(more);
    archive(&parts)
}

fn ods(table: &str) -> Vec<u8> {
    let content = format!("<office:document><table:table table:name=\"表\">{table}</table:table></office:document>");
    archive(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)])
}

/// Cells as `A1 kind text`.
fn cells(bytes: &[u8]) -> Vec<String> {
    let workbook = parse(bytes).unwrap();
    let grid = &workbook.sheets[0];
    grid.rows()
        .iter()
        .flat_map(|row| {
            grid.cells(row).map(|(column, kind, text)| {
                format!("{}{} {kind:?} {text}", kaigong_model::column_letters(column), row.number)
            })
        })
        .collect()
}

fn check_fault(bytes: &[u8], code: &str) {
    let fault = parse(bytes).unwrap_err();
    let diagnostic = fault.diagnostic("x");
    assert_eq!(diagnostic.code.0, code, "{fault:?}");
    assert!(!diagnostic.message.zh.is_empty() && !diagnostic.message.en.is_empty() && diagnostic.help.is_some());
}

#[test]
fn cells_keep_what_they_are() {
    let sheet = "<sheetData><row r=\"2\" hidden=\"1\">\
        <c r=\"A2\" t=\"inlineStr\"><is><t> 城北 </t></is></c><c r=\"B2\"><v>12.300000000000001</v></c>\
        <c r=\"C2\" t=\"b\"><v>1</v></c><c r=\"D2\" t=\"e\"><v>#REF!</v></c><c r=\"E2\" t=\"d\"><v>2026-09-30</v></c>\
        <c r=\"G2\"><v>1E-7</v></c></row></sheetData><mergeCells><mergeCell ref=\"A2:A4\"/></mergeCells>";
    let bytes = xlsx(sheet, &[]);
    assert_eq!(
        cells(&bytes),
        [
            "A2 Text 城北",
            "B2 Number 12.3",
            "C2 Bool TRUE",
            "D2 Error #REF!",
            "E2 Date 2026-09-30",
            "G2 Number 0.0000001"
        ]
    );
    let workbook = parse(&bytes).unwrap();
    assert!(workbook.sheets[0].rows()[0].hidden && !workbook.linked);
    assert_eq!(workbook.sheets[0].merges, [Merge { first: (2, 0), last: (4, 0) }]);
}

#[test]
fn links_to_other_files_are_said_and_not_followed() {
    let bytes = xlsx("<sheetData/>", &[("xl/externalLinks/externalLink1.xml", "<externalLink/>")]);
    let mut log = Log::new(false);
    open(&Input { name: "a.xlsx".into(), bytes }, &mut log).unwrap();
    assert_eq!(log.finish().unwrap()[0].code.0, "KG-L082");
}

#[test]
fn what_is_no_workbook_or_damaged_is_refused() {
    check_fault(b"id,name\n", "KG-L080");
    check_fault(b"PK\x03\x04", "KG-L080");
    check_fault(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more", "KG-L080");
    let whole = xlsx("<sheetData/>", &[]);
    check_fault(&whole[..whole.len() / 2], "KG-L080");
    check_fault(&archive(&[("readme.xml", "<x/>")]), "KG-L080");
    check_fault(&xlsx("<sheetData><row><c r=\"A1\"><v>1</v>", &[]), "KG-L080");
    check_fault(&xlsx("<sheetData><row r=\"1\"><c r=\"A1\"", &[]), "KG-L080");
    check_fault(&xlsx("<dimension ref=\"B2:A1\"/><sheetData/>", &[]), "KG-L080");
    check_fault(&xlsx("<sheetData/><mergeCells><mergeCell ref=\"B2:A1\"/></mergeCells>", &[]), "KG-L080");
    check_fault(&xlsx("<sheetData><row><c t=\"s\"><v>7</v></c></row></sheetData>", &[]), "KG-L080");
}

#[test]
fn locked_workbooks_are_refused() {
    let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    container.create_stream("/EncryptedPackage").unwrap().write_all(b"secret").unwrap();
    check_fault(&container.into_inner().into_inner(), "KG-L081");
    let manifest = "<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>";
    check_fault(&archive(&[("content.xml", "<x/>"), ("META-INF/manifest.xml", manifest)]), "KG-L081");
}

#[test]
fn every_limit_ends_in_a_fault_that_names_it() {
    check_fault(&xlsx("<sheetData><row r=\"1\"><c r=\"BDWGO1\"><v>1</v></c></row></sheetData>", &[]), "KG-L004");
    check_fault(&xlsx("<sheetData><row r=\"9999999\"><c><v>1</v></c></row></sheetData>", &[]), "KG-L004");
    for count in ["99999999", "99999999999", "18446744073709551615"] {
        let strings = format!("<sst uniqueCount=\"{count}\"><si><t>x</t></si></sst>");
        check_fault(&xlsx("<sheetData/>", &[("xl/sharedStrings.xml", &strings)]), "KG-L004");
    }
    let sheets = (0..300).map(|at| format!("<sheet name=\"{at}\" sheetId=\"{at}\" r:id=\"rId1\"/>"));
    let book = format!("<workbook><sheets>{}</sheets></workbook>", sheets.collect::<String>());
    check_fault(&xlsx("<sheetData/>", &[("xl/workbook.xml", &book)]), "KG-L004");
    let parts: Vec<String> = (0..5_000).map(|at| format!("{at}.xml")).collect();
    check_fault(&archive(&parts.iter().map(|name| (name.as_str(), "")).collect::<Vec<_>>()), "KG-L004");
    let wide = "<table:table-row><table:table-cell table:number-columns-repeated=\"1000000\" \
                office:value-type=\"float\" office:value=\"1\"/></table:table-row>";
    check_fault(&ods(wide), "KG-L004");
    let long = "<table:table-row table:number-rows-repeated=\"1000000000\"><table:table-cell \
                office:value-type=\"float\" office:value=\"1\"/></table:table-row>";
    check_fault(&ods(long), "KG-L004");
}

#[test]
fn what_an_archive_unpacks_to_is_measured_not_believed() {
    let zeros = "0".repeat(1 << 20);
    let mut bytes = archive(&[("content.xml", &zeros)]);
    assert!(bytes.len() < 8_192);
    let measured = |bytes: &[u8], most| archive::open_within(bytes, most).and_then(|mut parts| parts.measure(|_| true));
    assert_eq!(measured(&bytes, 1 << 20), Ok(()));
    assert_eq!(measured(&bytes, (1 << 20) - 1), Err(Fault::unpacked()));
    // The size said is made a lie, in the directory at the end and at the head of the part.
    for at in (0..bytes.len() - 4).rev() {
        if bytes[at..at + 4] == (1u32 << 20).to_le_bytes() {
            bytes[at..at + 4].copy_from_slice(&10u32.to_le_bytes());
        }
    }
    assert!(archive::open_within(&bytes, 1 << 19).is_ok());
    assert!(measured(&bytes, 1 << 19).is_err());
    let sheet = |mut parts: archive::Archive<'_>| parts.bytes("content.xml").map(|_| ());
    assert!(archive::open_within(&bytes, 1 << 19).and_then(sheet).is_err());
}

#[test]
fn open_documents_are_read_with_repeats_and_spans() {
    let bytes = ods("<table:table-row table:number-rows-repeated=\"2\"><table:table-cell/></table:table-row>\
         <table:table-row table:visibility=\"collapse\"><table:table-cell office:value-type=\"string\" \
         table:number-rows-spanned=\"2\"><text:p>惠城&amp;惠阳</text:p><text:p>区</text:p>\
         <office:annotation><text:p>remark</text:p></office:annotation></table:table-cell>\
         <table:table-cell table:number-columns-repeated=\"2\" office:value-type=\"float\" office:value=\"1.50\"/>\
         <table:table-cell office:value-type=\"date\" office:date-value=\"2026-09-30T00:00:00\"/></table:table-row>\
         <table:table-row table:number-rows-repeated=\"2\"><table:covered-table-cell/><table:table-cell \
         office:value-type=\"string\"><text:p>#REF!</text:p></table:table-cell></table:table-row>");
    assert_eq!(
        cells(&bytes),
        [
            "A3 Text 惠城&惠阳\n区",
            "B3 Number 1.5",
            "C3 Number 1.5",
            "D3 Date 2026-09-30",
            "B4 Error #REF!",
            "B5 Error #REF!"
        ]
    );
    let grid = &parse(&bytes).unwrap().sheets[0];
    assert_eq!(grid.merges, [Merge { first: (3, 0), last: (4, 0) }]);
    assert!(grid.rows()[0].hidden && !grid.rows()[1].hidden);
}

/// A stream of records of the old format.
fn records(records: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let record = |(kind, data): &(u16, Vec<u8>)| {
        [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data.as_slice()].concat()
    };
    records.iter().flat_map(record).collect()
}

fn xls(sheet: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let head = |at: u32| {
        let mut bound = at.to_le_bytes().to_vec();
        bound.extend([0, 0, 1, 0, b'S']);
        records(&[(0x0809, vec![0, 6, 5, 0, 0, 0, 0, 0]), (0x0085, bound), (0x000a, Vec::new())])
    };
    let mut stream = head(head(0).len() as u32);
    stream.extend(records(&[(0x0809, vec![0, 6, 16, 0, 0, 0, 0, 0])]));
    stream.extend(records(sheet));
    stream.extend(records(&[(0x000a, Vec::new())]));
    let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    container.create_stream("/Workbook").unwrap().write_all(&stream).unwrap();
    container.into_inner().into_inner()
}

fn number(row: u16, column: u16) -> (u16, Vec<u8>) {
    (0x0203, [&row.to_le_bytes()[..], &column.to_le_bytes(), &[0, 0], &1.5f64.to_le_bytes()].concat())
}

fn dimensions(first: u32, after: u32, columns: u16) -> (u16, Vec<u8>) {
    (0x0200, [&first.to_le_bytes()[..], &after.to_le_bytes(), &[0, 0], &columns.to_le_bytes(), &[0, 0]].concat())
}

#[test]
fn the_old_format_is_walked_before_room_is_made() {
    assert_eq!(cells(&xls(&[dimensions(0, 3, 2), number(2, 1)])), ["B3 Number 1.5"]);
    check_fault(&xls(&[number(0, 256)]), "KG-L004");
    check_fault(&xls(&[dimensions(0, 4_000_000_000, 200)]), "KG-L004");
    check_fault(&xls(&[dimensions(9, 3, 2)]), "KG-L080");
    check_fault(&xls(&[(0x0200, vec![1])]), "KG-L080");
    check_fault(&xls(&[(0x0203, vec![0; 5])]), "KG-L080");
}

/// Counts that name the same part otherwise: the parser makes room for what the part says, whatever it is called.
#[test]
fn room_for_shared_texts_is_not_made_on_anybody_s_word() {
    let said = "<sst uniqueCount=\"4000000000\"><si><t>x</t></si></sst>";
    let twice = "<sst x:uniqueCount=\"1\" uniqueCount=\"4000000000\"><si><t>x</t></si></sst>";
    for (name, part) in
        [("xl/SHAREDSTRINGS.XML", said), ("xl/sharedStrings.xml", twice), ("xl/SharedStrings.xml", twice)]
    {
        check_fault(&xlsx("<sheetData/>", &[(name, part)]), "KG-L004");
    }
}

#[test]
fn a_cell_holds_no_more_text_than_a_cell_may() {
    let long = "长".repeat(limits::CELL_BYTES / 3 + 1);
    let longer = "长".repeat(limits::CELL_BYTES);
    for text in [&long, &longer] {
        let sheet = |cell: String| format!("<sheetData><row r=\"1\">{cell}</row></sheetData>");
        let inline = sheet(format!("<c r=\"A1\" t=\"inlineStr\"><is><t>{text}</t></is></c>"));
        check_fault(&xlsx(&inline, &[]), "KG-L004");
        // A comment makes the parser read the sheet.
        check_fault(&xlsx(&format!("<!-- x -->{inline}"), &[]), "KG-L004");
        let shared = sheet("<c r=\"A1\" t=\"s\"><v>0</v></c>".to_owned());
        let texts = format!("<sst><si><t>{text}</t></si></sst>");
        check_fault(&xlsx(&shared, &[("xl/sharedStrings.xml", &texts)]), "KG-L004");
        let row = format!(
            "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell></table:table-row>"
        );
        check_fault(&ods(&row), "KG-L004");
    }
    let fits = "长".repeat(limits::CELL_BYTES / 3);
    let sheet =
        format!("<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{fits}</t></is></c></row></sheetData>");
    assert_eq!(cells(&xlsx(&sheet, &[])).len(), 1);
}

#[test]
fn columns_hidden_again_and_again_are_hidden_once() {
    let columns = "<col min=\"2\" max=\"16384\" hidden=\"1\"/><col min=\"1\" max=\"2\" hidden=\"1\"/>".repeat(20_000);
    let sheet = format!("<cols>{columns}</cols><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>");
    let workbook = parse(&xlsx(&sheet, &[])).unwrap();
    let expected: Vec<u32> = (0..limits::LEDGER_COLUMNS as u32).collect();
    assert_eq!(workbook.sheets[0].hidden_columns, expected);
    let gap = "<cols><col min=\"2\" max=\"3\" hidden=\"1\"/><col min=\"5\" max=\"5\" hidden=\"1\"/><col min=\"9\" max=\"4\" hidden=\"1\"/></cols><sheetData/>";
    assert_eq!(parse(&xlsx(gap, &[])).unwrap().sheets[0].hidden_columns, [1, 2, 4]);
    let ods_columns = "<table:table-column table:visibility=\"collapse\" table:number-columns-repeated=\"2\"/><table:table-column/>\
         <table:table-column table:visibility=\"collapse\" table:number-columns-repeated=\"4294967295\"/>";
    let hidden = &parse(&ods(ods_columns)).unwrap().sheets[0].hidden_columns;
    assert_eq!((hidden[..3].to_vec(), hidden.len()), (vec![0, 1, 3], limits::LEDGER_COLUMNS - 1));
}

#[test]
fn merges_that_cover_a_sheet_over_and_over_are_refused() {
    let cell = "<sheetData><row r=\"1\"><c r=\"DZZ1\"><v>1</v></c></row></sheetData>";
    let merges =
        |count| format!("{cell}<mergeCells>{}</mergeCells>", "<mergeCell ref=\"A2:DZZ1048576\"/>".repeat(count));
    assert!(parse(&xlsx(&merges(1_000), &[])).is_ok());
    check_fault(&xlsx(&merges(2_000), &[]), "KG-L004");
}

#[test]
fn a_fault_names_its_sheet_and_what_is_wrong_in_both_languages() {
    let sheet = |cell: &str| xlsx(&format!("<sheetData><row r=\"1\">{cell}</row></sheetData>"), &[]);
    let told = |bytes: &[u8]| {
        let told = parse(bytes).unwrap_err().diagnostic("a.xlsx");
        (told.labels[0].place.clone(), told.message.zh, told.message.en)
    };
    let place = kaigong_model::Place::Sheet { file: "a.xlsx".into(), sheet: "表".into(), row: None, column: None };
    let damaged = |zh: &str, en: &str| {
        (place.clone(), format!("工作簿已损坏，读不下去：{zh}"), format!("the workbook is damaged: {en}"))
    };
    assert_eq!(
        told(&sheet("<c r=\"A1\" t=\"s\"><v>7</v></c>")),
        damaged("单元格引用的共享文本不存在", "a cell refers to a shared text that does not exist")
    );
    assert_eq!(told(&sheet("<c r=\"A1\"><v>1</v>")), damaged("没有写完（c）", "a part ends too soon (c)"));
    let wide = sheet("<c r=\"ZZZ1\"><v>1</v></c>");
    assert_eq!(
        told(&wide),
        (
            place.clone(),
            "工作簿的列数超过 4096 的上限".to_owned(),
            "the workbook's number of columns is past the limit of 4096".to_owned()
        )
    );
    let entity = ods(
        "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>&e;</text:p></table:table-cell></table:table-row>",
    );
    assert_eq!(told(&entity), damaged("XML 写坏了（&e;）", "a part is no XML (&e;)"));
}
