//! What the solver is held against: generated packs and portfolios, and searches that try everything.
//!
//! States, verdicts, blockers and dates come from the checker's interpreter, which shares nothing with the solver.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

pub mod generate;
mod past;
mod ways;

pub use kaigong_checker::{Blanks, Blocker, Group, Interpreter, Kind, Options, Outcome, Step, Verdict, interpret};
pub use past::{ledger_on, stops_on};
pub use ways::{Set, Subsets};
