//! A group of rows read column by column, each on a thread of its own, into the typed columns and ids of a piece.

use arrow_array::ArrayRef;
use kaigong_model::{
    CellFault, CellState, Column, Dimension, FactIdx, FactSpec, FactType, Paper, Part, Schema, Values, limits,
};
use rayon::prelude::*;

use super::{
    cells::{Cells, Kept, Texts, is_day},
    source::{Broken, Group, Source, guarded},
};
use crate::{
    csv_ledger::{
        chunk::{Chunk, ChunkRow, Said, What, column_of, read_paper},
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
    /// A fact that has one column.
    Plain(Plain<'s>),
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
        let (plain, papers) = layout.by_columns(schema);
        let tasks = plain.into_iter().map(Task::Plain).chain(papers.into_iter().map(Task::Paper)).collect();
        Self { schema, id, tasks }
    }

    /// Reads a group.
    pub(super) fn read(&self, source: &Source, group: &Group) -> Result<Chunk, Broken> {
        let made = |task: &Task<'s>| guarded(|| self.make(task, source, group));
        let (ids, made) = rayon::join(
            || guarded(|| Ok(ids(&source.column(group, self.id)?, self.id))),
            || self.tasks.par_iter().map(made).collect::<Result<Vec<Made>, Broken>>(),
        );
        let ((mut rows, mut met), made) = (ids?, made?);
        if made.iter().any(|made| made.rows != rows.len()) {
            return Err(Broken::damaged("its columns are not of one length"));
        }
        let mut chunk = Chunk { lines: rows.len() as u32, ..Chunk::default() };
        chunk.columns.resize_with(self.schema.len(), || None);
        for (task, made) in self.tasks.iter().zip(made) {
            made.unsound.iter().for_each(|&row| rows[row].sound = false);
            chunk.columns[task.fact().0 as usize] = made.column;
            met.join(made.said);
        }
        let mut said = Said::default();
        said.take(met);
        Ok(Chunk { rows, events: said.events, more: said.more, ..chunk })
    }

    fn make(&self, task: &Task<'s>, source: &Source, group: &Group) -> Result<Made, Broken> {
        let plain = match task {
            Task::Plain(plain) => plain,
            Task::Paper(columns) => return paper(columns, &self.schema[columns.fact], source, group),
        };
        let arrays = source.column(group, plain.at)?;
        let rows = arrays.iter().map(|array| array.len()).sum();
        let mut reader = Reader { plain, made: Made { rows, ..Made::default() }, dictionary: None };
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

/// Reads the arrays of one column.
struct Reader<'p, 's> {
    plain: &'p Plain<'s>,
    made: Made,
    /// The dictionary read last, by where it lies.
    dictionary: Option<((usize, usize), Dictionary)>,
}

/// Each text of a dictionary, read once.
struct Dictionary {
    column: Column,
    faults: Vec<Option<CellFault>>,
    /// What each text gives, where that is a number and nothing else, whatever its state.
    numbers: Option<Vec<i64>>,
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
                    let column = column_of(&mut self.made.column, self.plain.spec.kind, self.made.rows);
                    if !self.plain.amount(column, first + row, number(row), *places) {
                        self.text(first + row, &cells.text(row));
                    }
                }
            }
            Kept::Days(days) => {
                if cells.is_blank() {
                    return;
                }
                let column = column_of(&mut self.made.column, self.plain.spec.kind, self.made.rows);
                if !put_days(column, first, days) {
                    return cells.filled().for_each(|row| self.text(first + row, &cells.text(row)));
                }
                cells.nulls().for_each(|row| column.states[first + row] = CellState::Blank);
                let strange: Vec<usize> = cells.filled().filter(|&row| !is_day(days[row])).collect();
                strange.iter().for_each(|&row| column.states[first + row] = CellState::Blank);
                strange.iter().for_each(|&row| self.text(first + row, &cells.text(row)));
            }
            Kept::Day(day) => {
                for row in cells.filled() {
                    let column = column_of(&mut self.made.column, self.plain.spec.kind, self.made.rows);
                    if !day(row).is_ok_and(|day| put_days(column, first + row, &[day.0])) {
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
        let column = column_of(&mut self.made.column, self.plain.spec.kind, self.made.rows);
        if let Err(fault) = self.plain.read(column, row, text) {
            self.made.unsound.push(row);
            self.made.said.fault(row, || self.plain.what(fault, text));
        }
    }

    fn coded(&mut self, cells: &Cells<'_>, codes: &[usize], texts: Texts<'_>, first: usize) {
        if cells.is_blank() {
            return;
        }
        let known = self.dictionary.take().filter(|(place, _)| *place == texts.place());
        let (place, dictionary) = known.unwrap_or_else(|| (texts.place(), self.dictionary_of(texts)));
        let column = column_of(&mut self.made.column, self.plain.spec.kind, self.made.rows);
        if let Some(numbers) = &dictionary.numbers
            && let Some(values) = gathered(column, first..first + codes.len())
        {
            for (value, &code) in values.iter_mut().zip(codes) {
                *value = numbers[code];
            }
            for (state, &code) in column.states[first..].iter_mut().zip(codes) {
                *state = dictionary.column.states[code];
            }
            cells.nulls().for_each(|row| column.states[first + row] = CellState::Blank);
        } else {
            for row in cells.filled() {
                let code = codes[row];
                let Some(fault) = &dictionary.faults[code] else {
                    put_as(column, first + row, &dictionary.column, code);
                    continue;
                };
                self.made.unsound.push(first + row);
                self.made.said.fault(first + row, || self.plain.what(fault.clone(), texts.get(code)));
            }
        }
        self.dictionary = Some((place, dictionary));
    }

    fn dictionary_of(&self, texts: Texts<'_>) -> Dictionary {
        let mut column = Column::blank(self.plain.spec.kind, texts.len());
        let mut read = |code| {
            let text = texts.get(code);
            if text.is_empty() { None } else { self.plain.read(&mut column, code, text).err() }
        };
        let faults: Vec<Option<CellFault>> = (0..texts.len()).map(&mut read).collect();
        let sound = faults.iter().all(Option::is_none) && !has_lists(&column);
        let numbers = gathered(&mut column, 0..texts.len()).filter(|_| sound).map(|numbers| numbers.to_vec());
        Dictionary { column, faults, numbers }
    }
}

/// Rows of a column whose values are numbers.
fn gathered(column: &mut Column, rows: std::ops::Range<usize>) -> Option<&mut [i64]> {
    match &mut column.values {
        Values::Quantity(values) | Values::Date(values) | Values::Enum(values) => Some(values.gathered(rows)),
        Values::Document(papers) => Some(papers.gathered(rows)),
        Values::Bool(_) | Values::Text(_) | Values::Projects { .. } => None,
    }
}

/// Whether a row is a document with more to it than a day.
fn has_lists(column: &Column) -> bool {
    matches!(&column.values, Values::Document(papers) if papers.has_lists())
}

/// Puts days into rows, each of which then says so, whatever it is; false where the fact is none.
fn put_days(column: &mut Column, first: usize, days: &[i32]) -> bool {
    let rows = first..first + days.len();
    let values = match &mut column.values {
        Values::Document(papers) => papers.gathered(rows.clone()),
        Values::Date(values) => values.gathered(rows.clone()),
        _ => return false,
    };
    values.iter_mut().zip(days).for_each(|(value, &day)| *value = day.into());
    column.states[rows].fill(CellState::Recorded);
    true
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
