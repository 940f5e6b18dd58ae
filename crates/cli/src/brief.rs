//! `kaigong brief`: one project on one page, for a file or a chat.

use kaigong::model::{Code, Diagnostic, Lang, Place};
use kaigong::report::Report;
use kaigong::{Refused, explain_all};

use crate::args::{BriefArguments, BriefFormat};
use crate::exit::Exit;
use crate::ledger::{self, id_and_portfolio};
use crate::{diagnostics, output};

pub(crate) fn run(arguments: &BriefArguments, lang: Lang) -> Exit {
    told(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn told(arguments: &BriefArguments, lang: Lang) -> Result<Exit, Refused> {
    let format = arguments.out.as_deref().map_or(Ok(arguments.format), format)?;
    let (id, portfolio) = id_and_portfolio(&arguments.project);
    let (mut rules, mut ledger) = ledger::load(&portfolio, lang)?;
    let row = kaigong::row_of(&ledger, &id)?;
    let mut notes = Vec::new();
    if arguments.redact {
        notes.push(ledger::redact(&mut rules, &mut ledger, lang));
    }
    let options = ledger::options(&portfolio.ledger, false, true);
    let assessment = kaigong::check(&rules.pack, &ledger, &options, Some(&[row]))?;
    let explanations = explain_all(&assessment, options.durations);
    notes.extend(ledger::notes(&portfolio.ledger, options.as_of, lang));
    let report = Report { assessment: &assessment, explanations, lang, notes };
    let text = match format {
        BriefFormat::Html => kaigong::report::brief_html(&report),
        BriefFormat::Markdown => kaigong::report::brief_markdown(&report),
    };
    Ok(match &arguments.out {
        Some(path) => output::write(path, &text, lang),
        None => output::print(&text),
    })
}

/// The format a file's name asks for.
fn format(path: &str) -> Result<BriefFormat, Refused> {
    match output::extension(path).as_deref() {
        Some("html" | "htm") => Ok(BriefFormat::Html),
        Some("md" | "markdown") => Ok(BriefFormat::Markdown),
        _ => {
            let fault = Diagnostic::error(
                Code("KG-C051"),
                "一页简报只能写成 .html 或 .md",
                "a brief is written as .html or .md",
            );
            Err(vec![fault.at(Place::File(path.to_owned()))].into())
        }
    }
}
