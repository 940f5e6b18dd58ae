//! A ledger read in blocks: each a portfolio of its own, so that no more of it is held than a block and the hashes of
//! the ids before.
//!
//! ```text
//! bytes --decode--> text --cut between records--> pieces --each on a thread--> rows --so many--> portfolio
//! file of columns --so many rows of each on a thread--------------------------> rows --so many--> portfolio
//! ```
//! A fault is known when its block is read, and the whole list at the end: what is made of blocks must not be shown
//! before [`Blocks::finish`], or be written again once a first reading has found nothing wrong.

mod hold;
mod linked;
mod rows;
mod seen;
mod source;

use std::{
    io::{Read, Seek},
    sync::Arc,
};

use kaigong_model::{Diagnostic, Place, Portfolio, Schema};

pub use self::linked::{Knot, Linked};
use self::{
    hold::Hold,
    rows::{Form, Pieces, Rows},
};
use crate::{
    codes,
    csv_ledger::{self, PIECE, chunk::Chunk},
    input::InputFormat,
    text::guessed,
};

/// How a ledger is read in blocks.
#[derive(Clone, Copy, Debug)]
pub struct BlockOptions {
    /// Rows of a block, give or take those of a piece.
    pub rows: usize,
    /// Bytes of a piece, the least that is read on a thread.
    pub piece: usize,
    /// Of a text: CSV or JSON lines.
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

/// Where the bytes of a ledger come from.
pub enum Origin<R> {
    /// Text, from its beginning.
    Text(R),
    /// A file of typed columns, from any place.
    Columns(Box<dyn ReadSeek>),
}

/// A file that is read from any place.
pub trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// A ledger being read in blocks.
///
/// ```text
/// feed --pieces--> hold --portfolios-->
/// ```
/// While the hold puts pieces together, the feed reads the next.
pub struct Blocks<R> {
    options: BlockOptions,
    feed: Feed<R>,
    hold: Hold,
    /// What was read ahead.
    ahead: Option<Fed>,
    done: bool,
    /// Rows of the blocks given.
    rows: usize,
}

/// What reads.
enum Feed<R> {
    Rows(Box<Rows<R>>),
    #[cfg(feature = "parquet")]
    Columns(Box<crate::columnar::Feed>),
    /// The file has a fault at its very beginning.
    Nothing,
}

/// What a feed gives.
enum Fed {
    /// The first pieces of a text, before its header is read.
    First(Pieces),
    /// Rows in typed columns.
    Chunks(Vec<Chunk>),
    /// Lines of JSON.
    Lines(String),
    /// What is wrong, so that nothing more comes.
    Failed(Vec<Diagnostic>),
    End,
}

impl<R: Read + Send> Feed<R> {
    fn next(&mut self) -> Fed {
        match self {
            Self::Rows(rows) => rows.next(),
            #[cfg(feature = "parquet")]
            Self::Columns(columns) => match columns.next() {
                Ok(Some(chunk)) => Fed::Chunks(vec![chunk]),
                Ok(None) => Fed::End,
                Err(faults) => Fed::Failed(faults),
            },
            Self::Nothing => Fed::End,
        }
    }
}

impl<R: Read + Send> Blocks<R> {
    /// Begins to read; a fault at the very beginning is told by [`Blocks::finish`] too.
    pub fn open(schema: &Arc<Schema>, name: &str, from: Origin<R>, options: BlockOptions) -> Self {
        let mut hold = Hold::new(schema, name, options.rows);
        let feed = match from {
            Origin::Text(from) => Feed::Rows(Box::new(Rows::new(schema, name, from, options))),
            Origin::Columns(file) => Self::columns(&mut hold, name, file, options.rows),
        };
        Self { options, feed, hold, ahead: None, done: false, rows: 0 }
    }

    #[cfg(feature = "parquet")]
    fn columns(hold: &mut Hold, name: &str, file: Box<dyn ReadSeek>, rows: usize) -> Feed<R> {
        let step = rows.clamp(1, crate::columnar::ROWS);
        match crate::columnar::Feed::open_file(&mut hold.draft, name, file, step) {
            Ok(Some(feed)) => {
                hold.expect(feed.rows());
                hold.begin(0, Some((feed.heads.clone(), feed.id)), crate::columnar::FIRST_LINE);
                return Feed::Columns(Box::new(feed));
            }
            Ok(None) => hold.stop(),
            Err(faults) => hold.take(Fed::Failed(faults)),
        }
        Feed::Nothing
    }

    #[cfg(not(feature = "parquet"))]
    fn columns(hold: &mut Hold, name: &str, _: Box<dyn ReadSeek>, _: usize) -> Feed<R> {
        hold.take(Fed::Failed(vec![crate::columnar::not_built_in(name)]));
        Feed::Nothing
    }

    /// The next block: never an empty one, but for the first of a ledger without projects.
    pub fn next_block(&mut self) -> Option<Portfolio> {
        while self.hold.ready.is_empty() && !self.done {
            self.step();
        }
        let block = self.hold.ready.pop_front()?;
        self.rows += block.len();
        Some(block)
    }

    fn step(&mut self) {
        let mut fed = self.ahead.take().unwrap_or_else(|| self.feed.next());
        if let Feed::Rows(rows) = &mut self.feed
            && let Some(encoding) = rows.take_guess()
        {
            let name = self.hold.name.clone();
            self.hold.draft.log.note(|_| guessed(&name, encoding));
        }
        if let Fed::First(pieces) = &fed {
            fed = self.begin(pieces);
        }
        if matches!(fed, Fed::End | Fed::Failed(_)) {
            self.hold.take(fed);
            self.done = true;
        } else {
            // More is read while this is put together.
            let (hold, feed) = (&mut self.hold, &mut self.feed);
            let ((), ahead) = rayon::join(|| hold.take(fed), || feed.next());
            self.ahead = Some(ahead);
            self.done = self.hold.is_stopped();
        }
        if self.done {
            self.hold.end();
        }
    }

    /// Reads the header of a text, and then its first pieces.
    fn begin(&mut self, pieces: &Pieces) -> Fed {
        let Feed::Rows(rows) = &mut self.feed else { return Fed::End };
        let (draft, name) = (&mut self.hold.draft, &self.hold.name);
        if self.options.format == InputFormat::JsonLines {
            let source = draft.open_source(name, None, Vec::new());
            rows.form = Form::Lines;
            self.hold.begin(source, None, 1);
            return rows.read(pieces);
        }
        let first = pieces.texts().and_then(|texts| texts.first().copied()).unwrap_or_default();
        let opened = csv_ledger::open(draft, name, first);
        let Some((heads, id, layout)) = opened.map(|(table, id, layout)| (table.heads().clone(), id, layout)) else {
            self.hold.stop();
            return Fed::End;
        };
        let source = draft.open_source(name, None, layout.facts.clone());
        self.hold.begin(source, Some((heads.clone(), id)), 1);
        rows.form = Form::Csv { heads, id, layout, header: true };
        rows.read(pieces)
    }

    /// Rows of the blocks so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The projects so far that are linked to others, which may stand in other blocks.
    pub fn linked(&self) -> &Linked {
        &self.hold.linked
    }

    /// Whether bytes were met that are no UTF-8, so that the text may be GB18030 throughout.
    pub fn is_other_text(&self) -> bool {
        matches!(&self.feed, Feed::Rows(rows) if rows.undecodable)
    }

    /// Whether ids were met whose hashes others had, so that a second look is due.
    pub fn has_suspects(&self) -> bool {
        self.hold.has_suspects()
    }

    /// Looks at the same ledger again for the ids of one hash: a fault where two of them are one, nothing where only
    /// their hashes are.
    pub fn second_look<S: Read + Send>(&mut self, again: Origin<S>) {
        let mut again = Blocks::open(&self.hold.draft.schema, &self.hold.name, again, self.options);
        self.hold.look_again(std::iter::from_fn(|| again.next_block()));
    }

    /// What there is to say: warnings and notices, or all faults.
    ///
    /// Suspects that had no second look are faults that say so.
    ///
    /// # Errors
    /// Every fault, in order of place.
    pub fn finish(self) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        self.hold.finish()
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
}

#[cfg(test)]
pub(crate) mod tests;
