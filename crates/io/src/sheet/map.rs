//! The map of columns: what a clerk once said the headers of a sheet mean, used again next month.
//!
//! ```yaml
//! sheets:
//!   项目台账:
//!     项目代码: id
//!     用地情况(公顷)/用地面积: land.total (公顷)
//!     施工许可证/证号: doc.construction_permit.number
//!     备注: skip
//! columns: {占地: land.total}      # for any sheet
//! ```
//!
//! Headers are compared as sheets are: without blanks and stars. A sheet that goes by another name next month takes the
//! only map of a sheet there is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use kaigong_model::{
    ColumnUse, Diagnostic, FactType, Part, Schema, SheetColumn, SheetColumns, Sureness, Unit, UnitSource,
};
use kaigong_yaml::{Document, Kind, Node};

use super::columns::{Found, Names, squeeze};
use crate::{
    codes,
    header::{Headers, Meaning as HeaderMeaning, Slot},
    input::Input,
    log::Log,
    text::decode,
    wide::bad_unit,
    words::shown,
};

/// What the map says of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It names the project.
    Id,
    /// It is left aside.
    Skip,
    /// It holds a fact or a part of one.
    Slot(Slot),
}

impl Meaning {
    pub(crate) fn is_id(self) -> bool {
        self == Self::Id
    }

    pub(crate) fn is_skip(self) -> bool {
        self == Self::Skip
    }

    /// What the column holds; an id may be a fact of its own.
    pub(crate) fn found(self, schema: &Schema, names: &Names<'_>, lines: &[String]) -> Option<Found> {
        match self {
            Self::Skip => None,
            Self::Id => {
                let own = names.find(lines).into_iter().find(|found| Some(found.slot.fact) == schema.id_fact);
                own.map(|found| Found { sure: Sureness::Mapped, ..found })
            }
            Self::Slot(slot) => Some(names.mapped(slot, lines)),
        }
    }
}

/// Headers of a sheet, squeezed.
type Meanings = BTreeMap<String, Meaning>;

/// The maps of all sheets.
#[derive(Clone, Debug, Default)]
pub(crate) struct ColumnMap {
    sheets: BTreeMap<String, Meanings>,
    all: Meanings,
}

/// The map of one sheet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SheetMap<'m> {
    own: Option<&'m Meanings>,
    all: &'m Meanings,
}

impl SheetMap<'_> {
    /// What it says of a header, by all its lines or the last.
    pub(crate) fn find(&self, lines: &[String]) -> Option<Meaning> {
        if self.own.is_none() && self.all.is_empty() {
            return None;
        }
        let names = [squeeze(&lines.join("/")), squeeze(lines.last().map_or("", String::as_str))];
        let maps = self.own.into_iter().chain([self.all]);
        maps.flat_map(|map| names.iter().map(move |name| map.get(name))).flatten().next().copied()
    }
}

impl ColumnMap {
    /// The map of a sheet.
    pub(crate) fn of(&self, sheet: &str) -> SheetMap<'_> {
        let only = self.sheets.values().next().filter(|_| self.sheets.len() == 1);
        SheetMap { own: self.sheets.get(sheet).or(only), all: &self.all }
    }

    /// Reads a map; faults go to the log.
    pub(crate) fn read(input: &Input, schema: &Schema, headers: &Headers, log: &mut Log) -> Self {
        let mut map = Self::default();
        let Some(text) = decode(input, log) else { return map };
        let document = match kaigong_yaml::parse(&input.name, &text) {
            Ok(document) => document,
            Err(faults) => {
                log.extend(faults);
                return map;
            }
        };
        let mut reader = Reader { document: &document, schema, headers, log };
        for (key, node) in reader.entries(&document.root) {
            match key.text() {
                Some("columns") => map.all = reader.meanings(node),
                Some("sheets") => {
                    for (name, node) in reader.entries(node) {
                        let meanings = reader.meanings(node);
                        map.sheets.insert(name.text().unwrap_or_default().to_owned(), meanings);
                    }
                }
                _ => reader.unknown_key(key),
            }
        }
        map
    }
}

struct Reader<'r> {
    document: &'r Document,
    schema: &'r Schema,
    headers: &'r Headers,
    log: &'r mut Log,
}

impl<'r> Reader<'r> {
    fn entries(&mut self, node: &'r Node) -> &'r [(Node, Node)] {
        match &node.kind {
            Kind::Mapping(entries) => entries,
            Kind::Null => &[],
            _ => {
                self.fault(node, codes::SHAPE, "写法不对", "this is not of the shape asked for");
                &[]
            }
        }
    }

    fn meanings(&mut self, node: &'r Node) -> Meanings {
        let mut meanings = Meanings::new();
        for (header, value) in self.entries(node) {
            if let Some(meaning) = self.meaning(value) {
                meanings.insert(squeeze(header.text().unwrap_or_default()), meaning);
            }
        }
        meanings
    }

    fn meaning(&mut self, node: &Node) -> Option<Meaning> {
        let text = match node.text() {
            Some("id") => return Some(Meaning::Id),
            Some("skip") => return Some(Meaning::Skip),
            Some(text) => text,
            None => {
                self.fault(node, codes::SHAPE, "写法不对", "this is not of the shape asked for");
                return None;
            }
        };
        match self.headers.meaning(text) {
            HeaderMeaning::Slot(slot) => Some(Meaning::Slot(slot)),
            HeaderMeaning::BadUnit(slot, unit) => {
                let example = self.headers.dimension(slot).map_or("", |dimension| dimension.standard_unit().name);
                let place = self.document.place(node.span);
                self.log.fault(|_| bad_unit(text, &unit, example).at(place));
                None
            }
            HeaderMeaning::Unknown => {
                let (place, ids) = (self.document.place(node.span), self.schema.ids());
                self.log.fault(|near| unknown_fact(text).suggest(near.find(text, ids)).at(place));
                None
            }
        }
    }

    fn unknown_key(&mut self, key: &Node) {
        let name = shown(key.text().unwrap_or_default());
        let (zh, en) = (format!("不认识键「{name}」"), format!("unknown key `{name}`"));
        self.fault(key, codes::UNKNOWN_KEY, &zh, &en);
    }

    fn fault(&mut self, node: &Node, code: kaigong_model::Code, zh: &str, en: &str) {
        let place = self.document.place(node.span);
        self.log.fault(|_| {
            Diagnostic::error(code, zh, en).at(place).help(
                "写成 sheets: {表名: {列名: land.total (亩)}}，或用 kaigong columns --save 写出",
                "write sheets: {SHEET: {HEADER: land.total (mu)}}, or let kaigong columns --save write it",
            )
        });
    }
}

fn unknown_fact(name: &str) -> Diagnostic {
    let name = shown(name);
    Diagnostic::error(codes::UNKNOWN_FACT, format!("没有事实「{name}」"), format!("there is no fact `{name}`"))
        .help("写事实的编号（kaigong facts）、id 或 skip", "write the id of a fact (kaigong facts), id or skip")
}

/// The map that says what was found, for the user to correct.
pub fn write_map(sheets: &[SheetColumns], schema: &Schema) -> String {
    let mut text = "# 列对照：表头 -> 事实（kaigong facts），id 为项目编号，skip 为不读。\n\
                    # Headers and what they hold: a fact (kaigong facts), id for project ids, skip for not read.\n\
                    sheets:\n"
        .to_owned();
    // Sheets of one name in several files share a map, and so do columns of one header.
    let mut names: Vec<&str> = Vec::new();
    for sheet in sheets.iter().filter(|sheet| sheet.header.is_some()) {
        if names.contains(&sheet.sheet.as_str()) {
            continue;
        }
        names.push(&sheet.sheet);
        let _ = writeln!(text, "  {}:", quoted(&sheet.sheet));
        let alike = sheets.iter().filter(|other| other.sheet == sheet.sheet);
        let mut headers = BTreeSet::new();
        for column in alike.flat_map(|sheet| &sheet.columns) {
            if headers.insert(squeeze(&column.header)) {
                let _ = writeln!(text, "    {}: {}", quoted(&column.header), meaning_of(column, schema));
            }
        }
    }
    text
}

fn meaning_of(column: &SheetColumn, schema: &Schema) -> String {
    match column.used {
        _ if column.is_id => "id".to_owned(),
        ColumnUse::Fact { fact, part, .. } => {
            let part = part.map(|part| format!(".{}", part.name())).unwrap_or_default();
            let named = column
                .unit
                .filter(|(_, source)| *source != UnitSource::Header && has_unit(schema, fact, part.as_str()));
            let unit = named.map(|(unit, _)| format!(" ({})", unit.words().zh)).unwrap_or_default();
            quoted(&format!("{}{part}{unit}", schema[fact].id))
        }
        ColumnUse::Id => "id".to_owned(),
        ColumnUse::Skipped | ColumnUse::Unknown => "skip".to_owned(),
    }
}

/// Whether a bare number of the fact needs a unit.
fn has_unit(schema: &Schema, fact: kaigong_model::FactIdx, part: &str) -> bool {
    match schema[fact].kind {
        FactType::Quantity(dimension) => dimension.bare_atoms().is_none(),
        _ => Part::parse(part.trim_start_matches('.')) == Some(Part::Area),
    }
}

/// A scalar of YAML that cannot be taken for anything else.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '(' | ')');
    let is_plain = text.chars().all(plain) && text.starts_with(char::is_alphabetic) && !is_word_of_yaml(text);
    if is_plain {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn is_word_of_yaml(text: &str) -> bool {
    ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str())
}

/// The unit of a bare number in a column, where it measures.
pub(crate) fn unit_of(schema: &Schema, slot: Slot, from: UnitSource) -> Option<(Unit, UnitSource)> {
    match (schema[slot.fact].kind, slot.part) {
        (_, Some(Part::Area)) => Some((slot.unit.or(Unit::parse("mu"))?, from)),
        (FactType::Quantity(dimension), None) => {
            Some((slot.unit.or(schema[slot.fact].unit).unwrap_or(dimension.standard_unit()), from))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
