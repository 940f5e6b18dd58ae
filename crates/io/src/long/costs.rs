//! `costs.csv`: what steps cost, in money and in days of work.

use kaigong_model::{CellFault, Diagnostic, Dimension, FactSpec, FactType, Price, limits, parse_quantity};

use super::{Faulty, Given, HeaderUnit, Known, Long, needed, optional};
use crate::{codes, draft::Draft, table::Row};

const COLUMNS: [Known; 4] = [
    needed("requirement", &["前置要件"]),
    optional("county", &["县区"]),
    Known { unit: HeaderUnit::Of(Dimension::Money), ..optional("money", &["费用"]) },
    Known { unit: HeaderUnit::Of(Dimension::Days), ..optional("days", &["天数"]) },
];

/// Reads a table of costs; what its requirements and counties mean is settled by who has the rules.
pub(super) fn read(draft: &mut Draft, given: Given<'_>) {
    let Some(mut long) = Long::open(draft, given.lines, &COLUMNS) else { return };
    while let Some(row) = long.next(&mut draft.log) {
        match price(draft, &long, row) {
            Ok(price) => draft.builder.price(price),
            Err(Faulty) => {
                draft.log.leave_out();
            }
        }
    }
}

fn price(draft: &mut Draft, long: &Long, row: Row) -> Result<Price, Faulty> {
    // Every cell is looked at before a fault of the row stops it.
    let (requirement, county) = (long.text(draft, row, 0), long.text(draft, row, 1));
    let money = amount(draft, long, row, 2, Dimension::Money, limits::PRICE);
    let days = amount(draft, long, row, 3, Dimension::Days, limits::DAYS_OF_WORK);
    let price = Price {
        requirement: requirement?.unwrap_or_default(),
        county: county?,
        money: money?,
        days: days?,
        place: long.place(row, 0),
    };
    if price.money.is_none() && price.days.is_none() {
        draft.log.row_fault(|_| no_price().at(long.place(row, 0)));
        return Err(Faulty);
    }
    Ok(price)
}

/// An amount from 0 to the most there may be, if one is written.
fn amount(
    draft: &mut Draft,
    long: &Long,
    row: Row,
    name: usize,
    dimension: Dimension,
    most: i64,
) -> Result<Option<i64>, Faulty> {
    let (text, unit) = (long.cell(name), long.unit(name));
    if text.is_empty() {
        return Ok(None);
    }
    let fault = match parse_quantity(text, dimension, unit) {
        Ok(amount) if (0..=most).contains(&amount) => return Ok(Some(amount)),
        Ok(_) => CellFault::OutOfRange,
        Err(fault) => CellFault::Quantity(fault),
    };
    let spec = FactSpec { range: Some((0, most)), ..FactSpec::new(COLUMNS[name].name, FactType::Quantity(dimension)) };
    draft.cell_fault(&spec, unit, &fault, text, || long.place(row, name));
    Err(Faulty)
}

fn no_price() -> Diagnostic {
    Diagnostic::error(codes::NO_PRICE, "既没有写费用，也没有写天数", "neither money nor days are given").help(
        "填上 money 或 days；不知道的要件不必列，会按「单价未知」说明",
        "fill in money or days; steps whose cost is not known need no row, and are told as such",
    )
}
