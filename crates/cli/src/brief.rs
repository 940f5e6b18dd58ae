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
    let kind = arguments.out.as_deref().map_or(Ok(Kind::Text(arguments.format)), kind)?;
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
    let bytes = match kind {
        Kind::Text(BriefFormat::Html) => kaigong::report::brief_html(&report).into_bytes(),
        Kind::Text(BriefFormat::Markdown) => kaigong::report::brief_markdown(&report).into_bytes(),
        Kind::Paper => kaigong::io::document_docx(&kaigong::report::brief_document(&report))?,
    };
    Ok(match &arguments.out {
        Some(path) => output::write(path, &bytes, lang),
        None => output::print_bytes(&bytes),
    })
}

/// What is written.
enum Kind {
    Text(BriefFormat),
    Paper,
}

/// What a file's name asks for.
fn kind(path: &str) -> Result<Kind, Refused> {
    match output::extension(path).as_deref() {
        Some("html" | "htm") => Ok(Kind::Text(BriefFormat::Html)),
        Some("md" | "markdown") => Ok(Kind::Text(BriefFormat::Markdown)),
        Some("docx") => Ok(Kind::Paper),
        _ => {
            let fault = Diagnostic::error(
                Code("KG-C051"),
                "一页简报只能写成 .html、.docx 或 .md",
                "a brief is written as .html, .docx or .md",
            );
            Err(vec![fault.at(Place::File(path.to_owned()))].into())
        }
    }
}
