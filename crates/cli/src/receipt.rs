//! `--receipt`, and `kaigong replay`: a run witnessed, and done again.

use std::path::Path;

use clap::Parser as _;
use kaigong::model::{Code, Diagnostic, Lang, Place};
use kaigong::report::Receipt;
use kaigong::{Refused, Witness};

use crate::args::{Arguments, Command, ReplayArguments};
use crate::exit::Exit;
use crate::{diagnostics, journal, output};

/// The option that asks for a receipt, which is no part of what is to be done again.
const OPTION: &str = "--receipt";

/// Runs a command and writes its receipt, once it has done what it was asked.
pub(crate) fn witnessed(arguments: Arguments, path: &Path, lang: Lang) -> Exit {
    journal::begin(Witness::new(words(), lang, crate::today()), false);
    let exit = crate::run(arguments.command, lang);
    let Some(witness) = journal::end().filter(|_| matches!(exit, Exit::Done | Exit::Failed)) else { return exit };
    let receipt = witness.receipt(exit.code());
    if receipt.inputs.is_empty() {
        return diagnostics::refuse(&vec![nothing_read(path)].into(), lang);
    }
    match output::write(&path.display().to_string(), kaigong::receipt_text(&receipt), lang) {
        Exit::Done => exit,
        failed => failed,
    }
}

fn nothing_read(path: &Path) -> Diagnostic {
    Diagnostic::error(
        Code("KG-C042"),
        "此命令没有读台账，没有可留的运行凭据",
        "this command reads no ledger, so there is nothing to give a receipt for",
    )
    .at(Place::File(path.display().to_string()))
}

/// The words of this command line, but for the receipt's own.
fn words() -> Vec<String> {
    let mut words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let with_value = format!("{OPTION}=");
    while let Some(at) = words.iter().position(|word| word == OPTION || word.starts_with(&with_value)) {
        let both = if words[at] == OPTION { 2 } else { 1 };
        words.drain(at..(at + both).min(words.len()));
    }
    words
}

pub(crate) fn replay(arguments: &ReplayArguments, lang: Lang) -> Exit {
    replayed(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn replayed(arguments: &ReplayArguments, lang: Lang) -> Result<Exit, Refused> {
    let input = kaigong::io::read_input(&arguments.file)?;
    let then = match kaigong::read_receipt(&input) {
        Ok(receipt) => receipt,
        // An altered receipt is what this command is asked to find out.
        Err(refused) if refused.diagnostics.iter().any(|fault| fault.code.0 == "KG-C041") => {
            diagnostics::print(&refused.diagnostics, &refused.sources, lang);
            return Ok(Exit::Failed);
        }
        Err(refused) => return Err(refused),
    };
    let (now, bytes) = again(&then, &arguments.file)?;
    let found = kaigong::report::differences(&then, &now);
    if let Some(path) = &arguments.out {
        let written = output::write(path, &bytes, lang);
        if written != Exit::Done {
            return Ok(written);
        }
    }
    let printed = output::print(&kaigong::report::replay_screen(&then, &found, lang));
    Ok(if printed == Exit::Done && !found.is_empty() { Exit::Failed } else { printed })
}

/// Does a run again, without printing or writing: its receipt, and its result.
fn again(then: &Receipt, file: &str) -> Result<(Receipt, Vec<u8>), Refused> {
    let words = std::iter::once("kaigong".to_owned()).chain(then.words.iter().cloned());
    let command = Arguments::try_parse_from(words).ok().map(|arguments| arguments.command).filter(replayable);
    // Standard input is gone with the run that read it.
    let command = command.filter(|_| then.inputs.iter().all(|input| input.name != "-"));
    let Some(command) = command else {
        let fault = Diagnostic::error(
            Code("KG-C043"),
            "凭据所载的命令，这个版本不能重算",
            "the command of the receipt cannot be done again by this version",
        );
        return Err(vec![fault.at(Place::File(file.to_owned()))].into());
    };
    journal::begin(Witness::new(then.words.clone(), then.lang, then.today), true);
    let exit = crate::run(command, then.lang);
    let Some(mut witness) = journal::end() else { return Ok((then.clone(), Vec::new())) };
    // A run that was refused may not have come to every file; those that are there are compared all the same.
    for file in &then.inputs {
        if let (false, Ok(input)) = (witness.has_read(&file.name), kaigong::io::read_input(&file.name)) {
            witness.read(&[input]);
        }
    }
    Ok((witness.receipt(exit.code()), witness.output().to_vec()))
}

/// Commands that only read: a receipt must not make the engine write or wait.
fn replayable(command: &Command) -> bool {
    #[cfg(feature = "history")]
    if matches!(command, Command::History(_)) {
        return false;
    }
    !matches!(command, Command::Demo(_) | Command::Synth(_) | Command::Bench(_) | Command::Replay(_))
}
