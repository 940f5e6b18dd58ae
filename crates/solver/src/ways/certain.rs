//! That no way is cheaper, shown by cuts: for certificates, and where diagrams grow too large.

use kaigong_model::Date;
use kaigong_rules::RequirementIdx;

use super::proof::{self, PROOF_BUDGET, Proven, Question};
use super::{CostKind, Search, Way, Ways, WaysOptions};
use crate::evaluate::Evaluation;
use crate::walk::Blocker;

/// Branches before a proof that no way in time is cheaper is given up: each asks for dates of sets of steps.
const DATED_BUDGET: usize = 64;

/// Proofs of what is said of ways.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proofs {
    /// That no way has fewer steps.
    pub fewest: Option<Proven>,
    /// That no way is less work.
    pub least_work: Option<Proven>,
    /// That no way is less money, as far as prices are known.
    pub least_money: Option<Proven>,
    /// That no way whose every step has a price is less money.
    pub least_money_priced: Option<Proven>,
    /// That no way needs fewer offices; its steps are offices.
    pub fewest_offices: Option<Proven<String>>,
    /// For each point of the frontier but the first, that nothing that starts before a day is cheaper: the day, the proof.
    pub frontier: Vec<(Date, Dated)>,
}

/// That nothing in time is cheaper, by steps or by offices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dated {
    /// Cuts are sets of steps.
    Steps(Proven),
    /// Cuts are sets of offices.
    Offices(Proven<String>),
}

impl Evaluation<'_> {
    /// Proofs of what the ways of a row are said to be.
    pub fn proofs(&self, row: u32, blockers: &[Blocker], ways: &Ways, options: &WaysOptions<'_>) -> Proofs {
        let view = self.view(row as usize / 64);
        let search = Search::new(&view, row as usize % 64, blockers, options);
        let steps = |found: Option<Proven<u32>>| found.map(|found| search.by_steps(found));
        let kind = |by| steps(search.proof(&|item| Some(search.price(by, item).unwrap_or(0))));
        Proofs {
            fewest: steps(search.proof(&|_| Some(1))),
            least_work: kind(CostKind::Days),
            least_money: if ways.least_money.is_some() || ways.by == CostKind::Money {
                kind(CostKind::Money)
            } else {
                None
            },
            least_money_priced: ways
                .least_money_priced
                .as_ref()
                .and_then(|_| steps(search.proof(&|item| search.price(CostKind::Money, item)))),
            fewest_offices: search.office_proof().map(|found| search.by_offices(found)),
            frontier: search.dated_proofs(ways),
        }
    }
}

impl Search<'_, '_, '_> {
    fn by_steps(&self, found: Proven<u32>) -> Proven {
        found.named(&|items| self.formula.steps(items))
    }

    fn by_offices(&self, found: Proven<u32>) -> Proven<String> {
        let name = |&office: &u32| self.options.prices.offices.get(office as usize).cloned();
        found.named(&|items| items.iter().filter_map(name).collect())
    }

    /// The least of all ways; a step without weight is in none.
    pub(super) fn proof(&self, weight: &dyn Fn(u32) -> Option<i64>) -> Option<Proven<u32>> {
        let holds = |met: &[bool]| self.formula.holds(met);
        proof::cheapest(&self.of_steps(&holds, weight), PROOF_BUDGET)
    }

    fn of_steps<'q>(&self, holds: &'q dyn Fn(&[bool]) -> bool, weight: &dyn Fn(u32) -> Option<i64>) -> Question<'q> {
        let items = self.formula.items().into_iter().filter(|&item| weight(item).is_some()).collect();
        let cost = (0..self.formula.steps.len() as u32).map(|item| weight(item).unwrap_or(0).max(0)).collect();
        Question { holds, items, cost }
    }

    /// The fewest offices.
    fn office_proof(&self) -> Option<Proven<u32>> {
        let holds = |offices: &[bool]| self.formula.holds(&self.met_by(offices));
        proof::cheapest(&self.of_offices(&holds), PROOF_BUDGET)
    }

    fn of_offices<'q>(&self, holds: &'q dyn Fn(&[bool]) -> bool) -> Question<'q> {
        let prices = self.options.prices;
        let mut items: Vec<u32> =
            self.formula.items().into_iter().filter_map(|item| prices.office(self.formula.step(item))).collect();
        items.sort_unstable();
        items.dedup();
        Question { holds, items, cost: vec![1; prices.offices.len()] }
    }

    /// The steps, by item, that some offices see to, or none need.
    fn met_by(&self, offices: &[bool]) -> Vec<bool> {
        let met = |step: &RequirementIdx| self.options.prices.office(*step).is_none_or(|at| offices[at as usize]);
        self.formula.steps.iter().map(met).collect()
    }

    /// The way of least cost where diagrams grow too large, and what every way costs at least.
    pub(super) fn proven(&self, by: CostKind) -> Option<(Way, i64)> {
        if by != CostKind::Offices {
            let found = self.proof(&|item| Some(self.price(by, item).unwrap_or(0)))?;
            return Some((self.way(self.formula.steps(&found.steps)), found.bound));
        }
        let offices = self.office_proof()?;
        let mut within = vec![false; self.options.prices.offices.len()];
        offices.steps.iter().for_each(|&office| within[office as usize] = true);
        let met = self.met_by(&within);
        let found = self.proof(&|item| met[item as usize].then(|| self.price(CostKind::Days, item).unwrap_or(0)))?;
        Some((self.way(self.formula.steps(&found.steps)), offices.bound))
    }

    fn dated_proofs(&self, ways: &Ways) -> Vec<(Date, Dated)> {
        let Some(earliest) = self.outlook.earliest() else { return Vec::new() };
        let pairs = ways.frontier.windows(2).enumerate();
        let proofs = pairs.filter_map(|(at, pair)| {
            // Where points were left out, the last one is the cheapest that starts as early as any.
            let skipped = !ways.frontier_complete && at + 2 == ways.frontier.len();
            let before = if skipped { Date(earliest.0 + 1) } else { pair[0].date? };
            Some((before, self.dated_proof(before)?))
        });
        proofs.collect()
    }

    /// That nothing that starts before a day is cheaper than the cheapest that does.
    fn dated_proof(&self, before: Date) -> Option<Dated> {
        let in_time = |met: &[bool]| {
            let steps: Vec<RequirementIdx> =
                self.formula.steps.iter().zip(met).filter(|(_, met)| **met).map(|(&step, _)| step).collect();
            self.formula.holds(met) && self.outlook.date(&steps).is_some_and(|day| day < before)
        };
        match self.options.by {
            CostKind::Offices => {
                let holds = |offices: &[bool]| in_time(&self.met_by(offices));
                let found = proof::cheapest(&self.of_offices(&holds), DATED_BUDGET)?;
                Some(Dated::Offices(self.by_offices(found)))
            }
            by => {
                let question = self.of_steps(&in_time, &|item| Some(self.price(by, item).unwrap_or(0)));
                Some(Dated::Steps(self.by_steps(proof::cheapest(&question, DATED_BUDGET)?)))
            }
        }
    }
}
