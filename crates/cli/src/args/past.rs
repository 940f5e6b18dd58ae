//! Commands that look at a stretch of time.

use clap::Args;
use kaigong::model::Date;

use super::ledger::{ProjectArguments, ScreenFormat, parse_date};

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
