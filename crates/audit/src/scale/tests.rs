use kaigong_model::Unit;

use super::{Ground, misread};
use crate::testing::{fact, pack, portfolio, reading};
use crate::totals::mismatches;

const HEADERS: [&str; 5] = ["money", "land", "farm", "built", "tilled"];

/// Forty projects of 40 to 79 mu and two million yuan per mu, some cells replaced.
fn rows(changes: &[(usize, &str, &str)]) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = (40..80)
        .map(|mu: u32| {
            let cells = [mu * 200, mu, mu / 2, mu - mu / 2, mu / 4];
            cells.iter().map(u32::to_string).collect()
        })
        .collect();
    for &(row, header, text) in changes {
        let column = HEADERS.iter().position(|known| *known == header).unwrap();
        rows[row][column] = text.to_owned();
    }
    rows
}

/// What is found: row, fact, unit meant, grounds.
fn check(changes: &[(usize, &str, &str)], expect: &[(u32, &str, &str, &[Ground])]) {
    let pack = pack();
    let portfolio = portfolio(&pack, &HEADERS, &rows(changes));
    let reading = reading(&pack, &portfolio);
    let found = misread(&reading, &mismatches(&reading));
    let told: Vec<_> = found
        .iter()
        .map(|found| (found.row, pack.schema[found.fact].id.as_str(), found.slip.meant.name, found.grounds.as_slice()))
        .collect();
    assert_eq!(told, expect);
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    check(&[], &[]);
    // Large, but all its parts say so.
    check(&[(3, "land", "90000"), (3, "farm", "50000"), (3, "built", "40000"), (3, "money", "18000000")], &[]);
}

#[test]
fn yuan_in_a_column_of_wan_are_ten_thousand_fold() {
    check(&[(5, "money", "90000000")], &[(5, "money", "yuan", &[Ground::Column, Ground::Density])]);
}

#[test]
fn hectares_in_a_column_of_mu_are_a_fifteenth_and_the_parts_say_so() {
    // 45 mu are 3 ha.
    let classes = Ground::Total(0);
    check(&[(5, "land", "3")], &[(5, "land", "ha", &[Ground::Column, Ground::Density, classes])]);
}

#[test]
fn square_metres_among_mu_break_the_total_of_their_part() {
    // 11 mu are about 7,333 square metres.
    check(&[(5, "tilled", "7333")], &[(5, "tilled", "m2", &[Ground::Column, Ground::Total(1)])]);
}

#[test]
fn a_part_alone_in_another_unit_is_found_by_its_total() {
    // 22 mu of farm land are about 1.4667 ha, less than the 11 mu of it that are tilled.
    check(&[(5, "farm", "1.466667")], &[(5, "farm", "ha", &[Ground::Column, Ground::Total(0), Ground::Total(1)])]);
}

#[test]
fn what_no_unit_explains_is_a_mismatch_only() {
    let pack = pack();
    let portfolio = portfolio(&pack, &HEADERS, &rows(&[(5, "built", "30")]));
    let found = crate::audit(&reading(&pack, &portfolio));
    assert!(found.misread.is_empty());
    let [mismatch] = found.mismatches.as_slice() else { panic!("{:?}", found.mismatches) };
    assert_eq!((mismatch.row, mismatch.total, mismatch.sum()), (5, 0, 52_000_000));
}

#[test]
fn a_slip_is_mended_exactly() {
    let pack = pack();
    let portfolio = portfolio(&pack, &HEADERS, &rows(&[(5, "money", "90000000")]));
    let reading = reading(&pack, &portfolio);
    let found = misread(&reading, &[]);
    let yuan = Unit::parse("yuan").unwrap();
    assert_eq!(found[0].mended, 90_000_000 * yuan.atoms);
    assert_eq!(found[0].fact, fact(&pack, "money"));
}
