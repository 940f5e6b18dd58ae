//! `kaigong delays`.

use kaigong::Refused;
use kaigong::model::{Lang, Words};

use crate::args::{DelaysArguments, Format};
use crate::exit::Exit;
use crate::{diagnostics, ledger, output, progress};

pub(crate) fn run(arguments: &DelaysArguments, lang: Lang) -> Exit {
    counted(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn counted(arguments: &DelaysArguments, lang: Lang) -> Result<Exit, Refused> {
    let portfolio = &arguments.portfolio;
    let (rules, ledger) = ledger::load(portfolio, lang)?;
    let options = ledger::options(&portfolio.ledger, true, false);
    let condition = arguments.condition.as_deref();
    let rows = condition.map(|text| ledger.rows_where(&rules.pack, text, &options)).transpose()?;
    let counting = Words::new("逐日归因", "attributing days");
    let days = (arguments.from, arguments.to);
    let report =
        progress::during(&counting, lang, || kaigong::delays(&rules.pack, &ledger, &options, rows.as_deref(), days))?;
    Ok(output::print_bytes(&match arguments.format {
        Format::Json => output::line(&format!("{:#}", kaigong::report::delays_json(&report))),
        Format::Csv => kaigong::io::table_csv(&kaigong::report::delays_table(&report, lang)),
        Format::Table => {
            let period = report.delays.period;
            let data = ledger::repeated(&portfolio.data, &portfolio.ledger);
            let command = format!("{data} --from {} --to {}", period.from, period.to);
            let text = kaigong::report::delays_screen(&report, &command, lang);
            output::line(&ledger::with_past_note(text, &portfolio.ledger, period.from, lang))
        }
    }))
}
