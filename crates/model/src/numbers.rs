//! A column of whole numbers, kept as narrow as their range allows.
//!
//! ```text
//! zone of 4,096 rows:  low 17167, high 20777, offsets u16 [0, 3610, 12, ...]
//! ```
//!
//! A test against a constant looks at `low` and `high` first: they often settle a whole zone.

use kaigong_bits::{bounds, distances};

/// Rows in a zone: 64 words of 64.
pub const ZONE_ROWS: usize = 4_096;

/// Whole numbers by row; open while they are gathered, then closed and narrow.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// While open.
    open: Vec<i64>,
    /// Once closed.
    zones: Vec<Zone>,
    /// How many rows, once closed.
    rows: usize,
}

/// Up to [`ZONE_ROWS`] neighbouring rows.
#[derive(Clone, Debug)]
pub struct Zone {
    /// The least of the values that are recorded.
    pub low: i64,
    /// The greatest of them.
    pub high: i64,
    /// How far above `low` each row is; any such distance where nothing is recorded.
    pub offsets: Offsets,
}

/// Distances from a zone's least value.
#[derive(Clone, Debug)]
pub enum Offsets {
    /// Every recorded value is the same.
    Same,
    /// Distances below 2⁸.
    U8(Box<[u8]>),
    /// Distances below 2¹⁶.
    U16(Box<[u16]>),
    /// Distances below 2³².
    U32(Box<[u32]>),
    /// Any distance.
    U64(Box<[u64]>),
}

impl Numbers {
    /// The value of a row; meaningless unless the row is recorded.
    #[inline]
    pub fn get(&self, row: usize) -> i64 {
        let Some(zone) = self.zones.get(row / ZONE_ROWS) else { return self.open[row] };
        let at = row % ZONE_ROWS;
        let offset = match &zone.offsets {
            Offsets::Same => 0,
            Offsets::U8(offsets) => u64::from(offsets[at]),
            Offsets::U16(offsets) => u64::from(offsets[at]),
            Offsets::U32(offsets) => u64::from(offsets[at]),
            Offsets::U64(offsets) => offsets[at],
        };
        zone.low.wrapping_add_unsigned(offset)
    }

    /// The values from a row on; meaningless where no value is recorded.
    ///
    /// # Panics
    /// Where the column is shorter.
    pub fn read(&self, first: usize, out: &mut [i64]) {
        let mut row = first;
        let mut rest = out;
        while !rest.is_empty() {
            let Some(zone) = self.zones.get(row / ZONE_ROWS) else {
                rest.copy_from_slice(&self.open[row..row + rest.len()]);
                return;
            };
            let at = row % ZONE_ROWS;
            let (here, after) = rest.split_at_mut(rest.len().min(ZONE_ROWS - at));
            zone.read(at, here);
            row += here.len();
            rest = after;
        }
    }

    /// A zone of a closed column.
    #[inline]
    pub fn zone(&self, zone: usize) -> &Zone {
        &self.zones[zone]
    }

    /// Rows of a column that is being gathered, to be written to.
    ///
    /// # Panics
    /// Where the column is shorter, or closed.
    pub fn gathered(&mut self, rows: std::ops::Range<usize>) -> &mut [i64] {
        &mut self.open[rows]
    }

    /// Whether the column is closed, and so read and not written to.
    fn is_closed(&self) -> bool {
        !self.zones.is_empty()
    }

    /// Adds rows without a value until there are so many, which is more than there are.
    pub(crate) fn grow(&mut self, rows: usize) {
        if !self.is_closed() {
            self.open.resize(rows, 0);
        } else if self.rows.is_multiple_of(ZONE_ROWS) {
            let blank = || Zone { low: 0, high: 0, offsets: Offsets::Same };
            self.zones.resize_with(rows.div_ceil(ZONE_ROWS), blank);
            self.rows = rows;
        } else {
            self.open();
            self.open.resize(rows, 0);
        }
    }

    /// Puts the first rows of another column below: whole zones where both are closed and no zone is broken.
    pub(crate) fn append(&mut self, mut below: Self, count: usize) {
        let fits = self.rows.is_multiple_of(ZONE_ROWS) && self.open.is_empty() && count >= below.rows;
        if fits && below.is_closed() {
            self.rows += below.rows;
            self.zones.append(&mut below.zones);
            return;
        }
        self.open();
        below.open();
        self.open.extend(below.open.iter().take(count));
    }

    /// Sets a row, open or closed; a zone that is too narrow for the value is made anew.
    pub fn put(&mut self, row: usize, value: i64) {
        let Some(zone) = self.zones.get_mut(row / ZONE_ROWS) else {
            self.open[row] = value;
            return;
        };
        if !zone.put(row % ZONE_ROWS, value) {
            let first = row / ZONE_ROWS * ZONE_ROWS;
            let rows = self.rows.min(first + ZONE_ROWS);
            let mut values: Vec<i64> = (first..rows).map(|row| self.get(row)).collect();
            values[row % ZONE_ROWS] = value;
            self.zones[row / ZONE_ROWS] = Zone::of(&mut values, |_| !0);
        }
    }

    /// Widens the column again, to be written to.
    pub(crate) fn open(&mut self) {
        if !self.is_closed() {
            return;
        }
        let mut values = vec![0; self.rows];
        self.read(0, &mut values);
        *self = Self { open: values, ..Self::default() };
    }

    /// Narrows the column; `counted` says of 64 rows which hold a value.
    pub(crate) fn close(&mut self, counted: impl Fn(usize) -> u64) {
        if self.is_closed() {
            return;
        }
        let mut open = std::mem::take(&mut self.open);
        self.rows = open.len();
        let zones = open.chunks_mut(ZONE_ROWS).enumerate();
        self.zones = zones.map(|(at, values)| Zone::of(values, |word| counted(at * ZONE_ROWS / 64 + word))).collect();
    }
}

impl From<Vec<i64>> for Numbers {
    fn from(open: Vec<i64>) -> Self {
        Self { open, ..Self::default() }
    }
}

impl Zone {
    fn read(&self, first: usize, out: &mut [i64]) {
        fn spread<T: Copy + Into<u64>>(low: i64, offsets: &[T], out: &mut [i64]) {
            for (value, &offset) in out.iter_mut().zip(offsets) {
                *value = low.wrapping_add_unsigned(offset.into());
            }
        }
        let rows = first..first + out.len();
        match &self.offsets {
            Offsets::Same => out.fill(self.low),
            Offsets::U8(offsets) => spread(self.low, &offsets[rows], out),
            Offsets::U16(offsets) => spread(self.low, &offsets[rows], out),
            Offsets::U32(offsets) => spread(self.low, &offsets[rows], out),
            Offsets::U64(offsets) => spread(self.low, &offsets[rows], out),
        }
    }

    /// Sets a row if the value lies between the zone's least and greatest; whether it did.
    fn put(&mut self, at: usize, value: i64) -> bool {
        if !(self.low..=self.high).contains(&value) {
            return false;
        }
        let offset = value.abs_diff(self.low);
        match &mut self.offsets {
            Offsets::Same => {}
            Offsets::U8(offsets) => offsets[at] = offset as u8,
            Offsets::U16(offsets) => offsets[at] = offset as u16,
            Offsets::U32(offsets) => offsets[at] = offset as u32,
            Offsets::U64(offsets) => offsets[at] = offset,
        }
        true
    }

    /// A zone of some values, of which those that are not counted become some that is.
    fn of(values: &mut [i64], counted: impl Fn(usize) -> u64) -> Self {
        let of = |word: usize, rows: usize| counted(word) & (!0 >> (64 - rows));
        let words = || values.chunks(64).map(<[i64]>::len).enumerate().map(|(word, rows)| (word, of(word, rows)));
        let Some((word, mask)) = words().find(|&(_, mask)| mask != 0) else {
            return Self { low: 0, high: 0, offsets: Offsets::Same };
        };
        let some = values[word * 64 + mask.trailing_zeros() as usize];
        for (word, values) in values.chunks_mut(64).enumerate() {
            let mut missing = !of(word, values.len()) & (!0 >> (64 - values.len()));
            while missing != 0 {
                values[missing.trailing_zeros() as usize] = some;
                missing &= missing - 1;
            }
        }
        let (low, high) = bounds(values).unwrap_or((some, some));
        let offsets = match high.abs_diff(low) {
            0 => Offsets::Same,
            reach if u8::try_from(reach).is_ok() => Offsets::U8(distances(values, low)),
            reach if u16::try_from(reach).is_ok() => Offsets::U16(distances(values, low)),
            reach if u32::try_from(reach).is_ok() => Offsets::U32(distances(values, low)),
            _ => Offsets::U64(distances(values, low)),
        };
        Self { low, high, offsets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_column_says_what_the_open_one_said() {
        let widths = [0, 1, 255, 256, 65_535, 65_536, i64::from(u32::MAX), 1 << 32, i64::MAX];
        for (at, &reach) in widths.iter().enumerate() {
            for rows in [1, 63, 64, 65, ZONE_ROWS - 1, ZONE_ROWS, ZONE_ROWS + 1] {
                let recorded = |row: usize| row % 7 != 3;
                let value =
                    |row: usize| if recorded(row) { at as i64 - 5 + [0, reach / 2, reach - 4][row % 3] } else { -1 };
                let mut numbers = Numbers::default();
                numbers.grow(rows);
                (0..rows).for_each(|row| numbers.put(row, value(row)));
                numbers.close(|word| {
                    (0..64).filter(|lane| recorded(word * 64 + lane)).fold(0, |mask, lane| mask | 1 << lane)
                });
                for row in (0..rows).filter(|&row| recorded(row)) {
                    assert_eq!(numbers.get(row), value(row), "row {row} of {rows}, reach {reach}");
                    let zone = numbers.zone(row / ZONE_ROWS);
                    assert!((zone.low..=zone.high).contains(&value(row)));
                }
            }
        }
    }

    #[test]
    fn a_closed_column_takes_new_values_of_any_size() {
        let mut numbers = Numbers::default();
        numbers.grow(ZONE_ROWS + 3);
        (0..ZONE_ROWS + 3).for_each(|row| numbers.put(row, 1_000));
        numbers.close(|_| !0);
        for (row, value) in
            [(0, 1_000), (5, 1_200), (6, -70_000), (5, 9), (ZONE_ROWS + 2, i64::MAX), (ZONE_ROWS, i64::MIN)]
        {
            numbers.put(row, value);
            assert_eq!(numbers.get(row), value);
        }
        let told = [0, 1, 5, 6, ZONE_ROWS, ZONE_ROWS + 1, ZONE_ROWS + 2].map(|row| numbers.get(row));
        assert_eq!(told, [1_000, 1_000, 9, -70_000, i64::MIN, 1_000, i64::MAX]);
    }

    #[test]
    fn columns_put_below_one_another_say_what_each_said_however_they_are_kept() {
        let sizes = [1, ZONE_ROWS - 1, ZONE_ROWS, 2 * ZONE_ROWS, 2 * ZONE_ROWS + 5];
        let numbers = |from: usize, rows: usize, close: bool| {
            let mut numbers = Numbers::default();
            numbers.grow(rows);
            (0..rows).for_each(|row| numbers.put(row, ((from + row) * 37 % 70_000) as i64));
            if close {
                numbers.close(|_| !0);
            }
            numbers
        };
        let all = sizes.iter().flat_map(|&first| sizes.iter().map(move |&second| (first, second)));
        for ((first, second), kept) in all.flat_map(|sizes| (0..8).map(move |kept| (sizes, kept))) {
            let (gap, taken) = (if kept & 4 == 4 { ZONE_ROWS } else { 0 }, second.div_ceil(2 - kept % 2));
            let mut joined = numbers(0, first, kept & 1 == 1);
            if gap > 0 {
                joined.grow(first + gap);
            }
            joined.append(numbers(first + gap, second, kept & 2 == 2), taken);
            for closed in [false, true] {
                if closed {
                    joined.close(|_| !0);
                }
                for row in (0..first).chain(first + gap..first + gap + taken) {
                    assert_eq!(joined.get(row), (row * 37 % 70_000) as i64, "{row}: {first}, {second}, {kept}");
                }
            }
        }
    }

    #[test]
    fn the_widest_range_is_kept_exactly() {
        let mut numbers = Numbers::default();
        numbers.grow(3);
        [i64::MIN, 0, i64::MAX].into_iter().enumerate().for_each(|(row, value)| numbers.put(row, value));
        numbers.close(|_| 0b111);
        assert_eq!([0, 1, 2].map(|row| numbers.get(row)), [i64::MIN, 0, i64::MAX]);
    }

    #[test]
    fn what_is_not_recorded_does_not_widen_a_zone() {
        let mut numbers = Numbers::default();
        numbers.grow(2);
        numbers.put(0, 1_000_000_000_000);
        numbers.put(1, 7);
        numbers.close(|_| 0b10);
        let zone = numbers.zone(0);
        assert_eq!((zone.low, zone.high), (7, 7));
        assert!(matches!(zone.offsets, Offsets::Same));
    }
}
