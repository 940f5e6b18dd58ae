//! A ledger in Parquet or in an Arrow IPC file: columns that have types already, straight into ours.
//!
//! ```text
//! bytes --open--> header, row groups or record batches --each column on a thread--> typed columns, ids, faults --> draft
//! ```
//! A text is read as the cell of a CSV is. A bool, a day and a number mean what their text would mean there, so one
//! ledger is the same portfolio from either. Rows are counted as in a CSV: the header is line 1, the first project line 2.

#[cfg(feature = "parquet")]
mod cells;
#[cfg(feature = "parquet")]
mod chunk;
#[cfg(feature = "parquet")]
mod footer;
#[cfg(feature = "parquet")]
mod ipc;
#[cfg(feature = "parquet")]
mod source;
#[cfg(feature = "parquet")]
mod store;
#[cfg(feature = "parquet")]
mod write;

#[cfg(not(feature = "parquet"))]
use kaigong_model::{Diagnostic, Place};

#[cfg(feature = "parquet")]
pub use self::write::{ParquetRows, RowColumns, RowPart, RowType};
#[cfg(feature = "parquet")]
pub(crate) use self::{
    reading::{FIRST_LINE, Feed, rows_in},
    source::ROWS,
};
use crate::{draft::Draft, input::Input};

/// Whether bytes begin as Parquet or an Arrow IPC file does.
pub(crate) fn looks_like_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PAR1") || bytes.starts_with(b"ARROW1")
}

/// Reads a ledger into the draft.
#[cfg(feature = "parquet")]
pub(crate) fn read(draft: &mut Draft, input: &Input) {
    read_in_steps(draft, input, ROWS);
}

/// The same, so many rows at a time.
#[cfg(feature = "parquet")]
fn read_in_steps(draft: &mut Draft, input: &Input, rows: usize) {
    if let Err(faults) = reading::read(draft, input, rows) {
        draft.log.extend(faults);
        draft.incomplete = true;
    }
}

/// Says that this build reads none.
#[cfg(not(feature = "parquet"))]
pub(crate) fn read(draft: &mut Draft, input: &Input) {
    draft.log.fault(|_| not_built_in(&input.name));
    draft.incomplete = true;
}

#[cfg(not(feature = "parquet"))]
pub(crate) fn not_built_in(name: &str) -> Diagnostic {
    Diagnostic::error(
        crate::codes::NOT_BUILT_IN,
        "这个 kaigong 没有编入 Parquet 和 Arrow 的读写",
        "this kaigong was built without Parquet and Arrow",
    )
    .at(Place::File(name.to_owned()))
    .help(
        "编入：cargo install --locked kaigong-cli --features parquet；或另存为 CSV",
        "build it in: cargo install --locked kaigong-cli --features parquet; or save the table as CSV",
    )
}

#[cfg(feature = "parquet")]
mod reading;
#[cfg(test)]
#[cfg(feature = "parquet")]
mod tests;
