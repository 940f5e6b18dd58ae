//! Days lost over a portfolio: each day on which a project was not ready goes to what held it that day.
//!
//! ```text
//! 100,000 rows x 365 days: rows x event days in the period (some 15 a year) lanes, 64 a word
//! a lane -> its causes -> days x 1/n to each (split), and days to each (in full), in a tally of its batch
//! a tally: requirements x causes a day x 16 bytes; tallies add up exactly, in any order
//! ```
//! The rule. A day counts from a project's first dated record on, while it has not started and is not ready. A blocked
//! day goes to the day's blockers; where one waits for another project, to that project's blockers (or what it is asked)
//! instead, and so on; only a wait that leads to nothing else stays with itself. An undetermined day goes to the facts
//! it turns on, and so to the units that are asked; one that turns on no fact, since the law leaves a parameter open, to
//! the goal and to nobody. Split: in equal parts; in full: the whole day to each.

mod shares;

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{Date, Truth};
use kaigong_rules::RequirementIdx;

pub use shares::Shares;

use crate::evaluate::{Evaluation, Verdict};
use crate::past::{Past, Still, Stretch};
use crate::since::fact_days;
use crate::summary::investment;
use crate::view::View;
use crate::walk::{Decides, Walk, asked, held_by, linked_with};

/// What was lost to one cause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Projects that it held on some day.
    pub projects: u64,
    /// Project-days on which it was among the causes.
    pub full: i64,
    /// Of them, undetermined.
    pub asked: i64,
    /// Its equal share of each of those days.
    pub split: Shares,
    /// Days times recorded investment: fen-days.
    pub full_money: i128,
    /// Its equal share of them.
    pub split_money: Shares,
}

/// What one project lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowDelay {
    /// Its row.
    pub row: u32,
    /// Days blocked.
    pub blocked: i64,
    /// Days undetermined.
    pub undetermined: i64,
    /// Its recorded investment, fen; 0 where it is not recorded.
    pub investment: i128,
}

impl RowDelay {
    /// Days not ready.
    pub fn days(&self) -> i64 {
        self.blocked + self.undetermined
    }
}

/// Days lost over a portfolio.
#[derive(Clone, Debug)]
pub struct Delays {
    /// The days looked at.
    pub period: Stretch,
    /// Every project looked at, in order of row.
    pub rows: Vec<RowDelay>,
    /// In order of requirement index.
    pub requirements: Vec<Lost>,
    /// By department that acts or is asked; nobody first. Those of one name on the as-of date are one, under the
    /// first of their ids.
    pub departments: Vec<(Option<String>, Lost)>,
}

/// Something that held a project on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cause {
    /// The project where it lies: another one where that is waited for.
    row: u32,
    requirement: RequirementIdx,
    /// Index of the department that acts or is asked.
    department: u32,
}

/// Departments: those of one name on the as-of date are one, under the first of their ids; index 0 is nobody.
struct Departments<'a> {
    ids: Vec<Option<&'a str>>,
    index: BTreeMap<&'a str, u32>,
}

impl Evaluation<'_> {
    /// Days lost in a period, over `rows`, in order of row.
    ///
    /// # Complexity
    /// Rows × event days / 64 runs of the program.
    pub fn delays(&self, rows: &[u32], period: Stretch) -> Delays {
        let departments = Departments::of(self);
        let past = Past::new(self, period);
        let start = |rows: &[u32]| Tally::new(self, rows, &departments);
        let tallies = past.look(rows, start, |tally, still| tally.see(still, &departments));
        let mut delays = Delays {
            period,
            rows: Vec::new(),
            requirements: vec![Lost::default(); self.pack.requirements.len()],
            departments: departments.ids.iter().map(|id| (id.map(str::to_owned), Lost::default())).collect(),
        };
        for tally in tallies {
            delays.requirements.iter_mut().zip(&tally.requirements).for_each(|(sum, lost)| sum.merge(lost));
            delays.departments.iter_mut().zip(&tally.departments).for_each(|((_, sum), lost)| sum.merge(lost));
            delays.rows.extend(tally.rows.iter().map(|row| row.delay));
        }
        delays.rows.sort_unstable_by_key(|delay| delay.row);
        delays
    }
}

impl<'a> Departments<'a> {
    fn of(evaluation: &Evaluation<'a>) -> Self {
        let pack = evaluation.pack;
        let owners = pack.requirements.iter().flat_map(|requirement| requirement.bodies().map(|body| &body.owner));
        let asks = pack.schema.iter().map(|(_, spec)| &spec.ask);
        let named: BTreeSet<&str> = owners.chain(asks).filter_map(Option::as_deref).collect();
        let name = |id: &str| pack.department(id, evaluation.options.as_of);
        let (mut ids, mut index) = (vec![None], BTreeMap::new());
        for id in named {
            let known = ids.iter().position(|known: &Option<_>| known.map(name) == Some(name(id)));
            let at = known.unwrap_or_else(|| {
                ids.push(Some(id));
                ids.len() - 1
            });
            index.insert(id, at as u32);
        }
        Self { ids, index }
    }

    fn find(&self, id: Option<&str>) -> u32 {
        id.and_then(|id| self.index.get(id)).copied().unwrap_or(0)
    }
}

/// Which rows of a batch a cause held, and what it cost.
#[derive(Clone, Default)]
struct Count {
    lost: Lost,
    rows: Vec<u64>,
}

struct Row {
    delay: RowDelay,
    /// Its first dated record, if it has one.
    first: Option<Date>,
}

/// What a batch of rows lost.
struct Tally {
    rows: Vec<Row>,
    requirements: Vec<Count>,
    departments: Vec<Count>,
    causes: Vec<Cause>,
    named: Vec<u32>,
}

/// A stretch of days lost by one project.
struct Loss {
    /// Its place in the batch.
    at: usize,
    days: i64,
    money: i128,
    undetermined: bool,
}

impl Tally {
    fn new(evaluation: &Evaluation<'_>, rows: &[u32], departments: &Departments<'_>) -> Self {
        let row = |&row: &u32| {
            let mut days = BTreeSet::new();
            // Also one after the period: a project signed in August lost nothing in May.
            fact_days(&evaluation.facts, row, evaluation.options.as_of, &mut days);
            let delay = RowDelay { row, blocked: 0, undetermined: 0, investment: investment(evaluation, row) };
            Row { delay, first: days.first().copied() }
        };
        Self {
            rows: rows.iter().map(row).collect(),
            requirements: vec![Count::default(); evaluation.pack.requirements.len()],
            departments: vec![Count::default(); departments.ids.len()],
            causes: Vec::new(),
            named: Vec::new(),
        }
    }

    fn see(&mut self, still: &Still<'_, '_, '_>, departments: &Departments<'_>) {
        let verdict = still.verdict();
        let row = still.view.row(still.lane);
        let Ok(at) = self.rows.binary_search_by_key(&row, |row| row.delay.row) else { return };
        let early = self.rows[at].first.is_some_and(|first| still.stretch.from < first);
        if early || matches!(verdict, Verdict::Started | Verdict::Ready) {
            return;
        }
        let (days, undetermined) = (still.stretch.days(), verdict == Verdict::Undetermined);
        let delay = &mut self.rows[at].delay;
        *(if undetermined { &mut delay.undetermined } else { &mut delay.blocked }) += days;
        let loss = Loss { at, days, money: i128::from(days) * delay.investment, undetermined };
        causes(still, departments, &mut self.causes);
        self.charge(&loss);
    }

    /// Charges the causes found: each its share; requirement and department the whole once.
    fn charge(&mut self, loss: &Loss) {
        let of = self.causes.len();
        self.named.clear();
        for cause in &self.causes {
            let requirement = &mut self.requirements[cause.requirement.0 as usize];
            requirement.share(loss, of);
            self.departments[cause.department as usize].share(loss, of);
            self.named.extend([cause.requirement.0, u32::MAX - cause.department]);
        }
        self.named.sort_unstable();
        self.named.dedup();
        for &name in &self.named {
            // Departments are named from the top down.
            match self.requirements.get_mut(name as usize) {
                Some(requirement) => requirement.whole(loss),
                None => self.departments[(u32::MAX - name) as usize].whole(loss),
            }
        }
    }
}

impl Count {
    fn share(&mut self, loss: &Loss, of: usize) {
        self.lost.split.add(i128::from(loss.days), of);
        self.lost.split_money.add(loss.money, of);
    }

    fn whole(&mut self, loss: &Loss) {
        self.lost.full += loss.days;
        self.lost.full_money += loss.money;
        self.lost.asked += if loss.undetermined { loss.days } else { 0 };
        if self.rows.len() <= loss.at / 64 {
            self.rows.resize(loss.at / 64 + 1, 0);
        }
        self.rows[loss.at / 64] |= 1 << (loss.at % 64);
    }
}

impl Lost {
    fn merge(&mut self, count: &Count) {
        self.projects += count.rows.iter().map(|word| u64::from(word.count_ones())).sum::<u64>();
        self.full += count.lost.full;
        self.asked += count.lost.asked;
        self.split.merge(&count.lost.split);
        self.full_money += count.lost.full_money;
        self.split_money.merge(&count.lost.split_money);
    }
}

/// What holds a project that is not ready; never empty.
fn causes(still: &Still<'_, '_, '_>, departments: &Departments<'_>, found: &mut Vec<Cause>) {
    found.clear();
    let (view, lane, goal) = (still.view, still.lane, still.view.program.goal);
    let mut todo = vec![(view.row(lane), goal)];
    let mut seen = BTreeSet::from([todo[0]]);
    while let Some((row, goal)) = todo.pop() {
        let linked = match still.group.and_then(|group| group.member(row)) {
            _ if row == view.row(lane) && goal == view.program.goal => {
                own(still, view, still.walk, lane, departments, found)
            }
            Some((view, _, lane)) => own(still, view, &Walk::from(view, goal), lane, departments, found),
            None => Vec::new(),
        };
        todo.extend(linked.into_iter().filter(|next| seen.insert(*next)));
    }
    if found.is_empty() {
        // Projects that wait for one another and for nothing else; a project nobody knows; what the law leaves open.
        let blocks = |idx: &RequirementIdx| still.walk.is_blocker(*idx, lane);
        let mut waits: Vec<RequirementIdx> = view.pack.iter().map(|(idx, _)| idx).filter(blocks).collect();
        if waits.is_empty() {
            waits.push(goal);
        }
        found.extend(waits.into_iter().map(|idx| acts(view, lane, idx, departments)));
    }
    found.sort_unstable();
    found.dedup();
}

/// Adds what holds one project by itself; returns the projects it waits for.
fn own(
    still: &Still<'_, '_, '_>,
    view: &View<'_, '_>,
    walk: &Walk,
    lane: usize,
    departments: &Departments<'_>,
    found: &mut Vec<Cause>,
) -> Vec<(u32, RequirementIdx)> {
    let cleared = |idx, row| still.group.map_or(Truth::Unknown, |group| group.cleared(idx, row));
    let mut waits = Vec::new();
    if view.cleared(walk.goal(), lane) == Truth::No {
        for (idx, _) in view.pack.iter().filter(|(idx, _)| walk.is_blocker(*idx, lane)) {
            let held = if still.group.is_some() { held_by(view, idx, lane, cleared) } else { Vec::new() };
            if held.is_empty() {
                found.push(acts(view, lane, idx, departments));
            }
            waits.extend(held);
        }
        return waits;
    }
    let (questions, slots) = asked(view, lane, walk);
    for question in questions.iter().filter(|question| question.decides == Decides::Verdict) {
        let department = departments.find(view.pack.schema[question.fact].ask.as_deref());
        found.push(Cause { row: view.row(lane), requirement: question.requirement, department });
    }
    let open = linked_with(view, lane, &slots).into_iter();
    waits.extend(open.filter(|&(row, idx)| cleared(idx, row) == Truth::Unknown));
    waits
}

/// A requirement that blocks, with the department that acts on it.
fn acts(view: &View<'_, '_>, lane: usize, requirement: RequirementIdx, departments: &Departments<'_>) -> Cause {
    let department = departments.find(view.segment(requirement, lane).1.owner.as_deref());
    Cause { row: view.row(lane), requirement, department }
}
