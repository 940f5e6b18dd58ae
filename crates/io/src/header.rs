//! Headers of ledgers: which fact, which part of a document, which unit.

use std::{collections::BTreeMap, sync::Arc};

use kaigong_model::{Dimension, FactIdx, FactType, Part, Schema, Unit};

/// Headers that name the column of project ids whatever the pack says, in order of preference.
const ID_NAMES: [&str; 3] = ["id", "项目代码", "项目编号"];

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// The fact.
    pub(crate) fact: FactIdx,
    /// The part of a document, if the column holds only that.
    pub(crate) part: Option<Part>,
    /// The unit the header names.
    pub(crate) unit: Option<Unit>,
}

/// What a header means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A fact or a part of one.
    Slot(Slot),
    /// A fact, with a unit that is unknown or measures something else.
    BadUnit(Slot, String),
    /// Nothing known.
    Unknown,
}

/// Every header a ledger may use.
#[derive(Debug)]
pub(crate) struct Headers {
    schema: Arc<Schema>,
    names: BTreeMap<String, FactIdx>,
    id_names: Vec<String>,
}

impl Headers {
    pub(crate) fn new(schema: &Arc<Schema>) -> Self {
        let mut names: BTreeMap<String, FactIdx> = schema.iter().map(|(idx, fact)| (normal(&fact.id), idx)).collect();
        for (idx, fact) in schema.iter() {
            for column in &fact.columns {
                names.entry(normal(column)).or_insert(idx);
            }
        }
        let mut id_names: Vec<String> = ID_NAMES.map(str::to_owned).to_vec();
        if let Some(idx) = schema.id_fact {
            let fact = &schema[idx];
            id_names.extend(std::iter::once(&fact.id).chain(&fact.columns).map(|name| normal(name)));
        }
        Self { schema: Arc::clone(schema), names, id_names }
    }

    /// What a header means.
    ///
    /// The whole text comes first, since some columns hold parentheses of their own.
    pub(crate) fn meaning(&self, header: &str) -> Meaning {
        let header = normal(header);
        if let Some(slot) = self.slot(&header) {
            return Meaning::Slot(slot);
        }
        let Some((base, unit_name)) = split_unit(&header) else { return Meaning::Unknown };
        let Some(slot) = self.slot(base) else { return Meaning::Unknown };
        let unit = Unit::parse(unit_name);
        match self.dimension(slot) {
            Some(dimension) if unit.is_some_and(|unit| unit.dimension == dimension) => {
                Meaning::Slot(Slot { unit, ..slot })
            }
            // Words in parentheses after a name or a date are a remark, not a unit.
            None if unit.is_none() => Meaning::Unknown,
            _ => Meaning::BadUnit(slot, unit_name.to_owned()),
        }
    }

    /// What a slot measures, if it measures.
    pub(crate) fn dimension(&self, slot: Slot) -> Option<Dimension> {
        match (self.schema[slot.fact].kind, slot.part) {
            (FactType::Quantity(dimension), _) => Some(dimension),
            (_, Some(Part::Area)) => Some(Dimension::Area),
            _ => None,
        }
    }

    /// The fact of an id or a column.
    pub(crate) fn fact(&self, name: &str) -> Option<FactIdx> {
        self.names.get(normal(name).as_str()).copied()
    }

    /// Which of these headers is the column of project ids.
    pub(crate) fn id_column(&self, headers: &[&str]) -> Option<usize> {
        let headers: Vec<String> = headers.iter().map(|header| normal(header)).collect();
        self.id_names.iter().find_map(|name| headers.iter().position(|header| header == name))
    }

    /// The names a column of project ids may have, in order of preference.
    pub(crate) fn id_names(&self) -> impl Iterator<Item = &str> {
        self.id_names.iter().map(String::as_str)
    }

    /// Every name of a fact, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// Every name of a document, in order.
    pub(crate) fn document_names(&self) -> impl Iterator<Item = &str> {
        let is_document = |idx: FactIdx| self.schema[idx].kind == FactType::Document;
        self.names.iter().filter(move |&(_, &idx)| is_document(idx)).map(|(name, _)| name.as_str())
    }

    /// The fact of a name as the pack has it, or of a title that only it has.
    fn named(&self, name: &str) -> Option<FactIdx> {
        self.names.get(name).copied().or_else(|| self.schema.find_title(name))
    }

    fn slot(&self, name: &str) -> Option<Slot> {
        if let Some(fact) = self.named(name) {
            return Some(Slot { fact, part: None, unit: None });
        }
        let (document, part) = name.rsplit_once('.')?;
        let part = Part::parse(part.trim())?;
        let fact = self.named(document.trim())?;
        (self.schema[fact].kind == FactType::Document).then_some(Slot { fact, part: Some(part), unit: None })
    }
}

/// A header as it is compared: trimmed, on one line, with narrow parentheses.
pub(crate) fn normal(header: &str) -> String {
    let on_one_line = header.chars().filter(|c| !matches!(c, '\r' | '\n' | '\u{feff}'));
    let narrow = on_one_line.map(|c| match c {
        '（' => '(',
        '）' => ')',
        other => other,
    });
    narrow.collect::<String>().trim().to_owned()
}

/// The name and the unit of a normal header that ends in parentheses.
pub(crate) fn split_unit(header: &str) -> Option<(&str, &str)> {
    let (base, unit) = header.strip_suffix(')')?.rsplit_once('(')?;
    Some((base.trim(), unit.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::schema;

    fn check(header: &str, expect: &str) {
        let schema = schema();
        let meaning = match Headers::new(&schema).meaning(header) {
            Meaning::Unknown => "unknown".to_owned(),
            Meaning::BadUnit(slot, unit) => format!("{} bad {unit}", schema[slot.fact].id),
            Meaning::Slot(Slot { fact, part, unit }) => {
                let part = part.map(|part| format!(" .{}", part.name())).unwrap_or_default();
                let unit = unit.map(|unit| format!(" {}", unit.name)).unwrap_or_default();
                format!("{}{part}{unit}", schema[fact].id)
            }
        };
        assert_eq!(meaning, expect, "{header}");
    }

    #[test]
    fn headers_name_facts_parts_and_units() {
        check("land.farmland", "land.farmland");
        check(" 占用耕地 ", "land.farmland");
        check("占用耕地(公顷)", "land.farmland ha");
        check("占用耕地（ 平方米 ）", "land.farmland m2");
        check("占用耕地\n（亩）", "land.farmland mu");
        check("项目级别（国家/省/市/县重点）", "level");
        check("permit.issued_on", "permit .issued_on");
        check("施工许可证.area（公顷）", "permit .area ha");
        check("land.farmland.issued_on", "unknown");
        check("占用耕地(万元)", "land.farmland bad 万元");
        check("占用耕地(大概)", "land.farmland bad 大概");
        check("施工许可证(亩)", "permit bad 亩");
        check("施工许可证(盖章)", "unknown");
        check("备注", "unknown");
    }

    #[test]
    fn the_id_column_is_chosen_in_order() {
        let headers = Headers::new(&schema());
        assert_eq!(headers.id_column(&["项目编码", "项目编号", "id"]), Some(2));
        assert_eq!(headers.id_column(&["项目编码", "项目编号"]), Some(1));
        assert_eq!(headers.id_column(&["x", "项目编码"]), Some(1));
        assert_eq!(headers.id_column(&["project.code"]), Some(0));
        assert_eq!(headers.id_column(&["x"]), None);
    }
}
