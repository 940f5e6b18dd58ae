//! Commands on made-up ledgers.

use clap::Args;
use kaigong::model::Date;

use super::ledger::{ScreenFormat, parse_date};

#[derive(Debug, Args)]
pub(crate) struct SynthArguments {
    /// 写到哪个文件夹，- 为把项目台账写到标准输出 / folder to write; - writes the ledger of projects to standard output
    #[arg(default_value = "kaigong-city")]
    pub(crate) folder: String,
    /// 项目个数 / how many projects
    #[arg(long, default_value_t = 1300, value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    pub(crate) projects: u32,
    /// 种子：同一种子总是同一份台账 / seed: the same seed is always the same ledger
    #[arg(long, default_value_t = 2018)]
    pub(crate) seed: u64,
    /// 规则包 / rule pack
    #[arg(long, default_value = "cn-gd-huizhou")]
    pub(crate) rules: String,
    /// 台账日期 / the day of the ledger
    #[arg(long, default_value = "2026-11-20", value_parser = parse_ledger_date)]
    pub(crate) as_of: Date,
}

#[derive(Debug, Args)]
pub(crate) struct BenchArguments {
    /// 项目个数 / how many projects
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    pub(crate) projects: u32,
    /// 种子 / seed
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// 规则包 / rule pack
    #[arg(long, default_value = "cn-gd-huizhou")]
    pub(crate) rules: String,
    /// 台账日期 / the day of the ledger
    #[arg(long, default_value = "2026-11-20", value_parser = parse_ledger_date)]
    pub(crate) as_of: Date,
    /// 每个阶段跑几次，取中位数 / runs of each stage; the median counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=99))]
    pub(crate) runs: u32,
    /// 存下结果 / keep the result
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<String>,
    /// 与存下的结果比，慢一成以上退出码为 1 / hold against a kept result; exit 1 when a stage is a tenth slower
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Option<String>,
    /// 输出格式 / format
    #[arg(long, value_enum, default_value_t = ScreenFormat::Table)]
    pub(crate) format: ScreenFormat,
}

/// A day that a made-up ledger can be of: its projects are signed from 2017 on and planned some years ahead.
fn parse_ledger_date(text: &str) -> Result<Date, String> {
    let date = parse_date(text)?;
    let (year, ..) = date.ymd();
    if (2018..=2190).contains(&year) {
        Ok(date)
    } else {
        Err("应在 2018 至 2190 年之间 / it must lie between 2018 and 2190".to_owned())
    }
}
