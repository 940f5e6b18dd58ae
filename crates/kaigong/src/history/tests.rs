//! What goes into a store comes out of it as it was on every day, documents of several issues too.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise, in folders of their own"
)]

use std::sync::Arc;

use kaigong_io::ReadOptions;
use kaigong_model::{Issue, PortfolioBuilder, Stop};
use kaigong_rules::{Layer, load};

use super::export::tables;
use super::*;
use crate::check::read_ledger;

const PACK: &str = "
id: p
version: '1'
goals: {start: {requirement: start}}
facts:
  permit: {type: document, title: {zh: 许可证, en: Permit}}
  plots: {type: document, title: {zh: 用地批文, en: Plots}}
  land: {type: area, unit: mu}
  begun: {type: date, is: event}
  planned: {type: date, is: plan}
  note: {type: text}
stops: {review: {causes: {review: 评审}, documents: [permit], cite: [{law: x, status: verified}]}}
requirements: {start: {met_when: issued(permit) and covered(plots) >= land, cite: [{law: x, status: verified}]}}
";

fn pack() -> Pack {
    load(&[Layer { name: "p".into(), files: vec![("pack.yaml".into(), PACK.as_bytes().to_vec())] }]).unwrap().0
}

/// A generator of numbers (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % count
    }

    fn day(&mut self) -> Date {
        Date(20_300 + self.below(400) as i32)
    }

    fn issue(&mut self) -> Issue {
        let accepted_on = (self.below(2) == 0).then(|| self.day());
        let stops = accepted_on.filter(|_| self.below(3) == 0).map(|day| {
            let to = (self.below(2) == 0).then_some(Date(day.0 + 30));
            vec![Stop { from: Date(day.0 + 3), to, cause: "review".into() }]
        });
        Issue {
            issued_on: (self.below(4) != 0).then(|| self.day()),
            number: Some(format!("〔2026〕{}号, \"甲\"; 乙", self.below(5))).filter(|_| self.below(2) == 0),
            accepted_on,
            submitted_on: None,
            expires_on: (self.below(4) == 0).then(|| Date(self.day().0 + 700)),
            area: Some(self.below(5_000_000) as i64),
            waived_until: None,
            stops: stops.unwrap_or_default(),
        }
    }

    fn cell(&mut self, fact: &str) -> Cell {
        match (self.below(6), fact) {
            (0, _) => Cell::Blank,
            (1, "permit" | "plots" | "begun" | "land") => Cell::No,
            (2, "permit" | "plots") => Cell::InHand,
            (_, "permit" | "plots") => Cell::Document((0..=self.below(3)).map(|_| self.issue()).collect()),
            (_, "land") => Cell::Quantity(self.below(90_000_000) as i64),
            (_, "note") => Cell::Text(format!("备注 {}", self.below(3))),
            _ => Cell::Date(self.day()),
        }
    }
}

/// Ledgers of some days: every other cell stays as it was the time before.
fn ledgers(pack: &Pack, dice: &mut Dice) -> Vec<(Date, Portfolio)> {
    let mut ledgers: Vec<(Date, Portfolio)> = Vec::new();
    for month in 0..2 + dice.below(4) as i32 {
        let mut builder = PortfolioBuilder::new(Arc::clone(&pack.schema));
        for row in 0..4 {
            builder.add(&format!("P-{row}"));
            for (fact, spec) in pack.schema.iter() {
                let cell = match ledgers.last() {
                    Some((_, before)) if dice.below(2) == 0 => before.cell(fact, row, Date(0), None),
                    _ => dice.cell(&spec.id),
                };
                builder.put(row, fact, cell);
            }
        }
        ledgers.push((Date(20_500 + month * 31), builder.finish().0));
    }
    ledgers
}

fn imported(store: &mut Store, pack: &Pack, day: Date, portfolio: &Portfolio) {
    let options = ImportOptions {
        recorded_on: day,
        person: None,
        source: "台账.csv".into(),
        noted_at: "2026-11-24T10:00:00".into(),
    };
    store.import(&snapshot(pack, portfolio, &[], &options).0).unwrap();
}

#[test]
fn a_store_comes_out_as_it_went_in_and_goes_in_again_the_same() {
    let (pack, folder) = (pack(), tempfile::tempdir().unwrap());
    let mut several = 0;
    for seed in 0..60 {
        let ledgers = ledgers(&pack, &mut Dice(seed));
        let mut store = Store::open(&folder.path().join(format!("{seed}.db"))).unwrap();
        for (day, portfolio) in &ledgers {
            imported(&mut store, &pack, *day, portfolio);
        }
        let (tables, notices) = tables(&mut store, &pack, None).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        let files = tables.into_iter().map(|(name, table)| (name, kaigong_io::table_csv(&table)));
        let inputs: Vec<Input> = files
            .filter(|(name, _)| ["projects.csv", "changes.csv"].contains(name))
            .map(|(name, bytes)| Input { name: name.into(), bytes })
            .collect();
        let read = read_ledger(&pack, &inputs, &ReadOptions::default()).unwrap().portfolio;
        for (day, portfolio) in &ledgers {
            for (fact, spec) in pack.schema.iter() {
                for row in 0..portfolio.len() as u32 {
                    let was = portfolio.cell(fact, row, *day, None);
                    let is = read.cell(fact, row, *day, Some(*day));
                    assert_eq!(is.exact(spec), was.exact(spec), "seed {seed}, {day}, {} of row {row}", spec.id);
                    assert_eq!(is, was, "seed {seed}, {day}, {} of row {row}", spec.id);
                    several += usize::from(matches!(was, Cell::Document(issues) if issues.len() > 1));
                }
            }
        }
        let last = ledgers.last().unwrap().0;
        let mut again = Store::open(&folder.path().join(format!("{seed}-again.db"))).unwrap();
        imported(&mut again, &pack, last, &read);
        let latest = |store: &mut Store| -> std::collections::BTreeMap<(String, String), String> {
            let changes = store.changes().unwrap();
            let cells = changes.into_iter().map(|change| ((change.project, change.fact), change.value));
            let mut latest: std::collections::BTreeMap<_, _> = cells.collect();
            latest.retain(|_, value| !value.is_empty());
            latest
        };
        assert_eq!(latest(&mut again), latest(&mut store), "seed {seed}");
    }
    assert!(several > 500, "{several}");
}

#[test]
fn a_password_is_never_shown() {
    for (store, shown) in [
        ("台账.db", "台账.db"),
        ("postgres://u@h/d", "postgres://u@h/d"),
        ("postgres://u:p@h:5432/d", "postgres://u:***@h:5432/d"),
        (
            "postgresql://u:p@ss@h/d?password=x&application_name=y",
            "postgresql://u:***@h/d?password=***&application_name=y",
        ),
    ] {
        assert_eq!(store_name(store), shown);
    }
}
