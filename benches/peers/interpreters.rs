//! The forty requirements on engines that go row by row, beside kaigong: the same rows, the same counts.
//!
//! One thread. What is timed is everything from rows as the engine wants them to the counts; making those rows, policies
//! and expressions is not. The engines know no missing facts, so every fact is recorded. A difference ends the run with 1.
#![allow(clippy::print_stdout, reason = "a bench tells its result")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "a bench owns the clock")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use kaigong::model::Portfolio;
use kaigong::packs::Pack;
use kaigong::solver::{Compiled, Options};
use kaigong_benches::peers::text::{self, CEL, ZEN, row_json};
use kaigong_benches::straight::Sum;
use kaigong_benches::{AS_OF, forty_pack, program::Program};

/// Projects that every engine goes through.
const PROJECTS: u32 = 10_000;
/// Runs of each; the median counts.
const RUNS: usize = 3;

/// What an engine counts.
type Counted = Result<Sum, String>;

fn main() -> ExitCode {
    match compared() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            println!("\nequal counts: NO");
            ExitCode::FAILURE
        }
        Err(why) => {
            println!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn compared() -> Result<bool, String> {
    let pack = forty_pack().ok_or("the pack does not load")?;
    let program = Program::of(&pack, AS_OF)?;
    let portfolio = kaigong_benches::portfolio(&pack, PROJECTS, 0, 7);
    let rows: Vec<serde_json::Value> = (0..PROJECTS).map(|row| row_json(&portfolio, row)).collect();
    println!("{PROJECTS} projects, every fact recorded, 1 thread; median of {RUNS}\n");
    println!("{:<16}{:>12}{:>16}  counts", "engine", "time", "a project");
    let compiled = Compiled::new(&pack, Options::on(pack.default_goal, AS_OF));
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().map_err(|error| error.to_string())?;
    let counted = || one.install(|| kaigong(&pack, &compiled, &portfolio));
    let expect = counted();
    let mut equal = true;
    let mut tell = |engine: &str, run: &mut dyn FnMut() -> Counted| -> Result<(), String> {
        let (time, sum) = median(run)?;
        let same = sum == expect;
        equal &= same;
        let (ms, each) = (time.as_secs_f64() * 1e3, time.as_secs_f64() * 1e9 / f64::from(PROJECTS));
        println!("{engine:<16}{ms:>9.3} ms{each:>13.1} ns  {}", if same { "equal" } else { "DIFFER" });
        Ok(())
    };
    tell("kaigong", &mut || Ok(counted()))?;
    let mut zen = with_zen(&program, &pack, &rows)?;
    tell("zen-expression", &mut zen)?;
    let mut cel = with_cel(&program, &pack, &rows)?;
    tell("cel", &mut cel)?;
    let mut regorus = with_regorus(&program, &pack, &rows)?;
    tell("regorus", &mut regorus)?;
    if equal {
        println!("\nequal counts: yes");
    }
    Ok(equal)
}

fn median(run: &mut dyn FnMut() -> Counted) -> Result<(Duration, Sum), String> {
    let mut timed = || {
        let begun = Instant::now();
        run().map(|sum| (begun.elapsed(), sum))
    };
    let mut runs = (0..RUNS).map(|_| timed()).collect::<Result<Vec<_>, _>>()?;
    runs.sort_by_key(|(time, _)| *time);
    Ok(runs.swap_remove(RUNS / 2))
}

fn kaigong(pack: &Pack, compiled: &Compiled<'_>, portfolio: &Portfolio) -> Sum {
    let tally = compiled.tally(portfolio);
    let mut sum = Sum::of(pack.requirements.len());
    sum.verdicts.copy_from_slice(&tally.verdicts[1..]);
    for (states, counts) in sum.states.iter_mut().zip(&tally.states) {
        *states = [counts.not_applicable, counts.met, counts.open, counts.waiting, counts.undetermined];
    }
    sum
}

/// Counts a row, requirement by requirement: `truth` works out the three lines that [`text::infix`] gives of each.
fn count_row(
    program: &Program,
    sum: &mut Sum,
    mut truth: impl FnMut(usize, usize) -> Result<bool, String>,
) -> Result<(), String> {
    for (at, step) in program.steps.iter().enumerate() {
        let (applies, needs, cleared) = (truth(at, 0)?, truth(at, 1)?, truth(at, 2)?);
        let state = match (applies, cleared, needs) {
            (false, ..) => 0,
            (true, true, _) => 1,
            (true, false, true) => 2,
            (true, false, false) => 3,
        };
        sum.states[step.at as usize][state] += 1;
        if step.at == program.goal {
            sum.verdicts[usize::from(!cleared)] += 1;
        }
    }
    Ok(())
}

fn with_zen<'r>(
    program: &'r Program,
    pack: &'r Pack,
    rows: &[serde_json::Value],
) -> Result<impl FnMut() -> Counted + use<'r>, String> {
    use zen_expression::{Variable, vm::VM};
    let compile = |text: &String| zen_expression::compile_expression(text).map_err(|error| format!("{text}: {error}"));
    let mut steps = Vec::new();
    for lines in text::infix(program, &pack.schema, ZEN) {
        let [a, n, c] = &lines;
        let names = [&a.0, &n.0, &c.0].map(String::clone);
        steps.push((names, [compile(&a.1)?, compile(&n.1)?, compile(&c.1)?]));
    }
    let rows: Vec<Variable> = rows.iter().map(|row| Variable::from(row.clone())).collect();
    Ok(move || {
        let (mut sum, mut vm) = (Sum::of(pack.requirements.len()), VM::new());
        for row in &rows {
            let row = row.depth_clone(1);
            let object = row.as_object().ok_or("a row is an object")?;
            count_row(program, &mut sum, |step, line| {
                let (name, expression) = (&steps[step].0[line], &steps[step].1[line]);
                let found = expression.evaluate_with(row.shallow_clone(), &mut vm).map_err(|e| e.to_string())?;
                let value = found.as_bool().ok_or("an expression is yes or no")?;
                object.borrow_mut().insert(name.clone().into(), found);
                Ok(value)
            })?;
        }
        Ok(sum)
    })
}

fn with_cel<'r>(
    program: &'r Program,
    pack: &'r Pack,
    rows: &[serde_json::Value],
) -> Result<impl FnMut() -> Counted + use<'r>, String> {
    use cel::{Context, Value};
    let compile = |text: &String| cel::Program::compile(text).map_err(|error| format!("{text}: {error}"));
    let mut steps = Vec::new();
    for lines in text::infix(program, &pack.schema, CEL) {
        let [a, n, c] = lines;
        let programs = [compile(&a.1)?, compile(&n.1)?, compile(&c.1)?];
        steps.push(([a.0, n.0, c.0], programs));
    }
    let value = |value: &serde_json::Value| match value {
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::String(text) => Value::String(text.clone().into()),
        number => Value::Int(number.as_i64().unwrap_or_default()),
    };
    let row = |row: &serde_json::Value| -> Vec<(String, Value)> {
        row.as_object().into_iter().flatten().map(|(name, cell)| (name.clone(), value(cell))).collect()
    };
    let rows: Vec<Vec<(String, Value)>> = rows.iter().map(row).collect();
    Ok(move || {
        let mut sum = Sum::of(pack.requirements.len());
        for row in &rows {
            let mut context = Context::empty();
            for (name, value) in row {
                context.add_variable_from_value(name.as_str(), value.clone());
            }
            count_row(program, &mut sum, |step, line| {
                let (name, program) = (&steps[step].0[line], &steps[step].1[line]);
                let found = program.execute(&context).map_err(|error| error.to_string())?;
                let Value::Bool(found) = found else { return Err(format!("{name}: {found:?}")) };
                context.add_variable_from_value(name.as_str(), Value::Bool(found));
                Ok(found)
            })?;
        }
        Ok(sum)
    })
}

fn with_regorus<'r>(
    program: &'r Program,
    pack: &'r Pack,
    rows: &[serde_json::Value],
) -> Result<impl FnMut() -> Counted + use<'r>, String> {
    use regorus::{Engine, Value};
    let mut engine = Engine::new();
    engine.add_policy("forty.rego".to_owned(), text::rego(program, &pack.schema)).map_err(|error| error.to_string())?;
    let names: Vec<Value> = program.steps.iter().map(|step| Value::from(step.id.as_str())).collect();
    let states = ["not_applicable", "met", "open", "waiting"].map(Value::from);
    let rows: Vec<Value> = rows.iter().map(|row| Value::from(row.clone())).collect();
    Ok(move || {
        let mut sum = Sum::of(pack.requirements.len());
        for row in &rows {
            engine.set_input(row.clone());
            let found = engine.eval_rule("data.forty.states".to_owned()).map_err(|error| error.to_string())?;
            let found = found.as_object().map_err(|error| error.to_string())?;
            for (step, name) in program.steps.iter().zip(&names) {
                let state = found.get(name).ok_or_else(|| format!("no state of {}", step.id))?;
                let state = states.iter().position(|known| known == state).ok_or("an unknown state")?;
                sum.states[step.at as usize][state] += 1;
                if step.at == program.goal {
                    // A goal's requirement always applies.
                    sum.verdicts[usize::from(state != 1)] += 1;
                }
            }
        }
        Ok(sum)
    })
}
