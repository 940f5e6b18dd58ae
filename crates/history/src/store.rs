//! Opening a store, and running something in one transaction of it.

use std::path::Path;
use std::time::Duration;

use crate::database::Database;
use crate::error::Error;
use crate::sqlite::Sqlite;

/// How long a writer waits for another.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// An open store.
#[derive(Debug)]
pub struct Store {
    pub(crate) database: Box<dyn Database>,
}

impl Store {
    /// Opens a file of SQLite; makes one where there is none.
    ///
    /// # Errors
    /// That the file is something else, cannot be read or written, or is held by another writer.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::open_within(path, PATIENCE)
    }

    /// The same, waiting no longer than that for another writer.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_within(path: &Path, patience: Duration) -> Result<Self, Error> {
        Ok(Self { database: Box::new(Sqlite::open(path, patience)?) })
    }

    /// Connects to a database of PostgreSQL by its URL; makes the store in it where `make` allows and there is none.
    ///
    /// # Errors
    /// That the server cannot be reached, that the schema is not ours or there is none, or that another writer holds it.
    #[cfg(feature = "postgres")]
    pub fn connect(url: &str, make: bool) -> Result<Self, Error> {
        Self::connect_within(url, make, PATIENCE)
    }

    /// The same, waiting no longer than that for another writer.
    ///
    /// # Errors
    /// As [`Store::connect`].
    #[cfg(feature = "postgres")]
    pub fn connect_within(url: &str, make: bool, patience: Duration) -> Result<Self, Error> {
        Ok(Self { database: Box::new(crate::postgres::Postgres::connect(url, make, patience)?) })
    }

    /// Runs something that sees one state of the store throughout, whatever is written meanwhile.
    ///
    /// # Errors
    /// Those of `run`, or that the store cannot be read.
    pub fn at_once<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        self.database.begin_reading()?;
        self.ended(run)
    }

    /// Writes something whole, or nothing.
    pub(crate) fn writing<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        self.database.begin_writing()?;
        self.ended(run)
    }

    fn ended<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let done = run(self);
        if done.is_ok() {
            self.database.commit()?;
        } else {
            self.database.rollback();
        }
        done
    }
}
