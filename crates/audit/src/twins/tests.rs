use std::collections::BTreeSet;

use proptest::prelude::*;

use super::names::{pairs, plain};
use super::{SIMILAR_PERMILLE, TwinsBy, twins};
use crate::testing::{pack, portfolio, reading};

const HEADERS: [&str; 4] = ["code", "name", "county", "owner"];

fn found(rows: &[[&str; 4]]) -> Vec<(Vec<u32>, TwinsBy)> {
    let pack = pack();
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
    let portfolio = portfolio(&pack, &HEADERS, &rows);
    twins(&reading(&pack, &portfolio)).into_iter().map(|twins| (twins.rows, twins.by)).collect()
}

#[test]
fn codes_are_one_but_for_signs_and_case() {
    let rows = [["2020-4413-a", "甲", "", ""], ["２０２０4413A", "乙", "", ""], ["2020-4413-b", "丙", "", ""]];
    assert_eq!(found(&rows), [(vec![0, 1], TwinsBy::Code)]);
}

#[test]
fn the_same_name_counts_within_a_county_and_an_owner() {
    let rows = [
        ["", "城北 快速路（一期）", "东县", "交通局"],
        ["", "城北快速路(一期)建设项目", "东县", "交通局"],
        ["", "城北快速路一期", "西县", "交通局"],
    ];
    assert_eq!(found(&rows), [(vec![0, 1], TwinsBy::Name)]);
}

#[test]
fn names_that_differ_in_a_character_are_similar_and_phases_are_not() {
    let rows = [
        ["", "惠州至霞涌高速公路西段工程", "东县", ""],
        ["", "惠州到霞涌高速公路西段", "东县", ""],
        ["", "第三人民医院新院区一期", "东县", ""],
        ["", "第三人民医院新院区二期", "东县", ""],
        ["", "惠州至霞涌高速公路西段工程", "西县", ""],
    ];
    assert_eq!(found(&rows), [(vec![0, 1], TwinsBy::Similar(800))]);
}

/// Twice the shared pairs over all, counted from the texts alone.
fn naive(one: &str, other: &str) -> u64 {
    let (one, other) = (pairs(&plain(one)), pairs(&plain(other)));
    let shared: BTreeSet<_> = one.intersection(&other).collect();
    (2_000 * shared.len() as u64).checked_div((one.len() + other.len()) as u64).unwrap_or_default()
}

proptest! {
    /// The index misses no pair of names that comparing all with all would find.
    #[test]
    fn similar_names_are_those_of_comparing_all_with_all(
        names in proptest::collection::vec("[甲丁ab路桥水厂]{3,9}", 2..40)
    ) {
        let pack = pack();
        let rows: Vec<Vec<String>> = names.iter().map(|name| vec![String::new(), name.clone(), "东县".into()]).collect();
        let portfolio = portfolio(&pack, &HEADERS, &rows);
        let told: BTreeSet<Vec<u32>> = twins(&reading(&pack, &portfolio))
            .into_iter()
            .filter(|twins| matches!(twins.by, TwinsBy::Similar(_)))
            .map(|twins| twins.rows)
            .collect();
        let telling = |name: &str| name.chars().filter(|c| "甲丁ab".contains(*c)).collect::<String>();
        let first = |at: usize| names[..at].iter().all(|known| *known != names[at]);
        let mut expected = BTreeSet::new();
        for (a, one) in names.iter().enumerate() {
            for (b, other) in names.iter().enumerate().skip(a + 1) {
                let long = pairs(one).len() >= 3 && pairs(other).len() >= 3;
                let alike = naive(one, other) >= SIMILAR_PERMILLE && one != other && telling(one) == telling(other);
                if long && alike && first(a) && first(b) {
                    expected.insert(vec![a as u32, b as u32]);
                }
            }
        }
        prop_assert_eq!(told, expected);
    }
}
