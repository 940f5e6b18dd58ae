//! A file of typed columns: its header, its groups of rows, and each column of a group as arrays.
//!
//! What a damaged file claims of itself is held against its bytes before anything is made of it; what is still wrong
//! comes back as an error, or as a panic of the decoder that is caught here.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema};
use bytes::{Buf, Bytes};
use kaigong_model::{Diagnostic, Place};
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder},
    },
    basic::Compression,
    errors::ParquetError,
    file::reader::{ChunkReader, Length},
};

use super::{cells::is_text, footer, ipc};
use crate::{codes, words::cut};

/// Rows of an array that Parquet is decoded into.
const ROWS: usize = 1 << 16;
/// Characters of a decoder's own words that a message repeats.
const REASON_SHOWN: usize = 160;

/// A file of typed columns.
pub(super) struct Source {
    fields: Fields,
    rows: u64,
    /// The first group that has not been handed out.
    next: usize,
    format: Format,
}

enum Format {
    Parquet { bytes: Checked, metadata: ArrowReaderMetadata },
    Arrow(ipc::File),
}

/// Neighbouring rows that are read together.
pub(super) enum Group {
    /// A row group of Parquet.
    Parquet(usize),
    /// A record batch of Arrow.
    Arrow(RecordBatch),
}

/// How a column of texts is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// One after another.
    Texts,
    /// As codes of a dictionary.
    Codes,
}

/// Why a file cannot be read on.
#[derive(Debug)]
pub(super) enum Broken {
    /// By what the decoder says.
    Damaged(String),
    /// By a compression that is not read.
    Packed(String),
}

impl Broken {
    pub(super) fn damaged(why: &str) -> Self {
        Self::Damaged(why.to_owned())
    }

    /// The fault of the file.
    pub(super) fn said(&self, name: &str) -> Diagnostic {
        let fault = match self {
            Self::Damaged(why) => {
                let why = cut(why, REASON_SHOWN);
                Diagnostic::error(
                    codes::BROKEN_COLUMNS,
                    format!("不是完好的 Parquet 或 Arrow 文件：{why}"),
                    format!("this is no sound Parquet or Arrow file: {why}"),
                )
                .help("请重新导出，或另存为 CSV", "export it anew, or save the table as CSV")
            }
            Self::Packed(codec) => Diagnostic::error(
                codes::PACKED,
                format!("文件用 {codec} 压缩，这里不读"),
                format!("the file is packed with {codec}, which is not read here"),
            )
            .help("导出时改用 snappy、lz4 或不压缩", "export it with snappy, lz4 or without compression"),
        };
        fault.at(Place::File(name.to_owned()))
    }
}

impl From<ParquetError> for Broken {
    fn from(error: ParquetError) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<ArrowError> for Broken {
    fn from(error: ArrowError) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// Runs a decoder on bytes of unknown origin; a panic of it is damage too.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, Broken>) -> Result<T, Broken> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Broken::damaged("its parts do not fit one another")))
}

impl Source {
    /// Reads the header.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, Broken> {
        guarded(|| {
            if bytes.starts_with(b"ARROW1") {
                let file = ipc::File::open(bytes)?;
                let (fields, rows) = (file.schema().fields().clone(), file.rows());
                return Ok(Self { fields, rows, next: 0, format: Format::Arrow(file) });
            }
            if !bytes.starts_with(b"PAR1") {
                return Err(Broken::damaged(if bytes.starts_with(&[0xff; 4]) {
                    "an Arrow stream is not read, write it as an Arrow file"
                } else {
                    "it does not begin as one"
                }));
            }
            if !footer::is_plausible(bytes) {
                return Err(Broken::damaged("its footer is cut short"));
            }
            let bytes = Checked(Bytes::copy_from_slice(bytes));
            let metadata = ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::new())?;
            let groups = metadata.metadata().row_groups().iter();
            let rows = groups.map(|group| u64::try_from(group.num_rows()).unwrap_or(u64::MAX));
            let rows = rows.fold(0, u64::saturating_add);
            let fields = metadata.schema().fields().clone();
            Ok(Self { fields, rows, next: 0, format: Format::Parquet { bytes, metadata } })
        })
    }

    /// The columns.
    pub(super) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// How many rows the file says it has.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Says which columns will be read, and how.
    pub(super) fn choose(&mut self, hints: &[(usize, Hint)]) -> Result<(), Broken> {
        guarded(|| match &mut self.format {
            Format::Arrow(file) => {
                file.choose(hints.iter().map(|&(at, _)| at));
                Ok(())
            }
            Format::Parquet { metadata, .. } => {
                packed_otherwise(metadata, hints)?;
                let hinted = hinted(&self.fields, hints);
                let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(hinted)));
                // A hint that does not fit is left: the column is read as it is.
                if let Ok(chosen) = ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options) {
                    *metadata = chosen;
                }
                Ok(())
            }
        })
    }

    /// Up to so many groups more, in order; none at the end.
    pub(super) fn next_groups(&mut self, most: usize) -> Result<Vec<Group>, Broken> {
        let first = self.next;
        match &mut self.format {
            Format::Parquet { metadata, .. } => {
                self.next = metadata.metadata().num_row_groups().min(first + most);
                Ok((first..self.next).map(Group::Parquet).collect())
            }
            Format::Arrow(file) => {
                self.next = file.batches().min(first + most);
                file.read(first..self.next).map(|batches| batches.into_iter().map(Group::Arrow).collect())
            }
        }
    }

    /// A column of a group, from its first row to its last.
    pub(super) fn column(&self, group: &Group, at: usize) -> Result<Vec<ArrayRef>, Broken> {
        match (&self.format, group) {
            (Format::Arrow(file), Group::Arrow(batch)) => {
                let column = file.position(at).and_then(|at| batch.columns().get(at));
                Ok(column.cloned().into_iter().collect())
            }
            (Format::Parquet { bytes, metadata }, Group::Parquet(number)) => guarded(|| {
                let mask = ProjectionMask::roots(metadata.parquet_schema(), [at]);
                let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(bytes.clone(), metadata.clone())
                    .with_row_groups(vec![*number])
                    .with_projection(mask)
                    .with_batch_size(ROWS)
                    .build()?;
                let arrays: Vec<ArrayRef> =
                    reader.map(|batch| Ok(Arc::clone(batch?.column(0)))).collect::<Result<_, ArrowError>>()?;
                let rows: usize = arrays.iter().map(Array::len).sum();
                let claimed = metadata.metadata().row_group(*number).num_rows();
                if i64::try_from(rows) == Ok(claimed) {
                    Ok(arrays)
                } else {
                    Err(Broken::damaged("a column has fewer rows than its group"))
                }
            }),
            // INVARIANT: groups are those of their own file.
            _ => Ok(Vec::new()),
        }
    }
}

/// The fields, columns of texts as they are wanted.
fn hinted(fields: &Fields, hints: &[(usize, Hint)]) -> Vec<Field> {
    let of = |at: usize, field: &Field| {
        let hint = hints.iter().find(|(hinted, _)| *hinted == at).map(|(_, hint)| *hint);
        let data_type = match hint {
            Some(Hint::Texts) if is_text(field.data_type()) => DataType::Utf8,
            Some(Hint::Codes) if is_text(field.data_type()) => {
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
            }
            _ => field.data_type().clone(),
        };
        field.clone().with_data_type(data_type)
    };
    fields.iter().enumerate().map(|(at, field)| of(at, field)).collect()
}

/// Refuses columns that are packed in a way that is not read.
fn packed_otherwise(metadata: &ArrowReaderMetadata, hints: &[(usize, Hint)]) -> Result<(), Broken> {
    let schema = metadata.parquet_schema();
    for leaf in
        (0..schema.num_columns()).filter(|&leaf| hints.iter().any(|(at, _)| *at == schema.get_column_root_idx(leaf)))
    {
        for group in metadata.metadata().row_groups() {
            match group.column(leaf).compression() {
                Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::LZ4 | Compression::LZ4_RAW => {}
                other => {
                    let name = other.to_string();
                    return Err(Broken::Packed(name.split('(').next().unwrap_or_default().to_ascii_lowercase()));
                }
            }
        }
    }
    Ok(())
}

/// Bytes of which no more is given than there is.
#[derive(Clone)]
struct Checked(Bytes);

impl Length for Checked {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }
}

impl ChunkReader for Checked {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        let start = usize::try_from(start).ok().filter(|&start| start <= self.0.len()).ok_or_else(cut_short)?;
        Ok(self.0.slice(start..).reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let start = usize::try_from(start).map_err(|_| cut_short())?;
        let end = start.checked_add(length).filter(|&end| end <= self.0.len()).ok_or_else(cut_short)?;
        Ok(self.0.slice(start..end))
    }
}

fn cut_short() -> ParquetError {
    ParquetError::EOF("it is cut short".to_owned())
}
