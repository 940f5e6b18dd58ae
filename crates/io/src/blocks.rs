//! A ledger read in blocks: each a portfolio of its own, so that no more of it is held than a block and the hashes of
//! the ids before.
//!
//! ```text
//! bytes --decode--> text --cut between records--> pieces --each on a thread--> rows --so many--> portfolio
//! ```
//! A fault is known when its block is read, and the whole list at the end: what is made of blocks must not be shown
//! before [`Blocks::finish`], or be written again once a first reading has found nothing wrong.

mod source;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    io::Read,
    sync::Arc,
};

use kaigong_model::{ByHash, Diagnostic, Place, Portfolio, PortfolioBuilder, Schema, Values, Words, id_hash};
use rayon::prelude::*;

use self::source::{Failed, Text};
use crate::{
    codes,
    csv_ledger::{
        self, PIECE,
        chunk::{Chunk, Plan},
        split,
        stitch::Stitch,
    },
    draft::{Draft, same_id},
    input::InputFormat,
    json_lines::Lines,
    table::{Heads, delimiter},
    text::{guessed, lines_in, no_text, nul, undecodable},
    wide::{Layout, no_rows},
    words::shown,
};

/// Bytes a record may have; a longer one is a quote that never closes.
const RECORD: usize = 64 << 20;

/// How a ledger is read in blocks.
#[derive(Clone, Copy, Debug)]
pub struct BlockOptions {
    /// Rows of a block, give or take those of a piece.
    pub rows: usize,
    /// Bytes of a piece, the least that is read on a thread.
    pub piece: usize,
    /// CSV or JSON lines.
    pub format: InputFormat,
    /// The text is GB18030, whatever its first bytes look like.
    pub gb18030: bool,
}

impl BlockOptions {
    /// Blocks of about so many rows.
    pub fn of(rows: usize, format: InputFormat) -> Self {
        Self { rows, piece: PIECE, format, gb18030: false }
    }
}

/// A ledger being read in blocks.
pub struct Blocks<R> {
    options: BlockOptions,
    name: String,
    text: Text<R>,
    /// Text that has not been cut up.
    buffer: Vec<u8>,
    draft: Draft,
    source: usize,
    reader: Reader,
    /// Pieces read and not added.
    queue: VecDeque<Chunk>,
    parts: Vec<kaigong_model::Rows>,
    /// The line the next piece begins on.
    lines: u32,
    rows: usize,
    /// Whether a block has been given.
    begun: bool,
    done: bool,
    /// Hash of every id so far, with its line.
    seen: ByHash<u32>,
    suspects: Vec<Suspect>,
    linked: bool,
    undecodable: bool,
    /// How fetching text ahead went.
    filled: Option<Result<bool, Failed>>,
    /// Whether lines end in carriage returns alone, as far as the first text tells.
    returns: Option<bool>,
}

/// An id whose hash another had before.
struct Suspect {
    id: String,
    hash: u64,
    line: u32,
    first: u32,
}

/// What the text is read by.
enum Reader {
    /// The header has not been read.
    New,
    Csv {
        heads: Heads,
        id: usize,
        layout: Layout,
        /// Whether the header is still before the next piece.
        header: bool,
    },
    Lines(Lines),
}

impl<R: Read + Send> Blocks<R> {
    /// Begins to read; a fault at the very beginning is told by [`Blocks::finish`] too.
    pub fn open(schema: &Arc<Schema>, name: &str, from: R, options: BlockOptions) -> Self {
        Self {
            options,
            name: name.to_owned(),
            text: Text::new(from, options.gb18030),
            buffer: Vec::new(),
            draft: Draft::new(schema, false),
            source: 0,
            reader: Reader::New,
            queue: VecDeque::new(),
            parts: Vec::new(),
            lines: 1,
            rows: 0,
            begun: false,
            done: false,
            seen: ByHash::default(),
            suspects: Vec::new(),
            linked: false,
            undecodable: false,
            filled: None,
            returns: None,
        }
    }

    /// The next block: never an empty one, but for the first of a ledger without projects.
    pub fn next_block(&mut self) -> Option<Portfolio> {
        while self.draft.builder.len() < self.options.rows {
            if let Some(chunk) = self.queue.pop_front() {
                self.add(chunk);
            } else if self.done || !self.read_on() {
                self.done = true;
                break;
            }
        }
        if self.draft.builder.is_empty() && self.begun {
            return None;
        }
        self.begun = true;
        Some(self.close_block())
    }

    /// Rows of the blocks so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether any project so far is linked to another, which may stand in another block.
    pub fn is_linked(&self) -> bool {
        self.linked
    }

    /// Whether bytes were met that are no UTF-8, so that the text may be GB18030 throughout.
    pub fn is_other_text(&self) -> bool {
        self.undecodable
    }

    /// Whether ids were met whose hashes others had, so that a second look is due.
    pub fn has_suspects(&self) -> bool {
        !self.suspects.is_empty()
    }

    /// Looks at the same ledger again for the ids of one hash: a fault where two of them are one, nothing where only
    /// their hashes are.
    pub fn second_look<S: Read + Send>(&mut self, again: S) {
        let hashes: BTreeSet<u64> = self.suspects.drain(..).map(|suspect| suspect.hash).collect();
        let mut again = Blocks::open(&self.draft.schema, &self.name, again, self.options);
        let mut firsts = BTreeMap::new();
        while let Some(block) = again.next_block() {
            for (id, &line) in block.ids.iter().zip(&block.sources[0].lines) {
                if !hashes.contains(&id_hash(id)) {
                    continue;
                }
                if let Some(&first) = firsts.get(id) {
                    let place = self.id_place();
                    self.draft.log.fault(|_| {
                        let there = Place::Cell { file: self.name.clone(), line: first, column: String::new() };
                        same_id(id, first).at(place(line)).label(there, Words::new("首次出现", "first here"))
                    });
                } else {
                    firsts.insert(id.clone(), line);
                }
            }
        }
    }

    /// What there is to say: warnings and notices, or all faults.
    ///
    /// Suspects that had no second look are faults that say so.
    ///
    /// # Errors
    /// Every fault, in order of place.
    pub fn finish(mut self) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        for suspect in std::mem::take(&mut self.suspects) {
            let place = self.id_place();
            self.draft.log.fault(|_| same_print(&suspect.id, suspect.first).at(place(suspect.line)));
        }
        if self.rows == 0 && !self.draft.incomplete {
            let place = match &self.reader {
                Reader::Csv { heads, id, .. } => heads.header_place(*id),
                _ => Place::File(self.name.clone()),
            };
            self.draft.log.note(|_| no_rows().at(place));
        }
        self.draft.finish().1.finish()
    }

    /// A fault of links between projects, for a ledger that cannot be looked at twice.
    pub fn links_in_pipe(name: &str) -> Diagnostic {
        Diagnostic::error(
            codes::LINKS_IN_BLOCKS,
            "项目之间有关联，而管道只能分块读一遍，看不全",
            "projects are linked to others, and a pipe is read once, in blocks that do not see one another",
        )
        .at(Place::File(name.to_owned()))
        .help("存成文件再核查，或加大 --memory", "save it as a file and check that, or raise --memory")
    }

    fn id_place(&self) -> impl Fn(u32) -> Place + use<R> {
        let (name, head) = (
            self.name.clone(),
            match &self.reader {
                Reader::Csv { heads, id, .. } => Some((heads.clone(), *id)),
                _ => None,
            },
        );
        move |line| match &head {
            Some((heads, id)) => heads.place(line, *id),
            None => Place::Cell { file: name.clone(), line, column: String::new() },
        }
    }

    /// Takes the rows gathered for a portfolio.
    fn close_block(&mut self) -> Portfolio {
        let mut builder = PortfolioBuilder::new(Arc::clone(&self.draft.schema));
        std::mem::swap(&mut builder, &mut self.draft.builder);
        builder.append(std::mem::take(&mut self.parts));
        let source = match self.draft.sources.get_mut(self.source) {
            Some(source) => {
                let lines = std::mem::take(&mut source.lines);
                kaigong_model::Source { lines, ..source.clone() }
            }
            None => kaigong_model::Source::default(),
        };
        for (id, &line) in builder.ids().iter().zip(&source.lines) {
            let hash = id_hash(id);
            if let Some(&first) = self.seen.get(&hash) {
                self.suspects.push(Suspect { id: id.to_string(), hash, line, first });
            } else {
                self.seen.insert(hash, line);
            }
        }
        self.rows += builder.len();
        builder.source(source);
        // Links lead out of the block; whoever reads in blocks asks whether there are any.
        let (portfolio, _) = builder.finish();
        let links = portfolio.columns.iter().flatten().any(|column| match &column.values {
            Values::Projects { ids, .. } => !ids.is_empty(),
            _ => false,
        });
        self.linked |= links;
        portfolio
    }

    fn add(&mut self, chunk: Chunk) {
        let Reader::Csv { heads, id, .. } = &self.reader else { return };
        let mut stitch = Stitch::new(&mut self.draft, heads, self.source, *id);
        stitch.lines = self.lines;
        stitch.parts = std::mem::take(&mut self.parts);
        stitch.add(chunk);
        self.parts = std::mem::take(&mut stitch.parts);
        self.lines = stitch.lines;
        if stitch.broken {
            self.stop();
        }
    }

    /// Nothing more is read: rows are missing.
    fn stop(&mut self) {
        self.draft.incomplete = true;
        self.done = true;
        self.queue.clear();
        self.buffer.clear();
    }

    fn fail(&mut self, fault: Diagnostic) -> bool {
        self.draft.log.fault(|_| fault);
        self.stop();
        false
    }

    /// Reads and cuts up some more text; false where there is none.
    fn read_on(&mut self) -> bool {
        let piece = self.options.piece;
        let mut target = piece * 4 * rayon::current_num_threads();
        loop {
            let filled = self.filled.take().unwrap_or_else(|| self.text.fill(&mut self.buffer, target));
            let end = match filled {
                Ok(end) => end,
                Err(Failed::Io(error)) => {
                    let place = Place::File(self.name.clone());
                    let (zh, en) = (format!("无法读下去：{error}"), format!("cannot go on: {error}"));
                    return self.fail(Diagnostic::error(codes::UNREADABLE, zh, en).at(place));
                }
                Err(Failed::Malformed) => {
                    self.undecodable = true;
                    let line = self.lines + lines_in(&self.buffer) - 1;
                    return self.fail(undecodable(&self.name, line));
                }
                Err(Failed::NoText) => return self.fail(no_text(&self.name)),
            };
            if let Some(encoding) = self.text.take_guess() {
                let name = self.name.clone();
                self.draft.log.note(|_| guessed(&name, encoding));
            }
            if let Some(at) = memchr::memchr(0, &self.buffer) {
                let line = self.lines + lines_in(&self.buffer[..at]) - 1;
                return self.fail(nul(&self.name, line));
            }
            if self.buffer.is_empty() {
                return false;
            }
            let bare =
                || memchr::memchr(b'\r', &self.buffer).is_some() && memchr::memchr(b'\n', &self.buffer).is_none();
            if *self.returns.get_or_insert_with(bare) {
                // As in a text that is read whole: lone carriage returns end lines, and every line counts.
                self.buffer.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
            }
            let ends = self.cut(end);
            let Some(&last) = ends.last() else {
                if target > RECORD {
                    let place = Place::Cell { file: self.name.clone(), line: self.lines, column: String::new() };
                    return self.fail(long_record().at(place));
                }
                target *= 2;
                continue;
            };
            let rest = self.buffer.split_off(last);
            let text = std::mem::replace(&mut self.buffer, rest);
            return self.read_pieces(&text, &ends);
        }
    }

    /// Where the pieces of the text end that are whole.
    fn cut(&self, end: bool) -> Vec<usize> {
        let (delimiter, header) = match &self.reader {
            Reader::Csv { heads, .. } => (heads.delimiter, 0),
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

    fn read_pieces(&mut self, text: &[u8], ends: &[usize]) -> bool {
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let pieces: Vec<&[u8]> = starts.zip(ends).map(|(start, &end)| &text[start..end]).collect();
        let valid: Option<Vec<&str>> = pieces.par_iter().map(|piece| simdutf8::basic::from_utf8(piece).ok()).collect();
        let Some(pieces) = valid else {
            self.undecodable = true;
            let upto = std::str::from_utf8(text).map_or_else(|error| error.valid_up_to(), |_| 0);
            let line = self.lines + lines_in(&text[..upto]) - 1;
            return self.fail(undecodable(&self.name, line));
        };
        if matches!(self.reader, Reader::New) && !self.begin(pieces[0]) {
            return false;
        }
        match &mut self.reader {
            Reader::Lines(lines) => {
                lines.read(&mut self.draft, pieces[0]);
                self.lines += lines_in(text) - 1;
            }
            Reader::Csv { heads, id, layout, header } => {
                let is_first = std::mem::take(header);
                let plan = Plan::new(&self.draft.schema, layout, *id, heads);
                let read = |(at, text): (usize, &&str)| plan.read(text, is_first && at == 0);
                let target = self.options.piece * 4 * rayon::current_num_threads();
                let (source, buffer) = (&mut self.text, &mut self.buffer);
                // More is fetched while this is read.
                let (chunks, filled): (Vec<Chunk>, _) =
                    rayon::join(|| pieces.par_iter().enumerate().map(read).collect(), || source.fill(buffer, target));
                self.filled = Some(filled);
                self.queue.extend(chunks);
            }
            Reader::New => {}
        }
        true
    }

    /// Reads the header; false where it has a fault.
    fn begin(&mut self, first: &str) -> bool {
        if self.options.format == InputFormat::JsonLines {
            self.source = self.draft.open_source(&self.name, None, Vec::new());
            self.reader = Reader::Lines(Lines::new(self.source, &self.name));
            return true;
        }
        let opened = csv_ledger::open(&mut self.draft, &self.name, first);
        let Some((heads, id, layout)) = opened.map(|(table, id, layout)| (table.heads().clone(), id, layout)) else {
            self.stop();
            return false;
        };
        self.source = self.draft.open_source(&self.name, None, layout.facts.clone());
        self.reader = Reader::Csv { heads, id, layout, header: true };
        true
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

/// Two ids of a pipe that have one hash.
fn same_print(id: &str, first: u32) -> Diagnostic {
    Diagnostic::error(
        codes::SAME_PRINT,
        format!("项目编号「{}」与第 {first} 行的编号指纹相同，看来重复", shown(id)),
        format!("project id `{}` has the fingerprint of the id on line {first} and seems to be used twice", shown(id)),
    )
    .help(
        "管道只能读一遍，无法再看那一行；存成文件即可确认",
        "a pipe is read once and that line is gone; save it as a file to be sure",
    )
}

#[cfg(test)]
mod tests;
