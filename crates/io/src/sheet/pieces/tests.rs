use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{
    sheet::{Ids, Names, header, map::ColumnMap, read_sheet_in},
    testing::schema,
    workbook::{CellKind, Grid, Merge},
};

const HEADER: [&str; 11] = [
    "项目代码",
    "项目名称",
    "占用耕地",
    "总投资(万元)",
    "是否中央项目",
    "人数",
    "开工日期",
    "行业",
    "施工许可证",
    "施工许可证.area",
    "上游项目",
];

/// Everything a draft holds and says of a sheet that is read in pieces of a size, or row by row.
fn told(grid: &Grid, size: Option<usize>, skip_bad_rows: bool) -> (String, String) {
    let mut schema = Arc::unwrap_or_clone(schema());
    (schema.name_fact, schema.county_fact) = (schema.find("project.name"), schema.find("level"));
    let schema = Arc::new(schema);
    let mut draft = Draft::new(&schema, skip_bad_rows);
    let (names, map) = (Names::new(&schema), ColumnMap::default());
    let is_own = grid.name == "own";
    let plan = header::plan(grid, &schema, &draft.headers, &names, &map.of("表"), is_own).unwrap();
    let ids = plan.id.map_or_else(|| Ids::Name(plan.name.unwrap()), Ids::Column);
    read_sheet_in(&mut draft, "t.xlsx", grid, &plan, ids, size);
    let (portfolio, log) = draft.finish();
    let rows = 0..portfolio.ids.len() as u32;
    let cells: Vec<Cell> = schema
        .iter()
        .flat_map(|(fact, _)| rows.clone().map(move |row| (fact, row)))
        .map(|(fact, row)| portfolio.column(fact).map_or(Cell::Blank, |column| column.base_cell(row)))
        .collect();
    (format!("{:?} {:?} {cells:?}", portfolio.ids, portfolio.sources), format!("{:?}", log.finish()))
}

fn check(grid: &Grid) {
    for skip_bad_rows in [false, true] {
        let expect = told(grid, None, skip_bad_rows);
        for size in [1, 3, PIECE] {
            assert_eq!(told(grid, Some(size), skip_bad_rows), expect, "in pieces of {size}");
        }
    }
}

type WildCell = (u32, CellKind, String);

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => prop::sample::select(vec![
            "380", "12.5", "0", "-3", "380亩", "25公顷", "三百亩", "1,200", "是", "否", "√", "×", "无", "办理中", "不涉及", "—",
            "2026-09-30", "2026.9.30", "2026年9月", "46295", "惠府〔2025〕12号", "2026-01-05（惠府〔2024〕3号）", "工业",
            "工夜", "P-1", "P-1;P-2", "P-9", "#REF!", "（两处所填不同）", "３８０", "1.0000000000000002", "\u{1}",
        ]).prop_map(str::to_owned),
        1 => "[0-9]{1,5}(\\.[0-9]{1,7})?",
        1 => "\\PC{0,5}",
    ]
}

fn any_cells() -> impl Strategy<Value = Vec<WildCell>> {
    let kind = prop_oneof![
        5 => Just(CellKind::Text),
        3 => Just(CellKind::Number),
        1 => Just(CellKind::Date),
        1 => Just(CellKind::Bool),
        1 => Just(CellKind::Error),
    ];
    prop::collection::vec((2..HEADER.len() as u32, kind, any_text()), 0..6)
}

fn any_row() -> impl Strategy<Value = Vec<WildCell>> {
    let words = |at: u32, text: &str| (at, CellKind::Text, text.to_owned());
    let label =
        prop::sample::select(vec!["合计", "惠城区小计", "（一）惠城区", "二、惠阳区", "工业项目", "注：略", "说不清"]);
    prop_oneof![
        6 => (1..30u32, any_cells()).prop_map(move |(id, mut cells)| {
            cells.extend([words(0, &format!("P-{id}")), words(1, &format!("城北 {id}"))]);
            cells
        }),
        1 => (label, 0..900u32).prop_map(move |(label, amount)| {
            vec![words(0, label), (3, CellKind::Number, amount.to_string())]
        }),
        1 => any_cells(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pieces_say_what_row_by_row_says(
        rows in prop::collection::vec(any_row(), 0..12),
        merged in prop::collection::vec((2..10u32, 0..3u32, 0..HEADER.len() as u32), 0..3),
        hidden in prop::collection::vec(2..12u32, 0..2),
        by_name in any::<bool>(),
        is_own in prop::bool::weighted(0.2),
    ) {
        let mut grid = Grid::new(if is_own { "own" } else { "表" }, false, false);
        for (header, at) in HEADER.iter().zip(0..).skip(usize::from(by_name && !is_own)) {
            grid.push(1, at, CellKind::Text, header).unwrap();
        }
        for (cells, row) in rows.iter().zip(2..) {
            let mut cells = cells.clone();
            cells.sort_by_key(|cell| cell.0);
            cells.dedup_by_key(|cell| cell.0);
            for (at, kind, text) in cells {
                grid.push(row, at, kind, &text).unwrap();
            }
        }
        for (row, more, at) in merged {
            grid.merges.push(Merge { first: (row, at), last: (row + more, at) });
        }
        grid.merges.sort_by_key(|merge| (merge.first, merge.last));
        grid.merges.dedup_by(|next, one| next.first.1 == one.first.1);
        hidden.iter().for_each(|&row| grid.hide_rows(row, row));
        grid.finish().unwrap();
        check(&grid);
    }
}

#[test]
fn a_thousand_bad_cells_are_counted_alike() {
    let mut grid = Grid::new("表", false, false);
    for (header, at) in HEADER.iter().zip(0..) {
        grid.push(1, at, CellKind::Text, header).unwrap();
    }
    for row in 2..1_500 {
        let cells = [format!("P-{}", row / 2 * 2), "城北".into(), "很多".into(), "5".into(), "不知".into()];
        for (text, at) in cells.iter().zip(0..) {
            grid.push(row, at, CellKind::Text, text).unwrap();
        }
        grid.push(row, 8, CellKind::Text, "2026-01-05（惠府〔2023〕3号）").unwrap();
    }
    grid.finish().unwrap();
    check(&grid);
}
