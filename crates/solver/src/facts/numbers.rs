//! Arithmetic over a block: whole numbers over one denominator a term.
//!
//! A lane whose numbers pass 64 bits on the way is looked at by itself, in 128.

use kaigong_bits::{lanes, low_lanes};
use kaigong_model::{CellState, Dimension, FactIdx, FactType, Values};
use kaigong_rules::expression::{Arithmetic, Comparison, PoolIdx, Reading};

use super::Facts;
use super::block::{Block, Out};
use crate::registers::MOST_WORDS;
use crate::terms::{Term, Test};

/// A term over a block: row `r` is `nums[r] / den`.
struct Column {
    nums: Vec<i64>,
    den: i64,
    /// Rows in which nothing it needs is missing.
    known: [u64; MOST_WORDS],
    /// Rows that do not fit.
    over: [u64; MOST_WORDS],
}

impl Column {
    fn new(rows: usize) -> Self {
        Self { nums: vec![0; rows], den: 1, known: [!0; MOST_WORDS], over: [0; MOST_WORDS] }
    }

    /// Works on every row; the work says whether it went past 64 bits.
    fn each(&mut self, with: &Self, work: impl Fn(i64, i64) -> (i64, bool)) {
        let words = self.nums.chunks_mut(64).zip(with.nums.chunks(64)).enumerate();
        for (word, (nums, with_nums)) in words {
            let mut over = 0;
            for (lane, (num, &with)) in nums.iter_mut().zip(with_nums).enumerate() {
                let (result, past) = work(*num, with);
                *num = result;
                over |= u64::from(past) << lane;
            }
            self.known[word] &= with.known[word];
            self.over[word] |= with.over[word] | over;
        }
    }

    fn scale(&mut self, by: i64) {
        if by == 1 {
            return;
        }
        for (word, nums) in self.nums.chunks_mut(64).enumerate() {
            for (lane, num) in nums.iter_mut().enumerate() {
                let (result, past) = num.overflowing_mul(by);
                *num = result;
                self.over[word] |= u64::from(past) << lane;
            }
        }
    }

    /// Brings two terms over one denominator; nothing where that passes 64 bits.
    fn alike(&mut self, other: &mut Self) -> Option<()> {
        if self.den != other.den {
            let (mine, others) = (self.den, other.den);
            let den = mine.checked_mul(others)?;
            self.scale(others);
            other.scale(mine);
            (self.den, other.den) = (den, den);
        }
        Some(())
    }
}

impl Facts<'_> {
    /// A comparison of two numbers over a block; whether it could be done so.
    pub(super) fn numbers_block(
        &self,
        test: &Test,
        (op, left, right): (Comparison, &Term, &Term),
        block: Block,
        out: &mut Out<'_>,
    ) -> bool {
        if self.always_missing(left) || self.always_missing(right) {
            out.fill(kaigong_bits::Word3::UNKNOWN);
            return true;
        }
        let both = self.column_of(left, block).zip(self.column_of(right, block));
        let Some((mut one, mut other)) = both else { return false };
        if one.alike(&mut other).is_none() {
            return false;
        }
        let words = one.nums.chunks(64).zip(other.nums.chunks(64)).enumerate();
        for (word, (nums, others)) in words {
            let mut holds = 0;
            for (lane, (num, other)) in nums.iter().zip(others).enumerate() {
                holds |= u64::from(op.holds(num.cmp(other))) << lane;
            }
            let known = one.known[word] & other.known[word];
            let over = (one.over[word] | other.over[word]) & known;
            (out.yes[word], out.no[word]) = (known & holds & !over, known & !holds & !over);
            self.one_by_one(test, over, word, block, out);
        }
        true
    }

    fn column_of(&self, term: &Term, block: Block) -> Option<Column> {
        match term {
            Term::Number(number) => {
                let mut column = Column::new(block.rows);
                column.nums.fill(i64::try_from(number.num).ok()?);
                column.den = i64::try_from(number.den).ok()?;
                Some(column)
            }
            Term::Read(Reading::Fact(fact)) => self.read_block(*fact, block),
            Term::Granted(pool) => Some(self.granted_block(*pool, block)),
            Term::Covered(fact) => self.covered_block(*fact, block),
            Term::Arithmetic(Arithmetic::Divide, ..) => None,
            Term::Arithmetic(op, left, right) => {
                let (mut left, mut right) = (self.column_of(left, block)?, self.column_of(right, block)?);
                if *op == Arithmetic::Multiply {
                    left.den = left.den.checked_mul(right.den)?;
                    left.each(&right, i64::overflowing_mul);
                } else {
                    left.alike(&mut right)?;
                    let add = *op == Arithmetic::Add;
                    left.each(&right, if add { i64::overflowing_add } else { i64::overflowing_sub });
                }
                Some(left)
            }
            Term::Min(parts) => self.extreme_block(parts, block, i64::min),
            Term::Max(parts) => self.extreme_block(parts, block, i64::max),
            _ => None,
        }
    }

    fn extreme_block(&self, parts: &[Term], block: Block, of: fn(i64, i64) -> i64) -> Option<Column> {
        let (first, rest) = parts.split_first()?;
        let mut best = self.column_of(first, block)?;
        for part in rest {
            let mut next = self.column_of(part, block)?;
            best.alike(&mut next)?;
            best.each(&next, |one, other| (of(one, other), false));
        }
        Some(best)
    }

    /// A quantity fact, as [`Facts::quantity`] reads it.
    fn read_block(&self, fact: FactIdx, block: Block) -> Option<Column> {
        let mut out = Column::new(block.rows);
        if self.schema[fact].kind == FactType::Quantity(Dimension::Ratio) {
            out.den = 1_000_000;
        }
        let blank = if self.reads_blank_as_no(fact) { !0 } else { 0 };
        let Some(column) = self.portfolio.column(fact) else {
            out.known = [blank; MOST_WORDS];
            return Some(out);
        };
        let Values::Quantity(values) = &column.values else { return None };
        if !column.changes.is_empty() {
            return None;
        }
        values.read(block.first_row(), &mut out.nums);
        for (word, nums) in out.nums.chunks_mut(64).enumerate() {
            let states = column.words[block.first + word];
            out.known[word] = states.recorded | states.no | states.blank & blank;
            lanes(!states.recorded & low_lanes(nums.len())).for_each(|lane| nums[lane] = 0);
        }
        Some(out)
    }

    /// What has been granted out of a pool, as [`Facts::granted`] adds it up.
    fn granted_block(&self, pool: PoolIdx, block: Block) -> Column {
        let mut out = Column::new(block.rows);
        let (first, id) = (block.first_row(), &self.schema.pools[pool.0 as usize].id);
        let grants = &self.portfolio.grants;
        let start = grants.partition_point(|grant| (grant.row as usize) < first);
        let within = grants[start..].iter().take_while(|grant| (grant.row as usize) < first + block.rows);
        for grant in within.filter(|grant| grant.pool == *id) {
            if grant.granted_on.unwrap_or(self.ledger_date) <= block.as_of {
                let at = grant.row as usize - first;
                let (sum, past) = out.nums[at].overflowing_add(grant.amount);
                out.nums[at] = sum;
                out.over[at / 64] |= u64::from(past) << (at % 64);
            }
        }
        out
    }

    /// The area a document covers, as [`Facts::covered`] adds it up.
    fn covered_block(&self, fact: FactIdx, block: Block) -> Option<Column> {
        let mut out = Column::new(block.rows);
        let blank = if self.reads_blank_as_no(fact) { !0 } else { 0 };
        let Some(column) = self.portfolio.column(fact) else {
            out.known = [blank; MOST_WORDS];
            return Some(out);
        };
        if !column.changes.is_empty() {
            return None;
        }
        for (word, nums) in out.nums.chunks_mut(64).enumerate() {
            let states = column.words[block.first + word];
            let settled = states.no | states.blank;
            out.known[word] = states.no | states.blank & blank;
            for lane in lanes(!settled & low_lanes(nums.len())) {
                let row = (block.first_row() + word * 64 + lane) as u32;
                if column.states[row as usize] == CellState::Conflicting {
                    continue;
                }
                if let Some(area) = self.covered(fact, row, block.as_of) {
                    out.known[word] |= 1 << lane;
                    match i64::try_from(area) {
                        Ok(area) => nums[lane] = area,
                        Err(_) => out.over[word] |= 1 << lane,
                    }
                }
            }
        }
        Some(out)
    }
}
