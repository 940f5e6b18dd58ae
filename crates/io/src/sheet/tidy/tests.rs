//! The forms of offices, one by one.

use super::*;

fn check(want: Want, kind: CellKind, text: &str, expect: &str, remark: Option<Remark>) {
    let tidied = tidy(want, kind, text, false);
    assert_eq!((&*tidied.text, tidied.remark), (expect, remark), "{text}");
}

#[test]
fn days_are_read_in_every_form_of_an_office() {
    for text in ["2026-09-30", "2026.9.30", "2026/9/30", "2026年9月30日", "２０２６年９月３０日", "2026-9-30 00:00:00"]
        .into_iter()
        .chain(["20260930", "2026年9月30号", " 2026 年 9 月 30 日 "])
    {
        check(Want::Date, CellKind::Text, text, "2026-09-30", None);
    }
    for text in ["2026年9月", "2026-09", "2026.9", "2026/9"] {
        check(Want::Date, CellKind::Text, text, "2026-09-30", Some(Remark::Month));
    }
    check(Want::Date, CellKind::Text, "2024年2月", "2024-02-29", Some(Remark::Month));
    check(Want::Date, CellKind::Number, "46295", "2026-09-30", Some(Remark::Serial));
    check(Want::Date, CellKind::Number, "20260930", "2026-09-30", None);
    check(Want::Date, CellKind::Date, "2026-09-30", "2026-09-30", None);
}

#[test]
fn what_is_no_day_is_left_as_it_stands() {
    let unread =
        ["2026-02-30", "9月30日", "26.9.30", "2026年", "2026年底", "2026-09-30 12:30", "2026.9.30前", "2026--1"];
    for text in unread.into_iter().chain(["三季度", "2026.13.1", "2026-009-30"]) {
        check(Want::Date, CellKind::Text, text, text, None);
    }
    // 2026.1 as a number may be January or October.
    check(Want::Date, CellKind::Number, "2026.1", "2026.1", None);
    check(Want::Date, CellKind::Number, "2026", "2026", None);
}

#[test]
fn ticks_strokes_and_states_are_told_apart() {
    check(Want::Bool, CellKind::Text, "✓", "√", None);
    check(Want::Bool, CellKind::Text, "✗", "×", None);
    check(Want::Bool, CellKind::Text, "——", "", Some(Remark::Dash));
    check(Want::Paper, CellKind::Text, "/", "", Some(Remark::Dash));
    check(Want::Paper, CellKind::Text, "不涉及", "", Some(Remark::NotNeeded));
    check(Want::Words, CellKind::Text, "不涉及", "不涉及", None);
    check(Want::Paper, CellKind::Text, "正在办理", "办理中", None);
    check(Want::Paper, CellKind::Text, "未报批", "无", None);
    check(Want::Date, CellKind::Text, "暂无", "无", None);
}

#[test]
fn papers_hold_a_day_a_number_or_both() {
    let both = |text: &str| {
        let tidied = tidy(Want::Paper, CellKind::Text, text, false);
        (tidied.text.into_owned(), tidied.number.unwrap_or_default())
    };
    let expect = ("2025-06-03".to_owned(), "惠市自然资函〔2025〕12号".to_owned());
    assert_eq!(both("惠市自然资函〔2025〕12号，2025年6月3日"), expect);
    assert_eq!(both("2025.6.3 惠市自然资函〔2025〕12号"), expect);
    assert_eq!(both("2025-06-03（惠市自然资函〔2025〕12号）"), expect);
    assert_eq!(both("惠市自然资函〔2025〕12号（2025/6/3）"), expect);
    check(Want::Paper, CellKind::Text, "惠府[2025]3号", "惠府[2025]3号", None);
    check(Want::Paper, CellKind::Text, "已取得", "已取得", None);
    check(Want::Paper, CellKind::Text, "正在与规划部门对接", "正在与规划部门对接", Some(Remark::Prose));
}

#[test]
fn the_year_of_a_paper_is_found_in_any_brackets() {
    for text in ["惠府〔2025〕3号", "惠府[2025]3号", "惠府（2025）3号", "惠府【2025】3号", "惠府〔２０２５〕3号"]
    {
        assert_eq!(paper_year(text), Some(2025), "{text}");
    }
    for text in ["惠府2025-3号", "（重）惠府3号", "惠府〔25〕3号", "〔12345〕"] {
        assert_eq!(paper_year(text), None, "{text}");
    }
}

#[test]
fn numbers_that_a_formula_made_are_read_as_the_nearest_amount() {
    let area = Want::Quantity(Dimension::Area, Unit::parse("mu"));
    check(area, CellKind::Number, "33.333333333333336", "33.333333亩", Some(Remark::Rounded));
    check(area, CellKind::Number, "0.30000000000000004", "0.3亩", Some(Remark::Rounded));
    check(area, CellKind::Number, "0.00000000000000000000001234567890123456", "0亩", Some(Remark::Rounded));
    check(area, CellKind::Number, "380.5", "380.5", None);
    // What somebody typed finer than an atom stays a fault.
    check(area, CellKind::Number, "0.0000001", "0.0000001", None);
    check(area, CellKind::Text, "33.333333333333336", "33.333333333333336", None);
    check(area, CellKind::Text, "３８０．５亩", "380.5亩", None);
    let money = Want::Quantity(Dimension::Money, Unit::parse("wan"));
    check(money, CellKind::Number, "-1234.5600000000001", "-1234.56万元", Some(Remark::Rounded));
    check(money, CellKind::Number, "1234.00000050000001", "1234.000001万元", Some(Remark::Rounded));
}

#[test]
fn long_numbers_lose_digits_and_that_is_said() {
    check(Want::Words, CellKind::Number, "441300000000000000", "441300000000000000", Some(Remark::Digits));
    check(Want::Words, CellKind::Text, "441300000000000000", "441300000000000000", None);
}
