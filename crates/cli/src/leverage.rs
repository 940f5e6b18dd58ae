//! `kaigong leverage`.

use kaigong::Refused;
use kaigong::model::{Lang, Words};

use crate::args::{Format, LeverageArguments};
use crate::exit::Exit;
use crate::{check, diagnostics, output, progress};

pub(crate) fn run(arguments: &LeverageArguments, lang: Lang) -> Exit {
    told(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn told(arguments: &LeverageArguments, lang: Lang) -> Result<Exit, Refused> {
    let (rules, ledger) = check::load(&arguments.ledger, &arguments.data, lang)?;
    let options = check::options(&arguments.ledger, true, false);
    let rows = arguments.condition.as_deref().map(|text| ledger.rows_where(&rules.pack, text, &options)).transpose()?;
    let checking = Words::new("核查", "checking");
    let assessment =
        progress::during(&checking, lang, || kaigong::check(&rules.pack, &ledger, &options, rows.as_deref()))?;
    let trying = Words::new("试算先办什么", "trying out what to do first");
    let leverage = progress::during(&trying, lang, || kaigong::leverage(&assessment, rows.as_deref()));
    diagnostics::print(&kaigong::data_faults(&assessment), &rules.sources, lang);
    Ok(match arguments.format {
        Format::Json => output::print(&format!("{:#}", kaigong::report::leverage_json(&leverage))),
        Format::Csv => output::print_bytes(&kaigong::io::table_csv(&kaigong::report::leverage_table(&leverage, lang))),
        Format::Table => {
            let text = kaigong::report::leverage_screen(&leverage, &arguments.data.join(" "), lang);
            output::print(&check::with_past_note(text, &arguments.ledger, options.as_of, lang))
        }
    })
}
