//! 问题清单、任务清单、责任清单: one row a blocker, under a key that stays.

use kaigong_model::{Filled, Lang, ListRow, Sheet, TaskState, Tone, Value, WrittenColumn};

use super::{Entry, class_words, column, dated, ledger, list, open, serial};
use crate::html::Report;
use crate::phrase::{number, say};
use crate::returned::{Bearing, Returned};

/// The column of 堵点 in 问题清单, which the summary counts by.
pub(super) const BLOCKER: usize = 6;

/// What a task's state may be.
fn states(lang: Lang) -> Vec<String> {
    TaskState::ALL.map(|state| state.words().get(lang).to_owned()).into()
}

/// What was said last time and still holds, or nothing.
fn carried<T>(said: Option<&Filled<T>>, value: impl FnOnce(&T) -> Value) -> Value {
    said.map_or(Value::Blank, |said| value(&said.is))
}

/// What the ledger says of a task that was marked done and is still a blocker.
fn verdict(entry: &Entry, lang: Lang) -> Value {
    let standing = entry.said.as_ref().map(|item| item.bearing);
    match standing {
        Some(Bearing::Contradicted) => Value::text(say(lang, "台账仍未见", "not in the ledger")),
        Some(Bearing::Unproven) => Value::text(say(lang, "台账资料不足", "the ledger does not tell")),
        _ => Value::Blank,
    }
}

/// The key, and why nobody should touch it.
fn key(lang: Lang) -> WrittenColumn {
    let note = say(
        lang,
        "项目编号/前置要件编号。每月不变，回填的清单按它对应，请勿改动。",
        "Project/requirement. It stays from month to month, and filled-in lists are matched by it: please leave it.",
    );
    WrittenColumn { note: note.to_owned(), ..column(lang, ("键", "key"), 26) }
}

/// What is wrong.
pub(super) fn problems(report: &Report<'_, '_>, entries: &[Entry]) -> Sheet {
    let (assessment, lang) = (report.assessment, report.lang);
    let columns = vec![
        key(lang),
        serial(lang),
        column(lang, ("项目编号", "id"), 12),
        column(lang, ("项目名称", "Project"), 26),
        column(lang, ("县(区)", "County"), 10),
        column(lang, ("阶段", "Stage"), 14),
        column(lang, ("堵点", "Blocker"), 14),
        column(lang, ("问题", "Problem"), 50),
        column(lang, ("性质", "Certainty"), 9),
        dated(lang, ("自何时起", "Since")),
        column(lang, ("依据", "Law"), 44),
    ];
    let rows = entries.iter().enumerate().map(|(at, entry)| {
        let [id, name, county, ..] = project(report, entry);
        vec![
            Value::text(&entry.key),
            Value::count(at + 1),
            id,
            name,
            county,
            Value::text(assessment.stage_words(entry.stage, lang).0),
            Value::text(&entry.short),
            Value::text(problem(entry, lang)),
            Value::text(class_words(entry.class).get(lang)),
            Value::day(entry.account.since),
            Value::text(&entry.account.law),
        ]
    });
    list(report, "problems", columns, rows.collect(), 1)
}

/// What to do, by when, and whether it is done.
pub(super) fn tasks(report: &Report<'_, '_>, entries: &[Entry], returned: Option<&Returned<'_, '_>>) -> Sheet {
    let lang = report.lang;
    let checked = say(lang, "台账仍未见", "not in the ledger");
    let columns = vec![
        key(lang),
        serial(lang),
        column(lang, ("项目编号", "id"), 12),
        column(lang, ("项目名称", "Project"), 26),
        column(lang, ("堵点", "Blocker"), 14),
        column(lang, ("办理措施", "What to do"), 44),
        column(lang, ("牵头单位", "Lead unit"), 18),
        ledger::due(report),
        WrittenColumn { choices: states(lang), ..open(lang, ("办结情况", "State"), 10) },
        WrittenColumn { dated: true, ..open(lang, ("办结日期", "Done on"), 13) },
        open(lang, ("办理情况", "State of play"), 36),
        WrittenColumn {
            tones: vec![(checked.to_owned(), Tone::Bad)],
            ..column(lang, ("台账核对", "Against the ledger"), 16)
        },
    ];
    let rows = entries.iter().enumerate().map(|(at, entry)| {
        let [id, name, ..] = project(report, entry);
        vec![
            Value::text(&entry.key),
            Value::count(at + 1),
            id,
            name,
            Value::text(&entry.short),
            Value::text(&entry.account.remedy),
            Value::text(&entry.account.lead),
            Value::day(entry.due),
            carried(said(entry, |row| row.state.as_ref()), |state| Value::text(state.words().get(lang))),
            carried(said(entry, |row| row.done_on.as_ref()), |day| Value::Day(*day)),
            carried(said(entry, |row| row.note.as_ref()), |note| Value::text(note.clone())),
            verdict(entry, lang),
        ]
    });
    let mut sheet = list(report, "tasks", columns, rows.collect(), 1);
    sheet
        .heading
        .extend(returned.filter(|returned| !returned.items.is_empty()).map(|returned| last_time(returned, lang)));
    sheet
}

/// A part of what lists handed back say of an entry.
fn said<T>(entry: &Entry, part: fn(&ListRow) -> Option<&Filled<T>>) -> Option<&Filled<T>> {
    entry.said.as_ref().and_then(|item| part(&item.row))
}

/// What became of the lists handed back, in a line.
fn last_time(returned: &Returned<'_, '_>, lang: Lang) -> String {
    let count = |standing| returned.items.iter().filter(|item| item.bearing == standing).count();
    let (confirmed, contradicted) = (count(Bearing::Confirmed), count(Bearing::Contradicted));
    let settled = count(Bearing::Settled);
    match lang {
        Lang::Zh => format!(
            "上期清单：填已办结且台账相符 {confirmed} 条，台账已不是堵点而未填 {settled} 条，均不再列；填已办结而台账仍未见 {contradicted} 条，仍列在下面"
        ),
        Lang::En => format!(
            "of the lists handed back: {} done by the ledger too and {} done but not marked are off the list; {} marked done that the ledger does not bear out stay on it",
            number(confirmed, lang),
            number(settled, lang),
            number(contradicted, lang)
        ),
    }
}

/// Who answers for what: by lead unit, the earliest limit first.
pub(super) fn duties(report: &Report<'_, '_>, entries: &[Entry]) -> Sheet {
    let lang = report.lang;
    let columns = vec![
        key(lang),
        serial(lang),
        column(lang, ("牵头单位", "Lead unit"), 18),
        column(lang, ("堵点", "Blocker"), 14),
        column(lang, ("项目编号", "id"), 12),
        column(lang, ("项目名称", "Project"), 26),
        column(lang, ("县(区)", "County"), 10),
        column(lang, ("责任单位", "Responsible"), 20),
        column(lang, ("责任人", "Contact"), 10),
        ledger::due(report),
        open(lang, ("备注", "Remarks"), 36),
    ];
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(|entry| {
        let (lead, due) = (&entry.account.lead, entry.due);
        (lead.is_empty(), lead.clone(), due.is_none(), due, entry.project)
    });
    let rows = sorted.iter().enumerate().map(|(at, entry)| {
        let [id, name, county, responsible, officer] = project(report, entry);
        vec![
            Value::text(&entry.key),
            Value::count(at + 1),
            Value::text(&entry.account.lead),
            Value::text(&entry.short),
            id,
            name,
            county,
            responsible,
            officer,
            Value::day(entry.due),
            carried(said(entry, |row| row.remark.as_ref()), |note| Value::text(note.clone())),
        ]
    });
    list(report, "duties", columns, rows.collect(), 1)
}

/// Id, name, county, responsible unit and officer of an entry's project.
fn project(report: &Report<'_, '_>, entry: &Entry) -> [Value; 5] {
    let assessment = report.assessment;
    let (pack, row) = (assessment.evaluation.pack, assessment.results.projects[entry.project].row);
    let text = |role| Value::text(assessment.role_text(role, row).unwrap_or_default());
    let roles = &pack.roles;
    [
        Value::text(&assessment.evaluation.portfolio.ids[row as usize]),
        text(roles.name),
        text(roles.county),
        Value::text(assessment.responsible_unit(row).unwrap_or_default()),
        text(roles.officer),
    ]
}

/// What is wrong, with what the explanation adds.
fn problem(entry: &Entry, lang: Lang) -> String {
    let told: Vec<&str> = std::iter::once(&entry.account.head).chain(&entry.account.more).map(String::as_str).collect();
    told.join(say(lang, "；", "; "))
}
