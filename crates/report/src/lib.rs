//! Results to text: pure functions from evaluations and explanations to screens, JSON and pictures.
//!
//! Words are chosen here and nowhere below; nothing here reads a file, a clock or the terminal.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod assessment;
mod check;
mod json;
mod pending;
#[path = "pending_phrase.rs"]
mod phrase;
mod summary;

pub use assessment::Assessment;
pub use check::{CheckScreen, check_screen, check_table};
pub use json::{check_json, check_schema, why_json, why_schema};
pub use pending::*;
pub use summary::pack_summary;
