//! A text cut between records, and its pieces read.

use std::{io::Read, sync::Arc};

use kaigong_model::{Diagnostic, Place, Schema};
use rayon::prelude::*;

use super::{
    BlockOptions, Fed,
    source::{Failed, Text},
};
use crate::{
    codes,
    csv_ledger::{
        chunk::{Chunk, Plan},
        split,
    },
    input::InputFormat,
    table::{Heads, delimiter},
    text::{lines_in, no_text, nul, undecodable},
    wide::Layout,
};

/// Bytes a record may have; a longer one is a quote that never closes.
const RECORD: usize = 64 << 20;

/// Text that is read piece by piece.
pub(super) struct Rows<R> {
    options: BlockOptions,
    name: String,
    schema: Arc<Schema>,
    text: Text<R>,
    /// Text that has not been cut up.
    buffer: Vec<u8>,
    pub(super) form: Form,
    /// The line the text in the buffer begins on.
    lines: u32,
    done: bool,
    /// Whether bytes were met that are no UTF-8.
    pub(super) undecodable: bool,
    /// How fetching text ahead went.
    filled: Option<Result<bool, Failed>>,
    /// Whether lines end in carriage returns alone, as far as the first text tells.
    returns: Option<bool>,
}

/// What the text is read by.
pub(super) enum Form {
    /// The header has not been read.
    New,
    Csv {
        heads: Heads,
        id: usize,
        layout: Layout,
        /// Whether the header is still before the next piece.
        header: bool,
    },
    Lines,
}

/// Whole records, and where each piece of them ends.
pub(super) struct Pieces {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Pieces {
    /// The pieces as text; none where they are no UTF-8.
    pub(super) fn texts(&self) -> Option<Vec<&str>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let pieces: Vec<&[u8]> = starts.zip(&self.ends).map(|(start, &end)| &self.text[start..end]).collect();
        pieces.par_iter().map(|piece| simdutf8::basic::from_utf8(piece).ok()).collect()
    }
}

impl<R: Read + Send> Rows<R> {
    pub(super) fn new(schema: &Arc<Schema>, name: &str, from: R, options: BlockOptions) -> Self {
        Self {
            options,
            name: name.to_owned(),
            schema: Arc::clone(schema),
            text: Text::new(from, options.gb18030),
            buffer: Vec::new(),
            form: Form::New,
            lines: 1,
            done: false,
            undecodable: false,
            filled: None,
            returns: None,
        }
    }

    /// The encoding that was guessed, once.
    pub(super) fn take_guess(&mut self) -> Option<&'static str> {
        self.text.take_guess()
    }

    /// Reads some more.
    pub(super) fn next(&mut self) -> Fed {
        if self.done {
            return Fed::End;
        }
        let pieces = match self.cut_more() {
            Ok(Some(pieces)) => pieces,
            Ok(None) => {
                self.done = true;
                return Fed::End;
            }
            Err(faults) => {
                self.done = true;
                return Fed::Failed(faults);
            }
        };
        if matches!(self.form, Form::New) && pieces.texts().is_some() { Fed::First(pieces) } else { self.read(&pieces) }
    }

    /// Fetches and cuts up some more text; none where there is none.
    fn cut_more(&mut self) -> Result<Option<Pieces>, Vec<Diagnostic>> {
        let mut target = self.target();
        loop {
            let filled = self.filled.take().unwrap_or_else(|| self.text.fill(&mut self.buffer, target));
            let end = match filled {
                Ok(end) => end,
                Err(Failed::Io(error)) => {
                    let place = Place::File(self.name.clone());
                    let (zh, en) = (format!("无法读下去：{error}"), format!("cannot go on: {error}"));
                    return Err(vec![Diagnostic::error(codes::UNREADABLE, zh, en).at(place)]);
                }
                Err(Failed::Malformed) => {
                    self.undecodable = true;
                    return Err(vec![undecodable(&self.name, self.line_of(self.buffer.len()))]);
                }
                Err(Failed::NoText) => return Err(vec![no_text(&self.name)]),
            };
            if let Some(at) = memchr::memchr(0, &self.buffer) {
                return Err(vec![nul(&self.name, self.line_of(at))]);
            }
            if self.buffer.is_empty() {
                return Ok(None);
            }
            let bare =
                || memchr::memchr(b'\r', &self.buffer).is_some() && memchr::memchr(b'\n', &self.buffer).is_none();
            if *self.returns.get_or_insert_with(bare) {
                // As in a text that is read whole: lone carriage returns end lines, and every line counts.
                self.buffer.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
            }
            let ends = self.ends(end);
            let Some(&last) = ends.last() else {
                if target > RECORD {
                    let place = Place::Cell { file: self.name.clone(), line: self.lines, column: String::new() };
                    return Err(vec![long_record().at(place)]);
                }
                target *= 2;
                continue;
            };
            let rest = self.buffer.split_off(last);
            let text = std::mem::replace(&mut self.buffer, rest);
            return Ok(Some(Pieces { text, ends }));
        }
    }

    /// The line of a place in the buffer.
    fn line_of(&self, at: usize) -> u32 {
        self.lines + lines_in(&self.buffer[..at]) - 1
    }

    /// Bytes of text that are read at a time.
    fn target(&self) -> usize {
        self.options.piece * 4 * rayon::current_num_threads()
    }

    /// Where the pieces of the buffer end that are whole.
    fn ends(&self, end: bool) -> Vec<usize> {
        let (delimiter, header) = match &self.form {
            Form::Csv { heads, .. } => (heads.delimiter, 0),
            _ => delimiter(&self.buffer),
        };
        if self.options.format == InputFormat::JsonLines {
            let last =
                if end { Some(self.buffer.len()) } else { memchr::memrchr(b'\n', &self.buffer).map(|at| at + 1) };
            return last.into_iter().collect();
        }
        let survey = split::survey(&self.buffer);
        let pieces = split::pieces(&self.buffer, &survey, delimiter, header, self.options.piece);
        let whole = if end { pieces.len() } else { pieces.len() - 1 };
        pieces[..whole].iter().map(|piece| piece.end).collect()
    }

    /// Reads pieces, whose form is known.
    pub(super) fn read(&mut self, pieces: &Pieces) -> Fed {
        let Some(texts) = pieces.texts() else {
            (self.done, self.undecodable) = (true, true);
            let upto = std::str::from_utf8(&pieces.text).map_or_else(|error| error.valid_up_to(), |_| 0);
            let line = self.lines + lines_in(&pieces.text[..upto]) - 1;
            return Fed::Failed(vec![undecodable(&self.name, line)]);
        };
        let target = self.target();
        match &mut self.form {
            Form::New => Fed::End,
            Form::Lines => {
                self.lines += lines_in(&pieces.text) - 1;
                Fed::Lines(texts.concat())
            }
            Form::Csv { heads, id, layout, header } => {
                let is_first = std::mem::take(header);
                let plan = Plan::new(&self.schema, layout, *id, heads);
                let read = |(at, text): (usize, &&str)| plan.read(text, is_first && at == 0);
                let (source, buffer) = (&mut self.text, &mut self.buffer);
                // More is fetched while this is read.
                let (chunks, filled): (Vec<Chunk>, _) =
                    rayon::join(|| texts.par_iter().enumerate().map(read).collect(), || source.fill(buffer, target));
                self.filled = Some(filled);
                self.lines += chunks.iter().map(|chunk| chunk.lines).sum::<u32>();
                Fed::Chunks(chunks)
            }
        }
    }
}

/// A record that goes on for longer than any does.
fn long_record() -> Diagnostic {
    let limit = RECORD >> 20;
    Diagnostic::error(
        codes::LIMIT,
        format!("从这一行起的一条记录超过 {limit} MiB 的上限"),
        format!("a record that begins on this line is longer than the limit of {limit} MiB"),
    )
    .help("可能是某处少了一个引号", "a quote may be missing in it")
}
