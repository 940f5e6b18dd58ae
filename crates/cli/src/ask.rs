//! `kaigong ask`.

use kaigong::model::Lang;

use crate::args::{Format, SurveyArguments};
use crate::exit::Exit;
use crate::{ledger, output};

pub(crate) fn run(arguments: &SurveyArguments, lang: Lang) -> Exit {
    ledger::survey(arguments, lang, false, |assessment, _| match arguments.format {
        Format::Json => output::line(&format!("{:#}", kaigong::report::ask_json(assessment))),
        Format::Csv => kaigong::io::table_csv(&kaigong::report::ask_table(assessment, lang)),
        Format::Table => {
            let text = kaigong::report::ask_screen(assessment, &arguments.portfolio.data.join(" "), lang);
            let as_of = assessment.evaluation.options.as_of;
            output::line(&ledger::with_past_note(text, &arguments.portfolio.ledger, as_of, lang))
        }
    })
}
