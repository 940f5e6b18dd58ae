//! Requirements: bodies, versions, needs, draws, tests.

use kaigong_model::{
    Code, Date, Diagnostic, Dimension, FactSpec, FactType, Issue, Part, Place, Words, limits, nearest, parse_cell,
    parse_part, parse_quantity,
};
use kaigong_yaml::Kind;

use super::{Checker, close_periods};
use crate::decode::{At, Fields};
use crate::expression::resolve::CompletedUse;
use crate::expression::{Type, Value};
use crate::pack::{
    Body, Citation, CitationStatus, Cost, Draw, Edge, Expectation, Need, Period, Requirement, RequirementIdx,
    RequirementKind, RequirementTest, Takes, Target, Version,
};

/// Fen of 100 million yuan.
const YI: i64 = 10_000_000_000;

const EDGE_KINDS: [(&str, bool); 2] = [("hard", false), ("customary", true)];

/// What a test gives: facts, parts of documents, grants; and states of requirements.
pub(super) struct Given<'a> {
    pub(super) at: Option<At<'a>>,
    pub(super) facts: Vec<(String, String)>,
    pub(super) needs: Vec<(RequirementIdx, Expectation)>,
}

/// The keys of a body that were given; the rest come from the base.
struct Keys<'a> {
    title: Option<At<'a>>,
    short: Option<At<'a>>,
    kind: Option<At<'a>>,
    applies_when: Option<At<'a>>,
    met_when: Option<At<'a>>,
    evidenced_by: Option<At<'a>>,
    needs: Option<At<'a>>,
    draws: Option<At<'a>>,
    owner: Option<At<'a>>,
    takes: Option<At<'a>>,
    cost: Option<At<'a>>,
    remedy: Option<At<'a>>,
    cite: Option<At<'a>>,
}

impl<'a> Keys<'a> {
    fn take(fields: &mut Fields<'a>) -> Self {
        Self {
            title: fields.take("title"),
            short: fields.take("short"),
            kind: fields.take("kind"),
            applies_when: fields.take("applies_when"),
            met_when: fields.take("met_when"),
            evidenced_by: fields.take("evidenced_by"),
            needs: fields.take("needs"),
            draws: fields.take("draws"),
            owner: fields.take("owner"),
            takes: fields.take("takes"),
            cost: fields.take("cost"),
            remedy: fields.take("remedy"),
            cite: fields.take("cite"),
        }
    }
}

fn empty_body(id: &str) -> Body {
    Body {
        title: Words::same(id),
        short: Words::default(),
        kind: RequirementKind::Hard,
        weak: false,
        applies_when: None,
        met_when: None,
        evidenced_by: Vec::new(),
        needs: Vec::new(),
        draws: Vec::new(),
        owner: None,
        takes: Takes::default(),
        cost: None,
        remedy: Words::default(),
        cite: Vec::new(),
    }
}

impl<'a> Checker<'a, '_> {
    pub(super) fn requirements(&mut self, test_date: Option<Date>) -> Vec<Requirement> {
        let items = self.items("requirements");
        items.into_iter().map(|(id, key, fields)| self.read_requirement(id, key, fields, test_date)).collect()
    }

    fn read_requirement(
        &mut self,
        id: &str,
        key: At<'a>,
        mut fields: Fields<'a>,
        test_date: Option<Date>,
    ) -> Requirement {
        let stage = fields.take("stage").and_then(|at| self.stage(at));
        let period = self.period(&mut fields);
        let given = Keys::take(&mut fields);
        let versions_at = fields.take("versions");
        let governed_by = fields.take("governed_by").and_then(|at| self.governed_by(at));
        let tests_at = fields.take("tests");
        fields.take("note");
        fields.finish(self.faults);
        let base = self.body(empty_body(id), &given);
        if given.cite.is_none_or(is_empty_list) {
            self.no_citation(key, &format!("「{id}」"), &format!("`{id}`"));
        }
        let versions = versions_at.map(|at| self.versions(id, at, &base)).unwrap_or_default();
        let tests = tests_at.map(|at| self.tests(at, test_date)).unwrap_or_default();
        Requirement { id: id.to_owned(), stage, period, base, versions, governed_by, tests, place: key.place() }
    }

    pub(super) fn no_citation(&mut self, at: At<'_>, zh: &str, en: &str) {
        let fault = Diagnostic::error(
            Code("KG-R021"),
            format!("{zh}没有法规依据（cite）"),
            format!("{en} has no citation (`cite`)"),
        );
        self.faults.push(fault.at(at.place()).help(
            "写上 cite: [{law: 土地管理法, article: 第三十条, status: verified}]",
            "add cite: [{law: 土地管理法, article: 第三十条, status: verified}]",
        ));
    }

    fn body(&mut self, mut body: Body, given: &Keys<'a>) -> Body {
        if let Some(at) = given.title {
            body.title = at.words(self.faults);
        }
        if let Some(at) = given.short {
            body.short = at.words(self.faults);
        }
        if body.short.is_empty() {
            body.short = body.title.clone();
        }
        let mut kind_given = false;
        if let Some(kind) = given.kind.and_then(|at| at.one_of(&RequirementKind::NAMES, self.faults)) {
            body.kind = kind;
            kind_given = true;
        }
        if let Some(at) = given.applies_when {
            body.applies_when = self.condition(at, CompletedUse::Negated, false);
        }
        if let Some(at) = given.met_when {
            body.met_when = self.condition(at, CompletedUse::Allowed, false);
        }
        if let Some(at) = given.evidenced_by {
            body.evidenced_by = self.evidence(at);
        }
        if let Some(at) = given.needs {
            body.needs = self.needs(at);
        }
        if let Some(at) = given.draws {
            body.draws = self.draws(at);
        }
        if let Some(at) = given.owner {
            body.owner = self.department(at);
        }
        if let Some(at) = given.takes {
            body.takes = self.takes(at);
        }
        if let Some(at) = given.cost {
            body.cost = self.cost(at);
        }
        if let Some(at) = given.remedy {
            body.remedy = at.words(self.faults);
        }
        if let Some(at) = given.cite {
            body.cite = self.citations(at);
            self.weaken(&mut body, at, kind_given);
        }
        body
    }

    /// A requirement resting on weak citations only advises.
    fn weaken(&mut self, body: &mut Body, at: At<'a>, kind_given: bool) {
        let weak = !body.cite.is_empty() && body.cite.iter().all(|cite| !cite.status.may_block());
        if !weak {
            if body.weak && !kind_given {
                body.kind = RequirementKind::Hard;
            }
            body.weak = false;
        } else if body.kind != RequirementKind::Customary || body.weak {
            body.weak = true;
            body.kind = RequirementKind::Customary;
            self.too_weak(at);
        }
    }

    fn too_weak(&mut self, at: At<'_>) {
        self.faults.push(
            Diagnostic::notice(
                Code("KG-R102"),
                "依据不足以阻断，按惯例读入，只作提示",
                "the sources are too weak to block; loaded as customary, it only advises",
            )
            .at(at.place()),
        );
    }

    fn evidence(&mut self, at: At<'a>) -> Vec<kaigong_model::FactIdx> {
        let mut found = Vec::new();
        for item in at.items(self.faults) {
            let Some(fact) = self.fact(item) else { continue };
            if self.schema[fact].kind == FactType::Document {
                found.push(fact);
            } else {
                self.faults.error("KG-R017", item, "佐证须是批文证照", "evidence must be a document");
            }
        }
        found
    }

    fn governed_by(&mut self, at: At<'a>) -> Option<crate::expression::Reading> {
        if let (crate::expression::Written { tree: Value::Read(reading), .. }, Type::Date) = self.value(at)? {
            Some(reading)
        } else {
            self.faults.error(
                "KG-R017",
                at,
                "governed_by 须是一个日期事实或批文的日期",
                "`governed_by` must be a date fact or a date of a document",
            );
            None
        }
    }

    fn takes(&mut self, at: At<'a>) -> Takes {
        let mut fields = Fields::new(at, self.faults);
        let statutory = fields.take("statutory").and_then(|at| at.duration(self.faults));
        let typical = fields.take("typical").and_then(|at| at.duration(self.faults));
        fields.finish(self.faults);
        Takes { statutory, typical }
    }

    /// What a step costs: an amount of money, and where that stands.
    fn cost(&mut self, at: At<'a>) -> Option<Cost> {
        let mut fields = Fields::new(at, self.faults);
        let money = fields.need("money", self.faults);
        let cite = fields.take("cite").map(|at| self.citations(at)).unwrap_or_default();
        fields.finish(self.faults);
        let at = money?;
        let text = at.text(self.faults)?;
        match parse_quantity(text, Dimension::Money, None) {
            Ok(money) if (0..=limits::PRICE).contains(&money) => return Some(Cost { money, cite }),
            Ok(_) => self.faults.error(
                "KG-R901",
                at,
                format!("「{text}」不能作为费用：须在 0 到 {} 亿元之间", limits::PRICE / YI),
                format!("`{text}` is no price: it must lie between 0 and {} yi", limits::PRICE / YI),
            ),
            Err(_) => self.faults.error(
                "KG-R017",
                at,
                format!("「{text}」不是金额，请带单位写，如 12000 元、3 万元"),
                format!("`{text}` is not an amount of money; write it with its unit: 12000 yuan, 3 wan"),
            ),
        }
        None
    }

    pub(super) fn citations(&mut self, at: At<'a>) -> Vec<Citation> {
        let statuses: [(&'static str, CitationStatus); 6] = CitationStatus::NAMES;
        let mut found = Vec::new();
        for item in at.items(self.faults) {
            let mut fields = Fields::new(item, self.faults);
            let law = fields.need("law", self.faults).and_then(|at| at.text(self.faults));
            let article = fields.take("article").and_then(|at| at.text(self.faults)).map(str::to_owned);
            let version = fields.take("version").and_then(|at| at.date(self.faults));
            let status = fields.need("status", self.faults).and_then(|at| at.one_of(&statuses, self.faults));
            let note = fields.take("note").and_then(|at| at.text(self.faults)).map(str::to_owned);
            fields.finish(self.faults);
            if let (Some(law), Some(status)) = (law, status) {
                found.push(Citation { law: law.to_owned(), article, version, status, note });
            }
        }
        found
    }

    fn needs(&mut self, at: At<'a>) -> Vec<Need> {
        at.items(self.faults).into_iter().filter_map(|item| self.need(item)).collect()
    }

    fn need(&mut self, at: At<'a>) -> Option<Need> {
        if at.node.text().is_some() {
            let step = self.requirement(at)?;
            let edge =
                Edge { when: None, customary: false, period: Period::default(), cite: Vec::new(), place: at.place() };
            return Some(Need { target: Target::Step(step), edge });
        }
        let mut fields = Fields::new(at, self.faults);
        let step = fields.take("step");
        let any = fields.take("any");
        let at_least = fields.take("at_least");
        let of = fields.take("of");
        let when = fields.take("when");
        let when_given = when.is_some();
        let when = when.and_then(|at| self.condition(at, CompletedUse::Negated, false));
        let kind = fields.take("kind").and_then(|at| at.one_of(&EDGE_KINDS, self.faults));
        let period = self.period(&mut fields);
        let cite = fields.take("cite").map(|at| self.citations(at)).unwrap_or_default();
        fields.take("note");
        fields.finish(self.faults);
        let weak = !cite.is_empty() && cite.iter().all(|cite| !cite.status.may_block());
        if weak && kind != Some(true) {
            self.too_weak(at);
        }
        let target = match (step, any, at_least, of) {
            (Some(step), None, None, None) => self.requirement(step).map(Target::Step),
            (None, Some(any), None, None) => self.group(any, None),
            (None, None, Some(k), Some(of)) => self.group(of, Some(k)),
            _ => {
                self.faults.error(
                    "KG-R003",
                    at,
                    "一条依赖写成 id、{step: id}、{any: [..]} 或 {at_least: k, of: [..]}",
                    "a need is an id, `{step: id}`, `{any: [..]}` or `{at_least: k, of: [..]}`",
                );
                None
            }
        };
        if when_given && when.is_none() {
            return None;
        }
        let edge = Edge { when, customary: kind.unwrap_or(false) || weak, period, cite, place: at.place() };
        Some(Need { target: target?, edge })
    }

    fn group(&mut self, list: At<'a>, k: Option<At<'a>>) -> Option<Target> {
        let items = list.items(self.faults);
        let members: Vec<RequirementIdx> = items.iter().filter_map(|&item| self.requirement(item)).collect();
        let choose = match k {
            None => 1,
            Some(at) => at.count(self.faults)?,
        };
        let mut seen = Vec::new();
        for item in &items {
            let Some(id) = item.node.text() else { continue };
            if seen.contains(&id) {
                self.faults.error("KG-R004", *item, format!("「{id}」重复"), format!("`{id}` is given twice"));
            }
            seen.push(id);
        }
        if items.is_empty() {
            self.faults.error("KG-R022", list, "至少要列出一个可选项", "list at least one requirement to choose from");
            return None;
        }
        if choose == 0 || choose as usize > items.len() {
            let count = items.len();
            self.faults.error(
                "KG-R022",
                k.unwrap_or(list),
                format!("at_least 须在 1 到 {count} 之间：共 {count} 个可选"),
                format!("`at_least` must be between 1 and {count}: so many are listed under `of`"),
            );
            return None;
        }
        let standing = items.len() - seen.iter().filter(|id| self.draft.disabled.contains(id)).count();
        if choose as usize > standing {
            self.faults.error(
                "KG-R022",
                list,
                format!("要选 {choose} 项，停用后只剩 {standing} 项可选"),
                format!("{choose} must be chosen, and with the disabled ones gone {standing} are left"),
            );
            return None;
        }
        Some(Target::Group { choose, members })
    }

    fn draws(&mut self, at: At<'a>) -> Vec<Draw> {
        at.items(self.faults).into_iter().filter_map(|item| self.draw(item)).collect()
    }

    fn draw(&mut self, at: At<'a>) -> Option<Draw> {
        let mut fields = Fields::new(at, self.faults);
        let pool_at = fields.need("pool", self.faults);
        let amount_at = fields.need("amount", self.faults);
        let when = fields.take("when").and_then(|at| self.condition(at, CompletedUse::Negated, false));
        fields.finish(self.faults);
        let pools = pool_at.and_then(|at| self.drawn_pools(at));
        let amount_at = amount_at?;
        let (amount, kind) = self.value(amount_at)?;
        let (pool, mixed, dimension) = pools?;
        if kind != Type::Quantity(dimension) {
            self.faults.error("KG-R017", amount_at, "数量与指标池的类型不同", "the amount is not of the pool's type");
            return None;
        }
        Some(Draw { pool, mixed, amount, when })
    }

    /// The pool of a draw, or those that may cover it together: of one type, each once, all of which mix.
    fn drawn_pools(
        &mut self,
        at: At<'a>,
    ) -> Option<(crate::expression::PoolIdx, Vec<crate::expression::PoolIdx>, kaigong_model::Dimension)> {
        if at.node.text().is_some() {
            let (pool, dimension) = self.pool(at)?;
            return Some((pool, Vec::new(), dimension));
        }
        let items = at.items(self.faults);
        let found: Vec<_> = items.iter().map(|item| Some((self.pool(*item)?, *item))).collect();
        let found: Vec<_> = found.into_iter().collect::<Option<_>>()?;
        let Some(&((first, dimension), _)) = found.first() else {
            let fault = Diagnostic::error(Code("KG-R034"), "没有写指标池", "no pool is named");
            self.faults.push(fault.at(at.place()).help("例如 pool: land.quota", "for example pool: land.quota"));
            return None;
        };
        let mut sound = true;
        for (place, &((pool, of), item)) in found.iter().enumerate() {
            let id = &self.schema.pools[pool.0 as usize].id;
            let (zh, en) = if found[..place].iter().any(|((other, _), _)| *other == pool) {
                (format!("指标池「{id}」写了两次"), format!("pool `{id}` is named twice"))
            } else if of != dimension {
                (
                    format!("指标池「{id}」与第一个类型不同，不能合用"),
                    format!("pool `{id}` is of another type than the first"),
                )
            } else if found.len() > 1 && !self.mixes[pool.0 as usize] {
                (
                    format!("指标池「{id}」没有写 mix: true，不能与其他来源合用"),
                    format!("pool `{id}` does not say `mix: true`"),
                )
            } else {
                continue;
            };
            self.faults.push(Diagnostic::error(Code("KG-R034"), zh, en).at(item.place()).help(
                "只合用同类型、各写一次、在 pools 里写明 mix: true 的指标池；否则分成 any 的几个可选事项",
                "name pools of one type, each once, that say `mix: true` under `pools`; else make them alternatives of an `any`",
            ));
            sound = false;
        }
        sound.then(|| (first, found[1..].iter().map(|((pool, _), _)| *pool).collect(), dimension))
    }

    fn pool(&mut self, at: At<'a>) -> Option<(crate::expression::PoolIdx, kaigong_model::Dimension)> {
        let id = at.text(self.faults)?;
        let pools = &self.schema.pools;
        if let Some(found) = pools.iter().position(|pool| pool.id == id) {
            return Some((crate::expression::PoolIdx(found as u32), pools[found].dimension));
        }
        let fault = Diagnostic::error(Code("KG-R015"), format!("没有指标池「{id}」"), format!("unknown pool `{id}`"));
        let near = nearest(id, pools.iter().map(|pool| pool.id.as_str()));
        self.faults.push(fault.at(at.place()).suggest(near));
        None
    }

    fn versions(&mut self, id: &str, list: At<'a>, base: &Body) -> Vec<Version> {
        let mut versions: Vec<(Version, Place)> = Vec::new();
        for item in list.items(self.faults) {
            let mut fields = Fields::new(item, self.faults);
            let period = self.period(&mut fields);
            let given = Keys::take(&mut fields);
            fields.take("note");
            fields.finish(self.faults);
            let body = self.body(base.clone(), &given);
            if given.cite.is_none_or(is_empty_list) {
                let from = period.from.map(|day| day.to_string()).unwrap_or_default();
                self.no_citation(
                    item,
                    &format!("「{id}」{from} 起的版本"),
                    &format!("the version of `{id}` from {from}"),
                );
            }
            versions.push((Version { period, body, place: item.place() }, item.place()));
        }
        versions.sort_by_key(|(version, _)| version.period.from);
        let mut periods: Vec<(Period, Place)> = versions.iter().map(|(v, place)| (v.period, place.clone())).collect();
        close_periods(&mut periods, self.faults);
        versions.into_iter().zip(periods).map(|((version, _), (period, _))| Version { period, ..version }).collect()
    }

    fn tests(&mut self, list: At<'a>, test_date: Option<Date>) -> Vec<RequirementTest> {
        let states: [(&'static str, Expectation); 5] = Expectation::NAMES;
        let mut tests = Vec::new();
        for item in list.items(self.faults) {
            let mut fields = Fields::new(item, self.faults);
            let as_of = self.test_day(&mut fields, item, test_date);
            let given = self.given_facts(&mut fields);
            let expect = fields.need("expect", self.faults).and_then(|at| at.one_of(&states, self.faults));
            let because_at = fields.take("because");
            fields.take("note");
            fields.finish(self.faults);
            let because = because_at.map(|at| self.reasons(at)).unwrap_or_default();
            let (Some(as_of), Some(expect)) = (as_of, expect) else { continue };
            let Given { facts, needs, .. } = given;
            tests.push(RequirementTest {
                as_of,
                given: facts,
                given_needs: needs,
                expect,
                because,
                place: item.place(),
            });
        }
        tests
    }

    /// The day of a test: its own, else the pack's.
    pub(super) fn test_day(&mut self, fields: &mut Fields<'a>, item: At<'a>, pack: Option<Date>) -> Option<Date> {
        let day = fields.take("as_of").and_then(|at| at.date(self.faults)).or(pack);
        if day.is_none() {
            self.faults.error(
                "KG-R002",
                item,
                "缺少 as_of，规则包也没有 test_date",
                "`as_of` is missing, and the pack has no `test_date`",
            );
        }
        day
    }

    /// What a test gives.
    pub(super) fn given_facts(&mut self, fields: &mut Fields<'a>) -> Given<'a> {
        let at = fields.take("given");
        let mut given = Given { at, facts: Vec::new(), needs: Vec::new() };
        for (name, key, value) in at.map(|at| at.entries(self.faults)).unwrap_or_default() {
            self.given(name, key, value, &mut given.facts, &mut given.needs);
        }
        given
    }

    fn reasons(&mut self, at: At<'a>) -> Vec<String> {
        let mut reasons = Vec::new();
        for item in at.items(self.faults) {
            let Some(id) = item.text(self.faults) else { continue };
            if self.requirement_ids.binary_search(&id).is_err() && self.schema.find(id).is_none() {
                let known = self.schema.ids().chain(self.requirement_ids.iter().copied());
                let near = nearest(id, known).map(str::to_owned);
                let fault = Diagnostic::error(
                    Code("KG-R011"),
                    format!("「{id}」既不是事实也不是前置要件"),
                    format!("`{id}` is neither a fact nor a requirement"),
                );
                self.faults.push(fault.at(item.place()).suggest(near.as_deref()));
            }
            reasons.push(id.to_owned());
        }
        reasons
    }

    fn given(
        &mut self,
        name: &str,
        key: At<'a>,
        value: At<'a>,
        given: &mut Vec<(String, String)>,
        needs: &mut Vec<(RequirementIdx, Expectation)>,
    ) {
        let states: [(&'static str, Expectation); 5] = Expectation::NAMES;
        if let Ok(found) = self.requirement_ids.binary_search(&name)
            && self.schema.find(name).is_none()
        {
            let state = value.one_of(&states, self.faults);
            needs.extend(state.map(|state| (RequirementIdx(found as u32), state)));
            return;
        }
        if let Kind::Mapping(_) = value.node.kind {
            for (part, part_key, part_value) in value.entries(self.faults) {
                self.given(&format!("{name}.{part}"), part_key, part_value, given, needs);
            }
            return;
        }
        let text = match &value.node.kind {
            Kind::Sequence(_) => {
                let items = value.items(self.faults);
                let ids: Vec<&str> = items.iter().filter_map(|item| item.text(self.faults)).collect();
                ids.join(";")
            }
            _ => value.node.text().unwrap_or_default().to_owned(),
        };
        self.check_given(name, key, value, &text);
        given.push((name.to_owned(), text));
    }

    fn check_given(&mut self, name: &str, key: At<'a>, value: At<'a>, text: &str) {
        let whole = self.schema.find(name).map(|fact| (&self.schema[fact], None));
        let part = || {
            let (document, part) = name.rsplit_once('.')?;
            let spec = &self.schema[self.schema.find(document)?];
            (spec.kind == FactType::Document).then_some((spec, Some(Part::parse(part)?)))
        };
        let Some((spec, part)) = whole.or_else(part) else {
            if let Some(pool) = self.schema.pools.iter().find(|pool| pool.id == name) {
                if parse_quantity(text, pool.dimension, Some(pool.unit)).is_err() {
                    self.unreadable(name, value, text, FactType::Quantity(pool.dimension));
                }
                return;
            }
            let near = nearest(name, self.schema.ids()).map(str::to_owned);
            let fault =
                Diagnostic::error(Code("KG-R012"), format!("没有事实「{name}」"), format!("unknown fact `{name}`"));
            self.faults.push(fault.at(key.place()).suggest(near.as_deref()));
            return;
        };
        if !readable(spec, part, text) {
            let kind = spec.kind;
            self.unreadable(name, value, text, kind);
        }
    }

    fn unreadable(&mut self, name: &str, value: At<'_>, text: &str, kind: FactType) {
        let words = kind.words();
        self.faults.error(
            "KG-R017",
            value,
            format!("「{text}」读不成「{name}」（{}）", words.zh),
            format!("`{text}` cannot be read as `{name}` ({})", words.en),
        );
    }
}

fn is_empty_list(at: At<'_>) -> bool {
    match &at.node.kind {
        Kind::Sequence(items) => items.is_empty(),
        kind => matches!(kind, Kind::Null),
    }
}

fn readable(spec: &FactSpec, part: Option<Part>, text: &str) -> bool {
    match part {
        None => parse_cell(spec, None, text).is_ok(),
        Some(part) => parse_part(&mut Issue::default(), spec, part, None, text).is_ok(),
    }
}
