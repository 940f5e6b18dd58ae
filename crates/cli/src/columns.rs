//! `kaigong columns`.

use kaigong::Refused;
use kaigong::io::ReadOptions;
use kaigong::model::Lang;
use kaigong::report::ColumnsScreen;

use crate::args::{ColumnsArguments, ScreenFormat};
use crate::exit::Exit;
use crate::{diagnostics, output};

pub(crate) fn run(arguments: &ColumnsArguments, lang: Lang) -> Exit {
    shown(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn shown(arguments: &ColumnsArguments, lang: Lang) -> Result<Exit, Refused> {
    let inputs = kaigong::io::gather(&arguments.data)?;
    let rules = kaigong::load_rules(arguments.rules.as_deref().unwrap_or(kaigong::DEFAULT_RULES))?;
    let map = arguments.map.as_deref().map(kaigong::io::read_input).transpose()?;
    let options = ReadOptions { map, ..ReadOptions::default() };
    let (sheets, notices) = kaigong::read_columns(&rules.pack, &inputs, &options)?;
    diagnostics::print(&notices, &rules.sources, lang);
    if let Some(path) = &arguments.save {
        let written = output::write(path, kaigong::io::write_map(&sheets, &rules.pack.schema), lang);
        if written != Exit::Done {
            return Ok(written);
        }
    }
    Ok(match arguments.format {
        ScreenFormat::Json => output::print(&format!("{:#}", kaigong::report::columns_json(&rules.pack, &sheets))),
        ScreenFormat::Table => {
            let screen = ColumnsScreen { lang, data: arguments.data.join(" "), saved: arguments.save.clone() };
            output::print(&kaigong::report::columns_screen(&rules.pack, &sheets, &screen))
        }
    })
}
