//! The whole reading of one file: header, then groups of rows a wave at a time, in order.

use std::sync::Arc;

use arrow_schema::DataType;
use kaigong_model::{Diagnostic, FactType, Place, Schema, Words, limits};
use rayon::prelude::*;

use super::{
    cells,
    chunk::{Plan, fact_type},
    source::{Broken, Hint, Source},
};
use crate::{
    codes,
    csv_ledger::{layout, stitch::Stitch},
    draft::Draft,
    input::Input,
    table::{Heads, empty, too_many_columns},
    text::oversized,
    wide::{Layout, no_rows},
    words::{cut, shown},
};

/// Characters of the name of a type that a message repeats.
const TYPE_SHOWN: usize = 60;

/// Reads a ledger into the draft.
///
/// # Errors
/// What is wrong with the file as a whole; what is wrong with a column or a cell goes to the log.
pub(super) fn read(draft: &mut Draft, input: &Input) -> Result<(), Vec<Diagnostic>> {
    let broken = |broken: Broken| vec![broken.said(&input.name)];
    let name = &input.name;
    if let Some(fault) = oversized(name, input.bytes.len() as u64) {
        return Err(vec![fault]);
    }
    let mut source = Source::open(&input.bytes).map_err(broken)?;
    let fields = source.fields().clone();
    if fields.is_empty() {
        return Err(vec![empty(name)]);
    }
    if let Some(fault) = too_many_columns(name, fields.len()).or_else(|| too_many_rows(name, source.rows())) {
        return Err(vec![fault]);
    }
    let heads = Heads::of(name, fields.iter().map(|field| field.name().as_str()));
    let Some((id, layout)) = layout(draft, &heads) else {
        draft.incomplete = true;
        return Ok(());
    };
    let id_type = fields[id].data_type();
    if !cells::may_be(FactType::Text, id_type) {
        return Err(vec![wrong_type(heads.headers()[id], id_type).at(heads.header_place(id))]);
    }
    let layout = of_right_types(draft, layout, &heads, |at| fields[at].data_type());
    source.choose(&hints(&draft.schema, &layout, id)).map_err(broken)?;

    let index = draft.open_source(name, None, layout.facts.clone());
    // Rows of ledgers before this one may be named again.
    draft.sources[index].lines.resize(draft.builder.len(), 0);
    let schema = Arc::clone(&draft.schema);
    let plan = Plan::new(&schema, &layout, id);
    let mut stitch = Stitch::new(draft, &heads, index, id);
    stitch.lines = 2;
    // A wave of groups is read while the one before is moved to its place.
    let mut read = Vec::new();
    loop {
        let groups = source.next_groups(rayon::current_num_threads()).map_err(broken)?;
        let next = || groups.par_iter().map(|group| plan.read(&source, group)).collect::<Result<Vec<_>, _>>();
        let before = std::mem::take(&mut read);
        let (next, ()) = rayon::join(next, || stitch.place(before));
        read = next.map_err(broken)?;
        if groups.is_empty() {
            break;
        }
    }
    if draft.sources[index].lines.iter().all(|&line| line == 0) {
        draft.log.note(|_| no_rows().at(heads.header_place(id)));
    }
    Ok(())
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
