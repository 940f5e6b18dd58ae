//! The expression language: typed conditions and values over facts, parameters and the as-of date.
//!
//! ```text
//! text -> parse (tokens, spans) -> resolve (names, types, units) -> Condition | Value
//! ```
//! Quantities are counts of atoms, plain numbers exact fractions; nothing here is a float.

use kaigong_model::{Date, Dimension, DurationUnit, FactIdx, Part};

pub mod parse;
pub mod resolve;
pub mod types;

/// Dense index of a parameter in its pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParameterIdx(pub u32);

/// Dense index of a pool kind in its pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PoolIdx(pub u32);

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// Whether an ordering satisfies the comparison.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// An exact fraction, denominator positive, not necessarily in lowest terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fraction {
    /// Above the line.
    pub num: i128,
    /// Below the line, positive.
    pub den: i128,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// An amount of one dimension.
    Quantity(Dimension),
    /// A bare number in an expression: compares with counts and ratios.
    Number,
    /// A quotient of two like amounts: to be compared or multiplied only.
    Quotient,
    /// A day.
    Date,
    /// Text.
    Text,
    /// A value of this enum fact.
    Enum(FactIdx),
    /// Yes or no.
    Bool,
    /// Months or years, to be added to a date only.
    Duration(DurationUnit),
}

/// Something the portfolio's verdicts add to the names of light rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VerdictName {
    /// The project may start.
    Ready,
    /// Something certainly forbids it.
    Blocked,
    /// Missing facts decide.
    Undetermined,
    /// It has started.
    Started,
}

/// What a document or fact is looked up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reading {
    /// The fact as a whole.
    Fact(FactIdx),
    /// A part of a document.
    Part(FactIdx, Part),
}

impl Reading {
    /// The fact that is read.
    pub fn fact(self) -> FactIdx {
        match self {
            Self::Fact(fact) | Self::Part(fact, _) => fact,
        }
    }
}

/// A member of an `in [..]` list or one side of `==` on words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Word {
    /// Code of an enum value.
    Code(u16),
    /// A text.
    Text(String),
    /// A text parameter; for enums its values are value ids.
    Parameter(ParameterIdx),
    /// Another text fact.
    Fact(FactIdx),
}

/// A typed condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Always so.
    Const(bool),
    /// A bool fact.
    Fact(FactIdx),
    /// A bool parameter.
    Parameter(ParameterIdx),
    /// Negation.
    Not(Box<Condition>),
    /// Conjunction of two or more.
    And(Vec<Condition>),
    /// Disjunction of two or more.
    Or(Vec<Condition>),
    /// Comparison of two numbers or two days.
    Compare(Comparison, Value, Value),
    /// An enum or text fact is one of these words.
    Among(FactIdx, Vec<Word>),
    /// A document is in force.
    Issued(FactIdx),
    /// Something is recorded.
    Recorded(Reading),
    /// Every linked project clears its goal.
    Completed(FactIdx),
    /// Light rules only.
    Verdict(VerdictName),
}

/// Arithmetic on two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    /// Sum.
    Add,
    /// Difference.
    Subtract,
    /// Product.
    Multiply,
    /// Exact quotient.
    Divide,
}

/// A typed value: a number (atoms, or a plain fraction) or a day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// A literal amount.
    Number(Fraction),
    /// A literal day.
    Date(Date),
    /// The as-of date.
    AsOf,
    /// A quantity or date fact, or a part of a document.
    Read(Reading),
    /// A parameter.
    Parameter(ParameterIdx),
    /// Area covered by a document's issues in force.
    Covered(FactIdx),
    /// Granted out of a pool kind.
    Granted(PoolIdx),
    /// Arithmetic.
    Arithmetic(Arithmetic, Box<Value>, Box<Value>),
    /// The least of these.
    Min(Vec<Value>),
    /// The greatest of these.
    Max(Vec<Value>),
    /// Calendar days from the second day to the first.
    DaysBetween(Box<Value>, Box<Value>),
    /// A day moved by a length of time, back if `back`.
    Shift {
        /// The day.
        date: Box<Value>,
        /// How many; a broken number of days is rounded up.
        amount: Box<Value>,
        /// Of what.
        unit: DurationUnit,
        /// Towards the past.
        back: bool,
    },
    /// Light rules only: days since the planned start.
    DaysLate,
    /// Light rules only: how many blockers.
    Blockers,
}

/// A condition or value and the text it was written as.
#[derive(Clone, Debug)]
pub struct Written<T> {
    /// The resolved tree.
    pub tree: T,
    /// The text, as written.
    pub text: String,
}

/// What an expression reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// A fact.
    Fact(FactIdx),
    /// A parameter.
    Parameter(ParameterIdx),
    /// A pool kind.
    Pool(PoolIdx),
}

impl Condition {
    /// Calls `see` for everything the condition reads, left to right.
    pub fn uses(&self, see: &mut impl FnMut(Use)) {
        match self {
            Self::Const(_) | Self::Verdict(_) => {}
            Self::Fact(fact) | Self::Issued(fact) | Self::Completed(fact) => see(Use::Fact(*fact)),
            Self::Recorded(reading) => see(Use::Fact(reading.fact())),
            Self::Parameter(parameter) => see(Use::Parameter(*parameter)),
            Self::Not(inner) => inner.uses(see),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.uses(see)),
            Self::Compare(_, left, right) => {
                left.uses(see);
                right.uses(see);
            }
            Self::Among(fact, words) => {
                see(Use::Fact(*fact));
                for word in words {
                    match word {
                        Word::Parameter(parameter) => see(Use::Parameter(*parameter)),
                        Word::Fact(fact) => see(Use::Fact(*fact)),
                        Word::Code(_) | Word::Text(_) => {}
                    }
                }
            }
        }
    }

    /// The leaf conditions, left to right: everything that is not `and`, `or` or `not`.
    pub fn leaves(&self) -> Vec<&Self> {
        match self {
            Self::Not(inner) => inner.leaves(),
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::leaves).collect(),
            leaf => vec![leaf],
        }
    }
}

impl Value {
    /// Calls `see` for everything the value reads, left to right.
    pub fn uses(&self, see: &mut impl FnMut(Use)) {
        match self {
            Self::Number(_) | Self::Date(_) | Self::AsOf | Self::DaysLate | Self::Blockers => {}
            Self::Read(reading) => see(Use::Fact(reading.fact())),
            Self::Covered(fact) => see(Use::Fact(*fact)),
            Self::Parameter(parameter) => see(Use::Parameter(*parameter)),
            Self::Granted(pool) => see(Use::Pool(*pool)),
            Self::Arithmetic(_, left, right) | Self::DaysBetween(left, right) => {
                left.uses(see);
                right.uses(see);
            }
            Self::Min(parts) | Self::Max(parts) => parts.iter().for_each(|part| part.uses(see)),
            Self::Shift { date, amount, .. } => {
                date.uses(see);
                amount.uses(see);
            }
        }
    }
}
