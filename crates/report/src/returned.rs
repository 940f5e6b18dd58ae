//! Lists that offices filled in, held against the facts: what is said to be done and is not is shown, not hidden.
//!
//! ```text
//! rows of lists -> one item a key -> where the facts stand today -> told, carried into the next lists
//! ```
//! A list says nothing that counts: a verdict rests on the ledger alone. So an item marked done stays a blocker until
//! its paper is in the ledger.

mod told;

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{Code, Date, Diagnostic, Filled, ListRow, TaskState, Words, nearest};
use kaigong_rules::RequirementIdx;
use kaigong_solver::{Durations, State, Verdict};

use crate::assessment::Assessment;
use crate::phrase::state_words;
use crate::why::{Context, WhyOptions, pieces};

pub use told::{ReturnedScreen, lists_json, lists_screen, lists_table};

/// Where the facts stand on an item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bearing {
    /// Marked done; by the facts it is not.
    Contradicted,
    /// Marked done; the facts do not tell.
    Unproven,
    /// Marked done, and so say the facts.
    Confirmed,
    /// Not marked done; by the facts it is.
    Settled,
    /// Not marked done, and still to do or not known.
    Open,
    /// Of no project or requirement that there is.
    Unknown,
}

impl Bearing {
    /// Every standing, in the order told.
    pub const ALL: [Self; 6] =
        [Self::Contradicted, Self::Unproven, Self::Confirmed, Self::Settled, Self::Open, Self::Unknown];

    /// The name machines read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contradicted => "contradicted",
            Self::Unproven => "unproven",
            Self::Confirmed => "confirmed",
            Self::Settled => "settled",
            Self::Open => "open",
            Self::Unknown => "unknown",
        }
    }
}

/// What lists say of one blocker.
#[derive(Clone, Debug)]
pub struct Item {
    /// Project and requirement, where they are known.
    pub of: Option<(u32, RequirementIdx)>,
    /// What the rows under its key say together.
    pub row: ListRow,
    /// Where the facts stand.
    pub bearing: Bearing,
}

impl Item {
    /// Whether it is said to be done: in a word, or by its day.
    pub fn is_done(&self) -> bool {
        self.row.state.as_ref().map_or(self.row.done_on.is_some(), |state| state.is == TaskState::Done)
    }

    /// Whether anybody wrote anything.
    pub fn is_filled(&self) -> bool {
        let row = &self.row;
        row.state.is_some() || row.done_on.is_some() || row.note.is_some() || row.remark.is_some()
    }

    /// The cell that says how far it is, else that of a remark, else that of its key.
    pub fn place(&self) -> &kaigong_model::Place {
        let row = &self.row;
        let state = row.state.as_ref().map(|state| &state.place);
        let day = row.done_on.as_ref().map(|day| &day.place);
        let note = row.note.as_ref().or(row.remark.as_ref()).map(|note| &note.place);
        state.or(day).or(note).unwrap_or(&row.key.place)
    }
}

/// Lists held against a check.
#[derive(Debug)]
pub struct Returned<'b, 'a> {
    /// The check.
    pub assessment: &'b Assessment<'a>,
    /// In the order of the lists, one a key.
    pub items: Vec<Item>,
    /// Blockers that no list has.
    pub fresh: Vec<(u32, RequirementIdx)>,
    /// Which durations explanations count with.
    durations: Durations,
}

impl<'b, 'a> Returned<'b, 'a> {
    /// Holds rows against a check, and says what is wrong with them.
    ///
    /// # Errors
    /// Among the diagnostics: days after the as-of date, a word and a day or two lists that contradict each other. Keys
    /// of nobody, and what is marked done and is not, are warnings.
    pub fn new(assessment: &'b Assessment<'a>, rows: &[ListRow], durations: Durations) -> (Self, Vec<Diagnostic>) {
        let mut said = Vec::new();
        let merged = merged(rows, &mut said);
        let portfolio = assessment.evaluation.portfolio;
        let row_of: BTreeMap<&str, u32> = portfolio.ids.iter().zip(0..).collect();
        let mut returned = Self { assessment, items: Vec::new(), fresh: Vec::new(), durations };
        for row in merged {
            let (project, requirement) = row.key.is.rsplit_once('/').unwrap_or((&row.key.is, ""));
            let of = row_of.get(project).copied().zip(assessment.evaluation.pack.find(requirement));
            let mut item = Item { of, row, bearing: Bearing::Unknown };
            item.bearing = returned.bearing(&item);
            returned.check(&item, &row_of, &mut said);
            returned.items.push(item);
        }
        let listed: BTreeSet<(u32, RequirementIdx)> = returned.items.iter().filter_map(|item| item.of).collect();
        for project in assessment.results.projects.iter().filter(|project| project.verdict == Verdict::Blocked) {
            let blockers = project.blockers.iter().map(|blocker| (project.row, blocker.requirement));
            returned.fresh.extend(blockers.filter(|of| !listed.contains(of)));
        }
        for item in returned.items.iter().filter(|item| item.bearing == Bearing::Contradicted) {
            said.push(returned.contradicted(item));
        }
        Diagnostic::sort(&mut said);
        (returned, said)
    }

    /// Items by their key.
    pub(crate) fn by_key(&self) -> BTreeMap<&str, &Item> {
        self.items.iter().map(|item| (item.row.key.is.as_str(), item)).collect()
    }

    fn bearing(&self, item: &Item) -> Bearing {
        let Some((row, requirement)) = item.of else { return Bearing::Unknown };
        match (self.assessment.evaluation.state(requirement, row), item.is_done()) {
            (State::Open | State::Waiting, true) => Bearing::Contradicted,
            (State::Undetermined, true) => Bearing::Unproven,
            (State::Met | State::NotApplicable, true) => Bearing::Confirmed,
            (State::Met | State::NotApplicable, false) => Bearing::Settled,
            (_, false) => Bearing::Open,
        }
    }

    fn check(&self, item: &Item, row_of: &BTreeMap<&str, u32>, said: &mut Vec<Diagnostic>) {
        let (row, as_of) = (&item.row, self.assessment.evaluation.options.as_of);
        if item.bearing == Bearing::Unknown {
            let (project, requirement) = row.key.is.rsplit_once('/').unwrap_or((&row.key.is, ""));
            let near = if row_of.contains_key(project) {
                nearest(requirement, self.assessment.evaluation.pack.iter().map(|(_, r)| r.id.as_str()))
            } else {
                nearest(project, row_of.keys().copied())
            };
            said.push(unknown_key(&row.key.is).at(row.key.place.clone()).suggest(near));
        }
        if let Some(project) = &row.project
            && row.key.is.rsplit_once('/').is_some_and(|(known, _)| known != project.is)
        {
            said.push(other_project(&row.key.is, &project.is).at(project.place.clone()));
        }
        if let Some(day) = row.done_on.as_ref().filter(|day| day.is > as_of) {
            said.push(not_yet(day.is, as_of).at(day.place.clone()));
        }
        if let (Some(state), Some(day)) = (&row.state, &row.done_on)
            && state.is != TaskState::Done
        {
            said.push(word_against_day(state.is).at(day.place.clone()).label(state.place.clone(), Words::default()));
        }
    }

    /// What the facts say of an item, in a few words.
    pub(crate) fn facts_say(&self, item: &Item, lang: kaigong_model::Lang) -> String {
        let Some((row, requirement)) = item.of else { return String::new() };
        let evaluation = &self.assessment.evaluation;
        let explanation = evaluation.explain(row, self.durations);
        let context = Context::new(evaluation, &explanation, WhyOptions { lang, full: false, hectares: false });
        let at = context.reasons.iter().position(|(reason, _)| reason.blocker.requirement == requirement);
        let told = at.and_then(|at| {
            let pieces = pieces(&context);
            let mut accounts = pieces.reasons.into_iter().flat_map(|blockers| blockers.accounts);
            accounts.find(|(number, _)| *number == at + 1).map(|(_, account)| account.head)
        });
        told.unwrap_or_else(|| state_words(evaluation.state(requirement, row)).get(lang).to_owned())
    }

    fn contradicted(&self, item: &Item) -> Diagnostic {
        let Some((row, requirement)) = item.of else { return unknown_key(&item.row.key.is) };
        let evaluation = &self.assessment.evaluation;
        let id = &evaluation.portfolio.ids[row as usize];
        let short = &evaluation.body_today(requirement).short;
        Diagnostic::warning(
            Code("KG-L111"),
            format!("「{id} {}」填了已办结，台账仍未见：{}", short.zh, self.facts_say(item, kaigong_model::Lang::Zh)),
            format!(
                "`{id} {}` is marked done, the ledger does not bear it out: {}",
                short.en,
                self.facts_say(item, kaigong_model::Lang::En)
            ),
        )
        .at(item.place().clone())
        .help("结论只看台账：把批文补进台账再核", "only the ledger counts: record the paper there and check again")
    }
}

/// One row a key, in the order the keys first come; what one row leaves out another gives.
fn merged(rows: &[ListRow], said: &mut Vec<Diagnostic>) -> Vec<ListRow> {
    let mut merged: Vec<ListRow> = Vec::new();
    let mut at: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        let known = *at.entry(&row.key.is).or_insert_with(|| {
            merged.push(ListRow { state: None, done_on: None, due: None, note: None, remark: None, ..row.clone() });
            merged.len() - 1
        });
        let mine = &mut merged[known];
        let key = &row.key.is;
        take(key, &mut mine.state, row.state.as_ref(), said);
        take(key, &mut mine.done_on, row.done_on.as_ref(), said);
        // Remarks of several offices may differ; days due are proposals. The first of each is kept.
        mine.due = mine.due.take().or_else(|| row.due.clone());
        mine.note = mine.note.take().or_else(|| row.note.clone());
        mine.remark = mine.remark.take().or_else(|| row.remark.clone());
    }
    merged
}

fn take<T: Clone + PartialEq>(
    key: &str,
    mine: &mut Option<Filled<T>>,
    theirs: Option<&Filled<T>>,
    said: &mut Vec<Diagnostic>,
) {
    match (mine.as_ref(), theirs) {
        (Some(mine), Some(theirs)) if mine.is != theirs.is => {
            said.push(
                two_lists(key).at(theirs.place.clone()).label(mine.place.clone(), Words::new("另一处", "the other")),
            );
        }
        (None, Some(theirs)) => *mine = Some(theirs.clone()),
        _ => {}
    }
}

fn unknown_key(key: &str) -> Diagnostic {
    let key: String = key.chars().filter(|c| !c.is_control()).take(120).collect();
    Diagnostic::warning(
        Code("KG-L106"),
        format!("键「{key}」对不上：台账没有这个项目，或规则包没有这个前置要件"),
        format!("the key `{key}` is of no project of the ledger or no requirement of the pack"),
    )
    .help(
        "键写作 项目编号/前置要件编号，照导出的清单，不要改",
        "a key is project/requirement, as the list was exported",
    )
}

fn other_project(key: &str, project: &str) -> Diagnostic {
    Diagnostic::warning(
        Code("KG-L108"),
        format!("键「{key}」与项目编号「{project}」不是同一个项目；按键读"),
        format!("the key `{key}` and the id `{project}` are not of one project; the key counts"),
    )
    .help("可能排序时只排了几列：请整行排序", "a sort may have moved some columns only: sort whole rows")
}

fn not_yet(day: Date, as_of: Date) -> Diagnostic {
    Diagnostic::error(
        Code("KG-L107"),
        format!("办结日期 {day} 晚于核查基准日 {as_of}"),
        format!("done on {day} is after the as-of date {as_of}"),
    )
    .help("未办结的不填办结日期；预计的日期写进办理情况", "leave it blank until it is done; a day expected is a remark")
}

fn word_against_day(state: TaskState) -> Diagnostic {
    let words = state.words();
    Diagnostic::error(
        Code("KG-L109"),
        format!("办结情况写「{}」，却填了办结日期", words.zh),
        format!("the state is `{}`, yet there is a day it was done", words.en),
    )
    .help("二者改成一致", "make the two agree")
}

fn two_lists(key: &str) -> Diagnostic {
    Diagnostic::error(
        Code("KG-L112"),
        format!("键「{key}」在两处填得不一样"),
        format!("the key `{key}` is filled in differently in two places"),
    )
    .help("核对后改成一致", "find out which is right and write it in both")
}
