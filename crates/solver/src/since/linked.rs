//! Since when, for projects that wait for other projects: whole groups of linked projects, day by day backwards.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_bits::Word3;
use kaigong_model::{Date, NO_ROW, Truth};
use kaigong_rules::RequirementIdx;

use super::{closure, completed, picked};
use crate::evaluate::Evaluation;
use crate::program::Program;
use crate::upstream::linked_rows;
use crate::view::View;
use crate::walk::Walk;

/// Projects that are linked to one another, directly or not.
pub(super) struct Group {
    /// Every row of the group, in order.
    members: Vec<u32>,
    /// Those that are asked about: index in the list of rows.
    asked: Vec<usize>,
}

/// Groups of linked rows that hold a row that is asked about.
pub(super) fn groups(
    evaluation: &Evaluation<'_>,
    linked: &BTreeSet<u32>,
    rows: &[(u32, Vec<RequirementIdx>)],
) -> Vec<Group> {
    let mut leader: BTreeMap<u32, u32> = BTreeMap::new();
    for (row, _) in rows.iter().filter(|(row, _)| linked.contains(row)) {
        let reached = closure(evaluation, linked, *row);
        let known: BTreeSet<u32> = reached.iter().filter_map(|row| leader.get(row).copied()).collect();
        let lead = known.first().copied().unwrap_or(*row);
        leader.extend(reached.into_iter().map(|row| (row, lead)));
        for other in known.into_iter().filter(|other| *other != lead) {
            leader.values_mut().filter(|known| **known == other).for_each(|known| *known = lead);
        }
    }
    let mut groups: BTreeMap<u32, Group> = BTreeMap::new();
    for (&row, &lead) in &leader {
        groups.entry(lead).or_insert_with(|| Group { members: Vec::new(), asked: Vec::new() }).members.push(row);
    }
    for (at, (row, _)) in rows.iter().enumerate() {
        if let Some(group) = leader.get(row).filter(|_| linked.contains(row)).and_then(|lead| groups.get_mut(lead)) {
            group.asked.push(at);
        }
    }
    groups.into_values().collect()
}

/// A blocker's last run, followed backwards.
#[derive(Clone, Copy)]
enum Run {
    /// Unbroken back to this event day, if any has been seen.
    Unbroken(Option<Date>),
    /// It began here.
    Began(Option<Date>),
}

/// Since when each blocker of each asked row blocks.
pub(super) fn since(
    evaluation: &Evaluation<'_>,
    group: &Group,
    rows: &[(u32, Vec<RequirementIdx>)],
    days: &[Vec<Date>],
    law: &[Date],
) -> Vec<(usize, Vec<Option<Date>>)> {
    let mut runs: Vec<Vec<Run>> = group.asked.iter().map(|&at| vec![Run::Unbroken(None); rows[at].1.len()]).collect();
    let all: BTreeSet<Date> = group.asked.iter().flat_map(|&at| days[at].iter().copied()).collect();
    let mut program: Option<(usize, Program)> = None;
    for &day in all.iter().rev() {
        let wanted = |(place, at): (usize, &usize)| {
            let open = runs[place].iter().any(|run| matches!(run, Run::Unbroken(_)));
            (open && days[*at].binary_search(&day).is_ok()).then_some((place, *at))
        };
        let today: Vec<(usize, usize)> = group.asked.iter().enumerate().filter_map(wanted).collect();
        if today.is_empty() {
            continue;
        }
        let stretch = law.partition_point(|begin| *begin <= day);
        if program.as_ref().is_none_or(|(known, _)| *known != stretch) {
            program = Some((stretch, evaluation.program_on(day)));
        }
        let Some((_, program)) = &program else { continue };
        let blocks = blocks_on(evaluation, program, &group.members, day);
        for (place, at) in today {
            let (row, blockers) = &rows[at];
            for (run, idx) in runs[place].iter_mut().zip(blockers) {
                if let Run::Unbroken(back_to) = *run {
                    *run = if blocks.contains(&(*row, *idx)) { Run::Unbroken(Some(day)) } else { Run::Began(back_to) };
                }
            }
        }
    }
    let date = |run: &Run| match run {
        Run::Began(day) => *day,
        Run::Unbroken(_) => None,
    };
    group.asked.iter().zip(&runs).map(|(&at, runs)| (at, runs.iter().map(date).collect())).collect()
}

/// The blockers of every member on a past day.
fn blocks_on(
    evaluation: &Evaluation<'_>,
    program: &Program,
    members: &[u32],
    day: Date,
) -> BTreeSet<(u32, RequirementIdx)> {
    let mut found = BTreeSet::new();
    for (view, chunk) in settled(evaluation, program, members, day).iter().zip(members.chunks(64)) {
        let walk = Walk::from_goal(view);
        for (idx, _) in evaluation.pack.iter() {
            found.extend(kaigong_bits::lanes(walk.blocks(idx, 0)).map(|lane| (chunk[lane], idx)));
        }
    }
    found
}

/// Linked rows on a day, 64 a view, at the least fixpoint over their links.
pub(crate) fn settled<'e, 'a>(
    evaluation: &'e Evaluation<'a>,
    program: &'e Program,
    members: &[u32],
    day: Date,
) -> Vec<View<'e, 'a>> {
    let facts = &evaluation.facts;
    let place: BTreeMap<u32, usize> = members.iter().enumerate().map(|(at, &row)| (row, at)).collect();
    let links: Vec<Vec<Vec<u32>>> = members
        .iter()
        .map(|&row| program.slots.iter().map(|slot| linked_rows(facts, slot.links, row, day)).collect())
        .collect();
    let lanes: Vec<(u32, Date)> = members.iter().map(|&row| (row, day)).collect();
    let mut slots = completed(facts, program, &lanes);
    loop {
        let words = lanes.chunks(64).enumerate().map(|(word, chunk)| {
            let completed: Vec<Word3> = slots.iter().map(|planes| planes.words[word]).collect();
            picked(evaluation, program, chunk.to_vec(), completed)
        });
        let views: Vec<View<'e, 'a>> = words.collect();
        let cleared = |at: usize, slot: usize| views[at / 64].cleared(program.slots[slot].requirement, at % 64);
        // Each round carries completion one link further, and never takes it back.
        let mut changed = false;
        for (at, links) in links.iter().enumerate() {
            for (slot, linked) in links.iter().enumerate().filter(|(_, linked)| !linked.is_empty()) {
                let truth = linked.iter().fold(Truth::Yes, |truth, other| {
                    let other = if *other == NO_ROW { None } else { place.get(other) };
                    truth.and(other.map_or(Truth::Unknown, |&other| cleared(other, slot)))
                });
                let value = match truth {
                    Truth::Yes => Some(true),
                    Truth::No => Some(false),
                    Truth::Unknown => None,
                };
                if slots[slot].get(at) != value {
                    slots[slot].set(at, value);
                    changed = true;
                }
            }
        }
        if !changed {
            return views;
        }
    }
}
