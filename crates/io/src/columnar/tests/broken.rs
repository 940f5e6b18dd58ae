//! Files that are cut short or damaged: faults that say so, and nothing else happens.

use arrow_array::{ArrayRef, Date32Array, DictionaryArray, Int64Array, types::Int32Type};
use parquet::basic::Compression;
use std::sync::Arc;

use super::{Columns, arrow, parquet, texts};
use crate::{
    Input, ReadOptions, read,
    testing::{lines_of, schema},
};

#[allow(clippy::disallowed_methods, reason = "how long the tests run may be said in the environment")]
#[path = "../../../../rules/fuzz/mutation.rs"]
mod mutation;

fn columns() -> Columns {
    let rows = 0..200i32;
    let ids: Vec<String> = rows.clone().map(|row| format!("P-{row}")).collect();
    let ids: Vec<Option<&str>> = ids.iter().map(|id| Some(id.as_str())).collect();
    let words = rows.clone().map(|row| (row % 7 > 0).then_some(["工业", "公路", "无"][row as usize % 3]));
    let days = rows.clone().map(|row| (row % 3 > 0).then_some(20_000 + row));
    let numbers = rows.map(|row| (row % 5 > 0).then_some(i64::from(row) * 10));
    vec![
        ("id", texts(&ids)),
        ("行业", Arc::new(words.collect::<DictionaryArray<Int32Type>>()) as ArrayRef),
        ("施工许可证", Arc::new(days.collect::<Date32Array>())),
        ("占用耕地", Arc::new(numbers.collect::<Int64Array>())),
    ]
}

fn files() -> [Vec<u8>; 4] {
    let columns = columns();
    [
        parquet(&columns, 64, Compression::SNAPPY),
        parquet(&columns, 1_001, Compression::UNCOMPRESSED),
        arrow(&columns, 64, false),
        arrow(&columns, 1_001, true),
    ]
}

/// Reads, or gives faults that each say something.
fn survives(bytes: &[u8]) -> Result<usize, Vec<String>> {
    let input = Input { name: "a.parquet".to_owned(), bytes: bytes.to_vec() };
    match read(&schema(), &[input], &ReadOptions::default()) {
        Ok(ledger) => Ok(ledger.portfolio.len()),
        Err(faults) => {
            assert!(!faults.is_empty());
            assert!(faults.iter().all(|fault| !fault.message.zh.is_empty() && !fault.message.en.is_empty()));
            Err(lines_of(&faults))
        }
    }
}

#[test]
fn a_file_that_is_cut_short_is_one_fault() {
    for whole in files() {
        assert_eq!(survives(&whole), Ok(200));
        for end in (0..whole.len()).step_by(7) {
            let faults = survives(&whole[..end]).unwrap_err();
            assert!(faults.len() == 1 && faults[0].starts_with("a.parquet: KG-L063"), "{end}: {faults:?}");
        }
    }
}

#[test]
fn what_is_none_is_told_so() {
    for bytes in [&b"id,x\n"[..], b"PAR1", b"ARROW1\0\0", b"PAR1PAR1PAR1", b"\xff\xff\xff\xff\x10\0\0\0", b""] {
        let faults = survives(bytes).unwrap_err();
        assert!(faults[0].starts_with("a.parquet: KG-L063"), "{bytes:?}: {faults:?}");
    }
}

#[test]
fn a_file_packed_otherwise_is_told_how() {
    let bytes = include_bytes!("../../../../../fixtures/columns/zstd.parquet");
    let faults = survives(bytes).unwrap_err();
    assert_eq!(
        faults,
        ["a.parquet: KG-L066: the file is packed with zstd, which is not read here \
          (export it with snappy, lz4 or without compression)"]
    );
}

#[test]
fn damaged_files_are_survived() {
    for whole in files() {
        mutation::run(&[whole], &["PAR1", "\0\0\0\0", "P-1"], mutation::rounds(400), |bytes| drop(survives(bytes)));
    }
}
