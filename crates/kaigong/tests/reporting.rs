//! Explaining many projects at once says of each what explaining it alone says.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an integration test: it may read fixtures and stop at the first surprise"
)]

use std::path::Path;

use kaigong::model::Date;
use kaigong::solver::Durations;
use kaigong::{CheckOptions, check, explain_all, load_rules, read_ledger};

#[test]
fn all_at_once_are_as_one_by_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo").display().to_string();
    let pack = load_rules("cn-gd").unwrap().pack;
    let ledger = read_ledger(&pack, &kaigong::io::gather(&[folder]).unwrap(), &kaigong::io::ReadOptions::default());
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
