//! `kaigong history` in a program that was built without the store: which build has it.

use kaigong::Refused;
use kaigong::model::{Code, Diagnostic, Lang, Place};

use crate::args::NoHistoryArguments;
use crate::diagnostics;
use crate::exit::Exit;

pub(crate) fn run(asked: &NoHistoryArguments, lang: Lang) -> Exit {
    let is_server = asked.rest.iter().any(|word| word.starts_with("postgres"));
    let feature = if is_server { "postgres" } else { "history" };
    let build = format!("cargo install --locked kaigong-cli --features {feature}");
    let fault = Diagnostic::error(
        Code("KG-C061"),
        "这个程序没有编入台账库（history）",
        "this program was built without the store (`history`)",
    )
    .at(Place::File("history".to_owned()))
    .help(format!("要用台账库，请另行编译：{build}"), format!("build one that has it: {build}"));
    diagnostics::refuse(&Refused::from(vec![fault]), lang)
}
