//! Arguments of the commands that write pages and workbooks.

use clap::Args;

use super::PortfolioArguments;

#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    #[command(flatten)]
    pub(crate) portfolio: PortfolioArguments,
    /// 写到哪个文件：.html / the file to write: .html
    #[arg(long, value_name = "FILE")]
    pub(crate) out: String,
    /// 只看符合条件的项目 / only projects on which the condition holds
    #[arg(long = "where", value_name = "EXPR")]
    pub(crate) condition: Option<String>,
    /// 只要汇总，不逐个项目写 / the overview alone, without a section per project
    #[arg(long)]
    pub(crate) summary_only: bool,
}
