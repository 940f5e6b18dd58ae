//! Hand-made packs with hand-derived answers, one test per rule of `semantics.md` §2, §4 and §5.
//!
//! Nothing here was copied from an answer of the interpreter. Where it departs from the contract, the
//! test asserts today's answer under a FIXME that gives the one the contract asks for.

use std::collections::BTreeMap;
use std::sync::Arc;

use kaigong_model::{Cell, Change, Date, Grant, Issue, Part, PortfolioBuilder, Truth, parse_cell, parse_part};
use kaigong_rules::{Layer, Pack, load};

use crate::{Blanks, Options, Outcome, Verdict, interpret};

mod documents;
mod earliest;
mod known_departures;
mod truth;
mod walk;

const HEAD: &str = "
id: t
version: '1'
default_goal: start
goals:
  start: {requirement: g, started_when: recorded(started)}
  other: {requirement: o}
facts:
  a: {type: bool}
  b: {type: bool}
  c: {type: bool}
  p: {type: bool, blank: presume_no}
  n: {type: bool, blank: no}
  x: {type: area, unit: mu}
  y: {type: area, unit: mu}
  r: {type: ratio}
  k: {type: count}
  sector: {type: enum, values: {road: [公路], rail: [铁路]}}
  note: {type: text}
  remark: {type: text}
  started: {type: date, is: event}
  planned: {type: date, is: plan}
  d: {type: document}
  e: {type: document}
  pd: {type: document, blank: presume_no}
  lasting: {type: document, valid: 1 years}
  used: {type: document, valid: 1 years, used_by: [e]}
  after: {type: projects}
  after_other: {type: projects, goal: other}
pools: {quota: {type: area}}
parameters:
  limit: {values: [{from: 2015-01-01, to: 2018-12-31, value: 5 mu}, {from: 2019-01-01, value: 10 mu}]}
  unsettled: {type: bool, values: [{from: 2015-01-01, value: null}]}
  kind: {type: text, values: [{value: road}]}
";

/// A pack of these requirements, one `id: {keys}` a line, each cited; `o` is a gathering node unless given.
fn pack(requirements: &str, more: &str) -> Pack {
    let mut text = format!("{HEAD}requirements:\n");
    let given = requirements.lines().map(str::trim).filter(|line| !line.is_empty());
    let other = (!requirements.lines().any(|line| line.trim().starts_with("o:"))).then_some("o: {}");
    for line in given.chain(other) {
        let (id, keys) = line.split_once(": {").unwrap();
        let cite = if keys.starts_with("WEAK") { "" } else { "CITE, " };
        text += &["  ", id, ": {", cite, keys, "\n"].concat();
    }
    text.push_str(more);
    let text = text
        .replace("CITE", "cite: [{law: x, status: verified}]")
        .replace("WEAK", "cite: [{law: x, status: general-low}]");
    let layer = Layer { name: "t".into(), files: vec![("pack.yaml".into(), text.into_bytes())] };
    match load(&[layer]) {
        Ok((pack, _)) => pack,
        Err(faults) => panic!("{faults:#?}"),
    }
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn at(as_of: &str) -> Options {
    Options::on(1, day(as_of))
}

const TODAY: &str = "2020-06-01";

/// The cells of one line: `a=是, d=2020-01-01, d.area=3 mu, d/2=2021-01-01, b=!!`; `!!` is a conflict.
fn cells(pack: &Pack, line: &str) -> BTreeMap<String, Cell> {
    let mut found: BTreeMap<String, Cell> = BTreeMap::new();
    let mut issues: BTreeMap<String, BTreeMap<String, Issue>> = BTreeMap::new();
    for pair in line.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, text) = pair.split_once('=').unwrap();
        let (name, part) = key.split_once('.').map_or((key, None), |(name, part)| (name, Part::parse(part)));
        let (id, number) = name.split_once('/').unwrap_or((name, "1"));
        let spec = &pack.schema[pack.schema.find(id).unwrap()];
        let issue = issues.entry(id.to_owned()).or_default().entry(number.to_owned()).or_default();
        match part {
            Some(part) => parse_part(issue, spec, part, None, text).unwrap(),
            None if text == "!!" => drop(found.insert(id.to_owned(), Cell::Conflicting)),
            None => match parse_cell(spec, None, text).unwrap() {
                Cell::Document(read) => drop(issue.merge(&read[0])),
                cell => drop(found.insert(id.to_owned(), cell)),
            },
        }
    }
    for (id, issues) in issues {
        let issues: Vec<Issue> = issues.into_values().filter(|issue| *issue != Issue::default()).collect();
        if !issues.is_empty() {
            found.insert(id, Cell::Document(issues));
        }
    }
    found
}

/// Projects `P0`, `P1`, … one line of cells each.
fn builder(pack: &Pack, rows: &[&str]) -> PortfolioBuilder {
    let mut builder = PortfolioBuilder::new(Arc::clone(&pack.schema));
    for (row, line) in rows.iter().enumerate() {
        builder.add(&format!("P{row}"));
        for (id, cell) in cells(pack, line) {
            builder.put(row as u32, pack.schema.find(&id).unwrap(), cell);
        }
    }
    builder
}

fn ask(requirements: &str, rows: &[&str], options: Options) -> (Pack, Vec<Outcome>) {
    let pack = pack(requirements, "");
    let outcomes = interpret(&pack, &builder(&pack, rows).finish().0, &options);
    (pack, outcomes)
}

fn letter(truth: Truth) -> &'static str {
    match truth {
        Truth::Yes => "yes",
        Truth::No => "no",
        Truth::Unknown => "unknown",
    }
}

/// The truth of a condition: M of a goal that is met when it holds.
fn truth_at(condition: &str, row: &str, options: Options) -> &'static str {
    let (pack, outcomes) = ask(&format!("g: {{met_when: '{condition}'}}"), &[row], options);
    letter(outcomes[0].steps[pack.find("g").unwrap().0 as usize].met)
}

fn check_truth(condition: &str, row: &str, expect: &str) {
    assert_eq!(truth_at(condition, row, at(TODAY)), expect, "{condition} where {row}");
}

/// States of a project as `g=waiting s=open`, the helper `o` left out.
fn states(pack: &Pack, outcome: &Outcome) -> String {
    let each = pack.iter().filter(|(_, r)| r.id != "o");
    let told = each.map(|(idx, r)| format!("{}={}", r.id, outcome.steps[idx.0 as usize].state.name()));
    told.collect::<Vec<_>>().join(" ")
}

fn check_states(requirements: &str, row: &str, expect: &str) {
    let (pack, outcomes) = ask(requirements, &[row], at(TODAY));
    assert_eq!(states(&pack, &outcomes[0]), expect, "{requirements} where {row}");
}

/// Blockers as `s Action`, `?` behind an uncertain one, then `[group choose alternative]`.
fn blockers(pack: &Pack, outcome: &Outcome) -> String {
    let told = outcome.blockers.iter().map(|blocker| {
        let doubt = if blocker.certain { "" } else { "?" };
        let group = blocker
            .group
            .as_ref()
            .map_or(String::new(), |group| format!(" [{} {} {}]", group.id, group.choose, pack[group.alternative].id));
        format!("{} {:?}{doubt}{group}", pack[blocker.requirement].id, blocker.kind)
    });
    told.collect::<Vec<_>>().join(", ")
}

fn check_blockers(requirements: &str, rows: &[&str], expect: &[&str]) {
    let (pack, outcomes) = ask(requirements, rows, at(TODAY));
    let told: Vec<String> = outcomes.iter().map(|outcome| blockers(&pack, outcome)).collect();
    assert_eq!(told, expect, "{requirements} where {rows:?}");
}

/// The earliest start; `~` before a provisional one, `never` where there is none.
fn start_of(outcome: &Outcome) -> String {
    let doubt = if outcome.provisional { "~" } else { "" };
    outcome.earliest_start.map_or_else(|| format!("{doubt}never"), |date| format!("{doubt}{date}"))
}

fn check_start(requirements: &str, row: &str, as_of: &str, expect: &str) {
    let (_, outcomes) = ask(requirements, &[row], at(as_of));
    assert_eq!(start_of(&outcomes[0]), expect, "{requirements} where {row}");
}
