//! Evaluation: a pack and a portfolio in; truths, verdicts, blockers, questions and reasons out, as ids and values.
//!
//! ```text
//! Pack --compile(day)--> Program (flat nodes, needs first)
//! Program x Portfolio --evaluate, 64 rows a word--> Evaluation (two bit planes a requirement)
//! Evaluation --walk one row--> blockers, questions, earliest start, explanation
//! ```
//! No YAML and no sentence passes through here.
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod claims;
mod compiled;
mod coverage;
mod deadlines;
mod delays;
mod earliest;
mod evaluate;
mod explain;
mod facts;
mod flip;
mod gates;
mod kept;
mod leverage;
mod lights;
mod pack_tests;
mod paper;
mod past;
mod program;
mod registers;
mod session;
mod settling;
mod since;
mod slice;
mod summary;
mod tally;
mod terms;
mod timeline;
mod upstream;
mod view;
mod walk;
mod ways;

pub use claims::{After, Claim, Cover, after, claims};
pub use compiled::Compiled;
pub use coverage::{Coverage, LeafCoverage, Site, coverage};
pub use deadlines::deadlines;
pub use delays::{Delays, Lost, RowDelay, Shares};
pub use earliest::{Deadline, Durations, EarliestStart};
pub use evaluate::{BlankMode, Evaluation, Options, State, Verdict, evaluate};
pub use explain::{Explanation, FactRead, LateRecord, Promise, Reason, Shortage, StepState, dated_before};
pub use facts::{DataFault, Facts};
pub use flip::{FLIP_BUDGET, Flip, LISTED, LawText, Side, Switch, flip, law_changes};
pub use leverage::{Held, Lever, Released, leverage};
pub use lights::{Filter, LightRule, Measure};
pub use pack_tests::{Subject, TestFailure, TestOutcome, run_tests};
pub use paper::PaperState;
pub use past::Stretch;
pub use session::Session;
pub use settling::{Answers, Settling};
pub use summary::{ProjectResult, RequirementCounts, ResultOptions, Results, results};
pub use tally::{StateCounts, Tally, tally};
pub use timeline::{Hand, Late, Obstacle, Paper, Span, Timeline};
pub use view::View;
pub use walk::{Blocker, BlockerKind, Choice, Decides, Question};
pub use ways::{
    Bounds, Completeness, CostKind, Cut, Dated, Menu, PROOF_BUDGET, Prices, Proof, Proofs, Proven, Sum, WAYS_BUDGET,
    Way, Ways, WaysOptions,
};
