//! Dry runs as a screen, a table and JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kaigong_allocation::{Forced, Limit, Rule, Via};
use kaigong_model::{Align, Lang, Table, format_exact};
use kaigong_rules::{Pack, RequirementIdx};
use serde_json::{Map, Value, json};

use super::{Bar, DryRun, Outcome, Trial};
use crate::assessment::Sum;
use crate::check::in_yi;
use crate::json::wan;
use crate::phrase::{amount, inline, list, list_some, number, say, unit_name};

/// Names of columns, as many as are told apart by one sign.
const SIGNS_ZH: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];
const SIGNS_EN: [&str; 10] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];
/// Projects listed one by one.
const LISTED: usize = 20;
/// Projects below the cut line that are listed.
const NEXT: usize = 5;

/// The screen of `allocate`.
pub fn allocation_screen(run: &DryRun<'_>, data: &str, lang: Lang) -> String {
    let writer = Writer::new(run, lang);
    let mut out = writer.headline();
    writer.compared(&mut out);
    writer.counties(&mut out);
    writer.projects(&mut out);
    for trial in 0..run.trials.len() {
        writer.notes(&mut out, trial);
    }
    let _ = match lang {
        Lang::Zh => write!(
            out,
            "\n（堵点清零：它现有的堵点都消除；闲置：配给了仍有其他堵点的项目。只算不写）\n\n逐个项目：kaigong allocate {data} --format csv\n"
        ),
        Lang::En => write!(
            out,
            "\n(released: every blocker it has today is met; idle: given to projects that other blockers hold. nothing is written)\n\n\
             project by project: kaigong allocate {data} --format csv\n"
        ),
    };
    out
}

pub(super) struct Writer<'w, 'a> {
    pub(super) run: &'w DryRun<'a>,
    pub(super) lang: Lang,
    /// Per trial and claim: its place among the candidates.
    places: Vec<Vec<Option<usize>>>,
    /// Per trial, candidate and kind: atoms given.
    given: Vec<Vec<Vec<i128>>>,
}

impl<'w, 'a> Writer<'w, 'a> {
    pub(super) fn new(run: &'w DryRun<'a>, lang: Lang) -> Self {
        let places = |trial: &Trial| {
            let mut places = vec![None; run.claims.len()];
            trial.claim_of.iter().enumerate().for_each(|(at, &claim)| places[claim] = Some(at));
            places
        };
        let given = run.trials.iter().map(Trial::given).collect();
        Self { run, lang, places: run.trials.iter().map(places).collect(), given }
    }

    /// Atoms of a pool kind a claim is given; `None` where there is no plan or it takes no part.
    fn given_to(&self, trial: usize, claim: usize, pool: usize) -> Option<i128> {
        let of = &self.run.trials[trial];
        of.plan()?;
        let kind = of.pool_of.iter().position(|&other| other == pool)?;
        Some(self.given[trial][self.places[trial][claim]?][kind])
    }

    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        say(self.lang, zh, en)
    }

    pub(super) fn pack(&self) -> &Pack {
        self.run.evaluation.pack
    }

    fn sign(&self, trial: usize) -> &'static str {
        self.say(SIGNS_ZH[trial % 10], SIGNS_EN[trial % 10])
    }

    /// The sign of a trial and how its plan was made; its own name where two are made alike.
    pub(super) fn title(&self, at: usize) -> String {
        let trial = &self.run.trials[at];
        let alike = self.run.trials.iter().filter(|other| other.kind == trial.kind).count() > 1;
        let (zh, en) = match trial.kind {
            "order" if trial.listed => ("按给定顺序", "order"),
            "order" => ("按台账顺序", "order"),
            "greedy" => ("贪心配置", "greedy"),
            "pro-rata" => ("按比例分县", "pro rata"),
            "grants" => ("拟定配置", "grants"),
            _ => ("最优配置", "optimal"),
        };
        let name = if alike { trial.name.as_str() } else { self.say(zh, en) };
        if self.run.trials.len() == 1 { name.to_owned() } else { format!("{} {name}", self.sign(at)) }
    }

    pub(super) fn pool_title(&self, pool: usize) -> String {
        inline(&self.pack().pools[pool].title, self.lang)
    }

    /// The pool kinds some trial supplies, in order of the pack.
    pub(super) fn supplied(&self) -> Vec<usize> {
        let mut pools: Vec<usize> = Vec::new();
        for trial in &self.run.trials {
            pools.extend(trial.problem.pools.iter().map(|pool| trial.pool_of[pool.kind]));
        }
        pools.sort_unstable();
        pools.dedup();
        pools
    }

    fn headline(&self) -> String {
        let mut lines = Vec::new();
        for pool in self.supplied() {
            let unit = self.pack().schema.pools[pool].unit;
            let there = self.run.trials.iter().map(|trial| balance(trial, pool).there).max().unwrap_or(0);
            let asking: Vec<i128> = self.asking(pool);
            let all: i128 = asking.iter().sum();
            let period = self.run.trials.iter().find_map(|trial| trial.period.as_deref());
            let title = self.pool_title(pool);
            lines.push(match self.lang {
                Lang::Zh => {
                    let period = period.map_or_else(String::new, |period| format!("{period} 年"));
                    let (there, all) = (amount(there, unit, self.lang), amount(all, unit, self.lang));
                    format!("{period}{title} {there}，{} 个项目申请 {all}", asking.len())
                }
                Lang::En => {
                    let period = period.map_or_else(String::new, |period| format!(" {period}"));
                    let (there, all) = (amount(there, unit, self.lang), amount(all, unit, self.lang));
                    format!("{title}{period}: {there}; {} projects ask for {all}", asking.len())
                }
            });
        }
        let evaluation = &self.run.evaluation;
        let (as_of, pack) = (evaluation.options.as_of, self.pack());
        let head = self.say("试算", "dry run");
        let only = self.say("只算不写。", "nothing is written.");
        match self.lang {
            Lang::Zh => format!(
                "{head}：{}。{only}\n核查基准日 {as_of}，规则包 {} {}\n",
                lines.join("；\n      "),
                pack.id,
                pack.version
            ),
            Lang::En => format!(
                "{head}: {}. {only}\nas of {as_of}, rule pack {} {}\n",
                lines.join(";\n         "),
                pack.id,
                pack.version
            ),
        }
    }

    /// What each candidate of some trial asks of a pool, those that ask something.
    fn asking(&self, pool: usize) -> Vec<i128> {
        self.claims().into_iter().map(|claim| self.run.claims[claim].asked(pool)).filter(|asked| *asked > 0).collect()
    }

    /// The claims that take part in some trial, in order of row.
    fn claims(&self) -> Vec<usize> {
        let mut claims: Vec<usize> = self.run.trials.iter().flat_map(|trial| trial.claim_of.iter().copied()).collect();
        claims.sort_unstable();
        claims.dedup();
        claims
    }

    /// Investment of what a trial releases, fen.
    pub(super) fn invested(&self, trial: &Trial) -> i128 {
        released(trial).map(|at| fen(self.run, self.row(trial, at))).sum()
    }

    /// What became of the atoms of a pool kind.
    pub(super) fn balance(&self, trial: &Trial, pool: usize) -> super::Balance {
        debug_assert!(pool < self.pack().pools.len(), "pools are those of the pack");
        balance(trial, pool)
    }

    fn compared(&self, out: &mut String) {
        let trials = &self.run.trials;
        let mut columns = vec![(String::new(), Align::Left)];
        columns.extend((0..trials.len()).map(|at| (self.title(at), Align::Right)));
        let two = trials.len() == 2;
        if two {
            columns.push((self.say("差", "change").to_owned(), Align::Right));
        }
        let mut table = Table { columns, rows: Vec::new() };
        let mut row = |title: String, values: Vec<Option<i128>>, text: &dyn Fn(i128) -> String| {
            let mut cells = vec![title];
            cells.extend(values.iter().map(|value| value.map_or_else(|| "-".to_owned(), text)));
            if two {
                cells.push(match (values[0], values[1]) {
                    (Some(a), Some(b)) if b > a => format!("+{}", text(b - a)),
                    (Some(a), Some(b)) => text(b - a),
                    _ => "-".to_owned(),
                });
            }
            table.rows.push(cells);
        };
        let each = |of: &dyn Fn(&Trial) -> i128| -> Vec<Option<i128>> {
            trials.iter().map(|trial| trial.plan().map(|_| of(trial))).collect()
        };
        let count = |value: i128| value.to_string();
        row(
            self.say("堵点清零(个)", "projects released").to_owned(),
            each(&|trial| released(trial).count() as i128),
            &count,
        );
        if self.pack().roles.investment.is_some() {
            let fen = |trial: &Trial| self.invested(trial);
            row(self.say("带动投资(亿元)", "investment released (CNY 100m)").to_owned(), each(&fen), &in_yi);
        }
        let pools = self.supplied();
        for &pool in &pools {
            let unit = self.pack().schema.pools[pool].unit;
            let name = if pools.len() == 1 { self.say("指标", "quota").to_owned() } else { self.pool_title(pool) };
            let unit_of = unit_name(unit, self.lang);
            let plain = |value: i128| number(value, unit, Lang::Zh);
            let (used, idle, left) = match self.lang {
                Lang::Zh => (
                    format!("使用{name}({unit_of})"),
                    "其中闲置(配了也开不了工)".to_owned(),
                    format!("结余({unit_of})"),
                ),
                Lang::En => (
                    format!("{name} used ({unit_of})"),
                    "of it idle (still blocked)".to_owned(),
                    format!("{name} left ({unit_of})"),
                ),
            };
            row(used, each(&|trial| balance(trial, pool).used), &plain);
            // Of several kinds, only those that lie idle somewhere are told of so.
            if pools.len() == 1 || trials.iter().any(|trial| balance(trial, pool).idle > 0) {
                row(format!("  {idle}"), each(&|trial| balance(trial, pool).idle), &plain);
            }
            row(left, each(&|trial| balance(trial, pool).left()), &plain);
        }
        push_lines(out, &table);
    }

    /// What each county gets released; only where there are several.
    fn counties(&self, out: &mut String) {
        let trials = &self.run.trials;
        let mut rows: BTreeMap<(bool, String), Vec<Sum>> = BTreeMap::new();
        for (at, trial) in trials.iter().enumerate() {
            for (county, sum) in by_county(self.run, trial) {
                let name = county.map_or(self.say("（未填）", "(blank)").to_owned(), |county| {
                    trial.problem.counties[county].clone()
                });
                rows.entry((county.is_none(), name)).or_insert_with(|| vec![Sum::default(); trials.len()])[at] = sum;
            }
        }
        rows.retain(|_, sums| sums.iter().any(|sum| sum.projects > 0));
        if rows.len() < 2 {
            return;
        }
        let mut columns =
            vec![(self.say("县(区)，清零个数/亿元", "county: released / CNY 100m").to_owned(), Align::Left)];
        let sign = |at| if trials.len() == 1 { self.title(at) } else { self.sign(at).to_owned() };
        columns.extend((0..trials.len()).map(|at| (sign(at), Align::Right)));
        let mut table = Table { columns, rows: Vec::new() };
        for ((_, name), sums) in rows {
            let mut cells = vec![name];
            cells.extend(sums.iter().map(|sum| format!("{} / {}", sum.projects, in_yi(sum.fen))));
            table.rows.push(cells);
        }
        push_lines(out, &table);
    }

    fn row(&self, trial: &Trial, candidate: usize) -> u32 {
        self.run.claims[trial.claim_of[candidate]].row
    }

    fn id(&self, claim: usize) -> &str {
        &self.run.evaluation.portfolio.ids[self.run.claims[claim].row as usize]
    }

    /// The pool kind told of project by project: the one most projects ask for.
    fn told(&self) -> Option<usize> {
        self.supplied().into_iter().min_by_key(|&pool| (std::cmp::Reverse(self.asking(pool).len()), pool))
    }

    fn projects(&self, out: &mut String) {
        let Some(pool) = self.told() else { return };
        let unit = self.pack().schema.pools[pool].unit;
        let trials = &self.run.trials;
        let given = |claim: usize| -> Vec<Option<i128>> {
            (0..trials.len()).map(|trial| self.given_to(trial, claim, pool)).collect()
        };
        let (mut some, mut none) = (Vec::new(), Vec::new());
        for claim in self.claims() {
            if self.run.claims[claim].asked(pool) == 0 {
                continue;
            }
            if given(claim).iter().any(|given| given.is_some_and(|given| given > 0)) {
                some.push(claim);
            } else {
                none.push(claim);
            }
        }
        let mut titles = vec![
            (self.say("编号", "id").to_owned(), Align::Left),
            (self.say("项目", "project").to_owned(), Align::Left),
        ];
        let wants = self.say("需要", "needs");
        titles.push((format!("{wants}({})", unit_name(unit, self.lang)), Align::Right));
        let signs =
            (0..trials.len()).map(|at| if trials.len() == 1 { self.say("配给", "given") } else { self.sign(at) });
        titles.extend(signs.map(|sign| (sign.to_owned(), Align::Right)));
        titles.push((self.say("说明", "note").to_owned(), Align::Left));
        let mut table = Table { columns: titles, rows: Vec::new() };
        for &claim in some.iter().take(LISTED) {
            let mut cells = vec![self.id(claim).to_owned(), self.name(claim)];
            cells.push(number(self.run.claims[claim].asked(pool), unit, Lang::Zh));
            cells.extend(
                given(claim)
                    .into_iter()
                    .map(|given| given.map_or_else(|| "-".to_owned(), |given| number(given, unit, Lang::Zh))),
            );
            cells.push(self.note(claim));
            table.rows.push(cells);
        }
        if !some.is_empty() {
            push_lines(out, &table);
        }
        if some.len() > LISTED {
            let more = some.len() - LISTED;
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "另有 {more} 个项目，--format csv 看全部"),
                Lang::En => writeln!(out, "and {more} projects more, --format csv lists all"),
            };
        }
        if !none.is_empty() {
            let told: Vec<String> = none
                .iter()
                .map(|&claim| {
                    let asked = amount(self.run.claims[claim].asked(pool), unit, self.lang);
                    match self.lang {
                        Lang::Zh => format!("{}（{asked}）", self.id(claim)),
                        Lang::En => format!("{} ({asked})", self.id(claim)),
                    }
                })
                .collect();
            let told = list_some(&told, 10, self.lang);
            let _ = match (self.lang, trials.len()) {
                (Lang::Zh, 1) => writeln!(out, "未配：{told}"),
                (Lang::Zh, 2) => writeln!(out, "两方案均未配：{told}"),
                (Lang::Zh, _) => writeln!(out, "各方案均未配：{told}"),
                (Lang::En, 1) => writeln!(out, "given nothing: {told}"),
                (Lang::En, _) => writeln!(out, "given nothing by any: {told}"),
            };
        }
    }

    fn name(&self, claim: usize) -> String {
        let fact = self.pack().roles.name;
        let cell = fact.map(|fact| {
            self.run.evaluation.facts().cell(fact, self.run.claims[claim].row, self.run.evaluation.options.as_of)
        });
        match cell {
            Some(kaigong_model::Cell::Text(text)) => text,
            _ => String::new(),
        }
    }

    /// What becomes of a project: released by whom, or what holds it.
    fn note(&self, claim: usize) -> String {
        let trials = &self.run.trials;
        let place = |trial: usize| self.places[trial][claim];
        let releasing: Vec<usize> = (0..trials.len())
            .filter(|&trial| place(trial).is_some_and(|candidate| trials[trial].releases(candidate)))
            .collect();
        let Some(&first) = releasing.first() else { return self.held(claim) };
        let after = place(first).and_then(|at| trials[first].after[at].as_ref());
        let by: Vec<&str> = releasing.iter().map(|&at| self.sign(at)).collect();
        let part = releasing.len() < trials.len();
        let text = match after {
            Some(after) if after.ready => self.say("可开工", "may start").to_owned(),
            Some(after) => {
                let next = self.steps(&after.next, 2);
                match self.lang {
                    Lang::Zh if next.is_empty() => "堵点清零".to_owned(),
                    Lang::Zh => format!("堵点清零，下一步 {next}"),
                    Lang::En if next.is_empty() => "released".to_owned(),
                    Lang::En => format!("released; next: {next}"),
                }
            }
            None => String::new(),
        };
        match self.lang {
            Lang::Zh if part => format!("{}方案{text}", by.join("、")),
            Lang::En if part => format!("{}: {text}", by.join(", ")),
            _ => text,
        }
    }

    fn steps(&self, steps: &[RequirementIdx], shown: usize) -> String {
        let names: Vec<String> =
            steps.iter().map(|&idx| inline(&self.run.evaluation.body_today(idx).short, self.lang)).collect();
        list_some(&names, shown, self.lang)
    }

    /// What holds a project that no plan releases.
    fn held(&self, claim: usize) -> String {
        let trials = &self.run.trials;
        let found = trials.iter().zip(&self.places).find_map(|(trial, places)| Some((trial, places[claim]?)));
        let Some((trial, at)) = found else { return String::new() };
        match &trial.barred[at] {
            Some(Bar::Others(others)) => {
                let steps = self.steps(others, 3);
                match self.lang {
                    Lang::Zh => format!("{steps} 未完成，配了也不能开工"),
                    Lang::En => format!("{steps} not done; quota alone does not release it"),
                }
            }
            Some(Bar::Late(day)) => match (self.lang, day) {
                (Lang::Zh, Some(day)) => format!("最早 {day} 才能开工，超出期限"),
                (Lang::En, Some(day)) => format!("earliest start {day}, past the horizon"),
                (Lang::Zh, None) => "不能在期限内开工".to_owned(),
                (Lang::En, None) => "cannot start within the horizon".to_owned(),
            },
            None => self.lacks(trial, at),
        }
    }

    /// What a candidate lacks beside a plan, of the source that lacks least.
    fn lacks(&self, trial: &Trial, at: usize) -> String {
        let shortages = &trial.shortages[at];
        let sources = &trial.problem.candidates[at].sources;
        let least = shortages.iter().enumerate().min_by_key(|(place, short)| {
            (
                short.iter().filter(|&&short| short > 0).count(),
                short.iter().map(|&short| i128::from(short)).sum::<i128>(),
                *place,
            )
        });
        let Some((source, short)) = least else { return String::new() };
        let told: Vec<String> = short
            .iter()
            .zip(&sources[source].draws)
            .filter(|(short, _)| **short > 0)
            .map(|(&short, draw)| {
                let pool = trial.pool_of[draw.kinds[0]];
                let amount = amount(short.into(), self.pack().schema.pools[pool].unit, self.lang);
                let title = self.pool_title(pool);
                match self.lang {
                    Lang::Zh => format!("{title}缺 {amount}"),
                    Lang::En => format!("{title} short by {amount}"),
                }
            })
            .collect();
        list(&told, self.lang)
    }

    fn notes(&self, out: &mut String, at: usize) {
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
                "锁定和保底不能同时满足；去掉下面任一组即可：",
                "locks and floors cannot all hold; lift any one of these sets:"
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
        for (tier, title) in trial.tiers.iter().zip(&trial.goals) {
            let (value, bound) = (self.worth(title, tier.value), self.worth(title, tier.bound));
            let (title, gap) = (title.get(self.lang), gap(tier.value, tier.bound));
            let _ = match (self.lang, tier.value == tier.bound) {
                (Lang::Zh, true) => writeln!(out, "{head}{title} {value}，已证明最优"),
                (Lang::En, true) => writeln!(out, "{head}{title} {value}, proven best"),
                (Lang::Zh, false) => writeln!(out, "{head}{title} {value}，任何方案不超过 {bound}，差距 {gap}"),
                (Lang::En, false) => writeln!(out, "{head}{title} {value}; no plan exceeds {bound}, gap {gap}"),
            };
        }
    }

    /// What the rules that were asked for cost.
    fn rules(&self, out: &mut String, head: &str, trial: &Trial) {
        for price in trial.rule_prices.iter().filter(|price| price.without > price.with) {
            let Some(title) = trial.goals.get(price.tier) else { continue };
            let rule = match price.rule {
                Rule::HoldBack => self.say("预留", "hold-back"),
                Rule::LockedIn => self.say("锁定纳入", "locks (in)"),
                Rule::LockedOut => self.say("锁定不配", "locks (out)"),
                Rule::Floors => self.say("保底", "floors"),
                Rule::TiersBefore(_) => self.say("前面的目标", "the goals before it"),
            };
            let (least, most) = (price.without - price.with, price.without_at_most.max(price.without) - price.with);
            let share = gap(price.with, price.without);
            let cost = if least == most {
                self.worth(title, least)
            } else {
                format!("{} {} {}", self.worth(title, least), self.say("至", "to"), self.worth(title, most))
            };
            let title = title.get(self.lang);
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "{head}{rule}的代价：{title}少 {cost}（{share}）"),
                Lang::En => writeln!(out, "{head}{rule} cost: {title} lower by {cost} ({share})"),
            };
        }
    }

    pub(super) fn worth(&self, title: &kaigong_model::Words, value: i128) -> String {
        if title.en.contains("investment") {
            match self.lang {
                Lang::Zh => format!("{} 亿元", in_yi(value)),
                Lang::En => format!("CNY {} x 100m", in_yi(value)),
            }
        } else {
            value.to_string()
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
            let title = trial.goals.first().cloned().unwrap_or_default();
            table.push([
                format!("{county} {}", self.pool_title(pool)),
                amount(rung.more.into(), self.pack().schema.pools[pool].unit, self.lang),
                format!("+{}", self.worth(&title, rung.added_worth)),
                self.ids(trial, &rung.added),
                format!("+{}", self.worth(&title, rung.gained)),
                self.ids(trial, &rung.enter),
                self.ids(trial, &rung.leave),
            ]);
        }
        let goal = trial.goals.first().map_or("", |goal| goal.get(self.lang));
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
                let (leave, others) =
                    (self.ids(trial, leave), enter.iter().copied().filter(|&other| other != at).collect::<Vec<_>>());
                let others = self.ids(trial, &others);
                let lost: Vec<String> = lost
                    .iter()
                    .zip(&trial.goals)
                    .map(|(&lost, title)| {
                        let (sign, worth) = (if lost < 0 { "+" } else { "-" }, self.worth(title, lost.abs()));
                        format!("{} {sign}{worth}", title.get(lang))
                    })
                    .collect();
                let lost = list(&lost, lang);
                match lang {
                    Lang::Zh => format!("{id} 未配：{lacks}；若必须纳入，让出 {leave}，另补入 {others}，{lost}"),
                    Lang::En => {
                        format!("{id} left out: {lacks}; if it had to be in: out {leave}, in besides {others}, {lost}")
                    }
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
        left.sort_by_key(|&at| (std::cmp::Reverse(trial.problem.candidates[at].values.clone()), at));
        if left.is_empty() {
            return;
        }
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "{head}只差指标而未配的 {} 个，前 {}：", left.len(), left.len().min(NEXT)),
            Lang::En => writeln!(
                out,
                "{head}left out for want of quota alone: {}, the first {}:",
                left.len(),
                left.len().min(NEXT)
            ),
        };
        for &at in left.iter().take(NEXT) {
            let id = &trial.problem.candidates[at].id;
            let lacks = self.lacks(trial, at);
            let lacks = if lacks.is_empty() { self.say("可补入", "fits").to_owned() } else { lacks };
            let _ = writeln!(out, "  {id} {}  {lacks}", self.name(trial.claim_of[at]));
        }
    }
}

fn push_lines(out: &mut String, table: &Table) {
    out.push('\n');
    for line in table.lines() {
        out.push_str(&line);
        out.push('\n');
    }
}

fn fen(run: &DryRun<'_>, row: u32) -> i128 {
    let Some(fact) = run.evaluation.pack.roles.investment else { return 0 };
    match run.evaluation.facts().cell(fact, row, run.evaluation.options.as_of) {
        kaigong_model::Cell::Quantity(fen) => fen.into(),
        _ => 0,
    }
}

fn released(trial: &Trial) -> impl Iterator<Item = usize> + '_ {
    (0..trial.claim_of.len()).filter(|&at| trial.releases(at))
}

fn balance(trial: &Trial, pool: usize) -> super::Balance {
    let kind = trial.pool_of.iter().position(|&other| other == pool);
    kind.map_or_else(super::Balance::default, |kind| trial.balance(kind))
}

/// The gap in percent, rounded up to a thousandth.
fn gap(value: i128, bound: i128) -> String {
    if bound <= value || bound <= 0 {
        return "0%".to_owned();
    }
    let thousandths = ((bound - value) * 100_000 + bound - 1) / bound;
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Every grant of every trial, one a row.
pub fn allocation_table(run: &DryRun<'_>, lang: Lang) -> Table {
    let writer = Writer::new(run, lang);
    let titles = [
        (say(lang, "方案", "scenario"), Align::Left),
        (say(lang, "项目", "project"), Align::Left),
        (say(lang, "指标", "pool"), Align::Left),
        (say(lang, "需要", "needs"), Align::Right),
        (say(lang, "配给", "given"), Align::Right),
        (say(lang, "单位", "unit"), Align::Left),
        (say(lang, "堵点清零", "released"), Align::Left),
        (say(lang, "说明", "note"), Align::Left),
    ];
    let mut table = Table::new(titles);
    for (trial, given) in run.trials.iter().zip(&writer.given) {
        for at in 0..trial.claim_of.len() {
            let claim = trial.claim_of[at];
            let note = if trial.releases(at) { String::new() } else { writer.held(claim) };
            for (kind, &pool) in trial.pool_of.iter().enumerate() {
                let asked = run.claims[claim].asked(pool);
                let given = given[at][kind];
                if asked == 0 && given == 0 {
                    continue;
                }
                let unit = writer.pack().schema.pools[pool].unit;
                table.push([
                    trial.name.clone(),
                    trial.problem.candidates[at].id.clone(),
                    writer.pack().pools[pool].id.clone(),
                    format_exact(asked, unit),
                    format_exact(given, unit),
                    unit_name(unit, lang),
                    say(
                        lang,
                        if trial.releases(at) { "是" } else { "否" },
                        if trial.releases(at) { "yes" } else { "no" },
                    )
                    .to_owned(),
                    note.clone(),
                ]);
            }
        }
    }
    table
}

/// The first scenario's plan as a ledger of grants, as `grants.csv` has them.
pub fn plan_table(run: &DryRun<'_>) -> Table {
    let titles = ["project", "pool", "amount", "document"].map(|title| (title, Align::Left));
    let mut table = Table::new(titles);
    if let Some(trial) = run.trials.first() {
        for (at, given) in trial.given().into_iter().enumerate() {
            for (kind, atoms) in given.into_iter().enumerate().filter(|(_, atoms)| *atoms > 0) {
                table.push([
                    trial.problem.candidates[at].id.clone(),
                    trial.problem.kinds[kind].clone(),
                    quantity(run, trial, kind, atoms),
                    format!("plan {}", trial.name),
                ]);
            }
        }
    }
    table
}

/// The dry run as `kaigong.allocate/1`: of one scenario, or `scenarios` where several were compared.
pub fn allocation_json(run: &DryRun<'_>) -> Value {
    let pack = run.evaluation.pack;
    let mut out = json!({
        "schema": "kaigong.allocate/1",
        "as_of": run.evaluation.options.as_of.to_string(),
        "pack": {"id": pack.id, "version": pack.version},
        "goal": pack.goals[run.evaluation.options.goal].id,
    });
    match &run.trials[..] {
        [trial] => {
            if let Value::Object(fields) = trial_json(run, trial) {
                fields.into_iter().for_each(|(key, value)| out[key] = value);
            }
        }
        trials => out["scenarios"] = trials.iter().map(|trial| trial_json(run, trial)).collect(),
    }
    out
}

fn trial_json(run: &DryRun<'_>, trial: &Trial) -> Value {
    let problem = &trial.problem;
    let status = match &trial.outcome {
        Outcome::Plan(_) if trial.tiers.iter().any(|tier| tier.value < tier.bound && tier.best < tier.bound) => {
            "feasible"
        }
        Outcome::Plan(_) if trial.kind == "optimal" => "optimal",
        Outcome::Plan(_) => "feasible",
        Outcome::Infeasible(_) => "infeasible",
        Outcome::NotFound => "not_found",
    };
    let ids = |candidates: &mut dyn Iterator<Item = usize>| -> Vec<String> {
        candidates.map(|at| problem.candidates[at].id.clone()).collect()
    };
    let objective: Vec<Value> = trial
        .tiers
        .iter()
        .enumerate()
        .map(|(at, tier)| {
            json!({
                "tier": at + 1,
                "value": number_json(tier.value),
                "best": number_json(tier.best),
                "bound": number_json(tier.bound),
                "gap": gap(tier.best, tier.bound),
                "proof": if tier.searched { "search" } else { "certificate" },
                "certificate_bound": number_json(tier.proved),
            })
        })
        .collect();
    let fen: i128 = released(trial).map(|at| fen(run, run.claims[trial.claim_of[at]].row)).sum();
    json!({
        "scenario": trial.name,
        "plan": trial.kind,
        "period": trial.period,
        "status": status,
        "objective": objective,
        "candidates": problem.candidates.len(),
        "released": ids(&mut released(trial)),
        "investment_released": wan(fen),
        "grants": grants_json(run, trial),
        "after": after_json(run, trial),
        "counties": counties_json(run, trial),
        "left_out": left_out_json(run, trial),
        "pools": pools_json(run, trial),
        "lift": lift_json(trial),
        "rules_cost": rules_json(trial),
        "frontier": trial.frontier.iter().map(|point| json!({
            "supply": format!("{}%", point.percent),
            "value": number_json(point.value),
            "bound": number_json(point.bound),
        })).collect::<Vec<_>>(),
        "more_supply": ladder_json(run, trial),
        "why_not": forced_json(trial),
        "refused": trial.refused.iter().map(|&(at, kind, atoms)| {
            json!({"project": problem.candidates[at].id, "pool": problem.kinds[kind], "amount": quantity(run, trial, kind, atoms.into())})
        }).collect::<Vec<_>>(),
    })
}

/// Where each project that is released stands then.
fn after_json(run: &DryRun<'_>, trial: &Trial) -> Vec<Value> {
    let pack = run.evaluation.pack;
    let told = |at: usize| {
        let after = trial.after[at].as_ref()?;
        Some(json!({
            "project": trial.problem.candidates[at].id,
            "ready": after.ready,
            "next": after.next.iter().map(|&idx| pack[idx].id.as_str()).collect::<Vec<_>>(),
            "earliest_start": after.earliest.map(|day| day.to_string()),
        }))
    };
    released(trial).filter_map(told).collect()
}

/// Projects released per county, in order of name; those without county last.
fn by_county(run: &DryRun<'_>, trial: &Trial) -> Vec<(Option<usize>, Sum)> {
    let mut sums: BTreeMap<(bool, Option<usize>), Sum> = BTreeMap::new();
    for (at, candidate) in trial.problem.candidates.iter().enumerate() {
        let sum = sums.entry((candidate.county.is_none(), candidate.county)).or_default();
        if trial.releases(at) {
            sum.add(fen(run, run.claims[trial.claim_of[at]].row));
        }
    }
    sums.into_iter().map(|((_, county), sum)| (county, sum)).collect()
}

fn counties_json(run: &DryRun<'_>, trial: &Trial) -> Vec<Value> {
    let told = |(county, sum): (Option<usize>, Sum)| {
        json!({
            "county": county.map(|county| trial.problem.counties[county].clone()),
            "released": sum.projects,
            "investment_released": wan(sum.fen),
        })
    };
    by_county(run, trial).into_iter().map(told).collect()
}

fn number_json(value: i128) -> Value {
    i64::try_from(value).map_or_else(|_| Value::String(value.to_string()), Value::from)
}

fn quantity(run: &DryRun<'_>, trial: &Trial, kind: usize, atoms: i128) -> String {
    let spec = &run.evaluation.pack.schema.pools[trial.pool_of[kind]];
    let unit = spec.dimension.standard_unit();
    format!("{} {}", format_exact(atoms, unit), unit.name)
}

fn grants_json(run: &DryRun<'_>, trial: &Trial) -> Vec<Value> {
    let Some(plan) = trial.plan() else { return Vec::new() };
    let problem = &trial.problem;
    let grant = |entry: &kaigong_allocation::Entry| {
        let pool = &problem.pools[entry.pool];
        let via = match entry.via {
            Via::Own => "own",
            Via::Drawn => "drawn",
            Via::Transferred(_) => "transferred",
        };
        json!({
            "project": problem.candidates[entry.candidate].id,
            "pool": problem.kinds[pool.kind],
            "county": pool.county.map(|county| problem.counties[county].clone()),
            "via": via,
            "amount": quantity(run, trial, pool.kind, entry.amount.into()),
            "idle": !trial.releases(entry.candidate),
        })
    };
    plan.ledger.iter().map(grant).collect()
}

fn left_out_json(run: &DryRun<'_>, trial: &Trial) -> Vec<Value> {
    let pack = run.evaluation.pack;
    let problem = &trial.problem;
    let mut out = Vec::new();
    for at in (0..problem.candidates.len()).filter(|&at| !trial.releases(at)) {
        let mut entry = Map::new();
        entry.insert("project".to_owned(), json!(problem.candidates[at].id));
        match &trial.barred[at] {
            Some(Bar::Others(others)) => {
                entry.insert("reason".to_owned(), json!("blocked"));
                let others: Vec<&str> = others.iter().map(|&idx| pack[idx].id.as_str()).collect();
                entry.insert("blockers".to_owned(), json!(others));
            }
            Some(Bar::Late(day)) => {
                entry.insert("reason".to_owned(), json!("late"));
                entry.insert("earliest_start".to_owned(), json!(day.map(|day| day.to_string())));
            }
            None => {
                entry.insert("reason".to_owned(), json!("supply"));
                let sources: Vec<Value> = trial.shortages[at]
                    .iter()
                    .zip(&problem.candidates[at].sources)
                    .zip(&trial.covers[at])
                    .map(|((short, source), covers)| {
                        let lacks: Vec<Value> = short
                            .iter()
                            .zip(&source.draws)
                            .filter(|(short, _)| **short > 0)
                            .map(|(&short, draw)| {
                                let kind = draw.kinds[0];
                                json!({"pool": problem.kinds[kind], "amount": quantity(run, trial, kind, short.into())})
                            })
                            .collect();
                        let covers: Vec<&str> = covers.iter().map(|&idx| pack[idx].id.as_str()).collect();
                        json!({"covers": covers, "lacks": lacks})
                    })
                    .collect();
                entry.insert("sources".to_owned(), json!(sources));
            }
        }
        out.push(Value::Object(entry));
    }
    out
}

fn pools_json(run: &DryRun<'_>, trial: &Trial) -> Vec<Value> {
    let problem = &trial.problem;
    let ledger = trial.ledger();
    let of = |(at, pool): (usize, &kaigong_allocation::Pool)| {
        let given: i128 = ledger.iter().filter(|entry| entry.pool == at).map(|entry| i128::from(entry.amount)).sum();
        let amount = |atoms: i128| quantity(run, trial, pool.kind, atoms);
        json!({
            "pool": problem.kinds[pool.kind],
            "county": pool.county.map(|county| problem.counties[county].clone()),
            "amount": amount(pool.amount.into()),
            "held_back": amount(i128::from(pool.amount - pool.free())),
            "given": amount(given),
            "left": amount(i128::from(pool.amount) - given),
        })
    };
    problem.pools.iter().enumerate().map(of).collect()
}

fn lift_json(trial: &Trial) -> Value {
    let Outcome::Infeasible(sets) = &trial.outcome else { return json!([]) };
    let name = |limit: &Limit| match limit {
        Limit::Lock(at) => json!({"lock": trial.problem.candidates[*at].id}),
        Limit::Floor(at) => json!({"floor": trial.problem.floors[*at].label}),
    };
    sets.iter().map(|set| set.iter().map(name).collect::<Value>()).collect()
}

fn rules_json(trial: &Trial) -> Vec<Value> {
    let told = |price: &kaigong_allocation::RulePrice| {
        let rule = match price.rule {
            Rule::HoldBack => "hold_back",
            Rule::LockedIn => "locks_in",
            Rule::LockedOut => "locks_out",
            Rule::Floors => "floors",
            Rule::TiersBefore(_) => "tiers_before",
        };
        json!({
            "rule": rule,
            "tier": price.tier + 1,
            "with": number_json(price.with),
            "without": number_json(price.without),
            "without_at_most": number_json(price.without_at_most),
        })
    };
    trial.rule_prices.iter().map(told).collect()
}

fn ladder_json(run: &DryRun<'_>, trial: &Trial) -> Vec<Value> {
    let problem = &trial.problem;
    let ids = |candidates: &[usize]| -> Vec<String> {
        candidates.iter().map(|&at| problem.candidates[at].id.clone()).collect()
    };
    let rung = |rung: &kaigong_allocation::Rung| {
        let pool = &problem.pools[rung.pool];
        json!({
            "pool": problem.kinds[pool.kind],
            "county": pool.county.map(|county| problem.counties[county].clone()),
            "more": quantity(run, trial, pool.kind, rung.more.into()),
            "added": ids(&rung.added),
            "added_worth": number_json(rung.added_worth),
            "enter": ids(&rung.enter),
            "leave": ids(&rung.leave),
            "gained": number_json(rung.gained),
            "gained_at_most": number_json(rung.gained_at_most),
        })
    };
    trial.ladder.iter().map(rung).collect()
}

fn forced_json(trial: &Trial) -> Vec<Value> {
    let problem = &trial.problem;
    let ids = |candidates: &[usize]| -> Vec<String> {
        candidates.iter().map(|&at| problem.candidates[at].id.clone()).collect()
    };
    let told = |(at, forced): &(usize, Forced)| {
        let id = &problem.candidates[*at].id;
        match forced {
            Forced::Plan { enter, leave, lost } => json!({
                "project": id,
                "status": "possible",
                "enter": ids(enter),
                "leave": ids(leave),
                "lost": lost.iter().map(|&lost| number_json(lost)).collect::<Vec<_>>(),
            }),
            Forced::Never => json!({"project": id, "status": "never"}),
            Forced::Unknown => json!({"project": id, "status": "unknown"}),
        }
    };
    trial.forced.iter().map(told).collect()
}
