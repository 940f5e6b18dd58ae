//! What plans come to, by county and sector, as tables and notes of the screen.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kaigong_model::{Align, Dimension, Lang, Table};

use super::Trial;
use super::consequences::{Behind, Consequences, Effect, percent, tells_industry};
use super::screen::{NEXT, Writer, push_lines};
use crate::assessment::group_word;
use crate::check::in_yi;
use crate::phrase::{amount, list_some, number};

impl Writer<'_, '_> {
    /// What each county and each sector gets released; only where there are several.
    pub(super) fn groups(&self, out: &mut String) {
        let counties: Vec<_> = self.effects.iter().map(Consequences::counties).collect();
        let sectors: Vec<_> = self.effects.iter().map(Consequences::sectors).collect();
        self.grouped(out, self.say("县(区)，清零个数/亿元", "county: released / CNY 100m"), &counties, Self::blank);
        self.grouped(out, self.say("类别，清零个数/亿元", "sector: released / CNY 100m"), &sectors, Self::sector);
        if self.run.trials.len() == 1 {
            self.crossed(out);
        }
    }

    fn blank(&self, name: Option<&String>) -> String {
        name.map_or_else(|| self.say("（未填）", "(blank)").to_owned(), Clone::clone)
    }

    /// A sector as other screens call it.
    fn sector(&self, name: Option<&String>) -> String {
        let fact = self.pack().roles.sector;
        name.map_or_else(|| self.blank(None), |name| group_word(&self.run.evaluation, fact, name, self.lang))
    }

    fn released_text(&self, effect: &Effect) -> String {
        format!("{} / {}", number(effect.released.projects, self.lang), in_yi(effect.released.fen, self.lang))
    }

    fn grouped(
        &self,
        out: &mut String,
        title: &str,
        groups: &[BTreeMap<Option<String>, Effect>],
        word: fn(&Self, Option<&String>) -> String,
    ) {
        let trials = self.run.trials.len();
        let mut rows: BTreeMap<(bool, String), Vec<Effect>> = BTreeMap::new();
        for (at, groups) in groups.iter().enumerate() {
            for (name, effect) in groups {
                let key = (name.is_none(), word(self, name.as_ref()));
                rows.entry(key).or_insert_with(|| vec![Effect::default(); trials])[at] = effect.clone();
            }
        }
        rows.retain(|_, effects| effects.iter().any(|effect| effect.released.projects > 0));
        if rows.len() < 2 {
            return;
        }
        let mut columns = vec![(title.to_owned(), Align::Left)];
        let sign = |at| if trials == 1 { self.title(at) } else { self.sign(at).to_owned() };
        columns.extend((0..trials).map(|at| (sign(at), Align::Right)));
        let mut table = Table { columns, rows: Vec::new() };
        for ((_, name), effects) in rows {
            let mut cells = vec![name];
            cells.extend(effects.iter().map(|effect| self.released_text(effect)));
            table.rows.push(cells);
        }
        push_lines(out, &table);
    }

    /// Counties by sectors, of the only plan; only where there are several of both.
    fn crossed(&self, out: &mut String) {
        let Some(effects) = self.effects.first() else { return };
        let some = |(name, effect): (Option<String>, Effect)| (effect.released.projects > 0).then_some(name);
        let sectors: Vec<_> = effects.sectors().into_iter().filter_map(some).collect();
        let counties: Vec<_> = effects.counties().into_iter().filter_map(some).collect();
        if sectors.len() < 2 || counties.len() < 2 {
            return;
        }
        let mut columns = vec![(self.say("县(区)和类别", "county and sector").to_owned(), Align::Left)];
        columns.extend(sectors.iter().map(|sector| (self.sector(sector.as_ref()), Align::Right)));
        let mut table = Table { columns, rows: Vec::new() };
        for county in counties {
            let mut cells = vec![self.blank(county.as_ref())];
            cells.extend(sectors.iter().map(|sector| {
                let effect = effects.cells.get(&(county.clone(), sector.clone()));
                let some = effect.filter(|effect| effect.released.projects > 0);
                some.map_or_else(|| "-".to_owned(), |effect| self.released_text(effect))
            }));
            table.rows.push(cells);
        }
        push_lines(out, &table);
    }

    /// What those released are, and what they have to do next.
    pub(super) fn next(&self, out: &mut String, head: &str, at: usize) {
        let effects = &self.effects[at];
        if effects.whole.released.projects == 0 {
            return;
        }
        let what = self.what(&effects.whole);
        if !what.is_empty() {
            let what = what.join(self.say("，", ", "));
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "{head}清零项目中{what}"),
                Lang::En => writeln!(out, "{head}of those released, {what}"),
            };
        }
        let mut told: Vec<String> = Vec::new();
        if effects.ready.projects > 0 {
            let (projects, money) = (number(effects.ready.projects, self.lang), self.money(effects.ready.fen));
            told.push(match self.lang {
                Lang::Zh => format!("可即开工 {projects} 个（{money}）"),
                Lang::En => format!("{projects} may start at once ({money})"),
            });
        }
        told.extend(effects.next.iter().map(|(step, sum)| {
            let (name, money) = (self.steps(&[*step], 1), self.money(sum.fen));
            match self.lang {
                Lang::Zh => format!("{name} {} 个（{money}）", sum.projects),
                Lang::En => format!("{name} for {} ({money})", number(sum.projects, self.lang)),
            }
        }));
        if !told.is_empty() {
            let told = list_some(&told, NEXT + 1, self.lang);
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "{head}清零后下一步：{told}"),
                Lang::En => writeln!(out, "{head}next after release: {told}"),
            };
        }
    }

    /// The share of industry and the plan of the year of those released, as far as the pack tells of them.
    fn what(&self, whole: &Effect) -> Vec<String> {
        let mut what = Vec::new();
        if let (true, Some(share)) = (tells_industry(self.run), whole.industrial_permille()) {
            let (projects, share) = (number(whole.industry.projects, self.lang), percent(share));
            what.push(match self.lang {
                Lang::Zh => format!("产业项目 {projects} 个，占投资 {share}"),
                Lang::En => format!("{projects} are industry, {share} of the investment"),
            });
        }
        if self.pack().roles.annual_plan.is_some() {
            let planned = self.money(whole.planned);
            if whole.unplanned == whole.released.projects {
                what.push(self.say("年度计划投资均未填", "none with a plan for this year recorded").to_owned());
                return what;
            }
            let blank = match (self.lang, whole.unplanned) {
                (_, 0) => String::new(),
                (Lang::Zh, blank) => format!("（{blank} 个未填，未计入）"),
                (Lang::En, blank) => format!(" (not recorded and not counted: {})", number(blank, self.lang)),
            };
            let told = match self.lang {
                Lang::Zh => format!("年度计划投资 {planned}{blank}"),
                Lang::En => format!("{planned} is planned for this year{blank}"),
            };
            what.push(told);
        }
        what
    }

    pub(super) fn money(&self, fen: i128) -> String {
        match self.lang {
            Lang::Zh => format!("{} 亿元", in_yi(fen, self.lang)),
            Lang::En => amount(fen, Dimension::Money.standard_unit(), self.lang),
        }
    }

    /// What was given without effect, by what holds those projects up.
    pub(super) fn idle(&self, out: &mut String, head: &str, at: usize) {
        let (trial, effects): (&Trial, _) = (&self.run.trials[at], &self.effects[at]);
        for (kind, &pool) in trial.pool_of.iter().enumerate() {
            let unit = self.pack().schema.pools[pool].unit;
            let told: Vec<String> = effects
                .idle
                .iter()
                .filter(|(of, ..)| *of == kind)
                .map(|(_, behind, atoms, projects)| {
                    let (held, amount) = (self.behind(*behind), amount(*atoms, unit, self.lang));
                    match self.lang {
                        Lang::Zh => format!("{held} {amount}（{projects} 个）"),
                        Lang::En => format!("{held} {amount} ({})", number(projects, self.lang)),
                    }
                })
                .collect();
            if told.is_empty() {
                continue;
            }
            let told = list_some(&told, NEXT, self.lang);
            let title = if Some(pool) == self.told() { None } else { Some(self.pool_title(pool)) };
            let _ = match (self.lang, title) {
                (Lang::Zh, None) => writeln!(out, "{head}闲置的指标卡在：{told}"),
                (Lang::Zh, Some(title)) => writeln!(out, "{head}闲置的{title}卡在：{told}"),
                (Lang::En, None) => writeln!(out, "{head}idle quota waits for: {told}"),
                (Lang::En, Some(title)) => writeln!(out, "{head}idle {title} waits for: {told}"),
            };
        }
    }

    fn behind(&self, behind: Behind) -> String {
        match behind {
            Behind::Step(step) => self.steps(&[step], 1),
            Behind::Short(pool) => match self.lang {
                Lang::Zh => format!("{}不足", self.pool_title(pool)),
                Lang::En => format!("too little {}", self.pool_title(pool)),
            },
            Behind::Late => self.say("超出期限", "a start within the horizon").to_owned(),
            Behind::Upstream => self.say("所等的项目", "projects it waits for").to_owned(),
        }
    }
}
