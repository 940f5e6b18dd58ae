//! Projects that may be one and the same: one code, one name, or names that differ in a character or two.
//!
//! Similar names are found without comparing all with all. A name is the set of its pairs of neighbouring characters,
//! the rarest first. Two names that share enough pairs must share one among the first few of each: only names that do
//! are compared (prefix filtering), and none that is similar is missed.

mod names;

use std::collections::{BTreeMap, BTreeSet};

use crate::reading::Reading;
use names::{Name, code_of};

/// Similar: twice the shared pairs over all pairs, in thousandths, at least.
pub(crate) const SIMILAR_PERMILLE: u64 = 800;

/// What projects have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TwinsBy {
    /// The code, but for case, spaces and signs.
    Code,
    /// The name, but for spaces, signs and general words at its end; the county and the owner.
    Name,
    /// Almost the name, and the county or the owner: so many thousandths of it.
    Similar(u64),
}

/// Projects that may be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twins {
    /// Their rows, in order; two or more.
    pub rows: Vec<u32>,
    /// What they have in common.
    pub by: TwinsBy,
}

/// Every group, by first row.
pub fn twins(reading: &Reading<'_>) -> Vec<Twins> {
    let mut found = same_code(reading);
    let names = Name::all(reading);
    found.extend(same_name(&names));
    found.extend(similar(&names));
    found.sort_by(|one, other| (&one.rows, one.by).cmp(&(&other.rows, other.by)));
    found
}

/// Rows by a key; groups of one are no groups.
fn grouped<K: Ord>(keys: impl Iterator<Item = (K, u32)>, by: TwinsBy) -> Vec<Twins> {
    let mut groups: BTreeMap<K, Vec<u32>> = BTreeMap::new();
    keys.for_each(|(key, row)| groups.entry(key).or_default().push(row));
    groups.into_values().filter(|rows| rows.len() > 1).map(|rows| Twins { rows, by }).collect()
}

fn same_code(reading: &Reading<'_>) -> Vec<Twins> {
    let ids = reading.rows().map(|row| (code_of(&reading.portfolio.ids[row as usize]), row));
    let mut found = grouped(ids.filter(|(code, _)| !code.is_empty()), TwinsBy::Code);
    let codes = reading.rows().filter_map(|row| Some((code_of(&reading.text(reading.pack.roles.id, row)?), row)));
    for group in grouped(codes.filter(|(code, _)| !code.is_empty()), TwinsBy::Code) {
        if !found.contains(&group) {
            found.push(group);
        }
    }
    found
}

fn same_name(names: &[Name]) -> Vec<Twins> {
    grouped(names.iter().map(|name| ((&name.plain, &name.county, &name.owner), name.row)), TwinsBy::Name)
}

/// Pairs of names that are similar and not the same, of one county or one owner; of a name that stands there several
/// times the first.
fn similar(names: &[Name]) -> Vec<Twins> {
    let mut counties: BTreeMap<(&str, &str), Vec<&Name>> = BTreeMap::new();
    let mut owners = counties.clone();
    for name in names {
        for (groups, place) in [(&mut counties, &name.county), (&mut owners, &name.owner)] {
            if let Some(place) = place {
                groups.entry((&name.telling, place)).or_default().push(name);
            }
        }
    }
    let mut found: Vec<Twins> = counties.into_values().chain(owners.into_values()).flat_map(joined).collect();
    found.sort_by(|one, other| one.rows.cmp(&other.rows));
    found.dedup();
    found
}

/// The similar among names that could be one project's.
fn joined(mut names: Vec<&Name>) -> Vec<Twins> {
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.plain.as_str()));
    let mut found = Vec::new();
    let mut index: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut met = vec![usize::MAX; names.len()];
    for (at, name) in names.iter().enumerate() {
        for pair in name.prefix() {
            for &other in index.get(pair).into_iter().flatten() {
                // Each pair of names is compared once, however many pairs of characters they share.
                if std::mem::replace(&mut met[other], at) != at {
                    found.extend(names[other].likeness(name));
                }
            }
        }
        name.prefix().iter().for_each(|pair| index.entry(*pair).or_default().push(at));
    }
    found
}

#[cfg(test)]
mod tests;
