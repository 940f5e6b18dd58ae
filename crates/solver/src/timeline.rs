//! One project over time: what held it, in whose hands, and how long each paper took against the law's limit.

use kaigong_model::{Cell, Date, Duration, FactIdx, Halts, Issue, Stop};
use kaigong_rules::RequirementIdx;

use crate::evaluate::{Evaluation, State, Verdict, state_of};
use crate::paper::PaperState;
use crate::past::{Past, Still, Stretch};
use crate::terms::Test;
use crate::view::View;
use crate::walk::{Blocker, Question, questions};

/// Who has to move next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hand {
    /// The applicant: a paper is wanted, and nothing says that it was submitted.
    Applicant,
    /// The office: a paper was submitted or accepted and is not decided, or no paper is wanted any more.
    Office,
    /// Another project, which is waited for.
    Upstream,
}

impl Hand {
    /// The name outputs use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Applicant => "applicant",
            Self::Office => "office",
            Self::Upstream => "upstream",
        }
    }
}

/// A root cause over some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// The blocker.
    pub blocker: Blocker,
    /// The department that acts on it.
    pub owner: Option<String>,
    /// Who has to move next.
    pub hand: Hand,
    /// Projects that are waited for.
    pub upstream: Vec<u32>,
}

/// Days on which nothing about the project changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The days.
    pub days: Stretch,
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict by law alone.
    pub readiness: Verdict,
    /// Root causes, in order of requirement.
    pub obstacles: Vec<Obstacle>,
    /// Missing facts.
    pub questions: Vec<Question>,
    /// The state of every requirement.
    pub states: Vec<State>,
}

impl Span {
    fn same(&self, other: &Self) -> bool {
        *self == Self { days: self.days, ..other.clone() }
    }
}

/// Who made a paper late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// The office: it took, or is taking, longer than its limit.
    Office,
    /// The applicant: the office kept or keeps its limit, yet had the paper been filed when it could be, the limit
    /// would have ended sooner.
    Applicant,
}

impl Late {
    /// The name outputs use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Applicant => "applicant",
        }
    }
}

/// One issue of a document on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The requirement it is for.
    pub requirement: RequirementIdx,
    /// The document.
    pub fact: FactIdx,
    /// The department that decides.
    pub owner: Option<String>,
    /// First day in the period on which nothing stood before it any more; `None` where that was so at its beginning.
    pub open_from: Option<Date>,
    /// When it was submitted, accepted and decided.
    pub submitted: Option<Date>,
    /// When it was accepted: the limit runs from the next day on.
    pub accepted: Option<Date>,
    /// When it was decided.
    pub decided: Option<Date>,
    /// The law's limit on the day of acceptance.
    pub limit: Option<Duration>,
    /// The limit's last day.
    pub due: Option<Date>,
    /// Whether the clock stood still on the last day looked at, the paper not decided; `due` is then the day it would be
    /// if the clock went on on the next.
    pub stopped: bool,
    /// Stops seen by the last day, and whether the limit stands still for each.
    pub stops: Vec<(Stop, bool)>,
    /// How much of the limit was used by the day of decision, or by the last day looked at; in the limit's unit, and
    /// in days where that is months or years.
    pub used: Option<i32>,
    /// Calendar days after the limit's last day.
    pub over: i32,
    /// Calendar days from `open_from` to submission, or acceptance where that is all that is recorded.
    pub unfiled: Option<i32>,
    /// Who is late.
    pub late: Option<Late>,
}

/// One project over a stretch of time.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Its row.
    pub row: u32,
    /// The days looked at.
    pub period: Stretch,
    /// The period in stretches on which nothing changed.
    pub spans: Vec<Span>,
    /// Papers under way or decided in the period, in order of decision; those not decided last.
    pub papers: Vec<Paper>,
}

impl Evaluation<'_> {
    /// Follows one row through a period.
    ///
    /// # Complexity
    /// One run of the program a day on which something changes.
    pub fn timeline(&self, row: u32, period: Stretch) -> Timeline {
        let past = Past::new(self, period);
        let mut spans: Vec<Span> = past.look(&[row], |_| Vec::new(), |spans, still| spans.push(span(still))).concat();
        spans.sort_by_key(|span| span.days.from);
        spans.dedup_by(|next, span| {
            let same = span.same(next);
            if same {
                span.days.to = next.days.to;
            }
            same
        });
        let papers = self.papers(row, period, &spans);
        Timeline { row, period, spans, papers }
    }

    fn papers(&self, row: u32, period: Stretch, spans: &[Span]) -> Vec<Paper> {
        let mut papers: Vec<Paper> = Vec::new();
        for (idx, _) in self.pack.iter() {
            let at = idx.0 as usize;
            if spans.iter().all(|span| span.states[at] == State::NotApplicable) {
                continue;
            }
            let opened = spans.iter().position(|span| filable(span.states[at]));
            let open_from = opened.filter(|at| *at > 0).map(|at| spans[at].days.from);
            for fact in self.documents(idx) {
                if papers.iter().any(|paper| paper.fact == fact) {
                    continue;
                }
                if let Cell::Document(issues) = self.facts.cell(fact, row, period.to) {
                    let seen = issues.iter().filter(|issue| in_period(issue, period));
                    papers.extend(seen.map(|issue| self.paper(idx, fact, issue, open_from, period.to)));
                }
            }
        }
        let order = |paper: &Paper| {
            let first = paper.submitted.or(paper.accepted);
            (paper.decided.is_none(), paper.decided.or(first), paper.requirement)
        };
        papers.sort_by_key(order);
        papers
    }

    /// The documents that meet a requirement.
    fn documents(&self, idx: RequirementIdx) -> Vec<FactIdx> {
        let nodes = &self.program.requirements[idx.0 as usize];
        let mut found = Vec::new();
        nodes.segments[nodes.current].met_tree.tests(&mut |test| {
            if let Test::Issued(fact) = test {
                found.push(*fact);
            }
        });
        found
    }

    fn paper(&self, idx: RequirementIdx, fact: FactIdx, issue: &Issue, open_from: Option<Date>, last: Date) -> Paper {
        let seen = |day: Option<Date>| day.filter(|day| *day <= last);
        let (submitted, accepted, decided) = (seen(issue.submitted_on), seen(issue.accepted_on), seen(issue.issued_on));
        let body = self.pack[idx].body(accepted.or(decided).unwrap_or(last));
        let limit = body.takes.statutory;
        let end = decided.unwrap_or(last);
        let spec = &self.pack.schema[fact];
        let halts = Halts::of(spec, [issue].into_iter(), end);
        let due = accepted.zip(limit).and_then(|(day, limit)| halts.last_workday(day, limit));
        let used = accepted.zip(limit).map(|(day, limit)| halts.used(day, end, limit.unit));
        let seen_stops = issue.stops.iter().filter(|stop| stop.from <= last).map(|stop| {
            let holds = spec.causes.iter().any(|cause| cause.id == stop.cause && cause.stops_on(stop.from));
            (Stop { to: stop.to.filter(|to| *to <= last), ..stop.clone() }, holds)
        });
        let stops: Vec<(Stop, bool)> = seen_stops.collect();
        let stopped = decided.is_none() && accepted.is_some() && halts.running;
        let over = due.map_or(0, |due| (end.0 - due.0).max(0));
        let filed = submitted.or(accepted);
        let unfiled = open_from.zip(filed).map(|(open, filed)| (filed.0 - open.0).max(0));
        // What was filed late would, filed in time, have been due on this day.
        let ideal = open_from.zip(limit).and_then(|(open, limit)| halts.last_workday(open, limit));
        let late = if over > 0 {
            Some(Late::Office)
        } else if unfiled.is_some_and(|days| days > 0) && ideal.is_some_and(|ideal| end > ideal) {
            Some(Late::Applicant)
        } else {
            None
        };
        let owner = body.owner.clone();
        Paper {
            requirement: idx,
            fact,
            owner,
            open_from,
            submitted,
            accepted,
            decided,
            limit,
            due,
            stopped,
            stops,
            used,
            over,
            unfiled,
            late,
        }
    }
}

/// Whether a paper for a requirement in this state could be filed.
fn filable(state: State) -> bool {
    matches!(state, State::Open | State::Met | State::Undetermined)
}

/// Whether an issue was under way, or decided, on some day of a period.
fn in_period(issue: &Issue, period: Stretch) -> bool {
    let first = [issue.submitted_on, issue.accepted_on, issue.issued_on].into_iter().flatten().min();
    first.is_some_and(|day| day <= period.to) && issue.issued_on.is_none_or(|day| day >= period.from)
}

fn span(still: &Still<'_, '_, '_>) -> Span {
    let (view, lane) = (still.view, still.lane);
    let readiness = still.readiness();
    let obstacles = still.walk.blockers(view, None, lane).into_iter().map(|blocker| obstacle(still, blocker));
    let questions = if readiness == Verdict::Ready { Vec::new() } else { questions(view, lane, still.walk) };
    let state = |(idx, _)| state_of(view.applies(idx, lane), view.needs(idx, lane), view.cleared(idx, lane));
    Span {
        days: still.stretch,
        verdict: still.verdict(),
        readiness,
        obstacles: obstacles.collect(),
        questions,
        states: view.pack.iter().map(state).collect(),
    }
}

fn obstacle(still: &Still<'_, '_, '_>, blocker: Blocker) -> Obstacle {
    let upstream = still.held_by(blocker.requirement);
    let owner = still.view.segment(blocker.requirement, still.lane).1.owner.clone();
    let hand = if upstream.is_empty() { hand(still.view, still.lane, blocker.requirement) } else { Hand::Upstream };
    Obstacle { blocker, owner, hand, upstream }
}

/// Who has to move next for a requirement that waits for no other project.
fn hand(view: &View<'_, '_>, lane: usize, idx: RequirementIdx) -> Hand {
    let (row, as_of) = (view.row(lane), view.as_of(lane));
    let mut papers = Vec::new();
    view.segment(idx, lane).0.met_tree.tests(&mut |test| {
        if let Test::Issued(fact) = test {
            papers.push(view.facts.paper_state(*fact, row, as_of));
        }
    });
    let there = |state: &PaperState| matches!(state, PaperState::Issued | PaperState::Waived);
    let moving = papers.iter().all(there) || papers.contains(&PaperState::InHand);
    if moving { Hand::Office } else { Hand::Applicant }
}
