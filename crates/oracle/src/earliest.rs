//! Earliest start by recursion over what is still to do.

use kaigong_model::{Calendar, Date, Duration, DurationUnit, Truth};
use kaigong_rules::expression::Condition;
use kaigong_rules::{RequirementIdx, Target};

use crate::interpret::{Interpreter, Step};
use crate::walk::{Blocker, Kind};

struct Forecast<'f, 'a> {
    of: &'f Interpreter<'a>,
    row: u32,
    steps: &'f [Step],
    done: Vec<Option<Step>>,
    never: Vec<RequirementIdx>,
    provisional: bool,
}

/// The earliest start, and whether something unknown was counted as to do.
pub(crate) fn earliest(of: &Interpreter<'_>, row: u32, steps: &[Step], blockers: &[Blocker]) -> (Option<Date>, bool) {
    let hopeless = blockers.iter().filter(|b| matches!(b.kind, Kind::Deadlock | Kind::NoWay));
    let mut forecast = Forecast {
        of,
        row,
        steps,
        done: steps.iter().copied().map(Some).collect(),
        never: hopeless.map(|blocker| blocker.requirement).collect(),
        provisional: false,
    };
    let goal = of.pack.goals[of.options.goal].requirement;
    let date = forecast.finish(goal);
    (date, forecast.provisional)
}

impl Forecast<'_, '_> {
    /// When a requirement is done; `None` is never.
    fn finish(&mut self, idx: RequirementIdx) -> Option<Date> {
        let as_of = self.of.options.as_of;
        match self.steps[idx.0 as usize].cleared {
            Truth::Yes => return Some(as_of),
            Truth::Unknown => self.provisional = true,
            Truth::No => {}
        }
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
            let end = match &need.target {
                Target::Step(step) => self.finish(*step),
                Target::Group { choose, members } => {
                    let open: Vec<RequirementIdx> = members
                        .iter()
                        .copied()
                        .filter(|member| self.steps[member.0 as usize].applies != Truth::No)
                        .collect();
                    let mut ends: Vec<Date> = Vec::new();
                    for member in open {
                        ends.extend(self.finish(member));
                    }
                    ends.sort_unstable();
                    ends.get(*choose as usize - 1).copied()
                }
            };
            start = match (start, end) {
                (Some(start), Some(end)) => Some(start.max(end)),
                _ => None,
            };
        }
        if self.never.contains(&idx) {
            return None;
        }
        self.end(idx, start?)
    }

    fn end(&self, idx: RequirementIdx, start: Date) -> Option<Date> {
        let (body, _) = self.of.body(idx, self.row);
        let calendar = Calendar::official();
        let Some(limit) = body.takes.statutory else { return Some(start) };
        let leaves = body.met_when.as_ref().map(|when| when.tree.leaves()).unwrap_or_default();
        let accepted = leaves.into_iter().filter_map(|leaf| match leaf {
            Condition::Issued(document) => self.of.accepted(*document, self.row),
            _ => None,
        });
        let as_of = self.of.options.as_of;
        let Some(accepted) = accepted.max() else { return start.plus(limit, calendar) };
        match limit.unit {
            DurationUnit::Days => {
                let left = (limit.count - (as_of.0 - accepted.0)).max(0);
                start.plus(Duration { count: left, ..limit }, calendar)
            }
            DurationUnit::Workdays => {
                let left = (limit.count - calendar.workdays_between(accepted, as_of)).max(0);
                start.plus(Duration { count: left, ..limit }, calendar)
            }
            DurationUnit::Months | DurationUnit::Years => accepted.plus(limit, calendar).map(|day| day.max(start)),
        }
    }
}
