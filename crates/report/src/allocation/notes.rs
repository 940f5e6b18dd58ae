//! What is said below the tables of a dry run: bounds, prices of rules, what lies idle, what more supply would do.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kaigong_allocation::{Forced, Limit, Rule};
use kaigong_model::{Align, Lang, Table};
use kaigong_rules::RequirementIdx;

use super::screen::{NEXT, Writer, push_lines};
use super::{Bar, Outcome, Trial, gap};
use crate::phrase::{amount, list_some};

impl Writer<'_, '_> {
    pub(super) fn notes(&self, out: &mut String, at: usize) {
        let trial = &self.run.trials[at];
        let head = if self.run.trials.len() == 1 { String::new() } else { format!("{} ", self.title(at)) };
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
                self.proofs(out, &head, trial);
                self.rules(out, &head, trial);
                self.refused(out, &head, trial);
                self.idle(out, &head, at);
                if matches!(trial.kind, "optimal" | "greedy" | "pro-rata") {
                    self.below(out, &head, trial);
                }
                self.ladder(out, &head, trial);
                for &candidate in &trial.told_of {
                    let (id, note) = (&trial.problem.candidates[candidate].id, self.note(trial.claim_of[candidate]));
                    let _ = writeln!(out, "{head}{id} {note}");
                }
                for (candidate, forced) in &trial.forced {
                    self.forced(out, &head, trial, *candidate, forced);
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
                Lang::Zh => format!("保底 {}", trial.problem.floors[*at].label),
                Lang::En => format!("the floor of {}", trial.problem.floors[*at].label),
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
            let Some(goal) = trial.goals.get(price.tier) else { continue };
            let rule = match price.rule {
                Rule::HoldBack => self.say("预留", "hold-back"),
                Rule::LockedIn => self.say("锁定纳入", "locks (in)"),
                Rule::LockedOut => self.say("锁定不配", "locks (out)"),
                Rule::Floors => self.say("保底", "floors"),
                Rule::TiersBefore(_) => self.say("先满足前面目标", "serving earlier goals first"),
            };
            let (least, most) = (price.without - price.with, price.without_at_most.max(price.without) - price.with);
            let cost = if least == most {
                self.worth(goal, least)
            } else {
                format!("{} {} {}", self.worth(goal, least), self.say("至", "to"), self.worth(goal, most))
            };
            let title = goal.title.get(self.lang);
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "{head}{rule}的代价：{title}少 {cost}"),
                Lang::En => writeln!(out, "{head}the price of {rule}: {title} lower by {cost}"),
            };
        }
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

    /// What was given without effect, by what holds those projects up.
    fn idle(&self, out: &mut String, head: &str, at: usize) {
        let Some(pool) = self.told() else { return };
        let trial = &self.run.trials[at];
        let unit = self.pack().schema.pools[pool].unit;
        let Some(kind) = trial.pool_of.iter().position(|&other| other == pool) else { return };
        let mut behind: BTreeMap<RequirementIdx, (i128, usize)> = BTreeMap::new();
        for candidate in (0..trial.claim_of.len()).filter(|&candidate| !trial.releases(candidate)) {
            let given = self.given[at][candidate][kind];
            if let (Some(Bar::Others(others)), true) = (&trial.barred[candidate], given > 0) {
                for &other in others {
                    let (atoms, projects) = behind.entry(other).or_default();
                    *atoms += given;
                    *projects += 1;
                }
            }
        }
        if behind.is_empty() {
            return;
        }
        let mut behind: Vec<(RequirementIdx, (i128, usize))> = behind.into_iter().collect();
        behind.sort_by_key(|(idx, (atoms, _))| (std::cmp::Reverse(*atoms), *idx));
        let told: Vec<String> = behind
            .iter()
            .map(|(idx, (atoms, projects))| {
                let (step, amount) = (self.steps(&[*idx], 1), amount(*atoms, unit, self.lang));
                match self.lang {
                    Lang::Zh => format!("{step} {amount}（{projects} 个）"),
                    Lang::En => format!("{step} {amount} ({projects})"),
                }
            })
            .collect();
        let told = list_some(&told, NEXT, self.lang);
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "{head}闲置的指标卡在：{told}"),
            Lang::En => writeln!(out, "{head}idle quota waits for: {told}"),
        };
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
            let county = spec
                .county
                .map_or(self.say("市级", "city").to_owned(), |county| trial.problem.counties[county].clone());
            let Some(goal) = trial.goals.first() else { continue };
            table.push([
                format!("{county} {}", self.pool_title(pool)),
                amount(rung.more.into(), self.pack().schema.pools[pool].unit, self.lang),
                format!("+{}", self.worth(goal, rung.added_worth)),
                self.ids(trial, &rung.added),
                format!("+{}", self.worth(goal, rung.gained)),
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
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "另试 {nothing} 种，都不能多放行"),
                Lang::En => writeln!(out, "{nothing} other steps release nothing more"),
            };
        }
    }

    fn ids(&self, trial: &Trial, candidates: &[usize]) -> String {
        let ids: Vec<&str> = candidates.iter().map(|&at| trial.problem.candidates[at].id.as_str()).collect();
        if ids.is_empty() { "-".to_owned() } else { list_some(&ids, 4, self.lang) }
    }

    /// What it would take to let a project in.
    fn forced(&self, out: &mut String, head: &str, trial: &Trial, at: usize, forced: &Forced) {
        let id = &trial.problem.candidates[at].id;
        let lacks = self.lacks(trial, at);
        let told = match (forced, self.lang) {
            (Forced::Never, Lang::Zh) => format!("{id} 即使别的项目都让出也配不下（{lacks}）"),
            (Forced::Never, Lang::En) => format!("{id} cannot be let in whoever leaves ({lacks})"),
            (Forced::Unknown, Lang::Zh) => format!("{id} 在限定的计算量内未得出结论（{lacks}）"),
            (Forced::Unknown, Lang::En) => format!("{id}: undecided within the work allowed ({lacks})"),
            (Forced::Plan { enter, leave, lost }, lang) => {
                let others: Vec<usize> = enter.iter().copied().filter(|&other| other != at).collect();
                let mut moves = Vec::new();
                if !leave.is_empty() {
                    moves.push(format!("{} {}", self.say("让出", "out"), self.ids(trial, leave)));
                }
                if !others.is_empty() {
                    moves.push(format!("{} {}", self.say("另补入", "in besides"), self.ids(trial, &others)));
                }
                let lost: Vec<String> = lost
                    .iter()
                    .zip(&trial.goals)
                    .filter(|(lost, _)| **lost != 0)
                    .map(|(&lost, goal)| {
                        let (sign, worth) = (if lost < 0 { "+" } else { "-" }, self.worth(goal, lost.abs()));
                        format!("{} {sign}{worth}", goal.title.get(lang))
                    })
                    .collect();
                moves.extend(lost);
                let moves = moves.join(self.say("，", ", "));
                match lang {
                    Lang::Zh => format!("{id} 未配：{lacks}；若必须纳入：{moves}"),
                    Lang::En => format!("{id} left out: {lacks}; if it had to be in: {moves}"),
                }
            }
        };
        let _ = writeln!(out, "{head}{told}");
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
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "{head}只差指标而未配的 {} 个（列 {} 个）：", left.len(), left.len().min(NEXT)),
            Lang::En => {
                writeln!(out, "{head}left out for want of quota alone: {} ({} shown)", left.len(), left.len().min(NEXT))
            }
        };
        for &at in left.iter().take(NEXT) {
            let id = &trial.problem.candidates[at].id;
            let lacks = self.lacks(trial, at);
            let lacks = if lacks.is_empty() { self.say("可补入", "fits").to_owned() } else { lacks };
            let _ = writeln!(out, "  {id} {}  {lacks}", self.name(trial.claim_of[at]));
        }
    }
}
