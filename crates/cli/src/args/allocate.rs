//! `kaigong allocate`.

use clap::Args;

use super::ledger::{Format, PortfolioArguments};

#[derive(Debug, Args)]
pub(crate) struct AllocateArguments {
    #[command(flatten)]
    pub(crate) portfolio: PortfolioArguments,
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
    /// 敏感性：各池增减、县区之间调剂、每条要求的代价、哪些配置可以互换、各县单独求解
    /// / what hangs on what: each pool smaller and larger, county against county, the price of each rule, grants that can
    /// be exchanged, each county alone
    #[arg(long)]
    pub(crate) sensitivity: bool,
    /// 各县(区)只用自有指标单独求解，逐个标明由谁证明
    /// / each county solved alone on its own pools, and who proves it
    #[arg(long)]
    pub(crate) counties: bool,
    /// 画图：方案对比，指标增减的效果；加 --sensitivity 有龙卷风图
    /// / draw a picture (SVG): scenarios compared, what more or less supply does; with --sensitivity the tornado
    #[arg(long, value_name = "FILE")]
    pub(crate) chart: Option<String>,
    /// 某项目为何未配，若必须纳入谁要让出，怎样补指标最省；all 为全部未配项目（不试让出）
    /// / why a project is left out, who would go if it had to be in, and the cheapest purchase that lets it in; `all` are
    /// all left out, none forced in
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) why_not: Vec<String>,
    /// 写出（第一个）方案的配置：.csv 为指标台账，.xlsx 为工作簿，都可用 check --plan 读回 / write the plan (the first): a
    /// ledger of grants in CSV, or a workbook; check --plan reads either
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<String>,
    /// 输出格式：csv 为逐个项目 / output format; csv is project by project
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}
