//! Days lost as a screen, a table and JSON.

use std::fmt::{Display, Write as _};

use kaigong_model::{Align, FactIdx, Lang, Table};
use kaigong_rules::RequirementIdx;
use kaigong_solver::{Lost, Shares};
use serde_json::{Value, json};

use super::{DelayReport, ranked};
use crate::assessment::{group_word, role_text};
use crate::json::with_law;
use crate::phrase::{header, inline, number, plain, say, some};

/// Lines of a table where there are more.
const LISTED: usize = 12;
/// Officers listed.
const FEW: usize = 5;
/// 10,000 yuan and 100 million yuan, fen.
const WAN: i128 = 1_000_000;
const YI: i128 = 10_000_000_000;

/// The screen of `delays`; `command` names ledgers and days as the user did.
pub fn delays_screen(report: &DelayReport<'_>, command: &str, lang: Lang) -> String {
    let writer = Writer { report, lang };
    let mut out = writer.headline();
    if report.whole().full == 0 {
        return out;
    }
    writer.table(&mut out, say(lang, "事项", "step"), &writer.requirements(), LISTED);
    writer.table(&mut out, say(lang, "牵头单位", "lead unit"), &writer.departments(), LISTED);
    let roles = &report.evaluation.pack.roles;
    for (fact, listed) in [(roles.county, LISTED), (roles.sector, LISTED), (roles.officer, FEW)] {
        if let Some(idx) = fact {
            let title = plain(report.evaluation.pack.schema[idx].title.get(lang));
            writer.table(&mut out, &title, &writer.groups(fact), listed);
        }
    }
    out.push_str(say(
        lang,
        "\n（自项目第一条有日期的记载起，未开工而不可开工的每一天都计入。受阻日归当天的堵点；堵点等别的项目的，归那个项目的堵点；\n\
         待核实日归须填的资料和请填的单位。分摊：当天由各原因均分，合计等于总天数；全计：每个原因都计整天，合计会大于总天数。\n\
         县区、类别、服务官按被耽误的项目计。投资按台账总投资，未填的计 0）\n",
        "\n(a day counts from a project's first dated record on, while it has not started and is not ready. A blocked day goes to\n\
         the day's blockers, or to those of the project that is waited for; an undetermined day to the facts and the offices asked.\n\
         Split: the day in equal parts, which add up to all days; full: the whole day to each, which add up to more.\n\
         County, sector and officer are those of the project delayed. Investment as recorded, 0 where it is not)\n",
    ));
    let _ = match lang {
        Lang::Zh => {
            write!(out, "\n全部明细：kaigong delays {command} --format csv\n一个项目：kaigong timeline ID {command}\n")
        }
        Lang::En => write!(
            out,
            "\nall lines: kaigong delays {command} --format csv\none project: kaigong timeline ID {command}\n"
        ),
    };
    out
}

/// A line of a table: id, name, what was lost.
type Line = (String, String, Lost);

struct Writer<'w, 'a> {
    report: &'w DelayReport<'a>,
    lang: Lang,
}

/// Tenths as a decimal.
fn decimal(tenths: i128) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

impl Writer<'_, '_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        say(self.lang, zh, en)
    }

    fn number(&self, value: impl Display) -> String {
        number(value, self.lang)
    }

    fn split(&self, days: &Shares) -> String {
        self.number(decimal(days.tenths(1)))
    }

    fn yi(&self, money: &Shares) -> String {
        self.number(decimal(money.tenths(YI)))
    }

    fn headline(&self) -> String {
        let (whole, period) = (self.report.whole(), self.report.delays.period);
        let evaluation = &self.report.evaluation;
        let goal = evaluation.pack.goals[evaluation.options.goal].title.get(self.lang).to_lowercase();
        let (all, projects) = (self.report.delays.rows.len(), self.number(whole.projects));
        let (asked, money) = (self.number(whole.asked), self.yi(&whole.split_money));
        let under = header(evaluation.pack, evaluation.options.as_of, self.lang);
        match self.lang {
            Lang::Zh => format!(
                "{} 至 {} 共 {} 天，{all} 个项目中 {projects} 个有不可{goal}的日子：共 {} 个项目日（其中待核实 {asked}），合 {money} 亿元天\n{under}\n",
                period.from,
                period.to,
                period.days(),
                whole.full
            ),
            Lang::En => format!(
                "{} to {}, {}: {projects} of {} were not ready to {goal} on {} ({asked} of them\nundetermined), {money} in CNY 100m-days\n{under}\n",
                period.from,
                period.to,
                some(period.days(), "day"),
                some(all, "project"),
                some(whole.full, "project-day")
            ),
        }
    }

    fn requirements(&self) -> Vec<Line> {
        let evaluation = &self.report.evaluation;
        let losses = self.report.delays.requirements.iter().enumerate().map(|(at, lost)| (at, lost.clone()));
        let line = |(at, lost): (usize, Lost)| {
            let idx = RequirementIdx(at as u32);
            (evaluation.pack[idx].id.clone(), inline(&evaluation.body_today(idx).short, self.lang), lost)
        };
        ranked(losses.collect()).into_iter().map(line).collect()
    }

    fn departments(&self) -> Vec<Line> {
        let evaluation = &self.report.evaluation;
        let line = |(id, lost): (Option<String>, Lost)| match id {
            Some(id) => {
                let name = evaluation.pack.department(&id, evaluation.options.as_of).get(self.lang).to_owned();
                (id, name, lost)
            }
            None => (String::new(), self.say("（未定）", "(nobody named)").to_owned(), lost),
        };
        ranked(self.report.delays.departments.clone()).into_iter().map(line).collect()
    }

    fn groups(&self, fact: Option<FactIdx>) -> Vec<Line> {
        let line = |(name, lost): (Option<String>, Lost)| {
            let shown = match &name {
                Some(name) => group_word(&self.report.evaluation, fact, name, self.lang),
                None => self.say("（未填）", "(blank)").to_owned(),
            };
            (name.unwrap_or_default(), shown, lost)
        };
        self.report.groups(fact).into_iter().map(line).collect()
    }

    fn projects(&self) -> Vec<Line> {
        let evaluation = &self.report.evaluation;
        let line = |delay: &kaigong_solver::RowDelay| {
            let name = role_text(evaluation, evaluation.pack.roles.name, delay.row).unwrap_or_default();
            let id = evaluation.portfolio.ids[delay.row as usize].to_string();
            (id, name, super::sum(std::slice::from_ref(delay)))
        };
        let lost = self.report.delays.rows.iter().filter(|delay| delay.days() > 0);
        lost.map(line).collect()
    }

    fn table(&self, out: &mut String, title: &str, lines: &[Line], listed: usize) {
        let whole = self.report.whole();
        let mut table = Table::new([
            (title, Align::Left),
            (self.say("项目", "projects"), Align::Right),
            (self.say("分摊(天)", "split (days)"), Align::Right),
            (self.say("占比", "share"), Align::Right),
            (self.say("全计(天)", "full (days)"), Align::Right),
            (self.say("待核实(天)", "undetermined"), Align::Right),
            (self.say("分摊(亿元天)", "split (CNY 100m-days)"), Align::Right),
            (self.say("全计(亿元天)", "full (CNY 100m-days)"), Align::Right),
        ]);
        let share = |lost: &Lost| {
            let percent = lost.split.tenths(1) * 1000 / (i128::from(whole.full) * 10);
            format!("{}.{}%", percent / 10, percent % 10)
        };
        let mut push = |name: &str, lost: &Lost| {
            table.push([
                name.to_owned(),
                self.number(lost.projects),
                self.split(&lost.split),
                share(lost),
                self.number(lost.full),
                self.number(lost.asked),
                self.yi(&lost.split_money),
                self.yi(&Shares::whole(lost.full_money)),
            ]);
        };
        let shown = if lines.len() <= listed + 1 { lines.len() } else { listed };
        lines[..shown].iter().for_each(|(_, name, lost)| push(name, lost));
        let mut rest = (Shares::default(), Shares::default());
        for (_, _, lost) in &lines[shown..] {
            rest.0.merge(&lost.split);
            rest.1.merge(&lost.split_money);
        }
        let mut summed = |name: &str, days: &Shares, money: &Shares| {
            let lost = Lost { split: days.clone(), ..Lost::default() };
            let dash = || "-".to_owned();
            table.push([
                name.to_owned(),
                dash(),
                self.split(days),
                share(&lost),
                dash(),
                dash(),
                self.yi(money),
                dash(),
            ]);
        };
        if shown < lines.len() {
            let name = match self.lang {
                Lang::Zh => format!("其余 {} 项", lines.len() - shown),
                Lang::En => format!("{} more", self.number(lines.len() - shown)),
            };
            summed(&name, &rest.0, &rest.1);
        }
        summed(self.say("合计", "all"), &whole.split, &whole.split_money);
        let _ = write!(out, "\n{}\n", table.lines().join("\n"));
    }
}

/// Every line of every table, and one a project.
pub fn delays_table(report: &DelayReport<'_>, lang: Lang) -> Table {
    let writer = Writer { report, lang };
    let roles = &report.evaluation.pack.roles;
    let mut table = Table::new([
        (say(lang, "口径", "by"), Align::Left),
        (say(lang, "编号", "id"), Align::Left),
        (say(lang, "名称", "name"), Align::Left),
        (say(lang, "项目", "projects"), Align::Right),
        (say(lang, "分摊(天)", "days_split"), Align::Right),
        (say(lang, "全计(天)", "days_full"), Align::Right),
        (say(lang, "待核实(天)", "days_undetermined"), Align::Right),
        (say(lang, "分摊(万元天)", "wan_days_split"), Align::Right),
        (say(lang, "全计(万元天)", "wan_days_full"), Align::Right),
    ]);
    for (by, lines) in [
        (say(lang, "事项", "requirement"), writer.requirements()),
        (say(lang, "牵头单位", "department"), writer.departments()),
        (say(lang, "县区", "county"), writer.groups(roles.county)),
        (say(lang, "服务官", "officer"), writer.groups(roles.officer)),
        (say(lang, "类别", "sector"), writer.groups(roles.sector)),
        (say(lang, "项目", "project"), writer.projects()),
    ] {
        for (id, name, lost) in lines {
            table.push([
                by.to_owned(),
                id,
                name,
                lost.projects.to_string(),
                decimal(lost.split.tenths(1)),
                lost.full.to_string(),
                lost.asked.to_string(),
                decimal(lost.split_money.tenths(WAN)),
                decimal(Shares::whole(lost.full_money).tenths(WAN)),
            ]);
        }
    }
    table
}

/// A sum of shares in units of so many, exact: a fraction, or a sum of some where one would be too long.
fn exact(shares: &Shares, unit: i128) -> String {
    let term = |(num, den): (i128, i128)| if den == 1 { num.to_string() } else { format!("{num}/{den}") };
    shares.terms(unit).into_iter().map(term).collect::<Vec<_>>().join(" + ")
}

fn lost_json(lost: &Lost) -> Value {
    json!({
        "projects": lost.projects,
        "days_full": lost.full,
        "days_split": exact(&lost.split, 1),
        "days_undetermined": lost.asked,
        "wan_days_full": exact(&Shares::whole(lost.full_money), WAN),
        "wan_days_split": exact(&lost.split_money, WAN),
    })
}

/// Everything as `kaigong.delays/1`.
pub fn delays_json(report: &DelayReport<'_>) -> Value {
    let (evaluation, period) = (&report.evaluation, report.delays.period);
    let pack = evaluation.pack;
    let writer = Writer { report, lang: Lang::En };
    let list = |key: &str, lines: Vec<Line>| -> Vec<Value> {
        let told = |(id, _, lost): Line| {
            let name = if id.is_empty() { Value::Null } else { Value::from(id) };
            json!({key: name, "lost": lost_json(&lost)})
        };
        lines.into_iter().map(told).collect()
    };
    let told = json!({
        "schema": "kaigong.delays/1",
        "as_of": evaluation.options.as_of.to_string(),
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[evaluation.options.goal].id,
        "from": period.from.to_string(),
        "to": period.to.to_string(),
        "projects_seen": report.delays.rows.len(),
        "whole": lost_json(&report.whole()),
        "requirements": list("requirement", writer.requirements()),
        "departments": list("department", writer.departments()),
        "counties": list("name", writer.groups(pack.roles.county)),
        "officers": list("name", writer.groups(pack.roles.officer)),
        "sectors": list("name", writer.groups(pack.roles.sector)),
        "projects": list("project", writer.projects()),
    });
    with_law(told, evaluation)
}
