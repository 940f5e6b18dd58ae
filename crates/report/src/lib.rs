//! Results to text: pure functions from evaluations and explanations to screens, JSON and pictures.
//!
//! Words are chosen here and nowhere below; nothing here reads a file, a clock or the terminal.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod allocation;
mod ask;
mod assessment;
mod audit;
mod between;
mod certificate;
mod cheapest;
mod check;
mod columns;
mod cost;
mod delays;
mod digest;
mod document;
mod flip;
mod graph;
mod history;
mod html;
mod json;
mod leverage;
mod markdown;
mod pack_diff;
mod phrase;
mod picture;
mod quality;
mod receipt;
mod returned;
mod rules;
mod scorecard;
mod summary;
mod tally;
mod template;
mod tidy;
mod timeline;
mod why;
mod workbook;
mod worklist;

pub use allocation::{
    Bar, DryRun, FrontierPoint, Goal, Outcome, PoolLine, Prices, Sensitivity, SupplyNote, Trial, WhyNot,
    allocation_json, allocation_screen, allocation_svg, allocation_table, plan_table, plan_workbook,
};
pub use ask::{ask_json, ask_screen, ask_table};
pub use assessment::{Assessment, Cheapest};
pub use audit::{Audit, AuditScreen, Finding, Matter, audit_json, audit_screen, audit_table};
pub use between::{Between, BetweenScreen, Move, Pair, Standing, between_json, between_screen, between_table};
pub use certificate::{Proved, certificate_json, certificate_schema, verify_json, verify_schema, verify_screen};
pub use check::{CheckScreen, check_columns, check_row, check_screen, tally_screen};
pub use columns::{ColumnsScreen, columns_json, columns_schema, columns_screen};
pub use delays::{DelayReport, delays_json, delays_screen, delays_table};
pub use document::{brief_document, report_document};
pub use flip::{FlipReport, flip_json, flip_screen};
pub use graph::{GraphOptions, dot, pack_dot, pack_svg, svg};
pub use history::{HistoryLine, history_screen, imported_screen};
pub use html::{Report, brief_html, report_html};
pub use json::{
    allocate_schema, ask_schema, audit_schema, between_schema, check_json, check_schema, delays_schema, diff_schema,
    flip_schema, leverage_schema, lists_schema, project_line, project_schema, scorecard_schema, tally_json,
    timeline_schema, why_json, why_schema, worklist_schema,
};
pub use leverage::{Leverage, families, leverage_json, leverage_screen, leverage_table};
pub use markdown::brief_markdown;
pub use pack_diff::{Cause, Flip, LedgerDiff, PackDiff, diff_json, diff_screen, flips};
pub use phrase::{known_note, law_note, past_note};
pub use quality::{coverage_screen, lint_summary};
pub use receipt::{
    Difference, FileChange, FileSeal, PackSeal, RECEIPT, Receipt, differences, receipt_body, receipt_of,
    receipt_schema, replay_screen,
};
pub use returned::{Bearing, Item, Returned, ReturnedScreen, lists_json, lists_screen, lists_table};
pub use rules::{condition_words, facts_list, rules_list, rules_show, test_report, value_words};
pub use scorecard::{
    Card, Grouping, Rate, Scorecard, ScorecardScreen, scorecard_json, scorecard_screen, scorecard_table,
};
pub use summary::pack_summary;
pub use tally::Tally;
pub use template::template_workbook;
pub use tidy::{TIDY_COLUMNS, tidy_rows};
pub use timeline::{timeline_json, timeline_screen, timeline_svg};
pub use why::{WhyOptions, why};
pub use workbook::report_workbook;
pub use worklist::{
    Basis, By, Handover, Load, Task, Worklist, WorklistScreen, worklist_json, worklist_screen, worklist_table,
};
