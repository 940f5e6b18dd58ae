//! Each county by itself, on its own pools, and who says that it is the best.

use std::fmt::Write as _;

use kaigong_allocation::{Answer, ByItself, Claim};
use kaigong_model::{Align, Lang, Table};

use super::screen::{Writer, push_lines};
use super::{Trial, gap};
use crate::phrase::list_some;

/// Projects named where a county cannot have them by itself.
const NAMED: usize = 10;

impl Writer<'_, '_> {
    pub(super) fn alone_on_own_pools(&self, out: &mut String, head: &str, trial: &Trial) {
        let (false, Some(goal)) = (trial.counties.is_empty(), trial.goals.first()) else { return };
        let title = goal.title.get(self.lang);
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "\n{head}各县(区)只用自有指标、不用统筹和调剂，单独求解：{title}"),
            Lang::En => {
                writeln!(out, "\n{head}each county alone on its own pools, nothing drawn or moved in: {title}")
            }
        };
        let mut table = Table::new([
            (self.say("县(区)", "county"), Align::Left),
            (self.say("申请项目", "projects"), Align::Right),
            (self.say("配得上", "in"), Align::Right),
            (self.say("单独最好", "alone"), Align::Right),
            (self.say("本方案", "this plan"), Align::Right),
            (self.say("证明", "proof"), Align::Left),
        ]);
        for own in &trial.counties {
            let within = trial.plan().map_or(0, |plan| own.within(&trial.problem, plan));
            let (count, best) = match &own.answer {
                Answer::Plan { value, .. } => (own.chosen().len().to_string(), self.worth(goal, *value)),
                Answer::Infeasible | Answer::NotFound => ("-".to_owned(), "-".to_owned()),
            };
            table.push([
                trial.problem.counties[own.county].clone(),
                own.candidates.len().to_string(),
                count,
                best,
                self.worth(goal, within),
                self.who_says(own),
            ]);
        }
        push_lines(out, &table);
        let elsewhere: Vec<&str> = trial
            .counties
            .iter()
            .flat_map(|own| &own.elsewhere)
            .map(|&at| trial.problem.candidates[at].id.as_str())
            .collect();
        if !elsewhere.is_empty() {
            let named = list_some(&elsewhere, NAMED, self.lang);
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "要靠外县(区)项目、单独求解时不算：{named}"),
                Lang::En => writeln!(out, "left out, for they need a project of another county: {named}"),
            };
        }
    }

    /// Who says that nothing is better.
    fn who_says(&self, own: &ByItself) -> String {
        match &own.answer {
            Answer::Plan { value, claim: Claim::Certified { bound, .. }, .. } if value < bound => {
                format!("{} {}", self.say("未证明，差距", "not proven, gap"), gap(*value, *bound))
            }
            Answer::Plan { claim: Claim::Certified { .. }, .. } => {
                self.say("整数证书证明", "certified in integers").to_owned()
            }
            Answer::Plan { claim: Claim::Searched, .. } => {
                self.say("求解器证明（整数搜遍）", "proved by solver (searched through in integers)").to_owned()
            }
            Answer::Plan { claim: Claim::Solver { name }, .. } => match self.lang {
                Lang::Zh => format!("求解器证明（{name}，浮点）"),
                Lang::En => format!("proved by solver ({name}, floating point)"),
            },
            Answer::Plan { claim: Claim::Nothing, .. } => self.say("未证明", "not proven").to_owned(),
            Answer::Infeasible => {
                self.say("锁定或保底单靠自有指标做不到", "locks or floors cannot hold on its own pools").to_owned()
            }
            Answer::NotFound => self.say("限定的计算量内未找到", "nothing found within the work allowed").to_owned(),
        }
    }
}
