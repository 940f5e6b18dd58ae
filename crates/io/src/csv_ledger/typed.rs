//! One cell's text straight into a typed column: what most cells look like at once, everything else by `parse_cell`.

use std::ops::Range;

use kaigong_model::{
    Cell, CellFault, CellState, Column, Date, FactSpec, FactType, Schema, Unit, Values, limits, parse_cell,
};
use rustc_hash::FxHashMap;

use super::chunk::{What, column_of};
use crate::header::Slot;

/// A column of a ledger that holds all there is of a fact.
pub(crate) struct Plain<'s> {
    /// Which cell of a record.
    pub(crate) at: usize,
    pub(crate) slot: Slot,
    pub(crate) spec: &'s FactSpec,
    usual: Usual<'s>,
}

/// How a cell that is written as most are is read.
enum Usual<'s> {
    Text,
    Bool,
    Date,
    /// A bare number of digits, each of so many atoms.
    Quantity {
        atoms: u64,
        least: i64,
        most: i64,
    },
    Enum(FxHashMap<&'s str, u16>),
    /// A document: the day of issue, or none.
    Paper,
    None,
}

impl<'s> Plain<'s> {
    pub(crate) fn new(schema: &'s Schema, at: usize, slot: Slot) -> Self {
        let spec = &schema[slot.fact];
        let usual = match spec.kind {
            FactType::Text => Usual::Text,
            FactType::Bool => Usual::Bool,
            FactType::Date => Usual::Date,
            FactType::Enum => {
                let words = spec.values.iter().flat_map(|value| std::iter::once(&value.id).chain(&value.words));
                Usual::Enum(words.filter_map(|word| Some((word.as_str(), spec.value_code(word)?))).collect())
            }
            FactType::Quantity(dimension) => {
                let unit = slot.unit.or(spec.unit).filter(|unit| unit.dimension == dimension);
                let bare = if slot.unit.or(spec.unit).is_none() { dimension.bare_atoms() } else { None };
                let (least, most) = spec.range.unwrap_or((0, i64::MAX));
                match unit.map(|unit: Unit| unit.atoms).or(bare) {
                    Some(atoms) if atoms > 0 => Usual::Quantity { atoms: atoms as u64, least, most },
                    _ => Usual::None,
                }
            }
            FactType::Document => Usual::Paper,
            FactType::Projects => Usual::None,
        };
        Self { at, slot, spec, usual }
    }

    /// Reads a trimmed text that is not blank into a row.
    ///
    /// # Errors
    /// What `parse_cell` says is wrong with it; the row stays blank.
    pub(crate) fn read(&self, column: &mut Column, row: usize, text: &str) -> Result<(), CellFault> {
        match self.usual(column, row..row + 1, |_| text) {
            0 => Ok(()),
            _ => self.unusual(column, row, text),
        }
    }

    /// Reads trimmed texts, blank ones among them, into up to 64 blank rows of a column that has room for `most`; the
    /// texts with a fault are told by number, and their rows stay blank.
    pub(crate) fn read_all<'t>(
        &self,
        column: &mut Option<Column>,
        rows: Range<usize>,
        most: usize,
        text: impl Fn(usize) -> &'t str,
        mut fault: impl FnMut(usize, CellFault, &str),
    ) {
        if column.is_none() && (0..rows.len()).all(|at| text(at).is_empty()) {
            return;
        }
        let column = column_of(column, self.spec.kind, most);
        let mut left = self.usual(column, rows.clone(), &text);
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            left &= left - 1;
            if let Err(found) = self.unusual(column, rows.start + at, text(at)) {
                fault(at, found, text(at));
            }
        }
    }

    /// What to say of a text with a fault.
    pub(crate) fn what(&self, fault: CellFault, text: &str) -> What {
        What::Cell { at: self.at, fact: self.slot.fact, unit: self.slot.unit, fault, text: text.to_owned() }
    }

    fn unusual(&self, column: &mut Column, row: usize, text: &str) -> Result<(), CellFault> {
        // Two readings of one text are told apart only where neither is blank.
        match parse_cell(self.spec, self.slot.unit, text)? {
            Cell::Blank => {}
            cell => column.set(row as u32, cell),
        }
        Ok(())
    }

    /// Reads a whole number of so many decimal places into a row, where the fact is an amount of which it is whole
    /// atoms within its range; false where it must be read as text.
    #[cfg(feature = "parquet")]
    #[inline]
    pub(crate) fn amount(&self, column: &mut Column, row: usize, number: i128, places: u32) -> bool {
        let (Usual::Quantity { atoms, least, most }, Values::Quantity(values)) = (&self.usual, &mut column.values)
        else {
            return false;
        };
        let narrow = || {
            let scaled = i64::try_from(number).ok()?.checked_mul(i64::try_from(*atoms).ok()?)?;
            let scale = 10i64.checked_pow(places)?;
            (scaled % scale == 0).then(|| scaled / scale)
        };
        let wide = || {
            let scaled = number.checked_mul(i128::from(*atoms))?;
            let scale = 10i128.checked_pow(places)?;
            (scaled % scale == 0).then(|| i64::try_from(scaled / scale).ok())?
        };
        match narrow().or_else(wide) {
            Some(amount) if number >= 0 && (*least..=*most).contains(&amount) => values.put(row, amount),
            _ => return false,
        }
        column.states[row] = CellState::Recorded;
        true
    }

    /// How whole numbers are read; none where the fact is no amount.
    #[cfg(feature = "parquet")]
    pub(crate) fn amounts(&self) -> Option<Amounts> {
        let Usual::Quantity { atoms, least, most } = self.usual else { return None };
        let least = least.max(0).cast_unsigned().div_ceil(atoms).cast_signed();
        let atoms = atoms as i64;
        Some(Amounts { atoms, least, most: most / atoms })
    }

    /// Reads what is written as most cells are; which texts are not, a bit each.
    fn usual<'t>(&self, column: &mut Column, rows: Range<usize>, text: impl Fn(usize) -> &'t str) -> u64 {
        let states = &mut column.states[rows.clone()];
        match (&self.usual, &mut column.values) {
            (Usual::Text, Values::Text(values)) => fill(states, text, |at, text| {
                let plain = is_plain(text);
                if plain {
                    values[rows.start + at] = text.into();
                }
                plain
            }),
            (Usual::Date, Values::Date(values)) => {
                fill_numbers(states, values.gathered(rows), text, |text| Date::parse(text).map(|day| day.0.into()))
            }
            (Usual::Quantity { atoms, least, most }, Values::Quantity(values)) => {
                fill_numbers(states, values.gathered(rows), text, |text| {
                    digits(text, *atoms).filter(|amount| (*least..=*most).contains(amount))
                })
            }
            (Usual::Enum(codes), Values::Enum(values)) => {
                fill_numbers(states, values.gathered(rows), text, |text| codes.get(text).map(|&code| code.into()))
            }
            (Usual::Bool, Values::Bool(values)) => fill(states, text, |at, text| {
                let row = rows.start + at;
                match text {
                    "是" | "有" | "1" | "yes" | "true" => values[row / 64] |= 1 << (row % 64),
                    "否" | "无" | "0" | "no" | "false" => {}
                    _ => return false,
                }
                true
            }),
            (Usual::Paper, Values::Document(papers)) => {
                let days = papers.gathered(rows.clone());
                let mut left = fill_numbers(states, days, &text, |text| Date::parse(text).map(|day| day.0.into()));
                let mut rest = left;
                while rest != 0 {
                    let at = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    if text(at) == "无" {
                        states[at] = CellState::No;
                        left &= !(1 << at);
                    }
                }
                left
            }
            _ => states.iter().enumerate().fold(0, |left, (at, _)| left | u64::from(!text(at).is_empty()) << at),
        }
    }
}

/// Whole numbers of a unit, as amounts of a fact.
#[cfg(feature = "parquet")]
#[derive(Clone, Copy)]
pub(crate) struct Amounts {
    atoms: i64,
    /// Numbers between these come to amounts of the fact's range, none of which is too large.
    least: i64,
    most: i64,
}

#[cfg(feature = "parquet")]
impl Amounts {
    /// The amount of a number that fits; any other comes to something or other.
    #[inline]
    pub(crate) fn of(self, number: i64) -> i64 {
        number.wrapping_mul(self.atoms)
    }

    /// Whether a number is an amount of the fact.
    #[inline]
    pub(crate) fn fit(self, number: i64) -> bool {
        (self.least..=self.most).contains(&number)
    }
}

/// Has each text that is not blank taken into its row; which were not, a bit each.
#[inline]
fn fill<'t>(
    states: &mut [CellState],
    text: impl Fn(usize) -> &'t str,
    mut take: impl FnMut(usize, &'t str) -> bool,
) -> u64 {
    let mut left = 0;
    for (at, state) in states.iter_mut().enumerate() {
        let text = text(at);
        if text.is_empty() {
            continue;
        }
        if take(at, text) {
            *state = CellState::Recorded;
        } else {
            left |= 1 << at;
        }
    }
    left
}

/// [`fill`], for what is a number.
#[inline]
fn fill_numbers<'t>(
    states: &mut [CellState],
    values: &mut [i64],
    text: impl Fn(usize) -> &'t str,
    number: impl Fn(&str) -> Option<i64>,
) -> u64 {
    fill(states, text, |at, text| match number(text) {
        Some(number) => {
            values[at] = number;
            true
        }
        None => false,
    })
}

/// Whether a text is short enough and certainly free of control characters.
fn is_plain(text: &str) -> bool {
    text.len() <= limits::CELL_BYTES && !may_hold_control(text)
}

/// Whether a text holds what could be a control character: one of one byte, or what begins as those of two bytes do.
pub(crate) fn may_hold_control(text: &str) -> bool {
    text.bytes().any(|byte| byte < b' ' || byte == 0x7f || byte == 0xc2)
}

/// A bare decimal number in units of so many atoms, where it is whole atoms: up to 18 digits, one point between two.
fn digits(text: &str, atoms: u64) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() > 19 || !bytes.first()?.is_ascii_digit() || !bytes.last()?.is_ascii_digit() {
        return None;
    }
    let (mut mantissa, mut scale, mut seen_point) = (0u64, 1u64, false);
    for &byte in bytes {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa.checked_mul(10)? + u64::from(byte - b'0');
                scale *= if seen_point { 10 } else { 1 };
            }
            b'.' if !seen_point => seen_point = true,
            _ => return None,
        }
    }
    let scaled = mantissa.checked_mul(atoms)?;
    if scaled % scale != 0 {
        return None;
    }
    i64::try_from(scaled / scale).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::schema;

    /// Reads a text both ways.
    fn check(text: &str) {
        let text = text.trim();
        let schema = schema();
        for (fact, spec) in schema.iter() {
            let units: Vec<Option<Unit>> = match spec.kind {
                FactType::Quantity(dimension) => ["mu", "ha", "m2", "yuan", "wan", "%"]
                    .map(Unit::parse)
                    .into_iter()
                    .filter(|unit| unit.is_none_or(|unit| unit.dimension == dimension))
                    .chain([None])
                    .collect(),
                _ => vec![None],
            };
            for unit in units {
                let plain = Plain::new(&schema, 0, Slot { fact, part: None, unit });
                let mut column = Column::blank(spec.kind, 1);
                let read = if text.is_empty() { Ok(()) } else { plain.read(&mut column, 0, text) };
                assert_eq!(read.map(|()| column.base_cell(0)), parse_cell(spec, unit, text), "{}: {text:?}", spec.id);
            }
        }
    }

    #[test]
    fn usual_cells_are_read_as_all_others() {
        for text in [
            "380",
            "380.5",
            "0.000001",
            "0.0000001",
            "007",
            "1.",
            ".5",
            "1.2.3",
            "1,200",
            "-3",
            "999999999999999999",
            "9999999999999999999",
            "18446744073709551616",
            "99999999999999999.9",
            "12.5亿元",
            "是",
            "有",
            "无",
            "0",
            "办理中",
            "工业",
            "industry",
            "渔业",
            "2026-02-28",
            "2026-02-30",
            "P-1;P-2",
            ";",
            "a\u{85}b",
            "a\u{7f}",
            "a b",
            "½",
            "100000",
            "100000.000001",
            "城北快速路",
            "\u{a0}x\u{a0}y",
        ] {
            check(text);
        }
    }

    proptest! {
        #[test]
        fn any_number_is_read_alike(text in "[0-9]{0,12}\\.?[0-9]{0,8}(亩|%|万元)?") {
            check(&text);
        }

        #[test]
        fn any_text_is_read_alike(text in "\\PC{0,6}|[ -~]{0,8}|[\u{0}-\u{ff}]{0,4}") {
            check(&text);
        }
    }
}
