//! Workbooks (xlsx, xls, ods) to grids of text: sheets, rows, cells, merges, what is hidden.
//!
//! ```text
//! bytes -> kind, limits -> sheets of cells        a cell is text and what kind of text it was
//! ```
//!
//! A number becomes the shortest decimal that names its double, which is what was typed unless a formula made it,
//! and is read exactly from there on. Sizes are looked at before anything is unpacked for good: what a crafted file
//! can cost is bounded by [`limits`].

mod archive;
mod cells;
mod cut;
mod fault;
mod grid;
mod number;
mod ods;
mod skeleton;
mod texts;
mod xls;
mod xlsx;

use kaigong_model::{Diagnostic, Place, limits};

pub(crate) use self::fault::Fault;
pub(crate) use self::grid::{CellKind, Grid, GridRow, Merge};
pub(crate) use self::number::serial_day;

use crate::{codes, input::Input, log::Log};

/// Everything read of a workbook.
#[derive(Debug, Default)]
pub(crate) struct Workbook {
    /// Its sheets, in order.
    pub(crate) sheets: Vec<Grid>,
    /// Whether cells of it may come from other files.
    pub(crate) linked: bool,
}

/// What a file's first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Make {
    Archive,
    Compound,
    Other,
}

fn make(bytes: &[u8]) -> Make {
    match bytes {
        [b'P', b'K', 3, 4, ..] => Make::Archive,
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Make::Compound,
        _ => Make::Other,
    }
}

/// Whether bytes begin as workbooks do.
pub(crate) fn looks_like_one(bytes: &[u8]) -> bool {
    make(bytes) != Make::Other
}

/// Reads every sheet; a fault goes to the log.
pub(crate) fn open(input: &Input, log: &mut Log) -> Option<Workbook> {
    match parse(&input.bytes) {
        Ok(workbook) => {
            if workbook.linked {
                log.note(|_| linked().at(Place::File(input.name.clone())));
            }
            Some(workbook)
        }
        Err(fault) => {
            log.fault(|_| fault.diagnostic(&input.name));
            None
        }
    }
}

/// Reads every sheet.
pub(crate) fn parse(bytes: &[u8]) -> Result<Workbook, Fault> {
    if bytes.len() > limits::WORKBOOK_BYTES {
        return Err(Fault::Limit("文件大小", "size", format!("{} MiB", limits::WORKBOOK_BYTES >> 20)));
    }
    match make(bytes) {
        Make::Archive => {
            let mut archive = archive::open(bytes)?;
            if archive.has("content.xml") { ods::read(&mut archive) } else { xlsx::read(bytes, &mut archive) }
        }
        Make::Compound => xls::read(bytes),
        Make::Other => Err(Fault::NotOne),
    }
}

/// Runs a parser that may stop on a crafted file; a stop is a fault of the file.
fn guarded<T>(parse: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(parse));
    caught.unwrap_or_else(|_| Err(Fault::value("")))
}

fn linked() -> Diagnostic {
    Diagnostic::notice(
        codes::LINKED_WORKBOOK,
        "工作簿引用了其他文件，不去打开；读的是上次存下的数",
        "the workbook refers to other files, which are not opened; the values last saved are read",
    )
}

#[cfg(test)]
mod tests;
