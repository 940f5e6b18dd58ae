//! Columns of a sheet: which fact, which part of a document, which unit, and how sure that is.
//!
//! A header is compared without blanks, stars and line ends. It is *certain* where it is the id, a column name or the
//! title of a fact, alone or under the header above it; *likely* where a word of an office names a part of a document
//! (文号, 批复时间); a *guess* where only words that do not tell facts apart differ, the fact is the only one, and what
//! the column holds can be read as it.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{Dimension, FactIdx, FactType, Part, Schema, Sureness, Unit};

use crate::header::{Slot, split_unit};

use super::tidy::narrow;

/// What a column is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The fact, the part, the unit.
    pub(crate) slot: Slot,
    /// How sure that is.
    pub(crate) sure: Sureness,
    /// Whether a unit is named that cannot be one of the fact.
    pub(crate) bad_unit: bool,
    /// Whether the unit is named by the map.
    pub(crate) unit_mapped: bool,
}

/// Every name a sheet may use for a fact.
#[derive(Debug)]
pub(crate) struct Names<'s> {
    schema: &'s Schema,
    certain: BTreeMap<String, FactIdx>,
    loose: BTreeMap<String, Vec<FactIdx>>,
}

impl<'s> Names<'s> {
    pub(crate) fn new(schema: &'s Schema) -> Self {
        let mut names = Self { schema, certain: BTreeMap::new(), loose: BTreeMap::new() };
        for (idx, fact) in schema.iter() {
            names.certain.insert(squeeze(&fact.id), idx);
        }
        for (idx, fact) in schema.iter() {
            for column in &fact.columns {
                names.certain.entry(squeeze(column)).or_insert(idx);
            }
        }
        for (idx, fact) in schema.iter() {
            names.certain.entry(squeeze(&fact.title.zh)).or_insert(idx);
        }
        for (idx, fact) in schema.iter() {
            names.certain.entry(squeeze(&fact.title.en)).or_insert(idx);
            for name in fact.columns.iter().chain([&fact.title.zh]) {
                let facts = names.loose.entry(loosen(&squeeze(name), fact.kind).to_owned()).or_default();
                if !facts.contains(&idx) {
                    facts.push(idx);
                }
            }
        }
        names
    }

    /// What a header of one or more lines says, the first line on top; a guess may name several facts.
    pub(crate) fn find(&self, lines: &[String]) -> Vec<Found> {
        let lines: Vec<String> = lines.iter().map(|line| squeeze(line)).filter(|line| !line.is_empty()).collect();
        let Some((last, above)) = lines.split_last() else { return Vec::new() };
        let (last, unit) = self.split(last);
        let above_units: Vec<(&str, Option<Written>)> = above.iter().map(|line| self.split(line)).collect();
        let unit = unit.or_else(|| above_units.iter().rev().find_map(|(_, unit)| unit.clone()));
        let bases: Vec<&str> = above_units.iter().map(|(base, _)| *base).collect();
        if let Some(found) =
            self.certain(&bases, last, unit.as_ref()).or_else(|| self.part(&bases, last, unit.as_ref()))
        {
            return vec![found];
        }
        self.guesses(&bases, last, unit.as_ref())
    }

    fn certain(&self, above: &[&str], last: &str, unit: Option<&Written>) -> Option<Found> {
        let joined = format!("{}{last}", above.concat());
        let under = above.last().map(|parent| format!("{parent}{last}"));
        let found = [Some(joined), under, Some(last.to_owned())].into_iter().flatten().find_map(|name| {
            let fact = self.certain.get(&name).map(|&fact| (fact, None));
            fact.or_else(|| self.dotted(&name))
        })?;
        Some(self.found(found, unit, Sureness::Certain))
    }

    /// `permit.issued_on`, as ledgers in CSV have it.
    fn dotted(&self, name: &str) -> Option<(FactIdx, Option<Part>)> {
        let (document, part) = name.rsplit_once('.')?;
        let (fact, part) = (*self.certain.get(document)?, Part::parse(part)?);
        self.is_document(fact).then_some((fact, Some(part)))
    }

    /// A part of a document: its word below the document's name, or after it.
    fn part(&self, above: &[&str], last: &str, unit: Option<&Written>) -> Option<Found> {
        let document = |name: &str| self.certain.get(name).copied().filter(|&fact| self.is_document(fact));
        let below = above.last().and_then(|parent| Some((document(parent)?, part_word(last)?)));
        let (fact, part) = below.or_else(|| {
            PART_WORDS.iter().find_map(|(word, part)| Some((document(last.strip_suffix(word)?)?, *part)))
        })?;
        Some(self.found((fact, Some(part)), unit, Sureness::Likely))
    }

    fn guesses(&self, above: &[&str], last: &str, unit: Option<&Written>) -> Vec<Found> {
        let joined = format!("{}{last}", above.concat());
        for name in [joined.as_str(), last] {
            let name = without_remark(name);
            let facts: BTreeSet<FactIdx> = KINDS
                .iter()
                .flat_map(|&kind| {
                    let facts = self.loose.get(loosen(name, kind));
                    facts.into_iter().flatten().copied().filter(move |&fact| self.schema[fact].kind == kind)
                })
                .collect();
            if !facts.is_empty() {
                return facts.into_iter().map(|fact| self.found((fact, None), unit, Sureness::Guess)).collect();
            }
        }
        Vec::new()
    }

    /// What the map says, with the unit of the header where the map names none.
    pub(crate) fn mapped(&self, slot: Slot, lines: &[String]) -> Found {
        let lines: Vec<String> = lines.iter().map(|line| squeeze(line)).collect();
        let unit = lines.iter().rev().find_map(|line| self.split(line).1);
        let unit = unit.map(|written| Written { own: false, ..written });
        let found = self.found((slot.fact, slot.part), unit.as_ref(), Sureness::Mapped);
        match slot.unit {
            Some(_) => Found { slot, unit_mapped: true, ..found },
            None => found,
        }
    }

    fn found(&self, (fact, part): (FactIdx, Option<Part>), unit: Option<&Written>, sure: Sureness) -> Found {
        let dimension = match (self.schema[fact].kind, part) {
            (FactType::Quantity(dimension), _) => Some(dimension),
            (_, Some(Part::Area)) => Some(Dimension::Area),
            _ => None,
        };
        let (unit, own) = unit.map_or((None, false), |written| (Some(written.unit), written.own));
        let fits = unit.filter(|unit| Some(unit.dimension) == dimension);
        // A unit above several columns is for those that measure; one in the header itself is for this one.
        let bad_unit = own && unit.is_some() && fits.is_none() && dimension.is_some();
        Found { slot: Slot { fact, part, unit: fits }, sure, bad_unit, unit_mapped: false }
    }

    /// The name and the unit of a squeezed header; the whole is a name where the pack has it so.
    fn split<'h>(&self, header: &'h str) -> (&'h str, Option<Written>) {
        if self.certain.contains_key(header) {
            return (header, None);
        }
        let (base, unit) = split_written_unit(header);
        (base, unit.map(|unit| Written { unit, own: true }))
    }

    fn is_document(&self, fact: FactIdx) -> bool {
        self.schema[fact].kind == FactType::Document
    }
}

/// The types a guess may be of.
const KINDS: [FactType; 18] = {
    use Dimension::{Area, CoalEquivalent, Count, Days, Energy, Length, Mass, Money, Power, Ratio, Volume, Workdays};
    [
        FactType::Bool,
        FactType::Date,
        FactType::Text,
        FactType::Enum,
        FactType::Document,
        FactType::Projects,
        FactType::Quantity(Area),
        FactType::Quantity(Money),
        FactType::Quantity(Mass),
        FactType::Quantity(CoalEquivalent),
        FactType::Quantity(Energy),
        FactType::Quantity(Power),
        FactType::Quantity(Length),
        FactType::Quantity(Volume),
        FactType::Quantity(Count),
        FactType::Quantity(Ratio),
        FactType::Quantity(Days),
        FactType::Quantity(Workdays),
    ]
};

/// A unit a header names.
#[derive(Clone, Debug)]
struct Written {
    unit: Unit,
    own: bool,
}

/// Words for the parts of a document, longer ones first.
const PART_WORDS: [(&str, Part); 42] = [
    ("批复文号", Part::Number),
    ("批准文号", Part::Number),
    ("证书编号", Part::Number),
    ("许可证号", Part::Number),
    ("批文号", Part::Number),
    ("文号", Part::Number),
    ("证号", Part::Number),
    ("编号", Part::Number),
    ("批复时间", Part::IssuedOn),
    ("批复日期", Part::IssuedOn),
    ("批准时间", Part::IssuedOn),
    ("批准日期", Part::IssuedOn),
    ("取得时间", Part::IssuedOn),
    ("取得日期", Part::IssuedOn),
    ("办结时间", Part::IssuedOn),
    ("办结日期", Part::IssuedOn),
    ("签发日期", Part::IssuedOn),
    ("发证日期", Part::IssuedOn),
    ("受理时间", Part::AcceptedOn),
    ("受理日期", Part::AcceptedOn),
    ("申报时间", Part::SubmittedOn),
    ("申报日期", Part::SubmittedOn),
    ("报批时间", Part::SubmittedOn),
    ("上报时间", Part::SubmittedOn),
    ("有效期至", Part::ExpiresOn),
    ("有效期止", Part::ExpiresOn),
    ("到期日期", Part::ExpiresOn),
    ("到期日", Part::ExpiresOn),
    ("批准面积", Part::Area),
    ("批复面积", Part::Area),
    ("面积", Part::Area),
    ("时间", Part::IssuedOn),
    ("日期", Part::IssuedOn),
    ("号", Part::Number),
    ("承诺补齐期限", Part::WaivedUntil),
    ("issuedon", Part::IssuedOn),
    ("number", Part::Number),
    ("acceptedon", Part::AcceptedOn),
    ("submittedon", Part::SubmittedOn),
    ("expireson", Part::ExpiresOn),
    ("areacovered", Part::Area),
    ("waiveduntil", Part::WaivedUntil),
];

/// What a part of a document is called in a header that we write, after the document's name.
pub(crate) const PART_HEADERS: [(Part, &str, &str); 7] = [
    (Part::IssuedOn, "批复日期", " issued on"),
    (Part::Number, "文号", " number"),
    (Part::AcceptedOn, "受理日期", " accepted on"),
    (Part::SubmittedOn, "申报日期", " submitted on"),
    (Part::ExpiresOn, "有效期至", " expires on"),
    (Part::Area, "批准面积", " area covered"),
    (Part::WaivedUntil, "承诺补齐期限", " waived until"),
];

fn part_word(word: &str) -> Option<Part> {
    PART_WORDS.iter().find(|(known, _)| *known == word).map(|(_, part)| *part)
}

/// The part of a document that the last word of a header names.
pub(crate) fn part_at_end(header: &str) -> Option<Part> {
    let header = squeeze(header);
    PART_WORDS.iter().find(|(word, _)| header.ends_with(word)).map(|(_, part)| *part)
}

/// A header as it is compared: narrow, without blanks, stars and ends of lines.
pub(crate) fn squeeze(header: &str) -> String {
    let is_noise = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '*' | '★' | '☆' | '\u{feff}');
    narrow(header).chars().filter(|&c| !is_noise(c)).collect::<String>().trim_end_matches([':', '：']).to_owned()
}

/// The name and the unit of a squeezed header: `总投资(万元)`, `总投资(单位:万元)`, `总投资/万元`, `总投资，万元`.
fn split_written_unit(header: &str) -> (&str, Option<Unit>) {
    if let Some((base, written)) = split_unit(header) {
        let written = written.trim_start_matches("单位").trim_start_matches([':', '：']);
        return match Unit::parse(written) {
            Some(unit) => (base, Some(unit)),
            None => (header, None),
        };
    }
    let after = |mark: char| {
        let (base, written) = header.rsplit_once(mark)?;
        Some((base, Some(Unit::parse(written)?)))
    };
    ['/', ',', '，', '、'].into_iter().find_map(after).unwrap_or((header, None))
}

/// A header without what stands in brackets at its end.
fn without_remark(header: &str) -> &str {
    split_unit(header).map_or(header, |(base, _)| base)
}

/// Words before a name that do not tell facts apart.
const BEFORE: [&str; 9] = ["其中:", "其中", "本项目", "该项目", "项目", "拟", "是否", "占用", "使用"];

/// Whether a word goes with facts of a type.
type Suits = fn(FactType) -> bool;

/// Words after a name that say what is measured, and the types they may be left off from.
const AFTER: [(&str, Suits); 9] = [
    ("情况", |_| true),
    ("名称", |kind| kind == FactType::Text),
    ("时间", |kind| matches!(kind, FactType::Date | FactType::Document)),
    ("日期", |kind| matches!(kind, FactType::Date | FactType::Document)),
    ("面积", |kind| kind == FactType::Quantity(Dimension::Area)),
    ("金额", |kind| kind == FactType::Quantity(Dimension::Money)),
    ("额", |kind| kind == FactType::Quantity(Dimension::Money)),
    ("数量", |kind| kind == FactType::Quantity(Dimension::Count)),
    ("数", |kind| kind == FactType::Quantity(Dimension::Count)),
];

/// A name without words that do not tell facts apart, as far as they may be left off from a fact of a type.
fn loosen(name: &str, kind: FactType) -> &str {
    let mut name = name;
    while let Some(rest) = BEFORE.iter().find_map(|word| name.strip_prefix(word)).filter(|rest| !rest.is_empty()) {
        name = rest;
    }
    let left_off = |(word, may): &(&str, Suits)| name.strip_suffix(word).filter(|_| may(kind));
    AFTER.iter().find_map(left_off).filter(|rest| !rest.is_empty()).unwrap_or(name)
}

/// The units a title names: `单位：万元、亩`. What else is said there is left aside.
pub(crate) fn title_units(text: &str) -> Vec<Unit> {
    let text = squeeze(text);
    let mut units = Vec::new();
    for (at, word) in text.match_indices("单位") {
        let rest = text[at + word.len()..].trim_start_matches([':', '：']);
        let stretch = rest.split(['。', ')', '(', ';', '；', ']', '】']).next().unwrap_or_default();
        units.extend(stretch.split(['、', ',', '，', '/', '和', '及']).map_while(Unit::parse));
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::schema;

    fn check(lines: &[&str], expect: &str) {
        let schema = schema();
        let lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        let found: Vec<String> = Names::new(&schema)
            .find(&lines)
            .iter()
            .map(|found| {
                let part = found.slot.part.map(|part| format!(".{}", part.name())).unwrap_or_default();
                let unit = found.slot.unit.map(|unit| format!(" {}", unit.name)).unwrap_or_default();
                let bad = if found.bad_unit { " bad" } else { "" };
                format!("{}{part}{unit} {:?}{bad}", schema[found.slot.fact].id, found.sure)
            })
            .collect();
        assert_eq!(found.join("; "), expect, "{lines:?}");
    }

    #[test]
    fn headers_of_one_line() {
        check(&["项 目\n名 称"], "project.name Certain");
        check(&["*占用耕地（公顷）"], "land.farmland ha Certain");
        check(&["占用耕地（单位：亩）"], "land.farmland mu Certain");
        check(&["占用耕地/亩"], "land.farmland mu Certain");
        check(&["占用耕地（万元）"], "land.farmland Certain bad");
        check(&["项目级别(国家/省/市/县重点)"], "level Certain");
        check(&["施工许可证发证日期"], "permit.issued_on Likely");
        check(&["施工许可证号"], "permit.number Likely");
        check(&["permit.accepted_on"], "permit.accepted_on Certain");
        check(&["耕地(亩)"], "land.farmland mu Guess");
        check(&["总投资（含征地费用）"], "invest Guess");
        check(&["备注"], "");
        check(&["补充耕地面积"], "");
        check(&[], "");
    }

    #[test]
    fn headers_of_several_lines() {
        check(&["用地（亩）", "占用", "耕地"], "land.farmland mu Certain");
        check(&["用地情况（公顷）", "耕地面积"], "land.farmland ha Certain");
        check(&["用地情况（公顷）", "耕地面积(亩)"], "land.farmland mu Certain");
        check(&["施工许可证", "文号"], "permit.number Likely");
        check(&["办理情况", "施工许可证", "受理时间"], "permit.accepted_on Likely");
        check(&["投资（万元）", "开工日期"], "started_on Certain");
    }

    #[test]
    fn titles_name_units() {
        let names = |text| title_units(text).into_iter().map(|unit| unit.name).collect::<Vec<_>>();
        assert_eq!(names("（单位：万元、亩）"), ["wan", "mu"]);
        assert_eq!(names("金额单位：亿元；面积单位：公顷"), ["yi", "ha"]);
        assert_eq!(names("填报单位：惠城区发改局"), Vec::<&str>::new());
    }
}
