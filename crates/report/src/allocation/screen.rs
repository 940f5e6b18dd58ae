//! Dry runs as a screen.

use std::fmt::Write as _;

use kaigong_model::{Align, Dimension, Lang, Table, Unit};
use kaigong_rules::{Pack, RequirementIdx};
use kaigong_solver::Claim;

use super::consequences::{Consequences, short_of};
use super::{Bar, DryRun, Goal, Trial, balance, fen, released};
use crate::assessment::role_text;
use crate::check::in_yi;
use crate::phrase::{amount, header, inline, list, list_some, measure, number, say, some, unit_name};

/// Names of columns, as many as are told apart by one sign.
const SIGNS_ZH: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];
const SIGNS_EN: [&str; 10] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];
/// Fen in a tenth of a hundred million yuan.
const TENTH_OF_YI: i128 = 1_000_000_000;
/// Projects listed one by one.
const LISTED: usize = 20;
/// Projects below the cut line that are listed.
pub(super) const NEXT: usize = 5;

/// The screen of `allocate`.
pub fn allocation_screen(run: &DryRun<'_>, data: &str, lang: Lang) -> String {
    let writer = Writer::new(run, lang);
    let mut out = writer.headline();
    if run.trials.iter().any(|trial| trial.plan().is_some()) {
        writer.compared(&mut out);
        writer.groups(&mut out);
        writer.projects(&mut out);
        writer.story(&mut out);
    }
    writer.accounts(&mut out);
    for trial in 0..run.trials.len() {
        writer.notes(&mut out, trial);
    }
    let several = writer.effects.iter().any(|effects| effects.idle.len() > 1);
    let _ = match lang {
        Lang::Zh => write!(
            out,
            "\n（堵点清零：它现有的堵点都消除；闲置：配给了仍有其他堵点的项目{}。只算不写）\n\n\
             逐个项目：kaigong allocate {data} --format csv\n\
             换口径：--objective count 或事实；必须纳入：--must 编号；为何未配：--why-not 编号；写出：--out 配置方案.xlsx\n",
            if several { "，卡在几处的各处都计" } else { "" }
        ),
        Lang::En => write!(
            out,
            "\n(released: every blocker it has today is met; idle: given to projects that other blockers hold{}. nothing is written)\n\n\
             project by project: kaigong allocate {data} --format csv\n\
             another goal: --objective count, or a fact; must be in: --must ID; why left out: --why-not ID; to keep it: --out plan.xlsx\n",
            if several { ", counted under each of them" } else { "" }
        ),
    };
    out
}

pub(super) struct Writer<'w, 'a> {
    pub(super) run: &'w DryRun<'a>,
    pub(super) lang: Lang,
    /// Per trial and claim: its place among the candidates.
    pub(super) places: Vec<Vec<Option<usize>>>,
    /// Per trial, candidate and kind: atoms given.
    pub(super) given: Vec<Vec<Vec<i128>>>,
    /// Per trial: what it comes to.
    pub(super) effects: Vec<Consequences>,
}

impl<'w, 'a> Writer<'w, 'a> {
    pub(super) fn new(run: &'w DryRun<'a>, lang: Lang) -> Self {
        let places = |trial: &Trial| {
            let mut places = vec![None; run.claims.len()];
            trial.claim_of.iter().enumerate().for_each(|(at, &claim)| places[claim] = Some(at));
            places
        };
        let given = run.trials.iter().map(Trial::given).collect();
        let effects = run.trials.iter().map(|trial| Consequences::of(run, trial)).collect();
        Self { run, lang, places: run.trials.iter().map(places).collect(), given, effects }
    }

    /// Atoms of a pool kind a claim is given; `None` where there is no plan or it takes no part.
    pub(super) fn given_to(&self, trial: usize, claim: usize, pool: usize) -> Option<i128> {
        let of = &self.run.trials[trial];
        of.plan()?;
        let kind = of.pool_of.iter().position(|&other| other == pool)?;
        Some(self.given[trial][self.places[trial][claim]?][kind])
    }

    /// The kinds that may cover a need of a claim together with one, that one among them.
    fn mixed_with(&self, claim: usize, pool: usize) -> Vec<usize> {
        let claim = &self.run.claims[claim];
        let draws = claim.covers.iter().flat_map(|cover| &cover.draws).filter(|draw| !draw.mixed.is_empty());
        let sets = draws.map(|draw| draw.pools().map(|pool| pool.0 as usize).collect::<Vec<_>>());
        let mut all: Vec<usize> = sets.filter(|pools| pools.contains(&pool)).flatten().chain([pool]).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Atoms a claim is given of a pool kind and of those that may cover its need together with it.
    fn given_of_need(&self, trial: usize, claim: usize, pool: usize) -> Option<i128> {
        let given = |pool: usize| self.given_to(trial, claim, pool);
        given(pool)?;
        Some(self.mixed_with(claim, pool).into_iter().filter_map(given).sum())
    }

    /// Out of which kinds a trial gives what a claim may be given out of several; empty where one kind gives it all.
    fn shares(&self, trial: usize, claim: usize) -> String {
        let Some(told) = self.told() else { return String::new() };
        let pools = self.mixed_with(claim, told);
        let given = pools.iter().filter_map(|&pool| Some((pool, self.given_to(trial, claim, pool)?)));
        let given: Vec<(usize, i128)> = given.filter(|(_, atoms)| *atoms > 0).collect();
        if given.len() < 2 {
            return String::new();
        }
        let part = |&(pool, atoms): &(usize, i128)| {
            let amount = amount(atoms, self.pack().schema.pools[pool].unit, self.lang);
            format!("{} {amount}", self.pool_title(pool))
        };
        given.iter().map(part).collect::<Vec<_>>().join(" + ")
    }

    pub(super) fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        say(self.lang, zh, en)
    }

    pub(super) fn pack(&self) -> &Pack {
        self.run.evaluation.pack
    }

    pub(super) fn sign(&self, trial: usize) -> &'static str {
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

    /// What several kinds together are called.
    pub(super) fn drawn_title(&self, pools: impl Iterator<Item = usize>) -> String {
        pools.map(|pool| self.pool_title(pool)).collect::<Vec<_>>().join(" + ")
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

    pub(super) fn headline(&self) -> String {
        let mut lines = Vec::new();
        for pool in self.supplied() {
            let unit = self.pack().schema.pools[pool].unit;
            let there = self.run.trials.iter().map(|trial| balance(trial, pool).there).max().unwrap_or(0);
            let asking: Vec<i128> = self.asking(pool);
            let all: i128 = asking.iter().sum();
            let more = self.may_use(pool);
            let period = self.run.trials.iter().find_map(|trial| trial.period.as_deref());
            let title = self.pool_title(pool);
            lines.push(match self.lang {
                Lang::Zh => {
                    let period = period.map_or_else(String::new, |period| format!("{period} 年"));
                    let (there, all) = (amount(there, unit, self.lang), amount(all, unit, self.lang));
                    let more = if more == 0 { String::new() } else { format!("，另有 {more} 个可用") };
                    format!("{period}{title} {there}，{} 个项目申请 {all}{more}", asking.len())
                }
                Lang::En => {
                    let period = period.map_or_else(String::new, |period| format!(" {period}"));
                    let (there, all) = (amount(there, unit, self.lang), amount(all, unit, self.lang));
                    let asks = if asking.len() == 1 { "asks" } else { "ask" };
                    let more = if more == 0 {
                        String::new()
                    } else {
                        format!(", {} more may use it", number(more, self.lang))
                    };
                    format!("{title}{period}: {there}; {} {asks} for {all}{more}", some(asking.len(), "project"))
                }
            });
        }
        let evaluation = &self.run.evaluation;
        let under = header(self.pack(), evaluation.options.as_of, self.lang);
        let head = self.say("试算", "dry run");
        let only = self.say("只算不写。", "nothing is written.");
        if lines.is_empty() {
            lines.push(self.say("方案没有可配的指标", "the scenario has nothing to share out").to_owned());
        }
        match self.lang {
            Lang::Zh => format!("{head}：{}。{only}\n{under}\n", lines.join("；\n      ")),
            Lang::En => format!("{head}: {}. {only}\n{under}\n", lines.join(";\n         ")),
        }
    }

    /// What each candidate of some trial asks of a pool, those that ask something.
    pub(super) fn asking(&self, pool: usize) -> Vec<i128> {
        self.claims().into_iter().map(|claim| self.run.claims[claim].asked(pool)).filter(|asked| *asked > 0).collect()
    }

    /// How many that ask nothing of a pool first might use it, instead of another or together with it.
    fn may_use(&self, pool: usize) -> usize {
        let may = |claim: &Claim| {
            let mut draws = claim.sources.iter().flat_map(|source| claim.draws(source));
            claim.asked(pool) == 0 && draws.any(|(pools, _)| pools.contains(&pool))
        };
        self.claims().into_iter().filter(|&claim| may(&self.run.claims[claim])).count()
    }

    /// The claims that take part in some trial, in order of row.
    pub(super) fn claims(&self) -> Vec<usize> {
        let mut claims: Vec<usize> = self.run.trials.iter().flat_map(|trial| trial.claim_of.iter().copied()).collect();
        claims.sort_unstable();
        claims.dedup();
        claims
    }

    /// Investment of what a trial releases, fen.
    pub(super) fn invested(&self, trial: &Trial) -> i128 {
        released(trial).map(|at| fen(self.run, self.row(trial, at))).sum()
    }

    pub(super) fn compared(&self, out: &mut String) {
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
        let count = |value: i128| number(value, self.lang);
        row(
            self.say("堵点清零(个)", "projects released").to_owned(),
            each(&|trial| released(trial).count() as i128),
            &count,
        );
        if self.pack().roles.investment.is_some() {
            let fen = |trial: &Trial| self.invested(trial);
            row(self.say("带动投资(亿元)", "investment released (CNY 100m)").to_owned(), each(&fen), &|fen| {
                in_yi(fen, self.lang)
            });
        }
        let pools = self.supplied();
        for &pool in &pools {
            let unit = self.pack().schema.pools[pool].unit;
            let name = if pools.len() == 1 { self.say("指标", "quota").to_owned() } else { self.pool_title(pool) };
            let unit_of = unit_name(unit, self.lang);
            let plain = |value: i128| bare(value, unit);
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

    pub(super) fn row(&self, trial: &Trial, candidate: usize) -> u32 {
        self.run.claims[trial.claim_of[candidate]].row
    }

    pub(super) fn id(&self, claim: usize) -> &str {
        &self.run.evaluation.portfolio.ids[self.run.claims[claim].row as usize]
    }

    /// The pool kind told of project by project: the one most projects ask for.
    pub(super) fn told(&self) -> Option<usize> {
        self.supplied().into_iter().min_by_key(|&pool| (std::cmp::Reverse(self.asking(pool).len()), pool))
    }

    pub(super) fn projects(&self, out: &mut String) {
        let Some(pool) = self.told() else { return };
        let unit = self.pack().schema.pools[pool].unit;
        let trials = &self.run.trials;
        let given = |claim: usize| -> Vec<Option<i128>> {
            (0..trials.len()).map(|trial| self.given_of_need(trial, claim, pool)).collect()
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
            cells.push(bare(self.run.claims[claim].asked(pool), unit));
            cells.extend(
                given(claim).into_iter().map(|given| given.map_or_else(|| "-".to_owned(), |given| bare(given, unit))),
            );
            cells.push(format!("{}{}", self.note(claim), self.beyond(claim, pool, &given(claim))));
            table.rows.push(cells);
        }
        if !some.is_empty() {
            push_lines(out, &table);
        }
        if some.len() > LISTED {
            let more = number(some.len() - LISTED, self.lang);
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "另有 {more} 个项目，--format csv 看全部"),
                Lang::En => writeln!(out, "{more} more, --format csv lists all"),
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
            let mut told = list_some(&told, 10, self.lang);
            let held: usize = none.iter().filter(|&&claim| !self.run.claims[claim].others.is_empty()).count();
            if held > 0 {
                told = match self.lang {
                    Lang::Zh if held == none.len() => format!("{told}，都另有堵点"),
                    Lang::Zh => format!("{told}，其中 {held} 个另有堵点"),
                    Lang::En if held == none.len() => format!("{told}; other blockers hold them all"),
                    Lang::En => format!("{told}; other blockers hold {} of them", number(held, self.lang)),
                };
            }
            let _ = match (self.lang, trials.len()) {
                (Lang::Zh, 1) => writeln!(out, "未配：{told}"),
                (Lang::Zh, 2) => writeln!(out, "两方案均未配：{told}"),
                (Lang::Zh, _) => writeln!(out, "各方案均未配：{told}"),
                (Lang::En, 1) => writeln!(out, "given nothing: {told}"),
                (Lang::En, _) => writeln!(out, "given nothing by any: {told}"),
            };
        }
    }

    /// What a split of the planner's own gives a project beyond what it asks.
    fn beyond(&self, claim: usize, pool: usize, given: &[Option<i128>]) -> String {
        let own = self.run.trials.iter().zip(given).filter(|(trial, _)| trial.kind == "grants");
        let most = own.filter_map(|(_, given)| *given).max().unwrap_or(0);
        let beyond = most - self.run.claims[claim].asked(pool);
        if beyond <= 0 {
            return String::new();
        }
        let told = amount(beyond, self.pack().schema.pools[pool].unit, self.lang);
        match self.lang {
            Lang::Zh => format!("；多配 {told}"),
            Lang::En => format!("; {told} more than it needs"),
        }
    }

    pub(super) fn name(&self, claim: usize) -> String {
        let evaluation = &self.run.evaluation;
        role_text(evaluation, evaluation.pack.roles.name, self.run.claims[claim].row).unwrap_or_default()
    }

    /// What becomes of a project: released by whom, or what holds it.
    pub(super) fn note(&self, claim: usize) -> String {
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
        let shares = releasing.iter().filter_map(|&at| {
            let shares = self.shares(at, claim);
            let sign = if trials.len() == 1 { String::new() } else { format!("{} ", self.sign(at)) };
            (!shares.is_empty()).then(|| format!("{sign}{shares}"))
        });
        let shares = list(&shares.collect::<Vec<_>>(), self.lang);
        let text = match (shares.is_empty(), self.lang) {
            (true, _) => text,
            (false, Lang::Zh) => format!("{text}（{shares}）"),
            (false, Lang::En) => format!("{text} ({shares})"),
        };
        match self.lang {
            Lang::Zh if part => format!("{}方案{text}", by.join("、")),
            Lang::En if part => format!("{}: {text}", by.join(", ")),
            _ => text,
        }
    }

    pub(super) fn steps(&self, steps: &[RequirementIdx], shown: usize) -> String {
        let names: Vec<String> =
            steps.iter().map(|&idx| inline(&self.run.evaluation.body_today(idx).short, self.lang)).collect();
        list_some(&names, shown, self.lang)
    }

    /// What holds a project that no plan releases.
    pub(super) fn held(&self, claim: usize) -> String {
        let first = self.places.iter().position(|places| places[claim].is_some());
        first.map_or_else(String::new, |of| self.held_in(of, claim))
    }

    /// What holds a project that a plan does not release.
    pub(super) fn held_in(&self, of: usize, claim: usize) -> String {
        let trial = &self.run.trials[of];
        let Some(at) = self.places[of][claim] else { return String::new() };
        match &trial.barred[at] {
            Some(Bar::Others(others)) => {
                let steps = self.steps(others, 3);
                match self.lang {
                    Lang::Zh => format!("{steps}未完成，配了也不能开工"),
                    Lang::En => format!("{steps} not done; quota alone does not release it"),
                }
            }
            Some(Bar::Late(earliest)) => match (self.lang, earliest.date) {
                (Lang::Zh, Some(day)) if earliest.is_provisional() => format!("最早 {day}（暂定）才能开工，超出期限"),
                (Lang::En, Some(day)) if earliest.is_provisional() => {
                    format!("earliest start {day} (provisional), past the horizon")
                }
                (Lang::Zh, Some(day)) => format!("最早 {day} 才能开工，超出期限"),
                (Lang::En, Some(day)) => format!("earliest start {day}, past the horizon"),
                (Lang::Zh, None) => "不能在期限内开工".to_owned(),
                (Lang::En, None) => "cannot start within the horizon".to_owned(),
            },
            None => match self.partly(of, at) {
                Some(told) => told,
                None => self.lacks(trial, at),
            },
        }
    }

    /// What is still missing to a candidate that was given part of what it asks.
    fn partly(&self, of: usize, at: usize) -> Option<String> {
        let trial = &self.run.trials[of];
        let given = &self.given[of][at];
        if given.iter().all(|atoms| *atoms == 0) {
            return None;
        }
        let short = short_of(trial, &self.run.claims[trial.claim_of[at]], given);
        let short = short.into_iter().map(|(pools, left)| {
            let told = amount(left, self.pack().schema.pools[pools[0]].unit, self.lang);
            let title = self.drawn_title(pools.iter().copied());
            match self.lang {
                Lang::Zh => format!("{title}还差 {told}"),
                Lang::En => format!("{title} still short by {told}"),
            }
        });
        Some(list(&short.collect::<Vec<_>>(), self.lang))
    }

    /// What a candidate lacks beside a plan, of the source that lacks least.
    pub(super) fn lacks(&self, trial: &Trial, at: usize) -> String {
        let shortages = &trial.shortages[at];
        let least = shortages.iter().enumerate().min_by_key(|(place, short)| {
            (
                short.iter().filter(|&&short| short > 0).count(),
                short.iter().map(|&short| i128::from(short)).sum::<i128>(),
                *place,
            )
        });
        least.map_or_else(String::new, |(source, short)| self.lacking(trial, at, source, short))
    }

    /// What the draws of one source lack.
    pub(super) fn lacking(&self, trial: &Trial, at: usize, source: usize, short: &[i64]) -> String {
        let draws = &trial.problem.candidates[at].sources[source].draws;
        let lacks = short.iter().zip(draws).filter(|(short, _)| **short > 0);
        let told = lacks.map(|(&short, draw)| {
            let pool = trial.pool_of[draw.kinds[0]];
            let amount = amount(short.into(), self.pack().schema.pools[pool].unit, self.lang);
            let title = self.drawn_title(draw.kinds.iter().map(|&kind| trial.pool_of[kind]));
            match self.lang {
                Lang::Zh => format!("{title}缺 {amount}"),
                Lang::En => format!("{title} short by {amount}"),
            }
        });
        list(&told.collect::<Vec<_>>(), self.lang)
    }

    /// The worth of a goal, with its unit.
    pub(super) fn worth(&self, goal: &Goal, value: i128) -> String {
        match (goal.unit, self.lang) {
            // What rounds to nothing in 亿 is told in 万.
            (Some(unit), Lang::Zh)
                if unit.dimension == Dimension::Money && (value == 0 || value.abs() >= TENTH_OF_YI) =>
            {
                format!("{} 亿元", in_yi(value, Lang::Zh))
            }
            (Some(unit), lang) => amount(value, unit, lang),
            (None, lang) => number(value, lang),
        }
    }
}

/// An amount in a column, whose head names the unit: digits alone, as the tables of grants have them.
fn bare(value: i128, unit: Unit) -> String {
    measure(value, unit, Lang::Zh)
}

pub(super) fn push_lines(out: &mut String, table: &Table) {
    out.push('\n');
    for line in table.lines() {
        out.push_str(&line);
        out.push('\n');
    }
}
