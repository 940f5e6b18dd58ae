//! Days lost over a portfolio: by requirement, department, county, officer and sector; a screen, a table and JSON.

mod told;

use std::collections::BTreeMap;

use kaigong_model::FactIdx;
use kaigong_solver::{Delays, Evaluation, Lost, RowDelay, Shares};

pub use told::{delays_json, delays_screen, delays_table};

use crate::assessment::role_text;

/// Days lost, and what they are told from.
#[derive(Debug)]
pub struct DelayReport<'a> {
    /// The portfolio as of the day asked.
    pub evaluation: Evaluation<'a>,
    /// What was lost.
    pub delays: Delays,
}

impl DelayReport<'_> {
    /// Projects that were not ready on some day, their days and money.
    fn whole(&self) -> Lost {
        sum(&self.delays.rows)
    }

    /// Days lost by what a fact of the projects says, the most first; `None` where it is not recorded.
    fn groups(&self, fact: Option<FactIdx>) -> Vec<(Option<String>, Lost)> {
        let mut groups: BTreeMap<Option<String>, Vec<RowDelay>> = BTreeMap::new();
        for delay in &self.delays.rows {
            groups.entry(role_text(&self.evaluation, fact, delay.row)).or_default().push(*delay);
        }
        ranked(groups.into_iter().map(|(name, rows)| (name, sum(&rows))).collect())
    }
}

/// What some projects lost, each day once.
fn sum(rows: &[RowDelay]) -> Lost {
    let mut lost = Lost::default();
    for delay in rows.iter().filter(|delay| delay.days() > 0) {
        lost.projects += 1;
        lost.full += delay.days();
        lost.asked += delay.undetermined;
        lost.full_money += i128::from(delay.days()) * delay.investment;
    }
    lost.split = Shares::whole(i128::from(lost.full));
    lost.split_money = Shares::whole(lost.full_money);
    lost
}

/// Causes that cost anything, the largest share of days first, then of money, then in order of name.
fn ranked<K: Ord>(mut losses: Vec<(K, Lost)>) -> Vec<(K, Lost)> {
    losses.retain(|(_, lost)| lost.full > 0);
    let rank = |lost: &Lost| std::cmp::Reverse((lost.split.tenths(1), lost.full, lost.full_money));
    losses.sort_by(|(a, one), (b, two)| (rank(one), a).cmp(&(rank(two), b)));
    losses
}
