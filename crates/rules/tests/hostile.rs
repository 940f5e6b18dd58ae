//! Mutated expressions and packs: whatever comes, faults are listed and nothing panics.
//!
//! The targets are those of `crates/rules/fuzz`. `KAIGONG_FUZZ_ROUNDS` sets how many mutations are tried.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "an integration test: it may read fixtures and stop at the first surprise"
)]

#[path = "../fuzz/mutation.rs"]
mod mutation;
#[path = "../fuzz/targets.rs"]
mod targets;

use std::path::Path;

const WORDS: [&str; 24] = [
    "not ",
    "and ",
    "or ",
    " in [",
    "]",
    "(",
    ")",
    "== ",
    "issued(",
    "completed(",
    "param.",
    "亩",
    "万元",
    "%",
    "workdays",
    "date(\"",
    "\"",
    "“",
    "且",
    "- ",
    ": ",
    "{",
    "}",
    "\n  ",
];

#[test]
fn expressions() {
    let seeds: Vec<Vec<u8>> = [
        "land.farmland > 0 mu and not issued(doc.permit)",
        "x.issued_on + 30 days <= as_of or 占用耕地 >= 0.5公顷",
        "min(a, b, 85%) * c / d - 2 != 1",
        "sector in [industry, road, \"公路\"] && !(granted(pool) < 3 wan)",
        "date(\"2020-01-01\") + 3 months > planned 或 非 乙",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    mutation::run(&seeds, &WORDS, mutation::rounds(50_000), targets::expression);
}

#[test]
fn packs() {
    let mut seeds = vec![targets::SMALL_PACK.as_bytes().to_vec()];
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/cn");
    for name in ["pack.yaml", "alerts.yaml", "departments.yaml"] {
        seeds.extend(std::fs::read(rules.join(name)));
    }
    mutation::run(&seeds, &WORDS, mutation::rounds(1_500), targets::pack);
}
