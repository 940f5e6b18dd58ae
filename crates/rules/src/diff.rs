//! What two packs say differently, item by item and key by key.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_model::{DateKind, Dimension, FactIdx, FactSpec, FactType, Words, format_exact};

use crate::expression::types::type_words;
use crate::expression::{Reading, Use, Written};
use crate::pack::{
    Alert, Body, Citation, Department, Goal, Light, Need, Pack, Parameter, Period, Pool, Requirement, RequirementIdx,
    Stage, StopRule, Target, Total,
};

/// One key of an item in both packs; `None` where a pack does not have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineDiff {
    /// The key, as a pack writes it; parts of lists and versions are named in brackets.
    pub key: String,
    /// What the old pack says.
    pub old: Option<String>,
    /// What the new pack says.
    pub new: Option<String>,
}

/// How an item differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Only the new pack has it.
    Added,
    /// Only the old pack has it.
    Removed,
    /// Both have it and say different things.
    Changed,
}

/// An item that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemDiff {
    /// The top-level key it stands under.
    pub section: &'static str,
    /// Its id.
    pub id: String,
    /// Its title, the new one where there are two.
    pub title: Words,
    /// How it differs.
    pub change: Change,
    /// The keys that differ, in order.
    pub lines: Vec<LineDiff>,
}

/// What differs between two packs, in order of section and id.
///
/// Texts of law, conditions, dates, kinds and numbers are compared; places, notes and tests are not.
pub fn diff(old: &Pack, new: &Pack) -> Vec<ItemDiff> {
    let (old, new) = (listing(old), listing(new));
    let keys: BTreeSet<&Key> = old.keys().chain(new.keys()).collect();
    let mut found = Vec::new();
    let nothing = Lines::default();
    for key in keys {
        let (before, after) = (old.get(key), new.get(key));
        let lines = differing(before.map_or(&nothing, |item| &item.lines), after.map_or(&nothing, |item| &item.lines));
        let change = match (before, after) {
            (None, _) => Change::Added,
            (_, None) => Change::Removed,
            _ if lines.is_empty() => continue,
            _ => Change::Changed,
        };
        let title = after.or(before).map(|item| item.title.clone()).unwrap_or_default();
        found.push(ItemDiff { section: SECTIONS[key.0], id: key.1.clone(), title, change, lines });
    }
    found
}

/// Keys that only tell: they change words, times and charges, never a state.
const TELLING: [&str; 10] = ["title", "short", "stage", "owner", "takes", "cost", "remedy", "cite", "range", "ask"];

impl ItemDiff {
    /// Whether it can change the state of a requirement.
    fn decides(&self) -> bool {
        self.change != Change::Changed || self.lines.iter().any(LineDiff::decides)
    }
}

impl LineDiff {
    /// Its last name tells what it is of: `versions[2020-01-01].takes.statutory`, `needs[a].cite`, `values[-]`.
    fn decides(&self) -> bool {
        let outside: String =
            self.key.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest)).collect();
        let names: Vec<&str> = outside.split('.').filter(|name| *name != "versions").collect();
        !names.iter().any(|name| TELLING.contains(name))
    }
}

/// Requirements of a pack that a difference reaches: their own text, or a parameter, fact or pool they read.
/// Differences that only tell are left out.
pub fn reached(pack: &Pack, differences: &[ItemDiff]) -> BTreeMap<RequirementIdx, Vec<usize>> {
    let at: BTreeMap<(&str, &str), usize> = differences
        .iter()
        .enumerate()
        .filter(|(_, item)| item.decides())
        .map(|(at, item)| ((item.section, item.id.as_str()), at))
        .collect();
    let mut found = BTreeMap::new();
    for (idx, requirement) in pack.iter() {
        let mut by = BTreeSet::new();
        by.extend(at.get(&("requirements", requirement.id.as_str())));
        for goal in pack.goals.iter().filter(|goal| goal.requirement == idx) {
            by.extend(at.get(&("goals", goal.id.as_str())));
        }
        let mut see = |used: Use| {
            let key = match used {
                Use::Fact(fact) => ("facts", pack.schema[fact].id.as_str()),
                Use::Parameter(parameter) => ("parameters", pack.parameters[parameter.0 as usize].id.as_str()),
                Use::Pool(pool) => ("pools", pack.pools[pool.0 as usize].id.as_str()),
            };
            by.extend(at.get(&key));
        };
        requirement.uses(&mut see);
        if !by.is_empty() {
            found.insert(idx, by.into_iter().collect());
        }
    }
    found
}

const SECTIONS: [&str; 12] = [
    "pack",
    "requirements",
    "parameters",
    "facts",
    "alerts",
    "goals",
    "pools",
    "totals",
    "stops",
    "departments",
    "stages",
    "lights",
];

/// Section and id.
type Key = (usize, String);

/// An item as lines of key and value.
struct Item {
    title: Words,
    lines: Lines,
}

/// Values that the other side does not have, key by key; what is left over on both sides is paired in order.
fn differing(old: &Lines, new: &Lines) -> Vec<LineDiff> {
    let without = |lines: &Lines, other: &Lines, key: &str| -> Vec<String> {
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        other.values(key).iter().for_each(|value| *known.entry(value).or_default() += 1);
        let spare = |value: &&String| match known.get_mut(value.as_str()) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        };
        lines.values(key).iter().filter(spare).cloned().collect()
    };
    let mut found = Vec::new();
    let added = new.order.iter().filter(|key| !old.by_key.contains_key(*key));
    for key in old.order.iter().chain(added) {
        let (gone, come) = (without(old, new, key), without(new, old, key));
        for at in 0..gone.len().max(come.len()) {
            found.push(LineDiff { key: key.clone(), old: gone.get(at).cloned(), new: come.get(at).cloned() });
        }
    }
    found
}

/// Every item of a pack.
fn listing(pack: &Pack) -> BTreeMap<Key, Item> {
    let mut items = BTreeMap::new();
    let mut put = |section: &str, id: &str, title: &Words, lines: Lines| {
        let section = SECTIONS.iter().position(|known| *known == section).unwrap_or_default();
        items.insert((section, id.to_owned()), Item { title: title.clone(), lines });
    };
    // One item on either side, whatever the packs are called.
    put("pack", "pack.yaml", &pack.title, whole(pack));
    for requirement in &pack.requirements {
        put("requirements", &requirement.id, &requirement.base.title, requirement_lines(pack, requirement));
    }
    for parameter in &pack.parameters {
        put("parameters", &parameter.id, &parameter.title, parameter_lines(parameter));
    }
    for (_, spec) in pack.schema.iter() {
        put("facts", &spec.id, &spec.title, fact_lines(spec));
    }
    for alert in &pack.alerts {
        put("alerts", &alert.id, &alert.title, alert_lines(pack, alert));
    }
    for goal in &pack.goals {
        put("goals", &goal.id, &goal.title, goal_lines(pack, goal));
    }
    for pool in &pack.pools {
        put("pools", &pool.id, &pool.title, pool_lines(pool));
    }
    for total in &pack.totals {
        put("totals", &total.id, &pack.schema[total.whole].title, total_lines(pack, total));
    }
    for stop in &pack.stops {
        put("stops", &stop.id, &stop.title, stop_lines(pack, stop));
    }
    for (id, department) in &pack.departments {
        let title = department.names.last().map(|name| name.name.clone()).unwrap_or_default();
        put("departments", id, &title, department_lines(department));
    }
    for stage in &pack.stages {
        put("stages", &stage.id, &stage.title, stage_lines(stage));
    }
    for (at, light) in pack.lights.iter().enumerate() {
        put("lights", &format!("{}. {}", at + 1, light.light), &light.meaning, light_lines(light));
    }
    items
}

/// What an item says: values by key, keys in the order first written.
#[derive(Default)]
struct Lines {
    order: Vec<String>,
    by_key: BTreeMap<String, Vec<String>>,
}

impl Lines {
    fn put(&mut self, key: &str, value: impl Into<String>) {
        let value = value.into();
        if value.is_empty() {
            return;
        }
        if let Some(values) = self.by_key.get_mut(key) {
            values.push(value);
        } else {
            self.order.push(key.to_owned());
            self.by_key.insert(key.to_owned(), vec![value]);
        }
    }

    fn values(&self, key: &str) -> &[String] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }

    fn words(&mut self, key: &str, words: &Words) {
        let text = if words.zh == words.en { words.zh.clone() } else { format!("{} / {}", words.zh, words.en) };
        self.put(key, text);
    }

    fn written<T>(&mut self, key: &str, written: Option<&Written<T>>) {
        self.put(key, written.map_or("", |written| written.text.trim()));
    }

    fn period(&mut self, period: Period) {
        self.put("from", period.from.map(|day| day.to_string()).unwrap_or_default());
        self.put("to", period.to.map(|day| day.to_string()).unwrap_or_default());
    }

    fn cite(&mut self, cite: &[Citation]) {
        cite.iter().for_each(|cite| self.put("cite", citation(cite)));
    }
}

fn citation(cite: &Citation) -> String {
    let article = cite.article.as_deref().unwrap_or_default();
    let version = cite.version.map(|day| format!("({day})")).unwrap_or_default();
    let note = cite.note.as_ref().map(|note| format!(" {note}")).unwrap_or_default();
    format!("{}{article}{version} [{}]{note}", cite.law, cite.status.name())
}

fn whole(pack: &Pack) -> Lines {
    let mut lines = Lines::default();
    lines.put("id", &pack.id);
    lines.put("version", &pack.version);
    lines.words("title", &pack.title);
    lines.put("default_goal", &pack.goals[pack.default_goal].id);
    lines.put("test_date", pack.test_date.map(|day| day.to_string()).unwrap_or_default());
    for (role, fact) in pack.roles.named() {
        lines.put(&format!("roles.{role}"), fact.map_or("", |fact| fact_name(pack, fact)));
    }
    lines
}

fn requirement_lines(pack: &Pack, requirement: &Requirement) -> Lines {
    let mut lines = body_lines(pack, &requirement.base);
    lines.put("stage", requirement.stage.map_or("", |at| &pack.stages[at].id));
    lines.period(requirement.period);
    lines.put("governed_by", requirement.governed_by.map(|reading| reading_name(pack, reading)).unwrap_or_default());
    let base = body_lines(pack, &requirement.base);
    for version in &requirement.versions {
        let from = version.period.from.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let name = |key: &str| format!("versions[{from}].{key}");
        lines.put(&name("to"), version.period.to.map(|day| day.to_string()).unwrap_or_default());
        let own = body_lines(pack, &version.body);
        // Only what the version says itself.
        for key in own.order.iter().filter(|key| own.values(key) != base.values(key)) {
            own.values(key).iter().for_each(|value| lines.put(&name(key), value));
        }
        for key in base.order.iter().filter(|key| own.values(key).is_empty()) {
            lines.put(&name(key), "-");
        }
    }
    lines
}

fn body_lines(pack: &Pack, body: &Body) -> Lines {
    let mut lines = Lines::default();
    lines.words("title", &body.title);
    if body.short != body.title {
        lines.words("short", &body.short);
    }
    lines.put("kind", body.kind.name());
    lines.written("applies_when", body.applies_when.as_ref());
    lines.written("met_when", body.met_when.as_ref());
    let evidence: Vec<&str> = body.evidenced_by.iter().map(|&fact| fact_name(pack, fact)).collect();
    lines.put("evidenced_by", evidence.join(", "));
    body.needs.iter().for_each(|need| need_line(pack, need, &mut lines));
    for draw in &body.draws {
        let when = draw.when.as_ref().map(|when| format!(" when {}", when.text.trim())).unwrap_or_default();
        let pools: Vec<&str> = draw.pools().map(|pool| &*pack.pools[pool.0 as usize].id).collect();
        let pool = pools.join(", ");
        lines.put(&format!("draws[{pool}]"), format!("{}{when}", draw.amount.text.trim()));
    }
    lines.put("owner", body.owner.as_deref().unwrap_or_default());
    for (key, time) in [("takes.statutory", body.takes.statutory), ("takes.typical", body.takes.typical)] {
        lines.put(key, time.map(|time| time.to_string()).unwrap_or_default());
    }
    if let Some(cost) = &body.cost {
        let wan = Dimension::Money.standard_unit();
        lines.put("cost.money", format!("{} {}", format_exact(i128::from(cost.money), wan), wan.name));
    }
    lines.words("remedy", &body.remedy);
    lines.cite(&body.cite);
    lines
}

/// `needs[step]` and what the edge says: always, or when and in which days.
fn need_line(pack: &Pack, need: &Need, lines: &mut Lines) {
    let name = |idx: RequirementIdx| pack[idx].id.as_str();
    let target = match &need.target {
        Target::Step(step) => name(*step).to_owned(),
        Target::Group { choose, members } => {
            let members: Vec<&str> = members.iter().map(|&member| name(member)).collect();
            format!("{choose} of {}", members.join(", "))
        }
    };
    let edge = &need.edge;
    let mut words = Vec::new();
    words.extend(edge.when.as_ref().map(|when| format!("when {}", when.text.trim())));
    words.extend(edge.period.from.map(|day| format!("from {day}")));
    words.extend(edge.period.to.map(|day| format!("to {day}")));
    words.extend(edge.customary.then(|| "customary".to_owned()));
    let says = if words.is_empty() { "always".to_owned() } else { words.join("; ") };
    lines.put(&format!("needs[{target}]"), says);
    edge.cite.iter().for_each(|cite| lines.put(&format!("needs[{target}].cite"), citation(cite)));
}

fn parameter_lines(parameter: &Parameter) -> Lines {
    let mut lines = Lines::default();
    lines.words("title", &parameter.title);
    lines.put("type", type_words(parameter.kind).1);
    for value in &parameter.values {
        let from = value.period.from.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let text = if value.value.is_some() { value.text.as_str() } else { "-" };
        lines.put(&format!("values[{from}]"), text);
        lines.put(&format!("values[{from}].to"), value.period.to.map(|day| day.to_string()).unwrap_or_default());
        value.cite.iter().for_each(|cite| lines.put(&format!("values[{from}].cite"), citation(cite)));
    }
    lines
}

fn fact_lines(spec: &FactSpec) -> Lines {
    let mut lines = Lines::default();
    lines.words("title", &spec.title);
    lines.put("type", spec.kind.name());
    lines.put("unit", spec.unit.map_or("", |unit| unit.name));
    lines.put("blank", spec.blank.name());
    lines.put("is", if spec.date_kind == DateKind::Plan { "plan" } else { "" });
    lines.put("columns", spec.columns.join(", "));
    for value in &spec.values {
        lines.put(&format!("values[{}]", value.id), value.words.join(", "));
    }
    if let (Some((least, most)), FactType::Quantity(dimension)) = (spec.range, spec.kind) {
        let unit = spec.unit.unwrap_or(dimension.standard_unit());
        let amount = |atoms: i64| format!("{} {}", format_exact(i128::from(atoms), unit), unit.name);
        lines.put("range", format!("{} .. {}", amount(least), amount(most)));
    }
    lines.put("ask", spec.ask.as_deref().unwrap_or_default());
    lines.put("valid", spec.valid.map(|time| time.to_string()).unwrap_or_default());
    lines.put("used_by", spec.used_by.join(", "));
    lines.put("personal", if spec.personal { "true" } else { "" });
    lines.put("goal", spec.goal.as_deref().unwrap_or_default());
    lines
}

fn alert_lines(pack: &Pack, alert: &Alert) -> Lines {
    let mut lines = Lines::default();
    lines.words("title", &alert.title);
    lines.written("when", Some(&alert.when));
    lines.put("severity", alert.severity.name());
    if let Some(fine) = &alert.fine {
        let of = fine.of.map(|fact| format!(" of {}", fact_name(pack, fact))).unwrap_or_default();
        lines.put("fine", format!("{} .. {}{of}", fine.from, fine.to));
        fine.per.iter().for_each(|words| lines.words("fine per", words));
        fine.times.iter().for_each(|words| lines.words("fine times", words));
    }
    lines.period(alert.period);
    lines.cite(&alert.cite);
    lines
}

fn goal_lines(pack: &Pack, goal: &Goal) -> Lines {
    let mut lines = Lines::default();
    lines.words("title", &goal.title);
    lines.put("requirement", &pack[goal.requirement].id);
    lines.written("started_when", goal.started_when.as_ref());
    lines.written("landed_when", goal.landed_when.as_ref());
    lines
}

fn pool_lines(pool: &Pool) -> Lines {
    let mut lines = Lines::default();
    lines.words("title", &pool.title);
    lines.put("scope", &pool.scope);
    lines.put("then", pool.then.join(", "));
    lines.put("mix", if pool.mix { "true" } else { "" });
    lines
}

fn total_lines(pack: &Pack, total: &Total) -> Lines {
    let mut lines = Lines::default();
    lines.put("whole", fact_name(pack, total.whole));
    total.parts.iter().for_each(|&part| lines.put("parts", fact_name(pack, part)));
    lines.put("exact", if total.exact { "true" } else { "" });
    lines
}

fn stop_lines(pack: &Pack, stop: &StopRule) -> Lines {
    let mut lines = Lines::default();
    lines.words("title", &stop.title);
    for cause in &stop.causes {
        let known = pack.schema.iter().flat_map(|(_, spec)| spec.causes.iter()).find(|known| known.id == *cause);
        known.into_iter().for_each(|known| lines.words(&format!("causes[{cause}]"), &known.words));
    }
    stop.documents.iter().for_each(|document| lines.put("documents", document));
    lines.period(stop.period);
    lines.cite(&stop.cite);
    lines
}

fn department_lines(department: &Department) -> Lines {
    let mut lines = Lines::default();
    for name in &department.names {
        let from = name.period.from.map_or_else(|| "-".to_owned(), |day| day.to_string());
        lines.words(&format!("names[{from}]"), &name.name);
    }
    lines
}

fn stage_lines(stage: &Stage) -> Lines {
    let mut lines = Lines::default();
    lines.words("title", &stage.title);
    lines.put("lead", stage.lead.as_deref().unwrap_or_default());
    lines
}

fn light_lines(light: &Light) -> Lines {
    let mut lines = Lines::default();
    lines.written("when", Some(&light.when));
    lines.words("meaning", &light.meaning);
    lines
}

fn fact_name(pack: &Pack, fact: FactIdx) -> &str {
    &pack.schema[fact].id
}

fn reading_name(pack: &Pack, reading: Reading) -> String {
    match reading {
        Reading::Fact(fact) => fact_name(pack, fact).to_owned(),
        Reading::Part(fact, part) => format!("{}.{}", fact_name(pack, fact), part.name()),
    }
}
