//! Amounts, dates and durations: literals, names, functions, arithmetic.

use kaigong_model::{Date, Decimal, Dimension, FactType, Part, QuantityFault, Unit, format_exact, nearest};

use super::{FUNCTIONS, Resolver};
use crate::expression::parse::{Ast, AstKind, LiteralUnit};
use crate::expression::types::{comparable, ordered, result_type, type_words};
use crate::expression::{Arithmetic, Fraction, PoolIdx, Reading, Type, Value};

impl Resolver<'_> {
    /// A value and its type.
    pub(super) fn value(&mut self, ast: &Ast) -> Option<(Value, Type)> {
        match &ast.kind {
            AstKind::Number(decimal, unit) => self.number(ast, *decimal, *unit),
            AstKind::Negative(inner) => {
                let (inner, kind) = self.value(inner)?;
                let zero = Value::Number(Fraction { num: 0, den: 1 });
                match kind {
                    Type::Quantity(_) | Type::Number => {
                        Some((Value::Arithmetic(Arithmetic::Subtract, Box::new(zero), Box::new(inner)), kind))
                    }
                    _ => self.fault(ast, "KG-R017", "此处不能取负", "this cannot be negative"),
                }
            }
            AstKind::Arithmetic(op, left, right) => self.arithmetic(ast, *op, left, right),
            AstKind::Call(name, arguments) => self.called_value(ast, name, arguments),
            AstKind::Name(name) => self.named_value(ast, name),
            AstKind::Text(_) => self.fault(
                ast,
                "KG-R017",
                "此处不能用文字；日期写作 date(\"2020-01-01\")",
                "a text does not fit here; a date is written date(\"2020-01-01\")",
            ),
            AstKind::Not(_) => self.fault(
                ast,
                "KG-R017",
                "not 比比较更紧，请写 not (… > …)",
                "`not` binds tighter than a comparison: write `not (… > …)`",
            ),
            _ => self.fault(ast, "KG-R017", "此处要一个数值或日期", "expected an amount or a date here"),
        }
    }

    fn number(&mut self, ast: &Ast, decimal: Decimal, unit: Option<LiteralUnit>) -> Option<(Value, Type)> {
        let den = 10i128.pow(decimal.scale);
        let (num, den, kind) = match unit {
            None => (Some(decimal.mantissa), den, Type::Number),
            Some(LiteralUnit::Duration(unit)) => (Some(decimal.mantissa), den, Type::Duration(unit)),
            Some(LiteralUnit::Unit(unit)) if unit.dimension == Dimension::Ratio => {
                let parts = decimal.mantissa.checked_mul(i128::from(unit.atoms));
                (parts, den * 1_000_000, Type::Quantity(Dimension::Ratio))
            }
            Some(LiteralUnit::Unit(unit)) => return self.literal(ast, decimal, unit),
        };
        match num.filter(|num| i64::try_from(num / den).is_ok()) {
            Some(num) => Some((Value::Number(Fraction { num, den }), kind)),
            None => self.too_large(ast),
        }
    }

    /// A number with a unit, in whole atoms.
    fn literal(&mut self, ast: &Ast, decimal: Decimal, unit: Unit) -> Option<(Value, Type)> {
        match decimal.in_atoms(unit.atoms) {
            Ok(atoms) => {
                let fraction = Fraction { num: i128::from(atoms), den: 1 };
                Some((Value::Number(fraction), Type::Quantity(unit.dimension)))
            }
            Err(QuantityFault::TooFine { below, above }) => {
                let (below, above) = (format_exact(below.into(), unit), format_exact(above.into(), unit));
                self.fault(
                    ast,
                    "KG-R018",
                    format!("这个数比最小单位还细；最近的是 {below} 和 {above} {}", unit.name),
                    format!("this is finer than the smallest unit; the nearest are {below} and {above} {}", unit.name),
                )
            }
            Err(_) => self.too_large(ast),
        }
    }

    fn too_large<T>(&mut self, ast: &Ast) -> Option<T> {
        self.fault(ast, "KG-R018", "这个数过大，超出 64 位整数", "this number is too large for 64 bits")
    }

    fn named_value(&mut self, ast: &Ast, name: &str) -> Option<(Value, Type)> {
        if name == "as_of" {
            return Some((Value::AsOf, Type::Date));
        }
        if self.scope.lights {
            match name {
                "days_late" => return Some((Value::DaysLate, Type::Number)),
                "blockers" => return Some((Value::Blockers, Type::Number)),
                _ => {}
            }
        }
        if let Some(reading) = self.part(name) {
            let Reading::Part(_, part) = reading else { return None };
            return match part {
                Part::Area => Some((Value::Read(reading), Type::Quantity(Dimension::Area))),
                Part::Number => self.fault(ast, "KG-R017", "文号不能参与比较", "a document number does not compare"),
                Part::Stops => self.fault(
                    ast,
                    "KG-R017",
                    "停计不能参与比较；`批文.accepted_on + 期限` 已不计停计的日子",
                    "stops do not compare; `document.accepted_on + limit` leaves their days out by itself",
                ),
                _ => Some((Value::Read(reading), Type::Date)),
            };
        }
        if let Some((parameter, kind)) = self.parameter(ast, name)? {
            return match kind {
                Type::Bool | Type::Text | Type::Enum(_) => {
                    let (zh, en) = type_words(kind);
                    self.fault(
                        ast,
                        "KG-R017",
                        format!("此处要一个数值或日期，参数是{zh}"),
                        format!("expected an amount or a date here, the parameter is {en}"),
                    )
                }
                _ => Some((Value::Parameter(parameter), kind)),
            };
        }
        let fact = self.fact(ast)?;
        let kind = match self.scope.schema[fact].kind {
            FactType::Quantity(dimension) => Type::Quantity(dimension),
            FactType::Date => Type::Date,
            other => {
                let words = other.words();
                return self.fault(
                    ast,
                    "KG-R017",
                    format!("此处要一个数值或日期，「{name}」是{}", words.zh),
                    format!("expected an amount or a date here, `{name}` is of type {}", words.en),
                );
            }
        };
        Some((Value::Read(Reading::Fact(fact)), kind))
    }

    fn called_value(&mut self, ast: &Ast, name: &str, arguments: &[Ast]) -> Option<(Value, Type)> {
        match name {
            "covered" => {
                let fact = self.document(ast, name, arguments)?;
                Some((Value::Covered(fact), Type::Quantity(Dimension::Area)))
            }
            "granted" => self.granted(ast, arguments),
            "date" => self.date(ast, arguments),
            "min" | "max" => self.extreme(ast, name == "min", arguments),
            "issued" | "recorded" | "completed" => {
                self.fault(ast, "KG-R017", "此处要一个数值或日期", "expected an amount or a date here")
            }
            _ => {
                let near = nearest(name, FUNCTIONS).map(str::to_owned);
                self.missed(
                    ast,
                    "KG-R011",
                    format!("没有函数「{name}」；可用 {}", FUNCTIONS.join("、")),
                    format!("unknown function `{name}`; there are {}", FUNCTIONS.join(", ")),
                    near,
                )
            }
        }
    }

    fn granted(&mut self, ast: &Ast, arguments: &[Ast]) -> Option<(Value, Type)> {
        let argument = self.one(ast, "granted", arguments)?;
        let AstKind::Name(name) = &argument.kind else {
            return self.fault(argument, "KG-R017", "此处应为指标池的名称", "expected the name of a pool here");
        };
        let pools = &self.scope.schema.pools;
        if let Some(at) = pools.iter().position(|pool| pool.id == *name) {
            return Some((Value::Granted(PoolIdx(at as u32)), Type::Quantity(pools[at].dimension)));
        }
        let near = nearest(name, pools.iter().map(|pool| pool.id.as_str())).map(str::to_owned);
        self.missed(argument, "KG-R015", format!("没有指标池「{name}」"), format!("unknown pool `{name}`"), near)
    }

    fn date(&mut self, ast: &Ast, arguments: &[Ast]) -> Option<(Value, Type)> {
        let [Ast { kind: AstKind::Text(text), .. }] = arguments else {
            return self.fault(ast, "KG-R017", "请写 date(\"2020-01-01\")", "write date(\"2020-01-01\")");
        };
        match Date::parse(text) {
            Some(date) => Some((Value::Date(date), Type::Date)),
            None => self.fault(
                &arguments[0],
                "KG-R007",
                format!("「{text}」不是日期，请写成 2020-01-01"),
                format!("`{text}` is not a date; write it as 2020-01-01"),
            ),
        }
    }

    fn extreme(&mut self, ast: &Ast, least: bool, arguments: &[Ast]) -> Option<(Value, Type)> {
        let found: Vec<Option<(Value, Type)>> = arguments.iter().map(|argument| self.value(argument)).collect();
        let found = found.into_iter().collect::<Option<Vec<_>>>()?;
        let Some(&(_, first)) = found.first() else {
            return self.fault(ast, "KG-R017", "min、max 至少要一个数", "min and max need one value at least");
        };
        let mut kind = first;
        for &(_, next) in &found {
            if !comparable(kind, next) || !ordered(next) {
                return self.different_types(ast, kind, next);
            }
            if kind == Type::Number {
                kind = next;
            }
        }
        let values = found.into_iter().map(|(value, _)| value).collect();
        Some((if least { Value::Min(values) } else { Value::Max(values) }, kind))
    }

    fn arithmetic(&mut self, ast: &Ast, op: Arithmetic, left: &Ast, right: &Ast) -> Option<(Value, Type)> {
        let (left, right) = (self.value(left), self.value(right));
        let ((left, left_type), (right, right_type)) = (left?, right?);
        if left_type == Type::Date || right_type == Type::Date {
            return self.date_arithmetic(ast, op, (left, left_type), (right, right_type));
        }
        match result_type(op, left_type, right_type) {
            Some(kind) => Some((Value::Arithmetic(op, Box::new(left), Box::new(right)), kind)),
            None if op == Arithmetic::Multiply => {
                let ((left_zh, left_en), (right_zh, right_en)) = (type_words(left_type), type_words(right_type));
                self.fault(
                    ast,
                    "KG-R017",
                    format!("{left_zh}不能乘以{right_zh}，只能乘以数目或比例"),
                    format!("{left_en} cannot be multiplied by {right_en}, only by a count or a ratio"),
                )
            }
            None => self.different_types(ast, left_type, right_type),
        }
    }

    fn date_arithmetic(
        &mut self,
        ast: &Ast,
        op: Arithmetic,
        (left, left_type): (Value, Type),
        (right, right_type): (Value, Type),
    ) -> Option<(Value, Type)> {
        use kaigong_model::DurationUnit::{Days, Workdays};
        let back = op == Arithmetic::Subtract;
        if back && left_type == Type::Date && right_type == Type::Date {
            return Some((Value::DaysBetween(Box::new(left), Box::new(right)), Type::Quantity(Dimension::Days)));
        }
        let (date, (amount, kind)) = match (op, left_type, right_type) {
            (Arithmetic::Add | Arithmetic::Subtract, Type::Date, _) => (left, (right, right_type)),
            (Arithmetic::Add, _, Type::Date) => (right, (left, left_type)),
            _ => return self.different_types(ast, left_type, right_type),
        };
        let unit = match kind {
            Type::Quantity(Dimension::Days) => Days,
            Type::Quantity(Dimension::Workdays) => Workdays,
            Type::Duration(unit) => unit,
            _ => return self.different_types(ast, left_type, right_type),
        };
        Some((Value::Shift { date: Box::new(date), amount: Box::new(amount), unit, back }, Type::Date))
    }
}
