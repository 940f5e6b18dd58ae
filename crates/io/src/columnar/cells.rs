//! An array as cells of a ledger: each is blank, or means what its text would mean in a CSV.

use std::borrow::Cow;

use arrow_array::{
    Array, ArrowPrimitiveType, BooleanArray, LargeStringArray, PrimitiveArray, StringArray, StringViewArray,
    cast::AsArray,
    types::{
        Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type,
        Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
        TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{DataType, TimeUnit};
use kaigong_model::{Date, FactType};

/// Seconds of a day.
const DAY: i64 = 86_400;
/// 1900-01-01 and 2199-12-31: the calendar of ledgers.
const FIRST_DAY: Date = Date(-25_567);
const LAST_DAY: Date = Date(84_005);

/// Whether a fact is read from a type.
///
/// Texts are read as any fact, as a CSV has nothing else; whole numbers as any but days. A bool is a yes or a no, a day a
/// day or the issue of a document; fractions and floats are amounts.
pub(super) fn may_be(kind: FactType, data_type: &DataType) -> bool {
    match data_type {
        DataType::Null => true,
        DataType::Boolean => kind == FactType::Bool,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, None) => {
            matches!(kind, FactType::Date | FactType::Document)
        }
        DataType::Float32 | DataType::Float64 => matches!(kind, FactType::Quantity(_)),
        DataType::Decimal32(_, places)
        | DataType::Decimal64(_, places)
        | DataType::Decimal128(_, places)
        | DataType::Decimal256(_, places) => *places >= 0 && matches!(kind, FactType::Quantity(_)),
        DataType::Dictionary(_, values) => is_text(values),
        other => is_text(other) || other.is_integer() && kind != FactType::Date,
    }
}

/// Whether a column holds texts.
pub(super) fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// An array and which of its rows are blank.
pub(super) struct Cells<'a> {
    pub(super) kept: Kept<'a>,
    nulls: Option<NullBuffer>,
    /// How many rows.
    pub(super) rows: usize,
}

/// How an array keeps its cells.
pub(super) enum Kept<'a> {
    /// Nothing in any row.
    Blank,
    Text(Texts<'a>),
    /// Codes of texts; any code where a row is blank.
    Coded(Codes<'a>, Texts<'a>),
    Bool(&'a BooleanArray),
    /// Whole numbers.
    Numbers(Numbers<'a>),
    /// Wider whole numbers, or of so many decimal places.
    Whole(Box<dyn Fn(usize) -> i128 + 'a>, u32),
    /// Days since 1970-01-01, whatever they are.
    Days(&'a [i32]),
    /// Days; no day where there is none, or it is no whole day.
    Day(Box<dyn Fn(usize) -> Result<Date, String> + 'a>),
    /// Anything else by its text.
    Told(Box<dyn Fn(usize) -> String + 'a>),
}

/// Codes of texts.
pub(super) enum Codes<'a> {
    /// As Parquet is asked for them.
    Plain(&'a [i32]),
    /// Of any other width.
    Wide(Vec<usize>),
}

impl Codes<'_> {
    /// The code of a row; past the end of the texts where the row is blank and says so.
    #[inline]
    pub(super) fn get(&self, row: usize) -> usize {
        match self {
            Self::Plain(codes) => codes[row] as usize,
            Self::Wide(codes) => codes[row],
        }
    }
}

/// Whole numbers that most columns of amounts are kept in.
#[derive(Clone, Copy)]
pub(super) enum Numbers<'a> {
    Short(&'a [i32]),
    Long(&'a [i64]),
}

impl Numbers<'_> {
    #[inline]
    pub(super) fn get(self, row: usize) -> i64 {
        match self {
            Self::Short(numbers) => numbers[row].into(),
            Self::Long(numbers) => numbers[row],
        }
    }
}

/// Texts one after another.
#[derive(Clone, Copy)]
pub(super) enum Texts<'a> {
    Small(&'a StringArray),
    Large(&'a LargeStringArray),
    View(&'a StringViewArray),
}

impl<'a> Texts<'a> {
    fn of(array: &'a dyn Array) -> Option<Self> {
        match array.data_type() {
            DataType::Utf8 => array.as_string_opt().map(Self::Small),
            DataType::LargeUtf8 => array.as_string_opt().map(Self::Large),
            DataType::Utf8View => array.as_string_view_opt().map(Self::View),
            _ => None,
        }
    }

    /// The texts of a dictionary.
    pub(super) fn of_dictionary(array: &'a dyn Array) -> Option<Self> {
        Self::of(array.as_any_dictionary_opt()?.values().as_ref())
    }

    /// The text of a row, trimmed.
    #[inline]
    pub(super) fn get(self, row: usize) -> &'a str {
        match self {
            Self::Small(texts) => texts.value(row),
            Self::Large(texts) => texts.value(row),
            Self::View(texts) => texts.value(row),
        }
        .trim()
    }

    pub(super) fn len(self) -> usize {
        match self {
            Self::Small(texts) => texts.len(),
            Self::Large(texts) => texts.len(),
            Self::View(texts) => texts.len(),
        }
    }

    /// Where the texts lie in memory: arrays that are held have the same place only if they share them.
    pub(super) fn place(self) -> (usize, usize) {
        let start = match self {
            Self::Small(texts) => texts.value_data().as_ptr().addr(),
            Self::Large(texts) => texts.value_data().as_ptr().addr(),
            Self::View(texts) => texts.views().inner().as_ptr().addr(),
        };
        (start, self.len())
    }
}

impl<'a> Cells<'a> {
    /// An array of a type that [`may_be`] a fact; any other is blank throughout.
    pub(super) fn of(array: &'a dyn Array) -> Self {
        let kept = Texts::of(array).map(Kept::Text).or_else(|| coded(array)).or_else(|| typed(array));
        Self { kept: kept.unwrap_or(Kept::Blank), nulls: array.logical_nulls(), rows: array.len() }
    }

    /// Rows that hold anything.
    pub(super) fn filled(&self) -> impl Iterator<Item = usize> {
        let is_blank = matches!(self.kept, Kept::Blank);
        let rows = if is_blank { 0 } else { self.rows };
        (0..rows).filter(|&row| !self.is_null(row))
    }

    /// Whether every row is blank.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self.kept, Kept::Blank) || self.nulls.as_ref().is_some_and(|nulls| nulls.null_count() == self.rows)
    }

    /// Rows that hold nothing.
    pub(super) fn nulls(&self) -> impl Iterator<Item = usize> {
        let nulls = self.nulls.as_ref().filter(|nulls| nulls.null_count() > 0);
        let words = nulls.map(|nulls| words(nulls.inner())).unwrap_or_default();
        let rows = words.into_iter().enumerate().flat_map(|(at, valid)| bits(!valid).map(move |lane| at * 64 + lane));
        rows.take_while(|&row| row < self.rows)
    }

    /// Which of 64 rows hold something, for each 64 of them.
    pub(super) fn valid_words(&self) -> impl Iterator<Item = u64> {
        let words = self.nulls.as_ref().map(|nulls| words(nulls.inner())).unwrap_or_default();
        words.into_iter().chain(std::iter::repeat(!0))
    }

    #[inline]
    fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// What a row would be in a CSV, trimmed; nothing where it is blank.
    pub(super) fn text(&self, row: usize) -> Cow<'a, str> {
        if self.is_null(row) {
            return "".into();
        }
        match &self.kept {
            Kept::Blank => "".into(),
            Kept::Text(texts) => texts.get(row).into(),
            Kept::Coded(codes, texts) => texts.get(codes.get(row)).into(),
            Kept::Bool(bools) => if bools.value(row) { "true" } else { "false" }.into(),
            Kept::Numbers(numbers) => numbers.get(row).to_string().into(),
            Kept::Whole(number, places) => decimal(&number(row).to_string(), *places).into(),
            Kept::Days(numbers) => {
                calendar_day(numbers[row].into()).map_or_else(|text| text, |day| day.to_string()).into()
            }
            Kept::Day(day) => day(row).map_or_else(|text| text, |day| day.to_string()).into(),
            Kept::Told(told) => told(row).into(),
        }
    }
}

/// Texts by codes.
fn coded(array: &dyn Array) -> Option<Kept<'_>> {
    let (dictionary, texts) = (array.as_any_dictionary_opt()?, Texts::of_dictionary(array)?);
    if texts.len() == 0 {
        return Some(Kept::Blank);
    }
    let plain = dictionary.keys().as_primitive_opt::<Int32Type>();
    let codes = plain.map_or_else(|| Codes::Wide(dictionary.normalized_keys()), |keys| Codes::Plain(keys.values()));
    Some(Kept::Coded(codes, texts))
}

fn typed(array: &dyn Array) -> Option<Kept<'_>> {
    match array.data_type() {
        DataType::Boolean => array.as_boolean_opt().map(Kept::Bool),
        DataType::Int8 => whole::<Int8Type>(array, 0),
        DataType::Int16 => whole::<Int16Type>(array, 0),
        DataType::Int32 => array.as_primitive_opt::<Int32Type>().map(|all| Kept::Numbers(Numbers::Short(all.values()))),
        DataType::Int64 => array.as_primitive_opt::<Int64Type>().map(|all| Kept::Numbers(Numbers::Long(all.values()))),
        DataType::UInt8 => whole::<UInt8Type>(array, 0),
        DataType::UInt16 => whole::<UInt16Type>(array, 0),
        DataType::UInt32 => whole::<UInt32Type>(array, 0),
        DataType::UInt64 => whole::<UInt64Type>(array, 0),
        DataType::Decimal32(_, places) => whole::<Decimal32Type>(array, *places),
        DataType::Decimal64(_, places) => whole::<Decimal64Type>(array, *places),
        DataType::Decimal128(_, places) => whole::<Decimal128Type>(array, *places),
        DataType::Decimal256(_, places) => {
            let places = u32::try_from(*places).ok()?;
            told::<Decimal256Type>(array, move |number| decimal(&number.to_string(), places))
        }
        // `Display` of a float is the shortest decimal that reads back as it, without an exponent.
        DataType::Float32 => told::<Float32Type>(array, |number| number.to_string()),
        DataType::Float64 => told::<Float64Type>(array, |number| number.to_string()),
        DataType::Date32 => array.as_primitive_opt::<Date32Type>().map(|days| Kept::Days(days.values())),
        DataType::Date64 => days::<Date64Type>(array, DAY * 1_000, 1_000),
        DataType::Timestamp(TimeUnit::Second, None) => days::<TimestampSecondType>(array, DAY, 1),
        DataType::Timestamp(TimeUnit::Millisecond, None) => days::<TimestampMillisecondType>(array, DAY * 1_000, 1_000),
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            days::<TimestampMicrosecondType>(array, DAY * 1_000_000, 1_000_000)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, None) => {
            days::<TimestampNanosecondType>(array, DAY * 1_000_000_000, 1_000_000_000)
        }
        _ => None,
    }
}

fn whole<T: ArrowPrimitiveType>(array: &dyn Array, places: i8) -> Option<Kept<'_>>
where
    T::Native: Into<i128>,
{
    let (numbers, places) = (array.as_primitive_opt::<T>()?, u32::try_from(places).ok()?);
    Some(Kept::Whole(Box::new(move |row| numbers.value(row).into()), places))
}

fn told<'a, T: ArrowPrimitiveType>(array: &'a dyn Array, tell: impl Fn(T::Native) -> String + 'a) -> Option<Kept<'a>> {
    let numbers: &PrimitiveArray<T> = array.as_primitive_opt()?;
    Some(Kept::Told(Box::new(move |row| tell(numbers.value(row)))))
}

/// Bits as words of 64, the last filled up with 0.
pub(super) fn words(bits: &BooleanBuffer) -> Vec<u64> {
    bits.bit_chunks().iter_padded().collect()
}

/// The places of the bits that are set.
fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lane = (word != 0).then(|| word.trailing_zeros() as usize);
        word &= word.wrapping_sub(1);
        lane
    })
}

/// Whether a ledger's calendar has a day.
#[inline]
pub(super) fn is_day(day: i32) -> bool {
    (FIRST_DAY.0..=LAST_DAY.0).contains(&day)
}

/// The day of so many since 1970-01-01, or what to say where the calendar has none.
fn calendar_day(number: i64) -> Result<Date, String> {
    let day = i32::try_from(number).ok().filter(|&day| is_day(day));
    day.map(Date).ok_or_else(|| format!("1970-01-01{number:+}d"))
}

/// Days counted in units of which a day has so many, and a second so many.
fn days<T: ArrowPrimitiveType>(array: &dyn Array, a_day: i64, a_second: i64) -> Option<Kept<'_>>
where
    T::Native: Into<i64>,
{
    let numbers: &PrimitiveArray<T> = array.as_primitive_opt()?;
    Some(Kept::Day(Box::new(move |row| {
        let number: i64 = numbers.value(row).into();
        let (day, rest) = (number.div_euclid(a_day), number.rem_euclid(a_day));
        let date = calendar_day(day)?;
        if rest == 0 {
            return Ok(date);
        }
        let second = rest / a_second;
        Err(format!("{date} {:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60))
    })))
}

/// A whole number with its last digits behind a point.
fn decimal(digits: &str, places: u32) -> String {
    if places == 0 {
        return digits.to_owned();
    }
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let digits = format!("{digits:0>width$}", width = places as usize + 1);
    let (whole, rest) = digits.split_at(digits.len() - places as usize);
    format!("{sign}{whole}.{rest}")
}

#[cfg(test)]
mod tests {
    use arrow_array::{Date64Array, Float64Array, TimestampNanosecondArray};

    use super::*;

    #[test]
    fn numbers_are_written_out() {
        let cases =
            [("1250", 2, "12.50"), ("-5", 3, "-0.005"), ("0", 1, "0.0"), ("7", 0, "7"), ("-1250", 4, "-0.1250")];
        for (digits, places, expect) in cases {
            assert_eq!(decimal(digits, places), expect);
        }
        let floats = Float64Array::from(vec![Some(0.1), Some(1e21), None, Some(f64::NAN)]);
        let cells = Cells::of(&floats);
        let texts: Vec<String> = (0..4).map(|row| cells.text(row).into_owned()).collect();
        assert_eq!(texts, ["0.1", "1000000000000000000000", "", "NaN"]);
        assert_eq!(cells.filled().collect::<Vec<_>>(), [0, 1, 3]);
    }

    #[test]
    fn only_whole_days_of_the_calendar_are_days() {
        assert_eq!([Date::new(1900, 1, 1), Date::new(2199, 12, 31)], [Some(FIRST_DAY), Some(LAST_DAY)]);
        let outside = arrow_array::Date32Array::from(vec![FIRST_DAY.0 - 1, LAST_DAY.0]);
        assert_eq!([0, 1].map(|row| Cells::of(&outside).text(row)), ["1970-01-01-25568d", "2199-12-31"]);
        let day = 20_000 * 86_400_000;
        let dates = Date64Array::from(vec![day, day + 1_000, i64::MAX, -1]);
        let cells = Cells::of(&dates);
        let texts: Vec<String> = (0..4).map(|row| cells.text(row).into_owned()).collect();
        assert_eq!(texts, ["2024-10-04", "2024-10-04 00:00:01", "1970-01-01+106751991167d", "1969-12-31 23:59:59"]);
        let moments = TimestampNanosecondArray::from(vec![day * 1_000_000]);
        assert_eq!(Cells::of(&moments).text(0), "2024-10-04");
    }
}
