//! Writes straight-line Rust for a pack: the yardstick that the evaluator is held against.
//!
//! The text has no loop over nodes and no choice at run time: a function over 64 rows whose lines are the tests and gates
//! of the pack, written out. Only what such text can say is written: bools, amounts, days and enums against constants,
//! documents as issued or not, needs and choices of one; anything else is refused.

use std::fmt::Write;

use kaigong::model::{Date, FactIdx, FactType};
use kaigong::packs::expression::{Comparison, Condition, Fraction, Reading, Value, Word};
use kaigong::packs::{Need, Pack, Target};

/// The text for a pack on a day, or what of it cannot be written.
pub fn straight_line(pack: &Pack, as_of: Date) -> Result<String, String> {
    let mut text = Text { pack, as_of, lines: String::new(), leaves: Vec::new() };
    for &idx in &pack.order {
        let requirement = &pack[idx];
        let (body, at) = (&requirement.base, idx.0);
        if requirement.governed_by.is_some() || !requirement.versions.is_empty() || !body.evidenced_by.is_empty() {
            return Err(format!("{}: dated law", requirement.id));
        }
        let applies = text.optional(body.applies_when.as_ref().map(|when| &when.tree))?;
        let met = text.optional(body.met_when.as_ref().map(|when| &when.tree))?;
        let needs = body.needs.iter().map(target).collect::<Result<Vec<_>, _>>()?;
        let needs = if needs.is_empty() { "YES".to_owned() } else { needs.join(" & ") };
        let _ = writeln!(text.lines, "        // {}", requirement.id);
        let _ = writeln!(text.lines, "        let (a{at}, m{at}, n{at}) = ({applies}, {met}, {needs});");
        let _ = writeln!(text.lines, "        let d{at} = m{at} & n{at};");
        let _ = writeln!(text.lines, "        let (c{at}, s{at}) = (!a{at} | d{at}, a{at} & d{at});");
        let _ = writeln!(text.lines, "        sum.state({at}, lanes, a{at}, n{at}, c{at});");
    }
    let goal = pack.goals[pack.default_goal].requirement.0;
    let mut leaves = String::new();
    for (at, leaf) in text.leaves.iter().enumerate() {
        let _ = writeln!(leaves, "        let l{at} = {leaf};");
    }
    let name = &pack.id;
    Ok(format!(
        "//! The pack `{name}` on {as_of}, written out. Made by `cargo run -p kaigong-benches --example generate`.\n\n\
         use crate::straight::{{Kernel, Lines, Sum, View, YES}};\n\n\
         /// The pack.\n\
         #[derive(Clone, Copy, Debug)]\n\
         pub struct Pack;\n\n\
         #[rustfmt::skip]\n\
         impl Lines for Pack {{\n    \
             #[allow(unused_variables, clippy::too_many_lines, reason = \"written by a program: what nobody reads is written too\")]\n    \
             #[inline(always)]\n    \
             fn word<K: Kernel>(columns: View<'_, K>, word: usize, lanes: u64, sum: &mut Sum) {{\n\
         {leaves}{}        sum.verdict(lanes, c{goal});\n    }}\n}}\n",
        text.lines
    ))
}

struct Text<'p> {
    pack: &'p Pack,
    as_of: Date,
    lines: String,
    /// Tests, each written once.
    leaves: Vec<String>,
}

fn target(need: &Need) -> Result<String, String> {
    if need.edge.when.is_some() || need.edge.customary {
        return Err("a need with a condition".to_owned());
    }
    match &need.target {
        Target::Step(step) => Ok(format!("c{}", step.0)),
        Target::Group { choose: 1, members } => {
            let members: Vec<String> = members.iter().map(|member| format!("s{}", member.0)).collect();
            Ok(format!("({})", members.join(" | ")))
        }
        Target::Group { .. } => Err("a choice of several".to_owned()),
    }
}

impl Text<'_> {
    fn leaf(&mut self, leaf: String) -> String {
        let at = self.leaves.iter().position(|known| *known == leaf).unwrap_or_else(|| {
            self.leaves.push(leaf);
            self.leaves.len() - 1
        });
        format!("l{at}")
    }

    fn optional(&mut self, condition: Option<&Condition>) -> Result<String, String> {
        condition.map_or(Ok("YES".to_owned()), |condition| self.condition(condition))
    }

    fn condition(&mut self, condition: &Condition) -> Result<String, String> {
        let joined = |this: &mut Self, parts: &[Condition], gate: &str| {
            let parts = parts.iter().map(|part| this.condition(part)).collect::<Result<Vec<_>, _>>()?;
            Ok(format!("({})", parts.join(gate)))
        };
        match condition {
            Condition::Fact(fact) => Ok(self.leaf(format!("columns.bits({}, word)", fact.0))),
            Condition::Issued(fact) if self.pack.schema[*fact].valid.is_none() => {
                Ok(self.leaf(format!("columns.until({}, {}, word)", fact.0, self.as_of.0)))
            }
            Condition::Not(inner) => Ok(format!("!{}", self.condition(inner)?)),
            Condition::And(parts) => joined(self, parts, " & "),
            Condition::Or(parts) => joined(self, parts, " | "),
            Condition::Among(fact, words) if self.pack.schema[*fact].kind == FactType::Enum => {
                let codes = words.iter().map(|word| match word {
                    Word::Code(code) => Ok(1u64 << code),
                    other => Err(format!("{other:?}")),
                });
                let set = codes.collect::<Result<Vec<_>, _>>()?.into_iter().fold(0, |set, code| set | code);
                Ok(self.leaf(format!("columns.among({}, {set:#b}, word)", fact.0)))
            }
            Condition::Compare(op, Value::Read(Reading::Fact(fact)), with) => self.compare(*fact, *op, with),
            other => Err(format!("{other:?}")),
        }
    }

    /// A comparison with a constant as "at most", or not.
    fn compare(&mut self, fact: FactIdx, op: Comparison, with: &Value) -> Result<String, String> {
        let against = match with {
            Value::Number(Fraction { num, den: 1 }) => {
                let unit = self.pack.schema[fact].unit.map_or(1, |unit| i128::from(unit.atoms));
                let whole = i64::try_from(num / unit).ok().filter(|_| num % unit == 0);
                whole.ok_or_else(|| {
                    format!("an amount that is not whole in the unit of {}", self.pack.schema[fact].id)
                })?
            }
            Value::Date(day) => i64::from(day.0),
            other => return Err(format!("{other:?}")),
        };
        let at_most = |this: &mut Self, most: i64| {
            let visible = (this.pack.schema[fact].kind == FactType::Date).then_some(this.as_of.0);
            match visible {
                None if most < 0 => "!YES".to_owned(),
                Some(today) => this.leaf(format!("columns.day({}, {most}, {today}, word)", fact.0)),
                None => this.leaf(format!("columns.until({}, {most}, word)", fact.0)),
            }
        };
        Ok(match op {
            Comparison::LessOrEqual => at_most(self, against),
            Comparison::Less => at_most(self, against - 1),
            Comparison::Greater => format!("!{}", at_most(self, against)),
            Comparison::GreaterOrEqual => format!("!{}", at_most(self, against - 1)),
            Comparison::Equal => {
                let (below, to) = (at_most(self, against - 1), at_most(self, against));
                format!("({to} & !{below})")
            }
            Comparison::NotEqual => {
                let (below, to) = (at_most(self, against - 1), at_most(self, against));
                format!("(!{to} | {below})")
            }
        })
    }
}
