//! `kaigong timeline`.

use kaigong::Refused;
use kaigong::model::Lang;

use crate::args::{ScreenFormat, TimelineArguments};
use crate::exit::Exit;
use crate::ledger::{self, id_and_portfolio};
use crate::{diagnostics, output};

pub(crate) fn run(arguments: &TimelineArguments, lang: Lang) -> Exit {
    followed(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn followed(arguments: &TimelineArguments, lang: Lang) -> Result<Exit, Refused> {
    let (id, portfolio) = id_and_portfolio(&arguments.project);
    let chart = arguments.chart.as_deref().map(ledger::svg_path).transpose()?;
    let (rules, ledger) = ledger::load(&portfolio, lang)?;
    let options = ledger::options(&portfolio.ledger, false, false);
    let days = (arguments.from, arguments.to);
    let (evaluation, timeline) = kaigong::timeline(&rules.pack, &ledger, &options, &id, days)?;
    if let Some(path) = chart {
        let written = output::write(path, kaigong::report::timeline_svg(&evaluation, &timeline, lang), lang);
        if written != Exit::Done {
            return Ok(written);
        }
    }
    Ok(match arguments.format {
        ScreenFormat::Json => output::print(&format!("{:#}", kaigong::report::timeline_json(&evaluation, &timeline))),
        ScreenFormat::Table => {
            let command = format!("{id} {}", ledger::repeated(&portfolio.data, &portfolio.ledger));
            let text = kaigong::report::timeline_screen(&evaluation, &timeline, &command, lang);
            output::print(&ledger::with_past_note(text, &portfolio.ledger, timeline.period.from, lang))
        }
    })
}
