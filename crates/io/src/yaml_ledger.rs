//! A ledger in YAML: a list of maps, one map a project, or the same under `projects`.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kaigong_model::{Cell, Diagnostic, FactIdx, FactType, LedgerFact, Part, Place, Schema, parse_cell};
use kaigong_yaml::{Document, Kind, Node, Span};

use crate::{
    codes,
    draft::{Draft, Record},
    header::{Meaning, Slot, normal, split_unit},
    paper::Paper,
    text::lines_before,
    wide::{bad_unit, no_id_column, no_rows, two_columns, unknown_column},
};

/// Reads a ledger into the draft.
pub(crate) fn read(draft: &mut Draft, name: &str, text: &str) {
    let document = match kaigong_yaml::parse(name, text) {
        Ok(document) => document,
        Err(faults) => {
            draft.log.extend(faults);
            draft.incomplete = true;
            return;
        }
    };
    let Some(projects) = projects(draft, &document) else {
        draft.incomplete = true;
        return;
    };
    if projects.is_empty() {
        draft.log.note(|_| no_rows().at(document.place(document.root.span)));
    }
    let source = draft.open_source(name, None, Vec::new());
    let (mut line, mut counted) = (1, 0);
    let (mut known, place) = (Known::default(), |span| document.place(span));
    for project in projects {
        let start = project.span.start.clamp(counted, document.text.len());
        line += lines_before(&document.text[counted..start]) - 1;
        counted = start;
        read_project(draft, source, &mut known, &place, project, line);
    }
}

/// Reads one project of a source, a map of its facts, into the draft; `place` says where its nodes stand.
pub(crate) fn read_project(
    draft: &mut Draft,
    source: usize,
    known: &mut Known,
    place: &dyn Fn(Span) -> Place,
    project: &Node,
    line: u32,
) {
    let schema = Arc::clone(&draft.schema);
    Reader { draft, schema: &schema, place, source, known }.project(project, line);
}

/// What has been found out about keys in the projects before.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Unknown keys already mentioned.
    strangers: BTreeSet<String>,
    /// What keys mean.
    meanings: BTreeMap<String, Meaning>,
}

/// The list of projects: the root, or its `projects`.
fn projects<'d>(draft: &mut Draft, document: &'d Document) -> Option<&'d [Node]> {
    let listed = match &document.root.kind {
        Kind::Mapping(entries) => {
            for (key, _) in entries.iter().filter(|(key, _)| key.text() != Some("projects")) {
                let name = key.text().unwrap_or_default();
                draft.log.note(|near| {
                    unknown_column(name).suggest(near.find(name, ["projects"])).at(document.place(key.span))
                });
            }
            document.root.get("projects")
        }
        _ => Some(&document.root),
    };
    match listed.map(|node| &node.kind) {
        Some(Kind::Sequence(projects)) => Some(projects),
        Some(Kind::Null) => Some(&[]),
        _ => {
            let span = listed.unwrap_or(&document.root).span;
            draft.log.fault(|_| {
                shape("应是项目的列表", "this should be a list of projects", "- id: P-1").at(document.place(span))
            });
            None
        }
    }
}

fn shape(zh: &str, en: &str, example: &str) -> Diagnostic {
    Diagnostic::error(codes::SHAPE, zh, en).help(format!("例如 {example}"), format!("for example {example}"))
}

/// Reads one project after another.
struct Reader<'r> {
    draft: &'r mut Draft,
    schema: &'r Schema,
    place: &'r dyn Fn(Span) -> Place,
    source: usize,
    known: &'r mut Known,
}

/// One project on its way: its cells, and its documents not yet closed.
#[derive(Default)]
struct Project {
    cells: Vec<(FactIdx, Cell)>,
    papers: Vec<(FactIdx, Paper, Span)>,
    seen: Vec<Slot>,
    faulty: bool,
}

impl Reader<'_> {
    fn project(&mut self, node: &Node, line: u32) {
        let Kind::Mapping(entries) = &node.kind else {
            self.fault(shape("每个项目应是一组键值", "each project should be a map", "{id: P-1}"), node.span);
            self.draft.log.leave_out();
            return;
        };
        let keys: Vec<&str> = entries.iter().map(|(key, _)| key.text().unwrap_or_default()).collect();
        let Some(id_at) = self.draft.headers.id_column(&keys) else {
            let fault = no_id_column(self.draft.headers.id_names());
            self.fault(fault, node.span);
            self.draft.log.leave_out();
            return;
        };
        let mut project = Project::default();
        for (at, (key, value)) in entries.iter().enumerate() {
            self.entry(&mut project, key, value, at == id_at);
        }
        for (fact, paper, span) in std::mem::take(&mut project.papers) {
            self.close(&mut project, fact, paper, span);
        }
        let id = &entries[id_at].1;
        let record =
            Record { source: self.source, line, id: id.text().unwrap_or_default().trim(), sound: !project.faulty };
        let place = self.place;
        self.draft.commit(record, || place(id.span), &mut project.cells);
    }

    fn entry(&mut self, project: &mut Project, key: &Node, value: &Node, is_id: bool) {
        let name = key.text().unwrap_or_default();
        let slot = match self.meaning(name) {
            Meaning::Slot(slot) => slot,
            Meaning::BadUnit(slot, unit) => {
                let dimension = self.draft.headers.dimension(slot);
                let example = dimension.map_or("", |dimension| dimension.standard_unit().name);
                project.faulty = true;
                return self.fault(bad_unit(name, &unit, example), key.span);
            }
            Meaning::Unknown if is_id => return,
            Meaning::Unknown => return self.note_unknown(name, key.span),
        };
        if project.seen.iter().any(|seen| seen.fact == slot.fact && seen.part == slot.part) {
            project.faulty = true;
            return self.fault(two_columns(&self.schema[slot.fact].id, name), key.span);
        }
        project.seen.push(slot);
        self.note_column(slot, name);
        if self.schema[slot.fact].kind == FactType::Document {
            self.paper(project, slot, value);
        } else {
            self.plain(project, slot, value);
        }
    }

    fn plain(&mut self, project: &mut Project, slot: Slot, value: &Node) {
        let spec = &self.schema[slot.fact];
        match (&value.kind, spec.kind) {
            (Kind::Null, _) => {}
            (Kind::Scalar(_, text), _) => match parse_cell(spec, slot.unit, text) {
                Ok(Cell::Blank) => {}
                Ok(cell) => project.cells.push((slot.fact, cell)),
                Err(fault) => {
                    project.faulty = true;
                    let place = self.place(value.span);
                    self.draft.cell_fault(spec, slot.unit, &fault, text.trim(), || place);
                }
            },
            (Kind::Sequence(items), FactType::Projects) => self.links(project, slot.fact, items),
            _ => {
                project.faulty = true;
                self.fault(shape("应是一个值", "this should be a single value", "380 mu"), value.span);
            }
        }
    }

    fn links(&mut self, project: &mut Project, fact: FactIdx, items: &[Node]) {
        let mut ids = Vec::new();
        for item in items {
            match item.text().map(|text| parse_cell(&self.schema[fact], None, text)) {
                Some(Ok(Cell::Projects(more))) => ids.extend(more),
                Some(Ok(Cell::Blank)) => {}
                _ => {
                    project.faulty = true;
                    self.fault(shape("应是项目编号", "this should be a project id", "[P-1, P-2]"), item.span);
                }
            }
        }
        if !ids.is_empty() {
            project.cells.push((fact, Cell::Projects(ids)));
        }
    }

    fn paper(&mut self, project: &mut Project, slot: Slot, value: &Node) {
        if let (Kind::Sequence(items), None) = (&value.kind, slot.part) {
            return self.issues(project, slot.fact, items);
        }
        let known = project.papers.iter().position(|(fact, ..)| *fact == slot.fact);
        let known = known.unwrap_or_else(|| {
            project.papers.push((slot.fact, Paper::default(), value.span));
            project.papers.len() - 1
        });
        let mut paper = std::mem::take(&mut project.papers[known].1);
        project.faulty |= !self.fill(&mut paper, slot, value);
        project.papers[known].1 = paper;
    }

    /// A list of issues, each a map of parts or a bare value.
    fn issues(&mut self, project: &mut Project, fact: FactIdx, items: &[Node]) {
        let mut issues = Vec::new();
        for item in items {
            let mut paper = Paper::default();
            let sound = self.fill(&mut paper, Slot { fact, part: None, unit: None }, item);
            project.faulty |= !sound;
            match paper.close() {
                Cell::Document(more) => issues.extend(more),
                Cell::Blank => {}
                _ if !sound => {}
                _ => {
                    project.faulty = true;
                    let fault = shape("列表里应是各次批文", "a list should hold issues", "{issued_on: 2020-01-01}");
                    self.fault(fault, item.span);
                }
            }
        }
        if !issues.is_empty() {
            project.cells.push((fact, Cell::Document(issues)));
        }
    }

    /// Puts a value into a document: a bare value, a map of parts, or one part; false if it has a fault.
    fn fill(&mut self, paper: &mut Paper, slot: Slot, value: &Node) -> bool {
        let spec = &self.schema[slot.fact];
        match (&value.kind, slot.part) {
            (Kind::Null, _) => true,
            (Kind::Scalar(_, text), None) => match paper.bare(spec, text) {
                Ok(()) => true,
                Err(fault) => {
                    let place = self.place(value.span);
                    self.draft.cell_fault(spec, None, &fault, text.trim(), || place);
                    false
                }
            },
            (Kind::Scalar(_, text), Some(part)) => match paper.part(spec, part, slot.unit, text.trim()) {
                Ok(()) => true,
                Err(fault) => {
                    let place = self.place(value.span);
                    self.draft.part_fault(part, slot.unit, &fault, text.trim(), || place);
                    false
                }
            },
            (Kind::Mapping(entries), None) => {
                entries.iter().fold(true, |sound, (key, value)| self.part(paper, slot.fact, key, value) & sound)
            }
            _ => {
                self.fault(shape("应是批文的一个值", "this should be one value", "2020-01-01"), value.span);
                false
            }
        }
    }

    fn part(&mut self, paper: &mut Paper, fact: FactIdx, key: &Node, value: &Node) -> bool {
        let name = normal(key.text().unwrap_or_default());
        let base = split_unit(&name).map_or(name.as_str(), |(base, _)| base);
        if Part::parse(base).is_none() {
            let place = self.place(key.span);
            let parts = Part::ALL.map(Part::name);
            self.draft.log.note(|near| unknown_column(&name).suggest(near.find(&name, parts)).at(place));
            return true;
        }
        // The key of a part is read as the column of that part would be.
        match self.meaning(&format!("{}.{name}", self.schema[fact].id)) {
            Meaning::Slot(slot) => self.fill(paper, slot, value),
            Meaning::BadUnit(_, unit) => {
                let example = if base == Part::Area.name() { "mu" } else { "" };
                self.fault(bad_unit(&name, &unit, example), key.span);
                false
            }
            Meaning::Unknown => {
                self.note_unknown(&name, key.span);
                true
            }
        }
    }

    fn close(&mut self, project: &mut Project, fact: FactIdx, paper: Paper, span: Span) {
        let cell = paper.close();
        if cell == Cell::Conflicting {
            let place = self.place(span);
            self.draft.warn_conflict(fact, || place, None);
        }
        if project.cells.iter().any(|(known, _)| *known == fact) {
            // A list of issues stands beside it, and which of them is meant cannot be told.
            let id = &self.schema[fact].id;
            project.faulty = true;
            self.fault(two_columns(id, id), span);
        } else if cell != Cell::Blank {
            project.cells.push((fact, cell));
        }
    }

    /// Mentions an unknown key once a file.
    fn note_unknown(&mut self, name: &str, span: Span) {
        if self.known.strangers.insert(name.to_owned()) {
            let place = self.place(span);
            let headers = &self.draft.headers;
            self.draft.log.note(|near| unknown_column(name).suggest(near.find(name, headers.names())).at(place));
        }
    }

    fn note_column(&mut self, slot: Slot, name: &str) {
        let facts = &mut self.draft.sources[self.source].facts;
        if !facts.iter().any(|known| known.fact == slot.fact && known.part == slot.part) {
            facts.push(LedgerFact { fact: slot.fact, part: slot.part, header: name.to_owned(), column: 0 });
        }
    }

    fn fault(&mut self, fault: Diagnostic, span: Span) {
        let place = self.place;
        self.draft.log.row_fault(|_| fault.at(place(span)));
    }

    fn place(&self, span: Span) -> Place {
        (self.place)(span)
    }

    fn meaning(&mut self, name: &str) -> Meaning {
        if let Some(known) = self.known.meanings.get(name) {
            return known.clone();
        }
        let meaning = self.draft.headers.meaning(name);
        self.known.meanings.insert(name.to_owned(), meaning.clone());
        meaning
    }
}

#[cfg(test)]
mod tests;
