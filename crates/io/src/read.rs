//! The whole reading: every input by its kind, ledgers first, then the tables that refer to them.

use std::sync::Arc;

use kaigong_model::{Diagnostic, ListRow, Place, Schema, SheetColumns};

use crate::{
    codes, columnar, csv_ledger,
    draft::Draft,
    input::{Input, Kind, Ledger, ReadOptions},
    json_lines,
    log::Log,
    long, meta,
    sheet::{self, ColumnMap},
    text::decode,
    yaml_ledger,
};

/// Reads a ledger.
///
/// Rows keep the order in which they first appear; several ledgers are joined by project id.
/// Long tables are read after all ledgers, whatever the order of the inputs.
///
/// # Errors
/// Every fault, in order of place, then the warnings and notices found on the way.
/// Past [`kaigong_model::limits::FAULTS_LISTED`] faults are counted only.
///
/// # Example
/// ```
/// # use std::sync::Arc;
/// # use kaigong_io::{Input, ReadOptions, read};
/// # use kaigong_model::{FactSpec, FactType, Schema};
/// let schema = Arc::new(Schema::new(vec![FactSpec::new("permit", FactType::Document)]));
/// let input = Input { name: "projects.csv".into(), bytes: b"id,permit\nP-1,2020-03-01\n".to_vec() };
/// let ledger = read(&schema, &[input], &ReadOptions::default()).unwrap();
/// assert_eq!(&ledger.portfolio.ids[0], "P-1");
/// ```
pub fn read(schema: &Arc<Schema>, inputs: &[Input], options: &ReadOptions) -> Result<Ledger, Vec<Diagnostic>> {
    let mut draft = Draft::new(schema, options.skip_bad_rows);
    let format = options.format;
    let of = |wanted: fn(Kind) -> bool| inputs.iter().filter(move |input| wanted(input.kind_as(format)));
    if of(Kind::is_ledger).next().is_none() {
        draft.incomplete = true;
        draft.log.fault(|_| no_ledger());
    }
    for input in of(|kind| kind == Kind::Scenario) {
        draft.log.note(|_| scenario_as_data(&input.name));
    }
    let map = read_map(&mut draft, options);
    let mut later = sheet::Later::default();
    for input in of(Kind::is_ledger) {
        let kind = input.kind_as(format);
        if kind == Kind::Workbook {
            sheet::read(&mut draft, input, &map, &mut later);
            continue;
        }
        if kind == Kind::CsvLedger {
            csv_ledger::read(&mut draft, input);
            continue;
        }
        if kind == Kind::Columnar {
            columnar::read(&mut draft, input);
            continue;
        }
        match decode(input, &mut draft.log) {
            Some(text) if kind == Kind::JsonLines => json_lines::read(&mut draft, &input.name, &text),
            Some(text) => yaml_ledger::read(&mut draft, &input.name, &text),
            None => draft.incomplete = true,
        }
    }
    if of(Kind::is_ledger).next().is_some()
        && of(Kind::is_table).next().is_none()
        && !later.has_ledger
        && !draft.incomplete
    {
        draft.incomplete = true;
        draft.log.fault(|_| no_ledger());
    }
    let has_ids = !draft.builder.is_empty();
    for sheet in &later.unnumbered {
        sheet::read_by_name(&mut draft, sheet, has_ids);
    }
    for input in of(|kind| kind == Kind::Plan) {
        sheet::read_plan(&mut draft, input, &mut later);
    }
    let (supplies, grants) = long::read(&mut draft, inputs, &later.long, options.costs.as_ref());
    let meta = of(|kind| kind == Kind::Meta).next().map(|input| meta::read(input, &mut draft.log));
    let (portfolio, log) = draft.finish();
    log.finish().map(|notices| Ledger { portfolio, notices, supplies, grants, meta, lists: later.lists })
}

/// Reads the lists of workbooks that were filled in, and nothing else of them.
///
/// # Errors
/// Every fault of the lists, and a file without any.
pub fn read_lists(inputs: &[Input]) -> Result<(Vec<ListRow>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut log = Log::new(false);
    let mut rows = Vec::new();
    for input in inputs {
        if !sheet::read_lists(input, &mut log, &mut rows) {
            log.fault(|_| no_list().at(Place::File(input.name.clone())));
        }
    }
    log.finish().map(|notices| (rows, notices))
}

fn no_ledger() -> Diagnostic {
    Diagnostic::error(codes::NO_LEDGER, "没有项目台账", "there is no ledger of projects")
        .help("写出台账文件名，如 projects.csv", "name the ledger's file, such as projects.csv")
}

fn no_list() -> Diagnostic {
    Diagnostic::error(
        codes::NO_LEDGER,
        "没有一张表是清单：清单要有「键」和「堵点」两列",
        "no sheet is a list, which has the columns `key` and `Blocker`",
    )
    .help("清单由 kaigong report --out 文件.xlsx 写出", "kaigong report --out FILE.xlsx writes lists")
}

fn read_map(draft: &mut Draft, options: &ReadOptions) -> ColumnMap {
    let map = options.map.as_ref();
    map.map(|input| ColumnMap::read(input, &draft.schema, &draft.headers, &mut draft.log)).unwrap_or_default()
}

/// What the columns of workbooks are taken for, and what is to say of that; ledgers of other kinds name their columns
/// themselves.
///
/// # Errors
/// A workbook that cannot be opened, an input that is none, or a fault of the map.
pub fn read_columns(
    schema: &Arc<Schema>,
    inputs: &[Input],
    options: &ReadOptions,
) -> Result<(Vec<SheetColumns>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut draft = Draft::new(schema, false);
    let map = read_map(&mut draft, options);
    let mut sheets = Vec::new();
    for input in inputs {
        match input.kind() {
            Kind::Workbook => sheets.extend(sheet::columns(&mut draft, input, &map)),
            kind if kind.is_table() => draft.log.fault(|_| no_workbook(&input.name)),
            _ => {}
        }
    }
    draft.finish().1.finish().map(|notices| (sheets, notices))
}

fn no_workbook(name: &str) -> Diagnostic {
    Diagnostic::error(
        codes::BROKEN_WORKBOOK,
        "这不是工作簿：CSV 和 YAML 的列名须与规则包一样",
        "this is no workbook: columns of CSV and YAML go by the names of the pack",
    )
    .at(Place::File(name.to_owned()))
    .help("列名见 kaigong facts", "kaigong facts lists them")
}

fn scenario_as_data(name: &str) -> Diagnostic {
    Diagnostic::notice(
        codes::SCENARIO_AS_DATA,
        "这是试算方案，不是台账，未读入",
        "this is a scenario, not a ledger, and was left unread",
    )
    .at(Place::File(name.to_owned()))
    .help(
        format!("试算时写 --scenario {name}；若是台账，请改名，如 projects.yaml"),
        format!("give it as --scenario {name}; if it is a ledger, call it projects.yaml"),
    )
}

#[cfg(test)]
mod tests;
