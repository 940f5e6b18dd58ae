//! Facts: types, units, columns, blanks.

use std::collections::BTreeMap;
use std::sync::Arc;

use kaigong_model::{
    BlankRule, Code, DateKind, Diagnostic, Dimension, EnumValue, FactSpec, FactType, PoolSpec, Schema, Unit, Words,
    nearest, parse_quantity,
};

use super::Checker;
use super::screens::unknown_goal;
use crate::decode::{At, Faults, Fields};
use crate::pack::{Pool, StopRule};

const DATE_KINDS: [(&str, DateKind); 2] = [("event", DateKind::Event), ("plan", DateKind::Plan)];

/// A quantity type by name.
pub(super) fn quantity_type(at: At<'_>, faults: &mut Faults) -> Option<Dimension> {
    if let FactType::Quantity(dimension) = fact_type(at, faults)? {
        Some(dimension)
    } else {
        faults.error("KG-R017", at, "此处应为一种数量", "expected a quantity type here");
        None
    }
}

fn fact_type(at: At<'_>, faults: &mut Faults) -> Option<FactType> {
    let name = at.text(faults)?;
    let found = FactType::parse(name);
    if found.is_none() {
        let all = FactType::NAMES.join(", ");
        let fault = Diagnostic::error(
            Code("KG-R009"),
            format!("没有类型「{name}」；可写 {all}"),
            format!("unknown type `{name}`; types are {all}"),
        );
        faults.push(fault.at(at.place()).suggest(nearest(name, FactType::NAMES)));
    }
    found
}

/// A unit by name, of the right dimension. Counts take any label.
pub(super) fn unit_of(at: At<'_>, dimension: Dimension, faults: &mut Faults) -> Option<Unit> {
    let name = at.text(faults)?;
    if dimension == Dimension::Count {
        return None;
    }
    match Unit::parse(name) {
        Some(unit) if unit.dimension == dimension => Some(unit),
        _ => {
            let standard = dimension.standard_unit().name;
            faults.error(
                "KG-R018",
                at,
                format!("「{name}」不是这类数量的单位，例如 {standard}"),
                format!("`{name}` is not a unit of this type; one is `{standard}`"),
            );
            None
        }
    }
}

/// A unit where the type has none.
pub(super) fn no_unit(at: At<'_>, faults: &mut Faults) -> Option<Unit> {
    faults.error("KG-R018", at, "只有数量才有单位", "only quantities have a unit");
    None
}

impl<'a> Checker<'a, '_> {
    pub(super) fn facts(&mut self, pools: &[(Pool, PoolSpec)]) -> Vec<StopRule> {
        let mut facts = Vec::new();
        let mut columns: BTreeMap<&'a str, At<'a>> = BTreeMap::new();
        let items = self.items("facts");
        let ids: Vec<&str> = items.iter().map(|(id, ..)| *id).collect();
        for (id, _, mut fields) in items {
            match self.read_fact(id, &mut fields, &mut columns, &ids) {
                Some(fact) => facts.push(fact),
                None => self.faulty_facts.push(id.to_owned()),
            }
            fields.finish(self.faults);
        }
        let stops = self.stops(&mut facts);
        let mut schema = Schema::new(facts);
        schema.pools = pools.iter().map(|(_, spec)| spec.clone()).collect();
        self.schema = Arc::new(schema);
        stops
    }

    fn read_fact(
        &mut self,
        id: &'a str,
        fields: &mut Fields<'a>,
        columns: &mut BTreeMap<&'a str, At<'a>>,
        ids: &[&str],
    ) -> Option<FactSpec> {
        let kind = fields.need("type", self.faults).and_then(|at| fact_type(at, self.faults));
        let dimension = match kind {
            Some(FactType::Quantity(dimension)) => Some(dimension),
            _ => None,
        };
        let unit_at = fields.take("unit");
        let title = fields.take("title").map_or_else(|| Words::same(id), |at| at.words(self.faults));
        let columns_at = fields.take("columns");
        let values_at = fields.take("values");
        let range_at = fields.take("range");
        let ask = fields.take("ask").and_then(|at| self.department(at));
        let blank_at = fields.take("blank");
        let blank = blank_at.and_then(|at| at.one_of(&BlankRule::NAMES, self.faults)).unwrap_or_default();
        let kind_at = fields.take("is");
        let date_kind = kind_at.and_then(|at| at.one_of(&DATE_KINDS, self.faults)).unwrap_or_default();
        let valid = fields.take("valid").and_then(|at| at.duration(self.faults));
        let used_by = fields.take("used_by").map(|at| self.used_by(at, ids)).unwrap_or_default();
        let goal = fields.take("goal").and_then(|at| self.goal_name(at)).map(str::to_owned);
        let personal = fields.take("personal").and_then(|at| at.bool(self.faults)).unwrap_or_default();
        fields.take("note");
        let kind = kind?;
        let unit = unit_at.and_then(|at| match dimension {
            Some(dimension) => unit_of(at, dimension, self.faults),
            None => no_unit(at, self.faults),
        });
        if blank == BlankRule::PresumeNo
            && matches!(kind, FactType::Enum | FactType::Text)
            && let Some(at) = blank_at
        {
            self.faults.error(
                "KG-R017",
                at,
                "选项和文字没有「无」，不能推定",
                "a choice or a text has no `no` to presume",
            );
        }
        let range = range_at.and_then(|at| range(at, dimension, unit, self.faults));
        let columns = columns_at.map(|at| self.columns(at, columns)).unwrap_or_default();
        let values = values_at.map(|at| self.values(at)).unwrap_or_default();
        if kind == FactType::Enum && values.is_empty() {
            self.faults.push(
                Diagnostic::error(
                    Code("KG-R002"),
                    format!("选项事实「{id}」缺少 values"),
                    format!("enum fact `{id}` has no `values`"),
                )
                .at(values_at.or(kind_at).map_or_else(|| self.place_of("facts", id), At::place)),
            );
        }
        Some(FactSpec {
            id: id.to_owned(),
            kind,
            unit,
            title,
            columns,
            values,
            range,
            ask,
            blank,
            date_kind,
            valid,
            used_by,
            causes: Arc::default(),
            goal,
            personal,
        })
    }

    pub(super) fn place_of(&self, section: &str, id: &str) -> kaigong_model::Place {
        let item = self.draft.sections.get(section).and_then(|items| items.get(id));
        item.map_or(kaigong_model::Place::File(id.to_owned()), |item| item.key.place())
    }

    /// The goal that other projects are asked about; goals themselves are read later.
    fn goal_name(&mut self, at: At<'a>) -> Option<&'a str> {
        let name = at.text(self.faults)?;
        let goals = self.draft.sections.get("goals");
        if goals.is_none_or(|goals| !goals.contains_key(name)) {
            self.faults.push(unknown_goal(at, name, goals.into_iter().flat_map(BTreeMap::keys).copied()));
        }
        Some(name)
    }

    fn used_by(&mut self, at: At<'a>, ids: &[&str]) -> Vec<String> {
        let mut used = Vec::new();
        for item in at.items(self.faults) {
            let Some(id) = item.text(self.faults) else { continue };
            if !ids.contains(&id) {
                let fault =
                    Diagnostic::error(Code("KG-R012"), format!("没有事实「{id}」"), format!("unknown fact `{id}`"));
                self.faults.push(fault.at(item.place()).suggest(nearest(id, ids.iter().copied())));
            }
            used.push(id.to_owned());
        }
        used
    }

    fn columns(&mut self, at: At<'a>, claimed: &mut BTreeMap<&'a str, At<'a>>) -> Vec<String> {
        let mut columns = Vec::new();
        for item in at.items(self.faults) {
            let Some(name) = item.text(self.faults) else { continue };
            if let Some(first) = claimed.get(name) {
                let fault = Diagnostic::error(
                    Code("KG-R026"),
                    format!("列名「{name}」已被另一个事实使用"),
                    format!("column `{name}` is already claimed by another fact"),
                );
                self.faults
                    .push(fault.at(item.place()).label(first.place(), Words::new("第一处", "first claimed here")));
            } else {
                claimed.insert(name, item);
                columns.push(name.to_owned());
            }
        }
        columns
    }

    /// `{id: [words]}`; a word may stand for one value only.
    fn values(&mut self, at: At<'a>) -> Vec<EnumValue> {
        let mut values: Vec<EnumValue> = Vec::new();
        let mut seen: BTreeMap<&str, (&str, At<'a>)> = BTreeMap::new();
        for (id, key, list) in at.entries(self.faults) {
            let items = list.items(self.faults);
            let words: Vec<(&str, At<'a>)> =
                items.into_iter().filter_map(|item| Some((item.text(self.faults)?, item))).collect();
            for &(word, place) in std::iter::once(&(id, key)).chain(&words) {
                let (owner, first) = *seen.entry(word).or_insert((id, place));
                if owner != id {
                    let fault = Diagnostic::error(
                        Code("KG-R004"),
                        format!("「{word}」同时是两个选项"),
                        format!("`{word}` stands for two values"),
                    );
                    let words = Words::new("第一处", "first given here");
                    self.faults.push(fault.at(place.place()).label(first.place(), words));
                }
            }
            let words = words.iter().map(|(word, _)| (*word).to_owned()).collect();
            values.push(EnumValue { id: id.to_owned(), words });
        }
        values
    }
}

fn range(at: At<'_>, dimension: Option<Dimension>, unit: Option<Unit>, faults: &mut Faults) -> Option<(i64, i64)> {
    let Some(dimension) = dimension else {
        faults.error("KG-R018", at, "只有数量才有 range", "only quantities have a range");
        return None;
    };
    let items = at.items(faults);
    let [least, most] = items.as_slice() else {
        faults.error("KG-R003", at, "range 应为 [最小, 最大]", "a range is `[least, most]`");
        return None;
    };
    let mut read = |item: &At<'_>| {
        let text = item.text(faults)?;
        let found = parse_quantity(text, dimension, unit).ok();
        if found.is_none() {
            faults.error(
                "KG-R018",
                *item,
                format!("「{text}」不是这类数量"),
                format!("`{text}` is not an amount of this type"),
            );
        }
        found
    };
    let (least, most) = (read(least)?, read(most)?);
    if most < least {
        faults.error("KG-R027", at, "range 的上限小于下限", "the range ends below where it begins");
        return None;
    }
    Some((least, most))
}
