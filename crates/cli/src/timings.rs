//! How long the stages of a run took, for `--timings`.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this face owns the clock and writes the file the user names"
)]

use std::path::Path;
use std::time::Instant;

use kaigong::model::Lang;
use serde_json::{Map, Value};

use crate::exit::Exit;
use crate::{journal, output};

/// Milliseconds by stage, in the order they were run.
#[derive(Debug, Default)]
pub(crate) struct Timings {
    stages: Vec<(&'static str, f64)>,
}

impl Timings {
    /// Does the work of a stage; a stage done in parts is summed.
    pub(crate) fn stage<T>(&mut self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let result = work();
        self.spent(name, begun.elapsed().as_secs_f64() * 1000.0);
        result
    }

    /// Adds what stages took that were run beside these.
    pub(crate) fn add(&mut self, beside: Self) {
        beside.stages.into_iter().for_each(|(name, took)| self.spent(name, took));
    }

    fn spent(&mut self, name: &'static str, took: f64) {
        match self.stages.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += took,
            None => self.stages.push((name, took)),
        }
    }

    /// Writes the stages with the rows of the ledger and the threads there were.
    pub(crate) fn write(&self, path: &Path, rows: usize, lang: Lang) -> Exit {
        if journal::again() {
            return Exit::Done;
        }
        let stages = self.stages.iter().map(|&(name, took)| (name.to_owned(), (took * 1000.0).round() / 1000.0));
        let mut json: Map<String, Value> = stages.map(|(name, took)| (name, took.into())).collect();
        json.insert("schema".to_owned(), "kaigong.timings/1".into());
        json.insert("rows".to_owned(), rows.into());
        json.insert("threads".to_owned(), kaigong::threads().into());
        match std::fs::write(path, format!("{:#}\n", Value::Object(json))) {
            Ok(()) => Exit::Done,
            Err(error) => output::not_written(path, &error, lang),
        }
    }
}
