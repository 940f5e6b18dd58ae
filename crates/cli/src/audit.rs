//! `kaigong audit`.

use kaigong::Refused;
use kaigong::model::{Lang, Words};
use kaigong::packs::Severity;
use kaigong::report::{Audit, AuditScreen};

use crate::args::{AuditArguments, Format};
use crate::exit::Exit;
use crate::{check, diagnostics, ledger, output, progress};

pub(crate) fn run(arguments: &AuditArguments, lang: Lang) -> Exit {
    audited(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn audited(arguments: &AuditArguments, lang: Lang) -> Result<Exit, Refused> {
    let known = Severity::NAMES.map(|(name, _)| name);
    check::known_words(&arguments.fail_on, &known)?;
    let (rules, ledger) = ledger::load(&arguments.portfolio, lang)?;
    let options = ledger::options(&arguments.portfolio.ledger, false, false);
    let rows = arguments.condition.as_deref().map(|text| ledger.rows_where(&rules.pack, text, &options)).transpose()?;
    let checking = Words::new("核查", "checking");
    let assessment =
        progress::during(&checking, lang, || kaigong::check(&rules.pack, &ledger, &options, rows.as_deref()))?;
    diagnostics::print(&kaigong::data_faults(&assessment), &rules.sources, lang);
    let auditing = Words::new("审计台账", "auditing");
    let audit = progress::during(&auditing, lang, || kaigong::audit(&assessment, rows.as_deref()));
    let printed = output::print_bytes(&told(&audit, arguments, lang));
    Ok(if printed == Exit::Done && fails(&audit, &arguments.fail_on) { Exit::Failed } else { printed })
}

fn told(audit: &Audit<'_, '_>, arguments: &AuditArguments, lang: Lang) -> Vec<u8> {
    match arguments.format {
        Format::Json => output::line(&format!("{:#}", kaigong::report::audit_json(audit))),
        Format::Csv => kaigong::io::table_csv(&kaigong::report::audit_table(audit, lang)),
        Format::Table => {
            let as_of = audit.assessment.evaluation.options.as_of;
            let data = ledger::repeated(&arguments.portfolio.data, &arguments.portfolio.ledger);
            let screen = AuditScreen { lang, data: format!("{data} --as-of {as_of}"), all: arguments.all };
            let text = kaigong::report::audit_screen(audit, &screen);
            output::line(&ledger::with_past_note(text, &arguments.portfolio.ledger, as_of, lang))
        }
    }
}

fn fails(audit: &Audit<'_, '_>, wanted: &[String]) -> bool {
    audit.findings.iter().any(|finding| wanted.iter().any(|name| name == finding.severity.name()))
}
