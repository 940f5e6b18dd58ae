//! Documents: in force, recorded, and the day their expiry is judged at.

use kaigong_bits::Word3;
use kaigong_model::{Calendar, Cell, CellState, Date, DateKind, Duration, FactIdx, Issue, Paper, Truth, Values};
use kaigong_rules::expression::Reading;

use super::{Day, Facts, Lanes, word};
use crate::paper::Seen;

impl<'a> Facts<'a> {
    pub(crate) fn seen(&self, fact: FactIdx, row: u32, as_of: Date) -> Seen<'a> {
        let schema = &self.portfolio.schema;
        let (judged_on, perhaps_earlier) = self.judged_on(fact, row, as_of);
        Seen { spec: &schema[fact], as_of, ledger_date: self.ledger_date, judged_on, perhaps_earlier }
    }

    /// The day a document's expiry is judged: when the first document that used it was issued, else the as-of date.
    ///
    /// Also whether it may have been used before that, by a document nothing is recorded of.
    pub(super) fn judged_on(&self, fact: FactIdx, row: u32, as_of: Date) -> (Date, bool) {
        let (mut first, mut perhaps_earlier) = (None::<Date>, false);
        for &user in self.judges(fact) {
            match self.first_day(user, row, as_of) {
                Day::Known(day) => first = Some(first.map_or(day, |known| known.min(day))),
                Day::Unknown => perhaps_earlier = true,
                Day::None => {}
            }
        }
        (first.unwrap_or(as_of), perhaps_earlier)
    }

    pub(super) fn issued<L: Lanes>(&self, fact: FactIdx, lanes: L) -> Word3 {
        let Some(column) = self.portfolio.column(fact) else { return self.absent(fact, Truth::No) };
        let Values::Document(papers) = &column.values else { return Word3::UNKNOWN };
        let lasts_by_law = self.portfolio.schema[fact].valid.is_some();
        let blank = if self.reads_blank_as_no(fact) { Truth::No } else { Truth::Unknown };
        word(lanes, |lane| {
            let (row, as_of) = (lanes.row(lane), lanes.as_of(lane));
            if !column.changes.is_empty() && column.changes.contains_key(&row) {
                return match self.read(fact, row, as_of) {
                    Cell::Document(issues) => self.seen(fact, row, as_of).issued(issues.iter()),
                    Cell::No | Cell::InHand => Truth::No,
                    _ => Truth::Unknown,
                };
            }
            match column.states[row as usize] {
                CellState::Recorded => match papers.get(row) {
                    Paper::IssuedOn(day) if !lasts_by_law || day > as_of => (day <= as_of).into(),
                    paper => paper.with(|issues| self.seen(fact, row, as_of).issued(issues.iter())),
                },
                CellState::No | CellState::InHand => Truth::No,
                CellState::Blank => blank,
                CellState::Conflicting => Truth::Unknown,
            }
        })
    }

    /// Runs something over a document's issues; `None` where the cell holds no issue.
    pub(crate) fn with_issues<T>(
        &self,
        fact: FactIdx,
        row: u32,
        as_of: Date,
        run: impl FnOnce(&Seen<'_>, &[Issue]) -> T,
    ) -> Option<T> {
        let seen = || self.seen(fact, row, as_of);
        if let Some(column) = self.portfolio.column(fact).filter(|column| column.changes.is_empty()) {
            return match &column.values {
                Values::Document(papers) if column.states[row as usize] == CellState::Recorded => {
                    Some(papers.get(row).with(|issues| run(&seen(), issues)))
                }
                _ => None,
            };
        }
        match self.cell(fact, row, as_of) {
            Cell::Document(issues) => Some(run(&seen(), &issues)),
            _ => None,
        }
    }

    pub(super) fn recorded(&self, reading: Reading, row: u32, as_of: Date) -> Truth {
        if let Some(column) = self.portfolio.column(reading.fact()).filter(|column| column.changes.is_empty()) {
            match column.states[row as usize] {
                CellState::Conflicting => return Truth::Unknown,
                CellState::Blank | CellState::No | CellState::InHand => return Truth::No,
                CellState::Recorded
                    if matches!(column.values, Values::Enum(_) | Values::Text(_) | Values::Quantity(_)) =>
                {
                    return Truth::Yes;
                }
                CellState::Recorded => {}
            }
        }
        let cell = self.cell(reading.fact(), row, as_of);
        if cell == Cell::Conflicting {
            return Truth::Unknown;
        }
        let spec = &self.schema[reading.fact()];
        let Cell::Document(issues) = &cell else {
            return match (&cell, reading) {
                (_, Reading::Part(..)) | (Cell::Blank | Cell::No | Cell::InHand | Cell::Bool(false), _) => Truth::No,
                (Cell::Date(day), _) => (spec.date_kind == DateKind::Plan || *day <= as_of).into(),
                _ => Truth::Yes,
            };
        };
        let seen = self.seen(reading.fact(), row, as_of);
        match reading {
            Reading::Fact(_) => seen.recorded(issues.iter()),
            Reading::Part(_, part) => seen.has(part, issues.iter()).into(),
        }
    }
}

/// The first day, up to a day, of some issues; unknown where none is dated but one may have been made.
pub(super) fn first_issue(issues: &[Issue], as_of: Date) -> Day {
    let dated = issues.iter().filter_map(|issue| issue.issued_on).filter(|&day| day <= as_of).min();
    let undated = |issue: &Issue| issue.issued_on.is_none() && issue.number.is_some();
    match dated {
        Some(day) => Day::Known(day),
        None if issues.iter().any(undated) => Day::Unknown,
        None => Day::None,
    }
}

/// The first day of issue whose validity reaches a day; any later issue reaches it too.
pub(super) fn first_fresh(valid: Duration, day: Date) -> Date {
    let calendar = Calendar::official();
    let reaches = |issued: i32| Date(issued).plus(valid, calendar).is_none_or(|last| last >= day);
    // A validity is at most a few years longer in days than any unit's longest day count.
    let longest = match valid.unit {
        kaigong_model::DurationUnit::Days => 1,
        kaigong_model::DurationUnit::Workdays => 12,
        kaigong_model::DurationUnit::Months => 31,
        kaigong_model::DurationUnit::Years => 366,
    };
    let (mut low, mut high) = (day.0.saturating_sub(valid.count.saturating_mul(longest).saturating_add(31)), day.0);
    while low < high {
        let middle = low + (high - low) / 2;
        if reaches(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Date(low)
}
