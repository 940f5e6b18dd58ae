//! What is said below the tables of a dry run: bounds, prices of rules, what lies idle, what more supply would do.

use std::fmt::Write as _;

use kaigong_allocation::{Limit, Lock, Rule, RulePrice};
use kaigong_model::{Align, Lang, Table};

use super::screen::{NEXT, Writer, push_lines};
use super::{Goal, Outcome, Trial, gap};
use crate::phrase::{amount, inline, list_some, number};

impl Writer<'_, '_> {
    pub(super) fn notes(&self, out: &mut String, at: usize) {
        let trial = &self.run.trials[at];
        let head = if self.run.trials.len() == 1 {
            String::new()
        } else {
            format!("{}{}", self.title(at), self.say("：", ": "))
        };
        match &trial.outcome {
            Outcome::NotFound => {
                let text = self.say(
                    "在限定的计算量内未找到可行方案，可加大 stop.work",
                    "no plan found within the work allowed; raise stop.work",
                );
                let _ = writeln!(out, "\n{head}{text}");
            }
            Outcome::Infeasible(sets) => self.infeasible(out, &head, trial, sets),
            Outcome::Plan(_) => {
                self.supply(out, &head, trial);
                self.proofs(out, &head, trial);
                self.rules(out, &head, trial);
                self.next(out, &head, at);
                self.refused(out, &head, trial);
                self.idle(out, &head, at);
                if matches!(trial.kind, "optimal" | "greedy" | "pro-rata") {
                    self.below(out, &head, trial);
                }
                self.ladder(out, &head, trial);
                self.alone_on_own_pools(out, &head, trial);
                self.sensitivity(out, &head, trial);
                if !trial.why_not.is_empty() {
                    out.push('\n');
                }
                for (candidate, told) in &trial.why_not {
                    self.why_not(out, &head, trial, *candidate, told);
                }
            }
        }
    }

    fn infeasible(&self, out: &mut String, head: &str, trial: &Trial, sets: &[Vec<Limit>]) {
        let name = |limit: &Limit| match limit {
            Limit::Lock(at) => match self.lang {
                Lang::Zh => format!("锁定 {}", trial.problem.candidates[*at].id),
                Lang::En => format!("the lock of {}", trial.problem.candidates[*at].id),
            },
            Limit::Floor(at) => match self.lang {
                Lang::Zh => format!("保底 {}", self.floor_name(trial, *at)),
                Lang::En => format!("the floor of {}", self.floor_name(trial, *at)),
            },
        };
        let _ = writeln!(
            out,
            "\n{head}{}",
            self.say(
                "锁定和保底不能同时满足；去掉下面任一行即可：",
                "locks and floors cannot all hold; lifting any one line will do:"
            )
        );
        for set in sets {
            let names: Vec<String> = set.iter().map(name).collect();
            let _ = writeln!(out, "  {}", names.join(" + "));
        }
        if sets.is_empty() {
            let _ = writeln!(out, "  {}", self.say("（须去掉四项以上）", "(more than three have to go)"));
        }
    }

    /// Value and bound of every goal.
    fn proofs(&self, out: &mut String, head: &str, trial: &Trial) {
        for (tier, goal) in trial.tiers.iter().zip(&trial.goals) {
            let (best, bound) = (self.worth(goal, tier.best), self.worth(goal, tier.bound));
            let value = self.worth(goal, tier.value);
            let (title, gap) = (goal.title.get(self.lang), gap(tier.best, tier.bound));
            let _ = match (self.lang, tier.best == tier.bound) {
                (Lang::Zh, true) => write!(out, "{head}{title} {best}，已证明最优"),
                (Lang::En, true) => write!(out, "{head}{title} {best}, proven best"),
                (Lang::Zh, false) => write!(out, "{head}{title} {best}，任何方案不超过 {bound}，差距 {gap}"),
                (Lang::En, false) => write!(out, "{head}{title} {best}; no plan exceeds {bound}, gap {gap}"),
            };
            let _ = match (self.lang, tier.value < tier.best) {
                (_, false) => writeln!(out),
                (Lang::Zh, true) => writeln!(out, "；为后面的目标让到 {value}"),
                (Lang::En, true) => writeln!(out, "; {value} once later goals are served"),
            };
        }
    }

    /// What the rules that were asked for cost.
    fn rules(&self, out: &mut String, head: &str, trial: &Trial) {
        for price in trial.rule_prices.iter().filter(|price| price.without > price.with) {
            let Some((rule, title, cost)) = self.rule_cost(trial, price) else { continue };
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "{head}{rule}的代价：{title}少 {cost}"),
                Lang::En => writeln!(out, "{head}the price of {rule}: {title} lower by {cost}"),
            };
        }
    }

    /// A rule, the goal it holds down, and by how much.
    pub(super) fn rule_cost<'t>(&self, trial: &'t Trial, price: &RulePrice) -> Option<(String, &'t str, String)> {
        let goal = trial.goals.get(price.tier)?;
        let candidate = |at: usize| &trial.problem.candidates[at].id;
        let rule = match price.rule {
            Rule::HoldBack => self.say("预留", "hold-back").to_owned(),
            Rule::LockedIn => self.say("锁定纳入", "locks (in)").to_owned(),
            Rule::LockedOut => self.say("锁定不配", "locks (out)").to_owned(),
            Rule::Floors => self.say("保底", "floors").to_owned(),
            Rule::TiersBefore(_) => self.say("先满足前面目标", "serving earlier goals first").to_owned(),
            Rule::HoldBackOf(pool) => match self.lang {
                Lang::Zh => format!("{}预留", self.pool_name(trial, pool)),
                Lang::En => format!("hold-back of {}", self.pool_name(trial, pool)),
            },
            Rule::Lock(at) => match (self.lang, trial.problem.candidates[at].lock) {
                (Lang::Zh, Lock::Out) => format!("锁定 {} 不配", candidate(at)),
                (Lang::Zh, _) => format!("锁定 {} 纳入", candidate(at)),
                (Lang::En, Lock::Out) => format!("locking {} out", candidate(at)),
                (Lang::En, _) => format!("locking {} in", candidate(at)),
            },
            Rule::Floor(at) => match self.lang {
                Lang::Zh => format!("{}保底", self.floor_name(trial, at)),
                Lang::En => format!("the floor of {}", self.floor_name(trial, at)),
            },
        };
        let (least, most) = (price.without - price.with, price.without_at_most.max(price.without) - price.with);
        let cost = if least == most {
            self.worth(goal, least)
        } else {
            format!("{} {} {}", self.worth(goal, least), self.say("至", "to"), self.worth(goal, most))
        };
        Some((rule, goal.title.get(self.lang), cost))
    }

    /// The group of a floor: a county by its name, another by its fact as well.
    fn floor_name(&self, trial: &Trial, at: usize) -> String {
        let label = &trial.problem.floors[at].label;
        let by = trial.floors_by.get(at).copied().filter(|&fact| Some(fact) != self.pack().roles.county);
        let Some(fact) = by else { return label.clone() };
        let spec = &self.pack().schema[fact];
        let title = inline(&spec.title, self.lang);
        let value = spec.values.iter().find(|value| value.word() == label);
        match (self.lang, value, label.as_str()) {
            (Lang::Zh, ..) => format!("「{title}」为 {label}"),
            (Lang::En, Some(value), _) => format!("{title} {}", value.id.replace('_', " ")),
            (Lang::En, None, "是") => format!("{title} yes"),
            (Lang::En, None, "否") => format!("{title} no"),
            (Lang::En, None, _) => format!("{title} {label}"),
        }
    }

    /// A pool by its place and kind.
    pub(super) fn pool_name(&self, trial: &Trial, pool: usize) -> String {
        let spec = &trial.problem.pools[pool];
        let place = self.pool_owner(trial, pool);
        let title = self.pool_title(trial.pool_of[spec.kind]);
        match (self.lang, spec.fence.is_some()) {
            (Lang::Zh, true) => format!("{place} {title}（专项）"),
            (Lang::En, true) => format!("{place} {title} (fenced)"),
            _ => format!("{place} {title}"),
        }
    }

    /// A county, or the city.
    pub(super) fn place_name(&self, trial: &Trial, county: Option<usize>) -> String {
        county.map_or_else(|| self.say("市级", "city").to_owned(), |county| trial.problem.counties[county].clone())
    }

    fn refused(&self, out: &mut String, head: &str, trial: &Trial) {
        for &(candidate, kind, atoms) in &trial.refused {
            let pool = trial.pool_of[kind];
            let (id, title) = (&trial.problem.candidates[candidate].id, self.pool_title(pool));
            let amount = amount(atoms.into(), self.pack().schema.pools[pool].unit, self.lang);
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "{head}{id} 拟配{title} {amount}，超出可用指标，未配"),
                Lang::En => writeln!(out, "{head}{id}: {title} {amount} exceeds what there is; not given"),
            };
        }
    }

    /// What more supply would be worth; rungs that gain nothing are counted only.
    fn ladder(&self, out: &mut String, head: &str, trial: &Trial) {
        if trial.ladder.is_empty() {
            return;
        }
        let titles = [
            (self.say("再多的指标", "more of"), Align::Left),
            (self.say("加", "by"), Align::Right),
            (self.say("只增不减", "nobody leaves"), Align::Right),
            (self.say("补入", "comes in"), Align::Left),
            (self.say("重新配置", "chosen anew"), Align::Right),
            (self.say("换入", "in"), Align::Left),
            (self.say("换出", "out"), Align::Left),
        ];
        let mut table = Table::new(titles);
        let mut nothing = 0;
        for rung in &trial.ladder {
            if rung.gained <= 0 && rung.added_worth <= 0 {
                nothing += 1;
                continue;
            }
            let spec = &trial.problem.pools[rung.pool];
            let pool = trial.pool_of[spec.kind];
            let county = self.pool_owner(trial, rung.pool);
            let Some(goal) = trial.goals.first() else { continue };
            table.push([
                format!("{county} {}", self.pool_title(pool)),
                amount(rung.more.into(), self.pack().schema.pools[pool].unit, self.lang),
                self.gain(goal, rung.added_worth),
                self.ids(trial, &rung.added),
                self.gain(goal, rung.gained),
                self.ids(trial, &rung.enter),
                self.ids(trial, &rung.leave),
            ]);
        }
        let goal = trial.goals.first().map_or("", |goal| goal.title.get(self.lang));
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "\n{head}再多一些指标，{goal}能多多少（每行单独重新求解）"),
            Lang::En => writeln!(out, "\n{head}what more supply adds to: {goal} (each line solved again by itself)"),
        };
        if !table.rows.is_empty() {
            push_lines(out, &table);
        }
        if nothing > 0 {
            let count = number(nothing, self.lang);
            let _ = match (self.lang, table.rows.is_empty()) {
                (Lang::Zh, true) => writeln!(out, "\n试了 {count} 种增加，都不能多放行"),
                (Lang::Zh, false) => writeln!(out, "另试 {count} 种增加，都不能多放行"),
                (Lang::En, true) => writeln!(out, "\nsteps tried: {count}, none of which releases more"),
                (Lang::En, false) => writeln!(out, "other steps tried: {count}, none of which releases more"),
            };
        }
    }

    /// A gain with its sign; nothing as 0.
    fn gain(&self, goal: &Goal, value: i128) -> String {
        if value == 0 { "0".to_owned() } else { format!("+{}", self.worth(goal, value)) }
    }

    pub(super) fn ids(&self, trial: &Trial, candidates: &[usize]) -> String {
        let ids: Vec<&str> = candidates.iter().map(|&at| trial.problem.candidates[at].id.as_str()).collect();
        if ids.is_empty() { "-".to_owned() } else { list_some(&ids, 4, self.lang) }
    }

    /// The projects just below the cut line and what each lacks.
    fn below(&self, out: &mut String, head: &str, trial: &Trial) {
        let mut left: Vec<usize> = (0..trial.claim_of.len())
            .filter(|&at| {
                !trial.releases(at) && trial.barred[at].is_none() && !trial.problem.candidates[at].sources.is_empty()
            })
            .collect();
        // Those that lack what the scenario does not supply at all come last.
        let supplied = |kind: usize| trial.problem.pools.iter().any(|pool| pool.kind == kind);
        let hopeful = |at: usize| {
            let sources = &trial.problem.candidates[at].sources;
            sources.iter().any(|source| source.draws.iter().all(|draw| draw.kinds.iter().any(|&kind| supplied(kind))))
        };
        left.sort_by_key(|&at| (!hopeful(at), std::cmp::Reverse(trial.problem.candidates[at].values.clone()), at));
        if left.is_empty() {
            return;
        }
        let all = number(left.len(), self.lang);
        let _ = match (self.lang, left.len() > NEXT) {
            (Lang::Zh, true) => writeln!(out, "{head}只差指标而未配的 {all} 个（列 {NEXT} 个）："),
            (Lang::Zh, false) => writeln!(out, "{head}只差指标而未配的 {all} 个："),
            (Lang::En, true) => writeln!(out, "{head}left out for want of quota alone: {all} ({NEXT} shown)"),
            (Lang::En, false) => writeln!(out, "{head}left out for want of quota alone: {all}"),
        };
        for &at in left.iter().take(NEXT) {
            let id = &trial.problem.candidates[at].id;
            let lacks = self.lacks(trial, at);
            let lacks = if lacks.is_empty() {
                self.say("结余够，可补入", "what is left is enough for it").to_owned()
            } else {
                lacks
            };
            let _ = writeln!(out, "  {id} {}  {lacks}", self.name(trial.claim_of[at]));
        }
    }
}
