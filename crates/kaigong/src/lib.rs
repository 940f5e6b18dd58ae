//! kaigong 开工: may this construction project start, and if not, why not?
//!
//! The whole pipeline behind one door: load rules, read a ledger, check, explain. Faces
//! (command line, later pages and bindings) use this crate and no other.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod allocate;
mod audit;
mod certificate;
mod check;
mod codes;
mod costs;
mod diff;
#[cfg(feature = "history")]
mod history;
mod lists;
mod past;
mod receipt;
mod redact;
mod reporting;
mod rows;
mod rules;
mod shipped;

pub use allocate::{allocate, counties_alone, frontier, more_supply, scenario_of_pools, sensitivity, why_not};
pub use audit::audit;
pub use certificate::{certificate, verify_certificate};
pub use check::{
    CheckOptions, Ledger, assess, beside, check, compiled, data_faults, data_faults_before, evaluated, explain_one,
    find_cheapest, goal, leverage, light_of, on_threads, read_columns, read_ledger, row_of, threads,
};
pub use codes::explain_code;
pub use diff::diff_packs;
#[cfg(feature = "history")]
pub use history::{
    HistoryExport, ImportOptions, check_history, export_history, import_history, keep_receipt, list_history, store_name,
};
pub use lists::{scorecard, worklist};
pub use past::{delays, flip, timeline};
pub use receipt::{Witness, read_receipt, receipt_text};
pub use redact::redact;
pub use reporting::{explain_all, explain_reasons, workbook};
pub use rows::{RowFormat, RowWriter};
pub use rules::{Refused, Rules, load_rules};
pub use shipped::{DEFAULT_RULES, demo_files, shipped_rules};

pub use kaigong_allocation as allocation;
pub use kaigong_audit as findings;
pub use kaigong_checker as checker;
pub use kaigong_io as io;
pub use kaigong_model as model;
pub use kaigong_report as report;
pub use kaigong_rules as packs;
pub use kaigong_solver as solver;
pub use kaigong_synth as synth;
