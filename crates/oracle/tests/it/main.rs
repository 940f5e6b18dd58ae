//! Solver and checker against one another on random packs: one binary for all, so that they are linked once.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "integration tests: they may read fixtures and the environment, show times, and stop at the first surprise"
)]

mod claims;
mod common;
mod flip;
mod networks;
mod past;
mod properties;
mod session;
mod settling;
mod solver_agrees;
mod ways;
