//! `kaigong worklist` and `kaigong scorecard`.

use kaigong::Refused;
use kaigong::model::{Lang, Words};
use kaigong::report::{ReturnedScreen, ScorecardScreen, WorklistScreen};

use crate::args::{Format, ScorecardArguments, WorklistArguments};
use crate::exit::Exit;
use crate::{diagnostics, ledger, output, progress};

pub(crate) fn worklist(arguments: &WorklistArguments, lang: Lang) -> Exit {
    if !arguments.lists.lists.is_empty() {
        return returned(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang));
    }
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
                let as_of = assessment.evaluation.options.as_of;
                let data = format!("{} --as-of {as_of}", ledger::repeated(&survey.portfolio.data, given));
                let screen = WorklistScreen { lang, by, data, all: arguments.all };
                let text = kaigong::report::worklist_screen(&list, &screen);
                output::line(&ledger::with_past_note(text, given, as_of, lang))
            }
        }
    })
}

/// Lists that were handed back, held against the ledger.
fn returned(arguments: &WorklistArguments, lang: Lang) -> Result<Exit, Refused> {
    let survey = &arguments.survey;
    let (rules, mut held) = ledger::load(&survey.portfolio, lang)?;
    ledger::add_lists(&mut held, &arguments.lists, lang)?;
    let options = ledger::options(&survey.portfolio.ledger, false, true);
    let rows = survey.condition.as_deref().map(|text| held.rows_where(&rules.pack, text, &options)).transpose()?;
    let checking = Words::new("核查", "checking");
    let assessment =
        progress::during(&checking, lang, || kaigong::check(&rules.pack, &held, &options, rows.as_deref()))?;
    diagnostics::print(&kaigong::data_faults(&assessment), &rules.sources, lang);
    let Some(returned) = ledger::returned(&assessment, &held, options.durations, lang)? else {
        return Ok(output::print(Words::new("清单里没有内容", "the lists are empty").get(lang)));
    };
    Ok(output::print_bytes(&match survey.format {
        Format::Json => output::line(&format!("{:#}", kaigong::report::lists_json(&returned))),
        Format::Csv => kaigong::io::table_csv(&kaigong::report::lists_table(&returned, lang)),
        Format::Table => {
            let (data, lists) = (survey.portfolio.data.join(" "), arguments.lists.lists.join(" --lists "));
            let screen = ReturnedScreen { lang, data, lists, all: arguments.all };
            let text = kaigong::report::lists_screen(&returned, &screen);
            output::line(&ledger::with_past_note(text, &survey.portfolio.ledger, options.as_of, lang))
        }
    }))
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
                let (given, as_of) = (&survey.portfolio.ledger, assessment.evaluation.options.as_of);
                let data = format!("{} --as-of {as_of}", ledger::repeated(&survey.portfolio.data, given));
                let screen = ScorecardScreen { lang, by, data, all: arguments.all };
                let text = kaigong::report::scorecard_screen(&card, &screen);
                output::line(&ledger::with_past_note(text, given, as_of, lang))
            }
        }
    })
}
