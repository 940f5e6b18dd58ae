//! The command line.

mod allocate;
mod audit;
mod between;
#[cfg(feature = "history")]
mod history;
mod ledger;
mod lists;
mod past;
mod report;
mod rules;
mod synth;

use clap::{Args, Parser, Subcommand, ValueEnum};
use kaigong::model::Lang;

pub(crate) use self::allocate::AllocateArguments;
pub(crate) use self::audit::AuditArguments;
pub(crate) use self::between::BetweenArguments;
#[cfg(feature = "history")]
pub(crate) use self::history::{HistoryArguments, HistoryCommand};
pub(crate) use self::ledger::{
    CheckFormat, CostArguments, DurationsArgument, Format, LedgerArguments, PortfolioArguments, ProjectArguments,
    ScreenFormat,
};
pub(crate) use self::lists::{ScorecardArguments, WorklistArguments};
pub(crate) use self::past::{DelaysArguments, FlipArguments, TimelineArguments};
pub(crate) use self::report::{BriefArguments, BriefFormat, ReportArguments, TemplateArguments};
pub(crate) use self::rules::{
    DiffArguments, ExplainArguments, FactsArguments, PackArguments, RulesArguments, RulesCommand,
};
pub(crate) use self::synth::{BenchArguments, SynthArguments};

/// 项目能否开工，为何不能，谁来办，办了什么就能开工。
/// May this construction project start, and if not, why not?
#[derive(Debug, Parser)]
#[command(name = "kaigong", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    /// 界面语言 / language of the screens
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<LangArgument>,
    /// 留下运行凭据，可用 replay 重算核对 / write a receipt of the run, for replay to do it again and compare
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) receipt: Option<std::path::PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LangArgument {
    Zh,
    En,
}

impl From<LangArgument> for Lang {
    fn from(lang: LangArgument) -> Self {
        match lang {
            LangArgument::Zh => Self::Zh,
            LangArgument::En => Self::En,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 写出示例文件夹 / write the sample folder
    Demo(DemoArguments),
    /// 生成模拟台账 / make up a ledger of any size
    Synth(SynthArguments),
    /// 核查台账 / check a ledger
    Check(CheckArguments),
    /// 审计：违法违规、时序颠倒、重复项目、数值悬殊 / audit: alerts, papers out of order, duplicates, implausible amounts
    Audit(AuditArguments),
    /// 两期台账之间的变化 / what changed between two ledgers
    Diff(BetweenArguments),
    /// 待核实的资料，按单位列出 / which records are missing, by office
    Ask(SurveyArguments),
    /// 先办什么，能让多少项目开工 / what to see to first, and how many projects it would start
    Leverage(SurveyArguments),
    /// 任务清单：谁来办、何时办完、逾期 / work lists: what is whose to do, by when, what is overdue
    Worklist(WorklistArguments),
    /// 进度表：开工率、落地率、投资完成率、灯 / scorecards: start and landing rates, completion, lights
    Scorecard(ScorecardArguments),
    /// 试算指标配置，只算不写 / dry-run allocations of scarce land
    Allocate(AllocateArguments),
    /// 把核查结果写成网页、工作簿或公文 / the check as a page, a workbook or a paper
    Report(ReportArguments),
    /// 空白填报表：规则包要的列，按单位分组 / an empty ledger with the columns a pack needs, by office
    Template(TemplateArguments),
    /// 一项目一策：一个项目一页 / one project on one page
    Brief(BriefArguments),
    /// 工作簿的各列认作什么 / what the columns of a workbook are taken for
    Columns(ColumnsArguments),
    /// 一个项目的缘由 / why one project stands where it stands
    Why(WhyArguments),
    /// 一个项目的经过：哪天卡在哪里、在谁手里 / what held one project when, and in whose hands
    Timeline(TimelineArguments),
    /// 结论为什么翻转：哪几项变化就够了 / why a verdict flipped: the fewest changes that alone turn it
    Flip(FlipArguments),
    /// 耽误了多少天，归到事项、单位、县区和服务官 / days lost, by step, office, county and officer
    Delays(DelaysArguments),
    /// 复核凭证，不用核查引擎 / re-verify a certificate without the engine that wrote it
    Verify(VerifyArguments),
    /// 按运行凭据重算，逐字节核对 / do the run of a receipt again and compare to the byte
    Replay(ReplayArguments),
    /// 台账库：各期台账、变更和运行凭据 / a store of ledgers, their changes and receipts
    #[cfg(feature = "history")]
    History(HistoryArguments),
    /// 台账库（本程序未带此功能） / a store of ledgers (not in this program)
    #[cfg(not(feature = "history"))]
    #[command(hide = true, disable_help_flag = true)]
    History(NoHistoryArguments),
    /// 规则包 / rule packs
    Rules(RulesArguments),
    /// 在模拟台账上分阶段计时 / time the stages on a made-up ledger
    Bench(BenchArguments),
    /// 列出事实（填报项） / list the facts a ledger may hold
    Facts(FactsArguments),
    /// 解释一个前置要件或代码 / explain a requirement or a code
    Explain(ExplainArguments),
    /// 打印格式的 JSON Schema / print the JSON Schema of a format
    Schema(SchemaArguments),
    /// 命令行补全 / shell completions
    Completions(CompletionsArguments),
}

/// Whatever was asked of a store that this program was built without.
#[cfg(not(feature = "history"))]
#[derive(Debug, Args)]
pub(crate) struct NoHistoryArguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub(crate) rest: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// 写到哪个文件夹 / folder to write
    #[arg(default_value = "kaigong-demo")]
    pub(crate) folder: String,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArguments {
    /// 运行凭据 / the receipt
    #[arg(value_name = "RECEIPT")]
    pub(crate) file: String,
    /// 把重算的结果写到文件 / write the result of the run done again
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) portfolio: PortfolioArguments,
    /// 只看符合条件的项目 / only projects on which the condition holds
    #[arg(long = "where", value_name = "EXPR")]
    pub(crate) condition: Option<String>,
    /// 按某项事实分组 / group by a fact
    #[arg(long, value_name = "FACT")]
    pub(crate) group_by: Option<String>,
    /// 有这些结论时退出码为 1 / exit 1 when any project is one of these: blocked, undetermined, or a light
    #[arg(long, value_delimiter = ',', value_name = "VERDICT")]
    pub(crate) fail_on: Vec<String>,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: CheckFormat,
    /// 只要汇总 / leave single projects out
    #[arg(long)]
    pub(crate) summary_only: bool,
    /// 列出全部项目 / list every project
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) cost: CostArguments,
    /// 写出标注过的工作簿副本（.xlsx）：有问题的格子着色、加批注 / write a copy of the workbook with faulty cells marked
    #[arg(long, value_name = "FILE")]
    pub(crate) mark: Option<String>,
    /// 写出凭证：结论、方案、日期及其证明，可用 verify 复核 / write a certificate that verify can check
    #[arg(long, conflicts_with = "law_as_of", value_name = "FILE")]
    pub(crate) certificate: Option<String>,
    /// 一次拿在手里的台账大约占多少内存（MiB）：更大的 CSV、JSON Lines、Parquet、Arrow 分块读、分块核查 / about how much memory, in MiB,
    /// projects may take at a time: larger ledgers in CSV, JSON lines, Parquet or Arrow are read and checked in blocks
    #[arg(long, default_value_t = 512, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    pub(crate) memory: u64,
    /// 把各阶段用时写到文件（JSON） / write how long each stage took, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) timings: Option<std::path::PathBuf>,
    #[command(flatten)]
    pub(crate) lists: ListsArguments,
}

/// Lists that offices filled in.
#[derive(Debug, Args)]
pub(crate) struct ListsArguments {
    /// 填好交回的清单（report --out 写出的工作簿），可多次 / lists handed back, as report --out wrote them; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) lists: Vec<String>,
}

/// What ask and leverage share.
#[derive(Debug, Args)]
pub(crate) struct SurveyArguments {
    #[command(flatten)]
    pub(crate) portfolio: PortfolioArguments,
    /// 只看符合条件的项目 / only projects on which the condition holds
    #[arg(long = "where", value_name = "EXPR")]
    pub(crate) condition: Option<String>,
    /// 输出格式：csv 为逐条清单 / output format; csv is the list itself
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct WhyArguments {
    #[command(flatten)]
    pub(crate) project: ProjectArguments,
    /// 展开全部要件 / unfold every requirement
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) cost: CostArguments,
    /// 画图：.svg 或 .dot / draw the graph: .svg or .dot
    #[arg(long, value_name = "FILE")]
    pub(crate) graph: Option<String>,
    /// 写出凭证：结论、方案、日期及其证明，可用 verify 复核 / write a certificate that verify can check
    #[arg(long, conflicts_with = "law_as_of", value_name = "FILE")]
    pub(crate) certificate: Option<String>,
    /// 面积单位 / unit of areas
    #[arg(long, value_enum, default_value = "mu")]
    pub(crate) unit: AreaUnit,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: ScreenFormat,
}

#[derive(Debug, Args)]
pub(crate) struct ColumnsArguments {
    /// 工作簿或文件夹 / workbooks or folders
    #[arg(required = true)]
    pub(crate) data: Vec<String>,
    /// 规则包：文件夹或自带的名称 / rule pack: a folder, or the name of a shipped one
    #[arg(long)]
    pub(crate) rules: Option<String>,
    /// 已有的列对照 / a map of columns there is
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<String>,
    /// 写出列对照（YAML），改好后用 --map / write a map (YAML) to mend and give as --map
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<String>,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: ScreenFormat,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// 凭证 / the certificate
    pub(crate) certificate: String,
    /// 台账：CSV、YAML、文件夹，- 为标准输入 / ledgers: CSV, YAML, folders, - for standard input
    #[arg(required = true)]
    pub(crate) data: Vec<String>,
    /// 规则包：文件夹或自带的名称 / rule pack: a folder, or the name of a shipped one
    #[arg(long)]
    pub(crate) rules: Option<String>,
    /// 试算方案：凭证按方案核查时要给出 / the plan, where the certificate was written under one
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<String>,
    /// 费用表：凭证按费用表写成时要给出 / the table of costs, where the certificate was written by one
    #[arg(long, value_name = "FILE")]
    pub(crate) costs: Option<String>,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: ScreenFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AreaUnit {
    Mu,
    Ha,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArguments {
    /// 格式 / format
    #[arg(value_enum)]
    pub(crate) name: SchemaName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaName {
    Pack,
    Check,
    Project,
    Why,
    Certificate,
    Verify,
    Ask,
    Leverage,
    Allocate,
    Audit,
    Diff,
    Receipt,
    Scorecard,
    Worklist,
    Lists,
    Columns,
    RulesDiff,
    Timeline,
    Delays,
    Flip,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// 命令行 / shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}
