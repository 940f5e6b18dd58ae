//! `kaigong why`.

use kaigong::Refused;
use kaigong::model::{Code, Diagnostic, Lang, Place};
use kaigong::report::{GraphOptions, WhyOptions};

use crate::args::{AreaUnit, WhyArguments, WhyFormat};
use crate::diagnostics;
use crate::exit::Exit;
use crate::{check, output};

pub(crate) fn run(arguments: &WhyArguments, lang: Lang) -> Exit {
    match explained(arguments, lang) {
        Ok(exit) => exit,
        Err(refused) => diagnostics::refuse(&refused, lang),
    }
}

/// The id is the one word that names no file or folder; the first word where none or several do not.
fn split(words: &[String]) -> (String, Vec<String>) {
    let is_data = |word: &String| word == "-" || std::path::Path::new(word).exists();
    let at = words.iter().position(|word| !is_data(word)).unwrap_or(0);
    let data = words.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, word)| word.clone()).collect();
    (words[at].clone(), data)
}

fn explained(arguments: &WhyArguments, lang: Lang) -> Result<Exit, Refused> {
    let (id, data) = split(&arguments.words);
    let (rules, ledger) = check::load(&arguments.ledger, &data, lang)?;
    let options = check::options(&arguments.ledger, false, true);
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
    Ok(match arguments.format {
        WhyFormat::Json => output::print(&format!("{:#}", kaigong::report::why_json(&evaluation, &explanation))),
        WhyFormat::Table => {
            let words = WhyOptions { lang, full: arguments.full, hectares: arguments.unit == AreaUnit::Ha };
            let text = kaigong::report::why(&evaluation, &explanation, light, &words);
            output::print(&check::with_past_note(text, &arguments.ledger, options.as_of, lang))
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
