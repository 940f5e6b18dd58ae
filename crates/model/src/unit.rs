//! Quantities as exact counts of an atom, and the units they are written in.
//!
//! | dimension | atom |
//! |---|---|
//! | area | 0.000001 mu = 1/1500 m², so 亩, m² and 公顷 are all exact |
//! | money | 1 fen |
//! | mass, coal equivalent | 1 g |
//! | energy, power, length, volume | 1 Wh, 1 W, 1 mm, 1 litre |
//! | count | 1 |
//! | ratio | 0.000001 |

use std::fmt::Write as _;

use crate::words::Words;

/// What a number measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Land or floor area.
    Area,
    /// Yuan.
    Money,
    /// Weight.
    Mass,
    /// Tonnes of standard coal.
    CoalEquivalent,
    /// Electricity and the like.
    Energy,
    /// Installed power.
    Power,
    /// Length.
    Length,
    /// Volume.
    Volume,
    /// A plain count.
    Count,
    /// A plain ratio, six decimal places.
    Ratio,
    /// Calendar days.
    Days,
    /// Working days.
    Workdays,
}

/// A unit: so many atoms of a dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The name screens print.
    pub name: &'static str,
    /// What it measures.
    pub dimension: Dimension,
    /// Atoms in one.
    pub atoms: i64,
}

/// The first name of each row is the one screens and packs use.
const UNITS: &[(Dimension, i64, &[&str])] = &[
    (Dimension::Area, 1_000_000, &["mu", "亩"]),
    (Dimension::Area, 15_000_000, &["ha", "公顷", "hm2", "hm²"]),
    (Dimension::Area, 1_500, &["m2", "平方米", "m²", "㎡", "平米"]),
    (Dimension::Area, 1_500_000_000, &["km2", "平方公里", "km²", "平方千米"]),
    (Dimension::Area, 15_000_000, &["万平方米", "万m2", "万m²", "万㎡"]),
    (Dimension::Area, 10_000_000_000, &["万亩"]),
    (Dimension::Money, 100, &["yuan", "元"]),
    (Dimension::Money, 1_000_000, &["wan", "万元", "万"]),
    (Dimension::Money, 10_000_000_000, &["yi", "亿元", "亿"]),
    (Dimension::Money, 1, &["fen", "分"]),
    (Dimension::Mass, 1_000, &["kg", "公斤", "千克"]),
    (Dimension::Mass, 1_000_000, &["t", "吨"]),
    (Dimension::Mass, 10_000_000_000, &["万吨", "万t"]),
    (Dimension::Mass, 1, &["g", "克"]),
    (Dimension::CoalEquivalent, 1_000_000, &["tce", "吨标准煤", "吨标煤"]),
    (Dimension::CoalEquivalent, 10_000_000_000, &["万tce", "万吨标准煤", "万吨标煤"]),
    (Dimension::CoalEquivalent, 1_000, &["kgce", "千克标准煤"]),
    (Dimension::Energy, 1_000, &["kWh", "千瓦时", "度"]),
    (Dimension::Energy, 10_000_000, &["万kWh", "万千瓦时", "万度"]),
    (Dimension::Energy, 100_000_000_000, &["亿kWh", "亿千瓦时"]),
    (Dimension::Energy, 1_000_000, &["MWh", "兆瓦时"]),
    (Dimension::Energy, 1, &["Wh", "瓦时"]),
    (Dimension::Power, 1_000, &["kW", "千瓦"]),
    (Dimension::Power, 1_000_000, &["MW", "兆瓦"]),
    (Dimension::Power, 10_000_000, &["万kW", "万千瓦"]),
    (Dimension::Power, 1, &["W", "瓦"]),
    (Dimension::Length, 1_000, &["m", "米"]),
    (Dimension::Length, 1_000_000, &["km", "公里", "千米"]),
    (Dimension::Length, 10, &["cm", "厘米"]),
    (Dimension::Length, 1, &["mm", "毫米"]),
    (Dimension::Volume, 1_000, &["m3", "立方米", "m³", "方"]),
    (Dimension::Volume, 10_000_000, &["万m3", "万立方米", "万m³", "万方"]),
    (Dimension::Volume, 1, &["L", "升", "litre"]),
    (Dimension::Ratio, 10_000, &["%", "％"]),
    (Dimension::Ratio, 1_000, &["‰"]),
    (Dimension::Days, 1, &["days", "day", "日", "天"]),
    (Dimension::Workdays, 1, &["workdays", "workday", "工作日", "个工作日"]),
];

impl Unit {
    /// The unit of a name, whatever it measures.
    pub fn parse(name: &str) -> Option<Self> {
        UNITS.iter().find(|(_, _, names)| names.contains(&name)).map(|&(dimension, atoms, names)| Self {
            name: names[0],
            dimension,
            atoms,
        })
    }

    /// What screens call it: the first name of its row that is written in Chinese, and the first of all.
    pub fn words(self) -> Words {
        let chinese = |name: &&&str| name.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let row = UNITS.iter().find(|(dimension, _, names)| *dimension == self.dimension && names[0] == self.name);
        let zh = row.and_then(|(_, _, names)| names.iter().find(chinese)).copied().unwrap_or(self.name);
        Words::new(zh, self.name)
    }

    /// The longest unit name that `text` begins with, and its length in bytes.
    pub fn prefix(text: &str) -> Option<(Self, usize)> {
        UNITS
            .iter()
            .flat_map(|(_, _, names)| names.iter())
            .filter(|name| text.starts_with(**name))
            .max_by_key(|name| name.len())
            .and_then(|name| Some((Self::parse(name)?, name.len())))
    }
}

impl Dimension {
    /// The unit a screen uses: mu, wan, kg …
    pub fn standard_unit(self) -> Unit {
        let plain = |atoms| Unit { name: "", dimension: self, atoms };
        match self {
            Self::Count => plain(1),
            Self::Ratio => Unit { name: "%", dimension: self, atoms: 10_000 },
            Self::Money => Unit { name: "wan", dimension: self, atoms: 1_000_000 },
            _ => UNITS
                .iter()
                .find(|(dimension, ..)| *dimension == self)
                .map_or(plain(1), |&(dimension, atoms, names)| Unit { name: names[0], dimension, atoms }),
        }
    }

    /// Atoms of one where a bare number is allowed: counts, ratios and lengths of time.
    pub fn bare_atoms(self) -> Option<i64> {
        match self {
            Self::Count | Self::Days | Self::Workdays => Some(1),
            Self::Ratio => Some(1_000_000),
            _ => None,
        }
    }

    /// The dimension of a fact type's name, if it is a quantity.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "area" => Self::Area,
            "money" => Self::Money,
            "mass" => Self::Mass,
            "coal_equivalent" => Self::CoalEquivalent,
            "energy" => Self::Energy,
            "power" => Self::Power,
            "length" => Self::Length,
            "volume" => Self::Volume,
            "count" => Self::Count,
            "ratio" => Self::Ratio,
            "days" => Self::Days,
            "workdays" => Self::Workdays,
            _ => return None,
        })
    }
}

/// An exact decimal: `mantissa / 10^scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The digits as an integer.
    pub mantissa: i128,
    /// Digits after the point, at most 18.
    pub scale: u32,
}

impl Decimal {
    /// Reads the decimal at the start of `text`; returns it and its length in bytes.
    ///
    /// Thousands separators are read where three digits follow each. Never a float, never an exponent.
    pub fn prefix(text: &str) -> Option<(Self, usize)> {
        let bytes = text.as_bytes();
        let mut at = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
        let (mut mantissa, mut scale, mut digits, mut seen_point) = (0i128, 0u32, 0usize, false);
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'0'..=b'9' => {
                    mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
                    digits += 1;
                    scale += u32::from(seen_point);
                    if scale > 18 {
                        return None;
                    }
                }
                b'.' if !seen_point && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => seen_point = true,
                b',' if !seen_point && digits > 0 && is_group(&bytes[at + 1..]) => {}
                _ => break,
            }
            at += 1;
        }
        if digits == 0 {
            return None;
        }
        let mantissa = if bytes[0] == b'-' { -mantissa } else { mantissa };
        Some((Self { mantissa, scale }, at))
    }

    /// This many units of `atoms` each, in whole atoms.
    ///
    /// # Errors
    /// [`QuantityFault::TooFine`] with the two whole neighbours where it is between;
    /// [`QuantityFault::TooLarge`] past 64 bits.
    pub fn in_atoms(self, atoms: i64) -> Result<i64, QuantityFault> {
        let scaled = self.mantissa.checked_mul(i128::from(atoms)).ok_or(QuantityFault::TooLarge)?;
        let divisor = 10i128.pow(self.scale);
        let (below, rest) = (scaled.div_euclid(divisor), scaled.rem_euclid(divisor));
        let below = i64::try_from(below).map_err(|_| QuantityFault::TooLarge)?;
        if rest == 0 {
            Ok(below)
        } else {
            Err(QuantityFault::TooFine { below, above: below.checked_add(1).ok_or(QuantityFault::TooLarge)? })
        }
    }
}

/// Whether exactly three digits, then no further digit, stand here.
fn is_group(rest: &[u8]) -> bool {
    rest.len() >= 3 && rest[..3].iter().all(u8::is_ascii_digit) && !rest.get(3).is_some_and(u8::is_ascii_digit)
}

/// Why a text is not a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantityFault {
    /// It does not begin with a decimal number.
    NotANumber,
    /// The unit is not known, or measures something else.
    WrongUnit,
    /// A bare number where a unit is needed.
    NoUnit,
    /// Between two whole atoms.
    TooFine {
        /// Nearest below, atoms.
        below: i64,
        /// Nearest above, atoms.
        above: i64,
    },
    /// Past 64 bits.
    TooLarge,
}

/// Reads `380 mu`, `12.5亿元`, `85%`, `42` as atoms of `dimension`.
///
/// A bare number takes `default`, if given, which must measure `dimension`; else it must be a count, a ratio or a
/// length of time.
///
/// # Errors
/// [`QuantityFault`] says which part cannot be read.
pub fn parse_quantity(text: &str, dimension: Dimension, default: Option<Unit>) -> Result<i64, QuantityFault> {
    let text = text.trim();
    let (number, length) = Decimal::prefix(text).ok_or(QuantityFault::NotANumber)?;
    let name = text[length..].trim();
    let atoms = if name.is_empty() {
        match default {
            Some(unit) if unit.dimension == dimension => unit.atoms,
            Some(_) => return Err(QuantityFault::WrongUnit),
            None => dimension.bare_atoms().ok_or(QuantityFault::NoUnit)?,
        }
    } else {
        match Unit::parse(name) {
            Some(unit) if unit.dimension == dimension => unit.atoms,
            // 1.2.3, 1,20,0 and 300-400 are no numbers with a unit.
            _ if name.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '~' | '～' | '至')) =>
            {
                return Err(QuantityFault::NotANumber);
            }
            _ => return Err(QuantityFault::WrongUnit),
        }
    };
    number.in_atoms(atoms)
}

/// An amount in a unit, exact, without trailing zeros; six places and a leading `~` where it does not end.
pub fn format_exact(atoms: i128, unit: Unit) -> String {
    let size = i128::from(unit.atoms);
    let (sign, atoms) = if atoms < 0 { ("-", -atoms) } else { ("", atoms) };
    let (whole, mut rest) = (atoms / size, atoms % size);
    let mut places = String::new();
    while rest != 0 && places.len() < 12 {
        rest *= 10;
        let _ = write!(places, "{}", rest / size);
        rest %= size;
    }
    if rest != 0 {
        places.truncate(6);
        return format!("~{sign}{whole}.{places}");
    }
    let point = if places.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{places}")
}

/// An amount in a unit, rounded half up to `places`.
pub fn format_short(atoms: i128, unit: Unit, places: u32) -> String {
    let size = i128::from(unit.atoms);
    let scale = 10i128.pow(places);
    let (sign, atoms) = if atoms < 0 { ("-", -atoms) } else { ("", atoms) };
    let scaled = (atoms * scale * 2 + size) / (size * 2);
    let (whole, fraction) = (scaled / scale, scaled % scale);
    if places == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{fraction:0width$}", width = places as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(text: &str) -> Result<i64, QuantityFault> {
        parse_quantity(text, Dimension::Area, None)
    }

    #[test]
    fn areas_agree_across_their_units() {
        assert_eq!(area("380 mu"), Ok(380_000_000));
        assert_eq!(area("380亩"), area("380 mu"));
        assert_eq!(area("1公顷"), area("15 mu"));
        assert_eq!(area("168000.55 m2"), Ok(252_000_825));
        assert_eq!(area("1,680,000.55 m2").unwrap(), 2_520_000_825);
    }

    #[test]
    fn a_literal_finer_than_its_atom_names_its_neighbours() {
        assert_eq!(area("0.0001 m2"), Err(QuantityFault::TooFine { below: 0, above: 1 }));
        assert_eq!(area("1.0000001 mu"), Err(QuantityFault::TooFine { below: 1_000_000, above: 1_000_001 }));
        assert_eq!(area("25.3333 ha"), Ok(379_999_500));
    }

    #[test]
    fn wrong_and_missing_units_are_told_apart() {
        assert_eq!(area("3"), Err(QuantityFault::NoUnit));
        assert_eq!(area("3 wan"), Err(QuantityFault::WrongUnit));
        assert_eq!(area("三百亩"), Err(QuantityFault::NotANumber));
        assert_eq!(area("NaN"), Err(QuantityFault::NotANumber));
        assert_eq!(area("1e9 mu"), Err(QuantityFault::WrongUnit));
        assert_eq!(area("99999999999999999999 mu"), Err(QuantityFault::TooLarge));
        assert_eq!(parse_quantity("3", Dimension::Area, Unit::parse("wan")), Err(QuantityFault::WrongUnit));
        assert_eq!(parse_quantity("3 mu", Dimension::Area, Unit::parse("wan")), Ok(3_000_000));
        assert_eq!(parse_quantity("85%", Dimension::Ratio, None), Ok(850_000));
        assert_eq!(parse_quantity("0.85", Dimension::Ratio, None), Ok(850_000));
    }

    #[test]
    fn amounts_print_exactly_or_say_they_do_not() {
        let wan = Unit::parse("wan").unwrap();
        assert_eq!(format_exact(125_000_000_000, wan), "125000");
        assert_eq!(format_exact(-1_234_500, wan), "-1.2345");
        assert_eq!(format_exact(1_000_000, Unit::parse("ha").unwrap()), "~0.066666");
        assert_eq!(format_short(1_234_567_000_000, wan, 1), "1234567.0");
        assert_eq!(format_short(64_250_000_000, Unit::parse("yi").unwrap(), 1), "6.4");
    }
}
