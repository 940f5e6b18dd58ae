//! One requirement on one screen: what it asks, when, of whom, by which law, and what hangs on it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kaigong_model::{Cell, Date, Dimension, FactIdx, FactType, Lang, Part, Unit, parse_cell, parse_quantity};
use kaigong_rules::expression::{Condition, ParameterIdx, Type, Use, Written};
use kaigong_rules::{
    Body, Citation, Edge, Expectation, Pack, Period, Requirement, RequirementIdx, RequirementTest, Target, citable,
};

use super::condition::Wording;
use super::{header, kind_text};
use crate::phrase::{
    amount, aside, citation, citations, duration, inline, list, part_words, plain, say, shown_unit, sources,
    state_words,
};

/// One requirement under the law of a day; `None` where the pack has no such requirement.
pub fn rules_show(pack: &Pack, id: &str, as_of: Date, lang: Lang) -> Option<String> {
    let idx = pack.find(id)?;
    let requirement = &pack[idx];
    let show = Show { pack, requirement, body: requirement.body(as_of), as_of, lang };
    let mut out = String::new();
    show.head(&mut out);
    show.conditions(&mut out);
    show.needs(&mut out);
    show.draws(&mut out);
    show.doing(&mut out);
    show.sources(&mut out);
    show.parameters(&mut out);
    show.versions(&mut out);
    show.examples(&mut out);
    show.tail(idx, &mut out);
    Some(out)
}

struct Show<'s> {
    pack: &'s Pack,
    requirement: &'s Requirement,
    body: &'s Body,
    as_of: Date,
    lang: Lang,
}

impl Show<'_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        say(self.lang, zh, en)
    }

    fn wording(&self) -> Wording<'_> {
        Wording { pack: self.pack, as_of: self.as_of, lang: self.lang }
    }

    /// One test for each way it can come out, under the law of the day where there is one.
    fn examples(&self, out: &mut String) {
        let of_the_day = |test: &&RequirementTest| std::ptr::eq(self.requirement.body(test.as_of), self.body);
        let mut lines = String::new();
        for (_, state) in Expectation::NAMES {
            let such = || self.requirement.tests.iter().filter(|test| test.expect == state && !test.given.is_empty());
            let Some(test) = such().find(of_the_day).or_else(|| such().next()) else { continue };
            let given: Vec<String> = test.given.iter().map(|(name, text)| self.given(name, text)).collect();
            let needs = test.given_needs.iter().map(|(idx, state)| {
                format!("{} {}", inline(&self.pack[*idx].base.title, self.lang), state_words(*state).get(self.lang))
            });
            let given: Vec<String> = given.into_iter().chain(needs).collect();
            let outcome = state_words(state).get(self.lang).to_owned();
            let _ = writeln!(
                lines,
                "  {}{}{} → {outcome}",
                test.as_of,
                self.say("：", ": "),
                given.join(self.say("，", ", "))
            );
        }
        if !lines.is_empty() {
            let head = self.say("举例（未提到的前置按已具备计）", "examples (needs not named count as met)");
            let _ = write!(out, "\n{head}\n{lines}");
        }
    }

    /// A fact, a part of a document or a grant as a test gives it, in words.
    fn given(&self, name: &str, text: &str) -> String {
        let schema = &self.pack.schema;
        let title = |fact: FactIdx| inline(&schema[fact].title, self.lang);
        if let Some(fact) = schema.find(name) {
            return format!("{} {}", title(fact), self.cell(fact, text));
        }
        if let Some(pool) = self.pack.pools.iter().find(|pool| pool.id == name) {
            let spec = schema.pools.iter().find(|spec| spec.id == name);
            let granted = spec.and_then(|spec| {
                let atoms = parse_quantity(text, spec.dimension, Some(spec.unit)).ok()?;
                Some(amount(i128::from(atoms), spec.unit, self.lang))
            });
            let title = inline(&pool.title, self.lang);
            return format!("{}{title} {}", self.say("已配", "granted "), granted.unwrap_or_else(|| plain(text)));
        }
        let part =
            name.rsplit_once('.').and_then(|(document, part)| Some((schema.find(document)?, Part::parse(part)?)));
        match part {
            Some((fact, part)) => format!("{} {} {}", title(fact), part_words(part).get(self.lang), plain(text)),
            None => format!("{name} {}", plain(text)),
        }
    }

    /// A cell as the ledger's reader would take it.
    fn cell(&self, fact: FactIdx, text: &str) -> String {
        let spec = &self.pack.schema[fact];
        match parse_cell(spec, None, text) {
            Ok(Cell::No) if spec.kind == FactType::Bool => self.say("否", "no").to_owned(),
            Ok(Cell::No) => self.say("无", "none").to_owned(),
            Ok(Cell::Bool(value)) => if value { self.say("是", "yes") } else { self.say("否", "no") }.to_owned(),
            Ok(Cell::InHand) => self.say("办理中", "in hand").to_owned(),
            Ok(Cell::Enum(code)) => self.wording().value_word(fact, code),
            Ok(Cell::Quantity(atoms)) => match spec.kind {
                FactType::Quantity(dimension) => {
                    // In the unit the test is written in.
                    let written = text.trim_start_matches(|c: char| c.is_ascii_digit() || "., -".contains(c));
                    let unit = Unit::parse(written).or(spec.unit).unwrap_or(dimension.standard_unit());
                    amount(i128::from(atoms), unit, self.lang)
                }
                _ => plain(text),
            },
            _ => plain(text),
        }
    }

    fn head(&self, out: &mut String) {
        let title = plain(self.body.title.get(self.lang));
        let short = plain(self.body.short.get(self.lang));
        let short = if short.is_empty() || short == title { String::new() } else { aside(&short, self.lang) };
        let _ = writeln!(out, "{} {title}{short}", self.requirement.id);
        let mut parts = Vec::new();
        if let Some(stage) = self.requirement.stage.and_then(|at| self.pack.stages.get(at)) {
            parts.push(format!("{}{}", self.say("阶段 ", "stage "), inline(&stage.title, self.lang)));
        }
        parts.push(kind_text(self.requirement, self.as_of, self.lang));
        if let Some(owner) = self.body.owner.as_deref() {
            let owner = self.pack.department(owner, self.as_of);
            parts.push(format!("{}{}", self.say("牵头 ", "lead "), owner.get(self.lang)));
        }
        let period = self.period(self.requirement.period);
        if !period.is_empty() {
            parts.push(format!("{}{period}", self.say("施行 ", "in force ")));
        }
        let _ = writeln!(out, "{}", parts.join(self.say("，", ", ")));
        let _ = writeln!(out, "{}", header(self.pack, self.as_of, self.lang));
    }

    fn period(&self, period: Period) -> String {
        match (period.from, period.to, self.lang) {
            (None, None, _) => String::new(),
            (Some(from), None, Lang::Zh) => format!("{from} 起"),
            (Some(from), None, Lang::En) => format!("from {from}"),
            (None, Some(to), Lang::Zh) => format!("至 {to}"),
            (None, Some(to), Lang::En) => format!("until {to}"),
            (Some(from), Some(to), Lang::Zh) => format!("{from} 至 {to}"),
            (Some(from), Some(to), Lang::En) => format!("{from} to {to}"),
        }
    }

    fn conditions(&self, out: &mut String) {
        out.push('\n');
        self.condition(
            self.say("何时适用", "applies when"),
            self.body.applies_when.as_ref(),
            self.say("总是", "always"),
            out,
        );
        let gathers = self.say("前置齐备即可", "what it needs is there");
        self.condition(self.say("何为具备", "met when"), self.body.met_when.as_ref(), gathers, out);
        if !self.body.evidenced_by.is_empty() {
            let titles: Vec<String> =
                self.body.evidenced_by.iter().map(|&fact| inline(&self.pack.schema[fact].title, self.lang)).collect();
            let _ = writeln!(
                out,
                "{}{}",
                self.say("有下列后续批文之一即推定具备：", "presumed met by any of: "),
                list(&titles, self.lang)
            );
        }
        if let Some(reading) = self.requirement.governed_by {
            let fact = inline(&self.pack.schema[reading.fact()].title, self.lang);
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "适用哪一版法规，看「{fact}」的日期"),
                Lang::En => writeln!(out, "which version of the law holds is picked by a date of {fact}"),
            };
        }
    }

    fn condition(&self, name: &str, condition: Option<&Written<Condition>>, without: &str, out: &mut String) {
        let colon = self.say("：", ": ");
        match condition {
            None => {
                let _ = writeln!(out, "{name}{colon}{without}");
            }
            Some(written) => {
                let _ = writeln!(out, "{name}{colon}{}", self.wording().condition(&written.tree));
                let _ = writeln!(out, "  {}", plain(&one_line(&written.text)));
            }
        }
    }

    fn needs(&self, out: &mut String) {
        if self.body.needs.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{}", self.say("前置", "needs"));
        for need in &self.body.needs {
            let terms = self.terms(&need.edge);
            match &need.target {
                Target::Step(step) => {
                    let _ = writeln!(out, "  {}{terms}", self.named(*step));
                }
                Target::Group { choose, members } => {
                    let _ = match self.lang {
                        Lang::Zh => writeln!(out, "  下列 {} 项中的 {choose} 项{terms}", members.len()),
                        Lang::En => writeln!(out, "  {choose} of these {}{terms}", members.len()),
                    };
                    for member in members {
                        let _ = writeln!(out, "    {}", self.named(*member));
                    }
                }
            }
        }
    }

    fn named(&self, idx: RequirementIdx) -> String {
        format!("{} {}", self.pack[idx].id, inline(&self.pack[idx].body(self.as_of).title, self.lang))
    }

    /// The terms of a need, in brackets.
    fn terms(&self, edge: &Edge) -> String {
        let mut parts = Vec::new();
        if edge.customary {
            parts.push(self.say("惯例", "customary").to_owned());
        }
        let period = self.period(edge.period);
        if !period.is_empty() {
            let now = edge.period.contains(self.as_of);
            parts.push(if now {
                period
            } else {
                format!("{period}{}", self.say("，当日不要求", ", not on this day"))
            });
        }
        if let Some(when) = &edge.when {
            parts.push(format!("{}{}", self.say("仅当 ", "only when "), self.wording().condition(&when.tree)));
        }
        if !edge.cite.is_empty() {
            let cites: Vec<String> =
                citations(&edge.cite, self.as_of, self.lang).iter().map(|cite| plain(cite)).collect();
            parts.push(sources(&cites, usize::MAX, self.lang));
        }
        let parts = parts.join(self.say("；", "; "));
        if parts.is_empty() { parts } else { format!("{}{parts}", self.say("：", ": ")) }
    }

    fn draws(&self, out: &mut String) {
        for draw in &self.body.draws {
            let at = draw.pool.0 as usize;
            let titles = draw.pools().map(|pool| inline(&self.pack.pools[pool.0 as usize].title, self.lang));
            let title = titles.collect::<Vec<_>>().join(self.say(" + ", " + "));
            let dimension = self.pack.schema.pools.get(at).map(|pool| pool.dimension);
            let amount = self.wording().value(&draw.amount.tree, dimension);
            let when = draw
                .when
                .as_ref()
                .map(|when| format!("{}{}", self.say("；仅当 ", "; only when "), self.wording().condition(&when.tree)));
            let _ = writeln!(
                out,
                "{}{title}{}{amount}{}",
                self.say("占用 ", "draws on "),
                self.say("：", ": "),
                when.unwrap_or_default()
            );
        }
    }

    fn doing(&self, out: &mut String) {
        let takes = self.body.takes;
        let mut parts = Vec::new();
        parts.extend(takes.statutory.map(|t| format!("{}{}", self.say("法定 ", "by law "), duration(t, self.lang))));
        parts.extend(takes.typical.map(|t| format!("{}{}", self.say("通常 ", "usually "), duration(t, self.lang))));
        let cost = self.body.cost.as_ref();
        if !parts.is_empty() || cost.is_some() || !self.body.remedy.is_empty() {
            out.push('\n');
        }
        if !parts.is_empty() {
            let _ = writeln!(out, "{}{}", self.say("时限：", "time limit: "), parts.join(self.say("，", ", ")));
        }
        if let Some(cost) = cost {
            let amount = amount(i128::from(cost.money), shown_unit(Dimension::Money, None), self.lang);
            let cites: Vec<String> = cost.cite.iter().map(|cite| plain(&citation(cite, self.lang))).collect();
            let source = match (self.lang, cites.is_empty()) {
                (_, true) => String::new(),
                (Lang::Zh, _) => format!("；依据 {}", sources(&cites, usize::MAX, self.lang)),
                (Lang::En, _) => format!("; law: {}", sources(&cites, usize::MAX, self.lang)),
            };
            let _ = writeln!(out, "{}{amount}{source}", self.say("费用：", "cost: "));
        }
        if !self.body.remedy.is_empty() {
            let _ = writeln!(out, "{}{}", self.say("办理：", "remedy: "), self.body.remedy.get(self.lang));
        }
    }

    fn sources(&self, out: &mut String) {
        if self.body.cite.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{}", self.say("依据", "law"));
        for cite in citable(&self.body.cite, self.as_of) {
            let _ = writeln!(out, "  {}", self.source(cite));
        }
    }

    /// A citation with the version of its text, its status and remark.
    fn source(&self, cite: &Citation) -> String {
        let mut text = plain(&citation(cite, self.lang));
        let mut parts = Vec::new();
        parts.extend(cite.version.map(|day| format!("{day}{}", self.say(" 文本", " text"))));
        parts.push(cite.status.name().to_owned());
        parts.extend(cite.note.as_deref().map(plain));
        let _ = write!(text, "{}{}", self.say("；", "; "), parts.join(self.say("，", ", ")));
        text
    }

    fn parameters(&self, out: &mut String) {
        let mut used: BTreeSet<ParameterIdx> = BTreeSet::new();
        for body in self.requirement.bodies() {
            body.uses(&mut |found| {
                if let Use::Parameter(parameter) = found {
                    used.insert(parameter);
                }
            });
        }
        if used.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{}", self.say("参数（法定数值）", "parameters"));
        for parameter in used {
            self.parameter(parameter, out);
        }
    }

    fn parameter(&self, idx: ParameterIdx, out: &mut String) {
        let parameter = &self.pack.parameters[idx.0 as usize];
        let _ = writeln!(out, "  param.{} {}", parameter.id, inline(&parameter.title, self.lang));
        for value in &parameter.values {
            let kind: Type = parameter.kind;
            let text = value.value.as_ref().map_or_else(
                || self.say("未定", "not settled").to_owned(),
                |scalar| self.wording().scalar(scalar, kind, &value.text),
            );
            let now = if value.period.contains(self.as_of) { self.say(" *", " *") } else { "" };
            let period = self.period(value.period);
            let period = if period.is_empty() { self.say("始终", "always").to_owned() } else { period };
            let cites: Vec<String> = value.cite.iter().map(|cite| plain(&citation(cite, self.lang))).collect();
            let cites = if cites.is_empty() { String::new() } else { aside(&list(&cites, self.lang), self.lang) };
            let _ = writeln!(out, "    {period}{}{text}{now}{cites}", self.say("：", ": "));
        }
    }

    fn versions(&self, out: &mut String) {
        if self.requirement.versions.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n{}", self.say("分期版本", "versions"));
        let base = &self.requirement.base;
        for version in &self.requirement.versions {
            let body = &version.body;
            let mut changed = Vec::new();
            let mut note = |differs: bool, zh: &str, en: &str| {
                if differs {
                    changed.push(self.say(zh, en).to_owned());
                }
            };
            let text = |written: &Option<Written<Condition>>| written.as_ref().map(|written| written.text.clone());
            note(body.title != base.title, "名称", "title");
            note(text(&body.applies_when) != text(&base.applies_when), "适用", "applies");
            note(text(&body.met_when) != text(&base.met_when), "具备条件", "met");
            note(needs_text(body) != needs_text(base), "前置", "needs");
            note(body.owner != base.owner, "牵头", "lead");
            note(body.takes.statutory != base.takes.statutory, "时限", "time limit");
            note(body.cost != base.cost, "费用", "cost");
            note(body.kind != base.kind, "性质", "kind");
            note(body.cite != base.cite, "依据", "law");
            let now = if version.period.contains(self.as_of) { " *" } else { "" };
            let cites: Vec<String> = body.cite.iter().map(|cite| plain(&citation(cite, self.lang))).collect();
            let _ = writeln!(
                out,
                "  {}{now}{}{}{}{}",
                self.period(version.period),
                self.say("：改 ", ": changes "),
                list(&changed, self.lang),
                if cites.is_empty() { "" } else { self.say("；", "; ") },
                sources(&cites, usize::MAX, self.lang)
            );
        }
        let _ = writeln!(out, "{}", self.say("（* 为核查基准日所用）", "(* holds on the as-of date)"));
    }

    fn tail(&self, idx: RequirementIdx, out: &mut String) {
        let needing: Vec<String> = self
            .pack
            .iter()
            .filter(|(_, other)| {
                let targets = other.bodies().flat_map(|body| &body.needs).flat_map(|need| need.target.requirements());
                targets.copied().any(|step| step == idx)
            })
            .map(|(other, _)| self.named(other))
            .collect();
        let goals = self.pack.goals.iter().filter(|goal| goal.requirement == idx);
        let goals = goals.map(|goal| format!("{}{}", self.say("目标 ", "goal "), inline(&goal.title, self.lang)));
        let needing: Vec<String> = needing.into_iter().chain(goals).collect();
        let _ = writeln!(out);
        if !needing.is_empty() {
            let _ = writeln!(out, "{}{}", self.say("以它为前置的：", "needed by: "), list(&needing, self.lang));
        }
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "测试 {} 个", self.requirement.tests.len()),
            Lang::En => writeln!(out, "tests: {}", self.requirement.tests.len()),
        };
    }
}

/// Needs as text, to tell whether two bodies differ in them.
fn needs_text(body: &Body) -> Vec<String> {
    let when = |edge: &Edge| edge.when.as_ref().map(|when| when.text.clone());
    body.needs
        .iter()
        .map(|need| format!("{:?} {:?} {:?} {}", need.target, when(&need.edge), need.edge.period, need.edge.customary))
        .collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
