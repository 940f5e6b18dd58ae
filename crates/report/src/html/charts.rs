//! Bars and columns as SVG, in whole numbers; their labels are the page's.

use std::fmt::Write as _;

use kaigong_model::{Lang, escaped};

use crate::phrase::number;

/// The width of a bar's drawing: shares are in thousandths.
pub(super) const WHOLE: i128 = 1000;

/// A part of a whole, in thousandths; never nothing for something.
pub(super) fn share(part: i128, whole: i128) -> i128 {
    if part <= 0 || whole <= 0 {
        return 0;
    }
    (part * WHOLE / whole).clamp(4, WHOLE)
}

/// A horizontal bar of parts one after another; with `line`, a stretch of a curve from a share at the top to one below.
pub(super) fn bar(parts: &[(i128, &str)], line: Option<(i128, i128)>) -> String {
    let mut out =
        String::from("<svg class=\"b\" viewBox=\"0 0 1000 20\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    let mut x = 0;
    for (wide, class) in parts.iter().filter(|(wide, _)| *wide > 0) {
        let _ = write!(out, "<rect x=\"{x}\" y=\"4\" width=\"{wide}\" height=\"12\" class=\"{class}\"/>");
        x += wide;
    }
    if let Some((from, to)) = line {
        let _ = write!(out, "<path d=\"M{from} 0L{to} 20\" class=\"c\"/>");
    }
    out.push_str("</svg>");
    out
}

/// A span of a timeline.
pub(super) fn span(from: i128, to: i128, class: &str) -> String {
    let wide = (to - from).max(6);
    let x = from.min(WHOLE - wide);
    format!(
        "<svg class=\"b\" viewBox=\"0 0 1000 20\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <path d=\"M0 10H1000\" class=\"rule\"/><rect x=\"{x}\" y=\"4\" width=\"{wide}\" height=\"12\" class=\"{class}\"/></svg>"
    )
}

/// A column of a chart.
pub(super) struct Column {
    /// Under the column.
    pub(super) label: String,
    /// Under the labels, where it begins: a year.
    pub(super) era: Option<String>,
    /// The column: certain, then hatched.
    pub(super) parts: [u64; 2],
    /// A mark at this height: what was planned.
    pub(super) mark: u64,
}

/// Sizes of a column chart, pixels.
const TALL: i128 = 190;
const BASE: i128 = 150;
const TOP: i128 = 18;
/// One digit of a value, tenths of a pixel; on a phone columns are narrow, and so are digits.
const DIGIT: i128 = 70;
const NARROW_DIGIT: i128 = 55;
/// A half-width of a year under the columns, pixels.
const HALF_WIDTH: i128 = 7;

/// The class of a chart that phones show.
pub(super) const NARROW: &str = "narrow";

/// Columns of counts over labels, as wide as given.
pub(super) fn columns(columns: &[Column], wide: i128, class: &str, title: &str, lang: Lang) -> String {
    let most = columns.iter().map(|column| (column.parts[0] + column.parts[1]).max(column.mark)).max().unwrap_or(0);
    let most = i128::from(most).max(1);
    let step = wide * 10 / (columns.len().max(1) as i128);
    let digit = if class == NARROW { NARROW_DIGIT } else { DIGIT };
    let high = |count: u64| i128::from(count) * (BASE - TOP) / most;
    let mut out = format!(
        "<svg class=\"columns {class}\" viewBox=\"0 0 {wide} {TALL}\" role=\"img\" aria-label=\"{}\">\
         <path d=\"M0 {BASE}H{wide}\" class=\"axis\"/>",
        escaped(title)
    );
    for (at, column) in columns.iter().enumerate() {
        let left = at as i128 * step / 10;
        let (x, middle, thick) = (left + step / 50, left + step / 20, step * 3 / 50);
        let mut y = BASE;
        for (count, class) in column.parts.iter().zip(["f-bar", "f-hatch"]) {
            let tall = high(*count);
            y -= tall;
            if tall > 0 {
                let _ =
                    write!(out, "<rect x=\"{x}\" y=\"{y}\" width=\"{thick}\" height=\"{tall}\" class=\"{class}\"/>");
            }
        }
        if column.mark > 0 {
            let at = BASE - high(column.mark);
            let _ = write!(out, "<path d=\"M{} {at}h{}\" class=\"mark\"/>", x - 2, thick + 4);
        }
        let total = column.parts[0] + column.parts[1];
        let told = number(total, lang);
        if total > 0 && told.len() as i128 * digit <= step {
            let mark = BASE - high(column.mark);
            // Where the mark would strike the number through, the number stands above it.
            let foot = if (y - 18..y).contains(&mark) { mark } else { y };
            text(&mut out, middle, foot - 5, "v", &told);
        }
        // Narrow columns name every third month.
        if step >= 240 || at.is_multiple_of(3) {
            text(&mut out, middle, BASE + 15, "t", &column.label);
        }
        if let Some(era) = &column.era {
            // The first column may be narrower than its year.
            let half = era.len() as i128 * HALF_WIDTH / 2;
            text(&mut out, middle.clamp(half, wide - half), BASE + 32, "e", era);
        }
    }
    out.push_str("</svg>");
    out
}

fn text(out: &mut String, x: i128, y: i128, class: &str, words: &str) {
    let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{}</text>", escaped(words));
}
