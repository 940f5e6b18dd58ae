//! Where a store is kept: a file, or a database of its own on a server.

use std::path::PathBuf;
use std::time::Duration;

use kaigong_history::{Error, PATIENCE, Store};

/// The place of one test's store; gone with it.
pub(crate) enum Place {
    File(tempfile::TempDir),
    #[cfg(feature = "postgres")]
    Database(super::postgres::Database),
}

impl Place {
    pub(crate) fn file() -> Self {
        Self::File(tempfile::tempdir().unwrap())
    }

    /// What a child process is told.
    pub(crate) fn address(&self) -> String {
        match self {
            Self::File(_) => self.path().display().to_string(),
            #[cfg(feature = "postgres")]
            Self::Database(database) => database.url.clone(),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        match self {
            Self::File(folder) => folder.path().join("store.db"),
            #[cfg(feature = "postgres")]
            Self::Database(_) => panic!("a database has no path"),
        }
    }

    pub(crate) fn open(&self) -> Store {
        self.open_within(PATIENCE).unwrap()
    }

    pub(crate) fn open_within(&self, patience: Duration) -> Result<Store, Error> {
        open_at(&self.address(), patience)
    }
}

/// Opens a store by its address, as a child process does.
pub(crate) fn open_at(address: &str, patience: Duration) -> Result<Store, Error> {
    #[cfg(feature = "postgres")]
    if address.starts_with("postgres") {
        return Store::connect_within(address, true, patience);
    }
    Store::open_within(address.as_ref(), patience)
}
