//! The store: what ledgers of different months said, which change came when, and the receipts of runs.
//!
//! A file of SQLite, or with the feature `postgres` a database of PostgreSQL: one schema, one set of statements. Facts are
//! appended and never altered; triggers refuse anything else. An import is one transaction: whole or not there at all, on
//! disk before it is acknowledged. One writer at a time; another waits, and is told so when it has waited too long.
//!
//! ```text
//! Snapshot (a ledger on a day) --import--> changes: project, fact, from, value, recorded on, source cell
//! ```
//! What a fact means is not known here: a cell is a text, and the day its text itself names.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod database;
mod error;
mod import;
#[cfg(feature = "postgres")]
mod postgres;
mod read;
mod sqlite;
mod store;

pub use error::Error;
pub use import::{Imported, beginning};
pub use read::{Change, Grant, Import, Kept};
pub use store::{PATIENCE, Store};

use kaigong_model::Date;

/// A ledger as it stood on a day, to be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The day the ledger is of.
    pub recorded_on: Date,
    /// Who recorded it.
    pub person: Option<String>,
    /// The ledger as the user named it.
    pub source: String,
    /// Hash of its files.
    pub sha256: String,
    /// When it is imported, by the clock.
    pub noted_at: String,
    /// Every project listed, in order.
    pub projects: Vec<String>,
    /// Every cell that is not blank, in order of project.
    pub cells: Vec<Record>,
    /// Grants out of pools.
    pub grants: Vec<Grant>,
}

/// A cell of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The project's id.
    pub project: String,
    /// The fact's id.
    pub fact: String,
    /// What it says.
    pub value: String,
    /// The day from which that holds by its own words: the date of a paper or an event.
    pub own_day: Option<Date>,
    /// Where it was written: file, and line or cell.
    pub place: String,
}
