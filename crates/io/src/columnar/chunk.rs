//! A group of rows read column by column, each on a thread of its own, into the typed columns and ids of a piece.

use arrow_array::ArrayRef;
use kaigong_model::{
    Cell, CellFault, CellState, Column, Date, Dimension, FactIdx, FactSpec, FactType, Paper, Part, Schema, Values,
    limits, parse_cell,
};
use rayon::prelude::*;

use super::{
    cells::{Cells, Kept, Texts},
    source::{Broken, Group, Source, guarded},
};
use crate::{
    csv_ledger::{
        chunk::{Chunk, ChunkRow, Event, More, Said, What, column_of, read_paper},
        typed::Plain,
    },
    wide::{Layout, PaperColumns},
};

/// What is read out of each group; shared by all.
pub(super) struct Plan<'s> {
    schema: &'s Schema,
    id: usize,
    tasks: Vec<Task<'s>>,
}

/// One column of the portfolio.
enum Task<'s> {
    /// A fact that is no document.
    Plain(Plain<'s>),
    /// A document that has one column.
    Bare(usize, FactIdx),
    /// A document of several.
    Paper(&'s PaperColumns),
}

/// What became of a task.
#[derive(Default)]
struct Made {
    column: Option<Column>,
    said: Said,
    /// Rows with a fault, in order.
    unsound: Vec<usize>,
    rows: usize,
}

/// What a fact, or a part of a document, is read as.
pub(super) fn fact_type(schema: &Schema, fact: FactIdx, part: Option<Part>) -> FactType {
    match part {
        None => schema[fact].kind,
        Some(Part::Number | Part::Stops) => FactType::Text,
        Some(Part::Area) => FactType::Quantity(Dimension::Area),
        Some(_) => FactType::Date,
    }
}

impl<'s> Plan<'s> {
    pub(super) fn new(schema: &'s Schema, layout: &'s Layout, id: usize) -> Self {
        let plain = layout.plain.iter().map(|&(at, slot)| Task::Plain(Plain::new(schema, at, slot)));
        let papers = layout.papers.iter().map(|paper| match paper.bare {
            Some(at) if paper.parts.is_empty() => Task::Bare(at, paper.fact),
            _ => Task::Paper(paper),
        });
        Self { schema, id, tasks: plain.chain(papers).collect() }
    }

    /// Reads a group.
    pub(super) fn read(&self, source: &Source, group: &Group) -> Result<Chunk, Broken> {
        let made = |task: &Task<'s>| guarded(|| self.make(task, source, group));
        let (ids, made) = rayon::join(
            || guarded(|| Ok(ids(&source.column(group, self.id)?, self.id))),
            || self.tasks.par_iter().map(made).collect::<Result<Vec<Made>, Broken>>(),
        );
        let ((mut rows, said), made) = (ids?, made?);
        if made.iter().any(|made| made.rows != rows.len()) {
            return Err(Broken::damaged("its columns are not of one length"));
        }
        let mut chunk = Chunk { lines: rows.len() as u32, ..Chunk::default() };
        chunk.columns.resize_with(self.schema.len(), || None);
        let mut events = said.events;
        for (task, made) in self.tasks.iter().zip(made) {
            made.unsound.iter().for_each(|&row| rows[row].sound = false);
            chunk.columns[task.fact().0 as usize] = made.column;
            events.extend(made.said.events);
            chunk.more.add(made.said.more);
        }
        chunk.more.add(said.more);
        (chunk.events, chunk.rows) = (in_order(events, &mut chunk.more), rows);
        Ok(chunk)
    }

    fn make(&self, task: &Task<'s>, source: &Source, group: &Group) -> Result<Made, Broken> {
        let single = match task {
            Task::Plain(plain) => Single::Plain(plain),
            Task::Bare(at, fact) => Single::Paper(*at, *fact, &self.schema[*fact]),
            Task::Paper(columns) => return paper(columns, &self.schema[columns.fact], source, group),
        };
        let arrays = source.column(group, single.at())?;
        let rows = arrays.iter().map(|array| array.len()).sum();
        let mut reader = Reader { single, made: Made { rows, ..Made::default() }, dictionary: None };
        let mut first = 0;
        for array in &arrays {
            reader.read(&Cells::of(array.as_ref()), first);
            first += array.len();
        }
        Ok(reader.made)
    }
}

impl Task<'_> {
    fn fact(&self) -> FactIdx {
        match self {
            Self::Plain(plain) => plain.slot.fact,
            Self::Bare(_, fact) => *fact,
            Self::Paper(columns) => columns.fact,
        }
    }
}

/// The ids, and what is wrong with them alone.
fn ids(arrays: &[ArrayRef], id: usize) -> (Vec<ChunkRow>, Said) {
    let (mut rows, mut said) = (Vec::<ChunkRow>::new(), Said::default());
    for array in arrays {
        let cells = Cells::of(array.as_ref());
        rows.reserve(cells.rows);
        for row in 0..cells.rows {
            let (text, at) = (cells.text(row), rows.len());
            let sound = text.len() <= limits::CELL_BYTES;
            if !sound {
                said.fault(at, || What::Long { at: id });
            }
            // INVARIANT: no file has more rows than a line number holds.
            rows.push(ChunkRow::new(&text, at as u32, sound));
        }
    }
    (rows, said)
}

/// Events in order of row, within a row in order of column; what is past those that can be listed is counted.
fn in_order(mut events: Vec<Event>, more: &mut More) -> Vec<Event> {
    events.sort_by_key(|event| event.row);
    let mut kept = More::default();
    events.retain(|event| {
        let (kept, more) = match event.what {
            What::Conflict { .. } => (&mut kept.conflicts, &mut more.conflicts),
            _ => (&mut kept.faults, &mut more.faults),
        };
        let listed = *kept < limits::FAULTS_LISTED;
        *if listed { kept } else { more } += 1;
        listed
    });
    events
}

/// A document of several columns, row by row.
fn paper(columns: &PaperColumns, spec: &FactSpec, source: &Source, group: &Group) -> Result<Made, Broken> {
    let places: Vec<usize> = columns.bare.into_iter().chain(columns.parts.iter().map(|&(at, ..)| at)).collect();
    let arrays: Vec<Vec<ArrayRef>> =
        places.iter().map(|&at| source.column(group, at)).collect::<Result<_, Broken>>()?;
    let lengths = |arrays: &Vec<ArrayRef>| arrays.iter().map(|array| array.len()).collect::<Vec<_>>();
    let first_lengths = lengths(&arrays[0]);
    if arrays.iter().any(|arrays| lengths(arrays) != first_lengths) {
        return Err(Broken::damaged("its columns are not of one length"));
    }
    let mut made = Made { rows: first_lengths.iter().sum(), ..Made::default() };
    let mut first = 0;
    for (number, &length) in first_lengths.iter().enumerate() {
        let cells: Vec<Cells<'_>> = arrays.iter().map(|arrays| Cells::of(arrays[number].as_ref())).collect();
        for row in 0..length {
            let cell = |at: usize| {
                let place = places.iter().position(|&place| place == at).unwrap_or_default();
                cells[place].text(row)
            };
            let Made { column, said, unsound, rows } = &mut made;
            if !read_paper(spec, columns, first + row, cell, said, column, *rows) {
                unsound.push(first + row);
            }
        }
        first += length;
    }
    Ok(made)
}

/// A fact that has one column.
#[derive(Clone, Copy)]
enum Single<'p, 's> {
    Plain(&'p Plain<'s>),
    Paper(usize, FactIdx, &'s FactSpec),
}

impl Single<'_, '_> {
    fn at(self) -> usize {
        match self {
            Self::Plain(plain) => plain.at,
            Self::Paper(at, ..) => at,
        }
    }

    fn kind(self) -> FactType {
        match self {
            Self::Plain(plain) => plain.spec.kind,
            Self::Paper(..) => FactType::Document,
        }
    }

    /// Reads a text that is not blank into a row.
    fn text(self, column: &mut Column, row: usize, text: &str) -> Result<(), CellFault> {
        match self {
            Self::Plain(plain) => plain.read(column, row, text),
            Self::Paper(_, _, spec) => {
                match parse_cell(spec, None, text)? {
                    Cell::Blank => {}
                    cell => column.set(row as u32, cell),
                }
                Ok(())
            }
        }
    }

    /// Reads a day into a row; false where the fact is none.
    fn day(self, column: &mut Column, row: usize, day: Date) -> bool {
        match (self, &mut column.values) {
            (Self::Paper(..), Values::Document(papers)) => papers.issue_on(row, day),
            (Self::Plain(_), Values::Date(values)) => values.put(row, day.0.into()),
            _ => return false,
        }
        column.states[row] = CellState::Recorded;
        true
    }

    fn what(self, fault: CellFault, text: &str) -> What {
        let (at, fact, unit) = match self {
            Self::Plain(plain) => (plain.at, plain.slot.fact, plain.slot.unit),
            Self::Paper(at, fact, _) => (at, fact, None),
        };
        What::Cell { at, fact, unit, fault, text: text.to_owned() }
    }
}

/// Reads the arrays of one column.
struct Reader<'p, 's> {
    single: Single<'p, 's>,
    made: Made,
    /// The dictionary read last, by where it lies.
    dictionary: Option<((usize, usize), Dictionary)>,
}

/// Each text of a dictionary, read once.
struct Dictionary {
    column: Column,
    faults: Vec<Option<CellFault>>,
}

impl Reader<'_, '_> {
    fn read(&mut self, cells: &Cells<'_>, first: usize) {
        match &cells.kept {
            Kept::Coded(codes, texts) if texts.len() <= codes.len() => self.coded(cells, codes, *texts, first),
            Kept::Bool(bools) => {
                for row in cells.filled() {
                    let column = column_of(&mut self.made.column, FactType::Bool, self.made.rows);
                    put_bool(column, first + row, bools.value(row));
                }
            }
            Kept::Whole(number, places) => {
                for row in cells.filled() {
                    let column = column_of(&mut self.made.column, self.single.kind(), self.made.rows);
                    let is_read = match self.single {
                        Single::Plain(plain) => plain.amount(column, first + row, number(row), *places),
                        Single::Paper(..) => false,
                    };
                    if !is_read {
                        self.text(first + row, &cells.text(row));
                    }
                }
            }
            Kept::Day(day) => {
                for row in cells.filled() {
                    let column = column_of(&mut self.made.column, self.single.kind(), self.made.rows);
                    if !day(row).is_ok_and(|day| self.single.day(column, first + row, day)) {
                        self.text(first + row, &cells.text(row));
                    }
                }
            }
            Kept::Text(texts) => cells.filled().for_each(|row| self.text(first + row, texts.get(row))),
            Kept::Blank | Kept::Coded(..) | Kept::Told(_) => {
                cells.filled().for_each(|row| self.text(first + row, &cells.text(row)));
            }
        }
    }

    fn text(&mut self, row: usize, text: &str) {
        if text.is_empty() {
            return;
        }
        let column = column_of(&mut self.made.column, self.single.kind(), self.made.rows);
        if let Err(fault) = self.single.text(column, row, text) {
            self.made.unsound.push(row);
            self.made.said.fault(row, || self.single.what(fault, text));
        }
    }

    fn coded(&mut self, cells: &Cells<'_>, codes: &[usize], texts: Texts<'_>, first: usize) {
        let known = self.dictionary.take().filter(|(place, _)| *place == texts.place());
        let (place, dictionary) = known.unwrap_or_else(|| (texts.place(), self.dictionary_of(texts)));
        for row in cells.filled() {
            let code = codes[row];
            let text = texts.get(code);
            if text.is_empty() {
                continue;
            }
            let column = column_of(&mut self.made.column, self.single.kind(), self.made.rows);
            match &dictionary.faults[code] {
                None => put_as(column, first + row, &dictionary.column, code),
                Some(fault) => {
                    self.made.unsound.push(first + row);
                    self.made.said.fault(first + row, || self.single.what(fault.clone(), text));
                }
            }
        }
        self.dictionary = Some((place, dictionary));
    }

    fn dictionary_of(&self, texts: Texts<'_>) -> Dictionary {
        let mut column = Column::blank(self.single.kind(), texts.len());
        let mut read = |code| {
            let text = texts.get(code);
            if text.is_empty() { None } else { self.single.text(&mut column, code, text).err() }
        };
        let faults = (0..texts.len()).map(&mut read).collect();
        Dictionary { column, faults }
    }
}

fn put_bool(column: &mut Column, row: usize, value: bool) {
    if let Values::Bool(values) = &mut column.values {
        values[row / 64] |= u64::from(value) << (row % 64);
        column.states[row] = CellState::Recorded;
    }
}

/// Puts into a blank row what a row of another column of the fact holds.
fn put_as(column: &mut Column, row: usize, other: &Column, at: usize) {
    match (&mut column.values, &other.values, other.states[at]) {
        (Values::Bool(_), Values::Bool(values), CellState::Recorded) => {
            return put_bool(column, row, values[at / 64] >> (at % 64) & 1 == 1);
        }
        (Values::Quantity(values), Values::Quantity(from), CellState::Recorded)
        | (Values::Date(values), Values::Date(from), CellState::Recorded)
        | (Values::Enum(values), Values::Enum(from), CellState::Recorded) => values.put(row, from.get(at)),
        (Values::Document(papers), Values::Document(from), CellState::Recorded) => match from.get(at as u32) {
            Paper::IssuedOn(day) => papers.issue_on(row, day),
            Paper::Issues(_) => return column.set(row as u32, other.base_cell(at as u32)),
        },
        (_, _, CellState::Recorded) => return column.set(row as u32, other.base_cell(at as u32)),
        _ => {}
    }
    column.states[row] = other.states[at];
}
