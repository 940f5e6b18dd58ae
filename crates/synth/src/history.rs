//! Which papers a project has by a day: the steps of a pack walked in order, each taking its time, some of them stuck.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{Date, Duration, FactIdx, FactType};
use kaigong_rules::expression::{Condition, PoolIdx};
use kaigong_rules::{self as rules, Pack, Requirement, RequirementIdx, RequirementKind, Target};
use kaigong_solver::State;

use crate::draw::Draw;
use crate::site::{COUNTIES, Site};

/// How often in a thousand a step gets stuck, where it is not 12.
const TROUBLE: [(&str, i64); 19] = [
    ("land-quota", 150),
    ("linkage-quota", 90),
    ("plan-scale", 330),
    ("plan-conformity", 40),
    ("offset-area", 110),
    ("offset-paddy", 120),
    ("offset-capacity", 60),
    ("req-agreement", 130),
    ("req-payment", 70),
    ("house-expropriation", 120),
    ("land-handover", 90),
    ("eia-approval", 90),
    ("eia-form", 50),
    ("energy-review", 50),
    ("funds", 60),
    ("site-pre-review", 45),
    ("forest-consent", 110),
    ("basic-farmland", 300),
    ("eco-redline", 350),
];
const TROUBLE_ELSEWHERE: i64 = 12;

/// What shows that a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// A document.
    Paper(FactIdx),
    /// An answer yes.
    Answer(FactIdx),
    /// Facts of the site decide.
    Site,
    /// Its needs alone.
    Needs,
}

#[derive(Debug)]
struct Step {
    idx: RequirementIdx,
    /// Steps that must be done before.
    before: Vec<RequirementIdx>,
    /// Choices: how many, of which. What a need is conditional on is left out: the step is always gone for.
    choices: Vec<(usize, Vec<RequirementIdx>)>,
    shown: Shown,
    /// Later papers that would stand for it.
    evidence: Vec<FactIdx>,
    /// Usual days.
    days: i64,
    trouble: i64,
}

/// What a step draws on.
#[derive(Debug)]
struct Draws {
    /// Pools one by one.
    each: BTreeSet<PoolIdx>,
    /// Pools that it adds up: nobody goes for it where each of them has a way of its own.
    sums: BTreeSet<PoolIdx>,
}

/// The steps of a pack under the law of a day, in an order that works.
#[derive(Debug)]
pub(crate) struct Steps {
    walk: Vec<Step>,
    draws: BTreeMap<RequirementIdx, Draws>,
    count: usize,
    as_of: Date,
}

/// What a project has collected.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// Cells of papers and answers.
    pub(crate) cells: BTreeMap<FactIdx, String>,
    /// Steps that are still to be done.
    pub(crate) open: BTreeSet<RequirementIdx>,
    /// When work began.
    pub(crate) started: Option<Date>,
    /// Whether the office writes 无 where there is no paper yet, and 0 where nothing is assigned.
    pub(crate) careful: bool,
}

impl Steps {
    pub(crate) fn new(pack: &Pack, as_of: Date) -> Self {
        let wanted = reached(pack, as_of);
        let in_order = pack.order.iter().filter(|idx| wanted.contains(idx));
        let walk: Vec<Step> = in_order.map(|&idx| step(pack, idx, as_of)).collect();
        let drawing = walk.iter().map(|step| step.idx).filter(|&idx| !pack[idx].body(as_of).draws.is_empty());
        let draws = drawing.map(|idx| (idx, draws(pack, idx, as_of))).collect();
        Self { walk, draws, count: pack.requirements.len(), as_of }
    }

    /// Facts that papers and answers stand in, in order.
    pub(crate) fn facts(&self) -> BTreeSet<FactIdx> {
        let answers = self.walk.iter().filter_map(|step| match step.shown {
            Shown::Answer(fact) => Some(fact),
            _ => None,
        });
        self.walk.iter().flat_map(Step::papers).chain(answers).collect()
    }

    /// Walks the steps of one project; `state` is what the pack says of its site alone.
    pub(crate) fn history(&self, site: &Site, state: impl Fn(RequirementIdx) -> State, draw: &mut Draw) -> History {
        let mut history = History { careful: draw.chance(650), ..History::default() };
        let mut done: Vec<Option<Date>> = vec![Some(site.signed); self.count];
        let mut papers: BTreeMap<FactIdx, Option<Date>> = BTreeMap::new();
        let applies = |idx: RequirementIdx| state(idx) != State::NotApplicable;
        let left_aside = self.left_aside(&applies, draw);
        let pace = *draw.pick(&[(8, 15), (10, 35), (14, 30), (22, 15), (40, 5)]);
        for step in &self.walk {
            if !applies(step.idx) || left_aside.contains(&step.idx) {
                continue;
            }
            let ready = step.ready(site.signed, &done, &applies, &left_aside);
            let at = match (step.shown, ready) {
                (_, None) => None,
                (Shown::Needs, ready) => ready,
                (Shown::Site, ready) => ready.filter(|_| state(step.idx) == State::Met),
                (Shown::Paper(fact) | Shown::Answer(fact), Some(ready)) => *papers.entry(fact).or_insert_with(|| {
                    let days = step.delay(pace, site.county, draw);
                    let day = days.map(|days| Date(ready.0.saturating_add(days))).filter(|day| *day <= self.as_of);
                    if let Some(cell) = self.cell(step, ready, day, draw) {
                        history.cells.insert(fact, cell);
                    }
                    day
                }),
            };
            done[step.idx.0 as usize] = at;
            if at.is_none() {
                history.open.insert(step.idx);
                if history.careful {
                    step.papers().for_each(|fact| {
                        history.cells.entry(fact).or_insert_with(|| "无".to_owned());
                    });
                }
            }
        }
        history.started = self.started(site, &done, draw);
        history
    }

    /// Members of choices that a project does not go for: as many are taken of each as it asks.
    fn left_aside(&self, applies: &impl Fn(RequirementIdx) -> bool, draw: &mut Draw) -> BTreeSet<RequirementIdx> {
        let (mut taken, mut offered) = (BTreeSet::new(), BTreeSet::new());
        for (choose, members) in self.walk.iter().flat_map(|step| &step.choices) {
            let mut open: Vec<RequirementIdx> = members.iter().copied().filter(|&idx| applies(idx)).collect();
            offered.extend(open.iter().copied());
            if open.iter().any(|idx| self.draws.get(idx).is_some_and(|draws| !draws.sums.is_empty())) {
                let own = open.iter().filter_map(|idx| self.draws.get(idx)).filter(|draws| draws.sums.is_empty());
                let own: BTreeSet<PoolIdx> = own.flat_map(|draws| draws.each.iter().copied()).collect();
                let sums = |idx: &RequirementIdx| self.draws.get(idx).map(|draws| &draws.sums);
                open.retain(|idx| sums(idx).is_none_or(|sums| sums.is_empty() || !sums.is_subset(&own)));
            }
            let already = open.iter().filter(|idx| taken.contains(*idx)).count();
            open.retain(|idx| !taken.contains(idx));
            for _ in already..*choose {
                if !open.is_empty() {
                    taken.insert(open.swap_remove(draw.below(open.len() as i64) as usize));
                }
            }
        }
        offered.difference(&taken).copied().collect()
    }

    /// What the ledger says of a paper or an answer: got on a day, under way, or nothing.
    fn cell(&self, step: &Step, ready: Date, day: Option<Date>, draw: &mut Draw) -> Option<String> {
        let asked = ready <= self.as_of && matches!(step.shown, Shown::Paper(_));
        match day {
            None if asked => Some((*draw.pick(&[("办理中", 60), ("无", 25), ("", 15)])).to_owned()),
            None => None,
            Some(_) if matches!(step.shown, Shown::Answer(_)) => Some("是".to_owned()),
            Some(day) if draw.chance(12) => Some(format!("惠市函〔{}〕{}号", day.ymd().0, draw.between(1, 980))),
            Some(day) => Some(day.to_string()),
        }
    }

    /// Work begins soon after everything is there; now and then before.
    fn started(&self, site: &Site, done: &[Option<Date>], draw: &mut Draw) -> Option<Date> {
        let ready = self.walk.last().and_then(|goal| done[goal.idx.0 as usize]);
        let day = match ready {
            Some(ready) if draw.chance(900) => Date(ready.0 + draw.between(1, 70) as i32),
            None if draw.chance(14) => site.planned_start,
            _ => return None,
        };
        (day <= self.as_of).then_some(day)
    }
}

impl Step {
    /// Its own paper and those that would stand for it.
    fn papers(&self) -> impl Iterator<Item = FactIdx> {
        let own = match self.shown {
            Shown::Paper(fact) => Some(fact),
            _ => None,
        };
        own.into_iter().chain(self.evidence.iter().copied())
    }

    /// How many days it takes once everything it needs is there; `None` where it gets stuck.
    fn delay(&self, pace: i64, county: usize, draw: &mut Draw) -> Option<i32> {
        let stuck = draw.chance(self.trouble * COUNTIES[county].trouble / 100);
        let days = draw.between(2, 24) + self.days * pace * draw.between(6, 16) / 100;
        (!stuck).then_some(days as i32)
    }

    /// The day on which everything it needs is there; the day of signing where it needs nothing.
    fn ready(
        &self,
        signed: Date,
        done: &[Option<Date>],
        applies: &impl Fn(RequirementIdx) -> bool,
        aside: &BTreeSet<RequirementIdx>,
    ) -> Option<Date> {
        let day = |idx: RequirementIdx| done[idx.0 as usize];
        let mut ready = signed;
        for &idx in &self.before {
            ready = ready.max(day(idx)?);
        }
        for (choose, members) in &self.choices {
            let taken = members.iter().copied().filter(|idx| applies(*idx) && !aside.contains(idx));
            let mut days: Vec<Date> = taken.filter_map(day).collect();
            days.sort();
            ready = ready.max(*days.get(choose - 1)?);
        }
        Some(ready)
    }
}

/// What the default goal needs, custom included: practice collects those papers too.
fn reached(pack: &Pack, as_of: Date) -> BTreeSet<RequirementIdx> {
    let goal = pack.goals[pack.default_goal].requirement;
    let mut seen = BTreeSet::from([goal]);
    let mut todo = vec![goal];
    while let Some(idx) = todo.pop() {
        for need in pack[idx].body(as_of).needs.iter().filter(|need| need.edge.period.contains(as_of)) {
            todo.extend(need.target.requirements().iter().copied().filter(|&step| seen.insert(step)));
        }
    }
    seen
}

fn step(pack: &Pack, idx: RequirementIdx, as_of: Date) -> Step {
    let requirement = &pack[idx];
    let body = requirement.body(as_of);
    let (mut before, mut choices) = (Vec::new(), Vec::new());
    for need in body.needs.iter().filter(|need| !need.edge.customary && need.edge.period.contains(as_of)) {
        match &need.target {
            Target::Step(step) if hard(&pack[*step], as_of) => before.push(*step),
            Target::Step(_) => {}
            Target::Group { choose, members } => choices.push((*choose as usize, members.clone())),
        }
    }
    let trouble = TROUBLE.iter().find(|(id, _)| *id == requirement.id).map_or(TROUBLE_ELSEWHERE, |(_, often)| *often);
    let takes = body.takes.typical.or(body.takes.statutory);
    let (shown, evidence) = (shown(pack, requirement, as_of), body.evidenced_by.clone());
    Step { idx, before, choices, shown, evidence, days: takes.map_or(15, Duration::calendar_days), trouble }
}

fn draws(pack: &Pack, idx: RequirementIdx, as_of: Date) -> Draws {
    let all = &pack[idx].body(as_of).draws;
    let of = |mixed: bool| all.iter().filter(move |draw| draw.mixed.is_empty() != mixed).flat_map(rules::Draw::pools);
    Draws { each: of(false).collect(), sums: of(true).collect() }
}

fn hard(requirement: &Requirement, as_of: Date) -> bool {
    requirement.body(as_of).kind != RequirementKind::Customary && requirement.period.contains(as_of)
}

/// The first document a condition asks for, else the first answer.
fn shown(pack: &Pack, requirement: &Requirement, as_of: Date) -> Shown {
    let Some(met_when) = &requirement.body(as_of).met_when else { return Shown::Needs };
    let leaves = met_when.tree.leaves();
    let paper = leaves.iter().find_map(|leaf| match leaf {
        Condition::Issued(fact) => Some(Shown::Paper(*fact)),
        _ => None,
    });
    let answer = || match leaves.as_slice() {
        [Condition::Fact(fact)] if pack.schema[*fact].kind == FactType::Bool => Some(Shown::Answer(*fact)),
        _ => None,
    };
    paper.or_else(answer).unwrap_or(Shown::Site)
}
