//! One project over time: a screen, JSON and a Gantt picture.
//!
//! ```text
//! how the days divide      started, ready, blocked, undetermined
//! what changed when        a line a stretch with the same verdict and the same blockers
//! what held it how long    a line a blocker: its days, and in whose hands
//! what was asked           a line a missing fact
//! papers against limits    a line a paper
//! ```

mod chart;
mod json;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use kaigong_model::{Align, Date, FactIdx, Lang, Table};
use kaigong_rules::{RequirementIdx, StopRule};
use kaigong_solver::{Decides, Evaluation, Hand, Late, Paper, Span, Stretch, Timeline, Verdict};

pub use chart::timeline_svg;
pub use json::timeline_json;

use crate::assessment::role_text;
use crate::phrase::{
    citations, days, duration, header, inline, list, list_some, number, plain, say, some, sources, verdict_words,
};

/// Steps named of a long list.
const NAMED: usize = 6;

/// A blocker over the whole period.
#[derive(Default)]
struct Held {
    first: Option<Date>,
    last: Option<Date>,
    applicant: i64,
    office: i64,
    upstream: i64,
    /// Projects waited for.
    waited: BTreeSet<u32>,
    owners: BTreeSet<String>,
}

impl Held {
    fn days(&self) -> i64 {
        self.applicant + self.office + self.upstream
    }
}

/// The screen of `timeline`; `command` names project and ledgers as the user did.
pub fn timeline_screen(evaluation: &Evaluation<'_>, timeline: &Timeline, command: &str, lang: Lang) -> String {
    let writer = Writer { evaluation, timeline, lang };
    let mut out = writer.headline();
    writer.stages(&mut out);
    writer.held(&mut out);
    writer.asked(&mut out);
    writer.papers(&mut out);
    let Stretch { from, to } = timeline.period;
    let days = format!("--from {from} --to {to}");
    let _ = match lang {
        Lang::Zh => write!(
            out,
            "\n画成图：kaigong timeline {command} {days} --chart 经过.svg\n当日缘由：kaigong why {command} --as-of {to}\n"
        ),
        Lang::En => write!(
            out,
            "\nas a picture: kaigong timeline {command} {days} --chart timeline.svg\nwhy on a day: kaigong why {command} --as-of {to}\n"
        ),
    };
    out
}

/// Days of each verdict: started, ready, blocked, undetermined.
fn divided(timeline: &Timeline) -> [i64; 4] {
    let mut days = [0; 4];
    timeline.spans.iter().for_each(|span| days[span.verdict as usize] += span.days.days());
    days
}

/// The questions of a span that a verdict turns on, by fact.
fn deciding(span: &Span) -> BTreeSet<FactIdx> {
    let deciding = span.questions.iter().filter(|question| question.decides == Decides::Verdict);
    deciding.map(|question| question.fact).collect()
}

fn blocking(span: &Span) -> BTreeSet<RequirementIdx> {
    span.obstacles.iter().map(|obstacle| obstacle.blocker.requirement).collect()
}

struct Writer<'w, 'a> {
    evaluation: &'w Evaluation<'a>,
    timeline: &'w Timeline,
    lang: Lang,
}

impl Writer<'_, '_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        say(self.lang, zh, en)
    }

    fn project(&self) -> String {
        let (row, pack) = (self.timeline.row, self.evaluation.pack);
        let id = &self.evaluation.portfolio.ids[row as usize];
        match role_text(self.evaluation, pack.roles.name, row) {
            Some(name) => format!("{id} {}", plain(&name)),
            None => id.to_string(),
        }
    }

    fn step(&self, idx: RequirementIdx) -> String {
        inline(&self.evaluation.body_today(idx).short, self.lang)
    }

    fn office(&self, id: &str) -> String {
        self.evaluation.pack.department(id, self.timeline.period.to).get(self.lang).to_owned()
    }

    fn offices<'i>(&self, ids: impl IntoIterator<Item = &'i String>) -> String {
        let names: BTreeSet<String> = ids.into_iter().map(|id| self.office(id)).collect();
        let names: Vec<String> = names.into_iter().collect();
        if names.is_empty() { "-".to_owned() } else { list(&names, self.lang) }
    }

    /// The departments that act on a blocker, and the projects waited for.
    fn hands(&self, held: &Held) -> String {
        let ids = held.waited.iter().map(|&row| &self.evaluation.portfolio.ids[row as usize]);
        let waited = list(&ids.collect::<Vec<_>>(), self.lang);
        match (held.waited.is_empty(), held.owners.is_empty()) {
            (true, _) => self.offices(&held.owners),
            (false, true) => waited,
            (false, false) => format!("{}{}{waited}", self.offices(&held.owners), self.say("；", "; ")),
        }
    }

    fn headline(&self) -> String {
        let Stretch { from, to } = self.timeline.period;
        let total = self.timeline.period.days();
        let divided = divided(self.timeline);
        let order = [Verdict::Started, Verdict::Ready, Verdict::Blocked, Verdict::Undetermined];
        let parts = order.into_iter().filter(|verdict| divided[*verdict as usize] > 0).map(|verdict| {
            let words = verdict_words(verdict);
            format!("{} {}", words.get(self.lang), days(divided[verdict as usize], self.lang))
        });
        let (project, parts) = (self.project(), list(&parts.collect::<Vec<_>>(), self.lang));
        let under = header(self.evaluation.pack, self.evaluation.options.as_of, self.lang);
        match self.lang {
            Lang::Zh => format!("{project}：{from} 至 {to} 共 {total} 天，{parts}\n{under}\n"),
            Lang::En => {
                format!("{project}: {} from {from} to {to}: {parts}\n{under}\n", some(total, "day"))
            }
        }
    }

    /// Spans with the same verdict and blockers, joined.
    fn joined(&self) -> Vec<(Stretch, &Span)> {
        let mut joined: Vec<(Stretch, &Span)> = Vec::new();
        for span in &self.timeline.spans {
            match joined.last_mut() {
                Some((days, known)) if known.verdict == span.verdict && blocking(known) == blocking(span) => {
                    days.to = span.days.to;
                }
                _ => joined.push((span.days, span)),
            }
        }
        joined
    }

    fn stages(&self, out: &mut String) {
        let mut table = Table::new([
            (self.say("起", "from"), Align::Left),
            (self.say("止", "to"), Align::Left),
            (self.say("天", "days"), Align::Right),
            (self.say("结论", "verdict"), Align::Left),
            (self.say("堵点", "blockers"), Align::Right),
            (self.say("变化", "what changed"), Align::Left),
        ]);
        let mut before: Option<BTreeSet<RequirementIdx>> = None;
        for (days, span) in self.joined() {
            let now = blocking(span);
            table.push([
                days.from.to_string(),
                days.to.to_string(),
                number(days.days(), self.lang),
                verdict_words(span.verdict).get(self.lang).to_owned(),
                now.len().to_string(),
                self.change(before.as_ref(), &now),
            ]);
            before = Some(now);
        }
        let _ = write!(out, "\n{}\n", table.lines().join("\n"));
    }

    fn change(&self, before: Option<&BTreeSet<RequirementIdx>>, now: &BTreeSet<RequirementIdx>) -> String {
        let names = |of: Vec<RequirementIdx>| {
            let names: Vec<String> = of.into_iter().map(|idx| self.step(idx)).collect();
            list_some(&names, NAMED, self.lang)
        };
        let Some(before) = before else { return names(now.iter().copied().collect()) };
        let gone: Vec<RequirementIdx> = before.difference(now).copied().collect();
        let new: Vec<RequirementIdx> = now.difference(before).copied().collect();
        let mut parts = Vec::new();
        if !gone.is_empty() {
            parts.push(format!("{} {}", self.say("解除", "cleared"), names(gone)));
        }
        if !new.is_empty() {
            parts.push(format!("{} {}", self.say("新增", "new"), names(new)));
        }
        if parts.is_empty() { "-".to_owned() } else { parts.join(self.say("；", "; ")) }
    }

    fn obstacles(&self) -> BTreeMap<RequirementIdx, Held> {
        let mut held: BTreeMap<RequirementIdx, Held> = BTreeMap::new();
        for span in &self.timeline.spans {
            for obstacle in &span.obstacles {
                let held = held.entry(obstacle.blocker.requirement).or_default();
                held.first = held.first.or(Some(span.days.from));
                held.last = Some(span.days.to);
                match obstacle.hand {
                    Hand::Applicant => held.applicant += span.days.days(),
                    Hand::Office => held.office += span.days.days(),
                    Hand::Upstream => held.upstream += span.days.days(),
                }
                held.waited.extend(&obstacle.upstream);
                held.owners.extend(obstacle.owner.clone());
            }
        }
        held
    }

    fn held(&self, out: &mut String) {
        let held = self.obstacles();
        if held.is_empty() {
            return;
        }
        let mut table = Table::new([
            (self.say("堵点", "blocker"), Align::Left),
            (self.say("首日", "first"), Align::Left),
            (self.say("末日", "last"), Align::Left),
            (self.say("天", "days"), Align::Right),
            (self.say("待申报", "to file"), Align::Right),
            (self.say("在办", "with office"), Align::Right),
            (self.say("待上游", "upstream"), Align::Right),
            (self.say("牵头单位", "lead unit"), Align::Left),
        ]);
        let mut ranked: Vec<(RequirementIdx, Held)> = held.into_iter().collect();
        ranked.sort_by_key(|(idx, held)| (std::cmp::Reverse(held.days()), *idx));
        let date = |day: Option<Date>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
        for (idx, held) in ranked {
            table.push([
                self.step(idx),
                date(held.first),
                date(held.last),
                number(held.days(), self.lang),
                number(held.applicant, self.lang),
                number(held.office, self.lang),
                number(held.upstream, self.lang),
                self.hands(&held),
            ]);
        }
        let _ = write!(out, "\n{}\n", table.lines().join("\n"));
        out.push_str(self.say(
            "（待申报：须有批文而台账没有申报或受理记录；在办：已申报、已受理，或批文已有而期限未满，或无须批文；\n待上游：等别的项目）\n",
            "(to file: a paper is wanted and no submission or acceptance is recorded; with office: submitted or accepted, or issued\nand a period of it still running, or no paper is wanted; upstream: another project is waited for)\n",
        ));
    }

    fn asked(&self, out: &mut String) {
        let mut asked: BTreeMap<FactIdx, i64> = BTreeMap::new();
        for span in self.timeline.spans.iter().filter(|span| span.verdict == Verdict::Undetermined) {
            deciding(span).into_iter().for_each(|fact| *asked.entry(fact).or_default() += span.days.days());
        }
        if asked.is_empty() {
            return;
        }
        let mut table = Table::new([
            (self.say("待核实", "asked"), Align::Left),
            (self.say("天", "days"), Align::Right),
            (self.say("请谁填", "who"), Align::Left),
        ]);
        let mut ranked: Vec<(FactIdx, i64)> = asked.into_iter().collect();
        ranked.sort_by_key(|(fact, days)| (std::cmp::Reverse(*days), *fact));
        for (fact, days) in ranked {
            let spec = &self.evaluation.pack.schema[fact];
            table.push([inline(&spec.title, self.lang), number(days, self.lang), self.offices(&spec.ask)]);
        }
        let _ = write!(out, "\n{}\n", table.lines().join("\n"));
    }

    fn papers(&self, out: &mut String) {
        let told = |paper: &&Paper| paper.submitted.or(paper.accepted).is_some();
        let papers: Vec<&Paper> = self.timeline.papers.iter().filter(told).collect();
        let untold = self.timeline.papers.len() - papers.len();
        if !papers.is_empty() {
            let mut table = Table::new([
                (self.say("批文", "paper"), Align::Left),
                (self.say("申报", "submitted"), Align::Left),
                (self.say("受理", "accepted"), Align::Left),
                (self.say("办结", "decided"), Align::Left),
                (self.say("法定时限", "limit"), Align::Right),
                (self.say("已用", "used"), Align::Right),
                (self.say("期满", "due"), Align::Left),
                (self.say("超期(天)", "over (days)"), Align::Right),
                (self.say("谁迟", "late"), Align::Left),
            ]);
            papers.iter().for_each(|paper| table.push(self.paper(paper)));
            let _ = write!(out, "\n{}\n", table.lines().join("\n"));
            out.push_str(self.say(
                "（时限自受理次日起算，依法停计的日子不算，末日遇节假日顺延；月和年的时限，已用按日计）\n",
                "(a limit runs from the day after acceptance, without the days on which the law stops it, and never ends on a\nholiday; of limits in months or years, what is used is given in days)\n",
            ));
            self.stops(out, &papers);
        }
        if untold > 0 {
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "（此期间办结的批文，另有 {untold} 件台账没有受理日期，用时不明）"),
                Lang::En => writeln!(
                    out,
                    "(papers decided in the period with no acceptance recorded, so that their time is not known: {untold})"
                ),
            };
        }
    }

    /// Days that limits did not count, and those that were written as such and count all the same.
    fn stops(&self, out: &mut String, papers: &[&Paper]) {
        let mut table = Table::new([
            (self.say("批文", "paper"), Align::Left),
            (self.say("停计事由", "stopped for"), Align::Left),
            (self.say("首日", "first"), Align::Left),
            (self.say("末日", "last"), Align::Left),
            (self.say("时限", "limit"), Align::Left),
            (self.say("依据", "law"), Align::Left),
        ]);
        let schema = &self.evaluation.pack.schema;
        for paper in papers {
            for (stop, holds) in &paper.stops {
                let spec = &schema[paper.fact];
                let cause = spec.causes.iter().find(|cause| cause.id == stop.cause);
                table.push([
                    inline(&spec.title, self.lang),
                    cause.map_or_else(|| plain(&stop.cause), |cause| inline(&cause.words, self.lang)),
                    stop.from.to_string(),
                    stop.to.map_or_else(|| self.say("未完", "lasting").to_owned(), |to| to.to_string()),
                    if *holds { self.say("停计", "stops") } else { self.say("照计", "runs on") }.to_owned(),
                    if *holds { self.stop_law(&spec.id, &stop.cause, stop.from) } else { "-".to_owned() },
                ]);
            }
        }
        if table.rows.is_empty() {
            out.push_str(self.say("（台账没有记载停计）\n", "(no stop is recorded)\n"));
            return;
        }
        let _ = write!(out, "\n{}\n", table.lines().join("\n"));
        out.push_str(self.say(
            "（照计：规则包没有依据让这项时限为此停计）\n",
            "(runs on: the rule pack has no law by which this limit stops for it)\n",
        ));
    }

    /// The law by which a document's limit stops for a cause.
    fn stop_law(&self, document: &str, cause: &str, day: Date) -> String {
        let holds = |rule: &&StopRule| {
            rule.documents.iter().any(|known| known == document) && rule.causes.iter().any(|known| known == cause)
        };
        let cites: Vec<String> = self
            .evaluation
            .pack
            .stops
            .iter()
            .filter(holds)
            .flat_map(|rule| citations(&rule.cite, day, self.lang))
            .collect();
        if cites.is_empty() { "-".to_owned() } else { sources(&cites, 2, self.lang) }
    }

    fn paper(&self, paper: &Paper) -> [String; 9] {
        let date = |day: Option<Date>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let late = match paper.late {
            Some(Late::Office) => self.offices(&paper.owner),
            Some(Late::Applicant) => {
                let wait = days(paper.unfiled.unwrap_or_default(), self.lang);
                match self.lang {
                    Lang::Zh => format!("申请人，可报后 {wait}才报"),
                    Lang::En => format!("applicant, {wait} before filing"),
                }
            }
            None => "-".to_owned(),
        };
        [
            inline(&self.evaluation.pack.schema[paper.fact].title, self.lang),
            date(paper.submitted),
            date(paper.accepted),
            date(paper.decided),
            paper.limit.map_or_else(|| "-".to_owned(), |limit| duration(limit, self.lang)),
            paper.used.map_or_else(|| "-".to_owned(), |used| number(used, self.lang)),
            if paper.stopped && paper.over == 0 {
                self.say("停计中", "stopped").to_owned()
            } else {
                date(paper.due)
            },
            if paper.over > 0 { number(paper.over, self.lang) } else { "-".to_owned() },
            late,
        ]
    }
}
