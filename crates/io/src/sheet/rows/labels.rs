//! The words that tell what a row is: totals, groups, ordinals, footnotes; names of groups and projects.

use crate::{
    sheet::{columns::squeeze, tidy::narrow},
    workbook::CellKind,
};

/// Cells that count the columns: 1, 2, 3 or (1), (2), (3), perhaps after 甲, 乙.
pub(super) fn is_numbering(cells: &[(u32, CellKind, &str)]) -> bool {
    const STEMS: [&str; 6] = ["甲", "乙", "丙", "丁", "栏次", "序号"];
    let stems = cells.iter().take_while(|cell| STEMS.contains(&cell.2)).count();
    let counted = cells[stems..]
        .iter()
        .zip(1u32..)
        .all(|(cell, number)| narrow(cell.2).trim_matches(['(', ')']).parse() == Ok(number));
    counted && cells.len() - stems >= 4
}

/// What stands below a table on every sheet.
pub(super) fn is_footnote(text: &str) -> bool {
    const BEGINNINGS: [&str; 11] =
        ["注：", "注:", "注1", "备注", "说明", "填报", "填表", "制表", "审核人", "联系人", "单位负责人"];
    BEGINNINGS.iter().any(|beginning| text.trim().starts_with(beginning))
}

pub(super) fn is_total(label: &str) -> bool {
    let label = squeeze(label);
    let is_word = ["合计", "小计", "总计", "共计", "累计"].iter().any(|word| label.contains(word));
    is_word && label.chars().count() <= 20
}

/// 1, 1.2, 一、, （二）: what counts rows and names nothing.
pub(super) fn is_ordinal(text: &str) -> bool {
    is_chinese_ordinal(text) || text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b')'))
}

const NUMERALS: &str = "一二三四五六七八九十";

pub(super) fn is_chinese_ordinal(text: &str) -> bool {
    let rest = text.trim_matches(['（', '）', '(', ')', '、', '.', '．', ' ']);
    !rest.is_empty() && rest.chars().count() <= 3 && rest.chars().all(|c| NUMERALS.contains(c))
}

/// `一、惠城区`, `（二）惠阳区`.
pub(super) fn begins_with_ordinal(label: &str) -> bool {
    let inner = label.trim_start_matches(['（', '(', ' ']);
    let rest = inner.trim_start_matches(|c| NUMERALS.contains(c));
    rest.len() < inner.len() && rest.starts_with(['、', '）', ')', '．', '.'])
}

/// The name of a group: `（一）惠城区（5个）` is 惠城区.
pub(super) fn group_name(label: &str) -> &str {
    let mut name = label.trim();
    if let Some(inner) = name.strip_prefix(['（', '(']) {
        let count = inner.chars().take_while(|&c| NUMERALS.contains(c) || c.is_ascii_digit()).count();
        let rest: &str = &inner[inner.chars().take(count).map(char::len_utf8).sum()..];
        if let Some(rest) = rest.strip_prefix(['）', ')']).filter(|_| count > 0) {
            name = rest;
        }
    }
    if let Some((ordinal, rest)) = name.split_once(['、', '.', '．'])
        && is_ordinal(ordinal)
    {
        name = rest;
    }
    let name = name.trim().split(['（', '(', '：', ':']).next().unwrap_or_default().trim();
    let name = ["小计", "合计", "总计"].iter().find_map(|word| name.strip_suffix(word)).unwrap_or(name);
    name.trim().trim_end_matches('个').trim_end_matches(|c: char| c.is_ascii_digit()).trim()
}

/// A name as two are compared: narrow and without blanks.
pub(crate) fn name_key(name: &str) -> String {
    narrow(name).chars().filter(|c| !c.is_whitespace()).collect()
}

/// A name on one line.
pub(super) fn project_name(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(if name.is_ascii() { " " } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_lose_their_ordinals_and_counts() {
        for label in
            ["惠城区", "一、惠城区", "（一）惠城区（5个）", "1.惠城区", "惠城区小计", "(1)惠城区：", "惠城区 12个"]
        {
            assert_eq!(group_name(label), "惠城区", "{label}");
        }
    }

    #[test]
    fn totals_and_ordinals_are_words_of_their_own() {
        assert!(["合 计", "惠城区小计", "总计（24个）", "合计："].iter().all(|label| is_total(label)));
        assert!(!is_total("城北快速路"));
        assert!(
            ["一", "（三）", "十二", "1", "1.2", "(3)"].iter().all(|text| is_ordinal(text.trim_start_matches('(')))
        );
        assert!(!is_ordinal("一中") && !is_ordinal("城北"));
    }

    #[test]
    fn a_row_that_counts_columns_is_no_project() {
        let row = |texts: &[&'static str]| -> Vec<(u32, CellKind, &'static str)> {
            texts.iter().zip(0..).map(|(&text, at)| (at, CellKind::Number, text)).collect()
        };
        assert!(is_numbering(&row(&["1", "2", "3", "4", "5"])));
        assert!(is_numbering(&row(&["甲", "乙", "1", "2", "3", "4"])));
        assert!(is_numbering(&row(&["（1）", "（2）", "（3）", "（4）"])));
        assert!(!is_numbering(&row(&["1", "2", "3"])));
        assert!(!is_numbering(&row(&["1", "城北", "3", "4"])));
    }
}
