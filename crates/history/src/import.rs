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

use crate::database::{Cells, Database};
use crate::error::Error;
use crate::store::Store;
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
        self.writing(|store| store.import_whole(snapshot))
    }

    fn import_whole(&mut self, snapshot: &Snapshot) -> Result<Imported, Error> {
        let database = &mut *self.database;
        let last = database.rows("SELECT max(recorded_on), coalesce(max(id), 0) + 1 FROM imports", &[])?;
        let mut last = Cells::of(last.into_iter().next().unwrap_or_default());
        let (day, id) = (last.maybe_day()?, last.int()?);
        if let Some(last) = day.filter(|last| *last > snapshot.recorded_on) {
            return Err(Error::Older(last));
        }
        let changes = changes(database, snapshot)?;
        let Snapshot { recorded_on, person, source, sha256, noted_at, projects, grants, .. } = snapshot;
        database.run(
            "INSERT INTO imports VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                id.into(),
                (*recorded_on).into(),
                person.as_deref().into(),
                source.as_str().into(),
                sha256.as_str().into(),
                noted_at.as_str().into(),
                projects.len().into(),
                changes.len().into(),
                grants.len().into(),
            ],
        )?;
        append(database, id, snapshot, &changes)?;
        Ok(Imported { id, projects: projects.len(), changes: changes.len() })
    }
}

/// The cells that differ from what is known, each with the day it holds from.
fn changes(database: &mut dyn Database, snapshot: &Snapshot) -> Result<Vec<(Record, Date)>, Error> {
    let mut cells: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    snapshot.cells.iter().for_each(|cell| cells.entry(&cell.project).or_default().push(cell));
    let mut found = Vec::new();
    for project in &snapshot.projects {
        let mut known = known(database, project)?;
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
fn known(database: &mut dyn Database, project: &str) -> Result<Known, Error> {
    let rows = database.rows(
        "SELECT fact, value, from_day FROM changes AS last WHERE project = $1 AND id =
            (SELECT max(id) FROM changes WHERE project = last.project AND fact = last.fact)",
        &[project.into()],
    )?;
    let mut known = Known::new();
    for row in rows {
        let mut cells = Cells::of(row);
        known.insert(cells.text()?, (cells.text()?, cells.day()?));
    }
    Ok(known)
}

fn append(database: &mut dyn Database, id: i64, snapshot: &Snapshot, changes: &[(Record, Date)]) -> Result<(), Error> {
    for (place, project) in snapshot.projects.iter().enumerate() {
        let row = [id.into(), place.into(), project.as_str().into()];
        database.run("INSERT INTO listings VALUES ($1, $2, $3)", &row)?;
    }
    for (cell, from) in changes {
        let Record { project, fact, value, place, .. } = cell;
        database.run(
            "INSERT INTO changes (import, project, fact, from_day, value, place) VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                id.into(),
                project.as_str().into(),
                fact.as_str().into(),
                (*from).into(),
                value.as_str().into(),
                place.as_str().into(),
            ],
        )?;
    }
    for given in &snapshot.grants {
        database.run(
            "INSERT INTO grants (import, project, pool, amount, granted_on, document) VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                id.into(),
                given.project.as_str().into(),
                given.pool.as_str().into(),
                given.amount.as_str().into(),
                given.granted_on.into(),
                given.document.as_deref().into(),
            ],
        )?;
    }
    Ok(())
}
