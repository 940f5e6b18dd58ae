//! A group of rows read column by column, each on a thread of its own, so many rows at a time: the typed columns and ids
//! of a piece, narrow already.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef};
use kaigong_model::{
    CellFault, CellState, Column, Date, Dimension, FactIdx, FactSpec, FactType, Paper, Part, Schema, Values, limits,
};
use rayon::prelude::*;

use super::{
    cells::{Cells, Codes, Kept, Texts, is_day, words},
    source::{Broken, Cursor, Group, Source, guarded},
};
use crate::{
    csv_ledger::{
        chunk::{Chunk, Said, What, column_of, read_paper},
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

    /// A group before its first row.
    pub(super) fn open(&self, source: &Source, group: &Group) -> Result<Open, Broken> {
        let cursor = |at| Ok(Lane { cursors: vec![source.cursor(group, at)?], dictionary: None });
        let lane = |task: &Task<'s>| match task {
            Task::Plain(plain) => cursor(plain.at),
            Task::Paper(columns) => {
                let cursors = columns.places().map(|at| source.cursor(group, at)).collect::<Result<_, _>>()?;
                Ok(Lane { cursors, dictionary: None })
            }
        };
        let lanes = self.tasks.iter().map(lane).collect::<Result<Vec<_>, Broken>>()?;
        Ok(Open { ids: cursor(self.id)?, lanes, left: source.rows_of(group) })
    }

    /// Reads the next rows of a group; none at its end.
    pub(super) fn read(&self, open: &mut Open) -> Result<Option<Chunk>, Broken> {
        let Open { ids, lanes, left } = open;
        if *left == 0 {
            return Ok(None);
        }
        let rows = usize::try_from(*left).unwrap_or(usize::MAX);
        let made = |(task, lane): (&Task<'s>, &mut Lane)| guarded(|| self.make(task, lane, rows));
        let (ids, made) = rayon::join(
            || guarded(|| Ok(lane_ids(ids.next()?.as_deref(), self.id))),
            || self.tasks.par_iter().zip(lanes).map(made).collect::<Result<Vec<Made>, Broken>>(),
        );
        let ((mut chunk, mut met), made) = (ids?, made?);
        let count = chunk.rows.len();
        if count == 0 {
            return Err(Broken::damaged("a column has fewer rows than its group"));
        }
        if made.iter().any(|made| made.rows != count) || count as u64 > *left {
            return Err(Broken::damaged("its columns are not of one length"));
        }
        *left -= count as u64;
        chunk.columns.resize_with(self.schema.len(), || None);
        for (task, made) in self.tasks.iter().zip(made) {
            made.unsound.iter().for_each(|&row| chunk.rows[row].sound = false);
            chunk.columns[task.fact().0 as usize] = made.column;
            met.join(made.said);
        }
        let mut said = Said::default();
        said.take(met);
        (chunk.events, chunk.more) = (said.events, said.more);
        Ok(Some(chunk))
    }

    fn make(&self, task: &Task<'s>, lane: &mut Lane, left: usize) -> Result<Made, Broken> {
        let mut made = match task {
            Task::Plain(plain) => match lane.next()? {
                Some(array) => {
                    let made = Made { rows: array.len(), ..Made::default() };
                    let mut reader = Reader { plain, made, left, dictionary: lane.dictionary.take() };
                    reader.read(&array);
                    lane.dictionary = reader.dictionary;
                    reader.made
                }
                None => Made::default(),
            },
            Task::Paper(columns) => paper(columns, &self.schema[columns.fact], lane)?,
        };
        if let Some(column) = &mut made.column {
            column.close();
        }
        Ok(made)
    }
}

/// A group being read.
pub(super) struct Open {
    ids: Lane,
    /// In the order of tasks.
    lanes: Vec<Lane>,
    /// Rows still to come.
    left: u64,
}

/// The columns of one task.
struct Lane {
    cursors: Vec<Cursor>,
    /// The dictionary read last, and the array it is of.
    dictionary: Option<(ArrayRef, Dictionary)>,
}

impl Lane {
    /// The next rows of a task of one column.
    fn next(&mut self) -> Result<Option<ArrayRef>, Broken> {
        self.cursors.first_mut().map_or(Ok(None), Cursor::next)
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

/// Rows of the ids, and what is wrong with them alone.
fn lane_ids(array: Option<&dyn Array>, id: usize) -> (Chunk, Said) {
    let (mut chunk, mut said) = (Chunk::default(), Said::default());
    let Some(array) = array else { return (chunk, said) };
    let cells = Cells::of(array);
    chunk.ids.reserve(cells.rows);
    chunk.rows.reserve(cells.rows);
    for row in 0..cells.rows {
        let text = cells.text(row);
        let sound = text.len() <= limits::CELL_BYTES;
        if !sound {
            said.fault(row, || What::Long { at: id });
        }
        chunk.push(&text, row as u32, sound);
    }
    chunk.lines = cells.rows as u32;
    (chunk, said)
}

/// A document of several columns, row by row.
fn paper(columns: &PaperColumns, spec: &FactSpec, lane: &mut Lane) -> Result<Made, Broken> {
    let places: Vec<usize> = columns.places().collect();
    let arrays = lane.cursors.iter_mut().map(Cursor::next).collect::<Result<Option<Vec<ArrayRef>>, Broken>>()?;
    let Some(arrays) = arrays else { return Ok(Made::default()) };
    let cells: Vec<Cells<'_>> = arrays.iter().map(|array| Cells::of(array.as_ref())).collect();
    let mut made = Made { rows: cells[0].rows, ..Made::default() };
    if cells.iter().any(|cells| cells.rows != made.rows) {
        return Err(Broken::damaged("its columns are not of one length"));
    }
    for row in 0..made.rows {
        let cell = |at: usize| {
            let place = places.iter().position(|&place| place == at).unwrap_or_default();
            cells[place].text(row)
        };
        let Made { column, said, unsound, rows } = &mut made;
        if !read_paper(spec, columns, row, cell, said, column, *rows) {
            unsound.push(row);
        }
    }
    Ok(made)
}

/// Reads rows of one column.
struct Reader<'p, 's> {
    plain: &'p Plain<'s>,
    made: Made,
    /// Rows of the group from here on.
    left: usize,
    dictionary: Option<(ArrayRef, Dictionary)>,
}

/// Each text of a dictionary, read once.
struct Dictionary {
    column: Column,
    faults: Vec<Option<CellFault>>,
    /// What each text gives, where that is a number and nothing else, whatever its state.
    numbers: Option<Vec<i64>>,
}

impl Reader<'_, '_> {
    fn read(&mut self, array: &ArrayRef) {
        let cells = &Cells::of(array.as_ref());
        match &cells.kept {
            Kept::Coded(codes, texts) if texts.len() <= self.left || self.known(*texts).is_some() => {
                self.coded(array, cells, codes, *texts);
            }
            Kept::Bool(bools) => {
                if cells.is_blank() {
                    return;
                }
                let mut states = vec![CellState::Recorded; cells.rows];
                cells.nulls().for_each(|row| states[row] = CellState::Blank);
                let words = words(bools.values()).into_iter().zip(cells.valid_words());
                let values = words.map(|(word, valid)| word & valid).collect();
                self.made.column = Some(Column::of_bools(values, states).recorded_on(cells.valid_words()));
            }
            Kept::Numbers(numbers) => {
                let Some(amounts) = self.plain.amounts() else { return self.texts(cells, |_| true) };
                let fits = |row| amounts.fit(numbers.get(row));
                if !self.bulk(cells, |row| amounts.of(numbers.get(row)), |row| recorded_if(fits(row))) {
                    self.texts(cells, |row| !fits(row));
                }
            }
            Kept::Whole(number, places) => {
                for row in cells.filled() {
                    let column = column_of(&mut self.made.column, self.plain.spec.kind, self.made.rows);
                    if !self.plain.amount(column, row, number(row), *places) {
                        self.text(row, &cells.text(row));
                    }
                }
            }
            Kept::Days(days) => {
                if !matches!(self.plain.spec.kind, FactType::Date | FactType::Document) {
                    return self.texts(cells, |_| true);
                }
                if !self.bulk(cells, |row| days[row].into(), |row| recorded_if(is_day(days[row]))) {
                    self.texts(cells, |row| !is_day(days[row]));
                }
            }
            Kept::Day(day) => {
                for row in cells.filled() {
                    let column = column_of(&mut self.made.column, self.plain.spec.kind, self.made.rows);
                    if !day(row).is_ok_and(|day| put_day(column, row, day)) {
                        self.text(row, &cells.text(row));
                    }
                }
            }
            Kept::Text(texts) => cells.filled().for_each(|row| self.text(row, texts.get(row))),
            Kept::Blank | Kept::Coded(..) | Kept::Told(_) => self.texts(cells, |_| true),
        }
    }

    /// Makes the column of numbers, each with its state where the cell is not blank; whether every number was recorded.
    fn bulk(&mut self, cells: &Cells<'_>, number: impl Fn(usize) -> i64, state: impl Fn(usize) -> CellState) -> bool {
        if cells.is_blank() {
            return true;
        }
        let mut states: Vec<CellState> = (0..cells.rows).map(state).collect();
        let all = states.iter().filter(|state| **state == CellState::Recorded).count() == states.len();
        cells.nulls().for_each(|row| states[row] = CellState::Blank);
        let column = Column::of_numbers(self.plain.spec.kind, (0..cells.rows).map(number).collect(), states);
        // Where nothing else is written, which rows are recorded is known a word at a time.
        let recorded = all.then(|| cells.valid_words());
        self.made.column = column.map(|column| match recorded {
            Some(recorded) => column.recorded_on(recorded),
            None => column,
        });
        all
    }

    /// Reads cells as their texts, where they are not blank.
    fn texts(&mut self, cells: &Cells<'_>, wanted: impl Fn(usize) -> bool) {
        cells.filled().filter(|&row| wanted(row)).for_each(|row| self.text(row, &cells.text(row)));
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

    /// What the texts give, if they are those read last.
    fn known(&self, texts: Texts<'_>) -> Option<&Dictionary> {
        let (array, dictionary) = self.dictionary.as_ref()?;
        let known = Texts::of_dictionary(array.as_ref())?;
        (known.place() == texts.place()).then_some(dictionary)
    }

    fn coded(&mut self, array: &ArrayRef, cells: &Cells<'_>, codes: &Codes<'_>, texts: Texts<'_>) {
        if cells.is_blank() {
            return;
        }
        if self.known(texts).is_none() {
            self.dictionary = Some((Arc::clone(array), self.dictionary_of(texts)));
        }
        // It is put back once it has been read from.
        let Some((array, dictionary)) = self.dictionary.take() else { return };
        if let Some(numbers) = &dictionary.numbers {
            // A code of no text stands in a blank row.
            let number = |code: usize| numbers.get(code).copied().unwrap_or_default();
            let state = |code: usize| dictionary.column.states.get(code).copied().unwrap_or_default();
            match codes {
                Codes::Plain(codes) => {
                    self.bulk(cells, |row| number(codes[row] as usize), |row| state(codes[row] as usize))
                }
                Codes::Wide(codes) => self.bulk(cells, |row| number(codes[row]), |row| state(codes[row])),
            };
        } else {
            let column = column_of(&mut self.made.column, self.plain.spec.kind, self.made.rows);
            for row in cells.filled() {
                let code = codes.get(row);
                let Some(fault) = &dictionary.faults[code] else {
                    put_as(column, row, &dictionary.column, code);
                    continue;
                };
                self.made.unsound.push(row);
                self.made.said.fault(row, || self.plain.what(fault.clone(), texts.get(code)));
            }
        }
        self.dictionary = Some((array, dictionary));
    }

    fn dictionary_of(&self, texts: Texts<'_>) -> Dictionary {
        let mut column = Column::blank(self.plain.spec.kind, texts.len());
        let mut read = |code| {
            let text = texts.get(code);
            if text.is_empty() { None } else { self.plain.read(&mut column, code, text).err() }
        };
        let faults: Vec<Option<CellFault>> = (0..texts.len()).map(&mut read).collect();
        let sound = faults.iter().all(Option::is_none) && !has_lists(&column);
        let numbers = gathered(&mut column.values, 0..texts.len()).filter(|_| sound).map(|numbers| numbers.to_vec());
        Dictionary { column, faults, numbers }
    }
}

fn recorded_if(is: bool) -> CellState {
    if is { CellState::Recorded } else { CellState::Blank }
}

/// Rows of a column whose values are numbers.
fn gathered(values: &mut Values, rows: std::ops::Range<usize>) -> Option<&mut [i64]> {
    match values {
        Values::Quantity(values) | Values::Date(values) | Values::Enum(values) => Some(values.gathered(rows)),
        Values::Document(papers) => Some(papers.gathered(rows)),
        Values::Bool(_) | Values::Text(_) | Values::Projects { .. } => None,
    }
}

/// Whether a row is a document with more to it than a day.
fn has_lists(column: &Column) -> bool {
    matches!(&column.values, Values::Document(papers) if papers.has_lists())
}

/// Puts a day into a row; false where the fact is none.
fn put_day(column: &mut Column, row: usize, day: Date) -> bool {
    match &mut column.values {
        Values::Document(papers) => papers.issue_on(row, day),
        Values::Date(values) => values.put(row, day.0.into()),
        _ => return false,
    }
    column.states[row] = CellState::Recorded;
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
