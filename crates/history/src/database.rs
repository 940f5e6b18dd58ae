//! The seam between the store and the database that holds it: statements and values in, rows out.
//!
//! Both databases get the same statements, parameters written `$1`, `$2` in their order; numbers are 64-bit integers,
//! days are texts. What they say differently stands in their own modules.

use kaigong_model::Date;

use crate::error::Error;

/// A parameter of a statement, or a cell of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    Text(String),
}

/// One row.
pub(crate) type Row = Vec<Value>;

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Int(number as i64)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Date> for Value {
    fn from(day: Date) -> Self {
        Self::Text(day.to_string())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The cells of a row, taken one after another; what does not fit is no store of ours.
pub(crate) struct Cells(std::vec::IntoIter<Value>);

impl Cells {
    pub(crate) fn of(row: Row) -> Self {
        Self(row.into_iter())
    }

    pub(crate) fn int(&mut self) -> Result<i64, Error> {
        match self.0.next() {
            Some(Value::Int(number)) => Ok(number),
            _ => Err(Error::NotAStore),
        }
    }

    pub(crate) fn maybe_text(&mut self) -> Result<Option<String>, Error> {
        match self.0.next() {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(Error::NotAStore),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String, Error> {
        self.maybe_text()?.ok_or(Error::NotAStore)
    }

    pub(crate) fn maybe_day(&mut self) -> Result<Option<Date>, Error> {
        let day = |text: String| Date::parse(&text).ok_or(Error::NotAStore);
        self.maybe_text()?.map(day).transpose()
    }

    pub(crate) fn day(&mut self) -> Result<Date, Error> {
        self.maybe_day()?.ok_or(Error::NotAStore)
    }
}

/// A database that holds a store.
pub(crate) trait Database: std::fmt::Debug + Send {
    /// Begins a transaction that no other writer runs beside; waits for one that does.
    fn begin_writing(&mut self) -> Result<(), Error>;

    /// Begins a transaction in which every statement sees the same state.
    fn begin_reading(&mut self) -> Result<(), Error>;

    /// Ends it: what was written is on disk when this returns.
    fn commit(&mut self) -> Result<(), Error>;

    /// Ends it, and nothing was written.
    fn rollback(&mut self);

    /// Runs a statement.
    fn run(&mut self, statement: &'static str, parameters: &[Value]) -> Result<(), Error>;

    /// The rows of a query.
    fn rows(&mut self, query: &'static str, parameters: &[Value]) -> Result<Vec<Row>, Error>;

    /// Whether the database itself finds no damage.
    fn undamaged(&mut self) -> Result<bool, Error>;
}

/// Tables and indexes, for a database whose words for these are given.
pub(crate) fn tables(int: &str, serial: &str, strict: &str, by_key: &str) -> String {
    TABLES.replace("{int}", int).replace("{serial}", serial).replace("{by_key}", by_key).replace("{strict}", strict)
}

/// Days are texts YYYY-MM-DD, so that they sort and read in any tool.
const TABLES: &str = "
CREATE TABLE imports (
    id {int} PRIMARY KEY, recorded_on TEXT NOT NULL, person TEXT, source TEXT NOT NULL, sha256 TEXT NOT NULL,
    noted_at TEXT NOT NULL, projects {int} NOT NULL, changes {int} NOT NULL, grants {int} NOT NULL
) {strict};
CREATE TABLE changes (
    id {serial}, import {int} NOT NULL REFERENCES imports(id), project TEXT NOT NULL, fact TEXT NOT NULL,
    from_day TEXT NOT NULL, value TEXT NOT NULL, place TEXT NOT NULL
) {strict};
CREATE INDEX changes_of_a_cell ON changes (project, fact, id);
CREATE INDEX changes_of_an_import ON changes (import);
CREATE TABLE listings (
    import {int} NOT NULL REFERENCES imports(id), place {int} NOT NULL, project TEXT NOT NULL,
    PRIMARY KEY (import, place)
) {by_key};
CREATE TABLE grants (
    id {serial}, import {int} NOT NULL REFERENCES imports(id), project TEXT NOT NULL, pool TEXT NOT NULL,
    amount TEXT NOT NULL, granted_on TEXT, document TEXT
) {strict};
CREATE TABLE runs (
    id {serial}, noted_at TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE, receipt TEXT NOT NULL
) {strict};
";

/// Tables that only grow.
pub(crate) const APPENDED: [&str; 5] = ["imports", "changes", "listings", "grants", "runs"];

/// Version of the tables.
pub(crate) const VERSION: i64 = 1;
