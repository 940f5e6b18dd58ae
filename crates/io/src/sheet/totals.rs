//! Totals of a sheet held against the rows they add up.
//!
//! A total is right if it is the sum of all rows, or of a run of blocks that ends or begins at it: blocks are what
//! stands between two rows that are no projects. So subtotals may stand above or below their rows, and in layers.

use std::borrow::Cow;

use kaigong_model::{Dimension, Place, QuantityFault, Schema, Unit, parse_quantity};

use super::{
    rows::Wanted,
    tidy::{Want, tidy},
    words,
};
use crate::{
    log::Log,
    workbook::{Grid, GridRow},
};

/// Runs of blocks that a total is held against, each way.
const RUNS: usize = 64;

/// An amount being summed: none once an amount of it cannot be read.
pub(super) type Sum = Option<i128>;

/// A column of amounts.
#[derive(Debug)]
struct Amounts {
    at: u32,
    dimension: Dimension,
    unit: Option<Unit>,
    want: Want,
    /// Sums of the blocks so far; the last is being added to.
    blocks: Vec<Sum>,
}

/// A total, a subtotal, or a group that carries amounts.
#[derive(Debug)]
struct Mark {
    row: u32,
    label: Option<String>,
    /// The amount it gives in each column.
    amounts: Vec<Option<i64>>,
}

/// The sums of a sheet.
#[derive(Debug)]
pub(super) struct Totals {
    columns: Vec<Amounts>,
    marks: Vec<Mark>,
    /// Projects met.
    projects: usize,
    /// Whether subtotals stand above their rows: the first one says.
    above: Option<bool>,
}

impl Totals {
    pub(super) fn new(wanted: &[Wanted], schema: &Schema) -> Self {
        let columns = wanted.iter().filter_map(|wanted| match Want::of(&schema[wanted.slot.fact], wanted.slot) {
            Want::Quantity(dimension, unit) if is_added_up(dimension) => {
                let want = Want::Quantity(dimension, unit);
                Some(Amounts { at: wanted.at, dimension, unit, want, blocks: vec![Some(0)] })
            }
            _ => None,
        });
        Self { columns: columns.collect(), marks: Vec::new(), projects: 0, above: None }
    }

    /// Whether a subtotal stands above its rows, as it does where the first comes before any project.
    pub(super) fn stands_above(&mut self, label: &str) -> bool {
        !is_plain_total(label) && *self.above.get_or_insert(self.projects == 0)
    }

    /// Counts a project; its amounts are added by themselves.
    pub(super) fn meet(&mut self) {
        self.projects += 1;
    }

    /// Adds the amounts of a project of the last block.
    pub(super) fn add(&mut self, cells: &[Cow<'_, str>]) {
        for column in &mut self.columns {
            let amount = column.amount(cells);
            if let Some(sum) = column.blocks.last_mut() {
                *sum = added(*sum, amount);
            }
        }
    }

    /// Which block is being added to.
    pub(super) fn block(&self) -> usize {
        self.columns.first().map_or(0, |column| column.blocks.len() - 1)
    }

    /// Adds a project's amounts to sums of one block, a sum a column, which begin empty.
    pub(super) fn add_to(&self, sums: &mut Vec<Sum>, cells: &[Cow<'_, str>]) {
        sums.resize(self.columns.len(), Some(0));
        for (column, sum) in self.columns.iter().zip(sums) {
            *sum = added(*sum, column.amount(cells));
        }
    }

    /// Adds sums of a block.
    pub(super) fn join(&mut self, block: usize, sums: &[Sum]) {
        for (column, sum) in self.columns.iter_mut().zip(sums) {
            let known = &mut column.blocks[block];
            *known = added(*known, *sum);
        }
    }

    /// The amounts of a project are not known.
    pub(super) fn unknown(&mut self) {
        for sum in self.columns.iter_mut().filter_map(|column| column.blocks.last_mut()) {
            *sum = None;
        }
    }

    /// Ends a block at a row that is no project.
    pub(super) fn mark(&mut self, grid: &Grid, row: &GridRow, label: Option<&str>) {
        let amounts = self.columns.iter_mut().map(|column| {
            column.blocks.push(Some(0));
            let (kind, text) = grid.cell(row, column.at)?;
            column.read(&tidy(column.want, kind, text, grid.is_1904).text).ok()
        });
        let amounts = amounts.collect();
        self.marks.push(Mark { row: row.number, label: label.map(str::to_owned), amounts });
    }

    /// Says which totals are not the sum of their rows.
    pub(super) fn check(&self, log: &mut Log, place: &dyn Fn(u32, u32) -> Place) {
        for (at, mark) in self.marks.iter().enumerate() {
            for (column, amount) in self.columns.iter().zip(&mark.amounts) {
                let Some(amount) = amount.map(i128::from) else { continue };
                if let Some(sum) = column.differs(at, amount, mark.label.as_deref()) {
                    let unit = column.unit.unwrap_or(column.dimension.standard_unit());
                    log.note(|_| words::wrong_total(amount, sum, unit).at(place(mark.row, column.at)));
                }
            }
        }
    }
}

/// Ratios and lengths of time are not added up.
fn is_added_up(dimension: Dimension) -> bool {
    !matches!(dimension, Dimension::Ratio | Dimension::Days | Dimension::Workdays)
}

fn added(sum: Sum, other: Sum) -> Sum {
    sum.zip(other).map(|(sum, other)| sum + other)
}

impl Amounts {
    /// What a row gives; a blank is nothing.
    fn amount(&self, cells: &[Cow<'_, str>]) -> Sum {
        let text = &*cells[self.at as usize];
        if text.is_empty() { Some(0) } else { self.read(text).ok().map(i128::from) }
    }

    fn read(&self, text: &str) -> Result<i64, QuantityFault> {
        parse_quantity(text, self.dimension, self.unit)
    }

    /// The sum that a total at the end of block `at` should be, where it is no sum that it could be.
    fn differs(&self, at: usize, amount: i128, label: Option<&str>) -> Option<i128> {
        let all = sum(self.blocks.iter());
        let above = runs(self.blocks[..=at].iter().rev());
        let below = runs(self.blocks[at + 1..].iter());
        if above.iter().chain(&below).chain([&all]).any(|run| *run == Some(amount)) {
            return None;
        }
        // An amount that cannot be read may be what is missing.
        let (above_block, below_block) = (self.blocks[at], self.blocks.get(at + 1).copied().flatten());
        all?;
        if label.is_some_and(is_plain_total) {
            return all;
        }
        above_block.filter(|sum| *sum != 0).or(below_block)
    }
}

/// 合计 alone, or 总计, is the total of the sheet; 惠城区合计 is one of a group.
fn is_plain_total(label: &str) -> bool {
    let label = super::columns::squeeze(label);
    ["合计", "共计", "总计"].iter().any(|word| label.starts_with(word))
}

fn sum<'a>(blocks: impl Iterator<Item = &'a Sum>) -> Sum {
    blocks.copied().sum()
}

/// Sums of the first block, the first two, and so on.
fn runs<'a>(blocks: impl Iterator<Item = &'a Sum>) -> Vec<Sum> {
    let add = |sum: &mut Sum, block: &Sum| {
        *sum = sum.zip(*block).map(|(sum, block)| sum + block);
        Some(*sum)
    };
    blocks.take(RUNS).scan(Some(0), add).collect()
}
