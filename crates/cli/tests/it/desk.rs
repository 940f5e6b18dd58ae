//! A folder of its own in which commands are run.

use std::path::PathBuf;
use std::process::{Command, Output};

/// The folder; it goes when this does.
pub(crate) struct Desk(tempfile::TempDir);

impl Desk {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let kaigong = Command::new(env!("CARGO_BIN_EXE_kaigong"))
            .args(arguments)
            .env("KAIGONG_LANG", "en")
            .current_dir(self.0.path())
            .output();
        kaigong.unwrap()
    }
}
