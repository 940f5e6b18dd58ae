//! A store as a folder of CSV that `check` reads: every project by id, and every change with its days.

use std::collections::BTreeMap;

use kaigong_history::{Change, Error, Grant, Store};
use kaigong_io::table_csv;
use kaigong_model::{Align, Code, Date, Diagnostic, FactType, Part, Table};
use kaigong_rules::Pack;

use super::{cells, existing, refused};
use crate::rules::Refused;

/// The files of an export by name, and what could not be said in them.
pub type HistoryExport = (Vec<(&'static str, Vec<u8>)>, Vec<Diagnostic>);

/// Everything a store holds, or only the projects of the last ledger up to a day. `projects.csv`, `changes.csv` and
/// `grants.csv` are a ledger; the others are for people.
///
/// # Errors
/// That the store cannot be read.
pub fn export_history(store: &str, pack: &Pack, listed_on: Option<Date>) -> Result<HistoryExport, Refused> {
    existing(store)?
        .at_once(|open| tables(open, pack, listed_on))
        .map_err(|error| refused(store, error))
        .map(|(tables, notices)| (tables.into_iter().map(|(name, table)| (name, table_csv(&table))).collect(), notices))
}

pub(super) type Tables = (Vec<(&'static str, Table)>, Vec<Diagnostic>);

pub(super) fn tables(store: &mut Store, pack: &Pack, listed_on: Option<Date>) -> Result<Tables, Error> {
    let mut projects = store.projects()?;
    let (mut all, mut grants) = (store.changes()?, store.grants()?);
    if let Some(day) = listed_on {
        let listed: BTreeMap<String, usize> =
            store.listed_on(day)?.into_iter().enumerate().map(|(place, project)| (project, place)).collect();
        projects.retain(|(project, ..)| listed.contains_key(project));
        // In the order of that ledger, so that a check of the export is that of the ledger to the byte.
        projects.sort_by_key(|(project, ..)| listed.get(project).copied());
        all.retain(|change| listed.contains_key(&change.project));
        grants.retain(|grant| listed.contains_key(&grant.project));
    }
    let mut ids = table(&["id"]);
    ids.rows = projects.iter().map(|(project, ..)| vec![project.clone()]).collect();
    let mut listings = table(&["project", "first_import", "last_import"]);
    listings.rows =
        projects.into_iter().map(|(id, first, last)| vec![id, first.to_string(), last.to_string()]).collect();
    let (changes, notices) = changes(&all, pack);
    let mut found = vec![("projects.csv", ids), ("changes.csv", changes), ("listings.csv", listings)];
    if !grants.is_empty() {
        found.push(("grants.csv", granted(grants)));
    }
    found.push(("imports.csv", imports(store)?));
    found.push(("runs.csv", runs(store)?));
    Ok((found, notices))
}

fn table(columns: &[&str]) -> Table {
    Table { columns: columns.iter().map(|name| ((*name).to_owned(), Align::Left)).collect(), rows: Vec::new() }
}

/// Every change as rows of `changes.csv`: a document part by part, what it had before and has not now cleared; whole
/// where it has several issues, or had.
fn changes(all: &[Change], pack: &Pack) -> (Table, Vec<Diagnostic>) {
    let mut rows = table(&["project", "fact", "from", "value", "recorded_on", "source"]);
    let mut before: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let mut unknown = 0;
    for change in all {
        let Some(fact) = pack.schema.find(&change.fact) else {
            unknown += 1;
            continue;
        };
        let document = pack.schema[fact].kind == FactType::Document;
        let last = before.insert((&change.project, &change.fact), &change.value).unwrap_or_default();
        let written = if document { edits(&change.fact, last, &change.value) } else { None };
        for (name, value) in written.unwrap_or_else(|| vec![(change.fact.clone(), change.value.clone())]) {
            rows.rows.push(vec![
                change.project.clone(),
                name,
                change.from.to_string(),
                value,
                change.recorded_on.to_string(),
                change.place.clone(),
            ]);
        }
    }
    (rows, notices(unknown))
}

/// The rows of a document that has one issue: its parts, and those gone since; nothing where it has none, or several.
fn edits(fact: &str, before: &str, value: &str) -> Option<Vec<(String, String)>> {
    if cells::issues(before).max(cells::issues(value)) > 1 {
        return None;
    }
    let now = cells::parts(value)?;
    let gone = cells::parts(before).unwrap_or_default().into_iter().map(|(part, _)| part);
    let gone = gone.filter(|part| now.iter().all(|(known, _)| known != part));
    let name = |part: Part| format!("{fact}.{}", part.name());
    let mut rows: Vec<(String, String)> = gone.map(|part| (name(part), String::new())).collect();
    rows.extend(now.iter().map(|(part, text)| (name(*part), text.clone())));
    Some(rows)
}

fn notices(unknown: usize) -> Vec<Diagnostic> {
    let notice = Diagnostic::notice(
        Code("KG-H008"),
        format!("{unknown} 处变更的事实此规则包没有，未写出"),
        format!("changes of facts that this pack does not have, and which were left out: {unknown}"),
    );
    Some(notice).filter(|_| unknown > 0).into_iter().collect()
}

fn granted(grants: Vec<Grant>) -> Table {
    let mut rows = table(&["project", "pool", "amount", "granted_on", "document"]);
    for grant in grants {
        let day = grant.granted_on.map(|day| day.to_string()).unwrap_or_default();
        rows.push([grant.project, grant.pool, grant.amount, day, grant.document.unwrap_or_default()]);
    }
    rows
}

fn imports(store: &mut Store) -> Result<Table, Error> {
    let mut rows = table(&["import", "recorded_on", "person", "source", "sha256", "noted_at", "projects", "changes"]);
    for import in store.imports()? {
        rows.push([
            import.id.to_string(),
            import.recorded_on.to_string(),
            import.person.unwrap_or_default(),
            import.source,
            import.sha256,
            import.noted_at,
            import.projects.to_string(),
            import.changes.to_string(),
        ]);
    }
    Ok(rows)
}

fn runs(store: &mut Store) -> Result<Table, Error> {
    let mut rows = table(&["noted_at", "sha256", "receipt"]);
    store.receipts()?.into_iter().for_each(|kept| rows.push([kept.noted_at, kept.sha256, kept.receipt]));
    Ok(rows)
}
