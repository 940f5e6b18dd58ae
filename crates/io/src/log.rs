//! The pile of faults and notices: listed up to a limit, the rest counted.

use kaigong_model::{Diagnostic, Severity, limits};

use crate::{codes, near::Near};

/// Everything found wrong or worth saying.
#[derive(Debug)]
pub(crate) struct Log {
    faults: Pile,
    notices: Pile,
    near: Near,
    skip_bad_rows: bool,
    rows_left_out: usize,
}

#[derive(Debug, Default)]
struct Pile {
    listed: Vec<Diagnostic>,
    more: usize,
}

impl Pile {
    /// Makes the diagnostic only if it will be listed: a bad column of a million rows stays cheap.
    fn push(&mut self, make: impl FnOnce() -> Diagnostic) {
        if self.listed.len() < limits::FAULTS_LISTED {
            self.listed.push(make());
        } else {
            self.more += 1;
        }
    }

    fn close(mut self, last: impl FnOnce(usize) -> Diagnostic) -> Vec<Diagnostic> {
        Diagnostic::sort(&mut self.listed);
        if self.more > 0 {
            self.listed.push(last(self.more));
        }
        self.listed
    }
}

impl Log {
    pub(crate) fn new(skip_bad_rows: bool) -> Self {
        Self { faults: Pile::default(), notices: Pile::default(), near: Near::new(), skip_bad_rows, rows_left_out: 0 }
    }

    /// A fault of a file: it stops the run whatever the options.
    pub(crate) fn fault(&mut self, make: impl FnOnce(&mut Near) -> Diagnostic) {
        self.faults.push(|| make(&mut self.near));
    }

    /// A fault of one row: a warning where such rows are left out.
    pub(crate) fn row_fault(&mut self, make: impl FnOnce(&mut Near) -> Diagnostic) {
        if self.skip_bad_rows {
            self.notices.push(|| Diagnostic { severity: Severity::Warning, ..make(&mut self.near) });
        } else {
            self.fault(make);
        }
    }

    /// Counts faults of rows and warnings that came when the list was full.
    pub(crate) fn more(&mut self, row_faults: usize, notices: usize) {
        self.notices.more += notices;
        let pile = if self.skip_bad_rows { &mut self.notices } else { &mut self.faults };
        pile.more += row_faults;
    }

    /// Counts a row with faults; true if it is to be left out.
    pub(crate) fn leave_out(&mut self) -> bool {
        self.rows_left_out += 1;
        self.skip_bad_rows
    }

    /// A warning or a notice.
    pub(crate) fn note(&mut self, make: impl FnOnce(&mut Near) -> Diagnostic) {
        self.notices.push(|| make(&mut self.near));
    }

    /// A warning or a notice, where there turns out to be one.
    pub(crate) fn note_some(&mut self, make: impl FnOnce(&mut Near) -> Option<Diagnostic>) {
        if let Some(diagnostic) = make(&mut self.near) {
            self.notices.push(|| diagnostic);
        }
    }

    /// Names near to one, a few of them.
    pub(crate) fn near_names<'a>(&mut self, name: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
        self.near.list(name, names).into_iter().map(str::to_owned).collect()
    }

    /// Faults found by another crate.
    pub(crate) fn extend(&mut self, faults: Vec<Diagnostic>) {
        for fault in faults {
            self.faults.push(|| fault);
        }
    }

    /// Warnings and notices, or, if there is a fault, all faults and after them the notices.
    pub(crate) fn finish(self) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        let mut notices = self.notices.close(|more| {
            Diagnostic::notice(
                codes::MORE,
                format!("另有 {more} 条提示未列出"),
                format!("{more} more notices are not listed"),
            )
        });
        if self.skip_bad_rows && self.rows_left_out > 0 {
            let rows = self.rows_left_out;
            notices.push(Diagnostic::warning(
                codes::LEFT_OUT,
                format!("有错误而未读入的行共 {rows} 行"),
                format!("{rows} rows with faults were left out"),
            ));
        }
        if self.faults.listed.is_empty() {
            return Ok(notices);
        }
        let mut all = self.faults.close(|more| {
            Diagnostic::error(
                codes::MORE,
                format!("另有 {more} 处错误未列出"),
                format!("{more} more faults are not listed"),
            )
            .help("改好以上各处再试", "mend those above and try again")
        });
        all.append(&mut notices);
        Err(all)
    }
}
