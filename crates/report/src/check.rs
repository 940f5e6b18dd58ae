//! The check's screen and its table of projects.

use std::collections::BTreeSet;
use std::fmt::{Display, Write as _};

use kaigong_model::{Align, Cell, Dimension, FactIdx, Lang, Table, Unit, Words, format_exact, format_short};
use kaigong_rules::RequirementIdx;
use kaigong_solver::{ProjectResult, Verdict};

use crate::assessment::Assessment;
use crate::cheapest;
use crate::cost;
use crate::digest::{self, LightSum, StageSum};
use crate::leverage::{Leverage, brief};
use crate::phrase::{days, header, light_words, number, some, verdict_words};
use crate::tally::{Tally, Worst};

/// What the check's screen shows.
#[derive(Clone, Debug)]
pub struct CheckScreen {
    /// Language.
    pub lang: Lang,
    /// The ledger as the user named it, for the commands at the foot.
    pub data: String,
    /// List every project.
    pub all: bool,
    /// Group by this fact.
    pub group_by: Option<FactIdx>,
}

/// More blocked projects than someone would go through one by one.
const MANY: u64 = 50;
/// The screen of a check; with leverage, what would release most.
pub fn check_screen(assessment: &Assessment<'_>, screen: &CheckScreen, leverage: Option<&Leverage<'_, '_>>) -> String {
    let mut tally = Tally::default();
    tally.add(assessment, screen, leverage);
    tally_screen(assessment, &tally, screen)
}

/// The screen of a check that was summed up in blocks; `last` is any of them, for the pack, the day and the title.
pub fn tally_screen(last: &Assessment<'_>, tally: &Tally, screen: &CheckScreen) -> String {
    let writer = Writer { assessment: last, screen, lang: screen.lang };
    let mut out = String::new();
    writer.headline(&mut out, tally);
    writer.light_table(&mut out, tally);
    writer.blocker_table(&mut out, tally);
    out.push_str(&brief(last, &tally.releases, &screen.data, screen.lang));
    if let Some(fact) = screen.group_by {
        writer.group_table(&mut out, fact, tally);
    }
    cheapest::push(last, screen.all, screen.lang, &mut out);
    writer.worst(&mut out, tally);
    writer.alerts(&mut out, tally);
    writer.next(&mut out, tally);
    out
}

pub(crate) struct Writer<'w, 'a> {
    pub(crate) assessment: &'w Assessment<'a>,
    pub(crate) screen: &'w CheckScreen,
    pub(crate) lang: Lang,
}

/// An amount in 亿元, one place.
pub(crate) fn in_yi(fen: i128, lang: Lang) -> String {
    number(format_short(fen, yi(), 1), lang)
}

fn yi() -> Unit {
    // INVARIANT: `yi` is in the table of units.
    Unit::parse("yi").unwrap_or(Dimension::Money.standard_unit())
}

impl Writer<'_, '_> {
    fn say(&self, zh: &str, en: &str) -> String {
        match self.lang {
            Lang::Zh => zh.to_owned(),
            Lang::En => en.to_owned(),
        }
    }

    fn count(&self, count: impl Display) -> String {
        number(count, self.lang)
    }

    fn in_yi(&self, fen: i128) -> String {
        in_yi(fen, self.lang)
    }

    fn headline(&self, out: &mut String, tally: &Tally) {
        let evaluation = &self.assessment.evaluation;
        for line in headline_of(self.assessment, tally.verdicts, self.lang) {
            let _ = writeln!(out, "{line}");
        }
        let _ = writeln!(out, "{}", header(evaluation.pack, evaluation.options.as_of, self.lang));
    }

    /// Projects by light, or by verdict where the pack has no lights.
    fn light_table(&self, out: &mut String, tally: &Tally) {
        let lit = !self.assessment.evaluation.pack.lights.is_empty();
        let first = if lit { self.say("灯", "light") } else { self.say("结论", "verdict") };
        let meaning = if lit { self.say("含义", "meaning") } else { String::new() };
        let (projects, money) = (self.say("项目", "projects"), self.say("总投资(亿元)", "CNY 100m"));
        let mut table = Table::new([
            (first.as_str(), Align::Left),
            (&projects, Align::Right),
            (&money, Align::Right),
            (&meaning, Align::Left),
        ]);
        for LightSum { words, meaning, sum, .. } in digest::lights_of(self.assessment.evaluation.pack, &tally.lights) {
            let meaning = meaning.get(self.lang).to_owned();
            table.push([words.get(self.lang).to_owned(), self.count(sum.projects), self.in_yi(sum.fen), meaning]);
        }
        push_table(out, &table);
        self.missing_investment(out, tally.unpriced);
    }

    fn missing_investment(&self, out: &mut String, missing: usize) {
        if missing > 0 {
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "（{missing} 个项目未填总投资，未计入金额）"),
                Lang::En => {
                    writeln!(out, "(without a total investment, and so not in the sums: {})", self.count(missing))
                }
            };
        }
    }

    /// Blocked projects by stage; where the pack has no stages, by requirement.
    fn blocker_table(&self, out: &mut String, tally: &Tally) {
        let stages = digest::stages_of(&tally.stages);
        if stages.is_empty() {
            return;
        }
        let uncertain = stages.iter().any(|stage| stage.presumed > 0);
        let mut columns = vec![
            (self.say("堵点", "blocker"), Align::Left),
            (self.say("项目", "projects"), Align::Right),
            (self.say("投资(亿元)", "CNY 100m"), Align::Right),
            (self.say("牵头单位", "lead unit"), Align::Left),
        ];
        if uncertain {
            columns.insert(2, (self.say("其中推定", "of it presumed"), Align::Right));
        }
        let mut table = Table { columns, rows: Vec::new() };
        for StageSum { stage, sum, presumed } in stages {
            let (title, lead) = self.assessment.stage_words(stage, self.lang);
            let mut row = vec![title, self.count(sum.projects), self.in_yi(sum.fen), lead];
            if uncertain {
                row.insert(2, self.count(presumed));
            }
            table.rows.push(row);
        }
        push_table(out, &table);
        out.push_str(&self.say("（一个项目可有多个堵点）\n", "(a project may have several blockers)\n"));
        if uncertain {
            out.push_str(&self.say(
                "（推定：台账该格空白，按规则包读作「无」；填上即可核实）\n",
                "(presumed: the cell is blank and the rule pack reads it as no; fill it in to settle it)\n",
            ));
        }
    }

    /// The group of a row by a fact, blanks last.
    pub(crate) fn group(&self, fact: FactIdx, row: u32) -> (bool, String) {
        let text = self.cell_text(fact, row);
        (text.is_none(), text.unwrap_or_else(|| self.say("（未填）", "(blank)")))
    }

    fn group_table(&self, out: &mut String, fact: FactIdx, tally: &Tally) {
        let spec = &self.assessment.evaluation.pack.schema[fact];
        let heads = [Verdict::Ready, Verdict::Blocked, Verdict::Undetermined, Verdict::Started];
        let mut columns = vec![(spec.title.get(self.lang).to_owned(), Align::Left)];
        columns.extend(heads.map(|verdict| (verdict_words(verdict).get(self.lang).to_owned(), Align::Right)));
        columns.push((self.say("总投资(亿元)", "CNY 100m"), Align::Right));
        let mut table = Table { columns, rows: Vec::new() };
        for ((_, name), &(counts, fen)) in &tally.groups {
            let mut row = vec![name.clone()];
            row.extend(heads.map(|verdict| self.count(counts[verdict as usize])));
            row.push(self.in_yi(fen));
            table.rows.push(row);
        }
        push_table(out, &table);
    }

    fn cell_text(&self, fact: FactIdx, row: u32) -> Option<String> {
        let evaluation = &self.assessment.evaluation;
        let spec = &evaluation.pack.schema[fact];
        match evaluation.facts().cell(fact, row, evaluation.options.as_of) {
            Cell::Bool(value) => Some(if value { self.say("是", "yes") } else { self.say("否", "no") }),
            Cell::No => Some(self.say("无", "no")),
            Cell::Quantity(atoms) => {
                let dimension = match spec.kind {
                    kaigong_model::FactType::Quantity(dimension) => dimension,
                    _ => Dimension::Count,
                };
                let unit = spec.unit.unwrap_or(dimension.standard_unit());
                Some(
                    format!("{} {}", self.count(format_exact(i128::from(atoms), unit)), unit.name)
                        .trim_end()
                        .to_owned(),
                )
            }
            _ => self.assessment.role_text(Some(fact), row),
        }
    }

    /// The projects of the first light that has any, largest investment first.
    fn worst(&self, out: &mut String, tally: &Tally) {
        let pack = self.assessment.evaluation.pack;
        let first = tally.worst.keys().flatten().min().copied();
        let nothing = Worst::default();
        let worst = tally.worst.get(&first).unwrap_or(&nothing);
        let (total, projects) = if self.screen.all {
            (tally.all.len(), tally.all.clone())
        } else {
            (worst.count, worst.listed.iter().map(|(_, cells)| cells.clone()).collect())
        };
        if total == 0 {
            return;
        }
        let light = first.map(|light| light_words(&pack.lights[light].light));
        out.push('\n');
        out.push_str(&self.worst_title(light.as_ref(), total, projects.len()));
        let table = self.project_table(projects);
        table.lines().iter().for_each(|line| {
            out.push_str(line);
            out.push('\n');
        });
    }

    fn worst_title(&self, light: Option<&Words>, total: usize, shown: usize) -> String {
        let cut = total > shown;
        let (total, shown) = (self.count(total), self.count(shown));
        if self.screen.all {
            return match self.lang {
                Lang::Zh => format!("全部项目（{total} 个，按台账顺序）\n"),
                Lang::En => format!("all {total} projects, in the ledger's order\n"),
            };
        }
        let more_zh = if cut { format!("（共 {total} 个，--all 看全部）") } else { String::new() };
        let more_en = if cut { format!(" (of {total}; --all lists every project)") } else { String::new() };
        match (self.lang, light) {
            (Lang::Zh, Some(light)) => format!("{}灯项目，投资额前 {shown}{more_zh}\n", light.zh),
            (Lang::Zh, None) => format!("受阻项目，投资额前 {shown}{more_zh}\n"),
            (Lang::En, Some(light)) => format!("{} projects, largest {shown}{more_en}\n", light.en),
            (Lang::En, None) => format!("blocked projects, largest {shown}{more_en}\n"),
        }
    }

    fn project_table(&self, rows: Vec<Vec<String>>) -> Table {
        let names = [
            ("编号", "id"),
            ("项目", "project"),
            ("堵点", "blockers"),
            ("责任单位", "responsible"),
            ("计划开工", "planned start"),
            ("已过", "late"),
        ];
        let mut columns: Vec<(String, Align)> = names.iter().map(|(zh, en)| (self.say(zh, en), Align::Left)).collect();
        if let Some(last) = columns.last_mut() {
            last.1 = Align::Right;
        }
        if self.screen.all {
            columns.insert(2, (self.say("结论", "verdict"), Align::Left));
        }
        Table { columns, rows }
    }

    /// A project as the screen lists it.
    pub(crate) fn cells(&self, project: &ProjectResult) -> Vec<String> {
        let (roles, row) = (&self.assessment.evaluation.pack.roles, project.row);
        let text = |role| self.assessment.role_text(role, row).unwrap_or_else(|| "-".to_owned());
        let mut cells = vec![
            self.assessment.evaluation.portfolio.ids[row as usize].to_string(),
            text(roles.name),
            self.blocker_names(project),
            self.assessment.responsible_unit(row).unwrap_or_else(|| "-".to_owned()),
            text(roles.planned_start),
            self.late(project),
        ];
        if self.screen.all {
            cells.insert(2, verdict_words(project.verdict).get(self.lang).to_owned());
        }
        cells
    }

    fn late(&self, project: &ProjectResult) -> String {
        self.assessment.overdue(project).map_or_else(|| "-".to_owned(), |count| days(count, self.lang))
    }

    /// Short names by stage; a list too long for a line ends in how many more there are.
    fn blocker_names(&self, project: &ProjectResult) -> String {
        const SHOWN: usize = 4;
        let names = self.assessment.blocker_names(project, self.lang);
        let separator = if self.lang == Lang::Zh { " " } else { ", " };
        let mut text = names[..names.len().min(SHOWN)].join(separator);
        if names.len() > SHOWN {
            let _ = match self.lang {
                Lang::Zh => write!(text, " 等 {} 项", names.len()),
                Lang::En => write!(text, " and {} more", self.count(names.len() - SHOWN)),
            };
        }
        if text.is_empty() { "-".to_owned() } else { text }
    }

    fn alerts(&self, out: &mut String, tally: &Tally) {
        let pack = self.assessment.evaluation.pack;
        let alerts = &tally.alerts;
        if alerts.is_empty() {
            return;
        }
        out.push_str(&self.say("\n告警\n", "\nalerts\n"));
        // Violations first, then what most projects have.
        let mut ranked: Vec<_> = alerts.iter().collect();
        ranked.sort_by_key(|(at, (count, _))| (pack.alerts[**at].severity, std::cmp::Reverse(*count)));
        for (&alert, &(count, presumed)) in ranked {
            let alert = &pack.alerts[alert];
            let severity = crate::phrase::severity_words(alert.severity);
            let (severity, title) = (severity.get(self.lang), crate::phrase::inline(&alert.title, self.lang));
            let _ = match self.lang {
                Lang::Zh => write!(out, "  {severity}：{title}，{count} 个项目"),
                Lang::En => write!(out, "  {severity}: {title}, {}", some(count, "project")),
            };
            if !alert.cite.is_empty() && alert.cite.iter().all(|cite| !cite.status.may_block()) {
                out.push_str(&self.say("（依据尚未查证）", " (its sources have not been seen)"));
            }
            if presumed > 0 {
                let _ = match self.lang {
                    Lang::Zh => write!(out, "，其中推定 {presumed} 个"),
                    Lang::En => write!(out, ", {} of them presumed", self.count(presumed)),
                };
            }
            out.push('\n');
        }
    }

    fn next(&self, out: &mut String, tally: &Tally) {
        let Some(id) = tally.foremost() else { return };
        let command = format!("kaigong why {} {id}", self.screen.data);
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "\n看某个项目的缘由：{command}"),
            Lang::En => writeln!(out, "\nwhy one project stands where it stands: {command}"),
        };
        if tally.verdicts[2] > MANY {
            let data = &self.screen.data;
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "先办什么，能放行多少：kaigong leverage {data}"),
                Lang::En => writeln!(out, "what to see to first, and what it releases: kaigong leverage {data}"),
            };
        }
        // Where most projects wait for records, those are what to go after.
        let undetermined = tally.verdicts[3];
        if undetermined * 2 > tally.verdicts.iter().sum() {
            let data = &self.screen.data;
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "待核实的资料，按单位列出：kaigong ask {data}"),
                Lang::En => writeln!(out, "the records to fill in, by office: kaigong ask {data}"),
            };
        }
    }
}

/// The answer: how many projects may start, and how the others stand where some have started.
pub(crate) fn headline(assessment: &Assessment<'_>, lang: Lang) -> Vec<String> {
    headline_of(assessment, assessment.results.verdicts, lang)
}

fn headline_of(assessment: &Assessment<'_>, verdicts: [u64; 4], lang: Lang) -> Vec<String> {
    let evaluation = &assessment.evaluation;
    let any = verdicts[0] > 0;
    let all = number(verdicts.iter().sum::<u64>(), lang);
    let [started, ready, blocked, undetermined] = verdicts.map(|count| number(count, lang));
    let title = title(assessment, lang);
    let goal = evaluation.pack.goals[evaluation.options.goal].title.get(lang);
    let mut lines = vec![match lang {
        Lang::Zh => format!("{title}：{all} 个，其中 {ready} 个可{goal}"),
        Lang::En => format!("{title}: {ready} of {all} are ready to {}", goal.to_lowercase()),
    }];
    if any {
        lines.push(match lang {
            Lang::Zh => format!("已开工 {started} 个，受阻 {blocked} 个，待核实 {undetermined} 个"),
            Lang::En => format!("{started} have started, {blocked} are blocked, {undetermined} undetermined"),
        });
    }
    lines
}

/// What the portfolio is called.
pub(crate) fn title(assessment: &Assessment<'_>, lang: Lang) -> String {
    let usual = Words::new("台账项目", "projects in the ledger");
    assessment.title.as_ref().unwrap_or(&usual).get(lang).to_owned()
}

/// A table after an empty line.
pub(crate) fn push_table(out: &mut String, table: &Table) {
    out.push('\n');
    for line in table.lines() {
        out.push_str(&line);
        out.push('\n');
    }
}

/// The columns of a check with one row a project; with those of the cheapest way where that was asked for.
pub fn check_columns(cheapest: bool, lang: Lang) -> Vec<(String, Align)> {
    let names = [
        ("编号", "id"),
        ("项目名称", "project"),
        ("结论", "verdict"),
        ("灯", "light"),
        ("总投资(万元)", "total investment (wan)"),
        ("堵点", "blockers"),
        ("其中推定", "of it presumed"),
        ("待核实", "questions"),
        ("最早开工", "earliest start"),
        ("暂定", "provisional"),
        ("告警", "alerts"),
    ];
    let added = if cheapest { crate::cheapest::COLUMNS.as_slice() } else { &[] };
    names.iter().chain(added).map(|(zh, en)| (Words::new(*zh, *en).get(lang).to_owned(), Align::Left)).collect()
}

/// The row of one of the projects told of, in [`check_columns`].
pub fn check_row(assessment: &Assessment<'_>, at: usize, lang: Lang) -> Vec<String> {
    let evaluation = &assessment.evaluation;
    let pack = evaluation.pack;
    let ids = |requirements: Vec<RequirementIdx>| {
        requirements.iter().map(|&idx| pack[idx].id.as_str()).collect::<Vec<_>>().join(";")
    };
    let (project, light) = (&assessment.results.projects[at], assessment.lights[at]);
    let row = project.row;
    let light = light.map(|light| light_words(&pack.lights[light].light));
    let money = assessment.investment(row).map(|fen| format_exact(i128::from(fen), Dimension::Money.standard_unit()));
    let questions: BTreeSet<&str> = project.questions.iter().map(|q| pack.schema[q.fact].id.as_str()).collect();
    let alerts: Vec<&str> = project.alerts.iter().map(|&at| pack.alerts[at].id.as_str()).collect();
    let mut cells = vec![
        evaluation.portfolio.ids[row as usize].to_string(),
        assessment.role_text(pack.roles.name, row).unwrap_or_default(),
        verdict_words(project.verdict).get(lang).to_owned(),
        light.map(|words| words.get(lang).to_owned()).unwrap_or_default(),
        money.unwrap_or_default(),
        ids(project.blockers.iter().map(|b| b.requirement).collect()),
        ids(project.blockers.iter().filter(|b| !b.certain).map(|b| b.requirement).collect()),
        questions.into_iter().collect::<Vec<_>>().join(";"),
        project.earliest.date.map(|day| day.to_string()).unwrap_or_default(),
        cost::provisional(&project.earliest, lang).unwrap_or_default(),
        alerts.join(";"),
    ];
    if let Some(found) = &assessment.cheapest {
        cells.extend(cheapest::cells(assessment, found.get(&row)));
    }
    cells
}
