//! Explaining many projects at once says of each what explaining it alone says; a template is a ledger.

use std::path::Path;

use kaigong::io::{Input, ReadOptions};
use kaigong::model::{Date, Lang};
use kaigong::solver::Durations;
use kaigong::{CheckOptions, check, explain_all, load_rules, read_ledger};

#[test]
fn all_at_once_are_as_one_by_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo").display().to_string();
    let pack = load_rules("cn-gd").unwrap().pack;
    let ledger = read_ledger(&pack, &kaigong::io::gather(&[folder]).unwrap(), &ReadOptions::default());
    let ledger = ledger.unwrap();
    let options = CheckOptions { since: true, ..CheckOptions::on(Date::parse("2026-11-20").unwrap()) };
    let assessment = check(&pack, &ledger, &options, Some(&[1, 2, 16, 23])).unwrap();
    let all = explain_all(&assessment, Durations::Statutory);
    assert_eq!(all.iter().map(|one| one.result.row).collect::<Vec<_>>(), [1, 2, 16, 23]);
    for one in all {
        let alone = assessment.evaluation.explain(one.result.row, Durations::Statutory);
        assert_eq!(format!("{one:?}"), format!("{alone:?}"));
        let earliest = &one.result.earliest;
        assert_eq!(earliest.chain.len(), earliest.done.len());
        assert!(earliest.done.is_sorted() && earliest.done.last().is_none_or(|last| Some(*last) == earliest.date));
    }
}

/// Every header of the form is one that a ledger may have, in its own unit.
#[test]
fn a_template_is_a_ledger_that_can_be_read() {
    let day = Date::parse("2026-11-20").unwrap();
    for name in ["cn", "cn-gd", "cn-gd-huizhou"] {
        let pack = load_rules(name).unwrap().pack;
        for lang in [Lang::Zh, Lang::En] {
            let book = kaigong::report::template_workbook(&pack, pack.default_goal, day, lang);
            let headers: Vec<&str> = book.sheets[0].columns.iter().map(|column| column.header.as_str()).collect();
            assert!(headers.len() > 100, "{} columns", headers.len());
            let quoted: Vec<String> =
                headers.iter().map(|header| format!("\"{}\"", header.replace('"', "\"\""))).collect();
            let text = format!("{}\nP-1{}\n", quoted.join(","), ",".repeat(headers.len() - 1));
            let input = Input { name: "form.csv".to_owned(), bytes: text.into_bytes() };
            let ledger = read_ledger(&pack, &[input], &ReadOptions::default()).unwrap();
            assert_eq!(ledger.portfolio.len(), 1);
            assert!(ledger.notices.is_empty(), "{:?}", ledger.notices[0]);
        }
    }
}
