//! Rows put together to portfolios, and the ids of those gone by.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use kaigong_model::{Diagnostic, Place, Portfolio, PortfolioBuilder, Schema, Words, id_hash};

use super::{Fed, linked::Linked, seen::Seen};
use crate::{
    codes,
    csv_ledger::{chunk::Chunk, stitch::Stitch},
    draft::{Draft, same_id},
    json_lines::Lines,
    table::Heads,
    wide::no_rows,
    words::shown,
};

/// Rows for which room is made at once, whatever a file says of itself.
#[cfg(feature = "parquet")]
const EXPECTED: u64 = 1 << 21;

/// What is held of a ledger that is read in blocks.
pub(super) struct Hold {
    pub(super) name: String,
    pub(super) draft: Draft,
    /// Rows of a block, give or take those of a piece.
    most: usize,
    source: usize,
    /// The columns of a table, and which is the project id.
    heads: Option<(Heads, usize)>,
    json: Option<Lines>,
    parts: Vec<kaigong_model::Rows>,
    /// The line the next piece begins on.
    lines: u32,
    /// Rows of the blocks so far.
    rows: usize,
    /// Blocks that are put together.
    pub(super) ready: VecDeque<Portfolio>,
    begun: bool,
    stopped: bool,
    seen: Seen,
    suspects: Vec<Suspect>,
    /// Projects so far that are linked to others, and those others.
    pub(super) linked: Linked,
}

/// An id whose hash another had before.
struct Suspect {
    id: String,
    hash: u64,
    line: u32,
    first: u32,
    /// Whether both stood in one block, so that they are known to be one.
    is_same: bool,
}

impl Hold {
    pub(super) fn new(schema: &Arc<Schema>, name: &str, most: usize) -> Self {
        Self {
            name: name.to_owned(),
            draft: Draft::unindexed(schema),
            most,
            source: 0,
            heads: None,
            json: None,
            parts: Vec::new(),
            lines: 1,
            rows: 0,
            ready: VecDeque::new(),
            begun: false,
            stopped: false,
            seen: Seen::default(),
            suspects: Vec::new(),
            linked: Linked::default(),
        }
    }

    /// Rows of a source follow, the first piece of them from a line on; a table where there are heads, else JSON lines.
    pub(super) fn begin(&mut self, source: usize, heads: Option<(Heads, usize)>, line: u32) {
        self.json = heads.is_none().then(|| Lines::new(source, &self.name));
        (self.source, self.heads, self.lines) = (source, heads, line);
    }

    /// About so many rows are to be expected.
    #[cfg(feature = "parquet")]
    pub(super) fn expect(&mut self, rows: u64) {
        self.seen.reserve(rows.min(EXPECTED) as usize);
    }

    /// Nothing more is taken: rows are missing.
    pub(super) fn stop(&mut self) {
        self.draft.incomplete = true;
        self.stopped = true;
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Takes in what was read; blocks that are full become ready.
    pub(super) fn take(&mut self, fed: Fed) {
        match fed {
            Fed::Chunks(chunks) => {
                for chunk in chunks {
                    if self.stopped {
                        return;
                    }
                    let first = self.draft.builder.len();
                    self.add(chunk);
                    self.look_at(first);
                    self.close_if_full();
                }
            }
            Fed::Lines(text) => {
                let first = self.draft.builder.len();
                if let Some(lines) = &mut self.json {
                    lines.read(&mut self.draft, &text);
                }
                self.look_at(first);
                self.close_if_full();
            }
            Fed::Failed(faults) => {
                self.draft.log.extend(faults);
                self.stop();
            }
            Fed::First(_) | Fed::End => {}
        }
    }

    /// The last rows become a block; there is one of a ledger without projects, too.
    pub(super) fn end(&mut self) {
        if !self.begun || !self.draft.builder.is_empty() {
            self.close();
        }
    }

    fn add(&mut self, chunk: Chunk) {
        let Some((heads, id)) = &self.heads else { return };
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

    /// Looks whether the ids of the rows taken in since `first` are new.
    fn look_at(&mut self, first: usize) {
        let (ids, hashes) = (self.draft.builder.ids(), self.draft.builder.hashes());
        let lines = self.draft.sources.get(self.source).map_or(&[][..], |source| &source.lines);
        let suspects = &mut self.suspects;
        self.seen.add(&hashes[first..], lines.get(first..).unwrap_or_default(), |at, before| {
            let (row, hash, line) = (first + at, hashes[first + at], lines[first + at]);
            let is_same = lines.binary_search(&before).is_ok_and(|other| ids[other] == ids[row]);
            suspects.push(Suspect { id: ids[row].to_string(), hash, line, first: before, is_same });
        });
    }

    fn close_if_full(&mut self) {
        if self.draft.builder.len() >= self.most {
            self.close();
        }
    }

    /// Makes a portfolio of the rows gathered.
    fn close(&mut self) {
        self.begun = true;
        let mut builder = PortfolioBuilder::unindexed(Arc::clone(&self.draft.schema));
        std::mem::swap(&mut builder, &mut self.draft.builder);
        builder.append(std::mem::take(&mut self.parts));
        let source = match self.draft.sources.get_mut(self.source) {
            Some(source) => {
                let lines = std::mem::take(&mut source.lines);
                kaigong_model::Source { lines, ..source.clone() }
            }
            None => kaigong_model::Source::default(),
        };
        self.rows += builder.len();
        builder.source(source);
        // Links lead out of the block; whoever reads in blocks asks which there are.
        let (portfolio, _) = builder.finish();
        self.linked.look_at(&portfolio);
        self.ready.push_back(portfolio);
    }

    pub(super) fn has_suspects(&self) -> bool {
        self.suspects.iter().any(|suspect| !suspect.is_same)
    }

    /// Holds an id for one whose hash another had before.
    #[cfg(test)]
    pub(super) fn suspect(&mut self, id: &str, line: u32, first: u32) {
        self.suspects.push(Suspect { id: id.to_owned(), hash: id_hash(id), line, first, is_same: false });
    }

    /// Looks through the same blocks again for the ids of one hash.
    pub(super) fn look_again(&mut self, blocks: impl Iterator<Item = Portfolio>) {
        let hashes: BTreeSet<u64> = self.suspects.drain(..).map(|suspect| suspect.hash).collect();
        let mut firsts = BTreeMap::new();
        for block in blocks {
            for (id, &line) in block.ids.iter().zip(&block.sources[0].lines) {
                if !hashes.contains(&id_hash(id)) {
                    continue;
                }
                if let Some(&first) = firsts.get(id) {
                    self.same(id, line, first);
                } else {
                    firsts.insert(id.to_owned(), line);
                }
            }
        }
    }

    /// An id is used twice.
    fn same(&mut self, id: &str, line: u32, first: u32) {
        let place = self.id_place();
        self.draft.log.fault(|_| {
            let there = Place::Cell { file: self.name.clone(), line: first, column: String::new() };
            same_id(id, first).at(place(line)).label(there, Words::new("首次出现", "first here"))
        });
    }

    /// What there is to say: warnings and notices, or all faults.
    pub(super) fn finish(mut self) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        for suspect in std::mem::take(&mut self.suspects) {
            if suspect.is_same {
                self.same(&suspect.id, suspect.line, suspect.first);
                continue;
            }
            let place = self.id_place();
            self.draft.log.fault(|_| same_print(&suspect.id, suspect.first).at(place(suspect.line)));
        }
        if self.rows == 0 && !self.draft.incomplete {
            let place = match &self.heads {
                Some((heads, id)) => heads.header_place(*id),
                None => Place::File(self.name.clone()),
            };
            self.draft.log.note(|_| no_rows().at(place));
        }
        self.draft.finish().1.finish()
    }

    fn id_place(&self) -> impl Fn(u32) -> Place + use<> {
        let (name, heads) = (self.name.clone(), self.heads.clone());
        move |line| match &heads {
            Some((heads, id)) => heads.place(line, *id),
            None => Place::Cell { file: name.clone(), line, column: String::new() },
        }
    }
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
