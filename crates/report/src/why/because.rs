//! 因为: the numbered blockers, each with what is wrong, where it is written, the law, who acts and how.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kaigong_model::{Cell, Date, FactIdx, Lang};
use kaigong_rules::expression::Condition;
use kaigong_rules::{Body, RequirementIdx, Target};
use kaigong_solver::{BlockerKind, FactRead, Reason, Shortage, State, Verdict};

use super::{Class, Context, fact};
use crate::phrase::{
    aside, citations, inline, list, list_some, number, pad, paper_words, sources, verdict_words, width,
};

/// Uncertain blockers of one kind told in full; where there are more, each is one line.
const TOLD: usize = 5;
/// Facts and citations listed for one blocker.
const LISTED: usize = 6;
/// The widest column of titles, terminal cells.
const TITLES: usize = 36;

/// Writes the reasons.
pub(super) fn push(context: &Context<'_, '_>, out: &mut String) {
    if context.reasons.is_empty() {
        return others(context, out);
    }
    let titles = context.reasons.iter().map(|(reason, _)| width(&context.title(reason.blocker.requirement)));
    let column = titles.filter(|cells| *cells <= TITLES).max().unwrap_or(0);
    if context.reasons.iter().all(|(_, class)| *class != Class::Certain) {
        let text =
            context.say("因为 没有确定的堵点，下列各项属推定或待定", "because of the following, none of them certain");
        let _ = writeln!(out, "\n{text}");
    }
    for class in [Class::Certain, Class::Presumed, Class::Unsettled] {
        let of = context.reasons.iter().enumerate().filter(|(_, (_, known))| *known == class);
        let reasons: Vec<_> = of.map(|(at, (reason, _))| (at + 1, *reason)).collect();
        if reasons.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{}", heading(context, class));
        let brief = class != Class::Certain && reasons.len() > TOLD && !context.options.full;
        for (number, reason) in &reasons {
            blocker(context, *number, reason, column, brief, out);
        }
        if brief {
            let text = context.say("  （依据与办理见 --full）", "  (laws and remedies: --full)");
            let _ = writeln!(out, "{text}");
        }
    }
    deadlock(context, out);
}

pub(super) fn heading(context: &Context<'_, '_>, class: Class) -> &'static str {
    match (class, context.lang) {
        (Class::Certain, Lang::Zh) => "因为",
        (Class::Certain, Lang::En) => "because",
        (Class::Presumed, Lang::Zh) => "推定（台账空白，按规则包读作无；补填后可能消除）",
        (Class::Presumed, Lang::En) => {
            "presumed (blank cells read as no by the rule pack; filling them in may clear these)"
        }
        (Class::Unsettled, Lang::Zh) => "待定（是否适用、前置是否齐备不明；资料补齐后可能消除）",
        (Class::Unsettled, Lang::En) => "unsettled (not known whether it applies, or whether what it needs is there)",
    }
}

/// The reasons of projects that nothing blocks.
fn others(context: &Context<'_, '_>, out: &mut String) {
    let result = &context.explanation.result;
    let relevant = context.relevant();
    let steps = || context.explanation.steps.iter().filter(|step| step.requirement != context.goal());
    let met = steps().filter(|step| step.state == State::Met && relevant.contains(&step.requirement)).count();
    let out_of_scope = steps().count() - met;
    let _ = match (result.readiness, context.lang) {
        (Verdict::Undetermined, Lang::Zh) => {
            writeln!(out, "\n因为 没有确定的堵点，但下列待核实各项未填，不能断定前置要件是否齐备")
        }
        (Verdict::Undetermined, Lang::En) => {
            writeln!(out, "\nbecause nothing certainly blocks it, but the facts listed below are missing and decide")
        }
        (_, Lang::Zh) => writeln!(out, "\n因为 适用的 {met} 项前置要件全部具备（另有 {out_of_scope} 项不适用）"),
        (_, Lang::En) => {
            let [met, others] = [met, out_of_scope].map(|count| number(count, context.lang));
            writeln!(out, "\nbecause all {met} requirements that apply are met ({others} do not apply)")
        }
    };
}

fn blocker(context: &Context<'_, '_>, number: usize, reason: &Reason, column: usize, brief: bool, out: &mut String) {
    let told = account(context, reason);
    let title = pad(&told.title, column);
    let digits = context.reasons.len().to_string().len();
    let indent = " ".repeat(3 + digits);
    let number = pad(&number.to_string(), digits);
    if brief {
        let separator = if told.lead.is_empty() { "" } else { context.say("；", "; ") };
        let _ = writeln!(out, "  {number} {title}  {}{separator}{}", told.head, lead(context, &told.lead));
        return;
    }
    let _ = writeln!(out, "  {number} {title}  {}", told.head);
    let law = law(context, &told);
    for line in told.more.iter().chain([&law]).filter(|line| !line.is_empty()) {
        let _ = writeln!(out, "{indent}{line}");
    }
}

/// What is told of one blocker.
pub(crate) struct Account {
    pub(crate) title: String,
    /// What is wrong.
    pub(crate) head: String,
    /// The condition, facts, presumptions and the choice it stands under; a line each.
    pub(crate) more: Vec<String>,
    /// The law it rests on; empty where none is named.
    pub(crate) law: String,
    /// The office that leads; empty where none is named.
    pub(crate) lead: String,
    /// What to do about it; empty where the pack does not say.
    pub(crate) remedy: String,
    pub(crate) since: Option<Date>,
}

/// Tells one blocker.
pub(crate) fn account(context: &Context<'_, '_>, reason: &Reason) -> Account {
    let body = context.body(reason.blocker.requirement);
    let Told { head, asked, facts } = wrong(context, reason, body);
    let more = [asked, facts, presumes(context, reason, body), choice(context, reason)];
    let cites = citations(&body.cite, context.evaluation.options.law(), context.lang);
    let shown = if context.options.full { usize::MAX } else { 3 };
    // Older than the project's own records, a date is only that of the law.
    let own = |day: &Date| context.explanation.first_record.is_some_and(|first| first <= *day);
    Account {
        title: context.title(reason.blocker.requirement),
        head,
        more: more.into_iter().filter(|line| !line.is_empty()).collect(),
        law: sources(&cites, shown, context.lang),
        lead: body.owner.as_deref().map(|owner| context.department(owner)).unwrap_or_default(),
        remedy: body.remedy.get(context.lang).to_owned(),
        since: reason.since.filter(own),
    }
}

fn lead(context: &Context<'_, '_>, lead: &str) -> String {
    if lead.is_empty() { String::new() } else { format!("{}{lead}", context.say("牵头 ", "lead: ")) }
}

/// What is said of one blocker.
struct Told {
    /// What is wrong.
    head: String,
    /// The condition, where the head leaves it open.
    asked: String,
    /// Facts the head does not tell.
    facts: String,
}

/// What is wrong in a phrase, and what that leaves to be told.
fn wrong(context: &Context<'_, '_>, reason: &Reason, body: &Body) -> Told {
    let mut facts: Vec<&FactRead> = reason.facts.iter().collect();
    let by_kind = match reason.blocker.kind {
        BlockerKind::Deadlock => Some(mutual(context)),
        BlockerKind::NoWay => Some(no_way(context, body)),
        BlockerKind::Upstream => Some(upstream(context, reason)),
        BlockerKind::Resource => short(context, &reason.draws),
        BlockerKind::Action => None,
    };
    let mut plain = by_kind.is_none();
    let head = match by_kind {
        Some(mut text) => {
            if let ([only], true) = (&facts[..], reason.blocker.kind != BlockerKind::NoWay) {
                // The one fact behind it is told by the phrase; only its place is missing.
                text.push_str(&fact::at(context, only));
                facts.clear();
            }
            text
        }
        None => match running(context, body, &mut facts) {
            Some(text) => {
                plain = false;
                text
            }
            None => first(context, &mut facts, body),
        },
    };
    let asked = if plain { asked(context, body) } else { String::new() };
    Told { head, asked, facts: listed(context, &facts, body) }
}

/// Later papers whose blanks are read as no, where what is recorded of the step itself is no for certain.
fn presumes(context: &Context<'_, '_>, reason: &Reason, body: &Body) -> String {
    let class = context.class(reason);
    if class != Class::Presumed || reason.facts.iter().any(|read| read.presumed) {
        return String::new();
    }
    let blank = |fact: &&FactIdx| matches!(context.cell(**fact), Cell::Blank);
    let papers: Vec<String> = body.evidenced_by.iter().filter(blank).map(|&fact| context.fact_title(fact)).collect();
    match (papers.is_empty(), context.lang) {
        (true, _) => String::new(),
        (false, Lang::Zh) => format!("后续批文未填，按无推定：{}", list(&papers, context.lang)),
        (false, Lang::En) => format!("later papers left blank, presumed no: {}", list(&papers, context.lang)),
    }
}

/// The alternatives none of which applies.
fn no_way(context: &Context<'_, '_>, body: &Body) -> String {
    let out = |step: &RequirementIdx| context.steps.get(step).is_some_and(|step| step.state == State::NotApplicable);
    let closed = body.needs.iter().find_map(|need| match &need.target {
        Target::Group { members, .. } if members.iter().all(out) => Some(members),
        Target::Group { .. } | Target::Step(_) => None,
    });
    let names: Vec<String> = closed.into_iter().flatten().map(|&member| context.short(member)).collect();
    let names = if names.is_empty() { names.join("") } else { aside(&list(&names, context.lang), context.lang) };
    match context.lang {
        Lang::Zh => format!("可选路径{names}均不适用，无路可走"),
        Lang::En => format!("no alternative applies{names}, there is no way"),
    }
}

/// A period that still runs, with the place of the day it runs from.
fn running(context: &Context<'_, '_>, body: &Body, facts: &mut Vec<&FactRead>) -> Option<String> {
    let (of, text) = fact::running(context, body)?;
    let at = facts.iter().position(|read| read.fact == of)?;
    let read = facts.remove(at);
    Some(format!("{text}{}", fact::at(context, read)))
}

/// The fact that says most: a document, else the first.
fn first(context: &Context<'_, '_>, facts: &mut Vec<&FactRead>, body: &Body) -> String {
    if facts.is_empty() {
        return context.say("不满足条件", "its condition is not met").to_owned();
    }
    let at = facts.iter().position(|read| read.paper.is_some()).unwrap_or(0);
    let read = facts.remove(at);
    if read.paper.is_some() && facts.is_empty() {
        return format!("{}{}", fact::value(context, read, body), fact::at(context, read));
    }
    told(context, read, body)
}

/// A fact with its title, value and place.
fn told(context: &Context<'_, '_>, read: &FactRead, body: &Body) -> String {
    let (title, value) = (context.fact_title(read.fact), fact::value(context, read, body));
    let colon = context.say(" ", ": ");
    format!("{title}{colon}{value}{}", fact::at(context, read))
}

fn listed(context: &Context<'_, '_>, facts: &[&FactRead], body: &Body) -> String {
    if facts.is_empty() {
        return String::new();
    }
    let shown = if context.options.full { facts.len() } else { LISTED };
    let mut text = facts
        .iter()
        .take(shown)
        .map(|read| told(context, read, body))
        .collect::<Vec<_>>()
        .join(context.say("；", "; "));
    if facts.len() > shown {
        let _ = match context.lang {
            Lang::Zh => write!(text, "；等 {} 项", facts.len()),
            Lang::En => write!(text, "; and {} more", facts.len() - shown),
        };
    }
    format!("{}{text}", context.say("事实 ", "facts: "))
}

/// Pools that do not cover what is drawn on them.
fn short(context: &Context<'_, '_>, draws: &[Shortage]) -> Option<String> {
    let pack = context.evaluation.pack;
    let open = draws.iter().filter(|draw| draw.needed.is_none_or(|needed| needed > draw.granted));
    let open: Vec<&Shortage> = open.collect();
    let phrase = |draw: &&Shortage| {
        let spec = &pack.schema.pools[draw.pool.0 as usize];
        let amount = |atoms| context.amount(atoms, spec.dimension, Some(spec.unit));
        let title = if open.len() > 1 || !draw.mixed.is_empty() {
            let titles = draw.pools().map(|pool| inline(&pack.pools[pool.0 as usize].title, context.lang));
            format!("{} ", titles.collect::<Vec<_>>().join(" + "))
        } else {
            String::new()
        };
        let granted = amount(draw.granted);
        match (draw.needed, context.lang) {
            (Some(needed), Lang::Zh) => {
                format!("{title}需 {}，已配 {granted}，缺 {}", amount(needed), amount(needed - draw.granted))
            }
            (Some(needed), Lang::En) => {
                format!("{title}needs {}, granted {granted}, short {}", amount(needed), amount(needed - draw.granted))
            }
            (None, Lang::Zh) => format!("{title}需求量不明，已配 {granted}"),
            (None, Lang::En) => format!("{title}need not known, granted {granted}"),
        }
    };
    let phrases: Vec<String> = open.iter().map(phrase).collect();
    (!phrases.is_empty()).then(|| phrases.join(context.say("；", "; ")))
}

fn upstream(context: &Context<'_, '_>, reason: &Reason) -> String {
    let projects: Vec<String> = reason
        .upstream
        .iter()
        .map(|&row| {
            let verdict = verdict_words(context.evaluation.verdict(row));
            format!("{}{}", context.project(row), aside(verdict.get(context.lang), context.lang))
        })
        .collect();
    let projects = list_some(&projects, if context.options.full { usize::MAX } else { LISTED }, context.lang);
    match (projects.is_empty(), context.lang) {
        (true, Lang::Zh) => "等上游项目".to_owned(),
        (true, Lang::En) => "waits for an upstream project".to_owned(),
        (false, Lang::Zh) => format!("等 {projects}"),
        (false, Lang::En) => format!("waits for {projects}"),
    }
}

/// The projects this one and they wait for one another.
fn mutual(context: &Context<'_, '_>) -> String {
    let rows = context.explanation.deadlock.iter().flatten().filter(|row| **row != context.row);
    let others: Vec<String> = rows.map(|row| context.project(*row)).collect();
    if others.is_empty() {
        return context.say("等待自身", "waits for itself").to_owned();
    }
    let others = list_some(&others, LISTED, context.lang);
    match context.lang {
        Lang::Zh => format!("与 {others} 互为前置"),
        Lang::En => format!("mutual wait with {others}"),
    }
}

/// The condition, where more than one document is asked for.
fn asked(context: &Context<'_, '_>, body: &Body) -> String {
    let Some(met) = &body.met_when else { return String::new() };
    if matches!(met.tree, Condition::Issued(_) | Condition::Completed(_)) {
        return String::new();
    }
    format!("{}{}", context.say("要求 ", "asks: "), context.wording().condition(&met.tree))
}

/// The choice a blocker stands under.
fn choice(context: &Context<'_, '_>, reason: &Reason) -> String {
    let Some(choice) = &reason.blocker.group else { return String::new() };
    let pack = context.evaluation.pack;
    let found = choice.id.rsplit_once('/').and_then(|(holder, nth)| {
        let holder = pack.find(holder)?;
        let nth: usize = nth.parse().ok()?;
        let mut groups = context.body(holder).needs.iter().filter_map(|need| match &need.target {
            Target::Group { members, .. } => Some(members),
            Target::Step(_) => None,
        });
        Some((holder, groups.nth(nth.checked_sub(1)?)?))
    });
    let Some((holder, members)) = found else { return String::new() };
    let applies =
        |member: &&RequirementIdx| context.steps.get(member).is_none_or(|step| step.state != State::NotApplicable);
    let open: Vec<String> = members.iter().filter(applies).map(|&member| context.short(member)).collect();
    let holder = context.short(holder);
    let way = context.choice(choice.choose, open.len());
    let mut text = match context.lang {
        Lang::Zh if open.len() <= choice.choose as usize => format!("「{holder}」的其他路径不适用，须走此项"),
        Lang::En if open.len() <= choice.choose as usize => format!("no other way of {holder} applies"),
        Lang::Zh => format!("属「{holder}」{way}：{}", list(&open, context.lang)),
        Lang::En => format!("one way of {holder}, {way}: {}", list(&open, context.lang)),
    };
    if choice.alternative != reason.blocker.requirement {
        let _ = match context.lang {
            Lang::Zh => write!(text, "；本项走「{}」", context.short(choice.alternative)),
            Lang::En => write!(text, "; this is on the way by {}", context.short(choice.alternative)),
        };
    }
    text
}

/// Law, department, remedy, since when.
fn law(context: &Context<'_, '_>, told: &Account) -> String {
    let [lead, remedy, law, since] = told.parts(context);
    joined(context, [law, lead, remedy, since])
}

fn joined(context: &Context<'_, '_>, parts: [String; 4]) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(context.say("；", "; "))
}

impl Account {
    /// Department, remedy, law, since when, in one line.
    pub(crate) fn footing(&self, context: &Context<'_, '_>) -> String {
        joined(context, self.parts(context))
    }

    /// Department, remedy, law, since when, each with its label; empty where nothing is told.
    fn parts(&self, context: &Context<'_, '_>) -> [String; 4] {
        let labelled = |zh, en, text: &str| {
            if text.is_empty() { String::new() } else { format!("{}{text}", context.say(zh, en)) }
        };
        [
            lead(context, &self.lead),
            labelled("办理 ", "remedy: ", &self.remedy),
            labelled("依据 ", "law: ", &self.law),
            self.since.map(|day| since(day, context.lang)).unwrap_or_default(),
        ]
    }
}

/// Since when, in words.
fn since(day: Date, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("自 {day} 起"),
        Lang::En => format!("since {day}"),
    }
}

/// A blocker's gap in a word or two, for the tree.
pub(super) fn gap(context: &Context<'_, '_>, reason: &Reason) -> String {
    match reason.blocker.kind {
        BlockerKind::Deadlock => return context.say("互为前置", "mutual wait").to_owned(),
        BlockerKind::NoWay => return context.say("无路可走", "no way").to_owned(),
        BlockerKind::Upstream => {
            let ids: Vec<&str> =
                reason.upstream.iter().map(|&row| &context.evaluation.portfolio.ids[row as usize]).collect();
            return format!("{}{}", context.say("等 ", "waits for "), list_some(&ids, 2, context.lang));
        }
        BlockerKind::Resource | BlockerKind::Action => {}
    }
    let pack = context.evaluation.pack;
    let missing = reason.draws.iter().find_map(|draw| Some((draw, draw.needed? - draw.granted)));
    if let Some((draw, missing)) = missing.filter(|(_, missing)| *missing > 0) {
        let spec = &pack.schema.pools[draw.pool.0 as usize];
        let amount = context.amount(missing, spec.dimension, Some(spec.unit));
        return format!("{}{amount}", context.say("缺 ", "short "));
    }
    if fact::running(context, context.body(reason.blocker.requirement)).is_some() {
        return context.say("期限未满", "still running").to_owned();
    }
    let paper = reason.facts.iter().find_map(|read| read.paper);
    match paper {
        Some(state) if state != kaigong_solver::PaperState::Issued => paper_words(state).get(context.lang).to_owned(),
        _ => context.say("不满足", "not met").to_owned(),
    }
}

/// Projects of a mutual wait whose links are looked up one by one.
const CYCLE: usize = 24;

/// The whole cycle of a mutual wait.
fn deadlock(context: &Context<'_, '_>, out: &mut String) {
    let Some(rows) = &context.explanation.deadlock else { return };
    let id = |row: u32| &context.evaluation.portfolio.ids[row as usize];
    let waits = |from: u32, to: u32| match context.lang {
        Lang::Zh => format!("{} 等 {}", id(from), id(to)),
        Lang::En => format!("{} waits for {}", id(from), id(to)),
    };
    let cycle = if rows.len() <= CYCLE { cycle(context, rows) } else { None };
    let text = match cycle {
        Some(cycle) => {
            let next = cycle.iter().skip(1).chain(cycle.first());
            let links: Vec<String> = cycle.iter().zip(next).map(|(&from, &to)| waits(from, to)).collect();
            links.join(context.say("，", ", "))
        }
        None => list(&rows.iter().map(|&row| id(row)).collect::<Vec<_>>(), context.lang),
    };
    let advice = context.say("须由上级协调，先放开其中一环", "someone above has to release one link first");
    let _ = writeln!(out, "{}{text}{}{advice}", context.say("互为前置：", "mutual wait: "), context.say("；", "; "));
}

/// The shortest cycle through the project, by the links that decide.
fn cycle(context: &Context<'_, '_>, rows: &[u32]) -> Option<Vec<u32>> {
    let start = context.row;
    let mut from: BTreeMap<u32, u32> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(row) = queue.pop_front() {
        for other in links(context, row) {
            if other == start {
                let mut path = vec![row];
                let mut at = row;
                while at != start {
                    at = *from.get(&at)?;
                    path.push(at);
                }
                path.reverse();
                return Some(path);
            }
            if rows.contains(&other) && !from.contains_key(&other) {
                from.insert(other, row);
                queue.push_back(other);
            }
        }
    }
    None
}

fn links(context: &Context<'_, '_>, row: u32) -> Vec<u32> {
    if row == context.row {
        return context.explanation.reasons.iter().flat_map(|reason| reason.upstream.clone()).collect();
    }
    context.evaluation.held_up_by(row)
}
