//! What this run has read and printed, for its receipt; and the same of a run that is done again.
//!
//! Standard output is one for the whole process, and so is the record of it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use kaigong::io::Input;
use kaigong::model::Date;
use kaigong::{Rules, Witness};

/// A run that is watched.
struct Journal {
    witness: Witness,
    /// Whether the run is done again only to be compared: nothing is printed or written.
    again: bool,
}

static JOURNAL: Mutex<Option<Journal>> = Mutex::new(None);

fn journal() -> MutexGuard<'static, Option<Journal>> {
    JOURNAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watches from here on.
pub(crate) fn begin(witness: Witness, again: bool) {
    *journal() = Some(Journal { witness, again });
}

/// What has been seen; the watching ends.
pub(crate) fn end() -> Option<Witness> {
    journal().take().map(|journal| journal.witness)
}

fn note(see: impl FnOnce(&mut Witness)) {
    if let Some(journal) = &mut *journal() {
        see(&mut journal.witness);
    }
}

/// Whether a run is done again, so that nothing may be printed or written.
pub(crate) fn again() -> bool {
    journal().as_ref().is_some_and(|journal| journal.again)
}

/// Whether this run is watched, or done again.
pub(crate) fn watched() -> bool {
    journal().is_some()
}

/// The day a watched run takes as today.
pub(crate) fn today() -> Option<Date> {
    journal().as_ref().map(|journal| journal.witness.today())
}

/// Files were read.
pub(crate) fn read(inputs: &[Input]) {
    note(|witness| witness.read(inputs));
}

/// Rules were loaded.
pub(crate) fn loaded(rules: &Rules) {
    note(|witness| witness.loaded(rules));
}

/// A day is looked at.
pub(crate) fn looked_at(day: Date) {
    note(|witness| witness.looked_at(day));
}

/// Bytes go to standard output.
pub(crate) fn printed(bytes: &[u8]) {
    note(|witness| witness.printed(bytes));
}

/// A file is written.
pub(crate) fn wrote(path: &str, bytes: &[u8]) {
    note(|witness| witness.wrote(path, bytes));
}
