//! The facts a project record may hold: what each is called, measures, and how its blank reads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::{
    cell::Cell,
    date::Duration,
    stop::StopCause,
    unit::{Dimension, Unit},
    words::Words,
};

/// Dense index of a fact in its [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactIdx(pub u32);

/// The type of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactType {
    /// Yes or no.
    Bool,
    /// An exact amount.
    Quantity(Dimension),
    /// A day.
    Date,
    /// Free text.
    Text,
    /// One of a closed list of values.
    Enum,
    /// A paper: approval, permit, contract.
    Document,
    /// Other projects.
    Projects,
}

impl FactType {
    /// The type of a name as written in packs.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "bool" => Self::Bool,
            "date" => Self::Date,
            "text" => Self::Text,
            "enum" => Self::Enum,
            "document" => Self::Document,
            "projects" => Self::Projects,
            other => Self::Quantity(Dimension::parse(other)?),
        })
    }

    /// Every name [`FactType::parse`] reads.
    pub const NAMES: [&'static str; 18] = [
        "bool",
        "count",
        "area",
        "money",
        "mass",
        "coal_equivalent",
        "energy",
        "power",
        "length",
        "volume",
        "ratio",
        "days",
        "workdays",
        "date",
        "text",
        "enum",
        "document",
        "projects",
    ];

    /// The name, as packs write it.
    pub fn name(self) -> &'static str {
        Self::NAMES.into_iter().find(|name| Self::parse(name) == Some(self)).unwrap_or("text")
    }

    /// What screens call it.
    pub fn words(self) -> Words {
        let (zh, en) = match self {
            Self::Bool => ("是否", "yes or no"),
            Self::Date => ("日期", "date"),
            Self::Text => ("文字", "text"),
            Self::Enum => ("选项", "choice"),
            Self::Document => ("批文证照", "document"),
            Self::Projects => ("项目", "projects"),
            Self::Quantity(dimension) => match dimension {
                Dimension::Area => ("面积", "area"),
                Dimension::Money => ("金额", "money"),
                Dimension::Mass => ("重量", "mass"),
                Dimension::CoalEquivalent => ("标准煤", "coal equivalent"),
                Dimension::Energy => ("电量", "energy"),
                Dimension::Power => ("功率", "power"),
                Dimension::Length => ("长度", "length"),
                Dimension::Volume => ("体积", "volume"),
                Dimension::Count => ("数目", "count"),
                Dimension::Ratio => ("比例", "ratio"),
                Dimension::Days => ("天数", "days"),
                Dimension::Workdays => ("工作日数", "workdays"),
            },
        };
        Words::new(zh, en)
    }
}

/// How a blank reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BlankRule {
    /// Not known.
    #[default]
    Unknown,
    /// Lawfully means no.
    No,
    /// Read as no, and said so wherever a verdict rests on it.
    PresumeNo,
}

impl BlankRule {
    /// Names, as packs write them.
    pub const NAMES: [(&'static str, Self); 3] =
        [("unknown", Self::Unknown), ("no", Self::No), ("presume_no", Self::PresumeNo)];

    /// The name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, rule)| *rule == self).map_or("unknown", |(name, _)| name)
    }
}

/// Whether a date says what happened or what is meant to happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateKind {
    /// Happened; a day after the as-of date has not happened yet.
    #[default]
    Event,
    /// Planned; read as it stands.
    Plan,
}

/// One value of an enum fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumValue {
    /// Stable id.
    pub id: String,
    /// The words a ledger may use for it.
    pub words: Vec<String>,
}

impl EnumValue {
    /// The word that screens use for it: its first, else its id.
    pub fn word(&self) -> &str {
        self.words.first().unwrap_or(&self.id)
    }
}

/// One fact a record may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactSpec {
    /// Stable id, such as `land.farmland`.
    pub id: String,
    /// Its type.
    pub kind: FactType,
    /// The unit a bare number takes.
    pub unit: Option<Unit>,
    /// Title in both languages.
    pub title: Words,
    /// Column headers a ledger may use.
    pub columns: Vec<String>,
    /// Values of an enum, in order.
    pub values: Vec<EnumValue>,
    /// Least and greatest plausible value, atoms; past it is a data fault.
    pub range: Option<(i64, i64)>,
    /// Department to ask.
    pub ask: Option<String>,
    /// How a blank reads.
    pub blank: BlankRule,
    /// For dates.
    pub date_kind: DateKind,
    /// For documents: how long an issue is valid.
    pub valid: Option<Duration>,
    /// For documents: the later documents that use it up; expiry is judged when the first of them was issued.
    pub used_by: Vec<String>,
    /// For documents: the causes a stop may have, and when the document's limit stops for each.
    pub causes: Arc<[StopCause]>,
    /// For projects: the goal the linked projects must clear; the goal asked where none.
    pub goal: Option<String>,
    /// Whether it names a person: left out of what is redacted.
    pub personal: bool,
}

impl FactSpec {
    /// A fact of this id and type, everything else at its default.
    pub fn new(id: impl Into<String>, kind: FactType) -> Self {
        let id = id.into();
        Self {
            title: Words::same(id.clone()),
            id,
            kind,
            unit: None,
            columns: Vec::new(),
            values: Vec::new(),
            range: None,
            ask: None,
            blank: BlankRule::default(),
            date_kind: DateKind::default(),
            valid: None,
            used_by: Vec::new(),
            causes: Arc::default(),
            goal: None,
            personal: false,
        }
    }

    /// The code of an enum value, by its id or one of its words.
    pub fn value_code(&self, word: &str) -> Option<u16> {
        self.values.iter().position(|v| v.id == word || v.words.iter().any(|w| w == word)).map(|i| i as u16)
    }
}

/// The facts of a pack, in order of id.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    facts: Vec<FactSpec>,
    by_id: BTreeMap<String, FactIdx>,
    by_header: BTreeMap<String, FactIdx>,
    by_title: BTreeMap<String, FactIdx>,
    judges: Vec<Vec<FactIdx>>,
    /// The fact that names a project, if the pack gives one.
    pub id_fact: Option<FactIdx>,
    /// The fact that says what a project is called, if the pack gives one.
    pub name_fact: Option<FactIdx>,
    /// The fact that says which county a project is in, if the pack gives one.
    pub county_fact: Option<FactIdx>,
    /// Pool kinds that grants may name.
    pub pools: Vec<PoolSpec>,
}

/// A kind of scarce pool that projects draw on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolSpec {
    /// Stable id, such as `land.quota`.
    pub id: String,
    /// What it measures.
    pub dimension: Dimension,
    /// The unit a bare number takes.
    pub unit: Unit,
    /// Title in both languages.
    pub title: Words,
}

impl PoolSpec {
    /// Whether a ledger may mean it by a name: its id, or its title in either language.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.title.zh == name || self.title.en == name
    }
}

impl Schema {
    /// A schema of these facts. A later fact of the same id or column is not reachable by it;
    /// packs are checked for that before.
    pub fn new(mut facts: Vec<FactSpec>) -> Self {
        facts.sort_by(|a, b| a.id.cmp(&b.id));
        let mut schema = Self::default();
        for (i, fact) in facts.iter().enumerate() {
            let idx = FactIdx(i as u32);
            schema.by_id.entry(fact.id.clone()).or_insert(idx);
            for column in &fact.columns {
                schema.by_header.entry(column.clone()).or_insert(idx);
            }
        }
        schema.by_title = own_titles(&facts);
        let judges = facts.iter().map(|fact| fact.used_by.iter().filter_map(|id| schema.find(id)).collect());
        schema.judges = judges.collect();
        schema.facts = facts;
        schema
    }

    /// The facts whose dates decide when a document's expiry is judged.
    pub fn judges(&self, document: FactIdx) -> &[FactIdx] {
        &self.judges[document.0 as usize]
    }

    /// A cell of a fact as text: words, days, and the word of an enum's value; nothing for anything else.
    pub fn text(&self, fact: FactIdx, cell: &Cell) -> Option<String> {
        match cell {
            Cell::Text(text) => Some(text.clone()),
            Cell::Date(day) => Some(day.to_string()),
            Cell::Enum(code) => Some(self[fact].values.get(*code as usize)?.word().to_owned()),
            _ => None,
        }
    }

    /// The fact of an id.
    pub fn find(&self, id: &str) -> Option<FactIdx> {
        self.by_id.get(id).copied()
    }

    /// The fact that an English title alone names: no other fact bears it as its id, a column or a title.
    pub fn find_title(&self, title: &str) -> Option<FactIdx> {
        self.by_title.get(title).copied()
    }

    /// The fact of a ledger header: its id, or one of its columns.
    pub fn find_header(&self, header: &str) -> Option<FactIdx> {
        self.find(header).or_else(|| self.by_header.get(header).copied())
    }

    /// Facts in order of index.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FactIdx, &FactSpec)> {
        self.facts.iter().enumerate().map(|(i, fact)| (FactIdx(i as u32), fact))
    }

    /// How many facts.
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// All ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().map(|fact| fact.id.as_str())
    }
}

/// English titles that name one fact and nothing else.
fn own_titles(facts: &[FactSpec]) -> BTreeMap<String, FactIdx> {
    let mut named: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for (fact, idx) in facts.iter().zip(0..) {
        for name in fact.columns.iter().chain([&fact.id, &fact.title.zh, &fact.title.en]) {
            named.entry(name.trim()).or_default().insert(idx);
        }
    }
    let titles =
        facts.iter().zip(0..).filter(|(fact, _)| named.get(fact.title.en.trim()).is_some_and(|by| by.len() == 1));
    titles.map(|(fact, idx)| (fact.title.en.trim().to_owned(), FactIdx(idx))).collect()
}

impl std::ops::Index<FactIdx> for Schema {
    type Output = FactSpec;

    fn index(&self, idx: FactIdx) -> &FactSpec {
        &self.facts[idx.0 as usize]
    }
}
