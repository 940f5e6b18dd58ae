//! Whole readings: several kinds of input together, and input meant to harm.

use encoding_rs::GB18030;
use kaigong_model::Cell;

use crate::{
    Input, ReadOptions, read,
    testing::{cell, check, codes_of, good, places, schema},
};

fn codes(name: &str, bytes: Vec<u8>) -> Vec<&'static str> {
    let input = Input { name: name.into(), bytes };
    let said = read(&schema(), &[input], &ReadOptions::default());
    codes_of(&said.map_or_else(|faults| faults, |ledger| ledger.notices))
}

/// Bytes that look like nothing, the same every time.
fn noise(length: usize, mut state: u64) -> Vec<u8> {
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn a_folder_of_tables_becomes_one_ledger() {
    let ledger = good(&[
        ("d/projects.csv", "id,permit\nP-1,\n"),
        ("d/more.yaml", "- {id: P-2, 人数: 3}\n- {id: P-1, permit: 无}\n"),
        ("d/portfolio.yaml", "title: {zh: 示例市, en: Sample}\nrules: cn-gd\n"),
        ("d/pools.csv", "pool,amount\nland.quota,1\n"),
    ]);
    assert_eq!(ledger.portfolio.len(), 2);
    assert_eq!(cell(&ledger.portfolio, "P-1", "permit"), Cell::No);
    assert_eq!(ledger.meta.unwrap().rules.as_deref(), Some("cn-gd"));
    assert_eq!(ledger.supplies.len(), 1);
}

#[test]
fn without_a_ledger_there_is_nothing_to_read() {
    check(&[], &["KG-L061"]);
    check(&[("documents.csv", "project,document,number\nP-1,permit,1\n")], &["KG-L061"]);
    check(&[("a.csv", "id\nP-1\n"), ("portfolio.yaml", "x: 1\n")], &["portfolio.yaml:1:1: KG-L051"]);
}

#[test]
fn a_scenario_is_no_ledger() {
    for name in ["scenario.yaml", "d/scenario-order.yaml", "Scenario_2.YML"] {
        check(&[(name, "- id: P-2\n")], &["KG-L061", &format!("{name}: KG-L062")]);
        let ledger = good(&[("a.csv", "id\nP-1\n"), (name, "supply: [\n")]);
        assert_eq!((ledger.portfolio.len(), codes_of(&ledger.notices)), (1, vec!["KG-L062"]));
    }
    assert_eq!(good(&[("scenario/a.yaml", "- id: P-1\n"), ("scenario.csv", "id\nP-2\n")]).portfolio.len(), 2);
}

#[test]
fn gb18030_and_utf16_ledgers_are_read_with_a_notice() {
    let text = "项目编号,占用耕地（亩）\r\nP-1,380\r\n";
    let utf16 = || "\u{feff}".encode_utf16().chain(text.encode_utf16());
    for bytes in [
        GB18030.encode(text).0.into_owned(),
        utf16().flat_map(u16::to_le_bytes).collect(),
        utf16().flat_map(u16::to_be_bytes).collect(),
    ] {
        let input = Input { name: "a.csv".into(), bytes };
        let ledger = read(&schema(), &[input], &ReadOptions::default()).unwrap();
        assert_eq!(codes_of(&ledger.notices), ["KG-L001"]);
        assert_eq!(cell(&ledger.portfolio, "P-1", "land.farmland"), Cell::Quantity(380_000_000));
    }
}

#[test]
fn noise_is_refused_without_harm() {
    for (seed, name) in ["a.csv", "a.yaml", "documents.csv", "portfolio.yaml"].into_iter().enumerate() {
        let codes = codes(name, noise(1 << 20, 88_172_645_463_325_252 + seed as u64));
        assert!(codes.contains(&"KG-L002"), "{name}: {codes:?}");
    }
    // Noise of the characters that mean something to a reader.
    for seed in 1..200 {
        let alphabet = "id,\"\n\r;.()（）-:{}[]#&*!|>'%@`P1无亩\t\u{feff}";
        let letters: Vec<char> = alphabet.chars().collect();
        let text: String =
            noise(400, seed).into_iter().map(|byte| letters[usize::from(byte) % letters.len()]).collect();
        let headed = format!("id,permit,permit.area,占用耕地,after\n{text}");
        let listed = format!("- id: P-1\n  permit: {text}");
        for name in ["a.csv", "a.yaml", "documents.csv", "changes.csv", "grants.csv", "portfolio.yaml"] {
            for text in [&text, &headed, &listed] {
                for skip in [false, true] {
                    places(&[("ledger.csv", "id\nP1\n"), (name, text)], skip);
                }
            }
        }
    }
}

#[test]
fn hostile_ledgers_are_refused_by_name() {
    assert_eq!(codes("a.csv", b"id\nP-1\0\n".to_vec()), ["KG-L003"]);
    assert_eq!(codes("a.csv", b"PK\x03\x04".to_vec()), ["KG-L007"]);
    assert_eq!(codes("a.csv", "id,人数\nP-1,\"2\nP-2,3\n".into()), ["KG-L008"]);
    assert_eq!(codes("a.csv", Vec::new()), ["KG-L005"]);
    assert_eq!(codes("a.csv", "\u{feff}".into()), ["KG-L005"]);
    assert_eq!(codes("a.csv", "id\n".into()), ["KG-L041"]);
    let ids = (0..20_000).fold("id,after\n".to_owned(), |text, row| text + &format!("P-{row:05},Q-{row:05}\n"));
    // A thousand near misses among twenty thousand ids stay within the budget.
    assert_eq!(codes("a.csv", ids.into()).len(), 1_001);
}
