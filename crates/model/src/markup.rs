//! Text among markup: pages, pictures, papers.

/// Text in which nothing is markup, in XML and HTML, between tags and within quotes of either kind; characters XML has no
/// place for become spaces.
///
/// ```
/// assert_eq!(kaigong_model::escaped("<a b=\"1\">&'\u{1}"), "&lt;a b=&quot;1&quot;&gt;&amp;&#39; ");
/// ```
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
