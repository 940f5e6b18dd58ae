//! The store keeps what it acknowledged, whole or not at all, whatever happens to the process that writes; in a file of
//! SQLite and in a database of PostgreSQL alike.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "an integration test: it starts and kills processes of its own"
)]

mod behaviour;
mod place;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;
