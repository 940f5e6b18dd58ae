//! A wide ledger: one row a project, a column a fact or a part of a document, whatever it is written in.

use std::sync::Arc;

use kaigong_model::{Cell, Diagnostic, FactIdx, FactType, LedgerFact, Part, Place, Schema, Unit, parse_cell};

use crate::{
    codes,
    csv_ledger::typed::Plain,
    draft::{Draft, Record},
    header::Slot,
    log::Log,
    paper::Paper,
    table::Row,
    words::shown,
};

/// Rows of a ledger, read one after another: a table in CSV, a sheet of a workbook.
pub(crate) trait Rows {
    /// Goes on to the next row that holds anything; its faults as a row go to the log.
    fn next(&mut self, log: &mut Log) -> Option<Row>;
    /// A cell of the row held, trimmed.
    fn cell(&self, column: usize) -> &str;
    /// The id of the project of the row held.
    fn id(&self) -> &str;
    /// What rows above say of the row held: its county, its sector. Its own cells come first.
    fn context(&self) -> &[(FactIdx, Cell)];
    /// The place of a cell.
    fn place(&self, line: u32, column: usize) -> Place;
    /// The place of the id of a line.
    fn id_place(&self, line: u32) -> Place;
    /// Whether reading stopped before the end, so that rows are missing.
    fn is_broken(&self) -> bool;
    /// Whether a cell of the row held says that two sources differed.
    fn is_conflicting(&self, _column: usize) -> bool {
        false
    }
}

/// Reads rows into a source of the draft.
pub(crate) fn read(draft: &mut Draft, source: usize, layout: &Layout, rows: &mut impl Rows) {
    let schema = Arc::clone(&draft.schema);
    let mut cells = Vec::new();
    while let Some(row) = rows.next(&mut draft.log) {
        let sound = read_row(draft, &schema, rows, layout, row, &mut cells);
        for (fact, cell) in rows.context() {
            if cells.iter().all(|(known, _)| known != fact) {
                cells.push((*fact, cell.clone()));
            }
        }
        let record = Record { source, line: row.line, id: rows.id(), sound };
        draft.commit(record, || rows.id_place(row.line), &mut cells);
    }
    draft.incomplete |= rows.is_broken();
}

/// A table without a row.
pub(crate) fn no_rows() -> Diagnostic {
    Diagnostic::notice(codes::NO_ROWS, "没有项目", "there are no projects")
}

/// A header that nobody knows.
pub(crate) fn unknown_column(header: &str) -> Diagnostic {
    let header = shown(header);
    Diagnostic::notice(
        codes::UNKNOWN_COLUMN,
        format!("不认识列「{header}」，未读入"),
        format!("unknown column `{header}`, not read"),
    )
}

/// A unit in a header that cannot be one of its fact.
pub(crate) fn bad_unit(header: &str, unit: &str, example: &str) -> Diagnostic {
    let (header, unit) = (shown(header), shown(unit));
    let fault = Diagnostic::error(
        codes::HEADER_UNIT,
        format!("列「{header}」不能用单位「{unit}」"),
        format!("column `{header}` cannot have the unit `{unit}`"),
    );
    if example.is_empty() {
        fault.help("删去括号里的单位", "remove the unit in parentheses")
    } else {
        fault.help(format!("可写 ({example})"), format!("write ({example})"))
    }
}

/// Two headers of one file, or two keys of one map, for the same thing.
pub(crate) fn two_columns(first: &str, second: &str) -> Diagnostic {
    let (first, second) = (shown(first), shown(second));
    Diagnostic::error(
        codes::TWO_COLUMNS,
        format!("列「{second}」与列「{first}」填的是同一项"),
        format!("columns `{second}` and `{first}` hold the same fact"),
    )
    .help("留下一列", "keep one of them")
}

/// No column of project ids.
pub(crate) fn no_id_column<'a>(names: impl Iterator<Item = &'a str>) -> Diagnostic {
    let names: Vec<&str> = names.collect();
    Diagnostic::error(codes::NO_ID_COLUMN, "没有项目编号列", "there is no column of project ids")
        .help(format!("表头可写 {}", names.join("、")), format!("name it one of: {}", names.join(", ")))
}

/// Which columns hold what.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// Every column that is read.
    pub(crate) facts: Vec<LedgerFact>,
    pub(crate) plain: Vec<(usize, Slot)>,
    pub(crate) papers: Vec<PaperColumns>,
}

/// The columns of one document.
#[derive(Debug)]
pub(crate) struct PaperColumns {
    pub(crate) fact: FactIdx,
    /// The first column, where faults of the whole are shown.
    pub(crate) first: usize,
    pub(crate) bare: Option<usize>,
    pub(crate) parts: Vec<(usize, Part, Option<Unit>)>,
}

impl PaperColumns {
    /// Every column of the document.
    #[cfg(feature = "parquet")]
    pub(crate) fn places(&self) -> impl Iterator<Item = usize> {
        self.bare.into_iter().chain(self.parts.iter().map(|&(at, ..)| at))
    }
}

impl Layout {
    /// Facts that have one column each, and documents that have several.
    pub(crate) fn by_columns<'s>(&'s self, schema: &'s Schema) -> (Vec<Plain<'s>>, Vec<&'s PaperColumns>) {
        let mut plain: Vec<Plain<'s>> = self.plain.iter().map(|&(at, slot)| Plain::new(schema, at, slot)).collect();
        let mut papers = Vec::new();
        for paper in &self.papers {
            match paper.bare {
                Some(at) if paper.parts.is_empty() => {
                    plain.push(Plain::new(schema, at, Slot { fact: paper.fact, part: None, unit: None }));
                }
                _ => papers.push(paper),
            }
        }
        (plain, papers)
    }

    /// Adds a column, unless another holds the same: then it is that one.
    pub(crate) fn add(&mut self, schema: &Schema, at: usize, slot: Slot, header: &str) -> Result<(), usize> {
        let same = self.facts.iter().find(|known| known.fact == slot.fact && known.part == slot.part);
        if let Some(first) = same {
            return Err(first.column as usize);
        }
        let (header, column) = (header.to_owned(), at as u32);
        self.facts.push(LedgerFact { fact: slot.fact, part: slot.part, header, column });
        self.place_column(schema, at, slot);
        Ok(())
    }

    fn place_column(&mut self, schema: &Schema, at: usize, slot: Slot) {
        if schema[slot.fact].kind != FactType::Document {
            self.plain.push((at, slot));
            return;
        }
        let known = self.papers.iter().position(|paper| paper.fact == slot.fact);
        let known = known.unwrap_or_else(|| {
            self.papers.push(PaperColumns { fact: slot.fact, first: at, bare: None, parts: Vec::new() });
            self.papers.len() - 1
        });
        match slot.part {
            Some(part) => self.papers[known].parts.push((at, part, slot.unit)),
            None => self.papers[known].bare = Some(at),
        }
    }
}

/// Reads the cells of a row; false if one of them has a fault.
fn read_row(
    draft: &mut Draft,
    schema: &Schema,
    rows: &impl Rows,
    layout: &Layout,
    row: Row,
    cells: &mut Vec<(FactIdx, Cell)>,
) -> bool {
    let mut sound = row.sound;
    for &(at, slot) in &layout.plain {
        if rows.is_conflicting(at) {
            still_conflicting(draft, rows, slot.fact, row, at, cells);
            continue;
        }
        let (spec, text) = (&schema[slot.fact], rows.cell(at));
        match parse_cell(spec, slot.unit, text) {
            Ok(Cell::Blank) => {}
            Ok(cell) => cells.push((slot.fact, cell)),
            Err(fault) => {
                sound = false;
                draft.cell_fault(spec, slot.unit, &fault, text, || rows.place(row.line, at));
            }
        }
    }
    for columns in &layout.papers {
        sound &= read_paper(draft, schema, rows, columns, row, cells);
    }
    sound
}

/// Keeps a fact of which two sources said different things as unknown, and says so again.
fn still_conflicting(
    draft: &mut Draft,
    rows: &impl Rows,
    fact: FactIdx,
    row: Row,
    at: usize,
    cells: &mut Vec<(FactIdx, Cell)>,
) {
    draft.warn_conflict(fact, || rows.place(row.line, at), None);
    cells.push((fact, Cell::Conflicting));
}

fn read_paper(
    draft: &mut Draft,
    schema: &Schema,
    rows: &impl Rows,
    columns: &PaperColumns,
    row: Row,
    cells: &mut Vec<(FactIdx, Cell)>,
) -> bool {
    if let Some(at) = columns.bare.filter(|&at| rows.is_conflicting(at)) {
        still_conflicting(draft, rows, columns.fact, row, at, cells);
        return true;
    }
    let spec = &schema[columns.fact];
    let (mut paper, mut sound) = (Paper::default(), true);
    if let Some(at) = columns.bare
        && let Err(fault) = paper.bare(spec, rows.cell(at))
    {
        sound = false;
        draft.cell_fault(spec, None, &fault, rows.cell(at), || rows.place(row.line, at));
    }
    for &(at, part, unit) in &columns.parts {
        if let Err(fault) = paper.part(spec, part, unit, rows.cell(at)) {
            sound = false;
            draft.part_fault(part, unit, &fault, rows.cell(at), || rows.place(row.line, at));
        }
    }
    match paper.close() {
        Cell::Blank => {}
        cell => {
            if cell == Cell::Conflicting {
                draft.warn_conflict(columns.fact, || rows.place(row.line, columns.first), None);
            }
            cells.push((columns.fact, cell));
        }
    }
    sound
}
