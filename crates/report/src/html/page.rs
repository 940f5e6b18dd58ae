//! The shell of a page: style, script, and the few elements all parts use.

use std::fmt::Write as _;

use kaigong_model::{Align, Lang, Table, escaped};

use crate::graph::TIP;
use crate::phrase::say;

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The portfolio: sections, search, sorting.
    Report,
    /// One project on a sheet.
    Brief,
}

/// A whole document around a body.
pub(super) fn wrap(title: &str, lang: Lang, kind: Kind, body: &str) -> String {
    let mut out = String::with_capacity(body.len() + 16_384);
    let (tag, class) = (say(lang, "zh-CN", "en"), if kind == Kind::Brief { "brief" } else { "report" });
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"kaigong\">\n<title>{}</title>\n<style>\n{}</style>\n</head>\n\
         <body class=\"{class}\">\n{}<main>\n{body}</main>\n",
        escaped(title),
        match kind {
            Kind::Report => include_str!("style.css"),
            // A sheet has narrower margins, so that one project fits on it.
            Kind::Brief => concat!(include_str!("style.css"), "@page{margin:11mm 12mm}\n"),
        },
        definitions()
    );
    if kind == Kind::Report {
        let _ = writeln!(out, "<script>\n{}</script>", include_str!("search.js"));
    }
    out.push_str("</body>\n</html>\n");
    out
}

/// What every chart and graph of the page uses: hatching for what is not certain, the head of an arrow.
fn definitions() -> String {
    format!(
        "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><defs>\
         <pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect width=\"2\" height=\"5\" class=\"ink\"/></pattern>{TIP}</defs></svg>\n"
    )
}

/// A section's heading, with the id that links lead to.
pub(super) fn heading(id: &str, words: &str, out: &mut String) {
    let _ = writeln!(out, "<h2 id=\"{id}\">{}</h2>", escaped(&capital(words)));
}

/// A heading of English begins with a capital.
pub(crate) fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A remark in small print.
pub(super) fn note(words: &str, out: &mut String) {
    let _ = writeln!(out, "<p class=\"note\">{}</p>", escaped(words));
}

/// A text as a paragraph.
pub(super) fn paragraph(class: &str, words: &str, out: &mut String) {
    let _ = writeln!(out, "<p class=\"{class}\">{}</p>", escaped(words));
}

/// A light as a badge: a word in a frame that differs without colour.
pub(super) fn light(id: &str, word: &str) -> String {
    let known = ["red", "yellow", "green", "grey"].contains(&id);
    format!("<b class=\"l {}\">{}</b>", if known { id } else { "other" }, escaped(word))
}

/// A table of texts.
pub(super) fn table(class: &str, table: &Table, out: &mut String) {
    let _ = write!(out, "<div class=\"scroll\"><table class=\"{class}\"><thead><tr>");
    for (name, align) in &table.columns {
        let _ = write!(out, "<th{}>{}", side(*align), escaped(name));
    }
    out.push_str("</thead><tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (cell, (_, align)) in row.iter().zip(&table.columns) {
            let _ = write!(out, "<td{}>{}", side(*align), escaped(cell));
        }
        out.push('\n');
    }
    out.push_str("</tbody></table></div>\n");
}

/// The class of a column of numbers.
pub(super) fn side(align: Align) -> &'static str {
    if align == Align::Right { " class=\"n\"" } else { "" }
}
