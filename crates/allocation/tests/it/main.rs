//! Plans against all plans, on cities, and on published instances: one binary for all, so that they are linked once.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::panic,
    clippy::unwrap_used,
    reason = "integration tests: they may read fixtures and the environment, show times, and stop at the first surprise"
)]

mod brute;
mod cities;
mod city;
mod clock;
mod counties;
mod dice;
mod mixed;
mod orlib;
