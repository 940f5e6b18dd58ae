//! `kaigong history`.

use clap::{Args, Subcommand};
use kaigong::model::Date;

use super::ledger::parse_date;

#[derive(Debug, Args)]
pub(crate) struct HistoryArguments {
    #[command(subcommand)]
    pub(crate) command: HistoryCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HistoryCommand {
    /// 导入一期台账，与上一期不同的记为变更 / import a ledger; what differs from the last one is kept as changes
    Import {
        /// 台账：CSV、YAML、文件夹 / ledgers: CSV, YAML, folders
        #[arg(required = true)]
        data: Vec<String>,
        #[command(flatten)]
        store: StoreArguments,
        /// 台账日期 / the day the ledger is of
        #[arg(long, value_name = "DATE", value_parser = parse_date)]
        recorded_on: Date,
        /// 记录人 / who recorded it
        #[arg(long, value_name = "NAME")]
        person: Option<String>,
        /// 规则包 / rule pack
        #[arg(long)]
        rules: Option<String>,
    },
    /// 列出各次导入 / list the imports
    List {
        #[command(flatten)]
        store: StoreArguments,
    },
    /// 查台账库是否完好 / whether a store is sound and every import in it whole
    Check {
        #[command(flatten)]
        store: StoreArguments,
    },
    /// 写成一份台账（项目和变更表），check 可读 / write a ledger of projects and changes that check reads
    Export {
        /// 写到哪个文件夹 / folder to write
        folder: String,
        #[command(flatten)]
        store: StoreArguments,
        /// 规则包 / rule pack
        #[arg(long, default_value = kaigong::DEFAULT_RULES)]
        rules: String,
        /// 只写当日最近一期台账所列的项目 / only projects of the last ledger up to this day
        #[arg(long, value_name = "DATE", value_parser = parse_date)]
        listed_on: Option<Date>,
    },
    /// 存入一份运行凭据 / keep the receipt of a run
    Keep {
        /// 运行凭据 / the receipt
        #[arg(value_name = "RECEIPT")]
        file: String,
        #[command(flatten)]
        store: StoreArguments,
    },
}

#[derive(Debug, Args)]
pub(crate) struct StoreArguments {
    /// 台账库：文件，或 postgres://用户@主机/库（特性 postgres） / the store: a file, or postgres://user@host/database
    /// (feature postgres)
    #[arg(long, value_name = "STORE")]
    pub(crate) store: String,
}
