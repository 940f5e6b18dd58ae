//! `kaigong diff`: two ledgers side by side, each on its own day.

use kaigong::model::{Code, Date, Diagnostic, Lang, Place, Words};
use kaigong::report::{Between, BetweenScreen};
use kaigong::{Ledger, Refused, Rules};

use crate::args::{BetweenArguments, Format, LedgerArguments};
use crate::exit::Exit;
use crate::{diagnostics, journal, ledger, output, progress};

pub(crate) fn run(arguments: &BetweenArguments, lang: Lang) -> Exit {
    compared(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn compared(arguments: &BetweenArguments, lang: Lang) -> Result<Exit, Refused> {
    let reading = Words::new("读取台账", "reading");
    let (rules, [before, after]) = progress::during(&reading, lang, || read(arguments))?;
    let on = |day: Option<Date>| {
        let asked = LedgerArguments { as_of: day.or(arguments.ledger.as_of), ..arguments.ledger.clone() };
        ledger::options(&asked, false, false)
    };
    let (earlier, later) = (on(arguments.as_of_a), on(arguments.as_of_b));
    let checking = Words::new("核查", "checking");
    let (first, second) = progress::during(&checking, lang, || {
        let first = kaigong::check(&rules.pack, &before, &earlier, None)?;
        Ok::<_, Refused>((first, kaigong::check(&rules.pack, &after, &later, None)?))
    })?;
    for (ledger, assessment) in [(&before, &first), (&after, &second)] {
        diagnostics::print(&ledger.notices, &rules.sources, lang);
        diagnostics::print(&kaigong::data_faults(assessment), &rules.sources, lang);
    }
    let between = Between::new(&first, &second);
    Ok(output::print_bytes(&match arguments.format {
        Format::Json => output::line(&format!("{:#}", kaigong::report::between_json(&between))),
        Format::Csv => kaigong::io::table_csv(&kaigong::report::between_table(&between, lang)),
        Format::Table => output::line(&screen(&between, arguments, lang)),
    }))
}

fn screen(between: &Between<'_, '_>, arguments: &BetweenArguments, lang: Lang) -> String {
    let BetweenArguments { before, after, .. } = arguments;
    let [first, second] = [between.before, between.after].map(|side| side.evaluation.options.as_of);
    let command = format!("kaigong diff {before} {after} --as-of-a {first} --as-of-b {second}");
    let screen = BetweenScreen { lang, command, data: after.clone(), all: arguments.all };
    let text = kaigong::report::between_screen(between, &screen);
    // Two ledgers each speak of their own day; one ledger asked twice speaks of a past one.
    if before == after { ledger::with_past_note(text, &arguments.ledger, first, lang) } else { text }
}

/// One pack and both ledgers: the pack named on the command line, else by the later ledger, else by the earlier.
fn read(arguments: &BetweenArguments) -> Result<(Rules, [Ledger; 2]), Refused> {
    let gather = |data| ledger::gather(std::slice::from_ref(data), arguments.ledger.plan.as_deref());
    let inputs = [gather(&arguments.before)?, gather(&arguments.after)?];
    let mut named = Vec::new();
    for inputs in inputs.iter().rev() {
        named.extend(ledger::rules_named(inputs, arguments.ledger.rules.as_deref())?);
    }
    let rules = kaigong::load_rules(named.first().map_or(kaigong::DEFAULT_RULES, String::as_str))?;
    journal::loaded(&rules);
    let options = ledger::reading(&arguments.ledger)?;
    let [before, after] = inputs.map(|inputs| kaigong::read_ledger(&rules.pack, &inputs, &options));
    let mut ledgers = [before?, after?];
    if let [later, earlier] = named.as_slice()
        && later != earlier
    {
        ledgers[0].notices.push(other_pack(&arguments.before, earlier, later));
    }
    Ok((rules, ledgers))
}

fn other_pack(data: &str, named: &str, used: &str) -> Diagnostic {
    Diagnostic::notice(
        Code("KG-C030"),
        format!("此台账写明规则包 {named}；两期都按 {used} 核查"),
        format!("this ledger names the rule pack {named}; both are checked by {used}"),
    )
    .at(Place::File(data.to_owned()))
}
