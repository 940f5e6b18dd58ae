//! One piece of a ledger, read on a thread of its own: typed columns, ids, and what was wrong, in the order it was met.

use kaigong_model::{
    Cell, CellFault, CellState, Column, Date, Diagnostic, FactSpec, FactType, Part, ProjectIds, Schema, Unit, Values,
    id_hash, limits,
};

use super::{
    scan::{Record, Records},
    typed::{Plain, may_hold_control},
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
    /// Facts that have one column.
    plain: Vec<Plain<'s>>,
    /// Documents of several.
    papers: Vec<&'s PaperColumns>,
}

/// The rows of a piece.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    /// Of each row.
    pub(crate) ids: ProjectIds,
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
    /// Of its id.
    pub(crate) hash: u64,
    /// Line feeds of the piece before it.
    pub(crate) line: u32,
    /// False if one of its cells has a fault.
    pub(crate) sound: bool,
    /// Whether its id is blank or holds a control character.
    pub(crate) bad_id: bool,
}

impl Chunk {
    /// Adds a row, whose cells are put into the columns apart.
    pub(crate) fn push(&mut self, id: &str, line: u32, sound: bool) {
        let bad_id = id.is_empty() || may_hold_control(id) && id.chars().any(char::is_control);
        self.ids.push(id);
        self.rows.push(ChunkRow { hash: id_hash(id), line, sound, bad_id });
    }
}

/// Faults and conflicts that are counted only: a list is full before it comes to them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct More {
    pub(crate) faults: usize,
    pub(crate) conflicts: usize,
}

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
    /// A cell that cannot be read, and its text.
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
    /// What is said already, and whether it is a fault.
    Told { diagnostic: Diagnostic, is_fault: bool },
    /// A fact whose cells differ.
    Conflict {
        /// Its first cell.
        at: usize,
        fact: kaigong_model::FactIdx,
    },
}

impl What {
    /// Whether it is a warning or a notice; anything else makes a row unsound.
    fn is_notice(&self) -> bool {
        matches!(self, Self::Conflict { .. } | Self::Told { is_fault: false, .. })
    }
}

impl<'s> Plan<'s> {
    pub(crate) fn new(schema: &'s Schema, layout: &'s Layout, id: usize, heads: &Heads) -> Self {
        let (plain, papers) = layout.by_columns(schema);
        Self { schema, id, delimiter: heads.delimiter, width: heads.headers().len(), plain, papers }
    }

    /// Reads a piece; the first also holds the header, which is passed over.
    pub(crate) fn read(&self, text: &str, is_first: bool) -> Chunk {
        let mut records = Records::new(text, self.delimiter);
        if is_first {
            records.advance();
            records.clear();
        }
        // No piece has more rows than lines.
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let most = ends.filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n')).count() + 1;
        let said = Said::default();
        let met = said.out_of_order();
        let mut reader = Reader { plan: self, most, chunk: Chunk::default(), said, met };
        reader.chunk.columns.resize_with(self.schema.len(), || None);
        while let Some(record) = records.advance() {
            match record {
                Record::Unclosed(lines) => {
                    reader.chunk.unclosed = Some(lines);
                    break;
                }
                Record::At(_) if records.is_blank() => records.pass_over(),
                Record::At(line) => reader.row(&records, line),
            }
            if records.held() == BATCH {
                reader.cells(&records);
                records.clear();
            }
        }
        reader.cells(&records);
        let Reader { chunk, said: Said { events, more, .. }, .. } = reader;
        Chunk { events, more, lines: records.lines(), ..chunk }
    }
}

/// What was met on the way, kept as far as it can be listed.
#[derive(Debug)]
pub(crate) struct Said {
    /// In the order it was met.
    pub(crate) events: Vec<Event>,
    /// How much more of either kind is kept.
    room: More,
    /// What is not.
    pub(crate) more: More,
}

impl Default for Said {
    fn default() -> Self {
        let room = More { faults: limits::FAULTS_LISTED, conflicts: limits::FAULTS_LISTED };
        Self { events: Vec::new(), room, more: More::default() }
    }
}

impl Said {
    /// For what may be met out of order and is to be [taken](Said::take) into this: all of it, or only its number where
    /// there is no more room.
    fn out_of_order(&self) -> Self {
        let room = |room: usize| if room == 0 { 0 } else { usize::MAX };
        let room = More { faults: room(self.room.faults), conflicts: room(self.room.conflicts) };
        Self { events: Vec::new(), room, more: More::default() }
    }

    /// Takes in what was met in later rows, in order of row, within a row in the order it was met.
    pub(crate) fn take(&mut self, later: Self) {
        let mut events = later.events;
        events.sort_by_key(|event| event.row);
        events.into_iter().for_each(|event| self.add(event.row, event.what.is_notice(), || event.what));
        self.more.add(later.more);
    }

    /// Adds what was met elsewhere, in no order.
    #[cfg(feature = "parquet")]
    pub(crate) fn join(&mut self, other: Self) {
        self.events.extend(other.events);
        self.more.add(other.more);
    }

    /// Keeps what makes a row unsound.
    pub(crate) fn fault(&mut self, row: usize, what: impl FnOnce() -> What) {
        self.add(row, false, what);
    }

    /// Keeps what is a warning or a notice.
    pub(crate) fn notice(&mut self, row: usize, what: impl FnOnce() -> What) {
        self.add(row, true, what);
    }

    fn add(&mut self, row: usize, is_notice: bool, what: impl FnOnce() -> What) {
        let Self { room, more, .. } = self;
        let (room, more) =
            if is_notice { (&mut room.conflicts, &mut more.conflicts) } else { (&mut room.faults, &mut more.faults) };
        if *room == 0 {
            *more += 1;
            return;
        }
        *room -= 1;
        self.events.push(Event { row, what: what() });
    }
}

/// Records whose cells are read column by column: few enough to stay in the first-level cache, and one bit of a word
/// each.
const BATCH: usize = 64;

struct Reader<'r, 's> {
    plan: &'r Plan<'s>,
    /// Room made in each column.
    most: usize,
    chunk: Chunk,
    said: Said,
    /// What was met in the batch that is being read.
    met: Said,
}

impl Reader<'_, '_> {
    /// Takes in the last record held as a row.
    fn row(&mut self, records: &Records<'_>, line: u32) {
        let (record, row) = (records.held() - 1, self.chunk.rows.len());
        let sound = self.shape(records, record, row);
        self.chunk.push(records.cell(record, self.plan.id), line, sound);
    }

    /// Whether the record as a whole is as it should be.
    fn shape(&mut self, records: &Records<'_>, record: usize, row: usize) -> bool {
        let (have, width) = (records.len(), self.plan.width);
        let mut sound = true;
        if have > width && (width..have).any(|at| !records.cell(record, at).is_empty()) {
            sound = false;
            self.met.fault(row, || What::Ragged { have });
        }
        if records.span() > limits::CELL_BYTES {
            for at in (0..have).filter(|&at| records.raw(record, at).len() > limits::CELL_BYTES) {
                sound = false;
                self.met.fault(row, || What::Long { at });
            }
        }
        sound
    }

    /// Reads the cells of the records held, which are the last rows.
    fn cells(&mut self, records: &Records<'_>) {
        let (plan, count) = (self.plan, records.held());
        let first = self.chunk.rows.len() - count;
        let Chunk { rows, columns, .. } = &mut self.chunk;
        for plain in &plan.plain {
            let column = &mut columns[plain.slot.fact.0 as usize];
            let met = &mut self.met;
            plain.read_all(
                column,
                first..first + count,
                self.most,
                |at| records.cell(at, plain.at),
                |at, fault, text| {
                    rows[first + at].sound = false;
                    met.fault(first + at, || plain.what(fault, text));
                },
            );
        }
        for paper in &plan.papers {
            let column = &mut columns[paper.fact.0 as usize];
            for at in 0..count {
                let cell = |column| records.cell(at, column);
                let spec = &plan.schema[paper.fact];
                rows[first + at].sound &= read_paper(spec, paper, first + at, cell, &mut self.met, column, self.most);
            }
        }
        let next = self.said.out_of_order();
        self.said.take(std::mem::replace(&mut self.met, next));
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
                said.notice(row, || What::Conflict { at: columns.first, fact });
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
