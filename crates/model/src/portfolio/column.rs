//! One fact over all rows: states, typed values, dated changes.

use std::collections::BTreeMap;

use crate::{
    cell::{Cell, Issue},
    date::Date,
    fact::{FactSpec, FactType},
    numbers::Numbers,
};

/// What a cell says about itself, apart from its value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CellState {
    /// Nothing written.
    #[default]
    Blank,
    /// A value is written.
    Recorded,
    /// Written as not there.
    No,
    /// Under way.
    InHand,
    /// Two sources differ.
    Conflicting,
}

/// The values of a column.
#[derive(Clone, Debug)]
pub enum Values {
    /// Yes or no, 64 rows a word.
    Bool(Vec<u64>),
    /// Atoms.
    Quantity(Numbers),
    /// Day numbers.
    Date(Numbers),
    /// Codes.
    Enum(Numbers),
    /// Texts.
    Text(Vec<Box<str>>),
    /// Issues of a document.
    Document(Papers),
    /// Linked projects, sparse.
    Projects {
        /// Ids as written.
        ids: BTreeMap<u32, Vec<String>>,
        /// The same as rows, [`crate::NO_ROW`] where the id is unknown.
        rows: BTreeMap<u32, Vec<u32>>,
    },
}

/// A column of documents: days of issue, and lists where a row holds more.
///
/// ```text
/// days:   [17500, 0, 17800, 0, ...]      narrow; meaningless where a list is kept
/// listed: [0b1010, ...]                  which rows keep a list
/// lists:  [0, 0, 0, 1, ...]              which list, where any row keeps one
/// issues: [[..two issues..], [..number and dates..]]
/// ```
#[derive(Clone, Debug, Default)]
pub struct Papers {
    pub(super) days: Numbers,
    pub(super) listed: Vec<u64>,
    pub(super) lists: Vec<u32>,
    pub(super) issues: Vec<Vec<Issue>>,
}

/// What a row of [`Papers`] holds.
#[derive(Clone, Copy, Debug)]
pub enum Paper<'p> {
    /// One issue with a day of issue and nothing else.
    IssuedOn(Date),
    /// Any other issues.
    Issues(&'p [Issue]),
}

impl Papers {
    /// The days of issue of the rows that keep no list.
    pub fn days(&self) -> &Numbers {
        &self.days
    }

    /// Which of 64 neighbouring rows keep a list.
    #[inline]
    pub fn listed(&self, word: usize) -> u64 {
        self.listed.get(word).copied().unwrap_or(0)
    }

    /// Whether any row keeps a list.
    pub fn has_lists(&self) -> bool {
        !self.issues.is_empty()
    }

    /// Whether a row keeps a list: it holds more than one day of issue.
    #[inline]
    pub fn is_listed(&self, row: u32) -> bool {
        self.listed(row as usize / 64) >> (row % 64) & 1 == 1
    }

    /// What a row holds; meaningless unless the row is recorded.
    #[inline]
    pub fn get(&self, row: u32) -> Paper<'_> {
        let listed = self.is_listed(row);
        let row = row as usize;
        if listed {
            Paper::Issues(&self.issues[self.lists[row] as usize])
        } else {
            Paper::IssuedOn(Date(self.days.get(row) as i32))
        }
    }

    pub(super) fn put(&mut self, at: usize, issues: Vec<Issue>) {
        if let [Issue { issued_on: Some(day), number: None, .. }] = issues.as_slice()
            && issues[0] == (Issue { issued_on: Some(*day), ..Issue::default() })
        {
            self.days.put(at, i64::from(day.0));
            if let Some(word) = self.listed.get_mut(at / 64) {
                *word &= !(1 << (at % 64));
            }
            return;
        }
        if self.listed.len() <= at / 64 {
            self.listed.resize(at / 64 + 1, 0);
        }
        if self.lists.len() <= at {
            self.lists.resize(at + 1, 0);
        }
        if self.listed[at / 64] >> (at % 64) & 1 == 1 {
            self.issues[self.lists[at] as usize] = issues;
            return;
        }
        self.listed[at / 64] |= 1 << (at % 64);
        self.lists[at] = self.issues.len() as u32;
        self.issues.push(issues);
    }
}

impl Paper<'_> {
    /// The issues as they are.
    pub fn to_issues(self) -> Vec<Issue> {
        match self {
            Self::IssuedOn(day) => vec![Issue { issued_on: Some(day), ..Issue::default() }],
            Self::Issues(issues) => issues.to_vec(),
        }
    }

    /// Runs something over the issues without copying them.
    #[inline]
    pub fn with<T>(self, run: impl FnOnce(&[Issue]) -> T) -> T {
        match self {
            Self::IssuedOn(day) => run(&[Issue { issued_on: Some(day), ..Issue::default() }]),
            Self::Issues(issues) => run(issues),
        }
    }
}

/// A dated change of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The day it holds from.
    pub from: Date,
    /// The day it was recorded, if said.
    pub recorded_on: Option<Date>,
    /// The value from that day on.
    pub cell: Cell,
}

/// The states of 64 neighbouring rows as masks; a lane in none of them is conflicting or in hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateWord {
    /// Rows with a value.
    pub recorded: u64,
    /// Rows said not to be there.
    pub no: u64,
    /// Rows with nothing written.
    pub blank: u64,
}

/// One fact over all rows.
#[derive(Clone, Debug)]
pub struct Column {
    /// State of each row; shorter than the portfolio where the rest is blank.
    pub states: Vec<CellState>,
    /// The same, 64 rows a word; made when the portfolio is finished.
    pub words: Vec<StateWord>,
    /// Value of each row.
    pub values: Values,
    /// Dated changes, in order of `from`.
    pub changes: BTreeMap<u32, Vec<Change>>,
}

impl Column {
    pub(super) fn new(kind: FactType) -> Self {
        let values = match kind {
            FactType::Bool => Values::Bool(Vec::new()),
            FactType::Quantity(_) => Values::Quantity(Numbers::default()),
            FactType::Date => Values::Date(Numbers::default()),
            FactType::Enum => Values::Enum(Numbers::default()),
            FactType::Text => Values::Text(Vec::new()),
            FactType::Document => Values::Document(Papers::default()),
            FactType::Projects => Values::Projects { ids: BTreeMap::new(), rows: BTreeMap::new() },
        };
        Self { states: Vec::new(), words: Vec::new(), values, changes: BTreeMap::new() }
    }

    /// A column of numbers by row, each with its state; none where the fact holds no numbers. An amount is in atoms, a day
    /// a day or the only thing its document says.
    ///
    /// INVARIANT: there are as many of either, and a number that is recorded is one of the fact.
    pub fn of_numbers(kind: FactType, numbers: Vec<i64>, states: Vec<CellState>) -> Option<Self> {
        let numbers = Numbers::from(numbers);
        let values = match kind {
            FactType::Quantity(_) => Values::Quantity(numbers),
            FactType::Date => Values::Date(numbers),
            FactType::Enum => Values::Enum(numbers),
            FactType::Document => Values::Document(Papers { days: numbers, ..Papers::default() }),
            FactType::Bool | FactType::Text | FactType::Projects => return None,
        };
        Some(Self { states, words: Vec::new(), values, changes: BTreeMap::new() })
    }

    /// A column of yes or no, 64 rows a word, each row with its state.
    ///
    /// INVARIANT: there is a word for every 64 states.
    pub fn of_bools(values: Vec<u64>, states: Vec<CellState>) -> Self {
        Self { states, words: Vec::new(), values: Values::Bool(values), changes: BTreeMap::new() }
    }

    /// The same column, which of whose rows are recorded is known; all others are blank.
    ///
    /// INVARIANT: its states say so too.
    #[must_use]
    pub fn recorded_on(mut self, recorded: impl Iterator<Item = u64>) -> Self {
        let lanes = self.states.chunks(64).map(|states| !0 >> (64 - states.len()));
        let word =
            |(lanes, recorded): (u64, u64)| StateWord { recorded: recorded & lanes, no: 0, blank: !recorded & lanes };
        self.words = lanes.zip(recorded).map(word).collect();
        self
    }

    /// The state of a row, dated changes left aside.
    #[inline]
    pub fn state(&self, row: u32) -> CellState {
        self.states.get(row as usize).copied().unwrap_or_default()
    }

    /// The cell of a row, dated changes left aside.
    pub fn base_cell(&self, row: u32) -> Cell {
        let at = row as usize;
        match (self.state(row), &self.values) {
            (CellState::Blank, _) => Cell::Blank,
            (CellState::No, _) => Cell::No,
            (CellState::InHand, _) => Cell::InHand,
            (CellState::Conflicting, _) => Cell::Conflicting,
            (CellState::Recorded, Values::Bool(values)) => Cell::Bool(values[at / 64] >> (at % 64) & 1 == 1),
            (CellState::Recorded, Values::Quantity(values)) => Cell::Quantity(values.get(at)),
            (CellState::Recorded, Values::Date(values)) => Cell::Date(Date(values.get(at) as i32)),
            (CellState::Recorded, Values::Enum(values)) => Cell::Enum(values.get(at) as u16),
            (CellState::Recorded, Values::Text(values)) => Cell::Text(values[at].to_string()),
            (CellState::Recorded, Values::Document(papers)) => Cell::Document(papers.get(row).to_issues()),
            (CellState::Recorded, Values::Projects { ids, .. }) => {
                Cell::Projects(ids.get(&row).cloned().unwrap_or_default())
            }
        }
    }

    /// The change in force for a row on a day, as known by a day.
    pub fn change_at(&self, row: u32, as_of: Date, known_by: Option<Date>) -> Option<&Change> {
        self.changes.get(&row)?.iter().rev().find(|change| {
            change.from <= as_of && known_by.is_none_or(|known| change.recorded_on.is_none_or(|day| day <= known))
        })
    }

    /// Makes the words that have not been made.
    fn make_words(&mut self) {
        let made = self.words.len() * 64;
        if let Some(rest) = self.states.get(made..) {
            self.words.extend(rest.chunks(64).map(StateWord::of));
        }
    }

    /// Leaves only words of 64 rows each, so that rows may follow; each that is made goes on saying what its rows do.
    pub(super) fn keep_whole_words(&mut self) {
        self.words.truncate(self.states.len() / 64);
    }

    /// Sets a cell, whatever it held; `cell` must be of the column's type.
    pub fn set(&mut self, row: u32, cell: Cell) {
        self.put(row, cell);
        if self.states[row as usize] != CellState::Recorded
            && let Values::Projects { ids, rows } = &mut self.values
        {
            ids.remove(&row);
            rows.remove(&row);
        }
    }

    /// Makes the column as quick to write to as it was.
    pub(super) fn open(&mut self) {
        match &mut self.values {
            Values::Quantity(values) | Values::Date(values) | Values::Enum(values) => values.open(),
            Values::Document(papers) => papers.days.open(),
            Values::Bool(_) | Values::Text(_) | Values::Projects { .. } => {}
        }
    }

    /// Makes the column as narrow and as quick to read as it will be; it can no longer be [gathered](Papers::gathered).
    pub fn close(&mut self) {
        self.make_words();
        let words = &self.words;
        let recorded = |word: usize| words.get(word).map_or(0, |states| states.recorded);
        match &mut self.values {
            Values::Quantity(values) | Values::Date(values) | Values::Enum(values) => values.close(recorded),
            Values::Document(papers) => {
                let Papers { days, listed, .. } = papers;
                days.close(|word| recorded(word) & !listed.get(word).copied().unwrap_or(0));
            }
            Values::Bool(_) | Values::Text(_) | Values::Projects { .. } => {}
        }
    }

    pub(super) fn grow(&mut self, rows: usize) {
        if self.states.len() >= rows {
            return;
        }
        self.keep_whole_words();
        self.states.resize(rows, CellState::Blank);
        match &mut self.values {
            Values::Bool(values) => values.resize(rows.div_ceil(64), 0),
            Values::Quantity(values) | Values::Date(values) | Values::Enum(values) => values.grow(rows),
            Values::Text(values) => values.resize(rows, Box::from("")),
            Values::Document(papers) => papers.days.grow(rows),
            Values::Projects { .. } => {}
        }
    }

    /// Puts what is known by a day and has held on every day into the values themselves.
    pub(super) fn settle(&mut self, known_by: Option<Date>, first: Date) {
        // Links stand in two forms, which are made together.
        if matches!(self.values, Values::Projects { .. }) {
            return;
        }
        self.open();
        let rows: Vec<u32> = self.changes.keys().copied().collect();
        for row in rows {
            let Some(changes) = self.changes.get_mut(&row) else { continue };
            let always = changes.partition_point(|change| change.from <= first);
            let known = |change: &Change| known_by.is_none_or(|by| change.recorded_on.is_none_or(|day| day <= by));
            let last = changes.drain(..always).rfind(known);
            if changes.is_empty() {
                self.changes.remove(&row);
            }
            if let Some(change) = last {
                self.put(row, change.cell);
            }
        }
        self.close();
    }

    /// INVARIANT: `cell` is of the column's type; the ledger reader and `parse_cell` see to it.
    pub(super) fn put(&mut self, row: u32, cell: Cell) {
        self.grow(row as usize + 1);
        let at = row as usize;
        let state = match (cell, &mut self.values) {
            (Cell::Blank, _) => CellState::Blank,
            (Cell::No, _) => CellState::No,
            (Cell::InHand, _) => CellState::InHand,
            (Cell::Bool(value), Values::Bool(values)) => {
                values[at / 64] = values[at / 64] & !(1 << (at % 64)) | u64::from(value) << (at % 64);
                CellState::Recorded
            }
            (Cell::Quantity(value), Values::Quantity(values)) => {
                values.put(at, value);
                CellState::Recorded
            }
            (Cell::Date(value), Values::Date(values)) => {
                values.put(at, i64::from(value.0));
                CellState::Recorded
            }
            (Cell::Enum(value), Values::Enum(values)) => {
                values.put(at, i64::from(value));
                CellState::Recorded
            }
            (Cell::Text(value), Values::Text(values)) => {
                values[at] = value.into_boxed_str();
                CellState::Recorded
            }
            (Cell::Document(issues), Values::Document(papers)) => {
                papers.put(at, issues);
                CellState::Recorded
            }
            (Cell::Projects(written), Values::Projects { ids, .. }) => {
                ids.insert(row, written);
                CellState::Recorded
            }
            _ => CellState::Conflicting,
        };
        self.states[at] = state;
        if let Some(word) = self.words.get_mut(at / 64) {
            word.set(at % 64, state);
        }
    }
}

impl StateWord {
    /// Of up to 64 rows.
    fn of(states: &[CellState]) -> Self {
        let lanes = !0 >> (64 - states.len());
        let (recorded, blank) = (mask_of(states, CellState::Recorded), mask_of(states, CellState::Blank));
        // Most often nothing else is written.
        let no = if recorded | blank == lanes { 0 } else { mask_of(states, CellState::No) };
        Self { recorded, no, blank }
    }

    fn set(&mut self, lane: usize, state: CellState) {
        let masks = [
            (&mut self.recorded, CellState::Recorded),
            (&mut self.no, CellState::No),
            (&mut self.blank, CellState::Blank),
        ];
        for (mask, wanted) in masks {
            *mask = *mask & !(1 << lane) | u64::from(state == wanted) << lane;
        }
    }
}

/// Which of up to 64 states are the one wanted.
///
/// Eight lanes at a time: bytes of 0 and 1 times this constant bring lane `j` to bit `56 + j`, and no two products
/// meet in one bit.
fn mask_of(states: &[CellState], wanted: CellState) -> u64 {
    let mut hits = [0u8; 64];
    hits.iter_mut().zip(states).for_each(|(hit, state)| *hit = u8::from(*state == wanted));
    let eight =
        |at: usize, lanes: &[u8; 8]| (u64::from_le_bytes(*lanes).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    hits.as_chunks().0.iter().enumerate().fold(0, |mask, (at, lanes)| mask | eight(at, lanes))
}

/// The kind of value a spec's cells hold, for callers that fill cells by hand.
impl From<&FactSpec> for Column {
    fn from(spec: &FactSpec) -> Self {
        Self::new(spec.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_of_states_are_those_of_each_lane() {
        let all = [CellState::Blank, CellState::Recorded, CellState::No, CellState::InHand, CellState::Conflicting];
        for length in [0, 1, 7, 8, 9, 63, 64] {
            let states: Vec<CellState> = (0..length).map(|at| all[(at * at + at / 3) % 5]).collect();
            for wanted in all {
                let lanes = states.iter().enumerate();
                let naive = lanes.fold(0u64, |mask, (lane, state)| mask | u64::from(*state == wanted) << lane);
                assert_eq!(mask_of(&states, wanted), naive, "{length} {wanted:?}");
            }
        }
    }
}
