//! What changed between two ledgers, as a screen and as a table of projects.

use std::fmt::Write as _;

use kaigong_model::{Align, Dimension, Lang, Table, format_exact};
use kaigong_rules::RequirementIdx;
use kaigong_solver::Verdict;

use super::{Between, Flow, Move, Pair, Standing};
use crate::assessment::Sum;
use crate::check::{in_yi, push_table};
use crate::phrase::{days, inline, list_some, number, plain, push_cut, say, severity_words, verdict_words};

/// Projects listed of each kind where not all are asked for.
const LISTED: usize = 3;
/// Lines of blockers and of alerts where not all are asked for.
const LINES: usize = 10;
/// Blockers named on a line.
const NAMED: usize = 3;
/// The order verdicts stand in.
const VERDICTS: [Verdict; 4] = [Verdict::Started, Verdict::Ready, Verdict::Blocked, Verdict::Undetermined];

/// What the screen shows.
#[derive(Clone, Debug)]
pub struct BetweenScreen {
    /// Language.
    pub lang: Lang,
    /// The command that gave this screen, without its format.
    pub command: String,
    /// The later ledger as the user named it.
    pub data: String,
    /// List every project that changed.
    pub all: bool,
}

/// The screen of `diff`.
pub fn between_screen(between: &Between<'_, '_>, screen: &BetweenScreen) -> String {
    let writer = Writer { between, lang: screen.lang };
    let mut out = writer.headline();
    push_table(&mut out, &writer.verdicts());
    let moves = writer.moves();
    if !moves.rows.is_empty() {
        push_table(&mut out, &moves);
    }
    let (lines, shown) = if screen.all { (usize::MAX, usize::MAX) } else { (LINES, LISTED) };
    writer.push_flows(&mut out, writer.blockers(), lines);
    writer.push_flows(&mut out, writer.alerts(), lines);
    writer.push_presence(&mut out);
    for kind in Kind::LISTED {
        writer.push_list(&mut out, kind, shown);
    }
    writer.push_next(&mut out, screen);
    out
}

/// A kind of change that projects are counted and listed by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Moved(Move),
    Overdue,
    Caught,
    /// The verdict is the same, its blockers are not.
    Shifted,
}

impl Kind {
    const COUNTED: [Self; 10] = [
        Self::Moved(Move::Started),
        Self::Moved(Move::Released),
        Self::Moved(Move::Ready),
        Self::Moved(Move::Blocked),
        Self::Moved(Move::Undetermined),
        Self::Moved(Move::Appeared),
        Self::Moved(Move::Vanished),
        Self::Overdue,
        Self::Caught,
        Self::Shifted,
    ];
    /// Those whose projects are worth naming.
    const LISTED: [Self; 7] = [
        Self::Moved(Move::Started),
        Self::Moved(Move::Released),
        Self::Moved(Move::Blocked),
        Self::Overdue,
        Self::Moved(Move::Appeared),
        Self::Moved(Move::Vanished),
        Self::Shifted,
    ];

    fn holds(self, pair: &Pair) -> bool {
        match self {
            Self::Moved(kind) => pair.moved() == Some(kind),
            Self::Overdue => pair.newly_overdue(),
            Self::Caught => pair.no_longer_overdue(),
            Self::Shifted => pair.moved().is_none() && !(pair.gained().is_empty() && pair.lost().is_empty()),
        }
    }

    fn words(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Self::Moved(Move::Started) => ("新开工", "newly started"),
            Self::Moved(Move::Released) => ("放行（受阻转可开工）", "released (blocked, now ready)"),
            Self::Moved(Move::Ready) => ("其他转为可开工", "now ready, not blocked before"),
            Self::Moved(Move::Blocked) => ("新受阻", "newly blocked"),
            Self::Moved(Move::Undetermined) => ("转为待核实", "now undetermined"),
            Self::Moved(Move::Appeared) => ("新列入", "appeared"),
            Self::Moved(Move::Vanished) => ("移出", "vanished"),
            Self::Overdue => ("新逾期（过计划开工日未开工）", "newly overdue (past the planned start)"),
            Self::Caught => ("不再逾期（已开工或改了计划）", "overdue no more (started or planned anew)"),
            Self::Shifted => ("结论未变，堵点有变", "same verdict, other blockers"),
        };
        say(lang, zh, en)
    }
}

struct Writer<'w, 'b, 'a> {
    between: &'w Between<'b, 'a>,
    lang: Lang,
}

impl Writer<'_, '_, '_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        say(self.lang, zh, en)
    }

    fn headline(&self) -> String {
        let count = |kind| number(self.between.sum(|pair| pair.moved() == Some(kind)).projects, self.lang);
        let [started, released, blocked] = [Move::Started, Move::Released, Move::Blocked].map(count);
        let overdue = number(self.between.sum(Pair::newly_overdue).projects, self.lang);
        let [before, after] = [self.between.before, self.between.after].map(|side| side.evaluation.options.as_of);
        let pack = self.between.after.evaluation.pack;
        match self.lang {
            Lang::Zh => format!(
                "新开工 {started} 个，放行 {released} 个，新受阻 {blocked} 个，新逾期 {overdue} 个\n\
                 上期核查基准日 {before}，本期 {after}，规则包 {} {}\n",
                pack.id, pack.version
            ),
            Lang::En => format!(
                "{started} newly started, {released} released, {blocked} newly blocked, {overdue} newly overdue\n\
                 before: as of {before}; after: as of {after}; rule pack {} {}\n",
                pack.id, pack.version
            ),
        }
    }

    /// Projects and investment by verdict, before and after.
    fn verdicts(&self) -> Table {
        let money = self.say("亿元", "CNY 100m");
        let mut table = Table::new([
            (self.say("结论", "verdict"), Align::Left),
            (self.say("上期", "before"), Align::Right),
            (money, Align::Right),
            (self.say("本期", "after"), Align::Right),
            (money, Align::Right),
            (self.say("增减", "change"), Align::Right),
            (money, Align::Right),
        ]);
        let mut total = [Sum::default(); 2];
        for verdict in VERDICTS {
            let sums = self.between.verdict(verdict);
            for (total, sum) in total.iter_mut().zip(sums) {
                total.projects += sum.projects;
                total.fen += sum.fen;
            }
            table.push(sums_row(verdict_words(verdict).get(self.lang), sums, self.lang));
        }
        table.push(sums_row(self.say("合计", "all"), total, self.lang));
        table
    }

    fn moves(&self) -> Table {
        let mut table = Table::new([
            (self.say("变化", "change"), Align::Left),
            (self.say("项目", "projects"), Align::Right),
            (self.say("投资(亿元)", "CNY 100m"), Align::Right),
        ]);
        for kind in Kind::COUNTED {
            let sum = self.between.sum(|pair| kind.holds(pair));
            if sum.projects > 0 {
                table.push([
                    kind.words(self.lang).to_owned(),
                    number(sum.projects, self.lang),
                    in_yi(sum.fen, self.lang),
                ]);
            }
        }
        table
    }

    fn blockers(&self) -> Table {
        let mut flows: Vec<(RequirementIdx, Flow)> = self.between.blocker_flows().into_iter().collect();
        flows.sort_by_key(|(_, flow)| std::cmp::Reverse(flow.turnover()));
        self.flows(self.say("堵点", "blocker"), flows, |idx| self.short(idx))
    }

    /// Violations first.
    fn alerts(&self) -> Table {
        let pack = self.between.after.evaluation.pack;
        let mut flows: Vec<(usize, Flow)> = self.between.alert_flows().into_iter().collect();
        flows.sort_by_key(|(at, flow)| (pack.alerts[*at].severity, std::cmp::Reverse(flow.turnover())));
        self.flows(self.say("告警", "alert"), flows, |at: usize| {
            let alert = &pack.alerts[at];
            let (severity, title) = (severity_words(alert.severity), inline(&alert.title, self.lang));
            format!("{}{}{title}", severity.get(self.lang), self.say("：", ": "))
        })
    }

    /// What came and went, in the order given.
    fn flows<T: Copy>(&self, what: &str, flows: Vec<(T, Flow)>, name: impl Fn(T) -> String) -> Table {
        let mut table = Table::new([
            (what, Align::Left),
            (self.say("上期", "before"), Align::Right),
            (self.say("消除", "gone"), Align::Right),
            (self.say("新增", "new"), Align::Right),
            (self.say("本期", "after"), Align::Right),
            (self.say("本期投资(亿元)", "CNY 100m after"), Align::Right),
        ]);
        for (item, flow) in flows.into_iter().filter(|(_, flow)| flow.turnover() > 0) {
            let [before, lost, gained, after] =
                [flow.before, flow.lost, flow.gained, flow.after].map(|sum| number(sum.projects, self.lang));
            table.push([name(item), before, lost, gained, after, in_yi(flow.after.fen, self.lang)]);
        }
        table
    }

    fn push_flows(&self, out: &mut String, mut table: Table, lines: usize) {
        let total = table.rows.len();
        if total == 0 {
            return;
        }
        table.rows.truncate(lines);
        push_table(out, &table);
        push_cut(out, total, lines, self.lang);
    }

    /// Projects in one ledger only bring their blockers and alerts, or take them along.
    fn push_presence(&self, out: &mut String) {
        let both = |pair: &Pair| pair.before.is_some() && pair.after.is_some();
        if !self.between.projects.iter().all(both) {
            out.push_str(self.say(
                "（新列入、移出的项目，其堵点和告警全数计入新增、消除）\n",
                "(blockers and alerts of projects that appeared or vanished count as new or gone)\n",
            ));
        }
    }

    fn short(&self, idx: RequirementIdx) -> String {
        plain(self.between.after.evaluation.body_today(idx).short.get(self.lang))
    }

    fn shorts(&self, requirements: &[RequirementIdx]) -> String {
        let names: Vec<String> = requirements.iter().map(|&idx| self.short(idx)).collect();
        if names.is_empty() { "-".to_owned() } else { list_some(&names, NAMED, self.lang) }
    }

    /// The projects of a kind, largest investment first.
    fn push_list(&self, out: &mut String, kind: Kind, shown: usize) {
        let mut pairs = self.between.those(|pair| kind.holds(pair));
        if pairs.is_empty() {
            return;
        }
        let total = pairs.len();
        pairs.sort_by_key(|pair| std::cmp::Reverse(self.between.fen(pair)));
        pairs.truncate(shown);
        let (title, shown, cut) = (kind.words(self.lang), pairs.len(), total > pairs.len());
        let total = number(total, self.lang);
        let _ = match (self.lang, cut) {
            (Lang::Zh, true) => writeln!(out, "\n{title}，投资额前 {shown}（共 {total} 个，--all 看全部）"),
            (Lang::Zh, false) => writeln!(out, "\n{title}，{total} 个"),
            (Lang::En, true) => writeln!(out, "\n{title}, largest {shown} (of {total}; --all lists every project)"),
            (Lang::En, false) => writeln!(out, "\n{title}, {total}"),
        };
        for line in self.projects(kind, &pairs).lines() {
            let _ = writeln!(out, "{line}");
        }
    }

    fn projects(&self, kind: Kind, pairs: &[&Pair]) -> Table {
        let details = match kind {
            Kind::Overdue => [("计划开工", "planned start"), ("已过", "late")],
            _ => [("消除堵点", "blockers gone"), ("新增堵点", "new blockers")],
        };
        let [first, second] = details.map(|(zh, en)| self.say(zh, en));
        let mut table = Table::new([
            (self.say("编号", "id"), Align::Left),
            (self.say("项目", "project"), Align::Left),
            (self.say("上期", "before"), Align::Left),
            (self.say("本期", "after"), Align::Left),
            (first, Align::Left),
            (second, Align::Left),
        ]);
        for pair in pairs {
            let [first, second] = match kind {
                Kind::Overdue => self.lateness(pair),
                _ => [self.shorts(&pair.lost()), self.shorts(&pair.gained())],
            };
            let [before, after] = [&pair.before, &pair.after].map(|side| self.verdict(side.as_ref()));
            table.push([self.between.id(pair).to_owned(), self.name(pair), before, after, first, second]);
        }
        table
    }

    fn lateness(&self, pair: &Pair) -> [String; 2] {
        let (assessment, row) = self.between.told_by(pair);
        let planned = assessment.role_text(assessment.evaluation.pack.roles.planned_start, row);
        let late = pair.after.as_ref().and_then(|standing| standing.overdue).map(|count| days(count, self.lang));
        [planned, late].map(|text| text.unwrap_or_else(|| "-".to_owned()))
    }

    fn name(&self, pair: &Pair) -> String {
        let (assessment, row) = self.between.told_by(pair);
        plain(&assessment.role_text(assessment.evaluation.pack.roles.name, row).unwrap_or_default())
    }

    /// A verdict; of a project that has started without leave of the law, that too.
    fn verdict(&self, standing: Option<&Standing>) -> String {
        let Some(standing) = standing else { return "-".to_owned() };
        let text = verdict_words(standing.verdict).get(self.lang).to_owned();
        let early = standing.verdict == Verdict::Started && standing.readiness == Verdict::Blocked;
        if early { text + self.say("（要件未齐）", " (prerequisites short)") } else { text }
    }

    fn push_next(&self, out: &mut String, screen: &BetweenScreen) {
        let first = Kind::LISTED.into_iter().find_map(|kind| {
            let pairs = self.between.those(|pair| kind.holds(pair) && pair.after.is_some());
            pairs.into_iter().max_by_key(|pair| self.between.fen(pair))
        });
        let Some(first) = first else { return };
        let (id, BetweenScreen { command, data, .. }) = (self.between.id(first), screen);
        let as_of = self.between.after.evaluation.options.as_of;
        let _ = match self.lang {
            Lang::Zh => write!(
                out,
                "\n看某个项目的缘由：kaigong why {data} {id} --as-of {as_of}\n逐个项目：{command} --format csv\n"
            ),
            Lang::En => write!(
                out,
                "\nwhy one project stands where it stands: kaigong why {data} {id} --as-of {as_of}\n\
                 project by project: {command} --format csv\n"
            ),
        };
    }
}

fn sums_row(name: &str, [before, after]: [Sum; 2], lang: Lang) -> [String; 7] {
    let change = i128::from(after.projects) - i128::from(before.projects);
    let money = after.fen - before.fen;
    [
        name.to_owned(),
        number(before.projects, lang),
        in_yi(before.fen, lang),
        number(after.projects, lang),
        in_yi(after.fen, lang),
        signed(change, number(change, lang)),
        signed(money, in_yi(money, lang)),
    ]
}

/// A difference with its sign.
fn signed(value: i128, text: String) -> String {
    if value > 0 { format!("+{text}") } else { text }
}

/// One row a project that changed, for a file.
pub fn between_table(between: &Between<'_, '_>, lang: Lang) -> Table {
    let writer = Writer { between, lang };
    let names = [
        ("编号", "id"),
        ("项目名称", "project"),
        ("变化", "change"),
        ("上期结论", "verdict before"),
        ("本期结论", "verdict after"),
        ("总投资(万元)", "total investment (wan)"),
        ("消除堵点", "blockers gone"),
        ("新增堵点", "new blockers"),
        ("消除告警", "alerts closed"),
        ("新增告警", "alerts opened"),
        ("上期逾期(天)", "days late before"),
        ("本期逾期(天)", "days late after"),
    ];
    let columns = names.iter().map(|(zh, en)| (writer.say(zh, en).to_owned(), Align::Left)).collect();
    let rows = between.those(Pair::differs).into_iter().map(|pair| writer.row(pair)).collect();
    Table { columns, rows }
}

impl Writer<'_, '_, '_> {
    fn row(&self, pair: &Pair) -> Vec<String> {
        let pack = self.between.after.evaluation.pack;
        let (assessment, row) = self.between.told_by(pair);
        let money = assessment.investment(row).map(i128::from);
        let steps =
            |list: Vec<RequirementIdx>| list.iter().map(|&idx| pack[idx].id.as_str()).collect::<Vec<_>>().join(";");
        let alerts =
            |list: Vec<usize>| list.iter().map(|&at| pack.alerts[at].id.as_str()).collect::<Vec<_>>().join(";");
        let late = |side: &Option<Standing>| {
            side.as_ref().and_then(|standing| standing.overdue).map(|days| days.to_string()).unwrap_or_default()
        };
        let kinds = Kind::COUNTED.into_iter().filter(|kind| kind.holds(pair)).map(|kind| kind.words(self.lang));
        vec![
            self.between.id(pair).to_owned(),
            self.name(pair),
            kinds.collect::<Vec<_>>().join(";"),
            self.verdict(pair.before.as_ref()),
            self.verdict(pair.after.as_ref()),
            money.map(|fen| format_exact(fen, Dimension::Money.standard_unit())).unwrap_or_default(),
            steps(pair.lost()),
            steps(pair.gained()),
            alerts(pair.closed()),
            alerts(pair.opened()),
            late(&pair.before),
            late(&pair.after),
        ]
    }
}
