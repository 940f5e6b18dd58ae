//! A table of costs held against the rules: names become ids, and nothing in it goes unheard.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{Code, Diagnostic, Portfolio, Words, nearest};
use kaigong_rules::{Pack, Requirement};

use crate::allocate::word_of;

/// Gives every price the id of its requirement and its county the word that screens use.
///
/// # Errors
/// Every name that is that of no requirement or of several, and every step priced twice; else what is to be said of
/// counties that no project is in.
pub(crate) fn settle_prices(pack: &Pack, portfolio: &mut Portfolio) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let mut prices = std::mem::take(&mut portfolio.prices);
    let (mut faults, mut notices) = (Vec::new(), Vec::new());
    let counties =
        if prices.iter().any(|price| price.county.is_some()) { counties(pack, portfolio) } else { BTreeSet::new() };
    let mut known: BTreeMap<(String, Option<String>), usize> = BTreeMap::new();
    for at in 0..prices.len() {
        let price = &mut prices[at];
        match named(pack, &price.requirement) {
            Ok(id) => id.clone_into(&mut price.requirement),
            Err(fault) => {
                faults.push((*fault).at(price.place.clone()));
                continue;
            }
        }
        if let Some(county) = &mut price.county {
            *county = word_of(pack, county);
            if !counties.contains(county) {
                notices.push(no_such_county(&counties, county).at(price.place.clone()));
            }
        }
        let key = (price.requirement.clone(), price.county.clone());
        if let Some(&first) = known.get(&key) {
            faults.push(
                priced_twice(&key.0)
                    .at(prices[at].place.clone())
                    .label(prices[first].place.clone(), Words::new("第一处", "first priced here")),
            );
        }
        known.entry(key).or_insert(at);
    }
    portfolio.prices = prices;
    if faults.is_empty() { Ok(notices) } else { Err(faults) }
}

/// The id of the requirement of a name: its id, or a title or short name that no other one has.
fn named<'p>(pack: &'p Pack, name: &str) -> Result<&'p str, Box<Diagnostic>> {
    if let Some(idx) = pack.find(name) {
        return Ok(&pack[idx].id);
    }
    let called: Vec<&str> =
        pack.requirements.iter().filter(|requirement| is_called(requirement, name)).map(|r| r.id.as_str()).collect();
    match called.as_slice() {
        [id] => Ok(id),
        [] => {
            let words = pack.requirements.iter().flat_map(|requirement| {
                let names = [&requirement.base.title, &requirement.base.short];
                std::iter::once(requirement.id.as_str()).chain(names.into_iter().flat_map(|n| [&*n.zh, &*n.en]))
            });
            let fault = Diagnostic::error(
                Code("KG-L024"),
                format!("规则包里没有前置要件「{name}」"),
                format!("the rules have no requirement `{name}`"),
            );
            Err(Box::new(match nearest(name, words) {
                Some(near) => fault.suggest(Some(near)),
                None => fault.help(
                    "写要件的编号或名称；kaigong rules list 列出全部",
                    "write the id or the title of a requirement; kaigong rules list lists them",
                ),
            }))
        }
        several => Err(Box::new(Diagnostic::error(
            Code("KG-L025"),
            format!("「{name}」是几个要件的名称：{}；请写编号", several.join("、")),
            format!("`{name}` is what several requirements are called: {}; write the id", several.join(", ")),
        ))),
    }
}

fn is_called(requirement: &Requirement, name: &str) -> bool {
    requirement.bodies().any(|body| [&body.title, &body.short].iter().any(|words| words.zh == name || words.en == name))
}

fn priced_twice(id: &str) -> Diagnostic {
    Diagnostic::error(Code("KG-L026"), format!("「{id}」的费用写了两次"), format!("the cost of `{id}` is given twice"))
        .help(
            "留一行；各县区不同的，在 county 列写明县区",
            "keep one row; where counties differ, name them in the county column",
        )
}

fn no_such_county(counties: &BTreeSet<String>, name: &str) -> Diagnostic {
    Diagnostic::warning(
        Code("KG-L027"),
        format!("没有项目在县区「{name}」，这一行用不上"),
        format!("no project is in county `{name}`; the row is of no use"),
    )
    .suggest(nearest(name, counties.iter().map(String::as_str)))
}

/// The counties that projects are or were in.
fn counties(pack: &Pack, portfolio: &Portfolio) -> BTreeSet<String> {
    let Some(fact) = pack.roles.county else { return BTreeSet::new() };
    let Some(column) = portfolio.column(fact) else { return BTreeSet::new() };
    let written = (0..portfolio.len() as u32).map(|row| column.base_cell(row));
    let changed = column.changes.values().flatten().map(|change| change.cell.clone());
    written.chain(changed).filter_map(|cell| pack.schema.text(fact, &cell)).collect()
}
