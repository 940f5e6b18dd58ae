//! `kaigong diff`.

use clap::Args;
use kaigong::model::Date;

use super::ledger::{Format, LedgerArguments, parse_date};

#[derive(Debug, Args)]
pub(crate) struct BetweenArguments {
    /// 上期台账：文件或文件夹 / the earlier ledger: a file or folder
    #[arg(value_name = "A")]
    pub(crate) before: String,
    /// 本期台账 / the later ledger
    #[arg(value_name = "B")]
    pub(crate) after: String,
    /// 上期的核查基准日，默认同 --as-of / as-of date of the earlier ledger, by default that of --as-of
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) as_of_a: Option<Date>,
    /// 本期的核查基准日，默认同 --as-of / as-of date of the later ledger, by default that of --as-of
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(crate) as_of_b: Option<Date>,
    #[command(flatten)]
    pub(crate) ledger: LedgerArguments,
    /// 列出全部有变化的项目 / list every project that changed
    #[arg(long)]
    pub(crate) all: bool,
    /// 输出格式：csv 为逐个项目 / output format; csv is project by project
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}
