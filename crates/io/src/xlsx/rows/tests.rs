use std::io::{Cursor, Read as _};

use kaigong_model::{Date, Sheet, Value, Workbook, WrittenColumn};
use zip::ZipArchive;

use super::super::{Styles, draw, rows, sheet_names, workbook_xlsx};
use super::{MANY, is_long};

/// Cells of every kind: plain, hostile, long, odd, blank, of days that no spreadsheet has.
fn book(rows: usize) -> Workbook {
    let column = |header: &str| WrittenColumn { header: header.to_owned(), width: 12, ..WrittenColumn::default() };
    let columns = vec![
        WrittenColumn { exact: true, ..column("序号") },
        column("项目名称"),
        WrittenColumn { places: 2, summed: true, ..column("总投资(万元)") },
        WrittenColumn { dated: true, ..column("计划开工") },
        column("备注"),
    ];
    let words = ["甲", "=1+1", "a\nb", " c ", "<r><b></r>", "_x0041_", "x\u{1}y\r&<>\"", "长长长长长长长长长长长长"];
    let row = |at: usize| {
        let day = if at % 7 == 3 { Date::new(1850, 1, 1) } else { Date::new(2026, 1 + (at % 12) as i8, 9) };
        vec![
            Value::count(at + 1),
            Value::text(format!("{}{}", words[at % words.len()], if at.is_multiple_of(3) { "" } else { "尾" })),
            if at.is_multiple_of(5) { Value::Blank } else { Value::Number(format!("{}.{:02}", at * 37, at % 100)) },
            Value::day(day),
            Value::text(words[at % words.len()]),
        ]
    };
    let sheet = |name: &str, totals: Option<&str>, rows: usize| Sheet {
        name: name.to_owned(),
        heading: vec!["标题".to_owned(), "说明".to_owned()],
        columns: columns.clone(),
        rows: (0..rows).map(row).collect(),
        totals: totals.map(str::to_owned),
        filtered: true,
        frozen: 1,
        ..Sheet::default()
    };
    let sheets = vec![sheet("台账", Some("合计"), rows), sheet("清单", None, rows + 1), sheet("短", None, 3)];
    Workbook { title: "示例".to_owned(), as_of: Date::new(2026, 11, 20).unwrap(), sheets }
}

/// The same, every cell written by the library.
fn by_the_library(book: &Workbook) -> Vec<u8> {
    let styles = Styles::new();
    let names = sheet_names(&book.sheets);
    let mut file = rust_xlsxwriter::Workbook::new();
    for (sheet, name) in book.sheets.iter().zip(&names) {
        let mut tab = rust_xlsxwriter::Worksheet::new();
        tab.set_name(name).unwrap();
        let drawing = draw::Drawing { book, names: &names, sheet, name, styles: &styles, samples: false };
        drawing.draw(&mut tab).unwrap();
        file.push_worksheet(tab);
    }
    file.save_to_buffer().unwrap()
}

fn part(file: &[u8], name: &str) -> String {
    let mut text = String::new();
    ZipArchive::new(Cursor::new(file)).unwrap().by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// A look with the format of its numbers in place of that format's own number.
fn with_format(look: &str, styles: &str) -> String {
    let id = look.split("numFmtId=\"").nth(1).unwrap().split('"').next().unwrap();
    let known = styles.split(&format!("<numFmt numFmtId=\"{id}\" formatCode=\"")).nth(1);
    let code = known.map_or(id, |rest| rest.split('"').next().unwrap());
    look.replace(&format!("numFmtId=\"{id}\""), &format!("numFmt=\"{code}\""))
}

/// A sheet's part with shared strings in place of their numbers, and styles in place of theirs.
fn resolved(file: &[u8], sheet: usize) -> String {
    let strings = part(file, "xl/sharedStrings.xml");
    let texts: Vec<&str> = strings.split("<si>").skip(1).map(|rest| rest.split("</si>").next().unwrap()).collect();
    let unique: usize = strings.split("uniqueCount=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    assert_eq!(texts.len(), unique);
    let styles = part(file, "xl/styles.xml");
    let cells = styles.split("<cellXfs").nth(1).unwrap().split("</cellXfs>").next().unwrap();
    let looks: Vec<String> = cells.split("<xf ").skip(1).map(|look| with_format(look, &styles)).collect();
    let mut out = String::new();
    for piece in part(file, &format!("xl/worksheets/sheet{sheet}.xml")).split_inclusive("</c>") {
        let mut piece = piece.to_owned();
        if let Some((before, number)) = piece.clone().split_once(" t=\"s\"><v>") {
            let number: usize = number.split('<').next().unwrap().parse().unwrap();
            // Runs that say a text and the text itself are the same words.
            let words = texts[number].replace("<r>", "").replace("</r>", "");
            piece = format!("{before}>{words}</c>");
        }
        for (at, rest) in piece.clone().split(" s=\"").enumerate() {
            if at == 0 {
                out.push_str(rest);
                continue;
            }
            let (number, rest) = rest.split_once('"').unwrap();
            out.push_str(&looks[number.parse::<usize>().unwrap()]);
            out.push_str(rest);
        }
    }
    out
}

#[test]
fn long_sheets_are_what_the_library_writes() {
    let book = book(MANY);
    assert!(is_long(&book.sheets[0]) && is_long(&book.sheets[1]) && !is_long(&book.sheets[2]));
    let (ours, theirs) = (workbook_xlsx(&book).unwrap(), by_the_library(&book));
    assert_ne!(ours, theirs, "rows are written here");
    for sheet in 1..=3 {
        let (ours, theirs) = (resolved(&ours, sheet), resolved(&theirs, sheet));
        let inline = |text: &str| text.replace(" t=\"inlineStr\"><is><t>", "><t>").replace("</t></is></c>", "</t></c>");
        let (ours, theirs) = (inline(&ours), inline(&theirs));
        for (ours, theirs) in ours.split("<row").zip(theirs.split("<row")) {
            assert_eq!(ours, theirs);
        }
        assert_eq!(ours.len(), theirs.len());
    }
    let names = |file: &[u8]| -> Vec<String> {
        ZipArchive::new(Cursor::new(file)).unwrap().file_names().map(|name| name.unwrap().into_owned()).collect()
    };
    let named = |mut names: Vec<String>| {
        names.sort();
        names
    };
    assert_eq!(named(names(&ours)), named(names(&theirs)));
}

#[test]
fn long_sheets_are_the_same_bytes_on_any_number_of_threads() {
    let book = book(MANY);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| workbook_xlsx(&book).unwrap())
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn what_reads_like_an_escape_is_none() {
    let check = |text: &str, expect: &str| {
        let mut out = String::new();
        rows::push_text(text, &mut out);
        assert_eq!(out, format!("<si><t{expect}</t></si>"));
    };
    check("_x0041_", ">_x005F_x0041_");
    check("_x00_", ">_x00_");
    check("a\u{1}", ">a_x0001_");
    check(" a", " xml:space=\"preserve\"> a");
}
