//! `kaigong worklist` and `kaigong scorecard`.

use kaigong::model::{Lang, Words};
use kaigong::report::{ScorecardScreen, WorklistScreen};

use crate::args::{Format, ScorecardArguments, WorklistArguments};
use crate::exit::Exit;
use crate::{ledger, output, progress};

pub(crate) fn worklist(arguments: &WorklistArguments, lang: Lang) -> Exit {
    let survey = &arguments.survey;
    let (given, by) = (&survey.portfolio.ledger, arguments.by.into());
    ledger::survey(survey, lang, false, |assessment, _| {
        let reckoning = Words::new("推算期限", "reckoning deadlines");
        let durations = ledger::options(given, false, false).durations;
        let list = progress::during(&reckoning, lang, || kaigong::worklist(assessment, durations));
        match survey.format {
            Format::Json => output::line(&format!("{:#}", kaigong::report::worklist_json(&list, by))),
            Format::Csv => kaigong::io::table_csv(&kaigong::report::worklist_table(&list, by, lang)),
            Format::Table => {
                let screen = WorklistScreen { lang, by, data: survey.portfolio.data.join(" "), all: arguments.all };
                let text = kaigong::report::worklist_screen(&list, &screen);
                output::line(&ledger::with_past_note(text, given, assessment.evaluation.options.as_of, lang))
            }
        }
    })
}

pub(crate) fn scorecard(arguments: &ScorecardArguments, lang: Lang) -> Exit {
    let survey = &arguments.survey;
    let by = arguments.by.into();
    ledger::survey(survey, lang, false, |assessment, _| {
        let card = kaigong::scorecard(assessment);
        match survey.format {
            Format::Json => output::line(&format!("{:#}", kaigong::report::scorecard_json(&card))),
            Format::Csv => kaigong::io::table_csv(&kaigong::report::scorecard_table(&card, by, lang)),
            Format::Table => {
                let screen = ScorecardScreen { lang, by, data: survey.portfolio.data.join(" "), all: arguments.all };
                let text = kaigong::report::scorecard_screen(&card, &screen);
                let as_of = assessment.evaluation.options.as_of;
                output::line(&ledger::with_past_note(text, &survey.portfolio.ledger, as_of, lang))
            }
        }
    })
}
