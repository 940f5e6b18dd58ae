//! 问题清单、任务清单、责任清单, filled in and handed back: which blocker, what was said of it, in which cell.

use std::collections::BTreeMap;

use kaigong_model::{Date, Diagnostic, Filled, ListRow, Place, TaskState, Words};

use super::{
    columns::squeeze,
    place,
    tidy::{Want, narrow, tidy},
    words::formula_error,
};
use crate::{
    codes,
    log::Log,
    words::shown,
    workbook::{CellKind, Grid, GridRow},
};

/// The state that a word of a clerk means.
fn task_state(text: &str) -> Option<TaskState> {
    const WORDS: [(TaskState, &[&str]); 3] = [
        (TaskState::NotBegun, &["未办", "未办理", "未开展", "未启动", "无", "否", "×", "not begun"]),
        (TaskState::UnderWay, &["办理中", "在办", "正在办理", "推进中", "受理", "已受理", "under way"]),
        (TaskState::Done, &["已办结", "办结", "已完成", "完成", "已办", "是", "√", "done"]),
    ];
    WORDS.iter().find(|(_, words)| words.contains(&text)).map(|(state, _)| *state)
}

/// What a column of a list holds, by its header in either language.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Key,
    Project,
    State,
    DoneOn,
    Due,
    Note,
    Remark,
}

const FIELDS: [(Field, [&str; 2]); 7] = [
    (Field::Key, ["键", "key"]),
    (Field::Project, ["项目编号", "id"]),
    (Field::State, ["办结情况", "State"]),
    (Field::DoneOn, ["办结日期", "Doneon"]),
    (Field::Due, ["完成时限", "Due"]),
    (Field::Note, ["办理情况", "Stateofplay"]),
    (Field::Remark, ["备注", "Remarks"]),
];

/// Reads a list whose header stands on a row; faults go to the log, each with its cell.
pub(super) fn read(file: &str, grid: &Grid, header: u32, log: &mut Log, rows: &mut Vec<ListRow>) {
    let mut columns: Vec<(Field, u32)> = Vec::new();
    if let Some(row) = grid.row(header) {
        for (at, _, text) in grid.cells(row) {
            let name = squeeze(text);
            columns
                .extend(FIELDS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(field, _)| (*field, at)));
        }
    }
    let mut reader = Reader { file, grid, columns, log, seen: BTreeMap::new() };
    let first = grid.rows().partition_point(|row| row.number <= header);
    for row in &grid.rows()[first..] {
        rows.extend(reader.row(row));
    }
}

struct Reader<'r> {
    file: &'r str,
    grid: &'r Grid,
    columns: Vec<(Field, u32)>,
    log: &'r mut Log,
    /// The row of each key met.
    seen: BTreeMap<String, u32>,
}

impl Reader<'_> {
    fn row(&mut self, row: &GridRow) -> Option<ListRow> {
        let said = self.text(row, Field::State).is_some() || self.text(row, Field::DoneOn).is_some();
        let said = said || self.text(row, Field::Note).is_some() || self.text(row, Field::Remark).is_some();
        let Some(key) = self.text(row, Field::Key) else {
            if said {
                let place = self.place(row, Field::Key);
                self.log.row_fault(|_| no_key().at(place));
            }
            return None;
        };
        if !key.is.contains('/') {
            // A line of totals or a footnote, unless somebody filled it in.
            if said {
                self.log.row_fault(|_| no_key().at(key.place.clone()));
            }
            return None;
        }
        if let Some(first) = self.seen.insert(key.is.clone(), row.number) {
            let there = place(self.file, self.grid, Some(first), Some(self.at(Field::Key)));
            self.log.row_fault(|_| {
                same_key(&key.is).at(key.place.clone()).label(there, Words::new("首次出现", "first here"))
            });
            return None;
        }
        let state = self.state(row);
        let (done_on, due) = (self.day(row, Field::DoneOn), self.day(row, Field::Due));
        let (note, remark) = (self.text(row, Field::Note), self.text(row, Field::Remark));
        Some(ListRow { key, project: self.text(row, Field::Project), state, done_on, due, note, remark })
    }

    fn at(&self, field: Field) -> u32 {
        self.columns.iter().find(|(known, _)| *known == field).map_or(0, |(_, at)| *at)
    }

    fn place(&self, row: &GridRow, field: Field) -> Place {
        place(self.file, self.grid, Some(row.number), Some(self.at(field)))
    }

    fn cell(&self, row: &GridRow, field: Field) -> Option<(CellKind, &str)> {
        let (_, at) = self.columns.iter().find(|(known, _)| *known == field)?;
        self.grid.cell(row, *at)
    }

    fn text(&self, row: &GridRow, field: Field) -> Option<Filled<String>> {
        let (_, text) = self.cell(row, field)?;
        Some(Filled { is: text.to_owned(), place: self.place(row, field) })
    }

    fn state(&mut self, row: &GridRow) -> Option<Filled<TaskState>> {
        let (_, text) = self.cell(row, Field::State)?;
        let (text, place) = (narrow(text).trim().to_owned(), self.place(row, Field::State));
        if let Some(state) = task_state(&text.to_lowercase()) {
            return Some(Filled { is: state, place });
        }
        self.log.row_fault(|_| unknown_state(&text).at(place));
        None
    }

    fn day(&mut self, row: &GridRow, field: Field) -> Option<Filled<Date>> {
        let (kind, text) = self.cell(row, field)?;
        let (text, place) = (text.to_owned(), self.place(row, field));
        if kind == CellKind::Error {
            self.log.row_fault(|_| formula_error(&text).at(place));
            return None;
        }
        let tidied = tidy(Want::Date, kind, &text, self.grid.is_1904);
        if tidied.text.is_empty() {
            return None;
        }
        match Date::parse(&tidied.text) {
            Some(day) => Some(Filled { is: day, place }),
            None => {
                self.log.row_fault(|_| not_a_day(&text).at(place));
                None
            }
        }
    }
}

fn no_key() -> Diagnostic {
    Diagnostic::error(
        codes::NO_LIST_KEY,
        "这一行填了内容，却没有键，不知是哪个堵点",
        "this row is filled in, but has no key to tell which blocker it is of",
    )
    .help("从导出的清单里抄回「键」列", "copy the column `key` back from the list as it was exported")
}

fn same_key(key: &str) -> Diagnostic {
    let key = shown(key);
    Diagnostic::error(
        codes::SAME_KEY,
        format!("键「{key}」在本表出现两次"),
        format!("the key `{key}` stands twice on this sheet"),
    )
    .help("一个堵点一行；留下一行", "one row a blocker: keep one of them")
}

fn unknown_state(text: &str) -> Diagnostic {
    let text = shown(text);
    Diagnostic::error(
        codes::UNKNOWN_STATE,
        format!("「{text}」不是办结情况"),
        format!("`{text}` is no state of a task"),
    )
    .help("写 未办、办理中 或 已办结", "write not begun, under way or done")
}

fn not_a_day(text: &str) -> Diagnostic {
    let text = shown(text);
    Diagnostic::error(codes::NOT_A_DATE, format!("「{text}」不是日期"), format!("`{text}` is not a day"))
        .help("写成 2026-09-30 或 2026.9.30", "write it as 2026-09-30")
}
