//! The command as typed: one binary for all, so that they are linked once.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "integration tests: they may read fixtures and the environment, show times, and stop at the first surprise"
)]

mod allocate;
mod bench;
mod broken;
mod completion;
mod dated;
mod demo;
mod desk;
mod guide;
#[cfg(feature = "history")]
mod history;
#[cfg(not(feature = "history"))]
mod no_history;
mod numbers;
mod receipts;
mod report;
mod rows;
mod schemas;
mod workbooks;
