//! Strict YAML with places: text in, a tree of nodes with spans out, or every fault of the text.
//!
//! `serde_yaml` decides what each scalar is; a scan of the events beside it gives the exact text
//! and place of every node, and refuses duplicate keys, anchors, aliases, tags, merge keys and
//! deep nesting before `serde_yaml` sees the text. No other module knows either library.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod document;
mod lines;
mod scan;

pub use document::{Document, Kind, Node, Scalar, Span, parse, parse_bytes};
