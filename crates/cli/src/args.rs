//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use kaigong::model::{Date, Lang};

/// 项目能否开工，为何不能，谁来办，办了什么就能开工。
/// May this construction project start, and if not, why not?
#[derive(Debug, Parser)]
#[command(name = "kaigong", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    /// 界面语言 / language of the screens
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<LangArgument>,
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
    /// 待核实的资料，按单位列出 / which records are missing, by office
    Ask(SurveyArguments),
    /// 先办什么，能让多少项目开工 / what to see to first, and how many projects it would start
    Leverage(SurveyArguments),
    /// 试算指标配置，只算不写 / dry-run allocations of scarce land
    Allocate(AllocateArguments),
    /// 一个项目的缘由 / why one project stands where it stands
    Why(WhyArguments),
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

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// 写到哪个文件夹 / folder to write
    #[arg(default_value = "kaigong-demo")]
    pub(crate) folder: String,
}

#[derive(Debug, Args)]
pub(crate) struct SynthArguments {
    /// 写到哪个文件夹 / folder to write
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
    #[arg(long, value_enum, default_value_t = WhyFormat::Table)]
    pub(crate) format: WhyFormat,
}

/// What check and why share.
#[derive(Debug, Args)]
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
    /// 跳过有错误的行 / leave out rows with faults
    #[arg(long)]
    pub(crate) skip_bad_rows: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DurationsArgument {
    Statutory,
    Typical,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// 台账：CSV、YAML、文件夹，- 为标准输入 / ledgers: CSV, YAML, folders, - for standard input
    #[arg(required = true)]
    pub(crate) data: Vec<String>,
    #[command(flatten)]
    pub(crate) ledger: LedgerArguments,
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
    pub(crate) format: Format,
    /// 只要汇总 / leave single projects out
    #[arg(long)]
    pub(crate) summary_only: bool,
    /// 列出全部项目 / list every project
    #[arg(long)]
    pub(crate) all: bool,
    /// 把各阶段用时写到文件（JSON） / write how long each stage took, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) timings: Option<std::path::PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
}

/// What ask and leverage share.
#[derive(Debug, Args)]
pub(crate) struct SurveyArguments {
    /// 台账：CSV、YAML、文件夹，- 为标准输入 / ledgers: CSV, YAML, folders, - for standard input
    #[arg(required = true)]
    pub(crate) data: Vec<String>,
    #[command(flatten)]
    pub(crate) ledger: LedgerArguments,
    /// 只看符合条件的项目 / only projects on which the condition holds
    #[arg(long = "where", value_name = "EXPR")]
    pub(crate) condition: Option<String>,
    /// 输出格式：csv 为逐条清单 / output format; csv is the list itself
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct AllocateArguments {
    /// 台账：CSV、YAML、文件夹，- 为标准输入 / ledgers: CSV, YAML, folders, - for standard input
    #[arg(required = true)]
    pub(crate) data: Vec<String>,
    #[command(flatten)]
    pub(crate) ledger: LedgerArguments,
    /// 方案文件，可多次 / scenario file, may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Vec<String>,
    /// 并列比较：方案文件、台账文件夹中的 scenario-名称.yaml，或 order、pro-rata、greedy、optimal（用台账的指标池）
    /// / side by side: scenario files, scenario-NAME.yaml of the ledger's folder, or order, pro-rata, greedy, optimal
    /// on the ledger's own pools
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) compare: Vec<String>,
    /// 台账指标池的年度，默认最近 / period of the ledger's pools, by default the latest
    #[arg(long, value_name = "PERIOD")]
    pub(crate) pool: Option<String>,
    /// 必须配到的项目，可写多个，逗号分开 / projects that must be in, with commas between
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) must: Vec<String>,
    /// 求什么最大：count 为堵点清零个数，其余写事实或式子，如 project.total_investment
    /// / what to maximise: count, or a fact or expression such as project.total_investment
    #[arg(long, value_name = "EXPR")]
    pub(crate) objective: Option<String>,
    /// 各指标再多 10、50、100 亩能多放行哪些项目 / what 10, 50, 100 mu more of each pool would release
    #[arg(long)]
    pub(crate) next: bool,
    /// 画图：方案对比，和指标增减的效果 / draw a picture (SVG): scenarios compared, and what more or less supply does
    #[arg(long, value_name = "FILE")]
    pub(crate) chart: Option<String>,
    /// 某项目为何未配，若必须纳入谁要让出 / why a project is left out, and who would go if it had to be in
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) why_not: Vec<String>,
    /// 把（第一个方案的）配置写成指标台账 CSV，可用 check --plan 读回 / write the plan (the first) as a ledger of grants
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<String>,
    /// 输出格式：csv 为逐个项目 / output format; csv is project by project
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct WhyArguments {
    /// 项目编号和台账，先后不论 / the project's id and the ledgers, in either order
    #[arg(required = true, num_args = 2.., value_name = "ID DATA")]
    pub(crate) words: Vec<String>,
    #[command(flatten)]
    pub(crate) ledger: LedgerArguments,
    /// 展开全部要件 / unfold every requirement
    #[arg(long)]
    pub(crate) full: bool,
    /// 画图：.svg 或 .dot / draw the graph: .svg or .dot
    #[arg(long, value_name = "FILE")]
    pub(crate) graph: Option<String>,
    /// 面积单位 / unit of areas
    #[arg(long, value_enum, default_value = "mu")]
    pub(crate) unit: AreaUnit,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: WhyFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AreaUnit {
    Mu,
    Ha,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WhyFormat {
    Table,
    Json,
}

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
    #[arg(long, value_enum, default_value_t = WhyFormat::Table)]
    pub(crate) format: WhyFormat,
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
    Why,
    Ask,
    Leverage,
    Allocate,
    RulesDiff,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// 命令行 / shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
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

fn parse_date(text: &str) -> Result<Date, String> {
    Date::parse(text)
        .ok_or_else(|| format!("「{text}」不是日期，请写成 2018-03-01 / not a date: write it as 2018-03-01"))
}
