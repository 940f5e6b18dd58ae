//! The sheets that kaigong itself writes, known by their columns, so that they are told apart whatever a spreadsheet did
//! to the file in between.
//!
//! ```text
//! 填报数据  every fact of every project       read as the ledger, to the letter
//! 台账      a view with lights and blockers   read as a ledger where it stands alone
//! 清单      one row a blocker, under a key    read back as lists
//! 汇总、方案  counts, plans tried              left aside
//! ```

use super::columns::squeeze;
use crate::workbook::Grid;

/// Rows in which a header is looked for.
const SEARCHED: usize = 30;
/// Columns of a header that are looked at.
const WIDEST: usize = 64;

/// What stands above a sheet of facts, so that it is read to the letter.
pub(crate) const OWN: [&str; 2] = ["kaigong 导出的填报数据", "facts written by kaigong"];

/// What a sheet is, as far as its columns say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Every fact of every project.
    Facts,
    /// The ledger with lights.
    View,
    /// A list by blocker; its header's row.
    List(u32),
    /// Figures that are made from others.
    Figures,
    /// Anything else.
    Other,
}

/// Columns that only a sheet of one role has together, in either language.
const VIEW: [&[&str]; 2] = [&["灯", "结论", "堵点", "最早开工"], &["Light", "Verdict", "Blockers", "Earlieststart"]];
const LIST: [&[&str]; 2] = [&["键", "堵点"], &["key", "Blocker"]];
const FIGURES: [&[&str]; 4] = [
    &["分类", "名称", "项目(个)", "计划开工(个)"],
    &["Kind", "Name", "Projects", "Planned"],
    &["方案", "试算结果"],
    &["Scenario", "Outcome"],
];

/// What a sheet is.
pub(super) fn role(grid: &Grid) -> Role {
    for row in grid.rows().iter().take(SEARCHED) {
        let texts: Vec<String> = grid.cells(row).take(WIDEST).map(|(_, _, text)| squeeze(text)).collect();
        let has =
            |sets: &[&[&str]]| sets.iter().any(|set| set.iter().all(|name| texts.iter().any(|text| text == name)));
        if grid.cells(row).next().is_some_and(|(_, _, text)| OWN.iter().any(|own| text.contains(own))) {
            return Role::Facts;
        }
        if has(&LIST) {
            return Role::List(row.number);
        }
        if has(&VIEW) {
            return Role::View;
        }
        if has(&FIGURES) {
            return Role::Figures;
        }
    }
    Role::Other
}
