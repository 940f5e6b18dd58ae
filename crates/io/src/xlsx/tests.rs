use kaigong_model::{Date, Sheet, Value, Workbook, WrittenColumn};

use super::{sheet_names, workbook_xlsx};

fn book(rows: Vec<Vec<Value>>) -> Workbook {
    let column = |header: &str, summed| WrittenColumn { header: header.to_owned(), summed, ..WrittenColumn::default() };
    let sheet = Sheet {
        name: "台账".to_owned(),
        columns: vec![column("项目名称", false), column("总投资(万元)", true)],
        rows,
        totals: Some("合计".to_owned()),
        filtered: true,
        ..Sheet::default()
    };
    Workbook { title: "示例".to_owned(), as_of: Date::parse("2026-11-20").unwrap(), sheets: vec![sheet] }
}

#[test]
fn the_same_data_are_the_same_bytes() {
    let rows = vec![vec![Value::text("甲"), Value::Number("12.5".to_owned())]];
    let first = workbook_xlsx(&book(rows.clone())).unwrap();
    assert!(first.starts_with(b"PK"));
    assert_eq!(first, workbook_xlsx(&book(rows)).unwrap());
}

#[test]
fn too_many_rows_are_a_fault_and_no_file() {
    let rows = (0..1_048_577).map(|_| vec![Value::Blank, Value::Blank]).collect();
    assert_eq!(workbook_xlsx(&book(rows)).unwrap_err()[0].code.0, "KG-L110");
}

#[test]
fn names_of_sheets_are_such_as_spreadsheets_take() {
    let named = |names: &[&str]| {
        let sheets: Vec<Sheet> =
            names.iter().map(|name| Sheet { name: (*name).to_owned(), ..Sheet::default() }).collect();
        sheet_names(&sheets)
    };
    assert_eq!(named(&["a/b:c*", "'x'", "", "[]"]), ["a b c", "x", "Sheet", "Sheet 2"]);
    assert_eq!(named(&["台账", "台账", "台账"]), ["台账", "台账 2", "台账 3"]);
    let long = "很".repeat(40);
    assert_eq!(named(&[&long, &long]).iter().map(|name| name.chars().count()).collect::<Vec<_>>(), [31, 31]);
}

/// A part of a workbook as text.
fn part(bytes: &[u8], name: &str) -> String {
    let mut file = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut file.by_name(name).unwrap(), &mut text).unwrap();
    text
}

#[test]
fn nothing_in_a_cell_can_act() {
    let hostile = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "http://example.com", "<f>1</f>"];
    let rows = hostile.iter().map(|text| vec![Value::text(*text), Value::Number("1".to_owned())]).collect();
    let bytes = workbook_xlsx(&book(rows)).unwrap();
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    // The one formula is the total of the second column, with its outcome.
    assert_eq!(sheet.matches("<f>").count(), 1);
    assert!(sheet.contains("<f>SUBTOTAL(109,B2:B9)</f><v>8</v>"), "{sheet}");
    assert!(!sheet.contains("hyperlink"));
    let strings = part(&bytes, "xl/sharedStrings.xml");
    assert!(strings.contains("=1+1") && strings.contains("&lt;f&gt;1&lt;/f&gt;"));
    assert!(part(&bytes, "xl/styles.xml").contains("quotePrefix=\"1\""));
}

#[test]
fn words_that_look_like_the_librarys_own_runs_are_words() {
    let hostile = ["<r><bad></r>", "<r></t></si></sst></r>", "<r><t>fine</t></r>"];
    let mut book = book(hostile.iter().map(|text| vec![Value::text(*text), Value::Blank]).collect());
    book.sheets[0].heading = vec!["<r><t>title</t></r>".to_owned()];
    let strings = part(&workbook_xlsx(&book).unwrap(), "xl/sharedStrings.xml");
    for text in hostile.iter().chain([&"<r><t>title</t></r>"]) {
        let escaped = text.replace('<', "&lt;").replace('>', "&gt;");
        assert!(strings.contains(&format!("<t>{escaped}</t>")), "{strings}");
    }
    assert_eq!(strings.matches("</sst>").count(), 1);
}

#[test]
fn long_texts_and_odd_characters_are_written() {
    let long = "长".repeat(40_000);
    let odd = "a\u{1}b\u{fffe}c_x0041_";
    let bytes = workbook_xlsx(&book(vec![vec![Value::text(long), Value::Blank], vec![Value::text(odd), Value::Blank]]));
    let strings = part(&bytes.unwrap(), "xl/sharedStrings.xml");
    assert_eq!(strings.matches('长').count(), 32_767);
    assert!(!strings.contains(['\u{1}', '\u{fffe}']));
}

#[test]
fn a_criterion_matches_its_word_alone() {
    let check = |word, expect| assert_eq!(super::draw::criterion(word), expect);
    check("红", "=红");
    check(">0", "=>0");
    check("a*b?c~d\"e", "=a~*b~?c~~d\"\"e");
}

/// A form of as many columns as asked, under two bands, the last column under the second.
fn form(columns: usize) -> Workbook {
    let column = |at: usize| WrittenColumn {
        header: format!("列{at}"),
        band: if at + 1 == columns { "<r>乙</r>" } else { "甲" }.to_owned(),
        width: 20,
        ..WrittenColumn::default()
    };
    let sheet = Sheet {
        name: "台账".to_owned(),
        heading: vec!["填报表".to_owned(), "一行一个项目，表头勿改；".repeat(4)],
        columns: (0..columns).map(column).collect(),
        frozen: 2,
        form: 10,
        ..Sheet::default()
    };
    Workbook { title: "示例".to_owned(), as_of: Date::parse("2026-11-20").unwrap(), sheets: vec![sheet] }
}

#[test]
fn each_page_of_a_form_names_its_bands_and_cuts_no_line() {
    let sheet = part(&workbook_xlsx(&form(20)).unwrap(), "xl/worksheets/sheet1.xml");
    let merges: Vec<&str> =
        sheet.split("<mergeCell ref=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    // The lines above stand within the columns that each page repeats; a page has room for five more.
    assert_eq!(merges, ["A1:B1", "A2:B2", "A3:G3", "H3:L3", "M3:Q3", "R3:S3"]);
    let breaks: Vec<&str> = sheet.split("<brk id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(breaks, ["7", "12", "17"]);
    // Four times twelve characters in 39 half-widths.
    assert!(sheet.contains("<row r=\"2\"") && sheet.contains("ht=\"48\""), "{sheet}");
    let strings = part(&workbook_xlsx(&form(20)).unwrap(), "xl/sharedStrings.xml");
    assert!(strings.contains("&lt;r&gt;乙&lt;/r&gt;"));
    // What a page holds is not broken.
    let narrow = part(&workbook_xlsx(&form(7)).unwrap(), "xl/worksheets/sheet1.xml");
    assert!(!narrow.contains("<brk ") && narrow.contains("<mergeCell ref=\"A3:F3\"/>"));
}

#[test]
fn lines_above_a_wide_table_begin_behind_the_column_that_pages_repeat() {
    let mut book = form(60);
    book.sheets[0].form = 0;
    book.sheets[0].frozen = 1;
    let sheet = part(&workbook_xlsx(&book).unwrap(), "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<c r=\"B1\"") && !sheet.contains("<c r=\"A1\""), "{sheet}");
    book.sheets[0].columns.truncate(5);
    let sheet = part(&workbook_xlsx(&book).unwrap(), "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<c r=\"A1\""));
}

#[test]
fn numbers_and_days_stand_a_little_away_from_the_next_column() {
    let rows = vec![vec![Value::Day(Date::parse("2026-11-20").unwrap()), Value::Number("1".to_owned())]];
    let styles = part(&workbook_xlsx(&book(rows)).unwrap(), "xl/styles.xml");
    let aligned = "<alignment horizontal=\"right\" vertical=\"top\"";
    // The day, the number, and the total.
    let indented = styles.matches(aligned).count();
    assert!(indented >= 3 && indented == styles.matches("indent=\"1\"").count(), "{styles}");
}
