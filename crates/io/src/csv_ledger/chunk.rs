//! One piece of a ledger, read on a thread of its own: typed columns, ids, and what was wrong, in the order it was met.

use kaigong_model::{Cell, CellFault, CellState, Column, Date, FactType, Part, Schema, Unit, Values, id_hash, limits};

use super::{
    scan::{Record, Records},
    typed::Plain,
};
use crate::{
    paper::Paper,
    table::Heads,
    wide::{Layout, PaperColumns},
};

/// What is read out of each record; shared by all pieces.
pub(crate) struct Plan<'s> {
    schema: &'s Schema,
    /// Which cell is the project id.
    id: usize,
    delimiter: u8,
    /// Columns of the header.
    width: usize,
    plain: Vec<Plain<'s>>,
    papers: &'s [PaperColumns],
}

/// The rows of a piece.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) rows: Vec<ChunkRow>,
    /// A column a fact, `None` where the piece has nothing of it.
    pub(crate) columns: Vec<Option<Column>>,
    /// In order of row.
    pub(crate) events: Vec<Event>,
    /// Faults and conflicts past those kept.
    pub(crate) more: More,
    /// Line feeds of the piece.
    pub(crate) lines: u32,
    /// Line feeds before the quote that never closes.
    pub(crate) unclosed: Option<u32>,
}

/// One row of a piece.
#[derive(Debug)]
pub(crate) struct ChunkRow {
    pub(crate) id: Box<str>,
    pub(crate) hash: u64,
    /// Line feeds of the piece before it.
    pub(crate) line: u32,
    /// False if one of its cells has a fault.
    pub(crate) sound: bool,
    /// Whether its id is blank or holds a control character.
    pub(crate) bad_id: bool,
}

/// Faults and conflicts that are counted only: a list is full before it comes to them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct More {
    pub(crate) faults: usize,
    pub(crate) conflicts: usize,
}

/// Something to say of a row.
#[derive(Debug)]
pub(crate) struct Event {
    /// The row of the piece.
    pub(crate) row: usize,
    pub(crate) what: What,
}

/// What there is to say.
#[derive(Debug)]
pub(crate) enum What {
    /// More cells than the header has columns.
    Ragged {
        /// Cells.
        have: usize,
    },
    /// A cell past the limit.
    Long {
        /// Which cell.
        at: usize,
    },
    /// A cell that cannot be read; which of the plain columns or papers, and its text.
    Cell {
        /// Which cell.
        at: usize,
        fact: kaigong_model::FactIdx,
        unit: Option<Unit>,
        fault: CellFault,
        text: String,
    },
    /// A part of a document that cannot be read.
    Part {
        /// Which cell.
        at: usize,
        part: Part,
        unit: Option<Unit>,
        fault: CellFault,
        text: String,
    },
    /// A document whose cells differ.
    Conflict {
        /// Its first cell.
        at: usize,
        fact: kaigong_model::FactIdx,
    },
}

impl<'s> Plan<'s> {
    pub(crate) fn new(schema: &'s Schema, layout: &'s Layout, id: usize, heads: &Heads) -> Self {
        let plain = layout.plain.iter().map(|&(at, slot)| Plain::new(schema, at, slot)).collect();
        let (delimiter, width) = (heads.delimiter, heads.headers().len());
        Self { schema, id, delimiter, width, plain, papers: &layout.papers }
    }

    /// Reads a piece; the first also holds the header, which is passed over.
    pub(crate) fn read(&self, text: &str, is_first: bool) -> Chunk {
        let mut records = Records::new(text, self.delimiter);
        if is_first {
            records.advance();
        }
        // No piece has more rows than lines.
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let most = ends.filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n')).count() + 1;
        let mut reader = Reader { plan: self, most, chunk: Chunk::default(), kept: More::default(), row: 0 };
        reader.chunk.columns.resize_with(self.schema.len(), || None);
        while let Some(record) = records.advance() {
            match record {
                Record::Unclosed(lines) => {
                    reader.chunk.unclosed = Some(lines);
                    break;
                }
                Record::At(_) if records.is_blank() => {}
                Record::At(line) => reader.record(&records, line),
            }
        }
        reader.chunk.lines = records.lines();
        reader.chunk
    }
}

struct Reader<'r, 's> {
    plan: &'r Plan<'s>,
    /// Room made in each column.
    most: usize,
    chunk: Chunk,
    /// Events kept.
    kept: More,
    /// The row being read.
    row: usize,
}

impl Reader<'_, '_> {
    fn record(&mut self, records: &Records<'_>, line: u32) {
        let plan = self.plan;
        self.row = self.chunk.rows.len();
        let mut sound = self.shape(records);
        for plain in &plan.plain {
            let text = records.cell(plain.at);
            if text.is_empty() {
                continue;
            }
            let column = column_of(&mut self.chunk.columns, plain.slot.fact, plain.spec.kind, self.most);
            if let Err(fault) = plain.read(column, self.row, text) {
                sound = false;
                let (at, fact, unit) = (plain.at, plain.slot.fact, plain.slot.unit);
                self.say(|| What::Cell { at, fact, unit, fault, text: text.to_owned() });
            }
        }
        for paper in plan.papers {
            sound &= self.paper(paper, records);
        }
        let id = records.cell(plan.id);
        self.chunk.rows.push(ChunkRow {
            id: id.into(),
            hash: id_hash(id),
            line,
            sound,
            bad_id: id.is_empty() || id.chars().any(char::is_control),
        });
    }

    /// Whether the record as a whole is as it should be.
    fn shape(&mut self, records: &Records<'_>) -> bool {
        let (have, width) = (records.len(), self.plan.width);
        let mut sound = true;
        if have > width && (width..have).any(|at| !records.cell(at).is_empty()) {
            sound = false;
            self.say(|| What::Ragged { have });
        }
        if records.span() > limits::CELL_BYTES {
            for at in (0..have).filter(|&at| records.raw(at).len() > limits::CELL_BYTES) {
                sound = false;
                self.say(|| What::Long { at });
            }
        }
        sound
    }

    fn paper(&mut self, columns: &PaperColumns, records: &Records<'_>) -> bool {
        let bare = columns.bare.map_or("", |at| records.cell(at));
        let has_parts = columns.parts.iter().any(|&(at, ..)| !records.cell(at).is_empty());
        if bare.is_empty() && !has_parts {
            return true;
        }
        let (fact, row) = (columns.fact, self.row);
        if !has_parts && let Some(day) = Date::parse(bare) {
            let column = column_of(&mut self.chunk.columns, fact, FactType::Document, self.most);
            if let Values::Document(papers) = &mut column.values {
                papers.issue_on(row, day);
                column.states[row] = CellState::Recorded;
                return true;
            }
        }
        let spec = &self.plan.schema[fact];
        let (mut paper, mut sound) = (Paper::default(), true);
        if let Some(at) = columns.bare
            && let Err(fault) = paper.bare(spec, bare)
        {
            sound = false;
            self.say(|| What::Cell { at, fact, unit: None, fault, text: bare.to_owned() });
        }
        for &(at, part, unit) in &columns.parts {
            let text = records.cell(at);
            if let Err(fault) = paper.part(spec, part, unit, text) {
                sound = false;
                self.say(|| What::Part { at, part, unit, fault, text: text.to_owned() });
            }
        }
        match paper.close() {
            Cell::Blank => {}
            cell => {
                if cell == Cell::Conflicting {
                    self.conflict(columns);
                }
                column_of(&mut self.chunk.columns, fact, FactType::Document, self.most).set(row as u32, cell);
            }
        }
        sound
    }

    /// Keeps what makes a row unsound, as far as it can be listed.
    fn say(&mut self, what: impl FnOnce() -> What) {
        if self.kept.faults == limits::FAULTS_LISTED {
            self.chunk.more.faults += 1;
            return;
        }
        self.kept.faults += 1;
        self.chunk.events.push(Event { row: self.row, what: what() });
    }

    fn conflict(&mut self, columns: &PaperColumns) {
        if self.kept.conflicts == limits::FAULTS_LISTED {
            self.chunk.more.conflicts += 1;
            return;
        }
        self.kept.conflicts += 1;
        let what = What::Conflict { at: columns.first, fact: columns.fact };
        self.chunk.events.push(Event { row: self.row, what });
    }
}

fn column_of(columns: &mut [Option<Column>], fact: kaigong_model::FactIdx, kind: FactType, rows: usize) -> &mut Column {
    columns[fact.0 as usize].get_or_insert_with(|| Column::blank(kind, rows))
}
