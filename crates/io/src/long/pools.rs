//! `pools.csv` and `grants.csv`: how much there is of a pool, and who was given how much.

use std::sync::Arc;

use kaigong_model::{
    CellFault, Dimension, FactSpec, FactType, Grant, Level, PoolSpec, Schema, parse_quantity, period_days,
};

use super::{Faulty, Given, HeaderUnit, Known, Long, PROJECTS, day, needed, optional};
use crate::{
    draft::Draft,
    input::{GrantLine, Share, Supply},
    table::Row,
    words::{carry_of_no_period, expires_too_soon, level_and_county, unknown_level, unknown_pool},
};

const POOL: Known = needed("pool", &["指标", "指标池", "指标种类"]);
const AMOUNT: Known = Known { unit: HeaderUnit::Any, ..needed("amount", &["数量", "指标数量", "配给"]) };
const DOCUMENT: Known = optional("document", &["文号", "依据文件"]);
pub(super) const SUPPLIES: [Known; 8] = [
    POOL,
    optional("county", &["县(区)", "县区"]),
    optional("period", &["年度", "期间"]),
    AMOUNT,
    DOCUMENT,
    optional("scope", &["层级", "范围"]),
    day("expires_on", &["有效期至", "失效日期"]),
    optional("carry", &["结转比例", "结转"]),
];
pub(super) const GRANTS: [Known; 5] =
    [needed("project", PROJECTS), POOL, AMOUNT, day("granted_on", &["配给日期", "下达日期"]), DOCUMENT];

/// Millionths in the whole.
const WHOLE: i64 = 1_000_000;

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
pub(super) fn read_grants(draft: &mut Draft, given: Given<'_>, lines: &mut Vec<GrantLine>) {
    let Some(mut long) = Long::open(draft, given.lines, &GRANTS) else { return };
    let schema = Arc::clone(&draft.schema);
    while let Some(row) = long.next(&mut draft.log) {
        match grant(draft, &schema, &long, row) {
            Ok(line) => {
                draft.builder.grant(line.grant.clone());
                lines.push(line);
            }
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
    let (expires_on, carry) = (long.date(draft, row, 6), share(draft, long, row, 7));
    let level = level(draft, long, row, county.as_ref().is_ok_and(Option::is_some));
    let (pool, amount) = pool?;
    let (county, period, expires_on, carry) = (county?, period?, expires_on?, carry?);
    if let (Some(last), Some((first, _))) = (expires_on, period.as_deref().and_then(period_days))
        && last < first
    {
        draft.log.row_fault(|_| expires_too_soon(last, first).at(long.place(row, 6)));
        return Err(Faulty);
    }
    if carry.is_some() && period.is_none() {
        draft.log.row_fault(|_| carry_of_no_period().at(long.place(row, 7)));
        return Err(Faulty);
    }
    let (document, place) = (document?, long.place(row, 3));
    Ok(Supply { pool, level: level?, county, period, amount, document, expires_on, carry, place })
}

/// Whose the pool of a row is: a county's where one is named, else the city's unless it says otherwise.
fn level(draft: &mut Draft, long: &Long, row: Row, has_county: bool) -> Result<Level, Faulty> {
    let text = long.cell(5);
    let usual = if has_county { Level::County } else { Level::City };
    let said = if text.is_empty() { Some(usual) } else { Level::parse(text) };
    match said {
        Some(level) if (level == Level::County) == has_county => return Ok(level),
        Some(level) => draft.log.row_fault(|_| level_and_county(level).at(long.place(row, 5))),
        None => draft.log.row_fault(|near| {
            let names = Level::ALL.map(Level::name);
            unknown_level(text).suggest(near.find(text, names)).at(long.place(row, 5))
        }),
    }
    Err(Faulty)
}

/// A share from nothing to all, if one is written.
fn share(draft: &mut Draft, long: &Long, row: Row, name: usize) -> Result<Option<Share>, Faulty> {
    let text = long.cell(name);
    if text.is_empty() {
        return Ok(None);
    }
    let fault = match parse_quantity(text, Dimension::Ratio, None) {
        Ok(millionths) if (0..=WHOLE).contains(&millionths) => return Ok(Some(Share(millionths as u32))),
        Ok(_) => CellFault::OutOfRange,
        Err(fault) => CellFault::Quantity(fault),
    };
    let spec = FactSpec { range: Some((0, WHOLE)), ..FactSpec::new("share", FactType::Quantity(Dimension::Ratio)) };
    draft.cell_fault(&spec, None, &fault, text, || long.place(row, name));
    Err(Faulty)
}

fn grant(draft: &mut Draft, schema: &Schema, long: &Long, row: Row) -> Result<GrantLine, Faulty> {
    let (project, pool) = (long.project(draft, row, 0), drawn(draft, schema, long, row, 1, 2));
    let (granted_on, document) = (long.date(draft, row, 3), long.text(draft, row, 4));
    let (pool, amount) = pool?;
    let grant = Grant { row: project?, pool, amount, granted_on: granted_on?, document: document? };
    Ok(GrantLine { grant, place: long.place(row, 2) })
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
