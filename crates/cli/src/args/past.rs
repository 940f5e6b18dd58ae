//! Commands that look at a stretch of time.

use clap::Args;
use kaigong::model::Date;

use super::ledger::{Format, PortfolioArguments, ProjectArguments, ScreenFormat, parse_date};

#[derive(Debug, Args)]
pub(crate) struct TimelineArguments {
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    /// 首日，默认台账最早的记载 / first day; the project's first record by default
    #[arg(long, value_parser = parse_date)]
    pub(crate) from: Option<Date>,
    /// 末日，默认核查基准日 / last day; the as-of date by default
    #[arg(long, value_parser = parse_date)]
    pub(crate) to: Option<Date>,
    /// 画成图：.svg / draw a picture: .svg
    #[arg(long, value_name = "FILE")]
    pub(crate) chart: Option<String>,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: ScreenFormat,
}

#[derive(Debug, Args)]
pub(crate) struct DelaysArguments {
    #[command(flatten)]
    pub(crate) portfolio: PortfolioArguments,
    /// 首日 / first day
    #[arg(long, value_parser = parse_date)]
    pub(crate) from: Date,
    /// 末日，默认核查基准日 / last day; the as-of date by default
    #[arg(long, value_parser = parse_date)]
    pub(crate) to: Option<Date>,
    /// 只看符合条件的项目 / only projects on which the condition holds
    #[arg(long = "where", value_name = "EXPR")]
    pub(crate) condition: Option<String>,
    /// 输出格式：csv 为全部明细 / output format; csv is every line
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct FlipArguments {
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    /// 前一天；两份台账时默认同末日 / the day before; with two ledgers, the last day by default
    #[arg(long, value_parser = parse_date, required_unless_present = "against")]
    pub(crate) from: Option<Date>,
    /// 后一天，默认核查基准日 / the day after; the as-of date by default
    #[arg(long, value_parser = parse_date)]
    pub(crate) to: Option<Date>,
    /// 后一份台账 / the ledger after
    #[arg(long, value_name = "DATA")]
    pub(crate) against: Vec<String>,
    /// 最多试多少组 / how many sets are tried at most
    #[arg(long, default_value_t = kaigong::solver::FLIP_BUDGET)]
    pub(crate) budget: u64,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: ScreenFormat,
}
