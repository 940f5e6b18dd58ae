//! What can go wrong with a store.

use kaigong_model::Date;

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or database is no store of ours, or of a later version.
    #[error("not a store")]
    NotAStore,
    /// There is no store in the database.
    #[error("no store is there")]
    Absent,
    /// Another writer has held the store for too long.
    #[error("another writer holds the store")]
    Busy,
    /// A ledger of an earlier day than the last one imported.
    #[error("the store already holds a ledger of {0}")]
    Older(Date),
    /// The server cannot be reached, or refuses.
    #[error("{0}")]
    Unreachable(String),
    /// The database says so.
    #[error("{0}")]
    Database(String),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Self::Busy,
            Some(rusqlite::ErrorCode::NotADatabase) => Self::NotAStore,
            _ => Self::Database(error.to_string()),
        }
    }
}
