//! The command `kaigong`: arguments, files, clock and exit codes; everything else is the façade's.
#![expect(clippy::disallowed_methods, reason = "this face owns the environment and the clock")]

mod allocate;
mod args;
mod ask;
mod audit;
mod bench;
mod blocks;
mod brief;
mod check;
mod columns;
mod delays;
mod diagnostics;
mod diff;
mod exit;
mod flip;
#[cfg(feature = "history")]
mod history;
mod journal;
mod ledger;
mod leverage;
mod lists;
#[cfg(not(feature = "history"))]
mod no_history;
mod output;
mod progress;
mod receipt;
mod report;
mod rules;
mod synth;
mod template;
mod timeline;
mod timings;
mod verify;
mod why;

use std::process::ExitCode;

use clap::Parser as _;
use kaigong::model::Lang;

use crate::args::{Arguments, Command};
use crate::exit::Exit;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // `--help` and `--version` come this way too, and are no fault.
            let fault = error.use_stderr();
            let _ = error.print();
            return if fault { Exit::Usage } else { Exit::Done }.into();
        }
    };
    let lang = arguments.lang.map_or_else(system_language, Lang::from);
    let exit = match arguments.receipt.clone() {
        Some(path) => receipt::witnessed(arguments, &path, lang),
        None => run(arguments.command, lang),
    };
    exit.into()
}

fn run(command: Command, lang: Lang) -> Exit {
    match command {
        Command::Demo(demo) => output::demo(&demo, lang),
        Command::Synth(synth) => synth::run(&synth, lang),
        Command::Bench(bench) => bench::run(&bench, lang),
        Command::Check(check) => check::run(&check, lang),
        Command::Audit(audit) => audit::run(&audit, lang),
        Command::Diff(diff) => diff::run(&diff, lang),
        Command::Ask(ask) => ask::run(&ask, lang),
        Command::Leverage(leverage) => leverage::run(&leverage, lang),
        Command::Worklist(worklist) => lists::worklist(&worklist, lang),
        Command::Scorecard(scorecard) => lists::scorecard(&scorecard, lang),
        Command::Allocate(allocate) => allocate::run(&allocate, lang),
        Command::Report(report) => report::run(&report, lang),
        Command::Template(template) => template::run(&template, lang),
        Command::Brief(brief) => brief::run(&brief, lang),
        Command::Columns(columns) => columns::run(&columns, lang),
        Command::Why(why) => why::run(&why, lang),
        Command::Timeline(timeline) => timeline::run(&timeline, lang),
        Command::Flip(flip) => flip::run(&flip, lang),
        Command::Delays(delays) => delays::run(&delays, lang),
        Command::Verify(verify) => verify::run(&verify, lang),
        Command::Replay(replay) => receipt::replay(&replay, lang),
        #[cfg(feature = "history")]
        Command::History(history) => history::run(&history, lang),
        #[cfg(not(feature = "history"))]
        Command::History(asked) => no_history::run(&asked, lang),
        Command::Rules(rules) => rules::run(&rules, lang),
        Command::Facts(facts) => rules::facts(&facts, lang),
        Command::Explain(explain) => rules::explain(&explain, lang),
        Command::Schema(schema) => output::schema(&schema, lang),
        Command::Completions(completions) => output::completions(&completions),
    }
}

/// `KAIGONG_LANG`, else the system's locale, else Chinese.
fn system_language() -> Lang {
    let variables = ["KAIGONG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];
    let set = variables.into_iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty());
    match set.as_deref() {
        Some(value) if value.starts_with("zh") => Lang::Zh,
        Some(value) if !matches!(value.split('.').next(), Some("C" | "POSIX")) => Lang::En,
        _ => Lang::Zh,
    }
}

/// This moment, by the machine's clock.
#[cfg(feature = "history")]
fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Today, by the machine's clock; of a run that is watched, the day it began.
fn today() -> kaigong::model::Date {
    if let Some(day) = journal::today() {
        return day;
    }
    let date = jiff::ZonedDateTime::now().date();
    kaigong::model::Date::new(date.year(), date.month(), date.day()).unwrap_or(kaigong::model::Date(0))
}
