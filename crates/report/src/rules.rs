//! Screens about a rule pack itself: requirements, one requirement, facts, the outcome of its tests.

pub(crate) mod condition;
mod show;

use std::fmt::Write as _;

use kaigong_model::{Align, BlankRule, Date, FactSpec, FactType, Lang, Table, Truth, Words};
use kaigong_rules::{Pack, Requirement, RequirementKind};
use kaigong_solver::{Subject, TestFailure, TestOutcome};

use crate::phrase::{
    citations, duration, header, inline, kind_words, list, list_some, number, plain, say, some, state_words,
};

pub use condition::{condition_words, value_words};
pub use show::rules_show;

/// Every requirement of a pack under the law of a day, by stage.
pub fn rules_list(pack: &Pack, as_of: Date, lang: Lang) -> String {
    let columns = match lang {
        Lang::Zh => ["编号", "前置要件", "阶段", "性质", "牵头单位", "法定时限", "依据"],
        Lang::En => ["id", "requirement", "stage", "kind", "lead unit", "limit", "law"],
    };
    let mut table = Table::new(columns.map(|name| (name, Align::Left)));
    let mut requirements: Vec<&Requirement> = pack.requirements.iter().collect();
    requirements.sort_by_key(|requirement| requirement.stage.unwrap_or(usize::MAX));
    for requirement in requirements {
        table.push(list_row(pack, requirement, as_of, lang));
    }
    let count = pack.requirements.len();
    let mut out = match lang {
        Lang::Zh => format!("{}：{count} 个前置要件\n", plain(pack.title.get(lang))),
        Lang::En => format!("{}: {}\n", plain(pack.title.get(lang)), some(count, "requirement")),
    };
    let _ = writeln!(out, "{}\n", header(pack, as_of, lang));
    push_table(&table, &mut out);
    let hint = say(lang, "看一个前置要件：kaigong rules show 编号", "one requirement: kaigong rules show ID");
    let _ = writeln!(out, "\n{hint}");
    out
}

fn push_table(table: &Table, out: &mut String) {
    for line in table.lines() {
        let _ = writeln!(out, "{line}");
    }
}

fn list_row(pack: &Pack, requirement: &Requirement, as_of: Date, lang: Lang) -> [String; 7] {
    let body = requirement.body(as_of);
    let short = if body.short.is_empty() { &body.title } else { &body.short };
    let stage = requirement.stage.and_then(|at| pack.stages.get(at)).map(|stage| inline(&stage.title, lang));
    let owner = body.owner.as_deref().map(|id| pack.department(id, as_of).get(lang).to_owned());
    let dash = || "-".to_owned();
    [
        requirement.id.clone(),
        inline(short, lang),
        stage.unwrap_or_else(dash),
        kind_text(requirement, as_of, lang),
        owner.unwrap_or_else(dash),
        body.takes.statutory.map_or_else(dash, |takes| duration(takes, lang)),
        citations(&body.cite, as_of, lang).first().map_or_else(dash, |cite| plain(cite)),
    ]
}

/// Hard, customary or judgement; or that it is not in force on the day.
fn kind_text(requirement: &Requirement, as_of: Date, lang: Lang) -> String {
    let body = requirement.body(as_of);
    if requirement.period.from.is_some_and(|from| as_of < from) {
        return say(lang, "尚未施行", "not yet in force").to_owned();
    }
    if requirement.period.to.is_some_and(|to| to < as_of) {
        return say(lang, "已停止", "no longer in force").to_owned();
    }
    let words = kind_words(body.kind);
    if body.weak && body.kind == RequirementKind::Customary {
        return say(lang, "惯例（依据弱）", "customary (weak source)").to_owned();
    }
    words.get(lang).to_owned()
}

/// Column headers shown of one fact.
const COLUMNS: usize = 3;

/// Every fact a ledger may hold for a pack.
pub fn facts_list(pack: &Pack, lang: Lang) -> String {
    let columns = match lang {
        Lang::Zh => ["编号", "类型", "名称", "列名", "空白读作", "问谁"],
        Lang::En => ["id", "type", "title", "columns", "blank reads", "ask"],
    };
    let mut table = Table::new(columns.map(|name| (name, Align::Left)));
    for (_, spec) in pack.schema.iter() {
        table.push(fact_row(pack, spec, lang));
    }
    let count = pack.schema.len();
    let mut out = match lang {
        Lang::Zh => format!("规则包 {} {}：{count} 项事实（填报项）\n\n", pack.id, pack.version),
        Lang::En => format!("rule pack {} {}: {}\n\n", pack.id, pack.version, some(count, "fact")),
    };
    push_table(&table, &mut out);
    let note = say(
        lang,
        "批文证照另可分列：列名加 .issued_on .number .accepted_on .submitted_on .expires_on .area .waived_until .stops",
        "a document may have columns for its parts: .issued_on .number .accepted_on .submitted_on .expires_on .area .waived_until .stops",
    );
    let _ = writeln!(out, "\n{note}");
    out
}

fn fact_row(pack: &Pack, spec: &FactSpec, lang: Lang) -> [String; 6] {
    let mut kind = spec.kind.words().get(lang).to_owned();
    match (spec.unit, spec.kind) {
        (Some(unit), _) => {
            let name = crate::phrase::unit_name(unit, lang);
            let _ = write!(kind, " {name}");
        }
        (None, FactType::Enum) => {
            let words = spec.values.iter().map(|value| match lang {
                Lang::Zh => value.word().to_owned(),
                Lang::En => value.id.clone(),
            });
            let words: Vec<String> = words.collect();
            let _ = write!(kind, " {}", plain(&words.join("/")));
        }
        (None, _) => {}
    }
    let blank = match spec.blank {
        BlankRule::Unknown => Words::new("不明", "unknown"),
        BlankRule::No => Words::new("无", "no"),
        BlankRule::PresumeNo => Words::new("推定为无", "presumed no"),
    };
    let ask = spec.ask.as_deref().map(|id| {
        let names = pack.departments.get(id).and_then(|department| department.names.last());
        names.map_or_else(|| id.to_owned(), |name| name.name.get(lang).to_owned())
    });
    let columns =
        if spec.columns.is_empty() { "-".to_owned() } else { plain(&list_some(&spec.columns, COLUMNS, lang)) };
    let ask = ask.unwrap_or_else(|| "-".to_owned());
    [spec.id.clone(), kind, inline(&spec.title, lang), columns, blank.get(lang).to_owned(), ask]
}

/// The outcome of a pack's tests: how many ran, and each that did not come out as written.
pub fn test_report(pack: &Pack, count: usize, failures: &[TestFailure], lang: Lang) -> String {
    let failed = failures.len();
    let mut out = match (failed, lang) {
        (0, Lang::Zh) => format!("规则包 {} {}：{count} 个测试全部通过\n", pack.id, pack.version),
        (0, Lang::En) => format!("rule pack {} {}: all {} passed\n", pack.id, pack.version, some(count, "test")),
        (_, Lang::Zh) => format!("规则包 {} {}：{count} 个测试，{failed} 个不符\n", pack.id, pack.version),
        (_, Lang::En) => {
            let (failed, all) = (number(failed, lang), some(count, "test"));
            format!("rule pack {} {}: {failed} of {all} failed\n", pack.id, pack.version)
        }
    };
    for failure in failures {
        push_failure(pack, failure, lang, &mut out);
    }
    out
}

fn push_failure(pack: &Pack, failure: &TestFailure, lang: Lang, out: &mut String) {
    let number = failure.test + 1;
    let (id, title, test) = match failure.subject {
        Subject::Requirement(idx) => {
            let requirement = &pack[idx];
            let test = requirement.tests.get(failure.test);
            let needs = test.iter().flat_map(|test| &test.given_needs);
            let needs = needs.map(|(need, state)| format!("{}: {}", pack[*need].id, state.name()));
            let test = test.map(|test| (test.as_of, &test.given, needs.collect::<Vec<_>>()));
            (&requirement.id, &requirement.base.title, test)
        }
        Subject::Alert(at) => {
            let alert = &pack.alerts[at];
            let test = alert.tests.get(failure.test).map(|test| (test.as_of, &test.given, Vec::new()));
            (&alert.id, &alert.title, test)
        }
    };
    let title = inline(title, lang);
    let _ = match lang {
        Lang::Zh => writeln!(out, "\n{id} {title}，第 {number} 个测试"),
        Lang::En => writeln!(out, "\n{id} {title}, test {number}"),
    };
    let _ = writeln!(out, "  --> {}", failure.place.short());
    if let Some((as_of, facts, needs)) = test {
        let given: Vec<String> = facts.iter().map(|(fact, text)| format!("{fact}: {text}")).chain(needs).collect();
        let given = if given.is_empty() { say(lang, "（无）", "(nothing)").to_owned() } else { given.join(", ") };
        let _ = match lang {
            Lang::Zh => writeln!(out, "  基准日 {as_of}，给定 {given}"),
            Lang::En => writeln!(out, "  as of {as_of}, given {given}"),
        };
    }
    let state = |outcome: TestOutcome| {
        let words = match outcome {
            TestOutcome::State(state) => state_words(state).zh,
            TestOutcome::Alert(Truth::Yes) => "触发".to_owned(),
            TestOutcome::Alert(Truth::No) => "不触发".to_owned(),
            TestOutcome::Alert(Truth::Unknown) => "不明".to_owned(),
        };
        match lang {
            Lang::Zh => format!("{words} {}", outcome.name()),
            Lang::En => outcome.name().to_owned(),
        }
    };
    let (expected, got) = (state(failure.expected), state(failure.got));
    if failure.expected == failure.got {
        let _ = writeln!(out, "  {}{got}", say(lang, "结果 ", "got "));
    } else {
        let _ = writeln!(out, "  {}{expected}{}{got}", say(lang, "应为 ", "expected "), say(lang, "，实为 ", ", got "));
    }
    if !failure.missing_reasons.is_empty() {
        let _ = writeln!(
            out,
            "  {}{}{}{}",
            say(lang, "缺少缘由 ", "reasons not found: "),
            list(&failure.missing_reasons, lang),
            say(lang, "；实有 ", "; found: "),
            list(&failure.reasons, lang)
        );
    }
}

#[cfg(test)]
mod tests;
