//! Rows of text as Parquet: words as texts, days as days, yes and no as bools, money as decimals; a blank is null.

use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use arrow_array::{
    ArrayRef, RecordBatch,
    builder::{BooleanBuilder, Date32Builder, Decimal128Builder, StringBuilder},
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use kaigong_model::Date;
use parquet::{
    arrow::ArrowWriter,
    basic::Compression,
    file::properties::{EnabledStatistics, WriterProperties},
};

/// Digits of a decimal, and how many of them stand behind the point: fen are the sixth place of 万元.
const DIGITS: u8 = 38;
const PLACES: u8 = 6;

/// What the texts of a column are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowType {
    /// As they are.
    Text,
    /// A day, `YYYY-MM-DD`.
    Day,
    /// `yes` or `no`.
    YesNo,
    /// Money in 万元, exact to the fen.
    Wan,
}

impl RowType {
    /// Whether a text can be written as it; a blank always can.
    pub fn holds(self, text: &str) -> bool {
        text.is_empty()
            || match self {
                Self::Text => true,
                Self::Day => Date::parse(text).is_some(),
                Self::YesNo => matches!(text, "yes" | "no"),
                Self::Wan => decimal(text).is_some(),
            }
    }
}

/// The columns of rows that become Parquet.
#[derive(Clone, Debug)]
pub struct RowColumns {
    types: Arc<[RowType]>,
    schema: SchemaRef,
}

/// Rows on their way into a Parquet file, its bytes given as they come.
pub struct ParquetRows {
    columns: RowColumns,
    /// `None` once writing has failed.
    writer: Option<ArrowWriter<Out>>,
    out: Out,
}

/// Some rows, made apart from the file they go into.
#[derive(Debug)]
pub struct RowPart(Option<RecordBatch>);

/// Bytes written and not yet given.
#[derive(Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl Out {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl std::fmt::Debug for ParquetRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetRows").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl RowColumns {
    /// Named columns.
    pub fn new(columns: Vec<(String, RowType)>) -> Self {
        let types = columns.iter().map(|(_, row_type)| *row_type).collect();
        let fields = columns.into_iter().map(|(name, row_type)| Field::new(name, data_type(row_type), true));
        Self { types, schema: Arc::new(Schema::new(fields.collect::<Vec<_>>())) }
    }

    /// Makes rows ready to be added; each has a text a column. May be done on many threads.
    pub fn part<R: AsRef<[String]>>(&self, rows: &[R]) -> RowPart {
        let cells = |at: usize| rows.iter().map(move |row| row.as_ref().get(at).map_or("", String::as_str));
        let arrays = self.types.iter().enumerate().map(|(at, row_type)| array(*row_type, cells(at)));
        RowPart(RecordBatch::try_new(Arc::clone(&self.schema), arrays.collect()).ok())
    }
}

impl ParquetRows {
    /// A file of these columns.
    pub fn new(columns: RowColumns) -> Self {
        let out = Out::default();
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_created_by(concat!("kaigong ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer = ArrowWriter::try_new(out.clone(), Arc::clone(&columns.schema), Some(properties)).ok();
        Self { columns, writer, out }
    }

    /// Its columns.
    pub fn columns(&self) -> &RowColumns {
        &self.columns
    }

    /// Adds rows below those before.
    pub fn add(&mut self, part: &RowPart) {
        let written = self.writer.as_mut().zip(part.0.as_ref()).map(|(writer, batch)| writer.write(batch));
        if !matches!(written, Some(Ok(()))) {
            self.writer = None;
        }
    }

    /// The bytes that are ready.
    pub fn take(&self) -> Vec<u8> {
        self.out.take()
    }

    /// The last bytes; none where the file could not be made.
    pub fn finish(&mut self) -> Option<Vec<u8>> {
        self.writer.take()?.close().ok()?;
        Some(self.out.take())
    }
}

fn data_type(row_type: RowType) -> DataType {
    match row_type {
        RowType::Text => DataType::Utf8,
        RowType::Day => DataType::Date32,
        RowType::YesNo => DataType::Boolean,
        RowType::Wan => DataType::Decimal128(DIGITS, PLACES as i8),
    }
}

/// INVARIANT: the type holds every text; whoever writes the rows sees to it.
fn array<'c>(row_type: RowType, cells: impl Iterator<Item = &'c str>) -> ArrayRef {
    match row_type {
        RowType::Text => {
            let mut texts = StringBuilder::new();
            cells.for_each(|cell| texts.append_option(Some(cell).filter(|cell| !cell.is_empty())));
            Arc::new(texts.finish())
        }
        RowType::Day => {
            let mut days = Date32Builder::new();
            cells.for_each(|cell| days.append_option(Date::parse(cell).map(|day| day.0)));
            Arc::new(days.finish())
        }
        RowType::YesNo => {
            let mut bools = BooleanBuilder::new();
            cells.for_each(|cell| bools.append_option((!cell.is_empty()).then_some(cell == "yes")));
            Arc::new(bools.finish())
        }
        RowType::Wan => {
            let mut amounts = Decimal128Builder::new().with_data_type(data_type(row_type));
            cells.for_each(|cell| amounts.append_option(decimal(cell)));
            Arc::new(amounts.finish())
        }
    }
}

/// A decimal number as a whole one of [`PLACES`] places.
fn decimal(text: &str) -> Option<i128> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || rest.len() > usize::from(PLACES) {
        return None;
    }
    format!("{whole}{rest:0<width$}", width = usize::from(PLACES)).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_what_their_column_holds() {
        let cases = [("120000", Some(120_000_000_000)), ("-0.5", Some(-500_000)), ("1.000001", Some(1_000_001))];
        for (text, expect) in cases.into_iter().chain([("", None), ("1.0000001", None), ("x", None)]) {
            assert_eq!(decimal(text), expect, "{text}");
        }
        let columns = [("编号", RowType::Text), ("since", RowType::Day), ("certain", RowType::YesNo)];
        let columns = columns.map(|(name, row_type)| (name.to_owned(), row_type)).to_vec();
        let write = || {
            let columns = RowColumns::new(columns.clone());
            let mut rows = ParquetRows::new(columns.clone());
            let cells = [["P-1", "2026-11-20", "yes"], ["P-2", "", ""]].map(|row| row.map(str::to_owned));
            rows.add(&columns.part(&cells));
            let first = rows.take();
            [first, rows.finish().unwrap()].concat()
        };
        let bytes = write();
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
        assert_eq!(bytes, write());
    }
}
