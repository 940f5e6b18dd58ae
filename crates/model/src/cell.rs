//! One cell of a ledger: what a clerk wrote about one fact of one project.

use crate::{
    date::Date,
    fact::{FactSpec, FactType},
    stop::{Stop, parse_stops, stops_text},
    unit::{Dimension, QuantityFault, Unit, format_exact, parse_quantity},
};

/// A part of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Day of issue.
    IssuedOn,
    /// Document number, 文号.
    Number,
    /// Day of acceptance, 受理.
    AcceptedOn,
    /// Day of submission, 申报.
    SubmittedOn,
    /// Last valid day.
    ExpiresOn,
    /// Area it covers.
    Area,
    /// Last day until which the document is waived (告知承诺、容缺、区域评估).
    WaivedUntil,
    /// Days that the limit of the office does not count, with their causes.
    Stops,
}

impl Part {
    /// Every part, in the order ledgers list them.
    pub const ALL: [Self; 8] = [
        Self::IssuedOn,
        Self::Number,
        Self::AcceptedOn,
        Self::SubmittedOn,
        Self::ExpiresOn,
        Self::Area,
        Self::WaivedUntil,
        Self::Stops,
    ];

    /// The name after the dot.
    pub fn name(self) -> &'static str {
        match self {
            Self::IssuedOn => "issued_on",
            Self::Number => "number",
            Self::AcceptedOn => "accepted_on",
            Self::SubmittedOn => "submitted_on",
            Self::ExpiresOn => "expires_on",
            Self::Area => "area",
            Self::WaivedUntil => "waived_until",
            Self::Stops => "stops",
        }
    }

    /// The part of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.name() == name)
    }
}

/// One issue of a document: a plot, a renewal, an application under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Issue {
    /// Day of issue.
    pub issued_on: Option<Date>,
    /// Document number.
    pub number: Option<String>,
    /// Day of acceptance.
    pub accepted_on: Option<Date>,
    /// Day of submission.
    pub submitted_on: Option<Date>,
    /// Last valid day.
    pub expires_on: Option<Date>,
    /// Area it covers, atoms.
    pub area: Option<i64>,
    /// Last day of a waiver.
    pub waived_until: Option<Date>,
    /// Days that the limit may not count, in order.
    pub stops: Vec<Stop>,
}

impl Issue {
    /// The date a part holds, if it is a date part.
    pub fn date(&self, part: Part) -> Option<Date> {
        match part {
            Part::IssuedOn => self.issued_on,
            Part::AcceptedOn => self.accepted_on,
            Part::SubmittedOn => self.submitted_on,
            Part::ExpiresOn => self.expires_on,
            Part::WaivedUntil => self.waived_until,
            Part::Number | Part::Area | Part::Stops => None,
        }
    }

    /// Its parts by name.
    fn exact(&self) -> String {
        let mu = Dimension::Area.standard_unit();
        let part = |part: Part| match part {
            Part::Number => self.number.clone(),
            Part::Area => self.area.map(|atoms| format!("{} {}", format_exact(i128::from(atoms), mu), mu.name)),
            Part::Stops => Some(stops_text(&self.stops)).filter(|text| !text.is_empty()),
            _ => self.date(part).map(|day| day.to_string()),
        };
        let parts = Part::ALL.into_iter().filter_map(|name| Some(format!("{} {}", name.name(), part(name)?)));
        parts.collect::<Vec<_>>().join(", ")
    }

    /// Fills the parts that `other` gives and `self` does not; false if both give one and differ.
    pub fn merge(&mut self, other: &Self) -> bool {
        fn fill<T: Clone + PartialEq>(mine: &mut Option<T>, theirs: Option<&T>) -> bool {
            match (mine.as_ref(), theirs) {
                (Some(a), Some(b)) => a == b,
                (None, Some(b)) => {
                    *mine = Some(b.clone());
                    true
                }
                _ => true,
            }
        }
        let same = self.stops.is_empty() || other.stops.is_empty() || self.stops == other.stops;
        if self.stops.is_empty() {
            self.stops.clone_from(&other.stops);
        }
        same & fill(&mut self.issued_on, other.issued_on.as_ref())
            & fill(&mut self.number, other.number.as_ref())
            & fill(&mut self.accepted_on, other.accepted_on.as_ref())
            & fill(&mut self.submitted_on, other.submitted_on.as_ref())
            & fill(&mut self.expires_on, other.expires_on.as_ref())
            & fill(&mut self.area, other.area.as_ref())
            & fill(&mut self.waived_until, other.waived_until.as_ref())
    }
}

/// What is written about one fact of one project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Blank,
    /// Said not to be there: 无, 否, 未取得.
    No,
    /// Said to be under way: 办理中, 受理, 已申报. For documents without dates.
    InHand,
    /// Two sources say different things.
    Conflicting,
    /// Yes or no.
    Bool(bool),
    /// Atoms of the fact's dimension.
    Quantity(i64),
    /// A day.
    Date(Date),
    /// Code of an enum value.
    Enum(u16),
    /// Free text.
    Text(String),
    /// Issues of a document, at least one.
    Document(Vec<Issue>),
    /// Ids of other projects, at least one.
    Projects(Vec<String>),
}

impl Cell {
    /// The cell in full, in one way only: what two readers of one ledger agree on, to the atom.
    pub fn exact(&self, spec: &FactSpec) -> String {
        match self {
            Self::Blank => String::new(),
            Self::No => "no".to_owned(),
            Self::InHand => "in hand".to_owned(),
            Self::Conflicting => "conflicting".to_owned(),
            Self::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
            Self::Quantity(atoms) => match spec.kind {
                FactType::Quantity(dimension) => {
                    let unit = dimension.standard_unit();
                    format!("{} {}", format_exact(i128::from(*atoms), unit), unit.name).trim_end().to_owned()
                }
                _ => atoms.to_string(),
            },
            Self::Date(day) => day.to_string(),
            Self::Enum(code) => spec.values.get(usize::from(*code)).map_or_else(|| code.to_string(), |v| v.id.clone()),
            Self::Text(text) => text.clone(),
            Self::Document(issues) => issues.iter().map(Issue::exact).collect::<Vec<_>>().join("; "),
            Self::Projects(ids) => ids.join("; "),
        }
    }
}

/// Why a cell cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellFault {
    /// The amount cannot be read.
    Quantity(QuantityFault),
    /// Below or above the fact's range.
    OutOfRange,
    /// Not a day of the calendar in the form YYYY-MM-DD.
    NotADate,
    /// Not yes or no.
    NotABool,
    /// Not one of the values.
    NotAValue,
    /// Longer than [`crate::limits::CELL_BYTES`], or holding a control character.
    NotText,
    /// Stops are written otherwise: `CAUSE FROM/TO`.
    NotAStop,
    /// A stop of a cause the pack does not know.
    UnknownCause(String),
    /// A stop that ends before it begins.
    StopBackwards,
    /// Stops that overlap.
    StopsOverlap,
}

const NO_WORDS: &[&str] = &["无", "否", "未取得", "没有", "未办理", "未办", "no", "No", "NO", "none", "×", "x", "N"];
const YES_WORDS: &[&str] =
    &["是", "有", "已", "已取得", "已办理", "yes", "Yes", "YES", "true", "TRUE", "True", "1", "√", "Y"];
const HAND_WORDS: &[&str] = &["办理中", "受理", "已受理", "已申报", "申报中", "审批中", "在办", "in hand"];

/// Reads a ledger's cell for a fact; `unit` is the one its header names, if any.
///
/// # Errors
/// [`CellFault`] says what cannot be read; blank text is [`Cell::Blank`], not a fault.
pub fn parse_cell(spec: &FactSpec, unit: Option<Unit>, text: &str) -> Result<Cell, CellFault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Cell::Blank);
    }
    if text.len() > crate::limits::CELL_BYTES
        || text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        return Err(CellFault::NotText);
    }
    match spec.kind {
        FactType::Text => Ok(Cell::Text(text.to_owned())),
        FactType::Bool => parse_bool(text),
        FactType::Enum => parse_enum(spec, text),
        _ if NO_WORDS.contains(&text) => Ok(Cell::No),
        _ if HAND_WORDS.contains(&text) => Ok(Cell::InHand),
        FactType::Quantity(dimension) => {
            let atoms = parse_quantity(text, dimension, unit.or(spec.unit)).map_err(CellFault::Quantity)?;
            match spec.range {
                Some((least, most)) if !(least..=most).contains(&atoms) => Err(CellFault::OutOfRange),
                None if atoms < 0 && !matches!(dimension, Dimension::Count | Dimension::Ratio | Dimension::Money) => {
                    Err(CellFault::OutOfRange)
                }
                _ => Ok(Cell::Quantity(atoms)),
            }
        }
        FactType::Date => Date::parse(text).map(Cell::Date).ok_or(CellFault::NotADate),
        FactType::Document => Ok(Cell::Document(vec![parse_document(text)?])),
        FactType::Projects => {
            let ids: Vec<String> =
                text.split([';', '；']).map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
            Ok(if ids.is_empty() { Cell::Blank } else { Cell::Projects(ids) })
        }
    }
}

fn parse_bool(text: &str) -> Result<Cell, CellFault> {
    if YES_WORDS.contains(&text) {
        Ok(Cell::Bool(true))
    } else if NO_WORDS.contains(&text) || matches!(text, "false" | "FALSE" | "False" | "0") {
        Ok(Cell::Bool(false))
    } else if HAND_WORDS.contains(&text) {
        Ok(Cell::InHand)
    } else {
        Err(CellFault::NotABool)
    }
}

fn parse_enum(spec: &FactSpec, text: &str) -> Result<Cell, CellFault> {
    match spec.value_code(text) {
        Some(code) => Ok(Cell::Enum(code)),
        None if NO_WORDS.contains(&text) => Ok(Cell::No),
        None => Err(CellFault::NotAValue),
    }
}

/// A bare cell of a document column: a date is the day of issue, other text its number.
fn parse_document(text: &str) -> Result<Issue, CellFault> {
    if let Some(date) = Date::parse(text) {
        return Ok(Issue { issued_on: Some(date), ..Issue::default() });
    }
    if looks_like_a_date(text) {
        return Err(CellFault::NotADate);
    }
    Ok(Issue { number: Some(text.to_owned()), ..Issue::default() })
}

/// Four digits, dash, digits, dash, digits and nothing else: meant as a date, even if there is no such day.
fn looks_like_a_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    parts.len() == 3
        && parts[0].len() == 4
        && parts.iter().all(|p| (1..=4).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
}

/// Reads a part of a document into an issue; blank text leaves it as it is.
///
/// # Errors
/// [`CellFault`] where the text is not of the part's kind.
pub fn parse_part(
    issue: &mut Issue,
    spec: &FactSpec,
    part: Part,
    unit: Option<Unit>,
    text: &str,
) -> Result<(), CellFault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(());
    }
    let date = || Date::parse(text).ok_or(CellFault::NotADate);
    match part {
        Part::IssuedOn => issue.issued_on = Some(date()?),
        Part::AcceptedOn => issue.accepted_on = Some(date()?),
        Part::SubmittedOn => issue.submitted_on = Some(date()?),
        Part::ExpiresOn => issue.expires_on = Some(date()?),
        Part::WaivedUntil => issue.waived_until = Some(date()?),
        Part::Number => issue.number = Some(text.to_owned()),
        Part::Stops => issue.stops = parse_stops(spec, text)?,
        Part::Area => {
            let default = unit.or(Unit::parse("mu"));
            let atoms = parse_quantity(text, Dimension::Area, default).map_err(CellFault::Quantity)?;
            if atoms < 0 {
                return Err(CellFault::OutOfRange);
            }
            issue.area = Some(atoms);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: FactType, text: &str, expect: Result<Cell, CellFault>) {
        let found = parse_cell(&FactSpec::new("f", kind), None, text);
        assert!(found == expect, "{text}: {found:?}");
        drop(expect);
    }

    #[test]
    fn each_type_reads_its_words() {
        let day = Date::parse("2020-03-01").unwrap();
        check(FactType::Bool, "是", Ok(Cell::Bool(true)));
        check(FactType::Bool, "0", Ok(Cell::Bool(false)));
        check(FactType::Bool, "也许", Err(CellFault::NotABool));
        check(FactType::Date, "2026-02-30", Err(CellFault::NotADate));
        check(FactType::Date, "无", Ok(Cell::No));
        check(
            FactType::Document,
            "2020-03-01",
            Ok(Cell::Document(vec![Issue { issued_on: Some(day), ..Issue::default() }])),
        );
        check(FactType::Document, "2026-02-30", Err(CellFault::NotADate));
        check(
            FactType::Document,
            "惠市自然资函〔2020〕12号",
            Ok(Cell::Document(vec![Issue {
                number: Some("惠市自然资函〔2020〕12号".into()), ..Issue::default()
            }])),
        );
        check(FactType::Document, "未取得", Ok(Cell::No));
        check(FactType::Document, "办理中", Ok(Cell::InHand));
        check(FactType::Projects, "P-1；P-2;", Ok(Cell::Projects(vec!["P-1".into(), "P-2".into()])));
        check(FactType::Quantity(Dimension::Area), "-3 mu", Err(CellFault::OutOfRange));
        check(FactType::Quantity(Dimension::Area), " ", Ok(Cell::Blank));
        check(FactType::Text, "a\0b", Err(CellFault::NotText));
    }
}
