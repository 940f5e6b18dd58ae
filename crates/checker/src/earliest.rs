//! Earliest start by recursion over what is still to do.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{Calendar, Date, Duration, DurationUnit, Truth};
use kaigong_rules::expression::Condition;
use kaigong_rules::{RequirementIdx, Target};

use crate::clock::{ends, lost, stands};
use crate::interpret::{Interpreter, Step};
use crate::reading::longest;
use crate::walk::{Blocker, Kind};

/// When each requirement of a row could be done.
pub(crate) struct Forecast<'f, 'a> {
    of: &'f Interpreter<'a>,
    row: u32,
    steps: &'f [Step],
    done: Vec<Option<Step>>,
    never: Vec<RequirementIdx>,
    /// The only unmet steps that are done; all, where `None`.
    within: Option<&'f BTreeSet<RequirementIdx>>,
    typical: bool,
    /// What was found, with and without the limit of `within`.
    known: BTreeMap<(RequirementIdx, bool), Option<Date>>,
    /// Whether something unknown was counted as to do.
    pub(crate) provisional: bool,
    /// The first year whose holidays are not published and in which working days were counted.
    pub(crate) unpublished: Option<i16>,
}

/// The earliest start, and the forecast it is of.
pub(crate) fn earliest<'f, 'a>(
    of: &'f Interpreter<'a>,
    row: u32,
    steps: &'f [Step],
    blockers: &[Blocker],
) -> (Option<Date>, Forecast<'f, 'a>) {
    let mut forecast = Forecast::new(of, row, steps, blockers, None);
    let goal = of.pack.goals[of.options.goal].requirement;
    (forecast.finish(goal), forecast)
}

impl<'f, 'a> Forecast<'f, 'a> {
    /// Dates of a row; with `within`, where no other unmet step is ever done.
    pub(crate) fn new(
        of: &'f Interpreter<'a>,
        row: u32,
        steps: &'f [Step],
        blockers: &[Blocker],
        within: Option<&'f BTreeSet<RequirementIdx>>,
    ) -> Self {
        let hopeless = blockers.iter().filter(|b| matches!(b.kind, Kind::Deadlock | Kind::NoWay));
        Self {
            of,
            row,
            steps,
            done: steps.iter().copied().map(Some).collect(),
            never: hopeless.map(|blocker| blocker.requirement).collect(),
            within,
            typical: of.options.typical,
            known: BTreeMap::new(),
            provisional: false,
            unpublished: None,
        }
    }

    /// When a requirement is done; `None` is never.
    pub(crate) fn finish(&mut self, idx: RequirementIdx) -> Option<Date> {
        self.finish_of(idx, self.within.is_some())
    }

    fn finish_of(&mut self, idx: RequirementIdx, bound: bool) -> Option<Date> {
        if let Some(known) = self.known.get(&(idx, bound)) {
            return *known;
        }
        let finish = self.work_out(idx, bound);
        self.known.insert((idx, bound), finish);
        finish
    }

    fn work_out(&mut self, idx: RequirementIdx, bound: bool) -> Option<Date> {
        let as_of = self.of.options.as_of;
        match self.steps[idx.0 as usize].cleared {
            Truth::Yes => return Some(as_of),
            Truth::Unknown => self.provisional = true,
            Truth::No => {}
        }
        let start = self.begins_at(idx, bound)?;
        let own = self.steps[idx.0 as usize].met == Truth::Yes || self.is_within(idx, bound);
        if self.never.contains(&idx) || !own {
            return None;
        }
        let end = self.end(idx, start)?;
        let (body, _) = self.of.body(idx, self.row);
        let limit = if self.typical { body.takes.typical } else { body.takes.statutory };
        if limit.is_some_and(|limit| limit.unit == DurationUnit::Workdays) {
            let year = (start.0 + 1..=end.0).map(Date).find(|&day| !Calendar::official().is_published(day));
            let found = [self.unpublished, year.map(|day| day.ymd().0)];
            self.unpublished = found.into_iter().flatten().min();
        }
        Some(end)
    }

    /// When everything a requirement needs is there.
    pub(crate) fn begins(&mut self, idx: RequirementIdx) -> Option<Date> {
        self.begins_at(idx, self.within.is_some())
    }

    fn begins_at(&mut self, idx: RequirementIdx, bound: bool) -> Option<Date> {
        let as_of = self.of.options.as_of;
        let (body, law) = self.of.body(idx, self.row);
        let mut start = Some(as_of);
        for need in &body.needs {
            if !need.edge.period.contains(as_of) || self.of.target(&need.target, &self.done) == Truth::Yes {
                continue;
            }
            if let Some(when) = &need.edge.when {
                match self.of.truth(&when.tree, self.row, law) {
                    Truth::No => continue,
                    Truth::Unknown => self.provisional = true,
                    Truth::Yes => {}
                }
            }
            // What only practice asks for takes its time, but is no step of a way.
            let bound = bound && self.of.contribution(need, self.row, law, &self.done) != Truth::Yes;
            start = start.zip(self.need(&need.target, bound)).map(|(start, end)| start.max(end));
        }
        start
    }

    /// Whether an unmet step is done at all.
    fn is_within(&self, idx: RequirementIdx, bound: bool) -> bool {
        !bound || self.within.is_none_or(|steps| steps.contains(&idx))
    }

    /// When what a need points at is there: the step, or the k-th of the members that may apply.
    fn need(&mut self, target: &Target, bound: bool) -> Option<Date> {
        let (choose, members) = match target {
            Target::Step(step) => return self.finish_of(*step, bound),
            Target::Group { choose, members } => (*choose as usize, members),
        };
        let mut ends: Vec<Date> = Vec::new();
        for &member in members {
            let counts = match self.steps[member.0 as usize].applies {
                Truth::No => false,
                // One that may apply counts only where it is taken as a step.
                Truth::Unknown => self.is_within(member, bound),
                Truth::Yes => true,
            };
            if counts {
                ends.extend(self.finish_of(member, bound));
            }
        }
        ends.sort_unstable();
        ends.get(choose - 1).copied()
    }

    fn end(&mut self, idx: RequirementIdx, start: Date) -> Option<Date> {
        let (body, _) = self.of.body(idx, self.row);
        let calendar = Calendar::official();
        let limit = if self.typical { body.takes.typical } else { body.takes.statutory };
        let Some(limit) = limit else { return Some(start) };
        let leaves = body.met_when.as_ref().map(|when| when.tree.leaves()).unwrap_or_default();
        let accepted = leaves.into_iter().filter_map(|leaf| match leaf {
            Condition::Issued(document) => self.of.accepted(*document, self.row),
            _ => None,
        });
        let as_of = self.of.options.as_of;
        let latest = accepted.max_by_key(|clock| longest(clock, as_of));
        let Some((accepted, mut stood)) = latest else { return start.plus(limit, calendar) };
        // What is usual includes what usually stands still.
        if self.typical {
            stood.clear();
        }
        let found = match limit.unit {
            DurationUnit::Days => {
                let used = as_of.0 - accepted.0 - lost(&stood, accepted, as_of, false);
                start.plus(Duration { count: (limit.count - used).max(0), ..limit }, calendar)
            }
            DurationUnit::Workdays => {
                let used = calendar.workdays_between(accepted, as_of) - lost(&stood, accepted, as_of, true);
                start.plus(Duration { count: (limit.count - used).max(0), ..limit }, calendar)
            }
            DurationUnit::Months | DurationUnit::Years => ends(&stood, accepted, limit).map(|day| day.max(start)),
        };
        self.provisional |= found.is_some() && stands(&stood, as_of);
        found
    }
}
