//! `kaigong rules`, `facts` and `explain`.

use kaigong::io::ReadOptions;
use kaigong::model::{Code, Diagnostic, Lang, Place, Words, nearest};
use kaigong::{CheckOptions, Refused, Rules, load_rules};

use crate::args::{
    DiffArguments, ExplainArguments, FactsArguments, PackArguments, RulesArguments, RulesCommand, ScreenFormat,
};
use crate::diagnostics;
use crate::exit::Exit;
use crate::why::{Picture, picture};
use crate::{output, progress};

pub(crate) fn run(arguments: &RulesArguments, lang: Lang) -> Exit {
    let done = match &arguments.command {
        RulesCommand::Check(pack) => check(pack, lang),
        RulesCommand::List(pack) => list(pack, lang),
        RulesCommand::Show { requirement, pack } => show(pack, requirement, lang),
        RulesCommand::Graph { pack, stage, out } => graph(pack, stage.as_deref(), out.as_deref(), lang),
        RulesCommand::Test(pack) => test(pack, lang),
        RulesCommand::Lint(pack) => lint(pack, lang),
        RulesCommand::Coverage(pack) => coverage(pack, lang),
        RulesCommand::Diff(arguments) => diff(arguments, lang),
    };
    done.unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn check(arguments: &PackArguments, lang: Lang) -> Result<Exit, Refused> {
    let Rules { pack, warnings, sources } = load_rules(&arguments.rules)?;
    diagnostics::print(&warnings, &sources, lang);
    Ok(output::print(&kaigong::report::pack_summary(&pack, lang)))
}

fn list(arguments: &PackArguments, lang: Lang) -> Result<Exit, Refused> {
    let rules = load_rules(&arguments.rules)?;
    Ok(output::print(&kaigong::report::rules_list(&rules.pack, as_of(arguments), lang)))
}

fn as_of(arguments: &PackArguments) -> kaigong::model::Date {
    arguments.as_of.unwrap_or_else(crate::today)
}

fn show(arguments: &PackArguments, requirement: &str, lang: Lang) -> Result<Exit, Refused> {
    let rules = load_rules(&arguments.rules)?;
    shown(&rules, requirement, as_of(arguments), lang)
}

fn shown(rules: &Rules, requirement: &str, as_of: kaigong::model::Date, lang: Lang) -> Result<Exit, Refused> {
    if let Some(text) = kaigong::report::rules_show(&rules.pack, requirement, as_of, lang) {
        Ok(output::print(&text))
    } else {
        let fault = Diagnostic::error(
            Code("KG-R013"),
            format!("没有前置要件「{requirement}」"),
            format!("unknown requirement `{requirement}`"),
        );
        let near = nearest(requirement, rules.pack.requirements.iter().map(|r| r.id.as_str()));
        Err(vec![fault.suggest(near)].into())
    }
}

fn graph(arguments: &PackArguments, stage: Option<&str>, out: Option<&str>, lang: Lang) -> Result<Exit, Refused> {
    let rules = load_rules(&arguments.rules)?;
    let pack = &rules.pack;
    if let Some(stage) = stage.filter(|stage| !pack.stages.iter().any(|known| known.id == *stage)) {
        let fault =
            Diagnostic::error(Code("KG-R033"), format!("没有阶段「{stage}」"), format!("unknown stage `{stage}`"));
        let near = nearest(stage, pack.stages.iter().map(|stage| stage.id.as_str()));
        return Err(vec![fault.at(Place::File("--stage".to_owned())).suggest(near)].into());
    }
    let as_of = as_of(arguments);
    let Some(path) = out else { return Ok(output::print(&kaigong::report::pack_dot(pack, as_of, stage, lang))) };
    let text = match picture(path)? {
        Picture::Svg => kaigong::report::pack_svg(pack, as_of, stage, lang),
        Picture::Dot => kaigong::report::pack_dot(pack, as_of, stage, lang),
    };
    Ok(output::write(path, &text, lang))
}

fn test(arguments: &PackArguments, lang: Lang) -> Result<Exit, Refused> {
    let rules = load_rules(&arguments.rules)?;
    let (count, failures) = kaigong::solver::run_tests(&rules.pack);
    let printed = output::print(&kaigong::report::test_report(&rules.pack, count, &failures, lang));
    Ok(if printed == Exit::Done && !failures.is_empty() { Exit::Failed } else { printed })
}

fn lint(arguments: &PackArguments, lang: Lang) -> Result<Exit, Refused> {
    let Rules { pack, warnings, sources } = load_rules(&arguments.rules)?;
    let mut lint = kaigong::packs::lint(&pack);
    lint.remarks.splice(0..0, warnings);
    diagnostics::print(&lint.remarks, &sources, lang);
    let printed = output::print(&kaigong::report::lint_summary(&pack, &lint, lang));
    Ok(if printed == Exit::Done && !lint.remarks.is_empty() { Exit::Failed } else { printed })
}

fn coverage(arguments: &PackArguments, lang: Lang) -> Result<Exit, Refused> {
    let rules = load_rules(&arguments.rules)?;
    let coverage = kaigong::solver::coverage(&rules.pack);
    let (shown, all) = coverage.counts();
    let printed = output::print(&kaigong::report::coverage_screen(&rules.pack, &coverage, lang));
    Ok(if printed == Exit::Done && shown < all { Exit::Failed } else { printed })
}

fn diff(arguments: &DiffArguments, lang: Lang) -> Result<Exit, Refused> {
    let (old, new) = (load_rules(&arguments.old)?, load_rules(&arguments.new)?);
    let inputs = (!arguments.on.is_empty()).then(|| kaigong::io::gather(&arguments.on)).transpose()?;
    let mut options = CheckOptions::on(arguments.as_of.unwrap_or_else(crate::today));
    options.goal.clone_from(&arguments.goal);
    let comparing = Words::new("比较", "comparing");
    let (diff, notices) = progress::during(&comparing, lang, || {
        kaigong::diff_packs(&old.pack, &new.pack, inputs.as_deref(), &ReadOptions::default(), &options)
    })?;
    diagnostics::print(&notices, &new.sources, lang);
    Ok(output::print(&match arguments.format {
        ScreenFormat::Json => format!("{:#}", kaigong::report::diff_json(&diff)),
        ScreenFormat::Table => kaigong::report::diff_screen(&diff, lang),
    }))
}

/// `kaigong facts`.
pub(crate) fn facts(arguments: &FactsArguments, lang: Lang) -> Exit {
    match load_rules(&arguments.pack.rules) {
        Ok(rules) => output::print(&kaigong::report::facts_list(&rules.pack, lang)),
        Err(refused) => diagnostics::refuse(&refused, lang),
    }
}

/// `kaigong explain`: a code, else a requirement.
pub(crate) fn explain(arguments: &ExplainArguments, lang: Lang) -> Exit {
    if let Some(words) = kaigong::explain_code(&arguments.subject) {
        return output::print(words.get(lang));
    }
    let as_of = arguments.as_of.unwrap_or_else(crate::today);
    load_rules(&arguments.rules)
        .and_then(|rules| shown(&rules, &arguments.subject, as_of, lang))
        .unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}
