//! What goes in and what comes out: named bytes, options, the ledger read.

use kaigong_model::{Date, Diagnostic, Grant, Level, ListRow, Place, Portfolio, Words};

use crate::{columnar, workbook};

/// A file handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name as the user typed it; the last part of it decides what kind of table it is.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// How to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The day the ledger speaks of; reading itself does not need it.
    pub ledger_date: Option<Date>,
    /// Leave out rows with faults and warn, instead of refusing the ledger.
    pub skip_bad_rows: bool,
    /// What inputs hold whose names have no ending, such as standard input; told by their bytes where not said.
    pub format: Option<InputFormat>,
    /// What the columns of workbooks mean, as somebody said before: a map in YAML.
    pub map: Option<Input>,
    /// What steps cost: a table in CSV that stands in for any `costs.csv` among the inputs.
    pub costs: Option<Input>,
}

/// A ledger read without fault.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The projects.
    pub portfolio: Portfolio,
    /// Warnings and notices, in order of place.
    pub notices: Vec<Diagnostic>,
    /// Amounts of pools, in the order written.
    pub supplies: Vec<Supply>,
    /// Grants, in the order written.
    pub grants: Vec<GrantLine>,
    /// What `portfolio.yaml` says, if it was given.
    pub meta: Option<PortfolioMeta>,
    /// Rows of lists that stand in the workbooks read.
    pub lists: Vec<ListRow>,
}

/// A row of `pools.csv`: how much there is of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supply {
    /// Id of the pool kind.
    pub pool: String,
    /// Whose it is.
    pub level: Level,
    /// The county; only where the level is a county's.
    pub county: Option<String>,
    /// The period, such as `2018`.
    pub period: Option<String>,
    /// Atoms of the pool's dimension.
    pub amount: i64,
    /// Number of the paper that gives it.
    pub document: Option<String>,
    /// The last day it may be granted; the last of its period where none.
    pub expires_on: Option<Date>,
    /// The share of what is left at its end that goes on to the next period.
    pub carry: Option<Share>,
    /// Where it was written.
    pub place: Place,
}

/// A row of `grants.csv`, and where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantLine {
    /// What was granted.
    pub grant: Grant,
    /// Where.
    pub place: Place,
}

/// An exact share in millionths, from nothing to all: `60%`, `0.6`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(pub u32);

impl Share {
    /// Its part of an amount, rounded up.
    pub fn of_rounded_up(self, amount: i64) -> i64 {
        let millionths = i128::from(amount) * i128::from(self.0);
        // INVARIANT: a share is at most all, so that its part of an amount fits where the amount does.
        i64::try_from(-(-millionths).div_euclid(1_000_000)).unwrap_or(i64::MAX)
    }

    /// Its part of an amount, rounded down.
    pub fn of_rounded_down(self, amount: i64) -> i64 {
        let millionths = i128::from(amount) * i128::from(self.0);
        i64::try_from(millionths.div_euclid(1_000_000)).unwrap_or(i64::MAX)
    }

    /// In percent, exact: `12.5%`.
    pub fn text(self) -> String {
        let text = format!("{}.{:04}", self.0 / 10_000, self.0 % 10_000);
        format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// What `portfolio.yaml` says of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortfolioMeta {
    /// Title in both languages; empty where not given.
    pub title: Words,
    /// The rule pack to check against, if named.
    pub rules: Option<String>,
}

/// What a ledger is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputFormat {
    /// One row a project.
    Csv,
    /// One object of JSON a line, one line a project.
    JsonLines,
    /// A list of maps.
    Yaml,
    /// xlsx, xls or ods.
    Workbook,
    /// Typed columns in Parquet; read where the feature `parquet` is built in.
    Parquet,
    /// Typed columns in an Arrow IPC file; likewise.
    Arrow,
}

/// What a file holds, told by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    CsvLedger,
    YamlLedger,
    JsonLines,
    Workbook,
    /// Parquet or Arrow.
    Columnar,
    /// A workbook of which only the sheets of grants are wanted: a plan.
    Plan,
    Documents,
    Changes,
    Pools,
    Grants,
    Costs,
    Meta,
    Scenario,
}

impl Kind {
    /// A ledger that is one table.
    pub(crate) fn is_table(self) -> bool {
        matches!(self, Self::CsvLedger | Self::YamlLedger | Self::JsonLines | Self::Columnar)
    }

    /// A ledger of any kind.
    pub(crate) fn is_ledger(self) -> bool {
        self.is_table() || self == Self::Workbook
    }
}

/// Whether a file name is that of a workbook.
pub(crate) fn is_workbook(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    matches!(ending.as_str(), "xlsx" | "xlsm" | "xls" | "ods" | "et")
}

/// Whether the first thing a text holds is an object of JSON: no header of a table begins like that.
pub(crate) fn looks_like_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

impl Input {
    /// What it holds; `format` counts where the name has no ending.
    pub(crate) fn kind_as(&self, format: Option<InputFormat>) -> Kind {
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        match format.filter(|_| !name.contains('.')) {
            Some(InputFormat::Csv) => Kind::CsvLedger,
            Some(InputFormat::JsonLines) => Kind::JsonLines,
            Some(InputFormat::Yaml) => Kind::YamlLedger,
            Some(InputFormat::Workbook) => Kind::Workbook,
            Some(InputFormat::Parquet | InputFormat::Arrow) => Kind::Columnar,
            None => self.kind(),
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "documents.csv" => Kind::Documents,
            "changes.csv" => Kind::Changes,
            "pools.csv" => Kind::Pools,
            name if name.ends_with("grants.csv") => Kind::Grants,
            name if name.ends_with("grants.xlsx") => Kind::Plan,
            "costs.csv" => Kind::Costs,
            "portfolio.yaml" | "portfolio.yml" => Kind::Meta,
            other => match other.rsplit_once('.') {
                Some((stem, "yaml" | "yml")) if stem.starts_with("scenario") => Kind::Scenario,
                Some((_, "yaml" | "yml")) => Kind::YamlLedger,
                _ if is_workbook(other) => Kind::Workbook,
                Some((_, "csv" | "tsv" | "txt")) => Kind::CsvLedger,
                Some((_, "jsonl" | "ndjson")) => Kind::JsonLines,
                Some((_, "parquet" | "pq" | "arrow" | "ipc" | "feather")) => Kind::Columnar,
                _ if workbook::looks_like_one(&self.bytes) && self.name != "-" => Kind::Workbook,
                None if columnar::looks_like_one(&self.bytes) => Kind::Columnar,
                None if looks_like_json(&self.bytes) => Kind::JsonLines,
                _ => Kind::CsvLedger,
            },
        }
    }
}
