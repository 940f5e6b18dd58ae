//! `kaigong audit`.

use clap::Args;

use super::ledger::{Format, PortfolioArguments};

#[derive(Debug, Args)]
pub(crate) struct AuditArguments {
    #[command(flatten)]
    pub(crate) portfolio: PortfolioArguments,
    /// 只看符合条件的项目 / only projects on which the condition holds
    #[arg(long = "where", value_name = "EXPR")]
    pub(crate) condition: Option<String>,
    /// 有这些程度的事项时退出码为 1：violation、warning、notice / exit 1 when anything of these severities is found
    #[arg(long, value_delimiter = ',', value_name = "SEVERITY")]
    pub(crate) fail_on: Vec<String>,
    /// 列出全部事项 / list every finding
    #[arg(long)]
    pub(crate) all: bool,
    /// 输出格式：csv 为逐条清单 / output format; csv is the list itself
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}
