//! Bit masks, three-valued planes and their word kernels; columns of numbers kept narrow.
//!
//! A truth column is two masks, `yes` and `no`; a lane in neither is unknown.
//! INVARIANT: `yes & no == 0` in every word. This crate knows no domain.

mod bytes;
mod narrow;
mod ones;
mod plane;
mod within;
mod word;

pub use bytes::bytes_among;
pub use narrow::{bounds, distances};
pub use ones::count_ones;
pub use plane::{Planes, and_into, at_least_into, both, either, or_into};
pub use within::{Width, within};
pub use word::{LANES, Word3, lanes, low_lanes};
