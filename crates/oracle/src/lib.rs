//! A naive interpreter of rule packs: one project, one cell, one condition at a time.
//!
//! It follows the meaning of packs word for word and shares nothing with the solver: no masks, no
//! columns, no compiled program. The solver is held against it on generated packs and portfolios.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod earliest;

pub mod generate;
mod interpret;
mod reading;
#[cfg(test)]
mod tests;
mod walk;

pub use interpret::{Blanks, Interpreter, Options, Outcome, Step, Verdict, interpret, ways};
pub use walk::{Blocker, Group, Kind};
