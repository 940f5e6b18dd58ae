//! Tests over lanes, row by row: a leaf condition becomes a word of truths. Blocks take a quicker way (`block.rs`).

use kaigong_bits::Word3;
use kaigong_model::{Cell, CellState, Column, Date, FactIdx, Truth, Values};
use kaigong_rules::expression::Comparison;

use super::{Facts, Lanes, word};
use crate::terms::Test;

impl Facts<'_> {
    /// A test over lanes. `completed(slot)` is the word of an upstream slot.
    pub(crate) fn test<L: Lanes>(&self, test: &Test, lanes: L, completed: impl Fn(usize) -> Word3) -> Word3 {
        match test {
            Test::Bool(fact) => self.bools(*fact, lanes),
            Test::Quantity(fact, op, atoms) => self.quantities(*fact, *op, *atoms, lanes),
            Test::Codes(fact, codes) => self.codes(*fact, codes, lanes),
            Test::Issued(fact) => self.issued(*fact, lanes),
            Test::Granted(draws) => word(lanes, |lane| self.all_granted(draws, lanes.row(lane), lanes.as_of(lane))),
            Test::Texts(fact, texts, others) => {
                word(lanes, |lane| self.text(*fact, texts, others, lanes.row(lane), lanes.as_of(lane)))
            }
            Test::Recorded(reading) if self.portfolio.column(reading.fact()).is_none() => Word3::NO,
            Test::Recorded(reading) => word(lanes, |lane| self.recorded(*reading, lanes.row(lane), lanes.as_of(lane))),
            Test::Numbers(_, left, right) | Test::Dates(_, left, right)
                if self.always_missing(left) || self.always_missing(right) =>
            {
                Word3::UNKNOWN
            }
            Test::Numbers(op, left, right) => word(lanes, |lane| {
                let (row, as_of) = (lanes.row(lane), lanes.as_of(lane));
                self.compare_numbers(*op, left, right, row, as_of)
            }),
            Test::Dates(op, left, right) => word(lanes, |lane| {
                let (row, as_of) = (lanes.row(lane), lanes.as_of(lane));
                let both = (self.date(left, row, as_of), self.date(right, row, as_of));
                let (Some(left), Some(right)) = both else { return Truth::Unknown };
                op.holds(left.cmp(&right)).into()
            }),
            Test::Completed(slot) => completed(*slot as usize),
            Test::Verdict(_) | Test::Unknown => Word3::UNKNOWN,
        }
    }

    /// What every row reads where no row has the fact.
    pub(super) fn absent(&self, fact: FactIdx, if_no: Truth) -> Word3 {
        let truth = if self.reads_blank_as_no(fact) { if_no } else { Truth::Unknown };
        match truth {
            Truth::Yes => Word3::YES,
            Truth::No => Word3::NO,
            Truth::Unknown => Word3::UNKNOWN,
        }
    }

    /// One word from a dense column: `value` where recorded, `if_no` where no, `slow` where rows have changes.
    pub(super) fn dense<L: Lanes>(
        &self,
        fact: FactIdx,
        column: &Column,
        lanes: L,
        if_no: Truth,
        value: impl Fn(usize) -> bool,
        slow: impl Fn(u32, Date) -> Truth,
    ) -> Word3 {
        let blank = if self.reads_blank_as_no(fact) { if_no } else { Truth::Unknown };
        word(lanes, |lane| {
            let (row, as_of) = (lanes.row(lane), lanes.as_of(lane));
            if !column.changes.is_empty() && column.changes.contains_key(&row) {
                return slow(row, as_of);
            }
            match column.states[row as usize] {
                CellState::Recorded => Truth::from(value(row as usize)),
                CellState::No => if_no,
                CellState::Blank => blank,
                CellState::InHand | CellState::Conflicting => Truth::Unknown,
            }
        })
    }

    pub(super) fn bools<L: Lanes>(&self, fact: FactIdx, lanes: L) -> Word3 {
        let Some(column) = self.portfolio.column(fact) else { return self.absent(fact, Truth::No) };
        let Values::Bool(values) = &column.values else { return Word3::UNKNOWN };
        self.dense(
            fact,
            column,
            lanes,
            Truth::No,
            |row| values[row / 64] >> (row % 64) & 1 == 1,
            |row, as_of| match self.read(fact, row, as_of) {
                Cell::Bool(value) => value.into(),
                Cell::No => Truth::No,
                _ => Truth::Unknown,
            },
        )
    }

    pub(super) fn quantities<L: Lanes>(&self, fact: FactIdx, op: Comparison, atoms: i64, lanes: L) -> Word3 {
        let zero = Truth::from(op.holds(0.cmp(&atoms)));
        let Some(column) = self.portfolio.column(fact) else { return self.absent(fact, zero) };
        let Values::Quantity(values) = &column.values else { return Word3::UNKNOWN };
        self.dense(
            fact,
            column,
            lanes,
            zero,
            |row| op.holds(values.get(row).cmp(&atoms)),
            |row, as_of| match self.read(fact, row, as_of) {
                Cell::Quantity(value) => op.holds(value.cmp(&atoms)).into(),
                Cell::No => zero,
                _ => Truth::Unknown,
            },
        )
    }

    pub(super) fn codes<L: Lanes>(&self, fact: FactIdx, codes: &[u16], lanes: L) -> Word3 {
        let Some(column) = self.portfolio.column(fact) else { return Word3::UNKNOWN };
        let Values::Enum(values) = &column.values else { return Word3::UNKNOWN };
        let holds = |code: u16| codes.contains(&code);
        let slow = |row, as_of| match self.cell(fact, row, as_of) {
            Cell::Enum(code) => holds(code).into(),
            _ => Truth::Unknown,
        };
        self.dense(fact, column, lanes, Truth::Unknown, |row| holds(values.get(row) as u16), slow)
    }

    pub(super) fn text(&self, fact: FactIdx, texts: &[String], others: &[FactIdx], row: u32, as_of: Date) -> Truth {
        let Cell::Text(text) = self.cell(fact, row, as_of) else { return Truth::Unknown };
        if texts.contains(&text) {
            return Truth::Yes;
        }
        others.iter().fold(Truth::No, |truth, &other| {
            truth.or(match self.cell(other, row, as_of) {
                Cell::Text(other) => (other == text).into(),
                _ => Truth::Unknown,
            })
        })
    }
}
