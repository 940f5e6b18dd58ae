//! Sheets made of rows of text: headers, groups, totals and joins.

use kaigong_model::{Cell, Diagnostic};

use super::*;
use crate::{
    input::Ledger,
    testing::{cell, schema},
    workbook::CellKind,
};

/// A sheet; a text that is a number is one.
fn grid(name: &str, rows: &[&[&str]]) -> Grid {
    let mut grid = Grid::new(name, false, false);
    for (row, texts) in (1..).zip(rows) {
        for (column, text) in (0..).zip(*texts) {
            let is_number = text.parse::<f64>().is_ok() && !text.starts_with('0');
            grid.push(row, column, if is_number { CellKind::Number } else { CellKind::Text }, text).unwrap();
        }
    }
    grid.finish().unwrap();
    grid
}

fn read_sheets(sheets: Vec<Grid>) -> Result<Ledger, Vec<Diagnostic>> {
    let mut schema = Arc::unwrap_or_clone(schema());
    schema.name_fact = schema.find("project.name");
    schema.county_fact = schema.find("level");
    let mut draft = Draft::new(&Arc::new(schema), false);
    let mut later = Later::default();
    read_grids(&mut draft, "t.xlsx", sheets, &ColumnMap::default(), &mut later);
    let has_ids = !draft.builder.is_empty();
    for sheet in &later.unnumbered {
        read_by_name(&mut draft, sheet, has_ids);
    }
    let (portfolio, log) = draft.finish();
    log.finish().map(|notices| Ledger {
        portfolio,
        notices,
        supplies: Vec::new(),
        grants: Vec::new(),
        meta: None,
        lists: later.lists,
    })
}

/// What was said as `place: code`.
fn said(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics.iter().map(|d| format!("{}: {}", d.labels[0].place.short().replace("t.xlsx ", ""), d.code.0)).collect()
}

fn check(sheets: Vec<Grid>, expect: &[&str]) -> Option<Ledger> {
    match read_sheets(sheets) {
        Ok(ledger) => {
            assert_eq!(said(&ledger.notices), expect);
            Some(ledger)
        }
        Err(faults) => {
            assert_eq!(said(&faults), expect);
            None
        }
    }
}

fn text(ledger: &Ledger, id: &str, fact: &str) -> String {
    match cell(&ledger.portfolio, id, fact) {
        Cell::Text(text) => text,
        other => format!("{other:?}"),
    }
}

#[test]
fn groups_give_their_county_until_the_next_group() {
    let rows: [&[&str]; 8] = [
        &["项目编号", "项目名称", "总投资(万元)"],
        &["（一）惠城区（2个）"],
        &["P-1", "甲", "1"],
        &["P-2", "乙", "2"],
        &["二、惠阳区", "", "8"],
        &["P-3", "丙", "3"],
        &["三、市直项目", "", ""],
        &["P-4", "丁", "4"],
    ];
    let ledger = check(vec![grid("表", &rows)], &["表!C5: KG-L086", "表!7:7: KG-L087"]).unwrap();
    assert_eq!(text(&ledger, "P-2", "level"), "惠城区");
    assert_eq!(text(&ledger, "P-4", "level"), "Blank");
}

#[test]
fn totals_may_stand_above_below_or_in_layers() {
    let rows: [&[&str]; 9] = [
        &["项目编号", "项目名称", "总投资(万元)"],
        &["合计", "", "10"],
        &["惠城区小计", "", "3"],
        &["P-1", "甲", "1"],
        &["P-2", "乙", "2"],
        &["惠阳区小计", "", "7"],
        &["P-3", "丙", "3"],
        &["P-4", "丁", "4"],
        &["总计", "", "10"],
    ];
    let ledger = check(vec![grid("表", &rows)], &[]).unwrap();
    assert_eq!(text(&ledger, "P-1", "level"), "惠城区");
    assert_eq!(text(&ledger, "P-4", "level"), "惠阳区");
    let mut wrong = rows;
    wrong[8] = &["总计", "", "11"];
    check(vec![grid("表", &wrong)], &["表!C9: KG-L086"]);
    // An amount that cannot be read is told; what it makes of the total is not known.
    wrong[3] = &["P-1", "甲", "一"];
    check(vec![grid("表", &wrong)], &["表!C4: KG-L030"]);
}

#[test]
fn names_join_exactly_or_not_at_all() {
    let coded = || {
        let rows: [&[&str]; 4] =
            [&["项目编号", "项目名称"], &["P-1", "城北 快速路"], &["P-2", "水厂"], &["P-3", "水厂"]];
        grid("项目", &rows)
    };
    let named = |name: &str| grid("投资", &[&["项目名称", "总投资(万元)"], &[name, "5"]]);
    let ledger = check(vec![named("城北快速路"), coded()], &[]).unwrap();
    assert_eq!(cell(&ledger.portfolio, "P-1", "invest"), Cell::Quantity(5_000_000));
    check(vec![coded(), named("水厂")], &["投资!A2: KG-L098"]);
    check(vec![coded(), named("城北快速道")], &["投资!A2: KG-L098"]);
    let faults = read_sheets(vec![coded(), named("城北快速路工程")]).unwrap_err();
    assert!(faults[0].help.as_ref().unwrap().zh.contains("城北快速路"), "{faults:?}");
}

#[test]
fn a_sheet_that_names_no_project_is_left_aside() {
    let other = || grid("说明", &[&["本表由发改部门填报"], &["单位", "电话"], &["x", "1"]]);
    let ledger = grid("项目", &[&["项目编号", "项目名称"], &["P-1", "甲"]]);
    check(vec![other(), ledger], &["说明: KG-L083"]);
    check(vec![other()], &["t.xlsx: KG-L061", "说明: KG-L083"]);
    // A summary has names, and counts of projects, under headers that could be those of projects' names.
    let summary = grid("汇总", &[&["行业", "项目", "总投资(万元)"], &["工业", "7", "5"], &["公路", "6", "4"]]);
    check(vec![summary], &["t.xlsx: KG-L061", "汇总: KG-L083"]);
    let summary = grid("汇总", &[&["分类", "名称", "总投资(万元)"], &["灯", "绿", "5"], &["灯", "红", "4"]]);
    check(vec![summary], &["t.xlsx: KG-L061", "汇总: KG-L083"]);
    check(vec![grid("项目", &[&["项目编号", "项目名称"]])], &["项目!1:1: KG-L041"]);
}

#[test]
fn unmerged_headers_above_several_columns_reach_to_the_right() {
    let rows: [&[&str]; 3] = [
        &["项目编号", "用地（公顷）", "", "投资（亿元）", ""],
        &["", "占用耕地", "施工许可证", "总投资", "备注"],
        &["P-1", "2", "无", "1", ""],
    ];
    let ledger = check(vec![grid("表", &rows)], &["表!E2: KG-L010"]).unwrap();
    assert_eq!(cell(&ledger.portfolio, "P-1", "land.farmland"), Cell::Quantity(30_000_000));
    assert_eq!(cell(&ledger.portfolio, "P-1", "invest"), Cell::Quantity(10_000_000_000));
    assert_eq!(cell(&ledger.portfolio, "P-1", "permit"), Cell::No);
}

proptest::proptest! {
    /// Subtotals below or above their rows and a total at an end: right ones are silent, one that is off is told.
    #[test]
    fn a_total_that_is_off_is_told_and_no_other(
        groups in proptest::collection::vec(proptest::collection::vec(1u32..1_000, 1..5), 1..5),
        above: bool,
        off in proptest::option::of(0usize..6),
    ) {
        let total: u32 = groups.iter().flatten().sum();
        // Larger than any sum there is, so that it is right nowhere.
        let said = |at: usize, sum: u32| if off == Some(at) { sum + 1_000_000 } else { sum }.to_string();
        let (mut rows, mut project) = (vec![["项目编号".into(), "项目名称".into(), "总投资(万元)".into()]], 0);
        let mut wrong = None;
        for (at, group) in groups.iter().enumerate() {
            let subtotal = ["小计".to_owned(), String::new(), said(at, group.iter().sum())];
            if above {
                rows.push(subtotal.clone());
                wrong = if off == Some(at) { Some(rows.len()) } else { wrong };
            }
            for amount in group {
                project += 1;
                rows.push([format!("P-{project}"), format!("项目{project}号"), amount.to_string()]);
            }
            if !above {
                rows.push(subtotal);
                wrong = if off == Some(at) { Some(rows.len()) } else { wrong };
            }
        }
        rows.push(["合计".to_owned(), String::new(), said(groups.len(), total)]);
        wrong = if off == Some(groups.len()) { Some(rows.len()) } else { wrong };
        let texts: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let sheet = grid("表", &texts.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let notices = said_of(vec![sheet]);
        let expect: Vec<String> = wrong.into_iter().map(|row| format!("表!C{row}: KG-L086")).collect();
        proptest::prop_assert_eq!(notices, expect);
    }
}

fn said_of(sheets: Vec<Grid>) -> Vec<String> {
    read_sheets(sheets).map_or_else(|faults| said(&faults), |ledger| said(&ledger.notices))
}
