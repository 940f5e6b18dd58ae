//! `kaigong why`.

use kaigong::model::{Code, Diagnostic, Lang, Place};
use kaigong::report::{GraphOptions, WhyOptions};
use kaigong::solver::CostKind;
use kaigong::{CheckOptions, Refused};

use crate::args::{AreaUnit, ScreenFormat, WhyArguments};
use crate::diagnostics;
use crate::exit::Exit;
use crate::ledger::{self, id_and_portfolio};
use crate::output;
use crate::timings::Timings;

pub(crate) fn run(arguments: &WhyArguments, lang: Lang) -> Exit {
    match explained(arguments, lang) {
        Ok(exit) => exit,
        Err(refused) => diagnostics::refuse(&refused, lang),
    }
}

fn explained(arguments: &WhyArguments, lang: Lang) -> Result<Exit, Refused> {
    let (id, portfolio) = id_and_portfolio(&arguments.project);
    let costs = arguments.cost.costs.as_deref();
    let (rules, ledger) = ledger::load_timed(&portfolio, costs, lang, &mut Timings::default())?;
    let cheapest = arguments.cost.cheapest.map_or(CostKind::Days, CostKind::from);
    let options = CheckOptions { cheapest, ..ledger::options(&portfolio.ledger, false, true) };
    let (evaluation, explanation) = kaigong::explain_one(&rules.pack, &ledger, &options, &id)?;
    let light = kaigong::light_of(&evaluation, &explanation.result);
    if let Some(path) = &arguments.graph {
        let graph = GraphOptions { lang, full: arguments.full };
        let text = match picture(path)? {
            Picture::Svg => kaigong::report::svg(&evaluation, &explanation, &graph),
            Picture::Dot => kaigong::report::dot(&evaluation, &explanation, &graph),
        };
        let written = output::write(path, &text, lang);
        if written != Exit::Done {
            return Ok(written);
        }
    }
    if let Some(path) = &arguments.certificate {
        let text = kaigong::certificate(&evaluation, &[explanation.result.row], options.durations);
        let written = output::write(path, &text, lang);
        if written != Exit::Done {
            return Ok(written);
        }
    }
    Ok(match arguments.format {
        ScreenFormat::Json => output::print(&format!("{:#}", kaigong::report::why_json(&evaluation, &explanation))),
        ScreenFormat::Table => {
            let words = WhyOptions { lang, full: arguments.full, hectares: arguments.unit == AreaUnit::Ha };
            let text = kaigong::report::why(&evaluation, &explanation, light, &words);
            output::print(&ledger::with_past_note(text, &portfolio.ledger, options.as_of, lang))
        }
    })
}

/// What kind of picture a file name asks for.
pub(crate) enum Picture {
    Svg,
    Dot,
}

pub(crate) fn picture(path: &str) -> Result<Picture, Refused> {
    match std::path::Path::new(path).extension().and_then(|extension| extension.to_str()) {
        Some("svg") => Ok(Picture::Svg),
        Some("dot" | "gv") => Ok(Picture::Dot),
        _ => {
            let fault =
                Diagnostic::error(Code("KG-C006"), "图只能写成 .svg 或 .dot", "a picture is written as .svg or .dot");
            Err(vec![fault.at(Place::File(path.to_owned()))].into())
        }
    }
}
