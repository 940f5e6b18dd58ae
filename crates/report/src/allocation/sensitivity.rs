//! What hangs on each pool, county, rule and grant, as tables and notes of the screen.

use std::fmt::Write as _;

use kaigong_allocation::{Alone, Rule, RulePrice, Standing};
use kaigong_model::{Align, Dimension, Lang, Table};

use super::screen::{Writer, push_lines};
use super::{Goal, Sensitivity, Trial, gap, share_text};
use crate::check::in_yi;
use crate::phrase::{amount, list_some, number};

/// Pools told of one by one.
const POOLS: usize = 12;
/// Grants told of one by one.
const GRANTS: usize = 10;

impl Writer<'_, '_> {
    pub(super) fn sensitivity(&self, out: &mut String, head: &str, trial: &Trial) {
        let (Some(found), Some(goal)) = (&trial.sensitivity, trial.goals.first()) else { return };
        self.swings(out, head, trial, goal, found);
        self.shifts(out, head, trial, goal, found);
        self.kept(out, head, trial, found);
        self.standings(out, head, trial, goal, found);
        self.each_rule(out, head, trial, found);
        self.alone(out, head, trial, goal, &found.alone);
    }

    /// A change of worth; from one figure to another where only a bound is known.
    fn change(&self, goal: &Goal, from: i128, to: i128) -> String {
        let told = |change: i128| {
            match change {
                // Nothing at all, where 0.0 is little.
                0 => "0".to_owned(),
                1.. => format!("+{}", self.worth(goal, change)),
                _ => format!("-{}", self.worth(goal, -change)),
            }
        };
        if from == to { told(from) } else { format!("{} {} {}", told(from), self.say("至", "to"), told(to)) }
    }

    /// The tornado: each pool a little smaller and larger.
    fn swings(&self, out: &mut String, head: &str, trial: &Trial, goal: &Goal, found: &Sensitivity) {
        let Some(tier) = trial.tiers.first() else { return };
        let title = goal.title.get(self.lang);
        let share = share_text(found.swung);
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "\n{head}各指标池增减 {share}，{title}怎样变（每格单独重新求解）"),
            Lang::En => {
                writeln!(out, "\n{head}{share} less or more of each pool, change of: {title} (each solved again)")
            }
        };
        let moving: Vec<_> = found.swings.iter().filter(|swing| swing.width() > 0).collect();
        let mut table = Table::new([
            (self.say("指标池", "pool"), Align::Left),
            (self.say("现有", "there"), Align::Right),
            (self.say("减少", "less"), Align::Right),
            (self.say("增加", "more"), Align::Right),
        ]);
        for swing in moving.iter().take(POOLS) {
            let spec = &trial.problem.pools[swing.pool];
            let unit = self.pack().schema.pools[trial.pool_of[spec.kind]].unit;
            let of = |(value, bound): (i128, i128)| self.change(goal, value - tier.best, bound.max(value) - tier.best);
            table.push([
                self.pool_name(trial, swing.pool),
                amount(spec.amount.into(), unit, self.lang),
                of(swing.less),
                of(swing.more),
            ]);
        }
        if !table.rows.is_empty() {
            push_lines(out, &table);
        }
        let (more, still) = (moving.len().saturating_sub(POOLS), found.swings.len() - moving.len());
        if more > 0 {
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "另有 {more} 个池影响更小"),
                Lang::En => writeln!(out, "others matter less: {}", number(more, self.lang)),
            };
        }
        if still > 0 {
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "{still} 个池增减都不影响"),
                Lang::En => writeln!(out, "pools that change nothing either way: {}", number(still, self.lang)),
            };
        }
    }

    /// County against county: an amount moved from the row to the column.
    fn shifts(&self, out: &mut String, head: &str, trial: &Trial, goal: &Goal, found: &Sensitivity) {
        let (Some((kind, atoms)), Some(tier)) = (found.moved, trial.tiers.first()) else { return };
        let pool = trial.pool_of[kind];
        let moved = amount(atoms.into(), self.pack().schema.pools[pool].unit, self.lang);
        let mut counties: Vec<usize> = found.shifts.iter().flat_map(|shift| [shift.from, shift.to]).collect();
        counties.sort_unstable();
        counties.dedup();
        let (title, pool, unit) = (goal.title.get(self.lang), self.pool_title(pool), self.unit_of(goal));
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "\n{head}{pool} {moved} 由行所在县(区)调给列所在县(区)，{title}的变化{unit}"),
            Lang::En => {
                writeln!(out, "\n{head}{moved} of {pool} moved from the row to the column, change of: {title}{unit}")
            }
        };
        let mut columns = vec![(self.say("从 / 到", "from / to").to_owned(), Align::Left)];
        columns.extend(counties.iter().map(|&county| (trial.problem.counties[county].clone(), Align::Right)));
        let mut table = Table { columns, rows: Vec::new() };
        let (mut open, mut lacking) = (false, false);
        for &from in &counties {
            let mut cells = vec![trial.problem.counties[from].clone()];
            for &to in &counties {
                let of = found.shifts.iter().find(|shift| (shift.from, shift.to) == (from, to));
                lacking |= of.is_none() && from != to;
                cells.push(of.map_or_else(
                    || "-".to_owned(),
                    |shift| {
                        let (value, bound) = shift.value;
                        open |= bound > value;
                        let sign = if value > tier.best { "+" } else { "" };
                        let star = if bound > value { "*" } else { "" };
                        format!("{sign}{}{star}", self.bare(goal, value - tier.best))
                    },
                ));
            }
            table.rows.push(cells);
        }
        push_lines(out, &table);
        if lacking {
            let note = self.say("（-：该县(区)没有这么多可调）", "(-: the county has not so much to give)");
            let _ = writeln!(out, "{note}");
        }
        if open {
            let _ =
                writeln!(out, "{}", self.say("（*：找到的最好方案，未证明最优）", "(*: the best found, not proven)"));
        }
    }

    /// A worth without its unit.
    fn bare(&self, goal: &Goal, value: i128) -> String {
        match goal.unit {
            _ if value == 0 => "0".to_owned(),
            Some(unit) if unit.dimension == Dimension::Money => in_yi(value, self.lang),
            Some(unit) => crate::phrase::measure(value, unit, self.lang),
            None => number(value, self.lang),
        }
    }

    fn unit_of(&self, goal: &Goal) -> String {
        match goal.unit {
            Some(unit) if unit.dimension == Dimension::Money => self.say("(亿元)", " (CNY 100m)").to_owned(),
            Some(unit) => format!(" ({})", crate::phrase::unit_name(unit, self.lang)),
            None => String::new(),
        }
    }

    /// The price of the first goal's priority: what every goal comes to, the less the first has to keep.
    fn kept(&self, out: &mut String, head: &str, trial: &Trial, found: &Sensitivity) {
        if found.kept.is_empty() {
            return;
        }
        let first = trial.goals.first().map_or("", |goal| goal.title.get(self.lang));
        if found.kept.windows(2).all(|pair| pair[0].values == pair[1].values) {
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "\n{head}「{first}」少保一些，后面的目标也多不了"),
                Lang::En => writeln!(out, "\n{head}keeping less of {first} gives later goals nothing more"),
            };
            return;
        }
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "\n{head}「{first}」至少保住其最优的多少，各目标能到多少（每行单独重新求解）"),
            Lang::En => {
                writeln!(
                    out,
                    "\n{head}what the goals come to when {first} has to keep a share of its best (each solved again)"
                )
            }
        };
        let mut columns = vec![(self.say("保住", "kept").to_owned(), Align::Right)];
        columns.extend(trial.goals.iter().map(|goal| (goal.title.get(self.lang).to_owned(), Align::Right)));
        let mut table = Table { columns, rows: Vec::new() };
        for kept in &found.kept {
            let mut cells = vec![share_text(kept.keep)];
            cells.extend(kept.values.iter().zip(&trial.goals).map(|(&value, goal)| self.worth(goal, value)));
            table.rows.push(cells);
        }
        push_lines(out, &table);
    }

    /// Which grants stand in every plan about as good.
    fn standings(&self, out: &mut String, head: &str, trial: &Trial, goal: &Goal, found: &Sensitivity) {
        let (mut always, mut unknown, mut otherwise) = (Vec::new(), Vec::new(), Vec::new());
        for (at, standing) in &found.standings {
            match standing {
                Standing::Always => always.push(*at),
                Standing::Unknown => unknown.push(*at),
                Standing::Otherwise { enter, leave, value } => otherwise.push((*at, enter, leave, *value)),
            }
        }
        let (share, title) = (share_text(found.near), goal.title.get(self.lang));
        let ids = |of: &[usize]| {
            let ids: Vec<&str> = of.iter().map(|&at| trial.problem.candidates[at].id.as_str()).collect();
            list_some(&ids, GRANTS, self.lang)
        };
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "\n{head}{title}不低于本方案 {share} 的所有方案中"),
            Lang::En => writeln!(out, "\n{head}among all plans with at least {share} of this plan's {title}"),
        };
        if !always.is_empty() {
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "  {} 个项目总在内：{}", always.len(), ids(&always)),
                Lang::En => writeln!(out, "  always in, {}: {}", number(always.len(), self.lang), ids(&always)),
            };
        }
        if !otherwise.is_empty() {
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "  {} 个项目可以换：", otherwise.len()),
                Lang::En => writeln!(out, "  exchangeable, {}:", number(otherwise.len(), self.lang)),
            };
        }
        let best = found.value;
        for (at, enter, leave, value) in otherwise.iter().take(GRANTS) {
            let others: Vec<usize> = leave.iter().copied().filter(|other| other != at).collect();
            let mut told = vec![match (self.lang, enter.is_empty()) {
                (Lang::Zh, true) => "不配也可".to_owned(),
                (Lang::En, true) => "left out".to_owned(),
                (Lang::Zh, false) => format!("换入 {}", self.ids(trial, enter)),
                (Lang::En, false) => format!("in {}", self.ids(trial, enter)),
            }];
            if !others.is_empty() {
                told.push(format!("{} {}", self.say("同时换出", "also out"), self.ids(trial, &others)));
            }
            told.push(format!("{title} {}", self.change(goal, value - best, value - best)));
            let id = &trial.problem.candidates[*at].id;
            let _ = writeln!(out, "    {id}{}{}", self.say("：", ": "), told.join(self.say("，", ", ")));
        }
        let more = otherwise.len().saturating_sub(GRANTS);
        if more > 0 {
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "    另有 {more} 个，--format json 看全部"),
                Lang::En => writeln!(out, "    and {} more, --format json lists all", number(more, self.lang)),
            };
        }
        if !unknown.is_empty() {
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "  {} 个在限定的计算量内未得出结论：{}", unknown.len(), ids(&unknown)),
                Lang::En => {
                    let count = number(unknown.len(), self.lang);
                    writeln!(out, "  {count} undecided within the work allowed: {}", ids(&unknown))
                }
            };
        }
    }

    /// The price of each rule by itself.
    fn each_rule(&self, out: &mut String, head: &str, trial: &Trial, found: &Sensitivity) {
        if found.rules.is_empty() {
            return;
        }
        let _ = writeln!(
            out,
            "\n{head}{}",
            self.say("每条要求的代价（单独去掉它重新求解）", "the price of each rule (solved again without it)")
        );
        let mut free = Vec::new();
        for price in &found.rules {
            let Some((rule, title, cost)) = self.rule_cost(trial, price) else { continue };
            let rule = match (price.rule, self.lang) {
                (Rule::TiersBefore(_), Lang::Zh) => format!("{rule}（对{title}）"),
                (Rule::TiersBefore(_), Lang::En) => format!("{rule} (for {title})"),
                _ => rule,
            };
            if price.without_at_most <= price.with {
                // What costs nothing together costs nothing one by one.
                let whole = |whole: Rule| {
                    let of = |other: &&RulePrice| other.rule == whole && other.without_at_most <= other.with;
                    found.rules.iter().any(|price| of(&price))
                };
                let said = match price.rule {
                    Rule::HoldBackOf(_) => whole(Rule::HoldBack),
                    Rule::Floor(_) => whole(Rule::Floors),
                    _ => false,
                };
                free.extend((!said).then_some(rule));
                continue;
            }
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "  {rule}：{title}少 {cost}"),
                Lang::En => writeln!(out, "  {rule}: {title} lower by {cost}"),
            };
        }
        if !free.is_empty() {
            let free = list_some(&free, GRANTS, self.lang);
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "  不费什么：{free}"),
                Lang::En => writeln!(out, "  costing nothing: {free}"),
            };
        }
    }

    /// Each county by itself, with what the plan gives it.
    fn alone(&self, out: &mut String, head: &str, trial: &Trial, goal: &Goal, alone: &[Alone]) {
        if alone.len() < 2 {
            return;
        }
        let title = goal.title.get(self.lang);
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "\n{head}各县(区)只用本方案给它的指标，单独求解：{title}"),
            Lang::En => writeln!(out, "\n{head}each county solved alone with what this plan gives it: {title}"),
        };
        let mut table = Table::new([
            (self.say("县(区)", "county"), Align::Left),
            (self.say("申请项目", "projects"), Align::Right),
            (self.say("本方案", "this plan"), Align::Right),
            (self.say("单独最好", "alone"), Align::Right),
            (self.say("证明", "proof"), Align::Left),
        ]);
        for county in alone {
            let proof = match (county.best >= county.bound, county.searched) {
                (true, true) => self.say("求解器搜遍", "proven by the solver's search").to_owned(),
                (true, false) => self.say("整数证书", "proven by integer certificate").to_owned(),
                (false, _) => format!("{} {}", self.say("差距", "gap"), gap(county.best, county.bound)),
            };
            table.push([
                county.county.map_or_else(
                    || self.say("（未填）", "(blank)").to_owned(),
                    |county| trial.problem.counties[county].clone(),
                ),
                number(county.candidates, self.lang),
                self.worth(goal, county.value),
                self.worth(goal, county.best),
                proof,
            ]);
        }
        push_lines(out, &table);
    }
}
