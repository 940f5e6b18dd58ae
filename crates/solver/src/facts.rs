//! Reading a portfolio: cells become truths, exact numbers and days; tests become words of truths.

use std::collections::BTreeSet;
use std::sync::Mutex;

use kaigong_bits::Word3;
use kaigong_model::{
    BlankRule, Calendar, Cell, CellState, Column, Date, DateKind, Dimension, Duration, FactIdx, FactSpec, FactType,
    Issue, Paper, Papers, Part, Portfolio, Schema, StateWord, Truth, Values,
};
use kaigong_rules::expression::{Arithmetic, Comparison, Fraction, PoolIdx, Reading};

use crate::paper::{PaperState, Seen};
use crate::terms::{Term, Test};

/// How blanks read, over the rules of the pack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BlankMode {
    /// As each fact's `blank` says.
    #[default]
    Pack,
    /// Unknown blanks of documents, bools, projects and quantities are presumed no.
    PresumeNo,
    /// Nothing is presumed.
    Unknown,
}

/// Arithmetic that could not be done in a row: division by zero, or past 128 bits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DataFault {
    /// The project.
    pub row: u32,
    /// A fact that took part.
    pub fact: Option<FactIdx>,
    /// Division by zero, else overflow.
    pub division: bool,
}

/// A portfolio under a way of reading it.
#[derive(Debug)]
pub struct Facts<'a> {
    pub(crate) portfolio: &'a Portfolio,
    pub(crate) schema: &'a Schema,
    /// Whether a blank of this fact reads as no.
    blank_is_no: Vec<bool>,
    /// Documents and event dates whose dates end a document's validity test.
    used_by: Vec<Vec<FactIdx>>,
    pub(crate) known_by: Option<Date>,
    pub(crate) ledger_date: Date,
    /// Grants by row: start of each row's grants in `portfolio.grants`.
    pools: Vec<String>,
    faults: Mutex<BTreeSet<DataFault>>,
}

/// Rows and the day each is looked at.
pub(crate) trait Lanes: Copy {
    /// The word of neighbouring rows the lanes are, and their common day, if they are one.
    fn span(self) -> Option<(usize, Date)>;
    fn len(self) -> usize;
    fn row(self, lane: usize) -> u32;
    fn as_of(self, lane: usize) -> Date;
}

/// Neighbouring rows on one day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) first: u32,
    pub(crate) len: usize,
    pub(crate) as_of: Date,
}

impl Lanes for Span {
    fn span(self) -> Option<(usize, Date)> {
        Some((self.first as usize / 64, self.as_of))
    }
    fn len(self) -> usize {
        self.len
    }
    fn row(self, lane: usize) -> u32 {
        self.first + lane as u32
    }
    fn as_of(self, _: usize) -> Date {
        self.as_of
    }
}

/// Any rows, each on its own day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Picked<'p> {
    pub(crate) lanes: &'p [(u32, Date)],
}

impl Lanes for Picked<'_> {
    fn span(self) -> Option<(usize, Date)> {
        None
    }
    fn len(self) -> usize {
        self.lanes.len()
    }
    fn row(self, lane: usize) -> u32 {
        self.lanes[lane].0
    }
    fn as_of(self, lane: usize) -> Date {
        self.lanes[lane].1
    }
}

/// A word of truths, one per lane.
fn word<L: Lanes>(lanes: L, truth: impl Fn(usize) -> Truth) -> Word3 {
    let mut out = Word3::UNKNOWN;
    for lane in 0..lanes.len() {
        match truth(lane) {
            Truth::Yes => out.yes |= 1 << lane,
            Truth::No => out.no |= 1 << lane,
            Truth::Unknown => {}
        }
    }
    out
}

impl<'a> Facts<'a> {
    /// Reads a portfolio under a blank mode; `ledger_date` is when undated document numbers count from.
    pub fn new(portfolio: &'a Portfolio, blanks: BlankMode, known_by: Option<Date>, ledger_date: Date) -> Self {
        let schema: &Schema = &portfolio.schema;
        let blank_is_no = schema.iter().map(|(_, spec)| blank_is_no(spec, blanks)).collect();
        let used_by =
            schema.iter().map(|(_, spec)| spec.used_by.iter().filter_map(|id| schema.find(id)).collect()).collect();
        let pools = schema.pools.iter().map(|pool| pool.id.clone()).collect();
        Self { portfolio, schema, blank_is_no, used_by, known_by, ledger_date, pools, faults: Mutex::default() }
    }

    /// The arithmetic faults met so far, in order.
    pub fn faults(&self) -> Vec<DataFault> {
        self.faults.lock().map(|faults| faults.iter().cloned().collect()).unwrap_or_default()
    }

    /// The facts whose dates decide when a document's expiry is judged.
    pub(crate) fn judges(&self, document: FactIdx) -> &[FactIdx] {
        &self.used_by[document.0 as usize]
    }

    /// Whether a blank of this fact reads as no.
    pub(crate) fn reads_blank_as_no(&self, fact: FactIdx) -> bool {
        self.blank_is_no[fact.0 as usize]
    }

    /// The cell of a row on a day.
    pub fn cell(&self, fact: FactIdx, row: u32, as_of: Date) -> Cell {
        self.portfolio.cell(fact, row, as_of, self.known_by)
    }

    /// The cell, with a blank that reads as no turned into no.
    fn read(&self, fact: FactIdx, row: u32, as_of: Date) -> Cell {
        match self.cell(fact, row, as_of) {
            Cell::Blank if self.reads_blank_as_no(fact) => Cell::No,
            cell => cell,
        }
    }

    /// Whether the fact's cell tells nothing: what a question would ask for.
    pub(crate) fn is_missing(&self, fact: FactIdx, row: u32, as_of: Date) -> bool {
        let spec = &self.schema[fact];
        match self.read(fact, row, as_of) {
            Cell::Blank | Cell::Conflicting => true,
            Cell::InHand => spec.kind != FactType::Document,
            Cell::No => matches!(spec.kind, FactType::Date | FactType::Enum | FactType::Text),
            Cell::Date(day) => spec.date_kind == DateKind::Event && day > as_of,
            Cell::Document(_) => {
                self.with_issues(fact, row, as_of, |seen, issues| seen.issued(issues.iter())) != Some(Truth::Yes)
            }
            _ => false,
        }
    }

    /// What a screen says of a document's cell.
    pub(crate) fn paper_state(&self, fact: FactIdx, row: u32, as_of: Date) -> PaperState {
        let cell = self.cell(fact, row, as_of);
        self.seen(fact, row, as_of).state(&cell)
    }

    // ---- tests over lanes -------------------------------------------------------------------

    /// A test over lanes. `completed` holds a word per upstream slot.
    pub(crate) fn test<L: Lanes>(&self, test: &Test, lanes: L, completed: &[Word3]) -> Word3 {
        match test {
            Test::Bool(fact) => self.bools(*fact, lanes),
            Test::Quantity(fact, op, atoms) => self.quantities(*fact, *op, *atoms, lanes),
            Test::Codes(fact, codes) => self.codes(*fact, codes, lanes),
            Test::Issued(fact) => self.issued(*fact, lanes),
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
            Test::Completed(slot) => completed[*slot as usize],
            Test::Verdict(_) | Test::Unknown => Word3::UNKNOWN,
        }
    }

    /// What every row reads where no row has the fact.
    fn absent(&self, fact: FactIdx, if_no: Truth) -> Word3 {
        let truth = if self.reads_blank_as_no(fact) { if_no } else { Truth::Unknown };
        match truth {
            Truth::Yes => Word3::YES,
            Truth::No => Word3::NO,
            Truth::Unknown => Word3::UNKNOWN,
        }
    }

    /// One word from a dense column: `value` where recorded, `if_no` where no, patched where rows have changes.
    fn dense<L: Lanes>(
        &self,
        fact: FactIdx,
        column: &Column,
        lanes: L,
        if_no: Truth,
        value: impl Fn(usize) -> bool,
        slow: impl Fn(u32, Date) -> Truth,
    ) -> Word3 {
        let blank = if self.reads_blank_as_no(fact) { if_no } else { Truth::Unknown };
        let mut out = match lanes.span() {
            Some((at, _)) => {
                let states = column.words[at];
                let first = at * 64;
                let holds = (0..lanes.len()).fold(0u64, |bits, lane| bits | u64::from(value(first + lane)) << lane);
                spread(states, holds, if_no, blank)
            }
            None => word(lanes, |lane| match column.states[lanes.row(lane) as usize] {
                CellState::Recorded => Truth::from(value(lanes.row(lane) as usize)),
                CellState::No => if_no,
                CellState::Blank => blank,
                CellState::InHand | CellState::Conflicting => Truth::Unknown,
            }),
        };
        if !column.changes.is_empty() {
            for lane in 0..lanes.len() {
                if column.changes.contains_key(&lanes.row(lane)) {
                    let truth = slow(lanes.row(lane), lanes.as_of(lane));
                    out.yes = (out.yes & !(1 << lane)) | u64::from(truth == Truth::Yes) << lane;
                    out.no = (out.no & !(1 << lane)) | u64::from(truth == Truth::No) << lane;
                }
            }
        }
        out
    }

    fn bools<L: Lanes>(&self, fact: FactIdx, lanes: L) -> Word3 {
        let Some(column) = self.portfolio.column(fact) else { return self.absent(fact, Truth::No) };
        let Values::Bool(values) = &column.values else { return Word3::UNKNOWN };
        self.dense(
            fact,
            column,
            lanes,
            Truth::No,
            |row| values[row],
            |row, as_of| match self.read(fact, row, as_of) {
                Cell::Bool(value) => value.into(),
                Cell::No => Truth::No,
                _ => Truth::Unknown,
            },
        )
    }

    fn quantities<L: Lanes>(&self, fact: FactIdx, op: Comparison, atoms: i64, lanes: L) -> Word3 {
        let zero = Truth::from(op.holds(0.cmp(&atoms)));
        let Some(column) = self.portfolio.column(fact) else { return self.absent(fact, zero) };
        let Values::Quantity(values) = &column.values else { return Word3::UNKNOWN };
        self.dense(
            fact,
            column,
            lanes,
            zero,
            |row| op.holds(values[row].cmp(&atoms)),
            |row, as_of| match self.read(fact, row, as_of) {
                Cell::Quantity(value) => op.holds(value.cmp(&atoms)).into(),
                Cell::No => zero,
                _ => Truth::Unknown,
            },
        )
    }

    fn codes<L: Lanes>(&self, fact: FactIdx, codes: &[u16], lanes: L) -> Word3 {
        let Some(column) = self.portfolio.column(fact) else { return Word3::UNKNOWN };
        let Values::Enum(values) = &column.values else { return Word3::UNKNOWN };
        let small = codes.iter().filter(|code| **code < 64).fold(0u64, |set, code| set | 1 << code);
        let holds = |code: u16| if code < 64 { small >> code & 1 == 1 } else { codes.contains(&code) };
        let slow = |row, as_of| match self.cell(fact, row, as_of) {
            Cell::Enum(code) => holds(code).into(),
            _ => Truth::Unknown,
        };
        self.dense(fact, column, lanes, Truth::Unknown, |row| holds(values[row]), slow)
    }

    fn text(&self, fact: FactIdx, texts: &[String], others: &[FactIdx], row: u32, as_of: Date) -> Truth {
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

    // ---- documents --------------------------------------------------------------------------

    pub(crate) fn seen(&self, fact: FactIdx, row: u32, as_of: Date) -> Seen<'a> {
        let schema = &self.portfolio.schema;
        let (judged_on, perhaps_earlier) = self.judged_on(fact, row, as_of);
        Seen { spec: &schema[fact], as_of, ledger_date: self.ledger_date, judged_on, perhaps_earlier }
    }

    /// The day a document's expiry is judged: when the first document that used it was issued, else the as-of date.
    ///
    /// Also whether it may have been used before that, by a document nothing is recorded of.
    fn judged_on(&self, fact: FactIdx, row: u32, as_of: Date) -> (Date, bool) {
        let (mut first, mut perhaps_earlier) = (None::<Date>, false);
        for &user in &self.used_by[fact.0 as usize] {
            match self.first_day(user, row, as_of) {
                Day::Known(day) => first = Some(first.map_or(day, |known| known.min(day))),
                Day::Unknown => perhaps_earlier = true,
                Day::None => {}
            }
        }
        (first.unwrap_or(as_of), perhaps_earlier)
    }

    fn issued<L: Lanes>(&self, fact: FactIdx, lanes: L) -> Word3 {
        let Some(column) = self.portfolio.column(fact) else { return self.absent(fact, Truth::No) };
        let Values::Document(papers) = &column.values else { return Word3::UNKNOWN };
        let lasts_by_law = self.portfolio.schema[fact].valid.is_some();
        if let (Some((at, as_of)), true) = (lanes.span(), column.changes.is_empty()) {
            return self.issued_span(fact, column, papers, at, lanes.len(), as_of);
        }
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

    /// 64 neighbouring rows on one day. Rows that hold only a day of issue, recent enough to be in force
    /// whenever expiry is judged, are settled without a branch; the others one by one.
    fn issued_span(
        &self,
        fact: FactIdx,
        column: &Column,
        papers: &Papers,
        at: usize,
        len: usize,
        as_of: Date,
    ) -> Word3 {
        let first = at * 64;
        let days = &papers.days()[first..first + len];
        let fresh = self.portfolio.schema[fact].valid.map_or(i32::MIN, |valid| first_fresh(valid, as_of).0);
        let (mut settled, mut holds) = (0u64, 0u64);
        for (lane, &day) in days.iter().enumerate() {
            let plain = Papers::is_plain(day);
            let later = day > as_of.0;
            settled |= u64::from(plain && (later || day >= fresh)) << lane;
            holds |= u64::from(plain && !later && day >= fresh) << lane;
        }
        let blank = if self.reads_blank_as_no(fact) { Truth::No } else { Truth::Unknown };
        let states = column.words[at];
        let mut out = spread(states, holds, Truth::No, blank);
        let in_hand = !(states.recorded | states.no | states.blank);
        for lane in kaigong_bits::lanes(in_hand & kaigong_bits::low_lanes(len)) {
            let no = column.states[first + lane] == CellState::InHand;
            out.no |= u64::from(no) << lane;
        }
        for lane in kaigong_bits::lanes(states.recorded & !settled) {
            let row = (first + lane) as u32;
            let truth = papers.get(row).with(|issues| self.seen(fact, row, as_of).issued(issues.iter()));
            out.yes = (out.yes & !(1 << lane)) | u64::from(truth == Truth::Yes) << lane;
            out.no = (out.no & !(1 << lane)) | u64::from(truth == Truth::No) << lane;
        }
        out
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

    fn recorded(&self, reading: Reading, row: u32, as_of: Date) -> Truth {
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

    // ---- values -----------------------------------------------------------------------------

    fn compare_numbers(&self, op: Comparison, left: &Term, right: &Term, row: u32, as_of: Date) -> Truth {
        let both = (self.number(left, row, as_of), self.number(right, row, as_of));
        let (Some(left), Some(right)) = both else { return Truth::Unknown };
        if let Some(ordering) = compare(left, right) {
            op.holds(ordering).into()
        } else {
            self.fault(row, None, false);
            Truth::Unknown
        }
    }

    fn fault(&self, row: u32, fact: Option<FactIdx>, division: bool) {
        if let Ok(mut faults) = self.faults.lock() {
            faults.insert(DataFault { row, fact, division });
        }
    }

    /// A number, exact; `None` where something it needs is missing.
    pub(crate) fn number(&self, term: &Term, row: u32, as_of: Date) -> Option<Fraction> {
        match term {
            Term::Number(fraction) => Some(*fraction),
            Term::Read(Reading::Fact(fact)) => self.quantity(*fact, row, as_of),
            Term::Read(Reading::Part(fact, Part::Area)) => {
                let area = self.with_issues(*fact, row, as_of, |seen, issues| seen.area(issues.iter()))??;
                Some(whole(area))
            }
            Term::Covered(fact) => self.covered(*fact, row, as_of).map(whole),
            Term::Granted(pool) => Some(whole(self.granted(*pool, row, as_of))),
            Term::Arithmetic(op, left, right) => {
                let (left, right) = (self.number(left, row, as_of)?, self.number(right, row, as_of)?);
                let result = calculate(*op, left, right);
                if result.is_none() {
                    self.fault(row, first_fact(term), *op == Arithmetic::Divide && right.num == 0);
                }
                result
            }
            Term::Min(parts) => self.extreme(parts, row, as_of, std::cmp::Ordering::Less),
            Term::Max(parts) => self.extreme(parts, row, as_of, std::cmp::Ordering::Greater),
            Term::DaysBetween(left, right) => {
                let (left, right) = (self.date(left, row, as_of)?, self.date(right, row, as_of)?);
                Some(whole(i128::from(left.0) - i128::from(right.0)))
            }
            _ => None,
        }
    }

    fn extreme(&self, parts: &[Term], row: u32, as_of: Date, wanted: std::cmp::Ordering) -> Option<Fraction> {
        let numbers = parts.iter().map(|part| self.number(part, row, as_of)).collect::<Option<Vec<_>>>()?;
        let mut numbers = numbers.into_iter();
        let first = numbers.next()?;
        numbers.try_fold(first, |best, next| {
            let ordering = compare(next, best);
            if ordering.is_none() {
                self.fault(row, None, false);
            }
            Some(if ordering? == wanted { next } else { best })
        })
    }

    fn quantity(&self, fact: FactIdx, row: u32, as_of: Date) -> Option<Fraction> {
        let den = match self.schema[fact].kind {
            FactType::Quantity(Dimension::Ratio) => 1_000_000,
            _ => 1,
        };
        let (state, atoms) = match self.portfolio.column(fact) {
            None => (CellState::Blank, 0),
            Some(column) if column.changes.is_empty() => match &column.values {
                Values::Quantity(values) => (column.states[row as usize], values[row as usize]),
                _ => return None,
            },
            Some(_) => match self.cell(fact, row, as_of) {
                Cell::Quantity(atoms) => (CellState::Recorded, atoms),
                Cell::No => (CellState::No, 0),
                Cell::Blank => (CellState::Blank, 0),
                _ => return None,
            },
        };
        match state {
            CellState::Recorded => Some(Fraction { num: i128::from(atoms), den }),
            CellState::No => Some(whole(0)),
            CellState::Blank if self.reads_blank_as_no(fact) => Some(whole(0)),
            _ => None,
        }
    }

    /// Whether a term is missing in every row: it reads something that no row has.
    fn always_missing(&self, term: &Term) -> bool {
        let absent = |fact: FactIdx| self.portfolio.column(fact).is_none();
        match term {
            Term::Missing => true,
            Term::Read(Reading::Fact(fact)) => {
                absent(*fact) && (!self.reads_blank_as_no(*fact) || !self.is_quantity(*fact))
            }
            Term::Read(Reading::Part(fact, _)) => absent(*fact),
            Term::Covered(fact) => absent(*fact) && !self.reads_blank_as_no(*fact),
            Term::Arithmetic(_, left, right) | Term::DaysBetween(left, right) => {
                self.always_missing(left) || self.always_missing(right)
            }
            Term::Shift { date, amount, .. } => self.always_missing(date) || self.always_missing(amount),
            Term::Min(parts) | Term::Max(parts) => parts.iter().any(|part| self.always_missing(part)),
            Term::Number(_) | Term::Date(_) | Term::AsOf | Term::Granted(_) | Term::DaysLate | Term::Blockers => false,
        }
    }

    fn is_quantity(&self, fact: FactIdx) -> bool {
        matches!(self.schema[fact].kind, FactType::Quantity(_))
    }

    /// The first day, up to a day, on which a document was issued or an event took place.
    fn first_day(&self, fact: FactIdx, row: u32, as_of: Date) -> Day {
        let event = |day: Date| if day <= as_of { Day::Known(day) } else { Day::None };
        let Some(column) = self.portfolio.column(fact) else {
            return if self.reads_blank_as_no(fact) { Day::None } else { Day::Unknown };
        };
        if column.changes.is_empty() {
            match (column.states[row as usize], &column.values) {
                (CellState::Recorded, Values::Date(days)) => return event(Date(days[row as usize])),
                (CellState::Recorded, Values::Document(papers)) => {
                    return match papers.get(row) {
                        Paper::IssuedOn(day) => event(day),
                        Paper::Issues(issues) => first_issue(issues, as_of),
                    };
                }
                _ => {}
            }
        }
        match self.read(fact, row, as_of) {
            Cell::Document(issues) => first_issue(&issues, as_of),
            Cell::Date(day) => event(day),
            Cell::No | Cell::InHand => Day::None,
            _ => Day::Unknown,
        }
    }

    fn covered(&self, fact: FactIdx, row: u32, as_of: Date) -> Option<i128> {
        match self.read(fact, row, as_of) {
            Cell::Document(issues) => self.seen(fact, row, as_of).covered(issues.iter()),
            Cell::No | Cell::InHand => Some(0),
            _ => None,
        }
    }

    /// What a project has been granted out of a pool kind by a day, atoms.
    pub(crate) fn granted(&self, pool: PoolIdx, row: u32, as_of: Date) -> i128 {
        let grants = &self.portfolio.grants;
        let first = grants.partition_point(|grant| grant.row < row);
        let id = &self.pools[pool.0 as usize];
        grants[first..]
            .iter()
            .take_while(|grant| grant.row == row)
            .filter(|grant| grant.pool == *id && grant.granted_on.unwrap_or(self.ledger_date) <= as_of)
            .map(|grant| i128::from(grant.amount))
            .sum()
    }

    /// A day; `None` where something it needs is missing.
    pub(crate) fn date(&self, term: &Term, row: u32, as_of: Date) -> Option<Date> {
        match term {
            Term::Date(date) => Some(*date),
            Term::AsOf => Some(as_of),
            Term::Read(reading) => self.day(*reading, row, as_of).known(),
            Term::Min(parts) => {
                parts.iter().map(|part| self.date(part, row, as_of)).collect::<Option<Vec<_>>>()?.into_iter().min()
            }
            Term::Max(parts) => {
                parts.iter().map(|part| self.date(part, row, as_of)).collect::<Option<Vec<_>>>()?.into_iter().max()
            }
            Term::Shift { date, amount, unit, back } => {
                let (date, amount) = (self.date(date, row, as_of)?, self.number(amount, row, as_of)?);
                let count = i32::try_from(round_up(amount)).ok()?;
                let count = if *back { count.checked_neg()? } else { count };
                date.plus(Duration { count, unit: *unit }, Calendar::official())
            }
            _ => None,
        }
    }

    /// A date fact or a date part of a document.
    pub(crate) fn day(&self, reading: Reading, row: u32, as_of: Date) -> Day {
        let fact = reading.fact();
        let Some(column) = self.portfolio.column(fact) else {
            return if self.reads_blank_as_no(fact) { Day::None } else { Day::Unknown };
        };
        if column.changes.is_empty() && column.states[row as usize] == CellState::Blank {
            return if self.reads_blank_as_no(fact) { Day::None } else { Day::Unknown };
        }
        let event = |day: Date| {
            let later = self.schema[fact].date_kind == DateKind::Event && day > as_of;
            if later { Day::None } else { Day::Known(day) }
        };
        if column.changes.is_empty() && column.states[row as usize] == CellState::Recorded {
            match (&column.values, reading) {
                (Values::Date(days), _) => return event(Date(days[row as usize])),
                (Values::Document(papers), Reading::Part(_, Part::IssuedOn)) => {
                    if let Paper::IssuedOn(day) = papers.get(row) {
                        return if day > as_of { Day::None } else { Day::Known(day) };
                    }
                }
                _ => {}
            }
        }
        match (self.read(fact, row, as_of), reading) {
            (Cell::Date(day), _) => event(day),
            (Cell::Document(issues), Reading::Part(_, part)) => {
                let seen = self.seen(fact, row, as_of);
                match seen.date(part, issues.iter()) {
                    Some(day) => Day::Known(day),
                    None if seen.comes_later(part, issues.iter()) => Day::None,
                    None => Day::Unknown,
                }
            }
            (Cell::No | Cell::InHand, _) => Day::None,
            _ => Day::Unknown,
        }
    }
}

/// A day that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    /// Recorded.
    Known(Date),
    /// Certainly not there yet.
    None,
    /// Not recorded.
    Unknown,
}

impl Day {
    fn known(self) -> Option<Date> {
        match self {
            Self::Known(day) => Some(day),
            _ => None,
        }
    }
}

/// The first day, up to a day, of some issues; unknown where none is dated but one may have been made.
fn first_issue(issues: &[Issue], as_of: Date) -> Day {
    let dated = issues.iter().filter_map(|issue| issue.issued_on).filter(|&day| day <= as_of).min();
    let undated = |issue: &Issue| issue.issued_on.is_none() && issue.number.is_some();
    match dated {
        Some(day) => Day::Known(day),
        None if issues.iter().any(undated) => Day::Unknown,
        None => Day::None,
    }
}

/// A word of truths from states: `holds` where recorded, `if_no` where no, `blank` where blank, else unknown.
fn spread(states: StateWord, holds: u64, if_no: Truth, blank: Truth) -> Word3 {
    let (mut yes, mut no) = (states.recorded & holds, states.recorded & !holds);
    for (lanes, truth) in [(states.no, if_no), (states.blank, blank)] {
        match truth {
            Truth::Yes => yes |= lanes,
            Truth::No => no |= lanes,
            Truth::Unknown => {}
        }
    }
    Word3 { yes, no }
}

/// The first day of issue whose validity reaches a day; any later issue reaches it too.
fn first_fresh(valid: Duration, day: Date) -> Date {
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

fn blank_is_no(spec: &FactSpec, blanks: BlankMode) -> bool {
    let presumable =
        matches!(spec.kind, FactType::Document | FactType::Bool | FactType::Projects | FactType::Quantity(_));
    match (spec.blank, blanks) {
        (BlankRule::No, _) => true,
        (BlankRule::PresumeNo, BlankMode::Unknown) => false,
        (BlankRule::PresumeNo, _) => true,
        (BlankRule::Unknown, BlankMode::PresumeNo) => presumable,
        (BlankRule::Unknown, _) => false,
    }
}

fn whole(num: i128) -> Fraction {
    Fraction { num, den: 1 }
}

fn first_fact(term: &Term) -> Option<FactIdx> {
    match term {
        Term::Read(reading) => Some(reading.fact()),
        Term::Covered(fact) => Some(*fact),
        Term::Arithmetic(_, left, right) => first_fact(right).or_else(|| first_fact(left)),
        _ => None,
    }
}

/// The order of two fractions; `None` past 128 bits.
pub(crate) fn compare(left: Fraction, right: Fraction) -> Option<std::cmp::Ordering> {
    if left.den == right.den {
        return Some(left.num.cmp(&right.num));
    }
    Some(left.num.checked_mul(right.den)?.cmp(&right.num.checked_mul(left.den)?))
}

/// The least whole number not below a fraction.
pub(crate) fn round_up(fraction: Fraction) -> i128 {
    let floor = fraction.num.div_euclid(fraction.den);
    floor + i128::from(fraction.num.rem_euclid(fraction.den) != 0)
}

fn calculate(op: Arithmetic, left: Fraction, right: Fraction) -> Option<Fraction> {
    let (num, den) = match op {
        Arithmetic::Add | Arithmetic::Subtract => {
            let (a, b) = (left.num.checked_mul(right.den)?, right.num.checked_mul(left.den)?);
            let sum = if op == Arithmetic::Add { a.checked_add(b)? } else { a.checked_sub(b)? };
            (sum, left.den.checked_mul(right.den)?)
        }
        Arithmetic::Multiply => (left.num.checked_mul(right.num)?, left.den.checked_mul(right.den)?),
        Arithmetic::Divide => {
            let sign = right.num.signum();
            let num = left.num.checked_mul(right.den)?.checked_mul(sign)?;
            (num, left.den.checked_mul(right.num.checked_abs()?)?)
        }
    };
    (den > 0).then(|| reduce(Fraction { num, den }))
}

/// Lowest terms, so that chains of arithmetic stay within 128 bits as long as their values do.
fn reduce(fraction: Fraction) -> Fraction {
    let (mut a, mut b) = (fraction.num.unsigned_abs(), fraction.den.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let divisor = i128::try_from(a).unwrap_or(1).max(1);
    Fraction { num: fraction.num / divisor, den: fraction.den / divisor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_exact_and_round_up() {
        let f = |num, den| Fraction { num, den };
        assert_eq!(calculate(Arithmetic::Add, f(1, 3), f(1, 6)), Some(f(1, 2)));
        assert_eq!(calculate(Arithmetic::Divide, f(1, 3), f(0, 1)), None);
        assert_eq!(calculate(Arithmetic::Divide, f(1, 3), f(-2, 1)), Some(f(-1, 6)));
        assert_eq!(calculate(Arithmetic::Multiply, f(i128::MAX, 1), f(2, 1)), None);
        assert_eq!(round_up(f(7, 2)), 4);
        assert_eq!(round_up(f(-7, 2)), -3);
        assert_eq!(round_up(f(8, 2)), 4);
    }
}
