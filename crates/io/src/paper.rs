//! One document of one row: a bare cell and its part columns become one cell.

use kaigong_model::{Cell, CellFault, FactSpec, Issue, Part, Unit, parse_cell, parse_part};

/// A document being put together.
#[derive(Debug, Default)]
pub(crate) struct Paper {
    bare: Cell,
    issue: Issue,
    /// What a part column says instead of a value: no, or under way.
    said: Cell,
}

impl Paper {
    /// Reads the column of the document itself.
    pub(crate) fn bare(&mut self, spec: &FactSpec, text: &str) -> Result<(), CellFault> {
        self.bare = parse_cell(spec, None, text)?;
        Ok(())
    }

    /// Reads the column of a part.
    ///
    /// A clerk who writes 无 or 办理中 there says it of the document; as a number it would read as issued.
    pub(crate) fn part(
        &mut self,
        spec: &FactSpec,
        part: Part,
        unit: Option<Unit>,
        text: &str,
    ) -> Result<(), CellFault> {
        if text.is_empty() {
            return Ok(());
        }
        match parse_cell(spec, None, text) {
            Ok(Cell::InHand) => self.said = Cell::InHand,
            Ok(Cell::No) if matches!(part, Part::IssuedOn | Part::Number) && self.said == Cell::Blank => {
                self.said = Cell::No;
            }
            Ok(Cell::No) => {}
            Err(CellFault::NotText) => return Err(CellFault::NotText),
            _ => return parse_part(&mut self.issue, spec, part, unit, text),
        }
        Ok(())
    }

    /// The cell; conflicting where the bare cell and a part differ.
    pub(crate) fn close(self) -> Cell {
        let word = if self.bare == Cell::Blank { self.said } else { self.bare };
        match word {
            Cell::Document(mut issues) => {
                let agreed = issues.iter_mut().all(|issue| issue.merge(&self.issue));
                if agreed { Cell::Document(issues) } else { Cell::Conflicting }
            }
            // An area alone does not outweigh a plain no.
            word @ (Cell::No | Cell::InHand) if !speaks(&self.issue) => word,
            _ if self.issue != Issue::default() => Cell::Document(vec![self.issue]),
            word => word,
        }
    }
}

/// Whether an issue gives a date or a number.
fn speaks(issue: &Issue) -> bool {
    issue.number.is_some() || Part::ALL.into_iter().any(|part| issue.date(part).is_some())
}

#[cfg(test)]
mod tests {
    use kaigong_model::{Date, FactType};

    use super::*;

    fn check(bare: &str, parts: &[(Part, &str)], expect: &Cell) {
        let spec = FactSpec::new("permit", FactType::Document);
        let mut paper = Paper::default();
        paper.bare(&spec, bare).unwrap();
        for &(part, text) in parts {
            paper.part(&spec, part, None, text).unwrap();
        }
        assert_eq!(&paper.close(), expect, "{bare} {parts:?}");
    }

    #[test]
    fn parts_and_bare_cell_make_one_issue() {
        let day = Date::parse("2020-01-01");
        let dated = Issue { issued_on: day, ..Issue::default() };
        let full = Issue { number: Some("12".into()), area: Some(3_000_000), ..dated.clone() };
        check("", &[], &Cell::Blank);
        check("2020-01-01", &[(Part::Number, "12"), (Part::Area, "3")], &Cell::Document(vec![full]));
        check("无", &[(Part::IssuedOn, "2020-01-01")], &Cell::Document(vec![dated.clone()]));
        check("无", &[(Part::Area, "3")], &Cell::No);
        check("", &[(Part::Area, "3")], &Cell::Document(vec![Issue { area: Some(3_000_000), ..Issue::default() }]));
        check("2020-01-01", &[(Part::IssuedOn, "2020-01-02")], &Cell::Conflicting);
        check("", &[(Part::Number, "无")], &Cell::No);
        check("", &[(Part::Number, "无"), (Part::AcceptedOn, "办理中")], &Cell::InHand);
        check("", &[(Part::ExpiresOn, "无"), (Part::IssuedOn, "2020-01-01")], &Cell::Document(vec![dated]));
    }
}
