//! Work lists as a screen, a table of tasks and JSON.

use std::fmt::Write as _;

use kaigong_model::{Align, Date, Lang, Table};
use serde_json::{Value, json};

use super::{Basis, By, Handover, SOON, Tally, Task, Worklist};
use crate::check::{in_yi, push_table};
use crate::json::{date, sum};
use crate::phrase::{days, header, number, plain, push_cut, say, some};

/// Groups listed where not all are asked for.
const GROUPS: usize = 15;
/// Tasks and handovers listed where not all are asked for.
const LISTED: usize = 10;

/// What the screen shows.
#[derive(Clone, Debug)]
pub struct WorklistScreen {
    /// Language.
    pub lang: Lang,
    /// Whose lists.
    pub by: By,
    /// The ledger as the user named it.
    pub data: String,
    /// List every group and task.
    pub all: bool,
}

/// The screen of `worklist`.
pub fn worklist_screen(list: &Worklist<'_, '_>, screen: &WorklistScreen) -> String {
    let writer = Writer { list, lang: screen.lang };
    let mut out = writer.headline();
    if !list.tasks.is_empty() {
        let (groups, tasks) = if screen.all { (usize::MAX, usize::MAX) } else { (GROUPS, LISTED) };
        writer.push_groups(&mut out, screen.by, groups);
        writer.push_tasks(&mut out, tasks);
    }
    let blanks = writer.push_to_record(&mut out, screen.by, if screen.all { usize::MAX } else { GROUPS });
    if screen.by == By::Officer {
        writer.push_handovers(&mut out, if screen.all { usize::MAX } else { LISTED });
    }
    let (data, by) = (&screen.data, screen.by.name());
    let _ = match screen.lang {
        Lang::Zh => writeln!(
            out,
            "\n逐条清单：kaigong worklist {data} --by {by} --format csv{}",
            if blanks { format!("\n逐条补录：kaigong ask {data} --format csv") } else { String::new() }
        ),
        Lang::En => writeln!(
            out,
            "\nthe list itself: kaigong worklist {data} --by {by} --format csv{}",
            if blanks { format!("\nwhat to record: kaigong ask {data} --format csv") } else { String::new() }
        ),
    };
    out
}

struct Writer<'w, 'b, 'a> {
    list: &'w Worklist<'b, 'a>,
    lang: Lang,
}

impl Writer<'_, '_, '_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        say(self.lang, zh, en)
    }

    fn headline(&self) -> String {
        let evaluation = &self.list.assessment.evaluation;
        let Tally { tasks, projects, overdue, soon, .. } = self.list.tally(self.list.tasks.iter());
        let (projects, under) = (projects.projects, header(evaluation.pack, evaluation.options.as_of, self.lang));
        let [overdue, soon] = [overdue, soon].map(|count| number(count, self.lang));
        match self.lang {
            Lang::Zh => format!(
                "待办 {tasks} 项，涉及 {projects} 个项目；已逾期 {overdue} 项，{SOON} 日内到期 {soon} 项\n{under}\n"
            ),
            Lang::En => format!(
                "{} in {}; {overdue} overdue, {soon} due within {SOON} days\n{under}\n",
                some(tasks, "task"),
                some(projects, "project")
            ),
        }
    }

    fn whose(&self, by: By) -> &'static str {
        match by {
            By::Department => say(self.lang, "牵头单位", "lead unit"),
            By::Officer => say(self.lang, "服务官", "officer"),
            By::County => say(self.lang, "县区", "county"),
        }
    }

    /// Blanks to fill in before it can be told what is to do; whether there are any.
    fn push_to_record(&self, out: &mut String, by: By, shown: usize) -> bool {
        let (groups, all) = self.list.to_record(by);
        if all.records == 0 {
            return false;
        }
        let (records, deciding, projects) = (all.records, all.deciding, all.projects.len());
        let undetermined = self.list.assessment.results.verdicts[3];
        let _ = match self.lang {
            Lang::Zh => writeln!(
                out,
                "\n待补录 {records} 处，涉及 {projects} 个项目，其中 {deciding} 处决定结论（待核实的项目 {undetermined} 个，不在待办之内）"
            ),
            Lang::En => writeln!(
                out,
                "\nto be recorded: {} of {}; a verdict waits for {} of them \
                 (undetermined projects, which are no one's task yet: {})",
                some(records, "blank"),
                some(projects, "project"),
                number(deciding, self.lang),
                number(undetermined, self.lang)
            ),
        };
        let mut table = Table::new([
            (if by == By::Department { self.say("请谁填", "who") } else { self.whose(by) }, Align::Left),
            (self.say("待补录", "to record"), Align::Right),
            (self.say("决定结论", "deciding"), Align::Right),
            (self.say("项目", "projects"), Align::Right),
        ]);
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by_key(|(_, found)| std::cmp::Reverse((found.deciding, found.records)));
        let total = groups.len();
        for (key, found) in groups.into_iter().take(shown) {
            table.push([
                self.group(key.as_deref(), by),
                number(found.records, self.lang),
                number(found.deciding, self.lang),
                number(found.projects.len(), self.lang),
            ]);
        }
        push_table(out, &table);
        push_cut(out, total, shown, self.lang);
        true
    }

    fn push_groups(&self, out: &mut String, by: By, shown: usize) {
        let mut table = Table::new([
            (self.whose(by), Align::Left),
            (self.say("待办", "tasks"), Align::Right),
            (self.say("项目", "projects"), Align::Right),
            (self.say("投资(亿元)", "CNY 100m"), Align::Right),
            (self.say("已逾期", "overdue"), Align::Right),
            (self.say("30 日内", "in 30 days"), Align::Right),
            (self.say("无期限", "no date"), Align::Right),
            (self.say("最早期限", "first due"), Align::Left),
        ]);
        let mut groups: Vec<(Option<String>, Tally)> =
            self.list.groups(by).into_iter().map(|(key, tasks)| (key, self.list.tally(tasks.into_iter()))).collect();
        // The sort is stable: those alike stay in order of name.
        groups.sort_by_key(|(_, tally)| std::cmp::Reverse((tally.overdue, tally.tasks)));
        let total = groups.len();
        for (key, tally) in groups.into_iter().take(shown) {
            table.push([
                self.group(key.as_deref(), by),
                number(tally.tasks, self.lang),
                number(tally.projects.projects, self.lang),
                in_yi(tally.projects.fen, self.lang),
                number(tally.overdue, self.lang),
                number(tally.soon, self.lang),
                number(tally.undated, self.lang),
                tally.first.map_or_else(|| "-".to_owned(), |day| day.to_string()),
            ]);
        }
        push_table(out, &table);
        push_cut(out, total, shown, self.lang);
        out.push_str(self.say(
            "（期限：已受理的按法定时限，依法停计的日子除外，其余按计划开工日倒排；无期限：未填计划开工日，或迟办不影响开工）\n",
            "(due: by law from acceptance, less the days on which the clock stops, else back from the planned start;\nno date: no start is planned, or no delay moves it)\n",
        ));
    }

    /// What a group is called.
    fn group(&self, key: Option<&str>, by: By) -> String {
        match (key, by) {
            (None, _) => self.say("（未定）", "(nobody named)").to_owned(),
            (Some(id), By::Department) => self.office(id),
            (Some(name), _) => plain(name),
        }
    }

    fn office(&self, id: &str) -> String {
        let evaluation = &self.list.assessment.evaluation;
        evaluation.pack.department(id, evaluation.options.as_of).get(self.lang).to_owned()
    }

    /// The tasks that are longest overdue, or due next.
    fn push_tasks(&self, out: &mut String, shown: usize) {
        let mut tasks: Vec<&Task> = self.list.tasks.iter().collect();
        tasks.sort_by_key(|task| task.due().map_or(Date(i32::MAX), |(day, _)| day));
        let total = tasks.len();
        tasks.truncate(shown);
        let cut = total > tasks.len();
        let total = number(total, self.lang);
        let _ = match (self.lang, cut) {
            (Lang::Zh, true) => writeln!(out, "\n最急的 {} 项（共 {total} 项，--all 看全部）", tasks.len()),
            (Lang::Zh, false) => writeln!(out, "\n全部待办，{total} 项"),
            (Lang::En, true) => writeln!(out, "\nthe {} most urgent (of {total}; --all lists every one)", tasks.len()),
            (Lang::En, false) => writeln!(out, "\nevery task, {total}"),
        };
        let names = [
            ("编号", "id"),
            ("项目", "project"),
            ("事项", "step"),
            ("牵头单位", "lead unit"),
            ("服务官", "officer"),
            ("期限", "due"),
            ("期限依据", "rests on"),
            ("逾期", "overdue"),
        ];
        let columns = names.iter().map(|(zh, en)| (self.say(zh, en).to_owned(), Align::Left)).collect();
        let rows = tasks.into_iter().map(|task| self.task(task)).collect();
        for line in (Table { columns, rows }).lines() {
            let _ = writeln!(out, "{line}");
        }
    }

    fn task(&self, task: &Task) -> Vec<String> {
        let assessment = self.list.assessment;
        let roles = &assessment.evaluation.pack.roles;
        let text = |role| assessment.role_text(role, task.row).map_or_else(|| "-".to_owned(), |text| plain(&text));
        let dash = || "-".to_owned();
        vec![
            assessment.evaluation.portfolio.ids[task.row as usize].to_string(),
            text(roles.name),
            plain(assessment.evaluation.body_today(task.requirement).short.get(self.lang)),
            task.department.as_deref().map_or_else(dash, |id| self.office(id)),
            text(roles.officer),
            task.due().map_or_else(dash, |(day, _)| day.to_string()),
            task.due().map_or_else(dash, |(_, basis)| self.basis(basis, task.deadline.stopped).to_owned()),
            self.list.overdue(task).map_or_else(dash, |late| days(late, self.lang)),
        ]
    }

    /// What a day rests on; of a clock that stands still, that it would go on tomorrow.
    fn basis(&self, basis: Basis, stopped: bool) -> &'static str {
        match basis {
            Basis::Statutory if stopped => say(self.lang, "法定(停计中)", "law, stopped"),
            Basis::Statutory => say(self.lang, "法定", "law"),
            Basis::Plan => say(self.lang, "倒排", "plan"),
        }
    }

    fn push_handovers(&self, out: &mut String, shown: usize) {
        let (loads, nobody) = self.list.loads();
        let free = loads.values().filter(|load| load.open.is_empty()).count();
        let most = loads.values().map(|load| load.open.len()).max().unwrap_or_default();
        let (officers, nobody) = (loads.len(), nobody.len());
        let [free, most, nobody] = [free, most, nobody].map(|count| number(count, self.lang));
        let _ = match self.lang {
            Lang::Zh => writeln!(
                out,
                "\n服务官 {officers} 名，名下项目都已开工、可再派的 {free} 名；一人最多在办 {most} 个；未定服务官的在办项目 {nobody} 个"
            ),
            Lang::En => writeln!(
                out,
                "\n{}, {free} of them free (all their projects have started); most open projects with one officer: {most}; \
                 open projects without an officer: {nobody}",
                some(officers, "officer")
            ),
        };
        let handovers = self.list.handovers();
        if handovers.is_empty() {
            return;
        }
        let mut table = Table::new([
            (self.say("编号", "id"), Align::Left),
            (self.say("项目", "project"), Align::Left),
            (self.say("现服务官", "officer now"), Align::Left),
            (self.say("建议改派", "could go to"), Align::Left),
        ]);
        for handover in handovers.iter().take(shown) {
            table.push(self.handover(handover));
        }
        push_table(out, &table);
        let total = handovers.len();
        push_cut(out, total, shown, self.lang);
        out.push_str(self.say(
            "（一项目一服务官：无人的和一人名下第二个起的在办项目，逾期最久的先派，本县区的优先，每名可再派者一个）\n",
            "(one project, one officer: projects without one, and an officer's second and further, the latest first, \
             to a free officer of the county before others, one each)\n",
        ));
    }

    fn handover(&self, handover: &Handover) -> [String; 4] {
        let assessment = self.list.assessment;
        let name = assessment.role_text(assessment.evaluation.pack.roles.name, handover.row).unwrap_or_default();
        let who = |officer: &Option<String>, nobody: &str| officer.as_deref().map_or_else(|| nobody.to_owned(), plain);
        [
            assessment.evaluation.portfolio.ids[handover.row as usize].to_string(),
            plain(&name),
            who(&handover.from, "-"),
            who(&handover.to, self.say("暂无可派", "nobody free")),
        ]
    }
}

/// One row a task, for a file.
pub fn worklist_table(list: &Worklist<'_, '_>, by: By, lang: Lang) -> Table {
    let writer = Writer { list, lang };
    let names = [
        ("归属", "whose"),
        ("编号", "id"),
        ("项目名称", "project"),
        ("事项", "step"),
        ("牵头单位", "lead unit"),
        ("服务官", "officer"),
        ("期限", "due"),
        ("期限依据", "rests on"),
        ("逾期", "overdue"),
    ];
    let columns = names.iter().map(|(zh, en)| (writer.say(zh, en).to_owned(), Align::Left)).collect();
    let mut table = Table { columns, rows: Vec::new() };
    for (key, mut tasks) in list.groups(by) {
        tasks.sort_by_key(|task| task.due().map_or(Date(i32::MAX), |(day, _)| day));
        for task in tasks {
            let mut row = vec![writer.group(key.as_deref(), by)];
            row.extend(writer.task(task));
            table.rows.push(row);
        }
    }
    table
}

/// The work lists as JSON, schema `kaigong.worklist/1`.
pub fn worklist_json(list: &Worklist<'_, '_>, by: By) -> Value {
    let evaluation = &list.assessment.evaluation;
    let pack = evaluation.pack;
    let id = |row: u32| evaluation.portfolio.ids[row as usize].to_string();
    let groups = list.groups(by).into_iter().map(|(key, tasks)| {
        let mut group = tally(&list.tally(tasks.into_iter()));
        group["name"] = json!(key);
        group
    });
    let task = |task: &Task| {
        json!({
            "project": id(task.row),
            "requirement": pack[task.requirement].id,
            "department": task.department,
            "officer": list.key(task, By::Officer),
            "county": list.key(task, By::County),
            "certain": task.certain,
            "accepted": date(task.deadline.accepted),
            "statutory": date(task.deadline.limit),
            "stopped": task.deadline.stopped,
            "planned": date(task.deadline.planned),
            "due": date(task.due().map(|(day, _)| day)),
            "days_overdue": list.overdue(task),
        })
    };
    let (loads, nobody) = list.loads();
    let officers = loads.iter().map(|(officer, load)| {
        json!({"officer": officer, "open": load.open.iter().map(|&row| id(row)).collect::<Vec<_>>(), "started": load.started})
    });
    let handover = |handover: &Handover| json!({"project": id(handover.row), "from": handover.from, "to": handover.to});
    json!({
        "schema": "kaigong.worklist/1",
        "as_of": evaluation.options.as_of.to_string(),
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[evaluation.options.goal].id,
        "by": by.name(),
        "all": tally(&list.tally(list.tasks.iter())),
        "groups": groups.collect::<Vec<_>>(),
        "tasks": list.tasks.iter().map(task).collect::<Vec<_>>(),
        "to_record": list.to_record_json(by),
        "officers": officers.collect::<Vec<_>>(),
        "without_officer": nobody.into_iter().map(id).collect::<Vec<_>>(),
        "handovers": list.handovers().iter().map(handover).collect::<Vec<_>>(),
    })
}

fn tally(tally: &Tally) -> Value {
    json!({
        "tasks": tally.tasks,
        "projects": sum(tally.projects),
        "overdue": tally.overdue,
        "due_soon": tally.soon,
        "undated": tally.undated,
        "first_due": date(tally.first),
    })
}
