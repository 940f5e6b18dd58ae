//! `kaigong template`: an empty ledger to be filled in.

use kaigong::Refused;
use kaigong::model::{Code, Diagnostic, Lang, Place};

use crate::args::TemplateArguments;
use crate::exit::Exit;
use crate::{diagnostics, output};

pub(crate) fn run(arguments: &TemplateArguments, lang: Lang) -> Exit {
    written(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn written(arguments: &TemplateArguments, lang: Lang) -> Result<Exit, Refused> {
    if output::extension(&arguments.out).as_deref() != Some("xlsx") {
        let fault = Diagnostic::error(Code("KG-C052"), "填报表只能写成 .xlsx", "a template is written as .xlsx");
        return Err(vec![fault.at(Place::File(arguments.out.clone()))].into());
    }
    let rules = kaigong::load_rules(&arguments.rules)?;
    let goal = kaigong::goal(&rules.pack, arguments.goal.as_deref())?;
    let as_of = arguments.as_of.unwrap_or_else(crate::today);
    let book = kaigong::report::template_workbook(&rules.pack, goal, as_of, lang);
    let bytes = kaigong::io::workbook_xlsx(&book)?;
    Ok(output::write(&arguments.out, bytes, lang))
}
