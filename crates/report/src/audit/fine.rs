//! What an alert may cost: the range as the law gives it, and in yuan where pack and ledger let it be said.

use kaigong_model::{Cell, Dimension, Lang, parse_quantity};
use kaigong_rules::Fine;
use kaigong_solver::Evaluation;

use crate::phrase::amount;

/// One whole, in atoms of a ratio.
const WHOLE: i128 = 1_000_000;

/// Least and most, fen; none where the base is not recorded or the range is no amount.
pub(crate) fn range(evaluation: &Evaluation<'_>, fine: &Fine, row: u32) -> Option<(i128, i128)> {
    if fine.per.is_some() || fine.times.is_some() {
        return None;
    }
    let Some(of) = fine.of else { return Some((money(&fine.from)?, money(&fine.to)?)) };
    let Cell::Quantity(base) = evaluation.facts().cell(of, row, evaluation.options.as_of) else { return None };
    let (base, from, to) = (i128::from(base), share(&fine.from)?, share(&fine.to)?);
    // The least is rounded up and the most down, so that both can be asked for.
    Some(((base * from + WHOLE - 1).div_euclid(WHOLE), (base * to).div_euclid(WHOLE)))
}

/// The range in words; `of` is the fact it is a share of.
pub(crate) fn words(fine: &Fine, of: Option<&str>, lang: Lang) -> String {
    let none = of.is_none() && fine.times.is_none() && money(&fine.from) == Some(0);
    match lang {
        Lang::Zh => {
            let base = fine.per.as_ref().or(fine.times.as_ref()).map_or("", |words| words.zh.as_str());
            let unit = if fine.times.is_some() { "倍" } else { "" };
            let (from, to) = (format!("{}{unit}", fine.from), format!("{}{unit}", fine.to));
            match of {
                _ if none => format!("可处{base}{to}以下罚款"),
                Some(of) if from == to => format!("可处{of}{from}的罚款"),
                Some(of) => format!("可处{of}{from}至{to}的罚款"),
                None => format!("可处{base}{from}至{to}罚款"),
            }
        }
        Lang::En => {
            let per = fine.per.as_ref().map_or_else(String::new, |words| format!(" per {}", words.en));
            let times = fine.times.as_ref().map_or_else(String::new, |words| format!(" times {}", words.en));
            let of = of.map_or_else(String::new, |of| format!(" of the {of}"));
            let (from, to) = (bound(&fine.from), bound(&fine.to));
            let range = match none {
                true => format!("up to {to}"),
                false if from == to => from,
                false => format!("{from} to {to}"),
            };
            format!("fine {range}{per}{times}{of}")
        }
    }
}

/// An end of a range in English: an amount of money in yuan, anything else as the pack has it.
fn bound(text: &str) -> String {
    match money(text) {
        Some(fen) if !text.ends_with(|c: char| c.is_ascii_digit()) => {
            amount(fen, Dimension::Money.standard_unit(), Lang::En)
        }
        _ => text.to_owned(),
    }
}

fn money(text: &str) -> Option<i128> {
    parse_quantity(text, Dimension::Money, None).ok().map(i128::from)
}

fn share(text: &str) -> Option<i128> {
    parse_quantity(text, Dimension::Ratio, None).ok().map(i128::from)
}

#[cfg(test)]
mod tests {
    use kaigong_model::{FactIdx, Words};

    use super::*;

    fn check([from, to]: [&str; 2], [per, times]: [Option<&str>; 2], of: Option<&str>, zh: &str, en: &str) {
        let named = |name: Option<&str>| name.map(Words::same);
        let [from, to] = [from, to].map(str::to_owned);
        let fine = Fine { of: of.map(|_| FactIdx(0)), from, to, per: named(per), times: named(times) };
        assert_eq!([words(&fine, of, Lang::Zh), words(&fine, of, Lang::En)], [zh, en]);
    }

    #[test]
    fn a_range_is_told_as_the_law_gives_it() {
        check(["20万元", "50万元"], [None; 2], None, "可处20万元至50万元罚款", "fine CNY 200,000 to CNY 500,000");
        check(["0元", "5万元"], [None; 2], None, "可处5万元以下罚款", "fine up to CNY 50,000");
        check(
            ["100元", "1000元"],
            [Some("m2"), None],
            None,
            "可处m2100元至1000元罚款",
            "fine CNY 100 to CNY 1,000 per m2",
        );
        check(["5", "15"], [None, Some("the fee")], None, "可处the fee5倍至15倍罚款", "fine 5 to 15 times the fee");
        check(["1%", "2%"], [None; 2], Some("price"), "可处price1%至2%的罚款", "fine 1% to 2% of the price");
        check(["20%", "20%"], [None; 2], Some("price"), "可处price20%的罚款", "fine 20% of the price");
    }
}
