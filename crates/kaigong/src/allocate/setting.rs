//! One scenario put to one portfolio: its words resolved, its problem in integers, its plan judged.

use std::collections::{BTreeMap, BTreeSet};

use kaigong_allocation::{
    self as allocation, Candidate, Draw, Floor, Gift, Lock, Optimum, Plan, Pool, Problem, Source, Stop, Tier, Transfer,
};
use kaigong_io::{PlanKind, Said, Scenario, ScenarioPool, ScenarioTransfer};
use kaigong_model::{
    Calendar, Code, Date, Diagnostic, Duration, DurationUnit, FactIdx, Level, Place, Unit, Words, nearest,
};
use kaigong_report::{Bar, Goal, Outcome, PoolLine, Prices, SupplyNote, Trial, condition_words, value_words};
use kaigong_rules::expression::Type;
use kaigong_rules::{Pack, RequirementIdx, parse_value, parse_where};
use kaigong_solver::{Claim, Cover, Durations, Evaluation, Filter, Measure, Shortage, after};

use super::again::QUICK;
use super::books::Term;
use super::counties::{Counties, text_of, word_of};
use super::nearest::nearest_first;
use crate::check::{CheckOptions, no_project};

pub(super) fn asks_nothing(id: &str) -> Diagnostic {
    Diagnostic::error(
        Code("KG-C023"),
        format!("项目「{id}」不申请这些指标"),
        format!("project `{id}` asks nothing of these pools"),
    )
    .help(
        format!("删去它；它缺什么：kaigong why {id}"),
        format!("leave it out; `kaigong why {id}` tells what it lacks"),
    )
}

/// Counties named where one is not known.
const NAMED: usize = 12;

/// One scenario put to one portfolio.
pub(super) struct Setting<'s, 'a> {
    pub(super) evaluation: &'s Evaluation<'a>,
    pub(super) claims: &'s [Claim],
    pub(super) scenario: &'s Scenario,
    pub(super) options: &'s CheckOptions,
    /// The lines of the ledger's pools that the supply rests on.
    pub(super) lines: Vec<PoolLine>,
    pub(super) faults: Vec<Diagnostic>,
}

/// The word for the number of projects released.
const COUNT: &str = "count";

/// Who takes part, in order of id: the claim, the county.
struct Entrant {
    claim: usize,
    county: Option<usize>,
}

impl Setting<'_, '_> {
    fn pack(&self) -> &Pack {
        self.evaluation.pack
    }

    fn id(&self, row: u32) -> &str {
        &self.evaluation.portfolio.ids[row as usize]
    }

    fn as_of(&self) -> Date {
        self.evaluation.options.as_of
    }

    pub(super) fn trial(&mut self, progress: &mut dyn FnMut(usize, i128, i128)) -> Option<Trial> {
        let (pool_of, kind_of) = self.kinds();
        let counties = self.counties();
        let entrants = self.entrants(&counties);
        let rows: Vec<u32> = entrants.iter().map(|entrant| self.claims[entrant.claim].row).collect();
        let mut problem = Problem {
            kinds: pool_of.iter().map(|&pool| self.pack().pools[pool].id.clone()).collect(),
            counties: counties.names.clone(),
            ..Problem::default()
        };
        let mut barred = Vec::new();
        let mut covers = Vec::new();
        let mut asks = Vec::new();
        for entrant in &entrants {
            let claim = &self.claims[entrant.claim];
            let (bar, sources, covered) = self.sources(claim, &entrants, &kind_of);
            asks.push(self.ask(claim, &kind_of));
            let needs = claim.upstream.iter().filter_map(|row| rows.iter().position(|other| other == row)).collect();
            problem.candidates.push(Candidate {
                id: self.id(claim.row).to_owned(),
                county: entrant.county,
                sources,
                values: Vec::new(),
                needs: if bar.is_some() { Vec::new() } else { needs },
                lock: Lock::Free,
            });
            barred.push(bar);
            covers.push(covered);
        }
        let supplies = self.pools(&mut problem, &rows, &kind_of, &counties);
        self.locks(&mut problem, &rows);
        let goals = self.tiers(&mut problem, &rows);
        let floors_by = self.floors(&mut problem, &rows);
        let order = self.order(&rows);
        let gifts = self.gifts(&rows, &kind_of);
        if !self.faults.is_empty() {
            return None;
        }
        let (outcome, tiers, refused) = self.plan(&problem, &supplies, &asks, &order, &gifts, progress);
        let claim_of: Vec<usize> = entrants.iter().map(|entrant| entrant.claim).collect();
        let shortages = match &outcome {
            Outcome::Plan(plan) => allocation::shortages(&problem, plan),
            Outcome::Infeasible(_) | Outcome::NotFound => vec![Vec::new(); problem.candidates.len()],
        };
        let rule_prices = match &outcome {
            Outcome::Plan(_) if !tiers.is_empty() => allocation::rule_prices(&problem, &tiers, self.quick()),
            _ => Vec::new(),
        };
        let afterwards = self.after(&problem, &outcome, (&claim_of, &pool_of), &covers);
        let prices = self.prices(&pool_of);
        Some(Trial {
            name: self.scenario.name.text.clone(),
            kind: self.scenario.plan.name(),
            listed: !self.scenario.order.is_empty(),
            period: self.scenario.period.clone(),
            problem,
            supplies,
            lines: std::mem::take(&mut self.lines),
            claim_of,
            pool_of,
            covers,
            barred,
            outcome,
            tiers,
            goals,
            floors_by,
            after: afterwards,
            shortages,
            rule_prices,
            ladder: Vec::new(),
            frontier: Vec::new(),
            why_not: Vec::new(),
            sensitivity: None,
            counties: Vec::new(),
            prices,
            again: self.quick(),
            refused,
        })
    }

    /// The pool kinds that are supplied, then those that claims ask besides, in order of the pack; and the way back.
    fn kinds(&self) -> (Vec<usize>, BTreeMap<usize, usize>) {
        let supplied: BTreeSet<usize> = self
            .scenario
            .supply
            .iter()
            .filter_map(|pool| self.pack().pools.iter().position(|kind| kind.id == pool.pool))
            .collect();
        let asked: BTreeSet<usize> = self.claims.iter().flat_map(Claim::pools).collect();
        let besides = asked.difference(&supplied).copied();
        let pool_of: Vec<usize> = supplied.iter().copied().chain(besides).collect();
        let kind_of = pool_of.iter().enumerate().map(|(kind, &pool)| (pool, kind)).collect();
        (pool_of, kind_of)
    }

    fn supplied(&self, pool: usize) -> bool {
        self.scenario.supply.iter().any(|supply| supply.pool == self.pack().pools[pool].id)
    }

    /// Counties of the portfolio, then those only the scenario names.
    fn counties(&self) -> Counties {
        let mut names: BTreeSet<String> = BTreeSet::new();
        for claim in self.claims {
            names.extend(self.county(claim.row));
        }
        Counties { names: names.into_iter().collect() }
    }

    fn county(&self, row: u32) -> Option<String> {
        let fact = self.pack().roles.county?;
        text_of(self.pack(), fact, &self.evaluation.facts().cell(fact, row, self.as_of()))
    }

    fn entrants(&mut self, counties: &Counties) -> Vec<Entrant> {
        let picked = match &self.scenario.candidates {
            None => None,
            Some(said) => self.rows_where(said),
        };
        let mut found = Vec::new();
        for (at, claim) in self.claims.iter().enumerate() {
            let wanted = match &picked {
                Some(rows) => rows.binary_search(&claim.row).is_ok(),
                None => claim.pools().into_iter().any(|pool| self.supplied(pool)),
            };
            if wanted {
                let county = self.county(claim.row).and_then(|name| counties.find(&name));
                found.push(Entrant { claim: at, county });
            }
        }
        found.sort_by(|a, b| self.id(self.claims[a.claim].row).cmp(self.id(self.claims[b.claim].row)));
        found
    }

    fn rows_where(&mut self, said: &Said) -> Option<Vec<u32>> {
        Some(self.picked(said)?.0)
    }

    /// The rows that a condition picks, and the condition in words.
    fn picked(&mut self, said: &Said) -> Option<(Vec<u32>, Words)> {
        match parse_where(self.pack(), &self.scenario.file, &said.text) {
            Ok(condition) => {
                let law = self.evaluation.options.law();
                let filter = Filter::new(self.pack(), &condition, law);
                let words = condition_words(self.pack(), &condition.tree, law);
                Some((filter.rows(self.evaluation.facts(), self.as_of()), words))
            }
            Err(faults) => {
                self.faults_of(said, faults);
                None
            }
        }
    }

    /// Takes in the faults of an expression, at the place it stands in its file.
    fn faults_of(&mut self, said: &Said, faults: Vec<Diagnostic>) {
        for mut fault in faults {
            fault.labels.clear();
            // Where the values of a fact are told, they are the mend.
            if fault.help.is_none() && fault.code.0 != "KG-R029" {
                fault = fault.help("各事实及其类型：kaigong facts", "`kaigong facts` lists facts and their types");
            }
            self.faults.push(fault.at(said.place.clone()));
        }
    }

    /// The sources that release a claim, or why there are none; and what each source covers.
    fn sources(
        &self,
        claim: &Claim,
        entrants: &[Entrant],
        kind_of: &BTreeMap<usize, usize>,
    ) -> (Option<Bar>, Vec<Source>, Vec<Vec<RequirementIdx>>) {
        if !claim.others.is_empty() {
            return (Some(Bar::Others(claim.others.clone())), Vec::new(), Vec::new());
        }
        if !claim.upstream.iter().all(|&row| self.can_be_ready(row, entrants)) {
            let upstream = |blocker: &&kaigong_solver::Blocker| blocker.kind == kaigong_solver::BlockerKind::Upstream;
            let others = claim.blockers.iter().filter(upstream).map(|blocker| blocker.requirement).collect();
            return (Some(Bar::Others(others)), Vec::new(), Vec::new());
        }
        let mut late = None;
        let (mut sources, mut covers) = (Vec::new(), Vec::new());
        for source in &claim.sources {
            let covered = covered_by(claim, source);
            if let Some(last) = self.last_day() {
                let earliest = after(self.evaluation, claim.row, &covered, self.options.durations).earliest;
                if earliest.date.is_none_or(|day| day > last) {
                    late = Some(Bar::Late(earliest));
                    continue;
                }
            }
            sources.push(source_of(claim, source, kind_of, |_| true));
            covers.push(covered);
        }
        let bar = if sources.is_empty() { late } else { None };
        (bar, sources, covers)
    }

    /// The last day of the horizon, if there is one.
    fn last_day(&self) -> Option<Date> {
        let horizon = self.scenario.horizon?;
        let unit = if horizon.working { DurationUnit::Workdays } else { DurationUnit::Days };
        self.as_of().plus(Duration { count: horizon.days as i32, unit }, Calendar::official())
    }

    /// Whether a project that others wait for takes part and could start at once from its first source.
    fn can_be_ready(&self, row: u32, entrants: &[Entrant]) -> bool {
        let Some(entrant) = entrants.iter().find(|entrant| self.claims[entrant.claim].row == row) else { return false };
        let claim = &self.claims[entrant.claim];
        let ready =
            |source: &Vec<usize>| after(self.evaluation, row, &covered_by(claim, source), Durations::Statutory).ready;
        claim.others.is_empty() && claim.upstream.is_empty() && claim.sources.iter().all(ready)
    }

    /// What an office that looks at nothing else would give a claim: what it asks of the kinds there are.
    fn ask(&self, claim: &Claim, kind_of: &BTreeMap<usize, usize>) -> Source {
        let first = claim.sources.first();
        first.map_or_else(Source::default, |source| source_of(claim, source, kind_of, |pool| self.supplied(pool)))
    }

    /// Adds the pools, those of the province last: a draw takes of the pools of no county in their order.
    fn pools(
        &mut self,
        problem: &mut Problem,
        rows: &[u32],
        kind_of: &BTreeMap<usize, usize>,
        counties: &Counties,
    ) -> Vec<SupplyNote> {
        let kind = |pack: &Pack, id: &str| pack.pools.iter().position(|pool| pool.id == id).map(|pool| kind_of[&pool]);
        // Whatever the order in which they are written; the province's last.
        let mut supply: Vec<&ScenarioPool> = self.scenario.supply.iter().collect();
        supply.sort_by_cached_key(|spec| self.standing(spec));
        let mut notes = Vec::new();
        for spec in supply {
            let Some(kind) = kind(self.pack(), &spec.pool) else { continue };
            if !self.level_is_drawn(spec) {
                continue;
            }
            let county = match &spec.county {
                None => None,
                // A pool of a county where nobody asks helps nobody.
                Some(said) => match self.county_named(said, counties, problem) {
                    Some(county) => Some(county),
                    None => continue,
                },
            };
            let fence = match &spec.fence {
                None => None,
                Some(said) => {
                    let Some(picked) = self.rows_where(said) else { continue };
                    Some((0..rows.len()).filter(|&at| picked.binary_search(&rows[at]).is_ok()).collect())
                }
            };
            let note = self.note(spec);
            let is_over = note.lapsed > 0;
            problem.pools.push(Pool {
                kind,
                county,
                amount: spec.amount - note.lapsed,
                hold_back: if is_over { 0 } else { spec.hold_back },
                draw_at_most: spec.draw_at_most,
                fence,
            });
            notes.push(note);
        }
        let mut transfers: Vec<&ScenarioTransfer> = self.scenario.transfers.iter().collect();
        let word = |said: &Said| word_of(self.pack(), &said.text);
        transfers.sort_by_cached_key(|one| (one.pool.clone(), word(&one.from), word(&one.to), one.at_most));
        for transfer in transfers {
            let Some(kind) = kind(self.pack(), &transfer.pool) else { continue };
            let from = self.county_named(&transfer.from, counties, problem);
            let to = self.county_named(&transfer.to, counties, problem);
            if let (Some(from), Some(to)) = (from, to) {
                problem.transfers.push(Transfer { kind, from, to, at_most: transfer.at_most });
            }
        }
        notes
    }

    /// Where a supply stands among the others: by level, kind and county, then what lapses first, then all that is left
    /// to tell two of them apart.
    fn standing(&self, spec: &ScenarioPool) -> impl Ord + use<> {
        let kind = self.pack().pools.iter().position(|pool| pool.id == spec.pool);
        let county = spec.county.as_ref().map(|said| word_of(self.pack(), &said.text));
        let fence = spec.fence.as_ref().map(|said| said.text.clone());
        let whose = (spec.level == Level::Province, kind, county.is_none(), county, fence);
        let lasts =
            (spec.expires_on.is_none(), spec.expires_on, spec.carried_from.is_none(), spec.carried_from.clone());
        let told = (spec.document.clone(), spec.carry.map(|share| share.0));
        (whose, lasts, told, (spec.amount, spec.hold_back, spec.draw_at_most))
    }

    /// Where a supply comes from, and whether it lapsed before it could be shared out.
    fn note(&self, spec: &ScenarioPool) -> SupplyNote {
        let as_of = self.as_of();
        let day = self.scenario.period.as_deref().map_or(as_of, |period| Term::new(period).looked_at(as_of));
        let is_over = spec.line.is_none() && spec.expires_on.is_some_and(|last| last < day);
        SupplyNote {
            level: spec.level,
            document: spec.document.clone(),
            place: spec.place.clone(),
            expires_on: spec.expires_on,
            lapsed: if is_over { spec.amount } else { 0 },
            carry: spec.carry.map(|share| share.0),
            carried_from: spec.carried_from.clone(),
        }
    }

    /// Whether the rules let projects draw on a supply of its level.
    fn level_is_drawn(&mut self, spec: &ScenarioPool) -> bool {
        let Some(pool) = self.pack().pools.iter().find(|pool| pool.id == spec.pool) else { return false };
        let levels: Vec<&str> = std::iter::once(&pool.scope).chain(&pool.then).map(String::as_str).collect();
        let is_drawn = levels.contains(&spec.level.name());
        if !is_drawn {
            let level = spec.level.name();
            let fault = Diagnostic::error(
                Code("KG-C029"),
                format!("规则包不让项目支取{}的 {}", level_words(spec.level).zh, spec.pool),
                format!("the rules let no project draw on {} of the {level}", spec.pool),
            )
            .at(spec.place.clone())
            .help(
                format!("可支取的层级：{}；要用上级指标，在规则包该指标池的 then 里写上 {level}", levels.join("、")),
                format!("it may be drawn from: {}; add {level} to `then` of the pool in the pack", levels.join(", ")),
            );
            self.faults.push(fault);
        }
        is_drawn
    }

    /// A county the scenario names; one where nobody asks is taken in as it is.
    fn county_named(&mut self, said: &Said, counties: &Counties, problem: &mut Problem) -> Option<usize> {
        let name = word_of(self.pack(), &said.text);
        if let Some(county) = counties.find(&name) {
            return Some(county);
        }
        if let Some(known) = problem.counties.iter().position(|known| *known == name) {
            return Some(known);
        }
        let everywhere: BTreeSet<String> =
            (0..self.evaluation.portfolio.len() as u32).filter_map(|row| self.county(row)).collect();
        let known = Counties { names: everywhere.into_iter().collect() };
        if known.find(&name).is_none() && !known.names.is_empty() {
            let fault = Diagnostic::error(
                Code("KG-C022"),
                format!("台账里没有县（区）「{}」", said.text),
                format!("the ledger has no county `{}`", said.text),
            );
            let near = nearest(&said.text, known.names.iter().map(String::as_str));
            let all = known.names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>();
            let rest = if known.names.len() > NAMED { (" 等", ", and others") } else { ("", "") };
            let fault = fault
                .at(said.place.clone())
                .help(format!("可写 {}{}", all.join("、"), rest.0), format!("write {}{}", all.join(", "), rest.1));
            self.faults.push(fault.suggest(near));
            return None;
        }
        problem.counties.push(name);
        Some(problem.counties.len() - 1)
    }

    /// The candidate a text names; a project that asks nothing is a fault.
    fn candidate(&mut self, said: &Said, rows: &[u32], asks: bool) -> Option<usize> {
        let Some(row) = self.evaluation.portfolio.row(&said.text) else {
            self.faults.push(no_project(self.evaluation.portfolio, &said.text).at(said.place.clone()));
            return None;
        };
        let found = rows.iter().position(|&other| other == row);
        if found.is_none() && asks {
            self.faults.push(asks_nothing(&said.text).at(said.place.clone()));
        }
        found
    }

    fn locks(&mut self, problem: &mut Problem, rows: &[u32]) {
        for lock in &self.scenario.locks {
            if let Some(at) = self.candidate(&lock.project, rows, lock.within) {
                problem.candidates[at].lock = if lock.within { Lock::In } else { Lock::Out };
            }
        }
    }

    /// Adds the goals and each candidate's worth.
    fn tiers(&mut self, problem: &mut Problem, rows: &[u32]) -> Vec<Goal> {
        let mut goals = Vec::new();
        for tier in &self.scenario.objective {
            let Some((mut worth, mut goal)) = self.goal(&tier.maximise, rows) else { continue };
            if let Some(said) = &tier.filter {
                let Some((picked, words)) = self.picked(said) else { continue };
                for (worth, row) in worth.iter_mut().zip(rows) {
                    if picked.binary_search(row).is_err() {
                        *worth = 0;
                    }
                }
                let Words { zh, en } = goal.title;
                goal.title = Words::new(format!("{zh}（{}）", words.zh), format!("{en} ({})", words.en));
            }
            add_tier(problem, tier.keep.map_or(1_000_000, |share| share.0), &worth);
            goals.push(goal);
        }
        if self.scenario.objective.is_empty() {
            let investment = self.pack().roles.investment.map(|fact| self.pack().schema[fact].id.clone());
            for text in investment.into_iter().chain([COUNT.to_owned()]) {
                let said = Said { text, place: Place::File(self.scenario.file.clone()) };
                if let Some((worth, goal)) = self.goal(&said, rows) {
                    add_tier(problem, 1_000_000, &worth);
                    goals.push(goal);
                }
            }
        }
        goals
    }

    /// What each candidate counts for a goal.
    fn goal(&mut self, said: &Said, rows: &[u32]) -> Option<(Vec<i64>, Goal)> {
        if said.text == COUNT {
            let title = Words::new("堵点清零项目个数", "projects released");
            return Some((vec![1; rows.len()], Goal { title, unit: None }));
        }
        let (worth, unit, words) = self.measure(said, rows)?;
        let investment = self.pack().roles.investment.is_some_and(|fact| self.pack().schema[fact].id == said.text);
        let title = if investment { Words::new("带动投资", "investment released") } else { words };
        Some((worth, Goal { title, unit }))
    }

    /// An amount of each candidate, what it is counted in, and the amount in words; nothing where it is not recorded.
    fn measure(&mut self, said: &Said, rows: &[u32]) -> Option<(Vec<i64>, Option<Unit>, Words)> {
        let (value, kind) = match parse_value(self.pack(), &self.scenario.file, &said.text) {
            Ok(found) => found,
            Err(faults) => {
                self.faults_of(said, faults);
                return None;
            }
        };
        let unit = match kind {
            Type::Quantity(dimension) => Some(dimension.standard_unit()),
            _ => None,
        };
        if !matches!(kind, Type::Quantity(_) | Type::Number) {
            let fault = Diagnostic::error(
                Code("KG-C024"),
                format!("「{}」不是可以相加的数量", said.text),
                format!("`{}` is no amount that can be summed", said.text),
            );
            self.faults.push(
                fault
                    .at(said.place.clone())
                    .help("例如 project.total_investment，或 count", "for example project.total_investment, or count"),
            );
            return None;
        }
        let law = self.evaluation.options.law();
        let words = value_words(self.pack(), &value.tree, law);
        let measure = Measure::new(self.pack(), &value, law);
        let of = |&row: &u32| {
            let atoms = measure.of(self.evaluation.facts(), row, self.as_of()).unwrap_or(0).max(0);
            i64::try_from(atoms).unwrap_or(i64::MAX >> 20)
        };
        Some((rows.iter().map(of).collect(), unit, words))
    }

    /// Adds the floors; per floor the fact that tells its groups apart.
    fn floors(&mut self, problem: &mut Problem, rows: &[u32]) -> Vec<FactIdx> {
        let mut floors_by = Vec::new();
        for floor in &self.scenario.floors {
            let by = &floor.by.text;
            let fact = if by == "county" { self.pack().roles.county } else { self.pack().schema.find(by) };
            let Some(fact) = fact else {
                let fault =
                    Diagnostic::error(Code("KG-C025"), format!("没有事实「{by}」"), format!("there is no fact `{by}`"));
                let known = self.pack().schema.iter().map(|(_, spec)| &*spec.id).chain(["county"]);
                let near = nearest(by, known);
                let fault = fault.at(floor.by.place.clone());
                let fault = fault.help(
                    "可写 county，或 kaigong facts 所列的事实",
                    "write county, or a fact that `kaigong facts` lists",
                );
                self.faults.push(fault.suggest(near));
                continue;
            };
            let Some((worth, ..)) = self.measure(&floor.of, rows) else { continue };
            let mut groups: BTreeMap<String, Vec<(usize, i64)>> = BTreeMap::new();
            for (at, (&row, &worth)) in rows.iter().zip(&worth).enumerate() {
                let cell = self.evaluation.facts().cell(fact, row, self.as_of());
                if let Some(group) = text_of(self.pack(), fact, &cell) {
                    groups.entry(group).or_default().push((at, worth));
                }
            }
            for (label, weights) in groups {
                let all: i128 = weights.iter().map(|(_, weight)| i128::from(*weight)).sum();
                let at_least = (all * i128::from(floor.share.0) + 999_999) / 1_000_000;
                problem.floors.push(Floor { label, weights, at_least });
                floors_by.push(fact);
            }
        }
        floors_by
    }

    /// The order in which candidates are served where the plan goes by one: those named, then the others as the
    /// ledger has them.
    fn order(&mut self, rows: &[u32]) -> Vec<usize> {
        let mut order: Vec<usize> = Vec::new();
        for said in &self.scenario.order {
            order.extend(self.candidate(said, rows, false));
        }
        let mut rest: Vec<usize> = (0..rows.len()).filter(|at| !order.contains(at)).collect();
        rest.sort_by_key(|&at| rows[at]);
        if let Some(said) = &self.scenario.by
            && let Some((worth, ..)) = self.measure(said, rows)
        {
            rest.sort_by_key(|&at| std::cmp::Reverse(worth[at]));
        }
        order.extend(rest);
        order
    }

    fn gifts(&mut self, rows: &[u32], kind_of: &BTreeMap<usize, usize>) -> Vec<Gift> {
        let mut gifts = Vec::new();
        for grant in &self.scenario.grants {
            let candidate = self.candidate(&grant.project, rows, true);
            let pool = self.pack().pools.iter().position(|pool| pool.id == grant.pool);
            let kind = pool.and_then(|pool| kind_of.get(&pool).copied());
            if let (Some(candidate), Some(kind)) = (candidate, kind) {
                gifts.push(Gift { candidate, kind, amount: grant.amount });
            }
        }
        gifts
    }

    fn plan(
        &self,
        problem: &Problem,
        supplies: &[SupplyNote],
        asks: &[Source],
        order: &[usize],
        gifts: &[Gift],
        progress: &mut dyn FnMut(usize, i128, i128),
    ) -> (Outcome, Vec<allocation::TierResult>, Vec<(usize, usize, i64)>) {
        let mut refused = Vec::new();
        let mut tiers = Vec::new();
        let mut plan = match self.scenario.plan {
            PlanKind::Order => allocation::by_order(problem, asks, order),
            PlanKind::ProRata => allocation::pro_rata(problem, asks),
            PlanKind::Greedy => allocation::greedy(problem),
            PlanKind::Grants => {
                let (plan, unfit) = allocation::granted(problem, gifts);
                refused = unfit.into_iter().map(|at| (gifts[at].candidate, gifts[at].kind, gifts[at].amount)).collect();
                plan
            }
            PlanKind::Optimal => {
                let usual = Stop::default();
                let stop = Stop {
                    gap: self.scenario.stop_gap.map_or(usual.gap, |share| share.0),
                    work: self.scenario.stop_work.unwrap_or(usual.work),
                };
                match allocation::optimal(problem, stop, progress) {
                    Optimum::Plan(plan, found) => {
                        tiers = found;
                        plan
                    }
                    Optimum::Infeasible(lift) => return (Outcome::Infeasible(lift), tiers, refused),
                    Optimum::NotFound => return (Outcome::NotFound, tiers, refused),
                }
            }
        };
        nearest_first(problem, supplies, &mut plan);
        judge(problem, &plan, &tiers, self.scenario.plan);
        (Outcome::Plan(plan), tiers, refused)
    }

    /// What an atom of each kind costs: as the scenario says, per unit; where it names no price every unit counts one.
    fn prices(&self, pool_of: &[usize]) -> Prices {
        let unit = |pool: usize| i128::from(self.pack().schema.pools[pool].unit.atoms.max(1));
        let whole = pool_of.iter().fold(1i128, |whole, &pool| whole / gcd(whole, unit(pool)) * unit(pool));
        let named = !self.scenario.prices.is_empty();
        let atom = |&pool: &usize| {
            let said = self.scenario.prices.iter().find(|(id, _)| *id == self.pack().pools[pool].id);
            let of_unit = if named { i128::from(said?.1) } else { 1 };
            i64::try_from(of_unit.checked_mul(whole / unit(pool))?).ok()
        };
        Prices { atoms: pool_of.iter().map(atom).collect(), of_a_fen: i64::try_from(whole).ok().filter(|_| named) }
    }

    /// The work of a plan that is solved again: no more than the scenario allows one.
    fn quick(&self) -> Stop {
        Stop { work: self.scenario.stop_work.map_or(QUICK.work, |work| work.min(QUICK.work)), ..QUICK }
    }

    /// Where projects that are released stand then. What is given to one counts for all of its steps that draw on it,
    /// not only for those of the source it was given for.
    fn after(
        &self,
        problem: &Problem,
        outcome: &Outcome,
        (claim_of, pool_of): (&[usize], &[usize]),
        covers: &[Vec<Vec<RequirementIdx>>],
    ) -> Vec<Option<kaigong_solver::After>> {
        let Outcome::Plan(plan) = outcome else { return vec![None; claim_of.len()] };
        let mut given: Vec<BTreeMap<usize, i128>> = vec![BTreeMap::new(); claim_of.len()];
        for entry in &plan.ledger {
            let pool = pool_of[problem.pools[entry.pool].kind];
            *given[entry.candidate].entry(pool).or_default() += i128::from(entry.amount);
        }
        let of = |(at, source): (usize, &Option<usize>)| {
            let claim = &self.claims[claim_of[at]];
            let out_of =
                |draw: &Shortage| -> i128 { draw.pools().filter_map(|pool| given[at].get(&(pool.0 as usize))).sum() };
            let paid = |cover: &&Cover| {
                !cover.draws.is_empty() && cover.draws.iter().all(|draw| out_of(draw) >= draw.outstanding())
            };
            let mut covered = covers[at][(*source)?].clone();
            covered.extend(claim.covers.iter().filter(paid).map(|cover| cover.requirement));
            covered.sort_unstable();
            covered.dedup();
            Some(after(self.evaluation, claim.row, &covered, self.options.durations))
        };
        plan.chosen.iter().enumerate().map(of).collect()
    }
}

fn level_words(level: Level) -> Words {
    match level {
        Level::County => Words::new("县（区）级", "county"),
        Level::City => Words::new("市级", "city"),
        Level::Province => Words::new("省级", "province"),
    }
}

/// Every plan is judged before it is shown, by code that did not make it.
fn judge(problem: &Problem, plan: &Plan, tiers: &[allocation::TierResult], kind: PlanKind) {
    let kept: Vec<i128> = tiers.iter().map(|tier| tier.kept).collect();
    let mut found = allocation::verify(problem, plan, &kept);
    if kind == PlanKind::Optimal {
        found.extend(allocation::verify_tiers(problem, plan, tiers));
    } else {
        // Offices' ways look at pools only: locks and floors are told of, not kept.
        found.retain(|violation| {
            !matches!(violation, allocation::Violation::Lock { .. } | allocation::Violation::Floor { .. })
        });
    }
    assert!(found.is_empty(), "INVARIANT: a plan is lawful before it is shown: {found:?}");
}

fn add_tier(problem: &mut Problem, keep: u32, worth: &[i64]) {
    problem.tiers.push(Tier { keep });
    problem.candidates.iter_mut().zip(worth).for_each(|(candidate, &worth)| candidate.values.push(worth));
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// What a source of a claim draws on the pools wanted.
fn source_of(
    claim: &Claim,
    source: &[usize],
    kind_of: &BTreeMap<usize, usize>,
    wanted: impl Fn(usize) -> bool,
) -> Source {
    let draw = |(pools, amount): (Vec<usize>, i128)| {
        let kinds: Vec<usize> = pools.into_iter().filter(|&pool| wanted(pool)).map(|pool| kind_of[&pool]).collect();
        let amount = i64::try_from(amount).unwrap_or(i64::MAX / 4);
        (!kinds.is_empty()).then_some(Draw { kinds, amount })
    };
    Source { draws: claim.draws(source).into_iter().filter_map(draw).collect() }
}

fn covered_by(claim: &Claim, source: &[usize]) -> Vec<RequirementIdx> {
    source.iter().map(|&cover| claim.covers[cover].requirement).collect()
}
