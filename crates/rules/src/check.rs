//! Draft to pack: every name resolved, every expression typed, the graph without cycles.
//!
//! All faults of a pack are collected; a pack with one error is refused whole.

mod facts;
mod lint;
mod parameters;
mod requirements;
mod screens;
mod stops;
mod totals;

use std::collections::BTreeMap;
use std::sync::Arc;

use kaigong_model::{Code, Date, Diagnostic, FactIdx, Place, PoolSpec, Schema, Severity, Unit, Words, limits, nearest};
use kaigong_yaml::Document;

use crate::decode::{At, Faults, Fields};
use crate::draft::{Draft, Layer, merge, parse_layers};
use crate::expression::parse::{Ast, parse};
use crate::expression::resolve::{self, CompletedUse, ParameterName, Scope, TypeFault};
use crate::expression::{Condition, Type, Value, Written};
use crate::graph;
use crate::pack::{Department, DepartmentName, Pack, Period, Pool, RequirementIdx, Stage};

/// Loads a pack from its layers, base first.
///
/// Returns the pack and its warnings.
///
/// # Errors
/// Every fault of every file, in order of place.
pub fn load(layers: &[Layer]) -> Result<(Pack, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut faults = Faults::default();
    let documents = parse_layers(layers, &mut faults);
    let draft = merge(&documents, &mut faults);
    let pack = Checker::new(&draft, &mut faults).pack();
    Diagnostic::sort(&mut faults.0);
    faults.0.dedup();
    let refused = faults.0.iter().any(|fault| fault.severity == Severity::Error);
    match pack {
        Some(pack) if !refused => Ok((pack, faults.0)),
        _ => Err(faults.0),
    }
}

/// Parses a condition over a pack's facts, as `--where` takes it.
///
/// # Errors
/// Every fault of the text; `name` stands for the file in their places.
pub fn parse_where(pack: &Pack, name: &str, text: &str) -> Result<Written<Condition>, Vec<Diagnostic>> {
    standing_alone(pack, name, text, condition)
}

/// Parses an amount over a pack's facts, such as what a scenario maximises.
///
/// # Errors
/// Every fault of the text; `name` stands for the file in their places.
pub fn parse_value(pack: &Pack, name: &str, text: &str) -> Result<(Written<Value>, Type), Vec<Diagnostic>> {
    standing_alone(pack, name, text, value)
}

fn standing_alone<T>(
    pack: &Pack,
    name: &str,
    text: &str,
    parser: fn(At<'_>, Scope<'_>, &mut Faults) -> Option<T>,
) -> Result<T, Vec<Diagnostic>> {
    let document = Document::scalar(name, text);
    let parameters: Vec<ParameterName> = pack.parameters.iter().map(parameters::name_of).collect();
    let scope =
        Scope { schema: &pack.schema, parameters: &parameters, lights: false, completed: CompletedUse::Allowed };
    let mut faults = Faults::default();
    let at = At { document: &document, node: &document.root };
    let found = parser(at, scope, &mut faults);
    found.ok_or(faults.0)
}

/// Parses and types a condition standing at a node.
fn condition(at: At<'_>, scope: Scope<'_>, faults: &mut Faults) -> Option<Written<Condition>> {
    let (text, ast) = syntax(at, faults)?;
    let tree = resolve::condition(&ast, scope).map_err(|found| type_faults(at, &found, faults)).ok()?;
    Some(Written { tree, text })
}

/// Parses and types a value standing at a node.
fn value(at: At<'_>, scope: Scope<'_>, faults: &mut Faults) -> Option<(Written<Value>, Type)> {
    let (text, ast) = syntax(at, faults)?;
    let (tree, kind) = resolve::value(&ast, scope).map_err(|found| type_faults(at, &found, faults)).ok()?;
    Some((Written { tree, text }, kind))
}

fn syntax(at: At<'_>, faults: &mut Faults) -> Option<(String, Ast)> {
    let text = at.text(faults)?;
    match parse(text) {
        Ok(ast) => Some((text.trim().to_owned(), ast)),
        Err(fault) => {
            let span = at.document.span_within(at.node, fault.span.start, fault.span.end);
            let message = fault.message;
            faults.push(Diagnostic::error(Code("KG-R010"), message.zh, message.en).at(at.document.place(span)));
            None
        }
    }
}

fn type_faults(at: At<'_>, found: &[TypeFault], faults: &mut Faults) {
    for fault in found {
        let span = at.document.span_within(at.node, fault.span.start, fault.span.end);
        let diagnostic = Diagnostic::error(Code(fault.code), fault.zh.clone(), fault.en.clone());
        faults.push(diagnostic.at(at.document.place(span)).suggest(fault.near.as_deref()));
    }
}

/// The state shared by the parts of the check.
struct Checker<'a, 'f> {
    draft: &'a Draft<'a>,
    faults: &'f mut Faults,
    schema: Arc<Schema>,
    parameters: Vec<ParameterName>,
    departments: BTreeMap<String, Department>,
    stages: Vec<Stage>,
    stages_given: bool,
    /// Whether each pool may cover a need together with others.
    mixes: Vec<bool>,
    /// Facts that have a fault of their own; they are not reported as unknown on top of it.
    faulty_facts: Vec<String>,
    /// Ids of requirements in order; their index is their place here.
    requirement_ids: Vec<&'a str>,
}

impl<'a, 'f> Checker<'a, 'f> {
    fn new(draft: &'a Draft<'a>, faults: &'f mut Faults) -> Self {
        let requirement_ids = draft.sections.get("requirements").map(|items| items.keys().copied().collect());
        Self {
            draft,
            faults,
            schema: Arc::new(Schema::default()),
            parameters: Vec::new(),
            departments: BTreeMap::new(),
            stages: Vec::new(),
            stages_given: false,
            mixes: Vec::new(),
            faulty_facts: Vec::new(),
            requirement_ids: requirement_ids.unwrap_or_default(),
        }
    }

    fn pack(mut self) -> Option<Pack> {
        let id = self.single_text("id");
        let version = self.single_text("version");
        let title = self.draft.single.get("title").map(|at| at.words(self.faults)).unwrap_or_default();
        let test_date = self.draft.single.get("test_date").and_then(|at| at.date(self.faults));
        self.departments();
        self.stages();
        let pools = self.pools();
        self.mixes = pools.iter().map(|(pool, _)| pool.mix).collect();
        let stops = self.facts(&pools);
        let parameters = self.read_parameters();
        self.check_counts();
        let requirements = self.requirements(test_date);
        let roles = self.roles();
        let goals = self.goals(&requirements);
        let default_goal = self.default_goal(&goals);
        let alerts = self.alerts(test_date);
        let lights = self.lights();
        let totals = self.totals();
        let exceptions = self.exceptions();
        let order = graph::order(&requirements, self.faults);
        graph::check_members(&requirements, self.faults);
        let faulty: Vec<String> = self.faulty_facts.iter().map(|id| format!("unknown fact `{id}`")).collect();
        self.faults.0.retain(|fault| fault.code.0 != "KG-R012" || !faulty.contains(&fault.message.en));
        let pools = pools.into_iter().map(|(pool, _)| pool).collect();
        let mut schema = Arc::unwrap_or_clone(self.schema);
        (schema.id_fact, schema.name_fact, schema.county_fact) = (roles.id, roles.name, roles.county);
        Some(Pack {
            id: id?,
            title,
            version: version?,
            schema: Arc::new(schema),
            goals,
            default_goal: default_goal?,
            roles,
            parameters,
            departments: self.departments,
            stages: self.stages,
            requirements,
            order: order?,
            alerts,
            lights,
            pools,
            totals,
            stops,
            test_date,
            exceptions,
        })
    }

    fn single_text(&mut self, key: &str) -> Option<String> {
        if let Some(at) = self.draft.single.get(key) {
            return at.text(self.faults).map(str::to_owned);
        }
        let fault =
            Diagnostic::error(Code("KG-R002"), format!("规则包缺少「{key}」"), format!("the pack has no `{key}`"));
        let place = self.draft.file.clone();
        self.faults.push(place.into_iter().fold(fault, Diagnostic::at));
        None
    }

    fn check_counts(&mut self) {
        let counts = [
            ("事实", "facts", self.schema.len(), limits::FACTS),
            ("前置要件", "requirements", self.requirement_ids.len(), limits::REQUIREMENTS),
        ];
        for (zh, en, count, limit) in counts {
            if count > limit {
                self.faults.push(Diagnostic::error(
                    Code("KG-R025"),
                    format!("{zh} {count} 个，超过 {limit} 的上限"),
                    format!("{count} {en}, more than the limit of {limit}"),
                ));
            }
        }
    }

    /// Items of a section in order of id, ids checked.
    fn items(&mut self, section: &'static str) -> Vec<(&'a str, At<'a>, Fields<'a>)> {
        let Some(items) = self.draft.sections.get(section) else { return Vec::new() };
        let in_expressions = matches!(section, "facts" | "parameters" | "pools");
        for (id, item) in items {
            let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.') || (c == '-' && !in_expressions);
            if id.is_empty() || !id.chars().all(allowed) {
                self.faults.error(
                    "KG-R005",
                    item.key,
                    format!("「{id}」不能作名称：只用文字、数字、_ 和 .{}", if in_expressions { "" } else { "、-" }),
                    format!(
                        "`{id}` cannot be a name: use letters, digits, `_` and `.`{}",
                        if in_expressions { "" } else { " and `-`" }
                    ),
                );
            }
        }
        items.iter().map(|(id, item)| (*id, item.key, item.fields())).collect()
    }

    fn departments(&mut self) {
        for (id, _, mut fields) in self.items("departments") {
            let mut names = Vec::new();
            if let Some(list) = fields.need("names", self.faults) {
                for item in list.items(self.faults) {
                    let mut name = Fields::new(item, self.faults);
                    let mut side = |key| name.take(key).and_then(|at| at.text(self.faults)).unwrap_or_default();
                    let words = Words::new(side("zh"), side("en"));
                    let period = self.period(&mut name);
                    names.push(DepartmentName { name: words, period });
                    name.finish(self.faults);
                }
            }
            fields.finish(self.faults);
            self.departments.insert(id.to_owned(), Department { names });
        }
    }

    /// A department named by a key; unknown ones are faults only where the pack lists departments.
    fn department(&mut self, at: At<'_>) -> Option<String> {
        let id = at.text(self.faults)?;
        if !self.departments.is_empty() && !self.departments.contains_key(id) {
            let fault =
                Diagnostic::error(Code("KG-R016"), format!("没有部门「{id}」"), format!("unknown department `{id}`"));
            let near = nearest(id, self.departments.keys().map(String::as_str));
            self.faults.push(fault.at(at.place()).suggest(near));
        }
        Some(id.to_owned())
    }

    /// Stages in the order they are written; without the section, as requirements first name them.
    fn stages(&mut self) {
        let written = self.draft.written.get("stages").cloned().unwrap_or_default();
        self.stages_given = !written.is_empty();
        let mut read: BTreeMap<&str, Stage> = BTreeMap::new();
        for (id, _, mut fields) in self.items("stages") {
            let title = fields.need("title", self.faults).map(|at| at.words(self.faults)).unwrap_or_default();
            let lead = fields.take("lead").and_then(|at| self.department(at));
            fields.finish(self.faults);
            read.insert(id, Stage { id: id.to_owned(), title, lead });
        }
        self.stages = written.iter().filter_map(|id| read.remove(id)).collect();
    }

    fn stage(&mut self, at: At<'_>) -> Option<usize> {
        let id = at.text(self.faults)?;
        if let Some(found) = self.stages.iter().position(|stage| stage.id == id) {
            return Some(found);
        }
        if self.stages_given {
            let fault =
                Diagnostic::error(Code("KG-R033"), format!("没有阶段「{id}」"), format!("unknown stage `{id}`"));
            let near = nearest(id, self.stages.iter().map(|stage| stage.id.as_str()));
            self.faults.push(fault.at(at.place()).suggest(near));
            return None;
        }
        self.stages.push(Stage { id: id.to_owned(), title: Words::same(id), lead: None });
        Some(self.stages.len() - 1)
    }

    fn pools(&mut self) -> Vec<(Pool, PoolSpec)> {
        let mut pools = Vec::new();
        for (id, _, mut fields) in self.items("pools") {
            let kind = fields.need("type", self.faults).and_then(|at| facts::quantity_type(at, self.faults));
            let unit = fields.take("unit").and_then(|at| facts::unit_of(at, kind?, self.faults));
            let title = fields.take("title").map_or_else(|| Words::same(id), |at| at.words(self.faults));
            let scope = fields.take("scope").and_then(|at| at.text(self.faults)).unwrap_or("county").to_owned();
            let mut then = Vec::new();
            if let Some(list) = fields.take("then") {
                then.extend(list.items(self.faults).iter().filter_map(|at| at.text(self.faults)).map(str::to_owned));
            }
            let mix = fields.take("mix").and_then(|at| at.bool(self.faults)).unwrap_or(false);
            fields.finish(self.faults);
            let Some(dimension) = kind else { continue };
            let unit: Unit = unit.unwrap_or(dimension.standard_unit());
            let spec = PoolSpec { id: id.to_owned(), dimension, unit, title: title.clone() };
            pools.push((Pool { id: id.to_owned(), title, scope, then, mix }, spec));
        }
        pools
    }

    /// `from` and `to`, in order.
    fn period(&mut self, fields: &mut Fields<'a>) -> Period {
        let from = fields.take("from").and_then(|at| at.date(self.faults));
        let to_at = fields.take("to");
        let to = to_at.and_then(|at| at.date(self.faults));
        if let (Some(from), Some(to), Some(at)) = (from, to, to_at)
            && to < from
        {
            self.faults.error(
                "KG-R027",
                at,
                format!("止于 {to}，早于起始的 {from}"),
                format!("it ends on {to}, before it begins on {from}"),
            );
        }
        Period { from, to }
    }

    fn fact(&mut self, at: At<'_>) -> Option<FactIdx> {
        let id = at.text(self.faults)?;
        let found = self.schema.find(id);
        if found.is_none() {
            let fault = Diagnostic::error(Code("KG-R012"), format!("没有事实「{id}」"), format!("unknown fact `{id}`"));
            self.faults.push(fault.at(at.place()).suggest(nearest(id, self.schema.ids())));
        }
        found
    }

    fn requirement(&mut self, at: At<'_>) -> Option<RequirementIdx> {
        let id = at.text(self.faults)?;
        if let Ok(found) = self.requirement_ids.binary_search(&id) {
            return Some(RequirementIdx(found as u32));
        }
        let place: Place = at.place();
        if self.draft.disabled.contains(&id) {
            self.faults.push(
                Diagnostic::warning(
                    Code("KG-R101"),
                    format!("「{id}」已停用，这条依赖不再有效"),
                    format!("`{id}` is disabled; this need no longer holds"),
                )
                .at(place),
            );
            return None;
        }
        let fault =
            Diagnostic::error(Code("KG-R013"), format!("没有前置要件「{id}」"), format!("unknown requirement `{id}`"));
        self.faults.push(fault.at(place).suggest(nearest(id, self.requirement_ids.iter().copied())));
        None
    }

    fn condition(&mut self, at: At<'_>, completed: CompletedUse, lights: bool) -> Option<Written<Condition>> {
        let scope = Scope { schema: &self.schema, parameters: &self.parameters, lights, completed };
        condition(at, scope, self.faults)
    }

    fn value(&mut self, at: At<'_>) -> Option<(Written<Value>, Type)> {
        let scope = Scope {
            schema: &self.schema,
            parameters: &self.parameters,
            lights: false,
            completed: CompletedUse::Negated,
        };
        value(at, scope, self.faults)
    }
}

/// Whether a list of dated periods overlaps; fills in the ends left open, each up to the next beginning.
///
/// Periods must be in order of their first day.
fn close_periods(periods: &mut [(Period, Place)], faults: &mut Faults) {
    for at in 1..periods.len() {
        let (before, after) = periods.split_at_mut(at);
        let (Some((earlier, earlier_place)), Some((later, later_place))) = (before.last_mut(), after.first()) else {
            continue;
        };
        let begins = later.from.unwrap_or(Date(i32::MIN));
        let clash = earlier.from == later.from || earlier.to.is_some_and(|to| to >= begins);
        if clash {
            let fault =
                Diagnostic::error(Code("KG-R020"), "两个时段重叠".to_owned(), "these two periods overlap".to_owned());
            faults.push(
                fault
                    .at(later_place.clone())
                    .label(earlier_place.clone(), Words::new("与此处重叠", "overlaps with this one")),
            );
        } else if earlier.to.is_none() {
            earlier.to = Some(Date(begins.0 - 1));
        }
    }
}
