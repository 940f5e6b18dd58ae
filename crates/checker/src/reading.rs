//! Reading one cell: what a fact, a document or a part of it says on a day.

use kaigong_model::{
    BlankRule, Calendar, Cell, Date, DateKind, Dimension, Duration, FactIdx, FactType, Issue, Part, Truth,
};
use kaigong_rules::expression::{Arithmetic, Condition, Fraction, PoolIdx, Reading, Value, Word};
use kaigong_rules::{Draw, Pack, Scalar};

use crate::clock::{Stood, ends, lost, stood};
use crate::interpret::{Blanks, Interpreter};

/// A number or a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Known {
    Number(i128, i128),
    Day(Date),
}

/// What the governing date of a requirement is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Governing {
    Day(Date),
    /// No such date yet: the as-of date governs.
    AsOf,
    /// Not recorded.
    Unknown,
}

impl Interpreter<'_> {
    /// What the ledger says, and no more.
    pub(crate) fn written(&self, fact: FactIdx, row: u32) -> Cell {
        match &self.forgotten {
            Some((at, facts)) if *at == row && facts.contains(&fact) => Cell::Blank,
            _ => self.portfolio.cell(fact, row, self.options.as_of, self.options.known_by),
        }
    }

    /// What the ledger says, blanks that read as no read so.
    pub(crate) fn cell(&self, fact: FactIdx, row: u32) -> Cell {
        let cell = self.written(fact, row);
        if cell == Cell::Blank && self.blank_is_no(fact) { Cell::No } else { cell }
    }

    pub(crate) fn blank_is_no(&self, fact: FactIdx) -> bool {
        let spec = &self.pack.schema[fact];
        match spec.blank {
            BlankRule::No => true,
            BlankRule::PresumeNo => self.options.blanks != Blanks::Unknown,
            BlankRule::Unknown => {
                let may = !matches!(spec.kind, FactType::Enum | FactType::Date | FactType::Text);
                may && self.options.blanks == Blanks::No
            }
        }
    }

    fn ledger_date(&self) -> Date {
        self.options.ledger_date.unwrap_or(self.options.as_of)
    }

    /// The truth of a condition for a row, parameters as of `law`.
    pub(crate) fn truth(&self, condition: &Condition, row: u32, law: Date) -> Truth {
        match condition {
            Condition::Const(value) => (*value).into(),
            Condition::Fact(fact) => match self.cell(*fact, row) {
                Cell::Bool(value) => value.into(),
                Cell::No => Truth::No,
                _ => Truth::Unknown,
            },
            Condition::Parameter(parameter) => match self.pack.parameter(*parameter, law) {
                Some(Scalar::Bool(value)) => (*value).into(),
                _ => Truth::Unknown,
            },
            Condition::Not(inner) => match self.truth(inner, row, law) {
                Truth::Yes => Truth::No,
                Truth::No => Truth::Yes,
                Truth::Unknown => Truth::Unknown,
            },
            Condition::And(parts) => all(parts.iter().map(|part| self.truth(part, row, law))),
            Condition::Or(parts) => any(parts.iter().map(|part| self.truth(part, row, law))),
            Condition::Compare(op, left, right) => match (self.value(left, row, law), self.value(right, row, law)) {
                (Some(Known::Number(a, b)), Some(Known::Number(c, d))) => match (a.checked_mul(d), c.checked_mul(b)) {
                    (Some(left), Some(right)) => op.holds(left.cmp(&right)).into(),
                    _ => Truth::Unknown,
                },
                (Some(Known::Day(left)), Some(Known::Day(right))) => op.holds(left.cmp(&right)).into(),
                _ => Truth::Unknown,
            },
            Condition::Among(fact, words) => self.among(*fact, words, row, law),
            Condition::Issued(document) => self.issued(*document, row),
            Condition::Recorded(reading) => self.recorded(*reading, row),
            Condition::Completed(links) => self.completed(*links, row),
            Condition::Verdict(_) => Truth::Unknown,
        }
    }

    fn among(&self, fact: FactIdx, words: &[Word], row: u32, law: Date) -> Truth {
        let spec = &self.pack.schema[fact];
        let subject = match self.cell(fact, row) {
            Cell::Enum(code) => spec.values[code as usize].id.clone(),
            Cell::Text(text) => text,
            _ => return Truth::Unknown,
        };
        any(words.iter().map(|word| match word {
            Word::Code(code) => (spec.values[*code as usize].id == subject).into(),
            Word::Text(text) => (*text == subject).into(),
            Word::Parameter(parameter) => match self.pack.parameter(*parameter, law) {
                Some(Scalar::Text(text)) => {
                    let code = spec.value_code(text);
                    let id = code.map_or(text, |code| &spec.values[code as usize].id);
                    (*id == subject).into()
                }
                _ => Truth::Unknown,
            },
            Word::Fact(other) => match self.cell(*other, row) {
                Cell::Text(text) => (text == subject).into(),
                _ => Truth::Unknown,
            },
        }))
    }

    /// The day a document's expiry is judged at, and whether something unrecorded may have used it before.
    fn judged_on(&self, document: FactIdx, row: u32) -> (Date, bool) {
        let as_of = self.options.as_of;
        let (mut first, mut perhaps): (Option<Date>, bool) = (None, false);
        for &user in self.pack.schema.judges(document) {
            let days: Vec<Date> = match self.cell(user, row) {
                Cell::Document(issues) => {
                    let days: Vec<Date> =
                        issues.iter().filter_map(|issue| issue.issued_on).filter(|day| *day <= as_of).collect();
                    let undated = |issue: &Issue| issue.issued_on.is_none() && issue.number.is_some();
                    perhaps |= days.is_empty() && issues.iter().any(undated);
                    days
                }
                Cell::Date(day) => vec![day],
                Cell::No | Cell::InHand => Vec::new(),
                _ => {
                    perhaps = true;
                    Vec::new()
                }
            };
            for day in days.into_iter().filter(|day| *day <= as_of) {
                first = Some(first.map_or(day, |known| known.min(day)));
            }
        }
        (first.unwrap_or(as_of), perhaps)
    }

    fn ever_issued(&self, issue: &Issue) -> Truth {
        match (issue.issued_on, &issue.number) {
            (Some(day), _) => (day <= self.options.as_of).into(),
            (None, Some(_)) if self.options.as_of >= self.ledger_date() => Truth::Yes,
            (None, Some(_)) => Truth::Unknown,
            (None, None) => Truth::No,
        }
    }

    fn in_date(&self, document: FactIdx, issue: &Issue, row: u32) -> Truth {
        let by_law = || issue.issued_on?.plus(self.pack.schema[document].valid?, Calendar::official());
        let Some(last) = issue.expires_on.or_else(by_law) else { return Truth::Yes };
        match self.judged_on(document, row) {
            (day, _) if day <= last => Truth::Yes,
            (_, true) => Truth::Unknown,
            (_, false) => Truth::No,
        }
    }

    fn waived(&self, issue: &Issue) -> bool {
        issue.waived_until.is_some_and(|until| until >= self.options.as_of)
    }

    /// Nothing but an area or an expiry is written.
    fn says_nothing(issue: &Issue) -> bool {
        let dates = [issue.issued_on, issue.accepted_on, issue.submitted_on, issue.waived_until];
        issue.number.is_none() && dates.iter().all(Option::is_none)
    }

    fn issue_in_force(&self, document: FactIdx, issue: &Issue, row: u32) -> Truth {
        if self.waived(issue) {
            return Truth::Yes;
        }
        match self.ever_issued(issue) {
            Truth::Yes => self.in_date(document, issue, row),
            Truth::Unknown => Truth::Unknown,
            Truth::No if Self::says_nothing(issue) => Truth::Unknown,
            Truth::No => Truth::No,
        }
    }

    /// Neither issued by now nor waived, and more than an area or an expiry is written.
    fn under_way(&self, issue: &Issue) -> bool {
        self.ever_issued(issue) == Truth::No && !self.waived(issue) && !Self::says_nothing(issue)
    }

    pub(crate) fn issued(&self, document: FactIdx, row: u32) -> Truth {
        match self.cell(document, row) {
            Cell::Document(issues) => any(issues.iter().map(|issue| self.issue_in_force(document, issue, row))),
            Cell::No | Cell::InHand => Truth::No,
            _ => Truth::Unknown,
        }
    }

    fn recorded(&self, reading: Reading, row: u32) -> Truth {
        let fact = reading.fact();
        let cell = self.written(fact, row);
        let as_of = self.options.as_of;
        match (cell, reading) {
            (Cell::Conflicting, _) => Truth::Unknown,
            (Cell::Document(issues), Reading::Fact(_)) => any(issues.iter().map(|issue| self.ever_issued(issue))),
            (Cell::Document(issues), Reading::Part(_, part)) => {
                issues.iter().any(|issue| self.shows(issue, part)).into()
            }
            (Cell::Date(day), _) if self.pack.schema[fact].date_kind == DateKind::Event => (day <= as_of).into(),
            (Cell::Blank | Cell::No | Cell::InHand | Cell::Bool(false), _) => Truth::No,
            _ => Truth::Yes,
        }
    }

    /// Whether an issue visibly has a part.
    fn shows(&self, issue: &Issue, part: Part) -> bool {
        let as_of = self.options.as_of;
        let hidden = comes_later(issue, as_of);
        let past = |day: Option<Date>| day.is_some_and(|day| day <= as_of);
        match part {
            Part::IssuedOn => past(issue.issued_on),
            Part::AcceptedOn => past(issue.accepted_on),
            Part::SubmittedOn => past(issue.submitted_on),
            Part::Number => issue.number.is_some() && !hidden,
            Part::ExpiresOn => issue.expires_on.is_some() && !hidden,
            Part::Area => issue.area.is_some() && !hidden,
            Part::Stops => issue.stops.iter().any(|stop| stop.from <= as_of),
            Part::WaivedUntil => issue.waived_until.is_some(),
        }
    }

    fn part_day(&self, document: FactIdx, part: Part, row: u32) -> Option<Date> {
        let Cell::Document(issues) = self.cell(document, row) else { return None };
        let days = issues.iter().filter(|issue| self.shows(issue, part)).filter_map(|issue| issue.date(part));
        if matches!(part, Part::ExpiresOn | Part::WaivedUntil) { days.max() } else { days.min() }
    }

    fn covered(&self, document: FactIdx, row: u32) -> Option<i128> {
        match self.cell(document, row) {
            Cell::No | Cell::InHand => Some(0),
            Cell::Document(issues) => {
                let mut sum = 0i128;
                for issue in &issues {
                    match self.issue_in_force(document, issue, row) {
                        Truth::Yes => sum += i128::from(issue.area.filter(|_| self.shows(issue, Part::Area))?),
                        Truth::Unknown => return None,
                        Truth::No => {}
                    }
                }
                Some(sum)
            }
            _ => None,
        }
    }

    pub(crate) fn granted(&self, pool: PoolIdx, row: u32) -> i128 {
        let id = &self.pack.pools[pool.0 as usize].id;
        let day = |granted: Option<Date>| granted.unwrap_or(self.ledger_date());
        let grants = self.portfolio.grants.iter();
        let mine = grants.filter(|g| g.row == row && g.pool == *id && day(g.granted_on) <= self.options.as_of);
        mine.map(|grant| i128::from(grant.amount)).sum()
    }

    /// What a draw asks for, in whole atoms.
    pub(crate) fn amount(&self, draw: &Draw, row: u32, law: Date) -> Option<i128> {
        match self.value(&draw.amount.tree, row, law)? {
            Known::Number(num, den) => Some(num.div_euclid(den) + i128::from(num.rem_euclid(den) != 0)),
            Known::Day(_) => None,
        }
    }

    pub(crate) fn value(&self, value: &Value, row: u32, law: Date) -> Option<Known> {
        let number = |value: &Value| match self.value(value, row, law)? {
            Known::Number(num, den) => Some((num, den)),
            Known::Day(_) => None,
        };
        let day = |value: &Value| match self.value(value, row, law)? {
            Known::Day(day) => Some(day),
            Known::Number(..) => None,
        };
        match value {
            Value::Number(Fraction { num, den }) => Some(Known::Number(*num, *den)),
            Value::Date(date) => Some(Known::Day(*date)),
            Value::AsOf => Some(Known::Day(self.options.as_of)),
            Value::Read(reading) => self.read(*reading, row),
            Value::Parameter(parameter) => match self.pack.parameter(*parameter, law)? {
                Scalar::Number(Fraction { num, den }) => Some(Known::Number(*num, *den)),
                Scalar::Date(date) => Some(Known::Day(*date)),
                _ => None,
            },
            Value::Covered(document) => self.covered(*document, row).map(|area| Known::Number(area, 1)),
            Value::Granted(pool) => Some(Known::Number(self.granted(*pool, row), 1)),
            Value::Arithmetic(op, left, right) => {
                let (left, right) = (number(left)?, number(right)?);
                calculate(*op, left, right).map(|(num, den)| Known::Number(num, den))
            }
            Value::Min(parts) | Value::Max(parts) => {
                let known = parts.iter().map(|part| self.value(part, row, law)).collect::<Option<Vec<_>>>()?;
                extreme(&known, matches!(value, Value::Min(_)))
            }
            Value::DaysBetween(left, right) => {
                Some(Known::Number(i128::from(day(left)?.0) - i128::from(day(right)?.0), 1))
            }
            Value::Shift { date, amount, unit, back } => {
                let (from, (num, den)) = (day(date)?, number(amount)?);
                let mut whole = num / den;
                if whole * den < num {
                    whole += 1;
                }
                let count = i32::try_from(whole).ok()?;
                let count = if *back { count.checked_neg()? } else { count };
                let stood = match &**date {
                    Value::Read(Reading::Part(document, Part::AcceptedOn)) => self.stood(*document, row),
                    _ => Stood::new(),
                };
                ends(&stood, from, Duration { count, unit: *unit }).map(Known::Day)
            }
            Value::DaysLate | Value::Blockers => None,
        }
    }

    fn read(&self, reading: Reading, row: u32) -> Option<Known> {
        match reading {
            Reading::Part(document, Part::Area) => {
                let Cell::Document(issues) = self.cell(document, row) else { return None };
                let shown: Vec<i64> = issues
                    .iter()
                    .filter(|issue| self.shows(issue, Part::Area))
                    .filter_map(|issue| issue.area)
                    .collect();
                (!shown.is_empty()).then(|| Known::Number(shown.iter().map(|area| i128::from(*area)).sum(), 1))
            }
            Reading::Part(document, part) => self.part_day(document, part, row).map(Known::Day),
            Reading::Fact(fact) => {
                let spec = &self.pack.schema[fact];
                match self.cell(fact, row) {
                    Cell::Quantity(atoms) if spec.kind == FactType::Quantity(Dimension::Ratio) => {
                        Some(Known::Number(i128::from(atoms), 1_000_000))
                    }
                    Cell::Quantity(atoms) => Some(Known::Number(i128::from(atoms), 1)),
                    Cell::No if matches!(spec.kind, FactType::Quantity(_)) => Some(Known::Number(0, 1)),
                    Cell::Date(day) => {
                        let later = spec.date_kind == DateKind::Event && day > self.options.as_of;
                        (!later).then_some(Known::Day(day))
                    }
                    _ => None,
                }
            }
        }
    }

    pub(crate) fn governing(&self, reading: Reading, row: u32) -> Governing {
        if let Some(Known::Day(day)) = self.read(reading, row) {
            return Governing::Day(day);
        }
        match (self.cell(reading.fact(), row), reading) {
            (Cell::No | Cell::InHand | Cell::Date(_), _) => Governing::AsOf,
            (Cell::Document(issues), Reading::Part(_, part)) => {
                let as_of = self.options.as_of;
                let later = |issue: &Issue| match part {
                    Part::ExpiresOn => issue.expires_on.is_some() && comes_later(issue, as_of),
                    _ => issue.date(part).is_some_and(|day| day > as_of),
                };
                let unmade = |issue: &Issue| match (issue.issued_on, &issue.number) {
                    (Some(day), _) => day > as_of,
                    (None, Some(_)) => false,
                    (None, None) => {
                        let dates = [issue.accepted_on, issue.submitted_on, issue.waived_until];
                        dates.iter().any(Option::is_some)
                    }
                };
                if issues.iter().all(|issue| later(issue) || unmade(issue)) {
                    Governing::AsOf
                } else {
                    Governing::Unknown
                }
            }
            _ => Governing::Unknown,
        }
    }

    /// The days on which a document's clock stands still.
    fn stood(&self, document: FactIdx, row: u32) -> Stood {
        match self.cell(document, row) {
            Cell::Document(issues) => stood(&self.pack.schema[document], issues.iter(), self.options.as_of),
            _ => Stood::new(),
        }
    }

    /// The latest visible acceptance of a document that is not in force, and when its clock stands still; of several on
    /// one day the one whose clock has stood still the longest.
    pub(crate) fn accepted(&self, document: FactIdx, row: u32) -> Option<(Date, Stood)> {
        let Cell::Document(issues) = self.cell(document, row) else { return None };
        if self.issued(document, row) == Truth::Yes {
            return None;
        }
        let open = issues.iter().filter(|issue| self.under_way(issue));
        let as_of = self.options.as_of;
        let clock = |issue: &Issue| {
            let day = issue.accepted_on.filter(|day| *day <= as_of)?;
            Some((day, stood(&self.pack.schema[document], std::iter::once(issue), as_of)))
        };
        open.filter_map(clock).max_by_key(|clock| longest(clock, as_of))
    }
}

/// What the clock that counts has the most of: the latest acceptance, then days it stood still, then working days.
pub(crate) fn longest((accepted, stood): &(Date, Stood), as_of: Date) -> (Date, i32, i32) {
    (*accepted, lost(stood, *accepted, as_of, false), lost(stood, *accepted, as_of, true))
}

pub(crate) fn all(truths: impl Iterator<Item = Truth>) -> Truth {
    let truths: Vec<Truth> = truths.collect();
    if truths.contains(&Truth::No) {
        Truth::No
    } else if truths.iter().all(|truth| *truth == Truth::Yes) {
        Truth::Yes
    } else {
        Truth::Unknown
    }
}

pub(crate) fn any(truths: impl Iterator<Item = Truth>) -> Truth {
    let truths: Vec<Truth> = truths.collect();
    if truths.contains(&Truth::Yes) {
        Truth::Yes
    } else if truths.iter().all(|truth| *truth == Truth::No) {
        Truth::No
    } else {
        Truth::Unknown
    }
}

fn calculate(op: Arithmetic, (a, b): (i128, i128), (c, d): (i128, i128)) -> Option<(i128, i128)> {
    let (num, den) = match op {
        Arithmetic::Add => (a.checked_mul(d)?.checked_add(c.checked_mul(b)?)?, b.checked_mul(d)?),
        Arithmetic::Subtract => (a.checked_mul(d)?.checked_sub(c.checked_mul(b)?)?, b.checked_mul(d)?),
        Arithmetic::Multiply => (a.checked_mul(c)?, b.checked_mul(d)?),
        Arithmetic::Divide if c == 0 => return None,
        Arithmetic::Divide => (a.checked_mul(d)?.checked_mul(c.signum())?, b.checked_mul(c.checked_abs()?)?),
    };
    let divisor = greatest_common_divisor(num, den);
    Some((num / divisor, den / divisor))
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b > 0 {
        (a, b) = (b, a % b);
    }
    i128::try_from(a).unwrap_or(1).max(1)
}

fn extreme(known: &[Known], least: bool) -> Option<Known> {
    let mut best = *known.first()?;
    for next in &known[1..] {
        let smaller = match (*next, best) {
            (Known::Number(a, b), Known::Number(c, d)) => a.checked_mul(d)? < c.checked_mul(b)?,
            (Known::Day(a), Known::Day(b)) => a < b,
            _ => return None,
        };
        let equal = *next == best;
        if !equal && smaller == least {
            best = *next;
        }
    }
    Some(best)
}

/// Days on which some parameter that a requirement reads changes, and its versions begin or end.
pub(crate) fn law_days(pack: &Pack, requirement: &kaigong_rules::Requirement) -> Vec<Date> {
    let mut days = Vec::new();
    let mut add = |period: kaigong_rules::Period| {
        days.extend(period.from);
        days.extend(period.to.map(|to| Date(to.0 + 1)));
    };
    requirement.versions.iter().for_each(|version| add(version.period));
    for body in requirement.bodies() {
        body.uses(&mut |used| {
            if let kaigong_rules::expression::Use::Parameter(parameter) = used {
                pack.parameters[parameter.0 as usize].values.iter().for_each(|value| add(value.period));
            }
        });
    }
    days.sort_unstable();
    days.dedup();
    days
}

/// Whether an issue, with all that is written on it, came after a day.
fn comes_later(issue: &Issue, as_of: Date) -> bool {
    match issue.issued_on {
        Some(day) => day > as_of,
        None if issue.number.is_some() => false,
        None => {
            let filed: Vec<Date> = issue.accepted_on.into_iter().chain(issue.submitted_on).collect();
            !filed.is_empty() && filed.iter().all(|day| *day > as_of)
        }
    }
}
