//! Parameters: dated values of one type.

use kaigong_model::{Date, Decimal, Dimension, Duration, DurationUnit, Place, Unit, Words, parse_quantity};
use kaigong_yaml::{Kind, Scalar as YamlScalar};

use super::facts::{no_unit, unit_of};
use super::{Checker, close_periods};
use crate::decode::{At, Faults, Fields};
use crate::expression::resolve::ParameterName;
use crate::expression::types::type_words;
use crate::expression::{Fraction, Type};
use crate::pack::{Parameter, ParameterValue, Period, Scalar};

/// What expressions need to know of a parameter.
pub(super) fn name_of(parameter: &Parameter) -> ParameterName {
    let texts = parameter.values.iter().filter_map(|value| match &value.value {
        Some(Scalar::Text(text)) => Some(text.clone()),
        _ => None,
    });
    ParameterName { name: parameter.id.clone(), kind: parameter.kind, texts: texts.collect() }
}

impl<'a> Checker<'a, '_> {
    pub(super) fn read_parameters(&mut self) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for (id, key, mut fields) in self.items("parameters") {
            let title = fields.take("title").map_or_else(|| Words::same(id), |at| at.words(self.faults));
            let type_at = fields.take("type");
            let declared = type_at.and_then(|at| declared_type(at, self.faults));
            let unit_at = fields.take("unit");
            let unit = unit_at.and_then(|at| match (type_at, declared) {
                (_, Some(Type::Quantity(dimension))) => unit_of(at, dimension, self.faults),
                (None, _) => unit_alone(at, self.faults),
                (Some(_), Some(_)) => no_unit(at, self.faults),
                // The type has a fault of its own.
                (Some(_), None) => None,
            });
            let declared = declared.or(unit.map(|unit| Type::Quantity(unit.dimension)));
            fields.take("note");
            let list = fields.need("values", self.faults);
            fields.finish(self.faults);
            let Some(list) = list else { continue };
            let (kind, values) = self.parameter_values(list, declared, unit);
            parameters.push(Parameter {
                id: id.to_owned(),
                title,
                kind: kind.or(declared).unwrap_or(Type::Number),
                values,
                place: key.place(),
            });
        }
        self.parameters = parameters.iter().map(name_of).collect();
        parameters
    }

    fn parameter_values(
        &mut self,
        list: At<'a>,
        declared: Option<Type>,
        unit: Option<Unit>,
    ) -> (Option<Type>, Vec<ParameterValue>) {
        let mut kind = declared;
        let mut values: Vec<(ParameterValue, Place)> = Vec::new();
        for item in list.items(self.faults) {
            let mut fields = Fields::new(item, self.faults);
            let period = self.period(&mut fields);
            let cite = fields.take("cite").map(|at| self.citations(at)).unwrap_or_default();
            fields.take("note");
            let value_at = fields.need("value", self.faults);
            fields.finish(self.faults);
            let Some(value_at) = value_at else { continue };
            let text = value_at.node.text().unwrap_or_default().to_owned();
            let value = if matches!(value_at.node.kind, Kind::Null) {
                None
            } else {
                let Some((value, found)) = scalar(value_at, kind, unit, self.faults) else { continue };
                kind = kind.or(Some(found));
                Some(value)
            };
            values.push((ParameterValue { period, value, text, cite }, item.place()));
        }
        values.sort_by_key(|(value, _)| value.period.from);
        let mut periods: Vec<(Period, Place)> = values.iter().map(|(v, place)| (v.period, place.clone())).collect();
        close_periods(&mut periods, self.faults);
        let values = values.into_iter().zip(periods);
        (kind, values.map(|((value, _), (period, _))| ParameterValue { period, ..value }).collect())
    }
}

/// A unit that says the type too.
fn unit_alone(at: At<'_>, faults: &mut Faults) -> Option<Unit> {
    let name = at.text(faults)?;
    let found = Unit::parse(name);
    if found.is_none() {
        faults.error("KG-R018", at, format!("没有单位「{name}」"), format!("unknown unit `{name}`"));
    }
    found
}

fn declared_type(at: At<'_>, faults: &mut Faults) -> Option<Type> {
    let name = at.text(faults)?;
    let found = match name {
        "bool" => Some(Type::Bool),
        "date" => Some(Type::Date),
        "text" | "enum" => Some(Type::Text),
        "months" => Some(Type::Duration(DurationUnit::Months)),
        "years" => Some(Type::Duration(DurationUnit::Years)),
        "number" => Some(Type::Number),
        _ => Dimension::parse(name).map(Type::Quantity),
    };
    if found.is_none() {
        faults.error("KG-R009", at, format!("没有类型「{name}」"), format!("unknown type `{name}`"));
    }
    found
}

/// A constant and its type; where a type is already known, of that type or a fault.
fn scalar(at: At<'_>, known: Option<Type>, unit: Option<Unit>, faults: &mut Faults) -> Option<(Scalar, Type)> {
    let text = at.text(faults)?;
    let free = match at.node.kind {
        Kind::Scalar(YamlScalar::Bool(value), _) => (Scalar::Bool(value), Type::Bool),
        _ => read(text),
    };
    let fits = match (known, free.1) {
        (None, _) => return Some(free),
        (Some(known), found) if known == found => return Some(free),
        (Some(Type::Quantity(dimension)), _) => parse_quantity(text, dimension, unit).ok().map(|atoms| {
            let den = if dimension == Dimension::Ratio { 1_000_000 } else { 1 };
            (Scalar::Number(Fraction { num: i128::from(atoms), den }), Type::Quantity(dimension))
        }),
        (Some(Type::Text), _) => Some((Scalar::Text(text.to_owned()), Type::Text)),
        (Some(Type::Duration(unit)), _) => {
            text.parse::<i32>().ok().map(|n| (number(i128::from(n), 1), Type::Duration(unit)))
        }
        _ => None,
    };
    if fits.is_none() {
        let (zh, en) = known.map_or(("", ""), type_words);
        faults.error("KG-R017", at, format!("「{text}」不是{zh}"), format!("`{text}` is not {en}"));
    }
    fits
}

fn number(num: i128, den: i128) -> Scalar {
    Scalar::Number(Fraction { num, den })
}

/// The constant a text is by itself.
fn read(text: &str) -> (Scalar, Type) {
    if let Some(date) = Date::parse(text) {
        return (Scalar::Date(date), Type::Date);
    }
    if let Some((decimal, length)) = Decimal::prefix(text) {
        let unit_name = text[length..].trim();
        if unit_name.is_empty() {
            return (number(decimal.mantissa, 10i128.pow(decimal.scale)), Type::Number);
        }
        if let Some(unit) = Unit::parse(unit_name)
            && let Ok(atoms) = parse_quantity(text, unit.dimension, None)
        {
            let den = if unit.dimension == Dimension::Ratio { 1_000_000 } else { 1 };
            return (number(i128::from(atoms), den), Type::Quantity(unit.dimension));
        }
        if let Some(Duration { count, unit }) = Duration::parse(text) {
            return (number(i128::from(count), 1), Type::Duration(unit));
        }
    }
    (Scalar::Text(text.to_owned()), Type::Text)
}
