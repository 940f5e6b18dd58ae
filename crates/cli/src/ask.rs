//! `kaigong ask`.

use kaigong::Refused;
use kaigong::model::{Lang, Words};

use crate::args::{AskArguments, Format};
use crate::exit::Exit;
use crate::{check, diagnostics, output, progress};

pub(crate) fn run(arguments: &AskArguments, lang: Lang) -> Exit {
    asked(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn asked(arguments: &AskArguments, lang: Lang) -> Result<Exit, Refused> {
    let (rules, ledger) = check::load(&arguments.ledger, &arguments.data, lang)?;
    let options = check::options(&arguments.ledger, false, false);
    let rows = arguments.condition.as_deref().map(|text| ledger.rows_where(&rules.pack, text, &options)).transpose()?;
    let checking = Words::new("核查", "checking");
    let assessment =
        progress::during(&checking, lang, || kaigong::check(&rules.pack, &ledger, &options, rows.as_deref()))?;
    diagnostics::print(&kaigong::data_faults(&assessment), &rules.sources, lang);
    Ok(match arguments.format {
        Format::Json => output::print(&format!("{:#}", kaigong::report::ask_json(&assessment))),
        Format::Csv => output::print_bytes(&kaigong::io::table_csv(&kaigong::report::ask_table(&assessment, lang))),
        Format::Table => {
            let text = kaigong::report::ask_screen(&assessment, &arguments.data.join(" "), lang);
            output::print(&check::with_past_note(text, &arguments.ledger, options.as_of, lang))
        }
    })
}
