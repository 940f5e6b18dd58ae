//! Reading nodes: small typed readers that turn a node into a value or a fault with its place.

use kaigong_model::{Code, Date, Diagnostic, Duration, Place, Words, nearest};
use kaigong_yaml::{Document, Kind, Node, Scalar, Span};

/// A node and the file it stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a> {
    pub(crate) document: &'a Document,
    pub(crate) node: &'a Node,
}

/// Faults as they are found.
#[derive(Debug, Default)]
pub(crate) struct Faults(pub(crate) Vec<Diagnostic>);

impl Faults {
    /// Adds an error at a node.
    pub(crate) fn error(&mut self, code: &'static str, at: At<'_>, zh: impl Into<String>, en: impl Into<String>) {
        self.0.push(Diagnostic::error(Code(code), zh, en).at(at.place()));
    }

    /// Adds any diagnostic.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    fn wrong_kind(&mut self, at: At<'_>, zh: &str, en: &str) {
        self.error("KG-R003", at, format!("此处应为{zh}"), format!("expected {en} here"));
    }
}

impl<'a> At<'a> {
    /// Where the node stands; a long collection is pointed at by its first line only.
    pub(crate) fn place(self) -> Place {
        let Span { start, end } = self.node.span;
        let end = match self.node.kind {
            Kind::Mapping(_) | Kind::Sequence(_) => {
                let text = &self.document.text;
                let end = end.min(text.len());
                text[start.min(end)..end].find('\n').map_or(end, |length| start + length)
            }
            _ => end,
        };
        self.document.place(Span { start, end })
    }

    fn with(self, node: &'a Node) -> Self {
        Self { node, ..self }
    }

    /// The text of a scalar of any kind.
    pub(crate) fn text(self, faults: &mut Faults) -> Option<&'a str> {
        if let Some(text) = self.node.text() {
            Some(text)
        } else {
            faults.wrong_kind(self, "文字", "a text");
            None
        }
    }

    /// `true` or `false`.
    pub(crate) fn bool(self, faults: &mut Faults) -> Option<bool> {
        if let Kind::Scalar(Scalar::Bool(value), _) = self.node.kind {
            Some(value)
        } else {
            faults.wrong_kind(self, " true 或 false", "`true` or `false`");
            None
        }
    }

    /// A whole number, 0 or more.
    pub(crate) fn count(self, faults: &mut Faults) -> Option<u32> {
        let found = self.node.text().and_then(|text| text.parse().ok());
        if found.is_none() {
            faults.wrong_kind(self, "整数", "a whole number");
        }
        found
    }

    /// A day.
    pub(crate) fn date(self, faults: &mut Faults) -> Option<Date> {
        let text = self.text(faults)?;
        let date = Date::parse(text);
        if date.is_none() {
            faults.error(
                "KG-R007",
                self,
                format!("「{text}」不是日期，请写成 2020-01-01"),
                format!("`{text}` is not a date; write it as 2020-01-01"),
            );
        }
        date
    }

    /// A length of time.
    pub(crate) fn duration(self, faults: &mut Faults) -> Option<Duration> {
        let text = self.text(faults)?;
        let duration = Duration::parse(text);
        if duration.is_none() {
            faults.error(
                "KG-R008",
                self,
                format!("「{text}」不是期限，可写 20 workdays、30 days、3 months、2 years"),
                format!("`{text}` is not a length of time; write 20 workdays, 30 days, 3 months or 2 years"),
            );
        }
        duration
    }

    /// One of a closed list of words.
    pub(crate) fn one_of<T: Copy>(self, words: &[(&'static str, T)], faults: &mut Faults) -> Option<T> {
        let text = self.text(faults)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let all = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        let fault = Diagnostic::error(
            Code("KG-R009"),
            format!("不认识「{text}」；可写 {all}"),
            format!("`{text}` is not one of {all}"),
        );
        faults.push(fault.at(self.place()).suggest(nearest(text, words.iter().map(|(word, _)| *word))));
        None
    }

    /// Items of a list.
    pub(crate) fn items(self, faults: &mut Faults) -> Vec<At<'a>> {
        match &self.node.kind {
            Kind::Sequence(items) => items.iter().map(|item| self.with(item)).collect(),
            Kind::Null => Vec::new(),
            _ => {
                faults.wrong_kind(self, "列表 [..]", "a list `[..]`");
                Vec::new()
            }
        }
    }

    /// Keys and values of a map.
    pub(crate) fn entries(self, faults: &mut Faults) -> Vec<(&'a str, At<'a>, At<'a>)> {
        match &self.node.kind {
            Kind::Mapping(entries) => entries
                .iter()
                .map(|(key, value)| (key.text().unwrap_or_default(), self.with(key), self.with(value)))
                .collect(),
            Kind::Null => Vec::new(),
            _ => {
                faults.wrong_kind(self, "映射 {键: 值}", "a map `{key: value}`");
                Vec::new()
            }
        }
    }

    /// A title: `{zh, en}`, or one text for both.
    pub(crate) fn words(self, faults: &mut Faults) -> Words {
        if let Some(text) = self.node.text() {
            return Words::same(text);
        }
        let mut fields = Fields::new(self, faults);
        let mut side = |key| fields.take(key).and_then(|at| at.text(faults)).unwrap_or_default().to_owned();
        let words = Words { zh: side("zh"), en: side("en") };
        fields.finish(faults);
        words
    }
}

/// The keys of one map, taken one by one; what is left at the end is unknown.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    whole: At<'a>,
    entries: Vec<(&'a str, At<'a>, At<'a>)>,
    asked: Vec<&'static str>,
    taken: Vec<bool>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(at: At<'a>, faults: &mut Faults) -> Self {
        let entries = at.entries(faults);
        Self::of(at, entries)
    }

    /// Keys already gathered from several layers.
    pub(crate) fn of(whole: At<'a>, entries: Vec<(&'a str, At<'a>, At<'a>)>) -> Self {
        let taken = vec![false; entries.len()];
        Self { whole, entries, asked: Vec::new(), taken }
    }

    pub(crate) fn take(&mut self, key: &'static str) -> Option<At<'a>> {
        self.asked.push(key);
        let at = self.entries.iter().position(|(name, ..)| *name == key)?;
        self.taken[at] = true;
        Some(self.entries[at].2)
    }

    /// A key that must be there.
    pub(crate) fn need(&mut self, key: &'static str, faults: &mut Faults) -> Option<At<'a>> {
        let found = self.take(key);
        if found.is_none() {
            faults.error("KG-R002", self.whole, format!("缺少「{key}」"), format!("`{key}` is missing"));
        }
        found
    }

    /// Names every key nobody asked for.
    pub(crate) fn finish(self, faults: &mut Faults) {
        for ((name, key, _), taken) in self.entries.iter().zip(&self.taken) {
            if *taken {
                continue;
            }
            let fault =
                Diagnostic::error(Code("KG-R001"), format!("不认识的键「{name}」"), format!("unknown key `{name}`"))
                    .at(key.place());
            let near = nearest(name, self.asked.iter().copied());
            faults.push(if let Some(near) = near {
                fault.suggest(Some(near))
            } else {
                let all = self.asked.join(", ");
                fault.help(format!("可用的键：{all}"), format!("known keys: {all}"))
            });
        }
    }
}
