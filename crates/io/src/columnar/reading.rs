//! The reading of one file: header, then rows in order, so many at a time.

use std::{collections::VecDeque, sync::Arc};

use arrow_schema::DataType;
use kaigong_model::{Diagnostic, FactType, Place, Schema, Words, limits};

use super::{
    cells,
    chunk::{Open, Plan, fact_type},
    source::{Broken, Group, Hint, ROWS, Source},
    store::Store,
};
use crate::{
    blocks::ReadSeek,
    codes,
    csv_ledger::{chunk::Chunk, layout, stitch::Stitch},
    draft::Draft,
    input::Input,
    table::{Heads, empty, too_many_columns},
    text::oversized,
    wide::{Layout, no_rows},
    words::{cut, shown},
};

/// Characters of the name of a type that a message repeats.
const TYPE_SHOWN: usize = 60;

/// Reads a ledger into the draft, so many rows at a time.
///
/// # Errors
/// What is wrong with the file as a whole; what is wrong with a column or a cell goes to the log.
pub(super) fn read(draft: &mut Draft, input: &Input, step: usize) -> Result<(), Vec<Diagnostic>> {
    if let Some(fault) = oversized(&input.name, input.bytes.len() as u64) {
        return Err(vec![fault]);
    }
    let Some(mut feed) = Feed::open(draft, &input.name, Store::held(&input.bytes), step)? else {
        draft.incomplete = true;
        return Ok(());
    };
    let (heads, id, index) = (feed.heads.clone(), feed.id, draft.sources.len() - 1);
    // Rows of ledgers before this one may be named again.
    draft.sources[index].lines.resize(draft.builder.len(), 0);
    let mut stitch = Stitch::new(draft, &heads, index, id);
    stitch.lines = FIRST_LINE;
    // Rows are read while those before are moved to their place.
    let mut read = feed.next()?;
    while let Some(chunk) = read {
        let (next, ()) = rayon::join(|| feed.next(), || stitch.place(vec![chunk]));
        read = next?;
    }
    if draft.sources[index].lines.iter().all(|&line| line == 0) {
        draft.log.note(|_| no_rows().at(heads.header_place(id)));
    }
    Ok(())
}

/// The line of the first project: the header is line 1.
pub(crate) const FIRST_LINE: u32 = 2;

/// How many rows a file says it has; none where it is no sound file.
pub(crate) fn rows_in(file: Box<dyn ReadSeek>) -> Option<u64> {
    Source::open(Store::apart(file).ok()?, ROWS).ok().map(|source| source.rows())
}

/// A file being read, so many rows at a time.
pub(crate) struct Feed {
    name: String,
    schema: Arc<Schema>,
    source: Source,
    pub(crate) heads: Heads,
    /// Which column is the project id.
    pub(crate) id: usize,
    layout: Layout,
    /// Groups that have been fetched and not begun.
    groups: VecDeque<Group>,
    open: Option<Open>,
}

impl Feed {
    /// Reads the header and begins a source; none where it has a fault, which is in the log.
    ///
    /// # Errors
    /// What is wrong with the file as a whole.
    fn open(draft: &mut Draft, name: &str, store: Store, step: usize) -> Result<Option<Self>, Vec<Diagnostic>> {
        let broken = |broken: Broken| vec![broken.said(name)];
        let mut source = Source::open(store, step).map_err(broken)?;
        let fields = source.fields().clone();
        if fields.is_empty() {
            return Err(vec![empty(name)]);
        }
        if let Some(fault) = too_many_columns(name, fields.len()).or_else(|| too_many_rows(name, source.rows())) {
            return Err(vec![fault]);
        }
        let heads = Heads::of(name, fields.iter().map(|field| field.name().as_str()));
        let Some((id, layout)) = layout(draft, &heads) else { return Ok(None) };
        let id_type = fields[id].data_type();
        if !cells::may_be(FactType::Text, id_type) {
            return Err(vec![wrong_type(heads.headers()[id], id_type).at(heads.header_place(id))]);
        }
        let layout = of_right_types(draft, layout, &heads, |at| fields[at].data_type());
        source.choose(&hints(&draft.schema, &layout, id)).map_err(broken)?;
        draft.open_source(name, None, layout.facts.clone());
        let (name, schema) = (name.to_owned(), Arc::clone(&draft.schema));
        Ok(Some(Self { name, schema, source, heads, id, layout, groups: VecDeque::new(), open: None }))
    }

    /// The same of a file, of which little is held at a time.
    pub(crate) fn open_file(
        draft: &mut Draft,
        name: &str,
        file: Box<dyn ReadSeek>,
        step: usize,
    ) -> Result<Option<Self>, Vec<Diagnostic>> {
        let store = Store::apart(file).map_err(|error| vec![Broken::from(error).said(name)])?;
        Self::open(draft, name, store, step)
    }

    /// How many rows the file says it has.
    pub(crate) fn rows(&self) -> u64 {
        self.source.rows()
    }

    /// The next rows; none at the end.
    ///
    /// # Errors
    /// That the file is damaged.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk>, Vec<Diagnostic>> {
        self.read_on().map_err(|broken| vec![broken.said(&self.name)])
    }

    fn read_on(&mut self) -> Result<Option<Chunk>, Broken> {
        let plan = Plan::new(&self.schema, &self.layout, self.id);
        loop {
            if let Some(open) = &mut self.open
                && let Some(chunk) = plan.read(open)?
            {
                return Ok(Some(chunk));
            }
            if self.groups.is_empty() {
                self.groups = self.source.next_groups(rayon::current_num_threads())?.into();
            }
            let Some(group) = self.groups.pop_front() else { return Ok(None) };
            self.open = Some(plan.open(&self.source, &group)?);
        }
    }
}

/// How the columns that are read are best handed over; those of many different texts as texts, others by a dictionary.
fn hints(schema: &Schema, layout: &Layout, id: usize) -> Vec<(usize, Hint)> {
    let text_or_codes = |kind| match kind {
        FactType::Enum | FactType::Bool | FactType::Date | FactType::Document => Hint::Codes,
        FactType::Text | FactType::Quantity(_) | FactType::Projects => Hint::Texts,
    };
    let facts = layout.facts.iter().filter(|fact| fact.column as usize != id);
    let facts = facts.map(|fact| (fact.column as usize, text_or_codes(fact_type(schema, fact.fact, fact.part))));
    facts.chain([(id, Hint::Texts)]).collect()
}

/// The layout without columns whose facts are not read from their type, each a fault.
fn of_right_types<'f>(
    draft: &mut Draft,
    mut layout: Layout,
    heads: &Heads,
    data_type: impl Fn(usize) -> &'f DataType,
) -> Layout {
    let schema = Arc::clone(&draft.schema);
    let wrong: Vec<usize> = layout
        .facts
        .iter()
        .filter(|fact| !cells::may_be(fact_type(&schema, fact.fact, fact.part), data_type(fact.column as usize)))
        .map(|fact| fact.column as usize)
        .collect();
    for &at in &wrong {
        draft.log.fault(|_| wrong_type(heads.headers()[at], data_type(at)).at(heads.header_place(at)));
    }
    let right = |at: usize| !wrong.contains(&at);
    layout.plain.retain(|&(at, _)| right(at));
    for paper in &mut layout.papers {
        paper.bare = paper.bare.filter(|&at| right(at));
        paper.parts.retain(|&(at, ..)| right(at));
    }
    layout.papers.retain(|paper| paper.bare.is_some() || !paper.parts.is_empty());
    layout
}

fn wrong_type(header: &str, data_type: &DataType) -> Diagnostic {
    let (header, data_type) = (shown(header), cut(&data_type.to_string(), TYPE_SHOWN));
    Diagnostic::error(
        codes::COLUMN_TYPE,
        format!("列「{header}」的类型是 {data_type}，读不成这项事实"),
        format!("column `{header}` has the type {data_type}, which its fact is not read from"),
    )
    .help("写成文本，与 CSV 里一样", "write it as text, as a CSV would have it")
}

/// The fault of a ledger of so many rows, if they are too many.
fn too_many_rows(name: &str, rows: u64) -> Option<Diagnostic> {
    let limit = limits::LEDGER_ROWS as u64;
    let fault = Diagnostic::error(
        codes::LIMIT,
        format!("文件有 {rows} 行，超过 {limit} 行的上限"),
        format!("the file has {rows} rows, more than the limit of {limit}"),
    );
    let help = Words::new("请拆成几个文件", "split it into several files");
    (rows > limit).then(|| fault.at(Place::File(name.to_owned())).help(help.zh, help.en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_of_rows_is_named() {
        let limit = limits::LEDGER_ROWS as u64;
        assert_eq!(too_many_rows("a.parquet", limit), None);
        assert!(too_many_rows("a.parquet", limit + 1).unwrap().message.en.contains("100000000"));
    }
}
