//! Scorecards as a screen, a table and JSON.

use std::fmt::Write as _;

use kaigong_model::{Align, Lang, Table};
use serde_json::{Value, json};

use super::{Card, Grouping, Rate, Scorecard, elapsed};
use crate::assessment::group_word;
use crate::check::{in_yi, push_table};
use crate::json::{sum, wan};
use crate::phrase::{header, light_words, number, plain, say, some};

/// Groups listed where not all are asked for.
const GROUPS: usize = 20;

/// The language in which a file's numbers are written: without separators.
const BARE: Lang = Lang::Zh;

/// What the screen shows.
#[derive(Clone, Debug)]
pub struct ScorecardScreen {
    /// Language.
    pub lang: Lang,
    /// What projects are grouped by.
    pub by: Grouping,
    /// The ledger as the user named it.
    pub data: String,
    /// List every group.
    pub all: bool,
}

/// The screen of `scorecard`.
pub fn scorecard_screen(scorecard: &Scorecard<'_, '_>, screen: &ScorecardScreen) -> String {
    let writer = Writer { scorecard, lang: screen.lang };
    let mut out = writer.headline();
    push_table(&mut out, &writer.rates());
    if scorecard.whole.done.of == 0 {
        out.push_str(writer.say(
            "（投资完成率算不出：没有一个项目同时填有本年完成投资和年度计划投资）\n",
            "(completion is not known: no project has both recorded, what was done this year and what was planned)\n",
        ));
    }
    writer.push_groups(&mut out, screen);
    writer.push_lights(&mut out);
    let (data, by) = (&screen.data, screen.by.name());
    let _ = match screen.lang {
        Lang::Zh => writeln!(out, "\n全部分组：kaigong scorecard {data} --by {by} --format csv"),
        Lang::En => writeln!(out, "\nevery group: kaigong scorecard {data} --by {by} --format csv"),
    };
    out
}

struct Writer<'w, 'b, 'a> {
    scorecard: &'w Scorecard<'b, 'a>,
    lang: Lang,
}

impl Writer<'_, '_, '_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        say(self.lang, zh, en)
    }

    fn headline(&self) -> String {
        let evaluation = &self.scorecard.assessment.evaluation;
        let Card { all, annual, listed, on_time, .. } = &self.scorecard.whole;
        let [annual, listed, on_time] = [*annual, *listed, *on_time].map(percent);
        let under = header(evaluation.pack, evaluation.options.as_of, self.lang);
        match self.lang {
            Lang::Zh => format!(
                "{} 个项目，开工率：年度口径 {annual}，全部口径 {listed}，按期口径 {on_time}\n{under}\n",
                all.projects
            ),
            Lang::En => format!(
                "{}; start rate: {annual} of the year's new starts, {listed} of all listed, {on_time} on time\n{under}\n",
                some(all.projects, "project")
            ),
        }
    }

    /// Each rate with both of its numbers.
    fn rates(&self) -> Table {
        let whole = &self.scorecard.whole;
        let evaluation = &self.scorecard.assessment.evaluation;
        let mut table = Table::new([
            (self.say("指标", "measure"), Align::Left),
            (self.say("分子", "part"), Align::Right),
            (self.say("分母", "of"), Align::Right),
            (self.say("比率", "rate"), Align::Right),
            (self.say("口径", "meaning"), Align::Left),
        ]);
        let counts = [
            (
                whole.annual,
                "开工率（年度）",
                "start, annual",
                "已开工 / 计划本年新开工",
                "started / planned to start this year",
            ),
            (whole.listed, "开工率（全部）", "start, listed", "已开工 / 列入项目", "started / every project listed"),
            (
                whole.on_time,
                "开工率（按期）",
                "start, on time",
                "按计划日或更早开工 / 计划日已到",
                "started by the planned day / planned by today",
            ),
            (whole.landed, "落地率", "landing", "已落地 / 已签约", "landed / signed"),
        ];
        for (rate, zh, en, meaning_zh, meaning_en) in counts {
            let landing = zh == "落地率";
            if landing && evaluation.pack.goals[evaluation.options.goal].landed_when.is_none() {
                continue;
            }
            let numbers = [rate.part, rate.of].map(|count| number(count, self.lang));
            push_rate(&mut table, self.say(zh, en), numbers, rate, self.say(meaning_zh, meaning_en));
        }
        let (done, time) = (whole.done, elapsed(evaluation.options.as_of));
        let meaning = self.say("本年完成 / 年度计划(亿元)", "done this year / planned (CNY 100m)");
        // Nothing recorded is not nothing done.
        let told = |fen| if done.of > 0 { in_yi(fen, self.lang) } else { "-".to_owned() };
        push_rate(&mut table, self.say("投资完成率", "completion"), [done.part, done.of].map(told), done, meaning);
        let meaning = self.say("本年已过天数 / 全年天数", "days gone of the year");
        let numbers = [time.part, time.of].map(|count| number(count, self.lang));
        push_rate(&mut table, self.say("序时进度", "time elapsed"), numbers, time, meaning);
        table
    }

    fn push_groups(&self, out: &mut String, screen: &ScorecardScreen) {
        let mut groups: Vec<(&Option<String>, &Card)> = self.scorecard.by(screen.by).collect();
        // The sort is stable: those alike stay in order of name.
        groups.sort_by_key(|(_, card)| std::cmp::Reverse(card.all.projects));
        let total = groups.len();
        let shown = if screen.all { total } else { GROUPS };
        let mut table = self.columns(screen.by);
        for (name, card) in groups.into_iter().take(shown) {
            table.rows.push(self.row(self.name(name.as_deref(), screen.by), card, self.lang));
        }
        table.rows.push(self.row(self.say("合计", "all").to_owned(), &self.scorecard.whole, self.lang));
        push_table(out, &table);
        if total > shown {
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "（共 {total} 行，--all 看全部；合计为全部项目）"),
                Lang::En => {
                    let total = some(total, "line");
                    writeln!(out, "(of {total}; --all lists every one; the last line is of all projects)")
                }
            };
        }
    }

    fn name(&self, name: Option<&str>, by: Grouping) -> String {
        let evaluation = &self.scorecard.assessment.evaluation;
        let fact = if by == Grouping::Sector { evaluation.pack.roles.sector } else { None };
        let word = |name| group_word(evaluation, fact, name, self.lang);
        name.map_or_else(|| self.say("（未填）", "(blank)").to_owned(), word)
    }

    fn columns(&self, by: Grouping) -> Table {
        let first = match by {
            Grouping::County => self.say("县区", "county"),
            Grouping::Department => self.say("责任单位", "responsible"),
            Grouping::Officer => self.say("服务官", "officer"),
            Grouping::Sector => self.say("类别", "sector"),
        };
        let mut columns = vec![(first.to_owned(), Align::Left)];
        let numbers = [
            ("项目", "projects"),
            ("投资(亿元)", "CNY 100m"),
            ("已开工", "started"),
            ("年度", "annual"),
            ("全部", "listed"),
            ("按期", "on time"),
            ("落地率", "landing"),
            ("完成率", "completion"),
            ("超序时(百分点)", "ahead (points)"),
        ];
        columns.extend(numbers.iter().map(|(zh, en)| (self.say(zh, en).to_owned(), Align::Right)));
        let pack = self.scorecard.assessment.evaluation.pack;
        let lights =
            pack.lights.iter().map(|light| (light_words(&light.light).get(self.lang).to_owned(), Align::Right));
        columns.extend(lights);
        Table { columns, rows: Vec::new() }
    }

    /// A group; in a file, numbers stand bare.
    fn row(&self, name: String, card: &Card, lang: Lang) -> Vec<String> {
        let [all, started] = [card.all, card.started].map(|sum| number(sum.projects, lang));
        let mut row = vec![name, all, in_yi(card.all.fen, lang), started];
        row.extend([card.annual, card.listed, card.on_time, card.landed, card.done].map(percent));
        row.push(ahead(card.done, self.elapsed()).map_or_else(|| "-".to_owned(), signed_tenths));
        let rules = card.lights.len() - 1;
        row.extend(card.lights[..rules].iter().map(|count| number(count, lang)));
        row
    }

    fn elapsed(&self) -> Rate {
        elapsed(self.scorecard.assessment.evaluation.options.as_of)
    }

    /// The rule behind each light, in the order they are tried.
    fn push_lights(&self, out: &mut String) {
        let lights = &self.scorecard.assessment.evaluation.pack.lights;
        if lights.is_empty() {
            return;
        }
        out.push_str(self.say("\n灯的规则，自上而下，先合者定\n", "\nlight rules; the first that holds decides\n"));
        for (light, count) in lights.iter().zip(&self.scorecard.whole.lights) {
            let (name, meaning) = (light_words(&light.light), plain(light.meaning.get(self.lang)));
            let when = plain(light.when.text.trim());
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "  {}灯 {count} 个：{meaning}（{when}）", name.zh),
                Lang::En => writeln!(out, "  {}, {}: {meaning} ({when})", name.en, number(count, self.lang)),
            };
        }
    }
}

fn push_rate(table: &mut Table, name: &str, [part, of]: [String; 2], rate: Rate, meaning: &str) {
    table.push([name.to_owned(), part, of, percent(rate), meaning.to_owned()]);
}

/// A share in percent with one place.
fn percent(rate: Rate) -> String {
    rate.permille().map_or_else(|| "-".to_owned(), |permille| format!("{}.{}%", permille / 10, permille % 10))
}

/// Tenths of a percentage point that completion is ahead of time; behind where negative.
fn ahead(done: Rate, time: Rate) -> Option<i128> {
    Some(done.permille()? - time.permille()?)
}

fn signed_tenths(tenths: i128) -> String {
    let sign = if tenths < 0 { "-" } else { "+" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

/// One row a group of a grouping, for a file; the last is of all projects.
pub fn scorecard_table(scorecard: &Scorecard<'_, '_>, by: Grouping, lang: Lang) -> Table {
    let writer = Writer { scorecard, lang };
    let mut table = writer.columns(by);
    for (name, card) in scorecard.by(by) {
        table.rows.push(writer.row(writer.name(name.as_deref(), by), card, BARE));
    }
    table.rows.push(writer.row(writer.say("合计", "all").to_owned(), &scorecard.whole, BARE));
    table
}

/// The scorecard as JSON, schema `kaigong.scorecard/1`: every grouping, and the light of each project with its rule.
pub fn scorecard_json(scorecard: &Scorecard<'_, '_>) -> Value {
    let assessment = scorecard.assessment;
    let evaluation = &assessment.evaluation;
    let pack = evaluation.pack;
    let time = elapsed(evaluation.options.as_of);
    let mut groups = serde_json::Map::new();
    for (grouping, cards) in &scorecard.groups {
        let named = cards.iter().map(|(name, card)| {
            let mut json = card_json(scorecard, card);
            json["name"] = json!(name);
            json
        });
        groups.insert(grouping.name().to_owned(), named.collect());
    }
    let lights = assessment.results.projects.iter().zip(&assessment.lights).map(|(project, light)| {
        json!({
            "project": &evaluation.portfolio.ids[project.row as usize],
            "light": light.map(|at| pack.lights[at].light.clone()),
            "rule": *light,
        })
    });
    json!({
        "schema": "kaigong.scorecard/1",
        "as_of": evaluation.options.as_of.to_string(),
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[evaluation.options.goal].id,
        "elapsed": rate_json(time),
        "light_rules": pack.lights.iter().map(|light| json!({"light": light.light, "when": light.when.text.trim()})).collect::<Vec<_>>(),
        "all": card_json(scorecard, &scorecard.whole),
        "groups": groups,
        "projects": lights.collect::<Vec<_>>(),
    })
}

fn card_json(scorecard: &Scorecard<'_, '_>, card: &Card) -> Value {
    let evaluation = &scorecard.assessment.evaluation;
    let landing = evaluation.pack.goals[evaluation.options.goal].landed_when.is_some();
    let rules = card.lights.len() - 1;
    json!({
        "projects": sum(card.all),
        "started": sum(card.started),
        "start_rate": {
            "annual": rate_json(card.annual),
            "listed": rate_json(card.listed),
            "on_time": rate_json(card.on_time),
        },
        "landing_rate": landing.then(|| rate_json(card.landed)),
        "completion": {"done": wan(card.done.part), "planned": wan(card.done.of), "permille": card.done.permille().map(whole)},
        "ahead_permille": ahead(card.done, elapsed(evaluation.options.as_of)).map(whole),
        "lights": card.lights[..rules],
        "no_light": card.lights[rules],
    })
}

fn rate_json(rate: Rate) -> Value {
    json!({"part": whole(rate.part), "of": whole(rate.of), "permille": rate.permille().map(whole)})
}

/// A count or share, which JSON holds as a number of 64 bits.
fn whole(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
