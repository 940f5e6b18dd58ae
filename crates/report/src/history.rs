//! The screens of a store of ledgers.

use kaigong_model::{Align, Date, Lang, Table};

use crate::phrase::{number, plain, say, some};

/// An import, as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// Its number.
    pub id: i64,
    /// The day the ledger is of.
    pub recorded_on: Date,
    /// Who recorded it.
    pub person: Option<String>,
    /// The ledger as the user named it.
    pub source: String,
    /// When it was imported.
    pub noted_at: String,
    /// Projects listed.
    pub projects: i64,
    /// Cells that changed.
    pub changes: i64,
}

/// The screen after an import.
pub fn imported_screen(store: &str, recorded_on: Date, [id, projects, changes]: [i64; 3], lang: Lang) -> String {
    match lang {
        Lang::Zh => format!(
            "已导入 {recorded_on} 的台账（第 {id} 次）：{projects} 个项目，{changes} 格有变\n\n\
             看各次导入：kaigong history list --store {store}\n\
             写成台账：  kaigong history export 文件夹 --store {store}\n"
        ),
        Lang::En => format!(
            "imported the ledger of {recorded_on} (number {id}): {}, {} changed\n\n\
             every import: kaigong history list --store {store}\n\
             as a ledger:  kaigong history export FOLDER --store {store}\n",
            some(projects, "project"),
            some(changes, "cell")
        ),
    }
}

/// The imports of a store.
pub fn history_screen(lines: &[HistoryLine], receipts: usize, lang: Lang) -> String {
    let mut table = Table::new([
        (say(lang, "次", "no"), Align::Right),
        (say(lang, "台账日期", "ledger of"), Align::Left),
        (say(lang, "项目", "projects"), Align::Right),
        (say(lang, "变更", "changes"), Align::Right),
        (say(lang, "记录人", "recorded by"), Align::Left),
        (say(lang, "导入时间", "imported"), Align::Left),
        (say(lang, "来源", "source"), Align::Left),
    ]);
    for line in lines {
        table.push([
            line.id.to_string(),
            line.recorded_on.to_string(),
            number(line.projects, lang),
            number(line.changes, lang),
            line.person.as_deref().map_or_else(|| "-".to_owned(), plain),
            line.noted_at.clone(),
            plain(&line.source),
        ]);
    }
    let count = lines.len();
    let first = match lang {
        Lang::Zh => format!("台账库：导入 {count} 次，运行凭据 {receipts} 份"),
        Lang::En => format!("the store: {}, {}", some(count, "import"), some(receipts, "receipt")),
    };
    if lines.is_empty() { format!("{first}\n") } else { format!("{first}\n\n{}\n", table.lines().join("\n")) }
}
