//! The tree: nodes, spans, and the way from an offset in a scalar back to the file.

use std::sync::Arc;

use kaigong_model::{Code, Diagnostic, Place, limits};

use crate::lines::Lines;
use crate::scan;

/// A stretch of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// What a scalar resolves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// A number; its digits are in the node's text.
    Number,
    /// Anything else.
    Text,
}

/// One node of the tree.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of node.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Nothing, or `null`.
    Null,
    /// A scalar and its text, exactly as meant: no number is ever rounded.
    Scalar(Scalar, String),
    /// A list.
    Sequence(Vec<Node>),
    /// A map, in the order written; keys are scalars.
    Mapping(Vec<(Node, Node)>),
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(_, text) => Some(text),
            _ => None,
        }
    }

    /// The value of a key in a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.kind {
            Kind::Mapping(entries) => entries.iter().find(|(k, _)| k.text() == Some(key)).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// A file and its tree.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
    /// Its tree.
    pub root: Node,
    lines: Lines,
}

impl Document {
    /// A text that is one scalar, with no file of its own: `name` stands for it in places.
    pub fn scalar(name: &str, text: &str) -> Self {
        let span = Span { start: 0, end: text.len() };
        let root = Node { span, kind: Kind::Scalar(Scalar::Text, text.to_owned()) };
        Self { file: name.into(), text: text.into(), root, lines: Lines::of(text) }
    }

    /// The place of a span.
    pub fn place(&self, span: Span) -> Place {
        self.lines.place(&self.file, &self.text, span)
    }

    /// The span of bytes `from..to` of a scalar's text, in the file.
    ///
    /// Quotes, escapes and folded lines are stepped over by matching characters in order.
    pub fn span_within(&self, node: &Node, from: usize, to: usize) -> Span {
        let Some(text) = node.text() else { return node.span };
        let source = &self.text[node.span.start..node.span.end.max(node.span.start)];
        let start = align(text, source, from);
        let last = text[..to].char_indices().next_back().map_or(from, |(at, _)| at.max(from));
        let end_start = align(text, source, last);
        let width = source[end_start..].chars().next().map_or(0, char::len_utf8);
        let (start, end) = (node.span.start + start, node.span.start + end_start + width);
        Span { start, end: end.max(start) }
    }
}

/// Where byte `offset` of `text` stands in `source`, matching characters in order.
fn align(text: &str, source: &str, offset: usize) -> usize {
    let mut at = 0;
    for (i, c) in text.char_indices() {
        let found = if c.is_whitespace() { source[at..].find(char::is_whitespace) } else { source[at..].find(c) };
        let Some(found) = found else { break };
        at += found;
        if i >= offset {
            return at;
        }
        at += source[at..].chars().next().map_or(0, char::len_utf8);
    }
    at.min(source.len())
}

/// Parses the bytes of a file.
///
/// # Errors
/// Every fault of the text: see the codes KG-Y001 to KG-Y010.
pub fn parse_bytes(file: &str, bytes: &[u8]) -> Result<Document, Vec<Diagnostic>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => parse(file, text),
        Err(error) => {
            let line = bytes[..error.valid_up_to()].split(|&b| b == b'\n').count() as u32;
            let place = Place::Cell { file: file.to_owned(), line, column: String::new() };
            Err(vec![
                Diagnostic::error(Code("KG-Y010"), "不是 UTF-8 文本", "this is not UTF-8 text")
                    .at(place)
                    .help("另存为 UTF-8 再试", "save the file as UTF-8"),
            ])
        }
    }
}

/// Parses a text.
///
/// # Errors
/// Every fault of the text: see the codes KG-Y001 to KG-Y010.
pub fn parse(file: &str, text: &str) -> Result<Document, Vec<Diagnostic>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > limits::YAML_BYTES {
        let limit = limits::YAML_BYTES >> 20;
        return Err(vec![
            Diagnostic::error(
                Code("KG-Y007"),
                format!("文件超过 {limit} MiB 的上限"),
                format!("the file is larger than the limit of {limit} MiB"),
            )
            .at(Place::File(file.to_owned()))
            .help("请拆成几个文件", "split it into several files"),
        ]);
    }
    let lines = Lines::of(text);
    let root = scan::tree(file, text, &lines)?;
    Ok(Document { file: file.into(), text: text.into(), root, lines })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        parse("t.yaml", text).map_or_else(|faults| faults.iter().map(|d| d.code.0).collect(), |_| Vec::new())
    }

    #[test]
    fn what_a_pack_may_not_hold_is_refused() {
        for (text, code) in [
            ("a: 1\na: 2\n", "KG-Y002"),
            ("a: &x 1\nb: *x\n", "KG-Y003"),
            ("a: !!str 1\n", "KG-Y004"),
            ("a: {<<: {b: 1}}\n", "KG-Y005"),
            ("? [1]\n: 2\n", "KG-Y008"),
            ("a: 1\n---\nb: 2\n", "KG-Y009"),
            ("a: [1\n", "KG-Y001"),
            ("a: b: c\n", "KG-Y001"),
        ] {
            assert!(codes(text).contains(&code), "{text}: {:?}", codes(text));
        }
        let deep = format!("a: {}{}", "[".repeat(200), "]".repeat(200));
        assert_eq!(codes(&deep), ["KG-Y006"]);
        assert_eq!(codes(&format!("a: {}", "[".repeat(100_000))), ["KG-Y006"]);
        let deep: Vec<String> = (0..200).map(|i| format!("{}a:", " ".repeat(i))).collect();
        let deep = deep.join("\n");
        assert!(codes(&deep).contains(&"KG-Y006"));
    }

    #[test]
    fn scalars_keep_their_text_and_their_place() {
        let document = parse("t.yaml", "占用: {耕地: 0.10, 是: true}\nx: \"a > 1\"\ny: >\n  a\n  and b\n").unwrap();
        let inner = document.root.get("占用").unwrap();
        let share = inner.get("耕地").unwrap();
        assert_eq!(share.text(), Some("0.10"));
        assert_eq!(document.place(share.span).short(), "t.yaml:1:10");
        assert!(matches!(inner.get("是").unwrap().kind, Kind::Scalar(Scalar::Bool(true), _)));
        let quoted = document.root.get("x").unwrap();
        let span = document.span_within(quoted, 4, 5);
        assert_eq!(&document.text[span.start..span.end], "1");
        let folded = document.root.get("y").unwrap();
        assert_eq!(folded.text(), Some("a and b\n"));
        let span = document.span_within(folded, 6, 7);
        assert_eq!(document.place(span).short(), "t.yaml:5:7");
    }

    #[test]
    fn nothing_is_a_null() {
        for text in ["", "# only a comment\n", "~\n"] {
            assert!(matches!(parse("t.yaml", text).unwrap().root.kind, Kind::Null));
        }
    }
}
