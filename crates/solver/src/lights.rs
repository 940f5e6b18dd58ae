//! Light rules and row filters: conditions read one row at a time.

use std::collections::BTreeMap;

use kaigong_bits::Word3;
use kaigong_model::{Cell, Date, Truth};
use kaigong_rules::Pack;
use kaigong_rules::expression::{Condition, Fraction, PoolIdx, Value, VerdictName, Written};

use crate::evaluate::{Evaluation, Verdict};
use crate::facts::{Facts, Picked, round_up};
use crate::summary::ProjectResult;
use crate::terms::{Choices, Lowering, Term, Test, Tree};

/// The light rules of a pack under the law of one day.
#[derive(Debug)]
pub struct LightRule {
    trees: Vec<Tree>,
}

/// A condition that picks rows.
#[derive(Debug)]
pub struct Filter {
    tree: Tree,
}

/// An amount read of rows.
#[derive(Debug)]
pub struct Measure {
    term: Term,
}

impl Measure {
    /// A measure under the law of a day.
    pub fn new(pack: &Pack, value: &Written<Value>, as_of: Date) -> Self {
        let mut slots = Vec::new();
        Self {
            term: Lowering {
                pack,
                law: as_of,
                goal: pack.default_goal,
                slots: &mut slots,
                split: &Choices::new(),
                picked: BTreeMap::new(),
            }
            .term(&value.tree),
        }
    }

    /// Atoms for a row, rounded up to whole ones; `None` where something it needs is missing.
    pub fn of(&self, facts: &Facts<'_>, row: u32, as_of: Date) -> Option<i128> {
        facts.number(&self.term, row, as_of).map(round_up)
    }
}

fn lower(pack: &Pack, condition: &Written<Condition>, as_of: Date) -> Tree {
    let mut slots = Vec::new();
    Lowering {
        pack,
        law: as_of,
        goal: pack.default_goal,
        slots: &mut slots,
        split: &Choices::new(),
        picked: BTreeMap::new(),
    }
    .tree(&condition.tree)
}

impl Filter {
    /// A filter under the law of a day.
    pub fn new(pack: &Pack, condition: &Written<Condition>, as_of: Date) -> Self {
        Self { tree: lower(pack, condition, as_of) }
    }

    /// The rows on which the condition is yes.
    pub fn rows(&self, facts: &Facts<'_>, as_of: Date) -> Vec<u32> {
        let all = 0..facts.portfolio.len() as u32;
        all.filter(|&row| OneRow { facts, row, as_of, project: None }.tree(&self.tree) == Truth::Yes).collect()
    }
}

impl LightRule {
    /// The pack's rules under the law of a day.
    pub fn new(pack: &Pack, as_of: Date) -> Self {
        Self { trees: pack.lights.iter().map(|light| lower(pack, &light.when, as_of)).collect() }
    }

    /// Index in the pack of the first rule that holds for a project.
    pub fn light(&self, evaluation: &Evaluation<'_>, project: &ProjectResult) -> Option<usize> {
        let row = OneRow {
            facts: &evaluation.facts,
            row: project.row,
            as_of: evaluation.options.as_of,
            project: Some((evaluation.pack, project)),
        };
        self.trees.iter().position(|tree| row.tree(tree) == Truth::Yes)
    }
}

struct OneRow<'r, 'a> {
    facts: &'r Facts<'a>,
    row: u32,
    as_of: Date,
    project: Option<(&'r Pack, &'r ProjectResult)>,
}

impl OneRow<'_, '_> {
    fn tree(&self, tree: &Tree) -> Truth {
        match tree {
            Tree::Const(value) => (*value).into(),
            Tree::Test(test) => self.test(test),
            Tree::Not(inner) => self.tree(inner).negated(),
            Tree::And(parts) => parts.iter().fold(Truth::Yes, |truth, part| truth.and(self.tree(part))),
            Tree::Or(parts) => parts.iter().fold(Truth::No, |truth, part| truth.or(self.tree(part))),
        }
    }

    fn test(&self, test: &Test) -> Truth {
        match (test, self.project) {
            (Test::Verdict(name), Some((_, project))) => (project.verdict == verdict(*name)).into(),
            (Test::Completed(_), _) => Truth::Unknown,
            (Test::Numbers(op, left, right), Some(_)) => match (self.number(left), self.number(right)) {
                (Some(left), Some(right)) => {
                    crate::facts::compare(left, right).map_or(Truth::Unknown, |ordering| op.holds(ordering).into())
                }
                _ => Truth::Unknown,
            },
            _ => {
                let lanes = [(self.row, self.as_of)];
                let word = self.facts.test(test, Picked { lanes: &lanes }, |_| Word3::UNKNOWN);
                Truth::from(if word.yes & 1 == 1 { Some(true) } else { (word.no & 1 == 1).then_some(false) })
            }
        }
    }

    fn number(&self, term: &Term) -> Option<Fraction> {
        let whole = |num: i128| Fraction { num, den: 1 };
        match (term, self.project) {
            (Term::Blockers, Some((_, project))) => Some(whole(project.blockers.len() as i128)),
            (Term::DaysLate, Some((pack, project))) => {
                days_late(pack, self.facts, project.row, self.as_of).map(|days| whole(i128::from(days)))
            }
            _ => self.facts.number(term, self.row, self.as_of),
        }
    }
}

impl Facts<'_> {
    /// Whether some draw may apply and grants cover every one that does; an amount that is not known is not covered.
    pub(crate) fn all_granted(&self, draws: &[(Option<Tree>, Term, Vec<PoolIdx>)], row: u32, as_of: Date) -> Truth {
        let one = OneRow { facts: self, row, as_of, project: None };
        let may_apply = |when: &Option<Tree>| when.as_ref().is_none_or(|when| one.tree(when) != Truth::No);
        let mut applying = draws.iter().filter(|(when, ..)| may_apply(when)).peekable();
        let covered = |(_, amount, pools): &(Option<Tree>, Term, Vec<PoolIdx>)| {
            let needed = self.number(amount, row, as_of).map(round_up);
            needed.is_some_and(|needed| needed <= self.granted_of(pools.iter().copied(), row, as_of))
        };
        (applying.peek().is_some() && applying.all(covered)).into()
    }
}

/// Days from the planned start to the day; negative before it, `None` where no start is planned.
fn days_late(pack: &Pack, facts: &Facts<'_>, row: u32, as_of: Date) -> Option<i32> {
    match facts.cell(pack.roles.planned_start?, row, as_of) {
        Cell::Date(planned) => Some(as_of.0 - planned.0),
        _ => None,
    }
}

impl Evaluation<'_> {
    /// Days a project is past its planned start; negative before it, `None` where no start is planned.
    pub fn days_late(&self, row: u32) -> Option<i32> {
        days_late(self.pack, &self.facts, row, self.options.as_of)
    }
}

fn verdict(name: VerdictName) -> Verdict {
    match name {
        VerdictName::Ready => Verdict::Ready,
        VerdictName::Blocked => Verdict::Blocked,
        VerdictName::Undetermined => Verdict::Undetermined,
        VerdictName::Started => Verdict::Started,
    }
}
