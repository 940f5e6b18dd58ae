//! Re-verifies what kaigong says of projects: a naive interpreter of rule packs, and certificates held against it.
//!
//! The interpreter follows the meaning of packs word for word, one project, one cell, one condition at a time: no
//! masks, no columns, no compiled program, and no code of the solver's. Whoever doubts a verdict, a blocker, a way
//! to start or a date reads this crate, not the fast one; the fast one is held against it on generated packs.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod certificate;
mod clock;
mod costs;
mod earliest;
mod interpret;
mod reading;
mod releases;
#[cfg(test)]
mod tests;
mod verify;
mod walk;

pub use certificate::{Account, Cause, Certificate, Cut, Dated, Optimum, PackName, Point, Proof, SCHEMA, Stop, Ways};
pub use interpret::{Blanks, Interpreter, Options, Outcome, Step, Verdict, interpret};
pub use verify::{Findings, Objection, verify};
pub use walk::{Blocker, Group, Kind};
