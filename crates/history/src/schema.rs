//! The tables, and opening them.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use crate::error::Error;

/// Marks the file as ours: `kaig` in ASCII.
const APPLICATION: i64 = 0x6b61_6967;
/// Version of the tables.
const VERSION: i64 = 1;
/// How long a writer waits for another.
const PATIENCE: Duration = Duration::from_secs(10);

/// Days are texts YYYY-MM-DD, so that they sort and read in any tool.
const TABLES: &str = "
CREATE TABLE imports (
    id INTEGER PRIMARY KEY, recorded_on TEXT NOT NULL, person TEXT, source TEXT NOT NULL, sha256 TEXT NOT NULL,
    noted_at TEXT NOT NULL, projects INTEGER NOT NULL, changes INTEGER NOT NULL, grants INTEGER NOT NULL
) STRICT;
CREATE TABLE changes (
    id INTEGER PRIMARY KEY, import INTEGER NOT NULL REFERENCES imports(id), project TEXT NOT NULL, fact TEXT NOT NULL,
    from_day TEXT NOT NULL, value TEXT NOT NULL, place TEXT NOT NULL
) STRICT;
CREATE INDEX changes_of_a_cell ON changes (project, fact, id);
CREATE INDEX changes_of_an_import ON changes (import);
CREATE TABLE listings (
    import INTEGER NOT NULL REFERENCES imports(id), place INTEGER NOT NULL, project TEXT NOT NULL,
    PRIMARY KEY (import, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE grants (
    id INTEGER PRIMARY KEY, import INTEGER NOT NULL REFERENCES imports(id), project TEXT NOT NULL, pool TEXT NOT NULL,
    amount TEXT NOT NULL, granted_on TEXT, document TEXT
) STRICT;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, noted_at TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE, receipt TEXT NOT NULL
) STRICT;
";

/// Tables that only grow.
const APPENDED: [&str; 5] = ["imports", "changes", "listings", "grants", "runs"];

/// An open store.
#[derive(Debug)]
pub struct Store {
    pub(crate) connection: Connection,
}

impl Store {
    /// Opens a store; makes one where there is none.
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
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(patience)?;
        let marks = |connection: &Connection| -> Result<(i64, i64, i64), Error> {
            let mark = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
            Ok((mark("application_id")?, mark("user_version")?, mark("schema_version")?))
        };
        // What is not ours is left as it is, down to its journal mode.
        match marks(&connection)? {
            (APPLICATION, VERSION, _) | (0, 0, 0) => {}
            _ => return Err(Error::NotAStore),
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another may have made it meanwhile.
        match marks(&transaction)? {
            (APPLICATION, VERSION, _) => {}
            (0, 0, 0) => make(&transaction)?,
            _ => return Err(Error::NotAStore),
        }
        transaction.commit()?;
        Ok(Self { connection })
    }
}

fn make(connection: &Connection) -> Result<(), Error> {
    connection.execute_batch(TABLES)?;
    for table in APPENDED {
        for act in ["UPDATE", "DELETE"] {
            let name = format!("{table}_keep_{}", act.to_ascii_lowercase());
            connection.execute_batch(&format!(
                "CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'the store only grows'); END;"
            ))?;
        }
    }
    connection.pragma_update(None, "application_id", APPLICATION)?;
    Ok(connection.pragma_update(None, "user_version", VERSION)?)
}
