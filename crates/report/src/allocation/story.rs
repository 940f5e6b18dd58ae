//! What a plan does that the first one does not, in a sentence.

use std::cmp::Reverse;
use std::fmt::Write as _;

use kaigong_model::Lang;

use super::screen::Writer;
use super::{Bar, Trial, balance, released};
use crate::phrase::{amount, number};

/// Projects named that what is left can wait for.
const NAMED: usize = 2;

impl Writer<'_, '_> {
    /// Every plan against the first.
    pub(super) fn story(&self, out: &mut String) {
        let others = (1..self.run.trials.len()).filter_map(|at| self.against_the_first(at));
        let told: Vec<(String, String)> = others.collect();
        for (at, (gain, wait)) in told.iter().enumerate() {
            // What was said of a plan before is not said again.
            let known = told[..at].iter().any(|(_, other)| other == wait);
            let _ = writeln!(out, "{}{gain}{}", if at == 0 { "\n" } else { "" }, if known { "" } else { wait });
        }
    }

    fn against_the_first(&self, at: usize) -> Option<(String, String)> {
        let (first, other) = (&self.run.trials[0], &self.run.trials[at]);
        let (Some(_), Some(_), Some(pool)) = (first.plan(), other.plan(), self.told()) else { return None };
        let count = released(other).count() as i128 - released(first).count() as i128;
        let money = match self.pack().roles.investment {
            Some(_) => self.invested(other) - self.invested(first),
            None => 0,
        };
        let used = balance(other, pool).used - balance(first, pool).used;
        let unit = self.pack().schema.pools[pool].unit;
        let name = if self.supplied().len() > 1 { self.pool_title(pool) } else { String::new() };
        let amount = amount(used.abs(), unit, self.lang);
        let told = match self.lang {
            Lang::Zh => self.in_chinese(at, (count, money, used), &name, &amount),
            Lang::En => self.in_english(at, (count, money, used), &name, &amount),
        };
        Some((told, if used < 0 { self.can_wait(at, pool) } else { String::new() }))
    }

    fn in_chinese(&self, at: usize, (count, money, used): (i128, i128, i128), name: &str, amount: &str) -> String {
        let (sign, base) = (self.sign(at), self.sign(0));
        if (count, money, used) == (0, 0, 0) {
            return format!("{sign}方案与{base}方案放行的、用的{name}都一样多");
        }
        let more = |value: i128| if value > 0 { "多" } else { "少" };
        let used_told = match used {
            0 => format!("{}用得一样多", if name.is_empty() { "指标" } else { name }),
            _ => format!("{}用{name} {amount}", more(used)),
        };
        let mut gains = Vec::new();
        if count != 0 {
            gains.push(format!("{} {} 个项目堵点清零", more(count), count.abs()));
        }
        if money != 0 {
            gains.push(format!("{}带动投资 {}", more(money), self.money(money.abs())));
        }
        if gains.is_empty() {
            gains.push("放行的一样多".to_owned());
        }
        let joint = if used < 0 && (count > 0 || money > 0) && count >= 0 && money >= 0 { "而" } else { "，" };
        format!("{sign}方案比{base}方案{used_told}{joint}{}", gains.join("，"))
    }

    fn in_english(&self, at: usize, (count, money, used): (i128, i128, i128), name: &str, amount: &str) -> String {
        let (sign, base) = (self.sign(at), self.sign(0));
        if (count, money, used) == (0, 0, 0) {
            let of = if name.is_empty() { String::new() } else { format!(" {name}") };
            return format!("{sign} releases as much and uses as much{of} as {base}");
        }
        let of = if name.is_empty() { String::new() } else { format!(" of {name}") };
        let used_told = match used {
            0 if name.is_empty() => format!("as much quota as {base}"),
            0 => format!("as much {name} as {base}"),
            _ => format!("{amount}{of} {} than {base}", if used > 0 { "more" } else { "less" }),
        };
        let mut gains = Vec::new();
        if count != 0 {
            let more = if count > 0 { "more" } else { "fewer" };
            let what = if count.abs() == 1 { "project" } else { "projects" };
            gains.push(format!("{} {more} {what}", number(count.abs(), self.lang)));
        }
        if money != 0 {
            gains.push(format!("{} {} investment", self.money(money.abs()), if money > 0 { "more" } else { "less" }));
        }
        if gains.is_empty() {
            gains.push("as much".to_owned());
        }
        format!("{sign} releases {} with {used_told}", gains.join(" and "))
    }

    /// Those the first plan gave their share to no effect, which what the other leaves is enough for once they are ready.
    fn can_wait(&self, at: usize, pool: usize) -> String {
        let (first, other) = (&self.run.trials[0], &self.run.trials[at]);
        let kind_of = |trial: &Trial| trial.pool_of.iter().position(|&known| known == pool);
        let (Some(of_first), Some(of_other)) = (kind_of(first), kind_of(other)) else { return String::new() };
        let mut waiting: Vec<(Reverse<i128>, usize, usize)> = Vec::new();
        for (from, given) in self.given[0].iter().enumerate() {
            let claim = first.claim_of[from];
            let Some(place) = self.places[at][claim] else { continue };
            let idle = given[of_first] > 0 && !first.releases(from) && !other.releases(place);
            let held = matches!(other.barred[place], Some(Bar::Others(_)));
            let asked = self.run.claims[claim].asked(pool);
            if idle && held && asked > 0 && asked <= other.reach(place, of_other) {
                waiting.push((Reverse(given[of_first]), claim, place));
            }
        }
        waiting.sort_unstable();
        let named: Vec<String> = waiting
            .iter()
            .take(NAMED)
            .map(|&(_, claim, place)| {
                let steps = match &other.barred[place] {
                    Some(Bar::Others(others)) => self.steps(others, 2),
                    _ => String::new(),
                };
                match self.lang {
                    Lang::Zh => format!("{}（{steps}）", self.id(claim)),
                    Lang::En => format!("{} ({steps})", self.id(claim)),
                }
            })
            .collect();
        match (self.lang, &waiting[..]) {
            (_, []) => String::new(),
            (Lang::Zh, [_]) => format!("；结余可待 {}办妥后追加", named.join("、")),
            (Lang::En, [_]) => format!("; what is left can wait for {}", named.join(", ")),
            (Lang::Zh, more) => {
                let all = if more.len() > NAMED { format!("等 {} 个项目", more.len()) } else { String::new() };
                format!("；结余可待 {}{all}中先办妥的追加", named.join("、"))
            }
            (Lang::En, more) => {
                let rest = more.len().saturating_sub(NAMED);
                let rest = if rest > 0 { format!(" and {} more", number(rest, self.lang)) } else { String::new() };
                format!("; what is left can wait for the first to be ready of {}{rest}", named.join(", "))
            }
        }
    }
}

impl Trial {
    /// Atoms of a kind that a plan leaves in pools a candidate draws on, those for particular projects aside.
    fn reach(&self, candidate: usize, kind: usize) -> i128 {
        let county = self.problem.candidates[candidate].county;
        let open = self.problem.pools.iter().enumerate().filter(|(_, pool)| {
            pool.kind == kind && pool.fence.is_none() && (pool.county.is_none() || pool.county == county)
        });
        open.map(|(at, _)| self.left_of(at)).sum()
    }
}
