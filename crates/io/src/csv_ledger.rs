//! A ledger in CSV: one row a project, a column a fact or a part of a document.

use kaigong_model::{Cell, Diagnostic, FactIdx, FactType, LedgerFact, Part, Schema, Unit, Words, parse_cell};

use crate::{
    codes,
    draft::{Draft, Record},
    header::{Meaning, Slot, normal},
    paper::Paper,
    table::{Row, Table},
    words::shown,
};

/// Reads a ledger into the draft.
pub(crate) fn read(draft: &mut Draft, name: &str, text: &str) {
    let opened = Table::open(name, text, &mut draft.log);
    let laid_out = opened.and_then(|table| layout(draft, &table).map(|layout| (table, layout)));
    let Some((mut table, layout)) = laid_out else {
        draft.incomplete = true;
        return;
    };
    let schema = std::sync::Arc::clone(&draft.schema);
    let source = draft.open_source(name, layout.facts.clone());
    let mut cells = Vec::new();
    while let Some(row) = table.next(&mut draft.log) {
        let sound = read_row(draft, &schema, &table, &layout, row, &mut cells);
        let record = Record { source, line: row.line, id: table.cell(layout.id), sound };
        draft.commit(record, || table.place(row.line, layout.id), &mut cells);
    }
    draft.incomplete |= table.broken;
    if draft.sources[source].lines.is_empty() && !table.broken {
        draft.log.note(|_| no_rows().at(table.header_place(layout.id)));
    }
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
struct Layout {
    id: usize,
    facts: Vec<LedgerFact>,
    plain: Vec<(usize, Slot)>,
    papers: Vec<PaperColumns>,
}

/// The columns of one document.
struct PaperColumns {
    fact: FactIdx,
    /// The first column, where faults of the whole are shown.
    first: usize,
    bare: Option<usize>,
    parts: Vec<(usize, Part, Option<Unit>)>,
}

fn layout(draft: &mut Draft, table: &Table) -> Option<Layout> {
    let headers = table.headers();
    let id = draft.headers.id_column(&headers);
    let mut layout = Layout { id: id.unwrap_or(0), facts: Vec::new(), plain: Vec::new(), papers: Vec::new() };
    let mut seen: Vec<usize> = Vec::new();
    for (at, &header) in headers.iter().enumerate() {
        let slot = match draft.headers.meaning(header) {
            Meaning::Slot(slot) => slot,
            Meaning::BadUnit(slot, unit) => {
                let example = draft.headers.dimension(slot).map_or("", |dimension| dimension.standard_unit().name);
                draft.log.fault(|_| bad_unit(header, &unit, example).at(table.header_place(at)));
                continue;
            }
            Meaning::Unknown => {
                match id {
                    Some(id) if id == at => {}
                    Some(id) if normal(headers[id]) == normal(header) => same_column(draft, table, id, at),
                    _ => note_unknown(draft, table, at, header),
                }
                continue;
            }
        };
        let same = layout.facts.iter().position(|known| known.fact == slot.fact && known.part == slot.part);
        if let Some(first) = same.map(|same| seen[same]) {
            same_column(draft, table, first, at);
            continue;
        }
        seen.push(at);
        layout.facts.push(LedgerFact { fact: slot.fact, part: slot.part, header: header.to_owned() });
        layout.place_column(&draft.schema, at, slot);
    }
    if id.is_none() {
        draft.log.fault(|_| no_id_column(draft.headers.id_names()).at(table.header_place(usize::MAX)));
    }
    id.map(|_| layout)
}

impl Layout {
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

fn same_column(draft: &mut Draft, table: &Table, first: usize, second: usize) {
    let headers = table.headers();
    draft.log.fault(|_| {
        two_columns(headers[first], headers[second])
            .at(table.header_place(second))
            .label(table.header_place(first), Words::new("另一列", "the other"))
    });
}

fn note_unknown(draft: &mut Draft, table: &Table, at: usize, header: &str) {
    let names = &draft.headers;
    let numbered = format!("#{}", at + 1);
    let header = if header.is_empty() { &numbered } else { header };
    draft.log.note(|near| unknown_column(header).suggest(near.find(header, names.names())).at(table.header_place(at)));
}

/// Reads the cells of a row; false if one of them has a fault.
fn read_row(
    draft: &mut Draft,
    schema: &Schema,
    table: &Table,
    layout: &Layout,
    row: Row,
    cells: &mut Vec<(FactIdx, Cell)>,
) -> bool {
    let mut sound = row.sound;
    for &(at, slot) in &layout.plain {
        let (spec, text) = (&schema[slot.fact], table.cell(at));
        match parse_cell(spec, slot.unit, text) {
            Ok(Cell::Blank) => {}
            Ok(cell) => cells.push((slot.fact, cell)),
            Err(fault) => {
                sound = false;
                draft.cell_fault(spec, slot.unit, &fault, text, || table.place(row.line, at));
            }
        }
    }
    for columns in &layout.papers {
        sound &= read_paper(draft, schema, table, columns, row, cells);
    }
    sound
}

fn read_paper(
    draft: &mut Draft,
    schema: &Schema,
    table: &Table,
    columns: &PaperColumns,
    row: Row,
    cells: &mut Vec<(FactIdx, Cell)>,
) -> bool {
    let spec = &schema[columns.fact];
    let (mut paper, mut sound) = (Paper::default(), true);
    if let Some(at) = columns.bare
        && let Err(fault) = paper.bare(spec, table.cell(at))
    {
        sound = false;
        draft.cell_fault(spec, None, &fault, table.cell(at), || table.place(row.line, at));
    }
    for &(at, part, unit) in &columns.parts {
        if let Err(fault) = paper.part(spec, part, unit, table.cell(at)) {
            sound = false;
            draft.part_fault(part, unit, &fault, table.cell(at), || table.place(row.line, at));
        }
    }
    match paper.close() {
        Cell::Blank => {}
        cell => {
            if cell == Cell::Conflicting {
                draft.warn_conflict(columns.fact, || table.place(row.line, columns.first), None);
            }
            cells.push((columns.fact, cell));
        }
    }
    sound
}

#[cfg(test)]
mod tests;
