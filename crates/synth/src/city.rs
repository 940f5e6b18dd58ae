//! A whole portfolio: header, rows in blocks, pools.

use std::fmt::Write as _;
use std::ops::Range;

use kaigong_io::{Input, ReadOptions, read};
use kaigong_model::{Date, Diagnostic, Dimension, FactIdx, FactSpec, FactType};
use kaigong_rules::{Pack, RequirementIdx};
use kaigong_solver::{Options, State, evaluate};
use rayon::prelude::*;

use crate::draw::Draw;
use crate::funds::{Accounts, FUNDS, Funds, Kind};
use crate::history::{History, Steps};
use crate::site::{COUNTIES, FACTS, Site, site};

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct SynthOptions {
    /// How many projects.
    pub projects: u32,
    /// The seed.
    pub seed: u64,
    /// The day the ledger is of.
    pub as_of: Date,
}

/// A made-up city over a pack.
#[derive(Debug)]
pub struct City<'p> {
    pack: &'p Pack,
    options: SynthOptions,
    steps: Steps,
    funds: Funds,
    /// The columns of the ledger: header and fact.
    columns: Vec<(String, FactIdx)>,
}

/// Projects made at a time.
const BLOCK: usize = 4_096;

/// What projects still want of each pool, by county; areas in mu, grain in kilograms, money in 10,000 yuan.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wants {
    pools: [[i64; POOLS.len()]; COUNTIES.len()],
    funds: [[i64; FUNDS.len()]; COUNTIES.len()],
    /// What the funds have paid in already.
    granted: [[i64; FUNDS.len()]; COUNTIES.len()],
}

impl Wants {
    /// Adds what other projects want.
    pub fn add(&mut self, other: &Self) {
        let pools = self.pools.iter_mut().flatten().zip(other.pools.iter().flatten());
        let funds = self.funds.iter_mut().flatten().zip(other.funds.iter().flatten());
        let granted = self.granted.iter_mut().flatten().zip(other.granted.iter().flatten());
        pools.chain(funds).chain(granted).for_each(|(mine, theirs)| *mine += theirs);
    }
}

/// What a fund has paid into the account of a project.
#[derive(Clone, Debug)]
pub struct Grant {
    project: String,
    pool: &'static str,
    /// 10,000 yuan.
    amount: i64,
    granted_on: Date,
}

/// Pools: id, the requirement that draws, the fact that says how much.
const POOLS: [(&str, &str, &str); 6] = [
    ("land.quota", "land-quota", "land.agri"),
    ("land.scale", "plan-scale", "plan.scale_gap"),
    ("linkage.quota", "linkage-quota", "land.agri"),
    ("offset.area", "offset-area", "land.farmland"),
    ("offset.paddy", "offset-paddy", "land.paddy"),
    ("offset.capacity", "offset-capacity", "land.grain_capacity"),
];

/// What a step brings: the fact it fills, the step, the fact that says how much.
const ASSIGNED: [(&str, &str, &str); 5] = [
    ("quota.assigned", "land-quota", "land.agri"),
    ("balance.quantity", "offset-area", "land.farmland"),
    ("balance.paddy", "offset-paddy", "land.paddy"),
    ("balance.capacity", "offset-capacity", "land.grain_capacity"),
    ("req.handed_over", "land-handover", "land.total"),
];

/// Rows of a ledger, as CSV without its header.
#[derive(Debug, Default)]
pub struct Block {
    /// The rows.
    pub csv: Vec<u8>,
    /// What they still want.
    pub wants: Wants,
    /// What was granted to them.
    pub grants: Vec<Grant>,
}

impl<'p> City<'p> {
    /// A city that obeys a pack; facts the pack does not have are left out.
    pub fn new(pack: &'p Pack, options: SynthOptions) -> Self {
        let steps = Steps::new(pack, options.as_of);
        let mut facts: Vec<FactIdx> = FACTS.iter().filter_map(|id| pack.schema.find(id)).collect();
        facts.extend(steps.facts());
        let funds = Funds::new(pack, options.as_of);
        facts.extend(funds.facts());
        let mut columns: Vec<(String, FactIdx)> = Vec::with_capacity(facts.len());
        for fact in facts {
            if !columns.iter().any(|(_, known)| *known == fact) {
                columns.push((header(&pack.schema[fact]), fact));
            }
        }
        Self { pack, options, steps, funds, columns }
    }

    /// The first line of the ledger.
    pub fn header(&self) -> String {
        let mut text = "项目编号".to_owned();
        self.columns.iter().for_each(|(name, _)| push_cell(name, &mut text));
        text.push('\n');
        text
    }

    /// Some of the rows, in order, made on every thread there is.
    ///
    /// # Errors
    /// The faults of the first block that the pack refuses: its ranges or choices are narrower than what is drawn.
    pub fn blocks(&self, rows: Range<u32>) -> Result<Vec<Block>, Vec<Diagnostic>> {
        let starts: Vec<u32> = rows.clone().step_by(BLOCK).collect();
        starts.into_par_iter().map(|from| self.block(from..rows.end.min(from + BLOCK as u32))).collect()
    }

    fn block(&self, rows: Range<u32>) -> Result<Block, Vec<Diagnostic>> {
        let SynthOptions { seed, as_of, .. } = self.options;
        let sites: Vec<Site> = rows.clone().map(|index| site(seed, index, as_of)).collect();
        let ledger = self.sites_only(&sites);
        let ledger = read(&self.pack.schema, &[ledger], &ReadOptions::default())?;
        let options = Options { ledger_date: Some(as_of), ..Options::on(self.pack.default_goal, as_of) };
        let evaluation = evaluate(self.pack, &ledger.portfolio, options);
        let mut block = Block::default();
        let mut text = String::new();
        for (row, (index, site)) in rows.zip(&sites).enumerate() {
            let mut draw = Draw::new(seed, index, 2);
            let state = |idx: RequirementIdx| evaluation.state(idx, row as u32);
            let history = self.steps.history(site, state, &mut draw);
            let applies = |idx: RequirementIdx| state(idx) != State::NotApplicable;
            let accounts = self.funds.accounts(site, &history, applies, &mut Draw::new(seed, index, 4));
            self.row(index, site, &history, &accounts, &mut text);
            self.count(site, &history, &mut block.wants);
            Self::pay(index, site, &accounts, &mut block);
        }
        block.csv = text.into_bytes();
        Ok(block)
    }

    fn id(index: u32) -> String {
        format!("HZ-{:05}", index + 1)
    }

    /// The sites alone, as the reader takes them.
    fn sites_only(&self, sites: &[Site]) -> Input {
        let mut text = self.header();
        for (at, site) in sites.iter().enumerate() {
            self.row(at as u32, site, &History::default(), &Accounts::default(), &mut text);
        }
        Input { name: "projects.csv".to_owned(), bytes: text.into_bytes() }
    }

    fn row(&self, index: u32, site: &Site, history: &History, accounts: &Accounts, text: &mut String) {
        text.push_str(&Self::id(index));
        let started = history.started.map(|day| day.to_string());
        for (_, fact) in &self.columns {
            let id = self.pack.schema[*fact].id.as_str();
            let drawn = || site.facts.iter().find(|(known, _)| *known == id).map(|(_, value)| value);
            let sum = self.funds.cell(accounts, *fact);
            let cell = match history.cells.get(fact).or(sum.as_ref()) {
                _ if id == "project.actual_start" => started.as_deref(),
                Some(cell) => Some(cell.as_str()),
                None => ASSIGNED.iter().find(|(known, ..)| *known == id).map_or_else(drawn, |(_, step, needed)| {
                    let amount = site.facts.iter().find(|(known, _)| known == needed).map(|(_, value)| value);
                    let open = self.pack.find(step).is_none_or(|idx| history.open.contains(&idx));
                    if open { Some("0").filter(|_| history.careful) } else { amount }
                }),
            };
            push_cell(cell.unwrap_or_default(), text);
        }
        text.push('\n');
    }

    fn count(&self, site: &Site, history: &History, wants: &mut Wants) {
        for (pool, (_, requirement, fact)) in POOLS.iter().enumerate() {
            let open = self.pack.find(requirement).is_some_and(|idx| history.open.contains(&idx));
            if let (true, Some((_, amount))) = (open, site.facts.iter().find(|(known, _)| known == fact)) {
                wants.pools[site.county][pool] += whole(amount);
            }
        }
    }

    fn pay(index: u32, site: &Site, accounts: &Accounts, block: &mut Block) {
        for (fund, (account, Kind { pool, .. })) in accounts.iter().zip(FUNDS).enumerate() {
            block.wants.funds[site.county][fund] += account.wanted;
            if let Some((amount, granted_on)) = account.granted {
                block.wants.granted[site.county][fund] += amount;
                block.grants.push(Grant { project: Self::id(index), pool, amount, granted_on });
            }
        }
    }

    /// `pools.csv`: in every county a part of what its projects want, and a reserve of the city.
    pub fn pools(&self, wants: &Wants) -> String {
        let year = self.options.as_of.ymd().0;
        let mut text = "pool,county,period,amount,document\n".to_owned();
        self.land(wants, year, &mut text);
        self.money(wants, year, &mut text);
        text
    }

    fn land(&self, wants: &Wants, year: i16, text: &mut String) {
        let mut draw = Draw::new(self.options.seed, u32::MAX, 3);
        let mut number = 0;
        for (pool, (id, ..)) in POOLS.iter().enumerate() {
            let mut reserve = 0;
            for (county, spec) in COUNTIES.iter().enumerate() {
                let want = wants.pools[county][pool];
                let share = draw.between(25, 65);
                reserve += want * 8 / 100;
                self.supply(text, id, spec.name, year, want * share / 100, &mut number);
            }
            self.supply(text, id, "", year, reserve, &mut number);
        }
    }

    /// The funds of counties and city: what they have paid in this year, and a part of what is still wanted.
    fn money(&self, wants: &Wants, year: i16, text: &mut String) {
        let mut draw = Draw::new(self.options.seed, u32::MAX, 5);
        let mut number = 0;
        let mut fund = |id: &str, county: &str, amount: i64| {
            if amount > 0 && self.pack.schema.pools.iter().any(|spec| spec.id == id) {
                number += 1;
                let _ = writeln!(text, "{id},{county},{year},{amount}万元,示财预〔{year}〕{number}号");
            }
        };
        for (at, Kind { pool: id, .. }) in FUNDS.iter().enumerate() {
            let mut reserve = 0;
            for (county, spec) in COUNTIES.iter().enumerate() {
                let want = wants.funds[county][at];
                reserve += want * 8 / 100;
                fund(id, spec.name, wants.granted[county][at] + want * draw.between(25, 65) / 100);
            }
            fund(id, "", reserve);
        }
    }

    /// `grants.csv`: what the funds have paid in, in the order of the projects; empty where nothing was.
    pub fn grants(&self, grants: &[Grant]) -> String {
        let year = self.options.as_of.ymd().0;
        let mut text = String::new();
        for (at, grant) in grants.iter().enumerate() {
            if at == 0 {
                text.push_str("project,pool,amount,granted_on,document\n");
            }
            let Grant { project, pool, amount, granted_on } = grant;
            let _ = writeln!(text, "{project},{pool},{amount}万元,{granted_on},示财拨〔{year}〕{}号", at + 1);
        }
        text
    }

    fn supply(&self, text: &mut String, pool: &str, county: &str, year: i16, amount: i64, number: &mut u32) {
        let Some(spec) = self.pack.schema.pools.iter().find(|spec| spec.id == pool) else { return };
        if amount == 0 {
            return;
        }
        *number += 1;
        let unit = if spec.dimension == Dimension::Mass { "公斤" } else { "亩" };
        let _ = writeln!(text, "{pool},{county},{year},{amount}{unit},示自然资指〔{year}〕{number}号");
    }

    /// `portfolio.yaml`: the title, and the pack where one that ships is named.
    pub fn portfolio(&self, rules: Option<&str>) -> String {
        let SynthOptions { projects, seed, .. } = self.options;
        let rules = rules.map(|rules| format!("rules: {rules}\n")).unwrap_or_default();
        format!(
            "title: {{zh: 模拟市重点项目 {projects} 个（种子 {seed}）, en: \"Made-up city, {projects} key projects (seed {seed})\"}}\n{rules}"
        )
    }
}

/// A cell after the first, quoted where it must be.
fn push_cell(cell: &str, text: &mut String) {
    text.push(',');
    if cell.contains([',', '"', '\n', '\r']) {
        let _ = write!(text, "\"{}\"", cell.replace('"', "\"\""));
    } else {
        text.push_str(cell);
    }
}

/// The whole part of an amount as the site writes it.
fn whole(amount: &str) -> i64 {
    amount.split('.').next().and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

/// The column a planner would head it with, and the unit the site is drawn in.
fn header(spec: &FactSpec) -> String {
    let name = spec.columns.first().unwrap_or(&spec.id);
    let unit = match spec.kind {
        FactType::Quantity(_) if spec.id == "build.floor_area" => "平方米",
        FactType::Quantity(Dimension::Area) => "亩",
        FactType::Quantity(Dimension::Money) => "万元",
        FactType::Quantity(Dimension::Mass) => "公斤",
        FactType::Quantity(Dimension::Volume) => "立方米",
        FactType::Quantity(Dimension::CoalEquivalent) => "吨标准煤",
        _ => return name.clone(),
    };
    let base = name.split(['(', '（']).next().unwrap_or(name);
    format!("{base}({unit})")
}
