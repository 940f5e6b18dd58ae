//! A ledger without persons: names and telephone numbers do not reach what is made of it.

use kaigong_model::{Cell, FactIdx, Portfolio};
use kaigong_rules::Pack;

use crate::check::Ledger;

/// What stands in the place of a name or a number.
const LEFT_OUT: &str = "***";

/// Takes persons out of a ledger: facts that name one, their names in other texts of the project, telephone numbers
/// anywhere, and the folders of its files. The officer is no longer shown at all.
///
/// What was recorded stays recorded, so verdicts stand.
pub fn redact(pack: &mut Pack, ledger: &mut Ledger) {
    let officer = pack.roles.officer.take();
    let personal: Vec<FactIdx> = pack
        .schema
        .iter()
        .filter(|(fact, spec)| spec.personal || Some(*fact) == officer)
        .map(|(fact, _)| fact)
        .collect();
    let names = names(&ledger.portfolio, &personal);
    ledger.portfolio.rewrite_texts(&|fact, row, text| {
        if personal.contains(&fact) {
            return LEFT_OUT.to_owned();
        }
        let named = names[row as usize].iter().fold(text.to_owned(), |text, name| text.replace(name, LEFT_OUT));
        without_phones(&named)
    });
    for row in &mut ledger.lists {
        let at = row.key.is.rsplit_once('/').and_then(|(id, _)| ledger.portfolio.row(id));
        for text in [&mut row.note, &mut row.remark].into_iter().flatten() {
            let known = at.map_or(&[][..], |at| names[at as usize].as_slice());
            let named = known.iter().fold(text.is.clone(), |text, name| text.replace(name, LEFT_OUT));
            text.is = without_phones(&named);
        }
    }
    if let Some(title) = &mut ledger.title {
        (title.zh, title.en) = (without_phones(&title.zh), without_phones(&title.en));
    }
    for source in &mut ledger.portfolio.sources {
        let file = source.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        source.name = file;
    }
}

/// The persons named in each row.
fn names(portfolio: &Portfolio, personal: &[FactIdx]) -> Vec<Vec<String>> {
    let of = |fact: FactIdx, row: u32| match portfolio.column(fact)?.base_cell(row) {
        // A single character is no name that could be found in other words.
        Cell::Text(name) if name.chars().count() > 1 => Some(name),
        _ => None,
    };
    let rows = 0..portfolio.len() as u32;
    rows.map(|row| personal.iter().filter_map(|&fact| of(fact, row)).collect()).collect()
}

/// A text with telephone numbers left out.
fn without_phones(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let long = phone(from);
        let digits = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        out.push_str(if long > 0 { LEFT_OUT } else { &from[..digits] });
        rest = &from[long.max(digits)..];
    }
    out.push_str(rest);
    out
}

/// Bytes of the telephone number a text begins with; 0 where it begins with another number.
///
/// Mobile numbers whole or in groups, with or without the country; area codes with seven or eight digits.
fn phone(text: &str) -> usize {
    let mut runs: Vec<&str> = Vec::new();
    let (mut end, mut at) = (0, 0);
    while runs.len() < 5 {
        let digits = text[at..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - at);
        if digits == 0 {
            break;
        }
        runs.push(&text[at..at + digits]);
        end = at + digits;
        if !text[end..].starts_with([' ', '-']) {
            break;
        }
        at = end + 1;
    }
    let joined = runs.concat();
    let national = joined.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(&joined);
    let mobile = |digits: &str| digits.len() == 11 && digits.starts_with('1') && digits.as_bytes()[1] >= b'3';
    let landline =
        runs.len() == 2 && runs[0].starts_with('0') && matches!((runs[0].len(), runs[1].len()), (3 | 4, 7 | 8));
    let first = runs.first().map_or(0, |run| run.len());
    match (mobile(national) || landline, runs.first().is_some_and(|run| mobile(run))) {
        (true, _) => end,
        (false, true) => first,
        (false, false) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_go_and_other_numbers_stay() {
        let check = |text, expect| assert_eq!(without_phones(text), expect);
        check("联系人13800138000，传真0752-2808080", "联系人***，传真***");
        check("+86 138 0013 8000", "+***");
        check("8613800138000/13900139000", "***/***");
        check("2018-441300-48-03-012345", "2018-441300-48-03-012345");
        check(
            "12345678901、2026-11-20、380 亩、惠府函〔2018〕12 号",
            "12345678901、2026-11-20、380 亩、惠府函〔2018〕12 号",
        );
        check("", "");
    }
}
