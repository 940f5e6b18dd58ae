//! `kaigong allocate`: what an allocation of scarce land would release. Always a dry run.

use std::path::Path;

use kaigong::io::{PlanKind, Said, Scenario, ScenarioLock, ScenarioTier};
use kaigong::model::{Code, Diagnostic, Lang, Place, Words, nearest};
use kaigong::packs::Pack;
use kaigong::report::DryRun;
use kaigong::{CheckOptions, Ledger, Refused};

use crate::args::{AllocateArguments, Format};
use crate::exit::Exit;
use crate::{diagnostics, journal, ledger, output, progress};

/// Texts of scenario files by name, for the snippets of faults.
type Texts = std::collections::BTreeMap<String, String>;

/// Plans compared where none is named.
const USUAL: [PlanKind; 3] = [PlanKind::Order, PlanKind::Greedy, PlanKind::Optimal];

pub(crate) fn run(arguments: &AllocateArguments, lang: Lang) -> Exit {
    tried(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn tried(arguments: &AllocateArguments, lang: Lang) -> Result<Exit, Refused> {
    let (rules, held) = ledger::load(&arguments.portfolio, lang)?;
    let pack = &rules.pack;
    let options = ledger::options(&arguments.portfolio.ledger, false, false);
    let (scenarios, sources) = scenarios(arguments, pack, &held, &options, lang)?;
    let trying = Words::new("试算", "trying allocations");
    let mut run = progress::telling(&trying, lang, |tell| {
        kaigong::allocate(pack, &held, &options, &scenarios, &mut |name, tier, value, bound| {
            let gap = if bound > 0 { (bound - value).max(0) * 100_000 / bound } else { 0 };
            tell(format!("  {name} {}: {}.{:03} %", tier + 1, gap / 1000, gap % 1000));
        })
    })
    .map_err(|mut refused| {
        refused.sources.extend(sources);
        refused
    })?;
    if arguments.next {
        let more = Words::new("试算再多一些指标", "trying more supply");
        progress::during(&more, lang, || kaigong::more_supply(&mut run));
    }
    if arguments.counties {
        let alone = Words::new("各县(区)单独求解", "solving each county alone");
        progress::during(&alone, lang, || kaigong::counties_alone(&mut run));
    }
    if arguments.sensitivity {
        let weighing = Words::new("试算敏感性", "trying what hangs on what");
        progress::during(&weighing, lang, || kaigong::sensitivity(&mut run));
    }
    if !arguments.why_not.is_empty() {
        let forcing = Words::new("试算必须纳入的项目", "forcing projects in");
        progress::during(&forcing, lang, || kaigong::why_not(&mut run, &arguments.why_not))?;
    }
    if let Some(path) = &arguments.chart {
        let drawing = Words::new("试算指标增减", "trying more and less supply");
        progress::during(&drawing, lang, || kaigong::frontier(&mut run));
        let written = output::write(path, kaigong::report::allocation_svg(&run, lang), lang);
        if written != Exit::Done {
            return Ok(written);
        }
    }
    if let Some(path) = &arguments.out {
        let is_book = output::extension(path).as_deref() == Some("xlsx");
        let bytes = if is_book {
            kaigong::io::workbook_xlsx(&kaigong::report::plan_workbook(&run, lang))?
        } else {
            kaigong::io::table_csv(&kaigong::report::plan_table(&run))
        };
        let written = output::write(path, &bytes, lang);
        if written != Exit::Done {
            return Ok(written);
        }
    }
    Ok(output::print_bytes(&told(&run, arguments, lang)))
}

fn told(run: &DryRun<'_>, arguments: &AllocateArguments, lang: Lang) -> Vec<u8> {
    match arguments.format {
        Format::Json => output::line(&format!("{:#}", kaigong::report::allocation_json(run))),
        Format::Csv => kaigong::io::table_csv(&kaigong::report::allocation_table(run, lang)),
        Format::Table => {
            let text = kaigong::report::allocation_screen(run, &arguments.portfolio.data.join(" "), lang);
            let as_of = run.evaluation.options.as_of;
            output::line(&ledger::with_past_note(text, &arguments.portfolio.ledger, as_of, lang))
        }
    }
}

/// The scenarios asked for: files, files of the ledger's folder by name, or plans on the ledger's own pools.
fn scenarios(
    arguments: &AllocateArguments,
    pack: &Pack,
    ledger: &Ledger,
    options: &CheckOptions,
    lang: Lang,
) -> Result<(Vec<Scenario>, Texts), Refused> {
    let (mut found, mut texts) = (Vec::new(), Texts::new());
    for file in &arguments.scenario {
        found.push(read(pack, file, &mut texts)?);
    }
    let mut warned = false;
    let mut of_pools = |kind| {
        let (scenario, warnings) = kaigong::scenario_of_pools(ledger, pack, options, arguments.pool.as_deref(), kind)?;
        if !warned {
            diagnostics::print(&warnings, &std::collections::BTreeMap::new(), lang);
            warned = true;
        }
        Ok::<_, Refused>(scenario)
    };
    if arguments.compare.is_empty() && arguments.scenario.is_empty() {
        for kind in USUAL {
            found.push(of_pools(kind)?);
        }
    }
    for name in &arguments.compare {
        let kind = PlanKind::NAMES.iter().find(|(known, _)| known == name).map(|(_, kind)| *kind);
        let kind = kind.filter(|kind| *kind != PlanKind::Grants);
        found.push(match (file_of(arguments, name), kind) {
            (Some(file), _) => read(pack, &file, &mut texts)?,
            (None, Some(kind)) => of_pools(kind)?,
            (None, None) => return Err(unknown(name).into()),
        });
    }
    found.iter_mut().for_each(|scenario| asked_besides(scenario, arguments));
    Ok((found, texts))
}

/// What the command line adds to a scenario.
fn asked_besides(scenario: &mut Scenario, arguments: &AllocateArguments) {
    let said = |text: &str, option: &str| Said { text: text.to_owned(), place: Place::File(option.to_owned()) };
    for id in &arguments.must {
        scenario.locks.retain(|lock| lock.project.text != *id);
        scenario.locks.push(ScenarioLock { project: said(id, "--must"), within: true, by: None, why: None });
    }
    if let Some(text) = &arguments.objective {
        scenario.objective = vec![ScenarioTier { maximise: said(text, "--objective"), filter: None, keep: None }];
    }
}

/// The file a name stands for: itself, or the scenario of that name in a folder of the ledger.
fn file_of(arguments: &AllocateArguments, name: &str) -> Option<String> {
    if Path::new(name).is_file() {
        return Some(name.to_owned());
    }
    // With a period named, plans are made on the ledger's pools.
    if arguments.pool.is_some() && PlanKind::NAMES.iter().any(|(known, _)| *known == name) {
        return None;
    }
    let within = |folder: &String| {
        let path = Path::new(folder).join(format!("scenario-{name}.yaml"));
        path.is_file().then(|| path.to_string_lossy().into_owned())
    };
    arguments.portfolio.data.iter().find_map(within)
}

fn read(pack: &Pack, file: &str, texts: &mut Texts) -> Result<Scenario, Refused> {
    let input = kaigong::io::read_input(file)?;
    journal::read(std::slice::from_ref(&input));
    let text = String::from_utf8_lossy(&input.bytes).into_owned();
    texts.insert(file.to_owned(), text);
    kaigong::io::read_scenario(&pack.schema, &input)
        .map_err(|diagnostics| Refused { diagnostics, sources: texts.clone() })
}

fn unknown(name: &str) -> Vec<Diagnostic> {
    let known: Vec<&str> = PlanKind::NAMES.iter().map(|(name, _)| *name).filter(|name| *name != "grants").collect();
    let fault =
        Diagnostic::error(Code("KG-C026"), format!("没有方案「{name}」"), format!("there is no scenario `{name}`"));
    let fault = fault
        .at(Place::File("--compare".to_owned()))
        .help(format!("写方案文件，或 {}", known.join("、")), format!("name a scenario file, or {}", known.join(", ")));
    vec![fault.suggest(nearest(name, known))]
}
