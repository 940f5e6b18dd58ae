//! Untyped tree to typed condition or value: names looked up, types and units checked.
//!
//! All faults of an expression are collected; a fault in one branch does not hide another's.

use std::ops::Range;

use kaigong_model::{
    Date, Decimal, Dimension, FactIdx, FactType, Part, QuantityFault, Schema, Unit, format_exact, nearest,
};

use super::parse::{Ast, AstKind, LiteralUnit};
use super::types::{comparable, ordered, result_type, type_words};
use super::{
    Arithmetic, Comparison, Condition, Fraction, ParameterIdx, PoolIdx, Reading, Type, Value, VerdictName, Word,
};

/// What names an expression may use.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The facts.
    pub schema: &'a Schema,
    /// Parameters: name, type, the text values it takes.
    pub parameters: &'a [ParameterName],
    /// Whether the names of verdicts may be used (light rules).
    pub lights: bool,
    /// Why `completed()` may not be used here, if it may not.
    pub completed: CompletedUse,
}

/// Whether `completed()` may stand in an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletedUse {
    /// It may, but not under `not`.
    Allowed,
    /// The condition is itself negated in the meaning of a requirement or a need.
    Negated,
}

/// A parameter as expressions see it.
#[derive(Clone, Debug)]
pub struct ParameterName {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Type,
    /// Every text value it takes, for enums.
    pub texts: Vec<String>,
}

/// A fault of meaning, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeFault {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// Stable code.
    pub code: &'static str,
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// A near miss.
    pub near: Option<String>,
}

/// Resolves a condition.
///
/// # Errors
/// Every fault of the expression.
pub fn condition(ast: &Ast, scope: Scope<'_>) -> Result<Condition, Vec<TypeFault>> {
    let mut resolver = Resolver { scope, faults: Vec::new(), negated: scope.completed == CompletedUse::Negated };
    let found = resolver.condition(ast);
    resolver.finish(ast, found)
}

/// Resolves a value and its type.
///
/// # Errors
/// Every fault of the expression.
pub fn value(ast: &Ast, scope: Scope<'_>) -> Result<(Value, Type), Vec<TypeFault>> {
    let mut resolver = Resolver { scope, faults: Vec::new(), negated: false };
    let found = resolver.value(ast);
    resolver.finish(ast, found)
}

const FUNCTIONS: [&str; 8] = ["issued", "covered", "recorded", "granted", "completed", "min", "max", "date"];

struct Resolver<'a> {
    scope: Scope<'a>,
    faults: Vec<TypeFault>,
    /// Under an odd or even number of negations, one at least.
    negated: bool,
}

impl Resolver<'_> {
    /// The tree, or every fault; an expression without a tree is never without a fault.
    fn finish<T>(mut self, ast: &Ast, found: Option<T>) -> Result<T, Vec<TypeFault>> {
        match found {
            Some(tree) if self.faults.is_empty() => return Ok(tree),
            None if self.faults.is_empty() => {
                self.fault::<T>(ast, "KG-R017", "这个表达式无法读懂", "this expression cannot be read");
            }
            _ => {}
        }
        Err(self.faults)
    }

    fn fault<T>(&mut self, ast: &Ast, code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Option<T> {
        self.faults.push(TypeFault { span: ast.span.clone(), code, zh: zh.into(), en: en.into(), near: None });
        None
    }

    fn condition(&mut self, ast: &Ast) -> Option<Condition> {
        match &ast.kind {
            AstKind::Bool(value) => Some(Condition::Const(*value)),
            AstKind::And(parts) => self.all(parts).map(Condition::And),
            AstKind::Or(parts) => self.all(parts).map(Condition::Or),
            AstKind::Not(inner) => {
                let outer = std::mem::replace(&mut self.negated, true);
                let inner = self.condition(inner);
                self.negated = outer;
                inner.map(|inner| Condition::Not(Box::new(inner)))
            }
            AstKind::Compare(op, left, right) => self.compare(ast, *op, left, right),
            AstKind::In(subject, members) => self.among(subject, members, false),
            AstKind::Name(name) => self.named_condition(ast, name),
            AstKind::Call(name, arguments) => self.called_condition(ast, name, arguments),
            AstKind::Number(..) | AstKind::Text(_) | AstKind::Negative(_) | AstKind::Arithmetic(..) => {
                let (_, kind) = self.value(ast)?;
                self.not_a_condition(ast, kind)
            }
        }
    }

    fn all(&mut self, parts: &[Ast]) -> Option<Vec<Condition>> {
        // Resolve every part, so that each fault is told.
        let found: Vec<Option<Condition>> = parts.iter().map(|part| self.condition(part)).collect();
        found.into_iter().collect()
    }

    fn not_a_condition(&mut self, ast: &Ast, kind: Type) -> Option<Condition> {
        let (zh, en) = type_words(kind);
        self.fault(
            ast,
            "KG-R017",
            format!("此处要判断是否，得到的是{zh}"),
            format!("expected a condition here, found {en}"),
        )
    }

    fn named_condition(&mut self, ast: &Ast, name: &str) -> Option<Condition> {
        if self.scope.lights {
            let verdict = match name {
                "ready" => Some(VerdictName::Ready),
                "blocked" => Some(VerdictName::Blocked),
                "undetermined" => Some(VerdictName::Undetermined),
                "started" => Some(VerdictName::Started),
                _ => None,
            };
            if let Some(verdict) = verdict {
                return Some(Condition::Verdict(verdict));
            }
        }
        if let Some(fact) = self.scope.schema.find(name) {
            return match self.scope.schema[fact].kind {
                FactType::Bool => Some(Condition::Fact(fact)),
                FactType::Document => self.fault(
                    ast,
                    "KG-R017",
                    format!("「{name}」是批文证照，请写 issued({name})"),
                    format!("`{name}` is a document: write `issued({name})`"),
                ),
                FactType::Projects => self.fault(
                    ast,
                    "KG-R017",
                    format!("「{name}」是项目，请写 completed({name})"),
                    format!("`{name}` holds projects: write `completed({name})`"),
                ),
                _ => {
                    let (_, kind) = self.value(ast)?;
                    self.not_a_condition(ast, kind)
                }
            };
        }
        if let Some((parameter, kind)) = self.parameter(ast, name)? {
            return match kind {
                Type::Bool => Some(Condition::Parameter(parameter)),
                _ => self.not_a_condition(ast, kind),
            };
        }
        let (_, kind) = self.value(ast)?;
        self.not_a_condition(ast, kind)
    }

    fn called_condition(&mut self, ast: &Ast, name: &str, arguments: &[Ast]) -> Option<Condition> {
        match name {
            "issued" => self.document(ast, name, arguments).map(Condition::Issued),
            "recorded" => self.reading(ast, name, arguments).map(Condition::Recorded),
            "completed" => self.completed(ast, arguments),
            _ => {
                let (_, kind) = self.value(ast)?;
                self.not_a_condition(ast, kind)
            }
        }
    }

    fn completed(&mut self, ast: &Ast, arguments: &[Ast]) -> Option<Condition> {
        if self.negated {
            return self.fault(
                ast,
                "KG-R024",
                "completed() 不能用在 not 之下，也不能用在 applies_when、when 中",
                "completed() may not stand under `not`, in applies_when or in when",
            );
        }
        let argument = self.one(ast, "completed", arguments)?;
        let fact = self.fact(argument)?;
        match self.scope.schema[fact].kind {
            FactType::Projects => Some(Condition::Completed(fact)),
            _ => self.fault(argument, "KG-R017", "completed() 要一个项目类事实", "completed() needs a projects fact"),
        }
    }

    fn one<'s>(&mut self, ast: &Ast, name: &str, arguments: &'s [Ast]) -> Option<&'s Ast> {
        match arguments {
            [argument] => Some(argument),
            _ => self.fault(
                ast,
                "KG-R017",
                format!("{name}() 要且只要一个名称"),
                format!("{name}() takes exactly one name"),
            ),
        }
    }

    fn fact(&mut self, ast: &Ast) -> Option<FactIdx> {
        match &ast.kind {
            AstKind::Name(name) => match self.scope.schema.find(name) {
                Some(fact) => Some(fact),
                None => self.unknown(ast, name),
            },
            _ => self.fault(ast, "KG-R017", "此处应为事实的名称", "expected the name of a fact here"),
        }
    }

    fn unknown<T>(&mut self, ast: &Ast, name: &str) -> Option<T> {
        let verdicts: &[&str] = if self.scope.lights {
            &["ready", "blocked", "undetermined", "started", "days_late", "blockers"]
        } else {
            &[]
        };
        let part = self.near_part(name);
        let ids = self.scope.schema.ids().chain(verdicts.iter().copied());
        let near = part.or_else(|| nearest(name, ids).map(str::to_owned));
        self.faults.push(TypeFault {
            span: ast.span.clone(),
            code: "KG-R012",
            zh: format!("没有事实「{name}」"),
            en: format!("unknown fact `{name}`"),
            near,
        });
        None
    }

    /// `permit.isued_on`: the document is known, the part nearly so.
    fn near_part(&self, name: &str) -> Option<String> {
        let (document, part) = name.rsplit_once('.')?;
        let fact = self.scope.schema.find(document)?;
        (self.scope.schema[fact].kind == FactType::Document).then_some(())?;
        nearest(part, Part::ALL.map(Part::name)).map(|part| format!("{document}.{part}"))
    }

    fn document(&mut self, ast: &Ast, name: &str, arguments: &[Ast]) -> Option<FactIdx> {
        let argument = self.one(ast, name, arguments)?;
        let fact = self.fact(argument)?;
        if self.scope.schema[fact].kind == FactType::Document {
            return Some(fact);
        }
        self.fault(
            argument,
            "KG-R017",
            format!("{name}() 要一个批文证照类事实"),
            format!("{name}() needs a document fact"),
        )
    }

    fn reading(&mut self, ast: &Ast, name: &str, arguments: &[Ast]) -> Option<Reading> {
        let argument = self.one(ast, name, arguments)?;
        if let AstKind::Name(name) = &argument.kind
            && let Some(part) = self.part(name)
        {
            return Some(part);
        }
        self.fact(argument).map(Reading::Fact)
    }

    /// `doc.part`, where no fact has that whole name.
    fn part(&self, name: &str) -> Option<Reading> {
        if self.scope.schema.find(name).is_some() {
            return None;
        }
        let (document, part) = name.rsplit_once('.')?;
        let fact = self.scope.schema.find(document)?;
        (self.scope.schema[fact].kind == FactType::Document).then_some(())?;
        Some(Reading::Part(fact, Part::parse(part)?))
    }

    /// A parameter by `param.NAME`; `Some(None)` where the name is not of that form.
    #[expect(clippy::option_option, reason = "no parameter, an unknown one and a known one are three answers")]
    fn parameter(&mut self, ast: &Ast, name: &str) -> Option<Option<(ParameterIdx, Type)>> {
        let Some(short) = name.strip_prefix("param.") else { return Some(None) };
        let parameters = self.scope.parameters;
        if let Some(at) = parameters.iter().position(|p| p.name == short) {
            return Some(Some((ParameterIdx(at as u32), parameters[at].kind)));
        }
        let near = nearest(short, parameters.iter().map(|p| p.name.as_str())).map(|n| format!("param.{n}"));
        self.faults.push(TypeFault {
            span: ast.span.clone(),
            code: "KG-R014",
            zh: format!("没有参数「{short}」"),
            en: format!("unknown parameter `{short}`"),
            near,
        });
        None
    }

    fn compare(&mut self, ast: &Ast, op: Comparison, left: &Ast, right: &Ast) -> Option<Condition> {
        let equality = matches!(op, Comparison::Equal | Comparison::NotEqual);
        for (subject, word) in [(left, right), (right, left)] {
            if equality && self.is_word_fact(subject) {
                let among = self.among(subject, std::slice::from_ref(word), op == Comparison::NotEqual)?;
                return Some(among);
            }
        }
        if equality && self.is_bool(left) && self.is_bool(right) {
            return self.equal_bools(op, left, right);
        }
        let (left_value, right_value) = (self.value(left), self.value(right));
        let ((left_value, left_type), (right_value, right_type)) = (left_value?, right_value?);
        if !comparable(left_type, right_type) || (!equality && !ordered(left_type)) {
            return self.different_types(ast, left_type, right_type);
        }
        Some(Condition::Compare(op, left_value, right_value))
    }

    fn different_types<T>(&mut self, ast: &Ast, left: Type, right: Type) -> Option<T> {
        let ((left_zh, left_en), (right_zh, right_en)) = (type_words(left), type_words(right));
        let unit_missing = matches!((left, right), (Type::Number, _) | (_, Type::Number));
        let (more_zh, more_en) = if unit_missing { ("，请写上单位", "; give it a unit") } else { ("", "") };
        self.fault(
            ast,
            "KG-R017",
            format!("不能把{left_zh}和{right_zh}放在一起{more_zh}"),
            format!("{left_en} and {right_en} do not go together{more_en}"),
        )
    }

    fn is_word_fact(&self, ast: &Ast) -> bool {
        let AstKind::Name(name) = &ast.kind else { return false };
        let found = self.scope.schema.find(name);
        found.is_some_and(|fact| matches!(self.scope.schema[fact].kind, FactType::Enum | FactType::Text))
    }

    fn is_bool(&self, ast: &Ast) -> bool {
        match &ast.kind {
            AstKind::Name(name) => {
                let fact = self.scope.schema.find(name);
                let parameter =
                    self.scope.parameters.iter().find(|p| Some(p.name.as_str()) == name.strip_prefix("param."));
                fact.is_some_and(|fact| self.scope.schema[fact].kind == FactType::Bool)
                    || parameter.is_some_and(|p| p.kind == Type::Bool)
            }
            AstKind::Call(name, _) => matches!(name.as_str(), "issued" | "recorded" | "completed"),
            AstKind::Bool(_)
            | AstKind::Not(_)
            | AstKind::And(_)
            | AstKind::Or(_)
            | AstKind::Compare(..)
            | AstKind::In(..) => true,
            _ => false,
        }
    }

    /// `a == b` on conditions: both or neither.
    fn equal_bools(&mut self, op: Comparison, left: &Ast, right: &Ast) -> Option<Condition> {
        let outer = std::mem::replace(&mut self.negated, true);
        let (left, right) = (self.condition(left), self.condition(right));
        self.negated = outer;
        let (left, right) = (left?, right?);
        let both = Condition::And(vec![left.clone(), right.clone()]);
        let neither = Condition::And(vec![Condition::Not(Box::new(left)), Condition::Not(Box::new(right))]);
        let same = Condition::Or(vec![both, neither]);
        Some(if op == Comparison::NotEqual { Condition::Not(Box::new(same)) } else { same })
    }

    fn among(&mut self, subject: &Ast, members: &[Ast], differs: bool) -> Option<Condition> {
        if !self.is_word_fact(subject) {
            return self.among_values(subject, members);
        }
        let fact = self.fact(subject)?;
        let words: Vec<Option<Word>> = members.iter().map(|member| self.member(fact, member)).collect();
        let among = Condition::Among(fact, words.into_iter().collect::<Option<_>>()?);
        Some(if differs { Condition::Not(Box::new(among)) } else { among })
    }

    /// `x in [1, 2]` on numbers and dates: equal to one of them.
    fn among_values(&mut self, subject: &Ast, members: &[Ast]) -> Option<Condition> {
        let parts: Vec<Option<Condition>> =
            members.iter().map(|member| self.compare(member, Comparison::Equal, subject, member)).collect();
        let mut parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
        if parts.len() == 1 { parts.pop() } else { Some(Condition::Or(parts)) }
    }

    fn member(&mut self, fact: FactIdx, ast: &Ast) -> Option<Word> {
        let spec = &self.scope.schema[fact];
        let is_enum = spec.kind == FactType::Enum;
        match &ast.kind {
            AstKind::Text(text) | AstKind::Name(text) if is_enum && spec.value_code(text).is_some() => {
                spec.value_code(text).map(Word::Code)
            }
            AstKind::Text(text) if !is_enum => Some(Word::Text(text.clone())),
            AstKind::Name(name) => {
                if let Some((parameter, kind)) = self.parameter(ast, name)? {
                    return self.word_parameter(ast, fact, parameter, kind);
                }
                match self.scope.schema.find(name) {
                    Some(other) if !is_enum && self.scope.schema[other].kind == FactType::Text => {
                        Some(Word::Fact(other))
                    }
                    _ if is_enum => self.not_a_value(ast, fact, name),
                    _ => self.bare_text(ast, name),
                }
            }
            AstKind::Text(text) => self.not_a_value(ast, fact, text),
            _ if is_enum => self.fault(ast, "KG-R017", "此处应为一个选项值", "expected one of the fact's values here"),
            _ => self.fault(ast, "KG-R017", "此处应为带引号的文字", "expected a text in quotes here"),
        }
    }

    /// A bare word beside a text fact: a value without its quotes, most likely.
    fn bare_text(&mut self, ast: &Ast, name: &str) -> Option<Word> {
        self.faults.push(TypeFault {
            span: ast.span.clone(),
            code: "KG-R012",
            zh: format!("没有事实「{name}」；文字要加引号"),
            en: format!("unknown fact `{name}`; a text stands in quotes"),
            near: Some(format!("\"{name}\"")),
        });
        None
    }

    fn word_parameter(&mut self, ast: &Ast, fact: FactIdx, parameter: ParameterIdx, kind: Type) -> Option<Word> {
        if kind != Type::Text {
            return self.different_types(ast, Type::Text, kind);
        }
        let spec = &self.scope.schema[fact];
        let texts = &self.scope.parameters[parameter.0 as usize].texts;
        match texts.iter().find(|text| spec.kind == FactType::Enum && spec.value_code(text).is_none()) {
            Some(text) => self.not_a_value(ast, fact, &text.clone()),
            None => Some(Word::Parameter(parameter)),
        }
    }

    fn not_a_value(&mut self, ast: &Ast, fact: FactIdx, word: &str) -> Option<Word> {
        let spec = &self.scope.schema[fact];
        let ids = spec.values.iter().map(|value| value.id.as_str());
        let words = spec.values.iter().flat_map(|value| value.words.iter().map(String::as_str));
        let near = nearest(word, ids.chain(words)).map(str::to_owned);
        let all = spec.values.iter().map(|value| value.id.as_str()).collect::<Vec<_>>().join(", ");
        let id = spec.id.clone();
        self.faults.push(TypeFault {
            span: ast.span.clone(),
            code: "KG-R029",
            zh: format!("「{word}」不是 {id} 的选项；可写 {all}"),
            en: format!("`{word}` is not a value of `{id}`; its values are {all}"),
            near,
        });
        None
    }

    fn value(&mut self, ast: &Ast) -> Option<(Value, Type)> {
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
                self.faults.push(TypeFault {
                    span: ast.span.clone(),
                    code: "KG-R011",
                    zh: format!("没有函数「{name}」；可用 {}", FUNCTIONS.join("、")),
                    en: format!("unknown function `{name}`; there are {}", FUNCTIONS.join(", ")),
                    near,
                });
                None
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
        self.faults.push(TypeFault {
            span: argument.span.clone(),
            code: "KG-R015",
            zh: format!("没有指标池「{name}」"),
            en: format!("unknown pool `{name}`"),
            near,
        });
        None
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
