//! What commands that read a ledger share.

use clap::{Args, ValueEnum};
use kaigong::io::InputFormat;
use kaigong::model::Date;
use kaigong::solver::CostKind;

/// A portfolio: where its ledgers are, and how they are read and checked.
#[derive(Debug, Args)]
pub(crate) struct PortfolioArguments {
    /// 台账：工作簿、CSV、JSON Lines、YAML、文件夹，- 为标准输入 / ledgers: workbooks, CSV, JSON lines, YAML, folders, - for standard input
    #[arg(required = true)]
    pub(crate) data: Vec<String>,
    #[command(flatten)]
    pub(crate) ledger: LedgerArguments,
}

/// One project of a portfolio.
#[derive(Debug, Args)]
pub(crate) struct ProjectArguments {
    /// 项目编号和台账，先后不论 / the project's id and the ledgers, in either order
    #[arg(required = true, num_args = 2.., value_name = "ID DATA")]
    pub(crate) words: Vec<String>,
    #[command(flatten)]
    pub(crate) ledger: LedgerArguments,
}

/// What reading a ledger and checking it takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct LedgerArguments {
    /// 规则包：文件夹或自带的名称 / rule pack: a folder, or the name of a shipped one
    #[arg(long)]
    pub(crate) rules: Option<String>,
    /// 目标 / goal
    #[arg(long)]
    pub(crate) goal: Option<String>,
    /// 核查基准日，默认今天 / as-of date, today by default
    #[arg(long, value_parser = parse_date)]
    pub(crate) as_of: Option<Date>,
    /// 只看当时已记录的变更 / only changes recorded by this day
    #[arg(long, value_parser = parse_date)]
    pub(crate) known_by: Option<Date>,
    /// 按这一天的规定核查，事实仍按核查基准日 / apply the law of this day to the facts of the as-of date
    #[arg(long, value_parser = parse_date)]
    pub(crate) law_as_of: Option<Date>,
    /// 台账日期：只有文号没有日期的批文自此算起 / the day undated document numbers count from
    #[arg(long, value_parser = parse_date)]
    pub(crate) ledger_date: Option<Date>,
    /// 空白按无 / blanks are presumed no
    #[arg(long, conflicts_with = "blank_is_unknown")]
    pub(crate) blank_is_no: bool,
    /// 空白一律按不明 / nothing is presumed
    #[arg(long)]
    pub(crate) blank_is_unknown: bool,
    /// 用哪种时限 / which durations count
    #[arg(long, value_enum, default_value = "statutory")]
    pub(crate) durations: DurationsArgument,
    /// 按试算方案核查：allocate --out 写出的配置 / check under a plan: grants that allocate --out wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<String>,
    /// 工作簿的列对照：kaigong columns --save 写出 / map of columns that kaigong columns --save wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<String>,
    /// 没有扩展名的输入（如 -）是什么格式，默认看内容 / what inputs without an ending (such as -) hold; told by content if not given
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) input_format: Option<InputFormatArgument>,
    /// 跳过有错误的行 / leave out rows with faults
    #[arg(long)]
    pub(crate) skip_bad_rows: bool,
}

/// What steps cost, and what makes one way cheaper than another.
#[derive(Clone, Debug, Args)]
pub(crate) struct CostArguments {
    /// 费用表（CSV）：要件、费用、天数，可分县区 / table of costs (CSV): requirement, money, days, by county where they differ
    #[arg(long, value_name = "FILE")]
    pub(crate) costs: Option<String>,
    /// 何为最省：工作天数、费用或单位数 / what makes a way the cheapest: days of work, money or offices
    #[arg(long, value_enum)]
    pub(crate) cheapest: Option<CheapestArgument>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheapestArgument {
    Days,
    Money,
    Offices,
}

impl From<CheapestArgument> for CostKind {
    fn from(by: CheapestArgument) -> Self {
        match by {
            CheapestArgument::Days => Self::Days,
            CheapestArgument::Money => Self::Money,
            CheapestArgument::Offices => Self::Offices,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DurationsArgument {
    Statutory,
    Typical,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormatArgument {
    Csv,
    Jsonl,
    Yaml,
    /// 工作簿 / a workbook
    Xlsx,
    /// 须编入 parquet / needs the feature parquet
    Parquet,
    /// 须编入 parquet / needs the feature parquet
    Arrow,
}

impl From<InputFormatArgument> for InputFormat {
    fn from(format: InputFormatArgument) -> Self {
        match format {
            InputFormatArgument::Csv => Self::Csv,
            InputFormatArgument::Jsonl => Self::JsonLines,
            InputFormatArgument::Yaml => Self::Yaml,
            InputFormatArgument::Xlsx => Self::Workbook,
            InputFormatArgument::Parquet => Self::Parquet,
            InputFormatArgument::Arrow => Self::Arrow,
        }
    }
}

/// What a check is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// 一屏 / a screen
    Table,
    Json,
    /// 每行一个项目的 JSON / one project of JSON a line
    Jsonl,
    /// 每行一个项目 / one row a project
    Csv,
    /// 每行一个项目的一项要件 / one row a project and requirement, as CSV
    Tidy,
    /// 每行一个项目 / one row a project
    #[cfg(feature = "parquet")]
    Parquet,
    /// 每行一个项目的一项要件 / one row a project and requirement, as Parquet
    #[cfg(feature = "parquet")]
    TidyParquet,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScreenFormat {
    Table,
    Json,
}

pub(super) fn parse_date(text: &str) -> Result<Date, String> {
    Date::parse(text)
        .ok_or_else(|| format!("「{text}」不是日期，请写成 2018-03-01 / not a date: write it as 2018-03-01"))
}
