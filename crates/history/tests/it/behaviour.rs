//! What holds of a store wherever it is kept.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kaigong_history::{Error, Grant, Kept, PATIENCE, Record, Snapshot, Store, beginning};
use kaigong_model::Date;

use super::place::{Place, open_at};

pub(crate) fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// A ledger of a day: `project fact value`, the value's own day where it is one.
pub(crate) fn snapshot(recorded_on: &str, cells: &[(&str, &str, &str)]) -> Snapshot {
    let mut projects: Vec<String> = cells.iter().map(|(project, ..)| (*project).to_owned()).collect();
    projects.dedup();
    let record = |(at, (project, fact, value)): (usize, &(&str, &str, &str))| Record {
        project: (*project).to_owned(),
        fact: (*fact).to_owned(),
        value: (*value).to_owned(),
        own_day: Date::parse(value),
        place: format!("projects.csv:{} {fact}", at + 2),
    };
    Snapshot {
        recorded_on: day(recorded_on),
        person: Some("王某".to_owned()),
        source: "projects.csv".to_owned(),
        sha256: "0".repeat(64),
        noted_at: "2026-11-24T10:00:00".to_owned(),
        projects,
        cells: cells.iter().enumerate().map(record).collect(),
        grants: vec![Grant {
            project: "A".to_owned(),
            pool: "land.quota".to_owned(),
            amount: "30 mu".to_owned(),
            granted_on: Some(day("2026-01-01")),
            document: None,
        }],
    }
}

/// What the store says of a cell: from, recorded on, value.
fn told(store: &mut Store, project: &str, fact: &str) -> Vec<(String, String, String)> {
    let of = store.changes().unwrap().into_iter().filter(|change| change.project == project && change.fact == fact);
    of.map(|change| (change.from.to_string(), change.recorded_on.to_string(), change.value)).collect()
}

fn texts(rows: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    rows.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect()
}

pub(crate) fn ledgers_of_two_months_become_changes_with_their_days(place: &Place) {
    let mut store = place.open();
    let may = [("A", "land", "30 mu"), ("A", "permit", "无"), ("A", "owner", "甲"), ("B", "land", "5 mu")];
    let first = store.import(&snapshot("2026-05-20", &may)).unwrap();
    assert_eq!((first.id, first.projects, first.changes), (1, 2, 4));
    let november = [("A", "land", "40 mu"), ("A", "permit", "2026-08-03"), ("C", "land", "7 mu")];
    let second = store.import(&snapshot("2026-11-20", &november)).unwrap();
    assert_eq!((second.id, second.projects, second.changes), (2, 2, 4));
    let first_day = beginning().to_string();
    assert_eq!(
        told(&mut store, "A", "land"),
        texts(&[(&first_day, "2026-05-20", "30 mu"), ("2026-11-20", "2026-11-20", "40 mu")])
    );
    // Recorded in November, in force since August.
    assert_eq!(
        told(&mut store, "A", "permit"),
        texts(&[(&first_day, "2026-05-20", "无"), ("2026-08-03", "2026-11-20", "2026-08-03")])
    );
    assert_eq!(told(&mut store, "A", "owner")[1], texts(&[("2026-11-20", "2026-11-20", "")])[0]);
    assert_eq!(told(&mut store, "B", "land").len(), 1, "a project that is not listed any more keeps what it had");
    let projects = [("A".to_owned(), 1, 2), ("B".to_owned(), 1, 1), ("C".to_owned(), 2, 2)];
    assert_eq!(store.projects().unwrap(), projects);
    assert_eq!(store.changes().unwrap()[5].place, "projects.csv:3 permit");
    // Corrections to an earlier day still come after what they correct.
    store.import(&snapshot("2026-12-20", &[("A", "permit", "2026-07-01")])).unwrap();
    assert_eq!(told(&mut store, "A", "permit")[2], texts(&[("2026-08-03", "2026-12-20", "2026-07-01")])[0]);
    assert!(store.sound().unwrap());
}

pub(crate) fn a_ledger_imported_again_changes_nothing_and_an_older_one_is_refused(place: &Place) {
    let mut store = place.open();
    let cells = [("A", "land", "30 mu")];
    store.import(&snapshot("2026-05-20", &cells)).unwrap();
    assert_eq!(store.import(&snapshot("2026-05-20", &cells)).unwrap().changes, 0);
    let refused = store.import(&snapshot("2026-05-19", &cells)).unwrap_err();
    assert!(matches!(refused, Error::Older(last) if last == day("2026-05-20")), "{refused}");
    assert_eq!(store.imports().unwrap().len(), 2);
}

pub(crate) fn receipts_are_kept_once(place: &Place) {
    let mut store = place.open();
    let kept = Kept { noted_at: "2026-11-24T10:00:00".into(), sha256: "ab".into(), receipt: "{}".into() };
    assert!(store.keep(&kept).unwrap());
    assert!(!store.keep(&kept).unwrap());
    assert_eq!(store.receipts().unwrap(), [kept]);
}

pub(crate) fn writers_at_once_each_get_their_turn(place: &Place) {
    std::thread::scope(|scope| {
        for writer in 0..4 {
            scope.spawn(move || {
                let mut store = place.open_within(Duration::from_secs(60)).unwrap();
                for round in 0..5 {
                    let value = format!("{writer}-{round}");
                    store.import(&snapshot("2026-05-20", &[("A", "note", &value), ("B", "note", &value)])).unwrap();
                }
            });
        }
    });
    let mut store = place.open();
    let ids: Vec<i64> = store.imports().unwrap().iter().map(|import| import.id).collect();
    assert_eq!(ids, (1..=20).collect::<Vec<_>>());
    assert!(store.sound().unwrap());
}

/// The store a child process writes to; set for the child only.
const VICTIM: &str = "KAIGONG_HISTORY_VICTIM";
/// Cells of each import of a child: enough that a kill falls within one.
const CELLS: usize = 400;

/// A child process, where it is told so: imports one ledger after another and says so after each, until it is killed.
#[test]
fn victim() {
    let Ok(address) = std::env::var(VICTIM) else { return };
    let mut store = open_at(&address, PATIENCE).unwrap();
    println!("open");
    for round in store.imports().unwrap().len().. {
        let imported = store.import(&round_of(round)).unwrap();
        println!("acknowledged {}", imported.id);
        std::io::stdout().flush().unwrap();
    }
}

/// A ledger of which every cell changes with the round.
fn round_of(round: usize) -> Snapshot {
    let projects: Vec<String> = (0..CELLS).map(|at| format!("P-{at}")).collect();
    let value = round.to_string();
    let cells: Vec<(&str, &str, &str)> =
        projects.iter().map(|project| (project.as_str(), "note", value.as_str())).collect();
    snapshot("2026-05-20", &cells)
}

/// Spread evenly over a time: multiples of the golden ratio, in thousandths.
fn moment(kill: u64, within: Duration) -> Duration {
    within * ((kill * 618_034) % 1_000_000 / 1_000) as u32 / 1_000
}

/// How far a writer is let go before its kill is timed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Until {
    /// Not at all: it is killed as it opens the store.
    Started,
    /// It has opened the store: it is killed in its first import.
    Open,
    /// Its first import is acknowledged: it is killed in a later one, or between two.
    Acknowledged,
}

/// Kills a writer so many times: a third as it opens, a third in its first import, a third in a later one.
/// Nothing here rests on how fast the machine is: a writer of the last third has acknowledged an import before it dies.
pub(crate) fn killed_nothing_acknowledged_is_lost_and_nothing_is_half(place: &Place, times: u64) {
    // As long as two imports take here and now, so that kills fall before, within and after them.
    let begun = Instant::now();
    let mut store = place.open();
    (0..2).for_each(|round| {
        let _ = store.import(&round_of(round)).unwrap();
    });
    let within = begun.elapsed().max(Duration::from_millis(20));
    drop(store);
    let mut acknowledged = 2;
    for kill in 0..times {
        let until = [Until::Started, Until::Open, Until::Acknowledged][(kill % 3) as usize];
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "behaviour::victim", "--nocapture"])
            .env(VICTIM, place.address())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut said = |line: &str| {
            let id = line.strip_prefix("acknowledged ").and_then(|id| id.parse::<i64>().ok());
            acknowledged = acknowledged.max(id.unwrap_or(0));
            id.is_some()
        };
        let reached = match until {
            Until::Started => true,
            // The harness writes the name of the test before it on the same line.
            Until::Open => lines.any(|line| line.ends_with("open")),
            Until::Acknowledged => lines.any(|line| said(&line)),
        };
        assert!(reached, "kill {kill}: the writer ended by itself before {until:?}");
        std::thread::sleep(moment(kill, within));
        child.kill().unwrap();
        child.wait().unwrap();
        lines.for_each(|line| {
            said(&line);
        });
        // What the dead process held of a server is let go when the server sees it gone.
        let mut store = place.open();
        assert!(store.sound().unwrap(), "kill {kill}");
        let last = store.imports().unwrap().last().map_or(0, |import| import.id);
        assert!(last >= acknowledged, "kill {kill}: {acknowledged} was acknowledged, {last} is the last");
        acknowledged = last;
    }
    assert!(acknowledged >= 2 + times as i64 / 3, "only {acknowledged} imports in {times} kills");
}
