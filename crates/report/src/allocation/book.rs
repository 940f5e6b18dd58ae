//! Dry runs as a workbook: balances of pools, project by project above and below the cut, and the first plan as grants.
//!
//! The sheet of grants is one that `check --plan` reads; the others are figures and are left aside when a workbook is read.

use kaigong_model::{Lang, Level, Sheet, Tone, Unit, Value, Workbook, WrittenColumn, format_exact};

use super::screen::Writer;
use super::{DryRun, Outcome, Trial, released};
use crate::assessment::{investment, role_text};
use crate::phrase::{header, say, unit_name};

/// The workbook of a dry run.
pub fn plan_workbook(run: &DryRun<'_>, lang: Lang) -> Workbook {
    let book = Book { writer: Writer::new(run, lang), run, lang };
    let sheets = vec![book.compared(), book.projects(), book.grants(), book.pools()];
    let as_of = run.evaluation.options.as_of;
    Workbook { title: say(lang, "指标配置试算", "Dry run of an allocation").to_owned(), as_of, sheets }
}

struct Book<'b, 'a> {
    writer: Writer<'b, 'a>,
    run: &'b DryRun<'a>,
    lang: Lang,
}

impl Book<'_, '_> {
    fn column(&self, words: (&str, &str), width: u16) -> WrittenColumn {
        WrittenColumn { header: say(self.lang, words.0, words.1).to_owned(), width, ..WrittenColumn::default() }
    }

    fn number(&self, words: (&str, &str), width: u16) -> WrittenColumn {
        WrittenColumn { exact: true, ..self.column(words, width) }
    }

    fn money(&self, words: (&str, &str)) -> WrittenColumn {
        WrittenColumn { places: 2, ..self.column(words, 16) }
    }

    fn sheet(&self, name: (&str, &str), columns: Vec<WrittenColumn>, rows: Vec<Vec<Value>>) -> Sheet {
        let (lang, name) = (self.lang, say(self.lang, name.0, name.1).to_owned());
        let evaluation = &self.run.evaluation;
        let under = header(evaluation.pack, evaluation.options.as_of, lang);
        let only = say(lang, "试算，只算不写", "a dry run: nothing was written to the ledger");
        let heading = vec![name.clone(), format!("{under}{}{only}", say(lang, "；", "; "))];
        Sheet { heading, name, columns, rows, frozen: 1, filtered: true, ..Sheet::default() }
    }

    fn text(&self, zh: &str, en: &str) -> Value {
        Value::text(say(self.lang, zh, en))
    }

    fn outcome(&self, trial: &Trial) -> Value {
        match &trial.outcome {
            Outcome::Plan(_) => self.text("有方案", "a plan"),
            Outcome::Infeasible(_) => self.text("锁定和保底不能同时满足", "locks and floors cannot all hold"),
            Outcome::NotFound => self.text("限定的计算量内未找到", "none found within the work allowed"),
        }
    }

    fn unit(&self, trial: &Trial, kind: usize) -> Unit {
        self.writer.pack().schema.pools[trial.pool_of[kind]].unit
    }

    fn amount(&self, trial: &Trial, kind: usize, atoms: i128) -> Value {
        exact(atoms, self.unit(trial, kind))
    }

    /// One row a plan and pool kind.
    fn compared(&self) -> Sheet {
        let columns = vec![
            self.column(("方案", "Scenario"), 18),
            self.column(("试算结果", "Outcome"), 16),
            self.column(("指标", "Pool"), 24),
            self.column(("单位", "Unit"), 8),
            self.number(("可用", "There is"), 12),
            self.number(("使用", "Used"), 12),
            self.number(("其中闲置", "Of it idle"), 12),
            self.number(("结余", "Left"), 12),
            self.number(("堵点清零(个)", "Released"), 13),
            self.money(("带动投资(万元)", "Investment released (wan)")),
        ];
        let mut rows = Vec::new();
        for (at, trial) in self.run.trials.iter().enumerate() {
            for (kind, &pool) in trial.pool_of.iter().enumerate() {
                let balance = trial.balance(kind);
                let unit = self.unit(trial, kind);
                let mut row = vec![
                    Value::text(self.writer.title(at)),
                    self.outcome(trial),
                    Value::text(self.writer.pool_title(pool)),
                    Value::text(unit_name(unit, self.lang)),
                ];
                row.extend([balance.there, balance.used, balance.idle, balance.left()].map(|atoms| exact(atoms, unit)));
                row.push(Value::count(released(trial).count()));
                row.push(wan(self.writer.invested(trial)));
                rows.push(row);
            }
        }
        self.sheet(("方案比较", "Comparison"), columns, rows)
    }

    /// One row a project and pool kind of each plan: those released, those given to no effect, and below the cut the rest.
    fn projects(&self) -> Sheet {
        let (clear, idle, none) = (
            say(self.lang, "堵点清零", "released"),
            say(self.lang, "配了仍受阻", "idle"),
            say(self.lang, "线下未配", "below the cut"),
        );
        let tones =
            vec![(clear.to_owned(), Tone::Good), (idle.to_owned(), Tone::Near), (none.to_owned(), Tone::Unknown)];
        let columns = vec![
            self.column(("方案", "Scenario"), 18),
            WrittenColumn { tones, ..self.column(("试算结果", "Outcome"), 13) },
            self.column(("项目编号", "id"), 12),
            self.column(("项目名称", "Project"), 26),
            self.column(("县(区)", "County"), 10),
            self.money(("总投资(万元)", "Total investment (wan)")),
            self.column(("指标", "Pool"), 22),
            self.number(("需要", "Needs"), 11),
            self.number(("配给", "Given"), 11),
            self.column(("单位", "Unit"), 7),
            self.column(("说明", "Note"), 44),
        ];
        let mut rows = Vec::new();
        for (at, trial) in self.run.trials.iter().enumerate() {
            let mut ranked: Vec<(u8, usize)> = (0..trial.claim_of.len())
                .map(|candidate| {
                    let given = self.writer.given[at][candidate].iter().any(|atoms| *atoms > 0);
                    (if trial.releases(candidate) { 0 } else { 2 - u8::from(given) }, candidate)
                })
                .collect();
            ranked.sort_unstable();
            for (rank, candidate) in ranked {
                let word = [clear, idle, none][usize::from(rank)];
                self.push_project(at, trial, candidate, word, &mut rows);
            }
        }
        self.sheet(("项目", "Projects"), columns, rows)
    }

    fn push_project(&self, at: usize, trial: &Trial, candidate: usize, word: &str, rows: &mut Vec<Vec<Value>>) {
        let (claim, evaluation) = (trial.claim_of[candidate], &self.run.evaluation);
        let row = self.writer.row(trial, candidate);
        let county = role_text(evaluation, evaluation.pack.roles.county, row).unwrap_or_default();
        let note = if trial.releases(candidate) { self.writer.note(claim) } else { self.writer.held_in(at, claim) };
        for (kind, &pool) in trial.pool_of.iter().enumerate() {
            let asked = self.run.claims[claim].asked(pool);
            let given = self.writer.given[at][candidate][kind];
            if asked == 0 && given == 0 {
                continue;
            }
            rows.push(vec![
                Value::text(self.writer.title(at)),
                Value::text(word),
                Value::text(trial.problem.candidates[candidate].id.clone()),
                Value::text(self.writer.name(claim)),
                Value::text(county.clone()),
                investment(evaluation, row).map_or(Value::Blank, |fen| wan(fen.into())),
                Value::text(self.writer.pool_title(pool)),
                self.amount(trial, kind, asked),
                self.amount(trial, kind, given),
                Value::text(unit_name(self.unit(trial, kind), self.lang)),
                Value::text(note.clone()),
            ]);
        }
    }

    /// The first plan as a ledger of grants.
    fn grants(&self) -> Sheet {
        let columns = vec![
            self.column(("项目编号", "project"), 14),
            self.column(("指标", "pool"), 24),
            self.column(("数量", "amount"), 16),
            self.column(("文号", "document"), 24),
        ];
        let mut rows = Vec::new();
        if let Some(trial) = self.run.trials.first() {
            for (candidate, given) in self.writer.given[0].iter().enumerate() {
                for (kind, atoms) in given.iter().enumerate().filter(|(_, atoms)| **atoms > 0) {
                    let spec = &self.writer.pack().schema.pools[trial.pool_of[kind]];
                    let all = &self.writer.pack().schema.pools;
                    let title = spec.title.get(self.lang);
                    // A title that another pool has would name that one.
                    let is_own = all.iter().find(|pool| pool.is_called(title)).is_some_and(|pool| pool.id == spec.id);
                    let unit = spec.dimension.standard_unit();
                    let amount = format!("{} {}", format_exact(*atoms, unit), unit_name(unit, self.lang));
                    rows.push(vec![
                        Value::text(trial.problem.candidates[candidate].id.clone()),
                        Value::text(if is_own { title } else { &spec.id }),
                        Value::text(amount.trim().to_owned()),
                        Value::text(match self.lang {
                            Lang::Zh => format!("试算方案 {}", self.writer.title(0)),
                            Lang::En => format!("plan {}", self.writer.title(0)),
                        }),
                    ]);
                }
            }
        }
        self.sheet(("指标配给", "grants"), columns, rows)
    }

    /// One row a pool of each plan: what there is, what is kept back, what is drawn.
    fn pools(&self) -> Sheet {
        let columns = vec![
            self.column(("方案", "Scenario"), 18),
            self.column(("试算结果", "Outcome"), 16),
            self.column(("指标", "Pool"), 24),
            self.column(("县(区)", "County"), 12),
            self.number(("可用", "There is"), 12),
            self.number(("预留", "Held back"), 12),
            self.number(("使用", "Used"), 12),
            self.number(("结余", "Left"), 12),
            self.column(("单位", "Unit"), 8),
        ];
        let mut rows = Vec::new();
        for (at, trial) in self.run.trials.iter().enumerate() {
            for (place, pool) in trial.problem.pools.iter().enumerate() {
                let used: i128 = trial
                    .ledger()
                    .iter()
                    .filter(|entry| entry.pool == place)
                    .map(|entry| i128::from(entry.amount))
                    .sum();
                let there = i128::from(pool.amount);
                let unit = self.unit(trial, pool.kind);
                let mut row = vec![
                    Value::text(self.writer.title(at)),
                    self.outcome(trial),
                    Value::text(self.writer.pool_title(trial.pool_of[pool.kind])),
                    match trial.level(place) {
                        Level::County => Value::text(self.writer.pool_owner(trial, place)),
                        Level::City => self.text("市级", "the city's"),
                        Level::Province => self.text("省级", "the province's"),
                    },
                ];
                row.extend([there, pool.hold_back.into(), used, there - used].map(|atoms| exact(atoms, unit)));
                row.push(Value::text(unit_name(unit, self.lang)));
                rows.push(row);
            }
        }
        self.sheet(("指标余额", "Balances"), columns, rows)
    }
}

fn exact(atoms: i128, unit: Unit) -> Value {
    let text = format_exact(atoms, unit);
    // A number that does not end in this unit is told as words, with its mark.
    if text.starts_with('~') { Value::text(text) } else { Value::Number(text) }
}

fn wan(fen: i128) -> Value {
    Value::Number(format_exact(fen, kaigong_model::Dimension::Money.standard_unit()))
}
