//! The same ledger as CSV and as typed columns, however each column is kept.

use std::{io::Cursor, sync::Arc};

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array, LargeStringArray,
    StringArray, StringViewArray,
    types::{Int8Type, Int32Type},
};
use kaigong_model::Date;
use parquet::basic::Compression;
use proptest::prelude::*;

use super::{arrow, parquet};
use crate::{
    BlockOptions, Input, InputFormat, Origin, ReadOptions,
    blocks::tests::{all_blocks, projects},
    columnar,
    csv_ledger::{self, tests::pieces::finished},
    draft::Draft,
    testing::{codes_of, schema},
};

const HEADERS: [&str; 13] = [
    "id",
    "项目名称",
    "占用耕地(亩)",
    "总投资",
    "是否中央项目",
    "人数",
    "开工日期",
    "行业",
    "施工许可证",
    "permit.accepted_on",
    "permit.area",
    "上游项目",
    "备注",
];

/// Cells that are sound in the columns after the id, in order.
const SOUND: [&[&str]; 12] = [
    &["城北快速路", "水厂,一期", " a\"b ", "½"],
    &["380", "380.5", "0.000001", "380.5亩", "无", "0"],
    &["12.5亿元", "400", "0", "办理中"],
    &["true", "false", "是", "无"],
    &["1", "42", "0"],
    &["2026-02-28", "2026-01-01", "1999-12-31", "无"],
    &["工业", "road", "无"],
    &["2026-02-01", "2025-11-30", "惠建〔2026〕1号", "办理中"],
    &["2026-01-05", "2026-01-06", "办理中"],
    &["3", "4", "2公顷"],
    &["P-1", "P-1;P-2", ";", "无"],
    &["x"],
];

/// Cells that may stand anywhere.
const WILD: [&str; 12] = [
    "P-1",
    "Q\u{1}",
    "0.0000001",
    "-3",
    "NaN",
    "99999999999999999999",
    "2026-02-30",
    "渔业",
    "\u{a0}",
    "P-9",
    " ",
    "是",
];

/// One ledger: rows of cells, and how each column is kept.
#[derive(Clone, Debug)]
struct Ledger {
    rows: Vec<Vec<Option<String>>>,
    kept: Vec<u8>,
    group: usize,
}

fn cell(column: usize) -> impl Strategy<Value = Option<String>> {
    let (sound, wild) = (prop::sample::select(SOUND[column]), prop::sample::select(&WILD[..]));
    prop_oneof![60 => Just(None), 80 => sound.prop_map(Some), 2 => wild.prop_map(Some)]
        .prop_map(|text| text.map(str::to_owned))
}

fn row() -> impl Strategy<Value = Vec<Option<String>>> {
    let id = prop_oneof![
        40 => (0u32..1_000).prop_map(|number| Some(format!("P-{number}"))),
        1 => Just(None),
        1 => Just(Some("Q\u{1}".to_owned())),
    ];
    let cells: Vec<_> = (0..SOUND.len()).map(cell).collect();
    (id, cells).prop_map(|(id, cells)| std::iter::once(id).chain(cells).collect())
}

fn ledger() -> impl Strategy<Value = Ledger> {
    let kept = prop::collection::vec(0u8..7, HEADERS.len());
    (prop::collection::vec(row(), 0..40), kept, 1usize..50).prop_map(|(mut rows, kept, group)| {
        // A row without anything is no row of a CSV.
        rows.retain(|row| row.iter().flatten().any(|text| !text.trim().is_empty()));
        Ledger { rows, kept, group }
    })
}

/// Each text read, a blank as it is; none where one cannot be.
fn all<T>(texts: &[Option<&str>], read: impl Fn(&str) -> Option<T>) -> Option<Vec<Option<T>>> {
    texts.iter().map(|text| text.map_or(Some(None), |text| read(text).map(Some))).collect()
}

/// The texts of a column in the type of its fact, where that says the same.
fn native(column: usize, texts: &[Option<&str>]) -> Option<ArrayRef> {
    match column {
        4 => Some(Arc::new(BooleanArray::from(all(texts, |text| text.parse::<bool>().ok())?))),
        6 | 8 | 9 => Some(Arc::new(Date32Array::from(all(texts, |text| Date::parse(text).map(|day| day.0))?))),
        2 | 3 | 5 | 10 => {
            let whole = |text: &str| text.parse::<i64>().ok().filter(|number| number.to_string() == text);
            if let Some(numbers) = all(texts, whole) {
                return Some(Arc::new(Int64Array::from(numbers)));
            }
            let float = |text: &str| text.parse::<f64>().ok().filter(|number| number.to_string() == text);
            Some(Arc::new(Float64Array::from(all(texts, float)?)))
        }
        _ => None,
    }
}

/// Amounts of six places as decimals.
fn decimals(texts: &[Option<&str>]) -> Option<ArrayRef> {
    let read = |text: &str| {
        let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
        let is_plain = !whole.is_empty() && rest.len() <= 6 && (whole.len() < 15);
        let digits = format!("{whole}{rest:0<6}");
        digits.parse::<i128>().ok().filter(|_| is_plain && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    Some(Arc::new(Decimal128Array::from(all(texts, read)?).with_precision_and_scale(30, 6).ok()?))
}

fn array(column: usize, texts: &[Option<&str>], kept: u8) -> ArrayRef {
    let is_amount = matches!(column, 2 | 3 | 10);
    let texts = texts.to_vec();
    match kept {
        0 => Arc::new(StringArray::from(texts)),
        1 => Arc::new(LargeStringArray::from(texts)),
        2 => Arc::new(StringViewArray::from(texts)),
        3 => Arc::new(texts.into_iter().collect::<DictionaryArray<Int32Type>>()),
        4 if is_amount => decimals(&texts).unwrap_or_else(|| Arc::new(StringArray::from(texts))),
        5 if texts.iter().all(Option::is_none) => Arc::new(arrow_array::NullArray::new(texts.len())),
        6 if texts.len() < 100 => Arc::new(texts.into_iter().collect::<DictionaryArray<Int8Type>>()),
        _ => native(column, &texts).unwrap_or_else(|| Arc::new(StringArray::from(texts))),
    }
}

fn csv(ledger: &Ledger) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADERS).unwrap();
    for row in &ledger.rows {
        writer.write_record(row.iter().map(|text| text.as_deref().unwrap_or_default())).unwrap();
    }
    writer.into_inner().unwrap()
}

proptest! {
    #[test]
    fn typed_columns_are_what_their_texts_are(ledger in ledger()) {
        let columns = columns(&ledger);
        for skip in [false, true] {
            let read = |bytes, read: fn(&mut Draft, &Input)| {
                let mut draft = Draft::new(&schema(), skip);
                read(&mut draft, &Input { name: "a".to_owned(), bytes });
                finished(draft)
            };
            let expect = read(csv(&ledger), csv_ledger::read);
            let packed = ledger.group.is_multiple_of(2);
            let compression = if packed { Compression::SNAPPY } else { Compression::LZ4_RAW };
            for form in [parquet(&columns, ledger.group, compression), arrow(&columns, ledger.group, packed)] {
                prop_assert_eq!(&read(form.clone(), columnar::read), &expect);
                prop_assert_eq!(&read(form, |draft, input| columnar::read_in_steps(draft, input, 7)), &expect);
            }
        }
    }

    #[test]
    fn blocks_of_columns_hold_what_the_whole_holds(ledger in ledger(), rows in 1usize..20) {
        let columns = columns(&ledger);
        for (name, bytes) in [
            ("a.parquet", parquet(&columns, ledger.group, Compression::SNAPPY)),
            ("a.arrow", arrow(&columns, ledger.group, true)),
        ] {
            let input = Input { name: name.to_owned(), bytes: bytes.clone() };
            let whole = crate::read(&schema(), &[input], &ReadOptions::default());
            let file = || Origin::<&[u8]>::Columns(Box::new(Cursor::new(bytes.clone())));
            let options = BlockOptions::of(rows, InputFormat::Csv);
            let (held, _, said, linked) = all_blocks(name, file, options).0;
            match &whole {
                Ok(whole) => {
                    prop_assert_eq!(&held, &projects(&whole.portfolio), "blocks of {}", rows);
                    prop_assert_eq!(&said, &Ok(whole.notices.clone()));
                }
                // A link to nobody is not seen where the ledger is not seen whole.
                Err(faults) => {
                    prop_assert!(said.is_err() || linked && codes_of(faults).contains(&"KG-L018"), "{:?}", faults);
                }
            }
        }
    }
}

#[test]
fn many_rows_are_what_their_texts_are() {
    // Whole zones, a part of one, a column that begins late, one that ends early, a row with a fault.
    let count = 2 * columnar::ROWS + 5_000;
    for faults in [0, 1] {
        let row = |at: usize| -> Vec<Option<String>> {
            let mut row = vec![None; HEADERS.len()];
            row[0] = Some(format!("P-{at}"));
            row[2] = (!at.is_multiple_of(11)).then(|| (at * 7 % 3_000).to_string());
            row[5] = (at > columnar::ROWS + 77).then(|| (at % 90).to_string());
            row[6] = (at < columnar::ROWS / 2).then(|| Date(at as i32 % 9_000).to_string());
            row[7] = Some(["工业", "road", "无"][at % 3].to_owned());
            row[8] = (!at.is_multiple_of(5)).then(|| Date(18_000 + at as i32 % 40).to_string());
            if faults == 1 && at == columnar::ROWS + 4 {
                row[2] = Some("-3".to_owned());
            }
            row
        };
        let ledger =
            Ledger { rows: (0..count).map(row).collect(), kept: vec![5, 0, 5, 0, 0, 5, 5, 3, 3, 0, 0, 0, 0], group: 0 };
        let read = |bytes, read: fn(&mut Draft, &Input)| {
            let mut draft = Draft::new(&schema(), true);
            read(&mut draft, &Input { name: "a".to_owned(), bytes });
            finished(draft)
        };
        let expect = read(csv(&ledger), csv_ledger::read);
        for group in [count, columnar::ROWS, 5_000] {
            assert!(read(parquet(&columns(&ledger), group, Compression::SNAPPY), columnar::read) == expect, "{group}");
            assert!(read(arrow(&columns(&ledger), group, true), columnar::read) == expect, "{group}");
        }
    }
}

/// The columns of a ledger, each kept as it says.
fn columns(ledger: &Ledger) -> Vec<(&'static str, ArrayRef)> {
    let column = |at: usize| ledger.rows.iter().map(|row| row[at].as_deref()).collect::<Vec<_>>();
    (0..HEADERS.len()).map(|at| (HEADERS[at], array(at, &column(at), ledger.kept[at]))).collect()
}
