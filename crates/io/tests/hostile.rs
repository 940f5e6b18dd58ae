//! Mutated ledgers: whatever comes, faults are listed and nothing panics.
//!
//! The target is that of `crates/io/fuzz`. `KAIGONG_FUZZ_ROUNDS` sets how many mutations are tried.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "an integration test: it may read fixtures and stop at the first surprise"
)]

#[path = "../../rules/fuzz/mutation.rs"]
mod mutation;
#[path = "../fuzz/targets.rs"]
mod targets;

const WORDS: [&str; 20] = [
    ",",
    "\"",
    "\n",
    "\r\n",
    "P-1",
    "亩",
    "公顷",
    "万元",
    "%",
    "是",
    "无",
    "办理中",
    "2026-02-30",
    "NaN",
    "-",
    "；",
    "\u{feff}",
    "\0",
    "permit.area",
    "- id: x\n",
];

#[test]
fn ledgers() {
    let documents = "\u{2}project,document,issued_on,area\nP-1,permit,2020-01-01,3 mu\n";
    let changes = "\u{3}project,fact,from,value\nP-1,ok,2020-01-01,否\n";
    let yaml = "\u{1}- {id: P-1, area: 3 mu, permit: [{issued_on: 2020-01-01}], after: [P-2]}\n- {id: P-2, ok: true}\n";
    let seeds: Vec<Vec<u8>> = [targets::LEDGER, documents, changes, yaml].map(|text| text.as_bytes().to_vec()).to_vec();
    mutation::run(&seeds, &WORDS, mutation::rounds(20_000), targets::ledger);
}
