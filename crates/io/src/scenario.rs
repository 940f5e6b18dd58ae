//! Scenario files: what there is to share out, among whom, and what is wanted; bytes in, a [`Scenario`] out, or
//! every fault of the file.
//!
//! Amounts, shares and names of pools are settled here. Expressions, project ids and counties stay as written,
//! with their places: only who has the rules and the ledger can say what they mean.

mod faults;
mod fields;

use std::collections::BTreeMap;

use kaigong_model::{Date, Diagnostic, Level, Place, Schema, period_days};
use kaigong_yaml::Kind;

use crate::{
    input::{Input, Share},
    log::Log,
    text::decode,
    words::{amount as amount_words, carry_of_no_period, expires_too_soon},
};
use faults::{
    draw_of_county, grants_without_grants, held_too_much, listed_twice, order_twice, order_without_order, to_itself,
    unknown_plan,
};
use fields::{Field, Key, Map, Reader, key};

/// A text as written, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The text, without blanks around it.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

/// A dry run of an allocation, as its file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Its name; the stem of the file's name where the file gives none.
    pub name: Said,
    /// The file, as the user named it.
    pub file: String,
    /// The goal to clear projects for; the pack's own where none.
    pub goal: Option<Said>,
    /// How soon a project must be able to start to count as released; no test of time where none.
    pub horizon: Option<Horizon>,
    /// The period it is for, such as `2018`.
    pub period: Option<String>,
    /// What there is, in the order written.
    pub supply: Vec<ScenarioPool>,
    /// What may be moved between counties.
    pub transfers: Vec<ScenarioTransfer>,
    /// The share, by the id of the pool, of what the period before has left that is carried into this one.
    pub carry: Vec<Carried>,
    /// What a unit of a pool, by its id, costs, fen; what has no price is not for sale once another has one.
    pub prices: Vec<(String, i64)>,
    /// Who is asked about, an expression; by default those not started that have a resource blocker.
    pub candidates: Option<Said>,
    /// What has been decided beforehand; no project twice.
    pub locks: Vec<ScenarioLock>,
    /// What every group must reach.
    pub floors: Vec<ScenarioFloor>,
    /// What is wanted, the most important first; may be empty.
    pub objective: Vec<ScenarioTier>,
    /// How the plan is made.
    pub plan: PlanKind,
    /// Who gets what, for [`PlanKind::Grants`].
    pub grants: Vec<ScenarioGrant>,
    /// Projects in the order served, for [`PlanKind::Order`]; no project twice.
    pub order: Vec<Said>,
    /// What orders the projects, for [`PlanKind::Order`], instead of a list.
    pub by: Option<Said>,
    /// The gap at which a search may stop.
    pub stop_gap: Option<Share>,
    /// Units of work after which a search stops.
    pub stop_work: Option<u64>,
}

/// A time within which projects must be able to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// How many days, at most 100,000.
    pub days: u32,
    /// Whether they are working days.
    pub working: bool,
}

/// An amount of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioPool {
    /// Id of the pool kind.
    pub pool: String,
    /// Whose it is.
    pub level: Level,
    /// The county; only where the level is a county's.
    pub county: Option<Said>,
    /// Atoms there are.
    pub amount: i64,
    /// Atoms of those kept back; a share of the amount is rounded up.
    pub hold_back: i64,
    /// Atoms each county may draw at most, only where there is no county; a share of the amount is rounded down.
    pub draw_at_most: Option<i64>,
    /// The only projects it serves, an expression.
    pub fence: Option<Said>,
    /// The last day it may be granted.
    pub expires_on: Option<Date>,
    /// The share of what is left of it that goes on to the next period; the rest lapses.
    pub carry: Option<Share>,
    /// Number of the paper that gives it.
    pub document: Option<String>,
    /// The line of the ledger's pools that it is what is left of, as an index into its supplies.
    pub line: Option<usize>,
    /// The period it was carried over from.
    pub carried_from: Option<String>,
    /// Where it was written.
    pub place: Place,
}

/// A share of what the period before has left of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// Id of the pool kind.
    pub pool: String,
    /// The share.
    pub share: Share,
    /// Where it was written.
    pub place: Place,
}

/// Leave to use one county's pool in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioTransfer {
    /// Id of the pool kind.
    pub pool: String,
    /// County that gives.
    pub from: Said,
    /// County that receives.
    pub to: Said,
    /// Atoms at most.
    pub at_most: i64,
    /// Where it was written.
    pub place: Place,
}

/// A project decided beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioLock {
    /// Its id.
    pub project: Said,
    /// Whether it is in; else it is out.
    pub within: bool,
    /// Who decided it.
    pub by: Option<String>,
    /// The paper or the reason.
    pub why: Option<String>,
}

/// A share of a sum that every group must reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioFloor {
    /// What tells the groups apart, a fact.
    pub by: Said,
    /// What is summed over a group's candidates, an expression.
    pub of: Said,
    /// The share of that sum to reach.
    pub share: Share,
    /// Where it was written.
    pub place: Place,
}

/// One of the things wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioTier {
    /// What is summed over the projects released, an expression, or `count`.
    pub maximise: Said,
    /// The only projects that count, an expression: the key `where`.
    pub filter: Option<Said>,
    /// The share of its best that later tiers must leave it; all of it where none.
    pub keep: Option<Share>,
}

/// What a project is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioGrant {
    /// Its id.
    pub project: Said,
    /// Id of the pool kind.
    pub pool: String,
    /// Atoms.
    pub amount: i64,
}

/// How a plan is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlanKind {
    /// As the list of grants says.
    Grants,
    /// One project after another.
    Order,
    /// By each county's part of the need.
    ProRata,
    /// The best next project until nothing more fits.
    Greedy,
    /// The best there is.
    #[default]
    Optimal,
}

impl PlanKind {
    /// Names, as scenarios write them.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("grants", Self::Grants),
        ("order", Self::Order),
        ("pro-rata", Self::ProRata),
        ("greedy", Self::Greedy),
        ("optimal", Self::Optimal),
    ];

    /// The name.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, plan)| *plan == self).map_or("optimal", |(name, _)| name)
    }
}

const SUPPLY_EXAMPLE: &str = "supply: [{pool: land.quota, county: 惠阳, amount: 800 mu}]";
const TOP: &[Key] = &[
    key("scenario", "scenario: 2018-q2"),
    key("goal", "goal: start"),
    key("horizon", "horizon: 120 workdays"),
    key("period", "period: 2018"),
    key("supply", SUPPLY_EXAMPLE),
    key("transfers", "transfers: [{pool: land.quota, from: 惠城, to: 博罗, at_most: 100 mu}]"),
    key("carry", "carry: {land.quota: 20%}"),
    key("prices", "prices: {offset.area: 12 wan}"),
    key("candidates", "candidates: project.total_investment >= 1 yi"),
    key("locks", "locks: [{project: P-011, in: true, by: 市政府, why: 会议纪要 2018-31}]"),
    key("floors", "floors: [{by: county, of: project.total_investment, share: 60%}]"),
    key("objective", "objective: [{maximise: project.total_investment, keep: 95%}, {maximise: count}]"),
    key("plan", "plan: optimal"),
    key("grants", "grants: [{project: P-003, pool: land.quota, amount: 320 mu}]"),
    key("order", "order: [P-003, P-007]"),
    key("by", "by: project.total_investment"),
    key("stop", "stop: {gap: 0.1%, work: 2000000}"),
];
const POOL: Key = key("pool", "pool: land.quota");
const PROJECT: Key = key("project", "project: P-011");
const AT_MOST: Key = key("at_most", "at_most: 180 mu");
const SUPPLY: &[Key] = &[
    POOL,
    key("county", "county: 惠阳"),
    key("amount", "amount: 800 mu"),
    key("hold_back", "hold_back: 5%"),
    key("draw", "draw: {at_most: 180 mu}"),
    key("fence", "fence: sector == rural"),
    key("scope", "scope: province"),
    key("expires_on", "expires_on: 2018-12-31"),
    key("carry", "carry: 20%"),
    key("document", "document: 粤自然资指〔2018〕3号"),
];
const DRAW: &[Key] = &[AT_MOST];
const TRANSFER: &[Key] = &[POOL, key("from", "from: 惠城"), key("to", "to: 博罗"), AT_MOST];
const LOCK: &[Key] = &[PROJECT, key("in", "in: true"), key("by", "by: 市政府"), key("why", "why: 会议纪要 2018-31")];
const FLOOR: &[Key] = &[key("by", "by: county"), key("of", "of: project.total_investment"), key("share", "share: 60%")];
const TIER: &[Key] = &[
    key("maximise", "maximise: project.total_investment"),
    key("where", "where: sector == industry"),
    key("keep", "keep: 95%"),
];
const GRANT: &[Key] = &[PROJECT, POOL, key("amount", "amount: 320 mu")];
const STOP: &[Key] = &[key("gap", "gap: 0.1%"), key("work", "work: 2000000")];

/// Reads a scenario; bare numbers take the unit of their pool.
///
/// # Errors
/// Every fault of the file, in order of place.
///
/// # Example
/// ```
/// # use kaigong_io::{Input, PlanKind, read_scenario};
/// # use kaigong_model::{Dimension, PoolSpec, Schema, Words};
/// let unit = Dimension::Area.standard_unit();
/// let pool = PoolSpec { id: "land.quota".into(), dimension: Dimension::Area, unit, title: Words::default() };
/// let mut schema = Schema::default();
/// schema.pools.push(pool);
/// let text = "supply: [{pool: land.quota, amount: 500 mu, hold_back: 5%}]";
/// let scenario = read_scenario(&schema, &Input { name: "scenario-a.yaml".into(), bytes: text.into() }).unwrap();
/// assert_eq!((scenario.name.text.as_str(), scenario.plan), ("scenario-a", PlanKind::Optimal));
/// assert_eq!(scenario.supply[0].hold_back, 25_000_000);
/// ```
pub fn read_scenario(schema: &Schema, input: &Input) -> Result<Scenario, Vec<Diagnostic>> {
    let mut log = Log::new(false);
    let scenario = decode(input, &mut log).and_then(|text| match kaigong_yaml::parse(&input.name, &text) {
        Ok(document) => Reader { schema, document: &document, log: &mut log }.scenario(),
        Err(faults) => {
            log.extend(faults);
            None
        }
    });
    let said = log.finish()?;
    // INVARIANT: whoever returns no scenario has logged why.
    scenario.ok_or(said)
}

impl<'r> Reader<'r> {
    fn scenario(&mut self) -> Option<Scenario> {
        let root = Field { node: &self.document.root, example: SUPPLY_EXAMPLE };
        // An empty file is a map of nothing: it lacks its supply.
        let top = match root.node.kind {
            Kind::Null => Map { span: root.node.span, entries: &[], keys: TOP },
            _ => self.map(root, TOP)?,
        };
        let file = self.document.file.to_string();
        let supply = self.need(&top, "supply");
        let (stop_gap, stop_work) = self.stop(top.get("stop"));
        let period = self.line(top.get("period")).map(|said| said.text);
        let carry = self.carry(top.get("carry"));
        let scenario = Scenario {
            name: self
                .line(top.get("scenario"))
                .unwrap_or_else(|| Said { text: stem(&file), place: Place::File(file.clone()) }),
            goal: self.line(top.get("goal")),
            horizon: self.horizon(top.get("horizon")),
            supply: self.each(supply, |reader, item| reader.supply(item, period.as_deref())),
            period,
            transfers: self.each(top.get("transfers"), Self::transfer),
            carry,
            prices: self.prices(top.get("prices")),
            candidates: self.expression(top.get("candidates")),
            locks: self.each(top.get("locks"), Self::lock),
            floors: self.each(top.get("floors"), Self::floor),
            objective: self.each(top.get("objective"), Self::tier),
            plan: self.plan(&top),
            grants: self.each(top.get("grants"), Self::grant),
            order: self.each(top.get("order"), |reader, item| reader.line(Some(item))),
            by: self.expression(top.get("by")),
            stop_gap,
            stop_work,
            file,
        };
        self.once(scenario.order.iter(), "order: [P-003, P-007]");
        self.once(scenario.locks.iter().map(|lock| &lock.project), "locks: [{project: P-011, in: true}]");
        Some(scenario)
    }

    fn supply(&mut self, item: Field<'r>, period: Option<&str>) -> Option<ScenarioPool> {
        let map = self.map(item, SUPPLY)?;
        let pool = self.need_pool(&map);
        let county = self.line(map.get("county"));
        let fence = self.expression(map.get("fence"));
        let level = self.level(&map);
        let expires_on = self.expires_on(map.get("expires_on"), period);
        let carry = self.carry_on(map.get("carry"), period);
        let document = self.line(map.get("document")).map(|said| said.text);
        let draw = map.get("draw").and_then(|draw| {
            if map.get("county").is_some() {
                self.fault(draw_of_county(), draw);
            }
            let map = self.map(draw, DRAW)?;
            self.need(&map, "at_most")
        });
        let amount = self.need(&map, "amount");
        let pool = pool?;
        let amount = amount.and_then(|amount| self.amount(pool, amount));
        // An amount that cannot be read says nothing about its parts: they are held against the largest there is.
        let whole = amount.unwrap_or(i64::MAX);
        let hold_back = map.get("hold_back").and_then(|field| {
            let held = self.part(pool, field, |share| share.of_rounded_up(whole))?;
            if held > whole {
                let (held, whole) = (amount_words(held, pool.unit), amount_words(whole, pool.unit));
                self.fault(held_too_much(&held, &whole), field);
            }
            Some(held)
        });
        let draw_at_most = draw.and_then(|field| self.part(pool, field, |share| share.of_rounded_down(whole)));
        Some(ScenarioPool {
            pool: pool.id.clone(),
            level: level?,
            county,
            amount: amount?,
            hold_back: hold_back.unwrap_or(0),
            draw_at_most,
            fence,
            expires_on,
            carry,
            document,
            line: None,
            carried_from: None,
            place: self.place(item),
        })
    }

    /// The last day of a pool; not before its period begins.
    fn expires_on(&mut self, field: Option<Field<'r>>, period: Option<&str>) -> Option<Date> {
        let field = field?;
        let last = self.date(field)?;
        let (first, _) = period.and_then(period_days).unwrap_or((last, last));
        if last < first {
            self.fault(expires_too_soon(last, first), field);
        }
        Some(last)
    }

    /// The share of a pool that goes on to the period after.
    fn carry_on(&mut self, field: Option<Field<'r>>, period: Option<&str>) -> Option<Share> {
        let field = field?;
        if period.is_none() {
            self.fault(carry_of_no_period(), field);
        }
        self.share(field)
    }

    fn transfer(&mut self, item: Field<'r>) -> Option<ScenarioTransfer> {
        let map = self.map(item, TRANSFER)?;
        let pool = self.need_pool(&map);
        let (from, to) = (self.need_line(&map, "from"), self.need_line(&map, "to"));
        let at_most = self.need(&map, "at_most");
        if let (Some(from), Some(to), Some(field)) = (&from, &to, map.get("to"))
            && from.text == to.text
        {
            self.fault(to_itself(&from.text), field);
        }
        let at_most = self.amount(pool?, at_most?);
        Some(ScenarioTransfer {
            pool: pool?.id.clone(),
            from: from?,
            to: to?,
            at_most: at_most?,
            place: self.place(item),
        })
    }

    fn carry(&mut self, field: Option<Field<'r>>) -> Vec<Carried> {
        let Some(field) = field else { return Vec::new() };
        let Kind::Mapping(entries) = &field.node.kind else {
            self.shape(field);
            return Vec::new();
        };
        let mut carry = Vec::new();
        for (pool, share) in entries {
            let pool = self.pool(Field { node: pool, ..field });
            let at = Field { node: share, ..field };
            let (share, place) = (self.share(at), self.place(at));
            carry.extend(pool.zip(share).map(|(pool, share)| Carried { pool: pool.id.clone(), share, place }));
        }
        carry
    }

    /// Money for a unit of each pool named.
    fn prices(&mut self, field: Option<Field<'r>>) -> Vec<(String, i64)> {
        let Some(field) = field else { return Vec::new() };
        let Kind::Mapping(entries) = &field.node.kind else {
            self.shape(field);
            return Vec::new();
        };
        let mut prices = Vec::new();
        for (pool, price) in entries {
            let pool = self.pool(Field { node: pool, ..field });
            let price = self.money(Field { node: price, ..field });
            prices.extend(pool.map(|pool| pool.id.clone()).zip(price));
        }
        prices
    }

    fn lock(&mut self, item: Field<'r>) -> Option<ScenarioLock> {
        let map = self.map(item, LOCK)?;
        let project = self.need_line(&map, "project");
        let within = self.need(&map, "in").and_then(|field| self.yes_or_no(field));
        let by = self.line(map.get("by")).map(|said| said.text);
        let why = self.line(map.get("why")).map(|said| said.text);
        Some(ScenarioLock { project: project?, within: within?, by, why })
    }

    fn floor(&mut self, item: Field<'r>) -> Option<ScenarioFloor> {
        let map = self.map(item, FLOOR)?;
        let (by, of) = (self.need_expression(&map, "by"), self.need_expression(&map, "of"));
        let share = self.need(&map, "share").and_then(|field| self.share(field));
        Some(ScenarioFloor { by: by?, of: of?, share: share?, place: self.place(item) })
    }

    fn tier(&mut self, item: Field<'r>) -> Option<ScenarioTier> {
        let map = self.map(item, TIER)?;
        let maximise = self.need_expression(&map, "maximise");
        let filter = self.expression(map.get("where"));
        let keep = map.get("keep").and_then(|field| self.share(field));
        Some(ScenarioTier { maximise: maximise?, filter, keep })
    }

    fn grant(&mut self, item: Field<'r>) -> Option<ScenarioGrant> {
        let map = self.map(item, GRANT)?;
        let (project, pool) = (self.need_line(&map, "project"), self.need_pool(&map));
        let amount = self.need(&map, "amount");
        let amount = self.amount(pool?, amount?);
        Some(ScenarioGrant { project: project?, pool: pool?.id.clone(), amount: amount? })
    }

    fn stop(&mut self, field: Option<Field<'r>>) -> (Option<Share>, Option<u64>) {
        let Some(map) = field.and_then(|field| self.map(field, STOP)) else { return (None, None) };
        let gap = map.get("gap").and_then(|field| self.share(field));
        (gap, map.get("work").and_then(|field| self.count(field)))
    }

    fn plan(&mut self, top: &Map<'r>) -> PlanKind {
        let Some(field) = top.get("plan") else { return PlanKind::default() };
        let Some(said) = self.line(Some(field)) else { return PlanKind::default() };
        let Some(&(_, plan)) = PlanKind::NAMES.iter().find(|(name, _)| *name == said.text) else {
            self.log.fault(|near| {
                let names = PlanKind::NAMES.map(|(name, _)| name);
                unknown_plan(&said.text).suggest(near.find(&said.text, names)).at(said.place)
            });
            return PlanKind::default();
        };
        let (order, by) = (top.get("order").is_some(), top.get("by").is_some());
        match plan {
            PlanKind::Grants if top.get("grants").is_none() => self.fault(grants_without_grants(), field),
            PlanKind::Order if !order && !by => self.fault(order_without_order(), field),
            PlanKind::Order if order && by => self.fault(order_twice(), field),
            _ => {}
        }
        plan
    }

    /// No project may be listed twice.
    fn once<'s>(&mut self, projects: impl Iterator<Item = &'s Said>, example: &str) {
        let mut seen: BTreeMap<&str, &Place> = BTreeMap::new();
        for Said { text, place } in projects {
            match seen.get(text.as_str()) {
                None => _ = seen.insert(text, place),
                Some(&first) => self.log.fault(|_| listed_twice(text, first, place, example)),
            }
        }
    }
}

/// The name of a file without its folder and ending.
fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if stem.is_empty() { name } else { stem }.to_owned()
}

#[cfg(test)]
mod tests;
