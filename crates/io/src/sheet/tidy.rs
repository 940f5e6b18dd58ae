//! The forms offices write, put into those a ledger reads: days, ticks, full-width digits, numbers of papers.
//!
//! What cannot be made sense of is left as it is, so that the fault shows what was written. Nothing is rounded but a
//! number that a formula made: it is no decimal anybody wrote, and is read as the nearest amount that can be kept.

use std::borrow::Cow;

use kaigong_model::{Date, Decimal, Dimension, FactSpec, FactType, Part, QuantityFault, Unit, format_exact};

use crate::{
    header::Slot,
    workbook::{CellKind, serial_day},
};

/// What a column should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// A day.
    Date,
    /// A paper: a day, a number, or whether it is there.
    Paper,
    /// Yes or no.
    Bool,
    /// An amount, with the unit of a bare number.
    Quantity(Dimension, Option<Unit>),
    /// Anything else.
    Words,
}

impl Want {
    /// What a column of a slot should hold.
    pub(crate) fn of(spec: &FactSpec, slot: Slot) -> Self {
        match (spec.kind, slot.part) {
            (_, Some(Part::Area)) => Self::Quantity(Dimension::Area, slot.unit.or(Unit::parse("mu"))),
            (_, Some(Part::Number | Part::Stops)) => Self::Words,
            (_, Some(_)) | (FactType::Date, None) => Self::Date,
            (FactType::Document, None) => Self::Paper,
            (FactType::Bool, None) => Self::Bool,
            (FactType::Quantity(dimension), None) => Self::Quantity(dimension, slot.unit.or(spec.unit)),
            (FactType::Text | FactType::Enum | FactType::Projects, None) => Self::Words,
        }
    }
}

/// What is worth saying of a cell that was read otherwise than it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Remark {
    /// A dash or a stroke, read as blank.
    Dash,
    /// 不涉及 or the like, read as blank: whether something is needed is for the rules to say.
    NotNeeded,
    /// A month without a day, read as its last day.
    Month,
    /// The serial number of a day.
    Serial,
    /// A number a formula made, read as the nearest amount that can be kept.
    Rounded,
    /// A long number that a spreadsheet keeps only fifteen digits of.
    Digits,
    /// A bare number whose unit no header names.
    Unit,
    /// Words in a column of papers that are no number, left as they are.
    Prose,
}

/// A cell made readable.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tidied<'a> {
    /// What is read.
    pub(crate) text: Cow<'a, str>,
    /// The number of a paper, where the cell holds a day beside it.
    pub(crate) number: Option<String>,
    /// What is worth saying.
    pub(crate) remark: Option<Remark>,
}

impl<'a> Tidied<'a> {
    fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), number: None, remark: None }
    }

    fn said(text: impl Into<Cow<'a, str>>, remark: Remark) -> Self {
        Self { remark: Some(remark), ..Self::plain(text) }
    }
}

/// Puts a cell into the form a ledger reads.
pub(crate) fn tidy(want: Want, kind: CellKind, text: &str, is_1904: bool) -> Tidied<'_> {
    let text = text.trim();
    if kind == CellKind::Text {
        if text.chars().all(is_stroke) {
            return Tidied::said("", Remark::Dash);
        }
        if want != Want::Words && NOT_NEEDED.contains(&text) {
            return Tidied::said("", Remark::NotNeeded);
        }
    }
    match want {
        Want::Words => words(kind, text),
        Want::Bool => Tidied::plain(state(text)),
        Want::Date => date(kind, text, is_1904).unwrap_or_else(|| Tidied::plain(state(text))),
        Want::Paper => paper(kind, text, is_1904),
        Want::Quantity(dimension, unit) => quantity(kind, text, dimension, unit),
    }
}

/// Dashes and strokes that fill a cell.
fn is_stroke(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2014}' | '\u{2013}' | '\u{2015}' | '\u{2212}' | '\u{ff0d}' | '\u{2500}' | '/' | '\u{ff0f}' | '\\'
    )
}

const NOT_NEEDED: [&str; 8] = ["不涉及", "无需办理", "不需要", "不需办理", "无需", "免办", "不适用", "N/A"];
const NOT_YET: [&str; 9] = ["未报批", "未开展", "未批复", "尚未办理", "暂无", "未完成", "未启动", "未申报", "还没有"];
const UNDER_WAY: [&str; 9] =
    ["正在办理", "报批中", "已报批", "待批", "待批复", "公示中", "编制中", "送审中", "正在报批"];

/// Ticks and crosses as one tick and one cross, states in the words a ledger knows.
fn state(text: &str) -> &str {
    match text {
        "√" | "✓" | "✔" | "☑" | "\u{221a}是" => "√",
        "×" | "✗" | "✘" | "☒" | "X" | "\u{2573}" => "×",
        _ if NOT_YET.contains(&text) => "无",
        _ if UNDER_WAY.contains(&text) => "办理中",
        _ => text,
    }
}

fn words(kind: CellKind, text: &str) -> Tidied<'_> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_lost = kind == CellKind::Number && digits > 15;
    Tidied { remark: is_lost.then_some(Remark::Digits), ..Tidied::plain(text) }
}

/// Full-width digits and signs as plain ones.
pub(crate) fn narrow(text: &str) -> Cow<'_, str> {
    let is_wide = |c: char| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{3000}' | '\u{a0}');
    if !text.contains(is_wide) {
        return Cow::Borrowed(text);
    }
    let narrowed = text.chars().map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        other => other,
    });
    Cow::Owned(narrowed.collect())
}

fn date(kind: CellKind, text: &str, is_1904: bool) -> Option<Tidied<'_>> {
    match kind {
        CellKind::Date => Some(Tidied::plain(text)),
        CellKind::Number => number_as_day(text, is_1904),
        _ => written_day(text).map(|(day, is_month)| Tidied {
            remark: is_month.then_some(Remark::Month),
            ..Tidied::plain(day.to_string())
        }),
    }
}

/// Serial numbers of the days from 1990 to 2079: what a column of days would hold when its format was lost.
const SERIALS: std::ops::RangeInclusive<u32> = 32_874..=65_745;

fn number_as_day(text: &str, is_1904: bool) -> Option<Tidied<'_>> {
    let number: u32 = text.split('.').next()?.parse().ok()?;
    if SERIALS.contains(&number) {
        return serial_day(text, is_1904).map(|day| Tidied::said(day.to_string(), Remark::Serial));
    }
    compact_day(text).map(|day| Tidied::plain(day.to_string()))
}

/// 20260930.
fn compact_day(text: &str) -> Option<Date> {
    let is_day = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_day.then(|| Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?)).flatten()
}

/// A day as people write it, or the last day of a month; true if only the month is given.
fn written_day(text: &str) -> Option<(Date, bool)> {
    let text = narrow(text);
    let text = text.trim();
    if let Some(day) = compact_day(text) {
        return Some((day, false));
    }
    let mut parts: Vec<i16> = Vec::new();
    let mut rest = text;
    for separators in [["年", "-", "/", "."], ["月", "-", "/", "."], ["日", "号", " ", "T"]] {
        rest = rest.trim_start();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 && parts.len() == 2 {
            break;
        }
        parts.push(rest[..digits].parse().ok().filter(|_| digits == if parts.is_empty() { 4 } else { digits.min(2) })?);
        rest = rest[digits..].trim_start_matches(' ');
        match separators.into_iter().find_map(|separator| rest.strip_prefix(separator)) {
            Some(after) => rest = after,
            None if rest.is_empty() || parts.len() == 3 => break,
            None => return None,
        }
    }
    if !is_midnight(rest) {
        return None;
    }
    match *parts.as_slice() {
        [year, month, day] => Date::new(year, month.try_into().ok()?, day.try_into().ok()?).map(|day| (day, false)),
        [year, month] => last_day(year, month.try_into().ok()?).map(|day| (day, true)),
        _ => None,
    }
}

/// Nothing, or a time of day that spreadsheets add to a day.
fn is_midnight(rest: &str) -> bool {
    rest.trim().chars().all(|c| c == '0' || c == ':' || c == '.')
}

fn last_day(year: i16, month: i8) -> Option<Date> {
    (28..=31).rev().find_map(|day| Date::new(year, month, day))
}

fn paper(kind: CellKind, text: &str, is_1904: bool) -> Tidied<'_> {
    if let Some(day) = date(kind, text, is_1904) {
        return day;
    }
    if kind != CellKind::Text {
        return words(kind, text);
    }
    if let Some((day, is_month, number)) = day_and_number(text) {
        let remark = is_month.then_some(Remark::Month);
        return Tidied { text: day.to_string().into(), number: Some(number), remark };
    }
    let known = state(text);
    if known != text || is_state(text) || is_number_of_paper(text) {
        return Tidied::plain(known);
    }
    Tidied::said(text, Remark::Prose)
}

/// Words that say of a paper whether it is there.
fn is_state(text: &str) -> bool {
    const THERE: [&str; 9] = ["有", "是", "√", "已办理", "已取得", "已批复", "已办结", "已完成", "已发证"];
    const NOT_THERE: [&str; 9] = ["无", "否", "未取得", "没有", "未办理", "未办", "×", "no", "none"];
    const SOON: [&str; 8] = ["办理中", "受理", "已受理", "已申报", "申报中", "审批中", "在办", "in hand"];
    THERE.contains(&text) || NOT_THERE.contains(&text) || SOON.contains(&text)
}

/// Whether a text is short and holds a digit, as numbers of papers do.
fn is_number_of_paper(text: &str) -> bool {
    text.chars().count() <= 60 && text.chars().any(|c| c.is_ascii_digit() || matches!(c, '\u{ff10}'..='\u{ff19}'))
}

/// A day and the number of a paper in one cell, in either order.
fn day_and_number(text: &str) -> Option<(Date, bool, String)> {
    let pieces = text.split(|c: char| c.is_whitespace() || matches!(c, '，' | ',' | '；' | ';' | '、'));
    let mut pieces: Vec<&str> = pieces.filter(|piece| !piece.is_empty()).collect();
    if let [one] = *pieces.as_slice() {
        pieces = split_brackets(one)?.to_vec();
    }
    let [first, second] = *pieces.as_slice() else { return None };
    let (day, number) = match (written_day(bare(first)), written_day(bare(second))) {
        (Some(day), None) => (day, second),
        (None, Some(day)) => (day, first),
        _ => return None,
    };
    let number = bare(number);
    paper_year(number).is_some().then(|| (day.0, day.1, number.to_owned()))
}

/// `2025-06-03（惠府〔2025〕12号）`, or the other way round.
fn split_brackets(text: &str) -> Option<[&str; 2]> {
    let inner = text.strip_suffix(['）', ')'])?;
    let at = inner.find(['（', '('])?;
    let opening = inner[at..].chars().next()?.len_utf8();
    Some([&inner[..at], &inner[at + opening..]])
}

fn bare(text: &str) -> &str {
    text.trim_matches(|c| matches!(c, '（' | '）' | '(' | ')' | '：' | ':'))
}

/// The year in the number of a paper: 惠府〔2025〕12号, 惠府[2025]12号, 惠府（2025）12号.
pub(crate) fn paper_year(number: &str) -> Option<i16> {
    let mut rest = number;
    while let Some(at) = rest.find(['〔', '[', '［', '【', '（', '(', '﹝', '<', '《']) {
        let opening = rest[at..].chars().next()?.len_utf8();
        let inside = &rest[at + opening..];
        let inside_narrow = narrow(inside);
        let digits = inside_narrow.bytes().take_while(u8::is_ascii_digit).count();
        let closes = inside_narrow[digits..].starts_with(['〕', ']', '］', '】', '）', ')', '﹞', '>', '》', '年']);
        if digits == 4 && closes {
            return inside_narrow[..4].parse().ok().filter(|year| (1949..=2199).contains(year));
        }
        rest = inside;
    }
    None
}

fn quantity(kind: CellKind, text: &str, dimension: Dimension, unit: Option<Unit>) -> Tidied<'_> {
    if kind == CellKind::Number {
        return rounded(text, dimension, unit).unwrap_or_else(|| Tidied::plain(text));
    }
    let known = state(text);
    if known != text {
        return Tidied::plain(known);
    }
    match narrow(text) {
        Cow::Borrowed(text) => Tidied::plain(text),
        Cow::Owned(narrowed) if Decimal::prefix(narrowed.trim()).is_some() => Tidied::plain(narrowed),
        Cow::Owned(_) => Tidied::plain(text),
    }
}

/// Digits from which on a double names no decimal that anybody typed.
const TYPED_DIGITS: usize = 15;

/// The nearest amount that can be kept, for a number that a formula made.
fn rounded(text: &str, dimension: Dimension, unit: Option<Unit>) -> Option<Tidied<'_>> {
    let digits = text.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
    let atoms = unit.filter(|unit| unit.dimension == dimension).map(|unit| unit.atoms).or(dimension.bare_atoms())?;
    if digits < TYPED_DIGITS {
        return None;
    }
    let shortened = shorten(text);
    let (number, _) = Decimal::prefix(&shortened)?;
    let nearest = match number.in_atoms(atoms) {
        Ok(atoms) => atoms,
        Err(QuantityFault::TooFine { below, above }) => {
            let scaled = number.mantissa.checked_mul(i128::from(atoms))?.checked_mul(2)?;
            let middle = (i128::from(below) + i128::from(above)) * 10i128.pow(number.scale);
            if scaled < middle { below } else { above }
        }
        Err(_) => return None,
    };
    let standard = dimension.standard_unit();
    let exact = format!("{}{}", format_exact(nearest.into(), standard), standard.words().zh);
    Some(Tidied::said(exact, Remark::Rounded))
}

/// A decimal cut to eighteen places, the most that are read; what is cut is far below any atom.
fn shorten(text: &str) -> Cow<'_, str> {
    match text.split_once('.') {
        Some((whole, places)) if places.len() > 18 => format!("{whole}.{}", &places[..18]).into(),
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests;
