//! `kaigong verify`: a certificate held against rules and ledger, without the engine that wrote it.

use kaigong::Refused;
use kaigong::io::ReadOptions;
use kaigong::model::{Lang, Words};

use crate::args::{ScreenFormat, VerifyArguments};
use crate::exit::Exit;
use crate::timings::Timings;
use crate::{diagnostics, ledger, output, progress};

pub(crate) fn run(arguments: &VerifyArguments, lang: Lang) -> Exit {
    verified(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn verified(arguments: &VerifyArguments, lang: Lang) -> Result<Exit, Refused> {
    let certificate = kaigong::io::read_input(&arguments.certificate)?;
    let (rules, plan) = (arguments.rules.as_deref(), arguments.plan.as_deref());
    let read = ReadOptions { costs: ledger::read_costs(arguments.costs.as_deref())?, ..ReadOptions::default() };
    let (rules, held) = ledger::read_with(&arguments.data, rules, plan, &read, &mut Timings::default())?;
    diagnostics::print(&held.notices, &rules.sources, lang);
    let checking = Words::new("复核", "verifying");
    let findings = progress::during(&checking, lang, || kaigong::verify_certificate(&rules.pack, &held, &certificate))?;
    let printed = match arguments.format {
        ScreenFormat::Json => output::print(&format!("{:#}", kaigong::report::verify_json(&findings))),
        ScreenFormat::Table => output::print(&kaigong::report::verify_screen(&findings, &arguments.certificate, lang)),
    };
    let holds = findings.objections.is_empty();
    Ok(if printed == Exit::Done && !holds { Exit::Failed } else { printed })
}
