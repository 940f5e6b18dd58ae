//! The whole reading: every input by its kind, ledgers first, then the tables that refer to them.

use std::sync::Arc;

use kaigong_model::{Diagnostic, Place, Schema, SheetColumns};

use crate::{
    codes, csv_ledger,
    draft::Draft,
    input::{Input, Kind, Ledger, ReadOptions},
    json_lines, long, meta,
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
/// assert_eq!(&*ledger.portfolio.ids[0], "P-1");
/// ```
pub fn read(schema: &Arc<Schema>, inputs: &[Input], options: &ReadOptions) -> Result<Ledger, Vec<Diagnostic>> {
    let mut draft = Draft::new(schema, options.skip_bad_rows);
    let format = options.format;
    let of = |wanted: fn(Kind) -> bool| inputs.iter().filter(move |input| wanted(input.kind_as(format)));
    let is_ledger = |kind| matches!(kind, Kind::CsvLedger | Kind::YamlLedger | Kind::JsonLines | Kind::Workbook);
    if of(is_ledger).next().is_none() {
        draft.incomplete = true;
        draft.log.fault(|_| {
            Diagnostic::error(codes::NO_LEDGER, "没有项目台账", "there is no ledger of projects")
                .help("写出台账文件名，如 projects.csv", "name the ledger's file, such as projects.csv")
        });
    }
    for input in of(|kind| kind == Kind::Scenario) {
        draft.log.note(|_| scenario_as_data(&input.name));
    }
    let map = read_map(&mut draft, options);
    let mut unnumbered = Vec::new();
    for input in of(is_ledger) {
        let kind = input.kind_as(format);
        if kind == Kind::Workbook {
            unnumbered.extend(sheet::read(&mut draft, input, &map));
            continue;
        }
        if kind == Kind::CsvLedger {
            csv_ledger::read(&mut draft, input);
            continue;
        }
        match decode(input, &mut draft.log) {
            Some(text) if kind == Kind::JsonLines => json_lines::read(&mut draft, &input.name, &text),
            Some(text) => yaml_ledger::read(&mut draft, &input.name, &text),
            None => draft.incomplete = true,
        }
    }
    let has_ids = !draft.builder.is_empty();
    for sheet in &unnumbered {
        sheet::read_by_name(&mut draft, sheet, has_ids);
    }
    let supplies = long::read(&mut draft, inputs);
    let meta = of(|kind| kind == Kind::Meta).next().map(|input| meta::read(input, &mut draft.log));
    let (portfolio, log) = draft.finish();
    log.finish().map(|notices| Ledger { portfolio, notices, supplies, meta })
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
            Kind::CsvLedger | Kind::YamlLedger | Kind::JsonLines => draft.log.fault(|_| no_workbook(&input.name)),
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
