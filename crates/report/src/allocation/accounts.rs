//! Where the supply of a dry run comes from: the lines of the ledger's pools, what lapsed and what goes on.

use std::fmt::Write as _;

use kaigong_allocation::PoolIdx;
use kaigong_model::{Align, Date, Lang, Level, Place, Table, Unit};
use serde_json::{Value, json};

use super::screen::{Writer, push_lines};
use super::{DryRun, PoolLine, SupplyNote, Trial, quantity, share_text};
use crate::phrase::{amount, list, measure, number, unit_name};

/// Lines of a book that are all shown.
const WHOLE: usize = 20;

impl Trial {
    /// Whose a pool is.
    pub(super) fn level(&self, pool: PoolIdx) -> Level {
        let county = self.problem.pools[pool].county;
        let usual = if county.is_some() { Level::County } else { Level::City };
        self.supplies.get(pool).map_or(usual, |note| note.level)
    }

    /// Atoms of a pool that the plan leaves.
    pub(super) fn left_of(&self, pool: PoolIdx) -> i128 {
        let given = self.ledger().iter().filter(|entry| entry.pool == pool);
        i128::from(self.problem.pools[pool].amount) - given.map(|entry| i128::from(entry.amount)).sum::<i128>()
    }

    /// Of what the plan leaves of a pool, the atoms that go on to the next period; `None` where no share is laid down.
    pub(super) fn goes_on(&self, pool: PoolIdx) -> Option<i128> {
        let share = self.supplies.get(pool)?.carry?;
        Some(self.left_of(pool) * i128::from(share) / 1_000_000)
    }
}

impl Writer<'_, '_> {
    /// A county, the city, or the province.
    pub(super) fn owner(&self, level: Level, county: Option<&str>) -> String {
        match level {
            Level::County => county.unwrap_or_default().to_owned(),
            Level::City => self.say("市级", "city").to_owned(),
            Level::Province => self.say("省级", "province").to_owned(),
        }
    }

    /// Whose a pool of a trial is.
    pub(super) fn pool_owner(&self, trial: &Trial, pool: PoolIdx) -> String {
        let county = trial.problem.pools[pool].county.map(|county| trial.problem.counties[county].as_str());
        self.owner(trial.level(pool), county)
    }

    /// The books that the trials rest on, each once.
    pub(super) fn accounts(&self, out: &mut String) {
        let mut told: Vec<&[PoolLine]> = Vec::new();
        for trial in &self.run.trials {
            if trial.lines.iter().any(moved) && !told.contains(&trial.lines.as_slice()) {
                told.push(&trial.lines);
                self.book(out, &trial.lines);
            }
        }
    }

    fn book(&self, out: &mut String, lines: &[PoolLine]) {
        let as_of = self.run.evaluation.options.as_of;
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "\n指标收支，截至 {as_of}（总量 = 已配 + 失效 + 结转 + 结余）"),
            Lang::En => writeln!(out, "\nthe pools' books on {as_of} (there was = granted + lapsed + carried + left)"),
        };
        let titles = [
            (self.say("出处", "where"), Align::Left),
            (self.say("指标", "pool"), Align::Left),
            (self.say("归属", "whose"), Align::Left),
            (self.say("年度", "period"), Align::Left),
            (self.say("文号", "document"), Align::Left),
            (self.say("总量", "there was"), Align::Right),
            (self.say("已配", "granted"), Align::Right),
            (self.say("失效", "lapsed"), Align::Right),
            (self.say("结转", "carried"), Align::Right),
            (self.say("结余", "left"), Align::Right),
            (self.say("说明", "note"), Align::Left),
        ];
        let mut table = Table::new(titles);
        // Of a long book, the lines of which nothing was taken yet are counted only.
        let still = |line: &&PoolLine| !moved(line);
        let hidden = if lines.len() > WHOLE { lines.iter().filter(still).count() } else { 0 };
        for line in lines.iter().filter(|line| hidden == 0 || moved(line)) {
            let unit = self.pack().schema.pools[line.pool].unit;
            let plain = |atoms: i64| measure(atoms.into(), unit, Lang::Zh);
            table.push([
                line_of(&line.place),
                format!("{}({})", self.pool_title(line.pool), unit_name(unit, self.lang)),
                self.owner(line.level, line.county.as_deref()),
                line.period.clone().unwrap_or_else(|| "-".to_owned()),
                line.document.clone().unwrap_or_else(|| "-".to_owned()),
                plain(line.amount),
                plain(line.granted),
                plain(line.lapsed),
                plain(line.carried),
                plain(line.left),
                self.terms(line.expires_on, Some(line.carry).filter(|share| *share > 0)),
            ]);
        }
        push_lines(out, &table);
        if hidden > 0 {
            let hidden = number(hidden, self.lang);
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "另有 {hidden} 行尚未动用，--format json 看全部"),
                Lang::En => writeln!(out, "{hidden} more lines of which nothing is taken yet, --format json lists all"),
            };
        }
        out.push('\n');
    }

    /// Until when, and what goes on then.
    fn terms(&self, expires_on: Option<Date>, carry: Option<u32>) -> String {
        let mut told = Vec::new();
        told.extend(expires_on.map(|day| match self.lang {
            Lang::Zh => format!("{day} 止"),
            Lang::En => format!("until {day}"),
        }));
        told.extend(carry.map(share_text).map(|share| match self.lang {
            Lang::Zh => format!("结余的 {share} 结转下期"),
            Lang::En => format!("{share} of what is left goes on"),
        }));
        list(&told, self.lang)
    }

    /// What of a trial's supply lapsed before it could be shared out, was carried in, and goes on.
    pub(super) fn supply(&self, out: &mut String, head: &str, trial: &Trial) {
        for (pool, note) in trial.supplies.iter().enumerate() {
            let unit = self.pack().schema.pools[trial.pool_of[trial.problem.pools[pool].kind]].unit;
            let name = self.pool_name(trial, pool);
            let paper = note.document.as_ref().map_or_else(String::new, |paper| match self.lang {
                Lang::Zh => format!("，{paper}"),
                Lang::En => format!(", {paper}"),
            });
            let place = format!("{}{paper}", line_of(&note.place));
            self.lapsed(out, head, note, (&name, unit), &place);
            if let Some(from) = &note.carried_from {
                let there = amount(trial.problem.pools[pool].amount.into(), unit, self.lang);
                let _ = match self.lang {
                    Lang::Zh => writeln!(out, "{head}{name} {there} 由 {from} 结转（{place}）"),
                    Lang::En => writeln!(out, "{head}{name}: {there} carried over from {from} ({place})"),
                };
            }
            let left = trial.left_of(pool);
            if let Some(on) = trial.goes_on(pool).filter(|_| trial.plan().is_some() && left > 0) {
                let of = |atoms: i128| amount(atoms, unit, self.lang);
                let _ = match self.lang {
                    Lang::Zh => writeln!(
                        out,
                        "{head}{name}结余 {}：{} 结转下期，{} 失效（{place}）",
                        of(left),
                        of(on),
                        of(left - on)
                    ),
                    Lang::En => writeln!(
                        out,
                        "{head}{name}: of {} left, {} goes on to the next period, {} lapses ({place})",
                        of(left),
                        of(on),
                        of(left - on)
                    ),
                };
            }
        }
    }

    fn lapsed(&self, out: &mut String, head: &str, note: &SupplyNote, (name, unit): (&str, Unit), place: &str) {
        let Some(last) = note.expires_on.filter(|_| note.lapsed > 0) else { return };
        let atoms = amount(note.lapsed.into(), unit, self.lang);
        let _ = match self.lang {
            Lang::Zh => writeln!(out, "{head}{name} {atoms} 有效期至 {last}，已失效，不参加配置（{place}）"),
            Lang::En => writeln!(out, "{head}{name}: {atoms} lapsed after {last} and are not shared out ({place})"),
        };
    }
}

/// Whether anything was taken out of a line, or it will not stay as it is.
fn moved(line: &PoolLine) -> bool {
    line.granted + line.lapsed + line.carried > 0 || line.carry > 0 || line.expires_on.is_some()
}

/// A place by its line: which column of it is no matter.
fn line_of(place: &Place) -> String {
    match place {
        Place::Cell { file, line, .. } | Place::Text { file, line, .. } => format!("{file}:{line}"),
        _ => place.short(),
    }
}

/// Whose a pool is and where it comes from, beside what a plan makes of it.
pub(super) fn note_json(run: &DryRun<'_>, trial: &Trial, pool: PoolIdx) -> Value {
    let kind = trial.problem.pools[pool].kind;
    let of = |atoms: i128| quantity(run, trial, kind, atoms);
    let on = trial.goes_on(pool).filter(|_| trial.plan().is_some());
    let note = trial.supplies.get(pool);
    json!({
        "scope": trial.level(pool).name(),
        "document": note.and_then(|note| note.document.clone()),
        "place": note.map(|note| line_of(&note.place)),
        "expires_on": note.and_then(|note| note.expires_on).map(|day| day.to_string()),
        "lapsed": of(note.map_or(0, |note| note.lapsed).into()),
        "carried_from": note.and_then(|note| note.carried_from.clone()),
        "carry": note.and_then(|note| note.carry).map(share_text),
        "goes_on": on.map(of),
        "lapses": on.map(|on| of(trial.left_of(pool) - on)),
    })
}

/// The ledger's lines that a trial rests on.
pub(super) fn lines_json(run: &DryRun<'_>, trial: &Trial) -> Vec<Value> {
    let line = |line: &PoolLine| {
        let spec = &run.evaluation.pack.schema.pools[line.pool];
        let unit = spec.dimension.standard_unit();
        let of = |atoms: i64| format!("{} {}", kaigong_model::format_exact(atoms.into(), unit), unit.name);
        json!({
            "pool": spec.id,
            "scope": line.level.name(),
            "county": line.county,
            "period": line.period,
            "document": line.document,
            "place": line_of(&line.place),
            "expires_on": line.expires_on.map(|day| day.to_string()),
            "carry": share_text(line.carry),
            "amount": of(line.amount),
            "granted": of(line.granted),
            "lapsed": of(line.lapsed),
            "carried": of(line.carried),
            "left": of(line.left),
        })
    };
    trial.lines.iter().map(line).collect()
}
