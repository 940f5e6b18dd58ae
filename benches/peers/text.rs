//! The program in the languages of engines that go row by row: CEL, ZEN, Rego; and rows as they take them.

use std::fmt::Write as _;

use kaigong::model::{Cell, FactIdx, Portfolio, Schema};
use serde_json::{Value, json};

use crate::program::{Expression, Needs, Program, Step, Test};

/// How an engine of infix expressions is written to.
#[derive(Clone, Copy, Debug)]
pub struct Infix {
    /// Between what must all hold.
    pub and: &'static str,
    /// Between what may hold.
    pub or: &'static str,
    /// Before what must not hold, in parentheses.
    pub not: &'static str,
}

/// The Common Expression Language.
pub const CEL: Infix = Infix { and: " && ", or: " || ", not: "!" };
/// The language of ZEN.
pub const ZEN: Infix = Infix { and: " and ", or: " or ", not: "not " };

/// Per requirement what applies, whether its needs are cleared, and whether it is; in the order they are to be worked
/// out, each by a name that later ones read.
pub fn infix(program: &Program, schema: &Schema, dialect: Infix) -> Vec<[(String, String); 3]> {
    let text = |expression: &Expression| infix_text(expression, program, schema, dialect);
    let step = |step: &Step| {
        let at = step.at;
        let needs = step.needs.iter().map(|needs| match needs {
            Needs::Step(at) => format!("c{at}"),
            Needs::Any(members) => {
                let members = members.iter().map(|at| format!("(a{at}{}c{at})", dialect.and));
                format!("({})", members.collect::<Vec<_>>().join(dialect.or))
            }
        });
        let needs = needs.collect::<Vec<_>>().join(dialect.and);
        let needs = if needs.is_empty() { "true".to_owned() } else { needs };
        let cleared = format!("({}(a{at})){}({}{}n{at})", dialect.not, dialect.or, text(&step.met), dialect.and);
        [(format!("a{at}"), text(&step.applies)), (format!("n{at}"), needs), (format!("c{at}"), cleared)]
    };
    program.steps.iter().map(step).collect()
}

fn infix_text(expression: &Expression, program: &Program, schema: &Schema, dialect: Infix) -> String {
    let text = |expression: &Expression| infix_text(expression, program, schema, dialect);
    let joined =
        |parts: &[Expression], gate: &str| format!("({})", parts.iter().map(text).collect::<Vec<_>>().join(gate));
    match expression {
        Expression::Yes => "true".to_owned(),
        Expression::Test(at) => format!("({})", test_text(&program.tests[*at], program, schema, "", ["[", "]"])),
        Expression::Not(inner) => format!("({}({}))", dialect.not, text(inner)),
        Expression::And(parts) => joined(parts, dialect.and),
        Expression::Or(parts) => joined(parts, dialect.or),
    }
}

/// A test on a row whose days are numbers.
fn test_text(test: &Test, program: &Program, schema: &Schema, before: &str, set: [&str; 2]) -> String {
    let name = |fact: &FactIdx| format!("{before}{}", schema[*fact].id);
    match test {
        Test::Is(fact) => name(fact),
        Test::AtMost(fact, most) => format!("{} <= {most}", name(fact)),
        Test::By(fact, day) => format!("{} <= {}", name(fact), day.0),
        Test::Issued(fact) => format!("{} <= {}", name(fact), program.as_of.0),
        Test::Among(fact, codes) => {
            let values = codes.iter().map(|code| format!("\"{}\"", schema[*fact].values[usize::from(*code)].id));
            format!("{} in {}{}{}", name(fact), set[0], values.collect::<Vec<_>>().join(", "), set[1])
        }
    }
}

/// The program as a policy in Rego: `data.forty.states` is the state of each requirement.
pub fn rego(program: &Program, schema: &Schema) -> String {
    let mut policy = Rego { program, schema, rules: String::new(), helpers: 0 };
    for step in &program.steps {
        let at = step.at;
        let (applies, met) = (policy.atom(&step.applies), policy.atom(&step.met));
        let needs = step.needs.iter().map(|needs| match needs {
            Needs::Step(at) => format!("c{at}"),
            Needs::Any(members) => {
                policy.helpers += 1;
                let name = format!("h{}", policy.helpers);
                for at in members {
                    let _ = writeln!(policy.rules, "{name} if {{ a{at}; c{at} }}");
                }
                name
            }
        });
        let needs = needs.collect::<Vec<_>>().join("; ");
        let needs = if needs.is_empty() { "true".to_owned() } else { needs };
        // Writing to a text cannot fail.
        let _ = write!(
            policy.rules,
            "a{at} if {{ {applies} }}\nn{at} if {{ {needs} }}\nc{at} if {{ not a{at} }}\nc{at} if {{ {met}; n{at} }}\n\
             s{at} := \"not_applicable\" if {{ not a{at} }}\n\
             s{at} := \"met\" if {{ a{at}; c{at} }}\n\
             s{at} := \"open\" if {{ a{at}; n{at}; not c{at} }}\n\
             s{at} := \"waiting\" if {{ a{at}; not n{at} }}\n"
        );
    }
    let states =
        program.steps.iter().map(|step| format!("\"{}\": s{}", step.id, step.at)).collect::<Vec<_>>().join(", ");
    format!("package forty\n\nimport rego.v1\n\n{}states := {{{states}}}\n", policy.rules)
}

struct Rego<'p> {
    program: &'p Program,
    schema: &'p Schema,
    rules: String,
    helpers: usize,
}

impl Rego<'_> {
    /// One statement that holds where the expression does; what is no single statement becomes a rule of its own.
    fn atom(&mut self, expression: &Expression) -> String {
        let bodies = match expression {
            Expression::Yes => return "true".to_owned(),
            Expression::Test(at) => {
                return test_text(&self.program.tests[*at], self.program, self.schema, "input.", ["{", "}"]);
            }
            Expression::Not(inner) => {
                let inner = match &**inner {
                    twice @ Expression::Not(_) => self.rule(&[vec![twice.clone()]]),
                    other => self.atom(other),
                };
                return format!("not {inner}");
            }
            Expression::And(parts) => vec![parts.clone()],
            Expression::Or(parts) => parts.iter().map(|part| vec![part.clone()]).collect(),
        };
        self.rule(&bodies)
    }

    /// A rule that holds where all statements of one of its bodies do.
    fn rule(&mut self, bodies: &[Vec<Expression>]) -> String {
        self.helpers += 1;
        let name = format!("h{}", self.helpers);
        for body in bodies {
            let body: Vec<String> = body.iter().map(|part| self.atom(part)).collect();
            let _ = writeln!(self.rules, "{name} if {{ {} }}", body.join("; "));
        }
        name
    }
}

/// Days later than any: what stands for a document that is not there, where days are numbers.
pub const NEVER: i64 = 99_999;

/// A row as JSON: days as numbers, enums by id; nothing where the cell is blank.
pub fn row_json(portfolio: &Portfolio, row: u32) -> Value {
    let schema = &portfolio.schema;
    let cells = schema.iter().filter_map(|(fact, spec)| {
        let value = match portfolio.column(fact)?.base_cell(row) {
            Cell::Bool(value) => json!(value),
            Cell::Quantity(atoms) => json!(atoms / spec.unit.map_or(1, |unit| unit.atoms)),
            Cell::Enum(code) => json!(spec.values[usize::from(code)].id),
            Cell::Date(day) => json!(day.0),
            Cell::Document(issues) => json!(issues.first()?.issued_on?.0),
            Cell::No => json!(NEVER),
            _ => return None,
        };
        Some((spec.id.clone(), value))
    });
    Value::Object(cells.collect())
}
