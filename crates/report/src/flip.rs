//! What turned a project's verdict: a screen and JSON.

use std::fmt::Write as _;

use kaigong_model::{Align, Cell, Date, Duration, FactIdx, FactType, Issue, Lang, Table};
use kaigong_rules::expression::ParameterIdx;
use kaigong_rules::{Pack, RequirementIdx};
use kaigong_solver::{Flip, LawText, Side, Switch, law_changes};
use serde_json::{Value, json};

use crate::json::date;
use crate::phrase::{amount, duration, inline, list_some, number, plain, say, some, verdict_words};
use crate::rules::condition::Wording;

/// Projects named of a list.
const NAMED: usize = 6;

/// What turned a verdict, and what it is told from.
#[derive(Debug)]
pub struct FlipReport<'a> {
    /// The rules.
    pub pack: &'a Pack,
    /// Before and after.
    pub sides: [Side<'a>; 2],
    /// What turned it.
    pub flip: Flip,
}

impl FlipReport<'_> {
    fn id(&self) -> &str {
        &self.sides[1].portfolio.ids[self.sides[1].row as usize]
    }

    /// The id, and the name where there is one.
    fn project(&self) -> String {
        let Side { portfolio, row, options } = self.sides[1];
        let cell = |fact| portfolio.cell(fact, row, options.as_of, options.known_by);
        let name = self.pack.roles.name.and_then(|fact| self.pack.schema.text(fact, &cell(fact)));
        format!("{} {}", self.id(), plain(&name.unwrap_or_default())).trim_end().to_owned()
    }

    fn days(&self) -> [Date; 2] {
        self.sides.map(|side| side.options.as_of)
    }

    /// The days whose law either side applies.
    fn laws(&self) -> [Date; 2] {
        self.sides.map(|side| side.options.law())
    }

    /// Texts of the law that read otherwise between the days of the law, as written in the pack: id and title.
    fn law_changes(&self) -> Vec<String> {
        let requirements = (0..self.pack.requirements.len() as u32).map(|at| LawText::Requirement(RequirementIdx(at)));
        let parameters = (0..self.pack.parameters.len() as u32).map(|at| LawText::Parameter(ParameterIdx(at)));
        let changed = |text: &LawText| !law_changes(self.pack, *text, self.laws()).is_empty();
        requirements.chain(parameters).filter(changed).map(|text| self.text_id(text)).collect()
    }

    /// The id of a text of the law, as a pack writes it.
    fn text_id(&self, text: LawText) -> String {
        match text {
            LawText::Requirement(idx) => self.pack[idx].id.clone(),
            LawText::Parameter(idx) => format!("param.{}", self.pack.parameters[idx.0 as usize].id),
        }
    }

    /// The day from which the later of the two readings of a text holds.
    fn in_force_from(&self, text: LawText) -> Option<Date> {
        law_changes(self.pack, text, self.laws()).pop()
    }
}

/// The screen of `flip`; `command` names project and ledgers as the user did.
pub fn flip_screen(report: &FlipReport<'_>, command: &str, lang: Lang) -> String {
    let writer = Writer { report, lang };
    let mut out = writer.headline();
    let flip = &report.flip;
    let Some(first) = flip.sets.first() else {
        let count = flip.switches.len();
        let _ = match lang {
            Lang::Zh => write!(out, "\n结论没有翻转；与结论有关的变化 {count} 项\n"),
            Lang::En => write!(out, "\nthe verdict did not flip; {}\n", bearing(count)),
        };
        writer.changes(&mut out, &(0..count).collect::<Vec<_>>());
        writer.next(&mut out, command);
        return out;
    };
    writer.claim(&mut out, first.len());
    writer.changes(&mut out, first);
    writer.swaps(&mut out);
    writer.others(&mut out);
    writer.next(&mut out, command);
    out
}

/// So many changes, in English.
fn bearing(count: usize) -> String {
    format!("{} {} on it", some(count, "change"), if count == 1 { "bears" } else { "bear" })
}

struct Writer<'w, 'a> {
    report: &'w FlipReport<'a>,
    lang: Lang,
}

impl Writer<'_, '_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        say(self.lang, zh, en)
    }

    fn headline(&self) -> String {
        let (report, lang) = (self.report, self.lang);
        let [from, to] = report.days();
        let [before, after] = report.flip.verdicts.map(verdict_words);
        let (id, pack) = (report.project(), report.pack);
        let ledgers = !std::ptr::eq(report.sides[0].portfolio, report.sides[1].portfolio);
        match lang {
            Lang::Zh => format!(
                "{id}：{from} {}，{to} {}{}\n规则包 {} {}\n",
                before.zh,
                after.zh,
                if ledgers { "（前后两份台账）" } else { "" },
                pack.id,
                pack.version
            ),
            Lang::En => format!(
                "{id}: {} on {from}, {} on {to}{}\nrule pack {} {}\n",
                before.en,
                after.en,
                if ledgers { " (two ledgers)" } else { "" },
                pack.id,
                pack.version
            ),
        }
    }

    fn claim(&self, out: &mut String, size: usize) {
        let after = verdict_words(self.report.flip.verdicts[1]);
        let after = after.get(self.lang);
        let these = match (self.lang, size) {
            (Lang::Zh, _) => format!("只要这 {size} 项变化，其余照旧，就是{after}"),
            (Lang::En, 1) => format!("this change alone, with all else as it was, makes it {after}"),
            (Lang::En, _) => format!("these {size} changes alone, with all else as it was, make it {after}"),
        };
        let more = match (size, self.report.flip.proven) {
            (1, _) => "",
            (_, true) => self.say("；没有更少的", "; no fewer do"),
            (_, false) => self.say(
                "；少哪一项都不行。更少的组合没有逐一试完",
                "; none of them can be left out.\nNot every smaller set was tried",
            ),
        };
        let _ = write!(out, "\n{these}{more}\n");
    }

    fn changes(&self, out: &mut String, set: &[usize]) {
        if set.is_empty() {
            return;
        }
        let mut table = Table::new([
            (self.say("变化", "change"), Align::Left),
            (self.say("之前", "before"), Align::Left),
            (self.say("之后", "after"), Align::Left),
        ]);
        for &at in set {
            let switch = &self.report.flip.switches[at];
            let [before, after] = self.sides(switch);
            table.push([self.name(switch), before, after]);
        }
        let _ = writeln!(out, "{}", table.lines().join("\n"));
    }

    /// What a change was before and is after.
    fn sides(&self, switch: &Switch) -> [String; 2] {
        match switch {
            Switch::Fact(fact, cells) => [0, 1].map(|side: usize| self.cell(*fact, &cells[side])),
            Switch::Pool(pool, granted) => {
                let unit = self.report.pack.schema.pools[pool.0 as usize].unit;
                granted.map(|atoms| amount(atoms, unit, self.lang))
            }
            Switch::Project(_) | Switch::Calendar => self.report.days().map(|day| day.to_string()),
            Switch::Law(text) => self.readings(*text),
        }
    }

    /// The other sets as small, by what each has in place of which changes of the first.
    fn swaps(&self, out: &mut String) {
        let switches = &self.report.flip.switches;
        let [first, others @ ..] = self.report.flip.sets.as_slice() else { return };
        if others.is_empty() {
            return;
        }
        let count = others.len();
        let _ = match (self.lang, count) {
            (Lang::Zh, _) => writeln!(out, "\n同样少的另有 {count} 组，换下其中几项"),
            (Lang::En, 1) => writeln!(out, "\n1 other set is as small, with some of them in exchange"),
            (Lang::En, _) => {
                let count = number(count, self.lang);
                writeln!(out, "\n{count} other sets are as small, with some of them in exchange")
            }
        };
        let mut table = Table::new([
            (self.say("组", "set"), Align::Right),
            (self.say("换下", "without"), Align::Left),
            (self.say("换上", "instead"), Align::Left),
            (self.say("之前", "before"), Align::Left),
            (self.say("之后", "after"), Align::Left),
        ]);
        for (at, set) in others.iter().enumerate() {
            let without = first.iter().filter(|change| !set.contains(change));
            let instead = set.iter().filter(|change| !first.contains(change));
            // Sets are of one size, so that as many come as go.
            for (gone, new) in without.zip(instead) {
                let [before, after] = self.sides(&switches[*new]);
                table.push([
                    (at + 2).to_string(),
                    self.name(&switches[*gone]),
                    self.name(&switches[*new]),
                    before,
                    after,
                ]);
            }
        }
        let _ = writeln!(out, "{}", table.lines().join("\n"));
    }

    fn name(&self, switch: &Switch) -> String {
        let pack = self.report.pack;
        match switch {
            Switch::Fact(fact, _) => inline(&pack.schema[*fact].title, self.lang),
            Switch::Pool(pool, _) => inline(&pack.pools[pool.0 as usize].title, self.lang),
            Switch::Project(id) => format!("{} {id}", self.say("所等的项目", "the project waited for,")),
            Switch::Calendar => {
                self.say("时间推移（期限届满、证照到期）", "time (periods that end, papers that lapse)").to_owned()
            }
            Switch::Law(text) => {
                let title = match text {
                    LawText::Requirement(idx) => &pack[*idx].body(self.report.laws()[1]).title,
                    LawText::Parameter(idx) => &pack.parameters[idx.0 as usize].title,
                };
                format!("{}{}", self.say("法规：", "law: "), inline(title, self.lang))
            }
        }
    }

    /// What a text of the law says before and after: the value of a number; of a requirement, since when it reads so.
    fn readings(&self, text: LawText) -> [String; 2] {
        let report = self.report;
        if let LawText::Parameter(idx) = text {
            return report.laws().map(|day| match report.pack.parameters[idx.0 as usize].at(day) {
                None => self.say("没有", "none").to_owned(),
                Some(value) if value.value.is_none() => self.say("未定", "not settled").to_owned(),
                Some(value) => match Duration::parse(&value.text) {
                    Some(time) => duration(time, self.lang),
                    None => plain(&value.text),
                },
            });
        }
        let days = report.in_force_from(text).map(|day| match self.lang {
            Lang::Zh => [format!("{day} 以前的规定"), format!("{day} 起的规定")],
            Lang::En => [format!("the rule before {day}"), format!("the rule in force from {day}")],
        });
        let mut told = days.unwrap_or_else(|| report.laws().map(|day| day.to_string()));
        let [from, to] = report.laws();
        if from > to {
            told.reverse();
        }
        told
    }

    /// What a cell says, in a few words.
    fn cell(&self, fact: FactIdx, cell: &Cell) -> String {
        let pack = self.report.pack;
        let spec = &pack.schema[fact];
        match cell {
            Cell::Blank => self.say("未填", "blank").to_owned(),
            Cell::No if spec.kind == FactType::Bool => self.say("否", "no").to_owned(),
            Cell::No => self.say("无", "none").to_owned(),
            Cell::InHand => self.say("办理中", "in hand").to_owned(),
            Cell::Conflicting => self.say("两处来源不一致", "two sources differ").to_owned(),
            Cell::Bool(value) => if *value { self.say("是", "yes") } else { self.say("否", "no") }.to_owned(),
            Cell::Quantity(atoms) => match (spec.unit, spec.kind) {
                (Some(unit), _) => amount(i128::from(*atoms), unit, self.lang),
                (None, FactType::Quantity(dimension)) => {
                    amount(i128::from(*atoms), dimension.standard_unit(), self.lang)
                }
                _ => number(atoms, self.lang),
            },
            Cell::Date(day) => day.to_string(),
            Cell::Enum(code) => Wording { pack, as_of: self.report.days()[1], lang: self.lang }.value_word(fact, *code),
            Cell::Text(text) => plain(text),
            Cell::Projects(ids) => list_some(ids, NAMED, self.lang),
            Cell::Document(issues) => {
                let told: Vec<String> = issues.iter().map(|issue| self.issue(issue)).collect();
                list_some(&told, 2, self.lang)
            }
        }
    }

    fn issue(&self, issue: &Issue) -> String {
        let dated = [
            (issue.issued_on, "取得", "issued"),
            (issue.accepted_on, "受理", "accepted"),
            (issue.submitted_on, "申报", "submitted"),
            (issue.waived_until, "止容缺", "waived until"),
        ];
        let first = dated.into_iter().find_map(|(day, zh, en)| day.map(|day| (day, zh, en)));
        match (first, &issue.number) {
            (Some((day, zh, en)), _) => match self.lang {
                Lang::Zh => format!("{day} {zh}"),
                Lang::En => format!("{en} {day}"),
            },
            (None, Some(number)) => plain(number),
            (None, None) => self.say("记录不清", "unclear").to_owned(),
        }
    }

    /// What else changed, and what other sets there are.
    fn others(&self, out: &mut String) {
        let flip = &self.report.flip;
        let size = flip.sets.first().map_or(0, Vec::len);
        let rest = flip.switches.len() - size;
        let more = flip.count.map_or(0, |count| count.saturating_sub(flip.sets.len() as u64));
        let _ = match self.lang {
            Lang::Zh if more > 0 => writeln!(out, "\n（同样少的组合另有 {more} 组未列）"),
            Lang::En if more > 0 => writeln!(out, "\n({} of that size)", some(more, "more set")),
            _ => Ok(()),
        };
        let all = flip.switches.len();
        let _ = match self.lang {
            _ if rest == 0 => Ok(()),
            Lang::Zh => writeln!(out, "\n（与结论有关的变化共 {all} 项，其余 {rest} 项不必变）"),
            Lang::En => {
                let (all, rest) = (some(all, "change"), number(rest, self.lang));
                writeln!(out, "\n({all} bear on the verdict; the other {rest} need not be made)")
            }
        };
    }

    fn next(&self, out: &mut String, command: &str) {
        let [from, to] = self.report.days();
        let _ = match self.lang {
            Lang::Zh => write!(out, "\n之间的经过：kaigong timeline {command} --from {from} --to {to}\n"),
            Lang::En => write!(out, "\nwhat lies between: kaigong timeline {command} --from {from} --to {to}\n"),
        };
    }
}

/// Everything as `kaigong.flip/1`.
pub fn flip_json(report: &FlipReport<'_>) -> Value {
    let (pack, flip) = (report.pack, &report.flip);
    let laws = report.laws();
    let side = |at: usize| {
        json!({
            "as_of": report.days()[at].to_string(),
            "law_as_of": laws[at].to_string(),
            "verdict": flip.verdicts[at].name(),
        })
    };
    let change = |switch: &Switch| match switch {
        Switch::Fact(fact, cells) => {
            let spec = &pack.schema[*fact];
            let [before, after] = [0, 1].map(|side: usize| cells[side].exact(spec));
            json!({"kind": "fact", "id": spec.id, "before": before, "after": after})
        }
        Switch::Pool(pool, granted) => {
            let spec = &pack.schema.pools[pool.0 as usize];
            let [before, after] =
                granted.map(|atoms| format!("{} {}", kaigong_model::format_exact(atoms, spec.unit), spec.unit.name));
            json!({"kind": "pool", "id": spec.id, "before": before, "after": after})
        }
        Switch::Project(id) => json!({"kind": "project", "id": id, "before": null, "after": null}),
        Switch::Calendar => {
            json!({"kind": "calendar", "id": null, "before": report.days()[0].to_string(), "after": report.days()[1].to_string()})
        }
        Switch::Law(text) => json!({
            "kind": "law",
            "id": report.text_id(*text),
            "before": laws[0].to_string(),
            "after": laws[1].to_string(),
            "in_force_from": date(report.in_force_from(*text)),
        }),
    };
    json!({
        "schema": "kaigong.flip/1",
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[report.sides[1].options.goal].id,
        "project": report.id(),
        "before": side(0),
        "after": side(1),
        "flipped": flip.verdicts[0] != flip.verdicts[1],
        "changes": flip.switches.iter().map(change).collect::<Vec<_>>(),
        "law_changes": report.law_changes(),
        "sets": flip.sets,
        "sets_of_that_size": flip.count,
        "proven_least": flip.proven,
    })
}
