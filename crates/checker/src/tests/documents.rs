//! Documents: in force, recorded, covered, parts, grants: `semantics.md` §2.

use super::*;

#[test]
fn issued_follows_the_state_of_the_document() {
    for (row, expect) in [
        ("d=2020-06-01", "yes"),
        ("d=2020-06-02", "no"),
        ("d=无", "no"),
        ("d=办理中", "no"),
        ("", "unknown"),
        ("d=!!", "unknown"),
        ("d.accepted_on=2020-05-01", "no"),
        ("d.submitted_on=2020-05-01", "no"),
        ("d.area=3 mu", "unknown"),
        ("d=2019-01-01, d.expires_on=2020-06-01", "yes"),
        ("d=2019-01-01, d.expires_on=2020-05-31", "no"),
        ("d=2019-01-01, d.expires_on=2020-05-31, d/2=2020-05-01", "yes"),
        ("d.waived_until=2020-06-01", "yes"),
        ("d.waived_until=2020-05-31", "no"),
        ("lasting=2019-06-01", "yes"),
        ("lasting=2019-05-31", "no"),
        ("lasting=2019-05-31, lasting.expires_on=2021-01-01", "yes"),
    ] {
        let document = if row.starts_with("lasting") { "lasting" } else { "d" };
        check_truth(&format!("issued({document})"), row, expect);
    }
}

#[test]
fn a_number_without_a_date_counts_from_the_ledgers_date_on() {
    let with = |ledger: Option<&str>| {
        let options = Options { ledger_date: ledger.map(day), ..at(TODAY) };
        (truth_at("issued(d)", "d=1号", options), truth_at("recorded(d)", "d=1号", options))
    };
    assert_eq!(with(None), ("yes", "yes"));
    assert_eq!(with(Some("2020-06-01")), ("yes", "yes"));
    assert_eq!(with(Some("2020-06-02")), ("unknown", "unknown"));
    // With a date, the number says nothing.
    check_truth("issued(d)", "d=2020-07-01, d.number=1号", "no");
}

#[test]
fn a_used_document_is_judged_when_its_first_user_was_issued() {
    // Valid from 2018-01-01 to 2019-01-01.
    for (row, expect) in [
        ("used=2018-01-01, e=2018-12-31", "yes"),
        ("used=2018-01-01, e=2019-01-01", "yes"),
        ("used=2018-01-01, e=2019-01-02", "no"),
        ("used=2018-01-01, e=2019-06-01, e/2=2018-06-01", "yes"),
        ("used=2018-01-01, e=2021-01-01", "no"),
        ("used=2018-01-01, e=无", "no"),
        // README, "A document that has lapsed may have been used in time".
        ("used=2018-01-01", "unknown"),
        ("used=2020-01-01", "yes"),
    ] {
        check_truth("issued(used)", row, expect);
    }
}

#[test]
fn a_recorded_document_was_issued_once() {
    for (row, expect) in [
        ("d=2019-01-01, d.expires_on=2020-01-01", "yes"),
        ("d=2020-06-02", "no"),
        ("d=无", "no"),
        ("d=办理中", "no"),
        ("", "no"),
        ("d=!!", "unknown"),
        ("d.accepted_on=2020-05-01", "no"),
    ] {
        check_truth("recorded(d)", row, expect);
    }
    check_truth("recorded(d.accepted_on)", "d.accepted_on=2020-05-01", "yes");
    check_truth("recorded(d.accepted_on)", "d.accepted_on=2020-07-01", "no");
    check_truth("recorded(d.accepted_on)", "d=!!", "unknown");
    check_truth("recorded(d.number)", "d=1号", "yes");
    check_truth("recorded(d.number)", "d=2020-07-01, d.number=1号", "no");
}

#[test]
fn parts_take_the_earliest_or_latest_of_several_issues() {
    let two = "d=2020-01-05, d.area=3 mu, d/2=2020-01-09, d/2.area=4 mu, d/3=2020-09-09, d/3.area=50 mu";
    check_truth("d.issued_on == date(\"2020-01-05\")", two, "yes");
    check_truth("d.area == 7 mu", two, "yes");
    check_truth(
        "d.expires_on == date(\"2022-01-01\")",
        "d=2020-01-01, d.expires_on=2021-01-01, d/2=2020-01-02, d/2.expires_on=2022-01-01",
        "yes",
    );
    check_truth("d.waived_until == date(\"2022-01-01\")", "d.waived_until=2022-01-01", "yes");
    check_truth("d.submitted_on < as_of", "d=2020-01-01", "unknown");
    check_truth("d.issued_on < as_of", "d=2020-09-09", "unknown");
}

#[test]
fn covered_sums_the_issues_in_force() {
    for (row, expect) in [
        ("d=2020-01-01, d.area=3 mu, d/2=2020-02-01, d/2.area=4 mu", "yes"),
        ("d=2020-01-01, d.area=7 mu, d/2=2020-09-01, d/2.area=4 mu", "yes"),
        ("d=2020-01-01, d.area=7 mu, d/2=2019-01-01, d/2.area=4 mu, d/2.expires_on=2020-01-01", "yes"),
        ("d=2020-01-01, d.area=6 mu", "no"),
        ("d=2020-01-01, d.area=7 mu, d/2=2020-02-01", "unknown"),
        ("d=2020-01-01, d.area=7 mu, d/2.area=4 mu", "unknown"),
        ("d.waived_until=2021-01-01", "unknown"),
        ("", "unknown"),
        ("d=!!", "unknown"),
    ] {
        check_truth("covered(d) == 7 mu", row, expect);
    }
    check_truth("covered(d) == 0 mu", "d=无", "yes");
    check_truth("covered(d) == 0 mu", "d=办理中", "yes");
    check_truth("covered(d) == 0 mu", "d.accepted_on=2020-01-01, d.area=4 mu", "yes");
}

#[test]
fn granted_sums_what_was_granted_by_the_day() {
    let pack = pack("g: {met_when: granted(quota) >= 3 mu}", "");
    let mut builder = builder(&pack, &["", ""]);
    let grant = |row, amount: i64, granted_on: Option<&str>| Grant {
        row,
        pool: "quota".into(),
        amount: amount * 1_000_000,
        granted_on: granted_on.map(day),
        document: None,
    };
    builder.grant(grant(0, 1, Some("2020-06-01")));
    builder.grant(grant(0, 2, None));
    builder.grant(grant(0, 9, Some("2020-06-02")));
    let portfolio = builder.finish().0;
    let verdict = |row: usize, ledger: Option<&str>, as_of: &str| {
        let options = Options { ledger_date: ledger.map(day), ..at(as_of) };
        interpret(&pack, &portfolio, &options)[row].verdict
    };
    assert_eq!(verdict(0, None, TODAY), Verdict::Ready);
    assert_eq!(verdict(0, Some("2020-06-02"), TODAY), Verdict::Blocked);
    assert_eq!(verdict(0, None, "2020-05-31"), Verdict::Blocked);
    assert_eq!(verdict(1, None, TODAY), Verdict::Blocked);
}

#[test]
fn what_a_later_issue_says_of_itself_is_hidden_until_then() {
    check_truth("d.expires_on > as_of", "d=2020-07-01, d.expires_on=2021-07-01", "unknown");
    check_truth("d.area > 0 mu", "d=2020-07-01, d.area=3 mu", "unknown");
    check_truth("recorded(d.expires_on)", "d=2020-07-01, d.expires_on=2021-07-01", "no");
    check_truth("recorded(d.submitted_on)", "d=2020-07-01, d.submitted_on=2020-05-01", "yes");
}

#[test]
fn a_user_that_has_a_number_but_no_date_leaves_a_lapsed_document_open() {
    check_truth("issued(used)", "used=2018-01-01, e.number=3号", "unknown");
    check_truth("issued(used)", "used=2018-01-01, e.accepted_on=2018-05-01", "no");
    check_truth("issued(used)", "used=2020-01-01, e.number=3号", "yes");
}
