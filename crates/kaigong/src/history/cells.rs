//! Cells as texts that a ledger reads back, and the day a cell names itself.
//!
//! A document is a JSON list of its issues, part by part; every other cell is what a clerk would write.

use kaigong_model::{Cell, Date, DateKind, Dimension, FactSpec, FactType, Issue, Part, format_exact, stops_text};
use serde_json::{Map, Value};

/// A cell in words; nothing for one that is blank.
pub(super) fn text(spec: &FactSpec, cell: &Cell) -> String {
    match cell {
        Cell::Blank | Cell::Conflicting => String::new(),
        Cell::No => "无".to_owned(),
        Cell::InHand => "办理中".to_owned(),
        Cell::Bool(value) => if *value { "是" } else { "否" }.to_owned(),
        Cell::Quantity(atoms) => amount(spec, *atoms),
        Cell::Date(day) => day.to_string(),
        Cell::Enum(code) => spec.values.get(*code as usize).map(|value| value.id.clone()).unwrap_or_default(),
        Cell::Text(text) => text.clone(),
        Cell::Projects(ids) => ids.join(";"),
        Cell::Document(issues) => Value::Array(issues.iter().map(issue).collect()).to_string(),
    }
}

/// Exact in the dimension's own unit, whose atoms are a power of ten.
fn amount(spec: &FactSpec, atoms: i64) -> String {
    let dimension = match spec.kind {
        FactType::Quantity(dimension) => dimension,
        _ => Dimension::Area,
    };
    // Counts and shares of days have no unit to name.
    let unit = dimension.standard_unit();
    format!("{} {}", format_exact(i128::from(atoms), unit), unit.name).trim_end().to_owned()
}

fn issue(issue: &Issue) -> Value {
    let parts =
        Part::ALL.into_iter().filter_map(|part| Some((part.name().to_owned(), Value::String(part_text(issue, part)?))));
    Value::Object(parts.collect::<Map<_, _>>())
}

/// A part of an issue in words.
pub(super) fn part_text(issue: &Issue, part: Part) -> Option<String> {
    match part {
        Part::Number => issue.number.clone(),
        Part::Stops => Some(stops_text(&issue.stops)).filter(|text| !text.is_empty()),
        Part::Area => {
            let unit = Dimension::Area.standard_unit();
            issue.area.map(|atoms| format!("{} {}", format_exact(i128::from(atoms), unit), unit.name))
        }
        _ => issue.date(part).map(|day| day.to_string()),
    }
}

/// The parts of a document of one issue as [`text`] wrote them.
pub(super) fn parts(text: &str) -> Option<Vec<(Part, String)>> {
    let issues = serde_json::from_str::<Value>(text).ok()?;
    let issue = issues.as_array()?.first()?;
    let part = |part: Part| Some((part, issue[part.name()].as_str()?.to_owned()));
    Some(Part::ALL.into_iter().filter_map(part).collect())
}

/// How many issues a document has as [`text`] wrote it.
pub(super) fn issues(text: &str) -> usize {
    serde_json::from_str::<Value>(text).ok().and_then(|issues| issues.as_array().map(Vec::len)).unwrap_or_default()
}

/// The day from which a cell holds by its own words: of an event its day, of a document the first of its days, since
/// what is dated later than the day looked at is not there yet anyway.
pub(super) fn own_day(spec: &FactSpec, cell: &Cell) -> Option<Date> {
    match cell {
        Cell::Date(day) if spec.date_kind == DateKind::Event => Some(*day),
        Cell::Document(issues) => {
            let days = [Part::IssuedOn, Part::AcceptedOn, Part::SubmittedOn];
            issues.iter().flat_map(|issue| days.into_iter().filter_map(|part| issue.date(part))).min()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]
    use super::*;
    use kaigong_model::{EnumValue, parse_cell};

    fn back(spec: &FactSpec, cell: &Cell) {
        assert_eq!(parse_cell(spec, None, &text(spec, cell)).as_ref(), Ok(cell), "{}", spec.id);
    }

    #[test]
    fn every_amount_is_read_back_to_the_atom() {
        for dimension in [
            "area",
            "money",
            "mass",
            "coal_equivalent",
            "energy",
            "power",
            "length",
            "volume",
            "count",
            "ratio",
            "days",
            "workdays",
        ] {
            let spec = FactSpec::new(dimension, FactType::parse(dimension).unwrap());
            for atoms in [0, 1, 7, 999, 1_500, 123_456_789, 1_000_000_000_000_007, i64::MAX / 16] {
                back(&spec, &Cell::Quantity(atoms));
            }
        }
    }

    #[test]
    fn every_other_cell_is_read_back() {
        let spec = |kind| FactSpec::new("f", kind);
        back(&spec(FactType::Bool), &Cell::Bool(true));
        back(&spec(FactType::Bool), &Cell::Bool(false));
        back(&spec(FactType::Bool), &Cell::InHand);
        back(&spec(FactType::Date), &Cell::Date(Date::new(2026, 2, 28).unwrap()));
        back(&spec(FactType::Date), &Cell::No);
        back(&spec(FactType::Document), &Cell::InHand);
        back(&spec(FactType::Quantity(Dimension::Area)), &Cell::No);
        back(&spec(FactType::Text), &Cell::Text("甲,\"乙\"".into()));
        back(&spec(FactType::Projects), &Cell::Projects(vec!["P-1".into(), "P-2".into()]));
        let values = ["none", "direct"].map(|id| EnumValue { id: id.into(), words: vec![format!("词{id}")] });
        let choice = FactSpec { values: values.into(), ..spec(FactType::Enum) };
        back(&choice, &Cell::Enum(0));
        back(&choice, &Cell::Enum(1));
    }

    #[test]
    fn documents_are_told_part_by_part() {
        let day = |text| Date::parse(text);
        let old = Issue { issued_on: day("2020-01-01"), number: Some("1号".into()), ..Issue::default() };
        let new = Issue {
            issued_on: day("2026-01-01"),
            area: Some(25_333_333),
            expires_on: day("2029-01-01"),
            ..Issue::default()
        };
        let told = |issues| text(&FactSpec::new("d", FactType::Document), &Cell::Document(issues));
        assert_eq!(issues(&told(vec![new.clone(), old])), 2);
        let expected = [(Part::IssuedOn, "2026-01-01"), (Part::ExpiresOn, "2029-01-01"), (Part::Area, "25.333333 mu")];
        assert_eq!(parts(&told(vec![new])).unwrap(), expected.map(|(part, text)| (part, text.to_owned())));
        assert_eq!(parts("无"), None);
    }
}
