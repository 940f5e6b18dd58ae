//! The nouns of kaigong: units, dates, truths, facts, portfolios, diagnostics.
//!
//! Nothing here reads a file, a clock or the environment; a date is always a parameter.
#![deny(clippy::float_arithmetic)]
#![deny(clippy::disallowed_types, clippy::disallowed_methods)]

mod calendar;
mod cell;
mod columns;
mod date;
mod diagnostic;
mod document;
mod fact;
pub mod limits;
mod lists;
mod markup;
mod numbers;
mod portfolio;
mod stop;
mod suggest;
mod table;
mod term;
mod truth;
mod unit;
mod words;
mod workbook;

pub use calendar::Calendar;
pub use cell::{Cell, CellFault, Issue, Part, parse_cell, parse_part};
pub use columns::{ColumnUse, SheetColumn, SheetColumns, Sureness, UnitSource};
pub use date::{Date, Duration, DurationUnit};
pub use diagnostic::{Code, Diagnostic, Label, Place, Severity, column_letters};
pub use document::{Block, Document, PrintedTable, Run};
pub use fact::{BlankRule, DateKind, EnumValue, FactIdx, FactSpec, FactType, PoolSpec, Schema};
pub use lists::{Filled, ListRow, TaskState};
pub use markup::escaped;
pub use numbers::{Numbers, Offsets, ZONE_ROWS, Zone};
pub use portfolio::{
    CellState, Change, Column, Grant, LedgerFact, NO_ROW, Paper, Papers, Portfolio, PortfolioBuilder, Price,
    ProjectIds, Rows, Source, StateWord, Values, id_hash,
};
pub use stop::{Halts, Stop, StopCause, parse_stops, stops_text};
pub use suggest::nearest;
pub use table::{Align, Table};
pub use term::{Level, period_days};
pub use truth::Truth;
pub use unit::{Decimal, Dimension, QuantityFault, Unit, format_exact, format_short, parse_quantity};
pub use words::{Lang, Words};
pub use workbook::{Chart, Sheet, Tone, Value, Workbook, WrittenColumn};
