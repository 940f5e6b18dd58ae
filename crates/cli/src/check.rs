//! `kaigong check`.

use kaigong::model::{Code, Diagnostic, Lang, Place, Words, nearest};
use kaigong::report::{Assessment, CheckScreen};
use kaigong::solver::{CostKind, Verdict};
use kaigong::{CheckOptions, Refused, RowFormat, RowWriter};

use crate::args::{CheckArguments, CheckFormat};
use crate::blocks::{self, Sight};
use crate::diagnostics;
use crate::exit::Exit;
use crate::ledger::{load_gathered, load_timed, options, with_past_note};
use crate::timings::Timings;
use crate::{output, progress};

/// The stage that makes the output and prints it.
pub(crate) const WRITE: &str = "write_ms";
pub(crate) fn run(arguments: &CheckArguments, lang: Lang) -> Exit {
    match checked(arguments, lang) {
        Ok(exit) => exit,
        Err(refused) => diagnostics::refuse(&refused, lang),
    }
}

fn checked(arguments: &CheckArguments, lang: Lang) -> Result<Exit, Refused> {
    let mut timings = Timings::default();
    let costs = arguments.cost.costs.as_deref();
    let loaded = if blocks::may_be_used(arguments) {
        match blocks::gather(arguments, lang, &mut timings)? {
            Sight::Checked(exit) => return Ok(exit),
            Sight::Whole(inputs) => load_gathered(&arguments.portfolio, inputs, costs, lang, &mut timings),
        }
    } else {
        load_timed(&arguments.portfolio, costs, lang, &mut timings)
    };
    if let Some(path) = &arguments.mark {
        let said = loaded.as_ref().map_or_else(|refused| &refused.diagnostics, |(_, ledger)| &ledger.notices);
        let written = mark(path, &arguments.portfolio.data, said, lang)?;
        if written != Exit::Done {
            return Ok(written);
        }
    }
    let (rules, mut ledger) = loaded?;
    crate::ledger::add_lists(&mut ledger, &arguments.lists, lang)?;
    let pack = &rules.pack;
    // The JSON summary needs no single project; every screen does.
    let json = arguments.format == CheckFormat::Json;
    let since = json || row_format(arguments.format).is_some_and(RowFormat::tells_since);
    let cheapest = arguments.cost.cheapest.map_or(CostKind::Days, CostKind::from);
    let options =
        CheckOptions { cheapest, ..options(&arguments.portfolio.ledger, arguments.summary_only && json, since) };
    let group_by = arguments.group_by.as_deref().map(|name| group_fact(pack, name)).transpose()?;
    let rows = arguments.condition.as_deref().map(|text| ledger.rows_where(pack, text, &options)).transpose()?;
    let wanted = fail_on(arguments, pack)?;
    let checking = Words::new("核查", "checking");
    let mut assessment = progress::during(&checking, lang, || {
        let evaluation = timings.stage("evaluate_ms", || kaigong::evaluated(pack, &ledger, &options))?;
        let summarise = || kaigong::assess(evaluation, &ledger, &options, rows.as_deref());
        Ok::<_, Refused>(timings.stage("summarise_ms", summarise))
    })?;
    diagnostics::print(&kaigong::data_faults(&assessment), &rules.sources, lang);
    crate::ledger::returned(&assessment, &ledger, options.durations, lang)?;
    if arguments.cost.cheapest.is_some() {
        let finding = Words::new("求最省方案", "finding the cheapest ways");
        let find = || kaigong::find_cheapest(&mut assessment, options.durations);
        progress::during(&finding, lang, || timings.stage("cheapest_ms", find));
    }
    if let Some(path) = &arguments.certificate {
        let proving = Words::new("写凭证", "proving");
        let all: Vec<u32> = (0..ledger.portfolio.len() as u32).collect();
        let asked = rows.as_deref().unwrap_or(&all);
        let text =
            progress::during(&proving, lang, || kaigong::certificate(&assessment.evaluation, asked, options.durations));
        let written = output::write(path, &text, lang);
        if written != Exit::Done {
            return Ok(written);
        }
    }
    let writing = Words::new("整理结果", "writing");
    if let Some(format) = row_format(arguments.format) {
        let mut writer = RowWriter::new(format, arguments.cost.cheapest.is_some(), lang);
        let mut write = || {
            let header = std::iter::once(writer.header());
            let exit = output::print_parts(header.chain(writer.rows(&assessment)));
            if exit == Exit::Done { finish_rows(&mut writer) } else { exit }
        };
        let exit = progress::during(&writing, lang, || timings.stage(WRITE, &mut write));
        return Ok(finish(arguments, &timings, ledger.portfolio.len(), fails(&assessment, &wanted), exit, lang));
    }
    let make = || {
        if json {
            output::line(&format!("{:#}", kaigong::report::check_json(&assessment, arguments.summary_only)))
        } else {
            let screen = CheckScreen { lang, data: arguments.portfolio.data.join(" "), all: arguments.all, group_by };
            let leverage = kaigong::leverage(&assessment, rows.as_deref());
            let text = kaigong::report::check_screen(&assessment, &screen, Some(&leverage));
            output::line(&with_past_note(text, &arguments.portfolio.ledger, options.as_of, lang))
        }
    };
    let bytes = progress::during(&writing, lang, || timings.stage(WRITE, make));
    let exit = timings.stage(WRITE, || output::print_bytes(&bytes));
    Ok(finish(arguments, &timings, ledger.portfolio.len(), fails(&assessment, &wanted), exit, lang))
}

/// A format of rows, if it is one.
pub(crate) fn row_format(format: CheckFormat) -> Option<RowFormat> {
    match format {
        CheckFormat::Jsonl => Some(RowFormat::JsonLines),
        CheckFormat::Csv => Some(RowFormat::Csv),
        CheckFormat::Tidy => Some(RowFormat::Tidy),
        #[cfg(feature = "parquet")]
        CheckFormat::Parquet => Some(RowFormat::Parquet),
        #[cfg(feature = "parquet")]
        CheckFormat::TidyParquet => Some(RowFormat::TidyParquet),
        CheckFormat::Table | CheckFormat::Json => None,
    }
}

/// Prints what stands after the last row.
pub(crate) fn finish_rows(writer: &mut RowWriter) -> Exit {
    match writer.finish() {
        Some(bytes) if bytes.is_empty() => Exit::Done,
        Some(bytes) => output::print_bytes(&bytes),
        None => Exit::Internal,
    }
}

/// Writes the timings once the result is out, and says how the run ended.
pub(crate) fn finish(
    arguments: &CheckArguments,
    timings: &Timings,
    rows: usize,
    fails: bool,
    mut exit: Exit,
    lang: Lang,
) -> Exit {
    if let Some(path) = &arguments.timings
        && exit == Exit::Done
    {
        exit = timings.write(path, rows, lang);
    }
    if exit == Exit::Done && fails { Exit::Failed } else { exit }
}

/// Writes a copy of the workbook with what was said of its cells.
fn mark(path: &str, data: &[String], said: &[Diagnostic], lang: Lang) -> Result<Exit, Refused> {
    let real = |path: &str| std::path::Path::new(path).canonicalize().ok();
    let is_itself = |name: &String| real(name).is_some_and(|name| Some(name) == real(path));
    let is_xlsx = std::path::Path::new(path).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    if !is_xlsx || data.iter().any(is_itself) {
        let fault = Diagnostic::error(
            Code("KG-C045"),
            "标注过的副本要写成另一个 .xlsx 文件",
            "the marked copy is written to another .xlsx file",
        );
        return Err(vec![fault.at(Place::File(path.to_owned()))].into());
    }
    let bytes = kaigong::io::mark_workbook(&kaigong::io::gather(data)?, said, lang)?;
    let written = output::write(path, bytes, lang);
    if written == Exit::Done {
        output::note(match lang {
            Lang::Zh => "  保留了数值、合并和隐藏；公式、格式、图表、下拉和隐藏的表没有带过来",
            Lang::En => {
                "  values, merges, hidden rows and columns are kept; formulas, formats, charts, drop-downs, hidden sheets are not"
            }
        });
    }
    Ok(written)
}

pub(crate) fn group_fact(pack: &kaigong::packs::Pack, name: &str) -> Result<kaigong::model::FactIdx, Refused> {
    pack.schema.find_header(name).ok_or_else(|| {
        let fault = Diagnostic::error(Code("KG-R012"), format!("没有事实「{name}」"), format!("unknown fact `{name}`"));
        vec![fault.at(Place::File("--group-by".to_owned())).suggest(nearest(name, pack.schema.ids()))].into()
    })
}

/// What `--fail-on` names: verdicts and lights.
pub(crate) fn fail_on<'a>(arguments: &'a CheckArguments, pack: &kaigong::packs::Pack) -> Result<Vec<&'a str>, Refused> {
    let verdicts = [Verdict::Ready, Verdict::Blocked, Verdict::Undetermined, Verdict::Started].map(Verdict::name);
    let known: Vec<&str> = verdicts.into_iter().chain(pack.lights.iter().map(|light| light.light.as_str())).collect();
    known_words(&arguments.fail_on, &known)?;
    Ok(arguments.fail_on.iter().map(String::as_str).collect())
}

/// Refuses a word of `--fail-on` that names nothing.
pub(crate) fn known_words(words: &[String], known: &[&str]) -> Result<(), Refused> {
    for word in words {
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
    Ok(())
}

/// Whether any project has a verdict that fails the run.
pub(crate) fn verdict_fails([started, ready, blocked, undetermined]: [u64; 4], wanted: &[&str]) -> bool {
    let counts = [
        (Verdict::Started, started),
        (Verdict::Ready, ready),
        (Verdict::Blocked, blocked),
        (Verdict::Undetermined, undetermined),
    ];
    counts.iter().any(|(verdict, count)| *count > 0 && wanted.contains(&verdict.name()))
}

fn fails(assessment: &Assessment<'_>, wanted: &[&str]) -> bool {
    let pack = assessment.evaluation.pack;
    verdict_fails(assessment.results.verdicts, wanted)
        || assessment.lights.iter().flatten().any(|&light| wanted.contains(&pack.lights[light].light.as_str()))
}
