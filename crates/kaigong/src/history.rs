//! Ledgers of different months in a store, and out of it again as one ledger with dated changes.

mod cells;
mod export;
#[cfg(test)]
mod tests;

use std::path::Path;

use kaigong_history::{Error, Grant, Imported, Kept, Record, Snapshot, Store};
use kaigong_io::Input;
use kaigong_model::{Cell, Code, Date, Diagnostic, FactIdx, Place, Portfolio, format_exact};
use kaigong_report::{HistoryLine, Receipt};
use kaigong_rules::Pack;

use crate::check::Ledger;
use crate::receipt::{receipt_text, sha256};
use crate::rules::Refused;

pub use export::{HistoryExport, export_history};

/// What is said of an import beside the ledger itself.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// The day the ledger is of.
    pub recorded_on: Date,
    /// Who recorded it.
    pub person: Option<String>,
    /// The ledger as the user named it.
    pub source: String,
    /// When it is imported, by the clock.
    pub noted_at: String,
}

/// Puts a ledger into a store, which is made where there is none. Beside what was done: what could not be kept.
///
/// # Errors
/// That the store is none, is held by another, or holds a later ledger.
pub fn import_history(
    store: &str,
    pack: &Pack,
    ledger: &Ledger,
    inputs: &[Input],
    options: &ImportOptions,
) -> Result<(Imported, Vec<Diagnostic>), Refused> {
    let (snapshot, notices) = snapshot(pack, &ledger.portfolio, inputs, options);
    let imported = open(store)?.import(&snapshot).map_err(|error| refused(store, error))?;
    Ok((imported, notices))
}

/// The imports of a store.
///
/// # Errors
/// That it cannot be read.
pub fn list_history(store: &str) -> Result<(Vec<HistoryLine>, usize), Refused> {
    let mut open = existing(store)?;
    let lines = open.imports().map_err(|error| refused(store, error))?.into_iter().map(|import| HistoryLine {
        id: import.id,
        recorded_on: import.recorded_on,
        person: import.person,
        source: import.source,
        noted_at: import.noted_at,
        projects: import.projects,
        changes: import.changes,
    });
    let lines = lines.collect();
    Ok((lines, open.receipts().map_err(|error| refused(store, error))?.len()))
}

/// Whether a store is sound and every import in it whole.
///
/// # Errors
/// That it cannot be read.
pub fn check_history(store: &str) -> Result<bool, Refused> {
    existing(store)?.sound().map_err(|error| refused(store, error))
}

/// Keeps the receipt of a run; false where it is there already.
///
/// # Errors
/// That the store cannot be written.
pub fn keep_receipt(store: &str, receipt: &Receipt, noted_at: &str) -> Result<bool, Refused> {
    let text = receipt_text(receipt);
    let kept = Kept { noted_at: noted_at.to_owned(), sha256: sha256(text.as_bytes()), receipt: text };
    open(store)?.keep(&kept).map_err(|error| refused(store, error))
}

fn open(store: &str) -> Result<Store, Refused> {
    at(store, true)
}

/// A store that is there: reading makes none.
fn existing(store: &str) -> Result<Store, Refused> {
    at(store, false)
}

fn at(store: &str, make: bool) -> Result<Store, Refused> {
    if is_server(store) {
        return server(store, make);
    }
    let path = Path::new(store);
    if !make && !path.is_file() {
        return Err(refused(store, Error::Absent));
    }
    Store::open(path).map_err(|error| refused(store, error))
}

fn is_server(store: &str) -> bool {
    store.starts_with("postgres://") || store.starts_with("postgresql://")
}

#[cfg(feature = "postgres")]
fn server(store: &str, make: bool) -> Result<Store, Refused> {
    Store::connect(store, make).map_err(|error| refused(store, error))
}

#[cfg(not(feature = "postgres"))]
fn server(store: &str, _: bool) -> Result<Store, Refused> {
    let fault =
        Diagnostic::error(Code("KG-H010"), "此版本没有编入 PostgreSQL", "this build was made without PostgreSQL").help(
            "编译时加 --features postgres，或用文件作台账库",
            "build with --features postgres, or keep the store in a file",
        );
    Err(vec![fault.at(Place::File(store_name(store)))].into())
}

/// A store as messages call it: a password in its address is not shown.
pub fn store_name(store: &str) -> String {
    if !is_server(store) {
        return store.to_owned();
    }
    let (address, query) = store.split_once('?').map_or((store, None), |(address, query)| (address, Some(query)));
    // A password may hold an `@` that should have been written `%40`: the last one ends it.
    let hidden = address.split_once("://").and_then(|(scheme, rest)| {
        let (login, host) = rest.rsplit_once('@')?;
        let (user, _) = login.split_once(':')?;
        Some(format!("{scheme}://{user}:***@{host}"))
    });
    let query = query.map(|query| {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((key, _)) if key.to_ascii_lowercase().contains("pass") => format!("{key}=***"),
            _ => pair.to_owned(),
        });
        format!("?{}", pairs.collect::<Vec<_>>().join("&"))
    });
    format!("{}{}", hidden.unwrap_or_else(|| address.to_owned()), query.unwrap_or_default())
}

fn refused(store: &str, error: Error) -> Refused {
    let fault = match error {
        Error::NotAStore => {
            Diagnostic::error(Code("KG-H001"), "不是台账库，没有改动", "this is not a store; it was left as it is")
        }
        Error::Absent => Diagnostic::error(Code("KG-H005"), "没有这个台账库", "there is no such store"),
        Error::Busy => Diagnostic::error(
            Code("KG-H002"),
            "另有程序正在写这个台账库，等了 10 秒仍未空出；没有写入",
            "another writer has held the store for 10 seconds; nothing was written",
        )
        .help("等它写完再试", "try again once it has finished"),
        Error::Older(last) => Diagnostic::error(
            Code("KG-H003"),
            format!("库里已有 {last} 的台账，不能再补更早的；没有写入"),
            format!("the store already holds a ledger of {last}; earlier ones cannot follow, and nothing was written"),
        )
        .help("按日期先后导入", "import ledgers in order of their days"),
        Error::Unreachable(why) => Diagnostic::error(
            Code("KG-H009"),
            format!("连不上数据库：{why}"),
            format!("the database cannot be reached: {why}"),
        )
        .help(
            "核对地址、用户、密码和库名；连接不加密，只用于本机或可信的网络",
            "check address, user, password and name; the connection is not encrypted, for this machine or a trusted network only",
        ),
        Error::Database(why) => {
            Diagnostic::error(Code("KG-H004"), format!("台账库出错：{why}"), format!("the store failed: {why}"))
        }
    };
    vec![fault.at(Place::File(store_name(store)))].into()
}

/// A portfolio as the store takes it; cells in which two sources differ are left out, and that is said.
fn snapshot(
    pack: &Pack,
    portfolio: &Portfolio,
    inputs: &[Input],
    options: &ImportOptions,
) -> (Snapshot, Vec<Diagnostic>) {
    let (mut cells, mut conflicts) = (Vec::new(), 0);
    for row in 0..portfolio.len() as u32 {
        for (fact, _) in pack.schema.iter().filter(|(fact, _)| portfolio.column(*fact).is_some()) {
            match portfolio.cell(fact, row, options.recorded_on, None) {
                Cell::Blank => {}
                Cell::Conflicting => conflicts += 1,
                cell => cells.push(record(pack, portfolio, row, fact, &cell)),
            }
        }
    }
    let hashes: Vec<String> = inputs.iter().map(|input| format!("{} {}\n", sha256(&input.bytes), input.name)).collect();
    let snapshot = Snapshot {
        recorded_on: options.recorded_on,
        person: options.person.clone(),
        source: options.source.clone(),
        sha256: sha256(hashes.concat().as_bytes()),
        noted_at: options.noted_at.clone(),
        projects: portfolio.ids.iter().map(ToString::to_string).collect(),
        cells,
        grants: portfolio.grants.iter().map(|grant| granted(pack, portfolio, grant)).collect(),
    };
    let notice = Diagnostic::notice(
        Code("KG-H006"),
        format!("{conflicts} 格两处来源不一致，没有记入"),
        format!("cells in which two sources differ, and which were not kept: {conflicts}"),
    );
    (snapshot, Some(notice).filter(|_| conflicts > 0).into_iter().collect())
}

fn record(pack: &Pack, portfolio: &Portfolio, row: u32, fact: FactIdx, cell: &Cell) -> Record {
    let spec = &pack.schema[fact];
    Record {
        project: portfolio.ids[row as usize].to_string(),
        fact: spec.id.clone(),
        value: cells::text(spec, cell),
        own_day: cells::own_day(spec, cell),
        place: portfolio.place(fact, row).map(|place| place.short()).unwrap_or_default(),
    }
}

fn granted(pack: &Pack, portfolio: &Portfolio, grant: &kaigong_model::Grant) -> Grant {
    let unit = pack.schema.pools.iter().find(|pool| pool.id == grant.pool).map(|pool| pool.dimension.standard_unit());
    let amount = unit.map_or_else(
        || grant.amount.to_string(),
        |unit| format!("{} {}", format_exact(i128::from(grant.amount), unit), unit.name),
    );
    Grant {
        project: portfolio.ids[grant.row as usize].to_string(),
        pool: grant.pool.clone(),
        amount: amount.trim_end().to_owned(),
        granted_on: grant.granted_on,
        document: grant.document.clone(),
    }
}
