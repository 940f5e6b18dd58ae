//! Writes straight-line Rust for a pack: the yardstick that the evaluator is held against.
//!
//! The text has no loop over nodes and no choice at run time: a function over 64 rows whose lines are the tests and gates
//! of the pack, written out.

use std::fmt::Write;

use kaigong::model::Date;
use kaigong::packs::Pack;

use crate::program::{Expression, Needs, Program, Test};

/// The text for a pack on a day, or what of it cannot be written.
pub fn straight_line(pack: &Pack, as_of: Date) -> Result<String, String> {
    let program = Program::of(pack, as_of)?;
    let (mut tests, mut lines) = (String::new(), String::new());
    for (at, test) in program.tests.iter().enumerate() {
        let _ = writeln!(tests, "        let l{at} = {};", column(test, as_of));
    }
    for step in &program.steps {
        let at = step.at;
        let needs: Vec<String> = step.needs.iter().map(needed).collect();
        let needs = if needs.is_empty() { "YES".to_owned() } else { needs.join(" & ") };
        let (applies, met) = (gates(&step.applies), gates(&step.met));
        let _ = writeln!(lines, "        // {}", step.id);
        let _ = writeln!(lines, "        let (a{at}, m{at}, n{at}) = ({applies}, {met}, {needs});");
        let _ = writeln!(lines, "        let d{at} = m{at} & n{at};");
        let _ = writeln!(lines, "        let (c{at}, s{at}) = (!a{at} | d{at}, a{at} & d{at});");
        let _ = writeln!(lines, "        sum.state({at}, lanes, a{at}, n{at}, c{at});");
    }
    let (name, goal) = (&program.name, program.goal);
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
         {tests}{lines}        sum.verdict(lanes, c{goal});\n    }}\n}}\n"
    ))
}

fn column(test: &Test, as_of: Date) -> String {
    match test {
        Test::Is(fact) => format!("columns.bits({}, word)", fact.0),
        Test::AtMost(fact, most) => format!("columns.until({}, {most}, word)", fact.0),
        Test::By(fact, day) => format!("columns.day({}, {}, {}, word)", fact.0, day.0, as_of.0),
        Test::Issued(fact) => format!("columns.until({}, {}, word)", fact.0, as_of.0),
        Test::Among(fact, codes) => {
            let set = codes.iter().fold(0u64, |set, code| set | 1 << code);
            format!("columns.among({}, {set:#b}, word)", fact.0)
        }
    }
}

fn gates(expression: &Expression) -> String {
    let joined = |parts: &[Expression], gate: &str| {
        let parts: Vec<String> = parts.iter().map(gates).collect();
        format!("({})", parts.join(gate))
    };
    match expression {
        Expression::Yes => "YES".to_owned(),
        Expression::Test(at) => format!("l{at}"),
        Expression::Not(inner) => format!("!{}", gates(inner)),
        Expression::And(parts) => joined(parts, " & "),
        Expression::Or(parts) => joined(parts, " | "),
    }
}

fn needed(needs: &Needs) -> String {
    match needs {
        Needs::Step(step) => format!("c{step}"),
        Needs::Any(members) => {
            let members: Vec<String> = members.iter().map(|member| format!("s{member}")).collect();
            format!("({})", members.join(" | "))
        }
    }
}
