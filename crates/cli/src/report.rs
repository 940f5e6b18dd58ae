//! `kaigong report`: the check as a file that others can open.

use kaigong::model::{Code, Diagnostic, Lang, Place, Words};
use kaigong::report::Report;
use kaigong::{Refused, explain_all, explain_reasons};

use crate::args::ReportArguments;
use crate::exit::Exit;
use crate::{diagnostics, ledger, output, progress};

pub(crate) fn run(arguments: &ReportArguments, lang: Lang) -> Exit {
    written(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn written(arguments: &ReportArguments, lang: Lang) -> Result<Exit, Refused> {
    let kind = kind(&arguments.out)?;
    let (mut rules, mut ledger) = ledger::load(&arguments.portfolio, lang)?;
    ledger::add_lists(&mut ledger, &arguments.lists, lang)?;
    let options = ledger::options(&arguments.portfolio.ledger, false, true);
    let condition = arguments.condition.as_deref();
    let rows = condition.map(|text| ledger.rows_where(&rules.pack, text, &options)).transpose()?;
    let mut notes = Vec::new();
    if arguments.redact {
        notes.push(ledger::redact(&mut rules, &mut ledger, lang));
    }
    let pack = &rules.pack;
    let checking = Words::new("核查", "checking");
    let assessment = progress::during(&checking, lang, || kaigong::check(pack, &ledger, &options, rows.as_deref()))?;
    diagnostics::print(&kaigong::data_faults(&assessment), &rules.sources, lang);
    let returned = ledger::returned(&assessment, &ledger, options.durations, lang)?;
    let facts = rows.is_none().then_some(&ledger);
    let writing = Words::new("整理结果", "writing");
    let bytes = progress::during(&writing, lang, || {
        let explanations = match kind {
            _ if arguments.summary_only => Vec::new(),
            Kind::Workbook => explain_reasons(&assessment),
            Kind::Page | Kind::Paper => explain_all(&assessment, options.durations),
        };
        notes.extend(ledger::notes(&arguments.portfolio.ledger, options.as_of, lang));
        let report = Report { assessment: &assessment, explanations, lang, notes };
        match kind {
            Kind::Page => Ok(kaigong::report::report_html(&report).into_bytes()),
            Kind::Workbook => {
                let book = kaigong::workbook(&report, options.durations, returned.as_ref(), facts);
                kaigong::io::workbook_xlsx(&book)
            }
            Kind::Paper => kaigong::io::document_docx(&kaigong::report::report_document(&report)),
        }
    })?;
    Ok(output::write(&arguments.out, &bytes, lang))
}

/// What kind of file a name asks for.
enum Kind {
    Page,
    Workbook,
    Paper,
}

fn kind(path: &str) -> Result<Kind, Refused> {
    match output::extension(path).as_deref() {
        Some("html" | "htm") => Ok(Kind::Page),
        Some("xlsx") => Ok(Kind::Workbook),
        Some("docx") => Ok(Kind::Paper),
        _ => {
            let fault = Diagnostic::error(
                Code("KG-C050"),
                "报告只能写成 .html、.xlsx 或 .docx",
                "a report is written as .html, .xlsx or .docx",
            );
            Err(vec![fault.at(Place::File(path.to_owned()))].into())
        }
    }
}
