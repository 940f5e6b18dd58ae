//! Charts as SVG text: the frame of one, its texts, and titles cut to their column.

use std::fmt::Write as _;

use kaigong_model::escaped;

use crate::graph::FONTS;
use crate::phrase::width;

/// What stands above a chart.
pub(crate) struct Frame<'t> {
    /// What it shows.
    pub(crate) title: &'t str,
    /// On which day, by which pack.
    pub(crate) under: &'t str,
    /// Patterns and markers it uses.
    pub(crate) defs: &'t str,
}

impl Frame<'_> {
    /// A whole picture around a body, sizes in pixels. The body begins below y = 70.
    pub(crate) fn around(&self, wide: i128, tall: i128, body: &str) -> String {
        let mut out = String::new();
        let _ = writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{tall}\" viewBox=\"0 0 {wide} {tall}\" \
             font-family=\"{FONTS}\" font-size=\"13\">\n<title>{}</title>",
            escaped(self.title)
        );
        let _ = writeln!(out, "<defs>{}</defs>", self.defs);
        let _ = writeln!(out, "<rect width=\"{wide}\" height=\"{tall}\" fill=\"#ffffff\"/>");
        text(&mut out, 24, 34, "font-size=\"18\" font-weight=\"bold\" fill=\"#111111\"", self.title);
        text(&mut out, 24, 56, "font-size=\"12\" fill=\"#555555\"", self.under);
        out.push_str(body);
        out.push_str("</svg>\n");
        out
    }
}

/// A text at a place.
pub(crate) fn text(out: &mut String, x: i128, y: i128, how: &str, words: &str) {
    let _ = writeln!(out, "<text x=\"{x}\" y=\"{y}\" {how}>{}</text>", escaped(words));
}

/// A text no wider than its column, in half-widths.
pub(crate) fn short(words: &str, cells: usize) -> String {
    let mut out = String::new();
    for sign in words.chars() {
        if width(&out) + width(&sign.to_string()) > cells {
            out.push('…');
            break;
        }
        out.push(sign);
    }
    out
}
