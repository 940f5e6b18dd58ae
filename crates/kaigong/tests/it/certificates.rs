//! Certificates: the checker accepts what the engine writes, and nothing that was touched.

use std::collections::BTreeMap;

use kaigong::checker::{Certificate, verify};
use kaigong::io::ReadOptions;
use kaigong::model::{Date, Place, Portfolio, Price};
use kaigong::packs::Pack;
use kaigong::solver::{BlankMode, CostKind, Durations, Evaluation, Options, evaluate};
use kaigong_oracle::Blanks;
use kaigong_oracle::generate::{Knobs, Random, case};
use serde_json::Value;

const KNOBS: Knobs = Knobs { requirements: 12, rows: 6, plain: false };

/// The certificate of every project, or of every so many.
fn written(evaluation: &Evaluation<'_>, durations: Durations, every: usize) -> Value {
    let rows: Vec<u32> = (0..evaluation.portfolio.len() as u32).step_by(every).collect();
    serde_json::from_str(&kaigong::certificate(evaluation, &rows, durations)).unwrap()
}

/// What the checker says against a certificate, a line each.
fn objections(pack: &Pack, portfolio: &Portfolio, certificate: &Value) -> Vec<String> {
    match serde_json::from_value::<Certificate>(certificate.clone()) {
        Ok(certificate) => {
            verify(pack, portfolio, &certificate).objections.iter().map(|objection| format!("{objection:?}")).collect()
        }
        Err(error) => vec![error.to_string()],
    }
}

/// A table of costs that leaves some steps out.
fn priced(pack: &Pack, random: &mut Random) -> Vec<Price> {
    let mut prices = Vec::new();
    for requirement in &pack.requirements {
        if random.chance(30) {
            continue;
        }
        let price = |random: &mut Random| random.chance(60).then_some(random.below(9) as i64);
        prices.push(Price {
            requirement: requirement.id.clone(),
            county: None,
            money: price(random),
            days: price(random),
            place: Place::File("costs.csv".to_owned()),
        });
    }
    prices
}

/// A generated case and its certificate; every other one by what steps usually take.
fn generated(seed: u64) -> Option<(Pack, Portfolio, Value)> {
    let case = case(seed, KNOBS)?;
    let blanks = match case.options.blanks {
        Blanks::Pack => BlankMode::Pack,
        Blanks::No => BlankMode::PresumeNo,
        Blanks::Unknown => BlankMode::Unknown,
    };
    let options = Options {
        known_by: case.options.known_by,
        law_as_of: None,
        ledger_date: case.options.ledger_date,
        blanks,
        plan: seed.is_multiple_of(5),
        cheapest: [CostKind::Days, CostKind::Money, CostKind::Offices][(seed % 3) as usize],
        ..Options::on(case.options.goal, case.options.as_of)
    };
    let durations = if seed.is_multiple_of(2) { Durations::Statutory } else { Durations::Typical };
    let mut portfolio = case.portfolio;
    portfolio.prices = priced(&case.pack, &mut Random::new(seed));
    let certificate = written(&evaluate(&case.pack, &portfolio, options), durations, 1);
    Some((case.pack, portfolio, certificate))
}

fn cases() -> u64 {
    std::env::var("KAIGONG_ORACLE_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(300)
}

#[test]
fn every_certificate_of_generated_portfolios_is_accepted() {
    for seed in 0..cases() {
        let Some((pack, portfolio, certificate)) = generated(seed) else { continue };
        let found = objections(&pack, &portfolio, &certificate);
        assert!(found.is_empty(), "seed {seed}: {found:#?}");
    }
}

#[test]
fn every_certificate_of_the_fixtures_is_accepted() {
    for (fixture, as_of, every) in [("demo", "2026-11-20", 1), ("demo", "2026-03-01", 1), ("city", "2026-11-20", 7)] {
        let folder = format!("{}/../../fixtures/{fixture}", env!("CARGO_MANIFEST_DIR"));
        let inputs = kaigong::io::gather(&[folder]).unwrap();
        let named = kaigong::io::read_meta(&inputs).unwrap().and_then(|meta| meta.rules);
        let rules = kaigong::load_rules(named.as_deref().unwrap_or(kaigong::DEFAULT_RULES)).unwrap();
        let ledger = kaigong::read_ledger(&rules.pack, &inputs, &ReadOptions::default()).unwrap();
        let options = Options::on(rules.pack.default_goal, Date::parse(as_of).unwrap());
        let evaluation = evaluate(&rules.pack, &ledger.portfolio, options);
        let found = objections(&rules.pack, &ledger.portfolio, &written(&evaluation, Durations::Statutory, every));
        assert!(found.is_empty(), "{fixture}: {found:#?}");
    }
}

/// A place in a certificate: keys and positions from the top.
type Path = Vec<String>;

/// Every scalar and every list of a certificate.
fn places(value: &Value, path: &mut Path, found: &mut Vec<Path>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                path.push(key.clone());
                places(value, path, found);
                path.pop();
            }
        }
        Value::Array(list) => {
            found.push(path.clone());
            for (at, value) in list.iter().enumerate() {
                path.push(at.to_string());
                places(value, path, found);
                path.pop();
            }
        }
        _ => found.push(path.clone()),
    }
}

fn at<'v>(value: &'v mut Value, path: &Path) -> &'v mut Value {
    path.iter().fold(value, |value, key| match value {
        Value::Object(map) => map.get_mut(key).unwrap(),
        Value::Array(list) => list.get_mut(key.parse::<usize>().unwrap()).unwrap(),
        _ => panic!("{path:?}"),
    })
}

/// What a change is of, by where it is made; `None` where the text has no meaning that could be wrong.
fn kind(path: &Path) -> Option<&'static str> {
    let has = |key: &str| path.iter().any(|known| known == key);
    let last = path.last().map_or("", String::as_str);
    match last {
        "date" | "done" | "earliest_start" => Some("a date"),
        "before" => Some("a day of the frontier"),
        "count" => Some("a count"),
        "unknown" => Some("a number of steps without a price"),
        "costs" | "cheapest" => Some("the costs"),
        "holiday_notice" => Some("a year"),
        "cost" if has("frontier") => Some("a cost of the frontier"),
        "cost" if has("least_money") || has("least_money_priced") => Some("a cost in money"),
        "cost" => Some("a cost"),
        "bound" => Some("a bound"),
        "weight" => Some("a weight"),
        "verdict" | "readiness" => Some("a verdict"),
        "kind" | "certain" | "provisional" | "frontier_complete" => Some("a flag"),
        _ if has("facts") => Some("a fact"),
        _ if has("states") => Some("a state"),
        _ if has("deadlock") => Some("a cycle member"),
        "steps" if has("cuts") => Some("a cut"),
        "steps" => Some("a step of a way"),
        "requirement" if has("chain") => Some("a step of the chain"),
        _ => None,
    }
}

/// Changes what stands at a place into something else of its kind; `None` where nothing else fits.
fn change(value: &mut Value, random: &mut Random, steps: &[String]) -> Option<()> {
    match value {
        Value::Null => *value = Value::String("2031-05-07".to_owned()),
        Value::Bool(flag) => *flag = !*flag,
        Value::Number(number) => {
            let by = if random.chance(50) { 1 } else { -1 };
            *value = Value::from((number.as_i64()? + by).max(0)).clone();
        }
        Value::String(text) => {
            *text = match Date::parse(text) {
                Some(day) => Date(day.0 + if random.chance(50) { 1 } else { -1 }).to_string(),
                None if text.len() == 3 && text.chars().all(|c| "ynu".contains(c)) => {
                    let which = random.below(3);
                    let next = |c| if c == 'y' { 'n' } else { 'y' };
                    text.chars().enumerate().map(|(i, c)| if i == which { next(c) } else { c }).collect()
                }
                None => format!("{text}x"),
            };
        }
        Value::Array(list) if random.chance(50) && !list.is_empty() => {
            list.remove(random.below(list.len()));
        }
        Value::Array(list) => {
            let new = Value::String(steps[random.below(steps.len())].clone());
            if list.contains(&new) {
                return None;
            }
            list.push(new);
        }
        Value::Object(_) => return None,
    }
    Some(())
}

#[test]
fn every_certificate_that_was_touched_is_refused() {
    let mut made: BTreeMap<&str, u32> = BTreeMap::new();
    let mut seed = 0;
    while made.values().sum::<u32>() < 1_000 || made.values().any(|&count| count < 20) || made.len() < 12 {
        assert!(seed < 5_000, "{made:?}");
        seed += 1;
        let Some((pack, portfolio, certificate)) = generated(seed) else { continue };
        let mut random = Random::new(seed);
        let steps: Vec<String> = pack.requirements.iter().map(|requirement| requirement.id.clone()).collect();
        let mut all = Vec::new();
        places(&certificate, &mut Vec::new(), &mut all);
        let mut kinds: BTreeMap<&str, Vec<Path>> = BTreeMap::new();
        for path in all {
            if let Some(kind) = kind(&path) {
                kinds.entry(kind).or_default().push(path);
            }
        }
        for (kind, paths) in kinds {
            let path = paths[random.below(paths.len())].clone();
            let mut touched = certificate.clone();
            if change(at(&mut touched, &path), &mut random, &steps).is_none() || touched == certificate {
                continue;
            }
            let found = objections(&pack, &portfolio, &touched);
            assert!(!found.is_empty(), "seed {seed}: {kind} at {path:?} went unnoticed\n{}", at(&mut touched, &path));
            *made.entry(kind).or_default() += 1;
        }
    }
}
