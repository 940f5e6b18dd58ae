//! `kaigong history`: ledgers of different months in a store.
#![expect(clippy::disallowed_methods, reason = "this face writes the folder the user names")]

use std::path::Path;

use kaigong::io::ReadOptions;
use kaigong::model::{Date, Lang, Words};
use kaigong::{ImportOptions, Refused};

use crate::args::{HistoryArguments, HistoryCommand};
use crate::exit::Exit;
use crate::{diagnostics, ledger, output, progress};

pub(crate) fn run(arguments: &HistoryArguments, lang: Lang) -> Exit {
    let done = match &arguments.command {
        HistoryCommand::Import { data, store, recorded_on, person, rules } => {
            import(data, &store.store, *recorded_on, person.as_ref(), rules.as_deref(), lang)
        }
        HistoryCommand::List { store } => list(&store.store, lang),
        HistoryCommand::Check { store } => check(&store.store, lang),
        HistoryCommand::Export { folder, store, rules, listed_on } => {
            export(Path::new(folder), &store.store, rules, *listed_on, lang)
        }
        HistoryCommand::Keep { file, store } => keep(file, &store.store, lang),
    };
    done.unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn import(
    data: &[String],
    store: &str,
    recorded_on: Date,
    person: Option<&String>,
    rules: Option<&str>,
    lang: Lang,
) -> Result<Exit, Refused> {
    let inputs = ledger::gather(data, None)?;
    let named = ledger::rules_named(&inputs, rules)?;
    let rules = kaigong::load_rules(named.as_deref().unwrap_or(kaigong::DEFAULT_RULES))?;
    let reading = ReadOptions { ledger_date: Some(recorded_on), ..ReadOptions::default() };
    let ledger = kaigong::read_ledger(&rules.pack, &inputs, &reading)?;
    diagnostics::print(&ledger.notices, &rules.sources, lang);
    let options =
        ImportOptions { recorded_on, person: person.cloned(), source: data.join(" "), noted_at: crate::now() };
    let importing = Words::new("导入", "importing");
    let (imported, notices) =
        progress::during(&importing, lang, || kaigong::import_history(store, &rules.pack, &ledger, &inputs, &options))?;
    diagnostics::print(&notices, &rules.sources, lang);
    let counts = [imported.id, imported.projects as i64, imported.changes as i64];
    let name = kaigong::store_name(store);
    Ok(output::print(&kaigong::report::imported_screen(&name, recorded_on, counts, lang)))
}

fn list(store: &str, lang: Lang) -> Result<Exit, Refused> {
    let (lines, receipts) = kaigong::list_history(store)?;
    Ok(output::print(&kaigong::report::history_screen(&lines, receipts, lang)))
}

fn check(store: &str, lang: Lang) -> Result<Exit, Refused> {
    let sound = kaigong::check_history(store)?;
    let printed = output::print(match (lang, sound) {
        (Lang::Zh, true) => "台账库完好，各次导入完整\n",
        (Lang::Zh, false) => "台账库有损坏，或有导入不完整\n",
        (Lang::En, true) => "the store is sound and every import in it whole\n",
        (Lang::En, false) => "the store is damaged, or an import in it is not whole\n",
    });
    Ok(if printed == Exit::Done && !sound { Exit::Failed } else { printed })
}

fn export(folder: &Path, store: &str, rules: &str, listed_on: Option<Date>, lang: Lang) -> Result<Exit, Refused> {
    let rules = kaigong::load_rules(rules)?;
    let (files, notices) = kaigong::export_history(store, &rules.pack, listed_on)?;
    diagnostics::print(&notices, &rules.sources, lang);
    if output::taken(folder, lang) {
        return Ok(Exit::Usage);
    }
    if let Err(error) = std::fs::create_dir_all(folder) {
        return Ok(output::not_written(folder, &error, lang));
    }
    for (name, bytes) in files {
        let path = folder.join(name);
        if let Err(error) = std::fs::write(&path, bytes) {
            return Ok(output::not_written(&path, &error, lang));
        }
    }
    let name = folder.display();
    Ok(output::print(&match lang {
        Lang::Zh => format!("已写出 {name}\n\n核查：kaigong check {name} --as-of 日期 --known-by 日期\n"),
        Lang::En => format!("wrote {name}\n\ncheck it: kaigong check {name} --as-of DATE --known-by DATE\n"),
    }))
}

fn keep(file: &str, store: &str, lang: Lang) -> Result<Exit, Refused> {
    let receipt = kaigong::read_receipt(&kaigong::io::read_input(file)?)?;
    let new = kaigong::keep_receipt(store, &receipt, &crate::now())?;
    Ok(output::print(match (lang, new) {
        (Lang::Zh, true) => "已存入运行凭据\n",
        (Lang::Zh, false) => "库里已有这份运行凭据\n",
        (Lang::En, true) => "the receipt is kept\n",
        (Lang::En, false) => "the receipt is there already\n",
    }))
}
