//! 汇总: counts and sums, live where another sheet has the rows, with charts.

use std::collections::BTreeMap;

use kaigong_model::{Chart, Lang, Sheet, Value, WrittenColumn};

use super::{Entry, column, heading, ledger, lists, name, tones, wan};
use crate::assessment::Sum;
use crate::digest;
use crate::html::Report;
use crate::phrase::{number, say};

/// Requirements told one by one.
const REQUIREMENTS: usize = 20;
/// Columns charts draw.
const LABEL: usize = 1;
const PROJECTS: usize = 2;
const PLANNED: usize = 4;

/// Rows of the summary, and the charts of stretches of them.
#[derive(Default)]
struct Rows {
    rows: Vec<Vec<Value>>,
    charts: Vec<Chart>,
}

/// The sheet.
pub(super) fn sheet(report: &Report<'_, '_>, entries: &[Entry]) -> Sheet {
    let lang = report.lang;
    let mut rows = Rows::default();
    lights(report, &mut rows);
    counties(report, &mut rows);
    stages(report, &mut rows);
    requirements(report, entries, &mut rows);
    months(report, &mut rows);
    let name = name("summary", lang);
    let columns = vec![
        column(lang, ("分类", "Kind"), 15),
        WrittenColumn { tones: tones(report), ..column(lang, ("名称", "Name"), 24) },
        column(lang, ("项目(个)", "Projects"), 12),
        WrittenColumn { places: 2, ..column(lang, ("总投资(万元)", "Total investment (wan)"), 16) },
        column(lang, ("计划开工(个)", "Planned"), 13),
        column(lang, ("说明", "Remarks"), 34),
    ];
    Sheet {
        heading: heading(report, &name),
        name,
        columns,
        rows: rows.rows,
        frozen: 2,
        charts: rows.charts,
        ..Sheet::default()
    }
}

impl Rows {
    fn push(&mut self, kind: &str, name: &str, projects: Value, money: Value, remark: &str) {
        self.rows.push(vec![Value::text(kind), Value::text(name), projects, money, Value::Blank, Value::text(remark)]);
    }

    /// Draws what was added from a row on.
    fn draw(&mut self, title: &str, first: usize, values: Vec<usize>, lying: bool) {
        let count = self.rows.len() - first;
        if count > 0 {
            let title = title.to_owned();
            self.charts.push(Chart { title, labels: LABEL, values, rows: (first, count), lying });
        }
    }
}

/// A count and a sum over the ledger's rows that say a word.
fn over_ledger(lang: Lang, by: usize, word: &str, sum: Sum) -> [Value; 2] {
    let over = |column, is| Value::Over { sheet: name("ledger", lang), by, word: word.to_owned(), sum: column, is };
    let Value::Number(money) = wan(sum.fen) else { return [Value::Blank, Value::Blank] };
    [over(None, sum.projects.to_string()), over(Some(ledger::INVESTMENT), money)]
}

fn lights(report: &Report<'_, '_>, rows: &mut Rows) {
    let lang = report.lang;
    let kind = say(lang, "灯", "Light");
    for light in digest::lights(report.assessment) {
        let word = light.words.get(lang);
        // Verdicts of packs without lights stand in no column of their own.
        let [projects, money] = if report.assessment.evaluation.pack.lights.iter().any(|known| known.light == light.id)
        {
            over_ledger(lang, ledger::LIGHT, word, light.sum)
        } else {
            [Value::count(light.sum.projects), wan(light.sum.fen)]
        };
        rows.push(kind, word, projects, money, light.meaning.get(lang));
    }
    rows.draw(say(lang, "各灯项目（个）", "Projects by light"), 0, vec![PROJECTS], false);
}

fn counties(report: &Report<'_, '_>, rows: &mut Rows) {
    let (assessment, lang) = (report.assessment, report.lang);
    let role = assessment.evaluation.pack.roles.county;
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    for (project, _) in assessment.projects() {
        if let Some(county) = assessment.role_text(role, project.row).filter(|county| !county.is_empty()) {
            sums.entry(county).or_default().add(assessment.fen(project.row));
        }
    }
    for (county, sum) in sums {
        let [projects, money] = over_ledger(lang, ledger::COUNTY, &county, sum);
        rows.push(say(lang, "县(区)", "County"), &county, projects, money, "");
    }
}

fn stages(report: &Report<'_, '_>, rows: &mut Rows) {
    let (assessment, lang) = (report.assessment, report.lang);
    let first = rows.rows.len();
    for stage in digest::stages(assessment) {
        let (title, lead) = assessment.stage_words(stage.stage, lang);
        let mut remark = lead;
        if stage.presumed > 0 {
            remark = match lang {
                Lang::Zh => format!("{remark}，其中推定 {} 个", stage.presumed),
                Lang::En => format!("{remark}, {} of them presumed", number(stage.presumed, lang)),
            };
        }
        let kind = say(lang, "受阻阶段", "Blocked at");
        rows.push(kind, &title, Value::count(stage.sum.projects), wan(stage.sum.fen), &remark);
    }
    rows.draw(say(lang, "受阻项目卡在哪些阶段（个）", "Blocked projects by stage"), first, vec![PROJECTS], true);
}

fn requirements(report: &Report<'_, '_>, entries: &[Entry], rows: &mut Rows) {
    let (assessment, lang) = (report.assessment, report.lang);
    let first = rows.rows.len();
    let mut told: BTreeMap<&str, u64> = BTreeMap::new();
    entries.iter().for_each(|entry| *told.entry(&entry.short).or_default() += 1);
    for blocking in digest::blocking(assessment, &[]).iter().take(REQUIREMENTS) {
        let body = assessment.evaluation.body_today(blocking.requirement);
        let short = crate::phrase::inline(&body.short, lang);
        let projects = blocking.sum.projects;
        // Live where the list of problems has exactly these rows under the name.
        let projects = if told.get(short.as_str()) == Some(&projects) {
            let sheet = name("problems", lang);
            Value::Over { sheet, by: lists::BLOCKER, word: short.clone(), sum: None, is: projects.to_string() }
        } else {
            Value::count(projects)
        };
        let lead = assessment.department(body.owner.as_deref(), lang);
        rows.push(say(lang, "堵点", "Blocker"), &short, projects, wan(blocking.sum.fen), &lead);
    }
    rows.draw(say(lang, "堵住项目最多的前置要件（个）", "Requirements that block most"), first, vec![PROJECTS], true);
}

fn months(report: &Report<'_, '_>, rows: &mut Rows) {
    let lang = report.lang;
    let first = rows.rows.len();
    for month in digest::forecast(report.assessment).months {
        let label = match month.of {
            Some((year, month)) => format!("{year}-{month:02}"),
            None => say(lang, "其后", "later").to_owned(),
        };
        let remark = match (month.provisional, lang) {
            (0, _) => String::new(),
            (count, Lang::Zh) => format!("其中暂定 {count} 个"),
            (count, Lang::En) => format!("{} of them provisional", number(count, lang)),
        };
        let kind = say(lang, "最早开工", "Earliest start");
        rows.push(kind, &label, Value::count(month.forecast.projects), wan(month.forecast.fen), &remark);
        if let Some(planned) = rows.rows.last_mut().and_then(|row| row.get_mut(PLANNED)) {
            *planned = Value::count(month.planned);
        }
    }
    let title = say(lang, "最早开工与计划开工（按月，个）", "Earliest and planned starts by month");
    rows.draw(title, first, vec![PROJECTS, PLANNED], false);
}
