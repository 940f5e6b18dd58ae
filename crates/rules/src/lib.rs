//! Rule packs: law as YAML in, a typed and resolved [`Pack`] out, or every fault with its place.
//!
//! ```text
//! bytes -> kaigong_yaml (strict tree) -> draft (layers merged by id) -> check (names, types, graph) -> Pack
//! ```
//! A `Pack` is never asked again whether a name resolves. Nothing here evaluates anything.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod check;
mod decode;
mod diff;
mod draft;
pub mod expression;
mod graph;
pub mod json_schema;
mod lint;
mod pack;

pub use check::{load, parse_value, parse_where};
pub use diff::{Change, ItemDiff, LineDiff, diff, reached};
pub use draft::{Layer, extends_of};
pub use lint::{Lint, lint, unused_facts};
pub use pack::{
    Alert, AlertTest, Body, Citation, CitationStatus, Cost, Department, DepartmentName, Draw, Edge, Exception,
    Expectation, Fine, Goal, Light, Need, Pack, Parameter, ParameterValue, Period, Pool, Requirement, RequirementIdx,
    RequirementKind, RequirementTest, Roles, Scalar, Severity, Stage, StopRule, Takes, Target, Total, Version, citable,
};
