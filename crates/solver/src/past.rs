//! Any rows on every day of a stretch of time: the days on which something changes, and words packed from them.
//!
//! ```text
//! rows x [from, to] --event days--> intervals (row, first day, day after) --64 a word--> look at each
//! ```
//! Between two event days nothing that a row rests on changes: no document, no expiry, no change, no grant, no law, and
//! no condition that reads the as-of date itself. So what holds on an interval's first day holds on all its days.

mod moving;

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{Cell, Date, NO_ROW, Truth, Values};
use kaigong_rules::RequirementIdx;
use rayon::prelude::*;

use crate::evaluate::{Evaluation, Verdict};
use crate::facts::Facts;
use crate::program::Program;
use crate::since::linked::settled;
use crate::since::{alone, fact_days};
use crate::terms::Test;
use crate::upstream::rows_with_links;
use crate::view::View;
use crate::walk::{Walk, held_by};

/// A stretch of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Stretch {
    /// How many days.
    pub fn days(self) -> i64 {
        i64::from(self.to.0) - i64::from(self.from.0) + 1
    }
}

/// A row over some days on which nothing of it changes.
pub(crate) struct Still<'s, 'e, 'a> {
    pub(crate) view: &'s View<'e, 'a>,
    /// From the goal asked.
    pub(crate) walk: &'s Walk,
    pub(crate) lane: usize,
    /// Its days.
    pub(crate) stretch: Stretch,
    /// The projects it is linked with, on the first of these days; none where it waits for nobody.
    pub(crate) group: Option<&'s Group<'e, 'a>>,
}

impl Still<'_, '_, '_> {
    /// The verdict by law alone.
    pub(crate) fn readiness(&self) -> Verdict {
        Verdict::of(self.view.cleared(self.view.program.goal, self.lane))
    }

    /// The linked projects that hold up a requirement.
    pub(crate) fn held_by(&self, idx: RequirementIdx) -> Vec<u32> {
        let Some(group) = self.group else { return Vec::new() };
        let held = held_by(self.view, idx, self.lane, |requirement, other| group.cleared(requirement, other));
        let mut rows: Vec<u32> = held.into_iter().map(|(other, _)| other).collect();
        rows.dedup();
        rows
    }

    /// The verdict.
    pub(crate) fn verdict(&self) -> Verdict {
        let started = self.view.truth(self.view.program.started, self.lane) == Truth::Yes;
        if started { Verdict::Started } else { self.readiness() }
    }
}

/// Linked projects on one day, settled.
pub(crate) struct Group<'e, 'a> {
    members: Vec<u32>,
    views: Vec<View<'e, 'a>>,
    walks: Vec<Walk>,
}

impl<'e, 'a> Group<'e, 'a> {
    /// Whether a requirement of a member stands in nobody's way.
    pub(crate) fn cleared(&self, idx: RequirementIdx, row: u32) -> Truth {
        self.member(row).map_or(Truth::Unknown, |(view, _, lane)| view.cleared(idx, lane))
    }

    /// A member's view, its walk from the goal asked, and its lane.
    pub(crate) fn member(&self, row: u32) -> Option<(&View<'e, 'a>, &Walk, usize)> {
        let at = self.members.binary_search(&row).ok()?;
        Some((&self.views[at / 64], &self.walks[at / 64], at % 64))
    }
}

/// An evaluation's rows over a stretch of time.
pub(crate) struct Past<'e, 'a> {
    evaluation: &'e Evaluation<'a>,
    period: Stretch,
    /// The law's states within the period, in order.
    laws: Vec<Law>,
    /// Rows that wait for others under any of these laws.
    linked: BTreeSet<u32>,
}

/// A state of the law.
struct Law {
    /// Its first day within the period.
    from: Date,
    program: Program,
    /// Its conditions that may change from one day to the next though no fact does.
    moving: Vec<Test>,
}

/// Rows looked at together: their lanes fill words of 64, and their results stay in cache.
const BATCH: usize = 512;

impl<'e, 'a> Past<'e, 'a> {
    /// Compiles the law of every state within the period.
    pub(crate) fn new(evaluation: &'e Evaluation<'a>, period: Stretch) -> Self {
        let changes = evaluation.law_days().filter(|day| period.from < *day && *day <= period.to);
        let starts: Vec<Date> = std::iter::once(period.from).chain(changes).collect();
        let law = |from: Date| {
            let program = evaluation.program_on(from);
            let moving = moving::tests(&program);
            Law { from, program, moving }
        };
        let laws: Vec<Law> = starts.into_par_iter().map(law).collect();
        let linked = laws.iter().flat_map(|law| rows_with_links(&law.program, &evaluation.facts)).collect();
        Self { evaluation, period, laws, linked }
    }

    fn law_at(&self, day: Date) -> usize {
        self.laws.partition_point(|law| law.from <= day).saturating_sub(1)
    }

    /// Looks at each row on each of its intervals, in order of row and day within a result; results in order of row.
    ///
    /// # Complexity
    /// Rows × event days / 64 runs of the program; linked projects are run together on all their days.
    pub(crate) fn look<T: Send>(
        &self,
        rows: &[u32],
        start: impl Fn(&[u32]) -> T + Sync,
        see: impl Fn(&mut T, &Still<'_, '_, 'a>) + Sync,
    ) -> Vec<T> {
        let alone: Vec<u32> = rows.iter().copied().filter(|row| !self.linked.contains(row)).collect();
        let groups = self.groups(rows.iter().copied().filter(|row| self.linked.contains(row)));
        let mut found: Vec<T> = alone.par_chunks(BATCH).map(|rows| self.look_alone(rows, start(rows), &see)).collect();
        let linked = groups.par_iter().map(|(members, asked)| self.look_linked(members, asked, start(asked), &see));
        found.par_extend(linked);
        found
    }

    fn look_alone<T>(&self, rows: &[u32], mut out: T, see: &impl Fn(&mut T, &Still<'_, '_, 'a>)) -> T {
        let mut lanes: Vec<Vec<(u32, Stretch)>> = vec![Vec::new(); self.laws.len()];
        for &row in rows {
            for stretch in self.intervals(&[row]) {
                lanes[self.law_at(stretch.from)].push((row, stretch));
            }
        }
        for (law, lanes) in self.laws.iter().zip(&lanes) {
            for chunk in lanes.chunks(64) {
                let days = chunk.iter().map(|&(row, stretch)| (row, stretch.from)).collect();
                let view = alone(self.evaluation, &law.program, days);
                let walk = Walk::from_goal(&view);
                for (lane, &(_, stretch)) in chunk.iter().enumerate() {
                    see(&mut out, &Still { view: &view, walk: &walk, lane, stretch, group: None });
                }
            }
        }
        out
    }

    fn look_linked<T>(
        &self,
        members: &[u32],
        asked: &[u32],
        mut out: T,
        see: &impl Fn(&mut T, &Still<'_, '_, 'a>),
    ) -> T {
        for stretch in self.intervals(members) {
            let program = &self.laws[self.law_at(stretch.from)].program;
            let views = settled(self.evaluation, program, members, stretch.from);
            let walks = views.iter().map(Walk::from_goal).collect();
            let group = Group { members: members.to_vec(), views, walks };
            for &row in asked {
                if let Some((view, walk, lane)) = group.member(row) {
                    see(&mut out, &Still { view, walk, lane, stretch, group: Some(&group) });
                }
            }
        }
        out
    }

    /// The period cut at every day on which something of one of the rows changes.
    fn intervals(&self, rows: &[u32]) -> Vec<Stretch> {
        let mut days: BTreeSet<Date> = self.laws.iter().map(|law| law.from).collect();
        for &row in rows {
            fact_days(&self.evaluation.facts, row, self.period.to, &mut days);
        }
        days.retain(|day| *day >= self.period.from);
        let settled: Vec<Date> = days.iter().copied().collect();
        for (at, &day) in settled.iter().enumerate() {
            let until = settled.get(at + 1).copied().unwrap_or(Date(self.period.to.0 + 1));
            if until.0 - day.0 > 1 {
                let law = &self.laws[self.law_at(day)];
                for &row in rows {
                    moving::days(&self.evaluation.facts, &law.moving, row, day..until, &mut days);
                }
            }
        }
        let days: Vec<Date> = days.into_iter().collect();
        let last = |at: usize| days.get(at + 1).map_or(self.period.to, |next| Date(next.0 - 1));
        days.iter().enumerate().map(|(at, &from)| Stretch { from, to: last(at) }).collect()
    }

    /// Groups of linked projects that hold a row asked about: all members, and those asked, both in order.
    fn groups(&self, asked: impl Iterator<Item = u32>) -> Vec<(Vec<u32>, Vec<u32>)> {
        let asked: BTreeSet<u32> = asked.collect();
        if asked.is_empty() {
            return Vec::new();
        }
        // A union-find over rows; the least row of a group leads it.
        let mut leader: BTreeMap<u32, u32> = BTreeMap::new();
        for &row in &self.linked {
            for other in self.links(row) {
                let (a, b) = (lead(&mut leader, row), lead(&mut leader, other));
                leader.insert(a.max(b), a.min(b));
            }
        }
        let mut groups: BTreeMap<u32, (Vec<u32>, Vec<u32>)> = BTreeMap::new();
        let rows: BTreeSet<u32> = leader.keys().copied().chain(asked.iter().copied()).collect();
        for row in rows {
            let group = groups.entry(lead(&mut leader, row)).or_default();
            group.0.push(row);
            if asked.contains(&row) {
                group.1.push(row);
            }
        }
        groups.into_values().filter(|(_, asked)| !asked.is_empty()).collect()
    }

    /// The projects a row is linked to, on any day.
    fn links(&self, row: u32) -> BTreeSet<u32> {
        let facts: BTreeSet<_> =
            self.laws.iter().flat_map(|law| law.program.slots.iter().map(|slot| slot.links)).collect();
        facts.into_iter().flat_map(|fact| ever_linked(&self.evaluation.facts, fact, row)).collect()
    }
}

fn lead(leader: &mut BTreeMap<u32, u32>, row: u32) -> u32 {
    let above = *leader.entry(row).or_insert(row);
    if above == row {
        return row;
    }
    let top = lead(leader, above);
    leader.insert(row, top);
    top
}

/// The rows a cell links to, as written or by any of its changes.
pub(crate) fn ever_linked(facts: &Facts<'_>, links: kaigong_model::FactIdx, row: u32) -> Vec<u32> {
    let Some(column) = facts.portfolio.column(links) else { return Vec::new() };
    let mut found = match &column.values {
        Values::Projects { rows, .. } => rows.get(&row).cloned().unwrap_or_default(),
        _ => Vec::new(),
    };
    for change in column.changes.get(&row).into_iter().flatten() {
        if let Cell::Projects(ids) = &change.cell {
            found.extend(ids.iter().filter_map(|id| facts.portfolio.row(id)));
        }
    }
    found.retain(|&other| other != NO_ROW);
    found
}
