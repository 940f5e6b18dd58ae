//! What commands on a ledger share: loading it, the options of its check, and what is said beside a screen.

use kaigong::io::{Input, ReadOptions};
use kaigong::model::{Code, Date, Diagnostic, Lang, Place, Severity, Words};
use kaigong::report::{Assessment, Returned};
use kaigong::solver::{BlankMode, CostKind, Durations};
use kaigong::{CheckOptions, Ledger, Refused, Rules};

use crate::args::{
    DurationsArgument, LedgerArguments, ListsArguments, PortfolioArguments, ProjectArguments, SurveyArguments,
};
use crate::diagnostics;
use crate::exit::Exit;
use crate::timings::Timings;
use crate::{journal, output, progress};

/// The stage that reads files: once for their names and texts, once for what they say.
pub(crate) const READ: &str = "read_ms";
/// The stage of loading rules and compiling them.
pub(crate) const COMPILE: &str = "compile_ms";

/// Rules and ledger, loaded; what reading them had to say is already on standard error.
pub(crate) fn load(portfolio: &PortfolioArguments, lang: Lang) -> Result<(Rules, Ledger), Refused> {
    load_timed(portfolio, None, lang, &mut Timings::default())
}

/// [`load`] with a table of costs, and its stages timed.
pub(crate) fn load_timed(
    portfolio: &PortfolioArguments,
    costs: Option<&str>,
    lang: Lang,
    timings: &mut Timings,
) -> Result<(Rules, Ledger), Refused> {
    let gathered = timings.stage(READ, || kaigong::io::gather(&portfolio.data))?;
    load_gathered(portfolio, gathered, costs, lang, timings)
}

/// The same, of files that are read already.
pub(crate) fn load_gathered(
    portfolio: &PortfolioArguments,
    inputs: Vec<Input>,
    costs: Option<&str>,
    lang: Lang,
    timings: &mut Timings,
) -> Result<(Rules, Ledger), Refused> {
    let message = Words::new("读取台账", "reading");
    let arguments = &portfolio.ledger;
    let plan = arguments.plan.as_deref();
    let (rules, mut ledger) = progress::during(&message, lang, || {
        let inputs = with_plan(inputs, plan)?;
        let options = ReadOptions { costs: read_costs(costs)?, ..reading(arguments)? };
        read_inputs(&inputs, arguments.rules.as_deref(), &options, timings)
    })
    .map_err(|mut refused| {
        name_plan(&mut refused.diagnostics, plan);
        refused
    })?;
    name_plan(&mut ledger.notices, plan);
    ledger.portfolio.settle(arguments.known_by);
    diagnostics::print(&ledger.notices, &rules.sources, lang);
    Ok((rules, ledger))
}

/// The table of costs that the command line names.
pub(crate) fn read_costs(path: Option<&str>) -> Result<Option<Input>, Refused> {
    let costs = path.map(kaigong::io::read_input).transpose()?;
    journal::read(costs.as_slice());
    Ok(costs)
}

/// A ledger for rules that are loaded already.
pub(crate) fn load_for(rules: &Rules, portfolio: &PortfolioArguments, lang: Lang) -> Result<Ledger, Refused> {
    let inputs = gather(&portfolio.data, portfolio.ledger.plan.as_deref())?;
    let mut ledger = kaigong::read_ledger(&rules.pack, &inputs, &reading(&portfolio.ledger)?)?;
    ledger.portfolio.settle(portfolio.ledger.known_by);
    diagnostics::print(&ledger.notices, &rules.sources, lang);
    Ok(ledger)
}

/// The rules that are named, else those the ledger names, else the shipped ones; and the ledger under a plan, if any.
pub(crate) fn read_with(
    data: &[String],
    rules: Option<&str>,
    plan: Option<&str>,
    options: &ReadOptions,
    timings: &mut Timings,
) -> Result<(Rules, Ledger), Refused> {
    let inputs = timings.stage(READ, || gather(data, plan))?;
    read_inputs(&inputs, rules, options, timings)
}

fn read_inputs(
    inputs: &[Input],
    rules: Option<&str>,
    options: &ReadOptions,
    timings: &mut Timings,
) -> Result<(Rules, Ledger), Refused> {
    let rules = load_named(inputs, rules, timings)?;
    let ledger = timings.stage(READ, || kaigong::read_ledger(&rules.pack, inputs, options))?;
    Ok((rules, ledger))
}

/// Loads the rules that are named, else those a ledger names, else the shipped ones.
pub(crate) fn load_named(inputs: &[Input], rules: Option<&str>, timings: &mut Timings) -> Result<Rules, Refused> {
    let named = rules_named(inputs, rules)?;
    let rules = timings.stage(COMPILE, || kaigong::load_rules(named.as_deref().unwrap_or(kaigong::DEFAULT_RULES)))?;
    journal::loaded(&rules);
    Ok(rules)
}

/// The files of a ledger, and the plan it is looked at under.
pub(crate) fn gather(data: &[String], plan: Option<&str>) -> Result<Vec<Input>, Refused> {
    with_plan(kaigong::io::gather(data)?, plan)
}

/// Files that were read, and the plan they are looked at under.
fn with_plan(mut inputs: Vec<Input>, plan: Option<&str>) -> Result<Vec<Input>, Refused> {
    journal::read(&inputs);
    inputs.extend(plan.map(grants).transpose()?);
    Ok(inputs)
}

/// The pack that the command line names, else the ledger.
pub(crate) fn rules_named(inputs: &[Input], rules: Option<&str>) -> Result<Option<String>, Refused> {
    Ok(match rules {
        Some(rules) => Some(rules.to_owned()),
        None => kaigong::io::read_meta(inputs)?.and_then(|meta| meta.rules),
    })
}

/// How a ledger is read.
pub(crate) fn reading(arguments: &LedgerArguments) -> Result<ReadOptions, Refused> {
    let map = arguments.map.as_deref().map(kaigong::io::read_input).transpose()?;
    journal::read(map.as_slice());
    let format = arguments.input_format.map(Into::into);
    let (ledger_date, skip_bad_rows) = (arguments.ledger_date, arguments.skip_bad_rows);
    Ok(ReadOptions { ledger_date, skip_bad_rows, format, map, costs: None })
}

/// The grants of a plan that was tried.
fn grants(file: &str) -> Result<Input, Refused> {
    let input = kaigong::io::read_input(file)?;
    journal::read(std::slice::from_ref(&input));
    Ok(Input { name: as_grants(file), ..input })
}

/// A file is known by its name: whatever it is called, this one holds grants.
fn as_grants(file: &str) -> String {
    let is_book = output::extension(file).as_deref() == Some("xlsx");
    let ending = if is_book { "grants.xlsx" } else { "grants.csv" };
    if file.to_ascii_lowercase().ends_with(ending) { file.to_owned() } else { format!("{file} {ending}") }
}

/// Gives a plan back the name that the user knows it by.
fn name_plan(diagnostics: &mut [Diagnostic], plan: Option<&str>) {
    let Some(plan) = plan else { return };
    let read_as = as_grants(plan);
    for label in diagnostics.iter_mut().flat_map(|fault| &mut fault.labels) {
        if let Place::File(file) | Place::Text { file, .. } | Place::Cell { file, .. } | Place::Sheet { file, .. } =
            &mut label.place
            && *file == read_as
        {
            plan.clone_into(file);
        }
    }
}

/// The options of a check.
pub(crate) fn options(arguments: &LedgerArguments, summary_only: bool, since: bool) -> CheckOptions {
    let blanks = match (arguments.blank_is_no, arguments.blank_is_unknown) {
        (true, _) => BlankMode::PresumeNo,
        (_, true) => BlankMode::Unknown,
        _ => BlankMode::Pack,
    };
    let durations = match arguments.durations {
        DurationsArgument::Statutory => Durations::Statutory,
        DurationsArgument::Typical => Durations::Typical,
    };
    let as_of = arguments.as_of.unwrap_or_else(crate::today);
    journal::looked_at(as_of);
    CheckOptions {
        goal: arguments.goal.clone(),
        as_of,
        known_by: arguments.known_by,
        law_as_of: arguments.law_as_of,
        ledger_date: arguments.ledger_date,
        blanks,
        durations,
        summary_only,
        since,
        plan: arguments.plan.is_some(),
        cheapest: CostKind::Days,
    }
}

/// Adds the rows of lists that were handed back, and says what reading them had to say.
pub(crate) fn add_lists(ledger: &mut Ledger, lists: &ListsArguments, lang: Lang) -> Result<(), Refused> {
    if lists.lists.is_empty() {
        return Ok(());
    }
    let inputs = lists.lists.iter().map(|path| kaigong::io::read_input(path)).collect::<Result<Vec<_>, _>>()?;
    journal::read(&inputs);
    let (rows, notices) = kaigong::io::read_lists(&inputs)?;
    diagnostics::print(&notices, &std::collections::BTreeMap::new(), lang);
    // A workbook may be given as the ledger and for its lists.
    ledger.lists.retain(|row| !rows.contains(row));
    ledger.lists.extend(rows);
    Ok(())
}

/// Holds lists against a check, and says what is wrong with them.
///
/// # Errors
/// A day or a word in them that cannot be.
pub(crate) fn returned<'b, 'a>(
    assessment: &'b Assessment<'a>,
    ledger: &Ledger,
    durations: Durations,
    lang: Lang,
) -> Result<Option<Returned<'b, 'a>>, Refused> {
    if ledger.lists.is_empty() {
        return Ok(None);
    }
    let (returned, said) = Returned::new(assessment, &ledger.lists, durations);
    if said.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(said.into());
    }
    diagnostics::print(&said, &std::collections::BTreeMap::new(), lang);
    Ok(Some(returned))
}

/// Loads and checks what a survey looks at, and prints what is made of it and the rows asked for.
pub(crate) fn survey(
    arguments: &SurveyArguments,
    lang: Lang,
    summary_only: bool,
    tell: impl FnOnce(&Assessment<'_>, Option<&[u32]>) -> Vec<u8>,
) -> Exit {
    let surveyed = || {
        let (rules, ledger) = load(&arguments.portfolio, lang)?;
        let (pack, options) = (&rules.pack, options(&arguments.portfolio.ledger, summary_only, false));
        let rows = arguments.condition.as_deref().map(|text| ledger.rows_where(pack, text, &options)).transpose()?;
        let checking = Words::new("核查", "checking");
        let assessment =
            progress::during(&checking, lang, || kaigong::check(pack, &ledger, &options, rows.as_deref()))?;
        diagnostics::print(&kaigong::data_faults(&assessment), &rules.sources, lang);
        Ok(output::print_bytes(&tell(&assessment, rows.as_deref())))
    };
    surveyed().unwrap_or_else(|refused: Refused| diagnostics::refuse(&refused, lang))
}

/// Says what a screen rests on: a plan that was tried, or a past day, answered as far as the ledger's dates reach.
pub(crate) fn with_past_note(mut text: String, arguments: &LedgerArguments, as_of: Date, lang: Lang) -> String {
    text.insert_str(0, &plan_note(arguments, lang).unwrap_or_default());
    text.push_str(&law_note(arguments, lang).unwrap_or_default());
    text.push_str(&known_note(arguments, lang).unwrap_or_default());
    text.push_str(past_note(arguments, as_of, lang).unwrap_or_default());
    text
}

/// The same, for a file that has a place for them.
pub(crate) fn notes(arguments: &LedgerArguments, as_of: Date, lang: Lang) -> Vec<String> {
    let past = past_note(arguments, as_of, lang).map(str::to_owned);
    let dated = law_note(arguments, lang).into_iter().chain(known_note(arguments, lang)).chain(past);
    plan_note(arguments, lang).into_iter().chain(dated).collect()
}

fn known_note(arguments: &LedgerArguments, lang: Lang) -> Option<String> {
    arguments.known_by.map(|day| kaigong::report::known_note(day, lang))
}

fn law_note(arguments: &LedgerArguments, lang: Lang) -> Option<String> {
    arguments.law_as_of.map(|law| kaigong::report::law_note(law, lang))
}

/// Leaves persons out of a ledger, and says so.
pub(crate) fn redact(rules: &mut Rules, ledger: &mut Ledger, lang: Lang) -> String {
    kaigong::redact(&mut rules.pack, ledger);
    Words::new("已略去人名和电话。", "Names of persons and telephone numbers are left out.").get(lang).to_owned()
}

fn plan_note(arguments: &LedgerArguments, lang: Lang) -> Option<String> {
    let plan = arguments.plan.as_ref()?;
    Some(match lang {
        Lang::Zh => format!("按试算方案 {plan} 核查：指标按方案已配计，不是现状\n"),
        Lang::En => format!("under the plan {plan}: its grants count as made; this is not how things stand\n"),
    })
}

fn past_note(arguments: &LedgerArguments, as_of: Date, lang: Lang) -> Option<&'static str> {
    (as_of < arguments.ledger_date.unwrap_or_else(crate::today)).then(|| kaigong::report::past_note(lang))
}

/// Ledgers and what was asked of them, as a command that a screen offers repeats them; the as-of date is the screen's own.
pub(crate) fn repeated(data: &[String], arguments: &LedgerArguments) -> String {
    let mut words: Vec<String> = data.iter().map(|word| quoted(word)).collect();
    let mut given = |name: &str, value: Option<String>| words.extend(value.map(|value| format!("--{name} {value}")));
    let path = |text: &Option<String>| text.as_deref().map(quoted);
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    given("rules", path(&arguments.rules));
    given("goal", arguments.goal.clone());
    given("known-by", day(arguments.known_by));
    given("law-as-of", day(arguments.law_as_of));
    given("ledger-date", day(arguments.ledger_date));
    given("plan", path(&arguments.plan));
    given("map", path(&arguments.map));
    let typical = arguments.durations == DurationsArgument::Typical;
    let flags = [
        (arguments.blank_is_no, "--blank-is-no"),
        (arguments.blank_is_unknown, "--blank-is-unknown"),
        (typical, "--durations typical"),
        (arguments.skip_bad_rows, "--skip-bad-rows"),
    ];
    words.extend(flags.into_iter().filter(|(given, _)| *given).map(|(_, flag)| flag.to_owned()));
    words.join(" ")
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    if word.contains([' ', '\t', '(', ')', '&', ';']) { format!("\"{word}\"") } else { word.to_owned() }
}

/// The id and the ledgers a command on one project names.
///
/// The id is the one word that names no file or folder; the first word where none or several do not.
pub(crate) fn id_and_portfolio(project: &ProjectArguments) -> (String, PortfolioArguments) {
    let is_data = |word: &String| word == "-" || std::path::Path::new(word).exists();
    let mut data = project.words.clone();
    let id = data.remove(data.iter().position(|word| !is_data(word)).unwrap_or(0));
    (id, PortfolioArguments { data, ledger: project.ledger.clone() })
}

/// A picture that is written as SVG and nothing else.
pub(crate) fn svg_path(path: &str) -> Result<&str, Refused> {
    if std::path::Path::new(path).extension().is_some_and(|extension| extension == "svg") {
        return Ok(path);
    }
    let fault = Diagnostic::error(Code("KG-C006"), "图只能写成 .svg", "a picture is written as .svg");
    Err(vec![fault.at(Place::File(path.to_owned()))].into())
}
