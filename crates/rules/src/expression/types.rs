//! The algebra of types: what may be compared, added, multiplied, and what a type is called.

use kaigong_model::Dimension;

use super::{Arithmetic, Type};

/// What a type is called on screens.
pub fn type_words(kind: Type) -> (&'static str, &'static str) {
    match kind {
        Type::Quantity(dimension) => match dimension {
            Dimension::Area => ("面积", "an area"),
            Dimension::Money => ("金额", "an amount of money"),
            Dimension::Mass => ("重量", "a mass"),
            Dimension::CoalEquivalent => ("标准煤", "a coal equivalent"),
            Dimension::Energy => ("电量", "an energy"),
            Dimension::Power => ("功率", "a power"),
            Dimension::Length => ("长度", "a length"),
            Dimension::Volume => ("体积", "a volume"),
            Dimension::Count => ("数目", "a count"),
            Dimension::Ratio => ("比例", "a ratio"),
            Dimension::Days => ("天数", "a number of days"),
            Dimension::Workdays => ("工作日数", "a number of workdays"),
        },
        Type::Number => ("没有单位的数", "a number without a unit"),
        Type::Quotient => ("商", "a quotient"),
        Type::Date => ("日期", "a date"),
        Type::Text => ("文字", "a text"),
        Type::Enum(_) => ("选项", "a choice"),
        Type::Bool => ("是否", "a yes-or-no"),
        Type::Duration(_) => ("期限", "a length of time"),
    }
}

/// Whether values of two types may be compared: the same type, or a bare number beside a count or ratio.
pub(super) fn comparable(left: Type, right: Type) -> bool {
    let plain =
        |kind| matches!(kind, Type::Number | Type::Quotient | Type::Quantity(Dimension::Count | Dimension::Ratio));
    match (left, right) {
        (Type::Number | Type::Quotient, other) | (other, Type::Number | Type::Quotient) => plain(other),
        (left, right) => left == right,
    }
}

pub(super) fn ordered(kind: Type) -> bool {
    matches!(kind, Type::Quantity(_) | Type::Number | Type::Quotient | Type::Date)
}

fn scalar(kind: Type) -> bool {
    matches!(kind, Type::Number | Type::Quotient | Type::Quantity(Dimension::Count | Dimension::Ratio))
}

pub(super) fn result_type(op: Arithmetic, left: Type, right: Type) -> Option<Type> {
    match op {
        Arithmetic::Add | Arithmetic::Subtract => match (left, right) {
            (Type::Number, other @ Type::Quantity(Dimension::Count | Dimension::Ratio))
            | (other @ Type::Quantity(Dimension::Count | Dimension::Ratio), Type::Number) => Some(other),
            (left @ (Type::Quantity(_) | Type::Number), right) if left == right => Some(left),
            _ => None,
        },
        Arithmetic::Multiply => match (left, right) {
            (Type::Number, Type::Number) => Some(Type::Number),
            (Type::Number, other) | (other, Type::Number) if numeric(other) => Some(other),
            (left, right) if numeric(left) && scalar(right) => Some(left),
            (left, right) if scalar(left) && numeric(right) => Some(right),
            _ => None,
        },
        Arithmetic::Divide => match (left, right) {
            (Type::Quantity(left), Type::Quantity(right)) if left == right => Some(Type::Quotient),
            (Type::Number, right) if scalar(right) => Some(Type::Quotient),
            (left, right) if numeric(left) && scalar(right) => Some(left),
            _ => None,
        },
    }
}

fn numeric(kind: Type) -> bool {
    matches!(kind, Type::Quantity(_) | Type::Number | Type::Quotient)
}
