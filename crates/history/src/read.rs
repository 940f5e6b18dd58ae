//! Reading the store back.

use kaigong_model::Date;

use crate::database::{Cells, Value};
use crate::error::Error;
use crate::store::Store;

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

impl Store {
    /// The rows of a query, each read by `read`.
    fn read<T>(
        &mut self,
        query: &'static str,
        parameters: &[Value],
        read: impl Fn(&mut Cells) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        self.database.rows(query, parameters)?.into_iter().map(|row| read(&mut Cells::of(row))).collect()
    }

    /// Every import, in order.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn imports(&mut self) -> Result<Vec<Import>, Error> {
        self.read(
            "SELECT id, recorded_on, person, source, sha256, noted_at, projects, changes FROM imports ORDER BY id",
            &[],
            |cells| {
                Ok(Import {
                    id: cells.int()?,
                    recorded_on: cells.day()?,
                    person: cells.maybe_text()?,
                    source: cells.text()?,
                    sha256: cells.text()?,
                    noted_at: cells.text()?,
                    projects: cells.int()?,
                    changes: cells.int()?,
                })
            },
        )
    }

    /// Every change, in the order recorded.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn changes(&mut self) -> Result<Vec<Change>, Error> {
        self.read(
            "SELECT import, project, fact, from_day, value, recorded_on, place
             FROM changes JOIN imports ON imports.id = changes.import ORDER BY changes.id",
            &[],
            |cells| {
                Ok(Change {
                    import: cells.int()?,
                    project: cells.text()?,
                    fact: cells.text()?,
                    from: cells.day()?,
                    value: cells.text()?,
                    recorded_on: cells.day()?,
                    place: cells.text()?,
                })
            },
        )
    }

    /// Projects ever listed, in the order first seen, with the imports that list each first and last.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn projects(&mut self) -> Result<Vec<(String, i64, i64)>, Error> {
        self.read(
            // Import and place in one number: the smallest is where the project was first listed.
            "SELECT project, min(import), max(import) FROM listings
             GROUP BY project ORDER BY min((import << 32) | place)",
            &[],
            |cells| Ok((cells.text()?, cells.int()?, cells.int()?)),
        )
    }

    /// The projects of the last ledger up to a day, in its order; none where there is no such ledger.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn listed_on(&mut self, day: Date) -> Result<Vec<String>, Error> {
        self.read(
            "SELECT project FROM listings WHERE import = (SELECT max(id) FROM imports WHERE recorded_on <= $1)
             ORDER BY place",
            &[day.into()],
            Cells::text,
        )
    }

    /// The grants of the last import.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn grants(&mut self) -> Result<Vec<Grant>, Error> {
        self.read(
            "SELECT project, pool, amount, granted_on, document FROM grants
             WHERE import = (SELECT max(id) FROM imports) ORDER BY id",
            &[],
            |cells| {
                Ok(Grant {
                    project: cells.text()?,
                    pool: cells.text()?,
                    amount: cells.text()?,
                    granted_on: cells.maybe_day()?,
                    document: cells.maybe_text()?,
                })
            },
        )
    }

    /// Keeps the receipt of a run; false where it is there already.
    ///
    /// # Errors
    /// That the store cannot be written.
    pub fn keep(&mut self, kept: &Kept) -> Result<bool, Error> {
        self.writing(|store| {
            let hash = kept.sha256.as_str();
            let there = store.read("SELECT id FROM runs WHERE sha256 = $1", &[hash.into()], Cells::int)?;
            if there.is_empty() {
                store.database.run(
                    "INSERT INTO runs (noted_at, sha256, receipt) VALUES ($1, $2, $3)",
                    &[kept.noted_at.as_str().into(), hash.into(), kept.receipt.as_str().into()],
                )?;
            }
            Ok(there.is_empty())
        })
    }

    /// Every receipt kept, in order.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn receipts(&mut self) -> Result<Vec<Kept>, Error> {
        self.read("SELECT noted_at, sha256, receipt FROM runs ORDER BY id", &[], |cells| {
            Ok(Kept { noted_at: cells.text()?, sha256: cells.text()?, receipt: cells.text()? })
        })
    }

    /// Whether every import is whole, and the database sound.
    ///
    /// # Errors
    /// That the store cannot be read.
    pub fn sound(&mut self) -> Result<bool, Error> {
        self.at_once(|store| {
            let amiss = store.read(
                "SELECT (SELECT count(*) FROM imports
                         WHERE changes <> (SELECT count(*) FROM changes WHERE import = imports.id)
                            OR projects <> (SELECT count(*) FROM listings WHERE import = imports.id)
                            OR grants <> (SELECT count(*) FROM grants WHERE import = imports.id))
                      + (SELECT count(*) FROM changes WHERE import NOT IN (SELECT id FROM imports))",
                &[],
                Cells::int,
            )?;
            Ok(store.database.undamaged()? && amiss == [0])
        })
    }
}
