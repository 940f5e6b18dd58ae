//! Leverage as a screen, a table of projects and JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kaigong_model::{Align, Dimension, FactIdx, Lang, Table, Unit, format_short};
use kaigong_rules::RequirementIdx;
use serde_json::{Value, json};

use super::{Family, Group, Leverage, Pull};
use crate::assessment::{Assessment, Sum};
use crate::check::in_yi;
use crate::json::{sum, with_law};
use crate::phrase::{header, inline, list, number, say};

/// CNY million, in fen.
const MILLION: Unit = Unit { name: "", dimension: Dimension::Money, atoms: 100_000_000 };
/// Lines of a table where there are more.
const LISTED: usize = 10;
/// Pairs and officers listed.
const FEW: usize = 5;
/// Levers named on the screen of a check.
const BRIEF: usize = 3;

/// The screen of `leverage`.
pub fn leverage_screen(leverage: &Leverage<'_, '_>, data: &str, lang: Lang) -> String {
    let writer = Writer { leverage, lang };
    let mut out = writer.headline();
    if leverage.held.is_empty() {
        return out;
    }
    writer.levers(&mut out, Family::Steps);
    writer.pairs(&mut out, Family::Steps);
    writer.levers(&mut out, Family::Offices);
    writer.pairs(&mut out, Family::Offices);
    let roles = &leverage.assessment.evaluation.pack.roles;
    writer.groups(&mut out, roles.county, LISTED);
    writer.groups(&mut out, roles.officer, FEW);
    let goal = writer.goal();
    let _ = match lang {
        Lang::Zh => write!(
            out,
            "\n（卡住：眼下有人能办而未办的；只卡这一项：别的都不卡，但办成后可能还有后续手续；\n\
             办成可{goal}：办成之后其余都已齐备。各项目单独计算，项目之间的联动不计）\n\n\
             逐个项目：kaigong leverage {data} --format csv\n"
        ),
        Lang::En => write!(
            out,
            "\n(blocks: someone can act on it now; alone: nothing else blocks today, though more steps may follow;\n\
             releases: once it is done, all else is in place. Each project by itself; links between projects are not followed)\n\n\
             project by project: kaigong leverage {data} --format csv\n"
        ),
    };
    out
}

/// What releases most, steps and pairs of steps that only work together, for the screen of a check; empty where no one
/// or two steps release anything.
pub(crate) fn brief(
    assessment: &Assessment<'_>,
    releases: &BTreeMap<Vec<usize>, Sum>,
    data: &str,
    lang: Lang,
) -> String {
    let leverage = &Leverage { assessment, offices: Vec::new(), held: Vec::new() };
    let writer = Writer { leverage, lang };
    let mut levers: Vec<(&Vec<usize>, Sum)> = releases.iter().map(|(steps, sum)| (steps, *sum)).collect();
    levers.sort_by_key(|(steps, sum)| (std::cmp::Reverse(*sum), steps.len(), *steps));
    if levers.is_empty() {
        return String::new();
    }
    let goal = writer.goal();
    let title = match lang {
        Lang::Zh => format!("办成即可{goal}"),
        Lang::En => format!("ready to {goal} once done"),
    };
    let mut table = Table::new([
        (title.as_str(), Align::Left),
        (writer.say("项目", "projects"), Align::Right),
        (writer.say("投资(亿元)", "CNY 100m"), Align::Right),
    ]);
    for (steps, sum) in levers.iter().take(BRIEF) {
        table.push([writer.together(Family::Steps, steps), number(sum.projects, lang), in_yi(sum.fen, lang)]);
    }
    let mut out = format!("\n{}\n", table.lines().join("\n"));
    if levers.len() > BRIEF {
        let _ = match lang {
            Lang::Zh => writeln!(out, "（共 {} 种，按单位、区县看：kaigong leverage {data}）", levers.len()),
            Lang::En => {
                let all = number(levers.len(), lang);
                writeln!(out, "({all} in all; by office and county: kaigong leverage {data})")
            }
        };
    }
    out
}

struct Writer<'w, 'l, 'a> {
    leverage: &'w Leverage<'l, 'a>,
    lang: Lang,
}

impl Writer<'_, '_, '_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        say(self.lang, zh, en)
    }

    fn goal(&self) -> String {
        let evaluation = &self.leverage.assessment.evaluation;
        evaluation.pack.goals[evaluation.options.goal].title.get(self.lang).to_lowercase()
    }

    fn headline(&self) -> String {
        let evaluation = &self.leverage.assessment.evaluation;
        let (whole, pack, as_of, goal) =
            (self.leverage.whole(), evaluation.pack, evaluation.options.as_of, self.goal());
        let (all, one) = (whole.blocked, whole.one.projects);
        let two = whole.two.projects - one;
        let [projects, one, two] = [all.projects, one, two].map(|count| number(count, self.lang));
        let money = self.money(all.fen);
        let under = header(pack, as_of, self.lang);
        match self.lang {
            Lang::Zh => format!(
                "受阻 {projects} 个项目，总投资 {money}\n办成一项即可{goal}的 {one} 个，办成两项即可{goal}的另有 {two} 个\n\
                 {under}\n"
            ),
            Lang::En => format!(
                "projects blocked: {projects}, {money}\nready to {goal} after one more step: {one}; after two: another {two}\n\
                 {under}\n"
            ),
        }
    }

    fn money(&self, fen: i128) -> String {
        match self.lang {
            Lang::Zh => format!("{} 亿元", in_yi(fen, self.lang)),
            Lang::En => format!("CNY {} million", number(format_short(fen, MILLION, 0), self.lang)),
        }
    }

    fn name(&self, family: Family, at: usize) -> String {
        let evaluation = &self.leverage.assessment.evaluation;
        match family {
            Family::Steps => inline(&evaluation.body_today(RequirementIdx(at as u32)).short, self.lang),
            Family::Offices => match &self.leverage.offices[at].0 {
                Some(id) => evaluation.pack.department(id, evaluation.options.as_of).get(self.lang).to_owned(),
                None => self.say("（未定）", "(nobody named)").to_owned(),
            },
        }
    }

    /// Levers to be pulled together: steps in an order in which they can be met.
    fn together(&self, family: Family, levers: &[usize]) -> String {
        let ordered = match family {
            Family::Steps => self.leverage.in_order(levers),
            Family::Offices => levers.to_vec(),
        };
        ordered.into_iter().map(|at| self.name(family, at)).collect::<Vec<_>>().join(" + ")
    }

    fn levers(&self, out: &mut String, family: Family) {
        let pulls = self.leverage.pulls(family);
        let mut ranked: Vec<(usize, &Pull)> =
            pulls.iter().enumerate().filter(|(_, pull)| pull.blocks.projects + pull.releases.projects > 0).collect();
        ranked.sort_by_key(|(at, pull)| (std::cmp::Reverse(pull.releases), *at));
        let nearest: Vec<usize> =
            ranked.iter().take(FEW).filter(|(_, pull)| pull.releases.projects > 0).map(|(at, _)| *at).collect();
        ranked.sort_by_key(|(at, pull)| (std::cmp::Reverse((pull.blocks, pull.releases)), *at));
        let total = ranked.len();
        let mut place = 0..;
        ranked.retain(|(at, _)| place.next().is_some_and(|place| place < LISTED) || nearest.contains(at));
        let shown = ranked.len();
        let (title, only) = match family {
            Family::Steps => (self.say("事项", "step"), self.say("只卡这一项", "alone")),
            Family::Offices => (self.say("责任单位", "office"), self.say("只卡这一家", "alone")),
        };
        let money = self.say("投资(亿元)", "CNY 100m");
        let releases = match self.lang {
            Lang::Zh => format!("办成可{}", self.goal()),
            Lang::En => "releases".to_owned(),
        };
        let mut table = Table::new([
            (title, Align::Left),
            (self.say("卡住", "blocks"), Align::Right),
            (money, Align::Right),
            (only, Align::Right),
            (&releases, Align::Right),
            (money, Align::Right),
        ]);
        for (at, pull) in ranked {
            table.push([
                self.name(family, at),
                number(pull.blocks.projects, self.lang),
                in_yi(pull.blocks.fen, self.lang),
                number(pull.alone.projects, self.lang),
                number(pull.releases.projects, self.lang),
                in_yi(pull.releases.fen, self.lang),
            ]);
        }
        self.table(out, &table, shown, total);
    }

    fn pairs(&self, out: &mut String, family: Family) {
        let pairs = self.leverage.pairs(family);
        if pairs.is_empty() {
            return;
        }
        let title = match (family, self.lang) {
            (Family::Steps, Lang::Zh) => format!("两项一起办成才可{}", self.goal()),
            (Family::Offices, Lang::Zh) => format!("两家各把自己的办成才可{}", self.goal()),
            (Family::Steps, Lang::En) => "only both together release".to_owned(),
            (Family::Offices, Lang::En) => "only both offices together release".to_owned(),
        };
        let mut table = Table::new([
            (&title, Align::Left),
            (self.say("项目", "projects"), Align::Right),
            (self.say("投资(亿元)", "CNY 100m"), Align::Right),
        ]);
        let shown = pairs.len().min(FEW);
        for &((a, b), sum) in &pairs[..shown] {
            let names = self.together(family, &[a, b]);
            table.push([names, number(sum.projects, self.lang), in_yi(sum.fen, self.lang)]);
        }
        self.table(out, &table, shown, pairs.len());
    }

    fn groups(&self, out: &mut String, fact: Option<FactIdx>, listed: usize) {
        let Some(fact) = fact else { return };
        let groups = self.leverage.groups(Some(fact));
        let title = self.leverage.assessment.evaluation.pack.schema[fact].title.get(self.lang);
        let mut table = Table::new([
            (title, Align::Left),
            (self.say("受阻", "blocked"), Align::Right),
            (self.say("投资(亿元)", "CNY 100m"), Align::Right),
            (self.say("办一项", "one step"), Align::Right),
            (self.say("办两项", "two steps"), Align::Right),
            (self.say("先办什么，放行多少", "what first, and what it releases"), Align::Left),
        ]);
        let shown = groups.len().min(listed);
        for (name, group) in &groups[..shown] {
            table.push([
                name.clone().unwrap_or_else(|| self.say("（未填）", "(blank)").to_owned()),
                number(group.blocked.projects, self.lang),
                in_yi(group.blocked.fen, self.lang),
                number(group.one.projects, self.lang),
                number(group.two.projects, self.lang),
                self.first(group),
            ]);
        }
        self.table(out, &table, shown, groups.len());
    }

    /// What to see to first, in words; a dash where two steps release nothing.
    fn first(&self, group: &Group) -> String {
        let Some((steps, sum)) = &group.first else { return "-".to_owned() };
        let (names, count, money) =
            (self.together(Family::Steps, steps), number(sum.projects, self.lang), self.money(sum.fen));
        match self.lang {
            Lang::Zh => format!("{names}：{count} 个，{money}"),
            Lang::En => format!("{names}: {count}, {money}"),
        }
    }

    fn table(&self, out: &mut String, table: &Table, shown: usize, total: usize) {
        let _ = write!(out, "\n{}\n", table.lines().join("\n"));
        if shown < total {
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "（列出 {shown}，共 {total}）"),
                Lang::En => writeln!(out, "({shown} of {})", number(total, self.lang)),
            };
        }
    }
}

/// One row a blocked project: its root causes, and the least sets of one or two steps that release it.
pub fn leverage_table(leverage: &Leverage<'_, '_>, lang: Lang) -> Table {
    let evaluation = &leverage.assessment.evaluation;
    let roles = &evaluation.pack.roles;
    let writer = Writer { leverage, lang };
    let heads = match lang {
        Lang::Zh => ["编号", "项目名称", "县区", "眼下的堵点", "办成一项即可", "办成两项即可"],
        Lang::En => ["id", "project", "county", "blockers", "one step", "two steps"],
    };
    let mut table = Table::new(heads.map(|head| (head, Align::Left)));
    let name = |at: usize| writer.name(Family::Steps, at);
    for held in &leverage.held {
        let released = &held.released[Family::Steps as usize];
        let blockers: Vec<String> = held.blockers.iter().map(|idx| name(idx.0 as usize)).collect();
        let alone: Vec<String> = released.alone.iter().map(|&at| name(at)).collect();
        let pairs: Vec<String> = released.pairs.iter().map(|&(a, b)| writer.together(Family::Steps, &[a, b])).collect();
        let role = |fact| leverage.assessment.role_text(fact, held.row).unwrap_or_default();
        table.push([
            evaluation.portfolio.ids[held.row as usize].to_string(),
            role(roles.name),
            role(roles.county),
            list(&blockers, lang),
            list(&alone, lang),
            list(&pairs, lang),
        ]);
    }
    table
}

/// Everything as `kaigong.leverage/1`.
pub fn leverage_json(leverage: &Leverage<'_, '_>) -> Value {
    let evaluation = &leverage.assessment.evaluation;
    let pack = evaluation.pack;
    let step = |at: usize| Value::from(pack.requirements[at].id.as_str());
    let steps = |of: &[usize]| leverage.in_order(of).into_iter().map(step).collect::<Vec<_>>();
    let office = |at: usize| leverage.offices[at].0.as_deref().map_or(Value::Null, Value::from);
    let levers = |family: Family, key: &str, name: &dyn Fn(usize) -> Value| -> Vec<Value> {
        let told = |(at, pull): (usize, &Pull)| json!({key: name(at), "blocks": sum(pull.blocks), "blocks_alone": sum(pull.alone), "releases": sum(pull.releases)});
        leverage.pulls(family).iter().enumerate().map(told).collect()
    };
    let pairs = |family: Family, key: &str, names: &dyn Fn(&[usize]) -> Vec<Value>| -> Vec<Value> {
        let told = |((a, b), released): ((usize, usize), Sum)| json!({key: names(&[a, b]), "releases": sum(released)});
        leverage.pairs(family).into_iter().map(told).collect()
    };
    let groups = |fact: Option<FactIdx>| -> Vec<Value> {
        let told = |(name, group): (Option<String>, Group)| {
            let first =
                group.first.map(|(of, released)| json!({"requirements": steps(&of), "releases": sum(released)}));
            json!({
                "name": name,
                "blocked": sum(group.blocked),
                "one_step": sum(group.one),
                "two_steps": sum(group.two),
                "first": first,
            })
        };
        leverage.groups(fact).into_iter().map(told).collect()
    };
    let projects = leverage.held.iter().map(|held| {
        let released = &held.released[Family::Steps as usize];
        let ways = released.alone.iter().map(|&at| steps(&[at]));
        let ways = ways.chain(released.pairs.iter().map(|&(a, b)| steps(&[a, b])));
        json!({
            "project": &evaluation.portfolio.ids[held.row as usize],
            "blockers": held.blockers.iter().map(|idx| step(idx.0 as usize)).collect::<Vec<_>>(),
            "ways": ways.collect::<Vec<_>>(),
        })
    });
    let told = json!({
        "schema": "kaigong.leverage/1",
        "as_of": evaluation.options.as_of.to_string(),
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[evaluation.options.goal].id,
        "blocked": sum(leverage.whole().blocked),
        "requirements": levers(Family::Steps, "requirement", &step),
        "pairs": pairs(Family::Steps, "requirements", &steps),
        "offices": levers(Family::Offices, "office", &office),
        "office_pairs": pairs(Family::Offices, "offices", &|of| of.iter().map(|&at| office(at)).collect()),
        "counties": groups(pack.roles.county),
        "officers": groups(pack.roles.officer),
        "projects": projects.collect::<Vec<_>>(),
    });
    with_law(told, evaluation)
}
