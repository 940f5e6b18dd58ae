//! Typed columns are the portfolio that their texts would be, with the same faults in the same places.

mod agree;
mod broken;

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array, ListArray,
    RecordBatch, StringArray, TimestampMicrosecondArray, UInt8Array, types::Int32Type,
};
use arrow_ipc::{
    CompressionType,
    writer::{FileWriter, IpcWriteOptions},
};
use kaigong_model::{Cell, Date, Issue};
use parquet::{
    arrow::ArrowWriter,
    basic::Compression,
    file::properties::{WriterProperties, WriterVersion},
};

use crate::{
    Input, Ledger, ReadOptions, read,
    testing::{cell, input, lines_of, place, schema},
};

/// Named columns of one length.
type Columns = Vec<(&'static str, ArrayRef)>;

fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.iter().map(|(name, array)| (*name, Arc::clone(array), true)))
        .unwrap()
}

/// In row groups of so many rows.
fn parquet(columns: &[(&str, ArrayRef)], rows: usize, compression: Compression) -> Vec<u8> {
    let batch = batch(columns);
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_max_row_group_row_count(Some(rows))
        .set_writer_version(if rows.is_multiple_of(2) {
            WriterVersion::PARQUET_1_0
        } else {
            WriterVersion::PARQUET_2_0
        })
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

/// In record batches of so many rows.
fn arrow(columns: &[(&str, ArrayRef)], rows: usize, packed: bool) -> Vec<u8> {
    let batch = batch(columns);
    let compression = packed.then_some(CompressionType::LZ4_FRAME);
    let options = IpcWriteOptions::default().try_with_compression(compression).unwrap();
    let mut writer = FileWriter::try_new_with_options(Vec::new(), &batch.schema(), options).unwrap();
    for first in (0..batch.num_rows()).step_by(rows) {
        writer.write(&batch.slice(first, rows.min(batch.num_rows() - first))).unwrap();
    }
    writer.into_inner().unwrap()
}

/// The same columns in every form.
fn forms(columns: &[(&str, ArrayRef)]) -> Vec<Input> {
    let named = |name: &str, bytes| Input { name: name.to_owned(), bytes };
    vec![
        named("a.parquet", parquet(columns, 2, Compression::SNAPPY)),
        named("a.pq", parquet(columns, 1_000, Compression::UNCOMPRESSED)),
        named("ledger", parquet(columns, 1, Compression::LZ4_RAW)),
        named("a.arrow", arrow(columns, 2, false)),
        named("a.feather", arrow(columns, 1_000, true)),
    ]
}

fn read_one(input: Input) -> Result<Ledger, Vec<String>> {
    let name = input.name.clone();
    let faults = |faults: Vec<_>| lines_of(&faults).into_iter().map(|line| line.replacen(&name, "a", 1)).collect();
    read(&schema(), &[input], &ReadOptions::default()).map_err(faults)
}

/// What is said of columns, the same in every form, as places and codes.
fn check(columns: &Columns, expect: &[&str]) {
    for input in forms(columns) {
        let name = input.name.clone();
        let said = read_one(input).map_or_else(|faults| faults, |ledger| lines_of(&ledger.notices));
        let short = said.iter().map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(": "));
        let short: Vec<String> = short.map(|line| line.replacen(&name, "a", 1)).collect();
        assert_eq!(short, expect, "{name}: {said:#?}");
    }
}

fn texts(texts: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

fn issued(day: &str) -> Cell {
    Cell::Document(vec![Issue { issued_on: Date::parse(day), ..Issue::default() }])
}

#[test]
fn types_are_read_for_what_they_hold() {
    let day = |text: &str| Date::parse(text).unwrap().0;
    let moment = |text: &str| i64::from(day(text)) * 86_400_000_000;
    let columns: Columns = vec![
        ("id", Arc::new(Int64Array::from(vec![7, 8, 9]))),
        ("项目名称", Arc::new(DictionaryArray::<Int32Type>::from_iter([Some(" 水厂"), None, Some("城北快速路")]))),
        ("占用耕地（公顷）", Arc::new(Float64Array::from(vec![Some(25.3333), None, Some(0.0)]))),
        (
            "总投资(万元)",
            Arc::new(
                Decimal128Array::from(vec![Some(12_345_678), None, Some(0)]).with_precision_and_scale(20, 4).unwrap(),
            ),
        ),
        ("是否中央项目", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
        ("人数", Arc::new(UInt8Array::from(vec![Some(12), None, Some(0)]))),
        ("开工日期", Arc::new(Date32Array::from(vec![Some(day("2026-03-01")), None, Some(day("1900-01-01"))]))),
        ("行业", Arc::new(DictionaryArray::<Int32Type>::from_iter([Some("工业"), Some("road"), Some("工业")]))),
        ("施工许可证", Arc::new(TimestampMicrosecondArray::from(vec![Some(moment("2026-02-01")), None, None]))),
        ("permit.area（公顷）", Arc::new(Int64Array::from(vec![Some(2), None, Some(3)]))),
        ("permit.accepted_on", Arc::new(Date32Array::from(vec![None, Some(day("2026-01-05")), None]))),
        ("上游项目", texts(&[Some("8；9"), None, Some(" ")])),
        ("备注", Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(vec![None::<Vec<Option<i32>>>; 3]))),
    ];
    for form in forms(&columns) {
        let name = form.name.clone();
        let ledger = read_one(form).unwrap_or_else(|faults| panic!("{name}: {faults:#?}"));
        let portfolio = &ledger.portfolio;
        let said = lines_of(&ledger.notices);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("KG-L010"), "{said:?}");
        assert_eq!(cell(portfolio, "7", "project.name"), Cell::Text("水厂".into()));
        assert_eq!(cell(portfolio, "8", "project.name"), Cell::Blank);
        assert_eq!(cell(portfolio, "7", "land.farmland"), Cell::Quantity(379_999_500));
        assert_eq!(cell(portfolio, "9", "land.farmland"), Cell::Quantity(0));
        assert_eq!(cell(portfolio, "7", "invest"), Cell::Quantity(1_234_567_800));
        assert_eq!(cell(portfolio, "8", "central"), Cell::Bool(false));
        assert_eq!(cell(portfolio, "9", "central"), Cell::Blank);
        assert_eq!(cell(portfolio, "7", "staff"), Cell::Quantity(12));
        assert_eq!(cell(portfolio, "9", "started_on"), Cell::Date(Date::parse("1900-01-01").unwrap()));
        assert_eq!(cell(portfolio, "8", "sector"), Cell::Enum(1));
        let Cell::Document(issues) = cell(portfolio, "7", "permit") else { panic!("{name}") };
        assert_eq!(issues[0].issued_on, Date::parse("2026-02-01"));
        assert_eq!(issues[0].area, Some(30_000_000));
        assert_eq!(cell(portfolio, "7", "after"), Cell::Projects(vec!["8".into(), "9".into()]));
        assert_eq!(cell(portfolio, "9", "after"), Cell::Blank);
        assert_eq!(place(portfolio, "8", "permit").replacen(&name, "a", 1), "a:3 施工许可证");
    }
}

#[test]
fn a_day_is_the_issue_of_a_document() {
    let days = Date32Array::from(vec![Some(20_000), None]);
    for form in forms(&[("id", texts(&[Some("P-1"), Some("P-2")])), ("permit", Arc::new(days.clone()))]) {
        let ledger = read_one(form).unwrap();
        assert_eq!(cell(&ledger.portfolio, "P-1", "permit"), issued("2024-10-04"));
        assert_eq!(cell(&ledger.portfolio, "P-2", "permit"), Cell::Blank);
    }
}

#[test]
fn cells_and_columns_that_cannot_be_read_are_all_listed() {
    let columns: Columns = vec![
        ("id", texts(&[Some("P-1"), None, Some("P-1")])),
        ("占用耕地", Arc::new(Float64Array::from(vec![Some(0.1 + 0.2), Some(f64::NAN), Some(-3.0)]))),
        ("人数", Arc::new(Int64Array::from(vec![Some(i64::MIN), Some(i64::MAX), None]))),
        ("开工日期", Arc::new(Date32Array::from(vec![Some(i32::MAX), Some(i32::MIN), None]))),
        ("行业", Arc::new(DictionaryArray::<Int32Type>::from_iter([Some("渔业"), Some("工业"), Some("渔业")]))),
        ("施工许可证", texts(&[Some("2026-02-30"), Some("无"), None])),
    ];
    check(
        &columns,
        &[
            "a:2 占用耕地: KG-L032",
            "a:2 开工日期: KG-L035",
            "a:2 施工许可证: KG-L035",
            "a:2 行业: KG-L037",
            "a:3 id: KG-L014",
            "a:3 占用耕地: KG-L030",
            "a:3 开工日期: KG-L035",
            "a:4 id: KG-L015",
            "a:4 占用耕地: KG-L034",
            "a:4 行业: KG-L037",
        ],
    );
    let two: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(vec![None::<Vec<Option<i32>>>]));
    let columns: Columns = vec![
        ("id", texts(&[Some("P-1")])),
        ("占用耕地", Arc::new(Date32Array::from(vec![1]))),
        ("开工日期", Arc::new(Int64Array::from(vec![20_260_101]))),
        ("是否中央项目", Arc::new(Float64Array::from(vec![1.0]))),
        ("项目名称", two),
        ("permit", Arc::new(BooleanArray::from(vec![true]))),
        ("permit.area", Arc::new(BooleanArray::from(vec![true]))),
        ("人数", texts(&[Some("q")])),
    ];
    check(
        &columns,
        &[
            "a:1 permit: KG-L065",
            "a:1 permit.area: KG-L065",
            "a:1 占用耕地: KG-L065",
            "a:1 开工日期: KG-L065",
            "a:1 是否中央项目: KG-L065",
            "a:1 项目名称: KG-L065",
            "a:2 人数: KG-L030",
        ],
    );
}

#[test]
fn headers_are_those_of_a_csv() {
    let one = || texts(&[Some("1")]);
    check(&vec![("占用耕地(万元)", one()), ("id", one())], &["a:1 占用耕地(万元): KG-L012"]);
    check(&vec![("占用耕地", one()), ("耕地面积(亩)", one()), ("id", one())], &["a:1 耕地面积(亩): KG-L011"]);
    check(&vec![("人数", one())], &["a:1: KG-L013"]);
    check(&vec![("id", Arc::new(Float64Array::from(vec![1.0])) as ArrayRef)], &["a:1 id: KG-L065"]);
    check(&vec![("id", texts(&[]))], &["a:1 id: KG-L041"]);
}

#[test]
fn a_ledger_joins_others_as_a_csv_does() {
    let columns: Columns = vec![
        ("id", texts(&[Some("P-1"), Some("P-3"), Some("P-2")])),
        ("行业", texts(&[Some("工业"), Some("公路"), None])),
        ("施工许可证", texts(&[Some("2026-01-01"), None, Some("无")])),
    ];
    let csv = "id,行业,施工许可证\nP-1,工业,2026-01-01\nP-3,公路,\nP-2,,无\n";
    let other = "id,permit.number,sector\nP-2,,road\nP-1,12,road\n";
    let said = |first: Input, second: Input| {
        let ledger = read(&schema(), &[first, second], &ReadOptions::default()).unwrap();
        let portfolio = ledger.portfolio;
        let ids: Vec<String> = portfolio.ids.iter().map(ToString::to_string).collect();
        let facts = ["sector", "permit"];
        let cells =
            ids.iter().flat_map(|id| facts.map(|fact| (cell(&portfolio, id, fact), place(&portfolio, id, fact))));
        let cells: Vec<_> = cells.collect();
        (ids, cells, lines_of(&ledger.notices))
    };
    for bytes in [parquet(&columns, 2, Compression::SNAPPY), arrow(&columns, 2, false)] {
        let typed = || Input { name: "a".to_owned(), bytes: bytes.clone() };
        assert_eq!(said(typed(), input("b.csv", other)), said(input("a", csv), input("b.csv", other)));
        assert_eq!(said(input("b.csv", other), typed()), said(input("b.csv", other), input("a", csv)));
    }
}
