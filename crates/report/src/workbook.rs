//! A check as a workbook: a summary with charts, the ledger with lights, and the lists that offices work by.
//!
//! ```text
//! 汇总      lights, counties, stages, requirements, months; charts     workbook/summary.rs
//! 台账      one row a project, in the ledger's order                   workbook/ledger.rs
//! 问题清单  one row a blocker: what is wrong                           workbook/lists.rs
//! 任务清单  the same: what to do, by when, and whether it is done
//! 责任清单  the same, by office
//! ```
//! A blocker's key, `project/requirement`, stays the same from month to month, so that filled-in lists can be matched.

mod ledger;
mod lists;
mod summary;

use kaigong_model::{Date, Dimension, Lang, Sheet, Tone, Value, Words, Workbook, WrittenColumn, format_exact};
use kaigong_solver::{Deadline, Verdict};

use crate::check::{headline, title};
use crate::html::Report;
use crate::phrase::{header, light_words, say};
use crate::returned::{Item, Returned};
use crate::why::{Account, Blockers, Class, reasons};

/// The workbook of a report; without explanations it has no lists. `deadlines` are those of each project of the check;
/// what was said in lists handed back is carried into the new ones.
pub fn report_workbook(
    report: &Report<'_, '_>,
    deadlines: &[Vec<Deadline>],
    returned: Option<&Returned<'_, '_>>,
) -> Workbook {
    let entries = entries(report, deadlines, returned);
    let mut sheets = vec![summary::sheet(report, &entries), ledger::sheet(report, &entries)];
    if !report.explanations.is_empty() {
        sheets.extend([
            lists::problems(report, &entries),
            lists::tasks(report, &entries, returned),
            lists::duties(report, &entries),
        ]);
    }
    Workbook { title: title(report.assessment, report.lang), as_of: report.assessment.evaluation.options.as_of, sheets }
}

/// A blocker of a blocked project, told.
struct Entry {
    /// Place of the project in the check's list.
    project: usize,
    key: String,
    stage: usize,
    short: String,
    class: Class,
    account: Account,
    /// By when it has to be done: by the law's limit, else so that the project can start as planned, else as a list
    /// handed back says.
    due: Option<Date>,
    /// What lists handed back say of it.
    said: Option<Item>,
}

/// Every blocker of every blocked project, as the explanations number them.
fn entries(report: &Report<'_, '_>, deadlines: &[Vec<Deadline>], returned: Option<&Returned<'_, '_>>) -> Vec<Entry> {
    let said = returned.map(Returned::by_key).unwrap_or_default();
    let assessment = report.assessment;
    let pack = assessment.evaluation.pack;
    let mut entries = Vec::new();
    for (project, explanation) in report.explanations.iter().enumerate() {
        if explanation.result.verdict != Verdict::Blocked {
            continue;
        }
        let context = report.context(explanation);
        let id = &assessment.evaluation.portfolio.ids[context.row as usize];
        for Blockers { class, accounts, .. } in reasons(&context) {
            for (number, account) in accounts {
                // INVARIANT: blockers are numbered from 1 in the order of `reasons`.
                let Some((reason, _)) = context.reasons.get(number - 1) else { continue };
                let requirement = reason.blocker.requirement;
                let days = deadlines.get(project).into_iter().flatten().find(|day| day.requirement == requirement);
                let key = format!("{id}/{}", pack[requirement].id);
                let said = said.get(key.as_str()).map(|item| (*item).clone());
                let proposed = said.as_ref().and_then(|item| item.row.due.as_ref()).map(|day| day.is);
                entries.push(Entry {
                    project,
                    key,
                    stage: assessment.stage(requirement),
                    short: context.short(requirement),
                    class,
                    account,
                    due: days.and_then(|days| days.limit.or(days.planned)).or(proposed),
                    said,
                });
            }
        }
    }
    entries
}

/// What a sheet begins with: what it is, the answer, the day and the pack.
fn heading(report: &Report<'_, '_>, name: &str) -> Vec<String> {
    let (assessment, lang) = (report.assessment, report.lang);
    let evaluation = &assessment.evaluation;
    let mut lines = vec![format!("{}{}{name}", title(assessment, lang), say(lang, "", ": "))];
    lines.push(format!(
        "{}{}{}",
        header(evaluation.pack, evaluation.options.as_of, lang),
        say(lang, "；", "; "),
        headline(assessment, lang).join(say(lang, "；", "; "))
    ));
    lines.extend(report.notes.iter().map(|note| note.trim().to_owned()));
    lines
}

/// A column of words.
fn column(lang: Lang, words: (&str, &str), width: u16) -> WrittenColumn {
    WrittenColumn { header: say(lang, words.0, words.1).to_owned(), width, ..WrittenColumn::default() }
}

/// The column of places in a list, in digits alone.
fn serial(lang: Lang) -> WrittenColumn {
    WrittenColumn { exact: true, ..column(lang, ("序号", "No."), 6) }
}

/// A column that people fill in.
fn open(lang: Lang, words: (&str, &str), width: u16) -> WrittenColumn {
    WrittenColumn { open: true, ..column(lang, words, width) }
}

/// A column of days.
fn dated(lang: Lang, words: (&str, &str)) -> WrittenColumn {
    WrittenColumn { dated: true, ..column(lang, words, 13) }
}

/// A column of money in 万元, summed.
fn money(lang: Lang, words: (&str, &str)) -> WrittenColumn {
    WrittenColumn { places: 2, summed: true, ..column(lang, words, 16) }
}

/// Fen as 万元, exact.
fn wan(fen: i128) -> Value {
    Value::Number(format_exact(fen, Dimension::Money.standard_unit()))
}

/// The words of the pack's lights, each in its colour.
fn tones(report: &Report<'_, '_>) -> Vec<(String, Tone)> {
    let pack = report.assessment.evaluation.pack;
    let tone = |light: &str| match light {
        "green" => Some(Tone::Good),
        "yellow" => Some(Tone::Near),
        "red" => Some(Tone::Bad),
        "grey" => Some(Tone::Unknown),
        _ => None,
    };
    let mut tones: Vec<(String, Tone)> = Vec::new();
    for light in &pack.lights {
        let word = light_words(&light.light).get(report.lang).to_owned();
        if let Some(tone) = tone(&light.light)
            && tones.iter().all(|(known, _)| *known != word)
        {
            tones.push((word, tone));
        }
    }
    tones
}

/// How sure a blocker is, in a word.
fn class_words(class: Class) -> Words {
    match class {
        Class::Certain => Words::new("确定", "certain"),
        Class::Presumed => Words::new("推定", "presumed"),
        Class::Unsettled => Words::new("待定", "unsettled"),
    }
}

/// The names of the sheets.
fn name(sheet: &str, lang: Lang) -> String {
    let words = match sheet {
        "summary" => ("汇总", "Summary"),
        "ledger" => ("台账", "Ledger"),
        "problems" => ("问题清单", "Problems"),
        "tasks" => ("任务清单", "Tasks"),
        _ => ("责任清单", "Duties"),
    };
    say(lang, words.0, words.1).to_owned()
}

/// A list's sheet.
fn list(report: &Report<'_, '_>, id: &str, columns: Vec<WrittenColumn>, rows: Vec<Vec<Value>>, frozen: usize) -> Sheet {
    let name = name(id, report.lang);
    Sheet { heading: heading(report, &name), name, columns, rows, frozen, filtered: true, ..Sheet::default() }
}

#[cfg(test)]
mod tests;
