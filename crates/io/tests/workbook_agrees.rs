//! The same ledger as CSV and as a workbook is the same portfolio, however a spreadsheet keeps its cells.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use kaigong_io::{Input, ReadOptions, read};
use kaigong_model::{Date, Portfolio};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

#[path = "../fuzz/targets.rs"]
#[allow(dead_code, reason = "of the targets only the schema is wanted here")]
mod targets;

const HEADERS: [&str; 8] = ["id", "耕地(亩)", "money(万元)", "ok", "day", "note", "permit", "sector"];

/// A cell, as text and as a spreadsheet may keep it.
#[derive(Clone, Debug)]
enum Kept {
    Blank,
    Text(String),
    Number(String),
    Day(i16, u8, u8),
}

impl Kept {
    fn text(&self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(text) | Self::Number(text) => text.clone(),
            Self::Day(year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
        }
    }
}

fn words(words: &'static [&'static str]) -> impl Strategy<Value = Kept> {
    prop::sample::select(words).prop_map(|word| Kept::Text(word.to_owned()))
}

/// Up to fourteen digits: more no spreadsheet keeps.
fn number() -> impl Strategy<Value = Kept> {
    let digits = (0u64..100_000_000, 0u32..1_000_000, 0usize..=6, any::<bool>());
    digits.prop_map(|(whole, places, count, as_text)| {
        let places = format!("{places:06}")[..count].to_owned();
        let text = if count == 0 { whole.to_string() } else { format!("{whole}.{places}") };
        if as_text { Kept::Text(text) } else { Kept::Number(text) }
    })
}

fn day() -> impl Strategy<Value = Kept> {
    (1990i16..2079, 1u8..=12, 1u8..=28).prop_map(|(year, month, day)| Kept::Day(year, month, day))
}

fn row() -> impl Strategy<Value = Vec<Kept>> {
    let blank = || Just(Kept::Blank);
    (
        prop_oneof![blank(), number(), words(&["12公顷", "1,234.5亩", "无", "办理中"])],
        prop_oneof![blank(), number(), words(&["12.5亿元", "400万元"])],
        prop_oneof![blank(), words(&["是", "否", "有", "√", "×", "办理中"])],
        prop_oneof![blank(), day(), words(&["无"])],
        prop_oneof![blank(), words(&["说明", "a,b", "=1+1"])],
        prop_oneof![blank(), day(), words(&["无", "受理", "惠市〔2020〕3号", "已取得"])],
        prop_oneof![blank(), words(&["工业", "industry"])],
    )
        .prop_map(|(a, b, c, d, e, f, g)| vec![a, b, c, d, e, f, g])
}

fn csv(rows: &[Vec<Kept>]) -> Vec<u8> {
    let line = |(at, row): (usize, &Vec<Kept>)| {
        let cells: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.text())).collect();
        format!("P-{at},{}", cells.join(","))
    };
    let lines: Vec<String> = std::iter::once(HEADERS.join(",")).chain(rows.iter().enumerate().map(line)).collect();
    lines.join("\n").into_bytes()
}

fn xlsx(rows: &[Vec<Kept>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let (page, day) = (book.add_worksheet(), Format::new().set_num_format("yyyy/m/d"));
    page.write(0, 0, "2026年重点项目台账").unwrap();
    for (column, header) in (0..).zip(HEADERS) {
        page.write(1, column, header).unwrap();
    }
    for (at, row) in (2..).zip(rows) {
        page.write(at, 0, format!("P-{}", at - 2)).unwrap();
        for (column, cell) in (1..).zip(row) {
            let _ = match cell {
                Kept::Blank => continue,
                Kept::Text(text) => page.write_string(at, column, text),
                Kept::Number(text) => page.write(at, column, text.parse::<f64>().unwrap()),
                Kept::Day(year, month, of) => {
                    let date = ExcelDateTime::from_ymd(*year as u16, *month, *of).unwrap();
                    page.write_with_format(at, column, &date, &day)
                }
            }
            .unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

/// Every cell of every project.
fn cells(portfolio: &Portfolio) -> Vec<String> {
    let day = Date::new(2026, 11, 20).unwrap();
    let of = |row: u32| portfolio.schema.iter().map(move |(fact, _)| portfolio.cell(fact, row, day, None));
    (0..portfolio.len() as u32)
        .flat_map(|row| of(row).map(move |cell| format!("{} {cell:?}", &portfolio.ids[row as usize])))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_workbook_says_what_its_csv_says(rows in prop::collection::vec(row(), 1..12)) {
        let read = |name: &str, bytes: Vec<u8>| {
            let input = Input { name: name.to_owned(), bytes };
            read(&targets::schema(), &[input], &ReadOptions::default()).map(|ledger| cells(&ledger.portfolio))
        };
        let plain = read("projects.csv", csv(&rows)).map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?;
        let sheet = read("台账.xlsx", xlsx(&rows)).map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?;
        prop_assert_eq!(plain, sheet);
    }
}
