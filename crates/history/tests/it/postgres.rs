//! In a database of PostgreSQL, on the server that `KAIGONG_POSTGRES` names; `.ci/postgres` starts one.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kaigong_history::{Error, Store};
use postgres::{Client, NoTls};

use super::behaviour;
use super::behaviour::snapshot;
use super::place::Place;

/// A database of its own; dropped with the test.
pub(crate) struct Database {
    pub(crate) url: String,
    name: String,
    server: String,
}

static MADE: AtomicU32 = AtomicU32::new(0);

impl Database {
    fn new() -> Self {
        let server = std::env::var("KAIGONG_POSTGRES")
            .expect("KAIGONG_POSTGRES names no server: run these tests by .ci/postgres, which starts one");
        let name = format!("kaigong_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let mut client = Client::connect(&server, NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let (base, _) = server.rsplit_once('/').unwrap();
        Self { url: format!("{base}/{name}"), name, server }
    }

    fn client(&self) -> Client {
        Client::connect(&self.url, NoTls).unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Ok(mut client) = Client::connect(&self.server, NoTls) {
            let _ = client.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}

fn database() -> Place {
    Place::Database(Database::new())
}

#[test]
fn ledgers_of_two_months_become_changes_with_their_days() {
    behaviour::ledgers_of_two_months_become_changes_with_their_days(&database());
}

#[test]
fn a_ledger_imported_again_changes_nothing_and_an_older_one_is_refused() {
    behaviour::a_ledger_imported_again_changes_nothing_and_an_older_one_is_refused(&database());
}

#[test]
fn receipts_are_kept_once() {
    behaviour::receipts_are_kept_once(&database());
}

#[test]
fn writers_at_once_each_get_their_turn() {
    behaviour::writers_at_once_each_get_their_turn(&database());
}

/// Sixty times, or as often as `KAIGONG_KILLS` says.
#[test]
fn killed_nothing_acknowledged_is_lost_and_nothing_is_half() {
    let times = std::env::var("KAIGONG_KILLS").ok().map_or(60, |times| times.parse().unwrap());
    behaviour::killed_nothing_acknowledged_is_lost_and_nothing_is_half(&database(), times);
}

#[test]
fn nothing_is_altered_or_taken_out() {
    let database = Database::new();
    let mut store = Store::connect(&database.url, true).unwrap();
    store.import(&snapshot("2026-05-20", &[("A", "land", "30 mu")])).unwrap();
    let mut other = database.client();
    for act in [
        "UPDATE kaigong.changes SET value = '3000 mu'",
        "DELETE FROM kaigong.imports",
        "DELETE FROM kaigong.listings",
        "TRUNCATE kaigong.runs",
        "UPDATE kaigong.grants SET amount = ''",
        "UPDATE kaigong.store SET version = 2",
    ] {
        let refused = other.batch_execute(act).unwrap_err();
        let told = refused.as_db_error().map(|error| error.message().to_owned());
        assert_eq!(told.as_deref(), Some("the store only grows"), "{act}");
    }
}

#[test]
fn a_stranger_is_refused_and_left_alone() {
    let database = Database::new();
    database.client().batch_execute("CREATE SCHEMA kaigong; CREATE TABLE kaigong.cats (name TEXT)").unwrap();
    assert!(matches!(Store::connect(&database.url, true), Err(Error::NotAStore)));
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'kaigong'";
    assert_eq!(database.client().query_one(tables, &[]).unwrap().get::<_, i64>(0), 1);
}

#[test]
fn reading_makes_no_store_and_a_wrong_address_is_told_without_its_password() {
    let database = Database::new();
    assert!(matches!(Store::connect(&database.url, false), Err(Error::Absent)));
    let made = database.client().query_one("SELECT to_regnamespace('kaigong') IS NOT NULL", &[]).unwrap();
    assert!(!made.get::<_, bool>(0));
    for url in ["postgres://u:s3cret@127.0.0.1:1/none", "postgres://u:s3cret@127.0.0.1:port/none"] {
        let Err(Error::Unreachable(why)) = Store::connect(url, true) else { panic!("{url}") };
        assert!(!why.contains("s3cret"), "{why}");
    }
}

#[test]
fn a_second_writer_waits_and_is_told_when_it_has_waited_too_long() {
    let database = Database::new();
    let mut store = Store::connect(&database.url, true).unwrap();
    let mut holder = database.client();
    holder.batch_execute("BEGIN; SELECT pg_advisory_xact_lock(1801546087)").unwrap();
    let hasty = Store::connect_within(&database.url, true, Duration::from_millis(50));
    assert!(matches!(hasty, Err(Error::Busy)), "{hasty:?}");
    std::thread::scope(|scope| {
        let patient = scope.spawn(|| store.import(&snapshot("2026-05-20", &[("A", "land", "30 mu")])).unwrap());
        std::thread::sleep(Duration::from_millis(50));
        holder.batch_execute("COMMIT").unwrap();
        assert_eq!(patient.join().unwrap().id, 1);
    });
}
