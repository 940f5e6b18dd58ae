//! Columns made apart, row after row, and put below one another: what parallel readers write into.

use rayon::prelude::*;

use super::{CellState, Column, Papers, PortfolioBuilder, ProjectIds, Values, builder::Index};
use crate::{date::Date, fact::FactType};

/// Neighbouring rows read apart: their first row, how many, and a column a fact, `None` where all of them are blank.
#[derive(Debug)]
pub struct Rows {
    /// The row their first becomes.
    pub first: u32,
    /// How many; what columns hold past that is left out.
    pub count: usize,
    /// In order of fact.
    pub columns: Vec<Option<Column>>,
}

impl Column {
    /// An empty column of room for some rows, all blank.
    pub fn blank(kind: FactType, rows: usize) -> Self {
        let mut column = Self::new(kind);
        column.grow(rows);
        column
    }

    /// Puts the first rows of another column of the same fact below, from row `first` on.
    fn append(&mut self, first: usize, count: usize, mut below: Self) {
        if first > self.states.len() {
            self.grow(first);
        }
        let count = count.min(below.states.len());
        if self.states.is_empty() && count == below.states.len() {
            let changes = std::mem::take(&mut self.changes);
            *self = Self { changes, ..below };
            return;
        }
        self.keep_whole_words();
        if self.words.len() * 64 == first {
            self.words.extend(below.words.drain(..below.words.len().min(count / 64)));
        }
        self.states.extend(below.states.drain(..count));
        match (&mut self.values, below.values) {
            (Values::Bool(mine), Values::Bool(theirs)) => append_bits(mine, &theirs, first, count),
            (Values::Quantity(mine), Values::Quantity(theirs))
            | (Values::Date(mine), Values::Date(theirs))
            | (Values::Enum(mine), Values::Enum(theirs)) => mine.append(theirs, count),
            (Values::Text(mine), Values::Text(theirs)) => mine.extend(theirs.into_iter().take(count)),
            (Values::Document(mine), Values::Document(theirs)) => mine.append(first, count, theirs),
            (Values::Projects { ids, .. }, Values::Projects { ids: theirs, .. }) => {
                let kept = theirs.into_iter().take_while(|(row, _)| (*row as usize) < count);
                ids.extend(kept.map(|(row, written)| (row + first as u32, written)));
            }
            // INVARIANT: both are made for the same fact.
            _ => self.states[first..].fill(CellState::Conflicting),
        }
    }
}

/// Puts bits below others, from row `first` on.
fn append_bits(mine: &mut Vec<u64>, theirs: &[u64], first: usize, count: usize) {
    if first.is_multiple_of(64) {
        mine.resize(first / 64, 0);
        mine.extend(theirs.iter().take(count.div_ceil(64)));
        mine.resize((first + count).div_ceil(64), 0);
        if let Some(last) = mine.last_mut().filter(|_| !count.is_multiple_of(64)) {
            *last &= (1 << (count % 64)) - 1;
        }
        return;
    }
    mine.resize((first + count).div_ceil(64), 0);
    let set = |row: usize| theirs.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1);
    for row in (0..count).filter(|&row| set(row)) {
        let at = first + row;
        mine[at / 64] |= 1 << (at % 64);
    }
}

impl Papers {
    /// Sets a row of a column that is being read to one issue with a day of issue and nothing else.
    #[inline]
    pub fn issue_on(&mut self, row: usize, day: Date) {
        self.days.put(row, day.0.into());
    }

    /// Days of issue of rows that are being read, each the only thing its row says.
    ///
    /// # Panics
    /// Where the column is shorter, or closed.
    pub fn gathered(&mut self, rows: std::ops::Range<usize>) -> &mut [i64] {
        self.days.gathered(rows)
    }

    /// Puts the first rows of others below, from row `first` on; their lists of issues get new numbers.
    fn append(&mut self, first: usize, count: usize, below: Self) {
        self.days.append(below.days, count);
        if below.issues.is_empty() {
            return;
        }
        append_bits(&mut self.listed, &below.listed, first, count);
        let moved = self.issues.len() as u32;
        self.lists.resize(first, 0);
        self.lists.extend(below.lists.iter().take(count).map(|list| list + moved));
        self.issues.extend(below.issues);
    }
}

impl PortfolioBuilder {
    /// Makes room for more ids.
    pub fn reserve(&mut self, more: usize) {
        self.portfolio.ids.reserve(more);
        match &mut self.index {
            Index::Ids(rows) => rows.reserve(more),
            Index::Hashes(hashes) => hashes.reserve(more),
        }
    }

    /// Adds a new id of a hash that is known.
    ///
    /// # Errors
    /// The row that has the id already.
    pub fn take_new(&mut self, id: &str, hash: u64) -> Result<u32, u32> {
        let row = self.portfolio.ids.len() as u32;
        match &mut self.index {
            Index::Ids(rows) => rows.add(&self.portfolio.ids, id, hash, row)?,
            Index::Hashes(hashes) => hashes.push(hash),
        }
        self.portfolio.ids.push(id);
        Ok(row)
    }

    /// Adds the first of some new ids, whose hashes are known; how many before one that is there already.
    pub fn take_all_new(&mut self, ids: &ProjectIds, hashes: impl Iterator<Item = u64>, count: usize) -> usize {
        match &mut self.index {
            Index::Ids(_) => {
                let new = |(id, hash): (&str, u64)| self.take_new(id, hash).is_ok();
                ids.iter().zip(hashes).take(count).map(new).take_while(|&is_new| is_new).count()
            }
            Index::Hashes(known) => {
                known.extend(hashes.take(count));
                self.portfolio.ids.append(ids, count);
                count
            }
        }
    }

    /// Puts rows that were read apart below one another, each column on a thread of its own; their ids have been added.
    ///
    /// INVARIANT: no cell of these rows has been set before, and they come in order.
    pub fn append(&mut self, parts: Vec<Rows>) {
        let mut by_fact: Vec<Vec<(usize, usize, Column)>> = self.portfolio.columns.iter().map(|_| Vec::new()).collect();
        for part in parts {
            for (fact, column) in part.columns.into_iter().enumerate() {
                let kept =
                    column.filter(|column| column.states.iter().take(part.count).any(|&s| s != CellState::Blank));
                by_fact[fact].extend(kept.map(|column| (part.first as usize, part.count, column)));
            }
        }
        let schema = &self.portfolio.schema;
        let columns = self.portfolio.columns.par_iter_mut().zip(by_fact).enumerate();
        columns.filter(|(_, (_, parts))| !parts.is_empty()).for_each(|(fact, (column, parts))| {
            let kind = schema[crate::fact::FactIdx(fact as u32)].kind;
            let column = column.get_or_insert_with(|| Column::new(kind));
            for (first, count, below) in parts {
                column.append(first, count, below);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        cell::{Cell, Issue},
        fact::{FactIdx, FactSpec, Schema},
    };

    #[test]
    fn words_say_what_states_do_however_rows_came() {
        let all = [Cell::Blank, Cell::Bool(true), Cell::No, Cell::InHand, Cell::Conflicting];
        let cell = |at: usize| all[(at * at + at / 7) % 5].clone();
        for (sizes, closed) in [[64, 128, 64], [64, 63, 1], [100, 28, 64], [1, 64, 200]]
            .iter()
            .flat_map(|sizes| (0..16).map(move |closed| (sizes, closed)))
        {
            let mut builder =
                PortfolioBuilder::unindexed(Arc::new(Schema::new(vec![FactSpec::new("f", FactType::Bool)])));
            let mut first = 0;
            for (part, &count) in sizes.iter().enumerate() {
                let mut column = Column::blank(FactType::Bool, count);
                (0..count).for_each(|row| column.put(row as u32, cell(first + row)));
                if closed >> part & 1 == 1 {
                    column.close();
                }
                (0..count).for_each(|row| assert!(builder.take_new("P", (first + row) as u64).is_ok()));
                builder.append(vec![Rows { first: first as u32, count, columns: vec![Some(column)] }]);
                first += count;
                if closed & 8 == 8 {
                    builder.put(first as u32 - 1, FactIdx(0), Cell::No);
                    builder.put(0, FactIdx(0), Cell::InHand);
                }
            }
            builder.take_new("P", 0).unwrap();
            let (mut portfolio, _) = builder.finish();
            portfolio.columns[0].as_mut().unwrap().set(70, Cell::Bool(false));
            let column = portfolio.columns[0].as_ref().unwrap();
            assert_eq!(column.words.len(), column.states.len().div_ceil(64));
            for (row, &state) in column.states.iter().enumerate() {
                let (word, lane) = (column.words[row / 64], row % 64);
                let told = [word.recorded, word.no, word.blank].map(|mask| mask >> lane & 1 == 1);
                let expect = [CellState::Recorded, CellState::No, CellState::Blank].map(|wanted| state == wanted);
                assert_eq!(told, expect, "row {row} of {sizes:?}, {closed:b}");
            }
        }
    }

    #[test]
    fn columns_put_below_one_another_hold_what_each_held() {
        let kinds = [FactType::Document, FactType::Text, FactType::Projects];
        let specs = kinds.iter().enumerate().map(|(at, kind)| FactSpec::new(format!("f{at}"), *kind)).collect();
        let mut builder = PortfolioBuilder::new(Arc::new(Schema::new(specs)));
        let numbered = |text: &str| Cell::Document(vec![Issue { number: Some(text.into()), ..Issue::default() }]);
        let dated = Cell::Document(vec![Issue { issued_on: Date::parse("2020-01-01"), ..Issue::default() }]);
        let part = |first: u32, cells: [Cell; 3]| {
            let mut columns: Vec<Option<Column>> = vec![None, None, None];
            for (fact, cell) in cells.into_iter().enumerate().filter(|(_, cell)| *cell != Cell::Blank) {
                let mut column = Column::blank(kinds[fact], 4);
                column.put(1, cell);
                columns[fact] = Some(column);
            }
            Rows { first, count: 2, columns }
        };
        for (row, id) in ["A", "B", "C", "D", "E", "F"].into_iter().enumerate() {
            assert_eq!(builder.take_new(id, super::super::id_hash(id)), Ok(row as u32));
        }
        assert_eq!(builder.take_new("B", super::super::id_hash("B")), Err(1));
        let link = Cell::Projects(vec!["B".into()]);
        builder.append(vec![
            part(0, [numbered("1"), Cell::Text("x".into()), Cell::Blank]),
            part(2, [numbered("2"), Cell::Blank, link.clone()]),
        ]);
        builder.append(vec![part(4, [dated.clone(), Cell::Text("y".into()), Cell::Blank])]);
        let (portfolio, strangers) = builder.finish();
        assert!(strangers.is_empty());
        let cells = |fact: u32| -> Vec<Cell> {
            (0..6).map(|row| portfolio.column(FactIdx(fact)).unwrap().base_cell(row)).collect()
        };
        let blank = || Cell::Blank;
        assert_eq!(cells(0), [blank(), numbered("1"), blank(), numbered("2"), blank(), dated]);
        assert_eq!(cells(1), [blank(), Cell::Text("x".into()), blank(), blank(), blank(), Cell::Text("y".into())]);
        assert_eq!(cells(2), [blank(), blank(), blank(), link, blank(), blank()]);
    }
}
