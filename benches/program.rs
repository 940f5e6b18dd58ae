//! A pack as other engines can be told it: tests of single facts, and requirements made of them.
//!
//! Only what every engine of the comparison can say is taken: bools, amounts, days and enums against constants, documents
//! as issued or not, needs and choices of one; anything else is refused. `generate.rs` writes it out as Rust, `peers.rs`
//! as data.

use kaigong::model::{Date, FactIdx, FactType};
use kaigong::packs::expression::{Comparison, Condition, Fraction, Reading, Value, Word};
use kaigong::packs::{Need, Pack, Target};

/// A pack on a day.
#[derive(Clone, Debug)]
pub struct Program {
    /// Id of the pack.
    pub name: String,
    /// The day.
    pub as_of: Date,
    /// Tests, each once.
    pub tests: Vec<Test>,
    /// Requirements, what is needed before what needs it.
    pub steps: Vec<Step>,
    /// The requirement of the goal.
    pub goal: u32,
}

/// A test of one fact; unknown where the fact is blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// A bool.
    Is(FactIdx),
    /// An amount of at most so many units of the fact.
    AtMost(FactIdx, i64),
    /// A day no later than this one; one that lies ahead is unknown.
    By(FactIdx, Date),
    /// A document issued by the day; one said not to be there is not.
    Issued(FactIdx),
    /// One of some codes of an enum.
    Among(FactIdx, Vec<u16>),
}

/// What tests are put together to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Always so.
    Yes,
    /// A test by number.
    Test(usize),
    /// Not so.
    Not(Box<Expression>),
    /// All of them.
    And(Vec<Expression>),
    /// Any of them.
    Or(Vec<Expression>),
}

/// One requirement.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its index in the pack.
    pub at: u32,
    /// Its id.
    pub id: String,
    /// Whether it applies.
    pub applies: Expression,
    /// Whether it is met.
    pub met: Expression,
    /// What must be cleared first.
    pub needs: Vec<Needs>,
}

/// What a requirement needs.
#[derive(Clone, Debug)]
pub enum Needs {
    /// Another is cleared.
    Step(u32),
    /// One of some is satisfied.
    Any(Vec<u32>),
}

impl Program {
    /// The program of a pack on a day, or what of it cannot be said.
    pub fn of(pack: &Pack, as_of: Date) -> Result<Self, String> {
        let goal = pack.goals[pack.default_goal].requirement.0;
        let mut program = Self { name: pack.id.clone(), as_of, tests: Vec::new(), steps: Vec::new(), goal };
        for &idx in &pack.order {
            let requirement = &pack[idx];
            let body = &requirement.base;
            if requirement.governed_by.is_some() || !requirement.versions.is_empty() || !body.evidenced_by.is_empty() {
                return Err(format!("{}: dated law", requirement.id));
            }
            let mut read = |condition: Option<&Condition>| {
                condition.map_or(Ok(Expression::Yes), |condition| program.condition(pack, condition))
            };
            let applies = read(body.applies_when.as_ref().map(|when| &when.tree))?;
            let met = read(body.met_when.as_ref().map(|when| &when.tree))?;
            let needs = body.needs.iter().map(needs).collect::<Result<Vec<_>, _>>()?;
            program.steps.push(Step { at: idx.0, id: requirement.id.clone(), applies, met, needs });
        }
        Ok(program)
    }

    fn test(&mut self, test: Test) -> Expression {
        let at = self.tests.iter().position(|known| *known == test).unwrap_or_else(|| {
            self.tests.push(test);
            self.tests.len() - 1
        });
        Expression::Test(at)
    }

    fn condition(&mut self, pack: &Pack, condition: &Condition) -> Result<Expression, String> {
        let mut all = |parts: &[Condition]| -> Result<Vec<Expression>, String> {
            parts.iter().map(|part| self.condition(pack, part)).collect()
        };
        match condition {
            Condition::Fact(fact) => Ok(self.test(Test::Is(*fact))),
            Condition::Issued(fact) if pack.schema[*fact].valid.is_none() => Ok(self.test(Test::Issued(*fact))),
            Condition::Not(inner) => Ok(not(self.condition(pack, inner)?)),
            Condition::And(parts) => all(parts).map(Expression::And),
            Condition::Or(parts) => all(parts).map(Expression::Or),
            Condition::Among(fact, words) if pack.schema[*fact].kind == FactType::Enum => {
                let codes = words.iter().map(|word| match word {
                    Word::Code(code) => Ok(*code),
                    other => Err(format!("{other:?}")),
                });
                let mut codes = codes.collect::<Result<Vec<_>, _>>()?;
                codes.sort_unstable();
                codes.dedup();
                Ok(self.test(Test::Among(*fact, codes)))
            }
            Condition::Compare(op, Value::Read(Reading::Fact(fact)), with) => self.compare(pack, *fact, *op, with),
            other => Err(format!("{other:?}")),
        }
    }

    /// A comparison with a constant as "at most", or not.
    fn compare(&mut self, pack: &Pack, fact: FactIdx, op: Comparison, with: &Value) -> Result<Expression, String> {
        let against = match with {
            Value::Number(Fraction { num, den: 1 }) => {
                let unit = pack.schema[fact].unit.map_or(1, |unit| i128::from(unit.atoms));
                let whole = i64::try_from(num / unit).ok().filter(|_| num % unit == 0);
                whole.ok_or_else(|| format!("an amount that is not whole in the unit of {}", pack.schema[fact].id))?
            }
            Value::Date(day) => i64::from(day.0),
            other => return Err(format!("{other:?}")),
        };
        let is_day = pack.schema[fact].kind == FactType::Date;
        let mut at_most = |most: i64| match i32::try_from(most) {
            Ok(day) if is_day => self.test(Test::By(fact, Date(day))),
            _ if most < 0 => not(Expression::Yes),
            _ => self.test(Test::AtMost(fact, most)),
        };
        Ok(match op {
            Comparison::LessOrEqual => at_most(against),
            Comparison::Less => at_most(against - 1),
            Comparison::Greater => not(at_most(against)),
            Comparison::GreaterOrEqual => not(at_most(against - 1)),
            Comparison::Equal => {
                let (below, to) = (at_most(against - 1), at_most(against));
                Expression::And(vec![to, not(below)])
            }
            Comparison::NotEqual => {
                let (below, to) = (at_most(against - 1), at_most(against));
                Expression::Or(vec![not(to), below])
            }
        })
    }
}

fn not(expression: Expression) -> Expression {
    Expression::Not(Box::new(expression))
}

fn needs(need: &Need) -> Result<Needs, String> {
    if need.edge.when.is_some() || need.edge.customary {
        return Err("a need with a condition".to_owned());
    }
    match &need.target {
        Target::Step(step) => Ok(Needs::Step(step.0)),
        Target::Group { choose: 1, members } => Ok(Needs::Any(members.iter().map(|member| member.0).collect())),
        Target::Group { .. } => Err("a choice of several".to_owned()),
    }
}
