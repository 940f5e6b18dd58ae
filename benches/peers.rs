//! The workload as other engines take it: the program as data, the ledger as CSV.

pub mod text;

use std::io::Write;

use kaigong::model::{Cell, FactIdx, FactType, Portfolio, Schema};
use kaigong::packs::Pack;
use serde_json::{Value, json};

use crate::program::{Expression, Needs, Program, Test};

/// What a ledger says of a document that is not there; as text it comes after every day.
pub const NONE: &str = "无";

/// The program as JSON that `peers/columns.py` reads.
pub fn json(program: &Program, pack: &Pack) -> String {
    let schema = &pack.schema;
    let facts: Vec<Value> = schema.iter().map(|(_, spec)| json!({"id": spec.id, "type": kind(spec.kind)})).collect();
    let tests: Vec<Value> = program.tests.iter().map(|test| test_json(schema, test)).collect();
    let step = |at: u32| program.steps.iter().find(|step| step.at == at).map_or("", |step| step.id.as_str());
    let steps = program.steps.iter().map(|each| {
        let needs = each.needs.iter().map(|needs| match needs {
            Needs::Step(at) => json!(step(*at)),
            Needs::Any(members) => json!({"any": members.iter().map(|at| step(*at)).collect::<Vec<_>>()}),
        });
        let needs: Vec<Value> = needs.collect();
        json!({"id": each.id, "applies": tree(&each.applies), "met": tree(&each.met), "needs": needs})
    });
    let steps: Vec<Value> = steps.collect();
    let whole = json!({
        "pack": program.name,
        "as_of": program.as_of.to_string(),
        "goal": step(program.goal),
        "facts": facts,
        "tests": tests,
        "steps": steps,
    });
    format!("{whole:#}\n")
}

fn kind(kind: FactType) -> &'static str {
    match kind {
        FactType::Bool => "bool",
        FactType::Quantity(_) => "amount",
        FactType::Date => "date",
        FactType::Enum => "enum",
        FactType::Text => "text",
        FactType::Document => "document",
        FactType::Projects => "projects",
    }
}

fn test_json(schema: &Schema, test: &Test) -> Value {
    let id = |fact: &FactIdx| schema[*fact].id.as_str();
    match test {
        Test::Is(fact) => json!({"fact": id(fact), "is": true}),
        Test::AtMost(fact, most) => json!({"fact": id(fact), "at_most": most}),
        Test::By(fact, day) => json!({"fact": id(fact), "by": day.to_string()}),
        Test::Issued(fact) => json!({"fact": id(fact), "issued": true}),
        Test::Among(fact, codes) => {
            let values: Vec<&str> =
                codes.iter().map(|code| schema[*fact].values[usize::from(*code)].id.as_str()).collect();
            json!({"fact": id(fact), "among": values})
        }
    }
}

fn tree(expression: &Expression) -> Value {
    let all = |parts: &[Expression]| parts.iter().map(tree).collect::<Vec<_>>();
    match expression {
        Expression::Yes => json!(true),
        Expression::Test(at) => json!(at),
        Expression::Not(inner) => json!({"not": tree(inner)}),
        Expression::And(parts) => json!({"and": all(parts)}),
        Expression::Or(parts) => json!({"or": all(parts)}),
    }
}

/// Writes a portfolio as CSV: days as they are, amounts bare, enums by id, bools as true and false.
///
/// # Errors
/// Those of the writer.
pub fn ledger(portfolio: &Portfolio, out: &mut impl Write) -> std::io::Result<()> {
    let facts: Vec<FactIdx> = portfolio.schema.iter().map(|(fact, _)| fact).collect();
    write!(out, "id")?;
    for &fact in &facts {
        write!(out, ",{}", portfolio.schema[fact].id)?;
    }
    writeln!(out)?;
    for row in 0..portfolio.len() {
        write!(out, "{}", &portfolio.ids[row])?;
        for &fact in &facts {
            write!(out, ",{}", cell_text(portfolio, fact, row as u32))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// A cell as the ledger has it.
pub fn cell_text(portfolio: &Portfolio, fact: FactIdx, row: u32) -> String {
    let spec = &portfolio.schema[fact];
    match portfolio.column(fact).map_or(Cell::Blank, |column| column.base_cell(row)) {
        Cell::Bool(value) => value.to_string(),
        Cell::Quantity(atoms) => (atoms / spec.unit.map_or(1, |unit| unit.atoms)).to_string(),
        Cell::Enum(code) => spec.values[usize::from(code)].id.clone(),
        Cell::Date(day) => day.to_string(),
        Cell::Document(issues) => {
            issues.first().and_then(|issue| issue.issued_on).map(|day| day.to_string()).unwrap_or_default()
        }
        Cell::No => NONE.to_owned(),
        Cell::Text(text) => text,
        Cell::Blank | Cell::InHand | Cell::Conflicting | Cell::Projects(_) => String::new(),
    }
}
