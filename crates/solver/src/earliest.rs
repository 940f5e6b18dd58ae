//! Earliest start of one project: durations along the needs that are still to do.

use kaigong_model::{Calendar, Date, Duration, DurationUnit, Truth};
use kaigong_rules::{Body, RequirementIdx, Target};

use crate::evaluate::View;
use crate::program::NeedNodes;
use crate::terms::Test;
use crate::walk::{Blocker, BlockerKind};

/// Which durations count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durations {
    /// The law's limits.
    #[default]
    Statutory,
    /// What it usually takes.
    Typical,
}

impl Durations {
    /// How long a step takes, where that is given.
    pub(crate) fn of(self, body: &Body) -> Option<Duration> {
        match self {
            Self::Statutory => body.takes.statutory,
            Self::Typical => body.takes.typical,
        }
    }
}

/// When a project could start at the earliest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EarliestStart {
    /// The day; `None` where it never can, or has started.
    pub date: Option<Date>,
    /// Whether unknown facts were counted as still to do.
    pub provisional: bool,
    /// The steps that drive the date, first to last.
    pub chain: Vec<RequirementIdx>,
    /// Steps still to do whose duration is not given; each counts as no days.
    pub without_duration: Vec<RequirementIdx>,
}

/// When a step ends; `None` is never.
type Finish = Option<Date>;

struct Forecast<'v, 'e, 'a> {
    view: &'v View<'e, 'a>,
    lane: usize,
    durations: Durations,
    /// A step that ends so many days later than it could.
    delay: Option<(RequirementIdx, i32)>,
    /// Requirements taken as met.
    met: &'v [RequirementIdx],
    never: Vec<RequirementIdx>,
    reached: Vec<bool>,
    finish: Vec<Finish>,
    driver: Vec<Option<RequirementIdx>>,
    result: EarliestStart,
}

/// The earliest start of a row that has not started.
///
/// # Complexity
/// Linear in the requirements and needs that are still to do.
pub(crate) fn earliest(view: &View<'_, '_>, lane: usize, blockers: &[Blocker], durations: Durations) -> EarliestStart {
    earliest_with(view, lane, blockers, durations, &[])
}

/// The same, with some requirements taken as met.
pub(crate) fn earliest_with(
    view: &View<'_, '_>,
    lane: usize,
    blockers: &[Blocker],
    durations: Durations,
    met: &[RequirementIdx],
) -> EarliestStart {
    forecast(view, lane, blockers, durations, None, met).result
}

/// Days that a delay of one step is followed; one without effect for so long has none.
const FOLLOWED: i32 = 36_525;

/// How many days later each step still to do may end without moving the earliest start, in the order in which they
/// can be met; `None` where no delay of it does, since another alternative takes its place.
///
/// Empty where the project never can start, or could today. Each step is delayed by itself.
///
/// # Complexity
/// Steps still to do × 16 forecasts.
pub(crate) fn slack(
    view: &View<'_, '_>,
    lane: usize,
    blockers: &[Blocker],
    durations: Durations,
) -> Vec<(RequirementIdx, Option<i32>)> {
    let base = forecast(view, lane, blockers, durations, None, &[]);
    let Some(start) = base.result.date.filter(|&start| start > view.as_of(lane)) else { return Vec::new() };
    let moves =
        |idx, days| forecast(view, lane, blockers, durations, Some((idx, days)), &[]).result.date != Some(start);
    let acts = |&idx: &RequirementIdx| {
        let at = idx.0 as usize;
        let own = view.segment(idx, lane).1.met_when.is_some();
        base.reached[at] && own && base.finish[at].is_some() && view.met(idx, lane) != Truth::Yes
    };
    let steps = view.pack.order.iter().copied().filter(acts);
    steps
        .map(|idx| {
            if moves(idx, 1) {
                return (idx, Some(0));
            }
            if !moves(idx, FOLLOWED) {
                return (idx, None);
            }
            // It moves the start at `late` and not at `slack`.
            let (mut slack, mut late) = (1, FOLLOWED);
            while late - slack > 1 {
                let middle = slack + (late - slack) / 2;
                if moves(idx, middle) { late = middle } else { slack = middle }
            }
            (idx, Some(slack))
        })
        .collect()
}

fn forecast<'v, 'e, 'a>(
    view: &'v View<'e, 'a>,
    lane: usize,
    blockers: &[Blocker],
    durations: Durations,
    delay: Option<(RequirementIdx, i32)>,
    met: &'v [RequirementIdx],
) -> Forecast<'v, 'e, 'a> {
    let as_of = view.as_of(lane);
    let goal = view.program.goal;
    let count = view.program.requirements.len();
    let hopeless = |blocker: &&Blocker| {
        matches!(blocker.kind, BlockerKind::Deadlock | BlockerKind::NoWay) && !met.contains(&blocker.requirement)
    };
    let mut forecast = Forecast {
        view,
        lane,
        durations,
        delay,
        met,
        never: blockers.iter().filter(hopeless).map(|blocker| blocker.requirement).collect(),
        reached: vec![false; count],
        finish: vec![Some(as_of); count],
        driver: vec![None; count],
        result: EarliestStart::default(),
    };
    forecast.reach(goal);
    for &idx in &view.pack.order {
        if forecast.reached[idx.0 as usize] {
            forecast.finish_of(idx);
        }
    }
    forecast.result.date = forecast.finish[goal.0 as usize];
    if forecast.result.date.is_some() {
        let mut at = forecast.reached[goal.0 as usize].then_some(goal);
        while let Some(idx) = at {
            forecast.result.chain.push(idx);
            at = forecast.driver[idx.0 as usize];
        }
        forecast.result.chain.reverse();
    }
    forecast
}

impl Forecast<'_, '_, '_> {
    /// Marks everything that is still to do, from the goal down.
    fn reach(&mut self, goal: RequirementIdx) {
        self.reached[goal.0 as usize] = self.view.cleared(goal, self.lane) != Truth::Yes;
        for &idx in self.view.pack.order.iter().rev() {
            if !self.reached[idx.0 as usize] {
                continue;
            }
            self.result.provisional |= self.view.cleared(idx, self.lane) == Truth::Unknown;
            let (segment, body) = self.view.segment(idx, self.lane);
            for need in &segment.each {
                if !self.counts(need) {
                    continue;
                }
                self.result.provisional |=
                    need.when.is_some_and(|when| self.view.truth(when, self.lane) == Truth::Unknown);
                let group = matches!(body.needs[need.need].target, Target::Group { .. });
                for &step in body.needs[need.need].target.requirements() {
                    let out = group && self.view.applies(step, self.lane) == Truth::No;
                    if !out && self.view.cleared(step, self.lane) != Truth::Yes {
                        self.reached[step.0 as usize] = true;
                    }
                }
            }
        }
    }

    /// Whether a need takes time: in its period, its condition not no, and not settled already.
    fn counts(&self, need: &NeedNodes) -> bool {
        let excused = need.when.is_some_and(|when| self.view.truth(when, self.lane) == Truth::No);
        need.in_period && !excused && self.view.truth(need.target, self.lane) != Truth::Yes
    }

    fn finish_of(&mut self, idx: RequirementIdx) {
        let (view, lane) = (self.view, self.lane);
        let (segment, body) = view.segment(idx, lane);
        let mut start: Finish = Some(view.as_of(lane));
        let mut driver = None;
        for need in &segment.each {
            if !self.counts(need) {
                continue;
            }
            let (finish, by) = match &body.needs[need.need].target {
                Target::Step(step) => (self.finish[step.0 as usize], *step),
                Target::Group { choose, members } => self.choice(*choose, members, idx),
            };
            match (start, finish) {
                (Some(latest), Some(day)) if day > latest => (start, driver) = (finish, Some(by)),
                (_, None) => start = None,
                (Some(_), Some(_)) | (None, _) => {}
            }
            if driver.is_none() && self.reached[by.0 as usize] && by != idx {
                driver = Some(by);
            }
        }
        let delay = self.delay.filter(|(late, _)| *late == idx).map_or(0, |(_, days)| days);
        let end = start.and_then(|start| self.end(idx, start)).map(|end| Date(end.0.saturating_add(delay)));
        let possible = !self.never.contains(&idx);
        self.finish[idx.0 as usize] = end.filter(|_| possible);
        self.driver[idx.0 as usize] = driver;
    }

    /// The k-th smallest finish among the members that may apply.
    fn choice(&self, choose: u32, members: &[RequirementIdx], holder: RequirementIdx) -> (Finish, RequirementIdx) {
        let open = members.iter().filter(|&&member| self.view.applies(member, self.lane) != Truth::No);
        let mut finishes: Vec<(Date, RequirementIdx)> =
            open.filter_map(|&member| self.finish[member.0 as usize].map(|day| (day, member))).collect();
        finishes.sort_unstable();
        match finishes.get(choose as usize - 1) {
            Some(&(day, member)) => (Some(day), member),
            None => (None, holder),
        }
    }

    fn end(&mut self, idx: RequirementIdx, start: Date) -> Finish {
        if self.met.contains(&idx) {
            return Some(start);
        }
        let (_, body) = self.view.segment(idx, self.lane);
        let Some(duration) = self.durations.of(body) else {
            if body.met_when.is_some() {
                self.result.without_duration.push(idx);
            }
            return Some(start);
        };
        let calendar = Calendar::official();
        let Some(accepted) = self.accepted(idx) else { return start.plus(duration, calendar) };
        let as_of = self.view.as_of(self.lane);
        let used = match duration.unit {
            DurationUnit::Days => as_of.0 - accepted.0,
            DurationUnit::Workdays => calendar.workdays_between(accepted, as_of),
            DurationUnit::Months | DurationUnit::Years => {
                return accepted.plus(duration, calendar).map(|day| day.max(start));
            }
        };
        start.plus(Duration { count: (duration.count - used).max(0), ..duration }, calendar)
    }

    /// The latest acceptance of a document the step waits for.
    fn accepted(&self, idx: RequirementIdx) -> Option<Date> {
        let (segment, _) = self.view.segment(idx, self.lane);
        let (row, as_of) = (self.view.row(self.lane), self.view.as_of(self.lane));
        let mut latest: Option<Date> = None;
        segment.met_tree.tests(&mut |test| {
            if let Test::Issued(fact) = test {
                let found = self.view.facts.with_issues(*fact, row, as_of, |seen, issues| seen.accepted(issues.iter()));
                latest = latest.max(found.flatten());
            }
        });
        latest
    }
}
