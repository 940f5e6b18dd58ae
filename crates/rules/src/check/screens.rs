//! Goals, roles, alerts and lights: what screens ask of the requirements.

use kaigong_model::{Code, Date, Diagnostic, Dimension, FactIdx, FactType, Truth, Words, nearest};

use super::Checker;
use crate::decode::{At, Fields};
use crate::expression::resolve::CompletedUse;
use crate::pack::{Alert, AlertTest, Fine, Goal, Light, Requirement, RequirementIdx, Roles, Severity};

/// A goal nobody defines, and the nearest of those that are.
pub(super) fn unknown_goal<'a>(at: At<'_>, id: &str, goals: impl Iterator<Item = &'a str>) -> Diagnostic {
    Diagnostic::error(Code("KG-R031"), format!("没有目标「{id}」"), format!("unknown goal `{id}`"))
        .at(at.place())
        .suggest(nearest(id, goals))
}

impl<'a> Checker<'a, '_> {
    pub(super) fn roles(&mut self) -> Roles {
        let mut roles = Roles::default();
        let money = FactType::Quantity(Dimension::Money);
        let mut slots: [(&str, Option<FactType>, &mut Option<FactIdx>); 14] = [
            ("id", None, &mut roles.id),
            ("name", Some(FactType::Text), &mut roles.name),
            ("county", None, &mut roles.county),
            ("investment", Some(money), &mut roles.investment),
            ("owner", None, &mut roles.owner),
            ("officer", None, &mut roles.officer),
            ("planned_start", Some(FactType::Date), &mut roles.planned_start),
            ("started_on", Some(FactType::Date), &mut roles.started_on),
            ("annual_plan", Some(money), &mut roles.annual_plan),
            ("lead_unit", None, &mut roles.lead_unit),
            ("land", Some(FactType::Quantity(Dimension::Area)), &mut roles.land),
            ("sector", None, &mut roles.sector),
            ("signed_on", Some(FactType::Date), &mut roles.signed_on),
            ("done_year", Some(money), &mut roles.done_year),
        ];
        for (&name, &(key, at)) in &self.draft.roles {
            let Some((_, kind, slot)) = slots.iter_mut().find(|(known, ..)| *known == name) else {
                let all = slots.iter().map(|(known, ..)| *known).collect::<Vec<_>>().join(", ");
                self.faults.error(
                    "KG-R001",
                    key,
                    format!("不认识的角色「{name}」；可用 {all}"),
                    format!("unknown role `{name}`; roles are {all}"),
                );
                continue;
            };
            let (kind, slot) = (*kind, slot);
            let Some(fact) = self.fact(at) else { continue };
            let found = self.schema[fact].kind;
            if let Some(kind) = kind.filter(|kind| *kind != found) {
                let (want, got) = (kind.words(), found.words());
                self.faults.error(
                    "KG-R017",
                    at,
                    format!("角色「{name}」要{}类事实，此处是{}", want.zh, got.zh),
                    format!("role `{name}` needs a fact of type {}, this one is of type {}", want.en, got.en),
                );
                continue;
            }
            **slot = Some(fact);
        }
        roles
    }

    pub(super) fn goals(&mut self, requirements: &[Requirement]) -> Vec<Goal> {
        let mut goals = Vec::new();
        for (id, _, mut fields) in self.items("goals") {
            let title = fields.take("title").map_or_else(|| Words::same(id), |at| at.words(self.faults));
            let requirement_at = fields.need("requirement", self.faults);
            let requirement = requirement_at.and_then(|at| self.requirement_of_goal(at));
            let [started, landed] = ["started_when", "landed_when"].map(|key| fields.take(key));
            let started_when = started.and_then(|at| self.condition(at, CompletedUse::Allowed, false));
            let landed_when = landed.and_then(|at| self.condition(at, CompletedUse::Allowed, false));
            fields.finish(self.faults);
            let (Some(requirement), Some(at)) = (requirement, requirement_at) else { continue };
            let conditional = requirements
                .get(requirement.0 as usize)
                .is_some_and(|r| r.bodies().any(|body| body.applies_when.is_some()));
            if conditional {
                self.faults.error(
                    "KG-R030",
                    at,
                    "目标所指的前置要件不能有 applies_when",
                    "the requirement of a goal may not have `applies_when`",
                );
            }
            goals.push(Goal { id: id.to_owned(), title, requirement, started_when, landed_when });
        }
        goals
    }

    fn requirement_of_goal(&mut self, at: At<'_>) -> Option<RequirementIdx> {
        let id = at.text(self.faults)?;
        if self.draft.disabled.contains(&id) {
            self.faults.error(
                "KG-R031",
                at,
                format!("「{id}」已停用，目标不能指向它"),
                format!("`{id}` is disabled, so no goal can point at it"),
            );
            return None;
        }
        self.requirement(at)
    }

    pub(super) fn default_goal(&mut self, goals: &[Goal]) -> Option<usize> {
        let given = self.draft.single.get("default_goal").copied();
        if let Some(at) = given {
            let id = at.text(self.faults)?;
            let found = goals.iter().position(|goal| goal.id == id);
            if found.is_none() {
                self.faults.push(unknown_goal(at, id, goals.iter().map(|goal| goal.id.as_str())));
            }
            return found;
        }
        let written = self.draft.sections.get("goals").map_or(0, std::collections::BTreeMap::len);
        let fault = match goals.len() {
            1 => return Some(0),
            // Every goal has a fault of its own, told already.
            0 if written > 0 => return None,
            0 => Diagnostic::error(Code("KG-R031"), "规则包没有目标（goals）", "the pack has no goals"),
            _ => Diagnostic::error(
                Code("KG-R031"),
                "有几个目标时须写明 default_goal",
                "with several goals, `default_goal` is needed",
            ),
        };
        let place = self.draft.file.clone();
        self.faults.push(place.into_iter().fold(fault, Diagnostic::at));
        None
    }

    pub(super) fn alerts(&mut self, test_date: Option<Date>) -> Vec<Alert> {
        let mut alerts = Vec::new();
        for (id, key, mut fields) in self.items("alerts") {
            let title = fields.take("title").map_or_else(|| Words::same(id), |at| at.words(self.faults));
            let when = fields.need("when", self.faults);
            let when = when.and_then(|at| self.condition(at, CompletedUse::Allowed, false));
            let severity = fields.need("severity", self.faults);
            let severity = severity.and_then(|at| at.one_of(&Severity::NAMES, self.faults));
            let fine = fields.take("fine").and_then(|at| {
                let mut fine = Fields::new(at, self.faults);
                let of = fine.take("of").and_then(|at| self.fact(at));
                let from = fine.need("from", self.faults).and_then(|at| at.text(self.faults));
                let to = fine.need("to", self.faults).and_then(|at| at.text(self.faults));
                let per = fine.take("per").map(|at| at.words(self.faults));
                let times = fine.take("times").map(|at| at.words(self.faults));
                fine.finish(self.faults);
                Some(Fine { of, from: from?.to_owned(), to: to?.to_owned(), per, times })
            });
            let cite = fields.take("cite").map(|at| self.citations(at)).unwrap_or_default();
            let period = self.period(&mut fields);
            let tests = fields.take("tests").map(|at| self.alert_tests(at, test_date)).unwrap_or_default();
            fields.take("note");
            fields.finish(self.faults);
            let (Some(when), Some(severity)) = (when, severity) else { continue };
            let place = key.place();
            alerts.push(Alert { id: id.to_owned(), title, when, severity, fine, cite, period, place, tests });
        }
        alerts
    }

    fn alert_tests(&mut self, list: At<'a>, test_date: Option<Date>) -> Vec<AlertTest> {
        let outcomes = [("fires", Truth::Yes), ("silent", Truth::No), ("unknown", Truth::Unknown)];
        let mut tests = Vec::new();
        for item in list.items(self.faults) {
            let mut fields = Fields::new(item, self.faults);
            let as_of = self.test_day(&mut fields, item, test_date);
            let given = self.given_facts(&mut fields);
            let expect = fields.need("expect", self.faults).and_then(|at| at.one_of(&outcomes, self.faults));
            fields.take("note");
            fields.finish(self.faults);
            if let Some((state, at)) = given.needs.first().zip(given.at) {
                let id = self.requirement_ids[state.0.0 as usize];
                self.faults.error(
                    "KG-R012",
                    at,
                    format!("告警不看前置要件，不能给定「{id}」"),
                    format!("an alert reads no requirement, so `{id}` cannot be given"),
                );
            }
            if let (Some(as_of), Some(expect)) = (as_of, expect) {
                tests.push(AlertTest { as_of, given: given.facts, expect, place: item.place() });
            }
        }
        tests
    }

    pub(super) fn lights(&mut self) -> Vec<Light> {
        let mut lights = Vec::new();
        let Some(list) = self.draft.single.get("lights").copied() else { return lights };
        for item in list.items(self.faults) {
            let mut fields = Fields::new(item, self.faults);
            let light = fields.need("light", self.faults).and_then(|at| at.text(self.faults));
            let when = fields.need("when", self.faults);
            let when = when.and_then(|at| self.condition(at, CompletedUse::Allowed, true));
            let meaning = fields.take("meaning").map(|at| at.words(self.faults)).unwrap_or_default();
            fields.finish(self.faults);
            let (Some(light), Some(when)) = (light, when) else { continue };
            lights.push(Light { light: light.to_owned(), when, meaning });
        }
        lights
    }
}
