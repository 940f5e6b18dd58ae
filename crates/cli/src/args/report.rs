//! Arguments of the commands that write pages and workbooks.

use clap::{Args, ValueEnum};
use kaigong::model::Date;

use super::{ListsArguments, PortfolioArguments, ProjectArguments};

#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    #[command(flatten)]
    pub(crate) portfolio: PortfolioArguments,
    /// 写到哪个文件：.html 网页，.xlsx 工作簿，.docx 公文 / the file to write: .html for a page, .xlsx for a workbook,
    /// .docx for a paper
    #[arg(long, value_name = "FILE")]
    pub(crate) out: String,
    /// 只看符合条件的项目 / only projects on which the condition holds
    #[arg(long = "where", value_name = "EXPR")]
    pub(crate) condition: Option<String>,
    /// 只要汇总，不逐个项目写 / the overview alone, without a section per project
    #[arg(long)]
    pub(crate) summary_only: bool,
    /// 不写人名和电话 / leave out names of persons and telephone numbers
    #[arg(long)]
    pub(crate) redact: bool,
    #[command(flatten)]
    pub(crate) lists: ListsArguments,
}

#[derive(Debug, Args)]
pub(crate) struct BriefArguments {
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    /// 写到哪个文件：.html、.docx 或 .md；不写则打在屏幕上 / the file to write: .html, .docx or .md; on the screen by
    /// default
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<String>,
    /// 屏幕上的格式 / format on the screen
    #[arg(long, value_enum, default_value = "markdown", conflicts_with = "out")]
    pub(crate) format: BriefFormat,
    /// 不写人名和电话 / leave out names of persons and telephone numbers
    #[arg(long)]
    pub(crate) redact: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BriefFormat {
    Markdown,
    Html,
}

#[derive(Debug, Args)]
pub(crate) struct TemplateArguments {
    /// 规则包：文件夹或自带的名称 / rule pack: a folder, or the name of a shipped one
    #[arg(long, default_value = kaigong::DEFAULT_RULES)]
    pub(crate) rules: String,
    /// 目标 / goal
    #[arg(long)]
    pub(crate) goal: Option<String>,
    /// 按哪一天的法规，默认今天 / the law of which day, today by default
    #[arg(long, value_parser = super::ledger::parse_date)]
    pub(crate) as_of: Option<Date>,
    /// 写到哪个文件：.xlsx / the file to write: .xlsx
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: String,
}
