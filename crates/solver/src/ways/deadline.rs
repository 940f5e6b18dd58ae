//! Ways that are done by a day: the same formula, every node asked for by the last day on which it is still of use.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::Date;

use super::family::{Diagram, Family, NONE, Spent, UNIT};
use super::formula::{Formula, Own, choose};
use crate::earliest::Outlook;

/// Nodes by days that may be asked for before the search is given up.
const ASKED: usize = 1 << 14;

/// The minimal sets that clear the goal by a day. What a step counts as is given by its item: itself, or its office;
/// what counts as nothing is free.
///
/// A requirement is done by a day if its step is in the set and begins early enough, and everything it needs is done
/// by that beginning; so sets done by a day are a monotone condition too, one node for each requirement and day.
pub(crate) fn done_by(
    formula: &Formula,
    outlook: &Outlook<'_, '_, '_>,
    day: Date,
    diagram: &mut Diagram,
    counts_as: &dyn Fn(u32) -> Option<u32>,
) -> Result<Family, Spent> {
    let begins = beginnings(formula, outlook, day)?;
    let mut done: Vec<BTreeMap<Date, Family>> = Vec::with_capacity(formula.nodes.len());
    for (node, begins) in formula.nodes.iter().zip(&begins) {
        let mut by = BTreeMap::new();
        for (&day, &begin) in begins {
            by.insert(day, family(node, begin, (formula, &done), diagram, counts_as)?);
        }
        done.push(by);
    }
    Ok(done.last().and_then(|by| by.get(&day)).copied().unwrap_or(NONE))
}

fn family(
    node: &super::formula::Node,
    begin: Option<Date>,
    (formula, done): (&Formula, &[BTreeMap<Date, Family>]),
    diagram: &mut Diagram,
    counts_as: &dyn Fn(u32) -> Option<u32>,
) -> Result<Family, Spent> {
    let Some(begin) = begin else { return Ok(NONE) };
    let mut family = match node.own {
        Own::Met => UNIT,
        Own::Step(item) => counts_as(item).map_or(Ok(UNIT), |item| diagram.single(item))?,
        Own::Never => return Ok(NONE),
    };
    for need in &node.needs {
        let member = |&at: &usize| if formula.nodes[at].requirement.is_none() { UNIT } else { done[at][&begin] };
        let needed = choose(diagram, need.choose, need.members.iter().map(member))?;
        family = diagram.both(family, needed)?;
    }
    Ok(family)
}

/// For each node and each day by which it is asked for, the day by which what it needs must be there; `None` where
/// it cannot be done by then.
fn beginnings(
    formula: &Formula,
    outlook: &Outlook<'_, '_, '_>,
    day: Date,
) -> Result<Vec<BTreeMap<Date, Option<Date>>>, Spent> {
    let mut asked: Vec<BTreeSet<Date>> = vec![BTreeSet::new(); formula.nodes.len()];
    let mut begins: Vec<BTreeMap<Date, Option<Date>>> = vec![BTreeMap::new(); formula.nodes.len()];
    if let Some(goal) = asked.last_mut() {
        goal.insert(day);
    }
    let customs = outlook.customs(formula.nodes.iter().map(|node| node.requirement));
    let mut count = 0;
    for at in (0..formula.nodes.len()).rev() {
        let Some(idx) = formula.nodes[at].requirement else { continue };
        for day in std::mem::take(&mut asked[at]) {
            count += 1;
            if count > ASKED {
                return Err(Spent);
            }
            let begin = if formula.nodes[at].at_once { Some(day) } else { outlook.latest_start(idx, day) };
            let begin = begin.filter(|&begin| customs[at].is_some_and(|there| there <= begin));
            if let Some(begin) = begin {
                for &member in formula.nodes[at].needs.iter().flat_map(|need| &need.members) {
                    asked[member].insert(begin);
                }
            }
            begins[at].insert(day, begin);
        }
    }
    // What is cleared already is there on any day.
    if formula.nodes.len() == 1 {
        begins[0].insert(day, Some(day));
    }
    Ok(begins)
}
