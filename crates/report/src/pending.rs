//! Temporary stand-ins while the why and rules screens are written beside this file.
#![allow(missing_docs, unused_variables, clippy::all, clippy::pedantic, reason = "temporary")]
use kaigong_model::{Date, Lang};
use kaigong_rules::Pack;
use kaigong_solver::{Evaluation, Explanation, TestFailure};
pub struct WhyOptions { pub lang: Lang, pub full: bool, pub hectares: bool }
pub struct GraphOptions { pub lang: Lang, pub full: bool }
pub fn why(e: &Evaluation<'_>, x: &Explanation, light: Option<usize>, o: &WhyOptions) -> String { String::new() }
pub fn dot(e: &Evaluation<'_>, x: &Explanation, o: &GraphOptions) -> String { String::new() }
pub fn svg(e: &Evaluation<'_>, x: &Explanation, o: &GraphOptions) -> String { String::new() }
pub fn pack_dot(p: &Pack, d: Date, s: Option<&str>, l: Lang) -> String { String::new() }
pub fn pack_svg(p: &Pack, d: Date, s: Option<&str>, l: Lang) -> String { String::new() }
pub fn rules_list(p: &Pack, d: Date, l: Lang) -> String { String::new() }
pub fn rules_show(p: &Pack, id: &str, d: Date, l: Lang) -> Option<String> { None }
pub fn facts_list(p: &Pack, l: Lang) -> String { String::new() }
pub fn test_report(p: &Pack, n: usize, f: &[TestFailure], l: Lang) -> String { format!("{n} {}", f.len()) }
