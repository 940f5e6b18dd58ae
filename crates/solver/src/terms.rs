//! Conditions with the law of one day filled in: parameters become constants, leaves become tests.

use std::collections::BTreeMap;

use kaigong_model::{Date, DurationUnit, FactIdx, FactType, Part};
use kaigong_rules::expression::{
    Arithmetic, Comparison, Condition, Fraction, ParameterIdx, PoolIdx, Reading, Use, Value, VerdictName, Word,
};
use kaigong_rules::{Pack, Scalar};

/// A value of one row on one day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Term {
    Number(Fraction),
    Date(Date),
    /// A parameter the law leaves open on that day.
    Missing,
    AsOf,
    Read(Reading),
    Covered(FactIdx),
    Granted(PoolIdx),
    Arithmetic(Arithmetic, Box<Term>, Box<Term>),
    Min(Vec<Term>),
    Max(Vec<Term>),
    DaysBetween(Box<Term>, Box<Term>),
    Shift {
        date: Box<Term>,
        amount: Box<Term>,
        unit: DurationUnit,
        back: bool,
    },
    DaysLate,
    Blockers,
}

/// A leaf condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Test {
    Bool(FactIdx),
    /// The common case: a quantity fact against whole atoms.
    Quantity(FactIdx, Comparison, i64),
    Numbers(Comparison, Term, Term),
    Dates(Comparison, Term, Term),
    /// An enum is one of these codes.
    Codes(FactIdx, Vec<u16>),
    /// A text is one of these, or equals one of these text facts.
    Texts(FactIdx, Vec<String>, Vec<FactIdx>),
    Issued(FactIdx),
    /// Grants cover every draw that may apply: its condition, its amount, its pool. Never unknown.
    Granted(Vec<(Option<Tree>, Term, Vec<PoolIdx>)>),
    Recorded(Reading),
    /// Index of the upstream slot.
    Completed(u32),
    Verdict(VerdictName),
    /// The fact is known at all; unknown where it is missing. For lists with an open parameter.
    Unknown,
}

/// A condition over tests.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Tree {
    Const(bool),
    Test(Test),
    Not(Box<Tree>),
    And(Vec<Tree>),
    Or(Vec<Tree>),
}

/// What `completed()` asks: the links of a fact, and the requirement each linked project must clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Slot {
    pub(crate) links: FactIdx,
    pub(crate) requirement: kaigong_rules::RequirementIdx,
}

/// Fills in the law of a day.
pub(crate) struct Lowering<'a> {
    pub(crate) pack: &'a Pack,
    /// The day parameters are taken at.
    pub(crate) law: Date,
    /// The goal where a projects fact names none.
    pub(crate) goal: usize,
    pub(crate) slots: &'a mut Vec<Slot>,
    /// Parameters that a fact of the row picks the law of.
    pub(crate) split: &'a Choices,
    /// The law of those picked so far.
    pub(crate) picked: BTreeMap<ParameterIdx, Date>,
}

/// Parameters whose law a bool fact picks: where it is no and where it is yes.
pub(crate) type Choices = BTreeMap<ParameterIdx, (FactIdx, [Date; 2])>;

impl Lowering<'_> {
    /// A parameter's value under its law.
    fn parameter(&self, parameter: ParameterIdx) -> Option<&Scalar> {
        self.pack.parameter(parameter, self.picked.get(&parameter).copied().unwrap_or(self.law))
    }

    /// A leaf that reads a parameter whose law is picked: under either law, by the fact.
    fn either(&mut self, leaf: &Condition) -> Option<Tree> {
        if self.split.is_empty() {
            return None;
        }
        let mut open = None;
        leaf.uses(&mut |used| {
            if let Use::Parameter(parameter) = used
                && !self.picked.contains_key(&parameter)
            {
                open = open.or(self.split.get(&parameter).map(|choice| (parameter, *choice)));
            }
        });
        let (parameter, (fact, laws)) = open?;
        let [before, after] = laws.map(|law| {
            self.picked.insert(parameter, law);
            let tree = self.tree(leaf);
            self.picked.remove(&parameter);
            tree
        });
        if before == after {
            return Some(before);
        }
        let chosen = Tree::Test(Test::Bool(fact));
        let not = Tree::Not(Box::new(chosen.clone()));
        Some(Tree::Or(vec![Tree::And(vec![not, before]), Tree::And(vec![chosen, after])]))
    }

    pub(crate) fn tree(&mut self, condition: &Condition) -> Tree {
        let is_leaf = !matches!(condition, Condition::Not(_) | Condition::And(_) | Condition::Or(_));
        if let Some(tree) = is_leaf.then(|| self.either(condition)).flatten() {
            return tree;
        }
        match condition {
            Condition::Const(value) => Tree::Const(*value),
            Condition::Fact(fact) => Tree::Test(Test::Bool(*fact)),
            Condition::Parameter(parameter) => match self.parameter(*parameter) {
                Some(Scalar::Bool(value)) => Tree::Const(*value),
                _ => Tree::Test(Test::Unknown),
            },
            Condition::Not(inner) => Tree::Not(Box::new(self.tree(inner))),
            Condition::And(parts) => Tree::And(parts.iter().map(|part| self.tree(part)).collect()),
            Condition::Or(parts) => Tree::Or(parts.iter().map(|part| self.tree(part)).collect()),
            Condition::Compare(op, left, right) => Tree::Test(self.compare(*op, left, right)),
            Condition::Among(fact, words) => self.among(*fact, words),
            Condition::Issued(fact) => Tree::Test(Test::Issued(*fact)),
            Condition::Recorded(reading) => Tree::Test(Test::Recorded(*reading)),
            Condition::Completed(fact) => Tree::Test(Test::Completed(self.slot(*fact))),
            Condition::Verdict(name) => Tree::Test(Test::Verdict(*name)),
        }
    }

    fn slot(&mut self, links: FactIdx) -> u32 {
        let named = self.pack.schema[links].goal.as_deref().and_then(|id| self.pack.goal(id));
        let goal = &self.pack.goals[named.unwrap_or(self.goal)];
        let slot = Slot { links, requirement: goal.requirement };
        let found = self.slots.iter().position(|known| *known == slot).unwrap_or_else(|| {
            self.slots.push(slot);
            self.slots.len() - 1
        });
        found as u32
    }

    fn compare(&mut self, op: Comparison, left: &Value, right: &Value) -> Test {
        let (left, right) = (self.term(left), self.term(right));
        if self.is_date(&left) || self.is_date(&right) {
            return Test::Dates(op, left, right);
        }
        if let (Term::Read(Reading::Fact(fact)), Term::Number(Fraction { num, den: 1 })) = (&left, &right) {
            let is_ratio = self.pack.schema[*fact].kind == FactType::Quantity(kaigong_model::Dimension::Ratio);
            if let (false, Ok(atoms)) = (is_ratio, i64::try_from(*num)) {
                return Test::Quantity(*fact, op, atoms);
            }
        }
        Test::Numbers(op, left, right)
    }

    fn is_date(&self, term: &Term) -> bool {
        match term {
            Term::Date(_) | Term::AsOf | Term::Shift { .. } => true,
            Term::Read(Reading::Fact(fact)) => self.pack.schema[*fact].kind == FactType::Date,
            Term::Read(Reading::Part(_, part)) => *part != Part::Area,
            Term::Min(parts) | Term::Max(parts) => parts.iter().any(|part| self.is_date(part)),
            _ => false,
        }
    }

    fn among(&mut self, fact: FactIdx, words: &[Word]) -> Tree {
        let spec = &self.pack.schema[fact];
        let (mut codes, mut texts, mut facts, mut open) = (Vec::new(), Vec::new(), Vec::new(), false);
        for word in words {
            match word {
                Word::Code(code) => codes.push(*code),
                Word::Text(text) => texts.push(text.clone()),
                Word::Fact(other) => facts.push(*other),
                Word::Parameter(parameter) => match self.parameter(*parameter) {
                    Some(Scalar::Text(text)) if spec.kind == FactType::Enum => codes.extend(spec.value_code(text)),
                    Some(Scalar::Text(text)) => texts.push(text.clone()),
                    _ => open = true,
                },
            }
        }
        let test = if spec.kind == FactType::Enum {
            codes.sort_unstable();
            codes.dedup();
            Test::Codes(fact, codes)
        } else {
            Test::Texts(fact, texts, facts)
        };
        if open { Tree::Or(vec![Tree::Test(test), Tree::Test(Test::Unknown)]) } else { Tree::Test(test) }
    }

    pub(crate) fn term(&mut self, value: &Value) -> Term {
        let both =
            |this: &mut Self, left: &Value, right: &Value| (Box::new(this.term(left)), Box::new(this.term(right)));
        match value {
            Value::Number(fraction) => Term::Number(*fraction),
            Value::Date(date) => Term::Date(*date),
            Value::AsOf => Term::AsOf,
            Value::Read(reading) => Term::Read(*reading),
            Value::Parameter(parameter) => match self.parameter(*parameter) {
                Some(Scalar::Number(fraction)) => Term::Number(*fraction),
                Some(Scalar::Date(date)) => Term::Date(*date),
                _ => Term::Missing,
            },
            Value::Covered(fact) => Term::Covered(*fact),
            Value::Granted(pool) => Term::Granted(*pool),
            Value::Arithmetic(op, left, right) => {
                let (left, right) = both(self, left, right);
                Term::Arithmetic(*op, left, right)
            }
            Value::Min(parts) => Term::Min(parts.iter().map(|part| self.term(part)).collect()),
            Value::Max(parts) => Term::Max(parts.iter().map(|part| self.term(part)).collect()),
            Value::DaysBetween(left, right) => {
                let (left, right) = both(self, left, right);
                Term::DaysBetween(left, right)
            }
            Value::Shift { date, amount, unit, back } => {
                let (date, amount) = both(self, date, amount);
                Term::Shift { date, amount, unit: *unit, back: *back }
            }
            Value::DaysLate => Term::DaysLate,
            Value::Blockers => Term::Blockers,
        }
    }
}

impl Test {
    /// The facts the test reads.
    pub(crate) fn facts(&self, slots: &[Slot], see: &mut dyn FnMut(FactIdx)) {
        match self {
            Self::Bool(fact) | Self::Quantity(fact, ..) | Self::Codes(fact, _) | Self::Issued(fact) => see(*fact),
            Self::Texts(fact, _, others) => {
                see(*fact);
                others.iter().copied().for_each(see);
            }
            Self::Recorded(reading) => see(reading.fact()),
            Self::Completed(slot) => see(slots[*slot as usize].links),
            Self::Numbers(_, left, right) | Self::Dates(_, left, right) => {
                left.facts(see);
                right.facts(see);
            }
            Self::Granted(draws) => {
                for (when, amount, _) in draws {
                    amount.facts(see);
                    if let Some(when) = when {
                        let mut read = Vec::new();
                        when.tests(&mut |test| read.push(test));
                        read.into_iter().for_each(|test| test.facts(slots, see));
                    }
                }
            }
            Self::Verdict(_) | Self::Unknown => {}
        }
    }
}

impl Test {
    /// The pools whose grants the test reads.
    pub(crate) fn pools(&self, see: &mut dyn FnMut(PoolIdx)) {
        match self {
            Self::Numbers(_, left, right) | Self::Dates(_, left, right) => {
                left.pools(see);
                right.pools(see);
            }
            Self::Granted(draws) => {
                for (when, amount, pools) in draws {
                    pools.iter().copied().for_each(&mut *see);
                    amount.pools(see);
                    let mut read = Vec::new();
                    when.iter().for_each(|when| when.tests(&mut |test| read.push(test)));
                    read.into_iter().for_each(|test| test.pools(see));
                }
            }
            _ => {}
        }
    }

    /// Whether it reads the as-of date, so that it may change from one day to the next though no fact does.
    pub(crate) fn moves(&self) -> bool {
        match self {
            Self::Numbers(_, left, right) | Self::Dates(_, left, right) => left.moves() || right.moves(),
            Self::Granted(draws) => draws.iter().any(|(when, amount, _)| {
                let mut moves = amount.moves();
                when.iter().for_each(|when| when.tests(&mut |test| moves |= test.moves()));
                moves
            }),
            _ => false,
        }
    }
}

impl Term {
    fn pools(&self, see: &mut dyn FnMut(PoolIdx)) {
        match self {
            Self::Granted(pool) => see(*pool),
            Self::Arithmetic(_, left, right) | Self::DaysBetween(left, right) => {
                left.pools(see);
                right.pools(see);
            }
            Self::Shift { date, amount, .. } => {
                date.pools(see);
                amount.pools(see);
            }
            Self::Min(parts) | Self::Max(parts) => parts.iter().for_each(|part| part.pools(see)),
            _ => {}
        }
    }

    /// Whether it reads the as-of date, or a limit whose clock may stand still on that day.
    pub(crate) fn moves(&self) -> bool {
        match self {
            Self::AsOf => true,
            Self::Shift { date, .. } if matches!(**date, Self::Read(Reading::Part(_, Part::AcceptedOn))) => true,
            Self::Arithmetic(_, left, right) | Self::DaysBetween(left, right) => left.moves() || right.moves(),
            Self::Shift { date, amount, .. } => date.moves() || amount.moves(),
            Self::Min(parts) | Self::Max(parts) => parts.iter().any(Self::moves),
            _ => false,
        }
    }

    fn facts(&self, see: &mut dyn FnMut(FactIdx)) {
        match self {
            Self::Read(reading) => see(reading.fact()),
            Self::Covered(fact) => see(*fact),
            Self::Arithmetic(_, left, right) | Self::DaysBetween(left, right) => {
                left.facts(see);
                right.facts(see);
            }
            Self::Shift { date, amount, .. } => {
                date.facts(see);
                amount.facts(see);
            }
            Self::Min(parts) | Self::Max(parts) => parts.iter().for_each(|part| part.facts(see)),
            _ => {}
        }
    }
}

impl Tree {
    /// Every test of the tree, left to right.
    pub(crate) fn tests<'t>(&'t self, see: &mut impl FnMut(&'t Test)) {
        match self {
            Self::Const(_) => {}
            Self::Test(test) => see(test),
            Self::Not(inner) => inner.tests(see),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.tests(see)),
        }
    }
}
