//! Commands that look into rule packs.

use clap::{Args, Subcommand};
use kaigong::model::Date;

use super::ledger::{ScreenFormat, parse_date};

#[derive(Debug, Args)]
pub(crate) struct RulesArguments {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// 检查规则包 / check a pack
    Check(PackArguments),
    /// 列出前置要件 / list the requirements
    List(PackArguments),
    /// 看一个前置要件 / show one requirement
    Show {
        /// 前置要件 / requirement
        requirement: String,
        #[command(flatten)]
        pack: PackArguments,
    },
    /// 画前置要件图 / draw the requirement graph
    Graph {
        #[command(flatten)]
        pack: PackArguments,
        /// 只画一个阶段 / one stage only
        #[arg(long)]
        stage: Option<String>,
        /// 写到 .svg 或 .dot，默认把 DOT 打在屏幕上 / write .svg or .dot; DOT on the screen by default
        #[arg(long, value_name = "FILE")]
        out: Option<String>,
    },
    /// 运行规则包里的测试 / run the tests in a pack
    Test(PackArguments),
    /// 找出多半不是本意的写法 / find what is probably not meant
    Lint(PackArguments),
    /// 比较两个规则包，以及台账上因此改变的结论 / compare two packs, and the verdicts of a ledger that change
    Diff(DiffArguments),
    /// 测试是否让每个条件两种结果都起过作用 / whether the tests have had every condition decide both ways
    Coverage(PackArguments),
}

#[derive(Debug, Args)]
pub(crate) struct DiffArguments {
    /// 旧规则包 / the old pack
    pub(crate) old: String,
    /// 新规则包 / the new pack
    pub(crate) new: String,
    /// 台账：逐个项目比较结论 / ledger files or folders: compare the verdicts
    #[arg(long, value_name = "DATA", num_args = 1..)]
    pub(crate) on: Vec<String>,
    /// 核查基准日，默认今天 / the day looked at, today by default
    #[arg(long, value_parser = parse_date, requires = "on")]
    pub(crate) as_of: Option<Date>,
    /// 目标，默认取规则包的 / goal, the packs' own by default
    #[arg(long, requires = "on")]
    pub(crate) goal: Option<String>,
    /// 输出格式 / format
    #[arg(long, value_enum, default_value_t = ScreenFormat::Table)]
    pub(crate) format: ScreenFormat,
}

#[derive(Debug, Args)]
pub(crate) struct PackArguments {
    /// 规则包：文件夹或自带的名称 / rule pack: a folder, or the name of a shipped one
    #[arg(default_value = kaigong::DEFAULT_RULES)]
    pub(crate) rules: String,
    /// 按哪一天的法规，默认今天 / the law of which day, today by default
    #[arg(long, value_parser = parse_date)]
    pub(crate) as_of: Option<Date>,
}

#[derive(Debug, Args)]
pub(crate) struct FactsArguments {
    #[command(flatten)]
    pub(crate) pack: PackArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// 前置要件或代码 / a requirement or a code such as KG-R012
    pub(crate) subject: String,
    /// 规则包 / rule pack
    #[arg(long, default_value = kaigong::DEFAULT_RULES)]
    pub(crate) rules: String,
    /// 按哪一天的法规，默认今天 / the law of which day, today by default
    #[arg(long, value_parser = parse_date)]
    pub(crate) as_of: Option<Date>,
}
