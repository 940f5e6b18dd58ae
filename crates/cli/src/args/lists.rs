//! `kaigong worklist` and `kaigong scorecard`.

use clap::{Args, ValueEnum};
use kaigong::report::{By, Grouping};

use super::{ListsArguments, SurveyArguments};

#[derive(Debug, Args)]
pub(crate) struct WorklistArguments {
    #[command(flatten)]
    pub(crate) survey: SurveyArguments,
    /// 按谁列 / whose lists
    #[arg(long, value_enum, default_value = "department")]
    pub(crate) by: ByArgument,
    /// 列出全部 / list everything
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) lists: ListsArguments,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ByArgument {
    Department,
    Officer,
    County,
}

impl From<ByArgument> for By {
    fn from(by: ByArgument) -> Self {
        match by {
            ByArgument::Department => Self::Department,
            ByArgument::Officer => Self::Officer,
            ByArgument::County => Self::County,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ScorecardArguments {
    #[command(flatten)]
    pub(crate) survey: SurveyArguments,
    /// 按什么分组 / what projects are grouped by
    #[arg(long, value_enum, default_value = "county")]
    pub(crate) by: GroupingArgument,
    /// 列出全部分组 / list every group
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum GroupingArgument {
    County,
    Department,
    Officer,
    Sector,
}

impl From<GroupingArgument> for Grouping {
    fn from(grouping: GroupingArgument) -> Self {
        match grouping {
            GroupingArgument::County => Self::County,
            GroupingArgument::Department => Self::Department,
            GroupingArgument::Officer => Self::Officer,
            GroupingArgument::Sector => Self::Sector,
        }
    }
}
