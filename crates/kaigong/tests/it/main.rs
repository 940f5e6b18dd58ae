//! The façade on whole ledgers: one binary for all, so that they are linked once.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::panic,
    clippy::unwrap_used,
    reason = "integration tests: they may read fixtures and the environment, show times, and stop at the first surprise"
)]

mod allocate;
mod ask;
mod audit;
mod between;
mod certificates;
mod costs;
mod delays;
mod diff;
mod flip;
mod ledgers;
mod leverage;
mod lists;
mod past_days;
mod pools;
mod reporting;
mod returned;
mod shipped;
mod synth;
mod timeline;
