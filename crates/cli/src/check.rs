//! `kaigong check`.

use kaigong::io::{Input, ReadOptions};
use kaigong::model::{Code, Date, Diagnostic, Lang, Place, Words, nearest};
use kaigong::report::{Assessment, CheckScreen};
use kaigong::solver::{BlankMode, Durations, Verdict};
use kaigong::{CheckOptions, Ledger, Refused, Rules};

use crate::args::{CheckArguments, DurationsArgument, Format, LedgerArguments, SurveyArguments};
use crate::diagnostics;
use crate::exit::Exit;
use crate::timings::Timings;
use crate::{output, progress};

/// The stage that makes the output and prints it.
const WRITE: &str = "write_ms";
/// The stage that reads files: once for their names and texts, once for what they say.
const READ: &str = "read_ms";

/// Rules and ledger, loaded; what reading them had to say is already on standard error.
pub(crate) fn load(arguments: &LedgerArguments, data: &[String], lang: Lang) -> Result<(Rules, Ledger), Refused> {
    load_timed(arguments, data, lang, &mut Timings::default())
}

fn load_timed(
    arguments: &LedgerArguments,
    data: &[String],
    lang: Lang,
    timings: &mut Timings,
) -> Result<(Rules, Ledger), Refused> {
    let reading = Words::new("读取台账", "reading");
    let (rules, ledger) = progress::during(&reading, lang, || read(arguments, data, timings))?;
    diagnostics::print(&ledger.notices, &rules.sources, lang);
    Ok((rules, ledger))
}

fn read(arguments: &LedgerArguments, data: &[String], timings: &mut Timings) -> Result<(Rules, Ledger), Refused> {
    let mut inputs = timings.stage(READ, || kaigong::io::gather(data))?;
    inputs.extend(arguments.plan.as_deref().map(plan).transpose()?);
    let named = match &arguments.rules {
        Some(rules) => Some(rules.clone()),
        None => kaigong::io::read_meta(&inputs)?.and_then(|meta| meta.rules),
    };
    let rules =
        timings.stage("compile_ms", || kaigong::load_rules(named.as_deref().unwrap_or(kaigong::DEFAULT_RULES)))?;
    let options = ReadOptions { ledger_date: arguments.ledger_date, skip_bad_rows: arguments.skip_bad_rows };
    let ledger = timings.stage(READ, || kaigong::read_ledger(&rules.pack, &inputs, &options))?;
    Ok((rules, ledger))
}

/// The grants of a plan that was tried.
fn plan(file: &str) -> Result<Input, Refused> {
    let input = kaigong::io::read_input(file)?;
    // A file is known by its name: whatever it is called, this one holds grants.
    let named = file.to_ascii_lowercase().ends_with("grants.csv");
    Ok(if named { input } else { Input { name: format!("{file} grants.csv"), ..input } })
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
    CheckOptions {
        goal: arguments.goal.clone(),
        as_of: arguments.as_of.unwrap_or_else(crate::today),
        known_by: arguments.known_by,
        ledger_date: arguments.ledger_date,
        blanks,
        durations,
        summary_only,
        since,
        plan: arguments.plan.is_some(),
    }
}

pub(crate) fn run(arguments: &CheckArguments, lang: Lang) -> Exit {
    match checked(arguments, lang) {
        Ok(exit) => exit,
        Err(refused) => diagnostics::refuse(&refused, lang),
    }
}

fn checked(arguments: &CheckArguments, lang: Lang) -> Result<Exit, Refused> {
    let mut timings = Timings::default();
    let (rules, ledger) = load_timed(&arguments.ledger, &arguments.data, lang, &mut timings)?;
    let pack = &rules.pack;
    // The JSON summary needs no single project; every screen does.
    let json = arguments.format == Format::Json;
    let options = options(&arguments.ledger, arguments.summary_only && json, json);
    let group_by = arguments.group_by.as_deref().map(|name| group_fact(pack, name)).transpose()?;
    let rows = arguments.condition.as_deref().map(|text| ledger.rows_where(pack, text, &options)).transpose()?;
    let wanted = fail_on(arguments, pack)?;
    let checking = Words::new("核查", "checking");
    let assessment = progress::during(&checking, lang, || {
        let evaluation = timings.stage("evaluate_ms", || kaigong::evaluated(pack, &ledger, &options))?;
        let summarise = || kaigong::assess(evaluation, &ledger, &options, rows.as_deref());
        Ok::<_, Refused>(timings.stage("summarise_ms", summarise))
    })?;
    diagnostics::print(&kaigong::data_faults(&assessment), &rules.sources, lang);
    let writing = Words::new("整理结果", "writing");
    let make = || match arguments.format {
        Format::Json => {
            output::line(&format!("{:#}", kaigong::report::check_json(&assessment, arguments.summary_only)))
        }
        Format::Csv => kaigong::io::table_csv(&kaigong::report::check_table(&assessment, lang)),
        Format::Table => {
            let screen = CheckScreen { lang, data: arguments.data.join(" "), all: arguments.all, group_by };
            let text = kaigong::report::check_screen(&assessment, &screen);
            output::line(&with_past_note(text, &arguments.ledger, options.as_of, lang))
        }
    };
    let bytes = progress::during(&writing, lang, || timings.stage(WRITE, make));
    let mut exit = timings.stage(WRITE, || output::print_bytes(&bytes));
    if let Some(path) = &arguments.timings
        && exit == Exit::Done
    {
        exit = timings.write(path, ledger.portfolio.len(), lang);
    }
    Ok(if exit == Exit::Done && fails(&assessment, &wanted) { Exit::Failed } else { exit })
}

/// Loads and checks what a survey looks at, and prints what is made of it and the rows asked for.
pub(crate) fn survey(
    arguments: &SurveyArguments,
    lang: Lang,
    summary_only: bool,
    tell: impl FnOnce(&Assessment<'_>, Option<&[u32]>) -> Vec<u8>,
) -> Exit {
    let surveyed = || {
        let (rules, ledger) = load(&arguments.ledger, &arguments.data, lang)?;
        let (pack, options) = (&rules.pack, options(&arguments.ledger, summary_only, false));
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
    if let Some(plan) = &arguments.plan {
        let first = match lang {
            Lang::Zh => format!("按试算方案 {plan} 核查：指标按方案已配计，不是现状\n"),
            Lang::En => format!("under the plan {plan}: its grants count as made; this is not how things stand\n"),
        };
        text.insert_str(0, &first);
    }
    if as_of < arguments.ledger_date.unwrap_or_else(crate::today) {
        text.push_str(kaigong::report::past_note(lang));
    }
    text
}

fn group_fact(pack: &kaigong::packs::Pack, name: &str) -> Result<kaigong::model::FactIdx, Refused> {
    pack.schema.find_header(name).ok_or_else(|| {
        let fault = Diagnostic::error(Code("KG-R012"), format!("没有事实「{name}」"), format!("unknown fact `{name}`"));
        vec![fault.at(Place::File("--group-by".to_owned())).suggest(nearest(name, pack.schema.ids()))].into()
    })
}

/// What `--fail-on` names: verdicts and lights.
fn fail_on<'a>(arguments: &'a CheckArguments, pack: &kaigong::packs::Pack) -> Result<Vec<&'a str>, Refused> {
    let verdicts = [Verdict::Ready, Verdict::Blocked, Verdict::Undetermined, Verdict::Started].map(Verdict::name);
    let known: Vec<&str> = verdicts.into_iter().chain(pack.lights.iter().map(|light| light.light.as_str())).collect();
    for word in &arguments.fail_on {
        if !known.contains(&word.as_str()) {
            let all = known.join(", ");
            let fault = Diagnostic::error(
                Code("KG-C005"),
                format!("不认识「{word}」；可写 {all}"),
                format!("`{word}` is not one of {all}"),
            );
            let near = nearest(word, known.iter().copied());
            return Err(vec![fault.at(Place::File("--fail-on".to_owned())).suggest(near)].into());
        }
    }
    Ok(arguments.fail_on.iter().map(String::as_str).collect())
}

fn fails(assessment: &Assessment<'_>, wanted: &[&str]) -> bool {
    let pack = assessment.evaluation.pack;
    let [started, ready, blocked, undetermined] = assessment.results.verdicts;
    let counts = [
        (Verdict::Started, started),
        (Verdict::Ready, ready),
        (Verdict::Blocked, blocked),
        (Verdict::Undetermined, undetermined),
    ];
    counts.iter().any(|(verdict, count)| *count > 0 && wanted.contains(&verdict.name()))
        || assessment.lights.iter().flatten().any(|&light| wanted.contains(&pack.lights[light].light.as_str()))
}
