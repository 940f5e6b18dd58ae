//! What an author or a clerk can cause: a fault with a stable code, a place and a way to mend it.

use crate::words::{Lang, Words};

/// A stable code such as `KG-R012`: R rules, L ledgers, D data while evaluating, C command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

/// How bad it is. Only an error stops the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The run stops; nothing is written.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Worth saying.
    Notice,
}

/// A place in what somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A stretch of a text file; `line` and `column` count from 1, `column` in characters.
    Text {
        /// File as the user named it.
        file: String,
        /// Line of the first byte.
        line: u32,
        /// Character column of the first byte.
        column: u32,
        /// First byte.
        start: usize,
        /// Byte after the last.
        end: usize,
    },
    /// A cell of a table: file, line (header is 1), header text.
    Cell {
        /// File as the user named it.
        file: String,
        /// Line, counting from 1.
        line: u32,
        /// The column's header as written.
        column: String,
    },
    /// A cell, a row or the whole of a sheet of a workbook.
    Sheet {
        /// File as the user named it.
        file: String,
        /// Name of the sheet.
        sheet: String,
        /// Row, counting from 1; the whole sheet where none.
        row: Option<u32>,
        /// Column, counting from 0; the whole row where none.
        column: Option<u32>,
    },
    /// A whole file or folder.
    File(String),
}

/// The letters a spreadsheet gives a column: 0 is A, 26 is AA.
pub fn column_letters(column: u32) -> String {
    let (mut letters, mut rest) = (Vec::new(), u64::from(column) + 1);
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

impl Place {
    /// The line or row it is on, whatever the column.
    #[must_use]
    pub fn line(&self) -> Self {
        match self.clone() {
            Self::Cell { file, line, .. } => Self::Cell { file, line, column: String::new() },
            Self::Sheet { file, sheet, row, .. } => Self::Sheet { file, sheet, row, column: None },
            other => other,
        }
    }

    /// `file:line:column`, `file:line 列名`, `file 表!G18`, or the file's name.
    pub fn short(&self) -> String {
        match self {
            Self::Text { file, line, column, .. } => format!("{file}:{line}:{column}"),
            Self::Cell { file, line, column } if column.is_empty() => format!("{file}:{line}"),
            Self::Cell { file, line, column } => format!("{file}:{line} {column}"),
            Self::Sheet { file, sheet, row: Some(row), column: Some(column) } => {
                format!("{file} {sheet}!{}{row}", column_letters(*column))
            }
            Self::Sheet { file, sheet, row: Some(row), column: None } => format!("{file} {sheet}!{row}:{row}"),
            Self::Sheet { file, sheet, row: None, column: Some(column) } => {
                let letters = column_letters(*column);
                format!("{file} {sheet}!{letters}:{letters}")
            }
            Self::Sheet { file, sheet, row: None, column: None } => format!("{file} {sheet}"),
            Self::File(file) => file.clone(),
        }
    }
}

/// A place with a word about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What about it; may be empty.
    pub words: Words,
}

/// One fault, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// What is wrong: lower case, no final stop.
    pub message: Words,
    /// The primary place first.
    pub labels: Vec<Label>,
    /// How to mend it.
    pub help: Option<Words>,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: Code, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, severity: Severity::Error, message: Words::new(zh, en), labels: Vec::new(), help: None }
    }

    /// A warning without a place yet.
    pub fn warning(code: Code, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, zh, en) }
    }

    /// A notice without a place yet.
    pub fn notice(code: Code, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { severity: Severity::Notice, ..Self::error(code, zh, en) }
    }

    /// Adds a place without a word.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        self.label(place, Words::default())
    }

    /// Adds a place with a word.
    #[must_use]
    pub fn label(mut self, place: Place, words: Words) -> Self {
        self.labels.push(Label { place, words });
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.help = Some(Words::new(zh, en));
        self
    }

    /// Says "did you mean" where there is a near miss.
    #[must_use]
    pub fn suggest(self, near: Option<&str>) -> Self {
        match near {
            Some(near) => self.help(format!("是否想写「{near}」？"), format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Sorts faults by place, then code; faults without a place come first.
    pub fn sort(diagnostics: &mut [Self]) {
        diagnostics.sort_by(|a, b| {
            let place = |d: &Self| d.labels.first().map(|label| label.place.clone());
            (place(a), a.code, &a.message).cmp(&(place(b), b.code, &b.message))
        });
    }

    /// One line: place, code, message.
    pub fn one_line(&self, lang: Lang) -> String {
        let place = self.labels.first().map(|l| format!("{}: ", l.place.short())).unwrap_or_default();
        let help = self.help.as_ref().map(|h| format!(" ({})", h.get(lang))).unwrap_or_default();
        format!("{place}{}: {}{help}", self.code.0, self.message.get(lang))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_spreadsheets_do() {
        let letters = [0, 25, 26, 701, 702, 16_383].map(column_letters);
        assert_eq!(letters, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
        let place = |row, column| Place::Sheet { file: "台账.xlsx".into(), sheet: "项目".into(), row, column }.short();
        assert_eq!(place(Some(18), Some(6)), "台账.xlsx 项目!G18");
        assert_eq!(place(Some(18), None), "台账.xlsx 项目!18:18");
        assert_eq!(place(None, Some(6)), "台账.xlsx 项目!G:G");
        assert_eq!(place(None, None), "台账.xlsx 项目");
    }
}
