//! Stops are read as written, and limits end where counting day by day ends them.

use super::*;
use crate::FactType;

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn cause(id: &str, zh: &str, counts_not: Vec<(Option<Date>, Option<Date>)>) -> StopCause {
    StopCause { id: id.into(), words: Words::new(zh, id.replace('-', " ")), counts_not }
}

fn paper() -> FactSpec {
    let causes = vec![
        cause("expert-review", "专家评审", vec![(Date::parse("2004-07-01"), None)]),
        cause("correction", "补正", Vec::new()),
    ];
    FactSpec { causes: causes.into(), ..FactSpec::new("d", FactType::Document) }
}

#[test]
fn stops_are_read_in_order_and_written_back() {
    let written = "Expert Review 2026-07-01/；专家评审：2026-06-01 至 2026-06-10; correction 2026-06-20~2026-06-20";
    let stops = parse_stops(&paper(), written).unwrap();
    let text = "expert-review 2026-06-01/2026-06-10; correction 2026-06-20/2026-06-20; expert-review 2026-07-01/";
    assert_eq!(stops_text(&stops), text);
    assert_eq!(parse_stops(&paper(), text).unwrap(), stops);
}

#[test]
fn each_fault_is_told_apart() {
    for (text, fault) in [
        ("专家评审", CellFault::NotAStop),
        ("2026-06-01/2026-06-10", CellFault::NotAStop),
        ("专家评审 2026-06-31/", CellFault::NotAStop),
        ("专家评审 2026-06-01/六月", CellFault::NotAStop),
        ("抽签 2026-06-01/", CellFault::UnknownCause("抽签".into())),
        ("专家评审 2026-06-10/2026-06-01", CellFault::StopBackwards),
        ("专家评审 2026-06-01/2026-06-10; 补正 2026-06-10/", CellFault::StopsOverlap),
        ("专家评审 2026-06-01/; 补正 2026-06-10/2026-06-11", CellFault::StopsOverlap),
    ] {
        assert_eq!(parse_stops(&paper(), text), Err(fault), "{text}");
    }
}

fn halts(text: &str, as_of: &str) -> Halts {
    let stops = parse_stops(&paper(), text).unwrap();
    Halts::of(&paper(), [Issue { stops, ..Issue::default() }].iter(), day(as_of))
}

#[test]
fn only_causes_of_the_law_and_days_that_have_come_stop_the_clock() {
    assert!(halts("补正 2026-06-01/2026-06-10", "2026-12-01").is_empty());
    assert!(halts("专家评审 2004-06-30/2004-07-10", "2026-12-01").is_empty(), "before the law was in force");
    assert!(halts("专家评审 2026-06-10/", "2026-06-09").is_empty());
    let lasting = halts("专家评审 2026-06-01/2026-06-10", "2026-06-09");
    assert!(lasting.running && lasting.used(day("2026-05-31"), day("2026-06-09"), DurationUnit::Days) == 0);
    assert!(!halts("专家评审 2026-06-01/2026-06-10", "2026-06-11").running);
}

/// Day by day: whether it counts, until enough have.
fn walked(halts: &Halts, from: Date, limit: Duration) -> Date {
    let (mut day, mut left) = (from, limit.count);
    while left > 0 {
        day = Date(day.0 + 1);
        let counts = limit.unit == DurationUnit::Days || Calendar::official().is_workday(day);
        left -= i32::from(counts && !halts.holds(day));
    }
    day
}

#[test]
fn limits_end_where_counting_day_by_day_ends_them() {
    let stops = "专家评审 2026-09-28/2026-10-04; 专家评审 2026-10-05/2026-10-20; 补正 2026-10-22/2026-10-23; \
                 专家评审 2026-11-01/2026-11-01";
    let halts = halts(stops, "2027-06-01");
    for start in 0..60 {
        let from = Date(day("2026-09-10").0 + start);
        for unit in [DurationUnit::Days, DurationUnit::Workdays] {
            for count in 0..40 {
                let limit = Duration { count, unit };
                let last = halts.last_day(from, limit).unwrap();
                assert_eq!(last, walked(&halts, from, limit), "{from} {limit:?}");
                assert_eq!(halts.used(from, last, unit), count, "{from} {limit:?}");
            }
        }
    }
    let month = Duration { count: 1, unit: DurationUnit::Months };
    // A month to 2026-10-25, 23 days of stops, and the one day of them that this reaches.
    assert_eq!(halts.last_day(day("2026-09-25"), month), Some(day("2026-11-18")));
    assert_eq!(Halts::default().last_day(day("2026-01-31"), month), Some(day("2026-02-28")));
    // 2026-10-24 is a Saturday.
    let days = Duration { count: 1, unit: DurationUnit::Days };
    assert_eq!(halts.last_workday(day("2026-10-23"), days), Some(day("2026-10-26")));
}
