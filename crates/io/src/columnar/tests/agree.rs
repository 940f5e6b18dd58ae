//! The same ledger as CSV and as typed columns, however each column is kept.

use std::sync::Arc;

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
    Input, columnar,
    csv_ledger::{self, tests::pieces::finished},
    draft::Draft,
    testing::schema,
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
        let column = |at: usize| ledger.rows.iter().map(|row| row[at].as_deref()).collect::<Vec<_>>();
        let columns: Vec<(&str, ArrayRef)> =
            (0..HEADERS.len()).map(|at| (HEADERS[at], array(at, &column(at), ledger.kept[at]))).collect();
        for skip in [false, true] {
            let read = |bytes, read: fn(&mut Draft, &Input)| {
                let mut draft = Draft::new(&schema(), skip);
                read(&mut draft, &Input { name: "a".to_owned(), bytes });
                finished(draft)
            };
            let expect = read(csv(&ledger), csv_ledger::read);
            let packed = ledger.group.is_multiple_of(2);
            let compression = if packed { Compression::SNAPPY } else { Compression::LZ4_RAW };
            prop_assert_eq!(&read(parquet(&columns, ledger.group, compression), columnar::read), &expect);
            prop_assert_eq!(&read(arrow(&columns, ledger.group, packed), columnar::read), &expect);
        }
    }
}
