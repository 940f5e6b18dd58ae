//! In a file of SQLite.

use std::time::Duration;

use kaigong_history::{Error, Store};

use super::behaviour;
use super::behaviour::snapshot;
use super::place::Place;

#[test]
fn ledgers_of_two_months_become_changes_with_their_days() {
    behaviour::ledgers_of_two_months_become_changes_with_their_days(&Place::file());
}

#[test]
fn a_ledger_imported_again_changes_nothing_and_an_older_one_is_refused() {
    behaviour::a_ledger_imported_again_changes_nothing_and_an_older_one_is_refused(&Place::file());
}

#[test]
fn receipts_are_kept_once() {
    behaviour::receipts_are_kept_once(&Place::file());
}

#[test]
fn writers_at_once_each_get_their_turn() {
    behaviour::writers_at_once_each_get_their_turn(&Place::file());
}

#[test]
fn killed_two_hundred_times_nothing_acknowledged_is_lost_and_nothing_is_half() {
    behaviour::killed_nothing_acknowledged_is_lost_and_nothing_is_half(&Place::file(), 200);
}

#[test]
fn nothing_is_altered_or_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    Store::open(&path).unwrap().import(&snapshot("2026-05-20", &[("A", "land", "30 mu")])).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    for act in [
        "UPDATE changes SET value = '3000 mu'",
        "DELETE FROM imports",
        "DELETE FROM listings",
        "UPDATE grants SET amount = ''",
    ] {
        let refused = other.execute_batch(act).unwrap_err();
        assert!(refused.to_string().contains("the store only grows"), "{act}: {refused}");
    }
}

#[test]
fn a_stranger_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "这不是台账库，只是一个文本文件。".repeat(100)).unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(Store::open(&path), Err(Error::NotAStore)));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let path = folder.path().join("other.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE cats (name TEXT)").unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(Store::open(&path), Err(Error::NotAStore)));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_second_writer_waits_and_is_told_when_it_has_waited_too_long() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    Store::open(&path).unwrap();
    let holder = rusqlite::Connection::open(&path).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let hasty = Store::open_within(&path, Duration::from_millis(20));
    assert!(matches!(hasty, Err(Error::Busy)), "{hasty:?}");
    std::thread::scope(|scope| {
        let patient = scope.spawn(|| {
            let mut store = Store::open_within(&path, Duration::from_secs(60)).unwrap();
            store.import(&snapshot("2026-05-20", &[("A", "land", "30 mu")])).unwrap()
        });
        std::thread::sleep(Duration::from_millis(50));
        holder.execute_batch("COMMIT").unwrap();
        assert_eq!(patient.join().unwrap().id, 1);
    });
}
