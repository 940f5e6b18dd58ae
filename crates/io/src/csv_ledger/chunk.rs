//! One piece of a ledger, read on a thread of its own: typed columns, ids, and what was wrong, in the order it was met.

use kaigong_model::{
    Cell, CellFault, CellState, Column, Date, FactSpec, FactType, Part, Schema, Unit, Values, id_hash, limits,
};

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

impl ChunkRow {
    pub(crate) fn new(id: &str, line: u32, sound: bool) -> Self {
        let bad_id = id.is_empty() || id.chars().any(char::is_control);
        Self { id: id.into(), hash: id_hash(id), line, sound, bad_id }
    }
}

/// Faults and conflicts that are counted only: a list is full before it comes to them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct More {
    pub(crate) faults: usize,
    pub(crate) conflicts: usize,
}

#[cfg(feature = "parquet")]
impl More {
    pub(crate) fn add(&mut self, other: Self) {
        self.faults += other.faults;
        self.conflicts += other.conflicts;
    }
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
        let mut reader = Reader { plan: self, most, chunk: Chunk::default(), said: Said::default(), row: 0 };
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
        let Reader { chunk, said: Said { events, more, .. }, .. } = reader;
        Chunk { events, more, lines: records.lines(), ..chunk }
    }
}

/// What was met on the way, kept as far as it can be listed.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// In the order it was met.
    pub(crate) events: Vec<Event>,
    /// How much of either kind is kept.
    kept: More,
    /// What is not.
    pub(crate) more: More,
}

impl Said {
    /// Keeps what makes a row unsound.
    pub(crate) fn fault(&mut self, row: usize, what: impl FnOnce() -> What) {
        if self.kept.faults == limits::FAULTS_LISTED {
            self.more.faults += 1;
            return;
        }
        self.kept.faults += 1;
        self.events.push(Event { row, what: what() });
    }

    fn conflict(&mut self, row: usize, columns: &PaperColumns) {
        if self.kept.conflicts == limits::FAULTS_LISTED {
            self.more.conflicts += 1;
            return;
        }
        self.kept.conflicts += 1;
        self.events.push(Event { row, what: What::Conflict { at: columns.first, fact: columns.fact } });
    }
}

struct Reader<'r, 's> {
    plan: &'r Plan<'s>,
    /// Room made in each column.
    most: usize,
    chunk: Chunk,
    said: Said,
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
            let column = &mut self.chunk.columns[plain.slot.fact.0 as usize];
            if let Err(fault) = plain.read(column_of(column, plain.spec.kind, self.most), self.row, text) {
                sound = false;
                let (at, fact, unit) = (plain.at, plain.slot.fact, plain.slot.unit);
                self.said.fault(self.row, || What::Cell { at, fact, unit, fault, text: text.to_owned() });
            }
        }
        for paper in plan.papers {
            let column = &mut self.chunk.columns[paper.fact.0 as usize];
            let cell = |at| records.cell(at);
            sound &= read_paper(&plan.schema[paper.fact], paper, self.row, cell, &mut self.said, column, self.most);
        }
        self.chunk.rows.push(ChunkRow::new(records.cell(plan.id), line, sound));
    }

    /// Whether the record as a whole is as it should be.
    fn shape(&mut self, records: &Records<'_>) -> bool {
        let (have, width) = (records.len(), self.plan.width);
        let mut sound = true;
        if have > width && (width..have).any(|at| !records.cell(at).is_empty()) {
            sound = false;
            self.said.fault(self.row, || What::Ragged { have });
        }
        if records.span() > limits::CELL_BYTES {
            for at in (0..have).filter(|&at| records.raw(at).len() > limits::CELL_BYTES) {
                sound = false;
                self.said.fault(self.row, || What::Long { at });
            }
        }
        sound
    }
}

/// Reads one document of a row into its column; false if one of its cells has a fault. Cells are trimmed.
pub(crate) fn read_paper<T: AsRef<str>>(
    spec: &FactSpec,
    columns: &PaperColumns,
    row: usize,
    cell: impl Fn(usize) -> T,
    said: &mut Said,
    column: &mut Option<Column>,
    rows: usize,
) -> bool {
    let bare = columns.bare.map(&cell);
    let bare = bare.as_ref().map_or("", AsRef::as_ref);
    let has_parts = columns.parts.iter().any(|&(at, ..)| !cell(at).as_ref().is_empty());
    if bare.is_empty() && !has_parts {
        return true;
    }
    let fact = columns.fact;
    if !has_parts && let Some(day) = Date::parse(bare) {
        let column = column_of(column, FactType::Document, rows);
        if let Values::Document(papers) = &mut column.values {
            papers.issue_on(row, day);
            column.states[row] = CellState::Recorded;
            return true;
        }
    }
    let (mut paper, mut sound) = (Paper::default(), true);
    if let Some(at) = columns.bare
        && let Err(fault) = paper.bare(spec, bare)
    {
        sound = false;
        said.fault(row, || What::Cell { at, fact, unit: None, fault, text: bare.to_owned() });
    }
    for &(at, part, unit) in &columns.parts {
        let text = cell(at);
        if let Err(fault) = paper.part(spec, part, unit, text.as_ref()) {
            sound = false;
            said.fault(row, || What::Part { at, part, unit, fault, text: text.as_ref().to_owned() });
        }
    }
    match paper.close() {
        Cell::Blank => {}
        cell => {
            if cell == Cell::Conflicting {
                said.conflict(row, columns);
            }
            column_of(column, FactType::Document, rows).set(row as u32, cell);
        }
    }
    sound
}

/// The column, made with so much room where there is none.
pub(crate) fn column_of(column: &mut Option<Column>, kind: FactType, rows: usize) -> &mut Column {
    column.get_or_insert_with(|| Column::blank(kind, rows))
}
