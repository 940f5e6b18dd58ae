//! Made-up portfolios: sites drawn from a seed, and the papers that a pack would have let them collect.
//!
//! ```text
//! seed, index -> site (facts) -> the pack says which steps apply -> history (papers, in the pack's order) -> CSV
//! ```
//! A project depends on the seed and its own index alone, so a portfolio of a thousand is the head of one of
//! a million, and blocks may be made in any order. Nothing here is drawn from a real project.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod city;
mod draw;
mod funds;
mod history;
mod site;

pub use city::{Block, City, Grant, SynthOptions, Wants};
