//! Earliest start of one project: durations along the needs that are still to do.

use kaigong_model::{Calendar, Date, Duration, DurationUnit, Halts, Truth};
use kaigong_rules::{Body, RequirementIdx, Target};

use crate::program::NeedNodes;
use crate::terms::Test;
use crate::view::View;
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
    /// The first year whose holidays are not published and in which working days were counted: the day may yet move.
    pub unpublished: Option<i16>,
    /// The steps that drive the date, first to last.
    pub chain: Vec<RequirementIdx>,
    /// When each of them is done.
    pub done: Vec<Date>,
    /// Steps still to do whose duration is not given; each counts as no days.
    pub without_duration: Vec<RequirementIdx>,
}

impl EarliestStart {
    /// Whether the day may yet move: unknown facts were counted as still to do, or holidays are not published.
    pub fn is_provisional(&self) -> bool {
        self.date.is_some() && (self.provisional || self.unpublished.is_some())
    }
}

/// When a step ends; `None` is never.
type Finish = Option<Date>;

/// What a forecast supposes.
#[derive(Clone, Copy, Default)]
struct Suppose<'s> {
    /// Requirements taken as met.
    met: &'s [RequirementIdx],
    /// Only some steps are ever done.
    within: Option<Within<'s>>,
}

/// The only unmet steps that are done, and when everything could be done were all of them: what only practice asks
/// for takes its time, but is no step of a way.
#[derive(Clone, Copy)]
struct Within<'s> {
    steps: &'s [RequirementIdx],
    all: &'s [Finish],
}

struct Forecast<'v, 'e, 'a> {
    view: &'v View<'e, 'a>,
    lane: usize,
    durations: Durations,
    suppose: Suppose<'v>,
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
    forecast(view, lane, blockers, durations, Suppose { met, ..Suppose::default() }).result
}

/// Dates of sets of steps, in each of which no other unmet step is ever done.
pub(crate) struct Outlook<'v, 'e, 'a> {
    view: &'v View<'e, 'a>,
    lane: usize,
    blockers: &'v [Blocker],
    durations: Durations,
    all: Vec<Finish>,
}

impl<'v, 'e, 'a> Outlook<'v, 'e, 'a> {
    pub(crate) fn new(view: &'v View<'e, 'a>, lane: usize, blockers: &'v [Blocker], durations: Durations) -> Self {
        let all = forecast(view, lane, blockers, durations, Suppose::default()).finish;
        Self { view, lane, blockers, durations, all }
    }

    /// When the goal is cleared at the earliest, by whatever steps.
    pub(crate) fn earliest(&self) -> Option<Date> {
        self.all[self.view.program.goal.0 as usize]
    }

    /// When the goal is cleared by these steps; `None` where they do not clear it.
    pub(crate) fn date(&self, steps: &[RequirementIdx]) -> Option<Date> {
        self.start(steps).date
    }

    /// The same, with all that is told of a day.
    pub(crate) fn start(&self, steps: &[RequirementIdx]) -> EarliestStart {
        let within = Some(Within { steps, all: &self.all });
        let suppose = Suppose { within, ..Suppose::default() };
        forecast(self.view, self.lane, self.blockers, self.durations, suppose).result
    }

    /// The day on which what only practice asks of each requirement is there, in the order given.
    pub(crate) fn customs(&self, of: impl Iterator<Item = Option<RequirementIdx>>) -> Vec<Finish> {
        let suppose = Suppose { within: Some(Within { steps: &[], all: &self.all }), ..Suppose::default() };
        let mut custom = start_of(self.view, self.lane, self.blockers, self.durations, suppose);
        of.map(|idx| idx.and_then(|idx| custom.customs(idx))).collect()
    }

    /// The last day on which a step may begin so as to end by a day; `None` where it cannot.
    pub(crate) fn latest_start(&self, idx: RequirementIdx, end: Date) -> Finish {
        let clock = Clock { view: self.view, lane: self.lane, durations: self.durations };
        let ends = |start: Date| clock.end(idx, start).is_some_and(|day| day <= end);
        let mut early = self.view.as_of(self.lane);
        if !ends(early) {
            return None;
        }
        // It may begin on `early`, and not on the day after `late`.
        let mut late = end;
        while early < late {
            let middle = Date(late.0 - (late.0 - early.0) / 2);
            if ends(middle) { early = middle } else { late = Date(middle.0 - 1) }
        }
        Some(early)
    }
}

/// Days that a delay of one step is followed; one without effect for so long has none.
const FOLLOWED: i32 = 36_525;

/// How many days later each step still to do may end without moving the earliest start, in the order in which they
/// can be met; `None` where no delay of it does, since another alternative takes its place.
///
/// Empty where the project never can start, or could today. Each step is delayed by itself.
///
/// # Complexity
/// Steps still to do × 16 forecasts of what rests on them.
pub(crate) fn slack(
    view: &View<'_, '_>,
    lane: usize,
    blockers: &[Blocker],
    durations: Durations,
) -> Vec<(RequirementIdx, Option<i32>)> {
    let base = forecast(view, lane, blockers, durations, Suppose::default());
    let Some(start) = base.result.date.filter(|&start| start > view.as_of(lane)) else { return Vec::new() };
    let acts = |&idx: &RequirementIdx| {
        let at = idx.0 as usize;
        let own = view.segment(idx, lane).1.met_when.is_some();
        base.reached[at] && own && base.finish[at].is_some() && view.met(idx, lane) != Truth::Yes
    };
    let steps: Vec<RequirementIdx> = view.pack.order.iter().copied().filter(acts).collect();
    let mut delays = Delays::of(base);
    steps.into_iter().map(|idx| (idx, delays.longest(idx, |date| date != Some(start)))).collect()
}

/// A day by which a blocker has to be cleared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The blocker.
    pub requirement: RequirementIdx,
    /// The department that acts, by id.
    pub owner: Option<String>,
    /// The day its papers were accepted, if they are under way.
    pub accepted: Option<Date>,
    /// Where they are: the last day the law gives the office that decides; the clock standing still on the day looked
    /// at, the day it would be if it went on on the next.
    pub limit: Option<Date>,
    /// Whether the clock stands still on the day looked at.
    pub stopped: bool,
    /// The last day on which the blocker may end so that the project can start on its planned day; `None` where
    /// no start is planned, none can be foretold, or no delay of it moves the start.
    pub planned: Option<Date>,
}

/// By when each blocker of a row has to be cleared.
///
/// Where even the earliest start is past the plan, the days come as much too early as the start is late.
///
/// # Complexity
/// Blockers × at most 17 forecasts of what rests on them.
pub(crate) fn deadlines(
    view: &View<'_, '_>,
    lane: usize,
    blockers: &[Blocker],
    durations: Durations,
    planned: Option<Date>,
) -> Vec<Deadline> {
    let base = forecast(view, lane, blockers, durations, Suppose::default());
    let (clock, earliest) = (Clock { view, lane, durations }, base.result.date);
    let mut delays = Delays::of(base);
    let deadline = |blocker: &Blocker| {
        let idx = blocker.requirement;
        let accepted = clock.accepted(idx);
        let (_, body) = view.segment(idx, lane);
        let limit = accepted.as_ref().and_then(|(day, halts)| halts.last_workday(*day, body.takes.statutory?));
        let stopped = accepted.as_ref().is_some_and(|(_, halts)| halts.running);
        let accepted = accepted.map(|(day, _)| day);
        let ends = delays.ends(idx);
        let planned = planned.zip(earliest).zip(ends).and_then(|((planned, earliest), ends)| {
            let aim = planned.max(earliest);
            let spare = delays.longest(idx, |date| date.is_none_or(|start| start > aim))?;
            Some(Date(ends.0 + spare - (earliest.0 - planned.0).max(0)))
        });
        Deadline { requirement: idx, owner: body.owner.clone(), accepted, limit, stopped, planned }
    };
    blockers.iter().map(deadline).collect()
}

/// A forecast in which one step or another ends later than it could. Only what rests on that step is worked out again.
struct Delays<'v, 'e, 'a> {
    base: Forecast<'v, 'e, 'a>,
    /// When everything ends without a delay.
    finish: Vec<Finish>,
}

impl<'v, 'e, 'a> Delays<'v, 'e, 'a> {
    fn of(base: Forecast<'v, 'e, 'a>) -> Self {
        Self { finish: base.finish.clone(), base }
    }

    /// When a step ends without a delay.
    fn ends(&self, idx: RequirementIdx) -> Finish {
        self.finish[idx.0 as usize]
    }

    /// The most days that a step may end later before the day of the goal is too late; `None` where it never is.
    fn longest(&mut self, idx: RequirementIdx, too_late: impl Fn(Finish) -> bool) -> Option<i32> {
        let above = self.above(idx);
        let spare = longest(|days| too_late(self.start(idx, days, &above)));
        self.base.finish.copy_from_slice(&self.finish);
        self.base.result.without_duration.clear();
        spare
    }

    /// The day of the goal where a step ends so many days later; `above` is what rests on it.
    fn start(&mut self, idx: RequirementIdx, days: i32, above: &[RequirementIdx]) -> Finish {
        if self.base.reached[idx.0 as usize] {
            self.base.finish[idx.0 as usize] = self.ends(idx).map(|end| Date(end.0.saturating_add(days)));
        }
        above.iter().for_each(|&above| self.base.finish_of(above));
        self.base.finish[self.base.view.program.goal.0 as usize]
    }

    /// Everything still to do that rests on a step, in the order in which it is worked out.
    fn above(&self, idx: RequirementIdx) -> Vec<RequirementIdx> {
        let (view, lane) = (self.base.view, self.base.lane);
        let mut rests = vec![false; self.finish.len()];
        rests[idx.0 as usize] = true;
        let mut above = Vec::new();
        for &known in view.pack.order.iter().filter(|known| self.base.reached[known.0 as usize]) {
            let (segment, body) = view.segment(known, lane);
            let targets = segment.each.iter().flat_map(|need| body.needs[need.need].target.requirements());
            if targets.into_iter().any(|step| rests[step.0 as usize]) {
                rests[known.0 as usize] = true;
                above.push(known);
            }
        }
        above
    }
}

/// The most days of delay that are not too many; `None` where none are.
fn longest(mut too_many: impl FnMut(i32) -> bool) -> Option<i32> {
    if too_many(1) {
        return Some(0);
    }
    if !too_many(FOLLOWED) {
        return None;
    }
    // INVARIANT: `few` days are not too many, `many` are.
    let (mut few, mut many) = (1, FOLLOWED);
    while many - few > 1 {
        let middle = few + (many - few) / 2;
        if too_many(middle) { many = middle } else { few = middle }
    }
    Some(few)
}

fn forecast<'v, 'e, 'a>(
    view: &'v View<'e, 'a>,
    lane: usize,
    blockers: &[Blocker],
    durations: Durations,
    suppose: Suppose<'v>,
) -> Forecast<'v, 'e, 'a> {
    let goal = view.program.goal;
    let mut forecast = start_of(view, lane, blockers, durations, suppose);
    forecast.reach(goal);
    for &idx in &view.pack.order {
        if forecast.reached[idx.0 as usize] {
            forecast.finish_of(idx);
        }
    }
    forecast.result.date = forecast.finish[goal.0 as usize];
    // Steps of other alternatives may end later than the start; no holiday of a later year moves it.
    let year = forecast.result.date.map(|day| day.ymd().0);
    forecast.result.unpublished = forecast.result.unpublished.filter(|&first| year.is_some_and(|year| first <= year));
    if forecast.result.date.is_some() {
        let mut at = forecast.reached[goal.0 as usize].then_some(goal);
        while let Some(idx) = at {
            forecast.result.chain.push(idx);
            at = forecast.driver[idx.0 as usize];
        }
        forecast.result.chain.reverse();
        let done = forecast.result.chain.iter().map(|idx| forecast.finish[idx.0 as usize]);
        forecast.result.done = done.map(|day| day.unwrap_or(view.as_of(lane))).collect();
    }
    forecast
}

/// A forecast before its first step.
fn start_of<'v, 'e, 'a>(
    view: &'v View<'e, 'a>,
    lane: usize,
    blockers: &[Blocker],
    durations: Durations,
    suppose: Suppose<'v>,
) -> Forecast<'v, 'e, 'a> {
    let count = view.program.requirements.len();
    let hopeless = |blocker: &&Blocker| {
        matches!(blocker.kind, BlockerKind::Deadlock | BlockerKind::NoWay)
            && !suppose.met.contains(&blocker.requirement)
    };
    Forecast {
        view,
        lane,
        durations,
        suppose,
        never: blockers.iter().filter(hopeless).map(|blocker| blocker.requirement).collect(),
        reached: vec![false; count],
        finish: vec![Some(view.as_of(lane)); count],
        driver: vec![None; count],
        result: EarliestStart::default(),
    }
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
            let (finish, by) = self.need(need, &body.needs[need.need].target, idx);
            match (start, finish) {
                (Some(latest), Some(day)) if day > latest => (start, driver) = (finish, Some(by)),
                (_, None) => start = None,
                (Some(_), Some(_)) | (None, _) => {}
            }
            if driver.is_none() && self.reached[by.0 as usize] && by != idx {
                driver = Some(by);
            }
        }
        let possible = !self.never.contains(&idx) && (view.met(idx, lane) == Truth::Yes || self.is_done(idx));
        let start = start.filter(|_| possible);
        let end = start.and_then(|start| self.end(idx, start));
        // A clock that stands still is taken to go on on the next day.
        self.result.provisional |= end.is_some() && self.stands_still(idx);
        self.finish[idx.0 as usize] = end;
        self.driver[idx.0 as usize] = driver;
    }

    /// Whether an unmet step is done at all.
    fn is_done(&self, idx: RequirementIdx) -> bool {
        self.suppose.within.is_none_or(|within| within.steps.contains(&idx))
    }

    /// When what a need points at is there, and what it waits for.
    fn need(&self, need: &NeedNodes, target: &Target, holder: RequirementIdx) -> (Finish, RequirementIdx) {
        // What only practice asks for is no step of a way.
        let custom = self.view.truth(need.contribution, self.lane) == Truth::Yes;
        let limit = self.suppose.within.filter(|_| !custom);
        let finish = match self.suppose.within {
            Some(within) if custom => within.all,
            _ => &self.finish,
        };
        match target {
            Target::Step(step) => (finish[step.0 as usize], *step),
            Target::Group { choose, members } => {
                let counts = |&member: &RequirementIdx| match self.view.applies(member, self.lane) {
                    Truth::No => false,
                    // One that may apply counts only where it is taken as a step.
                    Truth::Unknown => limit.is_none_or(|within| within.steps.contains(&member)),
                    Truth::Yes => true,
                };
                let open = members.iter().copied().filter(counts);
                let mut finishes: Vec<(Date, RequirementIdx)> =
                    open.filter_map(|member| finish[member.0 as usize].map(|day| (day, member))).collect();
                finishes.sort_unstable();
                match finishes.get(*choose as usize - 1) {
                    Some(&(day, member)) => (Some(day), member),
                    None => (None, holder),
                }
            }
        }
    }

    /// When what only practice asks of a requirement is there.
    fn customs(&mut self, idx: RequirementIdx) -> Finish {
        let (view, lane) = (self.view, self.lane);
        let (segment, body) = view.segment(idx, lane);
        let custom =
            segment.each.iter().filter(|need| self.counts(need) && view.truth(need.contribution, lane) == Truth::Yes);
        let mut finishes = custom.map(|need| self.need(need, &body.needs[need.need].target, idx).0);
        finishes.try_fold(view.as_of(lane), |latest, finish| Some(latest.max(finish?)))
    }

    fn stands_still(&self, idx: RequirementIdx) -> bool {
        let clock = Clock { view: self.view, lane: self.lane, durations: self.durations };
        let counts =
            self.durations == Durations::Statutory && self.view.segment(idx, self.lane).1.takes.statutory.is_some();
        counts && clock.accepted(idx).is_some_and(|(_, halts)| halts.running)
    }

    fn end(&mut self, idx: RequirementIdx, start: Date) -> Finish {
        if self.suppose.met.contains(&idx) {
            return Some(start);
        }
        let clock = Clock { view: self.view, lane: self.lane, durations: self.durations };
        let (_, body) = self.view.segment(idx, self.lane);
        if self.durations.of(body).is_none() && body.met_when.is_some() {
            self.result.without_duration.push(idx);
        }
        let end = clock.end(idx, start)?;
        if self.durations.of(body).is_some_and(|takes| takes.unit == DurationUnit::Workdays) {
            let year = Calendar::official().unpublished(start, end);
            let known = self.result.unpublished;
            self.result.unpublished = known.zip(year).map(|(known, year)| known.min(year)).or(known).or(year);
        }
        Some(end)
    }
}

/// How long steps of a row take.
#[derive(Clone, Copy)]
struct Clock<'v, 'e, 'a> {
    view: &'v View<'e, 'a>,
    lane: usize,
    durations: Durations,
}

impl Clock<'_, '_, '_> {
    /// When a step that begins on a day ends.
    fn end(self, idx: RequirementIdx, start: Date) -> Finish {
        let (_, body) = self.view.segment(idx, self.lane);
        let Some(duration) = self.durations.of(body) else { return Some(start) };
        let calendar = Calendar::official();
        let Some((accepted, mut halts)) = self.accepted(idx) else { return start.plus(duration, calendar) };
        // What a step usually takes has its stops in it.
        if self.durations == Durations::Typical {
            halts = Halts::default();
        }
        let as_of = self.view.as_of(self.lane);
        let used = match duration.unit {
            DurationUnit::Days | DurationUnit::Workdays => halts.used(accepted, as_of, duration.unit),
            DurationUnit::Months | DurationUnit::Years => {
                return halts.last_day(accepted, duration).map(|day| day.max(start));
            }
        };
        start.plus(Duration { count: (duration.count - used).max(0), ..duration }, calendar)
    }

    /// The latest acceptance of a document the step waits for, and its stops.
    fn accepted(self, idx: RequirementIdx) -> Option<(Date, Halts)> {
        let (segment, _) = self.view.segment(idx, self.lane);
        let (row, as_of) = (self.view.row(self.lane), self.view.as_of(self.lane));
        let mut latest: Option<(Date, Halts)> = None;
        segment.met_tree.tests(&mut |test| {
            if let Test::Issued(fact) = test {
                let found = self.view.facts.with_issues(*fact, row, as_of, |seen, issues| seen.accepted(issues.iter()));
                let later = found.flatten().filter(|found| {
                    latest.as_ref().is_none_or(|known| found.1.age(found.0, as_of) > known.1.age(known.0, as_of))
                });
                latest = later.or(latest.take());
            }
        });
        latest
    }
}
