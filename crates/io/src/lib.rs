//! Bytes to portfolios: named files in, a [`Portfolio`](kaigong_model::Portfolio) out, or every fault.
//!
//! ```text
//! gather: paths -> inputs                      the only step that touches files
//! read:   inputs -> text -> table -> cells -> rows joined by id -> portfolio
//! ```
//!
//! A file is known by its name: `documents.csv`, `changes.csv`, `pools.csv`, `costs.csv` and what ends in `grants.csv` are long
//! tables, `portfolio.yaml` names the portfolio, `scenario*.yaml` is a scenario and no ledger, any other
//! `*.yaml` is a ledger in YAML, workbooks (`*.xlsx`, `*.xls`, `*.ods`) are read sheet by sheet as offices fill them in,
//! `*.jsonl` and `*.ndjson` hold one project a line, `*.parquet` and `*.arrow` are typed columns (feature `parquet`), and
//! everything else is a ledger in CSV, one row a project. What
//! names without an ending hold can be said ([`InputFormat`]).
//!
//! A scenario is read by itself: bytes -> text -> tree -> [`Scenario`].
//!
//! # Codes
//!
//! | code | what |
//! |---|---|
//! | KG-L001 | notice: the encoding was guessed |
//! | KG-L002 | bytes that are no text in the file's encoding |
//! | KG-L003 | a NUL byte |
//! | KG-L004 | past a limit: bytes of a file, columns of a ledger, bytes of a cell |
//! | KG-L005 | an empty file |
//! | KG-L006 | notice: the delimiter is not a comma |
//! | KG-L007 | a workbook where a text file is wanted |
//! | KG-L008 | a quote that never closes |
//! | KG-L009 | more cells in a row than in the header |
//! | KG-L010 | notice: a column nobody knows |
//! | KG-L011 | two columns for the same fact or part |
//! | KG-L012 | a unit in a header that is unknown or measures something else |
//! | KG-L013 | no column of project ids |
//! | KG-L014 | a blank project id |
//! | KG-L015 | the same project id twice in one file |
//! | KG-L016 | a long table without a column it needs |
//! | KG-L017 | a blank cell where a long table needs one |
//! | KG-L018 | an unknown project id |
//! | KG-L019 | an unknown fact or document |
//! | KG-L020 | an unknown pool |
//! | KG-L021 | a row of documents.csv that gives no part |
//! | KG-L022 | a change of one part of a document that has several issues |
//! | KG-L023 | a row of costs.csv that gives neither money nor days |
//! | KG-L030 | not an amount |
//! | KG-L031 | a unit that is missing, unknown or measures something else |
//! | KG-L032 | finer than the smallest amount that is kept |
//! | KG-L033 | an amount too large to keep |
//! | KG-L034 | out of the fact's range |
//! | KG-L035 | not a day |
//! | KG-L036 | not yes or no |
//! | KG-L037 | not one of the fact's values |
//! | KG-L038 | a control character |
//! | KG-L040 | warning: two places give different values |
//! | KG-L041 | notice: a table without rows |
//! | KG-L042 | warning: rows with faults were left out |
//! | KG-L043 | more faults than are listed |
//! | KG-L044 | a line that is not JSON |
//! | KG-L045 | a key twice in one object of JSON |
//! | KG-L046 | links between projects in a pipe that is read in blocks |
//! | KG-L047 | two ids in a pipe that is read in blocks that seem to be one |
//! | KG-L050 | YAML or JSON of another shape than asked for |
//! | KG-L051 | an unknown key of portfolio.yaml or of a scenario |
//! | KG-L052 | a key that a scenario needs and does not have |
//! | KG-L053 | stops that are written otherwise than cause, first and last day |
//! | KG-L054 | a stop of a cause that the pack does not know |
//! | KG-L055 | a stop that ends before it begins |
//! | KG-L056 | stops that overlap |
//! | KG-L057 | warning: a stop outside the days from acceptance to decision |
//! | KG-L058 | a change to several issues of a document that is no list of them |
//! | KG-L060 | a file that cannot be read |
//! | KG-L061 | no ledger among what was given |
//! | KG-L062 | notice: a scenario among the ledgers, left unread |
//! | KG-L063 | a Parquet or Arrow file that is damaged, or none |
//! | KG-L064 | a Parquet or Arrow file where this build reads none |
//! | KG-L065 | a column of a type that its fact is not read from |
//! | KG-L066 | a Parquet or Arrow file packed in a way that is not read |
//! | KG-L070 | an unknown kind of plan |
//! | KG-L071 | a horizon that is no number of days or workdays |
//! | KG-L072 | more held back than there is |
//! | KG-L073 | a cap on draws from a county's own pool |
//! | KG-L074 | a transfer from a county to itself |
//! | KG-L075 | the same project twice in a list of a scenario |
//! | KG-L076 | a plan without what it needs, or with its order given twice |
//! | KG-L077 | a pool that expires before its period begins |
//! | KG-L078 | a pool of no level there is, or of one that does not go with its county |
//! | KG-L079 | a share carried out of no period |
//! | KG-L080 | a workbook that is damaged, or none |
//! | KG-L081 | a workbook locked with a password |
//! | KG-L082 | notice: the workbook refers to other files |
//! | KG-L083 | notice: a sheet that was not read |
//! | KG-L084 | notice: a column that is taken for something on a guess |
//! | KG-L085 | notice: hidden rows or columns that were read |
//! | KG-L086 | warning: a total that is not the sum of its rows |
//! | KG-L087 | notice: a row that is neither a project nor a known group |
//! | KG-L088 | notice: a dash or 不涉及, read as blank |
//! | KG-L089 | notice: a month without a day, read as its last day |
//! | KG-L090 | notice: the serial number of a day |
//! | KG-L091 | warning: a computed number, read as the nearest amount that is kept |
//! | KG-L092 | warning: a long number that may have lost digits |
//! | KG-L093 | a formula that failed |
//! | KG-L094 | words in a column of papers |
//! | KG-L095 | warning: one amount merged over several projects |
//! | KG-L096 | warning: the number of a paper names another year than its day |
//! | KG-L097 | notice: names stand for ids |
//! | KG-L098 | a project of a sheet without ids that nobody, or several, are called |
//! | KG-L099 | warning: a name that is near to another |
//! | KG-L100 | notice: a column of amounts whose unit no header names |
//! | KG-L101 | not one workbook to mark |
//! | KG-L102 | a word that is no state of a task in a list |
//! | KG-L103 | a row of a list that is filled in and has no key |
//! | KG-L104 | the same key twice in a list |
//! | KG-L105 | notice: a view of a ledger beside the facts it is made from, left unread |
//! | KG-L110 | a workbook that cannot be written: too many rows or columns |
//!
//! Faults of YAML itself carry the codes of `kaigong-yaml`.
#![deny(clippy::disallowed_types, clippy::disallowed_methods, clippy::float_arithmetic)]

mod blocks;
mod codes;
mod columnar;
mod csv_ledger;
mod docx;
mod draft;
mod facts_sheet;
mod files;
mod header;
mod input;
mod json_lines;
mod log;
mod long;
mod meta;
mod near;
mod output;
mod paper;
mod read;
mod scenario;
mod sheet;
mod stops;
mod table;
#[cfg(test)]
mod testing;
mod text;
mod wide;
mod words;
mod workbook;
mod xlsx;
mod yaml_ledger;

pub use blocks::{BlockOptions, Blocks, Knot, Linked, Origin, ReadSeek};
#[cfg(feature = "parquet")]
pub use columnar::{ParquetRows, RowColumns, RowPart, RowType};
pub use docx::document_docx;
pub use facts_sheet::portfolio_sheets;
pub use files::{Gathered, LargeLedger, PackFiles, Room, gather, gather_within, read_input, read_pack};
pub use input::{GrantLine, Input, InputFormat, Ledger, PortfolioMeta, ReadOptions, Share, Supply};
pub use meta::read_meta;
pub use output::{rows_csv, table_csv};
pub use read::{read, read_columns, read_lists};
pub use scenario::{
    Carried, Horizon, PlanKind, Said, Scenario, ScenarioFloor, ScenarioGrant, ScenarioLock, ScenarioPool, ScenarioTier,
    ScenarioTransfer, read_scenario,
};
pub use sheet::write_map;
pub use xlsx::{mark_workbook, workbook_xlsx};
