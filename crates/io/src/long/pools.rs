//! `pools.csv` and `grants.csv`: how much there is of a pool, and who was given how much.

use std::sync::Arc;

use kaigong_model::{CellFault, FactSpec, FactType, Grant, PoolSpec, Schema, parse_quantity};

use super::{Faulty, Given, HeaderUnit, Known, Long, PROJECTS, day, needed, optional};
use crate::{draft::Draft, input::Supply, table::Row, words::unknown_pool};

const POOL: Known = needed("pool", &["指标", "指标池", "指标种类"]);
const AMOUNT: Known = Known { unit: HeaderUnit::Any, ..needed("amount", &["数量", "指标数量", "配给"]) };
const DOCUMENT: Known = optional("document", &["文号", "依据文件"]);
pub(super) const SUPPLIES: [Known; 5] =
    [POOL, optional("county", &["县(区)", "县区"]), optional("period", &["年度", "期间"]), AMOUNT, DOCUMENT];
pub(super) const GRANTS: [Known; 5] =
    [needed("project", PROJECTS), POOL, AMOUNT, day("granted_on", &["配给日期", "下达日期"]), DOCUMENT];

/// Reads `pools.csv`.
pub(super) fn read_supplies(draft: &mut Draft, given: Given<'_>, supplies: &mut Vec<Supply>) {
    let Some(mut long) = Long::open(draft, given.lines, &SUPPLIES) else { return };
    let schema = Arc::clone(&draft.schema);
    while let Some(row) = long.next(&mut draft.log) {
        match supply(draft, &schema, &long, row) {
            Ok(supply) => supplies.push(supply),
            Err(Faulty) => {
                draft.log.leave_out();
            }
        }
    }
}

/// Reads `grants.csv`.
pub(super) fn read_grants(draft: &mut Draft, given: Given<'_>) {
    let Some(mut long) = Long::open(draft, given.lines, &GRANTS) else { return };
    let schema = Arc::clone(&draft.schema);
    while let Some(row) = long.next(&mut draft.log) {
        match grant(draft, &schema, &long, row) {
            Ok(grant) => draft.builder.grant(grant),
            Err(Faulty) => {
                draft.log.leave_out();
            }
        }
    }
}

fn supply(draft: &mut Draft, schema: &Schema, long: &Long, row: Row) -> Result<Supply, Faulty> {
    // Every cell is looked at before a fault of the row stops it.
    let (pool, county) = (drawn(draft, schema, long, row, 0, 3), long.text(draft, row, 1));
    let (period, document) = (long.text(draft, row, 2), long.text(draft, row, 4));
    let (pool, amount) = pool?;
    Ok(Supply { pool, county: county?, period: period?, amount, document: document?, place: long.place(row, 3) })
}

fn grant(draft: &mut Draft, schema: &Schema, long: &Long, row: Row) -> Result<Grant, Faulty> {
    let (project, pool) = (long.project(draft, row, 0), drawn(draft, schema, long, row, 1, 2));
    let (granted_on, document) = (long.date(draft, row, 3), long.text(draft, row, 4));
    let (pool, amount) = pool?;
    Ok(Grant { row: project?, pool, amount, granted_on: granted_on?, document: document? })
}

/// The pool a row names and the amount it gives, atoms.
fn drawn(
    draft: &mut Draft,
    schema: &Schema,
    long: &Long,
    row: Row,
    name: usize,
    amount: usize,
) -> Result<(String, i64), Faulty> {
    let id = long.cell(name);
    let Some(pool) = schema.pools.iter().find(|pool| pool.is_called(id)) else {
        draft.log.row_fault(|near| {
            let known = schema.pools.iter().map(|pool| pool.id.as_str());
            unknown_pool(id).suggest(near.find(id, known)).at(long.place(row, name))
        });
        return Err(Faulty);
    };
    quantity(draft, pool, long, row, amount).map(|amount| (pool.id.clone(), amount))
}

fn quantity(draft: &mut Draft, pool: &PoolSpec, long: &Long, row: Row, name: usize) -> Result<i64, Faulty> {
    let (text, unit) = (long.cell(name), long.unit(name).unwrap_or(pool.unit));
    let fault = match parse_quantity(text, pool.dimension, Some(unit)) {
        Ok(amount) if amount >= 0 => return Ok(amount),
        Ok(_) => CellFault::OutOfRange,
        Err(fault) => CellFault::Quantity(fault),
    };
    let spec = FactSpec { unit: Some(pool.unit), ..FactSpec::new(&*pool.id, FactType::Quantity(pool.dimension)) };
    draft.cell_fault(&spec, Some(unit), &fault, text, || long.place(row, name));
    Err(Faulty)
}
