//! Values: exact numbers and days of one row.

use kaigong_model::{
    Calendar, Cell, CellState, Date, DateKind, Dimension, Duration, FactIdx, FactType, Halts, Paper, Part, Truth,
    Values,
};
use kaigong_rules::expression::{Arithmetic, Comparison, Fraction, PoolIdx, Reading};

use super::documents::first_issue;
use super::{DataFault, Day, Facts};
use crate::terms::Term;

impl Facts<'_> {
    pub(super) fn compare_numbers(&self, op: Comparison, left: &Term, right: &Term, row: u32, as_of: Date) -> Truth {
        let both = (self.number(left, row, as_of), self.number(right, row, as_of));
        let (Some(left), Some(right)) = both else { return Truth::Unknown };
        if let Some(ordering) = compare(left, right) {
            op.holds(ordering).into()
        } else {
            self.fault(row, None, false);
            Truth::Unknown
        }
    }

    pub(super) fn fault(&self, row: u32, fact: Option<FactIdx>, division: bool) {
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

    pub(super) fn extreme(
        &self,
        parts: &[Term],
        row: u32,
        as_of: Date,
        wanted: std::cmp::Ordering,
    ) -> Option<Fraction> {
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

    pub(super) fn quantity(&self, fact: FactIdx, row: u32, as_of: Date) -> Option<Fraction> {
        let den = match self.schema[fact].kind {
            FactType::Quantity(Dimension::Ratio) => 1_000_000,
            _ => 1,
        };
        let (state, atoms) = match self.portfolio.column(fact) {
            None => (CellState::Blank, 0),
            Some(column) if column.changes.is_empty() => match &column.values {
                Values::Quantity(values) => (column.states[row as usize], values.get(row as usize)),
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
    pub(super) fn always_missing(&self, term: &Term) -> bool {
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

    pub(super) fn is_quantity(&self, fact: FactIdx) -> bool {
        matches!(self.schema[fact].kind, FactType::Quantity(_))
    }

    /// The first day, up to a day, on which a document was issued or an event took place.
    pub(super) fn first_day(&self, fact: FactIdx, row: u32, as_of: Date) -> Day {
        let event = |day: Date| if day <= as_of { Day::Known(day) } else { Day::None };
        let Some(column) = self.portfolio.column(fact) else {
            return if self.reads_blank_as_no(fact) { Day::None } else { Day::Unknown };
        };
        if column.changes.is_empty() {
            match (column.states[row as usize], &column.values) {
                (CellState::Recorded, Values::Date(days)) => return event(Date(days.get(row as usize) as i32)),
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

    pub(super) fn covered(&self, fact: FactIdx, row: u32, as_of: Date) -> Option<i128> {
        let covered = self.with_issues(fact, row, as_of, |seen, issues| seen.covered(issues.iter()));
        covered.unwrap_or_else(|| matches!(self.read(fact, row, as_of), Cell::No | Cell::InHand).then_some(0))
    }

    /// What a project has been granted out of several pool kinds together by a day, atoms.
    pub(crate) fn granted_of(&self, pools: impl Iterator<Item = PoolIdx>, row: u32, as_of: Date) -> i128 {
        pools.map(|pool| self.granted(pool, row, as_of)).sum()
    }

    /// What a project has been granted out of a pool kind by a day, atoms.
    pub(crate) fn granted(&self, pool: PoolIdx, row: u32, as_of: Date) -> i128 {
        let grants = &self.portfolio.grants;
        let first = grants.partition_point(|grant| grant.row < row);
        let id = &self.schema.pools[pool.0 as usize].id;
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
                let of = &**date;
                let (date, amount) = (self.date(date, row, as_of)?, self.number(amount, row, as_of)?);
                let count = i32::try_from(round_up(amount)).ok()?;
                let count = if *back { count.checked_neg()? } else { count };
                let duration = Duration { count, unit: *unit };
                self.halts(of, row, as_of)
                    .map_or_else(|| date.plus(duration, Calendar::official()), |halts| halts.last_day(date, duration))
            }
            _ => None,
        }
    }

    /// The stops of the document whose acceptance a term is: what is added to it is a limit, and runs from it.
    pub(crate) fn halts(&self, term: &Term, row: u32, as_of: Date) -> Option<Halts> {
        let Term::Read(Reading::Part(fact, Part::AcceptedOn)) = term else { return None };
        let halts = self.with_issues(*fact, row, as_of, |seen, issues| Halts::of(seen.spec, issues.iter(), as_of))?;
        Some(halts).filter(|halts| !halts.is_empty())
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
                (Values::Date(days), _) => return event(Date(days.get(row as usize) as i32)),
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
                    None if seen.not_yet(part, &issues) => Day::None,
                    None => Day::Unknown,
                }
            }
            (Cell::No | Cell::InHand, _) => Day::None,
            _ => Day::Unknown,
        }
    }
}

pub(super) fn whole(num: i128) -> Fraction {
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
    if left.den == 1 && right.den == 1 && op != Arithmetic::Divide {
        let num = match op {
            Arithmetic::Add => left.num.checked_add(right.num)?,
            Arithmetic::Subtract => left.num.checked_sub(right.num)?,
            _ => left.num.checked_mul(right.num)?,
        };
        return Some(whole(num));
    }
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
