//! A portfolio as sheets: what is recorded of each project, so that reading the workbook gives the same facts again.
//!
//! ```text
//! 填报数据  one row a project, a column per fact or part of a document
//! 批文      documents of several issues, one row an issue
//! 变更      dated changes
//! 指标池、指标配给  pools and grants
//! ```
//! A header is one that the reader is sure of; where a title could mean another fact, the fact's id stands instead.

mod columns;
mod long;

use kaigong_model::{Dimension, Lang, Portfolio, Sheet, Unit, Value, WrittenColumn, format_exact};

use crate::{input::Supply, sheet::OWN};

/// The sheets; long tables only where there is something in them.
pub fn portfolio_sheets(portfolio: &Portfolio, supplies: &[Supply], lang: Lang) -> Vec<Sheet> {
    let mut sheets = vec![columns::sheet_of(portfolio, lang)];
    sheets.extend(long::documents(portfolio, lang));
    sheets.extend(long::changes(portfolio, lang));
    sheets.extend(long::pools(portfolio, supplies, lang));
    sheets.extend(long::grants(portfolio, lang));
    sheets
}

fn say<'t>(lang: Lang, zh: &'t str, en: &'t str) -> &'t str {
    if lang == Lang::Zh { zh } else { en }
}

/// A sheet under a name and a line that says what it is for.
fn sheet(lang: Lang, name: (&str, &str), line: &str, columns: Vec<WrittenColumn>, rows: Vec<Vec<Value>>) -> Sheet {
    let name = say(lang, name.0, name.1).to_owned();
    let heading = vec![line.to_owned()];
    Sheet { name, heading, columns, rows, frozen: 1, filtered: true, ..Sheet::default() }
}

/// The line above the sheet of facts, by which it is known.
fn own_line(lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}：一行一个项目，空白为未填；可以改，改后连同清单一起交回即可读入", OWN[0]),
        Lang::En => format!(
            "{}: one row a project, blank for not recorded; change what is wrong and hand the workbook back",
            capital(OWN[1])
        ),
    }
}

/// The marker's first letter is small, a line's is not: the marker is looked for after it.
fn capital(words: &str) -> String {
    format!("The {words}")
}

/// The words that a ledger uses for states, in a language.
struct StateWords {
    no: &'static str,
    in_hand: &'static str,
    yes: &'static str,
    bool_no: &'static str,
    conflicting: &'static str,
}

fn state_words(lang: Lang) -> StateWords {
    let [zh, en] = crate::sheet::CONFLICTING;
    match lang {
        Lang::Zh => StateWords { no: "无", in_hand: "办理中", yes: "是", bool_no: "否", conflicting: zh },
        Lang::En => StateWords { no: "no", in_hand: "in hand", yes: "yes", bool_no: "no", conflicting: en },
    }
}

/// The unit that a bare number of a fact takes.
fn bare_unit(own: Option<Unit>, dimension: Dimension) -> Unit {
    let plain = dimension.bare_atoms().map(|atoms| Unit { name: "", dimension, atoms });
    own.or(plain).unwrap_or(dimension.standard_unit())
}

/// An amount with its unit, as text that reads as it to the atom.
fn amount_text(atoms: i64, own: Option<Unit>, dimension: Dimension, lang: Lang) -> String {
    let unit = bare_unit(own, dimension);
    let exact = format_exact(atoms.into(), unit);
    // A unit of which it is no decimal gives way to the one that screens use, of which it is.
    let (exact, unit) = match exact.strip_prefix('~') {
        None => (exact, unit),
        Some(_) => (format_exact(atoms.into(), dimension.standard_unit()), dimension.standard_unit()),
    };
    format!("{exact} {}", unit.words().get(lang)).trim().to_owned()
}

#[cfg(test)]
mod tests;
