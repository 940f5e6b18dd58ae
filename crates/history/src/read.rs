//! Reading the store back.

use kaigong_model::Date;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::error::Error;
use crate::schema::Store;

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Its number.
    pub id: i64,
    /// The day the ledger is of.
    pub recorded_on: Date,
    /// Who recorded it.
    pub person: Option<String>,
    /// The ledger as the user named it.
    pub source: String,
    /// Hash of its files.
    pub sha256: String,
    /// When it was imported.
    pub noted_at: String,
    /// Projects listed.
    pub projects: i64,
    /// Cells that changed.
    pub changes: i64,
}

/// A change of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The import that brought it.
    pub import: i64,
    /// The project's id.
    pub project: String,
    /// The fact's id.
    pub fact: String,
    /// The day it holds from.
    pub from: Date,
    /// What the cell says from then on.
    pub value: String,
    /// The day of the ledger that says so.
    pub recorded_on: Date,
    /// Where the cell was written.
    pub place: String,
}

/// A grant out of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The project's id.
    pub project: String,
    /// The pool kind.
    pub pool: String,
    /// How much, with its unit.
    pub amount: String,
    /// When.
    pub granted_on: Option<Date>,
    /// Number of the paper.
    pub document: Option<String>,
}

/// A receipt that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// When it was put in.
    pub noted_at: String,
    /// Hash of its text.
    pub sha256: String,
    /// The text.
    pub receipt: String,
}

fn day(row: &Row<'_>, at: usize) -> rusqlite::Result<Date> {
    let text: String = row.get(at)?;
    Date::parse(&text).ok_or(rusqlite::Error::InvalidColumnType(at, text, rusqlite::types::Type::Text))
}

impl Store {
    /// Every import, in order.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn imports(&self) -> Result<Vec<Import>, Error> {
        let mut query = self.connection.prepare(
            "SELECT id, recorded_on, person, source, sha256, noted_at, projects, changes FROM imports ORDER BY id",
        )?;
        let import = |row: &Row<'_>| {
            Ok(Import {
                id: row.get(0)?,
                recorded_on: day(row, 1)?,
                person: row.get(2)?,
                source: row.get(3)?,
                sha256: row.get(4)?,
                noted_at: row.get(5)?,
                projects: row.get(6)?,
                changes: row.get(7)?,
            })
        };
        Ok(query.query_map([], import)?.collect::<Result<_, _>>()?)
    }

    /// Every change, in the order recorded.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn changes(&self) -> Result<Vec<Change>, Error> {
        let mut query = self.connection.prepare(
            "SELECT import, project, fact, from_day, value, recorded_on, place
             FROM changes JOIN imports ON imports.id = changes.import ORDER BY changes.id",
        )?;
        let change = |row: &Row<'_>| {
            Ok(Change {
                import: row.get(0)?,
                project: row.get(1)?,
                fact: row.get(2)?,
                from: day(row, 3)?,
                value: row.get(4)?,
                recorded_on: day(row, 5)?,
                place: row.get(6)?,
            })
        };
        Ok(query.query_map([], change)?.collect::<Result<_, _>>()?)
    }

    /// Projects ever listed, in the order first seen, with the imports that list each first and last.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn projects(&self) -> Result<Vec<(String, i64, i64)>, Error> {
        let mut query = self.connection.prepare(
            // Import and place in one number: the smallest is where the project was first listed.
            "SELECT project, min(import), max(import) FROM listings
             GROUP BY project ORDER BY min((import << 32) | place)",
        )?;
        let project = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        Ok(query.query_map([], project)?.collect::<Result<_, _>>()?)
    }

    /// The projects of the last ledger up to a day, in its order; none where there is no such ledger.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn listed_on(&self, day: Date) -> Result<Vec<String>, Error> {
        let mut query = self.connection.prepare(
            "SELECT project FROM listings WHERE import = (SELECT max(id) FROM imports WHERE recorded_on <= ?1)
             ORDER BY place",
        )?;
        Ok(query.query_map([day.to_string()], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The grants of the last import.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn grants(&self) -> Result<Vec<Grant>, Error> {
        let mut query = self.connection.prepare(
            "SELECT project, pool, amount, granted_on, document FROM grants
             WHERE import = (SELECT max(id) FROM imports) ORDER BY id",
        )?;
        let grant = |row: &Row<'_>| {
            let text: Option<String> = row.get(3)?;
            Ok(Grant {
                project: row.get(0)?,
                pool: row.get(1)?,
                amount: row.get(2)?,
                granted_on: text.as_deref().and_then(Date::parse),
                document: row.get(4)?,
            })
        };
        Ok(query.query_map([], grant)?.collect::<Result<_, _>>()?)
    }

    /// Keeps the receipt of a run; false where it is there already.
    ///
    /// # Errors
    /// That the store cannot be written.
    pub fn keep(&mut self, kept: &Kept) -> Result<bool, Error> {
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let there: Option<i64> = transaction
            .query_row("SELECT id FROM runs WHERE sha256 = ?1", [&kept.sha256], |row| row.get(0))
            .optional()?;
        if there.is_none() {
            transaction.execute(
                "INSERT INTO runs (noted_at, sha256, receipt) VALUES (?1, ?2, ?3)",
                params![kept.noted_at, kept.sha256, kept.receipt],
            )?;
        }
        transaction.commit()?;
        Ok(there.is_none())
    }

    /// Every receipt kept, in order.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn receipts(&self) -> Result<Vec<Kept>, Error> {
        let mut query = self.connection.prepare("SELECT noted_at, sha256, receipt FROM runs ORDER BY id")?;
        let kept = |row: &Row<'_>| Ok(Kept { noted_at: row.get(0)?, sha256: row.get(1)?, receipt: row.get(2)? });
        Ok(query.query_map([], kept)?.collect::<Result<_, _>>()?)
    }

    /// Whether every import is whole, and the file sound.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn sound(&self) -> Result<bool, Error> {
        let checked: String = self.connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        let torn: i64 = self.connection.query_row(
            "SELECT count(*) FROM imports WHERE changes <> (SELECT count(*) FROM changes WHERE import = imports.id)
                OR projects <> (SELECT count(*) FROM listings WHERE import = imports.id)
                OR grants <> (SELECT count(*) FROM grants WHERE import = imports.id)",
            [],
            |row| row.get(0),
        )?;
        let stray: i64 = self.connection.query_row(
            "SELECT count(*) FROM changes WHERE import NOT IN (SELECT id FROM imports)",
            [],
            |row| row.get(0),
        )?;
        Ok(checked == "ok" && torn + stray == 0)
    }
}
