//! Events to tree: the strict scan first, then `serde_yaml` to say what each scalar is.

use kaigong_model::{Code, Diagnostic, limits};
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_yaml::Value;

use crate::document::{Kind, Node, Scalar, Span};
use crate::lines::Lines;

/// A collection being filled.
struct Open {
    start: usize,
    mapping: bool,
    items: Vec<Node>,
}

struct Scanner<'t> {
    file: &'t str,
    text: &'t str,
    lines: &'t Lines,
    faults: Vec<Diagnostic>,
    stack: Vec<Open>,
    root: Option<Node>,
    too_deep: bool,
}

/// The tree of a text.
pub(crate) fn tree(file: &str, text: &str, lines: &Lines) -> Result<Node, Vec<Diagnostic>> {
    let mut scanner = Scanner { file, text, lines, faults: Vec::new(), stack: Vec::new(), root: None, too_deep: false };
    scanner.run();
    let Scanner { mut faults, root, .. } = scanner;
    if !faults.is_empty() {
        Diagnostic::sort(&mut faults);
        return Err(faults);
    }
    let mut root = root.unwrap_or(Node { span: Span::default(), kind: Kind::Null });
    let value: Value = serde_yaml::from_str(text).map_err(|error| vec![syntax_fault(file, text, lines, &error)])?;
    resolve(&mut root, &value).map_err(|span| {
        vec![
            Diagnostic::error(Code("KG-Y001"), "此处的 YAML 写法有歧义", "this YAML can be read in two ways")
                .at(lines.place(file, text, span))
                .help("给文字加上引号", "put the text in quotes"),
        ]
    })?;
    Ok(root)
}

fn syntax_fault(file: &str, text: &str, lines: &Lines, error: &serde_yaml::Error) -> Diagnostic {
    let start = error.location().map_or(0, |location| location.index()).min(text.len());
    let start = (0..=start).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    Diagnostic::error(Code("KG-Y001"), format!("YAML 语法错误：{error}"), format!("YAML syntax error: {error}"))
        .at(lines.place(file, text, Span { start, end: start }))
}

/// Lets `serde_yaml` say what each scalar is; the span where the two readings differ in shape.
fn resolve(node: &mut Node, value: &Value) -> Result<(), Span> {
    match (&mut node.kind, value) {
        (Kind::Null, Value::Null) => {}
        (kind @ Kind::Scalar(..), Value::Null) => *kind = Kind::Null,
        (Kind::Scalar(scalar, _), Value::Bool(value)) => *scalar = Scalar::Bool(*value),
        (Kind::Scalar(scalar, _), Value::Number(_)) => *scalar = Scalar::Number,
        (Kind::Scalar(scalar, _), Value::String(_)) => *scalar = Scalar::Text,
        (Kind::Sequence(nodes), Value::Sequence(values)) if nodes.len() == values.len() => {
            for (node, value) in nodes.iter_mut().zip(values) {
                resolve(node, value)?;
            }
        }
        (Kind::Mapping(entries), Value::Mapping(values)) if entries.len() == values.len() => {
            for ((_, node), (_, value)) in entries.iter_mut().zip(values) {
                resolve(node, value)?;
            }
        }
        _ => return Err(node.span),
    }
    Ok(())
}

impl Scanner<'_> {
    fn run(&mut self) {
        let mut documents = 0;
        for event in Parser::new_from_str(self.text) {
            let (event, span) = match event {
                Ok(pair) => pair,
                Err(error) => {
                    let start = self.byte(error.marker());
                    let info = error.info();
                    if info.contains("recursion limit") {
                        self.refuse_depth(Span { start, end: start });
                        return;
                    }
                    self.fault(
                        "KG-Y001",
                        Span { start, end: start },
                        &format!("YAML 语法错误：{info}"),
                        &format!("YAML syntax error: {info}"),
                    );
                    return;
                }
            };
            let span = Span { start: self.byte(&span.start), end: self.byte(&span.end) };
            match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        self.fault(
                            "KG-Y009",
                            span,
                            "一个文件只能有一个 YAML 文档",
                            "a file may hold one YAML document only",
                        );
                        return;
                    }
                }
                Event::Alias(_) => {
                    self.fault("KG-Y003", span, "不允许使用别名（*）", "aliases (`*`) are not allowed");
                    self.push(Node { span, kind: Kind::Null });
                }
                Event::Scalar(text, style, anchor, tag) => {
                    self.refuse(anchor, tag.is_some(), span);
                    let node = self.scalar(&text, style, span);
                    self.push(node);
                }
                Event::SequenceStart(anchor, tag) => self.open(false, anchor, tag.is_some(), span),
                Event::MappingStart(anchor, tag) => self.open(true, anchor, tag.is_some(), span),
                Event::SequenceEnd | Event::MappingEnd => self.close(span),
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            }
            if self.too_deep {
                return;
            }
        }
    }

    fn byte(&self, marker: &saphyr_parser::Marker) -> usize {
        self.lines.byte(self.text, marker.line(), marker.col())
    }

    fn fault(&mut self, code: &'static str, span: Span, zh: &str, en: &str) {
        self.faults.push(Diagnostic::error(Code(code), zh, en).at(self.lines.place(self.file, self.text, span)));
    }

    fn refuse(&mut self, anchor: usize, tagged: bool, span: Span) {
        if anchor > 0 {
            self.fault("KG-Y003", span, "不允许使用锚点（&）", "anchors (`&`) are not allowed");
        }
        if tagged {
            self.fault("KG-Y004", span, "不允许使用标签（!）", "tags (`!`) are not allowed");
        }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, mut span: Span) -> Node {
        if style == ScalarStyle::Plain {
            if text.is_empty() {
                return Node { span: Span { start: span.start, end: span.start }, kind: Kind::Null };
            }
            if self.text[span.start..].starts_with(text) {
                span.end = span.start + text.len();
            }
        }
        Node { span, kind: Kind::Scalar(Scalar::Text, text.to_owned()) }
    }

    fn open(&mut self, mapping: bool, anchor: usize, tagged: bool, span: Span) {
        self.refuse(anchor, tagged, span);
        if self.stack.len() >= limits::YAML_DEPTH {
            self.refuse_depth(span);
            self.too_deep = true;
            return;
        }
        self.stack.push(Open { start: span.start, mapping, items: Vec::new() });
    }

    fn refuse_depth(&mut self, span: Span) {
        let limit = limits::YAML_DEPTH;
        self.fault(
            "KG-Y006",
            span,
            &format!("嵌套超过 {limit} 层的上限"),
            &format!("nesting is deeper than the limit of {limit}"),
        );
    }

    fn close(&mut self, span: Span) {
        let Some(open) = self.stack.pop() else { return };
        let end = open.items.last().map_or(span.end, |last| last.span.end.max(span.end));
        let span = Span { start: open.start, end };
        let kind = if open.mapping {
            let mut entries: Vec<(Node, Node)> = Vec::with_capacity(open.items.len() / 2);
            let mut items = open.items.into_iter();
            let mut seen = std::collections::BTreeSet::new();
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                self.check_key(&key, &mut seen);
                entries.push((key, value));
            }
            Kind::Mapping(entries)
        } else {
            Kind::Sequence(open.items)
        };
        self.push(Node { span, kind });
    }

    fn check_key(&mut self, key: &Node, seen: &mut std::collections::BTreeSet<String>) {
        match key.text() {
            None => self.fault("KG-Y008", key.span, "键必须是文字", "a key must be plain text"),
            Some("<<") => self.fault("KG-Y005", key.span, "不允许合并键（<<）", "merge keys (`<<`) are not allowed"),
            Some(text) => {
                if !seen.insert(text.to_owned()) {
                    self.fault(
                        "KG-Y002",
                        key.span,
                        &format!("键「{text}」重复"),
                        &format!("key `{text}` is given twice"),
                    );
                }
            }
        }
    }

    fn push(&mut self, node: Node) {
        match self.stack.last_mut() {
            Some(open) => open.items.push(node),
            None => self.root = Some(node),
        }
    }
}
