//! Tests over blocks: a leaf condition becomes words of truths, a whole zone at a time where its column allows.
//!
//! What a block cannot settle (dated changes, documents with several issues, divisions) is looked at row by row.

use kaigong_bits::{Word3, lanes, low_lanes, within};
use kaigong_model::{
    Calendar, Column, Date, DateKind, Duration, FactIdx, Numbers, Offsets, Papers, Part, Truth, Values, ZONE_ROWS,
};
use kaigong_rules::expression::{Comparison, Reading};

use super::documents::first_fresh;
use super::{Facts, Picked, Span, round_up, truth_word};
use crate::registers::MOST_WORDS;
use crate::terms::{Term, Test};

/// Neighbouring rows on one day, within one zone of the columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    /// First word; a multiple of the words a block has.
    pub(crate) first: usize,
    /// How many rows.
    pub(crate) rows: usize,
    /// The day looked at.
    pub(crate) as_of: Date,
}

impl Block {
    /// How many words.
    pub(crate) fn words(self) -> usize {
        self.rows.div_ceil(64)
    }

    /// The rows of one of its words.
    pub(crate) fn span(self, word: usize) -> Span {
        let first = (self.first + word) * 64;
        Span { first: first as u32, len: (self.rows - word * 64).min(64), as_of: self.as_of }
    }

    pub(super) fn first_row(self) -> usize {
        self.first * 64
    }
}

/// Where the truths of a block go.
#[derive(Debug)]
pub(crate) struct Out<'o> {
    pub(crate) yes: &'o mut [u64],
    pub(crate) no: &'o mut [u64],
}

impl Out<'_> {
    pub(crate) fn set(&mut self, word: usize, value: Word3) {
        (self.yes[word], self.no[word]) = (value.yes, value.no);
    }

    pub(crate) fn fill(&mut self, value: Word3) {
        self.yes.fill(value.yes);
        self.no.fill(value.no);
    }

    fn set_lane(&mut self, row: usize, truth: Truth) {
        let (word, bit) = (row / 64, 1u64 << (row % 64));
        let put = |words: &mut [u64], is: bool| words[word] = if is { words[word] | bit } else { words[word] & !bit };
        put(self.yes, truth == Truth::Yes);
        put(self.no, truth == Truth::No);
    }
}

/// The days of a reading over a block. Lanes in no mask are to be looked at one by one.
pub(crate) struct Days<'n> {
    numbers: &'n Numbers,
    block: Block,
    /// Lanes whose day is known, as [`Days::between`] reads it.
    pub(crate) known: [u64; MOST_WORDS],
    /// Lanes that certainly have none yet.
    pub(crate) none: [u64; MOST_WORDS],
    /// Lanes on which nothing is recorded.
    pub(crate) unknown: [u64; MOST_WORDS],
}

impl Days<'_> {
    /// The known lanes whose day lies between two days, both counted.
    pub(crate) fn between(&self, from: Date, to: Date, out: &mut [u64; MOST_WORDS]) {
        interval(self.numbers, self.block, (i64::from(from.0), i64::from(to.0)), out);
    }
}

impl Facts<'_> {
    /// A test over a block; `completed(slot, word)` are the upstream slots.
    pub(crate) fn test_block(
        &self,
        test: &Test,
        block: Block,
        out: &mut Out<'_>,
        completed: &impl Fn(usize, usize) -> Word3,
    ) {
        let settled = match test {
            Test::Bool(fact) => self.bool_block(*fact, block, out),
            Test::Quantity(fact, op, atoms) => self.quantity_block(*fact, *op, *atoms, block, out),
            Test::Codes(fact, codes) => self.codes_block(*fact, codes, block, out),
            Test::Issued(fact) => self.issued_block(*fact, block, out),
            Test::Recorded(reading) => self.recorded_block(*reading, block, out),
            Test::Dates(op, Term::Read(reading), Term::Date(day)) => self.dates_block(*reading, *op, *day, block, out),
            Test::Dates(op, Term::Read(reading), Term::AsOf) => {
                self.dates_block(*reading, *op, block.as_of, block, out)
            }
            Test::Dates(op, limit @ Term::Shift { .. }, Term::Date(day)) => {
                self.limit_block(test, (*op, limit, *day), block, out)
            }
            Test::Dates(op, limit @ Term::Shift { .. }, Term::AsOf) => {
                self.limit_block(test, (*op, limit, block.as_of), block, out)
            }
            Test::Numbers(op, left, right) => self.numbers_block(test, (*op, left, right), block, out),
            _ => false,
        };
        if settled {
            return;
        }
        for word in 0..block.words() {
            out.set(word, self.test(test, block.span(word), |slot| completed(slot, word)));
        }
    }

    fn bool_block(&self, fact: FactIdx, block: Block, out: &mut Out<'_>) -> bool {
        let Some(column) = self.portfolio.column(fact) else { return false };
        let Values::Bool(values) = &column.values else { return false };
        let holds = |word: usize| values[block.first + word];
        self.spread(fact, column, Truth::No, block, out, holds);
        Self::patch(column, block, out, |row| self.test(&Test::Bool(fact), row, |_| Word3::UNKNOWN));
        true
    }

    fn quantity_block(&self, fact: FactIdx, op: Comparison, atoms: i64, block: Block, out: &mut Out<'_>) -> bool {
        let Some(column) = self.portfolio.column(fact) else { return false };
        let Values::Quantity(values) = &column.values else { return false };
        let mut inside = [0; MOST_WORDS];
        let flip = compared(values, block, op, atoms, &mut inside);
        let zero = Truth::from(op.holds(0.cmp(&atoms)));
        self.spread(fact, column, zero, block, out, |word| inside[word] ^ flip);
        Self::patch(column, block, out, |row| self.test(&Test::Quantity(fact, op, atoms), row, |_| Word3::UNKNOWN));
        true
    }

    fn codes_block(&self, fact: FactIdx, codes: &[u16], block: Block, out: &mut Out<'_>) -> bool {
        let Some(column) = self.portfolio.column(fact) else { return false };
        let Values::Enum(values) = &column.values else { return false };
        if !column.changes.is_empty() {
            return false;
        }
        let (mut any, mut some) = ([0; MOST_WORDS], [0; MOST_WORDS]);
        for (low, high) in runs(codes) {
            interval(values, block, (low, high), &mut some);
            any.iter_mut().zip(&some).for_each(|(any, some)| *any |= some);
        }
        for (word, any) in any.iter().enumerate().take(block.words()) {
            let recorded = column.words[block.first + word].recorded;
            out.set(word, Word3 { yes: recorded & any, no: recorded & !any });
        }
        true
    }

    /// Rows that hold only a day of issue, recent enough to be in force whenever expiry is judged, are settled without
    /// a branch; the others one by one.
    fn issued_block(&self, fact: FactIdx, block: Block, out: &mut Out<'_>) -> bool {
        let Some((column, papers)) = self.papers(fact) else { return false };
        let fresh =
            self.portfolio.schema[fact].valid.map_or(i64::MIN, |valid| first_fresh(valid, block.as_of).0.into());
        let as_of = i64::from(block.as_of.0);
        let (mut holds, mut old) = ([0; MOST_WORDS], [0; MOST_WORDS]);
        interval(papers.days(), block, (fresh, as_of), &mut holds);
        if fresh > i64::MIN {
            interval(papers.days(), block, (i64::MIN, fresh.min(as_of + 1) - 1), &mut old);
        }
        self.spread(fact, column, Truth::No, block, out, |word| holds[word]);
        for (word, old) in old.iter().enumerate().take(block.words()) {
            let states = column.words[block.first + word];
            let in_hand = !(states.recorded | states.no | states.blank);
            let listed = papers.listed(block.first + word);
            let slow = in_hand | states.recorded & (listed | old);
            self.one_by_one(&Test::Issued(fact), slow, word, block, out);
        }
        true
    }

    fn recorded_block(&self, reading: Reading, block: Block, out: &mut Out<'_>) -> bool {
        let fact = reading.fact();
        let Some(column) = self.portfolio.column(fact).filter(|column| column.changes.is_empty()) else { return false };
        let test = Test::Recorded(reading);
        let mut until_today = [0; MOST_WORDS];
        match (&column.values, reading) {
            (Values::Enum(_) | Values::Text(_) | Values::Quantity(_), _) => until_today = [!0; MOST_WORDS],
            (Values::Date(days), _) => {
                let event = self.portfolio.schema[fact].date_kind == DateKind::Event;
                let last = if event { block.as_of.0.into() } else { i64::MAX };
                interval(days, block, (i64::MIN, last), &mut until_today);
            }
            (Values::Document(papers), Reading::Fact(_) | Reading::Part(_, Part::IssuedOn)) => {
                interval(papers.days(), block, (i64::MIN, block.as_of.0.into()), &mut until_today);
            }
            _ => return false,
        }
        for (word, &holds) in until_today.iter().enumerate().take(block.words()) {
            let states = column.words[block.first + word];
            let other = !(states.recorded | states.no | states.blank);
            let listed = match &column.values {
                Values::Document(papers) => papers.listed(block.first + word),
                _ => 0,
            };
            let no = states.no | states.blank | states.recorded & !holds;
            out.set(word, Word3 { yes: states.recorded & holds, no });
            self.one_by_one(&test, other | states.recorded & listed, word, block, out);
        }
        true
    }

    fn dates_block(&self, reading: Reading, op: Comparison, day: Date, block: Block, out: &mut Out<'_>) -> bool {
        let Some(days) = self.days_block(reading, block) else { return false };
        let mut inside = [0; MOST_WORDS];
        let flip = compared(days.numbers, block, op, day.0.into(), &mut inside);
        let test = Test::Dates(op, Term::Read(reading), Term::Date(day));
        self.known_days(&days, &test, block, out, |word| inside[word] ^ flip);
        true
    }

    /// A recorded day and a length of time against a day: what is latest of the recorded days is looked for once.
    fn limit_block(
        &self,
        test: &Test,
        (op, limit, day): (Comparison, &Term, Date),
        block: Block,
        out: &mut Out<'_>,
    ) -> bool {
        let Term::Shift { date, amount, unit, back } = limit else { return false };
        let (Term::Read(reading), Term::Number(amount)) = (&**date, &**amount) else { return false };
        let Some(days) = self.days_block(*reading, block) else { return false };
        let Ok(count) = i32::try_from(round_up(*amount)) else { return false };
        let Some(count) = (if *back { count.checked_neg() } else { Some(count) }) else { return false };
        let duration = Duration { count, unit: *unit };
        let zone = days.numbers.zone(block.first_row() / ZONE_ROWS);
        let ends = |from: i64| Some(i64::from(Date(i32::try_from(from).ok()?).plus(duration, Calendar::official())?.0));
        if ends(zone.low).is_none() || ends(zone.high).is_none() {
            return false;
        }
        // Later days end no earlier: the last one that ends by a day tells them all.
        let last_by = |day: i64| {
            let (mut below, mut above) = (zone.low - 1, zone.high + 1);
            while above - below > 1 {
                let middle = below + (above - below) / 2;
                match ends(middle) {
                    Some(end) if end <= day => below = middle,
                    _ => above = middle,
                }
            }
            below
        };
        let day = i64::from(day.0);
        let (low, high, flip) = match op {
            Comparison::LessOrEqual => (i64::MIN, last_by(day), 0),
            Comparison::Less => (i64::MIN, last_by(day - 1), 0),
            Comparison::Greater => (i64::MIN, last_by(day), !0),
            Comparison::GreaterOrEqual => (i64::MIN, last_by(day - 1), !0),
            Comparison::Equal => (last_by(day - 1) + 1, last_by(day), 0),
            Comparison::NotEqual => (last_by(day - 1) + 1, last_by(day), !0),
        };
        let mut inside = [0; MOST_WORDS];
        interval(days.numbers, block, (low, high), &mut inside);
        self.known_days(&days, test, block, out, |word| inside[word] ^ flip);
        true
    }

    /// Truths of a test that `holds` says of known days; what is neither known nor certainly missing is looked at row
    /// by row.
    fn known_days(&self, days: &Days<'_>, test: &Test, block: Block, out: &mut Out<'_>, holds: impl Fn(usize) -> u64) {
        for word in 0..block.words() {
            let (known, holds) = (days.known[word], holds(word));
            out.set(word, Word3 { yes: known & holds, no: known & !holds });
            self.one_by_one(test, !(known | days.none[word] | days.unknown[word]), word, block, out);
        }
    }

    /// The days of a date fact or of a document's issue; `None` where rows are to be looked at one by one.
    pub(crate) fn days_block(&self, reading: Reading, block: Block) -> Option<Days<'_>> {
        let fact = reading.fact();
        let column = self.portfolio.column(fact).filter(|column| column.changes.is_empty())?;
        let (numbers, papers) = match (&column.values, reading) {
            (Values::Date(numbers), _) => (numbers, None),
            (Values::Document(papers), Reading::Part(_, Part::IssuedOn)) => (papers.days(), Some(papers)),
            _ => return None,
        };
        let visible = papers.is_some() || self.portfolio.schema[fact].date_kind == DateKind::Event;
        let last = if visible { block.as_of.0.into() } else { i64::MAX };
        let (mut known, mut none, mut unknown) = ([0; MOST_WORDS], [0; MOST_WORDS], [0; MOST_WORDS]);
        interval(numbers, block, (i64::MIN, last), &mut known);
        for word in 0..block.words() {
            let states = column.words[block.first + word];
            let plain = states.recorded & !papers.map_or(0, |papers| papers.listed(block.first + word));
            (none[word], known[word]) = (states.no | plain & !known[word], plain & known[word]);
            let blank = if self.reads_blank_as_no(fact) { &mut none } else { &mut unknown };
            blank[word] |= states.blank;
        }
        Some(Days { numbers, block, known, none, unknown })
    }

    /// A document's column, where no row of it has dated changes.
    fn papers(&self, fact: FactIdx) -> Option<(&Column, &Papers)> {
        let column = self.portfolio.column(fact).filter(|column| column.changes.is_empty())?;
        match &column.values {
            Values::Document(papers) => Some((column, papers)),
            _ => None,
        }
    }

    /// Truths from states: `holds` where recorded, `if_no` where no, what blanks read as where blank, else unknown.
    fn spread(
        &self,
        fact: FactIdx,
        column: &Column,
        if_no: Truth,
        block: Block,
        out: &mut Out<'_>,
        holds: impl Fn(usize) -> u64,
    ) {
        let mask = |truth: Truth, is: Truth| if truth == is { !0u64 } else { 0 };
        let blank = if self.reads_blank_as_no(fact) { if_no } else { Truth::Unknown };
        let (no_yes, no_no) = (mask(if_no, Truth::Yes), mask(if_no, Truth::No));
        let (blank_yes, blank_no) = (mask(blank, Truth::Yes), mask(blank, Truth::No));
        let words = &column.words[block.first..block.first + block.words()];
        for (word, states) in words.iter().enumerate() {
            let holds = holds(word);
            out.yes[word] = states.recorded & holds | states.no & no_yes | states.blank & blank_yes;
            out.no[word] = states.recorded & !holds | states.no & no_no | states.blank & blank_no;
        }
    }

    /// Rows with dated changes, each looked at by itself.
    fn patch(column: &Column, block: Block, out: &mut Out<'_>, test: impl Fn(Span) -> Word3) {
        let first = block.first_row();
        for (&row, _) in column.changes.range(first as u32..(first + block.rows) as u32) {
            let word = test(Span { first: row, len: 1, as_of: block.as_of });
            out.set_lane(row as usize - first, truth_word(word));
        }
    }

    /// Some lanes of a word, each looked at by itself.
    pub(super) fn one_by_one(&self, test: &Test, slow: u64, word: usize, block: Block, out: &mut Out<'_>) {
        let span = block.span(word);
        let slow = slow & low_lanes(span.len);
        if slow == 0 {
            return;
        }
        let rows: Vec<(u32, Date)> = lanes(slow).map(|lane| (span.first + lane as u32, block.as_of)).collect();
        let found = self.test(test, Picked { lanes: &rows }, |_| Word3::UNKNOWN);
        for (at, lane) in lanes(slow).enumerate() {
            let truth = truth_word(Word3 { yes: found.yes >> at & 1, no: found.no >> at & 1 });
            out.set_lane(word * 64 + lane, truth);
        }
    }
}

/// Which values of a block compare so; the answer is to be flipped with what is returned.
fn compared(numbers: &Numbers, block: Block, op: Comparison, with: i64, out: &mut [u64; MOST_WORDS]) -> u64 {
    let (low, high, flip) = match op {
        Comparison::Equal => (with, with, 0),
        Comparison::NotEqual => (with, with, !0),
        Comparison::LessOrEqual => (i64::MIN, with, 0),
        Comparison::Greater => (i64::MIN, with, !0),
        Comparison::GreaterOrEqual => (with, i64::MAX, 0),
        Comparison::Less => (with, i64::MAX, !0),
    };
    interval(numbers, block, (low, high), out);
    flip
}

/// Which values of a block lie in an interval; a zone's least and greatest value often settle all of it.
fn interval(numbers: &Numbers, block: Block, (low, high): (i64, i64), out: &mut [u64; MOST_WORDS]) {
    let zone = numbers.zone(block.first_row() / ZONE_ROWS);
    let words = &mut out[..block.words()];
    if low > high || low > zone.high || high < zone.low {
        words.fill(0);
        return;
    }
    if low <= zone.low && high >= zone.high {
        words.fill(!0);
        return;
    }
    let first = block.first_row() % ZONE_ROWS;
    let rows = first..first + block.rows;
    let start = low.max(zone.low).abs_diff(zone.low);
    let reach = high.min(zone.high).abs_diff(zone.low) - start;
    match &zone.offsets {
        // INVARIANT: a zone of one value is settled above; narrow offsets hold every distance within the zone.
        Offsets::Same => words.fill(!0),
        Offsets::U8(offsets) => within(&offsets[rows], start as u8, reach as u8, words),
        Offsets::U16(offsets) => within(&offsets[rows], start as u16, reach as u16, words),
        Offsets::U32(offsets) => within(&offsets[rows], start as u32, reach as u32, words),
        Offsets::U64(offsets) => within(&offsets[rows], start, reach, words),
    }
}

/// Codes as runs of neighbours.
fn runs(codes: &[u16]) -> Vec<(i64, i64)> {
    let mut sorted: Vec<i64> = codes.iter().map(|&code| i64::from(code)).collect();
    sorted.sort_unstable();
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for code in sorted {
        match runs.last_mut() {
            Some((_, high)) if code <= *high + 1 => *high = code,
            _ => runs.push((code, code)),
        }
    }
    runs
}
