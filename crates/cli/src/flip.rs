//! `kaigong flip`.

use kaigong::model::{Lang, Words};
use kaigong::{CheckOptions, Refused};

use crate::args::{FlipArguments, PortfolioArguments, ScreenFormat};
use crate::exit::Exit;
use crate::ledger::{self, id_and_portfolio};
use crate::{diagnostics, output, progress};

pub(crate) fn run(arguments: &FlipArguments, lang: Lang) -> Exit {
    explained(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn explained(arguments: &FlipArguments, lang: Lang) -> Result<Exit, Refused> {
    let (id, portfolio) = id_and_portfolio(&arguments.project);
    let (rules, before) = ledger::load(&portfolio, lang)?;
    let two = !arguments.against.is_empty();
    let against = PortfolioArguments { data: arguments.against.clone(), ledger: portfolio.ledger.clone() };
    let after = two.then(|| ledger::load_for(&rules, &against, lang)).transpose()?;
    let options = ledger::options(&portfolio.ledger, false, false);
    let last = CheckOptions { as_of: arguments.to.unwrap_or(options.as_of), ..options };
    let first = CheckOptions { as_of: arguments.from.unwrap_or(last.as_of), ..last.clone() };
    let trying = Words::new("逐组试算", "trying changes");
    let sides = [(&before, &first), (after.as_ref().unwrap_or(&before), &last)];
    let report = progress::during(&trying, lang, || kaigong::flip(&rules.pack, sides, &id, arguments.budget))?;
    Ok(match arguments.format {
        ScreenFormat::Json => output::print(&format!("{:#}", kaigong::report::flip_json(&report))),
        ScreenFormat::Table => {
            // What lies between is told by the later ledger: its papers carry the days of both.
            let data = if two { &against.data } else { &portfolio.data };
            let command = format!("{id} {}", ledger::repeated(data, &portfolio.ledger));
            let text = kaigong::report::flip_screen(&report, &command, lang);
            output::print(&ledger::with_past_note(text, &portfolio.ledger, first.as_of, lang))
        }
    })
}
