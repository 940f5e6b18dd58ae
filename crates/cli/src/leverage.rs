//! `kaigong leverage`.

use kaigong::model::{Lang, Words};

use crate::args::{Format, SurveyArguments};
use crate::exit::Exit;
use crate::{ledger, output, progress};

pub(crate) fn run(arguments: &SurveyArguments, lang: Lang) -> Exit {
    ledger::survey(arguments, lang, true, |assessment, rows| {
        let trying = Words::new("试算先办什么", "trying out what to do first");
        let leverage = progress::during(&trying, lang, || kaigong::leverage(assessment, rows));
        match arguments.format {
            Format::Json => output::line(&format!("{:#}", kaigong::report::leverage_json(&leverage))),
            Format::Csv => kaigong::io::table_csv(&kaigong::report::leverage_table(&leverage, lang)),
            Format::Table => {
                let text = kaigong::report::leverage_screen(&leverage, &arguments.portfolio.data.join(" "), lang);
                let as_of = assessment.evaluation.options.as_of;
                output::line(&ledger::with_past_note(text, &arguments.portfolio.ledger, as_of, lang))
            }
        }
    })
}
