//! `kaigong bench`: the stages of a run on a made-up ledger, timed apart.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this face owns the clock, reads the process's own memory and writes the file the user names"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use kaigong::io::{Input, ReadOptions};
use kaigong::model::{Align, Code, Diagnostic, Lang, Place, Table, Words};
use kaigong::synth::{City, SynthOptions};
use kaigong::{CheckOptions, Refused, RowFormat, RowWriter};
use serde_json::{Value, json};

use crate::args::{BenchArguments, ScreenFormat};
use crate::exit::Exit;
use crate::{diagnostics, output, progress};

/// How much slower a stage may be than in the run it is held against, in hundredths.
const TOLERANCE: u64 = 110;

/// One stage: what it did, its median, and the most memory the process had taken by its end.
struct Stage {
    name: &'static str,
    words: Words,
    micros: u64,
    /// Whether it goes through the projects.
    per_project: bool,
    peak_kib: Option<u64>,
}

struct Bench {
    projects: u32,
    requirements: usize,
    blanks: u64,
    threads: usize,
    stages: Vec<Stage>,
    checksum: u64,
    same: bool,
}

pub(crate) fn run(arguments: &BenchArguments, lang: Lang) -> Exit {
    benched(arguments, lang).unwrap_or_else(|refused| diagnostics::refuse(&refused, lang))
}

fn benched(arguments: &BenchArguments, lang: Lang) -> Result<Exit, Refused> {
    let against = arguments.against.as_deref().map(|path| saved(path, arguments.projects)).transpose()?;
    let timing = Words::new("计时", "timing");
    let bench = progress::during(&timing, lang, || measure(arguments))?;
    let json = bench.json();
    if let Some(path) = &arguments.save {
        let written = output::write(path, format!("{json:#}\n"), lang);
        if written != Exit::Done {
            return Ok(written);
        }
    }
    let slower = against.as_ref().map(|before| bench.slower(before)).unwrap_or_default();
    let printed = output::print(&match arguments.format {
        ScreenFormat::Json => format!("{json:#}"),
        ScreenFormat::Table => bench.screen(against.as_ref(), &slower, lang),
    });
    Ok(if printed == Exit::Done && (!slower.is_empty() || !bench.same) { Exit::Failed } else { printed })
}

/// A run of as many projects, saved before.
fn saved(path: &str, projects: u32) -> Result<Value, Refused> {
    let fault = |zh: String, en: String| -> Refused {
        vec![Diagnostic::error(Code("KG-C007"), zh, en).at(Place::File(path.to_owned()))].into()
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| fault(format!("无法读取：{error}"), format!("cannot be read: {error}")))?;
    let json: Value = serde_json::from_str(&text).unwrap_or_default();
    if json["schema"] != "kaigong.bench/1" {
        return Err(fault(
            "不是 bench --save 写出的文件".to_owned(),
            "this is not a file that `bench --save` wrote".to_owned(),
        ));
    }
    let before = &json["projects"];
    if *before != projects {
        return Err(fault(
            format!("是 {before} 个项目的计时，不能与 {projects} 个的比"),
            format!("it timed {before} projects and cannot be held against {projects}"),
        ));
    }
    Ok(json)
}

fn measure(arguments: &BenchArguments) -> Result<Bench, Refused> {
    let BenchArguments { projects, seed, as_of, runs, .. } = *arguments;
    let mut stages = Vec::new();
    let mut stage = |name: &'static str, words: Words, per_project: bool, micros: u64| {
        stages.push(Stage { name, words, micros, per_project, peak_kib: peak_kib() });
    };
    let (load, rules) = median(runs, || kaigong::load_rules(&arguments.rules))?;
    stage("compile", Words::new("读规则包", "load rules"), false, load);
    let pack = &rules.pack;
    let city = City::new(pack, SynthOptions { projects, seed, as_of });
    let mut csv = city.header().into_bytes();
    for block in city.blocks(0..projects)? {
        csv.extend(block.csv);
    }
    let blanks = csv.windows(2).filter(|pair| pair == b",," || pair == b",\n").count() as u64 / u64::from(projects);
    let inputs = [Input { name: "projects.csv".to_owned(), bytes: csv }];
    let (read, ledger) = median(runs, || kaigong::read_ledger(pack, &inputs, &ReadOptions::default()))?;
    stage("read", Words::new("读 CSV", "read csv"), true, read);
    let options = CheckOptions { summary_only: true, ledger_date: Some(as_of), ..CheckOptions::on(as_of) };
    let threads = kaigong::threads();
    let mut sums = Vec::new();
    for count in [1, threads] {
        let (micros, evaluation) =
            median(runs, || kaigong::on_threads(count, || kaigong::evaluated(pack, &ledger, &options)))?;
        sums.push(evaluation.checksum());
        let name = if count == 1 { "evaluate_1" } else { "evaluate" };
        if count == 1 || threads > 1 {
            let words = Words::new(
                format!("核查，{count} 线程"),
                format!("evaluate, {count} thread{}", if count == 1 { "" } else { "s" }),
            );
            stage(name, words, true, micros);
        }
    }
    let (summary, assessment) = median(runs, || kaigong::check(pack, &ledger, &options, None))?;
    stage("check", Words::new("核查并汇总", "evaluate and summarise"), true, summary);
    let (leverage, _) = median(runs, || Ok(kaigong::leverage(&assessment, None)))?;
    stage("leverage", Words::new("试算先办什么", "leverage"), true, leverage);
    drop(assessment);
    let full = CheckOptions { summary_only: false, ..options };
    let assessment = kaigong::check(pack, &ledger, &full, None)?;
    let (write, bytes) =
        median(runs, || Ok(RowWriter::new(RowFormat::Csv, false, Lang::Zh).rows(&assessment).collect::<Vec<_>>()))?;
    stage("write", Words::new("写 CSV", "write csv"), true, write);
    drop(bytes);
    Ok(Bench {
        projects,
        requirements: pack.requirements.len(),
        blanks,
        threads,
        stages,
        checksum: sums[0],
        same: sums.iter().all(|sum| *sum == sums[0]),
    })
}

/// The median time of some runs, microseconds, and the last result.
fn median<T>(runs: u32, mut work: impl FnMut() -> Result<T, Refused>) -> Result<(u64, T), Refused> {
    let mut timed = || {
        let begun = Instant::now();
        let result = work()?;
        Ok::<_, Refused>((begun.elapsed().as_micros() as u64, result))
    };
    let (first, mut result) = timed()?;
    let mut times = vec![first];
    for _ in 1..runs {
        let (time, next) = timed()?;
        times.push(time);
        result = next;
    }
    times.sort_unstable();
    Ok((times[times.len() / 2], result))
}

/// The most memory the process has taken so far, KiB, where the system says so.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string(Path::new("/proc/self/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

impl Bench {
    fn rate(&self, stage: &Stage) -> Option<u64> {
        stage.per_project.then(|| u64::from(self.projects) * 1_000_000 / stage.micros.max(1))
    }

    fn json(&self) -> Value {
        let stages = self.stages.iter().map(|stage| {
            json!({
                "name": stage.name,
                "micros": stage.micros,
                "projects_per_second": self.rate(stage),
                "peak_kib": stage.peak_kib,
            })
        });
        json!({
            "schema": "kaigong.bench/1",
            "version": env!("CARGO_PKG_VERSION"),
            "architecture": std::env::consts::ARCH,
            "projects": self.projects,
            "requirements": self.requirements,
            "blanks_per_project": self.blanks,
            "threads": self.threads,
            "stages": stages.collect::<Vec<_>>(),
            "checksum": format!("{:016x}", self.checksum),
            "same_on_all_threads": self.same,
        })
    }

    /// Stages that took a tenth more than before: name, before, now.
    fn slower(&self, before: &Value) -> Vec<(&Stage, u64)> {
        let old = |name: &str| {
            let stages = before["stages"].as_array().into_iter().flatten();
            stages.filter(|stage| stage["name"] == name).find_map(|stage| stage["micros"].as_u64())
        };
        let found = self.stages.iter().filter_map(|stage| Some((stage, old(stage.name)?)));
        found.filter(|(stage, old)| stage.micros * 100 > old * TOLERANCE).collect()
    }

    fn screen(&self, against: Option<&Value>, slower: &[(&Stage, u64)], lang: Lang) -> String {
        let Self { projects, requirements, blanks, threads, .. } = self;
        let (arch, version) = (std::env::consts::ARCH, env!("CARGO_PKG_VERSION"));
        let mut out = match lang {
            Lang::Zh => format!(
                "{projects} 个项目，{requirements} 项要件，平均每个项目 {blanks} 格空白；{threads} 线程，{arch}，kaigong {version}\n"
            ),
            Lang::En => format!(
                "{projects} projects, {requirements} requirements, {blanks} blank cells per project; {threads} threads, {arch}, kaigong {version}\n"
            ),
        };
        let heads = match lang {
            Lang::Zh => ["阶段", "用时", "每秒项目数", "内存峰值"],
            Lang::En => ["stage", "time", "projects/s", "peak memory"],
        };
        let aligns = [Align::Left, Align::Right, Align::Right, Align::Right];
        let mut table = Table { columns: Vec::new(), rows: Vec::new() };
        table.columns = heads.iter().zip(aligns).map(|(head, align)| ((*head).to_owned(), align)).collect();
        for stage in &self.stages {
            let dash = || "-".to_owned();
            table.rows.push(vec![
                stage.words.get(lang).to_owned(),
                milliseconds(stage.micros),
                self.rate(stage).map_or_else(dash, |rate| rate.to_string()),
                stage.peak_kib.map_or_else(dash, |kib| format!("{} MB", kib / 1024)),
            ]);
        }
        let _ = writeln!(out, "{}", table.lines().join("\n"));
        let _ = match (lang, self.same) {
            (Lang::Zh, true) => writeln!(out, "1 线程与 {threads} 线程结论相同（校验 {:016x}）", self.checksum),
            (Lang::En, true) => {
                writeln!(out, "same verdicts from 1 and {threads} threads: yes (checksum {:016x})", self.checksum)
            }
            (Lang::Zh, false) => writeln!(out, "1 线程与 {threads} 线程结论不同：请报告此错误"),
            (Lang::En, false) => {
                writeln!(out, "same verdicts from 1 and {threads} threads: NO; this is a fault, please report it")
            }
        };
        if against.is_some() && slower.is_empty() {
            let _ = writeln!(
                out,
                "{}",
                if lang == Lang::Zh { "与上次相比没有变慢" } else { "no stage is slower than before" }
            );
        }
        for (stage, before) in slower {
            let (name, before, now) = (stage.words.get(lang), milliseconds(*before), milliseconds(stage.micros));
            let _ = match lang {
                Lang::Zh => writeln!(out, "变慢：{name} {before} → {now}"),
                Lang::En => writeln!(out, "slower: {name} {before} → {now}"),
            };
        }
        out
    }
}

fn milliseconds(micros: u64) -> String {
    format!("{}.{:01} ms", micros / 1000, micros % 1000 / 100)
}
