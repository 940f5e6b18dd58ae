//! A ledger in JSON lines: one project a line, an object of the same keys and values as a map in YAML.

mod parse;

use kaigong_model::{Diagnostic, Place};
use kaigong_yaml::Span;

use self::parse::Fault;
use crate::{
    codes,
    draft::Draft,
    wide::no_rows,
    yaml_ledger::{Known, read_project},
};

/// Reads a ledger into the draft.
pub(crate) fn read(draft: &mut Draft, name: &str, text: &str) {
    let source = draft.open_source(name, None, Vec::new());
    let mut lines = Lines::new(source, name);
    lines.read(draft, text);
    if !lines.seen {
        draft.log.note(|_| no_rows().at(Place::File(name.to_owned())));
    }
}

/// A source being read line by line.
#[derive(Debug)]
pub(crate) struct Lines {
    source: usize,
    name: String,
    known: Known,
    /// Lines and bytes gone by.
    line: u32,
    offset: usize,
    /// Whether a line held anything.
    pub(crate) seen: bool,
}

impl Lines {
    pub(crate) fn new(source: usize, name: &str) -> Self {
        Self { source, name: name.to_owned(), known: Known::default(), line: 0, offset: 0, seen: false }
    }

    /// Reads whole lines; what they hold goes into the draft.
    pub(crate) fn read(&mut self, draft: &mut Draft, text: &str) {
        for line in text.split_inclusive('\n') {
            self.line += 1;
            let (number, offset, name) = (self.line, self.offset, &self.name);
            self.offset += line.len();
            if line.trim().is_empty() {
                continue;
            }
            self.seen = true;
            let place = |span: Span| place(name, number, offset, line, span);
            match parse::value(line.trim_end_matches(['\r', '\n'])) {
                Ok(project) => read_project(draft, self.source, &mut self.known, &place, &project, number),
                Err(fault) => {
                    draft.log.row_fault(|_| said(&fault).at(place(fault.span)));
                    draft.log.leave_out();
                    // Whose line it is, nobody knows.
                    draft.incomplete = true;
                }
            }
        }
    }
}

fn place(name: &str, number: u32, offset: usize, line: &str, span: Span) -> Place {
    let start = (0..=span.start.min(line.len())).rev().find(|&at| line.is_char_boundary(at)).unwrap_or_default();
    Place::Text {
        file: name.to_owned(),
        line: number,
        column: line[..start].chars().count() as u32 + 1,
        start: offset + start,
        end: offset + span.end.clamp(start, line.len()),
    }
}

fn said(fault: &Fault) -> Diagnostic {
    match &fault.twice {
        Some(key) => {
            let key = crate::words::shown(key);
            Diagnostic::error(
                codes::KEY_TWICE,
                format!("键「{key}」写了两次"),
                format!("the key `{key}` is written twice"),
            )
            .help("留下一个", "keep one of them")
        }
        None => Diagnostic::error(codes::NOT_JSON, "这一行不是 JSON", "this line is not JSON")
            .help("每行一个项目，例如 {\"id\": \"P-1\"}", "one project a line, such as {\"id\": \"P-1\"}"),
    }
}

#[cfg(test)]
mod tests;
