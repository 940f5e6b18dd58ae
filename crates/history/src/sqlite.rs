//! A store in a file of SQLite: write-ahead log, full synchronisation, one writer at a time.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

use crate::database::{APPENDED, Database, Row, VERSION, Value, tables};
use crate::error::Error;

/// Marks the file as ours: `kaig` in ASCII.
const APPLICATION: i64 = 0x6b61_6967;

/// Between two tries of what SQLite does not wait for by itself.
const PAUSE: Duration = Duration::from_millis(5);

/// An open file.
#[derive(Debug)]
pub(crate) struct Sqlite(Connection);

impl Sqlite {
    /// Opens a file, or makes one; waits so long for another writer.
    pub(crate) fn open(path: &Path, patience: Duration) -> Result<Self, Error> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(patience)?;
        // What is not ours is left as it is, down to its journal mode.
        // Another may be making it between two marks: then a second look finds it made.
        let is_ours = || marks(&connection).map(|found| matches!(found, (APPLICATION, VERSION, _) | (0, 0, 0)));
        if !is_ours()? && !is_ours()? {
            return Err(Error::NotAStore);
        }
        write_ahead(&connection, patience)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let mut open = Self(connection);
        open.begin_writing()?;
        let made = open.made();
        if made.is_err() {
            open.rollback();
            return made.map(|()| open);
        }
        open.commit()?;
        Ok(open)
    }

    /// Makes the tables where there are none: another may have made them meanwhile.
    fn made(&self) -> Result<(), Error> {
        match marks(&self.0)? {
            (APPLICATION, VERSION, _) => Ok(()),
            (0, 0, 0) => self.make(),
            _ => Err(Error::NotAStore),
        }
    }

    fn make(&self) -> Result<(), Error> {
        self.0.execute_batch(&tables("INTEGER", "INTEGER PRIMARY KEY", "STRICT", "STRICT, WITHOUT ROWID"))?;
        for table in APPENDED {
            for act in ["UPDATE", "DELETE"] {
                let name = format!("{table}_keep_{}", act.to_ascii_lowercase());
                self.0.execute_batch(&format!(
                    "CREATE TRIGGER {name} BEFORE {act} ON {table}
                     BEGIN SELECT RAISE(ABORT, 'the store only grows'); END;"
                ))?;
            }
        }
        self.0.pragma_update(None, "application_id", APPLICATION)?;
        Ok(self.0.pragma_update(None, "user_version", VERSION)?)
    }
}

/// Has the file written ahead. SQLite does not wait for others to do so at the same moment: it is asked again for as long
/// as another writer is waited for.
fn write_ahead(connection: &Connection, patience: Duration) -> Result<(), Error> {
    let mut left = patience;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL").map_err(Error::from) {
            Err(Error::Busy) if !left.is_zero() => {
                let pause = left.min(PAUSE);
                std::thread::sleep(pause);
                left -= pause;
            }
            done => return done,
        }
    }
}

fn marks(connection: &Connection) -> Result<(i64, i64, i64), Error> {
    let mark = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    Ok((mark("application_id")?, mark("user_version")?, mark("schema_version")?))
}

impl Database for Sqlite {
    fn begin_writing(&mut self) -> Result<(), Error> {
        Ok(self.0.execute_batch("BEGIN IMMEDIATE")?)
    }

    fn begin_reading(&mut self) -> Result<(), Error> {
        Ok(self.0.execute_batch("BEGIN")?)
    }

    fn commit(&mut self) -> Result<(), Error> {
        Ok(self.0.execute_batch("COMMIT")?)
    }

    fn rollback(&mut self) {
        // Where even this fails the connection is closed with the store, which rolls back.
        let _ = self.0.execute_batch("ROLLBACK");
    }

    fn run(&mut self, statement: &'static str, parameters: &[Value]) -> Result<(), Error> {
        self.0.prepare_cached(statement)?.execute(params_from_iter(parameters))?;
        Ok(())
    }

    fn rows(&mut self, query: &'static str, parameters: &[Value]) -> Result<Vec<Row>, Error> {
        let mut statement = self.0.prepare_cached(query)?;
        let width = statement.column_count();
        let mut rows = statement.query(params_from_iter(parameters))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let cells = (0..width).map(|at| match row.get_ref(at)? {
                ValueRef::Null => Ok(Value::Null),
                ValueRef::Integer(number) => Ok(Value::Int(number)),
                ValueRef::Text(text) => Ok(Value::Text(String::from_utf8_lossy(text).into_owned())),
                ValueRef::Real(_) | ValueRef::Blob(_) => Err(Error::NotAStore),
            });
            found.push(cells.collect::<Result<_, Error>>()?);
        }
        Ok(found)
    }

    fn undamaged(&mut self) -> Result<bool, Error> {
        let told: String = self.0.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        Ok(told == "ok")
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}
