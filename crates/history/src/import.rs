//! A snapshot becomes changes with their days.
//!
//! | a cell | holds from |
//! |---|---|
//! | first seen | the beginning: what has no date is taken as it always was |
//! | changed, with a date of its own | that date |
//! | changed, without one | the day of the snapshot |
//!
//! Never before the change it follows, lest the older one win, and never after the day of the snapshot.

use std::collections::BTreeMap;

use kaigong_model::Date;
use rusqlite::{Connection, TransactionBehavior, params};

use crate::error::Error;
use crate::schema::Store;
use crate::{Record, Snapshot};

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Its number.
    pub id: i64,
    /// Projects listed.
    pub projects: usize,
    /// Cells that changed.
    pub changes: usize,
}

/// The day from which a cell holds that was never seen otherwise.
pub fn beginning() -> Date {
    Date::new(1900, 1, 1).unwrap_or(Date(0))
}

/// What is known of a cell: its value, and the day that holds from.
type Known = BTreeMap<String, (String, Date)>;

impl Store {
    /// Imports a snapshot whole.
    ///
    /// # Errors
    /// That it is older than the last one, or that another writer holds the store; nothing is imported then.
    pub fn import(&mut self, snapshot: &Snapshot) -> Result<Imported, Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let last: Option<String> =
            transaction.query_row("SELECT max(recorded_on) FROM imports", [], |row| row.get(0))?;
        if let Some(last) = last.as_deref().and_then(Date::parse).filter(|last| *last > snapshot.recorded_on) {
            return Err(Error::Older(last));
        }
        let id: i64 = transaction.query_row("SELECT coalesce(max(id), 0) + 1 FROM imports", [], |row| row.get(0))?;
        let changes = changes(&transaction, snapshot)?;
        let Snapshot { recorded_on, person, source, sha256, noted_at, projects, grants, .. } = snapshot;
        transaction.execute(
            "INSERT INTO imports VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                id,
                recorded_on.to_string(),
                person,
                source,
                sha256,
                noted_at,
                projects.len() as i64,
                changes.len() as i64,
                grants.len() as i64
            ],
        )?;
        append(&transaction, id, snapshot, &changes)?;
        transaction.commit()?;
        Ok(Imported { id, projects: projects.len(), changes: changes.len() })
    }
}

/// The cells that differ from what is known, each with the day it holds from.
fn changes(connection: &Connection, snapshot: &Snapshot) -> Result<Vec<(Record, Date)>, Error> {
    let mut cells: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    snapshot.cells.iter().for_each(|cell| cells.entry(&cell.project).or_default().push(cell));
    let mut found = Vec::new();
    for project in &snapshot.projects {
        let mut known = known(connection, project)?;
        for &cell in cells.get(project.as_str()).into_iter().flatten() {
            match known.remove(&cell.fact) {
                Some((value, _)) if value == cell.value => {}
                before => {
                    let from = from(cell.own_day, before.map(|(_, day)| day), snapshot.recorded_on);
                    found.push((cell.clone(), from));
                }
            }
        }
        // What was said before and is not said any more is blank from this day on.
        for (fact, (_, day)) in known.into_iter().filter(|(_, (value, _))| !value.is_empty()) {
            let blank = Record { project: project.clone(), fact, place: snapshot.source.clone(), ..Record::default() };
            found.push((blank, from(None, Some(day), snapshot.recorded_on)));
        }
    }
    Ok(found)
}

fn from(own: Option<Date>, before: Option<Date>, recorded_on: Date) -> Date {
    let Some(before) = before else { return beginning() };
    own.unwrap_or(recorded_on).min(recorded_on).max(before)
}

/// The latest of every cell of a project.
fn known(connection: &Connection, project: &str) -> Result<Known, Error> {
    // Of the columns beside max() SQLite gives those of the row that holds it.
    let mut query = connection
        .prepare_cached("SELECT fact, value, from_day, max(id) FROM changes WHERE project = ?1 GROUP BY fact")?;
    let rows = query.query_map([project], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
    let mut known = Known::new();
    for row in rows {
        let (fact, value, day): (String, String, String) = row?;
        known.insert(fact, (value, Date::parse(&day).ok_or(Error::NotAStore)?));
    }
    Ok(known)
}

fn append(connection: &Connection, id: i64, snapshot: &Snapshot, changes: &[(Record, Date)]) -> Result<(), Error> {
    let mut listing = connection.prepare("INSERT INTO listings VALUES (?1, ?2, ?3)")?;
    for (place, project) in snapshot.projects.iter().enumerate() {
        listing.execute(params![id, place as i64, project])?;
    }
    let mut change = connection.prepare(
        "INSERT INTO changes (import, project, fact, from_day, value, place) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (cell, from) in changes {
        let Record { project, fact, value, place, .. } = cell;
        change.execute(params![id, project, fact, from.to_string(), value, place])?;
    }
    let mut grant = connection.prepare(
        "INSERT INTO grants (import, project, pool, amount, granted_on, document) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for given in &snapshot.grants {
        let day = given.granted_on.map(|day| day.to_string());
        grant.execute(params![id, given.project, given.pool, given.amount, day, given.document])?;
    }
    Ok(())
}
