//! The portfolio in the making: rows of every ledger joined by id, with their sources.

use std::sync::Arc;

use kaigong_model::{
    Cell, CellFault, Diagnostic, Dimension, FactIdx, FactSpec, FactType, LedgerFact, Part, Place, Portfolio,
    PortfolioBuilder, Schema, Source, Unit, Words, limits,
};

use crate::{
    codes,
    header::Headers,
    log::Log,
    words::{cell_fault, shown},
};

/// What all readers write into.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) schema: Arc<Schema>,
    pub(crate) headers: Headers,
    pub(crate) builder: PortfolioBuilder,
    pub(crate) sources: Vec<Source>,
    pub(crate) log: Log,
    /// Whether a ledger could not be read at all, so that its projects are not known.
    pub(crate) incomplete: bool,
    /// Ids in long tables that no ledger has; near misses are looked for when all ids are at hand.
    strangers: Vec<(String, Place)>,
}

/// One row of a ledger, on its way in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    /// Index of its source.
    pub(crate) source: usize,
    /// Line it begins on.
    pub(crate) line: u32,
    /// Id of the project, trimmed.
    pub(crate) id: &'a str,
    /// False if one of its cells has a fault.
    pub(crate) sound: bool,
}

impl Draft {
    pub(crate) fn new(schema: &Arc<Schema>, skip_bad_rows: bool) -> Self {
        Self {
            schema: Arc::clone(schema),
            headers: Headers::new(schema),
            builder: PortfolioBuilder::new(Arc::clone(schema)),
            sources: Vec::new(),
            log: Log::new(skip_bad_rows),
            incomplete: false,
            strangers: Vec::new(),
        }
    }

    /// A draft whose projects are not looked for by their ids.
    pub(crate) fn unindexed(schema: &Arc<Schema>) -> Self {
        Self { builder: PortfolioBuilder::unindexed(Arc::clone(schema)), ..Self::new(schema, false) }
    }

    /// Begins a source and returns its index.
    pub(crate) fn open_source(&mut self, name: &str, sheet: Option<&str>, facts: Vec<LedgerFact>) -> usize {
        self.sources.push(Source { name: name.to_owned(), sheet: sheet.map(str::to_owned), facts, lines: Vec::new() });
        self.sources.len() - 1
    }

    /// Adds a row of a wide ledger; `cells` is left empty, for use again.
    ///
    /// A row with faults still names its project, so that no link to it is called unknown.
    pub(crate) fn commit(&mut self, record: Record, id_place: impl Fn() -> Place, cells: &mut Vec<(FactIdx, Cell)>) {
        let sound = self.check_id(record, id_place) && record.sound;
        if !sound && (self.log.leave_out() || record.id.is_empty()) {
            cells.clear();
            return;
        }
        let known = self.builder.len();
        let row = self.builder.add(record.id);
        self.see(record.source, row, record.line);
        let is_new = row as usize >= known;
        for (fact, cell) in cells.drain(..).filter(|_| sound) {
            if is_new {
                self.builder.put(row, fact, cell);
            } else {
                self.join(record.source, row, fact, cell, None);
            }
        }
    }

    /// Adds what another source says of a cell, with a warning where they differ.
    ///
    /// `here` is where it says so; by default the row's first line in the source.
    pub(crate) fn join(
        &mut self,
        source: usize,
        row: u32,
        fact: FactIdx,
        cell: Cell,
        here: Option<&dyn Fn() -> Place>,
    ) {
        let before = self.builder.get(row, fact);
        self.builder.join(row, fact, cell);
        if before == Cell::Conflicting || self.builder.get(row, fact) != Cell::Conflicting {
            return;
        }
        let source_place = || self.sources[source].place_of(fact, row);
        let here = here.map_or_else(source_place, |here| Some(here()));
        let here = here.unwrap_or_else(|| Place::File(self.sources[source].name.clone()));
        let there = self.sources[..source].iter().rev().find_map(|source| source.place_of(fact, row));
        self.warn_conflict(fact, || here, there);
    }

    /// Notes the first line of a row in a source.
    pub(crate) fn see(&mut self, source: usize, row: u32, line: u32) {
        let lines = &mut self.sources[source].lines;
        let at = row as usize;
        if lines.len() <= at {
            lines.resize(at + 1, 0);
        }
        if lines[at] == 0 {
            lines[at] = line;
        }
    }

    /// Warns that two places give a fact different values, so that it reads as unknown.
    pub(crate) fn warn_conflict(&mut self, fact: FactIdx, here: impl FnOnce() -> Place, there: Option<Place>) {
        let title = self.schema[fact].title.clone();
        self.log.note(|_| {
            let diagnostic = Diagnostic::warning(
                codes::CONFLICT,
                format!("「{}」两处所填不同，按未知处理", title.zh),
                format!("`{}` is given two different values and reads as unknown", title.en),
            )
            .at(here());
            let diagnostic = match there {
                Some(place) => diagnostic.label(place, Words::new("另一处", "the other")),
                None => diagnostic,
            };
            diagnostic.help("核对后改成一致", "find out which is right and write it in both")
        });
    }

    /// Logs the fault of a cell.
    pub(crate) fn cell_fault(
        &mut self,
        spec: &FactSpec,
        unit: Option<Unit>,
        fault: &CellFault,
        text: &str,
        place: impl FnOnce() -> Place,
    ) {
        self.log.row_fault(|near| cell_fault(spec, unit, fault, text, near).at(place()));
    }

    /// Logs the fault of a part of a document.
    pub(crate) fn part_fault(
        &mut self,
        part: Part,
        unit: Option<Unit>,
        fault: &CellFault,
        text: &str,
        place: impl FnOnce() -> Place,
    ) {
        let kind = match part {
            Part::Number | Part::Stops => FactType::Text,
            Part::Area => FactType::Quantity(Dimension::Area),
            _ => FactType::Date,
        };
        let unit = unit.or(Unit::parse("mu"));
        // Every document knows the same causes.
        let known = self.schema.iter().find(|(_, spec)| !spec.causes.is_empty());
        let causes = known.map(|(_, spec)| Arc::clone(&spec.causes)).unwrap_or_default();
        self.cell_fault(&FactSpec { causes, ..FactSpec::new(part.name(), kind) }, unit, fault, text, place);
    }

    /// The row of a project named in a long table, or a fault.
    pub(crate) fn project(&mut self, id: &str, place: impl FnOnce() -> Place) -> Option<u32> {
        let row = self.builder.find(id);
        if row.is_none() && !self.incomplete {
            if self.strangers.len() < limits::FAULTS_LISTED {
                self.strangers.push((id.to_owned(), place()));
            } else {
                self.log.row_fault(|_| unknown_project(id).at(place()));
            }
        }
        row
    }

    /// The portfolio. Ids that no ledger has are faults; where bad rows are left out, a link to nobody
    /// stays in its row, which then reads as unknown there.
    pub(crate) fn finish(self) -> (Portfolio, Log) {
        let Self { mut builder, sources, mut log, incomplete, strangers, .. } = self;
        for source in sources {
            builder.source(source);
        }
        let (portfolio, unlinked) = builder.finish();
        let links = unlinked.into_iter().filter(|_| !incomplete).map(|(row, fact, id)| {
            let place = portfolio.place(fact, row);
            (id, place.unwrap_or_else(|| Place::File(portfolio.ids[row as usize].to_string())))
        });
        crate::stops::check(&portfolio, &mut log);
        for (id, place) in strangers.into_iter().chain(links) {
            log.row_fault(|near| {
                let meant = near.find(&id, portfolio.ids.iter());
                unknown_project(&id).suggest(meant).at(place)
            });
        }
        (portfolio, log)
    }

    fn check_id(&mut self, record: Record, place: impl Fn() -> Place) -> bool {
        let Record { source, line: _, id, .. } = record;
        if id.is_empty() {
            self.log.row_fault(|_| {
                Diagnostic::error(codes::BLANK_ID, "没有项目编号", "the project id is blank")
                    .at(place())
                    .help("每个项目一行，编号不能空", "one row a project, each with its id")
            });
            return false;
        }
        if id.chars().any(char::is_control) {
            self.log.row_fault(|_| {
                Diagnostic::error(codes::CONTROL, "项目编号含有控制字符", "the project id holds a control character")
                    .at(place())
                    .help("删去看不见的字符", "remove the invisible characters")
            });
            return false;
        }
        let Some(first) = self.builder.find(id).and_then(|row| self.line_of(source, row)) else { return true };
        let there = self.sources[source].place(first, None);
        self.log.row_fault(|_| same_id(id, first).at(place()).label(there, Words::new("首次出现", "first here")));
        false
    }

    fn line_of(&self, source: usize, row: u32) -> Option<u32> {
        self.sources[source].lines.get(row as usize).copied().filter(|&line| line > 0)
    }
}

/// A project id that another row of the file has.
pub(crate) fn same_id(id: &str, first: u32) -> Diagnostic {
    Diagnostic::error(
        codes::SAME_ID,
        format!("项目编号「{}」重复，第 {first} 行已有", shown(id)),
        format!("project id `{}` is used twice, first on line {first}", shown(id)),
    )
    .help("每个项目一行；合并或改号", "one row a project; merge the rows or change an id")
}

/// A project id that no ledger has.
fn unknown_project(id: &str) -> Diagnostic {
    Diagnostic::error(
        codes::UNKNOWN_PROJECT,
        format!("没有编号为「{}」的项目", shown(id)),
        format!("no project has the id `{}`", shown(id)),
    )
    .help("编号须与台账一致", "write the id as the ledger has it")
}
