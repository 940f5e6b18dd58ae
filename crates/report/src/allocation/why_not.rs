//! Why a project is left out: what each of its sources lacks, whether it fits at all, who would go for it, and the
//! cheapest purchase that lets it in.

use std::fmt::Write as _;

use kaigong_allocation::{Deal, Forced, Purchase};
use kaigong_model::{Dimension, Lang};

use super::screen::Writer;
use super::{Trial, WhyNot};
use crate::phrase::{amount, list};

impl Writer<'_, '_> {
    /// Everything there is to say about one project that was asked about.
    pub(super) fn why_not(&self, out: &mut String, head: &str, trial: &Trial, at: usize, told: &WhyNot) {
        let id = &trial.problem.candidates[at].id;
        if trial.releases(at) || trial.barred[at].is_some() {
            let _ = writeln!(out, "{head}{id} {}", self.note(trial.claim_of[at]));
            return;
        }
        let lacks = self.lacks_by_source(trial, at);
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "{head}{id} 未配：{lacks}"),
            Lang::En => writeln!(out, "{head}{id} left out: {lacks}"),
        };
        let mut lines = Vec::new();
        lines.extend(self.never_fits(trial, at, told));
        lines.extend(told.forced.as_ref().map(|forced| self.forced(trial, at, forced)));
        lines.extend(told.purchase.as_ref().map(|purchase| self.purchase(trial, purchase)));
        lines.into_iter().for_each(|line| {
            let _ = writeln!(out, "  {line}");
        });
    }

    /// What each source of a candidate lacks beside the plan; the sources named where there are several.
    fn lacks_by_source(&self, trial: &Trial, at: usize) -> String {
        let shortages = &trial.shortages[at];
        let told = |source: usize| {
            let lacks = self.lacking(trial, at, source, &shortages[source]);
            if lacks.is_empty() { self.say("指标够", "enough there").to_owned() } else { lacks }
        };
        if shortages.len() < 2 {
            return (0..shortages.len()).map(told).collect();
        }
        let each = (0..shortages.len()).map(|source| {
            let by = self.steps(&trial.covers[at][source], 3);
            match self.lang {
                Lang::Zh => format!("走{by}，{}", told(source)),
                Lang::En => format!("by {by}, {}", told(source)),
            }
        });
        each.collect::<Vec<_>>().join(self.say("；或", "; or "))
    }

    /// What it lacks though everybody else left, where no source fits.
    fn never_fits(&self, trial: &Trial, at: usize, told: &WhyNot) -> Option<String> {
        let fits = told.alone.iter().any(|short| short.iter().all(|&short| short == 0));
        if fits || told.alone.is_empty() {
            return None;
        }
        let each = told.alone.iter().enumerate().map(|(source, short)| self.lacking(trial, at, source, short));
        let lacks = each.collect::<Vec<_>>().join(self.say("；或", "; or "));
        Some(match self.lang {
            Lang::Zh => format!("别的项目全都不配也放不下：{lacks}"),
            Lang::En => format!("does not fit though everybody else left: {lacks}"),
        })
    }

    /// What it would take to let a project in by turning others out.
    fn forced(&self, trial: &Trial, at: usize, forced: &Forced) -> String {
        let told = match forced {
            Forced::Never => self.say("谁让出都不行", "whoever leaves, it cannot be").to_owned(),
            Forced::Unknown => self.say("在限定的计算量内未得出结论", "undecided within the work allowed").to_owned(),
            Forced::Plan { enter, leave, lost } => {
                let others: Vec<usize> = enter.iter().copied().filter(|&other| other != at).collect();
                let mut moves = Vec::new();
                if !leave.is_empty() {
                    moves.push(format!("{} {}", self.say("让出", "out"), self.ids(trial, leave)));
                }
                if !others.is_empty() {
                    moves.push(format!("{} {}", self.say("另补入", "in besides"), self.ids(trial, &others)));
                }
                let lost = lost.iter().zip(&trial.goals).filter(|(lost, _)| **lost != 0);
                moves.extend(lost.map(|(&lost, goal)| {
                    let (sign, worth) = (if lost < 0 { "+" } else { "-" }, self.worth(goal, lost.abs()));
                    format!("{} {sign}{worth}", goal.title.get(self.lang))
                }));
                if moves.is_empty() {
                    moves.push(self.say("别的都不变", "nothing else changes").to_owned());
                }
                moves.join(self.say("，", ", "))
            }
        };
        match self.lang {
            Lang::Zh => format!("若必须纳入：{told}"),
            Lang::En => format!("if it had to be in: {told}"),
        }
    }

    fn purchase(&self, trial: &Trial, purchase: &Purchase) -> String {
        let id = |at: &usize| &trial.problem.candidates[*at].id;
        let told = match (purchase, self.lang) {
            (Purchase::Deal(deal), _) => self.deal(trial, deal),
            (Purchase::Locked(at), Lang::Zh) => format!("{} 锁定不配，补多少指标都不行", id(at)),
            (Purchase::Locked(at), Lang::En) => format!("{} is locked out, no amount helps", id(at)),
            (Purchase::Unserved(at), Lang::Zh) => format!("{} 另有堵点，补多少指标都不行", id(at)),
            (Purchase::Unserved(at), Lang::En) => format!("other blockers hold {}, no amount helps", id(at)),
            (Purchase::NotForSale, Lang::Zh) => "所缺的指标没有标价（方案的 prices）".to_owned(),
            (Purchase::NotForSale, Lang::En) => "what it lacks has no price in the scenario (`prices`)".to_owned(),
            (Purchase::TooMany, Lang::Zh) => "连带项目的途径太多，未逐一试算".to_owned(),
            (Purchase::TooMany, Lang::En) => "it needs others, with too many ways to try each".to_owned(),
        };
        match self.lang {
            Lang::Zh => format!("别的项目都不动，最省的补法：{told}"),
            Lang::En => format!("cheapest with nobody leaving: {told}"),
        }
    }

    fn deal(&self, trial: &Trial, deal: &Deal) -> String {
        let of = |kind: usize, atoms: i64| {
            let pool = trial.pool_of[kind];
            (self.pool_title(pool), amount(atoms.into(), self.pack().schema.pools[pool].unit, self.lang))
        };
        let county = |county: usize| &trial.problem.counties[county];
        let mut parts = Vec::new();
        for &(pool, atoms) in &deal.released {
            let (name, (_, atoms)) = (self.pool_name(trial, pool), of(trial.problem.pools[pool].kind, atoms));
            parts.push(match self.lang {
                Lang::Zh => format!("动用{name}的预留 {atoms}"),
                Lang::En => format!("release {atoms} held back of {name}"),
            });
        }
        for &(pool, place, atoms) in &deal.lifted {
            let (name, (_, atoms)) = (self.pool_name(trial, pool), of(trial.problem.pools[pool].kind, atoms));
            let place = self.place_name(trial, place);
            parts.push(match self.lang {
                Lang::Zh => format!("{place}支取{name}的上限放宽 {atoms}"),
                Lang::En => format!("let {place} draw {atoms} more of {name} than its cap"),
            });
        }
        for &(kind, from, to, atoms) in &deal.moved {
            let ((title, atoms), from, to) = (of(kind, atoms), county(from), county(to));
            parts.push(match self.lang {
                Lang::Zh => format!("{title}从{from}调剂 {atoms} 给{to}"),
                Lang::En => format!("move {atoms} of {title} from {from} to {to}"),
            });
        }
        for &(kind, place, atoms) in &deal.bought {
            let ((title, atoms), place) = (of(kind, atoms), self.place_name(trial, place));
            parts.push(match self.lang {
                Lang::Zh => format!("{place}增加{title} {atoms}"),
                Lang::En => format!("add {atoms} of {title} for {place}"),
            });
        }
        if parts.is_empty() {
            parts.push(self.say("现有指标就够", "what there is will do").to_owned());
        }
        let mut told = list(&parts, self.lang);
        if let Some(fen) = trial.price(deal).filter(|fen| *fen > 0) {
            let money = amount(fen, Dimension::Money.standard_unit(), self.lang);
            told = match self.lang {
                Lang::Zh => format!("{told}，计 {money}"),
                Lang::En => format!("{told}; {money} in all"),
            };
        }
        if let [_, with @ ..] = &deal.enter[..]
            && !with.is_empty()
        {
            let with: Vec<usize> = with.iter().map(|(at, _)| *at).collect();
            let ids = self.ids(trial, &with);
            told = match self.lang {
                Lang::Zh => format!("{told}（连同它所需的 {ids}）"),
                Lang::En => format!("{told} (together with {ids}, which it needs)"),
            };
        }
        told
    }
}
