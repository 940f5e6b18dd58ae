//! A file of typed columns: its header, its groups of rows, and each column of a group, so many rows at a time.
//!
//! What a damaged file claims of itself is held against its bytes before anything is made of it; what is still wrong
//! comes back as an error, or as a panic of the decoder that is caught here.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema};
use kaigong_model::{Diagnostic, Place, ZONE_ROWS};
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{
            ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
        },
    },
    basic::Compression,
    errors::ParquetError,
};

use super::{cells::is_text, footer, ipc, store::Store};
use crate::{codes, words::cut};

/// Rows that are best read of a column at a time: whole zones, which stay in the second-level cache.
pub(crate) const ROWS: usize = 4 * ZONE_ROWS;
/// Characters of a decoder's own words that a message repeats.
const REASON_SHOWN: usize = 160;

/// A file of typed columns.
pub(super) struct Source {
    fields: Fields,
    rows: u64,
    /// The first group that has not been handed out.
    next: usize,
    /// Rows that are read of a column at a time.
    step: usize,
    format: Format,
}

enum Format {
    Parquet { store: Store, metadata: ArrowReaderMetadata },
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

impl From<std::io::Error> for Broken {
    fn from(error: std::io::Error) -> Self {
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
    /// Reads the header; columns will be read so many rows at a time.
    pub(super) fn open(store: Store, step: usize) -> Result<Self, Broken> {
        guarded(|| {
            let first = store.part(0, store.length().min(6) as usize)?;
            if first.starts_with(b"ARROW1") {
                let file = ipc::File::open(store)?;
                let (fields, rows) = (file.schema().fields().clone(), file.rows());
                return Ok(Self { fields, rows, next: 0, step, format: Format::Arrow(file) });
            }
            if !first.starts_with(b"PAR1") {
                return Err(Broken::damaged(if first.starts_with(&[0xff; 4]) {
                    "an Arrow stream is not read, write it as an Arrow file"
                } else {
                    "it does not begin as one"
                }));
            }
            let footer = footer::length(&store.tail(footer::TAIL)?).filter(|&length| length as u64 <= store.length());
            let footer = footer.map(|length| store.tail(length)).transpose()?;
            if !footer.is_some_and(|footer| footer::is_plausible(&footer)) {
                return Err(Broken::damaged("its footer is cut short"));
            }
            let metadata = ArrowReaderMetadata::load(&store, ArrowReaderOptions::new())?;
            let groups = metadata.metadata().row_groups().iter();
            let rows = groups.map(|group| u64::try_from(group.num_rows()).unwrap_or(u64::MAX));
            let rows = rows.fold(0, u64::saturating_add);
            let fields = metadata.schema().fields().clone();
            Ok(Self { fields, rows, next: 0, step, format: Format::Parquet { store, metadata } })
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

    /// How many rows a group says it has.
    pub(super) fn rows_of(&self, group: &Group) -> u64 {
        match (&self.format, group) {
            (Format::Parquet { metadata, .. }, Group::Parquet(number)) => {
                u64::try_from(metadata.metadata().row_group(*number).num_rows()).unwrap_or_default()
            }
            (_, Group::Arrow(batch)) => batch.num_rows() as u64,
            // INVARIANT: groups are those of their own file.
            _ => 0,
        }
    }

    /// A column of a group, before its first row.
    pub(super) fn cursor(&self, group: &Group, at: usize) -> Result<Cursor, Broken> {
        match (&self.format, group) {
            (Format::Arrow(file), Group::Arrow(batch)) => {
                let column = file.position(at).and_then(|at| batch.columns().get(at));
                Ok(column.map_or(Cursor::Nothing, |column| Cursor::Arrow {
                    column: Arc::clone(column),
                    at: 0,
                    step: self.step,
                }))
            }
            (Format::Parquet { store, metadata }, Group::Parquet(number)) => guarded(|| {
                let mask = ProjectionMask::roots(metadata.parquet_schema(), [at]);
                let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(store.clone(), metadata.clone())
                    .with_row_groups(vec![*number])
                    .with_projection(mask)
                    .with_batch_size(self.step)
                    .build()?;
                Ok(Cursor::Parquet(Box::new(reader)))
            }),
            // INVARIANT: groups are those of their own file.
            _ => Ok(Cursor::Nothing),
        }
    }
}

/// A column of a group being read.
pub(super) enum Cursor {
    Parquet(Box<ParquetRecordBatchReader>),
    Arrow {
        column: ArrayRef,
        /// The next row.
        at: usize,
        /// How many are read at a time.
        step: usize,
    },
    Nothing,
}

impl Cursor {
    /// The next rows, as many as are read at a time or as are left; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<ArrayRef>, Broken> {
        match self {
            Self::Parquet(reader) => {
                let batch = reader.next().transpose()?;
                Ok(batch.map(|batch| Arc::clone(batch.column(0))))
            }
            Self::Arrow { column, at, step } => {
                let first = *at;
                *at = column.len().min(first + *step);
                Ok((*at > first).then(|| column.slice(first, *at - first)))
            }
            Self::Nothing => Ok(None),
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
