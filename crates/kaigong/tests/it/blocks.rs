//! What is told of a ledger read in blocks is, byte for byte, what is told of it as a whole.

use kaigong::io::{BlockOptions, Blocks, Input, InputFormat, ReadOptions};
use kaigong::model::{Date, Lang};
use kaigong::report::{CheckScreen, Tally, check_json, check_screen, tally_json, tally_screen};
use kaigong::synth::{City, SynthOptions};
use kaigong::{CheckOptions, Ledger, RowFormat, Rules};

const FORMATS: [RowFormat; 3] = [RowFormat::Csv, RowFormat::JsonLines, RowFormat::Tidy];

/// Rows in each format, the screen, the summary.
type Told = ([Vec<u8>; 3], String, String);

/// What a ledger is asked: the options, a condition, a screen.
struct Asked {
    options: CheckOptions,
    condition: Option<&'static str>,
    screen: CheckScreen,
}

/// A made-up ledger, some of its cells forgotten.
fn ledger(rules: &Rules, seed: u64, projects: u32) -> Vec<u8> {
    let as_of = Date::parse("2026-11-20").unwrap();
    let city = City::new(&rules.pack, SynthOptions { projects, seed, as_of });
    let mut text = city.header();
    let mut drawn = seed;
    for block in city.blocks(0..projects).unwrap() {
        for line in String::from_utf8(block.csv).unwrap().lines() {
            let cells = line.split(',').enumerate().map(|(at, cell)| {
                drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                // A quoted cell that holds a comma is left alone in both its parts.
                if at > 0 && (drawn >> 33).is_multiple_of(12) && !cell.contains('"') { "" } else { cell }
            });
            text.push_str(&cells.collect::<Vec<_>>().join(","));
            text.push('\n');
        }
    }
    text.into_bytes()
}

fn whole(rules: &Rules, bytes: &[u8], asked: &Asked) -> Told {
    let inputs = [Input { name: "projects.csv".into(), bytes: bytes.to_vec() }];
    let ledger = kaigong::read_ledger(&rules.pack, &inputs, &ReadOptions::default()).unwrap();
    let rows = asked.condition.map(|text| ledger.rows_where(&rules.pack, text, &asked.options).unwrap());
    let assessment = kaigong::check(&rules.pack, &ledger, &asked.options, rows.as_deref()).unwrap();
    let leverage = kaigong::leverage(&assessment, rows.as_deref());
    (
        FORMATS.map(|format| kaigong::rows(&assessment, format, asked.screen.lang).flatten().collect()),
        check_screen(&assessment, &asked.screen, Some(&leverage)),
        format!("{:#}", check_json(&assessment, true)),
    )
}

fn in_blocks(rules: &Rules, bytes: &[u8], asked: &Asked, size: usize) -> Told {
    let options = BlockOptions { piece: 1, ..BlockOptions::of(size, InputFormat::Csv) };
    let mut blocks = Blocks::open(&rules.pack.schema, "projects.csv", bytes, options);
    let (mut told, mut tally): (Told, Tally) = Default::default();
    while let Some(portfolio) = blocks.next_block() {
        assert!(portfolio.len() <= size);
        let ledger = Ledger { portfolio, notices: Vec::new(), supplies: Vec::new(), title: None };
        let rows = asked.condition.map(|text| ledger.rows_where(&rules.pack, text, &asked.options).unwrap());
        let assessment = kaigong::check(&rules.pack, &ledger, &asked.options, rows.as_deref()).unwrap();
        for (all, format) in told.0.iter_mut().zip(FORMATS) {
            all.extend(kaigong::rows(&assessment, format, asked.screen.lang).flatten());
        }
        let leverage = kaigong::leverage(&assessment, rows.as_deref());
        tally.add(&assessment, &asked.screen, Some(&leverage));
        told.1 = tally_screen(&assessment, &tally, &asked.screen);
        told.2 = format!("{:#}", tally_json(&assessment, &tally));
    }
    assert!(!blocks.is_linked() && !blocks.has_suspects());
    assert!(blocks.finish().is_ok());
    told
}

#[test]
fn blocks_of_any_size_tell_what_the_whole_tells() {
    let rules = kaigong::load_rules("cn-gd-huizhou").unwrap();
    let as_of = Date::parse("2026-11-20").unwrap();
    let county = rules.pack.roles.county;
    for (seed, projects, sizes, condition) in [
        (1, 9, &[1, 2, 8, 9][..], None),
        (2, 150, &[63, 64, 65, 1_000], None),
        (3, 200, &[64, 100], Some("project.total_investment >= 1 yi")),
    ] {
        let bytes = ledger(&rules, seed, projects);
        for lang in [Lang::Zh, Lang::En] {
            let screen = CheckScreen { lang, data: "-".into(), all: seed == 3, group_by: county };
            let options = CheckOptions { since: true, ..CheckOptions::on(as_of) };
            let asked = Asked { options, condition, screen };
            let expect = whole(&rules, &bytes, &asked);
            for &size in sizes {
                let found = in_blocks(&rules, &bytes, &asked, size);
                for (found, expect) in found.0.iter().zip(&expect.0) {
                    assert_eq!(String::from_utf8_lossy(found), String::from_utf8_lossy(expect), "{seed} by {size}");
                }
                assert_eq!(found.1, expect.1, "{seed} by {size}");
                assert_eq!(found.2, expect.2, "{seed} by {size}");
            }
        }
    }
}

#[test]
fn the_tidy_table_has_a_row_a_project_and_requirement() {
    let rules = kaigong::load_rules("cn-gd-huizhou").unwrap();
    let bytes = ledger(&rules, 5, 30);
    let screen = CheckScreen { lang: Lang::En, data: String::new(), all: false, group_by: None };
    let options = CheckOptions { since: true, ..CheckOptions::on(Date::parse("2026-11-20").unwrap()) };
    let (rows, ..) = whole(&rules, &bytes, &Asked { options, condition: None, screen });
    let header = kaigong::rows_header(RowFormat::Tidy, Lang::Zh);
    let text = String::from_utf8([header, rows[2].clone()].concat()).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    assert_eq!(
        reader.headers().unwrap().iter().collect::<Vec<_>>(),
        ["project", "requirement", "state", "blocker", "certain", "since", "owner"]
    );
    let tidy: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(tidy.len(), 30 * rules.pack.requirements.len());
    // Each blocker of a project's line stands in its row, with its day; and nothing else does.
    let lines = String::from_utf8(rows[1].clone()).unwrap();
    let mut blocking = 0;
    for line in lines.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let of = |row: &&csv::StringRecord| row[0] == *line["id"].as_str().unwrap() && !row[3].is_empty();
        let blockers = line["blockers"].as_array().unwrap();
        assert_eq!(tidy.iter().filter(of).count(), blockers.len());
        for (row, blocker) in tidy.iter().filter(of).zip(blockers) {
            assert_eq!(row[1], *blocker["requirement"].as_str().unwrap());
            assert_eq!(row[3], *blocker["kind"].as_str().unwrap());
            assert_eq!(row[4] == *"yes", blocker["certain"].as_bool().unwrap());
            assert_eq!(row[5], *blocker["since"].as_str().unwrap_or_default());
            assert_eq!(row[6], *blocker["owner"].as_str().unwrap_or_default());
            blocking += 1;
        }
    }
    assert!(blocking > 10);
}
